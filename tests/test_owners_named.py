"""Owners that are said to be all and are not: whole documents, and their records."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.record.checking import checked
from rare_earth_compliance.reports.run import status_of
from tests.recording import law, of_files
from tests.running import ROOT

DAY = date(2025, 10, 20)
PACK = library.load_rules()
READINGS = {"fifty-percent": "aggregate-direct"}
BUYER = "buyer in the United States"
SHORT = "the owners named for buyer in the united states are said to be all, but hold less than the whole of it"
NOTHING_LISTED, REQUIRED, CLEARED = "nobody", 10, 12


def owned(owners: list[tuple[str, str | None]], *, complete: bool | None = True) -> dict[str, Any]:
    """A magnet for disaster relief, which is exempt unless listed parties hold half of the buyer."""
    document: dict[str, Any] = json.loads((ROOT / "examples" / "owned-buyer" / "buyer.json").read_bytes())
    shipment = document["shipment"]
    shipment["end_use"]["purposes"] = ["disaster-relief"]
    named = [{"owner": owner, "owned": BUYER, **({"share": share} if share else {})} for owner, share in owners]
    shipment["ownership"] = named
    for role in ("importer", "end_user"):
        shipment[role]["owners_complete"] = complete
    # The other party of the shipment: declared to be on no list, so that it is no listed owner.
    shipment["exporter"] = {**shipment["exporter"], "name": NOTHING_LISTED, "listed": "none"}
    return copy.deepcopy(document)


@pytest.mark.parametrize(
    ("owners", "short", "cleared"),
    [
        ([], True, False),
        ([(NOTHING_LISTED, "15 %")], True, False),
        ([(NOTHING_LISTED, "99.999 %")], True, False),
        ([(NOTHING_LISTED, "100 %")], False, True),
        ([(NOTHING_LISTED, "99.999 .. 100 %")], False, True),
        ([(NOTHING_LISTED, None)], False, True),
        ([(NOTHING_LISTED, "60 %"), ("free float", "40 %")], False, True),
        ([(NOTHING_LISTED, "50 %"), ("free float", "50 %")], False, False),
        ([(NOTHING_LISTED, "51 %"), ("free float", "< 49 %")], True, False),
    ],
)
def test_a_buyer_all_of_whose_owners_are_said_to_be_named(
    owners: list[tuple[str, str | None]], short: bool, cleared: bool
) -> None:
    document = owned(owners)
    data = json.dumps(document).encode()
    found = library.determine(read_shipment(data, "x.json"), PACK, on=DAY, readings=READINGS)
    assert found.conflicts == ((SHORT,) if short else ())
    assert (status_of(found) == CLEARED) is cleared
    record = of_files({"x.json": data}, DAY, READINGS)
    assert record is not None
    assert checked(record, {"x.json": data}, law()).faults == []
    # To say less never clears.
    for less in (owned([], complete=None), owned([(NOTHING_LISTED, "15 %")], complete=None)):
        shipment = read_shipment(json.dumps(less).encode(), "x.json")
        assert status_of(library.determine(shipment, PACK, on=DAY, readings=READINGS)) != CLEARED
