"""What became of every line of the input, and the tree of the product as it is shown.

Knows which lines are listed, may be listed, count toward a share, or do not matter and why. Does not
decide the answer; a clearing asks it whether every line was judged.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rare_earth_compliance.core.quantities import shown
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Coverage, Level, Lines
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.shares import Measure
from rare_earth_compliance.product.model import ROOT, Use

ROWS = 60
"""How many rows of the product's tree are shown."""
_FIRST = 5


@dataclass(slots=True)
class _Count:
    count: int = 0
    first: list[str] = field(default_factory=list)


def main_measure(inquiry: Inquiry) -> Measure | None:
    """The value share that the first rule of the pack asks for, if any does."""
    for rule in inquiry.pack.rules.values():
        for ask in inquiry.plan.value_shares(rule):
            return inquiry.measure(ask.param("of") or "", ask.param("whose") or "")
    return None


class Places:
    """For every item on which lists it is or may be, and whether it counts toward a share."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.measure = main_measure(inquiry)
        self.lists = tuple(dict.fromkeys(name for rule in inquiry.pack.rules.values() for name in rule.lists))
        self._possible = {index for name in self.lists for index in inquiry.listing.possible(name)}

    def codes(self, index: int) -> tuple[tuple[str, ...], bool]:
        """The entries an item surely stands on, and whether it may stand on others."""
        if index not in self._possible:
            return (), False
        found = [self.inquiry.listing.of(name, index) for name in self.lists]
        return tuple(dict.fromkeys(code for one in found for code in one.codes)), any(one.maybe for one in found)

    def became(self, index: int) -> tuple[str, str]:
        """What became of an item, and why."""
        codes, maybe = self.codes(index)
        if codes:
            return "listed", ", ".join(codes[:4])
        if maybe:
            return "may be listed", "what is known of it does not exclude it"
        if self.measure and self.measure.counts[index] is not Truth.FALSE:
            return "counted", f"counts toward the share of {self.measure.name}"
        if self.inquiry.contents.any_rare(index) is Truth.FALSE:
            declared = self.inquiry.contents.declared_none[index]
            return "not relevant", "declared free of rare earths" if declared else "its composition names no rare earth"
        form = self.inquiry.product.items[index].form
        return "not relevant", f"no list names it: {form or 'form not known'}"


def coverage(inquiry: Inquiry, places: Places) -> Coverage:
    """Every input line accounted for."""
    product = inquiry.product
    groups: dict[tuple[str, str], _Count] = {}
    judged = undisclosed = 0
    for index in sorted(product.order):
        item = product.items[index]
        if item.hidden:
            undisclosed += 1
            continue
        if item.derived:
            continue
        judged += 1
        group = groups.setdefault(places.became(index), _Count())
        group.count += 1
        if len(group.first) < _FIRST:
            group.first.append(item.label)
    unused = [product.items[index] for index in product.unused if not product.items[index].derived]
    if unused:
        groups["not used", "a shared item that no line uses"] = _Count(len(unused), [item.label for item in unused[:_FIRST]])
    read = sum(1 for item in product.items if not item.hidden and not item.derived)
    lines = tuple(
        Lines(became=became, reason=reason, count=group.count, first=tuple(group.first))
        for (became, reason), group in sorted(groups.items())
    )
    return Coverage(read=read, judged=judged, unused=len(unused), undisclosed=undisclosed, lines=lines)


def tree(inquiry: Inquiry, places: Places) -> tuple[tuple[Level, ...], int]:
    """The rows of the product's tree that matter, and how many lines are left out."""
    product = inquiry.product
    matters = [False] * len(product.items)
    for index in product.order:
        own = places.became(index)[0] in ("listed", "may be listed", "counted")
        counts = places.measure is not None and places.measure.counts[index] is not Truth.FALSE
        matters[index] = own or counts or any(matters[use.item] for use in product.items[index].uses)
    everything = len(product.order) <= ROWS
    rows: list[Level] = []
    work: list[tuple[int, Use | None, int]] = [(ROOT, None, 0)]
    while work and len(rows) < ROWS:
        index, use, depth = work.pop()
        item = product.items[index]
        rows.append(_level(inquiry, places, index, use, depth))
        below = [line for line in item.uses if everything or matters[line.item]]
        work.extend((line.item, line, depth + 1) for line in reversed(below))
    shown_items = {row.item for row in rows}
    return tuple(rows), len(set(product.order) - shown_items)


def _level(inquiry: Inquiry, places: Places, index: int, use: Use | None, depth: int) -> Level:
    item = inquiry.product.items[index]
    codes, maybe = places.codes(index)
    quantity = ""
    if use is not None and not item.hidden:
        quantity = f"{shown(use.quantity) if use.quantity else '?'} {item.unit}"
    share = None
    measure = places.measure
    if measure is not None and measure.content[index] is not None and measure.counts[index] is Truth.FALSE:
        share = measure.share(index, pieces=False)
    return Level(
        depth=depth,
        item=index,
        label=item.label,
        line=item.line,
        form=item.form or "",
        quantity=quantity,
        origin=item.origin or "",
        listed_as=codes,
        may_be_listed=maybe,
        share=share,
    )
