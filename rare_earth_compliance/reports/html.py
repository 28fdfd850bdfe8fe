"""Blocks as one HTML file that needs nothing else: escaped, printable, light or dark as the reader's screen is.

Knows HTML: headings with links to them, tables with headers, lists in lists, the language of Chinese words. What
is said stands in the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from rare_earth_compliance.core.inert import no_commands_in_markup
from rare_earth_compliance.reports.blocks import Banner, Block, Grid, Heading, Items, Rows

_SIGN = r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e]"
_CHINESE = re.compile(rf"{_SIGN}+(?:[…0-9A-Za-z.%-]*{_SIGN}+)*")
"""Runs of Chinese text, with the numbers, codes and ellipses inside them."""
_ADDRESS = re.compile(r"https://[A-Za-z0-9./_~%?=&#:+,;@-]*[A-Za-z0-9/]")
_INDENT = "  "
_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --soft: #555; --line: #c8c8c8; --shade: #f3f3f0;
  --link: #0b4f8a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e6; --paper: #17191b; --soft: #aeb2b5; --line: #43484c;
  --shade: #212427; --link: #8cc4f5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
main { padding-bottom: 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.75rem 0 .75rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.75rem 0 .5rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.1rem; margin: 1.75rem 0 .35rem; }
h4 { font-size: 1rem; margin: 1rem 0 .25rem; }
h1, h2, h3, h4, li, p, footer { overflow-wrap: anywhere; }
a { color: var(--link); }
nav { padding: .5rem 0 1rem; margin: 0; }
dl { margin: .25rem 0 .75rem; display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .2rem 1rem; }
dt { color: var(--soft); grid-column: 1; overflow-wrap: anywhere; }
dd { margin: 0; grid-column: 2; overflow-wrap: anywhere; }
ul { margin: .25rem 0; padding-left: 1.4rem; }
.wide { overflow-x: auto; margin: .5rem 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--shade); border-bottom: 2px solid var(--ink); }
tbody th { font-weight: 600; }
td, tbody th { overflow-wrap: break-word; }
.wide td, .wide th { max-width: 28rem; }
[lang|="zh"] { font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC",
  sans-serif; }
footer { color: var(--soft); margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .5rem; font-size: .9rem; }
@media (max-width: 40rem) { dl { display: block; } dd { margin-left: 1rem; } table { min-width: 40rem; } }
@media print { :root { --ink: #000; --paper: #fff; --soft: #333; --line: #999; --shade: #eee; --link: #000; }
  @page { margin: 16mm 14mm; } body { font-size: 10pt; } nav { display: none; } main { max-width: none; padding: 0; }
  .wide { overflow: visible; } thead { display: table-header-group; } tr, dl > * { break-inside: avoid; }
  h1, h2, h3, h4 { break-after: avoid; } a { text-decoration: none; } }
"""


def document(blocks: Iterable[Block], title: str, foot: str = "") -> str:
    """Blocks as a whole HTML file. The first heading is that of the page; ``foot`` is its last line."""
    body, places = [], []
    names: set[str] = set()
    first, level, top = True, 2, 2
    for block in blocks:
        if isinstance(block, Heading):
            level = top = 2 if first else 3
        if isinstance(block, Heading) and not first:
            name = _name(block.text, names)
            places.append((name, block.text))
            body.append(f'<h2 id="{name}">{_text(block.text)}</h2>')
        elif isinstance(block, Heading):
            body.append(f"<h1>{_text(block.text)}</h1>")
            first = False
        elif isinstance(block, Rows):
            body += _rows(block, level if block.rows else top)
            # What follows a title that stands alone belongs to it.
            level = top + 1 if block.title and not block.rows else level
        else:
            body += _block(block)
    nav = []
    if len(places) > 1:
        links = [f'<li><a href="#{name}">{_text(text)}</a></li>' for name, text in places]
        nav = ['<nav aria-label="On this page">', "<ul>", *links, "</ul>", "</nav>"]
    end = [f"<footer>{_text(foot)}</footer>"] if foot else []
    head = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
    ]
    before, after = (body[:1], body[1:]) if body[:1] and body[0].startswith("<h1>") else ([], body)
    lines = [*head, "<main>", *before, *nav, *after, *end, "</main>", "</body>", "</html>"]
    return no_commands_in_markup("\n".join(lines)) + "\n"


def _name(text: str, taken: set[str]) -> str:
    """A name for links to a heading, used once."""
    base = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "part"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    return name


def _block(block: Banner | Items | Grid) -> list[str]:
    if isinstance(block, Banner):
        return [f"<h1>{_text(block.answer)}</h1>", f"<p>{_text(block.text)}</p>"]
    return list(_nested(block.items)) if isinstance(block, Items) else _table(block)


def _rows(block: Rows, level: int) -> list[str]:
    lines = [f"<h{level}>{_text(block.title)}</h{level}>"] if block.title else []
    if block.rows:
        lines.append("<dl>")
        for label, text in block.rows:
            term = f"<dt>{_text(label)}</dt>" if label else ""
            lines.append(f"{term}<dd>{_text(text)}</dd>")
        lines.append("</dl>")
    return lines


def _table(block: Grid) -> list[str]:
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in block.header)
    label = escape(f"Table: {', '.join(name for name in block.header if name)}", quote=True)
    lines = [f'<div class="wide" role="region" aria-label="{label}" tabindex="0">', "<table>"]
    lines += [f"<thead><tr>{head}</tr></thead>", "<tbody>"]
    for row in block.rows:
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in row[1:])
        lines.append(f'<tr><th scope="row">{_text(row[0])}</th>{cells}</tr>')
    return [*lines, "</tbody>", "</table>", "</div>"]


def _nested(items: Iterable[str]) -> Iterator[str]:
    """Items as a list in which two spaces at the start of an item put it into the list of the one above."""
    depth = -1
    for item in items:
        wanted = (len(item) - len(item.lstrip(" "))) // len(_INDENT)
        wanted = min(wanted, depth + 1)
        if wanted > depth:
            yield "<ul>"
        else:
            yield "</li>" + "</ul></li>" * (depth - wanted)
        depth = wanted
        yield f"<li>{_text(item.strip(' '))}"
    if depth >= 0:
        yield "</li></ul>" * (depth + 1)


def _text(text: str) -> str:
    """Text with its signs escaped, addresses as links, Chinese marked as Chinese, and lines as lines."""
    made, at = [], 0
    for found in _ADDRESS.finditer(text):
        address = escape(found.group(), quote=True)
        made += [_worded(text[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    made.append(_worded(text[at:]))
    return "".join(made)


def _worded(text: str) -> str:
    made, at = [], 0
    for found in _CHINESE.finditer(text):
        made += [escape(text[at : found.start()]), f'<span lang="zh-Hans">{escape(found.group())}</span>']
        at = found.end()
    made.append(escape(text[at:]))
    return "".join(made).replace("\n", "<br>")
