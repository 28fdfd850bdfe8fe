"""Arrow batches in, Arrow batches out: the one kernel of every engine that hands over columns.

Knows rows: for each row that goes in one comes out, in order, with the columns it came with; what is wrong with it is said
there. What comes out for a row is made of that row and of the terms alone, so that no cutting into batches or partitions
changes it. Needs pyarrow, of the extra [arrow], and no engine: Spark, Polars, DuckDB and a pool of this machine's
processes all call it with batches.
"""

from __future__ import annotations

import atexit
import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from rare_earth_compliance.batch.crew import Bounds, Crew, counted
from rare_earth_compliance.batch.lines import Under, begin, fallen
from rare_earth_compliance.batch.pieces import BYTES, LINES, Given, Loaded, refused, taken
from rare_earth_compliance.batch.terms import Terms
from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.core.processes import Died
from rare_earth_compliance.reports import batch_line

MOST = 64 * 1024**2
"""A document with more bytes is refused."""
REFUSED = "refused"
RESULT = (("status", pa.int32()), ("answer", pa.string()), ("why", pa.string()), ("result", pa.string()))
"""What the kernel adds to a row, none of it ever null.

The status as the command's exit status (0, 3, 10, 11, 12); the answer in words, "refused" where there is none; the reasons in
a line of text; and the result line of ``rare-earth-batch/1`` as JSON, without the position.
"""
_ADVICE = "put a document of rare-earth-bom/1 into it"
Judge = Callable[[int, Given], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """Judges the rows of batches. It can be pickled; what it needs is made ready in the process that calls it."""

    terms: Terms
    """What all rows are judged under."""
    document: str = "bom"
    """The column with the documents, text or bytes; messages name documents by it."""
    shipment: str | None = None
    """The column with the document that holds the shipment of the row; None: each product in its own."""
    keep: tuple[str, ...] | None = None
    """The columns that go through as they are, in this order; None: all of them, in theirs."""
    bounds: Bounds | None = None
    """The processes that judge, and what a row may use; None: in this process, where a row that ends it ends all."""
    stay: bool = False
    """Whether these processes wait for the next call: for engines that call anew for each partition."""
    most: int = MOST
    """A document with more bytes is refused."""
    start: Callable[[Under], Judge] = begin
    """Makes ready to judge; importable by name."""

    def schema(self, given: pa.Schema) -> pa.Schema:
        """The columns of what comes out, for those that go in: what is kept, then RESULT.

        Raises KeyError for a column that is not there, or twice, and ValueError where one that is kept has the name of
        one that is added.
        """
        names = output_columns(given.names, self.document, self.shipment, self.keep)
        return pa.schema([*(given.field(name) for name in names), *(pa.field(*one) for one in RESULT)])

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of ``batches``, judged, in batches of their own.

        Raises as ``schema`` does; Refused where the terms can not be kept here, with another rule pack or version than
        theirs; and RuntimeError when no process can be started. Nothing about a row raises.
        """
        under = _under(self.terms)
        if self.bounds is None:
            judge = _careful(_ready(self.start, self.terms))
            for rest, inputs in self._pieces(batches):
                yield _batch(rest, [judge(at, one) for at, one in enumerate(inputs)])
            return
        waiting: deque[pa.RecordBatch] = deque()

        def pieces() -> Iterator[Loaded]:
            for rest, inputs in self._pieces(batches):
                waiting.append(rest)
                yield Loaded(inputs=inputs, size=len(inputs))

        with _crew(self.start, self.terms, under, self.bounds, stay=self.stay) as crew:
            try:
                for _, lines in crew.run(counted(pieces())):
                    yield _batch(waiting.popleft(), lines)
            except Died as error:
                raise RuntimeError(f"the rows that follow were not judged: {error.told}") from error

    def _pieces(self, batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[pa.RecordBatch, tuple[Given, ...]]]:
        """The rows in pieces of bounded size: the columns that are kept, and the inputs."""
        for batch in batches:
            names = output_columns(batch.schema.names, self.document, self.shipment, self.keep)
            rest = batch.select(names) if names else None
            first, size, held = 0, 0, []
            for one in self._inputs(batch):
                held.append(one)
                size += len(one.data) + (len(one.beside.data) if one.beside else 0)
                if len(held) >= LINES or size >= BYTES:
                    yield _slice(rest, first, len(held)), tuple(held)
                    first, size, held = first + len(held), 0, []
            if held:
                yield _slice(rest, first, len(held)), tuple(held)

    def _inputs(self, batch: pa.RecordBatch) -> Iterator[Given]:
        found = documents(batch.column(self.document), lambda _: self.document, self.most)
        if self.shipment is None:
            yield from found
            return
        name = self.shipment
        for one, beside in zip(found, documents(batch.column(name), lambda _: name, self.most), strict=True):
            yield Given(name=one.name, data=one.data, sha256=one.sha256, problem=one.problem, beside=beside)


def judged(data: Any, kernel: Kernel) -> pa.RecordBatchReader:
    """What a kernel makes of a table, row by row, as it is read.

    ``data`` is anything that hands over Arrow data as a stream, by ``__arrow_c_stream__``: a table or reader of pyarrow,
    a DataFrame of Polars, a relation of DuckDB. Raises as ``Kernel.schema`` does, and while it is read as the kernel.
    """
    source = pa.RecordBatchReader.from_stream(data)
    return pa.RecordBatchReader.from_batches(kernel.schema(source.schema), kernel(source))


def output_columns(names: list[str], document: str, shipment: str | None, keep: tuple[str, ...] | None) -> list[str]:
    """The columns that go through. Raises KeyError and ValueError as ``Kernel.schema`` does."""
    kept = list(names if keep is None else keep)
    for name in (document, *(() if shipment is None else (shipment,)), *kept):
        if names.count(name) != 1:
            found = "no column" if name not in names else "more than one column"
            raise KeyError(f"{found} {name!r}, there are {', '.join(names)}")
    if len(set(kept)) != len(kept):
        raise ValueError("a column is kept twice")
    added = {name for name, _ in RESULT}
    taken_names = [name for name in kept if name.lower() in added]  # engines of SQL do not tell "Status" from "status"
    if taken_names:
        raise ValueError(f"{', '.join(taken_names)}: a column of this name is added; rename it, or do not keep it")
    return kept


def documents(column: pa.Array, named: Callable[[int], str], most: int) -> Iterator[Given]:
    """The documents of a column; ``named`` names one by its row, from 0. A row without one is an input with a problem."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = str(column.type)
    is_text = kind in ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
    for at in range(len(column)):
        here = named(at)
        if not is_text:
            yield refused(here, f"the column holds {kind}, expected text or bytes", "name another column")
            continue
        value = _value(column, at)
        if isinstance(value, str | bytes):
            yield taken(here, value.encode() if isinstance(value, str) else value, most)
        else:
            message = "the row holds no document" if value is None else f"the row can not be read: {value}"
            yield refused(here, message, _ADVICE, hashlib.sha256(b"").hexdigest())


def _value(column: pa.Array, at: int) -> Any:
    """Text, bytes, None, or what keeps a value from being read."""
    try:
        return column[at].as_py()
    except (ValueError, UnicodeDecodeError) as error:
        return error


# ---- the state of a process


@lru_cache(maxsize=4)
def _under(terms: Terms) -> Under:
    """What rows are judged under, read once in a process."""
    return terms.under()


@lru_cache(maxsize=4)
def _ready(start: Callable[[Under], Judge], terms: Terms) -> Judge:
    return start(_under(terms))


_WAITING: dict[tuple[Any, ...], Crew] = {}
"""Processes that wait for the next call; whoever takes them takes them out."""


@atexit.register
def _end() -> None:
    """Processes that wait do not end when they are asked to, and an interpreter that ends would wait for them."""
    while _WAITING:
        _WAITING.popitem()[1].__exit__()


@contextmanager
def _crew(start: Callable[[Under], Judge], terms: Terms, under: Under, bounds: Bounds, *, stay: bool) -> Iterator[Crew]:
    """Processes for one call: those that wait, or new ones. They wait again only if the call went to its end."""
    key = (start, terms, bounds)
    crew = (_WAITING.pop(key, None) if stay else None) or Crew(start, (under,), bounds, fallen)
    try:
        yield crew
    except BaseException:  # also where nobody wants the rest: then they are in the middle of something
        crew.__exit__()
        raise
    if not stay or _WAITING.setdefault(key, crew) is not crew:
        crew.__exit__()


def _careful(judge: Judge) -> Judge:
    """The same; a row for which there is not enough memory is refused."""

    def work(position: int, one: Given) -> bytes:
        try:
            return judge(position, one)
        except MemoryError:
            message, advice = "needs more memory than there is", "judge it with more memory"
            return fallen(position, one, Problem(place=Place(file=one.name), message=message, advice=advice))

    return work


# ---- what comes out


def _slice(rest: pa.RecordBatch | None, first: int, count: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([], []) if rest is None else rest.slice(first, count)


def _batch(rest: pa.RecordBatch, found: list[bytes]) -> pa.RecordBatch:
    """Rows with their results. Raises ValueError where there are not as many of one as of the other."""
    lines = [json.loads(line) for line in found]
    for line in lines:
        del line["position"]
    columns = (
        [line["status"] for line in lines],
        [line["answer"] or REFUSED for line in lines],
        [batch_line.why(line) for line in lines],
        [batch_line.written(line).decode().removesuffix("\n") for line in lines],
    )
    added = [pa.array(values, kind) for (_, kind), values in zip(RESULT, columns, strict=True)]
    if rest.num_columns and rest.num_rows != len(lines):
        raise ValueError(f"{rest.num_rows} rows and {len(lines)} results")
    schema = pa.schema([*rest.schema, *(pa.field(*one) for one in RESULT)])
    return pa.RecordBatch.from_arrays([*rest.columns, *added], schema=schema)
