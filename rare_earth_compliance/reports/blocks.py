"""The blocks of which every report is made, and blocks made harmless.

Knows five kinds of block. Does not know what they say, nor how they look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rare_earth_compliance.core.inert import harmless as harmless  # noqa: PLC0414  # handed on: it belongs to blocks


@dataclass(frozen=True, slots=True)
class Banner:
    """The answer."""

    answer: str
    text: str
    tone: str = ""
    """The answer in English where ``answer`` is in another language: forms choose a colour by it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Labels with their texts; ``title`` names what they are about."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[int, ...] = ()
    """The columns that a form without room for all of them shows below the first one."""


Block = Banner | Heading | Rows | Items | Grid


def inert(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks of which every text is harmless, and stands on one line."""
    for block in blocks:
        if isinstance(block, Banner):
            yield Banner(harmless(block.answer), harmless(block.text), block.tone)
        elif isinstance(block, Heading):
            yield Heading(harmless(block.text))
        elif isinstance(block, Items):
            yield Items(tuple(map(harmless, block.items)))
        elif isinstance(block, Grid):
            yield Grid(tuple(map(harmless, block.header)), tuple(tuple(map(harmless, row)) for row in block.rows), block.below)
        else:
            yield Rows(harmless(block.title), tuple((harmless(label), harmless(text)) for label, text in block.rows))
