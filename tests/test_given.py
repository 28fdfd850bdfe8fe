"""Documents that a program hands over: what a dictionary says is read as the same text in a file would be."""

from __future__ import annotations

import json
from collections import ChainMap, UserDict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rare_earth_compliance import BomFile, Product, Refused, product_of, read_product, read_shipment, shipment_of
from rare_earth_compliance.core import plain
from rare_earth_compliance.core.json_text import Number, Object, read
from rare_earth_compliance.core.quantities import Interval, amount, as_amount
from rare_earth_compliance.product.reader import Contents
from tests.running import ROOT
from tests.test_schema import product_data

BROKEN = ROOT / "tests" / "broken_boms"
FORMAT = "rare-earth-bom/1"
FILES = product_data()


def bare(contents: Contents) -> tuple[Product | None, Any]:
    """A document without lines, names and hashes."""
    product = contents.product
    if product is not None:
        items = tuple(replace(one, line=0, uses=tuple(replace(use, line=0) for use in one.uses)) for one in product.items)
        product = replace(product, items=items, sha256="", file="")
    return product, contents.shipment and dict(contents.shipment)


def loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def test_there_are_files() -> None:
    assert len(FILES) > 55


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_bytes_text_dictionary_and_model_are_read_alike(path: Path) -> None:
    data, document = path.read_bytes(), loaded(path)
    wanted = read_product(data, "x")
    assert read_product(data.decode(), "x") == wanted
    assert bare(read_product(document, "y")) == bare(wanted)
    assert bare(read_product(BomFile.model_validate(document), "y")) == bare(wanted)


def told(refused: Refused) -> set[tuple[str, str, str]]:
    """Path, words and advice; a Decimal writes the exponent of 1e9 as E+9."""
    return {(one.place.path, one.message.lower().replace("e+", "e"), one.advice) for one in refused.problems}


def test_every_broken_document_is_refused_as_a_dictionary_with_the_same_words_at_the_same_paths() -> None:
    """Defects of JSON itself never reach a dictionary; all others are told alike."""
    seen = 0
    for path in sorted(BROKEN.glob("*.json")):
        try:
            document = loaded(path)
            read(path.read_text(encoding="utf-8"), path.name)
        except (ValueError, Refused):
            continue
        if path.name == "expected.json" or not isinstance(document, dict):
            continue
        seen += 1
        with pytest.raises(Refused) as of_file:
            read_product(path.read_bytes(), path.name)
        with pytest.raises(Refused) as of_dictionary:
            read_product(document, path.name)
        assert told(of_dictionary.value) == told(of_file.value), path.name
        assert {one.place.line for one in of_dictionary.value.problems} == {0}
    assert seen > 90


def bom(**facts: Any) -> dict[str, Any]:
    return {"format": FORMAT, "product": facts}


def refused(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as found:
        product_of(document)
    assert all(one.advice and one.place.file == "product" for one in found.value.problems)
    return [(one.place.path, one.message) for one in found.value.problems]


class Word(str, Enum):  # noqa: UP042  # str() of it is not its text, which must not matter
    MOTOR = "motor"


class Float(float):
    pass


def test_the_kinds_of_values_that_programs_have() -> None:
    found = product_of(
        MappingProxyType(
            {
                "format": FORMAT,
                "product": UserDict(
                    form=Word.MOTOR,
                    base_quantity=100,
                    left_china=date(2025, 1, 2),
                    complete=None,
                    unit_value=ChainMap({"amount": Decimal("12.50")}, {"currency": "EUR"}),
                    parts=({"quantity": Decimal("1E+2")},),
                ),
            }
        )
    )
    assert (found.root.form, found.root.left_china, found.root.complete) == ("motor", date(2025, 1, 2), False)
    assert found.root.unit_value is not None
    assert found.root.unit_value.amount.low == Fraction("12.5")
    assert found.items[1].label == "parts[0]"
    assert found.root.uses[0].quantity == Interval(Fraction(1), Fraction(1))
    assert str(found.place(1)) == "product: product.parts[0]"


@pytest.mark.parametrize("value", [0.5, Float(1), float("nan"), float("inf")])
def test_a_float_is_refused_wherever_it_stands(value: float) -> None:
    places = {
        "product.mass": bom(mass=value),
        "product.unit_value.amount": bom(unit_value={"amount": value, "currency": "EUR"}),
        "product.parts[0].composition[0].mass_fraction": bom(
            parts=[{"composition": [{"element": "Dy", "mass_fraction": value}]}]
        ),
        "product.note": bom(note=value),
        "about": bom() | {"about": value},
    }
    for path, document in places.items():
        ((at, message),) = refused(document)
        assert (at, message) == (path, f"found the float {float.__repr__(value)}")


@pytest.mark.parametrize(
    "value",
    [b"x", {1}, object(), Fraction(1, 3), Decimal("NaN"), Decimal("-Infinity"), 10**6000, datetime(2026, 1, 1, tzinfo=UTC), 1j,
     {1: 2}, "\ud800", {"\udfff": 1}],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_no_document_holds_is_refused_at_its_path(value: Any) -> None:
    ((path, _),) = refused(bom(note=value))
    assert path.startswith("product.note")


def test_a_document_that_holds_itself_or_is_too_deep_or_too_long() -> None:
    ring = bom(parts=[])
    ring["product"]["parts"].append(ring["product"])
    assert refused(ring) == [("product.parts[0]", "a dictionary or list contains itself")]
    deep: dict[str, Any] = {}
    for _ in range(20_000):
        deep = {"parts": [deep]}
    assert len(product_of({"format": FORMAT, "product": deep}).items) == 20_001
    twice = {"form": "motor"}
    assert len(product_of(bom(parts=[twice, twice])).items) == 3


def test_a_list_that_multiplies_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MOST", 10_000)
    many: Any = {"form": "motor"}
    for _ in range(40):
        many = {"parts": [many, many]}
    assert "more than 10,000 values" in refused({"format": FORMAT, "product": many})[-1][1]


def test_a_shipment_alone_is_no_product_and_nothing_is_neither() -> None:
    assert refused({"format": FORMAT, "shipment": {}}) == [("", "holds a shipment and no product")]
    assert read_product({"format": FORMAT, "shipment": {}}, "x").product is None
    assert refused({"format": FORMAT}) == [("", "holds neither a product nor a shipment")]
    assert refused({}) == [("format", f"found no format, expected {FORMAT!r}")]
    for nothing in (None, 5, [], True):
        assert "expected bytes, text, a dictionary or a BomFile" in refused(nothing)[0][1]


def test_a_shipment_from_a_dictionary() -> None:
    product = product_of(bom(form="motor"))
    whole = read_shipment(bom(form="motor") | {"shipment": {"ship_from": "DE", "end_user": {"military": False}}})
    found = shipment_of(product, {"ship_from": "DE", "end_user": {"military": False}})
    assert (found.ship_from, found.end_user.military, found.end_user.listed) == ("DE", False, None)
    assert (whole.ship_from, whole.end_user) == (found.ship_from, found.end_user)
    with pytest.raises(Refused) as wrong:
        shipment_of(product, {"ship_from": "Germany", "end_user": {"military": "false"}})
    assert [one.place.path for one in wrong.value.problems] == ["shipment.ship_from", "shipment.end_user.military"]


def test_the_hash_is_that_of_the_document_as_json_without_spaces() -> None:
    document = bom(name="Mötor", unit_value={"amount": "1.50", "currency": "EUR"}, complete=None, parts=[{"quantity": 2}])
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert product_of(document).sha256 == read_product(text, "x").sha256
    assert product_of(document).sha256 != product_of(bom(name="Motor")).sha256


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet="abcü\"\\\n", max_size=4), inner, max_size=4),
)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(JSON)
def test_values_are_taken_as_their_text_is_read(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    taken, sha256 = plain.parsed(value, "x")
    assert taken == read(text, "x")
    if isinstance(value, dict):
        assert isinstance(taken, Object)
        assert taken.at == 0
        assert sha256 == plain.parsed(json.loads(text), "x")[1]


BOUNDS = st.fractions(0, 1000, max_denominator=1).map(lambda one: one / 1000)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(BOUNDS, st.none() | BOUNDS, st.booleans())
def test_an_amount_is_written_as_it_is_read(low: Fraction, more: Fraction | None, opened: bool) -> None:
    interval = Interval(low, None if more is None else low + more, opened and more is None)
    assert amount(as_amount(interval)) == (interval, "")


def test_bounds_that_no_text_writes_are_not_written() -> None:
    one = Fraction(1)
    for interval in (Interval(one, 2 * one, True), Interval(one, 2 * one, False, True), Interval(one / 3, one / 3)):
        with pytest.raises(ValueError, match="amount"):
            as_amount(interval)
    assert as_amount(Interval(Fraction(0), one, False, True)) == "< 1"


def test_a_number_keeps_its_digits() -> None:
    taken, _ = plain.parsed({"a": Decimal("0.1000000000000000000001"), "b": 12}, "x")
    assert taken == {"a": Number("0.1000000000000000000001"), "b": Number("12")}
