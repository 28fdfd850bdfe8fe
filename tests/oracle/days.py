"""Which announcement is in force on which day, in one world.

Knows the stated starts, the suspension by No. 70, and what may have been confirmed of the time after it. Does not know
today, nor any product.
"""

from __future__ import annotations

from datetime import date

from tests.oracle.facts import Case

STARTS = {
    "cn-mofcom-2025-61/1.1": date(2025, 12, 1),
    "cn-mofcom-2025-61/1.2": date(2025, 12, 1),
    "cn-mofcom-2025-61/1.3": date(2025, 10, 9),
    "cn-mofcom-2025-61/7-overseas": date(2025, 10, 9),
    "cn-mofcom-2025-61/7-domestic": date(2025, 10, 9),
    "cn-mofcom-2025-18/1": date(2025, 4, 4),
    "cn-mofcom-2025-57/1": date(2025, 11, 8),
    "cn-mofcom-2025-62/1": date(2025, 10, 9),
    "cn-mofcom-2025-62/1-catch-all": date(2025, 10, 9),
    "cn-mofcom-2025-62/5": date(2025, 10, 9),
    "cn-mofcom-2025-62/6-publication": date(2025, 10, 9),
    "cn-mofcom-2025-62/7": date(2025, 10, 9),
}
NEVER_SUSPENDED = {"cn-mofcom-2025-18/1"}
SUSPENDED_FROM, SUSPENDED_TO = date(2025, 11, 7), date(2026, 11, 10)
LAPSED, EXTENDED, REPLACED = "lapsed", "extended", "replaced with a start of its own"


def in_force(case: Case, rule: str, day: date, confirmed: str | None) -> bool:
    """Whether a rule binds on a day. ``confirmed`` is "lapsed", "extended through 2027-01-10", or None."""
    start = STARTS[rule]
    if day < start:
        return False
    if rule in NEVER_SUSPENDED or day < SUSPENDED_FROM:
        return True
    extended = confirmed is not None and confirmed != LAPSED
    last_day = date.fromisoformat(confirmed.split()[-1]) if confirmed and extended else SUSPENDED_TO
    if day < last_day:
        return False
    if day == last_day and case.read("suspension-last-day", "still-suspended"):
        return False
    became = LAPSED
    if confirmed != LAPSED:
        # Nobody has shown what became of it: it may have lapsed, been extended, or been replaced.
        became = case.world.choose(("status", "suspension-70"), (LAPSED, EXTENDED, REPLACED))
    if became == EXTENDED:
        return False
    # A limb that began before the suspension wakes by itself; one whose start fell into it may need a new one.
    return became == REPLACED or start < SUSPENDED_FROM or case.read("start-after-suspension", "at-once")
