"""The report as Markdown for the summary of a GitHub Actions step: what was checked, answers, findings, questions.

Knows the order and that a summary of more than a mebibyte is thrown away whole: what does not fit is cut, and
said to be. What is said stands in outcomes, the escapes in markdown.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.reports.addresses import relative
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.markdown import in_list, quiet
from rare_earth_compliance.reports.outcome_words import checked, counted, skipped
from rare_earth_compliance.reports.outcomes import OPEN, PROBLEMS, Entry, Outcome, entries
from rare_earth_compliance.reports.run import MEANING, Run, meaning, status_of

LIMIT = 1024 * 1024
"""Bytes that a summary may have."""
_ROOM = 1_000
"""Bytes kept for the statement that something was cut."""


def render(run: Run) -> str:
    """The report as Markdown text of at most LIMIT bytes."""
    kept: list[str] = []
    size, left = 0, 0
    for line in _lines(run, entries(run)):
        size += len(line.encode()) + 1
        if left or size > LIMIT - _ROOM:
            left += 1
        else:
            kept.append(line)
    if left:
        kept += ["", f"**Cut here: {left:,} more lines do not fit into a step summary. The other reports hold them.**"]
    return "\n".join(kept) + "\n"


def _lines(run: Run, told: list[Entry]) -> Iterator[str]:
    yield f"# Export licence: {meaning(run)}"
    yield ""
    yield from map(_in_list, checked(run))
    if run.determinations:
        yield from (
            "",
            "## Answers",
            "",
            "| product | file | to | day | answer | certain | open |",
            "|---|---|---|---|---|---|---|",
        )
        problems: dict[int, list[Entry]] = {}
        for entry in told:
            if entry.outcome in PROBLEMS:
                problems.setdefault(entry.determination, []).append(entry)
        for position, one in enumerate(run.determinations):
            yield _row(one, problems.get(position, []), run.folder)
    yield from ("", "## Findings")
    loud = [entry for entry in told if entry.outcome in PROBLEMS or entry.outcome is Outcome.SOON]
    if not loud:
        yield from ("", "None.")
    for entry in loud:
        yield from ("", f"### {_safe(entry.headline)}", "", *map(_in_list, entry.lines))
    yield from _quiet(told)
    yield from _questions(run)
    if run.skipped:
        yield from ("", "## Held nothing to judge", "", *map(_in_list, skipped(run)))


def _in_list(text: str) -> str:
    return in_list(harmless(text))


def _safe(text: str) -> str:
    return quiet(harmless(text))


def _row(one: Determination, mine: list[Entry], folder: str) -> str:
    code = status_of(one)
    still = sum(entry.count or 1 for entry in mine if entry.outcome in OPEN)
    certain = sum(entry.count or 1 for entry in mine) - still
    answer = "PROHIBITED" if one.prohibited else MEANING[code]
    cells = (one.product, relative(one.file, folder), dict(one.shipment).get("destination", "–"), str(one.on), answer)
    return f"| {' | '.join(map(_safe, cells))} | {certain:,} | {still:,} |"


def _quiet(told: list[Entry]) -> Iterator[str]:
    """How many limbs and items led to nothing, by why."""
    groups: dict[Outcome, tuple[int, int]] = {}
    for entry in told:
        if entry.outcome not in PROBLEMS and entry.outcome is not Outcome.SOON:
            limbs, items = groups.get(entry.outcome, (0, 0))
            groups[entry.outcome] = limbs + 1, items + entry.count
    if groups:
        yield from ("", "## Without consequence", "")
        yield from (f"- {kind.value}: {limbs:,} times, at {items:,} items" for kind, (limbs, items) in groups.items())


def _questions(run: Run) -> Iterator[str]:
    """Every question once, with the products that wait for it."""
    asked: dict[tuple[str, str], tuple[list[str], int]] = {}
    for one in run.determinations:
        for ask in one.asks_for if status_of(one) else ():
            products, waits = asked.get((ask.of_whom, ask.question), ([], 0))
            asked[ask.of_whom, ask.question] = [*products, one.product], waits + ask.waits
    if asked:
        yield from ("", "## What to ask", "")
    for (of_whom, question), (products, waits) in sorted(asked.items(), key=lambda pair: -pair[1][1]):
        named = list(dict.fromkeys(products))
        more = f" and {len(named) - 3:,} more" if len(named) > 3 else ""
        about = f"{_safe(', '.join(named[:3]))}{more}"
        yield f"- **{_safe(of_whom)}**: {_safe(question)} – {about}; {counted(waits, 'finding')} waiting"
