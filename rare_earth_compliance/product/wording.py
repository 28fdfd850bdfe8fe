"""What pydantic finds wrong with a value, in people's words: what was found, what was expected, what to do.

Knows the kinds of errors, and where leaving a value out would say something else than that it is not known. Does not know
places: who reads does.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from rare_earth_compliance.core.json_text import Number
from rare_earth_compliance.core.miswritten import rewritten
from rare_earth_compliance.core.quantities import AMOUNT_PATTERN
from rare_earth_compliance.product.amounts import PARAMETER
from rare_earth_compliance.product.keys import where_it_belongs

SHOWN_TEXT = 1_000
"""A text in a message that is longer than this is shown with its middle left out."""
_ADVICE = {
    "extra_forbidden": "check the spelling against the format; remarks belong into 'note'",
    "missing": "add it",
    "bool_type": "write true or false without quotes, or leave it out",
    "string_type": "write it in double quotes",
    "too_short": "leave it out when it is not known",
}
_CORRECT = "correct it, or leave it out when it is not known"
_ENTRY = (
    "correct it; where it is not known which it is, leave the entry out and 'composition_complete' too, "
    "which would say that nothing else is in it"
)
_AMOUNT = (
    "correct it; where the amount is not known, leave 'mass_fraction' out and keep the entry: it is in it then, nobody knows "
    "how much; where there may be none, write a bound such as '< 0.01 %'; without the entry there is none of it where "
    "'composition_complete' is true"
)


def cut(text: str) -> str:
    """A text for a message: long ones lose their middle."""
    keep = SHOWN_TEXT // 2
    return text if len(text) <= SHOWN_TEXT else f"{text[:keep]}…({len(text):,} characters)…{text[-keep:]}"


def say(found: Any, model: type[BaseModel] | None = None) -> tuple[str, str]:
    """A validation error of ``model`` in people's words."""
    kind, value, place = found["type"], found.get("input"), found["loc"]
    advice = found.get("ctx", {}).get("advice") or _ADVICE.get(kind) or _left_out(place)
    if kind == "extra_forbidden":
        return "is not a key of the format", (model and where_it_belongs(model, place)) or advice
    if kind == "missing":
        return "is missing", advice
    shown = value.text if isinstance(value, Number) else value
    shown = cut(repr(shown)) if isinstance(shown, str) else "a number" if isinstance(value, Number) else None
    if kind == "too_short" and value == []:
        return "found an empty list, which tells nothing", advice
    if kind == "string_type":
        kind_of = "a number" if isinstance(value, Number) else type(value).__name__
        return f"found {kind_of}, expected text", advice
    if kind == "bool_type":
        return f"found {shown or 'something else'}, expected true or false", advice
    if kind == "literal_error" and isinstance(value, bool):
        return f"found {str(value).lower()}, expected true or nothing", advice
    if kind == "string_pattern_mismatch":
        if found["ctx"]["pattern"] == AMOUNT_PATTERN:
            return f"{shown} is not an amount such as {PARAMETER.such}", rewritten(value, PARAMETER.units) or advice
        return f"found {shown}, which does not have the expected form {found['ctx']['pattern']}", advice
    message = cut(found["msg"])
    return message[0].lower() + message[1:], advice


def _left_out(place: tuple[int | str, ...]) -> str:
    """What to do about a value that is wrong: what is left out of a composition may be said not to be in it."""
    if "composition" not in place[:-1]:
        return _CORRECT
    inside = place[place.index("composition") + 2 :]
    return _AMOUNT if inside == ("mass_fraction",) else _ENTRY if inside in ((), ("element",), ("cas",)) else _CORRECT
