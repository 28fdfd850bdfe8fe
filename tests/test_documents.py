"""The quick way from bytes to a determination: where it answers, it answers as the whole way does; else it says nothing.

Searches: python -m pytest -m long tests/test_documents.py, with as many documents as RARE_EARTH_DOCUMENTS says.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.batch.lines import Under, begin
from rare_earth_compliance.batch.pieces import Given
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine import documents
from rare_earth_compliance.engine.documents import Documents, ordinary_forms
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.conditions import AnyOf, Ask
from rare_earth_compliance.product import compact, fitting, quiet
from rare_earth_compliance.product.words import forms_marked, words
from rare_earth_compliance.reports import as_json
from tests.benchmarks import peers, products
from tests.benchmarks.ours import READINGS, lapsed

DAY = date(2026, 11, 23)
MANY = int(os.environ.get("RARE_EARTH_DOCUMENTS", "20000"))
DECIDED = ("answer", "on", "product", "file", "conflicts", "duties_open", "prohibited", "known_by", "rules_used", "tool")
PACK = library.load_rules()
GOODS = b', "shipment": {"kind": "goods"}'
QUIET = b'{"form": "component", "rare_earths": "none", "quantity": 2}'


LAYOUTS: tuple[dict[str, Any], ...] = ({}, {"indent": 1}, {"separators": (",", ":")})
"""How systems write JSON: with spaces, over many lines, or with neither."""


def under(**changes: Any) -> Documents:
    """The law as it is, with nothing chosen; or with changes."""
    return Documents(PACK, **{"on": DAY, **changes})


OPEN = under()
SETTLED = under(on=peers.DAY, readings=READINGS, confirmations=(lapsed(),))
"""Under one reading each, where the smallest share decides."""


def whole(data: bytes, way: Documents) -> Any:
    """What the whole way says: a determination, or that the document is refused."""
    try:
        return way._whole(data, "x.json")
    except Refused as refused:
        return refused


def compared(data: bytes, way: Documents, *, read: bool = True) -> str:
    """Judge both ways. Returns what became of it; fails where the quick way answers otherwise than the whole one.

    ``read``: whether what people read is compared as well.
    """
    quick, slow = way.quickly(data, "x.json"), whole(data, way)
    if quick is None:
        return "left to the reader"
    assert not isinstance(slow, Refused), (data, slow.problems)
    assert {name: getattr(quick, name) for name in DECIDED} == {name: getattr(slow, name) for name in DECIDED}, data
    assert quick.brief == slow.brief, data
    assert not read or quick == slow, data
    return slow.answer.value


# ---- documents that are like those of products


VALUES: dict[str, tuple[Any, ...]] = {
    "rare_earths": ("none", "none", "present", "unknown", None),
    "form": ("component", "assembly", "permanent-magnet", "metal", "oxide", "alloy", "material", "motor", "unknown", None),
    "family": ("NdFeB", "SmCo", "ferrite"),
    "alloy": (["Dy", "Fe"], ["Sm", "Co"], ["Fe"]),
    "processing": (["sintered"], ["loose", "sintered"]),
    "complete": (True, True, False),
    "origin": ("CN", "DE", "AU", "unknown", None),
    "made_in": ("CN", "DE", "VN"),
    "quantity": (1, "0.004", "1 .. 3", 2.5, "12", 0),
    "mass": ("3 g", "12.5 kg", "0 g", "3 apples"),
    "unit_value": (
        {"amount": "12.50", "currency": "EUR"},
        {"amount": 3, "currency": "USD"},
        {"amount": 2.25, "currency": "EUR", "per": "2"},
        {"amount": "< 3", "currency": "CNY"},
    ),
    "control_codes": (["1C902.a"], ["1C905.a.4"], []),
    "equipment": ("none", "unknown"),
    "composition": (
        [{"element": "Dy", "mass_fraction": "3 %"}],
        [{"element": "Fe", "mass_fraction": "100 %"}],
        [{"element": "Nd", "mass_fraction": "29 %", "input_form": "metal", "origin": "CN"}],
    ),
    "composition_complete": (True, False),
    "technologies_complete": (True, False),
    "technologies": ([{"field": "magnet-manufacturing", "origin": "CN"}], []),
    "hs_code": ("850511", "8501", "85"),
    "principal": (True, False),
    "note": ("x", ""),
    "colour": ("red",),
    "base_quantity": (10, "12.5", "7 .. 8"),
    "unit": ("kg", "pcs", "set"),
}
SHIPMENT: dict[str, tuple[Any, ...]] = {
    "destination": ("US", "CN", "VN"),
    "ship_from": ("CN", "DE"),
    "kind": ("goods", "goods-with-technology", "technology"),
    "movement": ("export", "domestic"),
    "end_use": ({"purposes": ["civil"], "complete": True}, {"purposes": ["military"]}, None),
    "exporter": ({"located_in": "CN", "chinese_person": True}, None),
    "unit_price": ({"amount": "900", "currency": "EUR"}, {"amount": "900", "currency": "EUR", "per": "1 kg"}),
    "day": ("2026-12-01",),
}


USES: dict[str, tuple[Any, ...]] = {
    "use": ("S0", "S1", "S2", "S9", ""),
    "quantity": (1, "0.004", "1 .. 3", 2.5, 0),
    "unit": ("pcs", "kg", "unknown", None),
    "note": ("x",),
    "name": ("x",),
}


def _share(rng: Random, document: Any) -> None:
    """Some lines become shared items, which are used where they stood, and here and there once more."""
    document["shared"] = {}
    for number in range(rng.choice((1, 2, 3))):
        tops = [document["product"], *document["shared"].values()]
        places = [
            (lines, at)
            for top in tops
            for item in lines_of(top)
            for lines in (item.get("parts", ()), item.get("materials", ()))
            for at, line in enumerate(lines)
            if "use" not in line
        ]
        if not places:
            return
        lines, at = rng.choice(places)
        item = lines[at]
        lines[at] = {"use": f"S{number}", "quantity": item.pop("quantity", 1)}
        for _ in range(rng.choice((0, 1, 2))):
            more, _ = rng.choice(places)
            if all(more is not inner.get(key) for inner in lines_of(item) for key in ("parts", "materials")):
                more.append({"use": f"S{number}", "quantity": rng.choice((1, 2, "0.5"))})
        document["shared"][f"S{number}"] = item


def lines_of(product: Any) -> list[Any]:
    found, work = [], [product]
    while work:
        item = work.pop()
        found.append(item)
        work += [*item.get("parts", ()), *item.get("materials", ())]
    return found


def made(rng: Random) -> bytes:
    """A small product with a few things said otherwise."""
    document = json.loads(products.product(rng, rng.randrange(1, 9) + 4, listed=rng.random() < 0.5).data)
    if rng.random() < 0.3:
        _share(rng, document)
    tops = [document["product"], *document.get("shared", {}).values()]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        item = rng.choice([line for top in tops for line in lines_of(top)])
        _change(rng, item, USES if "use" in item else VALUES)
    for _ in range(rng.choice((0, 0, 1, 2))):
        _change(rng, document["shipment"], SHIPMENT)
    if rng.random() < 0.05:
        document.pop("shipment")
    return json.dumps(document, **rng.choice(LAYOUTS), ensure_ascii=False).encode()


def _change(rng: Random, item: Any, values: dict[str, tuple[Any, ...]]) -> None:
    key = rng.choice(sorted(values))
    if rng.random() < 0.25:
        item.pop(key, None)
    else:
        item[key] = deepcopy(rng.choice(values[key]))


def test_questions_in_brief_are_those_that_are_asked() -> None:
    """In their order, with the words and without."""
    rng, seen = Random(64), 0  # noqa: S311
    for _ in range(60):
        for way in (OPEN, SETTLED):
            found = whole(made(rng), way)
            if not isinstance(found, Refused):
                asked = found.brief.asks_for
                assert asked == tuple((one.kind, one.about) for one in found.asks_for)
                seen += len(asked)
    assert seen > 200


def many(count: int) -> Counter[tuple[str, str]]:
    rng, found = Random(61), Counter[tuple[str, str]]()  # noqa: S311
    for number in range(count):
        data = made(rng)
        for name, way in (("open", OPEN), ("settled", SETTLED)):
            found[name, compared(data, way, read=number % 8 == 0)] += 1
    return found


def test_both_ways_say_the_same() -> None:
    found = many(150)
    assert found.total() == 300
    for name, required in (("open", 1), ("settled", 20)):
        assert found[name, "licence required"] >= required, found
        assert min(found[name, "licence not required"], found[name, "undetermined"]) >= 7, found
        assert found[name, "left to the reader"] < 70, found


@pytest.mark.long
def test_both_ways_say_the_same_of_many() -> None:
    assert many(MANY).total() == 2 * MANY >= 2


# ---- texts


def small(layout: dict[str, Any]) -> bytes:
    document = json.loads(products.product(Random(7), 3).data)  # noqa: S311
    return json.dumps(document, **layout).encode()


PIECES = (*(bytes([one]) for one in b'",:{}[]0-. \x01\xff'), b"e9", b"\\u0041")


def broken(rng: Random, data: bytes) -> bytes:
    """A text with one place made otherwise."""
    at, to = sorted((rng.randrange(len(data)), rng.randrange(len(data))))
    to = min(to, at + rng.choice((1, 2, 40)))
    piece = rng.choice(PIECES)
    ways: tuple[bytes, ...] = (data[:at] + piece + data[at:], data[:at] + data[to:], data[:to] + data[at:to] + data[to:])
    return rng.choice(ways)


def test_what_the_reader_refuses_the_quick_way_does_not_take() -> None:
    rng, seen = Random(5), Counter[bool]()  # noqa: S311
    for number in range(4_500):
        data = broken(rng, small(LAYOUTS[number % len(LAYOUTS)]))
        quick = OPEN.quickly(data, "x.json")
        if quick is not None:
            assert not isinstance(whole(data, OPEN), Refused), data
        seen[quick is not None] += 1
    assert seen.total() == 4_500
    assert seen[True] > 150


def test_what_is_read_is_never_written_longer() -> None:
    """So a document that is read and written in as many bytes has lost no key."""
    shapes = compact.shapes()
    assert shapes is not None
    plain = [chr(code) for code in range(0x20, 0x110000) if not 0xD800 <= code < 0xE000 and chr(code) not in '"\\']
    names = ["".join(plain[at : at + 400]) for at in range(0, len(plain), 400)]
    assert len(names) > 2_000
    wholes = [b"0", b"7", b"9223372036854775808", b"18446744073709551615", b"%d" % 10**40]
    said = [(b"name", json.dumps(name, ensure_ascii=False).encode()) for name in names]
    said += [(b"quantity", one) for one in (*wholes, b'"7.50"')] + [(b"origin", b"null"), (b"complete", b"true")]
    said += [(b"control_codes", b'[ "1C902.d" ,7 ]'), (b"quantity", b"1.50"), (b"quantity", b"1e3"), (b"note", b'"\x7f"')]
    seen = 0
    for key, value in said:
        data = (HEAD % (b'{"form": "component", "rare_earths": "none", "%s": %s}' % (key, value), b"")).replace(b'": ', b'":')
        data = data.replace(b', "', b',"')
        for shape in (shapes.quiet(frozenset({"component"})), *shapes.of_documents):
            try:
                again = shapes.encode(shape.decode(data))
            except shapes.broken:
                continue
            assert len(again) == len(data), data
            seen += 1
    assert seen > 3 * len(names)
    # What would be written longer is not read.
    for shape in (shapes.quiet(frozenset({"component"})), *shapes.of_documents[:2]):
        for value in (b"1e3", b"1E3", b"1.0", b"-1e3", b"1e-0"):
            with pytest.raises(shapes.broken):
                shape.decode(HEAD % (b'{"form": "component", "rare_earths": "none", "quantity": %s}' % value, b""))
    zero = shapes.quiet(frozenset({"component"})).decode(
        HEAD % (b'{"form": "component", "rare_earths": "none", "quantity": -0}', b"")
    )
    assert b'"quantity":0,' in shapes.encode(zero)


KNOWN = b', "shipment": %s' % json.dumps(products.shipment()).encode()
SHARED = b'{"form": "component", "rare_earths": "none"}'
HOLDER = b'{"form": "assembly", "rare_earths": "none", "parts": [%s]}'
HEAD = b'{"format": "rare-earth-bom/1", "product": {"name": "A", "form": "assembly", "complete": true, "parts": [%s]}%s}'


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        (b'{"form": "component", "form": "component", "rare_earths": "none"}', b""),
        (b'{"form": "component", "rare_earths" : "present", "rare_earths" :"none"}', b""),
        (QUIET, b', "format": "rare-earth-bom/1"'),
        (QUIET, b', "shipment": {"kind": "goods", "kind": "goods"}'),
        (QUIET, b', "shipment": {"kind": "goods"}, "shipment": {"kind": "goods"}'),
        (b'{"form": "component", "rare_earths": "none", "name": "a\\u003ab"}', b""),
        (b'{"form": "component", "rare_earths": "none", "quantity": 0}', b""),
        (b'{"form": "component", "rare_earths": "none", "quantity": -1}', b""),
        (b'{"form": "component", "rare_earths": "none", "quantity": 1e3}', b""),
        (b'{"form": "component", "rare_earths": "none", "quantity": "1 kg"}', b""),
        (b'{"form": "component", "rare_earths": "none", "quantity": "\xd9\xa1"}', b""),
        (b'{"form": "component", "rare_earths": "none", "quantity": 1%s}' % (b"0" * 200), b""),
        (b'{"form": "component", "rare_earths": "none", "quantity": true}', b""),
        (b'{"form": "component", "rare_earths": "none", "mass": 3}', b""),
        (b'{"form": "component", "rare_earths": "none", "mass": "0 g"}', b""),
        (b'{"form": "component", "rare_earths": "none", "name": ""}', b""),
        (b'{"form": "component", "rare_earths": "none", "name": "%s"}' % (b"n" * 2_001), b""),
        (b'{"form": "component", "rare_earths": "none", "complete": true}', b""),
        (b'{"form": "component", "rare_earths": "none", "complete": true, "parts": []}', b""),
        (b'{"form": "component", "rare_earths": "none", "colour": "red"}', b""),
        (b'{"form": "component", "rare_earths": "none", "origin": "XX"}', b""),
        (b'{"form": "component", "rare_earths": "none", "family": 7}', b""),
        (b'{"use": "A1", "quantity": 2, "form": "component"}', b', "shared": {"A1": %s}' % SHARED),
        (b'{"use": "A1", "complete": true}', b', "shared": {"A1": %s}' % SHARED),
        (b'{"use": "A1", "quantity": 0}', b', "shared": {"A1": %s}' % SHARED),
        (b'{"use": "A1", "unit": "kg"}', b', "shared": {"A1": %s}' % SHARED),
        (b'{"use": "A2"}', b', "shared": {"A1": %s}' % SHARED),
        (b'{"use": "A1"}', b""),
        (b'{"use": null}', b', "shared": {"A1": %s}' % SHARED),
        (QUIET, b', "shared": null'),
        (QUIET, b', "shared": []'),
        (QUIET, b', "shared": {"A1": %s}' % QUIET),
        (QUIET, b', "shared": {"A1": %s, "A1": %s}' % (SHARED, SHARED)),
        (b'{"use": "A1"}', b', "shared": {"A1": %s}' % (HOLDER % b'{"use": "A1"}')),
        (QUIET, b', "shared": {"A1": %s, "A2": %s}' % (HOLDER % b'{"use": "A2"}', HOLDER % b'{"use": "A1"}')),
        (QUIET, b', "rates": []'),
        (b'{"form": "component", "rare_earths": "none", "hs_code": "850"}', b""),
        (b'{"form": "component", "rare_earths": "none", "hs_code": "8505 11"}', b""),
    ],
)
@pytest.mark.parametrize("spaces", [True, False])
def test_what_is_not_sure_is_left_to_the_reader(line: bytes, rest: bytes, spaces: bool) -> None:
    for at, to in () if spaces else ((b": ", b":"), (b", ", b","), (b" :", b":")):
        line, rest = line.replace(at, to), rest.replace(at, to)
    head = HEAD if spaces else HEAD.replace(b" ", b"")
    assert OPEN.quickly(head % (QUIET if spaces else QUIET.replace(b" ", b""), b""), "x.json") is not None
    data = head % (line, rest)
    assert OPEN.quickly(data, "x.json") is None
    assert compared(data, OPEN) == "left to the reader"


def nested(levels: int, amount: bytes = b"1") -> bytes:
    """A quiet part in so many assemblies, the product itself among them."""
    inner = QUIET
    for _ in range(levels - 1):
        inner = b'{"form": "assembly", "rare_earths": "none", "quantity": %s, "parts": [%s]}' % (amount, inner)
    return HEAD % (inner, b"")


def test_depth_is_no_matter_until_numbers_become_too_long() -> None:
    assert [OPEN.quickly(nested(levels), "x.json") is None for levels in (1, 95, 400, 5_000)] == [False, False, False, True]
    assert compared(nested(400), OPEN) == "undetermined"
    # The longest amounts that are read, as deep as the quick way takes them, are still taken by the reader.
    for amount, most in ((b'"999999999999.999999999999"', 96), (b'"0.%s1"' % (b"9" * 11), 173)):
        assert compared(nested(most, amount), OPEN) == "undetermined"
        assert compared(nested(most + 1, amount), OPEN) == "left to the reader"


def test_divisors_that_become_too_long_together_are_left_to_the_reader() -> None:
    """A quiet line may be left out, but not what its quantity makes of the numbers beside it."""

    def batches(count: int) -> bytes:
        rows = [
            b'{"form": "assembly", "rare_earths": "none", "base_quantity": %d, "parts": [%s]}'
            % (10**11 + 3 + 15_838 * at, QUIET)
            for at in range(count)
        ]
        return HEAD % (b", ".join(rows), KNOWN)

    assert [compared(batches(count), SETTLED) for count in (3, 400)] == ["licence not required", "left to the reader"]
    with pytest.raises(Refused, match="too long to compute with"):
        SETTLED._whole(batches(400), "x.json")


def test_shared_items_are_quiet_when_all_in_them_is() -> None:
    use = b'{"use": "A1", "quantity": 2, "unit": "pcs", "note": "x"}'
    rest = b'"A2": %s, "A3": %s%s' % (HOLDER % use, SHARED, b"}" + KNOWN)
    parts = b'{"use": "A2", "quantity": 3}, {"use": "A1"}, {"use": "A3"}, ' + QUIET
    kept: list[set[str]] = []
    for first, answer in ((HOLDER % QUIET, "licence not required"), (b'{"form": "permanent-magnet"}', "undetermined")):
        data = HEAD % (parts, b', "shared": {"A1": %s, %s' % (first, rest))
        small = quiet.reduced(data, SETTLED._ordinary)
        assert small is not None
        kept.append(set(json.loads(small.data).get("shared", {})))
        assert small.plain is not bool(kept[-1])
        assert compared(data, SETTLED) == answer
    assert kept == [set(), {"A1", "A2"}]


def test_uses_multiply_numbers_on_the_longest_way() -> None:
    """Each shared item uses the one before twice: the ways are many, and the longest decides."""

    def chain(count: int, amount: bytes) -> bytes:
        items = [HOLDER % QUIET]
        items += [HOLDER % (b'{"use": "A%d", "quantity": %s}, {"use": "A%d"}' % (at, amount, at)) for at in range(count)]
        shared = b", ".join(b'"A%d": %s' % (at, item) for at, item in enumerate(items))
        return HEAD % (b'{"use": "A%d"}' % count, b', "shared": {%s}%s' % (shared, KNOWN))

    longest = b'"999999999999.999999999999"'
    assert compared(chain(60, b"1"), SETTLED) == "licence not required"
    assert compared(chain(2_000, b"1"), SETTLED, read=False) == "licence not required"
    assert [compared(chain(count, longest), SETTLED) for count in (94, 98)] == ["licence not required", "left to the reader"]


@pytest.mark.parametrize(
    ("text", "taken"),
    [("1", True), ("999999999999.999999999999", True), ("0.000000000001", True), ("0.5", True), ("0", False), ("0.0", False)]
    + [
        (text, False)
        for text in ("01", "1e2", "1 .. 2", "< 3", "+1", "1.", ".5", " 1", "1 ", "1000000000000", "0.0000000000001")
    ],
)
def test_which_amounts_are_read(text: str, taken: bool) -> None:
    assert fitting.amount(text) is taken


PRICE = b'"unit_value": {"amount": 4, "currency": "EUR"}'
PRICED = b'{"form": "component", "rare_earths": "none", "quantity": 2, "mass": "3 g", %s}' % PRICE
ODD = {
    "quantity": PRICED.replace(b'"quantity": 2', b'"quantity": 0'),
    "mass": PRICED.replace(b"3 g", b"0 g"),
    "value": PRICED.replace(b'"amount": 4', b'"amount": 0'),
    "a list that is complete and is none": PRICED.replace(b'"quantity"', b'"complete": true, "quantity"'),
    "an empty one": PRICED.replace(b'"quantity"', b'"complete": true, "parts": [], "quantity"'),
}
UNPRICED = b'{"form": "component", "rare_earths": "none"}'
LISTS_OF = (
    b"%s",
    b'{"form": "assembly", "rare_earths": "none", "complete": true, "parts": [%s]}',
    b'{"form": "assembly", "rare_earths": "none", "complete": true, "materials": [%s]}',
    b'{"form": "assembly", "rare_earths": "none", "parts": [{"form": "assembly", "rare_earths": "none", "materials": [%s]}]}',
)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("among", [PRICED, UNPRICED])
@pytest.mark.parametrize("holder", LISTS_OF)
@pytest.mark.parametrize("fresh", [True, False])
def test_one_line_that_does_not_fit_is_enough(odd: str, among: bytes, holder: bytes, fresh: bool) -> None:
    """Among lines all of which say that they are quiet; whether their amounts were seen before or not."""
    way = SETTLED

    def lines(middle: bytes) -> bytes:
        return HEAD % (holder % b", ".join([among, PRICED, middle, PRICED, among]), KNOWN)

    for data, wanted in ((lines(PRICED), "licence not required"), (lines(ODD[odd]), "left to the reader")):
        if fresh:
            fitting.AMOUNTS.clear()
            fitting.MASSES.clear()
        assert compared(data, way, read=False) == wanted
    assert compared(lines(PRICED), way, read=False) == "licence not required"


@pytest.mark.parametrize(
    "said",
    [
        b'"unit_value": {"amount": 0, "currency": "EUR"}',
        b'"mass": "0 g"',
        b'"complete": true, "parts": []',
        b'"complete": true',
    ],
)
def test_a_product_that_does_not_fit_is_enough(said: bytes) -> None:
    data = b'{"format": "rare-earth-bom/1", "product": {"name": "A", "form": "component", "rare_earths": "none", %s}%s}'
    assert compared(data % (said, KNOWN), SETTLED) == "left to the reader"
    assert compared(data % (b'"mass": "1 g"', KNOWN), SETTLED) == "licence not required"
    for fits in (b"%s", b'"complete": true, "parts": [%s]', b'"complete": true, "materials": [%s]'):
        product = b'"unit_value": {"amount": 4, "currency": "EUR"}, ' + (fits % QUIET if b"true" in fits else b'"note": "x"')
        assert compared(data % (product, KNOWN), SETTLED) == "licence not required"


def test_so_many_amounts_are_remembered_and_then_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fitting.KEPT == 50_000
    monkeypatch.setattr(fitting, "KEPT", 2)
    for known, take, texts in (
        (fitting.AMOUNTS, fitting.amount, ("1", "2", "3", "4", "4", "x", 5)),
        (fitting.MASSES, fitting.mass, ("1 g", "2 g", "3 g", "4 g", "4 g", "x", "5 g")),
    ):
        known.clear()
        taken = [(take(text), len(known)) for text in texts]
        assert taken == [(True, 1), (True, 2), (True, 1), (True, 2), (True, 2), (False, 2), (True, 1)]


def test_how_long_numbers_become() -> None:
    assert [fitting.bits(value) for value in (1, "1", 2, "12", "0.5", "999999999999.999999999999")] == [0, 0, 3, 6, 10, 83]
    shapes = compact.shapes()
    assert shapes is not None
    assert fitting.bits(shapes.absent) == 0
    assert fitting.LEAF == 83
    for text in ("2", "12", "0.5", "0.000000000001", "999999999999.999999999999"):
        number = Fraction(text)
        assert max(number.numerator.bit_length(), number.denominator.bit_length()) <= fitting.bits(text) + 1


def test_the_price_of_the_product_does_not_decide_where_nothing_is_listed() -> None:
    """Documents that differ in names and prices alone are decided once; what is read of them stays their own."""
    way = under()
    said = b'"A%d", "unit_value": {"amount": %d, "currency": "EUR"}'
    texts = [(HEAD % (QUIET, GOODS)).replace(b'"A"', said % (number, number + 1)) for number in range(5)]
    found = [way.quickly(data, "x.json") for data in texts]
    assert len(way._plain) == 1
    assert [one.product for one in found if one is not None] == [f"A{number}" for number in range(5)]
    assert [compared(data, way) for data in texts] == ["undetermined"] * 5
    unsaid = [(HEAD % (QUIET, b"")).replace(b'"A"', b'"A%d"' % number) for number in range(5)]
    assert [compared(data, way) for data in unsaid] == ["undetermined"] * 5
    assert len(way._plain) == 1  # what may be technology is listed


def test_a_plan_is_used_for_its_own_pack_and_readings_alone() -> None:
    name, options = next((one.id, one.options) for one in PACK.readings.values() if one.default is None)
    assert under(plan=OPEN.plan).plan is OPEN.plan
    others = [under(plan=OPEN.plan, readings={name: options[0].id}), Documents(replace(PACK), on=DAY, plan=OPEN.plan)]
    assert all(other.plan is not OPEN.plan for other in others)
    assert under(plan=others[0].plan, readings={name: options[0].id}).plan is others[0].plan


def test_so_many_documents_are_remembered_and_then_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert documents.PLAIN == 2_000
    monkeypatch.setattr(documents, "PLAIN", 2)
    way = under(plan=OPEN.plan)
    to = [HEAD % (QUIET, b', "shipment": {"kind": "goods", "destination": "%s"}' % place) for place in (b"US", b"DE", b"JP")]
    counts, decided = [], []
    for data in (to[0], to[0], to[1], to[0], to[2], to[2], to[0]):
        assert way.quickly(data, "x.json") is not None
        counts.append(len(way._plain))
        decided.append(next(reversed(way._plain.values())))
    assert counts == [1, 1, 2, 2, 1, 1, 2]
    assert decided[0] is decided[1]
    assert decided[2] is decided[3]
    assert decided[4] is decided[5]
    assert compared(to[0], way) == compared(to[2], way) == "undetermined"


def test_a_disagreement_is_an_error_and_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    way = under()
    found = way.quickly(HEAD % (QUIET, b""), "x.json")
    assert found is not None
    other = whole(HEAD % (QUIET, b""), under(on=date(2025, 4, 4)))
    monkeypatch.setattr(way, "_whole", lambda *_: other)
    said = "x.json: without its quiet lines the document is decided otherwise, in on: please report it"
    with pytest.raises(RuntimeError, match=f"^{re.escape(said)}$"):
        found.findings  # noqa: B018


# ---- which forms are ordinary


def test_a_form_is_ordinary_only_where_no_list_can_name_it() -> None:
    """The forms of equipment may be named by a list whatever is declared of rare earths in them."""
    found = ordinary_forms(Plan(PACK, {}))
    assert {"component", "assembly", "material", "finished-product", "motor"} <= found
    assert found.isdisjoint({"equipment", "equipment-part"} | set(forms_marked("machine")))
    assert len(found) >= 20


def test_a_list_that_asks_of_no_equipment_does_not_hang_on_it() -> None:
    """So a form is looked for there once; a list that leans on one that asks, asks as well."""
    plan = Plan(PACK, {})
    asking = {name for name in PACK.lists if plan.asks_of_equipment(name)}
    assert "annex-56" in asking
    assert len(PACK.lists) - len(asking) > 5
    seen = 0
    for form in sorted(words("form")):
        for name in PACK.lists.keys() - asking:
            seen += 1
            off = {documents._is_off_lists(plan, form, said, (name,)) for said in (None, "none")}
            assert len(off) == 1, (form, name)
    assert seen > 300


def test_ordinary_forms_are_on_no_list_anywhere() -> None:
    """In documents of the ordinary forms, at every level, under both plans, the whole way finds nothing listed."""
    seen = 0
    for way in (OPEN, SETTLED):
        for form in sorted(ordinary_forms(way.plan)):
            line = b'{"form": "%s", "rare_earths": "none", "parts": [{"form": "%s", "rare_earths": "none"}]}'
            data = HEAD % (line % (form.encode(), form.encode()), GOODS)
            assert all("listed" not in one.became for one in whole(data, way).coverage.lines)
            assert compared(data, way) != "left to the reader"
            seen += 1
    assert seen >= 40


def test_what_depends_on_the_place_or_the_shipment_is_open() -> None:
    """Under a list that would name parts of a kind of shipment, or enclosed ones, no form is ordinary."""
    for question, value in (("shipment.destination", "US"), ("item.enclosed", "yes")):
        asked = Ask(question, "is", frozenset({value}))
        entry = replace(PACK.lists["annex-62"].entries[0], recognise=asked)
        changed = replace(PACK, lists={**PACK.lists, "more": replace(PACK.lists["annex-62"], id="more", entries=(entry,))})
        assert ordinary_forms(Plan(changed, {})) == frozenset()
    never = replace(PACK.lists["annex-62"].entries[0], recognise=AnyOf(()))
    changed = replace(PACK, lists={**PACK.lists, "more": replace(PACK.lists["annex-62"], id="more", entries=(never,))})
    assert ordinary_forms(Plan(changed, {})) == ordinary_forms(Plan(PACK, {}))


# ---- without the extra, and in a batch


def test_without_the_extra_everything_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = products.portfolio(2)[1].data
    quick = SETTLED.determine(data, "x.json")
    monkeypatch.setattr(compact, "shapes", lambda: None)
    assert SETTLED.quickly(data, "x.json") is None
    assert SETTLED.determine(data, "x.json") == quick


def test_with_what_was_published_up_to_a_day_everything_is_read_whole() -> None:
    way = under(known_by=date(2025, 11, 1))
    data = products.portfolio(2)[1].data
    assert way.quickly(data, "x.json") is None
    assert way.determine(data, "x.json").known_by == date(2025, 11, 1)


def ways() -> Iterator[tuple[str, Callable[[int, Given], bytes]]]:
    for days in ((), (DAY,), (date(2025, 10, 20), date(2025, 11, 8), DAY)):
        yield str(days), begin(Under(pack=PACK, days=days, today=DAY))


def test_a_line_of_a_batch_is_the_same_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(18)  # noqa: S311
    listed = [products.product(rng, lines=12, listed=True).data for _ in range(6)]
    texts = [*(made(rng) for _ in range(20)), *(one.data for one in products.portfolio(4)), b"{", *map(small, LAYOUTS)]
    texts += listed
    given = [Given(name=f"line {number}", data=data) for number, data in enumerate(texts)]
    seen = 0
    for days, line in ways():
        quick = [line(number, one) for number, one in enumerate(given)]
        with monkeypatch.context() as without:
            without.setattr(compact, "shapes", lambda: None)
            again = next(work for name, work in ways() if name == days)
            assert [again(number, one) for number, one in enumerate(given)] == quick
        seen += len(quick)
    assert seen == 3 * len(texts) > 75


def test_a_line_of_a_batch_is_written_without_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Status, standings and questions come of what decides: the whole, which costs most, is for who reads on."""
    rng = Random(19)  # noqa: S311
    texts = [products.product(rng, lines=9, listed=listed).data for listed in (False, True) * 5]
    monkeypatch.setattr(Documents, "_whole", lambda *_: pytest.fail("the whole was worked out"))
    _, line = next(ways())
    told = [json.loads(line(number, Given(name=str(number), data=data))) for number, data in enumerate(texts)]
    assert [one["refused"] for one in told] == [[]] * len(texts)
    assert [one["status"] for one in told[::2]] == [0] * 5
    assert all(one["limbs"] and one["asks"] for one in told[1::2])


def test_many_inputs_are_the_same_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [one.data for one in products.portfolio(6)]
    quick = list(library.determine_many([*texts, bytearray(texts[1])], PACK, on=DAY))
    monkeypatch.setattr(compact, "shapes", lambda: None)
    assert list(library.determine_many([*texts, texts[1]], PACK, on=DAY)) == quick


@pytest.mark.parametrize(
    ("line", "tried"),
    [
        (QUIET, ["free"]),
        (QUIET.replace(b"none", b"present"), ["free", "quiet"]),
        (b'{"use": "A1"}', ["free", "quiet"]),
        (QUIET.replace(b'"quantity": 2', b'"family": "NdFeB"'), ["free", "whole"]),
        (QUIET.replace(b'"quantity": 2', b'"quantity": 2.5'), ["free", "quiet", "whole", "pointed"]),
        (QUIET.replace(b'"quantity": 2', b'"family": "NdFeB", "quantity": 2.5'), ["free", "whole", "pointed"]),
        (QUIET.replace(b'"quantity": 2', b'"quantity": 2.5, "family": "NdFeB"'), ["free", "quiet", "whole", "pointed"]),
        (QUIET.replace(b'"quantity": 2', b'"famille": "NdFeB"'), ["free", "quiet", "whole", "pointed"]),
        (b"{", ["free"]),
    ],
)
def test_in_which_shapes_a_document_is_tried(line: bytes, tried: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that stands in no quiet line is not sought there twice; what is read is the same."""
    shapes, forms = compact.shapes(), frozenset({"component"})
    assert shapes is not None
    names, seen = ("free", "quiet", "whole", "pointed"), list[str]()
    for name, shape in zip(names, (shapes.quiet(forms), *shapes.of_documents), strict=True):

        def spied(data: bytes, name: str = name, decode: Callable[[bytes], Any] = shape.decode) -> Any:
            seen.append(name)
            return decode(data)

        monkeypatch.setattr(shape, "decode", spied)
    shared = b', "shared": {"A1": %s}' % SHARED if b"use" in line else b""
    found = shapes.read(HEAD % (line, shared), forms)
    assert seen == tried
    assert (found is None) is (b"famille" in line or line == b"{")
    if found is not None:
        assert found[1] is dict(zip(names, (shapes.quiet(forms), *shapes.of_documents), strict=True))[tried[-1]]


# ---- reports


def test_a_report_is_the_same_with_and_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [library.to_dict(OPEN.determine(one.data, "x.json")) for one in products.portfolio(2)]
    values += [{"empty": [{}, [], ""], "half": "\ud800", "text": 'a "b": [1, 2]\n\t\u2028\x7f', "true": [True, None, 12]}, {}]
    quick = [as_json.written_out(value) for value in values]
    monkeypatch.setitem(sys.modules, "msgspec.json", None)
    assert [as_json.written_out(value) for value in values] == quick
    assert [json.loads(text) for text in quick[2:]] == values[2:]


class EveryDay:
    """A calendar on which every day is a working day."""

    def is_workday(self, day: date) -> bool | None:
        return day.year > 2000


KEYWORDS: list[dict[str, Any]] = [
    {},
    {"readings": {"notice-scope": "licensed-items"}},
    {"confirmations": (lapsed(),)},
    {"known_by": date(2026, 1, 5)},
    {"weigh": True},
    {"calendar": EveryDay()},
    {"on": date(2025, 10, 20), "calendar": EveryDay(), "weigh": True, "readings": READINGS},
]


@pytest.mark.parametrize("given", KEYWORDS)
def test_keywords_are_those_of_determine(given: dict[str, Any]) -> None:
    keywords = {"on": peers.DAY, **given}
    way = Documents(PACK, **keywords)
    plain, listed = (one.data for one in (products.portfolio(2)[1], products.portfolio(1)[0]))
    other = plain.replace(b'"kind": "goods"', b'"kind": "technology"')
    for data in (plain, listed, other, b'{"format": "rare-earth-bom/1", "product": {"name": "A", "equipment": "other"}}'):
        direct = library.determine(library.read_shipment(data, "x.json"), PACK, **keywords)
        found = way.determine(data, "x.json")
        assert found == direct
        assert (found.brief, found.weighed) == (direct.brief, direct.weighed)
