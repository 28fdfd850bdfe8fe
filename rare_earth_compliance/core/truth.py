"""Three-valued truth: true, false, unknown.

Knows how the three values combine (strong Kleene logic). Does not know why something is unknown:
the reasons travel beside the value, in the trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NoReturn


class Truth(Enum):
    """The outcome of a question. Refuses to be used as a bool, so that unknown can not become false."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        raise TypeError("a three-valued truth is not a bool: compare with Truth.TRUE, .FALSE or .UNKNOWN")

    def __invert__(self) -> Truth:
        """Not: true and false change places, unknown stays unknown."""
        if self is Truth.UNKNOWN:
            return self
        return Truth.FALSE if self is Truth.TRUE else Truth.TRUE


def truth(value: bool) -> Truth:
    """The truth of something that is surely known."""
    return Truth.TRUE if value else Truth.FALSE


def all_of(parts: Iterable[Truth]) -> Truth:
    """And: false if any part is false, else unknown if any is unknown, else true (also of nothing)."""
    outcome = Truth.TRUE
    for part in parts:
        if part is Truth.FALSE:
            return part
        if part is Truth.UNKNOWN:
            outcome = part
    return outcome


def any_of(parts: Iterable[Truth]) -> Truth:
    """Or: true if any part is true, else unknown if any is unknown, else false (also of nothing)."""
    outcome = Truth.FALSE
    for part in parts:
        if part is Truth.TRUE:
            return part
        if part is Truth.UNKNOWN:
            outcome = part
    return outcome
