"""The law as it was published on a day.

Knows that what was published later was not known then: two clocks are kept apart, the day judged for and
the day up to which publications are known. Does not know what was in force: status does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rare_earth_compliance.law.model import Confirmation, RulePack


def as_published(pack: RulePack, by: date) -> RulePack:
    """The pack with only the instruments that were issued on the day ``by`` or before it.

    Rules, suspensions and what hangs on them go with their instrument. Lists, readings and the vocabulary stay:
    they say nothing by themselves.
    """
    known = {name for name, one in pack.instruments.items() if one.issued <= by}
    suspensions = {name: one for name, one in pack.suspensions.items() if one.instrument in known}
    statuses = {one.status for one in suspensions.values()}
    return replace(
        pack,
        instruments={name: one for name, one in pack.instruments.items() if name in known},
        rules={name: one for name, one in pack.rules.items() if one.instrument in known},
        cautions={name: one for name, one in pack.cautions.items() if one.instrument in known},
        suspensions=suspensions,
        statuses={name: one for name, one in pack.statuses.items() if name in statuses},
    )


def confirmed_by(confirmations: Iterable[Confirmation], by: date) -> tuple[Confirmation, ...]:
    """The confirmations that could be known on the day ``by``: of what was published, or looked for, until then."""
    return tuple(one for one in confirmations if (one.published or one.day) <= by)
