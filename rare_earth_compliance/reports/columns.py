"""How wide each column of a table on a terminal is, and how its cells stand: names of parts hang at their level.

Knows widths. What a table says, and what it looks like beside that, stands with who shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding

from rare_earth_compliance.reports.blocks import Grid
from rare_earth_compliance.reports.wrapping import Flowing, parts

_WORD = 28
"""No column is kept wider than this for the sake of one long word."""
_NAME = 8
"""Columns that a name has at least, however deep it stands."""


def cell(text: str, columns: int) -> RenderableType:
    """A cell of a column so wide; what begins with blanks stands that deep with all its lines."""
    inner = text.lstrip(" ")
    depth = min(len(text) - len(inner), max(0, columns - _NAME))
    return Padding(Flowing(inner), (0, 0, 0, depth)) if depth else Flowing(inner)


def put_below(block: Grid, colon: str) -> Grid:
    """A table without the columns that a narrow form has no room for: each stands with its name below the first cell."""
    kept = [position for position in range(len(block.header)) if position not in block.below]

    def first(row: tuple[str, ...]) -> str:
        return "\n".join((row[0], *(f"{block.header[position]}{colon}{row[position]}" for position in block.below)))

    rows = tuple((first(row), *(row[position] for position in kept[1:])) for row in block.rows)
    return Grid(tuple(block.header[position] for position in kept), rows)


def widths(block: Grid, room: int) -> list[int]:
    """How wide each column of a table is, so that all of them fit into ``room``.

    Every column gets its longest word where that is possible, else the longest part of one; what is left goes where most
    text is.
    """
    cells = [[name, *(row[position] for row in block.rows)] for position, name in enumerate(block.header)]
    whole = [max(_widest(text, str.splitlines) for text in column) for column in cells]
    if sum(whole) <= room:
        return whole
    for cut in (str.split, parts):
        made = [max(min(max(_widest(text, cut) for text in column), _WORD), 1) for column in cells]
        if sum(made) <= room:
            break
    while sum(made) > room and max(made) > 1:
        made[made.index(max(made))] -= 1
    text = [sum(map(cell_len, column)) for column in cells]
    while sum(made) < room:
        # One column more where a line holds most: the table gets as low as it can.
        waiting = [position for position, columns in enumerate(made) if columns < whole[position]]
        made[max(waiting, key=lambda position: text[position] // made[position])] += 1
    return made


def _widest(text: str, cut: Callable[[str], Iterable[str]]) -> int:
    """Columns of the widest piece of a text with the blanks before the text."""
    inner = text.lstrip(" ")
    return len(text) - len(inner) + max(map(cell_len, cut(inner)), default=0)
