"""What is said of every broken pack of ``broken_rules/cases.toml``, kept in ``said.txt``: python -m tests.broken_packs

Knows how a case changes a copy of the rules, and how its problems are written down: without lines, which move with every
change of the law and which each case names by what stands there. To be read by a person when it changes.
"""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rare_earth_compliance.core.problems import Problem, Refused
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.pack_files import rules_folder
from tests import running  # noqa: F401  # reads a file of the pack that did not change once

FOLDER = Path(__file__).parent / "broken_rules"
SAID = FOLDER / "said.txt"
CASES: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))
SHOWN = 4
"""How many problems of a case are written down; of the others their number."""


def changed(case: dict[str, Any], text: str) -> str | None:
    """The text of the file with the defect of the case in it; None where the file goes."""
    if case.get("remove"):
        return None
    if "add" in case:
        return text + case["add"] * case.get("times", 1)
    piece = case.get("cut", case.get("find"))
    assert piece in text, f"the file no longer holds {piece!r}: bring the case up to date"
    if "cut" in case:
        return text[: text.index(piece)]
    return text.replace(piece, case["put"], -1 if case.get("every") else 1)


def written(name: str, problems: Iterable[Problem], folder: Path) -> str:
    """The problems of a case as ``said.txt`` has them."""
    found = list(problems)
    rows = [f"[{name}]"]
    for one in found[:SHOWN]:
        place = f"{one.place.file}: {one.place.path}" if one.place.path else one.place.file
        rows += [f"{place}: {one.message}", f"  do: {one.advice}"]
    rows += [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "\n".join(rows).replace(f"{folder}/", "").replace(str(folder), "the folder")


def kept() -> dict[str, str]:
    """What is kept of each case."""
    parts = SAID.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return {part.partition("]")[0].removeprefix("["): part for part in parts}


def main() -> None:
    """Write ``said.txt`` anew."""
    said = []
    with tempfile.TemporaryDirectory() as above:
        folder = Path(above) / "rules"
        shutil.copytree(rules_folder(), folder)
        for name in sorted(CASES):
            path = folder / CASES[name]["file"]
            before = path.read_text(encoding="utf-8") if path.exists() else None
            text = changed(CASES[name], before or "")
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
            try:
                load(folder)
            except Refused as refused:
                said.append(written(name, refused.problems, folder))
            if before is None:
                path.unlink()
            else:
                path.write_text(before, encoding="utf-8")
    SAID.write_text("\n\n".join(said) + "\n", encoding="utf-8")
    print(f"{len(said)} broken packs")


if __name__ == "__main__":
    main()
