"""The service against requests made from its own OpenAPI description: no request makes a mistake in the service.

Requests are right and wrong on purpose. Every answer must have a status, a type and a form that the description
names; 500 fails. How many requests were made is counted, and none is a failure.
"""

from __future__ import annotations

from collections import Counter
from time import monotonic
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.serving import app, law

SHORT, LONG = 16, 400
"""Seconds of a run."""
SHARES = {"POST /v1/determinations": 0.5, "POST /v1/batch": 0.3, "GET /v1/health": 0.1, "GET /v1/rules": 0.1}
TURNED_AWAY = {400, 408, 413, 415, 421, 422}
# Not among them: that a body of the right shape is taken. The schema checks shape; the reader refuses more.
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@schemathesis.serializer("application/x-ndjson", "application/ndjson", "application/jsonl")
def _lines(_: Any, value: Any) -> bytes:
    """Lines are sent as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


class _TimeIsOver(BaseException):
    """Ends a search from inside."""


def fuzzed(seconds: float, number: int) -> Counter[tuple[str, int]]:
    """Answers by operation and HTTP status, of requests that were made in about the seconds given."""
    law()
    schema: Any = schemathesis.openapi.from_asgi("/openapi.json", app(hosts=frozenset({"testserver"})))
    seen: Counter[tuple[str, int]] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:
            send(operation, mode, seconds * SHARES[operation.label] / 2, number, seen)
    return seen


def send(operation: Any, mode: Any, seconds: float, number: int, seen: Counter[tuple[str, int]]) -> None:
    """Requests of one operation, right or wrong ones, until the time is over."""
    until = None

    @seed(number)
    @settings(max_examples=1_000_000, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=HealthCheck)
    @given(operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        nonlocal until
        until = until or monotonic() + seconds  # making the first one takes its time
        if monotonic() > until:
            raise _TimeIsOver
        answer = case.call()
        seen[operation.label, answer.status_code] += 1
        assert answer.status_code in {200, 404, 405} | TURNED_AWAY, (answer.status_code, answer.text[:500])
        case.validate_response(answer, checks=CHECKS)

    try:
        one()
    except _TimeIsOver:
        return
    except Exception as error:
        if type(error).__name__ not in ("Unsatisfiable", "SkipTest"):
            raise  # nothing can be asked wrongly where nothing is asked for


def judge(seen: Counter[tuple[str, int]], least: int) -> None:
    """Every operation was asked, answered well, and turned away."""
    print(dict(seen))
    assert {label for label, _ in seen} == set(SHARES)
    assert sum(seen.values()) >= least, seen
    assert all(seen[label, 200] for label in SHARES if label != "POST /v1/determinations"), seen
    assert any(seen["POST /v1/determinations", status] for status in TURNED_AWAY), seen


def test_no_request_makes_a_mistake_in_the_service() -> None:
    judge(fuzzed(SHORT, 1), 40)


@pytest.mark.long
@pytest.mark.parametrize("number", range(2, 5))
def test_no_request_of_many_makes_a_mistake_in_the_service(number: int) -> None:
    judge(fuzzed(LONG, number), 1000)
