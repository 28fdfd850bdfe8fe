"""What a rule pack claims of itself, written apart from its rules: days, words, and what is meant to be as it is.

Knows the shape of the file ``claims.yaml`` and that it fits the pack and itself. It stands beside the law and decides
nothing: the digest of the law does not cover it. Whether the claims hold is proved elsewhere, never assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import Field

from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.core.problems import Path, Place, Problem, Refused
from rare_earth_compliance.core.yaml_text import Document
from rare_earth_compliance.law.conditions import Condition, ConditionReader, Term
from rare_earth_compliance.law.files import Count, Day, Id, Strict, TermFields, Text, YesNo
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.shapes import shaped

CLAIMS = "claims.yaml"
"""The name of the file below a pack."""
IN_FORCE, ASLEEP, OPEN = "in force", "asleep", "open"


class SpanFields(Strict):
    from_: Day = Field(alias="from")
    through: Day | None = None
    law: Literal["in force", "asleep", "open"]


class LimbFields(Strict):
    rules: Annotated[list[Id], Field(min_length=1)]
    days: Annotated[list[SpanFields], Field(min_length=1)]
    ends: YesNo = "no"
    always: list[dict[str, Any]] = Field(default_factory=list)


class MeantFields(Strict):
    claim: Text
    of: Text
    under: dict[str, Text] = Field(default_factory=dict)
    because: Text


class ClaimsFile(Strict):
    format: Literal["rare-earth-claims/1"]
    count: Count
    terms: list[TermFields] = Field(default_factory=list)
    limbs: list[LimbFields]
    meant: list[MeantFields] = Field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days on which the law is in one state; ``last`` None when no end is known."""

    first: date
    last: date | None
    law: str
    """"in force", "asleep" or "open", with no reading chosen and nothing confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limb:
    """One limb of the law: the rule that states it, or the rules that did so one after another."""

    rules: tuple[str, ...]
    spans: tuple[Span, ...]
    always: tuple[Condition, ...]
    """What is so wherever one of the rules applies."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Something that a claim would refute, and that is meant to be so; ``under`` are the readings that make it so."""

    claim: str
    of: str
    under: tuple[tuple[str, str], ...]
    because: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """All that a pack claims of itself."""

    limbs: tuple[Limb, ...] = ()
    meant: tuple[Meant, ...] = ()
    file: str = ""
    """The name of the file; "" where the pack has none."""


def load_claims(folder: FilePath, pack: RulePack) -> Claims:
    """The claims of the pack in ``folder``; none where it has no such file. Raises Refused with all problems of the file."""
    try:
        data = folder.joinpath(CLAIMS).read_bytes()
    except FileNotFoundError:
        return Claims()
    except OSError as error:
        why = (error.strerror or "can not be read").lower()
        raise Refused(
            [Problem(place=Place(file=str(folder.joinpath(CLAIMS))), message=why, advice="restore the file")]
        ) from None
    document = yaml_text.read(data, CLAIMS)
    problems: list[Problem] = []
    fields = shaped(ClaimsFile, document, problems)
    if fields is None:
        raise Refused(problems)
    made = _made(fields, document, pack, problems)
    problems += [Problem(place=document.place(path), message=text, advice="correct it") for path, text in _wrong(fields, pack)]
    if problems:
        raise Refused(problems)
    return made


def _made(fields: ClaimsFile, document: Document, pack: RulePack, problems: list[Problem]) -> Claims:
    options = {name: tuple(option.id for option in one.options) for name, one in pack.readings.items()}
    reader = ConditionReader(pack.questions, options, {}, frozenset(pack.lists))
    # Terms of the pack are not known here: a claim that used them would change with the rule that it holds to account.
    for position, term in enumerate(fields.terms):
        reader.terms[term.id] = Term(term.id, term.says, reader.read(term.when, ("terms", position, "when")))
    limbs = []
    for position, one in enumerate(fields.limbs):
        always = tuple(reader.read(raw, ("limbs", position, "always", at)) for at, raw in enumerate(one.always))
        spans = tuple(Span(first=span.from_, last=span.through, law=span.law) for span in one.days)
        place = document.place(("limbs", position))
        limbs.append(Limb(rules=tuple(one.rules), spans=spans, always=always, place=place))
    problems += [Problem(place=document.place(path), message=text, advice=advice) for path, text, advice in reader.wrong]
    meant = tuple(
        Meant(
            claim=one.claim,
            of=one.of,
            under=tuple(sorted(one.under.items())),
            because=one.because,
            place=document.place(("meant", position)),
        )
        for position, one in enumerate(fields.meant)
    )
    return Claims(limbs=tuple(limbs), meant=meant, file=CLAIMS)


def _wrong(fields: ClaimsFile, pack: RulePack) -> Iterator[tuple[Path, str]]:
    """What in the file does not fit together, or not to the pack."""
    if fields.count != len(fields.limbs):
        yield ("count",), f"says {fields.count} limbs, but {len(fields.limbs)} are in the file"
    named = Counter(rule for one in fields.limbs for rule in one.rules)
    for position, one in enumerate(fields.limbs):
        yield from _wrong_names(one, ("limbs", position), named, pack)
        yield from _wrong_days(one, ("limbs", position))
    known = {(name, option.id) for name, one in pack.readings.items() for option in one.options}
    for position, meant in enumerate(fields.meant):
        for name, option in meant.under.items():
            if (name, option) not in known:
                yield ("meant", position, "under"), f"{name} = {option} is not known"
    for (claim, of), count in Counter((one.claim, one.of) for one in fields.meant).items():
        if count > 1:
            yield ("meant",), f"{claim} of {of} stands {count} times"


def _wrong_names(limb: LimbFields, here: Path, named: Counter[str], pack: RulePack) -> Iterator[tuple[Path, str]]:
    for rule in limb.rules:
        if rule not in pack.rules:
            yield here, f"names the rule {rule!r}, which the pack does not know"
        if named[rule] > 1:
            yield here, f"names the rule {rule!r} more than once, or another limb does as well"


def _wrong_days(limb: LimbFields, here: Path) -> Iterator[tuple[Path, str]]:
    """Days that end before they start, or do not follow on each other."""
    for at, span in enumerate(limb.days):
        there: Path = (*here, "days", at)
        after = limb.days[at + 1] if at + 1 < len(limb.days) else None
        if span.through is not None and span.through < span.from_:
            yield there, "ends before it starts"
        if after is None and (span.through is None) != (limb.ends == "no"):
            yield there, "the last days have no end, unless the limb says: ends: yes"
        if after is not None and (span.through is None or after.from_ != span.through + timedelta(days=1)):
            yield there, "does not end on the day before the next days start"
