"""A product as its file says it, for the second stage of checking: its items, how much of each, prices, and what they hold.

Knows the JSON of product files: lines, shared items, inputs named in a composition, and the room that a list leaves for what
it does not name. What follows from the things inside an item, or above it, is one value for each item by a rule that looks at
its neighbours alone. Shares no code with the reader or the engine, only the tables of words and elements.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from rare_earth_compliance.record.opening import CONTENTS, GONE, lines_below, lookup
from rare_earth_compliance.record.plain import NONE, SOME, Bounds, amount, exactly, number

_HERE = Path(__file__).parents[1]
_FAMILIES, _FORMS = map(json.loads((_HERE / "product" / "words.json").read_bytes()).get, ("family", "form"))
_TEXT = (_HERE / "core" / "codes" / "elements.txt").read_text(encoding="utf-8")
_ROWS = [row.split("\t") for row in _TEXT.splitlines() if row[:1] not in ("", "#")]
_TOLD = ("origin", "steps", "steps_complete", "technologies", "technologies_complete")
UNNAMED = "*"  # a rare earth that nothing names
ELEMENTS, RARE = {row[0] for row in _ROWS}, {UNNAMED, *(row[0] for row in _ROWS if row[2:])}
_SIZES = {
    "count": "pcs 1 set 1 pair 2 dozen 12 thousand 1000",
    "mass": "kg 1 g 1/1000 mg 1/1000000 ug 1/1000000000 t 1000 lb 0.45359237 oz 45359237/1600000000",
    "length": "m 1 mm 1/1000 cm 1/100 km 1000 in 0.0254 ft 0.3048",
    "area": "m2 1 cm2 1/10000 mm2 1/1000000",
    "volume": "l 1/1000 ml 1/1000000 m3 1 cm3 1/1000000",
}
_PAIRS = {kind: zip(text.split()[::2], text.split()[1::2], strict=True) for kind, text in _SIZES.items()}
UNITS = {unit: (kind, Fraction(size)) for kind, pairs in _PAIRS.items() for unit, size in pairs}
ONE = exactly(1)
_TECHNOLOGY = {"form": "technology", "rare_earths": "none", "equipment": "none"}


def all_of(parts: Iterable[str]) -> str:
    return min(parts, default="yes")


def any_of(parts: Iterable[str]) -> str:
    return max(parts, default="no")


def hull(one: Bounds, two: Bounds) -> Bounds:
    """The narrowest bounds that hold both."""
    low, low_open = min((one.low, one.low_open), (two.low, two.low_open))
    if one.high is None or two.high is None:
        return Bounds(low, None, low_open)
    high, closed = max((one.high, not one.high_open), (two.high, not two.high_open))
    return Bounds(low, high, low_open, not closed)


def over(held: Bounds, by: Bounds) -> Bounds:
    """So much for each one of ``by``; one that may be nothing leaves no upper end."""
    low, high = 1 / by.high if by.high else Fraction(0), 1 / by.low if by.low else None
    made = held * Bounds(low, high, by.high_open, by.low_open)
    return Bounds(made.low, made.high, made.low_open and (made.high is not None or made.low > 0), made.high_open)


def share(text: str) -> Bounds:
    """A share of a whole, at most all of it."""
    held = number(text)
    return Bounds(held.low, Fraction(1), held.low_open) if held.high is None else held


def mass(one: Any) -> Bounds | None:
    """The mass of one unit of an item in kilograms, where it is stated."""
    held, unit = amount(one["mass"]) if "mass" in one else (None, "")
    return held and held * exactly(UNITS[unit][1])


def in_units(held: Bounds, unit: str, one: Any) -> Bounds:
    """An amount in the unit in which an item is counted, by the mass of one unit where the kinds differ."""
    (kind, size), (counted, mine), heavy = UNITS[unit], UNITS[one.get("unit", "pcs")], mass(one)
    if kind == counted:
        return held * exactly(size / mine)
    if heavy is None or kind != "mass":
        raise ValueError(f"an amount in {unit} of what is counted in {one.get('unit', 'pcs')}")
    return over(held * exactly(size), heavy)


def present(part: Any) -> str:
    """Whether a substance that is named in a composition is there at all."""
    held = share(part["mass_fraction"]) if "mass_fraction" in part else SOME
    return "yes" if held.some else "no" if held.high == 0 else "open"


def bought(part: Any) -> bool:
    """Whether a substance is told to have been bought as an input: its form, its alloy, where it is from, or what it cost."""
    return any(part.get(key) for key in ("input_form", "input_alloy", "value", *_TOLD))


def whole(one: Any) -> bool:
    """Whether a composition leaves no room for an element that it does not name."""
    parts = one.get("composition", ())
    if any("element" not in part for part in parts):
        return False
    least = sum(share(part["mass_fraction"]).low for part in parts if "mass_fraction" in part)
    return bool(parts and one.get("composition_complete", least >= 1))


def by_name(one: Any) -> set[str]:
    """Elements that an item has by its alloy system or its magnet family."""
    return {*one.get("alloy", ()), *_FAMILIES.get(one.get("family"), {}).get("elements", "").split()}


def at_most(value: str, used: Bounds | None) -> str:
    """What a line may add: nothing sure where there may be nothing of it."""
    return value if used is None or used.some else min(value, "open")


class Goods:
    """The items of a product by their places; ``order`` has items below before items above, among equals by place."""

    def __init__(self, document: Any) -> None:
        self.root = "/transfer" if "transfer" in document else "/product"
        self.raw: dict[str, Any] = {self.root: document.get("product", _TECHNOLOGY)}
        self.lines: dict[str, list[tuple[str, Bounds | None]]] = {}
        self.above: dict[str, list[str]] = {}
        self.ways: dict[str, list[tuple[str, bool]]] = {}
        self.order: list[str] = []
        self.upward: list[str] = []
        self.arrays: dict[Any, dict[str, Any]] = {}
        work = [self.root]
        while work:
            place = work.pop()
            one = self.raw[place]
            for at, (child, line) in enumerate(lines_below(one, place)):  # its materials, and then its parts
                if child not in self.raw:
                    self.raw[child] = lookup(document, child)
                    work.append(child)
                self.ways.setdefault(child, []).append((place, at < len(one.get("materials", ()))))
                self.lines.setdefault(place, []).append((child, self._used(one, line, self.raw[child])))
            for at, part in enumerate(one.get("composition", ())):
                if bought(part):
                    self._bought(place, f"{place}/composition/{at}", part)
        self._ordered()
        none = self.none
        for place in [place for place in self.order if self._may_hide(place, none[place])]:
            self.raw[place + CONTENTS] = {"complete": True}
            self.lines.setdefault(place, []).append((place + CONTENTS, ONE))
            # Beside parts it may be one more of them, unless its elements are those of which the item is said to consist.
            self.ways[place + CONTENTS] = [(place, whole(self.raw[place]) or not self.raw[place].get("parts"))]
        self._ordered()

    def _ordered(self) -> None:
        self.above, self.order, self.arrays = {}, [], {}
        for place in self.raw:
            for child, _ in self.lines.get(place, ()):
                self.above.setdefault(child, []).append(place)
        waiting = {place: len(self.lines.get(place, ())) for place in self.raw}
        level = sorted(place for place, count in waiting.items() if not count)
        while level:
            self.order += level
            for place in level:
                for up in self.above.get(place, ()):
                    waiting[up] -= 1
            level = sorted({up for place in level for up in self.above.get(place, ()) if not waiting[up]})
        if len(self.order) < len(self.raw):
            raise ValueError("an item contains itself")
        # What an item may hold beyond its lines follows from its other lines, and so comes after them.
        pairs = [(place + CONTENTS, place) for place in self.order if not place.endswith(CONTENTS)]
        self.upward = [place for pair in pairs for place in pair if place in self.raw]

    @staticmethod
    def _used(one: Any, line: Any, below: Any) -> Bounds | None:
        """How much of an item goes into one unit of the item above."""
        if "quantity" not in line:
            return None
        used = amount(line["quantity"])[0]
        if "use" in line and "unit" in line:
            used = in_units(used, line["unit"], below)
        return over(used, amount(one["base_quantity"])[0]) if "base_quantity" in one else used

    def _bought(self, place: str, child: str, part: Any) -> None:
        """An input named in a composition, as an item: one piece at its stated value, else at least the mass contained."""
        one = self.raw[place]
        pure = "element" in part and "input_alloy" not in part and part.get("input_form") in ("metal", "oxide")
        names = {"input_form": "form", "input_alloy": "alloy", "value": "unit_value"}
        made = {names.get(key, key): part[key] for key in (*_TOLD, *names) if part.get(key)}
        if "form" in made and part.get("consumed"):
            made |= GONE
        made |= {key: one[key] for key in ("unit", "mass") if key in one and "value" in part}
        made["composition"] = [{key: part[key] for key in ("element", "cas") if key in part}]
        self.raw[child] = {**made, "composition_complete": pure, "complete": pure, "bought": "value" not in part}
        heavy = mass(one)
        held = heavy * share(part["mass_fraction"]) if heavy and "mass_fraction" in part else None
        used = ONE if "value" in part else held and Bounds(held.low, None, held.low_open or held.low == 0)
        self.ways[child] = [(place, True)]
        self.lines.setdefault(place, []).append((child, used))

    def _may_hide(self, place: str, none: str) -> bool:
        """Whether the list of an item leaves room for a rare earth."""
        one = self.raw[place]
        parts = one.get("composition", ())
        held = {part.get("element") for part in parts if not bought(part) and present(part) != "no"}
        held |= by_name(one) - {part.get("element") for part in parts if bought(part)}
        return not one.get("complete") and (bool(held & RARE) or not (none == "yes" or whole(one)))

    def each(self, key: Any, rule: Callable[[str, Any], Any], *, downward: bool = False) -> dict[str, Any]:
        """A value for every item by a rule that knows those of the items below it; ``downward``: those above it."""
        if key not in self.arrays:
            found = self.arrays[key] = {}
            for place in reversed(self.upward) if downward else self.upward:
                found[place] = rule(place, found)
        return self.arrays[key]

    def inside(self, place: str, found: Any) -> str:
        """Whether something holds of any line of an item."""
        return any_of(at_most(found[child], used) for child, used in self.lines.get(place, ()))

    # ---- declarations, elements

    @property
    def none(self) -> dict[str, Any]:
        """For every item whether "no rare earths" covers it: its own word, or that of everything above it."""

        def rule(place: str, found: Any) -> str:
            own, above = self.raw[place].get("rare_earths"), self.above.get(place)
            return "yes" if own == "none" or (own is None and above and all(found[up] == "yes" for up in above)) else "no"

        return self.each("none", rule, downward=True)

    @property
    def equipment(self) -> dict[str, Any]:
        """For every item which production equipment it is: as stated, or "none" where everything above it says so."""

        def rule(place: str, found: Any) -> str | None:
            above = self.above.get(place)
            return self.raw[place].get("equipment") or ("none" if above and all(found[up] == "none" for up in above) else None)

        return self.each("equipment", rule, downward=True)

    def element(self, symbol: str) -> dict[str, Any]:
        """For every item whether it holds an element, with all that is inside it."""
        return self.each(("element", symbol), lambda place, found: self._element(symbol, place, found))

    def _element(self, symbol: str, place: str, found: Any) -> str:
        of = place.removesuffix(CONTENTS)
        one, hidden = self.raw[of], place != of
        parts = [part for part in one.get("composition", ()) if part.get("element") == symbol]
        absent = whole(one) or (symbol in RARE and self.none[of] == "yes")
        if hidden:  # what an item says of itself, less what its other lines explain
            explained = "yes" in [found[child] for child, _ in self.lines[of] if child != place]
            nameless = "no" if absent else "open"
            said = ("open" if explained else "yes") if symbol in by_name(one) else nameless
            denied = said == "no" and explained
            if parts:
                said = any_of("no" if bought(part) else present(part) for part in parts)
                gone = [part for part in parts if present(part) == "no"]
                denied = any(explained and not bought(part) for part in gone) or (bool(gone) and symbol in by_name(one))
            return any_of((said, "open")) if denied else said
        own = [present(part) for part in parts] + ["yes"] * (symbol in by_name(one))
        inside = self.inside(place, found)
        if inside == "yes" or own:
            return "yes" if inside == "yes" else any_of(own)
        return "no" if absent else inside if one.get("complete") else "open"

    def any_rare(self, place: str) -> str:
        """Whether an item holds any rare earth."""
        return any_of(self.element(symbol)[place] for symbol in RARE)

    def only(self, symbols: set[str], place: str) -> str:
        """Whether an item consists of some elements alone, as its alloy system or its whole composition says."""
        others = [self.element(symbol)[place] for symbol in ELEMENTS - symbols]
        alloy = set(self.raw[place].get("alloy", ()))
        if "yes" in others:
            return "no"
        return "yes" if (alloy and alloy <= symbols) or (whole(self.raw[place]) and any_of(others) == "no") else "open"

    def contradicts(self) -> bool:
        """Whether what is said of an item, and of what is inside it, can not all be true."""
        return any(self._contradicts(place, self.raw[place]) for place in self.order if not place.endswith(CONTENTS))

    def _contradicts(self, place: str, one: Any) -> bool:
        form = _FORMS.get(one.get("form"), {"vague": "yes"})
        kinds = (("family", "magnet"), ("equipment", "machine"), ("alloy", "alloyed"))
        odd = any(one.get(said) not in (None, "none") and "vague" not in form and mark not in form for said, mark in kinds)
        odd |= one.get("equipment") not in (None, "none") and "never" in form
        there = "loose" in one.get("processing", ()) or one.get("principal") is True or "magnet" in form
        odd |= there and "consumed" in one.get("processing", ())
        below = [self.raw[child].get("rare_earths") for child, _ in self.lines.get(place, ()) if not child.endswith(CONTENTS)]
        odd |= self.none[place] == "yes" and "present" in below
        words = (form.get(key, "").split() for key in ("of", "or", "or_without"))
        others, too, metals = ({self.element(symbol)[place] for symbol in some} for some in words)
        odd |= whole(one) and others == {"no"} and (too <= {"no"} or "yes" in metals) and self.any_rare(place) == "yes"
        family = _FAMILIES.get(one.get("family"), {})
        odd |= whole(one) and not {*family.get("always", "").split()} <= {part["element"] for part in one["composition"]}
        for group in family.get("never", "").split():
            odd |= all(self.element(symbol)[place] == "yes" for symbol in group.split("+"))
        stated = {part["element"] for part in one.get("composition", ()) if "element" in part}
        seen = stated | by_name(one) | {symbol for symbol in ELEMENTS if self._inside(symbol, place) == "yes"}
        for symbol in seen:
            own = [present(part) for part in one.get("composition", ()) if part.get("element") == symbol]
            odd |= symbol in by_name(one) and bool(own) and any_of(own) == "no"
            own, inside = own + ["yes"] * (symbol in by_name(one)), self._inside(symbol, place)
            none = symbol in RARE and self.none[place] == "yes"
            absent = any_of(own) == "no" if own else whole(one) or none
            odd |= (absent and inside == "yes") or (none and any_of(own) == "yes")
            listed = one.get("complete") and self.lines.get(place) and symbol in RARE
            odd |= bool(listed) and any_of(own) == "yes" and inside == "no"
        return odd or (one.get("rare_earths") == "present" and self.any_rare(place) == "no")

    def _inside(self, symbol: str, place: str) -> str:
        return self.inside(place, self.element(symbol))

    def technology(self, words: dict[str, str], place: str) -> str:
        """Whether technology of some fields and places was used to make an item, or anything inside it."""
        fields, places, since = words["fields"].split(), words["from"].split(), words.get("since")

        def counts(one: Any) -> str:
            parts = ["open" if "field" not in one else "yes" if one["field"] in fields else "no"]
            parts += ["open" if "origin" not in one else "yes" if one["origin"] in places else "no"]
            if since and words.get("early") == "does-not-count":
                parts += ["open" if "acquired" not in one else "yes" if one["acquired"] >= since else "no"]
            if words.get("public") == "does-not-count":
                parts += ["open" if "published" not in one else "no" if one["published"] else "yes"]
            return all_of(parts)

        def own(at: str) -> str:
            closed = self.raw[at].get("technologies_complete") or self.any_rare(at) == "no"
            return any_of([*map(counts, self.raw[at].get("technologies", ())), "no" if closed else "open"])

        if words.get("inside") != "yes":
            return own(place)
        key = ("technology", *sorted(words.items()))
        return str(self.each(key, lambda at, found: max(self.inside(at, found), own(at)))[place])

    def holds(self, key: Any, mine: Callable[[str], str], place: str, *, deep: bool) -> str:
        """Whether ``mine`` is true of a line of an item, or at any depth below it."""

        def pair(at: str, found: Any) -> tuple[str, str]:
            below = [(at_most(max(found[child]) if deep else found[child][0], used)) for child, used in self.lines.get(at, ())]
            return mine(at), any_of(below)

        return str(self.each(("holds", key, deep), pair)[place][1])

    # ---- prices

    def price(self, place: str, money: Any) -> Bounds:
        """A stated price for one unit of an item."""
        one = self.raw[place]
        number, _, name = money.get("per", "1").strip().partition(" ")
        if number in UNITS and not name:
            number, name = "1", number
        per, cost = in_units(exactly(number), name.strip() or one.get("unit", "pcs"), one), amount(money["amount"])[0]
        cost = cost if cost.some else Bounds(cost.low, cost.high, low_open=True, high_open=cost.high_open)  # none is nothing
        return cost * exactly(1 / per.low) if per.low == per.high else over(cost, per)

    def estimate(self, place: str, prices: Iterable[Any]) -> tuple[Bounds, str] | None:
        """The value of one unit by a table of prices, and its currency."""
        one = self.raw[place]
        kind, size = UNITS["kg" if one.get("bought") else one.get("unit", "pcs")]
        heavy = exactly(size) if kind == "mass" else mass(one)
        elements = {part["element"] for part in one.get("composition", ()) if "element" in part}

        def fits(price: Any) -> bool:
            if "alloy" in price:
                return set(price["alloy"]) == set(one.get("alloy", ())) and "alloy" in one
            if "family" in price:
                return bool(price["family"] == one.get("family"))
            return "alloy" not in one and elements == {price["element"]}

        fitting = [price for price in prices if "form" in one and price["form"] == one["form"] and fits(price)]
        if heavy is None or not fitting or len({price["currency"] for price in fitting}) > 1:
            return None
        costs = [amount(price["amount"])[0] * exactly(1 / UNITS[price["per"]][1]) for price in fitting]
        found = costs[0]
        for cost in costs[1:]:
            found = hull(found, cost)
        return found * heavy, str(fitting[0]["currency"])


def joined(amounts: dict[str, Bounds], currency: str, rates: Iterable[Any]) -> tuple[Bounds, bool]:
    """Amounts of several currencies in one; second: whether a rate was missing."""
    total, missing, listed = NONE, False, list(rates)
    for name, part in amounts.items():
        given = [part * amount(rate["rate"])[0] for rate in listed if (rate["from"], rate["to"]) == (name, currency)]
        given += [over(part, amount(rate["rate"])[0]) for rate in listed if (rate["to"], rate["from"]) == (name, currency)]
        changed = [part] if name == currency or part.high == 0 else given
        missing |= bool(name) and not changed
        one = changed[0] if changed else Bounds(Fraction(0), None, part.some)
        for other in changed[1:]:
            one = hull(one, other)
        total += one
    return total, missing


def either(one: dict[str, Bounds], two: dict[str, Bounds], rates: Iterable[Any]) -> dict[str, Bounds]:
    """Bounds that hold for both of two amounts, in one currency where the rates allow it."""
    known, listed = sorted({*one, *two} - {""}), list(rates)
    if len(known) > 1:
        sides = [joined({name: part for name, part in side.items() if name}, known[0], listed) for side in (one, two)]
        if not any(missing for _, missing in sides):
            rest = [{name: part for name, part in side.items() if not name} for side in (one, two)]
            one, two = ({known[0]: total, **left} for (total, _), left in zip(sides, rest, strict=True))
    return {name: hull(one.get(name, NONE), two.get(name, NONE)) for name in {*one, *two}}
