"""The robot arm of examples/robot-arm-so101 as the tables of an SAP plant, with the traps that such tables hold.

Knows the fields of the services and writes them as mock data. Parts and their prices in euros are published; the
servo's inside, origins and the rest are assumed. Small materials beside the arm hold one defect each.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PLANT = "1010"
LONG = 60
"""Rows of the material LONG: more than one page."""

PRODUCTS: dict[str, tuple[str, str, str, str, str, str, str]] = {
    # material: unit, name, origin, price, price unit, procedure (S standard, V moving average), currency
    "ARM-SO101": ("ST", "robot arm, follower", "DE", "0.0000", "1", "S", "EUR"),
    "SERVO-STS3215": ("ST", "servo, gear 1/345", "CN", "12.2000", "1", "S", "EUR"),
    "ROTOR-MAGNET": ("ST", "rotor magnet", "CN", "125.5000", "1000", "V", "EUR"),
    "GEAR-CASE": ("SET", "gears and case", "CN", "3.1000", "1", "S", "EUR"),
    "COPPER": ("KG", "winding wire", "DE", "1120.0000", "100", "S", "EUR"),
    "BOARD": ("ST", "motor control board", "CN", "11.4000", "1", "S", "EUR"),
    "USB-CABLE": ("ST", "USB-C cable", "", "7.0000", "1", "S", "EUR"),
    "POWER": ("ST", "power supply", "CN", "15.7000", "1", "S", "EUR"),
    "CLAMP-KIT": ("ST", "kit of table clamps", "", "0.0000", "1", "S", "EUR"),
    "CLAMP": ("ST", "table clamp", "DE", "4.0000", "1", "S", "EUR"),
    "PRINTED": ("SET", "printed parts", "DE", "2.5000", "0", "S", "EUR"),
    "GREASE": ("KG", "bearing grease", "", "9.9000", "1", "S", ""),
    "LABEL": ("ST", "label of the lot", "", "0.0200", "1", "S", "EUR"),
}


def milliseconds(day: str) -> str:
    """A day as OData V2 writes it."""
    return f"/Date({int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000})/"


ALWAYS, FOREVER = milliseconds("2020-01-01"), milliseconds("9999-12-31")


class Tables:
    """Bills with their items."""

    def __init__(self) -> None:
        self.bills: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []

    def bill(self, material: str, base: str, *items: dict[str, Any], variant: str = "01", end: str = FOREVER) -> None:
        """A production bill of the material; ``items`` are made by ``item``."""
        key = {"BillOfMaterial": f"B-{material}"[:8], "BillOfMaterialCategory": "M", "BillOfMaterialVariant": variant}
        key |= {"BillOfMaterialVersion": "", "Material": material, "Plant": PLANT}
        header = {"EngineeringChangeDocument": "", "BillOfMaterialVariantUsage": "1", "BillOfMaterialStatus": "01"}
        header |= {"HeaderValidityStartDate": ALWAYS, "HeaderValidityEndDate": end, "IsMarkedForDeletion": False}
        self.bills.append(key | header | {"BOMHeaderBaseUnit": "ST", "BOMHeaderQuantityInBaseUnit": base})
        for number, fields in enumerate(items, 1):
            own = {"BillOfMaterialItemNodeNumber": f"{number:08d}", "BillOfMaterialItemNumber": f"{number * 10:04d}"}
            self.items.append(key | own | fields)


def item(component: str, quantity: str, unit: str = "ST", **more: Any) -> dict[str, Any]:
    """A row of a bill, ordinary unless ``more`` says otherwise."""
    what = {"BillOfMaterialComponent": component, "BillOfMaterialItemQuantity": quantity, "BillOfMaterialItemUnit": unit}
    what |= {"HeaderChangeDocument": "", "BillOfMaterialItemCategory": "L", "ComponentDescription": "", "FixedQuantity": False}
    what |= {"ComponentScrapInPercent": "0.00", "ValidityStartDate": ALWAYS, "ValidityEndDate": FOREVER, "IsDeleted": False}
    return what | {"AlternativeItemGroup": "", "SpecialProcurementType": "", "IsBOMRecursiveAllowed": False} | more


def tables() -> Tables:
    """The arm, and one small material for each defect."""
    made = Tables()
    made.bill(
        "ARM-SO101",
        "100.000",
        item("SERVO-STS3215", "600.000"),
        item("BOARD", "100.000"),
        item("USB-CABLE", "100.000"),
        item("POWER", "100.000"),
        item("CLAMP-KIT", "100.000", SpecialProcurementType="50"),
        item("SCREWDRIVER", "100.000", IsDeleted=True),
        item("SERVO-OLD", "600.000", ValidityEndDate=milliseconds("2026-11-22")),
        item("SERVO-NEXT", "600.000", ValidityStartDate=milliseconds("2026-11-24")),
        item("", "0.000", "", BillOfMaterialItemCategory="T", ComponentDescription="assemble after the drawing"),
        item("PRINTED", "100.000", "SET", ComponentScrapInPercent="5.00"),
        item("SPRUE", "-2.500", "KG"),
        item("GREASE", "0.000", ""),
        item("LABEL", "1.000", FixedQuantity=True),
        item("", "200.000", BillOfMaterialItemCategory="N", ComponentDescription="cable tie"),
    )
    servo = (item("ROTOR-MAGNET", "1.000"), item("GEAR-CASE", "1.000", "SET"), item("COPPER", "4.125", "G"))
    made.bill("SERVO-STS3215", "1.000", *servo)
    made.bill("SERVO-STS3215", "1.000", item("GEAR-CASE", "1.000", "SET"), variant="02", end=milliseconds("2025-12-31"))
    made.bill("CLAMP-KIT", "1.000", item("CLAMP", "2.000"))
    made.bill("RING-A", "1.000", item("RING-B", "1.000"))
    made.bill("RING-B", "1.000", item("RING-A", "1.000"))
    made.bill("SELF", "1.000", item("SELF", "1.000", IsBOMRecursiveAllowed=True))
    made.bill("TWO", "1.000", item("CLAMP", "1.000"))
    made.bill("TWO", "1.000", item("BOARD", "1.000"), variant="02")
    made.bill("ENDED", "1.000", item("CLAMP", "1.000"), end=milliseconds("2025-12-31"))
    made.bill("NO-BASE", "0.000", item("CLAMP", "1.000"))
    made.bill("CLASS", "1.000", item("CLAMP", "1.000", BillOfMaterialItemCategory="K"))
    made.bill("SIZED", "1.000", item("CLAMP", "1.000", BillOfMaterialItemCategory="R"))
    either = [item(part, "1.000", AlternativeItemGroup="A1") for part in ("CLAMP", "BOARD")]
    made.bill("EITHER", "1.000", *either)
    made.bill("ODD-UNIT", "1.000", item("CLAMP", "1.000", "XYZ"))
    made.bill("GONE", "1.000", item("NOWHERE", "1.000"))
    made.bill("HOLLOW", "1.000", item("BOARD", "1.000", SpecialProcurementType="50"))
    made.bill("NOUGHT", "1.000", item("CLAMP", "0.000"))
    made.bill("LONG", "1.000", *(item("CLAMP", f"{number}.000") for number in range(1, LONG + 1)))
    return made


def write(folder: Path) -> None:
    """Mock data of both services beside their metadata, which must lie in ``folder`` already."""
    made = tables()
    plain = sorted({bill["Material"] for bill in made.bills} - set(PRODUCTS))
    products = PRODUCTS | dict.fromkeys(plain, ("ST", "", "", "0.0000", "1", "S", "EUR"))
    sets: dict[str, list[dict[str, Any]]] = {"boms/MaterialBOM": made.bills, "boms/MaterialBOMItem": made.items}
    for code, (unit, name, origin, price, per, procedure, currency) in products.items():
        key = {"Product": code}
        sets.setdefault("products/A_Product", []).append(key | {"BaseUnit": unit, "IsMarkedForDeletion": False})
        sets.setdefault("products/A_ProductDescription", []).append(key | {"Language": "EN", "ProductDescription": name})
        trade = {"Plant": PLANT, "CountryOfOrigin": origin, "RegionOfOrigin": ""}
        sets.setdefault("products/A_ProductPlantIntlTrd", []).append(key | trade)
        value = {"ValuationArea": PLANT, "ValuationType": "", "InventoryValuationProcedure": procedure, "BaseUnit": unit}
        prices = {"StandardPrice": price, "MovingAveragePrice": "0.0000", "PriceDeterminationControl": "2"}
        if procedure == "V":
            prices |= {"StandardPrice": "0.0000", "MovingAveragePrice": price}
        value |= prices | {"PriceUnitQty": per, "Currency": currency}
        sets.setdefault("products/A_ProductValuation", []).append(key | value)
    for name, records in sets.items():
        (folder / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")
