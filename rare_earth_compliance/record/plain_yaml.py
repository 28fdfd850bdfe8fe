"""A small reader of the YAML that rule files are written in: mappings, lists, plain, quoted and folded text.

Knows that part of YAML alone and refuses the rest. Every scalar is text. Stands on the standard library, so that a
record can be checked without the reader that the rules were judged with.
"""

from __future__ import annotations

import re
from typing import Any

_KEY = re.compile(r"""(?:'((?:[^']|'')*)'|"([^"\\]*)"|([^\s'"\[\]{},#&*!|>%@`?-](?:[^:#]|:(?=\S)|(?<=\S)#)*?))\s*:(?:\s+|$)""")
_FLOW_KEY = re.compile(r"""\s*(?:'((?:[^']|'')*)'|"([^"\\]*)"|([^\s'"\[\]{},][^:\[\]{},]*?))\s*:\s+""")
_QUOTED = re.compile(r"""'((?:[^']|'')*)'|"([^"\\]*)\"""")


def read(text: str) -> Any:
    """What a file holds. Raises ValueError, with the line, for what is not understood."""
    return _Reader(text).all()


def _unquoted(match: re.Match[str]) -> str:
    single, double, *plain = match.groups()
    return single.replace("''", "'") if single is not None else double if double is not None else plain[0]


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.at = 0

    def all(self) -> Any:
        value = self.block(0)
        if self.here() is not None:
            self.wrong("expected the end")
        return value

    def wrong(self, what: str) -> None:
        raise ValueError(f"line {self.at + 1}: {what}")

    def here(self) -> tuple[int, str] | None:
        """Indentation and text of the next line that is neither empty nor a remark; None at the end."""
        while self.at < len(self.lines):
            text = self.lines[self.at]
            stripped = text.strip()
            if stripped and not stripped.startswith("#"):
                return len(text) - len(text.lstrip(" ")), stripped
            self.at += 1
        return None

    def block(self, least: int) -> Any:
        found = self.here()
        if found is None or found[0] < least:
            self.wrong("expected a value")
            return None
        indent, text = found
        if text == "-" or text.startswith("- "):
            return self.sequence(indent)
        return self.mapping(indent) if _KEY.match(text) else self.inline(text, indent - 1)

    def sequence(self, indent: int) -> list[Any]:
        made: list[Any] = []
        while (found := self.here()) is not None and found[0] == indent and (found[1] == "-" or found[1].startswith("- ")):
            self.lines[self.at] = " " * (indent + 1) + self.lines[self.at][indent + 1 :]
            made.append(self.block(indent + 1))
        return made

    def mapping(self, indent: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while (found := self.here()) is not None and found[0] == indent and (match := _KEY.match(found[1])):
            key, rest = _unquoted(match), found[1][match.end() :]
            if key in made:
                self.wrong(f"the key {key!r} stands twice")
            if rest.startswith(">"):
                made[key] = self.folded(indent, rest)
            elif rest == "" or rest.startswith("#"):
                self.at += 1
                after = self.here()
                deeper = indent if after is not None and after[1].startswith("- ") else indent + 1
                made[key] = self.block(deeper)
            else:
                made[key] = self.inline(rest, indent)
        if (found := self.here()) is not None and found[0] > indent:
            self.wrong("indented deeper than what it belongs to")
        return made

    def folded(self, indent: int, sign: str) -> str:
        if sign != ">":
            self.wrong(f"folded text of the kind {sign!r}")
        self.at += 1
        kept: list[str] = []
        while self.at < len(self.lines):
            text = self.lines[self.at]
            if text.strip() and len(text) - len(text.lstrip(" ")) <= indent:
                break
            kept.append(text.strip())
            self.at += 1
        paragraphs = "\n".join(kept).strip("\n").split("\n\n")
        return "\n".join(one.replace("\n", " ") for one in paragraphs) + "\n"

    def inline(self, text: str, indent: int) -> Any:
        """A scalar or a flow collection that begins on this line and may go on below, indented deeper."""
        start, self.at = self.at, self.at + 1
        while self.at < len(self.lines):
            after = self.lines[self.at]
            if not after.strip() or len(after) - len(after.lstrip(" ")) <= indent or after.strip().startswith("#"):
                break
            text = f"{text} {after.strip()}"
            self.at += 1
        try:
            value, end = self.flow(text, 0) if text[0] in "[{'\"" else (re.split(r"\s+#", text)[0].strip(), len(text))
        except IndexError:
            value, end = None, -1
        left = text[end:].strip() if end >= 0 else "…"
        left = "…" if isinstance(value, str) and text[0] not in "'\"" and ": " in value else left
        if (left and not left.startswith("#")) or (isinstance(value, str) and text[0] in "&*!|>%@`"):
            self.at = start
            self.wrong(f"not understood: {text[:60]!r}")
        return value

    def flow(self, text: str, at: int) -> tuple[Any, int]:
        at += len(text[at:]) - len(text[at:].lstrip())
        if text[at] not in "[{":
            match = _QUOTED.match(text, at)
            if match:
                return _unquoted(match), match.end()
            plain = re.split(r"[,\[\]{}]", text[at:], maxsplit=1)[0]
            return plain.strip(), at + len(plain)
        close, listed, named = {"[": "]", "{": "}"}[text[at]], [], {}
        start = text[at]
        at += 1
        while text[at:].lstrip()[0] != close:
            if start == "{":
                match = _FLOW_KEY.match(text, at)
                if match is None or _unquoted(match) in named:
                    raise IndexError
                named[_unquoted(match)], at = self.flow(text, match.end())
            else:
                value, at = self.flow(text, at)
                listed.append(value)
            at += len(text[at:]) - len(text[at:].lstrip())
            if text[at] not in f",{close}":
                raise IndexError
            at += text[at] == ","
        at += len(text[at:]) - len(text[at:].lstrip())
        return (listed if start == "[" else named), at + 1
