"""Faults at any moment: no raised error, failed read or write, signal or closed pipe ends in a clearing.

Knows how to break a run from outside. What the run would have said is compared whole.
"""

from __future__ import annotations

import ast
import contextlib
import errno
import glob
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rare_earth_compliance.cli.folders import of_glob
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.law.loader import load
from tests.faulting import ROOMS, decided, plan
from tests.hostile import DAY, EXPECTED, bases, text_of
from tests.hostile_sides import BASELINE, CONFIRMATION, PRICES
from tests.running import ROOT, run
from tests.test_layers import PACKAGE

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
STEP = {"screw": "500", "required": "1000", "inside": "1500"}
"""At every so many-th of its lines a run is broken each time; at all of them with the marker ``long``."""

# ---- an error at the lines of deciding code


def faults(name: str, *how: str) -> dict[str, Any]:
    """What comes of a product that is broken at its lines, in a process of its own, which is forked at each of them."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faulting", name, *how],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    assert found["ended"] + found["answered"] + sum(map(len, found["wrong"].values())) == found["copies"]
    return found


@pytest.mark.parametrize("name", ["screw", "required", "inside"])
def test_an_error_at_many_lines_never_changes_an_answer(name: str, record_property: Callable[[str, object], None]) -> None:
    found = faults(name, "--times", "0", "--step", STEP[name])
    for key in ("lines", "copies", "answered"):
        record_property(key, found[key])
    assert found["lines"] > 2_000
    assert found["copies"] >= 60
    assert found["answered"] <= found["copies"] // 10, "the errors hardly reach anyone"
    assert found["wrong"] == {}


@pytest.mark.long
@pytest.mark.parametrize("name", ["screw", "required", "inside"])
def test_an_error_at_every_line_never_changes_an_answer(name: str) -> None:
    """At every line that is executed, the first two times that it is reached by the same calls."""
    found = faults(name)
    assert found["copies"] > found["places"] > 1_000
    assert found["wrong"] == {}


@pytest.mark.long
def test_an_error_at_every_moment_never_changes_an_answer() -> None:
    """At every line, each of the times that it is executed. The other products: python -m tests.faulting required --times 0."""
    found = faults("screw", "--times", "0")
    assert found["copies"] == found["lines"] > 30_000
    assert found["wrong"] == {}


CAUGHT = {
    ("core/json_text.py", "UnicodeDecodeError"): "becomes a refusal with the line of the byte",
    ("core/json_text.py", "JSONDecodeError"): "becomes a refusal with the place of the text",
    ("core/json_text.py", "(ValueError, RecursionError, _Doubt)"): "read again by the reader that tells what is wrong",
    ("core/miswritten.py", "ValueError"): "no way to write it is named in the refusal; decides nothing",
    ("core/processes.py", "(EOFError, OSError)"): "the other side is gone: whoever waits for its answer is told so",
    ("core/processes.py", "OSError"): "a new process fell before it took what it works with: told as that",
    ("core/processes.py", "ImportError"): "no bound on memory where the system has none; decides nothing",
    ("core/processes.py", "contextlib.suppress(EOFError, OSError)"): "a worker whose parent is gone ends; nobody hears it",
    ("core/processes.py", "contextlib.suppress(ValueError, OSError)"): "a bound that the system does not take; decides nothing",
    ("core/plain.py", "StopIteration"): "the end of a container, which is then closed",
    ("core/yaml_text.py", "yaml.YAMLError"): "becomes a problem with its line",
    ("law/conditions.py", "ValueError"): "becomes a problem of the rule file",
    ("law/files.py", "ValueError"): "becomes a problem of the rule file",
    ("law/kept.py", "_WRONG"): "what is kept is no pack: the files are read; of what is no case an error is raised",
    ("law/opening.py", "OSError"): "becomes a problem: the pack is refused",
    ("law/opening.py", "Refused"): "its problems join those of the pack, which is refused",
    ("law/loader.py", "Refused"): "its problems join those of the pack, which is refused",
    ("law/loader.py", "ValueError"): "becomes a problem of the rule file",
    ("law/shapes.py", "ValidationError"): "becomes problems of the file",
    ("law/claims.py", "FileNotFoundError"): "no claims: none is proved, and the pack is not; decides nothing",
    ("law/claims.py", "OSError"): "becomes a refusal of the claims; decides nothing",
    ("law/translations.py", "FileNotFoundError"): "no translation: the report stays in English, marked; decides nothing",
    ("law/translations.py", "OSError"): "becomes a refusal of the translation; decides nothing",
    ("law/workdays.py", "(ImportError, AttributeError)"): "no calendar: days of duties are not known; decides nothing",
    ("law/workdays.py", "Exception"): "no answer of the calendar is not known; decides nothing",
    ("product/amounts.py", "NotAnAmountError"): "becomes a validation error",
    ("product/amounts.py", "ValueError"): "becomes a validation error",
    ("product/document.py", "ValueError"): "becomes a validation error",
    ("product/given.py", "ValueError"): "becomes a refusal of the document",
    ("product/row_model.py", "ValueError"): "what is no number is not zero; the reader refuses it",
    ("product/rows.py", "Refused"): "its problems are told again by row and column",
    ("product/rows.py", "ValidationError"): "becomes problems of the row",
    ("product/rows.py", "ValueError"): "what is no number is compared as text, for whether two rows say the same",
    ("product/pricing.py", "ValueError"): "becomes a problem of the price",
    ("product/allquiet.py", "AttributeError"): "a line without a value: what is stated is looked at one by one",
    ("product/compact.py", "(self.broken, ValueError, RecursionError)"): "the whole document is read by the reader",
    ("product/thinning.py", "(shapes.broken, ValueError, RecursionError)"): "it is not taken apart, and read as it is",
    ("product/thinning.py", "(self.shapes.broken, ValueError, RecursionError)"): "a line that is not left out",
    ("product/compact.py", "ImportError"): "no compiled decoder: every document is read by the reader",
    ("product/compact.py", "self.wrong"): "tried with all fields, and then read by the reader",
    ("product/kinds_of_file.py", "Refused"): "told as what the file is, or as it was; it is refused all the same",
    ("product/outline.py", "suppress(shapes.broken)"): "tried in another shape; what fits none is refused",
    ("product/quick_fields.py", "KeyError"): "a value that was not seen before is validated",
    ("product/quick_fields.py", "RecursionError"): "a value that is too deep goes to its model",
    ("product/quick_fields.py", "ValidationError"): "goes to its model, which refuses it in words",
    ("product/reader.py", "suppress(Doubt)"): "read again by the model, or by the reader that knows every place",
    ("product/reader.py", "ValidationError"): "becomes problems of the file",
    ("product/tables.py", "Refused"): "a file that can not be read is no table; it is read as a product and refused there",
    ("product/tables.py", "ValidationError"): "becomes problems of the table or of the options",
    ("product/tables.py", "ValueError"): "becomes a problem of the table",
    ("engine/casebook.py", "(KeyError, IndexError, TypeError)"): "a case names a place its subject lacks: the case fails",
    ("engine/casebook.py", "(IndexError, TypeError)"): "a case names a place its subject lacks: the case fails",
    ("engine/comparison.py", "Refused"): "a case that one pack can not read is shown as such when two packs are compared",
    ("engine/documents.py", "Refused"): "the whole document is read, which is refused at its own places",
    ("engine/outlines.py", "Refused"): "the document is judged by itself",
    ("engine/screening.py", "ImportError"): "no finder of near names: names are compared exactly; decides nothing",
}
"""Every except clause of the deciding rooms, with why it can not swallow what decides."""


def test_every_except_of_the_deciding_rooms_has_its_reason() -> None:
    found = set()
    for room in ROOMS:
        for module in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ExceptHandler):
                    found.add((f"{room}/{module.name}", ast.unparse(node.type) if node.type else ""))
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
                    found.add((f"{room}/{module.name}", ast.unparse(node)))
    assert found == set(CAUGHT)


# ---- reading and writing


@pytest.fixture
def clear(tmp_path: Path) -> Path:
    """A folder with one product that is clear."""
    (tmp_path / "x.json").write_bytes(text_of(bases()["screw"]))
    return tmp_path


READS = {"EIO": errno.EIO, "EACCES": errno.EACCES, "EINTR": errno.EINTR, "ENOENT": errno.ENOENT, "EMFILE": errno.EMFILE}


@pytest.mark.parametrize("name", sorted(READS))
@pytest.mark.parametrize("which", ["x.json", "s.yaml", "p.json"])
def test_a_read_that_fails_is_a_refusal(name: str, which: str, clear: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == which:
            raise OSError(READS[name], os.strerror(READS[name]), str(path))
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", failing)
    options = {"s.yaml": ("--confirm-status", "s.yaml"), "p.json": ("--prices", "p.json")}.get(which, ())
    ran = run(("check", "x.json", *options, *DAY), folder=clear)
    assert ran.status == 3
    assert "do:" in ran.out
    assert which in ran.out


@pytest.mark.parametrize("left", [0, 1, 40, 200])
def test_a_short_read_is_a_refusal(left: int, clear: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: whole(path)[:left] if path.name == "x.json" else whole(path))
    assert run(("check", "x.json", *DAY), folder=clear).status == 3


@pytest.mark.parametrize("file", ["pack.yaml", "readings.yaml", "cn-mofcom-2025-18.yaml", "annex-18.yaml"])
@pytest.mark.parametrize("fault", ["EIO", "short", "empty"])
def test_a_rule_file_that_can_not_be_read_refuses_the_pack(file: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name != file:
            return whole(path)
        if fault == "EIO":
            raise OSError(errno.EIO, "input/output error")
        return whole(path)[: len(whole(path)) // 2 if fault == "short" else 0]

    monkeypatch.setattr(Path, "read_bytes", failing)
    with pytest.raises(Refused) as refused:
        load(ROOT / "rules")
    assert any(file in problem.place.file for problem in refused.value.problems)


@pytest.mark.parametrize("args", [("check", "."), ("check", "sub*/*.json"), ("check", "**/*.json"), ("gate", "sub*/**/*.json")])
def test_a_folder_that_can_not_be_looked_into_is_refused(
    args: tuple[str, ...], clear: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sub-a", "sub-b"):
        (clear / name).mkdir()
        (clear / name / "x.json").write_bytes(text_of(bases()["screw"]))
    assert run((*args, *DAY), folder=clear).status == 0
    whole = os.scandir

    def failing(path: Any = ".") -> Any:
        if str(path).rstrip("/").endswith("sub-b"):
            raise PermissionError(errno.EACCES, "permission denied", str(path))
        return whole(path)

    monkeypatch.setattr(os, "scandir", failing)
    ran = run((*args, *DAY), folder=clear)
    assert ran.status == 3
    assert "can not be looked into" in " ".join(ran.out.split())


@pytest.mark.parametrize("pattern", ["sub-*/*.json", "sub-*/x.json", "sub-*/in/*.json", "**/*.json", "sub-b*/in/[y].json"])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_what_can_not_be_looked_at_is_refused(pattern: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may be listed and not entered: its names are seen, and nothing of what stands there."""
    for name in ("sub-a", "sub-b"):
        (tmp_path / name / "in").mkdir(parents=True)
        (tmp_path / name / "x.json").write_bytes(text_of(bases()["screw"]))
        (tmp_path / name / "in" / "y.json").write_bytes(text_of(bases()["screw"]))
    for command in ("check", "gate"):
        assert run((command, pattern, *DAY), folder=tmp_path).status == 0
    for name in ("stat", "lstat"):
        monkeypatch.setattr(os, name, failing_below("sub-b", code, getattr(os, name)))
    for command in ("check", "gate"):
        ran = run((command, pattern, *DAY), folder=tmp_path)
        assert ran.status == 3, command
        assert "it can not be looked at" in " ".join(ran.out.split())


def failing_below(folder: str, code: int, whole: Callable[..., Any]) -> Callable[..., Any]:
    """A function of the system that fails for whatever lies in a folder."""

    def failing(path: Any, *args: Any, **more: Any) -> Any:
        if f"{folder}{os.sep}" in str(path):
            raise OSError(code, os.strerror(code), str(path))
        return whole(path, *args, **more)

    return failing


def test_a_folder_is_read_whatever_way_leads_to_it(clear: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A link to a folder is looked into, once; a name in capitals is a name."""
    assert run(("check", ".", *DAY), folder=clear).status == 0
    (clear / "round").symlink_to(".")
    (clear / "itself").symlink_to("itself")
    (clear / "again").symlink_to("round")
    assert run(("check", "**/*.json", *DAY), folder=clear).status == 0
    ran = run(("check", ".", *DAY), folder=clear)
    assert ran.status == 0
    assert "round" not in ran.out
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "y.json").write_bytes(text_of(bases()["required"]))
    (clear / "linked").symlink_to(elsewhere)
    for args in (("check", "."), ("gate", ".")):
        assert run((*args, *DAY), folder=clear).status == 10, args
    (clear / "linked").unlink()
    (clear / "Y.JSON").write_bytes(text_of(bases()["required"]))
    for args in (("check", "."), ("gate", ".")):
        assert run((*args, *DAY), folder=clear).status == 10, args


def test_globs_lead_where_those_of_the_library_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(11)  # noqa: S311
    steps = ("a", "*", "**", "?", "[ab]*", ".*", ".", "x.json", "*.json", "[[]1]", "b*")
    compared = 0
    for number in range(40):
        top = tmp_path / str(number)
        folders = [top]
        top.mkdir()
        for _ in range(random.randrange(1, 20)):
            one = random.choice(folders) / random.choice(["a", "b", "ab", ".h", "x.json", ".y.json", "[1]", "n.json"])
            if os.path.lexists(one):
                continue
            how = random.randrange(6)
            if how == 0:
                one.symlink_to(random.choice(["nowhere", "../nowhere"]))
            elif how < 3:
                one.mkdir()
                folders.append(one)
            else:
                one.touch()
        monkeypatch.chdir(top)
        for _ in range(30):
            pattern = random.choice(["", "./", f"{top}/"]) + "/".join(random.sample(steps, random.randrange(1, 4)))
            said = sorted({one for one in glob.glob(pattern, recursive=True) if os.path.isfile(one) or os.path.islink(one)})
            files = [one for one in said if not os.path.isdir(one)]
            if glob.has_magic(pattern):
                assert list(map(os.path.normpath, of_glob(pattern))) == list(map(os.path.normpath, files)), pattern
                compared += bool(files)
    assert compared > 100


GATE = """products = ["x.json"]
shipments = ["t.json"]
confirm-status = ["s.yaml"]
prices = ["p.json"]
decisions = ["d.yaml"]
baseline = "b.json"
pass-when-all-findings-are = ["waived", "known"]
"""


@pytest.fixture
def gated(tmp_path: Path) -> Path:
    """A project whose product needs a licence and is let pass: by a decision and as a known finding."""
    for name, data in (("s.yaml", CONFIRMATION.encode()), ("p.json", PRICES), ("rare-earth.toml", GATE.encode())):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "x.json").write_bytes(text_of(bases()["required"]))
    shipment = {"format": "rare-earth-bom/1", "shipment": bases()["required"]["shipment"]}
    (tmp_path / "t.json").write_bytes(text_of(shipment))
    (tmp_path / "d.yaml").write_text("format: rare-earth-decisions/1\nwaivers: []\n", encoding="utf-8")
    (tmp_path / "b.json").write_bytes(BASELINE)
    assert run(("gate", "--write-baseline", *DAY), folder=tmp_path).status == 10
    assert run(("gate", *DAY), folder=tmp_path).status == 0
    return tmp_path


@pytest.mark.parametrize("which", ["rare-earth.toml", "x.json", "t.json", "s.yaml", "p.json", "d.yaml", "b.json"])
def test_a_file_of_a_gate_that_can_not_be_read_is_a_refusal(which: str, gated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes
    for fault in (*READS.values(), 0):

        def failing(path: Path, fault: int = fault) -> bytes:
            if path.name != which:
                return whole(path)
            if fault:
                raise OSError(fault, os.strerror(fault), str(path))
            return whole(path)[:-9]

        monkeypatch.setattr(Path, "read_bytes", failing)
        ran = run(("gate", *DAY), folder=gated)
        assert ran.status == 3, fault
        assert which in ran.out + ran.err


@pytest.mark.parametrize("which", ["rare-earth.toml", "pyproject.toml"])
def test_a_configuration_that_can_not_be_looked_at_is_a_refusal(
    which: str, clear: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the gate would ask less."""
    args = ("gate", "x.json", *DAY)
    assert run(args, folder=clear).status == 0
    (clear / which).symlink_to("nowhere")
    ran = run(args, folder=clear)
    assert ran.status == 3
    assert which in ran.err
    (clear / which).unlink()
    (clear / which).touch()
    assert run(args, folder=clear).status == 0
    monkeypatch.setattr(os, "stat", failing_below(str(clear), errno.EACCES, os.stat))
    ran = run(args, folder=clear)
    assert ran.status == 3
    assert "it may hold the configuration" in " ".join(ran.err.split())


def test_a_folder_of_a_pack_that_can_not_be_looked_into_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be rules in it that the pack does not name."""
    monkeypatch.setattr(os, "scandir", failing_below(f"{ROOT}{os.sep}rules", errno.EACCES, os.scandir))
    with pytest.raises(Refused) as refused:
        load(ROOT / "rules")
    assert any("lists" in problem.place.file for problem in refused.value.problems)


def test_a_link_that_leads_nowhere_is_refused(clear: Path) -> None:
    (clear / "y.json").symlink_to("nowhere")
    for args in (("check", "."), ("check", "*.json"), ("gate", "."), ("gate", "*.json")):
        assert run((*args, *DAY), folder=clear).status == 3, args


@pytest.mark.parametrize("name", ["mkstemp", "fsync", "replace", "chmod"])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EACCES])
def test_a_write_that_fails_is_a_refusal_and_leaves_the_old(
    name: str, code: int, clear: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clear / "r.txt").write_text("old", encoding="utf-8")

    def failing(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(f"tempfile.{name}" if name == "mkstemp" else f"os.{name}", failing)
    assert run(("check", "x.json", *DAY, "--output", "r.txt"), folder=clear).status == 3
    assert (clear / "r.txt").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in clear.iterdir()) == ["r.txt", "x.json"]


def test_a_stream_that_takes_a_part_at_a_time_gets_all(monkeypatch: pytest.MonkeyPatch) -> None:
    from rare_earth_compliance.cli.output import _whole  # noqa: PLC0415

    class Slow(io.BytesIO):
        def write(self, data: Any) -> int:
            return super().write(bytes(data[:3]))

    stream = Slow()
    _whole(stream, b"a report of some length")
    assert stream.getvalue() == b"a report of some length"


def test_a_product_that_says_it_is_a_price_table_is_not_passed_over(clear: Path) -> None:
    (clear / "y.json").write_bytes(text_of({**bases()["required"], "format": "rare-earth-prices/1"}))
    assert run(("check", ".", *DAY), folder=clear).status == 3


def test_unknown_can_not_be_set_over_what_a_file_says(clear: Path) -> None:
    ran = run(("check", "x.json", "--set", "end_user.military=unknown", *DAY), folder=clear)
    assert ran.status == 3
    assert "what a file says of it would stand" in " ".join(ran.out.split())


def test_a_day_is_a_day(clear: Path) -> None:
    for text in ("2026-W48-1", "20261123", "２０２６-11-23", "2026-11-23 "):
        assert run(("check", "x.json", "--on", text), folder=clear).status == 2


# ---- processes


def command(*args: str) -> list[str]:
    """The command as a process of its own."""
    return [sys.executable, "-m", "rare_earth_compliance", *args]


@pytest.mark.parametrize(
    ("script", "statuses"),
    [
        ("{} | true; exit ${{PIPESTATUS[0]}}", {141}),
        ("{} | head -c 10 >/dev/null; exit ${{PIPESTATUS[0]}}", {0, 141}),
        ("{} >&-", {3}),
        ("{} >/dev/full", {3}),
        ("{} --output /dev/full", {3}),
        ("{} - <&-", {3}),
        ("PYTHONUNBUFFERED=1 {} >/dev/full", {3}),
        ("PYTHONUNBUFFERED=1 {} | true; exit ${{PIPESTATUS[0]}}", {141}),
    ],
)
def test_an_output_that_is_gone_is_never_clear(script: str, statuses: set[int], clear: Path) -> None:
    text = script.format(f"{sys.executable} -m rare_earth_compliance check x.json {' '.join(DAY)}")
    ran = subprocess.run(["bash", "-c", text], cwd=clear, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert ran.returncode in statuses, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr
    assert Path("/dev/full").is_char_device()


def interrupted(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What a process said that was interrupted: once more where the language lost the first, as it does in callbacks."""
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=10)
    process.kill()
    process.communicate()
    raise AssertionError("ten interrupts did not end it")


def heeding_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_an_interrupt_ends_with_130_and_says_what_was_not_judged(clear: Path) -> None:
    """The second document never ends: however fast the first is judged, the run is interrupted before its end."""
    read, write = os.pipe()
    try:
        for wait in (0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0):
            process = subprocess.Popen(
                command("check", "x.json", "-", *DAY),
                cwd=clear,
                env=ENVIRONMENT,
                stdin=read,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                # What runs in the background is started with interrupts ignored, and so would all that it starts.
                preexec_fn=heeding_interrupts,  # noqa: PLW1509 - a signal is set and nothing else done
            )
            time.sleep(wait)
            assert process.poll() is None
            out, err = interrupted(process)
            assert process.returncode in (130, -signal.SIGINT), err
            assert out == ""
            if "were not judged" in err:
                break
    finally:
        os.close(read)
        os.close(write)
    assert err.splitlines()[0] == "interrupted: 2 of 2 files were not judged, and nothing is reported"


def test_an_interrupt_while_judging_names_the_files_left(clear: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rare_earth_compliance.cli import check  # noqa: PLC0415

    for name in ("a.json", "b.json"):
        (clear / name).write_bytes(text_of(bases()["screw"]))
    whole, calls = check.determine, []

    def interrupted(*args: Any, **more: Any) -> Determination:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args, **more)

    monkeypatch.setattr(check, "determine", interrupted)
    ran = run(("check", ".", *DAY), folder=clear)
    assert (ran.status, ran.out) == (130, "")
    assert ran.err.splitlines() == [
        "interrupted: 2 of 3 files were not judged, and nothing is reported",
        "  not judged: b.json",
        "  not judged: x.json",
    ]


def test_a_kill_at_any_moment_leaves_the_report_old_or_whole(clear: Path) -> None:
    """The writer alone is run in a loop and killed; what lies there is always one of the two reports."""
    reports = {text * 200_000 for text in ("old\n", "new\n")}
    target = clear / "report.txt"
    target.write_text(min(reports), encoding="utf-8")
    program = (
        "from rare_earth_compliance.cli.output import write\nprint('ready', flush=True)\n"
        f"while True:\n for text in ('old\\n', 'new\\n'): write(text * 200_000, {str(target)!r})\n"
    )
    random, kills, until = Random(7), 0, time.monotonic() + 4  # noqa: S311
    while time.monotonic() < until or kills < 5:
        with subprocess.Popen([sys.executable, "-c", program], env=ENVIRONMENT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.random() / 20)
            process.kill()
        kills += 1
        assert target.read_text(encoding="utf-8") in reports
    assert kills >= 5


def test_answers_stand_as_said() -> None:
    """The products that are broken here are of three kinds."""
    by = plan()
    found = {name: decided(text_of(bases()[name]), by).answer for name in ("screw", "required", "inside")}
    assert found == {"screw": Answer.NOT_REQUIRED, "required": Answer.REQUIRED, "inside": Answer.NOT_REQUIRED}
    assert {EXPECTED[name] for name in found} == {0, 10}
