"""Strict YAML with places.

Knows how YAML text becomes mappings, lists and text, with the line of each. Every scalar is text until
the reader of the format gives it a type: ``NO`` is Norway, ``1E902`` a code, ``0.1 %`` exact. Refuses
anchors, aliases, merge keys, tags, repeated keys and a second document. Reads the parser's events with
an explicit stack. Knows nothing of what the values mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from rare_earth_compliance.core.json_text import decode
from rare_earth_compliance.core.problems import Path, Place, Problem, Refused, path_text

MAX_BYTES = 4 * 1024 * 1024
MAX_SCALAR = 64 * 1024
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document: its value of dict, list and str, and the line of every path in it."""

    value: Any
    file: str
    lines: dict[Path, int] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """The place of ``path``, or of the nearest thing around it."""
        steps = path
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return Place(file=self.file, line=self.lines.get(steps, 1), path=path_text(path))


def read(data: bytes, file: str) -> Document:
    """Read one document. Raises Refused with every forbidden construct, or with the first break in the syntax."""
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read"
        raise Refused([Problem(place=Place(file=file), message=message, advice="split it")])
    return _Builder(file).build(decode(data, file))


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[Path, int] = {}
        self.stack: list[tuple[Any, Path]] = []
        self.key: str | None = None
        self.root: Any = None
        self.documents = 0

    def refuse(self, line: int, message: str, advice: str) -> None:
        path = path_text(self.stack[-1][1]) if self.stack else ""
        self.problems.append(Problem(place=Place(file=self.file, line=line, path=path), message=message, advice=advice))

    def build(self, text: str) -> Document:
        longest = max(len(line) for line in text.split("\n"))
        if longest > MAX_SCALAR:
            message = f"a line of {longest:,} characters; at most {MAX_SCALAR:,} are read"
            raise Refused([Problem(place=Place(file=self.file), message=message, advice="break it")])
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                self.take(event)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 0
            why = getattr(error, "problem", None) or "it can not be read"
            self.refuse(line, f"broken YAML: {why}", "correct the indentation or quoting at this line")
        if self.documents != 1 and not self.problems:
            self.refuse(0, f"{self.documents} documents in the file", "keep exactly one document in a file")
        if self.problems:
            raise Refused(self.problems)
        return Document(self.root, self.file, self.lines)

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
        elif isinstance(event, yaml.AliasEvent):
            self.refuse(line, f"an alias (*{event.anchor})", "write the value out: rule files use no anchors")
            self.put("", line)
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor:
                self.refuse(line, f"an anchor (&{event.anchor})", "write the value out: rule files use no anchors")
            tag = getattr(event, "tag", None)
            if tag:
                self.refuse(line, f"a tag ({tag})", "leave it out: the format gives every value its type")
            if isinstance(event, yaml.ScalarEvent):
                self.scalar(event.value, line)
            else:
                self.open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()

    def scalar(self, value: str, line: int) -> None:
        container = self.stack[-1][0] if self.stack else None
        if isinstance(container, dict) and self.key is None:
            if value in container:
                self.refuse(line, f"the key {value!r} stands twice", "keep one of the two")
            if value == "<<":
                self.refuse(line, "a merge key (<<)", "write the keys out")
            self.key = value
            self.lines[(*self.stack[-1][1], value)] = line
        else:
            self.put(value, line)

    def open(self, container: Any, line: int) -> None:
        if self.stack and isinstance(self.stack[-1][0], dict) and self.key is None:
            self.refuse(line, "a key that is not plain text", "use plain text keys")
            self.key = ""
        self.stack.append((container, self.put(container, line)))

    def put(self, value: Any, line: int) -> Path:
        if not self.stack:
            self.root = value
            return ()
        container, path = self.stack[-1]
        if isinstance(container, dict):
            if self.key is None:
                return path
            step: str | int = self.key
            container[self.key] = value
            self.key = None
        else:
            step = len(container)
            container.append(value)
        here = (*path, step)
        self.lines.setdefault(here, line)
        return here
