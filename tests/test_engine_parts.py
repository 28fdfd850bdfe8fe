"""The small parts of the engine by themselves: comparisons, money, what is open, what is not disclosed.

Each is held against a table written out here, at the line, just below and just above it; nothing of a rule
pack decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from rare_earth_compliance.core.quantities import ANY_AMOUNT, SOME_AMOUNT, ZERO, Interval, amount
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.comparing import against, attribute, bounded, compared, dated, number_text, used_one
from rare_earth_compliance.engine.determination import SHIPMENT, THIS_ITEM, Need, Step
from rare_earth_compliance.engine.disclosure import by_name, declared_none, disclosed, present, whole
from rare_earth_compliance.engine.later import LATER, Later
from rare_earth_compliance.engine.money import UNPRICED, Worth, add, converted, hull, joined, ranges, worth
from rare_earth_compliance.engine.needs import (
    CONTENTS,
    KEPT,
    NOTHING,
    Outcome,
    facts_first,
    known,
    located,
    merged,
    open_needs,
    relative,
    rolled_up,
)
from rare_earth_compliance.law.conditions import Ask, Question
from rare_earth_compliance.product.model import Item, Money, Party, Price, Product, Rate, Shipment, Substance, Technology, Use

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
DAY = date(2026, 11, 23)


def of(text: str) -> Interval:
    return amount(text)[0]


def question(kind: str) -> Question:
    said = dict.fromkeys(("en", "zh", "question", "found_at", "complete_at", "computed_by", "ask_whom", "to_settle"), "")
    return Question(id="q", type=kind, params=(), param_words={}, words=(), **said)


def item(index: int = 0, *uses: tuple[int, str | None], parent: int = -1, **said: Any) -> Item:
    made = tuple(Use(item=below, quantity=None if text is None else of(text), line=7) for below, text in uses)
    return Item(index=index, parent=parent, step=("product",), line=index + 1, uses=made, **said)


def product(*items: Item) -> Product:
    return Product(items=items, order=tuple(reversed(range(len(items)))), file="x.json", sha256="")


def money(text: str, currency: str = "EUR", **said: Any) -> Money:
    return Money(amount=of(text), currency=currency, **said)


# ---- comparisons

LINE = [
    # value, at least, below, above, at most – of ten
    ("9.999", FALSE, TRUE, FALSE, TRUE),
    ("10", TRUE, FALSE, FALSE, TRUE),
    ("10.001", TRUE, FALSE, TRUE, FALSE),
    ("9 .. 11", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ("9 .. 10", UNKNOWN, UNKNOWN, FALSE, TRUE),
    ("10 .. 11", TRUE, FALSE, UNKNOWN, UNKNOWN),
    ("< 10", FALSE, TRUE, FALSE, TRUE),
    ("> 10", TRUE, FALSE, TRUE, FALSE),
    (">= 0", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    (None, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("text", "least", "below", "above", "most"), LINE)
def test_an_amount_at_the_line_of_a_rule(text: str | None, least: Truth, below: Truth, above: Truth, most: Truth) -> None:
    value = None if text is None else of(text)
    asks = [Ask("q", operator, number=of("10"), written="10") for operator in ("at_least", "below", "above", "at_most")]
    assert [bounded(ask, value) for ask in asks] == [least, below, above, most]
    shown = "not known" if text is None else {">= 0": "unknown"}.get(text, text.replace("..", "…"))
    for kind in ("share", "amount"):
        assert [compared(ask, question(kind), value, False) for ask in asks] == [
            (outcome, shown) for outcome in (least, below, above, most)
        ]


@pytest.mark.parametrize(
    ("day", "before", "from_then"),
    [
        (date(2026, 11, 22), TRUE, FALSE),
        (DAY, FALSE, TRUE),
        (date(2026, 11, 24), FALSE, TRUE),
        (None, UNKNOWN, UNKNOWN),
    ],
)
def test_a_day_at_the_day_of_a_rule(day: date | None, before: Truth, from_then: Truth) -> None:
    asks = [Ask("q", operator, day=DAY, written="2026-11-23") for operator in ("before", "from")]
    assert [dated(ask, day) for ask in asks] == [before, from_then]
    shown = "not known" if day is None else day.isoformat()
    assert [compared(ask, question("day"), day, False) for ask in asks] == [(before, shown), (from_then, shown)]


def test_what_is_compared_with_nothing_is_an_error_and_no_answer() -> None:
    """A condition without a number or day would hold of nothing: that must not clear."""
    for operator in ("at_least", "below", "above", "at_most"):
        for value in (of("1"), None):
            with pytest.raises(ValueError, match=r"^q is compared with nothing$"):
                bounded(Ask("q", operator), value)
    for operator in ("before", "from"):
        for day in (DAY, None):
            with pytest.raises(ValueError, match=r"^q is compared with nothing$"):
                dated(Ask("q", operator), day)


@pytest.mark.parametrize(
    ("operator", "text"),
    [
        ("is", "is a, b"),
        ("is_not", "is not a, b"),
        ("any_of", "is any of a, b"),
        ("none_of", "is none of a, b"),
        ("at_least", "at least a, b"),
        ("above", "above a, b"),
        ("at_most", "at most a, b"),
        ("below", "below a, b"),
        ("before", "before a, b"),
        ("from", "on or after a, b"),
    ],
)
def test_what_an_answer_is_held_against_in_words(operator: str, text: str) -> None:
    assert against(Ask("q", operator, frozenset({"b", "a"}))) == text
    assert against(Ask("q", operator, frozenset({"b", "a"}), written="0.1 %")) == text.replace("a, b", "0.1 %")


def test_the_number_of_a_rule_as_text() -> None:
    asks = [
        Ask("q", "below", number=of("0.5"), written="50 %"),
        Ask("q", "below", number=of("0.5")),
        Ask("q", "is"),
    ]
    assert [number_text(ask) for ask in asks] == ["50 %", "0.5", ""]


def test_an_attribute_is_not_known_where_anything_on_the_way_is_not() -> None:
    party = Party(name="Bolt Ltd")
    shipment = Shipment(product=product(item()), end_user=party)
    found = [attribute(shipment, path) for path in ("end_user.name", "end_user.located_in", "end_user", "unit_price.basis")]
    assert found == ["Bolt Ltd", None, party, None]
    with pytest.raises(AttributeError):
        attribute(shipment, "end_user.colour")


WORDS = [
    # type, value, complete, the words of the rule, outcome of "any of", the value as text
    ("words", ("b", "a"), True, {"b", "z"}, TRUE, "a, b"),
    ("words", ("b", "a"), False, {"b", "z"}, TRUE, "a, b"),
    ("words", ("b", "a"), True, {"z"}, FALSE, "a, b"),
    ("words", ("b", "a"), False, {"z"}, UNKNOWN, "a, b, perhaps others"),
    ("words", (), True, {"z"}, FALSE, ""),
    ("words", (), False, {"z"}, UNKNOWN, "none named, perhaps others"),
    ("words", None, True, {"z"}, UNKNOWN, "not known"),
    ("word", None, True, {"z"}, UNKNOWN, "not known"),
    ("word", "oxide", True, {"oxide"}, TRUE, "oxide"),
    ("word", "oxide", True, {"metal"}, FALSE, "oxide"),
    # A vague form may turn out to be another, except one that it never is.
    ("word", "part", True, {"part"}, TRUE, "part"),
    ("word", "material", True, {"oxide"}, UNKNOWN, "material"),
    ("country", "material", True, {"oxide"}, FALSE, "material"),
    ("country", "CN", True, {"CN", "HK"}, TRUE, "CN"),
    ("country", "US", True, {"CN", "HK"}, FALSE, "US"),
    ("country", "not CN, HK", True, {"CN", "HK"}, FALSE, "not CN, HK"),
    ("country", "not CN, HK", True, {"CN"}, FALSE, "not CN, HK"),
    ("country", "not CN, HK", True, {"CN", "US"}, UNKNOWN, "not CN, HK"),
    ("word", "not CN, HK", True, {"CN"}, FALSE, "not CN, HK"),
    ("word", "not CN, HK", True, {"US"}, FALSE, "not CN, HK"),
    ("yes_no", True, True, {"yes"}, TRUE, "yes"),
    ("yes_no", False, True, {"yes"}, FALSE, "no"),
    ("yes_no", None, True, {"yes"}, UNKNOWN, "not known"),
]


@pytest.mark.parametrize(("kind", "value", "complete", "wanted", "outcome", "text"), WORDS)
def test_words_against_the_words_of_a_rule(
    kind: str, value: Any, complete: bool, wanted: set[str], outcome: Truth, text: str
) -> None:
    opposite = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[outcome]
    for operator, found in (("is", outcome), ("any_of", outcome), ("is_not", opposite), ("none_of", opposite)):
        assert compared(Ask("q", operator, frozenset(wanted)), question(kind), value, complete) == (found, text), operator


def test_a_vague_form_is_surely_not_what_it_never_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from rare_earth_compliance.engine import comparing  # noqa: PLC0415

    monkeypatch.setattr(comparing, "never", lambda form: frozenset({"machine", "tool"} if form == "part" else ()))
    found = [
        compared(Ask("q", "any_of", frozenset(words)), question("word"), "part", True)[0]
        for words in ({"machine"}, {"machine", "tool"}, {"machine", "oxide"})
    ]
    assert found == [FALSE, FALSE, UNKNOWN]


USED = Technology(field="smelting", origin="CN", acquired=DAY, published=False)
RULED = (("fields", "mining smelting"), ("from", "CN HK"))
LATE = (*RULED, ("since", "2026-11-23"), ("early", "does-not-count"))
SECRET = (*RULED, ("public", "does-not-count"))


@pytest.mark.parametrize(
    ("params", "changes", "outcome"),
    [
        (RULED, {}, TRUE),
        (RULED, {"field": "painting"}, FALSE),
        (RULED, {"field": None}, UNKNOWN),
        (RULED, {"origin": "US"}, FALSE),
        (RULED, {"origin": None}, UNKNOWN),
        (RULED, {"field": None, "origin": "US"}, FALSE),
        ((), {}, FALSE),
        ((), {"field": "XX", "origin": "XX"}, FALSE),
        (LATE, {}, TRUE),
        (LATE, {"acquired": date(2026, 11, 22)}, FALSE),
        (LATE, {"acquired": None}, UNKNOWN),
        (LATE[:3], {"acquired": date(2026, 11, 22)}, TRUE),
        ((*LATE[:3], ("early", "counts")), {"acquired": date(2026, 11, 22)}, TRUE),
        ((*RULED, LATE[3]), {"acquired": None}, TRUE),
        (SECRET, {}, TRUE),
        (SECRET, {"published": True}, FALSE),
        (SECRET, {"published": None}, UNKNOWN),
        ((*RULED, ("public", "counts")), {"published": True}, TRUE),
    ],
)
def test_whether_a_technology_counts(params: tuple[tuple[str, str], ...], changes: dict[str, Any], outcome: Truth) -> None:
    assert used_one(replace(USED, **changes), Ask("q", "is", params=params)) is outcome


# ---- money


def rate(one: str, size: str, other: str) -> Rate:
    return Rate(source_currency=one, target_currency=other, rate=of(size), day=DAY, source="a bank")


TO_USD = rate("EUR", "1.25", "USD")


def test_amounts_add_up_currency_by_currency() -> None:
    total = {"EUR": of("1")}
    add(total, {"EUR": of("2"), "USD": of("5")}, of("3"))
    assert total == {"EUR": of("7"), "USD": of("15")}


def test_a_rate_is_used_in_both_directions_and_all_rates_bound_the_amount() -> None:
    assert converted(of("10"), "EUR", "USD", (TO_USD,)) == of("12.5")
    assert converted(of("10"), "USD", "EUR", (TO_USD,)) == of("8")
    assert converted(of("10"), "EUR", "GBP", (TO_USD,)) is None
    assert converted(of("10"), "GBP", "USD", (TO_USD,)) is None
    assert converted(of("10"), "EUR", "USD", ()) is None
    rates = (rate("EUR", "2", "GBP"), TO_USD, rate("USD", "0.5", "EUR"), rate("EUR", "1.5", "USD"))
    assert converted(of("10"), "EUR", "USD", rates) == of("12.5 .. 20")


@pytest.mark.parametrize(
    ("rates", "outcome"),
    [
        ((), False),
        ((TO_USD,), False),
        ((TO_USD, TO_USD), False),
        ((TO_USD, rate("USD", "0.8", "EUR")), False),
        ((TO_USD, rate("EUR", "1.26", "USD")), True),
        ((rate("EUR", "1.25 .. 1.26", "USD"),), True),
        ((rate("USD", "0.8 .. 0.9", "EUR"),), True),
        ((rate("EUR", "1 .. 2", "GBP"),), False),
        ((rate("GBP", "1 .. 2", "USD"),), False),
    ],
)
def test_whether_the_rates_for_two_currencies_are_one_number(rates: tuple[Rate, ...], outcome: bool) -> None:
    assert ranges("EUR", "USD", rates) is outcome


def test_what_can_not_be_converted_has_no_upper_bound() -> None:
    assert joined({"EUR": of("10"), "USD": of("2")}, "USD", (TO_USD,)) == (of("14.5"), ())
    assert joined({"EUR": of("10"), "GBP": of("1"), "USD": of("2")}, "USD", (TO_USD,)) == (of("> 14.5"), ("GBP",))
    assert joined({"GBP": of("0 .. 1"), "CHF": of("1"), "USD": of("2")}, "USD", (TO_USD,)) == (of("> 2"), ("CHF", "GBP"))
    assert joined({"GBP": of("0 .. 1"), "USD": of("2")}, "USD", ()) == (of(">= 2"), ("GBP",))
    assert joined({"GBP": ZERO, "USD": of("2")}, "USD", ()) == (of("2"), ())
    assert joined({UNPRICED: of("3"), "USD": of("2")}, "USD", ()) == (of("> 2"), ())
    assert joined({}, "USD", iter([TO_USD])) == (ZERO, ())
    assert joined({"CHF": of("1"), "EUR": of("10"), "GBP": of("1")}, "USD", iter([TO_USD])) == (of("> 12.5"), ("CHF", "GBP"))


def test_bounds_for_two_alternatives() -> None:
    assert hull({"EUR": of("10")}, {"EUR": of("4")}, ()) == {"EUR": of("4 .. 10")}
    assert hull({"EUR": of("10")}, {}, ()) == {"EUR": of("0 .. 10")}
    # Two currencies: in one of them where there is a rate, and where there is none each by itself.
    assert hull({"EUR": of("8")}, {"USD": of("5")}, (TO_USD,)) == {"EUR": of("4 .. 8")}
    assert hull({"EUR": of("8")}, {"USD": of("5")}, ()) == {"EUR": of("0 .. 8"), "USD": of("0 .. 5")}
    assert hull({"EUR": of("8"), UNPRICED: SOME_AMOUNT}, {"USD": of("5")}, (TO_USD,)) == {
        UNPRICED: ANY_AMOUNT,
        "EUR": of("4 .. 8"),
    }
    assert hull({"EUR": of("8"), "GBP": of("1")}, {"USD": of("5")}, (TO_USD,)) == {
        "EUR": of("0 .. 8"),
        "GBP": of("0 .. 1"),
        "USD": of("0 .. 5"),
    }
    assert list(hull({"USD": of("1"), "EUR": of("1")}, {UNPRICED: of("1")}, ())) == ["", "EUR", "USD"]


def test_a_worth_by_currency() -> None:
    assert Worth(None).amounts == {UNPRICED: SOME_AMOUNT}
    assert Worth(money("5", "USD")).amounts == {"USD": of("5")}
    assert UNPRICED == ""


def price(size: str, **said: Any) -> Price:
    known = {"element": None, "alloy": None, "family": None, "form": "metal", "currency": "USD", "day": DAY, "source": "a"}
    return Price(amount=of(size), **(known | said))


def part(element: str | None, share: str | None = None, *, has_input: bool = False) -> Substance:
    return Substance(element=element, cas=None, share=None if share is None else of(share), has_input=has_input)


def test_what_an_item_is_worth_as_stated_as_sold_or_not_known() -> None:
    stated, sold = money("5", basis="contract"), money("7", basis="invoice")
    first, other = item(), item(1)
    shipment = Shipment(product=product(first, other), unit_price=sold)
    bare = replace(shipment, unit_price=None)
    valued = replace(first, unit_value=stated)
    assert worth(valued, bare) == Worth(stated)
    assert worth(valued, shipment) == Worth(Money(amount=of("5 .. 7"), currency="EUR"))
    assert [worth(valued, shipment, basis) for basis in ("contract", "invoice")] == [Worth(stated), Worth(sold)]
    assert worth(first, shipment) == Worth(sold)
    assert worth(other, shipment) == Worth(None)
    assert worth(first, bare) == Worth(None)
    assert [worth(first, shipment, basis) for basis in ("invoice", "contract")] == [Worth(sold), Worth(None)]
    assert worth(first, bare, "invoice") == Worth(None)


METAL = item(1, unit="kg", form="metal", composition=(part("Dy"),))
ALLOY = item(1, unit="kg", form="metal", alloy=frozenset({"Dy", "Fe"}))
FAMILY = item(1, unit="kg", form="metal", family="NdFeB", composition=(part("Dy"),), alloy=frozenset({"Nd"}))
BY_ELEMENT = price("100", element="Dy")
BY_ALLOY = price("40", alloy=frozenset({"Dy", "Fe"}))
BY_FAMILY = price("30", family="NdFeB")


def estimated(held: Item, *prices: Price) -> Money | None:
    return worth(held, Shipment(product=product(item(), held), prices=prices)).money


def test_an_estimate_from_mass_and_the_price_of_the_same_thing() -> None:
    made = Money(amount=of("100"), currency="USD", basis="market-price", day=DAY, source="a", estimate=True)
    assert estimated(METAL, BY_ALLOY, BY_ELEMENT, BY_FAMILY) == made
    assert estimated(replace(METAL, unit="g"), BY_ELEMENT) == replace(made, amount=of("0.1"))
    assert estimated(replace(METAL, unit="pcs", mass=of("0.5")), BY_ELEMENT) == replace(made, amount=of("50"))
    assert estimated(replace(METAL, mass=of("9")), BY_ELEMENT) == made
    assert estimated(ALLOY, BY_ELEMENT, BY_ALLOY, BY_FAMILY) == replace(made, amount=of("40"))
    assert estimated(FAMILY, BY_ELEMENT, BY_ALLOY, BY_FAMILY) == replace(made, amount=of("30"))
    sold = replace(METAL, index=0)
    assert worth(sold, Shipment(product=product(sold), prices=(BY_ELEMENT,))) == Worth(made)


def test_several_prices_bound_an_estimate_and_the_newest_is_named() -> None:
    newer = price("80", element="Dy", day=date(2026, 11, 24), source="b")
    older = price("90", element="Dy", day=date(2026, 11, 22), source="z")
    same_day = price("95", element="Dy", source="b")
    found = estimated(METAL, BY_ELEMENT, newer, older)
    assert found is not None
    assert (found.amount, found.day, found.source) == (of("80 .. 100"), date(2026, 11, 24), "b")
    found = estimated(METAL, same_day, BY_ELEMENT)
    assert found is not None
    assert (found.amount, found.source) == (of("95 .. 100"), "b")


def test_nothing_is_estimated_where_the_price_is_of_something_else() -> None:
    nothing = [
        estimated(METAL),
        estimated(METAL, price("1", element="Tb")),
        estimated(METAL, replace(BY_ELEMENT, form="oxide")),
        estimated(METAL, BY_ALLOY),
        estimated(METAL, BY_FAMILY),
        estimated(METAL, BY_ELEMENT, replace(BY_ELEMENT, currency="EUR")),
        estimated(ALLOY, BY_ELEMENT),
        estimated(replace(METAL, alloy=frozenset({"Dy"})), BY_ELEMENT),
        estimated(replace(METAL, composition=(part("Dy"), part("Fe"))), BY_ELEMENT),
        estimated(replace(METAL, composition=(part(None),)), replace(BY_ELEMENT, element=None)),
        estimated(replace(METAL, unit="pcs"), BY_ELEMENT),
        estimated(replace(METAL, form=None), replace(BY_ELEMENT, form=None)),  # type: ignore[arg-type]
        estimated(replace(METAL, hidden=True), BY_ELEMENT),
    ]
    assert nothing == [None] * 13
    assert estimated(replace(METAL, composition=(part("Dy"), part(None))), BY_ELEMENT) is not None


# ---- what would settle an unknown

CONTENTS_OF_0 = Need("fact", CONTENTS, 0)


def test_a_need_is_located_at_its_item_and_found_again() -> None:
    plain, hidden = item(1, parent=0), item(2, parent=0, hidden=True)
    whole_product = product(item(), plain, hidden)
    needs = (
        Need("fact", "item.origin", THIS_ITEM, "of it"),
        Need("reading", "a-reading", THIS_ITEM),
        Need("fact", "shipment.rates", SHIPMENT),
        Need("fact", "item.origin", THIS_ITEM, "of it"),
    )
    here = Need("fact", "item.origin", 1, "of it")
    assert located(needs, 1, whole_product) == (here, needs[1], needs[2])
    assert located(needs, 2, whole_product) == (CONTENTS_OF_0, needs[1], needs[2])
    assert relative((here, needs[1], needs[2]), 1, whole_product) == frozenset(needs)
    # Of what is hidden only the question for the contents of the item above comes back.
    above = Need("fact", "item.origin", 0)
    assert relative((CONTENTS_OF_0, above), 2, whole_product) == {Need("fact", CONTENTS, THIS_ITEM), above}
    assert relative((Need("fact", CONTENTS, 1, "d"), above), 1, whole_product) == {
        Need("fact", CONTENTS, THIS_ITEM, "d"),
        above,
    }
    assert CONTENTS == "item.contents"


def fact(number: int) -> Need:
    return Need("fact", f"fact {number}", number)


def test_the_first_twelve_different_needs_are_kept() -> None:
    groups = [tuple(fact(number) for number in (0, 1, 0)), (), tuple(fact(number) for number in range(1, 20))]
    assert merged(groups) == tuple(fact(number) for number in range(12))
    assert merged(iter(groups[:2])) == (fact(0), fact(1))
    assert merged([tuple(fact(number) for number in range(11))]) == tuple(fact(number) for number in range(11))
    assert KEPT == 12


def test_an_outcome_that_needs_nothing() -> None:
    assert (known(True), known(False), NOTHING) == ((TRUE, ()), (FALSE, ()), (FALSE, ()))


def maybe(number: int) -> Outcome:
    return UNKNOWN, (fact(number),)


YES: Outcome = (TRUE, ())
CHAIN = (item(0, (1, "1")), item(1, (2, "1")), item(2))
"""Three items, each inside the one before."""

ROLLED = [
    # the items, the outcome of each, at any depth, itself too, the outcome found for each
    (CHAIN, (NOTHING, NOTHING, YES), True, False, (YES, YES, NOTHING)),
    (CHAIN, (NOTHING, NOTHING, YES), False, False, (NOTHING, YES, NOTHING)),
    (CHAIN, (NOTHING, NOTHING, YES), True, True, (YES, YES, YES)),
    (CHAIN, (NOTHING, YES, NOTHING), True, False, (YES, NOTHING, NOTHING)),
    (CHAIN, (YES, NOTHING, NOTHING), True, False, (NOTHING, NOTHING, NOTHING)),
    (CHAIN, (YES, NOTHING, NOTHING), True, True, (YES, NOTHING, NOTHING)),
    (CHAIN, (NOTHING, NOTHING, maybe(2)), True, False, (maybe(2), maybe(2), NOTHING)),
    (CHAIN, (NOTHING, maybe(1), maybe(2)), True, False, ((UNKNOWN, (fact(1), fact(2))), maybe(2), NOTHING)),
    (CHAIN, (NOTHING, maybe(1), YES), True, False, (YES, YES, NOTHING)),
    (CHAIN, (NOTHING, YES, maybe(2)), True, False, (YES, maybe(2), NOTHING)),
    (
        CHAIN,
        (maybe(0), maybe(1), maybe(2)),
        False,
        True,
        ((UNKNOWN, (fact(1), fact(0))), (UNKNOWN, (fact(2), fact(1))), maybe(2)),
    ),
    (
        CHAIN,
        (maybe(0), maybe(1), maybe(2)),
        True,
        True,
        ((UNKNOWN, (fact(2), fact(1), fact(0))), (UNKNOWN, (fact(2), fact(1))), maybe(2)),
    ),
]


@pytest.mark.parametrize(("items", "own", "deep", "itself", "wanted"), ROLLED)
def test_what_is_inside_an_item_rolls_up(
    items: tuple[Item, ...], own: tuple[Outcome, ...], deep: bool, itself: bool, wanted: tuple[Outcome, ...]
) -> None:
    assert rolled_up(product(*items), lambda index: own[index], deep=deep, itself=itself) == list(wanted)


HOW_MUCH = Need("fact", "item.quantity", 1)


@pytest.mark.parametrize(
    ("quantity", "sure", "open_one"),
    [
        ("2", YES, maybe(1)),
        ("> 0", YES, maybe(1)),
        (None, YES, maybe(1)),
        ("0 .. 2", (UNKNOWN, (HOW_MUCH,)), (UNKNOWN, (HOW_MUCH, fact(1)))),
        ("0", (UNKNOWN, (HOW_MUCH,)), (UNKNOWN, (HOW_MUCH, fact(1)))),
    ],
)
def test_a_line_of_which_there_may_be_nothing_is_unknown_at_most(
    quantity: str | None, sure: Outcome, open_one: Outcome
) -> None:
    items = product(item(0, (1, quantity)), item(1))
    for own, wanted in ((YES, sure), (maybe(1), open_one), (NOTHING, NOTHING)):
        below = (NOTHING, own)
        assert rolled_up(items, lambda index, below=below: below[index], deep=True, itself=False)[0] == wanted  # type: ignore[misc]


@pytest.mark.parametrize("deep", [True, False])
def test_a_line_of_which_there_may_be_nothing_does_not_open_what_is_surely_not_so(deep: bool) -> None:
    items = product(item(0, (1, "0 .. 2")), item(1))
    assert rolled_up(items, lambda _: known(False), deep=deep, itself=False) == [NOTHING, NOTHING]


def test_one_sure_line_decides_whatever_the_others_are() -> None:
    items = product(item(0, (1, "1"), (2, "1"), (3, "1"), (4, "1")), item(1), item(2), item(3), item(4))
    own = (NOTHING, NOTHING, maybe(2), (FALSE, (fact(3),)), maybe(4))
    assert rolled_up(items, lambda index: own[index], deep=True, itself=False)[0] == (UNKNOWN, (fact(2), fact(4)))
    sure = (*own[:4], YES)
    assert rolled_up(items, lambda index: sure[index], deep=True, itself=False)[0] == YES
    odd = (NOTHING, NOTHING, NOTHING, (FALSE, (fact(3),)), NOTHING)
    assert rolled_up(items, lambda index: odd[index], deep=True, itself=True)[3] == NOTHING


def test_which_open_parts_are_asked_first() -> None:
    choice = Need("reading", "a-reading", SHIPMENT)
    reading = Step(asks="r", outcome=UNKNOWN, reading="a-reading", needs=frozenset({choice}))
    open_fact = Step(asks="f", outcome=UNKNOWN, needs=frozenset({fact(2)}))
    parts = Step(asks="p", outcome=UNKNOWN, reading="a-reading", steps=(open_fact,), needs=frozenset({fact(3)}))
    sure = Step(asks="s", outcome=TRUE, needs=frozenset({fact(4)}))
    assert facts_first((reading, open_fact, sure, parts)) == (open_fact, parts)
    assert facts_first((reading, sure)) == (reading, sure)
    steps = (reading, sure, open_fact)
    assert open_needs(UNKNOWN, steps) == {choice, fact(2)}
    assert (open_needs(TRUE, steps), open_needs(FALSE, steps), open_needs(UNKNOWN, ())) == (frozenset(),) * 3


# ---- what is not disclosed


def test_whether_a_named_substance_is_there() -> None:
    assert [present(part("Dy", share)) for share in (None, "0.1", "> 0", "0", "0 .. 1")] == [TRUE, TRUE, TRUE, FALSE, UNKNOWN]


@pytest.mark.parametrize(
    ("parts", "complete", "outcome"),
    [
        ((), True, False),
        ((part("Fe"),), True, True),
        ((part("Fe"),), None, False),
        ((part("Fe"), part(None)), True, False),
        ((part("Fe", "0.4"), part("Nd", "0.6")), None, True),
        ((part("Fe", "0.4"), part("Nd", "0.6 .. 0.7"), part("B")), None, True),
        ((part("Fe", "0.4"), part("Nd", "0.59 .. 0.7")), None, False),
        ((part("Fe", "1.1"),), None, True),
        ((part("Fe", "1.1"),), False, False),
    ],
)
def test_whether_a_composition_leaves_room(parts: tuple[Substance, ...], complete: bool | None, outcome: bool) -> None:
    assert whole(item(composition=parts, composition_complete=complete)) is outcome


def test_the_elements_that_an_item_has_by_its_names() -> None:
    alloy = frozenset({"Sm", "Co"})
    assert by_name(item()) == frozenset()
    assert by_name(item(alloy=alloy)) == alloy
    assert by_name(item(family="NdFeB")) == {"Nd", "Fe", "B"}
    assert by_name(item(family="NdFeB", alloy=alloy)) == {"Nd", "Fe", "B", "Sm", "Co"}


def test_a_declaration_of_none_covers_what_is_only_inside_it() -> None:
    none = {"rare_earths": "none"}
    both = ((2, "1"), (3, "1"))
    assert declared_none(product(item(0, (1, "1")), item(1, (2, "1")), item(2))) == [False, False, False]
    assert declared_none(product(item(0, (1, "1"), **none), item(1, (2, "1")), item(2))) == [True, True, True]
    assert declared_none(product(item(0, (1, "1")), item(1, *both, **none), item(2), item(3))) == [False, True, True, True]
    # Used in a place that nothing covers as well.
    shared = product(item(0, (1, "1"), (2, "1")), item(1, *both, **none), item(2), item(3))
    assert declared_none(shared) == [False, True, False, True]
    # What no line uses is not part of the product: nothing is said of it.
    assert declared_none(replace(product(item(0, **none), item(1)), order=(0,))) == [True, False]
    # What speaks for itself is not covered from above.
    says = product(item(0, (1, "1"), **none), item(1, (2, "1"), rare_earths="present"), item(2))
    assert declared_none(says) == [True, False, False]


FE, DY = part("Fe", "1"), part("Dy", "0.1")
BOUGHT = part("Dy", "0.1", has_input=True)
HIDES = [
    # what is said of an item, whether it may hold a rare earth beyond its lines, the same if declared free of them
    ({}, True, False),
    ({"complete": True}, False, False),
    ({"complete": True, "composition": (DY,)}, False, False),
    ({"composition": (FE,), "composition_complete": True}, False, False),
    ({"composition": (part("Fe", "0.5"),)}, True, False),
    ({"composition": (DY,), "composition_complete": True}, True, True),
    ({"composition": (BOUGHT,), "composition_complete": True}, False, False),
    ({"composition": (BOUGHT,)}, True, False),
    ({"composition": (part("Dy", "0"),), "composition_complete": True}, False, False),
    ({"composition": (part("Dy", "0 .. 1"),), "composition_complete": True}, True, True),
    ({"composition": (part("Dy"),), "composition_complete": True}, True, True),
    ({"composition": (FE, BOUGHT, DY), "composition_complete": True}, True, True),
    ({"composition": (FE, DY), "composition_complete": True}, True, True),
    ({"alloy": frozenset({"Dy"})}, True, True),
    ({"alloy": frozenset({"Fe"})}, True, False),
    ({"family": "NdFeB"}, True, True),
    ({"family": "NdFeB", "composition": (FE,), "composition_complete": True}, True, True),
    ({"alloy": frozenset({"Dy"}), "composition": (BOUGHT,), "composition_complete": True}, False, False),
    ({"alloy": frozenset({"Dy", "Tb"}), "composition": (BOUGHT,), "composition_complete": True}, True, True),
    ({"alloy": frozenset({"Fe"}), "composition": (FE,), "composition_complete": True}, False, False),
    ({"family": "ferrite", "composition": (FE,), "composition_complete": True}, False, False),
]


@pytest.mark.parametrize(("said", "hides", "declared"), HIDES)
def test_whether_an_item_may_hold_a_rare_earth_beyond_its_lines(said: dict[str, Any], hides: bool, declared: bool) -> None:
    for more, wanted in (({}, hides), ({"rare_earths": "none"}, declared)):
        assert (len(disclosed(product(item(**said, **more))).items) == 2) is wanted


def test_what_is_not_disclosed_becomes_one_nameless_content() -> None:
    before = product(item(0, (1, "3")), item(1, complete=True))
    hidden = Item(index=2, parent=0, step=("contents not listed",), line=1, hidden=True, complete=True)
    use = Use(item=2, quantity=Interval(Fraction(1), Fraction(1)), line=1)
    above = replace(before.items[0], uses=(*before.items[0].uses, use))
    assert disclosed(before) == replace(before, items=(above, before.items[1], hidden), order=(1, 2, 0))
    both = product(item(0, (1, "3")), item(1))
    found = disclosed(both)
    assert [(one.parent, one.line, one.hidden) for one in found.items[2:]] == [(1, 2, True), (0, 1, True)]
    assert found.order == (2, 1, 3, 0)
    assert disclosed(replace(both, items=tuple(replace(one, complete=True) for one in both.items))).order == both.order


# ---- what is worked out later


def test_in_brief_is_worked_out_by_itself() -> None:
    held = Later(lambda: pytest.fail("the whole was worked out"), lambda: {"b": 1}, cleared=False)
    assert held.in_brief() == {"b": 1}


def rest(made: dict[str, Any], calls: list[int]) -> Later:
    def worked() -> dict[str, Any]:
        calls.append(1)
        return made

    return Later(worked, worked, cleared=False)


def test_what_was_taken_for_cleared_says_why() -> None:
    for clearing, holds in ((("61/1.1: no",), True), ((), False)):
        held: dict[str, Any] = {LATER: Later(lambda said=clearing: {"clearing": said}, dict, cleared=True)}
        if holds:
            assert held[LATER].fill(held, ("clearing",)) == {"clearing": clearing}
        else:
            with pytest.raises(ValueError, match="does not say why"):
                held[LATER].fill(held, ("clearing",))


def test_the_rest_is_worked_out_once() -> None:
    calls: list[int] = []
    later = rest({"b": 2}, calls)
    held: dict[str, Any] = {"a": 1, LATER: later}
    for _ in range(2):
        assert later.fill(held, ("a", "b")) is held
        assert held == {"a": 1, "b": 2}
    assert calls == [1]
    assert LATER == "_later"


@pytest.mark.parametrize("made", [{}, {"b": 2, "c": 3}, {"a": 1, "b": 2}, {"a": 1}, {"c": 3}])
def test_a_rest_that_is_not_what_is_missing_is_an_error(made: dict[str, Any]) -> None:
    """Never half an answer: a field that is missing, one too many, or one that was known already."""
    later = rest(made, [])
    held: dict[str, Any] = {"a": 1, LATER: later}
    with pytest.raises(ValueError, match=r"^the rest of a determination is not what is missing from it$"):
        later.fill(held, ("a", "b"))
    assert held == {"a": 1, LATER: later}


def seen(tables: Iterable[list[Any]]) -> int:
    return sum(len(table) for table in tables)


def test_the_tables_are_not_empty() -> None:
    assert seen([LINE, WORDS, ROLLED, HIDES]) >= 60
