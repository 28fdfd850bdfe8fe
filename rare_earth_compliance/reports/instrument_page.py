"""An instrument as a page for a lawyer: what it is, its rules in their order, its lists, what it suspends.

Knows what belongs together on that page. The wording of a rule stands in rule_page, the cases are judged by the
engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rare_earth_compliance.law.conditions import Condition, asks_of
from rare_earth_compliance.law.model import Caution, Entry, Instrument, ItemList, Rule, RulePack, Suspension
from rare_earth_compliance.reports.blocks import Block, Grid, Heading, Items, Rows
from rare_earth_compliance.reports.list_cases import list_case_blocks
from rare_earth_compliance.reports.rule_page import condition_lines, condition_text, labelled, quoted, rule_blocks, suspended

_OF_LISTS = ("of", "list")
"""Parameters of a question that name a list."""


def show_blocks(pack: RulePack, name: str) -> Iterator[Block]:
    """The page of an instrument or of one rule with its lists. Raises KeyError for a name that the pack does not have."""
    if name in pack.instruments:
        yield from instrument_blocks(pack, pack.instruments[name])
    else:
        rule = pack.rules[name]
        yield from rule_blocks(pack, rule)
        yield from _lists(pack, lists_of(pack, [rule]))


def instrument_blocks(pack: RulePack, instrument: Instrument) -> Iterator[Block]:
    """The page of an instrument as blocks."""
    rules = [rule for rule in pack.rules.values() if rule.instrument == instrument.id]
    own = [one for one in pack.suspensions.values() if one.instrument == instrument.id]
    yield Heading(f"{instrument.id} – {instrument.title_en}")
    rows = [
        ("title", instrument.title_zh),
        ("", instrument.title_en),
        ("issued", str(instrument.issued)),
        ("source", f"{instrument.url} [{instrument.confidence}]"),
        *labelled("not seen", instrument.not_seen),
        ("last checked", f"{pack.verified_through}: {pack.verified_how}"),
        ("holds", _holds(pack, instrument, rules)),
    ]
    yield Rows("", tuple(rows))
    for one in pack.suspensions.values():
        mine = [rule.id for rule in rules if rule.id in one.suspends]
        if instrument.id in one.suspends or mine:
            which = "" if instrument.id in one.suspends else f": {', '.join(mine)}"
            yield _suspension(pack, one, f"Suspended by {one.instrument}{which}")
    for one in own:
        yield _suspension(pack, one, f"Suspends: {one.id}")
        yield Grid(("instrument", "about", "judged here"), tuple(_asleep(pack, one)))
    told = {instrument.id}
    for rule in rules:
        yield from rule_blocks(pack, rule, told)
    listed = lists_of(pack, rules)
    listed += [one for one in pack.lists.values() if one.instrument == instrument.id and one not in listed]
    yield from _lists(pack, [one for one in pack.lists.values() if one in listed])
    yield from _cautions(pack, instrument, told)


def _holds(pack: RulePack, instrument: Instrument, rules: list[Rule]) -> str:
    cases = sum(len(rule.cases) for rule in rules)
    entries = sum(len(one.entries) for one in pack.lists.values() if one.instrument == instrument.id)
    return f"rules: {len(rules)}, with {cases} cases; list entries: {entries}"


def _suspension(pack: RulePack, one: Suspension, title: str) -> Rows:
    rows = [("suspended", suspended(one))]
    for label, chosen in (("last day", one.last_day_reading), ("revival", one.revives_reading)):
        if chosen is not None and chosen[0] in pack.readings:
            rows.append((label, f"{pack.readings[chosen[0]].question} (reading {chosen[0]})"))
    if one.status:
        status = pack.statuses[one.status]
        rows += [("open", f"{status.question} [status {status.id}]"), ("announced", status.announced)]
        rows += [("ask", status.ask_whom), ("watch", ", ".join(map(str, status.watch)) or "no day is known")]
    return Rows(title, tuple(rows))


def _asleep(pack: RulePack, one: Suspension) -> Iterator[tuple[str, str, str]]:
    others = {other.id: other for other in pack.not_modelled}
    for name in one.suspends:
        if name in pack.instruments:
            yield name, pack.instruments[name].title_en, "yes"
        elif name in pack.rules:
            yield name, pack.rules[name].title, "yes"
        else:
            yield name, f"{others[name].subject} ({others[name].state})" if name in others else "", "no"


def _cautions(pack: RulePack, instrument: Instrument, told: set[str]) -> Iterator[Block]:
    mine = [one for one in pack.cautions.values() if one.instrument == instrument.id]
    if not mine:
        return
    yield Heading("Said beside an answer, without changing it")
    for one in mine:
        yield from _caution(pack, one, told)


def _caution(pack: RulePack, one: Caution, told: set[str]) -> Iterator[Block]:
    rows = [("words", quoted(one.says)), ("said", one.text)]
    rows += labelled("asks", (pack.questions[name].question for name in one.asks))
    yield Rows(one.id, tuple(rows))
    yield Items(tuple(condition_lines(pack, one.when, told=told)))


# ---- lists


def lists_of(pack: RulePack, rules: Iterable[Rule]) -> list[ItemList]:
    """Every list that the rules refer to, also through the entries of other lists, in the order of the pack."""
    found: set[str] = set()
    work: list[Condition] = []
    for rule in rules:
        work += [rule.when, *(one.when for one in rule.unless), *(pack.policies[name].when for name in rule.policies)]
    while work:
        for name in _named_lists(pack, work.pop()):
            if name not in found:
                found.add(name)
                work += [entry.recognise for entry in pack.lists[name].entries]
    return [one for one in pack.lists.values() if one.id in found]


def _named_lists(pack: RulePack, condition: Condition) -> Iterator[str]:
    for ask in asks_of(condition):
        names = set(ask.values) if pack.questions[ask.question].type == "list" else set()
        names |= {word for key, text in ask.params if key in _OF_LISTS for word in text.split()}
        yield from sorted(names & set(pack.lists))


def _lists(pack: RulePack, lists: Iterable[ItemList]) -> Iterator[Block]:
    for listed in lists:
        yield Heading(f"List {listed.id}: {listed.title}")
        rows = [("known from", f"[{listed.confidence}] {listed.note}"), ("entries", str(len(listed.entries)))]
        by_code = bool(listed.entries) and all(entry.declared for entry in listed.entries)
        if by_code:
            rows.append(("recognised", "each by its declared control code, or as said beside it"))
        yield Rows("", tuple(rows))
        header = ("code", "zh", "en", "known from", "tariff codes (hints)", "recognised by")
        yield Grid(header, tuple(_entry(pack, entry, by_code=by_code) for entry in listed.entries))
        yield from list_case_blocks(pack, listed)


def _entry(pack: RulePack, entry: Entry, *, by_code: bool) -> tuple[str, ...]:
    codes = f"{', '.join(entry.hs_codes)} [{entry.hs_confidence or 'not stated'}]" if entry.hs_codes else "none"
    known = f"[{entry.confidence}]" + (f" {entry.note}" if entry.note else "")
    by = condition_text(pack, entry.recognise)
    declared = "; or by its declared control code" if entry.declared and asks_of(entry.recognise) and not by_code else ""
    return entry.code, entry.zh, entry.en, known, codes, by + declared
