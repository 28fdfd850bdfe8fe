"""Workers for many inputs: each takes a piece at a time, and what brings one down costs one input and no other.

Knows order, deadlines and how the input is found that a worker fell over. A worker sends results as it goes; one that
dies, takes too long or runs out of memory is replaced, and what it had not sent is done again with care, one result at
a time: the input at which a fresh worker falls is refused, and the others are judged. Does not know what a result is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait
from time import monotonic
from typing import Any

from rare_earth_compliance.batch.pieces import Given, Piece
from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.core.processes import FELL, READY, STARTING, Died, Worker

AHEAD = 4
"""How many pieces for each worker are taken before the first of them is done: what bounds memory."""
EVERY = 0.05
"""A worker sends what it has after so many seconds."""
_DONE = "done"
_NO_MEMORY = "no memory"
Judge = Callable[[int, Given], Any]
"""One input at its position to its result."""
Refuse = Callable[[int, Given, Problem], Any]
"""The result for an input that brought its worker down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many workers; how long one product may take, in seconds; how much memory a worker may use, in bytes."""

    jobs: int
    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Due:
    """A piece to judge, the position of its first input, and how many inputs at its start are done already."""

    piece: Piece
    position: int
    skip: int = 0


def counted(pieces: Iterable[Piece], position: int = 0) -> Iterator[Due]:
    """Pieces one after the other, none of them begun."""
    for piece in pieces:
        yield Due(piece, position)
        position += piece.count


@dataclass(frozen=True, slots=True)
class _Task:
    piece: Piece
    position: int
    skip: int
    careful: bool


@dataclass(slots=True)
class _Open:
    """A piece that is not done: its results so far, those that need no worker included."""

    piece: Piece
    position: int
    results: list[Any]
    skip: int
    careful: bool = False

    @property
    def reached(self) -> int:
        return self.skip + len(self.results)

    @property
    def done(self) -> bool:
        return self.reached >= self.piece.count


@dataclass(slots=True)
class _Hand:
    """A worker with what it is at: ``ready`` once it has started, ``fresh`` until it has sent its first result."""

    worker: Worker
    at: _Open | None = None
    since: float = 0
    started: bool = False
    ready: bool = False
    fresh: bool = True


@dataclass(slots=True)
class _Queue:
    pieces: Iterator[Due]
    again: deque[_Open] = field(default_factory=deque)
    open: deque[_Open] = field(default_factory=deque)
    raised: BaseException | None = None
    dry: bool = False

    def next(self, most: int) -> _Open | None:
        if self.again:
            return self.again.popleft()
        if self.dry or len(self.open) >= most:
            return None
        try:
            due = next(self.pieces)
        except StopIteration:
            self.dry = True
            return None
        except Exception as error:  # noqa: BLE001  # raised again when everything before it is given
            self.dry, self.raised = True, error
            return None
        made = _Open(due.piece, due.position, [], due.skip)
        self.open.append(made)
        return made


class Crew:
    """Workers that are started once and judge piece after piece. Use it as a context: it ends them."""

    def __init__(self, begin: Callable[..., Judge], given: tuple[Any, ...], bounds: Bounds, refuse: Refuse) -> None:
        self._bounds = bounds
        self._refuse = refuse
        self._hands = [_Hand(Worker(_begin, (begin, given), bounds.memory)) for _ in range(bounds.jobs)]

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands:
            hand.worker.close()

    def run(self, pieces: Iterable[Due]) -> Iterator[tuple[Piece, list[Any]]]:
        """The results of every piece, in order.

        Raises Died when no worker can be started, and what ``pieces`` raises, after all results before it.
        """
        queue = _Queue(iter(pieces))
        while True:
            for hand in self._hands:
                if hand.at is None:
                    self._feed(hand, queue)
            while queue.open and queue.open[0].done and not self._holds(queue.open[0]):
                first = queue.open.popleft()
                yield first.piece, first.results
            if not any(hand.at for hand in self._hands):
                if queue.dry and not queue.open:
                    break
                continue
            self._listen(queue)
        if queue.raised is not None:
            raise queue.raised

    def _holds(self, piece: _Open) -> bool:
        return any(hand.at is piece for hand in self._hands)

    def _feed(self, hand: _Hand, queue: _Queue) -> None:
        work = queue.next(AHEAD * self._bounds.jobs)
        while work is not None and work.done:
            work = queue.next(AHEAD * self._bounds.jobs)
        if work is None:
            return
        if not hand.started:
            self._start(hand)
        task = _Task(work.piece, work.position, work.reached, work.careful)
        try:
            hand.worker.pipe.send(task)
        except OSError:  # it ended while it had nothing to do
            self._start(hand)
            hand.worker.pipe.send(task)
        hand.at, hand.since = work, monotonic()

    def _start(self, hand: _Hand) -> None:
        hand.worker.start()
        hand.started, hand.ready, hand.fresh = True, False, True

    def _listen(self, queue: _Queue) -> None:
        """Take what workers send until there is something; then look after those that are late."""
        busy: dict[Any, _Hand] = {hand.worker.pipe: hand for hand in self._hands if hand.at}
        next_late = min(hand.since + self._seconds(hand) for hand in busy.values())
        heard = [busy[pipe] for pipe in wait(list(busy), max(0.0, next_late - monotonic()))]
        for hand in heard:
            self._hear(hand, queue)
        for hand in busy.values():
            if hand not in heard and monotonic() - hand.since > self._seconds(hand):
                hand.worker.kill()
                if not hand.ready:
                    raise Died("a worker did not start")
                self._fell(hand, queue, *_late(self._bounds.seconds), certain=True)

    def _seconds(self, hand: _Hand) -> float:
        return self._bounds.seconds if hand.ready else STARTING

    def _hear(self, hand: _Hand, queue: _Queue) -> None:
        work = hand.at
        if work is None:
            return
        try:
            said = hand.worker.pipe.recv()
        except (EOFError, OSError):
            if not hand.ready:
                raise Died(FELL) from None
            self._fell(hand, queue, f"the process that judged it ended with {hand.worker.how_it_ended()}", _LOOK)
            return
        hand.since = monotonic()
        if said == READY:
            hand.ready = True
        elif said == _NO_MEMORY:
            hand.worker.kill()
            self._fell(hand, queue, *_too_much(self._bounds.memory))
        elif said == _DONE:
            hand.at = None
            if not work.done:
                raise Died("a worker left inputs out")
        else:
            hand.fresh = False
            work.results += said

    def _fell(self, hand: _Hand, queue: _Queue, message: str, advice: str, *, certain: bool = False) -> None:
        """A worker is gone: another takes its place, and what it had not sent is done again, or refused.

        ``certain`` says that it is the input alone and not what the worker had done before: it was late.
        """
        work = hand.at
        hand.at = None
        if work is None or work.done:
            self._start(hand)
            return
        if work.careful and (hand.fresh or certain):
            at = work.reached
            one = next(islice(work.piece.given(), at, None))
            problem = Problem(place=Place(file=one.name), message=message, advice=advice)
            work.results.append(self._refuse(work.position + at, one, problem))
        work.careful = True
        self._start(hand)
        if not work.done:
            queue.again.append(work)


_LOOK = "it is not known why: look at the product, or give it more memory with --memory"


def _late(seconds: float) -> tuple[str, str]:
    return f"was not judged within {seconds:g} s", "give it more time with --time-limit, or split the product"


def _too_much(memory: int) -> tuple[str, str]:
    advice = "give workers more with --memory, or split the product"
    return f"needs more memory than the {memory // 1024**2:,} MiB that a worker may use", advice


def _begin(begin: Callable[..., Judge], given: tuple[Any, ...]) -> Callable[[_Task], Iterator[Any]]:
    """In the new process: what a worker does with a piece."""
    judge = begin(*given)

    def work(task: _Task) -> Iterator[Any]:
        found: list[Any] = []
        sent = monotonic()
        try:
            for at, one in enumerate(task.piece.given()):
                if at >= task.skip:
                    found.append(judge(task.position + at, one))
                if found and (task.careful or monotonic() - sent > EVERY):
                    yield found
                    found, sent = [], monotonic()
        except MemoryError:
            found = []
            yield _NO_MEMORY
            return
        if found:
            yield found
        yield _DONE

    return work
