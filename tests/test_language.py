"""Reports in Chinese: nothing is left in English, nothing a user wrote is touched, the answer stays the answer."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from rare_earth_compliance import determine, read_product, reports, shipment_of
from rare_earth_compliance.cli import check as checking
from rare_earth_compliance.cli import reporting
from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.determination import Answer
from rare_earth_compliance.law import loader, pack_files
from rare_earth_compliance.law.translations import load_translation, texts_of
from rare_earth_compliance.reports import language
from rare_earth_compliance.reports.blocks import Banner, Block, Grid, Heading, Items, harmless
from rare_earth_compliance.reports.markdown import escaped
from rare_earth_compliance.reports.phrases import Joint, Phrases, template
from rare_earth_compliance.reports.run import Run
from rare_earth_compliance.reports.terminal import show
from tests.reports_in_chinese import CASES, report
from tests.running import ROOT, ExampleCase, example_cases, run
from tests.test_contents import CONTRADICTIONS
from tests.test_said_together import MAGNET, TOGETHER, determined, moved

PACK = loader.load()
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./@+&-]*[A-Za-z0-9]")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/+-]*(?:\.[A-Za-z0-9_/+-]+)*")
_ANSWERS = {Answer.REQUIRED: "需要许可", Answer.UNDETERMINED: "无法判定", Answer.NOT_REQUIRED: "不需要许可"}


def texts(block: Block) -> Iterator[str]:
    """Every text of a block."""
    if isinstance(block, Banner):
        yield from (block.answer, block.text)
    elif isinstance(block, Heading):
        yield block.text
    elif isinstance(block, Items):
        yield from block.items
    elif isinstance(block, Grid):
        yield from (*block.header, *(cell for row in block.rows for cell in row))
    else:
        yield block.title
        for label, text in block.rows:
            yield from (label, text)


def words_of(value: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from words_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner)
    elif isinstance(value, str):
        yield value


def handed_in(case: ExampleCase) -> list[str]:
    """What the user of an example wrote: the texts of its files and its arguments, the longest first."""
    found = set(case.args) | {part for argument in case.args for part in argument.split("=", maxsplit=1)}
    named = [ROOT / argument for argument in case.args]
    for file in named:
        if file.suffix == ".toml":  # what a project names stands below it
            named += [one for one in sorted(file.parent.rglob("*")) if one.is_file() and one not in named]
        if file.is_file():
            found.add(file.relative_to(ROOT).as_posix())
        if file.suffix == ".json":
            found |= set(words_of(json.loads(file.read_text(encoding="utf-8"))))
        elif file.suffix == ".yaml":
            found |= set(words_of(yaml_text.read(file.read_bytes(), file.name).value))
    return in_order(found)


def in_order(found: Iterable[str]) -> list[str]:
    """What was written, as it stands and as names are compared; the longest first."""
    every = {form for text in found for form in (text, text.casefold().rstrip("."))}
    return sorted((text for text in every if len(text) > 2), key=len, reverse=True)


ANNOUNCED = PACK.parties.announcements


PLAIN = {"part_number": "P", "form": "component", "technologies_complete": True}
DYSPROSIUM = [{"element": "Dy", "mass_fraction": "5 %"}]
EUROS = {"currency": "EUR", "basis": "purchase-price"}
ODD: dict[str, dict[str, Any]] = {
    "free, and a line in it is not": {**PLAIN, "rare_earths": "none", "parts": [{"name": "x", "rare_earths": "present"}]},
    "an unknown control code": {**PLAIN, "rare_earths": "none", "control_codes": ["9E999"]},
    "a control code of something else": {**PLAIN, "rare_earths": "none", "control_codes": ["1C905.a.1"]},
    "equipment and a motor": {**PLAIN, "form": "motor", "equipment": "bastnaesite"},
    "not free, of iron": {**PLAIN, "rare_earths": "present", "composition": [{"element": "Fe"}], "composition_complete": True},
    "of nothing that holds it": {
        **PLAIN,
        "composition": DYSPROSIUM,
        "complete": True,
        "parts": [{**PLAIN, "rare_earths": "none", "quantity": 1}],
    },
    "worth less than what is in it": {
        **MAGNET,
        "unit_value": {"amount": "1", **EUROS},
        "complete": True,
        "materials": [
            {"form": "metal", "composition": [{"element": "Dy"}], "composition_complete": True, "origin": "CN", "quantity": 1}
            | {"unit_value": {"amount": "5", **EUROS}}
        ],
    },
    "a family for an alloy": {**PLAIN, "form": "alloy", "family": "ferrite", "composition": DYSPROSIUM},
    "tariff codes": {**PLAIN, "hs_code": "28469019", "form": "compound", "composition": [{"element": "Fe"}]},
}
"""What contradicts itself in a product, beside what other tests hold of that."""
UNITS = [{**PLAIN, "unit": unit, "quantity": 2, "rare_earths": "present"} for unit in ("pair", "dozen", "thousand", "in")]


def beside() -> dict[str, dict[str, Any]]:
    """What stands beside each other and does not fit, or is of no use."""
    unused = moved("DE", "US", {**PLAIN, "complete": True, "parts": UNITS}) | {"shared": {"A": {**PLAIN, "name": "a"}}}
    prices = {}
    for name, basis in (("two prices", {}), ("two prices of one kind", {"basis": "purchase-price"})):
        one = moved("DE", "US", {**MAGNET, "unit_value": {"amount": "100", "currency": "EUR", **basis}})
        one["shipment"]["unit_price"] = {"amount": "900", "currency": "EUR", **basis}
        prices[name] = one
    return {"a shared item that is not used, and units": unused, **prices}


class Said:
    """What was said in Chinese over all examples."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.speech = language.speech("zh", PACK)
        self.lines = 0
        self.texts: dict[str, int] = {}
        self.cases = 0
        self.english: dict[str, str] = {}
        self.answers: dict[Answer, set[str]] = {}
        self.marked: set[str] = set()
        known = [*self.speech.translation.texts.values(), *self.speech.words.phrases.values()]
        known += [entry.zh for listed in PACK.lists.values() for entry in listed.entries]
        known += [rule.says.zh for rule in PACK.rules.values()]
        self.allowed = {word for text in known for word in _WORD.findall(text)} | {
            "translations/zh.yaml",
            "end_use.purposes",
            "destination",
        }


@pytest.fixture(scope="module", params=[6, pytest.param(1, marks=pytest.mark.long)])
def said(request: pytest.FixtureRequest) -> Said:
    """Examples reported in Chinese, once: every sixth, or all in a long run."""
    made = Said(request.param)
    patch = pytest.MonkeyPatch()
    patch.setattr(checking, "load", lambda _: PACK)

    def look(_: str, outcome: Any, __: Any = None) -> str:
        for determination in outcome.determinations:
            _looked_over(made, determination, handed_in(case), f"{case.folder}: {case.name}")
        return ""

    patch.setattr(reporting, "render", look)
    for case in list(example_cases())[:: made.every]:
        ran = run(case.args)
        made.cases += 1
        assert ran.status == case.status
    patch.undo()
    # Examples do not contradict themselves.
    odd = {name: document for name, (document, _) in TOGETHER.items()}
    odd |= {str(fields): moved("CN", "DE", {"part_number": "P", **fields}) for fields, conflicts in CONTRADICTIONS if conflicts}
    odd |= {f"{name} from {start}": moved(start, "US", fields) for name, fields in ODD.items() for start in ("CN", "DE")}
    for name, document in (odd | beside()).items() if made.every == 1 else ():
        _looked_over(made, determined(document), in_order(["x.json", "technology", *ANNOUNCED, *words_of(document)]), name)
    return made


def _looked_over(made: Said, determination: Any, written: list[str], where: str) -> None:
    for block in made.speech.page(determination):
        if isinstance(block, Banner):
            made.answers.setdefault(determination.answer, set()).add(block.answer.split("——", maxsplit=1)[0])
        for text in texts(block):
            made.lines += 1
            made.texts[text] = made.texts.get(text, 0) + 1
            if made.texts[text] == 1:
                _english(made, text, written, where)


def _english(made: Said, text: str, written: list[str], where: str) -> None:
    """Note what of a text is English, once what a user wrote and what has no translation is taken away."""
    if "〔未译〕" in text:
        made.marked.add(text)
    rest = re.sub(r"[0-9a-f]{64}|rare-earth-compliance [0-9.]+|[:：] ?(product|shared|transfer)(?!-)\b[\w.\[\]-]*", "", text)
    for one in written:
        rest = re.sub(rf"(?<![\w/-]){re.escape(one)}(?![\w/-])", "", rest)
    rest = _NAME.sub(lambda found: "" if made.speech.phrases.passes(found[0]) else found[0], rest)
    for word in _WORD.findall(rest):
        if len(re.sub("[^A-Za-z]", "", word)) >= 3 and word not in made.allowed:
            made.english[f"{word} in {text}"] = where


def test_no_line_of_any_example_is_left_in_english(said: Said) -> None:
    assert said.marked == set()
    assert said.english == {}
    assert said.cases == len(list(example_cases())[:: said.every]) >= 14
    assert said.lines == sum(said.texts.values()) > 30_000 / said.every / 2
    assert len(said.texts) > 2_000 / said.every


def test_the_answer_is_never_another(said: Said) -> None:
    for answer, found in said.answers.items():
        assert found - {"禁止出口"} == {_ANSWERS[answer]}
        assert answer is Answer.REQUIRED or "禁止出口" not in found
    assert len(said.answers) == len(_ANSWERS) or said.every > 1


# ---- phrases


def _source() -> str:
    """Everything that the program may say, as its source has it, with text that is put together joined."""
    code = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "rare_earth_compliance").rglob("*.py"))]
    return re.sub(r'"\s*\n\s*f?"', "", "\n".join(code))


def test_every_phrase_is_said_by_the_program_and_understood(said: Said) -> None:
    """What no example reaches is named by its count, stands in the source, and is understood when it is said."""
    phrases, source = said.speech.words.phrases, _source()
    unreached = [english for english in phrases if english not in said.speech.phrases.used]
    fresh = language.speech("zh", PACK)
    strange = []
    for english in unreached:
        chunks = [chunk.strip(" ():;,.–") for chunk in re.split(r"\{[^}]*\}", english)]
        chunk = max(chunks, key=len)
        if chunk and chunk not in source:
            strange.append(english)
        filled = re.sub(r"\{(\w+)(?::(\w+))?\}", lambda found: _SAMPLES[found[2] or "text"], english)
        assert fresh.phrases.said(filled).left == 0, filled
    assert {english[:104] for english in strange} >= _NOT_SPELLED_OUT
    assert len(phrases) > 290
    if said.every == 1:
        assert len(strange) == len(_NOT_SPELLED_OUT) == 13
        assert len(unreached) < 120


_SAMPLES = {
    "text": "metal",
    "raw": "X-1",
    "ids": "CN",
    "n": "3",
    "num": "3.5",
    "day": "2026-11-23",
    "seal": "\ue0000\ue001",
    "item": "\ue0000\ue001",
    "short": "metal",
    "place": "article 5",
}
_NOT_SPELLED_OUT = {
    "{n:n} rule has no consequence, whatever is answered: see “{heading}”",
    "{n:n} rule leads to no licence: see “{heading}”",
    "{title}: entries off which an item is kept by its name, and that are known less surely than a text in Ch",
    "not read: {files:n} files without .json in the name: {names:raw}",
    "not read: {files:n} file without .json in the name: {names:raw}",
    "{label:item} ({place:raw}.contents not listed) – listed as {codes:ids}",
    "{share}: {of:ids}, any origin, content {content} in {worth}",
    "{label:item}: {price}, origin not known (line {line:n})",
    "{by:raw}, published {day:day}, extends the suspension; whether it reaches back to {on:day} is not told",
    "Does it contain it?",
    "status {status:ids}: lapsed (confirmed by {by:raw} on {day:day}, {source:raw}; {file:raw})",
    "for a chinese patent application",
    "for a foreign patent application",
}
"""Phrases whose longest piece the source puts together from parts."""


def test_a_template_says_what_it_can_not_be() -> None:
    with pytest.raises(ValueError, match="touch each other"):
        template("{a}{b}", "{a}{b}")
    with pytest.raises(ValueError, match="not the slots"):
        template("{a} of {b}", "{a}")


def test_what_no_phrase_fits_is_marked_and_kept() -> None:
    made = Phrases(
        texts={"red": "红", "house": "房"},
        templates={"a {colour} {thing}": "{colour}色{thing}", "{n:n} times {what}": "{n}次{what}"},
        passing=frozenset({"CN"}),
        joints=(Joint(re.compile("; "), "；", partly=True), Joint(re.compile(" and "), "和", partly=False)),
        mark="〔{text}〕",
    )
    said = {
        text: made.say(text)
        for text in (
            "red",
            "Red",
            "a red house",
            "a blue house",
            "CN 12",
            "red; blue",
            "red and blue",
            "red and house",
            "x times red",
        )
    }
    assert said == {
        "red": "红",
        "Red": "红",
        "a red house": "红色房",
        "a blue house": "〔blue〕色房",
        "CN 12": "CN 12",
        "red; blue": "红；〔blue〕",
        "red and blue": "〔red and blue〕",
        "red and house": "红和房",
        "x times red": "〔x times red〕",
    }
    assert list(made.left) == ["a blue house", "red; blue", "red and blue", "x times red"]


# ---- what a user wrote


_NAMES = (
    "licence required",
    "not known",
    "magnet, asked: is yes",
    "LICENCE NOT REQUIRED – x, on 2026-11-23",
    "contents of magnet that are not listed (article 5)",
    "it originates in China; it leaves China and",
    "{label} {n:n}",
    "〔未译〕",
    "\ue0000\ue001",
    "a\u202eb\x1b[31m",
)


def test_names_stay_what_they_are(said: Said) -> None:
    """Also those that read like a phrase of the report; what moves a cursor is made harmless as in English."""
    text = (ROOT / "examples" / "ebike-motor" / "assumed.json").read_text(encoding="utf-8")
    seen = 0
    for name in _NAMES:
        data = text.replace('"magnet N35H"', json.dumps(name)).encode()
        contents = read_product(data, "product.json")
        outcome = determine(shipment_of(contents.product, contents.shipment, contents), PACK, on=date(2026, 11, 23))
        for form, written in (("markdown", escaped(harmless(name))), ("terminal", harmless(name))):
            chinese = reports.render(form, Run(determinations=(outcome,)), said.speech)
            joined = chinese if form == "markdown" else re.sub(r"\s+", "", chinese)
            seen += joined.count(written if form == "markdown" else re.sub(r"\s+", "", written))
            assert (written if form == "markdown" else re.sub(r"\s+", "", written)) in joined
            assert not re.search("[\x1b\u202e]", chinese)
    assert seen > 100


def test_a_party_keeps_its_name(tmp_path: Path) -> None:
    data = json.loads((ROOT / "examples" / "ebike-motor" / "shipment.json").read_text(encoding="utf-8"))
    data["shipment"]["importer"]["name"] = "Chinese person, in DE, Ltd."
    file = tmp_path / "shipment.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    ran = run(("check", "examples/ebike-motor/assumed.json", "--shipment", str(file), "--on", "2026-11-23", "--lang", "zh"))
    assert "进口商      Chinese person, in DE, Ltd.，位于 US，非军事用户，未列入中方名单" in ran.out


# ---- the command


@pytest.mark.parametrize("name", list(CASES))
def test_a_report_in_chinese(name: str) -> None:
    ran = report(name)
    assert ran.status == CASES[name][0].status
    assert ran.out == (ROOT / "tests" / "chinese_reports" / name).read_text(encoding="utf-8")


def test_an_unknown_language_is_a_wrong_usage() -> None:
    ran = run(("check", "examples/ebike-motor/unknown.json", "--lang", "fr"))
    assert (ran.status, ran.out, ran.err) == (2, "", "--lang fr: expected one of en, zh\n")


def test_what_machines_read_is_the_same_in_every_language() -> None:
    args = ("check", "examples/ebike-motor/unknown.json", "--on", "2026-11-23", "--format", "json")
    assert run(args) == run((*args, "--lang", "zh"))


def test_refused_data_in_chinese() -> None:
    ran = run(("check", "no-such-file.json", "--on", "2026-11-23", "--lang", "zh"))
    assert ran.status == 3
    assert "已判定 0 个，拒收 1 个——退出状态 3：产品数据或规则被拒收" in ran.out
    assert "以下为数据或规则的错误信息，以英文原文显示：" in ran.out


def test_a_narrow_terminal_holds_every_line(said: Said) -> None:
    """Counted in cells: a Chinese character fills two."""
    contents = read_product((ROOT / "examples" / "ebike-motor" / "assumed.json").read_bytes(), "product.json")
    outcome = determine(shipment_of(contents.product, contents.shipment, contents), PACK, on=date(2026, 11, 23))
    target = io.StringIO()
    show(Run(determinations=(outcome,)), Console(file=target, width=80, color_system=None), said.speech)
    lines = target.getvalue().splitlines()
    assert len(lines) > 500
    assert max(cell_len(line.rstrip()) for line in lines) <= 80


# ---- the translation of a pack


_NAMES_ALONE = ("-", "CSET, Crowell & Moring, Mayer Brown")


def test_every_text_of_the_pack_is_translated() -> None:
    made = load_translation(pack_files.rules_folder(), PACK, "zh")
    assert made.missing == ()
    assert len(texts_of(PACK)) > 500
    assert all(re.search("[\u4e00-\u9fff]", other) for english, other in made.texts.items() if english not in _NAMES_ALONE)


def _pack_with(tmp_path: Path, change: tuple[str, str]) -> Path:
    folder = tmp_path / "translations"
    folder.mkdir()
    text = (pack_files.rules_folder() / "translations" / "zh.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    (folder / "zh.yaml").write_text(text.replace(*change, 1), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("  'article 5':", "  'article 5 of before':"), "no text of the pack reads so: 'article 5 of before'"),
        (
            ("Does it contain {element}?': '其中是否含有 {element}？'", "Does it contain {element}?': '其中是否含有？'"),
            "other slots",
        ),
        (("count: 6", "count: 7"), "are in the file"),
        (("language: zh", "language: de"), "zh"),
        (("by: the project", "by: the project\nextra: x"), "is not a key of the format"),
    ],
)
def test_a_translation_that_does_not_fit_is_refused(change: tuple[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        load_translation(_pack_with(tmp_path, change), PACK, "zh")
    assert says in "\n".join(map(str, refused.value.problems))


def test_a_pack_without_a_translation_is_reported_in_english_words_with_a_mark(tmp_path: Path) -> None:
    made = load_translation(tmp_path, PACK, "zh")
    assert (made.file, len(made.missing)) == ("", len(texts_of(PACK)))
    contents = read_product(b'{"format": "rare-earth-bom/1", "product": {"form": "motor"}}', "motor.json")
    outcome = determine(shipment_of(contents.product, contents.shipment), PACK, on=date(2026, 11, 23))
    bare = language.speech("zh", PACK, tmp_path)
    once, again = (reports.render("markdown", Run(determinations=(outcome,)), bare) for _ in range(2))
    assert once == again
    assert "〔未译〕foreign-made item with Chinese content of 0.1 % or more" in once
    assert "该规则包没有中文译文" in once
    assert "本报告所有文字均有译文" not in once


def test_a_translation_is_no_law() -> None:
    """The digest of the law does not cover it, and only files of that name are left out."""
    assert not [name for name in PACK.files if name.startswith("translations")]


def test_what_stands_after_an_exemption_is_no_part_of_it() -> None:
    said = language.speech("zh", PACK).say("lifted by article 5; fixed in another item: yes, asked: is no")
    assert said == "因第五条而豁免；已固定于其他物项中：是（条件：否）"
