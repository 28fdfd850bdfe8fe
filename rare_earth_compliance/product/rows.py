"""Flat rows of a bill of materials put together as one document of BOM-JSON, and read by its reader.

Knows which row is about which item, what rows may not contradict, and which row and column a problem comes from.
Judges no value that the reader judges. Does not know which rows of a system are valid on the day: the caller does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import ValidationError

from rare_earth_compliance.core import codes
from rare_earth_compliance.core.json_text import Object
from rare_earth_compliance.core.plain import parsed
from rare_earth_compliance.core.problems import Place, Problem, Refused, path_text
from rare_earth_compliance.core.quantities import exact
from rare_earth_compliance.product.document import FORMAT
from rare_earth_compliance.product.model import Product
from rare_earth_compliance.product.reader import read_parsed
from rare_earth_compliance.product.row_model import COUNTRIES, PASSED, Row, is_zero

_COLUMN = {
    "part_number": "child",
    "use": "child",
    "unit_value": "price",
    "unit_value.amount": "price",
    "unit_value.currency": "currency",
    "unit_value.per": "price_unit",
    "unit_value.basis": "price_basis",
    "unit_value.day": "price_day",
}
"""Where a fact of the document came from, where the names differ."""
_LEAVE_OUT = "check the spelling, or name it in columns= or ignore=; leave out deleted and expired rows before"
_NUMBERS = ("mass", "unit_value")
"""Facts in which two ways to write one number are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What rows came to: the product, the document it was read from, and what was taken as not known."""

    product: Product
    document: dict[str, Any]
    """In the format ``rare-earth-bom/1``, every item under 'shared'."""
    notes: tuple[Problem, ...]
    """One for each value that says nothing, such as a price of 0. None of them stands in the way of an answer."""


def read_rows(
    rows: Iterable[Mapping[str, Any]],
    *,
    product: str | None = None,
    columns: Mapping[str, str] | None = None,
    ignore: Collection[str] = (),
    countries: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    rates: Iterable[Mapping[str, Any]] = (),
    name: str = "rows",
    first_row: int = 1,
) -> Rows:
    """Read the rows of one product; see ``product.row_model.Row`` for the columns.

    ``columns`` gives your name for a column (``{"child": "IDNRK"}``); ``ignore`` names columns that are knowingly left.
    ``countries`` and ``units`` turn your words into codes (``{"China": "CN"}``, ``{"EA": "pcs"}``): nothing is
    guessed. ``product`` is the key of the product; the one item under no other when it is not given. ``rates`` are
    exchange rates as in the format. ``name`` and ``first_row`` name the rows in messages: 2 for a CSV file with a
    heading. Raises Refused with problems that name row and column: those of single values first, when there are
    none those of the structure, then those of the reader.
    """
    reading = _Rows(name, dict(columns or {}), frozenset(ignore), dict(countries or {}), dict(units or {}))
    reading.take(rows, first_row)
    return reading.made(product, [dict(rate) for rate in rates])


def product_from_rows(rows: Iterable[Mapping[str, Any]], **options: Any) -> Product:
    """The product of ``read_rows``, without the notes."""
    return read_rows(rows, **options).product


@dataclass(slots=True)
class _Item:
    """One item with the facts that rows say of it, and the lines of its list."""

    row: int
    facts: dict[str, tuple[Any, int]]
    lines: list[tuple[int, Row]]
    base: tuple[str | None, int] | None = None
    units: tuple[str, ...] = ()
    phantom: bool = False


class _Rows:
    def __init__(
        self, name: str, columns: dict[str, str], ignore: frozenset[str], countries: dict[str, str], units: dict[str, str]
    ) -> None:
        self.name, self.columns, self.ignore, self.countries, self.units = name, columns, ignore, countries, units
        self.ours = {theirs: ours for ours, theirs in columns.items()}
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.rows: list[tuple[int, Row]] = []
        self.items: dict[str, _Item] = {}

    # ---- single rows

    def place(self, row: int, column: str) -> Place:
        return Place(file=self.name, line=row, path=self.columns.get(column, column))

    def note(self, row: int, column: str, message: str, advice: str) -> None:
        self.problems.append(Problem(place=self.place(row, column), message=message, advice=advice))

    def unset(self, row: int, column: str, message: str) -> None:
        advice = "fill it in where it is known; where it is not, it is asked for"
        self.notes.append(Problem(place=self.place(row, column), message=message, advice=advice))

    def refuse(self) -> None:
        if self.problems:
            raise Refused(sorted(self.problems, key=lambda one: one.place.line))

    def take(self, rows: Iterable[Any], first: int) -> None:
        unknown = sorted(set(self.columns) - set(Row.model_fields))
        for ours in unknown:
            self.note(0, "", f"columns={{{ours!r}: …}} names no column", f"use {', '.join(Row.model_fields)}")
        if len(self.ours) < len(self.columns):
            self.note(0, "", "columns= gives one of your columns twice", "name each once")
        self.refuse()
        seen: set[str] = set()
        number = first - 1
        for number, given in enumerate(rows, first):
            if isinstance(given, Mapping):
                seen.update(key for key in given if isinstance(key, str))
                self.row(number, given)
            else:
                self.note(
                    number, "", f"found {type(given).__name__}, expected a dictionary", "give each row as {column: value}"
                )
        if number < first:
            self.note(0, "", "holds no row", "export the bill of materials again; without rows nothing is known")
        for ours, theirs in self.columns.items():
            if number >= first and theirs not in seen:
                self.note(0, ours, "no row has this column", "check the name in columns=")
        self.refuse()

    def row(self, number: int, given: Mapping[str, Any]) -> None:
        named: dict[str, Any] = {}
        for key, value in given.items():
            if key in self.ignore:
                continue
            ours = self.ours.get(key, key)
            if not isinstance(key, str) or (ours == key and key in self.columns and self.columns[key] != key):
                self.note(number, "", f"{key!r:.60} is not a column", _LEAVE_OUT)
                continue
            named[ours] = value
        self.countries_of(number, named)
        try:
            row = Row.model_validate(named)
        except ValidationError as error:
            for found in error.errors():
                ctx = found.get("ctx", {})
                message = "is not a column" if found["type"] == "extra_forbidden" else found["msg"]
                advice = _LEAVE_OUT if found["type"] == "extra_forbidden" else ctx.get("advice", "correct it")
                self.note(number, str(found["loc"][0]), message, advice)
            return
        if row.child is None:
            self.note(number, "child", "is empty", "every row is about an item")
        self.quantity_of(number, row)
        self.rows.append((number, row))

    def countries_of(self, number: int, named: dict[str, Any]) -> None:
        """Turn your words for countries into codes; anything else that is no code is a problem, never a guess."""
        for column in COUNTRIES:
            found = named.get(column)
            if not isinstance(found, str) or not found.strip():
                continue
            named[column] = country = self.countries.get(found.strip(), found.strip())
            if country not in codes.countries():
                advice = f"write the two letters of ISO 3166, or say which it is: countries={{{country!r}: …}}"
                self.note(number, column, f"{country!r} is not a two-letter country code", advice)

    def quantity_of(self, number: int, row: Row) -> None:
        if row.parent is None and row.quantity is not None:
            message = "the row of the product itself has a quantity"
            self.note(number, "quantity", message, "put it into base_quantity of the rows below, or leave it out")
        elif row.quantity is not None and row.unit is None and not is_zero(row.quantity) and "unit" in row.model_fields_set:
            self.note(number, "unit", "is empty beside a quantity", "give the unit, or leave the whole column out for pieces")

    # ---- items

    def made(self, wanted: str | None, rates: list[dict[str, Any]]) -> Rows:
        for number, row in self.rows:
            self.describe(number, row, self.items.setdefault(row.child or "", _Item(number, {}, [])))
        seen: dict[tuple[str, str, str | None], int] = {}
        for number, row in self.rows:
            if row.parent is None:
                continue
            line = (row.parent, row.child or "", row.position)
            if line in seen:
                message = f"{row.child!r} stands in the list of {row.parent!r} already, in row {seen[line]}"
                self.note(number, "child", message, "leave one out; where both are meant, give each its position")
            seen.setdefault(line, number)
            self.line(number, row)
        root = self.root(wanted)
        self.check()
        self.refuse()
        if root is None:  # unreachable: without a root there is a problem
            raise Refused([Problem(place=Place(file=self.name), message="has no product")])
        return self.read(self.document(root, rates))

    def describe(self, number: int, row: Row, item: _Item) -> None:
        """Add what a row says of its child; another row may not say otherwise."""
        facts: dict[str, Any] = {name: getattr(row, name) for name in (*PASSED, *COUNTRIES)}
        facts["unit"] = self.unit(row.item_unit)
        facts["unit_value"] = self.price(number, row)
        facts["mass"] = self.mass(number, row)
        for fact, value in facts.items():
            if value is None:
                continue
            before, at = item.facts.setdefault(fact, (value, number))
            same = _alike(before) == _alike(value) if fact in _NUMBERS else before == value
            if not same:
                message = f"says {_shown(value)} of {row.child!r}, row {at} says {_shown(before)}"
                self.note(
                    number,
                    _COLUMN.get(fact, fact),
                    message,
                    "correct one; facts are of one unit of the item, wherever it is used",
                )
        item.phantom = item.phantom or bool(row.phantom)

    def price(self, number: int, row: Row) -> dict[str, Any] | None:
        if row.price is None:
            return None
        if is_zero(row.price):
            self.unset(number, "price", f"found {row.price}: zero is no price, taken as not known")
            return None
        told = {
            "amount": row.price,
            "currency": row.currency,
            "per": None if row.price_unit is None else self.per(row.price_unit),
            "basis": row.price_basis,
            "day": row.price_day,
        }
        return {key: value for key, value in told.items() if value is not None}

    def per(self, text: str) -> str:
        size, _, unit = text.partition(" ")
        return f"{size} {self.unit(unit.strip())}" if unit.strip() else self.units.get(text, text)

    def mass(self, number: int, row: Row) -> str | None:
        if row.mass is None:
            return None
        if is_zero(row.mass):
            self.unset(number, "mass", f"found {row.mass}: zero is no mass, taken as not known")
            return None
        return f"{row.mass} {self.unit(row.mass_unit) or ''}".strip()

    def unit(self, unit: str | None) -> str | None:
        return None if unit is None else self.units.get(unit, unit)

    def line(self, number: int, row: Row) -> None:
        above = self.items.setdefault(row.parent or "", _Item(number, {}, []))
        above.lines.append((number, row))
        if above.base is None:
            above.base = (row.base_quantity, number)
        elif _alike(above.base[0]) != _alike(row.base_quantity):
            message = f"found {row.base_quantity or 'none'}, in row {above.base[1]} it is {above.base[0] or 'none'}"
            self.note(number, "base_quantity", message, f"give the list of {row.parent!r} one base quantity in all its rows")
        unit = self.unit(row.unit)
        if unit is not None:
            item = self.items[row.child or ""]
            item.units = tuple(dict.fromkeys((*item.units, unit)))

    def root(self, wanted: str | None) -> str | None:
        """The one item under no other; a ring of items has none and is left to the reader, which names it."""
        own = {row.child: number for number, row in self.rows if row.parent is None}
        children = {row.child for _, row in self.rows if row.parent is not None}
        described = {row.child for _, row in self.rows}
        if wanted is not None and wanted not in self.items:
            self.note(0, "", f"product={wanted!r} is in no row", "give the key as it stands in the rows")
            return None
        if own:
            for key, item in self.items.items():
                if key not in described:
                    message = f"{key!r} is described in no row"
                    self.note(item.row, "parent", message, "correct the key, or add the row of the item")
            tops = [key for key in own if key is not None]
        else:
            tops = [key for key in self.items if key not in children]
        if wanted is not None and tops and wanted not in tops:
            message = f"product={wanted!r} stands under another item"
            self.note(0, "", message, f"the rows are those of {', '.join(map(repr, tops[:5]))}")
        elif len(tops) > 1:
            message = f"{len(tops)} items stand under no other: {', '.join(map(repr, tops[:5]))}"
            self.note(0, "parent", message, "correct the keys; give the rows of one product at a time")
        return tops[0] if tops else wanted or next(iter(self.items), None)

    def check(self) -> None:
        for key, item in self.items.items():
            if len(item.units) > 1 and "unit" not in item.facts:
                message = f"{key!r} is counted in {' and in '.join(item.units)}"
                self.note(item.row, "unit", message, "say in which unit it is kept and priced: item_unit")
            if item.phantom and not item.lines:
                advice = "export the rows below it; a kit without contents hides them"
                self.note(item.row, "phantom", f"the kit {key!r} has no rows below it", advice)

    # ---- the document

    def document(self, root: str, rates: list[dict[str, Any]]) -> Object:
        below = {key: self.written(key, item) for key, item in self.items.items()}
        # A product that stands in its own list is a ring: the reader finds it among the shared items.
        inside = {row.child for _, row in self.rows if row.parent is not None}
        document: dict[str, Any] = {"format": FORMAT, "product": below[root]}
        if rates:
            document["rates"] = rates
        document["shared"] = {key: made for key, made in below.items() if key != root or key in inside}
        return _object(document, 0)

    def written(self, key: str, item: _Item) -> Object:
        facts = {"part_number": key} | {fact: value for fact, (value, _) in item.facts.items()}
        if "unit" not in facts and item.units:
            facts["unit"] = item.units[0]
        if item.base is not None and item.base[0] is not None:
            facts["base_quantity"] = item.base[0]
        if item.lines:
            facts["parts"] = [self.use(number, row) for number, row in item.lines]
        return _object(facts, item.row)

    def use(self, number: int, row: Row) -> Object:
        line: dict[str, Any] = {"use": row.child}
        if is_zero(row.quantity) and row.unit is None:
            self.unset(number, "quantity", f"found {row.quantity} without a unit: unset, taken as not known")
        elif row.quantity is not None:
            line["quantity"] = row.quantity
            if row.unit is not None:
                line["unit"] = self.unit(row.unit)
        return _object(line, number)

    def read(self, document: Object) -> Rows:
        try:
            value, sha256 = parsed(document, self.name)
            contents = read_parsed(value, self.name, sha256)
        except Refused as refused:
            self.told_by_row(document, refused)
        if contents.product is None:
            raise Refused([Problem(place=Place(file=self.name), message="holds no product")])
        notes = tuple(sorted(self.notes, key=lambda one: one.place.line))
        return Rows(product=contents.product, document=document, notes=notes)

    def told_by_row(self, document: Object, refused: Refused) -> NoReturn:
        """The reader's problems at their row and column in place of a path into a document that nobody wrote."""
        items = {path_text(("shared", key)): item for key, item in self.items.items()}
        items["product"] = self.items[str(document["product"]["part_number"])]
        above = sorted(items, key=len, reverse=True)
        told = []
        for problem in refused.problems:
            path, place = problem.place.path, problem.place
            start = next((one for one in above if path == one or path.startswith((f"{one}.", f"{one}["))), None)
            if start is not None:
                fact = path.removeprefix(start).lstrip(".")
                row = place.line
                if fact.startswith("parts["):
                    fact = fact.partition(".")[2]
                else:
                    row = items[start].facts.get(re.split(r"[.\[]", fact)[0], (None, row))[1]
                    fact = "item_unit" if fact == "unit" and fact in items[start].facts else fact
                place = self.place(row, _COLUMN.get(fact, fact))
            told.append(Problem(place=place, message=problem.message, advice=problem.advice))
        raise Refused(dict.fromkeys(told)) from None  # a unit of a line is that of its item too: one problem


def _object(members: Mapping[str, Any], row: int) -> Object:
    made = Object(members)
    made.at = row
    return made


def _alike(value: Any) -> Any:
    """A value so that two ways to write one number are the same."""
    if isinstance(value, dict):
        return {key: _alike(one) for key, one in value.items()}
    if isinstance(value, str):
        number, _, unit = value.partition(" ")
        try:
            return exact(number), unit
        except ValueError:
            return value
    return value


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values())
    return repr(value)
