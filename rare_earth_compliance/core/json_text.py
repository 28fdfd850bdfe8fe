"""Strict JSON with places.

Knows how JSON text becomes plain values: objects that remember where they stand, numbers kept as they
were written. One loop with an explicit stack, so that any depth is read; strings are decoded by the
standard library. Refuses what the standard reader lets pass: repeated keys, NaN, a second document,
a byte-order mark, lone surrogates. Knows nothing of what the values mean.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # not in the typing stubs
from typing import Any, NoReturn

from rare_earth_compliance.core.problems import Path, Place, Problem, Refused, path_text

_TOKEN = re.compile(r'[ \t\n\r]*(?:([{}\[\],:"])|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|([A-Za-z_]+))')
_SPACE = re.compile(r"[ \t\n\r]*")
SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
MANY = 300
"""After so many problems the rest of a text is not read: placing each goes over the text once more."""
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_MARK, _NUMBER, _WORD = 1, 2, 3
"""What the groups of a token are."""
_OPENING, _CLOSING = ("{", "["), ("}", "]")
_BROKEN = "correct the JSON at this place, or export it again"
_BEGINS = "give a JSON document: it begins with { and ends with }"


class Object(dict[str, Any]):
    """A JSON object; ``at`` is the offset of its opening brace in the text.

    In values without a text (``core.plain``) it is the line, or row, that the object came from; 0: none.
    """

    __slots__ = ("at",)
    at: int


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number as it was written. Never converted here: a control code such as 1E902 looks like one."""

    text: str


class Lines:
    """Which line of a text an offset stands on."""

    def __init__(self, text: str) -> None:
        self._ends = array("Q", (match.start() for match in re.finditer("\n", text)))

    def line(self, offset: int) -> int:
        """The line, counted from 1."""
        return bisect_right(self._ends, offset - 1) + 1


def decode(data: bytes, file: str) -> str:
    """The text of a UTF-8 file. Raises Refused for other encodings and for a byte-order mark."""
    advice = "save the file as UTF-8 without a byte-order mark"
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        raise Refused([Problem(place=Place(file=file, line=1), message="starts with a byte-order mark", advice=advice)])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start + 1} (0x{data[error.start]:02x}) is not UTF-8"
        raise Refused([Problem(place=Place(file=file, line=line), message=message, advice=advice)]) from None


def read(text: str, file: str) -> Any:
    """The value that ``text`` writes: Object, list, str, Number, bool or None.

    Raises Refused: for broken syntax with the first break (what follows it can not be trusted), else
    with every repeated key and lone surrogate of the text, up to the first few hundred.
    """
    return _Reader(text, file).read()


class _Doubt(Exception):
    """The quick reader can not vouch for a text."""


def _once(pairs: list[tuple[str, Any]]) -> Object:
    found = Object(pairs)
    if len(found) != len(pairs):
        raise _Doubt
    found.at = 0
    return found


def _doubtful(_: str) -> NoReturn:
    raise _Doubt


_QUICK = json.JSONDecoder(object_pairs_hook=_once, parse_float=Number, parse_int=Number, parse_constant=_doubtful)


def read_quick(text: str) -> Any:
    """What ``read`` returns for a text that it takes without problems, several times sooner; else None.

    The scanner of the standard library reads it: its grammar is the same, repeated keys are counted, numbers are kept as
    written. None says nothing of the text: where a key stands twice, a surrogate is escaped, the nesting is deep or
    anything else is not sure, only ``read`` can tell. Where the text has one line, ``at`` is 0 in every object.
    """
    if "\\u" in text and _ESCAPED_SURROGATE.search(text):
        return None
    if not text.isascii() and SURROGATE.search(text):
        return None
    try:
        value = _QUICK.decode(text)
    except (ValueError, RecursionError, _Doubt):
        return None
    return value if "\n" not in text or _placed(value, text) else None


def _placed(value: Any, text: str) -> bool:
    """Give every object its offset, that of the next brace: sure where no text holds a brace."""
    work: list[Any] = [value]
    at, objects = -1, 0
    while work:
        holder = work.pop()
        if isinstance(holder, Object):
            at = holder.at = text.find("{", at + 1)
            objects += 1
            inner = [one for one in holder.values() if isinstance(one, dict | list)]
        else:
            inner = [one for one in holder if isinstance(one, dict | list)] if isinstance(holder, list) else []
        inner.reverse()
        work += inner
    return objects == text.count("{")


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.problems: list[Problem] = []
        self.containers: list[Any] = []
        self.keys: list[str | int] = []

    def place(self, offset: int) -> Place:
        line = self.text.count("\n", 0, offset) + 1
        return Place(file=self.file, line=line, path=path_text(self.keys))

    def column(self, offset: int) -> int:
        """Where in its line an offset stands, counted from 1."""
        return offset - self.text.rfind("\n", 0, offset)

    def broken(self, offset: int, message: str, advice: str = _BROKEN) -> Refused:
        return Refused([*self.problems, Problem(place=self.place(offset), message=message, advice=advice)])

    def note(self, offset: int, message: str, advice: str) -> None:
        self.problems.append(Problem(place=self.place(offset), message=message, advice=advice))
        if len(self.problems) >= MANY:
            raise Refused(self.problems)

    def token(self, position: int) -> tuple[int | None, str, int, int]:
        """What kind of token comes next, or None at the end of the text; its text, where it starts, where it ends."""
        match = _TOKEN.match(self.text, position)
        if match is not None:
            kind = _kind(match)
            return kind, match[kind], match.start(kind), match.end()
        space = _SPACE.match(self.text, position)
        start = space.end() if space else position
        if start >= len(self.text):
            return None, "", start, start
        found = self.text[start]
        if found == "\ufeff":
            raise self.broken(start, "a byte-order mark stands inside the text", "remove it: join files as JSON, not as bytes")
        advice = _BROKEN if self.containers or position else _BEGINS
        raise self.broken(start, f"found {found!r}, expected a JSON value or mark", advice)

    def string(self, start: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, start + 1, True)
        except JSONDecodeError as error:
            message, advice = self.unread(start, error)
            raise self.broken(error.pos, f"broken text value: {message}", advice) from None
        if SURROGATE.search(text):
            self.note(start, "a text holds half of a surrogate pair", "write the whole character")
        return text, end

    def unread(self, start: int, error: JSONDecodeError) -> tuple[str, str]:
        """What is wrong with the text that begins at ``start``, and what to do; the library's own words break off."""
        inside = f"the text that begins in column {self.column(start)}"
        found = self.text[error.pos]
        if error.pos == start:
            advice = "close it with a double quote; where the file was cut off, export it again, complete"
            return f"unterminated, {inside} has no closing quote before the end", advice
        if found == "\n":
            return f"the line ends inside {inside}", "close it with a double quote; a new line in a text is written \\n"
        if found < " ":
            escape = f"\\u{ord(found):04x}"
            return f"a control character (U+{ord(found):04X}) stands in {inside}", f"take it out, or write it as {escape}"
        escape = self.text[error.pos - 1 : error.pos + 5] if found == "u" else self.text[error.pos : error.pos + 2]
        return f"'{escape}' in {inside} is no escape of JSON", "write a backslash that belongs to the text as two"

    def scalar(self, kind: int, text: str, start: int, end: int) -> tuple[Any, int]:
        if kind == _NUMBER:
            if end < len(self.text) and self.text[end] in "0123456789.eE+-_xX":
                raise self.broken(start, f"a number is broken off after {text!r}", "write numbers as 12, 0.35 or 1.2e-3")
            return Number(text), end
        if kind == _MARK:
            return self.string(start)
        if text not in _WORDS:
            advice = "leave an unknown value out" if self.containers else _BEGINS
            raise self.broken(start, f"found {text!r}, which is not a JSON value", advice)
        return _WORDS[text], end

    def read(self) -> Any:
        position, root = self.value(0)
        while self.containers:
            position = self.step(position)
        kind, text, start, _ = self.token(position)
        if kind is not None:
            raise self.broken(start, f"found {text!r} after the end of the document", "keep one document in a file")
        if self.problems:
            raise Refused(self.problems)
        return root

    def value(self, position: int) -> tuple[int, Any]:
        """Read one value; a container is opened and left on the stack, its end comes later."""
        kind, text, start, end = self.token(position)
        if kind is None:
            message = "the text ends too early" if self.containers else "the file is empty"
            raise self.broken(start, message, "export the file again, complete")
        if text in _OPENING:
            opened: Any = Object() if text == "{" else []
            if text == "{":
                opened.at = start
            self.containers.append(opened)
            self.keys.append(0 if text == "[" else "")
            return end, opened
        if kind == _MARK and text != '"':
            raise self.broken(start, f"found {text!r}, expected a value")
        value, end = self.scalar(kind, text, start, end)
        return end, value

    def step(self, position: int) -> int:
        """Take in one member of the innermost open container, or close it."""
        container = self.containers[-1]
        _, text, start, end = self.token(position)
        close = "}" if isinstance(container, Object) else "]"
        if text == close:
            self.containers.pop()
            self.keys.pop()
            return end
        if len(container):
            if text != ",":
                found = repr(text) if text else "the end of the text"
                raise self.broken(start, f"found {found}, expected ',' or '{close}'")
            position = self.after_comma(start, end, close)
        return self.member(container, position) if close == "}" else self.element(container, position)

    def after_comma(self, comma: int, end: int, close: str) -> int:
        """Where the member after a comma begins; there is one, for a comma ends no list."""
        space = _SPACE.match(self.text, end)
        if space and self.text.startswith(close, space.end()):
            self.keys.pop()
            wanted = "a key" if close == "}" else "a value"
            message = f"found a comma before '{close}' in column {self.column(comma)}, expected {wanted} after it"
            raise self.broken(comma, message, "take the comma out; where something was cut off there, export it again")
        return end

    def member(self, container: Object, position: int) -> int:
        self.keys.pop()  # until the next key is read, a break is one of the object
        _, text, start, _ = self.token(position)
        if text != '"':
            raise self.broken(start, f"found {text or 'the end of the text'!r}, expected a key in double quotes")
        key, end = self.string(start)
        self.keys.append(key)
        _, text, colon, end = self.token(end)
        if text != ":":
            raise self.broken(colon, f"expected ':' after the key {key!r}")
        if key in container:
            self.note(start, f"the key {key!r} stands twice in one object", "keep one of the two")
        position, value = self.value(end)
        container[key] = value
        return position

    def element(self, container: list[Any], position: int) -> int:
        self.keys[-1] = len(container)
        position, value = self.value(position)
        container.append(value)
        return position


def _kind(token: re.Match[str]) -> int:
    return _MARK if token[_MARK] else _NUMBER if token[_NUMBER] else _WORD


def _marks(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Tokens of well-formed text from an offset on: mark or text, start, end."""
    position = at
    while match := _TOKEN.match(text, position):
        if match[1] == '"':
            _, position = scanstring(text, match.start(1) + 1, True)
            yield '"', match.start(1), position
        else:
            kind, position = _kind(match), match.end()
            yield match[kind], match.start(kind), position


def offset_of(text: str, at: int, path: Path) -> int:
    """Where in ``text`` the value at ``path``, counted from the container at ``at``, stands.

    Goes over the container once more, so it is for messages and not for every value. A step that
    does not exist ends the search at the innermost container found.
    """
    for step in path:
        found = _child(text, at, step)
        if found is None:
            return at
        at = found
    return at


def _child(text: str, at: int, step: str | int) -> int | None:
    if text[at : at + 1] not in _OPENING:
        return None
    is_object = text[at] == "{"
    depth, index, key, expect_key = 0, 0, "", is_object
    for mark, start, _ in _marks(text, at):
        if depth == 1 and mark not in (*_CLOSING, ",", ":"):
            if expect_key:
                key, expect_key = scanstring(text, start + 1, True)[0], False
            elif (key if is_object else index) == step:
                return start
        if mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth -= 1
            if depth == 0:
                return None
        elif mark == "," and depth == 1:
            index, expect_key = index + 1, is_object
    return None
