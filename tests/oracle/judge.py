"""What becomes of every limb at every thing, and of the whole, when every completion is tried.

Knows how conditions, days and exemptions combine to an outcome, and which unknowns matter to it. Does not know what the
conditions are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from tests.oracle import days, facts, limbs, lists, moves, shares
from tests.oracle.facts import Case
from tests.oracle.limbs import LIMBS, POLICIES, WITH_POLICIES, Asked, Limb, OneOf
from tests.oracle.readings import Readings
from tests.oracle.things import Thing, product_of
from tests.oracle.worlds import (
    End,
    Memory,
    Some,
    TooMany,
    Tree,
    Unknown,
    World,
    both,
    either,
    explore,
    outcomes,
    sample,
    surely,
    that_matter,
)

REQUIRED, UNDETERMINED, NOT_REQUIRED = "required", "undetermined", "not required"
APPLIES, CANNOT_TELL, EXEMPT = "applies", "cannot tell", "exempt"
ASLEEP, ASLEEP_CANNOT_TELL, FAILS = "asleep", "asleep, cannot tell", "does not apply"
AS_STATED = "as-stated"
STATUS = {0: NOT_REQUIRED, 12: NOT_REQUIRED, 10: REQUIRED, 11: UNDETERMINED}


@dataclass(frozen=True)
class Found:
    """What becomes of a limb at a thing."""

    outcome: str
    duties: frozenset[str] = frozenset()
    policies: frozenset[tuple[str, bool]] = frozenset()
    """Policies that apply (true) or may apply (false)."""
    exemptions: frozenset[tuple[str, bool]] = frozenset()
    """Exemptions that are shown (true) or may hold (false)."""
    matter: frozenset[Unknown] = frozenset()
    """Unknowns of which one alone can change the outcome."""
    sure: bool = False
    """Whether it surely holds and is surely in force."""
    whole: bool = True
    """Whether every completion was tried; if not, what came out of some may not be all."""


@dataclass(frozen=True)
class Answer:
    """The answer, what was found by rule and path of the thing (failures left out), and contradictions in the data."""

    answer: str
    status: int
    found: dict[tuple[str, str], Found]
    contradictory: bool
    duties_open: frozenset[tuple[str, bool]]
    things: dict[str, Thing]
    lines: dict[str, Thing]
    """By the line that puts it there: a shared item has one at each place of use."""

    @property
    def whole(self) -> bool:
        """Whether every completion of everything was tried."""
        return all(one.whole for one in self.found.values())


class Product:
    """A document under a choice of readings: what is asked of its things is worked out once for shipments and days.

    A price in the shipment is the product's value where it has no other, so a document may differ by shipment.
    """

    def __init__(self, document: Mapping[str, Any], readings: Mapping[str, str]) -> None:
        self.readings = Readings(readings)
        self.rates = document.get("rates") or []
        self.top = product_of(dict(document))
        self.memory = Memory()
        self.places: dict[str, list[Thing]] = {}
        for thing in (self.top, *self.top.below):
            self.places.setdefault(thing.path, []).append(thing)
        self._trees: dict[tuple[str, str], Tree | Some] = {}

    def ask(self, question: Any) -> Tree:
        """A question about things alone, in every world. Raises TooMany."""
        return explore(lambda world: question(self._case(world)), self.memory)

    def _case(self, world: World) -> Case:
        return Case(world, self.readings, {}, self.rates)

    def tree(self, rule: str, path: str) -> Tree | Some:
        """What a limb asks of a thing, at any of its places; in some worlds only, where there are too many."""
        found = self._trees.get((rule, path))
        if found is None:
            limb, places = LIMBS[rule], self.places[path]
            try:
                found = self._anywhere(limb, places)
            except TooMany:
                found = sample(lambda world: any(limb.holds(self._case(world), thing) for thing in places), self.memory)
            self._trees[rule, path] = found
        return found

    def _anywhere(self, limb: Limb, places: list[Thing]) -> Tree:
        """Its conditions one by one: together they hang on more unknowns than each, in many more worlds. Raises TooMany."""
        found: Tree = End(False)
        for thing in places:
            found = either(found, self._here(limb, thing))
        return found

    def _here(self, limb: Limb, thing: Thing) -> Tree:
        """What is surely not so is known, whatever else is not. Raises TooMany."""
        found: Tree = End(True)
        too_many = None
        for asked in limb.thing:
            try:
                found = both(found, self._asked(asked, thing))
            except TooMany as error:
                too_many = error
            if found == End(False):
                return found
        if too_many:
            raise too_many
        return found

    def _asked(self, asked: Asked, thing: Thing) -> Tree:
        found: Tree = End(False)
        for one in asked.each if isinstance(asked, OneOf) else (asked,):
            if found == End(True):
                break
            found = either(found, self.ask(lambda case, one=one: one(case, thing)))
        return found

    @cached_property
    def contradictory(self) -> bool:
        """Whether the data contradict themselves about what things are."""
        things = [thing for places in self.places.values() for thing in places]
        if any(facts.contradicts_itself(thing) for thing in things):
            return True
        if any(lists.of_no_list(thing) for thing in things):
            return True
        if shares.of_one_kind(self.top) and any(map(self._always, self._sold_otherwise)):
            return True
        coded = [thing for thing in things if thing.says("control_codes")]
        return any(surely(self.ask(lambda case, thing=thing: lists.declared_in_vain(case, thing))) is True for thing in coded)

    @property
    def _sold_otherwise(self) -> list[Any]:
        """That the product is sold for more, and that it is sold for less, than it is valued at."""
        return [lambda case: shares.above_its_value(case, self.top), lambda case: shares.below_its_value(case, self.top)]

    def too_cheap(self, label: str) -> bool:
        """Whether a thing so called is surely worth less than what is listed inside it.

        That is the part 1 items, or these and precursors; all of them, or the Chinese. By the prices as they are stated, or
        of the kind that was chosen. Where there are too many worlds, in each of those that are tried.
        """
        called = [places[0] for places in self.places.values() if places[0].label == label and places[0].says("unit_value")]
        return any(
            self._always(partial(_too_cheap, one, listed, counts), priced)
            for priced in dict.fromkeys((AS_STATED, self.readings.chosen.get("valuation", AS_STATED)))
            for one in called
            for listed in (lists.in_part_1, shares.listed_or_precursor)
            for counts in (shares.anybody, facts.of_chinese_origin)
        )

    def _always(self, question: Any, priced: str = AS_STATED) -> bool:
        def asked(world: World) -> bool:
            readings = Readings({**self.readings.chosen, "valuation": priced})
            return bool(question(Case(world, readings, {}, self.rates)))

        try:
            return outcomes(explore(asked, self.memory)) == {True}
        except TooMany:
            return sample(asked, self.memory).seen == {True}


def judge(product: Product, shipment: Mapping[str, Any], day: date, confirmed: str | None) -> Answer:
    """Whether a shipment of the product needs a licence on the day."""
    inquiry = _Inquiry(product, dict(shipment), day, confirmed)
    found = {}
    for rule, limb in LIMBS.items():
        asked = inquiry.ask(limb.shipment)
        if outcomes(asked) == {False}:
            continue
        for path, places in product.places.items():
            one = inquiry.found(rule, limb, asked, path, places)
            if one.outcome != FAILS or not one.whole:
                found[rule, path] = one
    things = [thing for places in product.places.values() for thing in places]
    return _answer(product, found, product.contradictory or moves.otherwise(product.top, things, shipment, day))


def _too_cheap(thing: Thing, listed: lists.Listed, counts: shares.Counts, case: Case) -> bool:
    return shares.too_cheap(case, thing, listed, counts)


def _answer(product: Product, found: dict[tuple[str, str], Found], contradictory: bool) -> Answer:
    """Data that contradict themselves clear nothing."""
    licence = [one.outcome for (rule, _), one in found.items() if LIMBS[rule].licence]
    if APPLIES in licence:
        answer, status = REQUIRED, 10
    elif CANNOT_TELL in licence or contradictory:
        answer, status = UNDETERMINED, 11
    else:
        answer, status = NOT_REQUIRED, 0
    owed: dict[str, bool] = {}
    for (rule, _), one in found.items():
        notice = not LIMBS[rule].licence and one.outcome in (APPLIES, CANNOT_TELL)
        if answer != REQUIRED and (notice or one.outcome == EXEMPT):
            for duty in one.duties:
                owed[duty] = owed.get(duty, False) or one.sure
    if owed and status == 0:
        status = 12
    things = {path: places[0] for path, places in product.places.items()}
    lines = {one.line: one for places in product.places.values() for one in reversed(places) if one.line}
    return Answer(answer, status, found, contradictory, frozenset(owed.items()), things, lines)


class _Inquiry:
    """One shipment on one day."""

    def __init__(self, product: Product, shipment: dict[str, Any], day: date, confirmed: str | None) -> None:
        self.product = product
        self.shipment = shipment
        self.memory = Memory()
        self.laws: dict[str, Tree] = {
            rule: self.ask(lambda case, rule=rule: days.in_force(case, rule, day, confirmed)) for rule in LIMBS
        }
        self.policies = {name: self.ask(policy) for name, policy in POLICIES.items()}
        self._lifting: dict[tuple[Any, str], Tree] = {}

    def ask(self, question: Any) -> Tree:
        """A question about the shipment alone, in every world."""
        product = self.product
        return explore(lambda world: question(Case(world, product.readings, self.shipment, product.rates)), self.memory)

    def found(self, rule: str, limb: Limb, asked: Tree, path: str, places: list[Thing]) -> Found:
        """What becomes of a limb at a thing."""
        whole, would = True, None
        if rule in ABOUT_THE_SHIPMENT:
            would = self.ask(lambda case: limb.shipment(case) and any(limb.holds(case, thing) for thing in places))
        elif isinstance(of_thing := self.product.tree(rule, path), Some):
            seen, always = of_thing.seen, surely(asked) is True
            whole = len(seen) == 2
            holds = None if whole or (True in seen and not always) else True in seen
        else:
            try:
                would = both(asked, of_thing)
            except TooMany:
                whole, holds = False, None
        if would is not None:
            holds = surely(would)
        law = self.laws[rule]
        bound = surely(law)
        if holds is False:
            return Found(FAILS, whole=whole)
        lifting = {name: self.lifting(lifts, places) for name, lifts in limb.lifted_by.items()}
        lifted = {name: surely(tree) for name, tree in lifting.items()}
        duties, outcome = limb.duties, CANNOT_TELL
        if bound is False:
            outcome = ASLEEP if holds else ASLEEP_CANNOT_TELL
        elif True in lifted.values():
            outcome = EXEMPT
            shown = [limb.lifted_by[name] for name, truth in lifted.items() if truth is True]
            duties = tuple(duty for lifts in shown for duty in limbs.DUTIES_OF_LIFTING.get(lifts, ()))
        elif holds and bound:
            outcome = APPLIES
        open_trees = [tree for name, tree in lifting.items() if lifted[name] is None]
        matter: set[Unknown] = set()
        if outcome in (APPLIES, CANNOT_TELL) and would is not None:
            matter = _that_matter((would, law, *open_trees))
        policies = {name: outcomes(tree) for name, tree in self.policies.items()} if rule in WITH_POLICIES else {}
        return Found(
            outcome,
            frozenset(duties),
            frozenset((name, found == {True}) for name, found in policies.items() if True in found),
            frozenset((name, truth is True) for name, truth in lifted.items() if truth is not False),
            frozenset(matter),
            holds is True and bound is True,
            whole,
        )

    def lifting(self, lifts: Any, places: list[Thing]) -> Tree:
        """Whether an exemption holds. One that hangs on the thing must hold at every place of it."""
        key = (lifts, places[0].path if lifts is limbs.legacy_stock else "")
        if key not in self._lifting:
            self._lifting[key] = self.ask(lambda case: lifts(case, places[0]))
        return self._lifting[key]


def _that_matter(trees: Iterable[Tree]) -> set[Unknown]:
    """The unknowns that matter to one of these; of a tree too large to tell, none."""
    found: set[Unknown] = set()
    for tree in trees:
        with suppress(TooMany):
            found |= that_matter(tree)
    return found


ABOUT_THE_SHIPMENT = {"cn-mofcom-2025-62/1", "cn-mofcom-2025-62/6-publication"}
"""What the list of No. 62 says of the thing hangs on the shipment."""


def evaluate(document: Mapping[str, Any], day: date, readings: Mapping[str, str], confirmed: str | None) -> Answer:
    """Whether the shipment in a document needs a licence on the day."""
    return judge(Product(document, readings), document.get("shipment") or {}, day, confirmed)
