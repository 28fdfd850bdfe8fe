"""What is said of what moves, and can not all be so: the engine, the quick way and the second stage see the same."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

from rare_earth_compliance import Answer
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.engine.documents import Documents
from rare_earth_compliance.engine.recipients import elsewhere
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.record.checking import checked
from tests.oracle.decided import subject
from tests.recording import documents, law, of_files

PACK = load()
AUGUST, OCTOBER = date(2026, 8, 1), date(2025, 10, 20)
HARMLESS = {"located_in": "FR", "chinese_person": False, "military": False, "listed": "none"}
FREE = {"part_number": "LID", "form": "part", "rare_earths": "none", "quantity": 1}
DISC = {"part_number": "DISC", "form": "technology", "rare_earths": "none", "quantity": 1}


def shipped(product: dict[str, Any], **said: Any) -> dict[str, Any]:
    """A product from Germany to France, with more said of the shipment; None takes something out."""
    shipment: dict[str, Any] = {
        "kind": "goods",
        "movement": "export",
        "exporter": {"located_in": "DE", "chinese_person": False},
        "ship_from": "DE",
        "destination": "FR",
        "importer": HARMLESS,
        "consignee": HARMLESS,
        "end_user": HARMLESS,
        "end_use": {"purposes": ["civil"], "complete": True, "knowledge": "no"},
    }
    shipment |= said
    kept = {name: value for name, value in shipment.items() if value is not None}
    return {"format": "rare-earth-bom/1", "product": product, "shipment": kept}


BOX = {"part_number": "BOX", "form": "finished-product", "rare_earths": "none", "equipment": "none"}
BOX_OF_PARTS = {"part_number": "BOX", "form": "finished-product", "equipment": "none", "complete": True, "parts": [FREE]}
PAPER = {"part_number": "PAPER", "form": "technology", "rare_earths": "none", "equipment": "none"}
WITH_DISC = {**BOX_OF_PARTS, "parts": [FREE, DISC]}

CONTRADICTIONS = {
    "goods alone with fields of technology": shipped(BOX, technology_fields=["mining"]),
    "goods alone, and the product is technology": shipped(PAPER),
    "goods alone, and a part is technology": shipped(WITH_DISC),
    "technology alone, and the product is a thing": shipped(BOX, kind="technology", technology_fields=["none"]),
    "technology alone, and the product is vague": shipped(
        {**BOX, "form": "material"}, kind="technology", technology_fields=["none"]
    ),
    "technology alone, and the product has parts": shipped(
        {**PAPER, "complete": True, "parts": [FREE]}, kind="technology", technology_fields=["none"]
    ),
    "technology alone, and the product consists of something": shipped(
        {"part_number": "X", "equipment": "none", "rare_earths": "none", "composition": [{"element": "Fe"}]},
        kind="technology",
        technology_fields=["none"],
    ),
    "a hand-over across a border": shipped(BOX, movement="transfer"),
    "a hand-over from the exporter's country to another": shipped(BOX, movement="transfer", ship_from=None),
    "a hand-over to another country than its own": shipped(BOX, movement="transfer", destination="not DE, CN"),
    "no military user, and whose": shipped(BOX, end_user=HARMLESS | {"military_of": "FR"}),
    "transit that is none": shipped(BOX, transit_through=["SG"]),
}
CONSISTENT = {
    "goods": shipped(BOX),
    "goods with no field of technology": shipped(BOX, technology_fields=["none"]),
    "goods with parts": shipped(BOX_OF_PARTS),
    "technology of no rare-earth field": shipped(PAPER, kind="technology", technology_fields=["none"]),
    "goods and technology": shipped(WITH_DISC, kind="goods-with-technology", technology_fields=["none"]),
    "a hand-over inside one country": shipped(BOX, movement="transfer", ship_from="FR"),
    "a military user, and whose": shipped(BOX, end_user=HARMLESS | {"military": True, "military_of": "FR"}),
    "transit": shipped(BOX, movement="transit", transit_through=["SG"]),
    "technology that no line uses": {**shipped(BOX), "shared": {"DISC": {key: DISC[key] for key in ("form", "rare_earths")}}},
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_contradicts_itself_clears_nothing(name: str) -> None:
    found = determine(read_shipment(copy.deepcopy(CONTRADICTIONS[name])), PACK, on=OCTOBER)
    assert len(found.conflicts) == 1
    assert found.answer is Answer.UNDETERMINED


@pytest.mark.parametrize("name", CONSISTENT)
def test_what_does_not_contradict_itself_is_cleared(name: str) -> None:
    found = determine(read_shipment(copy.deepcopy(CONSISTENT[name])), PACK, on=OCTOBER)
    assert found.conflicts == ()
    assert found.answer is Answer.NOT_REQUIRED


def test_a_thing_said_to_be_technology_is_open_though_it_is_listed() -> None:
    """No. 18 asks for goods: the word of the shipment alone took a magnet out of it."""
    document = subject("chinese-magnet")
    assert determine(read_shipment(document), PACK, on=AUGUST).answer is Answer.REQUIRED
    document["shipment"] |= {"kind": "technology", "technology_fields": ["none"]}
    assert determine(read_shipment(document), PACK, on=AUGUST).answer is Answer.UNDETERMINED


@pytest.mark.parametrize("name", [*CONTRADICTIONS, *CONSISTENT])
def test_the_quick_way_sees_the_same(name: str) -> None:
    document = {**CONTRADICTIONS, **CONSISTENT}[name]
    data = json.dumps(document).encode()
    quick = Documents(PACK, on=OCTOBER).determine(data, "a.json")
    whole = determine(read_shipment(data, "a.json"), PACK, on=OCTOBER)
    assert (quick.answer, quick.conflicts) == (whole.answer, whole.conflicts)


@pytest.mark.parametrize("name", [*CONTRADICTIONS, *CONSISTENT])
def test_the_second_stage_sees_the_same(name: str) -> None:
    record = of_files({"a.json": json.dumps({**CONTRADICTIONS, **CONSISTENT}[name]).encode()}, OCTOBER)
    assert record is not None
    premises = record["determinations"][0]["premises"]["product"]
    assert premises["contradicts itself"] is (name in CONTRADICTIONS)
    assert checked(record, documents(record), law()).faults == []


@pytest.mark.parametrize(
    ("start", "destination", "outcome"),
    [
        ("DE", "DE", False),
        ("DE", "FR", True),
        ("DE", None, False),
        ("DE", "not DE", True),
        ("DE", "not FR, DE", True),
        ("DE", "not FR, CN", False),
    ],
)
def test_a_destination_is_elsewhere_only_where_it_surely_is(start: str, destination: str | None, outcome: bool) -> None:
    assert elsewhere(start, destination) is outcome
