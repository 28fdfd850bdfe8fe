"""Mutants of rules, policies, exemptions and suspensions.

Knows which dates, numbers, operators and listed names they hold, and which rules' cases can notice a
change. Does not judge: the cases of the rules do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from rare_earth_compliance.law.conditions import Condition, asks_of
from rare_earth_compliance.law.model import Case, Rule, RulePack, Suspension
from rare_earth_compliance.law.status import suspensions_of
from tests.mutations.places import A_DAY, days, leaves, numbers, operators, told

AMOUNT = re.compile(r"[0-9.]+( %)?$")
KINDS = (("number", numbers), ("operator", operators), ("day in a condition", days))


@dataclass(frozen=True)
class RuleMutant:
    """A pack with one thing changed, and the rules whose cases are to notice."""

    kind: str
    name: str
    changed: RulePack
    rules: tuple[Rule, ...]
    near: date | None = None
    """Cases near this day come first."""

    def cases(self) -> list[tuple[Rule, Case]]:
        """The cases that can notice, with their rule as it was changed; those that change an amount or a code first."""
        found = [(rule, case) for rule in self.rules for case in rule.cases]
        near = self.near
        if near is not None:
            return sorted(found, key=lambda one: abs(one[1].on - near))
        return sorted(found, key=lambda one: not any(_tells(path, value) for path, value in one[1].changes))


def _tells(path: str, value: str | None) -> bool:
    return bool(value and AMOUNT.match(value)) or "control_codes" in path


def mutants(pack: RulePack) -> Iterator[RuleMutant]:
    """Every mutant of the rules, policies and suspensions of a pack, each by a name of its own."""
    seen: Counter[str] = Counter()
    for mutant in _mutants(pack):
        seen[mutant.name] += 1
        again = f" ({seen[mutant.name]})" if seen[mutant.name] > 1 else ""
        yield replace(mutant, name=f"{mutant.name}{again}")


def _mutants(pack: RulePack) -> Iterator[RuleMutant]:
    for rule in pack.rules.values():
        yield from _of_rule(rule, pack)
    for suspension in pack.suspensions.values():
        yield from _of_suspension(suspension, pack)
    for policy in pack.policies.values():
        users = tuple(rule for rule in pack.rules.values() if policy.id in rule.policies)
        for kind, what, when in _of_condition(policy.when):
            changed = replace(pack, policies={**pack.policies, policy.id: replace(policy, when=when)})
            yield RuleMutant(kind, f"policy {policy.id}: {what}", changed, users)


def _of_rule(rule: Rule, pack: RulePack) -> Iterator[RuleMutant]:
    def made(kind: str, what: str, other: Rule, near: date | None = None) -> RuleMutant:
        return RuleMutant(kind, f"{rule.id}: {what}", replace(pack, rules={**pack.rules, rule.id: other}), (other,), near)

    for step in (-A_DAY, A_DAY):
        starts = rule.starts + step
        yield made("start of a rule", f"starts {starts}", replace(rule, starts=starts), rule.starts)
        if rule.ends is not None:
            ends = rule.ends + step
            yield made("end of a rule", f"ends {ends}", replace(rule, ends=ends), rule.ends)
    asleep = suspensions_of(rule, pack)
    for name in rule.sleeps_with:
        fewer = replace(rule, sleeps_with=tuple(one for one in rule.sleeps_with if one != name))
        if len(suspensions_of(fewer, pack)) < len(asleep):
            yield made("suspended instrument", f"does not sleep with {name}", fewer, asleep[0].starts)
    for kind, what, when in _of_condition(rule.when):
        yield made(kind, what, replace(rule, when=when))
    for position, one in enumerate(rule.unless):
        before, after = rule.unless[:position], rule.unless[position + 1 :]
        for kind, what, when in _of_condition(one.when):
            yield made(kind, f"{one.id}: {what}", replace(rule, unless=(*before, replace(one, when=when), *after)))


def _of_condition(condition: Condition) -> Iterator[tuple[str, str, Condition]]:
    for kind, made in KINDS:
        yield from ((kind, what, other) for what, other in made(condition))
    for spot in leaves(condition):
        ask = spot.leaf
        if ask is None or ask.question != "item.listed_in":
            continue
        for name in sorted(ask.values) if len(ask.values) > 1 else ():
            values = ask.values - {name}
            what = f"without {name} in {told(asks_of(spot.node)[0])}"
            yield "list that is asked for", what, spot.asking(lambda one, values=values: replace(one, values=values))


def _of_suspension(suspension: Suspension, pack: RulePack) -> Iterator[RuleMutant]:
    users = tuple(rule for rule in pack.rules.values() if suspension in suspensions_of(rule, pack))

    def made(kind: str, what: str, other: Suspension, near: date, rules: tuple[Rule, ...] = users) -> RuleMutant:
        changed = replace(pack, suspensions={**pack.suspensions, suspension.id: other})
        return RuleMutant(kind, f"{suspension.id}: {what}", changed, rules, near)

    for step in (-A_DAY, A_DAY):
        starts, last = suspension.starts + step, suspension.last_day + step
        yield made("start of a suspension", f"starts {starts}", replace(suspension, starts=starts), suspension.starts)
        yield made("last day of a suspension", f"runs to {last}", replace(suspension, last_day=last), suspension.last_day)
    for name in suspension.suspends:
        fewer = replace(suspension, suspends=tuple(one for one in suspension.suspends if one != name))
        yield made("suspended instrument", f"does not suspend {name}", fewer, suspension.starts)
