"""What a product costs on Spark: the kernel alone, and the same rows on two processes of one machine.

Run it with the extras [spark] and [fast], and Java: python -m tests.benchmarks.on_spark 4000
Products have 50 lines, one of twenty with a listed item. What counts is the processor time of all processes together, the
lesser of two rounds after a first one that starts them: on a machine with other work the time of the clock says little.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from rare_earth_compliance.batch.crew import Bounds
from rare_earth_compliance.batch.kernel import Kernel, judged
from rare_earth_compliance.batch.many import MEMORY, TIME_LIMIT
from rare_earth_compliance.batch.spark import judge
from rare_earth_compliance.batch.terms import agreed
from tests.benchmarks.products import portfolio
from tests.kernels import DAY

ROUNDS = 2
CORES = 2


def table(count: int) -> Any:
    """Products with their shipments in them, and the same as two columns."""
    whole = [one.data.decode() for one in portfolio(count)]
    products, shipments = [], []
    for text in whole:
        told = json.loads(text)
        shipments.append(json.dumps({"format": told["format"], "shipment": told.pop("shipment")}))
        products.append(json.dumps(told))
    return pa.table({"id": range(count), "bom": whole, "product": products, "shipment": shipments})


def used() -> float:
    """Processor seconds of this process and of all that it started, those that ended included where they were waited for."""
    parents, spent = {}, {}
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = one.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(one.parent.name)] = int(fields[1])
        spent[int(one.parent.name)] = sum(map(int, fields[11:15]))
    ours = {os.getpid()}
    while more := {one for one, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(spent.get(one, 0) for one in ours) / os.sysconf("SC_CLK_TCK")


def timed(name: str, count: int, work: Callable[[], int]) -> None:
    """Print what rounds took, and the least processor time of a row in them."""
    start, before = perf_counter(), used()
    work()
    first, first_used = perf_counter() - start, used() - before
    rounds, least = [], float("inf")
    for _ in range(ROUNDS):
        start, before = perf_counter(), used()
        assert work() == count
        rounds.append(perf_counter() - start)
        least = min(least, used() - before)
    told = ", ".join(f"{one:.1f}" for one in rounds)
    print(f"{name}: {count:,} rows in {told} s; {least / count * 1e6:,.0f} us of a processor a row; ", end="")
    print(f"the first time {first:.1f} s, of a processor {max(0.0, first_used - least):.1f} s more", flush=True)


def main(count: int) -> None:
    """Measure and print."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    made, terms = table(count), agreed(on=DAY)
    size = sum(len(text) for text in made["bom"].to_pylist()) / count
    print(f"{count:,} products of {size:,.0f} bytes; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    bounds = Bounds(jobs=CORES, seconds=TIME_LIMIT, memory=MEMORY)
    some = made.slice(0, count // 2)
    for name, columns in (("", {"document": "bom"}), (", shipment beside", {"document": "product", "shipment": "shipment"})):
        kernel = Kernel(terms=terms, keep=("id",), **columns)
        pool = Kernel(terms=terms, keep=("id",), bounds=bounds, stay=True, **columns)
        timed(f"kernel in this process{name}", some.num_rows, lambda k=kernel: judged(some, k).read_all().num_rows)
        timed(f"kernel on {CORES} processes{name}", count, lambda k=pool: judged(made, k).read_all().num_rows)
    started = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "given.parquet")
        pq.write_table(made, file, row_group_size=max(1, count // 8))
        session = SparkSession.builder.master(f"local[{CORES},4]").config("spark.ui.enabled", "false").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        print(f"Spark {session.version} starts in {perf_counter() - started:.1f} s")
        frame = session.read.parquet(file).repartition(2 * CORES).cache()
        frame.count()
        out = str(Path(folder) / "found.parquet")

        def run(**options: Any) -> int:
            spark_rows = judge(frame, on=DAY, keep=["id"], **options)
            spark_rows.write.mode("overwrite").parquet(out)
            return int(session.read.parquet(out).count())

        def beside(*, apart: bool) -> int:
            return run(document="product", shipment="shipment", apart=apart)

        for name, apart in (("a process beside each", True), ("in Spark's own processes", False)):
            timed(f"Spark, {name}", count, lambda a=apart: run(apart=a))
        timed("Spark, a process beside each, shipment beside", count, lambda: beside(apart=True))
        written = sum(one.stat().st_size for one in Path(out).glob("*.parquet")) / count
        read = Path(file).stat().st_size / count
        print(f"in Parquet: {read:,.0f} bytes a row in (documents twice), {written:,.0f} bytes a row out")
        session.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"this process took {peak:,.0f} MiB at most")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
