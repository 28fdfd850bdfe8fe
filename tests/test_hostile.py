"""No hostile input is cleared: every case of hostile.py is refused with its place, or answered lawfully.

Knows how many cases there must be and what small files may cost. What a case is stands in hostile.py.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.pack_files import rules_folder
from rare_earth_compliance.product.reader import read
from tests import hostile
from tests.hostile import EXPECTED, GROUPS, bases, tally, text_of
from tests.running import ROOT, run

LEAST = 3_000
STRIDES = {"json": 4, "cut": 12, "typo": 7, "types": 9, "lost": 18, "meaning": 3, "sides": 3}
"""Every so many-th case of a group is run each time; all of them with the marker ``long``."""


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_clean_products_are_answered_as_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(text_of(bases()[name]))
    assert run(("check", "x.json", *hostile.DAY), folder=tmp_path).status == EXPECTED[name]


def test_there_are_many_cases() -> None:
    counts = {group: len(hostile.cases(group)) for group in GROUPS}
    assert sum(counts.values()) >= LEAST, counts
    assert set(STRIDES) == set(GROUPS)
    assert min(counts.values()) >= 200, counts
    assert sum(len(hostile.cases(group)[::step]) for group, step in STRIDES.items()) >= 500


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_nothing_hostile_is_cleared(group: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    found = tally(group, tmp_path, stride=STRIDES[group])
    record_property("cases", sum(found.statuses.values()))
    assert found.open == []
    assert found.wrong == []
    assert sum(found.statuses.values()) >= 40


@pytest.mark.long
@pytest.mark.parametrize("seed", [hostile.SEED, 1, 2])
@pytest.mark.parametrize("group", sorted(GROUPS))
def test_nothing_hostile_is_cleared_in_any_case(group: str, seed: int, tmp_path: Path) -> None:
    found = tally(group, tmp_path, seed)
    assert (found.open, found.wrong) == ([], [])


def test_a_product_cut_off_after_any_byte_is_refused() -> None:
    seen = 0
    for case in hostile.cases("cut"):
        with pytest.raises(Refused):
            read(case.files["x.json"], "x.json")
        seen += 1
    assert seen > 600


# ---- rule files: a pack that lost or doubled a line is refused or decides as before


def spoilt(name: str, how: str, at: int) -> bytes:
    """A rule file with a line deleted, doubled, or swapped with the next."""
    lines = (rules_folder() / name).read_bytes().splitlines(keepends=True)
    if how == "deleted":
        lines[at : at + 1] = []
    elif how == "doubled":
        lines[at : at + 1] = [lines[at]] * 2
    else:
        lines[at : at + 2] = reversed(lines[at : at + 2])
    return b"".join(lines)


def undone(name: str, step: int, start: int, folder: Path) -> tuple[int, list[str]]:
    """How many ways to spoil a file were tried, and after which of them a product that is required was cleared."""
    shutil.copytree(rules_folder(), folder, dirs_exist_ok=True)
    product = folder.parent / "x.json"
    product.write_bytes(text_of(bases()["required"]))
    wrong, seen = [], 0
    for at in range(start, len((rules_folder() / name).read_bytes().splitlines()) - 1, step):
        for how in ("deleted", "doubled", "swapped"):
            seen += 1
            data = spoilt(name, how, at)
            (folder / name).write_bytes(data)
            if data == (rules_folder() / name).read_bytes():
                continue
            try:
                load(folder)
            except Refused as refused:
                if not all(one.message and one.place.file for one in refused.problems):
                    wrong.append(f"{name}:{at + 1} {how}: refused without a place")
                continue
            if run(("check", str(product), *hostile.DAY, "--rules", str(folder))).status in hostile.CLEARED:
                wrong.append(f"{name}:{at + 1} {how}")
    return seen, wrong


INSTRUMENT = "instruments/cn-mofcom-2025-18.yaml"


def test_no_spoilt_line_of_a_rule_file_clears(tmp_path: Path) -> None:
    seen, wrong = undone(INSTRUMENT, 36, 5, tmp_path / "rules")
    assert seen >= 15
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(path.relative_to(rules_folder()).as_posix() for path in rules_folder().rglob("*.yaml")))
def test_no_spoilt_line_of_any_rule_file_clears(name: str, tmp_path: Path) -> None:
    seen, wrong = undone(name, 1, 0, tmp_path / "rules")
    assert seen >= 30
    assert wrong == []


# ---- bombs: a small file must not cost much


HEAD = '{"format": "rare-earth-bom/1", "product": '
MANY = 20_000


def levels(count: int, more: str) -> str:
    """Parts inside each other."""
    return HEAD + ('{"parts":[{' + more + '"parts":[') * count + "{}" + "]}]}" * count + "}"


BOMBS: dict[str, str] = {
    "digits": HEAD + '{"mass":' + "9" * 1_000_000 + "}}",
    "digits as text": HEAD + '{"mass":"' + "9" * 1_000_000 + ' kg"}}',
    "an exponent": HEAD + '{"base_quantity":1e999999999}}',
    "a long code": HEAD + '{"control_codes":["' + "x" * 4_000_000 + '"]}}',
    "a long text": HEAD + '{"note":"' + "x" * (32 << 20) + '"}}',
    "deep lists": HEAD + '{"note":' + "[" * 100_000 + "]" * 100_000 + "}}",
    "deep objects": HEAD + '{"note":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}}",
    "deep and twice": HEAD + '{"a":1,"a":' * MANY + "1" + "}" * MANY + "}",
    "keys twice": HEAD + "{" + ",".join(['"a":1'] * 300_000) + "}}",
    "half characters": HEAD + '{"note":[' + ",".join(['"\\ud800"'] * 200_000) + "]}}",
    "references to nothing": HEAD
    + '{"parts":['
    + ",".join(f'{{"use":"Z{at}","quantity":1}}' for at in range(MANY))
    + ']},"shared":{'
    + ",".join(f'"A{at}":{{}}' for at in range(MANY))
    + "}}",
    "huge numbers multiplied": levels(3_000, '"quantity":"1e100",'),
    "long divisors multiplied": levels(1_500, f'"quantity":"1.{"3" * 100}","base_quantity":"0.{"7" * 99}",'),
    "long divisors added": HEAD
    + '{"parts":['
    + ",".join(
        f'{{"quantity":1,"base_quantity":{2 * at + 10**90 + 1},"parts":[{{"quantity":1}}]}}' for at in range(2_000)
    ).replace('"quantity":1,"base', '"quantity":1,"base')
    + "]}}",
    "mistakes": HEAD + '{"composition":[' + ",".join(['{"element":"XX"}'] * MANY) + "]}}",
    "a ring": HEAD
    + '{"parts":[{"use":"S0","quantity":1}]},"shared":{'
    + ",".join(f'"S{at}":{{"parts":[{{"use":"S{(at + 1) % 5_000}","quantity":1}}]}}' for at in range(5_000))
    + "}}",
}
SECONDS, MEMORY = 6, 256 << 20
"""What a bomb may cost: seconds of CPU, twice what it takes on a busy machine, and bytes of address space."""


def limited() -> None:
    """Bounds of a child process."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def child(args: list[str], **more: Any) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    more.setdefault("capture_output", True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", "rare_earth_compliance", *args], env=environment, check=False, **more)


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(BOMBS[name], encoding="utf-8")
    ran = child(["check", str(tmp_path / "x.json"), *hostile.DAY, "--format", "json"], preexec_fn=limited)
    lawful = (3, 11) if name == "long divisors added" else (3,)
    assert ran.returncode in lawful, ran.stderr[-500:]
    assert json.loads(ran.stdout)["status"] == ran.returncode
    assert len(ran.stdout) < 2_000_000
