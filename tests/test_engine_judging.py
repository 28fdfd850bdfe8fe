"""The parts of the engine that judge: verdicts, what they wait for, what is remembered of kinds of items.

Each is put to a pack of a few lines that is written out here, at the line, just below and just above it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product as every
from types import SimpleNamespace
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.core.quantities import Interval, amount
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine import basis, shares, verdicts
from rare_earth_compliance.engine import determine as determine_module
from rare_earth_compliance.engine import plan as plans
from rare_earth_compliance.engine.asking import asks_for
from rare_earth_compliance.engine.coverage import Places, coverage, tree
from rare_earth_compliance.engine.deadlines import Deadlines
from rare_earth_compliance.engine.determination import (
    SHIPMENT,
    THIS_ITEM,
    Answer,
    CautionFound,
    Coverage,
    ExemptionFound,
    Lines,
    Need,
    RuleState,
    Status,
    Step,
)
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.engine.entries import entries_of
from rare_earth_compliance.engine.hints import SHORTEST, entries_pointed_to, hints
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.limbs import because_false, limbs, standings, why_not
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.engine.reaching import share_outcome
from rare_earth_compliance.engine.verdicts import Judge, something_stated, status_of
from rare_earth_compliance.engine.wherever import on_list, wherever
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Condition, Not, Question, Reads, Term, UnderEach
from rare_earth_compliance.law.confirmations import read_confirmations
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import (
    Entry,
    Exemption,
    ItemList,
    NotModelled,
    Option,
    Policy,
    Reading,
    Rule,
    RulePack,
    StatusQuestion,
    Suspension,
)
from rare_earth_compliance.law.parties import ListAnnouncement, ListedParty, Parties
from rare_earth_compliance.law.status import InForce
from rare_earth_compliance.law.workdays import due
from rare_earth_compliance.product.model import EndUse, Money, Party, Price, Rate, Shipment, Transfer
from rare_earth_compliance.product.reader import read, shipment_of
from rare_earth_compliance.product.words import meaning, unit_of, words

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
FULL = load()
DAY = date(2026, 11, 23)
QUOTE = next(iter(FULL.rules.values())).says


def asked(name: str, kind: str = "country", found_at: str = "", computed_by: str = "") -> Question:
    texts = dict.fromkeys(("en", "zh", "question", "complete_at", "ask_whom", "to_settle"), name)
    texts |= {"complete_at": "", "found_at": found_at or ("" if computed_by else name), "computed_by": computed_by}
    return Question(id=name, type=kind, params=(), param_words={}, words=(), **texts)


QUESTIONS = {
    one.id: one
    for one in (
        asked("item.origin"),
        asked("item.form", "word"),
        asked("shipment.destination"),
        asked("item.listed_in", "words", computed_by="listed_in"),
        asked("item.share", "share", computed_by="value_share"),
        asked("item.holds", "yes_no", computed_by="holds"),
        asked("item.enclosed", "yes_no", computed_by="enclosed"),
        asked("item.technology", "yes_no", computed_by="technology"),
        asked("item.contains", "yes_no", computed_by="contains"),
    )
}
ORIGIN = Ask("item.origin", "is", frozenset({"CN"}))
US = Ask("shipment.destination", "is", frozenset({"US"}))
RULE = replace(
    next(iter(FULL.rules.values())), id="r", instrument="i", when=ORIGIN, lists=(), policies=(), unless=(), effect="licence"
)
AWAKE = InForce(truth=TRUE, state="in force", because="since long")
OPEN = InForce(truth=UNKNOWN, state="unknown", because="?", readings=("first", "second"), status="st")


def pack(rule: Rule = RULE, **more: Any) -> RulePack:
    return replace(FULL, questions=QUESTIONS, rules={rule.id: rule}, cautions={}, suspensions={}, statuses={}, lists={}, **more)


def listed(name: str, *entries: tuple[str, Condition], declared: bool = True) -> ItemList:
    made = tuple(
        Entry(
            code=code,
            zh="",
            en=f"entry {code}",
            confidence="primary",
            hs_codes=(),
            hs_confidence="",
            declared=declared,
            note="",
            recognise=recognise,
            place=Place(file="list.yaml"),
        )
        for code, recognise in entries
    )
    return ItemList(
        id=name, instrument="i", title=f"list {name}", confidence="primary", note="", entries=made, elements=frozenset()
    )


def asking(
    product: dict[str, Any], used: RulePack | None = None, readings: Mapping[str, str] | None = None, **more: Any
) -> Inquiry:
    document = {"format": "rare-earth-bom/1", "product": product, **more}
    found = read(json.dumps(document).encode(), "x.json")
    assert found.product is not None, found.problems
    return Inquiry(shipment_of(found.product, found.shipment, found), used or pack(), readings or {}, DAY)


# ---- one rule at one item


def test_what_becomes_of_a_rule() -> None:
    """For conditions, force and lifting of every outcome."""
    exempt_or = {TRUE: Status.EXEMPT, FALSE: Status.APPLIES, UNKNOWN: Status.APPLIES}
    open_or = {TRUE: Status.EXEMPT, FALSE: Status.CANNOT_TELL, UNKNOWN: Status.CANNOT_TELL}
    for would, law, lifted in every(Truth, Truth, Truth):
        if would is FALSE:
            wanted = Status.FAILS
        elif law is FALSE:
            wanted = Status.ASLEEP if would is TRUE else Status.ASLEEP_CANNOT_TELL
        else:
            wanted = (exempt_or if (would, law) == (TRUE, TRUE) else open_or)[lifted]
        assert status_of(would, law, lifted) is wanted, (would, law, lifted)


def said(outcome: Truth, *parts: Step, reading: str | None = None) -> Step:
    return Step(asks="s", outcome=outcome, steps=parts, reading=reading)


STATED = [
    (said(TRUE), True),
    (said(FALSE), False),
    (said(UNKNOWN), False),
    (said(TRUE, reading="r"), False),
    (said(FALSE, said(TRUE)), True),
    (said(TRUE, said(FALSE), said(UNKNOWN)), False),
    (said(TRUE, said(TRUE, reading="r"), said(UNKNOWN)), False),
    (said(UNKNOWN, said(FALSE, said(FALSE), said(UNKNOWN, said(TRUE))), said(FALSE)), True),
    (said(UNKNOWN, said(FALSE), reading="r"), False),
    (said(UNKNOWN, said(TRUE), reading="r"), True),
]


@pytest.mark.parametrize(("step", "wanted"), STATED)
def test_whether_something_is_stated(step: Step, wanted: bool) -> None:
    assert something_stated(step) is wanted


def lifting(name: str, when: Condition, *, only_if_stated: bool = False) -> Exemption:
    return Exemption(id=name, says=QUOTE, read_as=f"read {name}", when=when, only_if_stated=only_if_stated, duties=())


def policy(name: str, when: Condition) -> Policy:
    return Policy(id=name, says=QUOTE, read_as=f"read {name}", when=when, policy=f"policy {name}")


ORIGIN_NEED = Need("fact", "item.origin", THIS_ITEM)
US_NEED = Need("fact", "shipment.destination", SHIPMENT)
LAW_NEEDS = {Need("reading", "first", SHIPMENT), Need("reading", "second", SHIPMENT), Need("status", "st", SHIPMENT)}
VERDICTS = [
    # origin, destination, the state of the law, status, what it waits for
    ("CN", "DE", AWAKE, Status.APPLIES, set()),
    ("CN", "US", AWAKE, Status.EXEMPT, set()),
    ("CN", None, AWAKE, Status.APPLIES, {US_NEED}),
    ("JP", None, AWAKE, Status.FAILS, set()),
    (None, "DE", AWAKE, Status.CANNOT_TELL, {ORIGIN_NEED}),
    (None, None, AWAKE, Status.CANNOT_TELL, {ORIGIN_NEED, US_NEED}),
    (None, "US", AWAKE, Status.EXEMPT, set()),
    ("CN", "DE", OPEN, Status.CANNOT_TELL, LAW_NEEDS),
    ("CN", None, OPEN, Status.CANNOT_TELL, {US_NEED, *LAW_NEEDS}),
    (None, None, OPEN, Status.CANNOT_TELL, {ORIGIN_NEED, US_NEED, *LAW_NEEDS}),
    ("JP", "DE", OPEN, Status.FAILS, set()),
    ("CN", "DE", replace(OPEN, status=None), Status.CANNOT_TELL, {one for one in LAW_NEEDS if one.kind == "reading"}),
    ("CN", "DE", replace(OPEN, readings=()), Status.CANNOT_TELL, {one for one in LAW_NEEDS if one.kind == "status"}),
    ("CN", "DE", replace(OPEN, truth=TRUE), Status.APPLIES, set()),
    ("CN", None, replace(OPEN, truth=FALSE), Status.ASLEEP, set()),
    (None, None, replace(OPEN, truth=FALSE), Status.ASLEEP_CANNOT_TELL, set()),
]


@pytest.mark.parametrize(("origin", "destination", "state", "status", "needs"), VERDICTS)
def test_a_verdict_and_what_it_waits_for(
    origin: str | None, destination: str | None, state: InForce, status: Status, needs: set[Need]
) -> None:
    rule = replace(RULE, unless=(lifting("e", US),))
    inquiry = asking({"part_number": "A", "origin": origin}, pack(rule), shipment={"destination": destination})
    found = Judge(inquiry, rule, state).verdict(0)
    assert (found.rule, found.state, found.status, found.needs) == (rule, state, status, needs)
    assert found.step == inquiry.step(ORIGIN, 0)
    met = inquiry.step(US, 0)
    assert [(one.id, one.outcome, one.at, one.says, one.read_as, one.step) for one in found.exemptions] == (
        [] if status is Status.FAILS else [("e", met.outcome, QUOTE.at, QUOTE.zh, "read e", met)]
    )


@pytest.mark.parametrize(
    ("destination", "stated_only", "raised"),
    [
        ("US", True, [TRUE]),
        ("US", False, [TRUE]),
        ("DE", True, []),
        ("DE", False, [FALSE]),
        (None, True, []),
        (None, False, [UNKNOWN]),
    ],
)
def test_an_exemption_that_nobody_speaks_of_may_not_be_raised(
    destination: str | None, stated_only: bool, raised: list[Truth]
) -> None:
    rule = replace(RULE, unless=(lifting("e", US, only_if_stated=stated_only), lifting("f", ORIGIN)))
    inquiry = asking({"part_number": "A"}, pack(rule), shipment={"destination": destination})
    found = Judge(inquiry, rule, AWAKE).verdict(0)
    assert [(one.id, one.outcome) for one in found.exemptions] == [*(("e", one) for one in raised), ("f", UNKNOWN)]


def test_an_exemption_that_is_true_is_raised_whatever_is_stated() -> None:
    rule = replace(RULE, unless=(lifting("e", Not(US), only_if_stated=True),))
    inquiry = asking({"part_number": "A"}, pack(rule), shipment={"destination": "DE"})
    assert [one.outcome for one in Judge(inquiry, rule, AWAKE).verdict(0).exemptions] == [TRUE]


def test_an_exemption_of_which_a_part_is_stated_is_raised() -> None:
    rule = replace(RULE, unless=(lifting("e", All((US, ORIGIN)), only_if_stated=True),))
    inquiry = asking({"part_number": "A"}, pack(rule), shipment={"destination": "US"})
    assert [one.outcome for one in Judge(inquiry, rule, AWAKE).verdict(0).exemptions] == [UNKNOWN]


def test_the_policies_that_are_not_excluded_are_named() -> None:
    rule = replace(RULE, policies=("us", "cn", "jp"))
    japan = Ask("item.origin", "is", frozenset({"JP"}))
    used = pack(rule, policies={"cn": policy("cn", ORIGIN), "us": policy("us", US), "jp": policy("jp", japan)})
    inquiry = asking({"part_number": "A", "origin": "CN"}, used)
    found = Judge(inquiry, rule, AWAKE).verdict(0).policies
    assert [(one.policy, one.outcome, one.says, one.at, one.read_as, one.step) for one in found] == [
        ("policy us", UNKNOWN, QUOTE.zh, QUOTE.at, "read us", inquiry.step(US, 0)),
        ("policy cn", TRUE, QUOTE.zh, QUOTE.at, "read cn", inquiry.step(ORIGIN, 0)),
    ]
    other = asking({"part_number": "A", "origin": "US"}, used)
    assert Judge(other, rule, AWAKE).verdict(0).policies == ()


def parts(*made: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "part_number": "A",
        "complete": True,
        "parts": [{"part_number": f"P{at}", "quantity": 1, **one} for at, one in enumerate(made)],
        **more,
    }


def test_a_rule_looks_at_what_may_be_on_its_lists_else_at_the_product_alone() -> None:
    on = {
        name: listed(name, (name, Ask("item.form", "is", frozenset({form})))) for name, form in (("x", "oxide"), ("y", "metal"))
    }
    used = replace(pack(), lists=on)
    inquiry = asking(parts({"form": "metal"}, {"form": "oxide"}, {"form": "rotor"}, {}, form="motor", rare_earths="none"), used)
    found = [Judge(inquiry, replace(RULE, lists=names), AWAKE).candidates() for names in ((), ("x",), ("y", "x"), ("x", "x"))]
    assert found == [[0], [2, 4], [1, 2, 4], [2, 4]]


def share_rule() -> tuple[Rule, RulePack]:
    ask = Ask("item.share", "at_least", number=amount("0.1")[0], written="10 %", params=(("of", "x"), ("whose", "")))
    rule = replace(RULE, when=ask, lists=("y",))
    metal, motor = (Ask("item.form", "is", frozenset({form})) for form in ("metal", "motor"))
    return rule, replace(pack(rule), lists={"x": listed("x", ("x", metal)), "y": listed("y", ("y", motor))})


def motor(worth: str, content: str) -> dict[str, Any]:
    inside = {"part_number": "M", "quantity": 1, "form": "metal", "unit_value": {"amount": content, "currency": "EUR"}}
    return {
        "form": "motor",
        "unit_value": {"amount": worth, "currency": "EUR"},
        "parts": [{**inside, "rare_earths": "none"}],
        "complete": True,
    }


def test_items_alike_are_judged_once_and_each_is_traced_with_its_own_amounts(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, used = share_rule()
    inquiry = asking(parts(motor("10", "2"), motor("20", "3"), motor("10", "2"), motor("10", "0.5"), form="sensor"), used)
    judge = Judge(inquiry, rule, AWAKE)
    made: list[int] = []
    original = Judge._judge

    def counted(self: Judge, index: int) -> Any:
        made.append(index)
        return original(self, index)

    monkeypatch.setattr(Judge, "_judge", counted)
    assert judge.candidates() == [1, 3, 5, 7]
    found = [judge.verdict(index) for index in (1, 3, 5, 7, 1)]
    assert [one.status for one in found] == [*[Status.APPLIES] * 3, Status.FAILS, Status.APPLIES]
    assert found[0] is found[1] is found[2] is found[4]
    assert made == [1, 7]
    traced = [judge.traced(index) for index in (1, 3, 5, 1)]
    texts = ["content 2 EUR in 10 EUR", "content 3 EUR in 20 EUR", "content 2 EUR in 10 EUR", "content 2 EUR in 10 EUR"]
    assert [one.step.found for one in traced] == texts
    assert traced[0] is traced[2] is traced[3]
    assert made == [1, 7, 1, 3]


def test_a_verdict_is_remembered_with_the_plan_for_shipments_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    first = asking({"part_number": "A", "origin": "CN"}, shipment={"destination": "US"})

    def again(state: InForce = AWAKE, rule: Rule = RULE, destination: str = "US", origin: str = "CN", day: date = DAY) -> Any:
        found = read(
            json.dumps(
                {
                    "format": "rare-earth-bom/1",
                    "product": {"part_number": "B", "origin": origin},
                    "shipment": {"destination": destination},
                }
            ).encode(),
            "y.json",
        )
        assert found.product is not None
        shipment = shipment_of(found.product, found.shipment, found)
        return Judge(Inquiry(shipment, first.pack, {}, day, first.plan), rule, state).verdict(0)

    one = Judge(first, RULE, AWAKE).verdict(0)
    assert again() is one
    others = [
        again(state=OPEN),
        again(rule=replace(RULE, id="s")),
        again(destination="DE"),
        again(origin="JP"),
        again(day=DAY + timedelta(days=1)),
    ]
    assert all(other is not one for other in others)
    assert len(first.plan.verdicts) == 6
    assert verdicts.VERDICTS == 10_000
    monkeypatch.setattr(verdicts, "VERDICTS", 7)
    seventh = again(origin="DE")
    assert len(first.plan.verdicts) == 7
    assert again(origin="DE") is seventh
    again(origin="FR")
    assert len(first.plan.verdicts) == 1
    assert again(origin="DE") is not seventh


# ---- what is known of a pack before a product is seen


def named(*parts: str) -> frozenset[str]:
    return frozenset(parts)


def holds(name: str, **params: str) -> Ask:
    return Ask("item.holds", "is", named("yes"), params=(("list", name), *params.items()))


FORM = Ask("item.form", "is", named("metal"))
ENCLOSED = Ask("item.enclosed", "is", named("yes"), params=(("forms", "motor"), ("states", "")))
WITHIN = Ask("item.technology", "is", named("yes"))
SHARE = Ask("item.share", "at_least", number=amount("0.1")[0], params=(("of", "x"),))
DY = Ask("item.contains", "is", named("yes"), params=(("element", "Dy"),))
ON = {one: Ask("item.listed_in", "any_of", named(one)) for one in "abxyz"}
YES, NO = Reads("first", "yes"), Reads("first", "no")
LISTS = {
    "x": listed("x", ("x1", FORM), ("x2", DY)),
    "y": listed("y", ("y1", FORM), ("y2", All((ENCLOSED, FORM)))),
    "z": listed("z", ("z1", FORM), ("z2", US)),
}


def plan(rule: Rule = RULE, readings: Mapping[str, str] | None = None, **more: Any) -> Plan:
    return Plan(replace(pack(rule), lists=LISTS, **more), readings or {})


def test_a_kind_is_the_same_for_equal_keys_while_it_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (plans.KEPT, plans.VERDICTS, plans.DAYS) == (20_000, 10_000, 1_000)
    monkeypatch.setattr(plans, "KEPT", 3)
    made = plan()
    asks = (made.of_rule(RULE), made.asks(FORM))
    one, two, three = (made.kind((text,)) for text in "abc")
    assert len({one, two, three}) == 3
    assert (made.kind(("a",)), made.kind(("b",)), made.kind(("c",))) == (one, two, three)
    for held in (made.never, made.possible, made.listed, made.verdicts, asks[0].known, asks[1].known):
        held[one] = 1  # type: ignore[index]
    made.kind(("d",))
    assert [made.never, made.possible, made.listed, made.verdicts, asks[0].known, asks[1].known] == [{}] * 6
    again = made.kind(("a",))
    assert again is not one
    assert made.kind(("a",)) is again


def test_the_questions_of_a_condition_sorted_by_what_they_depend_on() -> None:
    made = plan()
    condition = All((SHARE, ON["y"], DY, ENCLOSED, US, AnyOf((WITHIN, ON["x"], Not(ON["z"]))), holds("x"), DY))
    asks = made.asks(condition)
    assert asks.plain == (DY, ON["x"])
    assert asks.placed == (ON["y"], ENCLOSED, WITHIN, ON["z"], holds("x"))
    assert asks.shares == (SHARE,)
    assert made.asks(condition) is asks
    assert made.item_asks(condition) == (SHARE, ON["y"], DY, ENCLOSED, WITHIN, ON["x"], ON["z"], holds("x"))
    assert (plans.BY_PLACE, plans.BY_NUMBER) == (("enclosed", "consumed", "holds", "technology"), ("value_share",))


def test_what_the_lists_of_a_pack_ask_of() -> None:
    made = plan()
    for _ in range(2):
        assert {name: (made.placed(name), made.by_shipment(name)) for name in LISTS} == {
            "x": ((), False),
            "y": ((ENCLOSED,), False),
            "z": ((), True),
        }
        assert made.lists_by_kind() == ("x",)
    leaning = {
        "a": listed("a", ("a1", All((FORM, ON["b"])))),
        "b": listed("b", ("b1", ON["y"]), ("b2", Not(ON["a"]))),
        "c": listed("c", ("c1", ON["x"]), ("c2", ON["z"])),
        "d": listed("d", ("d1", ON["x"])),
    }
    made = Plan(replace(pack(), lists={**LISTS, **leaning}), {})
    assert {name: (made.placed(name), made.by_shipment(name)) for name in leaning} == {
        "a": ((ENCLOSED,), False),
        "b": ((ENCLOSED,), False),
        "c": ((), True),
        "d": ((), False),
    }
    assert made.lists_by_kind() == ("x", "d")


def test_what_lists_ask_of_an_item_itself_tells_its_kind() -> None:
    """Of two items that differ in it one may be on the list and the other not, whichever is looked at first."""
    steps = Ask("item.stated_steps", "any_of", named("CN"), params=(("steps", "smelting"),))
    questions = {**QUESTIONS, steps.question: asked(steps.question, "country", computed_by="stated_steps")}
    made_in = asked("item.made_in")
    lists = {
        "o": listed("o", ("o1", All((FORM, ORIGIN)))),
        "m": listed("m", ("m1", All((FORM, Ask("item.made_in", "is", named("CN")))))),
        "s": listed("s", ("s1", All((FORM, steps)))),
        "l": listed("l", ("l1", Ask("item.listed_in", "any_of", named("o")))),
    }
    used = replace(pack(), lists=lists, questions={**questions, made_in.id: made_in})
    metal = {"form": "metal", "rare_earths": "none"}
    plain = {**metal, "origin": "JP", "made_in": "JP"}
    shipped = [plain, {**plain, "origin": "CN"}, {**plain, "made_in": "CN"}]
    for order in ([0, 1, 2], [2, 1, 0]):
        inquiry = asking(parts(*(shipped[at] for at in order), form="sensor"), used)
        found = {name: [order[index - 1] for index in inquiry.listing.possible(name)] for name in "oml"}
        assert found == {"o": [1], "m": [2], "l": [1]}
    assert Plan(used, {}).listed_facts(inquiry.product.items[1]) == ("CN", "JP", ())
    assert plan().listed_facts(inquiry.product.items[1]) == ()


def test_the_questions_of_a_rule_are_those_of_its_exemptions_and_policies_too() -> None:
    rule = replace(RULE, unless=(lifting("e", ON["x"]), lifting("f", ENCLOSED)), policies=("p",))
    made = plan(rule, policies={"p": policy("p", SHARE), "q": policy("q", DY)})
    asks = made.of_rule(rule)
    assert (asks.plain, asks.placed, asks.shares) == ((ORIGIN, ON["x"]), (ENCLOSED,), (SHARE,))
    assert made.of_rule(rule) is asks


def test_what_is_asked_of_places_by_rules_and_cautions() -> None:
    caution = next(iter(FULL.cautions.values()))
    cautions = {str(at): replace(caution, when=when) for at, when in enumerate((WITHIN, ENCLOSED, DY))}
    made = Plan(replace(pack(replace(RULE, when=All((ENCLOSED, ORIGIN, ON["y"])))), lists=LISTS, cautions=cautions), {})
    for _ in range(2):
        assert made.placed_asks() == (ENCLOSED, ON["y"], WITHIN)


def test_the_fields_of_items_and_shipments_that_are_asked_for() -> None:
    whole = asked("shipment.end_use", "words", "shipment.end_use.purposes")
    whole = replace(whole, complete_at="shipment.use_complete.all")
    made = Plan(replace(pack(), questions={**QUESTIONS, whole.id: whole}), {})
    assert made.shipment_parts() == ["destination", "end_use", "use_complete"]
    item = asking({"part_number": "A", "origin": "CN", "form": "metal"}).product.items[0]
    assert made.item_facts(item) == ("metal", "CN", item.steps)


SAME = [
    (ORIGIN, False),
    (US, True),
    (YES, True),
    (Not(US), True),
    (Not(ORIGIN), False),
    (Term("t", "t", US), True),
    (Term("t", "t", ORIGIN), False),
    (All((US, YES)), True),
    (All((US, ORIGIN)), False),
    (AnyOf((ORIGIN, US)), False),
    (AnyOf(()), True),
    (UnderEach("first", (("yes", US), ("no", YES))), True),
    (UnderEach("first", (("yes", US), ("no", ORIGIN))), False),
]


@pytest.mark.parametrize(("condition", "wanted"), SAME)
def test_whether_a_condition_is_the_same_for_all_items(condition: Condition, wanted: bool) -> None:
    made = plan()
    assert [made.same_for_all(condition), made.same_for_all(condition)] == [wanted, wanted]


@pytest.mark.parametrize(
    ("readings", "wanted", "left"),
    [({}, None, (FORM, DY, ORIGIN)), ({"first": "no"}, YES, ()), ({"first": "yes"}, None, (FORM, ORIGIN))],
)
def test_a_reading_that_is_settled_the_other_way_ends_the_matter(
    readings: dict[str, str], wanted: Reads | None, left: tuple[Ask, ...]
) -> None:
    each = UnderEach("first", (("yes", FORM), ("no", DY)))
    condition = All((each, YES, ORIGIN))
    made = plan(readings=readings)
    assert made.read_otherwise(condition) == wanted
    assert made.item_asks(condition) == left
    assert made.item_asks(each) == {None: (FORM, DY), "yes": (FORM,), "no": (DY,)}[readings.get("first")]
    assert made.item_asks(AnyOf((YES, ORIGIN))) == (ORIGIN,)


# ---- conditions


def on_us(**product: Any) -> Inquiry:
    return asking({"part_number": "A", **product}, replace(pack(), lists=LISTS), shipment={"destination": "US"})


def test_a_condition_of_parts_with_its_trace() -> None:
    inquiry = on_us()
    yes, open_fact, open_reading = (inquiry.step(one, 0) for one in (US, ORIGIN, YES))
    no = inquiry.step(Not(US), 0)
    first_need = Need("reading", "first", SHIPMENT)
    assert (yes.outcome, no.outcome, open_fact.outcome, open_reading.outcome) == (TRUE, FALSE, UNKNOWN, UNKNOWN)
    assert open_fact == Step(
        asks="item.origin", outcome=UNKNOWN, found="not known", against="is CN", needs=frozenset({ORIGIN_NEED})
    )
    assert open_reading == Step(
        asks="reading first",
        outcome=UNKNOWN,
        found="not chosen",
        against="read as yes",
        reading="first",
        needs=frozenset({first_need}),
    )
    assert no == Step(asks="not", outcome=FALSE, steps=(yes,))
    assert inquiry.step(Not(ORIGIN), 0) == Step(asks="not", outcome=UNKNOWN, steps=(open_fact,), needs=frozenset({ORIGIN_NEED}))
    assert inquiry.step(Term("t", "a term", ORIGIN), 0) == Step(
        asks="a term", outcome=UNKNOWN, steps=(open_fact,), needs=frozenset({ORIGIN_NEED})
    )
    found = [
        inquiry.step(one, 0)
        for one in (All((US, ORIGIN)), All((ORIGIN, Not(US))), All((ORIGIN, YES)), AnyOf((ORIGIN, YES)), AnyOf((US, ORIGIN)))
    ]
    assert [(one.asks, one.outcome, one.steps, one.needs) for one in found] == [
        ("all of these", UNKNOWN, (yes, open_fact), {ORIGIN_NEED}),
        ("all of these", FALSE, (open_fact, no), frozenset()),
        ("all of these", UNKNOWN, (open_fact, open_reading), {ORIGIN_NEED}),
        ("any of these", UNKNOWN, (open_fact, open_reading), {ORIGIN_NEED, first_need}),
        ("any of these", TRUE, (yes, open_fact), frozenset()),
    ]


def test_a_reading_as_it_is_chosen() -> None:
    used = replace(pack(), lists=LISTS)
    chosen = asking({"part_number": "A"}, used, {"first": "no"}, shipment={"destination": "US"})
    no = Step(asks="reading first", outcome=FALSE, found="no", against="read as yes", reading="first")
    assert chosen.step(YES, 0) == no
    assert chosen.step(NO, 0) == replace(no, outcome=TRUE, against="read as no")
    assert chosen.step(All((ORIGIN, YES)), 0) == Step(asks="all of these", outcome=FALSE, steps=(no,))
    assert chosen.step(AnyOf((YES, US)), 0) == Step(asks="any of these", outcome=TRUE, steps=(no, chosen.step(US, 0)))


@pytest.mark.parametrize("chosen", [None, "yes", "no"])
def test_a_condition_under_each_option_of_a_reading(chosen: str | None) -> None:
    inquiry = asking({"part_number": "A"}, pack(), {} if chosen is None else {"first": chosen}, shipment={"destination": "US"})
    first_need = Need("reading", "first", SHIPMENT)
    yes, no, open_fact = (inquiry.step(one, 0) for one in (US, Not(US), ORIGIN))
    each = [
        UnderEach("first", (("yes", one), ("no", two)))
        for one, two in ((US, US), (US, Not(US)), (US, ORIGIN), (ORIGIN, ORIGIN), (Not(US), Not(US)))
    ]
    found = [inquiry.step(one, 0) for one in each]
    assert [inquiry.outcome(one, 0) for one in each] == [one.outcome for one in found]
    if chosen is None:
        asks = "under every option of the reading first"
        wanted = [
            Step(asks=asks, outcome=TRUE, steps=(yes, yes)),
            Step(asks=asks, outcome=UNKNOWN, steps=(yes, no), needs=frozenset({first_need})),
            Step(asks=asks, outcome=UNKNOWN, steps=(yes, open_fact), needs=frozenset({first_need, ORIGIN_NEED})),
            Step(asks=asks, outcome=UNKNOWN, steps=(open_fact, open_fact), needs=frozenset({first_need, ORIGIN_NEED})),
            Step(asks=asks, outcome=FALSE, steps=(no, no)),
        ]
    else:
        of = {"yes": (yes, yes, yes, open_fact, no), "no": (yes, no, open_fact, open_fact, no)}[chosen]
        wanted = [
            Step(asks="under the reading first", outcome=one.outcome, reading="first", steps=(one,), needs=one.needs)
            for one in of
        ]
    assert found == wanted


def test_a_reading_of_one_option_leaves_nothing_open() -> None:
    inquiry = on_us()
    step = inquiry.step(UnderEach("first", (("yes", US),)), 0)
    assert (step.outcome, step.needs) == (TRUE, frozenset())


def test_an_outcome_is_that_of_the_step() -> None:
    inquiry = on_us(origin="CN")
    parts_of = (US, Not(US), ORIGIN, FORM, YES)
    made: list[Condition] = [*parts_of, *map(Not, parts_of), *(Term("t", "t", one) for one in parts_of), All(()), AnyOf(())]
    made += [kind((one, two)) for kind in (All, AnyOf) for one in parts_of for two in parts_of]
    found = [inquiry.outcome(one, 0) for one in made]
    assert found == [inquiry.step(one, 0).outcome for one in made]
    assert found[:5] == [TRUE, FALSE, TRUE, UNKNOWN, UNKNOWN]
    assert found[15:17] == [TRUE, FALSE]


def test_what_asks_of_the_shipment_alone_is_evaluated_once() -> None:
    inquiry = asking(parts({"origin": "CN"}), pack(), shipment={"destination": "US"})
    both, own = All((US, Not(US))), All((US, ORIGIN))
    assert inquiry.step(both, 0) is inquiry.step(both, 1)
    assert [inquiry.step(own, index).outcome for index in (0, 1)] == [UNKNOWN, TRUE]


# ---- the place of an item on a list

CODED = listed("c", ("1C909.a.1", FORM), ("1C909.a.2", ORIGIN), ("1C909.b", AnyOf(())), ("1C908.a", AnyOf(())))
CODES_NEED = Need("fact", "item.control_codes", THIS_ITEM)
FORM_NEED = Need("fact", "item.form", THIS_ITEM)
KNOWN = {"form": "oxide", "origin": "JP"}
PLACES = [
    # what is said of the item, codes, perhaps, what does not fit
    (KNOWN, (), (), ()),
    ({**KNOWN, "form": "metal"}, ("1C909.a.1",), (), ()),
    ({"form": "metal"}, ("1C909.a.1",), ("1C909.a.2",), ()),
    ({"form": "oxide"}, (), ("1C909.a.2",), ()),
    ({}, (), ("1C909.a.1", "1C909.a.2"), ()),
    ({"form": "metal", "origin": "CN"}, ("1C909.a.1", "1C909.a.2"), (), ()),
    # A declared code: of an entry, below one, above two, beside all of a heading, of nothing.
    ({**KNOWN, "control_codes": ["1C909.a.1"]}, ("1C909.a.1",), (), ("1C909.a.1",)),
    ({**KNOWN, "control_codes": ["1C909.a.1.x"]}, ("1C909.a.1",), (), ("1C909.a.1",)),
    ({**KNOWN, "control_codes": ["1C909.a.11"]}, (), ("1C909.a.1", "1C909.a.2", "1C909.b"), ()),
    ({**KNOWN, "control_codes": ["1C909.a"]}, (), ("1C909.a.1", "1C909.a.2"), ()),
    ({**KNOWN, "control_codes": ["1C909"]}, (), ("1C909.a.1", "1C909.a.2", "1C909.b"), ()),
    ({**KNOWN, "control_codes": ["1C909.z"]}, (), ("1C909.a.1", "1C909.a.2", "1C909.b"), ()),
    ({**KNOWN, "control_codes": ["1C907.z"]}, (), (), ()),
    ({**KNOWN, "control_codes": ["1C909.b"]}, ("1C909.b",), (), ()),
    ({**KNOWN, "control_codes": ["1C909.z", "1C909.b"]}, ("1C909.b",), ("1C909.a.1", "1C909.a.2"), ()),
    ({**KNOWN, "control_codes": ["1C909.b", "1C909.a.2"]}, ("1C909.a.2", "1C909.b"), (), ("1C909.a.2",)),
    ({**KNOWN, "control_codes": ["1C908.a.9"]}, ("1C908.a",), (), ()),
    ({"origin": "CN", "control_codes": ["1C909.a.1"]}, ("1C909.a.1", "1C909.a.2"), (), ()),
]


@pytest.mark.parametrize(("said_of", "codes", "perhaps", "odd"), PLACES)
def test_the_place_of_an_item_on_a_list(
    said_of: dict[str, Any], codes: tuple[str, ...], perhaps: tuple[str, ...], odd: tuple[str, ...]
) -> None:
    used = replace(pack(), lists={"c": CODED})
    inquiry = asking({"part_number": "A", "rare_earths": "none", **said_of}, used)
    found = inquiry.listing.of("c", 0)
    assert (found.codes, found.maybe) == (codes, perhaps)
    assert found.contradictions == tuple(
        f"the declared control code {one} (entry {one}) does not fit the description" for one in odd
    )
    outcome = TRUE if codes else UNKNOWN if perhaps else FALSE
    text = ", ".join(codes) or ("perhaps " + ", ".join(perhaps) if perhaps else "")
    assert (found.step.asks, found.step.outcome, found.step.found) == ("on the list list c", outcome, text)
    assert [(one.asks, one.outcome) for one in found.step.steps] == [(f"{one} ", outcome) for one in codes or perhaps]
    assert inquiry.listing.possible("c") == (() if outcome is FALSE else (0,))
    no_codes = replace(used, lists={"c": replace(CODED, entries=tuple(replace(one, declared=False) for one in CODED.entries))})
    other = asking({"part_number": "A", "rare_earths": "none", **said_of}, no_codes).listing.of("c", 0)
    plain = asking({"part_number": "A", "rare_earths": "none", **said_of, "control_codes": []}, no_codes).listing.of("c", 0)
    assert (other.codes, other.maybe, other.contradictions) == (plain.codes, plain.maybe, ())


def test_what_would_settle_the_place_of_an_item() -> None:
    used = replace(pack(), lists={"c": CODED})
    free = {"part_number": "A", "rare_earths": "none"}
    found = [
        asking({**free, **said_of}, used).listing.of("c", 0).step
        for said_of in (
            {},
            {"form": "oxide"},
            {**KNOWN, "control_codes": ["1C909.a"]},
            {"form": "oxide", "control_codes": ["1C909.a"]},
            {"form": "metal"},
        )
    ]
    assert [one.needs for one in found] == [
        {FORM_NEED, ORIGIN_NEED},
        {ORIGIN_NEED},
        {CODES_NEED},
        {ORIGIN_NEED, CODES_NEED},
        frozenset(),
    ]
    described = found[1].steps[0]
    assert described == Step(
        asks="1C909.a.2 ",
        outcome=UNKNOWN,
        found="entry 1C909.a.2 [primary]",
        because="by what it is",
        steps=(asking({**free, "form": "oxide"}, used).step(ORIGIN, 0),),
        needs=frozenset({ORIGIN_NEED}),
    )
    declared = asking({**free, **KNOWN, "control_codes": ["1C909.b"]}, used).listing.of("c", 0).step.steps[0]
    assert (declared.found, declared.because) == ("entry 1C909.b [primary]", "by the declared control code")


@pytest.mark.parametrize("count", [5, 6, 7, 8])
def test_six_entries_are_shown_and_the_others_counted(count: int) -> None:
    many = listed("m", *((f"e{at}", FORM) for at in range(count)))
    used = replace(pack(), lists={"m": many})
    names = [f"e{at}" for at in range(count)]
    for said_of, found in (
        ({}, f"perhaps {', '.join(names[:6])}{' …' if count > 6 else ''}"),
        ({"form": "metal"}, ", ".join(names)),
    ):
        step = asking({"part_number": "A", "rare_earths": "none", **said_of}, used).listing.of("m", 0).step
        assert [one.asks for one in step.steps] == [f"{one} " for one in names[:6]]
        assert (step.found, step.because) == (found, f"and {count - 6} more" if count > 6 else "")


def test_the_sources_of_the_entries_an_item_is_on() -> None:
    entries = tuple(
        replace(one, confidence=mark)
        for one, mark in zip(CODED.entries, ("secondary", "primary", "derived", "reprint"), strict=True)
    )
    used = replace(pack(), lists={"c": replace(CODED, entries=entries)})
    free = {"part_number": "A", "rare_earths": "none"}
    found = [
        [(one.code, one.outcome, one.confidence) for one in entries_of(asking({**free, **said_of}, used), ["c"], 0)]
        for said_of in ({"form": "metal", "origin": "CN"}, {"form": "metal"}, {"form": "oxide"})
    ]
    assert found == [
        [("1C909.a.1", TRUE, "secondary"), ("1C909.a.2", TRUE, "primary")],
        [("1C909.a.1", TRUE, "secondary")],
        [("1C909.a.2", UNKNOWN, "primary")],
    ]


def test_items_of_one_kind_are_looked_at_once_and_apart_where_a_list_asks_of_their_place() -> None:
    """On the second list is what is inside a motor; on the third, depending on the shipment, nothing or everything."""
    lists = {
        "x": listed("x", ("x1", FORM)),
        "y": listed("y", ("y1", All((ENCLOSED, FORM)))),
        "z": listed("z", ("z1", All((US, FORM)))),
    }
    metal = {"form": "metal", "rare_earths": "none"}
    inside = {"form": "motor", "complete": True, "parts": [{"part_number": "M", "quantity": 1, **metal}]}
    shipped = parts(metal, inside, metal, {"form": "oxide", "rare_earths": "none"}, form="sensor")
    for destination, wanted in (("US", (1, 3, 4)), ("DE", ()), (None, (1, 3, 4))):
        inquiry = asking(shipped, replace(pack(), lists=lists), shipment={"destination": destination})
        listing = inquiry.listing
        assert [item.form for item in inquiry.product.items] == ["sensor", "metal", "motor", "metal", "metal", "oxide"]
        assert {name: listing.possible(name) for name in "yxz"} == {"x": (1, 3, 4), "y": (3,), "z": wanted}
        assert listing.of("x", 1) is listing.of("x", 3) is listing.of("x", 4)
        assert [listing.of("y", index).step.outcome for index in range(6)] == [FALSE, FALSE, FALSE, TRUE, FALSE, FALSE]
        assert listing.possible("y") is listing.possible("y")


# ---- what listed content is worth

METALS = {"x": listed("x", ("x1", FORM), ("x2", Ask("item.form", "is", named("oxide"))))}
FREE = {"rare_earths": "none"}


def euros(text: str | None, currency: str = "EUR") -> dict[str, Any]:
    return {} if text is None else {"unit_value": {"amount": text, "currency": currency}}


def metal(worth: str | None, number: str = "M", **more: Any) -> dict[str, Any]:
    return {"part_number": number, "quantity": 1, "form": "metal", **FREE, **euros(worth), **more}


def measured(shipped: dict[str, Any], term: str = "", code: str = "", **more: Any) -> shares.Measure:
    terms = {"chinese": Term("chinese", "of Chinese origin", ORIGIN)}
    used = replace(pack(), lists=METALS, terms=terms)
    return asking(shipped, used, **more).measure("x", term, "", code)


def of(text: str) -> Interval:
    return amount(text)[0]


def sensor(*inside: dict[str, Any], worth: str | None = "100", **more: Any) -> dict[str, Any]:
    return {"part_number": "S", "form": "sensor", "complete": True, "parts": list(inside), **euros(worth), **more}


def value_need(item: int, detail: str = "") -> Need:
    return Need("fact", "item.unit_value", item, detail)


def quantity_need(item: int, detail: str = "") -> Need:
    return Need("fact", "item.quantity", item, detail)


SUMS = [
    # what is inside, the content by currency, what would make it exact
    ((metal("2"),), {"EUR": "2"}, ()),
    ((metal("2"), metal("3", "N", quantity=4)), {"EUR": "14"}, ()),
    ((metal("2"), metal("3", "N", **euros("3", "USD"))), {"EUR": "2", "USD": "3"}, ()),
    ((metal("2", quantity=None),), {"EUR": "> 0"}, (quantity_need(1),)),
    ((metal("2", quantity="1 .. 2"),), {"EUR": "2 .. 4"}, (quantity_need(1, "exactly"),)),
    ((metal("2 .. 3"),), {"EUR": "2 .. 3"}, (value_need(1, "exactly"),)),
    ((metal(None),), {"": "> 0"}, (value_need(1),)),
    ((metal(None), metal("1", "N")), {"": "> 0", "EUR": "1"}, (value_need(1),)),
    (({"part_number": "N", "quantity": 1, "form": "rotor", **FREE},), None, ()),
    ((metal("2"), {"part_number": "N", "quantity": 1, "form": "rotor", **FREE}), {"EUR": "2"}, ()),
    ((metal("2", form=None),), {"EUR": "0 .. 2"}, (Need("fact", "item.form", 1),)),
    ((metal("2 .. 3", form=None),), {"EUR": "0 .. 3"}, (Need("fact", "item.form", 1), value_need(1, "exactly"))),
    ((metal(None, form=None),), {"": ">= 0"}, (Need("fact", "item.form", 1), value_need(1))),
]


@pytest.mark.parametrize(("inside", "content", "needs"), SUMS)
def test_the_listed_content_of_an_item(
    inside: tuple[dict[str, Any], ...], content: dict[str, str] | None, needs: tuple[Need, ...]
) -> None:
    found = measured(sensor(*inside))
    assert found.content[0] == (None if content is None else {name: of(text) for name, text in content.items()})
    assert sorted(found.needs[0]) == sorted(needs)
    assert (found.counts[0], found.estimate[0], found.conflicts) == (FALSE, False, [])


@pytest.mark.parametrize(
    ("origins", "content", "counts", "needs"),
    [
        (("CN", "CN"), {"EUR": "3"}, [FALSE, TRUE, TRUE], set()),
        (("CN", "JP"), {"EUR": "1"}, [FALSE, TRUE, FALSE], set()),
        (("JP", "JP"), None, [FALSE, FALSE, FALSE], set()),
        (("JP", None), {"EUR": "0 .. 2"}, [FALSE, FALSE, UNKNOWN], {Need("fact", "item.origin", 2)}),
        ((None, "CN"), {"EUR": "2 .. 3"}, [FALSE, UNKNOWN, TRUE], {Need("fact", "item.origin", 1)}),
    ],
)
def test_content_counts_by_its_origin(
    origins: tuple[str | None, ...], content: dict[str, str] | None, counts: list[Truth], needs: set[Need]
) -> None:
    inside = [metal(str(at + 1), f"M{at}", origin=origin) for at, origin in enumerate(origins)]
    found = measured(sensor(*inside), "chinese")
    assert found.content[0] == (None if content is None else {name: of(text) for name, text in content.items()})
    assert (found.counts, set(found.needs[0])) == (counts, needs)
    assert [found.content[at + 1] is None for at in range(2)] == [one is FALSE for one in counts[1:]]


def powder(worth: str | None, *inside: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A listed metal that is made of listed things."""
    made = metal(worth, "P", **more)
    return {**{name: value for name, value in made.items() if name != "rare_earths"}, "complete": True, "parts": list(inside)}


def test_what_counts_is_taken_whole_and_what_is_inside_it_not_again() -> None:
    found = measured(sensor(powder("5", metal("2"))))
    assert (found.content, found.counts) == ([{"EUR": of("5")}, {"EUR": of("5")}, {"EUR": of("2")}], [FALSE, TRUE, TRUE])
    assert found.conflicts == []
    # Of no known price it is worth at least what counts inside it.
    found = measured(sensor(powder(None, metal("2"))))
    assert found.content[1] == {"": of("> 0"), "EUR": of(">= 2")}
    assert found.needs[1] == (value_need(1),)
    # Of another origin it does not count, but what is inside it does.
    found = measured(sensor(powder("5", metal("2", origin="CN"), origin="JP")), "chinese")
    assert (found.content[0], found.counts) == ({"EUR": of("2")}, [FALSE, FALSE, TRUE])
    # Of an origin that is not known it is one or the other, and both are asked for.
    found = measured(sensor(powder("5", metal("2 .. 3", origin="CN"))), "chinese")
    assert found.content[0] == {"EUR": of("2 .. 5")}
    assert set(found.needs[0]) == {Need("fact", "item.origin", 1), value_need(2, "exactly")}


@pytest.mark.parametrize(
    ("outer", "inner", "conflict", "content"),
    [
        ("2", "1.99", False, "2"),
        ("2", "2", False, "2"),
        ("2", "2.01", True, "2 .. 2.01"),
        ("1 .. 2", "2", False, "1 .. 2"),
        ("1 .. 2", "2 .. 3", False, "1 .. 2"),
        ("1 .. 2", "2.01 .. 3", True, "1 .. 3"),
        (">= 1", "2", False, ">= 1"),
    ],
)
def test_less_than_the_listed_content_inside_it_is_a_contradiction(
    outer: str, inner: str, conflict: bool, content: str
) -> None:
    found = measured(sensor(powder(outer, metal(inner))))
    assert found.conflicts == ([(1, "is worth less than the listed content stated inside it")] if conflict else [])
    assert found.content[1] == {"EUR": of(content)}


def test_one_entry_of_a_list_by_itself() -> None:
    inside = (metal("1"), metal("2", "N", form="oxide"), metal("4", "O", form=None))
    both, first, second, none = (measured(sensor(*inside), "", code) for code in ("", "x1", "x2", "x3"))
    assert [one.content[0] for one in (both, first, second, none)] == [
        {"EUR": of("3 .. 7")},
        {"EUR": of("1 .. 5")},
        {"EUR": of("2 .. 6")},
        None,
    ]
    assert (first.counts[1:4], second.counts[1:4]) == ([TRUE, FALSE, UNKNOWN], [FALSE, TRUE, UNKNOWN])


def test_the_amounts_of_an_item_in_one_currency() -> None:
    mixed = (metal("2"), metal("3", "N", **euros("3", "USD")))
    rate = {"from": "USD", "to": "EUR", "rate": "2", "day": "2026-11-01", "source": "a bank"}
    found = measured(sensor(*mixed))
    assert found.amounts(0) == (of("> 2"), of("100"), "EUR", ("USD",))
    assert found.amounts(0) is found.amounts(0)
    found = measured(sensor(*mixed), rates=[rate])
    assert found.amounts(0) == (of("8"), of("100"), "EUR", ())
    found = measured(sensor(*mixed), rates=[{**rate, "rate": "2 .. 3"}])
    assert found.amounts(0) == (of("8 .. 11"), of("100"), "EUR", ("USD",))
    assert measured(sensor(metal("2"), worth=None)).amounts(0) == (of("2"), None, "EUR", ())
    assert measured(sensor(metal(None), worth=None)).amounts(0) == (of("> 0"), None, "", ())
    assert measured(sensor(worth="7", parts=[{"part_number": "N", "quantity": 1, **FREE, "form": "rotor"}])).amounts(0) == (
        of("0"),
        of("7"),
        "EUR",
        (),
    )


def test_the_share_of_an_item_with_the_lines_that_make_it_up() -> None:
    inside = (
        metal("2", origin="CN", quantity=3),
        {"part_number": "R", "quantity": 2, "form": "rotor", "complete": True, "parts": [metal(None, "N", quantity=2)]},
        metal("1", "O", form=None),
    )
    made = measured(sensor(*inside))
    found = made.share(0, pieces=True)
    assert (found.item, found.label, found.of, found.with_origin) == (0, "S", "x", "")
    assert (found.content, found.value, found.currency, found.share) == (of("> 6"), of("100"), "EUR", of("> 0.06"))
    assert (found.estimate, found.pieces_left_out) == (False, 0)
    assert [(one.item, one.label, one.worth, one.currency, one.origin, one.certain) for one in found.pieces] == [
        (1, "M", of("6"), "EUR", "CN", True),
        (3, "N", of("> 0"), "", "", True),
        (4, "O", of("1"), "EUR", "", False),
    ]
    assert [one.place for one in found.pieces] == [made.inquiry.product.place(index) for index in (1, 3, 4)]
    assert made.share(0, pieces=False) == replace(found, pieces=())
    assert measured(sensor(metal("2"), worth=None)).share(0, pieces=False).share == of(">= 0")
    opened = measured({**sensor(metal("1")), "complete": False}).share(0, pieces=True)
    assert [one.label for one in opened.pieces] == ["M", "contents of S that are not listed"]


@pytest.mark.parametrize("count", [11, 12, 13, 15])
def test_twelve_lines_of_a_sum_are_shown_and_the_others_counted(count: int) -> None:
    found = measured(sensor(*(metal("1", f"M{at}") for at in range(count)))).share(0, pieces=True)
    assert [one.label for one in found.pieces] == [f"M{at}" for at in range(min(count, 12))]
    assert found.pieces_left_out == max(0, count - 12)


def test_the_walk_over_the_lines_of_a_sum_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (shares._WALKED, shares._WALKED_IN_ALL) == (20_000, 60_000)
    inside = [metal("1", f"M{at}") for at in range(4)]
    monkeypatch.setattr(shares, "_WALKED", 3)
    found = measured(sensor(*inside)).share(0, pieces=True)
    assert ([one.label for one in found.pieces], found.pieces_left_out) == (["M0", "M1"], 2)
    monkeypatch.setattr(shares, "_WALKED_IN_ALL", 5)
    made = measured(sensor(*inside))
    for shown, left in (2, 2), (1, 3), (0, 1):
        found = made.share(0, pieces=True)
        assert (len(found.pieces), found.pieces_left_out) == (shown, left)


# ---- what tariff codes tell


def printed(name: str, *codes: tuple[str, Condition, tuple[str, ...]]) -> ItemList:
    made = listed(name, *((code, recognise) for code, recognise, _ in codes))
    entries = (replace(one, hs_codes=hs_codes) for one, (_, _, hs_codes) in zip(made.entries, codes, strict=True))
    return replace(made, entries=tuple(entries))


PRINTED = printed("t", ("t1", FORM, ("85051110", "280530")), ("t2", ORIGIN, ("850511",)), ("t3", AnyOf(()), ()))


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (None, ()),
        ("", ()),
        ("85051", ()),
        ("850511", ("t1", "t2")),
        ("8505111", ("t1", "t2")),
        ("85051110", ("t1", "t2")),
        ("8505111090", ("t1", "t2")),
        ("85051190", ("t2",)),
        ("280530", ("t1",)),
        ("28053", ()),
        ("2805309000", ("t1",)),
        ("850519", ()),
    ],
)
def test_the_entries_that_a_tariff_code_points_to(code: str | None, wanted: tuple[str, ...]) -> None:
    assert tuple(one.code for one in entries_pointed_to(PRINTED, code)) == wanted
    assert SHORTEST == 6


MAY_BE, IS_NOT = "may be one: describe what it is", "is not such an item by its description"


@pytest.mark.parametrize(
    ("said_of", "text"),
    [
        ({"form": "metal", "origin": "CN"}, ""),
        ({"form": "oxide", "origin": "JP"}, f"the tariff code 85051110 is printed beside t1, t2 (list t); it {IS_NOT}"),
        ({"form": "oxide"}, f"the tariff code 85051110 is printed beside t1, t2 (list t); it {MAY_BE}"),
        ({"form": "oxide", "origin": "JP", "hs_code": "850519"}, ""),
        ({"hs_code": "850519"}, "the tariff code 850519 does not take it off the list of list t: describe what it is"),
        ({"form": "oxide", "origin": "JP", "hs_code": None}, ""),
        ({"hs_code": None}, ""),
    ],
)
def test_what_a_tariff_code_says_that_the_description_does_not(said_of: dict[str, Any], text: str) -> None:
    used = replace(pack(), lists={"t": PRINTED})
    inquiry = asking({"part_number": "A", "hs_code": "85051110", **FREE, **said_of}, used)
    assert hints(inquiry) == ((f"{inquiry.product.place(0)}: A: {text}",) if text else ())


@pytest.mark.parametrize("count", [5, 6, 7])
def test_six_entries_of_a_tariff_code_are_named(count: int) -> None:
    many = printed("t", *((f"t{at}", AnyOf(()), ("850511",)) for at in range(count)))
    inquiry = asking({"part_number": "A", "hs_code": "850511", **FREE}, replace(pack(), lists={"t": many}))
    names = ", ".join(f"t{at}" for at in range(min(count, 6))) + (" …" if count > 6 else "")
    (text,) = hints(inquiry)
    assert text.endswith(f"A: the tariff code 850511 is printed beside {names} (list t); it {IS_NOT}")


@pytest.mark.parametrize("count", [11, 12, 13, 1013])
def test_twelve_tariff_codes_are_named_and_the_others_counted(count: int) -> None:
    many = [{"part_number": f"P{at}", "quantity": 1, "form": "rotor", "origin": "JP", **FREE} for at in range(count)]
    shipped = parts(*({**one, "hs_code": "85051110"} for one in many), form="sensor", origin="JP")
    found = hints(asking(shipped, replace(pack(), lists={"t": PRINTED})))
    assert [one.split(": ")[2] for one in found[:12]] == [f"P{at}" for at in range(min(count, 12))]
    assert found[12:] == ((f"and {count - 12:,} more of the kind",) if count > 12 else ())


# ---- what became of every line


def lines_of(shipped: dict[str, Any], rule: Rule | None = None, **more: Any) -> tuple[Inquiry, Places]:
    share = replace(SHARE, params=(("of", "x"), ("whose", "")))
    used = pack(rule or replace(RULE, when=All((ORIGIN, share)), lists=("v", "w")))
    lists = {
        **METALS,
        "v": listed("v", *((f"v{at}", ORIGIN) for at in range(6))),
        "w": listed("w", ("w1", ORIGIN), ("v0", ORIGIN)),
    }
    inquiry = asking(shipped, replace(used, lists=lists), **more)
    return inquiry, Places(inquiry)


MANY = parts(
    {"form": "rotor", "origin": "CN", **FREE},
    {"form": "rotor", **FREE},
    {"form": "metal", "origin": "JP", **FREE},
    {"form": "rotor", "origin": "JP", **FREE},
    {"origin": "JP", "form": "stator", "composition": [{"element": "Fe"}], "composition_complete": True},
    {
        "origin": "JP",
        "form": "stator",
        "composition": [{"element": "Nd", "mass_fraction": "1 %"}],
        "composition_complete": True,
    },
    {"origin": "JP", "form": "sensor"},
    {"origin": "JP"},
    form="motor",
    origin="JP",
)


def test_what_became_of_an_item() -> None:
    inquiry, places = lines_of(MANY)
    assert [places.became(index) for index in range(9)] == [
        ("not relevant", "no list names it: motor"),
        ("listed", "v0, v1, v2, v3"),
        ("may be listed", "what is known of it does not exclude it"),
        ("counted", "counts toward the share of x"),
        ("not relevant", "declared free of rare earths"),
        ("not relevant", "its composition names no rare earth"),
        ("not relevant", "no list names it: stator"),
        ("not relevant", "no list names it: sensor"),
        ("counted", "counts toward the share of x"),
    ]
    assert [places.codes(index) for index in (0, 1, 2)] == [
        ((), False),
        (("v0", "v1", "v2", "v3", "v4", "v5", "w1"), False),
        ((), True),
    ]
    assert places.lists == ("v", "w")
    no_share = lines_of(MANY, replace(RULE, lists=("v",)))[1]
    assert (no_share.measure, no_share.became(3)) == (None, ("not relevant", "declared free of rare earths"))
    found = coverage(inquiry, places)
    assert (found.read, found.judged, found.unused, found.undisclosed) == (9, 9, 0, 3)
    assert [(one.became, one.reason, one.count, one.first) for one in found.lines] == [
        ("counted", "counts toward the share of x", 2, ("P2", "P7")),
        ("listed", "v0, v1, v2, v3", 1, ("P0",)),
        ("may be listed", "what is known of it does not exclude it", 1, ("P1",)),
        ("not relevant", "declared free of rare earths", 1, ("P3",)),
        ("not relevant", "its composition names no rare earth", 1, ("P4",)),
        ("not relevant", "no list names it: motor", 1, ("A",)),
        ("not relevant", "no list names it: sensor", 1, ("P6",)),
        ("not relevant", "no list names it: stator", 1, ("P5",)),
    ]


@pytest.mark.parametrize("count", [4, 5, 6])
def test_five_lines_of_a_kind_are_named(count: int) -> None:
    plain = {"form": "rotor", "origin": "JP", **FREE}
    spare = {f"X{at}": {"part_number": f"X{at}", **plain} for at in range(count)}
    inquiry, places = lines_of(parts(*([plain] * count), form="motor", origin="JP"), shared=spare)
    found = {one.reason: (one.count, one.first) for one in coverage(inquiry, places).lines}
    first = min(count, 5)
    assert found == {
        "declared free of rare earths": (count, tuple(f"P{at}" for at in range(first))),
        "its composition names no rare earth": (1, ("A",)),
        "a shared item that no line uses": (count, tuple(f"X{at}" for at in range(first))),
    }


def test_the_tree_of_a_product() -> None:
    inquiry, places = lines_of({**MANY, "unit_value": {"amount": "10", "currency": "EUR"}})
    rows, left = tree(inquiry, places)
    assert left == 0
    assert [(one.depth, one.item, one.label, one.form, one.quantity, one.origin) for one in rows[:5]] == [
        (0, 0, "A", "motor", "", "JP"),
        (1, 1, "P0", "rotor", "1 pcs", "CN"),
        (1, 2, "P1", "rotor", "1 pcs", ""),
        (1, 3, "P2", "metal", "1 pcs", "JP"),
        (1, 4, "P3", "rotor", "1 pcs", "JP"),
    ]
    assert [(one.listed_as, one.may_be_listed) for one in rows[:3]] == [places.codes(index) for index in (0, 1, 2)]
    assert places.measure is not None
    assert [one.share for one in rows[:4]] == [places.measure.share(0, pieces=False), None, None, None]
    assert [one.line for one in rows] == [inquiry.product.items[one.item].line for one in rows]
    assert [one.quantity for one in rows if inquiry.product.items[one.item].hidden] == [""] * 3
    open_quantity = parts({"form": "rotor", "origin": "JP", **FREE, "quantity": None}, form="motor", origin="JP")
    assert [one.quantity for one in tree(*lines_of(open_quantity))[0]] == ["", "? pcs"]


@pytest.mark.parametrize("count", [58, 59, 60, 61])
def test_sixty_rows_of_a_tree_and_of_a_larger_one_what_matters(count: int) -> None:
    plain = {"form": "rotor", "origin": "JP", **FREE}
    holder = {"form": "stator", "origin": "JP", "complete": True, "parts": [metal("1", origin="JP")]}
    shipped = parts(*([plain] * (count - 2)), holder, form="motor", origin="JP")
    rows, left = tree(*lines_of(shipped))
    assert (len(rows), left) == ((count + 1, 0) if count + 1 <= 60 else (3, count - 2))
    assert [(one.depth, one.label) for one in rows[-2:]] == [(1, f"P{count - 2}"), (2, "M")]
    many = parts(*([{**plain, "origin": "CN"}] * count), form="motor", origin="JP")
    rows, left = tree(*lines_of(many))
    assert (len(rows), left) == (min(60, count + 1), max(0, count - 59))


# ---- the answer


def test_a_reading_or_an_option_that_is_not_there_is_refused() -> None:
    name, reading = next((name, one) for name, one in FULL.readings.items() if one.default is None)
    known = [one.id for one in reading.options]
    with pytest.raises(Refused) as refused:
        chosen_readings(FULL, {"colour": "red", name: "grey"})
    assert list(refused.value.problems) == [
        Problem(
            place=Place(file="readings", path="colour"),
            message="there is no reading 'colour'",
            advice=f"use one of {', '.join(FULL.readings)}",
        ),
        Problem(
            place=Place(file="readings", path=name),
            message=f"the reading {name!r} has no option 'grey'",
            advice=f"use one of {', '.join(known)}",
        ),
    ]
    defaults = {one.id: one.default for one in FULL.readings.values() if one.default}
    assert 0 < len(defaults) < len(FULL.readings)
    assert chosen_readings(FULL, {}) == defaults
    assert chosen_readings(FULL, {name: known[0]}) == {**defaults, name: known[0]}
    other = next(iter(defaults))
    options = [one.id for one in FULL.readings[other].options]
    assert [chosen_readings(FULL, {other: one})[other] for one in options] == options


def small(*rules: Rule, **more: Any) -> RulePack:
    return replace(pack(), rules={one.id: one for one in rules}, sha256="abc", **more)


def shipped(**said_of: Any) -> Any:
    document = {
        "format": "rare-earth-bom/1",
        "product": {"part_number": "A", **FREE, **said_of},
        "shipment": {"destination": "US"},
    }
    found = read(json.dumps(document).encode(), "x.json")
    assert found.product is not None
    return shipment_of(found.product, found.shipment, found)


LONG_AGO = date(2020, 1, 1)
LICENCE = replace(RULE, starts=LONG_AGO, ends=None, sleeps_with=(), duties=())
CHINESE, JAPANESE, OPEN_ORIGIN = {"origin": "CN"}, {"origin": "JP"}, dict[str, Any]()


def test_a_plan_serves_its_own_pack_and_readings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[object] = []
    original = determine_module.Inquiry

    def seen(*args: Any) -> Any:
        used.append(args[4])
        return original(*args)

    monkeypatch.setattr(determine_module, "Inquiry", seen)
    own, other = small(LICENCE, readings={}), small(LICENCE, readings={})
    made = Plan(own, {})
    for one in (made, None, Plan(other, {}), Plan(own, {"first": "yes"})):
        determine_module.decided(shipped(**CHINESE), own, on=DAY, plan=one)
    assert used == [made, None, None, None]


@pytest.mark.parametrize(
    ("said_of", "effect", "answer", "prohibited", "duties"),
    [
        (CHINESE, "licence", Answer.REQUIRED, (), ()),
        (CHINESE, "prohibition", Answer.REQUIRED, ("r",), ()),
        (CHINESE, "duty", Answer.NOT_REQUIRED, (), (("d", True),)),
        (JAPANESE, "licence", Answer.NOT_REQUIRED, (), ()),
        (JAPANESE, "prohibition", Answer.NOT_REQUIRED, (), ()),
        (JAPANESE, "duty", Answer.NOT_REQUIRED, (), ()),
        (OPEN_ORIGIN, "licence", Answer.UNDETERMINED, (), ()),
        (OPEN_ORIGIN, "prohibition", Answer.UNDETERMINED, (), ()),
        (OPEN_ORIGIN, "duty", Answer.NOT_REQUIRED, (), (("d", False),)),
    ],
)
def test_what_a_rule_leads_to(
    said_of: dict[str, Any], effect: str, answer: Answer, prohibited: tuple[str, ...], duties: tuple[tuple[str, bool], ...]
) -> None:
    duty = next(iter(FULL.duties.values()))
    rule = replace(LICENCE, effect=effect, duties=("d",))
    never = replace(LICENCE, id="never", when=Not(US))
    found = determine_module.determine(shipped(**said_of), small(rule, never, duties={"d": duty}, readings={}), on=DAY)
    assert (found.answer, found.prohibited) == (answer, prohibited)
    assert [(one.id, one.sure) for one in found.duties_open] == list(duties)


@pytest.mark.parametrize(
    ("said_of", "when", "status", "duties"),
    [
        (CHINESE, US, "exempt", [("e1", True)]),
        (CHINESE, Not(US), "applies", []),
        (CHINESE, FORM, "applies", []),
        (OPEN_ORIGIN, US, "exempt", [("e1", False)]),
        (JAPANESE, US, "fails", []),
    ],
)
def test_the_duties_of_an_exemption_are_owed_where_it_lifts_a_rule(
    said_of: dict[str, Any], when: Condition, status: str, duties: list[tuple[str, bool]]
) -> None:
    duty = next(iter(FULL.duties.values()))
    lifted = replace(lifting("e", when), duties=("e1",))
    rule = replace(LICENCE, duties=("d",), unless=(lifted, replace(lifting("f", Not(US)), duties=("f1",))))
    used = small(rule, duties=dict.fromkeys(("d", "e1", "f1"), duty), readings={})
    found = determine_module.determine(shipped(**said_of), used, on=DAY)
    answer = {"exempt": Answer.NOT_REQUIRED, "applies": Answer.REQUIRED, "fails": Answer.NOT_REQUIRED}[status]
    assert (found.answer, [(one.id, one.sure) for one in found.duties_open]) == (answer, duties)


def test_a_duty_is_sure_where_one_of_its_rules_is() -> None:
    duty = next(iter(FULL.duties.values()))
    sure, perhaps = (
        replace(LICENCE, id=name, effect="duty", duties=("d",), when=when) for name, when in (("s", US), ("p", ORIGIN))
    )
    never = replace(LICENCE, id="never", when=Not(US))
    for rules in ((sure, perhaps), (perhaps, sure)):
        found = determine_module.determine(shipped(), small(*rules, never, duties={"d": duty}, readings={}), on=DAY)
        assert [(one.id, one.sure) for one in found.duties_open] == [("d", True)]
    asleep = replace(sure, starts=DAY + timedelta(days=1))
    found = determine_module.determine(shipped(), small(asleep, never, duties={"d": duty}, readings={}), on=DAY)
    assert found.duties_open == ()


def covered(read: int, judged: int, unused: int, *counts: int) -> Coverage:
    lines = tuple(Lines(became="b", reason="r", count=one, first=()) for one in counts)
    return Coverage(read=read, judged=judged, unused=unused, undisclosed=0, lines=lines)


def verdict(status: Status) -> verdicts.Verdict:
    step = Step(asks="", outcome=FALSE)
    return verdicts.Verdict(rule=LICENCE, state=AWAKE, step=step, status=status, exemptions=(), policies=(), needs=frozenset())


def test_a_clearing_needs_all_of_its_legs() -> None:
    duty = replace(LICENCE, id="duty", effect="duty")
    ban = replace(LICENCE, id="ban", effect="prohibition")
    used = small(LICENCE, duty, ban)
    whole = covered(3, 2, 1, 2, 1)

    def cleared(found: Coverage = whole, of: RulePack = used, conflicts: tuple[str, ...] = (), *statuses: Status) -> bool:
        made = determine_module.cleared([verdict(one) for one in statuses], found, conflicts, of)
        assert made in ((), (LICENCE, ban))
        return bool(made)

    assert cleared()
    assert cleared(covered(1, 1, 0, 1))
    assert not cleared(of=replace(used, rules={}))
    assert not cleared(of=replace(used, rules={"duty": duty}))
    assert not cleared(of=replace(used, sha256=""))
    assert not cleared(conflicts=("a contradiction",))
    wrong = [
        covered(0, 0, 0),
        covered(1, 0, 1, 1),
        covered(3, 2, 0, 3),
        covered(3, 3, 1, 3),
        covered(3, 2, 1, 2),
        covered(3, 2, 1, 4),
    ]
    assert [cleared(one) for one in wrong] == [False] * len(wrong)
    settled = {Status.FAILS, Status.EXEMPT, Status.ASLEEP, Status.ASLEEP_CANNOT_TELL}
    assert {one for one in Status if cleared(whole, used, (), one)} == settled
    assert {one for one in Status if cleared(whole, used, (), Status.FAILS, one)} == settled


def test_what_contradicts_itself_is_named_with_its_place() -> None:
    used = small(replace(LICENCE, lists=("c",)), lists={"c": CODED}, readings={})
    found = determine_module.determine(shipped(**KNOWN, control_codes=["1C909.a.1"]), used, on=DAY)
    assert found.conflicts == (
        "x.json:1: product: A: the declared control code 1C909.a.1 (entry 1C909.a.1) does not fit the description",
    )


# ---- the share of an item at the line of a rule


def reaching(shipped_parts: dict[str, Any], index: int, term: str = "", **params: str) -> tuple[Truth, frozenset[Need]]:
    terms = {"chinese": Term("chinese", "of Chinese origin", ORIGIN)}
    inquiry = asking(shipped_parts, replace(pack(), lists=METALS, terms=terms))
    ask = Ask("item.share", "at_least", number=of("0.1"), params=(("of", "x"), ("whose", term), *params.items()))
    return share_outcome(inquiry, ask, index)


def test_items_of_one_kind_have_shares_of_their_own_where_the_place_counts() -> None:
    """What counts may hang on how an item was made, or on what it is inside: then no item answers for another one."""
    made_by = Ask("item.technology", "is", named("yes"), params=(("fields", "recycling"), ("from", "CN")))
    terms = {"t": Term("t", "t", made_by), "c": Term("c", "c", ORIGIN)}
    placed = {"x": METALS["x"], "y": listed("y", ("y1", All((FORM, Not(ENCLOSED)))))}
    used = replace(pack(), lists=placed, terms=terms)
    bare = {"form": "metal", **FREE, "technologies_complete": True, "origin": "CN"}
    japan, china = ({**bare, "technologies": [{"field": "recycling", "origin": one}]} for one in ("JP", "CN"))
    for order in ((japan, china), (china, japan)):
        inquiry = asking(parts(*order, form="sensor"), used)
        ask = Ask("item.share", "at_least", number=of("0.1"), params=(("of", "x"), ("whose", "t")))
        wanted = [UNKNOWN if one is china else FALSE for one in order]
        assert [share_outcome(inquiry, ask, index)[0] for index in (1, 2)] == wanted
    inside = {"form": "motor", "complete": True, "parts": [{"part_number": "M", "quantity": 1, **bare}]}
    inquiry = asking(parts(inside, bare, form="sensor"), used)
    ask = Ask("item.share", "at_least", number=of("0.1"), params=(("of", "y"), ("whose", "c")))
    assert [inquiry.product.items[index].form for index in (2, 3)] == ["metal", "metal"]
    assert [share_outcome(inquiry, ask, index)[0] for index in (2, 3)] == [FALSE, UNKNOWN]


ALONE, AS_CONTAINED = {"added": "each-alone"}, {"counted": "contained"}
CONTAINED_NEED = value_need(THIS_ITEM, "of the listed elements as contained")
OXIDE = metal("6", "N", form="oxide")
LINES = [
    # what is inside a thing worth 100, how it is counted, the outcome, what would settle it
    ((metal("9.99"),), {}, FALSE, set()),
    ((metal("10"),), {}, TRUE, set()),
    ((metal("6"), OXIDE), {}, TRUE, set()),
    ((metal("6"), OXIDE), ALONE, FALSE, set()),
    ((metal("10"), OXIDE), ALONE, TRUE, set()),
    ((metal("6"), metal("10", "N", form="oxide")), ALONE, TRUE, set()),
    ((metal("3"), OXIDE), ALONE, FALSE, set()),
    ((metal("6"), metal("6", "N", form=None)), ALONE, UNKNOWN, {Need("fact", "item.form", 2)}),
    ((metal("9.99"),), AS_CONTAINED, FALSE, set()),
    ((metal("10"),), AS_CONTAINED, UNKNOWN, {CONTAINED_NEED}),
    ((metal("9 .. 11"),), AS_CONTAINED, UNKNOWN, {CONTAINED_NEED, value_need(1, "exactly")}),
    ((metal("9 .. 11"),), {}, UNKNOWN, {value_need(1, "exactly")}),
    ((metal("2", **euros("2", "USD")),), {}, UNKNOWN, {Need("fact", "shipment.rates", SHIPMENT, "USD to EUR")}),
]


@pytest.mark.parametrize(("inside", "params", "outcome", "needs"), LINES)
def test_a_share_at_the_line_however_it_is_counted(
    inside: tuple[dict[str, Any], ...], params: dict[str, str], outcome: Truth, needs: set[Need]
) -> None:
    assert reaching(sensor(*inside), 0, **params) == (outcome, needs)


def test_what_is_remembered_of_a_question_holds_the_question() -> None:
    """By its identity alone another one, made in its place in memory, would be given its outcome."""
    inquiry = asking(parts(metal("5", complete=False), form="sensor"), replace(pack(), lists=METALS))
    for at in range(50):
        line = Ask("item.share", "at_least", number=of("0.1") if at % 2 else of("2"), params=(("of", "x"), ("whose", "")))
        assert share_outcome(inquiry, line, 1)[0] is (TRUE if at % 2 else FALSE)
        del line
    assert len(inquiry.plan.shares) == 50
    assert all(kept[0].question == "item.share" for kept in inquiry.plan.shares.values())


def test_an_entry_by_itself_is_not_sought_in_what_another_entry_names() -> None:
    """A listed input is counted whole: what it may hide is not asked of the entries that it is not on."""
    opened = {name: value for name, value in metal("6").items() if name != "rare_earths"}
    unlisted = {**opened, "form": "sensor", "part_number": "U"}
    assert reaching(sensor(opened, OXIDE), 0, **ALONE) == (FALSE, frozenset())
    assert reaching(sensor(opened, metal("10", "N", form="oxide")), 0, **ALONE) == (TRUE, frozenset())
    assert reaching(sensor(unlisted, OXIDE), 0, **ALONE)[0] is UNKNOWN


def test_what_one_entry_alone_waits_for_is_asked() -> None:
    """Together they reach the line; whether one entry does by itself hangs on where the first one comes from."""
    entries = {"x": listed("x", ("x1", FORM), ("x2", ORIGIN))}
    ask = Ask("item.share", "at_least", number=of("0.1"), params=(("of", "x"), ("whose", ""), ("added", "each-alone")))
    for origin, wanted in (
        (None, (UNKNOWN, {Need("fact", "item.origin", 1)})),
        ("CN", (TRUE, frozenset())),
        ("JP", (FALSE, frozenset())),
    ):
        first = metal("6") if origin is None else metal("6", origin=origin)
        inside = (first, metal("6", "N", form="sensor", origin="CN"))
        inquiry = asking(sensor(*inside, origin="JP"), replace(pack(), lists=entries))
        assert share_outcome(inquiry, ask, 0) == wanted


def test_a_share_of_a_value_that_is_not_one_number() -> None:
    value = value_need(THIS_ITEM)
    assert reaching(sensor(metal("2"), worth=None), 0) == (UNKNOWN, {value})
    assert reaching(sensor(metal("2"), worth="19 .. 21"), 0) == (UNKNOWN, {value})
    assert reaching(sensor(metal("2"), worth="20.01 .. 21"), 0) == (FALSE, frozenset())
    # Items alike but for their values, in one product.
    shipped_parts = parts(metal("5", form=None), metal("1 .. 2", form=None), metal(None, form=None), form="rotor")
    inquiry = asking(shipped_parts, replace(pack(), lists=METALS))
    ask = Ask("item.share", "at_least", number=of("0.1"), params=(("of", "x"),))
    form = Need("fact", "item.form", THIS_ITEM)
    wanted = [{form}, {form, value, value_need(THIS_ITEM, "exactly")}, {form, value}]
    assert [share_outcome(inquiry, ask, index) for index in (1, 2, 3)] == [(UNKNOWN, one) for one in wanted]


def test_what_an_open_list_may_hide_counts_unless_what_holds_it_is_listed() -> None:
    open_sensor = {"part_number": "S", "form": "sensor", "parts": [metal("2")]}
    assert measured(open_sensor).content[0] == {"EUR": of("2"), "": of(">= 0")}
    opened = {name: value for name, value in metal("5", "P", origin="JP").items() if name != "rare_earths"}
    assert measured(sensor(opened), "chinese").content[0] is None
    maybe = {**opened, "form": None}
    assert measured(sensor(maybe), "chinese").content[0] == {"": of(">= 0")}


def test_an_estimate_counts_where_it_is_part_of_the_sum() -> None:
    said_of = {"element": "Dy", "alloy": None, "family": None, "form": "metal", "currency": "EUR", "day": DAY, "source": "s"}
    price = Price(amount=of("100"), **said_of)
    inside = {"composition": [{"element": "Dy"}], "composition_complete": True}
    estimated = {**metal(None), **inside, "unit": "kg", "rare_earths": None}
    terms = {"chinese": Term("chinese", "of Chinese origin", ORIGIN)}

    def taken(shipped_parts: dict[str, Any]) -> shares.Measure:
        inquiry = asking(shipped_parts, replace(pack(), lists=METALS, terms=terms))
        priced = replace(inquiry.shipment, prices=(price,))
        return Inquiry(priced, inquiry.pack, {}, DAY).measure("x", "chinese")

    def estimates(shipped_parts: dict[str, Any]) -> list[bool]:
        return taken(shipped_parts).estimate

    assert estimates(sensor({**estimated, "origin": "CN"}))[:2] == [True, True]
    assert estimates(sensor({**estimated, "origin": "JP"}))[:2] == [False, False]
    stated = powder("5", {**estimated, "origin": "CN"}, origin="CN")
    assert estimates(sensor(stated))[:3] == [False, False, True]
    assert estimates(sensor({**stated, "origin": None}))[:3] == [True, True, True]
    for whole, of_whole, of_pieces in (
        (sensor({**estimated, "origin": "CN"}), True, [True]),
        (sensor(metal("1", origin="CN"), {**estimated, "origin": "CN", "part_number": "N"}), True, [False, True]),
        (sensor(metal("1", origin="CN")), False, [False]),
        (sensor(metal(None, origin="CN"), worth=None), False, [False]),
        ({**estimated, "quantity": None, "origin": "JP"}, True, [False]),
        ({**metal("5"), "quantity": None, "origin": "JP"}, False, []),
    ):
        share = taken({name: one for name, one in whole.items() if one is not None}).share(0, pieces=True)
        assert (share.estimate, [one.estimate for one in share.pieces]) == (of_whole, of_pieces), whole


def test_the_lines_of_a_sum_end_at_what_counts_whole() -> None:
    for origin, labels in (("CN", ["P"]), (None, ["P", "M"]), ("JP", ["M"])):
        shipped_parts = sensor(powder("5", metal("2", origin="CN"), origin=origin))
        found = measured(shipped_parts, "chinese").share(0, pieces=True)
        assert [one.label for one in found.pieces] == labels


def test_lines_without_listed_content_are_not_walked_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "_WALKED", 2)
    plain = [{"part_number": f"R{at}", "quantity": 1, "form": "rotor", **FREE} for at in range(3)]
    found = measured(sensor(*plain, metal("1"))).share(0, pieces=True)
    assert ([one.label for one in found.pieces], found.pieces_left_out) == (["M"], 0)


# ---- questions that are computed


def one(question: Question, params: tuple[tuple[str, str], ...] = (), *, product: dict[str, Any] | None = None) -> list[Step]:
    """What is found for "is yes" and for "is not yes"."""
    inquiry = asking(
        product or {"part_number": "A"}, replace(pack(), questions={**QUESTIONS, question.id: question}, lists=LISTS)
    )
    return [inquiry.ask(Ask(question.id, operator, named("yes"), params=params), 0) for operator in ("is", "is_not")]


def outcomes(steps: list[Step]) -> list[Truth]:
    return [step.outcome for step in steps]


BOTH = {TRUE: [TRUE, FALSE], FALSE: [FALSE, TRUE], UNKNOWN: [UNKNOWN, UNKNOWN]}


@pytest.mark.parametrize(
    ("said_of", "outcome", "found", "open_for"),
    [
        ({"composition": [{"element": "Dy"}, {"element": "Nd"}], "composition_complete": True}, TRUE, "Dy: yes, Nd: yes", ()),
        ({"composition": [{"element": "Dy"}], "composition_complete": True}, FALSE, "Dy: yes, Nd: no", ()),
        ({"composition": [{"element": "Dy"}]}, UNKNOWN, "Dy: yes, Nd: not known", ("Nd",)),
        ({}, UNKNOWN, "Dy: not known, Nd: not known", ("Dy", "Nd")),
    ],
)
def test_whether_an_item_contains_elements(
    said_of: dict[str, Any], outcome: Truth, found: str, open_for: tuple[str, ...]
) -> None:
    question = replace(asked("item.contains", "yes_no", computed_by="contains"), en="holds {element}")
    steps = one(question, (("element", "Dy Nd"),), product={"part_number": "A", **said_of})
    needs = frozenset(Need("fact", "item.contains", THIS_ITEM, symbol) for symbol in open_for)
    assert outcomes(steps) == BOTH[outcome]
    assert steps[0] == Step(asks="holds Dy Nd", outcome=outcome, found=found, against="is yes", needs=needs)
    no = asking({"part_number": "A", **said_of}).ask(Ask("item.contains", "is", named("no"), params=(("element", "Dy Nd"),)), 0)
    assert no.outcome is ~outcome


def test_the_product_is_no_part_of_itself() -> None:
    question = asked("item.is_product", "yes_no", computed_by="is_product")
    inquiry = asking(parts({}), replace(pack(), questions={**QUESTIONS, question.id: question}))
    found = [inquiry.ask(Ask(question.id, "is", named("yes")), index) for index in (0, 1)]
    assert [(step.outcome, step.found, step.needs) for step in found] == [
        (TRUE, "yes", frozenset()),
        (FALSE, "no", frozenset()),
    ]


@pytest.mark.parametrize(
    ("composition", "complete", "outcome"),
    [
        ([{"cas": "7429-91-6"}], False, TRUE),
        ([{"cas": "7429-91-6"}], True, TRUE),
        ([{"cas": "7440-00-8"}], True, FALSE),
        ([{"cas": "7440-00-8"}], False, UNKNOWN),
        ([{"cas": "7440-00-8"}, {"cas": "7429-91-6", "mass_fraction": "0 .. 1 %"}], True, UNKNOWN),
        ([{"cas": "7429-91-6", "mass_fraction": "0 %"}], True, FALSE),
        ([], False, UNKNOWN),
    ],
)
def test_whether_a_composition_names_a_substance(composition: list[dict[str, Any]], complete: bool, outcome: Truth) -> None:
    question = asked("item.names_cas", "yes_no", computed_by="names_cas")
    product = {"part_number": "A", "composition": composition, "composition_complete": complete}
    steps = one(question, (("cas", "7429-91-6"),), product=product)
    need = frozenset({Need("fact", "item.names_cas", THIS_ITEM, "7429-91-6")})
    assert [(step.outcome, step.needs) for step in steps] == [
        (each, need if outcome is UNKNOWN else frozenset()) for each in BOTH[outcome]
    ]
    assert steps[0].found == {TRUE: "yes", FALSE: "no", UNKNOWN: "not known"}[outcome]


@pytest.mark.parametrize(
    ("value", "outcomes_wanted"),
    [("999", [FALSE, TRUE]), ("1000", [TRUE, FALSE]), ("999 .. 1001", [UNKNOWN] * 2), (None, [UNKNOWN] * 2)],
)
def test_a_parameter_at_the_line(value: str | None, outcomes_wanted: list[Truth]) -> None:
    question = replace(asked("item.parameter", "amount", computed_by="parameter"), en="the {name}")
    name = "heating-temperature"
    stated = {} if value is None else {"parameters": [{"name": name, "value": f"{value} °C"}]}
    used = replace(pack(), questions={**QUESTIONS, question.id: question})
    inquiry = asking({"part_number": "A", **stated}, used)
    asks = [
        Ask(question.id, operator, number=of("1000"), written="1000", params=(("name", name),))
        for operator in ("at_least", "below")
    ]
    found = [inquiry.ask(ask, 0) for ask in asks]
    assert outcomes(found) == outcomes_wanted
    need = frozenset({Need("fact", question.id, THIS_ITEM, name)})
    assert [step.needs for step in found] == [need if each is UNKNOWN else frozenset() for each in outcomes_wanted]
    unit = unit_of(name)
    shown = "not known" if value is None else f"{value.replace('..', '…')} {unit}"
    assert [(step.found, step.against) for step in found] == [(shown, f"at least 1000 {unit}"), (shown, f"below 1000 {unit}")]
    assert found[0].asks == f"the {meaning('parameter', name)}"


def test_equipment_as_it_is_stated() -> None:
    question = asked("item.equipment", "word", computed_by="equipment")
    used = replace(pack(), questions={**QUESTIONS, question.id: question})
    kind = next(word for word in words("equipment") if word != "none")
    ask = Ask(question.id, "any_of", named(kind))
    need = frozenset({Need("fact", question.id, THIS_ITEM)})
    for stated, outcome in ((kind, TRUE), ("none", FALSE), (None, UNKNOWN)):
        step = asking({"part_number": "A", "equipment": stated}, used).ask(ask, 0)
        shown, needs = stated or "not known", need if outcome is UNKNOWN else frozenset()
        assert (step.outcome, step.found, step.needs) == (outcome, shown, needs)


def test_steps_that_are_stated_where_they_were_done() -> None:
    question = asked("item.stated_steps", "country", computed_by="stated_steps")
    used = replace(pack(), questions={**QUESTIONS, question.id: question})
    inquiry = asking({"part_number": "A"}, used)
    done = (("mining", "CN"), ("smelting", "JP"), ("casting", "US"), ("smelting", "DE"))
    inquiry.told.product = replace(inquiry.product, items=(replace(inquiry.product.items[0], steps=done),))
    rows = [
        ("smelting casting", "JP", TRUE, "DE, JP, US"),
        ("smelting", "CN", FALSE, "DE, JP"),
        ("mining", "CN", TRUE, "CN"),
        ("milling", "CN", FALSE, "none stated"),
    ]
    for steps, place, outcome, shown in rows:
        asks = [Ask(question.id, operator, named(place), params=(("steps", steps),)) for operator in ("any_of", "none_of")]
        found = [inquiry.ask(ask, 0) for ask in asks]
        assert [(step.outcome, step.found) for step in found] == [(each, shown) for each in BOTH[outcome]], steps


def held_in(depth: str | None, whose: str = "") -> list[tuple[Truth, frozenset[Need]]]:
    """Of a product, a motor in it and a metal of unknown origin in that: which holds the metal."""
    used = replace(pack(), lists=METALS, terms={"c": Term("c", "c", ORIGIN)})
    inner = {"form": "motor", "complete": True, "parts": [metal(None)]}
    inquiry = asking(parts(inner, form="sensor"), used)
    more = {"depth": depth} if depth else {}
    ask = holds("x", **more, **({"whose": whose} if whose else {}))
    return [(step.outcome, step.needs) for step in (inquiry.ask(ask, index) for index in range(3))]


def test_what_an_item_holds_at_any_depth_or_directly() -> None:
    none: frozenset[Need] = frozenset()
    assert held_in(None) == held_in("any") == [(TRUE, none), (TRUE, none), (FALSE, none)]
    assert held_in("direct") == [(FALSE, none), (TRUE, none), (FALSE, none)]
    need = frozenset({Need("fact", "item.origin", 2)})
    assert held_in(None, "c") == [(UNKNOWN, need), (UNKNOWN, need), (FALSE, none)]


@pytest.mark.parametrize(
    ("inside", "stated", "wanted"),
    [
        ("no", "CN", [FALSE, TRUE]),
        ("yes", "CN", [TRUE, TRUE]),
        ("no", "JP", [FALSE, FALSE]),
        ("yes", "JP", [UNKNOWN, UNKNOWN]),  # of what it holds and does not list nothing is stated
        ("no", None, [FALSE, UNKNOWN]),
        ("yes", None, [UNKNOWN, UNKNOWN]),
    ],
)
def test_whether_a_technology_was_used_on_an_item_or_inside_it(inside: str, stated: str | None, wanted: list[Truth]) -> None:
    used = [{"field": "recycling", "origin": stated}] if stated else []
    dy = {"composition": [{"element": "Dy"}], "composition_complete": True}
    part = {**dy, "technologies": used, "technologies_complete": bool(stated), "form": "metal"}
    inquiry = asking(parts({**part, "complete": None}, form="sensor", technologies=[], technologies_complete=True))
    ask = replace(WITHIN, params=(("fields", "recycling"), ("from", "CN"), ("inside", inside)))
    found = [inquiry.ask(ask, index) for index in (0, 1)]
    assert outcomes(found) == wanted
    open_one = frozenset({Need("fact", "item.technology", THIS_ITEM)})
    if inside == "no":
        assert [step.needs for step in found] == [open_one if one is UNKNOWN else frozenset() for one in wanted]


def test_a_technology_is_not_asked_of_what_holds_no_rare_earth() -> None:
    ask = replace(WITHIN, params=(("fields", "recycling"), ("from", "CN")))
    dy = {"composition": [{"element": "Dy"}], "composition_complete": True}
    said_of = [(FREE, FALSE), (dy, UNKNOWN), ({}, UNKNOWN), ({**dy, "technologies": [], "technologies_complete": True}, FALSE)]
    assert [asking({"part_number": "A", **one}).ask(ask, 0).outcome for one, _ in said_of] == [wanted for _, wanted in said_of]


def test_a_question_of_words_is_complete_where_it_is_said_to_be() -> None:
    question = replace(asked("shipment.end_use", "words", "shipment.end_use.purposes"), complete_at="shipment.end_use.complete")
    used = replace(pack(), questions={**QUESTIONS, question.id: question})
    ask = Ask(question.id, "any_of", named("medical"))
    for complete, outcome, shown in ((True, FALSE, "civil"), (False, UNKNOWN, "civil, perhaps others")):
        end_use = {"purposes": ["civil"], "complete": complete}
        step = asking({"part_number": "A"}, used, shipment={"end_use": end_use}).ask(ask, 0)
        assert (step.outcome, step.found) == (outcome, shown)
    plain = replace(used, questions={**QUESTIONS, question.id: replace(question, complete_at="")})
    step = asking({"part_number": "A"}, plain, shipment={"end_use": {"purposes": ["civil"]}}).ask(ask, 0)
    assert (step.outcome, step.found) == (FALSE, "civil")


# ---- what became of a rule, in words


def leaf(asks: str, outcome: Truth = FALSE, **more: Any) -> Step:
    return Step(asks=asks, outcome=outcome, **more)


def parts_step(asks: str, *steps: Step, outcome: Truth = FALSE, **more: Any) -> Step:
    return Step(asks=asks, outcome=outcome, steps=steps, **more)


def test_what_settles_whether_an_item_is_the_one_entry_that_counts() -> None:
    coded = {"x": listed("x", ("1C999.a", FORM), ("1C999.b", Ask("item.form", "is", named("oxide"))))}
    used = replace(pack(), lists=coded)

    def of_entry(code: str, **item: Any) -> Step:
        return asking({"part_number": "A", **item}, used).measure("x", "", "", code).listed(0)

    form = frozenset({Need("fact", "item.form", THIS_ITEM)})
    declared = frozenset({Need("fact", "item.control_codes", THIS_ITEM)})
    for code in ("1C999.a", "1C999.b"):
        of_it = of_entry(code)
        assert (of_it.outcome, of_it.needs & form) == (UNKNOWN, form)
    metal_of_group = {"form": "metal", "control_codes": ["1C999"]}
    assert of_entry("1C999.a", **metal_of_group).outcome is TRUE
    of_it = of_entry("1C999.b", **metal_of_group)
    assert (of_it.outcome, of_it.needs) == (UNKNOWN, declared)
    assert of_entry("1C999.b", form="metal").outcome is FALSE
    assert of_entry("1C999.a", form="oxide").outcome is FALSE
    assert of_entry("1C999.a", form="sensor", **FREE).outcome is FALSE


FALSES = [
    (leaf("a"), "a"),
    (leaf("a", found="x"), "a: x"),
    (leaf("a", found="x", against="is y"), "a: x, asked: is y"),
    (leaf("a", against="is y"), "a, asked: is y"),
    (parts_step("all of these", leaf("a", TRUE), leaf("b"), leaf("c")), "b"),
    (parts_step("all of these", leaf("a", UNKNOWN), leaf("b", TRUE)), "a"),
    (parts_step("any of these", leaf("a"), leaf("b"), leaf("a")), "a and b"),
    (parts_step("any of these", leaf("a", UNKNOWN), leaf("b")), "b"),
    (parts_step("any of these", leaf("a", TRUE), leaf("b", UNKNOWN)), "a and b"),
    (parts_step("not", leaf("a", TRUE, found="x")), "a: x"),
    (parts_step("not", parts_step("a", leaf("b"), outcome=TRUE, found="x")), "a: x"),
    (parts_step("not", parts_step("any of these", leaf("a", TRUE), leaf("b"), outcome=TRUE)), "b"),
    (leaf("not"), "not"),
    (parts_step("a list", leaf("b"), found="x"), "a list: x"),
    (parts_step("any of these", parts_step("all of these", leaf("a"), leaf("b")), leaf("c")), "a and c"),
]


@pytest.mark.parametrize(("step", "text"), FALSES)
def test_why_a_condition_is_false(step: Step, text: str) -> None:
    assert because_false(step) == text


def found_at(status: Status, rule: Rule = RULE, because: str = "since long", **more: Any) -> Any:
    made = replace(verdict(status), rule=rule, state=replace(AWAKE, because=because), **more)
    return SimpleNamespace(verdict=made, traced=made)


def test_why_a_rule_leads_to_nothing() -> None:
    no, other = found_at(Status.FAILS, step=leaf("a")), found_at(Status.FAILS, step=leaf("b"))
    asleep = found_at(Status.ASLEEP, because="asleep until then")
    assert why_not([], DAY) == "no item of the product is on its list"
    assert why_not([no], DAY) == "a"
    assert why_not([no, no], DAY) == "a (2 items)"
    assert why_not([no, other], DAY) == "a; b"
    assert why_not([other, no, found_at(Status.FAILS, step=leaf("a"))], DAY) == "b; a (2 items)"
    assert why_not([asleep], DAY) == "not in force on 2026-11-23: asleep until then"
    assert why_not([found_at(Status.ASLEEP_CANNOT_TELL, because="x")], DAY) == "not in force on 2026-11-23: x"
    raised = tuple(
        ExemptionFound(id=at, outcome=outcome, at=at, says="", read_as="", step=leaf("e"))
        for at, outcome in (("5", FALSE), ("6", TRUE), ("7", UNKNOWN), ("8", TRUE))
    )
    assert why_not([found_at(Status.EXEMPT, exemptions=raised)], DAY) == "lifted by 6, 8"


STANDINGS = [
    ((), "does not apply"),
    ((Status.FAILS,), "does not apply"),
    ((Status.FAILS, Status.ASLEEP_CANNOT_TELL), "asleep"),
    ((Status.ASLEEP, Status.FAILS), "asleep"),
    ((Status.EXEMPT, Status.ASLEEP), "exempt"),
    ((Status.CANNOT_TELL, Status.EXEMPT), "open"),
    ((Status.EXEMPT, Status.CANNOT_TELL, Status.APPLIES), "applies"),
]


@pytest.mark.parametrize(("statuses", "standing"), STANDINGS)
def test_the_standing_of_a_rule(statuses: tuple[Status, ...], standing: str) -> None:
    other = replace(RULE, id="other")
    used = replace(pack(), rules={"other": other, "r": RULE})
    judged = [found_at(one, because=f"because {one.value}", step=leaf("a")) for one in statuses]
    judged += [found_at(Status.FAILS, other, step=leaf("b"))]
    assert standings(judged, used) == (("other", "does not apply"), ("r", standing))
    first, found = limbs(judged, used, DAY)
    assert (first.rule, first.title, first.effect, first.standing, first.because) == (
        "other",
        other.title,
        other.effect,
        "does not apply",
        "b",
    )
    mine = judged[:-1]
    awake = {"applies": Status.APPLIES, "open": Status.CANNOT_TELL}.get(standing)
    first_awake = next((one for one in statuses if one in (Status.APPLIES, Status.CANNOT_TELL)), None)
    because = why_not(mine, DAY) if awake is None or first_awake is None else f"because {first_awake.value}"
    assert (found.rule, found.standing, found.because) == ("r", standing, because)


# ---- parties against the lists


def of_parties(shipment: dict[str, Any]) -> Inquiry:
    names = ("party_listed", "party_listed_by", "party_owners")
    made = [replace(asked(f"shipment.{name}", "yes_no", computed_by=name), en=f"{name} {{party}}") for name in names]
    made[2] = replace(made[2], type="share")
    questions = {**QUESTIONS, **{one.id: one for one in made}}
    announced = ListAnnouncement(
        id="n1",
        list="control-list",
        of="x",
        starts=LONG_AGO,
        ends=None,
        entities=2,
        named=1,
        confidence="primary",
        state="in force",
        url="https://example.org",
    )
    bolt = ListedParty(names=("Bolt Ltd",), identifiers=(), by="n1", confidence="primary")
    known = Parties(
        note="",
        announcements={"n1": announced, "n2": replace(announced, id="n2", list="watch-list")},
        parties=(bolt,),
        legal_forms=(("ltd", "limited"),),
    )
    return asking({"part_number": "A"}, replace(pack(), questions=questions, parties=known), shipment=shipment)


@pytest.mark.parametrize(
    ("party", "on_control", "by_one", "because"),
    [
        ({"name": "Bolt Limited"}, TRUE, TRUE, "not screened; its name matches Bolt Ltd, listed by n1"),
        ({"name": "Screw"}, UNKNOWN, UNKNOWN, "not screened"),
        ({"name": "Screw", "listed": "none"}, FALSE, FALSE, "declared to be on neither list"),
        ({"name": "Screw", "listed": "control-list", "listed_by": ["n1"]}, TRUE, TRUE, "declared to be on the control-list"),
        ({"name": "Screw", "listed": "watch-list", "listed_by": ["n2"]}, FALSE, FALSE, "declared to be on the watch-list"),
    ],
)
def test_a_party_against_the_lists(party: dict[str, Any], on_control: Truth, by_one: Truth, because: str) -> None:
    inquiry = of_parties({"end_user": party})
    for name, params, outcome in (
        ("party_listed", (("party", "end_user"), ("list", "control-list")), on_control),
        ("party_listed_by", (("party", "end_user"), ("announcement", "n1")), by_one),
    ):
        step = inquiry.ask(Ask(f"shipment.{name}", "is", named("yes"), params=params), 0)
        needs = frozenset({Need("fact", f"shipment.{name}", SHIPMENT, "end_user")}) if outcome is UNKNOWN else frozenset()
        assert step == Step(asks=f"{name} end_user", outcome=outcome, found=because, against="is yes", needs=needs)


def owned_by(owner: str, share: str, owned: str = "Screw") -> dict[str, Any]:
    return {"owner": owner, "owned": owned, "share": share}


OWNED = [
    # what is said of the end user, who owns what, the outcome at 50 %, what is found
    ({"name": "Screw", "owners_complete": True}, [owned_by("Bolt Ltd", "50 %")], TRUE, "50 … 100 %"),
    ({"name": "Screw", "owners_complete": True}, [owned_by("Bolt Ltd", "49 %")], UNKNOWN, "49 … 100 %"),
    (
        {"name": "Screw", "owners_complete": True},
        [owned_by("Bolt Ltd", "49 %"), owned_by("Nut", "51 %")],
        UNKNOWN,
        "49 … 100 %",
    ),
    ({"name": "Screw", "owners_complete": True}, [owned_by("Nut", "100 %", "Other")], UNKNOWN, "≤ 100 %"),
    ({"name": "Screw"}, [owned_by("Bolt Ltd", "50 %", "SCREW Ltd")], UNKNOWN, "not known"),
    ({"name": "Screw Ltd"}, [owned_by("Bolt", "50 %", "SCREW Limited")], TRUE, "50 … 100 %"),
    ({"name": "Screw"}, [], UNKNOWN, "not known"),
    ({"name": "Screw", "listed_owners_share": "49 %"}, [], FALSE, "49 %"),
    ({"name": "Screw", "listed_owners_share": "50 %"}, [], TRUE, "50 %"),
    (
        {"name": "Screw", "listed_owners_share": "40 %", "owners_complete": True},
        [owned_by("Bolt Ltd", "50 %")],
        UNKNOWN,
        "40 … 100 %",
    ),
    ({"listed_owners_share": "40 %"}, [owned_by("Bolt Ltd", "50 %")], FALSE, "40 %"),
]


@pytest.mark.parametrize(("party", "links", "outcome", "shown"), OWNED)
def test_what_listed_parties_hold_of_a_party(
    party: dict[str, Any], links: list[dict[str, Any]], outcome: Truth, shown: str
) -> None:
    inquiry = of_parties({"end_user": party, "ownership": links})
    ask = Ask(
        "shipment.party_owners",
        "at_least",
        number=of("0.5"),
        written="50 %",
        params=(("party", "end_user"), ("counted", "aggregate-direct")),
    )
    needs = frozenset({Need("fact", ask.question, SHIPMENT, "end_user")}) if outcome is UNKNOWN else frozenset()
    assert inquiry.ask(ask, 0) == Step(
        asks="party_owners end_user", outcome=outcome, found=shown, against="at least 50 %", needs=needs
    )


def test_an_owner_is_listed_as_it_is_declared_as_a_party() -> None:
    """Nut is no name of a list; as the importer of the same shipment it is declared to be on one, or on none."""
    for listed_as, outcome in (("control-list", TRUE), ("none", FALSE), (None, UNKNOWN)):
        inquiry = of_parties(
            {
                "end_user": {"name": "Screw", "owners_complete": True},
                "importer": {"name": "NUT", "listed": listed_as},
                "ownership": [owned_by("Nut", "100 %")],
            }
        )
        params = (("party", "end_user"), ("counted", "aggregate-direct"))
        ask = Ask("shipment.party_owners", "at_least", number=of("0.5"), params=params)
        assert inquiry.ask(ask, 0).outcome is outcome


def test_what_contradicts_itself_of_parties() -> None:
    found = of_parties(
        {
            "end_user": {"name": "Bolt Ltd", "listed": "none"},
            "ownership": [owned_by("A", "60 %"), owned_by("B", "41 %")],
        }
    ).parties.conflicts()
    assert found == (
        "the end user is declared to be on neither list, but its name matches Bolt Ltd, listed by n1",
        "the owners named for screw hold more than the whole of it",
        "owners are named for Screw, which is neither called so as a party nor an owner of one",
    )
    assert of_parties({"end_user": {"name": "Bolt Ltd"}}).parties.conflicts() == ()


# ---- wherever an item stands


def test_what_is_the_same_for_all_items_of_a_kind() -> None:
    inquiry = asking(parts({"form": "metal", "origin": "CN"}, form="motor"), replace(pack(), lists=LISTS), {"second": "yes"})
    no_form, chosen = Not(FORM), Reads("second", "yes")
    each = [UnderEach("first", (("yes", one), ("no", two))) for one, two in ((FORM, FORM), (FORM, no_form), (FORM, DY))]
    settled = [UnderEach("second", (("no", FORM), ("yes", no_form))), UnderEach("second", (("yes", FORM), ("no", DY)))]
    rows: list[tuple[Condition, Truth]] = [
        (FORM, TRUE),
        (ORIGIN, TRUE),
        (no_form, FALSE),
        (DY, UNKNOWN),
        (US, UNKNOWN),
        (SHARE, UNKNOWN),
        (ENCLOSED, UNKNOWN),
        (holds("x"), UNKNOWN),
        (WITHIN, UNKNOWN),
        (Term("t", "t", FORM), TRUE),
        (Term("t", "t", no_form), FALSE),
        (Not(US), UNKNOWN),
        (YES, UNKNOWN),
        (chosen, TRUE),
        (Reads("second", "no"), FALSE),
        (All((FORM, ORIGIN)), TRUE),
        (All((FORM, US)), UNKNOWN),
        (All((no_form, US)), FALSE),
        (AnyOf((FORM, US)), TRUE),
        (AnyOf((no_form, US)), UNKNOWN),
        (each[0], TRUE),
        (each[1], UNKNOWN),
        (each[2], UNKNOWN),
        (settled[0], FALSE),
        (settled[1], TRUE),
        (ON["x"], TRUE),
        (replace(ON["x"], operator="none_of"), FALSE),
        (ON["y"], TRUE),
        (ON["z"], TRUE),
    ]
    assert [wherever(inquiry, one, 1) for one, _ in rows] == [wanted for _, wanted in rows]
    # What is settled is asked of the item as it stands.
    assert wherever(inquiry, ENCLOSED, 1, ("enclosed",)) is TRUE
    assert wherever(inquiry, All((FORM, Not(ENCLOSED))), 1, ("enclosed",)) is FALSE
    assert wherever(inquiry, holds("x"), 1, ("holds",)) is inquiry.ask(holds("x"), 1).outcome
    assert wherever(inquiry, Term("t", "t", ENCLOSED), 1, ("enclosed",)) is TRUE
    assert wherever(inquiry, UnderEach("first", (("yes", ENCLOSED), ("no", ENCLOSED))), 1, ("enclosed",)) is TRUE


def test_whether_a_kind_is_on_a_list_wherever_it_stands() -> None:
    lists = {
        "x": listed("x", ("x1", FORM)),
        "y": listed("y", ("y1", All((ENCLOSED, FORM)))),
        "l": listed("l", ("l1", Ask("item.listed_in", "any_of", named("y")))),
    }
    used = replace(pack(), lists=lists)
    plain = {"form": "oxide", **FREE}
    inquiry = asking(parts({**plain, "form": "metal"}, plain, {**plain, "control_codes": ["1C909.a"]}, form="motor"), used)
    found = {name: [on_list(inquiry, name, index) for index in (1, 2, 3)] for name in lists}
    assert found == {"x": [TRUE, FALSE, FALSE], "y": [UNKNOWN, FALSE, UNKNOWN], "l": [UNKNOWN, FALSE, UNKNOWN]}
    assert on_list(inquiry, "y", 1, ("enclosed",)) is TRUE
    assert on_list(inquiry, "l", 1, ("enclosed",)) is TRUE


# ---- what an open status of the law may turn into


def test_the_answer_if_a_suspension_lapsed_or_was_extended() -> None:
    suspended = Suspension(
        id="s",
        instrument="n70",
        says=QUOTE,
        suspends=("r",),
        starts=date(2025, 11, 7),
        last_day=date(2026, 11, 10),
        last_day_reading=None,
        status="st",
        revives_reading=None,
    )
    status = StatusQuestion(id="st", question="was it extended?", ask_whom="", announced="", watch=())
    rule = replace(LICENCE, starts=date(2025, 1, 1), unless=(lifting("e", Not(US)),))
    instruments = {"i": next(iter(FULL.instruments.values()))}
    used = replace(small(rule), suspensions={"s": suspended}, statuses={"st": status}, readings={}, instruments=instruments)
    wanted = {"lapsed": "if the suspension lapsed", "extended": "if the suspension was extended past this day"}
    for said_of, answers in (
        (CHINESE, (Answer.REQUIRED, Answer.NOT_REQUIRED)),
        (OPEN_ORIGIN, (Answer.UNDETERMINED, Answer.NOT_REQUIRED)),
        (JAPANESE, (Answer.NOT_REQUIRED, Answer.NOT_REQUIRED)),
    ):
        found = determine_module.determine(shipped(**said_of), used, on=DAY)
        assert found.answer is (Answer.NOT_REQUIRED if said_of is JAPANESE else Answer.UNDETERMINED)
        assert [(one.status, one.assumed, one.answer) for one in found.outlook] == [
            ("st", assumed, answer) for assumed, answer in zip(wanted.values(), answers, strict=True)
        ]
    assert determine_module.determine(shipped(**CHINESE), used, on=date(2026, 11, 9)).outlook == ()
    lifted = replace(rule, unless=(lifting("e", US),))
    found = determine_module.determine(shipped(**CHINESE), replace(used, rules={"r": lifted}), on=DAY)
    assert [one.answer for one in found.outlook] == [Answer.NOT_REQUIRED] * 2


# ---- statements of what happened to the law

CONFIRMED = {"settles": "st", "outcome": "lapsed", "source": "a search", "by": "A. B.", "day": "2026-11-23"}
EXTENSION = {**CONFIRMED, "outcome": "extended", "through": "2027-01-10", "instrument": "No. 9", "published": "2026-11-01"}
FIT = "outcome {!r} and 'through' do not fit"
NAMES_DAY = "an extension names its last day in 'through', a lapse does not"
BARE = (
    "an extension without 'instrument' and 'published'",
    "a statement is not an instrument: without one the status stays open",
)


@pytest.mark.parametrize(
    ("confirmations", "wanted"),
    [
        ([CONFIRMED], []),
        ([EXTENSION], []),
        ([{**CONFIRMED, "settles": "x"}], [(3, "settles 'x', which no rule asks", "use one of st, su")]),
        ([{**CONFIRMED, "through": "2027-01-10"}], [(3, FIT.format("lapsed"), NAMES_DAY)]),
        ([{name: one for name, one in EXTENSION.items() if name != "through"}], [(3, FIT.format("extended"), NAMES_DAY)]),
        ([{name: one for name, one in EXTENSION.items() if name != "instrument"}], [(3, *BARE)]),
        ([{name: one for name, one in EXTENSION.items() if name != "published"}], [(3, *BARE)]),
        ([{**CONFIRMED, "instrument": "No. 9"}], []),
        ([CONFIRMED, {**EXTENSION, "settles": "su"}], []),
        ([CONFIRMED, EXTENSION], [(1, "two confirmations settle the same question", "keep one")]),
    ],
)
def test_confirmations_of_the_law(confirmations: list[dict[str, str]], wanted: list[tuple[int, str, str]]) -> None:
    lines = ["format: rare-earth-status/1", "confirmations:", *(f"  - {json.dumps(one)}" for one in confirmations)]
    status = StatusQuestion(id="st", question="?", ask_whom="", announced="", watch=())
    used = replace(FULL, statuses={"st": status, "su": status})
    data = "\n".join(lines).encode()
    if wanted:
        with pytest.raises(Refused) as refused:
            read_confirmations(data, "s.yaml", used)
        assert [(one.place.line, one.message, one.advice) for one in refused.value.problems] == wanted
        return
    found = read_confirmations(data, "s.yaml", used)
    assert [
        (one.settles, one.outcome, one.through, one.instrument, one.published, one.source, one.by, one.day, one.place.line)
        for one in found
    ] == [
        (
            one["settles"],
            one["outcome"],
            one.get("through") and date.fromisoformat(one["through"]),
            one.get("instrument"),
            one.get("published") and date.fromisoformat(one["published"]),
            one["source"],
            one["by"],
            DAY,
            3 + at,
        )
        for at, one in enumerate(confirmations)
    ]


# ---- from needs to questions


def answering() -> Inquiry:
    options = (Option(id="yes", means="it is", held_by="one"), Option(id="no", means="it is not", held_by="another"))
    reading = Reading(
        id="first", question="is it?", options=options, conservative="no", official=None, assumed=None, source="s"
    )
    status = StatusQuestion(id="st", question="was it?", ask_whom="the ministry", announced="nothing", watch=())
    hidden = replace(asked("item.contents", "words", computed_by="disclosed"), question="what else?")
    element = replace(asked("item.contains", "yes_no", computed_by="contains"), question="is {element} in it?")
    questions = {**QUESTIONS, hidden.id: hidden, element.id: element}
    used = replace(pack(), questions=questions)
    used = replace(used, readings={"first": reading}, statuses={"st": status})
    return asking(parts(*({"form": "rotor"} for _ in range(14)), form="motor"), used)


def question_of(inquiry: Inquiry, *waiting: tuple[set[Need], list[int]]) -> list[Any]:
    found = asks_for(inquiry, [(frozenset(needs), indices) for needs, indices in waiting])
    return [(one.kind, one.about, one.question, [s.label for s in one.subjects], one.others, one.waits) for one in found]


READING_NEED, STATUS_NEED = Need("reading", "first", SHIPMENT), Need("status", "st", SHIPMENT)
DY_NEED, TB_NEED = (Need("fact", "item.contains", THIS_ITEM, symbol) for symbol in ("Dy", "Tb"))


def test_questions_are_sorted_by_what_waits_and_then_by_who_answers_soonest() -> None:
    inquiry = answering()
    everything = {READING_NEED, STATUS_NEED, ORIGIN_NEED, US_NEED}
    assert question_of(inquiry, (everything, [1])) == [
        ("fact", "shipment.destination", "shipment.destination", [], 0, 1),
        ("status", "st", "was it?", [], 0, 1),
        ("reading", "first", "is it?", [], 0, 1),
        ("fact", "item.origin", "item.origin", ["P0"], 0, 1),
    ]
    assert question_of(inquiry, (everything, [1]), ({ORIGIN_NEED}, [2, 1])) == [
        ("fact", "item.origin", "item.origin", ["P0", "P1"], 0, 3),
        ("fact", "shipment.destination", "shipment.destination", [], 0, 1),
        ("status", "st", "was it?", [], 0, 1),
        ("reading", "first", "is it?", [], 0, 1),
    ]
    facts = {ORIGIN_NEED, FORM_NEED}
    assert [about for _, about, *_ in question_of(inquiry, (facts, [1]))] == ["item.form", "item.origin"]


def test_the_kind_of_a_question_goes_before_its_name() -> None:
    inquiry = answering()
    (status,), (reading,) = inquiry.pack.statuses.values(), inquiry.pack.readings.values()
    named_so = replace(inquiry.pack, statuses={"a": status}, readings={"z": reading})
    other = Inquiry(inquiry.shipment, named_so, {}, DAY)
    needs = {Need("reading", "z", SHIPMENT), Need("status", "a", SHIPMENT), ORIGIN_NEED, US_NEED}
    found = [about for _, about, *_ in question_of(other, (needs, [1]))]
    assert found == ["shipment.destination", "a", "z", "item.origin"]


def test_what_a_question_is_about() -> None:
    inquiry = answering()
    hidden = [item.index for item in inquiry.product.items if item.hidden]
    assert len(hidden) == 14
    # Several elements of one item are one question; each item waits once for it.
    assert question_of(inquiry, ({DY_NEED, TB_NEED}, [2, 1])) == [
        ("fact", "item.contains", "is Dy, Tb in it?", ["P0", "P1"], 0, 2)
    ]
    found = asks_for(inquiry, [(frozenset({DY_NEED}), [1]), (frozenset({TB_NEED}), [1, 2])])
    assert [(one.label, one.place, one.detail) for one in found[0].subjects] == [
        ("P0", inquiry.product.place(1), "Dy, Tb"),
        ("P1", inquiry.product.place(2), "Tb"),
    ]
    assert question_of(inquiry, ({Need("fact", "item.contains", 2)}, [1])) == [
        ("fact", "item.contains", "is it in it?", ["P1"], 0, 1)
    ]
    # Of what is hidden the item above is asked for its contents.
    assert question_of(inquiry, ({DY_NEED}, [hidden[0], 1])) == [
        ("fact", "item.contains", "is Dy in it?", ["P0"], 0, 2),
        ("fact", "item.contents", "what else?", [inquiry.product.items[inquiry.product.items[hidden[0]].parent].label], 0, 2),
    ]
    rates = Need("fact", "shipment.destination", SHIPMENT, "USD to EUR")
    assert question_of(inquiry, ({rates, US_NEED}, [1])) == [
        ("fact", "shipment.destination", "shipment.destination (USD to EUR)", [], 0, 1)
    ]
    at_two = {Need("fact", "item.origin", 2, "exactly"), Need("fact", "item.origin", 1)}
    assert question_of(inquiry, (at_two, [3])) == [("fact", "item.origin", "item.origin (exactly)", ["P0", "P1"], 0, 1)]


@pytest.mark.parametrize("count", [11, 12, 13, 14])
def test_twelve_items_of_a_question_are_named(count: int) -> None:
    found = question_of(answering(), ({ORIGIN_NEED}, list(range(count, 0, -1))))
    named_ones = [f"P{at}" for at in range(min(count, 12))]
    assert found == [("fact", "item.origin", "item.origin", named_ones, max(0, count - 12), count)]


def test_who_is_asked_and_what_settles_it() -> None:
    status, reading, fact = sorted(
        asks_for(answering(), [(frozenset({READING_NEED, STATUS_NEED, ORIGIN_NEED}), [1])]), key=lambda one: -len(one.to_settle)
    )
    assert (status.of_whom, status.to_settle, status.choices) == (
        "the ministry",
        "give a dated confirmation that names the instrument (--confirm-status FILE); known so far: nothing",
        (),
    )
    assert (reading.of_whom, reading.to_settle) == ("your counsel", "choose one: --reading first=OPTION")
    assert reading.choices == ("yes: it is – one", "no: it is not – another [conservative]")
    assert (fact.of_whom, fact.to_settle, fact.choices) == ("item.origin", "item.origin", ())


# ---- findings


@pytest.mark.parametrize("count", [11, 12, 13])
def test_twelve_findings_of_a_rule_and_status_are_shown(count: int) -> None:
    rule = replace(LICENCE, when=ORIGIN, lists=("x",))
    second = replace(rule, id="s")
    inside = [metal(None, f"M{at}", origin="CN") for at in range(count)] + [metal(None, "J", origin="JP")]
    used = small(rule, second, lists=METALS, readings={}, instruments={"i": next(iter(FULL.instruments.values()))})
    inquiry = asking(parts(*inside, form="sensor"), used)
    found = determine_module.determine(inquiry.shipment, used, on=DAY)
    shown = min(count, 12)
    assert [(one.rule, one.status, one.label) for one in found.findings] == [
        *(("r", Status.APPLIES, f"M{at}") for at in range(shown)),
        *(("s", Status.APPLIES, f"M{at}") for at in range(shown)),
        ("r", Status.FAILS, "J"),
        ("s", Status.FAILS, "J"),
    ]
    assert [(one.rule, one.status, one.count) for one in found.more] == [
        (name, Status.APPLIES, count - 12) for name in ("r", "s") if count > 12
    ]


def test_a_finding_shows_each_share_once_at_its_stated_price() -> None:
    def share(**params: str) -> Ask:
        return Ask("item.share", "at_least", number=of("0.1"), written="10 %", params=tuple(params.items()))

    asks = (share(of="x"), share(of="x", priced="as-stated"), share(of="y"), share(of="z", priced="market"), ORIGIN)
    rule = replace(LICENCE, when=AnyOf(asks))
    used = small(rule, lists={**LISTS, "x": METALS["x"]}, readings={}, instruments={"i": next(iter(FULL.instruments.values()))})
    inquiry = asking(sensor(metal("2", origin="CN"), origin="CN"), used)
    (found,) = determine_module.determine(inquiry.shipment, used, on=DAY).findings
    assert [(one.of, [piece.label for piece in one.pieces]) for one in found.shares] == [("x", ["M"]), ("y", ["M"])]


# ---- what an answer rests on


def resting(inquiry: Inquiry, *verdicts_of: verdicts.Verdict, given: Mapping[str, str] | None = None, **more: Any) -> list[str]:
    inquiry.readings = more.get("chosen", {})
    judged = [verdicts.Judged(0, one, Judge(inquiry, one.rule, one.state)) for one in verdicts_of]
    used = basis.readings_used(judged, more.get("unlisted_by", ()), given or {})
    return list(basis.rests_on(inquiry, judged, more.get("states", ()), used, given or {}, more.get("on", DAY)))


def checked(through: date = DAY, **more: Any) -> RulePack:
    return replace(pack(), verified_through=through, **more)


@pytest.mark.parametrize(("through", "days"), [(DAY + timedelta(days=1), 0), (DAY, 0), (DAY - timedelta(days=1), 1)])
def test_the_law_as_last_checked(through: date, days: int) -> None:
    wanted = f"law as last checked on {through}, {days} days before {DAY}: look for later instruments"
    assert resting(asking({"part_number": "A"}, checked(through))) == ([wanted] if days else [])


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_day_judged_that_is_not_the_one_of_the_data(late: int) -> None:
    stated = DAY - timedelta(days=late)
    inquiry = asking({"part_number": "A"}, checked(), shipment={"day": stated.isoformat()})
    text = f"the day judged, {DAY}, in place of the day of export that the data states, {stated}"
    assert resting(inquiry) == ([text] if late else [])


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_evidence_that_was_valid_until_a_day(late: int) -> None:
    until = DAY - timedelta(days=late)
    shipped_parts = {"part_number": "A", "evidence": [{"document": "d", "valid_until": until.isoformat()}]}
    inquiry = asking(shipped_parts, checked())
    text = f"evidence for A that was valid until {until}, before the day judged: ask for a new document"
    assert resting(inquiry) == ([text] if late == 1 else [])
    first = until + timedelta(days=1)
    nothing = (None, "no day is known on which something it rests on changes")
    wanted = (first, "evidence for A is no longer valid") if first > DAY else nothing
    assert basis.expires(inquiry, (), DAY) == wanted


def state_of(rule: str, truth: Truth = TRUE, changes: date | None = None) -> RuleState:
    return RuleState(rule=rule, title="", truth=truth, state="", because="", changes=changes)


@pytest.mark.parametrize("count", [1, 3, 4, 5])
def test_the_first_day_on_which_something_changes(count: int) -> None:
    inquiry = asking({"part_number": "A"}, checked())
    soon, later = DAY + timedelta(days=1), DAY + timedelta(days=2)
    states = [state_of("late", changes=later), *(state_of(f"r{at}", changes=soon) for at in range(count)), state_of("never")]
    reasons = "; ".join(f"r{at} may change" for at in range(min(count, 4))) + ("; …" if count > 4 else "")
    assert basis.expires(inquiry, states, DAY) == (soon, reasons)


def test_sources_that_nobody_saw_are_named_of_rules_that_are_not_asleep() -> None:
    seen, unseen = replace(QUOTE, confidence="reprint"), replace(QUOTE, confidence="secondary")
    lists = {
        "p": listed("p"),
        "q": replace(listed("q"), confidence="derived", note="a note"),
    }
    rules = {
        name: replace(RULE, id=name, says=says, lists=("p", "q") if name == "b" else ())
        for name, says in (("a", seen), ("b", unseen), ("c", unseen), ("d", replace(QUOTE, confidence="primary")))
    }
    inquiry = asking({"part_number": "A"}, replace(checked(), rules=rules, lists=lists))
    states = [state_of("a"), state_of("b", UNKNOWN), state_of("c", FALSE), state_of("d")]
    assert resting(inquiry, states=states) == ["b: its words are known from secondary sources only", "list q: a note"]


OPTIONS = (Option(id="yes", means="it is", held_by="one"), Option(id="no", means="it is not", held_by="another"))


def a_reading(name: str, *, official: str | None = None, assumed: str | None = None) -> Reading:
    return Reading(
        id=name,
        question="?",
        options=OPTIONS,
        conservative="no",
        official=official,
        assumed=assumed,
        source=f"source of {name}",
    )


def test_the_readings_that_were_used() -> None:
    """Of what came out false only those that made it so."""

    def reads(name: str, outcome: Truth = TRUE) -> Step:
        return Step(asks=f"reading {name}", outcome=outcome, reading=name)

    readings = {name: a_reading(name, official="yes" if name == "a" else None, assumed="no") for name in "abcdefg"}
    inquiry = asking({"part_number": "A"}, checked(readings=readings))
    chosen = {name: readings[name].default or "" for name in readings}
    of_false = parts_step("all of these", reads("c"), reads("d", FALSE))
    of_not = parts_step("not", reads("e"))
    both = parts_step("all of these", reads("a"), reads("b", UNKNOWN), of_false, of_not, outcome=UNKNOWN)
    raised = ExemptionFound(id="x", outcome=FALSE, at="", says="", read_as="", step=reads("f", FALSE))
    made = replace(
        verdict(Status.CANNOT_TELL),
        step=both,
        exemptions=(raised,),
        state=replace(AWAKE, rests_on=("reading g = no", "a confirmation")),
    )
    why = "assumed, because nothing can be judged without it, used until another is chosen: source of {}"
    assert resting(inquiry, made, made, chosen=chosen, given={"e": "no"}) == [
        "reading a = yes: it is (an official answer, used until another is chosen: source of a)",
        *(f"reading {one} = no: it is not ({why.format(one)})" for one in "d"),
        "reading e = no: it is not (as chosen)",
        *(f"reading {one} = no: it is not ({why.format(one)})" for one in "fg"),
        "a confirmation",
    ]
    assert resting(inquiry, chosen=chosen, given={"b": "no"}) == ["reading b = no: it is not (as chosen)"]
    kept_off = resting(inquiry, chosen=chosen, given={"b": "no"}, unlisted_by=("c", "b"))
    assert kept_off == ["reading b = no: it is not (as chosen)", f"reading c = no: it is not ({why.format('c')})"]


@pytest.mark.parametrize("count", [0, 1, 5, 6, 1006])
def test_five_values_that_are_assumed_are_named(count: int) -> None:
    assumed = {"unit_value": {"amount": "1", "currency": "EUR", "basis": "assumed"}}
    stated = {"unit_value": {"amount": "1", "currency": "EUR", "basis": "list-price"}}
    shipped_parts = parts(
        *({"form": "rotor", **FREE, **assumed} for _ in range(count)), {"form": "rotor", **FREE, **stated}, form="motor"
    )
    names = ", ".join(f"P{at}" for at in range(min(count, 5))) + (f" and {count - 5:,} more" if count > 5 else "")
    wanted = [f"values that the data marks as assumed: {names}"] if count else []
    assert resting(asking(shipped_parts, checked())) == wanted


def test_prices_rates_estimates_and_facts_that_were_given() -> None:
    inquiry = asking({"part_number": "A"}, checked())
    valued = asking({"part_number": "A", **euros("5")}, checked())
    price = Money(amount=of("7"), currency="EUR")
    rate = Rate(source_currency="USD", target_currency="EUR", rate=of("2"), day=DAY, source="a bank")

    def with_more(of_one: Inquiry, **more: Any) -> list[str]:
        return resting(Inquiry(replace(of_one.shipment, **more), of_one.pack, {}, DAY))

    assert with_more(inquiry) == with_more(valued) == []
    asked_price = "the price asked in this shipment"
    assert with_more(inquiry, unit_price=price) == [f"{asked_price}, taken as the value of the product"]
    assert with_more(valued, unit_price=price) == [
        f"the value stated for the product and {asked_price}: what is answered holds for both"
    ]
    assert with_more(inquiry, rates=(rate,), given=(("a", "b"),)) == [
        f"rate USD to EUR 2 of {DAY}, a bank",
        "fact given beside the files: a = b",
    ]
    measure = SimpleNamespace(estimate=[False, True])
    for estimates, wanted in (([False, True], 1), ([False, False], 0)):
        measure.estimate = estimates
        counted = asking({"part_number": "A"}, checked())
        counted._measures._found["x", "", "", ""] = measure  # type: ignore[assignment]
        text = ["values estimated from mass and the price table that was handed in"]
        assert resting(counted) == text * wanted


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_caution_is_said_from_the_day_of_its_instrument(late: int) -> None:
    issued = replace(next(iter(FULL.instruments.values())), issued=DAY - timedelta(days=late))
    caution = replace(
        next(iter(FULL.cautions.values())), id="c", instrument="i", says=QUOTE, text="careful", when=FORM, asks=("item.origin",)
    )
    used = replace(pack(), instruments={"i": issued}, lists=METALS)
    shipped_parts = parts(metal(None, "M1"), metal(None, "M2"), {"form": "rotor"}, form="sensor")

    def said_of(when: Condition) -> list[tuple[str, int]]:
        inquiry = asking(
            shipped_parts, replace(used, cautions={"c": replace(caution, when=when)}), shipment={"destination": "US"}
        )
        return [(one.label, one.others) for one in basis.cautions(inquiry, DAY)]

    first = [("M1", 1)] if late >= 0 else []
    assert said_of(FORM) == first
    if late:
        return
    assert said_of(US) == [("A", 0)]
    assert said_of(Not(US)) == said_of(YES) == []
    assert said_of(ORIGIN) == []
    assert said_of(Ask("item.form", "is", named("rotor"))) == [("P2", 0)]
    assert said_of(Ask("item.form", "is", named("sensor"))) == [("A", 0)]
    assert said_of(holds("x")) == [("A", 0)]
    # Of one kind, and at different places: in a motor or not, the first of them and the second.
    loose, within = metal(None, "M1"), {"form": "motor", **parts(metal(None, "M2"))}
    for one, other, in_motor in ((loose, within, "M2"), (within, loose, "M2")):
        shipped_parts = parts(one, other, form="sensor")
        assert said_of(All((FORM, ENCLOSED))) == [(in_motor, 0)]
        assert said_of(All((FORM, Not(ENCLOSED)))) == [("M1", 0)]
    shipped_parts = parts(metal("1", "M1"), metal("1", "M2", origin="CN"), unit_value={"amount": "1000", "currency": "EUR"})
    assert said_of(All((FORM, ORIGIN))) == [("M2", 0)]
    shipped_parts = parts(metal(None, "M1"), metal(None, "M2"), {"form": "rotor"}, form="sensor")
    inquiry = asking(shipped_parts, replace(used, cautions={"c": caution}))
    assert basis.cautions(inquiry, DAY) == (
        CautionFound(
            id="c",
            text="careful",
            at=QUOTE.at,
            says=QUOTE.zh,
            confidence=QUOTE.confidence,
            outcome=TRUE,
            label="M1",
            asks=("item.origin",),
            others=1,
        ),
    )


def test_instruments_that_are_not_judged_and_elements_that_point_to_them() -> None:
    one = NotModelled(id="n1", subject="tungsten", elements=named("W", "Dy", "Mo"), state="in force")
    used = replace(pack(), not_modelled=(one, replace(one, id="n2", elements=named("W"))))
    held = {"composition": [{"element": "Dy"}, {"element": "Mo"}, {"element": "W", "mass_fraction": "< 1 %"}]}
    assert basis.not_judged(asking({"part_number": "A", **held}, used)) == (
        "n1: tungsten (in force) – the product holds Dy, Mo: look there",
        "n2: tungsten (in force)",
    )


def test_a_shipment_in_words() -> None:
    plain = Shipment(product=asking({"part_number": "A"}).product)
    names = ("kind", "movement", "exporter", "ship from", "destination", "importer", "consignee", "end user", "end use")
    assert basis.shipment_facts(plain) == tuple((name, "not known") for name in names)
    party = Party(name="Bolt", located_in="US", military=True, chinese_person=False, listed="none")
    other = Party(military=False, chinese_person=True, listed="watch-list")
    full = replace(
        plain,
        kind="goods",
        movement="export",
        exporter=party,
        ship_from="CN",
        destination="US",
        importer=other,
        end_use=EndUse(purposes=("civil", "medical")),
    )
    assert dict(basis.shipment_facts(full)) == {
        "kind": "goods",
        "movement": "export",
        "exporter": "Bolt, in US, no Chinese person, military user, on no Chinese list",
        "ship from": "CN",
        "destination": "US",
        "importer": "Chinese person, no military user, on the watch-list",
        "consignee": "not known",
        "end user": "not known",
        "end use": "civil, medical, perhaps others",
    }
    for use, text in ((EndUse(purposes=("civil",), complete=True), "civil"), (EndUse(complete=True), "not known")):
        assert dict(basis.shipment_facts(replace(plain, end_use=use)))["end use"] == text


TRANSFERS = [
    (Transfer(), "not known"),
    (Transfer(published=True, published_on=DAY), "in the public domain before the act, since 2026-11-23"),
    (
        Transfer(published=False, basic_research=True, patent="none"),
        "not in the public domain, technology in basic research, no patent application",
    ),
    (Transfer(published_with_licence=True, basic_research=False), "published with a licence, not basic research"),
    (Transfer(published_with_licence=False, patent="utility"), "published without licence, for a utility patent application"),
]


@pytest.mark.parametrize(("how", "public"), TRANSFERS)
def test_an_act_of_providing_technology_in_words(how: Transfer, public: str) -> None:
    plain = Shipment(product=asking({"part_number": "A"}).product, is_transfer=True, transfer=how)
    rows = dict(basis.shipment_facts(plain))
    assert list(rows) == [
        "act",
        "by",
        "to",
        "leaves",
        "provided in",
        "fields",
        "activity",
        "what",
        "public",
        "end use",
        "knowledge",
    ]
    assert rows == {**dict.fromkeys(rows, "not known"), "act": "technology is provided, without goods", "public": public}
    assert dict(basis.shipment_facts(replace(plain, technology_fields=())))["fields"] == "none of the five"
    field = meaning("field", "recycling")
    assert dict(basis.shipment_facts(replace(plain, technology_fields=("recycling",))))["fields"] == field
    for use, text in (
        (EndUse(purposes=("civil",)), "civil, perhaps others"),
        (EndUse(purposes=("civil",), complete=True), "civil"),
    ):
        assert dict(basis.shipment_facts(replace(plain, end_use=use)))["end use"] == text


def test_every_file_that_was_used() -> None:
    one = asking({"part_number": "A"}).shipment
    plain = replace(one, product=replace(one.product, file="p.json", sha256="1"), file="", sha256="", tables=())
    assert basis.inputs(plain) == (("p.json", "1"),)
    assert basis.inputs(replace(plain, file="p.json", sha256="1")) == (("p.json", "1"),)
    more = replace(plain, file="s.json", sha256="2", tables=(("t.json", "3"),))
    assert basis.inputs(more) == (("p.json", "1"), ("s.json", "2"), ("t.json", "3"))
    assert basis.scope(replace(FULL, instruments={"a": None, "b": None}), DAY) == f"under these instruments, on {DAY}: a, b"  # type: ignore[dict-item]


# ---- what is left out


def test_what_is_left_out_of_a_call_is_not_there() -> None:
    duty = replace(next(iter(FULL.duties.values())), working_days=10, counted_from="export", calendar=None)
    rule = replace(LICENCE, effect="duty", when=All((ORIGIN, YES)), duties=("d",))
    instruments = {"i": next(iter(FULL.instruments.values()))}
    used = small(rule, duties={"d": duty}, readings={"first": a_reading("first")}, instruments=instruments)
    decided = determine_module.decided(shipped(**CHINESE), used, on=DAY)
    assert decided.fields["known_by"] is None
    (owed,) = decided.fields["duties_open"]
    assert owed.due == f"for an export on {DAY}: on the Chinese calendar: {due(DAY, 10, calendar=None).because}"
    found = determine_module.determine(shipped(**CHINESE), used, on=DAY)
    assert (found.duties_open, found.known_by, found.weighed) == ((owed,), None, ())
    weighed = determine_module.determine(shipped(**CHINESE), used, on=DAY, weigh=True).weighed
    assert [(one.reading, one.option) for one in weighed] == [("first", "yes"), ("first", "no")]


def test_without_a_day_nobody_is_looked_up() -> None:
    inquiry = of_parties({"end_user": {"name": "Bolt Ltd"}})
    assert inquiry.parties.screened("end_user").by == ("n1",)
    assert Inquiry(inquiry.shipment, inquiry.pack, {}).parties.screened("end_user").by == ()


def test_what_is_left_out_of_a_value_is_not_there() -> None:
    plain = InForce(truth=TRUE, state="in force", because="")
    assert (plain.readings, plain.status, plain.changes, plain.rests_on) == ((), None, None, ())
    assert Need("fact", "x") == Need("fact", "x", -1, "")
    assert (THIS_ITEM, SHIPMENT) == (-1, -2)
    duty = replace(next(iter(FULL.duties.values())), working_days=None)
    assert Deadlines(replace(FULL, duties={"d": duty}), {}, DAY, None).owed("d").sure is True
