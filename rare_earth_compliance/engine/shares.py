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

from rare_earth_compliance.core.quantities import SOME_AMOUNT, ZERO, Interval, exactly, shown
from rare_earth_compliance.core.truth import Truth, all_of, any_of
from rare_earth_compliance.engine.determination import SHIPMENT, THIS_ITEM, Need, Piece, Share, Step
from rare_earth_compliance.engine.money import UNPRICED, Amounts, Worth, add, hull, joined, ranges
from rare_earth_compliance.engine.needs import QUANTITY, located, merged, relative
from rare_earth_compliance.law.conditions import Ask, Question
from rare_earth_compliance.product.model import ROOT, Item, Use

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry
    from rare_earth_compliance.engine.plan import Kind

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
        """Whether shares reach lines, remembered where several measures sum up the same."""
        self._left_to_walk = _WALKED_IN_ALL
        self._settled: dict[int, bool] = {}
        """For the items that are summed over, in their order, whether they are surely on the list."""
        possible = frozenset(inquiry.listing.possible(name))
        for index in inquiry.product.order if possible else ():
            if index in possible:
                self._item(index)
            elif inquiry.product.items[index].uses:
                self._above(index, settled=False)

    def again(self, inquiry: Inquiry, twin: Measure | None = None) -> Measure:
        """The same measure of a product that differs in amounts alone: what counts, and what is missing, stays the same.

        ``twin``: one of that product by which the same is summed up (``sums``).
        """
        found = Measure.__new__(Measure)
        found.__dict__.update(self.__dict__)
        found.inquiry = inquiry
        if twin is not None:
            found.content, found.conflicts = twin.content, twin.conflicts
            found._amounts, found._reached = twin._amounts, twin._reached
            return found
        found.content = [None] * len(self.content)
        found.conflicts = []
        found._amounts, found._reached = {}, {}
        for index, settled in self._settled.items():
            found._sum(index, settled)
        return found

    def sums(self) -> Hashable:
        """What is summed up, whatever the list and the origin are called for which it counts."""
        return tuple(self.counts), tuple(self._settled.items()), self.priced

    def _item(self, index: int) -> None:
        listed = self.listed(index)
        origin = Step(asks="", outcome=Truth.TRUE)
        if listed.outcome is not Truth.FALSE and self.term:
            origin = self.inquiry.term(self.term, index)
        self.counts[index] = all_of((listed.outcome, origin.outcome))
        # A listed input counts whole or, by its origin, not at all: what is not listed below it is not asked again.
        settled = listed.outcome is Truth.TRUE
        if self.counts[index] is Truth.FALSE:
            self._above(index, settled=settled)
            return
        self._sum(index, settled)
        needs, estimate = self._missing(index, settled)
        own = self.inquiry.figures.worth(index, self.priced)
        first = self.inquiry.first
        open_here = (*first(listed), *first(origin)) if self.counts[index] is Truth.UNKNOWN else ()
        if own.money is None:
            open_here = (*open_here, Need("fact", "item.unit_value", THIS_ITEM))
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
        return replace(listed.step, outcome=Truth.UNKNOWN if self.code in listed.maybe else Truth.FALSE)

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
        value = self.inquiry.figures.worth(index, self.priced).money
        currencies = [name for name in content if name != UNPRICED]
        currency = value.currency if value else currencies[0] if currencies else ""
        rates = self.inquiry.shipment.rates
        total, missing = joined(content, currency, rates)
        ranging = (name for name in currencies if name != currency and ranges(name, currency, rates))
        return total, value.amount if value else None, currency, (*missing, *ranging)

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


def share_step(inquiry: Inquiry, ask: Ask, question: Question, index: int) -> Step:
    """Whether the value share of an item reaches the line of a rule; compared by multiplication, never by division.

    Parameters: ``counted`` "contained" takes an input with the value of what is left of it in the item, which is
    between nothing and what was paid; ``added`` "each-alone" compares every entry of the list by itself.
    """
    content, value, currency, _ = _measure(inquiry, ask).amounts(index)
    outcome, needs = share_outcome(inquiry, ask, index)
    worth_text = f"{shown(value)} {currency}" if value is not None else "a value that is not known"
    found = f"content {shown(content)} {currency}".rstrip() + f" in {worth_text}"
    return Step(
        asks=question.en, outcome=outcome, found=found, against=f"{ask.operator.replace('_', ' ')} {ask.written}", needs=needs
    )


def share_outcome(inquiry: Inquiry, ask: Ask, index: int) -> tuple[Truth, frozenset[Need]]:
    """Whether the value share of an item reaches the line of a rule, and what would settle it: ``share_step`` without words."""
    item = inquiry.product.items[index]
    value = item.unit_value
    priced = bool(inquiry.shipment.prices) if value is None else not (value.amount.is_exact and value.amount.is_positive)
    within = _hidden_alone(inquiry, item)
    if within is None or priced or index == ROOT or _by_place(inquiry, ask):
        return _share_outcome(inquiry, ask, index)
    # Without lines an item is all of what counts in it, or nothing, or may be either, whatever it is worth; and what it may
    # hold beyond them has no value: all of a kind come out alike.
    said = None if value is None else (value.basis,)
    key = (id(ask), inquiry.kinds.of(index).whole, within, said, inquiry.facts.circumstances)
    found: tuple[Truth, frozenset[Need]] | None = inquiry.plan.shares.get(key)
    if found is None:
        found = inquiry.plan.shares[key] = _share_outcome(inquiry, ask, index)
    else:
        _measure(inquiry, ask)  # what contradicts itself in it is asked of every measure that was wanted
    return found


def _hidden_alone(inquiry: Inquiry, item: Item) -> tuple[Kind, ...] | None:
    """The kind of what an item without lines may hold beyond them, if it may; None for an item with lines."""
    if not item.uses:
        return ()
    child = item.uses[0].item
    alone = len(item.uses) == 1 and inquiry.product.items[child].hidden
    return (inquiry.kinds.of(child).whole,) if alone else None


def _by_place(inquiry: Inquiry, ask: Ask) -> bool:
    """Whether what counts toward a share hangs on more of an item than its kind."""
    plan, term = inquiry.plan, ask.param("whose")
    whose = plan.asks(inquiry.pack.terms[term]) if term else None
    return bool(plan.placed(ask.param("of") or "") or (whose and (whose.placed or whose.shares)))


def share_reached(inquiry: Inquiry, ask: Ask, index: int) -> Truth:
    """Whether the value share of an item reaches the line of a rule: ``share_outcome`` without what would settle it."""
    line = _line(inquiry, ask)
    outcome = inquiry.measure(*line.key).reaches(ask, index)
    if outcome is Truth.FALSE:
        return outcome
    if line.each_alone:
        outcome = any_of([inquiry.measure(*key).reaches(ask, index) for key in line.single(inquiry)])
    return all_of((outcome, Truth.UNKNOWN)) if line.contained else outcome


def share_measures(inquiry: Inquiry, ask: Ask) -> list[Measure]:
    """The measures by which it is told whether a value share reaches the line of a rule."""
    line = _line(inquiry, ask)
    return [inquiry.measure(*key) for key in (line.key, *(line.single(inquiry) if line.each_alone else ()))]


def _line(inquiry: Inquiry, ask: Ask) -> _Line:
    found: _Line | None = inquiry.share_lines.get(id(ask))
    if found is None:
        found = inquiry.share_lines[id(ask)] = _Line(ask)
    return found


class _Line:
    """The parameters of a question for a value share, looked up once for products that are the same but for amounts."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask  # held, so that no other question is given its identity
        self.key = _key(ask)
        self.each_alone = ask.param("added") == EACH_ALONE
        self.contained = ask.param("counted") == CONTAINED
        self._single: tuple[tuple[str, str, str, str], ...] | None = None

    def single(self, inquiry: Inquiry) -> tuple[tuple[str, str, str, str], ...]:
        """The measures of single entries of the list."""
        if self._single is None:
            self._single = tuple((*self.key[:3], code) for code in _single_entries(inquiry, self.key[0]))
        return self._single


def _share_outcome(inquiry: Inquiry, ask: Ask, index: int) -> tuple[Truth, frozenset[Need]]:
    outcome = share_reached(inquiry, ask, index)
    if outcome is not Truth.UNKNOWN:
        return outcome, frozenset()
    measure = _measure(inquiry, ask)
    _, value, currency, missing = measure.amounts(index)
    needs = relative(measure.needs[index], index, inquiry.product)
    if ask.param("counted") == CONTAINED:
        needs |= {Need("fact", "item.unit_value", THIS_ITEM, "of the listed elements as contained")}
    if value is None or not value.is_exact:
        needs |= {Need("fact", "item.unit_value", THIS_ITEM)}
    needs |= {Need("fact", "shipment.rates", SHIPMENT, f"{name} to {currency}") for name in missing}
    return outcome, needs


def _key(ask: Ask) -> tuple[str, str, str, str]:
    priced = ask.param("priced") or ""
    return ask.param("of") or "", ask.param("whose") or "", "" if priced == AS_STATED else priced, ""


def _measure(inquiry: Inquiry, ask: Ask) -> Measure:
    return inquiry.measure(*_key(ask))


def _single_entries(inquiry: Inquiry, name: str) -> tuple[str, ...]:
    """The entries of a list that are measured each by itself; of those that the same items are, or may be, the first."""
    entries = inquiry.single_entries.get(name)
    if entries is None:
        places = dict.fromkeys(inquiry.listing.of(name, index) for index in inquiry.in_order)
        alike: dict[tuple[tuple[bool, bool], ...], str] = {}
        for entry in inquiry.pack.lists[name].entries:
            alike.setdefault(tuple((entry.code in place.codes, entry.code in place.maybe) for place in places), entry.code)
        entries = inquiry.single_entries[name] = tuple(alike.values())
    return entries


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
