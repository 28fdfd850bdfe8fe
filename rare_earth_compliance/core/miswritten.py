"""Texts that are no amounts although one sees what was meant, and words that are nearly known ones.

Knows the common slips: a unit without a space before it, a comma for the decimal point, a dash for a range, a letter too
few. It is for messages alone: nothing that is named here is ever taken for what was written.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from fractions import Fraction

from rare_earth_compliance.core.quantities import amount

_NUMBER = r"[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,4})?"
_UNIT = r"[^\s0-9.,<>≤≥–—-][^\s.,–—]*"
_SLIPPED = re.compile(
    rf"(?P<sign>[<>≤≥]|<=|>=)?\s*(?P<one>{_NUMBER})"
    rf"(?:\s*(?P<first>{_UNIT})?\s*(?P<to>\.\.|…|-|–|—|\bto\b)\s*(?P<two>{_NUMBER}))?\s*(?P<unit>{_UNIT})?"
)
_THREE = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
"""A number whose comma may stand for thousands as well."""
LONGEST = 60
"""Longer texts than this are no slip of the pen."""
_NEAR = Fraction(4, 5)
"""How much of two words must agree."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is nearly this one; "" where none is."""
    from difflib import get_close_matches  # noqa: PLC0415  # only what is refused pays for it

    if len(word) > LONGEST:
        return ""
    found: list[str] = get_close_matches(word, known, n=1, cutoff=_NEAR)  # type: ignore[call-overload]  # any number does
    return found[0] if found else ""


def rewritten(text: str, units: Container[str]) -> str:
    """What to do about a text that is no amount in one of ``units`` ("": none); "" where it is not sure what was meant."""
    found = _SLIPPED.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        return "write a decimal point and no marks for thousands" if _has_comma(text) else ""
    sign, one, two, first = found["sign"], found["one"], found["two"], found["first"]
    unit = found["unit"] or first or ""
    if (first and first != unit) or (two and sign):
        return ""
    if any(_THREE.fullmatch(number) for number in (one, two) if number):
        return "write a decimal point, or leave the comma out where it marks thousands"
    numbers = [number.replace(",", ".") for number in (one, two) if number]
    written = " ".join(piece for piece in (sign, " .. ".join(numbers), unit) if piece)
    if not _is_one(written, units):
        return ""
    why = [
        *(["a decimal point"] if "," in text else []),
        *(["two points between the ends of a range"] if two and found["to"] != ".." else []),
        *(["the unit once, at the end"] if two and first else []),
        *(["a space before the unit"] if unit and not re.search(rf"\s{re.escape(unit)}\s*$", text) else []),
    ]
    return f"write '{written}', with {' and '.join(why)}" if why else ""


def _has_comma(text: str) -> bool:
    return re.search(r"[0-9],[0-9]", text) is not None


def _is_one(text: str, units: Container[str]) -> bool:
    try:
        return amount(text)[1] in units
    except ValueError:
        return False
