"""Faults of the system under the command: each call on a file that matters fails once, and the command must say so.

Knows how a run is repeated with one system call broken, by ``strace``, and what may come of it: an error, or the very answer
and the very files of a run without a fault. Never is it clear where the product is not, and no file is left half.

    python -m tests.system_calls                the whole table, in some minutes
    python -m tests.system_calls --only check   one of the commands

Linux only, with strace and the right to trace.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile import DAY, bases, text_of
from tests.running import ROOT

READING = ("openat", "newfstatat", "read", "lseek", "getdents64", "readlink")
"""Calls on files that are read, each broken where it meets one of them."""
WRITING = ("fsync", "rename", "ftruncate", "flock", "chmod", "mkdir", "unlink", "write")
"""Calls by which files are written, each broken wherever it is made."""
ERRORS = {"openat": ("EIO", "EMFILE", "ENOENT"), "newfstatat": ("EIO", "ENOENT"), "write": ("EIO", "ENOSPC", "retval=0")}
ERRORS |= {"read": ("EIO", "retval=0"), "getdents64": ("EIO", "retval=0"), "fsync": ("EIO", "ENOSPC")}
_CALL = re.compile(r"^\d+ +(\w+)\(")
_STAMP = re.compile(rb'("stamp": \[\s*\d+),[\s\d,]*\]')
"""By which a store knows its documents again: after their size the number and the times of their file, of each run its own."""


@dataclass(frozen=True, slots=True)
class Command:
    """A run: its arguments, the files in its folder, which of them are read, and what it writes."""

    args: tuple[str, ...]
    files: dict[str, bytes]
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    calls: tuple[str, ...] = READING
    whole: Callable[[dict[str, bytes | None], dict[str, bytes | None]], bool] = lambda found, wanted: found == wanted
    """Whether the files that are left, if they are not those that were there before, are not half."""


@dataclass(slots=True)
class Ended:
    """How a run ended: its status, what it said, and what stands in the files it writes."""

    status: int
    said: bytes
    errors: bytes
    files: dict[str, bytes | None]


@dataclass(slots=True)
class Table:
    """What came of the faults of one command."""

    baseline: int
    faults: int = 0
    unnoticed: int = 0
    """The answer and the files are those of a run without a fault."""
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    """It failed, as it should, but with the traceback of a program and not with words for people."""


def begun(found: dict[str, bytes | None], wanted: dict[str, bytes | None]) -> bool:
    """Whether the results that are there are the first of all: a run that was ended goes on after them."""
    return all((wanted[file] or b"").startswith(data or b"") for file, data in found.items())


def all_there(found: dict[str, bytes | None], _: dict[str, bytes | None]) -> bool:
    """Whether nothing is missing of a store; what could not be read is said in it."""
    return all(data is not None for data in found.values())


def commands() -> dict[str, Command]:
    """The commands that are broken, by name."""
    made = {name: text_of(document) for name, document in bases().items()}
    lines = b"".join(made[name].replace(b"\n", b" ") + b"\n" for name in ("clear", "screw", "clear"))
    rules = tuple(sorted(str(path.relative_to(ROOT)) for path in (ROOT / "rules").rglob("*")))
    pack = ("--rules", "rules")
    day = (*DAY, *pack)
    return {
        "check": Command(("check", "x.json", *day), {"x.json": made["required"]}, ("x.json", "rules", *rules)),
        "check clear": Command(("check", "x.json", *day), {"x.json": made["clear"]}, ("x.json", "rules", *rules)),
        "check a folder": Command(
            ("check", "in", *day), {"in/a.json": made["clear"], "in/b.json": made["required"]}, ("in", "in/a.json", "in/b.json")
        ),
        "check --output": Command(
            ("check", "x.json", *day, "--output", "json=r.json"),
            {"x.json": made["clear"], "r.json": b"old"},
            (),
            ("r.json",),
            WRITING,
        ),
        "check --record": Command(
            ("check", "x.json", *day, "--record", "r.json"),
            {"x.json": made["clear"], "r.json": b"old"},
            (),
            ("r.json",),
            WRITING,
        ),
        "check --batch": Command(
            ("check", "--batch", "p.jsonl", *day, "--jobs", "1", "--output", "r.jsonl"),
            {"p.jsonl": lines},
            (),
            ("r.jsonl",),
            WRITING,
            begun,
        ),
        "check --batch, reading": Command(
            ("check", "--batch", "p.jsonl", *day, "--jobs", "1"), {"p.jsonl": lines}, ("p.jsonl",)
        ),
        "store": Command(
            ("store", "p.jsonl", "kept", *pack),
            {"p.jsonl": lines},
            ("p.jsonl",),
            ("kept/portfolio.json", "kept/products.jsonl", "kept/outlines.jsonl", "kept/documents"),
            (*READING, *WRITING),
            all_there,
        ),
    }


def run(command: Command, *strace: str) -> Ended:
    """Run it in a folder of its own, under strace where options of it are given."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        shutil.copytree(ROOT / "rules", folder / "rules")
        for file, data in command.files.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(data)
        program = [sys.executable, "-m", "rare_earth_compliance", *command.args]
        traced = ["strace", "-f", "--seccomp-bpf", *(one.replace("{}", str(folder)) for one in strace)] if strace else []
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "RARE_EARTH_CACHE": "off", "PYTHONDONTWRITEBYTECODE": "1"}
        ran = subprocess.run([*traced, *program], cwd=folder, env=environment, capture_output=True, check=False, timeout=120)
        files = {one: left(folder / one) for one in command.writes}
        beside = [path.name for path in folder.iterdir() if path.name.startswith(".")]
        errors = re.sub(rb"^strace: .*\n", b"", ran.stderr, flags=re.MULTILINE)
        return Ended(ran.returncode, ran.stdout + b"".join(one.encode() for one in beside), errors, files)


def left(path: Path) -> bytes | None:
    """What stands in a file, but for what no two runs have alike; None where there is no file."""
    return _STAMP.sub(rb"\1]", path.read_bytes()) if path.exists() else None


def paths(command: Command, call: str) -> list[str]:
    """The options by which strace looks at the files that are read alone, by either of their names."""
    names = [] if call in WRITING else [one for name in command.reads for one in (name, f"{{}}/{name}")]
    return [option for name in names for option in ("-P", name)]


def counted(command: Command, calls: Iterable[str]) -> dict[str, int]:
    """How often each call is made; the most of any process of the run, as strace counts them."""
    found = {}
    for group in (READING, WRITING):
        wanted = [call for call in calls if call in group]
        if wanted:
            with tempfile.NamedTemporaryFile() as log:
                run(command, *paths(command, wanted[0]), "-e", f"trace={','.join(wanted)}", "-o", log.name)
                text = Path(log.name).read_text(encoding="utf-8", errors="replace")
            made = Counter((call[1], line.split(maxsplit=1)[0]) for line in text.splitlines() if (call := _CALL.match(line)))
            found |= {one: max((count for (call, _), count in made.items() if call == one), default=0) for one in wanted}
    return found


def broken(command: Command, calls: tuple[str, ...] | None = None, step: int = 1) -> Iterator[tuple[str, Ended]]:
    """The run with every call broken, one at a time; each ``step``-th of them."""
    for call, count in counted(command, calls or command.calls).items():
        for number in range(1, count + 1, step):
            for error in ERRORS.get(call, ("EIO",)):
                how = error if "=" in error else f"error={error}"
                inject = f"inject={call}:{how}:when={number}"
                yield (
                    f"{call} {number} {error}",
                    run(command, *paths(command, call), "-e", f"trace={call}", "-e", inject, "-o", "/dev/null"),
                )


def table(command: Command, step: int = 1, calls: tuple[str, ...] | None = None) -> Table:
    """What comes of every fault of a command."""
    wanted = run(command)
    found = Table(baseline=wanted.status)
    for name, ended in broken(command, calls, step):
        found.faults += 1
        found.statuses[ended.status] += 1
        same = (ended.status, ended.said, ended.files) == (wanted.status, wanted.said, wanted.files)
        found.unnoticed += same
        if not same and ended.status in (0, wanted.status):
            found.wrong.append(f"{name}: ends with {ended.status}, and says or leaves something else")
        before = {file: command.files.get(file) for file in ended.files}
        if ended.files != before and not command.whole(ended.files, wanted.files):
            found.wrong.append(f"{name}: what it writes is left half")
        if b"Traceback" in ended.errors:
            found.untold.append(f"{name}: {ended.errors.decode(errors='replace').strip().splitlines()[-1]}")
    return found


def main() -> int:
    """Print the table. 1 where something is wrong, or nothing was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.system_calls")
    parser.add_argument("--only", choices=list(commands()))
    parser.add_argument("--call", choices=(*READING, *WRITING), help="break this one alone")
    parser.add_argument("--step", type=int, default=1, help="break every so many-th call")
    asked = parser.parse_args()
    seen = wrong = 0
    heads = ("command", "without a fault", "faults", "not noticed, nothing changed", "statuses", "wrong", "in no words")
    print(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
    for name, command in commands().items():
        if asked.only in (None, name):
            found = table(command, asked.step, (asked.call,) if asked.call else None)
            seen += found.faults
            wrong += len(found.wrong)
            statuses = ", ".join(f"{status}: {count}" for status, count in sorted(found.statuses.items()))
            cells = (name, found.baseline, found.faults, found.unnoticed, statuses, len(found.wrong), len(found.untold))
            print(f"| {' | '.join(map(str, cells))} |", flush=True)
            for line in (*found.wrong, *found.untold):
                print(f"    {line}", file=sys.stderr, flush=True)
    return 1 if wrong or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
