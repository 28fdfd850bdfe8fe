"""Amounts as product data write them: bounds, as exact fractions, and the amounts at which bounds are tried.

Knows how an amount is written, the units, and the ends of bounds. Adds and divides nothing: in one world every amount is
one number. Does not know what is measured.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

KINDS = {
    "count": {"pcs": "1", "set": "1", "pair": "2", "dozen": "12", "thousand": "1000"},
    "mass": {"kg": "1", "g": "1e-3", "mg": "1e-6", "ug": "1e-9", "t": "1000", "lb": "0.45359237", "oz": "0.028349523125"},
    "length": {"m": "1", "km": "1000", "cm": "0.01", "mm": "0.001", "in": "0.0254", "ft": "0.3048"},
}
PART_OF_WHOLE = {"%": "1e-2", "‰": "1e-3", "ppm": "1e-6", "ppb": "1e-9", "": "1"}

TINY = Fraction(1, 10**60)
"""How far inside an end that does not belong to the bounds is tried; stands for "more than nothing" too."""
HUGE = Fraction(10**60)
"""Stands for any amount without an upper bound."""


@dataclass(frozen=True)
class Bounds:
    """From ``low`` to ``high`` (None: no upper bound); an open end does not belong to it."""

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    @cached_property
    def ends(self) -> tuple[Fraction, ...]:
        """The amounts at which it is tried: what depends on an amount in one direction is decided at its ends."""
        if self.low == self.high:
            return (self.low,)
        low = (self.low * (1 + TINY) if self.low else TINY) if self.low_open else self.low
        high = HUGE * max(self.low, 1) if self.high is None else self.high * (1 - TINY) if self.high_open else self.high
        return low, high

    @property
    def may_be_nothing(self) -> bool:
        """Whether zero belongs to it."""
        return self.low == 0 and not self.low_open

    def times(self, factor: Fraction) -> Bounds:
        """The same in another unit."""
        return Bounds(self.low * factor, None if self.high is None else self.high * factor, self.low_open, self.high_open)


SOME = Bounds(Fraction(0), None, low_open=True)
"""More than nothing; how much is not known."""
NOTHING = Bounds(Fraction(0), Fraction(0))

_NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_AMOUNT = re.compile(rf"(<=|>=|<|>|≤|≥)?\s*({_NUMBER})(?:\s*\.\.\s*({_NUMBER}))?(?:\s+(\S+))?")


def exactly(number: Fraction | int) -> Bounds:
    """Just this much."""
    return Bounds(Fraction(number), Fraction(number))


def read(text: object) -> tuple[Bounds, str]:
    """An amount as written, and its unit."""
    return _read(str(text))


@cache
def _read(text: str) -> tuple[Bounds, str]:
    match = _AMOUNT.fullmatch(text.strip())
    assert match is not None, f"not an amount: {text}"
    sign, one, two, unit = match.groups()
    first = Fraction(one)
    if two is not None:
        return Bounds(first, Fraction(two)), unit or ""
    if sign in ("<", "<=", "≤"):
        return Bounds(Fraction(0), first, high_open=sign == "<"), unit or ""
    if sign in (">", ">=", "≥"):
        return Bounds(first, None, low_open=sign == ">"), unit or ""
    return exactly(first), unit or ""


def plain(text: object, *, or_nothing: bool = False) -> Bounds:
    """An amount above nothing (or perhaps nothing) without a unit; unstated it is some."""
    bounds = SOME if text is None else read(text)[0]
    return bounds if or_nothing else above_nothing(bounds)


def above_nothing(bounds: Bounds) -> Bounds:
    """The same without zero: no price, rate, mass or batch is nothing."""
    return Bounds(bounds.low, bounds.high, low_open=True, high_open=bounds.high_open) if bounds.may_be_nothing else bounds


def share(text: object) -> Bounds | None:
    """A part of a whole, at most 1; None when it is not stated."""
    if text is None:
        return None
    bounds, unit = read(text)
    found = bounds.times(Fraction(PART_OF_WHOLE[unit]))
    return Bounds(found.low, Fraction(1), found.low_open) if found.high is None else found


def mass(text: object) -> Bounds:
    """A mass in kilograms; unstated it is some."""
    if text is None:
        return SOME
    bounds, unit = read(text)
    return above_nothing(bounds.times(Fraction(KINDS["mass"][unit])))


def kind_of(unit: str) -> str:
    """What a unit measures."""
    return next(kind for kind, units in KINDS.items() if unit in units)


def factor(unit: str, wanted: str) -> Fraction | None:
    """How many of the wanted unit one unit is; None when they measure different things."""
    kind = kind_of(unit)
    return Fraction(KINDS[kind][unit]) / Fraction(KINDS[kind][wanted]) if wanted in KINDS[kind] else None
