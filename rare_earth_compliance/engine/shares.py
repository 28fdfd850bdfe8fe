"""The value share: listed content of a certain origin over the value of the item that holds it.

Knows how content adds up at any depth, and between which bounds the share lies when values, origins or
lists are incomplete. Never divides to decide: content and line are compared by multiplication. The line
itself belongs to the rule.

Source in law: Announcement 61 of 2025, article 1 (1), as read in its rule file.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from rare_earth_compliance.core.quantities import SOME_AMOUNT, ZERO, Interval, exactly
from rare_earth_compliance.core.truth import Truth, all_of
from rare_earth_compliance.engine.determination import THIS_ITEM, Need, Piece, Share, Step
from rare_earth_compliance.engine.money import UNPRICED, Amounts, Worth, add, hull, joined, ranges
from rare_earth_compliance.engine.needs import QUANTITY, located, merged
from rare_earth_compliance.law.conditions import Ask
from rare_earth_compliance.product.model import Use

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry

AS_STATED, CONTAINED, EACH_ALONE = "as-stated", "contained", "each-alone"
PIECES = 12
"""How many lines of a sum are shown."""
_WALKED = 20_000
"""How many lines below one item are walked over for showing the pieces of its sum."""
_WALKED_IN_ALL = 60_000
"""The same for all items together, so that the cost of showing stays in bounds."""


class Measure:
    """For every item the value of the listed content in one unit of it, by currency.

    ``counts[i]`` tells whether item ``i`` itself counts; an item that counts is taken whole, so that what
    is inside it is not counted again. ``needs[i]`` holds what would make the sum exact.
    """

    def __init__(self, inquiry: Inquiry, name: str, term: str, priced: str = "", code: str = "") -> None:
        self.inquiry = inquiry
        self.name = name
        self.term = term
        self.priced = priced
        """The only kind of price that is taken; "" for any."""
        self.code = code
        """The only entry of the list that counts; "" for all."""
        count = len(inquiry.product.items)
        self.content: list[Amounts | None] = [None] * count
        self.counts: list[Truth] = [Truth.FALSE] * count
        self.estimate = [False] * count
        self.needs: list[tuple[Need, ...]] = [()] * count
        self.conflicts: list[tuple[int, str]] = []
        self._amounts: dict[int, tuple[Interval, Interval | None, str, tuple[str, ...]]] = {}
        self._reached: dict[tuple[int, str, int, int], Truth] | None = None
        """Whether shares reach lines, remembered where one measure stands for several."""
        self._left_to_walk = _WALKED_IN_ALL
        self._settled: dict[int, bool] = {}
        """For the items that are summed over, in their order, whether they are surely on the list."""
        possible = frozenset(inquiry.listing.possible(name))
        for index in inquiry.product.order if possible else ():
            if index in possible:
                self._item(index)
            elif inquiry.product.items[index].uses:
                self._above(index, settled=False)

    def again(self, inquiry: Inquiry) -> Measure:
        """The same measure of a product that differs in amounts alone: what counts, and what is missing, stays the same.

        It stands for every other one by which the same is summed up (``sums``), for what its shares come to.
        """
        found = Measure.__new__(Measure)
        found.__dict__.update(self.__dict__)
        found.inquiry = inquiry
        found._amounts, found._reached = {}, {}
        if all(counts is Truth.FALSE for counts in self.counts):
            return found  # nothing is summed up, whatever the amounts
        found.content = [None] * len(self.content)
        found.conflicts = []
        for index, settled in self._settled.items():
            found._sum(index, settled)
        return found

    def remembering(self) -> Measure:
        """This measure, which is asked again and again."""
        self._reached = {} if self._reached is None else self._reached
        return self

    def sums(self) -> Hashable:
        """What is summed up, whatever the list and the origin are called for which it counts, and the kind of price."""
        return tuple(self.counts), tuple(self._settled.items()), self.inquiry.figures.taken(self.priced)

    def _item(self, index: int) -> None:
        listed = self.listed(index)
        origin = Step(asks="", outcome=Truth.TRUE)
        if listed.outcome is not Truth.FALSE and self.term:
            origin = self.inquiry.term(self.term, index)
        self.counts[index] = all_of((listed.outcome, origin.outcome))
        # A listed input counts whole or, by its origin, not at all: what is not listed below it is not asked again, nor for
        # an entry of the list that it is not on.
        settled = self.inquiry.listing.of(self.name, index).step.outcome is Truth.TRUE
        if self.counts[index] is Truth.FALSE:
            self._above(index, settled=settled)
            return
        self._sum(index, settled)
        needs, estimate = self._missing(index, settled)
        own = self.inquiry.figures.worth(index, self.priced)
        first = self.inquiry.first
        open_here = (*first(listed), *first(origin)) if self.counts[index] is Truth.UNKNOWN else ()
        if own.money is None:
            open_here = (*open_here, Need("fact", "item.unit_value", THIS_ITEM, self.priced))
        elif not own.money.amount.is_exact:
            open_here = (*open_here, Need("fact", "item.unit_value", THIS_ITEM, "exactly"))
        here = located(open_here, index, self.inquiry.product)
        self.needs[index] = merged([here, *(needs if self.counts[index] is Truth.UNKNOWN else [])])
        self.estimate[index] = bool(own.money and own.money.estimate) or (estimate and self.counts[index] is Truth.UNKNOWN)

    def _above(self, index: int, *, settled: bool) -> None:
        """Take an item that does not count itself with what counts inside it."""
        self._sum(index, settled)
        needs, estimate = self._missing(index, settled)
        self.needs[index], self.estimate[index] = merged(needs), estimate

    def listed(self, index: int) -> Step:
        """Whether an item is on the list, or is the one entry of it that counts here."""
        listed = self.inquiry.listing.of(self.name, index)
        if not self.code or listed.step.outcome is Truth.FALSE:
            return listed.step
        if self.code in listed.codes:
            return replace(listed.step, outcome=Truth.TRUE)
        if self.code not in listed.maybe:
            return replace(listed.step, outcome=Truth.FALSE)
        entry = next(one for one in self.inquiry.pack.lists[self.name].entries if one.code == self.code)
        described = self.inquiry.step(entry.recognise, index)
        code = frozenset({Need("fact", "item.control_codes", THIS_ITEM)})
        needs = described.needs if described.outcome is Truth.UNKNOWN else code
        return replace(listed.step, outcome=Truth.UNKNOWN, needs=needs)

    def _sum(self, index: int, settled: bool) -> None:
        """The content of an item: what counts inside it, or the whole of it where it counts itself."""
        self._settled[index] = settled
        inner: Amounts = {}
        for use, content in self._counted(index, settled):
            add(inner, content, use.quantity or SOME_AMOUNT)
        if self.counts[index] is Truth.FALSE:
            self.content[index] = inner or None
        else:
            self._whole(index, self.inquiry.figures.worth(index, self.priced), inner or None)

    def _counted(self, index: int, settled: bool) -> Iterator[tuple[Use, Amounts]]:
        """The lines of an item in which something counts, with what counts in one unit."""
        for use in self.inquiry.figures.uses(index):
            content = self.content[use.item]
            if content is not None and not (settled and self.inquiry.product.items[use.item].hidden):
                yield use, content

    def _missing(self, index: int, settled: bool) -> tuple[list[tuple[Need, ...]], bool]:
        """What is missing from the sum over the lines of an item, and whether it rests on an estimate."""
        needs: list[tuple[Need, ...]] = []
        estimate = False
        for use, _ in self._counted(index, settled):
            if use.quantity is None:
                needs.append((Need("fact", QUANTITY, use.item),))
            elif not use.quantity.is_exact:
                needs.append((Need("fact", QUANTITY, use.item, "exactly"),))
            needs.append(self.needs[use.item])
            estimate = estimate or self.estimate[use.item]
        return needs, estimate

    def _whole(self, index: int, own: Worth, inner: Amounts | None) -> None:
        """Take an item that counts, or may count, with its own value."""
        mine = own.amounts
        if self.counts[index] is Truth.UNKNOWN:
            self.content[index] = hull(mine, inner or {}, self.inquiry.shipment.rates)
            return
        self.content[index] = mine
        if inner is None:
            return
        if own.money is None:
            # Of no known price, but what counts inside it is contained as well.
            self.content[index] = {UNPRICED: SOME_AMOUNT, **{name: Interval(part.low, None) for name, part in inner.items()}}
            return
        total, _ = joined(inner, own.money.currency, self.inquiry.shipment.rates)
        high = own.money.amount.high
        if high is not None and total.low > high:
            self.conflicts.append((index, "is worth less than the listed content stated inside it"))
            self.content[index] = hull(mine, inner, self.inquiry.shipment.rates)

    # ---- one item's share

    def amounts(self, index: int) -> tuple[Interval, Interval | None, str, tuple[str, ...]]:
        """Content and value of one unit of an item in one currency, and the currencies without one rate."""
        if index not in self._amounts:
            self._amounts[index] = self._in_one_currency(index)
        return self._amounts[index]

    def reaches(self, ask: Ask, index: int) -> Truth:
        """Whether the share of an item reaches the line of a question."""
        if self._reached is None:
            return _reaches(ask, *self.amounts(index)[:2])
        line = ask.number.low if ask.number is not None else ZERO.low
        key = (index, ask.operator, line.numerator, line.denominator)
        found = self._reached.get(key)
        if found is None:
            found = self._reached[key] = _reaches(ask, *self.amounts(index)[:2])
        return found

    def _in_one_currency(self, index: int) -> tuple[Interval, Interval | None, str, tuple[str, ...]]:
        content = self.content[index] or {}
        own = self.inquiry.figures.worth(index, self.priced).money
        value = own.amount if own else None
        currency = own.currency if own else next((name for name in content if name != UNPRICED), "")
        if not content or (len(content) == 1 and currency in content):  # most often, and nothing is to be joined
            return content.get(currency, ZERO), value, currency, ()
        rates = self.inquiry.shipment.rates
        total, missing = joined(content, currency, rates)
        ranging = (name for name in content if name not in (UNPRICED, currency) and ranges(name, currency, rates))
        return total, value, currency, (*missing, *ranging)

    def share(self, index: int, *, pieces: bool) -> Share:
        """The share as bounds; with the lines that make it up where ``pieces`` are wanted."""
        product = self.inquiry.product
        content, value, currency, _ = self.amounts(index)
        of = content.over(value if value is not None else SOME_AMOUNT) if not content.is_zero else ZERO
        made, left = self._pieces(index) if pieces else ((), 0)
        known = self.inquiry.figures.worth(index, self.priced).money
        return Share(
            item=index,
            label=product.items[index].label,
            place=product.place(index),
            of=self.name,
            with_origin=self.term,
            content=content,
            value=value,
            currency=currency,
            share=of,
            estimate=self.estimate[index] or bool(known and known.estimate),
            pieces=made,
            pieces_left_out=left,
        )

    def _pieces(self, index: int) -> tuple[tuple[Piece, ...], int]:
        """The lines that count, or may count, below an item, in the order of the file."""
        product = self.inquiry.product
        found: list[Piece] = []
        left = walked = 0
        work: list[tuple[int, Interval]] = [(index, exactly(Fraction(1)))]
        most = min(_WALKED, self._left_to_walk)
        while work and walked < most:
            at, quantity = work.pop()
            walked += 1
            item = product.items[at]
            if self.counts[at] is not Truth.FALSE:
                if len(found) < PIECES:
                    found.append(self._piece(at, quantity))
                else:
                    left += 1
                if self.counts[at] is Truth.TRUE:
                    continue
            below = [use for use in item.uses if self.content[use.item] is not None]
            work.extend((use.item, quantity * (use.quantity or SOME_AMOUNT)) for use in reversed(below))
        self._left_to_walk -= walked
        return tuple(found), left + len(work)

    def _piece(self, index: int, quantity: Interval) -> Piece:
        product = self.inquiry.product
        item = product.items[index]
        own = self.inquiry.figures.worth(index, self.priced).money
        above = product.items[item.parent] if item.hidden else item
        return Piece(
            item=index,
            label=f"contents of {above.label} that are not listed" if item.hidden else item.label,
            place=product.place(index),
            worth=own.amount * quantity if own else SOME_AMOUNT * quantity,
            currency=own.currency if own else "",
            origin=item.origin or "",
            certain=self.counts[index] is Truth.TRUE,
            estimate=bool(own and own.estimate),
        )


def _reaches(ask: Ask, content: Interval, value: Interval | None) -> Truth:
    if ask.number is None:
        raise ValueError(f"{ask.question} is compared with nothing")
    line = (value if value is not None else SOME_AMOUNT).scaled(ask.number.low)
    if ask.operator == "at_least":
        return content.at_least(line)
    if ask.operator == "below":
        return ~content.at_least(line)
    reached = line.at_least(content)
    return reached if ask.operator == "at_most" else ~reached
