"""Commands of which no more is made ready than a command line asks for.

Knows that the library makes every option of every command ready before it reads a word, which takes longer than most of what
follows. Does not know any command: where a line names none, all are there to be looked for, and what is wrong is told as ever.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer


class Program(typer.Typer):
    """A program with many commands, of which each line names one."""

    def __call__(self, args: Sequence[str] | None = None, **more: Any) -> Any:
        """Run a command line; without ``args`` that of the process."""
        words = list(sys.argv[1:] if args is None else args)
        return super(Program, self._for(words)).__call__(words, **more)

    def _for(self, words: list[str]) -> Program:
        """The program with the command that is named alone; with all of them where none has this name."""
        if words in ([], ["--help"]):
            return self._listed()
        commands = [one for one in self.registered_commands if words[0] == (one.name or _name(one.callback))]
        groups = [self._within(one, words[1:]) for one in self.registered_groups if words[0] == one.name]
        return self._with(commands, groups) if commands or groups else self

    def _within(self, group: Any, words: list[str]) -> Any:
        found = copy.copy(group)
        if isinstance(group.typer_instance, Program):
            found.typer_instance = group.typer_instance._for(words)
        return found

    def _listed(self) -> Program:
        """The program with its commands as they are listed: by name and what they do, without options."""
        commands = [copy.copy(one) for one in self.registered_commands]
        for one in commands:
            one.callback = _bare(one.callback)
        return self._with(commands, [self._within(one, []) for one in self.registered_groups])

    def _with(self, commands: list[Any], groups: list[Any]) -> Program:
        found = copy.copy(self)
        found.registered_commands, found.registered_groups = commands, groups
        found.callback()(_nothing)  # or the library would take a single command for the whole program
        return found


def _nothing() -> None:
    pass


def _bare(command: Callable[..., Any] | None) -> Callable[[], None]:
    """A command of the same name and words that takes nothing."""

    def found() -> None: ...

    found.__name__, found.__doc__ = _name(command), getattr(command, "__doc__", None)
    return found


def _name(command: Callable[..., Any] | None) -> str:
    return getattr(command, "__name__", "")
