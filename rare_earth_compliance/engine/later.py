"""The part of an answer that is worked out when somebody looks at it.

Knows how to do that once, also where several threads look. Does not know what the part is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any

LATER = "_later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A determination for who counts many: what became of each rule of the pack, and the questions, without the rest."""

    standings: tuple[tuple[str, str], ...]
    """Each rule with its standing, as ``Limb`` has them."""
    asks_for: tuple[tuple[str, str], ...]
    """The kind of each question and what it is about."""


class Later:
    """Works out the rest of a determination, once, also where several threads look at it."""

    def __init__(self, rest: Callable[[], Mapping[str, Any]], brief: Callable[[], Brief], *, cleared: bool) -> None:
        """``rest`` is called once. ``brief`` works out a part of it, for less work.

        ``cleared``: whether rules were cleared, and the rest will say why nothing is required; checked when it is worked out.
        """
        self._rest = rest
        self._brief = brief
        self.cleared = cleared
        self._found: Brief | None = None
        self._lock = RLock()

    def in_brief(self) -> Brief:
        """A part of the rest, for less work than all of it."""
        with self._lock:
            if self._found is None:
                self._found = self._brief()
            return self._found

    def fill(self, known: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        """Put the rest into ``known``. Raises ValueError unless the two make up ``names`` exactly."""
        with self._lock:
            if LATER in known:
                found = self._rest()
                if {*found, *known} - {LATER} != set(names) or set(found) & set(known):
                    raise ValueError("the rest of a determination is not what is missing from it")
                if self.cleared and not found["clearing"]:
                    raise ValueError("a determination that was taken for cleared does not say why")
                known.update(found)
                del known[LATER]
        return known
