"""A claim about a rule pack: what is claimed, of what, how it stands, and what shows it.

Knows the kinds of claims and the two ways in which one is settled: something that must be possible is shown, something that
must be impossible is ruled out for every product. Does not know what is claimed of which rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from rare_earth_compliance.proof.formulas import GaveUp
from rare_earth_compliance.proof.ground import Goal, Ground, Shown
from rare_earth_compliance.proof.tree import SHAPES
from rare_earth_compliance.proof.witness import Expected
from rare_earth_compliance.proof.world import NotTranslated

DAYS, LISTS, REACHED, APART, SHARE, LINE, REFUSED, WORDS = (
    "days",
    "lists",
    "reached",
    "apart",
    "share",
    "line",
    "refused",
    "words",
)
KINDS = {
    DAYS: "every day has one state: no gap, no overlap, each edge on the day that is written",
    LISTS: "a rule names the list of another announcement only while that one runs",
    REACHED: "each rule, alternative, exemption, policy and entry decides something",
    APART: "no rule follows from another of its announcement with the same consequence",
    SHARE: "more listed content never lifts a rule, a higher value of the item never brings one",
    LINE: "exactly at a line the strict side holds, a hair beyond it the other",
    REFUSED: "no exemption reaches a user who is refused in principle, unless a reading says so by name",
    WORDS: "a rule applies only where what is always said of it is so",
}
"""Kind of claim → what is claimed."""


class Standing(Enum):
    """How a claim stands."""

    PROVED = "proved"
    MEANT = "declared"
    REFUTED = "refuted"
    OPEN = "not claimed"
    BROKEN = "engine says otherwise"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim; ``because`` says why it stands as it does, ``witnesses`` name what shows it."""

    kind: str
    of: str
    says: str
    standing: Standing
    because: str = ""
    witnesses: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.standing in (Standing.PROVED, Standing.MEANT)


Expecting = Callable[[Shown], Expected]


def standing_beside(ground: Ground, beside: Beside) -> tuple[str, ...]:
    """The witness of what is so beside a claim; none where no small product shows it. Raises GaveUp."""
    if beside.name not in ground.beside:
        found = ground.found(beside.goal)
        ground.beside[beside.name] = () if found is None else (ground.show(found, beside.name, beside.expecting(found)).name,)
    return ground.beside[beside.name]


def guarded(claim: Claim, settle: Callable[[], Claim]) -> Claim:
    """A claim that stays open where the solver gives up or something has no formula."""
    try:
        return settle()
    except GaveUp:
        return replace(claim, standing=Standing.OPEN, because="the solver gave up")
    except NotTranslated as missing:
        return replace(claim, standing=Standing.OPEN, because=str(missing))


def possible(ground: Ground, claim: Claim, goal: Goal, expecting: Expecting, refuted: str) -> Claim:
    """A claim that something can be: shown by a product, or refuted where no product whatever does it."""

    def settle() -> Claim:
        # Larger shapes are built only where something is not ruled out for products of any size.
        found = ground.found(goal, SHAPES[:1])
        if found is None and ground.impossible(goal):
            return replace(claim, standing=Standing.REFUTED, because=refuted)
        found = found or ground.found(goal, SHAPES[1:])
        if found is not None:
            witness = ground.show(found, claim.says, expecting(found))
            return replace(claim, standing=Standing.PROVED, witnesses=(witness.name,))
        because = "no small product shows it, and it is not ruled out for larger ones"
        return replace(claim, standing=Standing.OPEN, because=because)

    return guarded(claim, settle)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is so on the right side of a claim that something can not be: shown once under its name, and replayed."""

    name: str
    goal: Goal
    expecting: Expecting


def impossible(
    ground: Ground, claim: Claim, goal: Goal, shown: Goal, expecting: Expecting, refuted: str, beside: Beside
) -> Claim:
    """A claim that something can not be: ruled out for every product, or refuted by one for which ``shown`` holds."""

    def settle() -> Claim:
        if ground.impossible(goal):
            names = standing_beside(ground, beside)
            because = "" if names else "it is ruled out, but no small product stands on the right side of it"
            standing = Standing.PROVED if names else Standing.OPEN
            return replace(claim, standing=standing, because=because, witnesses=names)
        found = ground.found(shown)
        if found is not None:
            witness = ground.show(found, f"against: {claim.says}", expecting(found))
            return replace(claim, standing=Standing.REFUTED, because=refuted, witnesses=(witness.name,))
        because = "it is not ruled out for every product, and no small one shows it"
        return replace(claim, standing=Standing.OPEN, because=because)

    return guarded(claim, settle)
