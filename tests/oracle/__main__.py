"""``python -m tests.oracle --cases N [--seed S] [--state FILE] [--jobs J]``: the comparison, as long as is wanted.

``--show SEED`` prints what a seed asks and where engine and oracle differ. Ends with 1 where they differ in more than that
the engine leaves open what it could tell.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.oracle.compare import IMPRECISE, KINDS, Tally, compared
from tests.oracle.generator import questions
from tests.oracle.running import State, WrongState, run


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description="The engine against its second implementation.")
    parser.add_argument("--cases", type=int, default=1000, help="how many cases: a shipment of a product on a day is one")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--state", type=Path, help="file that keeps what is done: a killed run goes on from it")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    parser.add_argument("--show", type=int, metavar="SEED", help="print what one seed asks, and the differences")
    chosen = parser.parse_args(arguments)
    if chosen.show is not None:
        return show(chosen.show)
    try:
        state = State(chosen.seed, chosen.state)
    except WrongState as wrong:
        parser.error(str(wrong))
    before, start = state.total.cases, time.monotonic()
    if before:
        print(f"going on after {before} cases of {len(state.blocks)} blocks in {chosen.state}", flush=True)

    def tell(total: Tally) -> None:
        speed = (total.cases - before) / (time.monotonic() - start)
        left = max(0, chosen.cases - total.cases) / speed / 60 if speed else 0
        print(f"{total.cases} of {chosen.cases} cases, {apart(total)}; {speed:.0f} a second, {left:.0f} min left", flush=True)

    run(state, chosen.cases, chosen.jobs, tell)
    total = state.total
    print(summary(total, state))
    return 1 if serious(total) else 0


def serious(total: Tally) -> bool:
    """Whether the two differ in more than precision."""
    return any(number for kind, number in total.kinds.items() if kind != IMPRECISE)


def apart(total: Tally) -> str:
    """The differences by kind, in a line."""
    return ", ".join(f"{total.kinds[kind]} {kind}" for kind in KINDS)


def summary(total: Tally, state: State) -> str:
    """The whole run in words."""
    blocks = sorted(state.blocks)
    lines = [
        f"cases      {total.cases}, of them {len(total.distinct)} distinct with those refused ({total.refused})",
        f"seeds      from {state.seed}, {len(blocks)} blocks of {len(state.seeds_of(0))}",
        f"in part    {total.in_part} cases with too many completions to try all",
        f"alike      {total.alike} cases with two things of one shortened path, whose findings are not compared",
        f"at line    {total.at_the_line} cases priced at or beside 0.1 %",
        f"answers    {dict(total.answers)}",
        f"outcomes   {dict(total.outcomes)}",
        f"unknowns   {total.unknowns} that matter to an outcome, each looked for among the questions",
        *(f"{kind:17} {total.kinds[kind]:5}  {means}" for kind, means in KINDS.items()),
    ]
    for seed, number, one in total.apart[:40]:
        lines.append(f"  seed {seed} round {number}: {one.kind} at {one.at}: engine {one.engine}, oracle {one.oracle}")
    return "\n".join(lines)


def show(seed: int) -> int:
    """What one seed asks, and the differences."""
    asked = questions(seed)
    print(json.dumps(asked.document, indent=1))
    print(f"readings: {asked.readings}")
    for number, one in enumerate(asked.rounds):
        print(f"round {number}: {one.day}, confirmed: {one.confirmed}, published {one.published}")
        print(json.dumps(one.shipment))
    tally = compared(seed)
    for _, number, one in tally.apart:
        print(f"round {number}: {one.kind} at {one.at}\n  engine {one.engine}\n  oracle {one.oracle}")
    print(f"{tally.cases} cases: {apart(tally)}")
    return 1 if serious(tally) else 0


if __name__ == "__main__":
    sys.exit(main())
