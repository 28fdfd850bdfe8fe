"""The report as JSON: every determination whole, numbers exact, the same bytes for the same input.

Knows how frozen data becomes plain values. Numbers are text: a decimal where that is exact, else a
fraction. Holds no time of day. What would do something where it is printed is escaped: the value is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import partial
from typing import Any, NoReturn

from rare_earth_compliance.core.inert import harmless_json
from rare_earth_compliance.core.quantities import Interval, written
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.reports.run import Run, status

FORMAT = "rare-earth-determination/1"
REPORT = "rare-earth-report/1"


def plain(value: Any) -> Any:
    """Frozen data as plain values. Raises TypeError for anything it does not know."""
    return _way(type(value))(value)


_WAYS: dict[Any, Callable[[Any], Any]] = {}
"""How the values of a type become plain: a determination holds some ten thousand values of a dozen types."""


def _way(kind: Any) -> Callable[[Any], Any]:
    found = _WAYS.get(kind)
    if found is None:
        found = _WAYS[kind] = _found_way(kind)
    return found


def _found_way(kind: Any) -> Callable[[Any], Any]:
    if kind is type(None) or issubclass(kind, bool | int | str):
        return _itself
    if issubclass(kind, Fraction):
        return written
    if issubclass(kind, Interval):
        return _interval
    if issubclass(kind, Enum):
        return _word
    if issubclass(kind, date):
        return date.isoformat
    if issubclass(kind, frozenset):
        return _in_order
    if issubclass(kind, tuple | list):
        return _each
    if is_dataclass(kind):
        return partial(_fields, tuple(field.name for field in fields(kind)))
    return _refuse


def _itself(value: Any) -> Any:
    return value


def _word(value: Enum) -> Any:
    return value.value


def _in_order(value: frozenset[Any]) -> list[Any]:
    return _each(sorted(value))


def _each(value: Sequence[Any]) -> list[Any]:
    return [_way(type(one))(one) for one in value]


def _fields(names: tuple[str, ...], value: Any) -> dict[str, Any]:
    made = {}
    for name in names:
        inner = getattr(value, name)
        made[name] = inner if inner.__class__ is str else _way(type(inner))(inner)
    return made


def _refuse(value: Any) -> NoReturn:
    raise TypeError(f"a determination holds no {type(value).__name__}")


def _interval(value: Interval) -> dict[str, Any]:
    made: dict[str, Any] = {"low": written(value.low), "high": None if value.high is None else written(value.high)}
    if value.low_open:
        made["low_open"] = True
    if value.high_open:
        made["high_open"] = True
    return made


def to_dict(determination: Determination) -> dict[str, Any]:
    """A determination as plain values, with the version of their form under "format"."""
    return {"format": FORMAT, **plain(determination)}


def document(run: Run) -> dict[str, Any]:
    """The report of a run as plain values, with the version of its form under "format"."""
    made: dict[str, Any] = {
        "format": REPORT,
        "status": status(run),
        "judged": len(run.determinations),
        "refused_files": list(run.refused_files),
        "skipped": list(run.skipped),
        "determinations": [to_dict(one) for one in run.determinations],
        "refused": [plain(one) for one in run.refused],
    }
    if run.left_out.count:
        made["left_out"] = run.left_out.plain()
    if run.checked:  # the run of a gate: decisions stand beside the answers
        made["checked"] = dict(run.checked)
        made["covered"] = {str(index): list(kinds) for index, kinds in run.cover}
        made["passes_on"] = plain(run.passes_on)
        made["nothing_changed"] = run.nothing_changed
        made.update({name: plain(getattr(run, name)) for name in ("decided", "lapsed", "warnings")})
    return made


def written_out(report: dict[str, Any]) -> str:
    """A report made of plain values as the text that is published."""
    return harmless_json(_indented(report)) + "\n"


def _indented(report: dict[str, Any]) -> str:
    """JSON with one thing a line. The extra ``fast`` breaks the lines of a long report sooner, at the same places."""
    try:
        from msgspec.json import format as broken_into_lines  # noqa: PLC0415  # an extra

        found: str = broken_into_lines(json.dumps(report, ensure_ascii=False, separators=(",", ":")), indent=1)
    except (ImportError, UnicodeEncodeError, RecursionError):  # half a character is written as it is
        return json.dumps(report, ensure_ascii=False, indent=1)
    return found


def render(run: Run) -> str:
    """The report of a run as JSON text."""
    return written_out(document(run))
