"""What ``rules check`` demands, and how conditions are read: at the boundary, whole problems compared.

Parts of the pack are taken apart and put together otherwise; no law is stated here.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.core.quantities import exactly
from rare_earth_compliance.law import build, files, loader
from rare_earth_compliance.law.checks import check_pack
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, ConditionReader, Not, Reads, UnderEach, asks_of
from rare_earth_compliance.law.listed import NOBODY
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.pack_files import rules_folder
from rare_earth_compliance.product.words import words
from tests import small_packs

PACK = load()
ONE = timedelta(days=1)
HERE = Place(file="f.yaml", line=7)


def more_wrong(changed: RulePack) -> list[tuple[str, str]]:
    """What is wrong with a changed pack, and not with the pack."""
    before = check_pack(PACK, "rules")
    assert before == []
    return [(one.message, one.advice) for one in check_pack(changed, "rules")]


# ---- suspensions


def suspended(days: Mapping[str, tuple[date, date]]) -> list[tuple[str, str]]:
    """What is wrong with suspensions of the same instrument over days, first and last, by their id."""
    one = next(iter(PACK.suspensions.values()))
    made = {name: replace(one, id=name, starts=first, last_day=last) for name, (first, last) in days.items()}
    return more_wrong(replace(PACK, suspensions={**PACK.suspensions, **made}))


FIRST, LAST = date(2030, 1, 1), date(2030, 1, 31)


def test_suspensions_follow_each_other_but_do_not_overlap() -> None:
    named = next(iter(PACK.suspensions.values())).suspends
    message = f"x/1 and x/2 suspend {min(named)} on the same days"
    overlap = [(message, "end the one where the other begins")]
    after = {"x/1": (FIRST, LAST), "x/2": (LAST + ONE, LAST + 9 * ONE)}
    assert suspended(after) == suspended({"x/2": (FIRST, LAST), "x/1": after["x/2"]}) == []
    assert suspended({"x/1": (FIRST, LAST), "x/2": (LAST, LAST + 9 * ONE)}) == overlap
    assert suspended({"x/2": (FIRST, LAST), "x/1": (LAST, LAST + 9 * ONE)}) == overlap


def test_a_suspension_of_one_day_is_one_and_one_that_ends_before_it_starts_is_none() -> None:
    assert suspended({"x/1": (FIRST, FIRST)}) == []
    assert suspended({"x/1": (FIRST, FIRST - ONE)}) == [("x/1 ends before it starts", "correct the dates")]


# ---- rules


def with_rule(**changes: Any) -> list[tuple[str, str]]:
    rule = PACK.rules["cn-mofcom-2025-18/1"]
    return more_wrong(replace(PACK, rules={**PACK.rules, rule.id: replace(rule, **changes)}))


def test_a_rule_of_one_day_is_one_and_has_cases_on_both_sides() -> None:
    rule = PACK.rules["cn-mofcom-2025-18/1"]
    day = rule.starts
    name = "cn-mofcom-2025-18/1: "
    missing = (f"{name}has no cases on {day} and {day + ONE}", "add a case on both sides of the date")
    assert with_rule(ends=day) == [missing]
    assert with_rule(ends=day - ONE) == [(f"{name}ends before it starts", "correct the dates")]
    late = replace(rule.cases[0], name="the day after", on=day + ONE)
    assert with_rule(ends=day, cases=(*rule.cases, late)) == []
    no_start = [f"{name}has no cases on {day - ONE} and {day}"]
    for gone in (day, day - ONE):
        assert [text for text, _ in with_rule(cases=tuple(one for one in rule.cases if one.on != gone))] == no_start


def test_a_threshold_has_cases_below_at_and_above() -> None:
    rule = PACK.rules["cn-mofcom-2025-61/1.1"]
    for word in ("below", "at", "above"):
        left = tuple(one for one in rule.cases if f"{word} the threshold" not in one.name)
        changed = replace(PACK, rules={**PACK.rules, rule.id: replace(rule, cases=left)})
        said = (f"{rule.id}: has no case named '… {word} the threshold'", f"add one {word} 0.1 %")
        assert set(more_wrong(changed)) == {said}


def test_two_cases_of_one_name_are_told_once() -> None:
    rule = PACK.rules["cn-mofcom-2025-18/1"]
    double = (*rule.cases, rule.cases[0], rule.cases[0])
    said = (f"{rule.id}: has two cases named {rule.cases[0].name!r}", "give each a name of its own")
    assert with_rule(cases=double) == [said]


# ---- conditions


def reader() -> ConditionReader:
    options = {one.id: tuple(option.id for option in one.options) for one in PACK.readings.values()}
    made = ConditionReader(PACK.questions, options, {"some": frozenset({"civil"})}, frozenset(PACK.lists))
    made.terms = dict(PACK.terms)
    return made


def read(raw: Any) -> tuple[Any, list[tuple[Any, str, str]]]:
    made = reader()
    return made.read(raw, ("when",)), made.wrong


CIVIL = {"ask": "end_use.purpose", "any_of": ["civil"]}


def test_every_condition_is_counted_at_every_depth() -> None:
    made = reader()
    assert made.count == 0
    raw = {
        "all": [CIVIL, {"any": [{"not": CIVIL}, {"term": next(iter(PACK.terms))}]}, {"reading": "aggregation", "is": "summed"}]
    }
    made.read(raw, ())
    share = {"ask": "item.value_share", "of": "61-part-1", "added": "reading aggregation", "at_least": "0.1 %"}
    assert (made.count, made.wrong) == (7, [])
    found = made.read(share, ())
    assert isinstance(found, UnderEach)
    assert (made.count, made.wrong, len(found.options)) == (8, [], 2)


def test_what_conditions_are_made_of() -> None:
    ask = Ask("end_use.purpose", "any_of", frozenset({"civil"}), written="civil")
    assert read(CIVIL) == (ask, [])
    assert read({"ask": "end_use.purpose", "any_of": ["group some"]}) == (ask, [])
    assert read({"not": {"all": [CIVIL]}}) == (Not(All((ask,))), [])
    assert read({"any": [CIVIL, CIVIL]}) == (AnyOf((ask, ask)), [])
    assert read({"reading": "aggregation", "is": "summed"}) == (Reads("aggregation", "summed"), [])
    node = Ask("end_use.node", "at_most", number=exactly(14), written="14")
    assert read({"ask": "end_use.node", "at_most": "14"}) == (node, [])


def test_a_condition_may_be_so_deep_and_no_deeper() -> None:
    made = reader()
    made.read({"all": []}, tuple(range(60)))
    made.read({"all": []}, tuple(range(61)))
    assert [(len(path), message) for path, message, _ in made.wrong] == [
        (61, "expected a list of conditions, not an empty one"),
        (61, "a condition nested too deeply"),
    ]


SHARE = "item.value_share"
WRONG: list[tuple[Any, tuple[str | int, ...], str, str]] = [
    ("x", (), "expected a condition", "write all, any, not, term, reading or ask"),
    ({}, (), "expected exactly one of all, any, not, term, reading, ask", "split the condition"),
    ({"all": [CIVIL], "any": [CIVIL]}, (), "expected exactly one of all, any, not, term, reading, ask", "split the condition"),
    ({"all": [CIVIL], "y": 1, "x": 1}, (), "unknown key 'x' in a condition", "check the spelling"),
    ({"term": "x", "is": "y"}, (), "unknown key 'is' in a condition", "check the spelling"),
    ({"all": []}, ("all",), "expected a list of conditions, not an empty one", "name at least one"),
    ({"any": CIVIL}, ("any",), "expected a list of conditions, not an empty one", "name at least one"),
    ({"term": "x"}, ("term",), "no term 'x'", "define it in terms.yaml"),
    ({"not": {"term": "x"}}, ("not", "term"), "no term 'x'", "define it in terms.yaml"),
    ({"any": [CIVIL, {"term": "x"}]}, ("any", 1, "term"), "no term 'x'", "define it in terms.yaml"),
    ({"reading": "x", "is": "y"}, ("reading",), "no reading 'x'", "define it in readings.yaml"),
    (
        {"reading": "aggregation", "is": "y"},
        ("is",),
        "'y' is not an option of it",
        f"expected one of {', '.join(option.id for option in PACK.readings['aggregation'].options)}",
    ),
    ({"ask": "x", "is": "y"}, ("ask",), "no question 'x'", "define it in vocabulary.yaml"),
    (
        {"ask": "item.form"},
        (),
        "expected exactly one operator of is, is_not, any_of, none_of, at_least, above, at_most, below, before, from",
        "compare with one thing",
    ),
    (
        {"ask": "item.form", "is": "metal", "is_not": "oxide"},
        (),
        "expected exactly one operator of is, is_not, any_of, none_of, at_least, above, at_most, below, before, from",
        "compare with one thing",
    ),
    ({"ask": "item.form", "is": "metal", "y": 1, "x": 1}, (), "item.form: unknown parameter 'x'", "it takes: none"),
    (
        {"ask": "item.holds", "is": "yes"},
        (),
        "item.holds: the parameter 'list' is missing",
        f"it takes: {', '.join(PACK.questions['item.holds'].params)}",
    ),
    ({"ask": "item.form", "any_of": "metal"}, ("any_of",), "expected a list of words", "correct it"),
    ({"ask": "item.form", "any_of": []}, ("any_of",), "expected a list of words", "correct it"),
    ({"ask": "item.form", "is": ["metal"]}, ("is",), "expected one word", "correct it"),
    ({"ask": "item.form", "is": "x"}, ("is",), "'x' is not a word of item.form", "correct it, or add the word"),
    ({"ask": "item.form", "any_of": ["group x"]}, ("any_of",), "no group 'group x'", "define it in terms.yaml"),
    (
        {"ask": "item.form", "at_least": "1"},
        ("at_least",),
        "item.form is a word, it can not be compared by size",
        "use is or any_of",
    ),
    (
        {"ask": "item.form", "before": "2026-11-23"},
        ("before",),
        "item.form is a word, it can not be compared with a day",
        "use is or any_of",
    ),
    ({"ask": "item.listed_in", "is": "x"}, ("is",), "no list 'x' in the pack", "add the list, or correct the name"),
    ({"ask": "shipment.destination", "is": "x"}, ("is",), "'x' is not a country", "write its two-letter code"),
    (
        {"ask": SHARE, "of": "61-part-1", "is": "1"},
        ("is",),
        f"{SHARE} is a share",
        "use one of at_least, above, at_most, below",
    ),
    (
        {"ask": SHARE, "of": "61-part-1", "above": "0.1"},
        ("above",),
        "found the unit '', expected a share such as 0.1 %",
        "write the percent sign",
    ),
    (
        {"ask": SHARE, "of": "61-part-1", "above": "0.1 kg"},
        ("above",),
        "found the unit 'kg', expected a share such as 0.1 %",
        "write the percent sign",
    ),
    ({"ask": SHARE, "of": "61-part-1", "above": "1 .. 2 %"}, ("above",), "a rule compares with one number", "write one number"),
    (
        {"ask": "end_use.node", "at_most": "14 kg"},
        ("at_most",),
        "found the unit 'kg', expected a number alone",
        "the question says its unit",
    ),
    (
        {"ask": SHARE, "of": "x", "above": "1 %"},
        ("of",),
        "'x' is nothing that the parameter 'of' can name",
        "correct the spelling",
    ),
    ({"ask": SHARE, "of": [], "above": "1 %"}, ("of",), "the parameter 'of' is empty", "name at least one"),
    (
        {"ask": SHARE, "of": "61-part-1", "added": "reading x", "above": "1 %"},
        ("added",),
        "no reading 'x'",
        "define it in readings.yaml",
    ),
]


@pytest.mark.parametrize(("raw", "path", "message", "advice"), WRONG)
def test_what_is_no_condition_is_said_so(raw: Any, path: tuple[str | int, ...], message: str, advice: str) -> None:
    _, wrong = read(raw)
    assert wrong == [(("when", *path), message, advice)]


def test_a_day_is_compared_with_a_day() -> None:
    made = reader()
    question = replace(PACK.questions["item.form"], id="a.day", type="day", words=())
    made.questions = {**PACK.questions, "a.day": question}
    assert made.read({"ask": "a.day", "from": "2026-11-23"}, ()) == Ask(
        "a.day", "from", written="2026-11-23", day=date(2026, 11, 23)
    )
    assert made.wrong == []
    for raw in ("2026-11-31", "20261123", "2026-11-2", 7):
        made.wrong.clear()
        made.read({"ask": "a.day", "before": raw}, ())
        assert made.wrong == [(("before",), f"{raw!r} is not a day written 2026-11-23", "correct the day")]
    made.wrong.clear()
    made.read({"ask": "a.day", "is": "x"}, ())
    assert made.wrong == [(("is",), "a.day is a day", "use one of before, from")]


def test_what_was_lost_with_its_file_is_no_problem_of_its_own() -> None:
    rows: list[tuple[str, Any]] = [
        ("terms", {"term": "x"}),
        ("terms", {"ask": "item.form", "any_of": ["group x"]}),
        ("readings", {"reading": "x", "is": "y"}),
        ("readings", {"ask": SHARE, "of": "61-part-1", "added": "reading x", "above": "1 %"}),
        ("questions", {"ask": "x", "is": "y"}),
        ("lists", {"ask": "item.listed_in", "is": "x"}),
    ]
    for kind, raw in rows:
        for lost in ("terms", "readings", "questions", "lists"):
            made = reader()
            made.lost = {lost}
            made.read(raw, ())
            assert (made.wrong == []) is (lost == kind), (raw, lost)
    made = reader()
    made.lost = {"readings"}
    assert made.read({"reading": "x", "is": "y"}, ()) == Reads("x", "y")


# ---- parts


def test_a_rule_looks_at_the_lists_that_it_asks_for() -> None:
    listed = Ask("item.listed_in", "any_of", frozenset({"b", "a"}))
    other = Ask("item.form", "any_of", frozenset({"metal"}))
    assert build.lists_of(listed) == build.lists_of(All((other, listed))) == ("a", "b")
    assert build.lists_of(replace(listed, operator="is")) == ("a", "b")
    assert build.lists_of(replace(listed, operator="none_of")) == ()
    assert build.lists_of(other) == build.lists_of(AnyOf((listed, other))) == build.lists_of(Not(listed)) == ()


def test_a_case_takes_what_is_assumed_and_says_otherwise() -> None:
    assumed = files.AssumeFields.model_validate(
        {"on": "2026-11-23", "given": "a", "readings": {"r": "one", "s": "two"}, "status": {"t": "lapsed"}}
    )
    plain = build.case(files.CaseFields.model_validate({"name": "n", "expect": "applies"}), assumed, HERE)
    said = (
        plain.on,
        plain.given,
        plain.readings,
        plain.status,
        plain.at,
        plain.state,
        plain.policy,
        plain.known_by,
        plain.place,
    )
    assert said == (date(2026, 11, 23), "a", (("r", "one"), ("s", "two")), (("t", "lapsed"),), "", "", "", None, HERE)
    other = {"name": "n", "expect": "exempt", "on": "2027-01-01", "given": "b", "readings": {"r": "open", "s": "one"}}
    other |= {"status": {}, "without": ["x"], "with": {"y": {"z": ["1", "2"]}}, "at": "P", "known_by": "2026-01-01"}  # type: ignore[dict-item]
    made = build.case(files.CaseFields.model_validate(other), assumed, HERE)
    assert (made.on, made.given, made.readings, made.status) == (date(2027, 1, 1), "b", (("s", "one"),), ())
    assert made.changes == (("x", None), ("y.z[0]", "1"), ("y.z[1]", "2"))
    assert (made.at, made.expect, made.known_by) == ("P", "exempt", date(2026, 1, 1))
    with pytest.raises(ValueError, match=r"^needs 'on' and 'given', in the case or in 'assume'$"):
        build.case(files.CaseFields.model_validate({"name": "n", "expect": "applies"}), files.AssumeFields(), HERE)


def test_a_list_case_may_name_elements_alone() -> None:
    raw = {"name": "n", "given": {"form": "metal", "elements": ["Dy", "Fe"]}, "on": ["a"], "readings": {"b": "1", "a": "2"}}
    made = build.list_case(files.ListCaseFields.model_validate(raw), HERE)
    assert made.given == {
        "form": "metal",
        "composition": [{"element": "Dy"}, {"element": "Fe"}],
        "composition_complete": "true",
    }
    assert (made.on, made.readings, made.perhaps, made.hints, made.place) == (("a",), (("a", "2"), ("b", "1")), (), (), HERE)


def test_a_problem_names_its_place() -> None:
    """The problems of a pack as a whole stand at its folder."""
    changed = replace(PACK, rules={})
    (problem, *_) = check_pack(changed, "rules")
    assert problem == Problem(place=Place(file="rules"), message="the pack has no rules", advice="name at least one instrument")


OTHERWISE = ("any_of", "none_of", "announcement")
"""No parameter, or one that is held against the list of parties, which is read later."""


def asked(pack: RulePack) -> list[dict[str, Any]]:
    """One condition for every question and parameter that the pack asks with, as its files write it."""
    conditions = [
        *(rule.when for rule in pack.rules.values()),
        *(caution.when for caution in pack.cautions.values()),
        *(term.part for term in pack.terms.values()),
        *(entry.recognise for listed in pack.lists.values() for entry in listed.entries),
    ]
    found: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for ask in (one for condition in conditions for one in asks_of(condition)):
        if ask.params:
            several = sorted(ask.values) if ask.operator in ("any_of", "none_of") else next(iter(ask.values), ask.written)
            raw = {"ask": ask.question, **{key: value.split() for key, value in ask.params}, ask.operator: several}
            found.setdefault((ask.question, tuple(key for key, _ in ask.params)), raw)
    return list(found.values())


def test_a_misspelt_word_of_any_parameter_is_noticed() -> None:
    seen: set[str] = set()
    for raw in asked(PACK):
        assert read(raw)[1] == []
        for key in [key for key, value in raw.items() if isinstance(value, list) and key not in OTHERWISE]:
            seen.add(key)
            _, wrong = read({**raw, key: [*raw[key], "zz"]})
            said = [(("when", key), f"'zz' is nothing that the parameter {key!r} can name", "correct the spelling")]
            assert wrong == said, (raw, key)
    assert seen >= {
        "list",
        "whose",
        "depth",
        "of",
        "element",
        "elements",
        "forms",
        "states",
        "unless",
        "fields",
        "from",
        "since",
    }
    assert seen >= {"inside", "counted", "added", "priced", "party", "name", "cas", "steps", "early", "public"}


def test_words_of_parameters_are_those_of_product_data() -> None:
    assert PACK.questions["item.stated_steps"].param_words == {"steps": (*words("step"), "made-in")}
    assert PACK.questions["item.parameter"].param_words == {"name": tuple(words("parameter"))}


def test_registry_numbers_of_substances_are_whole() -> None:
    """The last digit follows from the others: each of them counted with its place from the right."""
    conditions = [entry.recognise for listed in PACK.lists.values() for entry in listed.entries]
    numbers = {found for condition in conditions for ask in asks_of(condition) if (found := ask.param("cas"))}
    assert len(numbers) >= 5
    for number in numbers:
        *digits, last = (int(one) for one in number.replace("-", ""))
        assert sum(place * digit for place, digit in enumerate(reversed(digits), start=1)) % 10 == last, number
    for wrong in ("14802-03", "14802-030", "1-00-0", "12345678-00-0", "7440-00-8a"):
        assert read({"ask": "item.names_cas", "cas": wrong, "is": "yes"})[1] != [], wrong


def test_an_announcement_that_lists_nobody_is_noticed() -> None:
    ask = Ask(
        "shipment.party_listed_by",
        "is",
        frozenset({"yes"}),
        params=(("announcement", "cn-mofcom-2026-32"), ("party", "importer")),
    )
    caution = next(iter(PACK.cautions.values()))
    changed = replace(PACK, cautions={**PACK.cautions, caution.id: replace(caution, when=ask)})
    message = "a condition asks for the announcement 'cn-mofcom-2026-32', which the list of parties does not have"
    assert more_wrong(changed) == [(message, "correct it, or add the announcement to the parties")]


def test_amounts_and_words_of_conditions() -> None:
    made = reader()
    share = made.read({"ask": SHARE, "of": "61-part-1", "at_most": "5 ppm"}, ())
    assert share == Ask(SHARE, "at_most", number=exactly(Fraction(5, 10**6)), written="5 ppm", params=(("of", "61-part-1"),))
    several = made.read({"ask": "item.form", "none_of": ["oxide", "metal"]}, ())
    assert several == Ask("item.form", "none_of", frozenset({"metal", "oxide"}), written="metal, oxide")
    assert made.wrong == []
    made.read({"ask": "end_use.node", "at_most": "x"}, ("a",))
    made.read({"ask": "item.form", "any_of": ["metal", 7]}, ("b",))
    made.read({"ask": "end_use.node", "is": "7"}, ("c",))
    assert made.wrong == [
        (
            ("a", "at_most"),
            "'x' is not an amount such as '3.1 %', '29 .. 32 %' or '< 0.01 %'",
            "write a number with its unit, as 0.1 %",
        ),
        (("b", "any_of"), "expected a list of words", "correct it"),
        (("c", "is"), "end_use.node is a amount", "use one of at_least, above, at_most, below"),
    ]


def test_a_day_keeps_the_parameters_of_its_question() -> None:
    made = reader()
    made.questions = {
        **PACK.questions,
        "a.day": replace(PACK.questions["item.form"], id="a.day", type="day", params=("name?",)),
    }
    found = made.read({"ask": "a.day", "before": "2026-11-23", "name": "x"}, ())
    assert found == Ask("a.day", "before", written="2026-11-23", params=(("name", "x"),), day=date(2026, 11, 23))


# ---- a small pack, broken in every way


def test_what_is_said_of_every_broken_small_pack() -> None:
    made = small_packs.text()
    assert made.count("[") >= len(small_packs.CASES) >= 50
    assert made == small_packs.KEPT.read_text(encoding="utf-8"), "made anew by: python -m tests.small_packs"


# ---- from fields to parts


QUOTE = {"at": "article 1", "zh": "第一条", "confidence": "primary"}


def test_a_question_as_its_fields_say() -> None:
    raw = {
        "ask": "a.b",
        "type": "share",
        "en": "e",
        "zh": "z",
        "question": "q?",
        "computed_by": "worth",
        "ask_whom": "w",
        "to_settle": "t",
    }
    raw |= {"params": ["of", "added?: one two", "whose?"], "words": ["x", "y"], "complete_at": "a.c"}  # type: ignore[dict-item]
    made = build.question(files.QuestionFields.model_validate(raw))
    assert (made.id, made.type, made.en, made.zh, made.question) == ("a.b", "share", "e", "z", "q?")
    assert (made.found_at, made.complete_at, made.computed_by) == ("", "a.c", "worth")
    assert made.params == ("of", "added?", "whose?")
    assert made.param_words == {"added": ("one", "two")}
    assert (made.words, made.ask_whom, made.to_settle) == (("x", "y"), "w", "t")
    plain = build.question(
        files.QuestionFields.model_validate({**raw, "found_at": "a.b", "computed_by": None, "complete_at": None})
    )
    assert (plain.found_at, plain.complete_at, plain.computed_by) == ("a.b", "", "")


def test_a_duty_as_its_fields_say() -> None:
    raw: dict[str, Any] = {"id": "d", "who": "w", "owes": "o", "says": QUOTE}
    plain = build.duty(files.DutyFields.model_validate(raw))
    assert (plain.working_days, plain.counted_from, plain.calendar) == (None, "", None)
    raw |= {"working_days": "3", "counted_from": "export", "calendar": {"reading": "r", "is": "o"}}
    made = build.duty(files.DutyFields.model_validate(raw))
    assert (made.id, made.who, made.owes, made.working_days, made.counted_from, made.calendar) == (
        "d",
        "w",
        "o",
        3,
        "export",
        ("r", "o"),
    )
    assert (made.says.at, made.says.zh, made.says.confidence) == ("article 1", "第一条", "primary")


def test_an_entry_as_its_fields_say() -> None:
    raw: dict[str, Any] = {"code": "0A", "zh": "z", "en": "e", "confidence": "derived"}
    ask = Ask("item.contains", "is", frozenset({"yes"}), params=(("element", "Sb Bi"),))
    plain = build.entry(files.EntryFields.model_validate(raw), ask, HERE)
    assert (plain.declared, plain.hs_codes, plain.hs_confidence, plain.note) == (True, (), "", "")
    raw |= {"declared": "no", "hs_codes": ["8110"], "hs_confidence": "secondary", "note": "n"}
    made = build.entry(files.EntryFields.model_validate(raw), ask, HERE)
    assert (made.declared, made.hs_codes, made.hs_confidence, made.note) == (False, ("8110",), "secondary", "n")
    assert (made.code, made.zh, made.en, made.confidence, made.recognise, made.place) == ("0A", "z", "e", "derived", ask, HERE)
    other = replace(ask, params=(("element", "Dy"),))
    assert build.elements(All((ask, Not(other), Ask("item.form", "is", frozenset({"metal"}))))) == {"Sb", "Bi", "Dy"}


def test_a_suspension_as_its_fields_say() -> None:
    raw: dict[str, Any] = {"id": "s", "says": QUOTE, "suspends": ["a", "b"], "from": "2025-01-01", "through": "2025-12-31"}
    made, status = build.suspension(files.SuspensionFields.model_validate(raw), "i")
    assert (made.id, made.instrument, made.suspends, made.starts, made.last_day) == (
        "s",
        "i",
        ("a", "b"),
        date(2025, 1, 1),
        date(2025, 12, 31),
    )
    assert (made.last_day_reading, made.revives_reading, made.status, status) == (None, None, None, None)
    raw |= {"last_day_suspended": {"reading": "r", "is": "o"}, "revives_at_once": {"reading": "q", "is": "p"}}
    raw["after"] = {"status": "t", "question": "q?", "ask_whom": "w", "announced": "n", "watch": ["2026-01-01"]}
    made, status = build.suspension(files.SuspensionFields.model_validate(raw), "i")
    assert (made.last_day_reading, made.revives_reading, made.status) == (("r", "o"), ("q", "p"), "t")
    assert status is not None
    assert (status.id, status.question, status.ask_whom, status.announced, status.watch) == (
        "t",
        "q?",
        "w",
        "n",
        (date(2026, 1, 1),),
    )


def test_a_case_needs_both_a_day_and_a_subject() -> None:
    for more in ({"on": "2026-01-01"}, {"given": "a"}):
        with pytest.raises(ValueError, match="needs 'on' and 'given'"):
            build.case(files.CaseFields.model_validate({"name": "n", "expect": "applies", **more}), files.AssumeFields(), HERE)
    whole = {"name": "n", "expect": "applies", "on": "2026-01-01", "given": "a", "state": "ended", "policy": "ordinary"}
    made = build.case(files.CaseFields.model_validate(whole), files.AssumeFields(), HERE)
    assert (made.state, made.policy) == ("ended", "ordinary")


def test_a_group_that_is_not_there_is_noticed_in_a_parameter_too() -> None:
    _, wrong = read({"ask": SHARE, "of": ["61-part-1", "group x"], "above": "1 %"})
    assert wrong == [(("when", "of"), "no group 'group x'", "define it in terms.yaml")]
    _, wrong = read({"ask": SHARE, "of": "group x", "above": "1 %"})
    assert wrong == [
        (("when", "of"), "no group 'group x'", "define it in terms.yaml"),
        (("when", "of"), "the parameter 'of' is empty", "name at least one"),
    ]
    _, wrong = read({"ask": "item.enclosed", "forms": ["group some"], "is": "yes"})
    assert wrong == [(("when", "forms"), "'civil' is nothing that the parameter 'forms' can name", "correct the spelling")]


def test_what_a_parameter_may_be_left_out_or_say() -> None:
    raw = {"ask": "item.technology", "fields": ["mining"], "from": ["CN"], "since": "2025-10-09", "early": "counts"}
    raw |= {"public": "counts", "is": "yes"}
    for inside in ({}, {"inside": "no"}, {"inside": "yes"}):
        assert read({**raw, **inside})[1] == []
    assert read({**raw, "inside": "perhaps"})[1] == [
        (("when", "inside"), "'perhaps' is nothing that the parameter 'inside' can name", "correct the spelling")
    ]


def test_a_reading_that_was_not_lost_is_still_held_to_its_options() -> None:
    made = reader()
    made.lost = {"readings"}
    made.read({"reading": "aggregation", "is": "x"}, ())
    assert [(path, message) for path, message, _ in made.wrong] == [(("is",), "'x' is not an option of it")]


def test_what_was_passed_over_never_becomes_a_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if nothing had been said of the file that was lost."""
    whole = loader._Loader.language

    def losing(self: loader._Loader, *given: Any) -> Any:
        reader, readings = whole(self, *given)
        reader.lost = {"terms"}
        return reader, readings

    monkeypatch.setattr(loader._Loader, "language", losing)
    with pytest.raises(ValueError, match="a refusal names at least one problem"):
        loader._Loader(rules_folder()).load()


def test_parts_of_a_small_pack(tmp_path: Path) -> None:
    shutil.copytree(small_packs.CORPUS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("status.yaml"))
    whole = load(tmp_path)
    (rule,) = whole.rules.values()
    assert [one.only_if_stated for one in rule.unless] == [False]
    assert list(whole.parties.announcements) == ["another-2"]
    (listed,) = whole.lists.values()
    assert (listed.elements, [str(one.place) for one in listed.entries]) == ({"Sb"}, ["list.yaml:10: entries[0]"])
    assert whole.files == tuple(sorted(path.name for path in tmp_path.iterdir()))
    text = (tmp_path / "instrument.yaml").read_text(encoding="utf-8")
    stated = text.replace("        read_as: scrap is free\n", "        read_as: scrap is free\n        only_if_stated: yes\n")
    (tmp_path / "instrument.yaml").write_text(stated, encoding="utf-8")
    pack = (tmp_path / "pack.yaml").read_text(encoding="utf-8")
    (tmp_path / "pack.yaml").write_text(pack.replace("parties: parties.yaml\n", ""), encoding="utf-8")
    (tmp_path / "parties.yaml").unlink()
    other = load(tmp_path)
    assert [one.only_if_stated for one in other.rules[rule.id].unless] == [True]
    assert other.parties == NOBODY
    assert other.sha256 != whole.sha256
