"""What is declared free of rare earths, and what is declared to hold one, can not both be so."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.product.given import read_shipment

PACK = library.load_rules()
INSIDE = "is declared free of rare earths, but a line in it is declared to hold one"
HOLDS = {"part_number": "B", "form": "component", "rare_earths": "present"}


@pytest.mark.parametrize(
    ("parts", "at"),
    [
        ([{**HOLDS, "quantity": 1}], "A"),
        ([{**HOLDS, "quantity": "<= 3"}], "A"),
        ([{"part_number": "M", "form": "assembly", "parts": [{**HOLDS, "quantity": 1}], "quantity": 1}], "M"),
        ([{"part_number": "M", "form": "assembly", "rare_earths": "present", "parts": [HOLDS]}], "A"),
        ([{"part_number": "M", "form": "assembly", "parts": [{**HOLDS, "rare_earths": "none"}]}], ""),
        ([{"part_number": "M", "form": "assembly", "parts": [{"part_number": "B", "form": "component"}]}], ""),
    ],
)
@pytest.mark.parametrize("free", [True, False])
def test_a_line_that_holds_one_in_what_is_free(parts: list[dict[str, Any]], at: str, free: bool) -> None:
    product = {"part_number": "A", "form": "assembly", "technologies_complete": True, "complete": True, "parts": parts}
    data = json.dumps(
        {"format": "rare-earth-bom/1", "product": {**product, **({"rare_earths": "none"} if free else {})}}
    ).encode()
    found = library.determine(read_shipment(data, "x.json"), PACK, on=date(2026, 8, 1))
    assert [one for one in found.conflicts if INSIDE in one and f" {at} " in one] == list(found.conflicts)
    assert len(found.conflicts) == (1 if free and at else 0)
