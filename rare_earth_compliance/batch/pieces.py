"""Pieces of a portfolio: consecutive products that one worker takes at once, and how they are read.

Knows byte ranges, files and documents at hand. A piece gives exactly as many inputs as it was counted to hold: what
can not be read, is too large or has changed since it was counted is an input with a problem, never one less.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple, Protocol

from rare_earth_compliance.core.files import open_file
from rare_earth_compliance.core.problems import Place, Problem

LINES = 128
"""How many products make a piece; the first pieces are smaller, so that every worker soon has something to do."""
FIRST = 8
BYTES = 1024**2
"""A piece is closed when it has so many bytes, however few products they are."""
_BLOCK = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One input: its name and what it holds, or in ``problem`` why that can not be had.

    ``data`` is bytes where it was read from a file. ``sha256`` is that of the bytes, "" where nothing could be read.
    ``perhaps`` says that it was found, not named: it may be no product at all. ``beside`` is the document with the
    shipment in which it is judged, where that comes beside it; it has none of its own. ``facts`` is what is kept of it, and
    ``later`` gets the document itself, where that was not read yet.
    """

    name: str
    data: Any = b""
    sha256: str = ""
    problem: Problem | None = None
    perhaps: bool = False
    beside: Given | None = None
    facts: Recalled | None = None
    later: Callable[[], Given] | None = None

    @property
    def whole(self) -> Given:
        """The input with its document, read now where it was not yet."""
        return self if self.later is None else replace(self.later(), perhaps=self.perhaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What is kept of documents that say the same: they are decided by it under every law that lists none of ``forms``."""

    text: bytes
    """What the document says apart from lines that say nothing, and from names and amounts."""
    plain: bool
    """Whether nothing but the product itself says anything, so that no amount counts where it is not listed."""
    forms: frozenset[str]
    """Of what forms the lines are that were passed over, because they are declared free of rare earths."""


class Recalled(NamedTuple):
    """What is kept of one document."""

    common: Common
    label: str
    """What a person calls the product."""
    amounts: tuple[str, ...]
    """The amounts, in the order of the document."""


class Piece(Protocol):
    """Consecutive inputs. ``size`` is what they add to the progress of their source."""

    @property
    def count(self) -> int:
        """How many inputs there are."""

    @property
    def size(self) -> int:
        """How far the source has come with them."""

    def given(self) -> Iterator[Given]:
        """The inputs, as many as ``count`` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Lines of a file with one document each, as a range of bytes: who judges them reads them."""

    file: str
    offset: int
    size: int
    first: int
    """Position of its first line, from 0."""
    count: int
    most: int
    """A line with more bytes than this is not read."""

    def _name(self, at: int) -> str:
        return f"{self.file}:{self.first + at + 1}"

    def given(self) -> Iterator[Given]:
        """The lines; all of them with a problem where the range does not hold as many as were counted."""
        try:
            with open(self.file, "rb") as file:
                file.seek(self.offset)
                if self.count == 1 and self.size > self.most + 1:
                    yield too_large(self._name(0), self.size - 1, self.most, _hashed(file, self.size))
                    return
                data = file.read(self.size)
        except OSError as error:
            yield from self._all((error.strerror or "can not be read").lower(), "run again when it can be read")
            return
        lines = data.split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        if len(data) != self.size or len(lines) != self.count:
            yield from self._all("the file was changed while it was read", "run again on a file that nobody writes to")
            return
        for at, line in enumerate(lines):
            yield taken(self._name(at), line, self.most)

    def _all(self, message: str, advice: str) -> Iterator[Given]:
        for at in range(self.count):
            yield refused(self._name(at), message, advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files with one document each."""

    names: tuple[str, ...]
    most: int

    @property
    def count(self) -> int:
        """How many files."""
        return len(self.names)

    @property
    def size(self) -> int:
        """The same."""
        return len(self.names)

    def given(self) -> Iterator[Given]:
        """The files, one after the other."""
        for name in self.names:
            try:
                with open_file(name) as file:
                    data = file.read(self.most + 1)
            except (OSError, ValueError) as error:  # a name may hold what no file name can
                message = (getattr(error, "strerror", None) or "can not be read").lower()
                yield refused(name, message, "check the name and your right to read it")
                continue
            yield taken(name, data, self.most, perhaps=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Inputs at hand: what came through a pipe, out of an archive or from a program."""

    inputs: tuple[Given, ...]
    size: int

    @property
    def count(self) -> int:
        """How many inputs."""
        return len(self.inputs)

    def given(self) -> Iterator[Given]:
        """The inputs."""
        yield from self.inputs


def refused(name: str, message: str, advice: str, sha256: str = "") -> Given:
    """An input that can not be had, with its problem."""
    return Given(name=name, sha256=sha256, problem=Problem(place=Place(file=name), message=message, advice=advice))


def too_large(name: str, size: int, most: int, sha256: str = "") -> Given:
    """An input that is not read for its size."""
    message = f"has {size:,} bytes, and no more than {most:,} are read of one product"
    return refused(name, message, "allow more with --max-bytes, or split the product", sha256)


def taken(name: str, data: bytes, most: int, *, perhaps: bool = False) -> Given:
    """An input with its bytes and their hash."""
    if len(data) > most:
        return too_large(name, len(data), most, "" if perhaps else hashlib.sha256(data).hexdigest())
    return Given(name=name, data=data, sha256=hashlib.sha256(data).hexdigest(), perhaps=perhaps)


def _hashed(file: BinaryIO, size: int) -> str:
    """The hash of a line that is too long to be held; its line feed does not count."""
    found, left = hashlib.sha256(), size
    while left and (block := file.read(min(_BLOCK, left))):
        left -= len(block)
        found.update(block.removesuffix(b"\n") if not left else block)
    return found.hexdigest()


def stretches(file: BinaryIO, name: str, most: int) -> Iterator[Stretch]:
    """The lines of a file as ranges; no more of it is held than a block. What follows the last line feed is a line.

    A line with more than ``most`` bytes is a range of its own.
    """
    start = line = first = position = 0
    wanted = FIRST

    def made(end: int) -> Stretch:
        return Stretch(file=name, offset=start, size=end - start, first=first, count=position - first, most=most)

    for end in _ends(file):
        large = end - line > most + 1
        if large and position > first:
            yield made(line)
            start, first = line, position
        position += 1
        if large or position - first >= wanted or end - start >= BYTES:
            yield made(end)
            start, first, wanted = end, position, min(LINES, 2 * wanted)
        line = end
    if position > first:
        yield made(line)


def _ends(file: BinaryIO) -> Iterator[int]:
    """Where each line ends, counted from the start of the file, its line feed included."""
    offset, finished = 0, True
    while block := file.read(_BLOCK):
        at = 0
        while (at := block.find(b"\n", at) + 1) > 0:
            yield offset + at
        offset += len(block)
        finished = block.endswith(b"\n")
    if not finished:
        yield offset


def gathered(inputs: Iterable[tuple[Given, int]]) -> Iterator[Loaded]:
    """Inputs, each with how far its source has come with it, as pieces. What ``inputs`` raises comes after what it gave."""
    held: list[Given] = []
    moved = size = 0
    wanted = FIRST
    try:
        for one, step in inputs:
            held.append(one)
            moved += step
            size += len(one.data) if isinstance(one.data, bytes) else 0
            if len(held) >= wanted or size >= BYTES:
                yield Loaded(inputs=tuple(held), size=moved)
                held, moved, size, wanted = [], 0, 0, min(LINES, 2 * wanted)
    except Exception:
        if held:
            yield Loaded(inputs=tuple(held), size=moved)
        raise
    if held:
        yield Loaded(inputs=tuple(held), size=moved)
