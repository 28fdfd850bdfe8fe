"""What follows for a party from the lists of persons, for the second stage of checking.

Knows how names are made alike before they are compared, what a declaration weighs beside a name that is found, and, where the
extra ``screening`` is installed, which names only resemble one on a list. Does not know whether an owner is listed. Shares no
code with the engine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from rare_earth_compliance.record.goods import share
from rare_earth_compliance.record.plain import Bounds, exactly


def folded(name: str, legal_forms: list[list[str]]) -> tuple[str, str]:
    """A name without case, accents and punctuation, words for its legal form made alike; and without that form."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    words = re.findall(r"\w+", "".join(letter for letter in text if not unicodedata.combining(letter)))
    alike = bare = f" {' '.join(words)} "
    for group in sorted(legal_forms, key=lambda group: -max(map(len, group))):
        for word in sorted(group, key=len, reverse=True):
            sign = f" {word} " if word.isascii() else word
            alike, bare = alike.replace(sign, f" {group[0]} "), bare.replace(sign, " ")
    return " ".join(alike.split()), " ".join(bare.split())


def owned_otherwise(holdings: Iterable[Any], named: Iterable[str], forms: list[list[str]]) -> bool:
    """Whether owners hold more than the whole of a company; or less, of one all of whose owners are said to be ``named``."""
    nothing, whole = exactly(0), Bounds(Fraction(0), Fraction(1))
    held = {folded(name, forms)[0]: nothing for name in named}
    complete = {*held}
    for one in holdings:
        company = folded(one["owned"], forms)[0]
        held[company] = held.get(company, nothing) + (share(one["share"]) if "share" in one else whole)
    more = [one for one in held.values() if one.low > 1 or (one.low == 1 and one.low_open)]
    ends = [(held[company].high, held[company].high_open) for company in complete]
    return bool(more) or any(high is not None and (high < 1 or (high == 1 and open_)) for high, open_ in ends)


def owned_apart(holdings: Iterable[Any], parties: Iterable[str], forms: list[list[str]]) -> bool:
    """Whether owners are named of a company that is neither one of the parties nor an owner of one."""
    pairs = [(folded(one["owner"], forms)[0], folded(one["owned"], forms)[0]) for one in holdings]
    known, size = {folded(name, forms)[0] for name in parties}, -1
    while size < len(known):
        size = len(known)
        known |= {owner for owner, owned in pairs if owned in known}
    return any(owned not in known for _, owned in pairs)


LIKE = 88
"""From this likeness on (0 … 100, words in any order) one name resembles another."""
Alike = Callable[[str, str], bool]


def likeness() -> Alike | None:
    """How it is told whether one name resembles another; None where the extra ``screening`` is not installed."""
    try:
        from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio  # noqa: PLC0415
    except ImportError:
        return None
    return lambda one, two: max(token_sort_ratio(one, two), token_set_ratio(one, two)) >= LIKE


class Persons:
    """A party of a shipment on a day; ``fact`` tells what is declared of it, ``alike`` which names resemble each other."""

    def __init__(self, parties: Any, fact: Callable[[str], Any], on: str, *, alike: Alike | None = None) -> None:
        running = {one["id"] for one in parties["announcements"] if one["from"] <= on <= one.get("until", "9999")}
        lists = {one["id"]: one["list"] for one in parties["announcements"]}
        declared, said = fact("listed"), fact("listed_by") or []
        name, number, forms = fact("name"), fact("identifier"), parties["legal_forms"]
        mine = folded(name, forms) if name else ("", "")
        matches, near = [], False
        for one in parties["parties"]:
            theirs = [folded(other, forms) for other in one["names"]]
            same = any(mine[0] == it[0] or (mine[1] == it[1] and not (mine[0] != mine[1] and it[0] != it[1])) for it in theirs)
            if one["by"] in running and ((name and same) or number in one.get("identifiers", ())):
                matches.append(one["by"])
            near |= bool(name) and any(mine[1] == it[1] or (alike is not None and alike(mine[1], it[1])) for it in theirs)
        near &= not matches
        self.contradicted = any(one not in lists for one in said) or (bool(matches or said) and declared == "none")
        self.by = {*said, *matches}
        base = "no" if declared == "none" and not near else "open"
        self.lists = dict.fromkeys(lists.values(), base) | {lists[one]: "yes" for one in self.by if one in lists}
        if declared not in (None, "none"):
            self.lists = {one: "no" if value == "open" else value for one, value in (self.lists | {declared: "yes"}).items()}
        self.open = declared is None or near or (declared != "none" and not said)

    def listed(self, lists: str) -> str:
        """Whether it is on one of some lists."""
        return max(self.lists.get(one, "open") for one in lists.split())

    def listed_by(self, announcement: str) -> str:
        """Whether an announcement lists it."""
        return "yes" if announcement in self.by else "open" if self.open else "no"
