"""The words that product data may use where a field has a closed set of values.

Knows the words and their meaning in English and Chinese, from ``words.json``. Does not know which of
them a law names.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

OTHER_THAN = "not "
"""Before the countries that a destination is not, where which it is is not settled."""


@cache
def vocabulary() -> dict[str, dict[str, dict[str, str]]]:
    """Kind of word → word → its meaning by language ("en", "zh")."""
    text = files(__package__).joinpath("words.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    return loaded


def words(kind: str) -> tuple[str, ...]:
    """The words of one kind, in the order of the file. Raises KeyError for an unknown kind."""
    return tuple(vocabulary()[kind])


def meaning(kind: str, word: str, language: str = "en") -> str:
    """What a word means; the word itself where it has no entry."""
    return vocabulary().get(kind, {}).get(word, {}).get(language, word)


def unit_of(parameter: str) -> str:
    """The unit in which a technical parameter is given."""
    return vocabulary()["parameter"].get(parameter, {}).get("unit", "")


def units_of_parameters() -> frozenset[str]:
    """Every unit in which some technical parameter is given."""
    return frozenset(map(unit_of, words("parameter")))


def elements_of(family: str) -> frozenset[str]:
    """The elements that a magnet family has by its name; none where the name tells nothing."""
    return frozenset(vocabulary()["family"].get(family, {}).get("elements", "").split())


@cache
def never_in(family: str) -> tuple[frozenset[str], ...]:
    """Elements that are another magnet family where all of one group are in a magnet; none where the family excludes none."""
    groups = vocabulary()["family"].get(family, {}).get("never", "").split()
    return tuple(frozenset(group.split("+")) for group in groups)


@cache
def one_of(form: str) -> frozenset[str]:
    """Elements of which one or another is in what is called so, if it holds a rare earth; none where that is open."""
    return frozenset(vocabulary()["form"].get(form, {}).get("of", "").split())


def or_of(form: str) -> tuple[frozenset[str], frozenset[str]]:
    """Elements that may stand for those of ``one_of``, and metals beside which they do not: these are alloyed with them."""
    entry = vocabulary()["form"].get(form, {})
    return frozenset(entry.get("or", "").split()), frozenset(entry.get("or_without", "").split())


def always_in(family: str) -> frozenset[str]:
    """Elements without which a magnet whose composition is told in full is none of a family."""
    return frozenset(vocabulary()["family"].get(family, {}).get("always", "").split())


@cache
def forms_marked(mark: str) -> frozenset[str]:
    """Forms that carry a mark: "magnet" (a magnet family can be said of them), "alloyed" (an alloy system can)."""
    return frozenset(word for word, entry in vocabulary()["form"].items() if mark in entry)


@cache
def never(form: str) -> frozenset[str]:
    """Forms that a vague one can not turn out to be: a "part" of ordinary material is no machine."""
    return frozenset(vocabulary()["form"].get(form, {}).get("never", "").split())


CONSUMED = "consumed"
"""The processing state of what is no thing of its own any more."""
LOOSE = "loose"


@cache
def vague_forms() -> frozenset[str]:
    """Forms so general that they exclude no other: a "material" may turn out to be an oxide."""
    return forms_marked("vague")
