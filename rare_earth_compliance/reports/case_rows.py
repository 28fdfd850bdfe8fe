"""The cases of a rule as a table: what is given, what the engine says, and what decided it.

Knows how a case is put into words. The engine judges it; here its trace is cut down to the lines that decided.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.casebook import Outcome, Plans, confirmations, judge
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.law.conditions import All, asks_of
from rare_earth_compliance.law.model import Case, Rule, RulePack
from rare_earth_compliance.law.published import as_published, confirmed_by
from rare_earth_compliance.law.status import in_force
from rare_earth_compliance.reports.blocks import Block, Grid, Rows
from rare_earth_compliance.reports.page import in_law, reasons

_NO, _OPEN = "[no] ", "[?] "


def case_blocks(pack: RulePack, rule: Rule) -> Iterator[Block]:
    """Every case of a rule, judged by the engine."""
    rows, wrong, plans = [], 0, Plans(pack)
    for case in rule.cases:
        said, passed, why = _judged(plans, rule, case)
        wrong += not passed
        wanted = ", ".join(filter(None, (case.expect, case.policy, case.state)))
        shown = said if passed else f"{said}\nNOT as expected: {wanted}"
        rows.append((case.name, "\n".join((str(case.on), *given(case))), shown, "\n".join(why)))
    count = len(rule.cases)
    state = "all decided as expected" if not wrong else f"{wrong} NOT decided as expected"
    yield Rows(f"Its {count} cases: {state}" if count else "It has no cases", ())
    if rows:
        yield Grid(("case", "day and facts", "outcome", "decided by"), tuple(rows))


def given(case: Case) -> Iterator[str]:
    """What a case starts from and changes, one line each."""
    yield f"{case.given}{f', item {case.at}' if case.at else ''}"
    for path, value in case.changes:
        yield f"without {path}" if value is None else f"{path} = {value}"
    if case.known_by is not None:
        yield f"as published by {case.known_by}"
    if case.readings:
        yield "readings " + ", ".join(f"{name} = {option}" for name, option in case.readings)
    if case.status:
        yield "status " + ", ".join(f"{name}: {said}" for name, said in case.status)


def _judged(plans: Plans, rule: Rule, case: Case) -> tuple[str, bool, list[str]]:
    try:
        outcome = judge(plans.pack, rule, case, plans)
        policy = f"\napplication: {outcome.policy}" if outcome.policy != "ordinary" else ""
        return outcome.found + policy, outcome.passed, because(plans.pack, rule, outcome)
    except Refused as refused:
        return "can not be judged", False, [problem.message for problem in refused.problems]


def because(pack: RulePack, rule: Rule, outcome: Outcome) -> list[str]:
    """The lines of the trace that decided a case. Raises Refused for a reading that the pack does not have."""
    case, step = outcome.case, outcome.step
    settled = confirmations(case)
    if case.known_by is not None:
        pack, settled = as_published(pack, case.known_by), confirmed_by(settled, case.known_by)
        if rule.id not in pack.rules:
            return [f"not published by {case.known_by}"]
    if step is None:
        return [f"the item is not on {' or '.join(rule.lists)}"]
    lines = reasons(step)
    if outcome.found == "does not apply":
        return [line for line in lines if line.startswith(_NO)] or lines
    state = in_force(rule, pack, case.on, chosen_readings(pack, dict(case.readings)), settled)
    law = in_law(state.state, state.because)
    unclear = [line for line in lines if line.startswith(_OPEN)]
    if outcome.found == "cannot tell":
        return [*unclear, law] if state.state == "unknown" or not unclear else unclear
    if outcome.found == "asleep":
        return [law, *unclear]
    if outcome.found == "exempt":
        return [f"every condition holds, but it is lifted by {' or '.join(one.says.at for one in rule.unless)}"]
    return [*_telling(pack, rule, lines), law]


def _telling(pack: RulePack, rule: Rule, lines: list[str]) -> list[str]:
    """Of conditions that all hold, those that the engine had to compute."""
    parts = rule.when.parts if isinstance(rule.when, All) else (rule.when,)
    if len(parts) != len(lines):
        return lines
    computed = [
        line
        for part, line in zip(parts, lines, strict=True)
        if any(pack.questions[ask.question].computed_by for ask in asks_of(part))
    ]
    return computed or lines
