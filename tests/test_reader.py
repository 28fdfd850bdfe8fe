"""The reader of product data: what an item is, how much of it goes into what, what it costs, and where it stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.quantities import ZERO, Interval, exactly
from rare_earth_compliance.product.document import ItemFields, LineFields, ShipmentFields
from rare_earth_compliance.product.model import (
    EndUse,
    Item,
    Money,
    Party,
    Product,
    Rate,
    Shipment,
    Substance,
    Technology,
    Use,
)
from rare_earth_compliance.product.reader import Contents, read, shipment_of

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail."""
ONE = exactly(Fraction(1))
TEXT = """{
 "format": "rare-earth-bom/1",
 "product": {
  "part_number": "SERVO-40",
  "parts": [
   {"part_number": "HOUSING"},
   {
    "use": "ROTOR",
    "quantity": 1
   }
  ],
  "materials": [
   {"name": "grease", "unit": "g"}
  ]
 },
 "shared": {
  "SPARE": {"part_number": "S"},
  "ROTOR": {
   "name": "rotor",
   "parts": [{"use": "MAGNET", "quantity": 8}]
  },
  "MAGNET": {
   "composition": [
    {"element": "Dy", "input_form": "oxide"}
   ]
  }
 },
 "shipment": {
  "destination": "US"
 }
}
"""


def number(text: str) -> Interval:
    return exactly(Fraction(text))


def contents(product: Any = None, shared: Any = None, **more: Any) -> Contents:
    document = {"format": "rare-earth-bom/1", **({} if product is None else {"product": product}), "shared": shared, **more}
    return read(json.dumps(document).encode(), "bom.json")


def bom(fields: dict[str, Any] | None = None, shared: dict[str, Any] | None = None, **more: Any) -> Product:
    made = contents((fields or {}) | more, shared).product
    assert made is not None
    return made


def bare(product: Product) -> Product:
    """A product without the mark of the file it came from, for comparing what is said in different words."""
    return replace(product, sha256="")


def needed(product: Product) -> dict[str, Interval | None]:
    """How much of each item goes into one product, by part number; None where a quantity is not known."""
    amounts: list[Interval | None] = [ZERO] * len(product.items)
    amounts[0] = ONE
    for index, use in product.uses():
        above, so_far = amounts[index], amounts[use.item]
        unknown = above is None or so_far is None or use.quantity is None
        amounts[use.item] = None if unknown else so_far + above * use.quantity
    return {item.part_number or item.label: amounts[item.index] for item in product.items[1:]}


# ---- what the file is


def test_a_whole_file() -> None:
    made = read(TEXT.encode(), "bom.json")
    assert made.product is not None
    assert [(item.label, str(made.product.place(item.index))) for item in made.product.items if not item.derived] == [
        ("SERVO-40", "bom.json:3: product"),
        ("grease", "bom.json:13: product.materials[0]"),
        ("HOUSING", "bom.json:6: product.parts[0]"),
        ("S", "bom.json:17: shared.SPARE"),
        ("rotor", "bom.json:18: shared.ROTOR"),
        ("MAGNET", "bom.json:22: shared.MAGNET"),
    ]
    assert [(item.label, made.product.place(item.index).path) for item in made.product.items if item.derived] == [
        ("Dy oxide", "shared.MAGNET.composition[0]"),
    ]
    assert sorted((use.item, use.line) for use in made.product.root.uses) == [(1, 13), (2, 6), (4, 7)]
    assert (made.product.unused, sorted(made.product.order)) == ((3,), [0, 1, 2, 4, 5, 6])
    assert (made.shipment, made.shipment_line) == (ShipmentFields(destination="US"), 28)
    assert {made.sha256, made.product.sha256} == {hashlib.sha256(TEXT.encode()).hexdigest()}
    assert {made.file, made.product.file} == {"bom.json"}


def test_a_product_alone_and_a_shipment_alone() -> None:
    alone = contents({}, rates=[{"from": "EUR", "to": "CNY", "rate": "8.21", "day": "2026-11-20", "source": "bank"}])
    rate = Rate(source_currency="EUR", target_currency="CNY", rate=number("8.21"), day=date(2026, 11, 20), source="bank")
    assert (alone.shipment, alone.shipment_line, alone.rates) == (None, 0, (rate,))
    assert alone.product is not None
    assert alone.product.rates == (rate,)
    made = read(b'{"format": "rare-earth-bom/1", "shipment": {}}', "shipment.json")
    assert (made.product, made.shipment, made.rates) == (None, ShipmentFields(), ())


def test_an_item_with_everything_that_can_be_said_of_it() -> None:
    made = bom(
        part_number="M-1",
        name="magnet",
        unit="pcs",
        form="permanent-magnet",
        family="NdFeB",
        alloy=["Nd", "Fe", "B"],
        processing=["sintered", "coated"],
        principal=False,
        mass="6.3 g",
        unit_value={"amount": "4.10", "currency": "EUR", "basis": "purchase-price", "day": "2026-11-20", "source": "order 7"},
        origin="CN",
        made_in="VN",
        steps=[{"step": "separation", "country": "CN"}, {"step": "magnet-making", "country": "VN"}],
        rare_earths="present",
        composition=[{"element": "Dy", "mass_fraction": "3.1 %"}, {"cas": "7440-00-8", "mass_fraction": "28 .. 30 %"}],
        composition_complete=False,
        technologies=[{"field": "magnet-manufacturing", "origin": "CN", "evidence": "licence"}],
        technologies_complete=True,
        control_codes=["1C905.a.4"],
        hs_code="85051110",
        complete=False,
        evidence=[{"document": "report 1", "valid_until": "2027-05-31"}, {"document": "report 2", "valid_until": "2027-01-31"}],
        note="not kept",
    )
    assert made.items == (
        Item(
            index=0,
            parent=-1,
            step=("product",),
            line=1,
            part_number="M-1",
            name="magnet",
            unit="pcs",
            form="permanent-magnet",
            family="NdFeB",
            alloy=frozenset({"Nd", "Fe", "B"}),
            processing=frozenset({"sintered", "coated"}),
            principal=False,
            mass=number("0.0063"),
            unit_value=Money(
                amount=number("4.1"), currency="EUR", basis="purchase-price", day=date(2026, 11, 20), source="order 7"
            ),
            origin="CN",
            made_in="VN",
            steps=(("separation", "CN"), ("magnet-making", "VN")),
            rare_earths="present",
            composition=(
                Substance(element="Dy", cas=None, share=number("0.031"), has_input=False),
                Substance(element=None, cas="7440-00-8", share=Interval(Fraction("0.28"), Fraction("0.3")), has_input=False),
            ),
            composition_complete=False,
            technologies=(Technology(field="magnet-manufacturing", origin="CN", evidence="licence"),),
            technologies_complete=True,
            control_codes=("1C905.a.4",),
            hs_code="85051110",
            evidence=("report 1", "report 2"),
            evidence_until=date(2027, 1, 31),
        ),
    )
    assert made.root.label == "M-1 (magnet)"


def test_an_item_of_which_nothing_is_said() -> None:
    assert bom().items == (Item(index=0, parent=-1, step=("product",), line=1),)


# ---- absent, null and "unknown" are the same


def names(model: type[ItemFields | ShipmentFields], *without: str) -> list[str]:
    return [name for name in model.model_fields if name not in without]


@pytest.mark.parametrize("name", names(ItemFields))
@pytest.mark.parametrize("value", [None, "unknown"])
def test_a_field_of_the_product_that_is_not_known(name: str, value: str | None) -> None:
    assert bare(bom({name: value})) == bare(bom())


@pytest.mark.parametrize("name", names(LineFields))
@pytest.mark.parametrize("value", [None, "unknown"])
def test_a_field_of_a_line_that_is_not_known(name: str, value: str | None) -> None:
    assert bare(bom(parts=[{name: value}])) == bare(bom(parts=[{}]))


@pytest.mark.parametrize("name", names(ShipmentFields))
@pytest.mark.parametrize("value", [None, "unknown"])
def test_a_field_of_the_shipment_that_is_not_known(name: str, value: str | None) -> None:
    assert contents(shipment={name: value}).shipment == ShipmentFields()


@pytest.mark.parametrize("name", ["parts", "materials"])
def test_a_list_that_is_null_or_empty_is_not_a_complete_one(name: str) -> None:
    assert bare(bom({name: None})) == bare(bom({name: []})) == bare(bom())


def test_what_is_not_known_inside_other_fields() -> None:
    fields = {"evidence": [{"document": "report"}], "unit_value": {"amount": 4, "currency": "EUR"}}
    known = bom(fields | {"composition": [{"element": "Dy"}]}, {"A": {}}, parts=[{"use": "A"}])
    for value in (None, "unknown"):
        said = bom(
            {
                "composition": [
                    {"element": "Dy", "mass_fraction": value, "origin": value, "input_form": value, "value": value}
                ],
                "evidence": [{"document": "report", "valid_until": value, "issued_by": value}],
                "unit_value": {"amount": 4, "currency": "EUR", "per": value, "day": value, "basis": value},
            },
            {"A": {}},
            parts=[{"use": "A", "quantity": value, "unit": value}],
        )
        assert bare(said) == bare(known)


def test_unknown_is_not_zero_and_not_no() -> None:
    root = bom(principal="unknown", mass="unknown", processing="unknown", complete="unknown").root
    assert (root.principal, root.mass, root.processing, root.complete) == (None, None, None, False)


# ---- how much goes into what


def test_a_shared_assembly_used_three_times_counts_three_times() -> None:
    shared = {
        "ROTOR": {"part_number": "ROTOR", "parts": [{"use": "MAGNET", "quantity": 8}]},
        "MAGNET": {"part_number": "MAGNET"},
    }
    parts = [{"use": "ROTOR", "quantity": 1}, {"use": "ROTOR", "quantity": 1}, {"use": "ROTOR", "quantity": 1}]
    made = bom(shared=shared, parts=parts)
    assert len(made.items) == 3
    assert needed(made) == {"ROTOR": number("3"), "MAGNET": number("24")}
    parts[2] = {
        "part_number": "ARM",
        "quantity": 2,
        "parts": [{"use": "ROTOR", "quantity": 3}, {"use": "MAGNET", "quantity": 1}],
    }
    assert needed(bom(shared=shared, parts=parts)) == {
        "ARM": number("2"),
        "ROTOR": number("8"),
        "MAGNET": number("66"),
    }


def test_shared_or_written_out_is_the_same_amount() -> None:
    shared = {"PAIR": {"part_number": "PAIR", "parts": [{"use": "A", "quantity": 2}]}, "A": {"part_number": "A"}}
    made = needed(bom(shared=shared, parts=[{"use": "PAIR", "quantity": 3}, {"use": "A", "quantity": "0.5"}]))
    written = {"part_number": "PAIR", "quantity": 3, "parts": [{"part_number": "A", "quantity": 2}]}
    out = needed(bom(parts=[written, {"part_number": "A2", "quantity": "0.5"}]))
    assert (made["PAIR"], made["A"]) == (out["PAIR"], number("6.5"))
    assert out["A"] + out["A2"] == made["A"]


@pytest.mark.parametrize(
    ("base", "quantity", "wanted"),
    [
        (None, 250, number("250")),
        (1, 250, number("250")),
        (100, 250, number("2.5")),
        ("100", "250", number("2.5")),
        (3, 1, number("1/3")),
        (100, "200 .. 300", Interval(Fraction(2), Fraction(3))),
        ("90 .. 100", 180, Interval(Fraction("1.8"), Fraction(2))),
        (100, "< 300", Interval(Fraction(0), Fraction(3), high_open=True)),
        (100, None, None),
    ],
)
def test_quantities_are_for_the_base_quantity(base: Any, quantity: Any, wanted: Interval | None) -> None:
    assert needed(bom(base_quantity=base, parts=[{"part_number": "A", "quantity": quantity}])) == {"A": wanted}


def test_the_base_quantity_of_each_level_counts_once() -> None:
    inner = {"part_number": "B", "quantity": 20, "base_quantity": 10, "parts": [{"part_number": "C", "quantity": 5}]}
    assert needed(bom(base_quantity=100, parts=[inner])) == {"B": number("0.2"), "C": number("0.1")}


@pytest.mark.parametrize(
    ("item", "quantity", "unit", "wanted"),
    [
        ({"unit": "kg"}, "2500", "g", number("2.5")),
        ({"unit": "g"}, "2.5", "kg", number("2500")),
        ({"unit": "kg"}, "2.5", None, number("2.5")),
        ({"unit": "kg"}, "1 .. 2", "t", Interval(Fraction(1000), Fraction(2000))),
        ({"unit": "m"}, "40", "cm", number("0.4")),
        ({"unit": "pcs"}, "2", "dozen", number("24")),
        ({"unit": "thousand"}, "46", "pcs", number("0.046")),
        ({"unit": "m2"}, "50", "cm2", number("0.005")),
        ({"unit": "l"}, "250", "ml", number("0.25")),
        ({"unit": "pcs", "mass": "6.3 g"}, "63", "g", number("10")),
        ({"unit": "pcs", "mass": "5 .. 7 g"}, "35", "g", Interval(Fraction(5), Fraction(7))),
        ({"unit": "m", "mass": "0.5 kg"}, "250", "g", number("0.5")),
        ({"unit": "lb"}, "1", "oz", number("1/16")),
    ],
)
def test_a_quantity_in_another_unit(item: dict[str, Any], quantity: str, unit: str | None, wanted: Interval) -> None:
    made = bom(shared={"A": item | {"part_number": "A"}}, parts=[{"use": "A", "quantity": quantity, "unit": unit}])
    assert needed(made) == {"A": wanted}


@pytest.mark.parametrize("quantity", [8, "8", 8.0, "8.00", "8e0", "0.8e1", " 8 ", "8 .. 8"])
def test_a_quantity_is_the_same_however_it_is_written(quantity: Any) -> None:
    assert needed(bom(parts=[{"part_number": "A", "quantity": quantity}])) == {"A": number("8")}


@STEADY
@given(st.data())
def test_amounts_are_those_of_the_tree_written_out(data: st.DataObject) -> None:
    """Shared items that use later ones, against plain multiplication along every way."""
    count = data.draw(st.integers(1, 5))
    lines = [
        [(child, data.draw(st.integers(1, 4))) for child in range(index + 1, count + 1) if data.draw(st.booleans())]
        for index in range(count + 1)
    ]

    def along(index: int, wanted: int) -> int:
        return 1 if index == wanted else sum(times * along(child, wanted) for child, times in lines[index])

    def uses(index: int) -> dict[str, Any]:
        return {"part_number": str(index), "parts": [{"use": str(child), "quantity": times} for child, times in lines[index]]}

    made = bom(uses(0), {str(index): uses(index) for index in range(1, count + 1)})
    assert needed(made) == {
        str(index): exactly(Fraction(along(index, 0) if index == 0 else along(0, index))) for index in range(1, count + 1)
    }
    seen: set[int] = set()
    for index in made.order:
        assert {use.item for use in made.items[index].uses} <= seen
        seen.add(index)
    assert seen | set(made.unused) == set(range(count + 1))


def test_depth_costs_no_recursion() -> None:
    depth = 4000
    text = '{"format": "rare-earth-bom/1", "product": ' + '{"parts": [' * depth + '{"part_number": "X"}' + "]}" * depth + "}"
    made = read(text.encode(), "bom.json").product
    assert made is not None
    assert (len(made.items), made.items[-1].part_number, made.order[0]) == (depth + 1, "X", depth)
    assert made.place(depth).path == "product.parts[0].parts[0].parts…(7,989 steps)….parts[0].parts[0].parts[0]"


# ---- what it costs


@pytest.mark.parametrize(
    ("per", "item", "wanted"),
    [
        (None, {}, "90"),
        ("1", {}, "90"),
        (1000, {}, "0.09"),
        ("1000", {}, "0.09"),
        ("1000 pcs", {}, "0.09"),
        ("1e3", {}, "0.09"),
        ("thousand", {}, "0.09"),
        ("1 thousand", {}, "0.09"),
        ("dozen", {}, "7.5"),
        ("5 dozen", {}, "1.5"),
        ("7", {}, "90/7"),
        ("1 kg", {"unit": "kg"}, "90"),
        ("kg", {"unit": "kg"}, "90"),
        ("kg", {"unit": "g"}, "0.09"),
        ("100 g", {"unit": "kg"}, "900"),
        ("2", {"unit": "kg"}, "45"),
        ("kg", {"mass": "6.3 g"}, "0.567"),
        ("100 g", {"mass": "6.3 g"}, "5.67"),
        ("kg", {"mass": "0.5 kg", "unit": "m"}, "45"),
        ("1000 m", {"unit": "m"}, "0.09"),
        ("10 lb", {"unit": "oz"}, "0.5625"),
    ],
)
def test_a_price_for_more_than_one_unit(per: Any, item: dict[str, Any], wanted: str) -> None:
    root = bom(item, unit_value={"amount": 90, "currency": "EUR", "per": per}).root
    assert root.unit_value == Money(amount=number(wanted), currency="EUR")


@pytest.mark.parametrize(
    ("mass", "low", "high"),
    [("5 .. 7 g", "0.45", "0.63"), ("< 5 g", "0", "0.45"), ("> 5 g", "0.45", None)],
)
def test_a_price_by_mass_of_a_piece_that_is_not_weighed_exactly(mass: str, low: str, high: str | None) -> None:
    value = bom(mass=mass, unit_value={"amount": 90, "currency": "EUR", "per": "kg"}).root.unit_value
    assert value is not None
    assert (value.amount.low, value.amount.high) == (Fraction(low), None if high is None else Fraction(high))


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [
        (4.1, number("4.1")),
        ("4.10", number("4.1")),
        ("0.1000000000000000000001", number("1000000000000000000001/10000000000000000000000")),
        ("12 .. 14", Interval(Fraction(12), Fraction(14))),
        (">= 12", Interval(Fraction(12), None)),
    ],
)
def test_a_price_is_exact_or_a_range(amount: Any, wanted: Interval) -> None:
    value = bom(unit_value={"amount": amount, "currency": "CNY"}).root.unit_value
    assert value == Money(amount=wanted, currency="CNY")


def test_a_number_is_read_as_it_stands_in_the_file_and_not_as_a_float() -> None:
    text = b'{"format": "rare-earth-bom/1", "product": {"unit_value": {"amount": 0.1000000000000000000001, "currency": "EUR"}}}'
    made = read(text, "bom.json").product
    assert made is not None
    assert made.root.unit_value == Money(amount=number("1000000000000000000001/10000000000000000000000"), currency="EUR")


# ---- inputs named in a composition


def derived(item: dict[str, Any]) -> tuple[Item, Use]:
    made = bom(item)
    (found,) = [one for one in made.items if one.derived]
    (use,) = made.root.uses
    assert use.item == found.index
    return found, use


def test_an_input_with_its_value_is_one_line_of_it() -> None:
    value = {"amount": "1.30", "currency": "EUR"}
    found, use = derived(
        {"mass": "6 g", "composition": [{"element": "Dy", "input_form": "metal", "origin": "CN", "value": value}]}
    )
    assert found == Item(
        index=1,
        parent=0,
        step=("composition", 0),
        line=1,
        name="Dy metal",
        unit="pcs",
        form="metal",
        unit_value=Money(amount=number("1.3"), currency="EUR"),
        origin="CN",
        composition=(Substance(element="Dy", cas=None, share=None, has_input=False),),
        composition_complete=True,
        complete=True,
        derived=True,
    )
    assert use == Use(item=1, quantity=ONE, line=1, material=True)


def test_an_input_weighs_at_least_what_is_contained() -> None:
    found, use = derived({"mass": "6 g", "composition": [{"element": "Dy", "mass_fraction": "5 %", "input_form": "oxide"}]})
    assert (found.unit, found.unit_value, use.quantity) == ("kg", None, Interval(Fraction("0.0003"), None))


@pytest.mark.parametrize(
    "fields",
    [
        {"composition": [{"element": "Dy", "input_form": "oxide", "mass_fraction": "5 %"}]},
        {"mass": "6 g", "composition": [{"element": "Dy", "input_form": "oxide"}]},
    ],
)
def test_an_input_of_which_mass_or_fraction_is_missing_has_no_quantity(fields: dict[str, Any]) -> None:
    assert derived(fields)[1].quantity is None


def test_an_input_of_a_range_weighs_at_least_the_least() -> None:
    part = {"element": "Dy", "mass_fraction": "> 4 %", "input_form": "oxide"}
    assert derived({"mass": "5 .. 7 g", "composition": [part]})[1].quantity == Interval(Fraction("0.0002"), None, True)


@pytest.mark.parametrize(
    ("part", "name", "complete"),
    [
        ({"element": "Dy", "input_form": "metal"}, "Dy metal", True),
        ({"element": "Dy", "input_form": "oxide"}, "Dy oxide", True),
        ({"element": "Dy", "input_form": "compound"}, "Dy compound", False),
        ({"element": "Dy", "input_form": "metal", "input_alloy": ["Dy", "Fe"]}, "Dy metal", False),
        ({"cas": "7429-91-6", "input_form": "metal"}, "7429-91-6 metal", False),
        ({"element": "Dy", "input_form": "metal", "name": "ingot"}, "ingot", True),
    ],
)
def test_only_a_plain_metal_or_oxide_is_its_element_alone(part: dict[str, Any], name: str, complete: bool) -> None:
    found, _ = derived({"composition": [part]})
    assert (found.label, found.composition_complete, found.complete) == (name, complete, complete)


@pytest.mark.parametrize(
    "said",
    [
        {"origin": "CN"},
        {"input_alloy": ["Dy", "Fe"]},
        {"value": {"amount": "1", "currency": "EUR"}},
        {"origin": "CN", "input_form": "unknown"},
    ],
)
def test_an_input_of_which_no_form_is_told_is_one_of_an_unknown_form(said: dict[str, Any]) -> None:
    """Nobody writes where an element is from, or what it cost, of something that was not bought."""
    found, _ = derived({"composition": [{"element": "Dy", "mass_fraction": "5 %"} | said]})
    assert (found.label, found.form, found.composition_complete, found.complete) == ("Dy", None, False, False)


@pytest.mark.parametrize("said", [{}, {"name": "dysprosium"}, {"input_form": "unknown"}, {"input_alloy": None}])
def test_an_element_of_which_nothing_is_told_is_no_input(said: dict[str, Any]) -> None:
    made = bom(composition=[{"element": "Dy", "mass_fraction": "5 %"} | said])
    assert (len(made.items), made.root.uses) == (1, ())


def test_an_input_is_something_also_where_nothing_of_it_is_said_to_be_left() -> None:
    """Dysprosium that was bought, in a magnet that is said to hold none: the engine then finds the contradiction."""
    made = bom(mass="6 g", composition=[{"element": "Dy", "mass_fraction": "0 %", "input_form": "metal"}])
    assert made.root.uses[0].quantity == Interval(Fraction(0), None, low_open=True)


# ---- at the edge of what is refused


@pytest.mark.parametrize(
    "fields",
    [
        {"composition": [{"element": "Nd", "mass_fraction": "31 %"}, {"element": "Fe", "mass_fraction": "69 %"}]},
        {"composition": [{"element": "Nd", "mass_fraction": "20 .. 90 %"}, {"element": "Fe", "mass_fraction": "80 .. 90 %"}]},
        {"composition": [{"element": "Nd", "mass_fraction": "100 %"}, {"element": "Fe", "mass_fraction": "< 50 %"}]},
        {"composition": [{"element": "Nd", "mass_fraction": "0 %"}, {"element": "Nd", "mass_fraction": "0.31"}]},
        {"base_quantity": "1e-120", "mass": "1e120 t"},
        {"unit_value": {"amount": "1" * 120, "currency": "EUR", "day": "2028-02-29"}},
        {"control_codes": ["1C905", "1C905.a.4", "2B902.a.1.b"], "hs_code": "8505"},
        {"complete": True, "materials": [{}]},
        {"complete": True, "composition": [{"element": "Dy", "input_form": "oxide"}]},
        {"complete": False, "parts": []},
    ],
)
def test_what_is_just_possible_is_taken(fields: dict[str, Any]) -> None:
    assert bom(fields).root.line == 1


def test_a_long_ring_is_named_by_its_ends() -> None:
    ring = {f"R{at}": {"part_number": f"R{at}", "parts": [{"use": f"R{(at + 1) % 12}"}]} for at in range(12)}
    with pytest.raises(Refused) as refused:
        bom({"parts": [{"use": "R0"}]}, ring)
    (problem,) = refused.value.problems
    assert problem.message.startswith("the item contains itself: R0 → R1 → R2 → R3 → ")
    assert problem.message.endswith("R9 → R10 → R11 → R0")


# ---- the shipment


def shipped(fields: dict[str, Any], product: dict[str, Any] | None = None, **more: Any) -> Shipment:
    made = contents(product or {}, shipment=fields, **more)
    assert made.product is not None
    return shipment_of(made.product, made.shipment, made)


def test_of_a_shipment_without_fields_nothing_is_known() -> None:
    product = bom()
    assert shipment_of(product, None) == Shipment(product=product, file="bom.json")


def test_a_shipment_with_everything_that_can_be_said_of_it() -> None:
    party = {"name": "A", "identifier": "7", "located_in": "US", "chinese_person": False, "military": True}
    made = shipped(
        {
            "kind": "goods",
            "movement": "export",
            "technology_fields": ["none"],
            "exporter": {"located_in": "DE"},
            "ship_from": "DE",
            "destination": "US",
            "importer": party | {"listed": "watch-list", "listed_owners_share": "< 50 %"},
            "end_use": {"purposes": ["civil", "medical"], "complete": True, "node": "14 nm", "layers": 128},
            "day": "2026-11-23",
            "quantity": "100",
            "unit_price": {"amount": 120, "currency": "USD", "per": "dozen"},
        }
    )
    assert made == Shipment(
        product=made.product,
        file="bom.json",
        line=1,
        sha256=made.product.sha256,
        kind="goods",
        movement="export",
        technology_fields=(),
        exporter=Party(located_in="DE"),
        ship_from="DE",
        destination="US",
        importer=Party(
            name="A",
            identifier="7",
            located_in="US",
            chinese_person=False,
            military=True,
            listed="watch-list",
            listed_owners_share=Interval(Fraction(0), Fraction(1, 2), high_open=True),
        ),
        end_use=EndUse(purposes=("civil", "medical"), complete=True, node=number("14"), layers=number("128")),
        day=date(2026, 11, 23),
        quantity=number("100"),
        unit_price=Money(amount=number("10"), currency="USD"),
    )


def test_no_technology_field_is_something_else_than_not_knowing_which() -> None:
    assert [shipped({"technology_fields": value}).technology_fields for value in (["none"], None, "unknown")] == [
        (),
        None,
        None,
    ]


def test_rates_of_the_file_are_those_of_its_shipment_and_counted_once() -> None:
    rates = [{"from": "EUR", "to": "CNY", "rate": "8.21", "day": "2026-11-20", "source": "bank"}]
    made = shipped({}, rates=rates)
    assert [str(rate.rate.low) for rate in made.rates] == ["821/100"]


def test_a_price_of_the_shipment_by_mass_needs_the_mass_of_the_product() -> None:
    price = {"unit_price": {"amount": 90, "currency": "EUR", "per": "kg"}}
    assert shipped(price, {"mass": "2 kg"}).unit_price == Money(amount=number("180"), currency="EUR")
    with pytest.raises(Refused) as refused:
        shipped(price)
    (problem,) = refused.value.problems
    assert (problem.place.path, problem.message) == (
        "shipment.unit_price.per",
        "the price is for kg, the item is counted in pcs",
    )


# ---- what does not matter


def shuffled(value: Any, order: Iterable[int]) -> Any:
    """The same document with the keys of every object in another order."""
    if isinstance(value, list):
        return [shuffled(inner, order) for inner in value]
    if not isinstance(value, dict):
        return value
    keys = sorted(value, key=lambda key: hashlib.sha256(f"{key}{order}".encode()).digest())
    return {key: shuffled(value[key], order) for key in keys}


@STEADY
@given(st.lists(st.integers(0, 99), min_size=1, max_size=3))
def test_the_order_of_keys_changes_nothing_but_the_numbering(order: list[int]) -> None:
    document = json.loads(TEXT)
    mixed = read(json.dumps(shuffled(document, order)).encode(), "bom.json").product
    plain = read(json.dumps(document).encode(), "bom.json").product
    assert mixed is not None
    assert plain is not None
    assert needed(mixed) == needed(plain)
    assert {item.label for item in mixed.items} == {item.label for item in plain.items}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"product": {"composition": [{"element": "Fe", "mass_fraction": "> 100 %"}]}}, "more than the whole"),
        (
            {"product": {}, "rates": [{"from": "EUR", "to": "EUR", "rate": 2, "day": "2026-11-01", "source": "a bank"}]},
            "a rate joins two currencies",
        ),
    ],
)
def test_what_can_not_be_is_refused(document: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(json.dumps({"format": "rare-earth-bom/1", **document}).encode(), "x.json")


def test_thousands_of_mistakes_are_all_told() -> None:
    unknown = {f"key{number}": 1 for number in range(2_000)}
    with pytest.raises(Refused) as refused:
        read(json.dumps({"format": "rare-earth-bom/1", "product": unknown}, indent=1).encode(), "x.json")
    assert len(refused.value.problems) == 2_000
