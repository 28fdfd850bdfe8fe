"""A stored portfolio: what decides of each of many documents, kept beside the documents themselves.

Knows the folder of a store: a head, one line for each input, the outlines that these share, and the documents byte by byte.
It holds facts and no answers, so that a portfolio is judged from it under any law, on any day, under any reading, without
reading again what can not matter. A document the kept facts of which do not suffice – for this law, this version, these
options – is taken as it is and read whole. Every file is held against the hash in the head, every document that is read
against its own, and the first product of every piece against its document.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from rare_earth_compliance.batch.pieces import BYTES, FIRST, LINES, Common, Given, Piece, Recalled, refused, taken, too_large
from rare_earth_compliance.core.maker import made_by
from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.product import compact
from rare_earth_compliance.product.names import LeftOut
from rare_earth_compliance.product.quiet import reduced

FORMAT = "rare-earth-portfolio/1"
HEAD, PRODUCTS, OUTLINES, DOCUMENTS = "portfolio.json", "products.jsonl", "outlines.jsonl", "documents"
MAKERS = ("core", "product", "batch")
"""The rooms on whose code it hangs what is kept of a document."""
_BLOCK = 1024**2
# In a document that is read without escapes no name can hold what looks like this.
_FORMS = re.compile(rb'"form"\s*:\s*"([^"]*)"')
_AGAIN = "store the portfolio again"
_ODD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What comes of reading something that no store holds."""


class Broken(Exception):
    """A store that is not what it was when it was made; says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a store says of itself."""

    folder: str
    products: int
    outlines: int
    sha256: dict[str, str]
    """Of the lines and of the outlines."""
    passed_over: frozenset[str]
    """The forms whose lines were passed over where they are declared free of rare earths."""
    ours: bool
    """Whether the facts were kept by this very code, and can be found again: otherwise the documents alone are used."""
    left_out: LeftOut
    """What the portfolio held beside its inputs when it was stored."""
    documents: Stamp | None
    """The documents as they stood when the store was opened; None where each of them is read and held against its hash."""


class Stamp(NamedTuple):
    """By what it is told, without reading it, that a file was not changed: the last of its times is set by nobody but the file
    system."""

    size: int
    file: int
    """The number of the file in its file system."""
    modified: int
    changed: int


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file. Raises OSError where there is none."""
    at = os.stat(path)
    return Stamp(at.st_size, at.st_ino, at.st_mtime_ns, at.st_ctime_ns)


def is_store(name: str) -> bool:
    """Whether a folder is a stored portfolio."""
    try:
        return _said(name).get("format") == FORMAT
    except (OSError, *_ODD):
        return False


def opened(name: str) -> Head:
    """A store, its files held against its head. Raises Broken and OSError.

    The documents, by far the most of it, are read for that only where their stamp is not the one in the head: as after a copy.
    """
    try:
        said = _said(name)
        ours = said["made_by"] == made_by(*MAKERS) and compact.shapes() is not None
        documents = stamp_of(Path(name, DOCUMENTS)) if ours else None
        same = documents is None or list(documents) == said["documents"]["stamp"]
        sha256 = {key: str(said["sha256"][key]) for key in (PRODUCTS, OUTLINES)}
        head = Head(
            folder=name,
            products=int(said["products"]),
            outlines=int(said["outlines"]),
            sha256=sha256,
            passed_over=frozenset(map(str, said["passed_over"])),
            ours=ours,
            left_out=LeftOut(int(said["left_out"]["count"]), list(map(str, said["left_out"]["first"]))),
            documents=documents,
        )
        held = sha256 if same else {**sha256, DOCUMENTS: str(said["documents"]["sha256"])}
    except _ODD as error:
        raise Broken(f"{Path(name, HEAD)} is not that of a store") from error
    for key, wanted in held.items():
        if _hashed(Path(name, key)) != wanted:
            raise Broken(f"{Path(name, key)} was changed since it was stored; {_AGAIN}")
    return head


def _said(name: str) -> dict[str, Any]:
    with Path(name, HEAD).open("rb") as file:
        found = json.loads(file.read(_BLOCK))
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pieces(head: Head, most: int) -> Iterator[Piece]:
    """The inputs of a store, in the order of the portfolio. Raises Broken where there are not as many as it says."""
    start = end = first = position = 0
    wanted = FIRST
    total, here = hashlib.sha256(), hashlib.sha256()

    def made() -> Stored:
        return Stored(
            folder=head.folder,
            offset=start,
            size=end - start,
            first=first,
            count=position - first,
            sha256=here.hexdigest(),
            most=most,
            outlines=head.sha256[OUTLINES] if head.ours else "",
            passed_over=head.passed_over,
        )

    with Path(head.folder, PRODUCTS).open("rb") as file:
        for line in file:
            end += len(line)
            position += 1
            total.update(line)
            here.update(line)
            if position - first >= wanted or end - start >= BYTES:
                yield made()
                start, first, wanted = end, position, min(LINES, 2 * wanted)
                here = hashlib.sha256()
    if position > first:
        yield made()
    if position != head.products:
        raise Broken(f"{head.folder} holds {position:,} products and says {head.products:,}; {_AGAIN}")
    if total.hexdigest() != head.sha256[PRODUCTS]:
        raise Broken(f"{Path(head.folder, PRODUCTS)} was changed while it was read; {_AGAIN}")
    if head.documents is not None and stamp_of(Path(head.folder, DOCUMENTS)) != head.documents:
        raise Broken(f"{Path(head.folder, DOCUMENTS)} was changed while it was read; {_AGAIN}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Lines of a store, as a range of bytes: who judges them reads them."""

    folder: str
    offset: int
    size: int
    first: int
    count: int
    sha256: str
    """The hash of these lines."""
    most: int
    outlines: str
    """The hash of the outlines; "" where what was kept is not used."""
    passed_over: frozenset[str]

    def given(self) -> Iterator[Given]:
        """The inputs; all of them with a problem where the store was changed meanwhile."""
        try:
            with Path(self.folder, PRODUCTS).open("rb") as file:
                file.seek(self.offset)
                data = file.read(self.size)
            if hashlib.sha256(data).hexdigest() != self.sha256:
                raise Broken("the lines were changed")
            rows = json.loads(b"[%b]" % b",".join(data.splitlines()))
            outlines = _outlines(self.folder, self.outlines) if self.outlines else ()
            found = [self._one(row, outlines) for row in rows]
            if len(found) != self.count or not all(map(self._fits, found[:1])):
                raise Broken("lines are missing, or the facts are not those of the document")
        except OSError as error:
            yield from self._all((error.strerror or "can not be read").lower(), "run again when it can be read")
        except (Broken, *_ODD):
            yield from self._all("the store was changed while it was read", _AGAIN)
        else:
            yield from found

    def _all(self, message: str, advice: str) -> Iterator[Given]:
        for at in range(self.count):
            yield refused(f"{Path(self.folder, PRODUCTS)}:{self.first + at + 1}", message, advice)

    def _fits(self, one: Given) -> bool:
        """Whether what is kept of an input is what its document says."""
        whole = one.whole
        return one.facts is None or (whole.problem is None and facts_of(whole.data, self.passed_over) == one.facts)

    def _one(self, row: dict[str, Any], outlines: tuple[Common, ...]) -> Given:
        name, sha256 = str(row["name"]), str(row["sha256"])
        if "problem" in row:
            place, message, advice = row["problem"]
            return Given(name=name, sha256=sha256, problem=Problem(place=Place(file=place), message=message, advice=advice))
        size = int(row["size"])
        if size > self.most:
            return too_large(name, size, self.most, sha256)
        facts = None
        if self.outlines and ("outline" in row or "own" in row):
            common = _common(row["own"]) if "own" in row else outlines[int(row["outline"])]
            facts = Recalled(common, str(row["product"]), tuple(map(str, row["amounts"])))
        later = partial(_document, self.folder, name, sha256, int(row["at"]), size, self.most)
        return Given(name=name, sha256=sha256, perhaps=bool(row.get("perhaps")), facts=facts, later=later)


def facts_of(data: bytes, ordinary: frozenset[str]) -> Recalled | None:
    """What decides of a document; None where only the whole of it can tell. ``ordinary``: the forms that are passed over."""
    small = reduced(data, ordinary) if ordinary else None
    if small is None:
        return None
    # Of the whole document, and of the line that stands for those that were passed over: no form of these is forgotten.
    forms = frozenset(form.decode() for form in _FORMS.findall(data)) & ordinary | {min(ordinary)}
    common = Common(text=small.outline.text, plain=small.plain, forms=forms)
    return Recalled(common, small.label, () if small.plain else small.outline.amounts)


def _document(folder: str, name: str, sha256: str, offset: int, size: int, most: int) -> Given:
    """A document of a store with its bytes, or with what keeps it from being had."""
    try:
        with Path(folder, DOCUMENTS).open("rb") as file:
            file.seek(offset)
            data = file.read(size)
    except OSError as error:
        return refused(name, (error.strerror or "can not be read").lower(), "run again when it can be read")
    found = taken(name, data, most)
    return found if found.sha256 == sha256 else refused(name, f"is not what was stored in {folder}", _AGAIN)


@lru_cache(maxsize=2)
def _outlines(folder: str, sha256: str) -> tuple[Common, ...]:
    data = Path(folder, OUTLINES).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Broken("the outlines were changed")
    return tuple(_common(json.loads(line)) for line in data.splitlines())


def _common(row: dict[str, Any]) -> Common:
    return Common(text=row["text"].encode(), plain=row["plain"] is True, forms=frozenset(map(str, row["forms"])))


def size_of(folder: str) -> int | None:
    """The bytes of the lines of a store, by which it is known how far a run has come."""
    try:
        return os.stat(Path(folder, PRODUCTS)).st_size
    except OSError:
        return None
