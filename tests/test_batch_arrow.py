"""Documents in Arrow data: for each row that goes in one comes out, whatever stands in it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from rare_earth_compliance import load_rules
from rare_earth_compliance.batch.lines import Under, begin
from tests.running import EXAMPLES, run

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
arrow = pytest.importorskip("rare_earth_compliance.batch.arrow")

DAY = date(2026, 11, 23)
CLEAR = (EXAMPLES / "portfolio" / "portfolio.jsonl").read_text(encoding="utf-8").splitlines()[5]
ROWS = [CLEAR, None, "{", "", CLEAR]
STATUSES = [0, 3, 3, 3, 0]
KINDS = (pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string()))


def column(kind: object) -> object:
    return pa.array(ROWS, pa.string()).cast(kind)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_parquet_is_judged_row_by_row(tmp_path: Path, kind: object) -> None:
    file = tmp_path / "p.parquet"
    pq.write_table(pa.table({"id": range(5), "bom": column(kind)}), file, row_group_size=2)
    ran = run(("check", "--batch", str(file), "--on", "2026-11-23", "--jobs", "1"))
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["status"] for line in lines[1:-1]] == STATUSES
    assert [line["name"] for line in lines[1:-1]] == [f"{file}:{number}" for number in range(1, 6)]
    assert lines[2]["refused"][0]["message"] == "the row holds no document"
    assert ran.status == 3


@pytest.mark.parametrize(("named", "words"), [("x", "no column 'x', name one of id, bom"), ("id", "the column holds int64")])
def test_a_column_that_holds_no_documents_is_refused(tmp_path: Path, named: str, words: str) -> None:
    file = tmp_path / "p.parquet"
    pq.write_table(pa.table({"id": range(2), "bom": [CLEAR, CLEAR]}), file)
    ran = run(("check", "--batch", str(file), "--column", named, "--jobs", "1"))
    assert ran.status == 3
    assert words in ran.out
    file.write_bytes(b"no parquet")
    assert run(("check", "--batch", str(file), "--jobs", "1")).status == 3


def test_the_kernel_gives_a_row_for_each_row() -> None:
    judge = begin(Under(pack=load_rules(), days=(DAY,), today=DAY))
    work = arrow.kernel(judge, "bom", keep=("id",))
    batches = [
        pa.record_batch({"id": pa.array(range(5)), "bom": column(KINDS[0])}),
        pa.record_batch({"id": pa.array([], pa.int64()), "bom": pa.array([], pa.string())}),
        pa.record_batch({"id": pa.array([9]), "bom": pa.array([CLEAR])}),
    ]
    found = list(work(iter(batches)))
    assert [one.num_rows for one in found] == [5, 0, 1]
    assert found[0].schema.names == ["id", "status", "answer", "result"]
    table = pa.Table.from_batches(found)
    assert table["id"].to_pylist() == [0, 1, 2, 3, 4, 9]
    assert table["status"].to_pylist() == [*STATUSES, 0]
    assert table["answer"].to_pylist() == [
        "licence not required",
        None,
        None,
        None,
        "licence not required",
        "licence not required",
    ]
    assert [json.loads(line)["name"] for line in table["result"].to_pylist()] == [f"row:{number}" for number in range(1, 7)]


def test_the_kernel_refuses_a_row_for_which_memory_is_short() -> None:
    def short(_: int, __: object) -> bytes:
        raise MemoryError

    (found,) = arrow.kernel(short, "bom")([pa.record_batch({"bom": pa.array([CLEAR])})])
    assert (found["status"].to_pylist(), found["answer"].to_pylist()) == ([3], [None])
