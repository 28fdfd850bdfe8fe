"""From the fields of rule files to the frozen parts of a pack.

Knows which field becomes what. Does not read files, and does not check what fits together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.law import files, model
from rare_earth_compliance.law.conditions import All, Ask, Condition, Question, asks_of


def question(one: files.QuestionFields) -> Question:
    """A question of the vocabulary."""
    return Question(
        id=one.ask,
        type=one.type,
        en=one.en,
        zh=one.zh,
        question=one.question,
        found_at=one.found_at or "",
        complete_at=one.complete_at or "",
        computed_by=one.computed_by or "",
        params=tuple(text.partition(":")[0] for text in one.params),
        param_words={
            text.partition(":")[0].rstrip("?"): tuple(text.partition(":")[2].split()) for text in one.params if ":" in text
        },
        words=tuple(one.words),
        settled_by=frozenset(one.settled_by),
        ask_whom=one.ask_whom,
        to_settle=one.to_settle,
    )


def reading(one: files.ReadingFields) -> model.Reading:
    """A reading with its options."""
    return model.Reading(
        id=one.id,
        question=one.question,
        options=tuple(model.Option(id=option.id, means=option.means, held_by=option.held_by) for option in one.options),
        conservative=one.conservative,
        official=one.official,
        assumed=one.assumed,
        source=one.source,
    )


def quote(one: files.QuoteFields) -> model.Quote:
    """A quotation."""
    return model.Quote(at=one.at, zh=one.zh, confidence=one.confidence)


def instrument(one: files.InstrumentFields) -> model.Instrument:
    """An instrument."""
    return model.Instrument(
        id=one.id,
        title_zh=one.title.zh,
        title_en=one.title.en,
        issued=one.issued,
        url=one.source.url,
        confidence=one.source.confidence,
        not_seen=tuple(one.not_seen),
    )


def duty(one: files.DutyFields) -> model.Duty:
    """A duty."""
    return model.Duty(
        id=one.id,
        who=one.who,
        owes=one.owes,
        working_days=one.working_days,
        counted_from=one.counted_from or "",
        calendar=_chosen(one.calendar),
        says=quote(one.says),
    )


def entry(one: files.EntryFields, when: Condition, place: Place) -> model.Entry:
    """An entry of a list."""
    return model.Entry(
        code=one.code,
        zh=one.zh,
        en=one.en,
        confidence=one.confidence,
        hs_codes=tuple(one.hs_codes),
        hs_confidence=one.hs_confidence or "",
        declared=one.declared == "yes",
        note=one.note or "",
        recognise=when,
        place=place,
    )


def elements(condition: Condition) -> set[str]:
    """Every element that a condition asks for."""
    found: set[str] = set()
    for ask in asks_of(condition):
        found |= set((ask.param("element") or "").split())
    return found


def lists_of(condition: Condition) -> tuple[str, ...]:
    """The lists on which the item must stand: those asked for by a part that must be true."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    for part in parts:
        if isinstance(part, Ask) and part.question == "item.listed_in" and part.operator in ("is", "any_of"):
            return tuple(sorted(part.values))
    return ()


def suspension(one: files.SuspensionFields, instrument: str) -> tuple[model.Suspension, model.StatusQuestion | None]:
    """A suspension, and the status question that opens after it."""
    after = one.after
    made = model.Suspension(
        id=one.id,
        instrument=instrument,
        says=quote(one.says),
        suspends=tuple(one.suspends),
        starts=one.from_,
        last_day=one.through,
        last_day_reading=_chosen(one.last_day_suspended),
        status=after.status if after else None,
        revives_reading=_chosen(one.revives_at_once),
    )
    if after is None:
        return made, None
    status = model.StatusQuestion(
        id=after.status,
        question=after.question,
        ask_whom=after.ask_whom,
        announced=after.announced,
        watch=tuple(after.watch),
    )
    return made, status


def _chosen(one: files.ChosenFields | None) -> tuple[str, str] | None:
    return (one.reading, one.is_) if one else None


def _flat(value: Any, path: str) -> Iterable[tuple[str, str | None]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{position}]")
    else:
        yield path, value


def list_case(one: files.ListCaseFields, place: Place) -> model.ListCase:
    """A case of a list; ``elements`` in its item is short for a complete composition of them."""
    given = dict(one.given)
    if "elements" in given:
        given["composition"] = [{"element": symbol} for symbol in given.pop("elements")]
        given["composition_complete"] = "true"
    return model.ListCase(
        name=one.name,
        given=given,
        shipment=one.shipment,
        readings=tuple(sorted(one.readings.items())),
        on=tuple(one.on),
        perhaps=tuple(one.perhaps),
        hints=tuple(one.hints),
        place=place,
    )


OPEN = "open"
"""The word by which a case leaves a reading open that its rule assumes for all cases."""


def case(one: files.CaseFields, assumed: files.AssumeFields, place: Place) -> model.Case:
    """A case of a rule; what it does not say is as assumed for all. Raises ValueError where neither says day or subject."""
    on, given = one.on or assumed.on, one.given or assumed.given
    if on is None or given is None:
        raise ValueError("needs 'on' and 'given', in the case or in 'assume'")
    readings = {name: option for name, option in {**assumed.readings, **one.readings}.items() if option != OPEN}
    changes = [pair for path, value in one.with_.items() for pair in _flat(value, path)]
    return model.Case(
        name=one.name,
        on=on,
        given=given,
        changes=(*((path, None) for path in one.without), *changes),
        readings=tuple(sorted(readings.items())),
        status=tuple(sorted((assumed.status if one.status is None else one.status).items())),
        at=one.at or "",
        expect=one.expect,
        known_by=one.known_by,
        state=one.state or "",
        policy=one.policy or "",
        place=place,
    )
