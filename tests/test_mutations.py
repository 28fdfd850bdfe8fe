"""Mutating any one date, number, operator, code or list entry of the rule pack makes at least one of its cases fail.

The pack is changed in memory, one thing at a time; only the cases that can notice are run, up to the first that
fails, and that one must hold on the pack as it is. Left out: the day on which an instrument was issued, which
only ``known_by`` uses, the days to watch, which decide nothing, and the file of parties, which the cases of rules
do not read. Every mutant of a rule and every ``STRIDE``-th of a list is run each time; all of them are with
``python -m pytest tests/test_mutations.py -m long``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.casebook import judge, judge_listed
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Case, ListCase, Rule
from tests.mutations.of_lists import ListMutant, of_list
from tests.mutations.of_rules import RuleMutant, mutants

PACK = load()
OF_RULES = list(mutants(PACK))
OF_LISTS = {name: list(of_list(listed, PACK)) for name, listed in PACK.lists.items()}
STRIDE = 10
Record = Callable[[str, object], None]

EQUIVALENT = {
    "annex-18 1C902.a.4: without item.contains Sm is yes": "a magnet of the family SmCo holds samarium by that word",
}
"""Mutant → why it can not change any decision. A named one that a case notices has to be taken off."""
FLOOR = {
    "start of a rule": 60,
    "start of a suspension": 4,
    "last day of a suspension": 4,
    "suspended instrument": 7,
    "day in a condition": 10,
    "number": 136,
    "operator": 68,
    "list that is asked for": 53,
    "entry deleted": 272,
    "code of an entry": 272,
    "declared or not": 272,
    "tariff code": 247,
    "element": 192,
    "word": 440,
    "part dropped": 742,
    "leaf negated": 622,
}
"""How many mutants of each kind there are at least. No rule has an end yet."""

_HOLDS: dict[int, bool] = {}


def holds(case: Case | ListCase, judged: Callable[[], bool]) -> bool:
    """Whether a case holds on the pack as it is."""
    if id(case) not in _HOLDS:
        _HOLDS[id(case)] = judged()
    return _HOLDS[id(case)]


def noticed(mutant: RuleMutant | ListMutant) -> bool:
    """Whether a case fails on the mutant that holds on the pack as it is."""
    if isinstance(mutant, RuleMutant):
        return any(
            not passes(mutant, rule, case)
            and holds(case, lambda rule=rule, case=case: judge(PACK, PACK.rules[rule.id], case).passed)
            for rule, case in mutant.cases()
        )
    pack = mutant.put_into(PACK)
    return any(
        not judge_listed(pack, mutant.list, case).passed
        and holds(case, lambda case=case: judge_listed(PACK, mutant.list, case).passed)
        for case in mutant.cases()
    )


def passes(mutant: RuleMutant, rule: Rule, case: Case) -> bool:
    try:
        return judge(mutant.changed, rule, case).passed
    except Refused:
        return False


def score(seen: Iterable[RuleMutant | ListMutant], record: Record) -> None:
    """Run mutants, print the score, and fail where one survives that is not named as equivalent."""
    every = list(seen)
    assert every
    unnoticed = [mutant.name for mutant in every if not noticed(mutant)]
    record("mutants", len(every))
    print(f"{len(every)} mutants, {len(every) - len(unnoticed)} noticed, by kind {dict(Counter(one.kind for one in every))}")
    assert sorted(unnoticed) == sorted(mutant.name for mutant in every if mutant.name in EQUIVALENT)


def test_how_many_mutants_there_are_of_each_kind() -> None:
    every: list[RuleMutant | ListMutant] = [*OF_RULES, *(one for found in OF_LISTS.values() for one in found)]
    counts = Counter(mutant.kind for mutant in every)
    assert set(counts) - {"end of a rule"} == set(FLOOR)
    assert {kind: counts[kind] for kind, least in FLOOR.items() if counts[kind] < least} == {}
    assert EQUIVALENT.keys() - {mutant.name for mutant in every} == set()


@pytest.mark.parametrize("kind", sorted({mutant.kind for mutant in OF_RULES}))
def test_every_mutant_of_a_rule_is_noticed(kind: str, record_property: Record) -> None:
    score((mutant for mutant in OF_RULES if mutant.kind == kind), record_property)


@pytest.mark.parametrize("name", OF_LISTS)
def test_mutants_of_a_list_are_noticed(name: str, record_property: Record) -> None:
    found = OF_LISTS[name]
    score([*found[::STRIDE], *(one for one in found[1:] if one.name in EQUIVALENT)], record_property)


@pytest.mark.long
@pytest.mark.parametrize("name", OF_LISTS)
def test_every_mutant_of_a_list_is_noticed(name: str, record_property: Record) -> None:
    score(OF_LISTS[name], record_property)
