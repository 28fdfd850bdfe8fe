"""Which products a change touches: the files that changed, and every product that what changed is part of.

Knows how git says what is as it was at a revision, and how part numbers lead from a part to what it goes into.
A product is left out only where git surely says that its file is as it was; whatever can not be told touches it, or
everything. Does not judge, and does not know that a day passed or that the tool was renewed: only what git sees.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rare_earth_compliance.core.files import open_file
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.gate.settings import OWN, SHARED
from rare_earth_compliance.product.document import FORMAT
from rare_earth_compliance.product.names import may_be_product
from rare_earth_compliance.product.reader import read
from rare_earth_compliance.product.tables import is_table

ORDINARY, LINK_TO_REPOSITORY = b"H", "160000"
"""How git marks a file that it watches, and one entry that is a repository of its own."""
LOOKING = ("core.trustctime=true", "core.checkStat=default", "core.fsmonitor=false")
"""What makes git look at a file itself, whatever the repository says: other settings let it take a time or a word for it."""
NO_FILTER = (b"unspecified", b"unset")
_SHA1 = 40
"""How long a name is that is made by SHA-1; in some repositories they are made by SHA-256."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The part numbers of a file: of its product, and of everything in it. Both empty where it holds no product."""

    product: str | None
    inside: frozenset[str]


def parts_of(data: bytes, file: str) -> Parts | None:
    """The part numbers of a file of product data; None where it can not be read as such."""
    try:
        product = None if is_table(data, file) else read(data, file).product
    except Refused:
        return None
    if product is None:
        return Parts(None, frozenset())
    numbers = frozenset(item.part_number for item in product.items if item.part_number)
    return Parts(product.root.part_number, numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What git says about the files of a repository; all paths are full."""

    same: Mapping[Path, str]
    """Files that git watches and takes to be as they were, with the name of their content.

    Ignored files, those of other repositories, and those that a filter keeps in another form than they stand here, never are.
    """
    files: Mapping[Path, str]
    """What changed, was added or went, with the name of its content before; empty where there was none."""
    content: Callable[[str], bytes]
    """The content of a name. Raises Refused where git does not have it."""
    filtered: frozenset[Path] = frozenset()
    """Of what changed, the files that git keeps in another form: what was in them before can not be read."""


def changes(folder: Path, revision: str) -> Changes:
    """What changed between where the work left ``revision`` and the files as they are now.

    Raises Refused where git can not tell: no repository, no such revision, a history that was cut off.
    """
    if revision.startswith("-"):
        raise _can_not_tell(revision, "it begins with a hyphen")
    top = Path(os.fsdecode(_git(folder, revision, "rev-parse", "--show-toplevel").removesuffix(b"\n")))
    base = _git(folder, revision, "merge-base", revision, "HEAD").decode().strip()
    options = ("--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none")
    fields = _git(top, revision, "diff", *options, base, "--").split(b"\0")
    files: dict[Path, str] = {}
    for said, name in zip(fields[:-1:2], fields[1::2], strict=True):
        mode, _, before = said.decode().removeprefix(":").split(" ")[:3]
        path = top / os.fsdecode(name)
        # A file in a conflict stands here twice, and only once with what was before.
        files[path] = before if before.strip("0") and mode != LINK_TO_REPOSITORY else files.get(path, "")
    watched = (line.partition(b"\t") for line in _git(top, revision, "ls-files", "-v", "--stage", "-z").split(b"\0") if line)
    told = ((said.split(b" "), top / os.fsdecode(name)) for said, _, name in watched)
    ordinary = {path: said[2].decode() for said, path in told if said[0] == ORDINARY}
    filtered = _filtered(top, revision, {*ordinary, *files})

    def content(name: str) -> bytes:
        return _git(top, revision, "cat-file", "blob", name)

    same = {path: name for path, name in ordinary.items() if path not in files and path not in filtered}
    return Changes(same=same, files=files, content=content, filtered=filtered.intersection(files))


def _filtered(top: Path, revision: str, files: Iterable[Path]) -> frozenset[Path]:
    """The files that git keeps in another form: as one that names them only, or one that leaves something out."""
    asked = b"".join(os.fsencode(file.relative_to(top)) + b"\0" for file in files)
    fields = _git(top, revision, "check-attr", "-z", "--stdin", "filter", given=asked).split(b"\0")
    return frozenset(
        top / os.fsdecode(name) for name, value in zip(fields[:-1:3], fields[2::3], strict=True) if value not in NO_FILTER
    )


def touched(files: Iterable[str], changed: Changes, everything_rests_on: Iterable[Path]) -> list[str]:
    """Those of ``files`` that changed, or that hold a part with the number of a product that did, at any distance.

    A change of anything that all answers rest on touches every file, and so does product data that changed and of
    which the number before or now can not be read. A product without a number leads to nothing but its own file.
    Files that can not be read are always among the touched, so that they are refused by name.
    Raises Refused where git does not have what was before.
    """
    listed = list(files)
    settled = not any(path.name in (OWN, SHARED) for path in changed.files)
    if not settled or not all(_same(path, changed) for path in everything_rests_on):
        return listed
    now = {name: _parts_now(name) for name in listed}
    found = {name for name in listed if now[name] is None or not _same(Path(name), changed)}
    kinds = {Path(name).suffix for name in listed}
    data = {path: before for path, before in changed.files.items() if may_be_product(path.name) or path.suffix in kinds}
    moved = None if changed.filtered.intersection(data) else _moved(data, changed.content)
    if moved is None:
        return listed
    moved |= {parts.product for name in found if (parts := now[name]) is not None and parts.product}
    holders: dict[str, list[str]] = {}
    for name, parts in now.items():
        for number in parts.inside if parts else ():
            holders.setdefault(number, []).append(name)
    work = list(moved)
    while work:
        for name in holders.get(work.pop(), ()):
            found.add(name)
            parts = now[name]
            if parts is not None and parts.product and parts.product not in moved:
                moved.add(parts.product)
                work.append(parts.product)
    return [name for name in listed if name in found]


def _moved(files: Mapping[Path, str], content: Callable[[str], bytes]) -> set[str] | None:
    """The numbers of products before and now, of files that changed; None where one of them can not be read."""
    moved = set()
    for path, before in files.items():
        now = _bytes(path)
        if now is None:
            return None
        for data in (content(before) if before else b"", now):
            # Other files than product data are no reason for anything.
            parts = parts_of(data, str(path)) if FORMAT.partition("/")[0].encode() in data else Parts(None, frozenset())
            if parts is None:
                return None
            moved |= {parts.product} if parts.product else set()
    return moved


def _parts_now(name: str) -> Parts | None:
    data = _bytes(Path(name))
    return parts_of(data, name) if data else None


def _bytes(path: Path) -> bytes | None:
    """The content of a file; nothing where it is gone, None where it can not be read."""
    try:
        with open_file(str(path)) as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return b""
    except OSError:
        return None


def _same(path: Path, changed: Changes) -> bool:
    """Whether a file, or everything in a folder, is surely as it was. What a symbolic link leads to never is."""
    full = Path(os.path.abspath(path))
    if full != full.resolve():
        return False
    if not full.is_dir():
        return full in changed.same and _holds(full, changed.same[full])
    gone = any(full in other.parents for other in changed.files)
    return not gone and all(_same(one, changed) for one in full.rglob("*") if not one.is_dir() or one.is_symlink())


def _holds(file: Path, name: str) -> bool:
    """Whether a file holds the content of a name, be it with other ends of lines: git may have looked at its time alone."""
    data = _bytes(file)
    return data is not None and name in (_named(data, name), _named(data.replace(b"\r\n", b"\n"), name))


def _named(data: bytes, like: str) -> str:
    """How git names a content, by the hash that another name is made by."""
    made = hashlib.sha1(usedforsecurity=False) if len(like) == _SHA1 else hashlib.sha256()
    made.update(b"blob %d\0" % len(data) + data)
    return made.hexdigest()


def _git(folder: Path, revision: str, *args: str, given: bytes = b"") -> bytes:
    settings = (part for setting in LOOKING for part in ("-c", setting))
    command = ["git", "-C", str(folder), *settings, *args]
    try:
        run = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603
    except OSError as error:
        raise _can_not_tell(revision, f"git can not be run: {error.strerror}") from None
    if run.returncode != 0:
        silent = "the history that is here does not reach back to where the two parted" if "merge-base" in args else ""
        why = run.stderr.decode("utf-8", "replace").strip() or silent or "git does not say why"
        raise _can_not_tell(revision, why)
    return run.stdout


def _can_not_tell(revision: str, why: str) -> Refused:
    message = f"what changed since {revision!r} can not be told: {why}"
    advice = "name a revision of this repository, and fetch its history (fetch-depth: 0), or check everything"
    return Refused([Problem(place=Place(file="--changed-since"), message=message, advice=advice)])
