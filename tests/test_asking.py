"""What is asked for when something is open: whatever alone changes the outcome of a rule is named.

Knows small products on which nothing, or too much, was once asked for.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Answer, Determination, Finding, Outlook
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.engine.outlook import idle
from rare_earth_compliance.law.confirmations import read_confirmations
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.product.given import read_shipment

PACK = load()
DAY = date(2026, 11, 23)
SUBJECTS = Path(__file__).parents[1] / "rules" / "subjects"
LAPSED = read_confirmations(
    b"format: rare-earth-status/1\nconfirmations:\n"
    b"  - {settles: suspension-70, outcome: lapsed, source: a test, by: A. B., day: 2026-11-23}\n",
    "status.yaml",
    PACK,
)
READ = {
    "start-after-suspension": "at-once",
    "numerator-origin": "chinese-only",
    "valuation": "as-stated",
    "upstream-technology": "own-steps-only",
    "origin-by-steps": "declared-origin",
    "precursors-61": "not-counted",
    "aggregation": "summed",
    "part-2-reaches": "any-depth",
    "embedded-items": "product-only",
}


def subject(name: str) -> Any:
    return json.loads((SUBJECTS / f"{name}.json").read_text(encoding="utf-8"))


def judged(document: Any, on: date = DAY, **readings: str) -> Determination:
    chosen = READ | {name.replace("_", "-"): option for name, option in readings.items()}
    return determine(read_shipment(document), PACK, on=on, readings=chosen, confirmations=LAPSED)


def finding(found: Determination, rule: str, label: str) -> Finding:
    (one,) = [one for one in found.findings if one.rule == rule and one.label == label]
    return one


def asked(one: Finding) -> set[tuple[str, str, int]]:
    return {(need.kind, need.about, need.item) for need in one.asks_for}


def test_how_many_is_asked_where_there_may_be_none() -> None:
    document = subject("german-magnet")
    magnet = document["product"] | {"quantity": "0 .. 2"}
    value = {"amount": "10", "currency": "EUR"}
    document["product"] = {"part_number": "HOLDER", "form": "assembly", "made_in": "DE", "complete": True, "parts": [magnet]}
    document["product"] |= {"origin": "DE", "unit_value": value, "technologies_complete": True}
    one = finding(judged(document, notice_scope="any-annex-item"), "cn-mofcom-2025-61/7-overseas", "HOLDER")
    assert one.status.value == "cannot tell"
    assert asked(one) == {("fact", "item.quantity", 1)}


def test_readings_are_asked_together_where_no_fact_is_open() -> None:
    document = subject("german-magnet")
    document["shipment"]["exporter"]["located_in"] = "HK"
    one = finding(judged(document), "cn-mofcom-2025-61/7-overseas", document["product"]["part_number"])
    assert one.status.value == "cannot tell"
    assert asked(one) == {("reading", "hong-kong-macao-taiwan", -2), ("reading", "notice-scope", -2)}


def test_a_rate_is_asked_for_where_it_is_a_range_or_two_that_differ() -> None:
    for rates in (["0.9 .. 1.1"], ["0.9", "1.1"]):
        document = subject("german-magnet")
        document["product"]["unit_value"] = {"amount": "1000", "currency": "USD"}
        document["rates"] = [
            {"from": "EUR", "to": "USD", "rate": rate, "day": "2026-11-01", "source": "a bank"} for rate in rates
        ]
        one = finding(judged(document), "cn-mofcom-2025-61/1.1", document["product"]["part_number"])
        assert one.status.value == "cannot tell"
        assert asked(one) == {("fact", "shipment.rates", -2)}


def test_on_the_last_day_all_that_is_open_is_asked_at_once() -> None:
    found = determine(read_shipment(subject("german-magnet")), PACK, on=date(2026, 11, 10), readings={})
    one = finding(found, "cn-mofcom-2025-61/1.1", subject("german-magnet")["product"]["part_number"])
    law = {("status", "suspension-70", -2), ("reading", "suspension-last-day", -2), ("reading", "start-after-suspension", -2)}
    assert asked(one) >= law


def test_on_the_last_day_nothing_is_open_that_no_reading_wakes() -> None:
    found = judged(subject("german-magnet"), on=date(2026, 11, 10), start_after_suspension="new-start-needed")
    state = next(one for one in found.states if one.rule == "cn-mofcom-2025-61/1.1")
    assert (state.truth, state.state) == (Truth.FALSE, "not yet")


def test_what_a_listed_input_of_open_origin_holds_beside_is_not_asked() -> None:
    """It counts whole or not at all: neither way does anything nameless in it add to the share."""
    document = subject("german-magnet")
    oxide = {"part_number": "INPUT", "form": "oxide", "origin": "HK", "quantity": 1, "unit": "pcs"}
    oxide |= {"composition": [{"element": "Dy", "mass_fraction": "87 %"}], "composition_complete": True}
    oxide["unit_value"] = {"amount": "0.5", "currency": "EUR"}
    document["product"]["composition"] = [{"element": element} for element in ("Dy", "Nd", "Fe", "B")]
    nd = {"part_number": "ND", "form": "metal", "origin": "JP", "quantity": 1, "unit_value": oxide["unit_value"]}
    nd |= {"composition": [{"element": element} for element in ("Nd", "Fe", "B")], "composition_complete": True}
    document["product"] |= {"complete": True, "materials": [oxide, nd | {"complete": None}]}
    found = judged(document)
    one = finding(found, "cn-mofcom-2025-61/1.1", document["product"]["part_number"])
    assert (found.answer, one.status.value) == (Answer.NOT_REQUIRED, "does not apply")


def test_what_kind_of_thing_it_is_in_is_asked_of_that_thing() -> None:
    """Whether the oxide was consumed hangs on what the product is, not on how the oxide was processed."""
    document = subject("german-magnet")
    del document["product"]["form"]
    oxide = {"part_number": "OXIDE", "form": "oxide", "quantity": 1, "origin": "CN", "composition_complete": True}
    document["product"]["materials"] = [{**oxide, "composition": [{"element": "Dy", "input_form": "oxide"}, {"element": "O"}]}]
    one = finding(judged(document, embedded_items="every-level"), "cn-mofcom-2025-61/1.3", "OXIDE")
    assert one.status.value == "cannot tell"
    assert asked(one) == {("fact", "item.form", 0)}


def test_a_quantity_is_asked_exactly_where_a_range_leaves_the_share_open() -> None:
    document = subject("german-magnet")
    metal = {"part_number": "DY", "form": "metal", "origin": "CN", "quantity": "1 .. 2"}
    metal |= {"unit_value": {"amount": "0.6", "currency": "EUR"}, "composition_complete": True}
    metal["composition"] = [{"element": "Dy", "input_form": "metal", "origin": "CN", "value": metal["unit_value"]}]
    document["product"] |= {"complete": True, "materials": [metal], "composition": [{"element": "Dy"}]}
    one = finding(judged(document), "cn-mofcom-2025-61/1.1", document["product"]["part_number"])
    assert one.status.value == "cannot tell"
    assert asked(one) == {("fact", "item.quantity", 1)}


def test_no_price_is_nothing() -> None:
    """ "At most 100 EUR" bounds a price: content worth nothing does not reach 0.1 % of it."""
    document = subject("german-magnet")
    document["product"]["composition"][0]["origin"] = "AU"
    document["product"]["unit_value"]["amount"] = "<= 100"
    found = judged(document)
    one = finding(found, "cn-mofcom-2025-61/1.1", document["product"]["part_number"])
    assert (found.answer, one.status.value) == (Answer.NOT_REQUIRED, "does not apply")


def test_in_brief_the_same_is_asked_in_the_same_order() -> None:
    """Of every subject of the rules, the law lapsed or open. A status of the law that alone settles nothing is asked last."""
    seen, kinds, at_the_end = 0, set(), 0
    for file in sorted(SUBJECTS.glob("*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        documents = (document, document | {"shipment": {}}) if "product" in document else (document,)
        for confirmed in ((), LAPSED):
            for readings in ({}, READ):
                for changed in documents:
                    shipment = read_shipment(changed)
                    in_brief = determine(shipment, PACK, on=DAY, readings=readings, confirmations=confirmed).brief
                    whole = determine(shipment, PACK, on=DAY, readings=readings, confirmations=confirmed)
                    assert in_brief.asks_for == tuple((one.kind, one.about) for one in whole.asks_for), file.name
                    assert in_brief.standings == tuple((one.rule, one.standing) for one in whole.limbs), file.name
                    seen += 1
                    alone = idle(whole.outlook, whole.answer) if whole.answer is Answer.UNDETERMINED else frozenset()
                    last = [one.kind == "status" and one.about in alone for one in whole.asks_for]
                    assert last == sorted(last), file.name
                    at_the_end += any(last) and not all(last)
                    kinds |= {kind for kind, _ in in_brief.asks_for}
    assert (seen > 60, kinds, at_the_end > 5) == (True, {"fact", "reading", "status"}, True)


def test_a_status_is_idle_where_the_answer_stays_open_however_it_comes_out() -> None:
    def comes_to(**answers: tuple[Answer, Answer]) -> list[Outlook]:
        return [Outlook(status=name, assumed="", answer=one) for name, made in answers.items() for one in made]

    required, undetermined, clear = Answer.REQUIRED, Answer.UNDETERMINED, Answer.NOT_REQUIRED
    found = comes_to(
        open=(undetermined, undetermined), once=(required, undetermined), other=(undetermined, clear), always=(clear, clear)
    )
    assert idle(found, undetermined) == {"open"}
    assert idle(found, clear) == idle(found, required) == frozenset()
