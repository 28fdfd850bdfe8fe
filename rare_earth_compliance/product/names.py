"""What a file of product data is called, wherever it is found: in a folder, in an archive, or in a history.

Knows that a name which only looks like one may hold product data all the same, and that what is passed over is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
TABLES = (".parquet", ".pq")
LINES = (".ndjson",)
_FIRST = 5


def may_be_product(name: str) -> bool:
    """Whether a file that was found is looked at as one of product data; large and small letters are alike.

    So is ``a.json``, and what can not be told from it by its name, as ``a.json.txt`` and ``a.jsonl``; and whatever this program
    would take for many products, were it named: it is refused by whoever reads it as one, and not passed over.
    """
    small = name.replace("\\", "/").rpartition("/")[2].lower()
    return ".json" in small or small.endswith((*LINES, *ARCHIVES, *TABLES))


@dataclass(slots=True)
class LeftOut:
    """Files that were found and not read, for their names are not those of product data: how many, and the first names."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, names: Iterable[str]) -> LeftOut:
        """These files."""
        made = cls()
        made.add(names)
        return made

    def add(self, names: Iterable[str]) -> None:
        """Count files."""
        for name in names:
            self.count += 1
            if len(self.first) < _FIRST:
                self.first.append(name)

    def clear(self) -> None:
        """Count from none again."""
        self.count, self.first = 0, []

    def said(self) -> str:
        """In words; "" where there are none."""
        if not self.count:
            return ""
        more = ", …" if self.count > len(self.first) else ""
        return f"{self.count:,} file{'' if self.count == 1 else 's'} without .json in the name: {', '.join(self.first)}{more}"

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        return {"count": self.count, "first": list(self.first)}
