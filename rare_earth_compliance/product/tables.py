"""Price tables and shipment facts from elsewhere than the product's own file.

Knows the form of a price table (``rare-earth-prices/1``) and how facts of a shipment given one by one
replace those of a file. Does not know which price a law would take.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rare_earth_compliance.core import json_text
from rare_earth_compliance.core.json_text import Lines, Object
from rare_earth_compliance.core.problems import COMMAND_LINE, Place, Problem, Refused, path_text
from rare_earth_compliance.product import document as doc
from rare_earth_compliance.product.convert import price_of, rate_of
from rare_earth_compliance.product.kinds_of_file import PRICES, document_of, text_of
from rare_earth_compliance.product.model import Price, Product, Rate, Shipment
from rare_earth_compliance.product.reader import Contents, shipment_of
from rare_earth_compliance.product.wording import say

M = TypeVar("M", bound=BaseModel)
FORMAT = "rare-earth-prices/1"
_LISTS = ("purposes", "technology_fields", "listed_by", "subjects", "transit_through")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Prices and rates of one file, with the file's name and hash."""

    name: str
    sha256: str
    prices: tuple[Price, ...]
    rates: tuple[Rate, ...]


def is_table(data: bytes, file: str) -> bool:
    """Whether a file is a price table; of one that can not be read at all, whoever reads it as a product says why.

    Raises Refused for one that says that it is one and does not read as one: it may be anything.
    """
    try:
        raw = json_text.read(json_text.decode(data, file), file)
    except Refused:
        return False
    if not isinstance(raw, Object) or raw.get("format") != FORMAT:
        return False
    read_table(data, file)
    return True


def read_table(data: bytes, file: str) -> Table:
    """Read a price table. Raises Refused with all its problems."""
    text = text_of(data, file, PRICES)
    raw = document_of(text, file, PRICES)
    if not isinstance(raw, Object):
        raise Refused([Problem(place=Place(file=file, line=1), message="does not hold an object", advice="write {…}")])
    lines, problems = Lines(text), []
    try:
        fields = doc.PriceFile.model_validate(raw)
    except ValidationError as error:
        for found in error.errors():
            message, advice = say(found, doc.PriceFile)
            line = lines.line(json_text.offset_of(text, raw.at, found["loc"]))
            place = Place(file=file, line=line, path=path_text(found["loc"]))
            problems.append(Problem(place=place, message=message, advice=advice))
        raise Refused(problems) from None
    prices: list[Price] = []
    for position, price in enumerate(fields.prices or []):
        try:
            prices.append(price_of(price))
        except ValueError as error:
            line = lines.line(json_text.offset_of(text, raw.at, ("prices", position)))
            place = Place(file=file, line=line, path=f"prices[{position}].per")
            problems.append(Problem(place=place, message=str(error), advice="price inputs by mass"))
    if problems:
        raise Refused(problems)
    rates = tuple(rate_of(rate) for rate in fields.rates or [])
    return Table(name=file, sha256=hashlib.sha256(data).hexdigest(), prices=tuple(prices), rates=rates)


def shipment_facts(pairs: Iterable[tuple[str, str]]) -> doc.ShipmentFields:
    """Facts of a shipment from path and value, as ("end_user.military", "true"). Raises Refused with all problems.

    Values of lists are separated by commas; "true" and "false" are truth values where one is asked for. A value of which
    nothing is left, or a word of a list, says nothing: it is refused, for an empty list would say "none".
    """
    raw: dict[str, Any] = {}
    problems = []
    for path, value in pairs:
        if value == doc.UNKNOWN:
            message = f"{path} is said to be unknown: what a file says of it would stand"
            problems.append(
                Problem(place=Place(file=COMMAND_LINE, path=path), message=message, advice="take it out of the file")
            )
        last = path.rpartition(".")[2]
        words = [word.strip() for word in (value.split(",") if last in _LISTS else [value])]
        if not all(words):
            message = f"{path} has a word that is empty" if any(words) else f"{path} is given and says nothing"
            advice = "name what it is, or leave it out; that no technology moves is technology_fields=none"
            problems.append(Problem(place=Place(file=COMMAND_LINE, path=path), message=message, advice=advice))
            continue
        value_said = words if last in _LISTS else {"true": True, "false": False}.get(value, value)
        wrong = _put(raw, path, value_said)
        if wrong is not None:
            problems.append(wrong)
    fields = doc.ShipmentFields()
    try:
        fields = doc.ShipmentFields.model_validate(raw)
    except ValidationError as error:
        for found in error.errors():
            message, advice = say(found, doc.ShipmentFields)
            place = Place(file=COMMAND_LINE, path=f"shipment.{path_text(found['loc'])}")
            problems.append(Problem(place=place, message=message, advice=advice))
    if problems:
        raise Refused(problems)
    return fields


def _put(raw: dict[str, Any], path: str, value: Any) -> Problem | None:
    """Put a value where its path says; the problem where something else stands in its way."""
    steps = path.split(".")
    holder = raw
    for at, step in enumerate(steps[:-1], start=1):
        below = holder.setdefault(step, {})
        if not isinstance(below, dict):
            return _both(path, ".".join(steps[:at]))
        holder = below
    last = steps[-1]
    if last not in holder:
        holder[last] = value
        return None
    if isinstance(holder[last], dict):
        return _both(path, path)
    return Problem(place=Place(file=COMMAND_LINE, path=path), message=f"{path} is given twice", advice="give it once")


def _both(path: str, single: str) -> Problem:
    message = f"{single} is given as a single value; nothing stands below it"
    advice = f"give {single} alone, or what stands below it"
    return Problem(place=Place(file=COMMAND_LINE, path=path), message=message, advice=advice)


def shipped(
    product: Product, source: Contents, given: doc.ShipmentFields, facts: tuple[tuple[str, str], ...], tables: Iterable[Table]
) -> Shipment:
    """A product in the shipment of ``source``, with facts that were given one by one over it, and price tables.

    ``given`` is what ``shipment_facts`` made of ``facts``.
    """
    listed = tuple(tables)
    made = shipment_of(
        product,
        laid_over(source.shipment, given),
        source,
        prices=tuple(price for table in listed for price in table.prices),
        rates=tuple(rate for table in listed for rate in table.rates),
        tables=tuple((table.name, table.sha256) for table in listed),
    )
    return replace(made, given=facts)


def laid_over(below: doc.ShipmentFields | None, above: doc.ShipmentFields) -> doc.ShipmentFields:
    """The facts of ``below`` with those of ``above`` in their place, fact by fact."""
    return above if below is None else _over(below, above)


def _over(below: M, above: M) -> M:
    changed: dict[str, Any] = {}
    for name in above.model_fields_set:
        old, new = getattr(below, name), getattr(above, name)
        both = isinstance(old, BaseModel) and isinstance(new, BaseModel)
        changed[name] = _over(old, new) if both else new
    return below.model_copy(update=changed)
