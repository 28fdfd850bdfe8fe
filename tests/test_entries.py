"""Entries of lists in answers: each says its own code, words, mark and note, and what is known less surely is said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Determination, Status
from rare_earth_compliance.engine.entries import SEEN, EntryFound
from rare_earth_compliance.law.conditions import All, AnyOf, Not
from rare_earth_compliance.product.model import ROOT
from rare_earth_compliance.reports import FORMATS
from rare_earth_compliance.reports.as_json import to_dict
from rare_earth_compliance.reports.for_one import report
from tests.recording import recorded
from tests.test_determine import PACK, judged

OUT_OF_CHINA = {
    "kind": "goods",
    "exporter": {"located_in": "CN"},
    "ship_from": "CN",
    "destination": "DE",
    "end_user": {"military": False, "listed": "none"},
}
RULE = "cn-mofcom-2025-56/1"
OPEN: dict[str, str] = {}
RELIED_ON = {"digest_figures_56": "as-digested"}
"""The reading under which what is known from the digest alone keeps an item off; without it nothing is cleared by it."""
LIST = "Announcement 56 of 2025, controlled items 2B902 and 1C914"
RECTIFIER = (
    "2B902.i.1 [secondary]: rectifier for rare-earth metal electrolysis – line from the digest only, check the official page"
)
MILL = (
    "2B902.s [secondary]: jet mill for rare-earth permanent magnets; all of: particle size at most 5 µm; total powder yield at "
    "least 99 %; oxygen in the system at most 80 ppm – figures from the digest, check the official page; item primary"
)
DECLARED = [(listed, entry) for listed in PACK.lists.values() for entry in listed.entries if entry.declared]


def shipped(on: date = date(2026, 11, 23), readings: dict[str, str] = OPEN, **item: Any) -> Determination:
    product = {"part_number": "P", "form": "equipment", "origin": "CN", **item}
    if "composition" not in product:
        product["rare_earths"] = "none"
    document = {"format": "rare-earth-bom/1", "product": product, "shipment": OUT_OF_CHINA}
    return judged(document, on, **readings)


def figures(**values: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in values.items()]


def entries(one: Determination, rule: str = RULE) -> list[tuple[EntryFound, ...]]:
    return [found.entries for found in one.findings if found.rule == rule and found.item == ROOT]


def weak(one: Determination) -> list[str]:
    """What an answer is said to rest on of entries."""
    return [text for text in one.rests_on if re.search(r"entry |entries ", text) and "annex 1 part" not in text]


# ---- what is found


def test_an_entry_of_the_digest_says_that_it_is_one() -> None:
    one = shipped(equipment="electrolysis-rectifier")
    found = EntryFound(
        list="annex-56",
        code="2B902.i.1",
        outcome=Truth.TRUE,
        zh="用于稀土金属电解的以下任一设备（细目原文未确认）",
        en="rectifier for rare-earth metal electrolysis",
        confidence="secondary",
        note="line from the digest only, check the official page",
    )
    assert [each.status for each in one.findings if each.rule == RULE] == [Status.CANNOT_TELL]
    assert entries(one) == [(found,)]
    assert weak(one) == [f"entry {RECTIFIER}"]


def test_an_entry_that_was_seen_is_told_and_is_no_weakness() -> None:
    one = shipped(equipment="centrifugal-extractor")
    assert [[(each.code, each.confidence, each.note) for each in found] for found in entries(one)] == [
        [("2B902.a", "primary", "")]
    ]
    assert weak(one) == []


def test_an_entry_of_which_the_item_alone_was_seen_is_as_weak_as_its_figures() -> None:
    one = shipped(equipment="jet-mill", parameters=figures(particle_size="4 um", powder_yield="99 %", system_oxygen="80 ppm"))
    assert [[(each.code, each.outcome, each.confidence) for each in found] for found in entries(one)] == [
        [("2B902.s", Truth.TRUE, "secondary")]
    ]
    assert weak(one) == [f"entry {MILL}"]


def test_entries_that_an_item_may_be_on_are_told_while_they_are_few() -> None:
    few, many = shipped(equipment="jet-mill"), shipped()
    assert [[(each.code, each.outcome) for each in found] for found in entries(few)] == [[("2B902.s", Truth.UNKNOWN)]]
    assert weak(few) == [f"perhaps entry {MILL}"]
    assert entries(many) == [()]
    assert weak(many) == [
        f"{LIST}: of the 49 entries that an item may be on, 35 are known less surely than a text in Chinese, at least in part"
    ]


def test_figures_that_were_not_seen_keep_an_item_off_and_are_told() -> None:
    """A mill that is too coarse is clear of the entry by a figure of the digest alone; a tank that is too large by one seen."""
    mill = shipped(readings=RELIED_ON, equipment="jet-mill", parameters=figures(particle_size="6 um"))
    tank = shipped(equipment="extraction-tank", parameters=figures(mixing_chamber_volume="15 m3"))
    names = f"{LIST}: entries off which an item is kept by its name, and that are known less surely than a text in Chinese, "
    assert entries(mill) == entries(tank) == []
    assert weak(mill) == [f"kept off by figures: entry {MILL}", f"{names}at least in part: 34"]
    assert weak(tank) == [f"{names}at least in part: 35"]
    for form, texts in (("motor", []), ("ore", [f"{names}at least in part: 2"])):
        assert weak(shipped(form=form, equipment="none")) == texts


@pytest.mark.parametrize("readings", [OPEN, {"digest_figures_56": "not-relied-on"}])
def test_figures_that_were_not_seen_clear_nothing_while_they_are_not_relied_on(readings: dict[str, str]) -> None:
    mill = shipped(readings=readings, equipment="jet-mill", parameters=figures(particle_size="6 um"))
    outcome = Truth.UNKNOWN if readings == OPEN else Truth.TRUE
    assert [[(each.code, each.outcome) for each in found] for found in entries(mill)] == [[("2B902.s", outcome)]]
    assert not any("kept off by figures" in text for text in weak(mill))


def test_a_figure_keeps_an_item_off_wherever_it_stands_in_the_conditions() -> None:
    listed = PACK.lists["annex-56"]
    mill = next(entry for entry in listed.entries if entry.code == "2B902.s")
    assert isinstance(mill.recognise, All)
    form, word, *limits = mill.recognise.parts
    for nested in (All((form, word, All(tuple(limits)))), All((form, word, AnyOf((Not(AnyOf((Not(limits[0]),))),))))):
        entries = tuple(replace(entry, recognise=nested) if entry is mill else entry for entry in listed.entries)
        pack = replace(PACK, lists={**PACK.lists, listed.id: replace(listed, entries=entries)})
        product = {"part_number": "P", "form": "equipment", "equipment": "jet-mill", "rare_earths": "none"}
        coarse = {**product, "parameters": figures(particle_size="6 um")}
        one = judged({"format": "rare-earth-bom/1", "product": coarse, "shipment": OUT_OF_CHINA}, pack=pack, **RELIED_ON)
        assert weak(one)[0] == f"kept off by figures: entry {MILL}"


def test_two_items_are_kept_off_one_entry_by_its_figures_and_by_its_name() -> None:
    coarse = {"part_number": "A", "form": "equipment", "equipment": "jet-mill", "parameters": figures(particle_size="6 um")}
    plain = {"part_number": "B", "form": "equipment", "equipment": "none"}
    expected = weak(shipped(readings=RELIED_ON, equipment="jet-mill", parameters=figures(particle_size="6 um")))
    for parts in ([coarse, plain], [plain, coarse], [coarse, plain, coarse, plain]):
        told = [{**part, "part_number": f"{part['part_number']}{at}", "rare_earths": "none"} for at, part in enumerate(parts)]
        assert weak(shipped(readings=RELIED_ON, form="assembly", parts=told, complete=True)) == expected


def test_a_rule_that_sleeps_is_not_rested_on_and_its_entries_are_told() -> None:
    one = shipped(date(2026, 6, 1), equipment="electrolysis-rectifier")
    assert weak(one) == []
    assert [[each.code for each in found] for found in entries(one)] == [["2B902.i.1"]]
    text = report(one, form="markdown")
    assert "**entry**: 2B902.i.1: 用于稀土金属电解的以下任一设备（细目原文未确认） \\[secondary\\]" in text


def test_one_item_may_be_on_entries_that_are_known_well_and_on_others() -> None:
    """The magnet that No. 18 lists in words seen is on a list of No. 61 of which nothing was seen."""
    magnet = {"form": "permanent-magnet", "family": "NdFeB", "composition_complete": True}
    content = [{"element": symbol, "mass_fraction": share} for symbol, share in (("Fe", "70 %"), ("Nd", "27 %"), ("Dy", "3 %"))]
    one = shipped(**magnet, composition=content)
    assert [[(each.list, each.code, each.confidence) for each in found] for found in entries(one, "cn-mofcom-2025-18/1")] == [
        [("annex-18", "1C905.a.4", "primary")]
    ]
    again = judged(
        {
            "format": "rare-earth-bom/1",
            "product": {"part_number": "P", **magnet, "composition": content, "origin": "CN"},
            "shipment": OUT_OF_CHINA | {"exporter": {"located_in": "DE"}, "ship_from": "DE", "destination": "US"},
        }
    )
    assert [
        [(each.list, each.code, each.confidence) for each in found] for found in entries(again, "cn-mofcom-2025-61/1.3")
    ] == [[("61-part-2-materials", "part-2/dysprosium-ndfeb-magnet", "secondary")]]
    assert [text for text in again.rests_on if text.startswith("entry")] == [
        "entry part-2/dysprosium-ndfeb-magnet [secondary]: NdFeB permanent-magnet material containing dysprosium"
    ]


# ---- every entry of the pack


def test_the_entries_that_can_be_declared_are_all_but_those_of_no_code() -> None:
    left = {listed.id for listed in PACK.lists.values()} - {listed.id for listed, _ in DECLARED}
    assert left == {name for name in PACK.lists if name.startswith("61-")} | {"annex-39"}
    assert len(DECLARED) == 244


@pytest.mark.parametrize(("listed", "entry"), DECLARED, ids=[entry.code for _, entry in DECLARED])
def test_an_item_that_is_declared_says_the_mark_of_its_own_entry(listed: Any, entry: Any) -> None:
    """Whatever the list says of itself: the entry says what it is, and a weak one is among what the answer rests on."""
    one = shipped(form="assembly", control_codes=[entry.code])
    found = {each for finding in one.findings for each in finding.entries if (each.list, each.code) == (listed.id, entry.code)}
    note = " ".join(entry.note.split())
    assert found == {
        EntryFound(
            list=listed.id,
            code=entry.code,
            outcome=Truth.TRUE,
            zh=entry.zh,
            en=entry.en,
            confidence=entry.confidence,
            note=note,
        )
    }
    line = f"entry {entry.code} [{entry.confidence}]: {entry.en}" + (f" – {note}" if note else "")
    assert (line in one.rests_on) == (entry.confidence not in SEEN)


# ---- every form of report


def said(text: str) -> str:
    """A report without its escapes and its lines."""
    return " ".join(text.replace("\\n", " ").replace("\\", "").replace("%0A", " ").split())


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_of_report_says_code_words_mark_and_note(form: str) -> None:
    text = said(report(shipped(equipment="electrolysis-rectifier"), form=form))
    for part in (
        "2B902.i.1",
        "[secondary]" if form != "json" else '"confidence": "secondary"',
        "line from the digest only, check the official page",
        "用于稀土金属电解的以下任一设备（细目原文未确认）",
        "rectifier for rare-earth metal electrolysis",
    ):
        assert part in text, part


def test_a_page_says_each_entry_and_its_english_and_note_once() -> None:
    text = report(shipped(equipment="electrolysis-rectifier"), form="terminal")
    at = text.index(f"\n{RULE} – ")
    assert text[at:].splitlines()[2:5] == [
        "  item        P (x.json:1: product) – listed as 2B902.i.1",
        "  entry       2B902.i.1: 用于稀土金属电解的以下任一设备（细目原文未确认） [secondary]",
        "  words       operative paragraph and list 2B902 and 1C914: 稀土设备和原辅料相关物项 [primary]",
    ]
    lines = [line.strip() for line in text.splitlines()]
    assert lines.count("in English  rectifier for rare-earth metal electrolysis") == 1
    assert lines.count("note        line from the digest only, check the official page") == 1


def test_a_page_shows_four_entries_and_counts_the_others() -> None:
    codes = [f"2B902.x.{number}" for number in range(1, 8)]
    one = shipped(form="assembly", control_codes=codes)
    assert [[each.code for each in found] for found in entries(one)] == [codes]
    for form, entry, more in (
        ("terminal", "  entry       ", "and 3 more (all in the JSON report)"),
        ("junit", "entry: 2B902", "entry: and 3 more"),
    ):
        text = report(one, form=form)
        finding = text[text.index(f"\n{RULE} – " if form == "terminal" else f"[{RULE}]") :]
        finding = finding[: finding.index("why")]
        assert (finding.count(entry), more in finding) == (4, True)
    assert [text for text in to_dict(one)["rests_on"] if text.startswith("entry 2B902")] == weak(one)
    assert len(weak(one)) == 7


def test_a_report_in_chinese_says_the_official_words_once() -> None:
    text = report(shipped(equipment="electrolysis-rectifier"), form="markdown", lang="zh", pack=PACK)
    assert "未译" not in text
    words = "用于稀土金属电解的以下任一设备（细目原文未确认）"
    told = [line for line in text.splitlines() if words in line]
    entry = f"- **清单条目**：2B902.i.1：{words} \\[二手来源\\]"
    assert set(told) == {entry, f"- 条目 2B902.i.1 \\[二手来源\\]：{words}——该行仅据摘要得知，须核对官方网页"}
    assert text.count("- **附注**：该行仅据摘要得知，须核对官方网页") == 1


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"equipment": "jet-mill"},
        {"equipment": "jet-mill", "parameters": figures(particle_size="6 um")},
        {"equipment": "electrolysis-cell"},
        {"form": "ore"},
        {"form": "assembly", "control_codes": ["2C902.c", "2C902.d", "2B005", "2C901", "2E901", "3C902.b.2", "2B902.z"]},
        {"form": "assembly", "control_codes": [entry.code for entry in PACK.lists["annex-56"].entries]},
    ],
)
def test_nothing_of_an_entry_stays_in_english(item: dict[str, Any]) -> None:
    assert "未译" not in report(shipped(**item), form="markdown", lang="zh", pack=PACK)


# ---- records


def test_a_record_holds_the_mark_and_the_note_of_an_entry(tmp_path: Any) -> None:
    product = {"part_number": "P", "form": "equipment", "equipment": "electrolysis-rectifier", "rare_earths": "none"}
    file = tmp_path / "rectifier.json"
    file.write_text(json.dumps({"format": "rare-earth-bom/1", "product": product, "shipment": OUT_OF_CHINA}), encoding="utf-8")
    record = recorded(tmp_path / "r.json", str(file), "--on", "2026-11-23")
    rows = [row for row in record["determinations"][0]["lists"] if row["list"] == "annex-56" and row["outcome"] == "yes"]
    told = [[{name: entry[name] for name in entry if name != "trace"} for entry in row["entries"]] for row in rows]
    assert told == [
        [
            {
                "code": "2B902.i.1",
                "zh": "用于稀土金属电解的以下任一设备（细目原文未确认）",
                "confidence": "secondary",
                "note": "line from the digest only, check the official page",
            }
        ]
    ]
