"""The file of listed persons: which announcement put whom on which list, and since when.

Knows the shape of the file and that its counts hold. The lists are incomplete, and each announcement says how many of its
names are here. What is made of it stands in ``listed``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from rare_earth_compliance.core.problems import Path
from rare_earth_compliance.law.files import Confidence, Count, Day, Id, Strict, Text
from rare_earth_compliance.law.listed import ListAnnouncement, ListedParty, Parties


class AnnouncementFields(Strict):
    id: Id
    list: Literal["control-list", "watch-list"]
    of: Text
    from_: Day = Field(alias="from")
    until: Day | None = None
    entities: Count
    named: Count
    confidence: Confidence
    state: Text
    url: Text


class PartyFields(Strict):
    names: Annotated[list[Text], Field(min_length=1)]
    identifiers: list[Text] = Field(default_factory=list)
    by: Id
    confidence: Confidence
    note: Text | None = None


class PartiesFile(Strict):
    format: Literal["rare-earth-rules/1"]
    count: Count
    note: Text
    announcements: list[AnnouncementFields]
    parties: list[PartyFields]
    legal_forms: list[list[Text]]


def made(fields: PartiesFile) -> Parties:
    """The parties of a file."""
    return Parties(
        note=fields.note,
        announcements={
            one.id: ListAnnouncement(
                id=one.id,
                list=one.list,
                of=one.of,
                starts=one.from_,
                ends=one.until,
                entities=one.entities,
                named=one.named,
                confidence=one.confidence,
                state=one.state,
                url=one.url,
            )
            for one in fields.announcements
        },
        parties=tuple(
            ListedParty(names=tuple(one.names), identifiers=tuple(one.identifiers), by=one.by, confidence=one.confidence)
            for one in fields.parties
        ),
        legal_forms=tuple(tuple(group) for group in fields.legal_forms),
    )


def wrong(fields: PartiesFile) -> Iterator[tuple[Path, str]]:
    """What in a file of parties does not fit together, with its place."""
    if fields.count != len(fields.parties):
        yield ("count",), f"says {fields.count} parties, but {len(fields.parties)} are in the file"
    ids = [one.id for one in fields.announcements]
    for position, one in enumerate(fields.announcements):
        if ids.index(one.id) != position:
            yield ("announcements", position), f"the announcement {one.id!r} stands twice"
        named = sum(party.by == one.id for party in fields.parties)
        if named != one.named or one.named > one.entities:
            yield ("announcements", position), f"says {one.named} of {one.entities} are named, but {named} are in the file"
        if one.until is not None and one.until < one.from_:
            yield ("announcements", position), "ends before it starts"
    for position, party in enumerate(fields.parties):
        if party.by not in ids:
            yield ("parties", position), f"is listed by {party.by!r}, which is no announcement of the file"
