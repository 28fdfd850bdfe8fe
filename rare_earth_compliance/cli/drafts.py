"""A draft of decisions for the findings of a run that nothing covers.

Knows the fields that someone has to fill in; left empty they are refused when the file is read.
"""

from __future__ import annotations

from datetime import date

import yaml

from rare_earth_compliance.core.inert import harmless, harmless_lines
from rare_earth_compliance.engine.fingerprint import facts, fingerprint
from rare_earth_compliance.gate.baseline import open_findings
from rare_earth_compliance.gate.decisions import FORMAT
from rare_earth_compliance.law.model import PROHIBITION
from rare_earth_compliance.reports.run import Run


def draft(run: Run, day: date) -> str:
    """A file of waivers for what is open and not covered, to be filled in by who answers for them."""
    held = {(one.of, one.fingerprint) for one in run.decided if one.holds}
    waivers = []
    for index, one in enumerate(run.determinations):
        for finding in open_findings(one):
            if finding.effect != PROHIBITION and (index, fingerprint(one, finding)) not in held:
                waivers.append(
                    {
                        "product": one.product,
                        "rule": finding.rule,
                        "item": finding.label,
                        "reason": "",
                        "by": "",
                        "given": day.isoformat(),
                        "until": "",
                        "facts": facts(one, finding),
                    }
                )
    head = "# Fill in reason, by and until; a decision changes no answer, and lapses on its day and when the facts change.\n"
    text = yaml.dump({"format": FORMAT, "waivers": waivers}, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    return head + harmless_lines(text)


class _Dumper(yaml.SafeDumper):
    """Puts texts that could do something where they are shown into double quotes, in which their signs can be escaped."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if harmless(text) == text else '"')


_Dumper.add_representer(str, _text)
