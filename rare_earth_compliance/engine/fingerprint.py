"""What a finding is known by over time: the product, the item, the rule and where the goods go.

Knows which words name a finding, and which facts it was made on. Lines, positions and values do not name it, so
that a moved line or a new price is not a new finding; they are part of the facts, so that whoever decided on
them is asked again. Does not know what was decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from rare_earth_compliance.core.quantities import Interval, written
from rare_earth_compliance.engine.determination import Determination, Finding, Step


def fingerprint(determination: Determination, finding: Finding) -> str:
    """The name of a finding, 32 hexadecimal digits: the same while product, item, rule and destination are."""
    destination = dict(determination.shipment).get("destination", "")
    return digest((determination.product, finding.label, finding.rule, destination))


def facts(determination: Determination, finding: Finding, amounts_of: Iterable[str] | None = None) -> str:
    """What a finding was made on, 32 hexadecimal digits: what was found at every step, every amount, and the shipment.

    Changes with any fact, reading or state of the law that the finding rests on; not with lines or positions.
    ``amounts_of`` names questions whose amounts are left out, for a decision that holds up to an amount.
    """
    said = [finding.status.value, finding.state, *finding.listed_as]
    said += [f"{name}: {text}" for name, text in determination.shipment]
    said += _found(finding.step, frozenset(amounts_of or ()))
    for share in finding.shares if amounts_of is None else ():
        said += [share.of, share.with_origin, share.currency, _bounds(share.content), _bounds(share.value)]
        said += [f"{piece.label} {piece.origin} {piece.currency} {_bounds(piece.worth)}" for piece in share.pieces]
        said.append(str(share.pieces_left_out))
    return digest(said)


def facts_of_rule(determination: Determination, rule: str, amounts_of: Iterable[str] | None = None) -> str:
    """What all findings of a rule were made on; where some are only counted, the whole input takes their place."""
    findings = [one for one in determination.findings if one.rule == rule]
    said = [facts(determination, one, amounts_of) for one in findings]
    counted = [f"{one.status.value} {one.count}" for one in determination.more if one.rule == rule]
    inputs = [sha256 for _, sha256 in determination.input_used if counted]
    return digest([*sorted(said), *counted, *inputs])


def _found(step: Step, left_out: frozenset[str]) -> Iterable[str]:
    work = [step]
    while work:
        part = work.pop()
        if part.asks in left_out:
            yield f"{part.asks} {part.outcome.name}"
            continue
        yield f"{part.asks} {part.outcome.name} {part.found} {part.against} {part.reading}"
        work.extend(reversed(part.steps))


def _bounds(value: Interval | None) -> str:
    if value is None:
        return "not known"
    high = "unbounded" if value.high is None else written(value.high)
    return f"{'(' if value.low_open else '['}{written(value.low)} {high}{')' if value.high_open else ']'}"


def digest(words: Iterable[str]) -> str:
    """A list of words as 32 hexadecimal digits."""
    # Lengths stand before words, so that no two lists of words read the same.
    text = "".join(f"{len(word)}:{word}" for word in words)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
