"""Whether production steps that are said to be all can be all.

Knows with which step every rare earth begins, without which steps there is none in a form, and which step makes a form
itself. These are facts of how such things are made, not law: their marks stand in words.json. Does not know what follows
from where a step was done.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from rare_earth_compliance.product.words import vocabulary, words

_NEEDS, _MAKING = "needs", "making"
_SEPARATED = "separation"
"""What all forms need of which the marks say nothing else: one that is not known is taken for one of these."""


def left_out(steps: Collection[str], form: str | None, *, rare: bool, made_in: bool) -> list[str]:
    """What is missing from steps that are said to be all, in words; nothing where nothing is.

    ``form``: that of the thing, None where it is not told; ``rare``: whether it may hold a rare earth; ``made_in``: whether
    it is told where the thing was made itself.
    """
    wrong = []
    if not first_steps().intersection(steps):
        wrong.append(f"names none with which they begin ({' or '.join(sorted(first_steps()))})")
    if not rare:
        return wrong
    if missing := [step for step in needed_steps(form) if step not in steps]:
        wrong.append(f"does not name {' and '.join(missing)}, without which there is none of it")
    making = _marks(form).get(_MAKING)
    if not made_in and (making is None or making not in steps):
        wrong.append(f"does not say where it was itself made, by 'made_in'{f' or the step {making}' if making else ''}")
    return wrong


def needed_steps(form: str | None) -> list[str]:
    """The steps without which there is no rare earth in a form, beside the first and the one that makes it, in their order."""
    needs = _marks(form).get(_NEEDS, _SEPARATED).split()
    return [step for step in words("step") if step in needs]


@cache
def first_steps() -> frozenset[str]:
    """Production steps with which all others begin: where none of them is named, the steps named are not all."""
    return frozenset(word for word, entry in vocabulary()["step"].items() if "first" in entry)


def _marks(form: str | None) -> dict[str, str]:
    return vocabulary()["form"].get(form or "", {})
