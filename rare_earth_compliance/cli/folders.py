"""Files that a folder or glob stands for.

Knows that what can not be looked into, or looked at, may be or hold a product: it is refused, never passed over. The
library's own ``glob`` passes over both. Does not read the files.
"""

from __future__ import annotations

import errno
import fnmatch
import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.product.names import may_be_product

GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""What is said of a name at which nothing stands, or a link that leads nowhere."""
EVERY_DEPTH = "**"


def in_folder(folder: Path) -> list[Path]:
    """Every ``*.json`` in a folder and below it, in order; what a link leads to too, and no folder twice.

    Raises Refused with everything that can not be looked into.
    """
    search = _Search()
    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    links: list[str] = []
    work = [str(folder)]
    while work or links:
        # A folder goes by its own name, and by that of a link only where it has none here.
        above = work.pop() if work else links.pop()
        at = search.status(above)
        if at is None or (at.st_dev, at.st_ino) in seen:
            continue
        seen.add((at.st_dev, at.st_ino))
        for one in search.entries(above):
            if search.is_folder(one):
                (links if one.is_symlink() else work).append(os.path.join(above, one.name))
            elif may_be_product(one.name):
                found.append(Path(above, one.name))
        links.sort(reverse=True)
    search.end()
    return sorted(found)


def of_glob(pattern: str) -> list[str]:
    """Every file that a glob leads to, in order. Raises Refused with everything on the way that can not be looked at."""
    search = _Search()
    found = []
    for name in sorted(set(search.matches(pattern))):
        at = search.status(name)
        # A link that leads nowhere is a file that can not be read, not one that is not there.
        if os.path.islink(name) if at is None else not stat.S_ISDIR(at.st_mode):
            found.append(name)
    search.end()
    return found


class _Search:
    """Looks into folders, and keeps what it could not look at."""

    def __init__(self) -> None:
        self.problems: dict[str, Problem] = {}

    def end(self) -> None:
        """Raises Refused if anything was not seen."""
        if self.problems:
            raise Refused(self.problems.values())

    def entries(self, folder: str) -> list[os.DirEntry[str]]:
        """What is in a folder, in order; nothing where it is none."""
        try:
            with os.scandir(folder or ".") as found:
                return sorted(found, key=lambda one: one.name)
        except OSError as error:
            self._note(error, folder or ".", "the folder can not be looked into")
        except ValueError:  # a name that no file can have
            pass
        return []

    def is_folder(self, entry: os.DirEntry[str]) -> bool:
        """Is it a folder, or a link to one?"""
        try:
            return entry.is_dir()
        except OSError as error:
            self._note(error, entry.path, "it can not be looked at")
            return False

    def status(self, name: str, *, link: bool = False) -> os.stat_result | None:
        """What stands at a name, or with ``link`` the link itself; None where nothing does."""
        try:
            return os.lstat(name) if link else os.stat(name)
        except OSError as error:
            self._note(error, name, "it can not be looked at")
        except ValueError:  # a name that no file can have
            pass
        return None

    def matches(self, pattern: str) -> Iterator[str]:
        """Every file and folder that a glob stands for; hidden ones only where it says so. Some more than once."""
        above, name = os.path.split(pattern)
        folders = [above] if not glob.has_magic(above) or above == pattern else self.matches(above)
        for folder in folders:
            if name == EVERY_DEPTH:
                yield from self._below(folder)
            elif glob.has_magic(name):
                names = [one.name for one in self.entries(folder)]
                shown = [one for one in names if name.startswith(".") or not one.startswith(".")]
                yield from (os.path.join(folder, one) for one in fnmatch.filter(shown, name))
            elif self.status(path := os.path.join(folder, name), link=True) is not None:
                yield path

    def _below(self, folder: str) -> Iterator[str]:
        """A folder, and all that is in it at every depth; no folder twice, for links may lead round and round."""
        work = [os.path.join(folder, "")]
        seen: set[tuple[int, int]] = set()
        while work:
            above = work.pop()
            at = self.status(above or ".")
            if at is None or (at.st_dev, at.st_ino) in seen:
                continue
            seen.add((at.st_dev, at.st_ino))
            yield above
            for one in self.entries(above):
                if not one.name.startswith("."):
                    path = os.path.join(above, one.name)
                    if self.is_folder(one):
                        work.append(path)
                    else:
                        yield path

    def _note(self, error: OSError, name: str, what: str) -> None:
        if error.errno in GONE:
            return
        message = f"{what}: {(error.strerror or 'it can not be read').lower()}"
        advice = "get the right to read it, or name the files one by one"
        self.problems.setdefault(name, Problem(place=Place(file=name), message=message, advice=advice))
