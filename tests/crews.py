"""Workers for tests of the batch: judges that hang, die, fail or eat memory where the input says so.

Knows how to start a judge without the engine, so that a test of processes costs no rule pack.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rare_earth_compliance.batch.crew import Bounds, Crew, Due
from rare_earth_compliance.batch.pieces import Given, Loaded
from rare_earth_compliance.core.problems import Problem

SECONDS = 3.0
MEMORY = 1024**3


def begin() -> Callable[[int, Given], str]:
    """A judge that obeys the name of its input."""
    kept: list[bytes] = []

    def judge(position: int, one: Given) -> str:
        if one.name == "hang":
            time.sleep(600)
        if one.name == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if one.name == "eat":
            while True:
                kept.append(bytes(64 * 1024**2))
        if one.name == "keep":  # too much only together with what came before it
            kept.append(bytes(300 * 1024**2))
        return f"{position} {one.name}"

    return judge


def refuse(position: int, one: Given, problem: Problem) -> str:
    """How the crew tells of an input that brought its worker down."""
    return f"{position} {one.name} refused: {problem.message}"


def pieces(names: Iterable[str], size: int) -> Iterator[Due]:
    """Inputs by name, ``size`` to a piece."""
    listed = list(names)
    for at in range(0, len(listed), size):
        yield Due(Loaded(inputs=tuple(Given(name=name) for name in listed[at : at + size]), size=0), at)


def judged(names: Iterable[str], size: int, jobs: int = 2, seconds: float = SECONDS) -> list[str]:
    """The results of inputs by name."""
    bounds = Bounds(jobs=jobs, seconds=seconds, memory=MEMORY)
    with Crew(begin, (), bounds, refuse) as crew:
        return [one for _, found in crew.run(pieces(names, size)) for one in found]


# ---- inputs that harm the process they are unpacked in


class Hostile:
    """An input that does something to the process that unpacks it."""

    def __init__(self, what: Callable[..., Any], *given: Any) -> None:
        self.what = (what, given)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.what


def die() -> None:
    """End this process as the system does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def eat() -> None:
    """Take memory until there is none."""
    kept = []
    while True:
        kept.append(bytes(64 * 1024**2))
