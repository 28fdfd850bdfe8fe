"""Many products by the command: one line each in order, gone on with after a kill, nothing lost and nothing cleared."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance import RulePack, determine, load_rules, read_shipment, status_of
from rare_earth_compliance.batch import pieces, sources
from rare_earth_compliance.batch.lines import Under, begin
from rare_earth_compliance.batch.pieces import Given
from rare_earth_compliance.core import processes
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.law.status import days_of_change
from rare_earth_compliance.reports import batch_line
from rare_earth_compliance.reports.batch_page import summary_blocks
from rare_earth_compliance.reports.batch_tally import Tally
from tests.running import EXAMPLES, ROOT, Ran, run

DAY = date(2026, 11, 23)
MOST = 64 * 1024**2
CHECK = (sys.executable, "-m", "rare_earth_compliance", "check", "--batch")
SHIPMENT = (EXAMPLES / "ebike-motor" / "shipment.json").read_bytes()
MAGNET = json.dumps(json.loads((EXAMPLES / "one-magnet-five-days" / "assumed.json").read_text(encoding="utf-8"))).encode()
DISK = json.dumps(
    json.loads((EXAMPLES / "hard-disk" / "assumed.json").read_text(encoding="utf-8"))
    | {"shipment": json.loads((EXAMPLES / "hard-disk" / "shipment.json").read_text(encoding="utf-8"))["shipment"]}
).encode()
LOOSE = json.dumps(json.loads((EXAMPLES / "loose-or-fixed" / "loose.json").read_text(encoding="utf-8"))).encode()
NOTHING = b'{"format":"rare-earth-bom/1","product":{"part_number":"P"}}'


@pytest.fixture(scope="module")
def pack() -> RulePack:
    return load_rules()


def batch(name: Path | str, *options: str, stdin: bytes = b"") -> tuple[Ran, list[dict[str, Any]]]:
    """The command on a portfolio with one worker: how it ended, and the lines on standard output."""
    ran = run(("check", "--batch", str(name), "--on", DAY.isoformat(), "--jobs", "1", *options), stdin)
    return ran, [json.loads(line) for line in ran.out.splitlines() if line.startswith("{")]


def statuses(lines: Iterable[dict[str, Any]]) -> list[int | None]:
    return [line["status"] for line in lines if "position" in line]


# ---- the lines


def test_each_line_says_what_the_product_alone_is_told(tmp_path: Path, pack: RulePack) -> None:
    documents = [MAGNET, b"{", DISK, b"", SHIPMENT.replace(b"\n", b""), b"\xff", NOTHING]
    file = tmp_path / "p.jsonl"
    file.write_bytes(b"\n".join(documents))
    ran, lines = batch(file)
    results = lines[1:-1]
    assert lines[0]["format"] == "rare-earth-batch/1"
    assert (lines[0]["on"], lines[0]["rules_sha256"]) == (["2026-11-23"], pack.sha256)
    assert [one["position"] for one in results] == list(range(7))
    assert [one["name"] for one in results] == [f"{file}:{number}" for number in range(1, 8)]
    assert [one["sha256"] for one in results] == [hashlib.sha256(one).hexdigest() for one in documents]
    for at in (0, 2, 6):
        alone = determine(read_shipment(documents[at]), pack, on=DAY)
        assert results[at]["answer"] == alone.answer.value
        assert results[at]["status"] == status_of(alone)
        deciding = [
            {"rule": one.rule, "standing": one.standing}
            for one in alone.limbs
            if one.effect != "duty" and one.standing in ("applies", "open")
        ]
        assert results[at]["limbs"] == deciding
        assert results[at]["asks"] == [{"kind": one.kind, "about": one.about} for one in alone.asks_for]
        assert results[at]["refused"] == []
    assert statuses(results) == [11, 3, 0, 3, 3, 3, 11]
    assert [one["refused"][0]["message"] for one in results if one["refused"]] == [
        "found 'the end of the text', expected a key in double quotes",
        "the file is empty",
        "holds a shipment and no product",
        "byte 1 (0xff) is not UTF-8",
    ]
    assert ran.status == lines[-1]["end"]["status"] == 3
    assert lines[-1]["end"]["products"] == 7


def test_a_determination_in_brief_says_what_the_whole_says(pack: RulePack) -> None:
    seen = 0
    for file in sorted(EXAMPLES.glob("*/*.json")):
        data = file.read_bytes()
        if b'"product"' not in data or b"rare-earth-bom/1" not in data:
            continue
        seen += 1
        made = determine(read_shipment(data), pack, on=DAY)
        early = made.brief
        late = Determination(**{name: getattr(made, name) for name in Determination.__dataclass_fields__}).brief
        assert early == made.brief == late, file
    assert seen > 30


def test_a_shipment_facts_and_the_whole_determination(tmp_path: Path, pack: RulePack) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes((EXAMPLES / "ebike-motor" / "assumed.json").read_bytes().replace(b"\n", b"") + b"\n")
    shipment = "examples/ebike-motor/shipment.json"
    ran, lines = batch(file, "--shipment", shipment, "--destination", "JP", "--report", "full")
    alone = run(
        (
            "check",
            "examples/ebike-motor/assumed.json",
            "--shipment",
            shipment,
            "--destination",
            "JP",
            "--on",
            "2026-11-23",
            "--format",
            "json",
        )
    )
    (whole,) = json.loads(alone.out)["determinations"]
    found = lines[1]["determination"]
    # The file stands elsewhere, and has other lines; what is said of the product is the same.
    assert (found["answer"], found["limbs"], found["shipment"]) == (whole["answer"], whole["limbs"], whole["shipment"])
    assert found.keys() == whole.keys()
    assert (ran.status, alone.status) == (11, 11)


def test_nothing_is_never_clear(tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes(b"")
    empty = tmp_path / "empty"
    empty.mkdir()
    ran, lines = batch(file)
    assert (ran.status, len(lines), lines[-1]["end"]["products"]) == (4, 2, 0)
    assert batch(empty)[0].status == 4
    assert batch("-", stdin=b"")[0].status == 4
    ran, lines = batch(tmp_path / "missing.jsonl")
    assert (ran.status, lines[1]["refused"][0]["message"]) == (
        3,
        "can not be read further: No such file or directory; what follows here was not judged",
    )


def test_a_worker_that_has_too_little_memory_ends_the_run_as_refused(tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes(DISK)
    ran, _ = batch(file, "--memory", "1MiB", "--output", str(tmp_path / "out"))
    assert (ran.status, ran.out) == (3, "")
    assert "a worker ended while it started; give workers more with --memory" in ran.err


# ---- where products come from


def folder(into: Path) -> Path:
    made = into / "products"
    (made / "below").mkdir(parents=True)
    (made / "b.json").write_bytes(DISK)
    (made / "below" / "a.json").write_bytes(MAGNET)
    (made / "a.json").write_bytes(b"{")
    (made / "prices.json").write_bytes((EXAMPLES / "ev-traction-motor" / "prices.json").read_bytes())
    (made / "shipment.json").write_bytes(SHIPMENT)
    (made / "notes.txt").write_bytes(b"no product")
    (made / "nowhere.json").symlink_to(made / "gone")
    return made


def test_a_folder_in_order_with_what_is_no_product_and_what_can_not_be_read(tmp_path: Path) -> None:
    made = folder(tmp_path)
    ran, lines = batch(made)
    found = [(line["name"].removeprefix(f"{made}/"), line["status"]) for line in lines[1:-1]]
    assert found == [
        ("a.json", 3),
        ("b.json", 0),
        ("below/a.json", 11),
        ("nowhere.json", 3),
        ("prices.json", None),
        ("shipment.json", None),
    ]
    assert [line.get("skipped") for line in lines[5:-1]] == ["a price table", "a shipment and no product"]
    assert lines[4]["refused"][0]["message"] == "no such file or directory"
    assert (ran.status, lines[-1]["end"]["products"], lines[-1]["end"]["no_product"]) == (3, 4, 2)


def archived(members: Iterable[tuple[str, bytes]], links: Iterable[tarfile.TarInfo] = ()) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for link in links:
            archive.addfile(link)
    return made.getvalue()


def special(name: str, kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/hostname"
    return member


def test_an_archive_is_read_whole_and_nothing_in_it_is_followed(tmp_path: Path) -> None:
    links = [special("l.json", tarfile.SYMTYPE), special("h", tarfile.LNKTYPE), special("d", tarfile.CHRTYPE)]
    data = archived([("x/b.json", DISK), ("x/a.json", MAGNET), ("x/notes.txt", b"no")], links)
    for name, packed in (("p.tar", data), ("p.tar.gz", gzip.compress(data))):
        (tmp_path / name).write_bytes(packed)
        ran, lines = batch(tmp_path / name)
        assert [(one["name"].partition(":")[2], one["status"]) for one in lines[1:-1]] == [
            ("x/b.json", 0),
            ("x/a.json", 11),
            ("l.json", 3),
            ("h", 3),
            ("d", 3),
        ]
        assert [one["refused"][0]["message"] for one in lines[3:-1]] == [
            "is a link in an archive, and not followed",
            "is a link in an archive, and not followed",
            "is no plain file in an archive, and not followed",
        ]
        assert ran.status == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.tar", "p.tar.gz"]


def test_an_archive_that_is_cut_off_anywhere_says_so(tmp_path: Path) -> None:
    """The tar format takes a missing or broken header for the end: the products behind it would be lost quietly."""
    data = archived([("a.json", DISK), ("b.json", DISK)])
    used = len(data.rstrip(b"\0")) // 512 * 512 + 512
    broken = bytearray(data)
    broken[used // 2 + 100] ^= 1  # in the header of the second member
    cases = [data[:cut] for cut in range(0, used + 1, 256)]
    cases += [bytes(broken), data + archived([("c.json", DISK)]), gzip.compress(data)[:-4], gzip.compress(data)[:200]]
    for number, case in enumerate(cases):
        file = tmp_path / "p.tar"
        file.write_bytes(case)
        given = [one for piece in sources.archive(str(file), MOST).pieces() for one in piece.given()]
        assert given[-1].problem is not None, number
        assert "what follows here was not judged" in given[-1].problem.message
    assert len(cases) > 12


def test_standard_input_and_a_file_give_the_same_lines(tmp_path: Path) -> None:
    data = MAGNET + b"\n{\n" + DISK + b"\n"
    file = tmp_path / "p.jsonl"
    file.write_bytes(data)
    from_file, from_pipe = batch(file)[1][1:-1], batch("-", stdin=data)[1][1:-1]
    assert [one["name"] for one in from_pipe] == ["standard input:1", "standard input:2", "standard input:3"]
    for one in (*from_file, *from_pipe):
        del one["name"]
        one["refused"] = [problem["message"] for problem in one["refused"]]
    assert from_pipe == from_file


@pytest.mark.parametrize("most", [10, 11, 12, 5000])
def test_lines_of_any_length_are_each_one_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(pieces, "BYTES", 40)
    texts = [b"x" * (number % 23) for number in range(700)]
    for end in (b"", b"\n"):
        data = b"\n".join(texts) + b"\n" * 2 * bool(end)
        expected = data.split(b"\n")
        if expected[-1] == b"":
            expected.pop()
        file = tmp_path / "p.jsonl"
        file.write_bytes(data)
        hashes = [hashlib.sha256(one).hexdigest() for one in expected]
        for source in (sources.lines_of(str(file), most), sources.lines_from(io.BytesIO(data), str(file), most)):
            listed = list(source.pieces())
            given = [one for piece in listed for one in piece.given()]
            assert [one.sha256 for one in given] == hashes
            assert [one.name for one in given] == [f"{file}:{number + 1}" for number in range(len(expected))]
            assert [one.problem is None for one in given] == [len(one) <= most for one in expected]
            assert [piece.count for piece in listed] == [len(list(piece.given())) for piece in listed]
        assert sum(piece.size for piece in sources.lines_of(str(file), most).pieces()) == len(data)


def test_a_file_that_changes_while_it_is_read_is_refused_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes((DISK + b"\n") * 3)
    (piece,) = sources.lines_of(str(file), MOST).pieces()
    for now in (b"", DISK + b"\n", b"\n" * 3 * (len(DISK) + 1)):
        file.write_bytes(now)
        given = list(piece.given())
        assert [one.problem is not None and one.problem.message for one in given] == [
            "the file was changed while it was read"
        ] * 3


# ---- going on


def whole(file: Path, out: Path, *options: str) -> Ran:
    return batch(file, "--output", str(out), *options)[0]


def test_a_run_goes_on_from_whatever_was_written(tmp_path: Path) -> None:
    file, out = tmp_path / "p.jsonl", tmp_path / "out.jsonl"
    file.write_bytes(b"\n".join([MAGNET, b"{", DISK, NOTHING]))
    first = whole(file, out)
    complete = out.read_bytes()
    lines = complete.splitlines(keepends=True)
    assert (first.status, first.err, len(lines)) == (3, "", 6)
    # Cut in the header, between lines, in a line, in the last line, not at all.
    for size, done in (
        (0, 0),
        (20, 0),
        (len(lines[0]), 0),
        (len(b"".join(lines[:3])), 2),
        (len(b"".join(lines[:3])) + 30, 2),
        (len(complete) - 5, 4),
        (len(complete), 4),
    ):
        out.write_bytes(complete[:size])
        ran = whole(file, out)
        assert out.read_bytes() == complete, size
        assert (ran.status, ran.out) == (3, first.out)
        assert ran.err == (f"{out}: {done} results are there; going on after them\n" if done else "")


def test_what_does_not_fit_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    file, out = tmp_path / "p.jsonl", tmp_path / "out.jsonl"
    file.write_bytes(MAGNET + b"\n" + DISK + b"\n")
    whole(file, out)
    kept = out.read_bytes()

    def refused(words: str, *options: str) -> None:
        before = out.read_bytes()
        ran = whole(file, out, *options)
        assert (ran.status, ran.out) == (2, "")
        assert words in ran.err
        assert out.read_bytes() == before

    refused('it was begun with readings {}, and this run has {"', "--reading", _any_reading())
    refused('with report "brief", and this run has "full"', "--report", "full")
    refused('it was begun with on ["2026-11-23"], and this run has ["2026-11-23", "2026-12-01"]', "--on", "2026-12-01")
    file.write_bytes(MAGNET + b"\n" + MAGNET + b"\n")
    refused(f"{file}:2 is not what it was when it was judged")
    file.write_bytes(MAGNET + b"\n")
    refused("it holds 2 results, and there are only 1 inputs now")
    for other in (b"my notes", b"my notes\n", b'{"format": "x"}\n'):
        out.write_bytes(other)
        refused("it is not the result of a batch")
    lines = kept.splitlines(keepends=True)
    for torn in ([lines[0], b"{\n"], [lines[0], lines[2]], [lines[0], b"\0\0\n", lines[1]]):
        out.write_bytes(b"".join(torn))
        refused("line 2 is")


def answered(**said: Any) -> Callable[[dict[str, Any]], None]:
    return lambda line: line.update(said)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (answered(status=0), "does not hold together"),
        (answered(status=12), "does not hold together"),
        (answered(answer="licence not required", status=0), "does not hold together"),
        (answered(answer="no", status=0), "does not hold together"),
        (answered(status=None, answer=None, skipped="a price table"), "does not hold together"),
        (answered(status=3, answer=None), "does not hold together"),
        (answered(status="0"), "does not hold together"),
        (answered(refused=[{}]), "does not hold together"),
        (lambda line: line.pop("status"), "does not hold together"),
        (lambda line: line.pop("answer"), "does not hold together"),
        (lambda line: line.pop("limbs"), "does not hold together"),
        (answered(days=[]), "does not hold together"),
        (answered(sha256=""), "is not what it was when it was judged"),
        (answered(name="another"), "is not what it was when it was judged"),
        (lambda line: line.pop("sha256"), "is not what it was when it was judged"),
    ],
)
def test_a_result_that_was_changed_is_not_gone_on_with(
    change: Callable[[dict[str, Any]], Any], words: str, tmp_path: Path
) -> None:
    file, out = tmp_path / "p.jsonl", tmp_path / "out.jsonl"
    file.write_bytes(LOOSE + b"\n")
    assert whole(file, out).status == 10
    head, line, end = out.read_bytes().splitlines()
    found = json.loads(line)
    change(found)
    out.write_bytes(b"\n".join((head, json.dumps(found).encode(), end, b"")))
    before = out.read_bytes()
    ran = whole(file, out)
    assert (ran.status, words in ran.err, out.read_bytes()) == (2, True, before)


def test_every_result_holds_together() -> None:
    for days in ((), ("--on", "2026-12-01"), ("--days", "boundaries"), ("--report", "full")):
        _, lines = batch(EXAMPLES / "portfolio" / "portfolio.jsonl", *days)
        assert all(batch_line.holds_together(line) for line in lines if "position" in line)


def _any_reading() -> str:
    reading = next(iter(load_rules().readings.values()))
    return f"{reading.id}={reading.options[0].id}"


def test_a_line_that_is_put_together_is_written_like_any_other() -> None:
    """What follows of another product is joined to names of its own: whatever these hold, it is the line that is written."""
    odd = (
        'a "quoted" name',
        "back\\slash",
        "two\nlines",
        "钕铁硼",
        "\u2028",
        "half \udcff",
        "",
        "1",
        "\x00",
        '","status":0,"x":"',
    )
    after = {"status": 11, "answer": "undetermined", "limbs": [{"rule": "r", "standing": "open"}], "refused": []}
    seen = 0
    for name, product in itertools.product(odd, odd):
        for more in ({}, {"shipment_sha256": "b"}):
            head = {"position": 12, "name": name, "sha256": "a", **more}
            line = {**head, "product": product, **after}
            assert batch_line.joined(head, product, batch_line.after_product(line, head)) == batch_line.written(line)
            seen += 1
    assert seen == 200


def test_a_second_run_into_the_same_file_is_kept_out(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    file, out = tmp_path / "p.jsonl", tmp_path / "out.jsonl"
    file.write_bytes(DISK)
    with out.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = whole(file, out)
    assert (ran.status, "another run is writing" in ran.err) == (2, True)


def test_a_run_that_is_killed_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    file, out, again = tmp_path / "p.jsonl", tmp_path / "out.jsonl", tmp_path / "again.jsonl"
    disk = json.loads(DISK)
    products = [{**disk["product"], "part_number": f"DISK-{number}"} for number in range(300)]
    documents = [json.dumps({**disk, "product": product}).encode() for product in products]
    file.write_bytes(b"\n".join(documents) + b"\n")
    command = [*CHECK, str(file), "--on", "2026-11-23", "--jobs", "1"]
    killed = 0
    for _ in range(2):
        with subprocess.Popen([*command, "--output", str(out)], cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            before = out.read_bytes().count(b"\n") if out.exists() else 1
            while process.poll() is None and (not out.exists() or out.read_bytes().count(b"\n") <= before):
                time.sleep(0.01)
            process.kill()
        killed += process.wait() == -signal.SIGKILL
    assert killed > 0
    assert whole(file, out).status == 0
    whole(file, again)
    assert out.read_bytes() == again.read_bytes()
    assert [json.loads(line)["position"] for line in out.read_bytes().splitlines()[1:-1]] == list(range(300))


def test_a_worker_that_is_killed_in_a_run_costs_nothing(tmp_path: Path) -> None:
    if not Path("/proc/self/task").is_dir():
        pytest.skip("needs /proc to find the worker")
    file, out = tmp_path / "p.jsonl", tmp_path / "out.jsonl"
    file.write_bytes((DISK + b"\n") * 200)
    command = [*CHECK, str(file), "--on", "2026-11-23", "--jobs", "1"]
    with subprocess.Popen([*command, "--output", str(out)], cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and (not out.exists() or out.read_bytes().count(b"\n") < 2):
            time.sleep(0.01)
        killed = [child for child in _children(process.pid) if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
        for child in killed:
            os.kill(child, signal.SIGKILL)
        assert process.wait(120) == 0
    assert len(killed) == 1
    lines = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [line["position"] for line in lines[1:-1]] == list(range(200))
    assert lines[-1]["end"]["not_required"] == 200


def _children(of: int) -> list[int]:
    return [int(one) for task in Path(f"/proc/{of}/task").iterdir() for one in (task / "children").read_text().split()]


# ---- bounds


def test_a_product_that_takes_too_long_or_is_too_large_is_refused_alone(tmp_path: Path) -> None:
    deep = b'{"format":"rare-earth-bom/1","product":' + b'{"parts":[' * 60_000 + b'{"part_number":"E"}' + b"]}" * 60_000 + b"}"
    file = tmp_path / "p.jsonl"
    file.write_bytes(b"\n".join([DISK, deep, DISK, b" " * 800_000 + DISK, DISK]))
    ran, lines = batch(file, "--time-limit", "3s", "--max-bytes", "750KiB")
    assert statuses(lines) == [0, 3, 0, 3, 0]
    assert [line["refused"][0]["message"] for line in lines[1:-1] if line["refused"]] == [
        "was not judged within 3 s",
        f"has {800_000 + len(DISK):,} bytes, and no more than 768,000 are read of one product",
    ]
    assert ran.status == 3


def peak(count: int, pack: RulePack) -> int:
    """The most memory that is held while so many lines are read and judged as one worker does."""

    class Endless(io.RawIOBase):
        """Lines that stand nowhere."""

        def __init__(self) -> None:
            self.left = itertools.repeat(NOTHING + b"\n", count)

        def readable(self) -> bool:
            return True

        def readinto(self, into: Any) -> int:
            line = next(self.left, b"")
            into[: len(line)] = line
            return len(line)

    judge = begin(Under(pack=pack, days=(DAY,), today=DAY))
    tally = Tally()
    judge(0, Given(name="x", data=NOTHING))
    source = sources.lines_from(io.BufferedReader(Endless()), "x", MOST)
    tracemalloc.start()
    try:
        seen = since = 0
        for piece in source.pieces():
            for one in piece.given():
                tally.add(json.loads(judge(seen, one)))
                seen += 1
            since = processes.looked_through(since + 1)
        assert seen == tally.products == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_products(pack: RulePack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LINES", 1)  # so that the collector looks through it time and again
    assert peak(6 * processes.TASKS, pack) < 1.25 * peak(3 * processes.TASKS // 2, pack)


@pytest.mark.long
def test_memory_does_not_grow_over_many_products(tmp_path: Path) -> None:
    """Of the processes themselves: the largest of the command and its worker, over 1,000 lines and over 20,000."""
    largest = []
    for count in (1_000, 20_000):
        file = tmp_path / f"{count}.jsonl"
        file.write_bytes((NOTHING + b"\n") * count)
        program = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        command = [sys.executable, "-c", program, *CHECK, str(file), "--on", "2026-11-23", "--output", os.devnull]
        told = subprocess.run(
            [sys.executable, "-c", program, *command, "--output", os.devnull], cwd=ROOT, capture_output=True, check=True
        )
        largest.append(int(told.stdout))
    assert largest[1] < 1.25 * largest[0], largest


# ---- several days


def test_an_answer_that_changes_is_told_with_the_limb(tmp_path: Path, pack: RulePack) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes(MAGNET + b"\n" + NOTHING + b"\n{\n")
    days = ("2025-10-20", "2025-12-01")
    ran = run(("check", "--batch", str(file), "--jobs", "1", "--on", days[1], "--on", days[0]))
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [[day["on"] for day in line.get("days", [])] for line in lines[1:-1]] == [list(days), list(days), []]
    assert [day["status"] for day in lines[1]["days"]] == [10, 0]
    assert lines[1]["status"] == 10
    assert lines[1]["changes"] == [
        {
            "from": days[0],
            "to": days[1],
            "was": 10,
            "becomes": 0,
            "limbs": [{"rule": "cn-mofcom-2025-61/1.3", "was": "applies", "becomes": "asleep"}],
        }
    ]
    assert lines[-1]["end"]["changing"] == 1 + bool(lines[2]["changes"])
    assert "cn-mofcom-2025-61/1.3" in ran.err
    for day, found in zip(days, lines[1]["days"], strict=True):
        alone = determine(read_shipment(MAGNET), pack, on=date.fromisoformat(day))
        assert (found["answer"], found["status"]) == (alone.answer.value, status_of(alone))


def test_boundaries_are_the_days_on_which_the_law_changes(tmp_path: Path, pack: RulePack) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes(MAGNET)
    ran = run(("check", "--batch", str(file), "--jobs", "1", "--on", "2025-10-20", "--days", "boundaries"))
    lines = [json.loads(line) for line in ran.out.splitlines()]
    later = [day for day in days_of_change(pack) if day > date(2025, 10, 20)]
    assert [day["on"] for day in lines[1]["days"]] == ["2025-10-20", *(day.isoformat() for day in later)]
    # Between two boundaries nothing changes: the state of every rule is the same on all days of a stretch.
    moved = {change["to"] for change in lines[1]["changes"]}
    assert moved
    assert moved <= {day.isoformat() for day in later}


# ---- the summary


def line(status: int | None, *, asks: Iterable[str] = (), limbs: Iterable[str] = (), **others: Any) -> dict[str, Any]:
    return {
        "name": "n",
        "product": "P",
        "status": status,
        "asks": [{"kind": "fact", "about": one} for one in asks],
        "limbs": [{"rule": one, "standing": "open"} for one in limbs],
        "refused": [{"message": "m"}],
        **others,
    }


def test_questions_are_ranked_by_what_they_leave_settled() -> None:
    tally = Tally()
    for asks, count in (("a", 3), ("ab", 4), ("b", 1), ("cd", 2), ("", 1)):
        for _ in range(count):
            tally.add(line(11, asks=asks))
    tally.add(line(10, asks="e"))
    found = [(one.about, one.waits, one.settles) for one in tally.questions(9)]
    assert found == [("a", 7, 3), ("b", 5, 8), ("c", 2, 8), ("d", 2, 10)]


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([], 4),
        ([3], 3),
        ([None], 4),
        ([None, 0], 0),
        ([0, 12], 12),
        ([0, 11, 12], 11),
        ([10, 11, 0], 10),
        ([0, 3, 10], 3),
    ],
)
def test_the_worst_line_is_the_status(found: list[int | None], status: int) -> None:
    tally = Tally()
    for one in found:
        tally.add(line(one))
    assert tally.status == tally.document()["status"] == status


def test_the_summary_stands_where_the_results_do_not(tmp_path: Path) -> None:
    file, out, summary = tmp_path / "p.jsonl", tmp_path / "out.jsonl", tmp_path / "summary.json"
    file.write_bytes(MAGNET + b"\n" + DISK)
    to_pipe, lines = batch(file)
    to_file = whole(file, out, "--summary", str(summary))
    assert to_pipe.out.encode() == out.read_bytes()
    assert to_pipe.err == to_file.out != ""
    assert to_file.err == ""
    assert json.loads(summary.read_text(encoding="utf-8")) == lines[-1]["end"]
    assert (lines[-1]["end"]["undetermined"], lines[-1]["end"]["not_required"]) == (1, 1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("p.jsonl", "--batch", "q.jsonl"), "--batch stands in place of FILE"),
        (("--batch", "p.json"), "a .json file is one document"),
        (("--batch", "p.jsonl", "--format", "json"), "--format json: with --batch every result is a line of JSON"),
        (("--batch", "p.jsonl", "--lang", "zh"), "--lang does not go with --batch"),
        (("--batch", "p.jsonl", "--weigh"), "--weigh does not go with --batch"),
        (("--batch", "p.jsonl", "--record", "r"), "--record does not go with --batch"),
        (("--batch", "p.jsonl", "--output", "sarif=x"), "--output takes one FILE with --batch"),
        (("--batch", "p.jsonl", "--shipment", "a", "--shipment", "b"), "--shipment is given twice"),
        (("--batch", "p.jsonl", "--days", "all"), "--days all: expected boundaries"),
        (("--batch", "p.jsonl", "--report", "long"), "--report long: expected one of brief, full"),
        (("--batch", "p.jsonl", "--memory", "much"), "--memory much: expected a number above zero"),
        (("p.json", "--jobs", "2"), "--jobs goes with --batch"),
        (("p.json", "--column", "x"), "--column goes with --batch"),
        (("p.json", "--on", "2026-11-23", "--on", "2026-11-24"), "--on is given twice"),
        ((), "name a FILE with product data"),
    ],
)
def test_wrong_usage(options: tuple[str, ...], words: str) -> None:
    ran = run(("check", *options))
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


def test_what_all_products_share_is_refused_before_any_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes(DISK)
    for options in (
        ("--shipment", "missing.json"),
        ("--prices", "missing.json"),
        ("--reading", "x=y"),
        ("--rules", "examples"),
    ):
        ran, lines = batch(file, *options)
        assert (ran.status, lines) == (3, []), options
        assert ran.err


@pytest.mark.parametrize(
    ("days", "judged", "changes"),
    [
        (("2026-11-23",), "judged for  2026-11-23\n", ""),
        (
            ("2026-11-24", "2026-11-23"),
            "judged for  2026-11-23, 2026-11-24; each product counts with its worst day\n",
            "No answer changes between these days\n",
        ),
        (("2025-10-20", "2025-12-01"), "judged for  2025-10-20, 2025-12-01; each", "The answer changes for 1 product\n"),
        ((), "judged for  the day of each shipment; 2031-01-01 where it names none\n", ""),
    ],
)
def test_the_summary_names_its_days_and_says_when_nothing_changes(
    days: tuple[str, ...], judged: str, changes: str, tmp_path: Path
) -> None:
    file, summary = tmp_path / "p.jsonl", tmp_path / "summary.json"
    file.write_bytes(MAGNET)
    options = [part for day in days for part in ("--on", day)]
    told = run(("check", "--batch", str(file), "--jobs", "1", "--summary", str(summary), *options)).err
    assert judged in told
    assert changes in told
    assert ("answer changes" in told.lower()) == bool(changes)
    assert json.loads(summary.read_text(encoding="utf-8"))["on"] == sorted(days)


def test_nothing_judged_is_no_answer_that_stays(tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes(b"{\n")
    told = run(("check", "--batch", str(file), "--jobs", "1", "--on", "2026-11-23", "--on", "2026-11-24")).err
    assert "judged for" in told
    assert "answer changes" not in told.lower()


def test_the_words_of_a_summary_can_be_read(pack: RulePack) -> None:
    tally = Tally()
    tally.add(line(11, asks=("item.contains",)))
    tally.add(line(None))
    texts = str(list(summary_blocks(tally, pack, DAY)))
    assert "Does it contain the elements that a list names?" in texts
    assert "“nothing else open” counts the undetermined products" in texts
    assert "1 file holds a price table" in texts
