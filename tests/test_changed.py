"""What a change touches: in real repositories, asked through the command line and of the module itself."""

from __future__ import annotations

import json
import os
import shutil
from functools import cache
from pathlib import Path
from typing import BinaryIO

import pytest

from rare_earth_compliance.cli import gate as gate_module
from rare_earth_compliance.cli import inputs
from rare_earth_compliance.core.files import open_file
from rare_earth_compliance.gate import changed
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import RulePack
from tests.repositories import ENVIRONMENT, bom, commit, git, repository
from tests.running import EXAMPLES, Ran, run

DAY = "2026-11-23"
SETTINGS = """products = ["boms/**/*.json"]
shipments = ["shipment.json"]
prices = ["prices.json"]
decisions = ["decisions.yaml"]
"""
PASSES = "pass-when-nothing-changed = true\n"
FILES = {
    "boms/magnet.json": bom("MAGNET"),
    "boms/rotor.json": bom("ROTOR", ["MAGNET"]),
    "boms/motor.json": bom("MOTOR", ["ROTOR"]),
    "boms/arm.json": bom("ARM", ["SCREW", "MOTOR"]),
    "boms/screw.json": bom("SCREW"),
    "boms/plain.json": bom(None),
}
ALL = sorted(name for name in FILES)


@pytest.fixture(autouse=True)
def of_no_other_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def rules_that_come_along_are_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "load", loaded)


@cache
def loaded(folder: Path | None) -> RulePack:
    return load(folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = repository(tmp_path_factory.mktemp("made") / "project")
    for name, data in FILES.items():
        put(folder, name, data)
    put(folder, "rare-earth.toml", SETTINGS.encode())
    put(folder, "decisions.yaml", b"format: rare-earth-decisions/1\n")
    put(folder, "README.md", b"about\n")
    put(folder, "shipment.json", (EXAMPLES / "ebike-motor" / "shipment.json").read_bytes())
    put(folder, "prices.json", (EXAMPLES / "al-sc-target" / "prices.json").read_bytes())
    commit(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path, made: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


@pytest.fixture
def with_rules(project: Path) -> Path:
    """A project with rules of its own."""
    shutil.copytree(EXAMPLES.parent / "rules", project / "pack")
    put(project, "rare-earth.toml", (SETTINGS + 'rules = "pack"\n').encode())
    commit(project)
    return project


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def gate(folder: Path, *args: str, since: str = "HEAD") -> Ran:
    return run(["gate", "--changed-since", since, "--on", DAY, "--format", "json", *args], folder=folder)


def judged(folder: Path, *args: str, since: str = "HEAD") -> list[str]:
    """The files that were judged, of a run that refused nothing."""
    ran = gate(folder, *args, since=since)
    report = json.loads(ran.out)
    assert (ran.err, report["refused"]) == ("", [])
    return sorted(one["file"] for one in report["determinations"])


def refused(ran: Ran) -> str:
    """Why a run was refused as a whole."""
    report = json.loads(ran.out)
    assert (ran.status, report["determinations"]) == (3, [])
    (problem,) = report["refused"]
    assert problem["place"]["file"] == "--changed-since"
    return str(problem["message"])


# ---- parts and what they go into


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("boms/magnet.json", ["boms/arm.json", "boms/magnet.json", "boms/motor.json", "boms/rotor.json"]),
        ("boms/motor.json", ["boms/arm.json", "boms/motor.json"]),
        ("boms/screw.json", ["boms/arm.json", "boms/screw.json"]),
        ("boms/arm.json", ["boms/arm.json"]),
        ("boms/plain.json", ["boms/plain.json"]),
    ],
)
def test_a_part_that_changed_touches_all_it_goes_into(project: Path, part: str, expected: list[str]) -> None:
    put(project, part, FILES[part] + b"\n")
    assert judged(project) == expected
    git(project, "add", "--all")
    assert judged(project) == expected
    commit(project)
    assert judged(project, since="HEAD~1") == expected


def test_a_part_that_went_or_was_renamed_touches_what_it_went_into(project: Path) -> None:
    (project / "boms/magnet.json").unlink()
    assert judged(project) == ["boms/arm.json", "boms/motor.json", "boms/rotor.json"]
    put(project, "boms/moved/magnet.json", FILES["boms/magnet.json"])
    assert judged(project) == ["boms/arm.json", "boms/motor.json", "boms/moved/magnet.json", "boms/rotor.json"]


def test_a_part_number_that_changed_touches_what_held_the_old_and_what_holds_the_new(project: Path) -> None:
    put(project, "boms/other.json", bom("OTHER", ["SCREW-2"]))
    commit(project)
    put(project, "boms/screw.json", bom("SCREW-2"))
    assert judged(project) == ["boms/arm.json", "boms/other.json", "boms/screw.json"]


def test_a_part_outside_of_the_configured_products_counts_too(project: Path) -> None:
    put(project, "parts/magnet.json", bom("SCREW"))
    commit(project)
    put(project, "parts/magnet.json", bom("MAGNET", name="anew"))
    assert judged(project) == ["boms/arm.json", "boms/magnet.json", "boms/motor.json", "boms/rotor.json", "boms/screw.json"]


def test_new_files_are_judged_before_git_knows_them(project: Path) -> None:
    put(project, "boms/new.json", bom("SCREW-2", ["SCREW"]))
    assert judged(project) == ["boms/new.json"]
    # A second product with a number that is there already: all that holds the number, and the first one.
    put(project, "boms/new.json", bom("SCREW"))
    assert judged(project) == ["boms/arm.json", "boms/new.json", "boms/screw.json"]


def test_a_ring_of_part_numbers_ends(project: Path) -> None:
    put(project, "boms/magnet.json", bom("MAGNET", ["ARM"]))
    assert judged(project) == ["boms/arm.json", "boms/magnet.json", "boms/motor.json", "boms/rotor.json"]


ODD = ['a "quoted"', "with space ", "磁钢-甲", "new\nline", "-rf", "*", "a\\b", "é", "é", "x" * 1999]


@pytest.mark.parametrize("number", ODD, ids=range(len(ODD)))
def test_part_numbers_are_compared_as_they_stand(project: Path, number: str) -> None:
    put(project, "boms/magnet.json", bom(number))
    put(project, "boms/rotor.json", bom("ROTOR", [number]))
    put(project, "boms/motor.json", bom("MOTOR", [number + "."]))
    commit(project)
    put(project, "boms/magnet.json", bom(number, name="anew"))
    assert judged(project) == ["boms/magnet.json", "boms/rotor.json"]


NAMES = [
    "with space.json",
    "new\nline.json",
    "磁钢/电机.json",
    "-dash.json",
    '"quoted".json',
    "tab\t.json",
    "a;b$(c).json",
    "é.json",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_file_names_are_taken_as_they_stand(project: Path, name: str) -> None:
    put(project, f"boms/{name}", bom("ODD"))
    commit(project)
    assert judged(project) == []
    put(project, f"boms/{name}", bom("ODD", name="anew"))
    assert judged(project) == [f"boms/{name}"]
    put(project, f"boms/{name}", bom("ODD"))
    put(project, "boms/holder.json", bom("HOLDER", ["ODD"]))
    commit(project)
    (project / "boms" / name).unlink()
    assert judged(project) == ["boms/holder.json"]


def test_a_name_that_is_no_text_is_judged(project: Path) -> None:
    name = os.fsdecode(b"boms/\xff.json")
    put(project, name, bom("ODD"))
    commit(project)
    changes = changed.changes(project, "HEAD")
    assert changes.files == {}
    assert project / name in changes.same


# ---- what all answers rest on


RESTS_ON = ["rare-earth.toml", "decisions.yaml", "shipment.json", "prices.json"]


@pytest.mark.parametrize("name", RESTS_ON)
def test_what_all_answers_rest_on_touches_everything(project: Path, name: str) -> None:
    path = project / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert judged(project) == ALL


def test_rules_of_the_project_touch_everything(with_rules: Path) -> None:
    assert judged(with_rules) == []
    path = with_rules / "pack/README.md"
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    assert judged(with_rules) == ALL
    path.unlink()
    assert judged(with_rules) == ALL
    path.write_bytes(before)
    assert judged(with_rules) == []
    put(with_rules, "pack/new.txt", b"")
    assert judged(with_rules) == ALL


def test_a_file_that_git_ignores_among_the_rules_touches_everything(with_rules: Path) -> None:
    put(with_rules, ".gitignore", b"more*\n")
    commit(with_rules)
    assert judged(with_rules) == []
    put(with_rules, "pack/more/more.txt", b"")
    assert judged(with_rules) == ALL


def test_a_configuration_that_went_touches_everything(project: Path) -> None:
    put(project, "inner/rare-earth.toml", b"[shipment]\n")
    commit(project)
    (project / "inner/rare-earth.toml").unlink()
    assert judged(project) == ALL


def test_what_stands_outside_of_the_repository_touches_everything(project: Path) -> None:
    put(project.parent, "outside.json", (project / "shipment.json").read_bytes())
    put(project, "rare-earth.toml", SETTINGS.replace('"shipment.json"', '"../outside.json"').encode())
    commit(project)
    assert judged(project) == ALL


def test_other_files_touch_nothing(project: Path) -> None:
    put(project, "README.md", b"about rare-earth-bom/1\n")
    put(project, "package.json", b'{"name": "no product"}')
    put(project, "folder/price.json", (project / "prices.json").read_bytes())
    assert judged(project) == []


# ---- what can not be told


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[]", b'{"format": "rare-earth-bom/2"}'])
def test_an_unreadable_file_is_always_judged(project: Path, data: bytes) -> None:
    put(project, "boms/bad.json", data)
    commit(project)
    ran = gate(project)
    report = json.loads(ran.out)
    assert (ran.status, {one["place"]["file"] for one in report["refused"]}) == (3, {"boms/bad.json"})
    assert report["determinations"] == []


def hinder(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read, whoever tries to."""

    def hindered(opened: str) -> BinaryIO:
        if Path(opened).name == name:
            raise PermissionError(13, "Permission denied")
        return open_file(opened)

    for module in (inputs, changed):
        monkeypatch.setattr(module, "open_file", hindered)


def test_a_file_that_may_not_be_read_is_judged(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hinder("screw.json", monkeypatch)
    ran = gate(project)
    assert (ran.status, [one["place"]["file"] for one in json.loads(ran.out)["refused"]]) == (3, ["boms/screw.json"])


def test_a_changed_file_that_may_not_be_read_touches_everything(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it holds now is not known: it may have become any part."""
    put(project, "parts/other.json", bom("SCREW"))
    commit(project)
    put(project, "parts/other.json", bom("MAGNET"))
    hinder("other.json", monkeypatch)
    assert judged(project) == ALL


def test_product_data_whose_number_was_not_readable_touches_everything(project: Path) -> None:
    put(project, "boms/bad.json", b'{"format": "rare-earth-bom/1", "product": {"part_number": 1}}')
    commit(project)
    (project / "boms/bad.json").unlink()
    assert judged(project) == ALL


def test_ignored_files_are_always_judged(project: Path) -> None:
    put(project, ".gitignore", b"made*.json\n")
    commit(project)
    put(project, "boms/made.json", bom("MADE"))
    assert judged(project) == ["boms/made.json"]


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_files_that_git_was_told_not_to_look_at_are_judged(project: Path, flag: str) -> None:
    git(project, "update-index", flag, "boms/arm.json")
    put(project, "boms/arm.json", bom("ARM", name="anew"))
    assert judged(project) == ["boms/arm.json"]


@pytest.mark.parametrize("setting", [("core.trustctime", "false"), ("core.checkStat", "minimal"), ("core.fsmonitor", "true")])
def test_git_looks_at_a_file_itself_whatever_the_repository_says(project: Path, setting: tuple[str, str]) -> None:
    """A change of the same length that keeps the time of the file, as of who restores a copy."""
    path = project / "boms" / "arm.json"
    old = path.stat().st_mtime_ns - 10**10
    os.utime(path, ns=(old, old))
    git(project, "update-index", "--refresh")
    git(project, "config", *(("core.fsmonitor", _says_nothing(project)) if setting[0] == "core.fsmonitor" else setting))
    git(project, "status")
    path.write_bytes(path.read_bytes().replace(b"bracket", b"BRACKET"))
    os.utime(path, ns=(old, old))
    assert judged(project) == ["boms/arm.json"]


def _says_nothing(folder: Path) -> str:
    """A program that tells git that nothing changed."""
    program = put(folder, ".git/watch", b"#!/bin/sh\nprintf 'token\\0'\n")
    program.chmod(0o755)
    return str(program)


def test_a_file_with_other_ends_of_lines_is_as_it_was(project: Path) -> None:
    put(project, ".gitattributes", b"*.json text\n")
    put(project, "boms/arm.json", bom("ARM").replace(b", ", b",\n"))
    commit(project)
    put(project, "boms/arm.json", bom("ARM").replace(b", ", b",\r\n"))
    assert judged(project) == []
    put(project, "boms/arm.json", bom("ARM", name="anew").replace(b", ", b",\r\n"))
    assert judged(project) == ["boms/arm.json"]


def test_a_repository_whose_names_are_made_by_sha_256(project: Path) -> None:
    shutil.rmtree(project / ".git")
    git(project, "init", "--quiet", "--template=", "--object-format=sha256")
    commit(project)
    assert judged(project) == []
    put(project, "boms/arm.json", bom("ARM", name="anew"))
    assert judged(project) == ["boms/arm.json"]


def test_files_that_git_keeps_in_another_form_are_judged(project: Path) -> None:
    """A filter may leave out what changed, and what git keeps may be no product data."""
    put(project, ".gitattributes", b"boms/arm.json filter=away\n")
    git(project, "config", "filter.away.clean", "echo version https://git-lfs.github.com/spec/v1")
    commit(project)
    assert judged(project) == ["boms/arm.json"]
    put(project, "boms/arm.json", bom("ANEW"))
    assert judged(project) == ["boms/arm.json"]
    # A change that git sees: of what number the product was before can not be told.
    git(project, "config", "filter.away.clean", "sha256sum")
    assert judged(project) == ALL


def test_what_a_link_leads_to_is_always_judged(project: Path) -> None:
    put(project, "elsewhere/linked.json", bom("LINKED"))
    (project / "boms/link.json").symlink_to("../elsewhere/linked.json")
    commit(project)
    assert judged(project) == ["boms/link.json"]


def test_files_of_a_repository_inside_are_always_judged(project: Path) -> None:
    inner = repository(project.parent / "inner")
    put(inner, "inner.json", bom("INNER"))
    commit(inner)
    git(project, "submodule", "--quiet", "add", str(inner), "boms/inner")
    commit(project)
    assert judged(project) == ["boms/inner/inner.json"]
    commit(project)
    put(project, "boms/inner/inner.json", bom("INNER", name="anew"))
    assert judged(project) == ["boms/inner/inner.json"]


def test_a_file_in_a_conflict_is_judged(project: Path) -> None:
    git(project, "checkout", "--quiet", "-b", "other")
    put(project, "boms/screw.json", bom("SCREW", name="one"))
    commit(project)
    git(project, "checkout", "--quiet", "main")
    put(project, "boms/screw.json", bom("SCREW", name="two"))
    commit(project)
    with pytest.raises(AssertionError, match="CONFLICT"):
        git(project, "merge", "--quiet", "other")
    put(project, "boms/screw.json", FILES["boms/screw.json"])
    assert judged(project, since="HEAD~1") == ["boms/arm.json", "boms/screw.json"]


# ---- revisions


def test_it_is_asked_where_the_work_left_the_revision(project: Path) -> None:
    git(project, "checkout", "--quiet", "-b", "work")
    put(project, "boms/arm.json", bom("ARM", name="anew"))
    commit(project)
    git(project, "checkout", "--quiet", "main")
    put(project, "boms/screw.json", bom("SCREW", name="anew"))
    commit(project)
    git(project, "checkout", "--quiet", "work")
    assert judged(project, since="main") == ["boms/arm.json"]


@pytest.mark.parametrize("revision", ["nowhere", "0" * 40, "", "main..HEAD", "HEAD:boms", "HEAD~9", "--output=x", "-h"])
def test_a_revision_that_is_none_is_refused(project: Path, revision: str) -> None:
    ran = run(["gate", f"--changed-since={revision}", "--on", DAY, "--format", "json"], folder=project)
    assert f"what changed since {revision!r} can not be told" in refused(ran)
    assert sorted(path.name for path in project.iterdir() if path.name in ("x", "=x")) == []


def test_a_history_that_was_cut_off_is_refused(project: Path, tmp_path: Path) -> None:
    git(project, "checkout", "--quiet", "-b", "work")
    put(project, "boms/arm.json", bom("ARM", name="anew"))
    commit(project)
    git(project, "checkout", "--quiet", "main")
    put(project, "boms/screw.json", bom("SCREW", name="anew"))
    commit(project)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--no-single-branch", "--branch", "work", project.as_uri(), str(clone))
    assert "does not reach back to where the two parted" in refused(gate(clone, since="origin/main"))
    assert "'HEAD~1'" in refused(gate(clone, since="HEAD~1"))
    assert judged(clone, since="HEAD") == []
    git(clone, "fetch", "--quiet", "--unshallow")
    assert judged(clone, since="origin/main") == ["boms/arm.json"]


def test_content_that_git_does_not_have_is_refused(project: Path) -> None:
    blob = git(project, "rev-parse", "HEAD:boms/magnet.json").strip()
    put(project, "boms/magnet.json", bom("MAGNET", name="anew"))
    git(project, "add", "--all")
    (project / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert "can not be told" in refused(gate(project))


def test_no_repository_is_refused(project: Path) -> None:
    shutil.rmtree(project / ".git")
    assert "not a git repository" in refused(gate(project))


def test_a_repository_without_a_commit_is_refused(project: Path) -> None:
    shutil.rmtree(project / ".git")
    git(project, "init", "--quiet")
    assert "can not be told" in refused(gate(project))


def test_no_git_is_refused(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git can not be run" in refused(gate(project))


# ---- nothing changed


def test_nothing_changed_is_not_green_by_itself(project: Path) -> None:
    ran = gate(project)
    assert (ran.status, json.loads(ran.out)["determinations"]) == (4, [])


def test_nothing_changed_passes_only_where_the_project_says_so(project: Path) -> None:
    put(project, "rare-earth.toml", (SETTINGS + PASSES).encode())
    assert judged(project) == ALL
    commit(project)
    # A shipment and a price table among the products hold nothing to judge, and are no reason to judge.
    put(project, "boms/shipment.json", (project / "shipment.json").read_bytes())
    put(project, "boms/prices.json", (project / "prices.json").read_bytes())
    commit(project)
    ran = gate(project)
    assert (ran.status, json.loads(ran.out)["determinations"]) == (0, [])
    put(project, "boms/bad.json", b"{")
    assert gate(project).status == 3
    put(project, "boms/bad.json", bom("NO", rare_earths="some"))
    assert gate(project).status not in (0, 4)


def test_a_folder_inside_of_the_repository_may_hold_the_project(tmp_path: Path) -> None:
    top = repository(tmp_path / "repository")
    folder = top / "in" / "side"
    for name, data in FILES.items():
        put(folder, name, data)
    put(folder, "rare-earth.toml", b'products = ["boms"]\n')
    commit(top)
    put(folder, "boms/motor.json", bom("MOTOR", name="anew"))
    assert judged(folder) == ["boms/arm.json", "boms/motor.json"]
    assert judged(top, "--config", "in/side/rare-earth.toml") == ["in/side/boms/arm.json", "in/side/boms/motor.json"]
