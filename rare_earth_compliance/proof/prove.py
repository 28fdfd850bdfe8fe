"""All claims about a rule pack, settled one after the other, with the witnesses that show them.

Knows which kinds of claims there are, what is meant to be as it is, and when a pack is proved. Prints nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from rare_earth_compliance.law.claims import Claims
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.proof.amounts import of_lines, of_shares
from rare_earth_compliance.proof.apart import of_pairs
from rare_earth_compliance.proof.claim import (
    APART,
    DAYS,
    KINDS,
    LINE,
    LISTS,
    REACHED,
    REFUSED,
    SHARE,
    WORDS,
    Claim,
    Standing,
)
from rare_earth_compliance.proof.days import of_days, of_lists
from rare_earth_compliance.proof.ground import Ground
from rare_earth_compliance.proof.reached import of_reach
from rare_earth_compliance.proof.refusals import of_refusals, of_words
from rare_earth_compliance.proof.replay import Replayed
from rare_earth_compliance.proof.witness import Witness
from rare_earth_compliance.proof.world import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Every claim that was looked at, and every witness with what the engine said of it."""

    pack: RulePack
    kinds: tuple[str, ...]
    about: tuple[str, ...]
    claims: tuple[Claim, ...]
    witnesses: tuple[tuple[Witness, Replayed], ...]

    @property
    def disagreements(self) -> tuple[tuple[Witness, Replayed], ...]:
        """The witnesses of which the engine says something else than the solver."""
        return tuple((witness, replayed) for witness, replayed in self.witnesses if replayed.wrong)

    @property
    def holds(self) -> bool:
        """Whether there were claims, all of them are proved or declared, and no witness says otherwise."""
        return bool(self.claims) and all(one.settled for one in self.claims) and not self.disagreements

    def count(self, kind: str) -> Counter[Standing]:
        """How many claims of a kind stand in which way."""
        return Counter(one.standing for one in self.claims if one.kind == kind)


def prove(
    pack: RulePack,
    claims: Claims,
    kinds: Collection[str] = tuple(KINDS),
    seen: Callable[[Claim], None] = lambda _: None,
    about: tuple[str, ...] = (),
) -> Proof:
    """Settle every claim of some kinds; ``seen`` is told of each as it is settled.

    ``about`` names the instruments, rules, policies and lists that are looked at; all where it names none.
    """
    ground = Ground(pack, Vocabulary(pack, [one for limb in claims.limbs for one in limb.always]), about)
    made: list[Claim] = []
    for kind in [one for one in KINDS if one in kinds]:
        found: list[Claim] = []
        for claim in _of(kind, ground, claims):
            found.append(_told(_declared(claim, claims), ground))
            seen(found[-1])
        made += [*found, *(() if about else _idle(kind, found, claims))]
    return Proof(
        pack=pack,
        kinds=tuple(one for one in KINDS if one in kinds),
        about=about,
        claims=tuple(made),
        witnesses=tuple(ground.witnesses),
    )


def _of(kind: str, ground: Ground, claims: Claims) -> Iterator[Claim]:
    found: dict[str, Callable[[], Iterator[Claim]]] = {
        DAYS: lambda: of_days(ground, claims),
        LISTS: lambda: of_lists(ground),
        REACHED: lambda: of_reach(ground),
        APART: lambda: of_pairs(ground),
        SHARE: lambda: of_shares(ground),
        LINE: lambda: of_lines(ground),
        REFUSED: lambda: of_refusals(ground, claims),
        WORDS: lambda: of_words(ground, claims),
    }
    return found[kind]()


def _declared(claim: Claim, claims: Claims) -> Claim:
    """A refuted claim that the pack declares to be meant; what is meant under readings was settled with them."""
    meant = next((one for one in claims.meant if one.claim == claim.kind and _is_of(one.of, claim.of) and not one.under), None)
    if claim.standing is Standing.REFUTED and meant is not None:
        return replace(claim, standing=Standing.MEANT, because=f"{meant.because} ({claim.because})")
    return claim


def _is_of(declared: str, of: str) -> bool:
    """Whether a declaration is of a claim; a place in a term is declared once for all rules that use the term."""
    return of == declared or of.endswith(f" {declared}")


def _told(claim: Claim, ground: Ground) -> Claim:
    """A claim against what the engine says of its witnesses."""
    wrong = [text for name in claim.witnesses for text in ground.wrong(name)]
    if wrong:
        return replace(claim, standing=Standing.BROKEN, because=f"{'; '.join(wrong[:2])}")
    return claim


def _idle(kind: str, found: list[Claim], claims: Claims) -> Iterator[Claim]:
    """Declarations that nothing needs: what they once excused is gone, or was never there."""
    used = {one.of for one in found if one.standing is not Standing.PROVED}
    for meant in claims.meant:
        if meant.claim == kind and not any(_is_of(meant.of, of) for of in used):
            because = f"{meant.place}: it is declared, but nothing needs the declaration: take it out, or correct it"
            yield Claim(kind=kind, of=meant.of, says="a declaration is needed", standing=Standing.REFUTED, because=because)
    for meant in claims.meant if kind == next(iter(KINDS)) else ():
        if meant.claim not in KINDS:
            because = f"{meant.place}: no kind of claim is called {meant.claim!r}; known: {', '.join(KINDS)}"
            yield Claim(kind=kind, of=meant.of, says="a declaration is of a kind", standing=Standing.REFUTED, because=because)
