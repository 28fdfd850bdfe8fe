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
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.product.names import may_be_product

GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""What is said of a name at which nothing stands, or a link that leads nowhere."""
EVERY_DEPTH = "**"
NAMES = 100
"""By how many names a folder is looked into at most, where every name of it is asked for."""
Way = tuple[tuple[int, int], ...]
"""The folders on the way to one, by their numbers."""


class Found(NamedTuple):
    """What a folder or glob stands for, in order: files, and names of others that were left out."""

    files: list[Path]
    left_out: list[str]


def anything(_: str) -> bool:
    """Takes a file whatever it is called."""
    return True


def in_folder(folder: Path, takes: Callable[[str], bool] = may_be_product, *, every_name: bool = False) -> Found:
    """Every file in a folder and below it that ``takes`` takes by its name; what a link leads to too, and no folder twice.

    With ``every_name`` each folder by every name that leads to it, but not round. Raises Refused with everything that can
    not be looked into.
    """
    search = _Search(every_name=every_name)
    found: list[Path] = []
    left_out: list[str] = []
    seen: Counter[tuple[int, int]] = Counter()
    links: list[tuple[str, Way]] = []
    work: list[tuple[str, Way]] = [(str(folder), ())]
    while work or links:
        # A folder goes by its own name, and by that of a link only where it has none here.
        above, way = work.pop() if work else links.pop()
        here = search.entered(above, way, seen)
        if here is None:
            continue
        for one in search.entries(above):
            if search.is_folder(one):
                (links if one.is_symlink() else work).append((os.path.join(above, one.name), here))
            elif takes(one.name):
                found.append(Path(above, one.name))
            else:
                left_out.append(os.path.join(above, one.name))
        links.sort(reverse=True)
    search.end()
    return Found(sorted(found), sorted(left_out))


def of_glob(pattern: str, *, every_name: bool = False) -> list[str]:
    """Every file that a glob leads to, in order. Raises Refused with everything on the way that can not be looked at."""
    search = _Search(every_name=every_name)
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

    def __init__(self, *, every_name: bool = False) -> None:
        self.problems: dict[str, Problem] = {}
        self._every_name = every_name

    def entered(self, folder: str, way: Way, seen: Counter[tuple[int, int]]) -> Way | None:
        """The way that now leads into a folder; None where nothing is there, or it was looked into.

        ``seen`` counts by how many names each folder was.
        """
        at = self.status(folder or ".")
        if at is None:
            return None
        here = (at.st_dev, at.st_ino)
        if here in way or (seen[here] and not self._every_name):
            return None
        seen[here] += 1
        if seen[here] > NAMES:
            message = f"links lead to it by more than {NAMES} names: what is excluded by name can not be told"
            advice = "remove links that lead round, or exclude nothing by name"
            self.problems.setdefault(folder, Problem(place=Place(file=folder), message=message, advice=advice))
            return None
        return (*way, here) if self._every_name else ()

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
        work: list[tuple[str, Way]] = [(os.path.join(folder, ""), ())]
        seen: Counter[tuple[int, int]] = Counter()
        while work:
            above, way = work.pop()
            here = self.entered(above, way, seen)
            if here is None:
                continue
            yield above
            for one in self.entries(above):
                if not one.name.startswith("."):
                    path = os.path.join(above, one.name)
                    if self.is_folder(one):
                        work.append((path, here))
                    else:
                        yield path

    def _note(self, error: OSError, name: str, what: str) -> None:
        if error.errno in GONE:
            return
        message = f"{what}: {(error.strerror or 'it can not be read').lower()}"
        advice = "get the right to read it, or name the files one by one"
        self.problems.setdefault(name, Problem(place=Place(file=name), message=message, advice=advice))
