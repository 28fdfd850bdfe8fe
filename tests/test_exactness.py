"""Exact to the last digit: a share on the line, and beside it by as little as a number can be written.

Knows magnets whose listed content is worth a chosen fraction of the line. The product holds many of them, so
that one inquiry judges many cases. Three thousand cases run always, 10⁵ with ``-m long``.
"""

from __future__ import annotations

import decimal
import json
import os
import subprocess
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.engine.verdicts import Judge
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Confirmation
from rare_earth_compliance.product.reader import read, shipment_of
from tests.running import ROOT

RULE = "cn-mofcom-2025-61/1.1"
LINE = Fraction(1, 1000)
DAY = date(2026, 12, 2)
READINGS = {
    "start-after-suspension": "at-once",
    "numerator-origin": "chinese-only",
    "valuation": "as-stated",
    "aggregation": "summed",
    "precursors-61": "not-counted",
}
MAGNETS = 500
"""Cases in one product."""
CASES, MORE_CASES = 3_000, 100_000
FINEST = 40
"""The finest distance from the line, as a power of ten."""


def lapsed() -> Confirmation:
    """The suspension is over, as a case of the rule files would say it."""
    return Confirmation(
        settles="suspension-70",
        outcome="lapsed",
        through=None,
        instrument="assumed in a test",
        published=DAY,
        source="assumed in a test",
        by="the test",
        day=DAY,
        place=Place(file="test"),
    )


def decimal_text(number: Fraction) -> str:
    """A number as a decimal of any length."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    digits = str((number * 10**places).numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def magnet(rng: Random, side: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A magnet made outside China whose Chinese content lies on the line or ``side`` of it, and a line for it."""
    value = Fraction(rng.randrange(1, 10 ** rng.randrange(1, 25)), 10 ** rng.randrange(12))
    distance = Fraction(1, 10 ** rng.randrange(1, FINEST + 1))
    content = value * LINE * (1 + side * distance)
    way = rng.choice(("value", "quantity", "per", "franc"))
    pieces = rng.choice((1, 2, 5, 8, 40, 625))
    made: dict[str, Any] = {
        "form": "permanent-magnet",
        "family": "NdFeB",
        "processing": ["loose", "sintered"],
        "origin": "DE",
        "made_in": "DE",
        "unit_value": {"amount": decimal_text(value), "currency": "EUR"},
        "complete": True,
        "technologies_complete": True,
        "quantity": rng.randrange(1, 9),
    }
    # 1 EUR is 0.8 CHF at the rate of the file: exact both ways.
    amount = {"value": content, "quantity": content / pieces, "per": content * pieces, "franc": content * Fraction(4, 5)}[way]
    price = {"amount": decimal_text(amount), "currency": "CHF" if way == "franc" else "EUR"}
    if way == "per":
        price["per"] = f"{pieces} pcs"
    alloy = {
        "form": "alloy",
        "alloy": ["Dy", "Fe"],
        "composition": [{"element": "Dy", "mass_fraction": "80 %"}, {"element": "Fe", "mass_fraction": "20 %"}],
        "origin": "CN",
        "unit_value": price,
        "quantity": pieces if way == "quantity" else 1,
    }
    made["materials"] = [alloy, {"name": "the rest", "form": "material", "rare_earths": "none", "quantity": 1}]
    return made, alloy


def document(magnets: list[dict[str, Any]]) -> bytes:
    """A box of magnets on its way from Germany to the United States."""
    clean = {"located_in": "US", "military": False, "listed": "none", "listed_owners_share": "0 %"}
    rate = {"from": "EUR", "to": "CHF", "rate": "0.8", "day": "2026-12-01", "source": "assumed"}
    return json.dumps(
        {
            "format": "rare-earth-bom/1",
            "rates": [rate],
            "product": {"name": "box", "form": "assembly", "complete": True, "made_in": "DE", "parts": magnets},
            "shipment": {
                "kind": "goods",
                "movement": "export",
                "exporter": {"located_in": "DE", "chinese_person": False},
                "ship_from": "DE",
                "destination": "US",
                **dict.fromkeys(("importer", "consignee", "end_user"), clean),
                "end_use": {"purposes": ["civil"], "complete": True},
            },
        }
    ).encode()


def judged(magnets: list[dict[str, Any]], plan: Plan) -> list[Status]:
    """What becomes of the limb at every magnet, in the order of the box."""
    contents = read(document(magnets), "box.json")
    assert contents.product is not None
    shipment = shipment_of(contents.product, contents.shipment, contents)
    inquiry = Inquiry(shipment, plan.pack, plan.readings, DAY, plan)
    judge = Judge(inquiry, plan.pack.rules[RULE], plan.states(DAY, (lapsed(),))[RULE])
    looked_at = judge.candidates()
    items = [use.item for use in contents.product.root.uses]
    assert set(items) <= set(looked_at)
    return [judge.verdict(index).status for index in items]


def check(cases: int, seed: int) -> int:
    """Judge so many cases; how many were judged."""
    rng = Random(seed)  # noqa: S311  # reproducible test data, not secrecy
    pack = load()
    plan = Plan(pack, chosen_readings(pack, READINGS))
    seen = 0
    while seen < cases:
        sides = [rng.choice((-1, 0, 0, 1)) for _ in range(MAGNETS)]
        magnets = [magnet(rng, side)[0] for side in sides]
        found = judged(magnets, plan)
        wrong = [
            (side, status, one)
            for side, status, one in zip(sides, found, magnets, strict=True)
            if status is not (Status.FAILS if side < 0 else Status.APPLIES)
        ]
        assert not wrong, wrong[:3]
        seen += len(found)
    return seen


def test_the_line_belongs_to_the_rule_at_any_distance() -> None:
    assert check(CASES, 61) >= CASES


@pytest.mark.long
def test_the_line_belongs_to_the_rule_at_any_distance_many_times() -> None:
    assert check(MORE_CASES, 62) >= MORE_CASES


# ---- the same bytes whatever the host is set to

FILES = (
    "examples/value-share-line/magnet.json",
    "examples/ev-traction-motor/unknown.json",
    "examples/ebike-motor/unknown.json",
)
SHIPMENT = "examples/value-share-line/shipment.json"
FORMS = ("terminal", "json", "markdown", "sarif", "junit")
ENVIRONMENTS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "hash seed 1": ({"PYTHONHASHSEED": "1"}, ()),
    "hash seed 4242": ({"PYTHONHASHSEED": "4242"}, ()),
    "a Turkish locale": ({"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, ()),
    "the C locale": ({"LC_ALL": "C", "LANG": "C"}, ()),
    "a day ahead": ({"TZ": "Pacific/Kiritimati"}, ()),
    "a day behind": ({"TZ": "Etc/GMT+12"}, ()),
    "without assertions": ({}, ("-O",)),
    "without docstrings": ({}, ("-OO",)),
}


def printed(environment: dict[str, str], options: tuple[str, ...], folder: Path) -> tuple[int, list[bytes]]:
    """How the command ends in a process of its own, and the bytes of its reports."""
    outputs = [f"--output={form}={folder / form}" for form in FORMS]
    command = [sys.executable, *options, "-m", "rare_earth_compliance", "check", *FILES, "--shipment", SHIPMENT]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONHASH", "LC_", "LANG", "TZ"))}
    done = subprocess.run(
        [*command, "--on", "2026-11-23", *outputs], cwd=ROOT, env={**kept, **environment}, capture_output=True, check=False
    )
    assert done.returncode in (0, 10, 11, 12), done.stderr.decode()
    return done.returncode, [(folder / form).read_bytes() for form in FORMS]


def test_the_bytes_do_not_depend_on_the_host(tmp_path: Path) -> None:
    status, usual = printed({"PYTHONHASHSEED": "0"}, (), tmp_path)
    assert status == 11
    assert all(len(report) > 1000 for report in usual)
    for name, (environment, options) in ENVIRONMENTS.items():
        assert printed(environment, options, tmp_path) == (status, usual), name


def test_a_decimal_context_changes_nothing() -> None:
    rng = Random(18)  # noqa: S311  # reproducible test data, not secrecy
    pack = load()
    sides = [rng.choice((-1, 0, 1)) for _ in range(40)]
    magnets = [magnet(rng, side)[0] for side in sides]
    usual = judged(magnets, Plan(pack, chosen_readings(pack, READINGS)))
    assert usual == [Status.FAILS if side < 0 else Status.APPLIES for side in sides]
    with decimal.localcontext() as context:
        context.prec, context.rounding, context.traps[decimal.Inexact] = 2, decimal.ROUND_UP, True
        assert judged(magnets, Plan(pack, chosen_readings(pack, READINGS))) == usual
