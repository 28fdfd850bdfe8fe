"""Deadlines in working days: exact days where the calendar is known, a bound and a reason where it is not.

Knows days counted by hand, and the days off and made-up days of 2025 and 2026, with where each was taken from.
Does not know the calendar of any other year: of those it checks only what must hold for every year.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rare_earth_compliance.law.workdays import (
    LAST_YEAR,
    MOST_WORKING_DAYS,
    YEAR_END,
    Calendar,
    Due,
    due,
    every_day,
    official_calendar,
)

ONE_DAY = timedelta(days=1)
HELD = range(2004, 2027)
"""The years that release 1.11 of the package holds."""


@dataclass(frozen=True)
class Weekdays:
    """Monday to Friday in the known years, with days off and made-up days; nothing else is known."""

    years: frozenset[int] = frozenset({2025, 2026})
    off: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool | None:
        if day.year not in self.years:
            return None
        return day in self.made_up or (day.weekday() < 5 and day not in self.off)


class Never:
    """A calendar without a working day."""

    def is_workday(self, day: date) -> bool | None:
        return False if day else None


@pytest.fixture
def official() -> Calendar:
    calendar = official_calendar()
    assert calendar is not None, "the extra [calendar] belongs to the extra [dev]"
    return calendar


def days(first: date, last: date) -> Iterator[date]:
    for step in range((last - first).days + 1):
        yield first + step * ONE_DAY


def known(after: date, number: int, last: date) -> Due:
    """A deadline of which every day is settled."""
    because = f"{number} working days after {after} on the official calendar, that day not counted"
    return Due(last_day=last, earliest=last, because=because, counted_through=last)


def unknown(years: str, earliest: date, through: date | None) -> Due:
    """A deadline that the calendars of some years would settle."""
    because = (
        f"can not be computed: the official calendar of {years} is not published or not known here; "
        f"the earliest possible last day is {earliest}"
    )
    return Due(last_day=None, earliest=earliest, because=because, counted_through=through)


# Counted by hand, with the days off and made-up days listed further down.
BY_HAND = [
    # Friday 26 September 2025: the made-up Sunday 28, then 29 and 30; off 1 to 8 October; 9, 10, the made-up Saturday 11;
    # 13 to 16: the tenth is the 16th.
    (date(2025, 9, 26), 10, date(2025, 10, 16)),
    (date(2025, 9, 26), 1, date(2025, 9, 28)),
    (date(2025, 9, 26), 3, date(2025, 9, 30)),
    (date(2025, 9, 26), 4, date(2025, 10, 9)),
    (date(2025, 9, 26), 6, date(2025, 10, 11)),
    (date(2025, 9, 26), 7, date(2025, 10, 13)),
    # Exported in the holiday, or on a made-up day: that day is not counted.
    (date(2025, 10, 4), 1, date(2025, 10, 9)),
    (date(2025, 10, 11), 1, date(2025, 10, 13)),
    # A plain Friday: two whole weeks.
    (date(2025, 11, 7), 9, date(2025, 11, 20)),
    (date(2025, 11, 7), 10, date(2025, 11, 21)),
    (date(2025, 11, 7), 11, date(2025, 11, 24)),
    # 45 working days are nine whole weeks where nothing is off: Monday 30 June to Friday 29 August 2025.
    (date(2025, 6, 27), 44, date(2025, 8, 28)),
    (date(2025, 6, 27), 45, date(2025, 8, 29)),
    (date(2025, 6, 27), 46, date(2025, 9, 1)),
    # 45 over the National Day of 2025: September after the 1st gives 21 weekdays and the Sunday 28, October gives
    # 17 weekdays and the Saturday 11 (40 in all), then 3 to 7 November.
    (date(2025, 9, 1), 45, date(2025, 11, 7)),
    # Over the turn of the year into a year that is held: 29, 30, 31 December, off 1 to 3 January, the made-up Sunday 4.
    (date(2025, 12, 26), 3, date(2025, 12, 31)),
    (date(2025, 12, 26), 4, date(2026, 1, 4)),
    (date(2025, 12, 26), 10, date(2026, 1, 12)),
    # Before the Spring Festival of 2026: Friday 13 and the made-up Saturday 14 February, off 15 to 23, then
    # 24 to 27, the made-up Saturday 28, 2 to 4 March.
    (date(2026, 2, 12), 2, date(2026, 2, 14)),
    (date(2026, 2, 12), 3, date(2026, 2, 24)),
    (date(2026, 2, 12), 10, date(2026, 3, 4)),
    # The last day before the year end that the calendar of 2027 may still change is Thursday 24 December 2026.
    (date(2026, 12, 10), 10, date(2026, 12, 24)),
]


@pytest.mark.parametrize(("after", "number", "last"), BY_HAND)
def test_days_counted_by_hand(official: Calendar, after: date, number: int, last: date) -> None:
    assert due(after, number, calendar=official) == known(after, number, last)


@pytest.mark.parametrize(
    ("after", "number", "earliest", "through"),
    [
        # 25 December 2026 is a Friday and may become a day off: the tenth day is not settled.
        (date(2026, 12, 11), 10, date(2026, 12, 25), date(2026, 12, 24)),
        # 21 to 24 are four; every day from the 25th on counts for the bound, also Saturday 26 and Sunday 27.
        (date(2026, 12, 18), 10, date(2026, 12, 30), date(2026, 12, 24)),
        (date(2026, 12, 24), 1, date(2026, 12, 25), None),
        (date(2026, 12, 28), 10, date(2027, 1, 7), None),
        (date(2026, 12, 31), 10, date(2027, 1, 10), None),
        # Monday 2 November 2026: 20 days in the rest of November, 18 up to 24 December, seven more are the 31st.
        (date(2026, 11, 2), 45, date(2026, 12, 31), date(2026, 12, 24)),
        (date(2026, 11, 2), 46, date(2027, 1, 1), date(2026, 12, 24)),
        (date(2027, 5, 3), 45, date(2027, 6, 17), None),
    ],
)
def test_year_end_into_2027(official: Calendar, after: date, number: int, earliest: date, through: date | None) -> None:
    calendar = Weekdays(
        frozenset(HELD),
        frozenset(day for year in HELD for day in days(date(year, 1, 1), date(year, 12, 31)) if not official.is_workday(day)),
        frozenset(day for year in HELD for day in days(date(year, 1, 1), date(year, 12, 31)) if official.is_workday(day)),
    )
    # The package as it stands in release 1.11; a later release may hold 2027.
    assert due(after, number, calendar=calendar) == unknown("2027", earliest, through)


def test_several_missing_years_are_all_named() -> None:
    assert due(date(2026, 12, 20), 400, calendar=Weekdays()) == unknown(
        "2027 and 2028", date(2026, 12, 24) + 396 * ONE_DAY, date(2026, 12, 24)
    )


def test_an_unknown_year_before_a_known_one_stays_unknown() -> None:
    # 29, 30 and 31 December 2024 count as working days; 2025 is known: Thursday 2 January is the next with the 1st off.
    calendar = Weekdays(off=frozenset({date(2025, 1, 1)}))
    assert due(date(2024, 12, 28), 4, calendar=calendar) == unknown("2024", date(2025, 1, 2), None)


def test_the_year_end_is_settled_only_with_the_next_year() -> None:
    """The last week of a year is settled once the next year is known, the days before it without that."""
    alone, followed = Weekdays(frozenset({2025})), Weekdays(frozenset({2025, 2026}))
    seen = 0
    for before in days(date(2025, 12, 1), date(2025, 12, 30)):
        seen += 1
        last = due(before, 1, calendar=followed).last_day
        assert last is not None
        settled = last <= date(2025, 12, 31) - YEAR_END * ONE_DAY
        assert (due(before, 1, calendar=alone).last_day is not None) == settled
    assert seen == 30


def test_without_the_extra() -> None:
    because = (
        "can not be computed: no official calendar is installed, install the extra [calendar]; "
        "the earliest possible last day is 2025-11-17"
    )
    assert due(date(2025, 11, 7), 10, calendar=None) == Due(
        last_day=None, earliest=date(2025, 11, 17), because=because, counted_through=None
    )


def test_the_extra_is_missing_or_is_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chinese_calendar", None)
    assert official_calendar() is None
    monkeypatch.setitem(sys.modules, "chinese_calendar", ModuleType("chinese_calendar"))
    assert official_calendar() is None


@pytest.mark.parametrize("failure", [NotImplementedError, KeyError, ValueError, TypeError, RecursionError])
def test_whatever_the_package_raises_is_not_known(monkeypatch: pytest.MonkeyPatch, failure: type[Exception]) -> None:
    def is_workday(day: date) -> bool:
        raise failure

    package = ModuleType("chinese_calendar")
    monkeypatch.setattr(package, "is_workday", is_workday, raising=False)
    monkeypatch.setitem(sys.modules, "chinese_calendar", package)
    calendar = official_calendar()
    assert calendar is not None
    assert calendar.is_workday(date(2025, 11, 7)) is None


@pytest.mark.parametrize("answer", [None, 0, 1, "yes"])
def test_an_answer_that_is_neither_yes_nor_no_is_not_known(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    package = ModuleType("chinese_calendar")
    monkeypatch.setattr(package, "is_workday", lambda _: answer, raising=False)
    monkeypatch.setitem(sys.modules, "chinese_calendar", package)
    calendar = official_calendar()
    assert calendar is not None
    assert calendar.is_workday(date(2025, 11, 7)) is None


@pytest.mark.parametrize("number", [-1, 0, MOST_WORKING_DAYS + 1, 10**30, True])
def test_a_number_of_days_out_of_bounds_is_refused(number: int) -> None:
    for calendar in (None, Weekdays()):
        with pytest.raises(ValueError, match="a number of working days from 1 to 400 is needed"):
            due(date(2025, 11, 7), number, calendar=calendar)
    with pytest.raises(ValueError, match="a number of working days from 1 to 400 is needed"):
        every_day(date(2025, 11, 7), number)


@pytest.mark.parametrize("after", [date(LAST_YEAR + 1, 1, 1), date.max, datetime(2025, 11, 7)])  # noqa: DTZ001
def test_a_day_that_can_not_be_counted_from_is_refused(after: date) -> None:
    for calendar in (None, Weekdays()):
        with pytest.raises(ValueError, match="a plain date up to the year 9990 is needed"):
            due(after, 10, calendar=calendar)
    with pytest.raises(ValueError, match="a plain date up to the year 9990 is needed"):
        every_day(after, 10)


def test_the_outermost_days_are_counted(official: Calendar) -> None:
    for after in (date.min, date(LAST_YEAR, 12, 31)):
        for number in (1, MOST_WORKING_DAYS):
            for calendar in (None, official):
                found = due(after, number, calendar=calendar)
                assert (found.last_day, found.earliest) == (None, after + number * ONE_DAY)


def test_a_calendar_without_working_days_ends() -> None:
    for after in (date(2025, 11, 7), date(LAST_YEAR, 12, 31)):
        with pytest.raises(ValueError, match="no 1 working days in the 1464 days after"):
            due(after, 1, calendar=Never())


def test_every_day_is_the_strictest_count() -> None:
    assert every_day(date(2025, 11, 7), 10) == date(2025, 11, 17)
    assert every_day(date(2025, 9, 26), 10) == date(2025, 10, 6)
    assert every_day(date(2026, 12, 28), 10) == date(2027, 1, 7)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.dates(date(2003, 1, 1), date(2030, 12, 31)), st.integers(1, MOST_WORKING_DAYS - 1), st.booleans())
def test_bounds_and_order(after: date, number: int, installed: bool) -> None:
    calendar = official_calendar() if installed else None
    this, following = (due(after, count, calendar=calendar) for count in (number, number + 1))
    assert after < every_day(after, number) <= this.earliest < following.earliest
    assert ("can not be computed" in this.because) == (this.last_day is None)
    if this.last_day is not None:
        assert this.last_day == this.earliest == this.counted_through
        assert calendar is not None
        assert calendar.is_workday(this.last_day) is True
        between = list(days(after + ONE_DAY, this.last_day))
        assert sum(calendar.is_workday(day) is True for day in between) == number
    elif this.counted_through is not None:
        assert after < this.counted_through < this.earliest
    if following.last_day is not None:
        assert this.last_day is not None
        assert this.last_day < following.last_day


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    st.dates(date(2025, 10, 1), date(2025, 12, 31)),
    st.integers(1, 60),
    st.sets(st.dates(date(2025, 12, 25), date(2026, 4, 30))),
    st.sets(st.dates(date(2025, 12, 25), date(2026, 4, 30))),
)
def test_no_later_calendar_undercuts_the_bound(after: date, number: int, off: set[date], made_up: set[date]) -> None:
    """Whatever the next year's notice says, also of the week before it, the bound told earlier holds."""
    published = Weekdays(frozenset({2025, 2026, 2027}), frozenset(off), frozenset(made_up))
    told, later = due(after, number, calendar=Weekdays(frozenset({2025}))), due(after, number, calendar=published)
    assert later.last_day is not None
    assert told.earliest <= later.last_day
    if told.last_day is not None:
        assert told == later


# Every day off that falls on a weekday is in one of these runs, every working weekend day in the second list. Checked:
# the package agrees on all 730 days. The run of National Day 2025 and its two
# made-up days are known apart from the package; the others were read out of its release 1.11 and only guard it from
# changing unseen, together with the arithmetic below.
OFF = {
    2025: [
        ("01-01", "01-01"),
        ("01-28", "02-04"),
        ("04-04", "04-06"),
        ("05-01", "05-05"),
        ("05-31", "06-02"),
        ("10-01", "10-08"),
    ],
    2026: [
        ("01-01", "01-03"),
        ("02-15", "02-23"),
        ("04-04", "04-06"),
        ("05-01", "05-05"),
        ("06-19", "06-21"),
        ("09-25", "09-27"),
        ("10-01", "10-07"),
    ],
}
MADE_UP = {
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}


def test_the_package_on_national_day_2025(official: Calendar) -> None:
    """Known apart from the package: off from 1 to 8 October 2025, made up on Sunday 28 September and Saturday 11 October."""
    worked = {day for day in days(date(2025, 9, 26), date(2025, 10, 13)) if official.is_workday(day)}
    expected = {date(2025, 9, day) for day in (26, 28, 29, 30)} | {date(2025, 10, day) for day in (9, 10, 11, 13)}
    assert worked == expected
    assert (date(2025, 9, 28).weekday(), date(2025, 10, 11).weekday()) == (6, 5)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_package_on_every_day(official: Calendar, year: int) -> None:
    off = {
        day
        for first, last in OFF[year]
        for day in days(date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}"))
    }
    made_up = {date.fromisoformat(f"{year}-{day}") for day in MADE_UP[year]}
    plain = Weekdays(frozenset({year}), frozenset(off), frozenset(made_up))
    every = list(days(date(year, 1, 1), date(year, 12, 31)))
    assert [day for day in every if official.is_workday(day) is not plain.is_workday(day)] == []
    assert len(every) == 365
    assert all(day.weekday() >= 5 for day in made_up)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_arithmetic_of_a_year(official: Calendar, year: int) -> None:
    """Thirteen public holidays a year since 2025: the days off beyond the weekends, less the days made up, are thirteen.

    A public holiday on a weekend is made good by a weekday off, so the sum does not depend on the weekdays.
    """
    every = list(days(date(year, 1, 1), date(year, 12, 31)))
    weekends = sum(day.weekday() >= 5 for day in every)
    assert sum(official.is_workday(day) is False for day in every) == weekends + 13
    assert len(every) == 365


def test_what_the_package_does_not_hold(official: Calendar) -> None:
    seen = 0
    for year in (1, 1949, 2003, 2100, 9999):
        for day in (date(year, 1, 1), date(year, 7, 1), date(year, 12, 31)):
            seen += 1
            assert official.is_workday(day) is None
    assert seen == 15


def test_no_notice_held_reaches_back_beyond_the_year_end(official: Calendar) -> None:
    """Every December day of 2004 to 2026 that is not a plain weekday or weekend day lies in the last week of its year."""
    moved, seen = set(), 0
    for year in HELD:
        for day in days(date(year, 12, 1), date(year, 12, 31)):
            seen += 1
            if official.is_workday(day) is not (day.weekday() < 5):
                moved.add(day)
    assert seen == 31 * len(HELD)
    assert len(moved) >= 7
    assert all(day > date(day.year, 12, 31) - YEAR_END * ONE_DAY for day in moved), moved
    assert min(day.day for day in moved) == 29
