"""Run the tests of a module against its mutants: ``python -m tests.mutations.judge_code [core/units …]``.

Knows which tests are run for which module, how one mutant is put in place of the module, and which survivors are
explained. A mutant inside a function is tried in a copy of a process that has everything imported and has passed
the tests once; one that survives there, and one outside functions, is tried in a process that imports the mutant
from the start. Only what survives that is a survivor.

Does not judge tests: a survivor without a reason in ``survivors.yaml`` makes it fail, and so does a reason for a
mutant that is noticed or is no more. Prints for each module the mutants, those noticed, and the survivors.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import settings

from tests.mutations.of_code import CodeMutant, mutants

TOP = Path(__file__).parents[2]
PACKAGE = "rare_earth_compliance"
TESTS = {
    "core/truth": ["tests/test_truth.py"],
    "core/units": ["tests/test_units.py"],
    "core/quantities": ["tests/test_quantities.py"],
    "engine/later": ["tests/test_engine_parts.py"],
    "engine/money": ["tests/test_engine_parts.py"],
    "engine/comparing": ["tests/test_engine_parts.py"],
    "engine/needs": ["tests/test_engine_parts.py"],
    "engine/disclosure": ["tests/test_engine_parts.py"],
    "law/status": ["tests/test_status_words.py"],
}
"""Module → the tests that must notice its mutants."""
SURVIVORS = Path(__file__).parent / "survivors.yaml"
PLAIN = ["-q", "-x", "-o", "addopts=", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", "--tb=no"]
EXAMPLES = 40
"""How many examples a property tries against a mutant."""
GRACE, TIMES = 20, 10
"""A mutant that runs longer than so many seconds and so many times the tests themselves is noticed: it has no end."""


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


def _tested(tests: list[str]) -> bool:
    """Whether the tests pass, without a word."""
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    return pytest.main([*PLAIN, *tests]) == pytest.ExitCode.OK


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


def _in_copy(work: Any, seconds: float) -> str:
    """What comes of some work in a copy of this process: "passed", "failed" or "no end"."""
    child = os.fork()
    if child == 0:
        code = 2
        try:
            code = 0 if work() else 1
        finally:
            os._exit(code)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, state = os.waitpid(child, os.WNOHANG)
        if done:
            return "passed" if os.waitstatus_to_exitcode(state) == 0 else "failed"
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "no end"


def _anew(module: str, tests: list[str], mutant: CodeMutant) -> bool:
    name, path = f"{PACKAGE}.{module.replace('/', '.')}", TOP / PACKAGE / f"{module}.py"
    sys.meta_path.insert(0, _Put(name, path, mutant.source))
    return _tested(tests)


def _warm(module: str, tests: list[str], found: list[CodeMutant], report: Path, seconds: float) -> bool:
    """Try every mutant inside a function in copies of one process that has passed the tests; note the survivors."""
    if not _tested(tests):
        return False
    path = TOP / PACKAGE / f"{module}.py"
    imported = importlib.import_module(f"{PACKAGE}.{module.replace('/', '.')}")

    def tried(mutant: CodeMutant) -> bool:
        _swapped(imported, mutant, str(path))
        return _tested(tests)

    with report.open("w") as lines:
        for number, mutant in enumerate(found):
            if mutant.function and _in_copy(lambda one=mutant: tried(one), seconds) == "passed":
                lines.write(f"{number}\n")
    return True


def judged(module: str) -> tuple[list[CodeMutant], list[CodeMutant]]:
    """Every mutant of a module, and those that its tests do not notice."""
    source = (TOP / PACKAGE / f"{module}.py").read_text(encoding="utf-8")
    tests = [str(TOP / one) for one in TESTS[module]]
    found = list(mutants(source))
    begun = time.monotonic()
    if _in_copy(lambda: _tested(tests), 600) != "passed":
        raise SystemExit(f"{module}: its tests are not green without any change: {' '.join(TESTS[module])}")
    limit = GRACE + TIMES * (time.monotonic() - begun)
    report = Path(tempfile.mkdtemp()) / "survivors"
    if _in_copy(lambda: _warm(module, tests, found, report, limit), limit * (len(found) + 2)) != "passed":
        raise SystemExit(f"{module}: its mutants could not be tried")
    again = {int(line) for line in report.read_text().split()}
    left = []
    for number, mutant in enumerate(found):
        if mutant.function and number not in again:
            continue
        if _in_copy(lambda one=mutant: _anew(module, tests, one), limit) == "passed":
            left.append(mutant)
    return found, left


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=list(TESTS), help="as core/units; all that are listed when none is named")
    reasons: dict[str, dict[str, str]] = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) if SURVIVORS.exists() else {}
    settings.register_profile("mutants", max_examples=EXAMPLES, derandomize=True, database=None)
    settings.load_profile("mutants")
    os.chdir(TOP)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the tests need none, and every mutant would wait for them
    wrong = 0
    for module in parser.parse_args().modules:
        found, left = judged(module)
        explained = reasons.get(module, {})
        kinds = Counter(one.kind for one in found)
        open_kinds = Counter(one.kind for one in left)
        table = ", ".join(f"{kind} {kinds[kind] - open_kinds[kind]}/{kinds[kind]}" for kind in sorted(kinds))
        print(f"{module}: {len(found)} mutants, {len(found) - len(left)} noticed, {len(left)} survive ({table})", flush=True)
        for one in left:
            print(f"    {one.kind} | {one.name} | {explained.get(one.name, 'NOT EXPLAINED')}", flush=True)
        gone = sorted(set(explained) - {one.name for one in left})
        for name in gone:
            print(f"    explained, but noticed or no more: {name}", flush=True)
        wrong += len(gone) + sum(one.name not in explained for one in left)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
