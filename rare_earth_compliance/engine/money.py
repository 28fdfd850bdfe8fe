"""What an item is worth, in which currency, and how surely.

Knows stated values, dated exchange rates and, where a price table was handed in, estimates from mass and
price. Never mixes currencies without a rate. Does not know which content counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from rare_earth_compliance.core.quantities import SOME_AMOUNT, Interval, exactly
from rare_earth_compliance.core.units import UNITS
from rare_earth_compliance.product.model import ROOT, Item, Money, Price, Rate, Shipment

UNPRICED = ""
"""The currency of an amount of which not even the currency is known."""

Amounts = dict[str, Interval]
"""Currency → amount. Amounts of several currencies stand beside each other until a rate joins them."""


def add(into: Amounts, amounts: Amounts, quantity: Interval) -> None:
    """Add ``quantity`` times ``amounts``, currency by currency."""
    for currency, amount in amounts.items():
        part = amount * quantity
        into[currency] = into[currency] + part if currency in into else part


def hull(one: Amounts, two: Amounts, rates: tuple[Rate, ...]) -> Amounts:
    """Bounds that hold for both alternatives: in one currency where the rates allow it, else currency by currency."""
    nothing = exactly(Fraction(0))
    known = sorted({*one, *two} - {UNPRICED})
    if len(known) > 1:
        sides = [joined({name: side[name] for name in known if name in side}, known[0], rates) for side in (one, two)]
        if not any(missing for _, missing in sides):
            one, two = (
                {known[0]: total, **{name: side[name] for name in (UNPRICED,) if name in side}}
                for (total, _), side in zip(sides, (one, two), strict=True)
            )
    return {currency: one.get(currency, nothing).hull(two.get(currency, nothing)) for currency in sorted({*one, *two})}


@dataclass(frozen=True, slots=True)
class Worth:
    """The value of one unit of an item; ``money`` None when it is not known."""

    money: Money | None
    unjoined: str = ""
    """The rate by which it would be known, of two prices in different currencies."""

    @property
    def amounts(self) -> Amounts:
        """The value by currency; more than nothing, of no known currency, when it is not known."""
        if self.money is None:
            return {UNPRICED: SOME_AMOUNT}
        return {self.money.currency: self.money.amount}


def worth(item: Item, shipment: Shipment, priced: str = "", value: Money | None = None) -> Worth:
    """What one unit of an item is worth: as stated, as sold in this shipment, or as a price table estimates.

    ``priced`` is the only kind of price (its basis) that is taken; others leave the value unknown. Of a product that is
    valued and sold at another price the value lies between the two. ``value``: in the place of the one that is stated.
    """
    said = _said(item, shipment, value)
    usable = [said[at] for at in _usable(said, priced)]
    return _between(usable, shipment.rates) if usable else Worth(None)


def taken(item: Item, shipment: Shipment, priced: str) -> tuple[int, ...]:
    """Which of the prices that are known of an item ``worth`` takes: for two kinds of price alike, so is what they come to,
    whatever the amounts."""
    return _usable(_said(item, shipment, None), priced)


def _said(item: Item, shipment: Shipment, value: Money | None) -> list[Money]:
    """The prices that are known of one unit of an item: those stated, or else what a price table estimates."""
    said = _stated(item, shipment, value)
    if said:
        return said
    estimate = _estimate(item, shipment.prices)
    return [] if estimate is None else [estimate]


def _usable(said: list[Money], priced: str) -> tuple[int, ...]:
    """Beside a price of the kind that is asked for, one of no stated kind may be of it too."""
    if priced and not any(one.basis == priced for one in said):
        return ()
    return tuple(at for at, one in enumerate(said) if not priced or one.basis in (priced, None))


def disputed(item: Item, shipment: Shipment, value: Money | None = None) -> bool:
    """Whether an item is stated to have two prices of one kind. Of two that are not said to be so, both count."""
    said = _stated(item, shipment, value)
    if len(said) < 2:
        return False
    one, two = said
    if one.basis is None or one.basis != two.basis:
        return False
    other = _amount_in(two, one.currency, shipment.rates)
    return other is not None and one.amount.apart(other)


def _stated(item: Item, shipment: Shipment, value: Money | None) -> list[Money]:
    """The prices that are stated of one unit of an item: its value, and of the product what it is sold for."""
    sold = shipment.unit_price if item.index == ROOT else None
    return [one for one in (value or item.unit_value, sold) if one is not None]


def _amount_in(money: Money, currency: str, rates: tuple[Rate, ...]) -> Interval | None:
    return money.amount if money.currency == currency else converted(money.amount, money.currency, currency, rates)


def _between(prices: list[Money], rates: tuple[Rate, ...]) -> Worth:
    """Bounds that hold for all of some prices, in the currency of the first; not known where no rate joins them."""
    first = prices[0]
    for other in prices[1:]:
        amount = _amount_in(other, first.currency, rates)
        if amount is None:
            return Worth(None, f"{other.currency} to {first.currency}")
        if amount != first.amount:
            basis = first.basis if first.basis == other.basis else None
            first = Money(amount=first.amount.hull(amount), currency=first.currency, basis=basis)
    return Worth(first)


def _estimate(item: Item, prices: Iterable[Price]) -> Money | None:
    mass = _mass(item)
    if mass is None or item.form is None or item.hidden:
        return None
    elements = {part.element for part in item.composition if part.element is not None}
    matching = [price for price in prices if price.form == item.form and _of_this(price, item, elements)]
    if not matching:
        return None
    if len({price.currency for price in matching}) > 1:
        return None
    amount = matching[0].amount
    for price in matching[1:]:
        amount = amount.hull(price.amount)
    newest = max(matching, key=lambda price: (price.day, price.source))
    return Money(
        amount=amount * mass,
        currency=newest.currency,
        basis="market-price",
        day=newest.day,
        source=newest.source,
        estimate=True,
    )


def _of_this(price: Price, item: Item, elements: set[str]) -> bool:
    if price.alloy is not None:
        return price.alloy == item.alloy
    if price.family is not None:
        return price.family == item.family
    return item.alloy is None and elements == {price.element}


def _mass(item: Item) -> Interval | None:
    """The mass of one unit in kilograms."""
    kind, size = UNITS[item.unit]
    return exactly(size) if kind == "mass" else item.mass


def joined(amounts: Amounts, currency: str, rates: Iterable[Rate]) -> tuple[Interval, tuple[str, ...]]:
    """All amounts in one currency, and the currencies for which no rate was given.

    What can not be converted is more than nothing and has no upper bound.
    """
    listed = tuple(rates)
    total, missing = exactly(Fraction(0)), []
    for name, amount in sorted(amounts.items()):
        if name == currency or amount.is_zero:
            total = total + amount
            continue
        changed = None if name == UNPRICED else converted(amount, name, currency, listed)
        if changed is None and name != UNPRICED:
            missing.append(name)
        total = total + (changed if changed is not None else _unbounded(amount))
    return total, tuple(missing)


def _unbounded(amount: Interval) -> Interval:
    return Interval(Fraction(0), None, amount.is_positive)


def converted(amount: Interval, source: str, target: str, rates: tuple[Rate, ...]) -> Interval | None:
    """An amount in another currency, by every rate that was given for the two; None when none was."""
    found: Interval | None = None
    for rate in rates:
        if (rate.source_currency, rate.target_currency) == (source, target):
            one = amount * rate.rate
        elif (rate.target_currency, rate.source_currency) == (source, target):
            one = amount.over(rate.rate)
        else:
            continue
        found = one if found is None else found.hull(one)
    return found


def ranges(source: str, target: str, rates: tuple[Rate, ...]) -> bool:
    """Whether rates for two currencies are given, but not as one number: a range, or several that differ."""
    one = converted(exactly(Fraction(1)), source, target, rates)
    return one is not None and not one.is_exact
