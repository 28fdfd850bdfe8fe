"""Readings that nobody chose, and that decide: an answer says which they are.

The law: where another option of a reading that was not chosen changes a clearing, the clearing names that reading. It is held
on the subjects of all cases of the rules and on products made up. A reading may keep an item off every list, so that no rule
looks at it and no trace shows why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.casebook import confirmations, subject
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.conditions import Condition, asks_of
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Confirmation
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.product.model import Shipment
from tests.oracle.generator import questions
from tests.running import ROOT, run

PACK = load()
DEFAULTS = {name: reading for name, reading in PACK.readings.items() if reading.default}
"""The readings that are in use without being chosen."""
DAY = date(2026, 11, 23)
ROD = ROOT / "examples/yag-laser-rod"
FUNCTIONAL = "functional-materials-18"
OUTSIDE = f"reading {FUNCTIONAL} = outside: no, such functional materials are outside No. 18"
EVERY = 6
"""One in so many cases of the rules is looked at in the normal run."""
Subject = tuple[Shipment, date, dict[str, str], tuple[Confirmation, ...]]


@cache
def plan_under(readings: tuple[tuple[str, str], ...]) -> Plan:
    return Plan(PACK, chosen_readings(PACK, dict(readings)))


def judged(shipment: Shipment, on: date, readings: Mapping[str, str], settled: tuple[Confirmation, ...] = ()) -> Determination:
    plan = plan_under(tuple(sorted(readings.items())))
    return determine(shipment, PACK, on=on, readings=readings, confirmations=settled, plan=plan)


def rod(composition: list[dict[str, Any]] | None = None, **shipment: Any) -> Shipment:
    """The laser rod of the example, with what it holds, or how it is shipped, told otherwise."""
    document = json.loads((ROD / "assumed.json").read_bytes())
    document["shipment"] = json.loads((ROD / "shipment.json").read_bytes())["shipment"] | shipment
    document["product"]["composition"] = composition or document["product"]["composition"]
    return read_shipment(document)


def about_readings(made: Determination) -> list[str]:
    return [line for line in made.rests_on if line.startswith("reading ")]


# ---- an item that a reading keeps off every list


def test_what_keeps_an_item_off_a_list_is_told() -> None:
    made = judged(rod(), DAY, {})
    assert (made.answer, made.unchosen) == (Answer.NOT_REQUIRED, (FUNCTIONAL,))
    source = "official answer 4 (April 2025), marked by the ministry as reference only"
    assert about_readings(made) == [f"{OUTSIDE} (an official answer, used until another is chosen: {source})"]


def test_what_was_chosen_is_told_as_chosen() -> None:
    made = judged(rod(), DAY, {FUNCTIONAL: "outside"})
    assert (made.answer, made.unchosen) == (Answer.NOT_REQUIRED, ())
    assert about_readings(made) == [f"{OUTSIDE} (as chosen)"]


def test_not_followed_a_licence_is_required() -> None:
    made = judged(rod(), DAY, {FUNCTIONAL: "inside"})
    assert (made.answer, made.unchosen) == (Answer.REQUIRED, ())


@pytest.mark.parametrize(
    "shipment",
    [
        rod([{"element": "Al", "mass_fraction": "52.9 %"}, {"element": "O", "mass_fraction": "47.1 %"}]),
        rod(ship_from="DE", exporter={"name": "reseller", "located_in": "DE", "chinese_person": False}),
    ],
    ids=["nothing of the list in it", "a movement that the list is not asked for"],
)
def test_what_keeps_nothing_off_is_not_told(shipment: Shipment) -> None:
    made = judged(shipment, DAY, {})
    assert (FUNCTIONAL in made.unchosen, about_readings(made)) == (False, [])


def test_what_was_left_open_beside_it_is_not_told_as_used() -> None:
    importer = {"name": "laser maker", "located_in": "HK", "military": False, "listed": "none", "listed_owners_share": "0 %"}
    made = judged(rod(destination="HK", importer=importer, consignee=importer | {"chinese_person": False}), DAY, {})
    assert (made.answer, made.unchosen) == (Answer.NOT_REQUIRED, (FUNCTIONAL,))


def test_under_rules_that_assume_nothing_nothing_is_told() -> None:
    bare = replace(PACK, readings={name: replace(one, official=None, assumed=None) for name, one in PACK.readings.items()})
    made = determine(rod(), bare, on=DAY)
    assert (made.answer, made.unchosen, about_readings(made)) == (Answer.UNDETERMINED, (), [])


def test_it_is_told_in_short() -> None:
    args = ["check", f"{ROD}/assumed.json", "--shipment", f"{ROD}/shipment.json", "--on", "2026-11-23"]
    told = "used although not chosen, see “What this answer rests on”: "
    assert told + FUNCTIONAL in " ".join(run(args).out.split())
    for option in ("outside", "inside"):
        assert told not in " ".join(run([*args, "--reading", f"{FUNCTIONAL}={option}"]).out.split())


def test_a_plan_that_has_forgotten_tells_the_same() -> None:
    plan = Plan(PACK, chosen_readings(PACK, {}))
    found = []
    for _ in range(3):
        found += [determine(rod(), PACK, on=DAY, plan=plan).rests_on for _ in range(2)]
        plan.forget()
    assert set(found) == {judged(rod(), DAY, {}).rests_on}


def lists_asked_for(*conditions: Condition) -> set[str]:
    asks = [ask for condition in conditions for ask in asks_of(condition)]
    return {name for ask in asks for name in (*ask.values, ask.param("list"), ask.param("of")) if name in PACK.lists}


def test_a_list_that_such_a_reading_cuts_short_is_named_by_each_rule_that_asks_for_it() -> None:
    """What is kept off a list is looked for at the rules that name the list; another that asked for it would be missed."""
    cut_short = {name for name in PACK.lists if not plan_under(()).read_by_list(name).isdisjoint(DEFAULTS)}
    assert cut_short == {"annex-18"}
    seen = 0
    for rule in PACK.rules.values():
        policies = [PACK.policies[name].when for name in rule.policies]
        asked = lists_asked_for(rule.when, *(one.when for one in rule.unless), *policies)
        seen += len(asked & cut_short)
        assert asked & cut_short <= set(rule.lists), rule.id
    for name, listed in PACK.lists.items():
        assert name in cut_short or lists_asked_for(*(entry.recognise for entry in listed.entries)).isdisjoint(cut_short)
    assert seen > 3


# ---- the law


def of_cases() -> Iterator[Subject]:
    for rule in PACK.rules.values():
        for case in rule.cases:
            readings = {name: option for name, option in case.readings if name not in DEFAULTS}
            yield subject(PACK, case), case.on, readings, confirmations(case)


def made_up(seeds: range) -> Iterator[Subject]:
    for seed in seeds:
        asked = questions(seed)
        for number in range(len(asked.rounds)):
            sample = asked.sample(number)
            readings = {name: option for name, option in sample.readings.items() if name not in DEFAULTS}
            try:
                yield read_shipment(sample.text), sample.day, readings, ()
            except Refused:
                continue


def held(subjects: list[Subject]) -> tuple[int, int]:
    """Hold the law on some subjects: how many clearings there were, and how often one hung on a reading not chosen."""
    clearings = hung = 0
    for shipment, on, readings, settled in subjects:
        made = judged(shipment, on, readings, settled)
        if made.answer is not Answer.NOT_REQUIRED:
            continue
        clearings += 1
        for name, reading in DEFAULTS.items():
            others = [{**readings, name: one.id} for one in reading.options if one.id != reading.default]
            if any(judged(shipment, on, other, settled).answer is not Answer.NOT_REQUIRED for other in others):
                hung += 1
                assert name in made.unchosen, (name, shipment.file, made.unchosen)
    return clearings, hung


def test_a_clearing_names_every_reading_that_it_hangs_on() -> None:
    clearings, hung = held(list(of_cases())[::EVERY])
    assert (clearings > 30, hung > 0) == (True, True), (clearings, hung)


@pytest.mark.long
def test_every_clearing_names_every_reading_that_it_hangs_on() -> None:
    clearings, hung = held([*of_cases(), *made_up(range(1_500))])
    assert (clearings > 1_000, hung > 30) == (True, True), (clearings, hung)
