"""The report on a terminal: labels with their texts beside them stand as a table of the library would set them.

Where lines break otherwise than there is tried in test_wrapping.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rare_earth_compliance.reports.blocks import Block, Items, Rows
from rare_earth_compliance.reports.terminal import _LEAST_ROOM, show_blocks

LABELS = ("why", "in force", "eleven cols", "a label longer than most", "出口经营者")
TEXTS = (
    "",
    "[yes] short",
    "[?] " + "words that go on and on, " * 9,
    "含有集成或者混有原产于中国的本公告附件1第一部分所列物项" * 4,
    "unbroken" * 30,
    "two\nlines, and  two blanks ",
    "e\u0301 and 👩\u200d🔬 take the columns that they take",
)
STYLE = re.compile("(\x1b\\[[0-9;]*m)")
WIDTHS = (*range(8, 60), 79, 80, 100, 101, 240)


def shown(block: Block, width: int) -> list[list[tuple[str, str]]]:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system="truecolor", legacy_windows=False)
    with console.capture() as caught:
        show_blocks([block], console)
    return lines(caught.get())


def lines(text: str) -> list[list[tuple[str, str]]]:
    """Every sign with its style, line by line; blanks have none, and at the end of a line they are not seen.

    Nor are lines of blanks, which the library makes of the blank after a word that it tears.
    """
    found = []
    for line in text.split("\n"):
        style, signs = "", []
        for part in STYLE.split(line):
            if STYLE.fullmatch(part):
                style = part if part != "\x1b[0m" else ""
            else:
                signs += [(sign, style if sign != " " else "") for sign in part]
        while signs and signs[-1][0] == " ":
            signs.pop()
        found.append(signs)
    return [signs for signs in found if signs]


def tables(rows: list[tuple[str, str]], indent: int, least: int, style: str, width: int) -> list[list[tuple[str, str]]]:
    """The same by the library alone."""
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=least, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for label, text in rows:
        said = Text(text)
        for mark, colour in (("[yes]", "green"), ("[no]", "red"), ("[?]", "yellow")):
            if style and text.startswith(mark):
                said.stylize(colour, 0, len(mark))
        table.add_row(Text(label, style=style), said)
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system="truecolor", legacy_windows=False)
    with console.capture() as caught:
        console.print(Padding(table, (0, 0, 0, indent)))
    return lines(caught.get())


def blocks() -> Iterator[list[tuple[str, str]]]:
    yield from ([(label, text)] for label in LABELS for text in TEXTS)
    yield list(zip(LABELS * 2, TEXTS, strict=False))


@pytest.mark.parametrize("width", WIDTHS)
def test_labels_and_texts_stand_as_in_a_table(width: int) -> None:
    seen = 0
    for rows in blocks():
        assert shown(Rows("", tuple(rows)), width) == tables(rows, 2, 11, "dim", width), rows
        marked = [("–", text) for _, text in rows]
        assert shown(Items(tuple(text for _, text in rows)), width) == tables(marked, 0, 1, "", width)
        seen += 1
    assert seen == len(LABELS) * len(TEXTS) + 1


def test_both_ways_are_taken() -> None:
    """Below the least room the labels give way, above it they do not: the widths above stand on both sides."""
    assert min(WIDTHS) < 2 + 11 + 1 + _LEAST_ROOM < max(WIDTHS)


def test_nothing_to_show_is_nothing() -> None:
    assert shown(Items(()), 80) == shown(Rows("", ()), 80) == []
