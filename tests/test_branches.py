"""Guards and rare ways of core, law and engine that no product and no pack of the other tests reaches.

Each is called directly: what is missing, misshapen or asked of nothing is an error or "unknown", never an answer.
"""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.core import json_text, yaml_text
from rare_earth_compliance.core.inert import harmless, harmless_json, harmless_lines, no_commands, no_commands_in_markup
from rare_earth_compliance.core.json_text import Number, offset_of, read_quick
from rare_earth_compliance.core.plain import parsed
from rare_earth_compliance.core.problems import Place, Problem, Refused, path_text
from rare_earth_compliance.core.quantities import Interval, amount
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine import basis, casebook, plan
from rare_earth_compliance.engine import determine as module
from rare_earth_compliance.engine.casebook import Plans, judge_listed, subject
from rare_earth_compliance.engine.comparison import NOT_THERE, _cases, _decision, _entries
from rare_earth_compliance.engine.coverage import Places
from rare_earth_compliance.engine.deadlines import Deadlines
from rare_earth_compliance.engine.determination import Answer, Determination, More
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.engine.fingerprint import _bounds, facts_of_rule
from rare_earth_compliance.engine.hints import SHOWN, hints
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.later import Brief
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.engine.reaching import _single_entries
from rare_earth_compliance.engine.screening import screen
from rare_earth_compliance.engine.shares import _reaches
from rare_earth_compliance.law import build, loader, translations
from rare_earth_compliance.law.checks import check_pack
from rare_earth_compliance.law.conditions import All, Ask, ConditionReader
from rare_earth_compliance.law.files import ListFile, SuspensionFields
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Case, Confirmation, ListCase
from rare_earth_compliance.law.published import as_published, confirmed_by
from rare_earth_compliance.law.rule_schema import _scalar
from rare_earth_compliance.product.reader import read, shipment_of

PACK = load()
DAY = date(2026, 6, 1)
HERE = Place(file="cases.yaml", line=3)


def judged() -> Determination:
    found = read(b'{"format": "rare-earth-bom/1", "product": {"part_number": "A"}}', "x.json")
    assert found.product is not None
    return determine(shipment_of(found.product, found.shipment, found), PACK, on=DAY)


# ---- text


@pytest.mark.parametrize("text", ['"\ud800"', '"\\ud800"', '["a", "\udfff"]'])
def test_half_of_a_surrogate_pair_is_left_to_the_slow_reader(text: str) -> None:
    assert read_quick(text) is None


def test_where_a_value_stands_in_a_text_that_breaks_off() -> None:
    """The search ends at the innermost container that is there."""
    assert offset_of('{"a": [1, 2', 0, ("a", 1)) == 10
    assert offset_of('{"a": [1, 2', 0, ("a", 5)) == 6
    assert offset_of('{"a": [1', 0, ("b",)) == 0


def test_a_refusal_without_a_problem_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^a refusal names at least one problem$"):
        Refused([])


def test_a_text_with_very_many_problems_is_refused_at_the_limit() -> None:
    count = json_text.MANY
    text = "{" + ", ".join(['"a": 1'] * (count + 50)) + "}"
    with pytest.raises(Refused) as refused:
        json_text.read(text, "x.json")
    assert len(refused.value.problems) == count


# ---- what is compared with nothing


@pytest.mark.parametrize("operator", ["at_least", "above", "at_most", "below"])
def test_a_share_without_a_line_is_an_error(operator: str) -> None:
    with pytest.raises(ValueError, match=r"^value_share is compared with nothing$"):
        _reaches(Ask("value_share", operator), amount("1")[0], amount("1")[0])


SHARES = [
    # content, value, at least, below, above, at most – of a tenth
    ("0.99", "10", Truth.FALSE, Truth.TRUE, Truth.FALSE, Truth.TRUE),
    ("1", "10", Truth.TRUE, Truth.FALSE, Truth.FALSE, Truth.TRUE),
    ("1.01", "10", Truth.TRUE, Truth.FALSE, Truth.TRUE, Truth.FALSE),
    ("1", None, Truth.UNKNOWN, Truth.UNKNOWN, Truth.UNKNOWN, Truth.UNKNOWN),
    ("1", "9 .. 11", Truth.UNKNOWN, Truth.UNKNOWN, Truth.UNKNOWN, Truth.UNKNOWN),
]


@pytest.mark.parametrize(("content", "value", "least", "below", "above", "most"), SHARES)
def test_a_share_at_the_line(content: str, value: str | None, least: Truth, below: Truth, above: Truth, most: Truth) -> None:
    line = Interval(Fraction(1, 10), Fraction(1, 10))
    held = None if value is None else amount(value)[0]
    operators = ("at_least", "below", "above", "at_most")
    found = [_reaches(Ask("value_share", one, number=line), amount(content)[0], held) for one in operators]
    assert found == [least, below, above, most]


def test_what_listed_parties_hold_is_not_compared_with_nothing() -> None:
    found = read(b'{"format": "rare-earth-bom/1", "product": {"part_number": "A"}}', "x.json")
    assert found.product is not None
    inquiry = Inquiry(shipment_of(found.product, found.shipment, found), PACK, {}, DAY)
    question = next(iter(PACK.questions.values()))
    with pytest.raises(ValueError, match=r"^held is compared with nothing$"):
        inquiry.parties.held_by_listed(Ask("held", "at_least"), question, 0)


# ---- a determination that is worked out later


def test_a_determination_has_its_fields_and_no_others() -> None:
    found = judged()
    with pytest.raises(AttributeError, match=r"^a determination has no 'colour'$"):
        found.colour  # noqa: B018


def test_a_field_that_another_thread_filled_in_meanwhile_is_there() -> None:
    """A thread looks for a field, finds none, and asks for the rest after another one has worked that out."""
    found = judged()
    looks_again = type(found).__getattr__  # type: ignore[attr-defined]  # known to the class, not to who reads it
    assert found.findings == looks_again(found, "findings")
    with pytest.raises(AttributeError, match=r"^a determination has no 'colour'$"):
        looks_again(found, "colour")


def test_a_determination_is_the_same_after_it_was_stored() -> None:
    found = judged()
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  # written a line above


# ---- days of duties

CALENDAR = ("calendar-reading", "official")


@pytest.mark.parametrize(
    ("calendar", "readings", "text"),
    [
        (None, {}, "for an export on 2026-06-01: on the Chinese calendar: {because}"),
        (
            CALENDAR,
            {"calendar-reading": "official"},
            "for an export on 2026-06-01: on the Chinese calendar: {because} (reading calendar-reading = official)",
        ),
        (
            CALENDAR,
            {"calendar-reading": "plain"},
            "for an export on 2026-06-01: 2026-06-11, every day counted (reading calendar-reading = plain)",
        ),
        (
            CALENDAR,
            {},
            "for an export on 2026-06-01: on the Chinese calendar: {because}; 2026-06-11 if every day counts ({chosen})",
        ),
    ],
)
def test_a_deadline_under_each_reading_of_what_a_day_is(
    calendar: tuple[str, str] | None, readings: dict[str, str], text: str
) -> None:
    from rare_earth_compliance.law.workdays import due  # noqa: PLC0415

    duty = replace(next(iter(PACK.duties.values())), working_days=10, counted_from="export", calendar=calendar)
    pack = replace(PACK, duties={"d": duty})
    because = due(DAY, 10, calendar=None).because
    assert because
    assert Deadlines(pack, readings, DAY, None).owed("d").due == text.format(
        because=because, chosen="reading calendar-reading not chosen"
    )


# ---- cases


def case(**said: Any) -> Case:
    rule = next(rule for rule in PACK.rules.values() if rule.cases)
    return replace(rule.cases[0], **said)


CHANGES = [
    # a path that leads nowhere
    ("", "1"),
    ("product..name", "1"),
    ("product.parts[99]", "1"),
    ("product.parts[99].name", "1"),
    ("product.colour", None),
    ("product.colour.shade", None),
    ("product.parts[99]", None),
    ("product.part_number.deep", "1"),
    ("product.part_number[0]", None),
]


@pytest.mark.parametrize(("path", "value"), CHANGES)
def test_a_change_that_leads_nowhere_is_refused(path: str, value: str | None) -> None:
    with pytest.raises(Refused) as refused:
        subject(PACK, case(changes=((path, value),), given="chinese-motor", place=HERE))
    (problem,) = refused.value.problems
    assert (problem.place, problem.message, problem.advice) == (replace(HERE, path=path), "leads nowhere", "correct the path")


def test_a_change_makes_lists_and_objects_on_its_way() -> None:
    document: dict[str, Any] = {"product": {"parts": [{"name": "a"}]}}
    for path, value in (
        ("product.parts[1].name", "b"),
        ("product.parts[1].codes[0]", "X"),
        ("product.parts[1].codes[1]", "true"),
        ("shipment.end_user.military", "false"),
        ("product.parts[0].name", None),
    ):
        casebook._change(document, path, value, case())
    assert document == {
        "product": {"parts": [{}, {"name": "b", "codes": ["X", True]}]},
        "shipment": {"end_user": {"military": False}},
    }


def test_a_case_without_product_or_at_no_item_is_refused() -> None:
    with pytest.raises(Refused):
        subject(PACK, case(changes=(("product", None),), given="chinese-motor", place=HERE))
    listed = next(one for one in PACK.lists.values() if one.cases)
    with pytest.raises(Refused):
        judge_listed(PACK, listed.id, replace(listed.cases[0], given=None))
    rule = next(rule for rule in PACK.rules.values() if rule.cases)
    with pytest.raises(Refused, match="no item 'NOWHERE' in chinese-motor"):
        casebook.judge(PACK, rule, case(given="chinese-motor", at="NOWHERE", changes=(), known_by=None))


def test_only_numbers_of_a_subject_are_written_back() -> None:
    assert casebook._plain(Number("1.50")) == "1.50"
    with pytest.raises(TypeError, match=r"^set in a subject$"):
        casebook._plain({1})


def test_a_case_of_a_list_says_yes_and_no_at_any_depth() -> None:
    assert casebook._typed({"a": ["true", {"b": "false"}], "c": "x"}) == {"a": [True, {"b": False}], "c": "x"}


def test_a_pack_that_can_not_judge_its_own_case_is_refused_and_another_pack_says_so() -> None:
    rule = next(rule for rule in PACK.rules.values() if rule.cases)
    odd = case(given="chinese-motor", at="NOWHERE", changes=(), known_by=None)
    with pytest.raises(Refused):
        _decision(Plans(PACK), rule.id, odd, "A", own=True)
    assert _decision(Plans(replace(PACK, id="other")), rule.id, odd, "B", own=False) == "can not be judged"
    listed = next(one for one in PACK.lists.values() if one.cases)
    wrong: ListCase = replace(listed.cases[0], given={"mass": "no mass"})
    with pytest.raises(Refused):
        _decision(Plans(PACK), listed.id, wrong, "A", own=True)


# ---- what is remembered


def test_the_state_of_the_rules_is_remembered_for_so_many_days_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "DAYS", 2)
    made = Plan(PACK, {})
    days = [DAY + timedelta(days=count) for count in range(3)]
    first = [made.states(day, ()) for day in days[:2]]
    assert made.states(days[0], ()) is first[0]
    made.states(days[2], ())
    again = made.states(days[0], ())
    assert again is not first[0]
    assert again == first[0]


# ---- the checks of a pack


def test_a_pack_without_rules_is_a_problem() -> None:
    found = [(one.message, one.advice) for one in check_pack(replace(PACK, rules={}), "rules")]
    assert ("the pack has no rules", "name at least one instrument") in found


def test_a_condition_may_not_ask_what_only_the_engine_asks() -> None:
    from rare_earth_compliance.law.checks import ENGINE_ONLY  # noqa: PLC0415

    question = next(one for one in PACK.questions.values() if one.computed_by in ENGINE_ONLY)
    rule = next(iter(PACK.rules.values()))
    asked = replace(rule, when=All((Ask(question.id, "is", frozenset({"yes"})),)))
    found = [one.message for one in check_pack(replace(PACK, rules={**PACK.rules, rule.id: asked}), "rules")]
    assert f"a condition asks {question.id}, which only the engine asks" in found


def test_a_list_may_not_ask_what_something_is_worth() -> None:
    share = next(one for one in PACK.questions.values() if one.computed_by == "value_share")
    listed = next(iter(PACK.lists.values()))
    entry = replace(listed.entries[0], recognise=Ask(share.id, "at_least"), place=HERE)
    wrong = replace(PACK, lists={**PACK.lists, listed.id: replace(listed, entries=(entry, *listed.entries[1:]))})
    before, after = (check_pack(one, "rules") for one in (PACK, wrong))
    message = f"the entry {entry.code} asks {share.id}, and what an item is does not hang on its price"
    assert [one for one in after if one not in before] == [Problem(place=HERE, message=message, advice="ask it in a rule")]


Read = Callable[[ConditionReader], object]


def test_a_condition_has_a_greatest_depth() -> None:
    reader = ConditionReader({}, {}, {}, frozenset())
    reader.read({"all": []}, tuple(range(61)))
    assert reader.wrong == [(tuple(range(61)), "a condition nested too deeply", "name parts of it as terms")]


def test_a_shape_of_rule_files_that_has_no_form_is_an_error() -> None:
    with pytest.raises(ValueError, match="a shape of rule files that has no form here"):
        _scalar({"type": "null"})


def test_a_key_that_is_an_alias_is_refused_and_the_rest_is_read() -> None:
    with pytest.raises(Refused) as refused:
        yaml_text.read(b"a: &x 1\n*x : 2\nb: 3\n", "x.yaml")
    messages = [one.message for one in refused.value.problems]
    assert "an alias (*x)" in messages
    assert "an anchor (&x)" in messages


# ---- facts, amounts and evidence that are rare


def taken(product: dict[str, Any], on: date = DAY, **more: Any) -> Determination:
    """The answer of the whole pack for a product."""
    found = read(json.dumps({"format": "rare-earth-bom/1", "product": product, **more}).encode(), "x.json")
    assert found.product is not None
    return determine(shipment_of(found.product, found.shipment, found), PACK, on=on)


def test_a_declared_rare_earth_that_everything_excludes_is_a_contradiction() -> None:
    steel = {"part_number": "A", "composition": [{"element": "Fe"}], "composition_complete": True}
    assert taken(steel).conflicts == ()
    (conflict,) = taken({**steel, "rare_earths": "present"}).conflicts
    assert conflict.endswith("is declared to hold a rare earth, but everything said of it excludes one")


def test_a_shared_item_that_no_line_uses_is_accounted_for() -> None:
    found = taken({"part_number": "A"}, shared={"X": {"part_number": "X"}}).coverage
    unused = [(line.became, line.reason, line.count) for line in found.lines if line.became == "not used"]
    assert unused == [("not used", "a shared item that no line uses", 1)]
    assert (found.read, found.judged, found.unused) == (2, 1, 1)


def test_evidence_counts_up_to_its_last_day() -> None:
    item = {"part_number": "A", "evidence": [{"document": "a declaration", "valid_until": "2026-06-10"}]}
    expired = "evidence for A that was valid until 2026-06-10, before the day judged: ask for a new document"
    found = {day: taken(item, date(2026, 6, day)) for day in (9, 10, 11)}
    assert {day: expired in one.rests_on for day, one in found.items()} == {9: False, 10: False, 11: True}
    assert {day: one.expires for day, one in found.items() if day < 11} == dict.fromkeys((9, 10), date(2026, 6, 11))


def test_nothing_is_cleared_when_lines_are_counted_twice_or_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = copy.deepcopy(PACK.subjects["chinese-motor"].document)
    shipped["product"]["parts"][0]["parts"][0]["principal"] = False
    assert taken(**shipped_parts(shipped)).answer is Answer.NOT_REQUIRED
    original = module.coverage

    def lost(*args: Any) -> Any:
        made = original(*args)
        return replace(made, lines=made.lines[1:])

    monkeypatch.setattr(module, "coverage", lost)
    assert taken(**shipped_parts(shipped)).answer is Answer.UNDETERMINED


def shipped_parts(document: Any) -> dict[str, Any]:
    plain = json.loads(json.dumps(document, default=lambda number: number.text))
    return {"product": plain["product"], "shipment": plain["shipment"]}


def test_the_facts_of_a_rule_change_with_its_findings_and_with_what_is_only_counted() -> None:
    found = taken({"part_number": "A"})
    rules = sorted({one.rule for one in found.findings})
    assert len({facts_of_rule(found, rule) for rule in rules}) > 1
    rule = rules[0]
    (first, *_) = [one for one in found.findings if one.rule == rule]
    without = replace(found, findings=tuple(one for one in found.findings if one is not first))
    assert facts_of_rule(without, rule) != facts_of_rule(found, rule)
    assert facts_of_rule(found, rule) == facts_of_rule(found, rule)
    counted = replace(found, more=(More(rule=rule, status=first.status, count=3),))
    other = replace(counted, input_used=(("x.json", "another"),))
    assert len({facts_of_rule(one, rule) for one in (found, counted, other)}) == 3


def test_bounds_in_a_fingerprint() -> None:
    texts = [None, amount("1 .. 2")[0], amount("> 1")[0], amount("< 2")[0]]
    assert [_bounds(one) for one in texts] == ["not known", "[1 2]", "(1 unbounded]", "[0 2)"]


def test_a_number_of_a_document_stays_as_it_was_written() -> None:
    value, _ = parsed({"amount": Number("1.50")}, "x.json")
    assert value["amount"].text == "1.50"


def test_a_country_that_is_none_is_no_word_of_a_condition() -> None:
    question = next(one for one in PACK.questions.values() if one.type == "country")
    reader = ConditionReader(PACK.questions, {}, {}, frozenset())
    reader.named(question, "is", "Atlantis", (), ("when",))
    reader.dated(replace(question, type="day"), "before", "tomorrow", (), ("when",))
    assert reader.wrong == [
        (("when",), "'Atlantis' is not a country", "write its two-letter code"),
        (("when",), "'tomorrow' is not a day written 2026-11-23", "correct the day"),
    ]


def test_a_translation_that_can_not_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / translations.FOLDER / "zh.yaml").mkdir(parents=True)
    with pytest.raises(Refused) as refused:
        translations.load_translation(tmp_path, PACK, "zh")
    (problem,) = refused.value.problems
    assert (problem.message, problem.advice) == ("is a directory", "restore the file")


def test_a_case_before_its_rule_was_published_is_asleep() -> None:
    rule = PACK.rules["cn-mofcom-2025-57/1"]
    early = replace(rule.cases[0], known_by=date(2025, 10, 8))
    found = casebook.judge(PACK, rule, early)
    assert (found.found, found.state, found.step, found.policy) == ("asleep", "not yet", None, "ordinary")


def test_a_rule_or_list_that_a_pack_does_not_have_is_said_so() -> None:
    assert _decision(Plans(PACK), "no-such-rule", case(), "A", own=True) == f"{NOT_THERE} A"


def test_the_entries_of_a_case_in_words() -> None:
    listed = next(one for one in PACK.lists.values() if one.cases)
    found = casebook.ListOutcome(case=listed.cases[0], list=listed.id, on=("b", "a"), perhaps=(), hints=("c",))
    assert _entries(found) == "on a, b; points to c"
    assert _entries(replace(found, on=(), perhaps=("d",), hints=())) == "perhaps on d"
    assert _entries(replace(found, on=(), hints=())) == "on no entry"


def test_a_case_after_its_rule_was_published_is_judged_by_what_was_known() -> None:
    """First the rule alone, then the suspension whose end is open, at last what the case assumes of that end."""
    rule = PACK.rules["cn-mofcom-2025-57/1"]
    held = rule.cases[0]
    days = (date(2025, 10, 9), DAY, held.on)
    found = [casebook.judge(PACK, rule, replace(held, known_by=known)) for known in days]
    assert [(one.found, one.state) for one in found] == [
        ("applies", "in force"),
        ("cannot tell", "unknown"),
        ("applies", "in force"),
    ]
    assert casebook.judge(PACK, rule, held).found == "applies"


# ---- two packs side by side


def test_every_different_case_is_compared_once() -> None:
    """One that a pack holds twice counts once; one of both packs is told from one of either."""
    rule, listed = PACK.rules["cn-mofcom-2025-57/1"], next(one for one in PACK.lists.values() if len(one.cases) > 1)
    first, second, third = (replace(rule.cases[0], on=date(2026, 1, day)) for day in (1, 2, 3))
    one, two = listed.cases[:2]

    def pack(cases: tuple[Case, ...], listing: tuple[ListCase, ...]) -> Any:
        return replace(
            PACK,
            rules={rule.id: replace(rule, cases=cases)},
            lists={listed.id: replace(listed, cases=listing)},
        )

    before, after = pack((first, second, first), (one, one)), pack((second, third, third), (two, one))
    assert list(_cases(before, after)) == [
        (rule.id, first, "A"),
        (rule.id, second, "both"),
        (listed.id, one, "both"),
        (rule.id, third, "B"),
        (listed.id, two, "B"),
    ]


def test_a_case_of_a_list_comes_out_as_its_entries() -> None:
    listed = PACK.lists["annex-18"]
    held = next(one for one in listed.cases if one.on and not one.perhaps and not one.hints)
    assert _decision(Plans(PACK), listed.id, held, "A", own=True) == f"on {', '.join(sorted(held.on))}"


# ---- what is asked of an item


def asked_of(product: dict[str, Any], pack: Any = PACK) -> Inquiry:
    found = read(json.dumps({"format": "rare-earth-bom/1", "product": product}).encode(), "x.json")
    assert found.product is not None
    return Inquiry(shipment_of(found.product, found.shipment, found), pack, {}, DAY)


def question(computed_by: str) -> str:
    (found,) = [one.id for one in PACK.questions.values() if one.computed_by == computed_by]
    return found


def test_what_the_answers_to_plain_questions_depend_on() -> None:
    """Equipment, parameters and substances are read off the item; two items that differ in one differ in the fact."""
    inquiry = asked_of({"part_number": "A", "composition": [{"cas": "7440-00-8"}], "composition_complete": True})
    asks = [Ask(question(one), "is", frozenset({"yes"})) for one in ("equipment", "parameter", "names_cas")]
    found = [inquiry.facts.one(ask, 0) for ask in asks]
    assert found == [inquiry.contents.equipment[0], (), ((("7440-00-8", Truth.TRUE),), True)]
    warm = asked_of({"part_number": "A", "parameters": [{"name": "heating-temperature", "value": "1000 °C"}]})
    assert warm.facts.one(asks[1], 0) == (("heating-temperature", amount("1000")[0]),)


def test_steps_that_are_stated_at_a_place_and_not_there() -> None:
    inquiry = asked_of({"part_number": "A"})
    name = question("stated_steps")
    params = (("steps", "mining smelting"),)
    found = [inquiry.ask(Ask(name, one, frozenset({"CN"}), params=params), 0) for one in ("any_of", "none_of")]
    assert [(step.outcome, step.found) for step in found] == [(Truth.FALSE, "none stated"), (Truth.TRUE, "none stated")]


def test_the_facts_of_an_item_where_a_question_is_found_deeper() -> None:
    """A path of several names is followed; the facts are the same as those read name by name."""
    ask = next(one for one in PACK.questions.values() if one.found_at.startswith("item."))
    deep = replace(PACK, questions={ask.id: replace(ask, found_at="item.origin.upper")})
    inquiry = asked_of({"part_number": "A", "origin": "CN"})
    item = inquiry.product.items[0]
    origin, steps = Plan(deep, {}).item_facts(item)  # type: ignore[misc]
    assert (origin(), steps) == ("CN", item.steps)
    flat = replace(PACK, questions={ask.id: replace(ask, found_at="item.origin")})
    assert Plan(flat, {}).item_facts(item) == ("CN", item.steps)


def coded(count: int, **more: Any) -> dict[str, Any]:
    code = next(one for entry in PACK.lists["annex-18"].entries for one in entry.hs_codes)
    parts = [{"part_number": f"P{at}", "quantity": 1, "hs_code": code, "form": "reagent", **more} for at in range(count)]
    return {"part_number": "A", "parts": parts}


def test_a_tariff_code_that_a_list_prints_is_named_and_many_are_counted() -> None:
    found = {count: hints(asked_of(coded(count, rare_earths="none"))) for count in (1, 2)}
    each = len(found[1])
    assert each > 0
    assert len(found[2]) == 2 * each
    most = SHOWN // each + 1
    many = hints(asked_of(coded(most, rare_earths="none")))
    assert (len(many), many[-1]) == (SHOWN + 1, f"and {most * each - SHOWN:,} more of the kind")


# ---- a name that is declared by an announcement of no list


def test_an_announcement_that_is_not_known_lists_nobody() -> None:
    found = screen("Bolt Ltd", None, "control-list", ("an-announcement",), DAY, PACK.parties)
    assert (found.listed, found.by, found.open) == (
        {"control-list": Truth.TRUE, "watch-list": Truth.FALSE},
        ("an-announcement",),
        False,
    )


# ---- shares counted entry by entry


def test_the_entries_of_a_list_are_told_apart_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry = asked_of({"part_number": "A"})
    first = _single_entries(inquiry, "annex-18")
    monkeypatch.setattr(inquiry, "in_order", None)  # what is looked through the first time
    assert _single_entries(inquiry, "annex-18") is first
    assert len(first) >= 1


# ---- what stands in the files of a pack


def test_a_suspension_without_an_end_that_is_open_has_no_status() -> None:
    fields = SuspensionFields.model_validate(
        {
            "id": "s",
            "says": {"at": "1", "zh": "暂停", "confidence": "derived"},
            "suspends": ["r"],
            "from": "2026-01-01",
            "through": "2026-12-31",
        }
    )
    made, status = build.suspension(fields, "i")
    assert (made.id, made.starts, made.last_day, made.status, status) == ("s", date(2026, 1, 1), date(2026, 12, 31), None, None)


SUSPENDED = """format: rare-earth-rules/1
instrument:
  id: i
  title: {zh: 公告, en: notice}
  issued: 2026-01-01
  source: {url: "https://example.org", confidence: primary}
count: 0
suspensions:
  - {id: s, says: {at: "1", zh: 暂停, confidence: derived}, suspends: [r], from: 2026-01-01, through: 2026-12-31}
"""
LISTED = """format: rare-earth-rules/1
list: l
instrument: i
title: t
confidence: derived
note: n
count: 3
entries:
  - {code: a, zh: 甲, en: a, confidence: derived, declared: no}
  - {code: b, zh: 乙, en: b, confidence: derived, declared: no, note: kept here}
  - {code: c, zh: 丙, en: c, confidence: derived}
"""


def loading(folder: Path, **files: str) -> loader._Loader:
    for name, text in files.items():
        folder.joinpath(name.replace("_", ".")).write_text(text, encoding="utf-8")
    return loader._Loader(folder)


def noted(found: loader._Loader) -> list[tuple[str, int | None, str, str]]:
    return [(one.place.file, one.place.line, one.message, one.advice) for one in found.problems]


def test_an_entry_that_nothing_can_recognise_is_a_problem(tmp_path: Path) -> None:
    found = loading(tmp_path, l_yaml=LISTED)
    opened = found.file("l.yaml", ListFile)
    assert opened is not None
    made = found.lists([opened], ConditionReader({}, {}, {}, frozenset()))
    assert [one.code for one in made["l"].entries] == ["a", "b", "c"]
    advice = "say how, or by what code; or in 'note' that it is kept here and not judged"
    assert noted(found) == [("l.yaml", 9, "can not be recognised at all", advice)]


def test_subjects_are_objects_of_different_names(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    found = loading(tmp_path, a_json="{}", b_json="[]", c_json="{")
    (tmp_path / "more" / "a.json").write_text("{}", encoding="utf-8")
    made = found.subjects(["a.json", "b.json", "c.json", "more/a.json", "d.json"])
    assert {name: one.document for name, one in made.items()} == {"a": {}}
    assert [(file, message) for file, _, message, _ in noted(found)] == [
        ("b.json", "a subject is one object"),
        ("c.json", found.problems[1].message),
        ("more/a.json", "a subject of this name stands already"),
        (str(tmp_path / "d.json"), "no such file or directory"),
    ]


def test_a_folder_that_can_not_be_looked_into_may_hold_law(tmp_path: Path) -> None:
    found = loading(tmp_path)
    found.unseen(PermissionError(13, "Permission denied", "rules/lists"))
    found.unseen(OSError(None, None, "rules/more"))
    assert noted(found) == [
        ("rules/lists", 0, "permission denied", "restore the folder"),
        ("rules/more", 0, "can not be read", "restore the folder"),
    ]


def test_what_an_item_contains_depends_on_what_lists_ask_of_its_kind() -> None:
    inquiry = asked_of({"part_number": "A", "form": "metal", "composition": [{"element": "Dy"}]})
    for question, params in (("item.contains", (("element", "Dy"),)), ("item.consists_of", (("elements", "Dy Fe"),))):
        ask = Ask(question, "is", frozenset({"yes"}), params=params)
        assert inquiry.facts.one(ask, 0) is inquiry.kinds.of(0).listing


def test_so_much_is_remembered_of_conditions_and_then_none(monkeypatch: pytest.MonkeyPatch) -> None:
    made = read(
        b'{"format": "rare-earth-bom/1", "product": {"form": "motor", "parts": [{"form": "permanent-magnet"}]}}', "x.json"
    )
    assert made.product is not None
    shipment = shipment_of(made.product, made.shipment, made)
    known: list[int] = []
    found = []
    for kept in (20_000, 2, 1):
        monkeypatch.setattr(basis, "KEPT", kept)
        remembered = plan.Plan(PACK, module.chosen_readings(PACK, {}))
        for _ in range(2):
            found.append(determine(shipment, PACK, on=DAY, plan=remembered).cautions)
        known.append(len(remembered.sure))
    assert known[0] == 3 > known[1] >= 1 == known[2]
    assert all(one == found[0] for one in found)


def test_a_confirmation_in_words() -> None:
    lapsed = Confirmation(
        settles="s",
        outcome="lapsed",
        through=None,
        instrument=None,
        published=None,
        source="here",
        by="us",
        day=DAY,
        place=HERE,
    )
    assert lapsed.text == "status s: lapsed (confirmed by us on 2026-06-01, here; cases.yaml)"
    other = replace(
        lapsed, outcome="extended", through=date(2026, 7, 1), instrument="No. 1", published=date(2026, 5, 1), source="there"
    )
    said = "status s: extended through 2026-07-01 by No. 1, published 2026-05-01"
    assert other.text == f"{said} (confirmed by us on 2026-06-01, there; cases.yaml)"


def test_what_is_known_of_a_pack_serves_that_pack_alone() -> None:
    plans, other = Plans(PACK), replace(PACK, title="another")
    mine = plans.under(PACK, {"a": "b"})
    assert plans.under(PACK, {"a": "b"}) is mine
    assert plans.under(PACK, {}) is not mine
    found = plans.under(other, {"a": "b"})
    assert (found.pack is other, found.readings) == (True, {"a": "b"})
    assert plans.under(other, {"a": "b"}) is not found


def test_a_suspension_without_a_question_asks_nothing(tmp_path: Path) -> None:
    found = loading(tmp_path, i_yaml=SUSPENDED)
    parts = loader._Parts()
    found.instrument("i.yaml", ConditionReader({}, {}, {}, frozenset()), parts)
    assert noted(found) == []
    assert (list(parts.suspensions), parts.statuses) == (["s"], {})


# ---- what became of an item


def test_an_item_that_counts_toward_a_share_without_a_list_is_said_to_count() -> None:
    """A share may be of a list that no rule asks of the item itself."""
    inquiry = asked_of({"part_number": "A", "form": "metal", "composition": [{"element": "Dy"}]})
    places = Places(inquiry)
    assert places.measure is not None
    places.lists = ()
    found = {}
    for truth in Truth:
        places.measure.counts[0] = truth
        found[truth] = places.became(0)
    said = ("counted", f"counts toward the share of {places.measure.name}")
    assert found == {Truth.TRUE: said, Truth.UNKNOWN: said, Truth.FALSE: ("not relevant", "no list names it: metal")}


def test_an_item_that_is_surely_on_no_list_is_not_held_whoever_says_it_may_be() -> None:
    """The items that may be on a list are found kind by kind; each is looked at by itself all the same."""
    inquiry = asked_of({"part_number": "A", "form": "packaging", "rare_earths": "none"})
    assert inquiry._is_held("annex-18", "", frozenset({0}), 0) == (Truth.FALSE, ())
    assert inquiry._is_held("annex-18", "", frozenset(), 0) == (Truth.FALSE, ())


def test_a_determination_in_brief_is_what_it_says_at_length() -> None:
    early, late = judged(), judged()
    assert late.limbs  # the rest of this one is worked out before
    for found in (early, late):
        assert found.brief == Brief(
            standings=tuple((one.rule, one.standing) for one in late.limbs),
            asks_for=tuple((one.kind, one.about) for one in late.asks_for),
        )


def test_a_refusal_is_the_same_after_it_was_stored() -> None:
    """As it comes from another process."""
    refused = Refused([Problem(place=HERE, message="is wrong", advice="correct it")])
    again = pickle.loads(pickle.dumps(refused))  # noqa: S301  # written a line above
    assert (type(again), again.problems, str(again)) == (Refused, refused.problems, str(refused))


@pytest.mark.parametrize("day", [date(2025, 10, 8), date(2025, 10, 9), DAY])
def test_what_was_not_issued_yet_is_not_in_the_pack_as_it_was_published(day: date) -> None:
    known = {name for name, one in PACK.instruments.items() if one.issued <= day}
    assert 0 < len(known) < len(PACK.instruments) or day == DAY
    found = as_published(PACK, day)
    assert set(found.instruments) == known
    for part in ("rules", "cautions", "suspensions"):
        every = getattr(PACK, part)
        assert every
        assert getattr(found, part) == {name: one for name, one in every.items() if one.instrument in known}, part
    open_after = {one.status for one in found.suspensions.values()}
    assert found.statuses == {name: one for name, one in PACK.statuses.items() if name in open_after}


def test_a_confirmation_is_known_from_what_was_published_else_from_when_it_was_looked_for() -> None:
    (one,) = casebook.confirmations(case(status=(("suspension-70", "lapsed"),)))
    early, late = DAY - timedelta(days=1), DAY + timedelta(days=1)
    found = [replace(one, published=published, day=day) for published in (None, early, late) for day in (early, late)]
    by_day = {by: [(each.published, each.day) for each in confirmed_by(found, by)] for by in (early, DAY, late)}
    soon = [(None, early), (early, early), (early, late)]
    assert by_day == {early: soon, DAY: soon, late: [(each.published, each.day) for each in found]}


# ---- text at its limits


@pytest.mark.parametrize("count", [11, 12, 13, 1013])
def test_a_path_of_more_than_twelve_steps_loses_its_middle(count: int) -> None:
    steps = [f"s{at}" for at in range(count)]
    middle = [f"…({count - 12:,} steps)…"] if count > 12 else []
    kept = [f".{one}" for one in steps] if count <= 12 else [f".{one}" for one in steps[:6]]
    after = [f".{one}" for one in steps[-6:]] if count > 12 else []
    assert path_text(steps) == "".join([*kept, *middle, *after]).lstrip(".")
    assert path_text(["a", 3, "b"]) == "a[3].b"


def test_text_that_does_nothing() -> None:
    assert harmless("a\tb\u200bc\U000e0001d") == "a\\u0009b\\u200bc\\U000e0001d"
    assert harmless("\uffff") == "\\uffff"
    assert harmless_lines("a\n\u202e") == "a\n\\u202e"
    assert no_commands("  ::set a\n\x1b[1m::b x::y ##[c]") == "  \\u003a:set a\n\x1b[1m\\u003a:b x::y \\u0023#[c]"
    assert no_commands_in_markup(" ::a ##vso[b]") == " &#58;:a &#35;#vso[b]"
    assert harmless_json('"\x7f##[a]"') == '"\\u007f\\u0023#[a]"'
    assert harmless_json('"é\u200b\U000e0001"') == '"é\\u200b\\udb40\\udc01"'


def test_json_that_is_read_the_quick_way() -> None:
    one_line = read_quick('{"a": {"b": [{}]}}')
    assert [one_line.at, one_line["a"].at, one_line["a"]["b"][0].at] == [0, 0, 0]
    text = ' {"a":\n {"b": [[{}], {"c": 1.50}]}, "d": {}}'
    lines = read_quick(text)
    first, second = lines["a"]["b"][0][0], lines["a"]["b"][1]
    assert [lines.at, lines["a"].at, first.at, second.at, lines["d"].at] == [at for at, sign in enumerate(text) if sign == "{"]
    assert (second["c"], read_quick("[1, true, false, null]")) == (Number("1.50"), [Number("1"), True, False, None])
    assert read_quick("3\n") == Number("3")
    assert [read_quick(text) for text in ('{"a": 1, "a": 2}', "NaN", "{", '"\\ud800"', '{"a": "{",\n"b": {}}')] == [None] * 5
    assert read_quick('"\\u0041"') == "A"
    assert json_text.MANY == 300


def test_lines_are_counted_from_the_very_first_sign() -> None:
    for text, message in (("\n[", "the text ends too early"), ("\n]", "found ']', expected a value")):
        with pytest.raises(Refused) as refused:
            json_text.read(text, "x.json")
        assert [(one.place.line, one.message) for one in refused.value.problems] == [(2, message)]
    with pytest.raises(Refused) as refused:
        json_text.decode(b"\n\xff", "x.json")
    assert [(one.place.line, one.message) for one in refused.value.problems] == [(2, "byte 2 (0xff) is not UTF-8")]
    assert (offset_of("", 0, ("a",)), offset_of("{", 0, ("a",)), offset_of('{"a": {"b": 1}, "b": 2}', 0, ("b",))) == (0, 0, 21)


@pytest.mark.parametrize("over", [0, 1])
def test_yaml_has_a_largest_file_and_a_longest_value(over: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_SCALAR", 8)
    data = b"a: bcde" + b"f" * (1 + over)
    monkeypatch.setattr(yaml_text, "MAX_BYTES", len(data))
    if not over:
        assert yaml_text.read(data, "short.yaml").value == {"a": "bcdef"}
    else:
        with pytest.raises(Refused):
            yaml_text.read(data, "long.yaml")
    monkeypatch.setattr(yaml_text, "MAX_SCALAR", 500)
    monkeypatch.setattr(yaml_text, "MAX_BYTES", len(data) - 1)
    with pytest.raises(Refused):
        yaml_text.read(data, f"large-{over}.yaml")  # another name: what was read once may be remembered
