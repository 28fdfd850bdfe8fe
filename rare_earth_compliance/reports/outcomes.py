"""A run as a list of entries, one for each thing that a machine-readable report tells: the worst first.

Knows what a finding, a refused file and a limb without consequence mean to a gate, and puts each in a few lines
of harmless text. Every finding is an entry of its own, or is counted in one. Decides nothing: the status of a run
stands in run. Does not know the forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Determination, Finding, Limb, Status
from rare_earth_compliance.engine.fingerprint import digest, fingerprint
from rare_earth_compliance.law.model import DUTY, PROHIBITION
from rare_earth_compliance.reports.addresses import relative, shown
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.outcome_words import counted, covered, finding_lines, short, skipped
from rare_earth_compliance.reports.page import in_law
from rare_earth_compliance.reports.run import CLEAR, DUTY_OPEN, MEANING, REQUIRED, UNDETERMINED, Decided, Run, status_of


class Outcome(Enum):
    """What an entry comes to, the worst first."""

    REFUSED = "refused"
    NOTHING_CHECKED = "nothing checked"
    PROHIBITED = "prohibited"
    REQUIRED = "licence required"
    UNDETERMINED = "undetermined"
    DUTY = "duty owed"
    DUTY_OPEN = "duty perhaps owed"
    LAPSED = "decision no longer holds"
    SOON = "to be looked at soon"
    EXEMPT = "lifted by an exemption"
    ASLEEP = "not in force"
    NO_CONSEQUENCE = "does not apply"


FAILED = frozenset(
    (Outcome.REFUSED, Outcome.NOTHING_CHECKED, Outcome.PROHIBITED, Outcome.REQUIRED, Outcome.DUTY, Outcome.LAPSED)
)
"""Something is certain, and stands in the way."""
OPEN = frozenset((Outcome.UNDETERMINED, Outcome.DUTY_OPEN))
"""It can not be told whether something stands in the way."""
PROBLEMS = FAILED | OPEN

REFUSED_CHECK, NOTHING_CHECK, CONTRADICTION_CHECK = "refused", "nothing-checked", "contradictory-data"
ANSWER_CHECK, LAPSED_CHECK, SOON_CHECK = "answer", "lapsed-decision", "look-soon"
OWN_CHECKS = {
    REFUSED_CHECK: "a file or the rules were refused, and not judged",
    NOTHING_CHECK: "nothing was judged",
    CONTRADICTION_CHECK: "the data contradicts itself; nothing is cleared while it does",
    ANSWER_CHECK: "the answer as a whole, where no single rule shows it",
    LAPSED_CHECK: "a decision about a finding no longer holds",
    SOON_CHECK: "something to be looked at soon; it changes no answer",
}
"""What is checked beside the rules of law: name and meaning."""

_ORDER = tuple(Outcome)
_OF_STATUS = {
    Status.CANNOT_TELL: Outcome.UNDETERMINED,
    Status.EXEMPT: Outcome.EXEMPT,
    Status.ASLEEP: Outcome.ASLEEP,
    Status.ASLEEP_CANNOT_TELL: Outcome.ASLEEP,
    Status.FAILS: Outcome.NO_CONSEQUENCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing told: of which check, at which item, what it came to, and why. All text is harmless."""

    outcome: Outcome
    check: str
    """The id of a rule, or a name in OWN_CHECKS."""
    title: str
    item: str
    place: Place
    name: str
    """What it is known by over time, 32 hexadecimal digits; that of the finding where it is one."""
    count: int = 1
    """How many findings it stands for; 0 for what is no finding."""
    at: str = ""
    lines: tuple[str, ...] = ()
    finding: Finding | None = None
    determination: int = -1
    """The position of the determination in the run; -1 for none."""
    decided: tuple[Decided, ...] = ()

    @property
    def headline(self) -> str:
        """Answer, item, what is checked, and where its words stand."""
        where = f" ({self.at})" if self.at else ""
        return f"{self.outcome.value.upper()}: {self.item}: {self.title} [{self.check}]{where}"

    @property
    def text(self) -> str:
        """The headline and the lines below it."""
        return "\n".join((self.headline, *self.lines))


def entries(run: Run) -> list[Entry]:
    """Everything a run has to tell, the worst first and else in the order of the run."""
    found = [_problem(one, Outcome.REFUSED, REFUSED_CHECK, run.folder) for one in run.refused]
    named = {relative(one.place.file, run.folder) for one in run.refused}
    for file in run.refused_files:
        if relative(file, run.folder) not in named:
            problem = Problem(place=Place(file=file), message="refused")
            found.append(_problem(problem, Outcome.REFUSED, REFUSED_CHECK, run.folder))
    if not run.determinations and not run.nothing_changed:
        found.append(_nothing(run))
    for position, one in enumerate(run.determinations):
        found += _determined(one, position, run)
    found += [_problem(one, Outcome.LAPSED, LAPSED_CHECK, run.folder) for one in run.lapsed]
    found += [_problem(one, Outcome.SOON, SOON_CHECK, run.folder) for one in run.warnings]
    return sorted(found, key=lambda entry: _ORDER.index(entry.outcome))


def counts(determination: Determination, rule: str) -> dict[Status, int]:
    """At how many items a rule came to what, over all findings of a determination, shown or not."""
    found: dict[Status, int] = {}
    for one in determination.findings:
        if one.rule == rule:
            found[one.status] = found.get(one.status, 0) + 1
    for more in determination.more:
        if more.rule == rule:
            found[more.status] = found.get(more.status, 0) + more.count
    return {status: found[status] for status in Status if status in found}


def outcome_of(finding: Finding) -> Outcome:
    """What a finding means to a gate."""
    if finding.status is Status.APPLIES:
        return {PROHIBITION: Outcome.PROHIBITED, DUTY: Outcome.DUTY}.get(finding.effect, Outcome.REQUIRED)
    if finding.status is Status.CANNOT_TELL and finding.effect == DUTY:
        return Outcome.DUTY_OPEN
    if finding.status is Status.EXEMPT and finding.duties:
        sure = finding.in_force is Truth.TRUE and finding.would is Truth.TRUE
        return Outcome.DUTY if sure else Outcome.DUTY_OPEN
    return _OF_STATUS[finding.status]


# ---- entries of a determination


def _determined(determination: Determination, position: int, run: Run) -> Iterator[Entry]:
    decided: dict[str, list[Decided]] = {}
    for one in (one for one in run.decided if one.of == position):
        decided.setdefault(one.fingerprint, []).append(one)
    found: list[Entry] = []
    for finding in determination.findings:
        outcome = outcome_of(finding)
        if outcome in PROBLEMS or outcome is Outcome.EXEMPT:
            found.append(
                _of_finding(determination, finding, outcome, decided.get(fingerprint(determination, finding), ()), run.folder)
            )
    found += _beyond(determination)
    found += _contradictions(determination, run.folder)
    found += _answer(determination, found)
    told: dict[str, int] = {}
    for entry in found:
        told[entry.check] = told.get(entry.check, 0) + entry.count
    for limb in determination.limbs:
        left = sum(counts(determination, limb.rule).values()) - told.get(limb.rule, 0)
        if left or limb.rule not in told:
            found.append(_limb(determination, limb, left, alone=limb.rule not in told))
    for entry in found:
        yield replace(entry, determination=position)


def _of_finding(
    determination: Determination, finding: Finding, outcome: Outcome, mine: Iterable[Decided], folder: str
) -> Entry:
    mine = tuple(mine)
    duty = outcome in (Outcome.DUTY, Outcome.DUTY_OPEN)
    lines = finding_lines(determination, finding, shown(finding.place, folder), duty=duty)
    return Entry(
        outcome=outcome,
        check=finding.rule,
        title=harmless(finding.title),
        item=harmless(finding.label),
        place=finding.place,
        name=fingerprint(determination, finding),
        at=finding.at,
        lines=(*dict.fromkeys(map(short, lines)), *map(covered, mine)),
        finding=finding,
        decided=mine,
    )


def _beyond(determination: Determination) -> Iterator[Entry]:
    """Findings that a determination only counts: one entry for those of a rule and status that are problems."""
    for more in determination.more:
        first = next(one for one in determination.findings if one.rule == more.rule and one.status is more.status)
        outcome = outcome_of(first)
        if outcome not in PROBLEMS and outcome is not Outcome.EXEMPT:
            continue
        destination = dict(determination.shipment).get("destination", "")
        yield Entry(
            outcome=outcome,
            check=more.rule,
            title=harmless(first.title),
            item=f"{more.count:,} more items of {harmless(determination.product)}",
            place=first.place,
            name=digest((determination.product, more.rule, more.status.value, destination, "more")),
            count=more.count,
            at=first.at,
            lines=(f"the same at {more.count:,} more items, counted and not shown one by one",),
        )


def _contradictions(determination: Determination, folder: str) -> Iterator[Entry]:
    for conflict in determination.conflicts:
        text = conflict.replace(determination.file, relative(determination.file, folder))
        yield _of_answer(determination, Outcome.UNDETERMINED, CONTRADICTION_CHECK, (text,))


_SHOWS = {
    REQUIRED: (Outcome.REQUIRED, Outcome.PROHIBITED),
    UNDETERMINED: (Outcome.UNDETERMINED,),
    DUTY_OPEN: (Outcome.DUTY_OPEN, Outcome.DUTY),
}


def _answer(determination: Determination, found: Iterable[Entry]) -> Iterator[Entry]:
    """An entry for an answer that no other entry shows: nothing that is not clear goes without one."""
    code = status_of(determination)
    if code != CLEAR and not any(entry.outcome in _SHOWS[code] for entry in found):
        yield _of_answer(determination, _SHOWS[code][0], ANSWER_CHECK, (f"exit status {code}: {MEANING[code]}",))


def _of_answer(determination: Determination, outcome: Outcome, check: str, lines: Iterable[str]) -> Entry:
    said = tuple(map(short, lines))
    return Entry(
        outcome=outcome,
        check=check,
        title=OWN_CHECKS[check],
        item=harmless(determination.product),
        place=root(determination),
        name=digest((determination.product, check, dict(determination.shipment).get("destination", ""), *said)),
        count=0,
        lines=said,
    )


def _limb(determination: Determination, limb: Limb, left: int, *, alone: bool) -> Entry:
    """A limb that leads to nothing, or what is left of one at ``left`` items, with why and what became of all items."""
    mine = counts(determination, limb.rule)
    asleep = {Status.ASLEEP, Status.ASLEEP_CANNOT_TELL} & set(mine)
    first = next((one for one in determination.findings if one.rule == limb.rule), None)
    state = next((one for one in determination.states if one.rule == limb.rule), None)
    items = "; ".join(f"{status.value}: {counted(number, 'item')}" for status, number in mine.items())
    why = limb.because if alone else f"{counted(left, 'other item')} of the product; what it leads to is told by itself"
    lines = [f"why: {why}", f"items looked at: {items or 'none'}"]
    if state is not None:
        lines.append(f"law: {in_law(state.state, state.because, ' – ')}")
    return Entry(
        outcome=Outcome.ASLEEP if asleep else Outcome.NO_CONSEQUENCE,
        check=limb.rule,
        title=harmless(limb.title),
        item=harmless(determination.product),
        place=first.place if first else root(determination),
        name=digest((determination.product, limb.rule, dict(determination.shipment).get("destination", ""), "limb")),
        count=left,
        at=state.at if state else "",
        lines=tuple(map(short, lines)),
    )


def root(determination: Determination) -> Place:
    """Where the product stands."""
    first = determination.tree[0].line if determination.tree else 0
    return Place(file=determination.file, line=first, path="product")


# ---- entries of a run


def _problem(problem: Problem, outcome: Outcome, check: str, folder: str) -> Entry:
    place = shown(problem.place, folder)
    return Entry(
        outcome=outcome,
        check=check,
        title=short(problem.message),
        item=harmless(str(place)),
        place=problem.place,
        name=digest((check, place.file, place.path, problem.message)),
        count=0,
        lines=(short(f"do: {problem.advice}"),) if problem.advice else (),
    )


def _nothing(run: Run) -> Entry:
    first = run.skipped[0].rpartition(": ")[0] if run.skipped else next(iter(run.refused_files), ".")
    return Entry(
        outcome=Outcome.NOTHING_CHECKED,
        check=NOTHING_CHECK,
        title=OWN_CHECKS[NOTHING_CHECK],
        item="the run",
        place=Place(file=first),
        name=digest((NOTHING_CHECK,)),
        count=0,
        lines=(
            "no product was judged; this is no clearing",
            *(f"held nothing to judge: {one}" for one in skipped(run)[:20]),
            *([short(f"not read: {run.left_out.said()}")] if run.left_out.count else []),
        ),
    )
