"""The summary of a report is short, and what it counts stands below it, whole and once."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rare_earth_compliance.reports.in_short import CLEARING, WITHOUT
from tests.running import run

BRACKET = {"format": "rare-earth-bom/1", "product": {"part_number": "B-1", "name": "steel bracket", "form": "part"}}
MOTOR = ("check", "examples/ebike-motor/assumed.json", "--shipment", "examples/ebike-motor/shipment.json")
OPEN = (*MOTOR, "--on", "2026-11-23")
CLEAR = (*MOTOR, "--on", "2025-12-01")


def told(args: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """A report as text without its line ends, and as data."""
    text = run((*args, "--format", "markdown")).out.replace("\\", "")
    return text, json.loads(run((*args, "--format", "json")).out)["determinations"][0]


def part(text: str, heading: str) -> str:
    """What stands below a heading, which stands once."""
    assert text.count(f"\n## {heading}\n") == 1
    return text.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]


@pytest.mark.parametrize(("args", "heading"), [(OPEN, WITHOUT), (CLEAR, CLEARING)])
def test_every_rule_without_consequence_stands_once_with_its_whole_reason(args: tuple[str, ...], heading: str) -> None:
    text, data = told(args)
    without = {one["rule"]: one["because"] for one in data["limbs"] if one["standing"] in ("does not apply", "asleep")}
    assert len(without) > 20
    said = dict.fromkeys(without, 0)
    for line in part(text, heading).strip().splitlines():
        rules, _, because = line.removeprefix("- ").partition(": ")
        for rule in rules.split(", "):
            assert because == without[rule]
            said[rule] += 1
    assert set(said.values()) == {1}
    says = "have no consequence, whatever is answered" if heading == WITHOUT else "lead to no licence"
    assert f"{len(without)} rules {says}: see “{heading}”" in part(text, "In short")


@pytest.mark.parametrize(("args", "most"), [(OPEN, 25), (CLEAR, 8)])
def test_it_is_short_on_a_narrow_terminal(args: tuple[str, ...], most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rare_earth_compliance.reports.terminal.WIDTH", 80)
    lines = run(args).out.split("\nIn short\n")[1].split("\n\n")[0].splitlines()
    assert 2 <= len(lines) <= most
    assert "asked: is" not in "\n".join(lines)


def test_it_names_what_is_open_before_what_is_missing_and_what_has_no_consequence() -> None:
    text, data = told(OPEN)
    labels = re.findall(r"^- \*\*([a-z ]+)\*\*", part(text, "In short"), re.MULTILINE)
    assert labels == ["open", "missing", "reading", "status", "the others"]
    for one in data["asks_for"]:
        assert one["kind"] != "reading" or one["about"] in part(text, "In short")
        assert one["question"][1:] in part(text, "What to ask, most decisive first")


# ---- the order of the questions


@pytest.fixture
def bracket(tmp_path: Any) -> str:
    file = tmp_path / "bracket.json"
    file.write_text(json.dumps(BRACKET), encoding="utf-8")
    return str(file)


def test_a_status_that_settles_nothing_is_asked_last(bracket: str) -> None:
    args = ("check", bracket, "--on", "2026-11-24")
    text, data = told(args)
    assert {one["answer"] for one in data["outlook"]} == {data["answer"]} == {"undetermined"}
    asked = [(one["kind"], one["about"]) for one in data["asks_for"]]
    assert asked[-1] == ("status", "suspension-70")
    assert [kind for kind, _ in asked].count("status") == 1
    questions = re.findall(r"^### ([0-9]+)\.? ?(.*)$", part(text, "What to ask, most decisive first"), re.MULTILINE)
    assert len(questions) == len(asked)
    assert [one["question"][1:] for one in data["asks_for"]] == [question[1:] for _, question in questions]
    batch = run(("check", "--batch", "-", "--jobs", "1", "--on", "2026-11-24"), json.dumps(BRACKET).encode())
    line = json.loads(batch.out.splitlines()[1])
    assert [(one["kind"], one["about"]) for one in line["asks"]] == asked


def test_a_status_that_settles_something_keeps_its_rank() -> None:
    _, data = told(OPEN)
    assert {one["answer"] for one in data["outlook"]} == {"undetermined", "licence not required"}
    waits = [one["waits"] for one in data["asks_for"]]
    assert data["asks_for"][0]["about"] == "suspension-70"
    assert waits == sorted(waits, reverse=True)


# ---- wording


def test_what_must_not_be_so_is_said_so_and_no_state_is_said_twice() -> None:
    text, data = told(("check", "examples/loose-or-fixed/loose.json", "--on", "2026-11-23"))
    assert "must not be so – fixed in another item: no" in text
    assert "[yes] not" not in text
    states = [one["because"] for one in data["states"] if one["because"].startswith(one["state"])]
    assert states
    assert all(because in text for because in states)
    assert not re.search(r"(in force|suspended|ended)(:| –) \1", text)
