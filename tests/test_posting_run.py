"""The posting run of the examples: its output byte for byte, and that nothing but status 0 releases."""

from __future__ import annotations

import csv
import os
import runpy
import subprocess
import sys

from tests.running import EXAMPLES, ROOT

FOLDER = EXAMPLES / "erp-posting"
SCRIPT = FOLDER / "posting_run.py"


def ran(*args: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, str(SCRIPT), *args], capture_output=True, cwd=ROOT, env=environment, check=False)


def test_the_run_prints_what_is_kept_and_ends_with_its_worst_line() -> None:
    done = ran("2026-11-23")
    assert done.stderr == b""
    assert done.stdout.decode() == (FOLDER / "posting_run.txt").read_text(encoding="utf-8")
    assert done.returncode == 3


def test_every_line_is_decided_once_and_every_kind_of_decision_is_there() -> None:
    with (FOLDER / "orders.csv").open(encoding="utf-8", newline="") as file:
        orders = [(row["VBELN"], row["POSNR"], row["MATNR"]) for row in csv.DictReader(file)]
    table = (FOLDER / "posting_run.txt").read_text(encoding="utf-8").split("\n\n")[0].splitlines()[1:]
    lines = [line.split() for line in table]
    assert [(line[0], line[1], line[2]) for line in lines] == orders
    assert [(line[6], int(line[7])) for line in lines] == [
        ("release", 0),
        ("ask", 11),
        ("ask", 11),
        ("BLOCK", 10),
        ("ask", 12),
        ("BLOCK", 3),
    ]


def test_only_status_0_releases() -> None:
    decisions = runpy.run_path(str(SCRIPT), run_name="posting_run")["DECISIONS"]
    assert [status for status, decision in decisions.items() if decision == "release"] == [0]
    assert decisions == {0: "release", 10: "BLOCK", 11: "ask", 12: "ask", 3: "BLOCK"}


def test_without_a_day_nothing_is_judged() -> None:
    done = ran()
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"usage" in done.stderr


def test_the_folder_holds_these_files() -> None:
    names = sorted(path.name for path in FOLDER.iterdir() if path.is_file())
    assert names == ["README.md", "bom.csv", "compositions.csv", "orders.csv", "posting_run.py", "posting_run.txt"]
