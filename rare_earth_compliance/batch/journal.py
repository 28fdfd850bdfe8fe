"""The file of results: a header, one line for each input in order, an end; and how a run goes on where one was ended.

Knows what counts as done: whole lines of a file whose header fits this run, each with the hash of the input that now
stands at its position. The file is only ever added to, piece by piece, and brought to the disk after each; a last line
that was not written to its end is cut off. It needs no second file and no renaming: what is in it is final, and a file
without its last line, the end, is one of a run that is not finished.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from rare_earth_compliance.reports.batch_line import FORMAT, written


class DoesNotFit(Exception):
    """The file holds something else than the beginning of this run; says what."""


class Journal:
    """The results of one run, in a file or on a stream; use it as a context.

    ``begun`` is how many inputs were done before.
    """

    def __init__(self, stream: BinaryIO, header: dict[str, Any], *, lasting: bool) -> None:
        self._stream = stream
        self._lasting = lasting
        self._at = 0
        self._keep: int | None = None
        """What follows these bytes is cut off, once the first result is added: until then the file is only looked at."""
        self.begun = 0
        head = written({"format": FORMAT, **header})
        if lasting and self._cut(head):
            return
        self._write(head)

    @classmethod
    @contextlib.contextmanager
    def at(cls, name: str, header: dict[str, Any]) -> Iterator[Journal]:
        """A file; one that is there is gone on with. Raises DoesNotFit, and OSError where it can not be written."""
        path = Path(name)
        lasting = not path.exists() or stat.S_ISREG(path.stat().st_mode)
        with open(name, "a+b" if lasting else "wb") as file:
            if lasting:
                _lock(file, name)
            yield cls(file, header, lasting=lasting)

    def _cut(self, head: bytes) -> bool:
        """Look at what is in the file, and cut off what does not count as done; whether it holds a header."""
        self._stream.seek(0)
        first = self._stream.readline()
        if not first.endswith(b"\n"):
            if first and not head.startswith(first):
                raise DoesNotFit("it is not the result of a batch; name another file, or remove it")
            self._stream.truncate(0)
            return False
        if first != head:
            raise DoesNotFit(_difference(first, head))
        self._at = end = len(first)
        while line := self._stream.readline():
            found = _line(line)
            if found is None or "position" not in found:
                if self._stream.readline() or (found is None and line.endswith(b"\n")):
                    raise DoesNotFit(f"line {self.begun + 2} is no result; remove the file, or name another one")
                break  # the end of a run, or a line that was not written to its end
            if found["position"] != self.begun:
                raise DoesNotFit(
                    f"line {self.begun + 2} is not that of input {self.begun}; remove the file, or name another one"
                )
            self.begun += 1
            end += len(line)
        self._keep = end
        return True

    def done(self) -> Iterator[dict[str, Any]]:
        """The results that were there, in order. Take them all before anything is added."""
        self._stream.seek(self._at)
        for _ in range(self.begun):
            found = _line(self._stream.readline())
            if found is None:
                raise DoesNotFit("it was changed while it was read")
            yield found

    def add(self, lines: list[bytes]) -> None:
        """Add the results of a piece. Raises OSError."""
        self._write(b"".join(lines))

    def end(self, summary: dict[str, Any]) -> None:
        """Add the last line: all inputs have their result. Raises OSError."""
        self._write(written({"end": summary}))

    def _write(self, data: bytes) -> None:
        if self._keep is not None:
            self._stream.truncate(self._keep)
            self._keep = None
        left = memoryview(data)
        while left:
            taken = self._stream.write(left)
            if not taken:
                raise OSError("the output takes nothing more")
            left = left[taken:]
        self._stream.flush()
        if self._lasting:
            os.fsync(self._stream.fileno())


def _line(line: bytes) -> dict[str, Any] | None:
    """A result that was written to its end; None for anything else."""
    if not line.endswith(b"\n"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _difference(first: bytes, head: bytes) -> str:
    found, wanted = _line(first), json.loads(head)
    if found is None or found.get("format") != FORMAT:
        return "it is not the result of a batch; name another file, or remove it"
    for key in (*wanted, *found):
        if found.get(key) != wanted.get(key):
            was, now = (json.dumps(one.get(key), ensure_ascii=False) for one in (found, wanted))
            return f"it was begun with {key} {was}, and this run has {now}; name another file, or ask for the same"
    return "its header is written in another way; name another file"


def _lock(file: BinaryIO, name: str) -> None:
    """Keep a second run out. Raises DoesNotFit where one is at work."""
    try:
        import fcntl  # noqa: PLC0415  # not on every system
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise DoesNotFit(f"another run is writing to {name}; wait for it, or name another file") from None
