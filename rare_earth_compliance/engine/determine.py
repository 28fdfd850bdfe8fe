"""The licence determination: one shipment, one day, one rule pack, one answer.

Knows how the verdicts of all rules at all items make an answer. Pure: no clock, no network, no printing,
nothing kept between calls. A clearing is built in one place from evidence; every other way ends in
"required" or "undetermined".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.core.quantities import shown
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine.asking import asks_for
from rare_earth_compliance.engine.coverage import Places, coverage, tree
from rare_earth_compliance.engine.determination import (
    Answer,
    CautionFound,
    Coverage,
    Determination,
    DutyOwed,
    Finding,
    More,
    Need,
    RuleState,
    Share,
    Status,
    Step,
)
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.needs import located
from rare_earth_compliance.engine.outlook import outlooks
from rare_earth_compliance.engine.verdicts import Judge, Verdict
from rare_earth_compliance.law.conditions import asks_of
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.status import in_force
from rare_earth_compliance.product.model import ROOT, Party, Shipment

SHOWN = 12
"""How many findings of one rule and status are shown in full; the others are counted."""

_ORDER = tuple(Status)
_SEEN = ("primary", "reprint")
ASSUMED = "assumed"
"""The price basis by which product data marks a value as assumed."""


@dataclass(frozen=True, slots=True)
class _Judged:
    index: int
    verdict: Verdict


def chosen_readings(pack: RulePack, readings: Mapping[str, str]) -> dict[str, str]:
    """The readings in use: official answers, and over them what was chosen.

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
    official = {one.id: one.official for one in pack.readings.values() if one.official}
    return {**official, **readings}


def determine(
    shipment: Shipment,
    pack: RulePack,
    *,
    on: date,
    readings: Mapping[str, str] | None = None,
    confirmations: tuple[Confirmation, ...] = (),
) -> Determination:
    """Whether ``shipment`` needs a licence on the day ``on`` under the instruments of ``pack``.

    ``readings`` chooses among the readings of the pack; what is not chosen, and has no official answer,
    stays unknown. ``confirmations`` settle what happened to the law. Raises Refused for a reading that does
    not exist. The result depends on the arguments alone.
    """
    chosen = chosen_readings(pack, readings or {})
    inquiry = Inquiry(shipment, pack, chosen)
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
    findings, more = _findings(inquiry, judged)
    expires, because = _expires(inquiry, states, on)
    return Determination(
        answer=answer,
        on=on,
        product=inquiry.product.root.label,
        file=shipment.product.file,
        findings=findings,
        more=more,
        asks_for=asks_for(inquiry, _waiting(judged)),
        rests_on=_rests_on(inquiry, judged, states, chosen, readings or {}, on),
        cautions=_cautions(inquiry),
        conflicts=conflicts,
        duties_open=_duties_open(inquiry, judged) if answer is not Answer.REQUIRED else (),
        clearing=clearing,
        states=tuple(states),
        outlook=outlook,
        expires=expires,
        expires_because=because,
        scope=_scope(pack, on),
        not_judged=_not_judged(inquiry),
        coverage=covered,
        tree=rows,
        tree_left_out=rows_left,
        shipment=_shipment_facts(shipment),
        rules_used=((pack.id, pack.sha256),),
        input_used=_inputs(shipment),
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
        reasons.append(f"{rule.id}: {_why_not(mine, on)}")
    return tuple(reasons)


def _why_not(verdicts: list[Verdict], on: date) -> str:
    if not verdicts:
        return "no item of the product is on its list"
    reasons: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.status is Status.EXEMPT:
            reason = "lifted by " + ", ".join(one.at for one in verdict.exemptions if one.outcome is Truth.TRUE)
        elif verdict.status is Status.FAILS:
            reason = because_false(verdict.step)
        else:
            reason = f"not in force on {on}: {verdict.state.because}"
        reasons[reason] = reasons.get(reason, 0) + 1
    several = len(verdicts) > 1
    return "; ".join(f"{reason} ({count} items)" if several and count > 1 else reason for reason, count in reasons.items())


def because_false(step: Step) -> str:
    """Why a condition is false, in words: the first false part of an "all", every part of a "one of"."""
    reasons: list[str] = []
    work = [step]
    while work:
        part = work.pop()
        false = [inner for inner in part.steps if inner.outcome is Truth.FALSE]
        if part.asks == "not" and part.steps:
            work.append(replace(part.steps[0], steps=()) if part.steps[0].found else part.steps[0])
        elif part.found or not part.steps:
            reasons.append(_leaf(part))
        elif part.asks == "all of these":
            work.append((false or list(part.steps))[0])
        else:
            work.extend(reversed(false or part.steps))
    return " and ".join(dict.fromkeys(reasons))


def _leaf(step: Step) -> str:
    found = f": {step.found}" if step.found else ""
    return f"{step.asks}{found}{f', asked: {step.against}' if step.against else ''}"


# ---- findings and questions


def _findings(inquiry: Inquiry, judged: list[_Judged]) -> tuple[tuple[Finding, ...], tuple[More, ...]]:
    order = {rule: position for position, rule in enumerate(inquiry.pack.rules)}
    ranked = sorted(judged, key=lambda one: (_ORDER.index(one.verdict.status), order[one.verdict.rule.id], one.index))
    found: list[Finding] = []
    count: dict[tuple[str, Status], int] = {}
    for one in ranked:
        key = (one.verdict.rule.id, one.verdict.status)
        count[key] = count.get(key, 0) + 1
        if count[key] <= SHOWN:
            found.append(_finding(inquiry, one))
    more = [More(rule=rule, status=status, count=number - SHOWN) for (rule, status), number in count.items() if number > SHOWN]
    return tuple(found), tuple(more)


def _finding(inquiry: Inquiry, one: _Judged) -> Finding:
    verdict, rule = one.verdict, one.verdict.rule
    item = inquiry.product.items[one.index]
    listed = [inquiry.listing.of(name, one.index) for name in rule.lists]
    exempt = verdict.status is Status.EXEMPT
    duties = rule.duties if not exempt else tuple(name for lifted in rule.unless for name in lifted.duties)
    label = f"contents of {inquiry.product.items[item.parent].label} that are not listed" if item.hidden else item.label
    return Finding(
        rule=rule.id,
        title=rule.title,
        instrument=rule.instrument,
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
        duties=tuple(owed(inquiry, name) for name in duties) if verdict.status is not Status.FAILS else (),
        shares=tuple(_shares(inquiry, verdict, one.index)),
        asks_for=tuple(sorted(located(verdict.needs, one.index, inquiry.product))),
    )


def _shares(inquiry: Inquiry, verdict: Verdict, index: int) -> Iterable[Share]:
    seen = set()
    for ask in asks_of(verdict.rule.when):
        if inquiry.pack.questions[ask.question].computed_by != "value_share":
            continue
        key = (ask.param("of") or "", ask.param("whose") or "")
        if key not in seen:
            seen.add(key)
            yield inquiry.measure(*key).share(index, pieces=True)


def owed(inquiry: Inquiry, name: str, *, sure: bool = True) -> DutyOwed:
    """A duty of the pack as it is shown."""
    duty = inquiry.pack.duties[name]
    return DutyOwed(id=name, who=duty.who, owes=duty.owes, at=duty.says.at, confidence=duty.says.confidence, sure=sure)


def _waiting(judged: list[_Judged]) -> Iterable[tuple[frozenset[Need], list[int]]]:
    """What findings wait for, with the items of all findings that wait for the same."""
    groups: dict[int, tuple[frozenset[Need], list[int]]] = {}
    for one in judged:
        if one.verdict.needs:
            groups.setdefault(id(one.verdict), (one.verdict.needs, []))[1].append(one.index)
    return groups.values()


def _duties_open(inquiry: Inquiry, judged: list[_Judged]) -> tuple[DutyOwed, ...]:
    found: dict[str, bool] = {}
    for one in judged:
        verdict = one.verdict
        sure = verdict.state.truth is Truth.TRUE and verdict.step.outcome is Truth.TRUE
        if verdict.status is Status.EXEMPT:
            names = [name for lifted in verdict.rule.unless for name in lifted.duties]
        elif not verdict.rule.licence and verdict.status in (Status.APPLIES, Status.CANNOT_TELL):
            names = list(verdict.rule.duties)
        else:
            continue
        for name in names:
            found[name] = found.get(name, False) or sure
    return tuple(owed(inquiry, name, sure=sure) for name, sure in found.items())


def _conflicts(inquiry: Inquiry) -> tuple[str, ...]:
    """What in the data contradicts itself; nothing is cleared while it does."""
    product = inquiry.product
    found: dict[str, None] = {}
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


# ---- what the answer rests on, and how far it reaches


def _rests_on(
    inquiry: Inquiry,
    judged: list[_Judged],
    states: list[RuleState],
    chosen: Mapping[str, str],
    given: Mapping[str, str],
    on: date,
) -> tuple[str, ...]:
    pack = inquiry.pack
    verdicts = list({id(one.verdict): one.verdict for one in judged}.values())
    asked = set(given).union(*(_read(verdict) for verdict in verdicts))
    found = [_reading_text(pack, name, chosen[name], given=name in given) for name in sorted(asked)]
    found += [text for verdict in verdicts for text in verdict.state.rests_on if not text.startswith("reading ")]
    awake = [state.rule for state in states if state.truth is not Truth.FALSE]
    for rule in (pack.rules[name] for name in awake):
        if rule.says.confidence not in _SEEN:
            found.append(f"{rule.id}: its words are known from {rule.says.confidence} sources only")
        lists = [pack.lists[name] for name in rule.lists]
        found += [f"{listed.title}: {listed.note}" for listed in lists if listed.confidence not in _SEEN]
    found += _values_rest_on(inquiry)
    for index in sorted(inquiry.product.order):
        until = inquiry.product.items[index].evidence_until
        if until is not None and until < on:
            label = inquiry.product.items[index].label
            found.append(f"evidence for {label} that was valid until {until}, before the day judged: ask for a new document")
    if on > pack.verified_through:
        days = (on - pack.verified_through).days
        found.append(f"law as last checked on {pack.verified_through}, {days} days before {on}: look for later instruments")
    return tuple(dict.fromkeys(found))


def _values_rest_on(inquiry: Inquiry) -> list[str]:
    """Estimates, assumed values, rates, and facts that were given one by one."""
    shipment, found = inquiry.shipment, []
    if any(any(measure.estimate) for measure in inquiry.measures()):
        found.append("values estimated from mass and the price table that was handed in")
    assumed = [
        item.label
        for index in sorted(inquiry.product.order)
        for item in [inquiry.product.items[index]]
        if item.unit_value is not None and item.unit_value.basis == ASSUMED
    ]
    if assumed:
        more = f" and {len(assumed) - 5:,} more" if len(assumed) > 5 else ""
        found.append(f"values that the data marks as assumed: {', '.join(assumed[:5])}{more}")
    if inquiry.product.root.unit_value is None and shipment.unit_price is not None:
        found.append("the price asked in this shipment, taken as the value of the product")
    found += [
        f"rate {rate.source_currency} to {rate.target_currency} {shown(rate.rate)} of {rate.day}, {rate.source}"
        for rate in shipment.rates
    ]
    found += [f"fact given beside the files: {name} = {value}" for name, value in shipment.given]
    return found


def _reading_text(pack: RulePack, name: str, option: str, *, given: bool) -> str:
    reading = pack.readings[name]
    means = next(one.means for one in reading.options if one.id == option)
    why = "as chosen" if given else f"an official answer, used until another is chosen: {reading.source}"
    return f"reading {name} = {option}: {means} ({why})"


def _read(verdict: Verdict) -> set[str]:
    """The readings that were used on the way to a verdict; of a false one, only those that made it false."""
    found: set[str] = set()
    work = [verdict.step, *(one.step for one in verdict.exemptions)]
    while work:
        step = work.pop()
        if step.reading and step.outcome is not Truth.UNKNOWN:
            found.add(step.reading)
        false = step.outcome is Truth.FALSE and step.asks != "not"
        work += [part for part in step.steps if not false or part.outcome is Truth.FALSE]
    found |= {text.split(" ")[1] for text in verdict.state.rests_on if text.startswith("reading ")}
    return found


def _cautions(inquiry: Inquiry) -> tuple[CautionFound, ...]:
    found = []
    for caution in inquiry.pack.cautions.values():
        asks = inquiry.item_asks(caution.when)
        indices = (
            [index for index in sorted(inquiry.product.order) if not inquiry.product.items[index].hidden] if asks else [ROOT]
        )
        outcomes: dict[object, Step] = {}
        hits: list[int] = []
        for index in indices:
            key = tuple(inquiry.fact(ask, index) for ask in asks)
            if key not in outcomes:
                outcomes[key] = inquiry.step(caution.when, index)
            if outcomes[key].outcome is Truth.TRUE:
                hits.append(index)
        if hits:
            found.append(
                CautionFound(
                    id=caution.id,
                    text=caution.text,
                    at=caution.says.at,
                    says=caution.says.zh,
                    confidence=caution.says.confidence,
                    outcome=Truth.TRUE,
                    label=inquiry.product.items[hits[0]].label,
                    asks=tuple(inquiry.pack.questions[name].question for name in caution.asks),
                    others=len(hits) - 1,
                )
            )
    return tuple(found)


def _expires(inquiry: Inquiry, states: list[RuleState], on: date) -> tuple[date | None, str]:
    days: list[tuple[date, str]] = [(state.changes, f"{state.rule} may change") for state in states if state.changes]
    for index in inquiry.product.order:
        item = inquiry.product.items[index]
        if item.evidence_until is not None:
            first = item.evidence_until + timedelta(days=1)
            if first > on:
                days.append((first, f"evidence for {item.label} is no longer valid"))
    if not days:
        return None, "no day is known on which something it rests on changes"
    day = min(days)[0]
    reasons = dict.fromkeys(reason for other, reason in days if other == day)
    return day, "; ".join(list(reasons)[:4]) + ("; …" if len(reasons) > 4 else "")


def _scope(pack: RulePack, on: date) -> str:
    names = ", ".join(pack.instruments)
    return f"under these instruments, on {on}: {names}"


def _not_judged(inquiry: Inquiry) -> tuple[str, ...]:
    found = []
    for one in inquiry.pack.not_modelled:
        held = sorted(symbol for symbol in one.elements if inquiry.contents.element(ROOT, symbol) is Truth.TRUE)
        note = f" – the product holds {', '.join(held)}: look there" if held else ""
        found.append(f"{one.id}: {one.subject} ({one.state}){note}")
    return tuple(found)


def _shipment_facts(shipment: Shipment) -> tuple[tuple[str, str], ...]:
    use = shipment.end_use
    rows = (
        ("kind", shipment.kind),
        ("movement", shipment.movement),
        ("exporter", _party(shipment.exporter)),
        ("ship from", shipment.ship_from),
        ("destination", shipment.destination),
        ("importer", _party(shipment.importer)),
        ("consignee", _party(shipment.consignee)),
        ("end user", _party(shipment.end_user)),
        ("end use", ", ".join(use.purposes or ()) + ("" if use.complete or not use.purposes else ", perhaps others")),
    )
    return tuple((name, value or "not known") for name, value in rows)


def _party(party: Party) -> str:
    """What is known of a party, in words."""
    military = {None: "", True: "military user", False: "no military user"}[party.military]
    chinese = {None: "", True: "Chinese person", False: "no Chinese person"}[party.chinese_person]
    listed = {None: "", "none": "on no Chinese list"}.get(party.listed, f"on the {party.listed}")
    parts = (party.name, party.located_in and f"in {party.located_in}", chinese, military, listed)
    return ", ".join(part for part in parts if part)


def _inputs(shipment: Shipment) -> tuple[tuple[str, str], ...]:
    used = [(shipment.product.file, shipment.product.sha256)]
    if shipment.sha256 and (shipment.file, shipment.sha256) not in used:
        used.append((shipment.file, shipment.sha256))
    return (*used, *shipment.tables)
