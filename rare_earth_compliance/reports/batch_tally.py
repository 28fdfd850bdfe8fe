"""Many result lines to one summary: how many of which answer, by which limbs, and which questions would settle most.

Knows the lines of ``rare-earth-batch/1`` and counts; keeps no line. What it keeps grows with the number of different
questions and limbs, never with the number of products. Decides nothing: the status is that of the worst line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rare_earth_compliance.product.names import LeftOut
from rare_earth_compliance.reports.run import (
    CLEAR,
    DUTY_OPEN,
    NOTHING_CHECKED,
    REFUSED,
    REQUIRED,
    UNDETERMINED,
    WORST_FIRST,
)

KINDS = 20_000
"""How many different sets of questions are kept; products beyond them are counted, but not ranked by."""
NAMED = 20
"""How many products of a kind are named."""
Ask = tuple[str, str]
"""Kind and subject of a question, as ("reading", "part-2-reaches")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question in its rank: how many undetermined products wait for it, and how many are left with no question once
    this one and all before it are answered."""

    kind: str
    about: str
    waits: int
    settles: int


class Tally:
    """The summary of the lines that it was shown."""

    def __init__(self, days: Sequence[date] = ()) -> None:
        self.days = tuple(days)
        """The days judged for; none where each product has its own."""
        self.statuses: Counter[int] = Counter()
        self.skipped = 0
        self.left_out = LeftOut()
        """What the portfolio holds beside its inputs, passed over by its name."""
        self.limbs: Counter[tuple[int, str]] = Counter()
        """For each status, how many products each limb decides with it."""
        self.conflicting = 0
        self.changing = 0
        self.changes: Counter[tuple[str, str, int, int, tuple[str, ...]]] = Counter()
        """From day to day, from status to status, by which limbs: how many products."""
        self.changed: list[tuple[str, str, str]] = []
        """The first products whose answer changes: name, product, and what changes."""
        self.refused: list[tuple[str, str]] = []
        """The first inputs that were refused, with their first problem."""
        self._asked: Counter[frozenset[Ask]] = Counter()
        self.not_ranked = 0

    def add(self, line: dict[str, Any]) -> None:
        """Count a line."""
        status = line["status"]
        if status is None:
            self.skipped += 1
            return
        self.statuses[status] += 1
        if status == REFUSED:
            if len(self.refused) < NAMED:
                self.refused.append((line["name"], line["refused"][0]["message"]))
            return
        day = next((one for one in line["days"] if one["status"] == status), None) if "days" in line else line
        if day is None:
            raise ValueError(f"{line['name']}: no day has the status {status}")
        self._decided(day, status)
        changes = line.get("changes", ())
        self.changing += bool(changes)
        for change in changes:
            self._change(line, change)

    def _decided(self, day: dict[str, Any], status: int) -> None:
        wanted = "applies" if status == REQUIRED else "open"
        if status in (REQUIRED, UNDETERMINED):
            for limb in day["limbs"]:
                if limb["standing"] == wanted:
                    self.limbs[status, limb["rule"]] += 1
        if status == UNDETERMINED:
            self.conflicting += bool(day.get("conflicts"))
            asked = frozenset((ask["kind"], ask["about"]) for ask in day["asks"])
            if asked in self._asked or len(self._asked) < KINDS:
                self._asked[asked] += 1
            else:
                self.not_ranked += 1

    def _change(self, line: dict[str, Any], change: dict[str, Any]) -> None:
        limbs = tuple(limb["rule"] for limb in change["limbs"])
        self.changes[change["from"], change["to"], change["was"], change["becomes"], limbs] += 1
        if len(self.changed) < NAMED:
            self.changed.append((line["name"], line["product"], f"{change['from']} to {change['to']}"))

    @property
    def products(self) -> int:
        """How many inputs were products, or should have been."""
        return self.statuses.total()

    @property
    def status(self) -> int:
        """The exit status: that of the worst line; where nothing was judged, never clear."""
        found = set(self.statuses)
        if not found - {REFUSED}:
            found.add(NOTHING_CHECKED)
        return next(code for code in WORST_FIRST if code in found)

    def questions(self, most: int) -> Iterator[Question]:
        """The questions of undetermined products, each time the one that leaves most of them without any other.

        Of those that leave none, the one that most products wait for, those with few questions counting more.
        """
        left = {asked: count for asked, count in self._asked.items() if asked}
        waits: Counter[Ask] = Counter()
        for asked, count in left.items():
            for ask in asked:
                waits[ask] += count
        settled = 0
        for _ in range(most):
            if not left:
                return
            alone: Counter[Ask] = Counter()
            weight: dict[Ask, int] = {}
            for asked, count in left.items():
                for ask in asked:
                    alone[ask] += count if len(asked) == 1 else 0
                    weight[ask] = weight.get(ask, 0) + count * _SCALE // len(asked)
            best = min(weight, key=lambda ask: (-alone[ask], -weight[ask], ask))
            settled += alone[best]
            yield Question(kind=best[0], about=best[1], waits=waits[best], settles=settled)
            after: Counter[frozenset[Ask]] = Counter()
            for asked, count in left.items():
                if asked - {best}:
                    after[asked - {best}] += count
            left = dict(after)

    def document(self) -> dict[str, Any]:
        """The summary as plain values."""
        by = {status: [] for status in (REQUIRED, UNDETERMINED)}  # type: dict[int, list[dict[str, Any]]]
        for (status, rule), count in self.ranked():
            by[status].append({"rule": rule, "products": count})
        return {
            "products": self.products,
            "status": self.status,
            "on": [day.isoformat() for day in self.days],
            "required": self.statuses[REQUIRED],
            "undetermined": self.statuses[UNDETERMINED],
            "not_required": self.statuses[CLEAR] + self.statuses[DUTY_OPEN],
            "duty_open": self.statuses[DUTY_OPEN],
            "refused": self.statuses[REFUSED],
            "no_product": self.skipped,
            **({"left_out": self.left_out.plain()} if self.left_out.count else {}),
            "required_by": by[REQUIRED],
            "undetermined_by": by[UNDETERMINED],
            "contradictory": self.conflicting,
            "questions": [
                {"kind": one.kind, "about": one.about, "waits": one.waits, "settles": one.settles}
                for one in self.questions(_MOST_QUESTIONS)
            ],
            "not_ranked": self.not_ranked,
            "changing": self.changing,
            "changes": [
                {"from": start, "to": end, "was": was, "becomes": becomes, "limbs": list(limbs), "products": count}
                for (start, end, was, becomes, limbs), count in sorted(self.changes.items())
            ],
        }

    def ranked(self) -> list[tuple[tuple[int, str], int]]:
        """Limbs by status and number of products, most first."""
        return sorted(self.limbs.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))


_SCALE = 2**20
_MOST_QUESTIONS = 100
