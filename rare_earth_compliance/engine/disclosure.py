"""What an item may hold beyond its lines: one nameless content for every list that is not complete.

Knows which lists leave room for a rare earth. Adds to such an item a content of which nothing is known,
so that what is missing is judged by the same rules as what is there, and can not be forgotten. Knows no
list of controlled items.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from rare_earth_compliance.core.codes import rare_earths
from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.product.model import Item, Product, Substance, Use
from rare_earth_compliance.product.words import elements_of

_ONE = Interval(Fraction(1), Fraction(1))
_NONE = Fraction(0)


def present(substance: Substance) -> Truth:
    """Whether a substance that is named in a composition is there at all."""
    share = substance.share
    if share is None or share.is_positive:
        return Truth.TRUE
    return Truth.FALSE if share.is_zero else Truth.UNKNOWN


def whole(item: Item) -> bool:
    """Whether the composition leaves no room for an element that it does not name."""
    if not item.composition:
        return False
    if any(part.element is None for part in item.composition):
        return False
    if item.composition_complete is not None:
        return item.composition_complete
    return sum((part.share.low for part in item.composition if part.share), _NONE) >= 1


def by_name(item: Item) -> frozenset[str]:
    """Elements that the item has by its alloy system or its magnet family."""
    named = item.alloy or frozenset()
    return named | elements_of(item.family) if item.family else named


def declared_none(product: Product) -> list[bool]:
    """For every item whether a declaration "no rare earths" covers it: its own, or that of every item above it."""
    covered = [False] * len(product.items)
    open_above = [False] * len(product.items)
    for index in reversed(product.order):
        item = product.items[index]
        used = index != product.root.index
        covered[index] = item.rare_earths == "none" or (used and not open_above[index] and item.rare_earths is None)
        for use in item.uses:
            if not covered[index]:
                open_above[use.item] = True
    return covered


def disclosed(product: Product) -> Product:
    """The same product with a hidden content in every item that may hold a rare earth beyond its lines."""
    none = declared_none(product)
    items = list(product.items)
    order: list[int] = []
    for index in product.order:
        item = items[index]
        if _may_hide(item, none[index]):
            position = len(items)
            items.append(
                Item(index=position, parent=index, step=("contents not listed",), line=item.line, hidden=True, complete=True)
            )
            # Beside parts it may be one more of them, unless its elements are those of which the item is said to consist.
            material = whole(item) or all(use.material for use in item.uses)
            hidden = Use(item=position, quantity=_ONE, line=item.line, material=material)
            items[index] = replace(item, uses=(*item.uses, hidden))
            order.append(position)
        order.append(index)
    return replace(product, items=tuple(items), order=tuple(order))


def _may_hide(item: Item, none: bool) -> bool:
    if item.complete:
        return False
    if not item.composition and item.alloy is None and item.family is None:
        return not none
    return bool(unexplained(item)) or (not none and not whole(item))


def unexplained(item: Item) -> frozenset[str]:
    """The rare earths that an item has, or may have, by name or composition, and of which no input is named."""
    explained = {part.element for part in item.composition if part.has_input}
    named = {part.element for part in item.composition if not part.has_input and present(part) is not Truth.FALSE}
    return frozenset(symbol for symbol in named | (by_name(item) - explained) if symbol in rare_earths())
