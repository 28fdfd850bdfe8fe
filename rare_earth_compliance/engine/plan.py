"""What can be known of the conditions of a pack before any product is seen.

Knows which questions a condition still asks under the readings chosen, and which of them depend on an item. Made
once for a pack and its readings, it serves any number of shipments; what it remembers depends on these two alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from rare_earth_compliance.law.conditions import All, Ask, Condition, Not, Reads, Term, UnderEach, asks_of
from rare_earth_compliance.law.model import Rule, RulePack

BY_PLACE = ("enclosed", "holds", "technology")
"""Computed questions whose answer depends on where an item stands in the product."""


class Plan:
    """The questions of a pack's conditions under readings. Holds the pack, so that its conditions keep their identity."""

    def __init__(self, pack: RulePack, readings: Mapping[str, str]) -> None:
        self.pack = pack
        self.readings = dict(readings)
        self._item_free: dict[int, tuple[Condition, bool]] = {}
        self._item_asks: dict[int, tuple[Condition, tuple[Ask, ...]]] = {}
        self._of_rule: dict[str, tuple[Ask, ...]] = {}
        self._placed: dict[str, tuple[Ask, ...]] = {}

    def item_asks(self, condition: Condition) -> tuple[Ask, ...]:
        """The different questions in a condition whose answer depends on the item."""
        known = self._item_asks.get(id(condition))
        if known is None:
            found = tuple(ask for ask in self._live_asks(condition) if ask.question.startswith("item."))
            known = self._item_asks[id(condition)] = (condition, found)
        return known[1]

    def of_rule(self, rule: Rule) -> tuple[Ask, ...]:
        """The different questions of a rule, its exemptions and its policies whose answer depends on the item."""
        found = self._of_rule.get(rule.id)
        if found is None:
            conditions = [
                rule.when,
                *(one.when for one in rule.unless),
                *(self.pack.policies[name].when for name in rule.policies),
            ]
            asks = dict.fromkeys(ask for condition in conditions for ask in self.item_asks(condition))
            found = self._of_rule[rule.id] = tuple(asks)
        return found

    def placed(self, name: str) -> tuple[Ask, ...]:
        """What a list asks of items that depends on where they stand in the product."""
        found = self._placed.get(name)
        if found is None:
            asks = dict.fromkeys(ask for entry in self.pack.lists[name].entries for ask in asks_of(entry.recognise))
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
