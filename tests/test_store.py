"""A stored portfolio is judged as its documents are, line for line, under every law and whatever becomes of the store.

Searches: python -m pytest -m long tests/test_store.py, with as many documents as RARE_EARTH_DOCUMENTS says.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rare_earth_compliance.batch import lines, pieces, sources, stored, storing
from rare_earth_compliance.batch.lines import Under, begin
from rare_earth_compliance.cli.inputs import tables
from rare_earth_compliance.engine import documents
from rare_earth_compliance.engine.documents import Documents, ordinary_forms
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.conditions import Ask
from rare_earth_compliance.product import compact
from rare_earth_compliance.product.document import ShipmentFields
from rare_earth_compliance.product.reader import read
from tests.benchmarks import peers, products
from tests.benchmarks.ours import READINGS, lapsed
from tests.running import EXAMPLES, run
from tests.test_documents import HEAD, PACK, QUIET, made
from tests.test_outlines import magnet, nested_alloys, retold

DAY = date(2026, 11, 26)
DAYS = (date(2025, 10, 20), date(2025, 11, 8), DAY)
MOST = 64 * 1024**2
MANY = int(os.environ.get("RARE_EARTH_DOCUMENTS", "2000"))
ORDINARY = ordinary_forms(Plan(PACK, {}))
SETTLED: dict[str, Any] = {"days": (peers.DAY,), "readings": tuple(READINGS.items()), "confirmations": (lapsed(),)}


def under(**changes: Any) -> Under:
    return Under(**{"pack": PACK, "days": (DAY,), "today": DAY, **changes})


def other_law() -> Any:
    """The law with a list that names every component."""
    entry = replace(PACK.lists["annex-62"].entries[0], recognise=Ask("item.form", "is", frozenset({"component"})))
    return replace(PACK, lists={**PACK.lists, "more": replace(PACK.lists["annex-62"], id="more", entries=(entry,))})


def laws() -> Iterator[tuple[str, Under]]:
    yield "open", under()
    yield "settled", under(**SETTLED)
    yield "several days", under(days=DAYS)
    yield "the day of each", under(days=())
    yield "other law", under(pack=other_law())
    yield "known by", under(known_by=date(2025, 11, 1))
    yield "whole", under(whole=True)
    prices = tables([str(EXAMPLES / "ev-traction-motor" / "prices.json")])
    yield "prices", under(tables=prices)
    yield "prices, settled", under(tables=prices, **SETTLED)
    there = {"located_in": "VN"}
    user = there | {"military": True}
    given = ShipmentFields.model_validate({"destination": "VN", "importer": there, "consignee": there, "end_user": user})
    places = [(f"{who}.located_in", "VN") for who in ("importer", "consignee", "end_user")]
    facts = (("destination", "VN"), *places, ("end_user.military", "true"))
    yield "facts", under(given=given, facts=facts)
    shipment = EXAMPLES / "ebike-motor" / "shipment.json"
    yield "one shipment", under(shipment=read(shipment.read_bytes(), str(shipment)))
    yield "one shipment, its day", under(days=(), shipment=read(shipment.read_bytes(), str(shipment)))


def portfolio(rng: Random, count: int) -> list[bytes]:
    """Products of all kinds, some of them told again with other amounts, and lines that are none."""
    found = [products.product(rng, lines=9, listed=number % 3 == 0).data for number in range(count)]
    for _ in range(count):
        data = made(rng)
        found += [data, *(retold(rng, data) for _ in range(2))]
    found += [magnet(amount) for amount in ("1", "0.999999999999", "1.000000000001", "1")]
    found += [nested_alloys(amount) for amount in ("1", "2", "3")]
    found += [HEAD % (QUIET, b""), HEAD % (QUIET, b', "shipment": {"kind": "goods", "day": "2025-10-20"}')]
    found += [b"", b"{", b'{"format": "rare-earth-bom/1"}', HEAD % (QUIET.replace(b'"none"', b'"n\\u006fne"'), b"")]
    return [data.replace(b"\n", b" ") for data in found]


def written(path: Path, texts: list[bytes]) -> Path:
    path.write_bytes(b"".join(text + b"\n" for text in texts))
    return path


def kept(source: sources.Source, folder: Path, ordinary: frozenset[str] = ORDINARY) -> storing.Made:
    return storing.store(source, str(folder), ordinary, lambda _, __: None)


def inputs(source: sources.Source) -> list[pieces.Given]:
    return [one for piece in source.pieces() for one in piece.given()]


def judged(source: sources.Source, law: Under) -> list[bytes]:
    line = begin(law)
    return [line(position, one) for position, one in enumerate(inputs(source))]


def told(later: Callable[[], pieces.Given], opened: list[int]) -> pieces.Given:
    opened.append(1)
    return later()


def compared(tmp_path: Path, texts: list[bytes]) -> dict[str, int]:
    """Judge a portfolio from its documents and from a store under many laws; how many documents were read for each."""
    file = written(tmp_path / "p.jsonl", texts)
    kept(sources.lines_of(str(file), MOST), tmp_path / "p.store")
    found = {}
    for name, law in laws():
        wanted = judged(sources.lines_of(str(file), MOST), law)
        line = begin(law)
        whole = 0
        for position, one in enumerate(inputs(sources.stored(str(tmp_path / "p.store"), MOST))):
            opened: list[int] = []
            assert (
                line(position, replace(one, later=None if one.later is None else partial(told, one.later, opened)))
                == wanted[position]
            ), (name, texts[position])
            whole += bool(opened)
        found[name] = whole
    return found


def test_a_store_is_judged_as_its_documents_are(tmp_path: Path) -> None:
    texts = portfolio(Random(7), 12)  # noqa: S311
    count = len(texts)
    assert count > 60
    read_again = compared(tmp_path, texts)
    for name in ("open", "settled", "several days", "prices", "prices, settled", "facts", "one shipment"):
        assert 0 < read_again[name] < count // 2, (name, read_again)
    for name in ("known by", "whole", "one shipment, its day"):
        assert read_again[name] == count, (name, read_again)
    assert read_again["other law"] > count // 2
    assert read_again["the day of each"] < count * 3 // 4


@pytest.mark.long
def test_a_large_store_is_judged_as_its_documents_are(tmp_path: Path) -> None:
    assert compared(tmp_path, portfolio(Random(8), MANY))  # noqa: S311


def test_beside_is_laid_over_by_the_quick_way_as_by_the_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = written(tmp_path / "p.jsonl", portfolio(Random(9), 8))  # noqa: S311
    source = sources.lines_of(str(file), MOST)
    seen = 0
    for name, law in laws():
        quick = judged(source, law)
        with monkeypatch.context() as without:
            without.setattr(compact, "shapes", lambda: None)
            assert judged(source, law) == quick, name
        seen += 1
    assert seen == 12


def test_a_shipment_beside_a_product_is_judged_alike_both_ways(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each product with each shipment, one after the other, on one day, on several, and on the day of the shipment."""
    texts = [*portfolio(Random(10), 5), *(one.data for one in products.portfolio(3))]  # noqa: S311
    shipment = json.dumps(products.shipment())
    beside = [
        b'{"format": "rare-earth-bom/1", "shipment": %s}' % shipment.encode(),
        b'{"format": "rare-earth-bom/1", "shipment": %s}' % shipment.replace('"US"', '"VN"').encode(),
        b'{"format": "rare-earth-bom/1", "shipment": {"kind": "goods", "day": "2025-10-20"}}',
        b'{"format": "rare-earth-bom/1", "shipment": {"kind": "goods", "d\\u0061y": "2025-10-20"}}',
        b'{"format": "rare-earth-bom/1", "shipment": {}}',
        b'{"format": "rare-earth-bom/1", "shipment": {"colour": "red"}}',
        b'{"format": "rare-earth-bom/1"}',
        texts[0],
        b"",
    ]
    given = [
        replace(pieces.taken(f"p{at}", text, MOST), beside=pieces.taken(f"s{number}", other, MOST))
        for at, text in enumerate(texts)
        for number, other in enumerate(beside)
    ]
    for law in (under(), under(days=()), under(days=DAYS), under(**SETTLED)):
        line = begin(law)
        quick = [line(at, one) for at, one in enumerate(given)]
        with monkeypatch.context() as without:
            without.setattr(compact, "shapes", lambda: None)
            line = begin(law)
            assert [line(at, one) for at, one in enumerate(given)] == quick
    assert len(given) > 200


def test_so_many_shipments_are_remembered_and_then_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (lines.SHIPMENTS, lines.KEPT) == (50, 5_000)
    monkeypatch.setattr(lines, "SHIPMENTS", 2)
    monkeypatch.setattr(lines, "KEPT", 2)
    way = lines._Way(under())
    counts = []
    for place in (b"US", b"US", b"VN", b"DE", b"US", b"DE"):
        beside = pieces.taken(
            "s", b'{"format": "rare-earth-bom/1", "shipment": {"kind": "goods", "destination": "%s"}}' % place, MOST
        )
        found = way.line({"position": 0}, replace(pieces.taken("p", HEAD % (QUIET, b""), MOST), beside=beside))
        assert json.loads(found)["status"] == 11
        counts.append((len(way._of), len(way._said)))
    assert counts == [(1, 1), (1, 1), (2, 2), (1, 1), (2, 2), (2, 2)]


# ---- what is kept


def test_a_store_holds_facts_and_documents_and_no_answer(tmp_path: Path) -> None:
    texts = [magnet("1"), magnet("2", name="other"), HEAD % (QUIET, b""), b"{", b""]
    file = written(tmp_path / "p.jsonl", texts)
    made_ = kept(sources.lines_of(str(file), MOST), tmp_path / "s")
    assert made_ == storing.Made(products=5, known=3, outlines=2, refused=0)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p.jsonl", "s"]
    assert (tmp_path / "s" / "documents").read_bytes() == b"".join(texts)
    rows = [json.loads(line) for line in (tmp_path / "s" / "products.jsonl").read_bytes().splitlines()]
    assert rows[1] == {
        "name": f"{file}:2",
        "sha256": hashlib.sha256(texts[1]).hexdigest(),
        "at": len(texts[0]),
        "size": len(texts[1]),
        "product": "A",
        "outline": 0,
        "amounts": ["1000", "1", "1", "1", "2", "1"],
    }
    assert [set(row) for row in rows[3:]] == [{"name", "sha256", "at", "size"}] * 2
    shapes = [json.loads(line) for line in (tmp_path / "s" / "outlines.jsonl").read_bytes().splitlines()]
    assert [one["plain"] for one in shapes] == [False, True]
    magnets = {"alloy", "component", "assembly", "permanent-magnet"} & ORDINARY
    assert [{*one["forms"]} for one in shapes] == [magnets | {min(ORDINARY)}, {"assembly", "component", min(ORDINARY)}]
    head = json.loads((tmp_path / "s" / "portfolio.json").read_bytes())
    assert set(head) == {
        "format",
        "tool",
        "made_by",
        "input",
        "passed_over",
        "products",
        "outlines",
        "sha256",
        "documents",
        "left_out",
    }
    assert (head["input"], head["products"], head["outlines"]) == (str(file), 5, 2)
    assert head["passed_over"] == sorted(ORDINARY)


def test_so_many_outlines_are_shared_and_others_stand_with_their_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (storing.SHARED, storing.SHARED_BYTES, storing.LARGE) == (20_000, 32 * 1024**2, 100_000)
    texts = [magnet("1", made_in=place) for place in ("DE", "FR", "PL", "DE", "FR", "IT")] + [HEAD % (QUIET, b"")]
    file = written(tmp_path / "p.jsonl", texts)
    wanted = judged(sources.lines_of(str(file), MOST), under())
    for at, (name, most, shared, own) in enumerate(
        (("SHARED", 2, 2, 3), ("SHARED_BYTES", 1, 1, 5), ("SHARED", 0, 0, 7), ("LARGE", 500, 1, 0))
    ):
        folder = tmp_path / str(at)
        with monkeypatch.context() as bounded:
            bounded.setattr(storing, name, most)
            made_ = kept(sources.lines_of(str(file), MOST), folder)
        rows = [json.loads(line) for line in (folder / "products.jsonl").read_bytes().splitlines()]
        assert (made_.outlines, sum("own" in row for row in rows)) == (shared, own), name
        assert made_.known == (1 if name == "LARGE" else 7)
        assert judged(sources.stored(str(folder), MOST), under()) == wanted


def test_what_can_not_be_had_stays_refused(tmp_path: Path) -> None:
    """A file that is not there, and lines that are too large, for the store or for who judges it."""
    long = magnet("1", name="n" * 900)
    file = written(tmp_path / "p.jsonl", [magnet("1"), long, HEAD % (QUIET, b"")])
    most = len(long) - 1
    assert kept(sources.lines_of(str(file), most), tmp_path / "s").refused == 1
    assert judged(sources.stored(str(tmp_path / "s"), MOST), under()) == judged(sources.lines_of(str(file), most), under())
    kept(sources.lines_of(str(file), MOST), tmp_path / "t")
    assert judged(sources.stored(str(tmp_path / "t"), most), under()) == judged(sources.lines_of(str(file), most), under())
    missing = str(tmp_path / "none.jsonl")
    assert kept(sources.lines_of(missing, MOST), tmp_path / "u") == storing.Made(products=1, known=0, outlines=0, refused=1)
    (line,) = judged(sources.stored(str(tmp_path / "u"), MOST), under())
    assert line == judged(sources.lines_of(missing, MOST), under())[0]
    assert json.loads(line)["status"] == 3


def test_files_of_a_folder_are_stored_as_they_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "a.json").write_bytes(magnet("1"))
    (folder / "b.json").write_bytes((EXAMPLES / "ev-traction-motor" / "prices.json").read_bytes())
    (folder / "c.json").write_bytes((EXAMPLES / "ebike-motor" / "shipment.json").read_bytes())

    def source() -> sources.Source:
        return sources.folder(str(folder), lambda path: (sorted(path.iterdir()), []), MOST)

    kept(source(), tmp_path / "s")
    lines = judged(sources.stored(str(tmp_path / "s"), MOST), under())
    assert lines == judged(source(), under())
    assert [json.loads(line)["status"] for line in lines][1:] == [None, None]


def test_without_the_extra_the_documents_alone_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = written(tmp_path / "p.jsonl", [magnet("1"), HEAD % (QUIET, b"")])
    wanted = judged(sources.lines_of(str(file), MOST), under())
    kept(sources.lines_of(str(file), MOST), tmp_path / "with")
    monkeypatch.setattr(compact, "shapes", lambda: None)
    assert kept(sources.lines_of(str(file), MOST), tmp_path / "s").known == 0
    assert judged(sources.stored(str(tmp_path / "s"), MOST), under()) == wanted
    # What was kept with the extra can not be found again without it: the documents are read.
    assert all(one.facts is None for one in inputs(sources.stored(str(tmp_path / "with"), MOST)))
    assert judged(sources.stored(str(tmp_path / "with"), MOST), under()) == wanted


# ---- what becomes of a store


def store_of(tmp_path: Path, texts: list[bytes] | None = None) -> tuple[Path, list[bytes]]:
    texts = [magnet("1"), magnet("2"), magnet("0.5"), HEAD % (QUIET, b"")] if texts is None else texts
    file = written(tmp_path / "p.jsonl", texts)
    kept(sources.lines_of(str(file), MOST), tmp_path / "s")
    return tmp_path / "s", judged(sources.lines_of(str(file), MOST), under())


def rewritten(folder: Path, name: str, change: Callable[[list[dict[str, Any]]], Any], *, hashed: bool = True) -> None:
    """Change the rows of a file of a store; ``hashed``: and what the head says of it."""
    rows = [json.loads(line) for line in (folder / name).read_bytes().splitlines()]
    change(rows)
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    (folder / name).write_bytes(data)
    if hashed:
        in_head(folder, lambda head: head["sha256"].update({name: hashlib.sha256(data).hexdigest()}))


def in_head(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    head = json.loads((folder / "portfolio.json").read_bytes())
    change(head)
    (folder / "portfolio.json").write_bytes(json.dumps(head).encode())


def said(folder: Path, law: Under | None = None) -> list[tuple[int, str]]:
    lines = [json.loads(line) for line in judged(sources.stored(str(folder), MOST), law or under())]
    return [(line["status"], "; ".join(one["message"] for one in line["refused"])) for line in lines]


def test_a_store_of_another_code_is_judged_by_its_documents(tmp_path: Path) -> None:
    folder, wanted = store_of(tmp_path)
    in_head(folder, lambda head: head.update(made_by="0" * 64))
    source = sources.stored(str(folder), MOST)
    assert all(one.facts is None for one in inputs(source))
    assert judged(source, under()) == wanted


@pytest.mark.parametrize("name", ["products.jsonl", "outlines.jsonl"])
def test_a_file_that_was_changed_is_refused(tmp_path: Path, name: str) -> None:
    folder, _ = store_of(tmp_path)
    rewritten(folder, name, lambda rows: rows.reverse(), hashed=False)
    changed = f"{folder / name} was changed since it was stored; store the portfolio again"
    wanted = f"is a stored portfolio that can not be used: {changed}"
    assert said(folder) == [(3, wanted)]
    (folder / name).unlink()
    assert said(folder) == [(3, "is a stored portfolio that can not be used: No such file or directory")]


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head.pop("products"),
        lambda head: head.update(products="many"),
        lambda head: head.update(outlines=None),
        lambda head: head.pop("sha256"),
        lambda head: head["sha256"].pop("outlines.jsonl"),
        lambda head: head.pop("made_by"),
        lambda head: head.update(passed_over=7),
        lambda head: head.update(products=float("inf")),
    ],
)
def test_a_head_that_is_none_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    folder, _ = store_of(tmp_path)
    in_head(folder, change)
    wanted = f"is a stored portfolio that can not be used: {folder / 'portfolio.json'} is not that of a store"
    assert said(folder) == [(3, wanted)]


def test_a_folder_without_its_head_is_a_folder_of_products(tmp_path: Path) -> None:
    folder, _ = store_of(tmp_path)
    assert stored.is_store(str(folder))
    for text in (b"", b"[]", b'{"format": "rare-earth-bom/1"}', b"{" * 9, b"[" * 100_000, b"\xff"):
        (folder / "portfolio.json").write_bytes(text)
        assert not stored.is_store(str(folder))
    (folder / "portfolio.json").unlink()
    assert not stored.is_store(str(folder))
    ran = run(("check", "--batch", str(folder), "--on", DAY.isoformat(), "--jobs", "1"))
    assert ran.status not in (0, 10)


def test_a_store_that_ends_early_says_so(tmp_path: Path) -> None:
    folder, wanted = store_of(tmp_path)
    rewritten(folder, "products.jsonl", lambda rows: rows.pop())
    found = said(folder)
    assert [status for status, _ in found[:-1]] == [json.loads(line)["status"] for line in wanted[:-1]]
    assert found[-1] == (
        3,
        f"can not be read further: {folder} holds 3 products and says 4; store the portfolio again; {NOT_JUDGED}",
    )


NOT_JUDGED = "what follows here was not judged"
CHANGED = (3, "the store was changed while it was read")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        # The first of a piece is held against its document.
        (lambda rows: rows[0].update(outline=1, amounts=[]), [CHANGED] * 4),
        (lambda rows: rows[0].update(amounts=["1000", "1", "1", "1", "0.5", "1"]), [CHANGED] * 4),
        (lambda rows: rows[0].update(product="B"), [CHANGED] * 4),
        (lambda rows: rows[1].update(outline=2), [CHANGED] * 4),
        (lambda rows: rows[1].update(outline="x"), [CHANGED] * 4),
        (lambda rows: rows[1].update(amounts=None), [CHANGED] * 4),
        (lambda rows: rows[1].pop("product"), [CHANGED] * 4),
        (lambda rows: rows[1].pop("size"), [CHANGED] * 4),
        (lambda rows: rows[1].pop("name"), [CHANGED] * 4),
        (lambda rows: rows.__setitem__(1, 7), [CHANGED] * 4),
        (lambda rows: rows[1].update(size=float("inf")), [CHANGED] * 4),
        # Without its facts, and with amounts that are none, a document is read.
        (lambda rows: rows[1].pop("outline"), None),
        (lambda rows: rows[1].update(amounts=["1000", "1", "1", "1", "-1", "1"]), None),
        (lambda rows: rows[1].update(amounts=["1000", "1", "1", "1", "0", "1"]), None),
    ],
)
def test_rows_that_were_changed_with_their_hash(
    tmp_path: Path, change: Callable[[list[dict[str, Any]]], Any], wanted: list[tuple[int, str]] | None
) -> None:
    folder, lines = store_of(tmp_path)
    rewritten(folder, "products.jsonl", change)
    assert said(folder) == ([(json.loads(line)["status"], "") for line in lines] if wanted is None else wanted)


def test_amounts_that_are_too_few_are_refused(tmp_path: Path) -> None:
    folder, _ = store_of(tmp_path)
    rewritten(folder, "products.jsonl", lambda rows: rows[2]["amounts"].pop())
    found = said(folder)[2]
    assert found[0] == 3
    assert found[1].startswith("could not be judged, ValueError")


@pytest.mark.parametrize("text", ["{", "[]", '{"format":"rare-earth-bom/1","product":{"colour":"red"}}'])
def test_an_outline_that_is_none_clears_nothing(tmp_path: Path, text: str) -> None:
    folder, lines = store_of(tmp_path, [HEAD % (QUIET, b""), magnet("1"), magnet("2")])
    rewritten(folder, "outlines.jsonl", lambda rows: rows[1].update(text=text))
    found = said(folder)
    assert found[0][0] == json.loads(lines[0])["status"]
    assert [one[0] for one in found[1:]] == [3, 3]


OTHERWISE = (b"Motorenwerk GmbH", b"Motorenwerk gmbh")
UNUSABLE = "is a stored portfolio that can not be used: "


def changed_in_place(file: Path) -> None:
    """Other documents of the same length in the same file, with the time of the old ones."""
    data, at = file.read_bytes(), file.stat()
    with file.open("r+b") as opened:
        opened.write(data.replace(*OTHERWISE))
    os.utime(file, ns=(at.st_atime_ns, at.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns, file.stat().st_ino) == (at.st_size, at.st_mtime_ns, at.st_ino)


def changed_by_another(file: Path) -> None:
    """Other documents of the same length in another file of the name."""
    other = file.with_name("other")
    other.write_bytes(file.read_bytes().replace(*OTHERWISE))
    other.replace(file)


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.parametrize("change", [changed_in_place, changed_by_another, cut_off])
def test_documents_that_were_changed_are_refused_before_anything_is_judged(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    folder, _ = store_of(tmp_path)
    change(folder / "documents")
    wanted = f"{UNUSABLE}{folder / 'documents'} was changed since it was stored; store the portfolio again"
    for law in (None, under(whole=True)):
        assert said(folder, law) == [(3, wanted)]
    ran = run(("check", "--batch", str(folder), "--on", DAY.isoformat(), "--jobs", "1"))
    assert ran.status == 3


def test_a_store_without_its_documents_is_refused(tmp_path: Path) -> None:
    folder, _ = store_of(tmp_path)
    (folder / "documents").unlink()
    assert said(folder) == [(3, f"{UNUSABLE}No such file or directory")]


def test_documents_are_read_to_open_a_store_only_where_it_was_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, lines = store_of(tmp_path)
    hashed: list[str] = []
    was = stored._hashed
    monkeypatch.setattr(stored, "_hashed", lambda path: (hashed.append(path.name), was(path))[1])

    def opened(where: Path) -> list[str]:
        hashed.clear()
        assert [status for status, _ in said(where)] == [json.loads(line)["status"] for line in lines]
        return list(hashed)

    assert opened(folder) == ["products.jsonl", "outlines.jsonl"]
    assert opened(folder.rename(tmp_path / "renamed")) == ["products.jsonl", "outlines.jsonl"]
    copied = Path(shutil.copytree(tmp_path / "renamed", tmp_path / "copied"))
    assert opened(copied) == ["products.jsonl", "outlines.jsonl", "documents"]
    changed_in_place(copied / "documents")
    assert said(copied)[0][0] == 3
    os.utime(tmp_path / "renamed" / "documents")
    assert opened(tmp_path / "renamed") == ["products.jsonl", "outlines.jsonl", "documents"]


def test_a_clock_that_stands_still_leaves_no_stamp_to_rely_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "STEP", 0)
    was = storing.stamp_of
    monkeypatch.setattr(storing, "stamp_of", lambda path: was(path)._replace(changed=7))
    folder, lines = store_of(tmp_path)
    assert json.loads((folder / "portfolio.json").read_bytes())["documents"]["stamp"] is None
    assert [status for status, _ in said(folder)] == [json.loads(line)["status"] for line in lines]
    changed_in_place(folder / "documents")
    assert said(folder)[0][0] == 3


def test_documents_that_change_while_they_are_read_are_told(tmp_path: Path) -> None:
    folder, _ = store_of(tmp_path)
    found = sources.stored(str(folder), MOST).pieces()
    (first,) = [next(found)]
    changed_in_place(folder / "documents")
    (told,) = [one for piece in found for one in piece.given()]
    assert told.problem is not None
    why = f"{folder / 'documents'} was changed while it was read; store the portfolio again"
    assert told.problem.message == f"can not be read further: {why}; {NOT_JUDGED}"
    (folder / "documents").unlink()
    assert [one.problem and one.problem.message for one in first.given()] == [CHANGED[1]] * 4


def test_lines_that_change_while_they_are_read_are_told(tmp_path: Path) -> None:
    """Facts of the second product that would be those of the last one, which is clear."""
    folder, _ = store_of(tmp_path)
    found = sources.stored(str(folder), MOST).pieces()
    lines = (folder / "products.jsonl").read_bytes()
    (first,) = [next(found)]
    (folder / "products.jsonl").write_bytes(lines.replace(b'"outline":0', b'"outline":1'))
    assert [one.problem and one.problem.message for one in first.given()] == [CHANGED[1]] * 4
    (folder / "products.jsonl").write_bytes(lines)
    found = sources.stored(str(folder), MOST).pieces()
    (folder / "products.jsonl").write_bytes(lines.replace(b'"outline":0', b'"outline":1'))
    told = [one.problem.message for piece in found for one in piece.given() if one.problem is not None]
    why = f"{folder / 'products.jsonl'} was changed while it was read; store the portfolio again"
    assert told == [CHANGED[1]] * 4 + [f"can not be read further: {why}; {NOT_JUDGED}"]


def test_a_document_of_a_store_of_another_code_is_held_against_its_hash(tmp_path: Path) -> None:
    folder, _ = store_of(tmp_path)
    in_head(folder, lambda head: head.update(made_by="0" * 64))
    changed_in_place(folder / "documents")
    assert said(folder)[:3] == [(3, f"is not what was stored in {folder}")] * 3
    (folder / "documents").unlink()
    assert said(folder) == [(3, "no such file or directory")] * 4


def test_a_store_that_goes_away_while_it_is_read_is_refused(tmp_path: Path) -> None:
    folder, _ = store_of(tmp_path)
    (piece,) = sources.stored(str(folder), MOST).pieces()
    (folder / "products.jsonl").rename(folder / "elsewhere")
    told = [one.problem for one in piece.given()]
    assert [str(one.message) for one in told if one is not None] == ["no such file or directory"] * 4
    (folder / "elsewhere").rename(folder / "products.jsonl")
    stored._outlines.cache_clear()
    (folder / "outlines.jsonl").write_bytes(b"")
    told = [one.problem for one in piece.given()]
    assert [str(one.message) for one in told if one is not None] == ["the store was changed while it was read"] * 4


# ---- making one


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    file = written(tmp_path / "p.jsonl", [magnet("1")])
    (tmp_path / "s").mkdir()
    (tmp_path / "t").symlink_to(tmp_path / "nowhere")
    for name in ("s", "t", "p.jsonl"):
        with pytest.raises(FileExistsError):
            kept(sources.lines_of(str(file), MOST), tmp_path / name)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p.jsonl", "s", "t"]
    assert list((tmp_path / "s").iterdir()) == []


@pytest.mark.parametrize("name", ["write", "fsync", "rename", "interrupted"])
def test_a_store_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file = written(tmp_path / "p.jsonl", [magnet("1")] * 3)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        if name == "write":
            broken.setattr(storing._File, "write", full)
        elif name == "interrupted":
            broken.setattr(storing._Writing, "add", stop)
        else:
            broken.setattr(os, name, full)
        with pytest.raises(KeyboardInterrupt if name == "interrupted" else OSError):
            kept(sources.lines_of(str(file), MOST), tmp_path / "s")
    assert [one.name for one in tmp_path.iterdir()] == ["p.jsonl"]


def test_killed_at_any_moment_there_is_no_half_store(tmp_path: Path) -> None:
    rng = Random(4)  # noqa: S311
    file = written(tmp_path / "p.jsonl", [products.product(rng, lines=30).data for _ in range(400)])
    command = (sys.executable, "-m", "rare_earth_compliance", "store", str(file))
    whole = 0
    for number, wait in enumerate((0.05, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 9.0)):
        folder = tmp_path / f"s{number}"
        process = subprocess.Popen((*command, str(folder)), stdout=subprocess.DEVNULL)
        end = time.monotonic() + wait
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if folder.exists():
            assert stored.opened(str(folder)).products == 400
            whole += 1
    assert whole >= 1


# ---- the command

ALONE = "1 by their documents alone: they are read again each time"


def test_the_command_stores_and_the_other_judges(tmp_path: Path) -> None:
    file = written(tmp_path / "p.jsonl", [magnet("1"), magnet("2"), HEAD % (QUIET, b""), b"{"])
    ran = run(("store", str(file), str(tmp_path / "s")))
    assert (ran.status, ran.out) == (
        0,
        f"{tmp_path / 's'}: 4 products\n3 by what decides, in 2 outlines\n{ALONE}\n",
    )
    again = run(("store", str(file), str(tmp_path / "s")))
    assert (again.status, again.err) == (
        2,
        f"{tmp_path / 's'}: there is something of this name; name a folder that does not exist\n",
    )
    options = ("--on", DAY.isoformat(), "--jobs", "1")
    one, two = (run(("check", "--batch", str(name), *options)) for name in (file, tmp_path / "s"))
    assert one.status == two.status == 3
    assert one.out.splitlines()[1:] == two.out.splitlines()[1:]
    assert len(two.out.splitlines()) == 6


def test_the_command_tells_what_could_not_be_had(tmp_path: Path) -> None:
    ran = run(("store", str(tmp_path / "none.jsonl"), str(tmp_path / "s")))
    assert (ran.status, ran.out.splitlines()[-1]) == (3, "1 could not be had, and stay refused")
    empty = written(tmp_path / "empty.jsonl", [])
    assert run(("store", str(empty), str(tmp_path / "e"))).status == 3
    nowhere = run(("store", str(empty), str(tmp_path / "no" / "s")))
    assert nowhere.status == 3
    assert nowhere.err.startswith(f"{tmp_path / 'no' / 's'}: could not be stored: ")
    assert nowhere.err.endswith("; nothing was kept\n")
    document = run(("store", "x.json", str(tmp_path / "x")))
    wanted = "x.json: a .json file is one document; name a file with one document a line\n"
    assert (document.status, document.err) == (2, wanted)


def test_a_run_on_a_store_is_gone_on_with(tmp_path: Path) -> None:
    folder, wanted = store_of(tmp_path)
    output = tmp_path / "out.jsonl"
    command = ("check", "--batch", str(folder), "--on", DAY.isoformat(), "--jobs", "1", "--output", str(output))
    first = run(command)
    whole = output.read_bytes()
    assert whole.splitlines()[1:-1] == [line.rstrip() for line in wanted]
    lines = whole.splitlines(keepends=True)
    output.write_bytes(b"".join(lines[:3]) + lines[3][:20])
    assert run(command).status == first.status
    assert output.read_bytes() == whole


def test_a_decision_for_a_store_is_that_of_the_documents_themselves() -> None:
    """Facts that were kept under one law, judged under another: no form of a line that was passed over is forgotten."""
    facts = stored.facts_of(HEAD % (QUIET, b""), ORDINARY)
    assert facts is not None
    way = Documents(other_law(), on=DAY)
    assert way.recalled(facts.common.text, facts.amounts, facts.common.forms, plain=True) is None
    assert "component" not in ordinary_forms(way.plan)
    assert documents.ordinary_forms(way.plan) < ORDINARY
    assert stored.facts_of(HEAD % (QUIET, b""), frozenset()) is None
    assert stored.facts_of(b"{", ORDINARY) is None
