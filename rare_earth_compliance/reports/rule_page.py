"""A rule as a page: the law's words, the reading, its dates, its conditions, what is owed, open readings, cases.

Knows how conditions are put into words. Decides nothing. On a page of many rules, what was spelled out once is
named afterwards and not repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rare_earth_compliance.law.conditions import READING, All, AnyOf, Ask, Condition, Not, Reads, Term, UnderEach, readings_of
from rare_earth_compliance.law.model import Duty, Quote, Reading, Rule, RulePack, Suspension
from rare_earth_compliance.law.status import suspensions_of
from rare_earth_compliance.reports.blocks import Block, Heading, Items, Rows
from rare_earth_compliance.reports.case_rows import case_blocks

_OPERATORS = {
    "is": "is",
    "is_not": "is not",
    "any_of": "one of",
    "none_of": "none of",
    "at_least": "at least",
    "above": "above",
    "at_most": "at most",
    "below": "below",
    "before": "before",
    "from": "on or after",
}
_FOLLOWS = {
    "licence": "a licence is required",
    "prohibition": "it is prohibited, and no licence is to be had",
    "duty": "no licence is required, but what is owed below is",
}
ONE_OF = "one of "
TOLD = " (as spelled out above)"
"""What follows a term that the page has spelled out before."""
ALONE = "a declared control code that names it, and nothing else"
"""How an entry is recognised that no fact of the item tells."""


def rule_blocks(pack: RulePack, rule: Rule, told: set[str] | None = None) -> Iterator[Block]:
    """The page of a rule as blocks; ``told`` holds the terms, readings, policies and duties already spelled out."""
    told = set() if told is None else told
    instrument = pack.instruments[rule.instrument]
    yield Heading(f"{rule.id} – {rule.title}")
    rows = [] if rule.instrument in told else [("instrument", f"{instrument.title_en} ({instrument.title_zh})")]
    if rule.instrument not in told:
        rows += [("source", f"{instrument.url} [{instrument.confidence}], issued {instrument.issued}")]
        rows += labelled("not seen", instrument.not_seen)
    rows += [
        ("words", quoted(rule.says)),
        ("read as", rule.read_as),
        ("in force", _dates(pack, rule)),
    ]
    if rule.sleeps_with:
        rows.append(("sleeps with", f"{', '.join(rule.sleeps_with)}: while one of them is suspended, so is this"))
    if rule.instrument not in told:
        asked = [pack.statuses[one.status] for one in suspensions_of(rule, pack) if one.status]
        rows += labelled("open", (f"{status.question} {status.announced}" for status in asked))
    rows.append(("follows", _FOLLOWS[rule.effect]))
    if rule.lists:
        rows.append(("looks at", f"every item that is, or may be, on {' or '.join(rule.lists)}"))
    rows.append(("reviewed", rule.reviewed))
    yield Rows("", tuple(rows))
    yield Rows("When it applies", ())
    yield Items(tuple(condition_lines(pack, rule.when, told=told)))
    for exemption in rule.unless:
        stated = (
            (("only if", "it is stated: what is not said does not keep the rule open"),) if exemption.only_if_stated else ()
        )
        words = (("words", quoted(exemption.says)), ("read as", exemption.read_as), *stated)
        yield Rows(f"Unless: {exemption.says.at}", words)
        yield Items(tuple(condition_lines(pack, exemption.when, told=told)))
        yield from duty_blocks(pack, exemption.duties, f"Owed where it is lifted by {exemption.says.at}", told)
    yield from _policies(pack, rule, told)
    yield from duty_blocks(pack, rule.duties, "What is owed", told)
    yield from _readings(pack, rule, told)
    yield from case_blocks(pack, rule)


def _dates(pack: RulePack, rule: Rule) -> str:
    asleep = [
        f"suspended {suspended(one)}" + ("; whether it woke is an open question" if one.status else "")
        for one in suspensions_of(rule, pack)
    ]
    return "; ".join((f"from {rule.starts}" + (f" until {rule.ends}" if rule.ends else ""), *asleep))


def quoted(says: Quote) -> str:
    """Words of law with their place and how surely they are known."""
    return f"{says.at}: {says.zh} [{says.confidence}]"


def labelled(label: str, texts: Iterable[str]) -> list[tuple[str, str]]:
    """Rows under one label, which is written once."""
    return [(label if position == 0 else "", text) for position, text in enumerate(texts)]


def suspended(one: Suspension) -> str:
    """A suspension in words."""
    return f"by {one.instrument} from {one.starts} through {one.last_day} ({quoted(one.says)})"


def _policies(pack: RulePack, rule: Rule, told: set[str]) -> Iterator[Block]:
    if not rule.policies:
        return
    yield Rows("How applications are decided", ())
    for name in rule.policies:
        policy = pack.policies[name]
        if name in told:
            yield Items((f"{policy.policy}: {policy.says.at}, as spelled out above",))
            continue
        told.add(name)
        words = (("words", quoted(policy.says)), ("read as", policy.read_as))
        yield Rows(f"{policy.policy}: {policy.says.at}", words)
        yield Items(tuple(condition_lines(pack, policy.when, told=told)))


def duty_blocks(pack: RulePack, names: tuple[str, ...], title: str, told: set[str]) -> Iterator[Block]:
    """Who owes what, by when, and where that stands."""
    if names:
        yield Rows(title, ())
    for name in names:
        duty = pack.duties[name]
        owes = "as spelled out above" if name in told else duty.owes
        told.add(name)
        yield Rows(name, (("who", duty.who), ("owes", owes), ("by when", _by_when(duty)), ("words", quoted(duty.says))))


def _by_when(duty: Duty) -> str:
    if duty.working_days is None:
        return "no number of days is stated"
    calendar = f"; which calendar: reading {duty.calendar[0]}" if duty.calendar else ""
    return f"within {duty.working_days} working days after {duty.counted_from}{calendar}"


def _readings(pack: RulePack, rule: Rule, told: set[str]) -> Iterator[Block]:
    asked = readings_of(rule.when).union(*(readings_of(one.when) for one in rule.unless))
    asked = asked.union(*(readings_of(pack.policies[name].when) for name in rule.policies))
    owed = [pack.duties[name] for name in (*rule.duties, *(duty for one in rule.unless for duty in one.duties))]
    asked |= {duty.calendar[0] for duty in owed if duty.calendar}
    for suspension in suspensions_of(rule, pack):
        chosen = (suspension.last_day_reading, suspension.revives_reading)
        asked |= {one[0] for one in chosen if one is not None}
    if not asked:
        return
    yield Rows("Readings it turns on", ())
    before = sorted(asked & told)
    if before:
        yield Items((f"spelled out above: {', '.join(before)}",))
    for name in sorted(asked - told):
        told.add(name)
        yield reading_rows(pack.readings[name])


def reading_rows(reading: Reading) -> Rows:
    """A reading with its options and who holds them."""
    rows = [("question", reading.question)]
    for option in reading.options:
        marks = [
            word
            for word, chosen in (
                ("conservative", reading.conservative),
                ("official answer", reading.official),
                ("assumed", reading.assumed),
            )
            if chosen == option.id
        ]
        note = f" [{', '.join(marks)}]" if marks else ""
        rows.append((option.id, f"{option.means} – held by: {option.held_by}{note}"))
    used = reading.default
    rows.append(("unset", f"{used} is used, and every report says so" if used else "it stays open, and so may the answer"))
    rows.append(("source", reading.source))
    return Rows(f"Reading {reading.id}", tuple(rows))


# ---- conditions


def condition_lines(pack: RulePack, condition: Condition, depth: int = 0, told: set[str] | None = None) -> Iterator[str]:
    """A condition in words, one line a part, indented by depth. Conditions in rule files are shallow."""
    indent = "  " * depth
    condition = folded(condition)
    if isinstance(condition, All | AnyOf):
        if not condition.parts:
            yield f"{indent}{ALONE}"
            return
        yield f"{indent}{'all of:' if isinstance(condition, All) else 'one of:'}"
        for part in condition.parts:
            yield from condition_lines(pack, part, depth + 1, told)
    elif isinstance(condition, Not):
        yield f"{indent}not:"
        yield from condition_lines(pack, condition.part, depth + 1, told)
    elif isinstance(condition, Term):
        if told is not None and condition.id in told:
            yield f"{indent}{condition.says}{TOLD}"
            return
        if told is not None:
            told.add(condition.id)
        yield f"{indent}{condition.says}, that is:"
        yield from condition_lines(pack, condition.part, depth + 1, told)
    else:
        yield f"{indent}{_leaf(pack, condition)}"


def condition_text(pack: RulePack, condition: Condition) -> str:
    """A condition in one sentence; terms are named and not spelled out."""
    condition = folded(condition)
    if isinstance(condition, All | AnyOf):
        if not condition.parts:
            return ALONE
        parts = [condition_text(pack, part) for part in condition.parts]
        if len(parts) == 1:
            return parts[0]
        inner = [
            f"({text})" if isinstance(part, All | AnyOf) and len(part.parts) > 1 else text
            for part, text in zip(map(folded, condition.parts), parts, strict=True)
        ]
        return (" and " if isinstance(condition, All) else " or ").join(inner)
    if isinstance(condition, Not):
        return f"not ({condition_text(pack, condition.part)})"
    if isinstance(condition, Term):
        return condition.says
    return _leaf(pack, condition)


def folded(condition: Condition) -> Condition:
    """A question asked under each option of a reading, or for one thing after another, as one question."""
    if isinstance(condition, UnderEach):
        asked = [(option, folded(part)) for option, part in condition.options]
        first = asked[0][1]
        if not isinstance(first, Ask):
            return condition
        named = {
            name for name, _ in first.params if all(isinstance(one, Ask) and one.param(name) == option for option, one in asked)
        }
        read = f"{READING}{condition.reading}"
        return replace(first, params=tuple((name, read if name in named else value) for name, value in first.params))
    if not isinstance(condition, AnyOf) or len(condition.parts) < 2:
        return condition
    return _one_of(condition.parts) or condition


def _one_of(parts: tuple[Condition, ...]) -> Ask | None:
    """Alternatives that differ in the value of one parameter alone, as one question; None where they do not."""
    asks = [part for part in parts if isinstance(part, Ask)]
    if len(asks) < len(parts):
        return None
    keys = [key for key, _ in asks[0].params if len({one.param(key) for one in asks}) == len(asks)]
    if len(keys) != 1:
        return None
    values = f"{ONE_OF}{', '.join(one.param(keys[0]) or '' for one in asks)}"
    whole = {
        replace(one, params=tuple((key, values if key == keys[0] else value) for key, value in one.params)) for one in asks
    }
    return whole.pop() if len(whole) == 1 else None


def _leaf(pack: RulePack, condition: Reads | UnderEach | Ask) -> str:
    if isinstance(condition, UnderEach):
        return f"as the reading {condition.reading} has it"
    if isinstance(condition, Reads):
        return f"the reading {condition.reading} is {condition.option}"
    return ask_text(pack, condition)


def ask_text(pack: RulePack, ask: Ask) -> str:
    """A question with what it is compared with, in words."""
    params = dict(ask.params)
    text = pack.questions[ask.question].en
    for name, value in ask.params:
        if f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", _param(pack, name, value))
            params.pop(name)
    rest = ", ".join(f"{name}: {_param(pack, name, value)}" for name, value in params.items())
    more = f" ({rest})" if rest else ""
    return f"{text}{more}: {_held(pack.questions[ask.question].type, ask)}"


def _held(kind: str, ask: Ask) -> str:
    """What an answer is compared with, in words."""
    held = ask.written or ", ".join(sorted(ask.values))
    if kind == "truth" and ask.operator == "is":
        return held
    alone = len(ask.values) == 1
    if ask.operator in ("any_of", "none_of") and kind == "words":
        which = "" if alone else "one of "
        return (
            f"includes {which}{held}" if ask.operator == "any_of" else f"does not include {which.replace('one', 'any')}{held}"
        )
    if ask.operator in ("any_of", "none_of") and alone:
        return f"is {held}" if ask.operator == "any_of" else f"is not {held}"
    return f"{_OPERATORS[ask.operator]} {held}"


def _param(pack: RulePack, name: str, value: str) -> str:
    if value.startswith(ONE_OF):
        return value
    if value.startswith(READING):
        return f"as the {value} says"
    return pack.terms[value].says if name == "whose" and value in pack.terms else value.replace(" ", ", ")
