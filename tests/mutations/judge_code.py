"""Run the tests of a module against its mutants: ``python -m tests.mutations.judge_code [core/units …]``.

Knows which tests are run for which module, how one mutant is put in place of the module, and which survivors are
explained. The tests are collected and passed once, in one process, and it is noted which of them call which function.
A mutant inside a function is tried in a copy of that process, by the tests that call the function, those first that
noticed a mutant before. One that survives there, and one outside functions, is tried in a process that imports the
mutant from the start, by all tests of the module. Only what survives that is a survivor.

Does not judge tests: a survivor without a reason in ``survivors.yaml`` makes it fail, and so does a reason for a
mutant that is noticed or is no more. Prints for each module the mutants, those noticed, and the survivors. ``--once``
leaves out the second try of what survived the first, which is quicker and may name some survivors too many.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings

from tests.mutations.of_code import CodeMutant, mutants

TOP = Path(__file__).parents[2]
PACKAGE = "rare_earth_compliance"
PARTS = ("test_engine_parts",)
JUDGING = ("test_engine_parts", "test_parties", "test_lists", "test_contents", "test_determine")
DAYS = ("test_status_words", "test_workdays", "test_status")
READING = ("test_broken_rules", "test_rule_tools", "test_rules")
TESTS: dict[str, tuple[str, ...]] = {
    "core/truth": ("test_truth",),
    "core/units": ("test_units",),
    "core/quantities": ("test_quantities",),
    **{f"engine/{name}": PARTS for name in ("later", "money", "comparing", "needs", "disclosure")},
    **{
        f"engine/{name}": JUDGING
        for name in (
            *("shares", "contents", "listing", "verdicts", "determine", "inquiry", "ownership", "parties", "screening"),
            *("kinds", "facts", "plan", "limbs", "deadlines", "outlook", "coverage", "hints", "asking", "basis"),
        )
    },
    **{f"law/{name}": DAYS for name in ("status", "workdays", "confirmations")},
    "law/published": ("test_branches",),
    **{f"law/{name}": READING for name in ("conditions", "build", "loader", "checks")},
}
"""Module → the tests that must notice its mutants."""
SURVIVORS = Path(__file__).parent / "survivors.yaml"
PLAIN = ["-q", "-x", "-o", "addopts=", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", "--tb=no"]
PLAIN += ["-m", "not long and not erp"]
EXAMPLES = 40
"""How many examples a property tries against a mutant."""
GRACE, TIMES = 10, 5
"""A mutant that runs longer than so many seconds and so many times the tests themselves is noticed: it has no end."""
NOTICED, PASSED, NO_END, NOT_PUT = "noticed", "passed", "no end", "not put in place"


class _Put(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Gives a module another source when it is imported."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        super().__init__(name, str(path))
        self.source = source

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:  # noqa: ARG002
        return spec_from_loader(fullname, self, origin=self.path) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return _compiled(self.source, self.path)


def _compiled(source: str, path: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(source, path, "exec")


def _silent() -> None:
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)


def _files(tests: Iterable[str]) -> list[str]:
    return [str(TOP / "tests" / f"{one}.py") for one in tests]


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


def _swapped(module: ModuleType, mutant: CodeMutant, path: str) -> None:
    """Put the code of the mutant into the function of the module that is imported."""
    code = next(one for one in _codes(_compiled(mutant.source, path)) if one.co_qualname == mutant.function)
    _function(module, mutant.function).__code__ = code


def _in_copy(work: Callable[[], str], seconds: float) -> str:
    """What comes of some work in a copy of this process: the word it says, or "no end". Raises SystemExit if it breaks."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(out)
            os.write(into, work().encode())
        finally:
            os._exit(0)
    os.close(into)
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            if os.waitpid(child, os.WNOHANG)[0]:
                return os.read(out, 100).decode()
            time.sleep(0.005)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return NO_END
    finally:
        os.close(out)


def _anew(module: str, tests: tuple[str, ...], mutant: CodeMutant) -> str:
    """Whether all tests notice a mutant that is there from the first import on."""
    _silent()
    name, path = f"{PACKAGE}.{module.replace('/', '.')}", TOP / PACKAGE / f"{module}.py"
    sys.meta_path.insert(0, _Put(name, path, mutant.source))
    return PASSED if pytest.main([*PLAIN, *_files(tests)]) == pytest.ExitCode.OK else NOTICED


class _Trials:
    """Passes the collected tests once, then tries in copies of the process every mutant that stands in a function.

    Writes to ``report`` first the seconds that the tests took, then a line for each mutant that must be tried anew.
    """

    def __init__(self, found: dict[str, list[CodeMutant]], report: Path) -> None:
        self.found, self.report = found, report
        self.module_of = {str(TOP / PACKAGE / f"{module}.py"): module for module in found}
        self.calls: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.seconds: dict[int, float] = {}
        self.noticed: Counter[int] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for number, item in enumerate(session.items):
            self._once(number, item, session.items[number + 1] if number + 1 < len(session.items) else None)
            if session.testsfailed:
                return True
        gc.collect()
        gc.freeze()
        with self.report.open("w", buffering=1) as lines:
            lines.write(f"{sum(self.seconds.values())}\n")
            for module, found in self.found.items():
                imported = importlib.import_module(f"{PACKAGE}.{module.replace('/', '.')}")
                for number, mutant in enumerate(found):
                    if mutant.function and not self._tried(session, module, imported, mutant):
                        lines.write(f"{module} {number}\n")
        return True

    def _once(self, number: int, item: pytest.Item, after: pytest.Item | None) -> None:
        called: set[tuple[str, str]] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and (module := self.module_of.get(frame.f_code.co_filename)):
                called.add((module, frame.f_code.co_qualname.partition(".<locals>")[0]))

        begun = time.monotonic()
        sys.setprofile(note)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        sys.setprofile(None)
        self.seconds[number] = time.monotonic() - begun
        for one in called:
            self.calls[one].append(number)

    def _tried(self, session: pytest.Session, module: str, imported: ModuleType, mutant: CodeMutant) -> bool:
        """Whether a mutant is noticed."""
        chosen = sorted(self.calls[module, mutant.function], key=lambda one: (-self.noticed[one], self.seconds[one]))

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
            self.noticed[int(said.split()[1])] += 1
        # A copy that ended without a word was ended by the mutant.
        return said not in (PASSED, NOT_PUT)


def _passed_and_tried(tests: tuple[str, ...], trials: _Trials) -> str:
    _silent()
    return PASSED if pytest.main([*PLAIN, *_files(tests)], plugins=[trials]) == pytest.ExitCode.OK else NOTICED


def judged(
    modules: list[str], tests: tuple[str, ...], *, once: bool = False
) -> Iterator[tuple[str, list[CodeMutant], list[CodeMutant]]]:
    """Modules that have the same tests: every mutant of each, and those that the tests do not notice."""
    found = {one: list(mutants((TOP / PACKAGE / f"{one}.py").read_text(encoding="utf-8"))) for one in modules}
    report = Path(tempfile.mkdtemp()) / "survivors"
    said = _in_copy(lambda: _passed_and_tried(tests, _Trials(found, report)), 24 * 3600)
    if said != PASSED:
        raise SystemExit(f"the tests are not green without any change: {' '.join(tests)}")
    seconds, *lines = report.read_text().splitlines()
    again = {(module, int(number)) for module, number in map(str.split, lines)}
    for module in modules:
        left = []
        for number, mutant in enumerate(found[module]):
            if mutant.function and (once or (module, number) not in again):
                if (module, number) in again:
                    left.append(mutant)
                continue
            if _in_copy(lambda module=module, one=mutant: _anew(module, tests, one), GRACE + TIMES * float(seconds)) == PASSED:  # type: ignore[misc]
                left.append(mutant)
        yield module, found[module], left


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=list(TESTS), help="as core/units; all that are listed when none is named")
    parser.add_argument("--once", action="store_true", help="do not try again what survived the first try")
    asked = parser.parse_args()
    reasons: dict[str, dict[str, str]] = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))
    settings.register_profile(
        "mutants",
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("mutants")
    os.chdir(TOP)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the tests need none, and every mutant would wait for them
    wrong = 0
    for tests in dict.fromkeys(TESTS[one] for one in asked.modules):
        modules = [one for one in asked.modules if TESTS[one] == tests]
        for module, found, left in judged(modules, tests, once=asked.once):
            wrong += _said(module, found, left, reasons.get(module, {}))
    return 1 if wrong else 0


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
