"""What ``rules check`` demands of a pack beyond the shape of its files.

Knows that names must lead somewhere, that dates and thresholds need cases on both sides, and that each
rule shows when it applies, when not and when nobody can tell. Does not run the cases: the engine does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.law.conditions import AMOUNTS, asks_of
from rare_earth_compliance.law.model import Rule, RulePack

NEEDED = ("applies", "does not apply", "cannot tell")


def check_pack(pack: RulePack, folder: str) -> list[Problem]:
    """Every problem of a pack that was read."""
    place = Place(file=folder)
    problems: list[Problem] = []
    if not pack.rules:
        problems.append(Problem(place=place, message="the pack has no rules", advice="name at least one instrument"))
    for rule in pack.rules.values():
        problems += _rule(rule, pack)
    for suspension in pack.suspensions.values():
        known = set(pack.instruments) | {one.id for one in pack.not_modelled}
        for name in suspension.suspends:
            if name not in known:
                message = f"{suspension.id} suspends {name!r}, which the pack does not know"
                problems.append(Problem(place=place, message=message, advice="add the instrument, or list it as not modelled"))
        if suspension.last_day < suspension.starts:
            problems.append(Problem(place=place, message=f"{suspension.id} ends before it starts", advice="correct the dates"))
        for chosen in (suspension.last_day_reading, suspension.revives_reading):
            if chosen and chosen[1] not in [getattr(option, "id", "") for option in _options(pack, chosen[0])]:
                message = f"{suspension.id} rests on the reading {chosen[0]!r} = {chosen[1]!r}, which does not exist"
                problems.append(Problem(place=place, message=message, advice="correct it, or add the reading"))
    for listed in pack.lists.values():
        if listed.instrument not in pack.instruments:
            message = f"the list {listed.id} belongs to {listed.instrument!r}, which the pack does not know"
            problems.append(Problem(place=place, message=message, advice="add the instrument"))
    for caution in pack.cautions.values():
        problems += _unknown(caution.asks, pack.questions, "question", place, caution.id)
    return problems


def _options(pack: RulePack, reading: str) -> Iterable[object]:
    return pack.readings[reading].options if reading in pack.readings else ()


def _unknown(names: Iterable[str], known: Iterable[str], what: str, place: Place, owner: str) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(
                place=place, message=f"{owner} names the {what} {name!r}, which the pack does not know", advice="add it"
            )


def _rule(rule: Rule, pack: RulePack) -> Iterator[Problem]:
    def wrong(message: str, advice: str) -> Problem:
        return Problem(place=rule.place, message=f"{rule.id}: {message}", advice=advice)

    yield from _unknown(rule.policies, pack.policies, "policy", rule.place, rule.id)
    yield from _unknown(rule.duties, pack.duties, "duty", rule.place, rule.id)
    for exemption in rule.unless:
        yield from _unknown(exemption.duties, pack.duties, "duty", rule.place, exemption.id)
    if rule.ends is not None and rule.ends < rule.starts:
        yield wrong("ends before it starts", "correct the dates")
    expected = {case.expect for case in rule.cases}
    for outcome in NEEDED:
        if outcome not in expected:
            yield wrong(f"has no case that expects {outcome!r}", "add one")
    if rule.unless and "exempt" not in expected:
        yield wrong("has an exemption but no case that expects 'exempt'", "add one")
    days = {case.on for case in rule.cases}
    for boundary in filter(None, (rule.starts, rule.ends and rule.ends + timedelta(days=1))):
        if boundary not in days or boundary - timedelta(days=1) not in days:
            yield wrong(
                f"has no cases on {boundary - timedelta(days=1)} and {boundary}", "add a case on both sides of the date"
            )
    for ask in asks_of(rule.when):
        if ask.operator in AMOUNTS:
            names = " ".join(case.name for case in rule.cases)
            for word in ("below", "at", "above"):
                if f"{word} the threshold" not in names:
                    yield wrong(f"has no case named '… {word} the threshold'", f"add one {word} {ask.written}")
    for case in rule.cases:
        yield from _unknown([case.given], pack.subjects, "subject", case.place, rule.id)
        yield from _unknown([name for name, _ in case.status], pack.statuses, "status", case.place, rule.id)
        for name, option in case.readings:
            if option not in [getattr(one, "id", "") for one in _options(pack, name)]:
                yield Problem(
                    place=case.place, message=f"sets {name!r} to {option!r}, which does not exist", advice="correct it"
                )
