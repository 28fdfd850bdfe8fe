"""Conditions put to a product: each gives true, false or unknown, with the trace of how.

Knows how conditions combine and where an answer is found. Computations over items stand in modules of
their own (listing, shares, contents). Pure: reads the shipment, the pack and the readings, nothing else.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from rare_earth_compliance.core.truth import Truth, all_of, any_of, truth
from rare_earth_compliance.engine.comparing import NEGATIVE, against, attribute, compared, used_one
from rare_earth_compliance.engine.contents import Contents, consumed, enclosed
from rare_earth_compliance.engine.determination import SHIPMENT, THIS_ITEM, Need, Step
from rare_earth_compliance.engine.disclosure import disclosed
from rare_earth_compliance.engine.facts import Facts
from rare_earth_compliance.engine.figures import Figures
from rare_earth_compliance.engine.kinds import Kinds
from rare_earth_compliance.engine.listing import Listing
from rare_earth_compliance.engine.measures import Key, Measures
from rare_earth_compliance.engine.needs import (
    IN_ORDER,
    KEPT,
    NOTHING,
    Outcome,
    facts_first,
    known,
    located,
    merged,
    open_needs,
    relative,
    rolled_up,
)
from rare_earth_compliance.engine.parties import PartyFacts
from rare_earth_compliance.engine.plan import Kind, Plan
from rare_earth_compliance.engine.reaching import share_step
from rare_earth_compliance.engine.shares import Measure
from rare_earth_compliance.engine.told import YES, Told, yes_or_no
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Condition, Not, Question, Reads, Term, UnderEach
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.product.model import Shipment


class Inquiry:
    """A shipment under a rule pack and chosen readings, ready to be asked until it is closed.

    ``product`` is the shipment's product with a hidden content in every list that is not complete. What works for an
    inquiry refers back to it: one that is not closed stays in memory until the collector comes by.
    """

    def __init__(
        self,
        shipment: Shipment,
        pack: RulePack,
        readings: Mapping[str, str],
        on: date | None = None,
        plan: Plan | None = None,
    ) -> None:
        self.shipment = shipment
        self.pack = pack
        self.plan = plan or Plan(pack, readings)
        self.on = on
        """The day judged for; without one nobody is looked up on a list of parties."""
        self.readings = readings
        self.product = disclosed(shipment.product)
        self.in_order = sorted(self.product.order)
        """The items of the product, in the order of the file."""
        self.figures = Figures(self.product, shipment)
        self.contents = Contents(self.product)
        self.told = Told(self.product, self.contents)
        self.kinds = Kinds(self)
        self._begin()

    def _begin(self) -> None:
        """Nothing was asked yet: what hangs on readings, or on what was asked before, is empty."""
        self.facts = Facts(self)
        self._terms: dict[tuple[str, Kind], Step] = {}
        self.listing = Listing(self)
        self.parties = PartyFacts(self)
        self._arrays: dict[tuple[Any, ...], list[Any]] = {}
        self._measures = Measures(self)
        self.share_lines: dict[int, Any] = {}
        """What was looked up of questions for value shares, by their identity."""
        self.single_entries: dict[str, tuple[str, ...]] = {}
        """For each list the entries that stand for all others in measures of one entry by itself."""
        # By identity: the pack holds its conditions for as long as this inquiry lives.
        self._of_shipment: dict[int, Step] = {}
        self._outcomes_of_terms: dict[tuple[int, int], Truth] = {}
        self._steps_of_terms: dict[tuple[int, int], Step] = {}
        self._first_needs: dict[int, tuple[Need, ...]] = {}
        self._kept_steps: list[Step] = []
        self._answers: dict[int, tuple[Ask, dict[int, Step]]] = {}
        self._computed: dict[str, Callable[[Ask, Question, int], Step]] = {
            "listed_in": self._listed_in,
            "contains": self.told.contains,
            "consists_of": self.told.consists_of,
            "enclosed": self._placed,
            "consumed": self._placed,
            "holds": self._placed,
            "technology": self._placed,
            "stated_steps": self.told.stated_steps,
            "is_product": self.told.is_product,
            "equipment": self.told.equipment,
            "parameter": self.told.parameter,
            "names_cas": self.told.names_cas,
            "party_listed": self.parties.listed,
            "party_listed_by": self.parties.listed_by,
            "party_owners": self.parties.held_by_listed,
            "value_share": partial(share_step, self),
        }

    def close(self) -> None:
        """Let go of everything. Who still asks gets an AttributeError, never an answer."""
        self.__dict__.clear()

    # ---- conditions

    def step(self, condition: Condition, index: int) -> Step:
        """The outcome of a condition at an item, with its trace.

        What asks of the shipment alone has one outcome for all items and is evaluated once.
        """
        known_step = self._of_shipment.get(id(condition))
        if known_step is not None:
            return known_step
        step = self._step(condition, index)
        if self.plan.same_for_all(condition):
            self._of_shipment[id(condition)] = step
        return step

    def term(self, name: str, index: int) -> Step:
        """The outcome of a term of the pack at an item, with its trace; once for items that are alike."""
        term = self.pack.terms[name]
        asks = self.plan.asks(term)
        if asks.placed or asks.shares:
            return self.step(term, index)
        kind = self.kinds.of(index).whole
        found = self._terms.get((name, kind))
        if found is None:
            found = self._terms[name, kind] = self.step(term, index)
        return found

    def _step(self, condition: Condition, index: int) -> Step:
        if isinstance(condition, Ask):
            return self.ask(condition, index)
        if isinstance(condition, Reads):
            return self._reads(condition)
        if isinstance(condition, Not):
            part = self.step(condition.part, index)
            return Step(asks="not", outcome=~part.outcome, steps=(part,), needs=part.needs)
        if isinstance(condition, Term):
            return self._term_step(condition, index)
        if isinstance(condition, UnderEach):
            return self._under_each(condition, index)
        otherwise = self.plan.read_otherwise(condition) if isinstance(condition, All) else None
        if otherwise is not None:
            return Step(asks="all of these", outcome=Truth.FALSE, steps=(self._reads(otherwise),))
        steps = tuple(self.step(part, index) for part in condition.parts)
        combine, asks = (all_of, "all of these") if isinstance(condition, All) else (any_of, "any of these")
        outcome = combine(step.outcome for step in steps)
        waiting = facts_first(steps) if isinstance(condition, All) else steps
        return Step(asks=asks, outcome=outcome, steps=steps, needs=open_needs(outcome, waiting))

    def _under_each(self, condition: UnderEach, index: int) -> Step:
        chosen = self.readings.get(condition.reading)
        if chosen is not None:
            steps = tuple(self.step(inner, index) for option, inner in condition.options if option == chosen)
            asks = f"under the reading {condition.reading}"
            return Step(asks=asks, outcome=steps[0].outcome, reading=condition.reading, steps=steps, needs=steps[0].needs)
        steps = tuple(self.step(inner, index) for _, inner in condition.options)
        outcomes = {step.outcome for step in steps}
        asks = f"under every option of the reading {condition.reading}"
        if len(outcomes) == 1 and Truth.UNKNOWN not in outcomes:
            return Step(asks=asks, outcome=steps[0].outcome, steps=steps)
        needs = frozenset().union(*(step.needs for step in steps if step.outcome is Truth.UNKNOWN))
        needs |= {Need("reading", condition.reading, SHIPMENT)}
        return Step(asks=asks, outcome=Truth.UNKNOWN, steps=steps, needs=needs)

    def _reads(self, condition: Reads) -> Step:
        option = self.readings.get(condition.reading)
        known_option = option is not None
        return Step(
            asks=f"reading {condition.reading}",
            outcome=truth(option == condition.option) if known_option else Truth.UNKNOWN,
            found=option or "not chosen",
            against=f"read as {condition.option}",
            reading=condition.reading,
            needs=frozenset() if known_option else frozenset({Need("reading", condition.reading, SHIPMENT)}),
        )

    def ask(self, ask: Ask, index: int) -> Step:
        """The outcome of one question at an item."""
        # The question is kept beside its answers: its identity must not be given to another one.
        kept = self._answers.get(id(ask))
        if kept is None:
            kept = self._answers[id(ask)] = (ask, {})
        column = kept[1]
        step = column.get(index)
        if step is None:
            question = self.pack.questions[ask.question]
            answered = self._computed[question.computed_by] if question.computed_by else self._found
            step = column[index] = answered(ask, question, index)
        return step

    def outcome(self, condition: Condition, index: int) -> Truth:
        """The outcome of a condition at an item without its trace: that of ``step``, sooner.

        Most conditions of most lists fail at their first part; no trace of them is ever shown.
        """
        if isinstance(condition, Ask):
            return self.ask(condition, index).outcome
        if isinstance(condition, All):
            return all_of(self.outcome(part, index) for part in condition.parts)
        if isinstance(condition, AnyOf):
            return any_of(self.outcome(part, index) for part in condition.parts)
        if isinstance(condition, Not):
            return ~self.outcome(condition.part, index)
        if isinstance(condition, Term):
            return self._term_outcome(condition, index)
        return self.step(condition, index).outcome

    def _term_outcome(self, term: Term, index: int) -> Truth:
        """The outcome of a term, once for an item: many lines of a list hold the same."""
        key = (id(term), index)
        found = self._outcomes_of_terms.get(key)
        if found is None:
            found = self.outcome(term.part, index)
            # What hangs on amounts is asked again when these are taken otherwise.
            if not self.plan.asks(term).shares:
                self._outcomes_of_terms[key] = found
        return found

    def _term_step(self, term: Term, index: int) -> Step:
        """The same with its trace, which the lines share as well."""
        key = (id(term), index)
        found = self._steps_of_terms.get(key)
        if found is None:
            part = self.step(term.part, index)
            found = Step(asks=term.says, outcome=part.outcome, steps=(part,), needs=part.needs)
            if not self.plan.asks(term).shares:
                self._steps_of_terms[key] = found
        return found

    # ---- facts that stand in the data

    def _found(self, ask: Ask, question: Question, index: int) -> Step:
        root, _, path = question.found_at.partition(".")
        holder = self.product.items[index] if root == "item" else self.shipment
        value = attribute(holder, path)
        complete = bool(attribute(self.shipment, question.complete_at.partition(".")[2])) if question.complete_at else True
        if question.settled_by and value is not None:
            complete = complete and not question.settled_by.isdisjoint(value)
        outcome, found = compared(ask, question, value, complete)
        needs: frozenset[Need] = frozenset()
        if outcome is Truth.UNKNOWN:
            needs = frozenset({Need("fact", question.id, THIS_ITEM if root == "item" else SHIPMENT)})
        return Step(asks=question.en, outcome=outcome, found=found, against=against(ask), needs=needs)

    # ---- facts that are computed

    def _listed_in(self, ask: Ask, question: Question, index: int) -> Step:
        steps = tuple(self.listing.of(name, index).step for name in sorted(ask.values))
        outcome = any_of(step.outcome for step in steps)
        needs = open_needs(outcome, steps)
        if ask.operator in NEGATIVE:
            outcome = ~outcome
        found = "; ".join(step.found for step in steps if step.found) or "not on it"
        return Step(asks=question.en, outcome=outcome, found=found, against=against(ask), steps=steps, needs=needs)

    def _placed(self, ask: Ask, question: Question, index: int) -> Step:
        """A question whose outcome at an item hangs on where the item stands, and was computed for all of them at once."""
        outcome, needs = self.array(ask, question)[index]
        return yes_or_no(ask, question, outcome, YES[outcome], relative(needs, index, self.product))

    # ---- outcomes of all items at once

    def array(self, ask: Ask, question: Question) -> list[Any]:
        """The outcomes of a question for every item, computed once."""
        key = (question.computed_by, ask.params)
        if key not in self._arrays:
            self._arrays[key] = self._all_items(ask, question.computed_by)
        return self._arrays[key]

    def nowhere(self, ask: Ask) -> bool:
        """Whether a question about places is one whether an item holds something that no item of the product is."""
        question = self.pack.questions[ask.question]
        return question.computed_by == "holds" and not self.listing.possible(ask.param("list") or "")

    def _all_items(self, ask: Ask, computed_by: str) -> list[Any]:
        if computed_by == "enclosed":
            forms, states, unless, doubtful, said = (
                frozenset((ask.param(name) or "").split()) for name in ("forms", "states", "unless", "doubtful", "said")
            )
            return enclosed(self.product, forms, states, unless, doubtful, self.plan.telling, said)
        if computed_by == "consumed":
            forms, said = (frozenset((ask.param(name) or "").split()) for name in ("forms", "said"))
            return consumed(self.product, forms, said, self.plan.telling)
        if computed_by == "holds":
            name = ask.param("list") or ""
            possible = frozenset(self.listing.possible(name))
            if not possible:
                return [NOTHING] * len(self.product.items)
            own = partial(self._is_held, name, ask.param("whose") or "", possible)
            return rolled_up(self.product, own, deep=ask.param("depth") != "direct", itself=False)
        own = partial(self._used, ask)
        if ask.param("inside") == "yes":
            return rolled_up(self.product, own, deep=True, itself=True)
        return [own(index) for index in range(len(self.product.items))]

    def _is_held(self, name: str, term: str, possible: frozenset[int], index: int) -> Outcome:
        if index not in possible:
            return NOTHING
        listed = self.listing.of(name, index).step
        if listed.outcome is Truth.FALSE:
            return known(False)
        whose = self.term(term, index) if term else Step(asks="", outcome=Truth.TRUE)
        outcome = all_of((listed.outcome, whose.outcome))
        if outcome is not Truth.UNKNOWN:
            return outcome, ()
        return outcome, merged([located((*self.first(listed), *self.first(whose)), index, self.product)])

    def first(self, step: Step) -> tuple[Need, ...]:
        """The first needs of a step, sorted once for all items that share it."""
        found = self._first_needs.get(id(step))
        if found is None:
            found = tuple(sorted(step.needs, key=IN_ORDER)[:KEPT])
            self._first_needs[id(step)] = found
            self._kept_steps.append(step)
        return found

    def _used(self, ask: Ask, index: int) -> Outcome:
        """Whether a technology of the fields from the places was used on an item itself.

        What is stated counts wherever it is stated; what is not stated is asked of items that may hold a rare
        earth, and of no other.
        """
        item = self.product.items[index]
        stated = any_of(used_one(used, ask) for used in item.technologies)
        closed = item.technologies_complete or self.contents.any_rare(index) is Truth.FALSE
        outcome = any_of((stated, Truth.FALSE if closed else Truth.UNKNOWN))
        if outcome is not Truth.UNKNOWN:
            return outcome, ()
        return outcome, located([Need("fact", "item.technology", THIS_ITEM)], index, self.product)

    def measure(self, name: str, term: str, priced: str = "", code: str = "") -> Measure:
        """The listed content of every item, computed once for a list (or one entry of it), an origin and a kind of price."""
        return self._measures.of((name, term, priced, code))

    def measures(self) -> tuple[Measure, ...]:
        """Every measure that was asked for; of a product with other figures, those that sum up something else."""
        return self._measures.all()

    def measures_alike(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """For measures the first ones by which the same is summed up, whatever the figures."""
        return tuple([self._measures.alike(key) for key in keys])

    def read_by(self, plan: Plan) -> Inquiry:
        """The same product in the same shipment under the readings of a plan for the same pack."""
        found = copy.copy(self)
        found.plan, found.readings = plan, plan.readings
        found._begin()
        return found

    def with_figures(self, figures: Figures) -> Inquiry:
        """The same product with other amounts, to be asked for value shares alone; its measures are taken again."""
        found = copy.copy(self)
        found.figures = figures
        found._measures = self._measures.again(found)
        return found
