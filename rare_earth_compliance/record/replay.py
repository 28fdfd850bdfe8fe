"""Old records judged again: under another pack, on another day, by another version, and what changed their answers.

Knows how a shipment is put together again from the documents that a record carries, and how a changed answer is
traced to what caused it: one thing is changed at a time, pack and version first, then the day. Does not check whether
a record holds: verify does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rare_earth_compliance.core import json_text
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.law.confirmations import read_confirmations
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.product.reader import read, shipment_of
from rare_earth_compliance.product.tables import laid_over, read_table, shipment_facts
from rare_earth_compliance.record.make import FORMAT, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why an answer changed: "rule", "list", "reading", "status", "day", "tool" or "record", and what exactly."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One determination of a record, judged again. ``causes`` are empty where the answer is as it was."""

    product: str
    destination: str
    was: str
    was_on: date
    now: str
    now_on: date
    causes: tuple[Cause, ...]


def opened(data: bytes, name: str) -> dict[str, Any]:
    """A record from its bytes. Raises Refused for what is no record, or does not fit its digest."""
    problem = ""
    try:
        record: Any = _plain(json_text.read(json_text.decode(data, name), name))
    except (ValueError, RecursionError):
        record, problem = None, "is no record: it holds numbers that are not whole, or is nested too deeply"
    if problem:
        pass
    elif not isinstance(record, dict) or record.get("format") != FORMAT:
        problem = f"is no record of the format {FORMAT}"
    elif not record.get("determinations"):
        problem = "holds no determination"
    elif digest(record) != record.get("sha256"):
        problem = "does not fit its digest: it was changed after it was written"
    if problem:
        raise Refused([Problem(place=Place(file=name), message=problem, advice="use the record as it was written")])
    return dict(record)


def replay(record: Mapping[str, Any], pack: RulePack, on: date | None = None) -> tuple[Replayed, ...]:
    """Every determination of a record judged again under ``pack``, and on the day ``on`` where one is given.

    Raises Refused where what the record carries can no longer be read, or names readings or statuses that the pack
    does not have.
    """
    return tuple(_replayed(record, one, pack, on) for one in record["determinations"])


def _replayed(record: Mapping[str, Any], said: Mapping[str, Any], pack: RulePack, on: date | None) -> Replayed:
    was_on = date.fromisoformat(said["on"])
    again = _judged(record, said, pack, was_on)
    now = again if on in (None, was_on) else _judged(record, said, pack, on)
    causes: list[Cause] = []
    if again.answer.value != said["answer"]:
        causes += _of_pack(record, said, again, pack)
    if now.answer is not again.answer:
        causes += _of_day(again, now)
    return Replayed(
        product=said["product"],
        destination=dict(now.shipment).get("destination", ""),
        was=said["answer"],
        was_on=was_on,
        now=now.answer.value,
        now_on=now.on,
        # Two changes may cancel each other out: then the answer is as it was.
        causes=tuple(causes) if now.answer.value != said["answer"] else (),
    )


def _judged(record: Mapping[str, Any], said: Mapping[str, Any], pack: RulePack, on: date) -> Determination:
    used, files = said["used"], [(one["name"], one["text"].encode()) for one in record["files"]]
    confirmations = [one for at in used["status"] for one in read_confirmations(files[at][1], files[at][0], pack)]
    return determine(
        _shipment(said, files),
        pack,
        on=on,
        readings={one["reading"]: one["option"] for one in said["readings"] if one["by"] == "chosen"},
        confirmations=tuple(confirmations),
        known_by=date.fromisoformat(said["known_by"]) if said["known_by"] else None,
    )


def _shipment(said: Mapping[str, Any], files: list[tuple[str, bytes]]) -> Shipment:
    used = said["used"]
    product, shipped = (read(files[at][1], files[at][0]) for at in (used["product"], used["shipment"]))
    if product.product is None:
        place = Place(file=product.file)
        raise Refused([Problem(place=place, message="holds no product", advice="use the record as it was written")])
    tables = [read_table(files[at][1], files[at][0]) for at in used["prices"]]
    given = shipment_facts([(name, value) for name, value in said["given"]])
    return shipment_of(
        product.product,
        laid_over(shipped.shipment, given),
        shipped,
        prices=tuple(price for table in tables for price in table.prices),
        rates=tuple(rate for table in tables for rate in table.rates),
        tables=tuple((table.name, table.sha256) for table in tables),
    )


def _of_pack(record: Mapping[str, Any], said: Mapping[str, Any], now: Determination, pack: RulePack) -> list[Cause]:
    """What made the answer another on the same day."""
    if pack.sha256 == record["rules"]["sha256"]:
        tool = f"rare-earth-compliance {VERSION}"
        if record["tool"] != tool:
            return [Cause(kind="tool", what=f"the record was made by {record['tool']}, this is {tool}")]
        return [Cause(kind="record", what="the record does not say what its own documents give under its own rules")]
    causes: list[Cause] = []
    for one in said["readings"]:
        reading = pack.readings.get(one["reading"])
        if one["by"] != "chosen" and (reading is None or reading.default != one["option"]):
            default = reading.default if reading else None
            causes.append(Cause(kind="reading", what=f"{one['reading']} was {one['option']}, is now {default or 'open'}"))
    known = {one["reading"] for one in said["readings"]}
    causes += [
        Cause(kind="reading", what=f"{name} was open, is now {one.default}")
        for name, one in pack.readings.items()
        if one.default and name not in known
    ]
    before = {one["rule"]: one for one in said["law"]}
    for state in now.states:
        old = before.pop(state.rule, None)
        kind, what = "rule", "is new"
        if old is not None:
            (kind, what) = _of_rule(said, old, now, state.rule, state.truth.value, state.state)
        if what and (
            old is not None or any(one.rule == state.rule and one.status.value != "does not apply" for one in now.findings)
        ):
            causes.append(Cause(kind=kind, what=f"{state.rule} {what}"))
    causes += [Cause(kind="rule", what=f"{name} is no longer in the pack") for name, old in before.items() if old["looked_at"]]
    return causes or [Cause(kind="rule", what="the pack has changed; no single rule shows it")]


def _of_rule(
    said: Mapping[str, Any], old: Mapping[str, Any], now: Determination, rule: str, truth: str, state: str
) -> tuple[str, str]:
    """What became different about one rule, the nearest cause first; nothing where it came to the same."""
    were = [one for one in said["findings"] if one["rule"] == rule]
    are = [one for one in now.findings if one.rule == rule]
    if sorted(one["status"] for one in were) == sorted(one.status.value for one in are):
        return "rule", ""
    if old["in_force"] != truth:
        return "status", f"was {old['state']}, is now {state}"
    if sorted(one["listed_as"] for one in were) != sorted(list(one.listed_as) for one in are):
        listed = [", ".join(sorted({code for codes in side for code in codes})) or "nothing" for side in _codes(were, are)]
        return "list", f"looked at {listed[0]}, now at {listed[1]}"
    stands = [", ".join(sorted(set(side))) or "looked at nothing" for side in _statuses(were, are)]
    return "rule", f"was: {stands[0]}; is now: {stands[1]}"


def _codes(were: Any, are: Any) -> tuple[list[Any], list[Any]]:
    return [one["listed_as"] for one in were], [one.listed_as for one in are]


def _statuses(were: Any, are: Any) -> tuple[list[str], list[str]]:
    return [one["status"] for one in were], [one.status.value for one in are]


def _of_day(before: Determination, now: Determination) -> list[Cause]:
    """Which rules came into force, or went out of it, between two days."""
    old = {one.rule: one for one in before.states}
    moved = [one for one in now.states if old[one.rule].truth is not one.truth]
    shown = [one for one in moved if any(found.rule == one.rule and found.would is not Truth.FALSE for found in now.findings)]
    return [
        Cause(kind="day", what=f"{one.rule} was {old[one.rule].state} on {before.on}, is {one.state} on {now.on}")
        for one in shown or moved
    ] or [Cause(kind="day", what=f"from {before.on} to {now.on}")]


def _plain(value: Any) -> Any:
    """Strictly read JSON as the plain values that were written: a record holds whole numbers alone."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value.text) if isinstance(value, json_text.Number) else value
