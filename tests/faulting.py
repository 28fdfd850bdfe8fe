"""Errors at the lines of the deciding code: a run is forked at a line, and the copy meets an error there.

Knows how to break a run from inside, once at every line that it executes, without beginning it anew for each: the run
goes on as if nothing were, and each copy of it ends with what it would have told. A copy that still answers must answer as
the run does.

    python -m tests.faulting screw              every line, the first two times that it is reached by the same calls
    python -m tests.faulting screw --times 0    every line, each time
    python -m tests.faulting screw --step 100   every hundredth of the lines
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import sys
from collections import Counter
from datetime import date
from types import CodeType, FrameType
from typing import NoReturn

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.product.reader import read, shipment_of
from rare_earth_compliance.reports.as_json import to_dict
from tests.hostile import bases, text_of
from tests.test_layers import PACKAGE

ROOMS = ("core", "law", "product", "engine")
INSIDE = tuple(str(PACKAGE / room) + os.sep for room in ROOMS)
PACK = load()
ERRORS = (RuntimeError, ValueError, KeyError, TypeError, IndexError, ImportError, AttributeError, OSError, MemoryError)
AGAIN = 7
"""So many-th copies judge the product once more, with what the fault left behind."""
ENDED, ANSWERED, WRONG, SPOILT, ASTRAY = range(50, 55)
"""How a copy ends: in an error or a refusal; with the answer of the run; with another; with a plan that answers otherwise after
the fault; or with an exception that no error of the list explains."""


def plan() -> Plan:
    """A plan that nothing was judged by yet."""
    return Plan(PACK, chosen_readings(PACK, {}))


def decided(data: bytes, by: Plan) -> Determination:
    """One product read and judged."""
    contents = read(data, "x.json")
    assert contents.product is not None
    shipment = shipment_of(contents.product, contents.shipment, contents)
    return determine(shipment, PACK, on=date(2026, 11, 23), plan=by)


def told(found: Determination) -> str:
    """All that a determination says, as a digest."""
    return hashlib.sha256(json.dumps(to_dict(found)).encode()).hexdigest()


class Faults:
    """Traces a run, forks it at its lines, raises an error in each copy, and counts how the copies end."""

    def __init__(self, times: int, step: int) -> None:
        self.times, self.step = times, step
        self.lines = self.copies = self.number = 0
        """Lines executed in the rooms; copies made; in a copy, its number."""
        self.places: set[tuple[CodeType, int]] = set()
        self.reached: Counter[int] = Counter()
        self.ends: Counter[int] = Counter()
        self.at: dict[int, list[str]] = {}
        """Of each end that is a fault of the code, where the error was."""

    def __call__(self, frame: FrameType, event: str, _: object) -> Faults | None:
        if self.number:
            return None
        if event == "call":
            return self if frame.f_code.co_filename.startswith(INSIDE) else None
        if event == "line":
            self.lines += 1
            self.places.add((frame.f_code, frame.f_lineno))
            if self.lines % self.step == 0 and self._is_new(frame):
                self._fork(frame)
        return self

    def _is_new(self, frame: FrameType) -> bool:
        """Was this line reached less often than asked, by the same calls?"""
        if not self.times:
            return True
        calls, at = [], frame.f_back
        while at is not None:
            calls.append((at.f_code, at.f_lineno))
            at = at.f_back
        way = hash((frame.f_code, frame.f_lineno, tuple(calls)))
        self.reached[way] += 1
        return self.reached[way] <= self.times

    def _fork(self, frame: FrameType) -> None:
        self.copies += 1
        child = os.fork()
        if not child:
            self.number = self.copies
            raise ERRORS[self.number % len(ERRORS)](f"a fault at line {frame.f_lineno}")
        end = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        self.ends[end] += 1
        if end not in (ENDED, ANSWERED):
            place = f"{frame.f_code.co_filename.removeprefix(str(PACKAGE))}:{frame.f_lineno}"
            self.at.setdefault(end, []).append(
                f"{place}, line {self.lines} of the run, {ERRORS[self.copies % len(ERRORS)].__name__}"
            )


def ended(found: Determination | None, data: bytes, by: Plan, clean: str, number: int) -> NoReturn:
    """The end of a copy."""
    status = ASTRAY
    try:
        status = ENDED if found is None else ANSWERED if told(found) == clean else WRONG
        # A plan outlives a run: one that was half made when the fault came must not change what comes after it.
        if status != WRONG and number % AGAIN == 0 and told(decided(data, by)) != clean:
            status = SPOILT
    finally:
        os._exit(status)


def clean_digest(data: bytes) -> str:
    """What the run says, found out in a process of its own: nothing is remembered here that a first run would not find."""
    back, into = os.pipe()
    child = os.fork()
    if not child:
        os.write(into, told(decided(data, plan())).encode())
        os._exit(0)
    os.close(into)
    assert os.waitpid(child, 0)[1] == 0
    with open(back, "rb") as stream:
        return stream.read().decode()


def broken(name: str, times: int, step: int) -> Faults:
    """A product judged, and broken at its lines."""
    data, by = text_of(bases()[name]), plan()
    clean = clean_digest(data)
    gc.collect()
    gc.freeze()
    faults = Faults(times, step)
    found = None
    sys.settrace(faults)
    try:
        found = decided(data, by)
    except (*ERRORS, Refused):
        pass
    except BaseException:
        if faults.number:  # a copy must not go on as if it were the run
            os._exit(ASTRAY)
        raise
    finally:
        sys.settrace(None)
        if faults.number:
            ended(found, data, by, clean, faults.number)
    assert found is not None
    assert told(found) == clean
    return faults


def main() -> None:
    """Print what came of it, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("product", choices=sorted(bases()))
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--step", type=int, default=1)
    asked = parser.parse_args()
    faults = broken(asked.product, asked.times, asked.step)
    said = {"lines": faults.lines, "places": len(faults.places), "copies": faults.copies}
    ends = {"ended": faults.ends[ENDED], "answered": faults.ends[ANSWERED]}
    wrong = {f"exit {end}": sorted(places) for end, places in faults.at.items()}
    print(json.dumps({**said, **ends, "wrong": wrong}))


if __name__ == "__main__":
    main()
