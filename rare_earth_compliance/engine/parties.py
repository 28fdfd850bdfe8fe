"""What is known of the parties of a shipment against the lists of persons.

Knows how what is declared of a party, what its name says and who owns it make one answer to a condition. Does
not know names or chains of owners itself: screening and ownership do.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from rare_earth_compliance.core.quantities import Interval, shown
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.comparing import against, bounded
from rare_earth_compliance.engine.determination import SHIPMENT, Need, Step
from rare_earth_compliance.engine.ownership import Owners, falling_short, held, leading_to, owners
from rare_earth_compliance.engine.screening import NONE, Screened, folded, screen
from rare_earth_compliance.engine.told import yes_or_no
from rare_earth_compliance.law.conditions import Ask, Question
from rare_earth_compliance.product.model import Party

if TYPE_CHECKING:
    from rare_earth_compliance.engine.inquiry import Inquiry

ROLES = ("exporter", "importer", "consignee", "end_user")


class PartyFacts:
    """The parties of one shipment, each looked up once."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.parties = inquiry.pack.parties
        self._screened: dict[str, Screened] = {}
        self._by_name: dict[str, Truth] = {}
        self._owners: Owners | None = None

    def screened(self, role: str) -> Screened:
        """What is known of a party against the lists."""
        if role not in self._screened:
            party: Party = getattr(self.inquiry.shipment, role)
            self._screened[role] = screen(
                party.name, party.identifier, party.listed, party.listed_by, self.inquiry.on, self.parties
            )
        return self._screened[role]

    def conflicts(self) -> tuple[str, ...]:
        """What is declared of a party and can not be: that it is on no list, or owners of more or less than the whole; and
        what may be meant for another than it names: an announcement, a company with owners that is no party nor owns one."""
        found = [f"the {role.replace('_', ' ')} {text}" for role in ROLES for text in self._declared_otherwise(role)]
        found += self._known().conflicts
        if self.inquiry.shipment.ownership:
            found += self._of_strangers()
        return tuple(found)

    def _declared_otherwise(self, role: str) -> Iterator[str]:
        party: Party = getattr(self.inquiry.shipment, role)
        if text := self.screened(role).conflict:
            yield text
        if party.listed == NONE and party.listed_by:
            yield f"is declared to be on neither list, but to be listed by {', '.join(party.listed_by)}"
        known = self.parties.announcements
        if strange := [one for one in party.listed_by if one not in known]:
            names = ", ".join(strange)
            yield f"is declared to be listed by {names}, which these rules do not know: they know {', '.join(known)}"

    # ---- owners

    def _key(self, name: str) -> str:
        return folded(name, self.parties.legal_forms)[0]

    def _known(self) -> Owners:
        if self._owners is None:
            shipment = self.inquiry.shipment
            complete = frozenset(
                self._key(party.name) for role in ROLES if (party := getattr(shipment, role)).owners_complete and party.name
            )
            links = [(self._key(one.owner), self._key(one.owned), one.share) for one in shipment.ownership]
            short = falling_short(links, complete)
            self._owners = owners(links, complete.difference(short))
            self._owners.conflicts += [
                f"the owners named for {one} are said to be all, but hold less than the whole of it" for one in short
            ]
        return self._owners

    def _of_strangers(self) -> Iterator[str]:
        links = self.inquiry.shipment.ownership
        own = leading_to(
            ((self._key(one.owner), self._key(one.owned)) for one in links),
            (self._key(name) for role in ROLES if (name := getattr(self.inquiry.shipment, role).name)),
        )
        for company in dict.fromkeys(one.owned for one in links if self._key(one.owned) not in own):
            yield f"owners are named for {company}, which is neither called so as a party nor an owner of one"

    def _listed(self, key: str) -> Truth:
        """Whether an owner stands on a list, as far as a name tells; a party of the shipment as it is declared."""
        if key not in self._by_name:
            role = next(
                (one for one in ROLES if (name := getattr(self.inquiry.shipment, one).name) and self._key(name) == key), ""
            )
            found = self.screened(role) if role else screen(key, None, None, (), self.inquiry.on, self.parties)
            self._by_name[key] = found.on_any(found.listed)
        return self._by_name[key]

    def owned(self, role: str, way: str, line: Fraction) -> Interval | None:
        """What listed parties hold of a party; None when nothing is said of its owners."""
        party: Party = getattr(self.inquiry.shipment, role)
        key = self._key(party.name) if party.name else ""
        named = bool(key) and (
            party.owners_complete or any(self._key(one.owned) == key for one in self.inquiry.shipment.ownership)
        )
        if not named:
            return party.listed_owners_share
        found = held(key, self._known(), self._listed, way, line)
        return found if party.listed_owners_share is None else found.hull(party.listed_owners_share)

    # ---- conditions

    def listed(self, ask: Ask, question: Question, _: int) -> Step:
        """Whether a party stands on one of the lists named."""
        role = ask.param("party") or ""
        found = self.screened(role)
        needs = frozenset({Need("fact", question.id, SHIPMENT, role)})
        return yes_or_no(ask, question, found.on_any((ask.param("list") or "").split()), found.because, needs)

    def listed_by(self, ask: Ask, question: Question, _: int) -> Step:
        """Whether a party is listed by an announcement."""
        role = ask.param("party") or ""
        found = self.screened(role)
        needs = frozenset({Need("fact", question.id, SHIPMENT, role)})
        outcome = found.listed_by(ask.param("announcement") or "")
        return yes_or_no(ask, question, outcome, found.because, needs)

    def held_by_listed(self, ask: Ask, question: Question, _: int) -> Step:
        """Whether what listed parties hold of a party reaches the line of the rule, in one way of counting."""
        if ask.number is None:
            raise ValueError(f"{ask.question} is compared with nothing")
        role, way = ask.param("party") or "", ask.param("counted") or ""
        share = self.owned(role, way, ask.number.low)
        outcome = bounded(ask, share)
        needs = frozenset({Need("fact", question.id, SHIPMENT, role)}) if outcome is Truth.UNKNOWN else frozenset()
        found = "not known" if share is None else shown(share.scaled(Fraction(100))) + " %"
        return Step(
            asks=question.en.format(**dict(ask.params)),
            outcome=outcome,
            found=found,
            against=against(ask),
            needs=needs,
        )
