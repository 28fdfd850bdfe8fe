"""The report as Markdown, for a ticket, a pull request or a file.

Knows Markdown and its escapes. What is said stands in page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rare_earth_compliance.reports.blocks import Banner, Block, Grid, Heading, Items, harmless, inert
from rare_earth_compliance.reports.decided import lead, page_of, tail, unjudged
from rare_earth_compliance.reports.run import Run, status

if TYPE_CHECKING:
    from rare_earth_compliance.reports.language import Speech

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_LIST = re.compile(r"^([0-9]*)([-+.)])")
_AT = re.compile(r"@+")


def escaped(text: str) -> str:
    """Text that Markdown and HTML show as it is."""
    return _SPECIAL.sub(r"\\\1", text).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def quiet(text: str) -> str:
    """Text of which a reader of Markdown makes nothing: no link, no formula, no mention of a person.

    A reader may link an address that is merely written out; GitHub does, and mentions whoever stands after an "@".
    """
    return _AT.sub(r"`\g<0>`", _ADDRESS.sub(r"\\\g<0>", escaped(text)).replace("$", "\\$"))


def in_list(text: str) -> str:
    """The same as an entry of a list, in which it begins no list of its own."""
    made = _LIST.sub(r"\1\\\2", quiet(text.lstrip(" ")))
    return f"- {made}"


def render(run: Run, speech: Speech | None = None) -> str:
    """The report as Markdown text, in English or in the language that is given."""
    lines: list[str] = []
    say, colon = (speech.say, speech.words.colon) if speech else (str, ": ")
    for block in lead(run):
        lines += _block(block, colon)
    for index, determination in enumerate(run.determinations):
        for block in inert(speech.page(determination) if speech else page_of(run, index)):
            lines += _block(block, colon)
    if run.refused:
        lines += ["", f"## {say('REFUSED')}", "", *([speech.words.notice.problems, ""] if speech else [])]
        lines += [in_list(harmless(f"{problem.place}: {problem.message}")) for problem in run.refused]
    lines += ["", *map(in_list, unjudged(run, say))] if run.skipped or run.left_out.count else []
    for block in tail(run):
        lines += _block(block, colon)
    lines += ["", say(f"{len(run.determinations)} judged, {len(run.refused_files)} refused – exit status {status(run)}")]
    return "\n".join(lines).lstrip("\n") + "\n"


def _block(block: Block, colon: str) -> list[str]:
    if isinstance(block, Banner):
        return ["", f"# {quiet(block.answer)}", "", quiet(block.text)]
    if isinstance(block, Heading):
        return ["", f"## {quiet(block.text)}"]
    if isinstance(block, Items):
        return ["", *map(in_list, block.items)]
    if isinstance(block, Grid):
        rows = [[quiet(cell).replace("  ", "&nbsp;&nbsp;") for cell in row] for row in block.rows]
        head = [" | ".join(block.header), " | ".join("---" for _ in block.header)]
        return ["", *(f"| {line} |" for line in (*head, *(" | ".join(row) for row in rows)))]
    title = ["", f"### {quiet(block.title)}"] if block.title else []
    return [
        *title,
        "",
        *(f"- **{quiet(label)}**{colon}{quiet(text)}" if label else f"  {in_list(text)}" for label, text in block.rows),
    ]
