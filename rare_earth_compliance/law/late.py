"""Cases that come when somebody asks for them: most who load a pack judge by it, and only tests look at its cases.

Knows how a statement gets its cases the first time that they are looked at. Does not know where they come from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any


class Late:
    """A statement of law whose ``cases`` may come later. They are a tuple to everybody who looks."""

    __slots__ = ("_cases_of",)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Asked only where nothing stands under the name.
            if name != "cases":
                raise AttributeError(f"{self.__class__.__name__!r} has no {name!r}", name=name, obj=self)
            found = self._cases_of()
            object.__setattr__(self, name, found)
            return found


def comes_later(value: Late, cases_of: Callable[[], tuple[Any, ...]]) -> None:
    """Let a statement without cases ask for them when they are looked at."""
    object.__setattr__(value, "_cases_of", cases_of)
