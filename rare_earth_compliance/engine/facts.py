"""What tells items apart for the questions of a rule: everything their answers depend on, and nothing else.

Knows which facts of an item, of its place in the product and of the shipment stand behind each kind of question. Two
items with equal facts have the same answers; verdicts are remembered by them. Answers nothing itself.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from rare_earth_compliance.engine.comparing import attribute
from rare_earth_compliance.engine.disclosure import present
from rare_earth_compliance.engine.needs import Outcome, relative
from rare_earth_compliance.engine.parties import ROLES
from rare_earth_compliance.engine.plan import Asks, Kind
from rare_earth_compliance.engine.reaching import share_outcome
from rare_earth_compliance.law.conditions import Ask, Question
from rare_earth_compliance.product.model import ROOT

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry


class Facts:
    """The facts behind the questions asked of one shipment."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self._circumstances: Kind | None = None
        self._standing: dict[int, Kind] = {}
        # By identity: the pack holds its questions for as long as this lives.
        self._of_items: dict[int, tuple[Ask, dict[int, Hashable]]] = {}

    @property
    def circumstances(self) -> Kind:
        """What stands for everything that is asked of the shipment, its parties and the day."""
        if self._circumstances is None:
            shipment = self.inquiry.shipment
            parts = (*self.inquiry.plan.shipment_parts(), *ROLES, "ownership")
            key = ("shipment", self.inquiry.on, *(getattr(shipment, part) for part in parts))
            self._circumstances = self.inquiry.plan.kind(key)
        return self._circumstances

    def of(self, asks: Asks, index: int) -> Hashable:
        """What the answers to some questions depend on at an item, apart from amounts in words.

        Two items with equal facts have the same answers, and the same traces but for the amounts of a value share.
        """
        standing = self.standing(index) if asks.placed else self.inquiry.kinds.of(index).whole
        found = asks.known.get(standing)
        if found is None:
            plain = tuple(self._worked_out(ask, self.inquiry.pack.questions[ask.question], index) for ask in asks.plain)
            # One thing stands for all of it, so that comparing it is quick.
            told = ("facts", plain, *(self.one(ask, index) for ask in asks.placed))
            found = asks.known[standing] = self.inquiry.plan.kind(told)
        return (found, *(share_outcome(self.inquiry, ask, index) for ask in asks.shares)) if asks.shares else found

    def standing(self, index: int) -> Kind:
        """What stands for the kind of an item and everything that is asked of its place in the product."""
        found = self._standing.get(index)
        if found is None:
            placed = tuple(self.one(ask, index) for ask in self.inquiry.plan.placed_asks())
            found = self._standing[index] = self.inquiry.plan.kind(("standing", self.inquiry.kinds.of(index).whole, placed))
        return found

    def one(self, ask: Ask, index: int) -> Hashable:
        """What the answer to a question depends on at an item, where it stands."""
        _, column = self._of_items.setdefault(id(ask), (ask, {}))
        if index not in column:
            column[index] = self._worked_out(ask, self.inquiry.pack.questions[ask.question], index)
        return column[index]

    def _worked_out(self, ask: Ask, question: Question, index: int) -> Hashable:
        item = self.inquiry.product.items[index]
        if question.found_at:
            found: Hashable = attribute(item, question.found_at.partition(".")[2])
            return found
        plain = self._plain_fact(question.computed_by, index)
        if plain is not None:
            return plain[0]
        if question.computed_by == "listed_in":
            return tuple(self.inquiry.listing.of(name, index) for name in sorted(ask.values))
        if question.computed_by in ("contains", "consists_of"):
            return self.inquiry.kinds.of(index).listing
        placed: Outcome = self.inquiry.array(ask, question)[index]
        return (placed[0], relative(placed[1], index, self.inquiry.product)) if placed[1] else placed

    def _plain_fact(self, computed_by: str, index: int) -> tuple[Hashable] | None:
        """What is read off an item without computing over others, in a tuple of one; None for the other questions."""
        item = self.inquiry.product.items[index]
        if computed_by == "equipment":
            return (self.inquiry.contents.equipment[index],)
        if computed_by == "parameter":
            return (item.parameters,)
        if computed_by == "names_cas":
            return ((tuple((part.cas, present(part)) for part in item.composition), item.composition_complete),)
        if computed_by == "stated_steps":
            return ((item.steps, item.made_in),)
        return (index == ROOT,) if computed_by == "is_product" else None
