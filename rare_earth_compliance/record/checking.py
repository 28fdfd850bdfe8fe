"""A record checked: its frame by hashes, its steps by the checker, its premises by the second stage.

Knows what a whole record holds beside its determinations, and how the stages follow each other. Knows no step itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rare_earth_compliance.record.opening import FORMAT, Law, canonical, differences, digest, sha256, written
from rare_earth_compliance.record.premises import Derived
from rare_earth_compliance.record.verify import Check

_BROKEN = (KeyError, TypeError, ValueError, IndexError, AttributeError, StopIteration, ArithmeticError, RecursionError)
_USED = ("product", "shipment", "prices", "status")
_GIVEN = ("used", "given", "on", "known_by")


@dataclass(slots=True, kw_only=True)
class Checked:
    """What came of checking a record. ``faults``: where it does not hold, in words; none where it holds."""

    faults: list[str] = field(default_factory=list)
    premises: list[str] = field(default_factory=list)
    """What the checker took as said, and the second stage worked out anew."""
    left: list[str] = field(default_factory=list)
    """What was taken as said by both."""


def inputs(record: Any, one: Any) -> str:
    """The hash over everything that a determination was made from: files, facts given, days, readings, rules and tool."""
    chosen = sorted([row["reading"], row["option"]] for row in one["readings"] if row["by"] == "chosen")
    files = [file["sha256"] for file in record["files"]]
    return sha256([record["tool"], record["rules"]["sha256"], files, *(one[name] for name in _GIVEN), chosen])


def checked(
    record: Any, documents: Mapping[str, bytes], law: Law, *, most: int = 20, seen: dict[str, Any] | None = None
) -> Checked:
    """Check a record against the documents handed in, by name, and the rule files.

    ``seen`` keeps what was worked out from documents under a law, for further records of the same.
    """
    found = Checked()
    try:
        texts, frame = _frame(record, documents, law)
        made = [_premises(one, texts, law, found, {} if seen is None else seen) for one in record["determinations"]]
        whole = [{**one, "inputs": inputs(record, said)} for one, said in zip(made, record["determinations"], strict=True)]
        found.faults = differences(record, {**frame, "determinations": whole}, most=most)
        if not found.faults:
            for at, (said, one) in enumerate(zip(record["determinations"], made, strict=True)):
                check = Check(said, texts, law)
                found.faults += differences(one, written(check.determination()), f"/determinations/{at}", most)
                found.premises += [f"{what} at {about}" for about, told in check.taken.items() for what in told]
    except _BROKEN as error:
        found.faults = [f"not of the form of a record: {type(error).__name__} {error}"]
    return found


def _frame(record: Any, documents: Mapping[str, bytes], law: Law) -> tuple[list[str], dict[str, Any]]:
    """The texts of the files that were used, and a record as it must be but for its determinations."""
    missing = [one["name"] for one in record["files"] if one["name"] not in documents]
    if missing:
        raise ValueError(f"the file {missing[0]!r} was not handed in")
    texts = [documents[one["name"]].decode() for one in record["files"]]
    used = [one["used"] for one in record["determinations"]]
    every = [at for one in used for at in (one["product"], one["shipment"], *one["prices"], *one["status"])]
    if len(documents) != len(texts) or {*every} != {*range(len(texts))} or {*map(type, every)} != {int}:
        raise ValueError("a file is named twice, or was handed in and is not used")
    if any(set(one) != set(_USED) for one in used) or not re.fullmatch(
        r"rare-earth-compliance [0-9]+(\.[0-9a-z]+)+", record["tool"]
    ):
        raise ValueError("a file is used otherwise than for product, shipment, prices or status, or no tool is named")
    files = [
        {"name": name["name"], "sha256": sha256(text), "text": text} for name, text in zip(record["files"], texts, strict=True)
    ]
    frame = {"format": FORMAT, "tool": record["tool"], "rules": law.said, "files": files, "count": len(used)}
    return texts, {**frame, "sha256": digest(record)}


def _premises(said: Any, texts: list[str], law: Law, found: Checked, seen: dict[str, Any]) -> Any:
    """A determination made anew from the files alone."""
    chosen = sorted([row["reading"], row["option"]] for row in said["readings"] if row["by"] == "chosen")
    shown = [[one["rule"], one["item"]] for one in said["findings"]]
    key = canonical([texts, chosen, shown, *(said[name] for name in _GIVEN)])
    if key not in seen:
        derived = Derived(said, texts, law)
        made = written(derived.determination())
        found.left += derived.left
        if derived.left:  # then it rests on what the record says, and holds for this record alone
            return made
        seen[key] = made
    return seen[key]
