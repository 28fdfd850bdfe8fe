"""What is said of an item and can be said of a thing alone, never of technology.

Knows the fields of an item that tell of matter, of a machine, or of a good of the tariff. Knows no list: a control code tells
by its second sign whether it is one of things.
"""

from __future__ import annotations

from rare_earth_compliance.core.units import UNITS
from rare_earth_compliance.product.model import Item

_COUNTED = "count"
_PRESENT, _NO_EQUIPMENT = "present", "none"
_KINDS_OF_THINGS = ("A", "B", "C")
"""Second signs of control codes: equipment and parts, equipment for making and testing, materials."""


def is_of_things(code: str) -> bool:
    """Whether a control code is one of things: of equipment, of what makes or tests it, or of materials."""
    return code[1:2] in _KINDS_OF_THINGS


def said_of_a_thing(item: Item) -> str:
    """The first of what only a thing has and an item is said to have, in words; nothing where it is nothing of the kind."""
    told = {
        "a magnet family": item.family,
        "an alloy system": item.alloy,
        "a composition": item.composition,
        "a rare earth in it": item.rare_earths == _PRESENT,
        "a control code of things": any(map(is_of_things, item.control_codes)),
        "a tariff code": item.hs_code,
        "the name of an equipment": item.equipment not in (None, _NO_EQUIPMENT),
        "technical parameters": item.parameters,
        "a mass": item.mass,
        "a unit that is no number of pieces": UNITS[item.unit][0] != _COUNTED,
        "a state of processing": item.processing,
        "steps of production": item.steps,
    }
    return next((words for words, said in told.items() if said), "")
