"""Every command of every example gives its status and its report, byte for byte."""

from __future__ import annotations

import json
import tomllib

import pytest

from tests.running import EXAMPLES, ExampleCase, example_cases, run

CASES = list(example_cases())
BY_ADAPTERS = {"tryton_rows.py", "sap_rows.py", "declared.json"}
"""Files that no command reads: what stands in them is run by the tests of the group erp."""
PROGRAMS = {"erp-posting"}
"""Folders of programs that use the library, with tests of their own."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.folder}: {case.name}")
def test_example(case: ExampleCase) -> None:
    ran = run(case.args)
    assert (ran.status, ran.err) == (case.status, "")
    assert ran.out == case.report.read_text(encoding="utf-8")


def test_examples_are_there() -> None:
    # examples/service and examples/spark have scripts of their own, run by the tests of the service and of the group spark
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()} - {"service", "spark"}
    assert len(folders) >= 8
    assert folders == {case.folder for case in CASES} | PROGRAMS
    assert all((EXAMPLES / folder / "README.md").is_file() for folder in folders)
    assert {case.status for case in CASES} >= {0, 10, 11, 12}


def test_every_file_of_an_example_is_used() -> None:
    unused = []
    for folder in sorted({case.folder for case in CASES}):
        named = {piece for case in CASES if case.folder == folder for argument in case.args for piece in argument.split("/")}
        named |= {case.report.name for case in CASES if case.folder == folder} | {"README.md", "cases.toml"}
        # Recipes are no arguments: they are run by test_recipes.
        named |= (
            set(tomllib.loads((EXAMPLES / folder / "cases.toml").read_text(encoding="utf-8")).get("recipes", ())) | BY_ADAPTERS
        )
        unused += [f"{folder}/{path.name}" for path in sorted((EXAMPLES / folder).iterdir()) if path.name not in named]
    assert unused == []


def test_reports_name_no_machine() -> None:
    seen = 0
    for path in sorted(EXAMPLES.rglob("*")):
        if path.is_file():
            seen += 1
            text = path.read_text(encoding="utf-8")
            assert "file://" not in text
            assert str(EXAMPLES.parent) not in text
            if path.suffix == ".json":
                json.loads(text)
    assert seen > 30
