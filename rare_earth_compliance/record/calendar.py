"""Which rules were in force on a day, for the second stage of checking: starts, ends, suspensions and what came after.

Knows the days in the rule files and in confirmations of the status of the law. Days are text, year first: as they stand in
order, so they compare. Shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from rare_earth_compliance.record.opening import Law

_OPEN = ("open", "unknown")


def after(day: str) -> str:
    """The next day."""
    return str(date.fromisoformat(day) + timedelta(1))


class Days:
    """The law on one day, under readings and confirmations. ``known_by``: nothing published later is taken into account."""

    def __init__(
        self, law: Law, on: str, known_by: str | None, readings: Mapping[str, str], confirmations: Iterable[Any]
    ) -> None:
        self.law, self.on, self.readings, self.until = law, on, readings, known_by or "9999"
        self.confirmed = [one for one in confirmations if one.get("published", one["day"]) <= self.until]
        clauses = [one for name, (_, one) in law.clauses.items() if law.act_of(name)["issued"] <= self.until]
        self.suspensions = [one for one in clauses if "suspends" in one]

    def sleeping(self, rule: Any) -> list[Any]:
        """The suspensions that reach a rule."""
        reached = {self.law.act_of(rule["id"])["id"], rule["id"], *rule["in_force"].get("sleeps_with", ())}
        return [one for one in self.suspensions if reached & set(one["suspends"])]

    def state(self, rule: Any) -> dict[str, Any]:
        """Whether a rule is in force, its state in a word, and the suspensions that reach it."""
        force, sleeping = rule["in_force"], self.sleeping(rule)
        found = (self._under(one, force["from"]) for one in sleeping if self.on >= one["from"])
        told = next((one for one in found if one), ("yes", "in force"))
        told = ("no", "not yet") if self.on < force["from"] else told
        told = ("no", "ended") if "until" in force and self.on > force["until"] else told
        return {"in_force": told[0], "state": told[1], "suspended_by": [one["id"] for one in sleeping]}

    def _settling(self, one: Any) -> list[Any]:
        status = one["after"]["status"] if "after" in one else None
        return [said for said in self.confirmed if said["settles"] == status]

    def _under(self, one: Any, start: str) -> tuple[str, str]:
        """What a suspension that has begun makes of a rule."""
        fell_in = start >= one["from"]
        asleep = ("no", "never operated" if fell_in else "suspended")
        known = [said for said in self._settling(one) if said.get("published", "") <= self.on]
        last = max((said["through"] for said in known if "through" in said), default=one["through"])
        if self.on < max(last, one["through"]):
            return asleep
        still = self._reads(one["last_day_suspended"]) if self.on == last and "last_day_suspended" in one else "no"
        over = self._over(one, known, fell_in=fell_in)
        return asleep if still == "yes" else over if still == "no" or over[0] == "no" else _OPEN

    def _over(self, one: Any, known: list[Any], *, fell_in: bool) -> tuple[str, str]:
        """The same on a day that the suspension does not reach."""
        if "after" in one and not any(said["outcome"] == "lapsed" for said in known):
            return _OPEN
        revived = self._reads(one["revives_at_once"]) if fell_in and "revives_at_once" in one else "yes"
        return {"yes": ("yes", "in force"), "no": ("no", "not yet")}.get(revived, _OPEN)

    def _reads(self, one: Any) -> str:
        chosen = self.readings.get(one["reading"])
        return "open" if chosen is None else "yes" if chosen == one["is"] else "no"

    def expires(self, rules: Iterable[Any], evidence: Iterable[str]) -> str | None:
        """The first later day on which a rule, or a document that supports a fact, may be of another state."""
        days = [after(day) for day in evidence]
        for rule in rules:
            force = rule["in_force"]
            days += [force["from"], *([after(force["until"])] if "until" in force else [])]
            for one in self.sleeping(rule):
                ends = [one["through"], *(said["through"] for said in self._settling(one) if "through" in said)]
                days += [one["from"], *ends, *map(after, ends), *one.get("after", {}).get("watch", ())]
        return min((day for day in days if day > self.on), default=None)
