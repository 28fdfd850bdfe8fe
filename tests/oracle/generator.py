"""Small products and shipments by a seeded generator that likes the edges.

Knows how to write BOM-JSON documents: nested and shared items, prices at and beside the 0.1 % line, missing facts, bounds,
mixed units and currencies, declared codes, forms and places that are open, users and uses that are refused, days on which
something changes. One seed makes one product under one choice of readings, and several shipments of it on several days.
Does not know the answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from random import Random
from typing import Any

from tests.oracle.changes import forget, forgettable, holder_of, refused_without, to_the_line
from tests.oracle.readings import OPTIONS, UNLESS_CHOSEN
from tests.oracle.rewritings import items

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
    date(2026, 11, 19),
    date(2027, 1, 10),
    date(2027, 1, 11),
]
AWAKE = date(2026, 11, 23)
PUBLISHED = date(2026, 11, 1)
PUBLISHED_LATE = date(2026, 11, 20)
CONFIRMED = [None, "lapsed", "extended through 2027-01-10", "extended through 2026-11-11"]

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
NEVER_LEFT_OUT = ("mining", "separation", "metal-making", "alloying")
FUNCTIONAL = ["crystal", "phosphor", "optical-fibre", "ceramic", "coating-material", "hydrogen-storage-material", "catalyst"]
FUNCTIONAL += ["magnetic-refrigeration-material", "magnetostrictive-material", "medicine"]
NAMED = {"ceramic-spray-powder": ["Zr", "O"], "gadobutrol-hydrate": ["C", "O"], "gadoterate-meglumine": ["C", "O"]}
"""Materials that official answer 4 names, and what is in them beside a rare earth."""
RAW = ["metal", "oxide", "alloy", "compound", "mixture", "ore", "concentrate", "scrap", "magnet-alloy-flake", "target"]
RAW += ["material", "reagent"]
HOLDERS = ["assembly", "motor", "rotor", "stator", "sensor", "component", "finished-product", "magnetic-accessory"]
PLACES = ["CN", "CN", "DE", "AU", "HK"]
IN_UNITS = {
    "count": ["pcs", "set", "pair", "dozen", "dozen", "thousand"],
    "mass": ["g", "kg", "mg", "t", "lb", "oz"],
    "length": ["m", "cm", "mm", "in"],
}
OPEN_QUANTITIES = ["1 .. 2", "0 .. 2", "<= 3", "> 1", "0.5 .. 0.7"]
RARE_USES = [["chip-equipment"], ["ai-military"], ["terrorism"], ["mass-destruction"], ["military-potential", "research"]]
HELD = ["50 %", "49.999 %", "40 .. 50 %", "< 50 %", "<= 50 %", "0.5", "500 ‰", "50.0000001 %", "49.99999999 %"]
CHIPS = {
    "node": ["14 nm", "14.0001 nm", "7 nm", "10 .. 14 nm", "14 .. 16 nm", "< 28 nm"],
    "physical_node": ["14 nm", "18 nm"],
    "layers": [256, "255.9", 300, "200 .. 256", 128],
    "layers_per_stack": [256, 128],
}


ROUNDS = 4
"""How many shipments and days one product is asked about."""
CHOICES = 48
"""How many different choices of readings there are: what is known of the rules under one serves many products."""
SHARPENED = 0.15
"""How many products that are not priced at the line are brought to another edge."""
SELDOM = [
    *("part-1-value", "valuation", "early-technology", "published-technology", "fixed-magnets-18", "fifty-percent"),
    *("precursors-61", "aggregation"),
]
"""Readings that are mostly left as they are."""
USUAL = {"precursors-61": "not-counted", "aggregation": "summed", "valuation": "as-stated"}
"""Options under which amounts decide."""


@dataclass(frozen=True)
class Round:
    """One shipment of the product, on a day, with what is confirmed of the law."""

    shipment: Document
    day: date
    confirmed: str | None
    published: date = PUBLISHED
    """When what is confirmed was published: before that day it was no law."""


@dataclass(frozen=True)
class Questions:
    """What one seed asks: a document without a shipment, the readings chosen, and the rounds."""

    document: Document
    readings: dict[str, str]
    rounds: tuple[Round, ...]
    priced_at_the_line: bool

    def sample(self, number: int) -> Sample:
        """One round as a question of its own."""
        one = self.rounds[number]
        text = json.dumps(self.document | {"shipment": one.shipment})
        return Sample(text, one.day, self.readings, one.confirmed, self.priced_at_the_line, one.published)


@dataclass(frozen=True)
class Sample:
    """One question: the document as text, the day, the readings chosen, what is confirmed."""

    text: str
    day: date
    readings: dict[str, str]
    confirmed: str | None
    priced_at_the_line: bool
    published: date = PUBLISHED

    @property
    def law_of_the_day(self) -> str | None:
        """What is confirmed, if it was published by the day judged."""
        return self.confirmed if self.published <= self.day else None

    @property
    def digest(self) -> str:
        """A short name for all that is asked."""
        told = json.dumps([self.text, self.day.isoformat(), self.readings, self.confirmed, str(self.published)], sort_keys=True)
        return sha256(told.encode()).hexdigest()[:16]


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
        if self.chance(0.2):
            money["basis"] = self.rng.choice(["purchase-price", "purchase-price", "market-price"])
        return money

    def provenance(self, item: Document, places: list[str]) -> Document:
        """Origin, place of manufacture, steps and technologies."""
        item["origin"] = self.rng.choice(places)
        item["made_in"] = item["origin"] if self.chance(0.7) else self.rng.choice(PLACES)
        if self.chance(0.1):
            item["steps"] = [
                {"step": self.rng.choice(["mining", "separation", "alloying"]), "country": self.rng.choice(PLACES)}
            ]
        if self.count % 2:
            item |= self.all_steps(item.get("steps", []), item["origin"])
        if self.chance(0.2):
            field = self.rng.choice(["mining", "metal-smelting", "magnet-manufacturing"])
            used = {"field": field, "origin": self.rng.choice(PLACES)}
            if self.chance(0.3):
                used["acquired"] = self.rng.choice(["2025-10-08", "2025-10-09", "2019-01-01"])
            if self.chance(0.3):
                used["published"] = self.chance(0.5)
            item["technologies"] = [used]
        if self.chance(0.05):
            item["left_china"] = self.rng.choice(["2025-10-08", "2025-10-09", "2024-02-29"])
        item["technologies_complete"] = True
        return item

    def all_steps(self, some: list[Document], country: str) -> Document:
        """Some steps with those without which there is no alloy, mostly done where the thing originates: these are all."""
        place = country if self.count % 5 else "AU"
        return {"steps": [*some, *({"step": one, "country": place} for one in NEVER_LEFT_OUT)], "steps_complete": True}

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
            if self.count % 7 == 0:
                entry["steps"] = [{"step": "separation", "country": entry["origin"]}]
            if self.count % 2:
                entry |= self.all_steps(entry.get("steps", []), entry["origin"])
            if self.count % 3 == 0:
                entry["technologies_complete"] = True
            if self.count % 4:
                entry["consumed"] = True
            if self.count % 9 == 0:
                entry["technologies"] = [{"field": "smelting-and-separation", "origin": entry["origin"]}]
            if entry["input_form"] == "alloy" and self.chance(0.8):
                entry["input_alloy"] = [element, self.rng.choice(["Fe", "Fe", "Co"])]
        return entry

    def magnet(self) -> Document:
        """A permanent magnet, its inputs in the composition or as materials."""
        item = self.provenance(self.named("magnet"), ["DE", "JP", "CN", "HK"])
        item["form"] = self.rng.choice(["permanent-magnet", "permanent-magnet", "magnet-powder", "magnet-assembly"])
        item["family"] = self.rng.choice(["NdFeB", "NdFeB", "NdFeB", "NdFeB", "SmCo", "ferrite", "CeFeB", "other"])
        heavy = {"SmCo": ["Sm", "Co"], "ferrite": ["Fe"], "CeFeB": ["Ce", "Dy"]}.get(
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
            item["parts" if self.count % 5 == 0 else "materials"] = lines
            item["complete"] = True
        fixed = [["fixed-in-core"], ["fixed-in-core"], ["moulded"], ["fitted"]]
        item["processing"] = self.rng.choice([["loose"], *fixed, ["sintered"], ["loose", "sintered"]])
        item["mass"] = self.rng.choice(["6.3 g", "1 kg", "10 .. 11 g"])
        item["unit_value"] = self.money(["1000", "2000", "100", "1000 .. 1001"])
        if self.chance(0.2):
            item["unit_value"]["per"] = self.rng.choice(["1 kg", "1 thousand", "10", "2 pair", "1 lb", "100 set"])
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
        alloyed = item["form"] in ("alloy", "target") and self.chance(0.9)
        others = [self.rng.choice(["Fe", "Co", "Al", "Mg", "Cu", "Nd"])] if alloyed else []
        if self.chance(0.15):
            others.append(self.rng.choice(PLAIN if lines else [*PLAIN, *HEAVY]))
        item["composition"] = self.composition(sorted({element, *others, *self.elements_of(lines)}), bought=0.05)
        item["composition_complete"] = True
        if self.chance(0.3 if item["form"] in ("alloy", "target") else 0.01):
            item["alloy"] = [element, *others]
        if self.chance(0.15):
            item["processing"] = self.rng.choice([["powder"], ["loose"], []])
        elif self.count % 5 == 0:
            item["processing"] = ["consumed"]
        if lines:
            item["parts" if self.count % 3 == 0 else "materials"] = lines
            item["complete"] = self.chance(0.8)
        item["unit"] = self.rng.choice(["g", "kg", "pcs", "g", "mg", "oz"])
        item["unit_value"] = self.money(["1", "0.5", "0.25", "2"])
        if item["unit"] != "pcs" and self.chance(0.4):
            item["unit_value"]["per"] = self.rng.choice(["1 kg", "100 g", "10", "1 t"])
        return self.as_component(item)

    def functional(self) -> Document:
        """A material that No. 57 lists by name, or its neighbour."""
        item = self.provenance(self.named("functional"), ["CN", "CN", "JP"])
        item["form"] = self.rng.choice(FUNCTIONAL)
        with_it = self.rng.choice([["Si", "O"], ["Si", "O"], ["Fe"], ["Ni", "Al"], []])
        item["composition"] = self.composition([self.rng.choice([*LATE, *LATE, "Y", "Nd", "Gd", "Tb"]), *with_it], bought=0.1)
        item["composition_complete"] = True
        item["unit_value"] = self.money(["10", "20"])
        if self.chance(0.3):
            item["processing"] = ["loose"]
        return self.as_component(_named(item))

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
        quantity = self.rng.choice([1, 2, "4", "0.5", "1e0", 46]) if self.chance(0.85) else self.rng.choice(OPEN_QUANTITIES)
        return item | {"quantity": quantity}

    def reference(self, key: str) -> Document:
        """A line that uses a shared item, sometimes in another unit."""
        use: Document = {"use": key, "quantity": self.rng.choice([1, 2, "3"])}
        unit = self.shared[key].get("unit", "pcs")
        if self.chance(0.4):
            use["unit"] = {"pcs": self.rng.choice(["pair", "dozen", "g"]), "g": "kg", "kg": "g"}.get(unit, "lb")
        return use

    def party(self) -> Document:
        """A party that is named as harmless, mostly."""
        party: Document = {
            "located_in": self.rng.choice(["US", "JP", "DE"]),
            "chinese_person": False,
            "military": self.chance(0.1),
            "listed": "none" if self.chance(0.85) else self.rng.choice(["control-list", "watch-list"]),
            "listed_owners_share": "0 %" if self.chance(0.8) else self.rng.choice(HELD),
        }
        if self.chance(0.1):
            party |= {"chinese_person": True, "foreign_owned": self.chance(0.5)}
        return party

    def end_use(self) -> Document:
        """What for: harmless mostly, relief, or something that articles 3 and 4 of No. 61 name."""
        purposes = self.rng.choice([["civil"], ["civil"], ["disaster-relief"], ["military"], ["emergency-medical", "civil"]])
        if self.chance(0.2):
            purposes = self.rng.choice(
                [["overseas-rare-earth-production"], ["public-health-emergency"], ["logic-chips"], ["memory-chips"], *RARE_USES]
            )
        end_use: Document = {"purposes": list(purposes), "complete": True}
        if {"logic-chips", "memory-chips", "chip-equipment"} & set(purposes):
            end_use |= {key: self.rng.choice(values) for key, values in CHIPS.items() if self.chance(0.6)}
        if purposes == ["overseas-rare-earth-production"]:
            end_use["knowledge"] = self.rng.choice(["knows", "should-know", "notified", "no"])
            end_use["generic_goods"] = self.chance(0.5)
        return end_use

    def shipment(self) -> Document:
        """Who ships from where to where and what for."""
        home = self.rng.choice(["CN", "DE", "DE", "JP", "HK"])
        end = self.rng.choice(["US", "US", "DE", "JP", "HK", "JP", "US", "CN"])
        shipment: Document = {
            "kind": self.rng.choice(["goods", "goods", "goods", "goods", "goods-with-technology"]),
            "movement": "export" if self.chance(0.8) else self.rng.choice(["transfer", "transfer", "sample", "transit"]),
            "exporter": {"located_in": home, "chinese_person": home == "CN" or self.chance(0.1)},
            "ship_from": home if self.chance(0.9) else self.rng.choice(PLACES),
            "destination": end,
            "importer": self.party(),
            "end_user": self.party(),
            "consignee": self.party(),
            "end_use": self.end_use(),
        }
        if self.chance(0.06):
            shipment["destination"] = self.rng.choice(["not CN", "not CN, HK, MO, TW", "not DE", "MO"])
        if self.chance(0.1):
            shipment["unit_price"] = self.money(["900", "1100"])
        if self.chance(0.05):
            shipment["licensed_before"] = self.chance(0.7)
        if self.chance(0.02):
            shipment["kind"] = "technology"
        if shipment["movement"] == "transfer" and self.chance(0.8):
            # Elsewhere is a contradiction: nothing but that would be seen.
            shipment["ship_from"] = end
            shipment["destination"] = end
        if (shipment["movement"] == "transit" and self.chance(0.7)) or self.chance(0.01):
            shipment["transit_through"] = self.rng.choice([["CN"], ["SG", "CN"], ["SG"]])
        if shipment["kind"] != "goods" or self.chance(0.05):
            if self.chance(0.7):
                shipment["technology_fields"] = self.rng.choice([["none"], ["mining"], ["recycling", "metal-smelting"]])
        elif self.chance(0.2):
            shipment["technology_fields"] = ["none"]
        if shipment["kind"] != "goods" or self.chance(0.1):
            shipment["transfer"] = self.transfer()
        return shipment

    def transfer(self) -> Document:
        """How technology is provided, and whether it is public."""
        transfer: Document = {"activity": self.rng.choice(["trade", "employment", "brokering", "publication", "finance"])}
        if self.chance(0.4):
            transfer["published"] = self.chance(0.6)
            transfer["published_on"] = self.rng.choice(["2025-10-08", "2025-10-09", "2026-01-01"])
            transfer["published_with_licence"] = self.chance(0.2)
        if self.chance(0.1):
            transfer["basic_research"] = self.chance(0.6)
        if self.chance(0.15):
            transfer["patent"] = self.rng.choice(["none", "chinese", "foreign"])
        return transfer

    def technology(self) -> Document:
        """Technology alone, or what is said to be."""
        item = self.named("technology") | {"form": "technology", "rare_earths": "none"}
        if self.chance(0.1):
            item.pop("form")
        return item

    def technology_shipment(self) -> Document:
        """Technology alone moves."""
        shipment = self.shipment() | {"kind": "technology" if self.chance(0.95) else "goods", "transfer": self.transfer()}
        shipment["technology_fields"] = self.rng.choice([["none"], ["mining"], ["recycling", "metal-smelting"]])
        return shipment

    def foreign_magnet(self) -> Document:
        """A magnet made abroad with Chinese inputs: only its value decides."""
        item = self.magnet() | {"made_in": "DE", "origin": "DE", "family": "NdFeB", "form": "permanent-magnet"}
        item.pop("materials", None)
        item.pop("complete", None)
        if self.chance(0.4):
            item["composition"] = self.composition(["Dy", "Nd", "Fe", "B"], bought=1.0)
            item["composition"][0] |= {
                "mass_fraction": "3.1 %",
                "input_form": self.rng.choice(["metal", "oxide"]),
                "origin": "CN",
            }
            return item
        item["composition"] = [{"element": element} for element in ("Dy", "Nd", "Fe", "B")]
        item["materials"] = [self.chinese_input("Dy"), *([self.chinese_input("Tb")] if self.chance(0.3) else [])]
        # What the magnet family names by itself comes with a line as well: else the list contradicts the magnet.
        rest = {"form": "component", "composition": [{"element": "Nd"}], "composition_complete": True}
        item["materials"].append(
            self.named("rest") | rest | {"complete": True, "parts": [self.plain() | {"quantity": 1}], "quantity": 1}
        )
        item["complete"] = True
        if self.chance(0.2):
            item["base_quantity"] = self.rng.choice([2, "10", "0.5"])
        return item

    def chinese_input(self, element: str) -> Document:
        """A metal or oxide from China as a line, counted and priced in any unit, sometimes used by reference in another."""
        item = self.named("input") | {"form": self.rng.choice(["metal", "oxide"]), "origin": "CN"}
        item |= {
            "composition": [{"element": element, "mass_fraction": "100 %"}],
            "composition_complete": True,
            "complete": True,
        }
        item["parts"] = [self.plain() | {"rare_earths": "none", "quantity": 1}]
        kind = self.rng.choice(["count", "count", "mass", "mass", "length"])
        item["unit"] = self.rng.choice(IN_UNITS[kind])
        item["unit_value"] = self.money(["1", "0.5", "2"]) | {"amount": self.rng.choice(["1", "0.5", "2", "1.000001"])}
        if self.chance(0.5):
            # What is counted may be priced by its mass.
            units = IN_UNITS[kind] if kind != "count" or self.chance(0.5) else ["kg", "g", "lb"]
            item["unit_value"]["per"] = f"{self.rng.choice([1, 10, 100])} {self.rng.choice(units)}"
        if kind == "count":
            item["mass"] = self.rng.choice(["2 g", "1 oz", "0.5 kg"])
        quantity = self.rng.choice([1, 2, "0.25", 46])
        if self.chance(0.5):
            self.shared[item["part_number"]] = item
            units = IN_UNITS[kind] + {"count": ["g", "lb"], "mass": ["lb", "lb", "oz"]}.get(kind, [])
            return {"use": item["part_number"], "quantity": quantity, "unit": self.rng.choice(units)}
        return item | {"quantity": quantity}

    def foreign_shipment(self) -> Document:
        """From abroad to abroad."""
        exporter = {"located_in": "DE", "chinese_person": False}
        made = self.shipment() | {"kind": "goods", "movement": "export", "exporter": exporter, "destination": "US"}
        return {key: value for key, value in made.items() if key not in ("technology_fields", "transit_through")}

    def made(self) -> tuple[Document, list[Document]]:
        """A document without a shipment, and shipments for it."""
        if self.chance(0.35):
            product, shipments = self.foreign_magnet(), [self.foreign_shipment() for _ in range(ROUNDS)]
        elif self.chance(0.1):
            product, shipments = self.technology(), [self.technology_shipment() for _ in range(ROUNDS)]
        else:
            top = self.rng.choice([self.magnet, self.magnet, self.raw, self.functional, None, None])
            depth = self.rng.choice([1, 1, 1, 1, 2, 2, 3, 5])
            product, shipments = top() if top else self.holder(depth), [self.shipment() for _ in range(ROUNDS)]
        if not self.shared:
            _declared_free(product)
        document: Document = {"format": "rare-earth-bom/1", "product": product}
        if self.shared:
            document["shared"] = self.shared
        if len(self.currencies) > 1 and self.chance(0.7):
            pair = self.rng.choice([("EUR", "USD"), ("USD", "EUR")])
            rate = self.rng.choice(["1.25", "0.8", "1.1 .. 1.2", "2"])
            one = {"from": pair[0], "to": pair[1], "rate": rate, "day": "2026-11-01", "source": "a bank"}
            document["rates"] = [one] if self.chance(0.9) else [one, one | {"rate": "1.5"}]
            _two_rates(document)
        return document, shipments


@cache
def readings(number: int) -> dict[str, str]:
    """One of the choices for the open questions: none made, all made, most made, or few."""
    rng = Random(number)  # noqa: S311 - reproducible test data, not secrecy
    likelihood = [0.0, 1.0, 1.0, 0.9, 0.5][number % 5]
    chosen = {question: rng.choice(options) for question, options in OPTIONS.items() if rng.random() < likelihood}
    kept = {question for question in SELDOM if rng.random() < 0.5}
    return {question: option for question, option in chosen.items() if question not in kept} | {
        question: option for question, option in USUAL.items() if question in kept and likelihood == 1.0
    }


def everything_read() -> dict[str, str]:
    """The widest reading of everything."""
    wide = {question: options[-1] for question, options in OPTIONS.items()}
    return wide | UNLESS_CHOSEN | USUAL


def questions(seed: int) -> Questions:
    """What this seed asks."""
    return drawn(Random(seed))  # noqa: S311 - reproducible test data, not secrecy


def drawn(rng: Random) -> Questions:
    """Questions from a source of chance."""
    maker = Maker(rng)
    document, shipments = maker.made()
    at_the_line = maker.chance(0.8) and to_the_line(document, everything_read(), rng)
    if maker.chance(0.1):
        document["product"]["control_codes"] = [rng.choice(CODES)]
    _forgotten(document, maker, rng.choice([0, 0, 0, 0, 1, 1, 2, 3]))
    rounds = []
    for shipment in shipments:
        # A shipment is forgotten field by field, never as a whole: of a product alone everything stays open.
        _beside_its_value(document["product"].get("unit_value"), shipment)
        _inside_china(shipment)
        _told_as_one(shipment)
        holder = {"shipment": shipment}
        _forgotten(holder, maker, rng.choice([0, 0, 0, 0, 0, 1, 1, 2]))
        day = AWAKE if maker.chance(0.5) else rng.choice(DAYS)
        confirmed = "lapsed" if maker.chance(0.6) else rng.choice(CONFIRMED)
        published = PUBLISHED_LATE if maker.chance(0.1) else PUBLISHED
        rounds.append(Round(holder["shipment"], day, confirmed, published))
    choice = rng.randrange(CHOICES)
    if not at_the_line and maker.chance(SHARPENED):
        maker.rng.choice([_used_in_two_places, _with_early_technology])(document, maker)
        choice = rng.choice([one for one in range(CHOICES) if readings(one).get("early-technology") == "does-not-count"])
    return Questions(document, readings(choice), tuple(rounds), at_the_line)


def _named(item: Document) -> Document:
    """A functional material as it is, or as one that answer 4 names: in truth, in part, or by its name alone.

    Drawn from what is there, so that nothing else of a seed hangs on it.
    """
    rng = Random(json.dumps(item))  # noqa: S311 - reproducible test data, not secrecy
    if item["form"] in ("ceramic", "coating-material", "medicine") and rng.random() < 0.7:
        item["form"] = rng.choice(list(NAMED))
        item["composition"][0]["element"] = rng.choice(["Gd", "Gd", "Y", "Yb", "Er", "Dy"])
        if rng.random() < 0.7:
            item["composition"] = [item["composition"][0], *({"element": one} for one in NAMED[item["form"]])]
        if rng.random() < 0.2:
            del item["composition_complete"]
    return item


def _beside_its_value(value: Any, shipment: Document) -> None:
    """The price in a shipment as it may stand beside the value of the product: it is the same, or of another kind, or both.

    Drawn from what is there, so that nothing else of a seed hangs on it.
    """
    if "unit_price" in shipment and isinstance(value, dict):
        rng = Random(json.dumps([value, shipment]))  # noqa: S311 - reproducible test data, not secrecy
        shipment["unit_price"] = rng.choice([shipment["unit_price"], value]) | rng.choice([{}, {}, {"basis": "sale-price"}])


def _declared_free(product: Document) -> None:
    """Now and then nothing but ordinary parts of which nobody said anything, in what is said to hold no rare earth.

    Drawn from what is there, so that nothing else of a seed hangs on it.
    """
    rng = Random(json.dumps(["free", product]))  # noqa: S311 - reproducible test data, not secrecy
    plain = [line for line in product.get("parts", []) if line["part_number"].startswith("PLAIN")]
    if plain and rng.random() < 0.3:
        product["rare_earths"] = "none"
        product["parts"] = [{key: value for key, value in line.items() if key != "rare_earths"} for line in plain]


def _two_rates(document: Document) -> None:
    """Often two banks: what the second says is another rate of the same day.

    Drawn from what is there, so that nothing else of a seed hangs on it.
    """
    rng = Random(json.dumps(document))  # noqa: S311 - reproducible test data, not secrecy
    if rng.random() < 0.3:
        first = document["rates"][0]
        document["rates"] = rng.sample([first, first | {"rate": rng.choice(["0.4", "1.5", "2.5"])}], 2)


def _inside_china(shipment: Document) -> None:
    """Of what is handed over inside one country, often it is China, and a foreigner gets it there.

    Drawn from what is there, so that nothing else of a seed hangs on it.
    """
    rng = Random(json.dumps(["inside", shipment]))  # noqa: S311 - reproducible test data, not secrecy
    if shipment["movement"] == "transfer" and rng.random() < 0.5:
        shipment |= {"ship_from": "CN", "destination": "CN", "exporter": {"located_in": "CN", "chinese_person": True}}
        shipment["consignee"].pop("foreign_owned", None)
        shipment["consignee"] |= rng.choice([{"chinese_person": False}, {"chinese_person": True, "foreign_owned": True}])


def _told_as_one(shipment: Document) -> None:
    """A shipment without most of what contradicts itself: else hardly anything but that would be seen.

    Drawn from what is there, so that nothing else of a seed hangs on it.
    """
    rng = Random(json.dumps(shipment))  # noqa: S311 - reproducible test data, not secrecy
    end, parties = shipment["destination"], [shipment[role] for role in ("importer", "consignee", "end_user")]
    if shipment["ship_from"] != end or rng.random() < 0.95:  # what is on no list may go where nobody stands
        for one in parties:
            one["located_in"] = end if not end.startswith("not ") else "US"
    if shipment["ship_from"] == end:
        if rng.random() < 0.95:
            shipment["movement"] = "transfer"
            shipment.pop("transit_through", None)
        if rng.random() < 0.7:
            for one in parties:
                one["chinese_person"] = parties[1]["chinese_person"]
    if shipment["kind"] == "goods" and rng.random() < 0.95:
        shipment.pop("transfer", None)
    use = shipment["end_use"]
    if use.get("knowledge") == "no" and rng.random() < 0.8:
        use["knowledge"] = rng.choice(["knows", "should-know", "notified"])
    elif "knowledge" not in use and rng.random() < 0.2:
        use["knowledge"] = rng.choice(["no", "no", "no", "no", "notified"])
    if rng.random() < 0.05:
        shipment["day"] = rng.choice(["2025-10-08", "2026-01-01"])


def _used_in_two_places(document: Document, maker: Maker) -> None:
    """One of the things inside another is a part of the product as well: enclosed in one place, and free in the other."""
    product = document["product"]
    inside = [
        (lines, position)
        for one in items(document)
        for lines in (one.get("parts"), one.get("materials"))
        if one is not product
        for position, line in enumerate(lines or [])
        if "use" not in line and "part_number" in line
    ]
    if inside:
        lines, position = maker.rng.choice(inside)
        item = lines[position]
        key = f"{item['part_number']}-TWICE"
        document.setdefault("shared", {})[key] = {name: value for name, value in item.items() if name != "quantity"}
        lines[position] = {"use": key, "quantity": item.get("quantity", 1)}
        product["parts"] = [*product.get("parts", []), {"use": key, "quantity": maker.rng.choice([1, 1, "0 .. 2"])}]


def _with_early_technology(document: Document, maker: Maker) -> None:
    """A thing made with Chinese technology that was had about the day from which it counts."""
    one = maker.rng.choice(items(document))
    one["technologies"] = [{"field": "mining", "origin": "CN", "acquired": maker.rng.choice(["2025-10-08", "2025-10-09"])}]
    one["technologies_complete"] = True


def _forgotten(document: Document, maker: Maker, times: int) -> None:
    for _ in range(times):
        forgotten = [place for place in forgettable(document) if len(place) > 1]
        places = [place for place in forgotten if not refused_without(holder_of(document, place), place[-1])]
        if places:
            place = maker.rng.choice(places)
            forget(document, place, by_word=maker.chance(0.2) and place[-1] not in ("parts", "materials"))


def sample(seed: int) -> Sample:
    """The first question of a seed."""
    return questions(seed).sample(0)
