"""The body of a request: of the right type, within its size and its time, and as sent.

Knows content types and limits. Does not parse: the strict reader sees every byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request

from rare_earth_compliance.service.answers import TurnedAway, turned_away

JSON = ("application/json",)
LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
CLOSE = {"Connection": "close"}
"""Sent where a body was not read to its end: what is still under way must not be taken for the next request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes of a body, and seconds: for its arrival, and again for the work."""

    max_bytes: int
    seconds: float


async def read(request: Request, limits: Limits, types: tuple[str, ...]) -> bytes:
    """The bytes of the body. Raises TurnedAway for another type, too many bytes, or too much time."""
    _typed(request, types)
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and _more(declared, limits.max_bytes):
        raise _too_large(limits)
    pieces, size = [], 0
    try:
        async with asyncio.timeout(limits.seconds):
            async for piece in request.stream():
                size += len(piece)
                if size > limits.max_bytes:
                    raise _too_large(limits)
                pieces.append(piece)
    except TimeoutError:
        message = f"the body did not arrive within {limits.seconds:g} s"
        raise turned_away(HTTPStatus.REQUEST_TIMEOUT, message, "send it at once, or raise --time-limit", CLOSE) from None
    return b"".join(pieces)


def lines(data: bytes) -> Iterator[bytes]:
    """The lines of a body, split at line feeds only; what follows the last one is a line if there is anything."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        yield data[start:end]
        start = end + 1


def _typed(request: Request, types: tuple[str, ...]) -> None:
    kinds = request.headers.getlist("content-type")
    kind, *parameters = [part.strip().lower() for part in (kinds[0] if len(kinds) == 1 else "").split(";")]
    charsets = [part.partition("=")[2].strip('"') for part in parameters if part.startswith("charset")]
    found = ", ".join(kinds) or "no content type"
    if kind not in types:
        raise _unsupported(f"found {found}, expected {types[0]}", f"send Content-Type: {types[0]}")
    if any(charset != "utf-8" for charset in charsets):
        raise _unsupported(f"found {found}, expected UTF-8", "send the document as UTF-8")
    encodings = [one for one in request.headers.getlist("content-encoding") if one.strip().lower() != "identity"]
    if encodings:
        raise _unsupported(
            f"the body is compressed ({', '.join(encodings)})", "send it as it is: compressed bodies are not read"
        )


def _unsupported(message: str, advice: str) -> TurnedAway:
    return turned_away(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message, advice, CLOSE)


def _more(digits: str, limit: int) -> bool:
    digits = digits.lstrip("0")
    return len(digits) > len(str(limit)) or int(digits or "0") > limit


def _too_large(limits: Limits) -> TurnedAway:
    message = f"the body has more than {limits.max_bytes:,} bytes"
    advice = "split it, or start the service with a larger --max-bytes"
    return turned_away(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, advice, CLOSE)
