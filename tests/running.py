"""How tests run the command line: in this process, with the repository as the current folder.

Knows how to catch what a command prints and how it ends. Used by tests and by regenerate_examples.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path

import typer.main

import rare_earth_compliance.cli.app as commands
from rare_earth_compliance.cli import check, gate, gate_commands, rules
from rare_earth_compliance.cli.app import app
from rare_earth_compliance.cli.packs import WHERE
from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.law import loader
from rare_earth_compliance.law.model import RulePack

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
_DEFAULT = loader.load()
_COMMANDS = typer.main.get_command(app)
"""The commands as ``app()`` makes them each time it is called: they keep nothing."""


def _load(folder: Path | None = None) -> RulePack:
    return _DEFAULT if folder is None else _READ(folder)


# Commands in processes of their own keep loaded packs for each other, and none beyond the tests.
_KEPT = tempfile.TemporaryDirectory(prefix="rare-earth-packs-")
os.environ[WHERE] = _KEPT.name
# And compile each module once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Commands that run in this process share the pack that comes along: it is frozen, and reading it is tested apart.
_READ = loader.load
for _module in (loader, check, gate):
    _module.load = _load  # type: ignore[attr-defined]


class _Clock(datetime):
    """A clock that stands still, years from now: no test passes because of the day on which it runs."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime(2031, 1, 1, tzinfo=tz or UTC)


for _module in (commands, gate_commands, rules):
    _module.datetime = _Clock  # type: ignore[attr-defined]


# A test that breaks one file of a pack does not read the fifty others anew each time; a file that is broken raises,
# and what raises is not kept.
yaml_text.read = lru_cache(maxsize=512)(yaml_text.read)  # type: ignore[assignment]


# What all tests share is not looked through for what nobody needs any more, time and again, and the rest more seldom.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 50, 20)


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


class _Stream(io.TextIOWrapper):
    """A text stream over bytes, as a real standard stream is."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8", write_through=True)

    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


def run(args: Sequence[str], stdin: bytes = b"", folder: Path = ROOT) -> Ran:
    """Run ``rare-earth`` with ``args`` from ``folder``."""
    out, err, before = _Stream(), _Stream(), (sys.stdin, Path.cwd())
    status = 0
    try:
        os.chdir(folder)
        sys.stdin = _Stream(stdin)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                _COMMANDS(list(args), prog_name="rare-earth")
            except SystemExit as stop:
                status = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    finally:
        sys.stdin = before[0]
        os.chdir(before[1])
        # A command that ends with its process turns the collector off; these processes go on for thousands of tests.
        gc.enable()
    return Ran(status, out.text(), err.text())


@dataclass(frozen=True)
class ExampleCase:
    """One command of an example, the status and the report it must give."""

    folder: str
    name: str
    args: tuple[str, ...]
    status: int
    report: Path


def example_cases() -> Iterator[ExampleCase]:
    """Every case of every example folder."""
    for file in sorted(EXAMPLES.glob("*/cases.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            yield ExampleCase(file.parent.name, case["name"], tuple(case["args"]), case["status"], file.parent / case["report"])
