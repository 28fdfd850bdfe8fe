"""What is said of what moves, and from where to where, and can not all be so: for the second stage of checking.

Knows which words of a shipment exclude one another, and which the product excludes. Shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def contradicted(fact: Callable[[str], Any], kind: Any, product: Any, forms: Iterable[Any]) -> bool:
    """Whether a shipment contradicts itself; ``fact`` tells what stands in it, ``forms`` those of every item in use."""
    for role in ("exporter", "importer", "consignee", "end_user"):
        if fact(f"{role}.military") is False and fact(f"{role}.military_of"):
            return True
    if kind == "goods" and (fact("technology_fields") not in (None, [], ["none"]) or "technology" in forms):
        return True
    if kind == "technology" and _is_a_thing(product):
        return True
    movement = fact("movement")
    if movement not in (None, "transit") and fact("transit_through"):
        return True
    start, end = fact("ship_from") or fact("exporter.located_in"), fact("destination")
    if movement != "transfer" or not start or not end:
        return False
    return start in end[4:].split(", ") if end.startswith("not ") else bool(start != end)


def _is_a_thing(product: Any) -> bool:
    """Whether a product is said to be goods: by its form, or else by what it consists of; or by its lines."""
    said = ("parts", "materials") if "form" in product else ("parts", "materials", "family", "alloy", "composition")
    return product.get("form", "technology") != "technology" or any(product.get(name) for name in said)
