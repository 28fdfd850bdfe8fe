"""Mutating any one date, number, operator, code or list entry of the rule pack makes at least one of its cases fail.

The pack is changed in memory, one thing at a time; only the cases that can notice are run, up to the first that
fails, and that one must hold on the pack as it is. Left out: the day on which an instrument was issued, which
only ``known_by`` uses; the days to watch, which decide nothing; and the file of parties, which the cases of rules
do not read. A short run tries every mutant of the rules and each ``STRIDE``-th of the lists; all of them, and that
those named as equivalent are not noticed, are tried by ``python -m pytest tests/test_mutations.py -m long``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

import pytest

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.casebook import Plans, judge, judge_listed
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Case, ListCase, Rule
from tests.mutations.of_lists import ListMutant, of_list
from tests.mutations.of_rules import RuleMutant, mutants

PACK = load()
PLANS = Plans(PACK)
OF_RULES = list(mutants(PACK))
OF_LISTS = {name: list(of_list(listed, PACK)) for name, listed in PACK.lists.items()}
STRIDE = 20
"""In a short run one of so many mutants of a list is tried."""
Record = Callable[[str, object], None]

EQUIVALENT = {
    "61-part-2-materials part-2/samarium-cobalt-magnet: without item.contains Sm is yes": "the same",
    "policy cn-mofcom-2025-61/4: end_use.layers_per_stack at_least 256 a step higher": (
        "the same line stands there once more, without the reading"
    ),
    "policy cn-mofcom-2025-61/4: end_use.layers_per_stack at_least 256 read as above": "the same",
    "annex-56 2B902.k: without item.parameter heating-temperature at_least 0": "no amount is below nothing",
    "annex-56 2B902.l: without item.parameter heating-temperature at_least 0": "no amount is below nothing",
    "61-part-1 magnet-of-no-named-family: CeFeB as NdFeB in item.family any_of CeFeB, SmFeN, other": (
        "a magnet of this family holds cerium, and consists of no entry of the list"
    ),
    "61-part-1 magnet-of-no-named-family: SmFeN as NdFeB in item.family any_of CeFeB, SmFeN, other": "the same, with nitrogen",
}
"""Name of mutants, ``*`` for any words → why they can not change any decision. Each must stay unnoticed."""
FLOOR = {
    "start of a rule": 60,
    "start of a suspension": 4,
    "last day of a suspension": 4,
    "suspended instrument": 7,
    "day in a condition": 10,
    "number": 134,
    "operator": 68,
    "list that is asked for": 53,
    "entry deleted": 272,
    "code of an entry": 272,
    "declared code": 240,
    "tariff code": 247,
    "element": 192,
    "word": 440,
    "part dropped": 742,
    "leaf negated": 622,
}
"""How many mutants of each kind there are at least. No rule has an end yet."""

_HOLDS: dict[int, bool] = {}
_NOTICED: Counter[int] = Counter()


def holds(case: Case | ListCase, judged: Callable[[], bool]) -> bool:
    """Whether a case holds on the pack as it is."""
    if id(case) not in _HOLDS:
        _HOLDS[id(case)] = judged()
    return _HOLDS[id(case)]


def equivalent(mutant: RuleMutant | ListMutant) -> bool:
    """Whether a mutant is named as one that changes no decision."""
    return any(fnmatchcase(mutant.name, name) for name in EQUIVALENT)


def noticed(mutant: RuleMutant | ListMutant) -> bool:
    """Whether a case fails on the mutant that holds on the pack as it is."""
    if isinstance(mutant, RuleMutant):
        # Cases that noticed another mutant stand on a line: they come first. The order changes no outcome.
        cases = mutant.cases() if mutant.near else sorted(mutant.cases(), key=lambda one: -_NOTICED[id(one[1])])
        plans = Plans(mutant.changed)
        for rule, case in cases:
            if not passes(mutant, rule, case, plans) and holds(
                case, lambda rule=rule, case=case: judge(PACK, PACK.rules[rule.id], case, PLANS).passed
            ):
                _NOTICED[id(case)] += 1
                return True
        return False
    pack = mutant.put_into(PACK)
    plans = Plans(pack)
    by_list = any(
        not judge_listed(pack, mutant.list, case, plans).passed
        and holds(case, lambda case=case: judge_listed(PACK, mutant.list, case, PLANS).passed)
        for case in mutant.cases()
    )
    if by_list or equivalent(mutant):
        return by_list
    # A case of a list judges the product alone; where an item stands in it, the cases of rules tell.
    users = tuple(rule for rule in PACK.rules.values() if mutant.list in rule.lists)
    return noticed(RuleMutant(mutant.kind, mutant.name, pack, users))


def passes(mutant: RuleMutant, rule: Rule, case: Case, plans: Plans) -> bool:
    try:
        return judge(mutant.changed, rule, case, plans).passed
    except Refused:
        return False


def score(seen: Iterable[RuleMutant | ListMutant], record: Record) -> None:
    """Run mutants, print the score, and fail where one survives that is not named as equivalent."""
    every = list(seen)
    assert every
    unnoticed = [mutant.name for mutant in every if not noticed(mutant)]
    record("mutants", len(every))
    print(f"{len(every)} mutants, {len(every) - len(unnoticed)} noticed, by kind {dict(Counter(one.kind for one in every))}")
    assert sorted(unnoticed) == sorted(mutant.name for mutant in every if equivalent(mutant))


def test_how_many_mutants_there_are_of_each_kind() -> None:
    every: list[RuleMutant | ListMutant] = [*OF_RULES, *(one for found in OF_LISTS.values() for one in found)]
    counts = Counter(mutant.kind for mutant in every)
    assert set(counts) - {"end of a rule"} == set(FLOOR)
    assert {kind: counts[kind] for kind, least in FLOOR.items() if counts[kind] < least} == {}
    assert [name for name in EQUIVALENT if not any(fnmatchcase(mutant.name, name) for mutant in every)] == []


@pytest.mark.parametrize("kind", sorted({mutant.kind for mutant in OF_RULES}))
def test_every_mutant_of_a_rule_is_noticed(kind: str, record_property: Record) -> None:
    score((one for one in OF_RULES if one.kind == kind and not equivalent(one)), record_property)


@pytest.mark.parametrize("name", OF_LISTS)
def test_mutants_of_a_list_are_noticed(name: str, record_property: Record) -> None:
    score([one for one in OF_LISTS[name] if not equivalent(one)][::STRIDE], record_property)


@pytest.mark.long
@pytest.mark.parametrize("name", OF_LISTS)
def test_every_mutant_of_a_list_is_noticed(name: str, record_property: Record) -> None:
    score(OF_LISTS[name], record_property)


@pytest.mark.long
def test_mutants_of_rules_that_change_nothing_are_not_noticed(record_property: Record) -> None:
    score(filter(equivalent, OF_RULES), record_property)
