"""Values that a program hands over, as the reader of JSON would give them.

Knows dictionaries, lists, text, int, Decimal, bool, None and date, and refuses everything else at its path: a
float above all, for it no longer is the number that someone wrote. One loop with an explicit stack, so that any
depth is taken. Knows nothing of what the values mean, and has no lines: only paths.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rare_earth_compliance.core.json_text import SURROGATE, Number, Object
from rare_earth_compliance.core.problems import Path, Place, Problem, Refused, path_text

MOST = 5_000_000
"""More values than this are refused: a list that holds itself many times over would never end."""
FLOAT_ADVICE = "hand it over as text or Decimal: a float is no longer the number that was written"
_KINDS = "text, int, Decimal, true or false, None, a day, a list or a dictionary"
_BITS = 2000
"""An int beyond this many bits is not written out: Python may refuse to. The reader refuses far shorter ones."""


def parsed(value: Any, file: str) -> tuple[Any, str]:
    """``value`` as the reader of JSON gives it, and a SHA-256 of it. Raises Refused with all problems.

    The hash is that of the value written as JSON without spaces, keys in their order, numbers as ``str`` writes them.
    An ``Object`` keeps its ``at``; a plain dictionary has none (0).
    """
    return _Taking(file).take(value)


class _Taking:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256()
        self.opened: list[tuple[Any, Iterator[tuple[Any, Any]], int]] = []
        self.path: list[str | int] = []
        self.inside: set[int] = set()
        self.count = 0

    def take(self, value: Any) -> tuple[Any, str]:
        root = self.value(value)
        while self.opened:
            container, members, which = self.opened[-1]
            try:
                key, inner = next(members)
            except StopIteration:
                self.close(container, which)
                continue
            if isinstance(container, Object):
                self.member(container, key, inner)
            else:
                self.write("," if container else "")
                self.path[-1] = key
                container.append(None)
                container[-1] = self.value(inner)
        if self.problems:
            raise Refused(self.problems)
        return root, self.digest.hexdigest()

    def member(self, container: Object, key: Any, inner: Any) -> None:
        if not isinstance(key, str):
            self.path[-1:] = []
            self.note(f"the key {key!r:.80} is {_kind(key)}, expected text", "write keys as text")
            self.path.append("")
            return
        self.path[-1] = key = str.__str__(key)
        if SURROGATE.search(key):
            self.note("a key holds half of a surrogate pair", "write the whole character")
        self.write(("," if container else "") + json.dumps(key, ensure_ascii=False) + ":")
        container[key] = None
        container[key] = self.value(inner)

    def close(self, container: Any, which: int) -> None:
        self.write("}" if isinstance(container, Object) else "]")
        self.opened.pop()
        self.path.pop()
        self.inside.discard(which)

    def value(self, value: Any) -> Any:
        """A value; a container is opened and left on the stack, its members come later."""
        self.count += 1
        if self.count > MOST:
            self.note(f"more than {MOST:,} values", "hand over one product at a time; is a list in itself?")
            raise Refused(self.problems)
        if isinstance(value, Mapping | list | tuple):
            return self.open(value)
        made, text = self.scalar(value)
        self.write(text)
        return made

    def open(self, value: Any) -> Any:
        if id(value) in self.inside:
            self.note("a dictionary or list contains itself", "hand over a tree; items used twice stand under 'shared'")
            return None
        self.inside.add(id(value))
        self.path.append("")
        if isinstance(value, Mapping):
            made: Any = Object()
            made.at = value.at if isinstance(value, Object) else 0
            members: Iterator[tuple[Any, Any]] = iter(value.items())
        else:
            made, members = [], iter(enumerate(value))
        self.write("{" if isinstance(value, Mapping) else "[")
        self.opened.append((made, members, id(value)))
        return made

    def scalar(self, value: Any) -> tuple[Any, str]:
        if value is None or isinstance(value, bool):
            return value, json.dumps(value)
        if isinstance(value, str):
            text = str.__str__(value)
            if SURROGATE.search(text):
                self.note("a text holds half of a surrogate pair", "write the whole character")
            return text, json.dumps(text, ensure_ascii=False)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat(), json.dumps(value.isoformat())
        number = self.number(value)
        return number, number.text if number else "null"

    def number(self, value: Any) -> Number | None:
        if isinstance(value, Number):
            return value
        if isinstance(value, int) and value.bit_length() <= _BITS:
            return Number(int.__repr__(value))
        if isinstance(value, Decimal) and value.is_finite():
            return Number(str(value))
        if isinstance(value, float):
            self.note(f"found the float {float.__repr__(value)}", FLOAT_ADVICE)
        elif isinstance(value, int | Decimal):
            self.note("found a number that is too long, or none", "leave an unknown value out")
        else:
            self.note(f"found {_kind(value)}, expected {_KINDS}", "turn it into one of these, or leave it out")
        return None

    def write(self, text: str) -> None:
        self.digest.update(text.encode("utf-8", "surrogatepass"))

    def note(self, message: str, advice: str) -> None:
        steps: Path = tuple(self.path)
        at = next((one.at for one, _, _ in reversed(self.opened) if isinstance(one, Object) and one.at), 0)
        self.problems.append(
            Problem(place=Place(file=self.file, line=at, path=path_text(steps)), message=message, advice=advice)
        )


def _kind(value: Any) -> str:
    return type(value).__name__
