"""A new announcement needs no Python: the made-up one in ``new_announcement`` is added to the pack as rules/README.md says.

Two files are laid into a copy of the pack and named in ``pack.yaml``; then it loads, its cases hold, it judges, and
it has a page and days in the timeline.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rare_earth_compliance.engine.casebook import run as run_cases
from rare_earth_compliance.law.loader import load
from tests.running import ROOT, run

MADE_UP = Path(__file__).parent / "new_announcement"
NAME = "made-up-2031-1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the pack with the made-up announcement added."""
    to = tmp_path_factory.mktemp("pack") / "rules"
    shutil.copytree(ROOT / "rules", to)
    shutil.copytree(MADE_UP, to, dirs_exist_ok=True)
    pack = to / "pack.yaml"
    words = pack.read_text(encoding="utf-8")
    for kind, file in (("instruments", f"{NAME}.yaml"), ("lists", "made-up-annex.yaml")):
        assert f"{kind}:\n" in words
        words = words.replace(f"{kind}:\n", f"{kind}:\n  - {kind}/{file}\n", 1)
    pack.write_text(words, encoding="utf-8")
    return to


def test_it_is_law_like_any_other(folder: Path) -> None:
    pack = load(folder)
    outcomes = [outcome for outcome in run_cases(pack) if outcome.rule == f"{NAME}/1"]
    assert [(one.case.name, one.found) for one in outcomes] == [(one.case.name, one.case.expect) for one in outcomes]
    assert len(outcomes) == 9


@pytest.mark.parametrize(("day", "status"), [("2031-02-02", 0), ("2031-02-03", 10)])
def test_it_judges(day: str, status: int, folder: Path, tmp_path: Path) -> None:
    product = json.loads((ROOT / "rules/subjects/chinese-magnet.json").read_text(encoding="utf-8"))
    product["product"]["composition"] = [{"element": "Tm", "mass_fraction": "60 %"}, {"element": "Fe", "mass_fraction": "40 %"}]
    product["shipment"]["destination"] = "NO"
    for who in ("importer", "consignee", "end_user"):
        product["shipment"][who]["located_in"] = "NO"
    file = tmp_path / "magnet.json"
    file.write_text(json.dumps(product), encoding="utf-8")
    ran = run(["check", str(file), "--on", day, "--rules", str(folder), "--format", "json"])
    assert ran.status == status
    assert (f'"{NAME}/1"' in ran.out, "9E999.a" in ran.out) == (True, True)


def test_it_has_a_page_and_stands_in_the_calendar(folder: Path) -> None:
    page = run(["rules", "show", NAME, "--rules", str(folder)])
    assert (page.status, "9E999.a" in page.out, "a thulium magnet to Norway" in page.out) == (0, True, True)
    timeline = run(["rules", "timeline", "--rules", str(folder), "--on", "2026-11-25"])
    assert (timeline.status, timeline.out.count("2031-02-03") > 0) == (0, True)
