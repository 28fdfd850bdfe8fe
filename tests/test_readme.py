"""What README.md prints is what the tool prints: its help, word for word; and its limits are those of the code.

So are the numbers that it and the examples tell of readings and of what is asked.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
import typer

from rare_earth_compliance.cli import check, output, serve
from rare_earth_compliance.cli.app import app
from rare_earth_compliance.cli.serve import BYTES
from rare_earth_compliance.core import json_text, plain, quantities, yaml_text
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.product import document, magnitude, reader
from rare_earth_compliance.reports import from_json
from rare_earth_compliance.service import running
from tests.running import EXAMPLES, ROOT, run

README = (ROOT / "README.md").read_text(encoding="utf-8")
PRINTED = re.findall(r"<!-- (rare-earth[^>]*) -->\n```text\n(.*?)```\n", README, re.DOTALL)


def test_there_is_something_printed() -> None:
    assert [command for command, _ in PRINTED] == ["rare-earth --help", "rare-earth rules --help"]


@pytest.mark.parametrize(("command", "text"), PRINTED)
def test_help_is_as_it_is_printed(command: str, text: str) -> None:
    assert text == printed(command), f"put this into README.md below {command!r}:\n{printed(command)}"


def printed(command: str) -> str:
    """What a command prints where nothing is known of the terminal."""
    environment = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    args = [sys.executable, "-m", "rare_earth_compliance", *command.split()[1:]]
    ran = subprocess.run(args, capture_output=True, env=environment, cwd=ROOT, check=True)
    return "\n".join(line.rstrip() for line in ran.stdout.decode().strip().splitlines()) + "\n"


# ---- what is counted


def test_the_summary_of_a_portfolio_begins_as_it_is_printed() -> None:
    (command, sample) = re.findall(
        r"    rare-earth (check --batch examples[^\n]*)\n\n```text\n(.*?)…\n```\n", README, re.DOTALL
    )[0]
    kept = (EXAMPLES / "portfolio" / "summary.txt").read_text(encoding="utf-8")
    assert len(sample.splitlines()) > 5
    assert kept.startswith(sample), f"put this into README.md below {command!r}:\n{kept[: len(sample)]}"


def test_the_readings_are_as_many_as_it_says() -> None:
    assert f" {len(load().readings)} open questions are named readings." in " ".join(README.split())


@pytest.mark.parametrize("example", ["erp-sap", "erp-tryton"])
def test_what_an_erp_leaves_open_is_as_much_as_is_said(example: str) -> None:
    told = " ".join((EXAMPLES / example / "README.md").read_text(encoding="utf-8").split())
    for file, says in (
        ("from-erp", "undetermined, with {} kinds of facts to ask for."),
        ("with-declarations", "With the declarations {} kinds of facts are left, beside readings and the status of the law."),
    ):
        folder = f"examples/{example}"
        args = ("check", f"{folder}/{file}.json", "--shipment", f"{folder}/shipment.json", "--on", "2026-11-23")
        (found,) = json.loads(run((*args, "--format", "json")).out)["determinations"]
        assert {one["kind"] for one in found["asks_for"]} == {"fact", "reading", "status"}
        assert says.format(sum(one["kind"] == "fact" for one in found["asks_for"])) in told


# ---- limits

TEXT = next(one.max_length for one in document.Text.__metadata__ if one.max_length)
MIB, GIB = 1024**2, 1024**3
LIMITS = (
    f"{quantities.MAX_TEXT} characters, an exponent of ±{quantities.MAX_EXPONENT};",
    f"what quantities multiply to: {magnitude.MAX_BITS:,} bits |",
    f"| {TEXT:,} characters |",
    f"| {yaml_text.MAX_BYTES // MIB} MiB, lines of {yaml_text.MAX_SCALAR:,} characters;",
    f"| {reader.MOST:,}; of repeated keys {json_text.MANY} |",
    f"| {plain.MOST:,} values |",
    f"| traces {from_json.DEEPEST} deep, numbers of {from_json.LONGEST:,} characters |",
    f"a worker has {running.MEMORY_AT_LEAST // GIB} GiB, or {running.MEMORY_PER_BYTE} bytes for each byte",
    f"ends with {check.INTERRUPTED}, one whose reader went away with {output.BROKEN_PIPE}",
)


def test_the_limits_are_those_of_the_code() -> None:
    told = " ".join(README.split())
    assert [one for one in LIMITS if one not in told] == []
    assert (yaml_text.MAX_BYTES % MIB, running.MEMORY_AT_LEAST % GIB) == (0, 0)
    command = typer.main.get_command(app).commands["serve"]
    size, seconds = (
        next(one.default for one in command.params if name in one.opts) for name in ("--max-bytes", "--time-limit")
    )
    assert f"| {serve.amount('', size, BYTES, upper=True) // MIB} MiB, {seconds.removesuffix('s')} s;" in told


def product(**item: object) -> bytes:
    return json.dumps({"format": document.FORMAT, "product": item}).encode()


def levels(count: int) -> bytes:
    """Parts inside each other, each 10^100 times: some 332 bits a level."""
    item: dict[str, object] = {}
    for _ in range(count):
        item = {"parts": [{"quantity": "1e100", **item}]}
    return product(**item)


@pytest.mark.parametrize(
    ("inside", "beyond"),
    [
        (product(mass="9" * quantities.MAX_TEXT + " kg"), product(mass="9" * (quantities.MAX_TEXT + 1) + " kg")),
        (product(mass=f"1e{quantities.MAX_EXPONENT} kg"), product(mass=f"1e{quantities.MAX_EXPONENT + 1} kg")),
        (product(name="x" * TEXT), product(name="x" * (TEXT + 1))),
        (levels(24), levels(25)),
    ],
    ids=["digits", "exponent", "text", "amounts"],
)
def test_a_limit_is_where_it_is_said_to_be(inside: bytes, beyond: bytes) -> None:
    assert reader.read(inside, "x.json").product is not None
    with pytest.raises(Refused):
        reader.read(beyond, "x.json")


def test_yaml_is_read_up_to_its_limits() -> None:
    line = "a: " + "x" * (yaml_text.MAX_SCALAR - 3)
    assert yaml_text.read(line.encode(), "x.yaml").value == {"a": line[3:]}
    for text in (f"{line}x", "# x\n" * (yaml_text.MAX_BYTES // 4) + "a: b"):
        with pytest.raises(Refused, match="at most"):
            yaml_text.read(text.encode(), "x.yaml")


def test_the_way_to_tell_a_fault_names_nobody() -> None:
    """No person, no address: the host's own way is said in words."""
    told = (ROOT / ".github" / "SECURITY.md").read_text(encoding="utf-8")
    assert re.findall(r"@|https?:|mailto|www\.", told) == []
    assert "private reporting of vulnerabilities" in told
    assert "(.github/SECURITY.md)" in README
