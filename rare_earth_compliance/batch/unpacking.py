"""Bytes that were packed by bzip2 or xz, unpacked to the end of the file.

Knows that a file may hold several packed streams one after the other, zeros between and after them, and nothing else. The
library's own readers take anything else after the first stream for the end, without a word. Writes nothing to disk.
"""

from __future__ import annotations

import io
from bz2 import BZ2Decompressor
from collections.abc import Callable, Iterator
from lzma import LZMADecompressor, LZMAError
from typing import BinaryIO

_BLOCK = 64 * 1024
Unpacker = BZ2Decompressor | LZMADecompressor


def unpacked(file: BinaryIO, opened: Callable[[], Unpacker]) -> io.BufferedReader:
    """What the streams of a file hold, one after the other; ``opened`` makes what unpacks one.

    Reading raises OSError where a stream is cut off or damaged, or something else stands in its place.
    """
    return io.BufferedReader(_Unpacked(_streams(file, opened)))


class _Unpacked(io.RawIOBase):
    """The parts of a stream as a file that is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next bytes; none at the end."""
        if not self._left:
            self._left = memoryview(next(self._parts, b""))
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def _streams(file: BinaryIO, opened: Callable[[], Unpacker]) -> Iterator[bytes]:
    data = file.read(_BLOCK)
    count = 0
    while data:
        count += 1
        stream = opened()
        while True:
            try:
                found = stream.decompress(data, _BLOCK)
            except (OSError, LZMAError) as error:
                raise OSError(f"the packed stream {count} is damaged, or is none: {error}") from None
            if found:
                yield found
            if stream.eof:
                break
            data = file.read(_BLOCK) if stream.needs_input else b""
            if stream.needs_input and not data:
                raise OSError(f"the packed stream {count} is cut off")
        data = stream.unused_data
        while not (data := data.lstrip(b"\0")):
            data = file.read(_BLOCK)
            if not data:
                return
