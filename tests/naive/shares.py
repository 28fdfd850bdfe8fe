"""The value share of article 1 (1) of No. 61: listed content over the value of the item.

Knows prices, exchange rates and how the content is added up. Does not know the threshold's consequence.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from tests.naive import amounts, facts, lists
from tests.naive.amounts import NOTHING, PERHAPS, SOMETHING, Span
from tests.naive.facts import Readings
from tests.naive.logic import Truth, every
from tests.naive.tree import Node, stated

THRESHOLD = Fraction(1, 1000)
Rates = list[dict[str, Any]]


def price(node: Node) -> Span | None:
    """What one unit of it is worth, in the currency of its price; None when no price is stated."""
    money = node.says("unit_value")
    if stated(money, "amount") is None or stated(money, "currency") is None:
        return None
    return amounts.read_plain(money["amount"]).for_each(_priced_units(node, stated(money, "per")))


def _priced_units(node: Node, per: object) -> Span:
    if per is None:
        return amounts.known(1)
    quantity, unit = amounts.read(per)
    return amounts.in_unit(quantity, unit or node.unit, node.unit, amounts.read_mass(node.says("mass")))


def currency(node: Node) -> str | None:
    """The currency of its price."""
    return stated(node.says("unit_value"), "currency")


def exchanged(amount: Span, old: str, new: str, rates: Rates) -> Span:
    """An amount in another currency; without a rate it is something, and rates that differ leave all between open."""
    if old == new:
        return amount
    pairs = [(rate["from"], rate["to"], amounts.read_plain(rate["rate"])) for rate in rates]
    there = [amount.by(rate) for one, other, rate in pairs if (one, other) == (old, new)]
    back = [amount.for_each(rate) for one, other, rate in pairs if (one, other) == (new, old)]
    return reduce(Span.or_else, there + back) if there + back else SOMETHING


def worth(node: Node, wanted: str, rates: Rates) -> Span:
    """What one unit of it is worth in a currency; more than nothing when it is not known."""
    own, stated_price = currency(node), price(node)
    return SOMETHING if own is None or stated_price is None else exchanged(stated_price, own, wanted, rates)


def content(node: Node, counts: Callable[[Node], Truth], wanted: str, rates: Rates, readings: Readings) -> Span:
    """What the listed content of one unit of it is worth, at any depth, added up."""
    total = NOTHING
    for child in node.inside:
        if child.kind == "nameless":
            total += NOTHING if lists.in_part_1(child, readings) is False else PERHAPS
        else:
            total += child.quantity.by(_counted(child, counts, wanted, rates, readings))
    return total


def _counted(child: Node, counts: Callable[[Node], Truth], wanted: str, rates: Rates, readings: Readings) -> Span:
    """A thing that counts is taken whole; else what is in it counts. One that is a part 1 item is not asked for more."""
    whole, deeper = worth(child, wanted, rates), content(child, counts, wanted, rates, readings)
    if lists.in_part_1(child, readings) is True:
        deeper = _named_content(child, counts, wanted, rates, readings)
    does = counts(child)
    return whole if does is True else deeper if does is False else whole.or_else(deeper)


def _named_content(node: Node, counts: Callable[[Node], Truth], wanted: str, rates: Rates, readings: Readings) -> Span:
    total = NOTHING
    for child in node.lines:
        total += child.quantity.by(_counted(child, counts, wanted, rates, readings))
    return total


def reaches_threshold(node: Node, counts: Callable[[Node], Truth], rates: Rates, readings: Readings) -> Truth:
    """Whether the listed content is worth at least 0.1 % of the thing. What is itself a part 1 item is all content."""
    if node.kind == "nameless":
        return lists.holds(node, counts)
    wanted = currency(node) or ""
    listed = _counted(node, counts, wanted, rates, readings)
    return listed.reaches(worth(node, wanted, rates).times(THRESHOLD))


def worth_less_than_content(node: Node, rates: Rates, readings: Readings) -> bool:
    """Whether a thing is stated to be worth less than the listed content stated inside it."""
    value = worth(node, currency(node) or "", rates)
    listed = content(node, any_part_1(readings), currency(node) or "", rates, readings)
    return value.high is not None and listed.low > value.high


def chinese_part_1(readings: Readings) -> Callable[[Node], Truth]:
    """Counts part 1 items that originate in China."""
    return lambda node: every(lists.in_part_1(node, readings), facts.chinese_origin(node, readings))


def any_part_1(readings: Readings) -> Callable[[Node], Truth]:
    """Counts part 1 items of any origin."""
    return lambda node: lists.in_part_1(node, readings)
