"""The quick way of reading against the strict one: the same product to the last line number, or the strict one's words.

Knows many documents, good and bad. Whatever the quick way takes it must take as the strict one does; what it does not
take it leaves to it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from rare_earth_compliance.core import json_text
from rare_earth_compliance.core.json_text import Object
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.product import reader
from rare_earth_compliance.product.quick_fields import Doubt
from rare_earth_compliance.product.reader import Contents
from tests import hostile
from tests.running import EXAMPLES

GROUPS = ("json", "typo", "types", "lost", "meaning")
FEWEST = 400
LONGEST = 100_000
"""Texts longer than this are bombs, which are tested elsewhere."""


def doubtful(*_: Any) -> Any:
    """Takes nothing."""
    raise Doubt


def strictly(text: str) -> Contents | tuple[Any, ...]:
    """What the strict reader makes of a text, every object validated by its model: its contents, or its problems."""
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reader, "taken", doubtful)
            patch.setattr(reader, "whole", doubtful)
            return reader._Reader(text, "x.json", "hash").contents(json_text.read(text, "x.json"))
    except Refused as refused:
        return tuple(refused.problems)


def as_it_reads(text: str) -> Contents | tuple[Any, ...]:
    """What reading makes of it."""
    try:
        return reader.read_text(text, "x.json", "hash")
    except Refused as refused:
        return tuple(refused.problems)


def plain(found: Contents | tuple[Any, ...]) -> Any:
    """Contents to compare: without their models, which are equal when their fields are."""
    if isinstance(found, tuple):
        return found
    return found.product, found.shipment, found.shipment_line, found.rates, found.is_transfer


def documents() -> Iterator[tuple[str, str]]:
    """Every product and shipment of the examples, as it stands and on one line, and every hostile text."""
    for path in sorted(EXAMPLES.rglob("*.json")):
        text = path.read_text(encoding="utf-8")
        yield "examples", text
        yield "on one line", json.dumps(json.loads(text))
        yield "indented", json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    for group in GROUPS:
        for case in hostile.cases(group)[::5]:
            text = case.files["x.json"].decode(errors="replace")
            if len(text) < LONGEST:
                yield group, text


def test_every_document_reads_alike_both_ways() -> None:
    seen: Counter[str] = Counter()
    taken = 0
    for group, text in documents():
        seen[group] += 1
        assert plain(as_it_reads(text)) == plain(strictly(text)), text[:400]
        taken += json_text.read_quick(text) is not None
    assert set(seen) == {"examples", "on one line", "indented", *GROUPS}
    assert sum(seen.values()) >= FEWEST
    assert taken > sum(seen.values()) // 2, "the quick way takes too few to be tested"


def objects(value: Any) -> Iterator[Object]:
    """Every object in a value."""
    work = [value]
    while work:
        holder = work.pop()
        if isinstance(holder, Object):
            yield holder
        inner = holder.values() if isinstance(holder, dict) else holder if isinstance(holder, list) else ()
        work.extend(inner)


PIECES: tuple[str, ...] = (
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    " ",
    "\n",
    "\t",
    "1",
    "-",
    ".",
    "e",
    "true",
    "null",
    "NaN",
    '"a"',
    "\\ud800",
)
PIECES += ('"a":1', "\ufeff", "é", "\u2028", '{"a":{"b":[{}]}}', '"{"', "0", "1E902", "\\u0041", "\x00", "[]", "{}")


@pytest.mark.parametrize("seed", range(40))
def test_a_spoilt_text_is_left_to_the_strict_reader_or_read_alike(seed: int) -> None:
    rng = Random(seed)  # noqa: S311  # reproducible test data, not secrecy
    base = '{"a": {"b": [1, {"c": "x"}, [{"d": null}]]},\n "e": [{"f": "2.50"}, true],\n "g": "h"}'
    taken = 0
    for _ in range(60):
        text = base
        for _ in range(rng.randrange(1, 4)):
            at, upto = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
            upto = min(upto, at + 3)
            text = text[:at] + rng.choice(PIECES) * rng.randrange(3) + text[upto if rng.random() < 0.5 else at :]
        quick = json_text.read_quick(text)
        if quick is None:
            continue
        taken += 1
        strict = json_text.read(text, "x.json")
        assert quick == strict
        lines = json_text.Lines(text)
        assert [lines.line(one.at) for one in objects(quick)] == [lines.line(one.at) for one in objects(strict)], text
    assert taken >= 2
