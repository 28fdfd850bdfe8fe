"""An empty list is no data: it is refused, or tells as much as nothing, wherever the format does not say that it means none."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

import rare_earth_compliance as library
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.product import document as doc
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.product.row_model import Row
from rare_earth_compliance.product.tables import shipment_facts
from rare_earth_compliance.record.checking import checked
from rare_earth_compliance.reports.run import status_of
from tests.recording import confirming, law, of_files
from tests.running import ROOT
from tests.test_two_prices import LAPSED, PACK, READINGS

DAY = date(2026, 11, 23)
SAYS_NONE = {"fields", "processing"}
"""Fields whose empty list is a statement."""


def lists(model: type[BaseModel]) -> set[str]:
    """The fields of a model that hold a list."""
    found = {name: get_args(field.annotation) or (field.annotation,) for name, field in model.model_fields.items()}
    plain = {name: [one if get_origin(one) is list else (get_args(one) or (None,))[0] for one in found[name]] for name in found}
    return {name for name, kinds in plain.items() if any(get_origin(one) is list for one in kinds)}


def technology(fields: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "rules/subjects/chinese-technology.json").read_bytes())
    document["shipment"]["technology_fields"] = fields
    return document


def judged(document: dict[str, Any]) -> Any:
    shipment = read_shipment(json.dumps(document).encode(), "x.json")
    return library.determine(shipment, PACK, on=DAY, readings=READINGS, confirmations=LAPSED)


@pytest.mark.parametrize(
    ("fields", "status"),
    [(["magnet-manufacturing"], 10), (None, 11), ("unknown", 11), ([], 3), (["none"], 0), (["none", "mining"], 3)],
)
def test_fields_of_technology_that_move(fields: Any, status: int) -> None:
    files = {"x.json": json.dumps(technology(fields)).encode()}
    try:
        found = status_of(judged(technology(fields)))
    except Refused as refused:
        (problem,) = refused.problems
        assert (problem.place.path, "none" in problem.message) == ("shipment.technology_fields", True)
        found = 3
    assert found == status
    record, told = of_files(files, DAY, READINGS, confirming("lapsed")), {**files, "status.yaml": confirming("lapsed")}
    assert (record is None) is (status == 3)
    assert record is None or checked(record, told, law()).faults == []


def test_an_act_of_providing_technology_says_none_either_way() -> None:
    transfer = json.loads((ROOT / "examples/technology-transfer/teaching.json").read_bytes())["transfer"]

    def of(fields: Any) -> Any:
        return told({"format": "rare-earth-bom/1", "transfer": {**transfer, "fields": fields}})

    assert of([]) == of(["none"])
    assert of(["none"]) not in (of(None), of(["mining"]))
    assert of(["none", "mining"]) == ["says 'none' and names a field beside it"]


def objects(
    value: Any, model: type[BaseModel], path: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], type[BaseModel]]]:
    """Every object of a document by its place, with the model that reads it."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from objects(one, doc.ReferenceFields if isinstance(one, dict) and "use" in one else model, (*path, number))
    elif isinstance(value, dict):
        yield path, model
        for key, inner in value.items():
            if key == "shared":
                for name, one in inner.items():
                    yield from objects(one, doc.Item, (*path, key, name))
            elif key in BELOW:
                yield from objects(inner, BELOW[key] if path or key != "transfer" else doc.TechnologyTransfer, (*path, key))


BELOW: dict[str, type[BaseModel]] = {
    "product": doc.Item,
    "parts": doc.Line,
    "materials": doc.Line,
    "shipment": doc.ShipmentFields,
    "composition": doc.SubstanceFields,
    "technologies": doc.TechnologyFields,
    "evidence": doc.EvidenceFields,
    **dict.fromkeys(("exporter", "importer", "consignee", "end_user", "by", "to"), doc.PartyFields),
    "end_use": doc.EndUseFields,
    "transfer": doc.TransferFields,
}


def with_list(document: dict[str, Any], path: tuple[Any, ...], key: str, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(document)
    holder: Any = made
    for step in path:
        holder = holder[step]
    holder[key] = value
    return made


def told(document: dict[str, Any]) -> Any:
    try:
        found = judged(document)
    except Refused as refused:
        return [problem.message for problem in refused.problems]
    said = [(one.rule, one.status, one.place.path, one.step.outcome) for one in found.findings]
    return status_of(found), found.conflicts, said, [(one.about, one.kind) for one in found.asks_for]


def test_no_empty_list_tells_more_than_nothing() -> None:
    seen: Counter[str] = Counter()
    names = ("rules/subjects/chinese-motor", "rules/subjects/german-magnet", "rules/subjects/chinese-technology")
    for name in (
        *names,
        "examples/owned-buyer/buyer",
        "examples/loose-or-fixed/motor",
        "examples/technology-transfer/teaching",
    ):
        document = json.loads((ROOT / f"{name}.json").read_bytes())
        for path, model in objects(document, doc.File):
            for key in sorted(lists(model) - SAYS_NONE):
                empty = told(with_list(document, path, key, []))
                refused = isinstance(empty, list) and all("tells nothing" in one for one in empty)
                assert refused or empty == told(with_list(document, path, key, None)), (name, path, key)
                seen[key] += 1
    wanted = {
        "alloy",
        "composition",
        "control_codes",
        "evidence",
        "input_alloy",
        "listed_by",
        "materials",
        "ownership",
        "parts",
    }
    wanted |= {"parameters", "purposes", "rates", "steps", "subjects", "technologies", "technology_fields"}
    assert wanted <= seen.keys()


def test_what_is_given_beside_the_files_names_something() -> None:
    assert shipment_facts([("technology_fields", "none")]).technology_fields == ["none"]
    for name in ("technology_fields", "end_use.purposes", "importer.listed_by"):
        for text in ("", " ", ",", " , "):
            with pytest.raises(Refused, match="is given and says nothing"):
                shipment_facts([(name, text)])
    assert shipment_facts([("importer.listed_by", "cn-mofcom-2026-23")]).importer is not None


@pytest.mark.parametrize("cell", ["", " ", None, ";", " ; ", ";;", [], ()])
def test_a_cell_that_holds_no_word_is_blank(cell: Any) -> None:
    row = Row(child="A", processing=cell, control_codes=cell)
    assert (row.processing, row.control_codes) == (None, None)


def test_a_cell_with_words_holds_these() -> None:
    assert Row(child="A", processing=" loose;; coated ; ").processing == ["loose", "coated"]
    assert Row(child="A", processing=["loose"]).processing == ["loose"]
