"""Product data as a program has it: bytes, text, dictionaries, or the format's own model.

Knows how each of these reaches the one reader, and how a document becomes a shipment. Checks nothing itself: what
the reader refuses in a file, it refuses in a dictionary, at the same path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from rare_earth_compliance.core.plain import parsed
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.product import document as doc
from rare_earth_compliance.product import reader
from rare_earth_compliance.product.model import Price, Product, Rate, Shipment
from rare_earth_compliance.product.reader import Contents

Document = bytes | bytearray | memoryview | str | Mapping[str, Any] | doc.File
"""A document of the format ``rare-earth-bom/1`` in any form a program may have it in."""


def read_product(data: Document, file: str) -> Contents:
    """Read a document of BOM-JSON. ``file`` names it in messages and reports. Raises Refused with all its problems.

    Bytes and text are JSON. In a dictionary, numbers are text, int or Decimal (a float is refused), days text or
    ``date``; None and "unknown" say that a fact is not known. Places then have a path and no line.
    A document with a product alone, or a shipment alone, is taken; one with neither is refused.
    """
    if isinstance(data, bytes | bytearray | memoryview):
        return reader.read(bytes(data), file)
    if isinstance(data, str):
        return reader.read_text(data, file, hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest())
    if isinstance(data, doc.File):
        data = _dumped(data, file)
    given: object = data  # a program may hand over anything
    if not isinstance(given, Mapping):
        message = f"found {type(data).__name__}, expected bytes, text, a dictionary or a BomFile"
        raise Refused([Problem(place=Place(file=file), message=message, advice='hand over {"format": "rare-earth-bom/1", …}')])
    value, sha256 = parsed(data, file)
    return reader.read_parsed(value, file, sha256)


def _dumped(file_model: doc.File, file: str) -> dict[str, Any]:
    try:
        made: dict[str, Any] = file_model.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)
    except ValueError as error:  # amounts that no text writes, or nesting beyond what pydantic follows
        advice = "hand the document over as a dictionary"
        raise Refused([Problem(place=Place(file=file), message=f"can not be written out: {error}", advice=advice)]) from None
    return made


def product_of(data: Document, file: str = "product") -> Product:
    """The product of a document. Raises Refused with all its problems, and for a document without a product."""
    return _with_product(read_product(data, file))[0]


def read_shipment(data: Document, file: str = "shipment") -> Shipment:
    """A document as the shipment that ``determine`` judges; what it does not say of the shipment is not known.

    Raises Refused with all its problems, and for a document without a product.
    """
    product, contents = _with_product(read_product(data, file))
    return reader.shipment_of(product, contents.shipment, contents)


def _with_product(contents: Contents) -> tuple[Product, Contents]:
    if contents.product is None:
        place = Place(file=contents.file)
        raise Refused([Problem(place=place, message="holds a shipment and no product", advice="add the key 'product'")])
    return contents.product, contents


def shipment_of(
    product: Product,
    shipment: doc.ShipmentFields | Mapping[str, Any] | None = None,
    contents: Contents | None = None,
    *,
    prices: tuple[Price, ...] = (),
    rates: tuple[Rate, ...] = (),
    tables: tuple[tuple[str, str], ...] = (),
) -> Shipment:
    """The shipment of a product. Without ``shipment`` nothing is known of it.

    ``shipment`` is the object that stands under "shipment" in a document, as a dictionary or as read; ``contents``
    is the document it came from; ``prices`` and ``rates`` come from tables that were handed in, ``tables`` names
    them with their hashes. Raises Refused with all problems of the shipment.
    """
    if isinstance(shipment, Mapping):
        contents = read_product({"format": doc.FORMAT, "shipment": shipment}, "shipment")
        shipment = contents.shipment
    return reader.shipment_of(product, shipment, contents, prices=prices, rates=rates, tables=tables)
