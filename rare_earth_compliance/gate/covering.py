"""What decisions in hand mean for the findings of a run: which they cover, which lapsed, which end soon.

Knows when a waiver, a licence or a known finding covers a finding. A decision never changes an answer: a
determination is covered when every finding that stands in its way is, and nothing in its data contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from rare_earth_compliance.core.problems import Problem
from rare_earth_compliance.core.quantities import Interval, shown
from rare_earth_compliance.engine.determination import Answer, Determination, Finding
from rare_earth_compliance.engine.fingerprint import facts, facts_of_rule, fingerprint
from rare_earth_compliance.gate.baseline import OPEN, Known, known_keys, open_findings
from rare_earth_compliance.gate.decisions import Decisions, Licence, Waiver
from rare_earth_compliance.law.model import DUTY, LICENCE, PROHIBITION
from rare_earth_compliance.product.model import Party, Shipment
from rare_earth_compliance.reports.run import CLEAR, Decided, status_of

SOON = timedelta(days=30)
"""How long before its end a decision is warned of."""
WAIVED, LICENSED, KNOWN = "waived", "licensed", "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What of a shipment a licence is held against."""

    exporter: frozenset[str]
    end_user: frozenset[str]
    destination: str | None
    quantity: Interval | None


def sent(shipment: Shipment) -> Sent:
    """What of a shipment a licence is held against."""
    return Sent(
        exporter=_names(shipment.exporter),
        end_user=_names(shipment.end_user),
        destination=shipment.destination,
        quantity=shipment.quantity,
    )


def _names(party: Party) -> frozenset[str]:
    return frozenset(" ".join(name.split()).casefold() for name in (party.name, party.identifier) if name)


@dataclass(slots=True)
class Covering:
    """What decisions come to in a run. ``cover`` names for a determination what covers it, where all of it is covered."""

    decided: list[Decided] = field(default_factory=list)
    cover: dict[int, tuple[str, ...]] = field(default_factory=dict)
    lapsed: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class Coverer:
    """Decisions held against the determinations of one run."""

    def __init__(self, decisions: Decisions, known: Known, day: date, amounts_of: Iterable[str]) -> None:
        self.decisions, self.known, self.day = decisions, known, day
        self.amounts_of = tuple(amounts_of)
        self.found = Covering()
        self.products: set[str] = set()
        self.used: set[int] = set()
        self.as_known: frozenset[tuple[str, str]] = frozenset()

    def covering(self, judged: list[tuple[Determination, Sent]]) -> Covering:
        """What the decisions mean for all that was judged; the shipments of a run count together for a licence."""
        leaving = self._leaving(judged)
        self.as_known = known_keys((determination for determination, _ in judged), self.known)
        for index, (determination, shipment) in enumerate(judged):
            self.products.add(determination.product)
            self._one(index, determination, shipment, leaving)
        self._ends()
        return self.found

    def _leaving(self, judged: list[tuple[Determination, Sent]]) -> dict[str, Fraction | None]:
        """How much of each product leaves in this run; None where a shipment does not say."""
        total: dict[str, Fraction | None] = {}
        for determination, shipment in judged:
            before = total.get(determination.product, Fraction(0))
            high = shipment.quantity.high if shipment.quantity is not None else None
            total[determination.product] = None if before is None or high is None else before + high
        return total

    def _one(self, index: int, one: Determination, shipment: Sent, leaving: Mapping[str, Fraction | None]) -> None:
        stands = open_findings(one)
        kinds: dict[int, str] = {}
        whole: set[str] = set()
        for finding in stands:
            if finding.effect == PROHIBITION:
                continue
            for licence in self._licences(one, finding):
                why = self._does_not_fit(licence, one, shipment, leaving)
                self._say(index, one, finding, licence, why)
                if not why:
                    kinds[id(finding)] = LICENSED
            for waiver in self._waivers(index, one, finding):
                kinds.setdefault(id(finding), WAIVED)
                if waiver.fields.item is None:
                    whole.add(waiver.fields.rule)
            if (fingerprint(one, finding), finding.status.value) in self.as_known and id(finding) not in kinds:
                kinds[id(finding)] = KNOWN
                self.found.decided.append(
                    Decided(
                        kind="baseline",
                        fingerprint=fingerprint(one, finding),
                        product=one.product,
                        rule=finding.rule,
                        label=finding.label,
                        of=index,
                        holds=True,
                        because="known since the baseline was written; nobody decided on it",
                    )
                )
        counted = {more.rule for more in one.more if more.status in OPEN}
        every = all(id(finding) in kinds for finding in stands) and counted <= whole
        # An answer that is open for another reason than its findings is covered by nothing.
        explained = one.answer is not Answer.UNDETERMINED or any(finding.effect != DUTY for finding in stands)
        whole_input = one.coverage.read == one.coverage.judged + one.coverage.unused
        if stands and every and explained and whole_input and not one.conflicts and status_of(one) != CLEAR:
            self.found.cover[index] = tuple(sorted(set(kinds.values())))

    # ---- waivers

    def _waivers(self, index: int, one: Determination, finding: Finding) -> list[Waiver]:
        """The waivers that cover a finding; those that are meant for it and do not are said."""
        found = []
        for position, waiver in enumerate(self.decisions.waivers):
            said = waiver.fields
            if (said.product, said.rule) == (one.product, finding.rule) and said.item in (None, finding.label):
                self.used.add(position)
                lapsed = self._lapsed(waiver, one, finding)
                self._say(index, one, finding, waiver, lapsed)
                found += [] if lapsed else [waiver]
        return found

    def _lapsed(self, waiver: Waiver, one: Determination, finding: Finding) -> str:
        """Why a waiver that is meant for a finding does not cover it; empty where it does."""
        said = waiver.fields
        last = max(self.day, one.on)
        if last > said.until:
            return f"lapsed: it held until {said.until}"
        if min(self.day, one.on) < said.given:
            return f"does not hold yet: it was given on {said.given}"
        most = waiver.greatest_share
        amounts = self.amounts_of if most is not None else None
        now = facts_of_rule(one, finding.rule, amounts) if said.item is None else facts(one, finding, amounts)
        if now != said.facts:
            return f"lapsed: the facts changed since it was given (they are now {now})"
        if most is not None:
            for share in finding.shares:
                if share.share.high is None or share.share.high > most.low:
                    return f"lapsed: the share is or may be above {said.greatest_share}"
            if not finding.shares:
                return "lapsed: it holds up to a share, and the finding has none"
        return ""

    # ---- licences

    def _licences(self, one: Determination, finding: Finding) -> list[Licence]:
        if finding.effect != LICENCE:
            return []
        return [
            licence
            for licence in self.decisions.licences
            if any(named.product == one.product for named in licence.fields.products)
            and set(finding.listed_as) & set(licence.fields.items)
        ]

    def _does_not_fit(
        self, licence: Licence, one: Determination, shipment: Sent, leaving: Mapping[str, Fraction | None]
    ) -> str:
        """Every reason why a licence does not cover a shipment of a product; empty where it does."""
        said = licence.fields
        reasons = []
        if not said.valid_from <= min(self.day, one.on) <= max(self.day, one.on) <= said.until:
            reasons.append(f"it is valid from {said.valid_from} until {said.until}")
        for who, names, wanted in (
            ("exporter", shipment.exporter, said.holder),
            ("end user", shipment.end_user, said.end_user),
        ):
            if " ".join(wanted.split()).casefold() not in names:
                reasons.append(f"the {who} is not named {wanted!r} in the shipment")
        if shipment.destination != said.destination:
            reasons.append(f"the destination is {shipment.destination or 'not known'}, not {said.destination}")
        listed = {code for finding in open_findings(one) if finding.effect == LICENCE for code in finding.listed_as}
        if missing := sorted(listed - set(said.items)):
            reasons.append(f"it does not name {', '.join(missing)}")
        left, total = licence.left(one.product), leaving.get(one.product)
        if left is None:
            reasons.append("it names the product more than once")
        elif total is None:
            reasons.append("a shipment does not say its quantity")
        elif total > left.low:
            reasons.append(f"{shown(Interval(total, total))} leave in this run, {shown(left)} are left")
        return "; ".join(reasons)

    # ---- words

    def _say(self, index: int, one: Determination, finding: Finding, what: Waiver | Licence, why: str) -> None:
        name = f"licence {what.fields.number}" if isinstance(what, Licence) else "a waiver"
        self.found.decided.append(
            Decided(
                kind="licence" if isinstance(what, Licence) else "waiver",
                fingerprint=fingerprint(one, finding),
                product=one.product,
                rule=finding.rule,
                label=finding.label,
                of=index,
                holds=not why,
                because=f"{name}: {why}" if why else f"covered by {name}",
                reason=what.fields.reason if isinstance(what, Waiver) else f"held by {what.fields.holder}",
                by=what.fields.by,
                until=what.fields.until,
                place=what.place,
            )
        )
        if isinstance(what, Waiver) and why.startswith("lapsed"):
            advice = "look at the finding again; decide anew with its facts, or remove the waiver"
            message = f"{why}: {finding.rule} at {finding.label} of {one.product}"
            self.found.lapsed.append(Problem(place=what.place, message=message, advice=advice))

    def _ends(self) -> None:
        """What has ended, ends soon, or is there for nothing."""
        for position, waiver in enumerate(self.decisions.waivers):
            said = waiver.fields
            if self.day > said.until and position not in self.used:
                message = f"lapsed: it held until {said.until}: {said.rule} of {said.product}"
                self.found.lapsed.append(Problem(place=waiver.place, message=message, advice="remove it, or decide anew"))
            elif said.product in self.products and position not in self.used:
                message = f"covers nothing any more: {said.rule} of {said.product}"
                self.found.warnings.append(Problem(place=waiver.place, message=message, advice="remove it"))
        every: tuple[Waiver | Licence, ...] = (*self.decisions.waivers, *self.decisions.licences)
        for held in every:
            until = held.fields.until
            if isinstance(held, Licence) and self.day > until:
                message = f"licence {held.fields.number} ended on {until}"
                self.found.lapsed.append(Problem(place=held.place, message=message, advice="remove it, or renew it"))
            elif self.day <= until <= self.day + SOON:
                message = f"ends on {until}, in {(until - self.day).days} days"
                self.found.warnings.append(Problem(place=held.place, message=message, advice="decide or apply in time"))
