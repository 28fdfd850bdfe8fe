"""Files that a folder or glob stands for.

Knows that a folder which can not be looked into may hold a product: it is refused, never passed over. Does not
read the files.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from rare_earth_compliance.core.problems import Place, Problem, Refused


def in_folder(folder: Path) -> list[Path]:
    """Every ``*.json`` in a folder and below it, in order. Raises Refused with every folder that can not be looked into."""
    problems: list[Problem] = []
    found = []
    for above, _, names in os.walk(folder, onerror=lambda error: problems.append(_unseen(error, str(folder)))):
        found += [Path(above, name) for name in names if name.endswith(".json")]
    if problems:
        raise Refused(problems)
    return sorted(found)


def of_glob(pattern: str) -> list[str]:
    """Every file that a glob leads to, in order. Raises Refused with every folder on the way that can not be looked into."""
    problems = []
    for folder in _on_the_way(pattern):
        try:
            with os.scandir(folder):
                pass
        except OSError as error:
            problems.append(_unseen(error, folder))
    if problems:
        raise Refused(problems)
    # A link that leads nowhere is a file that can not be read, not one that is not there.
    return [one for one in sorted(glob.glob(pattern, recursive=True)) if os.path.isfile(one) or _dangling(one)]


def _on_the_way(pattern: str) -> Iterator[str]:
    """The folders that are looked into for a glob; glob itself passes over those that it may not open."""
    above = os.path.dirname(pattern)
    folders = {"."} if not above else {above} if not glob.has_magic(above) else set(glob.glob(above, recursive=True))
    while above and os.path.dirname(above) != above:
        above = os.path.dirname(above)
        folders |= set(glob.glob(above, recursive=True)) if glob.has_magic(above) else {above} if above else set()
    yield from sorted(one for one in folders if os.path.isdir(one))


def _dangling(name: str) -> bool:
    return os.path.islink(name) and not os.path.exists(name)


def _unseen(error: OSError, folder: str) -> Problem:
    message = f"the folder can not be looked into: {(error.strerror or 'it can not be read').lower()}"
    advice = "get the right to read it, or name the files one by one"
    return Problem(place=Place(file=str(error.filename or folder)), message=message, advice=advice)
