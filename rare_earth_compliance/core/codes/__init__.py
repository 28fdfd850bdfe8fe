"""Public code lists: countries, currencies, chemical elements.

Knows which codes exist. Lists stand in text files beside this module, not in Python. Does not know
which of them any law names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _rows(name: str) -> tuple[tuple[str, ...], ...]:
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def countries() -> dict[str, str]:
    """ISO 3166-1 alpha-2 code → English short name."""
    return {row[0]: row[1] for row in _rows("countries")}


@cache
def currencies() -> dict[str, str]:
    """ISO 4217 code → English name."""
    return {row[0]: row[1] for row in _rows("currencies")}


@cache
def elements() -> dict[str, str]:
    """Element symbol → English name."""
    return {row[0]: row[1] for row in _rows("elements")}


@cache
def rare_earths() -> frozenset[str]:
    """The symbols of the seventeen rare-earth elements."""
    return frozenset(row[0] for row in _rows("elements") if row[2:] == ("rare-earth",))


def meant(text: str, named: Mapping[str, str]) -> str:
    """The one code that a text writes in other letters or by its English name, for a message; "" where none is sure."""
    small = text.strip().casefold()
    found = [code for code, name in named.items() if small in (code.casefold(), name.casefold())]
    return found[0] if len(found) == 1 else ""
