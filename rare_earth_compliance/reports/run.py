"""What one call of the tool judged and what it refused, with its one exit status.

Knows the order in which outcomes outweigh each other. Does not know how they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.product.names import LeftOut

CLEAR, REQUIRED, UNDETERMINED, DUTY_OPEN, COVERED, LAPSED = 0, 10, 11, 12, 13, 14
WRONG_USAGE, REFUSED, NOTHING_CHECKED = 2, 3, 4
WORST_FIRST = (REFUSED, NOTHING_CHECKED, REQUIRED, UNDETERMINED, LAPSED, COVERED, DUTY_OPEN, CLEAR)
"""Over many products the first of these that occurs is the status of the run."""
MEANING = {
    CLEAR: "not required",
    REQUIRED: "required",
    UNDETERMINED: "undetermined",
    DUTY_OPEN: "not required, but a duty is open",
    COVERED: "not clear, but every finding is covered by a decision in hand",
    LAPSED: "a decision in hand no longer holds",
    REFUSED: "product data or rules refused",
    NOTHING_CHECKED: "nothing was checked",
}
"""What a status says."""
ASKING_REFUSED = "what was asked for is refused"
"""What the status of a refusal says where no file was refused, but an option or a reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What someone decided about one finding of a run; it stands beside the answer and never changes it."""

    kind: str
    """"waiver", "licence" or "baseline"."""
    fingerprint: str
    """Of the finding, as engine.fingerprint makes it."""
    product: str
    rule: str
    label: str
    of: int
    """Which determination of the run."""
    holds: bool
    """Whether it covers the finding on the day judged for."""
    because: str
    """In words: what covers it, or why it does not."""
    reason: str = ""
    by: str = ""
    until: date | None = None
    place: Place | None = None
    """Where the decision stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The determinations of a run, the files it refused, and files that held nothing to judge."""

    determinations: tuple[Determination, ...] = ()
    refused: tuple[Problem, ...] = ()
    refused_files: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)
    """Files that were found in a folder and not read, for their names."""
    decided: tuple[Decided, ...] = ()
    """Waivers, licences in hand and known findings that bear on this run."""
    lapsed: tuple[Problem, ...] = ()
    """Decisions that no longer hold: each is a finding of its own."""
    warnings: tuple[Problem, ...] = ()
    """What should be looked at soon; it changes no status."""
    cover: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """Which determinations are covered as a whole, and by what: "licensed", "waived", "known"."""
    passes_on: frozenset[str] = frozenset()
    """Which of these let the run pass; the project says so in its configuration."""
    checked: tuple[tuple[str, str], ...] = ()
    """What was checked, in words, where the run is that of a gate."""
    nothing_changed: str = ""
    """Why nothing had to be judged, where the project lets such a run pass."""
    folder: str = ""
    """The folder that reports name files from: an absolute name under it is shown relative to it. "" where none is known."""


def status_of(determination: Determination) -> int:
    """The exit status of one determination."""
    if determination.answer is Answer.REQUIRED:
        return REQUIRED
    if determination.is_cleared:
        return DUTY_OPEN if determination.duties_open else CLEAR
    return UNDETERMINED


def status(run: Run) -> int:
    """The exit status of a run: that of its worst part; a run that judged nothing is never clear.

    A determination that decisions cover as a whole is "covered", and clear only where the project says that it lets
    such findings pass.
    """
    cover = dict(run.cover)
    found = set()
    for index, one in enumerate(run.determinations):
        kinds = cover.get(index)
        found.add(status_of(one) if not kinds else CLEAR if run.passes_on.issuperset(kinds) else COVERED)
    if run.refused or run.refused_files:
        found.add(REFUSED)
    if run.lapsed:
        found.add(LAPSED)
    if not run.determinations:
        found.add(CLEAR if run.nothing_changed else NOTHING_CHECKED)
    return next(code for code in WORST_FIRST if code in found)


def meaning(run: Run) -> str:
    """What the status of a run says, in words."""
    code = status(run)
    if code == REFUSED and run.refused and not run.refused_files:
        return ASKING_REFUSED
    if code == CLEAR and (run.cover or run.nothing_changed):
        return "the project lets this pass; see what covers each answer"
    return MEANING[code]
