"""Files beside the law, claims and translations: read whole, or refused with every problem and its place."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Place, Refused
from rare_earth_compliance.law import translations
from rare_earth_compliance.law.claims import CLAIMS, Claims, Limb, Meant, Span, load_claims
from rare_earth_compliance.law.conditions import Ask, Reads, Term
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.translations import FOLDER, Translation, load_translation, texts_of
from tests.every_change import small

PACK = small()
WHOLE = """format: rare-earth-claims/1
count: 2
terms:
  - {id: far, says: it goes far, when: {ask: shipment.destination, is_not: CN}}
limbs:
  - rules: [corpus-1/1]
    days:
      - {from: 2025-01-02, through: 2025-02-28, law: in force}
      - {from: 2025-03-01, through: 2025-03-01, law: asleep}
      - {from: 2025-03-02, law: open}
    always:
      - {term: far}
      - {reading: scope, is: wide}
  - rules: [more/1]
    ends: yes
    days:
      - {from: 2025-01-02, through: 2025-02-28, law: asleep}
meant:
  - {claim: reached, of: corpus-1/refused, because: it is so}
  - {claim: refused, of: corpus-1/refused, under: {scope: wide}, because: it is read so}
"""
LAST_DAYS = "the last days have no end, unless the limb says: ends: yes"
TWICE = "names the rule 'corpus-1/1' more than once, or another limb does as well"
KINDS = "input should be 'in force', 'asleep' or 'open'"
NOW = "translate the text as it reads now, or take the line out"
README = "see README.md of the rule files"
FOLLOW = "does not end on the day before the next days start"


@pytest.fixture
def pack() -> RulePack:
    """The small pack with one more rule."""
    (rule,) = PACK.rules.values()
    return replace(PACK, rules={**PACK.rules, "more/1": replace(rule, id="more/1")})


def claimed(folder: Path, pack: RulePack, *changes: tuple[str, str]) -> Claims:
    text = WHOLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    folder.joinpath(CLAIMS).write_text(text, encoding="utf-8")
    return load_claims(folder, pack)


def test_claims_are_read_whole(tmp_path: Path, pack: RulePack) -> None:
    far = Term("far", "it goes far", Ask("shipment.destination", "is_not", frozenset({"CN"}), written="CN"))
    assert claimed(tmp_path, pack) == Claims(
        file="claims.yaml",
        limbs=(
            Limb(
                rules=("corpus-1/1",),
                spans=(
                    Span(first=date(2025, 1, 2), last=date(2025, 2, 28), law="in force"),
                    Span(first=date(2025, 3, 1), last=date(2025, 3, 1), law="asleep"),
                    Span(first=date(2025, 3, 2), last=None, law="open"),
                ),
                always=(far, Reads("scope", "wide")),
                place=Place(file=CLAIMS, line=6, path="limbs[0]"),
            ),
            Limb(
                rules=("more/1",),
                spans=(Span(first=date(2025, 1, 2), last=date(2025, 2, 28), law="asleep"),),
                always=(),
                place=Place(file=CLAIMS, line=14, path="limbs[1]"),
            ),
        ),
        meant=(
            Meant(
                claim="reached",
                of="corpus-1/refused",
                under=(),
                because="it is so",
                place=Place(file=CLAIMS, line=19, path="meant[0]"),
            ),
            Meant(
                claim="refused",
                of="corpus-1/refused",
                under=(("scope", "wide"),),
                because="it is read so",
                place=Place(file=CLAIMS, line=20, path="meant[1]"),
            ),
        ),
    )


def test_without_the_file_nothing_is_claimed(tmp_path: Path, pack: RulePack) -> None:
    assert load_claims(tmp_path, pack) == Claims(limbs=(), meant=(), file="")


def test_claims_that_can_not_be_opened_are_refused(tmp_path: Path, pack: RulePack) -> None:
    (tmp_path / CLAIMS).mkdir()
    with pytest.raises(Refused) as refused:
        load_claims(tmp_path, pack)
    (problem,) = refused.value.problems
    assert (problem.place, problem.message, problem.advice) == (
        Place(file=str(tmp_path / CLAIMS)),
        "is a directory",
        "restore the file",
    )


def test_a_failure_without_words_is_said_in_ours(tmp_path: Path, pack: RulePack, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: Path) -> bytes:
        raise OSError

    monkeypatch.setattr(Path, "read_bytes", failing)
    with pytest.raises(Refused, match=r"claims\.yaml: can not be read\n  do: restore the file$"):
        load_claims(tmp_path, pack)


WRONG: list[tuple[tuple[tuple[str, str], ...], list[tuple[int, str, str, str]]]] = [
    ((("count: 2", "count: 3"),), [(2, "count", "says 3 limbs, but 2 are in the file", "correct it")]),
    (
        (("law: open", "law: gone"),),
        [(10, "limbs[0].days[2].law", KINDS, README)],
    ),
    (
        (("[corpus-1/1]", "[corpus-1/2]"),),
        [(6, "limbs[0]", "names the rule 'corpus-1/2', which the pack does not know", "correct it")],
    ),
    (
        (("[more/1]", "[more/1, corpus-1/1]"),),
        [
            (6, "limbs[0]", TWICE, "correct it"),
            (14, "limbs[1]", TWICE, "correct it"),
        ],
    ),
    (
        (("through: 2025-03-01", "through: 2025-02-27"),),
        [(9, "limbs[0].days[1]", "ends before it starts", "correct it"), (9, "limbs[0].days[1]", FOLLOW, "correct it")],
    ),
    ((("from: 2025-03-02", "from: 2025-03-03"),), [(9, "limbs[0].days[1]", FOLLOW, "correct it")]),
    ((("from: 2025-03-02", "from: 2025-03-01"),), [(9, "limbs[0].days[1]", FOLLOW, "correct it")]),
    ((("from: 2025-03-01, through: 2025-03-01", "from: 2025-03-01"),), [(9, "limbs[0].days[1]", FOLLOW, "correct it")]),
    ((("from: 2025-03-02,", "from: 2025-03-02, through: 2026-01-01,"),), [(10, "limbs[0].days[2]", LAST_DAYS, "correct it")]),
    ((("    ends: yes\n", ""),), [(16, "limbs[1].days[0]", LAST_DAYS, "correct it")]),
    ((("through: 2025-02-28, law: asleep", "law: asleep"),), [(17, "limbs[1].days[0]", LAST_DAYS, "correct it")]),
    (
        (("{scope: wide}, because", "{scope: high}, because"),),
        [(20, "meant[1].under", "scope = high is not known", "correct it")],
    ),
    (
        (("{scope: wide}, because", "{scale: wide}, because"),),
        [(20, "meant[1].under", "scale = wide is not known", "correct it")],
    ),
    ((("claim: refused", "claim: reached"),), [(18, "meant", "reached of corpus-1/refused stands 2 times", "correct it")]),
    ((("{term: far}", "{term: leaves}"),), [(12, "limbs[0].always[0].term", "no term 'leaves'", "define it in terms.yaml")]),
    ((("is_not: CN}}", "is_not: XX}}"),), [(4, "terms[0].when.is_not", "'XX' is not a country", "write its two-letter code")]),
    (
        (("{term: far}", "{ask: item.form, any_of: [group solid]}"),),
        [(12, "limbs[0].always[0].any_of", "no group 'group solid'", "define it in terms.yaml")],
    ),
    (
        (("{term: far}", "{ask: item.listed_in, any_of: [metal]}"),),
        [(12, "limbs[0].always[0].any_of", "no list 'metal' in the pack", "add the list, or correct the name")],
    ),
]


@pytest.mark.parametrize(("changes", "problems"), WRONG)
def test_claims_that_do_not_fit_are_refused(
    changes: tuple[tuple[str, str], ...], problems: list[tuple[int, str, str, str]], tmp_path: Path, pack: RulePack
) -> None:
    with pytest.raises(Refused) as refused:
        claimed(tmp_path, pack, *changes)
    assert {one.place.file for one in refused.value.problems} == {CLAIMS}
    found = [(one.place.line, one.place.path, one.message, one.advice) for one in refused.value.problems]
    assert found == problems


# ---- translations


def translated(folder: Path, texts: dict[str, str], count: int | None = None, **more: str) -> Translation:
    (folder / FOLDER).mkdir(exist_ok=True)
    head = {"format": "rare-earth-translation/1", "language": "zh", "by": "us", "reviewed": "not reviewed", **more}
    rows = [f"{key}: {value}" for key, value in head.items()]
    rows += [f"count: {len(texts) if count is None else count}", "texts:"]
    rows += [f"  '{english}': '{other}'" for english, other in texts.items()]
    (folder / FOLDER / "zh.yaml").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return load_translation(folder, PACK, "zh")


LABELS = {one.en: one.zh for one in PACK.questions.values() if "{" not in one.en}


def test_a_translation_is_read_over_the_labels_of_the_vocabulary(tmp_path: Path) -> None:
    label = next(iter(LABELS))
    made = translated(tmp_path, {"listed metal leaves": "金属", label: "别的"})
    assert {one: made.texts[one] for one in LABELS} == {**LABELS, label: "别的"}
    assert made.texts["listed metal leaves"] == "金属"
    known = texts_of(PACK)
    assert made.missing == tuple(text for text in known if text not in ("listed metal leaves", label))
    sha256 = hashlib.sha256((tmp_path / FOLDER / "zh.yaml").read_bytes()).hexdigest()
    assert (made.language, made.reviewed, made.file, made.sha256) == ("zh", "not reviewed", f"{FOLDER}/zh.yaml", sha256)


def test_without_a_file_there_are_the_labels_alone(tmp_path: Path) -> None:
    made = load_translation(tmp_path, PACK, "zh")
    assert (made.missing, made.reviewed, made.file, made.sha256) == (tuple(texts_of(PACK)), "–", "", "")
    assert {one: made.texts[one] for one in LABELS} == LABELS
    assert load_translation(tmp_path, PACK, "en").texts == {}


def test_a_translation_that_fails_without_words_is_said_in_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: Path) -> bytes:
        raise OSError

    monkeypatch.setattr(Path, "read_bytes", failing)
    with pytest.raises(Refused, match=rf"^{tmp_path}/{FOLDER}/zh\.yaml: can not be read\n  do: restore the file$"):
        load_translation(tmp_path, PACK, "zh")


def test_a_translation_that_is_no_yaml_is_refused_at_its_place(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "zh.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(Refused, match=rf"^{FOLDER}/zh\.yaml:2: a: broken YAML"):
        load_translation(tmp_path, PACK, "zh")


def test_every_text_is_named_with_what_says_it_first() -> None:
    found = texts_of(PACK)
    said: list[tuple[str, str]] = [
        ("listed metal leaves", "corpus-1/1"),
        ("scrap is free", "corpus-1/2"),
        ("refused", "corpus-1/refused"),
        ("tell the ministry", "tell"),
        ("look at it", "look"),
        ("it leaves the country", "leaves"),
        ("article 1", "corpus-1/1"),
    ]
    assert {text: found[text] for text, _ in said} == dict(said)
    assert not [one for one in found if one in LABELS or not one]


PROBLEMS: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    (
        {"texts": {"listed metal leaves": "金属"}, "count": 2},
        [("count", "says 2 texts, but 1 are in the file", "restore what was lost, or correct it")],
    ),
    (
        {"texts": {"nobody says so": "无"}},
        [
            (
                "texts.nobody says so",
                "no text of the pack reads so: 'nobody says so'",
                "translate the text as it reads now, or take the line out",
            )
        ],
    ),
    (
        {"texts": {"listed metal leaves": "{one}"}},
        [("texts.listed metal leaves", "names other slots than the text", "name the same")],
    ),
    (
        {"texts": {"listed metal leaves": "金属"}, "language": "de"},
        [("language", "input should be 'zh'", README)],
    ),
]


@pytest.mark.parametrize(("given", "problems"), PROBLEMS)
def test_a_translation_that_does_not_fit_is_refused(
    given: dict[str, Any], problems: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        translated(tmp_path, **given)
    assert [(one.place.path, one.message, one.advice) for one in refused.value.problems] == problems
    assert {one.place.file for one in refused.value.problems} == {f"{FOLDER}/zh.yaml"}


def test_the_files_that_are_translations_are_named() -> None:
    assert translations.file_names() == {f"{FOLDER}/{one}.yaml" for one in translations.LANGUAGES}
