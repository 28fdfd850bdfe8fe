"""What stands before every request: whose host it names, a log without product data, and the last net.

Knows the ASGI messages of one request. A page in a browser can reach a service on this machine through a name
that leads here (DNS rebinding); so a request must name a host that the service was told of.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rare_earth_compliance.service.answers import HEADER, NOTHING_JUDGED, answer_of, turned_away

log = logging.getLogger("rare_earth_compliance.service")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
CLIENT_WENT = 499
"""In the log only: the client went away before there was an answer."""


class Gate:
    """ASGI middleware around the whole service. ``hosts`` are the names under which it may be called."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], paths: frozenset[str]) -> None:
        self.app = app
        self.hosts = frozenset({*LOOPBACK, *(host.lower() for host in hosts)})
        self.paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = _Seen(send)
        try:
            if not self._welcome(Headers(scope=scope)):
                message = "the Host header names a host that this service does not answer for"
                advice = "call it by the address it was started with, or start it with --name HOST"
                turned = turned_away(HTTPStatus.MISDIRECTED_REQUEST, message, advice, {"Connection": "close"})
                await answer_of(turned)(scope, receive, seen)
            else:
                await self.app(scope, receive, seen)
        except ClientDisconnect:
            seen.http = CLIENT_WENT
        except Exception as error:
            # Its message is not logged: it may hold what stands in the product.
            log.error("a mistake in the service: %s at %s", type(error).__name__, _where(error))
            if seen.http:
                raise
            message = f"a mistake in the service ({type(error).__name__}); {NOTHING_JUDGED}"
            turned = turned_away(HTTPStatus.INTERNAL_SERVER_ERROR, message, "report it, with the document if you can")
            await answer_of(turned)(scope, receive, seen)
        finally:
            path = scope["path"] if scope["path"] in self.paths else "(other path)"
            method = scope["method"] if scope["method"] in ("GET", "POST", "HEAD", "OPTIONS") else "(other method)"
            log.info("%s %s %s status=%s bytes=%d %.3fs", method, path, seen.http, seen.status, seen.size, seen.took)

    def _welcome(self, headers: Headers) -> bool:
        named = headers.getlist("host")
        if len(named) != 1:
            return False
        host = named[0].lower()
        name = host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
        rest = host[len(name) :]
        return name in self.hosts and (not rest or (rest.startswith(":") and rest[1:].isdigit()))


class _Seen:
    """The sending side of one request, watched for the log."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.http = 0
        self.status = "-"
        self.size = 0
        self._began = perf_counter()

    @property
    def took(self) -> float:
        """Seconds since the request came."""
        return perf_counter() - self._began

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.http = message["status"]
            headers = MutableHeaders(raw=message["headers"])
            headers["Cache-Control"] = "no-store"
            headers["X-Content-Type-Options"] = "nosniff"
            message = {**message, "headers": headers.raw}
            self.status = headers.get(HEADER, "-")
        self.size += len(message.get("body", b""))
        await self.send(message)


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"
