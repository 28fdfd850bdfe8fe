"""The rule pack that comes along: it loads, every case holds, its lists are whole."""

from __future__ import annotations

import pytest

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.casebook import Plans, judge
from rare_earth_compliance.law.conditions import readings_of
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Case, Rule

PACK = load()
PLANS = Plans(PACK)
CASES = [(rule, case) for rule in PACK.rules.values() for case in rule.cases]


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule.id}: {case.name}" for rule, case in CASES])
def test_case(rule: Rule, case: Case) -> None:
    """Each is judged in its own test, so that nothing is judged where tests are only looked for."""
    outcome = judge(PACK, rule, case, PLANS)
    assert outcome.found == case.expect
    if case.expect == "cannot tell" and outcome.step is not None and outcome.step.outcome is Truth.UNKNOWN:
        assert outcome.step.needs  # an unknown without a question would leave the user alone with it


def test_a_case_comes_to_the_same_alone_and_among_the_others() -> None:
    """Those above share what is known beforehand; here every tenth has its own, and the trace is compared as well."""
    some = CASES[::10]
    assert len(some) > 70
    assert [judge(PACK, rule, case) for rule, case in some] == [judge(PACK, rule, case, PLANS) for rule, case in some]


def test_count_of_cases() -> None:
    assert len(CASES) >= 700
    assert all(rule.cases for rule in PACK.rules.values())
    assert sum(case.expect == "cannot tell" for _, case in CASES) > 20


def test_lists_are_whole() -> None:
    assert {name: len(listed.entries) for name, listed in PACK.lists.items()} == {
        "annex-18": 59,
        "annex-57": 42,
        "annex-56": 58,
        "annex-62": 2,
        "annex-55": 6,
        "annex-58": 30,
        "annex-10": 24,
        "annex-33": 12,
        "annex-23": 14,
        "annex-39": 2,
        "61-part-1": 13,
        "61-part-1-and-precursors": 2,
        "61-precursors": 1,
        "61-part-2-materials": 6,
        "61-part-2-assemblies": 1,
    }


def test_elements_of_the_lists() -> None:
    codes = {
        name: sorted({entry.code.split(".")[0] for entry in PACK.lists[name].entries}) for name in ("annex-18", "annex-57")
    }
    assert codes == {
        "annex-18": ["1C902", "1C903", "1C904", "1C905", "1C906", "1C907", "1C908"],
        "annex-57": ["1C909", "1C910", "1C911", "1C912", "1C913"],
    }


def test_only_three_magnet_lines_of_18_and_they_print_no_tariff_code() -> None:
    magnets = {entry.code: entry.hs_codes for entry in PACK.lists["annex-18"].entries if entry.code.endswith(".a.4")}
    assert magnets == {"1C902.a.4": (), "1C904.a.4": (), "1C905.a.4": ()}


def test_what_was_not_seen_is_marked() -> None:
    marked = {name: listed.confidence for name, listed in PACK.lists.items()}
    assert {name for name, mark in marked.items() if mark == "secondary"} >= {
        "61-part-1",
        "61-part-2-materials",
        "61-part-2-assemblies",
    }
    assert {marked[name] for name in ("annex-18", "annex-57", "annex-62")} == {"primary"}
    seen = [entry for name, listed in PACK.lists.items() if "61" in name for entry in listed.entries]
    assert len(seen) == 23
    assert {entry.confidence for entry in seen} == {"secondary", "derived"}


def test_every_reading_is_asked_for_somewhere() -> None:
    asked = {one.last_day_reading[0] for one in PACK.suspensions.values() if one.last_day_reading}
    asked |= {one.revives_reading[0] for one in PACK.suspensions.values() if one.revives_reading}
    for rule in PACK.rules.values():
        asked |= readings_of(rule.when).union(*(readings_of(one.when) for one in rule.unless))
    for listed in PACK.lists.values():
        asked = asked.union(*(readings_of(entry.recognise) for entry in listed.entries))
    for policy in PACK.policies.values():
        asked |= readings_of(policy.when)
    asked |= {duty.calendar[0] for duty in PACK.duties.values() if duty.calendar}
    assert asked == set(PACK.readings)
