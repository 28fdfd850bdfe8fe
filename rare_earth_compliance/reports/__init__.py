"""From a determination to text: one wording, several forms.

Knows how an answer is worded (page) and how a page becomes a terminal report or Markdown, and the answer
itself JSON; and how a run is told to build servers (outcomes: SARIF, JUnit, GitHub, GitLab). Decides
nothing: the exit code does not depend on the form.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from rare_earth_compliance.reports.run import Run

FORMATS = {
    "terminal": "rare_earth_compliance.reports.terminal",
    "json": "rare_earth_compliance.reports.as_json",
    "markdown": "rare_earth_compliance.reports.markdown",
    "sarif": "rare_earth_compliance.reports.sarif",
    "sarif-alerts": "rare_earth_compliance.reports.sarif_alerts",
    "junit": "rare_earth_compliance.reports.junit",
    "github": "rare_earth_compliance.reports.github",
    "github-summary": "rare_earth_compliance.reports.github_summary",
    "gitlab": "rare_earth_compliance.reports.gitlab",
}
"""Name of a form → the module whose ``render`` makes it; imported when it is used."""


def render(name: str, run: Run) -> str:
    """The report of a run in the form ``name``, as plain text. Raises KeyError for an unknown form."""
    made = cast(Callable[[Run], str], import_module(FORMATS[name]).render)
    return made(run)
