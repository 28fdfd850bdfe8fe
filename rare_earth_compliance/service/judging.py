"""One document to one report: what a worker does with the bytes of a request.

Knows the order of work of the command ``check`` for a single file: read, lay facts over, determine, report.
Knows nothing of HTTP and processes. Every problem of the query and of the document comes back together.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from rare_earth_compliance.core.inert import harmless_json
from rare_earth_compliance.core.problems import COMMAND_LINE, READINGS, Place, Problem, Refused
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.workdays import Calendar
from rare_earth_compliance.product.reader import Contents, read
from rare_earth_compliance.product.tables import Table, shipment_facts, shipped
from rare_earth_compliance.reports.as_json import document, written_out
from rare_earth_compliance.reports.run import Run

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Law:
    """What all requests are judged under: fixed when the service starts, and the same in every worker."""

    pack: RulePack
    confirmations: tuple[Confirmation, ...] = ()
    tables: tuple[Table, ...] = ()

    @cached_property
    def plan(self) -> Plan:
        """What is known of the pack beforehand, for requests that choose no reading; made once in each worker."""
        return Plan(self.pack, chosen_readings(self.pack, {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One document to judge. ``name`` is how the report calls it."""

    data: bytes
    name: str
    on: date
    known_by: date | None = None
    weigh: bool = False
    readings: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    line: int | None = None
    """Which line of a batch the document is; None: it came alone."""


def report(job: Job, law: Law, calendar: Calendar | None) -> tuple[int, str]:
    """Status and text of the report: those of ``check`` for the same input, or one line where it is one of many."""
    made = document(_run(job, law, calendar))
    return made["status"], written_out(made) if job.line is None else in_a_line(made, job.line)


def in_a_line(made: dict[str, Any], line: int) -> str:
    """A report as one line among others, with the number of the line that it answers."""
    return harmless_json(json.dumps({"line": line, **made}, ensure_ascii=False, separators=(",", ":"))) + "\n"


def _run(job: Job, law: Law, calendar: Calendar | None) -> Run:
    problems: list[Problem] = []
    readings = dict(job.readings)
    _attempt(problems, lambda: chosen_readings(law.pack, readings))
    given = _attempt(problems, lambda: shipment_facts(job.facts))
    found = _attempt(problems, lambda: _product(job))
    if problems or given is None or found is None or found.product is None:
        return _refused(job, problems)
    try:
        judged = determine(
            shipped(found.product, found, given, job.facts, law.tables),
            law.pack,
            on=job.on,
            readings=readings,
            confirmations=law.confirmations,
            known_by=job.known_by,
            weigh=job.weigh,
            calendar=calendar,
            plan=law.plan,
        )
    except Refused as refused:
        return _refused(job, refused.problems)
    return Run(determinations=(judged,))


def _product(job: Job) -> Contents:
    found = read(job.data, job.name)
    if found.product is None:
        advice = "put product and shipment into one document"
        raise Refused([Problem(place=Place(file=job.name), message="holds a shipment and no product", advice=advice)])
    return found


def _attempt(problems: list[Problem], work: Callable[[], T]) -> T | None:
    try:
        return work()
    except Refused as refused:
        problems += [_of_query(problem) for problem in refused.problems]
        return None


def _of_query(problem: Problem) -> Problem:
    """Facts and readings are given in the query here, where the command line gives them as options."""
    if problem.place.file == COMMAND_LINE:
        return replace(problem, place=replace(problem.place, file="query: set"))
    if problem.place.file == READINGS:
        return replace(problem, place=replace(problem.place, file="query: reading"))
    return problem


def _refused(job: Job, problems: list[Problem] | tuple[Problem, ...]) -> Run:
    return Run(refused=tuple(problems), refused_files=(job.name,))
