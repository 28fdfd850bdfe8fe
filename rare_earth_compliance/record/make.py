"""A record of determinations: everything an answer stands on, as plain values that can be checked again.

Lets the checker make its steps from the engine's premises, and holds every outcome of it against the engine's own: of each
part of each condition, each list, each sum, each rule at each item, and the answer. Where the two differ there is no record.
Knows the engine; the checker does not know this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.money import taken, worth
from rare_earth_compliance.engine.shares import AS_STATED
from rare_earth_compliance.engine.verdicts import Judge
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Condition, Not, Term, UnderEach
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.published import as_published, confirmed_by
from rare_earth_compliance.law.status import in_force, suspensions_of
from rare_earth_compliance.product.model import ROOT, Product, Shipment
from rare_earth_compliance.record.checking import framed
from rare_earth_compliance.record.opening import CONTENTS, FORMAT, Law, digest, escaped, sha256, written
from rare_earth_compliance.record.plain import Bounds, number
from rare_earth_compliance.record.premises import Derived
from rare_earth_compliance.reports.run import status_of

_TRUTHS = {"true": "yes", "false": "no", "unknown": "open"}
_WORDS = {word: truth for truth, word in _TRUTHS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was read: its name without folders, and its text."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Over its bytes."""
        return sha256(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A shipment, its determination, and what it was judged with; files by their position among the sources."""

    shipment: Shipment
    determination: Determination
    product: int
    shipped: int
    prices: tuple[int, ...]
    status: tuple[int, ...]
    readings: Mapping[str, str]
    confirmations: tuple[Confirmation, ...]


def document(judged: Sequence[Judged], sources: Iterable[Source], pack: RulePack, law: Law) -> dict[str, Any]:
    """The record of a run as plain values, with its digest. ``law``: the files that ``pack`` was read from.

    Raises ValueError where the checker does not come to what the engine came to.
    """
    files = [{"name": one.name, "sha256": one.sha256, "text": one.data.decode()} for one in sources]
    texts = [str(one["text"]) for one in files]
    made = [_Recorded(one, pack, texts, law).written() for one in judged]
    record: dict[str, Any] = {"format": FORMAT, "tool": f"rare-earth-compliance {VERSION}", "rules": law.said, "files": files}
    record |= {"count": len(made), "determinations": [framed(record, one, law) for one in made]}
    for told, one in zip(record["determinations"], judged, strict=True):
        owed = one.determination.duties_open
        same("the duties that stay open", told["duties_open"], sorted(duty.id for duty in owed))
        same("the exit status", told["exit_status"], status_of(one.determination))
    return {**record, "sha256": digest(record)}


def pointer(product: Product, index: int) -> str:
    """The place of an item; of what an item may hold beyond its lines, with a mark after the place of the item."""
    item = product.items[index]
    if item.hidden:
        return pointer(product, item.parent) + CONTENTS
    return "".join(f"/{escaped(str(step))}" for step in product.steps(index))


def same(what: str, made: Any, engine: Any) -> None:
    """Raises ValueError where the checker and the engine come to different things."""
    if made != engine:
        raise ValueError(f"{what}: the checker comes to {made!r}, the engine to {engine!r}")


class _Recorded(Derived):
    """The checker's steps from the engine's premises."""

    def __init__(self, judged: Judged, pack: RulePack, texts: list[str], law: Law) -> None:
        one = self.one = judged.determination
        self.judged, self.pack, self.confirmations = judged, pack, judged.confirmations
        if one.known_by:
            self.pack, self.confirmations = as_published(pack, one.known_by), confirmed_by(judged.confirmations, one.known_by)
        self.inquiry = Inquiry(judged.shipment, self.pack, chosen_readings(self.pack, judged.readings), one.on)
        self.things = self.inquiry.product
        self.index = {pointer(self.things, index): index for index in self.things.order}
        used = {"product": judged.product, "shipment": judged.shipped, "prices": judged.prices, "status": judged.status}
        chosen = [{"reading": name, "option": option, "by": "chosen"} for name, option in judged.readings.items()]
        places = {index: place for place, index in self.index.items()}
        said = {
            "used": {name: list(at) if isinstance(at, tuple) else at for name, at in used.items()},
            "given": [list(pair) for pair in judged.shipment.given],
            "on": one.on.isoformat(),
            "known_by": one.known_by.isoformat() if one.known_by else None,
            "readings": chosen,
            "findings": [{"rule": found.rule, "item": places[found.item]} for found in one.findings],
        }
        self.judges: dict[str, Judge] = {}
        super().__init__(said, texts, law)

    def premise(self, about: str, what: str, *words: Any) -> Any:
        if about == "law":
            return self.law_of(what)
        if about == "product":
            return self.items_in_order() if what == "items" else bool(self.one.conflicts)
        kind = what.partition(" ")[0]
        if about == "shipment" or kind.startswith("item."):
            return self.computed(about, *words)
        amounts: dict[str, Callable[..., Any]] = {"lines": self.lines_of, "worth": self.worth_of}
        amounts |= {"content": self.content_of, "total": self.total_of}
        return amounts[kind](self.index[about], *words) if kind in amounts else super().premise(about, what, *words)

    # ---- premises of the engine

    def items_in_order(self) -> list[str]:
        height: dict[int, int] = {}
        for index in self.things.order:
            height[index] = 1 + max((height[use.item] for use in self.things.items[index].uses), default=0)
        return sorted(self.index, key=lambda place: (height[self.index[place]], place))

    def law_of(self, what: str) -> Any:
        if what == "expires":
            return self.one.expires.isoformat() if self.one.expires else None
        found = next(one for one in self.one.states if one.rule == what)
        sleeping = [one.id for one in suspensions_of(self.pack.rules[what], self.pack)]
        return {"in_force": _TRUTHS[found.truth.value], "state": found.state, "suspended_by": sleeping}

    def computed(self, about: str, question: Any, words: Mapping[str, str], asked: str) -> Any:
        index, how = self.index.get(about, 0), question["computed_by"]
        item = self.things.items[index]
        if how == "equipment":
            return self.inquiry.contents.equipment[index]
        if how == "parameter":
            return written(_bounds(dict(item.parameters).get(words["name"])))
        if how == "stated_steps":
            made_in = {item.made_in} if item.made_in and "made-in" in words["steps"].split() else set()
            return sorted({country for step, country in item.steps if step in words["steps"].split()} | made_in)
        if how == "party_owners":
            held = self.inquiry.parties.owned(words["party"], words["counted"], number(asked).low)
            return written(_bounds(held))
        ask = Ask(question["ask"], "is", frozenset({"yes"}), params=tuple(sorted(words.items())))
        return _TRUTHS[self.inquiry.ask(ask, index).outcome.value]

    def lines_of(self, index: int) -> Any:
        uses = self.things.items[index].uses
        return sorted(written([[pointer(self.things, use.item), _bounds(use.quantity)] for use in uses]), key=str)

    def worth_of(self, index: int, priced: str) -> Any:
        money = worth(self.things.items[index], self.judged.shipment, "" if priced == AS_STATED else priced).money
        if money is None:
            return [None, None, None]
        at = ["estimate"] if money.estimate else self.prices_at(index, priced)
        return written([_bounds(money.amount), money.currency, at if at[1:] else at[0]])

    def prices_at(self, index: int, priced: str) -> list[str]:
        """The places of the prices that make the value of an item."""
        item, shipment = self.things.items[index], self.judged.shipment
        laid = any(name.startswith("unit_price.") for name, _ in shipment.given)
        own = f"{pointer(self.things, index)}/{'value' if item.derived else 'unit_value'}"
        sold = "/given" if laid else "/shipment/unit_price"
        stated = [at for money, at in ((item.unit_value, own), (index == ROOT and shipment.unit_price, sold)) if money]
        return [stated[at] for at in taken(item, shipment, "" if priced == AS_STATED else priced)]

    def content_of(self, index: int, key: tuple[str, ...], *_: Any) -> Any:
        return {name: str(_bounds(part)) for name, part in (self.measure(key).content[index] or {}).items()}

    def total_of(self, index: int, key: tuple[str, ...], *_: Any) -> Any:
        return str(_bounds(self.measure(key).amounts(index)[0]))

    def measure(self, key: tuple[str, ...]) -> Any:
        of, whose, priced, code = key
        return self.inquiry.measure(of, whose, "" if priced == AS_STATED else priced, code)

    # ---- what the checker comes to, held against the engine

    def written(self) -> dict[str, Any]:
        """The determination as a record holds it. Raises ValueError where the engine came to something else."""
        made: dict[str, Any] = written(self.determination())
        same("the answer", made["answer"], self.one.answer.value)
        same("the lines that were judged", made["lines"], self.one.coverage.judged)
        shown = [(found.rule, found.status.value, found.would.value, list(found.listed_as)) for found in self.one.findings]
        told = [(one["rule"], one["status"], _WORDS[one["would"]], one["listed_as"]) for one in made["findings"]]
        same("what the rules come to", told, shown)
        return made

    def finding(self, name: str, item: str, *, brief: bool = False) -> dict[str, Any]:
        made, rule, index = super().finding(name, item, brief=brief), self.pack.rules[name], self.index[item]
        if name not in self.judges:
            state = in_force(rule, self.pack, self.one.on, self.inquiry.readings, self.confirmations)
            self.judges[name] = Judge(self.inquiry, rule, state)
        same(f"{name} at {item}", made["status"], self.judges[name].verdict(index).status.value)
        if not brief:
            self.agree(name, rule.when, made["trace"], index)
            for lifted, told in zip(rule.unless, made["exemptions"], strict=False):
                self.agree(lifted.id, lifted.when, told["trace"], index)
            for policy, told in zip(rule.policies, made["policies"], strict=False):
                self.agree(policy, self.pack.policies[policy].when, told["trace"], index)
        return made

    def looked_at(self, name: str) -> list[str]:
        made, rule = super().looked_at(name), self.pack.rules[name]
        indices = {index for one in rule.lists for index in self.inquiry.listing.possible(one)} if rule.lists else {0}
        same(f"the items that {name} looks at", {self.index[item] for item in made}, indices)
        return made

    def listed(self, name: str, item: str) -> dict[str, Any]:
        first = (name, item) not in self.on_list
        made = super().listed(name, item)
        if first:
            found = self.inquiry.listing.of(name, self.index[item])
            told = [[one["code"] for one in made[outcome]] for outcome in ("yes", "open")]
            same(f"{item} on {name}", told, [list(found.codes), list(found.maybe)])
        return made

    def list_row(self, name: str, item: str) -> dict[str, Any]:
        made, entries = super().list_row(name, item), {one.code: one for one in self.pack.lists[name].entries}
        for one in made["entries"]:
            entry = entries[one["code"]]
            known = [entry.confidence, " ".join(entry.note.split())]
            same(f"how surely {name} {one['code']} is known", [one["confidence"], one["note"]], known)
            self.agree(f"{name} {one['code']}", entry.recognise, one["trace"], self.index[item])
        return made

    def sum_row(self, key: tuple[str, ...], item: str, rows: Mapping[str, Any]) -> dict[str, Any]:
        made, measure, index = super().sum_row(key, item, rows), self.measure(key), self.index[item]
        same(f"whether {item} counts", made["counts"], _TRUTHS[measure.counts[index].value])
        same(f"the content of {item}", written(made["content"]), self.content_of(index, key))
        if made["worth"] is not None:
            same(f"the content of {item} in one currency", str(made["total"]), self.total_of(index, key))
        return made

    def agree(self, what: str, condition: Condition, node: Any, index: int) -> None:
        """Hold every part of a condition against the engine's outcome for it."""
        same(f"{what} at item {index}", node["outcome"], _TRUTHS[self.inquiry.step(condition, index).outcome.value])
        if isinstance(condition, All | AnyOf):
            parts = node["all" if isinstance(condition, All) else "any"]
            pairs = list(zip(condition.parts, parts, strict=True)) if len(parts) == len(condition.parts) else []
        elif isinstance(condition, UnderEach):
            pairs = [(inner, node["options"][name]) for name, inner in condition.options if name in node["options"]]
        else:
            pairs = (
                [(condition.part, node["of" if isinstance(condition, Term) else "not"])]
                if isinstance(condition, Not | Term)
                else []
            )
        for part, told in pairs:
            self.agree(what, part, told, index)


def _bounds(value: Interval | None) -> Bounds | None:
    return None if value is None else Bounds(value.low, value.high, value.low_open, value.high_open)
