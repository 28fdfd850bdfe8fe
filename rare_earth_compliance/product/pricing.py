"""A stated price turned into the price of one unit.

Knows what a price may be for: pieces, dozens, masses. Does not know which price a law would take.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from rare_earth_compliance.core.quantities import Interval, exact
from rare_earth_compliance.core.units import UNITS, factor, is_mass
from rare_earth_compliance.product import document as doc
from rare_earth_compliance.product.model import Money


def money_of(fields: doc.MoneyFields, unit: str, mass: Interval | None) -> tuple[Money | None, str]:
    """A price for one ``unit``; ``mass`` is that of one unit in kilograms. Second: what stands in the way."""
    amount = fields.amount
    if not amount.is_positive:
        amount = replace(amount, low_open=True)  # "<= 100" bounds a price, and no price is nothing
    if fields.per is not None:
        per, problem = _per(fields.per, unit, mass)
        if per is None:
            return None, problem
        amount = amount.scaled(Fraction(1, per.low)) if per.is_exact else amount.over(per)
    return Money(amount=amount, currency=fields.currency, basis=fields.basis, day=fields.day, source=fields.source), ""


def _per(text: str, unit: str, mass: Interval | None) -> tuple[Interval | None, str]:
    number, _, name = text.strip().partition(" ")
    if number in UNITS and not name:
        number, name = "1", number
    name = name.strip() or unit
    try:
        size = exact(number)
    except ValueError as error:
        return None, str(error)
    if size <= 0 or name not in UNITS:
        return None, f"found {text!r}, expected a number and a unit such as '1000 pcs' or '1 kg'"
    same = factor(name, unit)
    if same is not None:
        return _exactly(size * same), ""
    if is_mass(name) and mass is not None:
        return _exactly(size * UNITS[name][1]).over(mass), ""
    return None, f"the price is for {name}, the item is counted in {unit}"


def _exactly(number: Fraction) -> Interval:
    return Interval(number, number)
