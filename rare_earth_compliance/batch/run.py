"""A portfolio from its source to its results: what was done before is checked, the rest is judged, all is counted.

Knows the order of a run. Does not print; who calls is shown how far it has come.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from rare_earth_compliance.batch.crew import Bounds, Crew, Due, counted
from rare_earth_compliance.batch.journal import DoesNotFit, Journal
from rare_earth_compliance.batch.lines import Under, begin, fallen
from rare_earth_compliance.batch.pieces import Given, Piece
from rare_earth_compliance.batch.sources import Source
from rare_earth_compliance.reports.batch_line import holds_together
from rare_earth_compliance.reports.batch_tally import Tally
from rare_earth_compliance.reports.run import REFUSED

Step = Callable[[int, int, bool], None]
"""Shown after each piece: how many inputs it had, how far the source has come with it, whether they were judged now."""


def judge(source: Source, under: Under, bounds: Bounds, journal: Journal, step: Step) -> Tally:
    """Judge what is not done yet, and add its results to the journal.

    Raises DoesNotFit where the results that are there are of other inputs, OSError where a result can not be written,
    and Died where no worker can be started; what was written until then stays, and is gone on with.
    """
    tally = Tally(under.days)
    rest = _after(source.pieces(), journal, tally, step)
    with Crew(begin, (under,), bounds, fallen) as crew:
        for piece, lines in crew.run(rest):
            journal.add(lines)
            for line in lines:
                tally.add(json.loads(line))
            step(len(lines), piece.size, True)
    tally.left_out = source.left_out
    journal.end(tally.document())
    return tally


def _fits(line: dict[str, Any], one: Given) -> None:
    """Raises DoesNotFit for a result that is not one of this input, or does not hold together.

    What was refused because it could not be had has no hash, and stays refused.
    """
    found = line.get("sha256")
    if not holds_together(line) or (line["status"] is None and not one.perhaps):
        raise DoesNotFit(f"the line of input {line['position']} does not hold together; remove the file, or name another one")
    if line.get("name") != one.name or (found != one.sha256 and (found or line["status"] != REFUSED)):
        raise DoesNotFit(f"{one.name} is not what it was when it was judged; name another file, or remove it")


def _after(pieces: Iterator[Piece], journal: Journal, tally: Tally, step: Step) -> Iterator[Due]:
    """The pieces that are not done, each with how many of its inputs are; what is done is held against its inputs."""
    done = journal.done()
    left, position = journal.begun, 0
    while left:
        piece = next(pieces, None)
        if piece is None:
            raise DoesNotFit(f"it holds {journal.begun} results, and there are only {journal.begun - left} inputs now")
        here = min(left, piece.count)
        for one, line in zip(islice(piece.given(), here), islice(done, here), strict=True):
            _fits(line, one)
            tally.add(line)
        left -= here
        step(here, 0 if here < piece.count else piece.size, False)
        if here < piece.count:
            yield Due(piece, position, here)
        position += piece.count
    yield from counted(pieces, position)
