"""The built wheel carries the rules: built, installed elsewhere, loaded, compared; and what it is built of is listed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.law.loader import load

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


def test_wheel_holds_exactly_the_rule_files_of_the_checkout(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("rare_earth_compliance/rules/")}
    expected = {
        f"rare_earth_compliance/rules/{path.relative_to(ROOT / 'rules').as_posix()}"
        for path in (ROOT / "rules").rglob("*")
        if path.is_file()
    }
    assert len(expected) > 15
    assert inside == expected


def test_wheel_judges_elsewhere_as_the_checkout_does(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    subject = ROOT / "rules" / "subjects" / "chinese-magnet.json"
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "from rare_earth_compliance.law.loader import load; from rare_earth_compliance.law.pack_files import rules_folder; "
        "pack = load(); print(rules_folder().is_relative_to(sys.argv[1]), pack.sha256, len(pack.rules)); "
        "from rare_earth_compliance.cli.app import app; app(['check', sys.argv[2], '--on', '2026-11-23', '--format', 'json'])"
    )
    command = [sys.executable, "-I", "-c", program, str(tmp_path / "site"), str(subject)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, encoding="utf-8")
    pack = load()
    assert ran.stdout.splitlines()[0] == f"True {pack.sha256} {len(pack.rules)}"
    assert '"answer": "licence required"' in ran.stdout
    assert ran.returncode == 10


# ---- what it is built of


def sbom(wheel: Path, *args: str, seed: str) -> bytes:
    command = [sys.executable, str(ROOT / ".ci" / "sbom.py"), str(wheel), *args]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    ran = subprocess.run(command, capture_output=True, check=False, env=environment, cwd=wheel.parent)
    assert (ran.returncode, ran.stderr) == (0, b"")
    return ran.stdout


@pytest.fixture(scope="module")
def listed(wheel: Path) -> bytes:
    return sbom(wheel, seed="1")


def program() -> dict[str, Any]:
    """The program that lists, loaded here."""
    return runpy.run_path(str(ROOT / ".ci" / "sbom.py"))


def test_what_a_wheel_is_built_of_is_listed_with_versions_and_licences(wheel: Path, listed: bytes) -> None:
    text = listed.decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    told = json.loads(text)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}
    parts = {one["name"]: one for one in told["components"]}
    assert direct <= set(parts)
    assert {name: one["version"] for name, one in parts.items()} == {name: version(name) for name in parts}
    assert [name for name, one in parts.items() if not one.get("licenses")] == []
    assert {"pytest", "mypy", "fastapi", "hypothesis", "cyclonedx-python-lib"} & set(parts) == set()
    root = told["metadata"]["component"]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert (root["version"], root["hashes"]) == (VERSION, [{"alg": "SHA-256", "content": digest}])
    below = {one["ref"]: set(one.get("dependsOn", ())) for one in told["dependencies"]}
    assert below[root["bom-ref"]] == {parts[name]["bom-ref"] for name in direct}
    assert set().union(*below.values()) == {one["bom-ref"] for one in parts.values()} == set(below) - {root["bom-ref"]}


def test_the_list_is_the_same_bytes_and_names_no_machine(wheel: Path, listed: bytes, tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"
    assert sbom(wheel, "--output", str(target), seed="2") == b""
    assert target.read_bytes() == listed
    text = listed.decode()
    told = json.loads(text)
    assert {"serialNumber", "timestamp"} & ({*told} | {*told["metadata"]}) == set()
    assert [place for place in (str(ROOT), str(wheel.parent), sys.prefix, str(Path.home())) if place in text] == []
    assert re.findall(r"\w+://[^\"]+", text) == [told["$schema"]]


def test_the_extras_of_the_wheel_are_listed_where_they_are_asked_for(wheel: Path, listed: bytes) -> None:
    more = {one["name"] for one in json.loads(program()["document"](wheel, ["server"]))["components"]}
    assert {"fastapi", "starlette", "uvicorn"} <= more - {one["name"] for one in json.loads(listed)["components"]}


@pytest.mark.parametrize(
    ("requires", "words"),
    [
        ("no-such-distribution>=1", "no-such-distribution>=1 is required and is not installed here"),
        ("pydantic<2", "pydantic<2 is required, and 2.* is installed here"),
    ],
)
def test_what_is_required_and_not_here_is_an_error(requires: str, words: str, tmp_path: Path) -> None:
    target = tmp_path / "x-1-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("x-1.dist-info/METADATA", f"Metadata-Version: 2.1\nName: x\nVersion: 1\nRequires-Dist: {requires}\n")
    with pytest.raises(SystemExit, match=words):
        program()["document"](target)
