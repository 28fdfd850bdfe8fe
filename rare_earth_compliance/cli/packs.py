"""The rule pack of a command: read from its files, or from what is kept of the same files.

Knows the folder of the user in which loaded packs are kept, and when one may be used: it must be this user's own, nobody
else may write there, it must be whole, it must have been made of these very bytes by this very code, and this program must
have written it into that very folder: what was brought there from elsewhere may say of itself what it likes. In every other
case, and wherever anything goes wrong, the files are read, as if nothing were kept. What is kept holds no code. Does not
know what a pack says.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rare_earth_compliance.cli.own_key import key_of, made_for, mark
from rare_earth_compliance.core.maker import made_by
from rare_earth_compliance.law.kept import Unkept, pack_of, text_of
from rare_earth_compliance.law.pack_files import contents, digest, rules_folder

if TYPE_CHECKING:
    from rare_earth_compliance.law.model import RulePack

WHERE = "RARE_EARTH_CACHE"
"""Names another folder for what is kept; "off": nothing is kept and nothing used."""
OFF = "off"
PRODUCT = "rare-earth-compliance"
MOST = 8
"""How many packs are kept; of more, those that were kept longest ago are removed."""
_MAKERS = ("core", "law")
"""What a loaded pack hangs on beside its files: the code of these rooms, and the tables of codes in them."""
_NAME = re.compile("[0-9a-f]{64}")
"""How a file is called in which a pack is kept."""


def load(folder: Path | None = None) -> RulePack:
    """The pack in ``folder``, or the one that comes along. Raises Refused with all problems of its files."""
    place, found = _place(), folder or rules_folder()
    try:
        read = {} if place is None else contents(found)
        name = None if place is None or not read else place / f"{_name(read)}.json"
    except OSError:
        name = None
    if name is None:
        return _from_files(folder)
    kept = _kept(name, read)
    if kept is not None:
        return kept
    pack = _from_files(folder)
    # Only what was made of the bytes that gave the name is kept under it.
    if _made_of(pack, read):
        with suppress(OSError, Unkept):
            _keep(name, pack)
    return pack


def _from_files(folder: Path | None) -> RulePack:
    from rare_earth_compliance.law import loader  # noqa: PLC0415  # imported late: it costs more than what is kept

    return loader.load(folder)


def _place() -> Path | None:
    said = os.environ.get(WHERE)
    if said == OFF:
        return None
    if said:
        return Path(said)
    import typer  # noqa: PLC0415

    return Path(typer.get_app_dir(PRODUCT)) / "packs"


def _name(read: dict[str, bytes]) -> str:
    """What the files say, and by what code they were read, as hexadecimal digits. Raises OSError."""
    return hashlib.sha256(f"{made_by(*_MAKERS)} {digest(read)}".encode()).hexdigest()


def _made_of(pack: RulePack, read: dict[str, bytes]) -> bool:
    """Whether a pack says that it was made of these bytes."""
    return all(name in read for name in pack.files) and pack.sha256 == digest({name: read[name] for name in pack.files})


def _kept(name: Path, read: dict[str, bytes]) -> RulePack | None:
    """What is kept under a name, if it can be relied on."""
    try:
        if not (_own(name.parent) and _own(name)):
            return None
        key = key_of(name.parent)
        said, _, text = name.read_bytes().partition(b"\n")
        if key is None or said != mark(text, key).encode():
            return None
        pack = pack_of(text.decode())
    except (OSError, UnicodeDecodeError, Unkept):
        return None
    return pack if _made_of(pack, read) else None


def _keep(name: Path, pack: RulePack) -> None:
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415

    text = text_of(pack)
    name.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _own(name.parent):
        write(f"{mark(text.encode(), made_for(name.parent))}\n{text}", str(name))
        # The folder may hold files of somebody else: only what is called as a kept pack is removed.
        kept = [one for one in name.parent.glob("*.json") if _NAME.fullmatch(one.stem)]
        for old in sorted(kept, key=lambda one: one.stat().st_mtime_ns)[:-MOST]:
            old.unlink()


def _own(path: Path) -> bool:
    """Whether it belongs to who runs the command and nobody else may write to it; not asked where there are no such rights."""
    if not hasattr(os, "geteuid"):
        return True
    about = path.stat()
    return about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
