"""Mistakes in someone's file, as values with a place.

Knows where something stands and how to say what is wrong with it. Does not decide what is wrong:
readers do, and hand all their problems back together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rare_earth_compliance.core.inert import harmless

Path = tuple[str | int, ...]
"""Steps into a document: keys and positions."""

COMMAND_LINE, READINGS = "command line", "readings"
"""Places in no file: an option that was given, a reading that was chosen."""
SHOWN_STEPS = 12
"""A path with more steps than this is shown with its middle left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands: a file, a line counted from 1 (0: not known), a path inside the document."""

    file: str
    line: int = 0
    path: str = ""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        path = f": {self.path}" if self.path else ""
        return f"{self.file}{line}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake: where, what was found and expected, and what to do about it."""

    place: Place
    message: str
    advice: str = ""

    def __str__(self) -> str:
        """The problem in one line and what to do in another; nothing in them, the name of the file neither, does anything."""
        advice = f"\n  do: {harmless(self.advice)}" if self.advice else ""
        return f"{harmless(f'{self.place}: {self.message}')}{advice}"


class Refused(Exception):
    """A file could not be taken in; carries every problem found in it, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("a refusal names at least one problem")
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Problem, ...]]]:
        return Refused, (self.problems,)


def files_of(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The files that problems stand in, each once."""
    return tuple(dict.fromkeys(one.place.file for one in problems if one.place.file not in (COMMAND_LINE, READINGS)))


def path_text(steps: Iterable[str | int]) -> str:
    """A path as people write it: ``product.parts[2].unit_value.amount``; long ones lose their middle."""
    pieces = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps]
    if len(pieces) > SHOWN_STEPS:
        keep = SHOWN_STEPS // 2
        pieces[keep:-keep] = [f"…({len(pieces) - 2 * keep:,} steps)…"]
    return "".join(pieces).lstrip(".")
