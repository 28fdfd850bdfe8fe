"""Decisions in hand: waivers and licences, from a file (``rare-earth-decisions/1``).

Knows what a decision must say: on what, why, by whom, until when, and on which facts. Does not know whether it
covers a finding: covering does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.core.quantities import Interval, amount
from rare_earth_compliance.core.units import FRACTIONS
from rare_earth_compliance.law.files import Day, Id, Strict, Text
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.shapes import shaped

FORMAT = "rare-earth-decisions/1"


def _number(text: str) -> str:
    interval, unit = amount(text)
    if unit or interval.high != interval.low:
        raise ValueError("expected one number without a unit")
    return text


def _share(text: str) -> str:
    interval, unit = amount(text)
    if unit not in FRACTIONS or not unit or interval.high != interval.low:
        raise ValueError("expected one share such as 0.2 %")
    return text


Number = Annotated[str, AfterValidator(_number)]
Share = Annotated[str, AfterValidator(_share)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class WaiverFields(Strict):
    """Someone answers for a finding: it stays what it is, and is shown with who answers for it."""

    product: Text
    rule: Id
    item: Text | None = None
    greatest_share: Share | None = None
    reason: Text
    by: Text
    given: Day
    until: Day
    facts: Digest


class QuantityFields(Strict):
    """How much of a product a licence allows, and how much of that has left already."""

    product: Text
    quantity: Number
    shipped_before: Number


class LicenceFields(Strict):
    """A licence that was granted."""

    number: Text
    holder: Text
    end_user: Text
    destination: Text
    items: Annotated[list[Text], Field(min_length=1)]
    products: Annotated[list[QuantityFields], Field(min_length=1)]
    valid_from: Day
    until: Day
    by: Text


class DecisionFile(Strict):
    """A file of decisions."""

    format: Literal["rare-earth-decisions/1"]
    waivers: list[WaiverFields] = Field(default_factory=list)
    licences: list[LicenceFields] = Field(default_factory=list)


class Waiver(Strict, arbitrary_types_allowed=True):
    """A waiver with the place where it stands."""

    fields: WaiverFields
    place: Place

    @property
    def greatest_share(self) -> Interval | None:
        """The share up to which it holds, as a number between 0 and 1."""
        if self.fields.greatest_share is None:
            return None
        interval, unit = amount(self.fields.greatest_share)
        return interval.scaled(FRACTIONS[unit])


class Licence(Strict, arbitrary_types_allowed=True):
    """A licence with the place where it stands."""

    fields: LicenceFields
    place: Place

    def left(self, product: str) -> Interval | None:
        """How much of a product it still allows; None where it does not name the product."""
        named = [one for one in self.fields.products if one.product == product]
        if len(named) != 1:
            return None
        whole, gone = amount(named[0].quantity)[0].low, amount(named[0].shipped_before)[0].low
        return Interval(max(whole - gone, whole * 0), max(whole - gone, whole * 0))


class Decisions(Strict, arbitrary_types_allowed=True):
    """All decisions of a run."""

    waivers: tuple[Waiver, ...] = ()
    licences: tuple[Licence, ...] = ()


def read(files: Iterable[tuple[str, bytes]], pack: RulePack) -> Decisions:
    """The decisions of all files. Raises Refused with the problems of all of them."""
    problems: list[Problem] = []
    waivers: list[Waiver] = []
    licences: list[Licence] = []
    for name, data in files:
        try:
            document = yaml_text.read(data, name)
        except Refused as refused:
            problems += refused.problems
            continue
        fields = shaped(DecisionFile, document, problems)
        if fields is None:
            continue
        for position, one in enumerate(fields.waivers):
            place = document.place(("waivers", position))
            if one.rule not in pack.rules:
                near = ", ".join(rule for rule in pack.rules if rule.split("/")[0] == one.rule.split("/")[0])
                advice = f"use one of {near or ', '.join(pack.rules)}"
                problems.append(Problem(place=place, message=f"no rule {one.rule!r} in the rule pack", advice=advice))
            problems += _days(place, one.given, one.until)
            waivers.append(Waiver(fields=one, place=place))
        for position, held in enumerate(fields.licences):
            place = document.place(("licences", position))
            problems += _days(place, held.valid_from, held.until)
            licences.append(Licence(fields=held, place=place))
    numbers = [one.fields.number for one in licences]
    problems += [
        Problem(place=one.place, message=f"licence {one.fields.number!r} stands twice", advice="keep one of the two")
        for position, one in enumerate(licences)
        if one.fields.number in numbers[:position]
    ]
    if problems:
        raise Refused(problems)
    return Decisions(waivers=tuple(waivers), licences=tuple(licences))


def _days(place: Place, start: date, end: date) -> list[Problem]:
    if start <= end:
        return []
    return [Problem(place=place, message=f"ends on {end}, before it starts on {start}", advice="correct one of the days")]
