"""Exact amounts as the checker of records sees them: fractions between two ends, each open or closed.

Knows how they add up, multiply and compare, and how data, rules and records write them. Shares no code with the engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

_N = r"([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?)"
_AMOUNT = re.compile(rf"(<=|>=|[<>≤≥]|)\s*{_N}(?:\s*\.\.\s*{_N})?(?:\s+([^\s0-9].*))?")  # one way to fit, or none
_BOUNDS = re.compile(r"([0-9]+(?:/[0-9]+)?)|([\[(])([0-9/]+), ([0-9/]*)([\])])")


@dataclass(frozen=True, slots=True)
class Bounds:
    """An amount between two ends, each of which may be excluded; ``high`` None where no upper end is known."""

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __add__(self, other: Bounds) -> Bounds:
        high = None if self.high is None or other.high is None else self.high + other.high
        high_open = high is not None and (self.high_open or other.high_open)
        return Bounds(self.low + other.low, high, self.low_open or other.low_open, high_open)

    def __mul__(self, other: Bounds) -> Bounds:
        if 0 in (self.high, other.high):
            return NONE
        high = None if self.high is None or other.high is None else self.high * other.high
        low_open = (self.low_open and other.some) or (other.low_open and self.some)
        return Bounds(self.low * other.low, high, low_open, high is not None and (self.high_open or other.high_open))

    def reaches(self, line: Bounds) -> str:
        """Whether it is surely ("yes"), surely not ("no") or perhaps ("open") at least as much as ``line``."""
        if line.high is not None and self.low >= line.high:
            return "yes"
        below = self.high is not None and (self.high, -self.high_open) < (line.low, +line.low_open)
        return "no" if below else "open"

    @property
    def some(self) -> bool:
        """Whether it is surely more than nothing."""
        return self.low > 0 or self.low_open

    def __str__(self) -> str:
        """As a record writes it: one fraction, or both ends with the brackets of an open or closed one."""
        high = "" if self.high is None else self.high
        return str(self.low) if self.low == high else f"{'[('[self.low_open]}{self.low}, {high}{'])'[self.high_open]}"


def exactly(number: Any) -> Bounds:
    return Bounds(Fraction(number), Fraction(number))


NONE, SOME, LONGEST = exactly(0), Bounds(Fraction(0), None, low_open=True), 360  # characters of an amount
SHARES = {"%": 100, "‰": 1000, "ppm": 10**6, "ppb": 10**9}  # how many of a unit make a whole


def bounds(text: str | None) -> Bounds | None:
    """Bounds as a record writes them; None for what is not written so."""
    match = _BOUNDS.fullmatch(text or "")
    if match is None or match[1]:
        return match and exactly(match[1])
    return Bounds(Fraction(match[3]), Fraction(match[4]) if match[4] else None, match[2] == "(", match[5] == ")")


def amount(text: str) -> tuple[Bounds, str]:
    """An amount as data and rules write it, and its unit. Raises ValueError."""
    match = _AMOUNT.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if match is None:
        raise ValueError(f"{text[:60]!r} is no amount")
    sign, one, unit = match[1], Fraction(match[2]), match[4] or ""
    if sign in ("<", "<=", "≤"):
        return Bounds(Fraction(0), one, False, sign == "<"), unit
    return Bounds(one, Fraction(match[3]) if match[3] else None if sign else one, sign == ">"), unit


def number(text: str) -> Bounds:
    """An amount without its unit; a share as a part of 1. Raises ValueError."""
    held, unit = amount(text)
    return held * exactly(Fraction(1, SHARES.get(unit, 1)))


def compared(op: str, held: Bounds, line: Bounds) -> str:
    """The outcome of holding an amount against the number of a rule."""
    outcome = held.reaches(line) if op in ("at_least", "below") else line.reaches(held)
    return outcome if op in ("at_least", "at_most") else {"yes": "no", "no": "yes"}.get(outcome, outcome)
