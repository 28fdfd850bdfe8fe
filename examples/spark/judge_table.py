"""Judges a table of products on Spark: Parquet (or lines of JSON) in, Parquet out, and how many rows have which status.

Run it by spark-submit, or by python with the extra [spark]:

    python examples/spark/judge_table.py examples/portfolio/portfolio.jsonl results.parquet --on 2026-11-23

Where SPARK_REMOTE names a server of Spark Connect, it runs there. Ends with the status of the worst row, 3, 10, 11, 12, 0;
4 where there was none.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

from pyspark.sql import SparkSession

from rare_earth_compliance.batch import spark

WORST_FIRST = (3, 10, 11, 12, 0)
NOTHING_JUDGED = 4


def main() -> int:
    """Judge what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("given", help="a table in Parquet, or a file with one document a line that ends with .jsonl")
    parser.add_argument("found", help="where the results are written, as Parquet; must not be there")
    parser.add_argument("--on", type=date.fromisoformat, required=True, help="the day to judge for, YYYY-MM-DD")
    parser.add_argument("--document", default="bom", help="the column with the documents")
    parser.add_argument("--shipment", help="the column with the shipments, where they do not stand in the documents")
    parser.add_argument("--keep", action="append", help="a column of the input that the output has; all, unless one is named")
    asked = parser.parse_args()
    session = SparkSession.builder.getOrCreate()
    if asked.given.endswith(".jsonl"):
        frame = session.read.text(asked.given).withColumnRenamed("value", asked.document)
    else:
        frame = session.read.parquet(asked.given)
    judged = spark.judge(frame, on=asked.on, document=asked.document, shipment=asked.shipment, keep=asked.keep)
    judged.write.parquet(asked.found)
    counts = {row["status"]: row["count"] for row in session.read.parquet(asked.found).groupBy("status").count().collect()}
    for status in sorted(counts):
        print(f"status {status:>2}: {counts[status]:,} rows")
    if sum(counts.values()) != frame.count():
        print("the input has another number of rows: was it written to meanwhile?", file=sys.stderr)
        return 1
    return next((status for status in WORST_FIRST if status in counts), NOTHING_JUDGED)


if __name__ == "__main__":
    sys.exit(main())
