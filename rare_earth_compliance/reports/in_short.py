"""The answer in a few lines: what is certain, what is open and missing, what turns on a reading, what on the status of the law.

Knows how a determination is summed up for somebody who has to sign it, and that the reasons of rules without consequence
stand in a part of their own. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.asking import readings_met
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.reports.blocks import Block, Heading, Rows, harmless

CLEARING = "Why no rule requires a licence"
"""The heading of the reasons of rules without consequence, where no rule has one."""
WITHOUT = "Rules that have no consequence, and why"
"""The same where others have one, or may have."""
RESTS_ON = "What this answer rests on"
"""The heading of readings, sources that were not seen, assumed values and the like."""
_FACTS = 5
_RULES = 4
_READINGS = 3


def in_short(determination: Determination) -> Iterator[Block]:
    """The blocks of the summary."""
    parts = {
        "certain": _certain(determination),
        "open": _open(determination),
        "missing": _missing(determination),
        "reading": _readings_matter(determination),
        "status": _status_matters(determination),
        "the others": _others(determination),
    }
    yield Heading("In short")
    yield Rows(
        "",
        tuple(
            (label if number == 0 else "", harmless(text))
            for label, texts in parts.items()
            for number, text in enumerate(texts)
        ),
    )


def without_consequence(determination: Determination) -> dict[str, list[str]]:
    """Why rules lead to nothing: reason → rules; all that were cleared, and those without consequence beside them."""
    groups: dict[str, list[str]] = {}
    named = set()
    for line in determination.clearing:
        rule, _, because = line.partition(": ")
        groups.setdefault(because, []).append(rule)
        named.add(rule)
    for one in determination.limbs:
        if one.standing in ("does not apply", "asleep") and one.rule not in named:
            groups.setdefault(one.because, []).append(one.rule)
    return groups


def _certain(determination: Determination) -> Iterator[str]:
    """What holds whatever else is found out: rules in force that apply, those that are lifted, and a clearing."""
    awake = {one.rule for one in determination.states if one.truth is Truth.TRUE}
    for standing, says in (("applies", "applies"), ("exempt", "would apply and is lifted")):
        for one in determination.limbs:
            if one.standing == standing and one.rule in awake:
                yield f"{one.rule} {says}: {one.title}"
    if determination.clearing:
        # One that is lifted may leave a duty: it is not without consequence.
        rules = _named(without_consequence(determination))
        yield f"{_counted(rules, 'rule')} {'leads' if rules == 1 else 'lead'} to no licence: see “{CLEARING}”"


def _open(determination: Determination) -> Iterator[str]:
    rules = [one.rule for one in determination.limbs if one.standing == "open"]
    if rules:
        yield f"{_counted(len(rules), 'rule')} {'is' if len(rules) == 1 else 'are'} open: {_first(rules)}"


def _missing(determination: Determination) -> Iterator[str]:
    facts = [one.question for one in determination.asks_for if one.kind == "fact"]
    if facts and determination.answer is not Answer.NOT_REQUIRED:
        left = len(facts) - _FACTS
        yield " ".join(facts[:_FACTS]) + (f" And {left} more." if left > 0 else "")


def _others(determination: Determination) -> Iterator[str]:
    rules = _named(without_consequence(determination))
    if rules and not determination.clearing:
        has = "has" if rules == 1 else "have"
        yield f"{_counted(rules, 'rule')} {has} no consequence, whatever is answered: see “{WITHOUT}”"


def _named(groups: dict[str, list[str]]) -> int:
    return sum(map(len, groups.values()))


def _readings_matter(determination: Determination) -> Iterator[str]:
    opened = [one for one in determination.asks_for if one.kind == "reading"]
    waiting = _waiting(determination, {one.about for one in opened})
    if determination.answer is not Answer.UNDETERMINED:
        found = f"; open for single findings: {', '.join(one.about for one in opened)}" if opened else " that were left open"
        yield f"the same under all readings{found}"
        if determination.answer is Answer.NOT_REQUIRED and determination.unchosen:
            yield f"used although not chosen, see “{RESTS_ON}”: {', '.join(determination.unchosen)}"
        return
    if not opened and not waiting:
        yield "the same under all readings that were left open"
    told: dict[str, list[str]] = {}
    for weighed in determination.weighed:
        told.setdefault(weighed.reading, []).append(f"{weighed.option} – {weighed.answer.value}")
    shown = [one for position, one in enumerate(opened) if position < _READINGS or one.about in told]
    for ask in shown:
        under = f": {'; '.join(told[ask.about])}" if ask.about in told else ""
        yield f"may depend on {ask.about}{under} ({ask.question})"
    left = [one.about for one in opened if one not in shown]
    if left:
        yield f"may depend on {len(left)} more, asked below: {', '.join(left)}"
    if waiting:
        yield f"not asked before what is missing is known, and may settle it: {', '.join(waiting)}"
    for name in waiting:
        if name in told:
            yield f"{name} alone: {'; '.join(told[name])}"


def _waiting(determination: Determination, asked: set[str]) -> list[str]:
    """The readings on which open findings may turn once the facts beside them are known."""
    found = readings_met(finding.step for finding in determination.findings if finding.asks_for)
    return [name for name in found if name not in asked]


def _status_matters(determination: Determination) -> Iterator[str]:
    for status in dict.fromkeys(one.status for one in determination.outlook):
        mine = [one for one in determination.outlook if one.status == status]
        same = len({one.answer for one in mine}) == 1
        turns = "the answer is the same either way" if same else "the answer turns on it"
        yield f"{status} is open, and {turns}: {'; '.join(f'{one.assumed}: {one.answer.value}' for one in mine)}"


def _first(rules: list[str]) -> str:
    return ", ".join(rules[:_RULES]) + (f" and {len(rules) - _RULES} more" if len(rules) > _RULES else "")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
