"""Claims about days: no gap and no overlap in a limb, each edge as written, lists named only while they are law.

Knows the days of a limb from the claims of the pack and from its rules, and holds the two against each other for every day
of the calendar; the engine is asked on both sides of every edge. Does not know what a rule asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product as every_way

from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.law.claims import ASLEEP, IN_FORCE, OPEN, Claims, Limb, Span
from rare_earth_compliance.law.conditions import asks_of
from rare_earth_compliance.law.model import Rule, RulePack
from rare_earth_compliance.law.status import suspensions_of
from rare_earth_compliance.proof.claim import DAYS, LISTS, Beside, Claim, Standing, guarded, impossible
from rare_earth_compliance.proof.force import Law, edges, law, with_readings_open
from rare_earth_compliance.proof.formulas import (
    NO,
    YES,
    Formula,
    Solver,
    at_most_one,
    both,
    either,
    negated,
    number,
    replaced,
    whole,
)
from rare_earth_compliance.proof.ground import Ground, Grown, Shown, part
from rare_earth_compliance.proof.witness import Expected, Witness

A_DAY = timedelta(days=1)
EXTENDED_BY = timedelta(days=30)
"""By how much a confirmed extension is tried; what comes out does not depend on it."""


def of_days(ground: Ground, claims: Claims) -> Iterator[Claim]:
    """Every limb that is claimed, every rule that no limb claims, and the edges of every rule."""
    yield from (_limb(ground, limb) for limb in claims.limbs if ground.looks_at(*limb.rules))
    named = {rule for limb in claims.limbs for rule in limb.rules}
    for rule in filter(lambda rule: ground.looks_at(rule.id), ground.pack.rules.values()):
        if rule.id not in named:
            says = "its days are those that are claimed"
            because = f"{claims.file or 'claims.yaml'} names no days for it"
            yield Claim(kind=DAYS, of=rule.id, says=says, standing=Standing.OPEN, because=because)
        tried = _edges(ground, rule)
        yield tried
        yield _issued(ground.pack, rule.id, rule.instrument, rule.starts, tried.witnesses[:2])
    for one in ground.pack.suspensions.values():
        if ground.looks_at(one.id, one.instrument):
            yield _issued(ground.pack, one.id, one.instrument, one.starts, ())


def _issued(pack: RulePack, name: str, instrument: str, starts: date, witnesses: tuple[str, ...]) -> Claim:
    """Nothing starts before the announcement that says it was issued."""
    issued = pack.instruments[instrument].issued
    says = f"{name} does not start before {instrument} was issued"
    claim = Claim(kind=DAYS, of=f"{name} issued", says=says, standing=Standing.PROVED, witnesses=witnesses)
    if starts >= issued:
        return claim
    return replace(claim, standing=Standing.REFUTED, because=f"it starts on {starts}, and {instrument} was issued on {issued}")


# ---- limbs


def _limb(ground: Ground, limb: Limb) -> Claim:
    name = ", ".join(limb.rules)
    says = f"on every day {name} is as claimed: {'; '.join(map(_span_text, limb.spans))}"
    claim = Claim(kind=DAYS, of=name, says=says, standing=Standing.PROVED)
    rules = [ground.pack.rules[one] for one in limb.rules]
    day = whole("any day")
    wrong = _differs(limb, [with_readings_open(rule, ground.pack, day) for rule in rules], day)

    def settle() -> Claim:
        if Solver().never(wrong):
            return claim
        on = _first_day(limb, rules, ground.pack, wrong, day)
        states = "; ".join(f"{rule.id} {_state(rule, ground.pack, on)}" for rule in rules)
        because = f"on {on} the claim says {_claimed(limb, on)}, the rules: {states}"
        shown = [witness for rule in rules if (witness := _first(ground, rule)) is not None]
        names = tuple(ground.kept(_on(one, ground.pack, on, ())).name for one in shown)
        return replace(claim, standing=Standing.REFUTED, because=because, witnesses=names)

    return guarded(claim, settle)


def _span_text(span: Span) -> str:
    return f"{span.law} from {span.first}{f' through {span.last}' if span.last else ''}"


def _differs(limb: Limb, laws: list[Law], day: Formula) -> Formula:
    """That on the day no rule or more than one of the limb is there, or its state is another than is claimed."""
    windows = [one.window for one in laws]
    one_window = both((either(windows), at_most_one(windows)))
    spans = [(span, _within(span, day)) for span in limb.spans]
    wrong = [either(within for _, within in spans) != one_window, negated(at_most_one(windows))]
    for span, within in spans:
        for one in laws:
            state = {IN_FORCE: one.runs, ASLEEP: one.sleeps, OPEN: negated(either((one.runs, one.sleeps)))}[span.law]
            wrong.append(both((within, one.window, negated(state))))
    return either(wrong)


def _within(span: Span, day: Formula) -> Formula:
    return both((day >= span.first.toordinal(), day <= span.last.toordinal() if span.last else YES))


def _first_day(limb: Limb, rules: list[Rule], pack: RulePack, wrong: Formula, day: Formula) -> date:
    """The first day on which claim and rules differ: states change on edges alone, so it is one of those."""
    days = {one for rule in rules for one in edges(rule, pack)}
    days |= {span.first for span in limb.spans} | {span.last + A_DAY for span in limb.spans if span.last}
    solver = Solver()
    return next(on for on in sorted(days) if not solver.never(replaced(wrong, (day, number(on.toordinal())))))


def _claimed(limb: Limb, on: date) -> str:
    span = next((one for one in limb.spans if one.first <= on and (one.last is None or on <= one.last)), None)
    return span.law if span else "nothing"


def _state(rule: Rule, pack: RulePack, on: date) -> str:
    found = with_readings_open(rule, pack, number(on.toordinal()))
    if not _so(found.window):
        return "is not there"
    return IN_FORCE if _so(found.runs) else ASLEEP if _so(found.sleeps) else OPEN


def _so(formula: Formula) -> bool:
    """Whether a formula without variables is true."""
    return Solver().never(negated(formula))


# ---- edges


def _edges(ground: Ground, rule: Rule) -> Claim:
    """The engine on both sides of every day on which the state of a rule changes, under each reading and confirmation."""
    claim = Claim(kind=DAYS, of=f"{rule.id} edges", says=f"both sides of every edge of {rule.id}", standing=Standing.PROVED)

    def settle() -> Claim:
        names = [ground.kept(one).name for one in _around(ground, rule)]
        if not names:
            return replace(claim, standing=Standing.OPEN, because="no small product meets its conditions")
        return replace(claim, witnesses=tuple(names), because=f"{len(names)} days and confirmations")

    return guarded(claim, settle)


def _first(ground: Ground, rule: Rule, readings: Mapping[str, str] | None = None) -> Witness | None:
    """A product that meets the conditions of a rule under some readings, whatever the day; None where no small one does."""

    def meets(world: Grown) -> Formula:
        picked = [world.world.reading(name, option) for name, option in (readings or {}).items()]
        return both((world.rule(rule).when, negated(world.rule(rule).lifted), *picked))

    found = ground.found(meets)
    if found is None:
        return None
    return ground.witness(found, "", Expected(rule=rule.id, part=part(found), status=Status.APPLIES))


def _around(ground: Ground, rule: Rule) -> Iterator[Witness]:
    """A product that meets the conditions on each side of each edge; once a suspension ends, under each of its readings."""
    pack, sleeping = ground.pack, suspensions_of(rule, ground.pack)
    asked = [one.last_day_reading for one in sleeping if one.last_day_reading]
    asked += [one.revives_reading for one in sleeping if one.revives_reading]
    options = {name: [option.id for option in pack.readings[name].options] for name, _ in asked}
    statuses = tuple(dict.fromkeys(one.status for one in sleeping if one.status))
    over = min((one.last_day for one in sleeping), default=date.max)
    days = edges(rule, pack)
    first = _first(ground, rule)
    if first is not None:
        yield from (_on(first, pack, on, ()) for on in days if on < over)
        for one in sleeping:
            if one.status:
                yield from _extended(first, rule, pack, one.status, one.last_day + EXTENDED_BY)
    for picked in every_way(*options.values()):
        under = _first(ground, rule, dict(zip(options, picked, strict=True)))
        for on in days if under is not None else ():
            if under is not None and on >= over:
                yield from (_on(under, pack, on, lapsed) for lapsed in dict.fromkeys(((), statuses)))


def _on(first: Witness, pack: RulePack, on: date, lapsed: tuple[str, ...]) -> Witness:
    """The same product on a day, with what the rule files say of its rule then."""
    rule = pack.rules[first.expected.rule]
    said = {name: YES if name in lapsed else NO for name in pack.statuses}
    found = law(rule, pack, number(on.toordinal()), lambda name, option: YES if first.readings[name] == option else NO, said)
    status = Status.ASLEEP if _so(found.sleeps) else Status.APPLIES if _so(found.runs) else Status.CANNOT_TELL
    shows = f"{rule.id} on {on}: {status.value}"
    expected = replace(first.expected, status=status)
    return replace(first, shows=shows, on=on, lapsed=lapsed, expected=expected, also={})


def _extended(first: Witness, rule: Rule, pack: RulePack, status: str, through: date) -> Iterator[Witness]:
    """Before the last day of a confirmed extension a rule sleeps, after it nobody can tell."""
    for on, found in ((through - A_DAY, Status.ASLEEP), (through + A_DAY, Status.CANNOT_TELL)):
        if on >= rule.starts and (rule.ends is None or on <= rule.ends) and len(suspensions_of(rule, pack)) == 1:
            shows = f"{rule.id} on {on}, suspension extended through {through}: {found.value}"
            expected = replace(first.expected, status=found)
            extended = ((status, through),)
            yield replace(first, shows=shows, on=on, lapsed=(), extended=extended, expected=expected, also={})


# ---- lists of other announcements


def of_lists(ground: Ground) -> Iterator[Claim]:
    """Every list of another announcement that a rule asks for."""
    pack = ground.pack
    for rule in filter(lambda rule: ground.looks_at(rule.id), pack.rules.values()):
        names = [name for ask in asks_of(rule.when) if ask.question == "item.listed_in" for name in sorted(ask.values)]
        for name in dict.fromkeys(names):
            if pack.lists[name].instrument != rule.instrument:
                yield _list(ground, rule, name)


def _list(ground: Ground, rule: Rule, name: str) -> Claim:
    owner = ground.pack.lists[name].instrument
    says = f"{rule.id} runs on no day on which {owner}, whose list {name} it names, does not"
    claim = Claim(kind=LISTS, of=f"{rule.id} names {name}", says=says, standing=Standing.PROVED)
    others = [one for one in ground.pack.rules.values() if one.instrument == owner and name in one.lists]
    if not others:
        because = f"{owner} has no rule of its own that names the list"
        return replace(claim, standing=Standing.OPEN, because=because)

    def early(world: Grown) -> Formula:
        return both((world.rule(rule).law.runs, *(negated(world.rule(one).law.runs) for one in others)))

    def shown(world: Grown) -> Formula:
        return both((early(world), world.rule(rule).applies, world.listed(name)))

    def expecting(found: Shown) -> Expected:
        return Expected(rule=rule.id, part=part(found), status=Status.APPLIES)

    def together(world: Grown) -> Formula:
        running = either(world.rule(one).law.runs for one in others)
        return both((world.rule(rule).applies, world.listed(name), running))

    beside = Beside(name=f"{rule.id} by the list {name} while {owner} runs", goal=together, expecting=expecting)
    refuted = f"it runs on a day on which no rule of {owner} does"
    return impossible(ground, claim, early, shown, expecting, refuted, beside)
