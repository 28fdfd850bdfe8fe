"""What a condition comes to at an item wherever the item stands, in whatever shipment.

Knows that a condition which is false while everything but the kind of the item is taken as not known stays false, whatever that
turns out to be. So what can not be true of a kind of item is found out once for all items of it.
"""

from __future__ import annotations

from rare_earth_compliance.core.truth import Truth, all_of, any_of
from rare_earth_compliance.engine.comparing import NEGATIVE
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.plan import BY_NUMBER, BY_PLACE
from rare_earth_compliance.law.conditions import All, Ask, Condition, Not, Reads, Term, UnderEach


def wherever(inquiry: Inquiry, condition: Condition, index: int, settled: tuple[str, ...] = ()) -> Truth:
    """The outcome of a condition at an item, if it is the same for all items of its kind; else unknown.

    ``settled``: computed questions that the kind settles although others of their sort ask of the place.
    """
    if isinstance(condition, Ask):
        computed_by = inquiry.pack.questions[condition.question].computed_by
        if computed_by == "listed_in":
            on_one = any_of(on_list(inquiry, name, index, settled) for name in sorted(condition.values))
            return ~on_one if condition.operator in NEGATIVE else on_one
        movable = computed_by in (*BY_PLACE, *BY_NUMBER) and computed_by not in settled
        if movable or not condition.question.startswith("item."):
            return Truth.UNKNOWN
        return inquiry.ask(condition, index).outcome
    if isinstance(condition, Not | Term):
        part = wherever(inquiry, condition.part, index, settled)
        return ~part if isinstance(condition, Not) else part
    if isinstance(condition, UnderEach):
        chosen = inquiry.readings.get(condition.reading)
        found = {wherever(inquiry, inner, index, settled) for option, inner in condition.options if chosen in (None, option)}
        return found.pop() if len(found) == 1 else Truth.UNKNOWN
    if isinstance(condition, Reads):
        return inquiry.step(condition, index).outcome
    combine = all_of if isinstance(condition, All) else any_of
    return combine(wherever(inquiry, part, index, settled) for part in condition.parts)


def on_list(inquiry: Inquiry, name: str, index: int, settled: tuple[str, ...] = ()) -> Truth:
    """Whether an item is on a list, if that is the same for all items of its kind; else unknown."""
    if name in inquiry.plan.lists_by_kind():
        return inquiry.listing.of(name, index).step.outcome
    if inquiry.product.items[index].control_codes:
        return Truth.UNKNOWN  # a declared code may name the list
    return any_of(wherever(inquiry, entry.recognise, index, settled) for entry in inquiry.pack.lists[name].entries)
