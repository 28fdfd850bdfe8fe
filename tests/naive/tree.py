"""The product as a tree: every line where it stands, shared items copied to each place of use.

Knows lines, references, inputs named in a composition, and the nameless content of a list that is not all.
Does not know any law. Absent, null and "unknown" are the same: None.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.naive import amounts
from tests.naive.amounts import NOTHING, SOMETHING, Span
from tests.naive.logic import Truth

RARE_EARTHS = frozenset(["Sc", "Y", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"])

PURE = {"metal", "oxide"}
"""Forms in which an input named by one element is that and nothing else."""

BY_NAME = {"NdFeB": ["Nd", "Fe", "B"], "SmCo": ["Sm", "Co"], "SmFeN": ["Sm", "Fe", "N"], "CeFeB": ["Ce", "Fe", "B"]}
"""The elements that a magnet family has by its name."""


def stated(data: dict[str, Any] | None, key: str) -> Any:
    """What a field says; None when it is absent, null or "unknown"."""
    value = data.get(key) if isinstance(data, dict) else None
    return None if value == "unknown" else value


def load(text: str) -> dict[str, Any]:
    """A document with every number kept as it is written."""
    document: dict[str, Any] = json.loads(text, parse_float=str, parse_int=str)
    return document


@dataclass(eq=False)
class Node:
    """One thing at one place in the product. ``quantity`` is per unit of what it is in."""

    path: str
    data: dict[str, Any]
    above: Node | None
    quantity: Span
    shared: dict[str, Any]
    kind: str = "line"
    told: dict[str, Truth] = field(default_factory=dict)
    """What was asked of it before, with the answer: a tree serves one evaluation under one choice of readings."""

    def says(self, key: str) -> Any:
        """A field of the line."""
        return stated(self.data, key)

    @property
    def label(self) -> str:
        """What the line is called."""
        return str(self.says("part_number") or self.path)

    @property
    def unit(self) -> str:
        """The unit in which it is counted."""
        return str(self.says("unit") or "pcs")

    @cached_property
    def ancestors(self) -> list[Node]:
        """What it is in, and what that is in, up to the product."""
        return [] if self.above is None else [self.above, *self.above.ancestors]

    @cached_property
    def lines(self) -> list[Node]:
        """What is listed in it, with the inputs that its composition names."""
        made_of = [(key, place, line) for key in ("parts", "materials") for place, line in enumerate(self.says(key) or [])]
        batch = amounts.known(1) if self.says("base_quantity") is None else amounts.read_plain(self.says("base_quantity"))
        below = [self._line(f"{self.path}.{key}[{place}]", line, batch) for key, place, line in made_of]
        substances = enumerate(self.says("composition") or [])
        return below + [self._input(place, entry) for place, entry in substances if _bought(entry)]

    @cached_property
    def inside(self) -> list[Node]:
        """All it holds: the lines, and the nameless content where the list leaves room for a rare earth."""
        return [*self.lines, self._nameless()] if self.may_hold_more else list(self.lines)

    @cached_property
    def below(self) -> list[Node]:
        """Everything inside at any depth."""
        return [deep for child in self.inside for deep in (child, *child.below)]

    @cached_property
    def free_of_rare_earths(self) -> bool:
        """Whether it, or something it is in, is declared to hold no rare earth."""
        return any(node.says("rare_earths") == "none" for node in (self, *self.ancestors))

    @cached_property
    def composition_is_all(self) -> bool:
        """Whether nothing but the named can be in it: so declared, or the fractions leave no room."""
        entries = self.says("composition") or []
        fractions = [amounts.read_share(stated(entry, "mass_fraction")) for entry in entries]
        elements_named = all(stated(entry, "element") for entry in entries)
        declared = self.says("composition_complete") is True and bool(entries)
        if not elements_named:
            return False
        return declared or sum(part.low for part in fractions if part is not None) >= 1

    @cached_property
    def may_hold_more(self) -> bool:
        """Whether a rare earth may be in it that none of its lines tells of."""
        if self.kind == "nameless" or self.says("complete") is True:
            return False
        if self.free_of_rare_earths and not self.rare_earths_named:
            return False
        if self.kind == "input" and self.says("form") in PURE:
            return False
        return not self.composition_is_all or bool(self.rare_earths_named - self.bought)

    @cached_property
    def bought(self) -> set[str]:
        """The elements that came in as named inputs: the lines tell all of them."""
        return {str(stated(entry, "element")) for entry in self.says("composition") or [] if _bought(entry)}

    @cached_property
    def rare_earths_named(self) -> set[str]:
        """The rare earths that its own fields name as in it, or perhaps in it."""
        named = {stated(entry, "element") for entry in self.says("composition") or [] if _may_be_there(entry)}
        return (named | set(self.says("alloy") or []) | set(BY_NAME.get(str(self.says("family")), []))) & RARE_EARTHS

    def _line(self, path: str, line: dict[str, Any], batch: Span) -> Node:
        if "use" not in line:
            return Node(path, line, self, amounts.read_plain(stated(line, "quantity")).for_each(batch), self.shared)
        item = self.shared[line["use"]]
        node = Node(f"shared.{line['use']}", item, self, SOMETHING, self.shared)
        if stated(line, "quantity") is not None:
            mass = amounts.read_mass(stated(item, "mass"))
            unit = stated(line, "unit") or node.unit
            node.quantity = amounts.in_unit(amounts.read_plain(line["quantity"]), unit, node.unit, mass).for_each(batch)
        return node

    def _input(self, place: int, entry: dict[str, Any]) -> Node:
        data = {
            "form": entry["input_form"],
            "alloy": stated(entry, "input_alloy"),
            "composition": [{key: stated(entry, key) for key in ("element", "cas") if stated(entry, key)}],
            "composition_complete": entry["input_form"] in PURE,
            "origin": stated(entry, "origin"),
            "unit_value": stated(entry, "value"),
            "unit": self.unit,
            "mass": self.says("mass"),
        }
        return Node(f"{self.path}.composition[{place}]", data, self, amounts.known(1), self.shared, "input")

    def _nameless(self) -> Node:
        return Node(f"{self.path}.contents not listed", {}, self, SOMETHING, self.shared, "nameless")


def _may_be_there(entry: dict[str, Any]) -> bool:
    fraction = amounts.read_share(stated(entry, "mass_fraction"))
    return fraction != NOTHING


def _bought(entry: dict[str, Any]) -> bool:
    """Whether a substance is named as an input: in what form it was bought."""
    return stated(entry, "input_form") is not None


def product_of(document: dict[str, Any]) -> Node:
    """The product of a document as the top of its tree; its price in the shipment is its value where no other is stated."""
    product = dict(document["product"])
    price = stated(document.get("shipment"), "unit_price")
    if stated(product, "unit_value") is None and price is not None:
        product["unit_value"] = price
    return Node("product", product, None, amounts.known(1), document.get("shared") or {})
