"""Large documents are taken apart, and what is left of them is reduced to the same as the whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from rare_earth_compliance.product import compact, quiet, thinning
from rare_earth_compliance.product.quiet import Reduced
from tests.benchmarks import products
from tests.test_documents import LAYOUTS, OPEN, SETTLED, broken, compared, made, nested

ORDINARY = SETTLED._ordinary
WAYS = ((1, 256, 1, 3), (400, 3, 1, 2), (900, 256, 600, 9), (1, 1, 10**9, 3))
"""From how many bytes on a document is taken apart, lines read at once, bytes of a line that is taken apart, and how deep."""


@pytest.fixture(params=WAYS, ids=str)
def apart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a small document is taken apart."""
    for name, size in zip(("LARGE", "LINES", "HUGE", "LEVELS"), request.param, strict=True):
        monkeypatch.setattr(thinning, name, size)


def told(found: Reduced | None) -> Any:
    return None if found is None else (found.outline.text, found.outline.amounts, found.plain, found.label)


def in_one(data: bytes) -> Any:
    """To what a document is reduced that is read in one."""
    patch = pytest.MonkeyPatch()
    patch.setattr(thinning, "LARGE", len(data) + 1)
    try:
        return told(quiet.reduced(data, ORDINARY))
    finally:
        patch.undo()


def texts(rng: Random) -> Iterator[tuple[str, bytes]]:
    """Documents like those of products, the same broken somewhere, and large ones of every shape."""
    for number in range(400):
        data = made(rng)
        yield "made", data
        yield "broken", broken(rng, data)
        if number % 20 == 0:
            for shape in products.SHAPES:
                yield shape, products.large(shape, rng.randrange(30, 90))
        document = json.loads(data)
        within = {**deepcopy(document["product"]), "quantity": rng.choice((1, "2.5", 3))}
        document["product"].setdefault("parts", []).append(within)
        yield "one in the other", json.dumps(document, **rng.choice(LAYOUTS)).encode()


@pytest.mark.usefixtures("apart")
def test_what_is_left_is_reduced_to_the_same() -> None:
    seen, thin = Counter[str](), Counter[bool]()
    for kind, data in texts(Random(23)):  # noqa: S311
        found = told(quiet.reduced(data, ORDINARY))
        assert found == in_one(data), data
        seen[f"{kind}: {'left to the reader' if found is None else 'reduced'}"] += 1
        shapes = compact.shapes()
        assert shapes is not None
        free = shapes.quiet(ORDINARY)
        small = thinning.thinned(data, shapes, free, quiet._standing_in(free, ORDINARY))
        thin[small is not None] += 1
        if small is not None and kind != "broken":
            assert json.loads(small)["product"].keys() == json.loads(data)["product"].keys()
    assert seen.total() == 1_200 + 20 * len(products.SHAPES)
    assert min(seen[f"made: {one}"] for one in ("reduced", "left to the reader")) > 60, seen
    assert min(seen[f"broken: {one}"] for one in ("reduced", "left to the reader")) > 15, seen
    assert thin[True] > 500
    assert thin[False] > 200


@pytest.mark.usefixtures("apart")
def test_it_is_answered_as_by_reading_the_whole() -> None:
    rng, found = Random(24), Counter[str]()  # noqa: S311
    for number in range(40):
        data = products.large(products.SHAPES[number % 5], 40) if number % 4 == 0 else made(rng)
        for way in (OPEN, SETTLED):
            found[compared(data, way, read=number % 8 == 0)] += 1
    assert found.total() == 80
    assert found["left to the reader"] < 40
    assert min(found["licence not required"], found["undetermined"]) >= 3, found


@pytest.mark.usefixtures("apart")
def test_a_key_that_stands_twice_is_seen_wherever_it_stands() -> None:
    refused = 0
    for shape in products.SHAPES[:5]:
        data = products.large(shape, 40)
        keys = [
            at for at in range(len(data)) if data.startswith((b'"form": ', b'"complete": ', b'"shared": ', b'"kind": '), at)
        ]
        assert len(keys) > 40
        assert in_one(data) is not None
        start = data.index(b'"shipment": ')
        end = max(start, data.find(b'"shared": ')) if shape.startswith("shared") else len(data)
        for at in keys[:: max(1, len(keys) // 40)]:
            key = data[at : data.index(b":", at) + 1]
            for twice in (data[:at] + key + b" null, " + data[at:], data[:at] + key + b' "component", ' + data[at:]):
                found = told(quiet.reduced(twice, ORDINARY))
                assert found == in_one(twice), (shape, at)
                # A shipment is kept as it is written, and read whole.
                assert (found is None) == (not start < at < end), (shape, at)
                refused += found is None
    assert refused > 300


@pytest.mark.usefixtures("apart")
def test_numbers_become_too_long_at_the_same_depth() -> None:
    seen = Counter[bool]()
    for amount in (b"1", b'"7.5"', b'"999999999999.999999999999"'):
        for levels in (*range(1, 12), *range(30, 60, 3), *range(90, 130)):
            data = nested(levels, amount)
            found = told(quiet.reduced(data, ORDINARY))
            assert found == in_one(data), (levels, amount)
            seen[found is None] += 1
    assert min(seen.values()) > 20


def test_a_large_document_is_read_a_few_lines_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So what is held of it at once does not grow with it."""
    shapes = compact.shapes()
    assert shapes is not None
    free = shapes.quiet(ORDINARY)
    longest: list[int] = []
    for name in ("decode", "decode_line", "decode_lines"):
        of_old = getattr(free, name)

        def noted(data: bytes, of_old: Any = of_old) -> Any:
            longest.append(memoryview(data).nbytes)
            return of_old(data)

        monkeypatch.setattr(free, name, noted)
    for shape in ("wide", "deep", "shared"):
        longest.clear()
        data = products.large(shape, 4_000)
        assert len(data) > 4 * thinning.LARGE
        found = quiet.reduced(data, ORDINARY)
        assert found is not None
        assert max(longest) < 2 * thinning.LARGE, shape
        assert len(longest) >= 4


@pytest.mark.usefixtures("apart")
def test_what_is_no_product_is_left_to_the_reader() -> None:
    line = b'{"form": "component", "rare_earths": "none"}'
    for data in (
        b'{"format": "rare-earth-bom/1", "shipment": {"kind": "goods"}, "about": "%s"}' % (b"x" * 1_000),
        b'{"format": "rare-earth-bom/1", "shared": {"A": {"parts": [%s]}}}' % b", ".join([line] * 30),
        b'{"format": "rare-earth-bom/1", "product": null, "shared": {}}',
        b'{"format": "rare-earth-bom/1", "product": {"parts": null}}',
        b'{"format": "rare-earth-bom/1", "product": {"name": "x", "parts": {}}}',
        b"[%s]" % b", ".join([line] * 30),
        b"null",
        b"",
    ):
        assert quiet.reduced(data, ORDINARY) is None, data
        assert OPEN.quickly(data, "x.json") is None
