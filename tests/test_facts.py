"""What is remembered of items is remembered under everything it depends on.

The law: where two items have the same facts, every question has the same answer at both, whatever products they stand in.
It is held on the subjects of all cases of the rules and lists and on products made up, all of them looked at with one plan
for what they have in common, and each with a plan of its own for the answers. A fact that was left out would let what holds
of one item be said of another, of which it does not hold.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from contextlib import closing
from functools import cache
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.casebook import _typed, subject
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.needs import relative
from rare_earth_compliance.engine.plan import BY_NUMBER, Asks, Plan
from rare_earth_compliance.law.conditions import Ask, asks_of
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.product.model import Shipment
from tests.oracle.generator import questions

PACK = load()
READINGS = chosen_readings(PACK, {})


def subjects() -> Iterator[Shipment]:
    """The subjects of all cases, those of lists with the shipment that they are in, and products that were made up."""
    for rule in PACK.rules.values():
        for case in rule.cases:
            yield subject(PACK, case)
    for listed in PACK.lists.values():
        for case in listed.cases:
            document = {"format": "rare-earth-bom/1", "product": _typed(case.given), "shipment": _typed(case.shipment)}
            yield read_shipment(json.dumps(document))
    for seed in range(150):
        asked = questions(seed)
        for number in range(len(asked.rounds)):
            try:
                yield read_shipment(asked.sample(number).text)
            except Refused:
                continue


EVERY = 60
PARTS = 4
"""How many of so many parts of the subjects are looked at in the normal run: those of a part are of all rules and lists."""


@cache
def shipments() -> list[Shipment]:
    found = list(subjects())
    assert len(found) > 2_500
    return found


def every_ask() -> list[Ask]:
    """Every question that rules, lists, terms, policies and cautions put to an item, once; without those for value shares."""
    conditions = [rule.when for rule in PACK.rules.values()]
    conditions += [one.when for rule in PACK.rules.values() for one in rule.unless]
    conditions += [policy.when for policy in PACK.policies.values()]
    conditions += [caution.when for caution in PACK.cautions.values()]
    conditions += list(PACK.terms.values())
    conditions += [entry.recognise for listed in PACK.lists.values() for entry in listed.entries]
    found = {ask: None for condition in conditions for ask in asks_of(condition) if ask.question.startswith("item.")}
    return [ask for ask in found if PACK.questions[ask.question].computed_by not in BY_NUMBER]


def answered(inquiry: Inquiry, ask: Ask, index: int) -> tuple[Truth, Hashable]:
    """The outcome of a question at an item, and what would settle it as seen from there."""
    step = inquiry.ask(ask, index)
    return step.outcome, relative(tuple(sorted(step.needs)), index, inquiry.product)


def looked_over(subjects: list[Shipment]) -> int:
    """Hold the law on some subjects; how many answers were looked at."""
    asks, shared = every_ask(), Plan(PACK, READINGS)
    plain = {ask for ask in asks if shared.asks(ask).plain}
    of_lists = {ask for listed in PACK.lists.values() for entry in listed.entries for ask in asks_of(entry.recognise)} & plain
    of_rules = {rule: Asks(of.plain, of.placed, ()) for rule in PACK.rules if (of := shared.of_rule(PACK.rules[rule]))}
    said: dict[Hashable, tuple[Any, str]] = {}
    told = 0

    def hold(facts: Hashable, answer: Any, shipment: Shipment) -> None:
        nonlocal told
        told += 1
        before, where = said.setdefault(facts, (answer, shipment.file))
        assert before == answer, (facts, where, shipment.file)

    for shipment in subjects:
        with (
            closing(Inquiry(shipment, PACK, READINGS, plan=shared)) as looked_at,
            closing(Inquiry(shipment, PACK, READINGS)) as asked,
        ):
            for index in looked_at.in_order:
                kind = looked_at.kinds.of(index)
                answers = {ask: answered(asked, ask, index) for ask in asks}
                for ask, answer in answers.items():
                    hold((ask, looked_at.facts.one(ask, index)), answer, shipment)
                    if ask in plain:
                        hold((ask, kind.whole), answer, shipment)
                    if ask in of_lists:
                        hold((ask, kind.listing), answer, shipment)
                for rule, of in of_rules.items():
                    found = tuple(answers[ask] for ask in (*of.plain, *of.placed))
                    hold((rule, looked_at.facts.of(of, index)), found, shipment)
                for name in shared.lists_by_kind():
                    place = asked.listing.of(name, index)
                    hold((name, kind.listing), (place.codes, place.maybe, place.step.outcome), shipment)
    return told


@pytest.mark.parametrize("part", range(PARTS))
def test_where_the_facts_are_the_same_so_are_the_answers(part: int) -> None:
    assert looked_over(shipments()[part::EVERY]) > 10_000


OXIDE = {"cas": "1308-87-8"}
OF_TWO = [{"element": "Dy", "mass_fraction": "0.5"}, {"element": "Fe"}]
DIFFERENT: list[dict[str, Any]] = [
    *({"form": form} for form in ("metal", "magnet-assembly", "technology", "reagent", "unknown")),
    *({"form": "permanent-magnet", "family": family} for family in ("NdFeB", "SmCo", "other", "unknown")),
    *({"form": "alloy", "alloy": alloy} for alloy in (["Sm", "Co"], ["Dy", "Fe"], ["Fe"])),
    *({"form": "permanent-magnet", "processing": states} for states in (["loose"], ["fixed-in-core"], ["sintered"], [])),
    *({"control_codes": [code]} for code in ("1C909.a.1", "1C909", "1C907", "6A991")),
    *(
        {"composition": [one], "composition_complete": whole}
        for one in (OXIDE, {"cas": "7732-18-5"})
        for whole in (True, False)
    ),
    *({"form": "reagent", "composition": [{"cas": cas}]} for cas in ("14802-03-0", "298-07-7", "68814-95-9", "7732-18-5")),
    *({"composition": [{"cas": "298-07-7", "mass_fraction": part}], "composition_complete": True} for part in ("0", "0.5")),
    *({"composition": OF_TWO, "composition_complete": whole} for whole in (True, False)),
    *({"composition": [{"element": one}]} for one in ("Dy", "Sm", "Fe", "La")),
    *({"composition": [{"element": "Dy", "mass_fraction": part}]} for part in ("0", "0.01", "< 0.01 %")),
    *({"rare_earths": said} for said in ("none", "present", "unknown")),
    *({"origin": place} for place in ("CN", "DE", "HK", "unknown")),
    *({"made_in": place} for place in ("CN", "DE")),
    *({"steps": [{"step": "separation", "country": place}]} for place in ("CN", "DE")),
    *({"technologies": [{"field": "smelting-and-separation", "origin": place}]} for place in ("CN", "DE")),
    *({"technologies": [], "technologies_complete": said} for said in (True, False)),
    *({"principal": said} for said in (True, False)),
    *({"form": "equipment", "equipment": kind} for kind in ("jet-mill", "hot-press", "other", "none")),
    *(
        {"form": "equipment", "equipment": "roasting-kiln", "parameters": [{"name": "diameter", "value": at}]}
        for at in ("1 m", "2 m", "5 m")
    ),
]


def differing() -> Iterator[Shipment]:
    """An item that says next to nothing, and the same with something said: as the product, in it, and with something in it."""
    for said in DIFFERENT:
        one = {"part_number": "A", **said}
        inside = {"part_number": "M", "form": "metal", "composition": [{"element": "Dy"}], "composition_complete": True}
        for product in (one, {"part_number": "B", "parts": [one]}, {**one, "materials": [inside]}):
            yield read_shipment(json.dumps({"format": "rare-earth-bom/1", "product": product}))


def test_items_that_differ_in_what_is_said_of_them_are_told_apart() -> None:
    assert looked_over(list(differing())) > 100_000


@pytest.mark.long
def test_where_the_facts_are_the_same_so_are_all_answers() -> None:
    """All subjects: python -m pytest -m long tests/test_facts.py"""
    assert looked_over(shipments()) > 1_000_000


def test_every_question_but_that_for_value_shares_is_asked() -> None:
    assert len(every_ask()) > 200
    computed = {PACK.questions[ask.question].computed_by for ask in every_ask()}
    assert computed >= {"listed_in", "contains", "consists_of", "enclosed", "consumed", "holds", "technology", "stated_steps"}
    assert computed >= {"is_product", "equipment", "parameter", "names_cas"}
