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
MOST_FORKS = 300
"""Beyond this many forks not every completion of a question is tried."""
TRIED = 40
"""How many completions are tried then."""
MOST_STEPS = 100_000
"""Beyond this many comparisons it is not told which unknowns matter."""


Pick = Callable[[Unknown, tuple[Any, ...]], Any]
"""Takes one of the options of an unknown."""


class TooMany(Exception):
    """There are more completions than can be tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Fork:
    """An unknown, and what comes out under each of its options. Made by ``fork``: those that are the same are one."""

    name: Unknown
    ways: Mapping[Any, Tree]
    outcomes: frozenset[Any]
    """Everything that may come out."""
    names: frozenset[Unknown]
    """Every unknown that is asked for."""


@dataclass(frozen=True, slots=True)
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

    __slots__ = ("answer", "asks", "told", "ways")

    def __init__(self) -> None:
        self.asks: Unknown | None = None
        self.ways: dict[Any, _Known] = {}
        self.told = False
        self.answer: Any = None

    def after(self, chosen: Any) -> _Known:
        """What is known after a choice."""
        found = self.ways.get(chosen)
        if found is None:
            found = self.ways[chosen] = _Known()
        return found


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
        known, settled, used = self._memory.known.get(name), self._settled, {}
        while known is not None and known.asks in settled:
            chosen = used[known.asks] = settled[known.asks]
            known = known.ways.get(chosen)
        if known is not None and known.told:
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
        known = self._memory.known.setdefault(name, _Known())
        for asked, chosen in self._used.items():
            assert known.asks is None or known.asks == asked
            known.asks = asked
            known = known.after(chosen)
        known.told, known.answer = True, answer


def explore(question: Callable[[World], Any], memory: Memory) -> Tree:
    """What comes out of a question in every world. Raises TooMany."""
    return _Exploration(question, memory).grow({})


class _Exploration:
    """A question that is put to one world after another. No function in a function: those are garbage in a circle."""

    def __init__(self, question: Callable[[World], Any], memory: Memory) -> None:
        self._question = question
        self._memory = memory
        self._forks = 0

    def grow(self, settled: dict[Unknown, Any]) -> Tree:
        """What comes out in the worlds in which some unknowns are settled."""
        first = _First()
        tree: Tree = End(self._question(World(settled, self._memory, first)))
        self._forks += len(first.asked)
        if self._forks > MOST_FORKS:
            raise TooMany
        before = {**settled, **{name: options[0] for name, options in first.asked.items()}}
        for name, (taken, *others) in reversed(first.asked.items()):
            del before[name]
            tree = fork(name, {taken: tree, **{other: self.grow({**before, name: other}) for other in others}})
        return tree


class _First:
    """Takes the first option of every unknown, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: dict[Unknown, tuple[Any, ...]] = {}

    def __call__(self, name: Unknown, options: tuple[Any, ...]) -> Any:
        """The first option."""
        self.asked[name] = options
        return options[0]


def sample(question: Callable[[World], Any], memory: Memory) -> Some:
    """What comes out of a question in some worlds, always the same ones."""
    return Some(frozenset(question(World({}, memory, _by_chance(number))) for number in range(TRIED)))


def _by_chance(number: int) -> Pick:
    rng = Random(number)  # noqa: S311 - reproducible test data, not secrecy
    return lambda _, options: rng.choice(options)


_FORKS: dict[Hashable, Fork] = {}
"""Every fork that was made, by its name and its ways."""


def fork(name: Unknown, ways: dict[Any, Tree]) -> Tree:
    """A fork, unless all its ways are the same."""
    first, *others = ways.values()
    if all(other == first for other in others):
        return first
    key = (name, *ways.items())
    found = _FORKS.get(key)
    if found is None:
        forks = [way for way in ways.values() if isinstance(way, Fork)]
        names = frozenset((name,)).union(*(way.names for way in forks))
        found = _FORKS[key] = Fork(name, ways, frozenset().union(*map(outcomes, ways.values())), names)
    return found


def forget() -> None:
    """Let go of all forks. Trees of before and after are not to be compared: those that are the same would be two."""
    _FORKS.clear()


def both(first: Tree, second: Tree) -> Tree:
    """The tree of "first and second", where the two may hang on the same unknowns. Raises TooMany."""
    return _joined(first, second, False)


def either(first: Tree, second: Tree) -> Tree:
    """The tree of "first or second". Raises TooMany."""
    return _joined(first, second, True)


def _joined(first: Tree, second: Tree, settles: bool) -> Tree:
    return _Join(second, settles).grow(first, {})


class _Join:
    """Puts the second tree in the place of every end of the first that does not settle the whole."""

    def __init__(self, second: Tree, settles: bool) -> None:
        self._second = second
        self._settles = settles
        self._steps = 0

    def grow(self, tree: Tree, settled: dict[Unknown, Any]) -> Tree:
        """The joined tree, below an unknown of the first that is settled so."""
        if isinstance(tree, End):
            return tree if tree.outcome is self._settles else self._under(self._second, settled)
        return fork(tree.name, {way: self.grow(sub, {**settled, tree.name: way}) for way, sub in tree.ways.items()})

    def _under(self, tree: Tree, settled: Mapping[Unknown, Any]) -> Tree:
        """What is left of a tree when some unknowns are settled."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooMany
        if isinstance(tree, End) or tree.names.isdisjoint(settled):
            return tree
        if tree.name in settled:
            return self._under(tree.ways[settled[tree.name]], settled)
        return fork(tree.name, {way: self._under(sub, settled) for way, sub in tree.ways.items()})


def outcomes(tree: Tree) -> frozenset[Any]:
    """Everything that may come out."""
    return frozenset((tree.outcome,)) if isinstance(tree, End) else tree.outcomes


def surely(tree: Tree) -> bool | None:
    """True or false where it is so in every world; None where it depends."""
    found = outcomes(tree)
    return next(iter(found)) if len(found) == 1 else None


def that_matter(tree: Tree) -> set[Unknown]:
    """The unknowns of which one alone, all others being settled somehow, changes what comes out. Raises TooMany."""
    search = _Search()
    search.look(tree)
    return search.found


class _Search:
    """For unknowns that matter."""

    def __init__(self) -> None:
        self.found: set[Unknown] = set()
        self._seen: set[Fork] = set()
        self._steps = 0

    def look(self, tree: Tree) -> None:
        """Find those of a tree: below a fork its unknown is asked for no more, so each is looked at by itself, and once."""
        if isinstance(tree, End) or tree in self._seen:
            return
        self._seen.add(tree)
        ways = list(tree.ways.values())
        if tree.name not in self.found and any(self._differ(ways[0], way, {}) for way in ways[1:]):
            self.found.add(tree.name)
        for way in ways:
            self.look(way)

    def _differ(self, one: Tree, other: Tree, settled: dict[Unknown, Any]) -> bool:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooMany
        if one == other:
            return False
        if isinstance(one, End) and isinstance(other, End):
            return True
        forked, rest = (one, other) if isinstance(one, Fork) else (other, one)
        assert isinstance(forked, Fork)
        if forked.name in settled:
            return self._differ(forked.ways[settled[forked.name]], rest, settled)
        return any(self._differ(way, rest, {**settled, forked.name: option}) for option, way in forked.ways.items())
