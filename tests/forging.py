"""Forged records: one leaf changed, deleted or doubled, with the digest made anew so that it can not tell.

Knows the shape of plain values alone. Used by test_record.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

Where = tuple[str | int, ...]
WORDS = (
    ("yes", "no", "open"),
    ("licence required", "undetermined", "licence not required"),
    (
        "applies",
        "cannot tell",
        "exempt",
        "would apply, but is not in force",
        "might apply, but is not in force",
        "does not apply",
    ),
    ("in force", "not yet", "ended", "suspended", "never operated", "unknown"),
    ("chosen", "official", "assumed"),
    ("primary", "secondary", "translation"),
    ("licence", "prohibition", "duty"),
)
"""Words of which one can stand for another without being seen from its form."""
WAYS = ("change", "delete", "double")


def leaves(value: Any, path: Where = ()) -> Iterator[Where]:
    """The way to every scalar, and to every empty list or object."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = False
    for key, inner in inside:
        found = True
        yield from leaves(inner, (*path, key))
    if not found:
        yield path


def at(value: Any, path: Where) -> Any:
    """What stands at the end of a way."""
    for step in path:
        value = value[step]
    return value


def signed(record: dict[str, Any]) -> dict[str, Any]:
    """The record with a digest that fits it."""
    rest = {name: value for name, value in record.items() if name != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**rest, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def forged(record: dict[str, Any], path: Where, way: str, chance: random.Random) -> dict[str, Any] | None:
    """The record with one leaf changed, deleted or doubled; None where that leaves it as it was."""
    made = dict(record)
    holder: Any = made
    for step in path[:-1]:  # only what lies on the way is copied
        holder[step] = copy.copy(holder[step])
        holder = holder[step]
    last = path[-1]
    if way == "delete":
        del holder[last]
    elif way == "double" and isinstance(last, int):
        holder.insert(last, copy.deepcopy(holder[last]))
    elif way == "double":
        holder[f"{last}_2"] = copy.deepcopy(holder[last])
    else:
        holder[last] = other(holder[last], chance)
    return signed(made) if made != record else None


def other(value: Any, chance: random.Random) -> Any:
    """Another value of the same kind, as near to it as can be."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((-1, 1))
    if value is None:
        return chance.choice(("DE", "0", False, "2026-11-10"))
    if isinstance(value, list | dict):
        return ["CN"] if isinstance(value, list) else {"EUR": "1"}
    if re.fullmatch(r"[0-9]+/[0-9]+", value):
        above, below = map(int, value.split("/"))
        return f"{above + 1}/{below}" if chance.random() < 1 / 2 else f"{above}/{below + 1}"
    for words in WORDS:
        if value in words:
            return chance.choice([one for one in words if one != value])
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return (date.fromisoformat(value) + timedelta(chance.choice((-365, -1, 1, 365)))).isoformat()
    position = chance.randrange(len(value)) if value else 0
    letter = value[position : position + 1]
    if letter.isdigit():
        letter = chance.choice([one for one in "0123456789" if one != letter])
    else:
        letter = chance.choice([one for one in "abcXYZ中" if one != letter])
    return f"{value[:position]}{letter}{value[position + 1 :]}"
