"""Ways to break a small pack that states no law, and what is said of each, kept in ``small_packs.txt``.

``python -m tests.small_packs`` writes it anew; a person reads it when it changes. The pack loads in a moment, so that every
check of the loader and of ``rules check`` can be tried here. Lines are kept as well, for the pack does not change.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.law.loader import load

CORPUS = Path(__file__).parent / "rule_schema_corpus" / "good"
KEPT = Path(__file__).parent / "small_packs.txt"
INST, LIST, PACK_FILE, READ, SUBJ, TERMS, VOCAB = (
    "instrument.yaml",
    "list.yaml",
    "pack.yaml",
    "readings.yaml",
    "metal.json",
    "terms.yaml",
    "vocabulary.yaml",
)
BAD = "{ask: item.colour, is: red}"
_POLICY = """  - id: corpus-1/by-case
    says: {at: article 3, zh: 逐案审批, confidence: translation}
    read_as: again
    policy: case by case
    when: {ask: item.form, is: metal}
duties:
"""
_CAUTION = """  - id: look
    says: {at: article 5, zh: 注意, confidence: primary}
    text: again
    when: {ask: item.form, is: metal}
suspensions:
"""
_SUSPENSION = """  - id: sleep
    says: {at: article 6, zh: 暂停, confidence: primary}
    suspends: [another]
    from: 2026-03-01
    through: 2026-03-31
    after: {status: open, question: and then?, ask_whom: counsel, announced: nothing}
"""
_TERM = """  - id: leaves
    says: again
    when: {ask: item.form, is: metal}
"""
CASES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "a policy that asks nothing known": ((INST, "when: {ask: item.form, is_not: metal}", f"when: {BAD}"),),
    "a caution that asks nothing known": ((INST, "when: {ask: item.form, is: metal}", f"when: {BAD}"),),
    "an exemption that asks nothing known": ((INST, "when: {ask: item.form, is: scrap}", f"when: {BAD}"),),
    "a rule that asks nothing known": ((INST, "- {ask: item.listed_in, any_of: [metals]}", f"- {BAD}"),),
    "an entry that asks nothing known": ((LIST, "- {ask: item.form, any_of: [group solid]}", f"- {BAD}"),),
    "a term that asks nothing known": ((TERMS, "not: {ask: shipment.destination, is: CN}", f"not: {BAD}"),),
    "a policy twice": ((INST, "duties:\n", _POLICY), (INST, "condition_count: 7", "condition_count: 8")),
    "a caution twice": ((INST, "suspensions:\n", _CAUTION), (INST, "condition_count: 7", "condition_count: 8")),
    "a suspension and its status twice": ((INST, "suspensions:\n", f"suspensions:\n{_SUSPENSION}"),),
    "a duty twice": (
        (INST, "duties:\n", "duties:\n  - {id: tell, who: a, owes: b, says: {at: c, zh: d, confidence: primary}}\n"),
    ),
    "a term twice": (
        (TERMS, "terms:\n", f"terms:\n{_TERM}"),
        (TERMS, "count: 1", "count: 2"),
        (TERMS, "condition_count: 7", "condition_count: 8"),
    ),
    "an entry twice": (
        (LIST, "entries:\n", "entries:\n  - {code: 0A000, zh: x, en: x, confidence: derived, declared: no, note: x}\n"),
        (LIST, "count: 1", "count: 2"),
    ),
    "a question twice": ((VOCAB, "{ask: item.unit_value", "{ask: item.quantity"),),
    "a reading twice": ((READ, "id: last-day", "id: scope"),),
    "a list twice": ((PACK_FILE, "[list.yaml]", "[list.yaml, list.yaml]"),),
    "an instrument twice": ((PACK_FILE, "[instrument.yaml]", "[instrument.yaml, instrument.yaml]"),),
    "a subject twice": ((PACK_FILE, "[metal.json]", "[metal.json, metal.json, none.json]"),),
    "a subject that is no JSON": ((SUBJ, "{", "["),),
    "a subject in another encoding": ((SUBJ, "{", "\ufeff{"),),
    "a subject that is a list, and one that is broken": (
        (SUBJ, "{", "[]"),
        (PACK_FILE, "[metal.json]", "[metal.json, none.json]"),
    ),
    "working days from nothing": ((INST, "owes: tell the ministry,", "owes: tell the ministry, working_days: 3,"),),
    "counted from, and no days": ((INST, "owes: tell the ministry,", "owes: tell the ministry, counted_from: export,"),),
    "a calendar under no reading": (
        (
            INST,
            "owes: tell the ministry,",
            "owes: tell the ministry, working_days: 3, counted_from: export, calendar: {reading: scope, is: high},",
        ),
    ),
    "a word of a group misspelt": ((TERMS, "solid: [metal, scrap]", "solid: [metal, scrapp, XX]"),),
    "readings that are not named": ((INST, "    readings: [scope]\n", "    readings: [last-day]\n"),),
    "a reading under no option": ((READ, "conservative: awake", "conservative: slumber"),),
    "a reading that assumes the careless option": (
        (READ, "conservative: awake\n", "conservative: awake\n    assumed: asleep\n"),
    ),
    "a reading that assumes the careful option": (
        (READ, "conservative: awake\n", "conservative: awake\n    assumed: awake\n    official: awake\n"),
    ),
    "a question of no place": ((VOCAB, "found_at: shipment.destination, ", ""),),
    "a question of two places": ((VOCAB, "computed_by: contains", "computed_by: contains, found_at: item.form"),),
    "a question that nothing computes": ((VOCAB, "computed_by: contains", "computed_by: guesses"),),
    "a question that only the engine asks": (
        (INST, "when: {ask: item.form, is: scrap}", "when: {ask: item.contents, is: yes}"),
    ),
    "a question that the engine asks is gone": (
        (VOCAB, "  - {ask: item.quantity", "  # - {ask: item.quantity"),
        (VOCAB, "count: 14", "count: 13"),
    ),
    "a case of no subject": ((INST, "on: 2025-01-01, given: metal", "on: 2025-01-01, given: wood"),),
    "a case that says no day": ((INST, "the day before, on: 2025-01-01,", "the day before,"),),
    "a case under no option": ((INST, "readings: {scope: wide}", "readings: {scope: high, depth: low}"),),
    "a case of no status": ((INST, "status: {open: lapsed}", "status: {closed: lapsed}"),),
    "a status in other words": ((INST, "status: {open: lapsed}", "status: {open: extended}"),),
    "no case before the start": ((INST, "on: 2025-01-01", "on: 2024-12-31"),),
    "a rule that ends before it starts": ((INST, "{from: 2025-01-02}", "{from: 2025-01-02, until: 2024-01-01}"),),
    "no case that applies": (
        (INST, "expect: applies", "expect: cannot tell"),
        (INST, "expect: applies", "expect: cannot tell"),
    ),
    "no case that is exempt": ((INST, "expect: exempt", "expect: applies"),),
    "two cases of one name": ((INST, "name: at home", "name: scrap"),),
    "a policy that is not there": ((INST, "policies: [corpus-1/refused,", "policies: [corpus-1/other,"),),
    "a duty that is not there": ((INST, "by-case], duties: [tell]", "by-case], duties: [ask]"),),
    "a duty of an exemption that is not there": ((INST, "        duties: [tell]", "        duties: [ask]"),),
    "a caution that asks for more": ((INST, "asks: [item.form]", "asks: [item.colour]"),),
    "a suspension of nothing known": ((INST, "suspends: [another, corpus-1]", "suspends: [another, corpus-2]"),),
    "a suspension that names one twice": ((INST, "suspends: [another, corpus-1]", "suspends: [another, another]"),),
    "a suspension under no option": ((INST, "{reading: last-day, is: asleep}", "{reading: last-day, is: dozing}"),),
    "a suspension that revives under no option": (
        (INST, "revives_at_once: {reading: scope", "revives_at_once: {reading: depth"),
    ),
    "a list of no instrument": ((LIST, "instrument: corpus-1", "instrument: corpus-2"),),
    "a file of the pack is not there": (
        (PACK_FILE, "readings: readings.yaml", "readings: reading.yaml"),
        (INST, "status: {open: lapsed}", "status: {shut: lapsed}"),
    ),
    "a file outside the pack": ((PACK_FILE, "terms: terms.yaml", "terms: ../terms.yaml"),),
    "a file that nobody names": ((PACK_FILE, "parties: parties.yaml\n", ""),),
    "a party of no announcement": (("parties.yaml", "by: another-2", "by: another-3"),),
    "a subject that is gone, and one that is twice": ((PACK_FILE, "[metal.json]", "[none.json, metal.json, metal.json]"),),
    "a list that is gone, and readings that are not named": (
        (PACK_FILE, "lists: [list.yaml]", "lists: [other.yaml]"),
        (INST, "    readings: [scope]\n", "    readings: [last-day]\n"),
    ),
    "a file outside the pack, of nothing else": ((PACK_FILE, "parties: parties.yaml", "parties: ../parties.yaml"),),
    "no rules at all": ((PACK_FILE, "instruments: [instrument.yaml]", "instruments: []"),),
    "a pack that is none": ((PACK_FILE, "format: rare-earth-rules/1", "format: rare-earth-rules/2"),),
}


def said_of(name: str) -> str:
    """What is said of one broken pack. Raises ValueError where it is taken, or where a text to change is not there."""
    with TemporaryDirectory() as above:
        folder = Path(above) / "rules"
        shutil.copytree(CORPUS, folder, ignore=shutil.ignore_patterns("status.yaml"))
        for file, old, new in CASES[name]:
            text = (folder / file).read_text(encoding="utf-8")
            if old not in text:
                raise ValueError(f"{name}: {old!r} is not in {file}")
            (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        try:
            load(folder)
        except Refused as refused:
            return str(refused).replace(f"{folder}/", "").replace(str(folder), "the folder")
    raise ValueError(f"{name}: the pack is taken")


def text() -> str:
    """All of it."""
    return "\n\n".join(f"[{name}]\n{said_of(name)}" for name in CASES) + "\n"


if __name__ == "__main__":
    KEPT.write_text(text(), encoding="utf-8")
