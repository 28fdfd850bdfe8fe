"""A small product of a fixed shape, computed over as the engine does, so that what is found can be built and shown.

Knows how nesting, origin and value answer the computed questions for a product whose every line is stated: one piece of
each item in the item above, one price basis, one technology and one production step an item. Does not write products: the
witness does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from rare_earth_compliance.core.codes import rare_earths
from rare_earth_compliance.engine.shares import AS_STATED, CONTAINED, EACH_ALONE
from rare_earth_compliance.engine.things import is_of_things
from rare_earth_compliance.law.conditions import AnyOf, Ask
from rare_earth_compliance.product.convert import TECHNOLOGY
from rare_earth_compliance.product.words import CONSUMED, LOOSE, elements_of, forms_marked, never_in, one_of, or_of, words
from rare_earth_compliance.proof.formulas import (
    OPERATIONS,
    Choice,
    Formula,
    Number,
    at_most_one,
    both,
    chosen_sum,
    either,
    flag,
    follows,
    if_else,
    negated,
    whole,
)
from rare_earth_compliance.proof.items import NONE, WHOLE, Items
from rare_earth_compliance.proof.moves import moves
from rare_earth_compliance.proof.world import NEGATIVE, NotTranslated, Vocabulary

NOT_SAID = "-"
MADE_IN = "made-in"
MILITARY, MILITARY_OF = ".military", ".military_of"
NEVER_EMPTY = ("end_use.purposes", "transfer.subjects")
"""Lists of words that product data takes only with a word in them."""
BASES = ("purchase-price", "customs-value", "market-price")


@dataclass(frozen=True)
class Shape:
    """The parents of the items, the product first, and the item that is looked at."""

    parents: tuple[int, ...]
    judged: int

    @property
    def nodes(self) -> range:
        """The items by number."""
        return range(len(self.parents))


SHAPES = (
    Shape((-1,), 0),
    Shape((-1, 0), 0),
    Shape((-1, 0), 1),
    Shape((-1, 0, 0), 0),
    Shape((-1, 0, 1), 1),
    Shape((-1, 0, 1), 0),
    Shape((-1, 0, 1, 1), 1),
    Shape((-1, 0, 1, 2), 1),
)
"""Shapes in the order in which they are tried: the smallest product that shows something is shown."""


class Tree(Items):
    """A product of a shape."""

    def __init__(self, vocabulary: Vocabulary, shape: Shape) -> None:
        super().__init__(vocabulary)
        self.shape = shape
        self.basis = self.choice("basis", BASES)
        self._counts: dict[tuple[str, str, str, int], Formula] = {}
        for node in shape.nodes:
            self._item(node)
        moves(self)

    def choice(self, name: str, words: Iterable[str]) -> Choice:
        """As everywhere; and it is said of a military user alone to whose forces it belongs."""
        if name in self.words or not name.endswith(MILITARY_OF):
            return super().choice(name, words)
        made = super().choice(name, (*words, NOT_SAID))
        military = self.choice(name.removesuffix(MILITARY_OF) + MILITARY, ("yes", "no"))
        self.must.append(military.is_any(("yes",)) == negated(made.is_any((NOT_SAID,))))
        return made

    def _item(self, node: int) -> None:
        """What holds of every item that is described in full and contradicts itself nowhere."""
        form = self.choice(f"{node}.form", words("form"))
        family = self.choice(f"{node}.family", (*words("family"), NOT_SAID))
        below = self.below(node)
        self.must += [
            form.is_any(forms_marked("magnet")) == negated(family.is_any((NOT_SAID,))),
            follows(negated(form.is_any(forms_marked("machine"))), self.machine(node).is_any((NONE,))),
            either(self.contains(node, symbol) for symbol in self.vocabulary.elements),
            at_most_one(self.code(node, code) for code in self._codes()),
            follows(
                form.is_any((TECHNOLOGY,)), negated(either(self.code(node, one) for one in self._codes() if is_of_things(one)))
            ),
            either((negated(either(self.cas(node).values())), self._no_rare_earth(node))),
        ]
        self._by_its_names(node, form, family)
        self._consumed(node, form)
        for question in self.pack.questions.values():
            # The product is in nothing, and what it is in need not be told.
            if node and question.settled_by and question.found_at.startswith("item."):
                stated = self.several(self.place(question, node), question.words)
                self.must.append(either(stated[word] for word in sorted(question.settled_by)))
        # Worth more than one part of the scale for each element, so that every input can be given a value.
        worth_more = self.value(node) >= 1 + len(self.vocabulary.elements) + chosen_sum(self.value(one) for one in below)
        self.must.append(worth_more)
        self.limits.append(worth_more)
        for listed in self.pack.lists.values():
            for entry in listed.entries:
                if entry.declared and entry.recognise != AnyOf(()):
                    # A declared code that does not fit what the item is would be a contradiction.
                    self.must.append(follows(self.code(node, entry.code), self.formula(entry.recognise, node)))
        for symbol in self.vocabulary.elements:
            by_name = family.is_any(word for word in words("family") if symbol in elements_of(word))
            if below:
                # Everything in it is listed: an element that its name tells must be in a line.
                self.must.append(self.contains(node, symbol) == either(self.contains(one, symbol) for one in below))
            self.must.append(follows(by_name, self.contains(node, symbol)))

    def _consumed(self, node: int, form: Choice) -> None:
        """What is consumed is no thing of its own any more, and no magnet."""
        states = [one for one in self.pack.questions.values() if one.found_at == "item.processing"]
        if not states or CONSUMED not in states[0].words:
            return
        there = [self.processed(node)[LOOSE], form.is_any(forms_marked("magnet"))]
        if any(one.found_at == "item.principal" for one in self.pack.questions.values()):
            there.append(self.principal(node))
        self.must.append(follows(self.processed(node)[CONSUMED], negated(either(there))))

    def _by_its_names(self, node: int, form: Choice, family: Choice) -> None:
        """The words for an item exclude nothing that is in it."""
        for word in filter(one_of, words("form")):
            too, metals = or_of(word)
            made, alloyed, with_metal = (self._any_element(node, symbols) for symbols in (one_of(word), too, metals))
            made = either((made, both((alloyed, negated(with_metal)))))
            self.must.append(either((negated(form.is_any((word,))), self._no_rare_earth(node), made)))
        for word in words("family"):
            for group in never_in(word):
                self.must.append(negated(both((family.is_any((word,)), *(self.contains(node, one) for one in sorted(group))))))

    def _any_element(self, node: int, symbols: frozenset[str]) -> Formula:
        """That one of some elements is in it."""
        return either(self.contains(node, symbol) for symbol in sorted(symbols & {*self.vocabulary.elements}))

    def several(self, name: str, words: Iterable[str]) -> dict[str, Formula]:
        new = name not in self.sets
        made = super().several(name, words)
        if new and name in NEVER_EMPTY:
            self.must.append(either(made.values()))
        return made

    def _no_rare_earth(self, node: int) -> Formula:
        rare = [symbol for symbol in self.vocabulary.elements if symbol in rare_earths()]
        return negated(either(self.contains(node, symbol) for symbol in rare))

    def below(self, node: int) -> list[int]:
        """The items directly in an item."""
        return [one for one in self.shape.nodes if self.shape.parents[one] == node]

    def inside(self, node: int) -> list[int]:
        """All items in an item, at any depth."""
        return [inner for one in self.below(node) for inner in (one, *self.inside(one))]

    def above(self, node: int) -> list[int]:
        """The items that an item is in, from the nearest to the product."""
        parent = self.shape.parents[node]
        return [] if parent < 0 else [parent, *self.above(parent)]

    # ---- what is stated of an item

    def contains(self, node: int, symbol: str) -> Formula:
        return flag(f"{node} contains {symbol}")

    def value(self, node: int) -> Formula:
        """The value of one piece, in parts of the scale."""
        return whole(f"{node}.value")

    def form(self, node: int) -> Choice:
        """What kind of thing an item is."""
        return self.words[f"{node}.form"]

    def processed(self, node: int) -> dict[str, Formula]:
        """In which states an item is."""
        return self.several(f"{node}.processing", words("processing"))

    def principal(self, node: int) -> Formula:
        """That an item is the removable principal component of what it is in."""
        question = next(one for one in self.pack.questions.values() if one.found_at == "item.principal")
        return self.choice(self.place(question, node), self.vocabulary.words(question)).is_any(("yes",))

    # ---- computed questions

    def is_product(self, ask: Ask, node: int) -> Formula:
        return self.yes_or_no(ask, both(()) if node == 0 else either(()))

    def enclosed(self, ask: Ask, node: int) -> Formula:
        forms, states, unless, doubtful, said = (
            (ask.param(name) or "").split() for name in ("forms", "states", "unless", "doubtful", "said")
        )
        within = either(self.form(one).is_any(forms) for one in self.above(node))
        by_word = either(self.processed(node)[state] for state in states)
        free = either(self.stated(node, state) for state in (*unless, *said))
        if doubtful:
            # Of something that is in doubtful forms alone its own word tells nothing.
            named = either(negated(self.form(one).is_any(doubtful)) for one in self.above(node))
            self.only_if(either((negated(by_word), free, within, named)))
        return self.yes_or_no(ask, both((either((within, by_word)), negated(free))))

    def stated(self, node: int, word: str) -> Formula:
        """That a word is stated of an item: a state, that it is the principal component, that it is equipment."""
        if word == "principal":
            return self.principal(node)
        return negated(self.machine(node).is_any((NONE,))) if word == "equipment" else self.processed(node)[word]

    def material(self, node: int) -> Formula:
        """That an item stands under the materials of what it is in, and not under its parts."""
        return flag(f"{node} is a material")

    def consumed(self, ask: Ask, node: int) -> Formula:
        forms, said = ((ask.param(name) or "").split() for name in ("forms", "said"))
        found = either(())
        for one in (*reversed(self.above(node)), node)[1:]:
            above = self.shape.parents[one]
            made_of = both((self.material(one), self.form(above).is_any(forms)))
            by_state = self.processed(one).get("consumed", either(()))
            found = both((either((found, made_of, by_state)), negated(either(self.stated(one, word) for word in said))))
        return self.yes_or_no(ask, found)

    def holds(self, ask: Ask, node: int) -> Formula:
        reached = self.below(node) if ask.param("depth") == "direct" else self.inside(node)
        name, term = ask.param("list") or "", ask.param("whose") or ""
        return self.yes_or_no(ask, either(self.counts(name, term, "", one) for one in reached))

    def counts(self, name: str, term: str, code: str, node: int) -> Formula:
        """That an item is on a list, or is one entry of it, and meets a term."""
        key = (name, term, code, node)
        if key not in self._counts:
            entries = [one for one in self.pack.lists[name].entries if code in ("", one.code)]
            listed = either(self.entry(one, node) for one in entries)
            self._counts[key] = both((listed, self.formula(self.pack.terms[term], node))) if term else listed
        return self._counts[key]

    def technology(self, ask: Ask, node: int) -> Formula:
        nodes = (node, *self.inside(node)) if ask.param("inside") == "yes" else (node,)
        return self.yes_or_no(ask, either(self._used(ask, one) for one in nodes))

    def _used(self, ask: Ask, node: int) -> Formula:
        fields, places = ((ask.param(name) or "").split() for name in ("fields", "from"))
        there, field, origin, acquired, published = self.used(node)
        parts = [there, field.is_any(fields), origin.is_any(places)]
        since = ask.param("since")
        if since and ask.param("early") == "does-not-count":
            parts.append(acquired >= date.fromisoformat(since).toordinal())
        if ask.param("public") == "does-not-count":
            parts.append(negated(published))
        return both(parts)

    def used(self, node: int) -> tuple[Formula, Choice, Choice, Formula, Formula]:
        """The technology of an item: whether there is one, its field, its origin, when it was had, whether it was public."""
        acquired = self.a_day(f"{node}.technology acquired")
        return (
            flag(f"{node}.technology"),
            self.choice(f"{node}.technology field", words("field")),
            self.choice(f"{node}.technology origin", self.vocabulary.countries),
            acquired,
            flag(f"{node}.technology published"),
        )

    def stated_steps(self, ask: Ask, node: int) -> Formula:
        there, step, country = self.step(node)
        steps = (ask.param("steps") or "").split()
        outcome = both((there, step.is_any([one for one in steps if one != MADE_IN]), country.is_any(ask.values)))
        if MADE_IN in steps:
            made_in = next(one for one in self.pack.questions.values() if one.found_at == "item.made_in")
            made = self.choice(self.place(made_in, node), self.vocabulary.words(made_in))
            outcome = either((outcome, made.is_any(ask.values)))
        return negated(outcome) if ask.operator in NEGATIVE else outcome

    def step(self, node: int) -> tuple[Formula, Choice, Choice]:
        """The production step of an item: whether one is stated, which, and where."""
        return (
            flag(f"{node}.step"),
            self.choice(f"{node}.step which", words("step")),
            self.choice(f"{node}.step where", self.vocabulary.countries),
        )

    def party_owners(self, ask: Ask, _node: int) -> Formula:
        if ask.number is None:
            raise NotTranslated(f"{ask.question} is compared with nothing")
        return self.owners(ask.param("party") or "").against(ask.operator, ask.number.low)

    def owners(self, role: str) -> Number:
        """What listed parties hold of a party, directly: every way of counting gives the same."""
        return self.number(f"{role}.listed_owners_share", WHOLE)

    def listed_by(self, role: str) -> dict[str, Formula]:
        """As everywhere; and who stands on a list is put there by an announcement that is named."""
        new = f"{role}.listed_by" not in self.sets
        by = super().listed_by(role)
        if new:
            self.must.append(either((self.on_list(role, (NONE,)), *by.values())))
        return by

    # ---- shares

    def content(self, name: str, term: str, code: str, node: int) -> Formula:
        """The value of what counts in an item; an item that counts is taken whole."""
        inner = chosen_sum(self.content(name, term, code, one) for one in self.below(node))
        return if_else(self.counts(name, term, code, node), self.value(node), inner)

    def value_share(self, ask: Ask, node: int) -> Formula:
        priced, name = ask.param("priced") or "", ask.param("of") or ""
        reached = self.reaches(ask, "", node)
        if ask.param("added") == EACH_ALONE:
            alone = [self.reaches(ask, entry.code, node) for entry in self.pack.lists[name].entries]
            reached = both((reached, either(alone)))
        if priced not in ("", AS_STATED):
            self.only_if(self.basis.is_any((priced,)))
        if ask.param("counted") == CONTAINED:
            # What is left of an input is worth anything up to what was paid for it: no product shows that it reaches a line.
            self.only_if(negated(reached))
        return reached

    def measured(self, ask: Ask, node: int, code: str = "") -> tuple[Formula, Formula]:
        """The two sides that a share compares: content and value, each times the other side of the line."""
        if ask.number is None:
            raise NotTranslated(f"{ask.question} is compared with nothing")
        line = ask.number.low
        content = self.content(ask.param("of") or "", ask.param("whose") or "", code, node)
        return content * line.denominator, self.value(node) * line.numerator

    def reaches(self, ask: Ask, code: str, node: int) -> Formula:
        """That the content of an item, or of one entry of the list in it, is on the side of the line that is asked for."""
        compare: Callable[[Formula, Formula], Formula] = OPERATIONS[ask.operator]
        return compare(*self.measured(ask, node, code))

    # ---- lines

    def exactly(self, ask: Ask, node: int) -> tuple[Formula, list[Formula]]:
        """That what a question compares stands exactly at its line, and the numbers by which it can be moved off."""
        question = self.pack.questions[ask.question]
        if question.computed_by == "value_share":
            content, line = self.measured(ask, node)
            return content == line, [self.value(one) for one in self.inside(node)]
        if ask.number is None:
            raise NotTranslated(f"{ask.question} is compared with nothing")
        if question.computed_by == "party_owners":
            number = self.owners(ask.param("party") or "")
        elif question.computed_by == "parameter":
            number = self.parameter(ask, node)
        else:
            number = self.numbers[self.place(question, node)]
        return both((number.against("at_least", ask.number.low), number.against("at_most", ask.number.low))), [number.term]
