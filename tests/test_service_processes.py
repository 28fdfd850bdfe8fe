"""Workers and the real command: what hangs, dies or eats memory harms only itself; a stop finishes what is at work."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from rare_earth_compliance.service.bodies import Limits
from tests.running import ROOT, run
from tests.serving import JSON, LINES, ON, app, connected, pool, served

MAGNET = (ROOT / "rules" / "subjects" / "chinese-magnet.json").read_bytes()
LINE = json.dumps(json.loads(MAGNET)).encode()
WORK = "/v1/determinations"
Post = Callable[..., Awaitable[httpx.Response]]


@asynccontextmanager
async def posting(seconds: float, **others: Any) -> AsyncIterator[Post]:
    """A way to post documents by name to a service with two workers."""
    made = app(limits=Limits(max_bytes=1024**2, seconds=seconds), judge=pool(seconds=seconds, **others))
    async with made.router.lifespan_context(made), connected(made) as client:

        async def post(name: str, data: bytes = MAGNET) -> httpx.Response:
            return await client.post(WORK, content=data, headers=JSON, params={**ON, "name": name})

        yield post


def told(answer: httpx.Response) -> tuple[int, int, str]:
    """HTTP status, status, and the first problem of an answer."""
    found = answer.json()
    assert answer.headers["rare-earth-status"] == str(found["status"])
    return answer.status_code, found["status"], found["refused"][0]["message"] if found["refused"] else ""


async def again(post: Post) -> set[tuple[int, int, str]]:
    """What good documents are told once the workers are back: starting one takes its time on a busy machine."""
    for _ in range(20):
        if told(await post("good"))[0] == HTTPStatus.OK:
            break
    return {told(one) for one in await asyncio.gather(post("good"), post("good"))}


def test_what_hangs_is_ended_and_blocks_nothing() -> None:
    async def work() -> None:
        async with posting(3) as post:
            loop = asyncio.get_running_loop()
            began = loop.time()
            hanging = asyncio.create_task(post("hang"))
            await asyncio.sleep(0.2)
            others = await asyncio.gather(*(post(f"good {number}") for number in range(4)))
            assert [told(one) for one in others] == [(200, 10, "")] * 4
            assert not hanging.done()
            assert told(await hanging) == (504, 4, "not done within 3 s; nothing was judged")
            assert loop.time() - began < 10
            # Both workers are killed once, and both come back.
            assert {told(one)[0] for one in await asyncio.gather(post("hang"), post("hang"))} == {504}
            assert await again(post) == {(200, 10, "")}

    asyncio.run(work())


@pytest.mark.long
def test_a_product_too_deep_for_the_time_limit_is_not_judged() -> None:
    deep = b'{"parts": [' * 20_000 + b'{"part_number": "END"}' + b"]}" * 20_000

    async def work() -> None:
        async with posting(2) as post:
            found = told(await post("deep", b'{"format": "rare-earth-bom/1", "product": ' + deep + b"}"))
            assert found == (504, 4, "not done within 2 s; nothing was judged")

    asyncio.run(work())


@pytest.mark.long
def test_what_dies_fails_or_eats_memory_harms_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        async with posting(20, memory=1024**3) as post:
            dead, failed, eaten, good = await asyncio.gather(post("die"), post("fail"), post("eat"), post("good"))
            assert told(dead)[:2] == (500, 4)
            assert told(failed) == (
                500,
                4,
                "a mistake in the service (KeyError at tests.serving:" + told(failed)[2].split(":")[1],
            )
            assert told(eaten) == (413, 3, "the document needs more memory than a worker may use; nothing was judged")
            assert told(good) == (200, 10, "")
            assert await again(post) == {(200, 10, "")}

    asyncio.run(work())
    assert "secret" not in caplog.text


@pytest.mark.long
def test_too_many_at_once_are_sent_away_at_once() -> None:
    async def work() -> None:
        async with posting(20) as post:
            answers = await asyncio.gather(*(post("nap") for _ in range(30)))
        found = [told(one)[0] for one in answers]
        assert found.count(503) == 30 - 18
        assert found.count(200) == 18
        away = next(one for one in answers if one.status_code == HTTPStatus.SERVICE_UNAVAILABLE)
        assert (away.headers["retry-after"], told(away)[1]) == ("1", 4)

    asyncio.run(work())


@pytest.mark.long
def test_a_client_that_goes_away_costs_no_worker() -> None:
    async def work() -> None:
        async with posting(3) as post:
            gone = [asyncio.create_task(post("nap")) for _ in range(4)]
            await asyncio.sleep(0.3)
            for one in gone:
                one.cancel()
            await asyncio.gather(*gone, return_exceptions=True)
            assert {told(one) for one in await asyncio.gather(*(post("good") for _ in range(4)))} == {(200, 10, "")}

    asyncio.run(work())


# ---- the real command


def test_the_command_serves_and_stops_when_its_work_is_done() -> None:
    with served("--time-limit", "20s") as there:
        query = "?on=2026-11-23&name=rules/subjects/chinese-magnet.json&weigh=true"
        answers: list[httpx.Response] = []
        seen = threading.Event()

        def arriving() -> Iterator[bytes]:
            """A document that is whole once all four were seen to be open: how quick the machine is does not matter."""
            yield MAGNET[:100]
            assert seen.wait(30)
            yield MAGNET[100:]

        def ask() -> None:
            answers.append(httpx.post(there.address + WORK + query, content=arriving(), headers=JSON, timeout=60))

        at_work = [threading.Thread(target=ask) for _ in range(4)]
        for one in at_work:
            one.start()
        health: dict[str, Any] = {}
        while health.get("open") != 4:
            health = httpx.get(there.address + "/v1/health", timeout=30).json()
        seen.set()
        status, said = there.stop(signal.SIGTERM)
        for one in at_work:
            one.join()
    assert status == 0, said
    printed = run(
        ("check", "rules/subjects/chinese-magnet.json", "--on", "2026-11-23", "--weigh", "--format", "json")
    ).out.encode()
    assert [one.content for one in answers] == [printed] * 4
    assert said.count(f"POST {WORK} 200 status=10 bytes={len(printed)}") == 4
    assert "chinese-magnet" not in said


@pytest.mark.long
def test_the_command_on_the_wire() -> None:
    with served("--max-bytes", "100KiB", "--time-limit", "2s") as there:
        host, port = there.address.removeprefix("http://").split(":")
        large = httpx.post(f"{there.address}{WORK}?on=2026-11-23", content=b" " * 200_000, headers=JSON)
        assert told(large) == (413, 3, "the body has more than 102,400 bytes")
        pieces = (b" " * 10_000 for _ in range(20))
        assert told(httpx.post(f"{there.address}{WORK}?on=2026-11-23", content=pieces, headers=JSON))[0] == 413
        slow = http.client.HTTPConnection(host, int(port), timeout=10)
        slow.putrequest("POST", f"{WORK}?on=2026-11-23")
        slow.putheader("Content-Type", "application/json")
        slow.putheader("Content-Length", "100")
        slow.endheaders(b"{")
        answer = slow.getresponse()
        assert (answer.status, json.loads(answer.read())["status"]) == (408, 4)
        slow.close()
        elsewhere = httpx.get(there.address + "/v1/health", headers={"Host": "evil.example"})
        assert elsewhere.status_code == HTTPStatus.MISDIRECTED_REQUEST
        batch = httpx.post(f"{there.address}/v1/batch?on=2026-11-23", content=LINE + b"\n{\n" + LINE, headers=LINES)
        assert [json.loads(line)["status"] for line in batch.content.splitlines()] == [10, 3, 10]
        assert there.stop(signal.SIGINT)[0] == 0


def test_a_stop_in_a_batch_names_the_lines_that_were_not_judged() -> None:
    with served() as there:
        body = b"\n".join([LINE] * 400)
        with httpx.stream("POST", f"{there.address}/v1/batch?on=2026-11-23", content=body, headers=LINES, timeout=30) as answer:
            found = []
            for line in answer.iter_lines():
                found.append(json.loads(line)["status"])
                if len(found) == 1:
                    there.process.send_signal(signal.SIGTERM)
        assert there.process.wait(20) == 0
    assert len(found) == 400
    assert set(found) == {10, 4}
    assert sorted(found, reverse=True) == found


def refused(*options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "rare_earth_compliance", "serve", *options]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30, encoding="utf-8")
    return ran.returncode, ran.stderr


def test_a_port_that_is_taken_is_said_clearly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, said = refused("--port", port)
    assert status == 2
    assert said.startswith(f"--host 127.0.0.1 --port {port}: address already in use; stop what listens there, or choose")


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("rare_earth_compliance.service")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ran = run(("serve",))
    assert (ran.status, ran.err) == (
        2,
        "serve needs the extra [server] (uvicorn is not installed): pip install 'rare-earth-compliance[server]'\n",
    )


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (("--max-bytes", "lots"), 2, "--max-bytes lots: expected a number above zero"),
        (("--time-limit", "0s"), 2, "--time-limit 0s: expected"),
        (("--jobs", "0"), 2, "--jobs"),
        (("--host", "no.such.host.invalid"), 2, "--host no.such.host.invalid"),
        (("--rules", "examples"), 3, "the rule pack is refused as a whole"),
        (("--prices", "no-such-file.json"), 3, "no such file"),
        (("--confirm-status", "README.md"), 3, "nothing is served"),
    ],
)
def test_wrong_usage(options: tuple[str, ...], status: int, words: str) -> None:
    ran = run(("serve", *options))
    assert ran.status == status
    assert words in ran.err


def test_the_example_starts_posts_prints_and_stops() -> None:
    script = str(ROOT / "examples" / "service" / "post_product.py")
    command = [sys.executable, script, "examples/hard-disk/assumed.json", "2026-11-23"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (11, "")
    usage = subprocess.run(command[:2], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, encoding="utf-8")
    assert (usage.returncode, usage.stderr.split(",")[0]) == (2, "usage: post_product.py FILE DAY")
    assert "undetermined (status 11), judged for 2026-11-23\n  ask " in ran.stdout
