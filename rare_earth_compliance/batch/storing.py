"""Making a stored portfolio: one way over the documents, and a folder that is there when it is whole, or not at all.

Knows what is kept of a document: what its quiet lines leave over, apart from names and amounts, and the forms that were taken
for quiet, so that a law which lists one of them does not use it. Judges nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from rare_earth_compliance.batch.pieces import Common, Given
from rare_earth_compliance.batch.sources import Source
from rare_earth_compliance.batch.stored import DOCUMENTS, FORMAT, HEAD, MAKERS, OUTLINES, PRODUCTS, facts_of, stamp_of
from rare_earth_compliance.core.maker import made_by
from rare_earth_compliance.core.version import VERSION

SHARED = 20_000
"""How many outlines are kept apart from products, to be shared by them; who judges holds them all."""
SHARED_BYTES = 32 * 1024**2
"""The same in bytes."""
LARGE = 100_000
"""An outline of more bytes is kept only where it is less than half of the document: else it saves nothing."""
STEPS, STEP = 300, 0.01
"""How often, and after how many seconds, it is looked whether the clock of the file system has gone on."""
Step = Callable[[int, int], None]
"""Shown after each piece: how many inputs it had, and how far the source has come with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was stored: how many inputs, of how many more than the document is kept, in how many outlines, and how many
    could not be had; and what was left out, in words."""

    products: int
    known: int
    outlines: int
    refused: int
    left_out: str = ""


def store(source: Source, folder: str, ordinary: frozenset[str], step: Step) -> Made:
    """Store a portfolio in a folder that does not exist yet.

    ``ordinary``: the forms whose lines are passed over where they are declared free of rare earths. Raises FileExistsError
    where there is something of that name, and OSError where it can not be written; then nothing is left of it.
    """
    target = Path(folder)
    if os.path.lexists(target):
        raise FileExistsError(17, "is there already; name a folder that does not exist", folder)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    beside.mkdir()
    try:
        with contextlib.ExitStack() as files:
            writing = _Writing({name: files.enter_context(_File(beside / name)) for name in (PRODUCTS, OUTLINES, DOCUMENTS)})
            for piece in source.pieces():
                for one in piece.given():
                    writing.add(one, ordinary)
                step(piece.count, piece.size)
        made = replace(writing.made, left_out=source.left_out.said())
        stamp = _settled(beside)
        head = {
            "format": FORMAT,
            "tool": f"rare-earth-compliance {VERSION}",
            "made_by": made_by(*MAKERS),
            "input": source.name,
            "passed_over": sorted(ordinary),
            "products": made.products,
            "outlines": made.outlines,
            "left_out": source.left_out.plain(),
            "sha256": {name: writing.files[name].sha256.hexdigest() for name in (PRODUCTS, OUTLINES)},
            "documents": {"sha256": writing.files[DOCUMENTS].sha256.hexdigest(), "stamp": stamp},
        }
        with _File(beside / HEAD) as file:
            file.write(json.dumps(head, indent=2).encode() + b"\n")
        os.rename(beside, target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return made


def _settled(folder: Path) -> list[int] | None:
    """The stamp of the documents, once no change of them can have the same; None where that can not be told.

    A file system's clock goes by steps, and what is changed within one has the time of it.
    """
    stamp, probe = stamp_of(folder / DOCUMENTS), folder / "clock"
    for _ in range(STEPS):
        probe.write_bytes(b"")
        now = stamp_of(probe).changed
        probe.unlink()
        if now > stamp.changed:
            return list(stamp)
        time.sleep(STEP)
    return None


class _File:
    """A new file, with its length and hash; on the disk when it is closed."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("xb")
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.sha256.update(data)
        self.size += len(data)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())


class _Writing:
    def __init__(self, files: dict[str, _File]) -> None:
        self.files = files
        self._outlines: dict[Common, int] = {}
        self._products = self._known = self._refused = 0

    @property
    def made(self) -> Made:
        return Made(products=self._products, known=self._known, outlines=len(self._outlines), refused=self._refused)

    def add(self, one: Given, ordinary: frozenset[str]) -> None:
        row: dict[str, Any] = {"name": one.name, "sha256": one.sha256}
        if one.problem is not None:
            self._refused += 1
            row["problem"] = [str(one.problem.place.file), one.problem.message, one.problem.advice]
        else:
            row |= {"at": self.files[DOCUMENTS].size, "size": len(one.data)}
            row |= {"perhaps": True} if one.perhaps else {}
            self.files[DOCUMENTS].write(one.data)
            row |= self._facts(one.data, ordinary)
        self._products += 1
        self.files[PRODUCTS].write(_line(row))

    def _facts(self, data: bytes, ordinary: frozenset[str]) -> dict[str, Any]:
        found = facts_of(data, ordinary)
        if found is None:
            return {}
        common = found.common
        if len(common.text) > LARGE and 2 * len(common.text) > len(data):
            return {}
        self._known += 1
        number = self._outlines.get(common)
        if number is None:
            row = {"text": common.text.decode(), "plain": common.plain, "forms": sorted(common.forms)}
            if len(self._outlines) >= SHARED or self.files[OUTLINES].size >= SHARED_BYTES:
                return {"product": found.label, "own": row, "amounts": list(found.amounts)}
            number = self._outlines[common] = len(self._outlines)
            self.files[OUTLINES].write(_line(row))
        return {"product": found.label, "outline": number, "amounts": list(found.amounts)}


def _line(row: dict[str, Any]) -> bytes:
    # In ASCII, so that a name that is no proper text, as a file's may be, is kept as it is.
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"
