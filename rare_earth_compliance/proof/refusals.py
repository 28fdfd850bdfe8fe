"""Claims about who must not slip through, and about the words of a rule.

Knows exemptions against the policies under which an application is refused in principle, and what is claimed to be so
wherever a rule applies. Does not know who is a military user: the conditions say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.law.claims import Claims, Meant
from rare_earth_compliance.law.conditions import Condition
from rare_earth_compliance.law.model import Policy, Rule
from rare_earth_compliance.proof.claim import REFUSED, WORDS, Beside, Claim, Standing, impossible
from rare_earth_compliance.proof.formulas import Formula, both, negated
from rare_earth_compliance.proof.ground import Ground, Grown, Shown, part
from rare_earth_compliance.proof.witness import Expected

REFUSAL = "refused in principle"
"""The word of rule files for a policy under which nothing is licensed."""


def of_refusals(ground: Ground, claims: Claims) -> Iterator[Claim]:
    """Every exemption against every policy of its announcement under which an application is refused in principle."""
    pack = ground.pack
    refusing = _refusing(ground)
    for rule in filter(lambda rule: ground.looks_at(rule.id), pack.rules.values()):
        for name in refusing.get(rule.instrument, ()) if rule.unless else ():
            if name not in rule.policies:
                claim = Claim(kind=REFUSED, of=f"{rule.id} names {name}", says="", standing=Standing.REFUTED)
                yield replace(claim, because="the rule can be lifted, and does not name the policy")
        for one in rule.unless:
            for name in refusing.get(rule.instrument, ()):
                of = f"{one.id} to {name}"
                meant = next((this for this in claims.meant if (this.claim, this.of) == (REFUSED, of)), None)
                yield _pair(ground, rule, one.id, pack.policies[name], meant)


def _refusing(ground: Ground) -> dict[str, list[str]]:
    """The policies of refusal that rules of an announcement name."""
    found: dict[str, list[str]] = {}
    for rule in ground.pack.rules.values():
        for name in rule.policies:
            if ground.pack.policies[name].policy == REFUSAL and name not in found.setdefault(rule.instrument, []):
                found[rule.instrument].append(name)
    return found


def _pair(ground: Ground, rule: Rule, exemption: str, policy: Policy, meant: Meant | None) -> Claim:
    under = meant.under if meant else ()
    unless = f" unless {', '.join(f'{name} = {option}' for name, option in under)}" if under else ""
    says = f"{exemption} lifts {rule.id} for no user whom {policy.id} refuses{unless}"
    claim = Claim(kind=REFUSED, of=f"{exemption} to {policy.id}", says=says, standing=Standing.PROVED)

    def chosen(world: Grown) -> Formula:
        """That the readings under which it is meant to reach such a user are chosen, by name."""
        return both(world.world.reading(name, option) for name, option in under)

    def reaches(world: Grown) -> Formula:
        made = world.rule(rule)
        return both((made.when, made.unless[exemption], world.formula(policy.when)))

    def silently(world: Grown) -> Formula:
        return both((reaches(world), negated(chosen(world)) if under else both(())))

    def shown(world: Grown) -> Formula:
        return both((silently(world), world.rule(rule).law.runs))

    def expecting(found: Shown) -> Expected:
        named = policy.id if policy.id in rule.policies else ""
        return Expected(rule=rule.id, part=part(found), status=Status.EXEMPT, exemption=exemption, policy=named)

    refuted = "it lifts the rule for a user who is refused in principle"
    made = impossible(ground, claim, silently, shown, expecting, refuted, _refused(rule, policy))
    if meant is None or made.standing is not Standing.PROVED:
        return made
    found = ground.found(lambda world: both((reaches(world), chosen(world), world.rule(rule).law.runs)))
    if found is None:
        return replace(made, standing=Standing.REFUTED, because="it is declared to reach such a user, and never does")
    witness = ground.show(found, f"as declared: {exemption} under {under}", expecting(found))
    return replace(made, standing=Standing.MEANT, because=meant.because, witnesses=(witness.name,))


def _refused(rule: Rule, policy: Policy) -> Beside:
    """A user who is refused, and to whom the rule applies."""

    def goal(world: Grown) -> Formula:
        return both((world.rule(rule).applies, world.formula(policy.when)))

    def expecting(found: Shown) -> Expected:
        named = policy.id if policy.id in rule.policies else ""
        return Expected(rule=rule.id, part=part(found), status=Status.APPLIES, policy=named)

    return Beside(name=f"{rule.id} for a user whom {policy.id} refuses", goal=goal, expecting=expecting)


def of_words(ground: Ground, claims: Claims) -> Iterator[Claim]:
    """Everything that is claimed to be so wherever a rule applies."""
    for limb in claims.limbs:
        for name in filter(ground.looks_at, limb.rules):
            for position, condition in enumerate(limb.always):
                yield _always(ground, ground.pack.rules[name], position, condition)


def _always(ground: Ground, rule: Rule, position: int, condition: Condition) -> Claim:
    of = f"{rule.id} always[{position}]"
    says = f"{rule.id} applies only where always[{position}] of its claims is so"
    claim = Claim(kind=WORDS, of=of, says=says, standing=Standing.PROVED)

    def beyond(world: Grown) -> Formula:
        return both((world.rule(rule).when, negated(world.formula(condition))))

    def shown(world: Grown) -> Formula:
        return both((beyond(world), world.rule(rule).applies))

    def expecting(found: Shown) -> Expected:
        return Expected(rule=rule.id, part=part(found), status=Status.APPLIES)

    beside = Beside(name=f"{rule.id} applies", goal=lambda world: world.rule(rule).applies, expecting=expecting)
    return impossible(ground, claim, beyond, shown, expecting, "it applies where that is not so", beside)
