"""Claims that nothing in a pack is dead: each rule, alternative, exemption, policy and entry decides a case.

Knows every place of a condition where one of several parts is enough. Does not know whether what is reached is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.law.conditions import All, AnyOf, Condition, Not, Term, asks_of
from rare_earth_compliance.law.model import Entry, Rule
from rare_earth_compliance.proof.claim import REACHED, Claim, Standing, possible
from rare_earth_compliance.proof.formulas import Formula, both, either, negated
from rare_earth_compliance.proof.ground import Ground, Grown, Shown, part
from rare_earth_compliance.proof.witness import Expected


def of_reach(ground: Ground) -> Iterator[Claim]:
    """Every rule with its alternatives, exemptions and policies, and every entry of every list."""
    seen: set[str] = set()
    for rule in ground.pack.rules.values():
        if ground.looks_at(rule.id):
            yield _rule(ground, rule)
            yield from _alternatives_of_rule(ground, rule)
            for one in rule.unless:
                yield from _exemption(ground, rule, one.id)
        for name in rule.policies:
            if name not in seen and ground.looks_at(name):
                seen.add(name)
                yield from _policy(ground, rule, name)
    for name in filter(ground.looks_at, ground.pack.lists):
        yield from _entries(ground, name)


def alternatives(condition: Condition, at: str) -> Iterator[tuple[str, Condition]]:
    """Every part of a "one of" by its place, with the whole condition without it. Conditions are shallow: recursive."""
    if isinstance(condition, All | AnyOf):
        kind = "all" if isinstance(condition, All) else "any"
        for position, one in enumerate(condition.parts):
            before, after = condition.parts[:position], condition.parts[position + 1 :]
            place = f"{at}.{kind}[{position}]"
            if isinstance(condition, AnyOf) and (before or after):
                yield place, AnyOf((*before, *after))
            for where, inner in alternatives(one, place):
                yield where, replace(condition, parts=(*before, inner, *after))
    elif isinstance(condition, Not):
        for where, inner in alternatives(condition.part, f"{at}.not"):
            yield where, Not(inner)
    elif isinstance(condition, Term):
        for where, inner in alternatives(condition.part, f"{at} {condition.id}"):
            yield where, replace(condition, part=inner)


def _applies(rule: Rule, found: Shown, **more: str) -> Expected:
    return Expected(rule=rule.id, part=part(found), status=Status.APPLIES, **more)


def _rule(ground: Ground, rule: Rule) -> Claim:
    claim = Claim(kind=REACHED, of=rule.id, says=f"{rule.id} applies to some product on some day", standing=Standing.PROVED)
    refuted = "no product on any day meets its conditions"
    return possible(ground, claim, lambda world: world.rule(rule).applies, lambda found: _applies(rule, found), refuted)


def _alternatives_of_rule(ground: Ground, rule: Rule) -> Iterator[Claim]:
    for where, without in alternatives(rule.when, "when"):
        says = f"{rule.id} applies by {where} alone"
        claim = Claim(kind=REACHED, of=f"{rule.id} {where}", says=says, standing=Standing.PROVED)

        def alone(world: Grown, without: Condition = without) -> Formula:
            return both((world.rule(rule).applies, negated(world.formula(without))))

        refuted = "wherever it holds, the rule applies without it: it decides nothing"
        yield possible(ground, claim, alone, lambda found: _applies(rule, found), refuted)


def _exemption(ground: Ground, rule: Rule, name: str) -> Iterator[Claim]:
    mine = next(one for one in rule.unless if one.id == name)

    def expecting(found: Shown) -> Expected:
        return Expected(rule=rule.id, part=part(found), status=Status.EXEMPT, exemption=name)

    def lifts(world: Grown) -> Formula:
        made = world.rule(rule)
        others = either(one for other, one in made.unless.items() if other != name)
        return both((made.when, made.law.runs, made.unless[name], negated(others)))

    claim = Claim(kind=REACHED, of=name, says=f"{name} alone lifts {rule.id}", standing=Standing.PROVED)
    refuted = "it never lifts the rule, or never without another"
    yield possible(ground, claim, lifts, expecting, refuted)
    for where, without in alternatives(mine.when, "when"):
        claim = Claim(kind=REACHED, of=f"{name} {where}", says=f"{name} lifts {rule.id} by {where}", standing=Standing.PROVED)

        def alone(world: Grown, without: Condition = without) -> Formula:
            return both((lifts(world), negated(world.formula(without))))

        refuted = "wherever it holds, the exemption does without it: it decides nothing"
        yield possible(ground, claim, alone, expecting, refuted)


def _policy(ground: Ground, rule: Rule, name: str) -> Iterator[Claim]:
    policy = ground.pack.policies[name]

    def decides(world: Grown) -> Formula:
        return both((world.rule(rule).applies, world.rule(rule).policies[name]))

    def expecting(found: Shown) -> Expected:
        return _applies(rule, found, policy=name)

    claim = Claim(kind=REACHED, of=name, says=f"{name} decides an application", standing=Standing.PROVED)
    yield possible(ground, claim, decides, expecting, "no application is decided by it")
    for where, without in alternatives(policy.when, "when"):
        claim = Claim(kind=REACHED, of=f"{name} {where}", says=f"{name} holds by {where} alone", standing=Standing.PROVED)

        def alone(world: Grown, without: Condition = without) -> Formula:
            return both((decides(world), negated(world.formula(without))))

        refuted = "wherever it holds, the policy does without it: it decides nothing"
        yield possible(ground, claim, alone, expecting, refuted)


# ---- entries of lists


def _entries(ground: Ground, name: str) -> Iterator[Claim]:
    """Every entry of a list at an item to which a rule that judges items by the list applies, or that counts in one."""
    rules = ground.pack.rules.values()
    judging = next((rule for rule in rules if name in rule.lists), None)
    counting = judging or next((rule for rule in rules if name in _asked(ground, rule)), None)
    for entry in ground.pack.lists[name].entries:
        of, says = f"{name} {entry.code}", f"an item that is {entry.code} of {name} is one to which a rule applies"
        claim = Claim(kind=REACHED, of=of, says=says, standing=Standing.PROVED)
        if not entry.declared and entry.recognise == AnyOf(()):
            yield replace(claim, standing=Standing.MEANT, because=f"kept and not judged: {entry.note}")
            continue
        if counting is None:
            yield replace(claim, standing=Standing.REFUTED, because=f"no rule asks for the list {name}")
            continue
        yield _entry(ground, claim, counting, name, entry, inside=judging is None)


def _entry(ground: Ground, claim: Claim, rule: Rule, name: str, entry: Entry, *, inside: bool) -> Claim:
    """An entry by its description; by its declared code alone where it has none."""

    def is_one(world: Grown, node: int) -> Formula:
        return world.entry(entry, node) if entry.recognise == AnyOf(()) else world.world.formula(entry.recognise, node)

    def goal(world: Grown) -> Formula:
        if inside and not world.world.shows:
            return world.rule(rule).applies
        nodes = world.inside() if inside else [world.node]
        return both((world.rule(rule).applies, either(is_one(world, node) for node in nodes)))

    def expecting(found: Shown) -> Expected:
        world, model = found
        nodes = world.inside() if inside else [world.node]
        node = next(one for one in nodes if model.holds(is_one(world, one)))
        return _applies(rule, found, list=name, entry=entry.code, entry_part=part(found, node))

    return possible(ground, claim, goal, expecting, "no product that meets its description meets the rule")


def _asked(ground: Ground, rule: Rule) -> set[str]:
    """Lists that a rule counts or looks for inside an item, also through other lists."""
    found: set[str] = set()
    work: list[Condition] = [rule.when]
    while work:
        for ask in asks_of(work.pop()):
            named = {*(ask.values if ask.question == "item.listed_in" else ()), ask.param("of"), ask.param("list")}
            new = {one for one in named if one in ground.pack.lists and one not in found}
            found |= {str(one) for one in new}
            work += [entry.recognise for one in sorted(map(str, new)) for entry in ground.pack.lists[one].entries]
    return found
