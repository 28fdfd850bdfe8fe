"""Parties on lists: by declaration, by name, by owner; each way of counting one half, on both sides of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine import ownership, screening
from rare_earth_compliance.engine.ownership import LARGEST_RING, WAYS, falling_short, held, owners
from rare_earth_compliance.engine.screening import Screened, folded, screen
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.parties import AnnouncementFields, ListAnnouncement, ListedParty, Parties, PartiesFile, wrong
from rare_earth_compliance.record.persons import owned_otherwise

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


# ---- each piece by itself

ONE = ListAnnouncement(
    id="a1",
    list=CONTROL,
    of="no. 1",
    starts=date(2026, 11, 20),
    ends=date(2026, 11, 30),
    entities=2,
    named=1,
    confidence="primary",
    state="in force",
    url="https://example.org",
)
OTHER = replace(ONE, id="a2", list=WATCH, ends=None)
BOLT = ListedParty(names=("Bolt Ltd", "Bolt Works"), identifiers=("91X",), by="a1", confidence="primary")
NUT = ListedParty(names=("Nut Inc",), identifiers=(), by="a2", confidence="primary")
FORMS = (("ltd", "limited"), ("inc", "incorporated"), ("公司", "有限公司"))
SMALL = Parties(note="", announcements={"a1": ONE, "a2": OTHER}, parties=(BOLT, NUT), legal_forms=FORMS)


@pytest.mark.parametrize(("day", "runs"), [(19, False), (20, True), (30, True), (31, False)])
def test_an_announcement_runs_from_its_first_through_its_last_day(day: int, runs: bool) -> None:
    on = date(2026, 11, 1) + timedelta(days=day - 1)
    assert ONE.runs(on) is runs
    assert replace(ONE, ends=None).runs(on) is (day >= 20)


T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
FOUND = "its name matches Bolt Ltd, listed by a1"
SCREENED = [
    # name, identifier, declared, by what, on the control list, watch list, by, perhaps by another, because, conflict, review
    (None, None, None, (), U, U, (), True, "not screened", "", ()),
    ("Screw", None, None, (), U, U, (), True, "not screened", "", ()),
    ("Screw", None, "none", (), F, F, (), False, "declared to be on neither list", "", ()),
    ("Screw", None, CONTROL, (), T, F, (), True, f"declared to be on the {CONTROL}", "", ()),
    ("Screw", None, CONTROL, ("a1",), T, F, ("a1",), False, f"declared to be on the {CONTROL}", "", ()),
    ("Screw", None, WATCH, ("a1",), T, T, ("a1",), False, f"declared to be on the {WATCH}", "", ()),
    ("Bolt Limited", None, None, (), T, U, ("a1",), True, f"not screened; {FOUND}", "", ()),
    ("bolt works", None, "none", (), T, F, ("a1",), False, f"declared to be on neither list; {FOUND}", FOUND, ()),
    ("Screw", "91X", None, (), T, U, ("a1",), True, f"not screened; {FOUND}", "", ()),
    ("Screw", "91Y", None, (), U, U, (), True, "not screened", "", ()),
    (
        "Nut",
        None,
        CONTROL,
        (),
        T,
        T,
        ("a2",),
        True,
        f"declared to be on the {CONTROL}; its name matches Nut Inc, listed by a2",
        "",
        (),
    ),
    ("Nut Ltd", None, None, (), U, U, (), True, "not screened; looks like Nut Inc: check", "", ("Nut Inc",)),
    (
        "Nut Ltd",
        None,
        "none",
        (),
        U,
        U,
        (),
        True,
        "declared to be on neither list; looks like Nut Inc: check",
        "",
        ("Nut Inc",),
    ),
    ("Bolt Works", None, None, ("a1", "a2"), T, T, ("a1", "a2"), True, f"not screened; {FOUND}", "", ()),
]


@pytest.mark.parametrize("row", SCREENED)
def test_what_is_known_of_a_party(row: tuple[Any, ...]) -> None:
    name, identifier, declared, declared_by, control, watch, by, open_, because, conflict, review = row
    wanted = Screened(
        listed={CONTROL: control, WATCH: watch},
        by=by,
        open=open_,
        because=because,
        conflict=f"is declared to be on neither list, but {conflict}" if conflict else "",
        review=review,
    )
    assert screen(name, identifier, declared, declared_by, DAY, SMALL) == wanted


def test_on_any_list_and_by_an_announcement() -> None:
    found = Screened(listed={"a": T, "b": F, "c": U}, by=("n",), open=True, because="")
    lists: list[tuple[tuple[str, ...], Truth]] = [
        (("a",), T),
        (("b",), F),
        (("c",), U),
        (("d",), U),
        ((), F),
        (("a", "c"), T),
        (("b", "c"), U),
        (("b", "d"), U),
        (("b", "a"), T),
    ]
    assert [found.on_any(names) for names, _ in lists] == [wanted for _, wanted in lists]
    assert [found.listed_by(one) for one in ("n", "m")] == [T, U]
    assert replace(found, open=False).listed_by("m") is F


def test_folded_names() -> None:
    assert [folded(name, FORMS) for name in ("Bólt-Works,  LTD.", "Limited Bolt", "北京有限公司", "ＡＢ", "incorporated")] == [
        ("bolt works ltd", "bolt works"),
        ("ltd bolt", "bolt"),
        ("北京 公司", "北京"),
        ("ab", "ab"),
        ("inc", ""),
    ]


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (("bolt ltd", "bolt"), ("bolt ltd", "bolt"), True),
        (("bolt ltd", "bolt"), ("bolt", "bolt"), True),
        (("bolt", "bolt"), ("bolt inc", "bolt"), True),
        (("bolt ltd", "bolt"), ("bolt inc", "bolt"), False),
        (("bolt", "bolt"), ("nut", "nut"), False),
        (("ltd", ""), ("inc", ""), False),
        (("", ""), ("inc", ""), False),
        (("ltd", ""), ("", ""), False),
    ],
)
def test_names_are_the_same_with_the_same_legal_form_or_none(one: tuple[str, str], two: tuple[str, str], same: bool) -> None:
    assert screening._same(one, two) is same


def test_without_the_extra_a_name_with_another_legal_form_is_still_worth_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz.fuzz", None)
    assert [screening._near(name, SMALL) for name in ("Nut Ltd", "Nuts Inc", None)] == [("Nut Inc",), (), ()]


def test_names_nearly_the_same_are_alike_from_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from rapidfuzz import fuzz  # noqa: PLC0415

    assert screening.NEAR == 88
    for sort, sets, alike in ((87.9, 87.9, False), (88, 0, True), (0, 88, True), (87.9, 88.1, True)):
        monkeypatch.setattr(fuzz, "token_sort_ratio", lambda *_, sort=sort: sort)
        monkeypatch.setattr(fuzz, "token_set_ratio", lambda *_, sets=sets: sets)
        assert screening._alike("one", "two") is alike
        assert screening._alike("one", "one")


@pytest.mark.parametrize(
    ("first", "second", "rest", "conflict"),
    [("60", "40", "0", False), ("60", "39", "1", False), ("60", "41", "0", True), ("50..60", "40..50", "10", False)],
)
def test_what_nobody_named_may_hold(first: str, second: str, rest: str, conflict: bool) -> None:
    links = [("X", "P", share(first)), ("Y", "P", share(second))]
    known = owners(links, frozenset())
    assert known.rest_of("P") == Fraction(rest) / 100
    assert (known.rest_of("X"), known.rest_of("Q")) == (1, 1)
    assert known.conflicts == (["the owners named for P hold more than the whole of it"] if conflict else [])
    assert owners(links, frozenset("PX")).rest == {"P": 0, "X": 0}


WHOLE, LESS, MORE = "the whole", "less", "more"
ALL_NAMED = [
    # what the owners that are said to be all hold, in per cent, and what that makes together
    ((), LESS),
    (("15",), LESS),
    (("99.999",), LESS),
    (("100",), WHOLE),
    (("100.001",), MORE),
    (("60", "40"), WHOLE),
    (("33.3", "33.3", "33.3"), LESS),
    (("33.3..33.4", "33.3..33.4", "33.3..33.4"), WHOLE),
    (("10..59", "40"), LESS),
    (("10..60", "40"), WHOLE),
    (("10..<60", "40"), LESS),
    ((">60", "40"), MORE),
    ((None,), WHOLE),
    ((None, "15"), WHOLE),
]


def held_by(text: str | None) -> Interval | None:
    if text is None:
        return None
    low, _, high = text.translate(str.maketrans("", "", "<>")).partition("..")
    top = Fraction(1) if ">" in text else Fraction(high or low) / 100
    return Interval(Fraction(low) / 100, top, ">" in text, "<" in text)


@pytest.mark.parametrize(("shares", "together"), ALL_NAMED)
def test_owners_that_are_said_to_be_all_hold_the_whole(shares: tuple[str | None, ...], together: str) -> None:
    links = [(f"owner {number}", "P", held_by(text)) for number, text in enumerate(shares)]
    assert falling_short(links, "P") == (("P",) if together is LESS else ())
    assert len(owners(links, frozenset()).conflicts) == (together is MORE)
    # The second stage of checking a record comes to the same.
    said = [{"share": written_out(text)} if text else {} for text in shares]
    holdings = [{"owner": f"owner {number}", "owned": "P", **one} for number, one in enumerate(said)]
    assert owned_otherwise(holdings, ["P"], []) is (together is not WHOLE)
    assert owned_otherwise(holdings, [], []) is (together is MORE)


def written_out(text: str) -> str:
    """As a document writes it, which has no sign for an open end of a range but its beginning or end alone."""
    return ("<= 60" if text == "10..60" else "< 60" if text == "10..<60" else text.replace("..", " .. ")) + " %"


def test_bounds_of_what_an_owner_holds() -> None:
    def bounds(*links: tuple[str, str, Interval | None]) -> list[tuple[str, Fraction, Fraction]]:
        known = owners(links, frozenset("P"))
        both = zip(known.least["P"], known.most["P"], strict=True)
        return [(one, low * 100, high * 100) for (one, low), (_, high) in both]

    open_above = Interval(Fraction(1, 5), None)
    assert bounds(("X", "P", share("10..90")), ("Y", "P", share("30"))) == [("X", 10, 70), ("Y", 30, 30)]
    assert bounds(("X", "P", None), ("Y", "P", share("30"))) == [("X", 0, 70), ("Y", 30, 30)]
    assert bounds(("X", "P", open_above), ("Y", "P", share("30"))) == [("X", 20, 70), ("Y", 30, 30)]
    assert bounds(("X", "P", share("10")), ("X", "P", share("30"))) == [("X", 40, 40)]
    assert bounds(("X", "P", share("70")), ("Y", "P", share("50"))) == [("X", 70, 70), ("Y", 50, 50)]


CHAINS = [
    # owners, complete, the five ways
    ([("X", "A", "50"), ("A", "P", "10")], "PAX", [(0, 0), (0, 0), (10, 10), (10, 10), (5, 5)]),
    ([("X", "A", "49"), ("A", "P", "10")], "PAX", [(0, 0), (0, 0), (0, 0), (0, 0), ("4.9", "4.9")]),
    ([("X", "A", "49"), ("A", "P", "10")], "PX", [(0, 0), (0, 0), (0, 10), (0, 10), ("4.9", 10)]),
    ([("X", "A", "49"), ("A", "P", "10")], "AX", [(0, 90), (0, 90), (0, 90), (0, 90), ("4.9", "94.9")]),
    ([("X", "A", "25"), ("Y", "A", "25"), ("A", "P", "40")], "PAXY", [(0, 0), (0, 0), (0, 0), (40, 40), (20, 20)]),
    ([("X", "A", "40..50"), ("A", "P", "40")], "PAX", [(0, 0), (0, 0), (0, 40), (0, 40), (16, 20)]),
    ([("Z?", "P", "30"), ("X", "P", "20"), ("Y", "P", "25")], "PXYZ?", [(25, 30), (45, 75), (25, 30), (45, 75), (45, 75)]),
    ([("X", "A", "60"), ("A", "B", "60"), ("B", "P", "30")], "PABX", [(0, 0), (0, 0), (30, 30), (30, 30), ("10.8", "10.8")]),
    ([("X", "P", "60"), ("P", "P", "40")], "PX", [(60, 60)] * 4 + [(100, 100)]),
    (
        [("P", "A", "80"), ("A", "P", "30"), ("X", "P", "70")],
        "PAX",
        [(70, 70), (70, 70), (100, 100), (100, 100), ("700/7.6", "700/7.6")],
    ),
]


@pytest.mark.parametrize(("links", "complete", "expected"), CHAINS)
def test_what_listed_parties_hold_in_each_way_of_counting(
    links: list[tuple[str, str, str | None]], complete: str, expected: list[tuple[Any, Any]]
) -> None:
    known = owners([(owner, owned, share(text)) for owner, owned, text in links], frozenset([*complete, "Z?"]))
    found = [held("P", known, listing("XY"), way, HALF) for way in WAYS]
    assert [(one.low * 100, one.high and one.high * 100) for one in found] == [
        tuple(_number(bound) for bound in bounds) for bounds in expected
    ]


def _number(text: Any) -> Fraction:
    upper, _, lower = str(text).partition("/")
    return Fraction(upper) / Fraction(lower or 1)


@pytest.mark.parametrize("size", [2, 3])
def test_a_ring_is_solved_up_to_a_size(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LARGEST_RING == 80
    monkeypatch.setattr(ownership, "LARGEST_RING", 3)  # the company itself counts
    names = "ABC"[:size]
    ring = [(one, two, "50") for one, two in zip(names, names[1:] + names[0], strict=True)]
    assert counted([*ring, ("X", "A", "50"), ("A", "P", "100")], way="aggregate-proportional") == (
        ("2/3", "2/3") if size == 2 else ("0", "1")
    )


def test_rings_of_which_nothing_is_listed_and_rings_that_can_not_be() -> None:
    ring = [("B", "A", "50"), ("A", "B", "50"), ("Z", "A", "50"), ("Z", "B", "50"), ("A", "P", "100")]
    assert counted(ring, way="aggregate-proportional") == ("0", "0")
    # More than the whole of each other: no share of it is one.
    ring = [("X", "A", "40"), ("B", "A", "150"), ("A", "B", "150"), ("A", "P", "100")]
    assert counted(ring, way="aggregate-proportional") == ("0", "1")


def test_a_chain_is_no_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "LARGEST_RING", 1)
    chain = [("X", "A", "50"), ("A", "B", "50"), ("B", "C", "50"), ("A", "C", "40"), ("C", "P", "100")]
    assert counted(chain, way="aggregate-proportional") == ("13/40", "13/40")


def test_owners_that_are_not_named_count_from_the_line_on() -> None:
    for named, high in (("49", "3/5"), ("50", "3/5"), ("51", "0")):
        links = [("Z", "A", named), ("A", "P", "60")]
        assert [counted(links, complete="PZ", way=way) for way in ("single-chain", "aggregate-chain")] == [("0", high)] * 2


def test_a_listed_party_is_not_counted_as_its_own_owner() -> None:
    assert counted([("X", "P", "30")], who="PX", way="aggregate-proportional") == ("3/10", "3/10")
    assert counted([("X", "P", "30"), ("P", "P", "10")], who="PX", way="aggregate-direct") == ("3/10", "3/10")


def announced(**said: Any) -> AnnouncementFields:
    fields = {"id": "a1", "list": CONTROL, "of": "x", "from": "2026-11-20", "entities": "1", "named": "1"}
    return AnnouncementFields.model_validate(
        {**fields, "confidence": "primary", "state": "s", "url": "https://example.org", **said}
    )


def filed(*announcements: AnnouncementFields, by: tuple[str, ...] = ("a1",), count: int | None = None) -> list[Any]:
    parties = [{"names": ["N"], "by": one, "confidence": "primary"} for one in by]
    fields = {"format": "rare-earth-rules/1", "count": "1", "note": "n", "announcements": [], "legal_forms": []}
    made = PartiesFile.model_validate({**fields, "parties": parties})
    full = made.model_copy(update={"announcements": list(announcements), "count": len(by) if count is None else count})
    return list(wrong(full))


def test_what_does_not_fit_together_in_a_file_of_parties() -> None:
    assert filed(announced()) == []
    assert filed(announced(), count=2) == [(("count",), "says 2 parties, but 1 are in the file")]
    assert filed(announced(), count=0) == [(("count",), "says 0 parties, but 1 are in the file")]
    assert filed(announced(), announced(id="a2", named="0"), announced()) == [
        (("announcements", 2), "the announcement 'a1' stands twice")
    ]
    says = "says {} of {} are named, but 1 are in the file"
    assert filed(announced(named="0")) == [(("announcements", 0), says.format(0, 1))]
    assert filed(announced(named="2", entities="2")) == [(("announcements", 0), says.format(2, 2))]
    assert filed(announced(named="1", entities="0")) == [(("announcements", 0), says.format(1, 0))]
    assert filed(announced(entities="2")) == []
    early = [(("announcements", 0), "ends before it starts")]
    assert [filed(announced(until=f"2026-11-{day}")) for day in (19, 20, 21)] == [early, [], []]
    assert filed(announced(), by=("a1", "a3")) == [(("parties", 1), "is listed by 'a3', which is no announcement of the file")]
