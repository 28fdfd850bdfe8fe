"""The files of a pack, opened one by one: what can not be read, or has another shape, is a problem with its place.

Knows folders, files and their shapes, and that a file says how much is in it. Does not know how files fit together: the
loader does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel

from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.core.problems import Path, Place, Problem, Refused
from rare_earth_compliance.core.yaml_text import Document
from rare_earth_compliance.law.shapes import shaped

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class Opened:
    """A folder of rule files: what was read of it so far, and every problem found."""

    folder: FilePath
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, bytes] = field(default_factory=dict)

    def note(self, document: Document, path: Path, message: str, advice: str = "correct it") -> None:
        """A problem of a document, at the line of ``path`` in it or of the nearest thing around it."""
        self.problems.append(Problem(place=document.place(path), message=message, advice=advice))

    def open(self, name: str) -> bytes | None:
        """The bytes of a file below the folder; None, and a problem, for one that lies elsewhere or can not be read."""
        path = self.folder.joinpath(name)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            self.problems.append(Problem(place=Place(file=name), message="lies outside the pack", advice="move it in"))
            return None
        try:
            self.seen[name] = path.read_bytes()
        except OSError as error:
            why = error.strerror or "can not be read"
            self.problems.append(Problem(place=Place(file=str(path)), message=why.lower(), advice="restore the file"))
            return None
        return self.seen[name]

    def file(self, name: str, shape: type[M]) -> tuple[Document, M] | None:
        """A file of rules with its fields; None, and every problem, for one that is no YAML or has another shape."""
        data = self.open(name)
        if data is None:
            return None
        try:
            document = yaml_text.read(data, name)
        except Refused as refused:
            self.problems += refused.problems
            return None
        fields = shaped(shape, document, self.problems)
        return (document, fields) if fields else None

    def counted(self, document: Document, count: int, found: int, what: str, key: str = "count") -> bool:
        """Whether a file holds as many members as it says under ``key``; a problem where it does not."""
        if count != found:
            self.note(
                document,
                (key,),
                f"says {count} {what}, but {found} are in the file",
                "restore what was lost, or correct the count",
            )
        return count == found
