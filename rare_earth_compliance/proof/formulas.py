"""Formulas and the solver behind them.

Knows choices among words, numbers to a scale, and how a model is asked for with what is usual kept where it can be.
Does not know rules. A limit on the solver's steps, never on time: the same pack gives the same result everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import z3

Formula = Any
"""A formula or term of the solver; its library has no types."""
STEPS = 40_000_000
"""After so many steps the solver gives up on one question, and the claim stays open."""
YES, NO = z3.BoolVal(True), z3.BoolVal(False)
OPERATIONS = {
    "at_least": lambda one, two: one >= two,
    "above": lambda one, two: one > two,
    "at_most": lambda one, two: one <= two,
    "below": lambda one, two: one < two,
}
"""Operators of rule files on numbers."""


class GaveUp(Exception):
    """The solver reached its limit: nothing is known."""


def both(parts: Iterable[Formula]) -> Formula:
    """All of the parts."""
    return z3.And([YES, *parts])


def either(parts: Iterable[Formula]) -> Formula:
    """At least one of the parts."""
    return z3.Or([NO, *parts])


def negated(part: Formula) -> Formula:
    """Not the part."""
    return z3.Not(part)


def follows(one: Formula, two: Formula) -> Formula:
    """The second wherever the first."""
    return z3.Implies(one, two)


def replaced(formula: Formula, *pairs: tuple[Formula, Formula]) -> Formula:
    """A formula with a term in place of each variable."""
    return z3.substitute(formula, *pairs) if pairs else formula


def flag(name: str) -> Formula:
    """Something that is so or not."""
    return z3.Bool(name)


def whole(name: str) -> Formula:
    """A whole number."""
    return z3.Int(name)


def number(value: int) -> Formula:
    """A whole number that is known."""
    return z3.IntVal(value)


def real(name: str) -> Formula:
    """Any number."""
    return z3.Real(name)


def rational(number: Fraction) -> Formula:
    """An exact number."""
    return z3.Q(number.numerator, number.denominator)


def chosen_sum(parts: Iterable[Formula]) -> Formula:
    """The sum of terms."""
    return z3.Sum([z3.IntVal(0), *parts])


def if_else(condition: Formula, one: Formula, two: Formula) -> Formula:
    """One term or the other."""
    return z3.If(condition, one, two)


@dataclass(frozen=True)
class Choice:
    """Exactly one word of several."""

    words: Mapping[str, Formula]

    @staticmethod
    def among(name: str, words: Iterable[str]) -> Choice:
        """A new choice by its name."""
        return Choice({word: flag(f"{name} = {word}") for word in dict.fromkeys(words)})

    @property
    def rule(self) -> Formula:
        """That exactly one is chosen."""
        return z3.And(z3.Or(list(self.words.values())), z3.AtMost(*self.words.values(), 1))

    def is_any(self, values: Iterable[str]) -> Formula:
        """That one of some words is chosen; a word it does not have never is."""
        return either(self.words[word] for word in sorted(values) if word in self.words)


@dataclass(frozen=True)
class Number:
    """An amount as a multiple of one part of ``scale``; a real number where the scale is 0."""

    term: Formula
    scale: int

    def against(self, operator: str, line: Fraction) -> Formula:
        """Compared with a number, as a rule file says."""
        if self.scale == 0:
            return OPERATIONS[operator](self.term, rational(line))
        return OPERATIONS[operator](self.term * line.denominator, line.numerator * self.scale)


def at_most_one(flags: Iterable[Formula]) -> Formula:
    """That no two of them are so."""
    listed = list(flags)
    return z3.AtMost(*listed, 1) if len(listed) > 1 else YES


class Model:
    """A world in which a formula holds; what it leaves open is chosen once, the same each time."""

    def __init__(self, found: Any, changes: tuple[tuple[Formula, Formula], ...] = ()) -> None:
        self._found = found
        self._changes = changes

    def changed(self, variable: Formula, by: int) -> Model:
        """The same world with a whole number more or less at one variable."""
        return Model(self._found, (*self._changes, (variable, z3.IntVal(self.number(variable) + by))))

    def _value(self, formula: Formula) -> Any:
        asked = z3.substitute(formula, *self._changes) if self._changes else formula
        return self._found.eval(asked, model_completion=True)

    def holds(self, formula: Formula) -> bool:
        """Whether a formula is true in it."""
        if self._changes:
            return bool(z3.is_true(self._value(formula)))
        # Asked of the library below its own layer, which would wrap every answer: there are a thousand to a witness. All that
        # is true is one and the same there.
        model, answer = self._found, (z3.Ast * 1)()
        if not z3.Z3_model_eval(model.ctx.ref(), model.model, formula.as_ast(), True, answer):
            raise z3.Z3Exception("a model does not tell whether a formula holds in it")
        return bool(answer[0].value == YES.as_ast().value)

    def number(self, term: Formula) -> int:
        """The value of a whole number."""
        return int(self._value(term).as_long())

    def word(self, choice: Choice) -> str:
        """The word that is chosen."""
        return next(word for word, is_it in choice.words.items() if self.holds(is_it))


class Solver:
    """Asks for models under what always holds, with what is usual kept where it can be."""

    def __init__(self, must: Iterable[Formula] = ()) -> None:
        self._solver = z3.Solver()
        self._solver.set("rlimit", STEPS)
        self._solver.add(*must)
        self._usual: dict[int, Any] = {}

    def must(self, *formulas: Formula) -> None:
        """Add what always holds."""
        self._solver.add(*formulas)

    def usually(self, formulas: Iterable[Formula]) -> None:
        """Add what is usual, the most important first."""
        for one in formulas:
            mark = z3.Bool(f"usual {len(self._usual)}")
            self._solver.add(z3.Implies(mark, one))
            self._usual[mark.get_id()] = mark

    def model(self, goal: Formula) -> Model | None:
        """A model of the goal, with as much of what is usual as can be had; None where there is none. Raises GaveUp."""
        self._solver.push()
        try:
            self._solver.add(goal)
            kept = dict(self._usual)
            while True:
                answer = self._check(kept.values())
                if answer == z3.Z3_L_TRUE:
                    return Model(self._solver.model())
                if answer != z3.Z3_L_FALSE:
                    raise GaveUp
                core = {mark.get_id() for mark in self._solver.unsat_core()}
                if not core:
                    return None
                # The least important of those that stand in the way goes; the order is that in which they were given.
                del kept[next(name for name in reversed(kept) if name in core)]
        finally:
            self._solver.pop()

    def _check(self, marks: Iterable[Any]) -> int:
        """One check under marks: asked of the library below its own layer, which would look at each mark again every time."""
        listed = [mark.as_ast() for mark in marks]
        array = (z3.Ast * len(listed))(*listed)
        return int(z3.Z3_solver_check_assumptions(self._solver.ctx.ref(), self._solver.solver, len(listed), array))

    def never(self, goal: Formula) -> bool:
        """Whether nothing makes the goal true. Raises GaveUp."""
        return self.model(goal) is None
