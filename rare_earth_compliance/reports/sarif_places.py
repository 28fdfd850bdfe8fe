"""Places, files and messages as SARIF writes them.

Knows locations, artifacts with their hashes, and how a message is kept from being read as a link or a placeholder.
Does not know what is said.
"""

from __future__ import annotations

from typing import Any

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.engine.determination import Finding
from rare_earth_compliance.reports.addresses import address, line
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.run import Run

RELATED = 100
"""How many related places of a result are shown; further ones are counted."""


class Artifacts:
    """The files of a run, each with its hash where it was judged."""

    def __init__(self, run: Run) -> None:
        self.folder = run.folder
        self.made: list[dict[str, Any]] = []
        self._index: dict[str, int] = {}
        for one in run.determinations:
            for name, sha256 in one.input_used:
                made = self.made[self.of(name)]
                made.setdefault("hashes", {"sha-256": sha256})
                made["roles"] = ["analysisTarget"]
        for name in (*run.refused_files, *(one.place.file for one in run.refused)):
            self.of(name)

    def of(self, file: str) -> int:
        """The position of a file among the artifacts; a new one is added."""
        uri = address(file, self.folder)
        if uri not in self._index:
            self._index[uri] = len(self.made)
            self.made.append({"location": {"uri": uri}})
        return self._index[uri]


def message(text: str) -> dict[str, str]:
    """A message that means its characters: no placeholder, no link."""
    return {"text": text.replace("](", "] (").replace("{", "{{").replace("}", "}}")}


def location(place: Place, artifacts: Artifacts) -> dict[str, Any]:
    """A place with its line and its way inside the document."""
    index = artifacts.of(place.file)
    made: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": address(place.file, artifacts.folder), "index": index},
            "region": {"startLine": line(place)},
        }
    }
    if place.path:
        made["logicalLocations"] = [{"fullyQualifiedName": harmless(place.path), "kind": "member"}]
    if place.line < 1:
        made["message"] = message("the line is not known; the first stands for the file")
    return made


def related(finding: Finding, artifacts: Artifacts) -> tuple[list[dict[str, Any]], int]:
    """The lines that add to the shares of a finding, and how many more there are at least."""
    pieces = {(piece.place, piece.label): piece for share in finding.shares for piece in share.pieces}
    found = []
    for number, piece in enumerate(list(pieces.values())[:RELATED], 1):
        sure = "adds" if piece.certain else "perhaps adds"
        origin = f"origin {piece.origin}" if piece.origin else "origin not known"
        text = harmless(f"{sure} to the value share: {piece.label}, {origin}")
        found.append({"id": number, **location(piece.place, artifacts), "message": message(text)})
    beyond = max((share.pieces_left_out for share in finding.shares), default=0)
    return found, max(len(pieces) - RELATED, 0) + beyond
