"""How tests run the service: in this process over ASGI, or as a command on a free port.

Knows a judge without processes for tests that are about HTTP alone, and work that hangs, dies or eats memory
for those about processes.
"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.workdays import Calendar, official_calendar
from rare_earth_compliance.service.app import service
from rare_earth_compliance.service.bodies import Limits
from rare_earth_compliance.service.judging import Job, Law
from rare_earth_compliance.service.workers import Judged, Pool, answer
from tests.running import ROOT

BASE = "http://127.0.0.1:8765"
LIMITS = Limits(max_bytes=4 * 1024**2, seconds=20)
MEMORY = 2 * 1024**3
JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}
CANNED = (10, '{"status": 10, "refused": []}')
ON = {"on": "2026-11-23"}


@functools.cache
def law() -> Law:
    """The pack of the checkout, with nothing confirmed."""
    return Law(pack=load())


class Inline:
    """A judge that does the work at once, in this process."""

    jobs = 2
    ready = 2

    def __init__(self, under: Law, work: Callable[[Job, Law, Calendar | None], Judged] = answer) -> None:
        self.under = under
        self.work = work

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        """Nothing to end."""

    async def judge(self, job: Job) -> Judged:
        """The report of a job."""
        return self.work(job, self.under, official_calendar())


def app(under: Law | None = None, limits: Limits = LIMITS, judge: Any = None, **others: Any) -> FastAPI:
    """The service with a judge in this process."""
    under = under or law()
    return service(under, judge or Inline(under), limits, **others)


class Client:
    """A client of the service in this process; a mistake in the service is an answer, as it is for others."""

    def __init__(self, made: FastAPI | None = None) -> None:
        self.app = made or app()

    def get(self, path: str, **given: Any) -> httpx.Response:
        """One GET."""
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        """One POST."""
        return self.request("POST", path, **given)

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """One request."""

        async def send() -> httpx.Response:
            async with connected(self.app) as http:
                return await http.request(method, path, **given)

        return asyncio.run(send())


def connected(made: FastAPI) -> httpx.AsyncClient:
    """A client for tests that run several requests at once."""
    transport = httpx.ASGITransport(made, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE, timeout=None)  # noqa: S113  # the service has the limit


def pool(**others: Any) -> Pool:
    """Two workers whose work obeys the name of the document."""
    given = {"jobs": 2, "seconds": LIMITS.seconds, "memory": MEMORY, "work": obedient} | others
    return Pool(law(), **given)


def obedient(job: Job, under: Law, calendar: Calendar | None) -> Judged:
    """Work that hangs, dies, eats memory or fails where the name says so, or is done in no time, however busy the machine."""
    if job.name.startswith("hang"):
        while True:
            time.sleep(1)
    if job.name.startswith("nap"):
        time.sleep(0.2)
    if job.name.startswith("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if job.name.startswith("eat"):
        kept = []
        while True:
            kept.append(bytes(256 * 1024**2))
    if job.name.startswith("fail"):
        raise KeyError("secret of the product")
    if job.name.startswith(("good", "nap")):
        return Judged(*CANNED)
    return answer(job, under, calendar)


@dataclass
class Served:
    """A running command ``rare-earth serve``."""

    process: subprocess.Popen[str]
    address: str

    def stop(self, name: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; the exit status and what was said on standard error since the start."""
        self.process.send_signal(name)
        _, err = self.process.communicate(timeout=30)
        return self.process.returncode, err


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """The command on a free port, started and ready."""
    command = [sys.executable, "-m", "rare_earth_compliance", "serve", "--port", "0", "--jobs", "2", *options]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stderr is not None
            line = ""
            while not line.startswith("http://"):
                line = process.stderr.readline()
                assert line, "the service ended before it was ready"
            yield Served(process, line.split(" ", 1)[0])
        finally:
            process.kill()
