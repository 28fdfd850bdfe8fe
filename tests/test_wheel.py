"""The built wheel carries the rules: built, installed elsewhere, loaded, compared."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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
        "from rare_earth_compliance.law.loader import load, rules_folder; "
        "pack = load(); print(rules_folder().is_relative_to(sys.argv[1]), pack.sha256, len(pack.rules)); "
        "from rare_earth_compliance.cli.app import app; app(['check', sys.argv[2], '--on', '2026-11-23', '--format', 'json'])"
    )
    command = [sys.executable, "-I", "-c", program, str(tmp_path / "site"), str(subject)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, encoding="utf-8")
    pack = load()
    assert ran.stdout.splitlines()[0] == f"True {pack.sha256} {len(pack.rules)}"
    assert '"answer": "licence required"' in ran.stdout
    assert ran.returncode == 10
