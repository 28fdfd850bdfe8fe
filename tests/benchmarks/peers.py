"""What people would use instead: the simple decision by hand and in rule engines, and readers that only parse.

Knows how each peer judges one product: is there a listed magnet whose Chinese content is worth 0.1 % of it or more, on a
day and a way on which the rule counts. Floats, no unknowns, no reasons: less than the product does. A peer that is not
installed is left out by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.benchmarks.products import LINES

DAY = date(2026, 12, 2)
STARTS = date(2025, 12, 1)
LISTED = frozenset({"permanent-magnet"})
ROUNDING = 1e-12
Judge = Callable[[bytes], bool]


def rolled_up(item: dict[str, Any]) -> list[tuple[float, float, str]]:
    """Chinese content and value of every listed item: the host does this for the rule engines that can not."""
    found: list[tuple[float, float, str]] = []
    work = [item]
    while work:
        one = work.pop()
        if one.get("form") in LISTED:
            content = sum(
                float(part["unit_value"]["amount"]) * part["quantity"]
                for part in one.get("materials", ())
                if part.get("origin") == "CN"
            )
            found.append((content, float(one["unit_value"]["amount"]), one["made_in"]))
        work.extend(one.get("parts", ()))
    return found


def by_hand(loads: Callable[[bytes], Any]) -> Judge:
    """The loop that somebody would write."""

    def judge(data: bytes) -> bool:
        document = loads(data)
        shipped = document["shipment"]
        if shipped["exporter"]["located_in"] == "CN" or shipped["destination"] == "CN" or DAY < STARTS:
            return False
        return any(
            content * 1000 >= value * (1 - ROUNDING) and made_in != "CN"
            for content, value, made_in in rolled_up(document["product"])
        )

    return judge


RULE = (
    "content * 1000.0 >= value * 0.999999999999 && made_in != 'CN'"
    " && exporter != 'CN' && destination != 'CN' && day >= 20251201"
)


def by_rules(loads: Callable[[bytes], Any], evaluate: Callable[[dict[str, Any]], Any]) -> Judge:
    """A rule engine asked at every line, with the sums made by the host."""

    def judge(data: bytes) -> bool:
        document = loads(data)
        shipped = document["shipment"]
        facts = {"exporter": shipped["exporter"]["located_in"], "destination": shipped["destination"], "day": 20261202}
        reached = False
        work = [document["product"]]
        while work:
            one = work.pop()
            work.extend(one.get("parts", ()))
            listed = one.get("form") in LISTED
            content, value, made_in = rolled_up(one)[0] if listed else (0.0, 1.0, one.get("made_in", ""))
            reached = bool(evaluate({**facts, "content": content, "value": value, "made_in": made_in})) or reached
        return reached

    return judge


def judges() -> tuple[dict[str, Judge], list[str]]:
    """The peers that can be had here by name, and the names of those that can not."""
    found: dict[str, Judge] = {"a loop over json": by_hand(json.loads)}
    missing: list[str] = []
    loads: Callable[[bytes], Any] = json.loads
    try:
        import orjson  # noqa: PLC0415

        loads = orjson.loads
        found["a loop over orjson"] = by_hand(loads)
    except ImportError:
        missing.append("orjson")
    try:
        import cel  # noqa: PLC0415

        program = cel.compile(RULE)
        found["CEL (Rust), at each line"] = by_rules(loads, program.execute)
    except ImportError:
        missing.append("common-expression-language")
    try:
        import zen  # noqa: PLC0415

        compiled = zen.compile_expression(RULE.replace("&&", "and"))
        found["zen-engine, at each line"] = by_rules(loads, compiled.evaluate)
    except ImportError:
        missing.append("zen-engine")
    return found, missing


def readers() -> tuple[dict[str, Callable[[bytes], Any]], list[str]]:
    """Readers that only parse."""
    found: dict[str, Callable[[bytes], Any]] = {"json.loads": json.loads}
    missing: list[str] = []
    try:
        import orjson  # noqa: PLC0415

        found["orjson.loads"] = orjson.loads
    except ImportError:
        missing.append("orjson")
    try:
        import msgspec  # noqa: PLC0415

        found["msgspec, untyped"] = msgspec.json.decode
    except ImportError:
        missing.append("msgspec")
    from rare_earth_compliance.product.document import File  # noqa: PLC0415

    found["pydantic, the published models"] = File.model_validate_json
    return found, missing


__all__ = ["DAY", "LINES", "Judge", "by_hand", "judges", "readers"]
