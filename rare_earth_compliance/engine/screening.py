"""Whether a party stands on a list of persons: from what is declared, from its name, from its identifier.

Knows how names are folded before they are compared. A name that is not found says nothing, for the lists are
incomplete; a name that is found outweighs a declaration that it is on none. A near match (extra
``screening``) asks for a look and never decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.law.listed import ListedParty, Parties

NONE = "none"
NEAR = 88
"""From this likeness on (0 … 100, words in any order) a name is worth a look. It decides nothing."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What is known of a party against the lists.

    ``listed`` tells for each list whether the party is on it; ``by`` names announcements that surely list it;
    ``conflict`` is what its data contradicts; ``review`` names it looks like.
    """

    listed: dict[str, Truth]
    by: tuple[str, ...]
    open: bool
    """Whether an announcement that is not in ``by`` may list it as well."""
    because: str
    conflict: str = ""
    review: tuple[str, ...] = ()

    def on_any(self, lists: Iterable[str]) -> Truth:
        """Whether it is on one of some lists."""
        found = [self.listed.get(name, Truth.UNKNOWN) for name in lists]
        if Truth.TRUE in found:
            return Truth.TRUE
        return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.FALSE

    def listed_by(self, announcement: str) -> Truth:
        """Whether an announcement lists it."""
        if announcement in self.by:
            return Truth.TRUE
        return Truth.UNKNOWN if self.open else Truth.FALSE


@lru_cache(maxsize=4096)
def folded(name: str, legal_forms: tuple[tuple[str, ...], ...]) -> tuple[str, str]:
    """A name as it is compared: without case, width, accents of writing and punctuation, legal forms made alike; and the
    same without its legal form."""
    text = unicodedata.normalize("NFKC", name).casefold()
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    joined = f" {' '.join(_WORD.findall(text))} "
    bare = joined
    for group in sorted(legal_forms, key=lambda group: -max(map(len, group))):
        for word in sorted(group, key=len, reverse=True):
            sign = word if not word.isascii() else f" {word} "
            joined = joined.replace(sign, f" {group[0]} ")
            bare = bare.replace(sign, " ")
    return " ".join(joined.split()), " ".join(bare.split())


def screen(
    name: str | None,
    identifier: str | None,
    declared: str | None,
    declared_by: tuple[str, ...],
    on: date | None,
    parties: Parties,
) -> Screened:
    """What is known of a party against the lists on a day; without a day nobody is looked up."""
    lists = dict.fromkeys(one.list for one in parties.announcements.values())
    hits = [] if on is None else [one for one in _matching(name, identifier, parties) if parties.announcements[one.by].runs(on)]
    by = tuple(dict.fromkeys([*declared_by, *(one.by for one in hits)]))
    near = () if hits else _near(name, parties)
    listed = dict.fromkeys(lists, Truth.UNKNOWN)
    if declared == NONE and not near:
        listed = dict.fromkeys(lists, Truth.FALSE)
    for one in by:
        if one in parties.announcements:
            listed[parties.announcements[one].list] = Truth.TRUE
    if declared not in (None, NONE):
        listed[str(declared)] = Truth.TRUE
        listed = {one: Truth.FALSE if value is Truth.UNKNOWN else value for one, value in listed.items()}
    said = {None: "not screened", NONE: "declared to be on neither list"}.get(declared, f"declared to be on the {declared}")
    found = "; ".join(f"its name matches {one.names[0]}, listed by {one.by}" for one in hits)
    looks = f"looks like {', '.join(near)}: check" if near else ""
    conflict = f"is declared to be on neither list, but {found}" if hits and declared == NONE else ""
    # Declared with its announcements it is on those; declared on a list without them, any may have put it there.
    open_ = declared is None or bool(near) or (declared != NONE and not declared_by)
    return Screened(
        listed=listed,
        by=by,
        open=open_,
        because="; ".join(part for part in (said, found, looks) if part),
        conflict=conflict,
        review=near,
    )


def _matching(name: str | None, identifier: str | None, parties: Parties) -> list[ListedParty]:
    mine = folded(name, parties.legal_forms) if name else None
    return [
        one
        for one in parties.parties
        if (identifier is not None and identifier in one.identifiers)
        or (mine is not None and any(_same(mine, folded(other, parties.legal_forms)) for other in one.names))
    ]


def _same(one: tuple[str, str], two: tuple[str, str]) -> bool:
    """Whether two folded names are the same, with the same legal form or where one of them names none."""
    if one[0] == two[0]:
        return True
    named = (one[0] != one[1], two[0] != two[1])
    return one[1] == two[1] and bool(one[1]) and not all(named)


def _near(name: str | None, parties: Parties) -> tuple[str, ...]:
    """Names on the lists that a name looks like; none where the extra ``screening`` is not installed."""
    if not name:
        return ()
    mine = folded(name, parties.legal_forms)[1]
    found = [other for one in parties.parties for other in one.names if _alike(mine, folded(other, parties.legal_forms)[1])]
    return tuple(dict.fromkeys(found))


def _alike(one: str, two: str) -> bool:
    """Whether two names are alike: the same but for the legal form, or, with the extra ``screening``, nearly the same."""
    if one == two:
        return True
    try:
        from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio  # noqa: PLC0415
    except ImportError:
        return False
    return max(token_sort_ratio(one, two), token_set_ratio(one, two)) >= NEAR
