"""The shape of rule files: which keys each kind of file has.

Knows the format ``rare-earth-rules/1`` as models over text. Does not know whether what the files say
fits together: the loader does.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

FORMAT = "rare-earth-rules/1"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("day", "expected a day written 2026-11-23")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("day", "{value} is not a day of the calendar", {"value": value}) from None


def _count(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,6}", value):
        raise PydanticCustomError("count", "expected a whole number")
    return int(value)


Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, BeforeValidator(_count)]
Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9][A-Za-z0-9._/-]*$")]
Confidence = Literal["primary", "reprint", "translation", "secondary", "derived", "not-found"]
Expect = Literal["applies", "does not apply", "cannot tell", "exempt", "asleep"]
YesNo = Literal["yes", "no"]


class Strict(BaseModel):
    """Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Verified(Strict):
    through: Day
    how: Text


class NotModelledFields(Strict):
    id: Id
    subject: Text
    state: Text
    elements: list[Text] = Field(default_factory=list)


class PackFile(Strict):
    format: Literal["rare-earth-rules/1"]
    pack: Id
    title: Text
    verified: Verified
    vocabulary: Text
    readings: Text
    terms: Text
    parties: Text | None = None
    lists: list[Text]
    instruments: list[Text]
    subjects: list[Text]
    not_modelled: list[NotModelledFields]


class QuestionFields(Strict):
    ask: Text
    type: Literal["word", "words", "country", "truth", "share", "amount", "list", "element", "day"]
    en: Text
    zh: Text
    question: Text
    found_at: Text | None = None
    complete_at: Text | None = None
    computed_by: Text | None = None
    params: list[Text] = Field(default_factory=list)
    words: list[Text] = Field(default_factory=list)
    settled_by: list[Text] = Field(default_factory=list)
    ask_whom: Text
    to_settle: Text


class VocabularyFile(Strict):
    format: Literal["rare-earth-rules/1"]
    count: Count
    questions: list[QuestionFields]


class OptionFields(Strict):
    id: Text
    means: Text
    held_by: Text


class ReadingFields(Strict):
    id: Id
    question: Text
    options: Annotated[list[OptionFields], Field(min_length=2)]
    conservative: Text
    official: Text | None = None
    assumed: Text | None = None
    source: Text


class ReadingsFile(Strict):
    format: Literal["rare-earth-rules/1"]
    count: Count
    readings: list[ReadingFields]


class TermFields(Strict):
    id: Id
    says: Text
    when: dict[str, Any]


class TermsFile(Strict):
    format: Literal["rare-earth-rules/1"]
    count: Count
    condition_count: Count = 0
    groups: dict[Text, list[Text]]
    terms: list[TermFields]


class EntryFields(Strict):
    code: Text
    zh: Text
    en: Text
    confidence: Confidence
    hs_codes: list[Text] = Field(default_factory=list)
    hs_confidence: Confidence | None = None
    declared: YesNo = "yes"
    note: Text | None = None
    recognise: dict[str, Any] | None = None


class ListCaseFields(Strict):
    name: Text
    given: dict[str, Any]
    shipment: dict[str, Any] = Field(default_factory=dict)
    readings: dict[str, Text] = Field(default_factory=dict)
    on: list[Text] = Field(default_factory=list)
    perhaps: list[Text] = Field(default_factory=list)
    hints: list[Text] = Field(default_factory=list)


class ListFile(Strict):
    format: Literal["rare-earth-rules/1"]
    id: Id = Field(alias="list")
    instrument: Id
    title: Text
    confidence: Confidence
    note: Text
    count: Count
    case_count: Count = 0
    condition_count: Count = 0
    entries: list[EntryFields]
    cases: list[ListCaseFields] = Field(default_factory=list)


class TitleFields(Strict):
    zh: Text
    en: Text


class SourceFields(Strict):
    url: Text
    confidence: Confidence


class InstrumentFields(Strict):
    id: Id
    title: TitleFields
    issued: Day
    source: SourceFields
    not_seen: list[Text] = Field(default_factory=list)


class QuoteFields(Strict):
    at: Text
    zh: Text
    confidence: Confidence


class WindowFields(Strict):
    from_: Day = Field(alias="from")
    until: Day | None = None
    sleeps_with: list[Id] = Field(default_factory=list)


class ThenFields(Strict):
    licence: Literal["required", "prohibited", "none"]
    policies: list[Text] = Field(default_factory=list)
    duties: list[Text] = Field(default_factory=list)


class ExemptionFields(Strict):
    id: Id
    says: QuoteFields
    read_as: Text
    when: dict[str, Any]
    only_if_stated: YesNo = "no"
    duties: list[Text] = Field(default_factory=list)


class AssumeFields(Strict):
    on: Day | None = None
    given: Text | None = None
    readings: dict[str, Text] = Field(default_factory=dict)
    status: dict[str, Text] = Field(default_factory=dict)


class CaseFields(Strict):
    name: Text
    on: Day | None = None
    given: Text | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    without: list[Text] = Field(default_factory=list)
    readings: dict[str, Text] = Field(default_factory=dict)
    status: dict[str, Text] | None = None
    known_by: Day | None = None
    at: Text | None = None
    expect: Expect
    state: Literal["in force", "not yet", "ended", "suspended", "never operated", "unknown"] | None = None
    policy: Literal["ordinary", "case by case", "refused in principle", "cannot tell"] | None = None


class RuleFields(Strict):
    id: Id
    title: Text
    says: QuoteFields
    read_as: Text
    in_force: WindowFields
    when: dict[str, Any]
    then: ThenFields
    unless: list[ExemptionFields] = Field(default_factory=list)
    readings: list[Text] = Field(default_factory=list)
    assume: AssumeFields = Field(default_factory=AssumeFields)
    cases: list[CaseFields]
    reviewed: Text


class PolicyFields(Strict):
    id: Id
    says: QuoteFields
    read_as: Text
    when: dict[str, Any]
    policy: Literal["refused in principle", "case by case"]


class ChosenFields(Strict):
    reading: Text
    is_: Text = Field(alias="is")


class DutyFields(Strict):
    id: Id
    who: Text
    owes: Text
    working_days: Count | None = None
    counted_from: Literal["export", "acceptance"] | None = None
    calendar: ChosenFields | None = None
    says: QuoteFields


class CautionFields(Strict):
    id: Id
    says: QuoteFields
    text: Text
    when: dict[str, Any]
    asks: list[Text] = Field(default_factory=list)


class AfterFields(Strict):
    status: Id
    question: Text
    ask_whom: Text
    announced: Text
    watch: list[Day] = Field(default_factory=list)


class SuspensionFields(Strict):
    id: Id
    says: QuoteFields
    suspends: Annotated[list[Text], Field(min_length=1)]
    from_: Day = Field(alias="from")
    through: Day
    last_day_suspended: ChosenFields | None = None
    revives_at_once: ChosenFields | None = None
    after: AfterFields | None = None


class InstrumentFile(Strict):
    format: Literal["rare-earth-rules/1"]
    instrument: InstrumentFields
    count: Count
    case_count: Count = 0
    own_day_count: Count = 0
    condition_count: Count = 0
    rules: list[RuleFields] = Field(default_factory=list)
    policies: list[PolicyFields] = Field(default_factory=list)
    duties: list[DutyFields] = Field(default_factory=list)
    cautions: list[CautionFields] = Field(default_factory=list)
    suspensions: list[SuspensionFields] = Field(default_factory=list)


class ConfirmationFields(Strict):
    settles: Id
    outcome: Literal["extended", "lapsed"]
    through: Day | None = None
    instrument: Text | None = None
    published: Day | None = None
    source: Text
    by: Text
    day: Day


class ConfirmationFile(Strict):
    format: Literal["rare-earth-status/1"]
    confirmations: Annotated[list[ConfirmationFields], Field(min_length=1)]
