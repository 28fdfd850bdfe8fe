"""Every completion of what is not known, and which unknowns matter.

A question is put to one world after another. A world that meets an unknown takes the first of its options, and it is
written down that it did; the question is then put again to one world for each of the others, from the last unknown to the
first. What comes out is a tree: at each fork an unknown, at each end an outcome. Knows nothing of law or products.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

Unknown = tuple[Hashable, ...]
"""The name of an unknown: of what thing, and what of it."""
MOST_FORKS = 1000
"""Beyond this many forks not every completion of a question is tried."""
TRIED = 40
"""How many completions are tried then."""
MOST_STEPS = 100_000
"""Beyond this many comparisons it is not told which unknowns matter."""


Pick = Callable[[Unknown, tuple[Any, ...]], Any]
"""Takes one of the options of an unknown."""


class TooMany(Exception):
    """There are more completions than can be tried."""


@dataclass(frozen=True)
class Fork:
    """An unknown, and what comes out under each of its options."""

    name: Unknown
    ways: Mapping[Any, Tree]


@dataclass(frozen=True)
class End:
    """What came out."""

    outcome: Any


@dataclass(frozen=True)
class Some:
    """What came out of some completions, where there are too many to try all: more may come out of others."""

    seen: frozenset[Any]


Tree = Fork | End


class _Known:
    """What is known of a question: its answer, or the unknown that it asks for first and what is known after each choice."""

    def __init__(self) -> None:
        self.asks: Unknown | None = None
        self.ways: dict[Any, _Known] = {}
        self.told = False
        self.answer: Any = None


class Memory:
    """What was worked out, and of which choices: it holds in every world that chose the same."""

    def __init__(self) -> None:
        self.known: dict[Hashable, _Known] = {}


class World:
    """One completion, as far as it was needed."""

    def __init__(self, settled: Mapping[Unknown, Any], memory: Memory, pick: Pick) -> None:
        self._settled = dict(settled)
        self._memory = memory
        self._pick = pick
        self._used: dict[Unknown, Any] = {}
        """The choices on which the question at hand was found to hang so far, in the order in which they were asked for."""

    def choose(self, name: Unknown, options: tuple[Any, ...]) -> Any:
        """What an unknown is in this world: one of the options."""
        if name not in self._settled:
            self._settled[name] = self._pick(name, options)
        chosen = self._used[name] = self._settled[name]
        return chosen

    def once(self, name: Hashable, work: Callable[[], Any]) -> Any:
        """The answer to a question, worked out the first time it is put to a world that chose so.

        A question that is put again asks for the same unknown first, and after the same choices for the same next one.
        """
        known = self._memory.known.setdefault(name, _Known())
        used = {}
        while known.asks is not None and known.asks in self._settled:
            chosen = used[known.asks] = self._settled[known.asks]
            known = known.ways.setdefault(chosen, _Known())
        if known.told:
            self._used.update(used)
            return known.answer
        before, self._used = self._used, {}
        try:
            answer = work()
            self._keep(name, answer)
        finally:
            self._used = {**before, **self._used}
        return answer

    def _keep(self, name: Hashable, answer: Any) -> None:
        known = self._memory.known[name]
        for asked, chosen in self._used.items():
            assert known.asks in (None, asked)
            known.asks = asked
            known = known.ways.setdefault(chosen, _Known())
        known.told, known.answer = True, answer


def explore(question: Callable[[World], Any], memory: Memory) -> Tree:
    """What comes out of a question in every world. Raises TooMany."""
    forks = 0

    def grow(settled: dict[Unknown, Any]) -> Tree:
        asked: dict[Unknown, tuple[Any, ...]] = {}

        def first(name: Unknown, options: tuple[Any, ...]) -> Any:
            nonlocal forks
            forks += 1
            if forks > MOST_FORKS:
                raise TooMany
            asked[name] = options
            return options[0]

        tree: Tree = End(question(World(settled, memory, first)))
        before = {**settled, **{name: options[0] for name, options in asked.items()}}
        for name, (taken, *others) in reversed(asked.items()):
            del before[name]
            tree = fork(name, {taken: tree, **{other: grow({**before, name: other}) for other in others}})
        return tree

    return grow({})


def sample(question: Callable[[World], Any], memory: Memory) -> Some:
    """What comes out of a question in some worlds, always the same ones."""
    return Some(frozenset(question(World({}, memory, _by_chance(number))) for number in range(TRIED)))


def _by_chance(number: int) -> Pick:
    rng = Random(number)  # noqa: S311 - reproducible test data, not secrecy
    return lambda _, options: rng.choice(options)


def fork(name: Unknown, ways: dict[Any, Tree]) -> Tree:
    """A fork, unless all its ways are the same."""
    first, *others = ways.values()
    return first if all(other == first for other in others) else Fork(name, ways)


def both(first: Tree, second: Tree, settled: Mapping[Unknown, Any] | None = None) -> Tree:
    """The tree of "first and second", where the two may hang on the same unknowns."""
    settled = settled or {}
    if isinstance(first, Fork):
        if first.name in settled:
            return both(first.ways[settled[first.name]], second, settled)
        return fork(first.name, {way: both(sub, second, {**settled, first.name: way}) for way, sub in first.ways.items()})
    return first if first.outcome is False else under(second, settled)


def under(tree: Tree, settled: Mapping[Unknown, Any]) -> Tree:
    """What is left of a tree when some unknowns are settled."""
    if isinstance(tree, End) or not settled:
        return tree
    if tree.name in settled:
        return under(tree.ways[settled[tree.name]], settled)
    return fork(tree.name, {way: under(sub, settled) for way, sub in tree.ways.items()})


def outcomes(tree: Tree) -> set[Any]:
    """Everything that may come out."""
    if isinstance(tree, End):
        return {tree.outcome}
    return set().union(*(outcomes(way) for way in tree.ways.values()))


def surely(tree: Tree) -> bool | None:
    """True or false where it is so in every world; None where it depends."""
    found = outcomes(tree)
    return next(iter(found)) if len(found) == 1 else None


def that_matter(tree: Tree) -> set[Unknown]:
    """The unknowns of which one alone, all others being settled somehow, changes what comes out. Raises TooMany."""
    found: set[Unknown] = set()
    steps = 0

    def differ(one: Tree, other: Tree, settled: dict[Unknown, Any]) -> bool:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS:
            raise TooMany
        if isinstance(one, End) and isinstance(other, End):
            return bool(one.outcome != other.outcome)
        forked, rest = (one, other) if isinstance(one, Fork) else (other, one)
        assert isinstance(forked, Fork)
        if forked.name in settled:
            return differ(forked.ways[settled[forked.name]], rest, settled)
        return any(differ(way, rest, {**settled, forked.name: option}) for option, way in forked.ways.items())

    def look(tree: Tree, settled: dict[Unknown, Any]) -> None:
        if isinstance(tree, End):
            return
        ways = list(tree.ways.values())
        if tree.name not in found and any(differ(ways[0], way, settled) for way in ways[1:]):
            found.add(tree.name)
        for option, way in tree.ways.items():
            look(way, {**settled, tree.name: option})

    look(tree, {})
    return found
