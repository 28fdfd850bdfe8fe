"""A word for what a thing is must not clear what it consists of, and a word for its state must not tell more than it says.

Small products leave China for Germany, everything else stated; No. 57 and 56 are held to be in force again where that matters.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.engine.determination import Answer
from rare_earth_compliance.product.given import read_shipment
from tests.benchmarks.ours import lapsed

PACK = library.load_rules()
PARTY = {"located_in": "DE", "chinese_person": False, "military": False, "listed": "none", "listed_owners_share": "0 %"}
SHIPMENT = {
    "kind": "goods",
    "movement": "export",
    "exporter": {"located_in": "CN", "chinese_person": True, "military": False, "listed": "none"},
    "ship_from": "CN",
    "destination": "DE",
    **dict.fromkeys(("importer", "consignee", "end_user"), PARTY),
    "end_use": {"purposes": ["civil"], "complete": True},
}
REQUIRED, OPEN, CLEAR = Answer.REQUIRED, Answer.UNDETERMINED, Answer.NOT_REQUIRED


def of(form: str, symbols: str, **more: Any) -> dict[str, Any]:
    """A thing that consists of some elements and no others."""
    composition = [{"element": symbol} for symbol in symbols.split()]
    return {"part_number": "P", "form": form, "composition": composition, "composition_complete": True, **more}


def machine(kind: str, form: str = "equipment", **parameters: str) -> dict[str, Any]:
    said = [{"name": name.replace("_", "-"), "value": value} for name, value in parameters.items()]
    return {
        "part_number": "M",
        "form": form,
        "rare_earths": "none",
        "equipment": kind,
        **({"parameters": said} if said else {}),
    }


def magnet(*states: str, **more: Any) -> dict[str, Any]:
    return of(
        "permanent-magnet",
        "Nd Fe B Dy",
        family="NdFeB",
        processing=list(states),
        quantity=1,
        technologies_complete=True,
        **more,
    )


def around(form: str, inner: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"part_number": "H", "form": form, "complete": True, "technologies_complete": True, "parts": [inner], **more}


def answered(product: dict[str, Any], on: date = date(2026, 8, 1), **choices: Any) -> Answer:
    document = {"format": "rare-earth-bom/1", "product": {"origin": "CN", **product}, "shipment": SHIPMENT}
    shipment = read_shipment(json.dumps(document).encode(), "x.json")
    return library.determine(shipment, PACK, on=on, **choices).answer


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        (of("magnetostrictive-material", "Tb Dy Fe"), OPEN),
        (of("magnetic-refrigeration-material", "Gd"), OPEN),
        (of("hydrogen-storage-material", "Y Ni"), OPEN),
        (of("coating-material", "Ni Co Cr Al Y"), OPEN),
        (of("optical-fibre", "Sm Si O"), OPEN),
        (of("medicine", "Lu Cl"), OPEN),
        (of("phosphor", "Y Tb O"), CLEAR),
        (of("catalyst", "Y Ce Zr O Pt"), CLEAR),
        (of("crystal", "Lu Y Si O"), CLEAR),
        (of("ceramic", "Y Zr O"), CLEAR),
        (of("ceramic-spray-powder", "Y Zr O Hf"), CLEAR),
        (of("ceramic-spray-powder", "Y O"), OPEN),
        (of("oxide", "Y Zr O Hf"), REQUIRED),
        (of("coating-material", "Y Zr O Hf"), OPEN),
        (of("gadobutrol-hydrate", "Gd C H N O"), CLEAR),
        (of("gadoterate-meglumine", "Gd C H N O"), CLEAR),
        (of("gadobutrol-hydrate", "Gd"), OPEN),
        (of("gadobutrol-hydrate", "Gd Y C H N O"), OPEN),
        (of("medicine", "Gd C H N O"), OPEN),
        ({"part_number": "P", "form": "gadobutrol-hydrate"}, OPEN),
        ({"part_number": "P", "form": "ceramic-spray-powder"}, OPEN),
        (of("ceramic", "Al Sc"), OPEN),
        (of("ceramic", "Al Sc N"), CLEAR),
        (of("crystal", "Dy"), OPEN),
        # Boron and its like are alloyed with iron and its like: a magnet by another name.
        (of("ceramic", "Nd Fe B Dy"), OPEN),
        (of("crystal", "Sm Co Si"), OPEN),
        (of("phosphor", "Tb Cu Te"), OPEN),
        (of("catalyst", "Dy Ni Ge"), OPEN),
        (of("crystal", "Y Fe B O"), CLEAR),
        (of("ceramic", "Dy B"), CLEAR),
        (of("crystal", "Dy Al B"), CLEAR),
        (of("phosphor", "Tb Fe"), OPEN),
        (of("catalyst", "Sm Co"), OPEN),
        (of("catalyst", "Pt Rh"), CLEAR),
        (of("hydrogen-storage-material", "Ti Mn"), CLEAR),
        (of("alloy", "Dy"), REQUIRED),
        (of("alloy", "Dy Nd"), OPEN),
        (of("alloy", "Dy Fe Nd"), REQUIRED),
        (of("alloy", "Nd Fe"), CLEAR),
        (of("magnet-powder", "Sm Fe N", family="SmFeN"), OPEN),
        (of("magnet-powder", "Nd Fe B", family="NdFeB"), CLEAR),
        (of("magnet-powder", "Nd Fe B Gd", family="NdFeB"), OPEN),
        (of("magnet-alloy-flake", "Nd Fe B Tb"), OPEN),
        (of("magnet-alloy-flake", "Nd Fe B Sc"), OPEN),
        (of("magnet-alloy-flake", "Tb Cu"), OPEN),
        (of("magnet-alloy-flake", "Dy"), REQUIRED),
        (of("magnet-alloy-flake", "Nd Pr Fe B"), CLEAR),
    ],
)
def test_what_a_material_is_called_does_not_clear_it(product: dict[str, Any], expected: Answer) -> None:
    assert answered({"technologies_complete": True, **product}) is expected


@pytest.mark.parametrize(
    ("family", "symbols", "expected"),
    [
        ("NdFeB", "Nd Fe B Dy", REQUIRED),
        ("NdFeB", "Nd Fe B Co", CLEAR),
        ("ferrite", "Nd Fe B Dy", OPEN),
        ("ferrite", "Fe O Dy", OPEN),
        ("ferrite", "Sr La Co Fe O", CLEAR),
        ("ferrite", "Sm Co", OPEN),
        ("other", "Sm Co", REQUIRED),
        ("other", "Nd Fe B Dy", REQUIRED),
        ("other", "Nd Fe Dy", REQUIRED),
        ("other", "Nd Co Dy", OPEN),
        ("other", "Tb Dy Fe", OPEN),
        ("other", "Dy", REQUIRED),
        ("other", "Mn Bi", CLEAR),
        ("ferrite", "Nd Fe Dy", OPEN),
        ("AlNiCo", "Al Ni Co Sm", OPEN),
        ("AlNiCo", "Al Ni Co", CLEAR),
        ("CeFeB", "Ce Nd Fe B Dy", OPEN),
        ("CeFeB", "Ce Fe B Dy", OPEN),
        ("CeFeB", "Ce Fe B", CLEAR),
        ("CeFeB", "Fe B Pr", OPEN),
        ("CeFeB", "Ce Fe B Co Sm", OPEN),
        ("SmFeN", "Sm Fe N", OPEN),
        ("SmFeN", "Sm Fe N Co", OPEN),
    ],
)
def test_the_family_of_a_magnet_does_not_clear_what_it_holds(family: str, symbols: str, expected: Answer) -> None:
    product = of("permanent-magnet", symbols, family=family, processing=["loose"], technologies_complete=True)
    assert answered(product) is expected


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        (around("motor", magnet("fixed-in-core", principal=False)), CLEAR),
        (around("motor", magnet("sintered", "fixed-in-core", principal=False)), CLEAR),
        (around("motor", magnet("fitted", principal=False)), CLEAR),
        (around("motor", magnet("fixed-in-core")), OPEN),
        (around("motor", magnet("fitted")), OPEN),
        (around("motor", magnet("sintered")), OPEN),
        (around("motor", magnet()), OPEN),
        (around("motor", magnet("loose")), REQUIRED),
        (around("motor", magnet("fixed-in-core", principal=True)), REQUIRED),
        (around("magnetic-accessory", magnet("moulded", principal=True)), REQUIRED),
        (around("assembly", magnet("fixed-in-core", principal=False)), OPEN),
        (around("assembly", magnet("fixed-in-core")), OPEN),
        (around("assembly", magnet("sintered", principal=False)), OPEN),
        (around("assembly", magnet("fitted", principal=False)), OPEN),
        (around("ceramic", magnet("fixed-in-core", principal=False)), OPEN),
        (around("ceramic", magnet("loose")), REQUIRED),
        (around("ceramic", magnet()), OPEN),
        (around("component", magnet("fitted", principal=False)), CLEAR),
        (around("catalyst", {**of("metal", "Dy"), "processing": ["loose"], "quantity": 1}), REQUIRED),
        (around("catalyst", {**of("metal", "Dy"), "quantity": 1}), OPEN),
        (around("assembly", magnet("fitted")), OPEN),
        (around("finished-product", around("assembly", magnet("fixed-in-core", principal=False), quantity=1)), CLEAR),
        (around("finished-product", around("assembly", magnet("fixed-in-core"), quantity=1)), OPEN),
        (around("assembly", {**of("metal", "Dy"), "processing": ["powder"], "principal": False, "quantity": 1}), OPEN),
        (around("assembly", {**of("metal", "Dy"), "processing": ["powder", "loose"], "quantity": 1}), REQUIRED),
        (magnet("fixed-in-core"), OPEN),
        (magnet("sintered"), REQUIRED),
        (magnet("loose"), REQUIRED),
    ],
)
def test_a_state_tells_no_more_than_it_says(product: dict[str, Any], expected: Answer) -> None:
    assert answered({key: value for key, value in product.items() if key != "quantity"}) is expected


AGAIN = {
    "confirmations": (lapsed(),),
    "readings": {
        "start-after-suspension": "at-once",
        "upstream-technology": "own-steps-only",
        "notice-scope": "licensed-items",
    },
}


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        (machine("jet-mill", particle_size="4 um", powder_yield="99 %", system_oxygen="80 ppm"), REQUIRED),
        (machine("jet-mill", particle_size="6 um", powder_yield="99 %", system_oxygen="80 ppm"), OPEN),
        (machine("jet-mill", form="part"), OPEN),
        (machine("casting-furnace-roller", form="material"), OPEN),
        (machine("resistance-furnace", heating_temperature="700 °C"), OPEN),
        (machine("electrolysis-rectifier"), REQUIRED),
        (machine("other"), OPEN),
        (machine("none"), CLEAR),
        (machine("none", form="part"), CLEAR),
        # A figure that was seen in Chinese clears.
        (machine("magnetic-forming-press", magnetic_induction="1.4 T"), CLEAR),
        (machine("magnetic-forming-press", magnetic_induction="1.5 T"), REQUIRED),
        (of("optical-fibre", "Si O Tm"), OPEN),
        (of("optical-fibre", "Si O Er"), REQUIRED),
        (of("hydrogen-storage-material", "Ho Cu"), OPEN),
        (of("ceramic", "Yb O"), OPEN),
        (of("alloy", "Er"), REQUIRED),
        (of("crystal", "Nd Al O"), CLEAR),
    ],
)
def test_under_the_announcements_that_were_suspended(product: dict[str, Any], expected: Answer) -> None:
    assert answered({"technologies_complete": True, **product}, on=date(2026, 12, 2), **AGAIN) is expected
