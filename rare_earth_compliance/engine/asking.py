"""From needs to questions a person can send: of whom, about which items, most decisive first.

Knows how needs of many findings become few questions. Does not decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import SHIPMENT, THIS_ITEM, AskFor, Need, Step, Subject
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.needs import IN_ORDER, of_hidden
from rare_earth_compliance.product.model import Item

SUBJECTS = 12
"""How many items are named in one question."""


@dataclass(slots=True)
class _Group:
    items: dict[int, dict[str, None]] = field(default_factory=dict)
    details: dict[str, None] = field(default_factory=dict)
    waits: int = 0


def asks_for(
    inquiry: Inquiry, waiting: Iterable[tuple[frozenset[Need], list[int]]], idle: frozenset[str] = frozenset()
) -> tuple[AskFor, ...]:
    """The questions behind the needs of many findings: each time what is needed, and at which items.

    ``idle`` names the statuses of the law that alone settle nothing: they are asked last.
    """
    groups: dict[tuple[str, str], _Group] = {}
    for needs, indices in waiting:
        touched: set[tuple[str, str]] = set()
        for need in sorted(needs, key=IN_ORDER):
            for key in _add(inquiry, groups, need, indices):
                if key not in touched:
                    groups[key].waits += len(indices)
                    touched.add(key)
    made = [_ask(inquiry, kind, about, group) for (kind, about), group in groups.items()]
    return tuple(sorted(made, key=lambda ask: _order(ask.kind, ask.about, ask.waits, idle, of_items=bool(ask.subjects))))


def pairs_for(
    inquiry: Inquiry, waiting: Iterable[tuple[frozenset[Need], list[int]]], idle: frozenset[str] = frozenset()
) -> tuple[tuple[str, str], ...]:
    """The kind of each of these questions and what it is about, in the same order, without the words."""
    items = inquiry.product.items
    waits: dict[tuple[str, str], int] = {}
    of_items: set[tuple[str, str]] = set()
    for needs, indices in waiting:
        hidden = [items[index] for index in indices if items[index].hidden]
        of_them = {("fact", of_hidden(item, inquiry.product)[0]) for item in hidden}
        touched: set[tuple[str, str]] = set()
        for need in needs:
            if need.kind != "fact" or need.item != THIS_ITEM:
                touched.add((need.kind, need.about))
                if need.item != SHIPMENT:
                    of_items.add((need.kind, need.about))
                continue
            found = of_them | ({("fact", need.about)} if len(hidden) < len(indices) else set())
            touched.update(found)
            of_items.update(found)
        for key in touched:
            waits[key] = waits.get(key, 0) + len(indices)
    return tuple(sorted(waits, key=lambda key: _order(key[0], key[1], waits[key], idle, of_items=key in of_items)))


def readings_met(steps: Iterable[Step]) -> tuple[str, ...]:
    """The readings on which some traces turn, however far in, by name."""
    found: set[str] = set()
    seen: set[int] = set()
    work = list(steps)
    while work:
        step = work.pop()
        if step.outcome is not Truth.UNKNOWN or id(step) in seen:
            continue
        seen.add(id(step))
        if step.reading and any(need.kind == "reading" for need in step.needs):
            found.add(step.reading)
        work.extend(step.steps)
    return tuple(sorted(found))


def _order(kind: str, about: str, waits: int, idle: frozenset[str], *, of_items: bool) -> tuple[bool, int, int, str]:
    """Most waited for first; among equals what is answered soonest: the shipment, the law, a reading, a supplier.

    What alone settles nothing comes last, however much waits for it.
    """
    kinds = {"status": 1, "reading": 2, "fact": 3 if of_items else 0}
    return kind == "status" and about in idle, -waits, kinds[kind], about


def _add(
    inquiry: Inquiry, groups: dict[tuple[str, str], _Group], need: Need, indices: Iterable[int]
) -> Iterable[tuple[str, str]]:
    """Put a need, once for each item it arises at, into its group; which groups that were."""
    if need.kind != "fact" or need.item != THIS_ITEM:
        group = groups.setdefault((need.kind, need.about), _Group())
        if need.item == SHIPMENT:
            group.details[need.detail] = None
        else:
            group.items.setdefault(need.item, {})[need.detail] = None
        return {(need.kind, need.about)}
    items = inquiry.product.items
    found = set()
    for index in indices:
        item = items[index]
        about, at, detail = of_hidden(item, inquiry.product) if item.hidden else (need.about, index, need.detail)
        key = ("fact", about)
        kept = groups.get(key)
        if kept is None:
            kept = groups[key] = _Group()
        details = kept.items.get(at)
        if details is None:
            kept.items[at] = {detail: None}
        else:
            details[detail] = None
        found.add(key)
    return found


def _ask(inquiry: Inquiry, kind: str, about: str, group: _Group) -> AskFor:
    pack = inquiry.pack
    choices: tuple[str, ...] = ()
    if kind == "status":
        status = pack.statuses[about]
        question, of_whom, to_settle = (
            status.question,
            status.ask_whom,
            f"give a dated confirmation that names the instrument (--confirm-status FILE); known so far: {status.announced}",
        )
    elif kind == "reading":
        reading = pack.readings[about]
        question, of_whom = reading.question, "your counsel"
        to_settle = f"choose one: --reading {about}=OPTION"
        choices = tuple(
            f"{option.id}: {option.means} – {option.held_by}" + (" [conservative]" if option.id == reading.conservative else "")
            for option in reading.options
        )
    else:
        entry = pack.questions[about]
        question, of_whom, to_settle = entry.question, entry.ask_whom, entry.to_settle
    subjects = [
        _subject(inquiry, inquiry.product.items[index], details) for index, details in sorted(group.items.items())[:SUBJECTS]
    ]
    if kind == "fact":
        question = _worded(question, group)
    return AskFor(
        kind=kind,
        about=about,
        question=question,
        of_whom=of_whom,
        to_settle=to_settle,
        subjects=tuple(subjects),
        others=max(0, len(group.items) - SUBJECTS),
        choices=choices,
        waits=group.waits,
    )


def _worded(question: str, group: _Group) -> str:
    """The question with what it is about filled in: the elements, the currencies."""
    about = {detail: None for details in (group.details, *group.items.values()) for detail in details if detail}
    text = ", ".join(sorted(about))
    if "{element}" in question:
        return question.replace("{element}", text or "it")
    return f"{question} ({text})" if text else question


def _subject(inquiry: Inquiry, item: Item, details: dict[str, None]) -> Subject:
    detail = ", ".join(sorted(filter(None, details)))
    return Subject(label=item.label, place=inquiry.product.place(item.index), detail=detail)
