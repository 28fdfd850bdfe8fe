"""Rows for tests of the kernel: what they hold, what is to be said of them, and judges that do harm where a row says so.

Knows how the same rows are judged without a kernel. Imported by processes that judge, and needs no pyarrow.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterable
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from rare_earth_compliance import load_rules
from rare_earth_compliance.batch.lines import Under, begin
from rare_earth_compliance.batch.pieces import Given, taken
from rare_earth_compliance.reports import batch_line
from tests.benchmarks.products import product
from tests.running import EXAMPLES

DISTINCT = 1_000
DAY = date(2026, 11, 23)
PORTFOLIO = (EXAMPLES / "portfolio" / "portfolio.jsonl").read_text(encoding="utf-8").splitlines()
CLEAR = PORTFOLIO[5]
BROKEN = (
    "",
    "{",
    "null",
    "[]",
    '{"format": "rare-earth-bom/1"}',
    '{"format": "rare-earth-prices/1"}',
    CLEAR.replace("1", "1x"),
)
HALF = '{"format": "rare-earth-bom/1", "product": {"part_number": "\\ud800", "form": "motor", "\\udfff": 1}}'
"""Half a character, which no column of text holds."""
HANG, DIE, EAT = "hang", "die", "eat"
ONCE = "REC_TESTS_ONCE"
"""Names the file that must be there for "once", which ends the process that a worker of Spark is, and takes the file away."""


def rows(count: int) -> list[str | None]:
    """So many rows: small products made from a seed; every eleventh broken or null, one in 77 of the portfolio.

    From the one after DISTINCT on they are the same again.
    """
    rng = Random(61)  # noqa: S311
    found: list[str | None] = []
    for number in range(min(count, DISTINCT)):
        made = product(rng, 6, listed=number % 20 == 0).data.decode()
        if number % 11 == 10:
            found.append((*BROKEN, HALF, None)[number // 11 % (len(BROKEN) + 2)])
        else:
            found.append(PORTFOLIO[number // 77 % len(PORTFOLIO)] if number % 77 == 3 else made)
    return list(islice(cycle(found), count))


def judged_here(documents: Iterable[str | None], name: str = "bom") -> list[dict[str, Any] | None]:
    """The result lines of the same documents without a kernel, a pool or Arrow; None where there is no document."""
    line = begin(Under(pack=load_rules(), days=(DAY,), today=DAY))
    known: dict[str | None, dict[str, Any] | None] = {None: None}
    found = []
    for text in documents:
        if text is not None and text not in known:
            told = json.loads(line(0, taken(name, text.encode(), 2**26)))
            del told["position"]
            known[text] = told
        found.append(known[text])
    return found


def assert_as_here(documents: list[str | None], answers: list[tuple[int, str, str, str]]) -> None:
    """Row by row what is found here, of (status, answer, why, result)."""
    assert len(answers) == len(documents)
    for document, local, (status, answer, why, result) in zip(documents, judged_here(documents), answers, strict=True):
        told = json.loads(result)
        assert why
        if local is None:
            assert (document, status, answer, why) == (None, 3, "refused", "bom: the row holds no document")
            continue
        assert told == local
        assert (status, answer, why) == (local["status"], local["answer"] or "refused", batch_line.why(local))


def harmful(under: Under) -> Callable[[int, Given], bytes]:
    """As ``lines.begin``, with a row that hangs, one that ends its process and one that takes all memory."""
    judge = begin(under)

    def work(position: int, one: Given) -> bytes:
        if one.data == HANG.encode():
            time.sleep(600)
        if one.data == DIE.encode():
            os.kill(os.getpid(), signal.SIGKILL)
        if one.data == EAT.encode():
            kept = []
            while True:
                kept.append(bytes(64 * 1024**2))
        return judge(position, one)

    return work


def once(under: Under) -> Callable[[int, Given], bytes]:
    """As ``lines.begin``; where the file that ONCE names is there, it is taken away, and this process is ended."""
    judge, file = begin(under), Path(os.environ[ONCE])

    def work(position: int, one: Given) -> bytes:
        if one.data == PORTFOLIO[0].encode() and file.exists():
            file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return judge(position, one)

    return work
