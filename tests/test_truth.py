"""Three-valued truth: the tables of strong Kleene logic, row by row, and their laws."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rare_earth_compliance.core.truth import Truth, all_of, any_of, truth

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail."""
TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
TABLE = [
    # one, other, both, either
    (TRUE, TRUE, TRUE, TRUE),
    (TRUE, FALSE, FALSE, TRUE),
    (TRUE, UNKNOWN, UNKNOWN, TRUE),
    (FALSE, TRUE, FALSE, TRUE),
    (FALSE, FALSE, FALSE, FALSE),
    (FALSE, UNKNOWN, FALSE, UNKNOWN),
    (UNKNOWN, TRUE, UNKNOWN, TRUE),
    (UNKNOWN, FALSE, FALSE, UNKNOWN),
    (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
]
TRUTHS = st.sampled_from(list(Truth))


def settled(values: tuple[Truth, ...]) -> list[tuple[Truth, ...]]:
    """Every way in which the unknown among some values may turn out."""
    return list(product(*([TRUE, FALSE] if value is UNKNOWN else [value] for value in values)))


def common(outcomes: set[bool]) -> Truth:
    """True or false where all ways lead to the same, else unknown."""
    return UNKNOWN if len(outcomes) == 2 else truth(outcomes.pop())


def test_the_table_has_every_row() -> None:
    assert [(one, other) for one, other, _, _ in TABLE] == list(product([TRUE, FALSE, UNKNOWN], repeat=2))


@pytest.mark.parametrize(("one", "other", "both", "either"), TABLE)
def test_and_and_or_of_two(one: Truth, other: Truth, both: Truth, either: Truth) -> None:
    assert (all_of([one, other]), any_of([one, other])) == (both, either)


def test_not() -> None:
    assert {value: ~value for value in Truth} == {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}


def test_of_nothing() -> None:
    assert (all_of([]), any_of([])) == (TRUE, FALSE)


def test_what_is_known_for_sure() -> None:
    assert (truth(True), truth(False)) == (TRUE, FALSE)


def test_how_the_three_are_written_in_reports_and_records() -> None:
    assert {one.name: one.value for one in Truth} == {"TRUE": "true", "FALSE": "false", "UNKNOWN": "unknown"}


@pytest.mark.parametrize("value", list(Truth))
def test_is_not_a_bool(value: Truth) -> None:
    with pytest.raises(TypeError) as refused:
        bool(value)
    assert str(refused.value) == "a three-valued truth is not a bool: compare with Truth.TRUE, .FALSE or .UNKNOWN"
    with pytest.raises(TypeError):
        all([value])


@STEADY
@given(st.lists(TRUTHS, max_size=6).map(tuple))
def test_says_no_more_and_no_less_than_every_way_it_may_turn_out(values: tuple[Truth, ...]) -> None:
    """Of parts that do not depend on each other, Kleene logic is exact."""
    ways = settled(values)
    assert all_of(values) is common({all(one is TRUE for one in way) for way in ways})
    assert any_of(values) is common({any(one is TRUE for one in way) for way in ways})


@STEADY
@given(st.lists(TRUTHS, max_size=5))
def test_order_and_repetition_change_nothing(values: list[Truth]) -> None:
    assert {all_of(order) for order in permutations(values)} == {all_of(values)}
    assert {any_of(order) for order in permutations(values)} == {any_of(values)}
    assert (all_of(values * 2), any_of(values * 2)) == (all_of(values), any_of(values))


@STEADY
@given(st.lists(TRUTHS, max_size=6))
def test_de_morgan(values: list[Truth]) -> None:
    assert ~all_of(values) is any_of(~value for value in values)


@STEADY
@given(st.lists(TRUTHS, max_size=4), st.lists(TRUTHS, max_size=4))
def test_grouping_changes_nothing(left: list[Truth], right: list[Truth]) -> None:
    assert all_of([all_of(left), all_of(right)]) is all_of(left + right)
    assert any_of([any_of(left), any_of(right)]) is any_of(left + right)
