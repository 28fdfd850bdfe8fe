"""Run the tests of a module against its mutants: ``python -m tests.mutations.judge_code [core/units …]``.

Knows which tests are run for which module, how one mutant is put in place of the module, and which survivors are
explained. The tests are collected and passed once, in one process, and it is noted which of them call which function.
A mutant is tried in a copy of that process: one inside a function by the quick tests that call the function, one of a
value, or of what an argument or field is when it is left out, by those that call anything of the module or nothing at
all. First come those that noticed a mutant of the function before, then those of test files that name the module, then
small tests, then two examples, which compare all that is said, then cases. One that survives, and one that could not be
put in place, is tried in a process that imports the mutant from the start, by all tests of the module. Only what survives
that is a survivor.

Does not judge tests: a survivor without a reason in ``survivors.yaml`` makes it fail, and so does a reason for a
mutant that is noticed or is no more. Prints for each module the mutants, those noticed, and the survivors. ``--once``
leaves out the second try of what survived the first, which is much quicker and may name some survivors too many. Before
the mutants of a module the tests are passed on the module as it is: where they fail in a copy, nothing is judged.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import re
import resource
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, settings

from tests.mutations.of_code import CodeMutant, mutants

TOP = Path(__file__).parents[2]
PACKAGE = "rare_earth_compliance"
WORDS = (
    "test_truth",
    "test_units",
    "test_quantities",
    "test_json_text",
    "test_yaml_text",
    "test_from_dict",
    "test_inert",
    "test_plain",
    "test_branches",
    "test_given",
    "test_library",
    "test_terminal",
    "test_broken_boms",
    "test_readme",
)
JUDGING = (
    *(
        "test_engine_judging",
        "test_engine_parts",
        "test_branches",
        "test_parties",
        "test_lists",
        "test_contents",
        "test_determine",
        "test_rules",
    ),
    *("test_status_words", "test_status", "test_workdays", "test_asking", "test_examples"),
)
COMPARING = ("test_branches", "test_rule_tools", "test_rules", "test_lists", "test_new_announcement", "test_status")
READING = (
    "test_branches",
    "test_rule_checks",
    "test_claims",
    "test_broken_rules",
    "test_rule_schema",
    "test_status",
    "test_rules",
    "test_rule_tools",
)
READING += ("test_engine_judging", "test_engine_parts", "test_lists", "test_new_announcement", "test_parties", "test_language")
TESTS: dict[str, tuple[str, ...]] = {
    **{
        f"core/{name}": WORDS
        for name in ("truth", "units", "quantities", "json_text", "yaml_text", "plain", "problems", "inert")
    },
    **{
        f"engine/{name}": JUDGING
        for name in (
            *("verdicts", "determine", "inquiry", "ownership", "plan"),
            *("limbs", "deadlines", "coverage", "hints", "asking", "parties", "screening", "outlook", "wherever"),
            *("findings", "determination"),
            *("later", "money", "comparing", "needs", "disclosure"),
        )
    },
    **{
        f"engine/{name}": (
            *JUDGING,
            "test_movement",
            "test_said_together",
            "test_entries",
            "test_words_against_content",
            "test_bans",
        )
        for name in ("told", "movement", "recipients", "things", "intentions", "entries")
    },
    **{f"engine/{name}": (*JUDGING, "test_two_prices", "test_outlines") for name in ("reaching", "measures", "shares")},
    "engine/contents": (*JUDGING, "test_declared_free", "test_words_against_content", "test_empty_lists", "test_inputs"),
    "engine/basis": (*JUDGING, "test_entries"),
    "engine/fingerprint": ("test_fingerprint", "test_branches"),
    "engine/otherwise": ("test_otherwise", "test_branches"),
    **{f"engine/{name}": ("test_facts", "test_engine_judging", "test_branches") for name in ("facts", "kinds", "listing")},
    **{f"law/{name}": ("test_packs",) for name in ("kept", "late", "pack_files")},
    "core/miswritten": WORDS,
    "core/files": ("test_branches", "test_inputs", "test_gate"),
    **{f"law/{name}": JUDGING for name in ("status", "workdays", "confirmations", "published")},
    "law/parties": ("test_parties", "test_rule_checks", "test_packs", "test_rule_tools", "test_branches"),
    **{f"law/{name}": READING for name in ("conditions", "build", "loader", "opening", "checks", "translations", "shapes")},
    "law/claims": ("test_branches", "test_claims"),
    "engine/comparison": COMPARING,
    "engine/casebook": COMPARING,
    **{f"engine/{name}": ("test_outlines", "test_documents") for name in ("outlines", "figures", "documents")},
    **{
        f"product/{name}": ("test_outlines", "test_documents", "test_store")
        for name in ("outline", "allquiet", "fitting", "quiet", "compact")
    },
    **{f"law/{name}": READING for name in ("files", "model", "rule_meanings", "rule_schema")},
}
"""Module → the tests that must notice its mutants."""
SLOW = " and not ".join(
    (
        *("not deep_and_wide", "long_chain_costs", "without_recursion", "depth_costs", "any_distance", "every_instrument_has"),
        *("bounds_and_order", "bytes_do_not_depend", "any_text_is_a_number", "no_later_calendar"),
    )
)
"""Tests that take long whatever is changed: they are about speed, depth, or very many examples."""
SURVIVORS = Path(__file__).parent / "survivors.yaml"
PLAIN = ["-q", "-x", "-o", "addopts=", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", "--tb=no"]
PLAIN += ["-m", "not long and not erp", "-k", SLOW, "--assert=plain"]
EXAMPLES = 40
"""How many examples a property tries against a mutant."""
LONGEST, ALL = 1.5, 4.0
"""Seconds: a test that takes longer is left out of the first try, and so is what would make those of files that do not name
the module longer in all."""
NEAR = 40.0
"""Seconds: a test of a file that names the module may take longer than others; in the first try all of these are run."""
OFTEN = 3
"""A test that noticed so many mutants of a module is among the first for all of its functions."""
CASES = ("test_examples.py", "test_rules.py", "test_lists.py", "test_status.py")
WHOLE = 2
"""First come the small tests, then so many examples, which compare all that is said, then the cases and the rest of them."""
GRACE, TIMES = 15, 5
"""A mutant that runs longer than so many seconds and so many times the tests themselves is noticed: it has no end."""
WAITING = 5
"""Seconds are those in which it computes, for others may be at work beside it; one that waits has so many times as long."""
AS_IT_IS = "as it is"
"""The kind of a mutant that changes nothing: the tests must pass on it."""
NOTICED, PASSED, NO_END, NOT_PUT = "noticed", "passed", "no end", "not put in place"


class _Put(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Gives a module another source when it is imported."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        super().__init__(name, str(path))
        self.tree = tree

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:  # noqa: ARG002
        return spec_from_loader(fullname, self, origin=self.path) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return _compiled(self.tree, self.path)


def _compiled(source: ast.Module, path: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(source, path, "exec")


def _silent() -> None:
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)


def _files(tests: Iterable[str]) -> list[str]:
    return [str(TOP / "tests" / f"{one}.py") for one in tests]


@cache
def _files_of(module: str) -> frozenset[str]:
    """The test files that name a module: what it does is asked for there, and not in passing."""
    area, name = module.split("/")
    names = re.compile(rf"\b{PACKAGE}\.{area}(\.{name}\b| import [^\n]*\b{name}\b)")
    found = (file for file in (TOP / "tests").glob("test_*.py") if names.search(file.read_text(encoding="utf-8")))
    for_it = {f"{one}.py" for one in TESTS[module] if one not in (*WORDS, *JUDGING, *COMPARING, *READING)}
    return frozenset(file.name for file in found) | for_it | {f"test_{name}.py"}


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    while not isinstance(found, FunctionType):
        found = found.__wrapped__
    return found


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _space(module: ModuleType, tree: ast.Module, path: str) -> dict[str, Any]:
    """What the names of a module stand for when its text is run once more."""
    space: dict[str, Any] = {"__name__": module.__name__, "__file__": path}
    exec(_compiled(tree, path), space)  # noqa: S102
    return {name: one for name, one in space.items() if name in vars(module) and not name.startswith("__")}


def _defaults(space: Mapping[str, Any], name: str) -> dict[str, tuple[FunctionType, Any, Any]]:
    """The functions of a module, and of its classes, with what their arguments are when left out."""
    found = {}
    for key, one in space.items():
        inside = vars(one) if isinstance(one, type) and one.__module__ == name else {"": one}
        for inner, each in inside.items():
            function = getattr(each, "__func__", each)
            if isinstance(function, FunctionType) and function.__module__ == name:
                found[f"{key}.{inner}"] = (function, function.__defaults__, function.__kwdefaults__)
    return found


def _renamed(module: ModuleType, mutant: CodeMutant, path: str) -> None:
    """Put the values that a mutant outside functions changes into every module that has them. Raises ValueError for none."""
    space = _space(module, mutant.tree, path)
    before = _space(module, ast.parse(Path(path).read_text(encoding="utf-8")), path)
    plain = [name for name, one in space.items() if not callable(one) and not isinstance(one, ModuleType)]
    changed = [name for name in plain if name in before and before[name] == vars(module)[name] != space[name]]
    now, was, live = (_defaults(one, module.__name__) for one in (space, before, vars(module)))
    others = [name for name in now if name in live and name in was and was[name][1:] == live[name][1:] != now[name][1:]]
    if not changed and not others:
        raise ValueError(mutant.name)
    for name in others:
        live[name][0].__defaults__, live[name][0].__kwdefaults__ = now[name][1:]
    for name in changed:
        old = vars(module)[name]
        for key, one in list(sys.modules.items()):
            if key.startswith((PACKAGE, "tests")) and vars(one).get(name) is old:
                setattr(one, name, space[name])


def _swapped(module: ModuleType, mutant: CodeMutant, path: str) -> None:
    """Put the code of the mutant into the function of the module that is imported."""
    if mutant.kind == AS_IT_IS:
        return
    if not mutant.function:
        _renamed(module, mutant, path)
        return
    code = next(one for one in _codes(_compiled(mutant.part, path)) if one.co_qualname == mutant.function)
    _function(module, mutant.function).__code__ = code
    for one in vars(module).values():
        if hasattr(one, "cache_clear"):
            one.cache_clear()


def _in_copy(work: Callable[[], str], seconds: float) -> str:
    """What comes of some work in a copy of this process: the word it says, or "no end"; nothing where it breaks."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
            os.close(out)
            os.write(into, work().encode())
        finally:
            os._exit(0)
    os.close(into)
    until = time.monotonic() + WAITING * seconds
    try:
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return (
                    NO_END if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU else os.read(out, 100).decode()
                )
            time.sleep(0.002)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return NO_END
    finally:
        os.close(out)


def _anew(module: str, tests: tuple[str, ...], mutant: CodeMutant) -> str:
    """Whether all tests notice a mutant that is there from the first import on."""
    _silent()
    name, path = f"{PACKAGE}.{module.replace('/', '.')}", TOP / PACKAGE / f"{module}.py"
    sys.meta_path.insert(0, _Put(name, path, mutant.tree))
    return PASSED if pytest.main([*PLAIN, *_files(tests)]) == pytest.ExitCode.OK else NOTICED


class _Trials:
    """Passes the collected tests once, then tries in copies of the process every mutant that stands in a function.

    Writes to ``report`` first the seconds that the tests took, then a line for each mutant that must be tried anew.
    """

    def __init__(
        self,
        found: dict[str, list[CodeMutant]],
        report: Path,
        said: Callable[[str, list[CodeMutant] | str], None],
        calls_file: Path | None,
        most: float,
    ) -> None:
        self.found, self.report, self.said = found, report, said
        self.calls_file, self.most, self.longest = calls_file, most, max(LONGEST, most / 4)
        # Of all modules that have the same tests: what is noted may serve another run.
        same = [one for one in TESTS if TESTS[one] == TESTS[next(iter(found))]]
        self.module_of = {str(TOP / PACKAGE / f"{module}.py"): module for module in same}
        self.last: tuple[float, list[tuple[str, str]]] = (0.0, [])
        self.calls: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.any_calls: dict[str, list[int]] = defaultdict(list)
        self.no_calls: list[int] = []
        self.seconds: dict[int, float] = {}
        self.noticed_in: Counter[tuple[str, int]] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        noted = json.loads(self.calls_file.read_text()) if self.calls_file and self.calls_file.exists() else {}
        for number, (item, after) in enumerate(zip(session.items, [*session.items[1:], None], strict=True)):
            self._once(number, item, after, noted.get(item.nodeid))
            if session.testsfailed:
                return True
            noted[item.nodeid] = self.last
        if self.calls_file:
            self.calls_file.write_text(json.dumps(noted))
        gc.collect()
        gc.freeze()
        with self.report.open("w", buffering=1) as lines:
            lines.write(f"{sum(self.seconds.values())}\n")
            for module, found in self.found.items():
                imported = importlib.import_module(f"{PACKAGE}.{module.replace('/', '.')}")
                same = CodeMutant(AS_IT_IS, module, "", ast.Module([], []), ast.Module([], []))
                said = self._tried(session, module, imported, same)
                if found and said != PASSED:
                    at = said.removeprefix(f"{NOTICED} ")
                    names = session.items[int(at)].nodeid if at.isdigit() else said
                    lines.write(f"do not pass a second time without any change: {names}\n")
                    session.testsfailed += 1
                    return True
                left = []
                for number, mutant in enumerate(found):
                    said = self._tried(session, module, imported, mutant)
                    if said == NO_END:
                        self.said(f"{module} | {mutant.kind} | {mutant.name}", NO_END)
                    if said == NOT_PUT and not mutant.function:
                        lines.write(f"{module} {number} {NOT_PUT}\n")
                    elif said in (PASSED, NOT_PUT):
                        lines.write(f"{module} {number} {PASSED}\n")
                        left.append(mutant)
                self.said(module, left)
        return True

    def _once(self, number: int, item: pytest.Item, after: pytest.Item | None, noted: Any) -> None:
        """Pass a test. What it calls is found out unless that was noted; what it works out for others is needed by copies."""
        called: set[tuple[str, str]] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and (module := self.module_of.get(frame.f_code.co_filename)):
                called.add((module, frame.f_code.co_qualname.partition(".<locals>")[0]))

        begun = time.monotonic()
        sys.settrace(None if noted else note)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        sys.settrace(None)
        self.last = (time.monotonic() - begun, noted[1] if noted else sorted(called))
        self._note(number, *self.last)

    def _note(self, number: int, seconds: float, called: Collection[Sequence[str]]) -> None:
        self.seconds[number] = seconds
        for module, function in called:
            self.calls[module, function].append(number)
        if not called:
            self.no_calls.append(number)
        for module in {module for module, _ in called}:
            self.any_calls[module].append(number)

    def _tried(self, session: pytest.Session, module: str, imported: ModuleType, mutant: CodeMutant) -> str:
        """What comes of a mutant. A copy that ended without a word was ended by it."""
        where = f"{module} {mutant.function}"
        called = self.calls[module, mutant.function] if mutant.function else [*self.any_calls[module], *self.no_calls]
        own = _files_of(module)
        files = {one: session.items[one].nodeid.partition("::")[0] for one in called}
        near = {one for one, name in files.items() if Path(name).name in own and self.seconds[one] < NEAR}
        quick = [one for one in called if self.seconds[one] < self.longest or one in near]
        # Those of a file stay together: what they share would else be made anew for one after the other.
        together: defaultdict[str, float] = defaultdict(float)
        for one in quick:
            together[files[one]] += self.seconds[one]
        quick.sort(key=lambda one: (together[files[one]], files[one], one))
        names = [files[one] for one in quick]
        whole = [one for one, name in zip(quick, names, strict=True) if name.endswith("test_examples.py")][:WHOLE]
        small = {one for one, name in zip(quick, names, strict=True) if not name.endswith(CASES)}
        rank = {one: 1 if one in whole else 0 if one in small else 2 for one in quick}
        often = {one for one in quick if self.noticed_in[module, one] >= OFTEN}
        quick.sort(key=lambda one: (-self.noticed_in[where, one], one not in near | often, rank[one]))
        chosen: list[int] = []
        seconds = 0.0
        for one in quick:
            if one in near or seconds <= self.most:
                chosen.append(one)
                seconds += self.seconds[one] if one not in near else 0

        def work() -> str:
            try:
                _swapped(imported, mutant, str(TOP / PACKAGE / f"{module}.py"))
            except (ValueError, KeyError, AttributeError, StopIteration):
                return NOT_PUT
            for position, number in enumerate(chosen):
                after = session.items[chosen[position + 1]] if position + 1 < len(chosen) else None
                session.items[number].config.hook.pytest_runtest_protocol(item=session.items[number], nextitem=after)
                if session.testsfailed:
                    return f"{NOTICED} {number}"
            return PASSED

        said = _in_copy(work, GRACE + TIMES * sum(self.seconds[one] for one in chosen))
        if said.startswith(NOTICED):
            self.noticed_in[module, int(said.split()[1])] += 1
            self.noticed_in[where, int(said.split()[1])] += 1
        return said


def _passed_and_tried(tests: tuple[str, ...], trials: _Trials) -> str:
    _silent()
    return PASSED if pytest.main([*PLAIN, *_files(tests)], plugins=[trials]) == pytest.ExitCode.OK else NOTICED


def judged(
    modules: list[str],
    tests: tuple[str, ...],
    wanted: Callable[[str, CodeMutant], bool],
    *,
    once: bool = False,
    calls: Path | None = None,
    most: float = ALL,
) -> Iterator[tuple[str, list[CodeMutant], list[CodeMutant]]]:
    """Modules that have the same tests: the mutants of each that are wanted, and those that the tests do not notice."""
    every = {one: mutants((TOP / PACKAGE / f"{one}.py").read_text(encoding="utf-8")) for one in modules}
    found = {module: [one for one in made if wanted(module, one)] for module, made in every.items()}
    report = Path(tempfile.mkdtemp()) / "survivors"
    terminal = os.fdopen(os.dup(1), "w", buffering=1)

    def said_early(module: str, left: list[CodeMutant] | str) -> None:
        if isinstance(left, str):
            terminal.write(f"  {module}: {left}\n")
            return
        terminal.write(f"  {module}: of {len(found[module])}, {len(left)} survive the first try\n")
        terminal.writelines(f"    {one.kind} | {one.name}\n" for one in left)

    said = _in_copy(lambda: _passed_and_tried(tests, _Trials(found, report, said_early, calls, most)), 24 * 3600)
    if said != PASSED:
        raise SystemExit(f"the tests are not green without any change: {' '.join(tests)}")
    seconds, *lines = report.read_text().splitlines()
    again = {(module, int(number)): rest for module, number, rest in (line.split(" ", 2) for line in lines)}
    longest = GRACE + TIMES * float(seconds)
    for module in modules:
        left = []
        for number, mutant in enumerate(found[module]):
            outcome = again.get((module, number), NOTICED)
            if outcome != NOTICED and not once:
                outcome = _in_copy(partial(_anew, module, tests, mutant), longest)
            if outcome in (PASSED, NOT_PUT):
                left.append(mutant)
        yield module, found[module], left


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=list(TESTS), help="as core/units; all that are listed when none is named")
    parser.add_argument("--once", action="store_true", help="do not try again what survived the first try")
    parser.add_argument("--kinds", help="only mutants of these kinds, as comparison,constant")
    parser.add_argument(
        "--among", type=Path, help="only what an earlier run with this output left, and what is outside functions"
    )
    parser.add_argument(
        "--calls", type=Path, help="a file for which test calls what: what it notes of a test is not found out again"
    )
    parser.add_argument("--seconds", type=float, default=ALL, help="how long the tests of one mutant may take in the first try")
    asked = parser.parse_args()
    kinds = asked.kinds and asked.kinds.split(",")
    among = asked.among and _named(asked.among.read_text(encoding="utf-8"))

    def wanted(module: str, one: CodeMutant) -> bool:
        return (not kinds or one.kind in kinds) and (among is None or not one.function or (module, one.name) in among)

    reasons: dict[str, dict[str, str]] = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))
    settings.register_profile(
        "mutants",
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("mutants")
    os.chdir(TOP)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the tests need none, and every mutant would wait for them
    wrong = 0
    for tests in dict.fromkeys(TESTS[one] for one in asked.modules):
        modules = [one for one in asked.modules if TESTS[one] == tests]
        for module, found, left in judged(modules, tests, wanted, once=asked.once, calls=asked.calls, most=asked.seconds):
            wrong += _said(module, found, left, reasons.get(module, {}))
    return 1 if wrong else 0


def _named(text: str) -> set[tuple[str, str]]:
    """The mutants that an earlier run printed as survivors."""
    module, found = "", set()
    for line in text.splitlines():
        if line.startswith("    "):
            found.add((module, line.strip().split(" | ", 1)[1].removesuffix(" | NOT EXPLAINED")))
        elif ": " in line:
            module = line.strip().partition(":")[0]
    return found


def _said(module: str, found: list[CodeMutant], left: list[CodeMutant], explained: dict[str, str]) -> int:
    """Print what was found of a module; how many survivors have no reason, and reasons no survivor."""
    kinds, open_kinds = Counter(one.kind for one in found), Counter(one.kind for one in left)
    table = ", ".join(f"{kind} {kinds[kind] - open_kinds[kind]}/{kinds[kind]}" for kind in sorted(kinds))
    print(f"{module}: {len(found)} mutants, {len(found) - len(left)} noticed, {len(left)} survive ({table})", flush=True)
    for one in left:
        print(f"    {one.kind} | {one.name} | {explained.get(one.name, 'NOT EXPLAINED')}", flush=True)
    gone = sorted(set(explained) - {one.name for one in left})
    for name in gone:
        print(f"    explained, but noticed or no more: {name}", flush=True)
    return len(gone) + sum(one.name not in explained for one in left)


if __name__ == "__main__":
    sys.exit(main())
