"""One rule at one item: whether its conditions hold, whether it is in force, whether it is lifted.

Knows how a rule, its exemptions and its policies are put to an item; items that nothing in the rule tells
apart are judged once. Does not know how verdicts make an answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from rare_earth_compliance.core.truth import Truth, any_of
from rare_earth_compliance.engine.determination import (
    SHIPMENT,
    ExemptionFound,
    Need,
    PolicyFound,
    Status,
    Step,
)
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.plan import VERDICTS, Kind
from rare_earth_compliance.law.model import Rule
from rare_earth_compliance.law.status import InForce


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What became of a rule at every item that is alike. Compared by being the same."""

    rule: Rule
    state: InForce
    step: Step
    status: Status
    exemptions: tuple[ExemptionFound, ...]
    policies: tuple[PolicyFound, ...]
    needs: frozenset[Need]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What became of a rule at one item."""

    index: int
    verdict: Verdict
    judge: Judge

    @property
    def traced(self) -> Verdict:
        """The verdict with a trace of this very item."""
        return self.judge.traced(self.index)


class Judge:
    """Puts one rule to items."""

    def __init__(self, inquiry: Inquiry, rule: Rule, state: InForce) -> None:
        self.inquiry = inquiry
        self.rule = rule
        self.state = state
        self._asks = inquiry.plan.of_rule(rule)
        self._found: dict[Hashable, Verdict] = {}
        self._traced: dict[Hashable, Verdict] = {}
        self._of_item: dict[int, Hashable] = {}
        self._circumstances: Kind | None = None

    def candidates(self) -> list[int]:
        """The items that the rule looks at: those that are, or may be, on its lists; else the product as a whole."""
        return self.inquiry.listing.candidates(self.rule)

    def verdict(self, index: int) -> Verdict:
        """What becomes of the rule at an item.

        Amounts in its trace may be those of another item of which the same is true; ``traced`` has the item's own.
        """
        key = self._facts(index)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._remembered(key, index)
        return found

    def _facts(self, index: int) -> Hashable:
        if not self._asks.shares:
            return self.inquiry.facts.of(self._asks, index)
        found = self._of_item.get(index)
        if found is None:
            found = self._of_item[index] = self.inquiry.facts.of(self._asks, index)
        return found

    def traced(self, index: int) -> Verdict:
        """The same with a trace of this very item."""
        if not self._asks.shares:
            return self.verdict(index)
        amounts = tuple(self.inquiry.ask(ask, index) for ask in self._asks.shares)
        key = (self._facts(index), tuple((step.found, step.outcome) for step in amounts))
        found = self._traced.get(key)
        if found is None:
            found = self._traced[key] = self._judge(index)
        return found

    def _remembered(self, key: Hashable, index: int) -> Verdict:
        if self._circumstances is None:
            self._circumstances = self.inquiry.plan.kind((self.rule.id, self.inquiry.facts.circumstances, self.state))
        known = self.inquiry.plan.verdicts
        found: Verdict | None = known.get((self._circumstances, key))
        if found is None:
            found = self._judge(index)
            if len(known) >= VERDICTS:
                known.clear()
            known[self._circumstances, key] = found
        return found

    def _judge(self, index: int) -> Verdict:
        step = self.inquiry.step(self.rule.when, index)
        exemptions: tuple[ExemptionFound, ...] = ()
        policies: tuple[PolicyFound, ...] = ()
        if step.outcome is not Truth.FALSE:
            exemptions = tuple(self._exemptions(index))
            policies = tuple(self._policies(index))
        lifted = any_of(one.outcome for one in exemptions)
        status = status_of(step.outcome, self.state.truth, lifted)
        needs: frozenset[Need] = frozenset()
        if status in (Status.CANNOT_TELL, Status.APPLIES):
            needs = step.needs if step.outcome is Truth.UNKNOWN else needs
            needs |= self._law_needs()
            needs = needs.union(*(one.step.needs for one in exemptions if one.outcome is Truth.UNKNOWN))
        return Verdict(
            rule=self.rule,
            state=self.state,
            step=step,
            status=status,
            exemptions=exemptions,
            policies=policies,
            needs=needs,
        )

    def _law_needs(self) -> frozenset[Need]:
        if self.state.truth is not Truth.UNKNOWN:
            return frozenset()
        found = [Need("reading", name, SHIPMENT) for name in self.state.readings]
        found += [Need("status", self.state.status, SHIPMENT)] if self.state.status else []
        return frozenset(found)

    def _exemptions(self, index: int) -> Iterable[ExemptionFound]:
        for one in self.rule.unless:
            step = self.inquiry.step(one.when, index)
            if one.only_if_stated and step.outcome is not Truth.TRUE and not something_stated(step):
                continue
            yield ExemptionFound(
                id=one.id, outcome=step.outcome, at=one.says.at, says=one.says.zh, read_as=one.read_as, step=step
            )

    def _policies(self, index: int) -> Iterable[PolicyFound]:
        for name in self.rule.policies:
            policy = self.inquiry.pack.policies[name]
            step = self.inquiry.step(policy.when, index)
            if step.outcome is not Truth.FALSE:
                yield PolicyFound(
                    policy=policy.policy,
                    outcome=step.outcome,
                    says=policy.says.zh,
                    at=policy.says.at,
                    read_as=policy.read_as,
                    step=step,
                )


def something_stated(step: Step) -> bool:
    """Whether a fact that an exemption asks for is there: one that nobody speaks of is not raised."""
    work = [step]
    while work:
        part = work.pop()
        if not part.steps and not part.reading and part.outcome is Truth.TRUE:
            return True
        work.extend(part.steps)
    return False


def status_of(would: Truth, law: Truth, lifted: Truth) -> Status:
    """What becomes of a rule whose conditions, force and exemptions came out like this."""
    if would is Truth.FALSE:
        return Status.FAILS
    if law is Truth.FALSE:
        return Status.ASLEEP if would is Truth.TRUE else Status.ASLEEP_CANNOT_TELL
    if lifted is Truth.TRUE:
        return Status.EXEMPT
    return Status.APPLIES if would is Truth.TRUE and law is Truth.TRUE else Status.CANNOT_TELL
