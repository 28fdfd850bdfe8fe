"""A rule as a page: the law's words, the reading, its dates, its conditions, open readings, cases.

Knows how conditions are put into words. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Condition, Not, Reads, Term, readings_of
from rare_earth_compliance.law.model import Reading, Rule, RulePack
from rare_earth_compliance.reports.page import Block, Grid, Heading, Items, Rows

_OPERATORS = {
    "is": "is",
    "is_not": "is not",
    "any_of": "one of",
    "none_of": "none of",
    "at_least": "at least",
    "above": "above",
    "at_most": "at most",
    "below": "below",
}


def rule_blocks(pack: RulePack, rule: Rule) -> Iterator[Block]:
    """The page of a rule as blocks."""
    instrument = pack.instruments[rule.instrument]
    asleep = [one for one in pack.suspensions.values() if rule.instrument in one.suspends]
    rows = [
        ("instrument", f"{instrument.title_en} ({instrument.title_zh}), issued {instrument.issued}"),
        ("source", f"{instrument.url} [{instrument.confidence}]"),
        ("words", f"{rule.says.at}: {rule.says.zh} [{rule.says.confidence}]"),
        ("read as", rule.read_as),
        ("in force", f"from {rule.starts}" + (f" until {rule.ends}" if rule.ends else "")),
    ]
    rows += [("suspended", f"by {one.instrument} from {one.starts} through {one.last_day}: {one.says.zh}") for one in asleep]
    rows += [("after that", pack.statuses[one.status].question) for one in asleep if one.status]
    rows += [("not seen", text) for text in instrument.not_seen]
    rows += [("follows", "a licence is required" if rule.licence else "no licence, but a duty")]
    for name in rule.duties:
        duty = pack.duties[name]
        rows.append(("owed", f"{duty.who}: {duty.owes} ({duty.says.at})"))
    rows.append(("reviewed", rule.reviewed))
    yield Rows(f"{rule.id} – {rule.title}", tuple(rows))
    yield Heading("When it applies")
    yield Items(tuple(condition_lines(pack, rule.when)))
    for exemption in rule.unless:
        yield Heading(f"Unless: {exemption.says.at}")
        yield Items((f"{exemption.says.zh} – {exemption.read_as}", *condition_lines(pack, exemption.when)))
    asked = readings_of(rule.when).union(*(readings_of(one.when) for one in rule.unless))
    if asked:
        yield Heading("Readings it turns on")
        for name in sorted(asked):
            yield reading_rows(pack.readings[name])
    yield Heading(f"Its {len(rule.cases)} cases")
    yield Grid(
        ("case", "day", "from", "expected"),
        tuple((case.name, str(case.on), case.given, case.expect) for case in rule.cases),
    )


def reading_rows(reading: Reading) -> Rows:
    """A reading with its options and who holds them."""
    rows = [("question", reading.question)]
    for option in reading.options:
        marks = [
            word
            for word, chosen in (("conservative", reading.conservative), ("official", reading.official))
            if chosen == option.id
        ]
        note = f" [{', '.join(marks)}]" if marks else ""
        rows.append((option.id, f"{option.means} – {option.held_by}{note}"))
    rows.append(("source", reading.source))
    return Rows(f"--reading {reading.id}=…", tuple(rows))


def condition_lines(pack: RulePack, condition: Condition, depth: int = 0) -> Iterator[str]:
    """A condition in words, one line a part, indented by depth. Conditions in rule files are shallow."""
    indent = "  " * depth
    if isinstance(condition, All | AnyOf):
        yield f"{indent}{'all of:' if isinstance(condition, All) else 'one of:'}"
        for part in condition.parts:
            yield from condition_lines(pack, part, depth + 1)
    elif isinstance(condition, Not):
        yield f"{indent}not:"
        yield from condition_lines(pack, condition.part, depth + 1)
    elif isinstance(condition, Term):
        yield f"{indent}{condition.says}, that is:"
        yield from condition_lines(pack, condition.part, depth + 1)
    elif isinstance(condition, Reads):
        yield f"{indent}the reading {condition.reading} is {condition.option}"
    else:
        yield f"{indent}{_ask(pack, condition)}"


def _ask(pack: RulePack, ask: Ask) -> str:
    params = dict(ask.params)
    text = pack.questions[ask.question].en
    for name, value in ask.params:
        if f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", value)
            params.pop(name)
    rest = ", ".join(f"{name}: {value}" for name, value in params.items())
    more = f" ({rest})" if rest else ""
    held = ask.written or ", ".join(sorted(ask.values))
    return f"{text}{more}: {_OPERATORS[ask.operator]} {held}"
