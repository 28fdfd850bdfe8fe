"""The kernel: for each Arrow row that goes in one comes out, in order, with its columns, whatever stands in it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance import Confirmation, Refused
from rare_earth_compliance.batch.crew import Bounds
from rare_earth_compliance.batch.terms import Terms, agreed
from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.engine.determination import Answer
from tests import kernels
from tests.kernels import CLEAR, DAY
from tests.running import ROOT

pa = pytest.importorskip("pyarrow")
kernel_room = pytest.importorskip("rare_earth_compliance.batch.kernel")
Kernel = kernel_room.Kernel

ROWS = [CLEAR, None, "{", "", CLEAR]
STATUSES = [0, 3, 3, 3, 0]
KINDS = (
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.binary(),
    pa.large_binary(),
    pa.dictionary(pa.int32(), pa.string()),
)
BOUNDS = Bounds(jobs=1, seconds=5, memory=2 * 1024**3)


@pytest.fixture(scope="module")
def terms() -> Terms:
    return agreed(on=DAY)


def answers(table: Any) -> list[tuple[int, str, str, str]]:
    return list(zip(*(table[name].to_pylist() for name in ("status", "answer", "why", "result")), strict=True))


def batches(rows: list[Any], size: int, kind: Any = None) -> list[Any]:
    return [
        pa.record_batch(
            {"id": pa.array(range(at, min(at + size, len(rows)))), "bom": pa.array(rows[at : at + size], kind or pa.string())}
        )
        for at in range(0, len(rows), size)
    ]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_kind_of_text_gives_a_row_for_each_row(terms: Terms, kind: Any) -> None:
    column = pa.array(ROWS, pa.string())
    given = pa.record_batch({"id": range(5), "bom": column.dictionary_encode() if "dict" in str(kind) else column.cast(kind)})
    (found,) = Kernel(terms=terms)([given])
    assert found.schema == Kernel(terms=terms).schema(given.schema)
    assert found.schema.names == ["id", "bom", "status", "answer", "why", "result"]
    assert found.select(["id", "bom"]).equals(given)
    assert found["status"].to_pylist() == STATUSES
    assert [found[name].null_count for name in ("status", "answer", "why", "result")] == [0, 0, 0, 0]


def test_what_comes_out_is_what_is_found_without_a_kernel(terms: Terms) -> None:
    rows = kernels.rows(99)
    table = pa.Table.from_batches(Kernel(terms=terms, keep=("id",))(batches(rows, 27)))
    assert table.schema.names == ["id", "status", "answer", "why", "result"]
    assert table["id"].to_pylist() == list(range(99))
    kernels.assert_as_here(rows, answers(table))
    assert {0, 3, 11} <= set(table["status"].to_pylist())


def test_neither_cutting_nor_company_changes_a_row(terms: Terms) -> None:
    rows = kernels.rows(45)
    whole = pa.Table.from_batches(Kernel(terms=terms, keep=())(batches(rows, 45)))
    single = pa.Table.from_batches(Kernel(terms=terms, keep=())(batches(rows, 1)))
    assert whole.combine_chunks().equals(single.combine_chunks())
    back = pa.Table.from_batches(Kernel(terms=terms, keep=())(batches(rows[::-1], 7)))
    assert answers(back) == answers(whole)[::-1]


def test_nothing_in_nothing_out(terms: Terms) -> None:
    kernel = Kernel(terms=terms)
    assert list(kernel([])) == []
    assert list(kernel(batches([None], 1)[0].slice(0, 0) for _ in range(2))) == []
    reader = kernel_room.judged(pa.Table.from_batches(batches([None], 1)).slice(0, 0), kernel)
    assert reader.read_all().num_rows == 0


def test_a_row_of_another_type_or_that_is_no_text_is_refused(terms: Terms) -> None:
    broken = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\3\0\0\0"), pa.py_buffer(b"\xff{}")])
    for column, why in (
        (pa.array([1, 2]), "bom: the column holds int64, expected text or bytes"),
        (pa.array([None, None]), "bom: the column holds null, expected text or bytes"),
        (pa.array([{"product": "x"}, None]), "bom: the column holds struct<product: string>, expected text or bytes"),
        (broken, "bom: the row can not be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ):
        (found,) = Kernel(terms=terms, keep=())([pa.record_batch({"bom": column})])
        assert found["status"].to_pylist() == [3, 3]
        assert found["answer"].to_pylist() == ["refused", "refused"]
        assert found["why"].to_pylist()[0] == why


def test_a_document_beyond_the_limit_is_refused(terms: Terms) -> None:
    (found,) = Kernel(terms=terms, most=len(CLEAR.encode()))(batches([CLEAR, CLEAR + " "], 2))
    assert found["status"].to_pylist() == [0, 3]
    assert "are read of one product" in found["why"].to_pylist()[1]


# ---- shipments beside

MOTOR = '{"format": "rare-earth-bom/1", "product": {"form": "motor", "rare_earths": "none"}}'
TRANSFER = json.dumps({"format": "rare-earth-bom/1", "transfer": {}})


def beside(text: str) -> tuple[str, str]:
    """A document with product and shipment as two."""
    told = json.loads(text)
    head = {"format": told["format"]}
    return (
        json.dumps({key: value for key, value in told.items() if key != "shipment"}),
        json.dumps({**head, "shipment": told["shipment"]}),
    )


def test_a_product_is_judged_in_the_shipment_beside_it(terms: Terms) -> None:
    product, shipment = beside(CLEAR)
    other = json.loads(CLEAR)
    other["shipment"] = {"destination": "US"}
    given = pa.record_batch(
        {"bom": [product, product, json.dumps(other), CLEAR], "to": [shipment, shipment.replace("{", "{ ", 1), shipment, "{"]}
    )
    (found,) = Kernel(terms=terms, shipment="to", keep=())([given])
    assert found["status"].to_pylist() == [0, 0, 0, 3]
    assert found["why"].to_pylist()[3].startswith("to:1: ")
    lines = [json.loads(line) for line in found["result"].to_pylist()]
    assert all(len(line["shipment_sha256"]) == 64 for line in lines)
    assert lines[0]["shipment_sha256"] != lines[1]["shipment_sha256"]
    (alone,) = Kernel(terms=terms, keep=())([given])
    assert alone["status"].to_pylist()[0] == 11


@pytest.mark.parametrize(
    ("shipment", "words"),
    [
        (None, "to: the row holds no document"),
        ("", "to:1: "),
        ("{}", "to:1: "),
        ('{"format": "rare-earth-bom/1"}', "to:1: "),
        ('{"format": "rare-earth-bom/1", "shipment": null}', "to"),
        ('{"format": "rare-earth-bom/1", "shipment": {"destinaton": "US"}}', "to:1: shipment.destinaton"),
        (MOTOR, "to: holds a product, expected a shipment alone"),
        (CLEAR, "to: holds a product, expected a shipment alone"),
        (TRANSFER, "to"),
    ],
)
def test_a_row_without_a_shipment_beside_it_is_refused(terms: Terms, shipment: str | None, words: str) -> None:
    given = pa.record_batch({"bom": pa.array([CLEAR]), "to": pa.array([shipment], pa.string())})
    (found,) = Kernel(terms=terms, shipment="to", keep=())([given])
    assert found["answer"].to_pylist() == ["refused"]
    assert found["why"].to_pylist()[0].startswith(words), found["why"].to_pylist()


def test_what_is_wrong_with_both_is_told_of_both(terms: Terms) -> None:
    given = pa.record_batch({"bom": pa.array([None], pa.string()), "to": pa.array([None], pa.string())})
    (found,) = Kernel(terms=terms, shipment="to", keep=())([given])
    assert found["why"].to_pylist() == ["bom: the row holds no document; to: the row holds no document"]


# ---- columns


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"document": "x"}, KeyError, "no column 'x', there are id, bom"),
        ({"shipment": "x"}, KeyError, "no column 'x'"),
        ({"keep": ("x",)}, KeyError, "no column 'x'"),
        ({"keep": ("id", "id")}, ValueError, "kept twice"),
    ],
)
def test_columns_that_are_not_there_are_told(terms: Terms, options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        list(Kernel(terms=terms, **options)(batches(ROWS, 5)))


def test_names_that_are_there_twice_or_are_added_are_told(terms: Terms) -> None:
    twice = pa.RecordBatch.from_arrays([pa.array([CLEAR]), pa.array([None])], names=["bom", "bom"])
    with pytest.raises(KeyError, match="more than one column 'bom'"):
        list(Kernel(terms=terms)([twice]))
    named = pa.record_batch({"bom": [CLEAR], "Status": ["ok"]})
    with pytest.raises(ValueError, match="Status: a column of this name is added"):
        Kernel(terms=terms).schema(named.schema)
    (found,) = Kernel(terms=terms, keep=("bom",))([named])
    assert found["status"].to_pylist() == [0]


# ---- processes


def test_processes_beside_give_the_same_and_a_row_that_ends_one_is_refused(terms: Terms) -> None:
    rows = [*kernels.rows(30), kernels.DIE, CLEAR]
    kernel = Kernel(terms=terms, bounds=BOUNDS, stay=True, start=kernels.harmful)
    table = pa.Table.from_batches(pickle.loads(pickle.dumps(kernel))(batches(rows, 9)))  # noqa: S301
    alone = pa.Table.from_batches(Kernel(terms=terms)(batches(rows, 9)))
    fell = pa.Table.from_batches([table.slice(30, 1).to_batches()[0]])
    assert fell["why"].to_pylist() == ["bom: the process that judged it ended with signal 9"]
    assert fell["status"].to_pylist() == [3]
    kept = [at for at in range(32) if at != 30]
    assert table.take(kept).combine_chunks().equals(alone.take(kept).combine_chunks())
    # The processes wait for the next call, and do not when a call is left before its end.
    (waiting,) = kernel_room._WAITING.values()
    rest = kernel(batches([CLEAR] * 300, 300))
    assert next(rest)["status"].to_pylist() == [0] * kernel_room.LINES
    rest.close()
    assert kernel_room._WAITING == {}
    assert waiting._hands[0].started


def test_a_program_whose_processes_wait_ends(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import pyarrow as pa\n"
        "from rare_earth_compliance.batch.kernel import Bounds, Kernel\n"
        "from rare_earth_compliance.batch.terms import agreed\n"
        "from tests.kernels import DAY, CLEAR\n"
        "if __name__ == '__main__':\n"
        "    kernel = Kernel(terms=agreed(on=DAY), bounds=Bounds(jobs=1, seconds=60, memory=2 * 1024**3), stay=True)\n"
        "    print(list(kernel([pa.record_batch({'bom': [CLEAR]})]))[0]['status'][0])\n"
    )
    ran = subprocess.run(
        [sys.executable, str(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.stdout.split() == ["0"]


@pytest.mark.long
def test_a_row_that_hangs_or_takes_all_memory_is_refused_and_no_other(terms: Terms) -> None:
    rows = [CLEAR, kernels.DIE, CLEAR, kernels.HANG, kernels.EAT, None, CLEAR]
    kernel = Kernel(terms=terms, bounds=replace(BOUNDS, jobs=2), stay=True, start=kernels.harmful, keep=("id",))
    for _ in range(2):  # the second call finds the processes of the first
        table = pa.Table.from_batches(kernel(batches(rows, 3)))
        assert table["id"].to_pylist() == list(range(7))
        assert table["status"].to_pylist() == [0, 3, 0, 3, 3, 3, 0]
        why = table["why"].to_pylist()
        assert why[1] == "bom: the process that judged it ended with signal 9"
        assert why[3] == "bom: was not judged within 5 s"
        assert why[4] == "bom: needs more memory than the 2,048 MiB that a worker may use"


def test_processes_that_can_not_start_end_the_call(terms: Terms) -> None:
    kernel = Kernel(terms=terms, bounds=replace(BOUNDS, memory=1024**2))
    with pytest.raises(RuntimeError, match="the rows that follow were not judged"):
        list(kernel(batches([CLEAR], 1)))


def test_a_row_for_which_memory_is_short_is_refused_in_this_process_too(terms: Terms) -> None:
    def short(_: object) -> Any:
        def judge(_: int, __: object) -> bytes:
            raise MemoryError

        return judge

    (found,) = Kernel(terms=terms, start=short)(batches([CLEAR], 1))
    assert (found["status"].to_pylist(), found["answer"].to_pylist()) == ([3], ["refused"])


# ---- terms


def test_another_rule_pack_or_version_judges_nothing(terms: Terms) -> None:
    for other, words in (
        (replace(terms, pack="0" * 64), "the rule pack here is [0-9a-f]{64}, asked for is 0{64}"),
        (replace(terms, version="0.0.0"), "asked for is 0.0.0"),
        (replace(terms, rules="/nowhere"), "nowhere"),
    ):
        with pytest.raises(Refused, match=words):
            list(Kernel(terms=other)(batches([CLEAR], 1)))


def test_terms_are_told_at_once_where_they_are_none() -> None:
    with pytest.raises(TypeError, match="missing"):
        agreed(on=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected a date"):
        agreed(on="2026-11-23")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="no reading 'x'"):
        agreed(on=DAY, readings={"x": "y"})


def test_readings_and_confirmations_are_part_of_the_terms(tmp_path: Path) -> None:
    confirmed = Confirmation(
        settles="suspension-70",
        outcome="lapsed",
        through=None,
        instrument="a test",
        published=DAY,
        source="a test",
        by="a test",
        day=DAY,
        place=Place(file="test"),
    )
    assumed = kernels.PORTFOLIO[0]
    found = []
    for confirmations in ((), (confirmed,)):
        kernel = Kernel(terms=agreed(on=DAY, confirmations=confirmations, readings={"part-2-reaches": "magnet-only"}))
        (batch,) = kernel(batches([assumed], 1))
        found.append((batch["answer"].to_pylist()[0], batch["why"].to_pylist()[0]))
    assert found[0] != found[1]
    assert found[0][0] == Answer.UNDETERMINED.value


# ---- engines


def test_anything_that_hands_over_arrow_data_is_judged(terms: Terms) -> None:
    class Stream:
        def __arrow_c_stream__(self, schema: object = None) -> object:
            return pa.Table.from_batches(batches(ROWS, 2)).__arrow_c_stream__(schema)

    table = kernel_room.judged(Stream(), Kernel(terms=terms, keep=("id",))).read_all()
    assert table["status"].to_pylist() == STATUSES


def test_polars_is_served(terms: Terms) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"id": range(5), "bom": ROWS})
    found = polars.from_arrow(kernel_room.judged(frame, Kernel(terms=terms)).read_all())
    assert found["status"].to_list() == STATUSES
    assert found.select("id", "bom").equals(frame)


def test_duckdb_is_served(terms: Terms) -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as database, duckdb.connect() as other:  # one reads while the other is read
        rows = pa.table({"id": range(5), "bom": ROWS})
        database.register("products", rows)
        relation = database.sql("select id, bom from products order by id desc")
        judged = kernel_room.judged(relation, Kernel(terms=terms, keep=("id",)))
        other.register("judged", judged)
        assert other.sql("select status, count(*) from judged group by 1 order by 1").fetchall() == [(0, 2), (3, 3)]
