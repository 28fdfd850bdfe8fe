"""What product files say plainly, for checking records: items by their place, facts, quantities, prices and rates.

Knows the JSON of the files alone. Where a fact needs a computation over the product it says None: not told here.
Shares no code with the reader of products.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from rare_earth_compliance.record import plain_numbers as n

CONTENTS = "#contents"
WORDS = Path(__file__).parents[1] / "product" / "words.json"
_LISTS = ("purposes", "technology_fields", "listed_by", "subjects")
_TRANSFER = {"technology_fields": "fields", "exporter": "by", "ship_from": "leaves", "destination": "provided_in"}
_INPUT = {"form": "input_form", "origin": "origin"}


def strict(text: str) -> Any:
    """JSON with its numbers as text. Raises ValueError for a key that stands twice and for what is no JSON."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(found)) < len(found):
            raise ValueError("a key stands twice")
        return {key: value for key, value in found if value not in (None, "unknown")}

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is no number")

    return json.loads(text, parse_int=str, parse_float=str, parse_constant=refuse, object_pairs_hook=pairs)


class Facts:
    """The facts of one shipment of one product."""

    def __init__(self, product: str, shipment: str, tables: Iterable[str], given: Any) -> None:
        self.document, shipped = strict(product), strict(shipment)
        self.words: Any = json.loads(WORDS.read_text(encoding="utf-8"))
        self.given_pairs = [[str(name), str(value)] for name, value in given]
        self.is_transfer = "transfer" in shipped
        self.shipment = shipped.get("transfer" if self.is_transfer else "shipment", {})
        self.root = "/transfer" if "transfer" in self.document else "/product"
        self.raw: dict[str, Any] = {}
        self.above: dict[str, str] = {}
        self.lines = sum(1 for _ in self._walk())
        self.unused = self._unused()
        rates = [*self.document.get("rates", ()), *(shipped.get("rates", ()) if shipment != product else ())]
        self.rates: dict[tuple[str, str], list[n.Bounds]] = {}
        for one in (*rates, *(rate for text in tables for rate in strict(text).get("rates", ()))):
            self.rates.setdefault((one["from"], one["to"]), []).append(n.amount(one["rate"])[0])
        self.evidence_ends = [
            min(date.fromisoformat(one["valid_until"]) for one in proofs) + timedelta(1)
            for item in self.items()
            if (proofs := [one for one in self.raw[item].get("evidence", ()) if "valid_until" in one])
        ]

    # ---- items

    def _walk(self) -> Iterator[str]:
        if self.root == "/transfer":
            self.raw["/transfer"] = {"form": "technology", "rare_earths": "none", "equipment": "none"}
            yield "/transfer"
            return
        starts = [("/product", self.document["product"])]
        shared = self.document.get("shared", {})
        starts += [("/shared/" + key.replace("~", "~0").replace("/", "~1"), one) for key, one in shared.items()]
        while starts:
            place, raw = starts.pop()
            self.raw[place] = raw
            yield place
            for key in ("materials", "parts"):
                for position, line in enumerate(raw.get(key, ())):
                    if "use" not in line:
                        self.above[f"{place}/{key}/{position}"] = place
                        starts.append((f"{place}/{key}/{position}", line))

    def _unused(self) -> int:
        self.reached: dict[str, None] = {}
        work = [self.root]
        while work:
            place = work.pop()
            if place not in self.reached:
                self.reached[place] = None
                work += [child for child, _ in self.below(place) if child in self.raw]
        return self.lines - len(self.reached)

    def items(self) -> list[str]:
        """Every line of the product."""
        return list(self.reached)

    def known(self, item: str) -> None:
        """Raises ValueError for an item that is not in the file."""
        above = item.removesuffix(CONTENTS)
        if above not in self.raw and not self._input(above):
            raise ValueError(f"{item} is not in the file")

    def is_root(self, item: str) -> bool:
        return item == self.root

    def _input(self, item: str) -> Any:
        """The composition of the item above, where an item is an input named there; else None."""
        above, _, position = item.partition("/composition/")
        listed = self.raw.get(above, {}).get("composition", [])
        inside = position.isdigit() and int(position) < len(listed) and "input_form" in listed[int(position)]
        return listed[int(position)] if inside else None

    def _of(self, item: str, name: str) -> Any:
        """A field of an item; None where it is not stated."""
        if item.endswith(CONTENTS):
            return None
        part = self._input(item)
        return part.get(_INPUT.get(name, " ")) if part else self.raw[item].get(name)

    def label(self, said: str) -> str:
        """What a person calls the product."""
        top = self.document.get("transfer") or self.document["product"]
        number, name = top.get("part_number") if self.root == "/product" else None, top.get("name")
        if self.root == "/transfer":
            return str(name or "technology transfer")
        if number and name:
            return f"{number} ({name})"
        nameless = said if said.startswith("line ") and said[5:].isdigit() else "line"
        return str(number or name or nameless)

    # ---- facts

    def at(self, found_at: str, item: str, kind: str) -> tuple[Any, str]:
        """A fact that stands in the data, and its place."""
        root, _, path = found_at.partition(".")
        if root == "item":
            name = _INPUT.get(path, path) if self._input(item) else path
            return self._value(self._of(item, path), kind), f"{item}/{name}"
        for name, text in self.given_pairs:
            if name == path and text != "unknown":
                given: Any = [one.strip() for one in text.split(",") if one.strip()] if path.split(".")[-1] in _LISTS else text
                return self._value({"true": True, "false": False}.get(text, given), kind), "given"
        steps = path.split(".")
        if self.is_transfer:
            steps = self._in_transfer(steps)
            if steps == ["kind"]:
                return "technology", "/transfer/kind"
        held: Any = self.shipment
        for step in steps:
            held = held.get(step) if isinstance(held, dict) else None
        if self.is_transfer and steps[0] == "end_user" and "end_user" not in self.shipment:
            held = self.shipment.get("to", {}).get(steps[1]) if len(steps) > 1 else None
        given_at = "given" if path in dict(self.given_pairs) else f"/{'transfer' if self.is_transfer else 'shipment'}"
        return self._value(held, kind), given_at if given_at == "given" else "/".join((given_at, *steps))

    @staticmethod
    def _in_transfer(steps: list[str]) -> list[str]:
        if steps[0] == "transfer":
            return steps[1:]
        return [{**_TRANSFER, "importer": "to", "consignee": "to"}.get(steps[0], steps[0]), *steps[1:]]

    @staticmethod
    def _value(value: Any, kind: str) -> Any:
        if value is None or (value == [] and kind == "words"):
            return value if value == [] else None
        if isinstance(value, bool):
            return "yes" if value else "no"
        if kind in ("share", "amount"):
            return n.text(n.amount(value)[0])
        return sorted(value) if isinstance(value, list) else value

    @staticmethod
    def bounds(text: str) -> n.Bounds:
        """Bounds as a record writes them. Raises ValueError."""
        if text[0] not in "[(":
            return n.exactly(Fraction(text))
        low, _, high = text[1:-1].partition(", ")
        return (Fraction(low), Fraction(high) if high else None, text[0] == "(", text[-1] == ")")

    def may_be(self, form: str, asked: Iterable[str]) -> bool:
        """Whether a form is so general that it may turn out to be one of those asked for."""
        entry = self.words["form"].get(form, {})
        return "vague" in entry and not set(asked) <= set(entry.get("never", "").split())

    def own(self, how: str, words: Mapping[str, str], item: str) -> Any:
        """What the file says plainly in answer to a computed question; None where it must be computed."""
        if how == "is_product":
            return "true" if self.is_root(item) else "false"
        if how == "stated_steps":
            wanted = words["steps"].split()
            return sorted({one["country"] for one in self._of(item, "steps") or () if one["step"] in wanted})
        if how == "equipment":
            return self._of(item, "equipment")
        if how == "parameter":
            found = [one["value"] for one in self._of(item, "parameters") or () if one["name"] == words["name"]]
            return n.text(n.amount(found[0])[0]) if found else None
        if how == "contains":
            return self._contains(words["element"].split(), item)
        if how == "names_cas" and not item.endswith(CONTENTS):
            parts = [one for one in self._composition(item) if one.get("cas") == words["cas"]]
            return "true" if any(_present(one) for one in parts) else None
        return None

    def _composition(self, item: str) -> list[Any]:
        part = self._input(item)
        return (
            [{key: part[key] for key in ("element", "cas") if key in part}] if part else self.raw[item].get("composition", [])
        )

    def _contains(self, symbols: list[str], item: str) -> str | None:
        if item.endswith(CONTENTS):
            return None
        parts, part = self._composition(item), self._input(item)
        alloy = part.get("input_alloy", []) if part else self.raw[item].get("alloy", [])
        family = self.words["family"].get(self._of(item, "family") or "", {}).get("elements", "").split()
        sure = {*alloy, *family, *(one["element"] for one in parts if "element" in one and _present(one))}
        if sure >= set(symbols):
            return "true"
        raw = {} if part else self.raw[item]
        closed = (
            parts and raw.get("composition_complete") and all("element" in one and "input_form" not in one for one in parts)
        )
        alone = bool(closed) and not alloy and not family and not raw.get("parts") and not raw.get("materials")
        named = {one["element"] for one in parts} if alone else set()
        return "false" if alone and set(symbols) - named else None

    def declared(self, entry: Any, entries: list[Any], item: str) -> str:
        """Whether a declared control code names an entry of a list."""
        codes, mine = self._of(item, "control_codes") or (), entry["code"]
        if entry.get("declared") == "no":
            return "false"
        every = [one["code"] for one in entries if one.get("declared") != "no"]
        found = "false"
        for code in codes:
            if _within(code, mine):
                return "true"
            stray = not any(_within(code, one) or _within(one, code) for one in every)
            if _within(mine, code) or (stray and code.split(".")[0] == mine.split(".")[0]):
                found = "unknown"
        return found

    # ---- quantities and prices

    def below(self, item: str) -> list[tuple[str, n.Bounds | None]]:
        """The lines of an item: which item, and how much of it in its own unit."""
        if item.endswith(CONTENTS) or item not in self.raw:
            return [] if item.endswith(CONTENTS) else [(item + CONTENTS, n.exactly(Fraction(1)))]
        raw, made = self.raw[item], []
        base = n.amount(raw["base_quantity"])[0] if "base_quantity" in raw else None
        for key in ("materials", "parts"):
            for position, line in enumerate(raw.get(key, ())):
                child = f"{item}/{key}/{position}"
                if "use" in line:
                    child = "/shared/" + line["use"].replace("~", "~0").replace("/", "~1")
                used = n.amount(line["quantity"])[0] if "quantity" in line else None
                if used is not None and "use" in line and "unit" in line:
                    used = self._counted(used, line["unit"], child)
                made.append((child, n.over(used, base) if used and base else used))
        mass = self._mass(raw)
        for position, part in enumerate(raw.get("composition", ())):
            if "input_form" in part:
                share = n.amount(part["mass_fraction"]) if "mass_fraction" in part else None
                held = n.times(mass, _share(*share)) if mass and share else None
                least = (held[0], None, held[2], False) if held else None
                made.append((f"{item}/composition/{position}", n.exactly(Fraction(1)) if "value" in part else least))
        return [*made, (item + CONTENTS, n.exactly(Fraction(1)))]

    def _counted(self, used: n.Bounds, unit: str, child: str) -> n.Bounds:
        wanted, raw = self.raw[child].get("unit", "pcs"), self.raw[child]
        if n.UNITS[unit][0] == n.UNITS[wanted][0]:
            return n.scaled(used, n.UNITS[unit][1] / n.UNITS[wanted][1])
        mass = self._mass(raw)
        if mass is None or n.UNITS[unit][0] != n.MASS:
            raise ValueError(f"{child}: a quantity in {unit}")
        return n.over(n.scaled(used, n.UNITS[unit][1]), mass)

    @staticmethod
    def _mass(raw: Any) -> n.Bounds | None:
        if "mass" not in raw:
            return None
        mass, unit = n.amount(raw["mass"])
        return n.scaled(mass, n.UNITS[unit][1])

    def worth(self, item: str, priced: str, said: Any) -> tuple[n.Bounds | None, str | None, str | None]:
        """The price of one unit of an item, its currency and its place; an estimate as the record says it."""
        part, at = self._input(item), f"{item}/unit_value"
        money, raw = self._of(item, "unit_value"), self.raw.get(item, {})
        if part:
            money, at, raw = part.get("value"), f"{item}/value", self.raw[item.partition("/composition/")[0]]
        if money is None and item == self.root:
            laid = {name[11:]: text for name, text in self.given_pairs if name.startswith("unit_price.")}
            stated = {} if self.is_transfer else self.shipment.get("unit_price", {})
            money, at = {**stated, **laid} or None, "given" if laid else "/shipment/unit_price"
        if money is None:
            if said["at"] == "estimate" and priced in ("", "market-price"):
                return self.bounds(said["worth"]), str(said["currency"]), "estimate"
            return None, None, None
        if priced and money.get("basis") != priced:
            return None, None, None
        per = self._per(money.get("per", "1"), raw)
        amount = n.amount(money["amount"])[0]
        return n.scaled(amount, 1 / per[0]) if per[0] == per[1] else n.over(amount, per), money["currency"], at

    def _per(self, text: str, raw: Any) -> n.Bounds:
        number, _, name = text.strip().partition(" ")
        if number in n.UNITS and not name:
            number, name = "1", number
        unit = raw.get("unit", "pcs")
        name = name.strip() or unit
        kind, size = n.UNITS[name]
        if kind == n.UNITS[unit][0]:
            return n.exactly(Fraction(number) * size / n.UNITS[unit][1])
        mass = self._mass(raw)
        if mass is None:
            raise ValueError(f"a price for {text}")
        return n.over(n.exactly(Fraction(number) * size), mass)

    def hull(self, one: dict[str, n.Bounds], two: dict[str, n.Bounds]) -> dict[str, n.Bounds]:
        """Bounds that hold for both alternatives."""
        known = sorted({*one, *two} - {""})
        if len(known) > 1:
            sides = [
                n.in_one({name: side[name] for name in known if name in side}, known[0], self.rates) for side in (one, two)
            ]
            if not any(missing for _, missing in sides):
                unpriced = [{name: side[name] for name in ("",) if name in side} for side in (one, two)]
                one, two = ({known[0]: total, **rest} for (total, _), rest in zip(sides, unpriced, strict=True))
        return {name: n.hull(one.get(name, n.NONE), two.get(name, n.NONE)) for name in sorted({*one, *two})}


def _within(code: str, group: str) -> bool:
    return code == group or code.startswith(f"{group}.")


def _present(part: Any) -> bool:
    if "mass_fraction" not in part:
        return True
    low, _, low_open, _ = n.amount(part["mass_fraction"])[0]
    return low > 0 or low_open


def _share(of: n.Bounds, unit: str) -> n.Bounds:
    low, high, low_open, high_open = n.scaled(of, n.SHARES[unit])
    return (low, Fraction(1) if high is None else high, low_open, high is not None and high_open)
