"""Whether each rule of the pack is in force, walked through day by day.

The tables are facts about the announcements, written out here: No. 18 runs since 4 April 2025. Of the
package of 9 October 2025 a part ran from that day to 6 November 2025; the starts of the rest (8 November,
1 December) fell into the suspension by No. 70, from 7 November 2025 "to 10 November 2026". Whether that
last day is included is not stated, and what happened after it is open until someone confirms it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.law.confirmations import read_confirmations
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.published import as_published, confirmed_by
from rare_earth_compliance.law.status import InForce, days_of_change, in_force

FIRST, LAST = date(2025, 3, 1), date(2027, 3, 31)
NOT_YET, RUNS, SLEEPS, NEVER = ("not yet", "", ""), ("in force", "", ""), ("suspended", "", ""), ("never operated", "", "")
LAST_DAY_OPEN = ("unknown", "suspension-last-day", "")
LAST_DAY_AND_STATUS_OPEN = ("unknown", "suspension-last-day", "suspension-70")
LAST_DAY_AND_START_OPEN = ("unknown", "suspension-last-day, start-after-suspension", "")
ALL_OPEN = ("unknown", "suspension-last-day, start-after-suspension", "suspension-70")
STATUS_OPEN = ("unknown", "", "suspension-70")
STATUS_AND_START_OPEN = ("unknown", "start-after-suspension", "suspension-70")
START_OPEN = ("unknown", "start-after-suspension", "")
"""The state of a rule, the readings and the status that would settle it."""

STEADY = {
    "cn-presidential-order-2020-58/12-3": "2020-12-01",
    "cn-presidential-order-2020-58/18": "2020-12-01",
    "cn-mofcom-2023-23/1": "2023-08-01",
    "cn-mofcom-2024-33/1": "2024-09-15",
    "cn-mofcom-2024-46/1": "2024-12-03",
    "cn-mofcom-2025-10/1": "2025-02-04",
    "cn-mofcom-2025-18/1": "2025-04-04",
    "cn-mofcom-2026-1/1": "2026-01-06",
    "cn-mofcom-2026-11/1": "2026-02-24",
    "cn-mofcom-2026-23/1": "2026-06-22",
    "cn-mofcom-2026-27/1": "2026-06-29",
}
EARLY = (
    "cn-mofcom-2025-61/1.3",
    "cn-mofcom-2025-61/7-overseas",
    "cn-mofcom-2025-61/7-domestic",
    "cn-mofcom-2025-62/1",
    "cn-mofcom-2025-62/1-catch-all",
    "cn-mofcom-2025-62/5",
    "cn-mofcom-2025-62/6-publication",
    "cn-mofcom-2025-62/7",
    # These speak of the technology of No. 62 and sleep with it.
    "cn-mofcom-2024-46/1-technology",
    "cn-presidential-order-2020-58/18-technology",
)
LATE = {
    "cn-mofcom-2025-55/1": "2025-11-08",
    "cn-mofcom-2025-56/1": "2025-11-08",
    "cn-mofcom-2025-57/1": "2025-11-08",
    "cn-mofcom-2025-58/1": "2025-11-08",
    "cn-mofcom-2025-61/1.1": "2025-12-01",
    "cn-mofcom-2025-61/1.2": "2025-12-01",
    # These speak of items of Nos. 55 to 58 and sleep with them.
    "cn-mofcom-2024-46/1-suspended-lists": "2025-11-08",
    "cn-mofcom-2026-1/1-suspended-lists": "2026-01-06",
    "cn-mofcom-2026-11/1-suspended-lists": "2026-02-24",
    "cn-mofcom-2026-23/1-suspended-lists": "2026-06-22",
    "cn-mofcom-2026-27/1-suspended-lists": "2026-06-29",
    "cn-presidential-order-2020-58/18-suspended-lists": "2025-11-08",
    # These of the technology of No. 62.
    "cn-mofcom-2026-1/1-technology": "2026-01-06",
    "cn-mofcom-2026-11/1-technology": "2026-02-24",
    "cn-mofcom-2026-23/1-technology": "2026-06-22",
    "cn-mofcom-2026-27/1-technology": "2026-06-29",
}
STARTS = {name: LATE[name] for name in ("cn-mofcom-2025-57/1", "cn-mofcom-2025-61/1.1", "cn-mofcom-2025-61/1.2")}
BY_72 = "cn-mofcom-2024-46/2"
"""Suspended by another instrument, No. 72, from 9 to 27 November a year later."""

Table = dict[str, tuple[str, str, str]]
EARLY_TABLE: Table = {"2025-03-01": NOT_YET, "2025-10-09": RUNS, "2025-11-07": SLEEPS}


def late_table(start: str) -> Table:
    """A rule whose start lies in the suspension: not yet until that day, then it has never operated."""
    return {"2025-03-01": NOT_YET, start: NEVER}


STILL, AWAKE = {"suspension-last-day": "still-suspended"}, {"suspension-last-day": "awake"}
AT_ONCE, NEW_START = {"start-after-suspension": "at-once"}, {"start-after-suspension": "new-start-needed"}
LAPSED = """
format: rare-earth-status/1
confirmations:
  - settles: suspension-70
    outcome: lapsed
    source: the list of announcements
    by: A. B.
    day: 2026-11-23
"""
EXTENDED = """
format: rare-earth-status/1
confirmations:
  - settles: suspension-70
    outcome: extended
    through: 2027-01-10
    instrument: No. 99 of 2026
    published: 2026-11-09
    source: https://example.org/99
    by: A. B.
    day: 2026-11-23
"""
# name: readings, confirmation, the early rules from 10 November 2026 on, the late rules from then on
CASES: dict[str, tuple[dict[str, str], str, Table, Table]] = {
    "nothing is settled": (
        {},
        "",
        {"2026-11-10": LAST_DAY_AND_STATUS_OPEN, "2026-11-11": STATUS_OPEN},
        {"2026-11-10": ALL_OPEN, "2026-11-11": STATUS_AND_START_OPEN},
    ),
    "the last day sleeps": (
        STILL,
        "",
        {"2026-11-10": SLEEPS, "2026-11-11": STATUS_OPEN},
        {"2026-11-10": NEVER, "2026-11-11": STATUS_AND_START_OPEN},
    ),
    "the last day is awake, what came is open": (
        AWAKE | AT_ONCE,
        "",
        {"2026-11-10": STATUS_OPEN},
        {"2026-11-10": STATUS_OPEN},
    ),
    "lapsed, readings open": (
        {},
        LAPSED,
        {"2026-11-10": LAST_DAY_OPEN, "2026-11-11": RUNS},
        {"2026-11-10": LAST_DAY_AND_START_OPEN, "2026-11-11": START_OPEN},
    ),
    "lapsed, the last day sleeps": (
        STILL | AT_ONCE,
        LAPSED,
        {"2026-11-10": SLEEPS, "2026-11-11": RUNS},
        {"2026-11-10": NEVER, "2026-11-11": RUNS},
    ),
    "lapsed, the last day is awake": (AWAKE | AT_ONCE, LAPSED, {"2026-11-10": RUNS}, {"2026-11-10": RUNS}),
    "lapsed, a new start is needed": (
        STILL | NEW_START,
        LAPSED,
        {"2026-11-10": SLEEPS, "2026-11-11": RUNS},
        {"2026-11-10": NEVER, "2026-11-11": NOT_YET},
    ),
    "extended, readings open": (
        {},
        EXTENDED,
        {"2026-11-10": SLEEPS, "2027-01-10": LAST_DAY_AND_STATUS_OPEN, "2027-01-11": STATUS_OPEN},
        {"2026-11-10": NEVER, "2027-01-10": ALL_OPEN, "2027-01-11": STATUS_AND_START_OPEN},
    ),
    "extended, the last day sleeps": (
        STILL | AT_ONCE,
        EXTENDED,
        {"2026-11-10": SLEEPS, "2027-01-11": STATUS_OPEN},
        {"2026-11-10": NEVER, "2027-01-11": STATUS_OPEN},
    ),
    "extended, the last day is awake": (
        AWAKE | AT_ONCE,
        EXTENDED,
        {"2026-11-10": SLEEPS, "2027-01-10": STATUS_OPEN},
        {"2026-11-10": NEVER, "2027-01-10": STATUS_OPEN},
    ),
}


@pytest.fixture(scope="module")
def pack() -> RulePack:
    return load()


def confirmed(text: str, pack: RulePack) -> tuple[Confirmation, ...]:
    return read_confirmations(text.encode(), "status.yaml", pack) if text else ()


def days() -> Iterator[date]:
    return (FIRST + timedelta(days=count) for count in range((LAST - FIRST).days + 1))


def wanted(table: Table, on: date) -> tuple[str, str, str]:
    return table[max(day for day in table if day <= on.isoformat())]


@pytest.fixture(scope="module")
def walks(pack: RulePack) -> dict[tuple[str, str], dict[date, InForce]]:
    """The state of every rule on every day, in every case."""
    found = {}
    for name, (readings, text, _, _) in CASES.items():
        confirmations = confirmed(text, pack)
        for rule in pack.rules.values():
            found[name, rule.id] = {day: in_force(rule, pack, day, readings, confirmations) for day in days()}
    return found


Walks = dict[tuple[str, str], dict[date, InForce]]


def as_row(state: InForce) -> tuple[str, str, str]:
    return state.state, ", ".join(state.readings), state.status or ""


def test_every_rule_of_the_pack_is_in_the_tables(pack: RulePack) -> None:
    assert sorted(pack.rules) == sorted([*STEADY, *EARLY, *LATE, BY_72])


@pytest.mark.parametrize("rule", STEADY)
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_rule_that_is_not_suspended_runs_from_its_start(rule: str, name: str, walks: Walks) -> None:
    states = walks[name, rule]
    table: Table = {"2020-01-01": NOT_YET, STEADY[rule]: RUNS}
    assert {day: as_row(state) for day, state in states.items()} == {day: wanted(table, day) for day in days()}
    assert {state.rests_on for state in states.values()} == {()}


@pytest.mark.parametrize("rule", [*EARLY, *LATE])
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_suspended_rule_day_by_day(rule: str, name: str, walks: Walks) -> None:
    _, _, early, late = CASES[name]
    table = EARLY_TABLE | early if rule in EARLY else late_table(LATE[rule]) | late
    found = {day: as_row(state) for day, state in walks[name, rule].items()}
    assert found == {day: wanted(table, day) for day in days()}


@pytest.mark.parametrize("name", sorted(CASES))
def test_paragraph_2_of_no_46_sleeps_by_no_72(name: str, walks: Walks) -> None:
    readings = CASES[name][0]
    open_72 = ("unknown", "", "suspension-72")
    both_open = ("unknown", "suspension-last-day", "suspension-72")
    last = {None: both_open, "still-suspended": SLEEPS, "awake": open_72}[readings.get("suspension-last-day")]
    table: Table = {"2020-01-01": RUNS, "2025-11-09": SLEEPS, "2026-11-27": last, "2026-11-28": open_72}
    found = {day: as_row(state) for day, state in walks[name, BY_72].items()}
    assert found == {day: wanted(table, day) for day in days()}


@pytest.mark.parametrize(
    ("readings", "last_day"),
    [({}, LAST_DAY_AND_STATUS_OPEN), (STILL, SLEEPS), (AWAKE, STATUS_OPEN)],
    ids=["open", "still", "awake"],
)
def test_what_is_published_after_the_day_does_not_count_on_it(
    readings: dict[str, str], last_day: tuple[str, str, str], pack: RulePack
) -> None:
    """An extension of 20 November 2026: on the 19th it was no law, and whether it reaches back is not told."""
    confirmations = confirmed(EXTENDED.replace("published: 2026-11-09", "published: 2026-11-20"), pack)
    rule = pack.rules["cn-mofcom-2025-62/1"]
    found = {day: in_force(rule, pack, date(2026, 11, day), readings, confirmations) for day in (9, 10, 11, 19, 20)}
    assert {day: as_row(state) for day, state in found.items()} == {
        9: SLEEPS,
        10: last_day,
        11: STATUS_OPEN,
        19: STATUS_OPEN,
        20: SLEEPS,
    }
    assert "No. 99 of 2026, published 2026-11-20" in found[19].because
    late = in_force(pack.rules["cn-mofcom-2025-61/1.1"], pack, date(2026, 11, 19), readings, confirmations)
    assert as_row(late) == STATUS_AND_START_OPEN


def test_the_law_as_it_was_published_on_a_day(pack: RulePack) -> None:
    """Between 9 October and 6 November 2025 nobody knew of a suspension: No. 57 was to start on 8 November."""
    known = as_published(pack, date(2025, 11, 6))
    states = [in_force(known.rules["cn-mofcom-2025-57/1"], known, date(2025, 11, day), {}).state for day in (7, 8)]
    assert states == ["not yet", "in force"]
    first = {day: "cn-mofcom-2025-57/1" in as_published(pack, date(2025, 10, day)).rules for day in (8, 9)}
    assert first == {8: False, 9: True}
    published = {day: as_published(pack, date(2025, 11, day)) for day in (6, 7, 8, 9)}
    by_70, by_both = (
        {"suspension-by-70": "suspension-70"},
        {"suspension-by-70": "suspension-70", "suspension-by-72": "suspension-72"},
    )
    assert {day: {name: one.status for name, one in law.suspensions.items()} for day, law in published.items()} == {
        6: {},
        7: by_70,
        8: by_70,
        9: by_both,
    }
    assert {day: sorted(law.statuses) for day, law in published.items()} == {
        day: sorted(str(one.status) for one in law.suspensions.values()) for day, law in published.items()
    }
    ninth = {day: in_force(law.rules[BY_72], law, date(2025, 11, 9), {}).state for day, law in published.items()}
    assert ninth == {6: "in force", 7: "in force", 8: "in force", 9: "suspended"}


def test_a_confirmation_is_known_from_its_publication_or_from_the_day_someone_looked(pack: RulePack) -> None:
    extended, lapsed = confirmed(EXTENDED, pack), confirmed(LAPSED, pack)
    days = (8, 9, 22, 23)
    assert [len(confirmed_by(extended, date(2026, 11, day))) for day in days] == [0, 1, 1, 1]
    assert [len(confirmed_by(lapsed, date(2026, 11, day))) for day in days] == [0, 0, 0, 1]


@pytest.mark.parametrize("name", sorted(CASES))
def test_nothing_changes_before_the_day_that_is_named(name: str, walks: Walks) -> None:
    """From the last day backwards: the next day on which the state differs is never before the day named."""
    for rule in (*STEADY, *EARLY, *LATE, BY_72):
        states = walks[name, rule]
        after, differs = as_row(states[LAST]), None
        for day in sorted(states, reverse=True):
            state = states[day]
            if as_row(state) != after:
                after, differs = as_row(state), day + timedelta(days=1)
            assert state.changes is None or state.changes > day
            assert differs is None or (state.changes is not None and state.changes <= differs)


def test_truth_goes_with_the_state(walks: Walks) -> None:
    truths = {"in force": Truth.TRUE, "unknown": Truth.UNKNOWN}
    for states in walks.values():
        for state in states.values():
            assert state.truth is truths.get(state.state, Truth.FALSE)
            assert bool(state.readings or state.status) is (state.state == "unknown")
            assert state.because


@pytest.mark.parametrize(("rule", "start"), sorted(STARTS.items()))
def test_a_start_that_fell_into_the_suspension_stays_on_record(rule: str, start: str, pack: RulePack) -> None:
    assert pack.rules[rule].starts == date.fromisoformat(start)
    lapsed = in_force(pack.rules[rule], pack, date(2026, 11, 23), {}, confirmed(LAPSED, pack))
    assert lapsed.because == f"its start {start} fell into the suspension, and no new start is given"


def test_today_without_any_confirmation(pack: RulePack) -> None:
    state = in_force(pack.rules["cn-mofcom-2025-61/1.3"], pack, date(2026, 11, 23), {})
    assert state == InForce(
        truth=Truth.UNKNOWN,
        state="unknown",
        because="the suspension by cn-mofcom-2025-70 ran to 2026-11-10; "
        "was the suspension by No. 70 extended past 2026-11-10, or did it lapse?",
        status="suspension-70",
        changes=date(2027, 1, 10),
    )


def test_what_a_state_rests_on_is_named(pack: RulePack) -> None:
    rule, day = pack.rules["cn-mofcom-2025-61/1.1"], date(2026, 11, 10)
    lapsed, extended = confirmed(LAPSED, pack), confirmed(EXTENDED, pack)
    assert in_force(rule, pack, day, STILL).rests_on == ("reading suspension-last-day = still-suspended",)
    assert in_force(rule, pack, day, AWAKE | AT_ONCE, lapsed).rests_on == (
        "reading suspension-last-day = awake",
        lapsed[0].text,
        "reading start-after-suspension = at-once",
    )
    assert in_force(rule, pack, day, AWAKE, extended).rests_on == (extended[0].text,)
    assert "No. 99 of 2026" in extended[0].text
    assert "A. B." in extended[0].text


def test_a_rule_that_has_ended_is_not_woken_by_a_lapse(pack: RulePack) -> None:
    rule = replace(pack.rules["cn-mofcom-2025-61/1.3"], ends=date(2025, 10, 31))
    states = [
        in_force(rule, pack, date(*day), STILL, confirmed(LAPSED, pack))
        for day in ((2025, 10, 31), (2025, 11, 1), (2027, 1, 1))
    ]
    assert [(state.state, state.truth) for state in states] == [
        ("in force", Truth.TRUE),
        ("ended", Truth.FALSE),
        ("ended", Truth.FALSE),
    ]
    assert states[0].changes == date(2025, 11, 1)


# ---- confirmations


def test_a_confirmation_as_it_is_read(pack: RulePack) -> None:
    (one,) = confirmed(EXTENDED, pack)
    assert one == Confirmation(
        settles="suspension-70",
        outcome="extended",
        through=date(2027, 1, 10),
        instrument="No. 99 of 2026",
        published=date(2026, 11, 9),
        source="https://example.org/99",
        by="A. B.",
        day=date(2026, 11, 23),
        place=one.place,
    )
    assert (one.place.file, one.place.line, one.place.path) == ("status.yaml", 4, "confirmations[0]")


@pytest.mark.parametrize(
    ("find", "put", "line", "words"),
    [
        ("rare-earth-status/1", "rare-earth-rules/1", 2, "rare-earth-status/1"),
        ("settles: suspension-70", "settles: suspension-71", 4, "'suspension-71'"),
        ("outcome: extended", "outcome: prolonged", 5, "'extended' or 'lapsed'"),
        ("outcome: extended", "outcome: lapsed", 4, "do not fit"),
        ("    through: 2027-01-10\n", "", 4, "do not fit"),
        ("2027-01-10", "2027-02-30", 6, "2027-02-30 is not a day"),
        ("    by: A. B.\n", "", 4, "is missing"),
        ("    by: A. B.\n", "    from: A. B.\n", 10, "is not a key"),
        ("    by: A. B.\n", "    by: ''\n", 10, "at least 1 character"),
        ("    source: https://example.org/99\n", "", 4, "is missing"),
        ("confirmations:", "confirmations: []\nmore:", 3, "at least 1"),
        ("  - settles", "  - &a settles", 4, "an anchor"),
    ],
)
def test_a_confirmation_that_confirms_nothing_is_refused(find: str, put: str, line: int, words: str, pack: RulePack) -> None:
    assert find in EXTENDED
    with pytest.raises(Refused) as refused:
        confirmed(EXTENDED.replace(find, put, 1), pack)
    found = [problem.place.line for problem in refused.value.problems if words in problem.message]
    assert line in found, str(refused.value)
    assert all(problem.advice and problem.place.file == "status.yaml" for problem in refused.value.problems)


def test_the_days_of_an_extension_are_days_of_change(pack: RulePack) -> None:
    extended = confirmed(EXTENDED.replace("2027-01-10", "2027-03-05"), pack)
    rule = pack.rules["cn-mofcom-2025-61/1.3"]
    changes = [
        in_force(rule, pack, date(2027, month, day), STILL, extended).changes for month, day in ((1, 20), (3, 5), (3, 6))
    ]
    assert changes == [date(2027, 3, 5), date(2027, 3, 6), None]


@pytest.mark.parametrize("until", [None, date(2027, 1, 10), date(2027, 3, 5)])
@pytest.mark.parametrize("readings", [{}, STILL])
def test_no_rule_changes_on_a_day_that_is_none_of_change(until: date | None, readings: dict[str, str], pack: RulePack) -> None:
    """A portfolio that is judged on the days of change alone misses none."""
    extended = confirmed(EXTENDED.replace("2027-01-10", str(until)), pack) if until else ()
    days = days_of_change(pack, extended)
    assert list(days) == sorted(set(days))
    alone = set(days_of_change(replace(pack, parties=replace(pack.parties, announcements={})), extended))
    before, day, changed = None, min(rule.starts for rule in pack.rules.values()) - timedelta(days=2), set()
    while day < date(2027, 6, 1):
        found = {rule.id: in_force(rule, pack, day, readings, extended) for rule in pack.rules.values()}
        states = {name: (one.truth, one.state, one.readings, one.status) for name, one in found.items()}
        if before is not None and states != before:
            changed.add(day)
        before, day = states, day + timedelta(days=1)
    assert changed <= alone <= set(days)
    assert {date(2025, 4, 4), date(2025, 11, 7)} <= changed
    assert len(changed) > 10
    if until:
        assert until + timedelta(days=1) in changed


def test_two_confirmations_of_one_question_are_refused(pack: RulePack) -> None:
    with pytest.raises(Refused, match="two confirmations settle the same question"):
        confirmed(EXTENDED + LAPSED.partition("confirmations:\n")[2], pack)


def test_an_extension_is_one_only_with_its_instrument(pack: RulePack) -> None:
    """A statement that there will be one is not enough."""
    for lost in ("    instrument: No. 99 of 2026\n", "    published: 2026-11-09\n"):
        with pytest.raises(Refused):
            confirmed(EXTENDED.replace(lost, ""), pack)
