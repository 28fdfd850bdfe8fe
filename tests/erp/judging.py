"""How the tests of this group judge a document: with the shipment of its example, on one day, under the whole pack."""

from __future__ import annotations

from functools import cache

from rare_earth_compliance import Determination, RulePack, determine, load_rules, read_product, shipment_of
from tests.erp.products import ON
from tests.running import EXAMPLES


@cache
def _pack() -> RulePack:
    return load_rules()


@cache
def judged(folder: str, data: bytes) -> Determination:
    """The determination for a document, shipped as the example's ``shipment.json`` says."""
    contents = read_product(data, "from-the-erp.json")
    shipment = read_product((EXAMPLES / folder / "shipment.json").read_bytes(), "shipment.json").shipment
    assert contents.product is not None
    return determine(shipment_of(contents.product, shipment, contents), _pack(), on=ON)


def asks(determination: Determination) -> dict[str, set[str]]:
    """What is asked: kind → names of the questions."""
    found: dict[str, set[str]] = {}
    for ask in determination.asks_for:
        found.setdefault(ask.kind, set()).add(ask.about)
    return found
