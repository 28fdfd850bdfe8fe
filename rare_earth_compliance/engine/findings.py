"""The findings of a determination: what became of each rule at each item, as it is shown.

Knows which findings come first and how many are shown in full. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.deadlines import Deadlines
from rare_earth_compliance.engine.determination import Finding, More, Share, Status
from rare_earth_compliance.engine.entries import entries_of
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.needs import located
from rare_earth_compliance.engine.shares import AS_STATED
from rare_earth_compliance.engine.verdicts import Judged, Verdict

SHOWN = 12
"""How many findings of one rule and status are shown in full; the others are counted."""

_ORDER = tuple(Status)


def found_in(inquiry: Inquiry, judged: list[Judged], deadlines: Deadlines) -> tuple[tuple[Finding, ...], tuple[More, ...]]:
    """The findings that are shown, what matters most first, and how many more there are of which kind."""
    order = {rule: position for position, rule in enumerate(inquiry.pack.rules)}
    ranked = sorted(judged, key=lambda one: (_ORDER.index(one.verdict.status), order[one.verdict.rule.id], one.index))
    found: list[Finding] = []
    count: dict[tuple[str, Status], int] = {}
    for one in ranked:
        key = (one.verdict.rule.id, one.verdict.status)
        count[key] = count.get(key, 0) + 1
        if count[key] <= SHOWN:
            found.append(_finding(inquiry, one, deadlines))
    more = [More(rule=rule, status=status, count=number - SHOWN) for (rule, status), number in count.items() if number > SHOWN]
    return tuple(found), tuple(more)


def _finding(inquiry: Inquiry, one: Judged, deadlines: Deadlines) -> Finding:
    verdict, rule = one.traced, one.verdict.rule
    item = inquiry.product.items[one.index]
    listed = [inquiry.listing.of(name, one.index) for name in rule.lists]
    exempt = verdict.status is Status.EXEMPT
    duties = rule.duties if not exempt else tuple(duties_of_lifting(verdict))
    label = f"contents of {inquiry.product.items[item.parent].label} that are not listed" if item.hidden else item.label
    return Finding(
        rule=rule.id,
        title=rule.title,
        instrument=rule.instrument,
        effect=rule.effect,
        at=rule.says.at,
        says=rule.says.zh,
        confidence=rule.says.confidence,
        read_as=rule.read_as,
        item=one.index,
        label=label,
        place=inquiry.product.place(one.index),
        listed_as=tuple(code for place in listed for code in place.codes),
        entries=entries_of(inquiry, rule.lists, one.index),
        status=verdict.status,
        would=verdict.step.outcome,
        in_force=verdict.state.truth,
        state=verdict.state.state,
        because=verdict.state.because,
        step=verdict.step,
        policies=verdict.policies,
        exemptions=verdict.exemptions,
        duties=tuple(deadlines.owed(name) for name in duties) if verdict.status is not Status.FAILS else (),
        shares=tuple(_shares(inquiry, verdict, one.index)),
        asks_for=tuple(sorted(located(verdict.needs, one.index, inquiry.product))),
    )


def duties_of_lifting(verdict: Verdict) -> list[str]:
    """What is owed under the exemptions that lift a rule, and no other."""
    shown = {one.id for one in verdict.exemptions if one.outcome is Truth.TRUE}
    return [name for lifted in verdict.rule.unless if lifted.id in shown for name in lifted.duties]


def _shares(inquiry: Inquiry, verdict: Verdict, index: int) -> Iterable[Share]:
    seen = set()
    for ask in inquiry.plan.value_shares(verdict.rule):
        key = (ask.param("of") or "", ask.param("whose") or "")
        if key not in seen and ask.param("priced") in (None, AS_STATED):
            seen.add(key)
            yield inquiry.measure(*key).share(index, pieces=True)
