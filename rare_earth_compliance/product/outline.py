"""What a document says apart from names and amounts.

Knows where the names of lines, their quantities and their values stand in a document of BOM-JSON in a compact form
(``product.compact``), and in which order. Two documents with the same outline differ in nothing else. Does not know what
follows from an amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from rare_earth_compliance.product import compact
from rare_earth_compliance.product.compact import LISTS, NAMES, Shape, Shapes

QUANTITY, VALUE = "quantity", "value"


class Outline:
    """A document, taken apart. It is changed meanwhile: the outline has it for itself."""

    def __init__(self, document: Any, shapes: Shapes, shape: Shape) -> None:
        self._document = document
        self._shapes = shapes
        self._shape = shape
        absent = shapes.absent
        self._names: list[tuple[Any, str, Any]] = []
        self._amounts: list[tuple[Any, str, Any]] = []
        kinds: list[str] = []
        written = shape.written or (lambda value: value)
        for line in self._lines():
            for key in NAMES:
                name = getattr(line, key)
                if name is not absent:
                    self._names.append((line, key, name))
                    setattr(line, key, absent)
            price = line.unit_value
            if price is not absent:
                self._amounts.append((price, "amount", price.amount))
                kinds.append(VALUE)
                price.amount = shape.one
            quantity = getattr(line, QUANTITY, absent)
            if quantity is not absent:
                self._amounts.append((line, QUANTITY, quantity))
                kinds.append(QUANTITY)
                line.quantity = shape.one
        self.kinds = tuple(kinds)
        """For each amount whether it is a quantity or a value."""
        self.amounts = tuple([str(written(amount)) for *_, amount in self._amounts])
        """The amounts as they are written, in the order of the document."""
        self.text: bytes = shapes.encode(document)
        """The outline as JSON: without names, and with one in the place of every amount."""

    def _lines(self) -> Iterator[Any]:
        """The product and the shared items with all lines below them, each before what stands in it."""
        absent = self._shapes.absent
        shared = getattr(self._document, "shared", absent)
        work = [self._document.product] if shared is absent else [*reversed(shared.values()), self._document.product]
        while work:
            line = work.pop()
            yield line
            for key in LISTS:
                below = getattr(line, key)
                if below is not absent:
                    work.extend(below)

    def with_amounts(self, amounts: Sequence[str]) -> bytes:
        """The document without names and with other amounts in the places of its own, as JSON."""
        for (holder, key, _), amount in zip(self._amounts, amounts, strict=True):
            setattr(holder, key, self._shape.amount(amount))
        return self._shapes.encode(self._document)

    def whole(self) -> bytes:
        """The document as it was, as JSON."""
        for holder, key, value in (*self._names, *self._amounts):
            setattr(holder, key, value)
        return self._shapes.encode(self._document)


class KeptOutline:
    """An outline of which the text was kept, with the amounts of a document."""

    def __init__(self, text: bytes, amounts: tuple[str, ...]) -> None:
        self.text = text
        self.amounts = amounts

    @cached_property
    def _opened(self) -> Outline:
        shapes = compact.shapes()
        if shapes is not None:
            for shape in shapes.of_documents:
                with suppress(shapes.broken):
                    return Outline(shape.decode(self.text), shapes, shape)
        raise ValueError("what was kept of the document is no outline")

    @property
    def kinds(self) -> tuple[str, ...]:
        """For each amount whether it is a quantity or a value."""
        return self._opened.kinds

    def with_amounts(self, amounts: Sequence[str]) -> bytes:
        """The document without names, with amounts in their places, as JSON. Raises ValueError for what is no outline."""
        return self._opened.with_amounts(amounts)
