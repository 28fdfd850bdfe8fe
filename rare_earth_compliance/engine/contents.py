"""Which elements are in an item, how surely, and whether an item is fixed inside another.

Knows composition, declarations and nesting: one pass from the bottom of the product to the top, one from
the top to the bottom. Does not know lists or values.
"""

from __future__ import annotations

from rare_earth_compliance.core.codes import rare_earths
from rare_earth_compliance.core.truth import Truth, all_of, any_of, truth
from rare_earth_compliance.engine.determination import THIS_ITEM, Need
from rare_earth_compliance.engine.disclosure import by_name, declared_none, present, whole
from rare_earth_compliance.engine.needs import NOTHING, Outcome, located, merged
from rare_earth_compliance.product.model import Item, Product
from rare_earth_compliance.product.words import (
    CONSUMED,
    LOOSE,
    always_in,
    forms_marked,
    never,
    never_in,
    one_of,
    or_of,
    vague_forms,
)

Elements = dict[str, Truth]
_PRINCIPAL, _EQUIPMENT = "principal", "equipment"
_NONE_NAMED: frozenset[tuple[str, Truth]] = frozenset()


class Contents:
    """The elements of every item of a product, and what contradicts itself."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.rare = rare_earths()
        self.conflicts: list[tuple[int, str]] = []
        self.declared_none = declared_none(product)
        self.equipment = equipment(product)
        count = len(product.items)
        self._known: list[Elements] = [{}] * count
        self._rest_rare: list[Truth] = [Truth.UNKNOWN] * count
        self._rest_other: list[Truth] = [Truth.UNKNOWN] * count
        for index in product.order:
            item = product.items[index]
            if item.hidden:
                self._hidden(item)
            else:
                self._item(item)
                self._named_against_form(item)
                self._consumed_and_there(item)

    def _named_against_form(self, item: Item) -> None:
        """A loose magnet that is called a component must not pass as one."""
        if item.form is None:
            return
        no_machine = item.form not in forms_marked("machine") and (item.form not in vague_forms() or bool(never(item.form)))
        if item.equipment not in (None, "none") and no_machine:
            said = f"is said to be {item.equipment}, equipment for rare-earth production, and a {item.form} as well"
            self.conflicts.append((item.index, said))
        if item.form in vague_forms():
            return
        if item.family is not None and item.form not in forms_marked("magnet"):
            self.conflicts.append((item.index, f"has a magnet family, {item.family}, but is said to be a {item.form}"))
        if item.alloy is not None and item.form not in forms_marked("alloyed"):
            self.conflicts.append((item.index, f"has an alloy system, but is said to be a {item.form}"))

    def _consumed_and_there(self, item: Item) -> None:
        """What is a thing of its own must not pass as consumed in making what it is in."""
        if item.processing is None or CONSUMED not in item.processing:
            return
        said = "loose" if LOOSE in item.processing else "the principal component" if item.principal else ""
        if item.form in forms_marked("magnet"):
            said = f"a {item.form}"
        if said:
            self.conflicts.append((item.index, f"is said to be consumed in making what it is in, and {said} as well"))

    def element(self, index: int, symbol: str) -> Truth:
        """Whether an item, with all that is inside it, contains an element in any amount."""
        known = self._known[index].get(symbol)
        if known is not None:
            return known
        return self._rest_rare[index] if symbol in self.rare else self._rest_other[index]

    def any_rare(self, index: int) -> Truth:
        """Whether an item contains any rare earth."""
        if not self._known[index]:
            return self._rest_rare[index]
        return any_of((self._rest_rare[index], *(value for symbol, value in self._known[index].items() if symbol in self.rare)))

    def key(self, index: int) -> tuple[frozenset[tuple[str, Truth]], Truth, Truth]:
        """What makes two items alike as to their elements."""
        known = self._known[index]
        return frozenset(known.items()) if known else _NONE_NAMED, self._rest_rare[index], self._rest_other[index]

    def named(self, index: int) -> tuple[str, ...]:
        """The elements that are surely in an item, in alphabetical order."""
        return tuple(sorted(symbol for symbol, value in self._known[index].items() if value is Truth.TRUE))

    def only(self, index: int, symbols: frozenset[str]) -> Truth:
        """Whether an item consists of some elements alone, as its alloy system or its whole composition says."""
        item = self.product.items[index]
        others = [value for symbol, value in self._known[index].items() if symbol not in symbols]
        if any(value is Truth.TRUE for value in others):
            return Truth.FALSE
        if item.alloy is not None and item.alloy <= symbols:
            return Truth.TRUE
        return Truth.TRUE if whole(item) and all(value is Truth.FALSE for value in others) else Truth.UNKNOWN

    def _hidden(self, hidden: Item) -> None:
        """What the item above may hold beyond its lines: what it says of itself less what its inputs explain."""
        above = self.product.items[hidden.parent]
        closed, none = whole(above), self.declared_none[above.index]
        known: Elements = {}
        for part in above.composition:
            if part.element is None:
                continue
            here = Truth.FALSE if part.has_input else present(part)
            known[part.element] = any_of((known.get(part.element, Truth.FALSE), here))
        seen = {use.item for use in above.uses} - {hidden.index}
        for symbol in by_name(above):
            if symbol not in known:
                explained = any(self.element(child, symbol) is Truth.TRUE for child in seen)
                known[symbol] = Truth.UNKNOWN if explained else Truth.TRUE
            elif any(part.element == symbol and present(part) is Truth.FALSE for part in above.composition):
                known[symbol] = any_of((known[symbol], Truth.UNKNOWN))  # said to be in it and not to be in it
        for symbol in self._denied_and_held(above, seen, closed=closed, none=none):
            known[symbol] = any_of((known.get(symbol, Truth.FALSE), Truth.UNKNOWN))
        self._known[hidden.index] = known
        self._rest_rare[hidden.index] = Truth.FALSE if closed or none else Truth.UNKNOWN
        self._rest_other[hidden.index] = Truth.FALSE if closed else Truth.UNKNOWN

    def _denied_and_held(self, above: Item, below: set[int], *, closed: bool, none: bool) -> set[str]:
        """The elements that a line surely holds and the item above is said not to hold: what else is in it is then open."""
        denied = {part.element for part in above.composition if not part.has_input and present(part) is Truth.FALSE}
        if not (denied or closed or none):
            return set()
        own = {part.element for part in above.composition} | by_name(above)
        held = {symbol for child in below for symbol, value in self._known[child].items() if value is Truth.TRUE}
        return {one for one in held if one in denied or (one not in own and (closed or (none and one in self.rare)))}

    def _item(self, item: Item) -> None:
        index = item.index
        closed, none = whole(item), self.declared_none[index]
        if none and any(self.product.items[use.item].rare_earths == "present" for use in item.uses):
            # However few there are of the line, none included: one of the two was not meant.
            self.conflicts.append((index, "is declared free of rare earths, but a line in it is declared to hold one"))
        if not item.uses and not item.composition and item.alloy is None and item.family is None:
            # A line of which no element is named: what is in it follows from its declaration alone.
            self._rest_rare[index], self._rest_other[index] = self._rest(item, closed, none)
            self._declared_present(item)
            return
        below = [(use.item, use.quantity is None or use.quantity.is_positive) for use in item.uses]
        own: Elements = {}
        for part in item.composition:
            if part.element is not None:
                own[part.element] = any_of((own.get(part.element, Truth.FALSE), present(part)))
        for symbol in sorted(by_name(item)):
            if own.get(symbol) is Truth.FALSE:
                self.conflicts.append((index, f"is said to hold {symbol} by its name, and none of it by its composition"))
            own[symbol] = Truth.TRUE
        symbols = set(own)
        for child, _ in below:
            symbols |= self._known[child].keys()
        known: Elements = {}
        for symbol in sorted(symbols):
            inside = any_of(_at_most(self.element(child, symbol), sure) for child, sure in below)
            absent = closed or (none and symbol in self.rare)
            known[symbol] = self._one(item, own.get(symbol), inside, absent)
            self._weigh(item, symbol, own.get(symbol), inside, absent)
        self._known[index] = known
        self._of_another_family(item, known)
        self._metals_alone(item, known)
        if none and own and any(own.get(symbol) is Truth.TRUE for symbol in self.rare):
            self.conflicts.append((index, "is declared free of rare earths, but is said to hold one"))
        self._rest_rare[index], self._rest_other[index] = self._rest(item, closed, none)
        self._declared_present(item)

    def _of_another_family(self, item: Item, known: Elements) -> None:
        """A magnet must not pass by the name of a family when it holds what makes another, or lacks what makes that one."""
        lacks = always_in(item.family or "") - {part.element for part in item.composition} if whole(item) else ()
        for symbol in sorted(lacks):
            said = f"is said to be of the magnet family {item.family}, but its whole composition names no {symbol}"
            self.conflicts.append((item.index, said))
        for group in never_in(item.family or ""):
            if all(known.get(symbol) is Truth.TRUE for symbol in group):
                said = f"is said to be of the magnet family {item.family}, but holds {', '.join(sorted(group))}"
                self.conflicts.append((item.index, said))

    def _metals_alone(self, item: Item, known: Elements) -> None:
        """A metal or alloy must not pass by the name of what is made of other things: a magnet holds boron as well."""
        others, (too, metals) = one_of(item.form or ""), or_of(item.form or "")
        if not others or not whole(item):
            return
        perhaps = {symbol for symbol, value in known.items() if value is not Truth.FALSE}
        held = {symbol for symbol, value in known.items() if value is Truth.TRUE}
        if perhaps & others or (perhaps & too and not held & metals):
            return
        if held & self.rare:
            named = ", ".join(sorted(held & self.rare))
            said = f"is said to be a {item.form}, but its whole composition is that of a metal or an alloy, with {named}"
            self.conflicts.append((item.index, said))

    def _declared_present(self, item: Item) -> None:
        if item.rare_earths == "present" and self.any_rare(item.index) is Truth.FALSE:
            self.conflicts.append((item.index, "is declared to hold a rare earth, but everything said of it excludes one"))

    def _weigh(self, item: Item, symbol: str, own: Truth | None, inside: Truth, absent: bool) -> None:
        """Note where what an item says of an element and what its lines say can not both be true."""
        said_absent = own is Truth.FALSE if own is not None else absent
        if said_absent and inside is Truth.TRUE:
            self.conflicts.append((item.index, f"is said to hold no {symbol}, but a line below it holds some"))
        whole_list = item.complete and bool(item.uses) and symbol in self.rare
        if whole_list and own is Truth.TRUE and inside is Truth.FALSE:
            said = f"is said to hold {symbol}, but everything it is made of is said to hold none"
            self.conflicts.append((item.index, said))

    def _rest(self, item: Item, closed: bool, none: bool) -> tuple[Truth, Truth]:
        """Whether an item may hold rare earths, and other elements, that nothing names."""
        rest_rare = Truth.FALSE if closed or none else Truth.UNKNOWN
        rest_other = Truth.FALSE if closed else Truth.UNKNOWN
        if item.complete and not closed:
            rest_other = any_of(self._rest_other[use.item] for use in item.uses)
            if not none:
                rest_rare = any_of(self._rest_rare[use.item] for use in item.uses)
        return rest_rare, rest_other

    @staticmethod
    def _one(item: Item, own: Truth | None, inside: Truth, absent: bool) -> Truth:
        if own is Truth.TRUE or inside is Truth.TRUE:
            return Truth.TRUE
        if own is Truth.FALSE or (own is None and absent):
            return Truth.FALSE
        if own is None and item.complete:
            return inside
        return Truth.UNKNOWN


def equipment(product: Product) -> list[str | None]:
    """For every item what rare-earth production equipment it is: as stated, or "none" where everything above it says so."""
    found: list[str | None] = [item.equipment for item in product.items]
    open_above = [False] * len(product.items)
    for index in reversed(product.order):
        if found[index] is None and index != product.root.index and not open_above[index]:
            found[index] = "none"
        for use in product.items[index].uses:
            open_above[use.item] |= found[index] != "none"
    return found


def enclosed(
    product: Product,
    forms: frozenset[str],
    states: frozenset[str],
    unless: frozenset[str] = frozenset(),
    doubtful: frozenset[str] = frozenset(),
    telling: frozenset[str] = frozenset(),
    said: frozenset[str] = frozenset(),
) -> list[Outcome]:
    """For every item whether it is, wherever it is used, fixed in something of the given forms, and what would tell.

    True when it has one of the processing states itself, or when on every way to the product some item
    above it has one of the forms; unknown where a form above it, or its own state, is not known, and where its
    own state alone says so and nothing but ``doubtful`` forms is above it; false whatever is above it when it is
    said to be in one of the states ``unless``, among which "principal" is the removable principal component:
    unknown until it is said whether it is that. What is stated to be one of the words ``said`` is not fixed, and nobody is
    asked for it; among them "equipment" is what is stated to be equipment for rare-earth production.
    States that are stated tell nothing where none of these, nor of ``telling``, is among them: what is sintered may
    be loose or fixed.
    """
    telling = (states | unless | telling) if states or unless else frozenset()
    within = _below(product, forms)
    by_word = doubtful and states and any(item.processing and item.processing & states for item in product.items)
    named = _below(product, doubtful, others=True) if by_word else []
    found: list[Outcome] = [NOTHING] * len(product.items)
    for index in product.order:
        item, (above, forms_above) = product.items[index], within[index]
        if _stated(item, said):
            continue
        state = None if item.processing is None or item.processing.isdisjoint(telling) else item.processing
        fixed = _fixed(state, states, is_part=index != product.root.index)
        doubted = fixed is Truth.TRUE and bool(named) and named[index][0] is not Truth.TRUE
        outcome = all_of((any_of((Truth.UNKNOWN if doubted else fixed, above)), ~_free(item, state, unless)))
        if outcome is not Truth.UNKNOWN:
            found[index] = outcome, ()
            continue
        holders = named[index][1] if doubted else ()
        own = telling and (not state or (doubted and not holders))
        asked = ["item.processing"] * bool(own) + ["item.principal"] * (_PRINCIPAL in unless and item.principal is None)
        mine = located([Need("fact", one, THIS_ITEM) for one in asked], index, product)
        found[index] = outcome, merged((mine, forms_above if above is Truth.UNKNOWN else (), holders))
    return found


def consumed(
    product: Product,
    forms: frozenset[str],
    said: frozenset[str] = frozenset(),
    telling: frozenset[str] = frozenset(),
) -> list[Outcome]:
    """For every item whether, wherever it is used, it was consumed in making something of the given forms, and what would tell.

    What stands under the materials of such a thing was, and so was what is in it; a part of it may have been, until its own
    state tells. Its state may say that it was, in whatever it is, and one of the words ``said`` that it was not.
    """
    ways: list[list[tuple[int, bool]]] = [[] for _ in product.items]
    found: list[Outcome] = [NOTHING] * len(product.items)
    for index in reversed(product.order):
        item = product.items[index]
        for use in item.uses:
            ways[use.item].append((index, use.material))
        if not ways[index] or _stated(item, said):
            continue
        if item.processing and CONSUMED in item.processing:
            found[index] = Truth.TRUE, ()
            continue
        told = bool(item.processing and item.processing & telling)
        outcomes = [
            _on_one_way(product, index, holder, found[holder], forms, part=not material, told=told)
            for holder, material in ways[index]
        ]
        outcome = all_of(one[0] for one in outcomes)
        found[index] = outcome, merged(one[1] for one in outcomes) if outcome is Truth.UNKNOWN else ()
    return found


def _on_one_way(
    product: Product, index: int, holder: int, above: Outcome, forms: frozenset[str], *, part: bool, told: bool
) -> Outcome:
    """Whether an item was consumed where one item above it uses it; ``told``: its own state says that it is there."""
    form = product.items[holder].form
    own = Truth.UNKNOWN if form is None else truth(form in forms)
    if part and own is not Truth.FALSE:
        own = Truth.FALSE if told else Truth.UNKNOWN
    about = (holder, "item.form") if form is None else (index, "item.processing")
    asked = located([Need("fact", about[1], THIS_ITEM)], about[0], product) if own is Truth.UNKNOWN else ()
    return any_of((own, above[0])), merged((asked, above[1]))


def _below(product: Product, forms: frozenset[str], *, others: bool = False) -> list[Outcome]:
    """For every item whether on every way to the product some item above it has one of the forms, or with ``others`` one that
    is none of them; and the forms that would tell."""
    above: list[list[Outcome]] = [[] for _ in product.items]
    found: list[Outcome] = [NOTHING] * len(product.items)
    for index in reversed(product.order):
        item, ways = product.items[index], above[index]
        within = all_of(way[0] for way in ways) if ways else Truth.FALSE
        asked = merged(way[1] for way in ways if way[0] is not Truth.TRUE) if within is not Truth.TRUE else ()
        found[index] = within, asked
        own = Truth.UNKNOWN if item.form is None else truth((item.form in forms) is not others)
        up = any_of((own, within))
        asks = own is Truth.UNKNOWN or (others and own is Truth.FALSE)
        own_form = located([Need("fact", "item.form", THIS_ITEM)], index, product) if asks else ()
        way = up, merged((own_form, asked)) if up is not Truth.TRUE else ()
        for use in item.uses:
            above[use.item].append(way)
    return found


def _fixed(said: frozenset[str] | None, states: frozenset[str], *, is_part: bool) -> Truth:
    if not states:
        return Truth.FALSE
    if said is None:
        return Truth.UNKNOWN if is_part else Truth.FALSE
    return Truth.TRUE if said & states else Truth.FALSE


def _stated(item: Item, words: frozenset[str]) -> bool:
    """Whether one of some words is stated of an item: a state, that it is the principal component, that it is equipment."""
    if not words:
        return False
    is_equipment = _EQUIPMENT in words and item.equipment not in (None, "none")
    return is_equipment or (_PRINCIPAL in words and item.principal is True) or bool(item.processing and item.processing & words)


def _free(item: Item, said: frozenset[str] | None, unless: frozenset[str]) -> Truth:
    """Whether an item is said to be in one of the states; a content that is not listed is part of what holds it."""
    if not unless or item.hidden:
        return Truth.FALSE
    principal = Truth.FALSE
    if _PRINCIPAL in unless:
        principal = Truth.UNKNOWN if item.principal is None else truth(item.principal)
    return any_of((principal, Truth.UNKNOWN if said is None else truth(bool(said & unless))))


def _at_most(value: Truth, sure: bool) -> Truth:
    """A line of which there may be nothing can not make something surely present."""
    return Truth.UNKNOWN if value is Truth.TRUE and not sure else value
