"""Text that someone else wrote, made to do nothing where it is shown.

Knows which characters move a cursor, turn the writing direction, break a line or show nothing, and how a line of output
becomes a command of a build server. What is replaced can be read: its number stands in its place. Does not know forms of
report: Markdown, HTML and XML have escapes of their own.
"""

from __future__ import annotations

import re

_SIGNS = (
    "\\x00-\\x1f\\x7f-\\x9f"  # controls
    "\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
    "\\ufff0-\\ufffb\\ufffe\\uffff\\ud800-\\udfff"
    "\\U000110bd\\U000110cd\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
    "\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u3164\\ufe00-\\ufe0f\\uffa0"  # letters and marks that show nothing
)
# Written out, and not asked of the tables of the interpreter: a report has the same bytes under every version of it.
_LIVE = re.compile(f"[{_SIGNS}]")
_LIVE_IN_LINES = re.compile("[" + _SIGNS.replace("\\x00-\\x1f", "\\x00-\\x09\\x0b-\\x1f") + "]")
_AT_THE_START = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)
_IN_THE_MIDDLE = re.compile(r"#(?=#[a-zA-Z]*\[)")


def harmless(text: str) -> str:
    """Text on one line, without characters that move a cursor, turn the writing direction or show nothing."""
    if text.isascii() and text.isprintable():  # most text holds none
        return text
    return _LIVE.sub(_number, text)


def harmless_lines(text: str) -> str:
    """The same where the lines of a text are to stay lines."""
    return _LIVE_IN_LINES.sub(_number, text)


def no_commands(text: str) -> str:
    """Lines of which a build server takes none for a command.

    GitHub takes "::" at the start of a line, after any space, and "##[" anywhere; others "##name[". Colours of a terminal
    may stand in the text.
    """
    return _IN_THE_MIDDLE.sub(_number, _AT_THE_START.sub(lambda found: f"{found[1]}\\u003a", text))


def no_commands_in_markup(text: str) -> str:
    """The same for XML and HTML: a sign that would begin a command is written as a reference to it."""
    return _IN_THE_MIDDLE.sub("&#35;", _AT_THE_START.sub(r"\1&#58;", text))


def harmless_json(text: str) -> str:
    """JSON of the same value that does nothing where it is printed: what would is written as an escape of JSON.

    ``text`` is JSON without controls inside its strings, as ``json.dumps`` makes it.
    """
    if text.isascii():
        return _IN_THE_MIDDLE.sub(_unit, text.replace("\x7f", "\\u007f"))
    return _IN_THE_MIDDLE.sub(_unit, _LIVE_IN_LINES.sub(_unit, text))


def _number(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _unit(found: re.Match[str]) -> str:
    """A character as JSON escapes it: in one or two units of UTF-16."""
    data = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[at : at + 2].hex()}" for at in range(0, len(data), 2))
