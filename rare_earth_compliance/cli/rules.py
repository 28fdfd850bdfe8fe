"""The commands about rule packs: check, test, show, timeline, diff, readings, schema.

Knows what a user may ask of a rule pack and which exit status follows. Does not judge products: the
command ``check`` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from rare_earth_compliance.cli.asked_for import Program
from rare_earth_compliance.cli.saying import Commands, complain, say

if TYPE_CHECKING:
    from rare_earth_compliance.core.problems import Refused
    from rare_earth_compliance.law.model import Confirmation, RulePack
    from rare_earth_compliance.reports.blocks import Block

WRONG_USAGE, REFUSED, NOTHING_CHECKED, FAILED_CASES = 2, 3, 4, 3
DECISIONS_CHANGED, WORDS_CHANGED = 10, 12

rules_app = Program(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Read, check and compare rule packs: the law as data.

[b]show[/b] prints an instrument as a page for a lawyer, [b]timeline[/b] the law along the calendar, [b]diff[/b] what
changed between two packs and which cases they decide differently; [b]check[/b], [b]test[/b] and [b]prove[/b] are for who
writes rules.""",
    epilog="Start with: rare-earth rules timeline",
)
FormOption = Annotated[str, typer.Option("--format", metavar="NAME", help="terminal, markdown or html.")]
OutputOption = Annotated[str | None, typer.Option("--output", metavar="FILE", help="Write the page there.")]

RulesOption = Annotated[
    Path | None, typer.Option("--rules", metavar="DIR", help="A rule pack other than the one that comes along.")
]


def load_pack(rules: Path | None, *, anew: bool = False) -> RulePack:
    """The pack of a command; ``anew`` where it is the pack itself that is examined: then nothing kept of it is used."""
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415

    if anew:
        from rare_earth_compliance.law.loader import load  # noqa: PLC0415
    else:
        from rare_earth_compliance.cli.packs import load  # noqa: PLC0415
    try:
        return load(rules)
    except Refused as refused:
        from rare_earth_compliance.reports.outcome_words import counted  # noqa: PLC0415

        refuse(refused, f"{counted(len(refused.problems), 'problem')}: the rule pack is refused as a whole")


def print_blocks(blocks: Iterable[Block]) -> None:
    """Print blocks: on a terminal with its width and colours, elsewhere as plain text."""
    give(blocks, form="terminal", output=None, title="")


def give(blocks: Iterable[Block], *, form: str, output: str | None, title: str, foot: str = "") -> None:
    """Write a page in a form to a file or to standard output; ends with a wrong usage or a refusal where it can not."""
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415
    from rare_earth_compliance.reports.rule_forms import FORMS, rendered, safe  # noqa: PLC0415

    if form not in FORMS:
        usage(f"--format {form}: expected one of {', '.join(FORMS)}")
    if form == "terminal" and output is None:
        from rich.console import Console  # noqa: PLC0415

        from rare_earth_compliance.reports.rule_terminal import show  # noqa: PLC0415
        from rare_earth_compliance.reports.terminal import on_terminal  # noqa: PLC0415

        console = Console(highlight=False, markup=False, emoji=False)
        if console.is_terminal:
            write(on_terminal(console, lambda one: show(safe(blocks), one)), None)
            return
    try:
        write(rendered(form, blocks, title, foot), output)
    except OSError as error:
        complain(f"the page could not be written: {error}")
        raise typer.Exit(REFUSED) from None


def usage(message: str) -> NoReturn:
    """End with a wrong usage."""
    complain(message)
    raise typer.Exit(WRONG_USAGE)


def refuse(refused: Refused, last: str = "") -> NoReturn:
    """End with a refusal that names every problem."""
    for problem in refused.problems:
        complain(problem)
    if last:
        complain(last)
    raise typer.Exit(REFUSED)


def _pack_line(pack: RulePack) -> str:
    return f"{pack.title}; last checked {pack.verified_through}; rules sha256 {pack.sha256}. This page is no legal advice."


@rules_app.command(
    "show",
    epilog="Example: rare-earth rules show cn-mofcom-2025-61 --format html --output no-61.html   "
    "Exit status: 0 shown · 2 no such instrument or rule · 3 rules refused",
)
def rules_show(
    name: Annotated[str, typer.Argument(metavar="INSTRUMENT", help="Id of an instrument, or of one rule of it.")],
    form: FormOption = "terminal",
    output: OutputOption = None,
    rules: RulesOption = None,
) -> None:
    """Show an instrument, or one rule of it, as a page that a lawyer reads.

    The official words with their source and how surely they are known; how they are read; dates, suspensions and what is
    open; conditions, exemptions, policies and duties in words; the readings it turns on with who holds which; the lists it
    refers to; and every case, judged now, with what decided it.
    """
    from rare_earth_compliance.reports.instrument_page import show_blocks  # noqa: PLC0415

    pack = load_pack(rules)
    if name not in pack.instruments and name not in pack.rules:
        others = {one.id: one for one in pack.not_modelled}
        if name in others:
            usage(f"{name} is known, but not judged here: {others[name].subject} ({others[name].state})")
        known = [rule for rule in pack.rules if rule.split("/", maxsplit=1)[0] in name] or [*pack.instruments]
        usage(f"no instrument and no rule {name!r}; known: {', '.join(known)}")
    give(show_blocks(pack, name), form=form, output=output, title=name, foot=_pack_line(pack))


@rules_app.command(
    "timeline",
    epilog="Example: rare-earth rules timeline --on 2026-11-10   "
    "Exit status: 0 shown · 2 wrong usage · 3 rules or a confirmation refused",
)
def rules_timeline(
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day to look from; else today.")] = None,
    reading: Annotated[
        list[str] | None,
        typer.Option("--reading", metavar="ID=OPTION", help="Choose a reading; see: rare-earth rules readings"),
    ] = None,
    status: Annotated[
        list[str] | None, typer.Option("--confirm-status", metavar="FILE", help="What happened to the law, as for check.")
    ] = None,
    form: FormOption = "terminal",
    output: OutputOption = None,
    rules: RulesOption = None,
) -> None:
    """Show every instrument and each of its limbs along the calendar.

    When each was issued, starts, is suspended and ends; what is open after a suspension; the state of every limb on the
    day, and which days lie ahead. What the pack leaves open stays open here: nothing is guessed.
    """
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.engine.determine import chosen_readings  # noqa: PLC0415
    from rare_earth_compliance.reports.timeline_page import timeline_blocks  # noqa: PLC0415

    day = _day(on)
    pairs = [text.partition("=") for text in reading or ()]
    for text, sign, option in pairs:
        if not sign or not text or not option:
            usage(f"--reading {text}: expected ID=OPTION")
    pack = load_pack(rules)
    try:
        chosen = chosen_readings(pack, {text.strip(): option.strip() for text, _, option in pairs})
        confirmed = tuple(one for file in status or () for one in _confirmations(file, pack))
    except Refused as refused:
        refuse(refused)
    give(
        timeline_blocks(pack, day, chosen, confirmed),
        form=form,
        output=output,
        title=f"The law along the calendar, seen from {day}",
        foot=_pack_line(pack),
    )


def _confirmations(file: str, pack: RulePack) -> tuple[Confirmation, ...]:
    from rare_earth_compliance.cli.inputs import content  # noqa: PLC0415
    from rare_earth_compliance.law.confirmations import read_confirmations  # noqa: PLC0415

    return read_confirmations(content(file), file, pack)


def _day(text: str | None) -> date:
    from rare_earth_compliance.cli.inputs import day  # noqa: PLC0415

    try:
        return day(text) or datetime.now().astimezone().date()
    except ValueError:
        usage(f"--on {text}: expected a day written 2026-11-23")


@rules_app.command(
    "diff",
    epilog="Example: rare-earth rules diff rules-of-last-month rules   Exit status: 0 no difference · 10 decisions changed · "
    "12 only words changed · 2 wrong usage · 3 a pack is refused",
)
def rules_diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder of the earlier rule pack.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Folder of the later rule pack.")],
    form: FormOption = "terminal",
    output: OutputOption = None,
) -> None:
    """Compare two rule packs: what changed in words, and what changed in decisions.

    Every case of both packs – a subject, changes to it, a day – is judged under both; a case that comes out differently,
    at its rule or for the whole shipment, is listed. It takes some seconds for every hundred cases.
    """
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.engine.comparison import compare  # noqa: PLC0415
    from rare_earth_compliance.reports.diff_page import diff_blocks  # noqa: PLC0415

    one, two = load_pack(before), load_pack(after)
    try:
        found = compare(one, two)
    except Refused as refused:
        refuse(refused, "a pack can not judge a case of its own")
    blocks = diff_blocks(one, two, (str(before), str(after)), found)
    give(blocks, form=form, output=output, title="Two rule packs compared", foot="This page is no legal advice.")
    if found.judged == 0:
        raise typer.Exit(NOTHING_CHECKED)
    if found.decisions:
        raise typer.Exit(DECISIONS_CHANGED)
    if found.words:
        raise typer.Exit(WORDS_CHANGED)


@rules_app.command(
    "schema",
    epilog="Example: rare-earth rules schema instrument   Exit status: 0 printed · 2 no such kind",
)
def rules_schema(
    kind: Annotated[
        str | None,
        typer.Argument(metavar="KIND", help="pack, vocabulary, readings, terms, list, instrument, parties or status."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--all", metavar="DIR", help="Write the schemas of all kinds into a folder instead.")
    ] = None,
) -> None:
    """Print the JSON Schema of a kind of rule file, for editors and other tools.

    An editor with a YAML language server shows mistakes while you type, and offers keys with their meaning, when the first
    line of a rule file names the schema – an address, or a path from the file:

    [b]# yaml-language-server: $schema=../../rare_earth_compliance/law/schemas/instrument.schema.json[/b]

    The schema knows the shape of a file. Whether names lead somewhere, counts agree and cases are complete is found by:
    rare-earth rules check.
    """
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415
    from rare_earth_compliance.law.rule_schema import KINDS, file_name, schema_text  # noqa: PLC0415

    if (kind is None) == (folder is None) or (kind is not None and kind not in KINDS):
        usage(f"expected one KIND of {', '.join(KINDS)}, or --all DIR")
    if folder is None:
        write(schema_text(str(kind)), None)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in KINDS:
            write(schema_text(one), str(folder / file_name(one)))
    except OSError as error:
        complain(f"the schemas could not be written: {error}")
        raise typer.Exit(REFUSED) from None


@rules_app.command(
    "check", epilog="Example: rare-earth rules check --rules my-rules   Exit status: 0 loaded · 3 refused, with every problem"
)
def rules_check(rules: RulesOption = None) -> None:
    """Load the rule pack strictly and say what is in it.

    One broken rule refuses the pack: unknown names, lost entries, dates and lines of value without cases on both sides.
    """
    pack = load_pack(rules, anew=True)
    cases = sum(len(rule.cases) for rule in pack.rules.values())
    entries = sum(len(listed.entries) for listed in pack.lists.values())
    say(
        f"{pack.title}: {len(pack.files)} files, {len(pack.instruments)} instruments, {len(pack.rules)} rules, {cases} cases, "
        f"{len(pack.lists)} lists with {entries} entries, {len(pack.readings)} readings"
    )
    say(f"last checked against the published law: {pack.verified_through} ({pack.verified_how})")
    say(f"sha256 {pack.sha256}")
    _check_translations(pack, rules)


def _check_translations(pack: RulePack, rules: Path | None) -> None:
    """Load every translation of a pack; one that says what the pack no longer says is refused as a rule would be."""
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.law.pack_files import rules_folder  # noqa: PLC0415
    from rare_earth_compliance.law.translations import LANGUAGES, load_translation, texts_of  # noqa: PLC0415

    total = len(texts_of(pack))
    for language in LANGUAGES:
        try:
            made = load_translation(rules or rules_folder(), pack, language)
        except Refused as refused:
            from rare_earth_compliance.reports.outcome_words import counted  # noqa: PLC0415

            refuse(refused, f"{counted(len(refused.problems), 'problem')}: the translation {language} is refused")
        say(f"translation {language}: {total - len(made.missing)} of {total} texts ({made.file or 'no file'})")


@rules_app.command(
    "test",
    epilog="Example: rare-earth rules test --rules my-rules   "
    "Exit status: 0 all as expected · 3 refused, or a case failed · 4 there was no case",
)
def rules_test(rules: RulesOption = None) -> None:
    """Run every case of every rule and of every list.

    A case starts from a small product, changes it, names a day, and says what must come out.
    """
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.engine.casebook import run, run_lists  # noqa: PLC0415

    count = failed = 0
    try:
        pack = load_pack(rules, anew=True)
        for outcome in run(pack):
            count += 1
            if not outcome.passed:
                failed += 1
                said = f"expected {outcome.case.expect!r}, found {outcome.found!r}"
                say(f"{outcome.case.place}: {outcome.rule}: {outcome.case.name}: {said}")
        for listed in run_lists(pack):
            count += 1
            if not listed.passed:
                failed += 1
                case = listed.case
                said = f"expected {_entries(case.on, case.perhaps, case.hints)}, found "
                said += _entries(listed.on, listed.perhaps, listed.hints)
                say(f"{case.place}: {listed.list}: {case.name}: {said}")
    except Refused as refused:
        refuse(refused)
    say(f"{count} cases, {failed} failed")
    if count == 0:
        raise typer.Exit(NOTHING_CHECKED)
    if failed:
        raise typer.Exit(FAILED_CASES)


def _entries(on: Iterable[str], perhaps: Iterable[str], hints: Iterable[str]) -> str:
    return f"on {', '.join(on) or 'none'}; perhaps on {', '.join(perhaps) or 'none'}; hints {', '.join(hints) or 'none'}"


@rules_app.command("readings", epilog="Example: rare-earth rules readings   Exit status: 0 listed · 3 rules refused")
def rules_readings(rules: RulesOption = None) -> None:
    """List the open questions of the text, their options and who holds them."""
    for one in load_pack(rules).readings.values():
        say(f"{one.id}: {one.question} [{one.source}]")
        for option in one.options:
            marks = [
                word
                for word, chosen in (
                    ("conservative", one.conservative),
                    ("official", one.official),
                    ("assumed", one.assumed),
                )
                if chosen == option.id
            ]
            note = f" [{', '.join(marks)}]" if marks else ""
            say(f"  {one.id}={option.id}{note}: {option.means} – {option.held_by}")
