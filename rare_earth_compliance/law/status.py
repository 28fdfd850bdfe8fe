"""Whether a rule is in force on a day.

Knows starts, ends, suspensions, the readings about their last day, and confirmations of what came
after. Does not know what day it is: the day is always given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.law.model import Confirmation, Rule, RulePack, Suspension


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """Whether a rule is in force on a day, in a word, why, and what would settle it.

    ``state``: "in force", "not yet", "ended", "suspended", "never operated" or "unknown".
    ``changes``: the first later day on which this may be different, None when no such day is known.
    ``rests_on``: readings and confirmations that were used.
    ``readings`` and ``status``: what is open and would settle it; each may matter only once another is chosen.
    """

    truth: Truth
    state: str
    because: str
    readings: tuple[str, ...] = ()
    status: str | None = None
    changes: date | None = None
    rests_on: tuple[str, ...] = ()


def suspensions_of(rule: Rule, pack: RulePack) -> list[Suspension]:
    """The suspensions that reach a rule: of its instrument, of the rule alone, or of what it leans on."""
    reached = {rule.instrument, rule.id, *rule.sleeps_with}
    return [one for one in pack.suspensions.values() if reached & set(one.suspends)]


def in_force(
    rule: Rule,
    pack: RulePack,
    on: date,
    readings: Mapping[str, str],
    confirmations: tuple[Confirmation, ...] = (),
) -> InForce:
    """The state of ``rule`` on the day ``on``."""
    sleeping = suspensions_of(rule, pack)
    later = sorted({day for day in _boundaries(rule, sleeping, pack, confirmations) if day > on})
    changes = later[0] if later else None
    if rule.ends is not None and on > rule.ends:
        return InForce(truth=Truth.FALSE, state="ended", because=f"ended on {rule.ends}", changes=changes)
    if on < rule.starts:
        because = f"takes effect on {rule.starts}"
        over = next((one for one in sleeping if one.starts <= rule.starts <= one.last_day), None)
        if over is not None:
            because += f", a day that lies in its suspension by {over.instrument} through {over.last_day}"
        return InForce(truth=Truth.FALSE, state="not yet", because=because, changes=changes)
    for suspension in sleeping:
        found = _suspended(rule, suspension, on, readings, confirmations, pack, changes)
        if found is not None:
            return found
    return InForce(truth=Truth.TRUE, state="in force", because=f"in force since {rule.starts}", changes=changes)


def days_of_change(pack: RulePack, confirmations: tuple[Confirmation, ...] = ()) -> tuple[date, ...]:
    """Every day on which the state of a rule, or a list of parties, may become another one, in the order of the calendar."""
    found: set[date] = set()
    for rule in pack.rules.values():
        found.update(_boundaries(rule, suspensions_of(rule, pack), pack, confirmations))
    for listing in pack.parties.announcements.values():
        found.add(listing.starts)
        if listing.ends:
            found.add(listing.ends + timedelta(days=1))
    return tuple(sorted(found))


def _boundaries(rule: Rule, sleeping: list[Suspension], pack: RulePack, confirmations: tuple[Confirmation, ...]) -> list[date]:
    days = [rule.starts]
    if rule.ends:
        days.append(rule.ends + timedelta(days=1))
    for suspension in sleeping:
        days += [suspension.starts, suspension.last_day, suspension.last_day + timedelta(days=1)]
        if suspension.status:
            days += pack.statuses[suspension.status].watch
        for confirmed in confirmations:
            if confirmed.settles == suspension.status and confirmed.through:
                days += [confirmed.through, confirmed.through + timedelta(days=1)]
    return days


def _suspended(
    rule: Rule,
    suspension: Suspension,
    on: date,
    readings: Mapping[str, str],
    confirmations: tuple[Confirmation, ...],
    pack: RulePack,
    changes: date | None,
) -> InForce | None:
    """What a suspension makes of the rule on the day; None when it says nothing of it."""
    name = suspension.instrument
    if on < suspension.starts:
        return None
    asleep = f"suspended by {name} from {suspension.starts} through {suspension.last_day}"
    state = "never operated" if _fell_in(rule, suspension) else "suspended"
    if on < suspension.last_day:
        return InForce(truth=Truth.FALSE, state=state, because=asleep, changes=changes)
    settling = [one for one in confirmations if suspension.status and one.settles == suspension.status]
    confirmed = [one for one in settling if not _published_later(one, on)]
    extended = max((one.through for one in confirmed if one.through), default=None)
    rests: tuple[str, ...] = ()
    if extended is not None:
        # From here on everything rests on the extension, its last day and what follows it as well.
        proof = next(one for one in confirmed if one.through == extended)
        asleep = f"suspension extended through {extended} by {proof.instrument} (confirmed by {proof.by}, {proof.day})"
        rests = (proof.text,)
        if on < extended:
            return InForce(truth=Truth.FALSE, state=state, because=asleep, changes=changes, rests_on=rests)
    if on in (suspension.last_day, extended) and suspension.last_day_reading and (extended is None or on == extended):
        reading, inclusive = suspension.last_day_reading
        option = readings.get(reading)
        if option is None:
            awake = _over(rule, suspension, on, extended, settling, readings, pack, changes, rests)
            if awake.truth is Truth.FALSE:
                return awake
            because = f"{on} is the last day of the suspension: whether that day is still suspended is not stated"
            return InForce(
                truth=Truth.UNKNOWN,
                state="unknown",
                because=because,
                readings=(reading, *awake.readings),
                status=awake.status,
                changes=changes,
                rests_on=rests,
            )
        rests = (*rests, f"reading {reading} = {option}")
        if option == inclusive:
            return InForce(truth=Truth.FALSE, state=state, because=asleep, changes=changes, rests_on=rests)
    return _over(rule, suspension, on, extended, settling, readings, pack, changes, rests)


def _over(
    rule: Rule,
    suspension: Suspension,
    on: date,
    extended: date | None,
    settling: list[Confirmation],
    readings: Mapping[str, str],
    pack: RulePack,
    changes: date | None,
    rests: tuple[str, ...],
) -> InForce:
    """The state on a day that the suspension, as written or extended, does not reach."""
    confirmed = [one for one in settling if not _published_later(one, on)]
    late = next((one for one in settling if _published_later(one, on) and one.through and one.through >= on), None)
    if late is not None and not any(one.outcome == "lapsed" for one in confirmed):
        extends = f"{late.instrument}, published {late.published}, extends the suspension"
        because = f"{extends}; whether it reaches back to {on} is not told"
        return InForce(
            truth=Truth.UNKNOWN,
            state="unknown",
            because=because,
            readings=_start_open(rule, suspension, readings),
            status=suspension.status,
            changes=changes,
            rests_on=rests,
        )
    return _after(rule, suspension, extended, confirmed, readings, pack, changes, rests)


def _fell_in(rule: Rule, suspension: Suspension) -> bool:
    """Whether the stated start of a rule lies in a suspension, so that it had never operated before."""
    return rule.starts >= suspension.starts


def _start_open(rule: Rule, suspension: Suspension, readings: Mapping[str, str]) -> tuple[str, ...]:
    """The reading on whether a rule needs a new start, where its start fell into the suspension and nobody has chosen."""
    revival = suspension.revives_reading if _fell_in(rule, suspension) else None
    return (revival[0],) if revival and revival[0] not in readings else ()


def _published_later(one: Confirmation, on: date) -> bool:
    """Whether what a confirmation names was published after the day judged: on that day it was no law."""
    return one.published is not None and one.published > on


def _after(
    rule: Rule,
    suspension: Suspension,
    extended: date | None,
    confirmed: list[Confirmation],
    readings: Mapping[str, str],
    pack: RulePack,
    changes: date | None,
    rests: tuple[str, ...],
) -> InForce:
    """The state when the written suspension is over."""
    over = extended or suspension.last_day
    lapsed = [one for one in confirmed if one.outcome == "lapsed"]
    if suspension.status and not lapsed:
        because = f"the suspension by {suspension.instrument} ran to {over}; {pack.statuses[suspension.status].question}"
        return InForce(
            truth=Truth.UNKNOWN,
            state="unknown",
            because=because,
            readings=_start_open(rule, suspension, readings),
            status=suspension.status,
            changes=changes,
            rests_on=rests,
        )
    if lapsed:
        rests = (*rests, lapsed[0].text)
    because = f"in force again after the suspension by {suspension.instrument}"
    if _fell_in(rule, suspension) and suspension.revives_reading:
        reading, at_once = suspension.revives_reading
        option = readings.get(reading)
        if option is None:
            because = f"its start {rule.starts} fell into the suspension, and no new start is given"
            return InForce(
                truth=Truth.UNKNOWN, state="unknown", because=because, readings=(reading,), changes=changes, rests_on=rests
            )
        rests = (*rests, f"reading {reading} = {option}")
        if option != at_once:
            because = f"its start {rule.starts} fell into the suspension; read as needing a new start"
            return InForce(truth=Truth.FALSE, state="not yet", because=because, changes=changes, rests_on=rests)
    return InForce(truth=Truth.TRUE, state="in force", because=because, changes=changes, rests_on=rests)
