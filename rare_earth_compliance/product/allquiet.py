"""Documents all lines of which say themselves that nothing is to be looked for in them.

Knows that where a decoder has seen to the words of every line, its amounts and lists are left to look at, and looks at them
column by column: several times as fast as line by line. Says of a document that this is so, or says nothing.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from rare_earth_compliance.product import fitting
from rare_earth_compliance.product.compact import Shape
from rare_earth_compliance.product.fitting import AMOUNTS, LEAF, MASSES
from rare_earth_compliance.product.magnitude import MAX_BITS

_QUANTITY, _MASS, _VALUE = (attrgetter(key) for key in ("quantity", "mass", "unit_value.amount"))


def all_quiet(product: Any, shape: Shape, absent: Any) -> bool:
    """Whether every amount and every list below a product is in its form; ``shape`` is one that takes quiet lines alone."""
    return (
        fitting.fits(product, shape, absent)
        and quiet_lines([below for below in (product.parts, product.materials) if below], 0, absent) is not None
    )


def quiet_lines(lists: list[list[Any]], longer: int, absent: Any) -> list[Any] | None:
    """All lines of some lists and below them, where all are in their form; None where one is not.

    ``longer``: the bits that the quantities on the way to the lists make together.
    """
    lines: list[Any] = []
    work = [(below, longer) for below in lists]
    # The last found first: lines are looked at nearly in the order in which they lie in memory.
    while work:
        below, longer = work.pop()
        if longer > MAX_BITS - LEAF:
            return None
        lines += below
        for line in below:
            if line.parts or line.materials:
                deeper = longer + fitting.bits(line.quantity)
                if line.parts:
                    work.append((line.parts, deeper))
                if line.materials:
                    work.append((line.materials, deeper))
            elif line.complete is True:
                return None  # that a list is complete says something only where there is one
    return lines if _in_form(lines, absent) else None


def _in_form(lines: list[Any], absent: Any) -> bool:
    try:
        if (
            AMOUNTS.issuperset(map(_QUANTITY, lines))
            and MASSES.issuperset(map(_MASS, lines))
            and AMOUNTS.issuperset(map(_VALUE, lines))
        ):
            return True
    except AttributeError:  # of some no value is stated
        pass
    # What was not seen before is looked at, and then known.
    values = [line.unit_value.amount for line in lines if line.unit_value is not absent]
    return all(map(fitting.amount, [*map(_QUANTITY, lines), *values])) and all(map(fitting.mass, map(_MASS, lines)))
