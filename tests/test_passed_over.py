"""What is found in a folder or archive and has another name, or another way to it, is judged, refused or told."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.batch.archives import members
from rare_earth_compliance.cli import folders
from rare_earth_compliance.cli.folders import anything, in_folder, of_glob
from rare_earth_compliance.core.files import open_file
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.product.names import LeftOut, may_be_product
from tests.running import ROOT, Ran, run
from tests.test_doors import DAY, MAGNET, TABLE, archive
from tests.test_gate import clear, gate, project

REQUIRED = MAGNET.read_bytes()
CLEAR = json.dumps(clear()).encode()
SETTLED = f'confirm-status = ["{ROOT}/examples/ebike-motor/status-lapsed.yaml"]\n'


def put(folder: Path, **files: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def judged(ran: Ran) -> list[str]:
    """The files of which a gate reports a determination."""
    return [one["file"] for one in json.loads(ran.out)["determinations"]]


def gated(folder: Path, products: str, exclude: str) -> tuple[int, list[str]]:
    (folder / "rare-earth.toml").write_text(f"products = {products}\nexclude = {exclude}\n", encoding="utf-8")
    ran = gate(folder, "--format", "json")
    return ran.status, judged(ran)


# ---- a file with several names


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A clear product, and one that needs a licence in a folder to which a link leads as well."""
    put(tmp_path / "boms", a_json=CLEAR)
    put(tmp_path / "boms" / "new", b_json=REQUIRED)
    (tmp_path / "boms" / "old").symlink_to("new")
    return tmp_path


NEW, OLD = "boms/new/b.json", "boms/old/b.json"


@pytest.mark.parametrize("products", ['["boms/**/*.json"]', '["boms/**"]', '["boms"]', '["boms/*/*.json", "boms/a.json"]'])
@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ('["boms/old/*.json"]', [NEW]),
        ('["boms/old"]', [NEW]),
        ('["boms/new/*.json"]', [OLD]),
        ('["boms/new/b.json", "boms/old/b.json"]', []),
        ('["boms/*/b.json"]', []),
        ('["boms/**/b.json"]', []),
    ],
)
def test_a_file_is_excluded_only_by_all_of_its_names(products: str, exclude: str, left: list[str], linked: Path) -> None:
    status, found = gated(linked, products, exclude)
    assert (status, sorted(found)) == (10 if left else 0, ["boms/a.json", *left])


def test_two_links_to_a_folder_elsewhere_are_two_names(tmp_path: Path) -> None:
    put(tmp_path / "p" / "boms", a_json=CLEAR)
    put(tmp_path / "elsewhere", b_json=REQUIRED)
    for name in "xy":
        (tmp_path / "p" / "boms" / name).symlink_to(tmp_path / "elsewhere")
    for products in ('["boms"]', '["boms/**/*.json"]'):
        assert gated(tmp_path / "p", products, "[]")[0] == 10
        for one, other in ("xy", "yx"):
            assert gated(tmp_path / "p", products, f'["boms/{one}/*.json"]') == (10, ["boms/a.json", f"boms/{other}/b.json"])
        assert gated(tmp_path / "p", products, '["boms/x/*.json", "boms/y/*.json"]') == (0, ["boms/a.json"])


def test_links_that_lead_round_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "boms", a_json=CLEAR)
    put(tmp_path / "boms" / "in", b_json=CLEAR)
    (tmp_path / "boms" / "in" / "up").symlink_to("..")
    (tmp_path / "boms" / "self").symlink_to(".")
    assert gated(tmp_path, '["boms/**/*.json"]', '["boms/in/*.json"]') == (0, ["boms/a.json"])
    for number in range(8):
        folder = put(tmp_path / "boms" / f"d{number}")
        for other in range(8):
            (folder / f"l{other}").symlink_to(f"../d{other}")
    assert len(in_folder(tmp_path / "boms").files) == 2
    for every in (lambda: in_folder(tmp_path / "boms", every_name=True), lambda: of_glob(f"{tmp_path}/**", every_name=True)):
        with pytest.raises(Refused, match=f"more than {folders.NAMES} names"):
            every()
    ran = gate(tmp_path)
    assert (ran.status, "what is excluded by name can not be told" in " ".join(ran.out.split())) == (3, True)


# ---- records


def test_in_a_folder_of_records_every_file_is_one(tmp_path: Path) -> None:
    taken = tmp_path / "records"
    taken.mkdir()
    name = "examples/loose-or-fixed/loose.json"
    assert run(("check", name, *DAY, "--record", str(taken / "R.json"))).status == 10
    shutil.move(taken / "R.json", taken / "R")
    assert run(("check", "examples/loose-or-fixed/motor.json", *DAY, "--record", str(taken / "a.json"))).status == 0
    changed = ("--on", "2020-01-01", "--format", "json")
    ran = run(("replay", str(taken), *changed))
    assert (ran.status, json.loads(ran.out)["judged"], json.loads(ran.out)["changed"]) == (10, 2, 1)
    (taken / "R").write_bytes(b"no record")
    assert run(("replay", str(taken), *changed)).status == 3


# ---- what follows a packed stream


PACKERS: dict[str, Callable[[bytes], bytes]] = {".tar.gz": gzip.compress, ".tar.bz2": bz2.compress, ".tar.xz": lzma.compress}


def tarred(folder: Path, **files: bytes) -> bytes:
    return archive(folder / "made.tar", {name.replace("_", "."): data for name, data in files.items()}).read_bytes()


@pytest.mark.parametrize("ending", PACKERS)
def test_what_follows_a_packed_stream_is_told(ending: str, tmp_path: Path) -> None:
    pack = PACKERS[ending]
    one, two = tarred(tmp_path, a_json=CLEAR), tarred(tmp_path, b_json=REQUIRED)
    half = len(one) // 3
    ways: dict[str, tuple[bytes, int]] = {
        "whole": (pack(one), 0),
        "in two streams": (pack(one[:half]) + pack(one[half:]), 0),
        "in two streams with zeros between": (pack(one[:half]) + bytes(512) + pack(one[half:]), 0),
        "zeros after it": (pack(one) + bytes(100_000), 0),
        "another archive": (pack(one) + pack(two), 3),
        "another archive after zeros": (pack(one) + bytes(512) + pack(two), 3),
        "a damaged one": (pack(one) + b"X" + pack(two)[1:], 3),
        "a damaged one after zeros": (pack(one) + bytes(512) + b"X" + pack(two)[1:], 3),
        "a byte": (pack(one) + b"X", 3),
        "the head of another one": (pack(one) + pack(two)[:4], 3),
        "half of another one": (pack(one) + pack(two)[: len(pack(two)) // 2], 3),
        "cut off": (pack(one)[:-4], 3),
        "a stream that goes on with a damaged one": (pack(one[:half]) + b"X" + pack(one[half:])[1:], 3),
    }
    found = {}
    for way, (data, _) in ways.items():
        (tmp_path / f"p{ending}").write_bytes(data)
        ran = run(("check", "--batch", str(tmp_path / f"p{ending}"), "--jobs", "1", *DAY))
        found[way] = ran.status
    assert found == {way: status for way, (_, status) in ways.items()}


@pytest.mark.parametrize("ending", PACKERS)
def test_what_is_unpacked_is_what_was_packed(ending: str, tmp_path: Path) -> None:
    files = {"a.json": b"[]" * 300_000, "b.json": os.urandom(200_000), "c.json": b""}
    whole = archive(tmp_path / "p.tar", files).read_bytes()
    (tmp_path / "packed").write_bytes(
        b"".join(PACKERS[ending](whole[at : at + 100_000]) for at in range(0, len(whole), 100_000))
    )
    found = {one.name.rpartition(":")[2]: one.data for one, _ in members(str(tmp_path / "packed"), 10**6, LeftOut())}
    assert found == files


# ---- names


@pytest.mark.parametrize(
    "name", ["a.json", "A.JSON", "a.json.txt", "a.jsonl", "a.json~", "a.ndjson", "a.tar.gz", "x/a.parquet"]
)
def test_a_name_that_may_be_one_of_product_data_is_looked_at(name: str) -> None:
    assert may_be_product(name)


@pytest.mark.parametrize("name", ["a", "json", "a.txt", "README.md", "boms.json/a.txt", "a.pdf"])
def test_other_names_are_not(name: str) -> None:
    assert not may_be_product(name)
    assert anything(name)


def doors(folder: Path, tmp_path: Path) -> dict[str, Ran]:
    """A folder of products judged by every door that takes one."""
    packed = tmp_path / "all.tar"
    with tarfile.open(packed, "w") as made:
        made.add(folder, "boms")
    shutil.rmtree(tmp_path / "all.store", ignore_errors=True)
    put(tmp_path, **{"rare-earth_toml": f'products = ["{folder.name}"]\n'.encode()})
    stored = run(("store", str(folder), str(tmp_path / "all.store")))
    assert stored.status in (0, 3)
    return {
        "check": run(("check", str(folder), *DAY)),
        "markdown": run(("check", str(folder), *DAY, "--format", "markdown")),
        "json": run(("check", str(folder), *DAY, "--format", "json")),
        "chinese": run(("check", str(folder), *DAY, "--lang", "zh")),
        "gate": gate(tmp_path),
        "sarif": gate(tmp_path, "--format", "sarif"),
        "github": gate(tmp_path, "--format", "github"),
        "folder": run(("check", "--batch", str(folder), "--jobs", "1", *DAY)),
        "archive": run(("check", "--batch", str(packed), "--jobs", "1", *DAY)),
        "store": Ran(run(("check", "--batch", str(tmp_path / "all.store"), "--jobs", "1", *DAY)).status, stored.out, ""),
        "stored": run(("check", "--batch", str(tmp_path / "all.store"), "--jobs", "1", *DAY)),
    }


@pytest.mark.parametrize(("name", "data"), [("b_json_txt", REQUIRED), ("b_jsonl", REQUIRED), ("b_JSON~", REQUIRED)])
def test_a_product_under_a_name_that_is_almost_right_is_judged(name: str, data: bytes, tmp_path: Path) -> None:
    found = doors(put(tmp_path / "boms", a_json=CLEAR, **{name: data}), tmp_path)
    assert {door: ran.status for door, ran in found.items()} == dict.fromkeys(found, 10)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("b_jsonl", b"\n".join(json.dumps(json.loads(one)).encode() for one in (CLEAR, REQUIRED))),
        ("b_tgz", gzip.compress(b"", mtime=0)),
    ],
)
def test_many_products_in_one_file_among_others_are_refused(name: str, data: bytes, tmp_path: Path) -> None:
    found = doors(put(tmp_path / "boms", a_json=CLEAR, **{name: data}), tmp_path)
    assert {door: ran.status for door, ran in found.items()} == dict.fromkeys(found, 3)


def test_what_is_passed_over_by_its_name_is_told_at_every_door(tmp_path: Path) -> None:
    folder = put(tmp_path / "boms", a_json=CLEAR, b_json=TABLE.encode(), **{f"n{number}_txt": b"x" for number in range(7)})
    found = doors(folder, tmp_path)
    assert {door: ran.status for door, ran in found.items()} == dict.fromkeys(found, 0)
    told = {door: "".join((ran.out + ran.err).replace("\\", "").split()) for door, ran in found.items()}
    wanted = dict.fromkeys(told, "7fileswithout.jsoninthename:") | {
        "json": '"left_out":{"count":7,"first":[',
        "chinese": "未读取：7个名称中不含.json的文件：",
    }
    assert {door: text for door, text in told.items() if wanted[door] not in text} == {}
    assert {door: text for door, text in told.items() if "n0.txt" not in text or "n4.txt" not in text} == {}
    last = json.loads(found["archive"].out.splitlines()[-1])["end"]
    assert (last["left_out"]["count"], len(last["left_out"]["first"])) == (7, 5)


def test_what_a_project_excludes_is_not_told_again(tmp_path: Path) -> None:
    here = project(tmp_path, 'products = ["boms"]\nexclude = ["boms/*.txt", "boms/*.jsonl"]\n', a=clear())
    put(here / "boms", x_txt=b"x", y_jsonl=b"{}\n{}\n", z_md=b"")
    ran = gate(here, "--format", "json")
    told = json.loads(ran.out)
    assert (ran.status, told["left_out"], told["checked"]["files"]) == (
        0,
        {"count": 1, "first": ["boms/z.md"]},
        "1 to judge, 1 excluded",
    )


def test_an_archive_that_is_gone_on_with_tells_all_that_it_passed_over(tmp_path: Path) -> None:
    files: dict[str, Any] = {f"{number:03}{ending}": CLEAR for number in range(30) for ending in (".json", ".txt")}
    packed, out = archive(tmp_path / "p.tar", files), tmp_path / "out.jsonl"
    asked = ("check", "--batch", str(packed), "--jobs", "1", *DAY, "--output", str(out))
    assert run(asked).status == 0
    whole = out.read_bytes()
    out.write_bytes(b"".join(whole.splitlines(keepends=True)[:20]))
    ran = run(asked)
    assert (ran.status, out.read_bytes(), "30 files without .json in the name" in ran.out) == (0, whole, True)


@pytest.mark.parametrize("option", ["--output", "--summary"])
def test_no_result_is_written_among_the_products(option: str, tmp_path: Path) -> None:
    folder = put(tmp_path / "boms", a_json=CLEAR)
    put(folder / "in")
    for name in ("out.jsonl", "in/out.json"):
        ran = run(("check", "--batch", str(folder), "--jobs", "1", *DAY, option, str(folder / name)))
        assert (ran.status, "lies in the folder that is judged" in ran.err, (folder / name).exists()) == (2, True, False)
    assert run(("check", "--batch", str(folder), "--jobs", "1", *DAY, option, str(tmp_path / "out.jsonl"))).status == 0


# ---- what is no file


@pytest.mark.parametrize(
    "command",
    [
        ["check", *DAY, "boms"],
        ["check", *DAY, "boms/*.json"],
        ["check", *DAY, "--batch", "boms"],
        ["gate", *DAY, "boms"],
        ["replay", "boms"],
    ],
    ids=["check a folder", "check a glob", "batch", "gate", "replay"],
)
def test_a_pipe_in_a_folder_is_refused_and_nobody_waits_for_it(tmp_path: Path, command: list[str]) -> None:
    os.mkfifo(put(tmp_path / "boms", a_json=CLEAR) / "b.json")
    ran = subprocess.run(
        [sys.executable, "-m", "rare_earth_compliance", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ran.returncode == 3
    assert "b.json" in ran.stdout + ran.stderr
    assert "no file but a pipe" in ran.stdout + ran.stderr


def test_a_pipe_that_is_named_is_read(tmp_path: Path) -> None:
    """As a shell hands over what a command says."""
    os.mkfifo(tmp_path / "b.json")
    writer = threading.Thread(target=(tmp_path / "b.json").write_bytes, args=(REQUIRED,), daemon=True)
    writer.start()
    ran = run(["check", *DAY, str(tmp_path / "b.json")])
    writer.join(10)
    assert ran.status == 10


def test_a_file_is_opened_and_what_is_none_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "to").symlink_to("a")
    for name in ("a", "to"):
        with open_file(str(tmp_path / name)) as file:
            assert file.read() == b"a"
    before = len(os.listdir("/proc/self/fd"))
    for name in (str(tmp_path), "/dev/zero", str(tmp_path / "none"), "\0"):
        with pytest.raises((OSError, ValueError)):
            open_file(name)
    assert len(os.listdir("/proc/self/fd")) == before
