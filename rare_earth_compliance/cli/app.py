"""The commands and their options.

Knows what a user may write and which exit status follows. Reading stands in inputs, deciding in the engine,
wording in reports.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rare_earth_compliance.cli.asked_for import Program
from rare_earth_compliance.cli.gate_commands import add_gate
from rare_earth_compliance.cli.proofs import add_proofs
from rare_earth_compliance.cli.record_commands import add_records
from rare_earth_compliance.cli.rules import RulesOption, load_pack, print_blocks, rules_app
from rare_earth_compliance.cli.saying import Commands, complain
from rare_earth_compliance.cli.serve import EPILOG as SERVE_EPILOG
from rare_earth_compliance.cli.serve import MOST_WORKERS, serve
from rare_earth_compliance.cli.store import add_store

if TYPE_CHECKING:
    from pathlib import Path

    from rare_earth_compliance.reports.language import Speech
    from rare_earth_compliance.reports.run import Run

WRONG_USAGE, REFUSED = 2, 3
MANY = "Many products"
SOURCE = "en"
"""The language in which reports are made."""

app = Program(
    name="rare-earth",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="""Does this product need a licence from China's Ministry of Commerce before it ships?

Reads a bill of materials and a shipment as JSON, judges them under dated rule files, and answers
[b]licence required[/b], [b]not required[/b] or [b]undetermined[/b] – with the words of law, the line of
data, and the questions that would settle it.""",
    epilog="Start with: rare-earth check examples/ebike-motor/unknown.json   A report is no legal advice.",
)

CODES = """Exit status: 0 not required and complete · 10 required · 11 undetermined · 12 no licence, but a duty is open ·
2 wrong usage · 3 product data or rules refused · 4 nothing was checked. Over many products the worst wins:
3, 4, 10, 11, 12, 0."""


@app.command(epilog=CODES)
def check(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE…", help="Product data; - for standard input, folders, globs.")
    ] = None,
    shipment: Annotated[
        list[str] | None,
        typer.Option(
            "--shipment", metavar="FILE", help="Shipment in a file of its own; again for more: each product is judged for each."
        ),
    ] = None,
    destination: Annotated[str | None, typer.Option("--destination", metavar="CC", help="Country the goods go to.")] = None,
    ship_from: Annotated[str | None, typer.Option("--ship-from", metavar="CC", help="Country the goods leave.")] = None,
    exporter_in: Annotated[str | None, typer.Option("--exporter-in", metavar="CC", help="Where the exporter stands.")] = None,
    purpose: Annotated[
        str | None,
        typer.Option("--purpose", metavar="WORD,…", help="What the goods are for, such as civil or disaster-relief."),
    ] = None,
    facts: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FACT=VALUE", help="Any fact of the shipment: --set end_user.military=false"),
    ] = None,
    on: Annotated[
        list[str] | None, typer.Option("--on", metavar="DAY", help="The day to judge for; the shipment's day, or else today.")
    ] = None,
    reading: Annotated[
        list[str] | None,
        typer.Option("--reading", metavar="ID=OPTION", help="Choose a reading of the text; see: rare-earth rules readings"),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--confirm-status", metavar="FILE", help="What happened to the law, with instrument and date."),
    ] = None,
    known_by: Annotated[
        str | None,
        typer.Option("--known-by", metavar="DAY", help="Judge under the law as it was published on that day."),
    ] = None,
    *,
    weigh: Annotated[
        bool, typer.Option("--weigh", help="Also the answer under every option of every reading that is open; takes longer.")
    ] = False,
    prices: Annotated[
        list[str] | None,
        typer.Option("--prices", metavar="FILE", help="Market prices and rates; what rests on them is an estimate."),
    ] = None,
    rules: RulesOption = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="terminal, json, markdown; for build servers: sarif, sarif-alerts, junit, github, github-summary, gitlab.",
        ),
    ] = "terminal",
    output: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="[FORM=]FILE", help="Write the report there; again for more: --output sarif=a.sarif"),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANGUAGE", help="Of the report: en, or zh for Chinese.")] = "en",
    record: Annotated[
        str | None,
        typer.Option("--record", metavar="FILE", help="Write a record that can be checked again; see: rare-earth verify"),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch",
            metavar="PORTFOLIO",
            help="Many products in place of FILE…: a file with one document a line, - for one on standard input, a folder, "
            "a .tar (also .gz, .bz2, .xz), a .parquet, what rare-earth store made.",
            rich_help_panel=MANY,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", min=1, max=MOST_WORKERS, help="Worker processes; else one a processor, at most 4.", rich_help_panel=MANY
        ),
    ] = None,
    days: Annotated[
        str | None,
        typer.Option(
            "--days",
            metavar="boundaries",
            help="Judge for --on DAY, or today, and every later day on which the law changes. --on may also be given "
            "again: which answers change, and by which limb, is told.",
            rich_help_panel=MANY,
        ),
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(
            "--report",
            metavar="brief|full",
            help="full: every result line holds the whole determination. Else brief.",
            rich_help_panel=MANY,
        ),
    ] = None,
    summary: Annotated[
        str | None,
        typer.Option("--summary", metavar="FILE", help="Write the summary there as JSON.", rich_help_panel=MANY),
    ] = None,
    time_limit: Annotated[
        str | None,
        typer.Option(
            "--time-limit",
            metavar="TIME",
            help="For one product; what takes longer is refused, the others go on. Else 60s.",
            rich_help_panel=MANY,
        ),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option(
            "--memory", metavar="SIZE", help="For one worker; what needs more is refused. Else 2GiB.", rich_help_panel=MANY
        ),
    ] = None,
    max_bytes: Annotated[
        str | None,
        typer.Option(
            "--max-bytes",
            metavar="SIZE",
            help="Largest product that is read. Else 64MiB.",
            rich_help_panel=MANY,
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            "--column", metavar="NAME", help="Column of a .parquet that holds the documents. Else bom.", rich_help_panel=MANY
        ),
    ] = None,
) -> None:
    """Judge products: is a licence required, not required, or can it not be told?

    [b]--batch portfolio.jsonl[/b] judges any number of products in constant memory, one result line each in their order,
    on standard output or with [b]--output FILE[/b] in a file: a run that was ended goes on where it stopped when it is
    started again. A summary says how many of which answer, by which limbs, and which questions would settle most.
    """
    from rare_earth_compliance.cli.check import Asked, judge  # noqa: PLC0415
    from rare_earth_compliance.cli.reporting import give, outputs  # noqa: PLC0415

    given = {
        "destination": destination,
        "ship_from": ship_from,
        "exporter.located_in": exporter_in,
        "end_use.purposes": purpose,
    }
    pairs = [(name, value) for name, value in given.items() if value is not None]
    many = {
        "--jobs": jobs,
        "--days": days,
        "--report": report,
        "--summary": summary,
        "--time-limit": time_limit,
        "--memory": memory,
        "--max-bytes": max_bytes,
        "--column": column,
    }
    judged_on = tuple(_day(one) for one in on or ())
    if batch is None:
        for option in (name for name, value in many.items() if value is not None):
            _usage(f"{option} goes with --batch")
        if not files:
            _usage("name a FILE with product data, or many of them with --batch PORTFOLIO; see: rare-earth check --help")
        if len(judged_on) > 1:
            _usage("--on is given twice: several days are judged with --batch")
    asked = Asked(
        files=tuple(files or ()),
        shipments=tuple(shipment or ()),
        facts=(*pairs, *_pairs("--set", facts)),
        on=judged_on[0] if judged_on else None,
        known_by=_day(known_by, "--known-by"),
        weigh=weigh,
        today=datetime.now().astimezone().date(),
        readings=_pairs("--reading", reading),
        confirmations=tuple(status or ()),
        prices=tuple(prices or ()),
        rules=rules,
    )
    if batch is not None:
        from rare_earth_compliance.cli.batch import run_batch  # noqa: PLC0415
        from rare_earth_compliance.cli.batch_options import portfolio_of, refuse_others  # noqa: PLC0415

        refuse_others(files=files, shipments=shipment, weigh=weigh, form=form, lang=lang, record=record, output=output)
        run_batch(asked, portfolio_of(batch, many, on=judged_on, output=output))
    targets = outputs(output or (), form)
    _known_language(lang)
    recorder = None
    if record is not None:
        from rare_earth_compliance.cli.record_commands import Recorder, refuse_streams  # noqa: PLC0415

        refuse_streams((*asked.files, *asked.shipments, *asked.confirmations, *asked.prices))
        recorder = Recorder(asked)
    run = judge(asked, recorder.seen if recorder else None)
    failed = recorder is not None and not recorder.write(run, str(record))
    give(run, form, targets, printed=not targets, failed=failed, speech=lambda name: _speech(lang, name, rules, run))


def _known_language(lang: str) -> None:
    if lang == SOURCE:
        return
    from rare_earth_compliance.law.translations import LANGUAGES  # noqa: PLC0415

    if lang not in (SOURCE, *LANGUAGES):
        _usage(f"--lang {lang}: expected one of {', '.join((SOURCE, *LANGUAGES))}")


def _speech(lang: str, form: str, rules: Path | None, run: Run) -> Speech | None:
    """The language of the report; None for English, for forms that machines read, and for a pack that was refused."""
    from rare_earth_compliance.reports import WORDED  # noqa: PLC0415

    if lang == SOURCE or form not in WORDED:
        return None
    from rare_earth_compliance.cli.packs import load  # noqa: PLC0415
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.reports.language import speech  # noqa: PLC0415

    try:
        return speech(lang, load(rules), rules)
    except Refused as refused:
        if run.determinations:
            for problem in refused.problems:
                complain(problem)
            complain(f"--lang {lang}: the translation is refused; the report without it is in English")
            raise typer.Exit(REFUSED) from None
        return None


def _usage(message: str) -> None:
    complain(message)
    raise typer.Exit(WRONG_USAGE)


def _pairs(option: str, given: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for text in given or ():
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            _usage(f"{option} {text}: expected NAME=VALUE")
        if option == "--reading" and name.strip() in dict(found):
            _usage(f"{option} {text}: {name.strip()} is chosen twice; choose one option")
        found.append((name.strip(), value.strip()))
    return tuple(found)


def _day(text: str | None, option: str = "--on") -> date | None:
    from rare_earth_compliance.cli.inputs import day  # noqa: PLC0415

    try:
        return day(text)
    except ValueError:
        _usage(f"{option} {text}: expected a day written 2026-11-23")
        return None


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE-ID", help="Such as cn-mofcom-2025-61/1.1")], rules: RulesOption = None
) -> None:
    """Print a rule: the law's words, the reading, dates, open readings and cases."""
    from rare_earth_compliance.reports.rule_page import rule_blocks  # noqa: PLC0415

    pack = load_pack(rules)
    if rule not in pack.rules:
        near = ", ".join(name for name in pack.rules if rule.split("/", maxsplit=1)[0] in name) or ", ".join(pack.rules)
        _usage(f"no rule {rule!r}; known: {near}")
    print_blocks(rule_blocks(pack, pack.rules[rule]))


@app.command()
def schema(
    *,
    fields: Annotated[bool, typer.Option("--fields", help="Print the fields with their meaning as Markdown instead.")] = False,
    determination: Annotated[
        bool, typer.Option("--determination", help="The JSON Schema of a determination, as JSON reports hold them.")
    ] = False,
) -> None:
    """Print the JSON Schema of product data, for editors and other tools; or its fields, for people."""
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415
    from rare_earth_compliance.product.schema import fields_text, schema_text  # noqa: PLC0415
    from rare_earth_compliance.reports.schema import determination_schema_text  # noqa: PLC0415

    if fields and determination:
        _usage("--fields and --determination: give one of the two")
    write(determination_schema_text() if determination else fields_text() if fields else schema_text(), None)


add_gate(app)
add_records(app)
add_store(app)
app.command(epilog=SERVE_EPILOG)(serve)
add_proofs(rules_app)
app.add_typer(rules_app, name="rules")
