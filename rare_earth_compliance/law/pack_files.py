"""The files of a rule pack as bytes: where the pack that comes along stands, and the digest of what was read.

Knows folders and names. Does not know what a file says: the loader does.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

PACK = "pack.yaml"
SUFFIXES = frozenset({".yaml", ".yml", ".json"})
"""What files of a pack are called."""
CHECKOUT = Path(__file__).resolve().parents[2].joinpath("rules")
INSTALLED = Path(__file__).resolve().parents[1].joinpath("rules")


def rules_folder() -> Path:
    """Where the rule pack that comes with the product stands: in the wheel, or beside the package in a checkout."""
    return INSTALLED if (INSTALLED.joinpath(PACK)).is_file() else CHECKOUT


def digest(read: Mapping[str, bytes]) -> str:
    """What tells packs apart: SHA-256 over the names and bytes of their files."""
    total = hashlib.sha256()
    for name in sorted(read):
        total.update(f"{name}\n{hashlib.sha256(read[name]).hexdigest()}\n".encode())
    return total.hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of everything in a folder that is called as a file of a pack, by name.

    Raises OSError where anything can not be read or looked into.
    """
    found = {}
    for above, _, names in os.walk(folder, onerror=_raised):
        for path in (Path(above, name) for name in names):
            if path.suffix.lower() in SUFFIXES:
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def _raised(error: OSError) -> None:
    raise error
