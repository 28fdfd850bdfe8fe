"""Which products a change touches: the files that changed, and every product that what changed is part of.

Knows how git says what changed since a revision, and how part numbers lead from a part to what it goes into.
When it can not tell, everything is touched. Does not judge.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.product.reader import read


@dataclass(frozen=True, slots=True)
class Parts:
    """The part numbers of a file: of its product, and of everything in it. None where the file can not be read."""

    product: str | None
    inside: frozenset[str]


def parts_of(data: bytes, file: str) -> Parts | None:
    """The part numbers of a file of product data, or None where it is no readable product."""
    try:
        product = read(data, file).product
    except Refused:
        return None
    if product is None:
        return None
    numbers = frozenset(item.part_number for item in product.items if item.part_number)
    return Parts(product.root.part_number, numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Files that changed since a revision, by their full path, and how to read them as they were."""

    files: frozenset[Path]
    before: Callable[[Path], bytes | None]


def changes(folder: Path, revision: str) -> Changes:
    """What changed between where the work left ``revision`` and the files as they are now, new files included.

    Raises Refused where git can not tell: no repository, no such revision, a history that was cut off.
    """
    if revision.startswith("-"):
        raise _can_not_tell(revision, "it begins with a hyphen")
    top = Path(_git(folder, revision, "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    base = _git(folder, revision, "merge-base", revision, "HEAD").decode().strip()
    names = _git(top, revision, "diff", "--name-only", "--no-renames", "-z", base, "--")
    names += _git(top, revision, "ls-files", "--others", "--exclude-standard", "-z")
    files = {(top / name.decode("utf-8", "surrogateescape")).resolve() for name in names.split(b"\0") if name}

    def before(path: Path) -> bytes | None:
        run = subprocess.run(  # noqa: S603
            ["git", "-C", str(top), "show", f"{base}:{path.relative_to(top.resolve()).as_posix()}"],  # noqa: S607
            capture_output=True,
            check=False,
        )
        return run.stdout if run.returncode == 0 else None

    return Changes(files=frozenset(files), before=before)


def touched(files: Iterable[str], changed: Changes, everything_rests_on: Iterable[Path]) -> list[str]:
    """Those of ``files`` that changed, or that hold a part which changed, at any distance.

    A change of anything that all answers rest on touches every file; so does a part that changed and has no number.
    """
    listed = list(files)
    roots = {path.resolve() for path in everything_rests_on}
    if any(path in roots or roots.intersection(path.parents) for path in changed.files):
        return listed
    now = {name: parts_of(Path(name).read_bytes(), name) if Path(name).is_file() else None for name in listed}
    # What can not be read is judged, so that it is refused by name.
    found = {name for name in listed if now[name] is None or Path(name).resolve() in changed.files}
    moved: set[str] = set()
    for path in changed.files:
        old = changed.before(path) if path.suffix == ".json" else None
        was = parts_of(old, str(path)) if old is not None else None
        if was is not None and was.product:
            moved.add(was.product)
    moved |= {parts.product for name in found if (parts := now[name]) is not None and parts.product}
    holders: dict[str, list[str]] = {}
    for name, parts in now.items():
        for number in parts.inside if parts else ():
            holders.setdefault(number, []).append(name)
    work = list(moved)
    while work:
        for name in holders.get(work.pop(), ()):
            parts = now[name]
            if name not in found:
                found.add(name)
                if parts is not None and parts.product and parts.product not in moved:
                    moved.add(parts.product)
                    work.append(parts.product)
    return [name for name in listed if name in found]


def _git(folder: Path, revision: str, *args: str) -> bytes:
    try:
        run = subprocess.run(["git", "-C", str(folder), *args], capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise _can_not_tell(revision, f"git can not be run: {error.strerror}") from None
    if run.returncode != 0:
        raise _can_not_tell(revision, run.stderr.decode("utf-8", "replace").strip() or "git does not say why")
    return run.stdout


def _can_not_tell(revision: str, why: str) -> Refused:
    message = f"what changed since {revision!r} can not be told: {why}"
    advice = "name a revision of this repository, and fetch its history (fetch-depth: 0), or check everything"
    return Refused([Problem(place=Place(file="--changed-since"), message=message, advice=advice)])
