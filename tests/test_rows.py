"""Flat rows of a bill of materials: what they make, and every way in which rows of ERP systems lie."""

from __future__ import annotations

import csv
import json
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rare_earth_compliance import Product, Refused, Rows, determine, load_rules, read_product, read_rows, shipment_of
from rare_earth_compliance.core.quantities import exactly
from rare_earth_compliance.product.document import File, ItemFields
from rare_earth_compliance.product.row_model import PASSED, Row

Given = dict[str, Any]


def line(parent: str | None, child: str, **facts: Any) -> Given:
    return {"parent": parent, "child": child, **facts}


def problems(rows: Any, **options: Any) -> list[tuple[int, str, str]]:
    """Row, column and message of every problem; each must have an advice and name the rows."""
    with pytest.raises(Refused) as refused:
        read_rows(rows, **options)
    assert all(one.advice and one.place.file == options.get("name", "rows") for one in refused.value.problems)
    return [(one.place.line, one.place.path, one.message) for one in refused.value.problems]


def only(rows: Any, **options: Any) -> tuple[int, str, str]:
    (problem,) = problems(rows, **options)
    return problem


def notes(found: Rows) -> list[tuple[int, str, str]]:
    return [(one.place.line, one.place.path, one.message) for one in found.notes]


# ---- what rows make


def test_rows_become_the_document_that_a_person_would_write() -> None:
    found = read_rows(
        [
            line(None, "ARM", name="arm", form="finished-product", price=Decimal("124.30"), currency="EUR", made_in="DE"),
            line("ARM", "SERVO", position="10", quantity="600", unit="pcs", base_quantity=100, form="motor",
                 mass="55", mass_unit="g"),
            line("ARM", "WIRE", position="20", quantity="12.5", unit="m", base_quantity="100.0", price="80", price_unit=1000,
                 currency="USD", item_unit="m", hs_code="85444290", price_day=date(2026, 2, 26), price_basis="standard-cost"),
            line("SERVO", "MAG", quantity=4, form="permanent-magnet", family="NdFeB", control_codes="1C905.a.4; 1C902",
                 processing="sintered;loose", composition=[{"element": "Dy", "mass_fraction": "3 %"}],
                 composition_complete="true", complete=None, rare_earths="present", origin="CN", supplier_country="DE"),
        ]
    )  # fmt: skip
    assert found.notes == ()
    assert json.loads(json.dumps(found.document)) == {
        "format": "rare-earth-bom/1",
        "product": {
            "part_number": "ARM",
            "name": "arm",
            "form": "finished-product",
            "made_in": "DE",
            "unit_value": {"amount": "124.30", "currency": "EUR"},
            "base_quantity": "100",
            "parts": [
                {"use": "SERVO", "quantity": "600", "unit": "pcs"},
                {"use": "WIRE", "quantity": "12.5", "unit": "m"},
            ],
        },
        "shared": {
            "SERVO": {
                "part_number": "SERVO",
                "form": "motor",
                "mass": "55 g",
                "unit": "pcs",
                "parts": [{"use": "MAG", "quantity": "4"}],
            },
            "WIRE": {
                "part_number": "WIRE",
                "hs_code": "85444290",
                "unit": "m",
                "unit_value": {"amount": "80", "currency": "USD", "per": "1000", "basis": "standard-cost", "day": "2026-02-26"},
            },
            "MAG": {
                "part_number": "MAG",
                "form": "permanent-magnet",
                "family": "NdFeB",
                "control_codes": ["1C905.a.4", "1C902"],
                "processing": ["sintered", "loose"],
                "rare_earths": "present",
                "composition": [{"element": "Dy", "mass_fraction": "3 %"}],
                "composition_complete": True,
                "origin": "CN",
            },
        },
    }
    items = tuple(replace(one, line=0, uses=tuple(replace(use, line=0) for use in one.uses)) for one in found.product.items)
    assert read_product(json.loads(json.dumps(found.document)), "rows").product == replace(found.product, items=items)


def test_a_product_and_its_lines_stand_at_their_rows() -> None:
    found = Product.from_rows([line("A", "B", quantity="2"), line("B", "C")], name="bom.csv", first_row=2)
    assert [str(found.place(one.index)) for one in found.items] == [
        "bom.csv:2: product",
        "bom.csv:2: shared.B",
        "bom.csv:3: shared.C",
    ]
    assert [use.line for _, use in found.uses()] == [2, 3]


def test_base_quantity_and_price_unit_are_divided_exactly() -> None:
    rows = [line("A", "B", quantity="1", unit="pcs", base_quantity="3", price="1.00", price_unit="1000 EA", currency="EUR")]
    found = Product.from_rows(rows, units={"EA": "pcs"})
    assert found.items[0].uses[0].quantity == exactly(Fraction(1, 3))
    assert found.items[1].unit_value is not None
    assert found.items[1].unit_value.amount == exactly(Fraction(1, 1000))


def test_own_column_names_and_own_words() -> None:
    rows = [OrderedDict(MATNR="A", IDNRK="B", MENGE=" 2 ", MEINS="ST", HERKL="China", WERKS="1000", child="left")]
    options: Any = {
        "columns": {"parent": "MATNR", "child": "IDNRK", "quantity": "MENGE", "unit": "MEINS", "origin": "HERKL"},
        "ignore": {"WERKS", "child"},
        "units": {"ST": "pcs"},
        "countries": {"China": "CN"},
    }
    found = Product.from_rows(rows, **options)
    assert (found.items[1].origin, found.items[1].unit, found.items[1].part_number) == ("CN", "pcs", "B")
    assert only(rows, **options | {"ignore": {"WERKS"}})[2] == "'child' is not a column"
    assert only(rows, **options | {"ignore": {"child"}})[:2] == (1, "WERKS")
    assert only([line("A", "B", quantity="x,y")], columns={"quantity": "quantity"})[:2] == (1, "quantity")


def test_wrong_names_of_columns_are_told() -> None:
    assert only([line("A", "B")], columns={"orgin": "HERKL"})[2].startswith("columns={'orgin'")
    assert (
        only([{"x": "A", "child": "B"}], columns={"parent": "x", "position": "x"})[2]
        == "columns= gives one of your columns twice"
    )
    assert only([{"x": "A", "child": "B"}], columns={"parent": "x", "origin": "y"}) == (0, "y", "no row has this column")
    assert only([line("A", "B", orgin="CN")]) == (1, "orgin", "is not a column")


def test_every_column_is_explained_and_passes_into_a_field_of_the_format() -> None:
    assert all(field.description for field in Row.model_fields.values())
    assert set(PASSED) <= set(ItemFields.model_fields) & set(Row.model_fields)
    assert len(Row.model_fields) == 31


def test_rates_reach_the_product() -> None:
    rate = {"from": "USD", "to": "CNY", "rate": "7.2", "day": "2026-02-26", "source": "assumed"}
    assert Product.from_rows([line("A", "B")], rates=[rate]).rates[0].target_currency == "CNY"
    assert only([line("A", "B")], rates=[rate | {"rate": "0"}])[1] == "rates[0].rate"


# ---- what is unset


def test_zero_is_no_price_and_no_mass_and_is_noted() -> None:
    rows = [
        line(None, "A", price="0.00", currency="EUR", mass=0, mass_unit="kg"),
        line("A", "B", price=Decimal("0E-4"), price_unit="0"),
    ]
    found = read_rows(rows)
    assert [(one.unit_value, one.mass) for one in found.product.items] == [(None, None)] * 2
    assert notes(found) == [
        (1, "price", "found 0.00: zero is no price, taken as not known"),
        (1, "mass", "found 0: zero is no mass, taken as not known"),
        (2, "price", "found 0.0000: zero is no price, taken as not known"),
    ]


def test_no_price_is_no_note() -> None:
    found = read_rows([line("A", "B", price=None), line("A", "C", price=" ", currency="EUR", price_unit="1000")])
    assert notes(found) == []
    assert [one.unit_value for one in found.product.items] == [None] * 3


def test_zero_without_a_unit_is_unset_and_zero_with_one_is_wrong() -> None:
    found = read_rows([line("A", "B", quantity="0.000", unit="")])
    assert found.product.items[0].uses[0].quantity is None
    assert notes(found) == [(1, "quantity", "found 0.000 without a unit: unset, taken as not known")]
    assert only([line("A", "B", quantity="0.000", unit="pcs")])[:2] == (1, "quantity")
    assert only([line("A", "B", quantity="3", unit="")]) == (1, "unit", "is empty beside a quantity")


def test_an_empty_list_is_open_and_never_complete_by_itself() -> None:
    found = Product.from_rows([line(None, "A", form="assembly"), line("A", "B", form="assembly")])
    assert [one.complete for one in found.items] == [False, False]
    assert only([line(None, "A", complete=True)]) == (1, "complete", "says that its list is complete, but lists nothing")
    with_parts = Product.from_rows([line(None, "A", complete="true"), line("A", "B")])
    assert [one.complete for one in with_parts.items] == [True, False]


def test_the_suppliers_country_is_no_origin() -> None:
    found = Product.from_rows([line("A", "B", supplier_country="Germany")])
    assert (found.items[1].origin, found.items[1].made_in) == (None, None)


# ---- single values


@pytest.mark.parametrize(
    ("facts", "column", "words"),
    [
        ({"price": 1.5}, "price", "the float 1.5"),
        ({"quantity": float("nan")}, "quantity", "the float nan"),
        ({"name": 2.0}, "name", "the float 2.0"),
        ({"mass": "6,3 g"}, "mass", "with a comma"),
        ({"price": "1.234,50"}, "price", "with a comma"),
        ({"quantity": "-1"}, "quantity", "below zero"),
        ({"quantity": Decimal("-0.5")}, "quantity", "below zero"),
        ({"quantity": "5.000-"}, "quantity", "below zero"),
        ({"price": Decimal("Infinity")}, "price", "expected a number"),
        ({"price": True}, "price", "found bool"),
        ({"price": "1_0", "currency": "EUR"}, "price", "not an amount"),
        ({"price": "１", "currency": "EUR"}, "price", "not an amount"),
        ({"price": "5"}, "currency", "is missing"),
        ({"price": "5", "currency": "Euro"}, "currency", "not a currency"),
        ({"price": "5", "currency": "EUR", "price_unit": "0"}, "price_unit", "found '0'"),
        ({"price": "5", "currency": "EUR", "price_day": "/Date(1763942400000)/"}, "price_day", "expected a day"),
        ({"price": "5", "currency": "EUR", "price_day": "26.11.2026"}, "price_day", "expected a day"),
        ({"price_day": datetime(2026, 11, 23, tzinfo=UTC)}, "price_day", "expected a day"),
        ({"origin": "China"}, "origin", "not a two-letter country code"),
        ({"origin": "PRC"}, "origin", "not a two-letter country code"),
        ({"origin": "CHN"}, "origin", "not a two-letter country code"),
        ({"origin": "中国"}, "origin", "not a two-letter country code"),
        ({"made_in": "cn"}, "made_in", "not a two-letter country code"),
        ({"made_in": 156}, "made_in", "expected text"),
        ({"hs_code": 85051110}, "hs_code", "expected text"),
        ({"hs_code": "8505.11"}, "hs_code", "expected form"),
        ({"form": "HALB"}, "form", "not a form"),
        ({"unit": "ST", "quantity": "1"}, "unit", "not a unit"),
        ({"item_unit": "EA"}, "item_unit", "not a unit"),
        ({"mass": "55"}, "mass", "found the unit ''"),
        ({"mass": "6.3 g", "mass_unit": "kg"}, "mass", "found the unit 'g kg'"),
        ({"complete": "X"}, "complete", "expected true or false"),
        ({"complete": 1}, "complete", "expected true or false"),
        ({"control_codes": "1-Feb"}, "control_codes[0]", "expected form"),
        ({"composition": "Dy 3 %"}, "composition", "expected a list"),
        ({"composition": [{"element": "Dy", "mass_fraction": 0.03}]}, "composition[0].mass_fraction", "the float 0.03"),
        ({"composition": [{"element": "Dx"}]}, "composition[0].element", "not a chemical element"),
        ({"base_quantity": "0.000"}, "base_quantity", "found 0"),
        ({"deleted": "X"}, "deleted", "is not a column"),
        ({"child": ""}, "child", "is empty"),
    ],
)  # fmt: skip
def test_a_value_that_lies_is_named_by_row_and_column(facts: Given, column: str, words: str) -> None:
    rows = [line("A", "B.1[2]", position="1"), line("A", "C", position="2") | facts]
    rows = rows[1:] if "base_quantity" in facts else rows
    row, found, message = only(rows)
    assert (row, found) == (len(rows), column)
    assert words in message


def test_all_problems_of_values_come_together() -> None:
    rows = [line("A", "B", price=1.5, quantity="1,0", origin="China"), line("A", "C", mass="-3 g"), 5]
    assert [(row, column) for row, column, _ in problems(rows)] == [
        (1, "origin"),
        (1, "quantity"),
        (1, "price"),
        (2, "mass"),
        (3, ""),
    ]


def test_problems_of_the_reader_stand_at_their_row() -> None:
    rows = [
        line("A", "B", form="motr"),
        line("A", "C", quantity="0", unit="pcs"),
        line("A", "D"),
        line("C", "D", position="x", form="motr"),
    ]
    assert [(row, column) for row, column, _ in problems(rows, name="bom.csv", first_row=11)] == [
        (11, "form"),
        (12, "quantity"),
        (14, "form"),
    ]


# ---- rows together


def test_the_same_line_twice() -> None:
    rows = [line("A", "B", quantity="2"), line("A", "B", quantity="2")]
    assert only(rows) == (2, "child", "'B' stands in the list of 'A' already, in row 1")
    positions = [row | {"position": position} for row, position in zip(rows, ("10", "20"), strict=True)]
    assert [use.quantity for use in Product.from_rows(positions).items[0].uses] == [exactly(Fraction(2))] * 2


def test_several_roots_an_unknown_parent_and_no_root() -> None:
    assert only([line("A", "B"), line("C", "D")]) == (0, "parent", "2 items stand under no other: 'A', 'C'")
    assert only([line("A", "B"), line("C", "D")], product="A")[2] == "2 items stand under no other: 'A', 'C'"
    assert only([line(None, "A"), line("A", "B"), line("X", "D")]) == (3, "parent", "'X' is described in no row")
    assert only([line(None, "A"), line(None, "B")])[2] == "2 items stand under no other: 'A', 'B'"
    assert only([line("A", "B")], product="Z") == (0, "", "product='Z' is in no row")
    assert only([line("A", "B"), line("B", "C")], product="B") == (0, "", "product='B' stands under another item")
    assert only([]) == (0, "", "holds no row")
    assert only([line(None, "A", quantity="1")]) == (1, "quantity", "the row of the product itself has a quantity")
    assert Product.from_rows([line("A", "B")], product="A").root.part_number == "A"


@pytest.mark.parametrize(
    ("rows", "ring"),
    [
        ([line("A", "B"), line("B", "A")], "A → B → A"),
        ([line("A", "A")], "A → A"),
        ([line(None, "A"), line("A", "B"), line("B", "A")], "A → B → A"),
        ([line("A", "B"), line("B", "C"), line("C", "B")], "B → C → B"),
    ],
)
def test_a_ring_is_named(rows: list[Given], ring: str) -> None:
    _, _, message = only(rows)
    letters = ring.split(" → ")
    turned = [" → ".join([*letters[at:-1], *letters[: at + 1]]) for at in range(len(letters) - 1)]
    assert message in [f"the item contains itself: {one}" for one in turned]


def test_rows_that_contradict_each_other() -> None:
    one = line("A", "B", position="1", price="5", currency="EUR", mass="6.3 g", form="motor", origin="CN")
    alike = one | {"position": "2", "price": "5.00", "mass": "6.30 g", "form": "", "origin": None}
    assert len(Product.from_rows([one, alike]).items) == 2
    rows = [one, one | {"position": "2", "price": "6", "form": "sensor", "origin": "JP"}]
    assert sorted(problems(rows)) == [
        (2, "form", "says 'sensor' of 'B', row 1 says 'motor'"),
        (2, "origin", "says 'JP' of 'B', row 1 says 'CN'"),
        (2, "price", "says 6 EUR of 'B', row 1 says 5 EUR"),
    ]
    codes = [line("A", "B", hs_code="08505"), line("A", "B", position="2", hs_code="8505")]
    assert only(codes)[:2] == (2, "hs_code")


def test_a_base_quantity_is_that_of_the_whole_list() -> None:
    rows = [line("A", "B", base_quantity="100"), line("A", "C")]
    assert only(rows) == (2, "base_quantity", "found none, in row 1 it is 100")


def test_units_of_one_item() -> None:
    rows = [line("A", "B", quantity="1", unit="kg"), line("A", "C"), line("C", "B", quantity="1", unit="g")]
    assert only(rows) == (1, "unit", "'B' is counted in kg and in g")
    found = Product.from_rows([rows[0] | {"item_unit": "g"}, *rows[1:]])
    assert found.items[0].uses[0].quantity == exactly(Fraction(1000))


def test_a_phantom_stays_a_level_and_never_hides_what_is_in_it() -> None:
    assert only([line("A", "KIT", phantom=True)]) == (1, "phantom", "the kit 'KIT' has no rows below it")
    found = Product.from_rows([line("A", "KIT", phantom="true", quantity="2"), line("KIT", "MAG", quantity="3")])
    assert [(one.part_number, [use.item for use in one.uses]) for one in found.items] == [("A", [1]), ("KIT", [2]), ("MAG", [])]


def test_a_csv_row_with_too_many_values() -> None:
    rows = list(csv.DictReader(["parent,child", "A,B,CN"]))
    assert only(rows) == (1, "", "None is not a column")


# ---- the same as the document


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_any_tree_of_rows_is_judged_as_its_document_in_any_order(parents: list[int], rng: Random) -> None:
    """Row N hangs under an earlier item; shuffled rows give the same items, quantities and values."""
    rows: list[Given] = [line(None, "I0", form="assembly")]
    for number, parent in enumerate(parents, 1):
        rows.append(
            line(f"I{parent % number}", f"I{number}", quantity=str(number), unit="pcs", price=f"{number}.5", currency="EUR")
        )
    before = read_rows(rows)
    shuffled = rows[:]
    rng.shuffle(shuffled)
    after = read_rows(shuffled)
    assert File.model_validate(before.document)

    def told(found: Product) -> dict[str, Any]:
        names = [one.part_number for one in found.items]
        return {
            str(one.part_number): (one.unit_value, sorted((str(names[use.item]), str(use.quantity)) for use in one.uses))
            for one in found.items
        }

    assert told(before.product) == told(after.product)
    assert len(told(before.product)) == len(rows)


def test_rows_are_judged() -> None:
    found = Product.from_rows([line("ARM", "SERVO", quantity="6", form="motor")])
    determination = determine(shipment_of(found, {"ship_from": "DE", "destination": "KR"}), load_rules(), on=date(2026, 11, 23))
    assert determination.answer.value == "undetermined"
    assert determination.coverage.read == 2
