"""The help of a command flows into the lines of a terminal: no paragraph is broken where its source was."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from rare_earth_compliance.cli.app import app
from tests.running import run


def commands(found: Any, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for name, one in getattr(found, "commands", {}).items():
        yield from commands(one, *names, name)


EVERY = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("names", EVERY, ids=" ".join)
def test_a_line_of_help_ends_where_the_next_word_has_no_room(names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 80)
    lines = [line.strip() for line in run((*names, "--help")).out.splitlines()]
    prose = [line if line[:1] not in "╭│╰" else "" for line in lines]
    torn = [
        (line, after)
        for line, after in itertools.pairwise(prose)
        if line and after and len(line) + 1 + len(after.split(" ")[0]) <= 78
    ]
    assert torn == []
    assert max(map(len, lines)) <= 80
    assert any(prose)


def test_every_command_is_looked_at() -> None:
    assert len(EVERY) >= 19
    assert {("check",), ("rules", "prove"), ("serve",)} <= set(EVERY)


@pytest.mark.parametrize(
    "line",
    [
        *((*names, "--help") for names in EVERY),
        (),
        ("--nothing",),
        ("chekc",),
        ("rules",),
        ("rules", "chekc"),
        *((*names, "--nothing") for names in EVERY[1:]),
        ("CHECK", "--help"),
        ("check", "a.json", "--jobs", "2"),
        ("explain",),
        ("explain", "nothing"),
    ],
    ids=lambda line: " ".join(line) or "nothing",
)
def test_a_line_is_answered_as_by_all_commands_together(line: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """What is made ready for one line alone says the same as the whole."""
    told = []
    for program in (app, typer.main.get_command(app)):
        with pytest.raises(SystemExit) as ended:
            program(list(line), prog_name="rare-earth")
        told.append((ended.value.code, *capsys.readouterr()))
    assert told[0] == told[1]
    assert "".join(told[0][1:])


def test_no_more_is_made_ready_than_a_line_asks_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: set[str] = set()
    whole = typer.main.get_params_from_function

    def counted(function: Any) -> Any:
        found = whole(function)
        made.update(found)
        return found

    monkeypatch.setattr("typer.main.get_params_from_function", counted)
    for line, most in (
        (["--help"], 0),
        (["explain", "--help"], 2),
        (["rules", "--help"], 0),
        (["rules", "prove", "-h"], 6),
        ([], 0),
    ):
        made.clear()
        with pytest.raises(SystemExit):
            app(line, prog_name="rare-earth")
        capsys.readouterr()
        assert len(made) <= most, line
    with pytest.raises(SystemExit):
        app(["chekc"], prog_name="rare-earth")
    capsys.readouterr()
    assert len(made) > 30
