"""Spark: for each row of a DataFrame one comes out, equal to what is found here, through classic Spark and Spark Connect.

The group ``spark`` needs Java and the extra [spark], and two processes of Spark's own: it is left out of the normal run. Which
way a session comes is said by REC_TESTS_SPARK: "classic" (local[2,4]) or "connect" (a server of Spark Connect in it).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rare_earth_compliance.batch.crew import Bounds
from rare_earth_compliance.batch.terms import agreed
from tests import kernels
from tests.kernels import CLEAR, DAY
from tests.running import ROOT

pa = pytest.importorskip("pyarrow")
spark = pytest.importorskip("rare_earth_compliance.batch.spark")
Kernel = pytest.importorskip("rare_earth_compliance.batch.kernel").Kernel

BOUNDS = Bounds(jobs=1, seconds=20, memory=2 * 1024**3)
JAVA = Path("/usr/lib/jvm/java-17-openjdk-amd64")
"""Where Debian puts the Java that Spark 3.5 and 4 run on; elsewhere it is what JAVA_HOME or the path names."""
in_spark = (pytest.mark.spark, pytest.mark.filterwarnings("ignore"))


def marked(test: Any) -> Any:
    for mark in in_spark:
        test = mark(test)
    return test


# ---- without Spark


class Schema:
    """As much of a StructType as is used."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self.fields = fields

    def __getitem__(self, name: str) -> tuple[str, str]:
        return next(one for one in self.fields if one[0] == name)

    def add(self, name: str, kind: str, nullable: bool) -> Schema:  # noqa: ARG002
        return Schema([*self.fields, (name, kind)])


class Frame:
    """As much of a DataFrame as is used, over batches."""

    def __init__(self, schema: Schema, batches: list[Any]) -> None:
        self.schema, self.batches = schema, batches
        self.columns = [name for name, _ in schema.fields]

    def select(self, *names: str) -> Frame:
        plain = [name[1:-1].replace("``", "`") for name in names]
        return Frame(Schema([self.schema[name] for name in plain]), [one.select(plain) for one in self.batches])

    def mapInArrow(self, func: Any, schema: Schema) -> Frame:  # noqa: N802
        return Frame(schema, list(func(iter(self.batches))))


def frame() -> Frame:
    batch = pa.record_batch({"id": [1, 2], "a`b": ["x", "y"], "bom": [CLEAR, None], "unused": [0, 0]})
    return Frame(Schema([("id", "long"), ("a`b", "string"), ("bom", "string"), ("unused", "long")]), [batch])


def test_columns_and_schema_are_what_is_kept_and_what_is_added() -> None:
    found = spark.judge(frame(), on=DAY, keep=["a`b", "id"], apart=False)
    added = [tuple(one.split(" ")) for one in spark.ADDED.split(", ")]
    assert [name for name, _ in found.schema.fields] == ["a`b", "id", *(name for name, _ in added)]
    assert found.schema.fields[2:] == [("status", "integer"), ("answer", "string"), ("why", "string"), ("result", "string")]
    (batch,) = found.batches
    assert batch.schema.names == found.columns
    assert batch["id"].to_pylist() == [1, 2]
    assert batch["status"].to_pylist() == [0, 3]
    assert spark.judge(frame(), on=DAY, apart=False).columns[:4] == ["id", "a`b", "bom", "unused"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"on": "2026-11-23"}, TypeError),
        ({"document": "BOM"}, KeyError),
        ({"keep": ["no"]}, KeyError),
        ({"shipment": "no"}, KeyError),
        ({"time_limit": 0}, ValueError),
        ({"memory": 0}, ValueError),
    ],
)
def test_what_can_not_be_asked_is_told_at_once(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        spark.judge(frame(), **{"on": DAY, **options})


def test_neither_pyspark_nor_pandas_is_imported_by_the_module() -> None:
    program = "import sys, rare_earth_compliance.batch.spark; print(sorted({'pyspark', 'pandas', 'numpy'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "pyspark" not in ran.stdout
    assert "pandas" not in ran.stdout


# ---- with Spark


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session with two processes of Spark, which tries a task four times."""
    sql = pytest.importorskip("pyspark.sql")
    home = tmp_path_factory.mktemp("spark")
    if JAVA.is_dir():
        os.environ["JAVA_HOME"] = str(JAVA)
    os.environ |= {
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "SPARK_LOCAL_IP": "127.0.0.1",
        kernels.ONCE: str(home / "once"),
    }
    builder = sql.SparkSession.builder.config("spark.ui.enabled", "false").config("spark.sql.warehouse.dir", str(home))
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
    if os.environ.get("REC_TESTS_SPARK", "classic") == "connect":
        made = builder.remote("local[2,4]").getOrCreate()
    else:
        made = builder.master("local[2,4]").getOrCreate()
    yield SimpleNamespace(spark=made, once=home / "once")
    made.stop()


@marked
@pytest.mark.long
def test_the_example_judges_the_portfolio(session: Any, tmp_path: Path) -> None:
    script, given = str(ROOT / "examples" / "spark" / "judge_table.py"), str(kernels.EXAMPLES / "portfolio" / "portfolio.jsonl")
    command = [sys.executable, script, given, str(tmp_path / "found"), "--on", "2026-11-23"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 3, ran.stderr
    assert ran.stdout.splitlines() == ["status  0: 4 rows", "status  3: 1 rows", "status 11: 8 rows"]


def rows_of(session: Any, rows: list[str | None], parts: int) -> Any:
    return session.spark.createDataFrame(list(enumerate(rows)), "id INT, bom STRING").repartition(parts, "id")


def collected(frame: Any) -> list[tuple[int, str, str, str]]:
    """Answers in the order of their ids, of which none is missing and none is there twice."""
    found = sorted(frame.collect(), key=lambda row: row.id)
    assert [row.id for row in found] == list(range(len(found)))
    return [(row.status, row.answer, row.why, row.result) for row in found]


@marked
@pytest.mark.parametrize(
    ("count", "parts", "apart"),
    [
        (1, 1, True),
        (1_000, 4, True),
        pytest.param(1_000, 3, False, marks=pytest.mark.long),
    ],
)
def test_what_comes_out_is_what_is_found_here(session: Any, count: int, parts: int, apart: bool) -> None:
    rows = kernels.rows(count)
    frame = rows_of(session, rows, parts)
    judged = spark.judge(frame, on=DAY, keep=["id"], apart=apart)
    assert judged.columns == ["id", *(one.split(" ")[0] for one in spark.ADDED.split(", "))]
    kernels.assert_as_here(rows, collected(judged))


@marked
def test_columns_go_through_whatever_they_hold(session: Any) -> None:
    types = "id INT, `a b` MAP<STRING, INT>, day TIMESTAMP, money DECIMAL(20, 6), bom STRING, deep STRUCT<x: ARRAY<INT>>"
    rows = [(0, {"x": 1}, None, None, CLEAR, ([1],)), (1, None, None, None, None, None)]
    frame = session.spark.createDataFrame(rows, types)
    judged = spark.judge(frame, on=DAY)
    assert judged.schema.fields[:6] == frame.schema.fields
    found = sorted(judged.collect(), key=lambda row: row.id)
    assert [tuple(row)[:6] for row in found] == [tuple(row) for row in frame.collect()]
    assert [row.status for row in found] == [0, 3]
    wrong = spark.judge(frame, on=DAY, document="deep", keep=["id"])
    assert {row.why.split(",")[0].split("<")[0] for row in wrong.collect()} == {"deep: the column holds struct"}
    binary = frame.selectExpr("id", "cast(bom as binary) as bom")
    assert [row.status for row in sorted(spark.judge(binary, on=DAY).collect(), key=lambda row: row.id)] == [0, 3]


@marked
def test_a_poison_row_is_refused_and_the_others_are_judged(session: Any) -> None:
    rows: list[str | None] = list(kernels.PORTFOLIO[:6]) * 3
    rows[7] = kernels.DIE
    kernel = Kernel(terms=agreed(on=DAY), keep=("id",), bounds=BOUNDS, stay=True, start=kernels.harmful)
    found = collected(spark.run(rows_of(session, rows, 2), kernel))
    assert found[7][:3] == (3, "refused", "bom: the process that judged it ended with signal 9")
    kernels.assert_as_here([one for at, one in enumerate(rows) if at != 7], [one for at, one in enumerate(found) if at != 7])


@marked
@pytest.mark.long
def test_a_worker_of_spark_that_is_killed_costs_no_row(session: Any) -> None:
    rows = kernels.rows(100)
    assert kernels.PORTFOLIO[0] in rows
    session.once.touch()
    kernel = Kernel(terms=agreed(on=DAY), keep=("id",), start=kernels.once)  # judged by the process of Spark itself
    kernels.assert_as_here(rows, collected(spark.run(rows_of(session, rows, 4), kernel)))
    assert not session.once.exists(), "no worker was killed"


@marked
@pytest.mark.long
def test_twenty_thousand_rows_while_workers_of_spark_are_killed(session: Any) -> None:
    rows = kernels.rows(20_000)
    killed: list[int] = []
    done = threading.Event()

    def kill() -> None:
        while not done.wait(3) and len(killed) < 2:  # a task may fail three times
            for one in [one for one in workers() if one not in killed][:1]:
                os.kill(one, signal.SIGKILL)
                killed.append(one)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        found = collected(spark.judge(rows_of(session, rows, 8), on=DAY, keep=["id"]))
    finally:
        done.set()
        thread.join()
    assert killed
    kernels.assert_as_here(rows, found)


def workers() -> list[int]:
    """The workers that the daemons of Spark below this process have made."""
    parents, names = {}, {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text()
            names[int(status.parent.name)] = (status.parent / "cmdline").read_text()
        except OSError:
            continue
        parents[int(status.parent.name)] = int(text.rpartition(")")[2].split()[1])

    def ours(one: int) -> bool:
        while one not in (0, 1, os.getpid()):
            one = parents.get(one, 0)
        return one == os.getpid()

    daemons = {one for one, name in names.items() if "pyspark.daemon" in name and "pyspark.daemon" not in names[parents[one]]}
    return sorted(one for one in names if parents[one] in daemons and "pyspark.daemon" in names[one] and ours(one))


@marked
def test_a_machine_with_another_rule_pack_judges_nothing(session: Any) -> None:
    kernel = Kernel(terms=replace(agreed(on=date(2026, 11, 23)), pack="0" * 64), keep=("id",))
    with pytest.raises(Exception, match="asked for is 0000"):
        spark.run(rows_of(session, [CLEAR], 1), kernel).collect()
