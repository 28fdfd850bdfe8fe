"""Whether what the engine asks for names an unknown that matters.

Knows which question of the vocabulary asks for which unknown, and of what item. One unknown may be asked for in several
ways: the form of a thing by its form, or by asking what it is fixed in. Does not know what follows from an answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.engine.determination import Determination, Finding
from tests.oracle.judge import Found
from tests.oracle.worlds import Unknown

UNNAMED = "question unnamed"


def unnamed(engine: Determination, mine: Finding, theirs: Found, at: str) -> Iterator[object]:
    """The unknowns that matter to a finding and that nothing asks for."""
    yield from ()
