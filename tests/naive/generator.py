"""Small products and shipments by a seeded generator that likes the edges.

Knows how to write BOM-JSON documents: nested and shared items, prices at and beside the 0.1 % line, missing
facts, bounds, two currencies, declared codes, forms and places that are open, days on which something changes.
Does not know the answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from tests.naive.changes import forget, forgettable, to_the_line

Document = dict[str, Any]

DAYS = [
    date(2025, 4, 3),
    date(2025, 4, 4),
    date(2025, 10, 8),
    date(2025, 10, 9),
    date(2025, 11, 6),
    date(2025, 11, 7),
    date(2025, 11, 8),
    date(2025, 11, 30),
    date(2025, 12, 1),
    date(2026, 11, 9),
    date(2026, 11, 10),
    date(2026, 11, 11),
    date(2027, 1, 10),
    date(2027, 1, 11),
]
AWAKE = date(2026, 11, 23)
CONFIRMED = [None, "lapsed", "extended through 2027-01-10", "extended through 2026-11-11"]

READINGS = {
    "part-2-reaches": ["magnet-only", "first-assembly", "any-depth"],
    "embedded-items": ["product-only", "every-level"],
    "numerator-origin": ["chinese-only", "all-part-1"],
    "alloys-with-others-61": ["covered", "named-only"],
    "part-2-targets": ["named-targets", "all-rare-earth-targets"],
    "origin-by-steps": ["declared-origin", "any-step-in-china"],
    "hong-kong-macao-taiwan": ["outside", "inside"],
    "transfer-within-a-country": ["not-an-export", "an-export"],
    "upstream-technology": ["own-steps-only", "taints"],
    "notice-scope": ["any-annex-item", "licensed-items"],
    "relief-to-refused-users": ["exempt", "not-exempt"],
    "suspension-last-day": ["still-suspended", "awake"],
    "start-after-suspension": ["at-once", "new-start-needed"],
    "fixed-magnets-18": ["outside", "inside"],
    "fixed-magnets-57": ["outside", "inside"],
    "minerals-and-scrap": ["mixture", "not-listed"],
    "magnet-alloy": ["alloy-line", "not-listed"],
}

HEAVY = ["Dy", "Tb", "Sm", "Gd", "Y", "Sc", "Lu"]
LATE = ["Ho", "Er", "Tm", "Eu", "Yb"]
LIGHT = ["Nd", "Pr", "La", "Ce"]
PLAIN = ["Fe", "Co", "Al", "Cu", "B"]
FRACTIONS = ["3.1 %", "0.1 %", "500 ppm", "< 0.01 %", "<= 0.1 %", "0 %", "0.5 .. 2 %", "0 .. 0.5 %", "> 1 %", "0.02"]
CODES = [
    "1C902.a.4",
    "1C905.a.4",
    "1C905.b",
    "1C909.a.1",
    "1C910.a.5",
    "1C905",
    "1C902.a",
    "1C908.z",
    "1C905.a.4.b",
    "1C234",
    "2B001",
]
FUNCTIONAL = ["crystal", "phosphor", "optical-fibre", "ceramic", "coating-material", "hydrogen-storage-material", "catalyst"]
FUNCTIONAL += ["magnetic-refrigeration-material", "magnetostrictive-material", "medicine"]
RAW = ["metal", "oxide", "alloy", "compound", "mixture", "ore", "concentrate", "scrap", "magnet-alloy-flake", "target"]
RAW += ["material", "reagent"]
HOLDERS = ["assembly", "motor", "rotor", "stator", "sensor", "component", "finished-product", "magnetic-accessory"]
PLACES = ["CN", "CN", "DE", "AU", "HK"]


@dataclass(frozen=True)
class Sample:
    """One generated question: the document as text, the day, the readings chosen, what is confirmed."""

    text: str
    day: date
    readings: dict[str, str]
    confirmed: str | None
    priced_at_the_line: bool


class Maker:
    """Makes one document from one source of chance."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.count = 0
        self.shared: dict[str, Document] = {}
        self.currencies = rng.choice([["EUR"], ["EUR"], ["EUR", "USD"]])

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability

    def named(self, kind: str) -> Document:
        """A new item with a part number of its own."""
        self.count += 1
        return {"part_number": f"{kind.upper()}-{self.count}"}

    def money(self, amounts: list[str]) -> Document:
        """A price."""
        money: Document = {"amount": self.rng.choice(amounts), "currency": self.rng.choice(self.currencies)}
        if self.chance(0.3):
            money["amount"] = int(self.rng.choice([1, 2, 10]))
        return money

    def provenance(self, item: Document, places: list[str]) -> Document:
        """Origin, place of manufacture, steps and technologies."""
        item["origin"] = self.rng.choice(places)
        item["made_in"] = item["origin"] if self.chance(0.7) else self.rng.choice(PLACES)
        if self.chance(0.1):
            item["steps"] = [
                {"step": self.rng.choice(["mining", "separation", "alloying"]), "country": self.rng.choice(PLACES)}
            ]
        if self.chance(0.2):
            field = self.rng.choice(["mining", "metal-smelting", "magnet-manufacturing"])
            item["technologies"] = [{"field": field, "origin": self.rng.choice(PLACES)}]
        item["technologies_complete"] = True
        return item

    def composition(self, elements: list[str], *, bought: float) -> list[Document]:
        """What a thing consists of, some of it named as bought inputs."""
        made_of = [self.substance(element, bought) for element in elements]
        alloyed = {other for entry in made_of for other in entry.get("input_alloy", [])} - set(elements)
        unnamed = [{"cas": "1308-87-8", "mass_fraction": "0.1 %"}] if self.chance(0.02) else []
        return made_of + [{"element": other} for other in sorted(alloyed)] + unnamed

    def elements_of(self, lines: list[Document]) -> list[str]:
        """The elements of what the lines say is in them, so that what holds them can name them too."""
        if self.chance(0.1):
            return []
        items = [self.shared[line["use"]] if "use" in line else line for line in lines]
        return [entry["element"] for item in items for entry in item.get("composition", []) if "element" in entry]

    def substance(self, element: str, bought: float) -> Document:
        """One line of a composition."""
        entry: Document = {"element": element}
        if self.chance(0.7):
            entry["mass_fraction"] = "3.1 %" if self.chance(0.75) else self.rng.choice(FRACTIONS)
        if element in HEAVY + LATE + LIGHT and self.chance(bought):
            entry["input_form"] = self.rng.choice(["metal", "metal", "oxide", "alloy", "magnet-alloy-flake", "compound"])
            entry["origin"] = self.rng.choice(PLACES)
            entry["value"] = self.money(["0.5", "1", "1.000001", "0.999999", "2 .. 3"])
            if self.chance(0.1):
                entry["value"]["per"] = self.rng.choice(["1", "10", "2"])
            if entry["input_form"] == "alloy" and self.chance(0.8):
                entry["input_alloy"] = [element, self.rng.choice(["Fe", "Fe", "Co"])]
        return entry

    def magnet(self) -> Document:
        """A permanent magnet, its inputs in the composition or as materials."""
        item = self.provenance(self.named("magnet"), ["DE", "JP", "CN", "HK"])
        item["form"] = self.rng.choice(["permanent-magnet", "permanent-magnet", "magnet-powder", "magnet-assembly"])
        item["family"] = self.rng.choice(["NdFeB", "NdFeB", "NdFeB", "SmCo", "ferrite"])
        heavy = {"SmCo": ["Sm", "Co"], "ferrite": ["Fe"]}.get(
            item["family"], self.rng.choice([["Dy"], ["Tb"], ["Dy", "Tb"], []])
        )
        light = ["Nd", "Fe", "B"] if item["family"] == "NdFeB" else []
        extra = ["Ho"] if self.chance(0.07) else []
        as_inputs = self.chance(0.6)
        lines = [] if as_inputs else [self.line(self.raw(element)) for element in (heavy or ["Nd"])]
        known = self.elements_of(lines) if lines else [*heavy, *extra]
        elements = [*known, *(light if as_inputs else ["Fe"]), *(["Co"] if item["family"] == "SmCo" else [])]
        item["composition"] = self.composition(list(dict.fromkeys(elements)), bought=1.0 if as_inputs else 0.0)
        item["composition_complete"] = True
        if lines:
            item["materials"] = lines
            item["complete"] = True
        item["processing"] = self.rng.choice([["loose"], ["fixed-in-core"], ["sintered"], ["moulded"], ["loose", "sintered"]])
        item["mass"] = self.rng.choice(["6.3 g", "1 kg", "10 .. 11 g"])
        item["unit_value"] = self.money(["1000", "2000", "100", "1000 .. 1001"])
        if self.chance(0.2):
            item["unit_value"]["per"] = self.rng.choice(["1 kg", "1 thousand", "10", "2 pair"])
        return self.as_component(item)

    def as_component(self, item: Document) -> Document:
        """What may be said of a thing in another: whether it is the removable principal component."""
        if self.chance(0.5):
            item["principal"] = self.chance(0.3)
        return item

    def raw(self, wanted: str | None = None) -> Document:
        """A raw material: metal, oxide, alloy and the like; of a wanted element, or of any."""
        item = self.provenance(self.named("raw"), PLACES)
        item["form"] = self.rng.choice([*["metal", "oxide", "alloy"] * 3, *RAW])
        element = wanted or self.rng.choice(["Dy", "Dy", "Tb", "Sm", *HEAVY, *LATE, *LIGHT])
        lines = [self.line(self.raw(element))] if self.chance(0.2) else []
        others = [self.rng.choice(["Fe", "Co", "Al", "Mg", "Cu"])] if item["form"] in ("alloy", "target") else []
        if self.chance(0.15):
            others.append(self.rng.choice(PLAIN if lines else [*PLAIN, *HEAVY]))
        item["composition"] = self.composition(sorted({element, *others, *self.elements_of(lines)}), bought=0.05)
        item["composition_complete"] = True
        if self.chance(0.3 if item["form"] in ("alloy", "target") else 0.01):
            item["alloy"] = [element, *others]
        if self.chance(0.15):
            item["processing"] = self.rng.choice([["powder"], ["loose"], []])
        if lines:
            item["materials"] = lines
            item["complete"] = self.chance(0.8)
        item["unit"] = self.rng.choice(["g", "kg", "pcs", "g"])
        item["unit_value"] = self.money(["1", "0.5", "0.25", "2"])
        if item["unit"] != "pcs" and self.chance(0.4):
            item["unit_value"]["per"] = self.rng.choice(["1 kg", "100 g", "10"])
        return self.as_component(item)

    def functional(self) -> Document:
        """A material that No. 57 lists by name, or its neighbour."""
        item = self.provenance(self.named("functional"), ["CN", "CN", "JP"])
        item["form"] = self.rng.choice(FUNCTIONAL)
        item["composition"] = self.composition([self.rng.choice([*LATE, "Y", "Nd"]), "Si", "O"], bought=0.1)
        item["composition_complete"] = True
        item["unit_value"] = self.money(["10", "20"])
        if self.chance(0.3):
            item["processing"] = ["loose"]
        return self.as_component(item)

    def plain(self) -> Document:
        """A part of ordinary material."""
        item = self.named("plain")
        item["form"] = self.rng.choice(["part", "component", "packaging", "assembly"])
        if self.chance(0.85):
            item["rare_earths"] = "none"
        if self.chance(0.3):
            item["unit_value"] = self.money(["10", "3"])
        return item

    def holder(self, depth: int) -> Document:
        """Something that holds other things."""
        item = self.provenance(self.named("holder"), ["DE", "JP", "CN"])
        item["form"] = self.rng.choice([*HOLDERS, "assembly", "part"])
        item["complete"] = True
        item["unit_value"] = self.money(["1000", "5000", "100"])
        item["parts"] = [self.line(self.thing(depth - 1)) for _ in range(self.rng.choice([1, 1, 1, 2]))]
        if self.chance(0.1):
            item["base_quantity"] = self.rng.choice([2, "10", "2 .. 4"])
        if self.chance(0.02):
            item["family"] = self.rng.choice(["NdFeB", "ferrite"])
        if self.chance(0.07):
            item["rare_earths"] = "present" if self.chance(0.7) else "none"
        return item

    def thing(self, depth: int) -> Document:
        """Any of these."""
        kinds: list[Callable[[], Document]] = [self.magnet, self.magnet, self.raw, self.functional, self.plain]
        if depth > 0 and self.chance(0.6):
            return self.holder(depth)
        return self.rng.choice(kinds)()

    def line(self, item: Document) -> Document:
        """A thing as a line, or shared and used by reference."""
        alike = sorted(key for key in self.shared if key.split("-")[0] == item["part_number"].split("-")[0])
        if alike and self.chance(0.4):
            return self.reference(self.rng.choice(alike))
        if self.chance(0.15):
            key = str(item["part_number"])
            self.shared[key] = item
            return self.reference(key)
        return item | {"quantity": self.rng.choice([1, 2, "4", "0.5", "1 .. 2", "1e0", 46])}

    def reference(self, key: str) -> Document:
        """A line that uses a shared item, sometimes in another unit."""
        use: Document = {"use": key, "quantity": self.rng.choice([1, 2, "3"])}
        unit = self.shared[key].get("unit", "pcs")
        if self.chance(0.4):
            use["unit"] = {"pcs": self.rng.choice(["pair", "dozen"]), "g": "kg", "kg": "g"}[unit]
        return use

    def party(self) -> Document:
        """A party that is named as harmless, mostly."""
        return {
            "located_in": self.rng.choice(["US", "JP", "DE"]),
            "chinese_person": False,
            "military": self.chance(0.1),
            "listed": "none" if self.chance(0.85) else self.rng.choice(["control-list", "watch-list"]),
            "listed_owners_share": "0 %" if self.chance(0.8) else self.rng.choice(["50 %", "49.999 %", "40 .. 50 %", "< 50 %"]),
        }

    def shipment(self) -> Document:
        """Who ships from where to where and what for."""
        home = self.rng.choice(["CN", "DE", "DE", "JP", "HK"])
        purposes = self.rng.choice([["civil"], ["civil"], ["disaster-relief"], ["military"], ["emergency-medical", "civil"]])
        rare = [["overseas-rare-earth-production"], ["public-health-emergency"]]
        shipment: Document = {
            "kind": self.rng.choice(["goods", "goods", "goods", "goods", "goods-with-technology", "technology"]),
            "movement": "export" if self.chance(0.85) else "transfer",
            "exporter": {"located_in": home, "chinese_person": home == "CN" or self.chance(0.1)},
            "ship_from": home if self.chance(0.9) else self.rng.choice(PLACES),
            "destination": self.rng.choice(["US", "US", "DE", "JP", "HK", "JP", "US", "CN"]),
            "importer": self.party(),
            "end_user": self.party(),
            "consignee": self.party(),
            "end_use": {"purposes": list(purposes if self.chance(0.9) else self.rng.choice(rare)), "complete": True},
        }
        if self.chance(0.1):
            shipment["unit_price"] = self.money(["900", "1100"])
        if self.chance(0.5):
            shipment["technology_fields"] = self.rng.choice([[], ["mining"], ["recycling", "metal-smelting"]])
        return shipment

    def foreign_magnet(self) -> Document:
        """A magnet made abroad with a Chinese input: only its value decides."""
        item = self.magnet() | {"made_in": "DE", "origin": "DE", "family": "NdFeB", "form": "permanent-magnet"}
        item["composition"] = self.composition(["Dy", "Nd", "Fe", "B"], bought=1.0)
        item["composition"][0] |= {"mass_fraction": "3.1 %", "input_form": self.rng.choice(["metal", "oxide"]), "origin": "CN"}
        item.pop("materials", None)
        item.pop("complete", None)
        return item

    def foreign_shipment(self) -> Document:
        """From abroad to abroad."""
        exporter = {"located_in": "DE", "chinese_person": False}
        return self.shipment() | {"kind": "goods", "movement": "export", "exporter": exporter, "destination": "US"}

    def document(self) -> Document:
        """A whole file."""
        if self.chance(0.2):
            return self.file(self.foreign_magnet(), self.foreign_shipment())
        top = self.rng.choice([self.magnet, self.magnet, self.raw, self.functional, None, None])
        product = top() if top else self.holder(2 if self.chance(0.3) else 1)
        return self.file(product, self.shipment())

    def file(self, product: Document, shipment: Document) -> Document:
        """Product and shipment with what they need beside them."""
        document: Document = {"format": "rare-earth-bom/1", "product": product, "shipment": shipment}
        if self.shared:
            document["shared"] = self.shared
        if len(self.currencies) > 1 and self.chance(0.7):
            pair = self.rng.choice([("EUR", "USD"), ("USD", "EUR")])
            rate = self.rng.choice(["1.25", "0.8", "1.1 .. 1.2", "2"])
            one = {"from": pair[0], "to": pair[1], "rate": rate, "day": "2026-11-01", "source": "a bank"}
            document["rates"] = [one] if self.chance(0.9) else [one, one | {"rate": "1.5"}]
        return document


def readings(rng: Random) -> dict[str, str]:
    """Choices for the open questions: all made, most made, or few."""
    likelihood = rng.choice([1.0, 1.0, 0.9, 0.5, 0.0])
    return {question: rng.choice(options) for question, options in READINGS.items() if rng.random() < likelihood}


def everything_read() -> dict[str, str]:
    """The widest reading of everything."""
    return {question: options[-1] for question, options in READINGS.items()}


def sample(seed: int) -> Sample:
    """The question with this number."""
    return drawn(Random(seed))  # noqa: S311 - reproducible test data, not secrecy


def drawn(rng: Random) -> Sample:
    """A question from a source of chance."""
    maker = Maker(rng)
    document = maker.document()
    at_the_line = maker.chance(0.8) and to_the_line(document, everything_read(), rng)
    if maker.chance(0.1):
        document["product"]["control_codes"] = [rng.choice(CODES)]
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 4])):
        places = forgettable(document)
        place = rng.choice(places)
        forget(document, place, by_word=maker.chance(0.2) and place[-1] not in ("shipment", "parts", "materials"))
    day = AWAKE if maker.chance(0.6) else rng.choice(DAYS)
    confirmed = "lapsed" if maker.chance(0.6) else rng.choice(CONFIRMED)
    return Sample(json.dumps(document), day, readings(rng), confirmed, at_the_line)
