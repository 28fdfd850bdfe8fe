"""Reports of a run given out: to the terminal, and to any number of files, each in its form.

Knows that the exit status depends on the run alone, and that a report which can not be written is a refusal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import typer

from rare_earth_compliance.cli.output import write
from rare_earth_compliance.cli.saying import complain
from rare_earth_compliance.reports import FORMATS, render
from rare_earth_compliance.reports.run import REFUSED, WRONG_USAGE, Run, status

if TYPE_CHECKING:
    from rare_earth_compliance.reports.language import Speech


def outputs(texts: Iterable[str], form: str) -> tuple[tuple[str, str], ...]:
    """Form and file of every report, from FORM=FILE or FILE; ends with a wrong usage for an unknown form."""
    _known(form)
    found = []
    for text in texts:
        name, sign, file = text.partition("=")
        if sign:
            _known(name)
        if not (file if sign else text):
            _usage(f"--output {text}: names no file")
        found.append((name, file) if sign else (form, text))
    files = [file for _, file in found]
    if len(set(files)) < len(files):
        _usage("two reports would be written to one file")
    return tuple(found)


def _known(form: str) -> None:
    if form not in FORMATS:
        _usage(f"--format {form}: expected one of {', '.join(FORMATS)}")


def _usage(message: str) -> NoReturn:
    complain(message)
    raise typer.Exit(WRONG_USAGE)


def give(
    run: Run,
    form: str,
    files: Iterable[tuple[str, str]],
    *,
    printed: bool,
    failed: bool = False,
    speech: Callable[[str], Speech | None] = lambda _: None,
) -> NoReturn:
    """Write the reports, print one where that is asked for, and end with the status of the run.

    ``speech`` gives the language of a form; None for English. ``failed`` says that something else which was asked for
    could not be written: the end is then a refusal.
    """
    code = REFUSED if failed else status(run)
    run = replace(run, folder=os.getcwd())
    written = []
    try:
        if printed:
            _print(run, form, speech(form))
        for name, file in files:
            write(render(name, run, speech(name)), file)
            written.append(file)
    except OSError as error:
        complain(f"the report could not be written: {error}")
        raise typer.Exit(REFUSED) from None
    for problem in run.refused if written and not printed else ():
        complain(problem)
    for file in written:
        complain(f"{file}: {len(run.determinations)} judged, {len(run.refused_files)} refused, exit status {code}")
    raise typer.Exit(code)


def _print(run: Run, form: str, speech: Speech | None) -> None:
    if form == "terminal":
        from rich.console import Console  # noqa: PLC0415

        from rare_earth_compliance.reports.terminal import on_terminal, show  # noqa: PLC0415

        console = Console(highlight=False, markup=False, emoji=False)
        if console.is_terminal:
            write(on_terminal(console, lambda one: show(run, one, speech)), None)
            return
    write(render(form, run, speech), None)
