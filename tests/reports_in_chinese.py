"""The reports in Chinese that are kept: ``python -m tests.reports_in_chinese`` writes them anew. Read the difference first."""

from __future__ import annotations

import sys

from tests.running import ROOT, ExampleCase, Ran, example_cases, run

FOLDER = ROOT / "tests" / "chinese_reports"
_WANTED = {
    "ebike-motor.txt": ("ebike-motor", 0, "terminal"),
    "disaster-relief.md": ("disaster-relief", 0, "markdown"),
    "technology-transfer.txt": ("technology-transfer", 0, "terminal"),
    "owned-buyer.md": ("owned-buyer", 0, "markdown"),
    "loose-or-fixed.txt": ("loose-or-fixed", 0, "terminal"),
}


def _case(folder: str, position: int) -> ExampleCase:
    return [case for case in example_cases() if case.folder == folder][position]


CASES = {name: (_case(folder, position), form) for name, (folder, position, form) in _WANTED.items()}
"""File → the example and the form in which it is reported."""


def report(name: str) -> Ran:
    """The report in Chinese that a file keeps."""
    case, form = CASES[name]
    args = [word for position, word in enumerate(case.args) if "--format" not in (word, case.args[position - 1])]
    return run((*args, "--format", form, "--lang", "zh"))


if __name__ == "__main__":
    for wanted in CASES:
        (FOLDER / wanted).write_text(report(wanted).out, encoding="utf-8")
    sys.stdout.write(f"{len(CASES)} reports\n")
