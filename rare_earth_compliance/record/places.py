"""Where a fact stands in a file, as a JSON pointer.

Knows how items and facts of a shipment are found in the documents they came from. Does not know what they mean.
"""

from __future__ import annotations

from rare_earth_compliance.product.model import ROOT, Product, Shipment

CONTENTS = "#contents"
"""After the place of an item: what it may hold beyond its lines."""
_OF_INPUT = {"form": "input_form", "origin": "origin"}
_OF_TRANSFER = {
    "technology_fields": "fields",
    "exporter": "by",
    "ship_from": "leaves",
    "destination": "provided_in",
    "importer": "to",
    "consignee": "to",
}


def pointer(product: Product, index: int) -> str:
    """The place of an item."""
    item = product.items[index]
    if item.hidden:
        return pointer(product, item.parent) + CONTENTS
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in product.steps(index))


def fact_place(shipment: Shipment, product: Product, index: int, found_at: str) -> str:
    """Where a fact of an item or of the shipment stands, or would stand; "given" for one given beside the files."""
    root, _, path = found_at.partition(".")
    if root == "item":
        name = _OF_INPUT.get(path, path) if product.items[index].derived else path
        return f"{pointer(product, index)}/{name}"
    if path in dict(shipment.given):
        return "given"
    if not shipment.is_transfer:
        return f"/shipment/{path.replace('.', '/')}"
    head, _, rest = path.partition(".")
    if head == "transfer":
        return f"/transfer/{rest}"
    return "/".join(("/transfer", _OF_TRANSFER.get(head, head), *rest.split(".")[: bool(rest)]))


def price_place(shipment: Shipment, product: Product, index: int) -> str:
    """Where the price of an item stands; "given" for one given beside the files."""
    item = product.items[index]
    if item.unit_value is None and index == ROOT:
        return "given" if any(name.startswith("unit_price.") for name, _ in shipment.given) else "/shipment/unit_price"
    return f"{pointer(product, index)}/{'value' if item.derived else 'unit_value'}"
