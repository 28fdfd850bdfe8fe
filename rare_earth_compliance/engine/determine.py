"""The licence determination: one shipment, one day, one rule pack, one answer.

Knows how the verdicts of all rules at all items make an answer. Pure: no clock, no network, no printing,
nothing kept between calls. A clearing is built in one place from evidence; every other way ends in
"required" or "undetermined".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine import basis
from rare_earth_compliance.engine.asking import asks_for
from rare_earth_compliance.engine.coverage import Places, coverage, tree
from rare_earth_compliance.engine.deadlines import Deadlines
from rare_earth_compliance.engine.determination import (
    Answer,
    Coverage,
    Determination,
    DutyOwed,
    Finding,
    More,
    Need,
    RuleState,
    Share,
    Status,
    Weighed,
)
from rare_earth_compliance.engine.hints import hints
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.limbs import limbs, why_not
from rare_earth_compliance.engine.needs import located
from rare_earth_compliance.engine.outlook import outlooks
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.engine.shares import AS_STATED
from rare_earth_compliance.engine.verdicts import Judge, Verdict
from rare_earth_compliance.law.conditions import asks_of
from rare_earth_compliance.law.model import PROHIBITION, Confirmation, RulePack
from rare_earth_compliance.law.published import as_published, confirmed_by
from rare_earth_compliance.law.status import in_force
from rare_earth_compliance.law.workdays import Calendar
from rare_earth_compliance.product.model import Shipment

SHOWN = 12
"""How many findings of one rule and status are shown in full; the others are counted."""

_ORDER = tuple(Status)


@dataclass(frozen=True, slots=True)
class _Judged:
    index: int
    verdict: Verdict


def chosen_readings(pack: RulePack, readings: Mapping[str, str]) -> dict[str, str]:
    """The readings in use: official answers and assumed options, and over them what was chosen.

    Raises Refused for a reading or an option that the pack does not have.
    """
    problems = []
    for name, option in readings.items():
        known = [one.id for one in pack.readings[name].options] if name in pack.readings else []
        if option not in known:
            message = f"{name} = {option}" if known else f"no reading {name!r}"
            expected = f"use one of {', '.join(known or pack.readings)}"
            problems.append(
                Problem(place=Place(file="readings", path=name), message=f"{message} is not known", advice=expected)
            )
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
    chosen = chosen_readings(pack, readings or {})
    if plan is not None and (plan.pack is not pack or plan.readings != chosen):
        plan = None
    inquiry = Inquiry(shipment, pack, chosen, on, plan)
    judged: list[_Judged] = []
    states: list[RuleState] = []
    for rule in pack.rules.values():
        state = in_force(rule, pack, on, chosen, confirmations)
        states.append(
            RuleState(
                rule=rule.id,
                title=rule.title,
                truth=state.truth,
                state=state.state,
                because=state.because,
                changes=state.changes,
                at=rule.says.at,
                source=pack.instruments[rule.instrument].url or "",
            )
        )
        judge = Judge(inquiry, rule, state)
        judged += [_Judged(index, judge.verdict(index)) for index in judge.candidates()]
    places = Places(inquiry)
    covered = coverage(inquiry, places)
    conflicts = _conflicts(inquiry)

    def answered(verdicts: list[Verdict]) -> tuple[Answer, tuple[str, ...]]:
        return _answer(verdicts, covered, conflicts, pack, on)

    every = [one.verdict for one in judged]
    answer, clearing = answered(every)
    different = list({id(verdict): verdict for verdict in every}.values())
    outlook = outlooks(different, pack, on, chosen, confirmations, lambda verdicts: answered(verdicts)[0])
    rows, rows_left = tree(inquiry, places)
    deadlines = Deadlines(pack, chosen, on, calendar)
    findings, more = _findings(inquiry, judged, deadlines)
    expires, because = basis.expires(inquiry, states, on)
    asked = asks_for(inquiry, _waiting(judged))
    weighed: tuple[Weighed, ...] = ()
    if weigh:
        names = [one.about for one in asked if one.kind == "reading"]
        weighed = tuple(
            Weighed(
                reading=name,
                option=option.id,
                answer=determine(
                    shipment, pack, on=on, readings={**(readings or {}), name: option.id}, confirmations=confirmations
                ).answer,
            )
            for name in names
            for option in pack.readings[name].options
        )
    return Determination(
        answer=answer,
        on=on,
        product=inquiry.product.root.label,
        file=shipment.product.file,
        findings=findings,
        more=more,
        asks_for=asked,
        rests_on=basis.rests_on(inquiry, every, states, chosen, readings or {}, on),
        cautions=basis.cautions(inquiry, on),
        conflicts=conflicts,
        hints=hints(inquiry),
        duties_open=_duties_open(deadlines, judged) if answer is not Answer.REQUIRED else (),
        clearing=clearing,
        states=tuple(states),
        limbs=limbs(every, pack, on),
        outlook=outlook,
        weighed=weighed,
        prohibited=_prohibited(every),
        known_by=known_by,
        expires=expires,
        expires_because=because,
        scope=basis.scope(pack, on),
        not_judged=basis.not_judged(inquiry),
        coverage=covered,
        tree=rows,
        tree_left_out=rows_left,
        shipment=basis.shipment_facts(shipment),
        rules_used=((pack.id, pack.sha256),),
        input_used=basis.inputs(shipment),
        tool=f"rare-earth-compliance {VERSION}",
    )


# ---- the answer


def _answer(
    verdicts: list[Verdict], covered: Coverage, conflicts: tuple[str, ...], pack: RulePack, on: date
) -> tuple[Answer, tuple[str, ...]]:
    licence = [verdict for verdict in verdicts if verdict.rule.licence]
    if any(verdict.status is Status.APPLIES for verdict in licence):
        return Answer.REQUIRED, ()
    clearing = cleared(licence, covered, conflicts, pack, on)
    return (Answer.NOT_REQUIRED, clearing) if clearing else (Answer.UNDETERMINED, ())


def _prohibited(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The rules that apply and under which no licence is to be had."""
    found = [one.rule.id for one in verdicts if one.rule.effect == PROHIBITION and one.status is Status.APPLIES]
    return tuple(dict.fromkeys(found))


def cleared(licence: list[Verdict], covered: Coverage, conflicts: tuple[str, ...], pack: RulePack, on: date) -> tuple[str, ...]:
    """Why no licence is required, one line a rule; nothing when that can not be said.

    The only place where a clearing is made. It needs a pack with rules, every line of the input judged,
    no contradiction in the data, and for every rule at every item a reason why it does not apply.
    """
    settled = (Status.FAILS, Status.EXEMPT, Status.ASLEEP, Status.ASLEEP_CANNOT_TELL)
    rules = [rule for rule in pack.rules.values() if rule.licence]
    if not rules or not pack.sha256 or conflicts:
        return ()
    if covered.judged < 1 or covered.judged + covered.unused != covered.read:
        return ()
    if sum(line.count for line in covered.lines) != covered.read:
        return ()
    if any(verdict.status not in settled for verdict in licence):
        return ()
    reasons = []
    for rule in rules:
        mine = [verdict for verdict in licence if verdict.rule.id == rule.id]
        reasons.append(f"{rule.id}: {why_not(mine, on)}")
    return tuple(reasons)


# ---- findings and questions


def _findings(inquiry: Inquiry, judged: list[_Judged], deadlines: Deadlines) -> tuple[tuple[Finding, ...], tuple[More, ...]]:
    order = {rule: position for position, rule in enumerate(inquiry.pack.rules)}
    ranked = sorted(judged, key=lambda one: (_ORDER.index(one.verdict.status), order[one.verdict.rule.id], one.index))
    found: list[Finding] = []
    count: dict[tuple[str, Status], int] = {}
    for one in ranked:
        key = (one.verdict.rule.id, one.verdict.status)
        count[key] = count.get(key, 0) + 1
        if count[key] <= SHOWN:
            found.append(_finding(inquiry, one, deadlines))
    more = [More(rule=rule, status=status, count=number - SHOWN) for (rule, status), number in count.items() if number > SHOWN]
    return tuple(found), tuple(more)


def _finding(inquiry: Inquiry, one: _Judged, deadlines: Deadlines) -> Finding:
    verdict, rule = one.verdict, one.verdict.rule
    item = inquiry.product.items[one.index]
    listed = [inquiry.listing.of(name, one.index) for name in rule.lists]
    exempt = verdict.status is Status.EXEMPT
    duties = rule.duties if not exempt else tuple(_duties_of_lifting(verdict))
    label = f"contents of {inquiry.product.items[item.parent].label} that are not listed" if item.hidden else item.label
    return Finding(
        rule=rule.id,
        title=rule.title,
        instrument=rule.instrument,
        effect=rule.effect,
        at=rule.says.at,
        says=rule.says.zh,
        confidence=rule.says.confidence,
        read_as=rule.read_as,
        item=one.index,
        label=label,
        place=inquiry.product.place(one.index),
        listed_as=tuple(code for place in listed for code in place.codes),
        status=verdict.status,
        would=verdict.step.outcome,
        in_force=verdict.state.truth,
        state=verdict.state.state,
        because=verdict.state.because,
        step=verdict.step,
        policies=verdict.policies,
        exemptions=verdict.exemptions,
        duties=tuple(deadlines.owed(name) for name in duties) if verdict.status is not Status.FAILS else (),
        shares=tuple(_shares(inquiry, verdict, one.index)),
        asks_for=tuple(sorted(located(verdict.needs, one.index, inquiry.product))),
    )


def _duties_of_lifting(verdict: Verdict) -> list[str]:
    """What is owed under the exemptions that lift a rule, and no other."""
    shown = {one.id for one in verdict.exemptions if one.outcome is Truth.TRUE}
    return [name for lifted in verdict.rule.unless if lifted.id in shown for name in lifted.duties]


def _shares(inquiry: Inquiry, verdict: Verdict, index: int) -> Iterable[Share]:
    seen = set()
    for ask in asks_of(verdict.rule.when):
        if inquiry.pack.questions[ask.question].computed_by != "value_share":
            continue
        key = (ask.param("of") or "", ask.param("whose") or "")
        if key not in seen and ask.param("priced") in (None, AS_STATED):
            seen.add(key)
            yield inquiry.measure(*key).share(index, pieces=True)


def _waiting(judged: list[_Judged]) -> Iterable[tuple[frozenset[Need], list[int]]]:
    """What findings wait for, with the items of all findings that wait for the same."""
    groups: dict[int, tuple[frozenset[Need], list[int]]] = {}
    for one in judged:
        if one.verdict.needs:
            groups.setdefault(id(one.verdict), (one.verdict.needs, []))[1].append(one.index)
    return groups.values()


def _duties_open(deadlines: Deadlines, judged: list[_Judged]) -> tuple[DutyOwed, ...]:
    found: dict[str, bool] = {}
    for one in judged:
        verdict = one.verdict
        sure = verdict.state.truth is Truth.TRUE and verdict.step.outcome is Truth.TRUE
        if verdict.status is Status.EXEMPT:
            names = _duties_of_lifting(verdict)
        elif not verdict.rule.licence and verdict.status in (Status.APPLIES, Status.CANNOT_TELL):
            names = list(verdict.rule.duties)
        else:
            continue
        for name in names:
            found[name] = found.get(name, False) or sure
    return tuple(deadlines.owed(name, sure=sure) for name, sure in found.items())


def _conflicts(inquiry: Inquiry) -> tuple[str, ...]:
    """What in the data contradicts itself; nothing is cleared while it does."""
    product = inquiry.product
    found: dict[str, None] = dict.fromkeys(inquiry.parties.conflicts())
    said = list(inquiry.contents.conflicts)
    for measure in inquiry.measures():
        said += measure.conflicts
    for index, text in said:
        found[f"{product.place(index)}: {product.items[index].label} {text}"] = None
    for index in sorted(product.order):
        if product.items[index].control_codes:
            for name in inquiry.pack.lists:
                for text in inquiry.listing.of(name, index).contradictions:
                    found[f"{product.place(index)}: {product.items[index].label}: {text}"] = None
    return tuple(found)
