"""Changes to a document: a fact forgotten, a price set at the 0.1 % line or beside it.

Knows where the fields of a document are, and how a value is written. Does not know what follows from a change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from tests.naive import shares, tree
from tests.naive.tree import Node

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
KEPT |= {"step", "country", "steps", "amount", "part_number"}


def forgettable(document: Document) -> list[tuple[Any, ...]]:
    """The fields whose loss leaves a readable document that knows less."""
    places = [path for path in fields_of(document) if isinstance(path[-1], str) and path[-1] not in KEPT]
    return [path for path in places if not (path[0] == "shared" and len(path) == 2)]


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
    copied = tree.load(json.dumps(document))
    nodes = _nodes(tree.product_of(copied))
    priced = [(node, amount) for node in nodes if node.kind == "line" for amount in _at_the_line(node, copied, readings, rng)]
    if not priced:
        return False
    node, amount = rng.choice([priced[0], rng.choice(priced)])
    rng.choice([_exactly, _exactly, _up_to, _from])(_data(document, node)["unit_value"], amount)
    return True


def _at_the_line(node: Node, document: Document, readings: Mapping[str, str], rng: Random) -> Iterator[str]:
    """Values of a thing at which its Chinese content is 0.1 % of it, or next to that."""
    currency = shares.currency(node)
    if currency is None:
        return
    counts = shares.chinese_part_1(readings)
    content = shares.content(node, counts, currency, document.get("rates") or [], readings)
    for end in {content.low, content.high} - {None, Fraction(0)}:
        amount = decimal(end * 1000 * (1 + rng.choice(BESIDE)))
        if amount is not None:
            yield amount


def _exactly(money: Document, amount: str) -> None:
    money.pop("per", None)
    money["amount"] = amount


def _up_to(money: Document, amount: str) -> None:
    _exactly(money, f"<= {amount}")


def _from(money: Document, amount: str) -> None:
    _exactly(money, f"{amount} .. {Fraction(amount).__ceil__() + 1}e0")


def _data(document: Document, node: Node) -> Any:
    inside: Any = document
    for step in node.path.replace("]", "").replace("[", ".").split("."):
        inside = inside[int(step) if step.isdigit() else step]
    return inside


def _nodes(top: Node) -> list[Node]:
    return [top, *top.below]
