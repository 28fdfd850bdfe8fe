"""What both kinds of world know of items and parties: lists, codes, machines, substances, screening.

Knows how an entry of a list recognises an item. Does not know what stands inside what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from rare_earth_compliance.law.conditions import Ask
from rare_earth_compliance.law.model import Entry
from rare_earth_compliance.product.words import words
from rare_earth_compliance.proof.formulas import Choice, Formula, Number, either, flag, follows, negated
from rare_earth_compliance.proof.world import NEGATIVE, NotTranslated, Vocabulary, World

WHOLE = Fraction(1)
NONE = "none"


class Items(World):
    """A world with items: ``contains`` and what hangs on nesting is left to its two kinds."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary)
        self._lists: dict[tuple[str, int], Formula] = {}

    def computations(self) -> Mapping[str, Callable[[Ask, int], Formula]]:
        return {
            "listed_in": self._listed_in,
            "contains": self._contains,
            "consists_of": self._consists_of,
            "enclosed": self.enclosed,
            "consumed": self.consumed,
            "holds": self.holds,
            "technology": self.technology,
            "stated_steps": self.stated_steps,
            "is_product": self.is_product,
            "equipment": self._equipment,
            "parameter": self._parameter,
            "names_cas": self._names_cas,
            "party_listed": self._party_listed,
            "party_listed_by": self._party_listed_by,
            "party_owners": self.party_owners,
            "value_share": self.value_share,
        }

    # ---- left to the kinds of world

    def inside(self, node: int) -> list[int]:
        """All items in an item, at any depth."""
        raise NotImplementedError

    def contains(self, node: int, symbol: str) -> Formula:
        """That an item contains an element."""
        raise NotImplementedError

    def enclosed(self, ask: Ask, node: int) -> Formula:
        """That an item is fixed in another."""
        raise NotImplementedError

    def consumed(self, ask: Ask, node: int) -> Formula:
        """That an item was consumed in making another."""
        raise NotImplementedError

    def holds(self, ask: Ask, node: int) -> Formula:
        """That an item holds one of a list."""
        raise NotImplementedError

    def technology(self, ask: Ask, node: int) -> Formula:
        """That a technology was used to make an item."""
        raise NotImplementedError

    def stated_steps(self, ask: Ask, node: int) -> Formula:
        """That a production step is stated for a country."""
        raise NotImplementedError

    def is_product(self, ask: Ask, node: int) -> Formula:
        """That an item is the product as shipped."""
        raise NotImplementedError

    def party_owners(self, ask: Ask, node: int) -> Formula:
        """That listed parties hold so much of a party."""
        raise NotImplementedError

    def value_share(self, ask: Ask, node: int) -> Formula:
        """That listed content is worth so much of an item."""
        raise NotImplementedError

    # ---- lists

    def code(self, node: int, code: str) -> Formula:
        """That a control code is declared for an item."""
        return self.several(f"{node}.control_codes", self._codes()).setdefault(code, flag(f"{node}.control_codes has {code}"))

    def _codes(self) -> list[str]:
        listed = (entry for one in self.pack.lists.values() for entry in one.entries if entry.declared)
        return list(dict.fromkeys(entry.code for entry in listed))

    def entry(self, entry: Entry, node: int) -> Formula:
        """That an item is an entry of a list: by what it is, or by a declared code that names the entry or a part of it."""
        described = self.formula(entry.recognise, node)
        if not entry.declared:
            return described
        naming = [one for one in self._codes() if one == entry.code or one.startswith(f"{entry.code}.")]
        return either((described, *(self.code(node, one) for one in naming)))

    def listed(self, name: str, node: int) -> Formula:
        """That an item stands on a list."""
        key = (name, node)
        if key not in self._lists:
            self._lists[key] = either(self.entry(entry, node) for entry in self.pack.lists[name].entries)
        return self._lists[key]

    def _listed_in(self, ask: Ask, node: int) -> Formula:
        outcome = either(self.listed(name, node) for name in sorted(ask.values))
        return negated(outcome) if ask.operator in NEGATIVE else outcome

    # ---- what an item is

    def _contains(self, ask: Ask, node: int) -> Formula:
        symbols = (ask.param("element") or "").split()
        return self.yes_or_no(ask, negated(either(negated(self.contains(node, one)) for one in symbols)))

    def _consists_of(self, ask: Ask, node: int) -> Formula:
        named = set((ask.param("elements") or "").split())
        others = [one for one in self.vocabulary.elements if one not in named]
        return self.yes_or_no(ask, negated(either(self.contains(node, one) for one in others)))

    def _equipment(self, ask: Ask, node: int) -> Formula:
        outcome = self.machine(node).is_any(ask.values)
        return negated(outcome) if ask.operator in NEGATIVE else outcome

    def machine(self, node: int) -> Choice:
        """Which rare-earth production equipment an item is."""
        return self.choice(f"{node}.equipment", words("equipment"))

    def _parameter(self, ask: Ask, node: int) -> Formula:
        if ask.number is None:
            raise NotTranslated(f"{ask.question} is compared with nothing")
        return self.parameter(ask, node).against(ask.operator, ask.number.low)

    def parameter(self, ask: Ask, node: int) -> Number:
        """A technical parameter of an item."""
        return self.number(f"{node}.parameters {ask.param('name')}")

    def _names_cas(self, ask: Ask, node: int) -> Formula:
        return self.yes_or_no(ask, self.cas(node)[ask.param("cas") or ""])

    def cas(self, node: int) -> dict[str, Formula]:
        """Which substances an item names by number."""
        asked = (ask.param("cas") for ask in self.vocabulary.asks if ask.param("cas"))
        return self.several(f"{node}.cas", (one for one in dict.fromkeys(asked) if one))

    # ---- parties

    def screened(self, role: str) -> Choice:
        """On which list of persons a party stands."""
        return self.choice(f"{role}.listed", words("listed"))

    def on_list(self, role: str, lists: Iterable[str]) -> Formula:
        """That a party stands on one of some lists of persons."""
        return self.screened(role).is_any(lists)

    def listed_by(self, role: str) -> dict[str, Formula]:
        """Which announcements list a party; only those of a list on which it stands."""
        name = f"{role}.listed_by"
        if name not in self.sets:
            known = self.pack.parties.announcements
            asked = (ask.param("announcement") for ask in self.vocabulary.asks if ask.param("announcement"))
            every = tuple(word for word in words("listed") if word != NONE)
            for one, lists in self.several(name, (*known, *(one for one in asked if one))).items():
                self.must.append(follows(lists, self.on_list(role, (known[one].list,) if one in known else every)))
        return self.sets[name]

    def _party_listed(self, ask: Ask, _node: int) -> Formula:
        return self.yes_or_no(ask, self.on_list(ask.param("party") or "", (ask.param("list") or "").split()))

    def _party_listed_by(self, ask: Ask, _node: int) -> Formula:
        return self.yes_or_no(ask, self.listed_by(ask.param("party") or "")[ask.param("announcement") or ""])
