"""A witness put through the reader and the engine, and held against what the solver said.

Knows what a determination says of a rule at an item. The rule that a witness shows must come out exactly as expected; of
the other rules none may come out the other way, though the engine may not be able to tell where a fact is not stated.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Finding, Status
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.model import Policy, RulePack
from rare_earth_compliance.product.model import Shipment
from rare_earth_compliance.product.reader import read, shipment_of
from rare_earth_compliance.proof.witness import Witness

NOT_TOLD = (Status.CANNOT_TELL, Status.ASLEEP_CANNOT_TELL)


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What the engine said of a witness; ``wrong`` is each way in which the solver said otherwise."""

    found: str
    compared: int
    """How many rules were held against each other."""
    wrong: tuple[str, ...]


def text_of(witness: Witness) -> str:
    """The product and shipment of a witness as a file."""
    return json.dumps(witness.document, ensure_ascii=False, indent=1) + "\n"


def replay(witness: Witness, pack: RulePack, plan: Plan | None = None) -> Replayed:
    """Judge a witness with the engine. A product that can not be read is a disagreement as well."""
    try:
        contents = read(text_of(witness).encode(), f"{witness.name}.json")
        if contents.product is None:
            return Replayed(found="no product", compared=0, wrong=("the witness has no product",))
        shipment = shipment_of(contents.product, contents.shipment, contents)
        index = _index(shipment, witness.expected.part)
        judged = determine(
            shipment,
            pack,
            on=witness.on,
            readings=witness.readings,
            confirmations=witness.confirmations(pack),
            plan=plan,
        )
        wrong = _of_the_entry(witness, shipment, pack, plan)
    except Refused as refused:
        return Replayed(found="refused", compared=0, wrong=tuple(map(str, refused.problems)))
    at_item = {one.rule: one for one in judged.findings if one.item == index}
    mine = at_item.get(witness.expected.rule)
    wrong += [*_of_the_rule(witness, mine, pack), *_of_the_others(witness, at_item)]
    if judged.conflicts:
        wrong.append(f"the witness contradicts itself: {judged.conflicts[0]}")
    return Replayed(found=_status(mine).value, compared=1 + len(witness.also), wrong=tuple(wrong))


def _status(finding: Finding | None) -> Status:
    """What became of a rule; one that does not look at the item does not apply."""
    return finding.status if finding else Status.FAILS


def _of_the_rule(witness: Witness, finding: Finding | None, pack: RulePack) -> list[str]:
    expected, found = witness.expected, _status(finding)
    wrong = []
    if found is not expected.status:
        wrong.append(f"{expected.rule} at {expected.part}: the solver says {expected.status.value}, the engine {found.value}")
    if expected.policy and not _names(finding, pack.policies[expected.policy]):
        wrong.append(f"{expected.rule} at {expected.part}: the engine does not name the policy {expected.policy}")
    if expected.no_policy and _names(finding, pack.policies[expected.no_policy]):
        wrong.append(f"{expected.rule} at {expected.part}: the engine names the policy {expected.no_policy}")
    if expected.exemption:
        shown = [one.id for one in (finding.exemptions if finding else ()) if one.outcome is Truth.TRUE]
        if expected.exemption not in shown:
            wrong.append(f"{expected.rule} at {expected.part}: the engine does not show the exemption {expected.exemption}")
    return wrong


def _unsure(finding: Finding, expected: Status) -> bool:
    """Whether the engine can not tell the conditions of a rule, or whether an exemption that is expected lifts it."""
    lifted = expected is Status.EXEMPT and any(one.outcome is Truth.UNKNOWN for one in finding.exemptions)
    return finding.would is Truth.UNKNOWN or lifted


def _names(finding: Finding | None, policy: Policy) -> bool:
    """Whether a finding surely names a policy."""
    sure = [one for one in (finding.policies if finding else ()) if one.outcome is Truth.TRUE]
    return any((one.policy, one.at, one.read_as) == (policy.policy, policy.says.at, policy.read_as) for one in sure)


def _of_the_entry(witness: Witness, shipment: Shipment, pack: RulePack, plan: Plan | None) -> list[str]:
    """The entry of a list that an item must be: found by the engine as it looks items up."""
    expected = witness.expected
    if not expected.entry:
        return []
    with closing(Inquiry(shipment, pack, chosen_readings(pack, witness.readings), witness.on, plan)) as inquiry:
        codes = inquiry.listing.of(expected.list, _index(shipment, expected.entry_part)).codes
    if expected.entry in codes:
        return []
    return [f"{expected.entry_part}: the engine does not find the entry {expected.entry} of {expected.list}"]


def _index(shipment: Shipment, part: str) -> int:
    return next(one.index for one in shipment.product.items if one.part_number == part)


def _of_the_others(witness: Witness, at_item: dict[str, Finding]) -> list[str]:
    wrong = []
    for rule, status in witness.also.items():
        finding = at_item.get(rule)
        found = _status(finding)
        if found is status or found in NOT_TOLD or (finding is not None and _unsure(finding, status)):
            continue
        wrong.append(f"{rule} at {witness.expected.part}: the solver says {status.value}, the engine {found.value}")
    return wrong
