"""The reader of BOM-JSON: bytes to a Product and a Shipment, or to all problems of the file.

Knows lines, references, units and cycles. Walks nested items with a list of work, never by recursion,
so that depth costs nothing. Does not know which facts a law asks for: what is missing stays missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from rare_earth_compliance.core import json_text
from rare_earth_compliance.core.codes import rare_earths
from rare_earth_compliance.core.json_text import Lines, Object
from rare_earth_compliance.core.problems import Path, Place, Problem, Refused, path_text
from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.core.units import UNITS, factor, is_mass
from rare_earth_compliance.product import document as doc
from rare_earth_compliance.product.convert import (
    TECHNOLOGY,
    end_use,
    holdings,
    inputs_of,
    item_facts,
    party,
    rate_of,
    shipped,
    technology_fields,
    transfer,
)
from rare_earth_compliance.product.kinds_of_file import document_of, text_of
from rare_earth_compliance.product.magnitude import too_long
from rare_earth_compliance.product.model import TRANSFER, Item, Money, Price, Product, Rate, Shipment, Use
from rare_earth_compliance.product.pairing import held_together
from rare_earth_compliance.product.pricing import money_of
from rare_earth_compliance.product.quick_fields import Doubt, taken, whole
from rare_earth_compliance.product.steps import left_out
from rare_earth_compliance.product.wording import cut, say

M = TypeVar("M", bound=BaseModel)
MATERIALS = "materials"
LISTS = (MATERIALS, "parts")
_LISTS = frozenset(LISTS)
_WHOLE = (doc.ShipmentFields, doc.TechnologyTransfer)
"""Models that are handed on as such."""
_OUTER = frozenset({"product", "shared", "shipment", "transfer"})
MOST = 2_000
"""After so many problems no more are looked for: a file of mistakes must not cost more than one without."""
PLACED = 300
"""How many problems of a file are placed to the line; further ones stand at the line of their object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a file holds: a product, the fields of a shipment, or both."""

    file: str
    sha256: str
    product: Product | None
    shipment: doc.ShipmentFields | None
    shipment_line: int
    rates: tuple[Rate, ...]
    is_transfer: bool = False
    """Whether it holds an act of providing technology in place of goods."""


def read(data: bytes, file: str) -> Contents:
    """Read a file of BOM-JSON. Raises Refused with all its problems.

    A file without product and without shipment is refused; one with a product alone, or a shipment
    alone, is taken.
    """
    return read_text(text_of(data, file), file, hashlib.sha256(data).hexdigest())


def read_text(text: str, file: str, sha256: str) -> Contents:
    """Read the text of a file whose bytes have the hash ``sha256``. Raises Refused with all its problems."""
    value = json_text.read_quick(text)
    if value is not None:
        # What has no problem is read once and quickly; problems are looked for by the reader that knows every place.
        with suppress(Doubt):
            return _Reader(text, file, sha256, quick=True).contents(value)
    return _Reader(text, file, sha256).contents(document_of(text, file))


def read_parsed(value: Any, file: str, sha256: str) -> Contents:
    """Read a document that ``core.plain`` took from a program: there is no text, so places have a path and no line.

    Raises Refused with all its problems.
    """
    return _Reader(None, file, sha256).contents(value)


@dataclass(slots=True)
class _Pending:
    """An item that waits to be read."""

    raw: Any
    parent: int
    step: Path
    line_of_list: bool


class _Reader:
    def __init__(self, text: str | None, file: str, sha256: str, *, quick: bool = False) -> None:
        self.quick = quick
        """Whether objects do not know their places, so that a problem raises Doubt and is looked for again."""
        self.text = text
        self.file = file
        self.sha256 = sha256
        self.lines = Lines(text) if text is not None else None
        self.problems: list[Problem] = []
        self.raw: list[Object] = []
        self.fields: list[doc.ItemFields] = []
        self.links: list[tuple[int, Path]] = []
        self.children: list[list[tuple[int | str, Interval | None, str | None, Object, Path]]] = []

    # ---- problems and places

    def note(self, holder: Any, path: Path, local: Path, message: str, advice: str) -> None:
        if self.quick:
            raise Doubt
        at = getattr(holder, "at", 0)
        # Finding a place goes over the object once more: past the first few hundred its opening line must do.
        if self.text is not None and len(self.problems) < PLACED:
            at = json_text.offset_of(self.text, at, local)
        place = Place(file=self.file, line=self.line(at), path=path_text((*path, *local)))
        self.problems.append(Problem(place=place, message=message, advice=advice))
        if len(self.problems) >= MOST:
            raise Refused(sorted(self.problems, key=lambda problem: problem.place.line))

    def line(self, at: int) -> int:
        """The line of an object: without a text, what the object says itself."""
        return at if self.lines is None else self.lines.line(at)

    def path(self, index: int) -> Path:
        pieces: list[Path] = []
        while index >= 0:
            index, step = self.links[index]
            pieces.append(step)
        return tuple(step for piece in reversed(pieces) for step in piece)

    def validate(
        self,
        model: type[M],
        raw: Any,
        path: Callable[[], Path],
        holder: Any,
        inside: Path = (),
        passed: frozenset[str] = frozenset(),
    ) -> M | None:
        """The fields of one object without the keys ``passed``; the path is made only for a problem, for it may be long."""
        if isinstance(raw, Object):
            with suppress(Doubt):
                return cast(M, whole(model, raw) if model in _WHOLE else taken(model, raw, passed))
        try:
            return model.model_validate({key: value for key, value in raw.items() if key not in passed} if passed else raw)
        except ValidationError as error:
            for found in error.errors():
                message, advice = say(found, model)
                self.note(holder, path(), (*inside, *found["loc"]), message, advice)
            return None

    # ---- the file

    def contents(self, raw: Any) -> Contents:
        if not isinstance(raw, Object):
            self.note(raw, (), (), "the file does not hold an object", 'begin with {"format": "rare-earth-bom/1", …}')
            raise Refused(self.problems)
        if raw.get("format") != doc.FORMAT:
            found = repr(raw["format"]) if isinstance(raw.get("format"), str) else "no format"
            self.note(raw, (), ("format",), f"found {found}, expected {doc.FORMAT!r}", f'add "format": "{doc.FORMAT}"')
            raise Refused(self.problems)
        fields = self.validate(doc.FileFields, raw, tuple, raw, (), _OUTER)
        shipment = raw.get("shipment")
        given = None
        if shipment is not None:
            given = self.validate(doc.ShipmentFields, shipment, tuple, raw, ("shipment",))
        if raw.get("transfer") is not None:
            return self.transfer(raw)
        product = self.product(raw) if raw.get("product") is not None else None
        if raw.get("product") is None and (empty := next((key for key in ("product", "transfer") if key in raw), None)):
            advice = "say what it is, or leave the key out of a file with a shipment alone"
            self.note(raw, (), (empty,), f"names a {empty} and holds none", advice)
        elif raw.get("product") is None and shipment is None:
            advice = "add the key 'product' or 'shipment', or 'transfer' where technology is provided without goods"
            self.note(raw, (), (), "holds neither a product nor a shipment", advice)
        elif raw.get("product") is None and raw.get("shared"):
            self.note(raw, (), ("shared",), "holds shared items but no product", "add the key 'product'")
        if self.problems:
            raise Refused(sorted(self.problems, key=lambda problem: problem.place.line))
        rates = tuple(rate_of(rate) for rate in (fields.rates or [])) if fields else ()
        line = self.line(shipment.at) if isinstance(shipment, Object) else 0
        return Contents(
            file=self.file,
            sha256=self.sha256,
            product=replace(product, rates=rates) if product else None,
            shipment=given,
            shipment_line=line,
            rates=rates,
        )

    def transfer(self, raw: Object) -> Contents:
        """An act of providing technology: a product that is the technology, and the shipment it makes."""
        for key in ("product", "shared", "shipment"):
            if raw.get(key) is not None:
                advice = "put goods into a file of their own, with shipment.kind goods-with-technology if both move"
                self.note(raw, (), (key,), "stands beside 'transfer', which is technology without goods", advice)
        given = self.validate(doc.TechnologyTransfer, raw["transfer"], tuple, raw, ("transfer",))
        if self.problems or given is None:
            raise Refused(sorted(self.problems, key=lambda problem: problem.place.line))
        line = self.line(raw["transfer"].at)
        item = Item(
            index=0,
            parent=-1,
            step=TRANSFER,
            line=line,
            name=given.name or "technology transfer",
            form=TECHNOLOGY,
            equipment="none",
            rare_earths="none",
        )
        return Contents(
            file=self.file,
            sha256=self.sha256,
            product=Product(items=(item,), order=(0,), file=self.file, sha256=self.sha256),
            shipment=shipped(given, self.sha256),
            shipment_line=line,
            rates=(),
            is_transfer=True,
        )

    # ---- items

    def product(self, raw: Object) -> Product | None:
        shared = raw.get("shared")
        if shared is not None and not isinstance(shared, Object):
            self.note(raw, (), ("shared",), "found something else, expected an object of items", 'write {"KEY": {…}, …}')
            shared = None
        self.take(_Pending(raw["product"], -1, ("product",), False), raw)
        names: dict[str, int] = {}
        for name, item in (shared or {}).items():
            names[name] = len(self.raw)
            self.take(_Pending(item, -1, ("shared", name), False), shared)
        if self.problems:
            return None
        uses = self.resolve(names)
        if self.problems:
            return None
        order = self.ordered(uses)
        if order is None:
            return None
        long = too_long(uses, order)
        if long is not None:
            message = "the quantities of the lines below it multiply to numbers too long to compute with"
            advice = "correct the quantities, or state them with fewer digits and levels"
            self.note(self.raw[long], self.path(long), (), message, advice)
            return None
        return self.build(uses, order)

    def take(self, first: _Pending, holder: Any) -> None:
        """Read an item and everything nested in it, in the order of the file."""
        work = [first]
        while work:
            pending = work.pop()
            raw = pending.raw
            index = len(self.raw)
            if not isinstance(raw, Object):
                above = self.path(pending.parent) if pending.parent >= 0 else ()
                self.note(holder, above, pending.step, "found something else, expected an object", "write an item as {…}")
                continue
            self.raw.append(raw)
            self.links.append((pending.parent, pending.step))
            self.children.append([])
            model = doc.LineFields if pending.line_of_list else doc.ItemFields
            fields = self.validate(model, raw, lambda index=index: self.path(index), raw, (), _LISTS)  # type: ignore[misc]
            self.fields.append(fields or doc.ItemFields())
            quantity = getattr(fields, "quantity", None)
            if pending.parent >= 0:
                self.children[pending.parent].append((index, quantity, None, raw, pending.step))
            work.extend(reversed(list(self.below(raw, index))))

    def below(self, raw: Object, index: int) -> Iterable[_Pending]:
        for key in LISTS:
            listed = raw.get(key)
            if listed is None:
                continue
            if not isinstance(listed, list):
                self.note(raw, self.path(index), (key,), "found something else, expected a list", "write [{…}, …]")
                continue
            for position, line in enumerate(listed):
                if isinstance(line, Object) and "use" in line:
                    self.reference(line, index, (key, position))
                else:
                    yield _Pending(line, index, (key, position), True)

    def reference(self, line: Object, index: int, step: Path) -> None:
        fields = self.validate(doc.ReferenceFields, line, lambda: (*self.path(index), *step), line)
        if fields is None:
            return
        self.children[index].append((fields.use, fields.quantity, fields.unit, line, step))

    # ---- references, units, order

    def resolve(self, names: dict[str, int]) -> list[list[Use]]:
        """For every item its lines, with how much of each in the unit of what it names."""
        resolved: list[list[Use]] = []
        known = ", ".join(cut(name) for name in sorted(names)[:20]) or "none"
        for index, children in enumerate(self.children):
            base = self.fields[index].base_quantity
            lines: list[Use] = []
            for target, quantity, unit, raw, step in children:
                child = names.get(target, -1) if isinstance(target, str) else target
                if child < 0:
                    message = f"{cut(repr(target))} is not an item of 'shared' (known: {known})"
                    self.note(raw, (*self.path(index), *step), ("use",), message, "correct the key, or add the item")
                    continue
                used = quantity
                if used is not None and unit is not None:
                    used = self.converted(used, unit, child, raw, lambda at=index, line=step: (*self.path(at), *line))  # type: ignore[misc]
                if used is not None and base is not None:
                    used = used.over(base)
                lines.append(Use(item=child, quantity=used, line=self.line(raw.at), material=step[0] == MATERIALS))
            resolved.append(lines)
        return resolved

    def converted(self, quantity: Interval, unit: str, child: int, raw: Object, path: Callable[[], Path]) -> Interval | None:
        wanted = self.fields[child].unit
        size = factor(unit, wanted)
        if size is not None:
            return quantity.scaled(size)
        mass = self.fields[child].mass
        if is_mass(unit) and mass is not None:
            return quantity.scaled(UNITS[unit][1]).over(mass)
        message = f"the quantity is in {unit}, the item is counted in {wanted}"
        advice = f"give the quantity in {wanted}" + (", or the mass of one unit of the item" if is_mass(unit) else "")
        self.note(raw, path(), ("unit",), message, advice)
        return None

    def ordered(self, uses: list[list[Use]]) -> list[int] | None:
        """Items below before items above; a cycle is a problem."""
        waiting = [len(lines) for lines in uses]
        above: list[list[int]] = [[] for _ in uses]
        for index, lines in enumerate(uses):
            for use in lines:
                above[use.item].append(index)
        order = [index for index, count in enumerate(waiting) if count == 0]
        for index in order:
            for parent in above[index]:
                waiting[parent] -= 1
                if waiting[parent] == 0:
                    order.append(parent)
        if len(order) == len(uses):
            return order
        self.cycle(uses, {index for index, count in enumerate(waiting) if count})
        return None

    def cycle(self, uses: list[list[Use]], left: set[int]) -> None:
        """Name one ring of items that contain each other."""
        index = min(left)
        seen = {index: 0}
        while True:
            index = next(use.item for use in uses[index] if use.item in left)
            if index in seen:
                ring = [*list(seen)[seen[index] :], index]
                break
            seen[index] = len(seen)
        shown = ring if len(ring) <= 8 else [*ring[:4], *ring[-4:]]
        labels = " → ".join(self._label(item) for item in shown)
        self.note(
            self.raw[ring[0]],
            self.path(ring[0]),
            (),
            f"the item contains itself: {labels}",
            "remove the line that leads back; a part can not hold the product it goes into",
        )

    def _label(self, index: int) -> str:
        fields = self.fields[index]
        return fields.part_number or fields.name or path_text(self.path(index))

    # ---- building

    def build(self, uses: list[list[Use]], order: list[int]) -> Product | None:
        reached = {0}
        for index in reversed(order):
            if index in reached:
                reached.update(use.item for use in uses[index])
        items: list[Item] = []
        derived: list[Item] = []
        for index, fields in enumerate(self.fields):
            line = self.line(self.raw[index].at)
            lines = list(uses[index])
            value = self.unit_value(fields, index)
            for made, quantity, (step, problem) in inputs_of(fields):
                if problem:
                    advice = "price it for a number of the item, or leave 'per' out"
                    self.note(self.raw[index], self.path(index), (*step, "value", "per"), problem, advice)
                position = len(self.fields) + len(derived)
                derived.append(replace(made, index=position, parent=index, line=line))
                lines.append(Use(item=position, quantity=quantity, line=line, material=True))
                if index in reached:
                    reached.add(position)
            self.check(fields, index, lines)
            items.append(item_facts(fields, index, self.links[index], line, value, tuple(lines)))
        if self.problems:
            return None
        everything = (*items, *derived)
        whole = [index for index in (*(item.index for item in derived), *order) if index in reached]
        unused = tuple(index for index in range(len(everything)) if index not in reached)
        return Product(items=everything, order=tuple(whole), file=self.file, sha256=self.sha256, unused=unused)

    def check(self, fields: doc.ItemFields, index: int, lines: list[Use]) -> None:
        """Statements of one item that can not all be true."""
        names = [one.name for one in fields.parameters or []]
        if len(set(names)) < len(names):
            message = "a parameter is given twice"
            self.note(self.raw[index], self.path(index), ("parameters",), message, "keep one, as a range if need be")
        raw, shares = self.raw[index], [part.mass_fraction for part in fields.composition or [] if part.mass_fraction]
        if shares and sum((share.low for share in shares), Fraction(0)) > 1:
            message = "the mass fractions add up to more than 100 %"
            self.note(raw, self.path(index), ("composition",), message, "correct the fractions, or give ranges")
        if fields.complete and not lines:
            message = "says that its list is complete, but lists nothing"
            advice = "list its parts or materials, or leave 'complete' out: "
            advice += "that every element of it is in 'composition' is said by 'composition_complete'"
            self.note(raw, self.path(index), ("complete",), message, advice)
        self.check_steps(fields, (), index, form=fields.form, rare=fields.rare_earths != "none", made_in=bool(fields.made_in))
        for position, part in enumerate(fields.composition or []):
            rare = part.element in rare_earths()
            self.check_steps(part, ("composition", position), index, form=part.input_form, rare=rare, made_in=False)

    def check_steps(
        self,
        told: doc.ItemFields | doc.SubstanceFields,
        within: Path,
        index: int,
        *,
        form: str | None,
        rare: bool,
        made_in: bool,
    ) -> None:
        """Steps that are said to be all are all that there must be. What an input is says its form; it has no 'made_in'."""
        if not told.steps_complete:
            return
        wrong = left_out([made.step for made in told.steps or []], form, rare=rare, made_in=made_in)
        if wrong:
            message = f"says that its steps are complete, but {', and '.join(wrong)}"
            place = "its form in 'input_form'" if within else "'made_in'"
            advice = f"name every step of the rare earth in it with its country, and {place}, or leave 'steps_complete' out"
            self.note(self.raw[index], self.path(index), (*within, "steps_complete"), message, advice)

    def unit_value(self, fields: doc.ItemFields, index: int) -> Money | None:
        if fields.unit_value is None:
            return None
        money, problem = money_of(fields.unit_value, fields.unit, fields.mass)
        if problem:
            advice = "price it per unit of the item, or give the mass of one unit"
            self.note(self.raw[index], self.path(index), ("unit_value", "per"), problem, advice)
        return money


def shipment_of(
    product: Product,
    fields: doc.ShipmentFields | None,
    contents: Contents | None = None,
    *,
    prices: tuple[Price, ...] = (),
    rates: tuple[Rate, ...] = (),
    tables: tuple[tuple[str, str], ...] = (),
) -> Shipment:
    """The shipment of a product. Without fields nothing is known of it.

    ``contents`` is the file that the fields came from; ``prices`` and ``rates`` come from tables that were
    handed in, ``tables`` names them with their hashes. Raises Refused for a price that can not be read, and where product
    and shipment are not for each other.
    """
    held_together(product, fields, contents)
    fields = fields or doc.ShipmentFields()
    price = None
    file = contents.file if contents else product.file
    line = contents.shipment_line if contents else 0
    if fields.unit_price is not None:
        price, problem = money_of(fields.unit_price, product.root.unit, product.root.mass)
        if problem:
            place = Place(file=file, line=line, path="shipment.unit_price.per")
            raise Refused([Problem(place=place, message=problem, advice="price it per unit of the product")])
    return Shipment(
        product=product,
        file=file,
        line=line,
        sha256=contents.sha256 if contents else "",
        kind=fields.kind,
        movement=fields.movement,
        technology_fields=technology_fields(fields.technology_fields),
        transfer=transfer(fields.transfer),
        is_transfer=product.is_transfer,
        exporter=party(fields.exporter),
        ship_from=fields.ship_from,
        destination=fields.destination,
        transit_through=tuple(fields.transit_through) if fields.transit_through is not None else None,
        importer=party(fields.importer),
        consignee=party(fields.consignee),
        end_user=party(fields.end_user),
        end_use=end_use(fields.end_use),
        ownership=holdings(fields.ownership),
        licensed_before=fields.licensed_before,
        day=fields.day,
        quantity=fields.quantity,
        unit_price=price,
        rates=(*product.rates, *(contents.rates if contents and contents.file != product.file else ()), *rates),
        prices=prices,
        tables=tables,
    )
