"""The service on a socket: bound, announced when it is ready, stopped when it is told to.

Knows uvicorn and signals. Does not print: who starts it is told when it is ready, and how it ended.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from math import ceil
from typing import Any

import uvicorn

from rare_earth_compliance.service.app import service
from rare_earth_compliance.service.bodies import Limits
from rare_earth_compliance.service.judging import Law
from rare_earth_compliance.service.workers import Pool

MEMORY_AT_LEAST = 2 * 1024**3
MEMORY_PER_BYTE = 200
"""Memory a worker may use for each byte of the largest body: nested brackets are the costliest text."""
BACKLOG = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """How the service is run. ``names`` are hosts it answers to beside those of the loopback and ``host``."""

    host: str
    port: int
    names: tuple[str, ...]
    limits: Limits
    jobs: int


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OSError when the address can not be had."""
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    found = socket.socket(family, kind, proto)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except OSError:
        found.close()
        raise
    return found


class Ended(Enum):
    """How the service ended."""

    STOPPED = "after a signal, with all requests finished"
    CUT_OFF = "after a second signal, which cut requests off"
    NOT_STARTED = "before it was ready"


def run(law: Law, running: Running, listener: socket.socket, ready: Callable[[], None]) -> Ended:
    """Serve until SIGTERM or SIGINT; requests at work are finished first, unless a second SIGINT comes."""
    memory = max(MEMORY_AT_LEAST, MEMORY_PER_BYTE * running.limits.max_bytes)
    pool = Pool(law, jobs=running.jobs, seconds=running.limits.seconds, memory=memory)
    hosts = frozenset({running.host, f"[{running.host}]", *running.names})
    app = service(law, pool, running.limits, hosts=hosts, stopping=lambda: server.should_exit)
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=ceil(2 * running.limits.seconds) + 5,
    )
    server = _Server(config, ready)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _noted)  # the server sends a signal again once it has stopped; by then all is done
    try:
        server.run(sockets=[listener])
    finally:
        pool.kill()
        listener.close()
    if not server.started:
        return Ended.NOT_STARTED
    return Ended.CUT_OFF if server.force_exit else Ended.STOPPED


def _noted(_: int, __: Any) -> None:
    """A signal that was acted on already."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
