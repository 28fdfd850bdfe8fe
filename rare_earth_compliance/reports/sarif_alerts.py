"""SARIF for a reader that raises an alert for every result, whatever its kind: GitHub code scanning.

Knows which results of the whole report are problems that nothing covers; the others are counted. The exit status and
what was checked are those of the run.
"""

from __future__ import annotations

from rare_earth_compliance.reports.outcomes import PROBLEMS, Entry, entries
from rare_earth_compliance.reports.run import Run
from rare_earth_compliance.reports.sarif import written


def render(run: Run) -> str:
    """The report as JSON text: what fails or is open, and no decision in hand covers."""
    told = entries(run)
    alerts = [entry for entry in told if _alert(entry)]
    return written(run, alerts, not_told=len(told) - len(alerts))


def _alert(entry: Entry) -> bool:
    return entry.outcome in PROBLEMS and not any(one.holds for one in entry.decided)
