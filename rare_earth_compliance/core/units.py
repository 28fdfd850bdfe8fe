"""Units of count, mass, length, area and volume with their exact factors.

Knows how to turn an amount in one unit into another of the same kind. Does not know prices or
densities: a count becomes a mass only through the stated mass of one piece.
"""

from __future__ import annotations

from fractions import Fraction

_POUND = Fraction("0.45359237")
_INCH = Fraction("0.0254")

UNITS: dict[str, tuple[str, Fraction]] = {
    "pcs": ("count", Fraction(1)),
    "set": ("count", Fraction(1)),
    "pair": ("count", Fraction(2)),
    "dozen": ("count", Fraction(12)),
    "thousand": ("count", Fraction(1000)),
    "kg": ("mass", Fraction(1)),
    "g": ("mass", Fraction(1, 1000)),
    "mg": ("mass", Fraction(1, 10**6)),
    "ug": ("mass", Fraction(1, 10**9)),
    "t": ("mass", Fraction(1000)),
    "lb": ("mass", _POUND),
    "oz": ("mass", Fraction(_POUND, 16)),
    "m": ("length", Fraction(1)),
    "mm": ("length", Fraction(1, 1000)),
    "cm": ("length", Fraction(1, 100)),
    "km": ("length", Fraction(1000)),
    "in": ("length", _INCH),
    "ft": ("length", _INCH * 12),
    "m2": ("area", Fraction(1)),
    "cm2": ("area", Fraction(1, 10**4)),
    "mm2": ("area", Fraction(1, 10**6)),
    "l": ("volume", Fraction(1, 1000)),
    "ml": ("volume", Fraction(1, 10**6)),
    "m3": ("volume", Fraction(1)),
    "cm3": ("volume", Fraction(1, 10**6)),
}
"""Unit → its kind and how many of the kind's base unit one of it is. The base of mass is the kilogram."""

FRACTIONS: dict[str, Fraction] = {
    "%": Fraction(1, 100),
    "‰": Fraction(1, 1000),
    "ppm": Fraction(1, 10**6),
    "ppb": Fraction(1, 10**9),
    "": Fraction(1),
}
"""How shares of a whole are written."""


def factor(unit: str, wanted: str) -> Fraction | None:
    """How many ``wanted`` one ``unit`` is, or None when the two are of different kinds.

    Raises KeyError for a unit that is not in ``UNITS``.
    """
    kind, size = UNITS[unit]
    wanted_kind, wanted_size = UNITS[wanted]
    return Fraction(size, wanted_size) if kind == wanted_kind else None


def is_mass(unit: str) -> bool:
    """Whether ``unit`` measures mass."""
    return UNITS[unit][0] == "mass"
