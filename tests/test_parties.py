"""Parties on lists: by declaration, by name, by owner; each way of counting one half, on both sides of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine import screening
from rare_earth_compliance.engine.ownership import LARGEST_RING, WAYS, held, owners
from rare_earth_compliance.engine.screening import folded, screen
from rare_earth_compliance.law.loader import load

PARTIES = load().parties
DAY = date(2026, 11, 25)
HALF = Fraction(1, 2)
CONTROL, WATCH = "control-list", "watch-list"


def listed(name: str | None, declared: str | None = None, by: tuple[str, ...] = (), on: date | None = DAY) -> tuple[str, str]:
    found = screen(name, None, declared, by, on, PARTIES)
    return found.listed[CONTROL].name, found.listed[WATCH].name


@pytest.mark.parametrize(
    "name",
    ["MP Materials Corp.", "mp materials corp", "MP MATERIALS CORPORATION", "MP Materials", "ＭＰ　Materials Corp．"],
)
def test_a_name_is_found_however_it_is_written(name: str) -> None:
    assert listed(name) == ("TRUE", "UNKNOWN")
    assert screen(name, None, None, (), DAY, PARTIES).listed_by("cn-mofcom-2026-23") is Truth.TRUE


def test_a_name_counts_from_the_day_of_its_announcement() -> None:
    assert listed("MP Materials Corp.", on=date(2026, 6, 21)) == ("UNKNOWN", "UNKNOWN")
    assert listed("MP Materials Corp.", on=date(2026, 6, 22)) == ("TRUE", "UNKNOWN")
    assert listed("MP Materials Corp.", on=None) == ("UNKNOWN", "UNKNOWN")


def test_another_legal_form_is_another_company_and_worth_a_look() -> None:
    found = screen("MP Materials GmbH", None, "none", (), DAY, PARTIES)
    assert (found.listed[CONTROL], found.review) == (Truth.UNKNOWN, ("MP Materials Corp.",))


def test_not_finding_a_name_says_nothing() -> None:
    assert listed("Somebody Ltd") == ("UNKNOWN", "UNKNOWN")
    assert listed("Somebody Ltd", "none") == ("FALSE", "FALSE")
    assert listed(None) == ("UNKNOWN", "UNKNOWN")


def test_a_found_name_outweighs_a_declaration() -> None:
    found = screen("TDK", None, "none", (), DAY, PARTIES)
    assert found.listed[WATCH] is Truth.TRUE
    assert "TDK" in found.conflict


def test_a_declared_list_without_its_announcement_leaves_the_announcement_open() -> None:
    found = screen("Somebody", None, CONTROL, (), DAY, PARTIES)
    assert (found.listed[CONTROL], found.listed_by("cn-mofcom-2026-23")) == (Truth.TRUE, Truth.UNKNOWN)
    named = screen("Somebody", None, CONTROL, ("cn-mofcom-2026-20",), DAY, PARTIES)
    assert named.listed_by("cn-mofcom-2026-23") is Truth.FALSE
    assert named.listed_by("cn-mofcom-2026-20") is Truth.TRUE


def test_a_near_match_asks_for_a_look_and_never_decides() -> None:
    found = screen("M P Materials Corpp", None, "none", (), DAY, PARTIES)
    assert found.by == ()
    assert found.listed[CONTROL] is not Truth.TRUE


def test_without_the_extra_a_near_match_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rapidfuzz.fuzz", None)
    assert screening._near("USA Rare Earths, Inc.", PARTIES) == ()


def test_the_lists_say_how_incomplete_they_are() -> None:
    named = sum(one.named for one in PARTIES.announcements.values())
    entities = sum(one.entities for one in PARTIES.announcements.values())
    assert (len(PARTIES.parties), named, entities) == (6, 6, 142)
    assert str(entities) in PARTIES.note


def test_folding_keeps_chinese_names() -> None:
    assert folded("某某稀土有限公司", PARTIES.legal_forms)[1] == "某某稀土"


# ---- owners


def share(text: str | None) -> Interval | None:
    if text is None:
        return None
    low, _, high = text.partition("..")
    return Interval(Fraction(low) / 100, Fraction(high or low) / 100)


def counted(
    links: list[tuple[str, str, str | None]], complete: str = "PABCXYZ", who: str = "XY", way: str = "aggregate-chain"
) -> tuple[str, str]:
    known = owners([(owner, owned, share(text)) for owner, owned, text in links], frozenset(complete))
    found = held("P", known, listing(who), way, HALF)
    assert found.high is not None
    return str(found.low), str(found.high)


def listing(who: str) -> Callable[[str], Truth]:
    """Everybody named is listed; owners with a question mark are not known; the others are not."""
    return lambda name: Truth.TRUE if name in who else Truth.UNKNOWN if name.endswith("?") else Truth.FALSE


@pytest.mark.parametrize("text", ["49.9999999999", "50", "50.0000000001"])
def test_a_direct_share_is_the_same_however_it_is_counted(text: str) -> None:
    expected = str(Fraction(text) / 100)
    assert {counted([("X", "P", text)], way=way) for way in WAYS} == {(expected, expected)}


TWO = [("X", "P", "30"), ("Y", "P", "20")]
THROUGH = [("X", "A", "50"), ("A", "P", "60")]
JUST_BELOW = [("X", "A", "49.9"), ("A", "P", "60")]
MIXED = [("X", "A", "30"), ("Y", "A", "20"), ("A", "P", "50")]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (TWO, ["3/10", "1/2", "3/10", "1/2", "1/2"]),
        (THROUGH, ["0", "0", "3/5", "3/5", "3/10"]),
        (JUST_BELOW, ["0", "0", "0", "0", "1497/5000"]),
        (MIXED, ["0", "0", "0", "1/2", "1/4"]),
    ],
)
def test_each_way_of_counting(links: list[tuple[str, str, str | None]], expected: list[str]) -> None:
    ways = ["single-direct", "aggregate-direct", "single-chain", "aggregate-chain", "aggregate-proportional"]
    assert [counted(links, way=way) for way in ways] == [(one, one) for one in expected]


def test_rings_are_solved_exactly() -> None:
    """X holds 40 % of A, B holds 60 % of A, A holds 50 % of B and 100 % of P: a = 0.4 + 0.6 b, b = 0.5 a."""
    ring = [("X", "A", "40"), ("B", "A", "60"), ("A", "B", "50"), ("A", "P", "100")]
    assert counted(ring, way="aggregate-proportional") == ("4/7", "4/7")


def test_a_closed_ring_is_not_known() -> None:
    ring = [("A", "B", "100"), ("B", "A", "100"), ("A", "P", "100")]
    assert counted(ring, way="aggregate-proportional") == ("0", "1")
    assert counted(ring, way="aggregate-chain") == ("0", "0")


def test_a_ring_that_is_too_large_is_not_known() -> None:
    names = [f"N{number}" for number in range(LARGEST_RING + 1)]
    ring = [(one, two, "90") for one, two in zip(names, [*names[1:], names[0]], strict=True)]
    links = [*ring, ("X", "N0", "10"), ("N0", "P", "100")]
    known = owners([(owner, owned, share(text)) for owner, owned, text in links], frozenset(["P", *names]))
    assert held("P", known, listing("X"), "aggregate-proportional", HALF) == Interval(Fraction(0), Fraction(1))


def test_owners_that_are_not_named_may_be_listed() -> None:
    assert counted([("X", "P", "30")], complete="") == ("3/10", "1")
    assert counted([("Z", "P", "80")], complete="Z") == ("0", "1/5")
    # Of Z itself nothing is said either: a listed party may hold all of it.
    assert counted([("Z", "P", "80")], complete="") == ("0", "1")
    assert counted([("Z", "P", "80")]) == ("0", "0")


def test_an_owner_of_whom_it_is_not_known_counts_in_the_upper_bound() -> None:
    assert counted([("Z?", "P", "60"), ("X", "P", "10")]) == ("1/10", "7/10")


def test_a_share_that_is_not_stated_is_what_the_others_leave() -> None:
    assert counted([("X", "P", None), ("Z", "P", "70")]) == ("0", "3/10")
    assert counted([("X", "P", "10..40")]) == ("1/10", "2/5")


def test_more_than_the_whole_is_a_contradiction() -> None:
    known = owners([("X", "P", share("60")), ("Y", "P", share("50"))], frozenset())
    assert len(known.conflicts) == 1


def test_a_long_chain_costs_no_stack() -> None:
    names = ["X", *(f"N{number}" for number in range(10_000)), "P"]
    links = [(one, two, Interval(Fraction(1), Fraction(1))) for one, two in pairwise(names)]
    known = owners(links, frozenset(names))
    for way, expected in (("aggregate-chain", 1), ("aggregate-proportional", 1), ("aggregate-direct", 0)):
        assert held("P", known, listing("X"), way, HALF) == Interval(Fraction(expected), Fraction(expected))


def graph(rng: Random) -> list[tuple[str, str, Interval | None]]:
    """Companies that own only those after them, so that there is no ring."""
    names = ["X", "Y", "A", "B", "C", "D", "P"]
    links: list[tuple[str, str, Interval | None]] = []
    for position in range(2, len(names)):
        left = 10
        for owner in names[:position]:
            part = rng.randint(0, left)
            if part and rng.random() < 0.6:
                links.append((owner, names[position], Interval(Fraction(part, 10), Fraction(part, 10))))
                left -= part
    return links


def along_every_way(links: list[tuple[str, str, Interval | None]], company: str) -> Fraction:
    """Shares multiplied along each way up to a listed owner, way by way."""
    total, work = Fraction(0), [(company, Fraction(1))]
    while work:
        at, part = work.pop()
        for owner, owned, stated in links:
            if owned == at and stated is not None:
                if owner in "XY":
                    total += part * stated.low
                else:
                    work.append((owner, part * stated.low))
    return total


@given(seed=st.integers(0, 10**9))
def test_proportional_shares_are_the_sum_over_all_ways(seed: int) -> None:
    links = graph(Random(seed))  # noqa: S311 - test data
    known = owners(links, frozenset("XYABCDP"))
    expected = along_every_way(links, "P")
    assert held("P", known, listing("XY"), "aggregate-proportional", HALF) == Interval(expected, expected)


@given(seed=st.integers(0, 10**9), way=st.sampled_from(sorted(WAYS)), part=st.integers(0, 10))
def test_bounds_hold_and_order_does_not_matter(seed: int, way: str, part: int) -> None:
    rng = Random(seed)  # noqa: S311 - test data
    links = graph(rng)
    complete = frozenset(rng.sample("ABCDP", part // 2))
    found = held("P", owners(links, complete), listing("XY"), way, HALF)
    turned = held("P", owners(reversed(links), complete), listing("XY"), way, HALF)
    whole = held("P", owners(links, frozenset("XYABCDP")), listing("XY"), way, HALF)
    assert found == turned
    assert found.high is not None
    assert whole.high is not None
    assert found.low <= whole.low <= whole.high <= found.high
