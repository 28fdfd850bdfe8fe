"""What a finding is known by, and what it was made on: whatever a decision rests on shows, and nothing else.

A decision in hand holds while the facts of its findings are what they were. What is left out of them here would let it hold
for another case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance import determine, load_rules, read_shipment
from rare_earth_compliance.core.quantities import Interval, exact
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Determination, Finding, More, Share, Status, Step
from rare_earth_compliance.engine.fingerprint import digest, facts, facts_of_rule, fingerprint

MAGNET = Path(__file__).parents[1] / "examples" / "one-magnet-five-days" / "assumed.json"


@cache
def judged() -> Determination:
    """A product with a magnet: its first finding has shares, the first of which is made of one line."""
    found = determine(read_shipment(MAGNET.read_bytes(), MAGNET.name), load_rules(), on=date(2025, 12, 2))
    (one,) = [one for one in found.findings if one.shares]
    assert [len(share.pieces) for share in one.shares] == [1, 1, 1]
    return replace(found, findings=(one,), more=())


def leaf(asks: str, **more: Any) -> Step:
    return Step(asks=asks, outcome=Truth.TRUE, **more)


def finding(**more: Any) -> Finding:
    return replace(judged().findings[0], **more)


def share(**more: Any) -> Share:
    return replace(judged().findings[0].shares[0], **more)


def between(low: str, high: str | None, **more: bool) -> Interval:
    return Interval(exact(low), None if high is None else exact(high), **more)


def made_on(one: Finding, shipment: tuple[tuple[str, str], ...] = ()) -> str:
    return facts(replace(judged(), shipment=shipment), one)


# ---- the name of a finding


def test_a_finding_is_named_by_product_item_rule_and_destination() -> None:
    found = replace(judged(), shipment=(("exporter", "CN"), ("destination", "DE")))
    one = found.findings[0]
    assert fingerprint(found, one) == digest([found.product, one.label, one.rule, "DE"])
    assert fingerprint(replace(found, shipment=()), one) == digest([found.product, one.label, one.rule, ""])


@pytest.mark.parametrize(
    "change",
    [
        lambda found, one: (replace(found, product="another"), one),
        lambda found, one: (found, replace(one, label="another")),
        lambda found, one: (found, replace(one, rule="another")),
        lambda found, one: (replace(found, shipment=(("destination", "FR"),)), one),
    ],
)
def test_another_of_these_is_another_finding(change: Callable[[Any, Any], tuple[Any, Any]]) -> None:
    found = replace(judged(), shipment=(("destination", "DE"),))
    assert fingerprint(*change(found, found.findings[0])) != fingerprint(found, found.findings[0])


# ---- what it was made on


def test_every_word_that_a_finding_rests_on_is_among_its_facts() -> None:
    deep = leaf("b", found="x", against="is x", reading="r")
    step = Step(asks="all of these", outcome=Truth.TRUE, steps=(deep, leaf("c")))
    piece = replace(judged().findings[0].shares[0].pieces[0], label="P", origin="CN", currency="EUR", worth=between("1", "2"))
    of = {"of": "a list", "with_origin": "CN", "currency": "EUR", "pieces": (piece,), "pieces_left_out": 3}
    amounts = {"content": between("1", None), "value": between("3", "4", low_open=True, high_open=True)}
    one = finding(status=Status.APPLIES, state="in force", listed_as=("1C", "2C"), step=step, shares=(share(**of, **amounts),))
    assert made_on(one, (("destination", "DE"), ("exporter", "CN"))) == digest(
        [
            *("applies", "in force", "1C", "2C", "destination: DE", "exporter: CN"),
            *("all of these TRUE   ", "b TRUE x is x r", "c TRUE   "),
            *("a list", "CN", "EUR", "[1 unbounded]", "(3 4)", "P CN EUR [1 2]", "3"),
        ]
    )
    unknown = finding(
        status=Status.APPLIES,
        state="in force",
        listed_as=(),
        step=leaf("c"),
        shares=(share(**of, **{**amounts, "value": None}),),
    )
    words = ["applies", "in force", "c TRUE   ", "a list", "CN", "EUR", "[1 unbounded]", "not known", "P CN EUR [1 2]", "3"]
    assert made_on(unknown) == digest(words)


def test_amounts_are_left_out_of_the_facts_of_a_decision_up_to_an_amount() -> None:
    inner = leaf("share", found="content 2 EUR", steps=(leaf("inside"),))
    step = Step(asks="all of these", outcome=Truth.TRUE, steps=(inner, leaf("after", found="y")))
    one = finding(status=Status.APPLIES, state="s", listed_as=(), step=step)
    found = replace(judged(), shipment=())
    left_out = ["applies", "s", "all of these TRUE   ", "share TRUE", "after TRUE y  "]
    assert facts(found, one, ["share"]) == digest(left_out)
    whole = ["applies", "s", "all of these TRUE   ", "share TRUE content 2 EUR  ", "inside TRUE   ", "after TRUE y  "]
    assert facts(found, one, []) == digest(whole)
    assert facts(found, replace(one, shares=())) == digest(whole)
    assert facts(found, one) != digest(whole)


def test_the_facts_of_a_rule_are_those_of_all_its_findings_whatever_their_order() -> None:
    first, second, other = finding(state="a"), finding(state="b"), finding(rule="another", state="c")
    found = replace(judged(), findings=(first, second, other), more=(), input_used=(("f", "5ha"),))
    one, two = facts(found, first), facts(found, second)
    assert one != two
    rule = first.rule
    assert facts_of_rule(found, rule) == digest(sorted([one, two]))
    assert facts_of_rule(replace(found, findings=(second, other, first)), rule) == digest(sorted([one, two]))
    counted = (More(rule=rule, status=Status.APPLIES, count=7), More(rule="another", status=Status.APPLIES, count=9))
    assert facts_of_rule(replace(found, more=counted), rule) == digest([*sorted([one, two]), "applies 7", "5ha"])
    shared = [facts(found, each, ["in share"]) for each in (first, second)]
    assert facts_of_rule(found, rule, ["in share"]) == digest(sorted(shared))
    assert shared != [one, two]


def test_no_two_lists_of_words_read_the_same() -> None:
    lists = [[], [""], ["", ""], ["ab"], ["a", "b"], ["b", "a"], ["1:a"], ["a1:", "b"], ["a", "1:b"], ["\ud800"], ["\ud801"]]
    assert len({digest(words) for words in lists}) == len(lists)
    assert {len(digest(words)) for words in lists} == {32}


def test_a_list_of_words_has_the_same_name_in_every_version() -> None:
    """Decisions that were written down years ago hold on to it."""
    assert digest(["a", "bc"]) == hashlib.sha256(b"1:a2:bc").hexdigest()[:32]
