"""The lists of the rule pack: every row of the law stands there once, and cases stand on both sides of every entry.

Knows how many rows each announcement has. The outcomes of the cases are the engine's; that each entry has its
cases is counted here, so that an entry without one is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from rare_earth_compliance.core.quantities import Interval, amount
from rare_earth_compliance.engine.casebook import ListOutcome, Plans, judge_listed
from rare_earth_compliance.law.conditions import Ask, asks_of
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Entry, ItemList, ListCase

PACK = load()
Record = Callable[[str, object], None]

ROWS = {
    "annex-18": ("cn-mofcom-2025-18", 59),
    "annex-57": ("cn-mofcom-2025-57", 42),
    "annex-56": ("cn-mofcom-2025-56", 58),
    "annex-55": ("cn-mofcom-2025-55", 6),
    "annex-58": ("cn-mofcom-2025-58", 30),
    "annex-10": ("cn-mofcom-2025-10", 24),
    "annex-33": ("cn-mofcom-2024-33", 12),
    "annex-23": ("cn-mofcom-2023-23", 14),
    "annex-39": ("cn-mofcom-2023-39", 2),
    "annex-62": ("cn-mofcom-2025-62", 2),
}
"""List → its announcement and how many rows of controlled items that has."""
NOT_JUDGED = {
    "3C003/organo-antimony",
    "3C003/antimony-hydride",
    "3C003/indium-antimonide",
    "graphite/artificial",
    "graphite/natural-flake",
}
"""Rows whose control code was not found."""
LISTS = list(PACK.lists.values())
BY_CODE_ALONE = {"annex-55", "annex-58", "annex-10", "annex-33", "annex-23", "annex-39"}


def described(case: ListCase) -> bool:
    """Whether the item of a case is judged by what it is, and not by a code."""
    return not {"control_codes", "hs_code"} & case.given.keys()


def touches(case: ListCase, code: str) -> bool:
    return code in case.on or code in case.perhaps


def named(cases: Iterable[ListCase]) -> set[str]:
    return {str(case.given["form"]) for case in cases if "form" in case.given}


def limits(entry: Entry) -> list[Ask]:
    return [ask for ask in asks_of(entry.recognise) if ask.number is not None]


def value(case: ListCase, name: str | None) -> Interval | None:
    """The value of a parameter in the item of a case."""
    for one in case.given.get("parameters", ()):
        if one["name"] == name:
            return amount(one["value"])[0]
    return None


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: one.id)
def test_every_case_of_a_list_holds(listed: ItemList, record_property: Record) -> None:
    plans = Plans(PACK)
    seen = [judge_listed(PACK, listed.id, case, plans) for case in listed.cases]
    record_property("cases", len(seen))
    assert len(seen) == len(listed.cases) > 0
    assert [told(outcome) for outcome in seen if not outcome.passed] == []


def told(outcome: ListOutcome) -> str:
    return f"{outcome.case.name}: on {outcome.on}, perhaps {outcome.perhaps}, hints {outcome.hints}"


def test_count_of_cases() -> None:
    assert sum(len(listed.cases) for listed in LISTS) >= 840
    assert {name: len({case.name for case in listed.cases}) for name, listed in PACK.lists.items()} == {
        name: len(listed.cases) for name, listed in PACK.lists.items()
    }


def test_every_row_of_the_law_stands_on_a_list_once() -> None:
    found = {name: (PACK.lists[name].instrument, len(PACK.lists[name].entries)) for name in ROWS}
    assert found == ROWS
    assert sum(count for _, count in ROWS.values()) == 249
    codes = Counter(entry.code for name in ROWS for entry in PACK.lists[name].entries)
    assert [code for code, times in codes.items() if times > 1] == []
    assert len(codes) == 249


def test_the_other_lists_are_those_of_61() -> None:
    others = {name for name in PACK.lists if name not in ROWS}
    assert {"61-part-1", "61-part-2-materials", "61-part-2-assemblies"} <= others
    assert {PACK.lists[name].instrument for name in others} == {"cn-mofcom-2025-61"}


def test_rows_without_a_code_are_kept_and_not_judged() -> None:
    kept = {
        entry.code: entry for listed in LISTS for entry in listed.entries if not entry.declared and not asks_of(entry.recognise)
    }
    assert set(kept) == NOT_JUDGED
    assert [code for code, entry in kept.items() if "not judged" not in entry.note] == []
    cases = [case for listed in LISTS for case in listed.cases]
    assert {code for case in cases for code in (*case.on, *case.perhaps)} & NOT_JUDGED == set()
    assert {code for case in cases for code in case.hints} >= NOT_JUDGED


def test_which_lists_are_recognised_by_a_code_alone() -> None:
    alone = {name for name, listed in PACK.lists.items() if not any(asks_of(entry.recognise) for entry in listed.entries)}
    assert alone == BY_CODE_ALONE


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: one.id)
def test_every_entry_has_cases_on_both_sides(listed: ItemList) -> None:
    """By description: one item that is on it, and one of the same form that is not. By code: one that declares it."""
    cases = listed.cases
    lacking = []
    for entry in listed.entries:
        if asks_of(entry.recognise):
            on = [case for case in cases if described(case) and entry.code in case.on]
            off = [case for case in cases if described(case) and not touches(case, entry.code)]
            if not on:
                lacking.append(f"{entry.code}: nothing is on it by description")
            if not named(on) & named(off):
                lacking.append(f"{entry.code}: nothing of its form is off it")
        if entry.declared and not any(
            entry.code in case.on and entry.code in case.given.get("control_codes", ()) for case in cases
        ):
            lacking.append(f"{entry.code}: no case declares it")
    assert lacking == []


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: one.id)
def test_a_group_code_names_every_entry_below_it(listed: ItemList) -> None:
    declared = [entry.code for entry in listed.entries if entry.declared]
    groups = {code.split(".")[0] for code in declared if "." in code}
    found = {
        case.given["control_codes"][0]: set(case.perhaps)
        for case in listed.cases
        if len(case.given.get("control_codes", ())) == 1 and case.given["control_codes"][0] in groups
    }
    assert found == {group: {code for code in declared if code.startswith(f"{group}.")} for group in groups}


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: one.id)
def test_every_tariff_code_has_a_case(listed: ItemList) -> None:
    printed = {code for entry in listed.entries for code in entry.hs_codes}
    found = {case.given["hs_code"]: set(case.hints) for case in listed.cases if case.given.get("hs_code") in printed}
    assert found == {code: {entry.code for entry in listed.entries if code in entry.hs_codes} for code in printed}


def test_every_limit_has_a_case_at_the_line_and_one_just_beyond(record_property: Record) -> None:
    """At the line the item is on the list; anything beyond it, however little, is not. Nothing is below 0."""
    lacking, seen = [], 0
    for entry in PACK.lists["annex-56"].entries:
        cases = [case for case in PACK.lists["annex-56"].cases if described(case)]
        for ask in limits(entry):
            assert ask.number is not None
            line, low = ask.number.low, ask.operator == "at_least"
            seen += 1
            on = [held for case in cases if entry.code in case.on and (held := value(case, ask.param("name")))]
            off = [
                held
                for case in cases
                if not touches(case, entry.code)
                and case.given.get("equipment") in equipment_of(entry)
                and (held := value(case, ask.param("name")))
            ]
            at = any((held.low if low else held.high) == line for held in on)
            beyond = any(
                (held.high == line and held.high_open) if low else (held.low == line and held.low_open) for held in off
            )
            if not at or not (beyond or (low and line == 0)):
                lacking.append(f"{entry.code}: {ask.param('name')} {ask.operator} {ask.written}")
    record_property("limits", seen)
    assert lacking == []
    assert seen == 50


def equipment_of(entry: Entry) -> frozenset[str]:
    return frozenset().union(*(ask.values for ask in asks_of(entry.recognise) if ask.question == "item.equipment"))


FIRST_OF_A_LIST_OF_THE_DIGEST = "2B902.i.1 2B902.p.1 2B902.q.1 2B902.r.1 2B902.w.1 2B902.x.1 2B902.y.2 1C914.a.1"


def test_every_word_for_equipment_leads_to_one_entry() -> None:
    """The word for none of the named things may lead to each list that is known from a digest alone, by one term."""
    words = PACK.questions["item.equipment"].words
    asked = Counter(
        word
        for entry in PACK.lists["annex-56"].entries
        for ask in asks_of(entry.recognise)
        if ask.question == "item.equipment" and ask.operator == "is"
        for word in ask.values
    )
    assert words[:2] == ("none", "other")
    known_from_a_digest = asked.pop("other")
    assert asked.pop("none") == 1  # ore is no equipment, and may be on the list all the same
    assert dict(asked) == dict.fromkeys(words[2:], 1)
    assert len(asked) == 58
    other = [entry.code for entry in PACK.lists["annex-56"].entries if "other" in equipment_of(entry)]
    assert other == FIRST_OF_A_LIST_OF_THE_DIGEST.split()
    assert known_from_a_digest == len(other)


LINES_OF_THE_DIGEST = (
    "2B902.g.3 2B902.i.1 2B902.i.2 2B902.i.3 2B902.i.4 2B902.o.2 2B902.p.1 2B902.p.2 2B902.p.3 2B902.p.4 2B902.p.5 "
    "2B902.q.1 2B902.q.2 2B902.q.3 2B902.r.1 2B902.r.2 2B902.x.1 2B902.x.2 2B902.x.3 2B902.x.4 2B902.x.5 2B902.x.6 2B902.x.7 "
    "2B902.y.2 2B902.y.3"
)
IN_PART_OF_THE_DIGEST = (
    "2B902.h 2B902.j 2B902.k 2B902.l 2B902.m 2B902.n 2B902.s 2B902.w.1 2B902.w.2 2B902.w.3 1C914.a.1 1C914.a.2 1C914.a.3"
)
"""Entries of which the item, or its figures, were seen in Chinese, and the other was not."""
WEAKER = {
    "annex-18": {"1C908.c": "secondary"},
    "annex-33": {"2B005": "not-found", "2C901": "not-found", "2E901": "secondary"},
    "annex-55": {"2C902.c": "translation", "2C902.d": "translation"},
    "annex-56": dict.fromkeys([*LINES_OF_THE_DIGEST.split(), *IN_PART_OF_THE_DIGEST.split()], "secondary"),
}
"""The entries that are known less surely than a text in Chinese, on lists that are known so; written here by hand."""


def test_an_entry_carries_the_mark_of_its_weakest_part() -> None:
    seen = ("primary", "reprint")
    marks = {
        name: {entry.code: entry.confidence for entry in listed.entries if entry.confidence not in seen}
        for name, listed in PACK.lists.items()
        if listed.confidence in seen
    }
    assert {name: found for name, found in marks.items() if found} == WEAKER


def test_what_the_digest_alone_tells_is_marked() -> None:
    """A line of No. 56 that was not seen in Chinese says so, and one that was seen in part says which part was."""
    entries = {entry.code: entry for entry in PACK.lists["annex-56"].entries}
    whole = {code for code, entry in entries.items() if entry.note == "line from the digest only, check the official page"}
    assert whole == set(LINES_OF_THE_DIGEST.split())
    assert whole <= {code for code, entry in entries.items() if "细目原文未确认" in entry.zh}
    partly = [*(entries[code] for code in IN_PART_OF_THE_DIGEST.split())]
    partly += [entry for name in ("annex-33", "annex-55") for entry in PACK.lists[name].entries if entry.code in WEAKER[name]]
    assert [entry.code for entry in partly if " primary" not in entry.note] == ["2E901"]
