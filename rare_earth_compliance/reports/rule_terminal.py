"""Pages about rules on a terminal: lists in lists, and tables whose cells hold many lines as records.

Knows what such pages need beyond a report. What is said stands in the pages, all other blocks in terminal.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rare_earth_compliance.core.inert import no_commands
from rare_earth_compliance.reports.blocks import Block, Grid, Items, Rows
from rare_earth_compliance.reports.terminal import WIDTH, show_blocks

_INDENT = 2
_WORD = 28
"""No column is kept wider than this for the sake of one long word."""


def plain(blocks: Iterable[Block], width: int = WIDTH) -> str:
    """Blocks as plain text without colour, ``width`` columns wide."""
    target = io.StringIO()
    show(blocks, Console(file=target, width=width, color_system=None, legacy_windows=False))
    return no_commands("\n".join(line.rstrip() for line in target.getvalue().splitlines()).strip("\n")) + "\n"


def show(blocks: Iterable[Block], console: Console) -> None:
    """Print blocks on a console."""
    for block in blocks:
        if isinstance(block, Items):
            console.print(Group(*(_item(text) for text in block.items)))
        elif isinstance(block, Grid) and any("\n" in cell for row in block.rows for cell in row):
            for row in block.rows:
                console.print(_record(block.header, row))
        elif isinstance(block, Grid):
            console.print(_table(block, console.width))
        elif isinstance(block, Rows) and block.title and not block.rows:
            console.print(Group(Text(""), Text(block.title, style="bold underline")))
        elif isinstance(block, Rows) and block.title:
            console.print()
            show_blocks([block], console)
        else:
            show_blocks([block], console)


def _item(text: str) -> RenderableType:
    inner = text.lstrip(" ")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(ratio=1, overflow="fold")
    table.add_row("–", Text(inner))
    return Padding(table, (0, 0, 0, _INDENT + len(text) - len(inner)))


def _record(header: tuple[str, ...], row: tuple[str, ...]) -> RenderableType:
    """One row of a table: its first cell as a title, the others below it with their names."""
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", width=max(len(name) for name in header[1:]), no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for name, cell in zip(header[1:], row[1:], strict=True):
        table.add_row(Text(name), Text(cell))
    return Group(Padding(Text(row[0], style="bold"), (0, 0, 0, _INDENT)), Padding(table, (0, 0, 0, 2 * _INDENT)))


def _table(block: Grid, width: int) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, _INDENT, 0, 0), show_edge=False, header_style="underline")
    for name, columns in zip(block.header, widths(block, width - _INDENT * (len(block.header) + 1)), strict=True):
        table.add_column(name, overflow="fold", width=columns)
    for row in block.rows:
        table.add_row(*map(Text, row))
    return Padding(table, (0, 0, 0, _INDENT))


def widths(block: Grid, room: int) -> list[int]:
    """How wide each column of a table is, so that all of them fit into ``room``.

    Every column gets its longest word where that is possible; what is left goes where most text is.
    """
    cells = [[name, *(row[position] for row in block.rows)] for position, name in enumerate(block.header)]
    whole = [max(map(cell_len, column)) for column in cells]
    if sum(whole) <= room:
        return whole
    made = [min(max(cell_len(word) for text in column for word in text.split() or [""]), _WORD) for column in cells]
    made = [max(columns, 1) for columns in made]
    while sum(made) > room and max(made) > 1:
        made[made.index(max(made))] -= 1
    text = [sum(map(cell_len, column)) for column in cells]
    while sum(made) < room:
        # One column more where a line holds most: the table gets as low as it can.
        waiting = [position for position, columns in enumerate(made) if columns < whole[position]]
        made[max(waiting, key=lambda position: text[position] // made[position])] += 1
    return made
