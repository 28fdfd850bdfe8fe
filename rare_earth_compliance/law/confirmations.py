"""Statements of what happened to the law: read from a file, each with its source and who says so.

Knows that an extension needs an instrument and a lapse a search. Does not know what follows: status does.
"""

from __future__ import annotations

from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.core.problems import Problem, Refused
from rare_earth_compliance.law import files, model
from rare_earth_compliance.law.shapes import shaped


def read_confirmations(data: bytes, file: str, pack: model.RulePack) -> tuple[model.Confirmation, ...]:
    """Statements of what happened to the law, from a file. Raises Refused with all its problems."""
    problems: list[Problem] = []
    document = yaml_text.read(data, file)
    fields = shaped(files.ConfirmationFile, document, problems)
    found = []
    for position, one in enumerate(fields.confirmations if fields else []):
        place = document.place(("confirmations", position))
        if one.settles not in pack.statuses:
            known = ", ".join(pack.statuses)
            problems.append(
                Problem(place=place, message=f"settles {one.settles!r}, which no rule asks", advice=f"use one of {known}")
            )
        if (one.outcome == "extended") != (one.through is not None):
            advice = "an extension names its last day in 'through', a lapse does not"
            problems.append(Problem(place=place, message=f"outcome {one.outcome!r} and 'through' do not fit", advice=advice))
        if one.outcome == "extended" and (one.instrument is None or one.published is None):
            advice = "a statement is not an instrument: without one the status stays open"
            problems.append(Problem(place=place, message="an extension without 'instrument' and 'published'", advice=advice))
        found.append(
            model.Confirmation(
                settles=one.settles,
                outcome=one.outcome,
                through=one.through,
                instrument=one.instrument,
                published=one.published,
                source=one.source,
                by=one.by,
                day=one.day,
                place=place,
            )
        )
    if len({one.settles for one in found}) < len(found):
        problems.append(
            Problem(place=document.place(()), message="two confirmations settle the same question", advice="keep one")
        )
    if problems:
        raise Refused(problems)
    return tuple(found)
