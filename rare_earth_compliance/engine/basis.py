"""What an answer rests on and how far it reaches: readings, confirmations, values, days, scope, inputs.

Knows how to say what an answer could not do without. Does not decide the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import date, timedelta

from rare_earth_compliance.core.quantities import shown
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import CautionFound, RuleState, Status
from rare_earth_compliance.engine.entries import SEEN, weak_ones
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.plan import KEPT
from rare_earth_compliance.engine.verdicts import Judged, Verdict
from rare_earth_compliance.engine.wherever import wherever
from rare_earth_compliance.law.conditions import Condition
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.product.model import ROOT, Party, Shipment
from rare_earth_compliance.product.words import meaning

_RESTS = (Status.APPLIES, Status.CANNOT_TELL, Status.EXEMPT)
"""What became of a rule at an item that an answer turns on."""
ASSUMED = "assumed"
"""The price basis by which product data marks a value as assumed."""


def readings_used(judged: Sequence[Judged], unlisted_by: Collection[str], given: Collection[str]) -> list[str]:
    """The readings that an answer rests on, by name. ``unlisted_by``: those that keep items off lists; ``given``: chosen."""
    return sorted(_read({id(one.verdict): one.verdict for one in judged}.values()).union(unlisted_by, given))


def rests_on(
    inquiry: Inquiry,
    judged: Sequence[Judged],
    states: Sequence[RuleState],
    used: Sequence[str],
    given: Collection[str],
    on: date,
) -> tuple[str, ...]:
    """Everything an answer could not do without, one line each. ``used``: readings; ``given``: those that were chosen."""
    pack = inquiry.pack
    different = list({id(one.verdict): one.verdict for one in judged}.values())
    found = [_reading_text(pack, name, inquiry.readings[name], given=name in given) for name in used]
    found += [text for verdict in different for text in verdict.state.rests_on if not text.startswith("reading ")]
    awake = [state.rule for state in states if state.truth is not Truth.FALSE]
    for rule in (pack.rules[name] for name in awake):
        if rule.says.confidence not in SEEN:
            found.append(f"{rule.id}: its words are known from {rule.says.confidence} sources only")
        lists = [pack.lists[name] for name in rule.lists]
        found += [f"{listed.title}: {listed.note}" for listed in lists if listed.confidence not in SEEN]
    told = ((name, one.index) for one in judged if one.verdict.status in _RESTS for name in one.verdict.rule.lists)
    found += weak_ones(inquiry, told, [name for rule in awake for name in pack.rules[rule].lists])
    found += _values_rest_on(inquiry)
    day = inquiry.shipment.day
    if day is not None and day != on:
        found.append(f"the day judged, {on}, in place of the day of export that the data states, {day}")
    for index in sorted(inquiry.product.order):
        until = inquiry.product.items[index].evidence_until
        if until is not None and until < on:
            label = inquiry.product.items[index].label
            found.append(f"evidence for {label} that was valid until {until}, before the day judged: ask for a new document")
    if on > pack.verified_through:
        days = (on - pack.verified_through).days
        found.append(f"law as last checked on {pack.verified_through}, {days} days before {on}: look for later instruments")
    return tuple(dict.fromkeys(found))


def _values_rest_on(inquiry: Inquiry) -> list[str]:
    """Estimates, assumed values, rates, and facts that were given one by one."""
    shipment, found = inquiry.shipment, []
    if any(any(measure.estimate) for measure in inquiry.measures()):
        found.append("values estimated from mass and the price table that was handed in")
    assumed = [
        item.label
        for index in sorted(inquiry.product.order)
        for item in [inquiry.product.items[index]]
        if item.unit_value is not None and item.unit_value.basis == ASSUMED
    ]
    if assumed:
        more = f" and {len(assumed) - 5:,} more" if len(assumed) > 5 else ""
        found.append(f"values that the data marks as assumed: {', '.join(assumed[:5])}{more}")
    if shipment.unit_price is not None:
        stated = inquiry.product.root.unit_value
        found.append(
            "the price asked in this shipment, taken as the value of the product"
            if stated is None
            else "the value stated for the product and the price asked in this shipment: what is answered holds for both"
        )
    found += [
        f"rate {rate.source_currency} to {rate.target_currency} {shown(rate.rate)} of {rate.day}, {rate.source}"
        for rate in shipment.rates
    ]
    found += [f"fact given beside the files: {name} = {value}" for name, value in shipment.given]
    return found


def _reading_text(pack: RulePack, name: str, option: str, *, given: bool) -> str:
    reading = pack.readings[name]
    means = next(one.means for one in reading.options if one.id == option)
    unchosen = "an official answer" if reading.official else "assumed, because nothing can be judged without it"
    why = "as chosen" if given else f"{unchosen}, used until another is chosen: {reading.source}"
    return f"reading {name} = {option}: {means} ({why})"


def _read(verdicts: Iterable[Verdict]) -> set[str]:
    """The readings that were used on the way to verdicts; of what came out false, only those that made it so.

    Traces share most of their steps: each is looked at once.
    """
    found: set[str] = set()
    seen: set[int] = set()
    for verdict in verdicts:
        work = [verdict.step, *(one.step for one in verdict.exemptions)]
        while work:
            step = work.pop()
            if id(step) in seen:
                continue
            seen.add(id(step))
            if step.reading and step.outcome is not Truth.UNKNOWN:
                found.add(step.reading)
            false = step.outcome is Truth.FALSE and step.asks != "not"
            work += [part for part in step.steps if not false or part.outcome is Truth.FALSE]
        found |= {text.split(" ")[1] for text in verdict.state.rests_on if text.startswith("reading ")}
    return found


def cautions(inquiry: Inquiry, on: date) -> tuple[CautionFound, ...]:
    """What is to be said beside the answer; it changes nothing."""
    found = []
    for caution in inquiry.pack.cautions.values():
        if inquiry.pack.instruments[caution.instrument].issued > on:
            continue
        hits = _hits(inquiry, caution.when)
        if hits:
            found.append(
                CautionFound(
                    id=caution.id,
                    text=caution.text,
                    at=caution.says.at,
                    says=caution.says.zh,
                    confidence=caution.says.confidence,
                    outcome=Truth.TRUE,
                    label=inquiry.product.items[hits[0]].label,
                    asks=tuple(inquiry.pack.questions[name].question for name in caution.asks),
                    others=len(hits) - 1,
                )
            )
    return tuple(found)


def _hits(inquiry: Inquiry, condition: Condition) -> list[int]:
    """The items of which a condition is surely true, in the order of the file; what is hidden is not looked at."""
    asks, items = inquiry.plan.asks(condition), inquiry.product.items
    if not asks.plain and not asks.placed and not asks.shares:
        return [ROOT] if inquiry.step(condition, ROOT).outcome is Truth.TRUE else []
    found: list[int] = []
    for group in inquiry.kinds.groups:
        if items[group[0]].hidden or _never(inquiry, condition, group[0]):
            continue
        # Items of one kind differ in where they stand, and in amounts.
        kind = inquiry.kinds.of(group[0]).whole
        alike: dict[Hashable, list[int]] = {} if asks.placed or asks.shares else {kind: group}
        for index in group if not alike else ():
            # Only what this condition asks: of an item that no rule looks at, nothing else need be worked out.
            placed = tuple([inquiry.facts.one(ask, index) for ask in asks.placed])
            alike.setdefault(inquiry.facts.of(asks, index) if asks.shares else (kind, placed), []).append(index)
        for facts, indices in alike.items():
            if _is_true(inquiry, condition, facts, indices[0]):
                found += indices
    return sorted(found)


def _is_true(inquiry: Inquiry, condition: Condition, facts: Hashable, index: int) -> bool:
    """Whether a condition is surely true at an item of which ``facts`` are true; remembered with the plan."""
    key = (id(condition), facts, inquiry.facts.circumstances)
    found = inquiry.plan.sure.get(key)
    if found is None:
        if len(inquiry.plan.sure) >= KEPT:
            inquiry.plan.sure.clear()
        found = inquiry.plan.sure[key] = inquiry.outcome(condition, index) is Truth.TRUE
    return found


def _never(inquiry: Inquiry, condition: Condition, index: int) -> bool:
    """Whether a condition is false at every item of a kind, wherever it stands; remembered with the plan."""
    key = (id(condition), inquiry.kinds.of(index).whole)
    found = inquiry.plan.never.get(key)
    if found is None:
        found = inquiry.plan.never[key] = wherever(inquiry, condition, index) is Truth.FALSE
    return found


def expires(inquiry: Inquiry, states: Sequence[RuleState], on: date) -> tuple[date | None, str]:
    """The first later day on which something the answer rests on changes, and what."""
    days: list[tuple[date, str]] = [(state.changes, f"{state.rule} may change") for state in states if state.changes]
    for index in inquiry.product.order:
        item = inquiry.product.items[index]
        if item.evidence_until is not None:
            first = item.evidence_until + timedelta(days=1)
            if first > on:
                days.append((first, f"evidence for {item.label} is no longer valid"))
    if not days:
        return None, "no day is known on which something it rests on changes"
    day = min(days)[0]
    reasons = dict.fromkeys(reason for other, reason in days if other == day)
    return day, "; ".join(list(reasons)[:4]) + ("; …" if len(reasons) > 4 else "")


def scope(pack: RulePack, on: date) -> str:
    """Under which instruments, on which day."""
    names = ", ".join(pack.instruments)
    return f"under these instruments, on {on}: {names}"


def not_judged(inquiry: Inquiry) -> tuple[str, ...]:
    """Instruments that are known but not judged, with a note where the product holds their elements."""
    found = []
    for one in inquiry.pack.not_modelled:
        held = sorted(symbol for symbol in one.elements if inquiry.contents.element(ROOT, symbol) is Truth.TRUE)
        note = f" – the product holds {', '.join(held)}: look there" if held else ""
        found.append(f"{one.id}: {one.subject} ({one.state}){note}")
    return tuple(found)


def shipment_facts(shipment: Shipment) -> tuple[tuple[str, str], ...]:
    """The shipment as it is shown."""
    if shipment.is_transfer:
        return _transfer_facts(shipment)
    use = shipment.end_use
    rows = (
        ("kind", shipment.kind),
        ("movement", shipment.movement),
        ("exporter", _party(shipment.exporter)),
        ("ship from", shipment.ship_from),
        ("destination", shipment.destination),
        ("importer", _party(shipment.importer)),
        ("consignee", _party(shipment.consignee)),
        ("end user", _party(shipment.end_user)),
        ("end use", ", ".join(use.purposes or ()) + ("" if use.complete or not use.purposes else ", perhaps others")),
    )
    return tuple((name, value or "not known") for name, value in rows)


def _transfer_facts(shipment: Shipment) -> tuple[tuple[str, str], ...]:
    """An act of providing technology as it is shown."""
    how, use, fields = shipment.transfer, shipment.end_use, shipment.technology_fields
    public = {None: "", True: "in the public domain before the act", False: "not in the public domain"}[how.published]
    since = f"since {how.published_on}" if how.published_on else ""
    licensed = {None: "", True: "published with a licence", False: "published without licence"}[how.published_with_licence]
    research = {None: "", True: "technology in basic research", False: "not basic research"}[how.basic_research]
    patent = {None: "", "none": "no patent application"}.get(how.patent, f"for a {how.patent} patent application")
    rows = (
        ("act", "technology is provided, without goods"),
        ("by", _party(shipment.exporter)),
        ("to", _party(shipment.consignee)),
        ("leaves", shipment.ship_from),
        ("provided in", shipment.destination),
        ("fields", ", ".join(meaning("field", one) for one in fields) or "none of the five" if fields is not None else ""),
        ("activity", meaning("activity", how.activity) if how.activity else ""),
        ("what", ", ".join(meaning("subject", one) for one in how.subjects or ())),
        ("public", ", ".join(part for part in (public, since, licensed, research, patent) if part)),
        ("end use", ", ".join(use.purposes or ()) + ("" if use.complete or not use.purposes else ", perhaps others")),
        ("knowledge", meaning("knowledge", use.knowledge) if use.knowledge else ""),
    )
    return tuple((name, value or "not known") for name, value in rows)


def _party(party: Party) -> str:
    """What is known of a party, in words."""
    military = {None: "", True: "military user", False: "no military user"}[party.military]
    chinese = {None: "", True: "Chinese person", False: "no Chinese person"}[party.chinese_person]
    listed = {None: "", "none": "on no Chinese list"}.get(party.listed, f"on the {party.listed}")
    parts = (party.name, party.located_in and f"in {party.located_in}", chinese, military, listed)
    return ", ".join(part for part in parts if part)


def inputs(shipment: Shipment) -> tuple[tuple[str, str], ...]:
    """Every file that was used, with its hash."""
    used = [(shipment.product.file, shipment.product.sha256)]
    if shipment.sha256 and (shipment.file, shipment.sha256) not in used:
        used.append((shipment.file, shipment.sha256))
    return (*used, *shipment.tables)
