"""The answer and everything it stands on, as frozen data.

Knows the shape of a determination: findings, traces, questions, coverage. Not how they come about, nor how they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn, cast

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.entries import EntryFound
from rare_earth_compliance.engine.later import LATER, Brief, Later


class Answer(Enum):
    """The three answers; a licence question is never a bool."""

    REQUIRED = "licence required"
    UNDETERMINED = "undetermined"
    NOT_REQUIRED = "licence not required"

    def __bool__(self) -> NoReturn:
        raise TypeError("an answer is not a bool: compare with Answer.REQUIRED, .UNDETERMINED or .NOT_REQUIRED")


class Status(Enum):
    """What became of one rule at one item."""

    APPLIES = "applies"
    CANNOT_TELL = "cannot tell"
    EXEMPT = "exempt"
    ASLEEP = "would apply, but is not in force"
    ASLEEP_CANNOT_TELL = "might apply, but is not in force"
    FAILS = "does not apply"


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """What would settle an unknown: a fact of an item or shipment, a reading, or the status of the law.

    ``kind`` is "fact", "reading" or "status"; ``about`` names the question, reading or status; ``item``
    is the position of the item, -1 for the item at hand, -2 for the shipment.
    """

    kind: str
    about: str
    item: int = -1
    detail: str = ""


THIS_ITEM, SHIPMENT = -1, -2


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the trace: what was asked, what was found, what it was held against, and the outcome."""

    asks: str
    outcome: Truth
    found: str = ""
    against: str = ""
    because: str = ""
    reading: str = ""
    """The reading that was asked for, where it was one."""
    steps: tuple[Step, ...] = ()
    needs: frozenset[Need] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line that adds to a value share: which item, and what it is worth in one unit of the whole."""

    item: int
    label: str
    place: Place
    worth: Interval
    currency: str
    origin: str
    certain: bool
    estimate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Listed content over the value of one item, both in the item's currency; the share itself as bounds."""

    item: int
    label: str
    place: Place
    of: str
    with_origin: str
    content: Interval
    value: Interval | None
    currency: str
    share: Interval
    estimate: bool
    pieces: tuple[Piece, ...]
    pieces_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFound:
    """A policy clause that applies, or may apply, to an application."""

    policy: str
    outcome: Truth
    says: str
    at: str
    read_as: str
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOwed:
    """A duty that comes with a finding."""

    id: str
    who: str
    owes: str
    at: str
    confidence: str
    sure: bool = True
    due: str = ""
    """By when, in words, where a number of working days is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionFound:
    """An exemption of the rule, and whether it is shown."""

    id: str
    outcome: Truth
    at: str
    says: str
    read_as: str
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule at one item."""

    rule: str
    title: str
    instrument: str
    effect: str
    """What follows from the rule: "licence", "prohibition" or "duty"."""
    at: str
    says: str
    confidence: str
    read_as: str
    item: int
    label: str
    place: Place
    listed_as: tuple[str, ...]
    entries: tuple[EntryFound, ...]
    status: Status
    would: Truth
    """Whether its conditions hold, whatever the state of the law."""
    in_force: Truth
    state: str
    because: str
    step: Step
    policies: tuple[PolicyFound, ...] = ()
    exemptions: tuple[ExemptionFound, ...] = ()
    duties: tuple[DutyOwed, ...] = ()
    shares: tuple[Share, ...] = ()
    asks_for: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """Findings of the same rule and status beyond those shown in full."""

    rule: str
    status: Status
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Of what a question is asked: an item of the product with its place, and what of it."""

    label: str
    place: Place
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFor:
    """A question that would help to settle the answer: of whom, about what, and how many findings wait for it.

    ``subjects`` names the first items it is asked of (none for a question about the shipment, a reading or
    the law), ``others`` how many more there are; ``choices`` the options of a reading.
    """

    kind: str
    about: str
    question: str
    of_whom: str
    to_settle: str
    subjects: tuple[Subject, ...]
    others: int
    choices: tuple[str, ...]
    waits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of the input that came to the same: "listed", "may be listed", "counted", "not relevant" or "not used"."""

    became: str
    reason: str
    count: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Every input line accounted for. ``read`` equals ``judged`` plus ``unused``, and the sum over ``lines``, always."""

    read: int
    judged: int
    unused: int
    undisclosed: int
    """Items whose list leaves room for more; what may be in them was judged as well."""
    lines: tuple[Lines, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CautionFound:
    """Something said beside the answer."""

    id: str
    text: str
    at: str
    says: str
    confidence: str
    outcome: Truth
    label: str
    asks: tuple[str, ...]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the answer would be if an open status of the law were settled as ``assumed``."""

    status: str
    assumed: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """The state of one rule on the day."""

    rule: str
    title: str
    truth: Truth
    """Whether it is in force."""
    state: str
    because: str
    changes: date | None
    at: str = ""
    """Where its words stand."""
    source: str = ""
    """Address at which its instrument was read; "" where none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limb:
    """What became of one rule over all items: "applies", "open", "exempt", "does not apply" or "asleep", and why."""

    rule: str
    title: str
    effect: str
    standing: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The answer under one option of a reading that is open, all else left as it is; where that was asked for."""

    reading: str
    option: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One line of the product's tree as it is shown."""

    depth: int
    item: int
    label: str
    line: int
    form: str
    quantity: str
    origin: str
    listed_as: tuple[str, ...]
    may_be_listed: bool
    share: Share | None


@dataclass(frozen=True, kw_only=True)
class Determination:
    """The whole answer for one shipment on one day under one rule pack.

    Frozen like the others. What only people read – findings, traces, the tree – is worked out when it is first looked at.
    """

    answer: Answer
    on: date
    product: str
    file: str
    findings: tuple[Finding, ...]
    more: tuple[More, ...]
    asks_for: tuple[AskFor, ...]
    rests_on: tuple[str, ...]
    unchosen: tuple[str, ...]
    """The readings among them that nobody chose: official answers, marked as reference only, and assumptions."""
    cautions: tuple[CautionFound, ...]
    conflicts: tuple[str, ...]
    hints: tuple[str, ...]
    """What tariff codes say that the description does not; they prove nothing."""
    duties_open: tuple[DutyOwed, ...]
    """What is owed, or may be owed, although no licence is."""
    clearing: tuple[str, ...]
    """Why no limb applies; empty unless the answer is "not required"."""
    states: tuple[RuleState, ...]
    limbs: tuple[Limb, ...]
    outlook: tuple[Outlook, ...]
    weighed: tuple[Weighed, ...]
    prohibited: tuple[str, ...]
    """Rules that forbid the shipment: no licence is to be had. The answer is then "required"."""
    known_by: date | None
    """The day up to which publications are taken into account; None for all that the pack holds."""
    expires: date | None
    expires_because: str
    scope: str
    not_judged: tuple[str, ...]
    coverage: Coverage
    tree: tuple[Level, ...]
    tree_left_out: int
    shipment: tuple[tuple[str, str], ...]
    rules_used: tuple[tuple[str, str], ...]
    input_used: tuple[tuple[str, str], ...]
    tool: str

    def __bool__(self) -> NoReturn:
        raise TypeError("a determination is not a bool: look at .answer")

    @classmethod
    def later(cls, known: Mapping[str, Any], rest: Later) -> Determination:
        """A determination of which some fields are known and ``rest`` works out all others when one is looked at.

        Raises ValueError, when one is, unless the two make up all fields exactly.
        """
        made = object.__new__(cls)
        made.__dict__.update(known, **{LATER: rest})
        return made

    @property
    def brief(self) -> Brief:
        """The standing of each limb, and the questions: a part of what the other fields say, for less work."""
        if (later := self.__dict__.get(LATER)) is not None:
            return cast(Later, later).in_brief()
        asked = tuple((one.kind, one.about) for one in self.asks_for)
        return Brief(standings=tuple((one.rule, one.standing) for one in self.limbs), asks_for=asked)

    @property
    def is_cleared(self) -> bool:
        """Whether no licence is required, and it is known of which rules it was cleared; never true by the answer alone."""
        why = self.clearing if (later := self.__dict__.get(LATER)) is None else later.cleared
        return self.answer is Answer.NOT_REQUIRED and bool(why)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Called only for what is not set: for a field of the rest.
            later = self.__dict__.get(LATER)
            if later is None and name in self.__dict__:
                return self.__dict__[name]  # another thread has filled it in since it was looked for
            if later is None or name not in type(self).__dataclass_fields__:
                raise AttributeError(f"a determination has no {name!r}")
            return later.fill(self.__dict__, tuple(type(self).__dataclass_fields__))[name]

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
