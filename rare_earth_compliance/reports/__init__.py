"""From a determination to text: one wording, several forms.

Knows how an answer is worded (page) and how a page becomes a terminal report or Markdown, and the answer
itself JSON; and how a run is told to build servers (outcomes: SARIF, JUnit, GitHub, GitLab). Decides
nothing: the exit code does not depend on the form.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from rare_earth_compliance.reports.run import Run

if TYPE_CHECKING:
    from rare_earth_compliance.reports.language import Speech

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


WORDED = ("terminal", "markdown")
"""The forms that people read, which can be given in another language; the others are for machines and stay as they are."""


def render(name: str, run: Run, speech: Speech | None = None) -> str:
    """The report of a run in the form ``name``, as plain text, in English or in the language that is given.

    Raises KeyError for an unknown form.
    """
    made = import_module(FORMATS[name]).render
    if speech is not None and name in WORDED:
        return str(made(run, speech))
    return str(made(run))
