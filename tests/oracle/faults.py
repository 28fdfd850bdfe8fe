"""Single faults put into the engine, the reader, the numbers or the rules, one at a time: the comparison must find each.

A fault is one text in one file, written otherwise. A fault of code is made while the module is imported, in a process of
its own; a fault of the rules is made in a copy of them. ``python -m tests.oracle.faults`` tries them all and prints where
each was found; names after it try those alone. Knows texts of the product: when one is rewritten, its fault is too.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
import types
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "rare_earth_compliance"
BREAKS = "the engine breaks"
"""What is seen of a fault that makes the engine fail outright: it clears nothing, and no answers are compared."""
SEEDS = 3000
"""Within so many seeds every fault is found."""


@dataclass(frozen=True)
class Fault:
    """One thing written otherwise: in which file, below the package or the rules, what, and how."""

    name: str
    file: str
    old: str
    new: str

    @property
    def path(self) -> Path:
        """The file, in the checkout."""
        return ROOT / (self.file if self.file.startswith("rules/") else f"{PACKAGE}/{self.file}")

    def made(self, text: str) -> str:
        """The text with the fault in it. Raises ValueError when what is to be written otherwise is not there, or twice."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.old!r} stands {text.count(self.old)} times in {self.file}, expected once")
        return text.replace(self.old, self.new)


TRUTH, QUANTITIES, UNITS = "core/truth.py", "core/quantities.py", "core/units.py"
SHARES, MONEY, CONTENTS, VERDICTS = "engine/shares.py", "engine/money.py", "engine/contents.py", "engine/verdicts.py"
DISCLOSURE, COMPARING, INQUIRY, LISTING = (
    "engine/disclosure.py",
    "engine/comparing.py",
    "engine/inquiry.py",
    "engine/listing.py",
)
NEEDS, DETERMINE, STATUS, CONVERT = "engine/needs.py", "engine/determine.py", "law/status.py", "product/convert.py"
READER, PRICING, MOVEMENT = "product/reader.py", "product/pricing.py", "engine/movement.py"
NO_61, TERMS = "rules/instruments/cn-mofcom-2025-61.yaml", "rules/terms.yaml"

KEPT_UNKNOWN = "        if part is Truth.UNKNOWN:\n            outcome = part\n"
CHINESE_SHARE = "whose: chinese-origin, counted: reading part-1-value, added: reading aggregation, priced: reading valuation, "
EXPORTER_IN_CHINA = "            - {ask: shipment.exporter_location, any_of: [group china]}\n"
IN_TRANSIT = "            - {term: in-transit-through-china}\n"
TERBIUM_OXIDE = (
    "    en: 'terbium oxide'\n    confidence: secondary\n    declared: no\n    recognise:\n      all:\n"
    "        - {ask: item.form, is: oxide}\n        - {ask: item.contains, element: "
)

FAULTS = (
    # ---- three values
    Fault(
        "and: unknown is taken as true",
        TRUTH,
        "        if part is Truth.FALSE:\n            return part\n" + KEPT_UNKNOWN,
        "        if part is Truth.FALSE:\n            return part\n",
    ),
    Fault(
        "or: unknown is dropped",
        TRUTH,
        "        if part is Truth.TRUE:\n            return part\n" + KEPT_UNKNOWN,
        "        if part is Truth.TRUE:\n            return part\n",
    ),
    Fault("not: unknown becomes true", TRUTH, "        if self is Truth.UNKNOWN:\n            return self\n", ""),
    # ---- numbers
    Fault("exactly at the line is below it", QUANTITIES, "self.low >= other.high:", "self.low > other.high:"),
    Fault("exactly at the line is surely below it", QUANTITIES, "(self.high < other.low or", "(self.high <= other.low or"),
    Fault(
        "a bound that is excluded is included",
        QUANTITIES,
        "(self.high == other.low and (self.high_open or other.low_open))",
        "False",
    ),
    Fault("a bound is taken for the amount", QUANTITIES, 'Interval(Fraction(0), one, False, sign == "<")', "exactly(one)"),
    Fault(
        "a range is taken by its lower end", QUANTITIES, "return Interval(one, exact(two)), unit", "return exactly(one), unit"
    ),
    Fault("a pound is half a kilogram", UNITS, '_POUND = Fraction("0.45359237")', '_POUND = Fraction("0.5")'),
    Fault("a dozen is ten", UNITS, '"dozen": ("count", Fraction(12))', '"dozen": ("count", Fraction(10))'),
    Fault("a milligram is a gram", UNITS, '"mg": ("mass", Fraction(1, 10**6))', '"mg": ("mass", Fraction(1, 10**3))'),
    # ---- reading
    Fault("the number of priced units is ignored", PRICING, "if fields.per is not None:", "if False:"),
    Fault("a mass is not turned into a count", PRICING, "_exactly(size * UNITS[name][1]).over(mass)", "_exactly(size)"),
    Fault("the quantity of a batch is ignored", READER, "base = self.fields[index].base_quantity", "base = None"),
    Fault("the unit of a reference is ignored", READER, "if used is not None and unit is not None:", "if False:"),
    Fault(
        "an open list of parts is all",
        CONVERT,
        "        complete=bool(fields.complete),\n        evidence",
        "        complete=fields.complete is not False,\n        evidence",
    ),
    Fault(
        "an open composition is all",
        CONVERT,
        "composition_complete=fields.composition_complete,",
        "composition_complete=fields.composition_complete is not False,",
    ),
    Fault(
        "unstated technologies are none",
        CONVERT,
        "technologies_complete=bool(fields.technologies_complete)",
        "technologies_complete=fields.technologies_complete is not False",
    ),
    Fault(
        "where it was made stands for its origin",
        CONVERT,
        "origin=fields.origin,\n        made_in",
        "origin=fields.made_in,\n        made_in",
    ),
    Fault(
        "steps of production are lost",
        CONVERT,
        "for made in fields.steps or []),\n        steps_complete=fields.steps_complete,\n        rare",
        "for made in []),\n        steps_complete=fields.steps_complete,\n        rare",
    ),
    Fault(
        "steps that nobody told are none",
        CONVERT,
        "        steps_complete=fields.steps_complete,\n        rare",
        "        steps_complete=True,\n        rare",
    ),
    # ---- what is in a thing
    Fault("nothing is hidden in an open list", DISCLOSURE, "if _may_hide(item, none[index]):", "if False:"),
    Fault(
        "a declaration does not reach what is inside",
        DISCLOSURE,
        "(used and not open_above[index] and item.rare_earths is None)",
        "False",
    ),
    Fault(
        "a bound below is absence", DISCLOSURE, "return Truth.FALSE if share.is_zero else Truth.UNKNOWN", "return Truth.FALSE"
    ),
    Fault(
        "an element that nobody names is absent",
        CONTENTS,
        "        if own is None and item.complete:\n            return inside\n        return Truth.UNKNOWN",
        "        if own is None and item.complete:\n            return inside\n        return Truth.FALSE",
    ),
    Fault(
        "a line of which there may be none is there",
        CONTENTS,
        "if value is Truth.TRUE and not sure else value",
        "if False else value",
    ),
    Fault("what is loose is fixed as well", CONTENTS, ", ~_free(item, state, unless)))", ",))"),
    Fault("a thing is held if one of its ways holds it", CONTENTS, "within = all_of(way[0]", "within = any_of(way[0]"),
    Fault("a line may be missing, and its thing is held", NEEDS, "and not use.quantity.is_positive:", "and False:"),
    # ---- lists
    Fault("what may be listed is not", LISTING, "Truth.UNKNOWN if maybe else Truth.FALSE", "Truth.FALSE"),
    Fault("a declared code of a wider group is no code", LISTING, 'if entry.code.startswith(f"{code}.") or (', "if ("),
    Fault(
        "a finer code than the list's is none",
        LISTING,
        'if code == entry.code or code.startswith(f"{entry.code}."):',
        "if code == entry.code:",
    ),
    # ---- value shares
    Fault(
        "the share of the product, not of the item",
        SHARES,
        "own = self.inquiry.figures.worth(index, self.priced).money\n        value = own.amount",
        "own = self.inquiry.figures.worth(0, self.priced).money\n        value = own.amount",
    ),
    Fault(
        "the quantity of a line is ignored",
        SHARES,
        "add(inner, content, use.quantity or SOME_AMOUNT)",
        "add(inner, content, exactly(Fraction(1)))",
    ),
    Fault(
        "a line without a quantity is one",
        SHARES,
        "add(inner, content, use.quantity or SOME_AMOUNT)",
        "add(inner, content, use.quantity or exactly(Fraction(1)))",
    ),
    Fault(
        "content of open origin does not count",
        SHARES,
        "self.counts[index] = all_of((listed.outcome, origin.outcome))",
        "self.counts[index] = Truth.TRUE if all_of((listed.outcome, origin.outcome)) is Truth.TRUE else Truth.FALSE",
    ),
    Fault("content counts whatever its origin", SHARES, "if listed.outcome is not Truth.FALSE and self.term:", "if False:"),
    Fault("a currency is ignored", MONEY, "one = amount * rate.rate", "one = amount"),
    Fault("a rate is used the wrong way round", MONEY, "one = amount.over(rate.rate)", "one = amount * rate.rate"),
    Fault("of two rates the last is taken", MONEY, "found = one if found is None else found.hull(one)", "found = one"),
    Fault(
        "without a rate the numbers are compared",
        MONEY,
        "changed if changed is not None else _unbounded(amount)",
        "changed if changed is not None else amount",
    ),
    # ---- the law of a day
    Fault("a rule starts a day late", STATUS, "if on < rule.starts:", "if on <= rule.starts:"),
    Fault("a suspension starts a day late", STATUS, "if on < suspension.starts:", "if on <= suspension.starts:"),
    Fault("the last day is suspended without a word", STATUS, "if on < suspension.last_day:", "if on <= suspension.last_day:"),
    Fault(
        "an extension lasts a day too long",
        STATUS,
        "        if on < extended:",
        "        if on <= extended:",
    ),
    Fault(
        "an extension counts before it is published",
        STATUS,
        "return one.published is not None and one.published > on",
        "return False",
    ),
    Fault("what nobody confirmed has lapsed", STATUS, "if suspension.status and not lapsed:", "if False:"),
    Fault("a rule that never operated needs no new start", STATUS, "return rule.starts >= suspension.starts", "return False"),
    # ---- verdicts
    Fault(
        "an exemption that may hold lifts the rule",
        VERDICTS,
        "    if lifted is Truth.TRUE:\n",
        "    if lifted is not Truth.FALSE:\n",
    ),
    Fault(
        "a rule that may be in force applies",
        VERDICTS,
        "would is Truth.TRUE and law is Truth.TRUE else",
        "would is Truth.TRUE else",
    ),
    Fault(
        "a policy that may apply is left out",
        VERDICTS,
        "            step = self.inquiry.step(policy.when, index)\n            if step.outcome is not Truth.FALSE:",
        "            step = self.inquiry.step(policy.when, index)\n            if step.outcome is Truth.TRUE:",
    ),
    Fault(
        "what can not be told is cleared",
        DETERMINE,
        "settled = (Status.FAILS, Status.EXEMPT,",
        "settled = (Status.FAILS, Status.CANNOT_TELL, Status.EXEMPT,",
    ),
    Fault(
        "a contradiction clears", DETERMINE, "if not rules or not pack.sha256 or conflicts:", "if not rules or not pack.sha256:"
    ),
    Fault(
        "early technology counts from the day after",
        COMPARING,
        "used.acquired.isoformat() >= since",
        "used.acquired.isoformat() > since",
    ),
    Fault(
        "a purpose that is named is the only one",
        COMPARING,
        "return (Truth.FALSE, found) if complete else (Truth.UNKNOWN,",
        "return (Truth.FALSE, found) if True else (Truth.UNKNOWN,",
    ),
    Fault(
        "a vague word excludes everything else",
        COMPARING,
        'question.type == "word" and found in vague_forms()',
        'question.type == "word" and False',
    ),
    Fault(
        "at most is below",
        COMPARING,
        'return reached if ask.operator == "at_most" else ~reached',
        "return ~value.at_least(line)",
    ),
    # ---- questions
    Fault(
        "what is asked of the shipment is not asked",
        "engine/asking.py",
        "        group = groups.setdefault((need.kind, need.about), _Group())\n        if need.item == SHIPMENT:\n",
        "        if need.item == SHIPMENT:\n            return set()\n        group = groups[need.kind, need.about]\n"
        "        if need.item == SHIPMENT:\n",
    ),
    Fault("one reason is carried upward, no more", NEEDS, "KEPT = 12\n", "KEPT = 1\n"),
    # ---- the rules themselves
    Fault(
        "the line is 0.2 %",
        NO_61,
        CHINESE_SHARE + "at_least: 0.1 %",
        CHINESE_SHARE + "at_least: 0.2 %",
    ),
    Fault(
        "the line is passed, not reached",
        NO_61,
        CHINESE_SHARE + "at_least: 0.1 %",
        CHINESE_SHARE + "above: 0.1 %",
    ),
    Fault("relief for a military end user is exempt", TERMS, "        - {ask: shipment.end_user_military, is: no}\n", ""),
    Fault(
        "an importer held to one half is not refused",
        TERMS,
        "{ask: shipment.party_owners, party: importer, counted: reading fifty-percent, below: 50 %}",
        "{ask: shipment.party_owners, party: importer, counted: reading fifty-percent, at_most: 50 %}",
    ),
    Fault(
        "a Chinese person abroad is no exporter of No. 18",
        TERMS,
        EXPORTER_IN_CHINA + "            - {ask: shipment.exporter_chinese, is: yes}\n" + IN_TRANSIT,
        EXPORTER_IN_CHINA + IN_TRANSIT,
    ),
    Fault(
        "transit through China is none of No. 18's matters",
        TERMS,
        "            - {ask: shipment.exporter_chinese, is: yes}\n" + IN_TRANSIT,
        "            - {ask: shipment.exporter_chinese, is: yes}\n",
    ),
    Fault(
        "inside China nothing is provided to foreign persons but to companies that they own",
        TERMS,
        "            - {ask: shipment.consignee_chinese, is: no}\n",
        "",
    ),
    Fault(
        "a hand-over inside one country may cross a border",
        MOVEMENT,
        "if movement == TRANSFER and start is not None",
        "if start == 0",
    ),
    Fault(
        "technology may be said to be goods", MOVEMENT, "if item.form == TECHNOLOGY and item.index not in unused:", "if False:"
    ),
    Fault("goods may be said to be technology", MOVEMENT, "if shipment.kind == TECHNOLOGY and", "if False and"),
    Fault("Hong Kong is abroad", TERMS, "  perhaps-china: [HK, MO, TW]", "  perhaps-china: [MO, TW]"),
    Fault(
        "No. 61 part 1 has no terbium oxide",
        "rules/lists/61-part-1.yaml",
        TERBIUM_OXIDE + "Tb, is: yes}",
        TERBIUM_OXIDE + "Eu, is: yes}",
    ),
    Fault(
        "the suspension ends a day early",
        "rules/instruments/cn-mofcom-2025-70.yaml",
        "    through: 2026-11-10\n",
        "    through: 2026-11-09\n",
    ),
)
BY_NAME = {fault.name: fault for fault in FAULTS}


@dataclass(frozen=True)
class FoundAt:
    """Where a fault was found: the first case that shows it, and how."""

    seed: int
    round: int
    kind: str
    at: str


# ---- in a process of its own


class _Written(importlib.machinery.SourceFileLoader):
    """Loads a module as if a fault stood in its file."""

    fault: Fault

    def get_code(self, fullname: str) -> types.CodeType:  # noqa: ARG002  # as the import system asks
        """The code of the changed text; what was compiled before is not used."""
        text = self.fault.made(self.fault.path.read_text(encoding="utf-8"))
        return compile(text, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.module = f"{PACKAGE}.{fault.file.removesuffix('.py').replace('/', '.')}"

    def find_spec(  # as the import system asks
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of the module with the fault; nothing for all others."""
        if fullname != self.module:
            return None
        loader = _Written(fullname, str(self.fault.path))
        loader.fault = self.fault
        return importlib.util.spec_from_file_location(fullname, self.fault.path, loader=loader)


def search(fault: Fault | None, seeds: int) -> tuple[FoundAt | None, list[FoundAt]]:
    """The first case on which the faulty engine and the oracle differ in more than precision, and where they do in precision
    alone before it; run once in a process."""
    careful: list[FoundAt] = []
    assert not any(name.startswith(PACKAGE) for name in sys.modules), "the engine was imported before its fault"
    with tempfile.TemporaryDirectory() as folder:
        if fault is not None and fault.file.startswith("rules/"):
            rules = Path(shutil.copytree(ROOT / "rules", Path(folder) / "rules"))
            changed = rules / fault.file.removeprefix("rules/")
            changed.write_text(fault.made(changed.read_text(encoding="utf-8")), encoding="utf-8")
            from tests.recounting import recount  # noqa: PLC0415  # imports the loader: only where the fault is not in it

            recount(rules)
        elif fault is not None:
            rules = None
            sys.meta_path.insert(0, _Finder(fault))
        from tests.oracle import compare  # noqa: PLC0415  # imports the engine, which must not be there before its fault

        if fault is not None and rules is not None:
            compare.rules_folder = rules
        compare.pack()  # rules that are refused would be told of as products that are
        for seed in range(seeds):
            try:
                apart = compare.compared(seed).apart
            except Exception as error:  # noqa: BLE001  # a fault may break the engine outright: that is seen as well
                return FoundAt(seed, 0, BREAKS, repr(error)[:120]), careful
            for _, number, one in apart:
                if one.kind != compare.IMPRECISE:
                    return FoundAt(seed, number, one.kind, one.at), careful
                careful.append(FoundAt(seed, number, one.kind, one.at))
    return None, careful


# ---- from outside


@cache
def looked(name: str, seeds: int) -> tuple[FoundAt | None, frozenset[FoundAt]]:
    """What a search comes to, in a process of its own; without a fault where the name is empty. Raises RuntimeError when it
    can not be tried."""
    command = [sys.executable, "-m", "tests.oracle.faults", "--inside", name, "--seeds", str(seeds)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if ran.returncode:
        raise RuntimeError(f"{name}: {ran.stderr[-2000:]}")
    at, careful = json.loads(ran.stdout.splitlines()[-1])
    return FoundAt(**at) if at else None, frozenset(FoundAt(**one) for one in careful)


def found(name: str, seeds: int = SEEDS) -> FoundAt | None:
    """Where a fault is found; None when it is not.

    One that makes the engine more careful, and nothing else, is found where the engine leaves open what it does not without it.
    """
    at, careful = looked(name, seeds)
    if at is not None:
        return at
    without, known = looked("", seeds)
    if without is not None:
        raise RuntimeError(f"the engine and the oracle differ without a fault: {without}")
    more = careful - known
    return min(more, key=lambda one: (one.seed, one.round, one.at), default=None)


def main(arguments: list[str] | None = None) -> int:
    """Try faults and print a table; 1 when one is not found."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.oracle.faults", description="Whether the comparison finds each fault."
    )
    parser.add_argument("names", nargs="*", help="faults to try; all when none is named")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds to look through")
    parser.add_argument("--inside", metavar="NAME", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.inside is not None:
        at, careful = search(BY_NAME.get(chosen.inside), chosen.seeds)
        print(json.dumps([vars(at) if at else None, list(map(vars, careful))]))
        return 0
    missed = broken = 0
    for name in chosen.names or BY_NAME:
        at = found(name, chosen.seeds)
        missed += at is None
        broken += at is not None and at.kind == BREAKS
        where = f"seed {at.seed}, round {at.round}: {at.kind} at {at.at}" if at else f"NOT FOUND in {chosen.seeds} seeds"
        print(f"{name:60} {where}", flush=True)
    tried = len(chosen.names or BY_NAME)
    print(f"{tried} faults: {tried - missed - broken} found by an answer, {broken} break the engine, {missed} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
