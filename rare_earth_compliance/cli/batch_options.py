"""The options of ``check --batch``: what they mean, and which others do not go with them.

Knows words and units. Does not judge.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from typing import Any

from rare_earth_compliance.batch.crew import Bounds
from rare_earth_compliance.cli.batch import BOUNDARIES, REPORTS, Portfolio
from rare_earth_compliance.cli.rules import usage
from rare_earth_compliance.cli.serve import BYTES, SECONDS, amount

MOST_JOBS = 4
COLUMN = "bom"


def portfolio_of(name: str, given: Mapping[str, Any], *, on: tuple[date | None, ...], output: list[str] | None) -> Portfolio:
    """What the options ask for; ends with a wrong usage for a word or a size that is none."""
    report = given["--report"] or REPORTS[0]
    if report not in REPORTS:
        usage(f"--report {report}: expected one of {', '.join(REPORTS)}")
    if given["--days"] not in (None, BOUNDARIES):
        usage(f"--days {given['--days']}: expected {BOUNDARIES}; single days are given with --on")
    seconds = amount("--time-limit", given["--time-limit"] or "60s", SECONDS)
    memory = amount("--memory", given["--memory"] or "2GiB", BYTES, upper=True)
    most = amount("--max-bytes", given["--max-bytes"] or "64MiB", BYTES, upper=True)
    jobs = given["--jobs"] or min(MOST_JOBS, os.cpu_count() or 1)
    return Portfolio(
        name=name,
        on=tuple(day for day in on if day is not None),
        boundaries=given["--days"] == BOUNDARIES,
        bounds=Bounds(jobs=jobs, seconds=float(seconds), memory=int(memory)),
        most=int(most),
        column=given["--column"] or COLUMN,
        whole=report == REPORTS[1],
        output=output[0] if output else None,
        summary=given["--summary"],
    )


def refuse_others(
    *,
    files: list[str] | None,
    shipments: list[str] | None,
    weigh: bool,
    form: str,
    lang: str,
    record: str | None,
    output: list[str] | None,
) -> None:
    """End with a wrong usage where an option is given that says nothing of many products."""
    if files:
        usage(f"--batch stands in place of FILE…: {files[0]} would not be judged")
    if len(shipments or ()) > 1:
        usage("--shipment is given twice: with --batch one shipment goes for every product")
    if len(output or ()) > 1 or "=" in (output or [""])[0]:
        usage("--output takes one FILE with --batch: it holds the result lines")
    if form != "terminal":
        usage(f"--format {form}: with --batch every result is a line of JSON; --report full gives the whole determination")
    for option, is_given in (("--weigh", weigh), ("--lang", lang != "en"), ("--record", record is not None)):
        if is_given:
            usage(f"{option} does not go with --batch; judge the product by itself with it")
