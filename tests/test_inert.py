"""Outputs do nothing: fifty payloads at every place of the format that takes free text, in every form of report.

Knows which output is judged by what. What makes one live is said in liveness, what is tried in payloads. The normal run
puts many payloads into one product, each at some places; each at each place: python -m pytest -m long tests/test_inert.py
"""

from __future__ import annotations

import gc
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rare_earth_compliance.law.loader import load
from rare_earth_compliance.reports import FORMATS, WORDED
from rare_earth_compliance.reports.terminal import on_terminal, show
from rare_earth_compliance.service import judging
from tests import liveness, payloads
from tests.payloads import NAMES, PAYLOADS, documents, fields
from tests.report_forms import caught
from tests.rule_pages import pack
from tests.running import run

DAY = ("--on", "2026-11-23")
SMALL = ("--rules", "pack")
KINDS = 17
"""How many kinds of wrong places a text is put into."""
WIDTHS = (40, 80, 96, 100, 200)
"""Columns of the terminals on which reports are looked at."""
JSON = ("json", "sarif", "sarif-alerts", "gitlab")
CHINESE = tuple(f"{form} zh" for form in WORDED)
"""The forms that are given in Chinese too."""


def judged(form: str, text: str, plain: str) -> list[str]:
    """Complaints about an output of a form."""
    found = liveness.shown(text)
    if form in JSON:
        found += liveness.a_json(text, plain)
    elif form == "junit":
        found += liveness.xml(text, plain)
    elif form.removesuffix(" zh") in ("markdown", "github-summary"):
        found += liveness.markdown(text, plain)
    if form.startswith("sarif"):
        found += liveness.sarif_messages(text)
    if form.removesuffix(" zh") in ("terminal", "markdown"):
        found += liveness.forged(text)
    if form == "github":
        # The engine's own commands: as many as of plain texts, each of a kind that it makes.
        own = ("::error file=", "::warning file=", "::notice file=", "::notice title=", "::error title=", "::warning title=")
        kept = [line for line in text.split("\n") if not line.startswith(own)]
        found = liveness.shown("\n".join(kept)) + liveness.characters(text)
        found += [f"a command: {line[:60]!r}" for line in text.split("\n") if "##[" in line]
        if text.count("\n") != plain.count("\n"):
            found.append(f"{text.count(chr(10))} lines, of plain texts {plain.count(chr(10))}")
    return [f"{form}: {one}" for one in found]


def outputs(folder: Path, files: dict[str, Any], *more: str) -> dict[str, str]:
    """Every form of report on some files, by its name, and what stands on standard error; None for files that are there."""
    for name, document in files.items():
        if document is not None:
            (folder / name).write_text(json.dumps(document), encoding="utf-8")
    wanted = [part for form in FORMATS for part in ("--output", f"{form}={form}.out")]
    english = run(("check", *DAY, *wanted, *more, "--", *files), folder=folder)
    chinese_forms = [part for form in WORDED for part in ("--output", f"{form}={form} zh.out")]
    chinese = run(("check", *DAY, *chinese_forms, "--lang", "zh", *more, "--", *files), folder=folder)
    assert english.status == chinese.status
    assert english.out + chinese.out == ""
    made = {form: (folder / f"{form}.out").read_text(encoding="utf-8") for form in (*FORMATS, *CHINESE)}
    return {**made, "stderr": english.err}


def live(made: dict[str, str], plain: dict[str, str]) -> list[str]:
    """What is live in outputs, against those on plain texts."""
    assert set(made) == set(plain)
    return [one for form, text in made.items() for one in judged(form, text, plain[form])]


def rotated(turn: int) -> dict[int, str]:
    """A payload for every place: those of a turn; after as many turns as there are payloads each stood everywhere."""
    every = list(NAMES.values())
    free = [field for field in fields() if field.name not in payloads.READ]
    return {field.number: every[(at + turn * 7) % len(every)] for at, field in enumerate(free)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small pack, under which a report takes little time."""
    made = tmp_path_factory.mktemp("inert")
    pack(made, "pack")
    return made


@pytest.fixture(scope="module")
def plain(folder: Path) -> dict[str, str]:
    """Every form of report on texts that do nothing, under the small pack."""
    return reported(folder, {}, *SMALL)


def reported(folder: Path, texts: dict[int, str], *more: str) -> dict[str, str]:
    """Every form of report on the two files that hold every place, with texts at some of them."""
    goods, apart = documents(texts)
    return outputs(folder, {"goods.json": goods, "transfer.json": apart}, *more)


def test_there_are_fifty_payloads_and_every_place_is_found() -> None:
    assert len(NAMES) == sum(map(len, PAYLOADS.values())) == 50
    assert len(set(NAMES.values())) == 50
    assert all(0 < len(text) <= 2000 for text in NAMES.values())
    assert len(fields()) == 119
    assert len({field.name for field in fields()}) == 26


def test_every_judge_finds_what_is_live() -> None:
    assert len(liveness.characters("a\x1b[31m\x9b\r\u202e\u200b\u2028\u3164")) == 7
    assert len(liveness.commands("a\n  ::error::b\nx ##[error]\n##vso[a]")) == 3
    assert liveness.forged(f"a\n{payloads.LAST}\nb") == ["ends with 'b'"]
    assert len(liveness.forged(f"a\n{payloads.LAST}\n{payloads.LAST}\n")) == 1
    assert len(liveness.html("<p><script>a</script><a href=b>", "<p>")) == 3
    assert len(liveness.markdown("[a](https://example.org)", "a")) >= 4
    assert liveness.markdown("https://example.org", "a") == [
        "GitHub: 1 more of <a href>", "GitHub: 1 more of href=https://example.org",
        "GitHub: <a href>", "GitHub: href=https://example.org",
    ]  # fmt: skip
    assert len(liveness.markdown("a<br>b ![x](y)", "a b")) >= 4
    assert liveness.xml("<a><b/></a>", "<a/>") == ["XML: 1 more of b"]
    assert liveness.xml("<a>\x00</a>", "<a/>") != []
    assert liveness.a_json('{"a": 1}', '{"b": 1}') == ["JSON: 1 more of a"]
    assert len(liveness.cells('=1,a\n"+1",-1,@a')) == 4
    assert len(liveness.sarif_messages('[{"text": "[a](b)"}, {"text": "{0}"}, {"text": "{{0}}"}]')) == 2


@pytest.mark.parametrize("turn", [*range(5), *(pytest.param(turn, marks=pytest.mark.long) for turn in range(5, 50))])
def test_no_payload_is_live_in_any_report(turn: int, folder: Path, plain: dict[str, str]) -> None:
    made = reported(folder, rotated(turn), *SMALL)
    assert live(made, plain) == []
    assert len(made) == len(FORMATS) + 3 == 12
    assert [len(json.loads(made["json"])[name]) for name in ("determinations", "refused")] == [2, 0]


def test_no_payload_is_live_under_the_law(folder: Path) -> None:
    assert live(reported(folder, rotated(5)), reported(folder, {})) == []


@pytest.mark.long
@pytest.mark.parametrize("turn", range(50))
def test_no_payload_is_live_under_the_law_in_any_turn(turn: int, folder: Path) -> None:
    """After fifty turns each payload stood at each place, in company."""
    gc.collect()  # the command turns it off, and does not end here
    assert live(reported(folder, rotated(turn)), reported(folder, {})) == []


def test_no_payload_is_live_in_an_answer_of_the_service(folder: Path) -> None:
    law = judging.Law(pack=load(folder / "pack"))
    for turn in range(3):
        for document in documents(rotated(turn)):
            for line in (None, 1):
                job = judging.Job(data=json.dumps(document).encode(), name="a document", on=date(2026, 11, 23), line=line)
                status, text = judging.report(job, law, None)
                assert (status in (0, 11), liveness.shown(text), json.loads(text)["judged"]) == (True, [], 1)


# ---- what is refused: the same texts at every other place of the format


def refused(folder: Path, texts: list[str], shift: int) -> dict[str, str]:
    """The outputs of a run over files that are refused: one for each text, each at another place."""
    files = {}
    for at, text in enumerate(texts):
        kinds = list(payloads.spoilt(text))
        files[f"{at:02}.json"] = kinds[(at + shift) % len(kinds)][1]
    return outputs(folder, files)


@pytest.mark.parametrize("shift", [0, *(pytest.param(shift, marks=pytest.mark.long) for shift in range(1, KINDS))])
def test_a_refusal_does_nothing(shift: int, tmp_path: Path) -> None:
    """After as many shifts as there are kinds of wrong places each payload stood at each."""
    assert len(list(payloads.spoilt("x"))) == KINDS
    measure = refused(tmp_path, ["x"] * len(NAMES), shift)
    made = refused(tmp_path, list(NAMES.values()), shift)
    assert live(made, measure) == []
    report = json.loads(made["json"])
    assert (report["status"], report["judged"], len(report["refused_files"])) == (3, 0, 50)
    assert len(made["stderr"].split("\n")) == len(measure["stderr"].split("\n")) > 200


def test_a_text_that_only_the_reader_refuses_does_nothing(tmp_path: Path) -> None:
    """Where the schema takes any text and the reader does not, the refusal does nothing either."""
    closed = [field for field in fields() if field.name in payloads.READ]
    assert len(closed) >= 10
    for at, text in enumerate(NAMES.values()):
        goods, _ = documents({closed[at % len(closed)].number: text})
        (tmp_path / f"{at:02}.json").write_text(json.dumps(goods), encoding="utf-8")
    ran = run(("check", ".", *DAY, "--format", "json"), folder=tmp_path)
    report = json.loads(ran.out)
    assert (ran.status, report["judged"], len(report["refused_files"])) == (3, 0, 50)
    assert {one["place"]["path"].rsplit(".", 1)[-1] for one in report["refused"]} == {"per"}
    assert liveness.shown(ran.out) + liveness.shown(run(("check", ".", *DAY), folder=tmp_path).out) == []


# ---- a terminal


@pytest.mark.parametrize("width", WIDTHS)
def test_no_payload_is_live_on_a_terminal(width: int, folder: Path) -> None:
    for name, document in zip(("goods.json", "transfer.json"), documents(rotated(width)), strict=True):
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
    status, made = caught(("check", "goods.json", "transfer.json", *DAY, *SMALL), folder=folder)
    assert (status, len(made.determinations)) == (11, 2)
    screen = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None, legacy_windows=False)
    text = on_terminal(screen, lambda console: show(made, console))
    assert liveness.shown(text) == []
    if width >= len(payloads.LAST):  # the last line itself is wrapped below
        assert liveness.forged(text) == []


# ---- each payload alone at a place, in every form


STEP = 20
"""Every so many-th pair of a place and a payload is tried alone in a long run; in company all are."""


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_no_payload_is_live_alone(part: int, folder: Path, plain: dict[str, str]) -> None:
    pairs = [(field, name) for field in fields() for name in NAMES][part * STEP // 4 :: STEP]
    wrong = []
    for field, name in pairs:
        made = reported(folder, {field.number: NAMES[name]}, *SMALL)
        gc.collect()  # the command turns it off, and does not end here
        for form, text in made.items():
            # Of a file that is refused the report is another one, with another structure than that of plain texts.
            found = judged(form, text, text if field.name in payloads.READ else plain[form])
            wrong += [f"{field.name} #{field.number}: {name}: {one}" for one in found]
    assert wrong == []
    assert len(pairs) * STEP > len(fields()) * len(NAMES) - STEP
