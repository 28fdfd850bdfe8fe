"""Workers of a batch: what dies, hangs or eats memory costs one input, and nothing is lost, doubled or out of order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from rare_earth_compliance import determine_many, load_rules, worst_status
from rare_earth_compliance.batch import crew as crew_room
from rare_earth_compliance.batch.crew import Bounds, Crew, Due
from rare_earth_compliance.core.processes import Died
from tests import crews
from tests.running import EXAMPLES

DAY = date(2026, 11, 23)
MOTOR: dict[str, Any] = {"format": "rare-earth-bom/1", "product": {"form": "motor"}}
CLEAR = (EXAMPLES / "yag-laser-rod" / "assumed.json").read_bytes()
DIED = "refused: the process that judged it ended with signal 9"
LATE = "refused: was not judged within 3 s"
TOO_MUCH = "refused: needs more memory than the 1,024 MiB that a worker may use"


def test_each_input_that_brings_its_worker_down_is_refused_and_no_other() -> None:
    names = ["a", "die", "b", "c", "eat", "die", "d", "hang", "e"] + ["f"] * 40 + ["die"]
    told = {"die": f"die {DIED}", "eat": f"eat {TOO_MUCH}", "hang": f"hang {LATE}"}
    assert crews.judged(names, 7) == [f"{at} {told.get(name, name)}" for at, name in enumerate(names)]


def test_what_is_too_much_only_together_is_judged_by_a_fresh_worker() -> None:
    names = ["keep"] * 5
    assert crews.judged(names, 5, jobs=1) == [f"{at} keep" for at in range(5)]


def test_no_piece_is_taken_further_ahead_than_the_bound() -> None:
    taken = 0

    def counted() -> Iterator[Due]:
        nonlocal taken
        for piece in crews.pieces(["x"] * 400, 4):
            taken += 1
            yield piece

    bounds = Bounds(jobs=1, seconds=crews.SECONDS, memory=crews.MEMORY)
    seen = 0
    with Crew(crews.begin, (), bounds, crews.refuse) as crew:
        for _, found in crew.run(counted()):
            seen += 1
            assert len(found) == 4
            assert taken - seen <= crew_room.AHEAD
    assert (taken, seen) == (100, 100)


def test_what_the_source_raises_comes_after_everything_before_it() -> None:
    def broken() -> Iterator[Due]:
        yield from crews.pieces(["a", "b", "c"], 2)
        raise OSError("gone")

    bounds = Bounds(jobs=2, seconds=crews.SECONDS, memory=crews.MEMORY)
    with Crew(crews.begin, (), bounds, crews.refuse) as crew:
        results = crew.run(broken())
        assert [next(results)[1], next(results)[1]] == [["0 a", "1 b"], ["2 c"]]
        with pytest.raises(OSError, match="gone"):
            next(results)


def test_a_consumer_that_takes_its_time_makes_nobody_late() -> None:
    bounds = Bounds(jobs=2, seconds=1.0, memory=crews.MEMORY)
    found = []
    with Crew(crews.begin, (), bounds, crews.refuse) as crew:
        for number, (_, some) in enumerate(crew.run(crews.pieces(["x"] * 60, 4))):
            found += some
            if number == 0:
                time.sleep(1.5)
    assert found == [f"{at} x" for at in range(60)]


def test_workers_that_can_not_start_end_the_run_and_clear_nothing() -> None:
    bounds = Bounds(jobs=1, seconds=crews.SECONDS, memory=1024**2)
    with Crew(crews.begin, (), bounds, crews.refuse) as crew, pytest.raises(Died, match="while it started"):
        list(crew.run(crews.pieces(["a"], 1)))


def test_determine_many_gives_the_same_with_workers_and_without() -> None:
    pack = load_rules()
    inputs: list[Any] = [MOTOR, CLEAR, b"{", None, ValueError("no connection"), CLEAR.decode(), lambda: None]
    alone = list(determine_many(inputs, pack, on=DAY))
    together = list(determine_many(inputs, pack, on=DAY, jobs=2))
    assert together[:-1] == alone[:-1]
    assert together[-1].problems[0].message.startswith("can not be handed to another process, ")
    assert [one.index for one in together] == list(range(len(inputs)))


def test_determine_many_loses_and_clears_nothing_when_workers_fall() -> None:
    pack = load_rules()
    hang = crews.Hostile(time.sleep, 600)
    inputs: list[Any] = [CLEAR, crews.Hostile(crews.die), CLEAR, hang, crews.Hostile(crews.eat), CLEAR]
    # One worker that judges may have to wait for a processor; what hangs would hang for ten minutes.
    outcomes = list(determine_many(inputs, pack, on=DAY, jobs=1, time_limit=5, memory=2 * 1024**3))
    assert [one.index for one in outcomes] == [0, 1, 2, 3, 4, 5]
    assert [one.problems[0].message if one.problems else "" for one in outcomes] == [
        "",
        "the process that judged it ended with signal 9",
        "",
        "was not judged within 5 s",
        "needs more memory than the 2,048 MiB that a worker may use",
        "",
    ]
    assert [one.status for one in outcomes] == [11, 3, 11, 3, 3, 11]
    assert worst_status(outcomes) == 3


@pytest.mark.parametrize("wrong", [{"jobs": 0}, {"jobs": 1, "time_limit": 0}, {"jobs": 1, "memory": -1}])
def test_numbers_that_bound_nothing_are_told_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        determine_many([MOTOR], load_rules(), on=DAY, **wrong)
