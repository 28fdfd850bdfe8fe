"""Documents that say the same but for names and amounts, decided by what their amounts come to.

Knows that amounts decide through value shares alone: whether each of them reaches its line. For documents of one outline
these outcomes are worked out anew, by the same sums; all else is known from one of them. That amounts stand where they are
taken to stand, and nowhere else, is found out by reading the outline with other ones. Where any of this can not be said,
nothing is said, and the document is judged by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Generic, TypeVar

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.quantities import Interval, exact, exactly
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.engine.reaching import share_alike, share_measures, share_reached_again
from rare_earth_compliance.law.conditions import Ask
from rare_earth_compliance.product.model import Product, Shipment
from rare_earth_compliance.product.outline import QUANTITY, KeptOutline, Outline

KEPT = 500
"""How many outlines a plan remembers; with one more all are forgotten. Each holds an inquiry."""
AMOUNTS = 60
"""A document with more amounts hardly ever has a second one of its outline, and takes long to look over."""
LONGEST = 20_000
"""The same in bytes of the outline, for lines that state no amounts."""
OUTCOMES = 200
"""How many decisions are remembered for an outline."""
_BLANK = exactly(Fraction(0))

Decision = TypeVar("Decision")
Outcomes = tuple[Truth, ...]
"""For every value share that the rules ask of an item, whether it reaches its line."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Where amounts stand in a product: for each amount of an outline the item, and the position among its lines or -1."""

    at: tuple[tuple[int, int], ...]

    def blank(self, product: Product) -> tuple[object, ...]:
        """A product without these amounts, and without what names the file it was read from."""
        items = list(product.items)
        for index, position in self.at:
            item = items[index]
            if position >= 0:
                uses = list(item.uses)
                uses[position] = replace(uses[position], quantity=_BLANK)
                items[index] = replace(item, uses=tuple(uses))
            elif item.unit_value is not None:
                items[index] = replace(item, unit_value=replace(item.unit_value, amount=_BLANK))
        return tuple(items), product.order, product.rates, product.unused

    def amounts(self, product: Product) -> list[Interval | None]:
        """What stands there."""
        found: list[Interval | None] = []
        for index, position in self.at:
            item = product.items[index]
            money = item.unit_value
            found.append(item.uses[position].quantity if position >= 0 else None if money is None else money.amount)
        return found


@dataclass(slots=True)
class Outlined(Generic[Decision]):
    """What is known of the documents of one outline."""

    inquiry: Inquiry
    """Into one of them."""
    slots: Slots
    asked: tuple[tuple[Ask, int], ...]
    """The value shares that rules ask, and of which items."""
    known: dict[Outcomes, Decision] = field(default_factory=dict)

    def outcomes(self, amounts: tuple[str, ...]) -> Outcomes | None:
        """What the value shares come to with these amounts; None where the amounts contradict each other."""
        values: dict[int, Interval] = {}
        quantities: dict[tuple[int, int], Interval] = {}
        for place, written in zip(self.slots.at, amounts, strict=True):
            if place[1] < 0:
                values[place[0]] = _read(written)
            else:
                quantities[place] = _read(written)
        with closing(self.inquiry.with_figures(self.inquiry.figures.changed(values, quantities))) as inquiry:
            found = tuple([share_reached_again(inquiry, ask, index) for ask, index in self.asked])
            disputed = inquiry.figures.conflicts() or any(measure.conflicts for measure in inquiry.measures())
        return None if disputed else found


class Outlines(Generic[Decision]):
    """Decides documents by their outline, for one pack on one day under the same readings."""

    def __init__(
        self, plan: Plan, judge: Callable[[bytes], tuple[Inquiry, Decision] | None], read: Callable[[bytes], Shipment]
    ) -> None:
        """``plan`` remembers, for all that decide by it together. ``judge`` decides a document by itself, None where its
        decision holds for no other; ``read`` reads one."""
        self._plan = plan
        self._judge = judge
        self._read = read

    def decided(self, outline: Outline | KeptOutline) -> Decision | None:
        """The decision of a document; None says nothing of it."""
        if len(outline.amounts) > AMOUNTS or len(outline.text) > LONGEST:
            return None
        here = self._known(outline)
        outcomes = None if here is None else here.outcomes(outline.amounts)
        if here is None or outcomes is None:
            return None
        found = here.known.get(outcomes)
        if found is None:
            judged = self._judge(outline.with_amounts(outline.amounts))
            if judged is None:
                return None
            if len(here.known) >= OUTCOMES:
                here.known.clear()
            found = here.known[outcomes] = judged[1]
        return found

    def _known(self, outline: Outline | KeptOutline) -> Outlined[Decision] | None:
        """What is known of the documents of an outline: of the second one on, and where it can be said."""
        known, seen, key = self._plan.outlines, self._plan.outlines_seen, (self, outline.text)
        if key in known:
            found: Outlined[Decision] | None = known.get(key)
            return found
        if key not in seen:
            if len(seen) >= KEPT * 10:
                seen.clear()
            seen.add(key)
            return None
        found = self._outlined(outline)
        if len(known) >= KEPT:
            known.clear()
        known[key] = found
        return found

    def _outlined(self, outline: Outline | KeptOutline) -> Outlined[Decision] | None:
        judged = self._judge(outline.with_amounts(outline.amounts))
        if judged is None:
            return None
        inquiry, decision = judged
        slots = self._slots(outline, inquiry)
        if slots is None:
            return None
        plan = inquiry.plan
        asked = [
            (ask, index)
            for rule in inquiry.pack.rules.values()
            for ask in plan.of_rule(rule).shares
            for index in inquiry.listing.candidates(rule)
            # In what holds nothing that counts, no amount makes a share.
            if any(measure.content[index] is not None for measure in share_measures(inquiry, ask))
        ]
        # Of questions that come to the same under whatever amounts one is asked.
        different = {(share_alike(inquiry, ask), index): (ask, index) for ask, index in asked}
        found: Outlined[Decision] = Outlined(inquiry, slots, tuple(different.values()))
        outcomes = found.outcomes(outline.amounts)
        if outcomes is not None:
            found.known[outcomes] = decision
        return found

    def _slots(self, outline: Outline | KeptOutline, inquiry: Inquiry) -> Slots | None:
        """Where the amounts of an outline stand; None unless each stands in one place, and no other amount hangs on it."""
        count = len(outline.kinds)
        probes = [[str(2 + at) for at in range(count)], [str(2 + 3 * count - 2 * at) for at in range(count)]]
        try:
            read = [self._read(outline.with_amounts(probe)) for probe in probes]
        except Refused:
            return None
        found = _places(read[0].product, probes[0], outline.kinds)
        if found is None:
            return None
        shipments = [inquiry.shipment, *read]
        written = [outline.amounts, *probes]
        one = (found.blank(inquiry.shipment.product), _apart(inquiry.shipment))
        for shipment, amounts in zip(shipments, written, strict=True):
            if (found.blank(shipment.product), _apart(shipment)) != one:
                return None
            if found.amounts(shipment.product) != [_read(amount) for amount in amounts]:
                return None
        return found


def _apart(shipment: Shipment) -> Shipment:
    """A shipment without its product and what names the file it was read from."""
    nothing = Product(items=(), order=(), file="", sha256="")
    return replace(shipment, product=nothing, file="", sha256="")


def _places(product: Product, probe: list[str], kinds: tuple[str, ...]) -> Slots | None:
    """Where each of some different amounts stands in a product, once and as what it is said to be."""
    wanted = {exact(written): at for at, written in enumerate(probe)}
    found: dict[int, list[tuple[int, int]]] = {at: [] for at in wanted.values()}
    for item in product.items:
        stated = [(use.quantity, (item.index, position)) for position, use in enumerate(item.uses)]
        stated += [(item.unit_value.amount, (item.index, -1))] if item.unit_value else []
        for amount, place in stated:
            if amount is not None and amount.is_exact and amount.low in wanted:
                found[wanted[amount.low]].append(place)
    if any(len(places) != 1 for places in found.values()):
        return None
    at = tuple(places[0] for places in found.values())
    fitting = all((position >= 0) is (kind == QUANTITY) for (_, position), kind in zip(at, kinds, strict=True))
    return Slots(at) if fitting else None


@lru_cache(maxsize=50_000)
def _read(written: str) -> Interval:
    return exactly(exact(written))
