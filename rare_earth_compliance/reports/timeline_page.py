"""The law along the calendar: every instrument and limb, from the rule pack alone.

Knows how dates are put in order and into words. The state on a day comes from ``law.status``; this module walks
from one day of change to the next and never says anything of its own about the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rare_earth_compliance.law.model import Confirmation, Instrument, Rule, RulePack, Suspension
from rare_earth_compliance.law.status import InForce, in_force
from rare_earth_compliance.reports.blocks import Block, Grid, Heading, Items, Rows

_DAY = timedelta(days=1)
_PAST, _NOW, _AHEAD = "past", "NOW", "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of days on which a rule is in one state; ``last`` is None where no later change is known."""

    first: date
    last: date | None
    state: InForce


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something that happens on a day."""

    day: date
    instrument: str
    what: str


def phases(
    rule: Rule, pack: RulePack, readings: Mapping[str, str], confirmations: tuple[Confirmation, ...] = ()
) -> tuple[Phase, ...]:
    """Every state of a rule in its order, from the day its instrument was issued; days that are alike are one phase."""
    day = min(pack.instruments[rule.instrument].issued, rule.starts)
    found: list[Phase] = []
    while True:
        state = in_force(rule, pack, day, readings, confirmations)
        last = state.changes - _DAY if state.changes else None
        if found and (found[-1].state.state, found[-1].state.because) == (state.state, state.because):
            found[-1] = Phase(first=found[-1].first, last=last, state=state)
        else:
            found.append(Phase(first=day, last=last, state=state))
        if state.changes is None:
            return tuple(found)
        day = state.changes


def events(pack: RulePack) -> tuple[Event, ...]:
    """Everything that the pack puts on a day, in the order of the calendar."""
    found = [Event(one.issued, one.id, "issued") for one in pack.instruments.values()]
    starts: dict[tuple[date, str], list[str]] = {}
    ends: dict[tuple[date, str], list[str]] = {}
    for rule in pack.rules.values():
        starts.setdefault((rule.starts, rule.instrument), []).append(limb(rule))
        if rule.ends is not None:
            ends.setdefault((rule.ends, rule.instrument), []).append(limb(rule))
    found += [Event(day, name, f"stated start of {_limbs(limbs)}") for (day, name), limbs in starts.items()]
    found += [Event(day, name, f"stated last day of {_limbs(limbs)}") for (day, name), limbs in ends.items()]
    for one in pack.suspensions.values():
        found += _of_suspension(pack, one)
    for listing in pack.parties.announcements.values():
        what = f"{listing.entities} parties ({listing.of}) on the {listing.list}"
        found.append(Event(listing.starts, listing.id, f"puts {what}"))
        found += [Event(listing.ends, listing.id, f"last day of {what}")] if listing.ends else []
    found.append(Event(pack.verified_through, "all", "the law was last checked; what came later is not known here"))
    return tuple(sorted(found))


def _of_suspension(pack: RulePack, one: Suspension) -> Iterator[Event]:
    names = ", ".join(one.suspends)
    yield Event(one.starts, one.instrument, f"suspends {names}")
    yield Event(one.last_day, one.instrument, "stated last day of the suspension")
    after = one.last_day + _DAY
    if one.status is None:
        yield Event(after, one.instrument, f"{names} awake again")
        return
    status = pack.statuses[one.status]
    yield Event(after, one.instrument, f"awake again, or not? {status.question} [status {status.id}]")
    for day in status.watch:
        yield Event(day, one.instrument, f"to watch, should the suspension have been extended [status {status.id}]")


def _limbs(names: list[str]) -> str:
    return f"limb{'s' if len(names) > 1 else ''} {', '.join(names)}"


def limb(rule: Rule) -> str:
    """The part of a rule's id that names the limb within its instrument."""
    return rule.id.removeprefix(f"{rule.instrument}/")


# ---- the page


def timeline_blocks(
    pack: RulePack, on: date, readings: Mapping[str, str], confirmations: tuple[Confirmation, ...] = ()
) -> Iterator[Block]:
    """The calendar, every instrument with its limbs, and what lies ahead of the day ``on``."""
    happened = events(pack)
    yield Heading(f"The law along the calendar, seen from {on}")
    rows = [("rule pack", pack.title), ("last checked", f"{pack.verified_through}: {pack.verified_how}")]
    rows += [("read as", f"{name} = {option}") for name, option in sorted(readings.items())]
    rows += [("confirmed", one.text) for one in confirmations]
    yield Rows("", tuple(rows))
    yield Heading("Calendar")
    yield Grid(("day", "", "instrument", "what"), tuple(_calendar(happened, on)))
    for instrument in sorted(pack.instruments.values(), key=lambda one: (one.issued, one.id)):
        yield from _instrument(pack, instrument, on, readings, confirmations)
    yield from _ahead(pack, happened, on)
    if pack.not_modelled:
        yield Heading("Known, but not judged here")
        yield Items(tuple(f"{one.id}: {one.subject} – {one.state}" for one in pack.not_modelled))


def _calendar(happened: Iterable[Event], on: date) -> Iterator[tuple[str, str, str, str]]:
    marked = False
    for event in happened:
        if event.day > on and not marked:
            yield str(on), _NOW, "", "the day looked at"
            marked = True
        yield str(event.day), _when(event.day, event.day, on), event.instrument, event.what
    if not marked:
        yield str(on), _NOW, "", "the day looked at"


def _when(first: date, last: date | None, on: date) -> str:
    if first > on:
        return _AHEAD
    return _PAST if last is not None and last < on else _NOW


def _instrument(
    pack: RulePack, instrument: Instrument, on: date, readings: Mapping[str, str], confirmations: tuple[Confirmation, ...]
) -> Iterator[Block]:
    yield Heading(f"{instrument.id} – {instrument.title_en}")
    own = [one for one in pack.suspensions.values() if one.instrument == instrument.id]
    rows = [("issued", str(instrument.issued))]
    rows += [("suspends", f"{', '.join(one.suspends)} from {one.starts} through {one.last_day}") for one in own]
    yield Rows("", tuple(rows))
    alike: dict[tuple[tuple[date, date | None, str, str], ...], tuple[list[Rule], tuple[Phase, ...]]] = {}
    for rule in pack.rules.values():
        if rule.instrument == instrument.id:
            found = phases(rule, pack, readings, confirmations)
            key = tuple((one.first, one.last, one.state.state, one.state.because) for one in found)
            alike.setdefault(key, ([], found))[0].append(rule)
    for rules, found in alike.values():
        now = next((one.state.state for one in found if _when(one.first, one.last, on) == _NOW), "not yet issued")
        yield Rows(
            f"{_limbs([limb(rule) for rule in rules])}: on {on} {now}", tuple((limb(rule), rule.title) for rule in rules)
        )
        yield Grid(("from", "through", "", "state", "why"), tuple(_phase(one, on) for one in found))


def _phase(one: Phase, on: date) -> tuple[str, str, str, str, str]:
    open_ = [f"reading {name}" for name in one.state.readings]
    open_ += [f"status {one.state.status}"] if one.state.status else []
    why = one.state.because + (f" [open: {', '.join(open_)}]" if open_ else "")
    return str(one.first), str(one.last or "open end"), _when(one.first, one.last, on), one.state.state, why


def _ahead(pack: RulePack, happened: Iterable[Event], on: date) -> Iterator[Block]:
    yield Heading("Open, and the next days to watch")
    later = [event for event in happened if event.day > on]
    if later:
        yield Grid(("day", "in days", "instrument", "what"), tuple(_later(event, on) for event in later))
    else:
        yield Items((f"the pack names no day after {on}",))
    for status in pack.statuses.values():
        rows = (("ask", status.ask_whom), ("announced", status.announced))
        yield Rows(f"{status.id}: {status.question}", rows)
    if on > pack.verified_through:
        days = (on - pack.verified_through).days
        yield Items((f"the law was last checked {days} days before {on}: look for later instruments",))


def _later(event: Event, on: date) -> tuple[str, str, str, str]:
    return str(event.day), str((event.day - on).days), event.instrument, event.what
