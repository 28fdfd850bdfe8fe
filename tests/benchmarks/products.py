"""Products to measure with: made from one seed, shaped like the bills of material of real ones.

Knows what such products hold: mostly brackets, screws, boards and housings whose suppliers declare that no rare earth
is in them, and in one product of twenty a magnet with Chinese dysprosium in it, on either side of the line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

PARTS = ("bracket", "screw M4", "housing", "gasket", "ball bearing", "control board", "cable set", "label", "spacer", "cover")
FORMS = ("component", "component", "component", "assembly", "material")
LINES = 50
LISTED_ONE_IN = 20
DEPTH = 12
"""How deep assemblies stand in each other."""
LINE = Fraction(1, 1000)
EDGES = (Fraction(999, 1000), Fraction(1), Fraction(1001, 1000))
"""Where the Chinese content of a magnet lies, as a part of what the line is."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A product as bytes, and what the simple decision on it is."""

    data: bytes
    reaches: bool
    lines: int


def shipment() -> Document:
    """From Germany to the United States, to a party about which everything is known."""
    clean = {"located_in": "US", "military": False, "listed": "none", "listed_owners_share": "0 %"}
    return {
        "kind": "goods",
        "movement": "export",
        "exporter": {"name": "Motorenwerk GmbH", "located_in": "DE", "chinese_person": False},
        "ship_from": "DE",
        "destination": "US",
        "importer": clean,
        "consignee": clean,
        "end_user": clean,
        "end_use": {"purposes": ["civil"], "complete": True},
    }


def bracket(rng: Random, number: int) -> Document:
    """A line that no list names."""
    return {
        "part_number": f"{rng.randrange(10**6):06d}-{number:02d}",
        "name": rng.choice(PARTS),
        "quantity": rng.randrange(1, 13),
        "form": rng.choice(FORMS),
        "mass": f"{rng.randrange(1, 900)} g",
        "unit_value": {"amount": f"{rng.randrange(1, 90)}.{rng.randrange(100):02d}", "currency": "EUR"},
        "origin": rng.choice(("DE", "FR", "PL", "CN")),
        "made_in": rng.choice(("DE", "FR", "PL", "CN")),
        "rare_earths": "none",
    }


def magnet(rng: Random, number: int) -> tuple[Document, bool]:
    """A magnet made in Germany, and whether its Chinese dysprosium reaches the line."""
    value = Fraction(rng.randrange(100, 90_000), 100)
    edge = rng.choice(EDGES)
    content = value * LINE * edge
    alloys: list[Document] = [
        {**_alloy("Dy"), "origin": "CN", "unit_value": {"amount": _decimal(content), "currency": "EUR"}},
        {**_alloy("Nd"), "origin": "AU", "unit_value": {"amount": "1.00", "currency": "EUR"}},
    ]
    made = {
        "part_number": f"MAG-{number:02d}",
        "name": "magnet, N42SH",
        "quantity": rng.randrange(1, 25),
        "form": "permanent-magnet",
        "family": "NdFeB",
        "processing": ["loose", "sintered"],
        "origin": "DE",
        "made_in": "DE",
        "unit_value": {"amount": _decimal(value), "currency": "EUR"},
        "complete": True,
        "technologies_complete": True,
        "materials": [*alloys, {"name": "iron, boron", "form": "material", "rare_earths": "none", "quantity": 1}],
    }
    return made, edge >= 1


def _alloy(symbol: str) -> Document:
    return {
        "form": "alloy",
        "alloy": [symbol, "Fe"],
        "composition": [{"element": symbol, "mass_fraction": "80 %"}, {"element": "Fe", "mass_fraction": "20 %"}],
        "technologies_complete": True,
        "quantity": 1,
    }


def _decimal(number: Fraction) -> str:
    places = 12
    digits = str(number.numerator * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def product(rng: Random, lines: int = LINES, *, listed: bool = False) -> Made:
    """One product of so many lines, some of them in assemblies."""
    parts: list[Document] = []
    holders, depth = [parts], {id(parts): 1}
    for number in range(lines - (4 if listed else 0)):
        line = bracket(rng, number)
        holder = holders[rng.randrange(max(0, len(holders) - 4), len(holders))]
        holder.append(line)
        if rng.random() < 0.1 and depth[id(holder)] < DEPTH:
            line |= {"form": "assembly", "complete": True, "parts": []}
            holders.append(line["parts"])
            depth[id(line["parts"])] = depth[id(holder)] + 1
    for holder in holders[1:]:
        if not holder:
            holder.append(bracket(rng, lines))
    reaches = False
    if listed:
        made, reaches = magnet(rng, lines)
        parts.append(made)
    whole: Document = {"part_number": "UNIT", "name": "pump unit", "form": "assembly", "made_in": "DE", "origin": "DE"}
    whole |= {"unit_value": {"amount": "4000.00", "currency": "EUR"}, "complete": True, "parts": parts}
    document = {"format": "rare-earth-bom/1", "product": whole, "shipment": shipment()}
    return Made(json.dumps(document).encode(), reaches, lines)


def portfolio(count: int, seed: int = 61) -> list[Made]:
    """So many products, one of twenty with a listed item."""
    rng = Random(seed)  # noqa: S311  # reproducible measurements, not secrecy
    return [product(rng, listed=number % LISTED_ONE_IN == 0) for number in range(count)]


SHAPES = ("wide", "mixed", "deep", "shared", "shared, nothing said of groups", "undeclared")
LEVELS = 400
"""How deep the lines of a deep product stand in each other; some decoders of JSON take little more."""
GROUP = 20
"""How many lines a shared sub-assembly has of its own."""


def large(shape: str, lines: int) -> bytes:
    """One product of many lines."""
    rng = Random(f"{shape} {lines}")  # noqa: S311
    if shape == "mixed":
        return product(rng, lines, listed=True).data
    rows = [bracket(rng, number) for number in range(lines)]
    whole: Document = {"part_number": "PLANT", "form": "assembly", "made_in": "DE", "origin": "DE", "complete": True}
    whole["unit_value"] = {"amount": "90000000.00", "currency": "EUR"}
    document: Document = {"format": "rare-earth-bom/1", "product": whole, "shipment": shipment()}
    if shape == "undeclared":
        for row in rows:
            del row["rare_earths"]
    if shape == "deep":
        whole["parts"] = deep(rows)
    elif shape.startswith("shared"):
        said = {"form": "assembly", "rare_earths": "none"} if shape == "shared" else {}
        document["shared"], whole["parts"] = shared(rng, rows, said)
    else:
        whole["parts"] = rows
    return json.dumps(document).encode()


def deep(rows: list[Document]) -> list[Document]:
    """Chains of assemblies, each in the one before."""
    for number, row in enumerate(rows):
        if (number + 1) % LEVELS and number + 1 < len(rows):
            row |= {"form": "assembly", "complete": True, "quantity": 1, "parts": [rows[number + 1]]}
    return rows[::LEVELS]


def shared(rng: Random, rows: list[Document], said: Document) -> tuple[dict[str, Document], list[Document]]:
    """Sub-assemblies in tiers, each using two of the tier below: many more ways down than lines."""
    tiers: list[list[str]] = [[] for _ in range(DEPTH)]
    groups: dict[str, Document] = {}
    for number, at in enumerate(range(0, len(rows), GROUP)):
        tier = number % DEPTH
        below = tiers[tier - 1] if tier else []
        uses = [{"use": rng.choice(below), "quantity": 2} for _ in range(2) if below]
        groups[f"A{number}"] = {"name": f"group {number}", **said, "complete": True, "parts": [*rows[at : at + GROUP], *uses]}
        tiers[tier].append(f"A{number}")
    top = next(tier for tier in reversed(tiers) if tier)
    return groups, [{"use": key, "quantity": 1} for key in top]
