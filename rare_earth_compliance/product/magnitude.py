"""How long the exact numbers become that a product's quantities make together.

Knows that quantities multiply from level to level, and that their divisors multiply along a list, so that a small
file can ask for numbers of millions of digits. Does not compute any of these amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.product.model import Use

MAX_BITS = 8_000
"""The longest numerator or divisor that the quantities of a product may lead to, in bits: some 2,400 digits."""

_SMALL = 1 << 60


def _whole(quantity: Interval) -> bool:
    return quantity.low is quantity.high and quantity.low.denominator == 1 and quantity.low.numerator < _SMALL


def too_long(uses: Sequence[Sequence[Use]], order: Iterable[int]) -> int | None:
    """The first item, from below, whose quantities lead to longer numbers; None where there is none.

    ``uses`` holds the lines of every item; ``order`` has items below before items above.
    """
    growth = [0] * len(uses)
    divisors = [1] * len(uses)
    for index in order:
        divisor, most = 1, 0
        for child, quantity in ((use.item, use.quantity) for use in uses[index]):
            if not growth[child] and divisors[child] == 1 and (quantity is None or _whole(quantity)):
                # The usual line: a whole number of something that is in pieces itself.
                most = max(most, 0 if quantity is None else quantity.low.numerator.bit_length() - 1)
                continue
            bounds = [Fraction(1)] if quantity is None else [quantity.low, quantity.high or quantity.low]
            bits = max(max(bound.numerator.bit_length(), bound.denominator.bit_length()) for bound in bounds)
            most = max(most, growth[child] + (0 if quantity is None else bits - 1))
            divisor = lcm(divisor, divisors[child] * lcm(*(bound.denominator for bound in bounds)))
            if most > MAX_BITS or divisor.bit_length() > MAX_BITS:
                return index
        growth[index], divisors[index] = most, divisor
    return None
