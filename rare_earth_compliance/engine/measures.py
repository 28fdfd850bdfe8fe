"""The measures that were asked for of one product, each of them taken once.

Knows that a product which differs in amounts alone is measured again without looking it over, and that measures which sum up
the same are summed up once. Does not know what a measure is of.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from rare_earth_compliance.engine.shares import Measure

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry

Key = tuple[str, str, str, str]
"""List, origin, kind of price, entry; "" for any."""


class Measures:
    """The measures of a product; ``like``: those of a product that is the same but for its amounts."""

    def __init__(self, inquiry: Inquiry, like: Measures | None = None) -> None:
        self._inquiry = inquiry
        self._like = like
        self._found: dict[Key, Measure] = {}
        self._first_of: dict[Hashable, Key] = {}
        self._alike: dict[Key, Key] = {}
        """For each measure that was looked for so the first one by which the same is summed up."""
        self._hanging: dict[Key, bool] = {}

    def of(self, key: Key) -> Measure:
        """The listed content of every item, for a list (or one entry of it), an origin and a kind of price."""
        if self._like is not None:
            key = self._like.alike(key)
        found = self._found.get(key)
        if found is None:
            found = Measure(self._inquiry, *key) if self._like is None else self._like.of(key).again(self._inquiry)
            self._found[key] = found
        return found

    def all(self) -> tuple[Measure, ...]:
        """Every measure that was asked for."""
        return tuple(self._found.values())

    def alike(self, key: Key) -> Key:
        """The first measure by which the same is summed up, in every product that differs in amounts alone."""
        if self._like is not None:
            return self._like.alike(key)
        first = self._alike.get(key)
        if first is None:
            first = self._alike[key] = self._first_of.setdefault(self.of(key).sums(), key)
        return first

    def again(self, inquiry: Inquiry) -> Measures:
        """Taken again with the figures of ``inquiry``: of those by which the same is summed up, the first stands for all.

        Amounts are above zero before and after: where none of them is taken as a price, nothing changes.
        """
        found = Measures(inquiry, self)
        for key in tuple(self._found):
            if self.alike(key) == key:
                here = self._found[key]
                found._found[key] = here.again(inquiry) if self._hangs_on_amounts(key) else here
        return found

    def _hangs_on_amounts(self, key: Key) -> bool:
        found = self._hanging.get(key)
        if found is None:
            here = self._found[key].remembering()
            found = self._hanging[key] = any(self._inquiry.figures.taken(here.priced))
        return found
