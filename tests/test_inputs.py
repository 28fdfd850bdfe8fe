"""What a composition says of inputs that were bought: as what, made with what, and that they are no things of their own.

Small products, with everything else stated; each answer and each question whole.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.reports.blocks import Rows
from rare_earth_compliance.reports.in_short import in_short
from tests.benchmarks.ours import lapsed
from tests.test_words_against_content import PARTY, SHIPMENT

PACK = library.load_rules()
REQUIRED, OPEN, CLEAR = Answer.REQUIRED, Answer.UNDETERMINED, Answer.NOT_REQUIRED
ABROAD = {**SHIPMENT, "exporter": {**PARTY, "located_in": "JP"}, "ship_from": "JP"}
STEPS = [{"step": step, "country": place} for step, place in (("mining", "AU"), ("separation", "MY"), ("metal-making", "JP"))]


def judged(product: dict[str, Any], shipment: dict[str, Any] = SHIPMENT, **choices: Any) -> Determination:
    document = {"format": "rare-earth-bom/1", "product": {"part_number": "P", **product}, "shipment": shipment}
    choices = {"on": date(2026, 8, 1), **choices}
    return library.determine(read_shipment(json.dumps(document).encode(), "x.json"), PACK, **choices)


def asked(found: Determination) -> list[tuple[str, str, list[str]]]:
    return [(one.about, one.question, [subject.label for subject in one.subjects]) for one in found.asks_for]


def of(entries: dict[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    composition = [{"element": symbol, **said} for symbol, said in entries.items()]
    return {"composition": composition, "composition_complete": True, **more}


def test_where_everything_in_it_is_named_it_is_asked_as_what_its_rare_earths_were_bought() -> None:
    found = judged(of({"Mg": {}, "Nd": {}, "Gd": {}, "Y": {"mass_fraction": "0 %"}}, form="component"))
    assert found.answer is OPEN
    assert asked(found) == [("item.inputs", "As what was the rare earth in it bought? (Gd, Nd)", ["P"])]


@pytest.mark.parametrize(
    ("entry", "answer"),
    [
        ({"input_form": "oxide", "consumed": True}, CLEAR),
        ({"input_form": "metal", "consumed": True}, CLEAR),
        # Not said: what is called a component may be nothing but that.
        ({"input_form": "oxide"}, OPEN),
        ({"input_form": "metal"}, OPEN),
        # A magnet is not consumed.
        ({"input_form": "permanent-magnet"}, OPEN),
        ({"input_form": "permanent-magnet", "consumed": True}, OPEN),
        # Bought from somewhere, and as nobody knows what.
        ({"origin": "CN", "consumed": True}, OPEN),
        ({"consumed": True}, OPEN),
        ({}, OPEN),
    ],
)
def test_an_input_is_no_thing_of_its_own_only_where_that_is_said(entry: dict[str, Any], answer: Answer) -> None:
    assert judged(of({"Mg": {}, "Dy": entry}, form="component")).answer is answer


@pytest.mark.parametrize(
    ("form", "answer"), [("mixture", REQUIRED), ("oxide", REQUIRED), ("alloy", REQUIRED), ("part", OPEN), ("component", CLEAR)]
)
def test_what_holds_the_input_is_judged_by_itself(form: str, answer: Answer) -> None:
    other = "Mg" if form == "alloy" else "O"
    assert judged(of({other: {}, "Y": {"input_form": "oxide", "consumed": True}}, form=form)).answer is answer


@pytest.mark.parametrize("form", ["component", "finished-product", "motor", "assembly", "part", "packaging"])
@pytest.mark.parametrize("bought", ["oxide", "metal", "alloy"])
def test_a_word_for_the_whole_does_not_clear_what_is_nothing_but_the_metal(form: str, bought: str) -> None:
    assert judged(of({"Dy": {"input_form": bought}}, form=form)).answer is OPEN
    assert judged(of({"Dy": {"input_form": bought}, "Fe": {}}, form=form)).answer is OPEN


def magnet(**said: Any) -> dict[str, Any]:
    rare = {"input_form": "metal", "origin": "JP", "steps": STEPS, "steps_complete": True, **said}
    fields = of({"Nd": rare, "Dy": rare, "Fe": {}, "B": {}}, form="permanent-magnet", family="NdFeB", origin="JP", made_in="JP")
    made = [*STEPS, *({"step": step, "country": "JP"} for step in ("alloying", "magnet-making"))]
    return {**fields, "steps": made, "steps_complete": True, "technologies_complete": True, "processing": ["loose"]}


LAPSED = {
    "on": date(2026, 12, 2),
    "confirmations": (lapsed(),),
    "readings": {"notice-scope": "licensed-items", "start-after-suspension": "at-once"},
}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({}, OPEN),
        ({"technologies_complete": True}, CLEAR),
        ({"technologies": [{"field": "metal-smelting", "origin": "JP"}]}, OPEN),
        ({"technologies": [{"field": "metal-smelting", "origin": "JP"}], "technologies_complete": True}, CLEAR),
        ({"technologies": [{"field": "metal-smelting", "origin": "CN"}], "technologies_complete": True}, OPEN),
    ],
)
def test_the_technology_of_an_input_is_told_beside_it(said: dict[str, Any], answer: Answer) -> None:
    assert judged(magnet(**said), ABROAD, **LAPSED).answer is answer


def test_chinese_technology_of_an_input_taints_under_the_reading_that_says_so() -> None:
    used = {"technologies": [{"field": "metal-smelting", "origin": "CN"}], "technologies_complete": True}
    taints = {**LAPSED, "readings": {**LAPSED["readings"], "upstream-technology": "taints"}}
    assert judged(magnet(**used), ABROAD, **taints).answer is REQUIRED


def test_technology_alone_tells_of_an_input_of_a_form_that_is_not_known() -> None:
    found = judged(of({"Mg": {}, "Dy": {"technologies_complete": True}}, form="component"))
    assert found.answer is OPEN
    assert ("item.form", "What kind of thing is it?", ["Dy"]) in asked(found)


@pytest.mark.parametrize("option", ["taints", "own-steps-only"])
def test_a_reading_that_waits_for_a_fact_is_weighed_with_the_others(option: str) -> None:
    found = judged(magnet(), ABROAD, **LAPSED, weigh=True)
    assert [one.about for one in found.asks_for] == ["item.technology"]
    weighed = {(one.reading, one.option): one.answer for one in found.weighed}
    alone = {**LAPSED, "readings": {**LAPSED["readings"], "upstream-technology": option}}
    assert weighed["upstream-technology", option] is judged(magnet(), ABROAD, **alone).answer
    assert {answer for (name, _), answer in weighed.items() if name == "upstream-technology"} == {OPEN, CLEAR}


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"form": "oxide", "processing": ["consumed", "loose"]}, "loose"),
        ({"form": "oxide", "processing": ["consumed"], "principal": True}, "the principal component"),
        ({"form": "permanent-magnet", "family": "ferrite", "processing": ["consumed"]}, "a permanent-magnet"),
    ],
)
def test_what_is_consumed_is_no_longer_there(said: dict[str, Any], because: str) -> None:
    inner = {"part_number": "I", "quantity": 1, **of({"Al": {}, "Fe": {}}), **said}
    found = judged({"form": "component", "complete": True, "parts": [inner]})
    text = f"x.json:1: product.parts[0]: I is said to be consumed in making what it is in, and {because} as well"
    assert (found.answer, found.conflicts) == (OPEN, (text,))


def test_what_is_said_to_be_consumed_is_no_thing_of_its_own() -> None:
    inner = {
        "part_number": "I",
        "quantity": 1,
        "form": "oxide",
        "principal": False,
        **of({"Dy": {"input_form": "oxide"}, "O": {}}),
    }
    for said, answer in ((["consumed"], CLEAR), (["loose"], REQUIRED), (["powder"], OPEN)):
        product = {"form": "component", "complete": True, "materials": [{**inner, "processing": said}]}
        assert judged(product).answer is answer


def test_the_summary_names_a_reading_that_waits_for_a_fact() -> None:
    rows = [block.rows for block in in_short(judged(magnet(), ABROAD, **LAPSED, weigh=True)) if isinstance(block, Rows)]
    assert [text for label, text in rows[0] if "upstream-technology" in text] == [
        "not asked before what is missing is known, and may settle it: upstream-technology",
        "upstream-technology alone: own-steps-only – licence not required; taints – undetermined",
    ]
    assert not any("the same under all readings" in text for _, text in rows[0])
