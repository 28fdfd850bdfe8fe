"""Whether what the engine asks for names each unknown that matters.

Knows which question of the vocabulary asks for which unknown, and of which item. One unknown may be asked for in several
ways: what a thing is, by its form or by what it is fixed in. Does not know what follows from an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rare_earth_compliance.core.problems import path_text
from rare_earth_compliance.engine.determination import Determination, Finding
from tests.oracle.judge import Found
from tests.oracle.things import Thing
from tests.oracle.worlds import Unknown

UNNAMED = "question unnamed"
CONTENTS, INPUTS = "item.contents", "item.inputs"
OF_A_THING = {
    "further step in China": ("item.steps_complete",),
    "form": ("item.form", "item.listed_in", "item.enclosed"),
    "family": ("item.family",),
    "contains": ("item.contains", "item.consists_of", "item.listed_in"),
    "others than": ("item.consists_of", "item.contains"),
    "made_in": ("item.made_in",),
    "origin": ("item.origin",),
    "technology": ("item.technology",),
    "further technology": ("item.technology",),
    "early": ("item.technology",),
    "published": ("item.technology",),
    "processing": ("item.processing", "item.enclosed"),
    "what it is fixed in": ("item.form", "item.processing", "item.enclosed"),
    "consumed": ("item.processing", "item.consumed"),
    "principal": ("item.principal",),
    "control_codes": ("item.control_codes",),
    "value": ("item.unit_value",),
    "per": ("item.unit_value",),
    "price": ("item.unit_value",),
    "unit_price": ("item.unit_value",),
    "per of unit_price": ("item.unit_value",),
    "mass": ("item.unit_value", "item.quantity"),
    "unit": ("item.unit_value", "item.quantity"),
    "contained": ("item.unit_value",),
    "quantity": ("item.quantity",),
    "base_quantity": ("item.quantity",),
}
"""What may ask for an unknown of a thing."""
NEAR_BY = {
    "contains": ("item.contains", "item.consists_of", "item.listed_in", CONTENTS, INPUTS),
    "others than": ("item.consists_of", "item.contains", CONTENTS, INPUTS),
    "form": ("item.form", "item.listed_in", "item.enclosed"),
    "what it is fixed in": ("item.form",),
    "consumed": ("item.form",),
    "quantity": ("item.contains",),
    "base_quantity": ("item.quantity",),
    "contained": ("item.unit_value",),
}
"""What may ask for it of a thing inside or around: whether there is any of a line, by asking what is in what it is in."""
OF_THE_SHIPMENT = {
    "purpose": "end_use.purpose",
    "knowledge": "end_use.knowledge",
    "generic_goods": "end_use.generic_goods",
    "exporter.located_in": "shipment.exporter_location",
    "exporter.chinese_person": "shipment.exporter_chinese",
    "consignee.chinese_person": "shipment.consignee_chinese",
    "consignee.foreign_owned": "shipment.consignee_foreign_owned",
    **{f"{who}.listed": "shipment.party_listed" for who in ("importer", "end_user", "consignee")},
    **{f"{who}.owners": "shipment.party_owners" for who in ("importer", "end_user")},
    **{f"{who}.military": f"shipment.{who}_military" for who in ("importer", "end_user", "consignee")},
}
"""What asks for an unknown of the shipment; else the question of the same name."""


@dataclass(frozen=True)
class Difference:
    """One thing on which the two differ."""

    kind: str
    at: str
    engine: str
    oracle: str


def unnamed(engine: Determination, mine: Finding, theirs: Found, things: Mapping[str, Thing], at: str) -> Iterator[Difference]:
    """The unknowns that matter to a finding and that nothing asks for; ``things`` by their paths and by their lines.

    A reading is asked for once the facts beside it are known: while the finding asks for a fact, it may wait.
    """
    asked = {(one.about, subject.place.path) for one in engine.asks_for for subject in one.subjects}
    named = {one.about for one in engine.asks_for}
    facts_open = any(need.kind == "fact" for need in mine.asks_for)
    for unknown in sorted(theirs.matter, key=str):
        if not _is_named(unknown, asked, named, things, waits=facts_open):
            yield Difference(UNNAMED, at, str(sorted(named)), str(unknown))


def _is_named(
    unknown: Unknown,
    asked: set[tuple[str, str]],
    named: set[str],
    things: Mapping[str, Thing],
    *,
    waits: bool,
) -> bool:
    about, what = str(unknown[0]), str(unknown[1])
    if about == "reading":
        return waits or what in named
    if about == "status":
        return what in named
    if about == "rates":
        return "shipment.rates" in named
    if about == "shipment":
        return OF_THE_SHIPMENT.get(what, what if "." in what else f"shipment.{what}") in named
    thing = things[about]
    if thing.nameless:
        assert thing.above is not None
        # Where all its elements are named, it is asked as what they were bought.
        return any((one, shown(thing.above.path)) in asked for one in (CONTENTS, INPUTS))
    questions = OF_A_THING[what]
    if any((one, shown(thing.path)) in asked for one in (*questions, CONTENTS, INPUTS)):
        return True
    near = (*thing.below, *thing.around)
    return any((one, shown(near_by.path)) in asked for one in NEAR_BY.get(what, ()) for near_by in near)


def shown(path: str) -> str:
    """A path as the engine shows it: a long one loses its middle."""
    steps = re.findall(r"[^.\[\]]+", path)
    return path_text([int(step) if step.isdecimal() else step for step in steps])
