"""The gate end to end: settings, decisions, known findings; red wherever something was not checked.

Every run stands in a folder of its own, on a fixed day.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine.fingerprint import fingerprint
from rare_earth_compliance.gate.baseline import open_findings
from rare_earth_compliance.gate.covering import Coverer, Sent
from rare_earth_compliance.gate.decisions import Decisions
from rare_earth_compliance.gate.settings import Settings, find, read
from tests.running import ROOT, Ran, run

DAY = "2026-11-25"
MAGNET = json.loads((ROOT / "rules/subjects/chinese-magnet.json").read_text(encoding="utf-8"))
GERMAN = json.loads((ROOT / "rules/subjects/german-magnet.json").read_text(encoding="utf-8"))


def clear() -> dict[str, Any]:
    """A product that no rule catches."""
    made = json.loads(json.dumps(MAGNET))
    made["product"] = {"part_number": "SCREW", "form": "metal", "origin": "DE", "made_in": "DE", "rare_earths": "none"}
    made["product"]["equipment"] = "none"
    made["shipment"] |= {"exporter": {"located_in": "DE", "chinese_person": False}, "ship_from": "DE", "destination": "CH"}
    return dict(made)


def project(folder: Path, settings: str, **products: Any) -> Path:
    (folder / "boms").mkdir(parents=True)
    for name, product in products.items():
        (folder / "boms" / f"{name}.json").write_text(json.dumps(product), encoding="utf-8")
    (folder / "rare-earth.toml").write_text(settings, encoding="utf-8")
    return folder


BOMS = 'products = ["boms/*.json"]\n'


def gate(folder: Path, *args: str, on: str = DAY) -> Ran:
    return run(["gate", "--on", on, *args], folder=folder)


def report(folder: Path, *args: str, on: str = DAY) -> Any:
    ran = gate(folder, "--format", "json", *args, on=on)
    return json.loads(ran.out)


# ---- what is red


@pytest.mark.parametrize(
    ("settings", "products", "status", "words"),
    [
        (BOMS, {"a": clear()}, 0, "exit status 0: not required"),
        (BOMS, {"a": MAGNET}, 10, "exit status 10: required"),
        (BOMS, {"a": GERMAN}, 11, "exit status 11: undetermined"),
        (BOMS, {"a": clear(), "b": MAGNET, "c": GERMAN}, 10, "3 judged, 0 refused"),
        (BOMS, {"a": clear(), "b": {"format": "something-else"}}, 3, "found 'something-else', expected 'rare-earth-bom/1'"),
        (BOMS, {}, 3, "'boms/*.json' leads to no file: nothing would be checked there"),
        ('products = ["boms/*.json", "boms/other/**"]\n', {"a": clear()}, 3, "'boms/other/**' leads to no file"),
        ("", {"a": clear()}, 3, "no products are named"),
        (BOMS + 'exclude = ["boms/*.json"]\n', {"a": clear()}, 4, "nothing was checked"),
        (BOMS + "strict-freshness = true\n", {"a": clear()}, 3, "the rules were last checked on 2026-10-05, 51 days before"),
        (BOMS + "strict-freshness = 50\n", {"a": clear()}, 3, "51 days before 2026-11-25"),
        (BOMS + "strict-freshness = 51\n", {"a": clear()}, 0, "exit status 0"),
        (BOMS + 'required-version = "0.0.1"\n', {"a": clear()}, 3, f"asks for version 0.0.1, this is {VERSION}"),
        (BOMS + f'required-version = "{VERSION}"\n', {"a": clear()}, 0, "exit status 0"),
        (BOMS + 'baseline = "none.json"\n', {"a": clear()}, 3, "none.json: no such file"),
        (BOMS + 'decisions = ["none.yaml"]\n', {"a": clear()}, 3, "none.yaml: no such file"),
        (BOMS + 'shipments = ["none.json"]\n', {"a": clear()}, 3, "none.json: no such file"),
        (BOMS + 'prices = ["none.json"]\n', {"a": clear()}, 3, "none.json: no such file"),
        (BOMS + 'rules = "none"\n', {"a": clear()}, 3, "none"),
        (BOMS + 'readings = {no-such = "x"}\n', {"a": clear()}, 3, "no reading 'no-such'"),
        (BOMS + 'shipment = {destinaton = "DE"}\n', {"a": clear()}, 3, "destinaton"),
    ],
)
def test_status(settings: str, products: dict[str, Any], status: int, words: str, tmp_path: Path) -> None:
    ran = gate(project(tmp_path, settings, **products))
    assert (ran.status, words in " ".join(ran.out.split())) == (status, True), ran.out + ran.err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("prodcuts = []\n", ":1: prodcuts: is not a key of the configuration"),
        ('products = ["a"]\nexclude = "b"\n', ":2: exclude: input should be a valid list"),
        ('\nproducts = ["a"]\n[shipment]\nx = 1\n', ":3: shipment.x"),
        ("products = [\n", "is not TOML"),
        ("pass-when-all-findings-are = ['forgiven']\n", "'licensed', 'waived' or 'known'"),
        ("strict-freshness = 'yes'\n", ":1: strict-freshness: expected true, false or a number of days"),
        ("pass_when_nothing_changed = true\n", "is not a key"),
    ],
)
def test_a_configuration_that_is_refused(settings: str, words: str, tmp_path: Path) -> None:
    for command in (["gate"], ["config", "--show"]):
        ran = run(command, folder=project(tmp_path / command[0], settings))
        assert (ran.status, ran.out) == (3, "")
        assert words in ran.err
        assert "rare-earth.toml" in ran.err


def test_the_nearest_configuration_wins_and_two_in_one_folder_are_refused(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find(deep) is None or find(deep) not in (tmp_path, deep)
    (tmp_path / "pyproject.toml").write_text('[tool.rare-earth]\nproducts = ["x"]\n', encoding="utf-8")
    assert find(deep) == tmp_path / "pyproject.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    assert find(deep) == tmp_path / "pyproject.toml"
    (tmp_path / "a" / "rare-earth.toml").write_text('products = ["y"]\n', encoding="utf-8")
    assert find(deep) == tmp_path / "a" / "rare-earth.toml"
    (tmp_path / "rare-earth.toml").write_text("", encoding="utf-8")
    with pytest.raises(Refused, match=r"stands beside pyproject\.toml"):
        find(tmp_path)


def test_every_key_says_where_it_came_from(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.rare-earth]\nproducts = ["x"]\nstrict-freshness = 9\n\n'
    text += '[tool.rare-earth.shipment]\ndestination = "not CN"\n'
    found = read(text.encode(), tmp_path / "pyproject.toml")
    assert {key: place.line for key, place in found.places.items()} == {"products": 5, "strict-freshness": 6, "shipment": 8}
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    shown = run(["config", "--show"], folder=tmp_path)
    keys = [field.alias for field in Settings.model_fields.values()]
    assert len(keys) == 16
    assert all(f"  {key} " in shown.out for key in keys if key)
    assert "9 – pyproject.toml:6: strict-freshness" in shown.out
    assert "{} – the default" in shown.out


def test_a_report_leads_with_what_was_checked(tmp_path: Path) -> None:
    settings = BOMS + 'exclude = ["boms/d.json"]\n'
    folder = project(tmp_path, settings, a=clear(), b=MAGNET, c={"format": "x"}, d=GERMAN)
    ran = gate(folder)
    assert ran.out.split("\n\n")[0].splitlines() == [
        "Checked",
        "  configuration rare-earth.toml",
        "  files         3 to judge, 1 excluded",
        "  judged        2 shipments, 2 lines, 2 items judged",
        "  refused       1 files",
    ]
    assert report(folder)["checked"]["files"] == "3 to judge, 1 excluded"


def test_any_other_destination_is_a_question_that_can_be_asked(tmp_path: Path) -> None:
    inside = json.loads(json.dumps(MAGNET))
    inside["shipment"] |= {"movement": "transfer", "destination": "CN"}
    for who in ("importer", "end_user"):
        inside["shipment"][who] = inside["shipment"].get(who, {}) | {"located_in": "CN", "chinese_person": True}
    inside["shipment"]["consignee"] |= {"located_in": "CN", "chinese_person": True, "foreign_owned": False}
    assert gate(project(tmp_path / "one", BOMS, a=inside)).status == 0
    assert gate(project(tmp_path / "two", BOMS + 'shipment = {destination = "not CN"}\n', a=inside)).status == 10


# ---- several reports


def test_several_reports_at_once_and_one_status(tmp_path: Path) -> None:
    folder = project(tmp_path, BOMS + 'output = {markdown = "out.md"}\n', a=GERMAN)
    ran = gate(folder, "--output", f"json={tmp_path}/out.json", "--format", "terminal")
    assert ran.status == 11
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["status"] == 11
    assert "exit status 11" in (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "exit status 11: undetermined" in ran.out


@pytest.mark.parametrize("output", ["sarfi=a.sarif", "json=", "=a.json"])
def test_an_output_that_is_none(output: str, tmp_path: Path) -> None:
    assert gate(project(tmp_path, BOMS, a=clear()), "--output", output).status == 2
    assert run(["check", "boms/a.json", "--output", output], folder=tmp_path).status == 2


def test_two_reports_in_one_file_are_refused(tmp_path: Path) -> None:
    ran = gate(project(tmp_path, BOMS, a=clear()), "--output", "json=a", "--output", "markdown=a")
    assert (ran.status, "two reports would be written to one file" in ran.err) == (2, True)


def test_a_report_that_can_not_be_written_is_a_refusal(tmp_path: Path) -> None:
    assert gate(project(tmp_path, BOMS, a=clear()), "--output", "json=no/such/folder/a.json").status == 3


# ---- waivers


def waived(folder: Path, **changes: str) -> None:
    """Decisions for every open finding, as drafted and filled in, with changes."""
    gate(folder, "--draft-decisions", str(folder / "decisions.yaml"))
    drafted = yaml.safe_load((folder / "decisions.yaml").read_text(encoding="utf-8"))
    for one in drafted["waivers"]:
        one.update({"reason": "asked", "by": "compliance", "until": "2026-12-31"} | changes)
    (folder / "decisions.yaml").write_text(yaml.safe_dump(drafted), encoding="utf-8")
    with (folder / "rare-earth.toml").open("a", encoding="utf-8") as file:
        file.write('decisions = ["decisions.yaml"]\n')


LETS = 'pass-when-all-findings-are = ["waived"]\n'


@pytest.mark.parametrize("product", [MAGNET, GERMAN], ids=["required", "undetermined"])
def test_a_waiver_covers_and_passes_only_where_the_project_says_so(product: Any, tmp_path: Path) -> None:
    folder = project(tmp_path, BOMS, a=product)
    before = report(folder)
    waived(folder)
    after = report(folder)
    assert (after["status"], after["covered"]) == (13, {"0": ["waived"]})
    assert after["determinations"] == before["determinations"]
    assert ", waived\n" in gate(folder).out
    with (folder / "rare-earth.toml").open("a", encoding="utf-8") as file:
        file.write(LETS)
    passed = report(folder)
    assert (passed["status"], passed["passes_on"]) == (0, ["waived"])
    assert passed["determinations"] == before["determinations"]
    assert "the project lets this pass" in gate(folder).out


def test_a_draft_that_nobody_filled_in_is_refused(tmp_path: Path) -> None:
    folder = project(tmp_path, BOMS, a=MAGNET)
    waived(folder, reason="", by="", until="")
    found = report(folder)
    assert found["status"] == 3
    assert {one["place"]["path"] for one in found["refused"]} == {f"waivers[0].{key}" for key in ("reason", "by", "until")}


@pytest.mark.parametrize(
    ("on", "status", "warned"),
    [
        ("2026-12-31", 13, True),
        ("2027-01-01", 10, False),
        ("2026-12-01", 13, True),
        ("2026-11-30", 13, False),
    ],
)
def test_a_waiver_lapses_on_its_day_and_warns_thirty_days_before(on: str, status: int, warned: bool, tmp_path: Path) -> None:
    folder = project(tmp_path, BOMS, a=MAGNET)
    waived(folder)
    found = report(folder, on=on)
    assert (found["status"], bool(found["lapsed"]), bool(found["warnings"])) == (status, status == 10, warned)


def test_a_lapsed_waiver_is_a_finding_even_where_all_is_clear(tmp_path: Path) -> None:
    folder = project(tmp_path, BOMS, a=MAGNET)
    waived(folder, until="2026-11-26")
    (folder / "boms" / "a.json").write_text(json.dumps(clear()), encoding="utf-8")
    assert report(folder)["status"] == 0
    found = report(folder, on="2026-11-27")
    assert (found["status"], [one["message"] for one in found["lapsed"]]) == (
        14,
        ["lapsed: it held until 2026-11-26: cn-mofcom-2025-18/1 of MAGNET"],
    )


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (("product", "composition", 0, "mass_fraction", "3.2 %"), 13),
        (("product", "name", "magnet, renamed"), 10),
        (("product", "made_in", "VN"), 13),
        (("product", "composition", 0, "element", "Tb"), 10),
        (("shipment", "end_user", "located_in", "US"), 10),
        (("shipment", "destination", "US"), 10),
    ],
    ids=lambda change: "-".join(map(str, change)) if isinstance(change, tuple) else str(change),
)
def test_a_waiver_lapses_when_the_facts_it_was_given_for_change(change: tuple[Any, ...], status: int, tmp_path: Path) -> None:
    """What the finding does not rest on may change: the rule asks for no share and no place of manufacture."""
    folder = project(tmp_path, BOMS, a=MAGNET)
    waived(folder)
    data = json.loads(json.dumps(MAGNET))
    *above, key, value = change
    holder = data
    for step in above:
        holder = holder[step]
    holder[key] = value
    (folder / "boms" / "a.json").write_text(json.dumps(data), encoding="utf-8")
    found = report(folder)
    assert found["status"] == status
    if status == 13:
        assert found["lapsed"] == []


def test_moved_lines_do_not_lapse_a_waiver(tmp_path: Path) -> None:
    folder = project(tmp_path, BOMS, a=GERMAN)
    waived(folder)
    (folder / "boms" / "a.json").write_text(json.dumps(GERMAN, indent=7), encoding="utf-8")
    assert report(folder)["status"] == 13


@pytest.mark.parametrize(("dysprosium", "status"), [("1", 13), ("1.9", 13), ("2", 13), ("2.01", 11)])
def test_a_waiver_up_to_a_share(dysprosium: str, status: int, tmp_path: Path) -> None:
    """The German magnet with 0.1 % to 0.201 % of Chinese dysprosium, under a waiver up to 0.2 %."""
    from rare_earth_compliance.engine.fingerprint import facts  # noqa: PLC0415

    folder = project(tmp_path, BOMS, a=GERMAN)
    waived(folder)
    drafted = yaml.safe_load((folder / "decisions.yaml").read_text(encoding="utf-8"))
    pack, determination = judged(GERMAN)
    shares = [one.en for one in pack.questions.values() if one.computed_by == "value_share"]
    for one in drafted["waivers"]:
        finding = next(found for found in determination.findings if found.rule == one["rule"])
        if finding.shares:
            one |= {"greatest_share": "0.2 %", "facts": facts(determination, finding, shares)}
    (folder / "decisions.yaml").write_text(yaml.safe_dump(drafted), encoding="utf-8")
    data = json.loads(json.dumps(GERMAN))
    data["product"]["composition"][0]["value"]["amount"] = dysprosium
    (folder / "boms" / "a.json").write_text(json.dumps(data), encoding="utf-8")
    assert report(folder)["status"] == status


def judged(data: Any) -> Any:
    from datetime import date  # noqa: PLC0415

    from rare_earth_compliance import determine, load_rules, read_product, shipment_of  # noqa: PLC0415

    pack = load_rules()
    contents = read_product(json.dumps(data).encode(), "x.json")
    assert contents.product is not None
    return pack, determine(shipment_of(contents.product, contents.shipment, contents), pack, on=date(2026, 11, 25))


def test_contradictions_are_never_covered(tmp_path: Path) -> None:
    data = json.loads(json.dumps(MAGNET))
    data["product"]["control_codes"] = ["1C909.a.1"]
    folder = project(tmp_path, BOMS + LETS, a=data)
    assert report(folder)["determinations"][0]["conflicts"] != []
    waived(folder)
    assert report(folder)["covered"] == {}
    assert report(folder)["status"] == 10


# ---- licences in hand

LICENCE = {
    "number": "L-1",
    "holder": "Exporter Ltd",
    "end_user": "User GmbH",
    "destination": "DE",
    "items": ["1C905.a.4"],
    "products": [{"product": "MAGNET", "quantity": "100", "shipped_before": "40"}],
    "valid_from": "2026-11-01",
    "until": "2026-11-30",
    "by": "licensing",
}


def licensed(tmp_path: Path, *shipments: dict[str, Any], **changes: Any) -> Path:
    """Magnets of a named exporter to a named end user under a licence for 60 more of them."""
    products = {}
    for position, one in enumerate(shipments or ({},)):
        data = json.loads(json.dumps(MAGNET))
        data["shipment"]["exporter"]["name"] = "EXPORTER  Ltd"
        data["shipment"]["end_user"]["name"] = "User GmbH"
        data["shipment"]["quantity"] = "60"
        data["shipment"].update(one)
        products[f"a{position}"] = {
            **data,
            "shipment": {key: value for key, value in data["shipment"].items() if value is not None},
        }
    settings = BOMS + 'decisions = ["d.yaml"]\npass-when-all-findings-are = ["licensed"]\n'
    folder = project(tmp_path, settings, **products)
    document = {"format": "rare-earth-decisions/1", "licences": [LICENCE | changes]}
    (folder / "d.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


def test_a_licence_in_hand_covers_its_shipment(tmp_path: Path) -> None:
    folder = licensed(tmp_path)
    found = report(folder)
    assert (found["status"], found["covered"]) == (0, {"0": ["licensed"]})
    assert found["determinations"][0]["answer"] == "licence required"
    assert "LICENCE REQUIRED – MAGNET, on 2026-11-25, covered by a licence" in gate(folder).out


@pytest.mark.parametrize(
    ("shipment", "licence", "why"),
    [
        ({"quantity": "60.000001"}, {}, "leave in this run, 60 are left"),
        ({"quantity": None}, {}, "a shipment does not say its quantity"),
        ({"exporter": {"located_in": "CN", "chinese_person": True}}, {}, "the exporter is not named 'Exporter Ltd'"),
        (
            {"end_user": {"located_in": "DE", "military": False, "listed": "none", "name": "Other"}},
            {},
            "the end user is not named",
        ),
        ({"destination": "AT"}, {}, "the destination is AT, not DE"),
        ({"destination": "not CN"}, {}, "the destination is not CN, not DE"),
        ({}, {"items": ["1C905.a.4", "X"], "until": "2026-11-24"}, "it is valid from 2026-11-01 until 2026-11-24"),
        ({}, {"valid_from": "2026-11-26"}, "it is valid from 2026-11-26"),
        (
            {},
            {"products": [{"product": "MAGNET", "quantity": "99", "shipped_before": "40"}]},
            "60 leave in this run, 59 are left",
        ),
        ({}, {"products": [{"product": "MAGNET", "quantity": "9", "shipped_before": "40"}]}, "0 are left"),
        (
            {},
            {"products": [*LICENCE["products"], {"product": "MAGNET", "quantity": "1", "shipped_before": "0"}]},
            "it names the product more than once",
        ),  # type: ignore[index]
    ],
)
def test_a_licence_that_does_not_fit(shipment: dict[str, Any], licence: dict[str, Any], why: str, tmp_path: Path) -> None:
    found = report(licensed(tmp_path, shipment, **licence))
    assert (found["status"], found["covered"]) == (10, {})
    said = [one["because"] for one in found["decided"]]
    assert len(said) == 1
    assert why in said[0]


def test_shipments_of_one_run_count_together(tmp_path: Path) -> None:
    assert report(licensed(tmp_path / "fits", {"quantity": "30"}, {"quantity": "30"}))["status"] == 0
    found = report(licensed(tmp_path / "over", {"quantity": "30"}, {"quantity": "30.1"}))
    assert (found["status"], found["covered"]) == (10, {})


def test_a_licence_for_other_items_is_not_spoken_of(tmp_path: Path) -> None:
    found = report(licensed(tmp_path, items=["1C902.a.4"]))
    assert (found["status"], found["decided"]) == (10, [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"until": "2026-10-01"}, "ends on 2026-10-01, before it starts on 2026-11-01"),
        ({"products": [{"product": "MAGNET", "quantity": "1 .. 2", "shipped_before": "0"}]}, "expected one number"),
        ({"products": []}, "at least 1 item"),
        ({"numbr": "x"}, "is not a key of the format"),
    ],
)
def test_a_decision_that_is_refused(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    ran = gate(licensed(tmp_path, **change))
    assert (ran.status, words in " ".join(ran.out.split())) == (3, True), ran.out


# ---- known findings

KNOWN = BOMS + 'baseline = "known.json"\npass-when-all-findings-are = ["known"]\n'


def test_known_findings_pass_and_new_ones_fail(tmp_path: Path) -> None:
    folder = project(tmp_path, KNOWN, a=MAGNET)
    assert gate(folder).status == 3
    written = gate(folder, "--write-baseline")
    assert (written.status, "nobody has decided on what is in it" in written.err) == (10, True)
    found = report(folder)
    assert (found["status"], found["covered"]) == (0, {"0": ["known"]})
    shutil.copy(folder / "boms" / "a.json", folder / "boms" / "b.json")
    assert report(folder)["status"] == 10, "there are two now, and one was known"


def test_a_known_finding_that_gets_worse_is_new(tmp_path: Path) -> None:
    unclear = json.loads(json.dumps(MAGNET))
    unclear["product"].pop("form")
    unclear["product"].pop("family")
    folder = project(tmp_path, KNOWN, a=unclear)
    assert gate(folder, "--write-baseline").status == 11
    assert report(folder)["status"] == 0
    (folder / "boms" / "a.json").write_text(json.dumps(MAGNET), encoding="utf-8")
    assert report(folder)["status"] == 10


def test_a_baseline_is_not_written_over_a_refusal(tmp_path: Path) -> None:
    folder = project(tmp_path, KNOWN, a=MAGNET, b={"format": "x"})
    assert gate(folder, "--write-baseline").status == 3
    assert not (folder / "known.json").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"count": "1"', '"count": "2"'), "count says 2, but 1 findings stand in the file"),
        (('"times": "1"', '"times": "0"'), "times"),
        (('"status": "applies"', '"status": "forgiven"'), "status"),
        (("rare-earth-baseline/1", "rare-earth-baseline/2"), "format"),
        (("{", "["), "expected"),
    ],
)
def test_a_baseline_that_is_refused(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    folder = project(tmp_path, KNOWN, a=MAGNET)
    gate(folder, "--write-baseline")
    file = folder / "known.json"
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change, 1), encoding="utf-8")
    ran = gate(folder)
    assert (ran.status, words in ran.out) == (3, True), ran.out


def test_a_baseline_without_the_key_that_names_it(tmp_path: Path) -> None:
    ran = gate(project(tmp_path, BOMS, a=MAGNET), "--write-baseline")
    assert (ran.status, "the configuration names none" in ran.err) == (2, True)


def test_nothing_found_is_not_nothing_changed(tmp_path: Path) -> None:
    """Where every product is excluded, none of none had to be judged: that is no reason to pass."""
    settings = BOMS + 'exclude = ["boms/*.json"]\npass-when-nothing-changed = true\n'
    folder = project(tmp_path, settings, a=clear())
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    assert gate(folder, "--changed-since", "HEAD").status == 4
    (folder / "rare-earth.toml").write_text(settings.replace('exclude = ["boms/*.json"]\n', ""), encoding="utf-8")
    subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qam", "y"], cwd=folder, check=True)
    assert gate(folder, "--changed-since", "HEAD").status == 0


@pytest.mark.parametrize("kind", ["as it is", "lines lost", "only a duty explains it"])
def test_what_no_finding_explains_is_not_covered(kind: str) -> None:
    """A determination that is open for another reason than its findings, every one of them known."""
    _, found = judged(GERMAN)
    if kind == "lines lost":
        found = replace(found, coverage=replace(found.coverage, read=found.coverage.read + 1))
    if kind == "only a duty explains it":
        found = replace(found, findings=tuple(one for one in found.findings if one.effect == "duty"))
    known = Counter((fingerprint(found, one), one.status.value) for one in open_findings(found))
    assert sum(known.values()) > 0
    shipment = Sent(exporter=frozenset(), end_user=frozenset(), destination="US", quantity=None)
    covering = Coverer(Decisions(), known, found.on, ()).covering([(found, shipment)])
    assert covering.cover == ({0: ("known",)} if kind == "as it is" else {})
