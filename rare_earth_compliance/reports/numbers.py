"""Shares as people read them: percent with enough digits, and the exact fraction beside it.

Rounds only here, toward zero, so that a share below a line is never shown as being on it.
"""

from __future__ import annotations

from fractions import Fraction

from rare_earth_compliance.core.quantities import Interval, written

_SIGNIFICANT = 6
_MOST = 60


def percent(number: Fraction) -> str:
    """A share in percent: exact where that is short, else cut off after enough digits, with an ellipsis."""
    value = number * 100
    text = written(value)
    if "/" not in text and len(text) <= 14:
        return f"{text} %"
    whole, rest = divmod(value.numerator, value.denominator)
    digits = ""
    while len(digits) < _MOST:
        rest *= 10
        digit, rest = divmod(rest, value.denominator)
        digits += str(digit)
        if digit and len(digits.lstrip("0") if not whole else digits) >= _SIGNIFICANT:
            break
    return f"{whole}.{digits}… %"


def fraction(number: Fraction) -> str:
    """A number as an exact fraction; one too long to read is named by the length of its parts."""
    text = f"{number.numerator}/{number.denominator}"
    if len(text) <= 40:
        return text
    return f"(a {len(str(number.numerator))}-digit over a {len(str(number.denominator))}-digit number)"


def share_text(share: Interval) -> str:
    """A share as percent and fraction, or as bounds of both."""
    if share.is_exact:
        return f"{percent(share.low)} = {fraction(share.low)}"
    if share.high is None:
        return "not known" if share.low == 0 else f"at least {percent(share.low)} ({fraction(share.low)}), no upper bound"
    return f"{percent(share.low)} to {percent(share.high)} ({fraction(share.low)} to {fraction(share.high)})"
