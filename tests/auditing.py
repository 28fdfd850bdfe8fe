"""What a Python program does to the machine, as the interpreter itself tells it by audit events.

Knows how a program is run under watch, and which events trespass: the network, other programs, files that were not given.
What the installation holds may be read; what was not named as an output may not be written. Does not know the product.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rare_earth_compliance.cli.packs import OFF, WHERE
from tests.running import ROOT

NEVER = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.startfile", "os.kill",
    "pty.", "ctypes.", "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "telnetlib.", "webbrowser.",
    "sqlite3.", "pickle.", "fcntl.", "syslog.", "winreg.", "signal.", "sys.set", "gc.", "code.", "cpython.run_",
)  # fmt: skip
"""Beginnings of events that have no place in a run."""
CHANGES = (
    "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.truncate",
    "os.utime", "os.setxattr", "os.removexattr", "os.chflags", "os.lockf", "shutil.", "tempfile.",
)  # fmt: skip
LISTS = ("os.listdir", "os.scandir", "glob.", "pathlib.")
ENVIRONMENT = ("os.putenv", "os.unsetenv")
_SEEN = (*NEVER, *CHANGES, *LISTS, *ENVIRONMENT, "open")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

PROGRAM = """
import json, os, site, sys
kept, watching = [], True
seen = tuple(json.loads(sys.argv[1]))

def plain(value):
    value = os.fsdecode(value) if isinstance(value, (bytes, os.PathLike)) else value
    return value if isinstance(value, (str, int, type(None))) else repr(value)[:200]

def hook(name, arguments):
    if watching and name.startswith(seen):
        kept.append([name, *map(plain, arguments)])

code, target = sys.argv[2], sys.argv[3]
sys.argv = sys.argv[3:]
sys.addaudithook(hook)
status = 0
try:
    exec(compile(code, "program", "exec"), {"__name__": "program", "watch": kept.clear})
except SystemExit as stop:
    status = stop.code or 0
watching = False
roots = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__), *site.getsitepackages()}
with open(target, "w", encoding="utf-8") as file:
    json.dump({"status": status, "roots": sorted(roots), "path": sys.path, "events": kept, "folder": os.getcwd()}, file)
"""


@dataclass(frozen=True)
class Watched:
    """A program that ran under watch."""

    status: int
    out: str
    err: str
    events: tuple[tuple[Any, ...], ...]
    roots: tuple[str, ...]
    """Folders of the installation: what stands in them may be read."""
    path: tuple[str, ...]
    """Folders that modules are looked for in: they may be listed."""
    folder: str

    @property
    def kinds(self) -> Counter[str]:
        """How often each event was seen."""
        return Counter(event[0] for event in self.events)


def watched(code: str, args: Sequence[str], folder: Path, *, stdin: str = "", kept: str = OFF) -> Watched:
    """Run a program in a new interpreter under watch; ``watch()`` in it forgets what was seen before.

    ``kept`` is the folder in which loaded rules are kept.
    """
    target = folder / "events.tmp"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", WHERE: kept}
    command = [sys.executable, "-P", "-c", PROGRAM, json.dumps(_SEEN), code, str(target), *args]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment, input=stdin)
    assert target.exists(), ran.stderr
    told = json.loads(target.read_text(encoding="utf-8"))
    target.unlink()
    events, roots, path = (tuple(told[name]) for name in ("events", "roots", "path"))
    return Watched(told["status"], ran.stdout, ran.stderr, tuple(map(tuple, events)), roots, path, told["folder"])


def trespasses(ran: Watched, reads: Iterable[Path], writes: Iterable[Path], environment: Iterable[str] = ()) -> list[str]:
    """What a program did that it may not do. ``reads`` and ``writes`` are files and folders; a file may be written by way of
    a temporary one beside it."""
    own = (ROOT / "rare_earth_compliance", ROOT / "rules")
    readable = [_whole(one, ran.folder) for one in (*own, *map(Path, ran.roots), *reads)]
    written = [_whole(one, ran.folder) for one in writes]
    found = []
    for name, *arguments in ran.events:
        if name.startswith(NEVER):
            found.append(f"{name} {arguments}")
        elif name in ENVIRONMENT:
            if not any(word in str(arguments[0]) for word in environment):
                found.append(f"{name} {arguments}")
        elif name == "open":
            if isinstance(arguments[0], str):
                changes = arguments[2] & WRITES
                allowed = _beside(arguments[0], written, ran) if changes else _under(arguments[0], readable, ran)
                allowed = allowed or (not changes and _beside(arguments[0], written, ran))
                found += [] if allowed else [f"{'writes' if changes else 'reads'} {arguments[0]}"]
        elif name.startswith(CHANGES):
            files = [one for one in arguments if isinstance(one, str)]
            found += [f"{name} {one}" for one in files if not _beside(one, written, ran)]
        elif isinstance(arguments[0], str) and not name.startswith("pathlib."):
            near = [one.parent for one in written]
            if not (_under(arguments[0], [*readable, *near], ran) or arguments[0] in ran.path):
                found.append(f"{name} {arguments[0]}")
    return found


def _whole(path: Path, folder: str) -> Path:
    return Path(os.path.realpath(Path(folder, path)))


def _under(name: str, folders: Iterable[Path], ran: Watched) -> bool:
    whole = _whole(Path(name), ran.folder)
    return any(whole == one or one in whole.parents for one in folders)


def _beside(name: str, files: Iterable[Path], ran: Watched) -> bool:
    """Whether a name is that of one of these files or folders, or of its temporary copy, or stands in one of them."""
    whole = _whole(Path(name), ran.folder)
    return any(
        place == one or (place.parent == one.parent and place.name.startswith(f".{one.name}."))
        for one in files
        for place in (whole, *whole.parents)
    )
