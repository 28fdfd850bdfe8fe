"""One product of a portfolio to one result line: what a worker of a batch does.

Knows the order of work of the command ``check`` for a single file, for one day or several. Knows nothing of processes.
Whatever goes wrong with an input is told in its line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from rare_earth_compliance.batch.pieces import Given
from rare_earth_compliance.core import json_text
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.documents import Documents, Known
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.workdays import Calendar, official_calendar
from rare_earth_compliance.product.document import ShipmentFields
from rare_earth_compliance.product.reader import Contents, read_text
from rare_earth_compliance.product.tables import Table, is_table, shipped
from rare_earth_compliance.reports import batch_line

KEPT = 5_000
"""For how many decisions it is remembered what a line says of them; with one more all are forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """What all products of a portfolio are judged under."""

    pack: RulePack
    days: tuple[date, ...]
    """The days to judge for; none: the day of each shipment, or else ``today``."""
    today: date
    readings: tuple[tuple[str, str], ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    tables: tuple[Table, ...] = ()
    known_by: date | None = None
    given: ShipmentFields = field(default_factory=ShipmentFields)
    facts: tuple[tuple[str, str], ...] = ()
    shipment: Contents | None = None
    """The one shipment in which every product is judged; None: each in its own."""
    whole: bool = False
    """Whether a line holds the whole determination."""


def begin(under: Under) -> Callable[[int, Given], bytes]:
    """Make ready to judge: the result line of an input at its position. MemoryError passes through."""
    readings = dict(under.readings)
    plan = Plan(under.pack, chosen_readings(under.pack, readings))
    calendar = official_calendar()
    quickly = _quick_way(under, plan, calendar)

    def line(position: int, one: Given) -> bytes:
        head = _head(position, one)
        try:
            unread = [each.problem for each in (one, one.beside) if each is not None and each.problem is not None]
            if unread:
                return batch_line.written(batch_line.refused(head, unread))
            return quickly(head, one) or batch_line.written(read(head, one))
        except Refused as told:
            problems = told.problems
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # nothing may be lost: what is not foreseen is refused, by its name
            problems = (unforeseen(error, one.name),)
        return batch_line.written(batch_line.refused(head, problems))

    def read(head: dict[str, Any], one: Given) -> dict[str, Any]:
        if one.perhaps and is_table(one.data):
            return batch_line.skipped(head, "a price table")
        found = read_text(json_text.decode(one.data, one.name), one.name, one.sha256)
        if found.product is None:
            if one.perhaps:
                return batch_line.skipped(head, "a shipment and no product")
            advice = "put the product into the line; a shipment for all of them is given with --shipment"
            raise Refused([Problem(place=Place(file=found.file), message="holds a shipment and no product", advice=advice)])
        source = under.shipment or found if one.beside is None else _shipment(one.beside, found)
        shipment = shipped(found.product, source, under.given, under.facts, under.tables)
        determinations = [
            determine(
                shipment,
                under.pack,
                on=day,
                readings=readings,
                confirmations=under.confirmations,
                known_by=under.known_by,
                calendar=calendar,
                plan=plan,
            )
            for day in under.days or (shipment.day or under.today,)
        ]
        return batch_line.judged(head, determinations, under.pack, whole=under.whole)

    return line


def _quick_way(under: Under, plan: Plan, calendar: Calendar | None) -> Callable[[dict[str, Any], Given], bytes | None]:
    """Writes the line of an input where its answers for all days are sure without reading the whole of it."""
    said: dict[tuple[Known, ...], bytes] = {}

    @cache
    def of_day(day: date) -> Documents:
        return Documents(
            under.pack,
            on=day,
            readings=dict(under.readings),
            confirmations=under.confirmations,
            known_by=under.known_by,
            calendar=calendar,
            plan=plan,
        )

    def quickly(head: dict[str, Any], one: Given) -> bytes | None:
        if one.beside is not None:
            return None
        # Without a day of its own, which no escape may hide, a shipment is judged for today.
        if not under.days and (b"\\" in one.data or b'"day"' in one.data):
            return None
        days = [of_day(day) for day in under.days or (under.today,)]
        found = []
        for documents in days:
            known = documents.known(one.data)
            if known is None:
                return None
            found.append(known)
        label = found[0][1]
        key = tuple([known for known, _ in found])
        after = said.get(key)
        if after:
            return batch_line.joined(head, label, after)
        at_once = [day.determination(*known, one.data, one.name) for day, known in zip(days, found, strict=True)]
        line = batch_line.judged(head, at_once, under.pack)
        if all(known.kept for known in key):
            if len(said) >= KEPT:
                said.clear()
            said[key] = batch_line.after_product(line, head)
        return batch_line.written(line)

    # What is said beside a document has to be laid over it first.
    beside = under.whole or under.tables or under.facts or under.shipment or under.given.model_fields_set
    return quickly if not beside else lambda _, __: None


def _shipment(one: Given, product: Contents) -> Contents:
    """The shipment that comes beside a product. Raises Refused for a document that holds anything else."""
    found = read_text(json_text.decode(one.data, one.name), one.name, one.sha256)
    message, advice = "", 'write {"format": "rare-earth-bom/1", "shipment": {…}}, and {} there if nothing is known of it'
    if found.is_transfer or product.is_transfer:
        message, advice = (
            "technology that is provided has no shipment beside it",
            "say all of it in its own document",
        )
    elif found.product is not None:
        message = "holds a product, expected a shipment alone"
    elif found.shipment is None:
        message = "holds no shipment"
    if message:
        raise Refused([Problem(place=Place(file=one.name), message=message, advice=advice)])
    return found


def _head(position: int, one: Given) -> dict[str, Any]:
    head = {"position": position, "name": one.name, "sha256": one.sha256}
    return head if one.beside is None else {**head, "shipment_sha256": one.beside.sha256}


def fallen(position: int, one: Given, problem: Problem) -> bytes:
    """The line of an input that brought its worker down."""
    return batch_line.written(batch_line.refused(_head(position, one), [problem]))


def unforeseen(error: Exception, name: str) -> Problem:
    """The problem of an input whose judging failed in a way that nobody foresaw; it names the exception."""
    try:
        said = f": {error}" if str(error) else ""
    except Exception:  # noqa: BLE001  # an error that can not even be shown
        said = ""
    message = f"could not be judged, {type(error).__name__}{said}"
    return Problem(place=Place(file=name), message=message, advice="correct the input; where it is right, report the error")
