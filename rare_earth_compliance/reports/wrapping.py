"""Where a text is broken into lines: at blanks, at the joints of a long word, and between Chinese signs.

Knows what is never torn: a name stays whole where a line has room for it, and no line begins with a sign that closes
something, or ends with one that opens something. Does not know what is said.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
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


def flow(text: str, width: int, widest: int = 0) -> list[tuple[int, str]]:
    """The same of plain text: where in the text each of its lines begins, tabs being blanks, and the line. At least one."""
    if cell_len(text) <= width and "\n" not in text and "\t" not in text:
        return [(0, text)]
    found, start = [], 0
    for line in text.split("\n"):
        whole = line.expandtabs(8)
        places = (0, *breaks(whole, width, widest), len(whole))
        found += [(start + at, whole[at:end].rstrip()) for at, end in pairwise(places)]
        start += len(whole) + 1
    return found


def breaks(text: str, width: int, widest: int = 0) -> list[int]:
    """The places at which a line of text goes on below.

    A word that no line of ``width`` holds is broken at its joints. One that has none stands whole on a line of its own where
    ``widest`` holds it, and is torn where nothing does.
    """
    found: list[int] = []
    used = 0
    size = len if text.isascii() and text.isprintable() else cell_len
    for whole in _PIECE.finditer(text):
        start, piece = whole.start(), whole.group()
        for part in filter(None, [piece] if size(piece.rstrip()) <= width else _JOINT.split(piece)):
            wide = size(part.rstrip())
            if used + wide > width and start:
                found.append(start)
                used = 0
            if wide <= max(width, widest):
                used += size(part)
            else:
                *torn, last = _torn(part, width)
                found += list(accumulate(map(len, torn), initial=start))[1:]
                used = size(last) if torn else used + size(last)
            start += len(part)
    return found


def parts(text: str) -> list[str]:
    """The shortest pieces into which a text is broken without tearing a word."""
    return [part.rstrip() for found in _PIECE.finditer(text) for part in _JOINT.split(found.group())]


def _torn(piece: str, width: int) -> list[str]:
    """A word in parts as wide as a line; the last does not begin with a sign that closes something."""
    torn = chop_cells(piece.rstrip(), width)
    if len(torn) > 1 and len(torn[-2]) > 1 and torn[-1][0] in _CLOSES and cell_len(torn[-2][-1] + torn[-1]) <= width:
        torn[-2:] = [torn[-2][:-1], torn[-2][-1] + torn[-1]]
    torn[-1] += piece[len(piece.rstrip()) :]
    return torn
