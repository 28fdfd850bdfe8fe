"""The engine and the oracle on the same question: everything on which they differ, by kind.

Knows both, and how an answer of one is an answer of the other. Of the engine it uses what a caller has: reading a
document, one loaded pack, one plan for all shipments under the same readings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Answer, Determination, Finding, Status
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.product.given import product_of, shipment_of
from rare_earth_compliance.reports.run import status_of
from tests.oracle import judge, questions
from tests.oracle.judge import APPLIES, ASLEEP, ASLEEP_CANNOT_TELL, CANNOT_TELL, EXEMPT, FAILS, Found
from tests.oracle.limbs import LIMBS
from tests.oracle.questions import UNNAMED, Difference

FAIL_OPEN, OVER_BLOCK, IMPRECISE, OTHER = "fail-open", "over-block", "imprecise", "other"
KINDS = {
    FAIL_OPEN: "the engine clears what some completion catches",
    OVER_BLOCK: "the engine says that it applies, and some completion does not",
    UNNAMED: "an unknown that changes the outcome is not asked for",
    IMPRECISE: "the engine leaves open what comes out the same in every completion",
    OTHER: "duties, policies, exemptions, contradictions or exit status differ",
}
ANSWERS = {
    Answer.REQUIRED: judge.REQUIRED,
    Answer.UNDETERMINED: judge.UNDETERMINED,
    Answer.NOT_REQUIRED: judge.NOT_REQUIRED,
}
STATUSES = {
    Status.APPLIES: APPLIES,
    Status.CANNOT_TELL: CANNOT_TELL,
    Status.EXEMPT: EXEMPT,
    Status.ASLEEP: ASLEEP,
    Status.ASLEEP_CANNOT_TELL: ASLEEP_CANNOT_TELL,
    Status.FAILS: FAILS,
}
STRENGTH = {FAILS: 0, ASLEEP_CANNOT_TELL: 0, ASLEEP: 0, EXEMPT: 0, CANNOT_TELL: 1, APPLIES: 2}
STRENGTH |= {judge.NOT_REQUIRED: 0, judge.UNDETERMINED: 1, judge.REQUIRED: 2}
POLICIES = {"article 2": {"军事用户": "2-military", "名单": "2-lists"}, "article 3": {"": "3"}, "article 4": {"": "4"}}
TOO_CHEAP = "is worth less than the listed content"


@cache
def pack() -> RulePack:
    """The rules that both know, and nothing else."""
    whole = load()
    return replace(whole, rules={name: rule for name, rule in whole.rules.items() if name in LIMBS})


@cache
def plan(readings: tuple[tuple[str, str], ...]) -> Plan:
    """What is known beforehand under these readings, for all products."""
    return Plan(pack(), chosen_readings(pack(), dict(readings)))


def confirmations(said: str | None) -> tuple[Confirmation, ...]:
    """What is confirmed of the law after its suspension."""
    if said is None:
        return ()
    through = date.fromisoformat(said.split()[-1]) if said != "lapsed" else None
    day = date(2026, 11, 1)
    return (
        Confirmation(
            settles="suspension-70",
            outcome="extended" if through else "lapsed",
            through=through,
            instrument="assumed in a test",
            published=day,
            source="assumed in a test",
            by="a test",
            day=day,
            place=Place(file="test"),
        ),
    )


def judged(
    document: Mapping[str, Any],
    shipment: Mapping[str, Any],
    day: date,
    readings: Mapping[str, str],
    confirmed: str | None,
) -> Determination:
    """The engine's determination. Raises Refused for a document that can not be read."""
    text = json.dumps({key: value for key, value in document.items() if key != "shipment"} | {"shipment": shipment})
    return judged_text(text, day, readings, confirmed)


def judged_text(text: str, day: date, readings: Mapping[str, str], confirmed: str | None) -> Determination:
    """The engine's determination of a whole file."""
    from rare_earth_compliance.product.given import read_shipment

    return determine(
        read_shipment(text, "x.json"),
        pack(),
        on=day,
        readings=readings,
        confirmations=confirmations(confirmed),
        plan=plan(tuple(sorted(readings.items()))),
    )


def differences(engine: Determination, oracle: judge.Answer, product: judge.Product) -> Iterator[Difference]:
    """Everything on which the two differ."""
    findings = {(one.rule, one.place.path): one for one in engine.findings if one.status is not Status.FAILS}
    for key in dict.fromkeys((*findings, *oracle.found)):
        mine, theirs = findings.get(key), oracle.found.get(key, Found(FAILS))
        said = STATUSES[mine.status] if mine else FAILS
        at = " at ".join(key)
        if said != theirs.outcome:
            yield Difference(_kind(said, theirs.outcome), at, said, theirs.outcome)
        elif mine is not None:
            yield from _beside(mine, theirs, at)
            yield from questions.unnamed(engine, theirs, oracle.things, at)
    yield from _contradictions(engine, oracle, product)
    answer, expected = ANSWERS[engine.answer], oracle.answer
    if answer != expected and not (expected == judge.NOT_REQUIRED and engine.conflicts):
        yield Difference(_kind(answer, expected), "answer", answer, expected)
    elif answer == expected and status_of(engine) != oracle.status:
        yield Difference(OTHER, "exit status", str(status_of(engine)), str(oracle.status))
    owed = frozenset((one.id, one.sure) for one in engine.duties_open)
    if answer == expected and owed != oracle.duties_open:
        yield Difference(OTHER, "duties open", str(sorted(owed)), str(sorted(oracle.duties_open)))


def _kind(engine: str, oracle: str) -> str:
    one, other = STRENGTH[engine], STRENGTH[oracle]
    if one == other:
        return OTHER
    return FAIL_OPEN if one == 0 else IMPRECISE if one == 1 else OVER_BLOCK


def _beside(mine: Finding, theirs: Found, at: str) -> Iterator[Difference]:
    duties = frozenset(one.id for one in mine.duties)
    policies = frozenset((_policy(one.at, one.says), one.outcome is Truth.TRUE) for one in mine.policies)
    exemptions = frozenset(
        (one.id.split("/")[1], one.outcome is Truth.TRUE) for one in mine.exemptions if one.outcome is not Truth.FALSE
    )
    for what, ours, expected in (
        ("duties", duties, theirs.duties),
        ("policies", policies, theirs.policies),
        ("exemptions", exemptions, theirs.exemptions),
    ):
        if ours != expected:
            yield Difference(OTHER, f"{what} of {at}", str(sorted(ours)), str(sorted(expected)))


def _policy(at: str, says: str) -> str:
    return next(name for words, name in POLICIES[at].items() if words in says)


def _contradictions(engine: Determination, oracle: judge.Answer, product: judge.Product) -> Iterator[Difference]:
    cheap = {said for said in engine.conflicts if TOO_CHEAP in said}
    if (len(cheap) < len(engine.conflicts)) != oracle.contradictory:
        yield Difference(OTHER, "contradictions", str(engine.conflicts), str(oracle.contradictory))
    for said in cheap:
        label = said.split(f" {TOO_CHEAP}")[0].split(": ")[-1]
        if not product.too_cheap(label):
            yield Difference(OTHER, "worth less than its content", said, "not surely")
