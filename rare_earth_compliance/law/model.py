"""Instruments, rules, lists, readings and suspensions as frozen data.

Knows how statements of law are held together with their sources, dates, confidence and cases. Does
not know the text of the files (the loader does) nor any product.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.law.conditions import Condition, Question, Term
from rare_earth_compliance.law.late import Late
from rare_earth_compliance.law.listed import Parties

LICENCE, PROHIBITION, DUTY = "licence", "prohibition", "duty"
"""The effects of a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A short quotation of operative words, where they stand, and how surely they are known."""

    at: str
    zh: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An example that a rule must decide as written: a subject, changes to it, a day, the expected outcome."""

    name: str
    on: date
    given: str
    changes: tuple[tuple[str, str | None], ...]
    readings: tuple[tuple[str, str], ...]
    status: tuple[tuple[str, str], ...]
    known_by: date | None
    """The day up to which publications are known; None for all."""
    at: str
    expect: str
    state: str
    """The state of the rule on the day, as ``status.in_force`` names it; "" where the case says nothing of it."""
    policy: str
    """How an application would be decided; "" where the case says nothing of it."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that is owed: who owes what to whom, by when; ``known`` says how surely."""

    id: str
    who: str
    owes: str
    working_days: int | None
    """The number of working days within which it is owed."""
    counted_from: str
    """The day after which they are counted: "export" or "acceptance" of an application; "" where there is no count."""
    calendar: tuple[str, str] | None
    """A reading and the option under which they are counted on the official Chinese calendar; else every day counts."""
    says: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A rule is lifted when this is true; the duties remain."""

    id: str
    says: Quote
    read_as: str
    when: Condition
    only_if_stated: bool
    """Whether it is raised only where the data says something of it; nobody is asked for it otherwise."""
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How applications for a licence are decided when this is true."""

    id: str
    says: Quote
    read_as: str
    when: Condition
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something to be said beside the answer when this is true or can not be told; never changes the answer."""

    id: str
    instrument: str
    says: Quote
    text: str
    when: Condition
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Late):
    """One limb: its words, its reading, its dates, its conditions and its cases."""

    id: str
    instrument: str
    title: str
    says: Quote
    read_as: str
    starts: date
    ends: date | None
    sleeps_with: tuple[str, ...]
    """Instruments without which it means nothing: while one of them is suspended, so is the rule."""
    when: Condition
    lists: tuple[str, ...]
    """Lists of which the item must be on one; empty when the rule looks at the shipment as a whole."""
    effect: str
    """What follows: "licence", "prohibition" (no licence is to be had), or "duty" alone."""
    policies: tuple[str, ...]
    duties: tuple[str, ...]
    unless: tuple[Exemption, ...]
    cases: tuple[Case, ...]
    reviewed: str
    place: Place

    @property
    def licence(self) -> bool:
        """Whether it stands in the way of shipping: a licence is needed, or none is to be had."""
        return self.effect != DUTY


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCase:
    """An item, and every entry of the list on which it stands, or perhaps stands, or to which its tariff code points."""

    name: str
    given: Any
    shipment: Any
    readings: tuple[tuple[str, str], ...]
    on: tuple[str, ...]
    perhaps: tuple[str, ...]
    hints: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a list of controlled items and how such an item is recognised."""

    code: str
    zh: str
    en: str
    confidence: str
    hs_codes: tuple[str, ...]
    """Tariff codes printed beside the entry: hints, never the test."""
    hs_confidence: str
    declared: bool
    """Whether a declared control code of this text names the entry."""
    note: str
    """What is doubtful about the entry, in words; "" when nothing is."""
    recognise: Condition
    """How such an item is recognised; an empty "any of" where only a declared control code tells."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList(Late):
    """A list of controlled items."""

    id: str
    instrument: str
    title: str
    confidence: str
    note: str
    entries: tuple[Entry, ...]
    elements: frozenset[str]
    """Every element that some entry asks for."""
    cases: tuple[ListCase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to read the text, and who holds it."""

    id: str
    means: str
    held_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A question that the text leaves open.

    ``official`` is the option an official answer gives, if any; ``assumed`` one that is used until another is
    chosen because nothing could be judged without it. Both are named in every report that rests on them.
    """

    id: str
    question: str
    options: tuple[Option, ...]
    conservative: str
    official: str | None
    assumed: str | None
    source: str

    @property
    def default(self) -> str | None:
        """The option in use while none is chosen; None while the reading is then open."""
        return self.official or self.assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Named instruments sleep from a day through a day; what comes after is settled by a confirmation."""

    id: str
    instrument: str
    says: Quote
    suspends: tuple[str, ...]
    starts: date
    last_day: date
    last_day_reading: tuple[str, str] | None
    """A reading and the option under which the last day is still suspended."""
    status: str | None
    """The status question that opens after the last day; None when the text leaves nothing open."""
    revives_reading: tuple[str, str] | None
    """A reading and the option under which limbs that had never started apply at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusQuestion:
    """What happened to the law: unknown until confirmed with an instrument."""

    id: str
    question: str
    ask_whom: str
    announced: str
    watch: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Someone states what happened: "extended" through a day by an instrument, or "lapsed" because none was found."""

    settles: str
    outcome: str
    through: date | None
    instrument: str | None
    published: date | None
    source: str
    by: str
    day: date
    place: Place

    @property
    def text(self) -> str:
        """The confirmation in words."""
        what = f"extended through {self.through}" if self.through else "lapsed"
        how = f" by {self.instrument}, published {self.published}" if self.instrument else ""
        return f"status {self.settles}: {what}{how} (confirmed by {self.by} on {self.day}, {self.source}; {self.place.file})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A legal act."""

    id: str
    title_zh: str
    title_en: str
    issued: date
    url: str
    confidence: str
    not_seen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModelled:
    """An instrument that is known but not judged here, with the elements that should make people look."""

    id: str
    subject: str
    elements: frozenset[str]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A small product from which cases start."""

    id: str
    document: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """All that is written in a folder of rule files. ``sha256`` is over the names and bytes of its files."""

    id: str
    title: str
    verified_through: date
    verified_how: str
    sha256: str
    instruments: dict[str, Instrument]
    rules: dict[str, Rule]
    policies: dict[str, Policy]
    duties: dict[str, Duty]
    cautions: dict[str, Caution]
    lists: dict[str, ItemList]
    readings: dict[str, Reading]
    terms: dict[str, Term]
    questions: dict[str, Question]
    suspensions: dict[str, Suspension]
    statuses: dict[str, StatusQuestion]
    not_modelled: tuple[NotModelled, ...]
    subjects: dict[str, Subject]
    parties: Parties
    files: tuple[str, ...]

    @property
    def without_cases(self) -> RulePack:
        """The same to judge by: cases decide nothing, and are most of what is handed to a worker otherwise."""
        return replace(
            self,
            rules={name: replace(rule, cases=()) for name, rule in self.rules.items()},
            lists={name: replace(listed, cases=()) for name, listed in self.lists.items()},
        )
