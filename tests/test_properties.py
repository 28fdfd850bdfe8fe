"""Laws that hold for every document: what is told otherwise is judged alike, and what is forgotten clears nothing.

Knows pairs of documents and how their determinations must compare. Does not know the right answer to any of
them. The documents come from the generator of the second implementation, the choices in them from hypothesis.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.reports.as_json import to_dict
from tests.oracle import changes, facts, generator, rewritings, things
from tests.oracle.compare import judged
from tests.oracle.generator import Sample

Document = dict[str, Any]
STRENGTH = [Answer.NOT_REQUIRED, Answer.UNDETERMINED, Answer.REQUIRED]
EXAMPLES = int(os.environ.get("RARE_EARTH_EXAMPLES", "100"))
"""How many examples of each law, from as many documents: RARE_EARTH_EXAMPLES=1000 python -m pytest tests/test_properties.py"""
POOL = range(3_000_000, 3_000_000 + EXAMPLES)

MANY = max(EXAMPLES, 1_000)
"""How many examples of all laws of one direction together."""
WIDE = range(POOL.start, POOL.start + MANY)

law = settings(derandomize=True, deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
together = settings(law, max_examples=MANY)
"""Laws that are tried at once, on a document each: every one of them gets as many examples as there are documents."""
few = settings(law, max_examples=max(20, EXAMPLES // 4))
"""Laws of which an example judges two documents that are both new."""
seeds = st.sampled_from(POOL)
any_seed = st.sampled_from(WIDE)
chances = st.randoms(use_true_random=False)


@cache
def original(seed: int) -> tuple[Sample, Determination]:
    """A sample of the pool and its determination, worked out once."""
    sample = generator.sample(seed)
    try:
        return sample, judged(sample)
    except Refused:
        return original(seed + len(POOL))


def document_of(sample: Sample) -> Document:
    """The sample's document, to be changed."""
    document: Document = json.loads(sample.text)
    return document


def rejudged(sample: Sample, text: str) -> Determination:
    """The same question about another text."""
    return judged(replace(sample, text=text))


Cut = frozenset[tuple[str, str]]
Named = Callable[[str], str]


def outcomes(found: Determination, cut: Cut = frozenset(), was: Named = str) -> set[tuple[str, str, str]]:
    """Each rule at each item with its status, whatever the item's place; without those of which not all are listed."""
    said = {(finding.rule, was(finding.label), finding.status.value) for finding in found.findings}
    return {one for one in said if (one[0], one[2]) not in cut}


def fractions(found: Determination, cut: Cut = frozenset(), was: Named = str) -> set[tuple[str, ...]]:
    """Each value share with its bounds."""
    shares = [share for one in found.findings if (one.rule, one.status.value) not in cut for share in one.shares]
    return {(was(share.label), share.of, share.with_origin, str(share.share)) for share in shares}


def assert_alike(one: Determination, other: Determination, was: Named = str) -> None:
    """The same answer, for the same reasons, with the same shares. Of what comes out alike at very many items only some are
    listed: of these no more is compared than that it comes out.

    ``was`` tells the old name of a thing of the other.
    """
    cut = frozenset((more.rule, more.status.value) for more in (*one.more, *other.more))
    assert one.answer == other.answer
    for rule, status in cut:
        assert all((rule, status) in {(said, came) for said, _, came in outcomes(found)} for found in (one, other))
    assert outcomes(one, cut) == outcomes(other, cut, was)
    assert fractions(one, cut) == fractions(other, cut, was)


def check_rewriting(seed: int, rng: Random, rewriting: Callable[[Document, Random], Document | None]) -> None:
    """A document told otherwise is judged alike."""
    sample, before = original(seed)
    told = rewriting(document_of(sample), rng)
    assume(told is not None)
    note(f"{sample.text}\n{json.dumps(told)}\n{sample.readings}")
    assert_alike(before, rejudged(sample, json.dumps(told)))


@law
@given(seeds, chances)
def test_order_changes_nothing(seed: int, rng: Random) -> None:
    check_rewriting(seed, rng, rewritings.reordered)


@law
@given(seeds, chances)
def test_splitting_a_line_changes_nothing(seed: int, rng: Random) -> None:
    check_rewriting(seed, rng, rewritings.split)


@few
@given(seeds, chances)
def test_joining_lines_changes_nothing(seed: int, rng: Random) -> None:
    """Lines of the same part, each with a quantity of its own, are judged as one line with the sum of them."""
    sample, _ = original(seed)
    told = rewritings.apart_and_joined(document_of(sample), rng)
    assume(told is not None)
    assert told is not None
    note(f"{json.dumps(told)}\n{sample.readings}")
    apart, joined = (rejudged(sample, json.dumps(one)) for one in told)
    assert_alike(apart, joined)


@law
@given(seeds, chances)
def test_another_unit_changes_nothing(seed: int, rng: Random) -> None:
    check_rewriting(seed, rng, rewritings.in_other_units)


@law
@given(seeds, chances)
def test_another_currency_at_an_exact_rate_changes_nothing(seed: int, rng: Random) -> None:
    check_rewriting(seed, rng, rewritings.in_another_currency)


@law
@given(seeds, chances)
def test_nesting_in_a_wrapper_changes_no_share(seed: int, rng: Random) -> None:
    sample, _ = original(seed)
    sample = replace(sample, readings=sample.readings | {"part-2-reaches": "any-depth"})
    told = rewritings.nested(document_of(sample), rng)
    assume(told is not None)
    note(f"{sample.text}\n{json.dumps(told)}\n{sample.readings}")
    before, after = judged(sample), rejudged(sample, json.dumps(told))
    assert fractions(before) == {share for share in fractions(after) if "WRAPPER" not in share[0]}


@law
@given(seeds, chances)
def test_the_spelling_of_numbers_changes_nothing(seed: int, rng: Random) -> None:
    sample, before = original(seed)
    text = rewritings.respelt(document_of(sample), rng)
    note(f"{sample.text}\n{text}")
    assert _without_hash(before) == _without_hash(rejudged(sample, text))


@law
@given(seeds, chances)
def test_the_order_of_keys_changes_nothing(seed: int, rng: Random) -> None:
    check_rewriting(seed, rng, in_other_order)


def in_other_order(value: Any, rng: Random) -> Any:
    """The same value with the keys of every object in another order."""
    if isinstance(value, list):
        return [in_other_order(one, rng) for one in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    rng.shuffle(keys)
    return {key: in_other_order(value[key], rng) for key in keys}


@law
@given(seeds)
def test_other_names_change_nothing(seed: int) -> None:
    sample, before = original(seed)
    after = rejudged(sample, json.dumps(renamed(document_of(sample))))
    assert before.answer == after.answer
    assert unnamed_outcomes(before) == unnamed_outcomes(after)


def renamed(document: Document) -> Document:
    """The document itself, with every part number and every name another one."""
    for one in rewritings.items(document):
        one.update({key: f"{RENAMED}{one[key]}" for key in ("part_number", "name") if isinstance(one.get(key), str)})
    return document


RENAMED = "other "
SAME = (rewritings.reordered, rewritings.split, rewritings.in_other_units, rewritings.in_another_currency, in_other_order)
"""Rewritings that say the same; the names and the spelling of numbers are changed after them."""


@together
@given(any_seed, chances)
def test_everything_told_otherwise_at_once_changes_nothing(seed: int, rng: Random) -> None:
    """In another order, in other lines, units, currency and names, with numbers spelt otherwise: all of it in one document."""
    sample, before = original(seed)
    document = document_of(sample)
    for rewriting in rng.sample(SAME, len(SAME)):
        document = rewriting(document, rng) or document
    text = rewritings.respelt(renamed(document), rng)
    note(f"{sample.text}\n{text}\n{sample.readings}")
    assert_alike(before, rejudged(sample, text), was=lambda label: label.replace(RENAMED, ""))


def unnamed_outcomes(found: Determination) -> list[tuple[str, str, str]]:
    """Each rule at each place with its status, in the order of the findings."""
    return [(finding.rule, finding.place.path, finding.status.value) for finding in found.findings]


@pytest.mark.parametrize("answer", STRENGTH)
def test_wrappers_of_any_depth_are_judged_as_one_is(answer: Answer) -> None:
    """Ten thousand levels of what is nothing by itself, around a product of each answer."""
    sample = next(sample for sample, found in map(original, POOL) if found.answer is answer)
    most = 10_000 if answer is Answer.UNDETERMINED else 1_000
    found = {rejudged(sample, wrapped(sample, levels)).answer for levels in (1, 10, 100, most)}
    assert len(found) == 1
    assert answer is Answer.NOT_REQUIRED or found != {Answer.NOT_REQUIRED}


def wrapped(sample: Sample, levels: int) -> str:
    """The document with its product inside wrappers: written by hand, for ``json`` follows nesting by calling itself."""
    document = document_of(sample)
    inner = json.dumps(document.pop("product") | {"quantity": 1})
    opening = '{"part_number": "WRAPPER", "form": "assembly", "complete": true, "quantity": 1, "parts": ['
    around = (opening * levels).replace('"quantity": 1, ', "", 1)
    return f'{json.dumps(document)[:-1]}, "product": {around}{inner}{"]}" * levels}}}'


def _without_hash(found: Determination) -> dict[str, Any]:
    return to_dict(found) | {"input_used": None}


@law
@given(seeds)
def test_the_same_input_gives_the_same_bytes(seed: int) -> None:
    sample, before = original(seed)
    assert json.dumps(to_dict(before)) == json.dumps(to_dict(judged(sample)))


ABSENT_MEANS_SOMETHING = {
    "unit": "the format gives it a value when absent",
    "per": "the format gives it a value when absent",
    "base_quantity": "the format gives it a value when absent",
    "technologies": "absent beside technologies_complete it says that none was used",
    "control_codes": "a code lists a thing; no code says nothing of it",
}
"""Fields whose absence is itself a statement: taking them out is no forgetting."""
GIVEN = {"unit": "pcs", "per": "1", "base_quantity": "1"}
"""What the format says where a field is absent."""


@few
@given(seeds, chances)
def test_what_is_absent_is_what_the_format_says_of_it(seed: int, rng: Random) -> None:
    """A unit, a batch, or what a price is for: left out, it is judged as if its value were written."""
    sample, _ = original(seed)
    absent = document_of(sample)
    holders = [(key, one) for key in ("unit", "base_quantity") for one in rewritings.items(absent)]
    holders += [("per", one) for one in rewritings.objects(absent) if "amount" in one and "currency" in one]
    key, holder = rng.choice(holders)
    holder.pop(key, None)
    mark = rng.random()
    holder[key] = mark
    text = json.dumps(absent)
    written = text.replace(f'"{key}": {mark!r}', f'"{key}": "{GIVEN[key]}"')
    absent_text = text.replace(f', "{key}": {mark!r}', "")
    assert written != text != absent_text
    note(f"{written}\n{sample.readings} {sample.day} {sample.confirmed}")
    try:
        one = rejudged(sample, absent_text)
    except Refused:
        with pytest.raises(Refused):
            rejudged(sample, written)
        return
    assert _without_hash(one) == _without_hash(rejudged(sample, written))


TOGETHER = {
    "technologies": ("technologies_complete",),
    "control_codes": ("form", "family", "alloy", "composition", "rare_earths", "equipment"),
}
"""What is forgotten together with a field whose absence is a statement, so that the statement falls too."""


@law
@given(seeds, chances)
def test_forgetting_a_statement_and_what_it_rests_on_never_clears(seed: int, rng: Random) -> None:
    """Fields whose absence says something, forgotten together with what makes it say so."""
    sample, before = original(seed)
    assume(before.answer is not Answer.NOT_REQUIRED and not told_twice(sample, before))
    document = document_of(sample)
    holders = [(one, key) for one in rewritings.objects(document) for key in TOGETHER if one.get(key)]
    assume(holders)
    holder, key = rng.choice(holders)
    for one in (key, *TOGETHER[key]):
        holder.pop(one, None)
    note(f"{key} of {sample.text}\n{sample.readings} {sample.day} {sample.confirmed}")
    try:
        after = rejudged(sample, json.dumps(document))
    except Refused:
        return
    assert after.answer is not Answer.NOT_REQUIRED


@together
@given(any_seed, chances, st.booleans())
def test_forgetting_a_fact_never_clears(seed: int, rng: Random, by_word: bool) -> None:
    sample, before = original(seed)
    assume(before.answer is not Answer.NOT_REQUIRED and not told_twice(sample, before))
    document = document_of(sample)
    place = rng.choice([place for place in changes.forgettable(document) if place[-1] not in ABSENT_MEANS_SOMETHING])
    changes.forget(document, place, by_word=by_word and place[-1] not in ("shipment", "parts", "materials"))
    note(f"{place} of {sample.text}\n{sample.readings} {sample.day} {sample.confirmed}")
    try:
        after = rejudged(sample, json.dumps(document))
    except Refused:
        return
    assert after.answer is not Answer.NOT_REQUIRED


@together
@given(any_seed, chances)
def test_forgetting_two_facts_never_clears(seed: int, rng: Random) -> None:
    sample, before = original(seed)
    assume(before.answer is not Answer.NOT_REQUIRED and not told_twice(sample, before))
    document = document_of(sample)
    for _ in range(2):
        places = [place for place in changes.forgettable(document) if place[-1] not in ABSENT_MEANS_SOMETHING]
        assume(places)
        changes.forget(document, rng.choice(places))
    note(f"{sample.text}\n{json.dumps(document)}\n{sample.readings} {sample.day} {sample.confirmed}")
    try:
        after = rejudged(sample, json.dumps(document))
    except Refused:
        return
    assert after.answer is not Answer.NOT_REQUIRED


def told_twice(sample: Sample, found: Determination) -> bool:
    """Whether a document contradicts itself: without one of two contrary statements the other holds."""
    product = things.product_of(things.load(sample.text))
    return bool(found.conflicts) or any(facts.list_falls_short(one) for one in (product, *product.below))


def with_more_chinese_content(document: Document, rng: Random) -> bool:
    inputs = list(chinese_inputs(document))
    if inputs:
        money = rng.choice(inputs)
        money["amount"] = rewritings.scaled(money["amount"], Fraction(rng.choice([2, 10, 1000])))
    return bool(inputs)


def with_an_input_of_chinese_origin(document: Document, rng: Random) -> bool:
    bought = [one for one in rewritings.objects(document) if "input_form" in one]
    if bought:
        rng.choice(bought)["origin"] = "CN"
    return bool(bought)


def with_a_military_party(document: Document, rng: Random) -> bool:
    shipment = document.get("shipment")
    parties = [shipment.get(who) for who in ("importer", "end_user", "consignee")] if isinstance(shipment, dict) else []
    parties = [party for party in parties if isinstance(party, dict)]
    if parties:
        rng.choice(parties)["military"] = True
    return bool(parties)


def with_a_declared_code(document: Document, rng: Random) -> bool:
    one = rng.choice(rewritings.items(document))
    declared = one["control_codes"] if isinstance(one.get("control_codes"), list) else []
    one["control_codes"] = [*declared, rng.choice(generator.CODES)]
    return True


def with_a_technology(document: Document, rng: Random) -> bool:
    one = rng.choice(rewritings.items(document))
    used = one["technologies"] if isinstance(one.get("technologies"), list) else []
    field = rng.choice(["mining", "magnet-manufacturing", "recycling"])
    one["technologies"] = [*used, {"field": field, "origin": "CN"}]
    return True


STRONGER = (
    with_more_chinese_content,
    with_an_input_of_chinese_origin,
    with_a_military_party,
    with_a_declared_code,
    with_a_technology,
)
"""Changes of a document that may only make a licence more likely; whether there was something to change."""


@pytest.mark.parametrize("change", STRONGER)
def test_more_of_what_is_controlled_never_weakens_the_answer(change: Callable[[Document, Random], bool]) -> None:
    @law
    @given(seeds, chances)
    def never_weakens(seed: int, rng: Random) -> None:
        sample, before = original(seed)
        document = document_of(sample)
        assume(change(document, rng))
        note(f"{sample.text}\n{json.dumps(document)}\n{sample.readings}")
        assert strength(rejudged(sample, json.dumps(document))) >= strength(before)

    never_weakens()


@together
@given(any_seed, chances)
def test_more_of_all_that_is_controlled_at_once_never_weakens_the_answer(seed: int, rng: Random) -> None:
    """Each change after the other, so that a law is tried on documents that another has changed before."""
    sample, before = original(seed)
    document, weakest = document_of(sample), strength(before)
    for change in rng.sample(STRONGER, 3):
        if change(document, rng):
            note(f"{change.__name__}: {json.dumps(document)}\n{sample.readings}")
            found = strength(rejudged(sample, json.dumps(document)))
            assert found >= weakest
            weakest = found


def strength(found: Determination) -> int:
    """How far an answer goes: not required, undetermined, required."""
    return STRENGTH.index(found.answer)


def chinese_inputs(document: Document) -> list[Document]:
    """The prices of things of Chinese origin that are bought to be consumed in others."""
    named = [one.get("value") for one in rewritings.objects(document) if "input_form" in one and one.get("origin") == "CN"]
    raw = [
        one.get("unit_value")
        for one in rewritings.objects(document)
        if one.get("form") in ("metal", "oxide", "alloy") and one.get("origin") == "CN"
    ]
    return [money for money in named + raw if isinstance(money, dict)]


def test_the_pool_has_every_answer() -> None:
    """A law that is only tried on clearings would say nothing."""
    answers = [original(seed)[1].answer for seed in POOL]
    assert all(answers.count(answer) >= 0.05 * len(answers) for answer in STRENGTH), [answers.count(one) for one in STRENGTH]
