"""Rows of an adapter as a document of product data, with what suppliers declare laid over it.

A stand-in, in one place: ``document`` is to become the library's own builder from rows. Knows nothing of any ERP.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from types import ModuleType
from typing import Any

from tests.running import EXAMPLES

Row = dict[str, str | None]
AS_THEY_ARE = ("name", "unit", "origin", "made_in", "hs_code", "quantity")


def adapter(folder: str, name: str) -> ModuleType:
    """The client program of an example, loaded without leaving compiled files beside it."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module, before = importlib.util.module_from_spec(spec), sys.dont_write_bytecode
    try:
        sys.dont_write_bytecode, sys.modules[name] = True, module
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


def document(rows: list[Row], declared: dict[str, Any], about: str) -> bytes:
    """The rows nested, first row first, as bytes of BOM-JSON."""
    below: dict[str | None, list[Row]] = {}
    for row in rows:
        below.setdefault(row["parent"], []).append(row)

    def item(row: Row) -> dict[str, Any]:
        code, parts = str(row["child"]), below.get(row["child"], [])
        found: dict[str, Any] = {"part_number": code} | {key: row[key] for key in AS_THEY_ARE if row[key]}
        if row["price"]:
            found["unit_value"] = {"amount": row["price"], "currency": row["currency"], "per": row["price_per"]}
        found |= {"base_quantity": parts[0]["base_quantity"], "parts": [item(part) for part in parts]} if parts else {}
        return found | declared.get(code, {})

    [top] = below[None]
    whole = {"format": "rare-earth-bom/1", "about": about, "product": item(top)}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
