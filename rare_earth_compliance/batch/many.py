"""One outcome for each input, in order, one at a time: what a posting run or a nightly job calls.

Knows that an input may be anything, and that nothing about it may be lost: what can not be read or judged is
refused, with its problems as values. Keeps nothing from one input to the next. Does not read files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, NoReturn

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.workdays import Calendar
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.reports.run import NOTHING_CHECKED, REFUSED, WORST_FIRST, status_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one input: a determination, or the problems for which it was refused; never both, never none."""

    index: int
    """The position of the input, counted from 0."""
    determination: Determination | None
    problems: tuple[Problem, ...]
    status: int
    """As the command's exit status: 0 not required, 10 required, 11 undetermined, 12 a duty is open, 3 refused."""

    def __post_init__(self) -> None:
        if (self.determination is None) != bool(self.problems):
            raise ValueError("an outcome is a determination or problems")
        if self.status != (REFUSED if self.determination is None else status_of(self.determination)):
            raise ValueError(f"{self.status} is not the status of this outcome")

    def __bool__(self) -> NoReturn:
        raise TypeError("an outcome is not a bool: look at .status and .determination")


def determine_many(
    inputs: Iterable[Any],
    pack: RulePack,
    *,
    on: date,
    readings: Mapping[str, str] | None = None,
    confirmations: tuple[Confirmation, ...] = (),
    known_by: date | None = None,
    weigh: bool = False,
    calendar: Calendar | None = None,
) -> Iterator[Outcome]:
    """Judge ``inputs`` one by one: exactly one ``Outcome`` for each, in order, made when it is asked for.

    An input is a ``Shipment``, a document of BOM-JSON (bytes, text, dictionary, ``BomFile``), or an exception that
    stands for something that could not be fetched. Anything else, anything that can not be read, and anything
    whose judging fails unexpectedly (memory and recursion included) is refused: its outcome holds the problems, which
    name the exception. Interrupts pass through, as does what ``inputs`` itself raises: the number of inputs is then
    not known. The keywords are those of ``determine``; raises Refused for a reading that does not exist and
    TypeError for a day that is none, at once.
    """
    for day in (on, known_by):
        if day is not None and (isinstance(day, datetime) or not isinstance(day, date)):
            raise TypeError(f"found a {type(day).__name__}, expected a date")
    if on is None:
        raise TypeError("the day to judge for is missing")
    plan = Plan(pack, chosen_readings(pack, readings or {}))
    judged = partial(
        determine,
        pack=pack,
        on=on,
        readings=readings,
        confirmations=confirmations,
        known_by=known_by,
        weigh=weigh,
        calendar=calendar,
        plan=plan,
    )
    return (_outcome(index, given, judged) for index, given in enumerate(inputs))


def _outcome(index: int, given: Any, judged: partial[Determination]) -> Outcome:
    name = f"input {index}"
    try:
        if isinstance(given, Exception):
            raise given
        shipment = given if isinstance(given, Shipment) else read_shipment(given, name)
        determination = judged(shipment)
        return Outcome(index=index, determination=determination, problems=(), status=status_of(determination))
    except Refused as refused:
        problems = refused.problems
    except Exception as error:  # noqa: BLE001  # nothing may be lost: what is not foreseen is refused, by its name
        problems = (_unforeseen(error, name),)
    return Outcome(index=index, determination=None, problems=problems, status=REFUSED)


def _unforeseen(error: Exception, name: str) -> Problem:
    try:
        said = f": {error}" if str(error) else ""
    except Exception:  # noqa: BLE001  # an error that can not even be shown
        said = ""
    message = f"could not be judged, {type(error).__name__}{said}"
    return Problem(place=Place(file=name), message=message, advice="correct the input; where it is right, report the error")


def worst_status(outcomes: Iterable[Outcome]) -> int:
    """The exit status of a run: that of its worst outcome, 3, 4, 10, 11, 12, 0. Without a determination never 0."""
    found, judged = set(), False
    for one in outcomes:
        found.add(one.status)
        judged = judged or one.determination is not None
    if not judged:
        found.add(NOTHING_CHECKED)
    return next(code for code in WORST_FIRST if code in found)
