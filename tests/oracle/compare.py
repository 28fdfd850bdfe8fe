"""The engine and the oracle on the same question: everything on which they differ, by kind.

Knows both, and how an answer of one is an answer of the other. Of the engine it uses what a caller has: reading a
document, one loaded pack, one plan for all shipments under the same readings.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

from rare_earth_compliance.core.problems import Place, Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Answer, Determination, Finding, Status
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.reports.run import status_of
from tests.oracle import judge, things, worlds
from tests.oracle.generator import Sample, questions
from tests.oracle.judge import APPLIES, ASLEEP, ASLEEP_CANNOT_TELL, CANNOT_TELL, EXEMPT, FAILS, Found
from tests.oracle.limbs import LIMBS
from tests.oracle.named import UNNAMED, Difference, shown, unnamed

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
OPPOSITE = ({APPLIES, FAILS}, {ASLEEP, FAILS})
POLICIES = {"article 2": {"军事用户": "2-military", "名单": "2-lists"}, "article 3": {"": "3"}, "article 4": {"": "4"}}
TOO_CHEAP = "is worth less than the listed content"


rules_folder: Path | None = None
"""The rules to compare under; those of the product when none are named."""


@cache
def pack() -> RulePack:
    """The rules that both know, and nothing else."""
    whole = load(rules_folder) if rules_folder else load()
    return replace(whole, rules={name: rule for name, rule in whole.rules.items() if name in LIMBS})


PLANS: dict[tuple[tuple[str, str], ...], Plan] = {}
"""Of every choice for the open questions its plan, for working one out takes longer than most cases do."""


def plan(readings: tuple[tuple[str, str], ...]) -> Plan:
    """What is known beforehand under these readings, for all products."""
    found = PLANS.get(readings)
    if found is None:
        found = PLANS[readings] = Plan(pack(), chosen_readings(pack(), dict(readings)))
    return found


def forget() -> None:
    """Let go of what the plans remember of products: each stays within bounds, but there are many of them."""
    worlds.forget()
    for one in PLANS.values():
        one.forget()


def confirmations(said: str | None, published: date) -> tuple[Confirmation, ...]:
    """What is confirmed of the law after its suspension."""
    if said is None:
        return ()
    through = date.fromisoformat(said.split()[-1]) if said != "lapsed" else None
    return (
        Confirmation(
            settles="suspension-70",
            outcome="extended" if through else "lapsed",
            through=through,
            instrument="assumed in a test",
            published=published,
            source="assumed in a test",
            by="a test",
            day=published,
            place=Place(file="test"),
        ),
    )


def judged(sample: Sample) -> Determination:
    """The engine's determination of one question. Raises Refused for a document that can not be read."""
    return determine(
        read_shipment(sample.text, "x.json"),
        pack(),
        on=sample.day,
        readings=sample.readings,
        confirmations=confirmations(sample.confirmed, sample.published),
        plan=plan(tuple(sorted(sample.readings.items()))),
    )


@dataclass
class Tally:
    """What came of comparing the cases of one seed, or of many: a case is one shipment of a product on one day."""

    cases: int = 0
    refused: int = 0
    in_part: int = 0
    """Cases of which not every completion was tried."""
    alike: int = 0
    """Cases in which two things show the same shortened path: their answers are compared and their findings are not."""
    at_the_line: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    unknowns: int = 0
    """Unknowns that matter to an outcome and were looked for among the questions."""
    kinds: Counter[str] = field(default_factory=Counter)
    apart: list[tuple[int, int, Difference]] = field(default_factory=list)
    """Seed and round of each difference."""
    distinct: set[str] = field(default_factory=set)
    """A digest of each case."""

    def add(self, other: Tally) -> None:
        """Count another's cases as well."""
        self.cases += other.cases
        self.refused += other.refused
        self.in_part += other.in_part
        self.alike += other.alike
        self.at_the_line += other.at_the_line
        self.unknowns += other.unknowns
        self.answers += other.answers
        self.outcomes += other.outcomes
        self.kinds += other.kinds
        self.apart += other.apart
        self.distinct |= other.distinct


def compared(seed: int) -> Tally:
    """What comes of all cases of a seed."""
    asked = questions(seed)
    tally = Tally()
    products: dict[str, judge.Product] = {}
    for number, one in enumerate(asked.rounds):
        sample = asked.sample(number)
        tally.distinct.add(sample.digest)
        try:
            engine = judged(sample)
        except Refused:
            tally.refused += 1
            continue
        price = json.dumps(one.shipment.get("unit_price"))
        if price not in products:
            products[price] = judge.Product(things.load(sample.text), asked.readings)
        product = products[price]
        oracle = judge.judge(product, things.load(sample.text)["shipment"], one.day, sample.law_of_the_day)
        tally.cases += 1
        tally.at_the_line += asked.priced_at_the_line
        tally.in_part += not oracle.whole
        tally.alike += _alike(oracle)
        tally.answers[oracle.answer] += 1
        tally.outcomes.update(found.outcome for found in oracle.found.values())
        tally.unknowns += sum(len(found.matter) for found in oracle.found.values())
        for difference in differences(engine, oracle, product):
            tally.kinds[difference.kind] += 1
            tally.apart.append((seed, number, difference))
    return tally


def _alike(oracle: judge.Answer) -> bool:
    """Whether two things are shown with the same path, so that nothing tells which is which."""
    return len({(rule, shown(path)) for rule, path in oracle.found}) < len(oracle.found)


def differences(engine: Determination, oracle: judge.Answer, product: judge.Product) -> Iterator[Difference]:
    """Everything on which the two differ."""
    findings = {(one.rule, one.place.path): one for one in engine.findings if one.status is not Status.FAILS}
    found = {(rule, shown(path)): one for (rule, path), one in oracle.found.items()}
    # Of what comes out alike at many things the engine shows some and counts the others: there must be as many.
    cut = {(one.rule, STATUSES[one.status]): one.count for one in engine.more if one.status is not Status.FAILS}
    hidden: Counter[tuple[str, str]] = Counter()
    # Of two things with the same shortened path nothing tells which is which; all else is compared.
    for key in () if _alike(oracle) else dict.fromkeys((*findings, *found)):
        mine, theirs = findings.get(key), found.get(key, Found(FAILS))
        said = STATUSES[mine.status] if mine else FAILS
        at = " at ".join(key)
        if mine is None and (key[0], theirs.outcome) in cut:
            hidden[key[0], theirs.outcome] += 1
        elif not theirs.whole:
            # Of some completions: what holds in one of them can not surely fail, and the other way round.
            if {said, theirs.outcome} in OPPOSITE:
                yield Difference(_kind(said, theirs.outcome), at, said, f"{theirs.outcome}, in one completion")
        elif said != theirs.outcome:
            # Exempt from what it could not tell to apply: it leaves open what the other can tell, and clears it as well.
            unsure = mine is not None and mine.step.outcome is Truth.UNKNOWN and (said, theirs.outcome) == (EXEMPT, FAILS)
            yield Difference(IMPRECISE if unsure else _kind(said, theirs.outcome), at, said, theirs.outcome)
        elif mine is not None:
            yield from _beside(mine, theirs, at)
            yield from unnamed(engine, mine, theirs, oracle.lines | oracle.things, at)
    yield from _contradictions(engine, oracle, product)
    if not oracle.whole:
        return
    for (rule, outcome), count in cut.items():
        if not _alike(oracle) and hidden[rule, outcome] != count:
            yield Difference(OTHER, f"{rule}, not shown but counted as {outcome}", str(count), str(hidden[rule, outcome]))
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
        return IMPRECISE if engine == ASLEEP_CANNOT_TELL else OTHER
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
