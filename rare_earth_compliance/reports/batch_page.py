"""The summary of many products as a page: answers by limb, the questions that would settle most, answers that change.

Knows the words of the summary. Counting stands in batch_tally.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.reports.batch_tally import NAMED, Tally
from rare_earth_compliance.reports.blocks import Block, Grid, Heading, Items, Rows, harmless
from rare_earth_compliance.reports.run import CLEAR, DUTY_OPEN, MEANING, REFUSED, REQUIRED, UNDETERMINED

QUESTIONS = 10
"""How many questions are shown."""


def summary_blocks(tally: Tally, pack: RulePack, today: date) -> Iterator[Block]:
    """The page, part by part; ``today`` is the day of products that have none."""
    yield Heading(f"{_counted(tally.products, 'product')}, exit status {tally.status}: {MEANING[tally.status]}")
    yield Rows(title="", rows=(("judged for", _days(tally, today)),))
    yield Grid(header=("answer", "by", "products"), rows=tuple(_answers(tally, pack)))
    if tally.skipped:
        hold = "holds" if tally.skipped == 1 else "hold"
        text = f"{_counted(tally.skipped, 'file')} {hold} a price table, or a shipment alone"
        yield Rows(title="", rows=(("no product", text),))
    if tally.left_out.count:
        yield Rows(title="", rows=(("not read", harmless(tally.left_out.said())),))
    if tally.refused:
        yield Rows(title=_first("Refused", tally.statuses[REFUSED]), rows=())
        yield Items(tuple(f"{name}: {message}" for name, message in tally.refused))
    yield from _questions(tally, pack)
    yield from _changes(tally)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _days(tally: Tally, today: date) -> str:
    if not tally.days:
        return f"the day of each shipment; {today} where it names none"
    worst = "; each product counts with its worst day" if len(tally.days) > 1 else ""
    return ", ".join(day.isoformat() for day in tally.days) + worst


def _first(title: str, count: int) -> str:
    return f"{title}, the first {NAMED} of {count:,}" if count > NAMED else title


def _answers(tally: Tally, pack: RulePack) -> Iterator[tuple[str, str, str]]:
    by = {
        status: [(rule, count) for (of, rule), count in tally.ranked() if of == status] for status in (REQUIRED, UNDETERMINED)
    }
    yield "required", "", f"{tally.statuses[REQUIRED]:,}"
    for rule, count in by[REQUIRED]:
        yield "", f"{rule} applies: {pack.rules[rule].title}", f"{count:,}"
    yield "undetermined", "", f"{tally.statuses[UNDETERMINED]:,}"
    for rule, count in by[UNDETERMINED]:
        yield "", f"{rule} is open: {pack.rules[rule].title}", f"{count:,}"
    if tally.conflicting:
        yield "", "the data contradicts itself", f"{tally.conflicting:,}"
    yield "not required", "", f"{tally.statuses[CLEAR] + tally.statuses[DUTY_OPEN]:,}"
    if tally.statuses[DUTY_OPEN]:
        yield "", "a duty is open", f"{tally.statuses[DUTY_OPEN]:,}"
    yield "refused", "", f"{tally.statuses[REFUSED]:,}"


def _questions(tally: Tally, pack: RulePack) -> Iterator[Block]:
    found = list(tally.questions(QUESTIONS))
    if not found:
        return
    yield Rows(title="Questions, the one first that would settle most", rows=())
    rows = tuple(
        (f"{rank}", f"{one.kind} {one.about}", _asked(pack, one.kind, one.about), f"{one.waits:,}", f"{one.settles:,}")
        for rank, one in enumerate(found, start=1)
    )
    yield Grid(header=("", "what", "question", "wait for it", "nothing else open"), rows=rows)
    meant = "undetermined products that ask nothing more once this question and all above it are answered"
    yield Rows(title="", rows=(("note", f"“nothing else open” counts the {meant}"),))
    if tally.not_ranked:
        text = f"{_counted(tally.not_ranked, 'product')}: the questions are of too many kinds"
        yield Rows(title="", rows=(("not ranked", text),))


def _asked(pack: RulePack, kind: str, about: str) -> str:
    if kind == "reading":
        return pack.readings[about].question
    if kind == "status":
        return pack.statuses[about].question
    return pack.questions[about].question.replace("{element}", "the elements that a list names")


def _changes(tally: Tally) -> Iterator[Block]:
    if not tally.changes:
        if len(tally.days) > 1 and set(tally.statuses) - {REFUSED}:
            yield Rows(title="No answer changes between these days", rows=())
        return
    yield Rows(title=f"The answer changes for {_counted(tally.changing, 'product')}", rows=())
    rows = tuple(
        (start, end, MEANING[was], MEANING[becomes], ", ".join(limbs) or "no limb", f"{count:,}")
        for (start, end, was, becomes, limbs), count in sorted(tally.changes.items())
    )
    yield Grid(header=("from", "to", "was", "becomes", "by", "products"), rows=rows)
    yield Rows(title=_first("Changes", tally.changes.total()), rows=())
    yield Items(tuple(f"{name} ({product}): {what}" for name, product, what in tally.changed))
