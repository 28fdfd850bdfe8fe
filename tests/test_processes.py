"""The process that works for another one: what it is told, what it answers, how it starts, ends and is ended.

Its life is lived here in a thread, with what would change this very process put aside; that it also lives like this as a
process of its own is seen with real ones.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rare_earth_compliance.core import processes
from rare_earth_compliance.core.processes import READY, Died, Work, Worker, where
from tests.running import ROOT

MEMORY = 4 << 30
DEADLINE = 30


def doubling(times: int) -> Work:
    """Answers each number so many times doubled; ends the process at 0, says where an error arose at text."""

    def work(task: Any) -> Iterator[Any]:
        if task == 0:
            os._exit(7)
        for _ in range(times):
            try:
                yield 2 * int(task)
            except ValueError as error:
                yield where(error)

    return work


def never(_: int) -> Work:
    """Does not get ready."""
    raise SystemExit(3)


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker(doubling, (2,), MEMORY)
    yield made
    made.close()


def test_tasks_go_in_and_answers_come_out(worker: Worker) -> None:
    worker.open()
    worker.pipe.send(21)
    worker.pipe.send("x")
    said = f"ValueError at {__name__}:{doubling.__code__.co_firstlineno + 8}"
    assert [worker.pipe.recv() for _ in range(4)] == [42, 42, said, said]
    worker.pipe.send(0)
    with pytest.raises(EOFError):
        worker.pipe.recv()
    assert worker.how_it_ended() == "exit status 7"
    worker.open()
    worker.pipe.send(4)
    assert worker.pipe.recv() == 8
    worker.kill()
    assert worker.how_it_ended() == f"signal {int(signal.SIGKILL)}"


def test_it_is_not_open_before_it_is_opened(worker: Worker) -> None:
    with pytest.raises(Died, match="a worker is not open"):
        _ = worker.pipe
    worker.kill()


def test_after_its_end_it_does_not_start_again(worker: Worker) -> None:
    worker.close()
    with pytest.raises(Died, match="the work stops"):
        worker.open()


def test_one_that_ends_while_it_starts_is_told() -> None:
    one = Worker(never, (1,), MEMORY)
    try:
        with pytest.raises(Died, match="a worker ended while it started"):
            one.open()
    finally:
        one.close()


def test_one_that_does_not_get_ready_is_told(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    never_ready = SimpleNamespace(poll=asked.append, close=lambda: None)
    monkeypatch.setattr(worker, "start", lambda: setattr(worker, "_pipe", never_ready))
    with pytest.raises(Died, match="a worker did not start"):
        worker.open()
    assert asked == [processes.STARTING]


PROGRAM = """
import rare_earth_compliance as tool
from datetime import date
given = [b'{"format": "rare-earth-bom/1", "product": {"part_number": "A"}}'] * 3
for result in tool.determine_many(given, tool.load_rules(), on=date(2026, 11, 23), jobs=2):
    print("judged")
"""


@pytest.mark.parametrize("args", [["-"], ["program.py"]])
def test_a_program_that_can_not_be_imported_is_told_and_not_waited_for(args: list[str], tmp_path: Path) -> None:
    """From the standard input, or with its work at the outermost level: it hung, for its workers fell over it at once."""
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, *args],
        input=PROGRAM,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "a worker ended while it started" in ran.stderr.splitlines()[-1]
    assert '__name__ == "__main__"' in ran.stderr.splitlines()[-1]


# ---- a worker's life


@pytest.fixture
def life(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a worker does to its own process, written down instead of done."""
    done: list[Any] = []
    monkeypatch.setattr(
        processes, "signal", SimpleNamespace(SIGINT=2, SIGTERM=15, SIG_IGN=1, signal=lambda *of: done.append(of))
    )
    ways: dict[str, Any] = {name: lambda name=name: done.append(name) for name in ("collect", "freeze", "disable")}
    monkeypatch.setattr(processes, "gc", SimpleNamespace(**ways, get_count=lambda: (processes.OBJECTS, 0, 0)))
    monkeypatch.setattr(processes, "_bound", lambda memory: done.append(("memory", memory)))
    return done


GIVEN: list[Any] = []


def written_down(*given: Any) -> Work:
    GIVEN.append(given)

    def work(task: str) -> Iterable[str]:
        return (f"{task} {number}" for number in range(3))

    return work


def test_its_life(life: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "GIVEN", life)
    mine, theirs = Pipe()
    thread = threading.Thread(target=processes._serve, args=(theirs,))
    thread.start()
    mine.send((written_down, ("a", "b"), MEMORY))
    assert mine.poll(DEADLINE)
    assert mine.recv() == READY
    tasks = [str(number) for number in range(2 * processes.TASKS + 1)]
    for task in tasks:
        mine.send(task)
        assert [mine.recv() for _ in range(3)] == [f"{task} 0", f"{task} 1", f"{task} 2"]
    mine.close()
    thread.join(DEADLINE)
    assert not thread.is_alive()
    assert life[:7] == [(2, 1), (15, 1), ("memory", MEMORY), ("a", "b"), "collect", "freeze", "disable"]
    assert life[7:] == ["collect", "collect"], "after so many tasks each time"


@pytest.mark.parametrize(
    ("tasks", "more", "left"),
    [
        (1, 0, 1),
        (1, processes.OBJECTS, 1),
        (1, processes.OBJECTS + 1, 0),
        (processes.TASKS - 1, 0, processes.TASKS - 1),
        (processes.TASKS, 0, 0),
        (processes.TASKS + 1, 0, 0),
    ],
)
def test_when_it_is_looked_for_what_nobody_needs(
    tasks: int, more: int, left: int, life: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes.gc, "get_count", lambda: (more, 0, 0))
    assert processes.looked_through(tasks) == left
    assert life == ([] if left else ["collect"])


def test_what_refers_to_itself_is_let_go_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count of objects goes on while the collector rests: what is kept by nothing but itself does not pile up."""
    monkeypatch.setattr(processes, "TASKS", 1_000_000)
    gc.collect()
    gc.disable()
    try:
        since, most, let_go = 0, 0, 0
        for _ in range(250):
            for _ in range(1_000):
                round_about: list[Any] = []
                round_about.append(round_about)
            del round_about
            most = max(most, gc.get_count()[0])
            since = processes.looked_through(since + 1)
            let_go += since == 0
    finally:
        gc.enable()
    assert let_go == 2
    assert most < processes.OBJECTS + 2_000


def test_it_ends_with_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(processes.os, "_exit", ended.append)
    processes._end_with_parent()
    assert ended == [], "a process without a parent of that kind goes on"
    mine, theirs = Pipe()
    monkeypatch.setattr(processes.multiprocessing, "parent_process", lambda: SimpleNamespace(sentinel=theirs))
    thread = threading.Thread(target=processes._end_with_parent)
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    assert ended == []
    mine.close()
    thread.join(DEADLINE)
    assert ended == [1]


# ---- failures, and the bound


def failing() -> None:
    """Fails where it is called."""
    int("of a product")


def test_a_failure_is_told_by_kind_and_place() -> None:
    assert where(MemoryError("of a product")) == "MemoryError"
    assert where(KeyError("of a product")) == "KeyError at ?"
    with pytest.raises(ValueError, match="invalid") as caught:
        int("of a product")
    first = test_a_failure_is_told_by_kind_and_place.__code__.co_firstlineno
    assert where(caught.value) == f"ValueError at {__name__}:{first + 4}"
    with pytest.raises(ValueError, match="invalid") as deeper:
        failing()
    assert where(deeper.value) == f"ValueError at {__name__}:{failing.__code__.co_firstlineno + 2}"


def test_memory_is_bounded_where_the_system_can(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    for trouble in (None, ValueError, OSError):

        def setrlimit(*of: Any, trouble: Any = trouble) -> None:
            asked.append(of)
            if trouble:
                raise trouble

        monkeypatch.setitem(sys.modules, "resource", SimpleNamespace(RLIMIT_AS=9, setrlimit=setrlimit))  # type: ignore[arg-type]
        processes._bound(5)
    assert asked == [(9, (5, 5))] * 3
    monkeypatch.setitem(sys.modules, "resource", None)
    processes._bound(6)
    assert len(asked) == 3
