"""The two documents of each ERP example: what the ERP knows, and that with what suppliers declare.

Knows how the files of an example come from the rows of its adapter. Run as a program it writes them anew from the
running servers: ``python -m tests.erp.products FOLDER``, where FOLDER keeps the installations.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.erp import sap_data, sap_server, tryton_data, tryton_server
from tests.erp.nesting import Row, adapter, document
from tests.running import EXAMPLES

ON = date(2026, 11, 23)
ABOUT = {
    "erp-tryton": ("Actuator module v1 as a Tryton holds it.", "The same with what suppliers declare; all of that is assumed."),
    "erp-sap": ("Robot arm SO-101 as an SAP plant holds it.", "The same with what suppliers declare; all of that is assumed."),
}


def documents(folder: str, rows: list[Row]) -> dict[str, bytes]:
    """File name → bytes, for the example folder."""
    declared = json.loads((EXAMPLES / folder / "declared.json").read_text(encoding="utf-8"))
    plain, more = ABOUT[folder]
    return {"from-erp.json": document(rows, {}, plain), "with-declarations.json": document(rows, declared, more)}


@contextmanager
def filled_tryton(home: Path, folder: Path) -> Iterator[tuple[ModuleType, Any, tryton_data.Entered, str]]:
    """The adapter, an open session of a user with a company, what was entered, and the address."""
    rows = adapter("erp-tryton", "tryton_rows")
    with tryton_server.serving(home, folder) as address:
        login = (address, tryton_server.DATABASE, "admin", tryton_server.PASSWORD)
        tryton_data.company(rows.Tryton(*login))
        session = rows.Tryton(*login)
        yield rows, session, tryton_data.actuator(session), address


def main(cache: Path) -> None:
    """Write the documents of both examples."""
    with (
        tempfile.TemporaryDirectory() as made,
        filled_tryton(tryton_server.installed(cache), Path(made)) as (rows, session, *_),
    ):
        _write("erp-tryton", rows.read_product(session, "MODULE").rows)
    with tempfile.TemporaryDirectory() as made, sap_server.serving(sap_server.installed(cache), Path(made)) as (address, _):
        sap = adapter("erp-sap", "sap_rows")
        _write("erp-sap", sap.read_material(sap.Sap(address), "ARM-SO101", sap_data.PLANT, ON).rows)


def _write(folder: str, rows: list[Row]) -> None:
    for name, data in documents(folder, rows).items():
        (EXAMPLES / folder / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
