"""A determination as a page of blocks, in words: what every form of report shows.

Knows the wording and the order: the answer first, then why, then what to ask, then what it rests on. Text
from product data is made harmless here. Does not know colours, widths or markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.core.quantities import shown
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import (
    Answer,
    AskFor,
    Determination,
    DutyOwed,
    Finding,
    Level,
    Share,
    Status,
    Step,
)
from rare_earth_compliance.engine.entries import SEEN, EntryFound
from rare_earth_compliance.law.model import LICENCE
from rare_earth_compliance.reports.blocks import Banner, Block, Grid, Heading, Items, Rows, harmless
from rare_earth_compliance.reports.in_short import CLEARING, RESTS_ON, WITHOUT, in_short, without_consequence
from rare_earth_compliance.reports.numbers import share_text

FINDINGS = 3
"""How many findings of one rule and status a page shows; the JSON report has more."""
ENTRIES = 4
"""How many entries of an item a page shows; the JSON report has all."""
IN_ENGLISH = "in English"
"""The label of English words beside the same in Chinese; a page in another language does without."""
_MARKS = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "?"}


def page(determination: Determination) -> Iterator[Block]:
    """The blocks of a report on one determination."""
    yield _banner(determination)
    yield Rows("", tuple((name, harmless(text)) for name, text in determination.shipment))
    yield from in_short(determination)
    yield from _findings(determination)
    if determination.conflicts:
        yield Heading("Contradictions in the data: nothing is cleared while they stand")
        yield Items(tuple(map(harmless, determination.conflicts)))
    if determination.hints:
        yield Heading("Tariff codes: hints, never the test")
        yield Items(tuple(map(harmless, determination.hints)))
    yield from _duties(determination)
    yield from _questions(determination)
    yield from _without_consequence(determination)
    yield from _tree(determination)
    if determination.cautions:
        yield Heading("Also to be known")
        yield Items(tuple(_caution(one.text, one.at, one.label, one.others, one.asks) for one in determination.cautions))
    yield from _basis(determination)


def headline(determination: Determination) -> str:
    """The answer in one sentence."""
    words = {
        Answer.REQUIRED: "PROHIBITED" if determination.prohibited else "LICENCE REQUIRED",
        Answer.UNDETERMINED: "UNDETERMINED",
        Answer.NOT_REQUIRED: "LICENCE NOT REQUIRED",
    }
    return f"{words[determination.answer]} – {harmless(determination.product)}, on {determination.on}"


def _banner(determination: Determination) -> Banner:
    found = determination.findings
    applies = list(dict.fromkeys(one.rule for one in found if one.status is Status.APPLIES and one.effect == LICENCE))
    if determination.answer is Answer.REQUIRED:
        text = f"A rule in force applies: {', '.join(applies)}." if applies else ""
        if determination.prohibited:
            text = (
                f"The shipment is forbidden, and no licence is to be had: {', '.join(determination.prohibited)}. {text}".strip()
            )
        if any(one.policies for one in found if one.status is Status.APPLIES):
            text += f" {_policy_sentence(found)}"
    elif determination.answer is Answer.UNDETERMINED:
        text = _why_open(determination)
    else:
        text = f"No rule requires a licence {determination.scope}."
        if determination.duties_open:
            text += " A duty is open: see below."
    return Banner(headline(determination), text)


def _policy_sentence(found: Iterable[Finding]) -> str:
    sure = {
        policy.policy
        for one in found
        if one.status is Status.APPLIES
        for policy in one.policies
        if policy.outcome is Truth.TRUE
    }
    if "refused in principle" in sure:
        return "An application would be REFUSED IN PRINCIPLE."
    if sure:
        return "An application would be decided case by case."
    return "Whether an application would be refused in principle can not be told yet."


def _why_open(determination: Determination) -> str:
    kinds = {"fact": "facts of the product or shipment", "reading": "readings of the text", "status": "the status of the law"}
    open_kinds = [text for kind, text in kinds.items() if any(ask.kind == kind for ask in determination.asks_for)]
    parts = []
    if open_kinds:
        parts.append(f"It can not be told. Open: {', '.join(open_kinds)}.")
    if determination.conflicts:
        parts.append("The data contradicts itself.")
    if len({one.answer for one in determination.outlook}) > 1:
        parts.append(f"{'; '.join(f'{one.assumed}: {one.answer.value}' for one in determination.outlook)}.".capitalize())
    return " ".join(parts) or "It can not be told."


# ---- findings

_TITLES = {
    Status.APPLIES: "Applies",
    Status.CANNOT_TELL: "Can not be told",
    Status.EXEMPT: "Would apply, but is lifted by an exemption",
    Status.ASLEEP: "Not in force on this day, but would apply",
    Status.ASLEEP_CANNOT_TELL: "Not in force on this day, and might apply",
}


def _findings(determination: Determination) -> Iterator[Block]:
    told: set[EntryFound] = set()
    for status, title in _TITLES.items():
        mine = [one for one in determination.findings if one.status is status]
        if not mine:
            continue
        yield Heading(title)
        brief = status in (Status.ASLEEP, Status.ASLEEP_CANNOT_TELL)
        for rule in dict.fromkeys(one.rule for one in mine):
            same = [one for one in mine if one.rule == rule]
            more = sum(one.count for one in determination.more if one.rule == rule and one.status is status)
            shown_here = 1 if brief else FINDINGS
            for position, one in enumerate(same[:shown_here]):
                yield _brief(one, told) if brief else _finding(one, told, first=position == 0)
            left = len(same) - shown_here + more
            if left > 0:
                yield Items((f"{rule}: the same at {left:,} more item{'s' if left > 1 else ''} (all in the JSON report)",))


def _title(one: Finding) -> str:
    return f"{one.rule} – {one.title}"


def _item(one: Finding) -> tuple[str, str]:
    codes = f" – listed as {', '.join(one.listed_as[:4])}" if one.listed_as else ""
    return "item", harmless(f"{one.label} ({one.place}){codes}")


def _brief(one: Finding, told: set[EntryFound]) -> Rows:
    weak = any(each.confidence not in SEEN for each in one.entries)
    return Rows(_title(one), (_item(one), *(_entries(one, told) if weak else ()), ("status", one.because)))


def _entries(one: Finding, told: set[EntryFound]) -> Iterator[tuple[str, str]]:
    """The entries on which the item is, or may be: the official words with their mark; once also in English, and the note."""
    for entry in one.entries[:ENTRIES]:
        perhaps = "" if entry.outcome is Truth.TRUE else "perhaps "
        yield "entry", f"{perhaps}{entry.code}: {entry.zh} [{entry.confidence}]"
        if replace(entry, outcome=Truth.TRUE) not in told:
            yield IN_ENGLISH, entry.en
            if entry.note:
                yield "note", entry.note
            told.add(replace(entry, outcome=Truth.TRUE))
    if len(one.entries) > ENTRIES:
        yield "", f"and {len(one.entries) - ENTRIES:,} more (all in the JSON report)"


def _finding(one: Finding, told: set[EntryFound], *, first: bool) -> Rows:
    rows = [_item(one), *_entries(one, told)]
    if first:
        rows += [("words", f"{one.at}: {one.says} [{one.confidence}]"), ("read as", one.read_as)]
        rows.append(("in force", in_law(one.state, one.because)))
    shares: list[Share] = []
    for share in one.shares:
        if not any(share.content == other.content for other in shares):
            rows += _share_rows(share)
            shares.append(share)
    lines = reasons(one.step)
    if not first:
        lines = [line for line in lines if not line.startswith(f"[{_MARKS[Truth.TRUE]}]")] or lines
    rows += [("why" if position == 0 else "", line) for position, line in enumerate(lines)]
    if first:
        rows += list(_lifted_and_policy(one))
    return Rows(_title(one), tuple((label, harmless(text)) for label, text in rows))


def _lifted_and_policy(one: Finding) -> Iterator[tuple[str, str]]:
    for exemption in one.exemptions:
        if exemption.outcome is not Truth.FALSE:
            state = "is lifted by" if exemption.outcome is Truth.TRUE else "may be lifted by"
            yield "exemption", f"{state} {exemption.at}: {exemption.says} – {exemption.read_as}"
    for policy in one.policies:
        state = policy.policy if policy.outcome is Truth.TRUE else f"perhaps {policy.policy}"
        yield "policy", f"{state} ({policy.at}: {policy.says})"


def _share_rows(share: Share) -> Iterator[tuple[str, str]]:
    worth = f"{shown(share.value)} {share.currency}" if share.value is not None else "a value that is not known"
    whose = f", {share.with_origin.replace('-', ' ')}" if share.with_origin else ", any origin"
    estimate = " (rests on an estimate)" if share.estimate else ""
    content = f"{shown(share.content)} {share.currency}".strip()
    yield "share", f"{share_text(share.share)}{estimate}: {share.of}{whose}, content {content} in {worth}"
    for piece in share.pieces:
        sure = "" if piece.certain else "perhaps "
        origin = f", origin {piece.origin}" if piece.origin else ", origin not known"
        price = f"{shown(piece.worth)} {piece.currency}".strip()
        yield "", f"{sure}{piece.label}: {price}{origin} ({_where(piece.place)})"
    if share.pieces_left_out:
        yield "", f"and at least {share.pieces_left_out:,} more lines"


def reasons(step: Step) -> list[str]:
    """Why a condition came out as it did: one line for each part that decided, or that is open."""
    parts = step.steps if step.asks in ("all of these", "any of these") else (step,)
    lines = []
    for part in parts:
        detail = "; ".join(dict.fromkeys(_deciding(part)))
        between = " – " if part.asks == "not" else ": "
        lines.append(f"[{_MARKS[part.outcome]}] {between.join(filter(None, (_heading(part), detail)))}")
    return lines


def _heading(step: Step) -> str:
    return {"all of these": "", "any of these": "", "not": "must not be so"}.get(step.asks, step.asks)


def in_law(state: str, because: str, between: str = ": ") -> str:
    """The state of a rule and its reason, which may name the state itself."""
    return because if because.startswith(state) else f"{state}{between}{because}"


def _deciding(step: Step) -> list[str]:
    """The answers that made a step what it is: leaves with the step's own outcome."""
    if step.found:
        return [step.found]
    found: list[str] = []
    work = [step]
    while work:
        part = work.pop()
        inner = [one for one in part.steps if one.outcome is part.outcome] if part.asks != "not" else list(part.steps)
        if part.outcome is Truth.UNKNOWN:
            inner = [one for one in inner if one.needs & part.needs] or inner
        if part.found and part is not step:
            found.append(f"{part.asks}: {part.found}")
        else:
            work.extend(reversed(inner))
    return found[:6]


# ---- questions, duties, clearing


def _questions(determination: Determination) -> Iterator[Block]:
    if not determination.asks_for or (determination.answer is Answer.NOT_REQUIRED and not determination.duties_open):
        return
    clear = determination.answer is Answer.NOT_REQUIRED
    yield Heading("What to ask about the open duty" if clear else "What to ask, most decisive first")
    for number, ask in enumerate(determination.asks_for, 1):
        yield _question(number, ask)


def _question(number: int, ask: AskFor) -> Rows:
    rows = [("of whom", ask.of_whom)]
    named = [f"{one.label}{f' ({one.detail})' if one.detail else ''}, {_where(one.place)}" for one in ask.subjects]
    if named:
        more = f", and {ask.others:,} more" if ask.others else ""
        rows.append(
            (
                "about",
                harmless("; ".join(named[:6]) + (f"; and {len(named) - 6 + ask.others:,} more" if len(named) > 6 else more)),
            )
        )
    rows += [("option" if position == 0 else "", choice) for position, choice in enumerate(ask.choices)]
    rows.append(("to settle", ask.to_settle))
    rows.append(("waits", f"{ask.waits:,} finding{'s' if ask.waits != 1 else ''}"))
    return Rows(f"{number}. {ask.question[0].upper()}{ask.question[1:]}", tuple(rows))


def _duties(determination: Determination) -> Iterator[Block]:
    if determination.duties_open:
        clear = determination.answer is Answer.NOT_REQUIRED
        yield Heading("Owed although no licence is required" if clear else "Owed, or perhaps owed, in any case")
        yield Items(tuple(f"{'' if one.sure else 'perhaps – '}{_duty(one)}" for one in determination.duties_open))
    with_licence = {
        duty.id: duty
        for one in determination.findings
        if one.status in (Status.APPLIES, Status.CANNOT_TELL)
        for duty in one.duties
        if duty.id not in {other.id for other in determination.duties_open}
    }
    if with_licence and determination.answer is not Answer.NOT_REQUIRED:
        yield Heading("Owed where a licence is required")
        yield Items(tuple(map(_duty, with_licence.values())))


def _duty(one: DutyOwed) -> str:
    due = f" – due: {one.due}" if one.due else ""
    return f"{one.who}: {one.owes} ({one.at}){due}"


def _without_consequence(determination: Determination) -> Iterator[Block]:
    """Every rule that leads to nothing, with the whole reason; rules that share one stand together."""
    groups = without_consequence(determination)
    if groups:
        yield Heading(CLEARING if determination.clearing else WITHOUT)
        yield Items(tuple(harmless(": ".join(filter(None, (", ".join(rules), because)))) for because, rules in groups.items()))


def _tree(determination: Determination) -> Iterator[Block]:
    yield Heading("The product, with the share at each level")
    header = ("item", "line", "quantity", "form", "origin", "listed as", "share")
    yield Grid(header, tuple(map(_level, determination.tree)), below=(header.index("form"),))
    if determination.tree_left_out:
        yield Items((f"{determination.tree_left_out:,} more lines, none of them listed or counted more closely here",))


def _where(place: Place) -> str:
    """The line in the file; the path where a program handed the data over."""
    return f"line {place.line}" if place.line else harmless(place.path)


def _level(row: Level) -> tuple[str, ...]:
    listed = ", ".join(row.listed_as[:3]) or ("perhaps" if row.may_be_listed else "–")
    share = share_text(row.share.share).split(" = ")[0].split(" (")[0] if row.share else "–"
    depth = "  " * min(row.depth, 12) + (f"[{row.depth}] " if row.depth > 12 else "")
    return (
        harmless(depth + row.label),
        str(row.line or "–"),
        row.quantity or "–",
        row.form or "?",
        row.origin or "?",
        listed,
        share,
    )


def _caution(text: str, at: str, label: str, others: int, asks: tuple[str, ...]) -> str:
    more = f" and {others:,} more" if others else ""
    question = f" Ask: {'; '.join(asks)}." if asks else ""
    return harmless(f"{label}{more}: {text} ({at}){question}")


# ---- what it rests on


def _basis(determination: Determination) -> Iterator[Block]:
    yield Heading(RESTS_ON)
    if determination.rests_on:
        yield Items(tuple(map(harmless, determination.rests_on)))
    covered = determination.coverage
    lines = [
        ("read", f"{_counted(covered.read, 'line')}: {covered.judged:,} judged, {covered.unused:,} not used"),
        ("open lists", f"{_counted(covered.undisclosed, 'item')} with room for more than is listed; that was judged as well"),
    ]
    for one in covered.lines:
        first = ", ".join(one.first[:3]) + (" …" if one.count > 3 else "")
        lines.append((one.became, harmless(f"{one.count:,}: {one.reason} ({first})")))
    yield Rows("Lines", tuple(lines))
    until = (
        f"{determination.expires} ({determination.expires_because})" if determination.expires else determination.expires_because
    )
    rows = [("scope", determination.scope), ("to be asked again", until)]
    if determination.known_by:
        rows.append(("known by", f"the law as it was published on {determination.known_by}; what came later is left out"))
    rows += [("law" if position == 0 else "", text) for position, text in enumerate(_states(determination))]
    rows += [("not judged" if position == 0 else "", text) for position, text in enumerate(determination.not_judged)]
    rows += [("input", harmless(f"{name} sha256 {digest}")) for name, digest in determination.input_used]
    rows += [("rules", f"{name} sha256 {digest}") for name, digest in determination.rules_used]
    rows.append(("tool", determination.tool))
    yield Rows("Record", tuple(rows))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _states(determination: Determination) -> Iterator[str]:
    """The state of every rule on the day, rules that share one state in one line."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in determination.states:
        groups.setdefault((one.state, one.because), []).append(one.rule)
    for (state, because), rules in groups.items():
        yield f"{', '.join(rules)}: {in_law(state, because, ' – ')}"
