"""The second stage of checking a record: what the checker takes as said, worked out anew from the files.

Knows for every premise where it comes from: the product (``goods``), the calendar, the lists of persons. Kept apart from the
checker, so that what is trusted stays small; without it a record that is right in itself would pass with premises that its
documents do not give. What it can not work out either stays as the record says it, and is named in ``left``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from rare_earth_compliance.record.calendar import Days
from rare_earth_compliance.record.goods import Goods, all_of, any_of, either, hull, joined, present, share
from rare_earth_compliance.record.moving import contradicted, to_nobody
from rare_earth_compliance.record.opening import CONTENTS, GONE, Law, lookup, written
from rare_earth_compliance.record.persons import Persons, folded, likeness, owned_apart, owned_otherwise
from rare_earth_compliance.record.places import consumed, enclosed
from rare_earth_compliance.record.plain import SOME, Bounds, amount
from rare_earth_compliance.record.roles import asked, documents
from rare_earth_compliance.record.verify import Check

_ACT = {"technology_fields": "fields", "exporter": "by", "ship_from": "leaves", "destination": "provided_in"}
_ACT |= {"importer": "to", "consignee": "to"}
ROLES = ("exporter", "importer", "consignee", "end_user")


class Derived(Check):
    """A determination made anew with premises from the files alone."""

    def __init__(self, said: Any, texts: list[str], law: Law) -> None:
        asked(said)
        product, other, tables, self.confirmed = documents(said["used"], texts)
        self.goods = Goods(product)
        self.prices = [one for table in tables for one in table.get("prices", ())]
        self.rates = [one for table in (product, other, *tables) for one in table.get("rates", ())]
        self.left: dict[str, str] = {}
        """What can not be worked out here either: premises, and what is taken as said by each."""
        self.disputed = False
        super().__init__(said, texts, law)

    def premise(self, about: str, what: str, *words: Any) -> Any:
        kind = what.partition(" ")[0]
        if about == "places":
            return self._place(what, *words)
        if about == "law":
            return self._of_law(what)
        if about == "product":
            return list(self.goods.order) if what == "items" else self._contradicts()
        if about == "shipment":
            return self._of_party(kind, what, words[1])
        made: dict[str, Callable[..., Any]] = {"lines": self._lines, "worth": self._worth}
        made |= {"content": self._content, "total": self._total}
        if kind in made:
            return written(made[kind](about, *words))
        return self._declared(about, *words) if kind == "declared" else written(self._of_item(about, *words))

    # ---- places, the law, persons

    def _place(self, usual: str, path: str) -> str:
        """Where a fact stands that may not stand at its usual place."""
        of, _, name = path.partition(".")
        if of == "item":
            if usual == "/transfer/form":
                return self.root
            item = usual.rpartition("/")[0]
            if "/composition/" in usual and name in GONE and "bought" in self.goods.raw[item]:
                return f"/consumed/{name}" if "processing" in self.goods.raw[item] else usual
            return f"{item}/input_form" if "/composition/" in usual and name == "form" else usual
        if name in self.tree["given"]:
            return f"/given/{name}"
        if self.root != "/transfer":
            return usual
        head, *rest = name.split(".")
        if head == "end_user" and head not in self.tree["transfer"]:
            head = "to"
        return "/".join(("/transfer", *([] if head in ("transfer", "kind") else [_ACT.get(head, head)]), *rest))

    def _fact(self, name: str) -> Any:
        """A fact of the shipment."""
        at = self._place(f"/shipment/{name.replace('.', '/')}", f"shipment.{name}")
        value = lookup(self.tree, at)
        if at.startswith("/given/"):
            return (
                [one.strip() for one in value.split(",")]
                if name.endswith(("listed_by", "technology_fields", "transit_through", "purposes", "subjects"))
                else {"true": True, "false": False}.get(value, value)
            )
        return value

    def _of(self, role: str) -> Callable[[str], Any]:
        """What is declared of a party."""
        return lambda name: self._fact(f"{role}.{name}")

    @cached_property
    def days(self) -> Days:
        """The law on the day."""
        return Days(self.law, self.said["on"], self.said["known_by"], self.readings, self.confirmed)

    def _of_law(self, what: str) -> Any:
        if what != "expires":
            return self.days.state(self.rules[what])
        proofs = [self.goods.raw[item].get("evidence", ()) for item in self.items]
        ends = [min(days) for proof in proofs if (days := [one["valid_until"] for one in proof if "valid_until" in one])]
        return self.days.expires(self.rules.values(), ends)

    def _of_party(self, kind: str, what: str, words: Any) -> Any:
        role = words["party"]
        if kind == "shipment.party_owners":
            name, forms = self._fact(f"{role}.name"), self.law.parties["legal_forms"]
            owned = [folded(one["owned"], forms)[0] for one in self._fact("ownership") or ()] if name else []
            if name and (self._fact(f"{role}.owners_complete") or folded(name, forms)[0] in owned):
                said = super().premise("shipment", what)
                self.left[what] = f"what listed parties hold of the {role}: {'not known' if said is None else said}"
                return said
            stated = self._fact(f"{role}.listed_owners_share")
            return written(share(stated)) if stated else None
        made, alike = [], likeness()
        for compared in (alike, lambda *_: True):
            found = Persons(self.law.parties, self._of(role), self.said["on"], alike=compared)
            made.append(found.listed(words["list"]) if kind.endswith("listed") else found.listed_by(words["announcement"]))
        plain, cautious = made
        if alike is not None or plain == cautious:
            return plain
        # Without the extra it can not be told whether a name resembles one on the lists.
        resembles = super().premise("shipment", what) == cautious
        self.left[what] = (
            f"that the name of the {role} resembles one that is listed"
            if resembles
            else f"that the name of the {role} resembles none that is listed: names were compared letter by letter alone"
        )
        return cautious if resembles else plain

    # ---- the product

    def _of_item(self, item: str, question: Any, words: Any, _: Any) -> Any:
        how, one, goods = question["computed_by"], self.goods.raw[item], self.goods
        lists = {
            name: set(words.get(name, "").split())
            for name in ("element", "elements", "forms", "states", "unless", "doubtful", "said", "steps")
        }
        if how == "contains":
            return all_of(goods.element(symbol)[item] for symbol in lists["element"])
        if how == "consists_of":
            return goods.only(lists["elements"], item)
        if how in ("enclosed", "consumed"):
            states = [one for one in self.law.questions.values() if one.get("found_at") == "item.processing"]
            telling = {word for one in states for word in one.get("settled_by", ())}
            return (enclosed if how == "enclosed" else consumed)(goods, lists, telling, item)
        if how == "technology":
            return goods.technology(words, item)
        if how == "holds":
            mine = partial(self._held, words["list"], words.get("whose"))
            return goods.holds((words["list"], words.get("whose")), mine, item, deep=words.get("depth") != "direct")
        if how == "stated_steps":
            made_in = {one["made_in"]} if "made-in" in lists["steps"] and one.get("made_in") else set()
            return sorted({made["country"] for made in one.get("steps", ()) if made["step"] in lists["steps"]} | made_in)
        if how == "parameter":
            values = [amount(made["value"])[0] for made in one.get("parameters", ()) if made["name"] == words["name"]]
            return values[0] if values else None
        if how == "names_cas":
            named = [present(part) for part in one.get("composition", ()) if part.get("cas") == words["cas"]]
            closed = words.get("stated") or (one.get("composition") and one.get("composition_complete"))
            return any_of([*named, "no" if closed else "open"])
        return {"is_product": "yes" if item == self.root else "no", "equipment": goods.equipment[item]}[how]

    def _held(self, name: str, whose: str | None, item: str) -> str:
        on = self.listed(name, item)["outcome"]
        return min(on, self.node(self.law.terms[whose], item, brief=True)["outcome"]) if whose and on != "no" else str(on)

    def _declared(self, item: str, name: str, entry: Any) -> str:
        """Whether a declared control code names an entry of a list, or may do so."""
        mine, every = entry["code"], [one["code"] for one in self.law.lists[name] if one.get("declared") != "no"]
        found = "no"
        for code in self.goods.raw[item].get("control_codes", ()) if mine in every else ():
            stray = not any(_within(code, one) or _within(one, code) for one in every)
            near = _within(mine, code) or (stray and code.split(".")[0] == mine.split(".")[0])
            found = max(found, "yes" if _within(code, mine) else "open" if near else "no")
        return found

    def _lines(self, item: str) -> Any:
        return sorted(written(self.goods.lines.get(item, [])), key=str)

    def _stated(self, item: str) -> list[tuple[Any, str]]:
        """The prices that are stated of one unit of an item, with their places: its value, and what the product is sold for."""
        money, at = self.goods.raw[item].get("unit_value"), f"{item}/{'value' if '/composition/' in item else 'unit_value'}"
        laid = {name[11:]: text for name, text in self.tree["given"].items() if name.startswith("unit_price.")}
        sold = {**((self.tree["shipment"] or {}).get("unit_price") or {}), **laid} if item == self.root else {}
        return [pair for pair in ((money, at), (sold, "/given" if laid else "/shipment/unit_price")) if pair[0]]

    def _worth(self, item: str, priced: str) -> Any:
        """The value of one unit, its currency and its place; an estimate where a table of prices was handed in."""
        stated, nothing = self._stated(item), (None, None, None)
        if not stated:
            found = self.goods.estimate(item, self.prices) if priced in ("as-stated", "market-price") else None
            return (*found, "estimate") if found else nothing
        kinds = ("as-stated", *(money.get("basis") for money, _ in stated))
        fits = ("as-stated", priced, None) if priced in kinds else ()
        taken = [(money, at) for money, at in stated if priced == "as-stated" or money.get("basis") in fits]
        worth, places = None, [at for _, at in taken]
        for money, _ in taken:
            one, missing = self._changed(item, money, taken[0][0]["currency"])
            if missing:
                return nothing
            worth = hull(worth or one, one)
        return (worth, taken[0][0]["currency"], places if places[1:] else places[0]) if taken else nothing

    def _changed(self, item: str, money: Any, currency: str) -> tuple[Bounds, bool]:
        """A price of one unit of an item in some currency; second: whether no rate joins them."""
        return joined({money["currency"]: self.goods.price(item, money)}, currency, self.rates)

    def _two_prices(self) -> bool:
        """Whether the product is stated to have two prices of one kind."""
        stated = [money for money, _ in self._stated(self.root)]
        if len(stated) < 2 or {money.get("basis") for money in stated} != {stated[0].get("basis", "")}:
            return False
        one, (two, missing) = self.goods.price(self.root, stated[0]), self._changed(self.root, stated[1], stated[0]["currency"])
        return not missing and apart(one, two)

    def _content(self, _: str, __: Any, row: Any, inner: dict[str, Bounds]) -> Any:
        """What an item holds that counts, or may count, itself."""
        mine = {row["currency"]: row["worth"]} if row["worth"] else {"": SOME}
        if row["counts"] == "open":
            return either(mine, inner, self.rates)
        if inner and not row["worth"]:
            return {"": SOME, **{name: Bounds(part.low, None) for name, part in inner.items()}}
        return either(mine, inner, self.rates) if self._disputed(row, inner) else mine

    def _disputed(self, row: Any, inner: dict[str, Bounds]) -> bool:
        """Whether an item that counts is worth less than the listed content stated inside it."""
        if not inner or row["counts"] != "yes" or not row["worth"] or row["worth"].high is None:
            return False
        found = bool(joined(inner, row["currency"], self.rates)[0].low > row["worth"].high)
        self.disputed |= found
        return found

    def _total(self, _: str, __: Any, row: Any, content: dict[str, Bounds]) -> Bounds:
        return joined(content, row["currency"], self.rates)[0]

    def _contradicts(self) -> bool:
        """Whether the data contradicts itself. What is asked on the way is no part of the record."""
        kept = self.taken, self.shown
        self.taken, self.shown = {about: {**told} for about, told in self.taken.items()}, {**self.shown}
        nothing: dict[str, Any] = {"any": []}
        coded = [(item, one.get("control_codes")) for item, one in self.goods.raw.items() if one.get("control_codes")]
        unfit = any(
            self._declared(item, name, entry) == "yes"
            and entry.get("recognise", nothing) != nothing  # found by its code alone, it has no description to miss
            and self.node(entry["recognise"], item, brief=True)["outcome"] == "no"
            for item, _ in coded
            for name, entries in self.law.lists.items()
            for entry in entries
        )
        unfit |= to_nobody(self._fact, self._kind) and any(
            self.listed(name, item)["outcome"] != "no" for name in self.law.lists for item in self.goods.order
        )
        self.taken, self.shown = kept
        rows = [entry for entries in self.law.lists.values() for entry in entries if entry.get("declared") != "no"]
        known = {entry["code"].partition(".")[0] for entry in rows}
        unfit |= any(code.partition(".")[0] not in known for _, codes in coded for code in codes)
        parties = [Persons(self.law.parties, self._of(role), self.said["on"]) for role in ROLES]
        names = {role: name for role in ROLES if (name := self._fact(f"{role}.name"))}
        complete = [name for role, name in names.items() if self._fact(f"{role}.owners_complete")]
        links, legal_forms = self._fact("ownership") or (), self.law.parties["legal_forms"]
        unowned = owned_otherwise(links, complete, legal_forms) or owned_apart(links, names.values(), legal_forms)
        found = unfit or self.disputed or self.goods.contradicts() or any(one.contradicted for one in parties)
        return bool(found or unowned or self._two_prices() or self._moves_otherwise())

    @property
    def _kind(self) -> Any:
        kind = self._fact("kind")
        return "technology" if isinstance(kind, dict) else kind

    def _moves_otherwise(self) -> bool:
        """Whether what is said of what moves can not all be so."""
        items = [self.goods.raw[item] for item in self.goods.order if not item.endswith(CONTENTS)]
        return contradicted(self._fact, self._kind, self.goods.raw[self.root], items, self.said["on"])


def apart(one: Bounds, two: Bounds) -> bool:
    """Whether no amount lies within both."""
    pairs = [(high.high, low.low, high.high_open or low.low_open) for high, low in ((one, two), (two, one))]
    return any(high is not None and (high < low or (high == low and open_)) for high, low, open_ in pairs)


def _within(code: str, group: str) -> bool:
    return code == group or code.startswith(f"{group}.")
