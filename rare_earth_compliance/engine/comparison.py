"""Two rule packs side by side: what changed in their words, and which cases they decide differently.

Knows how the parts of a pack are told apart by their ids, and how one case is judged under two packs. Does not
know how a difference is shown, nor which pack is the better one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

from rare_earth_compliance.core.json_text import Number
from rare_earth_compliance.core.problems import Place, Refused
from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.engine.casebook import ListOutcome, Plans, judge, judge_listed
from rare_earth_compliance.law.conditions import All, AnyOf, Condition, Not, Term
from rare_earth_compliance.law.model import Case, ListCase, RulePack

_NOT_WORDS = ("sha256", "files")
"""Fields of a pack that follow from the others."""
_FOLLOWS = ("Rule.lists", "ItemList.elements")
"""Fields of its parts that follow from the others."""
_KEYS = ("id", "code", "name", "names")
"""What tells the members of a list apart, in this order."""
NOT_THERE = "not in"
UNJUDGED = "can not be judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs: of which kind, its id, which field of it, and how it stands in A and in B.

    ``field`` is "" where the whole thing was added or removed; then one side is None. A side is text, or a
    condition, which is put into words where it is shown.
    """

    kind: str
    id: str
    field: str
    before: str | Condition | None
    after: str | Condition | None

    @property
    def what(self) -> str:
        """ "added", "removed" or "changed"."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDecision:
    """A case that the two packs decide differently.

    ``of`` is the rule or list that the case belongs to, ``day`` is None for a case of a list, ``held_by`` says which
    pack holds the case: "A", "B" or "both"; ``before`` and ``after`` are what comes out under A and under B.
    """

    of: str
    case: str
    day: date | None
    held_by: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two packs side by side; ``judged`` is the number of different cases that were judged under both."""

    words: tuple[Change, ...]
    decisions: tuple[ChangedDecision, ...]
    judged: int


def compare(before: RulePack, after: RulePack) -> Comparison:
    """What differs between two packs, in words and in decisions.

    A case is judged under the other pack with the subject of its own. Raises Refused where a pack can not judge a
    case of its own.
    """
    words = tuple(changes(before, after))
    packs = {"A": before, "B": after}
    plans = {
        (label, home): Plans(pack if label == home else replace(pack, subjects=packs[home].subjects))
        for label, pack in packs.items()
        for home in packs
    }
    decisions, judged = [], 0
    for of, case, held_by in _cases(before, after):
        judged += 1
        home = "B" if held_by == "B" else "A"
        one = _decision(plans["A", home], of, case, "A", own=home == "A")
        # The engine is a function of its arguments: where no word differs, nothing can come out differently.
        two = _decision(plans["B", home], of, case, "B", own=home == "B") if words else one
        if one != two:
            day = case.on if isinstance(case, Case) else None
            decisions.append(ChangedDecision(of=of, case=case.name, day=day, held_by=held_by, before=one, after=two))
    return Comparison(words=words, decisions=tuple(decisions), judged=judged)


# ---- words


def changes(before: RulePack, after: RulePack) -> Iterator[Change]:
    """Every difference in the words of two packs, kind by kind in the order of a pack."""
    for field in fields(RulePack):
        if field.name in _NOT_WORDS:
            continue
        one, two = getattr(before, field.name), getattr(after, field.name)
        if _is_table(one) and _is_table(two):
            yield from _members(field.name, _keyed(one), _keyed(two))
        elif is_dataclass(one) or is_dataclass(two):
            yield from _fields(field.name, field.name, dict(_parts(one, "")), dict(_parts(two, "")))
        elif one != two:
            yield Change(kind="pack", id=before.id, field=field.name, before=_text(one), after=_text(two))


def _members(kind: str, one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*one, *two)):
        if name not in two:
            yield Change(kind=kind, id=name, field="", before=_called(one[name]), after=None)
        elif name not in one:
            yield Change(kind=kind, id=name, field="", before=None, after=_called(two[name]))
        else:
            yield from _fields(kind, name, dict(_parts(one[name], "")), dict(_parts(two[name], "")))


def _fields(kind: str, name: str, old: Mapping[str, str | Condition], new: Mapping[str, str | Condition]) -> Iterator[Change]:
    whole: list[str] = []
    for path in dict.fromkeys((*old, *new)):
        one, two = old.get(path), new.get(path)
        if _bare(one) == _bare(two) or path.startswith(tuple(f"{above}{sign}" for above in whole for sign in ".[")):
            continue
        if path.endswith("]"):
            if one is not None and two is not None:
                # What it is called differs; the field that says so comes by itself.
                continue
            whole.append(path)
        yield Change(kind=kind, id=name, field=path, before=one, after=two)


def _parts(value: Any, path: str) -> Iterator[tuple[str, str | Condition]]:
    """The parts of a statement by their paths: text as text, conditions whole. Its depth is that of the model's types."""
    if isinstance(value, Condition) and path:
        yield path, _own(value)
    elif is_dataclass(value) and not isinstance(value, type) and not isinstance(value, Interval | Place):
        for field in fields(value):
            if field.name != "id" and f"{type(value).__name__}.{field.name}" not in _FOLLOWS:
                yield from _parts(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif _is_table(value) and value:
        for name, inner in _keyed(value).items():
            yield f"{path}[{name}]", _called(inner)
            yield from _parts(inner, f"{path}[{name}]")
    elif not isinstance(value, Place) and _text(value):
        yield path, _text(value)


def _own(condition: Condition) -> Condition:
    """A condition with its terms named and not spelled out: what a term says is compared once, where it is defined."""
    if isinstance(condition, All):
        return All(tuple(map(_own, condition.parts)))
    if isinstance(condition, AnyOf):
        return AnyOf(tuple(map(_own, condition.parts)))
    if isinstance(condition, Not):
        return Not(_own(condition.part))
    return Term(condition.id, condition.says, All(())) if isinstance(condition, Term) else condition


def _bare(side: str | Condition | None) -> str | Condition | None:
    """A side for comparing: of a term only its id, since its words are compared where it is defined."""
    if isinstance(side, All | AnyOf):
        parts = tuple(part for part in map(_bare, side.parts) if part is not None and not isinstance(part, str))
        return All(parts) if isinstance(side, All) else AnyOf(parts)
    if isinstance(side, Not):
        part = _bare(side.part)
        return Not(part) if part is not None and not isinstance(part, str) else side
    return Term(side.id, "", side.part) if isinstance(side, Term) else side


def _is_table(value: Any) -> bool:
    """Whether a value holds statements that have names: a table by id, or a list of things with ids."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    return bool(isinstance(value, dict) or inner) and all(is_dataclass(one) for one in inner)


def _keyed(value: Any) -> dict[str, Any]:
    """The members of a table by name; members of one name are told apart by their place among these."""
    if isinstance(value, dict):
        return {str(name): inner for name, inner in value.items()}
    found: dict[str, Any] = {}
    for one in value:
        name = next((_text(getattr(one, key)) for key in _KEYS if hasattr(one, key)), "")
        number = sum(1 for other in found if other == name or other.startswith(f"{name} #"))
        found[f"{name} #{number + 1}" if number else name] = one
    return found


def _called(value: Any) -> str:
    """What a statement is called, for one that was added or removed."""
    for key in ("title", "title_en", "en", "question", "means", "owes", "read_as", "text", "subject", "says", "name"):
        found = getattr(value, key, "")
        if isinstance(found, str) and found:
            return found
    return "(no title)"


def _text(value: Any) -> str:
    if value is None or value in ((), frozenset()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | date):
        return str(value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(_text, value)))
    if isinstance(value, tuple):
        return ", ".join(_pair(one) if isinstance(one, tuple) else _text(one) for one in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _pair(value: tuple[Any, ...]) -> str:
    if len(value) == 2 and value[1] is None:
        return f"without {value[0]}"
    return " = ".join(map(_text, value))


def _plain(value: Any) -> str:
    return value.text if isinstance(value, Number) else str(value)


# ---- decisions


def _cases(before: RulePack, after: RulePack) -> Iterator[tuple[str, Case | ListCase, str]]:
    """Every different case of both packs and what it belongs to: the facts as they stand, the day, what is assumed."""
    later = {_same(after, of, case): (of, case) for of, case in _all(after)}
    seen = set()
    for of, case in _all(before):
        key = _same(before, of, case)
        if key not in seen:
            seen.add(key)
            yield of, case, "both" if key in later else "A"
    for key, (of, case) in later.items():
        if key not in seen:
            yield of, case, "B"


def _all(pack: RulePack) -> Iterator[tuple[str, Case | ListCase]]:
    yield from ((rule.id, case) for rule in pack.rules.values() for case in rule.cases)
    yield from ((listed.id, case) for listed in pack.lists.values() for case in listed.cases)


def _same(pack: RulePack, of: str, case: Case | ListCase) -> tuple[Any, ...]:
    """What makes a case the one it is; what it expects is not part of that."""
    if isinstance(case, ListCase):
        return of, _text(case.given), _text(case.shipment), case.readings
    document = _text(pack.subjects[case.given].document)
    return of, document, case.changes, case.on, case.readings, case.status, case.at, case.known_by


def _decision(plans: Plans, of: str, case: Case | ListCase, label: str, *, own: bool) -> str:
    """What a pack, with the subjects of the case's own, makes of a case.

    Raises Refused where a pack can not judge its own case.
    """
    pack = plans.pack
    if of not in pack.rules and of not in pack.lists:
        return f"{NOT_THERE} {label}"
    known = replace(case, readings=_known_readings(pack, case))
    try:
        if isinstance(known, ListCase):
            return _entries(judge_listed(pack, of, known, plans))
        status = tuple((about, said) for about, said in known.status if about in pack.statuses)
        outcome = judge(pack, pack.rules[of], replace(known, status=status), plans)
    except Refused:
        if own:
            raise
        return UNJUDGED
    policy = f"; application: {outcome.policy}" if outcome.policy != "ordinary" else ""
    state = f" ({outcome.state})" if outcome.state not in ("", "in force") else ""
    return f"{outcome.found}{state}{policy}"


def _known_readings(pack: RulePack, case: Case | ListCase) -> tuple[tuple[str, str], ...]:
    """The readings of a case that a pack has: one that it does not have decides nothing there."""
    return tuple(
        (name, option)
        for name, option in case.readings
        if name in pack.readings and option in {one.id for one in pack.readings[name].options}
    )


def _entries(found: ListOutcome) -> str:
    parts = (("on", found.on), ("perhaps on", found.perhaps), ("points to", found.hints))
    return "; ".join(f"{label} {', '.join(sorted(codes))}" for label, codes in parts if codes) or "on no entry"
