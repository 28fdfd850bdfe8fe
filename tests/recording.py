"""How tests make records: through the command line of an example, or in this process from a document made up.

Knows the documents of a record, a file that confirms the status of the law, and how a record is forged that says what the
checker itself comes to. Used by test_record, test_record_forged and test_replay.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.law.confirmations import read_confirmations
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.pack_files import rules_folder
from rare_earth_compliance.product.reader import read, shipment_of
from rare_earth_compliance.record.checking import SHOWN, framed
from rare_earth_compliance.record.make import Judged, Source, document
from rare_earth_compliance.record.opening import FORMAT, Law, opened, sha256
from rare_earth_compliance.record.premises import Derived
from tests.forging import signed
from tests.oracle.generator import Sample
from tests.running import ROOT, Ran, run

LINE = ("examples/value-share-line/magnet.json", "examples/value-share-line/shipment.json")
TAUGHT = "examples/technology-transfer/teaching.json"


@cache
def law() -> Law:
    """The rule files that come along, as the checker reads them."""
    return Law(rules_folder())


@cache
def _pack() -> RulePack:
    return load()


def check(target: Path, *args: str) -> Ran:
    """A run of ``check`` that writes a record."""
    return run(["check", *args, "--record", str(target)])


def recorded(target: Path, *args: str) -> dict[str, Any]:
    """The record of a run of ``check``."""
    ran = check(target, *args)
    assert target.is_file(), ran.err
    record: dict[str, Any] = opened(target.read_bytes())
    return record


def handed_in(args: tuple[str, ...]) -> list[str]:
    """The files of a run of ``check``, each with the option that it was given by."""
    pairs = [(before, one) for before, one in zip(("", *args), args, strict=False) if (ROOT / one).is_file()]
    return [part for before, one in pairs for part in ((before, one) if before.startswith("--") else (one,))]


def documents(record: dict[str, Any]) -> dict[str, bytes]:
    """The documents that a record carries, by name."""
    return {one["name"]: one["text"].encode() for one in record["files"]}


def confirming(said: str) -> bytes:
    """A file that confirms what became of the suspension: "lapsed", or "extended through DAY"."""
    through = f"    through: {said.rsplit(maxsplit=1)[-1]}\n" if said.startswith("extended") else ""
    outcome = "extended" if through else "lapsed"
    told = "    instrument: assumed in a test\n    published: 2026-11-01\n    source: assumed in a test\n    by: a test\n"
    head = f"format: rare-earth-status/1\nconfirmations:\n  - settles: suspension-70\n    outcome: {outcome}\n"
    return f"{head}{through}{told}    day: 2026-11-01\n".encode()


def of_sample(sample: Sample) -> dict[str, Any] | None:
    """The record of a product made up; None where the reader refuses it. Raises ValueError as ``document`` does."""
    files = {"product.json": sample.text.encode()}
    status = confirming(sample.law_of_the_day) if sample.law_of_the_day else b""
    return of_files(files, sample.day, sample.readings, status)


def of_files(
    files: dict[str, bytes], on: date, readings: dict[str, str] | None = None, status: bytes = b""
) -> dict[str, Any] | None:
    """The record of a product in a file, with its shipment there or in a second one; None where the reader refuses it."""
    pack, sources = _pack(), [Source(name=name, data=data) for name, data in files.items()]
    try:
        contents = [read(one.data, one.name) for one in sources]
    except Refused:
        return None
    if contents[0].product is None:
        return None
    shipment = shipment_of(contents[0].product, contents[-1].shipment, contents[-1])
    sources += [Source(name="status.yaml", data=status)] if status else []
    told = read_confirmations(status, "status.yaml", pack) if status else ()
    one = Judged(
        shipment=shipment,
        determination=determine(shipment, pack, on=on, readings=readings, confirmations=told),
        product=0,
        shipped=len(contents) - 1,
        prices=(),
        status=(len(contents),) if status else (),
        readings=readings or {},
        confirmations=told,
    )
    made: dict[str, Any] = json.loads(json.dumps(document([one], sources, pack, law())))
    return made


class _Forger(Derived):
    """The checker's own derivation; what it would take from a record is what clears."""

    def __init__(self, said: Any, texts: list[str]) -> None:
        never: Any = defaultdict(lambda: defaultdict(lambda: "no"))
        super().__init__({**said, "premises": never}, texts, law())


def derived(files: dict[str, str], used: dict[str, Any], **asked: Any) -> dict[str, Any]:
    """A record forged of files as they are used: it says what the checker comes to by itself. Raises what that raises."""
    texts = list(files.values())
    said: dict[str, Any] = {"given": [], "on": "2026-11-23", "known_by": None, "readings": [], "findings": [], **asked}
    said["used"] = {"product": 0, "shipment": 0, "prices": [], "status": [], **used}
    first = _Forger(said, texts)
    kinds: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for rule in first.rules:
        for item in first.looked_at(rule):
            status = first.finding(rule, item, brief=True)["status"]
            kinds[rule, status].append({"rule": rule, "item": item})
    said["findings"] = [row for rows in kinds.values() for row in rows[:SHOWN]]
    rows = [{"name": name, "sha256": sha256(text), "text": text} for name, text in files.items()]
    record: dict[str, Any] = {"format": FORMAT, "tool": f"rare-earth-compliance {VERSION}", "rules": law().said, "files": rows}
    record |= {"count": 1, "determinations": [framed(record, _Forger(said, texts).determination(), law())]}
    return signed(json.loads(json.dumps(record)))
