"""The command ``gate``: a project's products judged as its configuration says, with decisions in hand beside.

Knows how settings and options become a run and which reports are written. Does not know what covers a finding.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from rare_earth_compliance.cli.check import Asked, judge
from rare_earth_compliance.cli.gate_files import named_by, shown
from rare_earth_compliance.cli.inputs import Named, content
from rare_earth_compliance.cli.packs import load
from rare_earth_compliance.core.problems import Problem, Refused
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.gate import baseline, changed, decisions
from rare_earth_compliance.gate.covering import Coverer, Sent, sent
from rare_earth_compliance.gate.settings import Project, Settings, find, read
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.product.names import LeftOut
from rare_earth_compliance.reports.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line adds to the configuration."""

    files: tuple[str, ...]
    config: Path | None
    changed_since: str | None
    on: date | None
    today: date
    ignore_baseline: bool = False


def project(config: Path | None, folder: Path) -> Project:
    """The project's settings: of the file that is named, else of the nearest one. Raises Refused with all problems."""
    file = config or find(folder)
    if file is None:
        return Project(settings=Settings(), folder=folder, file="", places={})
    file = Path(os.path.relpath(file))
    return read(content(str(file)), file)


def run_gate(options: Options, of: Project) -> Run:
    """Judge what the project asks for. Everything that hinders it becomes part of the run: nothing is passed over."""
    try:
        return _run(options, of)
    except Refused as refused:
        files = tuple(dict.fromkeys(problem.place.file for problem in refused.problems))
        checked = (("configuration", of.file or "none was found"),)
        return Run(refused=refused.problems, refused_files=files, checked=checked)


def _run(options: Options, of: Project) -> Run:
    settings = of.settings
    day = options.on or options.today
    _version(of)
    pack = load(_path(of, settings.rules) if settings.rules else None)
    _freshness(of, pack, day)
    held = decisions.read(((name, content(name)) for name in _paths(of, settings.decisions)), pack)
    known = baseline.Known()
    if settings.baseline and not options.ignore_baseline:
        name = _name(of, settings.baseline)
        known = baseline.read(content(name), name)
    chosen = named_by(of, options.files)
    named = judged_files = chosen.files
    if options.changed_since is not None:
        found = changed.changes(of.folder, options.changed_since)
        kept = set(changed.touched((name for name, _ in named), found, _everything_rests_on(of)))
        judged_files = tuple(pair for pair in named if pair[0] in kept)
    judged: list[tuple[Determination, Sent]] = []

    def seen(shipment: Shipment, determination: Determination) -> None:
        judged.append((determination, sent(shipment)))

    run = judge(_asked(options, of, pack, judged_files), seen)
    shares = [one.en for one in pack.questions.values() if one.computed_by == "value_share"]
    covering = Coverer(held, known, day, shares).covering(judged)
    nothing = ""
    unchanged = options.changed_since is not None and bool(named) and not judged_files
    if unchanged and settings.pass_when_nothing_changed and not run.refused:
        nothing = f"no product changed since {options.changed_since}: none of {len(named)} had to be judged"
    run = replace(
        run,
        left_out=LeftOut.of(chosen.left_out),
        decided=tuple(covering.decided),
        lapsed=tuple(covering.lapsed),
        warnings=tuple(covering.warnings),
        cover=tuple(covering.cover.items()),
        passes_on=frozenset(settings.pass_when_all_findings_are),
        nothing_changed=nothing,
    )
    return replace(run, checked=tuple(_checked(options, of, run, len(named), chosen.excluded)))


def _asked(options: Options, of: Project, pack: RulePack, named: tuple[tuple[str, bool], ...]) -> Asked:
    settings = of.settings
    facts = tuple((name, _fact(value)) for name, value in settings.shipment.items())
    return Asked(
        files=(),
        named=Named(files=named),
        shipments=_paths(of, settings.shipments),
        facts=facts,
        on=options.on,
        today=options.today,
        known_by=None,
        weigh=False,
        readings=tuple(settings.readings.items()),
        confirmations=_paths(of, settings.confirm_status),
        prices=_paths(of, settings.prices),
        rules=pack,
    )


def _fact(value: str | bool | list[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list) else value


def _checked(options: Options, of: Project, run: Run, products: int, excluded: int) -> Iterable[tuple[str, str]]:
    """What was checked, before everything else."""
    lines = sum(one.coverage.read for one in run.determinations)
    items = sum(one.coverage.judged for one in run.determinations)
    yield "configuration", of.file or "none was found: every setting has its default"
    found = f"{products:,} to judge" + (f", {excluded:,} excluded" if excluded else "")
    if options.changed_since is not None:
        found += f"; only what changed since {options.changed_since}, and what it is part of"
    yield "files", found
    yield "judged", f"{len(run.determinations):,} shipments, {lines:,} lines, {items:,} items judged"
    yield "refused", f"{len(run.refused_files):,} files"
    covered = len(run.cover)
    if covered or run.decided:
        passing = ", ".join(sorted(run.passes_on))
        lets = f"; the gate passes on findings that are {passing}" if passing else "; the gate does not pass on them"
        yield "covered", f"{covered:,} of {len(run.determinations):,} shipments by decisions in hand{lets}"
    if run.nothing_changed:
        yield "nothing changed", run.nothing_changed


# ---- settings that decide before anything is judged


def _version(of: Project) -> None:
    wanted = of.settings.required_version
    if wanted is not None and wanted != VERSION:
        message = f"the project asks for version {wanted}, this is {VERSION}"
        raise Refused(
            [Problem(place=of.places["required-version"], message=message, advice="install the version that is asked for")]
        )


def _freshness(of: Project, pack: RulePack, day: date) -> None:
    fresh = of.settings.strict_freshness
    if fresh is False:
        return
    days = 0 if fresh is True else fresh
    if pack.verified_through + timedelta(days=days) < day:
        message = (
            f"the rules were last checked on {pack.verified_through}, {(day - pack.verified_through).days} days before {day}"
        )
        advice = "take a newer rule pack, or have someone look for later instruments and say so in pack.yaml"
        raise Refused([Problem(place=of.places["strict-freshness"], message=message, advice=advice)])


# ---- files


def _everything_rests_on(of: Project) -> list[Path]:
    settings = of.settings
    names = [*settings.shipments, *settings.confirm_status, *settings.prices, *settings.decisions]
    names += [name for name in (settings.rules, settings.baseline) if name]
    return [*(of.folder / name for name in names), *([Path(of.file)] if of.file else [])]


def _name(of: Project, name: str) -> str:
    return shown(of.folder / name)


def _path(of: Project, name: str) -> Path:
    return of.folder / name


def _paths(of: Project, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(_name(of, name) for name in names)
