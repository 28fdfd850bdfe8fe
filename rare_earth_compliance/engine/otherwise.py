"""Readings that are in use without having been chosen, and by which an item stands on no list.

Knows how a list reads when these are left open. What is on no list is looked at by no rule, so that no trace shows which
reading kept it off; yet an answer rests on it. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.asking import readings_met
from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.verdicts import Judge
from rare_earth_compliance.law.status import InForce

_OPEN = (Status.APPLIES, Status.CANNOT_TELL)
"""What becomes of a rule at an item that an answer hangs on."""


def kept_off_lists(inquiry: Inquiry, in_force: Mapping[str, InForce], given: Collection[str]) -> frozenset[str]:
    """The readings that nobody chose and without which a rule would look at more items, and might apply there.

    ``given``: the readings that were chosen; they are said in any case.
    """
    pack, plan = inquiry.pack, inquiry.plan
    unchosen = frozenset(name for name, reading in pack.readings.items() if reading.default and name not in given)
    names = [name for name in pack.lists if not unchosen.isdisjoint(plan.read_by_list(name))]
    if not names:
        return frozenset()
    found: set[str] = set()
    with closing(inquiry.read_by(plan.without(unchosen))) as other:
        more = {name: tuple(_more(inquiry, other, name)) for name in names}
        for rule in pack.rules.values():
            indices = sorted({index for name in rule.lists for index in more.get(name, ())})
            if indices:
                judge = Judge(other, rule, in_force[rule.id])
                verdicts = {id(one): one for one in map(judge.verdict, indices)}.values()
                found.update(readings_met(one.step for one in verdicts if one.status in _OPEN))
    return unchosen & found


def _more(inquiry: Inquiry, other: Inquiry, name: str) -> Iterator[int]:
    """The items that may be on a list as ``other`` reads it, and are not on it as ``inquiry`` does."""
    if name not in inquiry.plan.lists_by_kind():
        yield from sorted(set(other.listing.possible(name)).difference(inquiry.listing.possible(name)))
        return
    for group in inquiry.kinds.listing_groups.values():
        here, there = (one.listing.of(name, group[0]).step.outcome for one in (inquiry, other))
        if here is Truth.FALSE and there is not Truth.FALSE:
            yield from group
