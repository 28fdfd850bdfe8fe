"""What the statements about one item tell of it: what it holds, how it was made, whether it is a machine, and what it measures.

Knows the questions that are answered by an item alone. Does not know places in a product, lists or parties.
"""

from __future__ import annotations

from rare_earth_compliance.core.quantities import shown
from rare_earth_compliance.core.truth import Truth, all_of, any_of, truth
from rare_earth_compliance.engine.comparing import NEGATIVE, against, bounded, compared
from rare_earth_compliance.engine.contents import Contents
from rare_earth_compliance.engine.determination import THIS_ITEM, Need, Step
from rare_earth_compliance.engine.disclosure import present
from rare_earth_compliance.law.conditions import Ask, Question
from rare_earth_compliance.product.model import ROOT, Product
from rare_earth_compliance.product.words import meaning, unit_of

YES = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "not known"}
_MADE_IN = "made-in"
"""Among the steps that are asked for: where the item was made, as it is stated."""


def yes_or_no(ask: Ask, question: Question, outcome: Truth, found: str, needs: frozenset[Need]) -> Step:
    """The step of a computed question whose answer is yes or no."""
    wanted = outcome if "yes" in ask.values else ~outcome
    outcome = ~wanted if ask.operator in NEGATIVE else wanted
    asks = question.en.format(**dict(ask.params))
    return Step(
        asks=asks,
        outcome=outcome,
        found=found,
        against=against(ask),
        needs=needs if outcome is Truth.UNKNOWN else frozenset(),
    )


class Told:
    """The answers to such questions, with their traces; each takes the question as a condition asks it and as it is defined."""

    def __init__(self, product: Product, contents: Contents) -> None:
        self.product = product
        self.contents = contents

    def contains(self, ask: Ask, question: Question, index: int) -> Step:
        """Whether all of some elements are in an item."""
        symbols = (ask.param("element") or "").split()
        held = [(symbol, self.contents.element(index, symbol)) for symbol in symbols]
        outcome = all_of(value for _, value in held)
        needs = frozenset(Need("fact", question.id, THIS_ITEM, symbol) for symbol, value in held if value is Truth.UNKNOWN)
        return yes_or_no(ask, question, outcome, ", ".join(f"{symbol}: {YES[value]}" for symbol, value in held), needs)

    def consists_of(self, ask: Ask, question: Question, index: int) -> Step:
        """Whether an item is made of some elements and no others."""
        outcome = self.contents.only(index, frozenset((ask.param("elements") or "").split()))
        found = ", ".join(self.contents.named(index)) or "not known"
        needs = frozenset({Need("fact", question.id, THIS_ITEM)})
        return yes_or_no(ask, question, outcome, found, needs)

    def stated_steps(self, ask: Ask, question: Question, index: int) -> Step:
        """In which places steps of some kinds were done, of those that are stated; making is one where it is asked for."""
        wanted, item = set((ask.param("steps") or "").split()), self.product.items[index]
        made_in = {item.made_in} if _MADE_IN in wanted and item.made_in else set()
        places = sorted({country for step, country in item.steps if step in wanted} | made_in)
        outcome = truth(bool(ask.values.intersection(places)))
        if ask.operator in NEGATIVE:
            outcome = ~outcome
        return Step(asks=question.en, outcome=outcome, found=", ".join(places) or "none stated", against=against(ask))

    def is_product(self, ask: Ask, question: Question, index: int) -> Step:
        """Whether an item is the product itself."""
        return yes_or_no(ask, question, truth(index == ROOT), YES[truth(index == ROOT)], frozenset())

    def equipment(self, ask: Ask, question: Question, index: int) -> Step:
        """What equipment an item is, or that it is none."""
        value = self.contents.equipment[index]
        outcome, found = compared(ask, question, value, True)
        needs = frozenset({Need("fact", question.id, THIS_ITEM)}) if outcome is Truth.UNKNOWN else frozenset()
        return Step(asks=question.en, outcome=outcome, found=found, against=against(ask), needs=needs)

    def parameter(self, ask: Ask, question: Question, index: int) -> Step:
        """What a technical parameter of an item is."""
        name = ask.param("name") or ""
        value = dict(self.product.items[index].parameters).get(name)
        outcome = bounded(ask, value)
        found = "not known" if value is None else f"{shown(value)} {unit_of(name)}".strip()
        needs = frozenset({Need("fact", question.id, THIS_ITEM, name)}) if outcome is Truth.UNKNOWN else frozenset()
        asks = question.en.format(name=meaning("parameter", name))
        return Step(asks=asks, outcome=outcome, found=found, against=f"{against(ask)} {unit_of(name)}".strip(), needs=needs)

    def names_cas(self, ask: Ask, question: Question, index: int) -> Step:
        """Whether an item names a substance by its number."""
        item = self.product.items[index]
        wanted = ask.param("cas") or ""
        named = any_of(present(part) for part in item.composition if part.cas == wanted)
        # Where only what is stated counts, a list that is open leaves nothing open.
        open_list = not ask.param("stated") and (not item.composition or not item.composition_complete)
        outcome = any_of((named, Truth.UNKNOWN if open_list else Truth.FALSE))
        needs = frozenset({Need("fact", question.id, THIS_ITEM, wanted)})
        return yes_or_no(ask, question, outcome, YES[outcome], needs)
