"""The pages about rules that are kept as files, and how they are made anew: python -m tests.rule_pages

Knows a small pack that states no law, a changed copy of it, and the page of each command over them.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.running import run

CORPUS = Path(__file__).parent / "rule_schema_corpus" / "good"
PAGES = Path(__file__).parent / "rule_pages"
STATUS = "status.yaml"
CHANGES = {
    "instrument.yaml": (
        ("2025-01-02", "2025-01-03"),
        ("on: 2025-01-01", "on: 2025-01-02"),
        ("at_least: 50 %", "at_least: 60 %"),
    ),
    "list.yaml": (("en: antimony metal", "en: antimony metal and scrap"), ("[group solid]", "[metal]")),
}
"""One date, one threshold and one entry: file → what is written instead of what."""


def pack(folder: Path, name: str, changes: dict[str, tuple[tuple[str, str], ...]] | None = None) -> Path:
    """A copy of the small pack in ``folder``, with changes; each must be found."""
    made = folder / name
    shutil.copytree(CORPUS, made, ignore=shutil.ignore_patterns(STATUS))
    for file, pairs in (changes or {}).items():
        text = (made / file).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, f"{old!r} is not in {file}"
            text = text.replace(old, new)
        (made / file).write_text(text, encoding="utf-8")
    return made


def made(folder: Path) -> Iterator[tuple[str, str]]:
    """Every page that is kept, with its name; what differs from run to run is left out."""
    one, two = pack(folder, "a").name, pack(folder, "b", CHANGES).name
    shutil.copy(CORPUS / STATUS, folder)
    rules, day = ("--rules", one), ("--on", "2025-04-10")
    commands = {
        "show.txt": ("show", "corpus-1", *rules),
        "show.md": ("show", "corpus-1", *rules, "--format", "markdown"),
        "show.html": ("show", "corpus-1", *rules, "--format", "html"),
        "rule.txt": ("show", "corpus-1/1", *rules),
        "timeline.txt": ("timeline", *rules, *day),
        "timeline-confirmed.md": ("timeline", *rules, *day, "--confirm-status", STATUS, "--format", "markdown"),
        "diff.txt": ("diff", one, two),
        "diff.md": ("diff", one, two, "--format", "markdown"),
        "diff-back.txt": ("diff", two, one),
    }
    for name, args in commands.items():
        ran = run(("rules", *args), folder=folder)
        assert ran.err == "", ran.err
        yield name, re.sub(r"(sha256\s+)[0-9a-f]{64}", r"\1…", ran.out)


def main() -> None:
    """Write every page anew."""
    PAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in made(Path(folder)):
            (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
