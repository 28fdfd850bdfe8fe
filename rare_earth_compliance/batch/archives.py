"""Products in a tar archive, read as a stream.

Knows that an archive may be cut off, have something after its end, or hold links and devices: each is a problem that
is told, for the tar format itself would end quietly. Writes nothing to disk and follows no link.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from rare_earth_compliance.batch.pieces import Given, refused, taken, too_large
from rare_earth_compliance.batch.unpacking import unpacked
from rare_earth_compliance.product.names import LeftOut, may_be_product

_PACKED: tuple[tuple[bytes, Callable[[BinaryIO], Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", lambda file: unpacked(file, bz2.BZ2Decompressor)),
    (b"\xfd7zXZ\x00", lambda file: unpacked(file, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ))),
)
_BLOCK = 64 * 1024


class CutOff(Exception):
    """The archive ends in a way that leaves open what else was in it."""


class _Member(tarfile.TarInfo):
    """A member that tells how reading the next header ended: tarfile takes any broken header for the end."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> _Member:
        try:
            return super().fromtarfile(tarfile)
        except Exception as error:
            cast(Any, tarfile).ended = error
            raise


def members(name: str, most: int, left_out: LeftOut) -> Iterator[tuple[Given, int]]:
    """Every member that may be a product, with how many bytes of the file were read for it; others are ``left_out``.

    Raises CutOff, OSError or what the decompression raises where the archive can not be read to its end.
    """
    with open(name, "rb") as file:
        packed = next((opened for mark, opened in _PACKED if file.peek(len(mark)).startswith(mark)), None)
        stream = cast(BinaryIO, packed(file) if packed else file)
        yield from _members(stream, file, name, most, left_out)


def _members(stream: BinaryIO, file: BinaryIO, name: str, most: int, left_out: LeftOut) -> Iterator[tuple[Given, int]]:
    seen = 0
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member) as archive:
        for member in archive:
            found = _input(archive, member, f"{name}:{member.name}", most, left_out)
            archive.members = []  # type: ignore[attr-defined]  # else every header would be kept
            if found is not None:
                step, seen = file.tell() - seen, file.tell()
                yield found, step
        _at_its_end(archive)


def _input(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str, most: int, left_out: LeftOut) -> Given | None:
    if member.isdir():
        return None
    if not member.isfile():
        kind = "a link" if member.issym() or member.islnk() else "no plain file"
        return refused(name, f"is {kind} in an archive, and not followed", "put the file itself into the archive")
    if not may_be_product(member.name):
        left_out.add([name])
        return None
    if member.size > most:
        return too_large(name, member.size, most)
    opened = archive.extractfile(member)
    data = opened.read() if opened else b""
    if len(data) != member.size:
        raise CutOff(f"{member.name} is cut off")
    return taken(name, data, most, perhaps=True)


def _at_its_end(archive: tarfile.TarFile) -> None:
    """Whether the archive ended with its end mark, and nothing but zeros after it."""
    if not isinstance(getattr(archive, "ended", None), tarfile.EOFHeaderError):  # type: ignore[attr-defined]
        raise CutOff("the archive has no end mark, or a member that can not be read: it may be cut off")
    stream = cast(BinaryIO, archive.fileobj)
    while block := stream.read(_BLOCK):
        if block.strip(b"\0"):
            raise CutOff("something follows the end of the archive")
