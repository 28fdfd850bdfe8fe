"""The state of a rule on a day, as a formula of the day.

Knows starts, ends and suspensions as the rule files give them, written here a second time and apart from the engine's own
reading of them: replayed witnesses hold the two against each other. A suspension is over where it was confirmed to have
lapsed, and open where nothing is confirmed. Does not know extensions: those are replayed by day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import product as every_way

from rare_earth_compliance.law.model import Rule, RulePack, Suspension
from rare_earth_compliance.law.status import suspensions_of
from rare_earth_compliance.proof.formulas import NO, YES, Formula, both, either, negated

Chosen = Callable[[str, str], Formula]
"""Whether a reading is set to an option."""


@dataclass(frozen=True)
class Law:
    """Whether a rule runs on a day, or surely does not; neither where that is open."""

    runs: Formula
    sleeps: Formula
    window: Formula
    """That the day lies between its start and its end."""


def law(rule: Rule, pack: RulePack, day: Formula, chosen: Chosen, lapsed: dict[str, Formula]) -> Law:
    """The state of a rule on a day, under readings and what is confirmed."""
    begun = day >= rule.starts.toordinal()
    ended = day > rule.ends.toordinal() if rule.ends else NO
    window = both((begun, negated(ended)))
    asleep, open_ = [], []
    for one in suspensions_of(rule, pack):
        asleep.append(_asleep(one, rule, day, chosen, lapsed))
        open_.append(both((_after(one, day, chosen), negated(_settled(one, lapsed)))))
    sleeps = either((negated(window), *asleep))
    return Law(runs=both((negated(sleeps), negated(either(open_)))), sleeps=sleeps, window=window)


def _asleep(one: Suspension, rule: Rule, day: Formula, chosen: Chosen, lapsed: dict[str, Formula]) -> Formula:
    within = both((day >= one.starts.toordinal(), day <= one.last_day.toordinal(), negated(_after(one, day, chosen))))
    never_began = NO
    if rule.starts >= one.starts and one.revives_reading:
        never_began = both((_after(one, day, chosen), _settled(one, lapsed), negated(chosen(*one.revives_reading))))
    return either((within, never_began))


def _after(one: Suspension, day: Formula, chosen: Chosen) -> Formula:
    """That the written suspension is over: after its last day, or on it where that day is read as awake."""
    last = one.last_day.toordinal()
    on_it = both((day == last, negated(chosen(*one.last_day_reading)))) if one.last_day_reading else NO
    return either((day > last, on_it))


def _settled(one: Suspension, lapsed: dict[str, Formula]) -> Formula:
    return lapsed[one.status] if one.status else YES


def with_readings_open(rule: Rule, pack: RulePack, day: Formula) -> Law:
    """The same with every reading of the suspensions open and nothing confirmed: sure only where it is under each."""
    asked: dict[str, list[str]] = {}
    for one in suspensions_of(rule, pack):
        for reading in filter(None, (one.last_day_reading, one.revives_reading)):
            asked[reading[0]] = [option.id for option in pack.readings[reading[0]].options]
    ways = []
    for options in every_way(*asked.values()):
        picked = dict(zip(asked, options, strict=True))
        nothing = dict.fromkeys(pack.statuses, NO)
        ways.append(law(rule, pack, day, partial(_picked, picked), nothing))
    return Law(runs=both(way.runs for way in ways), sleeps=both(way.sleeps for way in ways), window=ways[0].window)


def _picked(picked: dict[str, str], name: str, option: str) -> Formula:
    return YES if picked[name] == option else NO


def edges(rule: Rule, pack: RulePack) -> tuple[date, ...]:
    """The days on which the state of a rule changes, and the day before each."""
    days = [rule.starts, *([rule.ends + timedelta(days=1)] if rule.ends else ())]
    for one in suspensions_of(rule, pack):
        days += [one.starts, one.last_day, one.last_day + timedelta(days=1)]
    return tuple(sorted({day - timedelta(days=before) for day in days for before in (0, 1)}))


def horizon(rules: Iterable[Rule], pack: RulePack) -> tuple[date, date]:
    """The days that are looked at: from well before the first change to well after the last."""
    days = sorted(day for rule in rules for day in edges(rule, pack))
    return days[0] - timedelta(days=366), days[-1] + timedelta(days=3660)
