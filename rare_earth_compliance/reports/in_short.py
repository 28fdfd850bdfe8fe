"""The answer in a few lines: what is certain, what is missing, what turns on a reading, what on the status of the law.

Knows how a determination is summed up for somebody who has to sign it. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.reports.blocks import Block, Heading, Rows, harmless

_FACTS = 5
_RULES = 4


def in_short(determination: Determination) -> Iterator[Block]:
    """The blocks of the summary."""
    rows = [("certain" if number == 0 else "", text) for number, text in enumerate(_certain(determination))]
    facts = [one for one in determination.asks_for if one.kind == "fact"]
    if facts and determination.answer is not Answer.NOT_REQUIRED:
        left = len(facts) - _FACTS
        said = " ".join(one.question for one in facts[:_FACTS]) + (f" And {left} more." if left > 0 else "")
        rows.append(("missing", said))
    rows += [("reading" if number == 0 else "", text) for number, text in enumerate(_readings_matter(determination))]
    rows += [("status" if number == 0 else "", text) for number, text in enumerate(_status_matters(determination))]
    yield Heading("In short")
    yield Rows("", tuple((label, harmless(text)) for label, text in rows))


def _certain(determination: Determination) -> Iterator[str]:
    """What holds whatever else is found out: rules in force that apply, that are lifted, and those without consequence."""
    awake = {one.rule for one in determination.states if one.truth is Truth.TRUE}
    for standing, says in (("applies", "applies"), ("exempt", "would apply and is lifted")):
        for one in determination.limbs:
            if one.standing == standing and one.rule in awake:
                yield f"{one.rule} {says}: {one.title}"
    groups: dict[str, list[str]] = {}
    for one in determination.limbs:
        if one.standing in ("does not apply", "asleep"):
            groups.setdefault(one.because, []).append(one.rule)
    for because, rules in groups.items():
        named = ", ".join(rules[:_RULES]) + (f" and {len(rules) - _RULES} more" if len(rules) > _RULES else "")
        yield f"no consequence from {named}: {because}"


def _readings_matter(determination: Determination) -> Iterator[str]:
    opened = [one for one in determination.asks_for if one.kind == "reading"]
    if not opened:
        yield "the same under all readings that were left open"
        return
    if determination.answer is not Answer.UNDETERMINED:
        yield f"the same under all readings; open for single findings: {', '.join(one.about for one in opened)}"
        return
    told: dict[str, list[str]] = {}
    for weighed in determination.weighed:
        told.setdefault(weighed.reading, []).append(f"{weighed.option} – {weighed.answer.value}")
    for ask in opened:
        under = f": {'; '.join(told[ask.about])}" if ask.about in told else ""
        yield f"may depend on {ask.about}{under} ({ask.question})"


def _status_matters(determination: Determination) -> Iterator[str]:
    for status in dict.fromkeys(one.status for one in determination.outlook):
        mine = [one for one in determination.outlook if one.status == status]
        same = len({one.answer for one in mine}) == 1
        turns = "the answer is the same either way" if same else "the answer turns on it"
        yield f"{status} is open, and {turns}: {'; '.join(f'{one.assumed}: {one.answer.value}' for one in mine)}"
