"""Amounts of the format as they stand in a document: numbers, prices, quantities, masses, shares, lengths.

Knows which units each kind of amount may have, and how one of the kind looks, so that a message shows an example of what is
wanted and not of something else. What is miswritten is refused, however clear it is what was meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic_core import PydanticCustomError

from rare_earth_compliance.core.json_text import Number
from rare_earth_compliance.core.miswritten import rewritten
from rare_earth_compliance.core.quantities import Interval, NotAnAmountError, amount
from rare_earth_compliance.core.units import FRACTIONS, UNITS
from rare_earth_compliance.product.words import units_of_parameters


def wrong(message: str, advice: str = "") -> PydanticCustomError:
    """A value that is refused: why, and what to do where more can be said than that it is to be corrected."""
    return PydanticCustomError("value", "{message}", {"message": message, "advice": advice})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of amount: in which units it is given, how one, a range and a bound of it are written, and what else to say."""

    units: frozenset[str]
    one: str
    range: str
    bound: str
    expected: str
    """What is said of another unit."""

    @property
    def such(self) -> str:
        """How amounts of the kind look."""
        return f"{self.one}, a range such as '{self.range}' or a bound such as '{self.bound}'"


_ALONE = frozenset({""})
_MASSES = tuple(name for name, (kind, _) in UNITS.items() if kind == "mass")
NUMBER = Kind(_ALONE, "12", "12 .. 14", "< 15", "expected a number alone such as 12")
PRICE = Kind(_ALONE, "12.50", "12 .. 14", "< 15", "expected a number alone such as 12.50: the currency stands in 'currency'")
QUANTITY = Kind(_ALONE, "8", "7 .. 9", "< 10", "expected a number alone such as 8: the unit stands in 'unit'")
MASS = Kind(
    frozenset(_MASSES), "'6.3 g'", "5 .. 7 g", "< 10 g", f"expected a mass such as '6.3 g', in one of {', '.join(_MASSES)}"
)
SHARE = Kind(
    frozenset(FRACTIONS), "'3.1 %'", "29 .. 32 %", "< 0.01 %", "expected a share such as '3.1 %', '500 ppm' or '0.031'"
)
PARAMETER = Kind(units_of_parameters(), "'12 m3'", "320 .. 650 °C", "< 10 kW", "expected the unit that belongs to its name")
NANOMETRES = Kind(frozenset({"nm"}), "'14 nm'", "10 .. 14 nm", "< 16 nm", "expected nm, as in '14 nm'")


def written(value: Any) -> str:
    """The text of a number, or of an amount that is written as text. Raises what pydantic takes for a wrong value."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        kind = {"Object": "object", "dict": "object", "bool": "true or false"}.get(type(value).__name__, type(value).__name__)
        raise wrong(f"found {kind}, expected a number or an amount as text such as '12.5' or '1 .. 2'")
    return str(value)


def bounds(value: Any, kind: Kind) -> tuple[Interval, str]:
    """An amount as it is written, and its unit, whichever that is."""
    text = written(value)
    if text.lstrip().startswith("-"):
        raise wrong(f"found {text}, which is below zero, expected an amount above 0")
    try:
        return amount(text)
    except NotAnAmountError:
        raise wrong(f"{text!r} is not an amount such as {kind.such}", rewritten(text, kind.units)) from None
    except ValueError as error:
        raise wrong(str(error)) from None


def read(value: Any, kind: Kind) -> tuple[Interval, str]:
    """An amount in a unit of its kind, and that unit."""
    found, unit = bounds(value, kind)
    if unit not in kind.units:
        raise wrong(f"found the unit {unit!r}, {kind.expected}", rewritten(written(value), kind.units))
    return found, unit


def positive(kind: Kind) -> Callable[[Any], Interval]:
    """The reader of numbers above zero of a kind."""

    def reading(value: Any) -> Interval:
        found, _ = read(value, kind)
        if found.is_zero:
            raise wrong("found 0, expected more than 0: leave the value out when it is not known")
        return found

    return reading


def mass(value: Any) -> Interval:
    """A mass in kilograms."""
    found, unit = read(value, MASS)
    if found.is_zero:
        raise wrong("found a mass of 0: leave it out when it is not known")
    return found.scaled(UNITS[unit][1])


def share(value: Any) -> Interval:
    """A part of a whole, at most the whole."""
    found, unit = read(value, SHARE)
    part = found.scaled(FRACTIONS[unit])
    if part.low > 1 or (part.high is not None and part.high > 1) or (part.low == 1 and part.low_open):
        raise wrong(f"found {written(value)}, which is more than the whole; write '3.1 %' for three percent")
    return Interval(part.low, Fraction(1), part.low_open) if part.high is None else part


def nanometres(value: Any) -> Interval:
    """A length in nanometres."""
    return read(value, NANOMETRES)[0]
