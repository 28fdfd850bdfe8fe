"""One product of a portfolio to one result line: what a worker of a batch does.

Knows the order of work of the command ``check`` for a single file, for one day or several. Knows nothing of processes.
Whatever goes wrong with an input is told in its line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from rare_earth_compliance.batch.pieces import Given, Recalled
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.documents import Documents, Known
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.workdays import official_calendar
from rare_earth_compliance.product.document import ShipmentFields
from rare_earth_compliance.product.given import read_product
from rare_earth_compliance.product.kinds_of_file import text_of
from rare_earth_compliance.product.model import Product, Shipment
from rare_earth_compliance.product.pairing import as_shipment
from rare_earth_compliance.product.reader import Contents, read_text
from rare_earth_compliance.product.tables import Table, is_table, shipped
from rare_earth_compliance.reports import batch_line

KEPT = 5_000
"""For how many decisions it is remembered what a line says of them; with one more all are forgotten."""


SHIPMENTS = 50
"""For how many shipments that come beside documents it is remembered what was decided, on each day; with one more all are
forgotten."""


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
    way = _Way(under)

    def line(position: int, one: Given) -> bytes:
        head = _head(position, one)
        try:
            return way.line(head, one)
        except Refused as told:
            problems = told.problems
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # nothing may be lost: what is not foreseen is refused, by its name
            problems = (unforeseen(error, one.name),)
        return batch_line.written(batch_line.refused(head, problems))

    return line


class _Way:
    """From an input to its line: by what is kept of it, else quickly, else by reading the whole of it."""

    def __init__(self, under: Under) -> None:
        self.under = under
        self.readings = dict(under.readings)
        self.plan = Plan(under.pack, chosen_readings(under.pack, self.readings))
        self.calendar = official_calendar()
        # What is said beside all documents may hold the day of their shipments.
        beside = bool(under.facts or under.shipment or under.given.model_fields_set)
        self.is_quick = not under.whole and (bool(under.days) or not beside)
        self._of: dict[tuple[date, str], Documents] = {}
        self._said: dict[tuple[Known, ...], bytes] = {}

    def line(self, head: dict[str, Any], one: Given) -> bytes:
        """The line of an input. Raises Refused for one that can not be had, or can not be read."""
        unread = [each.problem for each in (one, one.beside) if each is not None and each.problem is not None]
        if unread:
            raise Refused(unread)
        found = self._line_of_facts(head, one, one.facts) if self.is_quick and one.facts is not None else None
        if found is not None:
            return found
        whole = one.whole
        if whole.problem is not None:
            raise Refused([whole.problem])
        found = self._line_of_data(head, whole) if self.is_quick else None
        return batch_line.written(self._read(head, whole)) if found is None else found

    # ---- without reading the whole

    def _line_of_facts(self, head: dict[str, Any], one: Given, facts: Recalled) -> bytes | None:
        found, common = [], facts.common
        for documents in self._days(common.text, one.beside):
            known = documents.recalled(common.text, facts.amounts, common.forms, plain=common.plain)
            if known is None:
                return None
            found.append(known)
        return self._written(head, one, facts.label, found)

    def _line_of_data(self, head: dict[str, Any], one: Given) -> bytes | None:
        found, label = [], ""
        for documents in self._days(one.data, one.beside):
            known = documents.known(one.data)
            if known is None:
                return None
            found.append(known[0])
            label = known[1]
        return self._written(head, one, label, found)

    def _days(self, text: bytes, beside: Given | None) -> list[Documents]:
        """What judges a document for each day; nothing where the day may be its own."""
        # Without a day of its own, which no escape may hide, a shipment is judged for today.
        if not self.under.days and any(
            b"\\" in one or b'"day"' in one for one in (text, b"" if beside is None else bytes(beside.data))
        ):
            return []
        return [self._documents(day, beside) for day in self.under.days or (self.under.today,)]

    def _documents(self, day: date, beside: Given | None) -> Documents:
        key = (day, "" if beside is None else beside.sha256)
        found = self._of.get(key)
        if found is None:
            if len(self._of) >= SHIPMENTS * max(1, len(self.under.days)):
                self._of.clear()
            found = self._of[key] = Documents(
                self.under.pack,
                on=day,
                readings=self.readings,
                confirmations=self.under.confirmations,
                known_by=self.under.known_by,
                calendar=self.calendar,
                plan=self.plan,
                read=partial(self._shipment, beside),
            )
        return found

    def _shipment(self, beside: Given | None, data: bytes, file: str) -> Shipment:
        found = read_product(data, file)
        if found.product is None:
            raise Refused([Problem(place=Place(file=file), message="holds no product", advice="judge it by itself")])
        return self._shipped(found.product, found, beside)

    def _shipped(self, product: Product, found: Contents, beside: Given | None) -> Shipment:
        """A product in its shipment: that of all products, the one beside it, or its own; with what is laid over it."""
        under = self.under
        source = under.shipment or found if beside is None else _shipment(beside)
        return shipped(product, source, under.given, under.facts, under.tables)

    def _written(self, head: dict[str, Any], one: Given, label: str, found: list[Known]) -> bytes | None:
        """The line that says what was decided for each day; None where nothing was."""
        if not found:
            return None
        key = tuple(found)
        after = self._said.get(key)
        if after:
            return batch_line.joined(head, label, after)
        days = [self._documents(day, one.beside) for day in self.under.days or (self.under.today,)]
        made = [
            documents.determination(known, label, lambda: one.whole.data, one.name)
            for documents, known in zip(days, found, strict=True)
        ]
        line = batch_line.judged(head, made, self.under.pack)
        if all(known.kept for known in found):
            if len(self._said) >= KEPT:
                self._said.clear()
            self._said[key] = batch_line.after_product(line, head)
        return batch_line.written(line)

    # ---- by reading the whole

    def _read(self, head: dict[str, Any], one: Given) -> dict[str, Any]:
        under = self.under
        if one.perhaps and is_table(one.data, one.name):
            return batch_line.skipped(head, "a price table")
        found = read_text(text_of(one.data, one.name), one.name, one.sha256)
        if found.product is None:
            if one.perhaps:
                return batch_line.skipped(head, "a shipment and no product")
            advice = "put the product into the line; a shipment for all of them is given with --shipment"
            raise Refused([Problem(place=Place(file=found.file), message="holds a shipment and no product", advice=advice)])
        shipment = self._shipped(found.product, found, one.beside)
        determinations = [
            determine(
                shipment,
                under.pack,
                on=day,
                readings=self.readings,
                confirmations=under.confirmations,
                known_by=under.known_by,
                calendar=self.calendar,
                plan=self.plan,
            )
            for day in under.days or (shipment.day or under.today,)
        ]
        return batch_line.judged(head, determinations, under.pack, whole=under.whole)


def _shipment(one: Given) -> Contents:
    """The shipment that comes beside a product. Raises Refused for a document that holds anything else."""
    return as_shipment(read_text(text_of(one.data, one.name), one.name, one.sha256), alone=True)


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
