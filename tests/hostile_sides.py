"""Hostile files beside the product: configuration, decisions, known findings, price tables, confirmations.

Knows a clean gate whose product is one that is required, so that any clearing is a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.hostile import DAY, OPEN, REFUSED, Case, bases, text_of

LICENCE = """format: rare-earth-decisions/1
waivers:
  - product: MAGNET
    rule: cn-mofcom-2025-18/1
    reason: a test
    by: a test
    given: 2026-11-01
    until: 2026-12-01
    facts: 00000000000000000000000000000000
"""
CONFIRMATION = """format: rare-earth-status/1
confirmations:
  - settles: suspension-70
    outcome: lapsed
    source: a test
    by: a test
    day: 2026-11-15
"""
PRICES = b"""{"format": "rare-earth-prices/1", "prices": [{"element": "Dy", "form": "metal", "amount": "250", "currency": "EUR",
 "per": "kg", "day": "2026-11-01", "source": "a test"}]}"""
BASELINE = b"""{"format": "rare-earth-baseline/1", "count": "1", "findings": [{
 "fingerprint": "00000000000000000000000000000000", "product": "MAGNET",
 "rule": "cn-mofcom-2025-18/1", "item": "MAGNET", "status": "applies", "times": "1"}]}"""
CONFIG = """products = ["x.json"]
decisions = ["d.yaml"]
baseline = "b.json"
"""
BROKEN = {
    "empty": b"",
    "space": b" \n\n",
    "NUL": b"\x00",
    "not UTF-8": b"\xff\xfe\x00",
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"1",
    "null": b"null",
    "an object of nothing": b"{}",
    "another format": b'{"format": "rare-earth-bom/1"}',
}


def cases(random: Random) -> Iterator[Case]:
    """Every side file broken in every way, beside a product that is required."""
    product = text_of(bases()["required"])
    clean = {"x.json": product, "rare-earth.toml": CONFIG.encode(), "d.yaml": LICENCE.encode(), "b.json": BASELINE}
    gate = ("gate", *DAY)

    def gated(name: str, **changed: bytes) -> Case:
        files = {**clean, **{key.replace("_", "."): data for key, data in changed.items()}}
        return Case(group="sides", name=f"gate: {name}", files=files, args=gate, allowed=OPEN | {4, 13, 14})

    for file in ("d.yaml", "b.json", "rare-earth.toml"):
        for name, data in BROKEN.items():
            made = {**clean, file: data}
            yield Case(group="sides", name=f"gate: {file} {name}", files=made, args=gate, allowed=frozenset({REFUSED}))
        for at in _places(clean[file], random, 12):
            for how, data in _spoilt(clean[file], at).items():
                made = {**clean, file: data}
                yield Case(group="sides", name=f"gate: {file} {how} at {at}", files=made, args=gate, allowed=OPEN | {13, 14})
        yield Case(
            group="sides",
            name=f"gate: {file} is not there",
            files={name: data for name, data in clean.items() if name != file},
            args=gate,
            allowed=frozenset({REFUSED}),
        )
    for line in (
        'pass-when-all-findings-are = ["waved"]', 'pass-when-all-findings-are = "waived"', "pass-when-nothing-changed = 1",
        'pass-when-nothing-changed = "true"', 'strict-freshness = "no"', "strict-freshness = -1", 'exclude = ["*.json"]',
        'exclude = ["**"]', 'products = []', 'products = ["none.json"]', 'products = ["no/**/*.json"]', 'shipment = 1',
        'required-version = "0"', 'rules = "nowhere"', 'confirm-status = ["nowhere"]', "verdict = 0", 'readings = {x = "y"}',
        'prices = ["nowhere"]', 'shipments = ["nowhere"]', '[shipment]\ndestination = "CN "', '[shipment]\ndestinaton = "CN"',
        'products = ["x.json\\u0000"]', 'decisions = ["\\u0000"]', 'pass-when-all-findings-are = ["known"]',
    ):  # fmt: skip
        kept = [old for old in CONFIG.splitlines() if old.split(" ")[0] != line.split(" ")[0]]
        yield gated(line, **{"rare-earth_toml": "\n".join([*kept, line]).encode()})
    aliases = "a: &a [x]\nb: *a\n"
    bomb = "a: &a [x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20))
    for name, data in {
        "an alias": aliases,
        "an alias bomb": bomb,
        "a merge key": LICENCE + "<<: {a: b}\n",
        "a tag": LICENCE.replace("a test", "!!python/object/apply:os.system [x]", 1),
        "two documents": LICENCE + "---\n" + LICENCE,
        "a key twice": LICENCE + "waivers: []\n",
        "a scalar of 64 MiB": LICENCE.replace("a test", "x" * (64 << 20), 1),
        "a wrong day": LICENCE.replace("2026-12-01", "2026-13-01"),
        "days swapped": LICENCE.replace("2026-12-01", "2026-10-01"),
        "a day of long ago": LICENCE.replace("2026-12-01", "0000-00-00"),
        "a rule that is none": LICENCE.replace("/1\n    reason", "/999\n    reason"),
        "a key misspelt": LICENCE.replace("until", "untill"),
    }.items():
        yield gated(f"decisions: {name}", d_yaml=data.encode())
    for option, file, whole in (("--confirm-status", "s.yaml", CONFIRMATION.encode()), ("--prices", "p.json", PRICES)):
        args = ("check", "x.json", option, file, *DAY)
        for name, data in BROKEN.items():
            files = {"x.json": product, file: data}
            yield Case(group="sides", name=f"{option} {name}", files=files, args=args, allowed=frozenset({REFUSED}))
        for at in _places(whole, random, 25):
            for how, data in _spoilt(whole, at).items():
                files = {"x.json": product, file: data}
                yield Case(group="sides", name=f"{option} {how} at {at}", files=files, args=args, allowed=OPEN)
    for facts in (
        ("--set", "destination=XX"), ("--set", "destnation=CN"), ("--destination", "cn"), ("--destination", "CN "),
        ("--set", "end_user=x"), ("--set", "end_user.military=no"), ("--set", "exporter=x", "--set", "exporter.located_in=DE"),
        ("--set", "destination=DE", "--set", "destination=CN"), ("--set", "a.b.c.d=1"),
        ("--set", "end_user.military=unknown"), ("--set", "destination=unknown"), ("--reading", "x=y"),
        ("--on", "2026-W48-1"), ("--on", "20261123"), ("--on", "２０２６-11-23"), ("--known-by", "2026-W48-1"),
        ("--shipment", "nowhere"), ("--format", "none"), ("--output", ""), ("--rules", "nowhere"),
    ):  # fmt: skip
        args = ("check", "x.json", *(DAY if "--on" not in facts else ()), *facts)
        allowed = frozenset({2, REFUSED})
        yield Case(group="options", name=" ".join(facts), files={"x.json": product}, args=args, allowed=allowed)


def _places(data: bytes, random: Random, count: int) -> list[int]:
    return sorted(random.sample(range(len(data)), min(count, len(data))))


def _spoilt(data: bytes, at: int) -> dict[str, bytes]:
    """A file cut off, with a byte lost, with a byte changed."""
    return {
        "cut": data[:at],
        "a byte lost": data[:at] + data[at + 1 :],
        "a byte changed": data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
    }
