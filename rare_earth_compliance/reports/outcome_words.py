"""The words of entries: what was checked, and the lines about a finding, in harmless text.

Knows how a finding is told in a few lines: words of law, force, share, why, what is owed, whom to ask. Does not
know what becomes an entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from rare_earth_compliance.core.problems import Place, files_of
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Determination, DutyOwed, Finding
from rare_earth_compliance.engine.fingerprint import fingerprint
from rare_earth_compliance.reports.addresses import relative
from rare_earth_compliance.reports.blocks import harmless
from rare_earth_compliance.reports.numbers import share_text
from rare_earth_compliance.reports.page import ENTRIES, in_law, reasons
from rare_earth_compliance.reports.run import Decided, Run, meaning, status

_WHY = 4
"""How many conditions are told; the others are counted."""
_LENGTH = 400
"""How many characters of a line are told."""


def checked(run: Run) -> tuple[str, ...]:
    """What was checked, sentence by sentence: files, lines, what was refused or skipped, and the status."""
    done = run.determinations
    files = dict.fromkeys(one.file for one in done)
    read, judged, unused = (sum(getattr(one.coverage, name) for one in done) for name in ("read", "judged", "unused"))
    refused = {relative(file, "") for file in (*run.refused_files, *files_of(run.refused))}
    said = [f"{name}: {harmless(text)}." for name, text in run.checked]
    said += [
        f"Checked: {counted(len(done), 'determination')} from {counted(len(files), 'file')}.",
        f"Lines: {read:,} read, {judged:,} judged, {unused:,} not used.",
        f"Refused: {counted(len(refused), 'file')}, {counted(len(run.refused), 'problem')}.",
        f"Held nothing to judge: {counted(len(run.skipped), 'file')}.",
        f"Exit status {status(run)}: {meaning(run)}.",
    ]
    if run.left_out.count:
        said.insert(-1, f"Not read: {short(run.left_out.said())}.")
    if run.decided:
        holds = sum(one.holds for one in run.decided)
        told = {fingerprint(one, finding) for one in done for finding in one.findings}
        unseen = sum(one.fingerprint not in told for one in run.decided)
        said.append(
            f"Decisions beside the answers: {holds:,} hold, {len(run.decided) - holds:,} do not, "
            f"{unseen:,} about findings that are not shown one by one; they change no answer."
        )
    return tuple(said)


def skipped(run: Run) -> tuple[str, ...]:
    """The files that held nothing to judge, each with what it holds."""
    named = (one.rpartition(": ") for one in run.skipped)
    return tuple(short(f"{relative(file, run.folder)}{sign}{what}") for file, sign, what in named)


def covered(decided: Decided) -> str:
    """A decision about a finding in one line."""
    until = f", until {decided.until}" if decided.until else ""
    parts = [part for part in (decided.reason, f"by {decided.by}" if decided.by else "") if part]
    holds = "covered by" if decided.holds else "not covered by"
    return harmless(f"{holds} {decided.kind}: {decided.because}{until}" + (f" ({', '.join(parts)})" if parts else ""))


def finding_lines(determination: Determination, finding: Finding, place: Place, *, duty: bool) -> Iterator[str]:
    """The lines below the headline of a finding; what is owed only where that is what it is about."""
    yield f"product: {determination.product}, on {determination.on}; at {place}"
    yield f"words: {finding.at}: {finding.says} [{finding.confidence}]"
    yield from _entries(finding)
    yield f"law: {in_law(finding.state, finding.because, ' – ')}"
    yield from (f"share: {share_text(one.share)}: {one.of} in {one.label}" for one in finding.shares[:2])
    yield from (f"lifted by: {one.at}" for one in finding.exemptions if one.outcome is Truth.TRUE)
    yield from _why(finding)
    yield from (_owed(one) for one in finding.duties if duty)
    yield from _asks(determination, finding)


def _entries(finding: Finding) -> Iterator[str]:
    """The entries on which the item is, or may be, each with its mark and note before its words, and how many more."""
    for one in finding.entries[:ENTRIES]:
        perhaps = "" if one.outcome is Truth.TRUE else "perhaps "
        note = f" ({one.note})" if one.note else ""
        yield f"entry: {perhaps}{one.code} [{one.confidence}]{note}: {one.zh} – {one.en}"
    if len(finding.entries) > ENTRIES:
        yield f"entry: and {len(finding.entries) - ENTRIES:,} more"


def _why(finding: Finding) -> Iterator[str]:
    """The conditions that made a finding what it is: those with its own outcome first, and how many more."""
    mark = {Truth.TRUE: "[yes]", Truth.FALSE: "[no]", Truth.UNKNOWN: "[?]"}[finding.would]
    told = sorted(reasons(finding.step), key=lambda text: not text.startswith(mark))
    yield from (f"why: {text}" for text in told[:_WHY])
    if len(told) > _WHY:
        yield f"why: and {counted(len(told) - _WHY, 'more condition')}"


def _owed(duty: DutyOwed) -> str:
    return f"owed: {duty.who}: {duty.owes} ({duty.at})" + (f"; due: {duty.due}" if duty.due else "")


def _asks(determination: Determination, finding: Finding) -> Iterator[str]:
    """The most decisive question that a finding waits for, of whom, and how many more."""
    needs = {(one.kind, one.about) for one in finding.asks_for}
    mine = [one for one in determination.asks_for if (one.kind, one.about) in needs]
    if mine:
        left = f" And {counted(len(mine) - 1, 'more question')}." if len(mine) > 1 else ""
        yield f"ask {mine[0].of_whom}: {mine[0].question}{left}"


def short(text: str) -> str:
    """Text made harmless and cut where it is too long for a line, which it then says."""
    safe = harmless(text)
    return safe if len(safe) <= _LENGTH else f"{safe[:_LENGTH]}… ({len(safe) - _LENGTH:,} characters left out)"


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
