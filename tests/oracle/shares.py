"""The value share of article 1 (1) of No. 61: listed content over the value of the thing itself, in one world.

Knows prices, exchange rates, quantities, and how content is added up. Does not know when a licence follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from tests.oracle import amounts, facts, lists
from tests.oracle.amounts import HUGE, SOME, TINY, Bounds
from tests.oracle.facts import Case
from tests.oracle.readings import Readings
from tests.oracle.things import Thing, stated

LINE = Fraction(1, 1000)
"""0.1 % and above."""
UNPRICED = (TINY, HUGE)
"""What a value may be that is not known."""

Counts = Callable[[Case, Thing], bool]
Sums = dict[str, Fraction]
"""Value by entry of the list; a thing under several entries counts under each."""
TOTAL = "together"


def tried(case: Case, name: tuple[object, ...], bounds: Bounds) -> Fraction:
    """An amount in this world: one of its ends."""
    ends = bounds.ends
    chosen: Fraction = ends[0] if len(ends) == 1 else case.world.choose(name, ends)
    return chosen


def quantity(case: Case, thing: Thing) -> Fraction:
    """How many units of it go into one unit of the thing above."""
    assert thing.above is not None
    if thing.kind != "line":
        return Fraction(1)
    amount = tried(case, (thing.line, "quantity"), thing.amount)
    if thing.unit_of_amount is not None and thing.unit_of_amount != thing.unit:
        amount = in_unit(case, thing, amount, thing.unit_of_amount)
    batch = thing.above.says("base_quantity")
    return amount if batch is None else amount / tried(case, (thing.above.path, "base_quantity"), amounts.plain(batch))


def in_unit(case: Case, thing: Thing, amount: Fraction, unit: str) -> Fraction:
    """An amount of a thing in the thing's own unit; a mass becomes a count through the mass of one."""
    factor = amounts.factor(unit, thing.unit)
    if factor is not None:
        return amount * factor
    if amounts.kind_of(unit) != "mass":
        return tried(case, (thing.path, "unit"), SOME)
    kilograms = amounts.factor(unit, "kg")
    assert kilograms is not None
    return amount * kilograms / tried(case, (thing.path, "mass"), amounts.mass(thing.says("mass")))


PRICES = ("unit_value", "unit_price")


def usable(case: Case, thing: Thing) -> list[str]:
    """Under which keys a price of it stands that is taken, of those that the value may be read to be."""
    priced = case.readings.option(case.world, "valuation")
    known = [key for key in PRICES if stated(thing.says(key), "amount") is not None and stated(thing.says(key), "currency")]
    kinds = {key: stated(thing.says(key), "basis") for key in known}
    if priced != "as-stated" and priced not in kinds.values():
        return []
    return [key for key in known if priced == "as-stated" or kinds[key] in (priced, None)]


def currency(case: Case, thing: Thing) -> str:
    """The currency of its price; "" when it has none."""
    keys = usable(case, thing)
    return str(thing.says(keys[0])["currency"]) if keys else ""


def worth(case: Case, thing: Thing, wanted: str) -> Fraction:
    """What one unit of it is worth in a currency; in its own where what it is held against has no price.

    Valued and sold at two prices it is worth one of them.
    """
    keys = usable(case, thing)
    # A price of a kind is one unknown, that which is stated another.
    priced = case.readings.option(case.world, "valuation")
    of_kind = () if priced == "as-stated" else (priced,)
    if not keys:
        unpriced: Fraction = case.world.choose((thing.path, "value", *of_kind), UNPRICED)
        return unpriced
    key = keys[0] if len(keys) == 1 else case.world.choose((thing.path, "price", *of_kind), tuple(keys))
    return price(case, thing, key, wanted)


def price(case: Case, thing: Thing, key: str, wanted: str) -> Fraction:
    """A stated price of one unit of it in a currency."""
    money = thing.says(key)
    amount, size = ("value", "per") if key == "unit_value" else (key, f"per of {key}")
    value = tried(case, (thing.path, amount), amounts.plain(money["amount"]))
    if stated(money, "per") is not None:
        bounds, unit = amounts.read(money["per"])
        per = tried(case, (thing.path, size), bounds)
        value /= in_unit(case, thing, per, unit) if unit and unit != thing.unit else per
    return value if wanted in (money["currency"], "") else value * rate(case, money["currency"], wanted)


def above_its_value(case: Case, thing: Thing) -> bool:
    """Whether it is sold for more than it is valued at."""
    own = str(thing.says("unit_value")["currency"])
    return price(case, thing, "unit_price", own) > price(case, thing, "unit_value", own)


def below_its_value(case: Case, thing: Thing) -> bool:
    """Whether it is sold for less than it is valued at."""
    own = str(thing.says("unit_value")["currency"])
    return price(case, thing, "unit_price", own) < price(case, thing, "unit_value", own)


def of_one_kind(thing: Thing) -> bool:
    """Whether two prices are stated of it that are said to be of one kind."""
    bases = {stated(thing.says(key), "basis") for key in PRICES}
    return all(thing.says(key) is not None for key in PRICES) and len(bases) == 1 and bases != {None}


def rate(case: Case, old: str, new: str) -> Fraction:
    """How many of the new currency one of the old is. Rates that differ leave all between open."""
    first, second = sorted((old, new))
    found: set[Fraction] = set()
    for one in case.rates:
        if (one["from"], one["to"]) == (first, second):
            found |= set(amounts.plain(one["rate"]).ends)
        elif (one["from"], one["to"]) == (second, first):
            found |= {1 / end for end in amounts.plain(one["rate"]).ends}
    ends = (min(found), max(found)) if found else UNPRICED
    chosen = ends[0] if ends[0] == ends[1] else case.world.choose(("rates", first, second), ends)
    return chosen if old == first else 1 / chosen


def add(total: Sums, part: Sums, times: Fraction) -> None:
    """Add a part so many times."""
    for key, value in part.items():
        total[key] = total.get(key, Fraction(0)) + times * value


def content(case: Case, thing: Thing, listed: lists.Listed, counts: Counts, wanted: str, *, named: bool = False) -> Sums:
    """What the content of one unit of it is worth that counts, at any depth; of the named lines alone where so asked."""
    chosen = case.readings.chosen
    key = (id(thing), listed, counts, wanted, named, chosen.get("part-1-value"), chosen.get("valuation"))
    found: Sums = case.world.once(key, lambda: _content(case, thing, listed, counts, wanted, named))
    return found


def _content(case: Case, thing: Thing, listed: lists.Listed, counts: Counts, wanted: str, named: bool) -> Sums:
    total: Sums = {TOTAL: Fraction(0)}
    for one in thing.lines if named else thing.inside:
        if one.nameless:
            add(total, _nameless(case, one), Fraction(1))
            continue
        part = _counted(case, one, listed, counts, wanted)
        if any(part.values()):
            add(total, part, quantity(case, one))
    return total


def _nameless(case: Case, thing: Thing) -> Sums:
    """What a nameless content is worth: nothing, or anything, if it may hold an element of part 1."""
    if not lists.any_of(case, thing, lists.SEVEN):
        return {}
    value: Fraction = case.world.choose((thing.path, "content"), (Fraction(0), HUGE))
    return {TOTAL: value, "nameless": value}


def _counted(case: Case, thing: Thing, listed: lists.Listed, counts: Counts, wanted: str) -> Sums:
    """A thing that counts is taken whole; else what is in it counts. A listed one is not asked for more than it names."""
    is_listed = listed(case, thing)
    if not (is_listed and counts(case, thing)):
        return content(case, thing, listed, counts, wanted, named=is_listed)
    value = worth(case, thing, wanted)
    if listed is lists.in_part_1 and case.read("part-1-value", "contained"):
        value *= case.world.choose((thing.path, "contained"), (TINY, Fraction(1)))
    return {TOTAL: value, **dict.fromkeys(lists.entries_of_part_1(case, thing), value)}


def listed_or_precursor(case: Case, thing: Thing) -> bool:
    """What counts when precursors do."""
    return lists.in_part_1(case, thing) or lists.is_precursor(case, thing)


def anybody(case: Case, thing: Thing) -> bool:
    """Counts whatever its origin."""
    return True


def chinese_part_1(case: Case, thing: Thing) -> bool:
    """A part 1 item that originates in China."""
    return lists.in_part_1(case, thing) and facts.of_chinese_origin(case, thing)


def chinese_precursor(case: Case, thing: Thing) -> bool:
    """A precursor that originates in China."""
    return lists.is_precursor(case, thing) and facts.of_chinese_origin(case, thing)


def reaches(case: Case, thing: Thing, listed: lists.Listed, counts: Counts) -> bool:
    """Whether the content that counts is worth 0.1 % of the thing, or more. Whether it is added up is a reading."""
    wanted = currency(case, thing)
    sums = content(case, thing, listed, counts, wanted)
    if not sums[TOTAL]:
        return False
    value = worth(case, thing, wanted) * LINE
    if sums[TOTAL] < value:
        return False
    alone = [part for entry, part in sums.items() if entry != TOTAL]
    return listed is listed_or_precursor or max(alone) >= value or case.read("aggregation", "summed")


def nameless_reaches(case: Case, thing: Thing) -> bool:
    """Whether something nameless is one of which the share reaches the line."""
    return thing.nameless and lists.nameless_is(case, thing, "at the line", lists.SEVEN)


def of_china_reach(case: Case, thing: Thing) -> bool:
    """Article 1 (1): the Chinese part 1 items in it."""
    return not thing.nameless and reaches(case, thing, lists.in_part_1, facts.of_chinese_origin)


def all_reach(case: Case, thing: Thing) -> bool:
    """Read otherwise, all part 1 items, where there is a Chinese one among them."""
    return (
        not thing.nameless
        and case.read("numerator-origin", "all-part-1")
        and lists.holds(case, thing, chinese_part_1)
        and reaches(case, thing, lists.in_part_1, anybody)
    )


def with_precursors_reach(case: Case, thing: Thing) -> bool:
    """Read otherwise, precursors too, where there is a Chinese one."""
    return (
        not thing.nameless
        and case.read("precursors-61", "counted")
        and lists.holds(case, thing, chinese_precursor)
        and reaches(case, thing, listed_or_precursor, facts.of_chinese_origin)
    )


REACHES_THE_LINE = (nameless_reaches, of_china_reach, all_reach, with_precursors_reach)
"""Article 1 (1): whether its share reaches the line, as one of these."""


def too_cheap(case: Case, thing: Thing, listed: lists.Listed, counts: Counts) -> bool:
    """Whether it is worth less than what counts inside it: a price beside a price, however the value of the rule is read."""
    wanted = currency(case, thing)
    case = replace(case, readings=Readings({**case.readings.chosen, "part-1-value": "as-bought"}))
    return content(case, thing, listed, counts, wanted)[TOTAL] > worth(case, thing, wanted)
