"""What is said of what moves, and from where to where, and can not all be so.

Knows which words of a shipment exclude one another, and which the product excludes. Nothing is cleared while they stand side
by side, for nobody can say which of them is right. Knows no law.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.product.convert import TECHNOLOGY
from rare_earth_compliance.product.model import Item, Party, Product, Shipment
from rare_earth_compliance.product.words import OTHER_THAN

ROLES = ("exporter", "importer", "consignee", "end_user")
GOODS = "goods"
TRANSFER = "transfer"
TRANSIT = "transit"


def contradictions(shipment: Shipment) -> Iterator[str]:
    """Everything of the kind in a shipment and its product, in words."""
    yield from _ways(shipment)
    for role in ROLES:
        party: Party = getattr(shipment, role)
        if party.military is False and party.military_of is not None:
            who = role.replace("_", " ")
            yield f"the {who} is said to be no military user, and to belong to the forces of {party.military_of}"
    product = shipment.product
    if shipment.kind == GOODS:
        if shipment.technology_fields:
            fields = ", ".join(shipment.technology_fields)
            yield f"the shipment is said to be of goods alone, and to move technology of {fields}"
        unused = frozenset(product.unused)
        for item in product.items:
            if item.form == TECHNOLOGY and item.index not in unused:
                yield f"{_called(product, item)} is technology, but the shipment is said to be of goods alone"
    if shipment.kind == TECHNOLOGY and _is_a_thing(product):
        yield f"{_called(product, product.root)} is a thing, but the shipment is said to be of technology alone"


def _is_a_thing(product: Product) -> bool:
    """Whether what is said of a product is said of goods: its form, or where none is said what it consists of; or its lines."""
    root = product.root
    consists = root.form is None and (root.family or root.alloy or root.composition)
    return (
        root.form not in (None, TECHNOLOGY) or bool(consists) or any(not product.items[one.item].derived for one in root.uses)
    )


def _called(product: Product, item: Item) -> str:
    return f"{product.place(item.index)}: {item.label}"


def _ways(shipment: Shipment) -> Iterator[str]:
    """A way of moving that the countries exclude."""
    if shipment.movement == TRANSFER:
        start = shipment.ship_from or shipment.exporter.located_in
        if start is not None and elsewhere(start, shipment.destination):
            yield f"the shipment is said to be a hand-over inside one country, but goes from {start} to {shipment.destination}"
    if shipment.transit_through and shipment.movement not in (None, TRANSIT):
        yield (
            f"the shipment is said to pass in transit through {', '.join(shipment.transit_through)}, "
            f"but to be no transit ({shipment.movement})"
        )


def elsewhere(start: str, destination: str | None) -> bool:
    """Whether a destination is surely another country than that from which it starts."""
    if destination is None:
        return False
    if destination.startswith(OTHER_THAN):
        return start in destination.removeprefix(OTHER_THAN).split(", ")
    return start != destination
