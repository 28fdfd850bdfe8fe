"""The answer for one document on one day: each limb at each thing, then all together.

Knows how conditions, days and exemptions combine to an outcome. Does not know what the conditions are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.naive import days, facts, lists, rules, shares, tree
from tests.naive.logic import Truth
from tests.naive.rules import Case
from tests.naive.tree import Node

REQUIRED, UNDETERMINED, NOT_REQUIRED = "required", "undetermined", "not required"
APPLIES, CANNOT_TELL, EXEMPT = "applies", "cannot tell", "exempt"
ASLEEP, ASLEEP_CANNOT_TELL, FAILS = "asleep", "asleep, cannot tell", "does not apply"
WEIGHT = [FAILS, ASLEEP_CANNOT_TELL, ASLEEP, EXEMPT, CANNOT_TELL, APPLIES]
"""Of an item shared by several places, the weightiest outcome is told."""


@dataclass(frozen=True)
class Answer:
    """The answer, and for each limb and thing (by its path; "" for the shipment) the outcome."""

    answer: str
    outcomes: dict[tuple[str, str], str]
    contradictory: bool
    too_cheap: frozenset[str]
    """Things stated to be worth less than the listed content stated inside them."""


def evaluate(document: dict[str, Any], day: date, readings: Mapping[str, str], confirmed: str | None) -> Answer:
    """Whether the shipment in the document needs a licence on the day."""
    product = tree.product_of(document)
    case = Case(document.get("shipment") or {}, document.get("rates") or [], readings)
    nodes = [product, *product.below]
    outcomes: dict[tuple[str, str], str] = {}
    for rule, limb in rules.ITEM_LIMBS.items():
        for node in nodes:
            found = _outcome(rule, limb(node, case), case, day, confirmed)
            outcomes[rule, node.path] = max(found, outcomes.get((rule, node.path), FAILS), key=WEIGHT.index)
    for rule, shipment_limb in rules.SHIPMENT_LIMBS.items():
        outcomes[rule, ""] = _outcome(rule, shipment_limb(case), case, day, confirmed)
    contradictory = any(_contradictory(node, case) for node in nodes)
    too_cheap = {node.label for node in nodes if shares.worth_less_than_content(node, case.rates, readings)}
    return Answer(_answer(outcomes, contradictory), outcomes, contradictory, frozenset(too_cheap))


def _outcome(rule: str, holds: Truth, case: Case, day: date, confirmed: str | None) -> str:
    bound = days.in_force(rule, day, case.readings, confirmed)
    if holds is False:
        return FAILS
    if bound is False:
        return ASLEEP if holds else ASLEEP_CANNOT_TELL
    if rule in rules.EXEMPTIONS and rules.EXEMPTIONS[rule](case) is True:
        return EXEMPT
    return APPLIES if holds and bound else CANNOT_TELL


def _contradictory(node: Node, case: Case) -> bool:
    return facts.contradictory(node) or lists.declared_in_vain(node, case.readings)


def _answer(outcomes: dict[tuple[str, str], str], contradictory: bool) -> str:
    """Data that contradict themselves clear nothing."""
    if APPLIES in outcomes.values():
        return REQUIRED
    return UNDETERMINED if contradictory or CANNOT_TELL in outcomes.values() else NOT_REQUIRED
