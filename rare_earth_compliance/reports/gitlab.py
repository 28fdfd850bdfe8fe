"""The report as GitLab code quality: a list of findings, empty only where everything is clear.

Knows the fields that GitLab reads and that it takes entries of one fingerprint for one. What is said stands in
outcomes.
"""

from __future__ import annotations

import json
from typing import Any

from rare_earth_compliance.core.inert import harmless_json
from rare_earth_compliance.engine.fingerprint import digest
from rare_earth_compliance.reports.addresses import line, relative
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.outcome_words import checked
from rare_earth_compliance.reports.outcomes import PROBLEMS, Outcome, entries
from rare_earth_compliance.reports.run import Run

SEVERITY = {
    Outcome.REFUSED: "blocker",
    Outcome.NOTHING_CHECKED: "blocker",
    Outcome.PROHIBITED: "blocker",
    Outcome.REQUIRED: "critical",
    Outcome.UNDETERMINED: "major",
    Outcome.DUTY: "major",
    Outcome.LAPSED: "major",
    Outcome.DUTY_OPEN: "minor",
    Outcome.SOON: "info",
}
CHECKED = "checked"


def render(run: Run) -> str:
    """The report as JSON text. The last entry says what was checked, where there is any other."""
    told = [entry for entry in entries(run) if entry.outcome in PROBLEMS or entry.outcome is Outcome.SOON]
    seen: dict[str, int] = {}
    found = []
    for entry in told:
        number = seen[entry.name] = seen.get(entry.name, 0) + 1
        # The first of a name keeps it, so that a finding is the same from run to run; others are numbered.
        name = entry.name if number == 1 else digest((entry.name, str(number)))
        found.append(_issue(entry.text, entry.check, name, SEVERITY[entry.outcome], relative(entry.place.file, run.folder)))
        found[-1]["location"]["lines"]["begin"] = line(entry.place)
    if found:
        path = found[0]["location"]["path"]
        found.append(_issue(" ".join(checked(run)), CHECKED, digest((CHECKED,)), "info", path))
    return harmless_json(json.dumps(found, ensure_ascii=False, indent=1)) + "\n"


def _issue(text: str, check: str, name: str, severity: str, path: str) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": f"rare-earth/{check}",
        "fingerprint": name,
        "severity": severity,
        "location": {"path": harmless(path), "lines": {"begin": 1}},
    }
