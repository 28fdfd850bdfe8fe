"""Changes to a document: a fact forgotten, a price set at the 0.1 % line or beside it.

Knows where the fields of a document are, and how a value is written. Does not know what follows from a change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from tests.oracle import facts, lists, shares, things
from tests.oracle.judge import Product
from tests.oracle.things import Thing
from tests.oracle.worlds import TooMany, outcomes

Document = dict[str, Any]
BESIDE = [Fraction(0), Fraction(0), Fraction(1, 10**9), Fraction(-1, 10**9), Fraction(1, 100), Fraction(-1, 100)]
"""How far from the line a price is set, as a part of it."""
PLACES = 24
"""Most decimal places that are written."""


def fields_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every field and every entry of product, shared items and shipment."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from fields_of(inner, (*path, key))


KEPT = {"format", "product", "shared", "element", "use", "rates", "from", "to", "rate", "day", "source", "currency", "field"}
KEPT |= {"step", "country", "amount", "part_number", "shipment"}
LISTS = ("parts", "materials")


def forgettable(document: Document) -> list[tuple[Any, ...]]:
    """The fields whose loss leaves a readable document that knows less."""
    places = [path for path in fields_of(document) if isinstance(path[-1], str) and path[-1] not in KEPT]
    readable = [path for path in places if not (path[0] == "shared" and len(path) == 2)]
    return [path for path in readable if not _says_that_there_is_none(holder_of(document, path), path[-1])]


def _says_that_there_is_none(holder: Document, key: str) -> bool:
    """Whether a list left out is said to be empty, for another is there and what is listed is said to be all."""
    return key in LISTS and bool(holder.get("complete")) and all(holder.get(one) for one in LISTS)


def refused_without(holder: Document, key: str) -> bool:
    """Whether a document is refused that says of steps or of a list that they are all, and leaves out what makes them so."""
    if key in LISTS:
        return bool(holder.get("complete"))
    return key in ("steps", "made_in", "input_form") and bool(holder.get("steps_complete"))


def holder_of(document: Document, path: tuple[Any, ...]) -> Any:
    """What holds the field at a place."""
    inside: Any = document
    for step in path[:-1]:
        inside = inside[step]
    return inside


def forget(document: Document, path: tuple[Any, ...], *, by_word: bool = False) -> None:
    """Take a field out, or say that it is not known."""
    if by_word:
        holder_of(document, path)[path[-1]] = "unknown"
    else:
        del holder_of(document, path)[path[-1]]


def decimal(number: Fraction) -> str | None:
    """A number in plain decimals, where it has a short one."""
    scaled = number * 10**PLACES
    if scaled.denominator != 1:
        return None
    digits = str(scaled.numerator).rjust(PLACES + 1, "0")
    return f"{digits[:-PLACES]}.{digits[-PLACES:]}".rstrip("0").rstrip(".")


def to_the_line(document: Document, readings: Mapping[str, str], rng: Random) -> bool:
    """Price the product, or one thing in it, so that its Chinese content stands at the 0.1 % line or beside it."""
    product = Product(things.load(json.dumps(document)), readings)
    firsts = [places[0] for places in product.places.values() if places[0].kind == things.LINE]
    priced = [(thing, amount) for thing in firsts for amount in _at_the_line(thing, product, rng)]
    if not priced:
        return False
    thing, amount = rng.choice([priced[0], rng.choice(priced)])
    rng.choice([_exactly, _exactly, _up_to, _from])(_data(document, thing)["unit_value"], amount)
    return True


def _at_the_line(thing: Thing, product: Product, rng: Random) -> Iterator[str]:
    """Values of a thing at which its Chinese content is 0.1 % of it, or next to that."""
    currency = str(things.stated(thing.says("unit_value"), "currency") or "")
    if not currency:
        return
    try:
        tree = product.ask(
            lambda case: shares.content(case, thing, lists.in_part_1, facts.of_chinese_origin, currency)[shares.TOTAL]
        )
    except TooMany:
        return
    found = outcomes(tree)
    for end in sorted({min(found), max(found)}):
        amount = decimal(end * 1000 * (1 + rng.choice(BESIDE)))
        if amount is not None and Fraction(1, 10**9) < end < 10**9:
            yield amount


def _exactly(money: Document, amount: str) -> None:
    money.pop("per", None)
    money["amount"] = amount


def _up_to(money: Document, amount: str) -> None:
    _exactly(money, f"<= {amount}")


def _from(money: Document, amount: str) -> None:
    _exactly(money, f"{amount} .. {Fraction(amount).__ceil__() + 1}e0")


def _data(document: Document, thing: Thing) -> Any:
    inside: Any = document
    for step in thing.path.replace("]", "").replace("[", ".").split("."):
        inside = inside[int(step) if step.isdigit() else step]
    return inside
