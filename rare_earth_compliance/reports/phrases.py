"""Finished English text put into another language by templates, from the whole down to its slots.

Knows how a text is taken apart: a known text, a known word, a template with slots, or several of these joined. A slot
says what may stand in it; what a user wrote stands in a raw slot or under a seal and passes through as it is. Does not
know any language: the templates are data. What no template fits is kept in English and marked, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

SEAL_OPEN, SEAL_CLOSE = "\ue000", "\ue001"
"""Around the number of a text that is under seal; private-use characters, which ``sealing`` keeps out of other text."""
SEALED = re.compile(f"{SEAL_OPEN}([0-9]+){SEAL_CLOSE}")
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_TRIES = 40
"""How many ways of taking a text apart by one template are tried."""
_LONGEST = 20_000
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/+-]*(?:\.[A-Za-z0-9_/+-]+)*")
_ONE_PIECE = {"short": re.compile("; | and |: |[(]"), "place": re.compile("; |: ")}
"""What does not stand in a text of one piece, and not in the name of a place of law."""
_LETTER = re.compile("[A-Za-z]")
_KINDS = {
    "n": re.compile(r"[0-9,]+"),
    "num": re.compile(r"[0-9.,…≥≤<>?/() ]+"),
    "day": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "seal": re.compile(f"{SEAL_OPEN}[0-9]+{SEAL_CLOSE}"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the other language, and how many characters of it stayed in English."""

    text: str
    left: int


@dataclass(frozen=True, slots=True)
class Template:
    """A text with slots: ``parts`` are literal texts and (name, kind) in turn; ``says`` is the same in the other language."""

    source: str
    parts: tuple[str | tuple[str, str], ...]
    says: str

    @property
    def weight(self) -> int:
        """How much of it is literal text: the more, the more surely it is meant."""
        return sum(len(part) for part in self.parts if isinstance(part, str))


def template(source: str, says: str) -> Template:
    """A template from its source. Raises ValueError where slots touch each other or do not agree."""
    parts: list[str | tuple[str, str]] = []
    end = 0
    for found in _SLOT.finditer(source):
        if found.start() > end:
            parts.append(source[end : found.start()])
        elif parts:
            raise ValueError(f"slots touch each other in {source!r}")
        parts.append((found[1], found[2] or "text"))
        end = found.end()
    if end < len(source):
        parts.append(source[end:])
    if {part[0] for part in parts if not isinstance(part, str)} != {name for name, _ in _SLOT.findall(says)}:
        raise ValueError(f"not the slots of {source!r}: {says!r}")
    return Template(source, tuple(parts), says)


@dataclass(frozen=True, slots=True)
class Joint:
    """How several texts stand beside each other, and how they do in the other language."""

    between: re.Pattern[str]
    says: str
    partly: bool
    """Whether pieces stand for themselves, so that some may stay in English beside others that do not."""


class Phrases:
    """Known texts, words, templates and joints of one language."""

    def __init__(
        self,
        texts: Mapping[str, str],
        templates: Mapping[str, str],
        passing: frozenset[str],
        joints: tuple[Joint, ...],
        mark: str,
    ) -> None:
        self._texts = dict(texts)
        self._templates = sorted((template(*pair) for pair in templates.items()), key=lambda one: -one.weight)
        self._passing = passing
        self._joints = joints
        self._mark = mark
        self._said: dict[str, Said] = {}
        self.used: set[str] = set()
        """The known texts and the sources of templates that were of use so far."""
        self.left: dict[str, None] = {}
        """The texts that were asked for and stayed in English."""

    def say(self, text: str) -> str:
        """A text in the other language; what can not be said in it stands in English with a mark."""
        said = self.said(text)
        if said.left:
            self.left[text] = None
        return said.text

    def said(self, text: str) -> Said:
        """A text in the other language, with how much of it stayed in English."""
        known = self._said.get(text)
        if known is None:
            # A text that leads back to itself is one that can not be said.
            self._said[text] = Said(self._mark.format(text=text), len(text))
            known = self._said[text] = self._say(text)
        return known

    def passes(self, text: str) -> bool:
        """Whether a text says the same in every language: numbers, codes, names of the rule files, sealed text."""
        return all(word in self._passing or len(word) == 1 or not _LETTER.search(word) for word in _WORD.findall(text))

    def _say(self, text: str) -> Said:
        exact = self._exact(text)
        if exact is not None:
            return Said(exact, 0)
        if self.passes(text):
            return Said(text, 0)
        best = Said(self._mark.format(text=text), len(text))
        if len(text) > _LONGEST:
            return best
        for ways in (self._by_templates, self._by_joints):
            best = min((best, *ways(text)), key=lambda said: said.left)
            if best.left == 0:
                break
        return best

    def _by_templates(self, text: str) -> list[Said]:
        """What the templates make of a text: the first that leaves nothing in English alone, else all."""
        found: list[Said] = []
        for one in self._templates:
            for said in self._by(one, text):
                if said.left == 0:
                    self.used.add(one.source)
                    return [said]
                found.append(said)
        return found

    def _by_joints(self, text: str) -> Iterator[Said]:
        for joint in self._joints:
            joined = self._joined(joint, text)
            if joined is not None and (joint.partly or joined.left == 0):
                yield joined
                if joined.left == 0:
                    return

    def _exact(self, text: str) -> str | None:
        for form in (text, text[:1].lower() + text[1:], text[:1].upper() + text[1:]):
            if form in self._texts:
                self.used.add(form)
                return self._texts[form]
        return None

    # ---- templates

    def _by(self, one: Template, text: str) -> Iterator[Said]:
        literals = [part for part in one.parts if isinstance(part, str)]
        first, last = one.parts[0], one.parts[-1]
        if (isinstance(first, str) and not text.startswith(first)) or (isinstance(last, str) and not text.endswith(last)):
            return
        if any(part not in text for part in literals):
            return
        for slots in islice(_ways(one.parts, text), _TRIES):
            filled: dict[str, str] = {}
            left = 0
            for (name, kind), value in slots:
                said = self._slot(kind, value)
                if said is None:
                    break
                filled[name] = said.text
                left += said.left
            else:
                yield Said(_SLOT.sub(lambda found: filled[found[1]], one.says), left)  # noqa: B023

    def _slot(self, kind: str, value: str) -> Said | None:
        if not value:
            return None
        if kind == "raw":
            return Said(value, 0)
        if kind == "ids":
            return Said(value, 0) if self.passes(value) else None
        if kind == "item":
            return self.said(value) if SEALED.search(value) else None
        if kind in _ONE_PIECE:
            return None if _ONE_PIECE[kind].search(value) else self.said(value)
        if kind in _KINDS:
            return Said(value, 0) if _KINDS[kind].fullmatch(value) else None
        return self.said(value)

    # ---- texts beside each other

    def _joined(self, joint: Joint, text: str) -> Said | None:
        """The text cut at some of its joints, so that as little as possible stays in English; the longest pieces first."""
        cuts = [(found.start(), found.end()) for found in joint.between.finditer(text)]
        if not cuts or len(cuts) > 400:
            return None
        starts = [0, *(end for _, end in cuts)]
        ends = [*(start for start, _ in cuts), len(text)]
        pieces: list[str] = []
        left = at = 0
        while at < len(starts):
            reach = range(min(len(ends), at + 12) - 1, at - 1, -1)
            for to in reach:
                piece = text[starts[at] : ends[to]]
                said = None if piece == text else self.said(piece)
                if said is not None and (said.left == 0 or to == at):
                    pieces.append(said.text)
                    left += said.left
                    at = to + 1
                    break
            else:
                return None
        return Said(joint.says.join(pieces), left)

    # ---- what a user wrote before what the report says of it

    def after_raw(self, text: str, between: str, says: str) -> str:
        """The shortest beginning kept as it is (also none), the rest piece by piece in the other language."""
        pieces = text.split(between)
        for kept in range(len(pieces) + 1):
            rest = [self.said(piece) for piece in pieces[kept:]]
            if not any(said.left for said in rest):
                name = [between.join(pieces[:kept])] if kept else []
                return says.join([*name, *(said.text for said in rest)])
        return text


def _ways(parts: tuple[str | tuple[str, str], ...], text: str) -> Iterator[list[tuple[tuple[str, str], str]]]:
    """Every way in which a text is cut by the literal parts of a template, shortest first slots first."""
    work: list[tuple[int, int, tuple[tuple[tuple[str, str], str], ...]]] = [(0, 0, ())]
    while work:
        position, at, slots = work.pop()
        if position == len(parts):
            if at == len(text):
                yield list(slots)
            continue
        part = parts[position]
        if isinstance(part, str):
            if text.startswith(part, at):
                work.append((position + 1, at + len(part), slots))
            continue
        if position + 1 == len(parts):
            yield [*slots, (part, text[at:])]
            continue
        literal = parts[position + 1]
        places: list[int] = []
        found = text.find(str(literal), at + 1)
        while found >= 0 and len(places) < _TRIES:
            places.append(found)
            found = text.find(str(literal), found + 1)
        work.extend((position + 1, place, (*slots, (part, text[at:place]))) for place in reversed(places))
