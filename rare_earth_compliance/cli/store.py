"""The command ``store``: a portfolio kept so that it is judged again in a fraction of the time.

Knows options, progress and exit statuses. What a store is stands in ``batch.stored``; nothing is judged here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rare_earth_compliance.cli.saying import complain
from rare_earth_compliance.core.inert import harmless, no_commands

if TYPE_CHECKING:
    from rare_earth_compliance.batch.storing import Made

STORED, NOT_STORED, REFUSED, INTERRUPTED = 0, 2, 3, 130
STORE_CODES = """Examples: rare-earth store portfolio.jsonl portfolio.store ·
rare-earth check --batch portfolio.store --on 2026-11-10 --on 2026-12-01

Exit status: 0 stored · 2 wrong usage · 3 not stored, or stored with inputs that stay refused · 130 interrupted"""


def add_store(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("store", epilog=STORE_CODES)(store)


def store(
    portfolio: Annotated[
        str,
        typer.Argument(metavar="PORTFOLIO", help="As for check --batch: a file with one document a line, -, a folder, …"),
    ],
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Where it is kept; a folder that does not exist yet.")],
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="DIR", help="The rule pack that says which lines may be passed over.")
    ] = None,
    column: Annotated[str, typer.Option("--column", metavar="NAME", help="Of a Parquet file: the column.")] = "bom",
    most: Annotated[
        str, typer.Option("--max-bytes", metavar="SIZE", help="A larger product is not kept: it stays refused.")
    ] = "64MiB",
) -> None:
    """Keep a portfolio with what decides of each product, to judge it again and again.

    [b]check --batch FOLDER[/b] then judges it under another law, day, reading or price, line for line as from its documents.

    The documents are kept as they are, and no answer is. Where what was kept does not suffice, a document is read again.
    """
    from rare_earth_compliance.batch.storing import store as stored  # noqa: PLC0415
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415
    from rare_earth_compliance.cli.portfolios import progress, source_of  # noqa: PLC0415
    from rare_earth_compliance.cli.rules import load_pack  # noqa: PLC0415
    from rare_earth_compliance.cli.serve import BYTES, amount  # noqa: PLC0415
    from rare_earth_compliance.engine.documents import ordinary_forms  # noqa: PLC0415
    from rare_earth_compliance.engine.plan import Plan  # noqa: PLC0415

    limit = int(amount("--max-bytes", most, BYTES, upper=True))
    ordinary = ordinary_forms(Plan(load_pack(rules), {}))
    source = source_of(portfolio, limit, column, "")
    try:
        with progress(source, "stored") as step:
            made = stored(source, folder, ordinary, lambda count, size: step(count, size, True))
    except FileExistsError:
        complain(f"{folder}: there is something of this name; name a folder that does not exist")
        raise typer.Exit(NOT_STORED) from None
    except OSError as error:
        complain(f"{folder}: could not be stored: {error}; nothing was kept")
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt:
        complain(f"{folder}: interrupted; nothing was kept")
        raise SystemExit(INTERRUPTED) from None
    try:
        write("".join(f"{no_commands(harmless(line))}\n" for line in said(made, folder)), None)
    except OSError as error:
        complain(f"{folder}: stored; what was stored could not be told: {error}")
        raise typer.Exit(REFUSED) from None
    raise typer.Exit(REFUSED if made.refused or not made.products else STORED)


def said(made: Made, folder: str) -> list[str]:
    """What was stored, in words."""
    alone = made.products - made.known - made.refused
    found = [f"{folder}: {made.products:,} products", f"{made.known:,} by what decides, in {made.outlines:,} outlines"]
    found += [f"{alone:,} by their documents alone: they are read again each time"] if alone else []
    found += [f"{made.refused:,} could not be had, and stay refused"] if made.refused else []
    found += [f"not read: {made.left_out}"] if made.left_out else []
    return found
