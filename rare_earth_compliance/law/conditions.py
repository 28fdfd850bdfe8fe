"""Conditions: the closed set of ways in which a rule file may ask.

Knows all, any, not, a named term, a reading and a question with an operator; parsed once, with every
word checked against the vocabulary. Does not know the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rare_earth_compliance.core import codes
from rare_earth_compliance.core.problems import Path
from rare_earth_compliance.core.quantities import Interval, amount
from rare_earth_compliance.core.units import FRACTIONS

OPERATORS = ("is", "is_not", "any_of", "none_of", "at_least", "above", "at_most", "below", "before", "from")
LISTED = ("any_of", "none_of")
_CAS = re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]")
GROUP = "group "
READING = "reading "
AMOUNTS = ("at_least", "above", "at_most", "below")
DAYS = ("before", "from")
"""Comparisons of a day: before it, and on it or later. As an operator; a parameter may be called "from" as well."""


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is false."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Term:
    """A condition with a name, used in more than one place."""

    id: str
    says: str
    part: Condition


@dataclass(frozen=True, slots=True)
class Reads:
    """True when the reading is set to the option; unknown while it is not set."""

    reading: str
    option: str


@dataclass(frozen=True, slots=True)
class UnderEach:
    """A condition that is another one under each option of a reading.

    With the reading chosen it is that of the option; left open, it is true or false only where all of them are.
    """

    reading: str
    options: tuple[tuple[str, Condition], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of the vocabulary, what it is compared with, and how.

    ``values`` are words for is, is_not, any_of and none_of; ``number`` is the bound of the others, in
    the question's own unit (a share as a number between 0 and 1).
    """

    question: str
    operator: str
    values: frozenset[str] = frozenset()
    number: Interval | None = None
    written: str = ""
    params: tuple[tuple[str, str], ...] = ()
    day: date | None = None

    def param(self, name: str) -> str | None:
        """A parameter of the question, as written."""
        for known, value in self.params:
            if known == name:
                return value
        return None


Condition = All | AnyOf | Not | Term | Reads | UnderEach | Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that a condition may ask, from the vocabulary file."""

    id: str
    type: str
    en: str
    zh: str
    question: str
    """The same as a sentence that can be sent to someone; ``en`` and ``zh`` are labels."""
    found_at: str
    complete_at: str
    computed_by: str
    params: tuple[str, ...]
    """Names of parameters; one that may be left out ends with "?"."""
    param_words: dict[str, tuple[str, ...]]
    """The words that a parameter may have, where the set is closed."""
    words: tuple[str, ...]
    ask_whom: str
    to_settle: str
    settled_by: frozenset[str] = frozenset()
    """Words of which one must be stated before the others of them are surely not so; a list with none of them tells nothing."""


class ConditionReader:
    """Parses conditions; counts them, at every depth, and collects what is wrong as (path, message, advice).

    ``lost`` says of what nothing could be read: "questions", "readings", "terms" or "lists". That a condition names one is
    then no problem of its own.
    """

    def __init__(
        self,
        questions: dict[str, Question],
        readings: dict[str, tuple[str, ...]],
        groups: dict[str, frozenset[str]],
        lists: frozenset[str],
    ) -> None:
        self.questions = questions
        self.readings = readings
        self.groups = groups
        self.lists = lists
        self.terms: dict[str, Term] = {}
        self.count = 0
        self.lost: set[str] = set()
        self.wrong: list[tuple[Path, str, str]] = []
        self._same: dict[Condition, Condition] = {}

    def note(self, path: Path, message: str, advice: str) -> Condition:
        if (path, message, advice) not in self.wrong:  # a question is read once for every option of its reading
            self.wrong.append((path, message, advice))
        return All(())

    def not_there(self, kind: str, path: Path, message: str, advice: str) -> Condition:
        """A name of nothing: a problem, unless what is named was lost with its file."""
        return All(()) if kind in self.lost else self.note(path, message, advice)

    def read(self, raw: Any, path: Path) -> Condition:
        """One condition. Nesting in rule files is shallow, so this one walk is recursive; depth is limited."""
        self.count += 1
        if len(path) > 60:
            return self.note(path, "a condition nested too deeply", "name parts of it as terms")
        if not isinstance(raw, dict):
            return self.note(path, "expected a condition", "write all, any, not, term, reading or ask")
        kinds = [key for key in ("all", "any", "not", "term", "reading", "ask") if key in raw]
        if len(kinds) != 1:
            return self.note(path, "expected exactly one of all, any, not, term, reading, ask", "split the condition")
        if kinds[0] == "ask":
            return self.ask(raw, path)
        extra = set(raw) - {kinds[0]} - ({"is"} if kinds[0] == "reading" else set())
        if extra:
            return self.note(path, f"unknown key {sorted(extra)[0]!r} in a condition", "check the spelling")
        if kinds[0] in ("all", "any"):
            return self.group(raw, path, kinds[0])
        if kinds[0] == "not":
            return Not(self.read(raw["not"], (*path, "not")))
        if kinds[0] == "term":
            term = self.terms.get(str(raw["term"]))
            return term or self.not_there("terms", (*path, "term"), f"no term {raw['term']!r}", "define it in terms.yaml")
        return self.reading(raw, path)

    def group(self, raw: Any, path: Path, kind: str) -> Condition:
        listed = raw[kind]
        if not isinstance(listed, list) or not listed:
            return self.note((*path, kind), "expected a list of conditions, not an empty one", "name at least one")
        parts = tuple(self.read(part, (*path, kind, position)) for position, part in enumerate(listed))
        return All(parts) if kind == "all" else AnyOf(parts)

    def reading(self, raw: Any, path: Path) -> Condition:
        options = self.readings.get(str(raw["reading"]))
        if options is None and "readings" in self.lost:
            return Reads(str(raw["reading"]), str(raw.get("is")))
        if options is None:
            return self.note((*path, "reading"), f"no reading {raw['reading']!r}", "define it in readings.yaml")
        if raw.get("is") not in options:
            expected = ", ".join(options)
            return self.note((*path, "is"), f"{raw.get('is')!r} is not an option of it", f"expected one of {expected}")
        return Reads(raw["reading"], raw["is"])

    def ask(self, raw: Any, path: Path) -> Condition:
        question = self.questions.get(str(raw["ask"]))
        if question is None:
            return self.not_there("questions", (*path, "ask"), f"no question {raw['ask']!r}", "define it in vocabulary.yaml")
        optional = {name.rstrip("?") for name in question.params}
        operators = [key for key in OPERATORS if key in raw and key not in optional]
        if len(operators) != 1:
            return self.note(path, f"expected exactly one operator of {', '.join(OPERATORS)}", "compare with one thing")
        operator = operators[0]
        params = {key: value for key, value in raw.items() if key not in ("ask", operator)}
        unknown = sorted(set(params) - set(question.params))
        missing = sorted(name for name in question.params if name not in params and not name.endswith("?"))
        unknown = [name for name in unknown if name not in optional]
        if unknown or missing:
            wrong = f"unknown parameter {unknown[0]!r}" if unknown else f"the parameter {missing[0]!r} is missing"
            return self.note(path, f"{raw['ask']}: {wrong}", f"it takes: {', '.join(question.params) or 'none'}")
        chosen_by = sorted(key for key, value in params.items() if isinstance(value, str) and value.startswith(READING))
        if chosen_by:
            return self.under_each_reading(raw, chosen_by[0], path)
        texts = tuple(sorted((key, self._text(value, (*path, key))) for key, value in params.items()))
        for key, text in texts:
            self._known_words(question, key, text, (*path, key))
        read = self.dated if operator in DAYS else self.compared if operator in AMOUNTS else self.named
        found = read(question, operator, raw[operator], texts, (*path, operator))
        # Equal questions are one object, so that an evaluation may remember an answer by identity.
        return self._same.setdefault(found, found)

    def under_each_reading(self, raw: dict[str, Any], key: str, path: Path) -> Condition:
        """A parameter that is a reading: the question under each of its options, or under all of them alike."""
        name = str(raw[key]).removeprefix(READING)
        options = self.readings.get(name, () if "readings" in self.lost else None)
        if options is None:
            return self.note((*path, key), f"no reading {name!r}", "define it in readings.yaml")
        return UnderEach(name, tuple((option, self.ask({**raw, key: option}, path)) for option in options))

    def _known_words(self, question: Question, key: str, text: str, path: Path) -> None:
        """A misspelt parameter would quietly ask for something that no item has."""
        if self.lost:
            return
        known: dict[str, Iterable[str]] = {
            "element": codes.elements(),
            "elements": codes.elements(),
            "from": codes.countries(),
            "list": self.lists,
            "of": self.lists,
            "whose": self.terms,
            "depth": ("any", "direct"),
            "inside": ("yes", "no"),
            "forms": self._words_of("item.form"),
            "states": self._words_of("item.processing"),
            "unless": (*self._words_of("item.processing"), "principal"),
            "said": (*self._words_of("item.processing"), "principal", "equipment"),
            "stated": ("yes", "no"),
            "doubtful": self._words_of("item.form"),
            "fields": self._words_of("shipment.technology_fields"),
            "since": [word for word in text.split() if _is_day(word)],
            "cas": [word for word in text.split() if _CAS.fullmatch(word)],
            **question.param_words,
        }
        for word in text.split():
            if key in known and word not in known[key]:
                self.note(path, f"{word!r} is nothing that the parameter {key!r} can name", "correct the spelling")
        if not text.split():
            self.note(path, f"the parameter {key!r} is empty", "name at least one")

    def _words_of(self, question: str) -> tuple[str, ...]:
        return self.questions[question].words if question in self.questions else ()

    def _text(self, value: Any, path: Path) -> str:
        """A parameter as one text: its words, groups written out, with spaces between them."""
        found: list[str] = []
        for word in value if isinstance(value, list) else [value]:
            name = str(word)
            if name.startswith(GROUP):
                group = self.groups.get(name.removeprefix(GROUP))
                if group is None:
                    self.not_there("terms", path, f"no group {name!r}", "define it in terms.yaml")
                found += sorted(group or ())
            else:
                found.append(name)
        return " ".join(found)

    def dated(self, question: Question, operator: str, raw: Any, params: tuple[tuple[str, str], ...], path: Path) -> Condition:
        if question.type != "day":
            return self.note(path, f"{question.id} is a {question.type}, it can not be compared with a day", "use is or any_of")
        if not isinstance(raw, str) or not _is_day(raw):
            return self.note(path, f"{raw!r} is not a day written 2026-11-23", "correct the day")
        return Ask(question.id, operator, written=raw, params=params, day=date.fromisoformat(raw))

    def compared(
        self, question: Question, operator: str, raw: Any, params: tuple[tuple[str, str], ...], path: Path
    ) -> Condition:
        if question.type not in ("share", "amount"):
            return self.note(path, f"{question.id} is a {question.type}, it can not be compared by size", "use is or any_of")
        try:
            bound, unit = amount(str(raw))
        except ValueError as error:
            return self.note(path, str(error), "write a number with its unit, as 0.1 %")
        if question.type == "share":
            if unit not in FRACTIONS or unit == "":
                return self.note(path, f"found the unit {unit!r}, expected a share such as 0.1 %", "write the percent sign")
            bound = bound.scaled(FRACTIONS[unit])
        elif unit:
            return self.note(path, f"found the unit {unit!r}, expected a number alone", "the question says its unit")
        if not bound.is_exact:
            return self.note(path, "a rule compares with one number", "write one number")
        return Ask(question.id, operator, number=bound, written=str(raw), params=params)

    def named(self, question: Question, operator: str, raw: Any, params: tuple[tuple[str, str], ...], path: Path) -> Condition:
        if question.type in ("share", "amount", "day"):
            usable = DAYS if question.type == "day" else AMOUNTS
            return self.note(path, f"{question.id} is a {question.type}", f"use one of {', '.join(usable)}")
        listed = raw if operator in LISTED else [raw]
        if not isinstance(listed, list) or not listed or not all(isinstance(value, str) for value in listed):
            return self.note(path, "expected a list of words" if operator in LISTED else "expected one word", "correct it")
        values: set[str] = set()
        for value in listed:
            if value.startswith(GROUP):
                group = self.groups.get(value.removeprefix(GROUP))
                if group is None:
                    return self.not_there("terms", path, f"no group {value!r}", "define it in terms.yaml")
                values |= group
            elif question.type == "list" and value not in self.lists:
                return self.not_there("lists", path, f"no list {value!r} in the pack", "add the list, or correct the name")
            elif question.type == "country" and value not in codes.countries():
                return self.note(path, f"{value!r} is not a country", "write its two-letter code")
            elif question.words and value not in question.words:
                return self.note(path, f"{value!r} is not a word of {question.id}", "correct it, or add the word")
            else:
                values.add(value)
        return Ask(question.id, operator, frozenset(values), written=", ".join(sorted(values)), params=params)


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("2026-11-23") and bool(date.fromisoformat(text))
    except ValueError:
        return False


def readings_of(condition: Condition) -> frozenset[str]:
    """Every reading that a condition asks for."""
    found: set[str] = set()
    work: list[Condition] = [condition]
    while work:
        part = work.pop()
        if isinstance(part, Reads):
            found.add(part.reading)
        elif isinstance(part, UnderEach):
            found.add(part.reading)
            work.extend(inner for _, inner in part.options)
        elif isinstance(part, All | AnyOf):
            work.extend(part.parts)
        elif isinstance(part, Not | Term):
            work.append(part.part)
    return frozenset(found)


def asks_of(condition: Condition) -> tuple[Ask, ...]:
    """Every question that a condition asks, in its order."""
    found: list[Ask] = []
    work: list[Condition] = [condition]
    while work:
        part = work.pop()
        if isinstance(part, Ask):
            found.append(part)
        elif isinstance(part, UnderEach):
            work.extend(inner for _, inner in reversed(part.options))
        elif isinstance(part, All | AnyOf):
            work.extend(reversed(part.parts))
        elif isinstance(part, Not | Term):
            work.append(part.part)
    return tuple(found)
