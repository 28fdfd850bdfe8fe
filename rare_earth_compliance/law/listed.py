"""Persons on a list as frozen data: which announcement put whom on which list, and since when.

Knows how incomplete the lists are. Does not know how a name is compared: screening does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAnnouncement:
    """An announcement that puts ``entities`` parties on a list; ``named`` of them are known here."""

    id: str
    list: str
    of: str
    starts: date
    ends: date | None
    entities: int
    named: int
    confidence: str
    state: str
    url: str

    def runs(self, on: date) -> bool:
        """Whether it lists its parties on a day."""
        return self.starts <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedParty:
    """A party on a list, by the names and identifiers that are known of it."""

    names: tuple[str, ...]
    identifiers: tuple[str, ...]
    by: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """All that is known of the lists; ``note`` says how incomplete it is."""

    note: str
    announcements: dict[str, ListAnnouncement]
    parties: tuple[ListedParty, ...]
    legal_forms: tuple[tuple[str, ...], ...]


NOBODY = Parties(note="no list of persons", announcements={}, parties=(), legal_forms=())
