"""Documents in a column of Arrow data: rows of a Parquet file, and the kernel for engines that hand over batches.

Knows pyarrow, of the extra [arrow]; it is imported nowhere else. A row that holds no document is a row with a problem: for
each row that goes in, one comes out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rare_earth_compliance.batch.pieces import LINES, Given, refused, taken
from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.reports import batch_line

MOST = 64 * 1024**2
RESULT = (("status", pa.int32()), ("answer", pa.string()), ("result", pa.string()))
"""What the kernel adds to a row: the status, the answer (null where refused), and the whole result line as JSON."""


def count_of(name: str) -> int:
    """How many rows a Parquet file has. Raises OSError or ValueError for one that can not be read."""
    with pq.ParquetFile(name) as file:
        return int(file.metadata.num_rows)


def rows(name: str, column: str, most: int) -> Iterator[tuple[Given, int]]:
    """The documents of a Parquet file, row by row; each moves its progress by one. Raises ValueError without the column."""
    with pq.ParquetFile(name) as file:
        known = file.schema_arrow.names
        if column not in known:
            raise ValueError(f"no column {column!r}, name one of {', '.join(known)} with --column")
        position = 0
        for batch in file.iter_batches(batch_size=LINES, columns=[column]):
            for one in documents(batch.column(0), name, position, most):
                yield one, 1
            position += batch.num_rows


def documents(column: pa.Array, name: str, first: int, most: int) -> Iterator[Given]:
    """The documents of a column; ``first`` is the position of its first row, by which rows are named."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = str(column.type)
    is_text = kind in ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
    for at in range(len(column)):
        here = f"{name}:{first + at + 1}"
        if not is_text:
            yield refused(here, f"the column holds {kind}, expected text or bytes", "name another one with --column")
            continue
        value = _value(column, at)
        if isinstance(value, str | bytes):
            yield taken(here, value.encode() if isinstance(value, str) else value, most)
        else:
            message = "the row holds no document" if value is None else f"the row can not be read: {value}"
            yield refused(here, message, "put a document of rare-earth-bom/1 into it", hashlib.sha256(b"").hexdigest())


def _value(column: pa.Array, at: int) -> Any:
    """Text, bytes, None, or what keeps a value from being read."""
    try:
        return column[at].as_py()
    except (ValueError, UnicodeDecodeError) as error:
        return error


def kernel(
    judge: Callable[[int, Given], bytes], column: str, *, keep: tuple[str, ...] = (), name: str = "row", most: int = MOST
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Batches in, batches out: the columns ``keep`` as they are, and beside them what RESULT says.

    ``judge`` is made by ``lines.begin``. Rows are named by their position among all batches of one call. Raises KeyError for
    a column that is not there; whatever is wrong with a row is in its result.
    """

    def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        position = 0
        for batch in batches:
            found = [
                _judged(judge, position + at, one)
                for at, one in enumerate(documents(batch.column(column), name, position, most))
            ]
            position += batch.num_rows
            yield _batch(batch, keep, found)

    return work


def _judged(judge: Callable[[int, Given], bytes], position: int, one: Given) -> bytes:
    try:
        return judge(position, one)
    except MemoryError:
        problem = Problem(
            place=Place(file=one.name), message="needs more memory than there is", advice="judge it with more memory"
        )
        head = {"position": position, "name": one.name, "sha256": one.sha256}
        return batch_line.written(batch_line.refused(head, [problem]))


def _batch(batch: pa.RecordBatch, keep: tuple[str, ...], found: list[bytes]) -> pa.RecordBatch:
    lines = [json.loads(line) for line in found]
    worst = [_answer(line) for line in lines]
    added = (
        pa.array([line["status"] for line in lines], pa.int32()),
        pa.array(worst, pa.string()),
        pa.array([line.decode().rstrip("\n") for line in found], pa.string()),
    )
    schema = pa.schema([*(batch.schema.field(name) for name in keep), *(pa.field(*one) for one in RESULT)])
    return pa.RecordBatch.from_arrays([*(batch.column(name) for name in keep), *added], schema=schema)


def _answer(line: dict[str, Any]) -> str | None:
    """The answer; on several days that of the day whose status the line has."""
    days = line.get("days")
    if days is None:
        answer: str | None = line["answer"]
        return answer
    return next(str(day["answer"]) for day in days if day["status"] == line["status"])
