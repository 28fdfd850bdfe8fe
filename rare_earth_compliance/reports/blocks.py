"""The blocks of which every report is made, and text made harmless for them.

Knows five kinds of block. Does not know what they say, nor how they look.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


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


Block = Banner | Heading | Rows | Items | Grid


def harmless(text: str) -> str:
    """Text without characters that move a cursor, turn the writing direction or break a line."""
    if text.isprintable():  # none of these is printable, and most text holds none
        return text
    return "".join(
        f"\\u{ord(char):04x}" if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs") else char for char in text
    )
