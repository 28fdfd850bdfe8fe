"""Answers that are not a determination: why a request was turned away, in the form of the report.

Knows which HTTP status and which status of the tool belong together. A client reads one form of body, always;
in none of these was anything judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.reports.as_json import document, written_out
from rare_earth_compliance.reports.run import NOTHING_CHECKED, REFUSED, WRONG_USAGE, Run

HEADER = "Rare-Earth-Status"
REQUEST = "request"
"""How problems name the request itself as their place."""
NOTHING_JUDGED = "nothing was judged"

MEANS: dict[int, tuple[int, str]] = {
    HTTPStatus.BAD_REQUEST: (WRONG_USAGE, "a parameter is missing, unknown, given twice or malformed"),
    HTTPStatus.NOT_FOUND: (WRONG_USAGE, "no such path"),
    HTTPStatus.METHOD_NOT_ALLOWED: (WRONG_USAGE, "the path has another method"),
    HTTPStatus.REQUEST_TIMEOUT: (NOTHING_CHECKED, "the body did not arrive in time"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (REFUSED, "the body is larger than is read, or needs more memory than a worker has"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (WRONG_USAGE, "the body has another content type, encoding or compression"),
    HTTPStatus.MISDIRECTED_REQUEST: (WRONG_USAGE, "the Host header names another host"),
    HTTPStatus.UNPROCESSABLE_ENTITY: (REFUSED, "the data, a fact or a reading is refused; every problem is named"),
    HTTPStatus.INTERNAL_SERVER_ERROR: (NOTHING_CHECKED, "a mistake in the service; nothing was judged"),
    HTTPStatus.SERVICE_UNAVAILABLE: (NOTHING_CHECKED, "too many requests at once, or the service stops; come again"),
    HTTPStatus.GATEWAY_TIMEOUT: (NOTHING_CHECKED, "the time limit passed; nothing was judged"),
}
"""HTTP status → the status of the tool in body and header, and what it means."""


class TurnedAway(Exception):
    """A request that is not answered with a determination; carries all that the client is told."""

    def __init__(self, http: int, problems: Iterable[Problem], headers: Mapping[str, str] | None = None) -> None:
        self.http = http
        self.problems = tuple(problems)
        self.headers = dict(headers or {})
        super().__init__(http)


def turned_away(http: int, message: str, advice: str, headers: Mapping[str, str] | None = None) -> TurnedAway:
    """A refusal of the request as such."""
    return TurnedAway(http, [Problem(place=Place(file=REQUEST), message=message, advice=advice)], headers)


def body_of(turned: TurnedAway, files: Iterable[str] = ()) -> dict[str, Any]:
    """The report that says why nothing was judged."""
    status, _ = MEANS.get(turned.http, (WRONG_USAGE, ""))
    return {**document(Run(refused=turned.problems, refused_files=tuple(files))), "status": status}


def answer_of(turned: TurnedAway) -> Response:
    """The HTTP answer to a request that is turned away."""
    made = body_of(turned)
    return report(turned.http, made["status"], written_out(made), turned.headers)


def report(http: int, status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """A report as an HTTP answer; the header says the same status as the body."""
    given = {HEADER: str(status), **(headers or {})}
    return Response(text.encode(), status_code=http, media_type="application/json", headers=given)
