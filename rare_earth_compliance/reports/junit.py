"""The report as JUnit XML: one test case for each product and limb, for build servers.

Knows JUnit as Jenkins, GitLab and others read it, and which characters XML can hold. A rule that requires or
forbids is a failure, what can not be told or was refused an error; nothing is marked as skipped. What is said
stands in outcomes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from rare_earth_compliance.core.inert import harmless_lines, no_commands_in_markup
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.reports.addresses import relative
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.outcome_words import checked, covered, skipped
from rare_earth_compliance.reports.outcomes import FAILED, OPEN, Entry, Outcome, entries
from rare_earth_compliance.reports.run import Run, status

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFUSALS = (Outcome.REFUSED, Outcome.NOTHING_CHECKED)


def legal(text: str) -> str:
    """Text that XML can hold and that does nothing; every other character is written as its number."""
    return _ILLEGAL.sub(lambda found: f"\\u{ord(found[0]):04x}", harmless_lines(text))


def render(run: Run) -> str:
    """The report as XML text."""
    all_suites = Xml.Element("testsuites", name="rare-earth")
    groups: dict[int, list[Entry]] = {-1: [], **{position: [] for position in range(len(run.determinations))}}
    for entry in entries(run):
        groups[entry.determination].append(entry)
    names: set[str] = set()
    _suite(all_suites, _once("run", names), groups.pop(-1), _of_run(run), "\n".join(checked(run)))
    for position, mine in groups.items():
        one = run.determinations[position]
        rules = {entry.check for entry in mine}
        about = [*_of_product(one, run), *_decisions(run, rules, mine)]
        _suite(all_suites, _once(_name(one, run), names), mine, about, "\n".join(checked(Run(determinations=(one,)))))
    for count in ("tests", "failures", "errors"):
        all_suites.set(count, str(sum(int(suite.get(count, "0")) for suite in all_suites)))
    Xml.indent(all_suites, " ")
    text = no_commands_in_markup(Xml.tostring(all_suites, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _name(one: Determination, run: Run) -> str:
    destination = dict(one.shipment).get("destination", "")
    where = f" to {destination}" if destination not in ("", "not known") else ""
    return harmless(f"{one.product} [{relative(one.file, run.folder)}]{where}")


def _once(name: str, names: set[str]) -> str:
    """A name that no other suite has: readers take test cases of one name for one."""
    found, number = legal(name), 1
    while found in names:
        number += 1
        found = f"{legal(name)} #{number}"
    names.add(found)
    return found


def _of_run(run: Run) -> list[tuple[str, str]]:
    return [
        ("exit status", str(status(run))),
        *(("checked", text) for text in checked(run)),
        *(("held nothing to judge", text) for text in skipped(run)),
    ]


def _of_product(one: Determination, run: Run) -> list[tuple[str, str]]:
    return [
        ("answer", one.answer.value),
        ("judged for", str(one.on)),
        ("scope", harmless(one.scope)),
        *((f"shipment: {name}", harmless(text)) for name, text in one.shipment),
        *((f"input sha256 {digest}", harmless(relative(name, run.folder))) for name, digest in one.input_used),
        *((f"rules sha256 {digest}", harmless(name)) for name, digest in one.rules_used),
        ("tool", one.tool),
    ]


def _decisions(run: Run, rules: set[str], mine: Iterable[Entry]) -> Iterable[tuple[str, str]]:
    names = {entry.name for entry in mine}
    for one in run.decided:
        if one.rule in rules and one.fingerprint in names:
            yield f"covered: {one.rule}" if one.holds else f"not covered: {one.rule}", harmless(f"{one.label}: {covered(one)}")


def _suite(above: Xml.Element, name: str, mine: list[Entry], about: Iterable[tuple[str, str]], said: str) -> None:
    suite = Xml.SubElement(above, "testsuite", name=name)
    properties = Xml.SubElement(suite, "properties")
    for label, text in about:
        Xml.SubElement(properties, "property", name=legal(label), value=legal(text))
    cases: dict[str, list[Entry]] = {}
    for entry in mine:
        own = f" #{len(cases) + 1}: {entry.item}" if entry.determination < 0 else ""
        cases.setdefault(f"{entry.check}: {entry.title}{own}", []).append(entry)
    failures = errors = 0
    for title, group in cases.items():
        case = Xml.SubElement(suite, "testcase", name=legal(title), classname=name)
        worst = next((kind for kind in (_failed, _erred) if any(map(kind, group))), None)
        failures += worst is _failed
        errors += worst is _erred
        quiet = [entry for entry in group if not (_failed(entry) or _erred(entry))]
        if worst:
            loud = [entry for entry in group if _failed(entry) or _erred(entry)]
            first = next(filter(worst, loud))
            kind = Xml.SubElement(case, "failure" if worst is _failed else "error")
            kind.set("type", first.outcome.value)
            left = f" – and {len(loud) - 1:,} more below" if len(loud) > 1 else ""
            kind.set("message", legal(first.headline + left))
            kind.text = legal("\n\n".join(entry.text for entry in loud))
        if quiet:
            Xml.SubElement(case, "system-out").text = legal("\n\n".join(entry.text for entry in quiet))
    if not cases:
        Xml.SubElement(suite, "testcase", name="nothing refused, nothing lapsed", classname=name)
    suite.set("tests", str(len(cases) or 1))
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    Xml.SubElement(suite, "system-out").text = legal(said)


def _failed(entry: Entry) -> bool:
    return entry.outcome in FAILED and entry.outcome not in _REFUSALS


def _erred(entry: Entry) -> bool:
    return entry.outcome in OPEN or entry.outcome in _REFUSALS
