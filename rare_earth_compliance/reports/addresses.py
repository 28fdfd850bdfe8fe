"""Names of files as other systems need them: relative, without the folders of a machine.

Knows relative names and their percent-encoding. Does not touch the file system: from where names count is
said by whoever made the run.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath, PureWindowsPath
from urllib.parse import quote

from rare_earth_compliance.core.problems import Place

_STANDARD_INPUT = {"-": "standard input"}
"""What is written for it on a command line → what it is called in reports."""


def relative(file: str, folder: str = "") -> str:
    """The name of a file seen from ``folder``; of an absolute name outside it only the last part is left."""
    path = PurePath(_STANDARD_INPUT.get(file, file))
    if folder and path.is_absolute() and path.is_relative_to(folder):
        path = path.relative_to(folder)
    if path.is_absolute() or PureWindowsPath(file).is_absolute():
        return PureWindowsPath(file).name if not path.is_absolute() else path.name or "."
    return path.as_posix()


def shown(place: Place, folder: str = "") -> Place:
    """The same place with the name of its file as ``relative`` gives it."""
    return replace(place, file=relative(place.file, folder))


def address(file: str, folder: str = "") -> str:
    """The same as a relative reference of a URI."""
    return quote(relative(file, folder).encode("utf-8", "surrogatepass"), safe="/")


def line(place: Place) -> int:
    """A line that always is one: the first where none is known."""
    return max(place.line, 1)
