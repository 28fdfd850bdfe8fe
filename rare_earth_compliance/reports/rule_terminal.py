"""Pages about rules on a terminal: lists in lists, and tables whose cells hold many lines as records.

Knows what such pages need beyond a report. What is said stands in the pages, all other blocks in terminal.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rare_earth_compliance.core.inert import no_commands
from rare_earth_compliance.reports.blocks import Block, Grid, Items, Rows
from rare_earth_compliance.reports.columns import cell, widths
from rare_earth_compliance.reports.terminal import WIDTH, Paper, show_blocks
from rare_earth_compliance.reports.wrapping import Flowing

_INDENT = 2


def plain(blocks: Iterable[Block], width: int = WIDTH) -> str:
    """Blocks as plain text without colour, ``width`` columns wide."""
    paper = Paper(width)
    show(blocks, paper)
    return no_commands("\n".join(paper.lines()).strip("\n")) + "\n"


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
    table.add_row("–", Flowing(inner))
    return Padding(table, (0, 0, 0, _INDENT + len(text) - len(inner)))


def _record(header: tuple[str, ...], row: tuple[str, ...]) -> RenderableType:
    """One row of a table: its first cell as a title, the others below it with their names."""
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", width=max(len(name) for name in header[1:]), no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for name, text in zip(header[1:], row[1:], strict=True):
        table.add_row(Text(name), Flowing(text))
    return Group(Padding(Flowing(row[0], "bold"), (0, 0, 0, _INDENT)), Padding(table, (0, 0, 0, 2 * _INDENT)))


def _table(block: Grid, width: int) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, _INDENT, 0, 0), show_edge=False, header_style="underline")
    columns = widths(block, width - _INDENT * (len(block.header) + 1))
    for name, room in zip(block.header, columns, strict=True):
        table.add_column(name, overflow="fold", width=room)
    for row in block.rows:
        table.add_row(*map(cell, row, columns))
    return Padding(table, (0, 0, 0, _INDENT))
