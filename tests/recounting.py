"""Counts the conditions of changed rule files again, so that a change is judged and not refused.

Knows what the loader says of a count. For changes that a test means; the loader refuses what was not meant.
"""

from __future__ import annotations

import re
from pathlib import Path

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.law.loader import load

_SAID = re.compile(r"says ([0-9]+) conditions, but ([0-9]+) are in the file")


def recount(folder: Path) -> int:
    """Writes ``condition_count`` anew in the files of a pack whose conditions were changed; how many files those were."""
    try:
        load(folder)
    except Refused as refused:
        found = [(one.place.file, said) for one in refused.problems if (said := _SAID.fullmatch(one.message))]
    else:
        found = []
    for file, said in found:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        was = f"\ncondition_count: {said[1]}\n"
        if was not in text:
            raise ValueError(f"{file} does not say how many conditions it has")
        path.write_text(text.replace(was, f"\ncondition_count: {said[2]}\n", 1), encoding="utf-8")
    return len(found)
