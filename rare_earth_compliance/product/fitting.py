"""Amounts as the quick way takes them: plainly written, above zero, of few digits.

Knows which texts and numbers these are, and how long the numbers become that are multiplied with them. Remembers what it has
seen. What does not fit is not wrong: the reader knows more forms.
"""

from __future__ import annotations

import re
from typing import Any

from rare_earth_compliance.core.units import UNITS
from rare_earth_compliance.product.compact import Shape

KEPT = 50_000
"""How many amounts are remembered as read; with one more all are forgotten."""
_AMOUNT = re.compile(r"[1-9][0-9]{0,11}(?:\.[0-9]{1,12})?|0\.0{0,11}[1-9][0-9]{0,11}")
_MASSES_IN = "|".join(name for name, (kind, _) in UNITS.items() if kind == "mass")
_MASS = re.compile(rf"[1-9][0-9]{{0,11}}(?:\.[0-9]{{1,12}})? (?:{_MASSES_IN})")
LEAF = 25 * 10 // 3
"""No less than the bits of the longest of these amounts, which has 25 characters."""
AMOUNTS: set[Any] = set()
"""Amounts that were seen to fit, as a decoder gives them; among them that none is stated."""
MASSES: set[Any] = set()
"""The same for masses."""


def fits(line: Any, shape: Shape, absent: Any) -> bool:
    """Whether the amounts of a product or shared item, and its list, are in their form."""
    written = shape.written or _as_it_is
    if line.unit_value is not absent and not amount(written(line.unit_value.amount)):
        return False
    if not mass(line.mass):
        return False
    return line.complete is not True or bool(line.parts) or bool(line.materials)


def amount(value: Any) -> bool:
    """Whether this is an amount that is read here, or none at all; it is remembered then."""
    return value in AMOUNTS or (_none_or(_AMOUNT, value) and _remembered(AMOUNTS, value))


def mass(value: Any) -> bool:
    """The same for a mass."""
    return value in MASSES or (_none_or(_MASS, value) and _remembered(MASSES, value))


def plain_number(text: str) -> bool:
    """Whether a text is written as such an amount."""
    return _AMOUNT.fullmatch(text) is not None


def bits(value: Any) -> int:
    """No less than the bits by which numbers that are multiplied with an amount, or divided by it, become longer."""
    return 0 if value in (1, "1") or type(value).__name__ == "UnsetType" else len(str(value)) * 10 // 3


def _as_it_is(value: Any) -> Any:
    return value


def _none_or(form: re.Pattern[str], value: Any) -> bool:
    return type(value).__name__ == "UnsetType" or form.fullmatch(str(value)) is not None


def _remembered(known: set[Any], value: Any) -> bool:
    if len(known) >= KEPT:
        known.clear()
    known.add(value)
    return True
