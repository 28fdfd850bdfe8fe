"""A record checked: its frame by hashes, its steps by the checker, its premises by the second stage.

Knows what a whole record holds beside its steps, and how the stages follow each other. Knows no step itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rare_earth_compliance.record.opening import FORMAT, Law, canonical, differences, digest, sha256
from rare_earth_compliance.record.premises import Derived
from rare_earth_compliance.record.roles import beside, chosen, paired
from rare_earth_compliance.record.verify import Check

REQUIRED = "licence required"
SHOWN = 12
"""How many findings of one rule and status are shown before others are only named."""
_BROKEN = (KeyError, TypeError, ValueError, IndexError, AttributeError, StopIteration, ArithmeticError, RecursionError)
_USED = {"product", "shipment", "prices", "status"}
_GIVEN = ("used", "given", "on", "known_by")
_TOOL = re.compile(r"rare-earth-compliance [0-9]+(\.[0-9a-z]+)+")


@dataclass(slots=True, kw_only=True)
class Checked:
    """What came of checking a record."""

    faults: list[str] = field(default_factory=list)
    """Where it does not hold, in words; nothing where it holds."""
    premises: list[str] = field(default_factory=list)
    """What the checker took as said."""
    left: list[str] = field(default_factory=list)
    """What the second stage took as said as well, once for each premise."""
    beside: list[str] = field(default_factory=list)
    """What was asked beside the files: days, facts, readings."""


def framed(record: Any, one: Any, law: Law) -> dict[str, Any]:
    """A determination with what follows from it alone: the duties that stay open, the exit status, the hash of its inputs.

    The hash is over everything it was made from: tool, rules, files, facts given, days, and readings chosen. Raises
    ValueError where findings that must be shown are not.
    """
    kinds = [(row["rule"], row["status"]) for row in one["findings"]]
    if any(kinds.count((row["rule"], row["status"])) < SHOWN for row in one["others"]):
        raise ValueError(f"findings stand among the others, but fewer than {SHOWN} of their kind are shown")
    duties: set[str] = set()
    told = [(row["rule"], row["status"], row.get("exemptions", ())) for row in (*one["findings"], *one["others"])]
    for name, status, exemptions in told if one["answer"] != REQUIRED else ():
        rule = law.clauses[name][1]
        if status == "exempt":
            shown = {row["id"] for row in exemptions if row["trace"]["outcome"] == "yes"}
            duties.update(duty for each in rule["unless"] if each["id"] in shown for duty in each.get("duties", ()))
        elif rule["then"]["licence"] == "none" and status in ("applies", "cannot tell"):
            duties.update(rule["then"].get("duties", ()))
    code = {REQUIRED: 10, "undetermined": 11}.get(one["answer"], 12 if duties else 0)
    files = [file["sha256"] for file in record["files"]]
    made_from = [record["tool"], record["rules"]["sha256"], files, *(one[name] for name in _GIVEN), chosen(one)]
    return {**one, "duties_open": sorted(duties), "exit_status": code, "inputs": sha256(made_from)}


def checked(
    record: Any, documents: Mapping[str, bytes], law: Law, *, most: int = 20, seen: dict[str, Any] | None = None
) -> Checked:
    """Check a record against the documents handed in, by name, and the rule files.

    The documents are ones that the reader of product files takes: whoever calls this asks it first.
    ``seen`` keeps what was worked out from documents under a law, for further records of the same.
    """
    found = Checked()
    try:
        texts, frame = _frame(record, documents, law)
        found.faults = differences(record["files"], frame["files"], "/files", most)
        if found.faults:  # these are not the files: nothing that follows from them is of interest
            return found
        made = [_derived(one, texts, law, found, {} if seen is None else seen) for one in record["determinations"]]
        whole = {**frame, "determinations": [framed(frame, one, law) for one in made]}
        found.faults = differences(record, whole, most=most)
        for at, said in enumerate(record["determinations"] if not found.faults else ()):
            check = Check(said, texts, law)
            found.faults += differences(made[at], check.determination(), f"/determinations/{at}", most)
            found.premises += [f"{what} at {about}" for about, told in check.taken.items() for what in told]
            found.beside += beside(said, texts)
    except _BROKEN as error:
        found.faults = [f"not of the form of a record: {type(error).__name__} {error}"]
    return found


def _frame(record: Any, documents: Mapping[str, bytes], law: Law) -> tuple[list[str], dict[str, Any]]:
    """The texts of the files that were used, and a record as it must be but for its determinations."""
    names = [one["name"] for one in record["files"]]
    if missing := [name for name in names if name not in documents]:
        raise ValueError(f"the file {missing[0]!r} was not handed in")
    used = [one["used"] for one in record["determinations"]]
    every = [at for one in used for at in (one["product"], one["shipment"], *one["prices"], *one["status"])]
    if len({*names}) < len(names) or len(documents) != len(names) or {*every} != {*range(len(names))} or not used:
        raise ValueError("a file is named twice, or was handed in and is not used")
    if any(set(one) != _USED for one in used) or {*map(type, every)} != {int} or not _TOOL.fullmatch(record["tool"]):
        raise ValueError("a file is used for something else than product, shipment, prices or status, or no tool is named")
    paired(record["determinations"])
    texts = [documents[name].decode() for name in names]
    files = [{"name": name, "sha256": sha256(text), "text": text} for name, text in zip(names, texts, strict=True)]
    frame = {"format": FORMAT, "tool": record["tool"], "rules": law.said, "files": files, "count": len(used)}
    return texts, {**frame, "sha256": digest(record)}


def _derived(said: Any, texts: list[str], law: Law, found: Checked, seen: dict[str, Any]) -> Any:
    """A determination made anew from the files alone, but for what is then named in ``left``."""
    shown = [[one["rule"], one["item"]] for one in said["findings"]]
    key = canonical([texts, chosen(said), shown, *(said[name] for name in _GIVEN)])
    if key in seen:
        return seen[key]
    derived = Derived(said, texts, law)
    made = derived.determination()
    found.left += derived.left.values()
    if not derived.left:  # else it rests on what this record says, and on no other
        seen[key] = made
    return made
