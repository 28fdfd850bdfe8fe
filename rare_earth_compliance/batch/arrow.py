"""Documents in the rows of a Parquet file.

Knows how the file is read, in batches and never the whole. Needs pyarrow, of the extra [arrow]. What a row holds is known to
``kernel``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyarrow.parquet as pq

from rare_earth_compliance.batch.kernel import documents
from rare_earth_compliance.batch.pieces import LINES, Given


def count_of(name: str) -> int:
    """How many rows a Parquet file has. Raises OSError or ValueError for one that can not be read."""
    with pq.ParquetFile(name) as file:
        return int(file.metadata.num_rows)


def rows(name: str, column: str, most: int) -> Iterator[tuple[Given, int]]:
    """The documents of a Parquet file, row by row; each moves its progress by one.

    Raises ValueError without the column, and where there is another of its name.
    """
    with pq.ParquetFile(name) as file:
        known = file.schema_arrow.names
        if known.count(column) != 1:
            found = "more than one column" if column in known else "no column"
            raise ValueError(f"{found} {column!r}, name one of {', '.join(known)} with --column")
        position = 0
        for batch in file.iter_batches(batch_size=LINES, columns=[column]):
            for one in documents(batch.column(column), partial(_named, name, position), most):
                yield one, 1
            position += batch.num_rows


def _named(file: str, first: int, at: int) -> str:
    return f"{file}:{first + at + 1}"
