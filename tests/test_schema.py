"""The published JSON Schema: what stands beside the module is what the models say, and it agrees with the reader.

The schema is held against every file of product data in the repository, and against the broken files
whose defect is one of shape.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.product.document import FORMAT
from rare_earth_compliance.product.reader import read
from rare_earth_compliance.product.schema import schema, schema_text

ROOT = Path(__file__).parents[1]
BROKEN = Path(__file__).parent / "broken_boms"
PUBLISHED = "bom-1.schema.json"
_SHAPE = """
alloy-element-unknown cas-with-letters cas-without-hyphens code-1E902-unquoted codes-as-text complete-as-text
control-code-in-small-letters control-code-run-together country-by-name country-in-small-letters country-that-is-none
currency-unknown day-as-number declaration-unknown element-unknown family-unknown form-unknown format-missing
format-of-prices format-of-the-future fraction-negative hs-code-as-number hs-code-with-dots hs-code-with-letters
key-beside-a-reference list-outermost list-status-unknown lone-surrogate-in-a-key mass-as-list mass-as-truth mass-negative
mass-without-unit military-as-text node-without-unit null-outermost part-number-as-number parts-as-object
price-currency-not-known price-decimal-comma price-full-width-digits price-hexadecimal price-negative price-with-underscore
price-without-currency principal-as-number product-is-text purpose-mistyped quantity-negative quantity-of-the-product
rate-without-source reference-key-missing shared-is-a-list step-without-country steps-complete-false text-outermost
three-amounts three-defects
unit-in-capitals unit-unknown unknown-key-childern unknown-key-in-price unknown-key-in-shared unknown-key-in-shipment
unknown-key-outermost
"""
SHAPE = _SHAPE.split()
"""Broken files that are JSON, and in which a key, a type or a word is not one of the format."""


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text()))


def product_data() -> list[Path]:
    """Every file of the repository's examples and subjects that says it is product data."""
    found = [*sorted((ROOT / "rules" / "subjects").glob("*.json")), *sorted((ROOT / "examples").rglob("*.json"))]
    return [path for path in found if FORMAT in path.read_text(encoding="utf-8") and said(path) == FORMAT]


def said(path: Path) -> Any:
    document = json.loads(path.read_text(encoding="utf-8"))
    return document.get("format") if isinstance(document, dict) else None


def refused(document: Any) -> bool:
    try:
        read(json.dumps(document).encode(), "bom.json")
    except Refused:
        return True
    return False


def bom(**product: Any) -> dict[str, Any]:
    return {"format": FORMAT, "product": product}


def test_the_published_file_is_what_the_models_say() -> None:
    published = files("rare_earth_compliance.product").joinpath(PUBLISHED).read_text(encoding="utf-8")
    assert published == schema_text()


def test_it_is_a_schema_of_the_draft_it_names() -> None:
    made = schema()
    Draft202012Validator.check_schema(made)
    assert made["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert json.loads(schema_text()) == made


def test_every_object_of_it_is_closed_and_every_field_explained() -> None:
    """A misspelt key must not pass, and every model says what it is."""
    made = schema()
    objects = [made, *made["$defs"].values()]
    assert len(objects) >= 12
    assert [one["title"] for one in objects if one.get("additionalProperties") is not False] == []
    assert [one["title"] for one in objects if not one.get("description")] == []


def test_product_data_of_the_repository_is_valid(
    validator: Draft202012Validator, record_property: Callable[[str, object], None]
) -> None:
    seen = product_data()
    record_property("files of product data seen", len(seen))
    assert len([path for path in seen if path.parent.name == "subjects"]) == len(list((ROOT / "rules/subjects").glob("*.json")))
    assert len(seen) > len(list((ROOT / "rules/subjects").glob("*.json"))), (
        f"{len(seen)} files were seen, no example among them"
    )
    wrong = {
        path.relative_to(ROOT).as_posix(): [error.message for error in errors]
        for path in seen
        if (errors := list(validator.iter_errors(json.loads(path.read_text(encoding="utf-8")))))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", SHAPE)
def test_a_defect_of_shape_is_not_valid(validator: Draft202012Validator, name: str) -> None:
    assert not validator.is_valid(json.loads((BROKEN / f"{name}.json").read_bytes()))


def test_defects_of_shape_are_a_good_part_of_the_broken_files() -> None:
    names = {path.stem for path in BROKEN.glob("*.json")}
    assert set(SHAPE) <= names
    assert len(SHAPE) == len(set(SHAPE)) >= 60


@pytest.mark.parametrize(
    "document",
    [
        bom(),
        bom(part_number="unknown", mass="unknown", complete="unknown", alloy="unknown", unit_value="unknown", unit="unknown"),
        bom(part_number=None, mass=None, complete=None, alloy=None, unit_value=None, unit=None, composition=None, parts=None),
        bom(mass="29 .. 32 g", base_quantity=100, control_codes=["1C905.a.4", "1E902"], hs_code="85051110"),
        bom(mass="< 5 g", base_quantity="0.5 .. 1.5"),
        bom(unit_value={"amount": 4.1, "currency": "EUR", "per": "1000 pcs", "basis": "unknown", "day": "2026-11-23"}),
        bom(composition=[{"element": "Dy", "mass_fraction": "3 ‰"}, {"cas": "7440-00-8", "mass_fraction": 0.31}]),
        bom(parts=[{"part_number": "A", "quantity": 8}, {"use": "B", "quantity": "unknown", "unit": "g"}])
        | {"shared": {"B": {"unit": "kg", "materials": [{"form": "oxide"}]}}},
        {"format": FORMAT, "shipment": {}},
        {"format": FORMAT, "shipment": {"end_use": {"purposes": ["civil"], "node": "14 nm", "layers": 128}, "exporter": None}},
        {"format": FORMAT, "shipment": {"technology_fields": ["none"], "end_user": {"military": False, "listed": "none"}}},
        bom() | {"rates": [{"from": "EUR", "to": "CNY", "rate": "8.21", "day": "2026-11-20", "source": "x"}], "about": "x"},
    ],
)
def test_what_the_reader_takes_is_valid(validator: Draft202012Validator, document: dict[str, Any]) -> None:
    assert not refused(document)
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "document",
    [
        bom(name=[]),
        bom(parts=[None]),
        bom(parts=[5]),
        bom(parts=["unknown"]),
        bom(alloy=[]),
        bom(name=""),
        bom(mass=5),
        bom(composition=[{"element": "Dy", "mass_fraction": -1}]),
        bom(control_codes=[None]),
        bom(control_codes=["unknown"]),
        bom() | {"shared": {"A": None}},
        bom() | {"shared": {"A": "unknown"}},
        {"format": FORMAT, "shipment": {"end_use": {"purposes": []}}},
        {"format": FORMAT, "shipment": {"exporter": {"located_in": "D"}}},
        {"format": None, "product": {}},
        [],
    ],
)
def test_what_is_not_valid_is_refused_by_the_reader_too(validator: Draft202012Validator, document: Any) -> None:
    assert refused(document)
    assert not validator.is_valid(document)
