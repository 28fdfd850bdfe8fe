"""The published JSON Schema of a determination, generated from its dataclasses.

Knows how each type is written by ``as_json``. Every object is closed and every key must be there; whether numbers
and statements fit each other is not said by a schema.
"""

from __future__ import annotations

import json
import types
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any, Union, cast, get_args, get_origin

from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.reports.as_json import FORMAT
from rare_earth_compliance.reports.from_json import NUMBER_PATTERN, shape

_NUMBER = {"type": "string", "pattern": NUMBER_PATTERN}
_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    Fraction: _NUMBER,
}


def determination_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what ``to_dict`` gives."""
    parts: dict[str, Any] = {}
    _of(Determination, parts)
    whole = parts.pop("Determination")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "rare-earth-determination-1.schema.json",
        **whole,
        "properties": {"format": {"const": FORMAT}, **whole["properties"]},
        "required": ["format", *whole["required"]],
        "$defs": parts,
    }


def determination_schema_text() -> str:
    """The schema as the text that is published beside this module."""
    return json.dumps(determination_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _of(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """How a value of a type is written; objects and words are put into ``parts`` by their names."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(next(one for one in inside if one is not type(None)), parts), {"type": "null"}]}
    if origin is tuple and inside[-1] is not ...:
        return {"type": "array", "prefixItems": [_of(one, parts) for one in inside], "items": False, "minItems": len(inside)}
    if origin is tuple:
        return {"type": "array", "items": _of(inside[0], parts)}
    if origin is frozenset:
        return {"type": "array", "items": _of(inside[0], parts), "uniqueItems": True}
    if kind in _PLAIN:
        return _PLAIN[kind]
    name = kind.__name__
    if name not in parts:
        parts[name] = {}  # stands in for itself: a step holds steps
        parts[name] = _named(kind, parts)
    return {"$ref": f"#/$defs/{name}"}


def _named(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    about = {"title": kind.__name__, "description": str(kind.__doc__).strip()}
    if issubclass(kind, Enum):
        return about | {"enum": [one.value for one in kind]}
    if kind is Interval:
        bounds = {"low": _NUMBER, "high": {"anyOf": [_NUMBER, {"type": "null"}]}}
        opened = {"low_open": {"const": True}, "high_open": {"const": True}}
        return about | _closed(bounds | opened, list(bounds))
    if not is_dataclass(kind):
        raise TypeError(f"a determination holds no {kind}")
    properties = {name: _of(inner, parts) for name, inner in shape(cast(type, kind)).items()}
    return about | _closed(properties, list(properties))


def _closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}
