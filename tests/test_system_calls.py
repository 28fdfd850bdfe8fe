"""Faults of the system: a call that fails is said, the answer stays what it is, and no file is left half.

All calls of all commands: python -m pytest -m long tests/test_system_calls.py, or python -m tests.system_calls for the table.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.system_calls import commands, counted, table


def _may_trace() -> bool:
    strace = shutil.which("strace")
    return (
        strace is not None
        and subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0
    )


pytestmark = pytest.mark.skipif(not _may_trace(), reason="no strace, or no right to trace")


@pytest.mark.parametrize(("name", "step", "least"), [("check", 60, 10), ("check --output", 1, 6), ("store", 9, 8)])
def test_a_call_that_fails_never_changes_an_answer(name: str, step: int, least: int) -> None:
    found = table(commands()[name], step)
    assert found.faults >= least
    assert found.statuses[3] >= 2, "the faults hardly reach anyone"
    assert (found.wrong, found.untold) == ([], [])


@pytest.mark.long
@pytest.mark.parametrize("name", commands())
def test_every_call_that_fails_never_changes_an_answer(name: str) -> None:
    found = table(commands()[name])
    assert found.faults >= 10
    assert found.statuses[3] >= 2
    assert (found.wrong, found.untold) == ([], [])


def test_calls_on_the_files_are_seen() -> None:
    read = counted(commands()["check"], ("openat", "read"))
    assert read["openat"] >= 40
    assert read["read"] >= 60
    assert counted(commands()["check --output"], ("fsync",)) == {"fsync": 1}
