"""What became of each rule over all items, in one line, and why a rule does not apply.

Knows how the verdicts of one rule are summed up in words. Makes no answer: determine does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Limb, Status, Step
from rare_earth_compliance.engine.verdicts import Verdict
from rare_earth_compliance.law.model import RulePack

_STANDING = (
    (Status.APPLIES, "applies"),
    (Status.CANNOT_TELL, "open"),
    (Status.EXEMPT, "exempt"),
    (Status.ASLEEP, "asleep"),
    (Status.ASLEEP_CANNOT_TELL, "asleep"),
)


def limbs(verdicts: Iterable[Verdict], pack: RulePack, on: date) -> tuple[Limb, ...]:
    """Every rule of the pack, in its order, with what became of it."""
    by_rule: dict[str, list[Verdict]] = {name: [] for name in pack.rules}
    for verdict in verdicts:
        by_rule[verdict.rule.id].append(verdict)
    found = []
    for rule in pack.rules.values():
        mine = by_rule[rule.id]
        statuses = {verdict.status for verdict in mine}
        standing = next((word for status, word in _STANDING if status in statuses), "does not apply")
        if standing in ("applies", "open"):
            because = next(verdict.state.because for verdict in mine if verdict.status in (Status.APPLIES, Status.CANNOT_TELL))
        else:
            because = why_not(mine, on)
        found.append(Limb(rule=rule.id, title=rule.title, effect=rule.effect, standing=standing, because=because))
    return tuple(found)


def why_not(verdicts: list[Verdict], on: date) -> str:
    """Why a rule leads to nothing at any item, in words."""
    if not verdicts:
        return "no item of the product is on its list"
    reasons: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.status is Status.EXEMPT:
            reason = "lifted by " + ", ".join(one.at for one in verdict.exemptions if one.outcome is Truth.TRUE)
        elif verdict.status is Status.FAILS:
            reason = because_false(verdict.step)
        else:
            reason = f"not in force on {on}: {verdict.state.because}"
        reasons[reason] = reasons.get(reason, 0) + 1
    several = len(verdicts) > 1
    return "; ".join(f"{reason} ({count} items)" if several and count > 1 else reason for reason, count in reasons.items())


def because_false(step: Step) -> str:
    """Why a condition is false, in words: the first false part of an "all", every part of a "one of"."""
    reasons: list[str] = []
    work = [step]
    while work:
        part = work.pop()
        false = [inner for inner in part.steps if inner.outcome is Truth.FALSE]
        if part.asks == "not" and part.steps:
            work.append(replace(part.steps[0], steps=()) if part.steps[0].found else part.steps[0])
        elif part.found or not part.steps:
            reasons.append(_leaf(part))
        elif part.asks == "all of these":
            work.append((false or list(part.steps))[0])
        else:
            work.extend(reversed(false or part.steps))
    return " and ".join(dict.fromkeys(reasons))


def _leaf(step: Step) -> str:
    found = f": {step.found}" if step.found else ""
    return f"{step.asks}{found}{f', asked: {step.against}' if step.against else ''}"
