"""Questions on which the engine and the second evaluator once disagreed, and the answer by the law.

Knows the smallest document that showed each. Knows no evaluator. What is found later belongs here too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Document = dict[str, Any]
SUBJECTS = Path(__file__).parents[2] / "rules" / "subjects"
READ = {
    "start-after-suspension": "at-once",
    "numerator-origin": "chinese-only",
    "upstream-technology": "own-steps-only",
    "part-2-reaches": "any-depth",
    "embedded-items": "every-level",
}


@dataclass(frozen=True)
class Dispute:
    """A document, the answer by the law, and why."""

    why: str
    document: Document
    answer: str
    readings: dict[str, str] = field(default_factory=dict)


def subject(name: str) -> Document:
    """A small document that cases of the rule files start from."""
    document: Document = json.loads((SUBJECTS / f"{name}.json").read_text(encoding="utf-8"))
    return document


def of_china(product: Document) -> Document:
    """A product that leaves China."""
    return subject("chinese-motor") | {"product": product}


def purposes_missing() -> Document:
    """No purpose is stated, and the list of purposes is said to be all."""
    document = subject("chinese-technology")
    document["shipment"] |= {"kind": "goods", "end_use": {"complete": True}}
    return document


def magnet_in_motor(processing: list[str] | None) -> Document:
    """A magnet in a rotor in a motor, in a state or of an unstated one."""
    document = subject("chinese-motor")
    document["product"]["parts"][0]["parts"][0]["processing"] = processing
    return document


def upper_bound_of_an_input() -> Document:
    """An element that is bought as an input, and of which an upper bound is stated."""
    document = subject("german-magnet")
    samarium, neodymium, *_ = document["product"]["composition"]
    samarium |= {"element": "Sm", "origin": "AU"}
    neodymium["mass_fraction"] = "<= 26.8 %"
    document["product"]["family"] = "SmCo"
    return document


def technology_of_a_free_part() -> Document:
    """A part without rare earths, made with Chinese rare-earth technology, beside a listed magnet."""
    document = subject("german-magnet")
    magnet = document["product"] | {"quantity": 1}
    magnet["composition"][0]["origin"] = "AU"
    used = [{"field": "magnet-manufacturing", "origin": "CN"}]
    core = {"part_number": "CORE", "form": "part", "rare_earths": "none", "quantity": 1, "technologies": used}
    document["product"] = {"form": "motor", "made_in": "DE", "origin": "DE", "complete": True, "parts": [magnet, core]}
    document["product"]["unit_value"] = {"amount": "100000", "currency": "EUR"}
    return document


def two_currencies() -> Document:
    """What may count whole, or by what is in it, priced in one currency and its content in another."""
    document = subject("german-magnet")
    pure = {"origin": "CN", "quantity": 1, "composition": [{"element": "Dy"}], "composition_complete": True}
    inner = {"part_number": "DY", "form": "metal", "unit_value": {"amount": "0.8", "currency": "CHF"}} | pure
    outer = {"part_number": "RAW", "form": "material", "unit_value": {"amount": "2", "currency": "EUR"}} | pure
    document["product"] |= {"complete": True, "materials": [outer | {"complete": True, "materials": [inner]}]}
    document["product"]["composition"] = [{"element": element} for element in ("Dy", "Nd", "Fe", "B")]
    document["rates"] = [{"from": "CHF", "to": "EUR", "rate": "1.25", "day": "2026-11-01", "source": "a bank"}]
    return document


LID = {"part_number": "LID", "form": "part", "quantity": 1, "rare_earths": "none"}
DISPUTES = {
    "purposes missing beside complete": Dispute(
        why="absent is not empty: no stated purpose excludes none, whatever 'complete' says",
        document=purposes_missing(),
        answer="undetermined",
    ),
    "loose magnet in a motor": Dispute(
        why="official answers 4 and 5 speak of magnets that are fixed; one stated to be loose is in scope",
        document=magnet_in_motor(["loose"]),
        answer="required",
    ),
    "magnet of unstated state in a motor": Dispute(
        why="loose or fixed decides, so unstated can not clear",
        document=magnet_in_motor(None),
        answer="undetermined",
    ),
    "magnet fixed in a motor": Dispute(
        why="official answers 4 and 5 put it outside",
        document=magnet_in_motor(["fixed-in-core"]),
        answer="not required",
    ),
    "upper bound of what a line has": Dispute(
        why="'<= 26.8 %' does not say that there is none, so an input of it contradicts nothing",
        document=upper_bound_of_an_input(),
        answer="not required",
        readings=READ,
    ),
    "present, but nowhere": Dispute(
        why="the supplier says that a rare earth is in it, the list that there is none: contradictory data clear nothing",
        document=of_china({"form": "finished-product", "rare_earths": "present", "complete": True, "parts": [LID]}),
        answer="undetermined",
    ),
    "misspelt code": Dispute(
        why="a code under a heading of the list that names no entry is not the absence of a code",
        document=of_china({"form": "assembly", "rare_earths": "none", "control_codes": ["1C905.a.5"]}),
        answer="undetermined",
    ),
    "technology of a part without rare earths": Dispute(
        why="the reading says 'anything inside it': stated Chinese technology of a part is not left out",
        document=technology_of_a_free_part(),
        answer="required",
        readings=READ | {"upstream-technology": "taints"},
    ),
    "alternatives in two currencies": Dispute(
        why="it counts whole or by its content, not both: an exact rate of exchange does not widen the share",
        document=two_currencies(),
        answer="required",
        readings=READ,
    ),
}
