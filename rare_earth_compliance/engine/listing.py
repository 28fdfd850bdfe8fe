"""On which line of which list an item stands.

Knows how an item is recognised: from what it is, or from a control code that is declared for it. Items
that are alike are judged once. Does not know what follows from being listed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rare_earth_compliance.core.truth import Truth, any_of
from rare_earth_compliance.engine.determination import THIS_ITEM, Need, Step
from rare_earth_compliance.engine.plan import Kind, heading
from rare_earth_compliance.law.conditions import AnyOf
from rare_earth_compliance.law.model import Entry, ItemList, Rule
from rare_earth_compliance.product.model import ROOT

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry

_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Listed:
    """Whether an item stands on a list: surely on ``codes``, perhaps on ``maybe``; the trace; what does not fit.

    Compared by being the same: it is made once for a kind.
    """

    step: Step
    codes: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()


class Listing:
    """The place of every item on every list of a pack."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.plan = inquiry.plan
        self._places: dict[str, list[Listed | None]] = {}
        self._of_kind: dict[str, dict[Kind, Listed]] = {}
        self._possible: dict[str, tuple[int, ...]] = {}

    def of(self, name: str, index: int) -> Listed:
        """The place of an item on the list ``name``."""
        places = self._places.get(name)
        if places is None:
            places = self._places[name] = [None] * len(self.inquiry.product.items)
        place = places[index]
        if place is None:
            place = places[index] = self._look(name, index)
        return place

    def _look(self, name: str, index: int) -> Listed:
        placed, kind = self.plan.placed(name), self.inquiry.kinds.of(index).listing
        by_shipment = self.plan.by_shipment(name)
        if placed or by_shipment:
            facts = tuple(self.inquiry.facts.one(ask, index) for ask in placed)
            key = (name, kind, facts, self.inquiry.facts.circumstances) if by_shipment else (name, kind, facts)
            return self._remembered(key, name, index)
        mine = self._of_kind.setdefault(name, {})
        found = mine.get(kind)
        if found is None:
            found = mine[kind] = self._remembered((name, kind), name, index)
        return found

    def _remembered(self, key: Hashable, name: str, index: int) -> Listed:
        found: Listed | None = self.plan.listed.get(key)
        if found is None:
            found = self.plan.listed[key] = self._judge(self.inquiry.pack.lists[name], index)
        return found

    def possible(self, name: str) -> tuple[int, ...]:
        """The items of the product that are, or may be, on the list ``name``, in the order of the file."""
        found = self._possible.get(name)
        if found is None:
            if name in self.plan.lists_by_kind():
                self._look_by_kind()
                return self._possible[name]
            groups = self.inquiry.kinds.listing_groups.values()
            alike = (some for group in groups for some in self._placed_alike(name, group))
            sure = [some for some in alike if self.of(name, some[0]).step.outcome is not Truth.FALSE]
            found = self._possible[name] = tuple(sorted(index for some in sure for index in some))
        return found

    def candidates(self, rule: Rule) -> list[int]:
        """The items that a rule looks at: those that are, or may be, on its lists; else the product as a whole."""
        if not rule.lists:
            return [ROOT]
        return sorted({index for name in rule.lists for index in self.possible(name)})

    def _look_by_kind(self) -> None:
        """The possible items of every list that asks of the kind of an item alone."""
        names = self.plan.lists_by_kind()
        found: dict[str, list[int]] = {name: [] for name in names}
        for kind, group in self.inquiry.kinds.listing_groups.items():
            possible = self.plan.possible.get(kind)
            if possible is None:
                possible = self.plan.possible[kind] = tuple(
                    name for name in names if self.of(name, group[0]).step.outcome is not Truth.FALSE
                )
            for name in possible:
                found[name] += group
        self._possible.update({name: tuple(sorted(indices)) for name, indices in found.items()})

    def _placed_alike(self, name: str, group: list[int]) -> Iterable[list[int]]:
        """The items of one kind, apart where a list tells them apart by where they stand."""
        asks = self.plan.placed(name)
        if all(self.inquiry.nowhere(ask) for ask in asks):
            return [group]
        found: dict[Hashable, list[int]] = {}
        for index in group:
            found.setdefault(tuple([self.inquiry.facts.one(ask, index) for ask in asks]), []).append(index)
        return found.values()

    def _judge(self, listed: ItemList, index: int) -> Listed:
        codes: list[str] = []
        maybe: list[str] = []
        steps: list[Step] = []
        contradictions: list[str] = []
        needs: set[Need] = set()
        strays = self._strays(listed, index)
        for entry in listed.entries:
            declared = self._declared(entry, index, strays)
            if declared is Truth.FALSE and self.inquiry.outcome(entry.recognise, index) is Truth.FALSE:
                continue
            described = self.inquiry.step(entry.recognise, index)
            outcome = any_of((described.outcome, declared))
            # An entry that is found by its code alone has no description that the item could miss.
            if declared is Truth.TRUE and described.outcome is Truth.FALSE and entry.recognise != AnyOf(()):
                contradictions.append(f"the declared control code {entry.code} ({entry.en}) does not fit the description")
            (codes if outcome is Truth.TRUE else maybe).append(entry.code)
            because = "by the declared control code" if declared is Truth.TRUE else "by what it is"
            steps.append(_entry_step(entry, outcome, because, described))
            needs |= described.needs
            if declared is Truth.UNKNOWN or described.outcome is not Truth.UNKNOWN:
                needs.add(Need("fact", "item.control_codes", THIS_ITEM))
        outcome = Truth.TRUE if codes else Truth.UNKNOWN if maybe else Truth.FALSE
        wanted = [step for step in steps if step.outcome is outcome]
        shown = tuple(wanted[:_SHOWN])
        left = len(wanted) - len(shown)
        step = Step(
            asks=f"on the list {listed.title}",
            outcome=outcome,
            found=_found(codes, maybe),
            because=f"and {left} more" if left else "",
            steps=shown,
            needs=frozenset(needs) if outcome is Truth.UNKNOWN else frozenset(),
        )
        return Listed(
            step=step,
            codes=tuple(codes),
            maybe=tuple(maybe),
            contradictions=tuple(contradictions),
        )

    def _declared(self, entry: Entry, index: int, strays: frozenset[str]) -> Truth:
        """Whether a declared control code names the entry.

        One that names a wider group may mean it, and so may one that stands under the heading of the entry but
        names none of the list: a slip of the pen is not the absence of a code.
        """
        if not entry.declared:
            return Truth.FALSE
        outcome = Truth.FALSE
        for code in self.inquiry.product.items[index].control_codes:
            if code == entry.code or code.startswith(f"{entry.code}."):
                return Truth.TRUE
            if entry.code.startswith(f"{code}.") or (code in strays and heading(code) == heading(entry.code)):
                outcome = Truth.UNKNOWN
        return outcome

    def _strays(self, listed: ItemList, index: int) -> frozenset[str]:
        """Declared codes that name no entry of a list, neither one nor a group of them."""
        declared = self.inquiry.product.items[index].control_codes
        if not declared:
            return frozenset()
        codes = [entry.code for entry in listed.entries if entry.declared]
        return frozenset(
            code
            for code in declared
            if not any(one == code or one.startswith(f"{code}.") or code.startswith(f"{one}.") for one in codes)
        )


def _entry_step(entry: Entry, outcome: Truth, because: str, described: Step) -> Step:
    return Step(
        asks=f"{entry.code} {entry.zh}",
        outcome=outcome,
        found=f"{entry.en} [{entry.confidence}]",
        because=because,
        steps=(described,),
        needs=described.needs,
    )


def _found(codes: Iterable[str], maybe: Iterable[str]) -> str:
    sure, perhaps = ", ".join(codes), list(maybe)
    if sure:
        return sure
    return f"perhaps {', '.join(perhaps[:_SHOWN])}{' …' if len(perhaps) > _SHOWN else ''}" if perhaps else ""
