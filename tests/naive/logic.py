"""Three-valued logic in plain Python: True, False, and None for "can not be told".

Knows how the three combine. Does not know why something can not be told.
"""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def every(*parts: Truth) -> Truth:
    """And: one False decides; else one None leaves it open."""
    return every_one(parts)


def every_one(parts: Iterable[Truth]) -> Truth:
    """And over many."""
    seen = list(parts)
    if any(part is False for part in seen):
        return False
    return None if any(part is None for part in seen) else True


def some(*parts: Truth) -> Truth:
    """Or: one True decides; else one None leaves it open."""
    return some_one(parts)


def some_one(parts: Iterable[Truth]) -> Truth:
    """Or over many."""
    seen = list(parts)
    if any(part is True for part in seen):
        return True
    return None if any(part is None for part in seen) else False


def no(part: Truth) -> Truth:
    """Not; what can not be told stays so."""
    return None if part is None else not part


def among(value: str | None, words: Iterable[str]) -> Truth:
    """Whether a stated word is one of these; unstated can not be told."""
    return None if value is None else value in set(words)
