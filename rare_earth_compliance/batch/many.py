"""One outcome for each input, in order, one at a time: what a posting run or a nightly job calls.

Knows that an input may be anything, and that nothing about it may be lost: what can not be read or judged is
refused, with its problems as values. Keeps nothing from one input to the next. Does not read files.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, NoReturn

from rare_earth_compliance.batch.crew import Bounds, Crew, counted
from rare_earth_compliance.batch.lines import unforeseen
from rare_earth_compliance.batch.pieces import Given, gathered, refused
from rare_earth_compliance.core.problems import Problem, Refused
from rare_earth_compliance.core.processes import Died
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.documents import Documents
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.workdays import Calendar
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.reports.run import NOTHING_CHECKED, REFUSED, WORST_FIRST, status_of

TIME_LIMIT = 60.0
"""Seconds for one input, where workers judge."""
MEMORY = 2 * 1024**3
"""Bytes that a worker may use."""


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
    jobs: int | None = None,
    time_limit: float = TIME_LIMIT,
    memory: int = MEMORY,
) -> Iterator[Outcome]:
    """Judge ``inputs`` one by one: exactly one ``Outcome`` for each, in order, made when it is asked for.

    An input is a ``Shipment``, a document of BOM-JSON (bytes, text, dictionary, ``BomFile``), or an exception that
    stands for something that could not be fetched. Anything else, anything that can not be read, and anything
    whose judging fails unexpectedly (memory and recursion included) is refused: its outcome holds the problems, which
    name the exception. Interrupts pass through, as does what ``inputs`` itself raises: the number of inputs is then
    not known. The keywords are those of ``determine``; raises Refused for a reading that does not exist and
    TypeError for a day that is none, at once.

    With ``jobs``, so many worker processes judge, and an input that hangs for longer than ``time_limit`` seconds, needs more
    than ``memory`` bytes in its worker, or ends its process is refused as well, while the others are judged. Some hundred
    inputs for each worker are then taken ahead. The workers are started anew by ``multiprocessing``, so a program that does
    this keeps what it runs below ``if __name__ == "__main__":``. They end with the iterator. Raises ValueError for a number
    that is not above zero, and RuntimeError, in place of further outcomes, when no worker can be started.
    """
    for day in (on, known_by):
        if day is not None and (isinstance(day, datetime) or not isinstance(day, date)):
            raise TypeError(f"found a {type(day).__name__}, expected a date")
    if on is None:
        raise TypeError("the day to judge for is missing")
    if jobs is not None and not (jobs > 0 and time_limit > 0 and memory > 0):
        raise ValueError("jobs, time_limit and memory are numbers above zero")
    chosen_readings(pack, readings or {})
    options: dict[str, Any] = {
        "on": on,
        "readings": readings,
        "confirmations": confirmations,
        "known_by": known_by,
        "weigh": weigh,
        "calendar": calendar,
    }
    if jobs is not None:
        return _by_workers(inputs, pack, options, Bounds(jobs=jobs, seconds=time_limit, memory=memory))
    judged = _judge(pack, options)
    return (_outcome(index, given, judged) for index, given in enumerate(inputs))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges what is handed over: documents the quick way where that is sure, shipments as they are."""

    documents: Documents
    shipment: Callable[[Shipment], Determination]

    def __call__(self, given: Any, name: str) -> Determination:
        if isinstance(given, Shipment):
            return self.shipment(given)
        if isinstance(given, bytes | bytearray | memoryview):
            return self.documents.determine(bytes(given), name)
        return self.shipment(read_shipment(given, name))


def _judge(pack: RulePack, options: dict[str, Any]) -> _Judge:
    plan = Plan(pack, chosen_readings(pack, options["readings"] or {}))
    return _Judge(Documents(pack, plan=plan, **options), partial(determine, pack=pack, plan=plan, **options))


def _outcome(index: int, given: Any, judged: _Judge) -> Outcome:
    name = f"input {index}"
    try:
        return _determined(index, given, name, judged)
    except Exception as error:  # noqa: BLE001  # nothing may be lost: what is not foreseen is refused, by its name
        return _refused(index, _problems(error, name))


def _determined(index: int, given: Any, name: str, judged: _Judge) -> Outcome:
    if isinstance(given, Exception):
        raise given
    determination = judged(given, name)
    return Outcome(index=index, determination=determination, problems=(), status=status_of(determination))


def _problems(error: Exception, name: str) -> tuple[Problem, ...]:
    return error.problems if isinstance(error, Refused) else (unforeseen(error, name),)


def _refused(index: int, problems: tuple[Problem, ...]) -> Outcome:
    return Outcome(index=index, determination=None, problems=problems, status=REFUSED)


# ---- with workers


def _by_workers(inputs: Iterable[Any], pack: RulePack, options: dict[str, Any], bounds: Bounds) -> Iterator[Outcome]:
    pieces = counted(gathered((_packed(index, given), 1) for index, given in enumerate(inputs)))
    with Crew(_begin, (pack.without_cases, options), bounds, _fallen) as crew:
        try:
            for _, outcomes in crew.run(pieces):
                for packed in outcomes:
                    outcome: Outcome = pickle.loads(packed)  # noqa: S301  # written by our own worker
                    yield outcome
        except Died as error:
            raise RuntimeError(f"the inputs that follow were not judged: {error.told}") from error


def _packed(index: int, given: Any) -> Given:
    """An input as it goes to a worker; what can not go there is refused there."""
    name = f"input {index}"
    try:
        if isinstance(given, Exception):  # others than Refused need not survive the way
            given = Refused(_problems(given, name))
        return Given(name=name, data=pickle.dumps(given))
    except Exception as error:  # noqa: BLE001  # a program may hand over anything
        message = f"can not be handed to another process, {type(error).__name__}"
        return refused(name, message, "hand over bytes, text, a plain dictionary or a Shipment")


def _begin(pack: RulePack, options: dict[str, Any]) -> Callable[[int, Given], bytes]:
    judged = _judge(pack, options)

    def work(index: int, one: Given) -> bytes:
        try:
            if one.problem is not None:
                raise Refused([one.problem])
            given = pickle.loads(one.data)  # noqa: S301  # packed by the process that asks
            return pickle.dumps(_determined(index, given, one.name, judged))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # what is found must be able to go back as well
            return pickle.dumps(_refused(index, _problems(error, one.name)))

    return work


def _fallen(index: int, _: Given, problem: Problem) -> bytes:
    return pickle.dumps(_refused(index, (problem,)))


def worst_status(outcomes: Iterable[Outcome]) -> int:
    """The exit status of a run: that of its worst outcome, 3, 4, 10, 11, 12, 0. Without a determination never 0."""
    found, judged = set(), False
    for one in outcomes:
        found.add(one.status)
        judged = judged or one.determination is not None
    if not judged:
        found.add(NOTHING_CHECKED)
    return next(code for code in WORST_FIRST if code in found)
