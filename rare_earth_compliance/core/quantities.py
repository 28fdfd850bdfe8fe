"""Exact numbers and intervals of them.

Knows how a number is written, and how amounts that are only partly known add up and compare. No
binary floating point enters here: text becomes a fraction, limited in length and exponent before
it is converted. Every amount in this project is zero or more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from rare_earth_compliance.core.truth import Truth

MAX_TEXT = 120
"""Longest number text that is read, in characters."""
MAX_EXPONENT = 120
"""Largest power of ten, in either direction, that is read."""

NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?"
_NUMBER = re.compile(NUMBER)
_RANGE = re.compile(
    rf"(?:(?P<sign>[<>≤≥]|<=|>=)\s*)?(?P<one>{NUMBER})(?:\s*\.\.\s*(?P<two>{NUMBER}))?(?:\s+(?P<unit>[^\s0-9].*))?"
)

AMOUNT_PATTERN = rf"^((<|>|≤|≥|<=|>=)\s*)?{NUMBER}(\s*\.\.\s*{NUMBER})?(\s+[^\s0-9].*)?$"
"""How an amount with an optional unit is written, for the published schema."""


def exact(text: str) -> Fraction:
    """The number that ``text`` writes, exactly.

    Raises ValueError for anything but plain ASCII decimal notation, and for numbers longer than
    ``MAX_TEXT`` characters or with an exponent beyond ``MAX_EXPONENT``.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"a number of {len(text):,} characters; at most {MAX_TEXT} are read")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number such as 12, 0.35 or 1.2e-3")
    _, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise ValueError(f"the exponent of {text!r} is beyond ±{MAX_EXPONENT}")
    return Fraction(text)


@dataclass(frozen=True, slots=True)
class Interval:
    """An amount of which bounds are known: ``low … high``; ``high`` None means no upper bound is known.

    ``low_open`` and ``high_open`` say that the bound itself is excluded ("< 0.01 %").
    """

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether a single number is known."""
        return self.low == self.high

    @property
    def is_zero(self) -> bool:
        """Whether the amount is surely nothing."""
        return self.high == 0

    @property
    def is_positive(self) -> bool:
        """Whether the amount is surely more than nothing."""
        return self.low > 0 or self.low_open

    def __add__(self, other: Interval) -> Interval:
        if self.low is self.high and other.low is other.high:
            return exactly(self.low + other.low)
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(
            self.low + other.low,
            high,
            self.low_open or other.low_open,
            high is not None and (self.high_open or other.high_open),
        )

    def __mul__(self, other: Interval) -> Interval:
        if self.low is self.high and other.low is other.high:
            return exactly(self.low * other.low)
        if self.is_zero or other.is_zero:
            return ZERO
        high = None if self.high is None or other.high is None else self.high * other.high
        open_low = (self.low_open and other.is_positive) or (other.low_open and self.is_positive)
        return Interval(self.low * other.low, high, open_low, high is not None and (self.high_open or other.high_open))

    def scaled(self, factor: Fraction) -> Interval:
        """The same amount in another unit; ``factor`` is above zero."""
        if self.low is self.high:
            return exactly(self.low * factor)
        high = None if self.high is None else self.high * factor
        return Interval(self.low * factor, high, self.low_open, self.high_open)

    def over(self, divisor: Interval) -> Interval:
        """This amount for each one of ``divisor``; a divisor that may be zero leaves no upper bound.

        Nothing over whatever it is is nothing: a divisor is more than nothing wherever one divides.
        """
        if self.is_zero:
            return ZERO
        low = Fraction(0) if divisor.high is None else Fraction(self.low, divisor.high)
        if divisor.low == 0 or self.high is None:
            return Interval(low, None, low > 0 and (self.low_open or divisor.high_open), False)
        return Interval(
            low,
            Fraction(self.high, divisor.low),
            (low > 0 and divisor.high_open) or (self.low_open and divisor.high is not None),
            self.high_open or divisor.low_open,
        )

    def hull(self, other: Interval) -> Interval:
        """The narrowest interval that holds both."""
        low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        if self.high is None or other.high is None:
            return Interval(low, None, low_open, False)
        top = max((self.high, not self.high_open), (other.high, not other.high_open))
        return Interval(low, top[0], low_open, not top[1])

    def apart(self, other: Interval) -> bool:
        """Whether no amount lies within both."""
        one, two = sorted((self, other), key=lambda bounds: (bounds.low, bounds.low_open))
        return one.high is not None and (one.high < two.low or (one.high == two.low and (one.high_open or two.low_open)))

    def at_least(self, other: Interval) -> Truth:
        """Whether this amount is surely, surely not or perhaps greater than or equal to ``other``."""
        if other.high is not None and self.low >= other.high:
            return Truth.TRUE
        if self.high is not None and (self.high < other.low or (self.high == other.low and (self.high_open or other.low_open))):
            return Truth.FALSE
        return Truth.UNKNOWN


ZERO = Interval(Fraction(0), Fraction(0))
ANY_AMOUNT = Interval(Fraction(0), None)
"""Nothing is known of the amount."""
SOME_AMOUNT = Interval(Fraction(0), None, True)
"""More than nothing, no more is known."""


def exactly(number: Fraction) -> Interval:
    """An amount that is known."""
    return Interval(number, number)


class NotAnAmountError(ValueError):
    """A text that has none of the forms of an amount."""


def amount(text: str) -> tuple[Interval, str]:
    """An amount as written in product data, and its unit ("" when none is written).

    Forms: ``3.1 %``, ``29 .. 32 %``, ``< 0.01 %``, ``>= 5 g``. Raises NotAnAmountError on any other form, and
    ValueError on a number that is not read and on a range whose end lies below its start.
    """
    if len(text) > 3 * MAX_TEXT:
        raise ValueError(f"an amount of {len(text):,} characters; at most {3 * MAX_TEXT} are read")
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise NotAnAmountError(f"{text!r} is not an amount such as '3.1 %', '29 .. 32 %' or '< 0.01 %'")
    sign, one, two, unit = match["sign"], exact(match["one"]), match["two"], (match["unit"] or "").strip()
    if two is not None:
        if sign:
            raise ValueError(f"{text!r} mixes a sign and a range: write '< 5' or '1 .. 5'")
        if exact(two) < one:
            raise ValueError(f"{text!r} ends below its start")
        return Interval(one, exact(two)), unit
    if sign in ("<", "≤", "<="):
        if sign == "<" and one == 0:
            raise ValueError(f"{text!r}: no amount is below zero")
        return Interval(Fraction(0), one, False, sign == "<"), unit
    if sign in (">", "≥", ">="):
        return Interval(one, None, sign == ">", False), unit
    return exactly(one), unit


def as_amount(interval: Interval) -> str:
    """Bounds as the text that ``amount`` reads as the same bounds.

    Raises ValueError for bounds that no text writes: a range with an excluded end, a number that is no short decimal.
    """
    low, high = written(interval.low), None if interval.high is None else written(interval.high)
    text = low if interval.is_exact else f"{low} .. {high}"
    if high is None:
        text = f"{'>' if interval.low_open else '>='} {low}"
    elif interval.high_open:
        text = f"< {high}"
    if amount(text) != (interval, ""):
        raise ValueError(f"{shown(interval)} can not be written as an amount")
    return text


def written(number: Fraction) -> str:
    """A number as people write it: as a decimal where that is exact and short, else as a fraction."""
    rest = number.denominator
    places = 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1 or places > 30:
        return f"{number.numerator}/{number.denominator}"
    digits = str(number.numerator * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def readable(number: Fraction) -> str:
    """A number for people: exact where that is short, else cut off after nine digits with the fraction beside it."""
    exact_text = written(number)
    if "/" not in exact_text:
        return exact_text
    whole, rest = divmod(number.numerator, number.denominator)
    digits = str(rest * 10**9 // number.denominator).rjust(9, "0")
    beside = f" ({exact_text})" if len(exact_text) <= 30 else ""
    return f"{whole}.{digits}…{beside}"


def shown(interval: Interval) -> str:
    """An amount for people: a number, a range, or a bound."""
    if interval.is_exact:
        return readable(interval.low)
    if interval.high is None:
        return "unknown" if interval.low == 0 else f"{'>' if interval.low_open else '≥'} {readable(interval.low)}"
    if interval.low == 0:
        return f"{'<' if interval.high_open else '≤'} {readable(interval.high)}"
    return f"{readable(interval.low)} … {readable(interval.high)}"
