"""What a portfolio may come as: lines of a file or of a pipe, a folder, an archive, a table, a store.

Knows how each becomes pieces, one at a time and never the whole. Whatever goes wrong on the way – a folder that
can not be looked into, an archive that is cut off – is an input with a problem at the place where it happened: a
portfolio that ended early would look like a smaller one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from rare_earth_compliance.batch import stored as store
from rare_earth_compliance.batch.archives import members
from rare_earth_compliance.batch.pieces import (
    BYTES,
    LINES,
    Files,
    Given,
    Loaded,
    Piece,
    gathered,
    refused,
    stretches,
    taken,
    too_large,
)
from rare_earth_compliance.core.problems import Problem, Refused
from rare_earth_compliance.product.names import LeftOut

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A portfolio. ``total`` is what the sizes of its pieces add up to, None where that is not known before.

    ``left_out`` counts what was passed over by its name; all of it once the last piece was given.
    """

    name: str
    pieces: Callable[[], Iterator[Piece]]
    total: int | None = None
    left_out: LeftOut = field(default_factory=LeftOut)


def lines_of(name: str, most: int) -> Source:
    """A file with one document a line."""
    return Source(name=name, total=_size(name), pieces=lambda: _whole(name, _stretches(name, most)))


def _stretches(name: str, most: int) -> Iterator[Piece]:
    with open(name, "rb") as file:
        yield from stretches(file, name, most)


def lines_from(stream: BinaryIO, name: str, most: int) -> Source:
    """A stream with one document a line, such as standard input."""
    return Source(name=name, pieces=lambda: _whole(name, gathered(_lines(stream, name, most))))


def _lines(stream: BinaryIO, name: str, most: int) -> Iterator[tuple[Given, int]]:
    position = 0
    while line := stream.readline(most + 2):
        position += 1
        here = f"{name}:{position}"
        if len(line) == most + 2 and not line.endswith(b"\n"):
            size, found = len(line), hashlib.sha256(line)
            while line and not line.endswith(b"\n"):
                line = stream.readline(BYTES)
                size += len(line.removesuffix(b"\n"))
                found.update(line.removesuffix(b"\n"))
            yield too_large(here, size, most, found.hexdigest()), 0
        else:
            yield taken(here, line.removesuffix(b"\n"), most), 0


def folder(name: str, find: Callable[[Path], tuple[list[Path], list[str]]], most: int) -> Source:
    """Every product in a folder.

    ``find`` lists its files in order, and those that are left out; it raises Refused for what it can not look into.
    """
    try:
        found, others = find(Path(name))
    except Refused as unseen:
        problems = unseen.problems
        return Source(name=name, pieces=lambda: _problems(problems))
    names = [str(one) for one in found]
    return Source(name=name, total=len(names), pieces=lambda: _files(names, most), left_out=LeftOut.of(others))


def _files(names: list[str], most: int) -> Iterator[Piece]:
    step = max(1, min(LINES, len(names) // 8))
    for at in range(0, len(names), step):
        yield Files(names=tuple(names[at : at + step]), most=most)


def _problems(problems: Iterable[Problem]) -> Iterator[Piece]:
    yield Loaded(inputs=tuple(Given(name=one.place.file, problem=one) for one in problems), size=0)


def archive(name: str, most: int) -> Source:
    """Every product in a tar archive, compressed or not; nothing of it is written to disk."""
    left_out = LeftOut()

    def pieces() -> Iterator[Piece]:
        left_out.clear()
        return _whole(name, gathered(members(name, most, left_out)))

    return Source(name=name, total=_size(name), pieces=pieces, left_out=left_out)


def table(name: str, column: str, most: int) -> Source:
    """A Parquet file with a document in each row of a column. Raises ImportError without pyarrow."""
    from rare_earth_compliance.batch import arrow  # noqa: PLC0415  # of the extra [arrow]

    try:
        total = arrow.count_of(name)
    except (OSError, ValueError):
        total = None  # told when it is read
    return Source(name=name, total=total, pieces=lambda: _whole(name, gathered(arrow.rows(name, column, most))))


def stored(name: str, most: int) -> Source:
    """A stored portfolio."""
    try:
        head = store.opened(name)
    except (store.Broken, OSError) as error:
        said = (getattr(error, "strerror", None) or str(error)).rstrip(".")
        problem = refused(name, f"is a stored portfolio that can not be used: {said}", "store the portfolio again")
        return Source(name=name, pieces=lambda: iter((Loaded(inputs=(problem,), size=0),)))
    return Source(
        name=name, total=store.size_of(name), pieces=lambda: _whole(name, store.pieces(head, most)), left_out=head.left_out
    )


def _whole(name: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces; and where they end before they should, an input that says so."""
    try:
        yield from pieces
    except Exception as error:  # noqa: BLE001  # whatever keeps the rest from being read, it is not to be lost
        said = (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
        message = f"can not be read further: {said}; what follows here was not judged"
        yield Loaded(inputs=(refused(name, message, "check that the file is whole, and your right to read it"),), size=0)


def _size(name: str) -> int | None:
    try:
        return os.stat(name).st_size
    except (OSError, ValueError):
        return None
