"""The answer as a whole: how findings make it, what a clearing needs, what it says of itself."""

from __future__ import annotations

import dataclasses
import gc
import json
from datetime import date
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine import determine as module
from rare_earth_compliance.engine.comparing import compared
from rare_earth_compliance.engine.determination import Answer, Determination, Status
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.law.conditions import Ask
from rare_earth_compliance.law.confirmations import read_confirmations
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.product.reader import read, shipment_of
from rare_earth_compliance.reports.as_json import to_dict
from rare_earth_compliance.reports.run import Run, status
from tests.running import ROOT

PACK = load()
TODAY = date(2026, 11, 23)
DORMANT = date(2026, 6, 1)


def document(name: str) -> Any:
    return json.loads((ROOT / "rules" / "subjects" / f"{name}.json").read_text(encoding="utf-8"))


def motor() -> Any:
    """The motor from China, with the magnet in it said to be no removable principal component."""
    found = document("chinese-motor")
    found["product"]["parts"][0]["parts"][0]["principal"] = False
    return found


def judged(data: Any, on: date = TODAY, pack: RulePack = PACK, **readings: str) -> Determination:
    contents = read(json.dumps(data).encode(), "x.json")
    assert contents.product is not None
    chosen = {name.replace("_", "-"): option for name, option in readings.items()}
    return determine(shipment_of(contents.product, contents.shipment, contents), pack, on=on, readings=chosen)


def statuses(found: Determination) -> dict[str, set[str]]:
    made: dict[str, set[str]] = {}
    for one in found.findings:
        made.setdefault(one.rule, set()).add(one.status.value)
    return made


def test_an_answer_is_no_bool() -> None:
    found = judged(document("chinese-magnet"))
    with pytest.raises(TypeError):
        bool(found)
    with pytest.raises(TypeError):
        bool(found.answer)


def test_a_loose_magnet_from_china_needs_a_licence() -> None:
    found = judged(document("chinese-magnet"))
    assert found.answer is Answer.REQUIRED
    # What the magnet was made from is judged too: an input that was consumed is no item of its own.
    found_at = statuses(found)
    assert found_at.pop("cn-mofcom-2025-18/1") == {"applies", "does not apply"}
    # Nobody said by which activity anything is provided, and it is a duty alone that hangs on it; who may be listed is asked.
    open_rules = {rule for rule, outcomes in found_at.items() if outcomes != {"does not apply"}}
    assert open_rules <= {"cn-mofcom-2025-62/5", *(f"cn-mofcom-2026-{number}/1" for number in (11, 23, 27))}
    assert len(found_at) >= 15
    (applies,) = [one for one in found.findings if one.status is Status.APPLIES]
    assert applies.listed_as == ("1C905.a.4",)
    assert (applies.place.file, applies.place.line, applies.place.path) == ("x.json", 1, "product")
    assert [duty.id for duty in applies.duties] == ["application", "customs-remark", "keep-records"]


@pytest.mark.parametrize(("code", "listed"), [("3C001.b", "annex-23"), ("1C902.a.1", "annex-18")])
def test_only_a_code_with_a_description_can_contradict_it(code: str, listed: str) -> None:
    """Gallium is found by its declared code alone: there is no description that the item could miss."""
    gallium = document("german-magnet")
    gallium["product"] = {
        "form": "compound",
        "rare_earths": "none",
        "equipment": "none",
        "control_codes": [code],
        "composition": [{"element": "Ga"}, {"element": "As"}],
        "composition_complete": True,
    }
    found = [text for text in judged(gallium).conflicts if code in text]
    entry = next(one for one in PACK.lists[listed].entries if one.code == code)
    wanted = f"product: line 1: the declared control code {code} ({entry.en}) does not fit the description"
    assert [text.partition(": ")[2] for text in found] == ([wanted] if listed == "annex-18" else [])


def test_a_magnet_fixed_in_a_motor_rests_on_the_official_answer() -> None:
    found = judged(motor(), DORMANT)
    assert found.answer is Answer.NOT_REQUIRED
    assert any(text.startswith("reading fixed-magnets-18 = outside") for text in found.rests_on)
    assert [one.id for one in found.cautions] == ["fixed-magnets", "splitting"]
    assert judged(motor(), DORMANT, fixed_magnets_18="inside").answer is Answer.NOT_REQUIRED
    unsaid = document("chinese-motor")
    for reading in ("inside", "outside"):
        open_ = judged(unsaid, DORMANT, fixed_magnets_18=reading)
        assert open_.answer is Answer.UNDETERMINED
        assert "item.principal" in {one.about for one in open_.asks_for}


def test_a_clearing_gives_a_reason_for_every_rule_and_a_last_day() -> None:
    found = judged(motor(), DORMANT)
    rules = [rule.id for rule in PACK.rules.values() if rule.licence]
    assert [line.split(": ")[0] for line in found.clearing] == rules
    # The next instrument of the pack begins on that day.
    assert found.expires == date(2026, 6, 22)
    assert found.scope.startswith("under these instruments, on 2026-06-01")
    assert found.coverage.read == found.coverage.judged == sum(line.count for line in found.coverage.lines) == 5


def test_nothing_is_cleared_without_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away each leg of a clearing in turn: the answer is undetermined, never "not required"."""
    shipped = motor()
    assert judged(shipped, DORMANT).answer is Answer.NOT_REQUIRED
    nothing = dataclasses.replace(PACK, rules={})
    assert judged(shipped, DORMANT, nothing).answer is Answer.UNDETERMINED
    unnamed = dataclasses.replace(PACK, sha256="")
    assert judged(shipped, DORMANT, unnamed).answer is Answer.UNDETERMINED
    original = module.coverage

    def lost(*args: Any) -> Any:
        return dataclasses.replace(original(*args), judged=4)

    monkeypatch.setattr(module, "coverage", lost)
    assert judged(shipped, DORMANT).answer is Answer.UNDETERMINED


def test_a_contradiction_clears_nothing() -> None:
    shipped = motor()
    shipped["product"]["parts"][0]["rare_earths"] = "none"
    found = judged(shipped, DORMANT)
    assert found.answer is Answer.UNDETERMINED
    assert any("holds some" in text or "free of rare earths" in text for text in found.conflicts)


def test_a_declared_code_that_does_not_fit_is_a_contradiction_and_still_counts() -> None:
    shipped = motor()
    shipped["product"]["parts"][1]["control_codes"] = ["1C905.a.1"]
    found = judged(shipped, DORMANT)
    assert found.answer is not Answer.NOT_REQUIRED
    assert any("1C905.a.1" in text and "does not fit" in text for text in found.conflicts)


def test_an_open_list_is_judged_like_an_item() -> None:
    shipped = motor()
    shipped["product"]["form"] = "finished-product"
    del shipped["product"]["complete"]
    found = judged(shipped, DORMANT)
    assert found.answer is Answer.UNDETERMINED
    contents = [ask for ask in found.asks_for if ask.about == "item.contents"]
    assert [subject.label for ask in contents for subject in ask.subjects] == ["MOTOR"]
    # The product itself, and the magnet, whose dysprosium was bought in a form that is not said.
    assert found.coverage.undisclosed == 2


def test_the_status_of_the_law_is_asked_for_by_name() -> None:
    found = judged(document("chinese-fibre"), start_after_suspension="at-once")
    assert found.answer is Answer.UNDETERMINED
    assert [(ask.kind, ask.about) for ask in found.asks_for] == [("status", "suspension-70")]


def test_both_outcomes_of_an_open_status_are_shown() -> None:
    found = judged(document("chinese-fibre"), start_after_suspension="at-once")
    assert [(one.assumed, one.answer) for one in found.outlook] == [
        ("if the suspension lapsed", Answer.REQUIRED),
        ("if the suspension was extended past this day", Answer.NOT_REQUIRED),
    ]
    assert judged(document("chinese-fibre"), DORMANT).outlook == ()


def test_readings_that_do_not_exist_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        judged(document("chinese-fibre"), no_such="x", part_2_reaches="y")
    assert [problem.place.path for problem in refused.value.problems] == ["no-such", "part-2-reaches"]


def test_every_finding_that_can_not_be_told_asks_something() -> None:
    seen = 0
    for name in ("german-magnet", "chinese-motor", "chinese-fibre", "chinese-technology"):
        for one in judged(document(name)).findings:
            if one.status is Status.CANNOT_TELL:
                seen += 1
                assert one.asks_for
    assert seen >= 4


def test_a_finding_never_hides_another() -> None:
    shipped = document("chinese-magnet")
    loose = {"quantity": 2, "processing": ["loose"]}
    parts = [{**shipped["product"], **loose}, {**document("chinese-fibre")["product"], **loose}]
    shipped["product"] = {"form": "assembly", "complete": True, "parts": parts}
    found = judged(shipped)
    assert found.answer is Answer.REQUIRED
    assert {one.rule for one in found.findings if one.would is Truth.TRUE} >= {"cn-mofcom-2025-18/1", "cn-mofcom-2025-57/1"}


def test_the_run_that_judged_nothing_is_not_clear() -> None:
    assert status(Run()) == 4
    assert status(Run(refused_files=("x",))) == 3
    found = judged(motor(), DORMANT)
    assert status(Run(determinations=(found,))) == 0
    # Even a determination that says "not required" is not clear without its reasons.
    assert status(Run(determinations=(dataclasses.replace(found, clearing=()),))) == 11


def test_the_result_is_plain_and_repeatable() -> None:
    first, second = (json.dumps(to_dict(judged(motor()))) for _ in range(2))
    assert first == second
    assert "0x" not in first


@pytest.mark.parametrize("count", [3_000])
def test_deep_and_wide_products_are_judged(count: int) -> None:
    magnet = document("german-magnet")["product"]
    shipment = document("german-magnet")["shipment"]
    wide = {"form": "assembly", "complete": True, "parts": [{**magnet, "quantity": 1} for _ in range(count)]}
    found = judged({"format": "rare-earth-bom/1", "product": wide, "shipment": shipment})
    assert (found.answer, found.coverage.read) == (Answer.UNDETERMINED, count + 1)
    deep = judged_text(nested(magnet, shipment, count))
    assert (deep.answer, deep.coverage.read) == (Answer.UNDETERMINED, count + 1)


@pytest.mark.long
def test_a_hundred_thousand_levels_and_lines() -> None:
    magnet = document("german-magnet")["product"]
    shipment = document("german-magnet")["shipment"]
    found = judged_text(nested(magnet, shipment, 100_000))
    assert (found.answer, found.coverage.read) == (Answer.UNDETERMINED, 100_001)
    plain = {"form": "part", "rare_earths": "none", "quantity": 1}
    wide = {"form": "assembly", "complete": True, "parts": [{**magnet, "quantity": 1}, *([plain] * 100_000)]}
    found = judged({"format": "rare-earth-bom/1", "product": wide, "shipment": shipment})
    assert (found.answer, found.coverage.read) == (Answer.UNDETERMINED, 100_002)


def nested(magnet: Any, shipment: Any, count: int) -> bytes:
    """A product of ``count`` assemblies inside each other and a magnet in the last; written as text, for depth."""
    level = '{"form": "assembly", "complete": true, "quantity": 1, "parts": ['
    top = level.replace('"quantity": 1, ', "")
    inside = json.dumps({**magnet, "quantity": 1})
    product = top + level * (count - 1) + inside + "]}" * count
    return f'{{"format": "rare-earth-bom/1", "product": {product}, "shipment": {json.dumps(shipment)}}}'.encode()


def judged_text(data: bytes) -> Determination:
    contents = read(data, "x.json")
    assert contents.product is not None
    return determine(shipment_of(contents.product, contents.shipment, contents), PACK, on=TODAY)


@pytest.mark.parametrize(
    ("operator", "words", "outcome"),
    [
        ("none_of", ["CN"], Truth.TRUE),
        ("none_of", ["CN", "HK"], Truth.UNKNOWN),
        ("any_of", ["CN"], Truth.FALSE),
        ("any_of", ["CN", "JP"], Truth.FALSE),
        ("any_of", ["JP", "US"], Truth.UNKNOWN),
        ("any_of", ["US"], Truth.UNKNOWN),
    ],
)
def test_a_destination_that_is_only_known_not_to_be_some(operator: str, words: list[str], outcome: Truth) -> None:
    """ "not CN, JP" settles only what is asked of China and Japan; every other country stays open."""
    question = PACK.questions["shipment.destination"]
    ask = Ask(question=question.id, operator=operator, values=frozenset(words))
    assert compared(ask, question, "not CN, JP", True) == (outcome, "not CN, JP")


@pytest.mark.parametrize("name", ["chinese-magnet", "chinese-motor", "german-magnet", "chinese-fibre", "chinese-machine"])
def test_the_outcome_without_a_trace_is_that_of_the_trace(name: str) -> None:
    """Most entries of lists are only asked for their outcome; every condition of the pack is compared here."""
    contents = read(json.dumps(document(name)).encode(), "x.json")
    assert contents.product is not None
    shipment = shipment_of(contents.product, contents.shipment, contents)
    conditions = [entry.recognise for listed in PACK.lists.values() for entry in listed.entries]
    conditions += [rule.when for rule in PACK.rules.values()] + [one.when for one in PACK.policies.values()]
    conditions += [one.when for rule in PACK.rules.values() for one in rule.unless]
    seen = 0
    for readings in ({}, {one.id: one.options[0].id for one in PACK.readings.values()}):
        inquiry = Inquiry(shipment, PACK, readings, TODAY)
        for condition in conditions:
            for index in inquiry.product.order:
                seen += 1
                assert inquiry.outcome(condition, index) is inquiry.step(condition, index).outcome
    assert seen > 600


# ---- what is left behind


def inquiries() -> int:
    """How many are in memory."""
    return sum(isinstance(one, Inquiry) for one in gc.get_objects())


def test_an_inquiry_goes_with_its_determination_and_does_not_wait_for_the_collector() -> None:
    shipment = read_shipment(json.dumps(motor()), "x.json")
    gc.collect()
    gc.disable()
    try:
        before = inquiries()
        held = determine(shipment, PACK, on=TODAY)
        assert inquiries() == before + 1
        assert held.clearing
        assert inquiries() == before, "all was said, so there is nothing to ask any more"
        held = determine(shipment, PACK, on=TODAY)
        assert inquiries() == before + 1
        del held
        assert inquiries() == before
    finally:
        gc.enable()


def test_a_closed_inquiry_answers_nothing() -> None:
    inquiry = Inquiry(read_shipment(json.dumps(motor()), "x.json"), PACK, {}, TODAY)
    condition = PACK.rules["cn-mofcom-2025-18/1"].when
    assert inquiry.outcome(condition, 0) is not None
    inquiry.close()
    with pytest.raises(AttributeError):
        inquiry.outcome(condition, 0)


def test_an_inquiry_that_was_taken_outlives_its_case() -> None:
    found = module.decided(read_shipment(json.dumps(motor()), "x.json"), PACK, on=TODAY)
    inquiry = found.case.take()
    condition = PACK.rules["cn-mofcom-2025-18/1"].when
    before = inquiry.outcome(condition, 0)
    del found
    assert inquiry.outcome(condition, 0) is before


# ---- what is handed in beside the shipment


CONFIRMED = read_confirmations(
    b"format: rare-earth-status/1\nconfirmations:\n"
    b"  - {settles: suspension-70, outcome: lapsed, source: a test, by: A. B., day: 2026-11-20, published: 2026-11-20}\n",
    "status.yaml",
    PACK,
)
CHOSEN = {"start-after-suspension": "at-once"}


def states_of(**more: Any) -> dict[str, str]:
    on = more.pop("on", TODAY)
    return {one.rule: one.state for one in determine(read_shipment(motor()), PACK, on=on, **more).states}


def test_what_was_published_later_is_left_out() -> None:
    name, day = "cn-mofcom-2025-61/1.1", date(2025, 12, 2)
    assert states_of(on=day)[name] == "never operated"
    assert states_of(on=day, known_by=date(2025, 11, 6))[name] == "in force"
    assert states_of(readings=CHOSEN, confirmations=CONFIRMED)[name] == "in force"
    assert states_of(readings=CHOSEN, confirmations=CONFIRMED, known_by=date(2026, 11, 20))[name] == "in force"
    assert states_of(readings=CHOSEN, confirmations=CONFIRMED, known_by=date(2026, 11, 19))[name] == "unknown"
    known = determine(read_shipment(motor()), PACK, on=TODAY, known_by=date(2026, 11, 19))
    assert (known.known_by, determine(read_shipment(motor()), PACK, on=TODAY).known_by) == (date(2026, 11, 19), None)


@pytest.mark.parametrize("name", ["german-magnet", "reshipped-magnet"])
def test_what_each_option_comes_to_is_judged_with_all_else_as_it_was(name: str) -> None:
    seen = set()
    shipment = read_shipment(document(name))
    for readings, confirmations in (({}, ()), (CHOSEN, CONFIRMED), ({"part-2-reaches": "any-depth", **CHOSEN}, CONFIRMED)):
        made = determine(shipment, PACK, on=TODAY, readings=readings, confirmations=confirmations, weigh=True)
        for one in made.weighed:
            other = {**readings, one.reading: one.option}
            again = determine(shipment, PACK, on=TODAY, readings=other, confirmations=confirmations)
            assert one.answer is again.answer, one
            seen.add((one.reading, one.answer))
        assert {one.reading for one in made.weighed}.isdisjoint(readings)
    assert len(seen) > 1
    assert determine(shipment, PACK, on=TODAY).weighed == ()


def test_where_the_words_of_each_rule_stand_is_told() -> None:
    made = determine(read_shipment(motor()), PACK, on=TODAY)
    found = {one.rule: (one.title, one.at, one.source) for one in made.states}
    assert found == {
        name: (rule.title, rule.says.at, PACK.instruments[rule.instrument].url or "") for name, rule in PACK.rules.items()
    }
    bare = dataclasses.replace(
        PACK, instruments={name: dataclasses.replace(one, url=None) for name, one in PACK.instruments.items()}
    )
    assert {one.source for one in determine(read_shipment(motor()), bare, on=TODAY).states} == {""}


@pytest.mark.parametrize("stated", [False, True])
@pytest.mark.parametrize("sold", [False, True])
def test_a_product_may_be_both_valued_and_sold(stated: bool, sold: bool) -> None:
    euro = {"amount": "1", "currency": "EUR"}
    data = {"format": "rare-earth-bom/1", "product": {"part_number": "A"}, "shipment": {"destination": "US"}}
    data["product"] |= {"unit_value": euro} if stated else {}
    data["shipment"] |= {"unit_price": euro} if sold else {}
    made = module.decided(read_shipment(data), PACK, on=TODAY)
    assert made.two_prices is (stated and sold)


@pytest.mark.parametrize(
    ("said", "nothing"),
    [
        ({"form": "rotor", "rare_earths": "none", "equipment": "none"}, True),
        ({"form": "oxide", "composition": [{"element": "Dy"}, {"element": "O"}], "composition_complete": True}, False),
        ({}, False),
    ],
)
def test_whether_anything_is_on_a_list_at_all(said: dict[str, Any], nothing: bool) -> None:
    """To whom it goes is asked of nothing else; what is on no list may go anywhere."""
    data = {"format": "rare-earth-bom/1", "product": {"part_number": "A", **said}, "shipment": {"kind": "goods"}}
    made = module.decided(read_shipment(data), PACK, on=TODAY)
    assert made.nothing_listed is nothing
    assert module._nothing_listed(made.case.inquiry) is nothing


def test_rules_that_ask_for_no_licence_clear_nothing() -> None:
    made = module.decided(read_shipment(motor()), PACK, on=TODAY)
    without = dataclasses.replace(PACK, rules={name: one for name, one in PACK.rules.items() if not one.licence})
    assert module.cleared([], made.case.covered, (), PACK) != ()
    assert module.cleared([], made.case.covered, (), without) == ()
    assert module.cleared([], made.case.covered, ("a contradiction",), PACK) == ()
    assert module.cleared([], made.case.covered, (), dataclasses.replace(PACK, sha256="")) == ()


def test_a_code_that_no_list_knows_is_told_with_its_place() -> None:
    data = {
        "format": "rare-earth-bom/1",
        "product": {"part_number": "A", "form": "rotor", "control_codes": ["9A999.b", "9A998"]},
    }
    shipment = read_shipment(data)
    place = shipment.product.place(0)
    said = [f"{place}: A declares the control code {code}, which no list of these rules knows" for code in ("9A998", "9A999.b")]
    assert [one for one in determine(shipment, PACK, on=TODAY).conflicts if "control code" in one] == said
