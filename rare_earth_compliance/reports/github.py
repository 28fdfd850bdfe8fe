"""The report as annotations of GitHub Actions: workflow commands that a runner reads from standard output.

Knows the commands, their escapes, and that a step shows ten of a kind. No text can end a command or begin another.
What is said stands in outcomes.
"""

from __future__ import annotations

from rare_earth_compliance.core.inert import no_commands
from rare_earth_compliance.reports.addresses import line, relative
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.outcome_words import checked
from rare_earth_compliance.reports.outcomes import PROBLEMS, Entry, Outcome, entries
from rare_earth_compliance.reports.run import Run

MOST = 10
"""How many annotations of one kind a step shows."""
_NOTICES = (Outcome.DUTY_OPEN, Outcome.SOON)
_WARNINGS = (Outcome.UNDETERMINED, Outcome.DUTY, Outcome.LAPSED)


def render(run: Run) -> str:
    """The report as lines: first what was checked, then annotations, then how many more there are of each kind."""
    said = " ".join(checked(run))
    kinds: dict[str, list[Entry]] = {"error": [], "warning": [], "notice": []}
    for entry in entries(run):
        if entry.outcome in PROBLEMS or entry.outcome is Outcome.SOON:
            kinds[_kind(entry)].append(entry)
    lines = [no_commands(said), command("notice", said, title="rare-earth: what was checked")]
    for kind, mine in kinds.items():
        room = MOST - (kind == "notice")
        shown = mine if len(mine) <= room else mine[: room - 1]
        lines += [_annotation(kind, entry, run.folder) for entry in shown]
        if len(mine) > len(shown):
            lines.append(_more(kind, mine[len(shown) :]))
    return "\n".join(lines) + "\n"


def command(kind: str, text: str, **properties: str) -> str:
    """A workflow command with everything escaped that could end it."""
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {given}::{_data(text)}"


def _annotation(kind: str, entry: Entry, folder: str) -> str:
    place = entry.place
    file = harmless(relative(place.file, folder))
    title = f"{entry.outcome.value}: {entry.check}"
    return command(kind, entry.text, file=file, line=str(line(place)), title=title)


def _more(kind: str, left: list[Entry]) -> str:
    told: dict[str, int] = {}
    for entry in left:
        label = f"{entry.outcome.value}: {entry.check}"
        told[label] = told.get(label, 0) + max(entry.count, 1)
    total = sum(told.values())
    rest = "; ".join(f"{label}: {number:,}" for label, number in told.items())
    return command(kind, f"{total:,} more of this kind are not shown here – {rest}", title=f"rare-earth: {total:,} more")


def _kind(entry: Entry) -> str:
    return "notice" if entry.outcome in _NOTICES else "warning" if entry.outcome in _WARNINGS else "error"


def _data(text: str) -> str:
    return no_commands(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
