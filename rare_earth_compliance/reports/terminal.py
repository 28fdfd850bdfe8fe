"""The report on a terminal: readable at 80 columns, with and without colour.

Knows widths and colours. What is said stands in page. Marks are words, so nothing is lost in black and
white.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.control import strip_control_codes
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rare_earth_compliance.core.inert import no_commands
from rare_earth_compliance.core.problems import Problem
from rare_earth_compliance.reports.blocks import Banner, Block, Grid, Heading, Items, harmless, inert
from rare_earth_compliance.reports.columns import cell, put_below, widths
from rare_earth_compliance.reports.decided import lead, page_of, standing, tail, unjudged
from rare_earth_compliance.reports.run import Run, meaning, status
from rare_earth_compliance.reports.wrapping import Flowing, flow

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
Marks = tuple[tuple[int, int, str], ...]
"""What stands out in a text: from which sign on, up to which, and how."""
Line = tuple[str, Marks]
_LEAST_ROOM = 16
"""Columns that the texts beside labels have at least."""
_WIDE = 96
"""Columns of a terminal on which every column of a table stands beside the others."""
_MARGIN = 4
"""Blanks before what goes on below a line; no label stands there."""


def render(run: Run, speech: Speech | None = None) -> str:
    """The report as plain text without colour, in English or in the language that is given."""
    paper = Paper(WIDTH)
    show(run, paper, speech)
    return no_commands("\n".join(paper.lines())) + "\n"


class Paper(Console):
    """What is no terminal: lines without colours are written as they are, for printing one takes longer than making it."""

    def __init__(self, width: int) -> None:
        """``width``: in columns."""
        self._page = io.StringIO()
        # With a height as well, the library does not look again and again how large the terminal is.
        super().__init__(file=self._page, width=width, height=width, color_system=None, legacy_windows=False)

    def lines(self) -> list[str]:
        """What was printed, without blanks at the ends of lines."""
        return [line.rstrip() for line in self._page.getvalue().splitlines()]


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
            _put(_problem(problem, console.width), console)
    for line in unjudged(run, say):
        _put(_hanging(line, console.width), console)
    show_blocks(tail(run), console)
    _summary(run, speech, console)


def show_blocks(blocks: Iterable[Block], console: Console, speech: Speech | None = None) -> None:
    """Print blocks on a console."""
    marks = {other: english for english, other in speech.words.yes_no.items()} if speech else _PLAIN_MARKS
    colon = speech.words.colon if speech else ": "
    for block in blocks:
        for part in _parts(block, console.width, marks, colon):
            if isinstance(part, list):
                _put(part, console)
            else:
                console.print(part)


def _put(lines: list[Line], console: Console) -> None:
    """Print lines that are as wide as they may be."""
    if isinstance(console, Paper):
        console.file.writelines([f"{line}\n" for line, _ in lines])
        return
    made = []
    for line, styles in lines:
        made.append(Text(line))
        for start, end, style in styles:
            made[-1].stylize(style, start, end)
    console.print(Text("\n", no_wrap=True, overflow="ignore").join(made))


def _summary(run: Run, speech: Speech | None, console: Console) -> None:
    if len(run.determinations) > 1:
        for index, one in enumerate(run.determinations):
            _put(_hanging(harmless(speech.headline(one) if speech else standing(run, index)), console.width), console)
    files = f"{len(run.determinations):,} judged, {len(run.refused_files):,} refused"
    last = f"{files} – exit status {status(run)}: {meaning(run)}"
    console.print(Text(speech.say(last) if speech else last, style="bold"))


def _problem(problem: Problem, width: int) -> list[Line]:
    lines = _hanging(harmless(f"{problem.place}: {problem.message}"), width)
    return lines + _hanging(harmless(f"  do: {problem.advice}"), width, "italic") if problem.advice else lines


def _hanging(text: str, width: int, style: str = "") -> list[Line]:
    """Text that goes on indented where it is too long for a line."""
    text = strip_control_codes(text)
    margin = _MARGIN if cell_len(text) > width else 0
    lines = [line for _, line in flow(text, width - margin)]
    starts = (0, *[margin] * (len(lines) - 1))
    return [(" " * at + line, ((at, at + len(line), style),)) for at, line in zip(starts, lines, strict=True)]


def _parts(block: Block, width: int, marks: Mapping[str, str], colon: str) -> Iterator[list[Line] | RenderableType]:
    """What a block is made of, one below the other: lines, and what the library lays out."""
    if isinstance(block, Banner):
        yield _hanging(block.answer, width, _COLOURS[(block.tone or block.answer)[:9]])
        yield [*((line, ()) for _, line in flow(strip_control_codes(block.text), width)), ("", ())]
    elif isinstance(block, Heading):
        yield [
            ("", ()),
            *((line, ((0, len(line), "bold underline"),)) for _, line in flow(strip_control_codes(block.text), width)),
        ]
    elif isinstance(block, Items):
        yield from _beside([("–", item, ()) for item in block.items], width, indent=0, least=1)
    elif isinstance(block, Grid):
        yield _grid(block, width, colon)
    else:
        if block.title:
            yield _hanging(block.title, width, "bold")
        rows = [(label, text, _marked(text, marks)) for label, text in block.rows]
        yield from _beside(rows, width, indent=2, least=11, style="dim")


def _beside(
    rows: list[tuple[str, str, Marks]], width: int, *, indent: int, least: int, style: str = ""
) -> Iterator[list[Line] | RenderableType]:
    """Labels with their texts beside them, which go on below where they are too long for a line.

    A word that has no room there and a line of its own, such as a digest, begins further left and stays whole.
    A table does the rest as well; it measures every cell more than once, and a report has thousands of lines.
    """
    if not rows:
        return
    rows = [(strip_control_codes(label), strip_control_codes(text), marks) for label, text, marks in rows]
    column = max(least, *(cell_len(label) for label, _, _ in rows))
    room = width - indent - column - 1
    if room < _LEAST_ROOM:
        yield Padding(_table(rows, least, style), (0, 0, 0, indent))
        return
    lines: list[Line] = []
    for label, text, marks in rows:
        flowing = flow(text, room, width - _MARGIN)
        if cell_len(flowing[0][1]) > room:
            flowing.insert(0, (0, ""))
        for number, (at, one) in enumerate(flowing):
            styles: Marks = ()
            if number:
                before = " " * min(indent + column + 1, width - cell_len(one))
            else:
                before = " " * indent + label + " " * (column - cell_len(label) + 1)
                styles = ((indent, indent + len(label), style),)
            lines.append((before + one, (*styles, *_moved(marks, at, len(one), len(before)))))
    yield lines


def _moved(marks: Marks, at: int, length: int, before: int) -> Iterator[tuple[int, int, str]]:
    """Marks of a text, on one of its lines: where in the text that begins, how long it is, and what stands before it."""
    for start, end, colour in marks:
        if start < at + length and end > at:
            yield before + max(0, start - at), before + min(length, end - at), colour


def _table(rows: Iterable[tuple[str, str, Marks]], least: int, style: str) -> Table:
    """For a terminal so narrow that the labels must give way."""
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=least, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for label, text, marks in rows:
        shown = Flowing(text)
        for start, end, colour in marks:
            shown.stylize(colour, start, end)
        table.add_row(Text(label, style=style), shown)
    return table


def _marked(text: str, marks: Mapping[str, str]) -> Marks:
    return tuple((0, len(mark), _MARKS[english]) for mark, english in marks.items() if text.startswith(mark))


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
