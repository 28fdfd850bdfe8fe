"""The JSON Schema of the JSON report, made from the same types that ``as_json`` writes.

Knows how each frozen type looks once written: numbers as text, sets as sorted lists. A type that has no
form here is an error when the schema is made, not a gap in it. Knows nothing of what the values mean.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from rare_earth_compliance.core.problems import Problem
from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.reports.as_json import FORMAT, REPORT
from rare_earth_compliance.reports.run import CLEAR, NOTHING_CHECKED, WORST_FIRST, WRONG_USAGE

_TEXT = {"type": "string"}
_EXACT = {"type": "string", "description": "an exact number: a decimal where that is exact, else a fraction"}
_PLAIN: dict[Any, dict[str, Any]] = {
    str: _TEXT,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    date: {"type": "string", "format": "date"},
    Fraction: _EXACT,
    NoneType: {"type": "null"},
}


def definitions(at: str) -> dict[str, dict[str, Any]]:
    """Schemas by name; ``Report`` is the whole. ``at`` is what stands before a name in a reference, as "#/$defs/"."""
    made = _Made(at)
    made.named["Report"] = made.report()
    return made.named


class _Made:
    def __init__(self, at: str) -> None:
        self.at = at
        self.named: dict[str, dict[str, Any]] = {}

    def report(self) -> dict[str, Any]:
        texts = {"type": "array", "items": _TEXT}
        return _object(
            {
                "format": {"const": REPORT},
                "status": {
                    "enum": sorted({*WORST_FIRST, WRONG_USAGE}),
                    "description": f"{CLEAR} not required · 10 required · 11 undetermined · 12 no licence, a duty is open · "
                    f"{WRONG_USAGE} wrong usage · 3 refused · {NOTHING_CHECKED} nothing was judged",
                },
                "judged": {"type": "integer", "minimum": 0},
                "refused_files": texts,
                "skipped": texts,
                "determinations": {"type": "array", "items": self.of(Determination)},
                "refused": {"type": "array", "items": self.of(Problem)},
            }
        )

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type. Raises TypeError for one that a report does not hold."""
        if kind in _PLAIN:
            return _PLAIN[kind]
        origin, args = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(one) for one in args]}
        if origin in (tuple, list, frozenset):
            return self.sequence(args, plain=origin is not tuple or args[-1] is Ellipsis)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [one.value for one in kind]}
        if kind is Interval:
            return self.interval()
        if is_dataclass(kind) and isinstance(kind, type):
            return self.record(kind)
        raise TypeError(f"a report holds no {kind}")

    def sequence(self, args: tuple[Any, ...], *, plain: bool) -> dict[str, Any]:
        if plain:
            return {"type": "array", "items": self.of(args[0])}
        count = len(args)
        return {"type": "array", "prefixItems": [self.of(one) for one in args], "minItems": count, "maxItems": count}

    def interval(self) -> dict[str, Any]:
        self.named["Interval"] = {
            **_object({"low": _EXACT, "high": {"anyOf": [_EXACT, {"type": "null"}]}}),
            "description": "bounds; high null: no upper bound is known; low_open, high_open: the bound itself is excluded",
        }
        self.named["Interval"]["properties"] |= {"low_open": {"const": True}, "high_open": {"const": True}}
        return {"$ref": f"{self.at}Interval"}

    def record(self, kind: type[Any]) -> dict[str, Any]:
        name = kind.__name__
        if name not in self.named:
            self.named[name] = {}  # held open: a type may hold itself
            hints = get_type_hints(kind)
            made = {one.name: self.of(hints[one.name]) for one in fields(kind)}
            if kind is Determination:
                made = {"format": {"const": FORMAT}, **made}
            about = (kind.__doc__ or "").strip().split("\n\n")[0]
            self.named[name] = {**_object(made), "description": about}
        return {"$ref": f"{self.at}{name}"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
