"""Whether a rule is in force, answer by answer: each whole, with its words, on one small suspension.

The walks day by day through the real pack stand in ``test_status``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Confirmation, Rule, RulePack, StatusQuestion, Suspension
from rare_earth_compliance.law.status import InForce, days_of_change, in_force, suspensions_of

FULL = load()
QUOTE = next(iter(FULL.rules.values())).says
EARLY: Rule = replace(
    next(iter(FULL.rules.values())), id="r", instrument="i", starts=date(2025, 10, 9), ends=None, sleeps_with=("leant-on",)
)
LATE = replace(EARLY, starts=date(2025, 12, 1))
SLEEP = Suspension(
    id="s",
    instrument="no-70",
    says=QUOTE,
    suspends=("i",),
    starts=date(2025, 11, 7),
    last_day=date(2026, 11, 10),
    last_day_reading=("last", "sleeps"),
    status="st",
    revives_reading=("start", "at-once"),
)
ASKED = StatusQuestion(id="st", question="was it extended?", ask_whom="", announced="", watch=(date(2027, 1, 10),))
PACK: RulePack = replace(FULL, suspensions={"s": SLEEP}, statuses={"st": ASKED})
LAPSED = Confirmation(
    settles="st",
    outcome="lapsed",
    through=None,
    instrument=None,
    published=None,
    source="a list",
    by="A. B.",
    day=date(2026, 11, 23),
    place=Place(file="status.yaml"),
)
EXTENDED = replace(
    LAPSED, outcome="extended", through=date(2027, 3, 5), instrument="No. 99", published=date(2026, 11, 10), source="a gazette"
)
FURTHER = replace(EXTENDED, through=date(2027, 4, 5), instrument="No. 7", published=date(2026, 12, 1), by="C. D.")
OTHER = replace(EXTENDED, settles="another", through=date(2028, 1, 1))
ASLEEP = "suspended by no-70 from 2025-11-07 through 2026-11-10"
AFTER = "the suspension by no-70 ran to {}; was it extended?"
FELL = "its start 2025-12-01 fell into the suspension"
AGAIN = "in force again after the suspension by no-70"
BACK = "No. 99, published 2026-11-20, extends the suspension; whether it reaches back to {} is not told"
SLEEPS, AWAKE = {"last": "sleeps"}, {"last": "awake"}
READ_SLEEPS, READ_AWAKE = "reading last = sleeps", "reading last = awake"
AT_ONCE, ANEW = {"start": "at-once"}, {"start": "anew"}
READ_AT_ONCE, READ_ANEW = "reading start = at-once", "reading start = anew"
SECRET = replace(EXTENDED, published=date(2026, 11, 20))
BY_99 = "suspension extended through 2027-03-05 by No. 99 (confirmed by A. B., 2026-11-23)"
BY_7 = "suspension extended through 2027-04-05 by No. 7 (confirmed by C. D., 2026-11-23)"


def day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def state(word: str, because: str, changes: str | None, rests_on: tuple[str, ...] = (), **asks: Any) -> InForce:
    truth = {"in force": Truth.TRUE, "unknown": Truth.UNKNOWN}.get(word, Truth.FALSE)
    return InForce(truth=truth, state=word, because=because, changes=day_of(changes), rests_on=rests_on, **asks)


def unknown(because: str, changes: str | None, rests_on: tuple[str, ...] = (), **asks: Any) -> InForce:
    return state("unknown", because, changes, rests_on, **asks)


Settled = tuple[Confirmation, ...]
# the rule, the day, readings, confirmations, the state
WHOLE: list[tuple[Rule, str, dict[str, str], Settled, InForce]] = [
    (EARLY, "2025-10-08", {}, (), state("not yet", "takes effect on 2025-10-09", "2025-10-09")),
    (EARLY, "2025-10-09", {}, (), state("in force", "in force since 2025-10-09", "2025-11-07")),
    (EARLY, "2025-11-06", {}, (), state("in force", "in force since 2025-10-09", "2025-11-07")),
    (EARLY, "2025-11-07", {}, (), state("suspended", ASLEEP, "2026-11-10")),
    (EARLY, "2026-11-09", {}, (), state("suspended", ASLEEP, "2026-11-10")),
    (
        LATE,
        "2025-11-30",
        {},
        (),
        state(
            "not yet",
            "takes effect on 2025-12-01, a day that lies in its suspension by no-70 through 2026-11-10",
            "2025-12-01",
        ),
    ),
    (LATE, "2025-12-01", {}, (), state("never operated", ASLEEP, "2026-11-10")),
    (replace(LATE, starts=date(2025, 11, 7)), "2025-11-07", {}, (), state("never operated", ASLEEP, "2026-11-10")),
    (replace(LATE, starts=date(2025, 11, 6)), "2025-11-07", {}, (), state("suspended", ASLEEP, "2026-11-10")),
    # The last day.
    (
        EARLY,
        "2026-11-10",
        {},
        (),
        unknown(
            "2026-11-10 is the last day of the suspension: whether that day is still suspended is not stated",
            "2026-11-11",
            readings=("last",),
            status="st",
        ),
    ),
    (EARLY, "2026-11-10", SLEEPS, (), state("suspended", ASLEEP, "2026-11-11", (READ_SLEEPS,))),
    (EARLY, "2026-11-10", AWAKE, (), unknown(AFTER.format("2026-11-10"), "2026-11-11", (READ_AWAKE,), status="st")),
    (
        LATE,
        "2026-11-10",
        AWAKE,
        (LAPSED,),
        unknown(f"{FELL}, and no new start is given", "2026-11-11", (READ_AWAKE, LAPSED.text), readings=("start",)),
    ),
    # After it.
    (EARLY, "2026-11-11", SLEEPS, (), unknown(AFTER.format("2026-11-10"), "2027-01-10", status="st")),
    (EARLY, "2027-01-10", {}, (), unknown(AFTER.format("2026-11-10"), None, status="st")),
    (LATE, "2026-11-11", {}, (), unknown(AFTER.format("2026-11-10"), "2027-01-10", readings=("start",), status="st")),
    (LATE, "2026-11-11", AT_ONCE, (), unknown(AFTER.format("2026-11-10"), "2027-01-10", status="st")),
    (EARLY, "2026-11-11", {}, (OTHER,), unknown(AFTER.format("2026-11-10"), "2027-01-10", status="st")),
    (EARLY, "2026-11-11", {}, (LAPSED,), state("in force", AGAIN, "2027-01-10", (LAPSED.text,))),
    (
        LATE,
        "2026-11-11",
        {},
        (LAPSED,),
        unknown(f"{FELL}, and no new start is given", "2027-01-10", (LAPSED.text,), readings=("start",)),
    ),
    (LATE, "2026-11-11", AT_ONCE, (LAPSED,), state("in force", AGAIN, "2027-01-10", (LAPSED.text, READ_AT_ONCE))),
    (
        LATE,
        "2026-11-11",
        ANEW,
        (LAPSED,),
        state("not yet", f"{FELL}; read as needing a new start", "2027-01-10", (LAPSED.text, READ_ANEW)),
    ),
    # Extended.
    (EARLY, "2026-11-10", {}, (EXTENDED,), state("suspended", BY_99, "2026-11-11", (EXTENDED.text,))),
    (EARLY, "2027-03-04", {}, (EXTENDED,), state("suspended", BY_99, "2027-03-05", (EXTENDED.text,))),
    (LATE, "2027-03-04", {}, (EXTENDED,), state("never operated", BY_99, "2027-03-05", (EXTENDED.text,))),
    (EARLY, "2027-03-04", {}, (EXTENDED, FURTHER), state("suspended", BY_7, "2027-03-05", (FURTHER.text,))),
    (EARLY, "2027-03-06", {}, (EXTENDED, FURTHER), state("suspended", BY_7, "2027-04-05", (FURTHER.text,))),
    (
        EARLY,
        "2027-03-05",
        {},
        (EXTENDED,),
        unknown(
            "2027-03-05 is the last day of the suspension: whether that day is still suspended is not stated",
            "2027-03-06",
            (EXTENDED.text,),
            readings=("last",),
            status="st",
        ),
    ),
    (EARLY, "2027-03-05", SLEEPS, (EXTENDED,), state("suspended", BY_99, "2027-03-06", (EXTENDED.text, READ_SLEEPS))),
    (EARLY, "2027-03-06", SLEEPS, (EXTENDED,), unknown(AFTER.format("2027-03-05"), None, (EXTENDED.text,), status="st")),
    (
        EARLY,
        "2027-03-05",
        AWAKE,
        (EXTENDED,),
        unknown(AFTER.format("2027-03-05"), "2027-03-06", (EXTENDED.text, READ_AWAKE), status="st"),
    ),
    # Published after the day judged: no law on it, and whether it reaches back is open.
    (EARLY, "2026-11-11", {}, (SECRET,), unknown(BACK.format("2026-11-11"), "2027-01-10", status="st")),
    (EARLY, "2026-11-19", {}, (SECRET,), unknown(BACK.format("2026-11-19"), "2027-01-10", status="st")),
    (EARLY, "2026-11-20", {}, (SECRET,), state("suspended", BY_99, "2027-01-10", (SECRET.text,))),
    (EARLY, "2026-11-10", SLEEPS, (SECRET,), state("suspended", ASLEEP, "2026-11-11", (READ_SLEEPS,))),
    (EARLY, "2026-11-11", {}, (SECRET, LAPSED), state("in force", AGAIN, "2027-01-10", (LAPSED.text,))),
    (
        EARLY,
        "2026-11-12",
        {},
        (replace(SECRET, through=date(2026, 11, 11)),),
        unknown(AFTER.format("2026-11-10"), "2027-01-10", status="st"),
    ),
    (
        EARLY,
        "2026-11-12",
        {},
        (replace(SECRET, through=date(2026, 11, 12)),),
        unknown(BACK.format("2026-11-12"), "2026-11-13", status="st"),
    ),
    (
        EARLY,
        "2026-11-12",
        {},
        (replace(LAPSED, published=date(2026, 11, 20)),),
        unknown(AFTER.format("2026-11-10"), "2027-01-10", status="st"),
    ),
    # Reached through what it leans on is the same as being named; not reached is not.
    (replace(EARLY, instrument="j", sleeps_with=("i",)), "2025-11-07", {}, (), state("suspended", ASLEEP, "2026-11-10")),
    (replace(EARLY, instrument="j"), "2025-11-07", {}, (), state("in force", "in force since 2025-10-09", None)),
    (replace(EARLY, instrument="j", id="i"), "2025-11-07", {}, (), state("suspended", ASLEEP, "2026-11-10")),
    # With an end of its own.
    (
        replace(EARLY, ends=date(2025, 10, 31)),
        "2025-10-31",
        {},
        (),
        state("in force", "in force since 2025-10-09", "2025-11-01"),
    ),
    (replace(EARLY, ends=date(2025, 10, 31)), "2025-11-01", {}, (), state("ended", "ended on 2025-10-31", "2025-11-07")),
]


@pytest.mark.parametrize(("rule", "on", "readings", "confirmations", "wanted"), WHOLE)
def test_a_state_is_whole(rule: Rule, on: str, readings: dict[str, str], confirmations: Settled, wanted: InForce) -> None:
    assert in_force(rule, PACK, date.fromisoformat(on), readings, confirmations) == wanted


def under(**changes: Any) -> RulePack:
    return replace(PACK, suspensions={"s": replace(SLEEP, **changes)})


NO_STATUS = under(status=None)
NO_READING = under(last_day_reading=None)
NO_REVIVAL = under(revives_reading=None)
# The pack, the rule, the day, readings, confirmations, the state.
OTHERS: list[tuple[RulePack, Rule, str, dict[str, str], Settled, InForce]] = [
    # The text leaves nothing open after the last day: nobody is asked, and no confirmation is looked at.
    (NO_STATUS, EARLY, "2026-11-11", {}, (), state("in force", AGAIN, None)),
    (NO_STATUS, EARLY, "2026-11-10", AWAKE, (), state("in force", AGAIN, "2026-11-11", (READ_AWAKE,))),
    (NO_STATUS, EARLY, "2026-11-11", {}, (replace(EXTENDED, settles=""),), state("in force", AGAIN, None)),
    (NO_STATUS, EARLY, "2026-11-11", {}, (replace(LAPSED, settles=""),), state("in force", AGAIN, None)),
    (NO_STATUS, LATE, "2026-11-11", AT_ONCE, (), state("in force", AGAIN, None, (READ_AT_ONCE,))),
    # No question about the last day.
    (NO_READING, EARLY, "2026-11-10", {}, (), unknown(AFTER.format("2026-11-10"), "2026-11-11", status="st")),
    # No question about the start: the start that fell into the suspension is over with it.
    (NO_REVIVAL, LATE, "2026-11-11", {}, (), unknown(AFTER.format("2026-11-10"), "2027-01-10", status="st")),
    (NO_REVIVAL, LATE, "2026-11-11", {}, (LAPSED,), state("in force", AGAIN, "2027-01-10", (LAPSED.text,))),
    # A suspension that begins after the start, or ended before it, is no part of what is said of the start.
    (
        PACK,
        replace(LATE, starts=date(2026, 11, 10)),
        "2026-11-09",
        {},
        (),
        state(
            "not yet", "takes effect on 2026-11-10, a day that lies in its suspension by no-70 through 2026-11-10", "2026-11-10"
        ),
    ),
    (
        PACK,
        replace(LATE, starts=date(2025, 11, 7)),
        "2025-11-06",
        {},
        (),
        state(
            "not yet", "takes effect on 2025-11-07, a day that lies in its suspension by no-70 through 2026-11-10", "2025-11-07"
        ),
    ),
    (
        PACK,
        replace(LATE, starts=date(2026, 11, 11)),
        "2026-11-10",
        {},
        (),
        state("not yet", "takes effect on 2026-11-11", "2026-11-11"),
    ),
]


@pytest.mark.parametrize(("pack", "rule", "on", "readings", "confirmations", "wanted"), OTHERS)
def test_a_suspension_that_leaves_less_open(
    pack: RulePack, rule: Rule, on: str, readings: dict[str, str], confirmations: Settled, wanted: InForce
) -> None:
    assert in_force(rule, pack, date.fromisoformat(on), readings, confirmations) == wanted


def test_without_confirmations_and_readings_nothing_is_settled() -> None:
    assert in_force(EARLY, PACK, date(2026, 11, 11), {}).truth is Truth.UNKNOWN


def test_which_suspensions_reach_a_rule() -> None:
    found = {
        "instrument": suspensions_of(EARLY, PACK),
        "leant on": suspensions_of(EARLY, under(suspends=("x", "leant-on"))),
        "the rule": suspensions_of(EARLY, under(suspends=("r",))),
        "another": suspensions_of(EARLY, under(suspends=("x",))),
    }
    assert {name: [one.id for one in reached] for name, reached in found.items()} == {
        "instrument": ["s"],
        "leant on": ["s"],
        "the rule": ["s"],
        "another": [],
    }
    second = replace(SLEEP, id="t", starts=date(2027, 1, 1), last_day=date(2027, 1, 31), status=None)
    both = replace(PACK, suspensions={"t": second, "s": replace(SLEEP, suspends=("x",))})
    assert [in_force(EARLY, both, date(2026, day, 1), {}).state for day in (11, 12)] == ["in force", "in force"]
    assert in_force(EARLY, both, date(2027, 1, 1), {}).state == "suspended"


def test_the_days_on_which_a_list_of_parties_changes() -> None:
    """The first day, and the first one after the last."""
    one = next(iter(FULL.parties.announcements.values()))
    dated = {"a": (date(2026, 1, 1), date(2026, 1, 10)), "b": (date(2026, 1, 5), None)}
    listings = {name: replace(one, starts=starts, ends=ends) for name, (starts, ends) in dated.items()}
    found = days_of_change(replace(PACK, rules={}, parties=replace(FULL.parties, announcements=listings)))
    assert found == (date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 11))
