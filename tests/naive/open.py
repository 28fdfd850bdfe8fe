"""Where the engine and the second evaluator still disagree, and the second evaluator is held to be right.

Each entry has the smallest document that shows it, and tells which generated documents it touches: these are set
aside until the engine follows. Knows no engine. An entry whose test passes moves to ``decided.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.naive import facts, tree
from tests.naive.decided import READ, Decided, Document, subject
from tests.naive.tree import Node


@dataclass(frozen=True)
class Open:
    """One open disagreement, and the documents that it touches."""

    decided: Decided
    touches: Callable[[list[Node]], bool]


def touched(text: str) -> list[str]:
    """The open disagreements that a document would run into."""
    product = tree.product_of(tree.load(text))
    nodes = [product, *product.below]
    return [name for name, one in OPEN.items() if one.touches(nodes)]


def _list_falls_short() -> Document:
    document = subject("german-magnet")
    iron = {"part_number": "IRON", "form": "metal", "quantity": 1, "composition": [{"element": "Fe"}]}
    document["product"] |= {"complete": True, "materials": [iron | {"composition_complete": True}]}
    document["product"]["composition"] = [{"element": element} for element in ("Dy", "Nd", "Fe", "B")]
    return document


OPEN: dict[str, Open] = {
    "list that falls short of the composition": Open(
        Decided(
            why="dysprosium is said to be in it, and all it is made of is said to be iron: contradictory data clear nothing",
            document=_list_falls_short,
            answer="undetermined",
            readings=READ,
        ),
        touches=lambda nodes: any(facts.lines_fall_short(node) for node in nodes),
    ),
}
