"""Bounds of an amount as fractions, for checking records: how they are written, added up, multiplied and compared.

Knows intervals with open and closed ends and the units of trade. Stands on the standard library, so that sums are
checked by other means than those they were made with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

Bounds = tuple[Fraction, Fraction | None, bool, bool]
"""Low and high (None: no upper bound), and whether each of them is excluded."""
NONE: Bounds = (Fraction(0), Fraction(0), False, False)
SOME: Bounds = (Fraction(0), None, True, False)
_N = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
_AMOUNT = re.compile(rf"(<=|>=|[<>≤≥])?\s*({_N})(?:\s*\.\.\s*({_N}))?(?:\s+([^\s0-9].*))?")
_COUNT = "pcs 1 set 1 pair 2 dozen 12 thousand 1000"
_MASS = "kg 1 g 1/1000 mg 1/1000000 ug 1/1000000000 t 1000 lb 0.45359237 oz 45359237/1600000000"
_LENGTH = "m 1 mm 1/1000 cm 1/100 km 1000 in 0.0254 ft 0.3048"
_AREA = "m2 1 cm2 1/10000 mm2 1/1000000"
_VOLUME = "l 1/1000 ml 1/1000000 m3 1 cm3 1/1000000"
UNITS = {
    name: (kind, Fraction(size))
    for kind, text in enumerate((_COUNT, _MASS, _LENGTH, _AREA, _VOLUME))
    for name, size in zip(text.split()[::2], text.split()[1::2], strict=True)
}
MASS = 1
SHARES = {"%": Fraction(1, 100), "‰": Fraction(1, 1000), "ppm": Fraction(1, 10**6), "ppb": Fraction(1, 10**9), "": Fraction(1)}


def exactly(number: Fraction) -> Bounds:
    return (number, number, False, False)


def amount(text: str) -> tuple[Bounds, str]:
    """An amount as data and rules write it, and its unit. Raises ValueError."""
    match = _AMOUNT.fullmatch(text.strip()) if len(text) < 400 else None
    if match is None:
        raise ValueError(f"{text[:60]!r} is no amount")
    sign, one, unit = match[1], Fraction(match[2]), (match[4] or "").strip()
    if match[3]:
        return (one, Fraction(match[3]), False, False), unit
    if sign in ("<", "≤", "<="):
        return (Fraction(0), one, False, sign == "<"), unit
    return ((one, None, sign == ">", False) if sign else exactly(one)), unit


def text(of: Bounds | None) -> str | None:
    """Bounds as a record writes them."""
    if of is None:
        return None
    low, high, low_open, high_open = of
    if low == high:
        return _number(low)
    return f"{'[('[low_open]}{_number(low)}, {'' if high is None else _number(high)}{'])'[high_open]}"


def _number(number: Fraction) -> str:
    for places in range(31):
        if (10**places) % number.denominator == 0:
            digits = str(number.numerator * 10**places // number.denominator).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"{number.numerator}/{number.denominator}"


def add(a: Bounds, b: Bounds) -> Bounds:
    high = None if a[1] is None or b[1] is None else a[1] + b[1]
    return (a[0] + b[0], high, a[2] or b[2], high is not None and (a[3] or b[3]))


def times(a: Bounds, b: Bounds) -> Bounds:
    if a[0] == a[1] and b[0] == b[1]:
        return exactly(a[0] * b[0])
    if a[1] == 0 or b[1] == 0:
        return NONE
    high = None if a[1] is None or b[1] is None else a[1] * b[1]
    surely = (a[0] > 0 or a[2], b[0] > 0 or b[2])
    low_open = (a[2] and surely[1]) or (b[2] and surely[0])
    return (a[0] * b[0], high, low_open, high is not None and (a[3] or b[3]))


def scaled(a: Bounds, by: Fraction) -> Bounds:
    return (a[0] * by, None if a[1] is None else a[1] * by, a[2], a[3])


def over(a: Bounds, b: Bounds) -> Bounds:
    if a[1] == 0:
        return NONE
    low = Fraction(0) if b[1] is None else a[0] / b[1]
    if b[0] == 0 or a[1] is None:
        return (low, None, low > 0 and (a[2] or b[3]), False)
    return (low, a[1] / b[0], (low > 0 and b[3]) or (a[2] and b[1] is not None), a[3] or b[2])


def hull(a: Bounds, b: Bounds) -> Bounds:
    low, low_open = min(a[::2], b[::2])
    if a[1] is None or b[1] is None:
        return (low, None, low_open, False)
    high, closed = max((a[1], not a[3]), (b[1], not b[3]))
    return (low, high, low_open, not closed)


def at_least(a: Bounds, b: Bounds) -> str:
    """Whether ``a`` is surely ("true"), surely not or perhaps at least ``b``."""
    if b[1] is not None and a[0] >= b[1]:
        return "true"
    below = a[1] is not None and (a[1] < b[0] or (a[1] == b[0] and (a[3] or b[2])))
    return "false" if below else "unknown"


def in_one(amounts: Mapping[str, Bounds], currency: str, rates: Mapping[tuple[str, str], list[Bounds]]) -> tuple[Bounds, bool]:
    """Amounts of several currencies in one; second: whether a rate was missing."""
    total, missing = NONE, False
    for name, part in amounts.items():
        changed = [part] if name == currency or part[1] == 0 else []
        if name and not changed:
            changed = [times(part, rate) for rate in rates.get((name, currency), [])]
            changed += [over(part, rate) for rate in rates.get((currency, name), [])]
            missing = missing or not changed
        one = changed[0] if changed else (Fraction(0), None, part[0] > 0 or part[2], False)
        for other in changed[1:]:
            one = hull(one, other)
        total = add(total, one)
    return total, missing
