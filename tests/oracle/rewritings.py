"""The same product told otherwise: other order, more levels, split lines, other units, currencies and spellings.

Knows how a BOM-JSON document can be rewritten without saying anything else. Every rewriting works on a copy.
Does not know what follows from a document.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random
from typing import Any

from tests.oracle import amounts
from tests.oracle.changes import decimal

Document = dict[str, Any]
LISTS = ("parts", "materials")
REORDERED = (
    *LISTS,
    "composition",
    "technologies",
    "steps",
    "processing",
    "purposes",
    "rates",
    "control_codes",
    "technology_fields",
)
CHF_IN_EUR = Fraction(5, 4)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_BARE = re.compile(r'"@number ([^"]*)"')


def objects(document: Document) -> Iterator[Document]:
    """Every object in a document, from the outside in."""
    yield document
    for inner in document.values():
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                yield from objects(one)


def items(document: Document) -> list[Document]:
    """The product, every line that is no reference, and every shared item."""
    found = [document["product"], *(document.get("shared") or {}).values()]
    for item in found:
        found += [line for key in LISTS for line in item.get(key) or [] if "use" not in line]
    return found


def places_of_lines(document: Document) -> list[tuple[list[Any], int]]:
    """Every line: the list it is in, and its position."""
    lists = [item[key] for item in items(document) for key in LISTS if item.get(key)]
    return [(lines, position) for lines in lists for position in range(len(lines))]


def reordered(document: Document, rng: Random) -> Document:
    """Every list in another order."""
    made = copy.deepcopy(document)
    for one in objects(made):
        for key in REORDERED:
            if isinstance(one.get(key), list):
                rng.shuffle(one[key])
    return made


def nested(document: Document, rng: Random) -> Document | None:
    """A line put into a wrapper that is nothing by itself; None where there is no line."""
    made = copy.deepcopy(document)
    places = places_of_lines(made)
    if not places:
        return None
    lines, position = rng.choice(places)
    line = lines[position]
    wrapper = {"part_number": "WRAPPER", "form": "assembly", "complete": True, "parts": [line | {"quantity": 1}]}
    lines[position] = wrapper | ({"quantity": line["quantity"]} if "quantity" in line else {})
    return made


def split(document: Document, rng: Random) -> Document | None:
    """A line told as two lines that make the same quantity; None where no line has a quantity."""
    made = copy.deepcopy(document)
    places = [(lines, position) for lines, position in places_of_lines(made) if _known(lines[position].get("quantity"))]
    if not places:
        return None
    lines, position = rng.choice(places)
    line = lines[position]
    part = rng.choice([Fraction(1, 4), Fraction(1, 2), Fraction(1, 5)])
    lines[position] = line | {"quantity": scaled(line["quantity"], part)}
    lines.insert(rng.randint(0, len(lines)), copy.deepcopy(line) | {"quantity": scaled(line["quantity"], 1 - part)})
    return made


def apart_and_joined(document: Document, rng: Random) -> tuple[Document, Document] | None:
    """A part that is used in several lines, and the same used in one with the sum of their quantities.

    None where no line has a quantity.
    """
    apart, joined = copy.deepcopy(document), copy.deepcopy(document)
    able = [at for at, (lines, position) in enumerate(places_of_lines(apart)) if _known(lines[position].get("quantity"))]
    if not able:
        return None
    at = rng.choice(able)
    times = [
        rng.choice([Fraction(1), Fraction(3), Fraction(1, 2), Fraction(7, 5), Fraction(1, 100)])
        for _ in range(rng.randint(2, 5))
    ]
    lines, position = places_of_lines(apart)[at]
    line = lines.pop(position)
    for one in times:
        lines.insert(rng.randint(0, len(lines)), copy.deepcopy(line) | {"quantity": scaled(line["quantity"], one)})
    lines, position = places_of_lines(joined)[at]
    lines[position]["quantity"] = scaled(line["quantity"], sum(times, Fraction(0)))
    return apart, joined


def in_other_units(document: Document, rng: Random) -> Document | None:
    """A thing counted in thousands, or in kilograms instead of grams; None where nothing can be."""
    made = copy.deepcopy(document)
    lines = [lines[position] for lines, position in places_of_lines(made)]
    able = [line for line in lines if _known(line.get("quantity")) and (line.get("unit") or "pcs") in ("pcs", "g")]
    able = [line for line in able if "use" not in line or line.get("unit")]
    if not able:
        return None
    line = rng.choice(able)
    old = line.get("unit") or "pcs"
    line |= {"unit": {"pcs": "thousand", "g": "kg"}[old], "quantity": scaled(line["quantity"], Fraction(1, 1000))}
    if "use" not in line:
        _told_of_a_thousand(line, old)
    return made


def _told_of_a_thousand(item: Document, old: str) -> None:
    """All that an item says of one unit, said of a thousand of them."""
    if _known(item.get("mass")):
        item["mass"] = scaled(item["mass"], Fraction(1000))
    batch = item.get("base_quantity")
    item["base_quantity"] = scaled(batch if _known(batch) else "1", Fraction(1, 1000))
    composition = item.get("composition")
    inputs = [entry.get("value") for entry in composition] if isinstance(composition, list) else []
    for money in (item.get("unit_value"), *inputs):
        if isinstance(money, dict):
            per = str(money.get("per") or "1")
            money["per"] = per if " " in per else f"{per} {old}"


def in_another_currency(document: Document, rng: Random) -> Document | None:
    """A price in euros told in Swiss francs, with the exact rate; None where there are no euros, or other money too."""
    made = copy.deepcopy(document)
    prices = [one for one in objects(made) if "currency" in one and "amount" in one]
    if not prices or any(price["currency"] != "EUR" for price in prices):
        return None
    price = rng.choice(prices)
    price |= {"currency": "CHF", "amount": scaled(price["amount"], 1 / CHF_IN_EUR)}
    rate = {"from": "CHF", "to": "EUR", "rate": "1.25", "day": "2026-11-01", "source": "a bank"}
    made["rates"] = [*(made.get("rates") or []), rate]
    return made


def respelt(document: Document, rng: Random) -> str:
    """The document as text with every number spelt in one of several ways, bare or as text."""
    made = copy.deepcopy(document)
    for one in objects(made):
        for key in ("quantity", "base_quantity", "amount", "rate"):
            if _known(one.get(key)):
                one[key] = _spelt(str(one[key]), rng)
    return _BARE.sub(lambda match: match[1], json.dumps(made))


def _spelt(text: str, rng: Random) -> str:
    bare = _NUMBER.fullmatch(text) is not None
    ways: list[Callable[[str], str]] = [str, _with_zeros, _with_exponent]
    spelt = _NUMBER.sub(lambda match: rng.choice(ways)(match[0]), text)
    return f"@number {spelt}" if bare and rng.random() < 0.5 else spelt


def _with_zeros(number: str) -> str:
    mantissa, letter, exponent = number.partition("e")
    return f"{mantissa}{'00' if '.' in mantissa else '.0'}{letter}{exponent}"


def _with_exponent(number: str) -> str:
    return number if "e" in number else f"{number}e0"


def _known(value: object) -> bool:
    return value is not None and value != "unknown" and not isinstance(value, dict)


def scaled(text: object, factor: Fraction) -> str:
    """An amount as written, so many times, with its sign, range and unit."""

    def number(match: re.Match[str]) -> str:
        written = decimal(Fraction(match[0]) * factor)
        assert written is not None, f"{match[0]} times {factor} has no short decimal"
        return written

    span, unit = amounts.read(text)
    told = str(text).removesuffix(unit).rstrip() if unit else str(text)
    assert span.high is None or span.low <= span.high
    return _NUMBER.sub(number, told) + (f" {unit}" if unit else "")
