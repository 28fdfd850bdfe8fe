"""What comes in by any door is judged whole or refused: no way of handing it over makes less of it.

The same input goes through the command line, a batch, the gate, a program and the service, and must be refused by all of
them, or by none.
"""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.batch.lines import Under, begin
from rare_earth_compliance.batch.pieces import taken
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.product.reader import read
from rare_earth_compliance.product.tables import shipment_facts
from tests.running import ROOT, run
from tests.serving import JSON, ON, Client
from tests.test_documents import PACK
from tests.test_gate import clear, gate, project

DAY = ("--on", "2026-11-23")
LAPSED = ("--confirm-status", "examples/ebike-motor/status-lapsed.yaml", "--reading", "start-after-suspension=at-once")
MAGNET = ROOT / "examples" / "gate" / "project" / "boms" / "magnet.json"
PUBLISHED = ROOT / "examples" / "technology-transfer" / "published.json"
TRANSFER = ROOT / "rules" / "subjects" / "chinese-transfer.json"
GOODS = ROOT / "examples" / "robot-arm-so101" / "shipment.json"
ALONE = "technology that is provided has no shipment beside it"


def told(refused: Refused) -> list[str]:
    return [problem.message for problem in refused.problems]


def names(folder: Path, **documents: Any) -> Path:
    """A folder with documents."""
    folder.mkdir()
    for name, document in documents.items():
        text = document if isinstance(document, str) else json.dumps(document)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


# ---- an act of providing technology stands alone

PAIRS = [(MAGNET, PUBLISHED), (TRANSFER, GOODS), (TRANSFER, PUBLISHED)]
"""Goods as if technology were provided, an act of that as if goods were sent, and one act as if it were another."""


@pytest.mark.parametrize(("product", "shipment"), PAIRS)
def test_no_door_judges_technology_that_is_provided_in_another_shipment(product: Path, shipment: Path, tmp_path: Path) -> None:
    assert run(("check", str(product), *DAY, *LAPSED)).status == 10
    ran = run(("check", str(product), *DAY, *LAPSED, "--shipment", str(shipment)))
    assert (ran.status, ALONE in " ".join((ran.out + ran.err).split())) == (3, True)

    line = tmp_path / "all.jsonl"
    line.write_text(json.dumps(json.loads(product.read_text(encoding="utf-8"))) + "\n", encoding="utf-8")
    assert run(("check", "--batch", str(line), "--jobs", "1", *DAY, "--shipment", str(shipment))).status == 3

    here = project(tmp_path / "gate", f'products = ["boms/a.json"]\nshipments = ["{shipment}"]\n', a={})
    (here / "boms" / "a.json").write_bytes(product.read_bytes())
    ran = gate(here)
    assert (ran.status, ALONE in " ".join(ran.out.split())) == (3, True)

    one, two = read(product.read_bytes(), "one.json"), read(shipment.read_bytes(), "two.json")
    assert one.product is not None
    for contents in (None, two):
        with pytest.raises(Refused) as refused:
            library.shipment_of(one.product, two.shipment, contents)
        assert told(refused.value) == [ALONE]

    beside = taken("two", shipment.read_bytes(), 10**6)
    judge = begin(Under(pack=PACK, days=(date(2026, 11, 23),), today=date(2026, 11, 23)))
    found = json.loads(judge(0, replace(taken("one", product.read_bytes(), 10**6), beside=beside)))
    assert (found["status"], [each["message"] for each in found["refused"]]) == (3, [ALONE])


def test_an_act_is_not_judged_without_its_own_shipment_or_as_goods() -> None:
    found = read(TRANSFER.read_bytes(), "one.json")
    assert found.product is not None
    for shipment in (None, {}, {"kind": "technology"}, {"kind": "goods"}):
        with pytest.raises(Refused) as refused:
            library.shipment_of(found.product, shipment)
        assert told(refused.value) == [ALONE]
    assert library.shipment_of(found.product, found.shipment).is_transfer
    for kind, words in (("goods", "is sent as goods"), ("goods-with-technology", "is sent as goods-with-technology")):
        ran = run(("check", str(TRANSFER), *DAY, *LAPSED, "--set", f"kind={kind}"))
        assert (ran.status, words in " ".join((ran.out + ran.err).split())) == (3, True)
    assert run(("check", str(TRANSFER), *DAY, *LAPSED, "--set", "kind=technology", "--destination", "FR")).status == 10


def test_what_is_given_as_a_shipment_holds_one(tmp_path: Path) -> None:
    alone = json.loads(MAGNET.read_text(encoding="utf-8"))
    del alone["shipment"]
    made = names(tmp_path / "n", alone=alone)
    ran = run(("check", str(MAGNET), *DAY, "--shipment", str(made / "alone.json")))
    assert (ran.status, "holds no shipment" in " ".join(ran.out.split())) == (3, True)  # a long name of a folder breaks lines


# ---- what is passed over

TABLE = '{"format": "rare-earth-prices/1"}'
NO_PRODUCT = {
    "null": {"format": "rare-earth-bom/1", "product": None},
    "null and a null shipment": {"format": "rare-earth-bom/1", "product": None, "shipment": None},
    "null and a shipment": {"format": "rare-earth-bom/1", "product": None, "shipment": {}},
    "a null shipment": {"format": "rare-earth-bom/1", "shipment": None},
    "a null act and a shipment": {"format": "rare-earth-bom/1", "transfer": None, "shipment": {}},
    "a table that is none": {"format": "rare-earth-prices/1", "prodcut": {"form": "permanent-magnet"}},
    "a table with a product": {"format": "rare-earth-prices/1", "product": {"form": "permanent-magnet"}},
}


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as made:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    return path


@pytest.mark.parametrize("document", NO_PRODUCT.values(), ids=NO_PRODUCT)
def test_what_may_be_a_product_is_not_passed_over(document: Any, tmp_path: Path) -> None:
    made = names(tmp_path / "n", a=clear(), b=document)
    packed = archive(tmp_path / "n.tar", {one.name: one.read_bytes() for one in sorted(made.iterdir())})
    ways: dict[str, tuple[str, ...]] = {
        "folder": (str(made),),
        "glob": (f"{made}/*.json",),
        "file": (str(made / "a.json"), str(made / "b.json")),
        "batch": ("--batch", str(made), "--jobs", "1"),
        "archive": ("--batch", str(packed), "--jobs", "1"),
    }
    found = {way: run(("check", *names, *DAY)).status for way, names in ways.items()}
    found["gate"] = gate(project(tmp_path / "gate", 'products = ["boms"]\n', a=clear(), b=document)).status
    assert found == dict.fromkeys([*ways, "gate"], 3)


def test_a_shipment_and_a_price_table_are_passed_over_and_told(tmp_path: Path) -> None:
    shipment = {"format": "rare-earth-bom/1", "shipment": {}}
    made = names(tmp_path / "n", a=clear(), b=shipment, c=TABLE)
    ran = run(("check", str(made), *DAY, "--format", "json"))
    skipped = [f"{made / 'b.json'}: a shipment and no product", f"{made / 'c.json'}: a price table"]
    assert (ran.status, json.loads(ran.out)["skipped"]) == (0, skipped)


@pytest.mark.parametrize("name", ["b", "b[1]"])
def test_a_file_that_is_named_is_never_passed_over_wherever_it_stands(name: str, tmp_path: Path) -> None:
    made = names(tmp_path / "n", a=clear(), **{name: {"format": "rare-earth-bom/1", "shipment": {}}})
    folder, glob, file = str(made), f"{made}/*.json", str(made / f"{name}.json")
    assert run(("check", folder, glob, *DAY)).status == 0
    for arguments in ((folder, file), (file, folder), (glob, file), (file, glob), (folder, glob, file)):
        assert (arguments, run(("check", *arguments, *DAY)).status) == (arguments, 3)
    for products, status in (
        ('"n", "n/*.json"', 0),
        (f'"n", "n/{name}.json"', 3),
        (f'"n/{name}.json", "n"', 3),
        (f'"n/*.json", "n/{name}.json"', 3),
        (f'"n/a.json", "n/{name}.json"', 3),
    ):
        (tmp_path / "rare-earth.toml").write_text(f"products = [{products}]\n", encoding="utf-8")
        assert (products, gate(tmp_path).status) == (products, status)


def test_names_in_large_letters_are_found_in_a_folder_and_in_an_archive(tmp_path: Path) -> None:
    made = names(tmp_path / "n", a=clear())
    (made / "MAGNET.JSON").write_bytes(MAGNET.read_bytes())
    (made / "notes.txt").write_bytes(b"no product")
    packed = archive(tmp_path / "n.tar", {one.name: one.read_bytes() for one in sorted(made.iterdir())})
    found = []
    for source in (made, packed):
        ran = run(("check", "--batch", str(source), "--jobs", "1", *DAY))
        lines = [json.loads(line) for line in ran.out.splitlines()[1:-1]]
        found.append((ran.status, [(line["name"].removeprefix(str(source))[1:], line["status"]) for line in lines]))
    assert found == [(10, [("MAGNET.JSON", 10), ("a.json", 0)])] * 2
    assert run(("check", str(made), *DAY)).status == 10


# ---- a fact of which nothing is left

TECHNOLOGY = ROOT / "rules" / "subjects" / "chinese-technology.json"
SAYS_NOTHING = "technology_fields is given and says nothing"
EMPTY = "technology_fields has a word that is empty"


@pytest.mark.parametrize(
    ("value", "status", "words"),
    [
        (" ", 2, "expected NAME=VALUE"),
        ("\u00a0", 2, "expected NAME=VALUE"),
        (",", 3, SAYS_NOTHING),
        (" , ,", 3, SAYS_NOTHING),
        ("smelting-and-separation,", 3, EMPTY),
        (",smelting-and-separation", 3, EMPTY),
        ("smelting-and-separation, magnet-manufacturing", 10, "required"),
    ],
)
def test_an_empty_word_is_no_word_that_there_is_none(value: str, status: int, words: str, tmp_path: Path) -> None:
    ran = run(("check", str(TECHNOLOGY), *DAY, *LAPSED, "--set", f"technology_fields={value}"))
    assert (ran.status, words in " ".join((ran.out + ran.err).split())) == (status, True)

    settings = f'products = ["boms/a.json"]\n[shipment]\ntechnology_fields = {json.dumps(value)}\n'
    ran = gate(project(tmp_path / "gate", settings, a=json.loads(TECHNOLOGY.read_text(encoding="utf-8"))))
    wanted = 11 if status == 10 else 3
    said = SAYS_NOTHING if status == 2 else words
    assert (ran.status, wanted == 11 or said in " ".join(ran.out.split())) == (wanted, True)

    query: dict[str, Any] = {**ON, "set": f"technology_fields={value}"}
    answer = Client().post("/v1/determinations", content=TECHNOLOGY.read_bytes(), headers=JSON, params=query)
    assert answer.headers["rare-earth-status"] == str(wanted)


@pytest.mark.parametrize("value", ['""', "[]", '[""]', '[" ", ""]', '"\\t"'])
def test_a_project_says_nothing_by_an_empty_value(value: str, tmp_path: Path) -> None:
    settings = f'products = ["boms/a.json"]\n[shipment]\ntechnology_fields = {value}\n'
    ran = gate(project(tmp_path / "gate", settings, a=json.loads(TECHNOLOGY.read_text(encoding="utf-8"))))
    assert (ran.status, SAYS_NOTHING in " ".join(ran.out.split())) == (3, True)


def test_every_list_of_a_shipment_is_told_word_by_word() -> None:
    for path in ("end_use.purposes", "technology_fields", "end_user.listed_by", "transfer.subjects", "exporter.name"):
        for value in ("", " ", *(() if path == "exporter.name" else (",", "x,,y"))):
            with pytest.raises(Refused) as refused:
                shipment_facts([(path, value)])
            said = "has a word that is empty" if "x" in value else "is given and says nothing"
            assert told(refused.value) == [f"{path} {said}"]


# ---- a fact that stands in the way of another one

MOTOR = ROOT / "examples" / "loose-or-fixed" / "motor.json"
IN_THE_WAY = [
    (("kind=goods", "kind.military=true"), "kind"),
    (("kind.military=true", "kind=goods"), "kind"),
    (("destination=DE", "destination.listed=yes"), "destination"),
    (("transit_through=FR,IT", "transit_through.listed=yes"), "transit_through"),
    (("end_user.listed_by=none", "end_user.listed_by.a.b=none"), "end_user.listed_by"),
    (("end_user=X", "end_user.military=true"), "end_user"),
]


@pytest.mark.parametrize(("facts", "single"), IN_THE_WAY)
def test_a_fact_below_a_single_value_is_refused(facts: tuple[str, ...], single: str, tmp_path: Path) -> None:
    words = f"{single} is given as a single value; nothing stands below it"
    assert run(("check", str(MOTOR), *DAY)).status == 0
    ran = run(("check", str(MOTOR), *DAY, *(part for fact in facts for part in ("--set", fact))))
    assert (ran.status, words in " ".join(ran.out.split())) == (3, True)

    line = tmp_path / "all.jsonl"
    line.write_text(json.dumps(json.loads(MOTOR.read_text(encoding="utf-8"))) + "\n", encoding="utf-8")
    ran = run(("check", "--batch", str(line), "--jobs", "1", *DAY, *(part for fact in facts for part in ("--set", fact))))
    assert (ran.status, words in ran.err) == (3, True)

    pairs = [fact.split("=") for fact in facts]
    settings = "[shipment]\n" + "".join(f"{json.dumps(name)} = {json.dumps(value)}\n" for name, value in pairs)
    here = project(
        tmp_path / "gate", f'products = ["boms/a.json"]\n{settings}', a=json.loads(MOTOR.read_text(encoding="utf-8"))
    )
    ran = gate(here)
    assert (ran.status, words in " ".join(ran.out.split())) == (3, True)

    query: dict[str, Any] = {**ON, "set": list(facts)}
    answer = Client().post("/v1/determinations", content=MOTOR.read_bytes(), headers=JSON, params=query)
    assert answer.headers["rare-earth-status"] == "3"


@pytest.mark.parametrize("value", ["true", "goods"])
def test_a_fact_that_is_given_twice_is_refused_whatever_it_is(value: str) -> None:
    with pytest.raises(Refused) as refused:
        shipment_facts([("end_user.military", value), ("end_user.military", value)])
    assert "end_user.military is given twice" in told(refused.value)
