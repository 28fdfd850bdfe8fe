"""Official answers and assumptions by which an item stands on no list.

Knows how a list reads when these are left open. What is on no list is looked at by no rule, so that no trace shows which
reading kept it off; yet an answer rests on it. Looks at the rules that name a list, not at others that ask for it.
Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from rare_earth_compliance.engine.asking import readings_met
from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.verdicts import Judge
from rare_earth_compliance.law.status import InForce

_OPEN = (Status.APPLIES, Status.CANNOT_TELL)
"""What becomes of a rule at an item that an answer hangs on."""


def kept_off_lists(inquiry: Inquiry, in_force: Mapping[str, InForce]) -> frozenset[str]:
    """The official answers and assumptions without which a rule would look at more items, and might apply there."""
    pack, plan = inquiry.pack, inquiry.plan
    defaults = frozenset(name for name, reading in pack.readings.items() if reading.default)
    names = [name for name in pack.lists if not defaults.isdisjoint(plan.read_by_list(name))]
    if not names:
        return frozenset()
    found: set[str] = set()
    with closing(inquiry.read_by(plan.without(defaults))) as other:
        more = {name: set(other.listing.possible(name)).difference(inquiry.listing.possible(name)) for name in names}
        for rule in pack.rules.values():
            judge = Judge(other, rule, in_force[rule.id])
            verdicts = [judge.verdict(index) for name in rule.lists for index in sorted(more.get(name, ()))]
            found.update(readings_met(one.step for one in verdicts if one.status in _OPEN))
    return defaults & found
