"""Every place of a condition, and the same condition with something else at that place.

Knows how conditions nest and what stands in a leaf. Does not know why something is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Condition, Not, Reads, Term, UnderEach

Put = Callable[[Condition], Condition]
STEP = Fraction(1, 10**9)
"""The smallest step of a number, as a part of it."""
SHOWN = 12
"""More words than these are counted in the name of a mutant, and not written out."""
A_DAY = timedelta(days=1)
REVERSED = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}
"""An operator and the one that differs from it at the line alone."""


@dataclass(frozen=True)
class Spot:
    """A node of a condition; ``put`` gives the whole condition with another node there, ``drop`` without it."""

    node: Condition
    put: Put
    drop: Condition | None
    """The whole condition without the node; None where the node is not one of several parts."""

    @property
    def leaf(self) -> Ask | None:
        """The question that is asked here; that under the first option where a reading chooses a parameter."""
        node = self.node
        while isinstance(node, UnderEach):
            node = node.options[0][1]
        return node if isinstance(node, Ask) else None

    def asking(self, change: Callable[[Ask], Ask]) -> Condition:
        """The whole condition with the question changed, under every option alike: it is written once."""
        return self.put(_each(self.node, change))


def _each(node: Condition, change: Callable[[Ask], Ask]) -> Condition:
    if isinstance(node, UnderEach):
        return replace(node, options=tuple((option, _each(inner, change)) for option, inner in node.options))
    assert isinstance(node, Ask)
    return change(node)


def spots(condition: Condition, put: Put = lambda node: node, drop: Condition | None = None) -> Iterator[Spot]:
    """Every node of a condition, itself first. Conditions of rule files are shallow, so this walk is recursive."""
    yield Spot(condition, put, drop)
    if isinstance(condition, All | AnyOf):
        for position, part in enumerate(condition.parts):
            before, after = condition.parts[:position], condition.parts[position + 1 :]

            def among(
                node: Condition, before: tuple[Condition, ...] = before, after: tuple[Condition, ...] = after
            ) -> Condition:
                return put(replace(condition, parts=(*before, node, *after)))

            rest = replace(condition, parts=(*before, *after))
            yield from spots(part, among, put(rest) if rest.parts else None)
    elif isinstance(condition, Not | Term) and not isinstance(condition, Closed):
        yield from spots(condition.part, lambda node: put(replace(condition, part=node)))


def leaves(condition: Condition) -> Iterator[Spot]:
    """The nodes at which a question is asked, a reading is read, or a term stands that is left as it is."""
    return (spot for spot in spots(condition) if isinstance(spot.node, Ask | Reads | UnderEach | Closed))


class Closed(Term):
    """A term that is one word here: what stands in it is written once, elsewhere, and changed there."""

    __slots__ = ()


def closed(condition: Condition) -> Condition:
    """The same condition with its terms left as they are."""
    return _terms(condition, lambda term: Closed(term.id, term.says, term.part))


def with_term(condition: Condition, name: str, part: Condition) -> Condition:
    """The same condition with another meaning of a term, wherever it stands in it."""

    def changed(term: Term) -> Condition:
        return replace(term, part=part if term.id == name else _terms(term.part, changed))

    return _terms(condition, changed)


def terms_of(condition: Condition) -> dict[str, Term]:
    """The terms that stand in a condition, those inside others too."""
    return {spot.node.id: spot.node for spot in spots(condition) if isinstance(spot.node, Term)}


def _terms(node: Condition, change: Callable[[Term], Condition]) -> Condition:
    if isinstance(node, Term):
        return change(node)
    if isinstance(node, Not):
        return replace(node, part=_terms(node.part, change))
    if isinstance(node, All | AnyOf):
        return replace(node, parts=tuple(_terms(part, change) for part in node.parts))
    return node


def numbers(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition with one number a step lower or higher."""
    for spot in leaves(condition):
        ask = spot.leaf
        if ask is None or ask.number is None:
            continue
        step = ask.number.low * STEP or STEP
        for word, line in (("lower", ask.number.low - step), ("higher", ask.number.low + step)):
            if line < 0:
                continue
            moved = Interval(line, line)
            yield f"{told(ask)} a step {word}", spot.asking(lambda one, moved=moved: replace(one, number=moved))


def operators(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition with one line that its own number falls on the other side of."""
    for spot in leaves(condition):
        ask = spot.leaf
        if ask is not None and ask.operator in REVERSED:
            other = REVERSED[ask.operator]
            yield f"{told(ask)} read as {other}", spot.asking(lambda one, other=other: replace(one, operator=other))


def days(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition with one day a day earlier or later."""
    for spot in leaves(condition):
        ask = spot.leaf
        if ask is None:
            continue
        since = ask.param("since")
        for step in (-A_DAY, A_DAY):
            if ask.day is not None:
                day = ask.day + step
                yield f"{told(ask)} as {day}", spot.asking(lambda one, day=day: replace(one, day=day))
            if since is not None:
                text = str(date.fromisoformat(since) + step)
                yield f"{told(ask)} as since {text}", spot.asking(lambda one, text=text: with_param(one, "since", text))


def with_param(ask: Ask, name: str, text: str) -> Ask:
    """A question with another text in one of its parameters."""
    return replace(ask, params=tuple((key, text if key == name else value) for key, value in ask.params))


def told(ask: Ask) -> str:
    """A question in a few words, for the name of a mutant."""
    params = " ".join(value for key, value in ask.params if key in ("element", "elements", "name", "party", "of", "whose"))
    written = ask.written if len(ask.values) < SHOWN else f"{len(ask.values)} words"
    return " ".join(word for word in (ask.question, params, ask.operator, written) if word)
