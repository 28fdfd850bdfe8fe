"""The library in many threads at once: the same bytes as one after another, nothing of the host touched, nothing kept.

The normal run makes a few hundred calls. Searches: python -m pytest -m long tests/test_concurrency.py, with as many calls
a thread as RARE_EARTH_CALLS says, and as many in a row as RARE_EARTH_ROW says.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.law.pack_files import rules_folder
from tests.rule_pages import pack as small_pack
from tests.running import ROOT

DAY = date(2026, 11, 23)
THREADS = 32
CALLS = int(os.environ.get("RARE_EARTH_CALLS", "10000"))
"""Calls of each thread in a long run."""
ROW = int(os.environ.get("RARE_EARTH_ROW", "100000"))
"""Calls one after another in a long run."""
OFTEN = 1e-4
"""Seconds after which threads take turns here, so that they meet everywhere."""


@cache
def law() -> Any:
    """The pack that comes along."""
    return library.load_rules()


@cache
def small() -> Any:
    """A small pack, under which a call takes little time."""
    with tempfile.TemporaryDirectory() as folder:
        return library.load_rules(small_pack(Path(folder), "pack"))


@cache
def inputs() -> tuple[bytes, ...]:
    """Documents of every answer: taken, refused, broken off."""
    found = [path.read_bytes() for path in sorted((ROOT / "rules/subjects").glob("*.json"))]
    motor = b'{"format": "rare-earth-bom/1", "product": {"form": "motor"}}'
    return (*found, *(one[: len(one) // 2] for one in found[:2]), motor)


def answer(data: bytes, pack: Any) -> Any:
    """What the library says of a document: a determination, or the words of a refusal."""
    try:
        contents = library.read_product(data, "x.json")
        shipment = library.shipment_of(contents.product, contents.shipment, contents)
        return library.determine(shipment, pack, on=DAY)
    except library.Refused as refused:
        return str(refused)


def written(found: Any) -> str:
    """The same as text, byte for byte."""
    return found if isinstance(found, str) else json.dumps(library.to_dict(found))


def answers_of_many(given: tuple[Any, ...]) -> list[str]:
    """The same of several in one call."""
    outcomes = library.determine_many(given, small(), on=DAY)
    return [written(str(one.problems) if one.determination is None else one.determination) for one in outcomes]


@pytest.fixture
def taking_turns() -> Iterator[None]:
    """Threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(OFTEN)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """What a function gives in many threads that begin together."""
    ready = threading.Barrier(threads)

    def begun(number: int) -> Any:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begun, range(threads)))


def compared(calls: int) -> int:
    """How many answers of threads were the serial ones; each thread begins at another document."""
    texts = inputs()
    serial = [written(answer(data, small())) for data in texts]
    assert len(set(serial)) == len(texts) == 12

    def work(number: int) -> int:
        at = range(number, number + calls)
        return sum(written(answer(texts[one % len(texts)], small())) == serial[one % len(texts)] for one in at)

    return sum(at_once(work))


@pytest.mark.usefixtures("taking_turns")
def test_threads_answer_as_one_does() -> None:
    assert compared(10) == THREADS * 10 == 320


@pytest.mark.usefixtures("taking_turns")
def test_threads_answer_as_one_does_under_the_law() -> None:
    serial = [answer(data, law()) for data in inputs()]
    found = at_once(lambda number: answer(inputs()[number % 12], law()) == serial[number % 12])
    assert found == [True] * THREADS


@pytest.mark.long
@pytest.mark.usefixtures("taking_turns")
def test_threads_answer_as_one_does_in_many_calls() -> None:
    assert compared(CALLS) == THREADS * CALLS >= THREADS * 100


@pytest.mark.usefixtures("taking_turns")
def test_threads_that_judge_many_share_documents_and_change_none() -> None:
    """The same dictionaries, shipments and exceptions in every thread."""
    documents = [json.loads(data) for data in inputs()[:4]]
    read = library.read_product(inputs()[0], "x.json")
    given = (*documents, library.shipment_of(read.product, read.shipment, read), inputs()[1], inputs()[9], None)
    before, law_before = json.dumps(documents), shape(small())
    serial = answers_of_many(given)
    found = at_once(lambda _: answers_of_many(given))
    assert found == [serial] * THREADS
    assert len(serial) == 8
    assert json.dumps(documents) == before
    assert shape(small()) == law_before


def shape(value: Any) -> str:
    """Everything in a frozen value, as text."""
    if is_dataclass(value) and not isinstance(value, type):
        inside = ", ".join(f"{one.name}={shape(getattr(value, one.name))}" for one in fields(value))
        return f"{type(value).__name__}({inside})"
    if isinstance(value, dict) or hasattr(value, "items"):
        return f"{{{', '.join(f'{key!r}: {shape(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(shape, value))}]"
    if isinstance(value, frozenset | set):
        return f"{{{', '.join(sorted(map(shape, value)))}}}"
    return repr(value)


@pytest.mark.usefixtures("taking_turns")
def test_threads_that_load_packs_at_once_load_the_same(tmp_path: Path) -> None:
    folder = small_pack(tmp_path, "pack")
    serial = shape(library.load_rules(folder))
    assert set(at_once(lambda _: shape(library.load_rules(folder)), 8)) == {serial}
    two = at_once(lambda _: library.load_rules(rules_folder()), 2)
    assert [shape(one) == shape(law()) for one in two] == [True, True]
    assert len(serial) > 5_000


FIRST = """
import hashlib, json, sys, threading
import rare_earth_compliance as library
from datetime import date
sys.setswitchinterval(1e-6)
ready, found = threading.Barrier(16), []
def work():
    ready.wait()
    try:
        contents = library.read_product(sys.argv[2].encode(), "x.json")
        pack = library.load_rules(__import__("pathlib").Path(sys.argv[1]))
        made = library.determine(library.shipment_of(contents.product, contents.shipment, contents), pack, on=date(2025, 1, 10))
        found.append(json.dumps(library.to_dict(made)))
    except BaseException as error:
        found.append(repr(error))
threads = [threading.Thread(target=work) for _ in range(16)]
[one.start() for one in threads]
[one.join() for one in threads]
print(json.dumps([len(found), sorted(set(found))]))
"""


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.long)])
def test_threads_may_use_the_library_first_at_once(times: int, tmp_path: Path) -> None:
    """In a new interpreter: sixteen threads import, build the models and load the rules in the same moment."""
    folder = small_pack(tmp_path, "pack")
    document = (folder / "metal.json").read_text(encoding="utf-8")
    contents = library.read_product(document, "x.json")
    made = library.determine(
        library.shipment_of(contents.product, contents.shipment, contents), library.load_rules(folder), on=date(2025, 1, 10)
    )
    for _ in range(times):
        ran = subprocess.run([sys.executable, "-c", FIRST, str(folder), document], capture_output=True, text=True, check=True)
        assert json.loads(ran.stdout) == [16, [json.dumps(library.to_dict(made))]]


# ---- the host

HOST = """
import decimal, gc, json, locale, logging, os, random, signal, sys, threading, time, warnings
from datetime import date
from pathlib import Path
import rich.default_styles  # draws random numbers when it is first imported

def state():
    mask = os.umask(0)
    os.umask(mask)
    return {
        "decimal": repr(decimal.getcontext()), "decimal default": repr(decimal.DefaultContext),
        "locale": locale.setlocale(locale.LC_ALL), "recursion": sys.getrecursionlimit(), "switch": sys.getswitchinterval(),
        "digits": sys.get_int_max_str_digits(), "warnings": repr(warnings.filters), "showwarning": repr(warnings.showwarning),
        "signals": {int(one): repr(signal.getsignal(one)) for one in signal.valid_signals()},
        "wakeup": signal.set_wakeup_fd(-1), "gc": [gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.get_freeze_count()],
        "gc callbacks": len(gc.callbacks),
        "folder": os.getcwd(), "environment": dict(os.environ), "umask": mask, "priority": os.nice(0),
        "streams": [id(sys.stdin), id(sys.stdout), id(sys.stderr)], "path": sys.path, "argv": sys.argv,
        "hooks": [repr(sys.excepthook), repr(sys.displayhook), repr(threading.excepthook), repr(sys.unraisablehook)],
        "traces": [repr(sys.gettrace()), repr(sys.getprofile())], "import": [len(sys.meta_path), len(sys.path_hooks)],
        "random": hash(random.getstate()),
        "logging": [repr(logging.root.handlers), logging.root.level, logging.root.manager.disable],
        "threads": [one.name for one in threading.enumerate()], "timezone": time.tzname, "builtins": sorted(dir(__builtins__)),
        "files": sorted(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else [],
    }

before = state()
import rare_earth_compliance as library
pack = library.load_rules()
answers = []
for name in sys.argv[1:]:
    data = Path(name).read_bytes()
    contents = library.read_product(data, name)
    shipment = library.shipment_of(contents.product, contents.shipment, contents)
    found = library.determine(shipment, pack, on=date(2026, 11, 23), weigh=len(answers) == 0)
    answers.append(found.answer.value)
    for form in ("terminal", "json", "markdown", "sarif", "junit", "github", "github-summary", "gitlab"):
        library.report(found, form=form)
    library.report(found, lang="zh", pack=pack)
    library.from_dict(library.to_dict(found))
    list(library.determine_many([data, b"{", None, json.loads(data)], pack, on=date(2026, 11, 23)))
after = state()
print(json.dumps([len(before), answers, {name: [before[name], after[name]] for name in before if before[name] != after[name]}]))
"""


def test_the_state_of_the_host_is_not_touched() -> None:
    """In a new interpreter: everything that others in it may rely on is as it was, before the library was imported."""
    names = ["rules/subjects/chinese-magnet.json", "rules/subjects/german-magnet.json"]
    ran = subprocess.run([sys.executable, "-c", HOST, *names], capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(ran.stdout) == [28, ["licence required", "undetermined"], {}]
    assert ran.stderr == ""


# ---- memory


CALL = 120
"""Calls over which memory is watched in a normal run."""


def kept(calls: int, held: list[Any] | None = None) -> int:
    """Bytes that are held after some calls and were not before; the answers too, where there is a list for them."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for at in range(calls):
        found = answer(inputs()[at % len(inputs())], small())
        if held is not None:
            held.append(found)
    found = None
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before


def test_calls_keep_nothing() -> None:
    tracemalloc.start()
    try:
        kept(CALL)  # what is kept once: caches of words, models that are built when they are first used
        tracemalloc.clear_traces()
        held: list[Any] = []
        one = kept(len(inputs()), held) // len(inputs())
        held.clear()
        after = kept(CALL)
    finally:
        tracemalloc.stop()
    # An answer that is held takes so much; what is left of each that is let go are caches of the interpreter's own.
    assert one > 2_000
    assert after < CALL * one / 10, (after, one)


@pytest.mark.long
def test_memory_stays_flat_over_many_calls() -> None:
    page = os.sysconf("SC_PAGE_SIZE")

    def resident() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * page

    sizes = []
    for part in range(11):
        for at in range(ROW // 10 if part else 200):
            answer(inputs()[at % len(inputs())], small())
        sizes.append(resident())
    print("resident bytes after each tenth:", sizes)
    assert max(sizes[2:]) - sizes[1] < 4 << 20, sizes
