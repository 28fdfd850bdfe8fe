"""A product of Tryton as flat rows of a bill of materials, read over JSON-RPC.

Knows the models of Tryton 8 (products, production, customs) and the ways in which what it sends is less than it
seems: prices that are null without a company, cost 0 for "never entered", quantities per output of the bill,
floats beside decimals, bills that are switched off, lines that are a phantom bill and no product. Every number
stays the text that came over the wire. Does not know rare earths: what a magnet is made of stands in no ERP, and
the country of origin of a part is not that of the metal in it. Standard library only; whatever can not be read
whole is refused.

    python tryton_rows.py https://erp.example.org DATABASE USER PRODUCT-CODE > rows.json     (password in TRYTON_PASSWORD)
"""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.request
from dataclasses import dataclass, field
from decimal import Decimal
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

Row = dict[str, str | None]

_SAME = ("kg", "g", "lb", "oz", "m", "km", "cm", "mm", "ft", "in", "l")
UNITS = {symbol: symbol for symbol in _SAME} | {"u": "pcs", "m²": "m2", "cm²": "cm2", "m³": "m3", "cm³": "cm3"}
"""Symbols of Tryton's units → units of product data. Symbols can be edited: add your own here."""

LIMIT = 100_000
"""More rows than that are refused: a bill that large is a mistake, or the work of another tool."""


class CannotReadError(Exception):
    """The bill can not be read whole; no rows are handed out."""


@dataclass
class Result:
    """Rows from the top down, the product itself first, and what was left out or not known, for people."""

    rows: list[Row]
    notes: list[str] = field(default_factory=list)


class Tryton:
    """A session with a Tryton server. ``address`` is that of the server, without the database."""

    def __init__(self, address: str, database: str, user: str, password: str, seconds: int = 30) -> None:
        self._url = f"{address.rstrip('/')}/{quote(database)}/rpc/"
        self._seconds, self._session = seconds, ""
        answer = self._call("common.db.login", user, {"password": password})
        self._session = base64.b64encode(f"{user}:{answer[0]}:{answer[1]}".encode()).decode()
        self.context: dict[str, Any] = self.model("res.user", "get_preferences", True, context={})

    def model(self, model: str, method: str, *args: Any, context: dict[str, Any] | None = None) -> Any:
        """Call a method of a model, in the user's own context unless another is given."""
        return self._call(f"model.{model}.{method}", *args, self.context if context is None else context)

    def read(self, model: str, ids: list[int], *names: str) -> list[dict[str, Any]]:
        """Records in the order of ``ids``. Refused when one of them does not come back."""
        found = {record["id"]: record for record in self.model(model, "read", ids, list(names))} if ids else {}
        missing = [str(one) for one in ids if one not in found]
        if missing:
            raise CannotReadError(f"{model}: {len(missing)} of {len(ids)} records did not come back: {', '.join(missing[:5])}")
        return [found[one] for one in ids]

    def _call(self, method: str, *params: Any) -> Any:
        body = json.dumps({"id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310  # the user's server
        if self._session:
            request.add_header("Authorization", f"Session {self._session}")
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as response:  # noqa: S310
                # Numbers stay text: a float would round what the server wrote.
                answer = json.loads(response.read(), parse_float=str, object_hook=_decimal_as_text)
        except (OSError, HTTPException, ValueError) as error:
            raise CannotReadError(f"{method}: {error}") from error
        if "result" not in answer:
            raise CannotReadError(f"{method}: {answer.get('error', answer)}")
        return answer["result"]


def _decimal_as_text(found: dict[str, Any]) -> Any:
    return found["decimal"] if found.get("__class__") == "Decimal" else found


def _plain(number: str) -> str:
    """The same digits without an exponent: 1e-05 is 0.00001."""
    return format(Decimal(number), "f")


def read_product(tryton: Tryton, code: str) -> Result:
    """The product with this code and everything below it that Tryton has a bill for. Raises CannotReadError."""
    ids = tryton.model("product.product", "search", [["code", "=", code]], 0, None, None)
    if len(ids) != 1:
        raise CannotReadError(f"product {code!r}: {len(ids)} found, expected one")
    return _Reading(tryton).all_of(ids[0])


class _Reading:
    """One run: each product and each bill is read once, however often it is used."""

    def __init__(self, tryton: Tryton) -> None:
        self.tryton = tryton
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.symbols: dict[int, str] = {}
        self.codes: dict[str, int] = {}
        self.facts: dict[int, Row] = {}
        company = tryton.context.get("company")
        self.currency: str | None = None
        if company is None:
            self.notes.append("the user has no company: Tryton sends no prices, all prices are unknown")
        else:
            [record] = tryton.read("company.company", [company], "currency")
            self.currency = tryton.read("currency.currency", [record["currency"]], "code")[0]["code"]

    def all_of(self, product: int) -> Result:
        facts = self._product(product)
        self.rows.append({**dict.fromkeys(("parent", "position", "quantity", "base_quantity", "unit")), **facts})
        waiting: list[tuple[int | None, int | None, str, tuple[str, ...]]] = [(product, None, str(facts["child"]), ())]
        done: set[str] = set()
        while waiting:
            product_, phantom, code, above = waiting.pop()
            if code in above:
                raise CannotReadError(f"the bill is a ring: {' > '.join((*above, code))}")
            bill = None if code in done else phantom if product_ is None else self._bill(product_, code)
            done.add(code)
            if bill is None:
                continue
            base = self._base(bill, product_, code)
            [record] = self.tryton.read("production.bom", [bill], "inputs")
            for line in self.tryton.read(
                "production.bom.input", record["inputs"], "product", "phantom_bom", "quantity", "unit"
            ):
                below = self._phantom(line["phantom_bom"]) if line["product"] is None else self._product(line["product"])
                row = {"parent": code, "position": str(line["id"]), "quantity": _plain(line["quantity"]), "base_quantity": base}
                self.rows.append({**row, "unit": self._unit(line["unit"], code), **below})
                if len(self.rows) > LIMIT:
                    raise CannotReadError(f"more than {LIMIT} rows")
                waiting.append((line["product"], line["phantom_bom"], str(below["child"]), (*above, code)))
        return Result(self.rows, self.notes)

    def _bill(self, product: int, code: str) -> int | None:
        """The bill Tryton itself would take: the first that is switched on. None: what is inside is unknown."""
        [record] = self.tryton.read("product.product", [product], "boms")
        links = self.tryton.read("product.product-production.bom", record["boms"], "bom", "sequence")
        bills = self.tryton.read("production.bom", [link["bom"] for link in links], "active", "name")
        active = [bill for bill in bills if bill["active"]]
        if len(active) < len(bills):
            self.notes.append(f"{code}: {len(bills) - len(active)} inactive bill(s) left out")
        if bills and not active:
            self.notes.append(f"{code}: no active bill, what is inside it is unknown")
        if len(active) > 1:
            self.notes.append(f"{code}: {len(active)} active bills, taken: {active[0]['name']}")
        return int(active[0]["id"]) if active else None

    def _base(self, bill: int, product: int | None, code: str) -> str:
        """How many of the product the quantities of its bill make."""
        if product is None:
            return _plain(self.tryton.read("production.bom", [bill], "phantom_quantity")[0]["phantom_quantity"])
        [record] = self.tryton.read("production.bom", [bill], "outputs")
        outputs = self.tryton.read("production.bom.output", record["outputs"], "product", "quantity", "unit")
        own = [output for output in outputs if output["product"] == product]
        if len(own) != 1:
            raise CannotReadError(f"{code}: {len(own)} output lines of its bill are the product itself, expected one")
        if len(outputs) > 1:
            self.notes.append(f"{code}: {len(outputs) - 1} by-product(s); all the material is charged to {code}")
        unit = self.tryton.read("product.product", [product], "default_uom")[0]["default_uom"]
        if own[0]["unit"] != unit:
            raise CannotReadError(f"{code}: its bill counts the output in another unit than the product; use the product's own")
        return _plain(own[0]["quantity"])

    def _product(self, product: int) -> Row:
        if product not in self.facts:
            self.facts[product] = self._read_product(product)
        return dict(self.facts[product])

    def _read_product(self, product: int) -> Row:
        [record] = self.tryton.read("product.product", [product], "code", "name", "template", "default_uom", "cost_price")
        code = record["code"] or f"product {product}"
        if self.codes.setdefault(code, product) != product:
            raise CannotReadError(f"two products have the code {code!r}: their parts would be mixed up")
        customs = self.tryton.read("product.template", [record["template"]], "country_of_origin", "tariff_codes")[0]
        price, unit = self._price(record["cost_price"], code), self._unit(record["default_uom"], code)
        return {
            "child": code,
            "name": record["name"],
            "price": price,
            "price_unit": f"1 {unit}" if price else None,
            "currency": self.currency if price else None,
            "origin": self._country(customs["country_of_origin"]),
            "made_in": None,  # Tryton does not know it: a country of origin is not a place of manufacture
            "hs_code": self._tariff_code(customs["tariff_codes"], code),
            "item_unit": unit,
            "phantom": None,
        }

    def _phantom(self, bill: int) -> Row:
        [record] = self.tryton.read("production.bom", [bill], "name", "active")
        if not record["active"]:
            raise CannotReadError(f"phantom bill {record['name']!r} is inactive, but a bill in use points to it")
        empty = dict.fromkeys(("price", "price_unit", "currency", "origin", "made_in", "hs_code", "item_unit"))
        return {"child": f"phantom {bill}", "name": record["name"], **empty, "phantom": "true"}

    def _price(self, price: str | None, code: str) -> str | None:
        if price is None or self.currency is None:
            return None
        if Decimal(price) == 0:
            self.notes.append(f"{code}: cost 0 is what Tryton sends when none was entered; taken as unknown")
            return None
        return _plain(price)

    def _country(self, country: int | None) -> str | None:
        return None if country is None else self.tryton.read("country.country", [country], "code")[0]["code"]

    def _tariff_code(self, links: list[int], code: str) -> str | None:
        targets = [link["tariff_code"] for link in self.tryton.read("product-customs.tariff.code", links, "tariff_code")]
        codes = {found["code"].replace(".", "") for found in self.tryton.read("customs.tariff.code", targets, "code")}
        if len(codes) > 1:
            self.notes.append(f"{code}: {len(codes)} tariff codes, none taken")
        return codes.pop() if len(codes) == 1 else None

    def _unit(self, unit: int, code: str) -> str:
        if unit not in self.symbols:
            symbol = self.tryton.read("product.uom", [unit], "symbol")[0]["symbol"]
            if symbol not in UNITS:
                raise CannotReadError(f"{code}: unit {symbol!r} is not known here; add it to UNITS")
            self.symbols[unit] = UNITS[symbol]
        return self.symbols[unit]


if __name__ == "__main__":
    try:
        result = read_product(Tryton(*sys.argv[1:4], os.environ["TRYTON_PASSWORD"]), sys.argv[4])
    except CannotReadError as error:
        sys.exit(f"not read: {error}")
    print(json.dumps(result.rows, ensure_ascii=False, indent=1))
    print(*result.notes, sep="\n", file=sys.stderr)
