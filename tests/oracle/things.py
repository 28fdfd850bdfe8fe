"""A product as things in things: every line where it stands, shared items at each place of use.

Knows lines, references, inputs that a composition names, and that a list which is not all may hold something nameless.
Says what is stated, and what the statements surely tell of the elements in a thing. Knows no law and completes nothing.
Absent, null and "unknown" are the same: None.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.oracle import amounts
from tests.oracle.amounts import NOTHING, SOME, Bounds

RARE_EARTHS = ("Sc", "Y", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu")
OF_FAMILY = {"NdFeB": ("Nd", "Fe", "B"), "SmCo": ("Sm", "Co"), "SmFeN": ("Sm", "Fe", "N"), "CeFeB": ("Ce", "Fe", "B")}
"""The elements that a magnet family has by its name."""
PURE = {"metal", "oxide"}
"""Forms in which an input named by one element is that and nothing else."""
TOLD_OF_INPUTS = (
    *("input_form", "input_alloy", "origin", "steps", "steps_complete", "technologies", "technologies_complete", "value"),
)
ONE = amounts.exactly(1)
LINE, INPUT, NAMELESS = "line", "input", "nameless"


def stated(data: Any, key: str) -> Any:
    """What a field says; None when it is absent, null or "unknown"."""
    value = data.get(key) if isinstance(data, dict) else None
    return None if value == "unknown" else value


def load(text: str) -> dict[str, Any]:
    """A document with every number kept as it is written."""
    document: dict[str, Any] = json.loads(text, parse_float=str, parse_int=str)
    return document


ONE = amounts.exactly(1)


@dataclass(eq=False)
class Thing:
    """One thing at one place in the product."""

    path: str
    """Of the item in the document: a shared item has one path and many places."""
    data: dict[str, Any]
    above: Thing | None
    shared: dict[str, Any]
    kind: str = LINE
    line: str = ""
    """Path of the line that puts it here."""
    amount: Bounds = ONE
    """How much of it that line names, in ``unit_of_amount``, for one batch of the thing above."""
    unit_of_amount: str | None = None
    part: bool = True
    """Whether it is a part of the thing above, and not told as what that was made from."""
    told: dict[str, bool | None] = field(default_factory=dict)
    """What was told of elements before."""

    def says(self, key: str) -> Any:
        """A field of the item."""
        return stated(self.data, key)

    @property
    def label(self) -> str:
        """What it is called."""
        return str(self.says("part_number") or self.path)

    @property
    def unit(self) -> str:
        """The unit in which it is counted."""
        return str(self.says("unit") or "pcs")

    @property
    def may_be_missing(self) -> bool:
        """Whether there may be nothing of it: a line may name a quantity from zero."""
        return not self.nameless and self.amount.may_be_nothing

    @property
    def nameless(self) -> bool:
        """Whether it stands for what the list above leaves open."""
        return self.kind == NAMELESS

    @cached_property
    def around(self) -> list[Thing]:
        """What it is in, and what that is in, up to the product."""
        return [] if self.above is None else [self.above, *self.above.around]

    @cached_property
    def lines(self) -> list[Thing]:
        """What is listed in it, with the inputs that its composition names."""
        listed = [(key, place, line) for key in ("parts", "materials") for place, line in enumerate(self.says(key) or [])]
        below = [self._line(f"{self.path}.{key}[{place}]", line, key == "parts") for key, place, line in listed]
        return below + [self._input(place, entry) for place, entry in enumerate(self.composition) if _bought(entry)]

    @cached_property
    def inside(self) -> list[Thing]:
        """The lines, and something nameless where they leave room for a rare earth."""
        if not self.leaves_room:
            return self.lines
        # Beside parts it may be one more of them, unless all that the thing consists of is named.
        part = bool(self.says("parts")) and not self.composition_is_all
        return [*self.lines, Thing(f"{self.path}.contents not listed", {}, self, self.shared, NAMELESS, amount=SOME, part=part)]

    @cached_property
    def below(self) -> list[Thing]:
        """Everything inside, at any depth."""
        return [deep for one in self.inside for deep in (one, *one.below)]

    @cached_property
    def composition(self) -> list[dict[str, Any]]:
        """The substances it is said to consist of."""
        return self.says("composition") or []

    # ---- what the statements surely tell of its elements

    @cached_property
    def declared_free(self) -> bool:
        """Whether it, or else the nearest thing around it that says so or not, is declared to hold no rare earth."""
        said = (one.says("rare_earths") for one in (self, *self.around))
        return next((one == "none" for one in said if one is not None), False)

    @cached_property
    def by_name(self) -> set[str]:
        """The elements that its magnet family or its named alloy has."""
        return {*OF_FAMILY.get(str(self.says("family")), ()), *(self.says("alloy") or [])}

    @cached_property
    def composition_is_all(self) -> bool:
        """Whether its composition names all elements: so declared, or the fractions leave no room."""
        if not all(stated(entry, "element") for entry in self.composition):
            return False
        declared = self.says("composition_complete")
        if declared is not None:
            return bool(declared and self.composition)
        fractions = [amounts.share(stated(entry, "mass_fraction")) for entry in self.composition]
        return sum(one.low for one in fractions if one is not None) >= 1

    @cached_property
    def list_is_all(self) -> bool:
        """Whether its lines are all it is made of."""
        return self.says("complete") is True and bool(self.lines)

    @cached_property
    def bought(self) -> set[str]:
        """The elements that came in as named inputs: these tell all of them."""
        return {str(stated(entry, "element")) for entry in self.composition if _bought(entry)}

    @cached_property
    def leaves_room(self) -> bool:
        """Whether a rare earth may be in it of which none of its lines tells."""
        if self.nameless or self.says("complete") is True:
            return False
        named = [str(stated(one, "element")) for one in self.composition if _share(one) != NOTHING]
        rare = {*named, *self.by_name} & set(RARE_EARTHS)
        if self.declared_free and not rare:
            return False
        if self.kind == INPUT and self.says("form") in PURE:
            return False
        return not self.composition_is_all or bool(rare - self.bought)

    def fractions(self, element: str) -> list[Bounds | None]:
        """What its composition says of an element, entry by entry."""
        return [_share(entry) for entry in self.composition if stated(entry, "element") == element]

    def in_composition(self, element: str) -> bool:
        """Whether its composition names an element and does not say that there is none."""
        return any(one is None or one.low > 0 or one.low_open for one in self.fractions(element))

    def shown(self, element: str) -> bool:
        """Whether name, composition or a line say that an element is in it."""
        if element in self.by_name or self.in_composition(element):
            return True
        return any(one.shown(element) and not one.may_be_missing for one in self.lines)

    def denied(self, element: str) -> bool:
        """Whether a declaration, a fraction of zero, or a composition that is all say that an element is not in it."""
        if self.declared_free and element in RARE_EARTHS:
            return True
        if element in self.by_name:
            return False
        fractions = self.fractions(element)
        return all(one == NOTHING for one in fractions) if fractions else self.composition_is_all

    def tells(self, element: str) -> bool | None:
        """What is stated of an element in it, one way or the other. What is shown outweighs what is denied."""
        if element not in self.told:
            self.told[element] = self._tells(element)
        return self.told[element]

    def _tells(self, element: str) -> bool | None:
        if self.nameless:
            assert self.above is not None
            return False if element in self.above.bought or self.above.tells(element) is False else None
        if self.shown(element):
            return True
        if self.denied(element):
            return False
        no_line = self.list_is_all and all(one.tells(element) is False for one in self.lines)
        return False if no_line and not self.fractions(element) else None

    @cached_property
    def elements_named(self) -> set[str]:
        """Every element of which it, or something in it, speaks."""
        own = {str(stated(entry, "element")) for entry in self.composition if stated(entry, "element")} | self.by_name
        return own.union(*(one.elements_named for one in self.lines))

    # ---- making

    def _line(self, path: str, line: dict[str, Any], part: bool) -> Thing:
        amount = amounts.plain(stated(line, "quantity"), or_nothing=True)
        if "use" not in line:
            return Thing(path, line, self, self.shared, line=path, amount=amount, part=part)
        item = self.shared[line["use"]]
        unit = stated(line, "unit")
        return Thing(f"shared.{line['use']}", item, self, self.shared, line=path, amount=amount, unit_of_amount=unit, part=part)

    def _input(self, place: int, entry: dict[str, Any]) -> Thing:
        data = {
            "form": stated(entry, "input_form"),
            "alloy": stated(entry, "input_alloy"),
            "composition": [{key: stated(entry, key) for key in ("element", "cas") if stated(entry, key)}],
            "composition_complete": stated(entry, "input_form") in PURE and not stated(entry, "input_alloy"),
            "origin": stated(entry, "origin"),
            "steps": stated(entry, "steps"),
            "steps_complete": stated(entry, "steps_complete"),
            "technologies": stated(entry, "technologies"),
            "technologies_complete": stated(entry, "technologies_complete"),
            "unit_value": stated(entry, "value"),
            "unit": self.unit,
            "mass": self.says("mass"),
        }
        if data["form"] is not None and stated(entry, "consumed") is True:
            data |= {"processing": ["consumed"], "principal": False}
        path = f"{self.path}.composition[{place}]"
        return Thing(path, data, self, self.shared, INPUT, line=path, part=False)


def _share(entry: dict[str, Any]) -> Bounds | None:
    return amounts.share(stated(entry, "mass_fraction"))


def _bought(entry: dict[str, Any]) -> bool:
    """Whether a substance is named as an input: in what form or alloy it was bought, where it is from, how it was made, or
    what it cost."""
    return any(stated(entry, key) for key in TOLD_OF_INPUTS)


def product_of(document: dict[str, Any]) -> Thing:
    """The product of a document; its price in the shipment is its value, or stands beside the one that is stated."""
    product = dict(document["product"])
    price = stated(document.get("shipment"), "unit_price")
    if price is not None:
        product["unit_value" if stated(product, "unit_value") is None else "unit_price"] = price
    return Thing("product", product, None, document.get("shared") or {})
