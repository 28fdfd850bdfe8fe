"""The cases of the rule files as documents: a subject, changed as a case says.

Knows how a case writes a place and a value. Does not know rules.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

_STEP = re.compile(r"([A-Za-z_]+)|\[(\d+)\]")
_WORDS = {"true": True, "false": False}


def changed(document: dict[str, Any], changes: Iterable[tuple[str, str | None]]) -> dict[str, Any]:
    """The document with each place set to a value, or taken out where the value is None."""
    made = copy.deepcopy(document)
    for place, value in changes:
        steps: list[Any] = [name or int(number) for name, number in _STEP.findall(place)]
        holder = made
        for step, after in pairwise(steps):
            holder = _below(holder, step, [] if isinstance(after, int) else {})
        if value is None:
            del holder[steps[-1]]
        else:
            _set(holder, steps[-1], _WORDS.get(value, value))
    return made


def _below(holder: Any, step: Any, empty: Any) -> Any:
    if isinstance(holder, list) and step == len(holder):
        holder.append(empty)
    return holder[step] if isinstance(holder, list) else holder.setdefault(step, empty)


def _set(holder: Any, step: Any, value: Any) -> None:
    if isinstance(holder, list) and step == len(holder):
        holder.append(value)
    else:
        holder[step] = value
