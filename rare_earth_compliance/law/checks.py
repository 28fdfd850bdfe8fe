"""What ``rules check`` demands of a pack beyond the shape of its files.

Knows that names must lead somewhere, that dates and thresholds need cases on both sides, and that each
rule shows when it applies, when not and when nobody can tell. Does not run the cases: the engine does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.law.conditions import AMOUNTS, asks_of
from rare_earth_compliance.law.model import Rule, RulePack, Suspension

_STATUS = re.compile(r"lapsed|extended through [0-9]{4}-[0-9]{2}-[0-9]{2}")
NEEDED = ("applies", "does not apply", "cannot tell")
ENGINE_ASKS = (
    *("item.contents", "item.inputs", "item.unit_value", "item.quantity", "item.control_codes", "item.processing"),
    "shipment.rates",
)
"""Questions that arise in computing, whatever the rules ask."""
COMPUTATIONS = (
    "listed_in",
    "contains",
    "consists_of",
    "enclosed",
    "consumed",
    "holds",
    "technology",
    "stated_steps",
    "is_product",
    "value_share",
    "equipment",
    "parameter",
    "names_cas",
    "party_listed",
    "party_listed_by",
    "party_owners",
)
"""What the engine can compute for a condition."""
ENGINE_ONLY = ("declared_codes", "worth", "quantity", "disclosed", "rates")
"""What the engine asks a person for while it computes, and no condition may ask."""


def check_pack(pack: RulePack, folder: str) -> list[Problem]:
    """Every problem of a pack that was read."""
    place = Place(file=folder)
    problems: list[Problem] = []
    if not pack.rules:
        problems.append(Problem(place=place, message="the pack has no rules", advice="name at least one instrument"))
    problems += [*_vocabulary(pack, place), *_asked(pack, place)]
    for rule in pack.rules.values():
        problems += [*_names(rule, pack), *_dates(rule), *_cases(rule)]
    for suspension in pack.suspensions.values():
        problems += _suspension(suspension, pack, place)
    for listed in pack.lists.values():
        if listed.instrument not in pack.instruments:
            message = f"the list {listed.id} belongs to {listed.instrument!r}, which the pack does not know"
            problems.append(Problem(place=place, message=message, advice="add the instrument"))
    for duty in pack.duties.values():
        if duty.calendar and duty.calendar[1] not in _options(pack, duty.calendar[0]):
            message = f"{duty.id} rests on the reading {duty.calendar[0]!r} = {duty.calendar[1]!r}, which does not exist"
            problems.append(Problem(place=place, message=message, advice="correct it, or add the reading"))
    for caution in pack.cautions.values():
        problems += _unknown(caution.asks, pack.questions, "question", place, caution.id)
    return problems


def _vocabulary(pack: RulePack, place: Place) -> Iterator[Problem]:
    for name in ENGINE_ASKS:
        if name not in pack.questions:
            message = f"the vocabulary lacks {name!r}, which the engine itself asks"
            yield Problem(place=place, message=message, advice="add the question")
    for question in pack.questions.values():
        if question.computed_by and question.computed_by not in (*COMPUTATIONS, *ENGINE_ONLY):
            message = f"{question.id} is computed by {question.computed_by!r}, which the engine does not know"
            yield Problem(place=place, message=message, advice=f"use one of {', '.join(COMPUTATIONS)}")


def _asked(pack: RulePack, place: Place) -> Iterator[Problem]:
    conditions = [
        *(rule.when for rule in pack.rules.values()),
        *(one.when for rule in pack.rules.values() for one in rule.unless),
        *(policy.when for policy in pack.policies.values()),
        *(caution.when for caution in pack.cautions.values()),
        *(term.part for term in pack.terms.values()),
        *(entry.recognise for listed in pack.lists.values() for entry in listed.entries),
    ]
    for ask in dict.fromkeys(ask for condition in conditions for ask in asks_of(condition)):
        if pack.questions[ask.question].computed_by in ENGINE_ONLY:
            message = f"a condition asks {ask.question}, which only the engine asks"
            yield Problem(place=place, message=message, advice="ask for a fact of the data instead")
        for name in (ask.param("announcement") or "").split():
            if name not in pack.parties.announcements:
                message = f"a condition asks for the announcement {name!r}, which the list of parties does not have"
                yield Problem(place=place, message=message, advice="correct it, or add the announcement to the parties")
    for entry in (entry for listed in pack.lists.values() for entry in listed.entries):
        for ask in asks_of(entry.recognise):
            if pack.questions[ask.question].computed_by == "value_share":
                message = f"the entry {entry.code} asks {ask.question}, and what an item is does not hang on its price"
                yield Problem(place=entry.place, message=message, advice="ask it in a rule")


def _suspension(suspension: Suspension, pack: RulePack, place: Place) -> Iterator[Problem]:
    known = set(pack.instruments) | set(pack.rules) | {one.id for one in pack.not_modelled}
    for name in suspension.suspends:
        if name not in known:
            message = f"{suspension.id} suspends {name!r}, which the pack does not know"
            yield Problem(place=place, message=message, advice="add the instrument, or list it as not modelled")
    if len(set(suspension.suspends)) < len(suspension.suspends):
        yield Problem(place=place, message=f"{suspension.id} names an instrument twice", advice="name it once")
    for other in pack.suspensions.values():
        both = sorted(set(other.suspends) & set(suspension.suspends))
        apart = other.last_day < suspension.starts or suspension.last_day < other.starts
        if other.id < suspension.id and both and not apart:
            message = f"{other.id} and {suspension.id} suspend {both[0]} on the same days"
            yield Problem(place=place, message=message, advice="end the one where the other begins")
    if suspension.last_day < suspension.starts:
        yield Problem(place=place, message=f"{suspension.id} ends before it starts", advice="correct the dates")
    for chosen in (suspension.last_day_reading, suspension.revives_reading):
        if chosen and chosen[1] not in _options(pack, chosen[0]):
            message = f"{suspension.id} rests on the reading {chosen[0]!r} = {chosen[1]!r}, which does not exist"
            yield Problem(place=place, message=message, advice="correct it, or add the reading")


def _options(pack: RulePack, reading: str) -> tuple[str, ...]:
    return tuple(option.id for option in pack.readings[reading].options) if reading in pack.readings else ()


def _unknown(names: Iterable[str], known: Iterable[str], what: str, place: Place, owner: str) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(
                place=place, message=f"{owner} names the {what} {name!r}, which the pack does not know", advice="add it"
            )


def _wrong(rule: Rule, message: str, advice: str) -> Problem:
    return Problem(place=rule.place, message=f"{rule.id}: {message}", advice=advice)


def _names(rule: Rule, pack: RulePack) -> Iterator[Problem]:
    yield from _unknown(rule.sleeps_with, pack.instruments, "instrument", rule.place, rule.id)
    yield from _unknown(rule.policies, pack.policies, "policy", rule.place, rule.id)
    yield from _unknown(rule.duties, pack.duties, "duty", rule.place, rule.id)
    for exemption in rule.unless:
        yield from _unknown(exemption.duties, pack.duties, "duty", rule.place, exemption.id)
    found: dict[tuple[str, str], list[Place]] = {}
    for one in _names_of_cases(rule, pack):
        found.setdefault((one.message, one.advice), []).append(one.place)
    for (message, advice), (first, *others) in found.items():
        # What a rule assumes for all of its cases is wrong once, not as often as it has cases.
        more = f" (and in {len(others)} more of its cases)" if others else ""
        yield Problem(place=first, message=f"{message}{more}", advice=advice)


def _names_of_cases(rule: Rule, pack: RulePack) -> Iterator[Problem]:
    for case in rule.cases:
        yield from _unknown([case.given], pack.subjects, "subject", case.place, rule.id)
        yield from _unknown([name for name, _ in case.status], pack.statuses, "status", case.place, rule.id)
        for name, said in case.status:
            if not _STATUS.fullmatch(said):
                message = f"sets {name!r} to {said!r}, expected 'lapsed' or 'extended through' a day"
                yield Problem(place=case.place, message=message, advice="correct it")
        for name, option in case.readings:
            if option not in _options(pack, name):
                yield Problem(
                    place=case.place, message=f"sets {name!r} to {option!r}, which does not exist", advice="correct it"
                )


def _dates(rule: Rule) -> Iterator[Problem]:
    if rule.ends is not None and rule.ends < rule.starts:
        yield _wrong(rule, "ends before it starts", "correct the dates")
    days = {case.on for case in rule.cases}
    for boundary in filter(None, (rule.starts, rule.ends and rule.ends + timedelta(days=1))):
        before = boundary - timedelta(days=1)
        if boundary not in days or before not in days:
            yield _wrong(rule, f"has no cases on {before} and {boundary}", "add a case on both sides of the date")


def _cases(rule: Rule) -> Iterator[Problem]:
    expected = {case.expect for case in rule.cases}
    for outcome in NEEDED:
        if outcome not in expected:
            yield _wrong(rule, f"has no case that expects {outcome!r}", "add one")
    if rule.unless and "exempt" not in expected:
        yield _wrong(rule, "has an exemption but no case that expects 'exempt'", "add one")
    listed = [case.name for case in rule.cases]
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield _wrong(rule, f"has two cases named {name!r}", "give each a name of its own")
    for ask in asks_of(rule.when):
        if ask.operator in AMOUNTS:
            for word in ("below", "at", "above"):
                if not any(f"{word} the threshold" in name for name in listed):
                    yield _wrong(rule, f"has no case named '… {word} the threshold'", f"add one {word} {ask.written}")
