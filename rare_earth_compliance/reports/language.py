"""A report in another language: the blocks of the page, each text said by templates and by the pack's translation.

Knows which texts of a determination a user wrote: those go under seal before the page is made and come out as they were.
English is the source, and this room holds no words of another language: they are data. Does not know how blocks look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from rare_earth_compliance.core import codes, yaml_text
from rare_earth_compliance.core.problems import Problem, Refused
from rare_earth_compliance.core.units import UNITS
from rare_earth_compliance.engine.determination import Determination, Step
from rare_earth_compliance.law.files import Count, Strict, Text
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.pack_files import rules_folder
from rare_earth_compliance.law.shapes import shaped
from rare_earth_compliance.law.translations import LANGUAGES, Translation, load_translation
from rare_earth_compliance.product.words import vocabulary
from rare_earth_compliance.reports.blocks import Banner, Block, Grid, Heading, Items, Rows, harmless
from rare_earth_compliance.reports.page import IN_ENGLISH, headline, page
from rare_earth_compliance.reports.phrases import SEAL_CLOSE, SEAL_OPEN, SEALED, Joint, Phrases

SOURCE = "en"
SPOKEN = (SOURCE, *LANGUAGES)
"""The languages of a report; the first is the one in which it is made."""
_USERS = ("label", "product", "file")
"""Fields of a determination that hold what a user wrote and nothing else."""
_MIXED = ("shipment", "rests_on", "conflicts", "hints", "expires_because")
"""Fields in which what a user wrote stands among words of the report."""
_NAMED = ("exporter", "importer", "consignee", "end user", "by", "to")
"""Rows that begin with a name that a user wrote."""
_KEPT = ("input", "rules", "tool")
"""Rows of names and digests."""
_INCH = "in"
"""A unit that is a word of English as well: a phrase says it."""
_INSIDE = re.compile(r"contents of (.*) that are not listed", re.DOTALL)
_SLOT = re.compile(r"\{(\w+)\}")
_BETWEEN = {"semicolon": "; ", "and": " and ", "sentence": r"(?<=[?.)]) (?=[A-Z])", "comma": ", "}


class NoticeFields(Strict):
    heading: Text
    translated: Text
    digest: Text
    all: Text
    left: Text
    untranslated: Text
    problems: Text


class PhrasesFile(Strict):
    """What the program says, by the English it says."""

    format: Literal["rare-earth-phrases/1"]
    language: Literal["zh"]
    count: Count
    mark: Text
    yes_no: dict[Text, Text]
    joints: dict[Literal["semicolon", "and", "sentence", "comma"], str]
    colon: Text
    beside: Text
    notice: NoticeFields
    passing: list[Text]
    labels: dict[Text, Text]
    phrases: dict[Text, Text]


def phrases_file(language: str) -> PhrasesFile:
    """The words of the program in a language. Raises Refused where they are misshapen."""
    name = f"{language}.yaml"
    document = yaml_text.read((files(__package__) / "languages" / name).read_bytes(), name)
    problems: list[Problem] = []
    found = shaped(PhrasesFile, document, problems)
    if found is None or found.count != len(found.phrases):
        message = "is not the number of phrases in the file"
        count = [Problem(place=document.place(("count",)), message=message, advice="correct it")] if found else []
        raise Refused([*problems, *count])
    return found


@dataclass(slots=True)
class Speech:
    """A language in which reports are given, for one pack."""

    words: PhrasesFile
    translation: Translation
    phrases: Phrases

    def say(self, text: str) -> str:
        """One text."""
        space = text[: len(text) - len(text.lstrip(" "))]
        return space + self.phrases.say(text[len(space) :]) if text.strip(" ") else text

    def label(self, text: str) -> str:
        """The label of a row or a column."""
        return self.words.labels.get(text) or self.say(text)

    def headline(self, determination: Determination) -> str:
        """The answer in one sentence."""
        sealed, seals = _sealed(determination)
        return _unsealed(self.say(headline(sealed)), seals)

    def page(self, determination: Determination) -> Iterator[Block]:
        """The blocks of a report on one determination, and what is to be known of the translation."""
        sealed, seals = _sealed(determination)
        self.phrases.left.clear()
        for block in page(sealed):
            yield self._block(block, seals)
        notice, left = self.words.notice, len(self.phrases.left)
        yield Heading(notice.heading)
        made = self.translation
        items = (
            notice.translated.format(reviewed=made.reviewed),
            notice.left.format(count=left) if left else notice.all,
            notice.digest.format(file=made.file, sha256=made.sha256) if made.file else notice.untranslated,
        )
        yield Items(items)

    def _block(self, block: Block, seals: list[str]) -> Block:
        def said(text: str) -> str:
            return _unsealed(self.say(text), seals)

        if isinstance(block, Banner):
            return Banner(said(block.answer), said(block.text), block.tone or block.answer)
        if isinstance(block, Heading):
            return Heading(said(block.text))
        if isinstance(block, Items):
            return Items(tuple(map(said, block.items)))
        if isinstance(block, Grid):
            return Grid(tuple(map(self.label, block.header)), tuple(tuple(map(said, row)) for row in block.rows), block.below)
        rows: list[tuple[str, str]] = []
        about = ""
        for label, text in block.rows:
            if label == IN_ENGLISH:
                continue
            about = label or about
            if about in _NAMED and not block.title:
                spoken = self.phrases.after_raw(text, ", ", self.words.beside)
            else:
                spoken = text if about in _KEPT else self.say(text)
            rows.append((self.label(label) if label else "", _unsealed(spoken, seals)))
        return Rows(said(block.title), tuple(rows))


def speech(language: str, pack: RulePack, folder: Path | None = None) -> Speech:
    """The language ``language`` for reports on a pack from ``folder``. Raises Refused where a translation does not fit."""
    words = phrases_file(language)
    translation = load_translation(folder or rules_folder(), pack, language)
    known: dict[str, str] = {}
    for entries in vocabulary().values():
        for word, entry in entries.items():
            known.setdefault(word, entry[language])
            if "unit" in entry or len(entry["en"]) > 3:
                known.setdefault(entry["en"], entry[language])
    for listed in pack.lists.values():
        known.update((entry.en, entry.zh) for entry in listed.entries)
    known.update((_SLOT.sub(r"{\1:short}", english), other) for english, other in translation.texts.items())
    known.update(words.phrases)
    return Speech(
        words=words,
        translation=translation,
        phrases=Phrases(
            texts={english: other for english, other in known.items() if "{" not in english},
            templates={english: other for english, other in known.items() if "{" in english},
            passing=frozenset(words.passing) | _names(pack),
            joints=tuple(Joint(re.compile(_BETWEEN[name]), words.joints[name], name == "semicolon") for name in _BETWEEN),  # type: ignore[index]
            mark=words.mark,
        ),
    )


def _names(pack: RulePack) -> frozenset[str]:
    """What has no translation: names of the rule files, control codes, signs of elements, countries and currencies."""
    found = {pack.id, *pack.rules, *pack.instruments, *pack.lists, *pack.readings, *pack.statuses, *pack.suspensions}
    found |= {option.id for reading in pack.readings.values() for option in reading.options}
    found |= {entry.code for listed in pack.lists.values() for entry in listed.entries}
    found |= {one.id for one in pack.not_modelled}
    found |= {unit for unit, (kind, _) in UNITS.items() if kind != "count" and unit != _INCH}
    found |= {entry["unit"] for entry in vocabulary()["parameter"].values() if "unit" in entry}
    return frozenset(found) | frozenset(codes.countries()) | frozenset(codes.currencies()) | frozenset(codes.elements())


# ---- what a user wrote


def _sealed(determination: Determination) -> tuple[Determination, list[str]]:
    """The same determination with what a user wrote under seal, and what stands under each."""
    seals: list[str] = []

    def seal(text: str) -> str:
        inside = _INSIDE.fullmatch(text)
        if inside:
            return f"contents of {seal(inside[1])} that are not listed"
        if text in ("", "contents not listed"):
            return text
        seals.append(harmless(text))
        return f"{SEAL_OPEN}{len(seals) - 1}{SEAL_CLOSE}"

    made = _walked(determination, seal)
    names = {name: seal(name) for name, _ in determination.input_used}
    made = replace(
        made,
        input_used=tuple((names[name], digest) for name, digest in determination.input_used),
        **{name: _without_seals(getattr(determination, name)) for name in _MIXED},
    )
    return made, seals


def _walked(value: Any, seal: Any) -> Any:
    """A value with the fields of users under seal. The walk is as deep as a determination nests, which is little."""
    if isinstance(value, tuple):
        return tuple(_walked(one, seal) for one in value)
    if not is_dataclass(value) or isinstance(value, type | Step):
        return value
    changed: dict[str, Any] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if field.name in _USERS and isinstance(old, str):
            changed[field.name] = seal(old)
        elif field.name == "first":
            changed[field.name] = tuple(map(seal, old))
        elif isinstance(old, tuple) or (is_dataclass(old) and not isinstance(old, type | Step)):
            changed[field.name] = _walked(old, seal)
    return replace(value, **changed) if changed else value


def _without_seals(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_without_seals, value))
    return value.replace(SEAL_OPEN, "\\ue000").replace(SEAL_CLOSE, "\\ue001")


def _unsealed(text: str, seals: list[str]) -> str:
    return SEALED.sub(lambda found: seals[int(found[1])], text)
