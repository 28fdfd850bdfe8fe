"""What README.md prints is what the tool prints: its help, word for word."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.running import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PRINTED = re.findall(r"<!-- (rare-earth[^>]*) -->\n```text\n(.*?)```\n", README, re.DOTALL)


def test_there_is_something_printed() -> None:
    assert [command for command, _ in PRINTED] == ["rare-earth --help", "rare-earth rules --help"]


@pytest.mark.parametrize(("command", "text"), PRINTED)
def test_help_is_as_it_is_printed(command: str, text: str) -> None:
    assert text == printed(command), f"put this into README.md below {command!r}:\n{printed(command)}"


def printed(command: str) -> str:
    """What a command prints where nothing is known of the terminal."""
    environment = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    args = [sys.executable, "-m", "rare_earth_compliance", *command.split()[1:]]
    ran = subprocess.run(args, capture_output=True, env=environment, cwd=ROOT, check=True)
    return "\n".join(line.rstrip() for line in ran.stdout.decode().strip().splitlines()) + "\n"
