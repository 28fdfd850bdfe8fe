"""A determination from its plain values: the way back from ``as_json``.

Knows the dataclasses of a determination by their types alone, so that a new field needs no line here. Refuses
what is not exactly their form: another version, an unknown or missing key, another type. Judges nothing: that a
stored answer is right is not said here.
"""

from __future__ import annotations

import re
import types
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from rare_earth_compliance.core.problems import Path, Place, Problem, Refused, path_text
from rare_earth_compliance.core.quantities import Interval, written
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.reports.as_json import FORMAT

DEEPEST = 200
"""A trace nested deeper than this is refused; those of real rules are far flatter."""
NUMBER_PATTERN = r"^(0|[1-9][0-9]*)(\.[0-9]*[1-9]|/[1-9][0-9]*)?$"
"""How an exact number is written: a decimal without idle zeros, or a fraction."""
_NUMBER = re.compile(NUMBER_PATTERN.strip("^$"))
LONGEST = 8000
"""Characters of a number; a fraction of a real share has far fewer."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WRONG = object()


def from_dict(mapping: Any, name: str = "determination") -> Determination:
    """The determination that ``to_dict`` made ``mapping`` from. ``name`` names it in messages.

    Raises Refused with all problems: a version other than ``rare-earth-determination/1``, unknown or missing keys,
    values of another type or form. ``from_dict(to_dict(d)) == d`` holds for every determination.
    """
    reading = _Reading(name)
    if not isinstance(mapping, dict):
        reading.note((), f"found a {type(mapping).__name__}, expected a dictionary", "hand over what to_dict made")
    elif mapping.get("format") != FORMAT:
        advice = "read it with the version of this library that wrote it, or judge again"
        reading.note(("format",), f"found {mapping.get('format')!r:.80}, expected {FORMAT!r}", advice)
    else:
        made = reading.value(Determination, {key: inner for key, inner in mapping.items() if key != "format"}, ())
        if not reading.problems:
            return cast(Determination, made)
    raise Refused(reading.problems)


@cache
def shape(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass with their types."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


class _Reading:
    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def note(self, path: Path, message: str, advice: str = "store determinations unchanged") -> Any:
        self.problems.append(Problem(place=Place(file=self.name, path=path_text(path)), message=message, advice=advice))
        return _WRONG

    def value(self, kind: Any, found: Any, path: Path) -> Any:
        """``found`` as a value of the type ``kind``; a problem is noted where it is none."""
        origin, inside = get_origin(kind), get_args(kind)
        if len(path) > DEEPEST:
            return self.note(path, "is nested too deep")
        if origin in (Union, types.UnionType):
            return None if found is None else self.value(next(one for one in inside if one is not type(None)), found, path)
        if origin is tuple:
            return self.several(inside, found, path)
        if origin is frozenset:
            read = self.several((inside[0], ...), found, path)
            return read if read is _WRONG else self.distinct(read, path)
        if kind is Interval:
            return self.interval(found, path)
        if is_dataclass(kind):
            return self.record(cast(type, kind), found, path)
        return self.scalar(kind, found, path)

    def distinct(self, read: tuple[Any, ...], path: Path) -> Any:
        return frozenset(read) if len(set(read)) == len(read) else self.note(path, "holds the same entry twice")

    def several(self, inside: tuple[Any, ...], found: Any, path: Path) -> Any:
        if not isinstance(found, list | tuple):
            return self.note(path, f"found {_kind(found)}, expected a list")
        if inside[-1] is not ...:
            if len(found) != len(inside):
                return self.note(path, f"found a list of {len(found)}, expected {len(inside)}")
            kinds = inside
        else:
            kinds = (inside[0],) * len(found)
        made = tuple(self.value(kind, one, (*path, at)) for at, (kind, one) in enumerate(zip(kinds, found, strict=True)))
        return _WRONG if any(one is _WRONG for one in made) else made

    def record(self, kind: type, found: Any, path: Path) -> Any:
        if not isinstance(found, dict):
            return self.note(path, f"found {_kind(found)}, expected an object")
        wanted = shape(kind)
        for key in found:
            if key not in wanted:
                self.note((*path, str(key)), "is not a key of the format")
        made = {}
        for name, inner in wanted.items():
            made[name] = (
                self.value(inner, found[name], (*path, name)) if name in found else self.note((*path, name), "is missing")
            )
        if any(one is _WRONG for one in made.values()) or len(found) != len(wanted):
            return _WRONG
        return kind(**made)

    def interval(self, found: Any, path: Path) -> Any:
        if not isinstance(found, dict):
            return self.note(path, f"found {_kind(found)}, expected an object")
        for key in found:
            if key not in ("low", "high", "low_open", "high_open"):
                self.note((*path, str(key)), "is not a key of the format")
        opened = []
        for key in ("low_open", "high_open"):
            opened.append(key in found)
            if key in found and found[key] is not True:
                self.note((*path, key), "is written only where it is true")
        missing = [key for key in ("low", "high") if key not in found]
        for key in missing:
            self.note((*path, key), "is missing")
        if missing:
            return _WRONG
        low = self.value(Fraction, found["low"], (*path, "low"))
        high = self.value(Fraction | None, found["high"], (*path, "high"))
        if low is _WRONG or high is _WRONG:
            return _WRONG
        if high is not None and high < low:
            return self.note(path, "ends below its start")
        return Interval(low, high, *opened)

    def scalar(self, kind: Any, found: Any, path: Path) -> Any:
        if kind in (str, int, bool):
            return found if type(found) is kind else self.note(path, f"found {_kind(found)}, expected {_NAMES[kind]}")
        if not isinstance(found, str):
            return self.note(path, f"found {_kind(found)}, expected text")
        if kind is date:
            return _day(found) or self.note(path, f"found {found!r:.80}, expected a day written 2026-11-23")
        if kind is Fraction:
            number = _number(found)
            return self.note(path, f"found {found!r:.80}, expected an exact number") if number is None else number
        if isinstance(kind, type) and issubclass(kind, Enum):
            known = {one.value: one for one in kind}
            return known[found] if found in known else self.note(path, f"found {found!r:.80}, expected {', '.join(known)}")
        raise TypeError(f"a determination holds no {kind}")


_NAMES = {str: "text", int: "a whole number", bool: "true or false"}


def _kind(found: Any) -> str:
    return "nothing" if found is None else f"a {type(found).__name__}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _number(text: str) -> Fraction | None:
    if len(text) > LONGEST or not _NUMBER.fullmatch(text):
        return None
    try:
        number = Fraction(text)
        return number if written(number) == text else None
    except ValueError:  # more digits than Python turns into a number
        return None
