"""Where a text is broken into lines: at blanks, at the joints of a long word, and between Chinese signs.

Knows what is never torn: a name stays whole where a line has room for it, and no line begins with a sign that closes
something, or ends with one that opens something. Does not know what is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.containers import Lines
from rich.text import Text

_OPENS = "（【“《〈「『〔［｛"
_CLOSES = "，。；：、！？）】”》〉」』〕］｝…"
_HAN = r"\u2e80-\u2fff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_PIECE = re.compile(rf"[{_OPENS}]*(?:[{_HAN}]|[^\s{_HAN}{_OPENS}{_CLOSES}]+)?[{_CLOSES}]*(?: %)?\s*")
"""What stays together: a Chinese sign or a word, with the signs that open and close it, a "%" and the blanks after it."""
_JOINT = re.compile(rf"(?<=[/-])(?![/{_CLOSES}\s-])")


class Flowing(Text):
    """Text that is broken so wherever it is shown; ``widest`` is the room of a line that one torn word may have to itself."""

    def __init__(self, text: str = "", style: str = "", *, widest: int = 0) -> None:
        super().__init__(text, style=style)
        self.widest = widest

    def wrap(self, console: Console, width: int, **_: Any) -> Lines:  # noqa: ARG002  # as the library calls it
        """The text in lines of a width."""
        lines = Lines()
        for line in self.split(allow_blank=True):
            line.expand_tabs(8)
            for one in line.divide(breaks(line.plain, width, self.widest)):
                one.rstrip()
                lines.append(one)
        return lines


def breaks(text: str, width: int, widest: int = 0) -> list[int]:
    """The places at which a line of text goes on below.

    A word that no line of ``width`` holds is broken at its joints. One that has none stands whole on a line of its own where
    ``widest`` holds it, and is torn where nothing does.
    """
    found: list[int] = []
    used = 0
    for start, piece in _pieces(text, width):
        wide = cell_len(piece.rstrip())
        if used + wide > width and start:
            found.append(start)
            used = 0
        *torn, last = _torn(piece, width) if wide > max(width, widest) else [piece]
        found += list(accumulate(map(len, torn), initial=start))[1:]
        used = used + cell_len(last) if not torn else cell_len(last)
    return found


def parts(text: str) -> list[str]:
    """The shortest pieces into which a text is broken without tearing a word."""
    return [part.rstrip() for found in _PIECE.finditer(text) for part in _JOINT.split(found.group())]


def _pieces(text: str, width: int) -> Iterator[tuple[int, str]]:
    """What is not broken, with its place; words that are too long in parts that end at their joints."""
    for found in _PIECE.finditer(text):
        start, piece = found.start(), found.group()
        for part in _JOINT.split(piece) if cell_len(piece.rstrip()) > width else [piece]:
            if part:
                yield start, part
            start += len(part)


def _torn(piece: str, width: int) -> list[str]:
    """A word in parts as wide as a line; the last does not begin with a sign that closes something."""
    torn = chop_cells(piece.rstrip(), width)
    if len(torn) > 1 and len(torn[-2]) > 1 and torn[-1][0] in _CLOSES and cell_len(torn[-2][-1] + torn[-1]) <= width:
        torn[-2:] = [torn[-2][:-1], torn[-2][-1] + torn[-1]]
    torn[-1] += piece[len(piece.rstrip()) :]
    return torn
