"""Items that are alike: the same in everything a list or a rule asks of an item itself.

Knows what tells two items apart before amounts, names and the place in the product are looked at. Items of one kind
are judged once, also from one product to the next. Judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rare_earth_compliance.engine.disclosure import present, whole
from rare_earth_compliance.engine.plan import Kind
from rare_earth_compliance.product.model import ROOT

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """The kind of an item: ``whole`` for everything that is asked, ``listing`` for what the lists ask."""

    whole: Kind
    listing: Kind


class Kinds:
    """The kind of every item of a product."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self._of: list[Alike | None] = [None] * len(inquiry.product.items)
        self._groups: list[list[int]] | None = None
        self._listing_groups: dict[Kind, list[int]] | None = None

    def of(self, index: int) -> Alike:
        """The kind of an item."""
        found = self._of[index]
        if found is None:
            found = self._of[index] = self._made(index)
        return found

    @property
    def groups(self) -> list[list[int]]:
        """The items of the product, those of one kind together, each group in the order of the file."""
        if self._groups is None:
            found: dict[Kind, list[int]] = {}
            for index in self.inquiry.in_order:
                found.setdefault(self.of(index).whole, []).append(index)
            self._groups = list(found.values())
        return self._groups

    @property
    def listing_groups(self) -> dict[Kind, list[int]]:
        """The same for what the lists ask: fewer and larger groups."""
        if self._listing_groups is None:
            found: dict[Kind, list[int]] = {}
            for group in self.groups:
                found.setdefault(self.of(group[0]).listing, []).extend(group)
            self._listing_groups = found
        return self._listing_groups

    def _made(self, index: int) -> Alike:
        item, contents, plan = self.inquiry.product.items[index], self.inquiry.contents, self.inquiry.plan
        composition: tuple[object, ...] = ()
        if item.composition:
            named = tuple((part.cas, present(part)) for part in item.composition if part.cas)
            composition = (named, item.composition_complete, whole(item))
        listing = plan.kind(
            (
                item.form,
                item.family,
                item.alloy,
                item.processing,
                item.control_codes,
                item.hidden,
                index == ROOT,
                contents.key(index),
                contents.equipment[index],
                item.parameters,
                composition,
                plan.listed_facts(item),
            )
        )
        return Alike(plan.kind((listing, plan.item_facts(item))), listing)
