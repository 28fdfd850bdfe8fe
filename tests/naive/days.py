"""Which announcement is in force on which day.

Knows the stated starts, the suspension by No. 70, and what may have been confirmed of the time after it.
Does not know today, nor any product.
"""

from __future__ import annotations

from datetime import date

from tests.naive.facts import Readings, read
from tests.naive.logic import Truth, every, no, some

STARTS = {
    "cn-mofcom-2025-61/1.1": date(2025, 12, 1),
    "cn-mofcom-2025-61/1.2": date(2025, 12, 1),
    "cn-mofcom-2025-61/1.3": date(2025, 10, 9),
    "cn-mofcom-2025-18/1": date(2025, 4, 4),
    "cn-mofcom-2025-57/1": date(2025, 11, 8),
    "cn-mofcom-2025-62/1": date(2025, 10, 9),
    "cn-mofcom-2025-62/1-catch-all": date(2025, 10, 9),
    "cn-mofcom-2025-62/7": date(2025, 10, 9),
}
NEVER_SUSPENDED = {"cn-mofcom-2025-18/1"}
SUSPENDED_FROM = date(2025, 11, 7)
SUSPENDED_TO = date(2026, 11, 10)


def in_force(rule: str, day: date, readings: Readings, confirmed: str | None) -> Truth:
    """Whether the rule binds on the day. ``confirmed`` is "lapsed", "extended through 2027-01-10", or None."""
    start = STARTS[rule]
    if day < start:
        return False
    if rule in NEVER_SUSPENDED or day < SUSPENDED_FROM:
        return True
    suspended = _suspended(day, readings, confirmed)
    return no(suspended) if suspended is not False else _may_start(start, readings)


def _may_start(start: date, readings: Readings) -> Truth:
    """A limb that began before the suspension wakes by itself; one whose start fell into it may need a new one."""
    return True if start < SUSPENDED_FROM else read(readings, "start-after-suspension", "at-once")


def _suspended(day: date, readings: Readings, confirmed: str | None) -> Truth:
    """Whether No. 70 suspends on the day. Whether its last day belongs to it is a reading, also when it was extended."""
    extended = confirmed is not None and confirmed.startswith("extended")
    last_day = date.fromisoformat(confirmed.split()[-1]) if confirmed and extended else SUSPENDED_TO
    if day < last_day:
        return True
    after = False if confirmed == "lapsed" else None
    return some(every(day == last_day, read(readings, "suspension-last-day", "still-suspended")), after)
