"""A stored portfolio judged again, against judging it from its documents: under another law, day, reading and price.

Knows how both are run in one process, from the file to the result lines, each time with a law that was never used before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rare_earth_compliance.batch import sources, storing
from rare_earth_compliance.batch.lines import Under, begin
from rare_earth_compliance.batch.sources import Source
from rare_earth_compliance.cli.inputs import tables
from rare_earth_compliance.engine.documents import ordinary_forms
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.model import RulePack
from tests.benchmarks import products
from tests.benchmarks.ours import READINGS, lapsed

DAY = date(2026, 11, 26)
MOST = 64 * 1024**2
PRICES = Path(__file__).parents[2] / "examples" / "ev-traction-motor" / "prices.json"


def laws(pack: RulePack) -> Iterator[tuple[str, Under]]:
    """What a portfolio is judged under, by what is new in it."""
    chosen = tuple(READINGS.items())
    base: dict[str, Any] = {"pack": pack, "days": (DAY,), "today": DAY, "readings": chosen, "confirmations": (lapsed(),)}
    yield "every reading chosen", Under(**base)
    yield "another day", Under(**{**base, "days": (date(2026, 12, 2),)})
    yield "another reading", Under(**{**base, "readings": (*chosen[1:], ("start-after-suspension", "new-start-needed"))})
    without = {name: one for name, one in pack.rules.items() if name != "cn-mofcom-2025-61/1.3"}
    yield "other rules", Under(**{**base, "pack": replace(pack, rules=without)})
    yield "prices", Under(**{**base, "tables": tables([str(PRICES)])})
    yield "no reading chosen", Under(pack=pack, days=(DAY,), today=DAY)
    yield "no reading chosen, four days", Under(pack=pack, days=tuple(date(2026, 11, 8 + at) for at in range(4)), today=DAY)


def judged(source: Source, under: Under) -> list[bytes]:
    """The result line of every input."""
    line = begin(under)
    return [line(position, one) for position, one in enumerate(one for piece in source.pieces() for one in piece.given())]


@contextmanager
def both_ways(count: int, pack: RulePack) -> Iterator[tuple[Source, Source]]:
    """A portfolio of so many products as a file of documents, and as a store made of it."""
    with TemporaryDirectory() as folder:
        file, store = f"{folder}/portfolio.jsonl", f"{folder}/store"
        Path(file).write_bytes(b"".join(one.data + b"\n" for one in products.portfolio(count)))
        documents = sources.lines_of(file, MOST)
        storing.store(documents, store, ordinary_forms(Plan(pack, {})), lambda _, __: None)
        yield documents, sources.stored(store, MOST)
