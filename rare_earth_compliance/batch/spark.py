"""Documents in a DataFrame of Apache Spark, judged where its partitions are.

Knows how a DataFrame is asked to run the kernel: by ``mapInArrow``, which classic Spark and Spark Connect have alike, without
a context and without importing pyspark, of the extra [spark]. Knows nothing of products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from rare_earth_compliance.batch.crew import Bounds
from rare_earth_compliance.batch.kernel import Kernel, output_columns
from rare_earth_compliance.batch.many import MEMORY, TIME_LIMIT
from rare_earth_compliance.batch.terms import agreed
from rare_earth_compliance.law.model import Confirmation

ADDED = "status INT, answer STRING, why STRING, result STRING"
"""What is added to the columns that are kept, as Spark writes a schema; none of it is ever null. See ``kernel.RESULT``."""
_TYPES = {"INT": "integer", "STRING": "string"}


class Frame(Protocol):
    """What is used of a DataFrame, of pyspark.sql or of pyspark.sql.connect."""

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""

    @property
    def schema(self) -> Any:
        """Its StructType."""

    def select(self, *names: str) -> Any:
        """Some of its columns."""

    def mapInArrow(self, func: Callable[[Iterable[Any]], Iterator[Any]], schema: Any) -> Any:  # noqa: N802
        """What ``func`` makes of the batches of each partition."""


def judge(
    frame: Frame,
    *,
    on: date,
    document: str = "bom",
    shipment: str | None = None,
    keep: Sequence[str] | None = None,
    rules: str | None = None,
    readings: Mapping[str, str] | None = None,
    confirmations: tuple[Confirmation, ...] = (),
    known_by: date | None = None,
    apart: bool = True,
    time_limit: float = TIME_LIMIT,
    memory: int = MEMORY,
) -> Any:
    """A DataFrame with one row for each row of ``frame``, always: the columns ``keep`` (None: all), then ADDED.

    ``document`` names the column with the documents of rare-earth-bom/1, as text or bytes; ``shipment`` one with documents
    that hold a shipment alone, which then takes the place of the product's own. A row in which either is null, can not be
    read or is of a wrong type has status 3 and the answer "refused", with the reasons under ``why``. Nothing is judged
    until Spark asks for rows. Partitions and their order are left as they are.

    ``on``, ``readings``, ``confirmations`` and ``known_by`` are those of ``determine``. ``rules`` is a folder of rule files
    that every machine has at the same place; None: the rule pack of the package. Each machine needs the package with the
    same rule pack and version; one that has another fails its task with both hashes, and so, after Spark's retries, the job.

    With ``apart``, each Python worker of Spark has a process beside it that judges: a row that takes longer than ``time_limit``
    seconds, needs more than ``memory`` bytes or ends its process is refused, and the others are judged. Without, there is one
    process less, and such a row fails its task.

    Raises TypeError, ValueError and KeyError at once for a day that is none, numbers that bound nothing, and columns that are
    not there, are there twice or have the name of one that is added; Refused for rules that can not be read or readings that
    do not exist.
    """
    if not (time_limit > 0 and memory > 0):
        raise ValueError("time_limit and memory are numbers above zero")
    kept = output_columns(frame.columns, document, shipment, None if keep is None else tuple(keep))
    terms = agreed(on=on, rules=rules, readings=readings, confirmations=confirmations, known_by=known_by)
    kernel = Kernel(
        terms=terms,
        document=document,
        shipment=shipment,
        keep=tuple(kept),
        bounds=Bounds(jobs=1, seconds=time_limit, memory=memory) if apart else None,
        stay=True,
    )
    return run(frame, kernel)


def run(frame: Frame, kernel: Kernel) -> Any:
    """A DataFrame of what a kernel makes of another one. Raises as ``Kernel.schema`` does."""
    kept = output_columns(frame.columns, kernel.document, kernel.shipment, kernel.keep)
    needed = dict.fromkeys([*kept, kernel.document, *([kernel.shipment] if kernel.shipment else [])])
    schema = type(frame.schema)([frame.schema[name] for name in kept])
    for column in ADDED.split(", "):
        name, kind = column.split(" ")
        schema = schema.add(name, _TYPES[kind], True)
    return frame.select(*(f"`{name.replace('`', '``')}`" for name in needed)).mapInArrow(kernel, schema)
