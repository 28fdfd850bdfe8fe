"""A loaded rule pack as text, and back: what a cache keeps, so that rule files are not read and checked at every start.

Knows the closed set of classes of which a pack is made. The text is JSON: reading it makes objects of these classes and
runs nothing. Every value stands once, after those it is made of, so that nothing is read by recursion and what was one
object is one object again. Does not know files, nor whether a text belongs to them: the command line does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from fractions import Fraction
from typing import Any

from rare_earth_compliance.core.json_text import Number, Object
from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.law import conditions, listed, model

FORMAT = "rare-earth-pack/1"
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
_LIST, _TUPLE, _SET, _DICT, _OBJECT, _DATE, _FRACTION, _FIRST = range(8)
"""How a value is made of others; classes follow from _FIRST on."""


class Unkept(Exception):
    """A value of a class that is not among those of a pack, or a text that is none of a pack."""


def text_of(pack: model.RulePack) -> str:
    """A pack as text. Raises Unkept for one that is made of anything else than is known here."""
    plain: list[Any] = []
    made: list[tuple[int, list[int]]] = []
    places: dict[Any, int] = {}
    for value, parts in _inside_out(pack):
        key = _key(value)
        if parts is None:
            places[key] = -1 - len(plain)
            plain.append(value)
        else:
            places[key] = len(made)
            made.append((_KINDS[value.__class__], [places[_key(part)] for part in parts]))
    return json.dumps({"format": FORMAT, "plain": plain, "made": made}, ensure_ascii=False, separators=(",", ":"))


def pack_of(text: str) -> model.RulePack:
    """The pack of a text that ``text_of`` made. Raises Unkept for any other text."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise Unkept("another format")
        plain, made = document["plain"], document["made"]
        # Plain values are counted from the end, so that one index serves both.
        values: list[Any] = [None] * len(made) + plain[::-1]
        make, get = _makers(), values.__getitem__
        for at, (kind, parts) in enumerate(made):
            values[at] = make[kind](map(get, parts))
        pack = values[len(made) - 1]
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError, StopIteration) as error:
        raise Unkept(str(error)) from error
    if not isinstance(pack, model.RulePack):
        raise Unkept("no pack")
    return pack


def _key(value: Any) -> Any:
    """What tells a value from others: plain ones are the same when equal, all else when it is one object."""
    return (value.__class__, value) if value is None or value.__class__ in (str, int, bool) else id(value)


def _inside_out(pack: model.RulePack) -> Iterator[tuple[Any, list[Any] | None]]:
    """Every value once, after what it is made of; with its parts, or None for a plain one."""
    seen: set[Any] = set()
    work: list[tuple[Any, list[Any] | None, bool]] = [(pack, None, False)]
    while work:
        value, parts, opened = work.pop()
        key = _key(value)
        if opened:
            yield value, parts
            continue
        if key in seen:
            continue
        parts = _parts(value)
        if parts is None:
            seen.add(key)
            yield value, None
            continue
        seen.add(key)
        work.append((value, parts, True))
        work += [(part, None, False) for part in reversed(parts)]


def _parts(value: Any) -> list[Any] | None:
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
    if kind in _PLACES:
        return [getattr(value, one.name) for one in fields(value)]
    raise Unkept(f"{kind.__qualname__} is not kept")


_PLACES = {kind: _FIRST + at for at, kind in enumerate(_CLASSES)}
_KINDS = {
    list: _LIST,
    tuple: _TUPLE,
    frozenset: _SET,
    dict: _DICT,
    Object: _OBJECT,
    date: _DATE,
    Fraction: _FRACTION,
    **_PLACES,
}


Parts = Iterator[Any]


def _object(parts: Parts) -> Object:
    at = next(parts)
    made = Object(zip(parts, parts, strict=True))
    made.at = at
    return made


def _makers() -> list[Callable[[Parts], Any]]:
    return [
        list,
        tuple,
        frozenset,
        lambda parts: dict(zip(parts, parts, strict=True)),
        _object,
        lambda parts: date.fromordinal(*parts),
        lambda parts: Fraction(*parts),
        *(_maker(kind) for kind in _CLASSES),
    ]


def _maker(kind: type[Any]) -> Callable[[Parts], Any]:
    """Fills the slots of a frozen class: its fields were checked when the pack was read from its files."""
    put = [getattr(kind, one.name).__set__ for one in fields(kind)]
    new: Any = object.__new__

    def made(parts: Parts) -> Any:
        value = new(kind)
        for fill, part in zip(put, parts, strict=True):
            fill(value, part)
        return value

    return made
