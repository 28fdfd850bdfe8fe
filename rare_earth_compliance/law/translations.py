"""Translations of a pack's own English texts: a file that stands beside the law and decides nothing.

Knows which texts of a pack reach a report, and holds a translation against them: each names the English text that it
translates, so a text that changed leaves its translation without one, and the file is refused. The digest of the law
does not cover it: a better translation changes no determination. Does not know how a report is made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import Field

from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.law.files import Count, Strict, Text
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.shapes import shaped

FOLDER = "translations"
LANGUAGES = ("zh",)
"""The languages into which a pack may be translated, as the names of files in its folder ``translations``."""
_SLOT = re.compile(r"\{(\w+)\}")


class TranslationFile(Strict):
    """A translation: English text of the pack → the same in another language."""

    format: Literal["rare-earth-translation/1"]
    language: Literal["zh"]
    by: Text
    reviewed: Text
    count: Count
    texts: Annotated[dict[Text, Text], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """The texts of a pack in another language; ``reviewed`` says by whom, ``missing`` what has none, ``file`` "" that there
    is no file."""

    language: str
    texts: dict[str, str]
    reviewed: str
    missing: tuple[str, ...]
    file: str
    sha256: str


def file_names() -> frozenset[str]:
    """The files below a pack that are translations and no law."""
    return frozenset(f"{FOLDER}/{language}.yaml" for language in LANGUAGES)


def texts_of(pack: RulePack) -> dict[str, str]:
    """Every English text of a pack that a report may show → where it stands first."""
    found: dict[str, str] = {}
    for owner, texts in (*_of_rules(pack), *_of_language(pack)):
        for text in filter(None, texts):
            found.setdefault(" ".join(text.split()), owner)
    return found


def _of_rules(pack: RulePack) -> Iterator[tuple[str, tuple[str, ...]]]:
    for rule in pack.rules.values():
        yield rule.id, (rule.title, rule.says.at, rule.read_as)
        for lifted in rule.unless:
            yield lifted.id, (lifted.says.at, lifted.read_as)
    for policy in pack.policies.values():
        yield policy.id, (policy.says.at, policy.read_as)
    for duty in pack.duties.values():
        yield duty.id, (duty.who, duty.owes, duty.says.at)
    for caution in pack.cautions.values():
        yield caution.id, (caution.text, caution.says.at)
    for status in pack.statuses.values():
        yield status.id, (status.question, status.ask_whom, status.announced)
    for other in pack.not_modelled:
        yield other.id, (other.subject, other.state)


def _of_language(pack: RulePack) -> Iterator[tuple[str, tuple[str, ...]]]:
    for reading in pack.readings.values():
        yield reading.id, (reading.question, reading.source)
        for option in reading.options:
            yield f"{reading.id}={option.id}", (option.means, option.held_by)
    for listed in pack.lists.values():
        yield listed.id, (listed.title, listed.note, *(entry.note for entry in listed.entries))
    for term in pack.terms.values():
        yield term.id, (term.says,)
    said = _said_in_chinese(pack)
    for question in pack.questions.values():
        label = () if question.en in said or _SLOT.fullmatch(question.en) else (question.en,)
        yield question.id, (question.question, question.ask_whom, question.to_settle, *label)


def _said_in_chinese(pack: RulePack) -> dict[str, str]:
    """The labels of questions that the vocabulary has in Chinese as well, with every slot that the English names."""
    return {one.en: one.zh for one in pack.questions.values() if set(_SLOT.findall(one.en)) == set(_SLOT.findall(one.zh))}


def load_translation(folder: FilePath, pack: RulePack, language: str) -> Translation:
    """The translation of a pack; one without a file has the labels of its vocabulary alone, and a report says so.

    Raises Refused where the file can not be read, is misshapen, or translates what the pack does not say.
    """
    name = f"{FOLDER}/{language}.yaml"
    path = folder.joinpath(name)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        labels = _said_in_chinese(pack) if language == "zh" else {}
        return Translation(language=language, texts=labels, reviewed="–", missing=tuple(texts_of(pack)), file="", sha256="")
    except OSError as error:
        why = (error.strerror or "can not be read").lower()
        raise Refused([Problem(place=Place(file=str(path)), message=why, advice="restore the file")]) from None
    document = yaml_text.read(data, name)
    problems: list[Problem] = []
    fields = shaped(TranslationFile, document, problems)
    if fields is None:
        raise Refused(problems)
    if fields.count != len(fields.texts):
        message, advice = (
            f"says {fields.count} texts, but {len(fields.texts)} are in the file",
            "restore what was lost, or correct it",
        )
        problems.append(Problem(place=document.place(("count",)), message=message, advice=advice))
    texts, labels = texts_of(pack), _said_in_chinese(pack)
    for english, other in fields.texts.items():
        here = document.place(("texts", english))
        if english not in texts and english not in labels:
            advice = "translate the text as it reads now, or take the line out"
            problems.append(Problem(place=here, message=f"no text of the pack reads so: {english!r}", advice=advice))
        if set(_SLOT.findall(english)) != set(_SLOT.findall(other)):
            problems.append(Problem(place=here, message="names other slots than the text", advice="name the same"))
    if problems:
        raise Refused(problems)
    return Translation(
        language=fields.language,
        texts={**labels, **fields.texts},
        reviewed=fields.reviewed,
        missing=tuple(text for text in texts if text not in fields.texts),
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
    )
