"""What was checked and what was decided, in words, for every form of report.

Knows how decisions in hand, known findings and what lapsed are said beside an answer that they do not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rare_earth_compliance.core.problems import Problem
from rare_earth_compliance.reports.blocks import Banner, Block, Heading, Items, Rows, harmless
from rare_earth_compliance.reports.page import headline, page
from rare_earth_compliance.reports.run import Decided, Run

_KINDS = {"licensed": "covered by a licence", "waived": "waived", "known": "known"}


def standing(run: Run, index: int) -> str:
    """The answer of one determination with what covers it: "LICENCE REQUIRED – …, covered by a licence"."""
    return f"{headline(run.determinations[index])}{covered(run, index)}"


def covered(run: Run, index: int) -> str:
    """What covers a determination as a whole, after a comma; empty where nothing does."""
    kinds = dict(run.cover).get(index, ())
    return "".join(f", {_KINDS[kind]}" for kind in kinds)


def page_of(run: Run, index: int) -> Iterator[Block]:
    """The page of one determination, with the decisions about its findings after the answer."""
    mine = [one for one in run.decided if one.of == index]
    for block in page(run.determinations[index]):
        if isinstance(block, Banner):
            yield Banner(block.answer + covered(run, index), block.text)
            if mine:
                yield Rows("Decided about it; the answer stands", tuple(_row(one) for one in mine))
        else:
            yield block


def _row(one: Decided) -> tuple[str, str]:
    who = f" – {one.reason}, {one.by}, until {one.until}" if one.by else ""
    where = f" ({one.place})" if one.place else ""
    state = "covered" if one.holds else "NOT covered"
    return one.kind, harmless(f"{state}: {one.rule} at {one.label}: {one.because}{who}{where}")


def lead(run: Run) -> Iterator[Block]:
    """What was checked, before everything else, where the run is that of a gate."""
    if run.checked:
        yield Rows("Checked", tuple((name, harmless(text)) for name, text in run.checked))


def tail(run: Run) -> Iterator[Block]:
    """Decisions that lapsed, and what to look at soon."""
    for title, problems in (("Decisions that no longer hold", run.lapsed), ("To be looked at soon", run.warnings)):
        if problems:
            yield Heading(title)
            yield Items(tuple(map(problem_text, problems)))


def unjudged(run: Run, say: Callable[[str], str] = str) -> Iterator[str]:
    """What was found and not judged, line by line: files that held nothing to judge, and those that were not read."""
    yield from (say(f"not judged: {harmless(name)}") for name in run.skipped)
    if run.left_out.count:
        yield say(f"not read: {harmless(run.left_out.said())}")


def problem_text(problem: Problem) -> str:
    """A problem in one line."""
    advice = f" – {problem.advice}" if problem.advice else ""
    return harmless(f"{problem.place}: {problem.message}{advice}")
