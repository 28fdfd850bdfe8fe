"""The cases of a rule pack, each judged as it is written.

Knows how a case is made from a subject and changes to it, and what the rule then said at the item. The
subject goes through the same reader and the same engine as a user's file. Does not load packs.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from rare_earth_compliance.core.json_text import Number
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import PolicyFound, Status, Step
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.engine.hints import entries_pointed_to
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.engine.verdicts import Judge
from rare_earth_compliance.law.model import Case, Confirmation, ListCase, Rule, RulePack
from rare_earth_compliance.law.published import as_published, confirmed_by
from rare_earth_compliance.law.status import in_force
from rare_earth_compliance.product.document import FORMAT
from rare_earth_compliance.product.model import ROOT, Shipment
from rare_earth_compliance.product.reader import read, shipment_of

_STEP = re.compile(r"([A-Za-z_]+)|\[([0-9]{1,4})\]")
_WORDS: dict[str, bool] = {"true": True, "false": False}
EXPECTED = {
    Status.APPLIES: "applies",
    Status.CANNOT_TELL: "cannot tell",
    Status.EXEMPT: "exempt",
    Status.ASLEEP: "asleep",
    Status.ASLEEP_CANNOT_TELL: "asleep",
    Status.FAILS: "does not apply",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a case came to; ``step`` is the trace, None where the item is not on the rule's lists."""

    case: Case
    rule: str
    found: str
    step: Step | None
    policy: str = "ordinary"
    state: str = ""

    @property
    def passed(self) -> bool:
        """Whether the rule said what the case expects, with the state and the policy where the case names them."""
        case = self.case
        return self.found == case.expect and case.policy in ("", self.policy) and case.state in ("", self.state)


class Plans:
    """What is known of one pack beforehand, under each choice of readings: for cases that are judged one after another."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self._under: dict[tuple[tuple[str, str], ...], Plan] = {}

    def under(self, pack: RulePack, readings: Mapping[str, str]) -> Plan:
        """The plan under readings that were chosen; one of its own for a pack that is not the one known here."""
        if pack is not self.pack:
            return Plan(pack, readings)
        key = tuple(sorted(readings.items()))
        if key not in self._under:
            self._under[key] = Plan(pack, readings)
        return self._under[key]


def run(pack: RulePack) -> Iterator[Outcome]:
    """Judge every case of every rule, in the order of the pack. Raises Refused for a case that can not be made."""
    plans = Plans(pack)
    for rule in pack.rules.values():
        for case in rule.cases:
            yield judge(pack, rule, case, plans)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOutcome:
    """What a case of a list came to: the entries the item surely is, perhaps is, and those its tariff code points to."""

    case: ListCase
    list: str
    on: tuple[str, ...]
    perhaps: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all of it is as the case expects."""
        case = self.case
        return (sorted(self.on), sorted(self.perhaps), sorted(self.hints)) == (
            sorted(case.on),
            sorted(case.perhaps),
            sorted(case.hints),
        )


def run_lists(pack: RulePack) -> Iterator[ListOutcome]:
    """Judge every case of every list, in the order of the pack. Raises Refused for a case that can not be made."""
    plans = Plans(pack)
    for listed in pack.lists.values():
        for case in listed.cases:
            yield judge_listed(pack, listed.id, case, plans)


def judge_listed(pack: RulePack, name: str, case: ListCase, plans: Plans | None = None) -> ListOutcome:
    """Judge one case of a list. Raises Refused where its item is not readable product data."""
    document = {"format": FORMAT, "product": _typed(case.given), "shipment": _typed(case.shipment)}
    contents = read(json.dumps(document, ensure_ascii=False).encode(), f"{case.place.file} ({case.name})")
    if contents.product is None:
        raise Refused([Problem(place=case.place, message="the case has no item", advice="give it one")])
    readings = chosen_readings(pack, dict(case.readings))
    plan = (plans or Plans(pack)).under(pack, readings)
    with closing(Inquiry(shipment_of(contents.product, contents.shipment, contents), pack, readings, plan=plan)) as inquiry:
        found = inquiry.listing.of(name, ROOT)
    pointed = entries_pointed_to(pack.lists[name], contents.product.root.hs_code)
    return ListOutcome(case=case, list=name, on=found.codes, perhaps=found.maybe, hints=tuple(entry.code for entry in pointed))


def _typed(value: Any) -> Any:
    """Text of a rule file as product data: true and false become truth values. Nesting in cases is shallow."""
    if isinstance(value, dict):
        return {key: _typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner) for inner in value]
    return _WORDS.get(value, value)


def judge(pack: RulePack, rule: Rule, case: Case, plans: Plans | None = None) -> Outcome:
    """Judge one case of a rule of the pack. Raises Refused where its subject with its changes is not readable product data."""
    shipment = subject(pack, case)
    settled = confirmations(case)
    if case.known_by is not None:
        pack, settled = as_published(pack, case.known_by), confirmed_by(settled, case.known_by)
        if rule.id not in pack.rules:
            return Outcome(case=case, rule=rule.id, found=EXPECTED[Status.ASLEEP], step=None, state="not yet")
    readings = chosen_readings(pack, dict(case.readings))
    state = in_force(rule, pack, case.on, readings, settled)
    plan = (plans or Plans(pack)).under(pack, readings)
    with closing(Inquiry(shipment, pack, readings, case.on, plan)) as inquiry:
        judge_ = Judge(inquiry, rule, state)
        index = _item(inquiry, case)
        if index not in judge_.candidates():
            return Outcome(case=case, rule=rule.id, found=EXPECTED[Status.FAILS], step=None, state=state.state)
        verdict = judge_.verdict(index)
    return Outcome(
        case=case,
        rule=rule.id,
        found=EXPECTED[verdict.status],
        step=verdict.step,
        policy=_policy(verdict.policies),
        state=state.state,
    )


def _policy(found: tuple[PolicyFound, ...]) -> str:
    """How an application would be decided: the strictest policy that surely applies, or that it can not be told."""
    sure = {one.policy for one in found if one.outcome is Truth.TRUE}
    for policy in ("refused in principle", "case by case"):
        if policy in sure:
            return policy
    return "cannot tell" if found else "ordinary"


def subject(pack: RulePack, case: Case) -> Shipment:
    """The shipment that a case is about."""
    document = copy.deepcopy(pack.subjects[case.given].document)
    for path, value in case.changes:
        _change(document, path, value, case)
    file = f"{case.place.file} ({case.name})"
    data = json.dumps(document, ensure_ascii=False, default=_plain).encode()
    contents = read(data, file)
    if contents.product is None:
        raise Refused([Problem(place=case.place, message="the subject has no product", advice="give it one")])
    return shipment_of(contents.product, contents.shipment, contents)


def confirmations(case: Case) -> tuple[Confirmation, ...]:
    """What a case assumes to have happened to the law: "lapsed", or "extended through" a day."""
    found = []
    for name, said in case.status:
        through = date.fromisoformat(said.removeprefix("extended through ")) if said.startswith("extended") else None
        found.append(
            Confirmation(
                settles=name,
                outcome="extended" if through else "lapsed",
                through=through,
                instrument="assumed in a case",
                published=case.on,
                source="assumed in a case",
                by="the case",
                day=case.on,
                place=case.place,
            )
        )
    return tuple(found)


def _item(inquiry: Inquiry, case: Case) -> int:
    if not case.at:
        return ROOT
    for item in inquiry.product.items:
        if item.part_number == case.at:
            return item.index
    raise Refused(
        [Problem(place=case.place, message=f"no item {case.at!r} in {case.given}", advice="name a part number of the subject")]
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Number):
        return value.text
    raise TypeError(f"{type(value).__name__} in a subject")


def _change(document: Any, path: str, value: str | None, case: Case) -> None:
    """Set the value at ``path``, or take it away where the value is None; objects on the way are made."""
    steps: list[str | int] = [name or int(number) for name, number in _STEP.findall(path)]
    wrong = Problem(
        place=Place(file=case.place.file, line=case.place.line, path=path), message="leads nowhere", advice="correct the path"
    )
    if not steps or "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in steps).lstrip(".") != path:
        raise Refused([wrong])
    holder = document
    for step, after in pairwise(steps):
        holder = _below(holder, step, after, wrong, make=value is not None)
    last = steps[-1]
    if value is None:
        try:
            del holder[last]
        except (KeyError, IndexError, TypeError):
            raise Refused([wrong]) from None
    elif isinstance(holder, list) and last == len(holder):
        holder.append(_WORDS.get(value, value))
    else:
        try:
            holder[last] = _WORDS.get(value, value)
        except (IndexError, TypeError):
            raise Refused([wrong]) from None


def _below(holder: Any, step: str | int, after: str | int, wrong: Problem, *, make: bool) -> Any:
    empty: Any = [] if isinstance(after, int) else {}
    if make and isinstance(holder, dict) and step not in holder:
        holder[step] = empty
    elif make and isinstance(holder, list) and step == len(holder):
        holder.append(empty)
    try:
        return holder[step]
    except (KeyError, IndexError, TypeError):
        raise Refused([wrong]) from None
