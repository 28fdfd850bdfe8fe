"""Old records judged again: every changed answer with its cause, and no green end where something changed or was not judged."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.record import replay as replaying
from rare_earth_compliance.record.opening import opened
from tests.forging import signed
from tests.recording import LINE, recorded
from tests.running import ROOT, Ran, run

LAPSED = (
    *("--confirm-status", "examples/value-share-line/status-lapsed.yaml"),
    *("--reading", "start-after-suspension=at-once"),
)
ON = (LINE[0], "--shipment", LINE[1], "--on", "2026-11-23", "--reading", "valuation=as-stated")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two records of one magnet: with the status of the law open, and with it settled."""
    folder = tmp_path_factory.mktemp("records")
    recorded(folder / "open.json", *ON)
    recorded(folder / "lapsed.json", *ON, *LAPSED)
    return folder


def changed_rules(folder: Path, file: str, *changes: tuple[str, str]) -> Path:
    """A copy of the rules with texts of one file changed."""
    shutil.copytree(ROOT / "rules", folder / "rules")
    text = (folder / "rules" / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "rules" / file).write_text(text, encoding="utf-8")
    return folder / "rules"


def replayed(record: Path, *args: str) -> tuple[Ran, list[dict[str, Any]]]:
    """How ``replay`` ended, and the determinations that it lists."""
    ran = run(["replay", str(record), *args, "--format", "json"])
    return ran, json.loads(ran.out)["determinations"] if ran.out else []


def kinds(one: dict[str, Any]) -> list[tuple[str, str]]:
    return [(cause["kind"], cause["what"].split(" ")[0]) for cause in one["causes"]]


def test_what_has_not_changed_is_green(records: Path) -> None:
    ran, found = replayed(records)
    assert (ran.status, ran.err) == (0, "")
    assert [(one["was"], one["now"], one["causes"], one["files"]) for one in found] == [
        ("licence required", "licence required", [], []),
        ("undetermined", "undetermined", [], []),
    ]


def test_the_day_is_a_cause(records: Path) -> None:
    ran, [one] = replayed(records / "open.json", "--on", "2026-11-09")
    told = (one["was"], one["was_on"], one["now"], one["now_on"])
    assert told == ("undetermined", "2026-11-23", "licence not required", "2026-11-09")
    assert (ran.status, {kind for kind, _ in kinds(one)}) == (10, {"day"})
    printed = run(["replay", str(records / "open.json"), "--on", "2026-11-09"]).out.splitlines()
    said = "magnet: undetermined (on 2026-11-23) → licence not required (on 2026-11-09)"
    assert printed[0] == f"{records / 'open.json'}: {said}"
    assert printed[1].startswith("  day: ")
    assert printed[-1] == "1 judged again, 1 answers changed"


RULE = "cn-mofcom-2025-61/1.1"
CAUSES = {
    "rule": ("lapsed", "instruments/cn-mofcom-2025-61.yaml", ("at_least: 0.1 %}", "at_least: 0.5 %}"), ("rule", RULE)),
    "status": ("open", "instruments/cn-mofcom-2025-70.yaml", ("      - cn-mofcom-2025-61\n", ""), ("status", RULE)),
    "list": (
        "lapsed",
        "lists/61-part-2-materials.yaml",
        ("{term: neodymium-magnet}", "{ask: item.family, is: SmCo}"),
        ("list", RULE),
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_what_changed_in_the_rules_is_a_cause(name: str, records: Path, tmp_path: Path) -> None:
    record, file, change, cause = CAUSES[name]
    rules = changed_rules(tmp_path, file, change)
    ran, [one] = replayed(records / f"{record}.json", "--rules", str(rules))
    assert (ran.status, ran.err) == (10, "")
    assert one["was"] != one["now"]
    assert cause in kinds(one)


def readings(pack: RulePack, name: str, **changed: str | None) -> RulePack:
    return replace(pack, sha256="other", readings={**pack.readings, name: replace(pack.readings[name], **changed)})


def test_a_reading_that_another_pack_settles_is_a_cause(records: Path) -> None:
    record = opened((records / "open.json").read_bytes())
    pack = readings(load(), "hong-kong-macao-taiwan", assumed="outside")
    [same] = replaying.replay(record, pack)
    assert (same.was, same.now, same.causes) == ("undetermined", "undetermined", ())
    started = readings(load(), "suspension-last-day", assumed="still-suspended")
    last = {**record, "determinations": [{**record["determinations"][0], "on": "2026-11-10"}]}
    [one] = replaying.replay(last, started)
    assert (one.was, one.now) == ("undetermined", "licence not required")
    causes = [(cause.kind, cause.what) for cause in one.causes]
    assert ("reading", "suspension-last-day was open, is now still-suspended") in causes
    [gone] = replaying.replay({**last, "determinations": [_with_reading(last, "suspension-last-day", "awake")]}, load())
    assert gone.causes == ()


def _with_reading(record: dict[str, Any], name: str, option: str) -> dict[str, Any]:
    one = record["determinations"][0]
    row = {"reading": name, "option": option, "by": "assumed", "question": "", "means": ""}
    return {**one, "readings": [*one["readings"], row]}


def test_a_rule_that_is_new_or_gone_is_a_cause(records: Path) -> None:
    record, pack = opened((records / "lapsed.json").read_bytes()), load()
    rest = {name: rule for name, rule in pack.rules.items() if not name.startswith("cn-mofcom-2025-61")}
    [gone] = replaying.replay(record, replace(pack, sha256="other", rules=rest))
    assert (gone.was, gone.now) == ("licence required", "licence not required")
    assert ("rule", f"{RULE} is no longer in the pack") in [(cause.kind, cause.what) for cause in gone.causes]
    one = record["determinations"][0]
    before = {
        **one,
        "answer": "licence not required",
        "law": [row for row in one["law"] if row["rule"] in rest],
        "findings": [row for row in one["findings"] if row["rule"] in rest],
    }
    [new] = replaying.replay({**record, "determinations": [before]}, replace(pack, sha256="other"))
    assert (new.was, new.now) == ("licence not required", "licence required")
    assert ("rule", f"{RULE} is new") in [(cause.kind, cause.what) for cause in new.causes]


def test_a_duty_that_opens_is_a_change(records: Path) -> None:
    record = opened((records / "open.json").read_bytes())
    one = {**record["determinations"][0], "answer": "licence not required", "exit_status": 12, "on": "2026-11-09"}
    [found] = replaying.replay({**record, "determinations": [one]}, load())
    assert (found.was, found.now) == ("licence not required, a duty is open", "licence not required")
    assert [cause.kind for cause in found.causes] == ["record"]


def test_another_version_and_a_forged_answer_are_told_apart(records: Path, tmp_path: Path) -> None:
    made = opened((records / "open.json").read_bytes())
    made["determinations"][0]["answer"] = "licence not required"
    for tool, kind in ((f"rare-earth-compliance {VERSION}", "record"), ("rare-earth-compliance 0.0.1", "tool")):
        (tmp_path / "r.json").write_text(json.dumps(signed({**made, "tool": tool})), encoding="utf-8")
        ran, [one] = replayed(tmp_path / "r.json")
        assert (ran.status, [cause["kind"] for cause in one["causes"]]) == (10, [kind])


def test_a_file_that_is_not_what_it_was_is_a_cause(records: Path, tmp_path: Path) -> None:
    for name in (*LINE, LAPSED[1]):
        shutil.copy(ROOT / name, tmp_path)
    args = ("--files", str(tmp_path))
    ran, [one] = replayed(records / "lapsed.json", *args)
    assert (ran.status, one["files"], one["causes"]) == (0, [], [])
    text = (tmp_path / "magnet.json").read_text(encoding="utf-8")
    (tmp_path / "magnet.json").write_text(
        text.replace('"note": "assumption: the rest"', '"note": "the rest"'), encoding="utf-8"
    )
    ran, [one] = replayed(records / "lapsed.json", *args)
    assert (ran.status, one["files"], one["causes"]) == (0, ["magnet.json"], [])
    said = run(["replay", str(records / "lapsed.json"), *args]).out.splitlines()
    assert said[0] == f"{records / 'lapsed.json'}: magnet.json changed, the answer is as it was"
    (tmp_path / "magnet.json").write_text(text.replace('"family": "NdFeB"', '"family": "ferrite"'), encoding="utf-8")
    ran, [one] = replayed(records / "lapsed.json", *args)
    assert (ran.status, one["was"], one["now"] == one["was"]) == (10, "licence required", False)
    assert kinds(one) == [("file", "magnet.json")]


def test_a_file_that_is_missing_or_broken_is_never_green(records: Path, tmp_path: Path) -> None:
    args = ["replay", str(records / "open.json"), "--files", str(tmp_path)]
    shutil.copy(ROOT / LINE[1], tmp_path)
    missing = run(args)
    assert (missing.status, "magnet.json" in missing.err) == (3, True)
    (tmp_path / "magnet.json").write_text("{", encoding="utf-8")
    broken = run(args)
    assert (broken.status, "magnet.json" in broken.err) == (3, True)
    made = opened((records / "open.json").read_bytes())
    made["files"][0]["name"] = "../magnet.json"
    (tmp_path / "r.json").write_text(json.dumps(signed(made)), encoding="utf-8")
    outside = run(["replay", str(tmp_path / "r.json"), "--files", str(tmp_path)])
    assert (outside.status, "leads out of the folder" in outside.err) == (3, True)


def test_two_changes_may_cancel_each_other_out(records: Path) -> None:
    record, pack = opened((records / "lapsed.json").read_bytes()), load()
    one = {**record["determinations"][0], "answer": "licence not required"}
    [found] = replaying.replay({**record, "determinations": [one]}, pack, on=date(2026, 11, 9))
    assert (found.was, found.now, found.causes) == ("licence not required", "licence not required", ())


def test_replay_is_never_green_by_accident(records: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(["replay", str(tmp_path / "empty")]).status == 4
    made = opened((records / "open.json").read_bytes())
    (tmp_path / "r.json").write_text(json.dumps({**made, "tool": "rare-earth-compliance 9.9.9"}), encoding="utf-8")
    ran = run(["replay", str(records / "open.json"), str(tmp_path / "r.json")])
    assert (ran.status, "does not fit its digest" in ran.err) == (3, True)
    assert "1 judged again" in ran.out
    unknown = {
        **made["determinations"][0],
        "readings": [{**made["determinations"][0]["readings"][0], "by": "chosen", "option": "x"}],
    }
    (tmp_path / "r.json").write_text(json.dumps(signed({**made, "determinations": [unknown]})), encoding="utf-8")
    ran = run(["replay", str(tmp_path / "r.json")])
    assert (ran.status, "has no option 'x'" in ran.err) == (3, True)
    assert run(["replay", str(tmp_path / "absent.json")]).status == 3
    assert run(["replay", str(records / "open.json"), "--on", "tomorrow"]).status == 2
    assert run(["replay", str(records / "open.json"), "--rules", str(tmp_path)]).status == 3
