"""The engine against a second implementation of the law: the same outcome of every limb at every item, whatever is unknown.

The second implementation is under ``tests/oracle``, which says what is compared and what is not; what the two once disagreed
on stands in ``tests/oracle/decided.py``. Longer: ``python -m tests.oracle --cases N``, and every fault:
``python -m tests.oracle.faults``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rare_earth_compliance.law.model import Case
from tests.oracle import __main__ as command
from tests.oracle import casebook, compare, decided, faults, generator, judge, running, things, worlds
from tests.oracle.compare import IMPRECISE, KINDS, Tally
from tests.oracle.generator import Sample
from tests.oracle.readings import OPTIONS, UNLESS_CHOSEN
from tests.oracle.running import SEEDS, State, WrongState, run

CASES = 5_000
"""How many cases the normal run compares here; as many again in test_oracle_more."""
MORE_CASES = 2_500
IMPRECISE_AT_MOST = 0.005
"""The part of the cases in which the engine may leave open what it could tell: see ``decided.IMPRECISE``."""
OF_THE_BANS = (
    "control-list-terms-not-seen",
    "supplied-for-military-use",
    "united-states-territories",
    "weapons-as-military-use",
)
"""Readings of rules that the second implementation does not know."""
SOME_FAULTS = (
    "or: unknown is dropped",
    "what nobody confirmed has lapsed",
)
"""Those that the normal run tries; all of them: python -m tests.oracle.faults"""


def checked(tally: Tally, cases: int) -> None:
    """The two agree, and the comparison looked at enough of everything to mean something."""
    print(command.apart(tally))
    assert [one for one in tally.apart if one[2].kind != IMPRECISE] == []
    assert tally.kinds[IMPRECISE] <= IMPRECISE_AT_MOST * tally.cases
    assert tally.cases >= cases
    assert len(tally.distinct) == tally.cases + tally.refused
    assert tally.refused < 0.05 * len(tally.distinct)
    assert tally.in_part < 0.05 * len(tally.distinct)
    assert tally.alike < 0.02 * len(tally.distinct)
    assert tally.at_the_line > 0.1 * cases
    assert tally.unknowns > cases
    for answer in (judge.REQUIRED, judge.UNDETERMINED, judge.NOT_REQUIRED):
        assert tally.answers[answer] > 0.05 * cases, answer
    for outcome in (judge.APPLIES, judge.CANNOT_TELL, judge.EXEMPT, judge.ASLEEP, judge.ASLEEP_CANNOT_TELL):
        assert tally.outcomes[outcome] > 0.02 * cases, outcome


def compared(first: int, cases: int) -> Tally:
    """A run without a state file."""
    state = State(first, None)
    run(state, cases, 1, lambda _: None)
    return state.total


def test_both_agree_on_generated_products() -> None:
    checked(compared(0, CASES), CASES)


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_both_agree_on_many_more(part: int) -> None:
    """Twenty thousand cases: python -m pytest -m long tests/test_oracle.py"""
    checked(compared(1_000_000 + part * 100_000, MORE_CASES), MORE_CASES)


def test_trees_that_are_too_large_to_be_joined_are_compared_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where next to nothing can be joined, the rest is compared all the same, and nothing falls over."""
    whole = running.of_seeds(range(6, 20))
    monkeypatch.setattr(worlds, "MOST_STEPS", 2)
    tally = running.of_seeds(range(6, 20))
    assert (tally.cases, tally.refused) == (whole.cases, whole.refused)
    assert tally.in_part > whole.in_part
    assert tally.cases > 0
    assert tally.in_part > 0
    assert tally.apart == []


def test_samples_are_the_same_each_time() -> None:
    assert [generator.questions(seed) for seed in range(20)] == [generator.questions(seed) for seed in range(20)]


def test_the_readings_are_those_of_the_rules() -> None:
    """The names and options are what the two share; the second implementation knows no other."""
    published = {one.id: tuple(option.id for option in one.options) for one in compare.pack().readings.values()}
    assert {name: set(published[name]) for name in OPTIONS} == {name: set(options) for name, options in OPTIONS.items()}
    assert set(published) - set(OPTIONS) == {"report-clock", "digest-figures-56", "temperature-range-56", *OF_THE_BANS}
    assert {one.id: one.default for one in compare.pack().readings.values() if one.default} == UNLESS_CHOSEN


def test_the_second_implementation_imports_nothing_of_the_engine() -> None:
    """Only what compares the two, and what runs that, knows both."""
    folder = Path(judge.__file__).parent
    both = {"compare.py", "named.py", "faults.py"}
    seen = {path.name: "rare_earth_compliance" in path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    assert {name for name, knows in seen.items() if knows} == both
    assert len(seen) >= 18


# ---- what is decided


def known_to_the_second(case: Case) -> bool:
    """Whether a case is about things that the second implementation compares: goods, as the law is known today."""
    if "transfer" in compare.pack().subjects[case.given].document or case.known_by is not None:
        return False
    return not any("ownership" in path or "name" in path or "listed_by" in path for path, _ in case.changes)


def test_the_second_implementation_decides_every_case_as_written() -> None:
    """Independent of the engine: the cases of the rule files hold for it too."""
    wrong, count = [], 0
    for rule in compare.pack().rules.values():
        for case in rule.cases:
            if not known_to_the_second(case):
                continue
            count += 1
            document = things.load(json.dumps(casebook.changed(decided.subject(case.given), case.changes)))
            readings = dict(case.readings)
            answer = judge.evaluate(document, case.on, readings, dict(case.status).get("suspension-70"))
            at = next(path for path, thing in answer.things.items() if case.at in ("", thing.label))
            found = answer.found.get((rule.id, at), judge.Found(judge.FAILS))
            if found.outcome.split(",")[0] != case.expect:
                wrong.append((rule.id, case.name, found.outcome, case.expect))
    assert wrong == []
    assert count > 400


def answers(one: decided.Decided) -> tuple[str, str]:
    """The second implementation's answer to a document, and the engine's."""
    text = json.dumps(one.document())
    sample = Sample(text, generator.AWAKE, one.readings, "lapsed", priced_at_the_line=False)
    second = judge.evaluate(things.load(text), sample.day, sample.readings, sample.confirmed)
    return second.answer, compare.ANSWERS[compare.judged(sample).answer]


@pytest.mark.parametrize("name", decided.DECIDED)
def test_what_they_once_disagreed_on(name: str) -> None:
    one = decided.DECIDED[name]
    assert answers(one) == (one.answer, one.answer), one.why


@pytest.mark.parametrize("name", decided.IMPRECISE)
def test_what_the_engine_leaves_open_though_every_completion_agrees(name: str) -> None:
    """It may learn to tell; it may not tell anything else."""
    one = decided.IMPRECISE[name]
    text = json.dumps(one.document())
    second = judge.evaluate(things.load(text), generator.AWAKE, one.readings, "lapsed")
    assert second.found.get((one.rule, "product"), judge.Found(judge.FAILS)).outcome == one.outcome, one.why
    engine = compare.judged(Sample(text, generator.AWAKE, one.readings, "lapsed", priced_at_the_line=False))
    said = {
        compare.STATUSES[found.status] for found in engine.findings if (found.rule, found.place.path) == (one.rule, "product")
    }
    assert said <= {judge.CANNOT_TELL, one.outcome}, one.why


# ---- runs that are killed


def counted(seeds: range) -> Tally:
    """A comparison that takes no time."""
    return Tally(cases=len(seeds), distinct={str(seed) for seed in seeds})


def seeds_of(state: State) -> list[str]:
    return sorted(state.total.distinct, key=int)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "of_seeds", counted)


def test_a_killed_run_goes_on_without_repeating_or_losing_a_seed(quick: None, tmp_path: Path) -> None:
    kept = tmp_path / "state"
    run(State(7, kept), 3 * SEEDS, 1, lambda _: None)
    whole = kept.read_text(encoding="utf-8")
    last = whole.splitlines()[-1]
    # Killed at every character of the last line, its end included.
    for cut in (*range(1, len(last) + 2, 7), len(last), len(last) + 1):
        kept.write_text(whole[: len(whole) - cut], encoding="utf-8")
        state = State(7, kept)
        assert len(state.blocks) == 2
        run(state, 4 * SEEDS, 1, lambda _: None)
        assert seeds_of(State(7, kept)) == [str(seed) for seed in range(7, 7 + 4 * SEEDS)]
        assert State(7, kept).total.cases == 4 * SEEDS


def test_a_run_with_a_gap_fills_it(quick: None, tmp_path: Path) -> None:
    """Of several processes the second may have ended before the first was killed."""
    kept = tmp_path / "state"
    run(State(0, kept), 3 * SEEDS, 1, lambda _: None)
    head, _, second, third = kept.read_text(encoding="utf-8").splitlines()
    kept.write_text("\n".join((head, third, second)) + "\n", encoding="utf-8")
    run(State(0, kept), 3 * SEEDS, 1, lambda _: None)
    assert seeds_of(State(0, kept)) == [str(seed) for seed in range(3 * SEEDS)]


def test_differences_are_kept(tmp_path: Path) -> None:
    kept = tmp_path / "state"
    tally = Tally(cases=1, apart=[(3, 1, compare.Difference("other", "answer", "a", "b"))], distinct={"x"})
    tally.kinds["other"] += 1
    tally.answers["required"] += 2
    State(0, kept).add(0, tally)
    assert State(0, kept).total == tally


def test_the_state_of_another_run_is_refused(quick: None, tmp_path: Path) -> None:
    kept = tmp_path / "state"
    run(State(7, kept), SEEDS, 1, lambda _: None)
    with pytest.raises(WrongState, match="another run"):
        State(8, kept)
    with pytest.raises(SystemExit):
        command.main(["--cases", "1", "--seed", "8", "--state", str(kept)])


def test_the_command_tells_what_it_found(quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = ("--state", str(tmp_path / "state"))
    assert command.main(["--cases", "30", *kept]) == 0
    assert command.main(["--cases", "50", *kept]) == 0
    told = capsys.readouterr().out
    assert f"going on after {2 * SEEDS} cases of 2 blocks" in told
    assert f"cases      {3 * SEEDS}, of them {3 * SEEDS} distinct" in told
    assert all(f"{kind:17}     0" in told for kind in KINDS)


def test_a_serious_difference_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, status in ((compare.FAIL_OPEN, 1), (compare.OVER_BLOCK, 1), (compare.UNNAMED, 1), ("other", 1), (IMPRECISE, 0)):
        made = Tally(cases=SEEDS)
        made.kinds[kind] += 1
        monkeypatch.setattr(running, "of_seeds", lambda _, made=made: made)
        assert command.main(["--cases", "1"]) == status, kind


# ---- the pair has teeth


def test_every_fault_can_be_made() -> None:
    """A fault whose text was rewritten away would be tried on nothing."""
    for fault in faults.FAULTS:
        text = fault.path.read_text(encoding="utf-8")
        assert fault.made(text) != text
    assert len(faults.FAULTS) == len(faults.BY_NAME) >= 30


@pytest.mark.parametrize("name", SOME_FAULTS)
def test_a_fault_is_found(name: str, record_property: Callable[[str, object], None]) -> None:
    at = faults.found(name, seeds=60)
    record_property(name, str(at))
    assert at is not None


@pytest.mark.long
@pytest.mark.parametrize("name", faults.BY_NAME)
def test_every_fault_is_found(name: str, record_property: Callable[[str, object], None]) -> None:
    """Each of the faults, alone: python -m pytest -m long tests/test_oracle.py -k every_fault_is"""
    at = faults.found(name)
    record_property(name, str(at))
    assert at is not None
