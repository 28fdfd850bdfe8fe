"""Claims that no rule is idle beside another: none follows from one of its announcement with the same consequence.

Knows pairs of rules and the days on which both run. Does not know whether two rules should be one.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.law.model import Rule
from rare_earth_compliance.proof.claim import APART, Claim, Standing, possible
from rare_earth_compliance.proof.formulas import Formula, both, negated
from rare_earth_compliance.proof.ground import Ground, Grown, Shown, part
from rare_earth_compliance.proof.witness import Expected


def of_pairs(ground: Ground) -> Iterator[Claim]:
    """Every two rules of one announcement with one consequence, each against the other."""
    for one in ground.pack.rules.values():
        for other in ground.pack.rules.values():
            if (
                one.id != other.id
                and ground.looks_at(one.id)
                and (one.instrument, one.effect) == (other.instrument, other.effect)
            ):
                yield _pair(ground, one, other)


def _pair(ground: Ground, one: Rule, other: Rule) -> Claim:
    says = f"{one.id} applies where {other.id} does not"
    claim = Claim(kind=APART, of=f"{one.id} beside {other.id}", says=says, standing=Standing.PROVED)

    def alone(world: Grown) -> Formula:
        return both((world.rule(one).applies, negated(both((world.rule(other).law.runs, world.rule(other).when)))))

    def on_one_day(world: Grown) -> Formula:
        """The same on a day on which both run: what they ask tells them apart, and not the day alone."""
        return both((alone(world), world.rule(other).law.runs))

    def expecting(found: Shown) -> Expected:
        return Expected(rule=one.id, part=part(found), status=Status.APPLIES)

    refuted = f"wherever it applies, {other.id} does as well"
    first = possible(ground, claim, on_one_day, expecting, refuted)
    return first if first.standing is Standing.PROVED else possible(ground, claim, alone, expecting, refuted)
