"""What the files of a record are used as, and what was asked beside them, for the second stage of checking.

Knows the marks of the formats, which files may be judged together, and what may be said without a file: a day, facts of the
shipment, readings. Takes the form of facts from the published schema of product files; shares no code with the reader or the
engine. Whether a file as a whole is one that the reader takes, whoever calls the checker asks the reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rare_earth_compliance.record.opening import COUNTRIES, plain_yaml, strict
from rare_earth_compliance.record.plain import amount

_SCHEMA = Path(__file__).parents[1] / "product" / "bom-1.schema.json"
_MARKS = {
    "product or shipment": ("rare-earth-bom/1", {"format", "about", "rates", "product", "shared", "shipment", "transfer"}),
    "price table": ("rare-earth-prices/1", {"format", "about", "prices", "rates"}),
    "confirmation": ("rare-earth-status/1", {"format", "confirmations"}),
}
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_day(text: Any) -> bool:
    """Whether a text is a day of the calendar, written year first."""
    try:
        return isinstance(text, str) and bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def paired(every: Sequence[Any]) -> None:
    """Raises ValueError where files are not paired as one run pairs them.

    Each product is judged in its own file's shipment, or each in every one of the shipments that were handed in; price
    tables, confirmations, facts given beside the files and chosen readings are the same for all.
    """
    pairs = [(one["used"]["product"], one["used"]["shipment"]) for one in every]
    products, shipments = {one for one, _ in pairs}, {one for _, one in pairs}
    crossed = {(one, two) for one in products for two in shipments}
    if {*pairs} != crossed and any(one != two for one, two in pairs):
        raise ValueError("a product was not judged in every shipment that was handed in")
    days = {pair: one["on"] for pair, one in zip(pairs, every, strict=True)}
    if any(days[pair] != one["on"] for pair, one in zip(pairs, every, strict=True)):
        raise ValueError("one product is judged in one shipment for two days")
    asked = [[one["used"]["prices"], one["used"]["status"], one["given"], one["known_by"], chosen(one)] for one in every]
    if any(one != asked[0] for one in asked) or any(len({*one}) < len(one) for one in asked[0][:2]):
        raise ValueError("what one run was asked with is not the same for all its products, or stands twice")


def documents(used: Any, texts: Sequence[str]) -> tuple[Any, Any, list[Any], list[Any]]:
    """The product, the file of its shipment, the price tables and the confirmations, each of the format of its use.

    Raises ValueError for a file that is none of that, and for files that are not to be judged together.
    """
    alone = used["product"] == used["shipment"]
    product = _of("product or shipment", strict(texts[used["product"]]))
    other = product if alone else _of("product or shipment", strict(texts[used["shipment"]]))
    held = {"product", "transfer"} & {*product}
    if len(held) != 1:
        raise ValueError("the file of the product does not hold one product, or one act of providing technology")
    if "transfer" in {*product, *other} and not (alone and held == {"transfer"} and not {"shared", "shipment"} & {*product}):
        raise ValueError("technology that is provided has no product and no shipment beside it")
    if not alone and not isinstance(other.get("shipment"), dict):
        raise ValueError("the file of the shipment holds none")
    confirmed = [one for at in used["status"] for one in _of("confirmation", plain_yaml(texts[at]))["confirmations"]]
    for one in confirmed:
        extended = one["outcome"] == "extended"
        if one["outcome"] not in ("extended", "lapsed") or extended != ("through" in one):
            raise ValueError("a confirmation says neither until when the law is suspended, nor that this has ended")
        if extended and not (one.get("instrument") and one.get("published")):
            raise ValueError("an extension is confirmed without an instrument that was published")
        if not all(is_day(one[name]) for name in ("day", "through", "published") if name in one):
            raise ValueError("a confirmation names a day that is none")
    if len({one["settles"] for one in confirmed}) < len(confirmed):
        raise ValueError("two confirmations settle the same question")
    return product, other, [_of("price table", strict(texts[at])) for at in used["prices"]], confirmed


def asked(said: Any) -> None:
    """Raises ValueError for a day that is none, or for a fact that could not be given beside the files."""
    if not is_day(said["on"]) or not (said["known_by"] is None or is_day(said["known_by"])):
        raise ValueError("a day is none of the calendar, written year first")
    given = said["given"]
    if not all(isinstance(pair, list) and [type(one) for one in pair] == [str, str] for pair in given):
        raise ValueError("a fact that was given is no path with a value")
    paths = [path for path, _ in given]
    if len({*paths}) < len(paths):
        raise ValueError("a fact was given twice")
    for path, value in given:
        if not _fits(path.split("."), value):
            raise ValueError(f"{path} = {value} is no fact that can be given beside the files")


def beside(said: Any, texts: Sequence[str]) -> Iterator[str]:
    """What an answer rests on that none of its files says, in words: days, facts, readings."""
    other = strict(texts[said["used"]["shipment"]])
    stated = (other.get("shipment") or other.get("transfer") or {}).get("day")
    if said["on"] != stated:
        yield f"the day, {said['on']}: " + (f"the shipment is of {stated}" if stated else "no file names it")
    if said["known_by"]:
        yield f"that nothing published after {said['known_by']} counts"
    yield from (f"{path} = {value}, given beside the files" for path, value in said["given"])
    yield from (f"{name} = {option}, a reading that was chosen" for name, option in chosen(said))


def chosen(one: Any) -> list[list[str]]:
    """The readings that were chosen, and not those in use by themselves."""
    return sorted([row["reading"], row["option"]] for row in one["readings"] if row["by"] == "chosen")


def _of(use: str, document: Any) -> Any:
    """A document that is of the format which its use asks for."""
    mark, keys = _MARKS[use]
    if not isinstance(document, dict) or document.get("format") != mark or not {*document} <= keys:
        raise ValueError(f"a file that is used as {use} is not of the format {mark}")
    return document


@cache
def _models() -> Any:
    return json.loads(_SCHEMA.read_bytes())["$defs"]


def _fits(path: Sequence[str], value: str, model: str = "ShipmentFields") -> bool:
    """Whether a fact of a shipment may be given as a text."""
    field = _models()[model]["properties"].get(path[0], {})
    forms = field.get("anyOf", [field])
    inner = next((form["$ref"].rpartition("/")[2] for form in forms if "$ref" in form), "")
    if inner or path[1:]:
        return bool(inner and path[1:]) and _fits(path[1:], value, inner)
    return value != "unknown" and any(_is(form, value) for form in forms)


def _is(form: Any, value: str) -> bool:
    """Whether a text is of a form of the schema; a list is given as words between commas."""
    if form.get("type") == "array":
        return "$ref" not in form["items"] and all(_is(form["items"], one.strip()) for one in value.split(","))
    if "enum" in form:
        return value in form["enum"]
    if form.get("type") == "boolean":
        return value in ("true", "false")
    if form.get("format") == "date":
        return is_day(value)
    if form.get("pattern", "").startswith("^not "):  # any country but those
        return value.startswith("not ") and {one.strip() for one in value[4:].split(",")} <= COUNTRIES
    if "pattern" in form or form.get("type") == "number":
        return _is_amount(value)
    return bool(form.get("type") == "string") and form.get("minLength", 0) <= len(value) <= form.get("maxLength", len(value))


def _is_amount(value: str) -> bool:
    try:
        return bool(amount(value))
    except ValueError:
        return False
