"""The commands ``gate`` and ``config``: what a user may write, and which exit status follows.

Knows options. What a run is stands in gate, what a report says in reports.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rare_earth_compliance.cli.saying import complain

if TYPE_CHECKING:
    from rare_earth_compliance.gate.settings import Project
    from rare_earth_compliance.reports.run import Run

WRONG_USAGE, REFUSED = 2, 3
GATE_CODES = """Exit status: 0 all clear, or covered as the configuration lets pass · 10 required · 11 undetermined ·
12 a duty is open · 13 covered by decisions in hand, which the configuration does not let pass · 14 a decision no longer
holds · 2 wrong usage · 3 something was refused · 4 nothing was checked. The worst wins: 3, 4, 10, 11, 14, 13, 12, 0."""
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The configuration; else that of the nearest folder upwards.")
]


def add_gate(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("gate", epilog=GATE_CODES)(gate)
    app.command("config", epilog="Exit status: 0 shown · 2 wrong usage · 3 the configuration is refused")(config)


def gate(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE…]", help="Product data in place of what the configuration names.")
    ] = None,
    config: ConfigOption = None,
    changed_since: Annotated[
        str | None,
        typer.Option("--changed-since", metavar="REV", help="Only what changed since a git revision, and what it is part of."),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day to judge for; else today.")] = None,
    form: Annotated[str | None, typer.Option("--format", metavar="NAME", help="The form that is printed.")] = None,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="FORM=FILE", help="Also write a report, such as sarif=a.sarif; again for more."),
    ] = None,
    *,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write the open findings to the configured baseline; judge without it.")
    ] = False,
    draft_decisions: Annotated[
        str | None,
        typer.Option("--draft-decisions", metavar="FILE", help="Write waivers to be filled in for what is not covered."),
    ] = None,
) -> None:
    """Guard product data: judge a project's products as its configuration says, and fail on anything that is not clear.

    The configuration is [b]tool.rare-earth[/b] in pyproject.toml, or rare-earth.toml; see: rare-earth config --help.
    Nothing found, nothing read and nothing changed are never green by themselves.
    """
    from rare_earth_compliance.cli.gate import Options, run_gate  # noqa: PLC0415
    from rare_earth_compliance.cli.reporting import give, outputs  # noqa: PLC0415

    options = Options(
        files=tuple(files or ()),
        config=config,
        changed_since=changed_since,
        on=_day(on),
        today=datetime.now().astimezone().date(),
        ignore_baseline=write_baseline,
    )
    of = _project(config)
    if of is None:
        raise typer.Exit(REFUSED)
    form = form or of.settings.form
    targets = outputs((*(f"{name}={of.folder / file}" for name, file in of.settings.output.items()), *(output or ())), form)
    if write_baseline and not of.settings.baseline:
        complain('--write-baseline: the configuration names none; add baseline = "rare-earth-baseline.json"')
        raise typer.Exit(WRONG_USAGE)
    run = run_gate(options, of)
    try:
        if write_baseline:
            _baseline(of.folder / str(of.settings.baseline), run)
        if draft_decisions:
            _draft(draft_decisions, run, options.on or options.today)
    except OSError as error:
        complain(f"it could not be written: {error}")
        raise typer.Exit(REFUSED) from None
    give(run, form, targets, printed=True)


def _project(config: Path | None) -> Project | None:
    from rare_earth_compliance.cli.gate import project  # noqa: PLC0415
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415

    try:
        return project(config, Path.cwd())
    except Refused as refused:
        for problem in refused.problems:
            complain(problem)
        complain("the configuration is refused: nothing was checked")
        return None


def _baseline(file: Path, run: Run) -> None:
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415
    from rare_earth_compliance.gate.baseline import written  # noqa: PLC0415

    if run.refused or not run.determinations:
        complain("--write-baseline: not written, for something was refused or nothing was judged")
        return
    write(written(run.determinations), str(file))
    complain(f"{file}: written; nobody has decided on what is in it")


def _draft(file: str, run: Run, day: date) -> None:
    from rare_earth_compliance.cli.drafts import draft  # noqa: PLC0415
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415

    if run.refused or not run.determinations:
        complain("--draft-decisions: not written, for something was refused or nothing was judged")
        return
    write(draft(run, day), file)
    complain(f"{file}: fill in reason, by and until, and name it in decisions")


def config(
    config: ConfigOption = None,
    *,
    show: Annotated[bool, typer.Option("--show", help="Print every value and where it came from.")] = False,
) -> None:
    """Show the configuration of the gate: every key, its value, and where the value came from.

    Without --show: every key and what it means.
    """
    from rare_earth_compliance.cli.rules import print_blocks  # noqa: PLC0415
    from rare_earth_compliance.gate.settings import Settings  # noqa: PLC0415
    from rare_earth_compliance.reports.blocks import Rows  # noqa: PLC0415

    keys = {field.alias or name: (name, field.description or "") for name, field in Settings.model_fields.items()}
    if not show:
        print_blocks([Rows("Keys of the configuration", tuple((key, text) for key, (_, text) in keys.items()))])
        return
    of = _project(config)
    if of is None:
        raise typer.Exit(REFUSED)
    rows = [("file", of.file or "none was found from here upwards")]
    for key, (name, _) in keys.items():
        where = of.places.get(key)
        rows.append((key, f"{getattr(of.settings, name)!r} – {where or 'the default'}"))
    print_blocks([Rows("Configuration", tuple(rows))])


def _day(text: str | None) -> date | None:
    from rare_earth_compliance.cli.inputs import day  # noqa: PLC0415

    try:
        return day(text)
    except ValueError:
        complain(f"--on {text}: expected a day written 2026-11-23")
        raise typer.Exit(WRONG_USAGE) from None
