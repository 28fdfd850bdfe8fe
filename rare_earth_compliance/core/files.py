"""Files that nobody named one by one, opened for reading.

Knows that what stands in a folder need not be a file: who reads a pipe waits for what may never come, and a device may
never end. One that a person names is read all the same, for a shell hands over the output of a command so. Does not know
what is in files.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

NO_FILE = "it is no file but a pipe, a socket or a device"


def open_file(name: str) -> BinaryIO:
    """A file by its name. Raises OSError where it can not be opened or is none, and ValueError for what no name can be."""
    file = open(name, "rb", opener=_at_once)  # noqa: SIM115 - the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, NO_FILE)
    return file


def _at_once(name: str, flags: int) -> int:
    """Without waiting: a pipe would else be open only when somebody writes to it."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
