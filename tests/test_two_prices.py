"""A product that is valued and sold at two prices: what can not both be right clears nothing, what can is held against both."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.engine.documents import Documents
from rare_earth_compliance.engine.figures import TWO_PRICES
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.record.checking import checked
from rare_earth_compliance.reports.run import status_of
from tests.recording import law, of_files
from tests.running import ROOT, run

LINE = ROOT / "examples" / "value-share-line"
DAY = date(2026, 11, 23)
PACK = library.load_rules()
STATUS = (LINE / "status-lapsed.yaml").read_bytes()
LAPSED = library.read_confirmations(STATUS, "status-lapsed.yaml", PACK)
READINGS = {
    "start-after-suspension": "at-once",
    "numerator-origin": "chinese-only",
    "valuation": "as-stated",
    "upstream-technology": "own-steps-only",
    "notice-scope": "licensed-items",
    "origin-by-steps": "declared-origin",
    "embedded-items": "product-only",
    "part-2-reaches": "magnet-only",
}
RATE = {"from": "USD", "to": "EUR", "rate": "0.5", "day": "2026-11-01", "source": "assumed"}
CLEARED, REQUIRED, OPEN = 0, 10, 11


def euros(amount: str, **said: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR", **said}


def sold(value: dict[str, str] | None, price: dict[str, str] | None, **said: Any) -> dict[str, Any]:
    """A magnet with 0.10 EUR of Chinese content: at 100 EUR it is on the line."""
    document: dict[str, Any] = json.loads((LINE / "magnet.json").read_bytes())
    document["shipment"] = json.loads((LINE / "shipment.json").read_bytes())["shipment"]
    document["product"]["unit_value"] = value
    document["shipment"]["unit_price"] = price
    return copy.deepcopy({**document, **said})


def judged(document: dict[str, Any], **readings: str) -> Any:
    shipment = read_shipment(json.dumps(document).encode(), "x.json")
    return library.determine(shipment, PACK, on=DAY, readings=READINGS | readings, confirmations=LAPSED)


COST, SALE = {"basis": "standard-cost"}, {"basis": "sale-price"}
PRICES = [
    # value, price in the shipment, status, whether they contradict each other
    (euros("1000"), None, CLEARED, False),
    (None, euros("1000"), CLEARED, False),
    (euros("1000"), euros("100"), OPEN, False),
    (euros("1000"), euros("100", **SALE), OPEN, False),
    (euros("1000", **SALE), euros("1"), OPEN, False),
    (euros("1000"), euros("999.999999999"), CLEARED, False),
    (euros("1000"), euros("1000.00"), CLEARED, False),
    (euros("1000", **SALE), euros("1000000", per="1000"), CLEARED, False),
    (euros("99", **SALE), euros("100"), REQUIRED, False),
    # said to be of one kind: then they are the same, or contradict each other
    (euros("1000", **SALE), euros("100", **SALE), OPEN, True),
    (euros("1000", **SALE), euros("999.999999999", **SALE), OPEN, True),
    (euros("1000", **SALE), euros("1000.00", **SALE), CLEARED, False),
    (euros("1000", **SALE), euros("1000.000000001", **SALE), OPEN, True),
    (euros("99", **SALE), euros("100", **SALE), REQUIRED, True),
    # as ranges
    (euros("900 .. 999.99", **SALE), euros("1000", **SALE), OPEN, True),
    (euros("900 .. 1000", **SALE), euros("1000", **SALE), CLEARED, False),
    (euros("> 1000", **SALE), euros("1000", **SALE), OPEN, True),
    (euros(">= 1000", **SALE), euros("1000", **SALE), CLEARED, False),
    (euros("50 .. 1000"), euros("1000"), OPEN, False),
    # of different kinds: both are held against the line
    (euros("100.01", **COST), euros("1000", **SALE), CLEARED, False),
    (euros("100", **COST), euros("1000", **SALE), OPEN, False),
    (euros("1000", **COST), euros("100", **SALE), OPEN, False),
    (euros("99.99", **COST), euros("100", **SALE), REQUIRED, False),
    # in two currencies
    (euros("1000", **SALE), {"amount": "2000", "currency": "USD", **SALE}, CLEARED, False),
    (euros("1000", **SALE), {"amount": "1999.99", "currency": "USD", **SALE}, OPEN, True),
    (euros("1000", **COST), {"amount": "200.02", "currency": "USD", **SALE}, CLEARED, False),
    (euros("1000", **COST), {"amount": "200", "currency": "USD", **SALE}, OPEN, False),
    (euros("1000"), {"amount": "1000", "currency": "CHF"}, OPEN, False),
]


@pytest.mark.parametrize(("value", "price", "status", "conflict"), PRICES)
def test_a_value_beside_a_price(value: dict[str, str], price: dict[str, str], status: int, conflict: bool) -> None:
    document = sold(value, price, rates=[RATE])
    found = judged(document)
    told = [text.endswith(TWO_PRICES) for text in found.conflicts]
    assert (status_of(found), told) == (status, [True] * conflict)


@pytest.mark.parametrize(("value", "price", "status", "conflict"), PRICES[2:])
def test_the_record_of_it_is_made_anew_from_the_files(
    value: dict[str, str], price: dict[str, str], status: int, conflict: bool
) -> None:
    files = {"x.json": json.dumps(sold(value, price, rates=[RATE])).encode()}
    record = of_files(files, DAY, READINGS, STATUS)
    assert record is not None
    assert record["determinations"][0]["exit_status"] == status
    found = checked(record, {**files, "status.yaml": STATUS}, law())
    assert (found.faults, [one for one in found.left if "price" in one or "worth" in one]) == ([], [])
    said = record["determinations"][0]["premises"]
    assert said["product"].get("contradicts itself", conflict) is conflict  # asked where nothing else leaves it open
    assert said["/product"]["worth as-stated"][2] == (None if said["/product"]["worth as-stated"][0] is None else BOTH)


BOTH = ["/product/unit_value", "/shipment/unit_price"]


@pytest.mark.parametrize(
    ("value", "price", "status"),
    [
        (euros("1000", basis="purchase-price"), euros("100", **SALE), CLEARED),
        (euros("1000", **COST), euros("100", basis="purchase-price"), REQUIRED),
        (euros("100", **COST), euros("1000", basis="purchase-price"), CLEARED),
        (euros("1000", **COST), euros("100", **SALE), OPEN),
        # Which of the two is meant can not be told: one that says no kind may be of any.
        (euros("1000", basis="purchase-price"), euros("100"), OPEN),
    ],
)
def test_a_reading_takes_one_kind_of_price(value: dict[str, str], price: dict[str, str], status: int) -> None:
    document = sold(value, price)
    for line in document["product"]["materials"]:
        line["unit_value"] = {**line.get("unit_value", euros("1")), "basis": "purchase-price"}
    assert status_of(judged(document, valuation="purchase-price")) == status


def test_two_prices_that_no_rate_joins_ask_for_it() -> None:
    document = sold(euros("1000"), {"amount": "1000", "currency": "CHF"})
    found = [one for one in judged(document).asks_for if one.about == "shipment.rates"]
    assert ["CHF to EUR" in str(one) for one in found] == [True]


@pytest.mark.parametrize(("amount", "status"), [("1", OPEN), ("100", OPEN), ("100.01", CLEARED), ("1000.01", CLEARED)])
def test_a_price_given_beside_the_files_is_not_passed_over(amount: str, status: int, tmp_path: Path) -> None:
    product = tmp_path / "magnet.json"
    product.write_text(json.dumps({**sold(euros("1000"), None), "shipment": None}), encoding="utf-8")
    args = ["check", str(product), "--shipment", str(LINE / "shipment.json"), "--on", str(DAY)]
    args += ["--confirm-status", str(LINE / "status-lapsed.yaml"), "--record", str(tmp_path / "record.json")]
    args += [part for name, option in READINGS.items() for part in ("--reading", f"{name}={option}")]
    ran = run([*args, "--set", f"unit_price.amount={amount}", "--set", "unit_price.currency=EUR"])
    assert ran.status == status, ran.out + ran.err
    files = (str(product), str(LINE / "shipment.json"), str(LINE / "status-lapsed.yaml"))
    verified = run(["verify", str(tmp_path / "record.json"), *files])
    assert (verified.status, verified.err) == (0, "")


@pytest.mark.parametrize("declared", [{}, {"rare_earths": "none"}])
def test_the_quick_way_sees_two_prices_too(declared: dict[str, str]) -> None:
    """Also where nothing but the product says anything, and where only amounts differ from a document before."""
    way = Documents(PACK, on=DAY, readings=READINGS, confirmations=LAPSED)
    seen = []
    for number, amount in enumerate(("2", "2", "1", "5", "1", "2", "1")):
        document = sold(euros(amount, **SALE), euros("1", **SALE))
        if declared:
            shipment = document["shipment"]
            document = {"format": "rare-earth-bom/1", "product": {"form": "component", **declared}, "shipment": shipment}
            document["product"] |= {"part_number": f"P-{number}", "unit_value": euros(amount, **SALE)}
        data = json.dumps(document, separators=(",", ":")).encode()
        quick = way.quickly(data, "x.json")
        slow = judged(document)
        assert quick is None or (quick.answer, quick.conflicts) == (slow.answer, slow.conflicts)
        assert bool(slow.conflicts) is (amount != "1")
        seen.append(quick is not None)
    assert any(seen)
