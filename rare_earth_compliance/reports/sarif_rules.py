"""What was checked, as SARIF describes rules: every limb of the pack, and the checks that are no law.

Knows how a limb is described with its words, its reading and its address. Does not know results.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from rare_earth_compliance.law.model import DUTY
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.outcomes import LAPSED_CHECK, OWN_CHECKS, SOON_CHECK, Entry
from rare_earth_compliance.reports.run import Run
from rare_earth_compliance.reports.sarif_places import message


def descriptors(run: Run, told: list[Entry]) -> list[dict[str, Any]]:
    """A description of every rule of the packs in use, in their order, then of the other checks."""
    read_as = {one.rule: one.read_as for each in run.determinations for one in each.findings}
    found: dict[str, dict[str, Any]] = {}
    for one in run.determinations:
        effects = {limb.rule: limb.effect for limb in one.limbs}
        for state in one.states:
            if state.rule not in found:
                help_text = f"{state.title}. Words of law: {state.at or 'see the rule pack'}."
                if state.rule in read_as:
                    help_text += f" Read as: {' '.join(read_as[state.rule].split())}"
                effect = effects.get(state.rule, "")
                found[state.rule] = _descriptor(state.rule, state.title, help_text, effect, state.source)
    used = {entry.check for entry in told}
    for name, meaning in OWN_CHECKS.items():
        if name in used:
            found[name] = _descriptor(name, meaning, f"{meaning[0].upper()}{meaning[1:]}.", "data", "")
    for entry in told:
        if entry.check not in found:
            found[entry.check] = _descriptor(entry.check, entry.title, entry.title, "", "")
    return list(found.values())


def _descriptor(name: str, title: str, help_text: str, effect: str, source: str) -> dict[str, Any]:
    level = "warning" if effect == DUTY or name in (LAPSED_CHECK, SOON_CHECK) else "error"
    made: dict[str, Any] = {
        "id": name,
        "shortDescription": message(harmless(title)),
        "fullDescription": message(harmless(title)),
        "help": message(harmless(help_text)),
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["export-control", *((effect,) if effect else ())]},
    }
    if source:
        made["helpUri"] = quote(source, safe=":/?#[]@!$&'()*+,;=%~")
        made["help"]["text"] += message(harmless(f" Source: {source}"))["text"]
    return made
