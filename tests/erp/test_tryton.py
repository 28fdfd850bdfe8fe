"""A product entered into a real Tryton, read back over HTTP, and judged: whole rows, whole documents, whole answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rare_earth_compliance import Refused
from tests.erp import tryton_data, tryton_server
from tests.erp.judging import asks, judged
from tests.erp.nesting import document
from tests.erp.products import documents, filled_tryton
from tests.running import EXAMPLES

pytestmark = pytest.mark.erp
Served = tuple[ModuleType, Any, tryton_data.Entered, str]


@pytest.fixture(scope="module")
def served(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A running Tryton with the actuator in it."""
    assert pytestconfig.cache is not None
    home = tryton_server.installed(pytestconfig.cache.mkdir("erp"))
    with filled_tryton(home, tmp_path_factory.mktemp("tryton")) as found:
        yield found


@pytest.fixture(scope="module")
def read(served: Served) -> Any:
    """The actuator as the adapter read it, before any test adds to the server."""
    rows, session, *_ = served
    return rows.read_product(session, "MODULE")


def by_child(rows: list[dict[str, str | None]]) -> dict[str | None, dict[str, str | None]]:
    """Rows by what they are about; each stands once in the actuator."""
    found = {line["child"]: line for line in placed(rows)}
    assert len(found) == len(rows)
    return found


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


def test_the_rows_are_what_was_entered(read: Any) -> None:
    found = read
    by = by_child(found.rows)
    assert next(iter(by)) == "MODULE"
    assert len(by) == 17
    one = {"quantity": "1.0", "base_quantity": "1.0"}
    assert by["MODULE"] == row(None, "MODULE", "actuator module", origin="DE", hs_code="85011099")
    assert by["CORE"] == row("MODULE", "CORE", "core of the module", **one)
    assert by["MOTOR"] == row("CORE", "MOTOR", "outrunner motor", **one, **_price("60"), origin="CN", hs_code="85013100")
    magnets = {"quantity": "48.0", "base_quantity": "2.0", "origin": "CN", "hs_code": "85051110"}
    assert by["MAGNET"] == row("MOTOR", "MAGNET", "rotor magnet", **magnets, **_price("0.05"))
    # The line is in grams and in centimetres, the price per kilogram and per metre.
    copper = {"quantity": "36.5", "base_quantity": "2.0", "unit": "g", "item_unit": "kg", "origin": "DE"}
    assert by["COPPER"] == row("MOTOR", "COPPER", "winding wire", **copper, **_price("11.2", "1 kg"))
    wire = {"quantity": "90.1", "base_quantity": "1.0", "unit": "cm", "item_unit": "m", "origin": "DE"}
    assert by["WIRE"] == row("MODULE", "WIRE", "phase wire", **wire, **_price("1.1", "1 m"))
    # A phantom bill is a line without a product; what is in it is not lost.
    assert by["phantom 1"] == row("CORE", "phantom 1", "fasteners", **one, item_unit=None, phantom="true")
    assert by["WASHER"] == row("phantom 1", "WASHER", "washer M2.5", quantity="2.0", base_quantity="1.0", **_price("0.01"))
    assert all(value is None or isinstance(value, str) for line in found.rows for value in line.values())
    assert sorted(found.notes) == [
        "CORE: 1 inactive bill(s) left out",
        "CORE: cost 0 is what Tryton sends when none was entered; taken as unknown",
        "MODULE: cost 0 is what Tryton sends when none was entered; taken as unknown",
    ]


def _price(amount: str, per: str = "1 pcs") -> dict[str, str | None]:
    return {"price": amount, "price_unit": per, "currency": "EUR"}


def test_the_documents_of_the_example_come_from_tryton(read: Any) -> None:
    made = documents("erp-tryton", read.rows)
    assert set(made) == {"from-erp.json", "with-declarations.json"}
    for name, data in made.items():
        assert data == (EXAMPLES / "erp-tryton" / name).read_bytes(), name


def test_what_the_erp_knows_is_not_enough(read: Any) -> None:
    made = documents("erp-tryton", read.rows)
    bare, more = judged("erp-tryton", made["from-erp.json"]), judged("erp-tryton", made["with-declarations.json"])
    assert (bare.answer.value, bare.coverage.read, bare.coverage.judged) == ("undetermined", 17, 17)
    assert asks(bare) == {
        "status": {"suspension-70"},
        "reading": {"alloys-with-others-61", "embedded-items", "start-after-suspension", "aggregation"},
        "fact": {
            *("item.contents", "item.consists_of", "item.contains", "item.family", "item.form", "item.processing"),
            *("item.made_in", "item.technology", "item.origin", "item.unit_value"),
        },
    }
    assert more.answer.value == "undetermined"
    assert asks(more) == {
        "status": {"suspension-70"},
        "reading": {"embedded-items", "part-2-reaches", "start-after-suspension", "upstream-technology", "aggregation"},
        "fact": {"item.processing", "item.unit_value"},
    }


def test_a_cost_of_0_is_asked_for_and_not_divided_by(read: Any) -> None:
    made = documents("erp-tryton", read.rows)
    bare, more = judged("erp-tryton", made["from-erp.json"]), judged("erp-tryton", made["with-declarations.json"])

    def worth(found: Any) -> list[str]:
        return [one.label for ask in found.asks_for if ask.about == "item.unit_value" for one in ask.subjects]

    assert worth(bare) == ["CORE (core of the module)", "phantom 1 (fasteners)"]
    assert worth(more) == ["CORE (core of the module)", "Dy metal"]
    shares = {level.label: level.share for level in more.tree if level.share is not None}
    assert shares["CORE (core of the module)"].value is None
    # 24 magnets of 48 for two motors, with 0.0006 .. 0.0012 EUR of dysprosium each.
    assert shares["MOTOR (outrunner motor)"].content == shares["MODULE (actuator module)"].content
    assert [
        str(bound) for bound in (shares["MOTOR (outrunner motor)"].content.low, shares["MOTOR (outrunner motor)"].content.high)
    ] == [
        "9/625",
        "18/625",
    ]


def test_origin_of_the_part_is_not_origin_of_the_material(read: Any) -> None:
    """Parts of German origin all over, and the dysprosium in the magnet is still asked for; so is where it was made."""
    found = [line | {"origin": "DE"} for line in read.rows]
    declared = json.loads((EXAMPLES / "erp-tryton" / "declared.json").read_text(encoding="utf-8"))
    del declared["MAGNET"]["made_in"]
    for substance in declared["MAGNET"]["composition"]:
        substance.pop("origin", None)
    result = judged("erp-tryton", document(found, declared, "all of it of German origin"))
    asked = {ask.about: [one.label for one in ask.subjects] for ask in result.asks_for if ask.kind == "fact"}
    assert result.answer.value == "undetermined"
    assert asked["item.origin"] == ["Dy metal"]
    assert asked["item.made_in"] == ["MAGNET (rotor magnet)"]


def test_without_a_company_no_price_is_known(served: Served, read: Any) -> None:
    """Tryton sends null, which is unknown: the document then holds no price, and no 0."""
    rows, session, entered, address = served
    entered.create("res.user", login="clerk", name="clerk", password="only-for-the-tests-too")  # noqa: S106  # of this server
    [clerk] = session.model("res.user", "search", [["login", "=", "clerk"]], 0, None, None)
    groups = session.model("res.group", "search", [], 0, None, None)
    outside = {"groups": [["add", groups]], "company": None, "companies": [["remove", session.context["companies"]]]}
    session.model("res.user", "write", [clerk], outside)
    other = rows.Tryton(address, tryton_server.DATABASE, "clerk", "only-for-the-tests-too")
    assert other.context.get("company") is None
    found = rows.read_product(other, "MODULE")
    assert found.notes[0] == "the user has no company: Tryton sends no prices, all prices are unknown"
    assert {(line["price"], line["price_unit"], line["currency"]) for line in found.rows} == {(None, None, None)}
    assert [line | _price("") for line in found.rows] == [line | _price("") for line in read.rows]
    assert b"unit_value" not in document(found.rows, {}, "no prices")


def test_numbers_keep_their_digits(served: Served) -> None:
    """Quantities travel as floats, prices as decimals; both come through as the text that was sent."""
    rows, session, entered, _ = served
    entered.product("GRAIN", "grain of powder", "0.1234", unit="kg")
    entered.product("MIX", "mix", "1", unit="kg")
    entered.tryton.model("product.uom", "write", [entered.units["kg"]], {"digits": 12, "rounding": 1e-12})
    entered.bill("MIX", 1.0, ("GRAIN", 0.000000000001, "kg"), ("GRAIN", 0.1, "kg"), ("GRAIN", 123456789.123, "kg"))
    lines = rows.read_product(session, "MIX").rows[1:]
    assert [line["quantity"] for line in lines] == ["0.000000000001", "0.1", "123456789.123"]
    assert [line["price"] for line in lines] == ["0.1234"] * 3


def test_only_inactive_bills_leave_the_inside_unknown(served: Served) -> None:
    rows, session, entered, _ = served
    entered.product("OLD", "old assembly", "5")
    entered.bill("OLD", 1.0, ("MAGNET", 1.0, "u"), active=False)
    found = rows.read_product(session, "OLD")
    assert (len(found.rows), found.notes) == (
        1,
        ["OLD: 1 inactive bill(s) left out", "OLD: no active bill, what is inside it is unknown"],
    )
    result = judged("erp-tryton", document(found.rows, {}, "an assembly with an old bill"))
    assert result.answer.value == "undetermined"
    assert "item.contains" in asks(result)["fact"]


def test_by_products_second_bills_and_tariff_codes_are_told(served: Served) -> None:
    rows, session, entered, _ = served
    for code in ("RICH", "OFFCUT"):
        entered.product(code, code.lower(), "5", hs_code="8505.19.00" if code == "RICH" else "")
    bill = entered.bill("RICH", 4.0, ("MAGNET", 1.0, "u"), name="first")
    entered.create("production.bom.output", bom=bill, product=entered.products["OFFCUT"], quantity=1.0, unit=entered.units["u"])
    entered.bill("RICH", 1.0, ("BELL", 1.0, "u"), name="second")
    [record] = session.read("product.product", [entered.products["RICH"]], "template")
    second = entered.create("customs.tariff.code", code="8505.90.20")
    entered.create("product-customs.tariff.code", product=f"product.template,{record['template']}", tariff_code=second)
    found = rows.read_product(session, "RICH")
    assert [(line["child"], line["base_quantity"], line["hs_code"]) for line in found.rows] == [
        ("RICH", None, None),
        ("MAGNET", "4.0", "85051110"),
    ]
    assert found.notes == [
        "RICH: 2 tariff codes, none taken",
        "RICH: 2 active bills, taken: first",
        "RICH: 1 by-product(s); all the material is charged to RICH",
    ]


def test_what_can_not_be_read_whole_is_refused(served: Served) -> None:
    rows, session, entered, address = served
    entered.product("TWIN", "first of the name", "1")
    entered.product("TWIN-HOLDER", "holder", "1")
    first = entered.products["TWIN"]
    session.model("product.product", "write", [first], {"active": False})  # only then is its code free again
    entered.product("TWIN", "second of the name", "2")
    lines = [{"product": one, "quantity": 1.0, "unit": entered.units["u"]} for one in (first, entered.products["TWIN"])]
    made = [{"product": entered.products["TWIN-HOLDER"], "quantity": 1.0, "unit": entered.units["u"]}]
    bill = entered.create("production.bom", name="twins", outputs=[["create", made]], inputs=[["create", lines]])
    entered.create("product.product-production.bom", product=entered.products["TWIN-HOLDER"], bom=bill)
    entered.product("TIMED", "sold by the hour", "1", unit="h")
    entered.product("WEIGHED", "kept by the kilogram", "1", unit="kg")
    output = [{"product": entered.products["WEIGHED"], "quantity": 500.0, "unit": entered.units["g"]}]
    bill = entered.create("production.bom", name="weighed", outputs=[["create", output]], inputs=[["create", lines[:1]]])
    entered.create("product.product-production.bom", product=entered.products["WEIGHED"], bom=bill)
    refusals = {
        "WEIGHED": "its bill counts the output in another unit than the product",
        "TWIN-HOLDER": "two products have the code 'TWIN'",
        "NOT-THERE": "0 found, expected one",
        "TIMED": "unit 'h' is not known here",
    }
    for code, words in refusals.items():
        with pytest.raises(rows.CannotReadError, match=words):
            rows.read_product(session, code)
    with pytest.raises(rows.CannotReadError, match=r"999999.*don.*t exist"):
        session.read("product.product", [first, 999_999], "code")
    with pytest.raises(rows.CannotReadError, match=r"common\.db\.login"):
        rows.Tryton(address, tryton_server.DATABASE, "admin", "wrong")
    with pytest.raises(rows.CannotReadError, match=r"common\.db\.login"):
        rows.Tryton("http://127.0.0.1:9", tryton_server.DATABASE, "admin", "x", seconds=2)


def test_a_ring_that_tryton_took_is_refused(served: Served) -> None:
    """Tryton looks for rings when a product is saved, not when a bill is linked to it over RPC."""
    rows, session, entered, _ = served
    for code in ("RING-A", "RING-B", "RING-C"):
        entered.product(code, "link of a chain", "3")
    entered.bill("RING-A", 1.0, ("RING-B", 1.0, "u"), ("MAGNET", 1.0, "u"))
    entered.bill("RING-B", 1.0, ("RING-C", 1.0, "u"))
    entered.bill("RING-C", 1.0, ("RING-B", 1.0, "u"))
    with pytest.raises(rows.CannotReadError, match=r"^the bill is a ring: RING-A > RING-B > RING-C > RING-B$"):
        rows.read_product(session, "RING-A")


def test_a_line_of_0_is_not_dropped(served: Served) -> None:
    rows, session, entered, _ = served
    entered.product("NOUGHT", "assembly with an empty line", "3")
    entered.bill("NOUGHT", 1.0, ("MAGNET", 0.0, "u"))
    found = rows.read_product(session, "NOUGHT").rows
    assert [(line["child"], line["quantity"], line["unit"]) for line in found[1:]] == [("MAGNET", "0.0", "pcs")]
    with pytest.raises(Refused) as refused:
        document(found, {}, "a line of nothing")
    assert [(str(problem.place), problem.message.split(",")[0]) for problem in refused.value.problems] == [
        ("erp:2: quantity", "found 0")
    ]


def test_the_program_prints_the_rows(served: Served, read: Any, tmp_path: Path) -> None:
    address = served[3]
    program = EXAMPLES / "erp-tryton" / "tryton_rows.py"
    command = [sys.executable, str(program), address, tryton_server.DATABASE, "admin"]
    environment = os.environ | {"TRYTON_PASSWORD": tryton_server.PASSWORD}
    done = subprocess.run([*command, "MODULE"], capture_output=True, text=True, env=environment, cwd=tmp_path, check=True)
    assert json.loads(done.stdout) == read.rows
    assert "CORE: 1 inactive bill(s) left out" in done.stderr
    failed = subprocess.run([*command, "NOT-THERE"], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.strip() == "not read: product 'NOT-THERE': 0 found, expected one"
