"""Exact numbers and intervals: how they are read, compared, computed and written.

The sums, products and comparisons are checked against points: numbers that surely lie in an interval,
at its closed ends, just inside its open ends and far out where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rare_earth_compliance.core.quantities import (
    AMOUNT_PATTERN,
    ANY_AMOUNT,
    MAX_EXPONENT,
    MAX_TEXT,
    SOME_AMOUNT,
    ZERO,
    Interval,
    amount,
    as_amount,
    exact,
    exactly,
    readable,
    shown,
    written,
)
from rare_earth_compliance.core.truth import Truth

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail."""
NEAR = Fraction(1, 10**9)
FAR = Fraction(10**9)
NUMBERS = st.fractions(min_value=0, max_value=8, max_denominator=4)


@st.composite
def intervals(draw: st.DrawFn, *, least: int = 0) -> Interval:
    low, size = draw(NUMBERS) + least, draw(st.one_of(st.none(), NUMBERS))
    if size is None:
        return Interval(low, None, draw(st.booleans()))
    if size == 0:
        return Interval(low, low)
    return Interval(low, low + size, draw(st.booleans()), draw(st.booleans()))


def points(interval: Interval) -> list[Fraction]:
    """Numbers inside: the ends where they belong to it, else the numbers next to them, and one between."""
    low = interval.low + (NEAR if interval.low_open else 0)
    if interval.high is None:
        return [low, low + 1, low + FAR]
    high = interval.high - (NEAR if interval.high_open else 0)
    return sorted({low, (low + high) / 2, high})


def holds(interval: Interval, point: Fraction) -> bool:
    above = point > interval.low or (point == interval.low and not interval.low_open)
    below = interval.high is None or point < interval.high or (point == interval.high and not interval.high_open)
    return above and below


def tight(interval: Interval, found: list[Fraction]) -> bool:
    """Whether the ends of an interval are what the points reach, or come near to, and no more."""
    slack = 100 * NEAR
    low = found[0] == interval.low if not interval.low_open else interval.low < found[0] < interval.low + slack
    if interval.high is None:
        return low and found[-1] >= FAR / 100
    return low and (found[-1] == interval.high if not interval.high_open else interval.high - slack < found[-1] < interval.high)


def all_pairs(one: Interval, other: Interval, operation: Callable[[Fraction, Fraction], Fraction]) -> list[Fraction]:
    return sorted(operation(left, right) for left in points(one) for right in points(other))


def between(low: str, high: str | None, *, low_open: bool = False, high_open: bool = False) -> Interval:
    return Interval(Fraction(low), None if high is None else Fraction(high), low_open, high_open)


# ---- numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("12", "12"),
        ("007", "7"),
        ("0.35", "7/20"),
        ("0.1", "1/10"),
        ("0.1000000000000000000001", "1000000000000000000001/10000000000000000000000"),
        ("1.2e-3", "3/2500"),
        ("1E2", "100"),
        ("1e+2", "100"),
        ("1e0002", "100"),
        ("4.10", "41/10"),
        ("1" * MAX_TEXT, "1" * MAX_TEXT),
        ("1e120", "1" + "0" * 120),
        ("1e-120", "1/1" + "0" * 120),
    ],
)
def test_a_number_is_what_its_text_says(text: str, number: str) -> None:
    assert exact(text) == Fraction(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", " 1", "1 ", "1\n", "1\u00a0", "1 000", "1'000", "1_0", "0x10"),
        *("-1", "+1", "1.", ".5", "1,5", "1.5.2", "1/3", "½", "²"),
        *("１", "١", "1٫5", "nan", "NaN", "inf", "Infinity"),
        *("1e", "e5", "1e1.5", "1e99999", "1e20000000", "1E902x"),
    ],
)
def test_what_is_not_plain_notation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number such as"):
        exact(text)


@pytest.mark.parametrize("text", ["1e121", "1e-121", "1e9999", "1E-9999", "0e121", "1E902"])
def test_an_exponent_has_a_limit(text: str) -> None:
    with pytest.raises(ValueError, match=rf"exponent of '{re.escape(text)}' is beyond ±{MAX_EXPONENT}"):
        exact(text)


@pytest.mark.parametrize("length", [MAX_TEXT + 1, 5_000_000])
def test_a_number_has_a_longest_text(length: int) -> None:
    with pytest.raises(ValueError, match=f"a number of {length:,} characters; at most {MAX_TEXT} are read"):
        exact("1" * length)


@STEADY
@given(st.text(max_size=12))
def test_any_text_is_a_number_or_a_value_error(text: str) -> None:
    try:
        number = exact(text)
    except ValueError:
        return
    assert text.isascii()
    assert number == Fraction(text)


# ---- amounts


@pytest.mark.parametrize(
    ("text", "interval", "unit"),
    [
        ("3.1 %", between("3.1", "3.1"), "%"),
        ("3.1", between("3.1", "3.1"), ""),
        ("0", ZERO, ""),
        ("0 %", ZERO, "%"),
        ("29 .. 32 %", between("29", "32"), "%"),
        ("29..32", between("29", "32"), ""),
        ("5 .. 5 g", between("5", "5"), "g"),
        ("0 .. 5", between("0", "5"), ""),
        ("< 0.01 %", between("0", "0.01", high_open=True), "%"),
        ("<0.01", between("0", "0.01", high_open=True), ""),
        ("≤ 0.01 %", between("0", "0.01"), "%"),
        ("<= 0.01 %", between("0", "0.01"), "%"),
        ("<= 0 %", ZERO, "%"),
        ("> 5 g", between("5", None, low_open=True), "g"),
        (">= 5 g", between("5", None), "g"),
        ("≥5 g", between("5", None), "g"),
        ("> 0", SOME_AMOUNT, ""),
        (">= 0", ANY_AMOUNT, ""),
        ("  12   kg  ", between("12", "12"), "kg"),
        ("1e3 g", between("1000", "1000"), "g"),
        ("14 nm", between("14", "14"), "nm"),
        ("5 fluid ounces", between("5", "5"), "fluid ounces"),
    ],
)
def test_how_an_amount_is_written(text: str, interval: Interval, unit: str) -> None:
    assert amount(text) == (interval, unit)
    assert re.search(AMOUNT_PATTERN, text.strip())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not an amount such as"),
        ("%", "is not an amount such as"),
        ("5g", "is not an amount such as"),
        ("-5 g", "is not an amount such as"),
        ("1,5 g", "is not an amount such as"),
        ("~ 5 g", "is not an amount such as"),
        ("１ g", "is not an amount such as"),
        ("1_0", "is not an amount such as"),
        ("5 7", "is not an amount such as"),
        ("1e121 g", "exponent"),
        ("1 .. 1e121 g", "exponent"),
        ("14 .. 12 g", "ends below its start"),
        ("< 1 .. 2", "mixes a sign and a range"),
        ("< 0 %", "no amount is below zero"),
        ("< 0.00", "no amount is below zero"),
        ("1" * 121 + " g", "a number of 121 characters"),
        ("1 " + "x" * 400, "an amount of 402 characters"),
    ],
)
def test_what_is_no_amount(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        amount(text)


@STEADY
@given(st.one_of(st.text(max_size=15), st.text(alphabet="0123456789.<>=≤≥ e%g", max_size=15)))
def test_any_text_is_an_amount_that_the_published_pattern_allows_or_a_value_error(text: str) -> None:
    try:
        interval, _ = amount(text)
    except ValueError:
        return
    assert re.search(AMOUNT_PATTERN, text.strip())
    assert interval.low >= 0
    assert interval.high is None or interval.high >= interval.low


# ---- comparisons


@pytest.mark.parametrize(
    ("interval", "outcome"),
    [
        (between("0.0999", "0.0999"), Truth.FALSE),
        (between("0.1", "0.1"), Truth.TRUE),
        (between("0.1001", "0.1001"), Truth.TRUE),
        (between("0", "0.1", high_open=True), Truth.FALSE),
        (between("0", "0.1"), Truth.UNKNOWN),
        (between("0.05", "0.15"), Truth.UNKNOWN),
        (between("0.1", "0.15"), Truth.TRUE),
        (between("0.1", "0.15", low_open=True, high_open=True), Truth.TRUE),
        (between("0.1", None), Truth.TRUE),
        (between("0.1", None, low_open=True), Truth.TRUE),
        (between("0.0999", None, low_open=True), Truth.UNKNOWN),
        (ANY_AMOUNT, Truth.UNKNOWN),
        (SOME_AMOUNT, Truth.UNKNOWN),
        (ZERO, Truth.FALSE),
    ],
)
def test_at_least_a_tenth(interval: Interval, outcome: Truth) -> None:
    assert interval.at_least(exactly(Fraction(1, 10))) is outcome


@pytest.mark.parametrize(
    ("interval", "outcome"),
    [
        (between("5", "5"), Truth.FALSE),
        (between("5.01", "5.01"), Truth.UNKNOWN),
        (between("6", "6"), Truth.UNKNOWN),
        (between("7", "7"), Truth.TRUE),
        (between("7", None), Truth.TRUE),
        (ANY_AMOUNT, Truth.UNKNOWN),
    ],
)
def test_at_least_something_between_five_and_seven(interval: Interval, outcome: Truth) -> None:
    assert interval.at_least(between("5", "7", low_open=True, high_open=True)) is outcome


@STEADY
@given(intervals(), intervals())
def test_at_least_is_what_the_points_say(one: Interval, other: Interval) -> None:
    found = {left >= right for left in points(one) for right in points(other)}
    wanted = Truth.UNKNOWN if len(found) == 2 else Truth.TRUE if found == {True} else Truth.FALSE
    assert one.at_least(other) is wanted


def test_what_is_exact_nothing_or_something() -> None:
    table = {
        "nothing": ZERO,
        "five": between("5", "5"),
        "up to five": between("0", "5"),
        "above nothing": SOME_AMOUNT,
        "anything": ANY_AMOUNT,
        "below five and above nothing": between("0", "5", low_open=True, high_open=True),
    }
    assert {name: (one.is_exact, one.is_zero, one.is_positive) for name, one in table.items()} == {
        "nothing": (True, True, False),
        "five": (True, False, True),
        "up to five": (False, False, False),
        "above nothing": (False, False, True),
        "anything": (False, False, False),
        "below five and above nothing": (False, False, True),
    }


# ---- computing


@STEADY
@given(intervals(), intervals())
def test_a_sum_holds_every_sum_and_no_more(one: Interval, other: Interval) -> None:
    found = all_pairs(one, other, lambda left, right: left + right)
    assert all(holds(one + other, point) for point in found)
    assert tight(one + other, found)
    assert one + other == other + one
    assert one + ZERO == one


@STEADY
@given(intervals(), intervals())
def test_a_product_holds_every_product_and_no_more(one: Interval, other: Interval) -> None:
    found = all_pairs(one, other, lambda left, right: left * right)
    assert all(holds(one * other, point) for point in found)
    assert tight(one * other, found)
    assert one * other == other * one
    assert one * exactly(Fraction(1)) == one
    assert one * ZERO == ZERO


@STEADY
@given(intervals(), st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000))
def test_scaling_is_a_product_with_one_number(one: Interval, size: Fraction) -> None:
    assert one.scaled(size) == one * exactly(size)
    assert one.scaled(size).scaled(1 / size) == one


@STEADY
@given(intervals(), intervals())
def test_a_quotient_holds_every_quotient(one: Interval, other: Interval) -> None:
    if other.is_zero:
        return
    found = sorted(left / right for left in points(one) for right in points(other) if right)
    assert all(holds(one.over(other), point) for point in found)


@STEADY
@given(intervals(), intervals(least=1))
def test_a_quotient_by_a_bounded_divisor_holds_no_more(one: Interval, other: Interval) -> None:
    if one.high is None or other.high is None:
        return
    assert tight(one.over(other), all_pairs(one, other, lambda left, right: left / right))


def test_a_divisor_that_may_be_nothing_leaves_no_upper_bound() -> None:
    assert between("2", "3").over(between("0", "4")) == between("0.5", None)
    assert between("2", "3").over(ANY_AMOUNT) == ANY_AMOUNT
    assert between("2", "3").over(between("4", None)) == between("0", "0.75")


@STEADY
@given(intervals(), intervals())
def test_a_hull_holds_both_and_no_more(one: Interval, other: Interval) -> None:
    found = sorted(points(one) + points(other))
    assert all(holds(one.hull(other), point) for point in found)
    assert tight(one.hull(other), found)
    assert one.hull(other) == other.hull(one)
    assert one.hull(one) == one


def test_three_equal_parts_of_exactly_a_tenth_of_a_percent_reach_it() -> None:
    """Where binary or decimal division would fall below the line."""
    third = exactly(Fraction("0.001") * 2999).over(exactly(Fraction(3)))
    assert (third + third + third).over(exactly(Fraction(2999))) == exactly(Fraction("0.001"))


# ---- writing


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("12", "12"),
        ("1200", "1200"),
        ("1/10", "0.1"),
        ("1/1000", "0.001"),
        ("41/10", "4.1"),
        ("1/8", "0.125"),
        ("1/3", "1/3"),
        ("7/6", "7/6"),
        ("12345/100", "123.45"),
        ("1/1073741824", "0.000000000931322574615478515625"),
        ("1/2147483648", "1/2147483648"),
    ],
)
def test_a_number_as_people_write_it(number: str, text: str) -> None:
    assert written(Fraction(number)) == text


@STEADY
@given(st.fractions(min_value=0, max_value=10**6))
def test_what_is_written_is_the_number(number: Fraction) -> None:
    assert Fraction(written(number)) == number
    if "/" not in written(number):
        assert exact(written(number)) == number


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (ZERO, "0"),
        (between("4.10", "4.10"), "4.1"),
        (between("1/3", "1/3"), "0.333333333… (1/3)"),
        (between("1/3", "5/2"), "0.333333333… (1/3) … 2.5"),
        (between("29", "32"), "29 … 32"),
        (between("29", "32", low_open=True, high_open=True), "29 … 32"),
        (between("0", "0.01"), "≤ 0.01"),
        (between("0", "0.01", high_open=True), "< 0.01"),
        (between("5", None), "≥ 5"),
        (between("5", None, low_open=True), "> 5"),
        (ANY_AMOUNT, "unknown"),
    ],
)
def test_an_interval_as_people_write_it(interval: Interval, text: str) -> None:
    assert shown(interval) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("4.10", "4.1"),
        ("1/3", "0.333333333… (1/3)"),
        ("2/3", "0.666666666… (2/3)"),
        ("7/6", "1.166666666… (7/6)"),
        ("100/99", "1.010101010… (100/99)"),
        ("1/700000000000", "0.000000000… (1/700000000000)"),
        ("1" + "0" * 40 + "/3", "3" * 40 + ".333333333…"),
    ],
)
def test_a_number_that_has_no_end_is_cut_off_with_the_fraction_beside_it(number: str, text: str) -> None:
    assert readable(Fraction(number)) == text


@STEADY
@given(intervals())
def test_what_is_shown_reads_back_where_it_is_one_bound_or_one_number(interval: Interval) -> None:
    text = shown(interval)
    if " … " in text or text == "unknown" or "/" in text or (interval.low == 0 and interval.low_open):
        return
    assert amount(text) == (interval, "")


# ---- sums, products and quotients written out


def spans(low: Any, high: Any, low_open: bool = False, high_open: bool = False) -> Interval:
    return Interval(Fraction(low), None if high is None else Fraction(high), low_open, high_open)


ONE_TO_TWO, ABOVE_ONE, FROM_ONE, BELOW_TWO = spans(1, 2), spans(1, None, True), spans(1, None), spans(0, 2, False, True)
WRITTEN_OUT = [
    # one, other, their sum, product and quotient
    (exactly(Fraction(3)), exactly(Fraction(2)), spans(5, 5), spans(6, 6), spans("3/2", "3/2")),
    (ONE_TO_TWO, spans(3, 3), spans(4, 5), spans(3, 6), spans("1/3", "2/3")),
    (spans(3, 3), ONE_TO_TWO, spans(4, 5), spans(3, 6), spans("3/2", 3)),
    (ONE_TO_TWO, spans(3, 4), spans(4, 6), spans(3, 8), spans("1/4", "2/3")),
    (ABOVE_ONE, spans(2, 2), spans(3, None, True), spans(2, None, True), spans("1/2", None, True)),
    (spans(2, 2), ABOVE_ONE, spans(3, None, True), spans(2, None, True), spans(0, 2, False, True)),
    (FROM_ONE, spans(2, 2), spans(3, None), spans(2, None), spans("1/2", None)),
    (spans(2, 2), FROM_ONE, spans(3, None), spans(2, None), spans(0, 2)),
    (ONE_TO_TWO, ABOVE_ONE, spans(2, None, True), spans(1, None, True), spans(0, 2, False, True)),
    (BELOW_TWO, spans(3, 3), spans(3, 5, False, True), spans(0, 6, False, True), spans(0, "2/3", False, True)),
    (spans(3, 3), BELOW_TWO, spans(3, 5, False, True), spans(0, 6, False, True), spans("3/2", None, True)),
    (spans(1, 2, True), spans(3, 4), spans(4, 6, True), spans(3, 8, True), spans("1/4", "2/3", True)),
    (spans(1, 2), spans(3, 4, True), spans(4, 6, True), spans(3, 8, True), spans("1/4", "2/3", False, True)),
    (spans(1, 2), spans(3, 4, False, True), spans(4, 6, False, True), spans(3, 8, False, True), spans("1/4", "2/3", True)),
    (spans(0, 0), ABOVE_ONE, spans(1, None, True), spans(0, 0), spans(0, 0)),
    (ABOVE_ONE, spans(0, 0), spans(1, None, True), spans(0, 0), None),
    (spans(0, 2, True), spans(0, 3), spans(0, 5, True), spans(0, 6), spans(0, None)),
    (spans(0, 2, True), spans(0, 3, True), spans(0, 5, True), spans(0, 6, True), spans(0, None)),
    (spans(0, None, True), spans(0, 3), spans(0, None, True), spans(0, None), spans(0, None)),
    (spans(0, None, True), spans(2, 3), spans(2, None, True), spans(0, None, True), spans(0, None)),
    (FROM_ONE, spans(0, 4, False, True), spans(1, None), spans(0, None), spans("1/4", None, True)),
    (ONE_TO_TWO, spans(0, 4), spans(1, 6), spans(0, 8), spans("1/4", None)),
    (ONE_TO_TWO, exactly(Fraction(3)), spans(4, 5), spans(3, 6), spans("1/3", "2/3")),
    (ABOVE_ONE, exactly(Fraction(2)), spans(3, None, True), spans(2, None, True), spans("1/2", None, True)),
    (spans(0, 2), spans(3, 4, False, True), spans(3, 6, False, True), spans(0, 8, False, True), spans(0, "2/3")),
    (spans(1, 2, True), ABOVE_ONE, spans(2, None, True), spans(1, None, True), spans(0, 2, False, True)),
]


@pytest.mark.parametrize(("one", "other", "both", "times", "each"), WRITTEN_OUT)
def test_a_sum_a_product_and_a_quotient(
    one: Interval, other: Interval, both: Interval, times: Interval, each: Interval | None
) -> None:
    assert (one + other, other + one) == (both, both)
    assert (one * other, other * one) == (times, times)
    if each is not None:
        assert one.over(other) == each


def test_what_is_known_by_two_numbers_that_are_equal_is_exact() -> None:
    """The same number and an equal one come to the same, also where it is another object."""
    for one, other in ((spans(2, 2), exactly(Fraction(2))), (exactly(Fraction(2)), spans(2, 2))):
        assert (one + other, one * other, one.scaled(Fraction(3))) == (spans(4, 4), spans(4, 4), spans(6, 6))
    assert [one.scaled(Fraction(3)) for one in (ONE_TO_TWO, ABOVE_ONE, BELOW_TWO)] == [
        spans(3, 6),
        spans(3, None, True),
        spans(0, 6, False, True),
    ]


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        (spans(2, 2), spans(2, 2), Truth.TRUE),
        (spans(2, 3), spans(1, 2), Truth.TRUE),
        (spans(2, 2), spans(1, None), Truth.UNKNOWN),
        (spans(2, None), spans(1, None), Truth.UNKNOWN),
        (spans(2, None), spans(1, 2), Truth.TRUE),
        (spans(1, 2), spans(2, None), Truth.UNKNOWN),
        (spans(1, 2), spans("2.01", None), Truth.FALSE),
        (spans(1, 2), spans(2, None, True), Truth.FALSE),
        (spans(1, 2, False, True), spans(2, 3), Truth.FALSE),
        (spans(1, "1.99"), spans(2, 2), Truth.FALSE),
    ],
)
def test_one_amount_against_another(one: Interval, other: Interval, outcome: Truth) -> None:
    assert one.at_least(other) is outcome


def test_amounts_of_which_nothing_or_next_to_nothing_is_known() -> None:
    assert (spans(0, 0), spans(0, None), spans(0, None, True)) == (ZERO, ANY_AMOUNT, SOME_AMOUNT)


@pytest.mark.parametrize("length", [359, 360, 361])
def test_an_amount_has_a_longest_text(length: int) -> None:
    text = "1" + " " * (length - 2) + "g"
    if length <= 360:
        assert amount(text) == (spans(1, 1), "g")
        return
    with pytest.raises(ValueError, match=r"^an amount of 361 characters; at most 360 are read$"):
        amount(text)


@pytest.mark.parametrize("text", ["0", "3", "1.5", "1 .. 2", "> 1", ">= 1", ">= 0", "< 2"])
def test_bounds_as_the_text_that_is_read_as_the_same(text: str) -> None:
    assert as_amount(amount(text)[0]) == text


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        (spans(1, 3, False, True), "1 … 3"),
        (spans(1, 3, True), "1 … 3"),
        (spans("1/3", "1/3"), "0.333333333… (1/3)"),
    ],
)
def test_bounds_that_no_text_writes(interval: Interval, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)} can not be written as an amount$|is not an amount"):
        as_amount(interval)


@pytest.mark.parametrize("digits", [27, 28, 29])
def test_a_fraction_of_up_to_thirty_characters_stands_beside_the_number(digits: int) -> None:
    text = f"1/{'3' * digits}"
    assert readable(Fraction(text)) == "0.000000000…" + (f" ({text})" if len(text) <= 30 else "")
