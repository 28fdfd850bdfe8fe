"""The entries of lists that an answer stands on: their words, how surely those are known, and what is noted of them.

Knows on which entries the items of findings are, or may be, and which are known less surely than a text in Chinese. Decides
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.law.conditions import All, asks_of
from rare_earth_compliance.law.model import Entry, ItemList

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry
    from rare_earth_compliance.engine.listing import Listed

SEEN = ("primary", "reprint")
"""The marks of what was seen as a text in Chinese."""
FEW = 6
"""Up to how many entries on which an item may be are told one by one, as in the trace."""
_FIGURE, _WORD = "parameter", "equipment"
"""Computed questions by which an entry tells an item by a figure, and by the word for what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFound:
    """An entry of a list that the item of a finding is on, or may be on.

    Of those that it may be on only where it is surely on none and they are few; the trace tells of all.
    """

    list: str
    code: str
    outcome: Truth
    zh: str
    en: str
    confidence: str
    note: str


def entries_of(inquiry: Inquiry, lists: Iterable[str], index: int) -> tuple[EntryFound, ...]:
    """The entries of some lists on which an item is, or else may be, in the order of the lists."""
    places = [(inquiry.pack.lists[name], inquiry.listing.of(name, index)) for name in lists]
    sure = [(listed, code) for listed, place in places for code in place.codes]
    maybe = [(listed, code) for listed, place in places for code in place.maybe] if not sure else []
    told, outcome = (sure, Truth.TRUE) if sure else (maybe if len(maybe) <= FEW else [], Truth.UNKNOWN)
    return tuple(_found(listed, entry, outcome) for listed, code in told for entry in listed.entries if entry.code == code)


def _found(listed: ItemList, entry: Entry, outcome: Truth) -> EntryFound:
    note = " ".join(entry.note.split())
    return EntryFound(
        list=listed.id, code=entry.code, outcome=outcome, zh=entry.zh, en=entry.en, confidence=entry.confidence, note=note
    )


def weak_ones(inquiry: Inquiry, pairs: Iterable[tuple[str, int]], awake: Iterable[str]) -> Iterator[str]:
    """What an answer rests on of entries that are known less surely than a text in Chinese, one line each.

    ``pairs``: lists, and items that a rule found on them or could not keep off them. ``awake``: the lists of all rules
    that are not surely out of force; a figure that keeps an item off them is rested on as well.
    """
    on: dict[str, dict[int, Listed]] = {}
    for name, index in pairs:
        place = inquiry.listing.of(name, index)
        on.setdefault(name, {})[id(place)] = place
    for name in sorted(on, key=list(inquiry.pack.lists).index):
        listed, places = inquiry.pack.lists[name], on[name].values()
        sure = {code for place in places for code in place.codes}
        yield from (_line("entry", one) for one in listed.entries if one.code in sure and _is_weak(one))
        # Of a list that is known no better as a whole its own note is told.
        maybe = {code for place in places for code in place.maybe} - sure if listed.confidence in SEEN else set()
        weak = [one for one in listed.entries if one.code in maybe and _is_weak(one)]
        if len(weak) <= FEW:
            yield from (_line("perhaps entry", one) for one in weak)
        else:
            yield f"{listed.title}: of the {len(maybe)} entries that an item may be on, {len(weak)} are {_LESS}"
    for name in dict.fromkeys(awake):
        yield from _kept_off(inquiry, inquiry.pack.lists[name])


_LESS = "known less surely than a text in Chinese, at least in part"


def _is_weak(entry: Entry) -> bool:
    return entry.confidence not in SEEN


def _line(how: str, entry: Entry) -> str:
    note = " ".join(entry.note.split())
    return f"{how} {entry.code} [{entry.confidence}]: {entry.en}{f' – {note}' if note else ''}"


def _kept_off(inquiry: Inquiry, listed: ItemList) -> Iterator[str]:
    """The entries that are known less surely off which an item is kept, which is on no other: by figures, or by words."""
    weak = [one for one in listed.entries if _is_weak(one) and isinstance(one.recognise, All)]
    if not weak or listed.confidence not in SEEN:
        return
    by_figure: set[str] = set()
    by_word: set[str] = set()
    seen: set[int] = set()
    for index in inquiry.in_order:
        place = inquiry.listing.of(listed.id, index)
        if id(place) in seen or place.step.outcome is not Truth.FALSE:
            continue
        seen.add(id(place))
        for entry in weak:
            if entry.code not in by_figure:
                why = _why_off(inquiry, entry, index, by_word=entry.code not in by_word)
                if why:
                    (by_figure if why == _FIGURE else by_word).add(entry.code)
    yield from (_line("kept off by figures: entry", one) for one in weak if one.code in by_figure)
    left = len(by_word - by_figure)
    if left:
        yield f"{listed.title}: entries off which an item is kept by its name, and that are {_LESS}: {left}"


def _why_off(inquiry: Inquiry, entry: Entry, index: int, *, by_word: bool) -> str:
    """The computation by which an item is not on an entry of which some other part fits it; "" where it is another fact."""
    fits, found = False, ""
    for part in entry.recognise.parts if isinstance(entry.recognise, All) else ():
        outcome = inquiry.outcome(part, index)
        fits |= outcome is Truth.TRUE
        if outcome is Truth.FALSE:
            hows = {inquiry.pack.questions[ask.question].computed_by for ask in asks_of(part)}
            if not hows or not hows <= ({_FIGURE, _WORD} if by_word else {_FIGURE}):
                return ""
            found = _WORD if _WORD in hows else found or _FIGURE
    return found if fits else ""
