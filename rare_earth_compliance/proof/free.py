"""A world that leaves nesting, origin and value free: what never happens here happens with no product.

Knows which computed answers hang together. Allows more than there is – every answer to every computed question at once –
so that a claim proved here needs no bound on the size of a product; what it allows is no proof that there is such a product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from rare_earth_compliance.engine.shares import AS_STATED, CONTAINED, EACH_ALONE
from rare_earth_compliance.law.conditions import Ask
from rare_earth_compliance.product.words import elements_of, words
from rare_earth_compliance.proof.formulas import OPERATIONS, Formula, Number, either, flag, follows, negated, rational
from rare_earth_compliance.proof.items import NONE, WHOLE, Items
from rare_earth_compliance.proof.world import NotTranslated, Vocabulary

Key = tuple[str, ...]
IS_PRODUCT, CONSUMED = "it is the product", "consumed"


class Free(Items):
    """One item of which everything may be so."""

    shows = False

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary)
        self.content: dict[Key, Formula] = {}
        self.held: dict[Key, Formula] = {}
        """Answers to what an item holds, by what is asked."""
        family = self.choice("0.family", (*words("family"), "-"))
        for word in words("family"):
            for symbol in sorted(elements_of(word) & set(vocabulary.elements)):
                self.must.append(follows(family.is_any((word,)), self.contains(0, symbol)))

    def inside(self, _node: int) -> list[int]:
        """None: nothing is said of nesting here."""
        return []

    def contains(self, node: int, symbol: str) -> Formula:
        return flag(f"{node} contains {symbol}")

    def _open(self, ask: Ask) -> Formula:
        # The order in which a parameter names its words is the same to every computation.
        return flag(f"{ask.question} {' '.join(f'{key}={sorted(text.split())}' for key, text in ask.params)}")

    def enclosed(self, ask: Ask, _node: int) -> Formula:
        """An item in something, whose state is told, is fixed by its state, or it is in a state that is not asked for."""
        is_so = self._open(ask)
        states, unless, said = ({*(ask.param(name) or "").split()} for name in ("states", "unless", "said"))
        if states:
            asked = [one for one in self.pack.questions.values() if one.found_at == "item.processing"]
            others = {word for one in asked for word in one.settled_by} - states
            self.must.append(either((is_so, flag(IS_PRODUCT), *map(self._stated, sorted(others | unless | said)))))
        return self.yes_or_no(ask, is_so)

    def _stated(self, word: str) -> Formula:
        """That a word is stated of the item: a state, that it is the principal component, that it is equipment."""
        if word == "equipment":
            return negated(self.machine(0).is_any((NONE,)))
        found_at = "item.principal" if word == "principal" else "item.processing"
        question = next(one for one in self.pack.questions.values() if one.found_at == found_at)
        if word == "principal":
            return self.choice(self.place(question, 0), self.vocabulary.words(question)).is_any(("yes",))
        return self.several(self.place(question, 0), self.vocabulary.words(question))[word]

    def consumed(self, ask: Ask, _node: int) -> Formula:
        is_so, said = self._open(ask), (ask.param("said") or "").split()
        if any(one.found_at == "item.processing" and CONSUMED in one.words for one in self.pack.questions.values()):
            self.must.append(either((is_so, negated(self._stated(CONSUMED)), *map(self._stated, said))))
        return self.yes_or_no(ask, is_so)

    def holds(self, ask: Ask, _node: int) -> Formula:
        key = tuple(f"{name}={sorted(text.split())}" for name, text in ask.params)
        return self.yes_or_no(ask, self.held.setdefault(key, self._open(ask)))

    def technology(self, ask: Ask, _node: int) -> Formula:
        return self.yes_or_no(ask, self._open(ask))

    def is_product(self, ask: Ask, _node: int) -> Formula:
        return self.yes_or_no(ask, flag(IS_PRODUCT))

    def stated_steps(self, ask: Ask, _node: int) -> Formula:
        """Each country apart: one question may ask of several."""
        outcome = either(flag(f"steps {ask.param('steps')} in {country}") for country in sorted(ask.values))
        return negated(outcome) if ask.operator in ("is_not", "none_of") else outcome

    def on_list(self, role: str, lists: Iterable[str]) -> Formula:
        """Each list apart: what is declared and what a name tells may be of two lists."""
        return either(flag(f"{role} on {one}") for one in sorted(lists))

    def party_owners(self, ask: Ask, _node: int) -> Formula:
        return self.owners(ask).against(ask.operator, _line(ask))

    def owners(self, ask: Ask) -> Number:
        """What listed parties hold of a party, in one way of counting."""
        return self.number(f"{ask.param('party')}.owners {ask.param('counted')}", WHOLE)

    # ---- shares

    def value(self, priced: str) -> Formula:
        """The value of the item, taken at one kind of price."""
        term = self.number(f"value {priced}").term
        if f"value {priced} > 0" not in self.sets:
            self.sets[f"value {priced} > 0"] = {}
            self.must.append(term > 0)
        return term

    def content_of(self, ask: Ask) -> Formula:
        """The value of the content that a question counts, in its own way of counting."""
        key = share_key(ask)
        if key not in self.content:
            self.content[key] = self.number(f"content {' '.join(key)}").term
            for position, weaker in ((3, CONTAINED), (4, EACH_ALONE)):
                if key[position] == weaker:
                    # What is left of an input, or one entry alone, is worth no more than what was paid for all of it.
                    stronger = tuple("" if at == position else word for at, word in enumerate(key))
                    self.must.append(self.content[key] <= self.number(f"content {' '.join(stronger)}").term)
        return self.content[key]

    def value_share(self, ask: Ask, _node: int) -> Formula:
        line = rational(_line(ask)) * self.value(share_key(ask)[2])
        return OPERATIONS[ask.operator](self.content_of(ask), line)

    def quantity(self, ask: Ask) -> tuple[Formula, Callable[[Fraction], Formula]]:
        """What a question compares as a variable, and the term to which a number compares it."""
        question = self.pack.questions[ask.question]
        if question.computed_by == "value_share":
            value = self.value(share_key(ask)[2])
            return self.content_of(ask), lambda number: rational(number) * value
        if question.computed_by == "party_owners":
            return self.owners(ask).term, rational
        if question.computed_by == "parameter":
            return self.parameter(ask, 0).term, rational
        return self.numbers[self.place(question, 0)].term, rational


def share_key(ask: Ask) -> Key:
    """What is counted: list, origin, kind of price, way of counting, way of adding; "" for the plain one of each."""
    priced, counted, added = ask.param("priced") or "", ask.param("counted") or "", ask.param("added") or ""
    return (
        ask.param("of") or "",
        ask.param("whose") or "",
        "" if priced == AS_STATED else priced,
        counted if counted == CONTAINED else "",
        added if added == EACH_ALONE else "",
    )


def _line(ask: Ask) -> Fraction:
    if ask.number is None:
        raise NotTranslated(f"{ask.question} is compared with nothing")
    return ask.number.low
