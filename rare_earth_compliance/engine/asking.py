"""From needs to questions a person can send: of whom, about which items, most decisive first.

Knows how needs of many findings become few questions. Does not decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rare_earth_compliance.engine.determination import SHIPMENT, AskFor, Need, Subject
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.product.model import Item

SUBJECTS = 12
"""How many items are named in one question."""
_ORDER = {"status": 0, "reading": 1, "fact": 2}


@dataclass(slots=True)
class _Group:
    items: dict[int, dict[str, None]] = field(default_factory=dict)
    details: dict[str, None] = field(default_factory=dict)
    waits: int = 0


def asks_for(inquiry: Inquiry, waiting: Iterable[frozenset[Need]]) -> tuple[AskFor, ...]:
    """The questions behind the needs of many findings; each set is what one finding waits for."""
    groups: dict[tuple[str, str], _Group] = {}
    for needs in waiting:
        seen: set[tuple[str, str]] = set()
        for need in sorted(needs):
            key = (need.kind, need.about)
            group = groups.setdefault(key, _Group())
            if key not in seen:
                group.waits += 1
                seen.add(key)
            if need.item == SHIPMENT:
                group.details[need.detail] = None
            else:
                group.items.setdefault(need.item, {})[need.detail] = None
    made = [_ask(inquiry, kind, about, group) for (kind, about), group in groups.items()]
    return tuple(sorted(made, key=lambda ask: (_ORDER[ask.kind], -ask.waits, ask.about)))


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
