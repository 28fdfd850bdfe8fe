"""By what something was made that is kept: a version of this product, and the code of some of its rooms.

Knows that what one code made may mean something else to another, and that a number of a version does not tell code that is
being worked on from what was released. Does not know what is kept.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from rare_earth_compliance.core.version import VERSION


def made_by(*rooms: str) -> str:
    """What stands for this version and every file of the rooms named, as hexadecimal digits. Raises OSError."""
    total = hashlib.sha256(f"{VERSION}\n".encode())
    package = Path(__file__).resolve().parents[1]
    for room in rooms:
        for file in sorted(package.joinpath(room).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                total.update(f"{file.relative_to(package)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
