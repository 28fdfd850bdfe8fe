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
