"""A loaded rule pack as text, and back: what a cache keeps, so that rule files are not read and checked at every start.

Knows the closed set of classes of which a pack is made. The text is JSON: reading it makes objects of these classes and
runs nothing. Every value stands once, after those it is made of, so that nothing is read by recursion and what was one
object is one object again. Cases, which are most of a pack and decide nothing, stand in a line of their own and are read
when somebody looks at them. Does not know files, nor whether a text belongs to them: the command line does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from rare_earth_compliance.core.json_text import Number, Object
from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.law import conditions, listed, model
from rare_earth_compliance.law.late import comes_later

FORMAT = "rare-earth-pack/2"
_CLASSES: tuple[type[Any], ...] = (
    *(Place, Interval, Number),
    *(conditions.All, conditions.AnyOf, conditions.Ask, conditions.Not, conditions.Question, conditions.Reads),
    *(conditions.Term, conditions.UnderEach),
    *(model.Case, model.Caution, model.Duty, model.Entry, model.Exemption, model.Instrument, model.ItemList, model.ListCase),
    *(model.NotModelled, model.Option, model.Policy, model.Quote, model.Reading, model.Rule, model.RulePack),
    *(model.StatusQuestion, model.Subject, model.Suspension),
    *(listed.ListAnnouncement, listed.ListedParty, listed.Parties),
)
"""Everything with fields that a pack is made of; a text names a class by its place here."""
_LIST, _TUPLE, _SET, _DICT, _OBJECT, _DATE, _FRACTION, _CASES, _FIRST = range(9)
"""How a value is made of others; classes follow from _FIRST on."""


class Unkept(Exception):
    """A value of a class that is not among those of a pack, or a text that is none of a pack."""


def text_of(pack: model.RulePack) -> str:
    """A pack as text: a line without its cases, and one with them. Raises Unkept for anything that is not known here."""
    aside: list[tuple[_Aside, tuple[Any, ...]]] = []
    written = _written(pack, aside)
    cases = _line(_written(tuple(cases for _, cases in aside)))
    return f"{_line({'format': FORMAT, 'cases': _digest(cases), **written})}\n{cases}"


def pack_of(text: str) -> model.RulePack:
    """The pack of a text that ``text_of`` made, its cases when they are looked at. Raises Unkept for any other text."""
    first, _, cases = text.partition("\n")
    try:
        document = json.loads(first)
        if document["format"] != FORMAT:
            raise Unkept("another format")
        if document["cases"] != _digest(cases):
            raise Unkept("other cases")
        pack = _made(document, _Cases(cases))
    except _WRONG as error:
        raise Unkept(str(error)) from error
    if not isinstance(pack, model.RulePack):
        raise Unkept("no pack")
    return pack


_WRONG = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError, StopIteration)
"""What comes of a text that is none of a pack."""


class _Cases:
    """The cases of a pack as text, made when the first of them is looked at."""

    __slots__ = ("_made", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._made: tuple[tuple[Any, ...], ...] | None = None

    def of(self, number: int) -> tuple[Any, ...]:
        """Those of one statement. Raises Unkept where there are none."""
        try:
            if self._made is None:
                self._made = _made(json.loads(self._text), self)
            return self._made[number]
        except _WRONG as error:
            raise Unkept(f"cases: {error}") from error


@dataclass(frozen=True, slots=True, eq=False)
class _Aside:
    """Stands for the cases of a statement, which are written by themselves: their number there."""

    number: int


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _line(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _written(whole: Any, aside: list[tuple[_Aside, tuple[Any, ...]]] | None = None) -> dict[str, Any]:
    """Every value once, after those that it is made of; cases of statements go into ``aside``."""
    plain: list[Any] = []
    made: list[tuple[int, list[int]]] = []
    places: dict[Any, int] = {}
    for value, parts in _inside_out(whole, aside):
        key = _key(value)
        if parts is None:
            places[key] = -1 - len(plain)
            plain.append(value)
        else:
            places[key] = len(made)
            made.append((_KINDS[value.__class__], [places[_key(part)] for part in parts]))
    return {"plain": plain, "made": made}


def _made(document: Any, cases: _Cases) -> Any:
    """What was written, with its cases from there."""
    plain, made = document["plain"], document["made"]
    # Plain values are counted from the end, so that one index serves both.
    values: list[Any] = [None] * len(made) + plain[::-1]
    make, get = _makers(cases), values.__getitem__
    for at, (kind, parts) in enumerate(made):
        values[at] = make[kind](map(get, parts))
    return values[len(made) - 1]


def _key(value: Any) -> Any:
    """What tells a value from others: plain ones are the same when equal, all else when it is one object."""
    return (value.__class__, value) if value is None or value.__class__ in (str, int, bool) else id(value)


def _inside_out(whole: Any, aside: list[tuple[_Aside, tuple[Any, ...]]] | None) -> Iterator[tuple[Any, list[Any] | None]]:
    """Every value once, after what it is made of; with its parts, or None for a plain one."""
    seen: set[Any] = set()
    work: list[tuple[Any, list[Any] | None, bool]] = [(whole, None, False)]
    while work:
        value, parts, opened = work.pop()
        key = _key(value)
        if opened:
            yield value, parts
            continue
        if key in seen:
            continue
        parts = _parts(value, aside)
        if parts is None:
            seen.add(key)
            yield value, None
            continue
        seen.add(key)
        work.append((value, parts, True))
        work += [(part, None, False) for part in reversed(parts)]


def _parts(value: Any, aside: list[tuple[_Aside, tuple[Any, ...]]] | None) -> list[Any] | None:
    kind = value.__class__
    if value is None or kind in (str, int, bool):
        return None
    if kind in (list, tuple):
        return list(value)
    if kind is frozenset:
        return sorted(value)
    if kind in (dict, Object):
        parts = [part for pair in value.items() for part in pair]
        return [value.at, *parts] if kind is Object else parts
    if kind is date:
        return [value.toordinal()]
    if kind is Fraction:
        return [value.numerator, value.denominator]
    if kind is _Aside:
        return [value.number]
    if kind in _PLACES:
        parts = [getattr(value, name) for name in _names(kind)]
        if kind in _WITH_CASES and aside is not None:
            # Kept here as well, so that no other takes its place in memory: a value is known by that.
            aside.append((_Aside(len(aside)), value.cases))
            parts.append(aside[-1][0])
        return parts
    raise Unkept(f"{kind.__qualname__} is not kept")


def _names(kind: type[Any]) -> list[str]:
    """The fields of a class, without the cases of statements."""
    return [one.name for one in fields(kind) if kind not in _WITH_CASES or one.name != "cases"]


_WITH_CASES = (model.Rule, model.ItemList)
_PLACES = {kind: _FIRST + at for at, kind in enumerate(_CLASSES)}
_KINDS = {
    list: _LIST,
    tuple: _TUPLE,
    frozenset: _SET,
    dict: _DICT,
    Object: _OBJECT,
    date: _DATE,
    Fraction: _FRACTION,
    _Aside: _CASES,
    **_PLACES,
}


Parts = Iterator[Any]


def _object(parts: Parts) -> Object:
    at = next(parts)
    made = Object(zip(parts, parts, strict=True))
    made.at = at
    return made


def _makers(cases: _Cases) -> list[Callable[[Parts], Any]]:
    return [
        list,
        tuple,
        frozenset,
        lambda parts: dict(zip(parts, parts, strict=True)),
        _object,
        lambda parts: date.fromordinal(*parts),
        lambda parts: Fraction(*parts),
        lambda parts: partial(cases.of, *parts),
        *(_maker(kind) for kind in _CLASSES),
    ]


def _maker(kind: type[Any]) -> Callable[[Parts], Any]:
    """Fills the slots of a frozen class: its fields were checked when the pack was read from its files."""
    put = [getattr(kind, name).__set__ for name in _names(kind)]
    if kind in _WITH_CASES:
        put.append(comes_later)
    new: Any = object.__new__

    def made(parts: Parts) -> Any:
        value = new(kind)
        for fill, part in zip(put, parts, strict=True):
            fill(value, part)
        return value

    return made
