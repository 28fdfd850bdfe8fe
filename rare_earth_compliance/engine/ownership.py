"""How much of a party belongs to listed parties, under each way of counting that the text allows.

Knows direct and indirect holdings, several owners, rings of owners, and owners of whom nothing is said. Exact
numbers, bounds where something is not known. Does not know who is listed, nor which way of counting is right:
that is a reading. The line from which a company counts as held (50 %) is handed in by the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from rare_earth_compliance.core.quantities import Interval, exactly
from rare_earth_compliance.core.truth import Truth

DIRECT, CHAIN, PROPORTIONAL = "direct", "chain", "proportional"
WAYS = {
    "single-direct": (DIRECT, True),
    "aggregate-direct": (DIRECT, False),
    "single-chain": (CHAIN, True),
    "aggregate-chain": (CHAIN, False),
    "aggregate-proportional": (PROPORTIONAL, False),
}
"""Way of counting → through what, and whether one listed owner must hold it alone."""
LARGEST_RING = 80
"""How many companies that own each other in rings are solved exactly; above that the share is not known."""
_NOTHING, _WHOLE = Fraction(0), Fraction(1)
UNKNOWN = Interval(_NOTHING, _WHOLE)
"""Anything between nothing and all of it."""

Links = dict[str, list[tuple[str, Fraction]]]


@dataclass(slots=True)
class Owners:
    """Who holds how much of whom: links by the key of the company held, as bounds."""

    least: Links = field(default_factory=dict)
    most: Links = field(default_factory=dict)
    rest: dict[str, Fraction] = field(default_factory=dict)
    """The part of a company that nobody named holds, or may hold; nothing where all owners are named."""
    conflicts: list[str] = field(default_factory=list)

    def rest_of(self, company: str) -> Fraction:
        """What owners that are not named may hold of a company."""
        return self.rest.get(company, _WHOLE)


def owners(holdings: Iterable[tuple[str, str, Interval | None]], complete: frozenset[str]) -> Owners:
    """Links from (owner, owned, share); ``complete`` names the companies all of whose owners are named."""
    by_company: dict[str, dict[str, Interval]] = {}
    for owner, owned, share in holdings:
        held = by_company.setdefault(owned, {})
        stated = share or UNKNOWN
        held[owner] = held[owner] + stated if owner in held else stated
    found = Owners(rest=dict.fromkeys(complete, _NOTHING))
    for company, held in by_company.items():
        total = sum((share.low for share in held.values()), _NOTHING)
        if total > 1 or (total == 1 and any(share.low_open for share in held.values())):
            found.conflicts.append(f"the owners named for {company} hold more than the whole of it")
        free = max(_NOTHING, 1 - total)
        found.least[company] = [(owner, share.low) for owner, share in held.items()]
        found.most[company] = [
            (owner, min(share.high if share.high is not None else _WHOLE, share.low + free)) for owner, share in held.items()
        ]
        if company not in complete:
            found.rest[company] = free
    return found


def falling_short(holdings: Iterable[tuple[str, str, Interval | None]], complete: Iterable[str]) -> tuple[str, ...]:
    """Of companies all of whose owners are said to be named those of which the named can not hold the whole: others do."""
    held = {company: exactly(_NOTHING) for company in sorted(complete)}
    for _, owned, share in holdings:
        if owned in held:
            held[owned] += share or UNKNOWN
    return tuple(
        company
        for company, total in held.items()
        if total.high is not None and (total.high < 1 or (total.high == 1 and total.high_open))
    )


def leading_to(holdings: Iterable[tuple[str, str]], parties: Iterable[str]) -> set[str]:
    """The parties, and everyone who by pairs of (owner, owned) owns something of one, directly or through others."""
    above: dict[str, list[str]] = {}
    for owner, owned in holdings:
        above.setdefault(owned, []).append(owner)
    work = list(parties)
    found = set(work)
    while work:
        new = set(above.get(work.pop(), ())) - found
        found |= new
        work += new
    return found


def held(company: str, known: Owners, listed: Callable[[str], Truth], way: str, line: Fraction) -> Interval:
    """What listed parties hold of a company, counted in one of ``WAYS``; ``line`` from which a company counts as held."""
    through, alone = WAYS[way]
    above = _above(company, known)
    sure = {one for one in above if listed(one) is Truth.TRUE}
    perhaps = {one for one in above if listed(one) is not Truth.FALSE}
    if through == PROPORTIONAL:
        low = _proportional(company, known.least, sure, {}, above)
        high = _proportional(company, known.most, perhaps, {one: known.rest_of(one) for one in above}, above)
        return Interval(low or _NOTHING, _WHOLE if high is None else max(low or _NOTHING, high))
    rests = {one: known.rest_of(one) for one in above}
    if alone:
        lows = [_chain(company, known.least, {one}, {}, line, through) for one in sure]
        # Who holds what is not named may be a listed party, one that is named or another.
        highs = [_chain(company, known.most, {one}, rests, line, through) for one in perhaps]
        highs.append(_chain(company, known.most, set(), rests, line, through))
        return Interval(max(lows, default=_NOTHING), max(highs))
    return Interval(
        _chain(company, known.least, sure, {}, line, through), _chain(company, known.most, perhaps, rests, line, through)
    )


def _above(company: str, known: Owners) -> list[str]:
    """A company and everyone who owns something of it, directly or through others."""
    found, work = {company: None}, [company]
    while work:
        for owner, _ in known.most.get(work.pop(), ()):
            if owner not in found:
                found[owner] = None
                work.append(owner)
    return list(found)


def _chain(company: str, links: Links, counted: set[str], rests: dict[str, Fraction], line: Fraction, through: str) -> Fraction:
    """The part of a company held by those that count; with ``CHAIN`` a company held up to the line counts as well."""
    counts = set(counted)
    if through == CHAIN:
        owned_by: dict[str, list[tuple[str, Fraction]]] = {}
        for below, held_by in links.items():
            for owner, share in held_by:
                owned_by.setdefault(owner, []).append((below, share))
        so_far = dict(rests)
        work = [*counts, *(one for one, rest in rests.items() if rest >= line and one not in counts)]
        counts.update(work)
        while work:
            for below, share in owned_by.get(work.pop(), ()):
                so_far[below] = so_far.get(below, _NOTHING) + share
                if so_far[below] >= line and below not in counts:
                    counts.add(below)
                    work.append(below)
    mine = sum((share for owner, share in links.get(company, ()) if owner in counts and owner != company), _NOTHING)
    return min(_WHOLE, mine + rests.get(company, _NOTHING))


def _proportional(
    company: str, links: Links, counted: set[str], rests: dict[str, Fraction], above: list[str]
) -> Fraction | None:
    """Shares multiplied along the way; None where rings of owners leave it open."""
    if company in counted:
        counted = counted - {company}
    values: dict[str, Fraction] = dict.fromkeys(counted, _WHOLE)
    waiting = {one: sum(owner not in values for owner, _ in links.get(one, ())) for one in above if one not in values}
    below: dict[str, list[str]] = {}
    for one in waiting:
        for owner, _ in links.get(one, ()):
            below.setdefault(owner, []).append(one)
    ready = [one for one, count in waiting.items() if count == 0]
    while ready:
        one = ready.pop()
        values[one] = rests.get(one, _NOTHING) + sum((share * values[owner] for owner, share in links.get(one, ())), _NOTHING)
        values[one] = min(_WHOLE, values[one])
        for other in below.get(one, ()):
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    if company in values:
        return values[company]
    return _rings(company, [one for one in waiting if one not in values], links, values, rests)


def _rings(
    company: str, left: list[str], links: Links, values: dict[str, Fraction], rests: dict[str, Fraction]
) -> Fraction | None:
    """Companies that own each other: a linear system in exact numbers, solved by elimination."""
    if len(left) > LARGEST_RING:
        return None
    place = {one: position for position, one in enumerate(left)}
    rows: list[list[Fraction]] = []
    for one in left:
        row = [_NOTHING] * (len(left) + 1)
        row[place[one]] += 1
        row[-1] = rests.get(one, _NOTHING)
        for owner, share in links.get(one, ()):
            if owner in place:
                row[place[owner]] -= share
            else:
                row[-1] += share * values[owner]
        rows.append(row)
    for column in range(len(left)):
        pivot = next((number for number in range(column, len(left)) if rows[number][column] != 0), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        first = rows[column][column]
        # Exact: these are fractions, and the division does not decide anything by itself.
        rows[column] = [value * Fraction(first.denominator, first.numerator) for value in rows[column]]
        for number, row in enumerate(rows):
            if number != column and row[column] != 0:
                factor = row[column]
                rows[number] = [mine - factor * other for mine, other in zip(row, rows[column], strict=True)]
    result = rows[place[company]][-1]
    return min(_WHOLE, result) if result >= 0 else None
