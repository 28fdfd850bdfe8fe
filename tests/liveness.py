"""What makes an output live, judged without a look at how the product makes it harmless.

Each judge takes an output and gives complaints in words; none for one that does nothing. HTML, XML, JSON and Markdown
are read by parsers, Markdown by two: one of CommonMark, and that of GitHub. What the same report says of texts that do
nothing is the measure: a payload may add no element, no attribute and no link to it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as Xml

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
"""Characters that show nothing, beside those whose category says it."""
_LIVE = ("Cc", "Cf", "Zl", "Zp", "Cs")
_BESIDE_TEXT = re.compile("##(?:\\[|[a-z]+\\[)")
"""How commands of Actions of the older kind, Azure Pipelines and TeamCity begin, anywhere in a line."""
_LAST = re.compile(r"(?:[0-9,]+ judged, [0-9,]+ refused – exit status|已判定) ?.*[0-9].*", re.MULTILINE)
_PARSERS = (MarkdownIt("commonmark"), MarkdownIt("commonmark").enable(["table", "strikethrough"]))
_ELEMENTS = frozenset(("h1", "h2", "h3", "h4", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td"))
"""What a Markdown report is made of."""


def characters(text: str) -> list[str]:
    """Characters that move a cursor, turn the writing direction, break a line or show nothing."""
    found = {char for char in set(text) - {"\n"} if unicodedata.category(char) in _LIVE or _UNSEEN.match(char)}
    return [f"U+{ord(char):04X} is written as it is" for char in sorted(found)]


def commands(text: str) -> list[str]:
    """Lines that a build server takes for a command; leading space does not count for it."""
    likely = "::" in text or "##" in text
    lines = text.split("\n") if likely else ()
    found = [line for line in lines if line.lstrip().startswith("::") or _BESIDE_TEXT.search(line)]
    return [f"a command: {line.strip()[:60]!r}" for line in found]


def shown(text: str) -> list[str]:
    """What a terminal or the log of a build server would do."""
    return characters(text) + commands(text)


def forged(text: str) -> list[str]:
    """A last line that is not the engine's, or one like it that stands before it at the margin."""
    lines = text.rstrip("\n").split("\n")
    likely = [line for line in lines if _LAST.match(line)]
    if not _LAST.match(lines[-1]):
        return [f"ends with {lines[-1][:60]!r}"]
    return [f"a line like the last: {line[:60]!r}" for line in likely[:-1]]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"<{' '.join([tag, *(name for name, _ in attrs)])}>"] += 1
        for name, value in attrs:
            if name in ("href", "src", "action", "style") or name.startswith("on"):
                self.found[f"{name}={value}"] += 1

    def handle_comment(self, data: str) -> None:
        self.found[f"<!--{data}-->"] += 1

    def handle_decl(self, decl: str) -> None:
        self.found[f"<!{decl}>"] += 1

    def handle_pi(self, data: str) -> None:
        self.found[f"<?{data}>"] += 1

    def unknown_decl(self, data: str) -> None:
        self.found[f"<![{data}>"] += 1


def elements(text: str) -> Counter[str]:
    """What an HTML page is made of: elements with the names of their attributes, where links lead, comments."""
    parser = _Elements()
    parser.feed(text)
    parser.close()
    return parser.found


def more(made: Counter[str], of: Counter[str], what: str) -> list[str]:
    """What an output is made of beyond the same output of texts that do nothing."""
    return [f"{what}: {number} more of {one[:80]}" for one, number in sorted((made - of).items())]


def html(text: str, plain: str) -> list[str]:
    """Elements, attributes and links that the same page of plain texts does not have."""
    return more(elements(text), elements(plain), "HTML")


def github_page(text: str) -> str:
    """Markdown as GitHub makes HTML of it, with everything let through; a sign "@" alone as code is text."""
    extensions = ["table", "autolink", "strikethrough", "tasklist"]
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    made = str(cmarkgfm.markdown_to_html_with_extensions(text, options=options, extensions=extensions))
    return re.sub("<code>(@+)</code>", r"\1", made)


def markdown(text: str, plain: str) -> list[str]:
    """Links, images, HTML and structure that the same report of plain texts does not have, by two parsers."""
    found = more(elements(github_page(text)), elements(github_page(plain)), "GitHub")
    made = elements(github_page(text))
    found += [f"GitHub: {one}" for one in made if one.strip("<>") not in _ELEMENTS and one not in elements(github_page(plain))]
    for parser in _PARSERS:
        found += more(_tokens(parser, text), _tokens(parser, plain), "CommonMark")
        found += [f"CommonMark: {one}" for one in _tokens(parser, text) if re.match("html|link|image|code|fence", one)]
    return found


def _tokens(parser: MarkdownIt, text: str) -> Counter[str]:
    outer = parser.parse(text)
    every = [*outer, *(inner for token in outer for inner in token.children or ())]
    kept = [token for token in every if not (token.type == "code_inline" and set(token.content) == {"@"})]
    return Counter(token.type for token in kept if token.type not in ("text", "text_special", "inline", "softbreak"))


def xml(text: str, plain: str) -> list[str]:
    """Text that is no XML, or has other elements and attributes than the same report of plain texts."""
    try:
        made = Xml.fromstring(text)  # noqa: S314  # of the product
    except Xml.ParseError as error:
        return [f"no XML: {error}"]
    if "<!" in text.replace("&lt;!", ""):
        return ["a declaration"]
    return more(_nodes(made), _nodes(Xml.fromstring(plain)), "XML")  # noqa: S314


def _nodes(root: Any) -> Counter[str]:
    return Counter(" ".join([one.tag, *sorted(one.attrib)]) for one in root.iter())


def a_json(text: str, plain: str) -> list[str]:
    """Text that is no JSON, or has other keys than the same report of plain texts."""
    try:
        made = json.loads(text)
    except ValueError as error:
        return [f"no JSON: {error}"]
    return more(_keys(made), _keys(json.loads(plain)), "JSON")


def _keys(value: Any) -> Counter[str]:
    """How often each key stands in a document."""
    found: Counter[str] = Counter()
    work = [value]
    while work:
        one = work.pop()
        if isinstance(one, dict):
            found.update(list(one))
            work.extend(one.values())
        elif isinstance(one, list):
            work.extend(one)
    return found


def cells(text: str) -> list[str]:
    """Cells of a table of text that a spreadsheet computes."""
    rows = csv.reader(io.StringIO(text))
    return [f"a formula: {cell[:40]!r}" for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def sarif_messages(text: str) -> list[str]:
    """Messages in which a reader of SARIF finds a link or a placeholder."""
    found = []
    work: list[Any] = [json.loads(text)]
    while work:
        one = work.pop()
        if isinstance(one, dict):
            if set(one) == {"text"} and re.search(r"\]\(|(?<!\{)\{[0-9]+\}(?!\})", one["text"]):
                found.append(f"SARIF: {one['text'][:60]!r}")
            work.extend(one.values())
        elif isinstance(one, list):
            work.extend(one)
    return found
