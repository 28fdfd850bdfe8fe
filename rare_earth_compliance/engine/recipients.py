"""Who is said to get what moves, where it does not go, or inside a country without being told whether it is given to them.

Knows that what is for somebody elsewhere does not stay where it is, and that a hand-over to one person for another does not
tell to whom it is provided. Knows no law: to whom something must not go is for the rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.product.convert import TECHNOLOGY
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.product.words import OTHER_THAN

_RECIPIENTS = ("importer", "consignee", "end_user")
_BEFORE_THE_LAST = ("importer", "consignee")
_GOODS = "goods"


def misplaced(shipment: Shipment, *, inside: bool) -> Iterator[str]:
    """Recipients that stand elsewhere than it goes: any of them where it stays ``inside`` one country; else where none of those
    of whom it is told stands there, and one is the importer or the consignee.

    Technology is provided where it is taught, wherever the foreigner stands to whom it is.
    """
    end = shipment.destination
    if shipment.kind == TECHNOLOGY and shipment.consignee.chinese_person is False:
        return
    stand = {role: place for role in _RECIPIENTS if (place := getattr(shipment, role).located_in) is not None}
    away = {role: place for role, place in stand.items() if elsewhere(place, end)}
    if inside:
        for role, place in away.items():
            said = f"the shipment is said to stay inside one country and to go to {end}"
            yield f"{said}, but the {_spoken(role)} stands in {place}"
    elif away == stand and any(role in away for role in _BEFORE_THE_LAST):
        places = ", ".join(sorted(set(away.values())))
        yield f"the shipment is said to go to {end}, but nobody who is to get it stands there, only in {places}"


def to_whom(shipment: Shipment) -> Iterator[str]:
    """Foreigners for whom something is handed to a Chinese person; a foreigner who hands over goods is not asked."""
    if shipment.consignee.chinese_person is not True:
        return
    if shipment.kind == _GOODS and shipment.exporter.chinese_person is False:
        return
    for role in ("importer", "end_user"):
        if getattr(shipment, role).chinese_person is False:
            yield (
                f"the shipment stays inside one country, its consignee is said to be a Chinese person and its {_spoken(role)} "
                "to be none: it is not told to which of them it is provided"
            )


def elsewhere(start: str, destination: str | None) -> bool:
    """Whether a destination is surely another country than that from which it starts."""
    if destination is None:
        return False
    if destination.startswith(OTHER_THAN):
        return start in destination.removeprefix(OTHER_THAN).split(", ")
    return start != destination


def _spoken(role: str) -> str:
    return role.replace("_", " ")
