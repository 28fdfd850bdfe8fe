"""What a plan remembers changes nothing: the same determination from a new plan, a full one and a forgetful one.

Knows products that share kinds of items but differ in amounts, names and places.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from rare_earth_compliance.engine import plan as plans
from rare_earth_compliance.engine import verdicts
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.product.reader import read, shipment_of
from tests.running import EXAMPLES, ROOT

PACK = load()
DAYS = (date(2025, 12, 5), date(2026, 11, 23))


def shipments() -> list[Shipment]:
    """Every product of the examples and subjects, each also as it would be at a tenth of its prices."""
    found = []
    for path in (*sorted(EXAMPLES.rglob("*.json")), *sorted((ROOT / "rules" / "subjects").glob("*.json"))):
        text = path.read_text(encoding="utf-8")
        if '"rare-earth-bom/1"' not in text or '"product"' not in text:
            continue
        for version in (text, text.replace('"amount": "', '"amount": "0')):
            contents = read(version.encode(), path.name)
            if contents.product is not None:
                found.append(shipment_of(contents.product, contents.shipment, contents))
    return found


def whole(shipment: Shipment, day: date, plan: Plan | None) -> Determination:
    """A determination; two are equal when everything that is said of them is."""
    return determine(shipment, PACK, on=day, plan=plan)


@pytest.mark.parametrize("kept", [20_000, 3])
def test_a_plan_that_has_seen_other_products_gives_the_same_bytes(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "KEPT", kept)
    monkeypatch.setattr(verdicts, "VERDICTS", kept)
    shared = Plan(PACK, chosen_readings(PACK, {}))
    questions = [(shipment, day) for shipment in shipments() for day in DAYS]
    Random(kept).shuffle(questions)  # noqa: S311  # reproducible order, not secrecy
    assert len(questions) >= 100
    for shipment, day in questions[:: 5 if kept > 100 else 12]:
        assert whole(shipment, day, shared) == whole(shipment, day, None), shipment.product.file


def test_the_rest_of_a_determination_is_that_of_its_own_shipment() -> None:
    shared = Plan(PACK, chosen_readings(PACK, {}))
    first = shipments()[:12]
    later = [determine(one, PACK, on=DAYS[1], plan=shared) for one in first]
    assert [one.findings for one in reversed(later)]
    assert later == [whole(one, DAYS[1], None) for one in first]


def test_a_field_of_the_rest_that_does_not_exist_is_an_error() -> None:
    found: Any = determine(shipments()[0], PACK, on=DAYS[1])
    with pytest.raises(AttributeError, match="no 'colour'"):
        _ = found.colour
    assert found.findings
    with pytest.raises(AttributeError):
        _ = found.colour
