"""Records: they hold as written, no forged one passes, and old ones are judged again with the cause of every change."""

from __future__ import annotations

import ast
import json
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from rare_earth_compliance.law.loader import rules_folder
from rare_earth_compliance.record import plain_law, plain_yaml
from rare_earth_compliance.record.verify import faults, opened
from tests.forging import WAYS, at, forged, leaves, signed
from tests.running import EXAMPLES, ROOT, Ran, example_cases, run

LINE = ("examples/value-share-line/magnet.json", "examples/value-share-line/shipment.json")
TAUGHT = "examples/technology-transfer/teaching.json"
RECORD = ROOT / "rare_earth_compliance" / "record"
PLAIN = ("plain_conditions", "plain_facts", "plain_law", "plain_numbers", "plain_yaml", "verify")
NOT_TOLD = {"tool", "known_by"}
"""What nothing but the digest tells: the version of the tool, and a day up to which publications were known where no
other instrument was published between it and the true one."""


@pytest.fixture(scope="module")
def law() -> plain_law.Law:
    return plain_law.read(rules_folder())


def check(target: Path, *args: str) -> Ran:
    return run(["check", *args, "--record", str(target)])


def recorded(target: Path, *args: str) -> dict[str, Any]:
    ran = check(target, *args)
    assert target.is_file(), ran.err
    record: dict[str, Any] = opened(target.read_bytes())
    return record


def documents(record: dict[str, Any]) -> dict[str, bytes]:
    return {one["name"]: one["text"].encode() for one in record["files"]}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("line") / "record.json"
    recorded(target, LINE[0], "--shipment", LINE[1], "--on", "2026-11-23")
    return target


# ---- the verifier stands by itself


def test_the_verifier_shares_no_code_with_the_engine() -> None:
    seen = 0
    for name in PLAIN:
        for node in ast.walk(ast.parse((RECORD / f"{name}.py").read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            for module in names:
                seen += 1
                inside = module == "rare_earth_compliance.record" or module.startswith("rare_earth_compliance.record.plain_")
                outside = not module.startswith("rare_earth_compliance") and module.split(".")[0] not in ("yaml", "pydantic")
                assert inside or outside, f"{name} imports {module}"
    assert seen > 25


def test_rule_files_read_by_the_small_reader_and_by_a_library_are_the_same() -> None:
    files = [*sorted((ROOT / "rules").rglob("*.yaml")), *sorted(EXAMPLES.rglob("*.yaml"))]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert plain_yaml.read(text) == yaml.load(text, Loader=yaml.CBaseLoader), file  # noqa: S506
    assert len(files) > 50


UNKNOWN_YAML = ("a: &x 1", "a: *x", "a: !t 1", "a: |\n  b", "a: 1\na: 2", "a: [1, 2", "a: {b}", "- a\nb: 1", "a: 1\n   b: 2")


@pytest.mark.parametrize("text", UNKNOWN_YAML)
def test_the_small_reader_refuses_what_it_does_not_know(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        plain_yaml.read(text)


# ---- records hold


def holds(tmp_path: Path, args: tuple[str, ...], status: int) -> None:
    """A record of a run holds for the files of the run, is judged again to the same answers, and changes no status."""
    target = tmp_path / "record.json"
    ran = run([*args, "--record", str(target)])
    assert (ran.status, target.is_file()) == (status, True), ran.err
    files = [one for one in args if (ROOT / one).is_file()]
    verified = run(["verify", str(target), *files])
    assert (verified.status, verified.err) == (0, "")
    again = run(["replay", str(target)])
    assert (again.status, again.out.splitlines()[-1].endswith("judged again, 0 answers changed")) == (0, True), again.out


CASES = [one for one in example_cases() if one.args[0] == "check"]
FEW = ("technology-transfer", "value-share-line", "owned-buyer", "al-sc-target")


@pytest.mark.parametrize("folder", FEW)
def test_records_of_examples_hold(folder: str, tmp_path: Path) -> None:
    case = [one for one in CASES if one.folder == folder][-1]
    holds(tmp_path, case.args, case.status)


@pytest.mark.long
def test_records_of_all_examples_hold(tmp_path: Path) -> None:
    for case in CASES:
        holds(tmp_path, case.args, case.status)
    assert len(CASES) > 80


def test_a_record_is_the_same_for_the_same_input(line: Path, tmp_path: Path) -> None:
    recorded(tmp_path / "again.json", LINE[0], "--shipment", LINE[1], "--on", "2026-11-23")
    assert (tmp_path / "again.json").read_bytes() == line.read_bytes()


def test_a_record_carries_its_documents_and_the_sum(line: Path) -> None:
    record = opened(line.read_bytes())
    assert documents(record) == {Path(name).name: (ROOT / name).read_bytes() for name in LINE}
    one = record["determinations"][0]
    said = [one[name] for name in ("answer", "exit_status", "on", "expires", "days_left")]
    assert said == ["undetermined", 11, "2026-11-23", "2026-11-27", 4]
    chinese = next(
        total for total in one["sums"] if (total["whose"], total["priced"], total["code"]) == ("chinese-origin", "", "")
    )
    root = next(item for item in chinese["items"] if item["item"] == "/product")
    assert root == {
        "item": "/product",
        "counts": "false",
        "worth": "100",
        "currency": "EUR",
        "at": "/shipment/unit_price",
        "disputed": False,
        "lines": [["/product/materials/0", "0.0004"]],
        "content": {"EUR": "0.1"},
    }


# ---- forged records do not


def forge(record: dict[str, Any], law: plain_law.Law, number: int, seed: int) -> Counter[str]:
    """Forge a record ``number`` times; what passed, by place, where anything but NOT_TOLD did."""
    chance, files, looked = random.Random(seed), documents(record), dict[str, Any]()  # noqa: S311
    assert faults(record, files, law, looked=looked) == []
    every, passed, done = list(leaves(record)), Counter[str](), 0
    while done < number:
        path, way = chance.choice(every), chance.choice(WAYS)
        made = forged(record, path, way, chance)
        if made is None or path[0] == "sha256":
            continue
        done += 1
        if len(looked) > 20:
            looked.clear()
        if not faults(made, files, law, most=1, looked=looked) and path[-1] not in NOT_TOLD:
            passed[f"{way} {'/'.join(map(str, path))}: {at(record, path)!r}"] += 1
    assert done == number
    return passed


def test_no_forged_record_passes_though_its_digest_fits(law: plain_law.Law, tmp_path: Path) -> None:
    assert forge(recorded(tmp_path / "r.json", TAUGHT), law, 250, 1) == Counter()


def test_no_forged_record_with_a_sum_passes(law: plain_law.Law, tmp_path: Path) -> None:
    args = (LINE[0], "--shipment", LINE[1], "--on", "2025-12-01", "--known-by", "2025-10-09")
    assert forge(recorded(tmp_path / "r.json", *args), law, 25, 2) == Counter()


@pytest.mark.long
def test_of_ten_thousand_forged_records_none_passes(law: plain_law.Law, tmp_path: Path) -> None:
    args = (LINE[0], "--shipment", LINE[1], "--on", "2025-12-01", "--known-by", "2025-10-09")
    assert forge(recorded(tmp_path / "r.json", *args), law, 10_000, 3) == Counter()


def test_what_is_forged_is_named_with_its_place(line: Path, law: plain_law.Law) -> None:
    record = opened(line.read_bytes())
    files = documents(record)
    changes = (
        (("determinations", 0, "answer"), "licence not required"),
        (("determinations", 0, "exit_status"), 0),
        (("determinations", 0, "law", 0, "from"), "2025-12-02"),
        (("determinations", 0, "citations", 0, "zh"), "不需要许可"),
        (("rules", "sha256"), "0" * 64),
    )
    for path, value in changes:
        made = json.loads(json.dumps(record))
        at(made, path[:-1])[path[-1]] = value
        found = faults(signed(made), files, law)
        where = "/" + "/".join(map(str, path))
        assert len(found) == 1, found
        assert found[0].startswith(f"{where}: the record says "), found
    assert faults({**record, "tool": "rare-earth-compliance 99.0.0"}, files, law)[0].startswith("/sha256: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"origin": "CN"', '"origin": "AU"'),
        ('"amount": "250"', '"amount": "249"'),
        ('"quantity": "0.4"', '"quantity": "0.39"'),
        ('"made_in": "DE"', '"made_in": "CN"'),
        ('"family": "NdFeB"', '"family": "SmCo"'),
    ],
)
def test_a_record_of_another_product_does_not_pass_for_this_one(
    old: str, new: str, law: plain_law.Law, line: Path, tmp_path: Path
) -> None:
    """Whoever has the tool can make a record of other facts that is right in itself: it must not fit these documents."""
    made = _of_another(old, new, line, tmp_path)
    assert faults(made, documents(made), law) != []


def test_what_only_a_computation_tells_is_found_by_replay(law: plain_law.Law, line: Path, tmp_path: Path) -> None:
    """Whether everything in a list is known is no fact of one line: verify takes it as said, replay computes it again."""
    made = _of_another('"rare_earths": "none", ', "", line, tmp_path)
    assert made["determinations"] != opened(line.read_bytes())["determinations"]
    assert faults(made, documents(made), law) == []
    made["determinations"][0]["answer"] = "licence not required"
    (tmp_path / "forged.json").write_text(json.dumps(signed(made)), encoding="utf-8")
    ran = run(["replay", str(tmp_path / "forged.json")])
    assert (ran.status, "record: the record does not say what its own documents give" in ran.out) == (10, True)


def _of_another(old: str, new: str, line: Path, tmp_path: Path) -> dict[str, Any]:
    """What is recorded of a changed product, with the documents of the true one."""
    text = (ROOT / LINE[0]).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "magnet.json").write_text(text.replace(old, new), encoding="utf-8")
    record = recorded(tmp_path / "r.json", str(tmp_path / "magnet.json"), "--shipment", LINE[1], "--on", "2026-11-23")
    return signed({**record, "files": opened(line.read_bytes())["files"]})


NO_RECORDS = (b"", b"[]", b"{}", b'{"a": 1, "a": 2}', b'{"files": []}', b"[" * 100_000, b"\xff", b'{"files": 1.5}')


@pytest.mark.parametrize("data", NO_RECORDS, ids=range(len(NO_RECORDS)))
def test_what_is_no_record_does_not_hold(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(data)
    for command in (["verify", str(tmp_path / "r.json"), LINE[0]], ["replay", str(tmp_path / "r.json")]):
        ran = run(command)
        assert ran.status == 3, ran.out
        assert "r.json" in ran.err


def test_a_record_holds_only_with_every_file_and_these_rules(line: Path, tmp_path: Path) -> None:
    assert run(["verify", str(line), *LINE]).status == 0
    assert "was not handed in" in run(["verify", str(line), LINE[0]]).err
    assert "no file of this name" in run(["verify", str(line), *LINE, TAUGHT]).err
    (tmp_path / "magnet.json").write_bytes((ROOT / LINE[0]).read_bytes() + b"\n")
    changed = run(["verify", str(line), str(tmp_path / "magnet.json"), "--shipment", LINE[1]])
    assert (changed.status, "/files/0/sha256: the record says" in changed.err) == (3, True)
    share = "priced: reading valuation, at_least: {} %}}"
    rules = changed_rules(tmp_path, "instruments/cn-mofcom-2025-61.yaml", share.format("0.1"), share.format("0.5"))
    other = run(["verify", str(line), *LINE, "--rules", str(rules)])
    assert (other.status, "/rules/sha256" in other.err, "asked" in other.err) == (3, True, True)


# ---- writing


def test_a_record_is_written_only_of_a_run_without_refusals(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    target = tmp_path / "r.json"
    ran = check(target, TAUGHT, str(tmp_path / "broken.json"))
    assert (ran.status, target.exists(), "no record is written" in ran.err) == (3, False, True)
    streamed = run(["check", "-", "--record", str(target)], stdin=(ROOT / TAUGHT).read_bytes())
    assert (streamed.status, target.exists(), "--record needs files" in streamed.err) == (2, False, True)
    nowhere = check(tmp_path / "no" / "folder" / "r.json", TAUGHT)
    assert (nowhere.status, "no record is written" in nowhere.err) == (3, True)


# ---- replay


def changed_rules(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A copy of the rules with one text changed."""
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


LAPSED = ("--confirm-status", "examples/value-share-line/status-lapsed.yaml", "--reading", "start-after-suspension=at-once")


def test_replay_names_the_day(line: Path) -> None:
    ran = run(["replay", str(line), "--on", "2026-11-09", "--format", "json"])
    made = json.loads(ran.out)
    assert (ran.status, made["judged"], made["changed"]) == (10, 1, 1)
    one = made["determinations"][0]
    assert (one["was"], one["now"], one["was_on"], one["now_on"]) == (
        "undetermined", "licence not required", "2026-11-23", "2026-11-09",
    )  # fmt: skip
    assert {cause["kind"] for cause in one["causes"]} == {"day"}


@pytest.mark.parametrize(
    ("kind", "file", "old", "new"),
    [
        ("rule", "instruments/cn-mofcom-2025-61.yaml", "at_least: 0.1 %}", "at_least: 0.5 %}"),
        ("status", "instruments/cn-mofcom-2025-70.yaml", "      - cn-mofcom-2025-61\n", ""),
        ("list", "lists/61-part-2-materials.yaml", "{ask: item.family, is: NdFeB}", "{ask: item.family, is: SmCo}"),
    ],
)
def test_replay_names_what_changed_in_the_rules(kind: str, file: str, old: str, new: str, tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    args = (*LINE[:1], "--shipment", LINE[1], "--on", "2026-11-23", *(LAPSED if kind != "status" else ()))
    was = "undetermined" if kind == "status" else "licence required"
    assert recorded(target, *args)["determinations"][0]["answer"] == was
    ran = run(["replay", str(target), "--rules", str(changed_rules(tmp_path, file, old, new)), "--format", "json"])
    assert ran.status == 10, ran.err
    one = json.loads(ran.out)["determinations"][0]
    assert one["was"] == was != one["now"]
    assert (kind, "cn-mofcom-2025-61/1.1") in {(cause["kind"], cause["what"].split(" ")[0]) for cause in one["causes"]}


def test_replay_tells_another_version_and_a_forged_answer_apart(line: Path, tmp_path: Path) -> None:
    made = opened(line.read_bytes())
    made["determinations"][0]["answer"] = "licence not required"
    for tool, kind in ((made["tool"], "record"), ("rare-earth-compliance 0.0.1", "tool")):
        (tmp_path / "r.json").write_text(json.dumps(signed({**made, "tool": tool})), encoding="utf-8")
        ran = run(["replay", str(tmp_path / "r.json"), "--format", "json"])
        causes = json.loads(ran.out)["determinations"][0]["causes"]
        assert (ran.status, [cause["kind"] for cause in causes]) == (10, [kind])


def test_replay_is_never_green_by_accident(line: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(["replay", str(tmp_path / "empty")]).status == 4
    made = opened(line.read_bytes())
    (tmp_path / "r.json").write_text(json.dumps({**made, "tool": "rare-earth-compliance 9.9.9"}), encoding="utf-8")
    ran = run(["replay", str(line), str(tmp_path / "r.json")])
    assert (ran.status, "does not fit its digest" in ran.err) == (3, True)
    assert run(["replay", str(tmp_path / "absent.json")]).status == 3
    assert run(["replay", str(line), "--on", "tomorrow"]).status == 2
    assert run(["replay", str(line), "--rules", str(tmp_path)]).status == 3
