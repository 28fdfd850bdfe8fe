"""Mutants of the lists of controlled items.

Knows what is changed in an entry, one thing at a time, and which cases of the list come first. Does not
judge: the cases of the list do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rare_earth_compliance.core import codes
from rare_earth_compliance.law.conditions import Condition, Not, Term, asks_of
from rare_earth_compliance.law.model import Entry, ItemList, ListCase, RulePack
from tests.mutations.places import closed, leaves, numbers, operators, spots, terms_of, told, with_param, with_term

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class ListMutant:
    """A list with one thing changed in one entry."""

    kind: str
    name: str
    list: str
    entry: Entry
    changed: ItemList
    tariff_code: str = ""

    def put_into(self, pack: RulePack) -> RulePack:
        """The pack with this list in it."""
        return replace(pack, lists={**pack.lists, self.list: self.changed})

    def cases(self) -> list[ListCase]:
        """The cases of the list: first those that name the tariff code or the entry, items before codes."""

        def far(case: ListCase) -> tuple[bool, bool, bool]:
            code = self.entry.code
            by_code = bool({"control_codes", "hs_code"} & set(case.given))
            apart = case.given.get("hs_code") != self.tariff_code if self.tariff_code else by_code
            return apart, code not in (*case.on, *case.perhaps, *case.hints), by_code

        return sorted(self.changed.cases, key=far)


def of_list(listed: ItemList, pack: RulePack) -> Iterator[ListMutant]:
    """Every mutant of a list."""
    for position, entry in enumerate(listed.entries):
        before, after = listed.entries[:position], listed.entries[position + 1 :]
        name = f"{listed.id} {entry.code}"
        yield ListMutant("entry deleted", name, listed.id, entry, replace(listed, entries=(*before, *after)))
        for kind, what, other, tariff in _of_entry(entry, listed, pack):
            changed = replace(listed, entries=(*before, other, *after))
            yield ListMutant(kind, f"{name}: {what}", listed.id, entry, changed, tariff)
    yield from _of_terms(listed, pack)


def _of_terms(listed: ItemList, pack: RulePack) -> Iterator[ListMutant]:
    """Every change of a term that entries of the list use, in all of them: it is written once."""
    users = {term: entry for entry in reversed(listed.entries) for term in terms_of(entry.recognise).items()}
    for (name, term), entry in sorted(users.items(), key=lambda user: user[0][0]):
        for kind, what, part in _of_condition(closed(term.part), pack, listed):
            entries = (replace(one, recognise=with_term(one.recognise, name, part)) for one in listed.entries)
            changed = replace(listed, entries=tuple(entries))
            yield ListMutant(kind, f"{listed.id} {name}: {what}", listed.id, entry, changed)


def _of_entry(entry: Entry, listed: ItemList, pack: RulePack) -> Iterator[tuple[str, str, Entry, str]]:
    taken = {one.code for one in listed.entries}
    code = next(code for code in (entry.code[:-1] + letter for letter in LETTERS) if code not in taken)
    yield "code of an entry", f"as {code}", replace(entry, code=code), ""
    if entry.declared:
        # Not the other way: the ids of the others are names given here, which nobody can declare.
        yield "declared code", "not found by a declared code", replace(entry, declared=False), ""
    for position, one in enumerate(entry.hs_codes):
        others = (one[:-1] + str((int(one[-1]) + step) % 10) for step in range(1, 10))
        other = next(code for code in others if code not in entry.hs_codes)
        printed = (*entry.hs_codes[:position], other, *entry.hs_codes[position + 1 :])
        yield "tariff code", f"{one} as {other}", replace(entry, hs_codes=printed), one
    for kind, what, condition in _of_condition(closed(entry.recognise), pack, listed):
        yield kind, what, replace(entry, recognise=condition), ""


def _of_condition(condition: Condition, pack: RulePack, listed: ItemList) -> Iterator[tuple[str, str, Condition]]:
    yield from (("number", what, other) for what, other in numbers(condition))
    yield from (("operator", what, other) for what, other in operators(condition))
    yield from (("element", what, other) for what, other in _elements(condition))
    yield from (("word", what, other) for what, other in _words(condition, pack, listed))
    for spot in spots(condition):
        if spot.drop is not None:
            yield "part dropped", f"without {_named(spot.node)}", spot.drop
    for spot in leaves(condition):
        yield "leaf negated", f"not {_named(spot.node)}", spot.put(Not(spot.node))


def _named(node: Condition) -> str:
    if isinstance(node, Term):
        return f"term {node.id}"
    asks = asks_of(node)
    return told(asks[0]) + (" …" if len(asks) > 1 else "") if asks else str(node)


def _elements(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Every element asked for, changed to one that is asked for nowhere in the condition."""
    asked = {word for ask in asks_of(condition) for key in ("element", "elements") for word in (ask.param(key) or "").split()}
    other = next(symbol for symbol in sorted(codes.elements()) if symbol not in asked)
    for spot in leaves(condition):
        ask = spot.leaf
        for key, text in ask.params if ask else ():
            words = text.split() if key in ("element", "elements") else []
            for position, word in enumerate(words):
                changed = " ".join((*words[:position], other, *words[position + 1 :]))
                yield (
                    f"{word} as {other} in {key} {text}",
                    spot.asking(lambda one, key=key, changed=changed: with_param(one, key, changed)),
                )


def _words(condition: Condition, pack: RulePack, listed: ItemList) -> Iterator[tuple[str, Condition]]:
    """Every word of a form, a family, an alloy, a machine and the like, changed to one that no item of the cases has."""
    said = {str(value) for case in listed.cases for value in case.given.values()}
    for spot in leaves(condition):
        ask = spot.leaf
        if ask is None or not ask.values or ask.values <= {"yes", "no"}:
            continue
        free = [word for word in pack.questions[ask.question].words if word not in ask.values]
        if not free:
            continue
        other = next((word for word in free if word not in said), free[0])
        for word in sorted(ask.values):
            values = ask.values - {word} | {other}
            yield f"{word} as {other} in {told(ask)}", spot.asking(lambda one, values=values: replace(one, values=values))
