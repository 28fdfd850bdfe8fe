"""The paths of the service: what each takes and gives.

Knows HTTP. Work is handed to a judge, which is a pool of worker processes or, in a test, anything that judges.
Keeps nothing between requests but the count of those at work.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Protocol

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.core.processes import Died
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.product.wording import say
from rare_earth_compliance.reports.run import REFUSED
from rare_earth_compliance.service import bodies, openapi
from rare_earth_compliance.service.answers import (
    NOTHING_JUDGED,
    REQUEST,
    TurnedAway,
    answer_of,
    body_of,
    report,
    turned_away,
)
from rare_earth_compliance.service.asking import QUERY, Asked, slips
from rare_earth_compliance.service.bodies import Limits
from rare_earth_compliance.service.gate import Gate
from rare_earth_compliance.service.judging import Job, Law, in_a_line
from rare_earth_compliance.service.workers import Judged, TimedOut, TooLarge

log = logging.getLogger("rare_earth_compliance.service")
WAITING = 8
"""For each that is judged at once, how many more may be open: arriving, waiting or being sent."""


class Judge(Protocol):
    """Who does the work."""

    jobs: int

    @property
    def ready(self) -> int: ...
    async def start(self) -> None: ...
    async def close(self) -> None: ...
    async def judge(self, job: Job) -> Judged: ...


def service(
    law: Law,
    judge: Judge,
    limits: Limits,
    *,
    hosts: frozenset[str] = frozenset(),
    stopping: Callable[[], bool] = lambda: False,
) -> FastAPI:
    """The service as an ASGI application. ``hosts`` are names it answers to beside those of the loopback."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await judge.start()
        try:
            yield
        finally:
            await judge.close()

    app = FastAPI(
        title="rare-earth",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=life,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # a trace would hold the query
    )
    doors = _Doors(law, judge, limits, stopping)
    app.post("/v1/determinations", **openapi.DETERMINATION)(doors.determination)
    app.post("/v1/batch", **openapi.BATCH)(doors.batch)
    app.get("/v1/health", **openapi.HEALTH)(doors.health)
    app.get("/v1/rules", **openapi.RULES)(doors.rules)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]  # the way FastAPI provides
    app.exception_handler(TurnedAway)(_turned)
    app.exception_handler(RequestValidationError)(_malformed)
    app.exception_handler(HTTPException)(_no_such)
    paths = frozenset({"/v1/determinations", "/v1/batch", "/v1/health", "/v1/rules", "/openapi.json"})
    app.add_middleware(Gate, hosts=hosts, paths=paths)
    return app


class _Doors:
    """The paths, with what they share."""

    def __init__(self, law: Law, judge: Judge, limits: Limits, stopping: Callable[[], bool]) -> None:
        self.law = law
        self.judge = judge
        self.limits = limits
        self.stopping = stopping
        self.open = 0

    async def determination(self, request: Request, asked: Annotated[Asked, Query()]) -> Response:
        """Judge one product."""
        _strict(request)
        with self._seat():
            data = await bodies.read(request, self.limits, bodies.JSON)
            judged = await self._judged(asked.job(data))
        http = HTTPStatus.UNPROCESSABLE_ENTITY if judged.status == REFUSED else HTTPStatus.OK
        return report(http, judged.status, judged.text)

    async def batch(self, request: Request, asked: Annotated[Asked, Query()]) -> Response:
        """Judge many products, one a line."""
        _strict(request)
        with ExitStack() as held:
            held.enter_context(self._seat())
            data = await bodies.read(request, self.limits, bodies.LINES)
            if not data:
                message, advice = "the batch is empty", "send one document a line"
                raise turned_away(HTTPStatus.UNPROCESSABLE_ENTITY, message, advice)
            return _Held(self._lines(data, asked), held.pop_all())

    async def health(self, request: Request) -> Response:
        """Whether workers are ready; says nothing of the law."""
        _strict(request, known=())
        said = {"tool": f"rare-earth-compliance {VERSION}", "rules": self.law.pack.sha256, "workers": self.judge.jobs}
        return JSONResponse({**said, "ready": self.judge.ready, "open": self.open})

    async def rules(self, request: Request) -> Response:
        """Under which law the service judges."""
        _strict(request, known=())
        pack = self.law.pack
        return JSONResponse(
            {
                "id": pack.id,
                "title": pack.title,
                "sha256": pack.sha256,
                "verified_through": pack.verified_through.isoformat(),
                "verified_how": pack.verified_how,
                "instruments": [
                    {"id": one.id, "title_zh": one.title_zh, "title_en": one.title_en, "issued": one.issued.isoformat()}
                    | {"url": one.url, "confidence": one.confidence}
                    for one in pack.instruments.values()
                ],
                "confirmations": [
                    {"settles": one.settles, "outcome": one.outcome, "by": one.by, "day": one.day.isoformat()}
                    for one in self.law.confirmations
                ],
                "price_tables": [{"name": one.name, "sha256": one.sha256} for one in self.law.tables],
            }
        )

    @contextmanager
    def _seat(self) -> Iterator[None]:
        if self.open >= self.judge.jobs * (1 + WAITING):
            message = f"{self.open} requests are open already; {NOTHING_JUDGED}"
            headers = {"Retry-After": "1", **bodies.CLOSE}
            raise turned_away(HTTPStatus.SERVICE_UNAVAILABLE, message, "come again in a moment", headers)
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    async def _judged(self, job: Job) -> Judged:
        """A job done. Raises TurnedAway when nothing was judged."""
        try:
            return await self.judge.judge(job)
        except TimedOut:
            message = f"not done within {self.limits.seconds:g} s; {NOTHING_JUDGED}"
            advice = "split the product, leave 'weigh' out, come again, or start the service with a longer --time-limit"
            raise turned_away(HTTPStatus.GATEWAY_TIMEOUT, message, advice) from None
        except TooLarge:
            message = f"the document needs more memory than a worker may use; {NOTHING_JUDGED}"
            raise turned_away(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, "split it") from None
        except Died as died:
            log.error("a worker failed: %s", died)
            message = f"a mistake in the service ({died}); {NOTHING_JUDGED}"
            raise turned_away(HTTPStatus.INTERNAL_SERVER_ERROR, message, "report it, with the document if you can") from None

    async def _lines(self, data: bytes, asked: Asked) -> AsyncIterator[bytes]:
        """One result for each line, in order; as many are at work at once as there are workers."""
        template = asked.job(b"")
        ahead: deque[asyncio.Task[str]] = deque()
        try:
            for number, line in enumerate(bodies.lines(data), start=1):
                job = replace(template, data=line, line=number, name=f"{template.name}, line {number}")
                ahead.append(asyncio.create_task(self._line(job, number)))
                if len(ahead) >= self.judge.jobs:
                    yield (await ahead.popleft()).encode()
            while ahead:
                yield (await ahead.popleft()).encode()
        finally:
            for task in ahead:
                task.cancel()

    async def _line(self, job: Job, number: int) -> str:
        try:
            if self.stopping():
                message = f"the service stops; {NOTHING_JUDGED}"
                raise turned_away(HTTPStatus.SERVICE_UNAVAILABLE, message, "send this line again")
            return (await self._judged(job)).text
        except TurnedAway as turned:
            return in_a_line(body_of(turned, [job.name]), number)


class _Held(StreamingResponse):
    """Result lines; their seat is given back when they are sent, or when the client went away."""

    def __init__(self, content: AsyncIterator[bytes], held: ExitStack) -> None:
        super().__init__(content, media_type=bodies.LINES[0])
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._held:
            await super().__call__(scope, receive, send)


def _strict(request: Request, known: tuple[str, ...] | None = None) -> None:
    """Refuse what a lenient reading of the query would let pass."""
    problems = slips(request.scope["query_string"])
    if known is not None:
        problems += [_slip(key, "is not a parameter here", "leave it out") for key in request.query_params if key not in known]
    if problems:
        raise TurnedAway(HTTPStatus.BAD_REQUEST, problems)


def _slip(path: str, message: str, advice: str) -> Problem:
    return Problem(place=Place(file=QUERY, path=path), message=message, advice=advice)


async def _turned(_: Request, turned: TurnedAway) -> Response:
    return answer_of(turned)


async def _malformed(request: Request, error: RequestValidationError) -> Response:
    problems = slips(request.scope["query_string"])
    for found in error.errors():
        message, advice = say(found)
        if found["type"] == "extra_forbidden":
            message, advice = "is not a parameter here", f"use {', '.join(Asked.model_fields)}"
        problems.append(_slip(str(found["loc"][1]) if len(found["loc"]) > 1 else "", message, advice))
    return answer_of(TurnedAway(HTTPStatus.BAD_REQUEST, problems))


async def _no_such(_: Request, error: HTTPException) -> Response:
    advice = "see /openapi.json for paths and methods"
    place = Place(file=REQUEST)
    problem = Problem(place=place, message=str(error.detail).lower(), advice=advice)
    return answer_of(TurnedAway(error.status_code, [problem], error.headers))
