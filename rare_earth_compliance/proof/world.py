"""Conditions as formulas over what may be said of a shipment and its items.

Knows how conditions combine, and every question whose answer stands in the data. Computed questions belong to the two
kinds of world: one that leaves them free, so that what is proved there holds of every product, and one that computes
them over a small product, so that what is found there can be shown. Two-valued: in a world every fact is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction

from rare_earth_compliance.core import codes
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Condition, Not, Question, Reads, Term, UnderEach, asks_of
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.product.words import elements_of, words
from rare_earth_compliance.proof.formulas import Choice, Formula, Number, both, either, flag, follows, negated, real, whole

NEGATIVE = ("is_not", "none_of")
PLAIN = ("DE", "FR", "NL", "SE")
"""Countries that stand for all that no rule names, as long as no rule names them."""
ANOTHER = "another word"
"""Stands for every word that an answer may have and that the pack does not know."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1).toordinal(), date(2100, 12, 31).toordinal()
"""Days that products and rules speak of lie between these."""


class NotTranslated(Exception):
    """A question that no formula stands for here; its text says which."""


class Vocabulary:
    """What the conditions of a pack ask, whatever they stand in: words, countries, elements, the finest number."""

    def __init__(self, pack: RulePack, more: Iterable[Condition] = ()) -> None:
        self.pack = pack
        conditions = [
            *(rule.when for rule in pack.rules.values()),
            *(one.when for rule in pack.rules.values() for one in rule.unless),
            *(policy.when for policy in pack.policies.values()),
            *(term.part for term in pack.terms.values()),
            *(entry.recognise for listed in pack.lists.values() for entry in listed.entries),
            *more,
        ]
        self.asks = tuple(dict.fromkeys(ask for condition in conditions for ask in asks_of(condition)))
        asked = self._countries()
        self.plain = tuple(one for one in (*PLAIN, *codes.countries()) if one not in asked)[: len(PLAIN)]
        """Countries that no condition names: what is so of one of them is so of all others."""
        self.countries = (*sorted(asked), *self.plain)
        named = {word for ask in self.asks for key in ("element", "elements") for word in (ask.param(key) or "").split()}
        named |= {symbol for family in words("family") for symbol in elements_of(family)}
        plain = [one for one in codes.elements() if one not in named and one not in codes.rare_earths()]
        self.elements = (*sorted(named), *plain[:1])
        self.scale = 10 ** (3 + max((_places(ask.number.low) for ask in self.asks if ask.number), default=0))

    def _countries(self) -> set[str]:
        """Every country that a condition names."""
        return {
            word
            for ask in self.asks
            for word in (*(ask.values if self.pack.questions[ask.question].type == "country" else ()), *_places_in(ask))
        }

    def words(self, question: Question) -> tuple[str, ...]:
        """The words that an answer may have."""
        if question.type == "country":
            return self.countries
        return question.words or ("yes", "no")


def _places_in(ask: Ask) -> list[str]:
    """Countries that a parameter names."""
    return [word for word in (ask.param("from") or "").split() if word in codes.countries()]


def _places(number: Fraction) -> int:
    """How many decimal places write a number; as many as its denominator has digits where no decimal does."""
    places = 0
    while (number * 10**places).denominator != 1 and places < len(str(number.denominator)) + 1:
        places += 1
    return places


class World:
    """Facts as variables, and conditions over them. ``must`` holds what every world of the kind keeps to."""

    shows = True
    """Whether a model is a product that can be shown: numbers are then whole multiples of one part of the scale."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.pack = vocabulary.pack
        self.must: list[Formula] = []
        self.limits: list[Formula] = []
        """What of that is about numbers, and must hold still when one of them changes."""
        self.under: tuple[Formula, ...] = ()
        """The readings under which the question that is being translated is asked at all."""
        self.day = whole("day")
        self.words: dict[str, Choice] = {}
        self.sets: dict[str, dict[str, Formula]] = {}
        self.numbers: dict[str, Number] = {}
        self.days: dict[str, Formula] = {}
        self.lapsed = {name: flag(f"{name} lapsed") for name in self.pack.statuses}
        self.readings = {
            name: self.choice(f"reading {name}", (option.id for option in reading.options))
            for name, reading in self.pack.readings.items()
        }
        self._formulas: dict[tuple[int, int], tuple[Condition, Formula]] = {}
        self._computed: Mapping[str, Callable[[Ask, int], Formula]] = self.computations()

    def computations(self) -> Mapping[str, Callable[[Ask, int], Formula]]:
        """How computed questions are answered, by the name of the computation."""
        return {}

    # ---- variables

    def choice(self, name: str, words: Iterable[str]) -> Choice:
        """The choice of a name, made once."""
        if name not in self.words:
            self.words[name] = Choice.among(name, words)
            self.must.append(self.words[name].rule)
        return self.words[name]

    def several(self, name: str, words: Iterable[str]) -> dict[str, Formula]:
        """Words of which any number may be so, made once."""
        if name not in self.sets:
            self.sets[name] = {word: flag(f"{name} has {word}") for word in words}
        return self.sets[name]

    def number(self, name: str, most: Fraction | None = None, least: int = 0) -> Number:
        """The amount of a name, made once: ``least`` parts of the scale or more where it is shown, ``most`` or less."""
        if name not in self.numbers:
            scale = self.vocabulary.scale if self.shows else 0
            made = Number(whole(name) if self.shows else real(name), scale)
            self.numbers[name] = made
            limits = [made.term >= (least if self.shows else 0), *([made.against("at_most", most)] if most is not None else [])]
            self.must += limits
            self.limits += limits
        return self.numbers[name]

    def a_day(self, name: str) -> Formula:
        """The day of a name as its number in the calendar, made once."""
        if name not in self.days:
            self.days[name] = whole(name)
            self.must += [self.days[name] >= FIRST_DAY, self.days[name] <= LAST_DAY]
        return self.days[name]

    # ---- conditions

    def formula(self, condition: Condition, node: int = 0) -> Formula:
        """A condition at an item."""
        # What is asked under a reading alone may add what must hold under it: it is not taken from elsewhere.
        key = (id(condition), node)
        if not self.under and key in self._formulas:
            return self._formulas[key][1]
        made = self._formula(condition, node)
        if not self.under:
            self._formulas[key] = (condition, made)
        return made

    def _formula(self, condition: Condition, node: int) -> Formula:
        if isinstance(condition, All):
            return both(self.formula(part, node) for part in condition.parts)
        if isinstance(condition, AnyOf):
            return either(self.formula(part, node) for part in condition.parts)
        if isinstance(condition, Not):
            return negated(self.formula(condition.part, node))
        if isinstance(condition, Term):
            return self.formula(condition.part, node)
        if isinstance(condition, Reads):
            return self.reading(condition.reading, condition.option)
        if isinstance(condition, UnderEach):
            found = []
            for option, inner in condition.options:
                chosen = self.reading(condition.reading, option)
                before, self.under = self.under, (*self.under, chosen)
                found.append(both((chosen, self.formula(inner, node))))
                self.under = before
            return either(found)
        return self.ask(condition, node)

    def reading(self, name: str, option: str) -> Formula:
        """That a reading is set to an option."""
        return self.readings[name].is_any((option,))

    def ask(self, ask: Ask, node: int) -> Formula:
        """One question at an item. Raises NotTranslated."""
        question = self.pack.questions[ask.question]
        if question.computed_by:
            computed = self._computed.get(question.computed_by)
            if computed is None:
                raise NotTranslated(f"no formula stands for the computation {question.computed_by}")
            return computed(ask, node)
        return self.found(ask, question, node)

    def place(self, question: Question, node: int) -> str:
        """The name of a fact: its place in the data, at an item where it is one of items."""
        root, _, path = question.found_at.partition(".")
        return f"{node}.{path}" if root == "item" else path

    def found(self, ask: Ask, question: Question, node: int) -> Formula:
        """A question whose answer stands in the data."""
        name = self.place(question, node)
        if question.type in ("share", "amount"):
            if ask.number is None:
                raise NotTranslated(f"{ask.question} is compared with nothing")
            whole_of_it = Fraction(1) if question.type == "share" else None
            return self.number(name, whole_of_it, 0 if whole_of_it else 1).against(ask.operator, ask.number.low)
        if question.type == "day":
            if ask.day is None:
                raise NotTranslated(f"{ask.question} is compared with nothing")
            day = self.a_day(name)
            return day < ask.day.toordinal() if ask.operator == "before" else day >= ask.day.toordinal()
        if question.type == "words":
            has = self.several(name, self.vocabulary.words(question))
            outcome = either(has[word] for word in sorted(ask.values) if word in has)
        else:
            known = self.vocabulary.words(question)
            open_ = not self.shows and question.type not in ("country", "truth")
            outcome = self.choice(name, (*known, ANOTHER) if open_ else known).is_any(ask.values)
        return negated(outcome) if ask.operator in NEGATIVE else outcome

    def yes_or_no(self, ask: Ask, outcome: Formula) -> Formula:
        """A computed question that is answered by yes or no."""
        wanted = outcome if "yes" in ask.values else negated(outcome)
        return negated(wanted) if ask.operator in NEGATIVE else wanted

    def only_if(self, condition: Formula) -> None:
        """Keep to a condition where the readings are those under which a question is asked just now."""
        self.must.append(follows(both(self.under), condition))
