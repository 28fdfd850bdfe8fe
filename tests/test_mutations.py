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
STRIDE = 1
Record = Callable[[str, object], None]

EQUIVALENT: dict[str, str] = {}
"""Mutant → why it can not change any decision."""
FLOOR: dict[str, int] = {}

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
            not passes(mutant, rule, case) and holds(case, lambda rule=rule, case=case: judge(PACK, PACK.rules[rule.id], case).passed)
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
