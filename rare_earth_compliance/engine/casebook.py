"""The cases of a rule pack, each judged as it is written.

Knows how a case is made from a subject and changes to it, and what the rule then said at the item. The
subject goes through the same reader and the same engine as a user's file. Does not load packs.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from rare_earth_compliance.core.json_text import Number
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.engine.determination import Status, Step
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.verdicts import Judge
from rare_earth_compliance.law.model import Case, Confirmation, Rule, RulePack
from rare_earth_compliance.law.status import in_force
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

    @property
    def passed(self) -> bool:
        """Whether the rule said what the case expects."""
        return self.found == self.case.expect


def run(pack: RulePack) -> Iterator[Outcome]:
    """Judge every case of every rule, in the order of the pack. Raises Refused for a case that can not be made."""
    for rule in pack.rules.values():
        for case in rule.cases:
            yield judge(pack, rule, case)


def judge(pack: RulePack, rule: Rule, case: Case) -> Outcome:
    """Judge one case. Raises Refused where its subject with its changes is not readable product data."""
    shipment = subject(pack, case)
    readings = chosen_readings(pack, dict(case.readings))
    inquiry = Inquiry(shipment, pack, readings)
    state = in_force(rule, pack, case.on, readings, confirmations(case))
    judge_ = Judge(inquiry, rule, state)
    index = _item(inquiry, case)
    if index not in judge_.candidates():
        return Outcome(case=case, rule=rule.id, found=EXPECTED[Status.FAILS], step=None)
    verdict = judge_.verdict(index)
    return Outcome(case=case, rule=rule.id, found=EXPECTED[verdict.status], step=verdict.step)


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
