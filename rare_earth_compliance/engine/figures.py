"""The numbers of a product that are summed up: what one unit of every item is worth, and how much of it a line takes.

Knows them as the product states them, or with other amounts in their places, so that products which differ in nothing else
are not looked over twice. Sums nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.engine.money import Worth, disputed, taken, worth
from rare_earth_compliance.product.model import ROOT, Item, Money, Product, Shipment, Use

TWO_PRICES = "has a unit_value and another unit_price in this shipment, which are said to be prices of one kind"


class Figures:
    """What is summed up of a product in a shipment."""

    def __init__(self, product: Product, shipment: Shipment) -> None:
        self._items = product.items
        self._shipment = shipment
        self._values: Mapping[int, Money] = {}
        self._uses: Mapping[int, tuple[Use, ...]] = {}
        self._worth: dict[tuple[int, str], Worth] | None = None
        """What was worked out with other amounts: these are few, and every measure asks for them."""

    def worth(self, index: int, priced: str = "") -> Worth:
        """What one unit of an item is worth; ``priced`` is the only kind of price that is taken, "" for any."""
        if self._worth is None:
            return worth(self._items[index], self._shipment, priced)
        found = self._worth.get((index, priced))
        if found is None:
            found = worth(self._items[index], self._shipment, priced, self._values.get(index))
            self._worth[index, priced] = found
        return found

    def taken(self, priced: str) -> tuple[tuple[int, ...], ...]:
        """Which prices of every item are taken, of those that are stated, whatever the amounts."""
        return tuple([taken(item, self._shipment, priced) for item in self._items])

    def conflicts(self) -> list[tuple[int, str]]:
        """The items of which two values are stated that can not both be right, and what is said of them."""
        product = self._items[ROOT]
        return [(ROOT, TWO_PRICES)] if disputed(product, self._shipment, self._values.get(ROOT)) else []

    def uses(self, index: int) -> tuple[Use, ...]:
        """The lines of an item."""
        found = self._uses.get(index)
        return self._items[index].uses if found is None else found

    def changed(self, values: Mapping[int, Interval], quantities: Mapping[tuple[int, int], Interval]) -> Figures:
        """The same with other amounts.

        ``values``: of items whose value is stated, by the item. ``quantities``: of lines, by the item above and the
        position among its lines.
        """
        found = Figures.__new__(Figures)
        found._items, found._shipment, found._worth = self._items, self._shipment, {}
        found._values = {index: _priced(self._items[index], amount) for index, amount in values.items()}
        lines: dict[int, list[Use]] = {}
        for (index, at), quantity in quantities.items():
            here = lines.setdefault(index, list(self._items[index].uses))
            here[at] = replace(here[at], quantity=quantity)
        found._uses = {index: tuple(here) for index, here in lines.items()}
        return found


def _priced(item: Item, amount: Interval) -> Money:
    if item.unit_value is None:
        raise ValueError(f"no value is stated for {item.label}")
    return replace(item.unit_value, amount=amount)
