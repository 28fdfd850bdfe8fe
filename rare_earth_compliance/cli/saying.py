"""What a command says beside its report: one line after another, none of which does anything.

Knows standard output and standard error, and what is told of a command line that is wrong: names of files and texts of
products stand in all of it, and a terminal or a build server reads it. Does not know reports: these are harmless before.
"""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperGroup

from rare_earth_compliance.core.inert import harmless, no_commands
from rare_earth_compliance.core.problems import Problem, Refused

_WRONG: Any = next(one for one in typer.BadParameter.__mro__ if one.__name__ == "ClickException")
"""What the library raises for a wrong command line, whichever version of it is there."""


def say(text: str) -> None:
    """Say one line on standard output."""
    typer.echo(no_commands(harmless(text)))


def complain(said: str | Problem | Refused) -> None:
    """Say a line, or problems and what to do about them, on standard error."""
    typer.echo(no_commands(harmless(said) if isinstance(said, str) else str(said)), err=True)


_WRAPPED = re.compile(r"(?<!\n)\n(?!\n)")
"""The end of a line inside a paragraph."""


class Commands(TyperGroup):
    """Commands of which a wrong command line is told without doing anything: a file may be named like an option.

    Their help is written in lines of the source: each paragraph flows into the lines of the terminal.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in (self, *self.commands.values()):
            one.help, one.epilog = (text and _WRAPPED.sub(" ", text.strip()) for text in (one.help, one.epilog))

    def make_context(self, *args: Any, **more: Any) -> Any:
        """Read the options of the group."""
        try:
            return super().make_context(*args, **more)
        except _WRONG as error:
            raise _quiet(error) from None

    def invoke(self, *args: Any, **more: Any) -> Any:
        """Read the options of a command and run it."""
        try:
            return super().invoke(*args, **more)
        except _WRONG as error:
            raise _quiet(error) from None


def _quiet(error: Any) -> Any:
    error.message = no_commands(harmless(error.message))
    return error
