"""A record of determinations: everything an answer stands on, as plain values that can be checked again.

Knows how conditions, lists, sums and the state of the law are written down, each with what was found and where.
Takes the answer from the determination and never makes one. Items are named by their place in the file; numbers are
exact fractions. ``verify`` says how each part is derived anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rare_earth_compliance.core.quantities import Interval, written
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine.comparing import attribute
from rare_earth_compliance.engine.determination import Answer, Determination, Finding, Status
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.money import worth
from rare_earth_compliance.engine.shares import AS_STATED, EACH_ALONE, Measure
from rare_earth_compliance.engine.verdicts import something_stated
from rare_earth_compliance.law.conditions import All, Ask, Condition, Not, Reads, Term, UnderEach
from rare_earth_compliance.law.model import Confirmation, Quote, Rule, RulePack
from rare_earth_compliance.law.published import as_published
from rare_earth_compliance.law.status import suspensions_of
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.record.places import fact_place, pointer, price_place

FORMAT = "rare-earth-record/1"
WITNESSES = 6
"""How many entries are written down on which an item perhaps stands, where it surely stands on none."""
_UNSETTLED = (Status.APPLIES, Status.CANNOT_TELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was read: its name without folders, and its text."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Over its bytes."""
        return hashlib.sha256(self.data).hexdigest()


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


def document(
    judged: Iterable[Judged], sources: Iterable[Source], pack: RulePack, folder: Path, statuses: Iterable[int]
) -> dict[str, Any]:
    """The record of a run as plain values, with its digest. ``statuses`` are the exit statuses of its determinations."""
    made = [{**_Writer(one, pack).determination(), "exit_status": code} for one, code in zip(judged, statuses, strict=True)]
    record: dict[str, Any] = {
        "format": FORMAT,
        "tool": f"rare-earth-compliance {VERSION}",
        "rules": {
            "id": pack.id,
            "sha256": pack.sha256,
            "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in pack.files},
        },
        "files": [{"name": one.name, "sha256": one.sha256, "text": one.data.decode("utf-8")} for one in sources],
        "count": len(made),
        "determinations": made,
    }
    return {**record, "sha256": digest(record)}


def digest(record: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of everything but the digest: sorted keys, no spaces, UTF-8."""
    rest = {name: value for name, value in record.items() if name != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def bounds(value: Interval | None) -> str | None:
    """An interval as text: one number, or its two ends with the brackets of an open or closed one."""
    if value is None:
        return None
    if value.is_exact:
        return written(value.low)
    high = "" if value.high is None else written(value.high)
    return f"{'(' if value.low_open else '['}{written(value.low)}, {high}{')' if value.high_open else ']'}"


class _Writer:
    def __init__(self, judged: Judged, pack: RulePack) -> None:
        self.judged = judged
        self.one = judged.determination
        known_by = self.one.known_by
        self.pack = as_published(pack, known_by) if known_by else pack
        self.chosen = chosen_readings(self.pack, judged.readings)
        self.inquiry = Inquiry(judged.shipment, self.pack, self.chosen, self.one.on)
        self.product = self.inquiry.product
        self.listed: dict[tuple[str, int], None] = {}
        self.measured: dict[tuple[str, str, str, str], dict[int, None]] = {}

    def determination(self) -> dict[str, Any]:
        one, judged = self.one, self.judged
        findings = [self.finding(found) for found in one.findings]
        lists = self.lists()
        settled = not any(found.status in _UNSETTLED and found.effect != "duty" for found in one.findings)
        held_back = one.answer is Answer.UNDETERMINED and settled
        return {
            "product": one.product,
            "answer": one.answer.value,
            "on": one.on.isoformat(),
            "known_by": one.known_by.isoformat() if one.known_by else None,
            "expires": one.expires.isoformat() if one.expires else None,
            "days_left": (one.expires - one.on).days if one.expires else None,
            "used": {
                "product": judged.product,
                "shipment": judged.shipped,
                "prices": list(judged.prices),
                "status": list(judged.status),
            },
            "given": [list(pair) for pair in judged.shipment.given],
            "lines": one.coverage.read,
            "unused": one.coverage.unused,
            "held_back": "the data contradicts itself" if held_back else "",
            "readings": [self.reading(name) for name in self.chosen],
            "law": [self.law(rule) for rule in self.pack.rules.values()],
            "citations": self.citations(),
            "count": len(findings),
            "findings": findings,
            "more": [{"rule": more.rule, "status": more.status.value, "count": more.count} for more in one.more],
            "lists": lists,
            "sums": [self.sum(key, items) for key, items in self.measured.items()],
            "duties_open": sorted(duty.id for duty in one.duties_open),
        }

    # ---- law

    def reading(self, name: str) -> dict[str, Any]:
        reading, option = self.pack.readings[name], self.chosen[name]
        by = "chosen" if name in self.judged.readings else "official" if reading.official else "assumed"
        means = next(one.means for one in reading.options if one.id == option)
        return {"reading": name, "option": option, "by": by, "question": reading.question, "means": means}

    def law(self, rule: Rule) -> dict[str, Any]:
        state = next(one for one in self.one.states if one.rule == rule.id)
        looked = sum(found.rule == rule.id for found in self.one.findings)
        return {
            "rule": rule.id,
            "effect": rule.effect,
            "from": rule.starts.isoformat(),
            "until": rule.ends.isoformat() if rule.ends else None,
            "suspended_by": [one.id for one in suspensions_of(rule, self.pack)],
            "in_force": state.truth.value,
            "state": state.state,
            "looked_at": looked + sum(more.count for more in self.one.more if more.rule == rule.id),
        }

    def citations(self) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}

        def cite(name: str, says: Quote, read_as: str) -> None:
            found[name] = {"id": name, "at": says.at, "zh": says.zh, "confidence": says.confidence, "read_as": read_as}

        for rule in (self.pack.rules[name] for name in dict.fromkeys(one.rule for one in self.one.findings)):
            cite(rule.id, rule.says, rule.read_as)
            for lifted in rule.unless:
                cite(lifted.id, lifted.says, lifted.read_as)
            for policy in (self.pack.policies[name] for name in rule.policies):
                cite(policy.id, policy.says, policy.read_as)
            for sleep in suspensions_of(rule, self.pack):
                cite(sleep.id, sleep.says, "")
        return [found[name] for name in sorted(found)]

    # ---- findings

    def finding(self, found: Finding) -> dict[str, Any]:
        rule, index = self.pack.rules[found.rule], found.item
        exemptions, policies = [], []
        if found.would is not Truth.FALSE:
            for one in rule.unless:
                step = self.inquiry.step(one.when, index)
                if not one.only_if_stated or step.outcome is Truth.TRUE or something_stated(step):
                    exemptions.append({"id": one.id, "trace": self.node(one.when, index)})
            for policy in (self.pack.policies[name] for name in rule.policies):
                policies.append({"id": policy.id, "policy": policy.policy, "trace": self.node(policy.when, index)})
        return {
            "rule": rule.id,
            "item": pointer(self.product, index),
            "status": found.status.value,
            "would": found.would.value,
            "listed_as": list(found.listed_as),
            "trace": self.node(rule.when, index),
            "exemptions": exemptions,
            "policies": policies,
        }

    def node(self, condition: Condition, index: int) -> dict[str, Any]:
        outcome = {"outcome": self.inquiry.step(condition, index).outcome.value}
        if isinstance(condition, Ask):
            return self.ask(condition, index)
        if isinstance(condition, Reads):
            chosen = self.chosen.get(condition.reading)
            return {"reading": condition.reading, "is": condition.option, "chosen": chosen, **outcome}
        if isinstance(condition, Not):
            return {"not": self.node(condition.part, index), **outcome}
        if isinstance(condition, Term):
            return {"term": condition.id, "of": self.node(condition.part, index), **outcome}
        if isinstance(condition, UnderEach):
            chosen = self.chosen.get(condition.reading)
            options = {name: self.node(inner, index) for name, inner in condition.options if chosen in (None, name)}
            return {"under": condition.reading, "options": options, **outcome}
        parts = condition.parts
        if isinstance(condition, All):
            ended = [one for one in parts if isinstance(one, Reads) and self.chosen.get(one.reading, one.option) != one.option]
            return {"all": [self.node(part, index) for part in (ended[:1] or parts)], **outcome}
        return {"any": [self.node(part, index) for part in parts], **outcome}

    def ask(self, ask: Ask, index: int) -> dict[str, Any]:
        question = self.pack.questions[ask.question]
        step = self.inquiry.step(ask, index)
        made: dict[str, Any] = {"ask": ask.question, "op": ask.operator}
        made["asked"] = sorted(ask.values) if ask.values else ask.written
        if ask.params:
            made["with"] = dict(ask.params)
        if question.found_at:
            root, _, path = question.found_at.partition(".")
            value = attribute(self.product.items[index] if root == "item" else self.judged.shipment, path)
            made |= {"found": _fact(value), "at": fact_place(self.judged.shipment, self.product, index, question.found_at)}
            if question.complete_at:
                made["complete"] = bool(attribute(self.judged.shipment, question.complete_at.partition(".")[2]))
        else:
            made |= self.computed(ask, question.computed_by, index)
        return {**made, "outcome": step.outcome.value}

    def computed(self, ask: Ask, how: str, index: int) -> dict[str, Any]:
        item = self.product.items[index]
        if how == "value_share":
            return self.share(ask, index)
        if how == "listed_in":
            for name in sorted(ask.values):
                self.listed[name, index] = None
            return {"found": {name: self.inquiry.listing.of(name, index).step.outcome.value for name in sorted(ask.values)}}
        if how == "equipment":
            return {"found": self.inquiry.contents.equipment[index]}
        if how == "parameter":
            return {"found": bounds(dict(item.parameters).get(ask.param("name") or ""))}
        if how == "stated_steps":
            wanted = (ask.param("steps") or "").split()
            return {"found": sorted({country for step, country in item.steps if step in wanted})}
        outcome = self.inquiry.step(ask, index).outcome
        asked_yes = ask.operator not in ("is_not", "none_of") and (not ask.values or "yes" in ask.values)
        return {"found": (outcome if asked_yes else ~outcome).value}

    # ---- lists and sums

    def lists(self) -> list[dict[str, Any]]:
        made, done = [], set()
        while left := [key for key in self.listed if key not in done]:
            for name, index in left:
                done.add((name, index))
                place = self.inquiry.listing.of(name, index)
                entries = {entry.code: entry for entry in self.pack.lists[name].entries}
                codes = place.codes or place.maybe[:WITNESSES]
                made.append(
                    {
                        "list": name,
                        "item": pointer(self.product, index),
                        "outcome": place.step.outcome.value,
                        "count": len(codes),
                        "entries": [
                            {"code": code, "zh": entries[code].zh, "trace": self.node(entries[code].recognise, index)}
                            for code in codes
                        ],
                    }
                )
        return made

    def share(self, ask: Ask, index: int) -> dict[str, Any]:
        priced = "" if ask.param("priced") in (None, AS_STATED) else ask.param("priced") or ""
        key = (ask.param("of") or "", ask.param("whose") or "", priced, "")
        content, value, currency, _ = self.inquiry.measure(*key).amounts(index)
        self.measured.setdefault(key, {})[index] = None
        found = {"content": bounds(content), "value": bounds(value), "currency": currency}
        if ask.param("added") != EACH_ALONE:
            return {"found": found}
        alone = []
        for entry in self.pack.lists[key[0]].entries:
            single = (*key[:3], entry.code)
            if not self.inquiry.measure(*single).amounts(index)[0].is_zero:
                alone.append(entry.code)
                self.measured.setdefault(single, {})[index] = None
        return {"found": found, "alone": alone}

    def sum(self, key: tuple[str, str, str, str], items: Iterable[int]) -> dict[str, Any]:
        measure = self.inquiry.measure(*key)
        nodes: dict[int, dict[str, Any]] = {}
        work = list(items)
        while work:
            index = work.pop()
            if index not in nodes:
                nodes[index] = self.sum_node(measure, index, work)
        order = [index for index in self.product.order if index in nodes]
        of, whose, priced, code = key
        made = [nodes[index] for index in order]
        return {"of": of, "whose": whose, "priced": priced, "code": code, "count": len(made), "items": made}

    def sum_node(self, measure: Measure, index: int, work: list[int]) -> dict[str, Any]:
        item = self.product.items[index]
        money = worth(item, self.judged.shipment, measure.priced).money
        counts = measure.counts[index]
        disputed = any(at == index for at, _ in measure.conflicts)
        whole = counts is Truth.TRUE and money is not None and not disputed
        settled = False
        if measure.term and counts is Truth.FALSE:
            listed, origin = measure.listed(index), self.inquiry.step(self.pack.terms[measure.term], index)
            settled = listed.outcome is Truth.TRUE and origin.outcome is Truth.FALSE
        used = [use for use in item.uses if not whole and measure.content[use.item] is not None]
        used = [use for use in used if not (settled and self.product.items[use.item].hidden)]
        work += [use.item for use in used]
        return {
            "item": pointer(self.product, index),
            "counts": counts.value,
            "worth": bounds(money.amount) if money else None,
            "currency": money.currency if money else None,
            "at": None
            if money is None
            else "estimate"
            if money.estimate
            else price_place(self.judged.shipment, self.product, index),
            "disputed": disputed,
            "lines": [[pointer(self.product, use.item), bounds(use.quantity)] for use in used],
            "content": {name: bounds(part) for name, part in sorted((measure.content[index] or {}).items())},
        }


def _fact(value: Any) -> Any:
    """A fact of the data as a plain value; None where it is not known."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Interval):
        return bounds(value)
    if isinstance(value, frozenset | tuple | list):
        return sorted(value)
    return None if value is None else str(value)
