"""Outputs do nothing: fifty payloads at every place of the format that takes free text, in every form of report.

Knows which output is judged by what. What makes one live is said in liveness, what is tried in payloads. The normal run
puts many payloads into one product; each alone at each place: python -m pytest -m long tests/test_inert.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.reports import FORMATS, WORDED
from tests import liveness, payloads
from tests.payloads import NAMES, PAYLOADS, documents, fields
from tests.running import run

DAY = ("--on", "2026-11-23")
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
    """Every form of report on some files, by its name, and what stands on standard error."""
    names = []
    for name, document in files.items():
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
        names.append(name)
    wanted = [part for form in FORMATS for part in ("--output", f"{form}={form}.out")]
    english = run(("check", *names, *DAY, *wanted, *more), folder=folder)
    chinese_forms = [part for form in WORDED for part in ("--output", f"{form}={form} zh.out")]
    chinese = run(("check", *names, *DAY, *chinese_forms, "--lang", "zh", *more), folder=folder)
    assert english.status == chinese.status
    assert english.out + chinese.out == ""
    made = {form: (folder / f"{form}.out").read_text(encoding="utf-8") for form in (*FORMATS, *CHINESE)}
    return {**made, "stderr": english.err}


def complaints(folder: Path, files: dict[str, Any], plain: dict[str, str], *more: str) -> tuple[dict[str, str], list[str]]:
    """The outputs on some files, and what is wrong with them against those of plain texts."""
    made = outputs(folder, files, *more)
    assert set(made) == set(plain)
    return made, [one for form, text in made.items() for one in judged(form, text, plain[form])]


def rotated(turn: int) -> dict[int, str]:
    """A payload for every place: those of a turn; after as many turns as there are payloads each stood everywhere."""
    every = list(NAMES.values())
    free = [field for field in fields() if field.name not in payloads.READ]
    return {field.number: every[(at + turn * 7) % len(every)] for at, field in enumerate(free)}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every form of report on texts that do nothing."""
    goods, apart = documents({})
    return outputs(tmp_path_factory.mktemp("plain"), {"goods.json": goods, "transfer.json": apart})


def test_there_are_fifty_payloads_and_every_place_is_found() -> None:
    assert len(NAMES) == sum(map(len, PAYLOADS.values())) == 50
    assert len(set(NAMES.values())) == 50
    assert all(0 < len(text) <= 2000 for text in NAMES.values())
    assert len(fields()) == 113
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


@pytest.mark.parametrize("turn", range(4))
def test_no_payload_is_live_in_any_report(turn: int, tmp_path: Path, plain: dict[str, str]) -> None:
    goods, apart = documents(rotated(turn))
    made, wrong = complaints(tmp_path, {"goods.json": goods, "transfer.json": apart}, plain)
    assert wrong == []
    assert len(made) == len(FORMATS) + 3
