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


def misplaced(shipment: Shipment) -> Iterator[str]:
    """Recipients of what stays inside one country that stand elsewhere."""
    for role, place in _away(shipment).items():
        said = f"the shipment is said to stay inside one country and to go to {shipment.destination}"
        yield f"{said}, but the {_spoken(role)} stands in {place}"


def unreceived(shipment: Shipment) -> str:
    """That of those recipients of whom it is told none stands where it goes, and one is the importer or the consignee."""
    away = _away(shipment)
    if len(away) < len(_standing(shipment)) or not any(role in away for role in _BEFORE_THE_LAST):
        return ""
    places = ", ".join(sorted(set(away.values())))
    return f"the shipment is said to go to {shipment.destination}, but nobody who is to get it stands there, only in {places}"


def _standing(shipment: Shipment) -> dict[str, str]:
    return {role: place for role in _RECIPIENTS if (place := getattr(shipment, role).located_in) is not None}


def _away(shipment: Shipment) -> dict[str, str]:
    """The recipients that stand elsewhere than it goes. Technology is provided where it is taught, wherever the foreigner
    stands to whom it is."""
    if shipment.kind == TECHNOLOGY and shipment.consignee.chinese_person is False:
        return {}
    return {role: place for role, place in _standing(shipment).items() if elsewhere(place, shipment.destination)}


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
