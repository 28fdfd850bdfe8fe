"""The licence determination: one shipment, one day, one rule pack, one answer.

Knows how the verdicts of all rules at all items make an answer. Pure: no clock, no network, no printing,
nothing kept between calls. A clearing is built in one place from evidence; every other way ends in
"required" or "undetermined".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from rare_earth_compliance.core.problems import READINGS, Place, Problem, Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine import basis
from rare_earth_compliance.engine.asking import asks_for, pairs_for, readings_met
from rare_earth_compliance.engine.coverage import Places, coverage, tree
from rare_earth_compliance.engine.deadlines import Deadlines
from rare_earth_compliance.engine.determination import (
    Answer,
    AskFor,
    Coverage,
    Determination,
    DutyOwed,
    Need,
    Outlook,
    RuleState,
    Status,
    Weighed,
)
from rare_earth_compliance.engine.findings import duties_of_lifting, found_in
from rare_earth_compliance.engine.hints import hints
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.later import Brief, Later
from rare_earth_compliance.engine.limbs import limbs, standings, why_not
from rare_earth_compliance.engine.movement import contradictions, to_nobody
from rare_earth_compliance.engine.otherwise import kept_off_lists
from rare_earth_compliance.engine.outlook import idle, outlooks
from rare_earth_compliance.engine.plan import Plan, heading
from rare_earth_compliance.engine.verdicts import Judge, Judged, Verdict
from rare_earth_compliance.law.model import PROHIBITION, Confirmation, Rule, RulePack
from rare_earth_compliance.law.published import as_published, confirmed_by
from rare_earth_compliance.law.status import InForce
from rare_earth_compliance.law.workdays import Calendar
from rare_earth_compliance.product.model import Shipment


def chosen_readings(pack: RulePack, readings: Mapping[str, str]) -> dict[str, str]:
    """The readings in use: official answers and assumed options, and over them what was chosen.

    Raises Refused for a reading or an option that the pack does not have.
    """
    problems = []
    for name, option in readings.items():
        known = [one.id for one in pack.readings[name].options] if name in pack.readings else []
        if option not in known:
            message = f"the reading {name!r} has no option {option!r}" if known else f"there is no reading {name!r}"
            advice = f"use one of {', '.join(known or pack.readings)}"
            problems.append(Problem(place=Place(file=READINGS, path=name), message=message, advice=advice))
    if problems:
        raise Refused(problems)
    defaults = {one.id: one.default for one in pack.readings.values() if one.default}
    return {**defaults, **readings}


def determine(
    shipment: Shipment,
    pack: RulePack,
    *,
    on: date,
    readings: Mapping[str, str] | None = None,
    confirmations: tuple[Confirmation, ...] = (),
    known_by: date | None = None,
    weigh: bool = False,
    calendar: Calendar | None = None,
    plan: Plan | None = None,
) -> Determination:
    """Whether ``shipment`` needs a licence on the day ``on`` under the instruments of ``pack``.

    ``readings`` chooses among the readings of the pack; what is not chosen, and has no official answer,
    stays unknown. ``confirmations`` settle what happened to the law. ``known_by`` leaves out what was published
    later than that day. ``weigh`` adds the answer under every option of every open reading. ``calendar`` tells
    the working days on which deadlines are counted. ``plan`` is what is known of the pack beforehand; one that was
    made for another pack or other readings is not used. Raises Refused for a reading that does not exist. The result
    depends on the arguments alone.
    """
    if known_by is not None:
        pack, confirmations = as_published(pack, known_by), confirmed_by(confirmations, known_by)
    found = decided(
        shipment, pack, on=on, readings=readings, confirmations=confirmations, known_by=known_by, calendar=calendar, plan=plan
    )
    weighing = partial(_weighed, shipment, pack, on, dict(readings or {}), confirmations) if weigh else None
    known = {**found.fields, "product": found.case.inquiry.product.root.label, "file": shipment.product.file}
    return Determination.later(known, Later(partial(found.case.rest, weighing), found.brief, cleared=found.cleared))


@dataclass(frozen=True, slots=True)
class Decided:
    """What decides of a determination: ``fields``, all of it but what people read and what the input is called."""

    fields: Mapping[str, Any]
    case: _Case

    @property
    def cleared(self) -> bool:
        """Whether rules were cleared: only then is nothing required."""
        return bool(self.case.cleared)

    @property
    def brief(self) -> Callable[[], Brief]:
        """Works out what became of each rule, and the questions."""
        return self.case.brief

    @property
    def two_prices(self) -> bool:
        """Whether the product is both valued and sold, so that the two may contradict each other."""
        shipment = self.case.inquiry.shipment
        return shipment.unit_price is not None and shipment.product.root.unit_value is not None

    @property
    def nothing_listed(self) -> bool:
        """Whether no item is, or may be, on any list of the pack."""
        return _nothing_listed(self.case.inquiry)


def decided(
    shipment: Shipment,
    pack: RulePack,
    *,
    on: date,
    readings: Mapping[str, str] | None = None,
    confirmations: tuple[Confirmation, ...] = (),
    known_by: date | None = None,
    calendar: Calendar | None = None,
    plan: Plan | None = None,
) -> Decided:
    """The part of ``determine`` that decides; ``pack`` and ``confirmations`` are those of the day ``known_by``."""
    chosen = chosen_readings(pack, readings or {})
    if plan is not None and (plan.pack is not pack or plan.readings != chosen):
        plan = None
    case = _Case(Inquiry(shipment, pack, chosen, on, plan), on, readings or {}, confirmations, calendar)
    return Decided(
        {
            "answer": case.answer,
            "on": on,
            "conflicts": case.conflicts,
            "duties_open": case.duties_open,
            "prohibited": case.prohibited,
            "known_by": known_by,
            "rules_used": ((pack.id, pack.sha256),),
            "tool": f"rare-earth-compliance {VERSION}",
        },
        case,
    )


class _Case:
    """One shipment judged: what decides at once, and what is said of it when somebody looks."""

    def __init__(
        self,
        inquiry: Inquiry,
        on: date,
        given: Mapping[str, str],
        confirmations: tuple[Confirmation, ...],
        calendar: Calendar | None,
    ) -> None:
        self.inquiry = inquiry
        self.taken = False
        self.on = on
        self.given = dict(given)
        self.confirmations = confirmations
        pack = inquiry.pack
        self.in_force = inquiry.plan.states(on, confirmations)
        self.judged: list[Judged] = []
        for rule in pack.rules.values():
            judge = Judge(inquiry, rule, self.in_force[rule.id])
            self.judged += [Judged(index, judge.verdict(index), judge) for index in judge.candidates()]
        self.places = Places(inquiry)
        self.covered = coverage(inquiry, self.places)
        self.conflicts = _conflicts(inquiry)
        self.deadlines = Deadlines(pack, inquiry.readings, on, calendar)
        self.different = list({id(one.verdict): one.verdict for one in self.judged}.values())
        self.answer = self.answered(self.different)
        self.cleared = self.clears(self.different) if self.answer is Answer.NOT_REQUIRED else ()
        self.prohibited = _prohibited(self.different)
        self.duties_open = _duties_open(self.deadlines, self.judged) if self.answer is not Answer.REQUIRED else ()

    def __del__(self) -> None:
        """Close the inquiry with the case. Memory would else grow from one run of the collector to the next."""
        if not self.__dict__.get("taken", True):
            self.inquiry.close()

    def take(self) -> Inquiry:
        """The inquiry, for who asks it after the case is gone."""
        self.taken = True
        return self.inquiry

    def answered(self, verdicts: list[Verdict]) -> Answer:
        """The answer that verdicts make, each of them once."""
        licence = [verdict for verdict in verdicts if verdict.rule.licence]
        if any(verdict.status is Status.APPLIES for verdict in licence):
            return Answer.REQUIRED
        return Answer.NOT_REQUIRED if self.clears(licence) else Answer.UNDETERMINED

    def clears(self, verdicts: list[Verdict]) -> tuple[Rule, ...]:
        """The rules that verdicts clear: all of them, or none."""
        licence = [verdict for verdict in verdicts if verdict.rule.licence]
        return cleared(licence, self.covered, self.conflicts, self.inquiry.pack)

    def _clearing(self) -> tuple[str, ...]:
        """Why no licence is required, one line a rule."""
        of_rule: dict[str, list[Judged]] = {}
        for one in self.judged:
            of_rule.setdefault(one.verdict.rule.id, []).append(one)
        return tuple(f"{rule.id}: {why_not(of_rule.get(rule.id, []), self.on)}" for rule in self.cleared)

    def _open_readings(self, asked: tuple[AskFor, ...]) -> tuple[str, ...]:
        """The readings that are asked for, and those that would be once the facts beside them were known."""
        open_verdicts = (one for one in self.different if one.needs)
        named = [one.about for one in asked if one.kind == "reading"]
        return tuple(dict.fromkeys((*named, *readings_met(one.step for one in open_verdicts))))

    def _outlooks(self) -> tuple[Outlook, ...]:
        """The answer under each way in which an open status of the law may be settled."""
        states = partial(self.inquiry.plan.states, self.on)
        return outlooks(self.different, self.on, self.confirmations, states, self.answered)

    def _idle(self) -> frozenset[str]:
        """The statuses of the law of which the answer does not hang as long as all else is as it is."""
        return idle(self._outlooks(), self.answer) if self.answer is Answer.UNDETERMINED else frozenset()

    def brief(self) -> Brief:
        """What became of each rule and what is asked, without the words for it."""
        pairs = pairs_for(self.inquiry, _waiting(self.judged), self._idle())
        return Brief(standings=standings(self.judged, self.inquiry.pack), asks_for=pairs)

    def rest(self, weighing: Callable[[tuple[str, ...]], tuple[Weighed, ...]] | None) -> dict[str, Any]:
        """What is said of the answer, field by field."""
        inquiry, pack, on = self.inquiry, self.inquiry.pack, self.on
        states = tuple(_rule_state(rule, self.in_force[rule.id], pack) for rule in pack.rules.values())
        rows, rows_left = tree(inquiry, self.places)
        findings, more = found_in(inquiry, self.judged, self.deadlines)
        expires, because = basis.expires(inquiry, states, on)
        outlook = self._outlooks()
        used = basis.readings_used(self.judged, kept_off_lists(inquiry, self.in_force), self.given)
        asked = asks_for(inquiry, _waiting(self.judged), idle(outlook, self.answer))
        return {
            "clearing": self._clearing(),
            "findings": findings,
            "more": more,
            "asks_for": asked,
            "rests_on": basis.rests_on(inquiry, self.judged, states, used, self.given, on),
            "unchosen": tuple(name for name in used if name not in self.given),
            "cautions": basis.cautions(inquiry, on),
            "hints": hints(inquiry),
            "states": states,
            "limbs": limbs(self.judged, pack, on),
            "outlook": outlook,
            "weighed": weighing(self._open_readings(asked)) if weighing else (),
            "expires": expires,
            "expires_because": because,
            "scope": basis.scope(pack, on),
            "not_judged": basis.not_judged(inquiry),
            "coverage": self.covered,
            "tree": rows,
            "tree_left_out": rows_left,
            "shipment": basis.shipment_facts(inquiry.shipment),
            "input_used": basis.inputs(inquiry.shipment),
        }


def _weighed(
    shipment: Shipment,
    pack: RulePack,
    on: date,
    readings: Mapping[str, str],
    confirmations: tuple[Confirmation, ...],
    names: tuple[str, ...],
) -> tuple[Weighed, ...]:
    """The answer under every option of every one of some open readings."""
    return tuple(
        Weighed(
            reading=name,
            option=option.id,
            answer=determine(shipment, pack, on=on, readings={**readings, name: option.id}, confirmations=confirmations).answer,
        )
        for name in names
        for option in pack.readings[name].options
    )


def _rule_state(rule: Rule, state: InForce, pack: RulePack) -> RuleState:
    return RuleState(
        rule=rule.id,
        title=rule.title,
        truth=state.truth,
        state=state.state,
        because=state.because,
        changes=state.changes,
        at=rule.says.at,
        source=pack.instruments[rule.instrument].url or "",
    )


# ---- the answer


def _prohibited(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The rules that apply and under which no licence is to be had."""
    found = [one.rule.id for one in verdicts if one.rule.effect == PROHIBITION and one.status is Status.APPLIES]
    return tuple(dict.fromkeys(found))


def cleared(licence: list[Verdict], covered: Coverage, conflicts: tuple[str, ...], pack: RulePack) -> tuple[Rule, ...]:
    """The rules of the pack, every one of which leads to no licence; nothing when that can not be said of all.

    The only place where a clearing is made. It needs a pack with rules, every line of the input judged,
    no contradiction in the data, and for every rule at every item a reason why it does not apply.
    """
    settled = (Status.FAILS, Status.EXEMPT, Status.ASLEEP, Status.ASLEEP_CANNOT_TELL)
    rules = tuple(rule for rule in pack.rules.values() if rule.licence)
    if not rules or not pack.sha256 or conflicts:
        return ()
    if covered.judged < 1 or covered.judged + covered.unused != covered.read:
        return ()
    if sum(line.count for line in covered.lines) != covered.read:
        return ()
    if any(verdict.status not in settled for verdict in licence):
        return ()
    return rules


# ---- questions, duties, conflicts


def _waiting(judged: list[Judged]) -> Iterable[tuple[frozenset[Need], list[int]]]:
    """What findings wait for, with the items of all findings that wait for the same."""
    groups: dict[int, tuple[frozenset[Need], list[int]]] = {}
    for one in judged:
        if one.verdict.needs:
            groups.setdefault(id(one.verdict), (one.verdict.needs, []))[1].append(one.index)
    return groups.values()


def _duties_open(deadlines: Deadlines, judged: list[Judged]) -> tuple[DutyOwed, ...]:
    found: dict[str, bool] = {}
    for one in judged:
        verdict = one.verdict
        sure = verdict.state.truth is Truth.TRUE and verdict.step.outcome is Truth.TRUE
        if verdict.status is Status.EXEMPT:
            names = duties_of_lifting(verdict)
        elif not verdict.rule.licence and verdict.status in (Status.APPLIES, Status.CANNOT_TELL):
            names = list(verdict.rule.duties)
        else:
            continue
        for name in names:
            found[name] = found.get(name, False) or sure
    return tuple(deadlines.owed(name, sure=sure) for name, sure in found.items())


def _nothing_listed(inquiry: Inquiry) -> bool:
    return not any(inquiry.listing.possible(name) for name in inquiry.pack.lists)


def _conflicts(inquiry: Inquiry) -> tuple[str, ...]:
    """What in the data contradicts itself, or is declared and known to no list; nothing is cleared while it does."""
    product = inquiry.product
    found: dict[str, None] = dict.fromkeys([*inquiry.parties.conflicts(), *contradictions(inquiry.shipment, inquiry.on)])
    # What is on no list may go anywhere, to a warehouse of somebody elsewhere too.
    if (unreceived := to_nobody(inquiry.shipment)) and not _nothing_listed(inquiry):
        found[unreceived] = None
    said = [*inquiry.contents.conflicts, *inquiry.figures.conflicts()]
    for measure in inquiry.measures():
        said += measure.conflicts
    for index, text in said:
        found[f"{product.place(index)}: {product.items[index].label} {text}"] = None
    for index in inquiry.in_order:
        if product.items[index].control_codes:
            for code in sorted(product.items[index].control_codes or ()):
                if heading(code) not in inquiry.plan.headings:
                    unknown = f"declares the control code {code}, which no list of these rules knows"
                    found[f"{product.place(index)}: {product.items[index].label} {unknown}"] = None
            for name in inquiry.pack.lists:
                for text in inquiry.listing.of(name, index).contradictions:
                    found[f"{product.place(index)}: {product.items[index].label}: {text}"] = None
    return tuple(found)
