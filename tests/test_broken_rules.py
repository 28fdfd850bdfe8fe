"""Every way of ``broken_rules/cases.toml`` to break a copy of the rule pack is refused, with its place.

Beside it the same for losses that no one planned: a pack from which any one line is gone either is
refused or still holds everything it held.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Problem, Refused
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.pack_files import PACK, rules_folder
from tests.broken_packs import CASES, changed, kept, written

KEYS = {"file", "find", "put", "every", "cut", "add", "times", "remove", "in", "line_of", "line_up", "says"}
LEAST = 120
INSTRUMENT = "instruments/cn-mofcom-2025-62.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rule pack that the tests of this file break and mend."""
    made = tmp_path_factory.mktemp("pack") / "rules"
    shutil.copytree(rules_folder(), made)
    return made


@pytest.fixture
def broken(folder: Path) -> Iterator[Callable[[str, bytes | None], None]]:
    """Write a file of the copy, or take it away; afterwards the copy is whole again."""
    before: dict[str, bytes | None] = {}

    def write(name: str, data: bytes | None) -> None:
        path = folder / name
        before.setdefault(name, path.read_bytes() if path.exists() else None)
        path.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)

    yield write
    for name, data in before.items():
        write(name, data)


def line_wanted(case: dict[str, Any], folder: Path) -> int | None:
    """The line on which the problem must be found, from the text of the broken file."""
    if "line_of" not in case:
        return None
    text = (folder / case.get("in", case["file"])).read_text(encoding="utf-8")
    return text[: text.index(case["line_of"])].count("\n") + 1 - case.get("line_up", 0)


def named(problem: Problem, case: dict[str, Any], file: str) -> bool:
    """Whether a problem is the one that the case is about."""
    text = str(problem) if file == "*" else problem.message
    return file in ("*", problem.place.file) and all(word in text for word in case["says"])


def test_every_case_is_complete_and_there_are_many(record_property: Callable[[str, object], None]) -> None:
    record_property("broken packs seen", len(CASES))
    assert len(CASES) >= LEAST, f"{len(CASES)} broken packs were seen"
    assert [name for name, case in CASES.items() if not case["says"] or set(case) - KEYS] == []
    kinds = [name for name, case in CASES.items() if sum(key in case for key in ("find", "cut", "add", "remove")) != 1]
    assert kinds == []
    assert sorted(kept()) == sorted(CASES)


def test_the_copy_loads_before_it_is_broken(folder: Path) -> None:
    assert load(folder) == load()


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_broken_pack_is_refused(name: str, folder: Path, broken: Callable[[str, bytes | None], None]) -> None:
    case = CASES[name]
    path = folder / case["file"]
    text = changed(case, path.read_text(encoding="utf-8") if path.exists() else "")
    broken(case["file"], None if text is None else text.encode())
    with pytest.raises(Refused) as refused:
        load(folder)
    found = [one.place.line for one in refused.value.problems if named(one, case, case.get("in", case["file"]))]
    line = line_wanted(case, folder)
    assert found, str(refused.value)
    assert line is None or line in found, str(refused.value)
    assert written(name, refused.value.problems, folder) == kept()[name], "python -m tests.broken_packs writes it anew"


def test_a_pack_with_three_defects_says_all_three(folder: Path, broken: Callable[[str, bytes | None], None]) -> None:
    three = [CASES[name] for name in ("question-unknown", "reading-with-one-option", "subject-missing")]
    for case in three:
        text = changed(case, (folder / case["file"]).read_text(encoding="utf-8"))
        broken(case["file"], None if text is None else text.encode())
    with pytest.raises(Refused) as refused:
        load(folder)
    for case in three:
        assert any(named(one, case, case.get("in", case["file"])) for one in refused.value.problems), str(refused.value)


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        load(tmp_path)
    assert [(problem.place.file, problem.message) for problem in refused.value.problems] == [
        (str(tmp_path / PACK), "no such file or directory")
    ]


# ---- a line is lost


def held(pack: RulePack) -> dict[str, Any]:
    """All that a pack holds, by name."""
    return {
        "rules": {(rule.id, rule.instrument, rule.starts, rule.ends, rule.licence) for rule in pack.rules.values()},
        "exemptions": {one.id for rule in pack.rules.values() for one in rule.unless},
        "cases": {(rule.id, case.name, case.on, case.expect) for rule in pack.rules.values() for case in rule.cases},
        "entries": {(listed.id, entry.code) for listed in pack.lists.values() for entry in listed.entries},
        "suspensions": {(one.id, one.starts, one.last_day, one.status) for one in pack.suspensions.values()},
        "names": [
            sorted(group)
            for group in (
                pack.instruments,
                pack.policies,
                pack.duties,
                pack.terms,
                pack.questions,
                pack.statuses,
                pack.subjects,
            )
        ],
        "files": pack.files,
    }


def without_line(name: str, line: int, folder: Path, broken: Callable[[str, bytes | None], None]) -> dict[str, Any] | None:
    """What a pack holds from which one line of a file is gone; None where it is refused."""
    lines = (folder / name).read_bytes().splitlines(keepends=True)
    broken(name, b"".join(lines[: line - 1] + lines[line:]))
    try:
        return held(load(folder))
    except Refused:
        return None


def lines_of(name: str, step: int) -> list[int]:
    count = len((rules_folder() / name).read_bytes().splitlines())
    return list(range(1, count + 1, step))


def lines_that_lose_something(name: str, step: int, folder: Path, broken: Callable[[str, bytes | None], None]) -> list[int]:
    whole, lost, lines = held(load()), [], lines_of(name, step)
    assert len(lines) * step >= min(20, len(lines_of(name, 1))) >= 16
    for line in lines:
        found = without_line(name, line, folder, broken)
        broken(name, (rules_folder() / name).read_bytes())
        if found is not None and found != whole:
            lost.append(line)
    return lost


@pytest.mark.parametrize(("name", "step"), [(PACK, 5), (INSTRUMENT, 10)])
def test_no_lost_line_loses_a_rule_silently(
    name: str, step: int, folder: Path, broken: Callable[[str, bytes | None], None]
) -> None:
    assert lines_that_lose_something(name, step, folder, broken) == []


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(path.relative_to(rules_folder()).as_posix() for path in rules_folder().rglob("*.yaml")))
def test_no_lost_line_of_any_file_loses_a_rule_silently(
    name: str, folder: Path, broken: Callable[[str, bytes | None], None]
) -> None:
    assert lines_that_lose_something(name, 1, folder, broken) == []


@pytest.mark.parametrize("name", [INSTRUMENT, "lists/annex-57.yaml", "readings.yaml", "terms.yaml", "vocabulary.yaml"])
def test_no_file_cut_off_at_some_line_loses_a_rule_silently(
    name: str, folder: Path, broken: Callable[[str, bytes | None], None]
) -> None:
    data = (rules_folder() / name).read_bytes().splitlines(keepends=True)
    whole, lost = held(load()), []
    for line in lines_of(name, 25):
        broken(name, b"".join(data[: line - 1]))
        try:
            if held(load(folder)) != whole:
                lost.append(line)
        except Refused:
            continue
    assert lost == []
