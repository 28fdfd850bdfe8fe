"""A material of SAP S/4HANA as flat rows of a bill of materials, read from its public OData V2 services.

Knows API_BILL_OF_MATERIAL_SRV (MaterialBOM, MaterialBOMItem) and API_PRODUCT_SRV (unit, description, valuation,
country of origin), and what their fields mean for what is in one piece: quantities per base quantity of the header,
prices per price unit, rows that are deleted or not valid on the day, text items, by-products, phantom kits, fixed
quantities. Every number stays the text that came over the wire. A list counts as whole only when the server's own
count says so. Does not know rare earths: what a magnet is made of stands in no ERP, and the country of origin of a
part is not that of the metal in it. Standard library only; whatever can not be read whole is refused.

    python sap_rows.py https://host/sap/opu/odata/sap MATERIAL PLANT 2026-11-23 > rows.json   (SAP_USER, SAP_PASSWORD)
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

Row = dict[str, str | None]
Record = dict[str, Any]

BOMS = "API_BILL_OF_MATERIAL_SRV;v=0002"
PRODUCTS = "API_PRODUCT_SRV"
_SAME = ("KG", "G", "MG", "LB", "OZ", "M", "CM", "MM", "KM", "M2", "L", "ML", "M3", "SET")
_COUNTS = {"ST": "pcs", "PC": "pcs", "EA": "pcs", "PAA": "pair", "DZ": "dozen", "TS": "thousand"}
UNITS = {code: code.lower() for code in _SAME} | _COUNTS | {"TO": "t", "CCM": "cm3"}
"""SAP's internal unit codes → units of product data. Codes can be customised: check yours, add what is missing."""
NO_PART = {"T": "text", "D": "document"}
"""Item categories that are no part of the product."""
NOT_UNDERSTOOD = {"K": "class", "R": "variable size"}
"""Item categories whose quantity can not be read off the row: refused."""
PHANTOM = "50"
LIMIT = 100_000
"""More rows than that are refused."""
_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d+)?\)/")


class CannotReadError(Exception):
    """The bill can not be read whole; no rows are handed out."""


@dataclass
class Result:
    """Rows from the top down, the material itself first, and what was left out or not known, for people."""

    rows: list[Row]
    notes: list[str] = field(default_factory=list)


class Sap:
    """The services below one address, such as https://host/sap/opu/odata/sap."""

    def __init__(self, address: str, user: str = "", password: str = "", seconds: int = 60) -> None:
        self._address, self._seconds = address.rstrip("/") + "/", seconds
        self._headers = {"Accept": "application/json"}
        if user:
            self._headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def all_of(self, service: str, entity_set: str, **equal: str) -> list[Record]:
        """Every record of the set with these values, over all pages. Refused when the count does not come out."""
        wanted = " and ".join(f"{name} eq '{value.replace(chr(39), chr(39) * 2)}'" for name, value in equal.items())
        url: str | None = f"{self._address}{service}/{entity_set}?$inlinecount=allpages&$format=json&$filter={quote(wanted)}"
        what, found, counts, seen = f"{entity_set} where {wanted}", {}, set(), set()
        while url is not None:
            if url in seen or len(seen) > LIMIT:
                raise CannotReadError(f"{what}: the pages go round in a circle")
            if urlsplit(url)[:2] != urlsplit(self._address)[:2]:
                raise CannotReadError(f"{what}: the next page is on another host: {urlsplit(url).netloc}")
            seen.add(url)
            page = self._page(url, what)
            for record in page["results"]:
                key = record["__metadata"]["uri"]
                if key in found:
                    raise CannotReadError(f"{what}: the same record came twice: {key}")
                found[key] = record
            counts |= {str(page["__count"])} if "__count" in page else set()
            url = urljoin(url, page["__next"]) if page.get("__next") else None
        if counts != {str(len(found))}:
            said = ", ".join(sorted(counts)) or "nothing"
            raise CannotReadError(f"{what}: {len(found)} records came, the server counts {said}: a page is missing")
        return list(found.values())

    def one_of(self, service: str, entity_set: str, **equal: str) -> Record | None:
        """The single record with these values, None when there is none."""
        found = self.all_of(service, entity_set, **equal)
        if len(found) > 1:
            raise CannotReadError(f"{entity_set}: {len(found)} records for {equal}, expected one")
        return found[0] if found else None

    def _page(self, url: str, what: str) -> Record:
        try:
            request = urllib.request.Request(url, headers=self._headers)  # noqa: S310  # the user's server
            with urllib.request.urlopen(request, timeout=self._seconds) as response:  # noqa: S310
                # Numbers that are no text would pass through a float: keep their digits.
                page = json.loads(response.read(), parse_float=str)["d"]
        except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
            raise CannotReadError(f"{what}: {error!r}") from error
        if not isinstance(page, dict) or not isinstance(page.get("results"), list):
            raise CannotReadError(f"{what}: the answer is no list of OData V2")
        return page


def read_material(sap: Sap, material: str, plant: str, on: date, variants: dict[str, str] | None = None) -> Result:
    """The material and everything below it that the plant has a production bill for, on a day.

    ``variants`` names the alternative bill of a material that has several. Raises CannotReadError.
    """
    return _Reading(sap, plant, on, variants or {}).all_of(material)


class _Reading:
    """One run: each material is read once, however often it is used."""

    def __init__(self, sap: Sap, plant: str, on: date, variants: dict[str, str]) -> None:
        self.sap, self.plant, self.on, self.variants = sap, plant, on, variants
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.facts: dict[str, Row] = {}

    def all_of(self, material: str) -> Result:
        if self.sap.one_of(PRODUCTS, "A_Product", Product=material) is None:
            raise CannotReadError(f"material {material!r} does not exist")
        own = self._facts_of(material, "")
        nothing = dict.fromkeys(("parent", "position", "quantity", "base_quantity", "unit"))
        self.rows.append({**nothing, **own, "phantom": None})
        waiting: list[tuple[str, tuple[str, ...]]] = [(material, ())]
        done: set[str] = set()
        while waiting:
            code, above = waiting.pop()
            if code in above:
                raise CannotReadError(f"the structure is recursive: {' > '.join((*above, code))}")
            header = None if code in done else self._header(code)
            done.add(code)
            if header is None:
                continue
            base = self._base(header, code)
            for item in self._items(header, code):
                row = self._row(item, code, base)
                self.rows.append(row)
                if len(self.rows) > LIMIT:
                    raise CannotReadError(f"more than {LIMIT} rows")
                if item["BillOfMaterialComponent"]:
                    waiting.append((str(row["child"]), (*above, code)))
        return Result(self.rows, self.notes)

    def _header(self, code: str) -> Record | None:
        """The production bill that is valid on the day. None: what is inside is unknown."""
        usage = {"BillOfMaterialCategory": "M", "BillOfMaterialVariantUsage": "1"}
        bills = self.sap.all_of(BOMS, "MaterialBOM", Material=code, Plant=self.plant, **usage)
        valid = [
            bill
            for bill in bills
            if not bill["IsMarkedForDeletion"] and self._valid(bill["HeaderValidityStartDate"], bill["HeaderValidityEndDate"])
        ]
        if len(valid) < len(bills):
            self.notes.append(f"{code}: {len(bills) - len(valid)} bill(s) deleted or not valid on {self.on}, left out")
        if bills and not valid:
            self.notes.append(f"{code}: no bill valid on {self.on}, what is inside it is unknown")
        if code in self.variants:
            valid = [bill for bill in valid if bill["BillOfMaterialVariant"] == self.variants[code]]
            if not valid:
                raise CannotReadError(f"{code}: no valid bill is variant {self.variants[code]}")
        if len(valid) > 1:
            names = ", ".join(bill["BillOfMaterialVariant"] for bill in valid)
            raise CannotReadError(f"{code}: {len(valid)} valid bills, variants {names}: say which")
        return valid[0] if valid else None

    def _base(self, header: Record, code: str) -> str:
        """How many of the material the quantities make, in the unit of the material itself."""
        base, unit = header["BOMHeaderQuantityInBaseUnit"], self._unit(header["BOMHeaderBaseUnit"], code)
        own = self.facts[code]["item_unit"]
        if Decimal(base) <= 0 or unit != own:
            raise CannotReadError(f"{code}: base quantity {base} {unit}, expected more than 0 {own}")
        return str(base)

    def _items(self, header: Record, code: str) -> list[Record]:
        """The rows that are parts; what is left out is counted."""
        bill = ("BillOfMaterial", "BillOfMaterialCategory", "BillOfMaterialVariant", "BillOfMaterialVersion")
        keys = (*bill, "Material", "Plant")
        items = self.sap.all_of(BOMS, "MaterialBOMItem", **{key: header[key] for key in keys})
        left_out: dict[str, int] = {}
        kept = []
        for item in items:
            why = self._left_out(item)
            if why:
                left_out[why] = left_out.get(why, 0) + 1
            else:
                kept.append(item)
        self.notes += [f"{code}: {count} row(s) left out, {why}" for why, count in left_out.items()]
        if {item["AlternativeItemGroup"] for item in kept} - {""}:
            self.notes.append(f"{code}: has alternative items; all of them are counted")
        return sorted(kept, key=lambda item: (item["BillOfMaterialItemNumber"], item["BillOfMaterialItemNodeNumber"]))

    def _left_out(self, item: Record) -> str:
        if item["IsDeleted"]:
            return "deleted"
        if not self._valid(item["ValidityStartDate"], item["ValidityEndDate"]):
            return f"not valid on {self.on}"
        if item["BillOfMaterialItemCategory"] in NO_PART:
            return NO_PART[item["BillOfMaterialItemCategory"]]
        if Decimal(item["BillOfMaterialItemQuantity"]) < 0:
            return "by-product: its material is charged to the product"
        return ""

    def _row(self, item: Record, code: str, base: str) -> Row:
        number, category = item["BillOfMaterialItemNumber"], item["BillOfMaterialItemCategory"]
        if category in NOT_UNDERSTOOD:
            raise CannotReadError(
                f"{code}, item {number}: a {NOT_UNDERSTOOD[category]} item; give its quantity as a stock item"
            )
        child = item["BillOfMaterialComponent"] or f"{code} item {number}"
        facts = (
            self._facts_of(child, item["ComponentDescription"]) if item["BillOfMaterialComponent"] else _nothing(item, child)
        )
        quantity, unit = item["BillOfMaterialItemQuantity"], item["BillOfMaterialItemUnit"]
        if Decimal(quantity) == 0 and not unit:
            self.notes.append(f"{code}, item {number}: 0 without a unit is no quantity; taken as unknown")
            quantity, unit = None, None
        elif item["FixedQuantity"]:
            self.notes.append(f"{code}, item {number}: a fixed quantity for an order of any size; taken as unknown")
            quantity, unit = None, None
        if Decimal(item["ComponentScrapInPercent"]) > 0:
            self.notes.append(f"{code}, item {number}: scrap is not in the product; the quantity is without it")
        phantom = item["SpecialProcurementType"] == PHANTOM
        if phantom:
            self.notes.append(f"{code}, item {number}: {child} is a phantom; its parts are kept below it")
        known = self._unit(unit, code) if unit else facts["item_unit"]
        position = f"{number} {item['BillOfMaterialItemNodeNumber']}"
        row = {"parent": code, "position": position, "quantity": quantity, "base_quantity": base, "unit": known}
        return {**row, **facts, "phantom": "true" if phantom else None}

    def _facts_of(self, code: str, description: str) -> Row:
        if code not in self.facts:
            self.facts[code] = self._read_facts(code, description)
        return self.facts[code]

    def _read_facts(self, code: str, description: str) -> Row:
        product = self.sap.one_of(PRODUCTS, "A_Product", Product=code)
        if product is None:
            raise CannotReadError(f"{code}: a bill uses this material, but it can not be read")
        text = self.sap.one_of(PRODUCTS, "A_ProductDescription", Product=code, Language="EN")
        trade = self.sap.one_of(PRODUCTS, "A_ProductPlantIntlTrd", Product=code, Plant=self.plant)
        value = self.sap.one_of(PRODUCTS, "A_ProductValuation", Product=code, ValuationArea=self.plant, ValuationType="")
        price = self._price(value, code) if value else None
        return {
            "child": code,
            "name": (text or {}).get("ProductDescription") or description or None,
            "price": price,
            "price_unit": f"{value['PriceUnitQty']} {self._unit(value['BaseUnit'], code)}" if value and price else None,
            "currency": value["Currency"] if value and price else None,
            "origin": (trade or {}).get("CountryOfOrigin") or None,
            "made_in": None,  # not known here: a country of origin is not a place of manufacture
            "hs_code": None,  # the released services do not hold the commodity code
            "item_unit": self._unit(product["BaseUnit"], code),
        }

    def _price(self, value: Record, code: str) -> str | None:
        """The price that the procedure of the valuation says is kept."""
        kept = {"S": "StandardPrice", "V": "MovingAveragePrice"}.get(value["InventoryValuationProcedure"])
        price = value[kept] if kept else "0"
        if Decimal(price) <= 0 or Decimal(value["PriceUnitQty"]) <= 0 or not value["Currency"]:
            self.notes.append(f"{code}: its valuation holds no price; taken as unknown, not as 0")
            return None
        return str(price)

    def _unit(self, unit: str, code: str) -> str:
        if unit not in UNITS:
            raise CannotReadError(f"{code}: unit {unit!r} is not known here; add it to UNITS")
        return UNITS[unit]

    def _valid(self, start: str | None, end: str | None) -> bool:
        return (_day(start) or self.on) <= self.on <= (_day(end) or self.on)


def _nothing(item: Record, child: str) -> Row:
    """A part without a material of its own: a name, and nothing else is known."""
    empty = dict.fromkeys(("price", "price_unit", "currency", "origin", "made_in", "hs_code", "item_unit"))
    return {"child": child, "name": item["ComponentDescription"] or None, **empty}


def _day(text: str | None) -> date | None:
    """A day of OData V2, /Date(milliseconds)/ in universal time. None is no limit."""
    if text is None:
        return None
    found = _DATE.fullmatch(text)
    if not found:
        raise CannotReadError(f"{text!r} is no date of OData V2")
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))).date()


if __name__ == "__main__":
    try:
        sap = Sap(sys.argv[1], os.environ.get("SAP_USER", ""), os.environ.get("SAP_PASSWORD", ""))
        result = read_material(sap, sys.argv[2], sys.argv[3], date.fromisoformat(sys.argv[4]))
    except CannotReadError as error:
        sys.exit(f"not read: {error}")
    print(json.dumps(result.rows, ensure_ascii=False, indent=1))
    print(*result.notes, sep="\n", file=sys.stderr)
