"""Two rule packs side by side, as a page: which cases are decided differently, and which words changed.

Knows how a difference is put into words. What differs is found by ``engine.comparison``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import ndiff

from rare_earth_compliance.engine.comparison import Change, ChangedDecision, Comparison
from rare_earth_compliance.law.conditions import Condition
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.reports.blocks import Block, Grid, Heading, Items, Rows
from rare_earth_compliance.reports.rule_page import TOLD, condition_lines

_NOTHING = "nothing"


def diff_blocks(before: RulePack, after: RulePack, names: tuple[str, str], found: Comparison) -> Iterator[Block]:
    """The page of a comparison; ``names`` says where A and B come from."""
    yield Heading("Two rule packs compared")
    yield Rows("", (("A", _pack(before, names[0])), ("B", _pack(after, names[1])), ("result", _result(found))))
    yield Heading("Changed decisions")
    if found.decisions:
        for of in dict.fromkeys(one.of for one in found.decisions):
            decided = tuple(_decision(one) for one in found.decisions if one.of == of)
            yield Rows(f"{of}: {len(decided)} case{'s' if len(decided) > 1 else ''}", ())
            yield Grid(("case", "day", "in A", "in B"), decided)
    else:
        yield Items((f"none: all {found.judged} cases are decided alike",))
    yield Heading("Changed words")
    if not found.words:
        yield Items(("none",))
    for kind in dict.fromkeys(one.kind for one in found.words):
        mine = [one for one in found.words if one.kind == kind]
        yield Rows(kind.replace("_", " ").capitalize(), ())
        for name in dict.fromkeys(one.id for one in mine):
            yield _changed(before, after, name, [one for one in mine if one.id == name])


def _pack(pack: RulePack, name: str) -> str:
    return f"{name}: {pack.title}, last checked {pack.verified_through}, sha256 {pack.sha256}"


def _result(found: Comparison) -> str:
    words = f"{len(found.words)} changes of words"
    return f"{words}; {len(found.decisions)} of {found.judged} cases decided differently"


def _decision(one: ChangedDecision) -> tuple[str, ...]:
    held = "" if one.held_by == "both" else f" (a case of {one.held_by} alone)"
    return one.case + held, str(one.day or "any"), one.before, one.after


def _changed(before: RulePack, after: RulePack, name: str, parts: Iterable[Change]) -> Rows:
    rows: list[tuple[str, str]] = []
    title = name
    for one in parts:
        if not one.field:
            title = f"{name}: {one.what}"
            rows.append((one.what, str(one.after if one.before is None else one.before)))
        elif isinstance(one.before, str | None) and isinstance(one.after, str | None):
            rows.append((one.field, f"A: {one.before or _NOTHING}\nB: {one.after or _NOTHING}"))
        else:
            old, new = _lines(before, one.before), _lines(after, one.after)
            rows.append((one.field, "\n".join(line for line in ndiff(old, new) if not line.startswith("?"))))
    return Rows(title, tuple(rows))


def _lines(pack: RulePack, side: str | Condition | None) -> list[str]:
    if side is None or isinstance(side, str):
        return [side] if side else []
    return [line.removesuffix(TOLD) for line in condition_lines(pack, side, told=set(pack.terms))]
