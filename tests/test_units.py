"""Units: their exact factors, and that kinds are never mixed."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from rare_earth_compliance.core.units import FRACTIONS, UNITS, factor, is_mass

KINDS = {
    "count": ["pcs", "set", "pair", "dozen", "thousand"],
    "mass": ["kg", "g", "mg", "ug", "t", "lb", "oz"],
    "length": ["m", "mm", "cm", "km", "in", "ft"],
    "area": ["m2", "cm2", "mm2"],
    "volume": ["l", "ml", "m3", "cm3"],
}
FACTORS = [
    ("kg", "g", "1000"),
    ("g", "kg", "0.001"),
    ("mg", "g", "0.001"),
    ("ug", "mg", "0.001"),
    ("t", "kg", "1000"),
    ("lb", "g", "453.59237"),
    ("oz", "g", "28.349523125"),
    ("lb", "oz", "16"),
    ("dozen", "pcs", "12"),
    ("pair", "pcs", "2"),
    ("set", "pcs", "1"),
    ("thousand", "dozen", "250/3"),
    ("pcs", "thousand", "0.001"),
    ("in", "mm", "25.4"),
    ("ft", "in", "12"),
    ("km", "cm", "100000"),
    ("m", "cm", "100"),
    ("m2", "mm2", "1000000"),
    ("cm2", "mm2", "100"),
    ("l", "cm3", "1000"),
    ("ml", "cm3", "1"),
    ("m3", "l", "1000"),
]


def test_every_unit_and_its_kind() -> None:
    assert {unit: kind for unit, (kind, _) in UNITS.items()} == {unit: kind for kind, units in KINDS.items() for unit in units}


@pytest.mark.parametrize(("unit", "wanted", "size"), FACTORS)
def test_factors(unit: str, wanted: str, size: str) -> None:
    assert factor(unit, wanted) == Fraction(size)


def test_every_unit_stands_in_the_table_of_factors() -> None:
    assert {unit for unit, _, _ in FACTORS} | {wanted for _, wanted, _ in FACTORS} == set(UNITS)


def test_there_and_back_is_one_and_kinds_do_not_mix() -> None:
    for unit, wanted in product(UNITS, repeat=2):
        there, back = factor(unit, wanted), factor(wanted, unit)
        if UNITS[unit][0] == UNITS[wanted][0]:
            assert there is not None
            assert back == 1 / there
        else:
            assert (there, back) == (None, None)


def test_the_way_over_a_third_unit_is_the_same() -> None:
    for units in KINDS.values():
        for one, other, third in product(units, repeat=3):
            assert factor(one, third) == factor(one, other) * factor(other, third)


@pytest.mark.parametrize("unit", ["KG", "stk", "", "%", "kg "])
def test_an_unknown_unit_is_an_error(unit: str) -> None:
    with pytest.raises(KeyError):
        factor(unit, "kg")
    with pytest.raises(KeyError):
        factor("kg", unit)
    with pytest.raises(KeyError):
        is_mass(unit)


def test_which_units_measure_mass() -> None:
    assert [unit for unit in UNITS if is_mass(unit)] == KINDS["mass"]


def test_how_shares_are_written() -> None:
    assert {sign: str(size) for sign, size in FRACTIONS.items()} == {
        "%": "1/100",
        "‰": "1/1000",
        "ppm": "1/1000000",
        "ppb": "1/1000000000",
        "": "1",
    }
