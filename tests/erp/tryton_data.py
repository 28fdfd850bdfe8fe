"""The torque-controlled actuator of examples/robot-actuator, entered into a Tryton through its own door.

Knows the traps that real databases hold: a cost of 0, a bill per two motors, units that differ between price and
line, a switched-off bill, a kit that is a phantom bill. Numbers of parts are published; prices and lengths are assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def decimal(text: str) -> dict[str, str]:
    """A number as Tryton wants it over the wire."""
    return {"__class__": "Decimal", "decimal": text}


@dataclass
class Entered:
    """An open session that enters records; ids of products and bills by code."""

    tryton: Any
    units: dict[str, int] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    bills: dict[str, int] = field(default_factory=dict)

    def create(self, model: str, **values: Any) -> int:
        """One new record."""
        [made] = self.tryton.model(model, "create", [values])
        return int(made)

    def product(self, code: str, name: str, price: str | None, unit: str = "u", origin: str = "", hs_code: str = "") -> None:
        """A product with its template, cost, country of origin and tariff code."""
        values: dict[str, Any] = {"name": name, "type": "goods", "default_uom": self.units[unit], "producible": True}
        if origin:
            values["country_of_origin"] = self.countries[origin]
        if hs_code:
            tariff = self.create("customs.tariff.code", code=hs_code)
            values["tariff_codes"] = [["create", [{"tariff_code": tariff}]]]
        cost = {} if price is None else {"cost_price": decimal(price)}
        values["products"] = [["create", [{"suffix_code": code} | cost]]]
        template = self.create("product.template", **values)
        [made] = self.tryton.model("product.product", "search", [["template", "=", template]], 0, None, None)
        self.products[code] = made

    def bill(self, code: str, output: float, *lines: tuple[str, float, str], active: bool = True, name: str = "") -> int:
        """A bill that makes ``output`` of ``code``; a line whose code is a phantom bill uses that."""
        made = [{"product": self.products[code], "quantity": output, "unit": self._unit_of(code)}]
        values = {"outputs": [["create", made]], "inputs": [["create", [self._line(*line) for line in lines]]]}
        bill = self.create("production.bom", name=name or code, **values)
        self.create("product.product-production.bom", product=self.products[code], bom=bill)
        if not active:
            self.tryton.model("production.bom", "write", [bill], {"active": False})
        return bill

    def kit(self, name: str, *lines: tuple[str, float, str]) -> None:
        """A phantom bill: a list that other bills use, and no product."""
        values = {"phantom": True, "phantom_unit": self.units["u"], "phantom_quantity": 1.0}
        inputs = [["create", [self._line(*line) for line in lines]]]
        self.bills[name] = self.create("production.bom", name=name, inputs=inputs, **values)

    def _line(self, code: str, quantity: float, unit: str) -> dict[str, Any]:
        what = {"phantom_bom": self.bills[code]} if code in self.bills else {"product": self.products[code]}
        return what | {"quantity": quantity, "unit": self.units[unit]}

    def _unit_of(self, code: str) -> int:
        [record] = self.tryton.read("product.product", [self.products[code]], "default_uom")
        return int(record["default_uom"])


def company(tryton: Any) -> None:
    """A company in euros, and the administrator in it."""
    entered = Entered(tryton)
    values = {"name": "Euro", "code": "EUR", "numeric_code": "978", "symbol": "€", "rounding": decimal("0.01"), "digits": 2}
    currency = entered.create("currency.currency", **values)
    maker = entered.create("company.company", party=entered.create("party.party", name="Maker"), currency=currency)
    tryton.model("res.user", "write", [1], {"companies": [["add", [maker]]], "company": maker})


def actuator(tryton: Any) -> Entered:
    """The actuator with all its parts. ``tryton`` is a session of a user with a company."""
    entered = Entered(tryton)
    records = tryton.model("product.uom", "search_read", [], 0, None, None, ["symbol"])
    entered.units = {unit["symbol"]: unit["id"] for unit in records}
    for code, name in (("CN", "China"), ("DE", "Germany"), ("JP", "Japan")):
        entered.countries[code] = entered.create("country.country", name=name, code=code)
    product = entered.product
    product("MODULE", "actuator module", "0", origin="DE", hs_code="8501.10.99")
    product("CORE", "core of the module", None)
    product("SHELL", "printed shell", "9.5", origin="DE")
    product("MOTOR", "outrunner motor", "60", origin="CN", hs_code="8501.31.00")
    product("MAGNET", "rotor magnet", "0.05", origin="CN", hs_code="8505.11.10")
    product("BELL", "bell and stator", "21.35", origin="CN")
    product("COPPER", "winding wire", "11.2", unit="kg", origin="DE")
    product("ENCODER", "optical encoder", "38.7", origin="JP")
    product("BELT-150", "timing belt, first stage", "7.2", origin="DE")
    product("BELT-201", "timing belt, second stage", "8.1", origin="DE")
    product("BEARING-32", "bearing of the output shaft", "6.4", origin="JP")
    product("BEARING-8", "bearing of motor and centre shaft", "2.15", origin="JP")
    product("BEARING-7", "bearing of the belt tensioner", "1.9", origin="JP")
    product("SCREW-M3", "screw M3", "0.04")
    product("WASHER", "washer M2.5", "0.01")
    product("WIRE", "phase wire", "1.1", unit="m", origin="DE")
    entered.kit("fasteners", ("SCREW-M3", 8.0, "u"), ("WASHER", 2.0, "u"))
    entered.bill("MOTOR", 2.0, ("MAGNET", 48.0, "u"), ("BELL", 2.0, "u"), ("COPPER", 36.5, "g"))
    core = (("MOTOR", 1.0, "u"), ("ENCODER", 1.0, "u"), ("BELT-150", 1.0, "u"), ("BELT-201", 1.0, "u"))
    bearings = (("BEARING-32", 2.0, "u"), ("BEARING-8", 3.0, "u"), ("BEARING-7", 2.0, "u"))
    entered.bill("CORE", 1.0, ("SHELL", 1.0, "u"), active=False, name="core of last year")
    entered.bill("CORE", 1.0, *core, *bearings, ("fasteners", 1.0, "u"))
    entered.bill("MODULE", 1.0, ("CORE", 1.0, "u"), ("SHELL", 1.0, "u"), ("WIRE", 90.1, "cm"))
    return entered
