"""A record that says what the checker itself comes to clears only where `check` clears: forged by chance, many of them.

Knows documents with a fact lost, doubted or misspelt, facts and days beside them, and files that are used as something else.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rare_earth_compliance.cli.verifying import as_handed_in
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.record.checking import checked
from tests.forging import leaves
from tests.hostile import bases
from tests.oracle import generator
from tests.oracle.readings import OPTIONS
from tests.recording import LINE, TAUGHT, confirming, derived, law
from tests.running import ROOT, run

PRODUCT, SHIPMENT, ACT, LOOSE = (
    (ROOT / name).read_text(encoding="utf-8") for name in (*LINE, TAUGHT, "examples/loose-or-fixed/loose.json")
)
NEARLY = ("unknown", None, "", [], {}, True, False, 0, "0", "yes", "no", "none", "CN", "DE", "goods", "China", "1 .. 2")
FACTS = [
    ("destination", "not CN ,DE"), ("destination", "CN"), ("kind", "technology"), ("movement", "transfer"), ("kind", "nothing"),
    ("end_use.purposes", "civil ,military"), ("end_use.purposes", "military"), ("end_user.military", "true"),
    ("technology_fields", "none"), ("technology_fields", "mining"), ("ship_from", "CN"), ("end_user.listed", "none"),
    ("exporter.located_in", "CN"), ("kind", "unknown"), ("day", "2025-01-01"), ("end_user.chinese_person", "maybe"),
    ("consignee.name", "TDK"), ("end_user.name", "Subaru Corporation"), ("movement", "Transfer"), ("unit_price.amount", "1"),
    ("end_use.complete", "true"), ("licensed_before", "false"),
]  # fmt: skip
DAYS = ("2025-01-01", "2025-04-04", "2025-10-09", "2025-11-08", "2025-12-01", "2026-07-01", "2026-11-10", "2026-11-23")
RATE = {"from": "EUR", "to": "USD", "rate": "1.1", "day": "2026-01-01", "source": "x"}
TABLE = {"format": "rare-earth-prices/1", "rates": [RATE]}
USES = {"": "", "--shipment": "shipment", "--prices": "prices", "--confirm-status": "status"}
NOT_DERIVED = (ValueError, LookupError, TypeError, AttributeError, StopIteration, ArithmeticError)


def spoilt(document: Any, chance: Random) -> Any:
    """A document with one fact lost, doubted, misspelt, or said of something else."""
    made = copy.deepcopy(document)
    path = chance.choice([one for one in leaves(made) if one])
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    old, last, way = holder[path[-1]], path[-1], chance.randrange(5)
    if way == 0:
        del holder[last]
    elif way == 1 and isinstance(last, str):
        holder[f"{last} "] = holder.pop(last)
    elif way == 2 and isinstance(old, str):
        holder[last] = chance.choice((old.upper(), f" {old}", f"{old} ", old[:-1], f"not {old}", f"{old}, {old}"))
    else:
        holder[last] = copy.deepcopy(chance.choice(NEARLY))
    return made


def question(seed: int) -> tuple[dict[str, str], dict[str, Any], dict[str, Any], list[str]]:
    """Files, how a forger uses them, what it asks, and the files as they are handed in."""
    chance = Random(seed)  # noqa: S311
    asked: dict[str, Any] = {
        "on": chance.choice(DAYS),
        "known_by": chance.choice((None, None, None, "2025-10-20", "2026-08-01")),
    }
    if seed % 2:
        sample = generator.sample(seed)
        document, asked["on"], chosen = json.loads(sample.text), sample.day.isoformat(), sample.readings
    else:
        document = chance.choice([*bases().values(), json.loads(LOOSE), json.loads(PRODUCT), json.loads(ACT)])
        names = chance.sample(sorted(OPTIONS), chance.randrange(4))
        chosen = {name: chance.choice(list(OPTIONS[name])) for name in names}
    asked["readings"] = [{"reading": name, "option": one, "by": "chosen"} for name, one in chosen.items()]
    for _ in range(chance.choice((0, 0, 1, 2))):
        document = spoilt(document, chance)
    asked["given"] = [list(pair) for pair in chance.sample(FACTS, chance.choice((0, 0, 1, 2)))]
    files, used, handed = {"p.json": json.dumps(document)}, dict[str, Any](), ["p.json"]
    shipment = chance.choice((SHIPMENT, LOOSE, json.dumps(spoilt(json.loads(SHIPMENT), chance))))
    confirmed = confirming(chance.choice(("lapsed", "extended through 2027-11-10"))).decode()
    texts = {
        "--shipment": ("s.json", shipment),
        "--prices": ("t.json", json.dumps(TABLE)),
        "--confirm-status": ("c.yaml", confirmed),
    }
    for option, (name, text) in texts.items():
        if chance.random() < 0.35:
            files[name] = text
            handed += [option, name]
            at, use = len(files) - 1, USES[option] if chance.random() < 0.8 else chance.choice(("shipment", "prices", "status"))
            used[use] = at if use == "shipment" else [*used.get(use, []), at]
    return files, used, asked, handed


def clears_alone(seeds: range, folder: Path) -> Counter[str]:
    """Forges records, and holds each that clears and passes against `check` of the same files, day, readings and facts."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        files, used, asked, handed = question(seed)
        try:
            record = derived(files, used, **asked)
        except NOT_DERIVED:
            seen["not derived"] += 1
            continue
        status = record["determinations"][0]["exit_status"]
        if status not in (0, 12):
            seen["not clear"] += 1
            continue
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        ways: dict[str, list[Path]] = {use: [] for use in USES.values()}
        for before, name in zip(["", *handed], handed, strict=False):
            if name in files:
                ways[USES.get(before, "")].append(folder / name)
        try:
            found = checked(record, as_handed_in(record, ways, None), law())
        except (Refused, ValueError):
            seen["not taken"] += 1
            continue
        if found.faults or any("hold of" in one for one in found.left):
            seen["fault" if found.faults else "owners taken as said"] += 1
            continue
        args = ["check", *handed, "--on", asked["on"], *(["--known-by", asked["known_by"]] if asked["known_by"] else [])]
        args += [part for path, value in asked["given"] for part in ("--set", f"{path}={value}")]
        args += [part for row in asked["readings"] for part in ("--reading", f"{row['reading']}={row['option']}")]
        ran = run(args, folder=folder)
        assert ran.status == status, (seed, args, ran.out[:300], ran.err)
        seen["clear"] += 1
    return seen


def test_what_the_checker_clears_check_clears(tmp_path: Path) -> None:
    seen = clears_alone(range(120), tmp_path)
    assert sum(seen.values()) == 120
    assert min(seen["clear"], seen["not taken"]) > 5, seen


@pytest.mark.long
def test_what_the_checker_clears_check_clears_over_and_over(tmp_path: Path) -> None:
    seen = clears_alone(range(1_000, 4_000), tmp_path)
    assert min(seen["clear"], seen["not taken"]) > 150, seen
