"""The command serve: a local HTTP service for programs that do not speak Python.

Knows its options, what it says when it starts, and which exit status follows. The extra [server] is imported
only when the command runs.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rare_earth_compliance.cli.rules import RulesOption, load_pack, refuse, usage
from rare_earth_compliance.cli.saying import complain

if TYPE_CHECKING:
    from rare_earth_compliance.service.judging import Law

NOTHING_CHECKED, FORCED = 4, 130
MOST_WORKERS = 64
BYTES = {"": 1, "B": 1, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3}
SECONDS = {"": 1, "s": 1, "min": 60}
EPILOG = """Example: rare-earth serve &  curl --data-binary @product.json -H 'Content-Type: application/json'
'http://127.0.0.1:8765/v1/determinations?on=2026-11-23'   Exit status of the command: 0 stopped after a signal, all requests
finished · 2 wrong usage, the port is taken, or the extra is missing · 3 rules, a confirmation or prices refused ·
4 the workers did not start · 130 a second signal cut requests off."""


def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen. Anything but this machine needs care: no login.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one and prints it.")] = 8765,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="HOST", help="A further host name that requests may call it by; again for more."),
    ] = None,
    rules: RulesOption = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--confirm-status", metavar="FILE", help="What happened to the law, as for check; for all requests."),
    ] = None,
    prices: Annotated[
        list[str] | None, typer.Option("--prices", metavar="FILE", help="Price tables, as for check; for all requests.")
    ] = None,
    max_bytes: Annotated[
        str, typer.Option("--max-bytes", metavar="SIZE", help="Largest body that is read, such as 500KiB.")
    ] = "16MiB",
    time_limit: Annotated[
        str, typer.Option("--time-limit", metavar="TIME", help="For one product; what takes longer is ended and not judged.")
    ] = "30s",
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=MOST_WORKERS, help="Worker processes; else one a processor, at most 4.")
    ] = None,
) -> None:
    """Answer over HTTP on this machine: product data in, the JSON report of check out.

    [b]POST /v1/determinations?on=DAY[/b] takes one document of rare-earth-bom/1, with product and shipment in it, and gives the
    report; the header Rare-Earth-Status says the exit status that check would have. [b]POST /v1/batch?on=DAY[/b] takes one
    document a line and gives one report a line. [b]reading=ID=OPTION[/b], [b]set=FACT=VALUE[/b], [b]known_by=DAY[/b] and
    [b]weigh=true[/b] stand in the query. [b]GET /v1/rules[/b], [b]/v1/health[/b] and [b]/openapi.json[/b] tell the rest.

    The day must be given with every request. Nothing is kept between requests. There is no login and no encryption: it
    listens on this machine alone unless --host says otherwise. The log on standard error holds no product data.
    """
    size = amount("--max-bytes", max_bytes, BYTES, upper=True)
    seconds = amount("--time-limit", time_limit, SECONDS)
    try:
        from rare_earth_compliance.service.bodies import Limits  # noqa: PLC0415
        from rare_earth_compliance.service.running import Ended, Running, bound, run  # noqa: PLC0415
    except ImportError as missing:
        usage(f"serve needs the extra [server] ({missing.name} is not installed): pip install 'rare-earth-compliance[server]'")
    law = _law(rules, status, prices)
    limits = Limits(max_bytes=int(size), seconds=float(seconds))
    try:
        listener = bound(host, port)
    except OSError as error:
        why = (error.strerror or "can not be had").lower()
        usage(f"--host {host} --port {port}: {why}; stop what listens there, or choose another --port (0 takes a free one)")
    there = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    if not _is_loopback(host):
        complain(f"warning: {host} can be reached from other machines, and there is no login and no encryption")
    _log()
    workers = jobs or min(4, os.cpu_count() or 1)
    running = Running(host=host, port=port, names=tuple(names or ()), limits=limits, jobs=workers)
    pack = law.pack

    def ready() -> None:
        said = f"{there} – {workers} workers; rules {pack.id}, last checked {pack.verified_through}; stop with Ctrl-C"
        complain(said)

    ended = run(law, running, listener, ready)
    if ended is Ended.NOT_STARTED:
        complain("the workers did not start; nothing was served")
        raise typer.Exit(NOTHING_CHECKED)
    if ended is Ended.CUT_OFF:
        raise typer.Exit(FORCED)


def _law(rules: Path | None, status: list[str] | None, prices: list[str] | None) -> Law:
    from rare_earth_compliance.cli import inputs  # noqa: PLC0415
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.service.judging import Law  # noqa: PLC0415

    pack = load_pack(rules).without_cases
    try:
        return Law(pack=pack, confirmations=inputs.confirmations(status or (), pack), tables=inputs.tables(prices or ()))
    except Refused as refused:
        refuse(refused, "nothing is served")


def amount(option: str, text: str, units: dict[str, int], *, upper: bool = False) -> Decimal:
    """A size or a time, such as 16MiB or 30s; ends with a wrong usage for anything else."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([A-Za-z]*)", text)
    unit = (found[2].upper() if upper else found[2]) if found else "?"
    if not found or unit not in units or Decimal(found[1]) * units[unit] <= 0:
        usage(f"{option} {text}: expected a number above zero with one of {', '.join(one for one in units if one)}")
    return Decimal(found[1]) * units[unit]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _log() -> None:
    """Log lines to standard error: method, path, statuses, sizes, times – no query and no product data."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name, level in (("rare_earth_compliance.service", logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
