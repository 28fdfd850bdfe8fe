"""Files and folders to shipments: what the command line was given, read and put together.

Knows paths, standard input and which file is of which kind. Every problem of every file is kept; nothing
is skipped silently.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rare_earth_compliance.cli import folders
from rare_earth_compliance.core.files import open_file
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.product.document import ShipmentFields
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.product.names import may_be_product
from rare_earth_compliance.product.reader import Contents, read
from rare_earth_compliance.product.tables import Table, is_table, read_table, shipped

STANDARD_INPUT = "-"
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class Inputs:
    """What was read: products with the file they came from, and what could not be read."""

    refused: list[Problem] = field(default_factory=list)
    refused_files: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def refuse(self, file: str, problems: Iterable[Problem]) -> None:
        """Keep the problems of a file."""
        self.refused += problems
        self.refused_files.append(file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Every file that arguments name, once, in order, and the files in their folders that were left out by their names.

    Beside each file: whether it was only found in a folder or by a glob.
    """

    files: tuple[tuple[str, bool], ...]
    left_out: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()
    """Folders and globs that lead to no file, where all do: each with what it is."""


def named_files(names: Iterable[str], takes: Callable[[str], bool] = may_be_product) -> Named:
    """Every file that the arguments name; of a folder those that ``takes`` takes by their names.

    A file that is named as well is one that was named, wherever that stands among the arguments.
    Raises Refused for a folder that can not be looked into, and for a folder or glob that leads to no file while others
    do: what was meant by it would not be judged, and the others answer for it.
    """
    seen: dict[str, bool] = {}
    left_out: list[str] = []
    empty: dict[str, str] = {}
    for name in names:
        # Not asked of a Path, which raises for names that no file can have.
        if name != STANDARD_INPUT and os.path.isdir(name):
            inside = folders.in_folder(Path(name), takes)
            found = [(str(one), True) for one in inside.files]
            left_out += inside.left_out
            none = "a folder without a file of product data; name a file, or another folder"
        elif name != STANDARD_INPUT and not os.path.exists(name) and glob.has_magic(name):
            found = [(one, True) for one in folders.of_glob(name)]
            none = "a glob that leads to no file; name a file, or correct the glob"
        else:
            found, none = [(name, False)], ""
        if not found:
            empty[name] = none
        for file, in_folder in found:
            seen[file] = seen.get(file, True) and in_folder
    if seen and empty:
        message, advice = "leads to no file: nothing would be checked there", "correct the name or the glob, or leave it out"
        raise Refused([Problem(place=Place(file=name), message=message, advice=advice) for name in empty])
    return Named(
        files=tuple(seen.items()),
        left_out=tuple(one for one in dict.fromkeys(left_out) if one not in seen),
        nowhere=tuple(map(": ".join, empty.items())),
    )


def content(name: str, *, in_folder: bool = False) -> bytes:
    """The bytes of a file or of standard input; of ``in_folder``, which nobody named, no pipe or device is read.

    Raises Refused when they can not be read.
    """
    try:
        if in_folder:
            with open_file(name) as file:
                return file.read()
        return _standard_input() if name == STANDARD_INPUT else Path(name).read_bytes()
    except (OSError, ValueError) as error:  # a name may hold what no file name can
        why = (getattr(error, "strerror", None) or "can not be read").lower()
        problem = Problem(place=Place(file=name), message=why, advice="check the name and your right to read it")
        raise Refused([problem]) from None


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer.read()


def contents(name: str) -> Contents:
    """A file of BOM-JSON. Raises Refused with all its problems."""
    return read(content(name), "standard input" if name == STANDARD_INPUT else name)


def products(named: Iterable[tuple[str, bool]], inputs: Inputs) -> Iterator[Contents]:
    """The files that hold a product, of those that named_files gives; the others are noted in ``inputs``."""
    for name, in_folder in named:
        try:
            data = content(name, in_folder=in_folder)
            if in_folder and is_table(data, name):
                inputs.skipped.append(f"{name}: a price table")
                continue
            found = read(data, "standard input" if name == STANDARD_INPUT else name)
        except Refused as refused:
            inputs.refuse(name, refused.problems)
            continue
        if found.product is not None:
            yield found
        elif in_folder:
            inputs.skipped.append(f"{name}: a shipment and no product")
        else:
            advice = "name a file with a product, and give this one with --shipment"
            inputs.refuse(name, [Problem(place=Place(file=name), message="holds a shipment and no product", advice=advice)])


def shipments(
    found: Contents,
    others: Iterable[Contents],
    given: ShipmentFields,
    facts: tuple[tuple[str, str], ...],
    tables: tuple[Table, ...],
) -> Iterator[Shipment]:
    """The product of a file in its own shipment, or in each of ``others``, with the facts given one by one over it."""
    if found.product is None:
        return
    for source in tuple(others) or (found,):
        yield shipped(found.product, source, given, facts, tables)


def tables(names: Iterable[str]) -> tuple[Table, ...]:
    """Price tables. Raises Refused with all problems of the first that has any."""
    return tuple(read_table(content(name), name) for name in names)


def confirmations(names: Iterable[str], pack: RulePack, held: Callable[[str], bytes] = content) -> tuple[Confirmation, ...]:
    """Statements of what happened to the law. Raises Refused for files that can not be read, and for two that disagree.

    ``held`` gives the bytes of a file.
    """
    named = tuple(names)
    if not named:
        return ()
    # Imported late: few runs have any, and what reads them costs a tenth of a second.
    from rare_earth_compliance.law.confirmations import read_confirmations  # noqa: PLC0415

    found = [one for name in named for one in read_confirmations(held(name), name, pack)]
    settled = [one.settles for one in found]
    if len(set(settled)) < len(settled):
        message = "two files settle the same question of status"
        raise Refused([Problem(place=found[-1].place, message=message, advice="give one of them")])
    return tuple(found)


def day(text: str | None) -> date | None:
    """A day as written 2026-11-23. Raises ValueError for anything else."""
    if text is None:
        return None
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a day written 2026-11-23")
    return date.fromisoformat(text)
