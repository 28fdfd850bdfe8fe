"""What is said of what moves, and from where to where, and can not all be so: for the second stage of checking.

Knows which words of a shipment exclude one another, and which the product excludes. Shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rare_earth_compliance.record.goods import UNITS

Fact = Callable[[str], Any]
_THING = ("family", "alloy", "composition", "hs_code", "parameters", "mass", "processing", "steps")
_RECIPIENTS = ("importer", "consignee", "end_user")
_PRODUCTION = "overseas-rare-earth-production"


def contradicted(fact: Fact, kind: Any, product: Any, items: Iterable[Any], on: str) -> bool:
    """Whether a shipment contradicts itself; ``fact`` tells what stands in it, ``items`` are those in use, ``on`` the day.

    What goes where nobody stands who is to get it is another matter: see ``to_nobody``.
    """
    for role in ("exporter", *_RECIPIENTS):
        if fact(f"{role}.military") is False and fact(f"{role}.military_of"):
            return True
    technology = [one for one in items if one.get("form") == "technology"]
    if kind == "goods" and (fact("technology_fields") not in (None, [], ["none"]) or technology or _provided(fact)):
        return True
    if any(map(_only_a_thing, technology)) or (kind == "technology" and _is_a_thing(product)):
        return True
    return _ways(fact) or _recipients(fact, kind) or _known_otherwise(fact) or _public_later(fact, on)


def _ways(fact: Fact) -> bool:
    movement, end, through = fact("movement"), fact("destination"), fact("transit_through") or ()
    if through and (movement not in (None, "transit") or end in through):
        return True
    start = fact("ship_from") or fact("exporter.located_in")
    if movement is None or not start or not end:
        return False
    return _elsewhere(start, end) if movement == "transfer" else bool(start == end)


def _elsewhere(start: str, end: str) -> bool:
    return start in end[4:].split(", ") if end.startswith("not ") else start != end


def _recipients(fact: Fact, kind: Any) -> bool:
    """Whether somebody is to have what does not go there, or for a foreigner what stays inside and is given to a Chinese."""
    if not _inside(fact):
        return False
    if any(_away(fact, kind).values()):
        return True
    if fact("consignee.chinese_person") is not True or (kind == "goods" and fact("exporter.chinese_person") is False):
        return False
    return fact("importer.chinese_person") is False or fact("end_user.chinese_person") is False


def to_nobody(fact: Fact, kind: Any) -> bool:
    """Whether what leaves a country goes where none of those stands who are to get it, the last user not alone."""
    away = _away(fact, kind)
    return not _inside(fact) and {*away.values()} == {True} and away.keys() != {"end_user"}


def _inside(fact: Fact) -> bool:
    start = fact("ship_from") or fact("exporter.located_in")
    return fact("movement") == "transfer" or (bool(start) and start == fact("destination"))


def _away(fact: Fact, kind: Any) -> dict[str, bool]:
    """Whether recipients of whom it is told where they stand do so elsewhere; a foreigner may be taught anywhere."""
    end = fact("destination")
    if not end or (kind == "technology" and fact("consignee.chinese_person") is False):
        return {}
    return {role: _elsewhere(place, end) for role in _RECIPIENTS if (place := fact(f"{role}.located_in"))}


def _known_otherwise(fact: Fact) -> bool:
    """Whether the purposes exclude what is said of knowing one."""
    purposes, knowledge = fact("end_use.purposes") or (), fact("end_use.knowledge")
    if _PRODUCTION in purposes:
        return bool(knowledge == "no")
    return bool(purposes and fact("end_use.complete") and knowledge not in (None, "no"))


def _public_later(fact: Fact, on: str) -> bool:
    """Whether technology is public before the act and becomes so later."""
    public = fact("transfer.published_on")
    return bool(fact("transfer.published") and public and public > min(on, fact("day") or on))


def _provided(fact: Fact) -> bool:
    """Whether anything is told of how technology is provided."""
    names = ("activity", "origin", "published", "published_on", "published_with_licence", "basic_research", "patent")
    told = any(fact(f"transfer.{name}") not in (None, False, "none") for name in names)
    return told or fact("transfer.subjects") not in (None, ["other-help"])


def _only_a_thing(one: Any) -> bool:
    """Whether something is said of an item that only a thing has."""
    if any(one.get(name) for name in _THING) or one.get("rare_earths") == "present":
        return True
    if one.get("equipment", "none") != "none" or any(code[1] in "ABC" for code in one.get("control_codes", ())):
        return True
    return UNITS[one.get("unit", "pcs")][0] != "count"


def _is_a_thing(product: Any) -> bool:
    """Whether a product is said to be goods: by its form, or else by what only a thing has; or by its lines."""
    if product.get("parts") or product.get("materials"):
        return True
    return _only_a_thing(product) if "form" not in product else bool(product["form"] != "technology")
