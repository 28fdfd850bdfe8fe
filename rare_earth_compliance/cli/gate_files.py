"""Which files a gate judges: what a project or the command line names, less what the project excludes.

Knows that a file may have several names, for links lead to its folder: it is excluded only where every one of them is.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path

from rare_earth_compliance.cli.folders import Found, in_folder, of_glob
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.gate.settings import Project

COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The files to judge, each with whether a glob or folder named it; how many were excluded; what was left out."""

    files: tuple[tuple[str, bool], ...]
    excluded: int
    left_out: tuple[str, ...]
    """Files in folders that are not called as product data, and that nobody excluded."""


def named_by(of: Project, names: tuple[str, ...] = ()) -> Chosen:
    """The files of the project, or those that the command line names in their place.

    Raises Refused for a name that leads to no file, and where there is nothing to look for.
    """
    given = names or tuple(of.settings.products)
    if not given:
        place = Place(file=of.file or COMMAND_LINE, path="products")
        raise Refused([Problem(place=place, message="no products are named", advice='add products = ["boms/**/*.json"]')])
    folder = Path() if names else of.folder
    problems = []
    excluded = _excluded(of)
    kept: dict[str, bool] = {}
    gone: set[tuple[str, str]] = set()
    left_out: dict[str, None] = {}
    for pattern in given:
        found, others = _matching(folder, pattern)
        if not found:
            place = Place(file=COMMAND_LINE) if names else of.places["products"]
            message = f"{pattern!r} leads to no file: nothing would be checked there"
            problems.append(Problem(place=place, message=message, advice="correct the name or the glob"))
        chosen = _chosen(folder, pattern, found, excluded)
        gone |= {_file(path) for path in found}.difference(map(_file, chosen))
        several = _leads_on(folder, pattern)
        for name in map(shown, chosen):  # a file that is named as well is one that was named, wherever that stands
            kept[name] = kept.get(name, True) and several
        left_out |= dict.fromkeys(name for name in map(shown, others) if name not in excluded)
    if problems:
        raise Refused(problems)
    gone -= {_file(Path(name)) for name in kept}
    return Chosen(files=tuple(kept.items()), excluded=len(gone), left_out=tuple(name for name in left_out if name not in kept))


def _excluded(of: Project) -> frozenset[str]:
    """Every name that the project excludes, of whatever kind of file."""
    names: set[str] = set()
    for pattern in of.settings.exclude:
        found = _matching(of.folder, pattern, every_name=True)
        names.update(map(shown, found.files))
        names.update(map(shown, found.left_out))
    return frozenset(names)


def _chosen(folder: Path, pattern: str, found: list[Path], excluded: frozenset[str]) -> list[Path]:
    """What is left of the files of a pattern: each by the name it was found by or, where that is excluded, by another one."""
    kept = [path for path in found if shown(path) not in excluded]
    if len(kept) == len(found):
        return kept
    by_file = {_file(path): path for path in kept}
    for path in _matching(folder, pattern, every_name=True).files:
        if shown(path) not in excluded:
            by_file.setdefault(_file(path), path)
    return sorted({*kept, *by_file.values()})


def _file(path: Path) -> tuple[str, str]:
    """What is the same for each name of a file that links to folders make: a link that is a file is a file of its own."""
    return os.path.realpath(path.parent), path.name


def _matching(folder: Path, pattern: str, *, every_name: bool = False) -> Found:
    path = folder / pattern
    if os.path.isdir(path):  # not asked of the Path, which raises for names that no file can have
        return in_folder(path, every_name=every_name)
    if not _leads_on(folder, pattern):
        return Found([path] if os.path.isfile(path) else [], [])
    return Found([Path(one) for one in of_glob(str(path), every_name=every_name)], [])


def _leads_on(folder: Path, pattern: str) -> bool:
    """Whether a name is a folder or a glob, and not a file: a file may be named as a glob is."""
    path = folder / pattern
    return os.path.isdir(path) or (not os.path.exists(path) and glob.has_magic(pattern))


def shown(path: Path | str) -> str:
    """A file as it is named in a report: seen from the current folder."""
    return os.path.relpath(path)
