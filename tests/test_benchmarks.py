"""What is measured is right: the products of the benchmark have the answers that its peers are held to.

Measures nothing.
"""

from __future__ import annotations

import json

from tests.benchmarks import again, peers, products
from tests.benchmarks.ours import Ours


def test_the_simple_decision_is_the_whole_answer_on_the_products_that_are_measured() -> None:
    ours, by_hand = Ours(), peers.by_hand(json.loads)
    made = products.portfolio(8 * products.LISTED_ONE_IN)
    found = [(one.reaches, ours.reaches(one.data), by_hand(one.data)) for one in made]
    assert [one.reaches for one in made[:20]] == [ours.written(one.data) for one in made[:20]]
    assert {reaches for reaches, _, _ in found} == {True, False}
    assert [reaches for reaches, _, _ in found] == [answer for _, answer, _ in found]
    assert [reaches for reaches, _, _ in found] == [answer for _, _, answer in found]


def test_large_products_have_as_many_lines_as_they_say() -> None:
    ours = Ours()
    for shape in products.SHAPES:
        assert ours.judged(products.large(shape, 200)).coverage.read in range(195, 215), shape


def test_a_stored_portfolio_is_measured_against_its_own_documents() -> None:
    ours, seen = Ours(), 0
    with again.both_ways(45, ours.pack) as (documents, store):
        for name, under in again.laws(ours.pack):
            assert again.judged(documents, under) == again.judged(store, under), name
            seen += 1
    assert seen == 7
