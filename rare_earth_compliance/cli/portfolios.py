"""Many products from the command line: what a portfolio may be called, and how far the work on it has come.

Knows names and the terminal. Does not judge.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rare_earth_compliance.batch.run import Step
from rare_earth_compliance.batch.sources import (
    STANDARD_INPUT,
    Source,
    archive,
    folder,
    lines_from,
    lines_of,
    stored,
    table,
)
from rare_earth_compliance.batch.stored import is_store
from rare_earth_compliance.cli.folders import in_folder
from rare_earth_compliance.cli.rules import usage
from rare_earth_compliance.product.names import ARCHIVES, TABLES

if TYPE_CHECKING:
    from rich.console import Console


def source_of(name: str, most: int, column: str, option: str = "--batch ") -> Source:
    """The portfolio of a name; ends with a wrong usage for one that is none."""
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            usage(f"{option}-: standard input is closed")
        return lines_from(sys.stdin.buffer, "standard input", most)
    if os.path.isdir(name):  # not asked of the Path, which raises where it can not tell; whoever reads the file says why
        return stored(name, most) if is_store(name) else folder(name, in_folder, most)
    small = name.lower()
    if small.endswith(ARCHIVES):
        return archive(name, most)
    if small.endswith(TABLES):
        try:
            return table(name, column, most)
        except ImportError:
            usage(f"{option}{name}: Parquet needs the extra [arrow]: pip install 'rare-earth-compliance[arrow]'")
    if small.endswith(".json"):
        instead = "leave --batch out, or name" if option else "name"
        usage(f"{option}{name}: a .json file is one document; {instead} a file with one document a line")
    return lines_of(name, most)


@contextmanager
def progress(source: Source, done: str) -> Iterator[Step]:
    """Show on a terminal how far the work has come, how fast it goes and how long it will take; elsewhere stay silent."""
    if not sys.stderr.isatty():
        yield lambda _, __, ___: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn(f"{done} {{task.fields[products]:,}}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console: Console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as shown_progress:
        task = shown_progress.add_task("working", total=source.total, products=0, now=0, rate="")

        def step(products: int, size: int, judged: bool) -> None:
            shown = shown_progress.tasks[0]
            count, now = shown.fields["products"] + products, shown.fields["now"] + (products if judged else 0)
            rate = f"{now / shown.elapsed:,.0f}/s" if shown.elapsed else ""
            shown_progress.update(task, advance=size, products=count, now=now, rate=rate)

        yield step
