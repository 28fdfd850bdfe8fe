"""Long runs of the comparison: in blocks of seeds, with a state file, so that a killed run goes on where it was.

Knows how a run is cut into blocks, how finished blocks are kept, and how a run is told. A block counts when its line is in
the state file as a whole; a line that was cut off is dropped and its block done again, so that no seed is counted twice
and none is lost. Does not know what is compared.
"""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count
from pathlib import Path
from typing import Any

from tests.oracle.compare import Tally, compared, forget
from tests.oracle.named import Difference

FORMAT = "rare-earth-oracle-run/1"
SEEDS = 20
"""How many seeds make a block."""


class WrongState(Exception):
    """A state file that belongs to another run, or to none."""


class State:
    """The finished blocks of a run, kept in a file where one is named."""

    def __init__(self, seed: int, path: Path | None) -> None:
        self.seed = seed
        self.path = path
        self.blocks: dict[int, Tally] = {}
        if path is not None:
            self._open(path)

    def _open(self, path: Path) -> None:
        head = json.dumps({"format": FORMAT, "seed": self.seed, "seeds": SEEDS})
        whole, _, cut = (path.read_text(encoding="utf-8") if path.exists() else "").rpartition("\n")
        lines = whole.splitlines()
        if lines and lines[0] != head:
            raise WrongState(f"{path} holds another run: {lines[0][:120]}")
        if cut or not lines:
            path.write_text("".join(f"{line}\n" for line in lines or [head]), encoding="utf-8")
        for line in lines[1:]:
            block = json.loads(line)
            self.blocks[block["block"]] = tally_of(block["tally"])

    def add(self, block: int, tally: Tally) -> None:
        """A finished block."""
        assert block not in self.blocks, f"block {block} was done already"
        self.blocks[block] = tally
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"block": block, "tally": as_json(tally)}) + "\n")
                file.flush()
                os.fsync(file.fileno())

    @property
    def total(self) -> Tally:
        """All finished blocks together."""
        total = Tally()
        for _, tally in sorted(self.blocks.items()):
            total.add(tally)
        return total

    def seeds_of(self, block: int) -> range:
        """The seeds of a block."""
        first = self.seed + block * SEEDS
        return range(first, first + SEEDS)


def of_seeds(seeds: range) -> Tally:
    """What comes of comparing these seeds. The collector rests meanwhile: it would look through the rules time and again."""
    total, collecting = Tally(), gc.isenabled()
    gc.disable()
    try:
        for seed in seeds:
            total.add(compared(seed))
    finally:
        forget()
        if collecting:
            gc.enable()
    return total


def run(state: State, cases: int, jobs: int, tell: Callable[[Tally], None]) -> None:
    """Do blocks in their order until so many cases are compared; ``tell`` hears of every block."""
    todo = (block for block in count() if block not in state.blocks)

    def more() -> bool:
        return sum(tally.cases for tally in state.blocks.values()) < cases

    for block, tally in _in_turn(state, todo, more, jobs):
        state.add(block, tally)
        tell(state.total)


def _in_turn(state: State, todo: Iterator[int], more: Callable[[], bool], jobs: int) -> Iterator[tuple[int, Tally]]:
    if jobs == 1:
        while more():
            block = next(todo)
            yield block, of_seeds(state.seeds_of(block))
        return
    with ProcessPoolExecutor(jobs) as pool:
        running: dict[Future[Tally], int] = {}
        while more() or running:
            while more() and len(running) < jobs:
                block = next(todo)
                running[pool.submit(of_seeds, state.seeds_of(block))] = block
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for one in finished:
                yield running.pop(one), one.result()


def as_json(tally: Tally) -> dict[str, Any]:
    """A tally as a line of the state file keeps it."""
    made = dict(vars(tally))
    made["distinct"] = sorted(tally.distinct)
    made["apart"] = [[seed, number, vars(one)] for seed, number, one in tally.apart]
    return made


def tally_of(kept: dict[str, Any]) -> Tally:
    """A tally from a line of the state file."""
    counted = {name: Counter(kept[name]) for name in ("answers", "outcomes", "kinds")}
    apart = [(seed, number, Difference(**one)) for seed, number, one in kept["apart"]]
    return Tally(**{**kept, **counted, "apart": apart, "distinct": set(kept["distinct"])})
