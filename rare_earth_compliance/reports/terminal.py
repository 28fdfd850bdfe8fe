"""The report on a terminal: readable at 80 columns, with and without colour.

Knows widths and colours. What is said stands in page. Marks are words, so nothing is lost in black and
white.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rare_earth_compliance.core.inert import no_commands
from rare_earth_compliance.core.problems import Problem
from rare_earth_compliance.reports.blocks import Banner, Block, Grid, Heading, Items, harmless, inert
from rare_earth_compliance.reports.columns import cell, put_below, widths
from rare_earth_compliance.reports.decided import lead, page_of, standing, tail, unjudged
from rare_earth_compliance.reports.run import Run, meaning, status
from rare_earth_compliance.reports.wrapping import Flowing

if TYPE_CHECKING:
    from rare_earth_compliance.reports.language import Speech

WIDTH = 100
"""Columns of a report that is not shown on a terminal."""
_COLOURS = {
    "LICENCE R": "bold white on red",
    "PROHIBITE": "bold white on red",
    "UNDETERMI": "bold black on yellow",
    "LICENCE N": "bold white on green",
}
_MARKS = {"[yes]": "green", "[no]": "red", "[?]": "yellow"}
_PLAIN_MARKS = {mark: mark for mark in _MARKS}
_LEAST_ROOM = 16
"""Columns that the texts beside labels have at least."""
_WIDE = 96
"""Columns of a terminal on which every column of a table stands beside the others."""
_MARGIN = 4
"""Blanks before what goes on below a line; no label stands there."""


def render(run: Run, speech: Speech | None = None) -> str:
    """The report as plain text without colour, in English or in the language that is given."""
    return _plain(lambda console: show(run, console, speech))


def plain_blocks(blocks: Iterable[Block]) -> str:
    """Blocks as plain text without colour."""
    return _plain(lambda console: show_blocks(blocks, console))


def _plain(print_on: Callable[[Console], None]) -> str:
    target = io.StringIO()
    print_on(Console(file=target, width=WIDTH, color_system=None, legacy_windows=False))
    return no_commands("\n".join(line.rstrip() for line in target.getvalue().splitlines())) + "\n"


def on_terminal(console: Console, print_on: Callable[[Console], None]) -> str:
    """What would be printed on a terminal, with its width and colours, and without commands: a build server may show it."""
    with console.capture() as caught:
        print_on(console)
    return no_commands(caught.get())


def show(run: Run, console: Console, speech: Speech | None = None) -> None:
    """Print the report on a console, in English or in the language that is given.

    Only the last line begins at the margin like the last line: text of a user that is wrapped goes on indented.
    """
    say = speech.say if speech else str
    if run.checked:
        show_blocks(lead(run), console)
        console.print()
    for index, determination in enumerate(run.determinations):
        show_blocks(inert(speech.page(determination) if speech else page_of(run, index)), console, speech)
        console.print()
    if run.refused:
        console.print(Text(say("REFUSED"), style="bold white on red"))
        if speech:
            console.print(Group(Flowing(speech.words.notice.problems)))
        for problem in run.refused:
            console.print(_problem(problem, console))
    for line in unjudged(run, say):
        console.print(_indented(Flowing(line), console))
    show_blocks(tail(run), console)
    console.print(_summary(run, speech, console))


def show_blocks(blocks: Iterable[Block], console: Console, speech: Speech | None = None) -> None:
    """Print blocks on a console."""
    marks = {other: english for english, other in speech.words.yes_no.items()} if speech else _PLAIN_MARKS
    colon = speech.words.colon if speech else ": "
    for block in blocks:
        console.print(_block(block, console, marks, colon))


def _summary(run: Run, speech: Speech | None, console: Console) -> Group:
    lines: list[RenderableType] = []
    if len(run.determinations) > 1:
        for index, one in enumerate(run.determinations):
            lines.append(_indented(Flowing(harmless(speech.headline(one) if speech else standing(run, index))), console))
    files = f"{len(run.determinations):,} judged, {len(run.refused_files):,} refused"
    last = f"{files} – exit status {status(run)}: {meaning(run)}"
    lines.append(Text(speech.say(last) if speech else last, style="bold"))
    return Group(*lines)


def _problem(problem: Problem, console: Console) -> RenderableType:
    lines = [_indented(Flowing(harmless(f"{problem.place}: {problem.message}")), console)]
    if problem.advice:
        lines.append(_indented(Flowing(harmless(f"  do: {problem.advice}"), style="italic"), console))
    return Group(*lines)


def _indented(text: Flowing, console: Console) -> RenderableType:
    """Text that goes on indented where it is too long for a line."""
    if text.cell_len <= console.width:
        return text
    first, *others = text.wrap(console, console.width - _MARGIN)
    return Group(first, *(Padding(line, (0, 0, 0, _MARGIN)) for line in others))


def _block(block: Block, console: Console, marks: Mapping[str, str], colon: str) -> RenderableType:
    if isinstance(block, Banner):
        answer = Flowing(block.answer, style=_COLOURS[(block.tone or block.answer)[:9]])
        return Group(_indented(answer, console), Flowing(block.text), Text(""))
    if isinstance(block, Heading):
        return Group(Text(""), Flowing(block.text, style="bold underline"))
    if isinstance(block, Items):
        return _beside((("–", Flowing(item)) for item in block.items), console, indent=0, least=1)
    if isinstance(block, Grid):
        return _grid(block, console.width, colon)
    rows = _beside(((label, _marked(text, marks)) for label, text in block.rows), console, indent=2, least=11, style="dim")
    return Group(_indented(Flowing(block.title, style="bold"), console), rows) if block.title else rows


def _beside(
    rows: Iterable[tuple[str, Flowing]], console: Console, *, indent: int, least: int, style: str = ""
) -> RenderableType:
    """Labels with their texts beside them, which go on below where they are too long for a line.

    A word that has no room there and a line of its own, such as a digest, begins further left and stays whole.
    A table does the rest as well; it measures every cell more than once, and a report has thousands of lines.
    """
    found = [(Text(label, style=style), text) for label, text in rows]
    if not found:
        return Group()
    column = max(least, *(label.cell_len for label, _ in found))
    room = console.width - indent - column - 1
    if room < _LEAST_ROOM:
        return Padding(_table(found, least), (0, 0, 0, indent))
    start = " " * indent
    lines = []
    for label, text in found:
        text.widest = console.width - _MARGIN
        first, *others = [text] if _fits(text, room) else text.wrap(console, room)
        if first.cell_len > room:
            first, others = Text(), [first, *others]
        lines.append(Text.assemble(start, label, " " * (column - label.cell_len + 1), first))
        lines += [Text.assemble(" " * min(indent + column + 1, console.width - line.cell_len), line) for line in others]
    return Text("\n", no_wrap=True, overflow="ignore").join(lines)


def _fits(text: Text, room: int) -> bool:
    return text.cell_len <= room and "\n" not in text.plain and "\t" not in text.plain


def _table(rows: Iterable[tuple[Text, Text]], least: int) -> Table:
    """For a terminal so narrow that the labels must give way."""
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=least, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _marked(text: str, marks: Mapping[str, str]) -> Flowing:
    shown = Flowing(text)
    for mark, english in marks.items():
        if text.startswith(mark):
            shown.stylize(_MARKS[english], 0, len(mark))
    return shown


def _grid(block: Grid, width: int, colon: str) -> RenderableType:
    """A table; where the terminal is narrow, what there is no room for stands below the first cell of a row."""
    if width < _WIDE:
        block = put_below(block, colon)
    columns = widths(block, width - 2 * len(block.header) - 1)
    table = Table(box=None, pad_edge=False, padding=(0, 1), show_edge=False)
    for name, room in zip(block.header, columns, strict=True):
        table.add_column(name, overflow="fold", width=room)
    for row in block.rows:
        table.add_row(*map(cell, row, columns))
    return Padding(table, (0, 0, 0, 2))
