"""What would settle an unknown, carried upward through a product.

Knows how the outcome for an item follows from the outcomes of what is inside it, and keeps the first few
reasons on the way. Does not know why something is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from rare_earth_compliance.core.truth import Truth, any_of, truth
from rare_earth_compliance.engine.determination import THIS_ITEM, Need, Step
from rare_earth_compliance.engine.disclosure import unexplained, whole
from rare_earth_compliance.product.model import Item, Product

KEPT = 12
"""How many reasons are carried upward from below one item; further ones are asked for once these are settled."""

CONTENTS = "item.contents"
"""The question whether an item holds anything beyond its lines."""
INPUTS = "item.inputs"
"""The question as what the rare earths were bought that an item is said to hold."""
QUANTITY = "item.quantity"
"""The question how much of an item goes into the item above, if any."""

IN_ORDER = attrgetter("kind", "about", "item", "detail")
"""The order in which needs compare, for who sorts many of them: the same, sooner."""

Outcome = tuple[Truth, tuple[Need, ...]]
NOTHING: Outcome = (Truth.FALSE, ())


def located(needs: Iterable[Need], index: int, product: Product) -> tuple[Need, ...]:
    """The same needs with the item at hand named; those of a hidden content ask the item above for its contents."""
    item = product.items[index]
    found: dict[Need, None] = {}
    contents = Need("fact", *of_hidden(item, product)) if item.hidden else None
    for need in needs:
        if need.item != THIS_ITEM or need.kind != "fact":
            found[need] = None
        elif contents is not None:
            found[contents] = None
        else:
            found[Need(need.kind, need.about, index, need.detail)] = None
    return tuple(found)


def of_hidden(hidden: Item, product: Product) -> tuple[str, int, str]:
    """What is asked about a hidden content, of which item, and the elements in question.

    Where the composition names everything, nothing more is in the item: only what its rare earths were bought as is not told.
    """
    above = product.items[hidden.parent]
    if whole(above):
        return INPUTS, above.index, ", ".join(sorted(unexplained(above)))
    return CONTENTS, above.index, ""


def relative(needs: Iterable[Need], index: int, product: Product) -> frozenset[Need]:
    """The same needs with the item ``index`` as the item at hand; the inverse of ``located``."""
    item = product.items[index]
    here = item.parent if item.hidden else index
    return frozenset(
        Need(need.kind, need.about, THIS_ITEM, need.detail)
        if need.item == here and (need.about in (CONTENTS, INPUTS) or not item.hidden)
        else need
        for need in needs
    )


def merged(groups: Iterable[tuple[Need, ...]]) -> tuple[Need, ...]:
    """The first few different needs of several groups, in their order."""
    found: dict[Need, None] = {}
    for group in groups:
        for need in group:
            found[need] = None
            if len(found) == KEPT:
                return tuple(found)
    return tuple(found)


def rolled_up(product: Product, own: Callable[[int], Outcome], *, deep: bool, itself: bool) -> list[Outcome]:
    """For every item whether ``own`` holds of something inside it (at any depth if ``deep``), or of ``itself``.

    A line of which there may be nothing makes the outcome unknown at most.
    """
    found: list[Outcome] = [NOTHING] * len(product.items)
    mine: list[Outcome] = [NOTHING] * len(product.items)
    for index in product.order:
        mine[index] = own(index)
        if not product.items[index].uses:
            found[index] = _any((mine[index],)) if itself else NOTHING
            continue
        parts: list[Outcome] = []
        for use in product.items[index].uses:
            below = (
                _either(mine[use.item], found[use.item]) if deep and not itself else found[use.item] if deep else mine[use.item]
            )
            if below is NOTHING:
                continue
            if below[0] is not Truth.FALSE and use.quantity is not None and not use.quantity.is_positive:
                below = (Truth.UNKNOWN, merged([(Need("fact", QUANTITY, use.item),), below[1]]))
            parts.append(below)
        # The item's own reasons last: those from deep below are then the same for all items above them.
        found[index] = _any([*parts, mine[index]] if itself else parts)
    return found


def _either(one: Outcome, two: Outcome) -> Outcome:
    if one[0] is Truth.FALSE:
        return two
    return one if two[0] is Truth.FALSE else _any((one, two))


def _any(parts: Sequence[Outcome]) -> Outcome:
    if len(parts) == 1 and parts[0] is NOTHING:
        return NOTHING
    listed = [part for part in parts if part[0] is not Truth.FALSE]
    if not listed:
        return NOTHING
    outcome = any_of(part[0] for part in listed)
    if outcome is Truth.TRUE:
        return outcome, ()
    return outcome, merged(part[1] for part in listed)


def known(value: bool) -> Outcome:
    """An outcome that needs nothing."""
    return truth(value), ()


def facts_first(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The parts of an "all" to ask about now: a reading matters only once the facts beside it are known."""
    if not any(need.kind == "fact" for step in steps if step.outcome is Truth.UNKNOWN for need in step.needs):
        return steps
    return tuple(step for step in steps if step.outcome is Truth.UNKNOWN and (step.steps or not step.reading))


def open_needs(outcome: Truth, steps: tuple[Step, ...]) -> frozenset[Need]:
    """What the unknown ones among some steps need, when the whole is unknown."""
    if outcome is not Truth.UNKNOWN:
        return frozenset()
    return frozenset().union(*(step.needs for step in steps if step.outcome is Truth.UNKNOWN))
