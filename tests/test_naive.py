"""The engine against a second, naive evaluator: the same answers, and the same outcome of every limb at every item.

Knows how to put one question to both. The second evaluator is under ``tests/naive``; what they once
disagreed on stands in ``tests/naive/decided.py``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from rare_earth_compliance.core.problems import Place, Refused
from rare_earth_compliance.engine.determination import Answer, Determination, Status
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Case, Confirmation
from rare_earth_compliance.product.reader import read, shipment_of
from tests.naive import casebook, decided, evaluate, generator, rules, tree
from tests.naive.generator import Sample

WHOLE = load()
PACK = replace(
    WHOLE,
    rules={
        name: rule
        for name, rule in WHOLE.rules.items()
        if name in (*rules.ITEM_LIMBS, *rules.SHIPMENT_LIMBS) or not rule.licence
    },
)
"""The rules that the second evaluator knows, and the duties."""
FIXED = {"aggregation": "summed", "precursors-61": "not-counted"}
"""Readings that the second evaluator does not know, chosen as it reads the text."""
KNOWN_READINGS = generator.READINGS
SAMPLES = 800
MORE_SAMPLES = 2_000
ANSWERS = {
    Answer.REQUIRED: evaluate.REQUIRED,
    Answer.UNDETERMINED: evaluate.UNDETERMINED,
    Answer.NOT_REQUIRED: evaluate.NOT_REQUIRED,
}
OUTCOMES = {
    Status.APPLIES: evaluate.APPLIES,
    Status.CANNOT_TELL: evaluate.CANNOT_TELL,
    Status.EXEMPT: evaluate.EXEMPT,
    Status.ASLEEP: evaluate.ASLEEP,
    Status.ASLEEP_CANNOT_TELL: evaluate.ASLEEP_CANNOT_TELL,
    Status.FAILS: evaluate.FAILS,
}
TOO_CHEAP = "is worth less than the listed content"


def confirmation(said: str | None) -> tuple[Confirmation, ...]:
    """What is confirmed of the law after its suspension."""
    if said is None:
        return ()
    through = date.fromisoformat(said.split()[-1]) if said.startswith("extended") else None
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


def judged(sample: Sample) -> Determination:
    """The engine's determination. Raises Refused for a document that can not be read."""
    contents = read(sample.text.encode(), "x.json")
    assert contents.product is not None
    shipment = shipment_of(contents.product, contents.shipment, contents)
    readings = {**FIXED, **sample.readings}
    return determine(shipment, PACK, on=sample.day, readings=readings, confirmations=confirmation(sample.confirmed))


def judged_naively(sample: Sample) -> evaluate.Answer:
    """The second evaluator's answer."""
    return evaluate.evaluate(tree.load(sample.text), sample.day, sample.readings, sample.confirmed)


def outcomes_of(found: Determination) -> dict[tuple[str, str], str]:
    """What the engine found for each limb at each place, as the second evaluator names it; failures left out."""
    outcomes: dict[tuple[str, str], str] = {}
    for finding in found.findings:
        whole = finding.rule in rules.SHIPMENT_LIMBS
        if (whole or finding.rule in rules.ITEM_LIMBS) and finding.status is not Status.FAILS:
            outcomes[finding.rule, "" if whole else finding.place.path] = OUTCOMES[finding.status]
    return outcomes


def told_apart(found: Determination, naive: evaluate.Answer) -> dict[str, tuple[object, object]]:
    """Everything on which the two differ: by name, the engine's word and the second evaluator's."""
    theirs = {key: outcome for key, outcome in naive.outcomes.items() if outcome != evaluate.FAILS}
    ours = outcomes_of(found)
    apart: dict[str, tuple[object, object]] = {
        " at ".join(key): (ours.get(key), theirs.get(key)) for key in {**ours, **theirs} if ours.get(key) != theirs.get(key)
    }
    contradictions = [said for said in found.conflicts if TOO_CHEAP not in said]
    cheap = [said for said in found.conflicts if TOO_CHEAP in said]
    if bool(contradictions) != naive.contradictory:
        apart["contradiction"] = (found.conflicts, naive.contradictory)
    if any(not any(f": {label} " in said for label in naive.too_cheap) for said in cheap):
        apart["worth less than its content"] = (cheap, naive.too_cheap)
    expected = naive.answer if naive.answer != evaluate.NOT_REQUIRED or not cheap else evaluate.UNDETERMINED
    if ANSWERS[found.answer] != expected:
        apart["answer"] = (ANSWERS[found.answer], expected)
    return apart


@dataclass
class Comparison:
    """What came of comparing many samples."""

    answers: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    at_the_line: int = 0
    refused: int = 0
    too_large: int = 0
    """Determinations that do not show every finding."""
    apart: dict[int, dict[str, tuple[object, object]]] = field(default_factory=dict)

    def add(self, seed: int) -> None:
        """Compare one sample."""
        sample = generator.sample(seed)
        try:
            found = judged(sample)
        except Refused:
            self.refused += 1
            return
        if found.more:
            self.too_large += 1
            return
        naive = judged_naively(sample)
        self.answers[naive.answer] += 1
        self.statuses.update(naive.outcomes.values())
        self.at_the_line += sample.priced_at_the_line
        apart = told_apart(found, naive)
        if apart:
            self.apart[seed] = apart

    def told(self) -> str:
        """The figures, for the log."""
        return (
            f"{self.answers.total()} compared: {dict(self.answers)}; outcomes of limbs: {dict(self.statuses)}; "
            f"priced at the 0.1 % line: {self.at_the_line}; refused: {self.refused}; too large: {self.too_large}"
        )


def compared(seeds: Iterable[int]) -> Comparison:
    """Compare the samples with these numbers."""
    comparison = Comparison()
    for seed in seeds:
        comparison.add(seed)
    print(comparison.told())
    return comparison


def check(comparison: Comparison, asked: int) -> None:
    """The two agree, and the comparison looked at enough of everything to mean something."""
    assert not comparison.apart
    assert comparison.answers.total() > 0.9 * asked
    assert comparison.refused + comparison.too_large < 0.05 * asked
    assert comparison.at_the_line > 0.1 * asked
    for answer in ANSWERS.values():
        assert comparison.answers[answer] > 0.05 * comparison.answers.total(), answer
    for outcome in OUTCOMES.values():
        assert comparison.statuses[outcome] > 0.01 * asked, outcome


def test_both_agree_on_generated_products() -> None:
    check(compared(range(SAMPLES)), SAMPLES)


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_both_agree_on_many_more(part: int) -> None:
    start = 1_000_000 + part * MORE_SAMPLES
    check(compared(range(start, start + MORE_SAMPLES)), MORE_SAMPLES)


NEW_FACTS = ("licensed_before", "left_china", "acquired", "published", "transfer", "basis", "known_by")
SPECIAL_MOVEMENTS = {"temporary-export", "return-or-repair", "sample", "hand-carried", "transit"}


def known_to_the_second(case: Case) -> bool:
    """Whether a case turns on facts and readings alone that the second evaluator knows."""
    if "transfer" in PACK.subjects[case.given].document or case.known_by is not None:
        return False
    if dict(case.readings).keys() - KNOWN_READINGS.keys():
        return False
    values = {value for _, value in case.changes}
    return not values & SPECIAL_MOVEMENTS and not any(name in path for path, _ in case.changes for name in NEW_FACTS)


def test_the_second_evaluator_decides_every_case_as_written() -> None:
    """Independent of the engine: the cases of the rule files hold for it too."""
    wrong, count = [], 0
    for rule in PACK.rules.values():
        if rule.id not in rules.ITEM_LIMBS and rule.id not in rules.SHIPMENT_LIMBS:
            continue
        for case in rule.cases:
            if not known_to_the_second(case):
                continue
            count += 1
            document = casebook.changed(decided.subject(case.given), case.changes)
            text = json.dumps(document)
            answer = evaluate.evaluate(tree.load(text), case.on, dict(case.readings), dict(case.status).get("suspension-70"))
            product = tree.product_of(tree.load(text))
            at = next(node.path for node in (product, *product.below) if node.label == case.at or not case.at)
            found = answer.outcomes.get((rule.id, at)) or answer.outcomes[rule.id, ""]
            # Whether several inputs are added up is a reading that it does not know: it adds them.
            added = case.expect == "cannot tell" and "reach the line together" in case.name
            if found.split(",")[0] != case.expect and not added:
                wrong.append((rule.id, case.name, found))
    assert not wrong
    assert count > 130


def test_samples_are_the_same_each_time() -> None:
    assert [generator.sample(seed) for seed in range(20)] == [generator.sample(seed) for seed in range(20)]


def answers(one: decided.Decided) -> tuple[str, str]:
    """The second evaluator's answer to a document, and the engine's."""
    sample = Sample(json.dumps(one.document()), generator.AWAKE, one.readings, "lapsed", priced_at_the_line=False)
    return judged_naively(sample).answer, ANSWERS[judged(sample).answer]


@pytest.mark.parametrize("name", decided.DECIDED)
def test_what_they_once_disagreed_on(name: str) -> None:
    one = decided.DECIDED[name]
    assert answers(one) == (one.answer, one.answer), one.why
