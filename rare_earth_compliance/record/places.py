"""Where an item stands in a product, for the second stage of checking: whether it is fixed in something, or was consumed in it.

Knows forms and states as product files say them. Shares no code with the engine.
"""

from __future__ import annotations

from typing import Any

from rare_earth_compliance.record.goods import Goods, all_of, any_of
from rare_earth_compliance.record.opening import CONTENTS


def enclosed(goods: Goods, named: dict[str, set[str]], telling: set[str], place: str) -> str:
    """Whether an item is fixed or consumed in something of some forms, wherever it is used."""
    forms, states, unless, doubtful = (named[key] for key in ("forms", "states", "unless", "doubtful"))
    if _stated(goods.raw[place], named["said"]):
        return "no"
    state, hidden = goods.raw[place].get("processing"), place.endswith(CONTENTS)
    held = {*state} if state is not None and {*state} & (states | unless | telling) else None
    fixed = ("open" if goods.above.get(place) else "no") if held is None else "yes" if held & states else "no"
    if fixed == "yes" and doubtful and _within(goods, doubtful, place, others=True) != "yes":
        fixed = "open"
    free = "open" if held is None else "yes" if held & unless else "no"
    if "principal" in unless:
        free = max(free, {True: "yes", False: "no"}.get(goods.raw[place].get("principal"), "open"))
    fixed = fixed if states else "no"
    free = free if unless and not hidden else "no"
    return min(max(fixed, _within(goods, forms, place)), {"yes": "no", "no": "yes"}.get(free, free))


def consumed(goods: Goods, named: dict[str, set[str]], telling: set[str], place: str) -> str:
    """Whether an item was consumed in making something of some forms, wherever it is used."""

    def one_way(at: str, above: str, material: bool, found: Any) -> str:
        form, state = goods.raw[above].get("form"), {*goods.raw[at].get("processing", ())}
        own = "open" if form is None else "yes" if form in named["forms"] else "no"
        if not material:
            own = "no" if state & telling else min(own, "open")
        return max(own, str(found[above]))

    def rule(at: str, found: Any) -> str:
        if at == goods.root or _stated(goods.raw[at], named["said"]):
            return "no"
        if "consumed" in goods.raw[at].get("processing", ()):
            return "yes"
        return all_of(one_way(at, above, material, found) for above, material in goods.ways[at])

    key = ("consumed", *(tuple(sorted(named[one])) for one in ("forms", "said")))
    return str(goods.each(key, rule, downward=True)[place])


def _stated(one: Any, words: set[str]) -> bool:
    """Whether one of some words is stated of an item: a state, that it is the principal component, that it is equipment."""
    machine = one.get("equipment") not in (None, "none") and "equipment" in words
    return bool(machine or (one.get("principal") is True and "principal" in words) or words & {*one.get("processing", ())})


def _within(goods: Goods, forms: set[str], place: str, *, others: bool = False) -> str:
    """Whether on every way up something has one of some forms, or of the others."""

    def within(at: str, found: Any) -> str:
        held = [goods.raw[up].get("form") for up in goods.above.get(at, ())]
        own = ["open" if form is None else "yes" if (form in forms) is not others else "no" for form in held]
        ways = zip(own, (found[up] for up in goods.above.get(at, ())), strict=True)
        return all_of(map(any_of, ways)) if own else "no"

    return str(goods.each(("within", others, tuple(sorted(forms))), within, downward=True)[place])
