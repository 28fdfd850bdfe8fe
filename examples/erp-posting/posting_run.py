"""A posting run: sales-order lines and rows of bills of materials in, block, release or ask out.

Uses the library alone, as an add-on of an ERP system would. Run it with the day of posting:
python examples/erp-posting/posting_run.py 2026-11-23
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from rare_earth_compliance import (
    Outcome,
    Refused,
    Shipment,
    determine_many,
    load_rules,
    read_rows,
    shipment_of,
    worst_status,
)

HERE = Path(__file__).parent
COLUMNS = {
    "parent": "PARENT",
    "child": "IDNRK",
    "position": "POSNR",
    "quantity": "MENGE",
    "unit": "MEINS",
    "base_quantity": "BMENG",
    "price": "STPRS",
    "price_unit": "PEINH",
    "currency": "WAERS",
    "origin": "HERKL",
    "mass": "NTGEW",
    "mass_unit": "GEWEI",
    "name": "MAKTX",
    "form": "FORM",
    "family": "FAMILY",
    "processing": "PROCESSING",
    "rare_earths": "RARE_EARTHS",
    "complete": "COMPLETE",
    "composition_complete": "COMP_COMPLETE",
    "technologies_complete": "TECH_COMPLETE",
    "supplier_country": "LIFNR_LAND",
}
"""Our name for a column → its name in this export."""
UNITS = {"ST": "pcs", "G": "g"}
DECISIONS = {0: "release", 10: "BLOCK", 11: "ask", 12: "ask", 3: "BLOCK"}
"""By exit status. Only 0 releases; 12 needs no licence, but somebody must see to a duty first."""


def table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file, every value as text."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shipments(orders: list[dict[str, str]]) -> Iterator[Shipment | Refused]:
    """One shipment for each order line; where its data is refused, the refusal in its place."""
    rows, parts = table("bom.csv"), table("compositions.csv")
    for order in orders:
        try:
            found = read_rows(
                rows_of(order["MATNR"], rows, parts),
                product=order["MATNR"],
                columns=COLUMNS,
                ignore=("MATNR",),
                units=UNITS,
                name=f"rows of {order['MATNR']}",
            )
            yield shipment_of(found.product, shipment(order))
        except Refused as refused:
            yield refused


def rows_of(product: str, rows: list[dict[str, str]], parts: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The rows of one product, each with the composition of its item. Expired rows would be left out here.

    STPRS is a cost, no price of sale: were that left out, it and the price of the order would contradict each other.
    """
    made = []
    for row in rows:
        if row["MATNR"] == product:
            composition = [substance(part) for part in parts if part["MATNR"] == row["IDNRK"]]
            made.append({**row, "composition": composition or None, "price_basis": "standard-cost"})
    return made


def substance(part: dict[str, str]) -> dict[str, Any]:
    """One line of a composition in the form of rare-earth-bom/1; what is empty is not known."""
    value = {"amount": part["VALUE"], "currency": part["WAERS"]} if part["VALUE"] else None
    told = {"element": part["ELEMENT"], "mass_fraction": part["FRACTION"], "input_form": part["INPUT_FORM"]}
    return {key: text for key, text in {**told, "origin": part["ORIGIN"]}.items() if text} | {"value": value}


def shipment(order: dict[str, str]) -> dict[str, Any]:
    """What the order says of the shipment. Who the buyer is was screened before: that is an assumption of this example."""
    buyer = {"name": order["SOLD_TO"], "located_in": order["SOLD_TO_LAND"], "military": False, "listed": "none"}
    buyer |= {"listed_owners_share": "0 %", "chinese_person": order["SOLD_TO_LAND"] == "CN"}
    seller = {"name": "plant", "located_in": order["SHIP_FROM"], "chinese_person": order["SHIP_FROM"] == "CN"}
    told: dict[str, Any] = {
        "kind": "goods",
        "movement": "export",
        "exporter": seller,
        "ship_from": order["SHIP_FROM"],
        "destination": order["SOLD_TO_LAND"],
        "importer": buyer,
        "consignee": buyer,
        "end_user": buyer,
        "end_use": {"purposes": [order["PURPOSE"]], "complete": True},
        "quantity": order["KWMENG"],
    }
    if order["NETPR"].strip("0."):  # a price of 0.00 is no price
        told["unit_price"] = {"amount": order["NETPR"], "currency": order["WAERK"], "basis": "sale-price"}
    return told


def shown(order: dict[str, str], outcome: Outcome) -> str:
    """One line of the table."""
    found = outcome.determination
    answer = "data refused" if found is None else found.answer.value
    decision = DECISIONS.get(outcome.status, "BLOCK")
    to = f"{order['SHIP_FROM']} → {order['SOLD_TO_LAND']}"
    return f"{order['VBELN']} {order['POSNR']:>3}  {order['MATNR']:<10} {to}  {decision:<8} {outcome.status:>2}  {answer}"


def reasons(order: dict[str, str], outcome: Outcome) -> Iterator[str]:
    """What keeps a line from being released: problems of the data, duties, questions."""
    found = outcome.determination
    if outcome.status == 0:
        return
    yield f"\n{order['VBELN']} {order['POSNR']} {order['MATNR']}"
    for problem in outcome.problems:
        yield f"  correct: {problem.place}: {problem.message}"
    if found is None:
        return
    for rule in dict.fromkeys(one.rule for one in found.findings if one.status.value == "applies"):
        yield f"  applies: {rule}"
    for duty in found.duties_open:
        yield f"  {'owed' if duty.sure else 'perhaps owed'}: {duty.who}: {duty.owes}"
    for ask in found.asks_for[:4]:
        yield f"  ask {ask.of_whom}: {ask.question}"
    if len(found.asks_for) > 4:
        yield f"  and {len(found.asks_for) - 4} more questions"


def main(day: str) -> int:
    """Judge every order line; the exit status is that of the worst."""
    orders, pack = table("orders.csv"), load_rules()
    outcomes = list(determine_many(shipments(orders), pack, on=date.fromisoformat(day)))
    lines = [f"posting run for {day}"]
    lines += [shown(order, outcome) for order, outcome in zip(orders, outcomes, strict=True)]
    for order, outcome in zip(orders, outcomes, strict=True):
        lines += reasons(order, outcome)
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return worst_status(outcomes)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.stderr.write("usage: posting_run.py DAY, as in 2026-11-23\n")
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
