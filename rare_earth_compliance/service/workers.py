"""Worker processes: work that takes too long, too much memory, or down its process harms only itself.

Knows deadlines: each worker is a process with a pipe of its own, is killed at the deadline, and another takes
its place. Does not know what a report means: a worker hands back its status and its text.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from rare_earth_compliance.core.processes import OUT_OF_MEMORY, Died, Worker, where
from rare_earth_compliance.law.workdays import Calendar, official_calendar
from rare_earth_compliance.reports.run import NOTHING_CHECKED
from rare_earth_compliance.service.judging import Job, Law, report

T = TypeVar("T")


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
        if judged.failed == OUT_OF_MEMORY:
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


class _Worker(Worker):
    """A process that judges for the service."""

    def __init__(self, law: Law, memory: int, work: Work) -> None:
        super().__init__(_begin, (law, work), memory)
        self.broken = True

    def open(self) -> None:
        """Start the process and wait until it is ready. Raises Died."""
        super().open()
        self.broken = False

    def ask(self, job: Job, seconds: float) -> Judged:
        """Have a job done. Raises TimedOut, and Died when the process ends without an answer."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            self.pipe.send(job)
            judged: Judged = self.pipe.recv()
        except (EOFError, OSError):
            self.broken = True
            raise (TimedOut if late.is_set() else Died("a worker ended without an answer")) from None
        finally:
            timer.cancel()
        self.broken = late.is_set() or bool(judged.failed)
        return judged


def _begin(law: Law, work: Work) -> Callable[[Job], Iterable[Judged]]:
    """In the new process: what it does with a job."""
    calendar = official_calendar()

    def judged(job: Job) -> Iterable[Judged]:
        try:
            return (work(job, law, calendar),)
        except Exception as error:  # noqa: BLE001  # whatever it is, the one who asked gets an answer
            return (Judged(failed=where(error)),)

    return judged
