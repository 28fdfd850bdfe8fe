"""A process that works for another one: started, watched, bounded in memory, and ended whatever it does.

Knows processes and pipes. Does not know what the work is, nor how long it may take: who asks does.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, wait
from typing import Any

STARTING = 60
"""Seconds within which a new process must be ready."""
READY = "ready"
FELL = "a worker ended while it started"
GUARD = (
    ": each worker imports the program that starts it, so this must be a file, and what it does must stand under"
    ' if __name__ == "__main__"; or give the workers more memory'
)
TASKS, OBJECTS = 16, 100_000
"""The collector looks for what nobody needs after so many tasks, or when there are so many objects more than when it looked
last: it looks at everything a worker keeps, and after every task that takes a sixth of its time."""
OUT_OF_MEMORY = MemoryError.__name__
Work = Callable[[Any], Iterable[Any]]
"""One task to its answers; it is handed one task after the other."""
Begin = Callable[..., Work]
"""Makes the work ready in the new process; importable by name, for that is how it gets there."""


class Died(Exception):
    """The work ended without an answer; says what kind of failure it was, never with what data."""

    @property
    def told(self) -> str:
        """The same for who wrote the program that asked for it, with what most often brings workers down at their start."""
        return f"{self}{GUARD if str(self) == FELL else ''}"


class Worker:
    """One process and the pipe to it; used by one thread at a time.

    ``begin`` is called with ``given`` in the new process. ``memory`` bounds the process, in bytes, where the system can.
    """

    def __init__(self, begin: Begin, given: tuple[Any, ...], memory: int) -> None:
        self._start = (begin, given, memory)
        self._process: Any = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()
        self._ended = False

    @property
    def pipe(self) -> Connection:
        """The pipe to the process: tasks in, answers out. Raises Died for one that is not open."""
        if self._pipe is None:
            raise Died("a worker is not open")
        return self._pipe

    def open(self) -> None:
        """Start the process, in place of the one before, and wait until it is ready. Raises Died."""
        self.start()
        try:
            if not self.pipe.poll(STARTING):
                raise Died("a worker did not start")
            self.pipe.recv()
        except (EOFError, OSError):
            raise Died(FELL) from None

    def start(self) -> None:
        """Start the process, in place of the one before; the first thing that comes from it is READY. Raises Died."""
        context = multiprocessing.get_context("spawn")
        with self._lock:
            if self._ended:
                raise Died("the work stops")
            self._clear()
            self._pipe, theirs = context.Pipe()
            # What it works with goes through the pipe: handed over at the start it would be waited for without end where the
            # new process falls over the program that starts it.
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            self._process = process
            theirs.close()
            try:
                self._pipe.send(self._start)
            except OSError:
                raise Died(FELL) from None

    def kill(self) -> None:
        """End the process at once, whatever it does; who reads from its pipe is told by its end."""
        if self._process is not None:
            self._process.kill()

    def how_it_ended(self) -> str:
        """In words, how a process ended that ended by itself."""
        self._process.join()
        code = self._process.exitcode
        return f"signal {-code}" if code < 0 else f"exit status {code}"

    def close(self) -> None:
        """End the process for good. It keeps nothing, so there is nothing to wait for."""
        with self._lock:
            self._ended = True
            self._clear()

    def _clear(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()


def _serve(pipe: Connection) -> None:
    """The life of a worker: what it works with and then tasks in, answers out, until the pipe closes."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # a stop is meant for who started it; that one ends its workers
    begin, given, memory = pipe.recv()
    _bound(memory)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work = begin(*given)
    gc.collect()
    gc.freeze()
    gc.disable()  # many small objects and hardly a cycle: the collector runs between tasks
    pipe.send(READY)
    since = 0
    with contextlib.suppress(EOFError, OSError):
        while True:
            _answer(pipe, work)
            since = looked_through(since + 1)


def _answer(pipe: Connection, work: Work) -> None:
    for answer in work(pipe.recv()):
        pipe.send(answer)


def looked_through(tasks: int) -> int:
    """Let the collector look for what nobody needs, if so many tasks after it did the last time it should; how many it are
    then."""
    if tasks < TASKS and gc.get_count()[0] <= OBJECTS:
        return tasks
    gc.collect()
    return 0


def _end_with_parent() -> None:
    """Nobody waits for a worker whose parent is gone, and nobody else would end one that hangs."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def where(error: Exception) -> str:
    """Kind and place of a failure. Its message is left out: it may hold what stands in the product."""
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"


def _bound(memory: int) -> None:
    """Bound the memory of this process where the system can."""
    try:
        import resource  # noqa: PLC0415  # not on every system
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
