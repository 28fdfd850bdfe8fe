"""Every file of ``broken_boms`` has one defect (three where its name says so); the reader names it and its place.

``expected.json`` says for each file, in the order of the file, on which line the reader must find the
problem, at which path (left out where a defect stands between two values), and words of its message.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rare_earth_compliance.core.problems import Problem, Refused
from rare_earth_compliance.product.reader import read

FOLDER = Path(__file__).parent / "broken_boms"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
LEAST = 145


def refusal(name: str) -> Refused:
    with pytest.raises(Refused) as refused:
        read((FOLDER / name).read_bytes(), name)
    return refused.value


def found_as(problem: Problem, wanted: dict[str, object]) -> dict[str, object]:
    """The problem in the form of what was expected, with the words that its message has."""
    words = [word for word in wanted["words"] if word in problem.message]
    return {key: words if key == "words" else getattr(problem.place, key) for key in wanted}


def test_every_file_is_expected_and_none_is_missing(record_property: Callable[[str, object], None]) -> None:
    files = {path.name for path in FOLDER.iterdir()} - {"expected.json"}
    record_property("broken files seen", len(files))
    assert files == set(EXPECTED)
    assert len(files) >= LEAST, f"{len(files)} broken files were seen"
    assert all(wanted["words"] for listed in EXPECTED.values() for wanted in listed)


def test_files_with_three_defects_are_among_them() -> None:
    threes = [name for name, listed in EXPECTED.items() if len(listed) == 3]
    assert threes == [name for name in EXPECTED if name.startswith("three-")]
    assert len(threes) >= 4


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_defect_is_named_at_its_place(name: str) -> None:
    refused, wanted = refusal(name), EXPECTED[name]
    assert len(refused.problems) == len(wanted), str(refused)
    assert [found_as(*pair) for pair in zip(refused.problems, wanted, strict=True)] == wanted, str(refused)
    assert {problem.place.file for problem in refused.problems} == {name}
    for problem in refused.problems:
        assert problem.advice
        assert f"{name}:{problem.place.line}" in str(refused)
        assert f"{problem.message}\n  do: {problem.advice}" in str(refused)
