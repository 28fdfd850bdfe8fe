"""What a document says of a movement that can not all be so: of what moves, by which way, for whom, and what for.

Knows the fields of a shipment. Knows no law.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tests.oracle.amounts import KINDS
from tests.oracle.things import Thing, stated

Document = Mapping[str, Any]
GETTERS = ("importer", "consignee", "end_user")
MATTER = ("family", "alloy", "composition", "hs_code", "parameters", "mass", "processing", "steps")
NO_TELLING = ([None, "none"], [None, ["other-help"]], [None, False])
PRODUCTION = "overseas-rare-earth-production"


def otherwise(product: Thing, things: Iterable[Thing], shipment: Document, day: date) -> bool:
    """Whether anything of the kind is said."""
    return (
        _forces_of_nobody(shipment)
        or _both(product, list(things), shipment)
        or _by_the_wrong_way(shipment)
        or _for_somebody_else(shipment)
        or _other_use(stated(shipment, "end_use"))
        or _not_public_yet(shipment, day)
    )


def _forces_of_nobody(shipment: Document) -> bool:
    parties = [stated(shipment, role) for role in ("exporter", *GETTERS)]
    return any(stated(one, "military") is False and stated(one, "military_of") is not None for one in parties)


def _both(product: Thing, things: list[Thing], shipment: Document) -> bool:
    """Goods that are technology, technology that is goods."""
    kind, transfer = stated(shipment, "kind"), stated(shipment, "transfer")
    if any(one.says("form") == "technology" and (kind == "goods" or _matter(one)) for one in things):
        return True
    if kind == "goods":
        words = [stated(transfer, key) for key in ("activity", "origin", "published_on", "patent")]
        truths = [stated(transfer, key) for key in ("published", "published_with_licence", "basic_research")]
        told = zip(([*words], [stated(transfer, "subjects")], [*truths]), NO_TELLING, strict=True)
        return stated(shipment, "technology_fields") not in (None, [], ["none"]) or any(
            one not in nothing for said, nothing in told for one in said
        )
    if kind != "technology":
        return False
    form = product.says("form")
    lines = any(product.says(key) for key in ("parts", "materials"))
    return form not in (None, "technology") or lines or (form is None and _matter(product))


def _matter(thing: Thing) -> bool:
    """Whether something is said of it that nobody says of technology."""
    machine = thing.says("equipment") not in (None, "none")
    codes = any(code[1] not in "DE" for code in thing.says("control_codes") or [])
    measured = not any(thing.unit in units for kind, units in KINDS.items() if kind == "count")
    return machine or codes or measured or thing.says("rare_earths") == "present" or any(thing.says(key) for key in MATTER)


def _from(shipment: Document) -> Any:
    return stated(shipment, "ship_from") or stated(stated(shipment, "exporter"), "located_in")


def _is_not(place: str, end: str) -> bool:
    """Whether a place is surely not where it goes."""
    return place in end.removeprefix("not ").split(", ") if end.startswith("not ") else place != end


def _stays(shipment: Document) -> bool:
    start = _from(shipment)
    return stated(shipment, "movement") == "transfer" or (start is not None and start == stated(shipment, "destination"))


def _by_the_wrong_way(shipment: Document) -> bool:
    movement, end = stated(shipment, "movement"), stated(shipment, "destination")
    through = stated(shipment, "transit_through") or []
    if end in through or (through and movement not in (None, "transit")):
        return True
    if movement == "transfer":
        return end is not None and _from(shipment) is not None and _is_not(_from(shipment), end)
    return movement is not None and _stays(shipment)


def _for_somebody_else(shipment: Document) -> bool:
    """Somebody gets it who stands elsewhere, or inside a country it is given to one person for a foreigner.

    What is on no list may go where nobody stands who gets it. That is not told apart here, and not drawn.
    """
    end, parties = stated(shipment, "destination"), [stated(shipment, role) for role in GETTERS]
    chinese = [stated(one, "chinese_person") for one in parties]
    of_goods = stated(shipment, "kind") != "technology" or chinese[1] is not False
    there = [None if (place := stated(one, "located_in")) is None else not _is_not(place, end or place) for one in parties]
    if of_goods and end is not None and False in there:
        nobody = True not in there and False in there[:2]
        if _stays(shipment) or nobody:
            return True
    foreign_hand = stated(shipment, "kind") == "goods" and stated(stated(shipment, "exporter"), "chinese_person") is False
    return _stays(shipment) and not foreign_hand and chinese[1] is True and False in (chinese[0], chinese[2])


def _other_use(end_use: Any) -> bool:
    """Knowledge of a use that there is not, none of one that there is."""
    purposes, known = stated(end_use, "purposes"), stated(end_use, "knowledge")
    if purposes is None or known is None:
        return False
    if known == "no":
        return PRODUCTION in purposes
    return PRODUCTION not in purposes and stated(end_use, "complete") is True


def _not_public_yet(shipment: Document, day: date) -> bool:
    transfer, act = stated(shipment, "transfer"), stated(shipment, "day")
    public = stated(transfer, "published_on")
    if not stated(transfer, "published") or public is None:
        return False
    return any(date.fromisoformat(public) > one for one in (day, date.fromisoformat(act) if act else day))
