"""A key that marks what this program wrote into a folder: it holds in that folder alone.

Knows that a folder may be brought back from elsewhere with everything in it, the file of the key too. So the key is made of
that file's bytes, of its number in the file system, and of a time that nobody sets but the file system. It keeps nobody out
who acts with the user's rights: he can read the key, as he can change the program.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

NAME = "rare-earth.key"
_SIZE = 32


def key_of(folder: Path) -> bytes | None:
    """The key of a folder; None where there is none. Raises OSError where it can not be read."""
    try:
        with Path(folder, NAME).open("rb") as file:
            data, about = file.read(_SIZE + 1), os.fstat(file.fileno())
    except FileNotFoundError:
        return None
    if len(data) != _SIZE:
        return None
    return hashlib.blake2b(f"{about.st_ino} {about.st_ctime_ns}".encode(), key=data, digest_size=_SIZE).digest()


def made_for(folder: Path) -> bytes:
    """The key of a folder, made where there is none. Raises OSError where it can not be written."""
    found = key_of(folder)
    if found is not None:
        return found
    path = Path(folder, NAME)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
    found = key_of(folder)
    if found is None:
        raise OSError(f"{path} can not be kept")
    return found


def mark(text: bytes, key: bytes) -> str:
    """What stands for a text under a key, as hexadecimal digits."""
    return hashlib.blake2b(text, key=key, digest_size=_SIZE).hexdigest()
