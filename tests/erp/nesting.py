"""Rows of an adapter as a document of product data, with what suppliers declare added to its items.

Knows how to load the client program of an example. Knows nothing of any ERP.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from types import ModuleType
from typing import Any

from rare_earth_compliance import read_rows
from tests.running import EXAMPLES

Row = dict[str, str | None]


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
    """The rows put together by the library, and what suppliers declare added to the items, as bytes of BOM-JSON."""
    made = read_rows(rows, name="erp").document
    items = made["shared"] | {made["product"]["part_number"]: made["product"]}
    for code, facts in declared.items():
        if code in items:
            items[code].update(facts)
    return (json.dumps({"format": made["format"], "about": about} | made, ensure_ascii=False, indent=1) + "\n").encode()
