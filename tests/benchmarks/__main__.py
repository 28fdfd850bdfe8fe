"""One run of all measurements, as a Markdown table on standard output.

    python -m tests.benchmarks [--products N] [--lines N,N,…]

Medians of interleaved rounds with their spread, in CPU time of this process where nothing else is said.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from math import log
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from rare_earth_compliance.batch.crew import Bounds, Crew, counted
from rare_earth_compliance.batch.lines import begin, fallen
from rare_earth_compliance.cli import packs
from rare_earth_compliance.cli.packs import OFF, WHERE
from rare_earth_compliance.law.loader import load
from tests.benchmarks import again, memory, peers, products
from tests.benchmarks.ours import Ours

ROOT = Path(__file__).parents[2]
ROUNDS = 9


def clocked(work: Callable[[], Any]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def interleaved(works: dict[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """CPU seconds of each, round after round, so that a slow moment meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for name, work in works.items():
        work()
        found[name].clear()
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(clocked(work))
    return found


def each(judge: Callable[[bytes], Any], made: Iterable[bytes], times: int = 1) -> Callable[[], None]:
    """Everything judged one after the other."""
    kept = list(made)

    def work() -> None:
        for _ in range(times):
            for data in kept:
                judge(data)

    return work


def spread(values: list[float]) -> str:
    """How far the middle half lies apart, in percent of the median."""
    ordered = sorted(values)
    return f"±{(ordered[-len(ordered) // 4] - ordered[len(ordered) // 4]) / 2 / median(ordered):.0%}"


def row(*cells: object) -> None:
    """One row of the table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def head(title: str, *columns: str) -> None:
    """A table with its title."""
    print(f"\n## {title}\n", flush=True)
    row(*columns)
    row(*("---" for _ in columns))


def one_product(ours: Ours) -> None:
    """One product of fifty lines, the pack loaded."""
    head("One product of 50 lines, bytes to determination", "what", "µs", "spread", "times orjson.loads")
    plain, listed = (one.data for one in (products.portfolio(2)[1], products.portfolio(1)[0]))
    readers, missing = peers.readers()
    works = {name: each(reader, [plain], 20) for name, reader in readers.items()}
    works |= {
        "ours: no listed item": each(ours.judged, [plain], 20),
        "ours: one listed item": each(ours.judged, [listed], 20),
        "ours: one listed item, no other of its outline": each(ours.judged_alone, [listed], 20),
        "ours: no listed item, every line read": each(ours.judged_whole, [plain], 20),
        "ours: one listed item, every line read": each(ours.judged_whole, [listed], 20),
        "ours: with evidence": each(ours.with_evidence, [plain], 20),
        "ours: rendered as JSON": each(ours.rendered, [plain], 20),
    }
    times = interleaved(works)
    base = median(times.get("orjson.loads", times["json.loads"]))
    for name, values in times.items():
        row(name, f"{median(values) / 20 * 1e6:,.0f}", spread(values), f"{median(values) / base:.1f}")
    if missing:
        row(f"not installed: {', '.join(missing)}", "", "", "")


def many_products(ours: Ours, count: int) -> None:
    """A portfolio, one process: agreement first."""
    made = products.portfolio(count)
    judges, missing = peers.judges()
    judges["ours"] = ours.reaches
    judges["ours, no outline known"] = ours.reaches_alone
    judges["ours, a line of results written"] = ours.written
    judges["ours, every line read"] = ours.reaches_whole
    for name, judge in judges.items():
        wrong = [number for number, one in enumerate(made) if judge(one.data) is not one.reaches]
        assert not wrong, f"{name} disagrees at products {wrong[:5]}"
    head(f"{count:,} products of {products.LINES} lines, one process; all agree", "who", "lines/s", "spread", "ours / it")
    times = interleaved({name: each(judge, (one.data for one in made)) for name, judge in judges.items()}, 3)
    lines = count * products.LINES
    for name, values in times.items():
        row(name, f"{lines / median(values):,.0f}", spread(values), f"{median(values) / median(times['ours']):.3f}")
    if missing:
        row(f"not installed: {', '.join(missing)}", "", "", "")


def judged_again(ours: Ours, count: int) -> None:
    """A stored portfolio under new laws: agreement first."""
    title = f"{count:,} products judged again, from the file to the result lines"
    head(title, "new", "µs a product from documents", "from the store", "spread", "store / documents")
    with again.both_ways(count, ours.pack) as (documents, store):
        for name, under in again.laws(ours.pack):
            assert again.judged(documents, under) == again.judged(store, under), name
            works = {"documents": partial(again.judged, documents, under), "store": partial(again.judged, store, under)}
            times = interleaved(works, 3)
            slow, fast = (median(times[one]) for one in works)
            row(name, f"{slow / count * 1e6:,.0f}", f"{fast / count * 1e6:,.0f}", spread(times["store"]), f"{fast / slow:.2f}")


def large_products(ours: Ours, sizes: list[int]) -> None:
    """Growth: CPU per line and memory as products grow."""
    head(
        "Large products",
        "shape",
        "lines",
        "µs/line",
        "times orjson.loads",
        "added memory, with the text / file",
        "growth exponent",
    )
    readers, _ = peers.readers()
    loads = readers.get("orjson.loads", json.loads)
    for shape in products.SHAPES:
        before: tuple[int, float] | None = None
        ours.judged(products.large(shape, 100))  # what the first product of a shape costs is no growth
        for lines in sizes if shape != "undeclared" else [size for size in sizes if size <= 10_000]:
            data = products.large(shape, lines)
            works = {"parsed": partial(loads, data), "spent": partial(ours.judged, data)}
            parsed, spent = map(median, interleaved(works, 5 if lines <= 10_000 else 1).values())
            exponent = f"{log(spent / before[1]) / log(lines / before[0]):.2f}" if before else ""
            before = lines, spent
            added = f"{memory.added(data):.1f}"
            row(shape, f"{lines:,}", f"{spent / lines * 1e6:.1f}", f"{spent / parsed:.1f}", added, exponent)


def started(*args: str, kept: str = OFF) -> float:
    """Seconds of CPU of a process of its own, the best of five; modules compiled, loaded rules kept in ``kept``."""
    best = float("inf")
    environment = {**os.environ, WHERE: kept}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *args], cwd=ROOT, capture_output=True, check=False, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def starts() -> None:
    """What a start of the command costs."""
    head("Starts", "what", "ms of CPU", "times `python -c pass`")
    bare = started("-c", "pass")
    check = ("check", "examples/ebike-motor/unknown.json", "--on", "2026-11-23")
    with TemporaryDirectory() as folder:
        for name, args, kept in (
            ("python -c pass", ("-c", "pass"), OFF),
            ("rare-earth --help", ("-m", "rare_earth_compliance", "--help"), OFF),
            ("rare-earth check of a small file", ("-m", "rare_earth_compliance", *check), folder),
            ("the same, nothing kept", ("-m", "rare_earth_compliance", *check), OFF),
        ):
            spent = started(*args, kept=kept)
            row(name, f"{spent * 1e3:.0f}", f"{spent / bare:.1f}")
        os.environ[WHERE] = folder
        gc.collect()
        gc.freeze()  # what the measurements before left behind is no part of a start
        gc.disable()  # as the command does
        for name, work in (("from YAML", load), ("from what is kept", packs.load)):
            values = [clocked(work) for _ in range(5)]
            row(f"loading the rule pack {name}", f"{median(values) * 1e3:.0f}", f"{median(values) / bare:.1f}")
        gc.enable()


def processes(ours: Ours, count: int) -> None:
    """One worker and two, each reading its lines of the file, as a batch does: by the clock on the wall."""
    head("Processes", "workers", "products/s by the wall clock", "times one")
    first = 0.0
    under = next(under for _, under in again.laws(ours.pack))
    with again.both_ways(4 * count, ours.pack) as (documents, _):
        for number in (1, 2):
            with Crew(begin, (under,), Bounds(jobs=number, seconds=60, memory=2 * 1024**3), fallen) as crew:
                results = (lines for _, lines in crew.run(counted(documents.pieces())))
                judged = sum(len(next(results)) for _ in range(4 * number))  # those that start it
                start, before = time.perf_counter(), judged
                judged += sum(map(len, results))
                speed = (judged - before) / (time.perf_counter() - start)
            assert judged == 4 * count
            first = first or speed
            row(number, f"{speed:,.0f}", f"{speed / first:.2f}")


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure; print Markdown tables.")
    parser.add_argument("--products", type=int, default=1_000, help="size of the portfolio")
    parser.add_argument("--lines", default="1000,10000,100000", help="sizes of large products")
    asked = parser.parse_args()
    ours = Ours()
    gc.collect()
    gc.freeze()
    print(f"# Measured with Python {platform.python_version()} on {os.cpu_count()} cores, {products.LINES} lines a product")
    one_product(ours)
    many_products(ours, asked.products)
    judged_again(ours, asked.products)
    gc.disable()
    large_products(ours, [int(size) for size in asked.lines.split(",")])
    gc.enable()
    starts()
    processes(ours, asked.products)


if __name__ == "__main__":
    main()
