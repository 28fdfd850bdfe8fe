"""Documents in a Parquet file: for each row a result, whatever stands in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.running import EXAMPLES, run

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

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


def test_two_columns_of_one_name_are_refused_and_none_of_them_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "p.parquet"
    columns = [pa.array([CLEAR]), pa.array(["{"]), pa.array([1])]
    pq.write_table(pa.Table.from_arrays(columns, names=["bom", "bom", "id"]), file)
    ran = run(("check", "--batch", str(file), "--on", "2026-11-23", "--jobs", "1"))
    lines = [json.loads(line) for line in ran.out.splitlines()[1:-1]]
    said = "more than one column 'bom', name one of bom, bom, id with --column"
    told = f"can not be read further: {said}; what follows here was not judged"
    assert (ran.status, [[one["message"] for one in line["refused"]] for line in lines]) == (3, [[told]])
