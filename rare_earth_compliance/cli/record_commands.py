"""Records on the command line: written by ``check --record``, judged again by ``replay``; ``verify`` stands in verifying.

Knows options, files and exit statuses. What a record is stands in record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rare_earth_compliance.cli.saying import complain
from rare_earth_compliance.cli.verifying import CODES, verify
from rare_earth_compliance.core.inert import harmless, harmless_json, no_commands

if TYPE_CHECKING:
    from rare_earth_compliance.cli.check import Asked
    from rare_earth_compliance.engine.determination import Determination
    from rare_earth_compliance.law.model import RulePack
    from rare_earth_compliance.product.model import Shipment
    from rare_earth_compliance.record.make import Source
    from rare_earth_compliance.record.replay import Replayed
    from rare_earth_compliance.reports.run import Run

HOLDS, WRONG_USAGE, REFUSED, NOTHING, CHANGED = 0, 2, 3, 4, 10
REPLAY_CODES = """Exit status: 0 no answer changed · 10 answers changed · 2 wrong usage · 3 something was refused ·
4 nothing was judged"""
RulesFolder = Annotated[Path | None, typer.Option("--rules", metavar="DIR", help="Folder of a rule pack.")]


def add_records(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("verify", epilog=CODES)(verify)
    app.command("replay", epilog=REPLAY_CODES)(replay)


@dataclass(slots=True)
class Recorder:
    """Keeps what a run of ``check`` judged, to write its record when the run is over."""

    asked: Asked
    kept: list[tuple[Shipment, Determination]] = field(default_factory=list)

    def seen(self, shipment: Shipment, determination: Determination) -> None:
        """Take one determination of the run."""
        self.kept.append((shipment, determination))

    def write(self, run: Run, name: str) -> bool:
        """Write the record of a run; False where there is none, which is then said on standard error.

        A record is written only when nothing was refused, and only when it holds: it is verified first.
        """
        from rare_earth_compliance.cli.output import write  # noqa: PLC0415
        from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
        from rare_earth_compliance.reports.outcome_words import counted  # noqa: PLC0415

        if run.refused or run.refused_files or not self.kept:
            complain(f"{name}: no record is written, for something was refused or nothing was judged")
            return False
        try:
            write(self._text(), name)
        except Refused as error:
            complain(error)
            complain(f"{name}: no record is written")
            return False
        except (OSError, ValueError) as error:
            complain(f"{name}: no record is written: {error}")
            return False
        complain(f"{name}: a record of {counted(len(self.kept), 'determination')}")
        return True

    def _text(self) -> str:
        from rare_earth_compliance.cli.packs import load  # noqa: PLC0415
        from rare_earth_compliance.law.pack_files import rules_folder  # noqa: PLC0415
        from rare_earth_compliance.record import checking, opening  # noqa: PLC0415
        from rare_earth_compliance.record.make import Judged, document  # noqa: PLC0415

        folder = self.asked.rules if isinstance(self.asked.rules, Path) else rules_folder()
        pack = load(folder)
        files = _Files()
        status = tuple(files.position(name) for name in self.asked.confirmations)
        confirmations = _confirmations(self.asked, pack)
        judged = [
            Judged(
                shipment=shipment,
                determination=one,
                product=files.position(shipment.product.file, shipment.product.sha256),
                shipped=files.position(shipment.file or shipment.product.file, shipment.sha256),
                prices=tuple(dict.fromkeys(files.position(*table) for table in shipment.tables)),
                status=status,
                readings=dict(self.asked.readings),
                confirmations=confirmations,
            )
            for shipment, one in self.kept
        ]
        if any(one.determination.rules_used != ((pack.id, pack.sha256),) for one in judged):
            raise ValueError("the rule files changed while the products were judged: run it again")
        law = opening.Law(folder)
        record = document(judged, files.sources, pack, law)
        text = harmless_json(json.dumps(record, ensure_ascii=False)) + "\n"
        found = checking.checked(
            opening.opened(text.encode()), {one.name: one.data for one in files.sources}, opening.Law(folder)
        )
        if found.faults:
            raise ValueError("it would not hold; please report this:\n  " + "\n  ".join(found.faults[:5]))
        return text


def _confirmations(asked: Asked, pack: RulePack):  # type: ignore[no-untyped-def]
    from rare_earth_compliance.cli.inputs import confirmations  # noqa: PLC0415

    return confirmations(asked.confirmations, pack)


@dataclass(slots=True)
class _Files:
    """The files of a record, each once, by names without folders as far as that tells them apart."""

    sources: list[Source] = field(default_factory=list)
    at: dict[str, int] = field(default_factory=dict)

    def position(self, name: str, sha256: str = "") -> int:
        """The position of a file. Raises ValueError when it is not the one that was judged."""
        if name not in self.at:
            self.at[name] = self._add(Path(name))
        if sha256 and self.sources[self.at[name]].sha256 != sha256:
            raise ValueError(f"{name} changed while it was judged: run it again")
        return self.at[name]

    def _add(self, path: Path) -> int:
        from rare_earth_compliance.record.make import Source  # noqa: PLC0415

        data = path.read_bytes()
        taken = {one.name: position for position, one in enumerate(self.sources)}
        for count in range(1, len(path.parts) + 1):
            short = "/".join(path.parts[-count:])
            if short not in taken:
                self.sources.append(Source(name=short, data=data))
                return len(self.sources) - 1
            if self.sources[taken[short]].data == data:
                return taken[short]
        raise ValueError(f"{path}: two files of one name")


def refuse_streams(files: Iterable[str]) -> None:
    """End with a wrong usage where a record is asked for of what can be read only once."""
    if "-" in files:
        complain("--record needs files: what comes from standard input can not be read again")
        raise typer.Exit(WRONG_USAGE)


def replay(
    records: Annotated[list[str], typer.Argument(metavar="RECORD…", help="Records; folders (every file in them), globs.")],
    rules: RulesFolder = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="Judge for another day than the record's.")] = None,
    files: Annotated[
        Path | None,
        typer.Option("--files", metavar="DIR", help="Judge the files as they stand there now, and not those in the record."),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="NAME", help="terminal or json.")] = "terminal",
) -> None:
    """Judge the products of old records again, under these rules, and list every changed answer with its cause."""
    from rare_earth_compliance.cli.folders import anything  # noqa: PLC0415
    from rare_earth_compliance.cli.inputs import content, day, named_files  # noqa: PLC0415
    from rare_earth_compliance.cli.packs import load  # noqa: PLC0415
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.record import replay as replaying  # noqa: PLC0415

    try:
        when = day(on)
    except ValueError:
        complain(f"--on {on}: expected a day written 2026-11-23")
        raise typer.Exit(WRONG_USAGE) from None
    if form not in ("terminal", "json"):
        complain(f"--format {form}: expected terminal or json")
        raise typer.Exit(WRONG_USAGE)
    found: list[tuple[str, Replayed]] = []
    refused = False
    try:
        pack = load(rules)
        # In a folder of records each file may be one, whatever it is called.
        named = named_files(records, anything).files
    except Refused as error:
        complain(error)
        raise typer.Exit(REFUSED) from None
    for name, in_folder in named:
        try:
            record = replaying.opened(content(name, in_folder=in_folder), name)
            found += [(name, one) for one in replaying.replay(record, pack, when, _standing(files))]
        except Refused as error:
            complain(error)
            refused = True
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            complain(f"{name}: not of the form of a record: {type(error).__name__} {error}")
            refused = True
    _say(found, form)
    changed = any(one.was != one.now for _, one in found)
    raise typer.Exit(REFUSED if refused else NOTHING if not found else CHANGED if changed else HOLDS)


def _standing(folder: Path | None) -> Callable[[str], bytes] | None:
    """How a file of a record is read as it stands now; None where the documents of the record are judged."""
    from rare_earth_compliance.cli.inputs import content  # noqa: PLC0415
    from rare_earth_compliance.core.problems import Place, Problem, Refused  # noqa: PLC0415

    def standing(name: str) -> bytes:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            problem = Problem(
                place=Place(file=name), message="leads out of the folder", advice="use the record as it was written"
            )
            raise Refused([problem])
        return content(str(Path(folder or "", name)))

    return standing if folder else None


def _say(found: list[tuple[str, Replayed]], form: str) -> None:
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415
    from rare_earth_compliance.reports.as_json import plain  # noqa: PLC0415

    changed = [(name, one) for name, one in found if one.was != one.now]
    if form == "json":
        rows = [{"record": name, **plain(one)} for name, one in found]
        made = {"format": "rare-earth-replay/1", "judged": len(found), "changed": len(changed), "determinations": rows}
        write(harmless_json(json.dumps(made, ensure_ascii=False, indent=1)) + "\n", None)
        return
    lines = []
    for name, one in changed:
        lines.append(f"{name}: {one.product}: {one.was} (on {one.was_on}) → {one.now} (on {one.now_on})")
        lines += [f"  {cause.kind}: {cause.what}" for cause in one.causes]
    moved = dict.fromkeys(
        f"{name}: {file} changed, the answer is as it was" for name, one in found if one.was == one.now for file in one.files
    )
    lines = [*lines, *moved, f"{len(found)} judged again, {len(changed)} answers changed"]
    write(no_commands("\n".join(map(harmless, lines))) + "\n", None)
