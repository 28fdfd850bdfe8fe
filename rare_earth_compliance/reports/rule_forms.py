"""Pages about rules in their forms: terminal, Markdown, HTML.

Knows which form is made how, and makes every text of a page harmless first. What is said stands in the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from rare_earth_compliance.reports import html, markdown
from rare_earth_compliance.reports.blocks import Banner, Block, Grid, Heading, Items, Rows, harmless

FORMS = ("terminal", "markdown", "html")
_INDENT = "  "


def safe(blocks: Iterable[Block]) -> list[Block]:
    """Blocks whose texts move no cursor and turn no writing direction; lines inside a text stay lines."""
    return [_safe(block) for block in blocks]


def _safe(block: Block) -> Block:
    if isinstance(block, Banner):
        return Banner(harmless(block.answer), _lines(block.text))
    if isinstance(block, Heading):
        return Heading(harmless(block.text))
    if isinstance(block, Items):
        return Items(tuple(map(_lines, block.items)))
    if isinstance(block, Grid):
        return Grid(tuple(map(harmless, block.header)), tuple(tuple(map(_lines, row)) for row in block.rows), block.below)
    return Rows(harmless(block.title), tuple((harmless(label), _lines(text)) for label, text in block.rows))


def _lines(text: str) -> str:
    return "\n".join(map(harmless, text.rstrip("\n").split("\n")))


def as_markdown(blocks: Iterable[Block]) -> str:
    """Blocks as Markdown; indented items become lists in lists, lines in a cell stay lines."""
    lines: list[str] = []
    first, level, top = True, 2, 2
    for block in safe(blocks):
        if isinstance(block, Heading):
            level = top = 2 if first else 3
            lines += ["", f"{'#' if first else '##'} {_one_line(block.text)}"]
        elif isinstance(block, Rows):
            lines += _rows(block, level if block.rows else top)
            # What follows a title that stands alone belongs to it.
            level = top + 1 if block.title and not block.rows else level
        elif isinstance(block, Items):
            lines += ["", *map(_item, block.items)]
        elif isinstance(block, Grid):
            lines += _grid(block)
        else:
            lines += ["", f"# {_one_line(block.answer)}", "", _one_line(block.text)]
        first = False
    return "\n".join(lines).strip("\n") + "\n"


def _item(text: str) -> str:
    inner = text.lstrip(" ")
    return f"{text[: len(text) - len(inner)]}- {_one_line(inner)}"


def _one_line(text: str) -> str:
    return markdown.escaped(text).replace("\n", "<br>")


def _grid(block: Grid) -> list[str]:
    head = (" | ".join(map(_one_line, block.header)), " | ".join("---" for _ in block.header))
    return ["", *(f"| {line} |" for line in (*head, *(" | ".join(map(_one_line, row)) for row in block.rows)))]


def _rows(block: Rows, level: int) -> list[str]:
    title = ["", f"{'#' * level} {_one_line(block.title)}"] if block.title else []
    rows = [f"- **{_one_line(label)}**: {_one_line(text)}" if label else f"  - {_one_line(text)}" for label, text in block.rows]
    return [*title, "", *rows] if rows else title


def as_html(blocks: Iterable[Block], title: str, foot: str) -> str:
    """Blocks as one HTML file."""
    return html.document(safe(blocks), harmless(title), harmless(foot))


def as_terminal(blocks: Iterable[Block]) -> str:
    """Blocks as plain text of the width of a report."""
    from rare_earth_compliance.reports.rule_terminal import plain  # noqa: PLC0415  # rich is needed for this form alone

    return plain(safe(blocks))


def rendered(form: str, blocks: Iterable[Block], title: str, foot: str = "") -> str:
    """A page in a form, as text. Raises KeyError for an unknown form."""
    makers: dict[str, Callable[[Iterable[Block]], str]] = {
        "terminal": as_terminal,
        "markdown": as_markdown,
        "html": partial(as_html, title=title, foot=foot),
    }
    return makers[form](blocks)
