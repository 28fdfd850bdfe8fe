"""One run of ``check``: inputs to determinations, with everything that was refused.

Knows the order of work and how progress is shown. Does not know options or exit statuses.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rare_earth_compliance.cli import inputs as reading
from rare_earth_compliance.cli.inputs import Inputs, Named
from rare_earth_compliance.cli.packs import load
from rare_earth_compliance.cli.saying import complain
from rare_earth_compliance.core.problems import Problem, Refused, files_of
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.workdays import Calendar, official_calendar
from rare_earth_compliance.product.document import ShipmentFields
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.product.names import LeftOut
from rare_earth_compliance.product.pairing import as_shipment
from rare_earth_compliance.product.reader import Contents
from rare_earth_compliance.product.tables import Table, shipment_facts
from rare_earth_compliance.reports.run import Run

INTERRUPTED = 130
"""Exit status of a run that someone interrupted: that of a program ended by SIGINT."""
SHOWN = 20
"""How many files that were not judged are named when a run is interrupted."""
MANY = 20
"""From this many files on, a terminal is shown how far the work has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line was asked to judge."""

    files: tuple[str, ...]
    shipments: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    on: date | None
    today: date
    known_by: date | None
    weigh: bool
    readings: tuple[tuple[str, str], ...]
    confirmations: tuple[str, ...]
    prices: tuple[str, ...]
    rules: Path | RulePack | None
    """Folder of a rule pack, or one that is loaded; None for the one that comes along."""
    named: Named | None = None
    """Files that were looked up before; ``files`` is then not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What all products of a run share."""

    pack: RulePack
    readings: dict[str, str]
    confirmations: tuple[Confirmation, ...]
    tables: tuple[Table, ...]
    given: ShipmentFields
    others: tuple[Contents, ...]
    calendar: Calendar | None
    plan: Plan


def judge(asked: Asked, seen: Callable[[Shipment, Determination], None] | None = None) -> Run:
    """Judge everything that was asked for. Problems become part of the run; nothing is judged on half an input.

    ``seen`` is shown every shipment with its determination, in the order of the run.
    """
    gc.disable()  # many small objects and no cycles among them: the collector would cost more than the work
    inputs = Inputs()
    try:
        shared = common(asked)
        named = asked.named if asked.named is not None else reading.named_files(asked.files)
    except Refused as refused:
        return Run(refused=refused.problems, refused_files=files_of(refused.problems))
    inputs.skipped += named.nowhere
    determinations: list[Determination] = []
    with _interrupted([name for name, _ in named.files]) as done, _progress(len(named.files)) as step:
        for found in reading.products(named.files, inputs):
            step(found.file)
            done.append(found.file)
            try:
                judged = list(_judged(found, shared, asked))
                determinations += [determination for _, determination in judged]
                for pair in judged if seen else ():
                    seen(*pair)  # type: ignore[misc]
            except Refused as refused:
                inputs.refuse(found.file, refused.problems)
    return Run(
        determinations=tuple(determinations),
        refused=tuple(inputs.refused),
        refused_files=tuple(dict.fromkeys(inputs.refused_files)),
        skipped=tuple(inputs.skipped),
        left_out=LeftOut.of(named.left_out),
    )


def common(asked: Asked) -> Common:
    """What all products share. Raises Refused with the problems of everything that can not be read."""
    pack = asked.rules if isinstance(asked.rules, RulePack) else load(asked.rules)
    readings = dict(asked.readings)
    plan = Plan(pack, chosen_readings(pack, readings))
    problems: list[Problem] = []
    others: list[Contents] = []
    for name in asked.shipments:
        try:
            others.append(as_shipment(reading.contents(name), alone=False))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return Common(
        pack=pack,
        readings=readings,
        confirmations=reading.confirmations(asked.confirmations, pack),
        tables=reading.tables(asked.prices),
        given=shipment_facts(asked.facts),
        others=tuple(others),
        calendar=official_calendar(),
        plan=plan,
    )


def _judged(found: Contents, shared: Common, asked: Asked) -> Iterator[tuple[Shipment, Determination]]:
    for shipment in reading.shipments(found, shared.others, shared.given, asked.facts, shared.tables):
        yield (
            shipment,
            determine(
                shipment,
                shared.pack,
                on=asked.on or shipment.day or asked.today,
                readings=shared.readings,
                confirmations=shared.confirmations,
                known_by=asked.known_by,
                weigh=asked.weigh,
                calendar=shared.calendar,
                plan=shared.plan,
            ),
        )


@contextmanager
def _interrupted(named: list[str]) -> Iterator[list[str]]:
    """Say what was not judged when someone interrupts, and end with the status of that.

    Yields a list to which every file is added when its judging begins.
    """
    begun: list[str] = []
    try:
        yield begun
    except KeyboardInterrupt:
        left = named[named.index(begun[-1]) if begun and begun[-1] in named else 0 :]
        complain(f"interrupted: {len(left)} of {len(named)} files were not judged, and nothing is reported")
        for name in left[:SHOWN]:
            complain(f"  not judged: {name}")
        if len(left) > SHOWN:
            complain(f"  and {len(left) - SHOWN} more")
        raise SystemExit(INTERRUPTED) from None


@contextmanager
def _progress(total: int):  # type: ignore[no-untyped-def]
    """Show on a terminal how far many files have come; elsewhere stay silent."""
    if total < MANY or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("judging", total=total)
        yield lambda _: progress.advance(task)
