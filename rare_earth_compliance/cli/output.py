"""Where a report goes: the terminal, or a file that is old, complete or absent, never half.

Knows standard output and files. Does not know what a report says.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

BROKEN_PIPE = 141
"""Exit status when who read the output went away: that of a program ended by SIGPIPE."""


def write(text: str, name: str | None) -> None:
    """Write a report to a file, or to standard output. Raises OSError when it can not be written.

    Ends the command quietly, and never as clear, when nobody reads standard output any more.
    """
    if name is None:
        try:
            _to_standard_output(text)
        except BrokenPipeError:
            forget_the_rest()
            raise SystemExit(BROKEN_PIPE) from None
        return
    path = Path(name)
    if path.exists() and not path.is_file():
        with path.open("wb", buffering=0) as device:  # a device or pipe is written to, never replaced
            _whole(device, text.encode())
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def forget_the_rest() -> None:
    """What is still buffered for standard output is not tried again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _to_standard_output(text: str) -> None:
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    sys.stdout.flush()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(text)
    else:
        _whole(stream, text.encode())
        stream.flush()


def _whole(stream: BinaryIO, data: bytes) -> None:
    """Write all of it: a stream without a buffer may take a part at a time."""
    left = memoryview(data)
    while left:
        taken = stream.write(left)
        if not taken:
            raise OSError(errno.EAGAIN, "the output takes nothing more")
        left = left[taken:]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
