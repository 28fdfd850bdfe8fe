"""The service over ASGI: the same bytes as the command line, strict bodies and queries, one form of every answer."""

from __future__ import annotations

import functools
import gzip
import json
import logging
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from rare_earth_compliance.cli import check as command
from rare_earth_compliance.cli import inputs
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.reports.report_schema import definitions
from rare_earth_compliance.service.bodies import Limits, lines
from rare_earth_compliance.service.judging import Law
from rare_earth_compliance.service.workers import Judged
from tests.running import ROOT, ExampleCase, example_cases, run
from tests.serving import JSON, LIMITS, LINES, ON, Client, Inline, app, law

MAGNET = (ROOT / "rules" / "subjects" / "chinese-magnet.json").read_bytes()
FIBRE = (ROOT / "rules" / "subjects" / "chinese-fibre.json").read_bytes()
RECIPIENTS = ("importer", "consignee", "end_user")
CHINESE = [f"{who}.{said}" for who in RECIPIENTS for said in ("located_in=CN", "chinese_person=true", "foreign_owned=false")]
INSIDE_CHINA = ["destination=CN", "movement=transfer", *CHINESE]
"""With the first alone it is an export inside one country, and may be provided to a foreign person there."""
WORK = "/v1/determinations"
MOST_CHECKED = 60_000
"""Longer answers are of the same form; checking each would take most of the time of the tests."""
CHECKER = jsonschema.Draft202012Validator({"$defs": definitions("#/$defs/"), "$ref": "#/$defs/Report"})


@functools.cache
def here() -> Client:
    return Client()


def judged(data: bytes, **query: Any) -> httpx.Response:
    return here().post(WORK, content=data, headers=JSON, params={**ON, **query})


def whole(answer: httpx.Response, http: int, status: int) -> dict[str, Any]:
    """The body of an answer: of the published form, with one status in header and body."""
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    assert (answer.status_code, found["status"], answer.headers["rare-earth-status"]) == (http, status, str(status)), found
    if len(answer.content) < MOST_CHECKED:
        CHECKER.validate(found)
    assert (status in (0, 10, 11, 12)) == bool(found["judged"]) == bool(found["determinations"])
    assert bool(found["refused"]) != bool(found["judged"])
    return found


# ---- the same answer as the command line


def asked(case: ExampleCase) -> tuple[str, dict[str, list[str]]] | None:
    """File and options of an example's command; None where it names a shipment of its own, which a request can not."""
    given: dict[str, list[str]] = {}
    files: list[str] = []
    if case.args[0] != "check":
        return None
    words = list(case.args[1:])
    while words:
        word = words.pop(0)
        if word == "--weigh":
            given[word] = ["true"]
        elif word.startswith("--"):
            given.setdefault(word, []).append(words.pop(0))
        else:
            files.append(word)
    return (files[0], given) if len(files) == 1 and "--shipment" not in given else None


@pytest.mark.parametrize(
    ("every", "expected"),
    [pytest.param(9, (6, 5), id="every ninth"), pytest.param(1, (55, 44), id="all", marks=pytest.mark.long)],
)
def test_examples_give_the_bytes_of_the_command_line(
    every: int, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = law().pack

    def once(folder: Path | None) -> RulePack:
        return pack if folder is None else load(folder)

    monkeypatch.setattr(command, "load", once)
    monkeypatch.chdir(ROOT)
    facts = {"--destination": "destination", "--purpose": "end_use.purposes"}
    seen, others, statuses = 0, 0, set()
    for case in list(example_cases())[::every]:
        found = asked(case)
        if found is None:
            others += 1
            continue
        file, given = found
        document = json.loads(Path(file).read_bytes())
        day = given.get("--on") or [document.get("shipment", document.get("transfer"))["day"]]
        under = Law(
            pack=pack,
            confirmations=inputs.confirmations(given.get("--confirm-status", ()), pack),
            tables=inputs.tables(given.get("--prices", ())),
        )
        query = {
            "on": day,
            "name": [file],
            "reading": given.get("--reading", []),
            "set": [f"{fact}={value}" for option, fact in facts.items() for value in given.get(option, ())]
            + given.get("--set", []),
            "weigh": given.get("--weigh", ["false"]),
            "known_by": given.get("--known-by", []),
        }
        known = {"--on", "--confirm-status", "--prices", "--reading", "--set", "--weigh", "--known-by", *facts}
        assert set(given) <= known, case.name
        answer = Client(app(under)).post(WORK, content=Path(file).read_bytes(), headers=JSON, params=query)
        printed = run((*case.args, "--format", "json"))
        assert answer.content == printed.out.encode(), case.name
        whole(answer, HTTPStatus.OK, printed.status)
        statuses.add(printed.status)
        seen += 1
    assert (seen, others) == expected
    assert len(statuses) > 1


def test_broken_documents_give_the_bytes_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = law().pack
    monkeypatch.setattr(command, "load", lambda _: pack)
    seen = 0
    for file in sorted((ROOT / "tests" / "broken_boms").glob("*.json")):
        if file.name == "expected.json":
            continue
        name = str(file.relative_to(ROOT))
        answer = judged(file.read_bytes(), name=name)
        assert answer.content == run(("check", name, "--on", ON["on"], "--format", "json")).out.encode(), name
        whole(answer, HTTPStatus.UNPROCESSABLE_ENTITY, 3)
        seen += 1
    assert seen > 100


@pytest.mark.parametrize(
    ("data", "query", "status"),
    [(MAGNET, {}, 10), (FIBRE, {}, 11), (MAGNET, {"set": "destination=CN"}, 11), (MAGNET, {"set": INSIDE_CHINA}, 0)],
)
def test_status(data: bytes, query: dict[str, str], status: int) -> None:
    found = whole(judged(data, **query), HTTPStatus.OK, status)
    assert found["determinations"][0]["file"] == "request body"


def test_known_by_and_readings_reach_the_determination() -> None:
    found = whole(judged(MAGNET, known_by="2025-01-01", on="2025-06-01"), HTTPStatus.OK, 0)
    assert found["determinations"][0]["known_by"] == "2025-01-01"
    found = whole(judged(MAGNET, reading="part-2-reaches=magnet-only"), HTTPStatus.OK, 10)
    assert any("part-2-reaches" in text for text in found["determinations"][0]["rests_on"]) or found["determinations"]


# ---- what is refused


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "query: on: is missing"),
        ("on=", "query: on: found '', which does not have the expected form"),
        ("on=20261123", "query: on: found '20261123'"),
        ("on=2026-02-30", "query: on: is not a day of the calendar"),
        ("on=9999-12-31", "query: on: lies too far ahead"),
        ("on=2026-11-23%0A", "query: on: found"),
        ("on=1764547200", "query: on: found"),
        ("on=2026-11-23&on=2025-01-01", "query: on: is given twice"),
        ("on=2026-11-23&on=2026-11-23", "query: on: is given twice"),
        ("on=2026-11-23&know_by=2025-01-01", "query: know_by: is not a parameter here"),
        ("on=2026-11-23&known_by=yesterday", "query: known_by: found 'yesterday'"),
        ("on=2026-11-23&weigh=maybe", "query: weigh:"),
        ("on=2026-11-23&weigh=true&weigh=false", "query: weigh: is given twice"),
        ("on=2026-11-23&reading=part-2-reaches", "query: reading: found 'part-2-reaches'"),
        (
            "on=2026-11-23&reading=part-2-reaches=magnet-only&reading=part-2-reaches=any-depth",
            "query: reading: the reading 'part-2-reaches' is chosen twice",
        ),
        ("on=2026-11-23&set=end_user.military", "query: set: found 'end_user.military'"),
        ("on=2026-11-23&set=end_user.name=%FF", "query: is not UTF-8"),
        ("on=2026-11-23&set=end_user.name=%ED%A0%80", "query: is not UTF-8"),
        ("on=2026-11-23&name=", "query: name:"),
    ],
)
def test_a_query_with_a_slip_is_refused_whole(query: str, words: str) -> None:
    answer = here().post(f"{WORK}?{query}", content=MAGNET, headers=JSON)
    found = whole(answer, HTTPStatus.BAD_REQUEST, 2)
    said = [
        f"{one['place']['file']}: {one['place']['path']}: {one['message']}".replace(": : ", ": ") for one in found["refused"]
    ]
    assert any(text.startswith(words) for text in said), said


def test_problems_of_query_and_document_come_together() -> None:
    answer = judged(b'{"format": "rare-earth-bom/1", "product": {"mass": "1"}}', reading="no=such", set="destination=Z")
    found = whole(answer, HTTPStatus.UNPROCESSABLE_ENTITY, 3)
    assert [one["place"]["file"] for one in found["refused"]] == ["query: reading", "query: set", "request body"]


DEEP = 100_000


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"null", "does not hold an object"),
        (MAGNET.replace(b'"product"', b'"product": {}, "product"', 1), "stands twice"),
        (b'{"format": "rare-earth-bom/1", "product": {"mass": NaN}}', "'NaN', which is not a JSON value"),
        (b'{"format": "rare-earth-bom/1", "product": {"name": "\xff"}}', "is not UTF-8"),
        (b"\xef\xbb\xbf" + MAGNET, "byte-order mark"),
        (MAGNET + MAGNET, "after the end of the document"),
        (gzip.compress(MAGNET), "is not UTF-8"),
        (b"[" * DEEP + b"]" * DEEP, "does not hold an object"),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "found no format"),
        (b'{"format": "rare-earth-bom/1", "product": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}", "is not a key"),
        (b'{"format": "rare-earth-bom/1", "product": {"form": "' + b"x" * 2_000_000 + b'"}}', "form"),
        (b'{"format": "rare-earth-bom/1", "product": {"mass": ' + b"9" * 2_000_000 + b"}}", "mass"),
        (b'{"format": "rare-earth-bom/1", "shipment": {}}', "holds a shipment and no product"),
        (b'{"format": "rare-earth-prices/1", "prices": []}', "expected 'rare-earth-bom/1'"),
    ],
    ids=range(15),
)
def test_a_document_is_read_strictly(data: bytes, words: str) -> None:
    found = whole(judged(data), HTTPStatus.UNPROCESSABLE_ENTITY, 3)
    assert any(words in f"{one['place']['path']} {one['message']}" for one in found["refused"]), found["refused"][:3]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "no content type"),
        ({"Content-Type": "text/plain"}, "found text/plain"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "expected application/json"),
        ({"Content-Type": "application/json; charset=utf-16"}, "expected UTF-8"),
        ({**JSON, "Content-Encoding": "gzip"}, "compressed (gzip)"),
        ({**JSON, "Content-Encoding": "br"}, "compressed (br)"),
    ],
)
def test_other_content_types_are_refused(headers: dict[str, str], words: str) -> None:
    answer = here().post(WORK, content=gzip.compress(MAGNET), headers=headers, params=ON)
    found = whole(answer, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, 2)
    assert words in found["refused"][0]["message"]
    whole(here().post("/v1/batch", content=flat(MAGNET), headers=JSON, params=ON), HTTPStatus.UNSUPPORTED_MEDIA_TYPE, 2)
    one = {"Content-Type": "application/json; charset=UTF-8", "Content-Encoding": "identity"}
    whole(here().post(WORK, content=MAGNET, headers=one, params=ON), HTTPStatus.OK, 10)


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 1000):
        yield b" " * 1000


@pytest.mark.parametrize("declared", [None, "0", "10", "99999999999999999999999999", "abc"])
def test_size_is_counted_whatever_is_declared(declared: str | None) -> None:
    small = Client(app(limits=Limits(max_bytes=10_000, seconds=5)))
    headers = {**JSON, "Content-Length": declared} if declared else JSON
    answer = small.post(WORK, content=in_pieces(11_000), headers=headers, params=ON)
    found = whole(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, 3)
    assert found["refused"][0]["message"] == "the body has more than 10,000 bytes"
    whole(small.post(WORK, content=in_pieces(10_000), headers=JSON, params=ON), HTTPStatus.UNPROCESSABLE_ENTITY, 3)


@pytest.mark.parametrize(
    ("host", "http"),
    [
        ("127.0.0.1:8765", 200),
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("[::1]:8765", 200),
        ("erp.example:80", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.", 421),
        ("localhost:80:80", 421),
        ("localhost@evil.example", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
def test_only_known_hosts_are_answered_for(host: str, http: int) -> None:
    answer = Client(app(hosts=frozenset({"ERP.example"}))).get("/v1/health", headers={"Host": host})
    assert answer.status_code == http
    if http != HTTPStatus.OK:
        whole(answer, http, 2)


def test_other_paths_and_methods_answer_in_the_same_form() -> None:
    whole(here().get("/"), HTTPStatus.NOT_FOUND, 2)
    whole(here().get("/docs"), HTTPStatus.NOT_FOUND, 2)
    assert whole(here().get(WORK), HTTPStatus.METHOD_NOT_ALLOWED, 2)
    assert here().get(WORK).headers["allow"] == "POST"
    whole(here().get("/v1/health?x=1"), HTTPStatus.BAD_REQUEST, 2)


def test_nothing_is_offered_to_pages_of_other_sites() -> None:
    preflight = here().request(
        "OPTIONS", WORK, headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    )
    answer = here().get("/v1/health", headers={"Origin": "http://evil.example"})
    for one in (preflight, answer):
        assert [name for name in one.headers if name.startswith("access-control")] == []
        assert (one.headers["cache-control"], one.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert preflight.status_code == HTTPStatus.METHOD_NOT_ALLOWED


# ---- many products


def batch(data: bytes, **query: Any) -> list[dict[str, Any]]:
    answer = here().post("/v1/batch", content=data, headers=LINES, params={**ON, **query})
    assert (answer.status_code, answer.headers["content-type"]) == (HTTPStatus.OK, "application/x-ndjson")
    assert answer.content.endswith(b"\n")
    return [json.loads(line) for line in answer.content.split(b"\n")[:-1]]


def flat(data: bytes) -> bytes:
    return json.dumps(json.loads(data)).encode()


def test_a_batch_gives_one_line_for_each_line_in_order() -> None:
    good = [flat(MAGNET), flat(FIBRE)]
    found = batch(
        b"\n".join([good[0], b"{", b"", good[1], b'{"a": 1, "a": 2}', b"\xff", good[0] + b"\r", good[1]]), weigh="false"
    )
    assert [(one["line"], one["status"]) for one in found] == list(zip(range(1, 9), (10, 3, 3, 11, 3, 3, 10, 11), strict=True))
    for one in found:
        number = one.pop("line")
        CHECKER.validate(one)
        assert one["refused_files"] == ([f"request body, line {number}"] if one["status"] == 3 else [])
    alone = judged(good[1], name="request body, line 8").json()
    assert found[7] == alone
    assert len(batch(good[0] + b"\n")) == 1
    whole(here().post("/v1/batch", content=b"", headers=LINES, params=ON), HTTPStatus.UNPROCESSABLE_ENTITY, 3)
    whole(here().post("/v1/batch", content=good[0], headers=LINES), HTTPStatus.BAD_REQUEST, 2)


def test_lines_end_at_line_feeds_only() -> None:
    assert list(lines("a\u2028b\r\nc\x0bd\n\n".encode())) == ["a\u2028b\r".encode(), b"c\x0bd", b""]
    assert list(lines(b"")) == []


def test_a_batch_that_meets_a_stop_says_which_lines_were_not_judged() -> None:
    answers = iter([False, True, True])
    stopping = Client(app(stopping=lambda: next(answers)))
    answer = stopping.post("/v1/batch", content=b"\n".join([flat(MAGNET)] * 3), headers=LINES, params=ON)
    found = [json.loads(line) for line in answer.content.splitlines()]
    assert [one["status"] for one in found] == [10, 4, 4]
    assert found[2]["refused"][0]["message"] == "the service stops; nothing was judged"


# ---- what it says of itself


def test_rules_and_health() -> None:
    pack = law().pack
    told = here().get("/v1/rules").json()
    assert (told["id"], told["sha256"], told["verified_through"]) == (pack.id, pack.sha256, pack.verified_through.isoformat())
    assert [one["id"] for one in told["instruments"]] == list(pack.instruments)
    assert here().get("/v1/health").json() == {
        "tool": here().get("/v1/health").json()["tool"],
        "rules": pack.sha256,
        "workers": 2,
        "ready": 2,
        "open": 0,
    }


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def test_openapi_names_every_path_and_every_reference_leads_somewhere() -> None:
    told = here().get("/openapi.json").json()
    assert set(told["paths"]) == {WORK, "/v1/batch", "/v1/health", "/v1/rules"}
    named = told["components"]["schemas"]
    found = list(references(told))
    assert len(found) > 50
    assert {one.removeprefix("#/components/schemas/") for one in found} <= set(named)
    schema = {**told["components"]["schemas"]["Bom"], "components": told["components"]}
    checker = jsonschema.Draft202012Validator(schema)
    checker.validate(json.loads(MAGNET))
    assert not checker.is_valid({"format": "rare-earth-bom/1", "product": {"childern": []}})
    assert {one["name"] for one in told["paths"][WORK]["post"]["parameters"]} == {
        *("on", "reading", "set", "known_by", "weigh", "name")
    }


def test_the_log_holds_no_product_data(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        judged(MAGNET, set="end_user.name=Secret Works", name="secret.json")
        here().get("/secret")
        here().request("SECRET", "/v1/health")
    said = [record.getMessage() for record in caplog.records if record.name == "rare_earth_compliance.service"]
    assert [line.rsplit(" ", 2)[0] for line in said] == [
        f"POST {WORK} 200 status=10",
        "GET (other path) 404 status=2",
        "(other method) /v1/health 405 status=2",
    ]
    assert "ecret" not in "".join(said)


def test_a_mistake_in_the_service_is_told_in_the_same_form_and_without_data(caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> Judged:
        raise KeyError("secret of the product")

    with caplog.at_level(logging.INFO):
        answer = Client(app(judge=Inline(law(), broken))).post(WORK, content=MAGNET, headers=JSON, params=ON)
    whole(answer, HTTPStatus.INTERNAL_SERVER_ERROR, 4)
    assert "KeyError at tests.test_service" in caplog.text
    assert "secret" not in caplog.text + answer.text
    assert LIMITS.seconds < 60
