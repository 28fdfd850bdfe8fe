"""Deadlines counted in working days.

Knows how to count: from the day after a given day, on a calendar that may not know every day. Does not know
which days are working days (a calendar does, or says that it does not), which calendar a rule means, what
counts as the day of export, or what day it is today. Nothing unknown is guessed: a last day is told only
where every day up to it is settled, otherwise the earliest day it can be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Protocol

MOST_WORKING_DAYS = 400
"""More days than any deadline asks for; a larger number is a slip."""

MOST_DAYS_WALKED = 4 * 366
"""Where a calendar finds too few working days in four years, it is broken, and the count ends."""

LAST_YEAR = 9990
"""The latest year to count from: a count must not run past the last date there is."""

YEAR_END = 7
"""The last days of a year, of which the calendar of the next year decides.

The notice for a year can make a Saturday or Sunday of the December before it a working day, or give a day of
it off. In the years 2004 to 2026 it never reached back further than 29 December; a week leaves a margin.
"""

ONE_DAY = timedelta(days=1)


class Calendar(Protocol):
    """Tells working days from days off."""

    def is_workday(self, day: date) -> bool | None:
        """Whether the day is a working day; None when its year's calendar is not published or not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When something is due.

    ``last_day``: the last day on which it is in time; None when that can not be computed.
    ``earliest``: the earliest day that last day can be; the same day when it is known.
    ``because``: how it was counted, or why it can not be.
    ``counted_through``: the last day up to which every day counted was settled; None when the first was not.
    """

    last_day: date | None
    earliest: date
    because: str
    counted_through: date | None


def due(after: date, working_days: int, *, calendar: Calendar | None) -> Due:
    """The n-th working day after a day, that day itself not counted.

    Weekend days made up for a holiday count where the calendar says so. A day that the calendar does not
    settle counts as a working day for ``earliest`` and leaves ``last_day`` unknown; without a calendar no day
    is settled. Raises ValueError for a number of days outside 1 to 400, for something other than a plain
    date, for a day after the year 9990, and for a calendar with too few working days in four years.
    """
    _guard(after, working_days)
    if calendar is None:
        earliest = after + working_days * ONE_DAY
        because = f"can not be computed: no official calendar is installed, install the extra [calendar]; {_bound(earliest)}"
        return Due(last_day=None, earliest=earliest, because=because, counted_through=None)
    day, left = after, working_days
    counted_through: date | None = None
    missing: list[int] = []
    for _ in range(MOST_DAYS_WALKED):
        day += ONE_DAY
        works = calendar.is_workday(day)
        lacking = _lacking(day, works, calendar)
        if lacking is not None and lacking not in missing:
            missing.append(lacking)
        if not missing:
            counted_through = day
        if lacking is not None or works:
            left -= 1
        if left == 0:
            break
    else:
        raise ValueError(f"the calendar has no {working_days} working days in the {MOST_DAYS_WALKED} days after {after}")
    if not missing:
        because = f"{working_days} working days after {after} on the official calendar, that day not counted"
        return Due(last_day=day, earliest=day, because=because, counted_through=counted_through)
    because = f"can not be computed: {_not_published(missing)}; {_bound(day)}"
    return Due(last_day=None, earliest=day, because=because, counted_through=counted_through)


def every_day(after: date, days: int) -> date:
    """The strictest count: the n-th day after a day, every day counted as a working day.

    Raises ValueError as ``due`` does.
    """
    _guard(after, days)
    return after + days * ONE_DAY


def official_calendar() -> Calendar | None:
    """The official Chinese calendar of working days as the package chinesecalendar holds it.

    None when the extra [calendar] is not installed. A year that the installed release does not hold is not
    known, published or not; a change announced after that release is not seen.
    """
    try:
        is_workday = import_module("chinese_calendar").is_workday
    except (ImportError, AttributeError):
        return None
    return _Packaged(ask=is_workday)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packaged:
    """A calendar out of a package that raises for the years it does not hold."""

    ask: Callable[[date], object]

    def is_workday(self, day: date) -> bool | None:
        """What the package says; None where it raises, whatever it raises, or says neither yes nor no."""
        try:
            answer = self.ask(day)
        except Exception:  # noqa: BLE001  another's code: no answer from it is "not known", never a guess
            return None
        return answer if isinstance(answer, bool) else None


def _lacking(day: date, works: bool | None, calendar: Calendar) -> int | None:
    """The year whose calendar would settle the day; None when the day is settled."""
    if works is None:
        return day.year
    next_year = day + YEAR_END * ONE_DAY
    if next_year.year != day.year and calendar.is_workday(next_year) is None:
        return next_year.year
    return None


def _not_published(years: list[int]) -> str:
    """Which calendars are wanting; they may be published and only not yet in the installed release."""
    return f"the official calendar of {' and '.join(map(str, years))} is not published or not known here"


def _bound(earliest: date) -> str:
    return f"the earliest possible last day is {earliest}"


def _guard(after: date, days: int) -> None:
    if isinstance(after, datetime) or after.year > LAST_YEAR:
        raise ValueError(f"a plain date up to the year {LAST_YEAR} is needed, not {after!r}")
    if isinstance(days, bool) or not 1 <= days <= MOST_WORKING_DAYS:
        raise ValueError(f"a number of working days from 1 to {MOST_WORKING_DAYS} is needed, not {days!r}")
