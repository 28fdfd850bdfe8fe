"""What can be known of a pack before a product is seen, and what was found out for kinds of items that come again.

Knows which questions a condition still asks under the readings chosen, and on what of an item their answers
depend. Made once for a pack and its readings, it serves any number of shipments. What it remembers is keyed by
everything it depends on: a plan that has seen other products, one that has forgotten them and a new one give the
same determination.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from rare_earth_compliance.law.conditions import All, Ask, Condition, Not, Reads, Term, UnderEach, asks_of, readings_of
from rare_earth_compliance.law.model import Confirmation, Entry, Rule, RulePack
from rare_earth_compliance.law.status import InForce, in_force

BY_PLACE = ("enclosed", "consumed", "holds", "technology")
"""Computed questions whose answer depends on where an item stands in the product."""
BY_NUMBER = ("value_share",)
"""Computed questions whose answer depends on what items are worth. No list asks them: ``rules check`` refuses that."""
AMOUNTS = {"unit_value", "uses"}
"""The fields of an item that hold amounts which are summed up."""
OF_KIND = ("form", "family", "alloy", "processing", "control_codes", "parameters")
"""What of an item always tells its kind (``kinds``), whether or not a list asks for it."""
KEPT = 20_000
"""How many kinds are remembered; with one more all are forgotten, so that memory stays in bounds."""
VERDICTS = 10_000
"""How many verdicts are remembered; they hold traces and are larger than kinds."""
DAYS = 1_000
"""For how many days the state of the rules is remembered."""


class Kind:
    """Something that is compared by being the same, and stands for all facts it was made for."""

    __slots__ = ()


class Asks:
    """Questions about items, sorted by what their answers depend on.

    ``plain``: on the kind of an item alone; ``placed``: on where it stands, or on the shipment, as well; ``shares``: on
    amounts. ``known`` remembers the facts of items that stand alike.
    """

    __slots__ = ("known", "placed", "plain", "shares")

    def __init__(self, plain: tuple[Ask, ...], placed: tuple[Ask, ...], shares: tuple[Ask, ...]) -> None:
        self.plain = plain
        self.placed = placed
        self.shares = shares
        self.known: dict[Kind, Hashable] = {}


class Plan:
    """The questions of a pack's conditions under readings. Holds the pack, so that its conditions keep their identity."""

    def __init__(self, pack: RulePack, readings: Mapping[str, str]) -> None:
        self.pack = pack
        self.readings = dict(readings)
        self._item_free: dict[int, tuple[Condition, bool]] = {}
        self._item_asks: dict[int, tuple[Condition, tuple[Ask, ...]]] = {}
        self._of_rule: dict[str, Asks] = {}
        self._value_shares: dict[str, tuple[Ask, ...]] = {}
        self._of_condition: dict[int, tuple[Condition, Asks]] = {}
        self._of_list: dict[str, dict[Ask, None]] = {}
        self._placed: dict[str, tuple[Ask, ...]] = {}
        self._by_shipment: dict[str, bool] = {}
        self._placed_asks: tuple[Ask, ...] | None = None
        self._shares_in_rules_alone: bool | None = None
        self._kinds: dict[Hashable, Kind] = {}
        self._states: dict[tuple[date, tuple[Confirmation, ...]], Mapping[str, InForce]] = {}
        self._lists_by_kind: tuple[str, ...] | None = None
        self._listed_facts: tuple[str, ...] | None = None
        self._read_by_list: dict[str, frozenset[str]] = {}
        self._without: dict[frozenset[str], Plan] = {}
        self.headings = frozenset(
            heading(entry.code) for listed in pack.lists.values() for entry in listed.entries if entry.declared
        )
        """The headings of control codes under which the lists of the pack have entries."""
        states = [one for one in pack.questions.values() if one.found_at == "item.processing"]
        self.telling: frozenset[str] = frozenset().union(*(one.settled_by for one in states))
        """States of an item that tell whether it is loose or fixed."""
        self.ordinary: dict[str, bool] = {}
        """Of which forms it is known whether they stand on no list when declared free of rare earths."""
        self.never: dict[tuple[int, Kind], bool] = {}
        """Of which conditions, by their identity, it is known that they are true of no item of a kind."""
        self.sure: dict[Hashable, bool] = {}
        """Of which conditions, by their identity, it is known whether they are true at an item of which some facts are."""
        self.possible: dict[Kind, tuple[str, ...]] = {}
        """On which lists that ask of nothing but its kind an item of a kind is, or may be."""
        self.listed: dict[Hashable, Any] = {}
        """What the listing found for a kind on a list."""
        self.shares: dict[Hashable, Any] = {}
        """What value shares come to in items of a kind that have no lines; each with its question."""
        self.outlines: dict[tuple[Any, bytes], Any] = {}
        """What is known of the documents of an outline, for each that decides by outlines; ``engine.outlines`` bounds it."""
        self.outlines_seen: set[tuple[Any, bytes]] = set()
        """Outlines that were seen once; for a document that stays the only one nothing is worked out."""
        self.verdicts: dict[Hashable, Any] = {}
        """What became of a rule at an item of a kind in a shipment of a kind."""
        paths = sorted({one.found_at.partition(".")[2] for one in pack.questions.values() if one.found_at.startswith("item.")})
        self._facts = attrgetter(*paths, "steps") if not any("." in path for path in paths) else None
        self._fact_paths = (*paths, "steps")
        self._shipment_parts = sorted(
            {one.found_at.split(".")[1] for one in pack.questions.values() if one.found_at.startswith("shipment.")}
            | {one.complete_at.split(".")[1] for one in pack.questions.values() if one.complete_at.startswith("shipment.")}
        )

    def states(self, on: date, confirmations: tuple[Confirmation, ...]) -> Mapping[str, InForce]:
        """Whether each rule of the pack is in force on a day, by its id."""
        key = (on, confirmations)
        found = self._states.get(key)
        if found is None:
            if len(self._states) >= DAYS:
                self._states.clear()
            found = self._states[key] = {
                rule.id: in_force(rule, self.pack, on, self.readings, confirmations) for rule in self.pack.rules.values()
            }
        return found

    # ---- kinds

    def kind(self, key: Hashable) -> Kind:
        """The kind for a key: the same for equal keys, as long as it is remembered."""
        found = self._kinds.get(key)
        if found is None:
            if len(self._kinds) >= KEPT:
                self.forget()
            found = self._kinds.setdefault(key, Kind())
        return found

    def forget(self) -> None:
        """Forget all kinds and what was found out for them; who still holds one is not disturbed."""
        for known in (self._kinds, self.never, self.sure, self.possible, self.listed, self.shares, self.verdicts):
            known.clear()
        for asks in (*self._of_rule.values(), *(asks for _, asks in self._of_condition.values())):
            asks.known.clear()
        for plan in tuple(self._without.values()):  # they know the same kinds
            plan.forget()

    def item_facts(self, item: Any) -> Hashable:
        """What the questions of the pack find in an item itself."""
        if self._facts is not None:
            return self._facts(item)
        return tuple(attrgetter(path)(item) for path in self._fact_paths)

    def shipment_parts(self) -> list[str]:
        """The fields of a shipment in which the questions of the pack find their answers."""
        return self._shipment_parts

    def placed_asks(self) -> tuple[Ask, ...]:
        """Everything that rules and cautions ask of items that depends on where they stand in the product."""
        if self._placed_asks is None:
            of_rules = [self.of_rule(rule) for rule in self.pack.rules.values()]
            of_cautions = [self.asks(caution.when) for caution in self.pack.cautions.values()]
            self._placed_asks = tuple(dict.fromkeys(ask for asks in (*of_rules, *of_cautions) for ask in asks.placed))
        return self._placed_asks

    def asks(self, condition: Condition) -> Asks:
        """The questions in a condition whose answers depend on the item, sorted."""
        known = self._of_condition.get(id(condition))
        if known is None:
            known = self._of_condition[id(condition)] = (condition, self._sorted(self.item_asks(condition)))
        return known[1]

    def value_shares(self, rule: Rule) -> tuple[Ask, ...]:
        """The value shares that a rule asks for, under whatever reading, in its order."""
        found = self._value_shares.get(rule.id)
        if found is None:
            asks = (ask for ask in asks_of(rule.when) if self.pack.questions[ask.question].computed_by == "value_share")
            found = self._value_shares[rule.id] = tuple(asks)
        return found

    def _sorted(self, asks: tuple[Ask, ...]) -> Asks:
        plain, placed, shares = [], [], []
        for ask in asks:
            computed_by = self.pack.questions[ask.question].computed_by
            if computed_by in BY_NUMBER:
                shares.append(ask)
            elif computed_by in BY_PLACE or (computed_by == "listed_in" and any(map(self._is_placed, ask.values))):
                placed.append(ask)
            else:
                plain.append(ask)
        return Asks(tuple(plain), tuple(placed), tuple(shares))

    def _is_placed(self, name: str) -> bool:
        return bool(self.placed(name)) or self.by_shipment(name)

    def lists_by_kind(self) -> tuple[str, ...]:
        """The lists of the pack that ask of nothing but the kind of an item."""
        if self._lists_by_kind is None:
            self._lists_by_kind = tuple(name for name in self.pack.lists if not self._is_placed(name))
        return self._lists_by_kind

    def by_shipment(self, name: str) -> bool:
        """Whether a list asks anything of the shipment."""
        found = self._by_shipment.get(name)
        if found is None:
            found = self._by_shipment[name] = not all(ask.question.startswith("item.") for ask in self._asks_of_list(name))
        return found

    def asks_of_equipment(self, name: str) -> bool:
        """Whether a list asks which equipment an item is."""
        return any(self.pack.questions[ask.question].computed_by == "equipment" for ask in self._asks_of_list(name))

    def _asks_of_list(self, name: str) -> dict[Ask, None]:
        """Every question that the entries of a list ask, and those of the lists that it leans on."""
        found = self._of_list.get(name)
        if found is None:
            found = self._of_list[name] = dict.fromkeys(ask for one in self._entries_of(name) for ask in asks_of(one.recognise))
        return found

    def _entries_of(self, name: str) -> Iterator[Entry]:
        """The entries of a list, and those of the lists that it leans on, however far on."""
        names = {name: None}
        for one in iter(work := [name]):
            yield from self.pack.lists[one].entries
            for ask in (ask for entry in self.pack.lists[one].entries for ask in asks_of(entry.recognise)):
                if self.pack.questions[ask.question].computed_by == "listed_in":
                    work += [other for other in sorted(ask.values) if other not in names]
                    names.update(dict.fromkeys(ask.values))

    def read_by_list(self, name: str) -> frozenset[str]:
        """Every reading that the entries of a list ask for, and those of the lists that it leans on."""
        found = self._read_by_list.get(name)
        if found is None:
            found = self._read_by_list[name] = frozenset().union(
                *(readings_of(one.recognise) for one in self._entries_of(name))
            )
        return found

    def listed_facts(self, item: Any) -> Hashable:
        """What the lists of the pack find in an item itself, beyond what tells its kind whatever they ask."""
        if self._listed_facts is None:
            asked = [self.pack.questions[ask.question] for name in self.pack.lists for ask in self._asks_of_list(name)]
            paths = {one.found_at.partition(".")[2] for one in asked if one.found_at.startswith("item.")} - set(OF_KIND)
            steps = ("steps",) if any(one.computed_by == "stated_steps" for one in asked) else ()
            self._listed_facts = (*sorted(paths), *steps)
        return tuple(attrgetter(path)(item) for path in self._listed_facts)

    def item_asks(self, condition: Condition) -> tuple[Ask, ...]:
        """The different questions in a condition whose answer depends on the item."""
        known = self._item_asks.get(id(condition))
        if known is None:
            found = tuple(ask for ask in self._live_asks(condition) if ask.question.startswith("item."))
            known = self._item_asks[id(condition)] = (condition, found)
        return known[1]

    def of_rule(self, rule: Rule) -> Asks:
        """The questions of a rule, its exemptions and its policies whose answers depend on the item, sorted."""
        found = self._of_rule.get(rule.id)
        if found is None:
            conditions = [
                rule.when,
                *(one.when for one in rule.unless),
                *(self.pack.policies[name].when for name in rule.policies),
            ]
            asks = dict.fromkeys(ask for condition in conditions for ask in self.item_asks(condition))
            found = self._of_rule[rule.id] = self._sorted(tuple(asks))
        return found

    def shares_in_rules_alone(self) -> bool:
        """Whether amounts are asked of by the value shares that rules name themselves, and by nothing else."""
        if self._shares_in_rules_alone is None:
            read = {one.found_at.split(".")[1] for one in self.pack.questions.values() if one.found_at.startswith("item.")}
            of_lists = {ask for name in self.pack.lists for ask in self._asks_of_list(name)}
            summed = any(self.pack.questions[ask.question].computed_by in BY_NUMBER for ask in of_lists)
            of_terms = any(self.asks(term).shares for term in self.pack.terms.values())
            self._shares_in_rules_alone = not (read & AMOUNTS or summed or of_terms)
        return self._shares_in_rules_alone

    def without(self, names: frozenset[str]) -> Plan:
        """The plan of the same pack with some readings left open. By kind it looks up the lists that ask for one of them."""
        found = self._without.get(names)
        if found is None:
            made = Plan(self.pack, {name: option for name, option in self.readings.items() if name not in names})
            made._lists_by_kind = tuple(one for one in self.lists_by_kind() if not names.isdisjoint(self.read_by_list(one)))
            found = self._without.setdefault(names, made)
        return found

    def placed(self, name: str) -> tuple[Ask, ...]:
        """What a list asks of items that depends on where they stand in the product."""
        found = self._placed.get(name)
        if found is None:
            asks = self._asks_of_list(name)
            found = tuple(ask for ask in asks if self.pack.questions[ask.question].computed_by in BY_PLACE)
            self._placed[name] = found
        return found

    def same_for_all(self, condition: Condition) -> bool:
        """Whether no part of a condition asks anything of an item."""
        known = self._item_free.get(id(condition))
        if known is None:
            known = self._item_free[id(condition)] = (condition, self._asks_no_item(condition))
        return known[1]

    def _asks_no_item(self, condition: Condition) -> bool:
        if isinstance(condition, Ask):
            return not condition.question.startswith("item.")
        if isinstance(condition, Not | Term):
            return self.same_for_all(condition.part)
        if isinstance(condition, UnderEach):
            return all(self.same_for_all(inner) for _, inner in condition.options)
        return isinstance(condition, Reads) or all(map(self.same_for_all, condition.parts))

    def read_otherwise(self, condition: All) -> Reads | None:
        """A reading among the parts that is settled the other way: it ends the matter."""
        for one in condition.parts:
            if isinstance(one, Reads) and self.readings.get(one.reading, one.option) != one.option:
                return one
        return None

    def _live_asks(self, condition: Condition) -> dict[Ask, None]:
        """The different questions that a condition still asks under the readings chosen."""
        found: dict[Ask, None] = {}
        work: list[Condition] = [condition]
        while work:
            part = work.pop()
            if isinstance(part, Ask):
                found[part] = None
            elif isinstance(part, UnderEach):
                chosen = self.readings.get(part.reading)
                work.extend(inner for option, inner in reversed(part.options) if chosen in (None, option))
            elif isinstance(part, Not | Term):
                work.append(part.part)
            elif not isinstance(part, Reads) and not (isinstance(part, All) and self.read_otherwise(part)):
                work.extend(reversed(part.parts))
        return found


def heading(code: str) -> str:
    """The heading under which a control code stands: 1C905 for 1C905.a.4."""
    return code.split(".", maxsplit=1)[0]
