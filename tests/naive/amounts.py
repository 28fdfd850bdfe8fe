"""Amounts that are known, known within bounds, or not known: spans of exact fractions.

Knows how amounts are written in product data and how spans add, multiply and compare. Does not know what
they are amounts of. Every amount is zero or more; a high end of None is unbounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from tests.naive.logic import Truth

_SIZE = {
    **dict.fromkeys(("pcs", "set"), ("count", Fraction(1))),
    "pair": ("count", Fraction(2)),
    "dozen": ("count", Fraction(12)),
    "thousand": ("count", Fraction(1000)),
    "t": ("mass", Fraction(1000)),
    "kg": ("mass", Fraction(1)),
    "g": ("mass", Fraction(1, 10**3)),
    "mg": ("mass", Fraction(1, 10**6)),
    "ug": ("mass", Fraction(1, 10**9)),
    "lb": ("mass", Fraction(45359237, 10**8)),
    "oz": ("mass", Fraction(45359237, 16 * 10**8)),
    "m": ("length", Fraction(1)),
    "km": ("length", Fraction(1000)),
    "cm": ("length", Fraction(1, 100)),
    "mm": ("length", Fraction(1, 1000)),
}
_PART_OF_WHOLE = {
    "%": Fraction(1, 100),
    "‰": Fraction(1, 1000),
    "ppm": Fraction(1, 10**6),
    "ppb": Fraction(1, 10**9),
    "": Fraction(1),
}


@dataclass(frozen=True)
class Span:
    """From ``low`` to ``high``; an open end does not belong to the span."""

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __add__(self, other: Span) -> Span:
        bounded = self.high is not None and other.high is not None
        return Span(
            self.low + other.low,
            self.high + other.high if bounded else None,
            self.low_open or other.low_open,
            bounded and (self.high_open or other.high_open),
        )

    def times(self, factor: Fraction) -> Span:
        """Each amount of the span, so many times."""
        return Span(self.low * factor, None if self.high is None else self.high * factor, self.low_open, self.high_open)

    def by(self, other: Span) -> Span:
        """Any amount of this span times any of the other."""
        if self.high == 0 or other.high == 0:
            return NOTHING
        bounded = self.high is not None and other.high is not None
        reached = not (self.low_open or other.low_open)
        zero_reached = (self.low == 0 and not self.low_open) or (other.low == 0 and not other.low_open)
        return Span(
            self.low * other.low,
            self.high * other.high if bounded else None,
            not (reached or zero_reached),
            bounded and (self.high_open or other.high_open),
        )

    def for_each(self, other: Span) -> Span:
        """Any amount of this span shared among any (more than zero) of the other."""
        return self.by(other.inverse())

    def inverse(self) -> Span:
        """One over each amount of the span, which are all above zero."""
        low = Fraction(0) if self.high is None else 1 / self.high
        high = None if self.low == 0 else 1 / self.low
        return Span(low, high, self.high is None or self.high_open, high is not None and self.low_open)

    def or_else(self, other: Span) -> Span:
        """The amount is in this span or in the other; all between counts as possible."""
        low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        if self.high is None or other.high is None:
            return Span(low, None, low_open)
        high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
        return Span(low, high, low_open, not closed)

    def reaches(self, line: Span) -> Truth:
        """Whether this amount is the line's amount or more: surely, surely not, or perhaps."""
        if line.high is not None and self.low >= line.high:
            return True
        if self.high is not None and self.high < line.low:
            return False
        if self.high is not None and self.high == line.low and (self.high_open or line.low_open):
            return False
        return None


def known(number: Fraction | int) -> Span:
    """Exactly this much."""
    return Span(Fraction(number), Fraction(number))


NOTHING = known(0)
SOMETHING = Span(Fraction(0), None, True)
"""More than nothing; how much is not known."""
PERHAPS = Span(Fraction(0), None)
"""Nothing, or any amount."""

_NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_AMOUNT = re.compile(rf"(<=|>=|<|>|≤|≥)?\s*({_NUMBER})(?:\s*\.\.\s*({_NUMBER}))?(?:\s+(\S+))?")


def read(text: object) -> tuple[Span, str]:
    """An amount as written, and its unit."""
    match = _AMOUNT.fullmatch(str(text).strip())
    assert match is not None, f"not an amount: {text}"
    sign, one, two, unit = match.groups()
    first = Fraction(one)
    if two is not None:
        return Span(first, Fraction(two)), unit or ""
    if sign in ("<", "<=", "≤"):
        return Span(Fraction(0), first, False, sign == "<"), unit or ""
    if sign in (">", ">=", "≥"):
        return Span(first, None, sign == ">"), unit or ""
    return known(first), unit or ""


def read_plain(text: object) -> Span:
    """A number or range without a unit; unstated is something."""
    return SOMETHING if text is None else read(text)[0]


def read_share(text: object) -> Span | None:
    """A mass fraction, or None when it is not stated."""
    if text is None:
        return None
    span, unit = read(text)
    share = span.times(_PART_OF_WHOLE[unit])
    return Span(share.low, Fraction(1), share.low_open) if share.high is None else share


def read_mass(text: object) -> Span | None:
    """A mass in kilograms, or None when it is not stated."""
    if text is None:
        return None
    span, unit = read(text)
    kind, size = _SIZE[unit]
    assert kind == "mass"
    return span.times(size)


def in_unit(amount: Span, unit: str, wanted: str, mass_of_one_wanted: Span | None) -> Span:
    """An amount in another unit; a mass becomes a count through the mass of one. Else it is something."""
    kind, size = _SIZE[unit]
    wanted_kind, wanted_size = _SIZE[wanted]
    if kind == wanted_kind:
        return amount.times(size / wanted_size)
    if kind == "mass" and mass_of_one_wanted is not None:
        return amount.times(size).for_each(mass_of_one_wanted)
    return SOMETHING
