"""A run reads what it is given and the rules, writes what it is asked to, and touches neither network nor other programs.

Seen by audit events of the interpreter, in a process of its own. What trespasses is said in auditing.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.auditing import Watched, trespasses, watched
from tests.rule_pages import pack
from tests.running import EXAMPLES, ROOT

COMMAND = "from rare_earth_compliance.cli import main; main()"
MOTOR = EXAMPLES / "ebike-motor"
DAY = ("--on", "2026-11-23")
PLUGINS = ("PYDANTIC_DISABLE_PLUGINS",)
"""Set and put back by the library that reads the command line."""
CONFIG = 'products = ["x.json"]\nrules = "pack"\n[output]\njson = "made/g.json"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with inputs, and others that were not given."""
    for name in ("assumed.json", "shipment.json", "status-lapsed.yaml"):
        shutil.copy(MOTOR / name, tmp_path)
    shutil.copy(EXAMPLES / "ev-traction-motor" / "prices.json", tmp_path)
    shutil.copy(ROOT / "rules/subjects/german-magnet.json", tmp_path / "x.json")
    pack(tmp_path, "pack")
    (tmp_path / "p.jsonl").write_bytes((tmp_path / "x.json").read_bytes().replace(b"\n", b" ") + b"\n")
    (tmp_path / "made").mkdir()
    (tmp_path / "rare-earth.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    return tmp_path


FACTS = ("--shipment", "shipment.json", "--confirm-status", "status-lapsed.yaml", "--prices", "prices.json")
GIVEN = ("assumed.json", "shipment.json", "status-lapsed.yaml", "prices.json")
OUTPUTS = ("--output", "json=made/o.json", "--output", "made/o.txt", "--output", "junit=made/o.xml", "--record", "made/r.json")
SHOW = ("rules", "show", "corpus-1", "--rules", "pack")
KEPT = ("portfolio.json", "products.jsonl", "outlines.jsonl", "documents")
MADE = ("made/o.json", "made/o.txt", "made/o.xml", "made/r.json")


@pytest.mark.parametrize(
    ("args", "reads", "writes", "status"),
    [
        (("check", "assumed.json", *FACTS, *DAY), GIVEN, (), 11),
        (("check", "assumed.json", *FACTS, *DAY, *OUTPUTS, "--lang", "zh"), GIVEN, MADE, 11),
        (("check", "secret.json", *DAY, "--rules", "pack"), ("secret.json", "pack"), (), 3),
        (("check", "nowhere.json", *DAY, "--rules", "pack"), ("nowhere.json", "pack"), (), 3),
        (("gate", *DAY), ("rare-earth.toml", "x.json", "pack"), ("made/g.json",), 0),
        (("explain", "corpus-1/1", "--rules", "pack"), ("pack",), (), 0),
        ((*SHOW, "--format", "html", "--output", "made/p.html"), ("pack",), ("made/p.html",), 0),
        (("rules", "test", "--rules", "pack"), ("pack",), (), 0),
        (("schema",), (), (), 0),
        (("store", "p.jsonl", "made/kept", "--rules", "pack"), ("p.jsonl", "pack"), ("made/kept",), 0),
    ],
    ids=["check", "reports and record", "refused", "not there", "gate", "explain", "a page", "cases", "schema", "store"],
)  # fmt: skip
def test_a_command_does_nothing_else(
    args: tuple[str, ...], reads: tuple[str, ...], writes: tuple[str, ...], status: int, folder: Path
) -> None:
    before = files(folder)
    ran = watched(COMMAND, args, folder)
    assert ran.status == status, ran.out[-500:] + ran.err
    assert trespasses(ran, map(Path, reads), map(Path, writes), PLUGINS) == []
    assert ran.kinds["open"] > 50, ran.kinds
    opened = {event[1] for event in ran.events if event[0] == "open"}
    assert {one for one in reads if (folder / one).is_file()} <= opened
    made = [next((one for one in writes if name == one or name.startswith(f"{one}/")), name) for name in files(folder) - before]
    assert Counter(made) == {one: len(KEPT) if (folder / one).is_dir() else 1 for one in writes}


def test_loaded_rules_are_kept_where_it_was_said_and_nowhere_else(folder: Path) -> None:
    asked = ("check", "x.json", *DAY, "--rules", "pack")
    first, again = (watched(COMMAND, asked, folder, kept="kept") for _ in range(2))
    assert first.out == again.out
    given, kept = [Path("x.json"), Path("pack")], [one.relative_to(folder) for one in (folder / "kept").iterdir()]
    made = {one for one in trespasses(first, given, kept, PLUGINS) if "kept" not in one}
    assert made == set()
    # The second time pack and key are read, and nothing is written.
    assert (trespasses(again, [*given, *kept], (), PLUGINS), len(kept)) == ([], 2)
    assert {*map(str, kept)} <= {event[1] for event in again.events if event[0] == "open"}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_records_are_verified_and_replayed_without_more(folder: Path) -> None:
    made = watched(COMMAND, ("check", "x.json", *DAY, "--rules", "pack", "--record", "made/r.json"), folder)
    assert (made.status, trespasses(made, [Path("x.json"), Path("pack")], [Path("made/r.json")], PLUGINS)) == (0, [])
    for args, reads in (
        (("verify", "made/r.json", "x.json", "--rules", "pack"), ("made/r.json", "x.json", "pack")),
        (("replay", "made/r.json", "--rules", "pack"), ("made/r.json", "pack")),
    ):
        ran = watched(COMMAND, args, folder)
        assert (ran.status, trespasses(ran, map(Path, reads), (), PLUGINS)) == (0, []), ran.err
        assert ran.kinds["open"] > 50


LIBRARY = """
import sys
from datetime import date
import rare_earth_compliance as library
data, motor = open("assumed.json", "rb").read(), b'{"format": "rare-earth-bom/1", "product": {"form": "motor"}}'
pack = library.load_rules()
def judged(text):
    contents = library.read_product(text, "x.json")
    return library.determine(library.shipment_of(contents.product, contents.shipment, contents), pack, on=date(2026, 11, 23))
WARM
watch()
print(judged(data).answer.value)
print([one.status for one in library.determine_many([data, b"{", motor], pack, on=date(2026, 11, 23))])
"""
WARM = "judged(motor), list(library.determine_many([b'', motor], pack, on=date(2026, 1, 1)))"


def test_the_library_reads_its_own_modules_and_nothing_else(folder: Path) -> None:
    first = watched(LIBRARY.replace("WARM", ""), (), folder)
    assert first.out == "undetermined\n[11, 3, 11]\n", first.err
    assert trespasses(first, (), ()) == []
    assert first.kinds["open"] > 3, first.kinds
    again = watched(
        LIBRARY.replace("WARM", WARM),
        (),
        folder,
    )
    assert (again.out, again.events) == (first.out, ())


TRESPASSES = {
    "import socket; socket.socket()": "socket.__new__",
    "import socket; socket.getaddrinfo('localhost', 1)": "socket.getaddrinfo",
    "import subprocess, sys; subprocess.run([sys.executable, '-V'])": "subprocess.Popen",
    "import os; os.system('true')": "os.system",
    "import os; os.fork() or os._exit(0)": "os.fork",
    "open('secret.json')": "reads secret.json",
    "open('/etc/passwd')": "reads /etc/passwd",
    "open('other', 'w')": "writes other",
    "open('made/o.txt2', 'w')": "writes made/o.txt2",
    "import os; os.rename('secret.json', 'made/o.txt')": "os.rename secret.json",
    "import os; os.listdir('/')": "os.listdir /",
    "import os; os.environ['A'] = 'b'": "os.putenv",
    "import pickle; pickle.loads(b'cos\\nsystem\\n.')": "pickle.find_class",
    "import ctypes; ctypes.CDLL(None)": "ctypes.dlopen",
}


@pytest.mark.parametrize("code", TRESPASSES)
def test_what_trespasses_is_seen(code: str, folder: Path) -> None:
    found = trespasses(watched(code, (), folder), [Path("x.json")], [Path("made/o.txt")], PLUGINS)
    assert [one for one in found if one.startswith(TRESPASSES[code])] != [], found


def test_what_is_given_does_not_trespass(folder: Path) -> None:
    code = "import json; json.load(open('x.json')); open('made/o.txt', 'w'); open('made/.o.txt.1.tmp', 'w'); import csv"
    ran: Watched = watched(code, (), folder)
    assert trespasses(ran, [Path("x.json")], [Path("made/o.txt")]) == []
    assert ran.kinds["open"] >= 3
