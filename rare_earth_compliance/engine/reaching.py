"""The questions for a value share: whether it reaches the line of a rule at an item, and what would settle that.

Knows the parameters of such questions, and which measures answer them; what items without lines come to is remembered by
their kind. Does not know how content adds up (``engine.shares``).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from rare_earth_compliance.core.quantities import shown
from rare_earth_compliance.core.truth import Truth, all_of, any_of
from rare_earth_compliance.engine.determination import SHIPMENT, THIS_ITEM, Need, Step
from rare_earth_compliance.engine.needs import relative
from rare_earth_compliance.engine.shares import AS_STATED, CONTAINED, EACH_ALONE, Measure
from rare_earth_compliance.law.conditions import Ask, Question
from rare_earth_compliance.product.model import ROOT, Item

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry
    from rare_earth_compliance.engine.measures import Key
    from rare_earth_compliance.engine.plan import Kind


def share_step(inquiry: Inquiry, ask: Ask, question: Question, index: int) -> Step:
    """Whether the value share of an item reaches the line of a rule; compared by multiplication, never by division.

    Parameters: ``counted`` "contained" takes an input with the value of what is left of it in the item, which is
    between nothing and what was paid; ``added`` "each-alone" compares every entry of the list by itself.
    """
    content, value, currency, _ = _measure(inquiry, ask).amounts(index)
    outcome, needs = share_outcome(inquiry, ask, index)
    worth_text = f"{shown(value)} {currency}" if value is not None else "a value that is not known"
    found = f"content {shown(content)} {currency}".rstrip() + f" in {worth_text}"
    priced = ask.param("priced")
    if priced not in (None, AS_STATED):  # or the line would not say why a value that the file states is not known
        found += f", taken as {priced} alone"
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
    kept: tuple[Ask, tuple[Truth, frozenset[Need]]] | None = inquiry.plan.shares.get(key)
    if kept is None:
        # The question is kept beside what it comes to: its identity must not be given to another one.
        kept = inquiry.plan.shares[key] = (ask, _share_outcome(inquiry, ask, index))
    else:
        _measure(inquiry, ask)  # what contradicts itself in it is asked of every measure that was wanted
    return kept[1]


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
    return _reached(inquiry, line, index, line.key, line.single(inquiry))


def share_reached_again(inquiry: Inquiry, ask: Ask, index: int) -> Truth:
    """The same of a product that differs in amounts alone from one into which was inquired: measures that sum up the same
    are asked once."""
    line = _line(inquiry, ask)
    return _reached(inquiry, line, index, *line.different(inquiry))


def _reached(inquiry: Inquiry, line: _Line, index: int, whole: Key, single: Iterable[Key]) -> Truth:
    outcome = inquiry.measure(*whole).reaches(line.ask, index)
    if outcome is Truth.FALSE:
        return outcome
    if line.each_alone:
        outcome = any_of([inquiry.measure(*key).reaches(line.ask, index) for key in single])
    return all_of((outcome, Truth.UNKNOWN)) if line.contained else outcome


def share_measures(inquiry: Inquiry, ask: Ask) -> list[Measure]:
    """The measures by which it is told whether a value share reaches the line of a rule."""
    return [inquiry.measure(*key) for key in _line(inquiry, ask).keys(inquiry)]


def share_alike(inquiry: Inquiry, ask: Ask) -> Hashable:
    """What tells a question for a value share from others: where it is the same, both come to the same at every item, in all
    products that differ in amounts alone."""
    line = _line(inquiry, ask)
    measures = inquiry.measures_alike(line.keys(inquiry))
    return measures, ask.operator, ask.number, line.each_alone, line.contained


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
        self._single: tuple[Key, ...] | None = None
        self._different: tuple[Key, tuple[Key, ...]] | None = None

    def keys(self, inquiry: Inquiry) -> tuple[Key, ...]:
        """The measure of the whole list, and those of single entries where these are asked for."""
        return (self.key, *self.single(inquiry))

    def single(self, inquiry: Inquiry) -> tuple[Key, ...]:
        """The measures of single entries of the list, where these are asked for."""
        if self._single is None:
            codes = _single_entries(inquiry, self.key[0]) if self.each_alone else ()
            self._single = tuple((*self.key[:3], code) for code in codes)
        return self._single

    def different(self, inquiry: Inquiry) -> tuple[Key, tuple[Key, ...]]:
        """Of all of these the ones by which something else is summed up: that of the whole list, and those of entries."""
        if self._different is None:
            whole, *single = inquiry.measures_alike(self.keys(inquiry))
            self._different = whole, tuple(dict.fromkeys(single))
        return self._different


def _share_outcome(inquiry: Inquiry, ask: Ask, index: int) -> tuple[Truth, frozenset[Need]]:
    outcome = share_reached(inquiry, ask, index)
    if outcome is not Truth.UNKNOWN:
        return outcome, frozenset()
    total, *single = share_measures(inquiry, ask)
    _, value, currency, missing = total.amounts(index)
    asked = [total]
    if single and total.reaches(ask, index) is Truth.TRUE:
        # Together they reach the line, and it is open whether one entry does by itself.
        asked = [one for one in single if one.reaches(ask, index) is Truth.UNKNOWN]
    needs = frozenset[Need]().union(*(relative(one.needs[index], index, inquiry.product) for one in asked))
    if ask.param("counted") == CONTAINED:
        needs |= {Need("fact", "item.unit_value", THIS_ITEM, "of the listed elements as contained")}
    if value is None or not value.is_exact:
        needs |= {Need("fact", "item.unit_value", THIS_ITEM, total.priced)}
    joins = {f"{name} to {currency}" for name in missing} | {inquiry.figures.worth(index, total.priced).unjoined}
    needs |= {Need("fact", "shipment.rates", SHIPMENT, rate) for rate in joins if rate}
    return outcome, needs


def _key(ask: Ask) -> Key:
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
