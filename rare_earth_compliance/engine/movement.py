"""What is said of what moves, and from where to where, and can not all be so.

Knows which words of a shipment exclude one another, and which the product excludes. Nothing is cleared while they stand side
by side, for nobody can say which of them is right. Knows no law.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rare_earth_compliance.engine.intentions import foretold, unlike_the_purpose
from rare_earth_compliance.engine.recipients import elsewhere, misplaced, to_whom, unreceived
from rare_earth_compliance.engine.things import said_of_a_thing
from rare_earth_compliance.product.convert import TECHNOLOGY
from rare_earth_compliance.product.model import Item, Party, Product, Shipment, Transfer

ROLES = ("exporter", "importer", "consignee", "end_user")
GOODS = "goods"
TRANSFER = "transfer"
TRANSIT = "transit"
_NO_TECHNOLOGY = (None, False, "none", ("other-help",))
"""What may be said of how technology is provided where none is."""


def contradictions(shipment: Shipment, on: date | None) -> Iterator[str]:
    """Everything of the kind in a shipment and its product, in words; ``on`` is the day judged."""
    yield from _ways(shipment)
    if stays_inside(shipment):
        yield from misplaced(shipment)
        yield from to_whom(shipment)
    for role in ROLES:
        party: Party = getattr(shipment, role)
        if party.military is False and party.military_of is not None:
            who = role.replace("_", " ")
            yield f"the {who} is said to be no military user, and to belong to the forces of {party.military_of}"
    yield from unlike_the_purpose(shipment.end_use)
    yield from foretold(shipment.transfer, (on, shipment.day))
    yield from _kinds(shipment)


def to_nobody(shipment: Shipment) -> str:
    """That what leaves a country goes to another in which none of those stands who are to get it, in words; else nothing."""
    return "" if stays_inside(shipment) else unreceived(shipment)


def _kinds(shipment: Shipment) -> Iterator[str]:
    """Technology in a shipment of goods alone, goods in one of technology alone, and technology that is a thing."""
    product = shipment.product
    if shipment.kind == GOODS:
        if shipment.technology_fields:
            fields = ", ".join(shipment.technology_fields)
            yield f"the shipment is said to be of goods alone, and to move technology of {fields}"
        if _provides(shipment.transfer):
            yield "the shipment is said to be of goods alone, and 'transfer' tells how technology is provided"
    unused = frozenset(product.unused)
    for item in product.items:
        if item.form == TECHNOLOGY and item.index not in unused:
            if shipment.kind == GOODS:
                yield f"{_called(product, item)} is technology, but the shipment is said to be of goods alone"
            if said := said_of_a_thing(item):
                yield f"{_called(product, item)} is said to be technology, but has {said}, as things have"
    root = product.root
    if shipment.kind == TECHNOLOGY and _is_a_thing(product):
        yield f"{_called(product, root)} is a thing, but the shipment is said to be of technology alone"


def _is_a_thing(product: Product) -> bool:
    """Whether what is said of a product is said of goods: by its form, or else by what only a thing has; or its lines."""
    root = product.root
    said = root.form is None and said_of_a_thing(root)
    return root.form not in (None, TECHNOLOGY) or bool(said) or any(not product.items[one.item].derived for one in root.uses)


def _provides(transfer: Transfer) -> bool:
    """Whether anything is told of how technology is provided, but that it is none, is not public, or is no technology."""
    told = (transfer.activity, transfer.subjects, transfer.origin, transfer.published, transfer.published_on)
    more = (transfer.published_with_licence, transfer.basic_research, transfer.patent)
    return any(one not in _NO_TECHNOLOGY for one in (*told, *more))


def _called(product: Product, item: Item) -> str:
    return f"{product.place(item.index)}: {item.label}"


def _start(shipment: Shipment) -> str | None:
    return shipment.ship_from or shipment.exporter.located_in


def stays_inside(shipment: Shipment) -> bool:
    """Whether a shipment is said to begin and to end in one country."""
    start = _start(shipment)
    return shipment.movement == TRANSFER or (start is not None and start == shipment.destination)


def _ways(shipment: Shipment) -> Iterator[str]:
    """A way of moving that the countries exclude."""
    start, end, movement = _start(shipment), shipment.destination, shipment.movement
    if movement == TRANSFER and start is not None and elsewhere(start, end):
        yield f"the shipment is said to be a hand-over inside one country, but goes from {start} to {end}"
    if movement not in (None, TRANSFER) and stays_inside(shipment):
        yield f"the shipment is said to be no hand-over inside one country ({movement}), but goes from {start} to {end}"
    if shipment.transit_through and movement not in (None, TRANSIT):
        yield (
            f"the shipment is said to pass in transit through {', '.join(shipment.transit_through)}, "
            f"but to be no transit ({movement})"
        )
    if shipment.transit_through and end in shipment.transit_through:
        yield f"the shipment is said to pass in transit through {end}, and to end there"
