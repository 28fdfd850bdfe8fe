"""Documents on which engine and oracle once disagreed, or still do: the smallest of each, and the answer by the law.

Knows no engine. A new disagreement that is decided leaves its document here. What the engine still leaves open although
every completion comes out the same stands apart: it asks for what it need not know, and clears nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Document = dict[str, Any]
SUBJECTS = Path(__file__).parents[2] / "rules" / "subjects"
READ = {
    "start-after-suspension": "at-once",
    "numerator-origin": "chinese-only",
    "valuation": "as-stated",
    "upstream-technology": "own-steps-only",
    "part-2-reaches": "any-depth",
    "embedded-items": "every-level",
    "origin-by-steps": "declared-origin",
}


@dataclass(frozen=True)
class Decided:
    """One decided disagreement: why the answer is what it is, a document, the answer by the law."""

    why: str
    document: Callable[[], Document]
    answer: str
    readings: dict[str, str] = field(default_factory=dict)


def subject(name: str) -> Document:
    """A small document that cases of the rule files start from."""
    document: Document = json.loads((SUBJECTS / f"{name}.json").read_text(encoding="utf-8"))
    return document


def _no_purpose() -> Document:
    document = subject("chinese-technology")
    document["shipment"] |= {"kind": "goods", "end_use": {"complete": True}}
    return document


def _upper_bound_of_an_input() -> Document:
    document = subject("german-magnet")
    dysprosium, neodymium, *_ = document["product"]["composition"]
    dysprosium |= {"element": "Sm", "origin": "AU"}
    neodymium["mass_fraction"] = "<= 26.8 %"
    document["product"]["family"] = "SmCo"
    return document


def _named_and_denied() -> Document:
    document = subject("german-magnet")
    document["product"] |= {
        "family": "SmCo",
        "composition": [{"element": "Sm", "mass_fraction": "0 %"}, {"element": "Co"}],
        "composition_complete": True,
        "processing": ["fixed-in-core"],
    }
    document["product"].pop("materials", None)
    return document


def _present_but_nowhere() -> Document:
    document = subject("chinese-motor")
    lid = {"part_number": "LID", "form": "part", "quantity": 1, "rare_earths": "none"}
    document["product"] = {"form": "finished-product", "rare_earths": "present", "complete": True, "parts": [lid]}
    return document


def _misspelt_code() -> Document:
    document = subject("chinese-motor")
    document["product"] = {"form": "assembly", "rare_earths": "none", "control_codes": ["1C905.a.5"]}
    return document


def _technology_of_a_free_part() -> Document:
    document = subject("german-magnet")
    magnet = document["product"] | {"quantity": 1}
    magnet["composition"][0]["origin"] = "AU"
    used = [{"field": "magnet-manufacturing", "origin": "CN"}]
    core = {"part_number": "CORE", "form": "part", "rare_earths": "none", "quantity": 1, "technologies": used}
    value = {"amount": "100000", "currency": "EUR"}
    document["product"] = {"form": "motor", "made_in": "DE", "origin": "DE", "unit_value": value, "complete": True}
    document["product"]["parts"] = [magnet, core]
    return document


def _loose_in_motor() -> Document:
    document = subject("chinese-motor")
    document["product"]["parts"][0]["parts"][0]["processing"] = ["loose"]
    return document


def _magnet_of_unknown_state() -> Document:
    document = subject("chinese-motor")
    del document["product"]["parts"][0]["parts"][0]["processing"]
    return document


def _two_currencies() -> Document:
    document = subject("german-magnet")
    pure = {"composition": [{"element": "Dy"}], "composition_complete": True}
    inner = {"part_number": "DY", "form": "metal", "origin": "CN", "quantity": 1, "unit_value": _money("0.8", "CHF")} | pure
    outer = {"part_number": "RAW", "form": "material", "origin": "CN", "quantity": 1, "unit_value": _money("2", "EUR")} | pure
    document["product"] |= {"complete": True, "materials": [outer | {"complete": True, "materials": [inner]}]}
    document["product"]["composition"] = [{"element": element} for element in ("Dy", "Nd", "Fe", "B")]
    document["rates"] = [{"from": "CHF", "to": "EUR", "rate": "1.25", "day": "2026-11-01", "source": "a bank"}]
    return document


def _money(amount: str, currency: str) -> Document:
    return {"amount": amount, "currency": currency}


def _zero_beside_a_line() -> Document:
    document = subject("german-magnet")
    line = {"part_number": "DY", "form": "metal", "quantity": 1, "composition": [{"element": "Dy"}]}
    document["product"] |= {"family": "ferrite", "complete": True, "materials": [line | {"composition_complete": True}]}
    document["product"]["composition"] = [{"element": "Dy", "mass_fraction": "0 %"}, {"element": "Fe"}]
    del document["product"]["composition_complete"]
    return document


def _two_currencies_without_bound() -> Document:
    document = subject("german-magnet")
    oxide = {"element": "Dy", "input_form": "oxide", "origin": "CN", "value": {"amount": "0.8", "currency": "CHF"}}
    raw = {"part_number": "RAW", "form": "material", "origin": "CN", "quantity": 1, "composition_complete": True}
    raw |= {"unit_value": {"amount": "2", "currency": "EUR"}, "composition": [oxide, {"element": "Gd"}]}
    document["product"] |= {"complete": True, "materials": [raw]}
    document["product"]["composition"] = [{"element": element} for element in ("Dy", "Nd", "Fe", "B")]
    document["rates"] = [{"from": "CHF", "to": "EUR", "rate": "1.25", "day": "2026-11-01", "source": "a bank"}]
    return document


def _list_falls_short() -> Document:
    document = subject("german-magnet")
    iron = {"part_number": "IRON", "form": "metal", "quantity": 1, "composition": [{"element": "Fe"}]}
    document["product"] |= {"complete": True, "materials": [iron | {"composition_complete": True}]}
    document["product"]["composition"] = [{"element": element} for element in ("Dy", "Nd", "Fe", "B")]
    return document


DECIDED: dict[str, Decided] = {
    "purposes missing beside complete": Decided(
        why="absent is not empty: no stated purpose excludes none, whatever 'complete' says",
        document=_no_purpose,
        answer="undetermined",
    ),
    "upper bound of what a line has": Decided(
        why="'<= 26.8 %' does not say that there is none, so an input of it contradicts nothing",
        document=_upper_bound_of_an_input,
        answer="not required",
        readings=READ,
    ),
    "present, but nowhere": Decided(
        why="a supplier says that a rare earth is in it, the list says that there is none: contradictory data clear nothing",
        document=_present_but_nowhere,
        answer="undetermined",
    ),
    "misspelt code": Decided(
        why="a code under a heading of the list that names no entry is not the absence of a code",
        document=_misspelt_code,
        answer="undetermined",
    ),
    "technology of a part without rare earths": Decided(
        why="the reading says 'anything inside it': stated Chinese technology of a part is not left out",
        document=_technology_of_a_free_part,
        answer="required",
        readings=READ | {"upstream-technology": "taints"},
    ),
    "loose magnet in a motor": Decided(
        why="official answers 4 and 5 speak of magnets that are fixed; one stated to be loose is in scope",
        document=_loose_in_motor,
        answer="required",
    ),
    "magnet of unstated state in a motor": Decided(
        why="loose or fixed decides, so unstated can not clear: official answers 4 and 5 speak of magnets that are fixed",
        document=_magnet_of_unknown_state,
        answer="undetermined",
    ),
    "alternatives in two currencies": Decided(
        why="it counts whole or by its content, not both: the exact rate of exchange must not widen the share",
        document=_two_currencies,
        answer="required",
        readings=READ,
    ),
    "zero beside a line that has it": Decided(
        why="'0 %' says that there is none, whether or not the composition is all: contradictory data clear nothing",
        document=_zero_beside_a_line,
        answer="undetermined",
        readings=READ,
    ),
    "alternatives in two currencies without an upper bound": Decided(
        why="counted whole it is 2 EUR, by its content 1 EUR or more: 1 EUR or more either way, in any currency",
        document=_two_currencies_without_bound,
        answer="required",
        readings=READ,
    ),
    "an element that the name says and the composition denies": Decided(
        why="a samarium-cobalt magnet is said to hold no samarium: contradictory data clear nothing",
        document=_named_and_denied,
        answer="undetermined",
        readings=READ,
    ),
    "list that falls short of the composition": Decided(
        why="dysprosium is said to be in it, and all it is made of is said to be iron: contradictory data clear nothing",
        document=_list_falls_short,
        answer="undetermined",
        readings=READ,
    ),
}


def _form_unknown() -> Document:
    document = subject("german-magnet")
    del document["product"]["form"]
    document["product"]["composition"][0]["value"]["amount"] = "0.999999"
    return document


def _not_china() -> Document:
    document = subject("reshipped-magnet")
    document["shipment"]["destination"] = "not CN"
    return document


def _movement_unknown() -> Document:
    document = subject("german-magnet")
    del document["shipment"]["movement"]
    return document


def _metal_of_unknown_make() -> Document:
    document = subject("german-magnet")
    metal = {"part_number": "METAL", "form": "metal", "origin": "DE", "quantity": 1}
    metal["unit_value"] = _money("10", "EUR")
    document["product"] |= {"complete": True, "materials": [metal], "family": "NdFeB"}
    document["product"]["composition"] = [{"element": element} for element in ("Dy", "Nd", "Fe", "B")]
    return document


@dataclass(frozen=True)
class LeftOpen:
    """What the engine leaves open of a rule at a thing, though every completion comes out the same: as ``outcome`` says."""

    why: str
    document: Callable[[], Document]
    rule: str
    outcome: str
    readings: dict[str, str] = field(default_factory=dict)


READ_ALL = READ | {"precursors-61": "not-counted", "aggregation": "summed", "hong-kong-macao-taiwan": "outside"}
IMPRECISE: dict[str, LeftOpen] = {
    "what itself may be content of itself": LeftOpen(
        why="as a metal or oxide it would be all content, but then it is no item of part 2: either way it is below the line",
        document=_form_unknown,
        rule="cn-mofcom-2025-61/1.1",
        outcome="does not apply",
        readings=READ_ALL | {"embedded-items": "product-only"},
    ),
    "a destination of which only China is ruled out": LeftOpen(
        why="wherever else it goes is abroad, Hong Kong too as that is read",
        document=_not_china,
        rule="cn-mofcom-2025-61/1.3",
        outcome="applies",
        readings=READ_ALL,
    ),
    "a movement that is an export whichever it is": LeftOpen(
        why="a hand-over is read as an export, and so are all special movements",
        document=_movement_unknown,
        rule="cn-mofcom-2025-61/1.1",
        outcome="applies",
        readings=READ_ALL | {"transfer-within-a-country": "an-export", "special-movements": "exports"},
    ),
    "a metal that is listed or holds nothing listed": LeftOpen(
        why="with one of the seven elements it is itself listed and not Chinese; without them nothing in it is listed",
        document=_metal_of_unknown_make,
        rule="cn-mofcom-2025-61/1.1",
        outcome="does not apply",
        readings=READ_ALL,
    ),
}
