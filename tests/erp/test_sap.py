"""A material read from the SAP services of a mock server and judged; what a long read meets on a bad day is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rare_earth_compliance import Refused
from tests.erp import sap_data, sap_server
from tests.erp.judging import asks, judged
from tests.erp.nesting import adapter, document
from tests.erp.products import ON, documents
from tests.running import EXAMPLES

pytestmark = pytest.mark.erp
PLANT = sap_data.PLANT


class Service:
    """The adapter on a running mock SAP, whose gateway does as ``faults`` says."""

    def __init__(self, rows: ModuleType, home: Path, address: str, faults: sap_server.Faults) -> None:
        self.rows, self.home, self.address, self.faults = rows, home, address, faults

    def read(self, material: str, on: date = ON, **more: Any) -> Any:
        """The result for a material of the plant."""
        return self.rows.read_material(self.rows.Sap(self.address), material, PLANT, on, **more)


@pytest.fixture(scope="module")
def running(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The mock server and its gateway."""
    assert pytestconfig.cache is not None
    home = sap_server.installed(pytestconfig.cache.mkdir("erp"))
    with sap_server.serving(home, tmp_path_factory.mktemp("sap")) as (address, faults):
        yield Service(adapter("erp-sap", "sap_rows"), home, address, faults)


@pytest.fixture
def sap(running: Service) -> Service:
    """The running service with no fault switched on."""
    for one in fields(sap_server.Faults):
        setattr(running.faults, one.name, one.default)
    return running


def row(parent: str | None, child: str, name: str, **more: str | None) -> dict[str, str | None]:
    """A row as the adapter gives it but its position; unknown where nothing is said."""
    first = ("quantity", "base_quantity", "unit", "price", "price_unit", "currency", "origin", "made_in", "hs_code", "phantom")
    own = {"item_unit": "pcs", "unit": None if parent is None else "pcs"}
    return {"parent": parent, "child": child, "name": name} | dict.fromkeys(first) | own | more


def placed(rows: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    """The rows without their positions, which tell lines of one list apart."""
    positions = [(line["parent"], line["position"]) for line in rows]
    assert len(set(positions)) == len(rows)
    assert [position for parent, position in positions if position is None or parent is None] == [None]
    return [{key: value for key, value in line.items() if key != "position"} for line in rows]


def price(amount: str, per: str) -> dict[str, str]:
    """The fields of a price in euros."""
    return {"price": amount, "price_unit": per, "currency": "EUR"}


def test_the_rows_are_what_the_tables_say(sap: Service) -> None:
    found = sap.read("ARM-SO101")
    hundred, one = {"base_quantity": "100.000"}, {"quantity": "1.000", "base_quantity": "1.000"}
    each = {"quantity": "100.000"} | hundred
    arm, servo = "ARM-SO101", "SERVO-STS3215"
    copper = {"quantity": "4.125", "base_quantity": "1.000", "unit": "g", "item_unit": "kg", "origin": "DE"}
    expected = [
        row(None, arm, "robot arm, follower", origin="DE"),
        row(arm, servo, "servo, gear 1/345", quantity="600.000", **hundred, **price("12.2000", "1 pcs"), origin="CN"),
        row(arm, "BOARD", "motor control board", **each, **price("11.4000", "1 pcs"), origin="CN"),
        row(arm, "USB-CABLE", "USB-C cable", **each, **price("7.0000", "1 pcs")),
        row(arm, "POWER", "power supply", **each, **price("15.7000", "1 pcs"), origin="CN"),
        row(arm, "CLAMP-KIT", "kit of table clamps", **each, phantom="true"),
        row(arm, "PRINTED", "printed parts", **each, unit="set", item_unit="set", origin="DE"),
        row(arm, "GREASE", "bearing grease", **hundred, unit="kg", item_unit="kg"),
        row(arm, "LABEL", "label of the lot", **hundred, **price("0.0200", "1 pcs")),
        row(arm, "ARM-SO101 item 0140", "cable tie", quantity="200.000", **hundred, item_unit=None),
        row(
            "CLAMP-KIT",
            "CLAMP",
            "table clamp",
            quantity="2.000",
            base_quantity="1.000",
            **price("4.0000", "1 pcs"),
            origin="DE",
        ),
        row(servo, "ROTOR-MAGNET", "rotor magnet", **one, **price("125.5000", "1000 pcs"), origin="CN"),
        row(servo, "GEAR-CASE", "gears and case", **one, unit="set", item_unit="set", **price("3.1000", "1 set"), origin="CN"),
        row(servo, "COPPER", "winding wire", **copper, **price("1120.0000", "100 kg")),
    ]
    assert placed(found.rows) == expected


def test_what_is_left_out_is_counted(sap: Service) -> None:
    assert sap.read("ARM-SO101").notes == [
        "ARM-SO101: its valuation holds no price; taken as unknown, not as 0",
        "ARM-SO101: 1 row(s) left out, deleted",
        "ARM-SO101: 2 row(s) left out, not valid on 2026-11-23",
        "ARM-SO101: 1 row(s) left out, text",
        "ARM-SO101: 1 row(s) left out, by-product: its material is charged to the product",
        "CLAMP-KIT: its valuation holds no price; taken as unknown, not as 0",
        "ARM-SO101, item 0050: CLAMP-KIT is a phantom; its parts are kept below it",
        "PRINTED: its valuation holds no price; taken as unknown, not as 0",
        "ARM-SO101, item 0100: scrap is not in the product; the quantity is without it",
        "GREASE: its valuation holds no price; taken as unknown, not as 0",
        "ARM-SO101, item 0120: 0 without a unit is no quantity; taken as unknown",
        "ARM-SO101, item 0130: a fixed quantity for an order of any size; taken as unknown",
        "SERVO-STS3215: 1 bill(s) deleted or not valid on 2026-11-23, left out",
    ]


@pytest.mark.parametrize(
    ("on", "valid"),
    [
        (date(2026, 11, 22), {"SERVO-STS3215", "SERVO-OLD"}),
        (date(2026, 11, 23), {"SERVO-STS3215"}),
        (date(2026, 11, 24), {"SERVO-STS3215", "SERVO-NEXT"}),
    ],
)
def test_first_and_last_day_of_a_row_count(sap: Service, on: date, valid: set[str]) -> None:
    api = sap.rows.Sap(sap.address)
    items = api.all_of(sap.rows.BOMS, "MaterialBOMItem", Material="ARM-SO101", Plant=PLANT)
    reading = sap.rows._Reading(api, PLANT, on, {})
    assert len(items) == 14
    kept = {item["BillOfMaterialComponent"] for item in items if not reading._left_out(item)}
    assert {component for component in kept if component.startswith("SERVO")} == valid


def test_the_documents_of_the_example_come_from_the_services(sap: Service) -> None:
    made = documents("erp-sap", sap.read("ARM-SO101").rows)
    assert set(made) == {"from-erp.json", "with-declarations.json"}
    for name, data in made.items():
        assert data == (EXAMPLES / "erp-sap" / name).read_bytes(), name


def test_what_the_erp_knows_is_not_enough(sap: Service) -> None:
    made = documents("erp-sap", sap.read("ARM-SO101").rows)
    bare, more = judged("erp-sap", made["from-erp.json"]), judged("erp-sap", made["with-declarations.json"])
    assert (bare.answer.value, bare.coverage.read, bare.coverage.judged) == ("undetermined", 14, 14)
    assert asks(bare) == {
        "status": {"suspension-70"},
        "reading": {"alloys-with-others-61", "embedded-items", "start-after-suspension", "aggregation"},
        "fact": {
            *("item.contents", "item.consists_of", "item.contains", "item.family", "item.form", "item.processing"),
            *("item.made_in", "item.technology", "item.origin", "item.unit_value"),
        },
    }
    # With the declarations no fact is missing: what is left are words and the state of the law.
    assert more.answer.value == "undetermined"
    assert asks(more) == {
        "status": {"suspension-70"},
        "reading": {"embedded-items", "part-2-reaches", "start-after-suspension", "upstream-technology"},
    }


def test_price_unit_1000_and_base_quantity_100_come_out_exactly(sap: Service) -> None:
    more = judged("erp-sap", documents("erp-sap", sap.read("ARM-SO101").rows)["with-declarations.json"])
    shares = {level.label.split(" (")[0]: level.share for level in more.tree if level.share is not None}
    found = {
        label: (str(share.content.low), str(share.content.high), str(share.value.low), str(share.value.high))
        for label, share in shares.items()
        if share.value is not None
    }
    assert found == {
        # A magnet costs 125.50 EUR per 1,000; an arm has 600 / 100 servos; the price of the arm is that of the shipment.
        "ROTOR-MAGNET": ("19/5000", "77/10000", "251/2000", "251/2000"),
        "SERVO-STS3215": ("19/5000", "77/10000", "61/5", "61/5"),
        "ARM-SO101": ("57/2500", "231/5000", "1243/10", "1243/10"),
    }


def test_a_second_client_reads_the_same_texts(sap: Service) -> None:
    """pyodata, an independent client, finds the services' metadata good and the same decimals, as text or exactly."""
    program = """
import json, sys, requests, pyodata
client = pyodata.Client(sys.argv[1] + "/API_PRODUCT_SRV", requests.Session())
found = client.entity_sets.A_ProductValuation.get_entities().filter("Product eq 'ROTOR-MAGNET'").execute()
print(json.dumps([[str(one.MovingAveragePrice), str(one.PriceUnitQty), one.Currency] for one in found]))
"""
    command = [str(sap.home / "venv/bin/python"), "-c", program, sap.address]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == [["125.5000", "1000", "EUR"]]


def test_every_page_is_read(sap: Service) -> None:
    found = sap.read("LONG")
    assert sap_data.LONG > 2 * sap_server.PAGE
    assert [line["quantity"] for line in found.rows[1:]] == [f"{number}.000" for number in range(1, sap_data.LONG + 1)]


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "the first page does not name the second": (
        {"loses_next": True},
        "25 records came, the server counts 60: a page is missing",
    ),
    "the second page is the first again": ({"repeats_page": True}, "the same record came twice"),
    "the pages go round": ({"circles": True}, "the pages go round in a circle|the same record came twice"),
    "the next page is elsewhere": ({"leads_away": True}, "the next page is on another host: 127.0.0.2"),
    "no count is given": ({"no_count": True}, "records came, the server counts nothing"),
    **{f"error 500 after {n} requests": ({"fails_after": n}, "500") for n in range(0, 40, 2)},
    **{f"connection lost after {n} requests": ({"cuts_after": n}, "IncompleteRead") for n in range(0, 40, 2)},
    **{f"half an answer after {n} requests": ({"halves_after": n}, "JSONDecodeError") for n in range(0, 40, 2)},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_read_gives_no_rows(sap: Service, fault: str) -> None:
    """At whatever request it breaks: refused, never a short bill."""
    switched, words = FAULTS[fault]
    for name, value in switched.items():
        setattr(sap.faults, name, value)
    with pytest.raises(sap.rows.CannotReadError, match=words):
        sap.read("LONG" if "page" in fault else "ARM-SO101")


REFUSED = {
    "NOT-THERE": "material 'NOT-THERE' does not exist",
    "RING-A": "the structure is recursive: RING-A > RING-B > RING-A",
    "SELF": "the structure is recursive: SELF > SELF",
    "TWO": "TWO: 2 valid bills, variants 01, 02: say which",
    "NO-BASE": r"NO-BASE: base quantity 0.000 pcs, expected more than 0 pcs",
    "CLASS": "CLASS, item 0010: a class item",
    "SIZED": "SIZED, item 0010: a variable size item",
    "ODD-UNIT": "ODD-UNIT: unit 'XYZ' is not known here",
    "GONE": "NOWHERE: a bill uses this material, but it can not be read",
}


@pytest.mark.parametrize("material", REFUSED)
def test_what_can_not_be_understood_is_refused(sap: Service, material: str) -> None:
    with pytest.raises(sap.rows.CannotReadError, match=REFUSED[material]):
        sap.read(material)


def test_a_variant_is_chosen_by_name(sap: Service) -> None:
    assert [line["child"] for line in sap.read("TWO", variants={"TWO": "02"}).rows] == ["TWO", "BOARD"]
    with pytest.raises(sap.rows.CannotReadError, match="TWO: no valid bill is variant 03"):
        sap.read("TWO", variants={"TWO": "03"})


def test_alternatives_are_all_counted(sap: Service) -> None:
    found = sap.read("EITHER")
    assert [line["child"] for line in found.rows] == ["EITHER", "CLAMP", "BOARD"]
    assert "EITHER: has alternative items; all of them are counted" in found.notes


def test_a_bill_that_ended_leaves_the_inside_unknown(sap: Service) -> None:
    found = sap.read("ENDED")
    assert [line["child"] for line in found.rows] == ["ENDED"]
    assert "ENDED: no bill valid on 2026-11-23, what is inside it is unknown" in found.notes
    result = judged("erp-sap", document(found.rows, {}, "its only bill ended"))
    assert result.answer.value == "undetermined"
    assert "item.contains" in asks(result)["fact"]


def test_a_quantity_of_0_with_a_unit_is_not_dropped(sap: Service) -> None:
    found = sap.read("NOUGHT").rows
    assert [(line["child"], line["quantity"], line["unit"]) for line in found[1:]] == [("CLAMP", "0.000", "pcs")]
    with pytest.raises(Refused) as refused:
        document(found, {}, "a row of nothing")
    assert [(str(problem.place), problem.message.split(",")[0]) for problem in refused.value.problems] == [
        ("erp:2: quantity", "found 0")
    ]


def test_a_phantom_without_parts_is_refused(sap: Service) -> None:
    found = sap.read("HOLLOW").rows
    with pytest.raises(Refused, match="the kit 'BOARD' has no rows below it"):
        document(found, {}, "a kit that hides its parts")


def test_an_apostrophe_stays_inside_the_name(sap: Service) -> None:
    """The mock server can not read a doubled apostrophe and hangs up; that it was doubled stands in the refusal."""
    with pytest.raises(sap.rows.CannotReadError, match=r"^A_Product where Product eq 'X'' or Product ne ''': "):
        sap.read("X' or Product ne '")


def test_the_program_prints_the_rows(sap: Service, tmp_path: Path) -> None:
    program = [sys.executable, str(EXAMPLES / "erp-sap" / "sap_rows.py"), sap.address]
    done = subprocess.run(
        [*program, "ARM-SO101", PLANT, "2026-11-23"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert json.loads(done.stdout) == sap.read("ARM-SO101").rows
    assert "ARM-SO101: 1 row(s) left out, deleted" in done.stderr
    sap.faults.fails_after, sap.faults.served = 30, 0
    failed = subprocess.run(
        [*program, "ARM-SO101", PLANT, "2026-11-23"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("not read: ")
