"""A value of the data held against the words, the number or the day of a rule.

Knows every operator and what an absent or vague value means for it. Does not know where values are found.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from rare_earth_compliance.core.quantities import Interval, exactly, shown, written
from rare_earth_compliance.core.truth import Truth, all_of, truth
from rare_earth_compliance.law.conditions import Ask, Question
from rare_earth_compliance.product.model import Technology
from rare_earth_compliance.product.words import OTHER_THAN, never, vague_forms

NEGATIVE = ("is_not", "none_of")
_IN_WORDS = {
    "is": "is",
    "is_not": "is not",
    "any_of": "is any of",
    "none_of": "is none of",
    "at_least": "at least",
    "above": "above",
    "at_most": "at most",
    "below": "below",
    "before": "before",
    "from": "on or after",
}


def against(ask: Ask) -> str:
    """What an answer is held against, in words."""
    return f"{_IN_WORDS[ask.operator]} {ask.written or ', '.join(sorted(ask.values))}"


def attribute(holder: Any, path: str) -> Any:
    """The value at a dotted path; None where anything on the way is not known."""
    for name in path.split("."):
        if holder is None:
            return None
        holder = getattr(holder, name)
    return holder


def compared(ask: Ask, question: Question, value: Any, complete: bool) -> tuple[Truth, str]:
    """The outcome of holding a value of the data against a question's words or number, and the value as text."""
    if question.type in ("share", "amount"):
        return bounded(ask, value), shown(value) if value is not None else "not known"
    if question.type == "day":
        return dated(ask, value), str(value) if value is not None else "not known"
    if question.type == "words":
        outcome, found = _words(ask, value, complete)
    elif value is None:
        return Truth.UNKNOWN, "not known"
    else:
        found = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        if question.type == "country" and found.startswith(OTHER_THAN):
            ruled_out = ask.values <= set(found.removeprefix(OTHER_THAN).split(", "))
            outcome = Truth.FALSE if ruled_out else Truth.UNKNOWN
        else:
            outcome = truth(found in ask.values)
        if outcome is Truth.FALSE and question.type == "word" and found in vague_forms() and not ask.values <= never(found):
            outcome = Truth.UNKNOWN
    return (~outcome if ask.operator in NEGATIVE else outcome), found


def _words(ask: Ask, value: Any, complete: bool) -> tuple[Truth, str]:
    if value is None:
        return Truth.UNKNOWN, "not known"
    found = ", ".join(sorted(value))
    if ask.values.intersection(value):
        return Truth.TRUE, found
    return (Truth.FALSE, found) if complete else (Truth.UNKNOWN, f"{found or 'none named'}, perhaps others")


def dated(ask: Ask, value: date | None) -> Truth:
    """The outcome of comparing a day with the day of a rule."""
    if ask.day is None:
        raise ValueError(f"{ask.question} is compared with nothing")
    if value is None:
        return Truth.UNKNOWN
    return truth(value < ask.day) if ask.operator == "before" else truth(value >= ask.day)


def bounded(ask: Ask, value: Interval | None) -> Truth:
    """The outcome of comparing an amount with the number of a rule, at the line exactly as the rule says."""
    if ask.number is None:
        raise ValueError(f"{ask.question} is compared with nothing")
    if value is None:
        return Truth.UNKNOWN
    line = exactly(ask.number.low)
    if ask.operator == "at_least":
        return value.at_least(line)
    if ask.operator == "below":
        return ~value.at_least(line)
    reached = line.at_least(value)
    return reached if ask.operator == "at_most" else ~reached


def number_text(ask: Ask) -> str:
    """The number of a rule as it is written there."""
    return ask.written or (written(ask.number.low) if ask.number else "")


def used_one(used: Technology, ask: Ask) -> Truth:
    """Whether a technology is of the fields and places asked for, and counts by its day and by being public or not."""
    fields, places = ((ask.param(name) or "").split() for name in ("fields", "from"))
    parts = [Truth.UNKNOWN if used.field is None else truth(used.field in fields)]
    parts.append(Truth.UNKNOWN if used.origin is None else truth(used.origin in places))
    since = ask.param("since")
    if since and ask.param("early") == "does-not-count":
        parts.append(Truth.UNKNOWN if used.acquired is None else truth(used.acquired.isoformat() >= since))
    if ask.param("public") == "does-not-count":
        parts.append(Truth.UNKNOWN if used.published is None else truth(not used.published))
    return all_of(parts)
