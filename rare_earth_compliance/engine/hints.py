"""What a tariff code tells, and what it does not.

Knows which entries print the code that is given for an item, and says so where the item itself is not
found on their list, or can not be told. A tariff code puts nothing on a list and takes nothing off: the
words of the list and the control code do (official answer 3 of the ministry). Decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.law.model import Entry, ItemList

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry

SHOWN = 12
"""How many items are named; the others are counted."""
_ENTRIES = 6
SHORTEST = 6
"""Digits on which two tariff codes must agree: headings shorter than this say too little."""


def entries_pointed_to(listed: ItemList, code: str | None) -> tuple[Entry, ...]:
    """The entries of a list beside which a tariff code, or one above or below it, is printed."""
    if code is None or len(code) < SHORTEST:
        return ()
    return tuple(
        entry for entry in listed.entries if any(code.startswith(one) or one.startswith(code) for one in entry.hs_codes)
    )


def hints(inquiry: Inquiry) -> tuple[str, ...]:
    """One line for every item whose tariff code says something that its description does not."""
    found: list[str] = []
    product = inquiry.product
    for index in sorted(product.order):
        code = product.items[index].hs_code
        if code is None:
            continue
        for listed in inquiry.pack.lists.values():
            said = _said(inquiry, listed, index, code)
            if said:
                found.append(f"{product.place(index)}: {product.items[index].label}: {said}")
    left = len(found) - SHOWN
    return (*found[:SHOWN], *([f"and {left:,} more of the kind"] if left > 0 else []))


def _said(inquiry: Inquiry, listed: ItemList, index: int, code: str) -> str:
    place = inquiry.listing.of(listed.id, index)
    pointed = entries_pointed_to(listed, code)
    if place.step.outcome is Truth.TRUE or not (pointed or place.step.outcome is Truth.UNKNOWN):
        return ""
    codes = ", ".join(entry.code for entry in pointed[:_ENTRIES]) + (" …" if len(pointed) > _ENTRIES else "")
    if place.step.outcome is Truth.UNKNOWN and not pointed:
        return f"the tariff code {code} does not take it off the list of {listed.title}: describe what it is"
    what = "is not such an item by its description" if place.step.outcome is Truth.FALSE else "may be one: describe what it is"
    return f"the tariff code {code} is printed beside {codes} ({listed.title}); it {what}"
