"""Records that say what the checker itself comes to, of files that are not used as handed in, or that `check` would not take.

Whoever forges a record has the checker: what it derives is no proof of anything but that. So a record holds only for files
that the product's own reader takes, each used as what it is, and for a day and facts that could be asked.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.core.inert import no_commands
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.screening import NEAR
from rare_earth_compliance.product.document import ShipmentFields
from rare_earth_compliance.product.tables import shipment_facts
from rare_earth_compliance.record import persons, plain, roles
from rare_earth_compliance.record.checking import checked
from rare_earth_compliance.record.opening import sha256
from rare_earth_compliance.record.verify import Check
from tests.forging import signed
from tests.hostile import bases
from tests.recording import LINE, TAUGHT, confirming, derived, documents, handed_in, law, of_files, recorded
from tests.running import ROOT, example_cases, run

CASES = [one for one in example_cases() if one.args[0] == "check" and "--batch" not in one.args]
PRODUCT, SHIPMENT = ((ROOT / name).read_text(encoding="utf-8") for name in LINE)
LOOSE = (ROOT / "examples/loose-or-fixed/loose.json").read_text(encoding="utf-8")
DAY = "2026-11-23"


def written(folder: Path, record: Any, files: Mapping[str, str]) -> Path:
    """A record and its files in a folder."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "r.json").write_text(json.dumps(record), encoding="utf-8")
    return folder / "r.json"


def used(record: Any, **uses: Any) -> Any:
    """The record with files used as something else."""
    made = copy.deepcopy(record)
    made["determinations"][0]["used"].update(uses)
    return signed(made)


def changed(text: str, *path: str, **facts: Any) -> str:
    """A document with facts changed in the object at a path."""
    document = json.loads(text)
    one = document
    for step in path:
        one = one[step]
    one.update(facts)
    return json.dumps(document)


def refusal(tmp_path: Path, record: Any, files: Mapping[str, str], *args: str) -> str:
    """What ``verify`` says against a record; it must end with 3."""
    target = written(tmp_path, record, files)
    ran = run(["verify", str(target), *(args or tuple(files))], folder=tmp_path)
    assert (ran.status, ran.out) == (3, "")
    return ran.err


# ---- what files are used as


def test_a_shipment_is_no_price_table(tmp_path: Path) -> None:
    """A file that is handed in as the shipment must have been the shipment: else the answer is that of no shipment."""
    files = {"magnet.json": PRODUCT, "ship.json": SHIPMENT}
    record = of_files({name: text.encode() for name, text in files.items()}, date(2026, 11, 23))
    forged = used(record, shipment=0, prices=[1])
    said = refusal(tmp_path, forged, files, "magnet.json", "--shipment", "ship.json")
    assert "ship.json is handed in as a shipment, the record uses it as a price table" in said
    assert "rare-earth-prices/1" in refusal(tmp_path, forged, files)
    [fault] = checked(forged, documents(forged), law()).faults
    assert fault.endswith("a file that is used as price table is not of the format rare-earth-prices/1")


def test_a_second_product_is_no_price_table_and_no_confirmation(tmp_path: Path) -> None:
    files = {"a.json": LOOSE, "b.json": LOOSE.replace('"CN"', '"DE"')}
    record = of_files({"a.json": LOOSE.encode()}, date(2026, 11, 23))
    assert record is not None
    record["files"].append({"name": "b.json", "sha256": "", "text": files["b.json"]})
    for use, mark in (("prices", "rare-earth-prices/1"), ("status", "rare-earth-status/1")):
        forged = used(record, **{use: [1]})
        assert mark in refusal(tmp_path, forged, files), use
    both = {**record, "files": [{**one, "sha256": sha256(one["text"])} for one in record["files"]]}
    for use, mark in (("prices", "rare-earth-prices/1"), ("status", "rare-earth-status/1")):
        [fault] = checked(used(both, **{use: [1]}), documents(both), law()).faults
        assert mark in fault


def test_two_products_are_not_one_product_in_the_shipment_of_the_other(tmp_path: Path) -> None:
    """Handed in as products, each is judged in its own shipment; with --shipment the first is judged in that of the second."""
    files = {"a.json": LOOSE, "b.json": changed(LOOSE, "shipment", destination="CN")}
    record = of_files({name: text.encode() for name, text in files.items()}, date(2026, 11, 23))
    assert "b.json is handed in as a product, the record uses it as a shipment" in refusal(tmp_path, record, files)
    assert run(["verify", "r.json", "a.json", "--shipment", "b.json"], folder=tmp_path).status == 0


def test_every_product_is_judged_in_every_shipment_that_is_handed_in(tmp_path: Path) -> None:
    for name, text in {"a.json": PRODUCT, "one.json": SHIPMENT, "two.json": SHIPMENT}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    args = ["a.json", "--shipment", "one.json", "--shipment", "two.json"]
    assert run(["check", *args, "--on", DAY, "--record", "r.json"], folder=tmp_path).status == 11
    assert run(["verify", "r.json", *args], folder=tmp_path).status == 0
    record = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    record["determinations"], record["count"] = record["determinations"][:1], 1
    (tmp_path / "r.json").write_text(json.dumps(signed(record)), encoding="utf-8")
    ran = run(["verify", "r.json", *args], folder=tmp_path)
    assert (ran.status, ran.out) == (3, "")
    assert "does not judge every product in the shipments that are handed in" in ran.err


@pytest.mark.parametrize(
    ("uses", "fault"),
    [
        ([(0, 0), (1, 2)], "was not judged in every shipment"),
        ([(0, 2), (1, 3)], "was not judged in every shipment"),
        ([(0, 2), (0, 2)], "for two days"),
    ],
)
def test_files_are_paired_as_one_run_pairs_them(uses: list[tuple[int, int]], fault: str) -> None:
    row: dict[str, Any] = {"given": [], "known_by": None, "readings": []}
    rows = [
        {**row, "used": {"product": one, "shipment": two, "prices": [], "status": []}, "on": f"2026-01-0{at}"}
        for at, (one, two) in enumerate(uses, 1)
    ]
    with pytest.raises(ValueError, match=fault):
        roles.paired(rows)


def test_what_a_run_is_asked_with_is_the_same_for_all_its_products() -> None:
    row: dict[str, Any] = {"given": [], "known_by": None, "readings": [], "on": DAY}
    one = {**row, "used": {"product": 0, "shipment": 0, "prices": [2], "status": []}}
    two = {**row, "used": {"product": 1, "shipment": 1, "prices": [2], "status": []}}
    roles.paired([one, two])
    chosen = [{"reading": "a", "option": "b", "by": "chosen"}]
    for change in ({"given": [["kind", "goods"]]}, {"known_by": DAY}, {"readings": chosen}):
        with pytest.raises(ValueError, match="not the same for all"):
            roles.paired([one, {**two, **change}])
    for uses in ({"prices": []}, {"prices": [2, 2]}, {"status": [3]}):
        with pytest.raises(ValueError, match="not the same for all"):
            roles.paired([one, {**two, "used": {**two["used"], **uses}}])
    with pytest.raises(ValueError, match="stands twice"):
        roles.paired([{**one, "used": {**one["used"], "prices": [2, 2]}}])


@pytest.mark.parametrize("option", ["--prices", "--confirm-status"])
def test_a_record_holds_for_the_options_of_its_run(option: str, tmp_path: Path) -> None:
    """Files may be handed in with the options that check takes, or only be named; under another option they do not fit."""
    case = next(one for one in CASES if option in one.args and "--set" not in one.args)
    recorded(tmp_path / "r.json", *case.args[1:])
    files = [one for one in case.args[1:] if (ROOT / one).is_file()]
    named = handed_in(case.args)
    assert option in named
    for args in (files, named):
        ran = run(["verify", str(tmp_path / "r.json"), *args])
        assert (ran.status, ran.err) == (0, ""), args
    wrong = ["--shipment" if one == option else one for one in named]
    assert run(["verify", str(tmp_path / "r.json"), *wrong]).status == 3


def test_a_price_table_that_is_named_twice_is_one(tmp_path: Path) -> None:
    case = next(one for one in CASES if "--prices" in one.args)
    table = case.args[case.args.index("--prices") + 1]
    record = recorded(tmp_path / "r.json", *case.args[1:], "--prices", table)
    assert [len(one["used"]["prices"]) for one in record["determinations"]] == [1]


# ---- what the reader does not take


def act(**more: Any) -> str:
    """An act of providing technology, with something beside it."""
    return json.dumps({**json.loads((ROOT / TAUGHT).read_bytes()), **more})


REFUSED = {
    "a word that is none": (changed(LOOSE, "shipment", kind="Goods"), "'Goods' is not a kind of shipment"),
    "a key that is none": (changed(LOOSE, "product", childern=[]), "childern: is not a key of the format"),
    "a country that is none": (changed(LOOSE, "shipment", ship_from="cn"), "'cn' is not a country"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_record_of_what_the_reader_refuses_does_not_hold(name: str, tmp_path: Path) -> None:
    text, words = REFUSED[name]
    said = refusal(tmp_path, derived({"p.json": text}, {}), {"p.json": text})
    assert words in said
    assert "check would not take these files" in said


def test_technology_stands_beside_no_product_and_no_shipment(tmp_path: Path) -> None:
    """For the reader, and for the second stage by itself: what of the two is judged must not be left to the checker."""
    taught, goods = act(), json.loads(LOOSE)
    record = of_files({"p.json": taught.encode()}, date(2026, 11, 23))
    assert record is not None
    for more in ({"product": goods["product"]}, {"shipment": goods["shipment"]}, {"shared": {"a": {}}}):
        text = act(**more)
        forged = signed({**record, "files": [{"name": "p.json", "sha256": sha256(text), "text": text}]})
        assert "stands beside 'transfer'" in refusal(tmp_path, forged, {"p.json": text})
        [fault] = checked(forged, {"p.json": text.encode()}, law()).faults
        assert "technology that is provided has" in fault or "one act of providing technology" in fault
    texts = [taught, LOOSE]
    for product, other in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="technology that is provided"):
            roles.documents({"product": product, "shipment": other, "prices": [], "status": []}, texts)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("    instrument: assumed in a test\n", "", "without an instrument"),
        ("    published: 2026-11-01\n", "", "without an instrument"),
        ("    through: 2027-11-10\n", "", "neither until when"),
        ("outcome: extended", "outcome: lapsed", "neither until when"),
        ("through: 2027-11-10", "through: 2027-02-30", "a day that is none"),
        ("format: rare-earth-status/1", "format: rare-earth-status/2", "rare-earth-status/1"),
    ],
)
def test_a_confirmation_is_one(old: str, new: str, fault: str, tmp_path: Path) -> None:
    status = confirming("extended through 2027-11-10").decode()
    assert old in status
    record = of_files({"p.json": LOOSE.encode()}, date(2026, 11, 23), status=status.encode())
    files = {"p.json": LOOSE, "status.yaml": status.replace(old, new)}
    record["files"][1] |= {"text": files["status.yaml"], "sha256": sha256(files["status.yaml"])}
    record = signed(record)
    [said] = checked(record, documents(record), law()).faults
    assert fault in said
    assert "status.yaml" in refusal(tmp_path, record, files)


# ---- what was asked beside the files


@pytest.mark.parametrize(
    "asked",
    [
        {"on": ""}, {"on": "2025-02-30"}, {"on": "9999"}, {"on": "20261123"}, {"on": "2026-W48-1"}, {"on": None},
        {"known_by": ""}, {"known_by": "2025-02-30"}, {"known_by": "tomorrow"}, {"known_by": False},
        {"given": [["kind", "unknown"]]}, {"given": [["kind", "nothing"]]}, {"given": [["kind", "Goods"]]}, {"given": ["ab"]},
        {"given": [["kind", "goods"], ["kind", "technology"]]}, {"given": [["kind", True]]}, {"given": [["end_user", "x"]]},
        {"given": [["end_user.millitary", "false"]]}, {"given": [["end_user.military", "no"]]}, {"given": [["ownership", "a"]]},
        {"given": [["destination", "Germany"]]}, {"given": [["destination", "not EU"]]}, {"given": [["destination", "CN,DE"]]},
        {"given": [["end_use.purposes", "civil,"]]}, {"given": [["transfer.published_on", "2025-02-30"]]},
        {"given": {"kind": "goods"}},
        {"given": [["end_use.layers", "many"]]}, {"given": [["", "goods"]]}, {"given": [["kind.goods", "goods"]]},
        {"given": [["end_user.name", ""]]}, {"given": [["kind", ""]]}, {"given": [["kind", "goods", "goods"]]},
        {"readings": [{"reading": "nothing", "option": "counts", "by": "chosen"}]},
        {"readings": [{"reading": "start-after-suspension", "option": "nothing", "by": "chosen"}]},
    ],
    ids=str,
)  # fmt: skip
def test_no_day_fact_or_reading_that_could_not_be_asked(asked: dict[str, Any], tmp_path: Path) -> None:
    record = of_files({"p.json": LOOSE.encode()}, date(2026, 11, 23))
    assert record is not None
    record["determinations"][0].update(asked)
    record = signed(record)
    assert checked(record, documents(record), law()).faults != []
    refusal(tmp_path, record, {"p.json": LOOSE})
    with pytest.raises((ValueError, LookupError, TypeError, StopIteration)):
        derived({"p.json": LOOSE}, {}, **asked)


VALUES = "goods;technology;export;none;mining;mining,recycling;mining , recycling;DE;not CN , DE;not CN,DE;CN,DE;true;false; "
VALUES += ";2026-01-31;2026-02-31;5;<= 5;1 .. 2;14 nm;50 %;0.5;civil;unknown;civil , research;EUR;1 kg;sale-price;licensing"
VALUES += ";know-how;knows;chinese;control-list;A. B.;x, y"
AMOUNTS = ("node", "physical_node", "layers", "layers_per_stack", "quantity", "listed_owners_share")


def test_every_fact_that_check_takes_may_stand_in_a_record() -> None:
    """And of those it does not take, only some that are of the right form: an amount in another unit, say."""
    paths = [name for name, _ in paths_of(ShipmentFields)]
    seen, wrong = Counter[tuple[bool, bool]](), []
    for path in (*paths, "nothing", "end_user.nothing"):
        for value in VALUES.split(";"):
            try:
                shipment_facts([(path, value)])
                taken = True
            except Refused:
                taken = False
            try:
                roles.asked({"on": DAY, "known_by": None, "given": [[path, value]]})
                mine = True
            except ValueError:
                mine = False
            needs_more = path.startswith("unit_price.")  # an amount alone is no price
            seen[taken, mine] += 1
            amount = path.rpartition(".")[2] in AMOUNTS  # another unit
            text = value in ("true", "false", " ")
            if (taken and not mine) or (mine and not taken and not needs_more and not amount and not text):
                wrong.append((path, value, taken, mine))
    assert wrong == []
    assert min(seen[True, True], seen[False, False]) > 100


def paths_of(model: Any, above: str = "") -> list[tuple[str, Any]]:
    """The path of every field of a shipment."""
    found = []
    for name, field in model.model_fields.items():
        inner = next((one for one in getattr(field.annotation, "__args__", ()) if hasattr(one, "model_fields")), None)
        found += paths_of(inner, f"{above}{name}.") if inner else [(above + name, field)]
    return found


def test_a_word_that_is_none_says_nothing_for_sure() -> None:
    words = ["goods", "technology"]
    for op, sure in (("is", "no"), ("is_not", "yes")):
        assert Check.compare("word", op, ["goods"], "technology", words=words) == sure
        for value in ("Goods", "unknown", "", "goodss"):
            assert Check.compare("word", op, ["goods"], value, words=words) == "open", value
        assert Check.compare("country", op, ["CN"], "DE") == sure
        for value in ("cn", "China", "not EU"):
            assert Check.compare("country", op, ["CN"], value) == "open", value
        assert Check.compare("words", op, ["CN"], ["DE"], words=["CN"]) == sure
        assert Check.compare("truth", op, ["yes"], "maybe", words=["yes", "no"]) == "open"
    assert Check.compare("words", "any_of", ["military"], "civil ,military", words=["civil", "military"]) == "yes"
    assert Check.compare("country", "is", ["CN"], "not CN , DE") == "no"


def test_what_no_file_says_is_printed_as_taken_as_said(tmp_path: Path) -> None:
    """A day, a day by which all was published, facts and readings: such a record is genuine, and whoever reads it is told."""
    reading = "start-after-suspension=at-once"
    asked = ("--on", "1990-01-01", "--known-by", "2025-10-20", "--set", "end_user.military=true", "--reading", reading)
    recorded(tmp_path / "r.json", LINE[0], "--shipment", LINE[1], *asked)
    ran = run(["verify", str(tmp_path / "r.json"), LINE[0], "--shipment", LINE[1]])
    assert (ran.status, ran.err) == (0, "")
    assert "(on 1990-01-01)" in ran.out.splitlines()[0]
    assert ran.out.splitlines()[2:] == [
        "taken as said: 5",
        "  that rare-earth-compliance 0.1.0 made it",
        "  the day, 1990-01-01: no file names it",
        "  that nothing published after 2025-10-20 counts",
        "  end_user.military = true, given beside the files",
        "  start-after-suspension = at-once, a reading that was chosen",
    ]
    dated = {"p.json": changed(LOOSE, "shipment", day="2026-11-20")}
    for day, told in (("2026-11-20", []), ("2026-11-21", ["  the day, 2026-11-21: the shipment is of 2026-11-20"])):
        written(tmp_path, of_files({"p.json": dated["p.json"].encode()}, date.fromisoformat(day)), dated)
        assert run(["verify", "r.json", "p.json"], folder=tmp_path).out.splitlines()[4:] == told


# ---- names that resemble one on a list


def buyer(name: str) -> str:
    """A screw, clear by what is said of it, sold to somebody who is said to be on no list."""
    document = copy.deepcopy(bases()["required"])
    for role in ("importer", "consignee", "end_user"):
        document["shipment"][role].update(name=name, listed="none", listed_owners_share="0 %")
    return json.dumps(document)


def without_screening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz.fuzz", None)


def test_a_name_that_resembles_one_is_not_passed_over_in_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where it can be worked out, the record must say it; where not, it is said that names were compared by their letters."""
    pytest.importorskip("rapidfuzz")
    assert persons.LIKE == NEAR
    files = {"p.json": buyer("MP Material Corp.")}
    seen = of_files({"p.json": files["p.json"].encode()}, date(2026, 7, 1))
    written(tmp_path, seen, files)
    here = run(["verify", "r.json", "p.json"], folder=tmp_path)
    assert (here.status, "resembles" in here.out) == (0, False)
    with monkeypatch.context() as patch:
        without_screening(patch)
        there = run(["verify", "r.json", "p.json"], folder=tmp_path)
        assert (there.status, "  that the name of the end_user resembles one that is listed\n" in there.out) == (0, True)
        unseen = derived(files, {}, on="2026-07-01")
        written(tmp_path, unseen, files)
        there = run(["verify", "r.json", "p.json"], folder=tmp_path)
        words = "  that the name of the end_user resembles none that is listed: names were compared letter by letter alone\n"
        assert (there.status, words in there.out) == (0, True)
    assert 'the record says "no", derived "open"' in refusal(tmp_path, unseen, files)


def test_of_a_name_that_resembles_none_nothing_is_taken_as_said(tmp_path: Path) -> None:
    pytest.importorskip("rapidfuzz")
    files = {"p.json": buyer("Instrument maker")}
    written(tmp_path, of_files({"p.json": files["p.json"].encode()}, date(2026, 7, 1)), files)
    ran = run(["verify", "r.json", "p.json"], folder=tmp_path)
    assert (ran.status, "letter by letter" in ran.out, "resembles" in ran.out) == (0, False, False)


# ---- what takes long, and who goes away


@pytest.mark.parametrize(
    "text", ["1 a" + " " * 60_000 + "\nx", "1" + " " * 60_000 + "\nx", "<" + " " * 60_000, "1 .." + " " * 60_000, "1" * 100_000]
)
def test_an_amount_is_refused_at_once(text: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ValueError, match="is no amount"):
        plain.amount(text)
    assert time.monotonic() - begun < 1


def test_many_empty_lines_are_printed_at_once() -> None:
    begun = time.monotonic()
    assert no_commands("\n" * 100_000 + " \t::error::") == "\n" * 100_000 + " \t\\u003a:error::"
    assert time.monotonic() - begun < 1


def test_amounts_are_read_as_before() -> None:
    for text, held in {
        " 12 ": ("12", ""),
        "<= 0.5 %": ("[0, 1/2]", "%"),
        "1 ..2  kg ": ("[1, 2]", "kg"),
        "> 3\ta b": ("(3, ]", "a b"),
    }.items():
        found, unit = plain.amount(text)
        assert (str(found), unit) == held


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize(
    "args",
    [
        ("verify", "{record}", *LINE), ("verify", "{record}", LINE[0]), ("--help",), ("check", "--help"), ("check",),
        ("replay", "{record}"), ("schema",), ("check", "--nothing"), ("rules", "readings"), ("verify", "{record}", "--nothing"),
        ("rules", "check"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_who_reads_it_may_go_away(args: tuple[str, ...], stream: str, line: Path) -> None:
    """A command ends as one ended by the pipe where what it says goes nowhere, and never with the 1 of a crash."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "rare_earth_compliance", *(one.format(record=line) for one in args)]
    streams: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writer}
    ran = subprocess.run(command, cwd=ROOT, check=False, **streams)
    os.close(writer)
    told = (ran.stdout or b"") + (ran.stderr or b"")
    assert b"Traceback" not in told
    assert b"Exception ignored" not in told
    assert ran.returncode == 141 or (told and ran.returncode in (0, 2, 3, 11)), ran.returncode


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("line") / "record.json"
    recorded(target, LINE[0], "--shipment", LINE[1], "--on", DAY)
    return target
