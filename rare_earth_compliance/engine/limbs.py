"""What became of each rule over all items, in one line, and why a rule does not apply.

Knows how the verdicts of one rule are summed up in words. Makes no answer: determine does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Limb, Status, Step
from rare_earth_compliance.engine.verdicts import Judged, Verdict
from rare_earth_compliance.law.model import RulePack

_STANDING = (
    (Status.APPLIES, "applies"),
    (Status.CANNOT_TELL, "open"),
    (Status.EXEMPT, "exempt"),
    (Status.ASLEEP, "asleep"),
    (Status.ASLEEP_CANNOT_TELL, "asleep"),
)


def standings(judged: Iterable[Judged], pack: RulePack) -> tuple[tuple[str, str], ...]:
    """Every rule of the pack, in its order, with its standing alone."""
    return tuple((name, _standing(mine)) for name, mine in _by_rule(judged, pack).items())


def _by_rule(judged: Iterable[Judged], pack: RulePack) -> dict[str, list[Judged]]:
    by_rule: dict[str, list[Judged]] = {name: [] for name in pack.rules}
    for one in judged:
        by_rule[one.verdict.rule.id].append(one)
    return by_rule


def _standing(mine: Iterable[Judged]) -> str:
    statuses = {one.verdict.status for one in mine}
    return next((word for status, word in _STANDING if status in statuses), "does not apply")


def limbs(judged: Iterable[Judged], pack: RulePack, on: date) -> tuple[Limb, ...]:
    """Every rule of the pack, in its order, with what became of it."""
    found = []
    for name, mine in _by_rule(judged, pack).items():
        rule = pack.rules[name]
        standing = _standing(mine)
        if standing in ("applies", "open"):
            awake = (Status.APPLIES, Status.CANNOT_TELL)
            because = next(one.verdict.state.because for one in mine if one.verdict.status in awake)
        else:
            because = why_not(mine, on)
        found.append(Limb(rule=rule.id, title=rule.title, effect=rule.effect, standing=standing, because=because))
    return tuple(found)


def why_not(judged: list[Judged], on: date) -> str:
    """Why a rule leads to nothing at any item, in words."""
    if not judged:
        return "no item of the product is on its list"
    reasons: dict[str, int] = {}
    texts: dict[int, str] = {}
    for one in judged:
        verdict = one.traced
        if id(verdict) not in texts:
            texts[id(verdict)] = _why_not(verdict, on)
        reason = texts[id(verdict)]
        reasons[reason] = reasons.get(reason, 0) + 1
    return "; ".join(f"{reason} ({count} items)" if count > 1 else reason for reason, count in reasons.items())


def _why_not(verdict: Verdict, on: date) -> str:
    if verdict.status is Status.EXEMPT:
        return "lifted by " + ", ".join(one.at for one in verdict.exemptions if one.outcome is Truth.TRUE)
    if verdict.status is Status.FAILS:
        return because_false(verdict.step)
    return f"not in force on {on}: {verdict.state.because}"


def because_false(step: Step) -> str:
    """Why a condition is false, in words: the first false part of an "all", every part of a "one of"."""
    reasons: list[str] = []
    work = [step]
    while work:
        part = work.pop()
        false = [inner for inner in part.steps if inner.outcome is Truth.FALSE]
        if part.found or not part.steps:
            reasons.append(_leaf(part))
        elif part.asks == "all of these":
            work.append((false or list(part.steps))[0])
        else:
            work.extend(reversed(false or part.steps))
    return " and ".join(dict.fromkeys(reasons))


def _leaf(step: Step) -> str:
    found = f": {step.found}" if step.found else ""
    return f"{step.asks}{found}{f', asked: {step.against}' if step.against else ''}"
