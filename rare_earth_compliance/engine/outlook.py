"""What the answer would be if an open status of the law were settled one way or the other.

Knows the two ways: the suspension lapsed, or it was extended past the day judged. Assumes neither: the
answer itself rests on confirmations alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.core.truth import Truth, any_of
from rare_earth_compliance.engine.determination import Answer, Outlook
from rare_earth_compliance.engine.verdicts import Verdict, status_of
from rare_earth_compliance.law.model import Confirmation
from rare_earth_compliance.law.status import InForce


def outlooks(
    verdicts: Iterable[Verdict],
    on: date,
    confirmations: tuple[Confirmation, ...],
    states: Callable[[tuple[Confirmation, ...]], Mapping[str, InForce]],
    answer: Callable[[list[Verdict]], Answer],
) -> tuple[Outlook, ...]:
    """For every status of the law that is open on the day: the answer if it lapsed, and if it was extended.

    ``states`` gives the state of every rule on the day under confirmations.
    """
    listed = list(verdicts)
    open_statuses = dict.fromkeys(verdict.state.status for verdict in listed if verdict.state.status)
    found = []
    for status in open_statuses:
        for outcome, through, assumed in (
            ("lapsed", None, "if the suspension lapsed"),
            ("extended", on + timedelta(days=2), "if the suspension was extended past this day"),
        ):
            supposed = states((*confirmations, _supposed(status, outcome, through, on)))
            settled = [_settled(verdict, supposed[verdict.rule.id]) for verdict in listed]
            found.append(Outlook(status=status, assumed=assumed, answer=answer(settled)))
    return tuple(found)


def _supposed(status: str, outcome: str, through: date | None, on: date) -> Confirmation:
    return Confirmation(
        settles=status,
        outcome=outcome,
        through=through,
        instrument="supposed",
        published=on,
        source="supposed",
        by="the outlook",
        day=on,
        place=Place(file="outlook"),
    )


def idle(found: Iterable[Outlook], answer: Answer) -> frozenset[str]:
    """The statuses that settle nothing by themselves: the answer is open, and is the same however each comes out."""
    answers: dict[str, set[Answer]] = {}
    for one in found:
        answers.setdefault(one.status, set()).add(one.answer)
    return frozenset(status for status, made in answers.items() if answer is Answer.UNDETERMINED and made == {answer})


def _settled(verdict: Verdict, state: InForce) -> Verdict:
    """The verdict as it would be with the status settled; its conditions stay as they were judged."""
    lifted = any_of(one.outcome for one in verdict.exemptions) if verdict.exemptions else Truth.FALSE
    return replace(verdict, state=state, status=status_of(verdict.step.outcome, state.truth, lifted))
