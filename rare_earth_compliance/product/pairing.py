"""Which product may be judged in which shipment.

Knows that an act of providing technology is whole by itself: it says who, where and what for, and there are no goods. So its
shipment is for no other product, and no other shipment is for it. Every way to a shipment passes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.product import document as doc
from rare_earth_compliance.product.convert import TECHNOLOGY, ActFields
from rare_earth_compliance.product.model import Product

if TYPE_CHECKING:
    from rare_earth_compliance.product.reader import Contents

_ALONE = "technology that is provided has no shipment beside it"


def held_together(product: Product, fields: doc.ShipmentFields | None, contents: Contents | None) -> None:
    """Raises Refused where a product is not to be judged in a shipment.

    ``fields`` is the shipment with what was laid over it, ``contents`` the document it came from, if that is known.
    """
    act = fields.act if isinstance(fields, ActFields) else None
    if act is None and not product.is_transfer:
        return
    if act is None or not product.is_transfer or act != product.sha256:
        advice = "judge it by its own document alone; goods that move with technology have a shipment of their own kind"
        file = contents.file if contents is not None and act is not None else product.file
        raise Refused([Problem(place=Place(file=file, path="transfer"), message=_ALONE, advice=advice)])
    if fields is not None and fields.kind != TECHNOLOGY:
        message = f"technology that is provided is sent as {fields.kind or 'something not known'}"
        advice = "leave 'kind' out of the facts that are laid over it, or judge the goods by a document of their own"
        raise Refused([Problem(place=Place(file=product.file, path="transfer"), message=message, advice=advice)])


def as_shipment(found: Contents, *, alone: bool) -> Contents:
    """A document that was given as the shipment of others; ``alone``: it is to hold nothing else.

    Raises Refused for one that holds no shipment. An act of providing technology is left to ``held_together``.
    """
    message = ""
    if alone and found.product is not None and not found.is_transfer:
        message = "holds a product, expected a shipment alone"
    elif found.shipment is None:
        message = "holds no shipment"
    if message:
        advice = 'write {"format": "rare-earth-bom/1", "shipment": {…}}, and {} there if nothing is known of it'
        raise Refused([Problem(place=Place(file=found.file), message=message, advice=advice)])
    return found
