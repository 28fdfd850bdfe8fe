"""Faults seeded into the rule files, and the claim of ``rules prove`` that must find each.

Knows small changes of text that the loader accepts. Each is made in a copy of the rules, first of all after an anchor, so
that the place it changes is the place it names. Does not prove: the test does.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from rare_earth_compliance.law.pack_files import rules_folder
from tests.recounting import recount

TERMS = "terms.yaml"
N61 = "instruments/cn-mofcom-2025-61.yaml"
N62 = "instruments/cn-mofcom-2025-62.yaml"
N70 = "instruments/cn-mofcom-2025-70.yaml"
N1 = "instruments/cn-mofcom-2026-1.yaml"
N18 = "instruments/cn-mofcom-2025-18.yaml"
N23 = "instruments/cn-mofcom-2023-23.yaml"
L18, L56 = "lists/annex-18.yaml", "lists/annex-56.yaml"


@dataclass(frozen=True)
class Edit:
    """In a file, after the first place of an anchor, the first place of some text becomes another."""

    file: str
    after: str
    old: str
    new: str


@dataclass(frozen=True)
class Fault:
    """A fault, the kind of claim that finds it, of what, and what is looked at to find it."""

    name: str
    edits: tuple[Edit, ...]
    kind: str
    of: str
    about: tuple[str, ...]

    def seed(self, folder: Path) -> Path:
        """A copy of the rules with the fault in it. Raises ValueError where its text is not there any more."""
        made = folder / "rules"
        shutil.copytree(rules_folder(), made)
        for one in self.edits:
            text = (made / one.file).read_text(encoding="utf-8")
            start = text.index(one.after)
            place = text.index(one.old, start)
            (made / one.file).write_text(f"{text[:place]}{one.new}{text[place + len(one.old) :]}", encoding="utf-8")
        recount(made)
        return made


def _rule(file: str, rule: str, old: str, new: str) -> Edit:
    return Edit(file, f"- id: {rule}\n", old, new)


def _copied(file: str, rule: str, other: str, more: str, changes: tuple[tuple[str, str], ...] = ()) -> tuple[Edit, ...]:
    """A rule once more under another id, with changes; the counts of the file are those of the file with it."""
    text = (rules_folder() / file).read_text(encoding="utf-8")
    start = text.index(f"  - id: {rule}\n")
    whole = text[start : text.index("    reviewed:", start)] + "    reviewed: not reviewed by a lawyer\n"
    copy = whole.replace(f"id: {rule}\n", f"id: {other}\n", 1)
    for old, new in changes:
        assert old in copy, old
        copy = copy.replace(old, new, 1)
    count = next(line for line in text.splitlines() if line.startswith("count: "))
    cases = next(line for line in text.splitlines() if line.startswith("case_count: "))
    added = copy.count("{name: ") + copy.count("- name: ")
    edits = [
        Edit(file, "", count, f"count: {int(count.split()[1]) + 1}"),
        Edit(file, "", cases, f"case_count: {int(cases.split()[1]) + added}"),
    ]
    days = copy[copy.index("    cases:\n") :].count(" on: ")
    if re.search(r"    assume:(\n      on: | \{on: )", copy) and days:
        own = next(line for line in text.splitlines() if line.startswith("own_day_count: "))
        edits.append(Edit(file, "", own, f"own_day_count: {int(own.split()[1]) + days}"))
    return (
        *edits,
        Edit(file, "", f"  - id: {rule}\n", f"{copy}{more}  - id: {rule}\n"),
    )


R11, R12, R13 = (f"cn-mofcom-2025-61/{limb}" for limb in ("1.1", "1.2", "1.3"))
DOMESTIC, PUBLICATION = "cn-mofcom-2025-61/7-domestic", "cn-mofcom-2025-62/6-publication"
REFUSED_PARTS = """            - any:
                - {term: no-ground-of-refusal}
                - {reading: relief-to-refused-users, is: exempt}
"""

FAULTS = (
    # ---- days
    Fault(
        "a start a day late, with its cases moved",
        (
            _rule(N61, R13, "in_force: {from: 2025-10-09}", "in_force: {from: 2025-10-10}"),
            _rule(N61, R13, "the day before publication, on: 2025-10-08", "the day after publication, on: 2025-10-10"),
        ),
        "days",
        R13,
        (R13,),
    ),
    Fault(
        "an end without a successor, with cases on both sides",
        (
            Edit(N18, "", "in_force: {from: 2025-04-04}", "in_force: {from: 2025-04-04, until: 2026-11-23}"),
            Edit(N18, "", "to Hong Kong, with:", "to Hong Kong, on: 2026-11-24, with:"),
            Edit(N18, "", "own_day_count: 3", "own_day_count: 4"),
        ),
        "days",
        "cn-mofcom-2025-18/1",
        ("cn-mofcom-2025-18/1",),
    ),
    Fault(
        "a suspension that starts a day late",
        (Edit(N70, "", "from: 2025-11-07", "from: 2025-11-08"),),
        "days",
        DOMESTIC,
        (DOMESTIC,),
    ),
    Fault(
        "a suspension that ends a day early",
        (Edit(N70, "", "through: 2026-11-10", "through: 2026-11-09"),),
        "days",
        "cn-mofcom-2025-57/1",
        ("cn-mofcom-2025-57/1",),
    ),
    Fault(
        "an instrument lost from a suspension",
        (Edit(N70, "", "      - cn-mofcom-2025-57\n", ""),),
        "days",
        "cn-mofcom-2025-57/1",
        ("cn-mofcom-2025-57/1",),
    ),
    Fault(
        "a start before the announcement was issued",
        (
            Edit(N23, "", "in_force: {from: 2023-08-01}", "in_force: {from: 2023-07-01}"),
            Edit(N23, "", "on: 2023-07-31", "on: 2023-06-30"),
            Edit(N23, "", "on: 2023-08-01", "on: 2023-07-01"),
        ),
        "days",
        "cn-mofcom-2023-23/1 issued",
        ("cn-mofcom-2023-23/1",),
    ),
    # ---- lists of other announcements
    Fault(
        "a list of a sleeping announcement in a rule that is awake",
        (_rule(N1, "cn-mofcom-2026-1/1", "any_of: [annex-10, annex-18,", "any_of: [annex-10, annex-18, annex-57,"),),
        "lists",
        "cn-mofcom-2026-1/1 names annex-57",
        ("cn-mofcom-2026-1/1",),
    ),
    Fault(
        "a rule that no longer sleeps with what it leans on",
        (
            _rule(
                N1,
                "cn-mofcom-2026-1/1-suspended-lists",
                "{from: 2026-01-06, sleeps_with: [cn-mofcom-2025-55, cn-mofcom-2025-56, cn-mofcom-2025-57, cn-mofcom-2025-58]}",
                "{from: 2026-01-06}",
            ),
        ),
        "lists",
        "cn-mofcom-2026-1/1-suspended-lists names annex-55",
        ("cn-mofcom-2026-1/1-suspended-lists",),
    ),
    # ---- reach
    Fault(
        "a limb that nothing meets",
        (
            _rule(
                N61,
                DOMESTIC,
                "        - {ask: shipment.destination, none_of: [group china]}\n",
                "        - {ask: shipment.destination, none_of: [group china]}\n"
                "        - {ask: shipment.destination, any_of: [group china]}\n",
            ),
        ),
        "reached",
        DOMESTIC,
        (DOMESTIC,),
    ),
    Fault(
        "an alternative that asks what another asks",
        (
            Edit(
                TERMS,
                "- id: provided-to-a-place-outside\n",
                "{ask: shipment.ship_from, any_of: [group china]}",
                "{ask: shipment.exporter_location, any_of: [group china]}",
            ),
        ),
        "reached",
        "cn-mofcom-2023-23/1 when.all[0] provided-from-china.any[0] provided-to-a-place-outside.all[1].any[0]",
        ("cn-mofcom-2023-23/1",),
    ),
    Fault(
        "an exemption that never lifts",
        (
            _rule(
                N61,
                f"{R11}",
                "none_of: [civil, medical,",
                "none_of: [emergency-medical, public-health-emergency, disaster-relief, civil, medical,",
            ),
        ),
        "reached",
        "cn-mofcom-2025-61/5",
        (R11,),
    ),
    Fault(
        "a policy that decides nothing",
        (
            Edit(
                N61,
                "- id: cn-mofcom-2025-61/3\n",
                "{ask: end_use.purpose, any_of: [military, military-potential, mass-destruction, terrorism]}",
                "{all: [{ask: shipment.destination, any_of: [group china]}, {ask: end_use.purpose, any_of: [military]}]}",
            ),
        ),
        "reached",
        "cn-mofcom-2025-61/3",
        ("cn-mofcom-2025-61/3",),
    ),
    Fault(
        "an entry that nothing is",
        (Edit(L56, "- code: 2B902.f\n", "name: volume, at_least: 10}", "name: volume, at_least: 60}"),),
        "reached",
        "annex-56 2B902.f",
        ("annex-56",),
    ),
    Fault(
        "an entry with a form and another form",
        (
            Edit(
                "lists/61-part-1.yaml",
                "- code: part-1/dysprosium-oxide\n",
                "        - {ask: item.form, is: oxide}\n",
                "        - {ask: item.form, is: oxide}\n        - {ask: item.form, is: metal}\n",
            ),
        ),
        "reached",
        "61-part-1 part-1/dysprosium-oxide",
        ("61-part-1",),
    ),
    # ---- pairs
    Fault(
        "a rule once more under another id",
        _copied(N61, DOMESTIC, "cn-mofcom-2025-61/7-again", ""),
        "apart",
        f"{DOMESTIC} beside cn-mofcom-2025-61/7-again",
        (DOMESTIC,),
    ),
    Fault(
        "a rule that another one swallows",
        _copied(
            N62,
            PUBLICATION,
            "cn-mofcom-2025-62/6-disclosure",
            "",
            (("        - {ask: transfer.activity, is: publication}\n", ""),),
        ),
        "apart",
        f"{PUBLICATION} beside cn-mofcom-2025-62/6-disclosure",
        (PUBLICATION,),
    ),
    Fault(
        "a limb widened until it swallows its neighbour",
        (
            _rule(N62, "cn-mofcom-2025-62/7", "{ask: shipment.exporter_chinese, is: yes}", "{term: export-operator-62}"),
            _rule(
                N62,
                "cn-mofcom-2025-62/7",
                "        - any:\n"
                "            - {ask: shipment.kind, any_of: [goods, goods-with-technology]}\n"
                "            - {ask: transfer.activity, none_of: [group ordinary-services]}\n"
                "            - {reading: support-reach, is: all-help}\n",
                "",
            ),
            _rule(N62, "cn-mofcom-2025-62/7", "    readings: [support-reach]\n", ""),
        ),
        "apart",
        "cn-mofcom-2025-62/1-catch-all beside cn-mofcom-2025-62/7",
        ("cn-mofcom-2025-62/1-catch-all",),
    ),
    # ---- shares
    Fault(
        "a share the wrong way round",
        (_rule(N61, R11, "priced: reading valuation, at_least: 0.1 %}", "priced: reading valuation, below: 0.1 %}"),),
        "share",
        f"{R11} content",
        (R11,),
    ),
    Fault(
        "a share of which a higher value brings the rule",
        (
            _rule(
                N61,
                R11,
                "            - all:\n                - {reading: precursors-61, is: counted}\n",
                "            - {ask: item.value_share, of: 61-precursors, whose: chinese-origin, at_most: 0.1 %}\n"
                "            - all:\n                - {reading: precursors-61, is: counted}\n",
            ),
        ),
        "share",
        f"{R11} value",
        (R11,),
    ),
    # ---- lines
    Fault(
        "0.1 % or more read as more than 0.1 %",
        (_rule(N61, R11, "priced: reading valuation, at_least: 0.1 %}", "priced: reading valuation, above: 0.1 %}"),),
        "line",
        f"{R11}: item.value_share 61-part-1 chinese-origin above 0.1 %",
        (R11,),
    ),
    Fault(
        "256 layers or more read as more than 256",
        (
            Edit(
                N61, "- id: cn-mofcom-2025-61/4\n", "{ask: end_use.layers, at_least: 256}", "{ask: end_use.layers, above: 256}"
            ),
        ),
        "line",
        "cn-mofcom-2025-61/4: end_use.layers above 256",
        ("cn-mofcom-2025-61/4",),
    ),
    Fault(
        "14 nm and below read as below 14 nm",
        (Edit(N61, "- id: cn-mofcom-2025-61/4\n", "{ask: end_use.node, at_most: 14}", "{ask: end_use.node, below: 14}"),),
        "line",
        "cn-mofcom-2025-61/4: end_use.node below 14",
        ("cn-mofcom-2025-61/4",),
    ),
    Fault(
        "a user held to just one half exempt",
        (Edit(TERMS, "- id: no-ground-of-refusal\n", "below: 50 %", "at_most: 50 %"),),
        "line",
        "cn-mofcom-2025-61/5: shipment.party_owners importer at most 50 %",
        (R11,),
    ),
    Fault(
        "a limit of a machine without its end",
        (Edit(L56, "- code: 2B902.b\n", "at_least: 5000}", "above: 5000}"),),
        "line",
        "annex-56 2B902.b: item.parameter leachate-throughput above 5000",
        ("annex-56",),
    ),
    # ---- refused users
    Fault(
        "an exemption widened to everyone",
        (
            _rule(N61, R12, REFUSED_PARTS, ""),
            _rule(N61, R12, "fifty-percent, ", ""),
            _rule(N61, R12, "listed-consignee, ", ""),
            _rule(N61, R12, "relief-to-refused-users, ", ""),
        ),
        "refused",
        "cn-mofcom-2025-61/5-for-1.2 to cn-mofcom-2025-61/2-military",
        (R12,),
    ),
    Fault(
        "a military importer taken for its opposite",
        (
            Edit(
                TERMS,
                "- id: no-ground-of-refusal\n",
                "shipment.importer_military, is: no",
                "shipment.importer_military, is: yes",
            ),
        ),
        "refused",
        "cn-mofcom-2025-61/5-for-1.3 to cn-mofcom-2025-61/2-military",
        (R13,),
    ),
    Fault(
        "a military purpose beside relief forgotten",
        (_rule(N61, R13, "research, military, military-potential,", "research, military-potential,"),),
        "refused",
        "cn-mofcom-2025-61/5-for-1.3 to cn-mofcom-2025-61/3",
        (R13,),
    ),
    Fault(
        "a policy of refusal that a rule no longer names",
        (_rule(N61, R12, "cn-mofcom-2025-61/2-military, cn-mofcom-2025-61/2-lists,", "cn-mofcom-2025-61/2-military,"),),
        "refused",
        f"{R12} names cn-mofcom-2025-61/2-lists",
        (R12,),
    ),
    Fault(
        "the watch list forgotten for a user in need",
        (
            Edit(
                TERMS,
                "- id: no-ground-of-refusal\n",
                "party: end_user, list: [control-list, watch-list], is: no",
                "party: end_user, list: [control-list], is: no",
            ),
        ),
        "refused",
        "cn-mofcom-2025-61/5 to cn-mofcom-2025-61/2-lists",
        (R11,),
    ),
    # ---- words
    Fault(
        "a destination inverted",
        (
            Edit(
                TERMS,
                "- id: destination-outside-china\n",
                "{ask: shipment.destination, none_of: [group china, group perhaps-china]}",
                "{ask: shipment.destination, any_of: [group china, group perhaps-china]}",
            ),
        ),
        "words",
        f"{R13} always[2]",
        (R13,),
    ),
    Fault(
        "a condition lost",
        (_rule(N61, R11, "        - {term: made-outside-china}\n", ""),),
        "words",
        f"{R11} always[3]",
        (R11,),
    ),
    Fault(
        "an exporter who is no Chinese person taken for one",
        (Edit(TERMS, "- id: export-operator-62\n", "shipment.exporter_chinese, is: yes", "shipment.exporter_chinese, is: no"),),
        "words",
        f"{PUBLICATION} always[1]",
        (PUBLICATION,),
    ),
    Fault(
        "consumed inputs judged as items, and items not",
        (Edit(TERMS, "- id: not-consumed\n", "said: [loose, principal], is: no", "said: [loose, principal], is: yes"),),
        "words",
        "cn-mofcom-2025-18/1 always[5]",
        ("cn-mofcom-2025-18/1",),
    ),
)
"""Every fault that is seeded."""
