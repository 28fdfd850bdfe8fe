"""Records: they hold as written, no forged one passes, and what is taken as said is named."""

from __future__ import annotations

import ast
import copy
import json
import random
import shutil
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.core.units import FRACTIONS, UNITS
from rare_earth_compliance.record import goods, plain
from rare_earth_compliance.record.checking import checked
from rare_earth_compliance.record.opening import differences, opened
from rare_earth_compliance.record.verify import Check
from tests.forging import WAYS, at, forged, leaves, signed
from tests.hostile import bases, text_of
from tests.oracle import generator
from tests.recording import LINE, TAUGHT, check, confirming, documents, handed_in, law, of_files, of_sample, recorded
from tests.running import ROOT, example_cases, run

RECORD = ROOT / "rare_earth_compliance" / "record"
CHECKER = ("plain", "verify")
"""What is trusted: the checker."""
BESIDE = ("opening", "goods", "moving", "places", "calendar", "persons", "roles", "premises", "checking")
"""Reading, and the second stage."""
MOST_LINES = 300
"""How many lines of the checker are not empty, at most."""


def faults(record: Any, files: dict[str, bytes], **options: Any) -> list[str]:
    return checked(record, files, law(), **options).faults


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("line") / "record.json"
    recorded(target, LINE[0], "--shipment", LINE[1], "--on", "2026-11-23")
    return target


# ---- the checker stands by itself


def test_the_checker_is_small_and_nothing_of_it_shares_code_with_the_engine() -> None:
    own = "rare_earth_compliance.record."
    allowed = {**dict.fromkeys(CHECKER, ("plain", "opening")), **dict.fromkeys(BESIDE, (*CHECKER, *BESIDE))}
    seen = 0
    for name, others in allowed.items():
        for node in ast.walk(ast.parse((RECORD / f"{name}.py").read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            for module in names:
                seen += 1
                outside = not module.startswith("rare_earth_compliance") and module.partition(".")[0] != "pydantic"
                assert outside or module.removeprefix(own) in others, f"{name} imports {module}"
    assert seen > 40
    lines = [text for name in CHECKER for text in (RECORD / f"{name}.py").read_text(encoding="utf-8").splitlines()]
    assert 200 < sum(bool(text.strip()) for text in lines) <= MOST_LINES


def intervals(chance: random.Random) -> tuple[Interval, plain.Bounds]:
    low = Fraction(chance.choice((0, 0, 1, 2, 5)), chance.choice((1, 3)))
    high = None if chance.random() < 0.2 else low + Fraction(chance.choice((0, 0, 1, 4)), 3)
    ends = (chance.random() < 0.3, chance.random() < 0.3) if high != low else (False, False)
    ends = (ends[0], ends[1] and high is not None)
    return Interval(low, high, *ends), plain.Bounds(low, high, *ends)


def test_amounts_are_those_of_the_engine() -> None:
    chance, tried = random.Random(1), Counter[str]()  # noqa: S311
    same = {"yes": "true", "no": "false", "open": "unknown"}
    for _ in range(3_000):
        (a, one), (b, two) = intervals(chance), intervals(chance)
        pairs: dict[str, tuple[Interval, plain.Bounds]] = {"+": (a + b, one + two), "*": (a * b, one * two)}
        pairs["hull"] = (a.hull(b), goods.hull(one, two))
        if not b.is_zero:
            pairs["/"] = (a.over(b), goods.over(one, two))
        for sign, (engine, mine) in pairs.items():
            tried[sign] += 1
            told = (mine.low, mine.high, mine.low_open, mine.high_open)
            assert told == (engine.low, engine.high, engine.low_open, engine.high_open), (sign, a, b)
            assert plain.bounds(str(mine)) == mine
        assert same[one.reaches(two)] == a.at_least(b).value, (a, b)
    assert min(tried.values()) > 2_000
    assert {name: (kind, size) for name, (kind, size) in goods.UNITS.items()} == UNITS
    assert {name: 1 / size for name, size in FRACTIONS.items()} == {"": 1, **plain.SHARES}


# ---- records hold


def holds(tmp_path: Path, args: tuple[str, ...], status: int) -> None:
    """A record of a run holds for the files of the run, is judged again to the same answers, and changes no status."""
    target = tmp_path / "record.json"
    ran = run([*args, "--record", str(target)])
    assert (ran.status, target.is_file()) == (status, True), ran.err
    verified = run(["verify", str(target), *handed_in(args)])
    assert (verified.status, verified.err) == (0, "")
    again = run(["replay", str(target)])
    assert (again.status, again.out.splitlines()[-1].endswith("judged again, 0 answers changed")) == (0, True), again.out


CASES = [one for one in example_cases() if one.args[0] == "check" and "--batch" not in one.args]
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


def of_samples(seeds: range) -> Counter[str]:
    """Records of products made up: the engine, the checker and the second stage must come to the same."""
    found: Counter[str] = Counter()
    for seed in seeds:
        record = of_sample(generator.sample(seed))
        if record is not None:
            assert faults(record, documents(record)) == [], seed
            found[record["determinations"][0]["answer"]] += 1
    return found


def test_engine_checker_and_second_stage_agree_on_products_made_up() -> None:
    found = of_samples(range(7_000, 7_010))
    assert sum(found.values()) >= 7
    assert len(found) > 1


def test_a_price_that_is_bounded_from_above_alone_is_not_nothing() -> None:
    """What is "<= 250" costs something, for the second stage as for the engine."""
    text, shipment = ((ROOT / name).read_text(encoding="utf-8") for name in LINE)
    files = {"magnet.json": text.replace('"amount": "250"', '"amount": "<= 250"').encode(), "shipment.json": shipment.encode()}
    assert files["magnet.json"] != text.encode()
    record = of_files(files, date(2026, 11, 23))
    assert record is not None
    assert '"(0, 250]"' in json.dumps(record)
    assert faults(record, documents(record)) == []


def test_a_name_that_says_what_the_composition_denies_is_a_contradiction() -> None:
    """For the second stage as for the engine: NdFeB of which no part is boron, in a magnet that would else be clear."""
    document = copy.deepcopy(bases()["inside"])
    document["product"]["family"] = "NdFeB"
    document["product"]["composition"] = [{"element": "B", "mass_fraction": "0 %"}]
    record = of_files({"x.json": text_of(document)}, date(2026, 11, 23))
    assert record is not None
    assert record["determinations"][0]["premises"]["product"]["contradicts itself"] is True
    assert faults(record, documents(record)) == []


@pytest.mark.parametrize("said", ["closed", "free", "zero", "named"])
def test_what_is_denied_and_held_may_be_in_what_is_not_listed(said: str) -> None:
    """A magnet denies an element that a line below it holds: the second stage leaves open whether there is more of it."""
    of = {"form": "metal", "composition": [{"element": "Tb"}], "composition_complete": True, "quantity": 1}
    magnet: dict[str, Any] = {"part_number": "M", "form": "permanent-magnet", "family": "NdFeB", "materials": [of]}
    magnet |= {
        "closed": {"composition": [{"element": "Dy"}], "composition_complete": True},
        "free": {"family": "ferrite", "rare_earths": "none"},
        "zero": {"composition": [{"element": "Tb", "mass_fraction": "0 %"}]},
        "named": {"composition": [{"element": "Nd", "mass_fraction": "0 %"}]},
    }[said]
    record = of_files({"x.json": text_of({"format": "rare-earth-bom/1", "product": magnet})}, date(2026, 11, 23))
    assert record is not None
    assert "#contents" in json.dumps(record)
    assert faults(record, documents(record)) == []


def test_one_entry_reaches_the_line_where_it_is_open_what_all_of_them_come_to() -> None:
    """A magnet that may be listed itself holds an oxide that is: the magnet counts whole or not at all, the oxide does."""
    oxide: dict[str, Any] = {"form": "oxide", "origin": "CN", "composition": [{"element": "Dy"}], "quantity": 2}
    oxide["unit_value"] = {"amount": "0.5", "currency": "EUR"}
    magnet: dict[str, Any] = {"part_number": "M", "form": "permanent-magnet", "origin": "JP", "composition_complete": True}
    magnet |= {"composition": [{"element": "Dy"}, {"element": "Fe"}], "materials": [oxide], "complete": True}
    magnet["unit_value"] = {"amount": "<= 999.999999", "currency": "EUR"}
    shipped = {"kind": "goods", "exporter": {"located_in": "DE", "chinese_person": False}, "destination": "JP"}
    document = {"format": "rare-earth-bom/1", "product": magnet, "shipment": shipped | {"ship_from": "DE"}}
    record = of_files({"x.json": text_of(document)}, date(2026, 11, 23), {"aggregation": "each-alone"})
    assert record is not None
    assert faults(record, documents(record)) == []


def test_a_price_of_no_kind_beside_one_of_a_kind_is_named_with_it() -> None:
    price: dict[str, Any] = {"amount": "1000", "currency": "EUR"}
    magnet: dict[str, Any] = {"part_number": "M", "form": "permanent-magnet", "family": "NdFeB", "origin": "CN"}
    product = {"part_number": "P", "form": "assembly", "parts": [magnet | {"quantity": 1, "unit_value": price}]}
    product |= {"unit_value": price | {"basis": "market-price"}}
    shipment = {"kind": "goods", "ship_from": "DE", "destination": "US", "unit_price": {"amount": 2, "currency": "EUR"}}
    document = {"format": "rare-earth-bom/1", "product": product, "shipment": shipment}
    record = of_files({"x.json": text_of(document)}, date(2026, 11, 23))
    assert record is not None
    places = record["determinations"][0]["premises"]["/product"]["worth market-price"][2]
    assert places == ["/product/unit_value", "/shipment/unit_price"]
    assert faults(record, documents(record)) == []


def test_on_its_last_day_a_suspension_may_leave_nothing_open() -> None:
    """A rule that needs a new start is not in force, whether the suspension reaches that day or ended before it."""
    product = {"part_number": "M", "form": "permanent-magnet", "family": "NdFeB", "composition": [{"element": "Ho"}]}
    document = {"format": "rare-earth-bom/1", "product": product, "shipment": {"ship_from": "CN", "destination": "US"}}
    readings = {"start-after-suspension": "new-start-needed"}
    record = of_files({"x.json": text_of(document)}, date(2026, 11, 10), readings, confirming("lapsed"))
    assert record is not None
    states = {one["state"] for one in record["determinations"][0]["law"] if one["suspended_by"]}
    assert states >= {"not yet", "unknown"}
    assert faults(record, documents(record)) == []


@pytest.mark.long
def test_engine_checker_and_second_stage_agree_on_many_products_made_up() -> None:
    found = of_samples(range(1_000))
    assert sum(found.values()) > 950
    assert min(found[one] for one in ("licence required", "undetermined", "licence not required")) > 100


def test_a_record_is_the_same_for_the_same_input(line: Path, tmp_path: Path) -> None:
    recorded(tmp_path / "again.json", LINE[0], "--shipment", LINE[1], "--on", "2026-11-23")
    assert (tmp_path / "again.json").read_bytes() == line.read_bytes()


def test_a_record_carries_documents_facts_words_and_the_sum(line: Path) -> None:
    record = opened(line.read_bytes())
    assert documents(record) == {Path(name).name: (ROOT / name).read_bytes() for name in LINE}
    one = record["determinations"][0]
    said = [one[name] for name in ("answer", "exit_status", "on", "expires", "lines", "duties_open")]
    assert said[:5] == ["undetermined", 11, "2026-11-23", "2026-11-27", 4]
    total = next(rows for rows in one["sums"] if rows["key"] == ["61-part-1", "chinese-origin", "as-stated", ""])
    assert [row for row in total["items"] if row["item"] in ("/product", "/product/materials/0")] == [
        {
            "item": "/product/materials/0", "counts": "yes", "worth": "250", "currency": "EUR", "total": "250",
            "at": "/product/materials/0/unit_value", "lines": [],
            "content": {"EUR": "250"},
        },
        {
            "item": "/product", "counts": "no", "worth": "100", "currency": "EUR", "total": "1/10",
            "at": "/shipment/unit_price", "lines": [["/product/materials/0", "1/2500"]], "content": {"EUR": "1/10"},
        },
    ]  # fmt: skip
    rule = next(row for row in one["citations"] if row["id"] == "cn-mofcom-2025-61/1.1")
    assert (rule["in"], rule["at"]) == ("instruments/cn-mofcom-2025-61.yaml#/rules/0", "article 1 (1)")
    finding = next(row for row in one["findings"] if row["rule"] == "cn-mofcom-2025-61/1.1")
    assert finding["trace"]["all"][0] == {
        "ask": "shipment.kind", "any_of": ["goods", "goods-with-technology"], "found": "goods", "at": "/shipment/kind",
        "outcome": "yes",
    }  # fmt: skip


# ---- forged records do not


def forge(record: dict[str, Any], number: int, seed: int) -> Counter[str]:
    """Forge a record ``number`` times, each time one place, with a digest that fits; what passed, by place."""
    chance, files, seen = random.Random(seed), documents(record), dict[str, Any]()  # noqa: S311
    assert faults(record, files, seen=seen) == []
    every, passed, done = list(leaves(record)), Counter[str](), 0
    while done < number:
        path, way = chance.choice(every), chance.choice(WAYS)
        made = forged(record, path, way, chance)
        if made is None or path[0] == "sha256":
            continue
        done += 1
        if len(seen) > 20:
            seen.clear()
        if not faults(made, files, most=1, seen=seen):
            passed[f"{way} {'/'.join(map(str, path))}: {at(record, path)!r}"] += 1
    assert done == number
    return passed


THEN = (LINE[0], "--shipment", LINE[1], "--on", "2025-12-01", "--known-by", "2025-10-09")


def test_no_forged_record_passes_though_its_digest_fits(tmp_path: Path) -> None:
    assert forge(recorded(tmp_path / "r.json", TAUGHT), 250, 1) == Counter()


def test_no_forged_record_with_a_sum_passes(tmp_path: Path) -> None:
    assert forge(recorded(tmp_path / "r.json", *THEN), 80, 2) == Counter()


MANY = {
    "a magnet": (THEN, 4_000),
    "an act of teaching": ((TAUGHT,), 1_000),
    "facts given beside the files": ((*LINE[:1], "--shipment", LINE[1], "--set", "end_user.military=true"), 1_000),
    "a price table": (next(one.args[1:] for one in CASES if "--prices" in one.args), 1_000),
    "a confirmation": (next(one.args[1:] for one in CASES if "--confirm-status" in one.args), 1_000),
    "lines in lines": (next(one.args[1:] for one in CASES if one.folder == "ev-traction-motor"), 2_000),
}


@pytest.mark.long
@pytest.mark.parametrize("name", MANY)
def test_of_ten_thousand_forged_records_none_passes(name: str, tmp_path: Path) -> None:
    args, number = MANY[name]
    assert sum(count for _, count in MANY.values()) == 10_000
    assert forge(recorded(tmp_path / "r.json", *args), number, 3) == Counter()


def test_most_forged_steps_are_seen_by_the_checker_alone(tmp_path: Path) -> None:
    """Without the second stage pass the question put, which is no step, and premises on which nothing rests."""
    record = recorded(tmp_path / "r.json", TAUGHT)
    texts, chance, passed, done = [one["text"] for one in record["files"]], random.Random(4), Counter[str](), 0  # noqa: S311
    frame, question = ("inputs", "exit_status", "duties_open"), ("used", "given", "on", "known_by", "readings", "premises")
    every = [path for path in leaves(record) if path[0] == "determinations" and path[2] not in frame]
    while done < 150:
        path = chance.choice(every)
        made = forged(record, path, chance.choice(WAYS), chance)
        if made is not None:
            done += 1
            one = {key: value for key, value in made["determinations"][0].items() if key not in frame}
            try:
                seen = bool(differences(one, Check(one, texts, law()).determination()))
            except (ValueError, LookupError, TypeError):
                seen = True
            passed[str(path[2])] += not seen
    assert {name for name, count in passed.items() if count} <= {*question}
    assert sum(passed.values()) < 10


def test_what_is_forged_is_named_with_its_place(line: Path) -> None:
    record = opened(line.read_bytes())
    files = documents(record)
    changes = (
        (("determinations", 0, "answer"), "licence not required"),
        (("determinations", 0, "exit_status"), 0),
        (("determinations", 0, "law", 0, "from"), "2025-12-02"),
        (("determinations", 0, "citations", 0, "zh"), "不需要许可"),
        (("determinations", 0, "premises", "product", "items", 0), "/product/parts/9"),
        (("rules", "sha256"), "0" * 64),
    )
    for path, value in changes:
        made = json.loads(json.dumps(record))
        at(made, path[:-1])[path[-1]] = value
        found = faults(signed(made), files)
        where = "/" + "/".join(map(str, path))
        assert len(found) == 1, found
        assert found[0].startswith(f"{where}: the record says "), found
    found = faults({**record, "tool": "rare-earth-compliance 99.0.0"}, files)
    assert [one.partition(":")[0] for one in found] == ["/determinations/0/inputs", "/sha256"]
    found = faults(signed({**record, "tool": "rare-earth-compliance 99.0.0"}), files)
    assert [one.partition(":")[0] for one in found] == ["/determinations/0/inputs"]
    assert "/note: the record says" in faults(signed({**record, "note": "nothing"}), files)[0]


def test_a_step_that_is_left_out_is_seen(line: Path) -> None:
    """Lines, rules, findings and rows: each must be there, whatever the digest says."""
    record, left_out = opened(line.read_bytes()), 0
    files = documents(record)
    one = record["determinations"][0]
    lists: list[tuple[str | int, ...]] = [(name,) for name in ("law", "citations", "findings", "lists", "sums", "readings")]
    lists += [("premises", "product", "items"), ("sums", 0, "items")]
    for path in lists:
        for position in {0, len(at(one, path)) - 1}:
            made = json.loads(json.dumps(record))
            del at(made["determinations"][0], path)[position]
            left_out += 1
            assert faults(signed(made), files) != [], path
    assert left_out >= len(lists)


def test_a_finding_that_leaves_a_duty_open_can_not_hide_among_the_others(tmp_path: Path) -> None:
    case = next(one for one in CASES if one.folder == "disaster-relief" and one.status == 12)
    record = recorded(tmp_path / "r.json", *case.args[1:])
    one = record["determinations"][0]
    hidden = next(row for row in one["findings"] if row["status"] == "exempt")
    one["findings"].remove(hidden)
    one["others"].insert(0, {"rule": hidden["rule"], "status": "exempt", "items": [hidden["item"]]})
    one |= {"duties_open": [], "exit_status": 0}
    found = faults(signed(record), documents(record))
    assert found == [f"not of the form of a record: ValueError {found[0].partition('ValueError ')[2]}"]
    assert "fewer than 12" in found[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"origin": "CN"', '"origin": "AU"'),
        ('"amount": "250"', '"amount": "249"'),
        ('"quantity": "0.4"', '"quantity": "0.39"'),
        ('"base_quantity": 1000', '"base_quantity": 1001'),
        ('"made_in": "DE"', '"made_in": "CN"'),
        ('"family": "NdFeB"', '"family": "SmCo"'),
        ('"rare_earths": "none", ', ""),
        ('"technologies_complete": true', '"technologies_complete": false'),
    ],
)
def test_a_record_of_another_product_does_not_pass_for_this_one(old: str, new: str, line: Path) -> None:
    """Whoever has the tool can make a record of other facts that is right in itself: it must not fit these documents."""
    text, shipment = ((ROOT / name).read_text(encoding="utf-8") for name in LINE)
    assert old in text
    files = {"magnet.json": text.replace(old, new).encode(), "shipment.json": shipment.encode()}
    other = of_files(files, date(2026, 11, 23))
    assert other is not None
    made = signed({**other, "files": opened(line.read_bytes())["files"]})
    found = [one for one in faults(made, documents(made), most=1_000) if "/inputs" not in one]
    assert found != []


def test_a_product_file_that_changed_after_the_record_does_not_pass(line: Path) -> None:
    record = opened(line.read_bytes())
    files, product = documents(record), json.loads((ROOT / LINE[0]).read_bytes())
    chance, changed = random.Random(5), 0  # noqa: S311
    for path in leaves(product):
        made = forged(product, path, "change", chance)
        if made is not None:
            changed += 1
            text = json.dumps({name: value for name, value in made.items() if name != "sha256"})
            assert faults(record, {**files, "magnet.json": text.encode()}, most=1) != [], path
    assert changed > 50


NO_RECORDS = (b"", b"[]", b"{}", b'{"a": 1, "a": 2}', b'{"files": []}', b"[" * 100_000, b"\xff", b'{"files": 1.5}')
NO_RECORDS += (b'{"format": "rare-earth-record/2", "determinations": []}', b'{"format": "rare-earth-record/1"}')


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
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    file, share = rules / "instruments/cn-mofcom-2025-61.yaml", "priced: reading valuation, at_least: {} %}}"
    file.write_text(file.read_text(encoding="utf-8").replace(share.format("0.1"), share.format("0.5")), encoding="utf-8")
    other = run(["verify", str(line), *LINE, "--rules", str(rules)])
    assert (other.status, "/rules/sha256" in other.err, "at_least" in other.err) == (3, True, True)


# ---- what is taken as said


def test_what_is_taken_as_said_is_named_and_counted(line: Path, tmp_path: Path) -> None:
    said = run(["verify", str(line), *LINE]).out.splitlines()
    made_by = f"  that {opened(line.read_bytes())['tool']} made it"
    assert said[2:] == ["taken as said: 2", made_by, "  the day, 2026-11-23: no file names it"]
    assert said[1].startswith("taken as said by the checker, and worked out anew from the files by the second stage: ")
    assert int(said[1].rsplit(": ", maxsplit=1)[1].split()[0]) > 100
    case = next(one for one in CASES if one.folder == "owned-buyer" and "--set" not in one.args)
    recorded(tmp_path / "r.json", *case.args[1:])
    files = [one for one in case.args if (ROOT / one).is_file()]
    owned = run(["verify", str(tmp_path / "r.json"), *files]).out.splitlines()
    assert int(owned[2].removeprefix("taken as said: ")) == len(owned[3:]) > 1
    assert any(one.startswith("  what listed parties hold of the ") for one in owned[3:])


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


def test_no_record_is_written_where_the_checker_comes_to_something_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def other(self: Check, kind: str, *_: Any, **__: Any) -> str:
        return "yes" if kind == "country" else "open"

    monkeypatch.setattr(Check, "compare", other)
    ran = check(tmp_path / "r.json", TAUGHT)
    assert (ran.status, (tmp_path / "r.json").exists()) == (3, False)
    assert "the checker comes to" in ran.err


@pytest.mark.parametrize(
    ("code", "contradicts"),
    [("3A001", False), ("3A999", True), ("9A999", True), ("1C905.a.1", True)],
)
def test_a_code_contradicts_the_description_of_its_entry_where_there_is_one(code: str, contradicts: bool) -> None:
    """Entries of neighbouring lists are found by their code alone: that what is said of the item fits none says nothing."""
    shipment = json.loads((ROOT / "examples/robot-arm-so101/shipment.json").read_bytes())["shipment"]
    said = {"form": "component", "rare_earths": "none", "technologies_complete": True, "control_codes": [code]}
    files = {"x.json": json.dumps({"format": "rare-earth-bom/1", "product": said, "shipment": shipment}).encode()}
    record = of_files(files, date(2026, 11, 23))
    assert record is not None
    assert faults(record, files) == []
    told = record["determinations"][0]["premises"]["product"]
    assert told.get("contradicts itself", contradicts) is contradicts
