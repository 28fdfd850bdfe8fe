"""One run of ``check --batch``: a portfolio to result lines, a summary, and one exit status.

Knows options, progress on a terminal, where results go and how a run ends. Judging and the file of results stand in
the room batch.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

import typer

from rare_earth_compliance.batch.crew import Bounds
from rare_earth_compliance.batch.journal import DoesNotFit, Journal
from rare_earth_compliance.batch.lines import Under
from rare_earth_compliance.batch.run import judge
from rare_earth_compliance.cli.check import INTERRUPTED, Asked, Common, common
from rare_earth_compliance.cli.output import BROKEN_PIPE, write
from rare_earth_compliance.cli.portfolios import progress, source_of
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.processes import Died
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.law.status import days_of_change
from rare_earth_compliance.product.names import TABLES, may_be_product
from rare_earth_compliance.reports.batch_page import summary_blocks
from rare_earth_compliance.reports.batch_tally import Tally
from rare_earth_compliance.reports.run import REFUSED, WRONG_USAGE

BOUNDARIES = "boundaries"
REPORTS = ("brief", "full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """What the options of a batch say."""

    name: str
    on: tuple[date, ...]
    boundaries: bool
    bounds: Bounds
    most: int
    """The largest product that is read, in bytes."""
    column: str
    whole: bool
    output: str | None
    summary: str | None


def run_batch(asked: Asked, portfolio: Portfolio) -> NoReturn:
    """Judge a portfolio and end with the status of its worst product."""
    try:
        shared = common(asked)
    except Refused as refused:
        for problem in refused.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(REFUSED) from None
    days = _days(portfolio, shared, asked.today)
    under = Under(
        pack=shared.pack.without_cases,
        days=days,
        today=asked.today,
        readings=asked.readings,
        confirmations=shared.confirmations,
        tables=shared.tables,
        known_by=asked.known_by,
        given=shared.given,
        facts=asked.facts,
        shipment=shared.others[0] if shared.others else None,
        whole=portfolio.whole,
    )
    _not_among_products(portfolio)
    source = source_of(portfolio.name, portfolio.most, portfolio.column)
    begun = 0
    try:
        with _results(portfolio, _header(portfolio, under)) as journal, progress(source, "judged") as step:
            begun = journal.begun
            if begun:
                typer.echo(f"{portfolio.output}: {begun:,} results are there; going on after them", err=True)
            tally = judge(source, under, portfolio.bounds, journal, step)
    except DoesNotFit as error:
        _usage(f"--output {portfolio.output}: {error}")
    except KeyboardInterrupt:
        typer.echo(f"interrupted; {_goes_on(portfolio)}", err=True)
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(BROKEN_PIPE) from None
    except OSError as error:
        _ended(f"the results could not be written: {error}; {_goes_on(portfolio)}")
    except Died as error:
        _ended(f"{error}; give workers more with --memory; {_goes_on(portfolio)}")
    _summed_up(tally, under, portfolio)
    if not tally.products and not tally.skipped:
        typer.echo(f"{portfolio.name}: holds no document; name another portfolio, or see why it is empty", err=True)
    raise typer.Exit(tally.status)


def _not_among_products(portfolio: Portfolio) -> None:
    """End with a wrong usage where a file that is written would be found among the products, by this run or the next."""
    if not os.path.isdir(portfolio.name):
        return
    folder = os.path.realpath(portfolio.name)
    for option, name in (("--output", portfolio.output), ("--summary", portfolio.summary)):
        if name is not None and may_be_product(name) and os.path.realpath(name).startswith(os.path.join(folder, "")):
            _usage(f"{option} {name}: lies in the folder that is judged, and would be read as a product; write it elsewhere")


def _goes_on(portfolio: Portfolio) -> str:
    return "the same command goes on from there" if portfolio.output else "with --output FILE a run can be gone on with"


def _ended(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(REFUSED)


def _usage(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(WRONG_USAGE)


def _days(portfolio: Portfolio, shared: Common, today: date) -> tuple[date, ...]:
    """The days to judge for, in the order of the calendar; none where each shipment has its own."""
    if not portfolio.boundaries:
        return tuple(sorted(set(portfolio.on)))
    first = min(portfolio.on, default=today)
    later = (day for day in days_of_change(shared.pack, shared.confirmations) if day > first)
    return tuple(sorted({first, *portfolio.on, *later}))


# ---- in and out


def _header(portfolio: Portfolio, under: Under) -> dict[str, Any]:
    """What two runs must have in common for the second to go on with the first."""
    shipment = under.shipment.sha256 if under.shipment else None
    return {
        "tool": f"rare-earth-compliance {VERSION}",
        "rules": under.pack.id,
        "rules_sha256": under.pack.sha256,
        "input": portfolio.name,
        "column": portfolio.column if portfolio.name.lower().endswith(TABLES) else None,
        "on": [day.isoformat() for day in under.days] or f"the day of the shipment, or {under.today}",
        "known_by": under.known_by.isoformat() if under.known_by else None,
        "readings": dict(under.readings),
        "facts": [list(pair) for pair in under.facts],
        "shipment_sha256": shipment,
        "confirmed_sha256": hashlib.sha256(repr(under.confirmations).encode()).hexdigest() if under.confirmations else None,
        "prices_sha256": [one.sha256 for one in under.tables],
        "report": REPORTS[under.whole],
    }


def _results(portfolio: Portfolio, header: dict[str, Any]) -> AbstractContextManager[Journal]:
    if portfolio.output is not None:
        return Journal.at(portfolio.output, header)
    if sys.stdout is None:
        raise OSError("standard output is closed")
    sys.stdout.flush()
    return contextlib.nullcontext(Journal(sys.stdout.buffer, header, lasting=False))


def _summed_up(tally: Tally, under: Under, portfolio: Portfolio) -> None:
    """The summary: for people on standard output, unless the results stand there; as JSON in a file."""
    from rich.console import Console  # noqa: PLC0415

    from rare_earth_compliance.reports.rule_forms import safe  # noqa: PLC0415
    from rare_earth_compliance.reports.rule_terminal import plain, show  # noqa: PLC0415

    blocks = safe(summary_blocks(tally, under.pack, under.today))
    to_errors = portfolio.output is None
    console = Console(stderr=to_errors, highlight=False, markup=False, emoji=False)
    try:
        if portfolio.summary is not None:
            write(json.dumps(tally.document(), ensure_ascii=False, indent=2) + "\n", portfolio.summary)
        if console.is_terminal:
            show(blocks, console)
        elif to_errors:
            typer.echo(plain(blocks), err=True, nl=False)
        else:
            write(plain(blocks), None)
    except OSError as error:
        _ended(f"the summary could not be written: {error}")
