"""Worker processes: work that takes too long, too much memory, or down its process harms only itself.

Knows processes, pipes and deadlines: each worker has a pipe of its own, is killed at the deadline, and another
takes its place. Does not know what a report means: a worker hands back its status and its text.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import signal
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from rare_earth_compliance.law.workdays import Calendar, official_calendar
from rare_earth_compliance.reports.run import NOTHING_CHECKED
from rare_earth_compliance.service.judging import Job, Law, report

T = TypeVar("T")
STARTING = 60
"""Seconds within which a new worker must be ready."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a worker found: status and text of the report; or, in ``failed``, what went wrong and where in the code."""

    status: int = NOTHING_CHECKED
    text: str = ""
    failed: str = ""


def answer(job: Job, law: Law, calendar: Calendar | None) -> Judged:
    """A job done, in this process."""
    status, text = report(job, law, calendar)
    return Judged(status, text)


Work = Callable[[Job, Law, Calendar | None], Judged]


class TimedOut(Exception):
    """The work was not done within its time, and was ended."""


class TooLarge(Exception):
    """The work needed more memory than a worker may use."""


class Died(Exception):
    """The work ended without an answer; says what kind of failure it was, never with what data."""


class Pool:
    """Some workers. ``seconds`` bounds each job, waiting for a worker included; ``memory`` bounds a worker, in bytes.

    ``work`` is what a worker does; it must be importable by name.
    """

    def __init__(self, law: Law, *, jobs: int, seconds: float, memory: int, work: Work = answer) -> None:
        self.jobs = jobs
        self._seconds = seconds
        self._start = (law, memory, work)
        self._threads = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="worker")
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: list[_Worker] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    @property
    def ready(self) -> int:
        """How many workers wait for work."""
        return self._free.qsize()

    async def start(self) -> None:
        """Start the workers and wait for them. Raises Died when one can not be started."""
        self._all = [_Worker(*self._start) for _ in range(self.jobs)]
        await asyncio.gather(*(self._in_thread(worker.open) for worker in self._all))
        for worker in self._all:
            self._free.put_nowait(worker)

    async def close(self) -> None:
        """End every worker."""
        self.kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown(wait=True)

    def kill(self) -> None:
        """End every worker at once, whatever it does."""
        self._closed = True
        for worker in self._all:
            worker.close()

    async def judge(self, job: Job) -> Judged:
        """The report of a job. Raises TimedOut, TooLarge or Died; then nothing was judged."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds
        try:
            async with asyncio.timeout_at(deadline):
                worker = await self._free.get()
        except TimeoutError:
            raise TimedOut from None
        # Shielded: when the one who asked goes away, the worker must still come back.
        asked = self._keep(self._work(worker, job, deadline - loop.time()))
        judged = await asyncio.shield(asked)
        if judged.failed == MemoryError.__name__:
            raise TooLarge
        if judged.failed:
            raise Died(judged.failed)
        return judged

    async def _work(self, worker: _Worker, job: Job, seconds: float) -> Judged:
        try:
            judged: Judged = await self._in_thread(worker.ask, job, max(seconds, 0))
            return judged
        finally:
            self._keep(self._back(worker))

    async def _back(self, worker: _Worker) -> None:
        while worker.broken and not self._closed:
            try:
                await self._in_thread(worker.open)
            except (Died, OSError):
                await asyncio.sleep(1 if not self._closed else 0)
        self._free.put_nowait(worker)

    async def _in_thread(self, work: Any, *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    def _keep(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class _Worker:
    """One process and the pipe to it; used by one thread at a time."""

    def __init__(self, law: Law, memory: int, work: Work) -> None:
        self._given = (law, memory, work)
        self._process: Any = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()
        self._ended = False
        self.broken = True

    def open(self) -> None:
        """Start the process and wait until it is ready. Raises Died."""
        context = multiprocessing.get_context("spawn")
        with self._lock:
            if self._ended:
                raise Died("the service stops")
            self._clear()
            self._pipe, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, *self._given), daemon=True)
            process.start()
            self._process = process
            theirs.close()
        try:
            if not self._pipe.poll(STARTING):
                raise Died("a worker did not start")
            self._pipe.recv()
        except (EOFError, OSError):
            raise Died("a worker ended while it started") from None
        self.broken = False

    def ask(self, job: Job, seconds: float) -> Judged:
        """Have a job done. Raises TimedOut, and Died when the process ends without an answer."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            self._pipe.send(job)  # type: ignore[union-attr]  # open() came first
            judged: Judged = self._pipe.recv()  # type: ignore[union-attr]
        except (EOFError, OSError):
            self.broken = True
            raise (TimedOut if late.is_set() else Died("a worker ended without an answer")) from None
        finally:
            timer.cancel()
        self.broken = late.is_set() or bool(judged.failed)
        return judged

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


def _serve(pipe: Connection, law: Law, memory: int, work: Work) -> None:
    """The life of a worker: jobs in, answers out, until the pipe closes."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # a stop is meant for the service; it ends its workers when they are done
    _bound(memory)
    calendar = official_calendar()
    gc.collect()
    gc.freeze()
    gc.disable()  # many small objects and hardly a cycle: the collector runs between jobs
    pipe.send("ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            try:
                judged = work(job, law, calendar)
            except Exception as error:  # noqa: BLE001  # whatever it is, the one who asked gets an answer
                judged = Judged(failed=_where(error))
            del job
            pipe.send(judged)
            del judged
            gc.collect()


def _where(error: Exception) -> str:
    """Kind and place of a failure. Its message is left out: it may hold what stands in the product."""
    if isinstance(error, MemoryError):
        return MemoryError.__name__
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
