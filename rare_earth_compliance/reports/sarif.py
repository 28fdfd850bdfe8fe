"""The report as SARIF 2.1.0: one result for each finding, for code scanning and other readers of the standard.

Knows the standard, and how much of it GitHub code scanning takes; what is beyond that is counted in results of its
own. What is said stands in outcomes, how places are written in sarif_places.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

from rare_earth_compliance.core.inert import harmless_json
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.reports.addresses import address, shown
from rare_earth_compliance.reports.as_json import plain
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.outcome_words import checked, covered, skipped
from rare_earth_compliance.reports.outcomes import Entry, Outcome, entries
from rare_earth_compliance.reports.run import NOTHING_CHECKED, REFUSED, Run, meaning, status
from rare_earth_compliance.reports.sarif_places import Artifacts, location, message, related
from rare_earth_compliance.reports.sarif_rules import descriptors

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""Results of a run that are taken in; a file with more is refused."""
MOST_BYTES = 10_000_000
"""Bytes of a packed file that are taken in."""
NOTIFIED = 1_000
"""How many problems are told as notifications too; the others are counted."""
_FIRST = 24_000
"""How many entries are results of their own; the rest of the room is for results that count the others."""
_KINDS = {
    Outcome.UNDETERMINED: "open",
    Outcome.DUTY_OPEN: "open",
    Outcome.SOON: "review",
    Outcome.ASLEEP: "notApplicable",
    Outcome.EXEMPT: "pass",
    Outcome.NO_CONSEQUENCE: "pass",
}
_LEVELS = {Outcome.DUTY: "warning", Outcome.LAPSED: "warning"}


def render(run: Run) -> str:
    """The report as JSON text, small enough to be taken in."""
    return written(run, entries(run))


def written(run: Run, told: list[Entry], not_told: int = 0) -> str:
    """A report of some entries, with how many more there are that it does not tell."""
    keep = _FIRST
    while True:
        text = harmless_json(json.dumps(_document(run, told, keep, not_told), ensure_ascii=False, indent=1)) + "\n"
        data = text.encode()
        if len(data) <= MOST_BYTES or keep == 0 or len(gzip.compress(data, 6, mtime=0)) <= MOST_BYTES:
            return text
        keep //= 2


def _document(run: Run, told: list[Entry], keep: int, not_told: int) -> dict[str, Any]:
    artifacts = Artifacts(run)
    rules = descriptors(run, told)
    index = {rule["id"]: position for position, rule in enumerate(rules)}
    results = [_result(entry, run, artifacts, index) for entry in told[:keep]]
    results += _left_out(told[keep:], artifacts, index)
    log = {
        "tool": {
            "driver": {
                "name": "rare-earth-compliance",
                "version": VERSION,
                "semanticVersion": VERSION,
                "shortDescription": {
                    "text": "Does a product need a licence from China's Ministry of Commerce before it ships?"
                },
                "rules": rules,
            }
        },
        "invocations": [_invocation(run, artifacts)],
        "artifacts": artifacts.made,
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {
            "checked": list(checked(run)),
            "resultsLeftOut": len(told[keep:]) + not_told,
            "heldNothingToJudge": list(skipped(run)),
            "judged": [_judged(run, position) for position in range(len(run.determinations))],
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [log]}


def _judged(run: Run, position: int) -> dict[str, Any]:
    """What was judged, as far as no single result says it."""
    one = run.determinations[position]
    return {
        "product": harmless(one.product),
        "file": address(one.file, run.folder),
        "answer": one.answer.value,
        "on": one.on.isoformat(),
        "shipment": {name: harmless(text) for name, text in one.shipment},
        "linesRead": one.coverage.read,
        "linesJudged": one.coverage.judged,
        "linesNotUsed": one.coverage.unused,
        "rules": [f"{name} sha256 {digest}" for name, digest in one.rules_used],
        "tool": one.tool,
    }


def _kind(entry: Entry) -> dict[str, str]:
    """Kind and level; a level other than "none" is for failures alone."""
    kind = _KINDS.get(entry.outcome, "fail")
    return {"kind": kind, "level": _LEVELS.get(entry.outcome, "error") if kind == "fail" else "none"}


def _result(entry: Entry, run: Run, artifacts: Artifacts, index: dict[str, int]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": entry.check,
        "ruleIndex": index[entry.check],
        **_kind(entry),
        "message": message(entry.text),
        "locations": [location(entry.place, artifacts)],
        "partialFingerprints": {"rareEarth/v1": entry.name},
    }
    properties: dict[str, Any] = {"outcome": entry.outcome.value, "items": entry.count}
    if entry.determination >= 0:
        properties["product"] = harmless(run.determinations[entry.determination].product)
    if entry.count > 1:
        made["occurrenceCount"] = entry.count
    if entry.finding and entry.finding.shares:
        pieces, left = related(entry.finding, artifacts)
        properties["shares"] = [_share(one) for one in entry.finding.shares]
        if pieces:
            made["relatedLocations"] = pieces
        if left:
            properties["relatedLocationsLeftOut"] = left
    if entry.decided:
        made["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted" if one.holds else "rejected",
                "justification": covered(one),
                **({"location": location(one.place, artifacts)} if one.place else {}),
            }
            for one in entry.decided
        ]
        # The standard wants suppressions to differ.
        made["suppressions"] = [one for at, one in enumerate(made["suppressions"]) if one not in made["suppressions"][:at]]
    made["properties"] = properties
    return made


def _share(share: Any) -> dict[str, Any]:
    """A share with its bounds as exact text."""
    names = ("of", "with_origin", "currency", "share", "content", "value", "estimate", "pieces_left_out")
    return {"item": harmless(share.label), **{name: plain(getattr(share, name)) for name in names}}


def _left_out(left: list[Entry], artifacts: Artifacts, index: dict[str, int]) -> list[dict[str, Any]]:
    """Results for entries that have none of their own: one for each check and outcome, with their number."""
    groups: dict[tuple[str, Outcome], list[Entry]] = {}
    for entry in left:
        groups.setdefault((entry.check, entry.outcome), []).append(entry)
    found = []
    for (check, outcome), mine in groups.items():
        number = sum(max(entry.count, 1) for entry in mine)
        text = f"{outcome.value.upper()}: {number:,} more of {mine[0].title} [{check}] have no result of their own here"
        found.append(
            {
                "ruleId": check,
                "ruleIndex": index[check],
                **_kind(mine[0]),
                "message": message(f"{text}; the JSON report holds them. The first: {mine[0].headline}"),
                "locations": [location(mine[0].place, artifacts)],
                "partialFingerprints": {"rareEarth/v1": f"more of {check}: {outcome.value}"},
                "occurrenceCount": number,
                "properties": {"outcome": outcome.value, "items": sum(entry.count for entry in mine)},
            }
        )
    return found


def _invocation(run: Run, artifacts: Artifacts) -> dict[str, Any]:
    code = status(run)
    told = [("error", one) for one in run.refused] + [("warning", one) for one in (*run.lapsed, *run.warnings)]
    notes: list[dict[str, Any]] = [{"level": "note", "message": message(" ".join(checked(run)))}]
    for level, one in told[:NOTIFIED]:
        text = f"{one.message}" + (f" – do: {one.advice}" if one.advice else "")
        place = location(one.place, artifacts)
        notes.append(
            {"level": level, "message": message(harmless(f"{shown(one.place, run.folder)}: {text}")), "locations": [place]}
        )
    if len(told) > NOTIFIED:
        notes.append({"level": "error", "message": message(f"{len(told) - NOTIFIED:,} more problems; each is a result")})
    return {
        "executionSuccessful": code not in (REFUSED, NOTHING_CHECKED),
        "exitCode": code,
        "exitCodeDescription": meaning(run),
        "toolExecutionNotifications": notes,
    }
