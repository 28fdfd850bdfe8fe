"""Old records judged again: under another pack, on another day, by another version, and what changed their answers.

Knows how a shipment is put together again from the documents that a record carries, or from the same files as they stand
now, and how a changed answer is traced to what caused it: one thing is changed at a time, pack and version first, then the
files, then the day. Does not check whether a record holds: verify does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

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
from rare_earth_compliance.record import opening
from rare_earth_compliance.reports.run import DUTY_OPEN, status_of

_TRUTHS = {"yes": Truth.TRUE, "no": Truth.FALSE, "open": Truth.UNKNOWN}
_DUTY = ", a duty is open"
Files = Sequence[tuple[str, bytes]]
"""Files by their position in a record: name and bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why an answer changed: "rule", "list", "reading", "status", "file", "day", "tool" or "record", and what exactly."""

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
    files: tuple[str, ...] = ()
    """Files that are not what they were when the record was made, where they are judged as they stand now."""


def opened(data: bytes, name: str) -> dict[str, Any]:
    """A record from its bytes. Raises Refused for what is no record, or does not fit its digest."""
    problem = ""
    try:
        record = opening.opened(data)
        if opening.digest(record) != record.get("sha256"):
            problem = "does not fit its digest: it was changed after it was written"
    except (ValueError, RecursionError) as error:  # what is no UTF-8 or no JSON is of the first kind
        record, problem = {}, f"can not be read as a record: {error}"
    if problem:
        raise Refused([Problem(place=Place(file=name), message=problem, advice="use the record as it was written")])
    return dict(record)


def replay(
    record: Mapping[str, Any], pack: RulePack, on: date | None = None, now: Callable[[str], bytes] | None = None
) -> tuple[Replayed, ...]:
    """Every determination of a record judged again under ``pack``, and on the day ``on`` where one is given.

    ``now`` gives the bytes of a file of the record as it stands now; without it the documents of the record are judged.
    Raises Refused where a document can not be read or names what the pack does not have, and what ``now`` raises.
    """
    files = [(one["name"], one["text"].encode()) for one in record["files"]]
    current = files if now is None else [(name, now(name)) for name, _ in files]
    return tuple(_replayed(record, one, pack, on, files, current) for one in record["determinations"])


def called(one: Mapping[str, Any]) -> str:
    """What a person calls the product of a determination in a record."""
    number, name = one["product"]["part_number"], one["product"]["name"]
    return f"{number} ({name})" if number and name else number or name or "product"


def _replayed(
    record: Mapping[str, Any], said: Mapping[str, Any], pack: RulePack, on: date | None, files: Files, current: Files
) -> Replayed:
    was_on, was = date.fromisoformat(said["on"]), said["answer"] + (_DUTY if said["exit_status"] == DUTY_OPEN else "")
    again = _judged(said, pack, was_on, files)
    used = said["used"]
    mine = {at for at in (used["product"], used["shipment"], *used["prices"], *used["status"]) if current[at] != files[at]}
    changed = tuple(files[at][0] for at in sorted(mine))
    fresh = _judged(said, pack, was_on, current) if changed else again
    last = fresh if on in (None, was_on) else _judged(said, pack, on, current)
    causes: list[Cause] = []
    if _stood(again) != was:
        causes += _of_pack(record, said, again, pack)
    if _stood(fresh) != _stood(again):
        causes += [Cause(kind="file", what=f"{name} is not what it was when the record was made") for name in changed]
    if _stood(last) != _stood(fresh):
        causes += _of_day(fresh, last)
    return Replayed(
        product=called(said),
        destination=dict(last.shipment).get("destination", ""),
        was=was,
        was_on=was_on,
        now=_stood(last),
        now_on=last.on,
        # Two changes may cancel each other out: then the answer is as it was.
        causes=tuple(causes) if _stood(last) != was else (),
        files=changed,
    )


def _stood(one: Determination) -> str:
    """The answer as it is compared: with whether a duty is open although no licence is needed."""
    return one.answer.value + (_DUTY if status_of(one) == DUTY_OPEN else "")


def _judged(said: Mapping[str, Any], pack: RulePack, on: date, files: Files) -> Determination:
    confirmations = [one for at in said["used"]["status"] for one in read_confirmations(files[at][1], files[at][0], pack)]
    return determine(
        _shipment(said, files),
        pack,
        on=on,
        readings={one["reading"]: one["option"] for one in said["readings"] if one["by"] == "chosen"},
        confirmations=tuple(confirmations),
        known_by=date.fromisoformat(said["known_by"]) if said["known_by"] else None,
    )


def _shipment(said: Mapping[str, Any], files: Files) -> Shipment:
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
        forged = Cause(kind="record", what="the record does not say what its own documents give under its own rules")
        return _of_tool(record) or [forged]
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
            kind, what = _of_rule(said, old, now, state.rule, state.truth, state.state)
        bears = any(one.rule == state.rule and one.status.value != "does not apply" for one in now.findings)
        if what and (old is not None or bears):
            causes.append(Cause(kind=kind, what=f"{state.rule} {what}"))
    gone = {one["rule"] for one in said["findings"] if one["rule"] in before and one["status"] != "does not apply"}
    causes += [Cause(kind="rule", what=f"{name} is no longer in the pack") for name in before if name in gone]
    return causes or [Cause(kind="rule", what="the pack has changed; no single rule shows it"), *_of_tool(record)]


def _of_tool(record: Mapping[str, Any]) -> list[Cause]:
    """The version of the tool, where it is another one."""
    tool = f"rare-earth-compliance {VERSION}"
    return (
        [] if record["tool"] == tool else [Cause(kind="tool", what=f"the record was made by {record['tool']}, this is {tool}")]
    )


def _of_rule(
    said: Mapping[str, Any], old: Mapping[str, Any], now: Determination, rule: str, truth: Truth, state: str
) -> tuple[str, str]:
    """What became different about one rule, the nearest cause first; nothing where it came to the same."""
    were = [one for one in said["findings"] if one["rule"] == rule]
    are = [one for one in now.findings if one.rule == rule]
    if sorted(one["status"] for one in were) == sorted(one.status.value for one in are):
        return "rule", ""
    if _TRUTHS[old["in_force"]] is not truth:
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
