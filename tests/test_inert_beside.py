"""Outputs do nothing whatever is written beside the product: names of files, options, configuration, decisions, rules.

Knows the commands as the command line defines them: a new option is tried without a word here. What makes an output
live is said in liveness.
"""

from __future__ import annotations

import copy
import glob
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from rare_earth_compliance.cli.app import app
from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.reports.rule_forms import FORMS
from tests import liveness
from tests.hostile import bases, text_of
from tests.payloads import NAMES
from tests.rule_pages import CORPUS, STATUS, pack
from tests.running import Ran, run
from tests.test_inert import DAY, SMALL, live, outputs

LONGEST = 60
"""Characters of a payload in the name of a file."""


def name_of(text: str) -> str:
    """A payload as far as a name of a file can hold it."""
    return text.replace("\x00", "").replace("/", "∕")[:LONGEST]


def said(ran: Ran) -> list[str]:
    """What is live in what a command said."""
    return liveness.shown(ran.out) + liveness.shown(ran.err)


# ---- names of files


def named(folder: Path, names: list[str], kinds: list[str]) -> dict[str, str]:
    """The outputs on files of these names and kinds: taken, refused, not there, or a folder of files passed over."""
    folder.mkdir()
    pack(folder, "pack")
    data = {"taken": text_of(bases()["screw"]), "refused": b'{"format": "rare-earth-bom/1"'}
    for name, kind in zip(names, kinds, strict=True):
        if kind == "folder":
            (folder / name).mkdir()
            (folder / name / f"{name}.json").write_bytes(b'{"format": "rare-earth-prices/1"}')
        elif kind in data:
            (folder / name).write_bytes(data[kind])
    return outputs(folder, dict.fromkeys(names), *SMALL)


def turned(shift: int) -> list[str]:
    """Every payload as a name, begun at another one."""
    every = [name_of(text) for text in NAMES.values()]
    return every[shift:] + every[:shift]


@pytest.mark.parametrize("shift", [0, *(pytest.param(shift, marks=pytest.mark.long) for shift in (1, 2, 3))])
def test_no_name_of_a_file_is_live(shift: int, tmp_path: Path) -> None:
    """Names of files that are judged, refused, not there and passed over; after four shifts each was each."""
    names = turned(shift)
    kinds = [("taken", "refused", "not there", "folder")[at % 4] for at in range(50)]
    # The name of a file that is not there would be a glob.
    kinds = [
        "refused" if glob.has_magic(name) and kind == "not there" else kind for name, kind in zip(names, kinds, strict=True)
    ]
    measure = named(tmp_path / "plain", [f"name {at:02}" for at in range(50)], kinds)
    made = named(tmp_path / "live", names, kinds)
    assert live(made, measure) == []
    report = json.loads(made["json"])
    assert [len(report[name]) for name in ("determinations", "refused_files", "skipped")] == [13, 25, 12]
    assert len(set(names)) == 50


def test_a_name_that_is_no_text_is_written_all_the_same(tmp_path: Path) -> None:
    """A file system takes bytes that are no UTF-8."""
    pack(tmp_path, "pack")
    good, broken = (os.fsdecode(name) for name in (b"good-\xff.json", b"broken-\xff.json"))
    try:
        (tmp_path / good).write_bytes(text_of(bases()["screw"]))
    except OSError:
        pytest.skip("this file system takes no such name")
    (tmp_path / broken).write_bytes(b"{")
    made = outputs(tmp_path, {good: None, broken: None}, *SMALL)
    assert [one for form, text in made.items() for one in liveness.characters(text)] == []
    assert json.loads(made["json"])["refused_files"] == [broken]
    assert "broken-\\udcff.json" in made["terminal"]


# ---- every option and argument of every command


def options() -> Iterator[tuple[tuple[str, ...], str]]:
    """Every option and argument of the command line that takes text: the words of its command, and its name."""
    work: list[tuple[tuple[str, ...], Any]] = [((), typer.main.get_command(app))]
    while work:
        words, command = work.pop()
        for name, inner in getattr(command, "commands", {}).items():
            work.append(((*words, name), inner))
        for parameter in command.params if not getattr(command, "commands", {}) else ():
            flag = getattr(parameter, "is_flag", False)
            if parameter.param_type_name == "argument":
                yield words, ""
            elif not flag:
                yield words, parameter.opts[0]
        yield words, "a name that is none"


NEEDED: dict[tuple[str, ...], tuple[str, ...]] = {
    ("check",): ("x.json", *DAY),
    ("explain",): (),
    ("verify",): ("r.json", "x.json"),
    ("replay",): ("r.json",),
    ("gate",): ("x.json", *DAY),
    ("rules", "show"): (),
    ("rules", "prove"): ("pack",),  # a small one: what is proved of the law takes a minute
    ("rules", "diff"): ("pack", "pack"),
    # The last thing that is looked at before anything is served.
    ("serve",): ("--host", "256.0.0.1"),
}
"""What must stand beside a wrong option for a command to come to it."""


def tried(folder: Path, words: tuple[str, ...], option: str, text: str) -> Ran:
    """A command with a text in place of an option."""
    text = text.replace("\x00", "")
    needed = NEEDED.get(words, ())
    if option == "a name that is none":
        given: tuple[str, ...] = (f"--{text}",)
    elif option == "":
        given, needed = ("--", text), tuple(one for one in needed if words != ("rules", "diff"))
        return run((*words, *[one for one in needed if one.startswith("--") or one == DAY[1]], *given, "pack"), folder=folder)
    elif option in ("--set",):
        given = (option, f"end_use.purposes={text}")
    else:
        given = (option, text)
    return run((*words, *given, *needed), folder=folder)


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a product, its record and a small pack."""
    folder = tmp_path_factory.mktemp("options")
    pack(folder, "pack")
    (folder / "x.json").write_bytes(text_of(bases()["screw"]))
    assert run(("check", "x.json", *DAY, "--record", "r.json"), folder=folder).status == 0
    return folder


def test_no_option_is_live(beside: Path) -> None:
    texts = list(NAMES.values())
    every = list(options())
    wrong = []
    for at, (words, option) in enumerate(every):
        ran = tried(beside, words, option, texts[at * 3 % len(texts)])
        wrong += [f"{' '.join(words)} {option}: {one}" for one in said(ran)]
        if ran.status == 1:
            wrong.append(f"{' '.join(words)} {option}: a crash")
    assert wrong == []
    assert len(every) > 60
    assert ("check",) in dict(every)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_no_payload_is_live_in_any_option(name: str, beside: Path) -> None:
    found = [(words, option, said(tried(beside, words, option, NAMES[name]))) for words, option in options()]
    assert [one for one in found if one[2]] == []
    assert len(found) > 60


# ---- configuration, decisions, known findings, records


def gated(folder: Path, text: str) -> list[str]:
    """What is live when a text stands for a product, a party, a reason and a name in a gate with decisions in hand."""
    folder.mkdir()
    pack(folder, "pack")
    product = {"part_number": text, "name": text, "form": "metal", "made_in": "CN", "composition": [{"element": "Sb"}]}
    shipment = {"kind": "goods", "exporter": {"located_in": "CN", "name": text}, "ship_from": "CN", "destination": "DE"}
    document = {"format": "rare-earth-bom/1", "product": product, "shipment": shipment}
    (folder / "x.json").write_text(json.dumps(document), encoding="utf-8")
    setup = 'products = ["x.json"]\nrules = "pack"\nbaseline = "b.json"\n'
    (folder / "rare-earth.toml").write_text(setup, encoding="utf-8")
    day = ("--on", "2025-01-10")
    first = run(("gate", *day, "--write-baseline", "--draft-decisions", "d.yaml"), folder=folder)
    drafted, known = ((folder / name).read_text(encoding="utf-8") for name in ("d.yaml", "b.json"))
    waivers = yaml.safe_load(drafted)
    assert {one["product"] for one in waivers["waivers"]} == {json.loads(known)["findings"][0]["product"]}
    for waiver in waivers["waivers"]:
        waiver.update(reason=text, by=text, given="2025-01-09", until="2025-01-20")
    (folder / "d.yaml").write_text(yaml.safe_dump(waivers), encoding="utf-8")
    (folder / "rare-earth.toml").write_text(setup + 'decisions = ["d.yaml"]\n', encoding="utf-8")
    second = [run(("gate", *day, "--format", form), folder=folder) for form in ("terminal", "markdown", "json", "junit")]
    assert [ran.status for ran in (first, *second)] == [10, 13, 13, 13, 13], second[0].out
    wrong = [one for ran in (first, *second) for one in said(ran)] + liveness.characters(drafted) + liveness.shown(known)
    return wrong + liveness.forged(first.out) + liveness.forged(second[0].out) + liveness.forged(second[1].out)


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.long)])
def test_no_decision_is_live(step: int, tmp_path: Path) -> None:
    every = list(NAMES.items())[::step]
    assert [(name, wrong) for at, (name, text) in enumerate(every) if (wrong := gated(tmp_path / str(at), text))] == []
    assert len(every) >= 8


LISTS = ("products", "exclude", "shipments", "confirm-status", "prices", "decisions", "pass-when-all-findings-are")
SINGLE = ("rules", "baseline", "required-version", "format", "strict-freshness")


def lines(at: int, text: str) -> list[str]:
    """A text in a configuration: as the value of a key, as a key, in a table."""
    quoted = json.dumps(text.replace("\x00", ""), ensure_ascii=True).replace("\x7f", "\\u007f")
    quoted = re.sub(r"\\u(d[89ab]..)\\u(d[c-f]..)", lambda found: json.loads(f'"{found[0]}"'), quoted)
    return [
        f"{LISTS[at % len(LISTS)]} = [{quoted}]",
        f"{SINGLE[at % len(SINGLE)]} = {quoted}",
        f"{quoted} = 1",
        f"[shipment]\n{quoted} = {quoted}",
        f"[readings]\n{quoted} = {quoted}",
        f"[output]\n{quoted} = {quoted}",
    ]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
def test_no_configuration_is_live(every: bool, tmp_path: Path) -> None:
    """Each payload as a value of every key of the configuration that takes text, shown and run."""
    pack(tmp_path, "pack")
    (tmp_path / "x.json").write_bytes(text_of(bases()["screw"]))
    seen = 0
    for at, text in enumerate(NAMES.values()):
        made = lines(at, text)
        for line in made if every else [made[at % len(made)]]:
            before = [one for one in ('products = ["x.json"]', 'rules = "pack"') if one.split(" ")[0] != line.split(" ")[0]]
            (tmp_path / "rare-earth.toml").write_text("\n".join([*before, line, ""]), encoding="utf-8")
            for command in (("gate", *DAY), ("config", "--show")):
                ran = run(command, folder=tmp_path)
                assert (said(ran), ran.status != 1, "is not TOML" in ran.out + ran.err) == ([], True, False), (line, command)
                seen += 1
    assert seen == (600 if every else 100)


def test_no_record_is_live(tmp_path: Path) -> None:
    """A record of all payloads, verified, broken, and judged again on a day that changes the answers."""
    pack(tmp_path, "pack")
    metal = json.loads((CORPUS / "metal.json").read_text(encoding="utf-8"))
    parts = [{"part_number": text, "name": text, "quantity": 1, "form": "metal"} for text in NAMES.values()]
    product = {**metal["product"], "part_number": "\x1b[31m\u202e::error::", "parts": parts}
    (tmp_path / "x.json").write_text(json.dumps({**metal, "product": product}), encoding="utf-8")
    judged = run(("check", "x.json", "--on", "2025-01-10", "--record", "r.json", *SMALL), folder=tmp_path)
    assert (tmp_path / "r.json").exists(), judged.err
    record = (tmp_path / "r.json").read_text(encoding="utf-8")
    wrong = said(judged) + liveness.shown(record)
    verified = run(("verify", "r.json", "x.json", *SMALL), folder=tmp_path)
    assert verified.status == 0, verified.err
    again = [
        run(("replay", "r.json", "--on", "2020-01-01", "--format", form, *SMALL), folder=tmp_path)
        for form in ("terminal", "json")
    ]
    assert [ran.status for ran in again] == [10, 10]
    (tmp_path / "r.json").write_text(record.replace('"Sb"', '"Sc"').replace('\\"Sb', '\\"Sc'), encoding="utf-8")
    broken = run(("verify", "r.json", "x.json", *SMALL), folder=tmp_path)
    assert broken.status == 3
    for ran in (verified, *again, broken):
        wrong += said(ran)
    assert wrong == []


# ---- rules


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every text in a document."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))
    if isinstance(value, str):
        yield path


def put(value: Any, path: tuple[Any, ...], text: str) -> None:
    """Write a text at a place."""
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = text


Spot = tuple[str, tuple[Any, ...]]


def texts_of(folder: Path) -> dict[str, Any]:
    """The rule files of a pack, as text through and through."""
    found = sorted(one for one in folder.glob("*.yaml") if one.name != STATUS)
    # What is read may be remembered for other tests; here it is changed.
    return {one.name: copy.deepcopy(yaml_text.read(one.read_bytes(), one.name).value) for one in found}


def written(folder: Path, texts: dict[Spot, str]) -> Path:
    """The small pack with other texts at some places."""
    shutil.copytree(CORPUS, folder, ignore=shutil.ignore_patterns(STATUS))
    for name, document in texts_of(folder).items():
        mine = {path: text for (file, path), text in texts.items() if file == name}
        for path, text in mine.items():
            put(document, path, text)
        if mine:
            (folder / name).write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


WORDS = ("zh", "en", "question", "ask_whom", "to_settle", "read_as", "means", "held_by", "title", "note", "who", "owes", "text")
"""Keys of rule files under which words for people stand."""


def spots() -> list[Spot]:
    """The places of the small pack at which words for people stand."""
    every = [(name, path) for name, document in texts_of(CORPUS).items() for path in places(document)]
    return [(name, path) for name, path in every if path[-1] in WORDS]


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> list[Spot]:
    """The places of the small pack that take any text: those where another one leaves the pack whole."""
    folder = written(tmp_path_factory.mktemp("rules") / "pack", {})
    found: list[Spot] = []
    for name, document in texts_of(folder).items():
        for path in list(places(document)):
            if path[-1] == "found_at" or ("cases" in path and path[-1] != "name"):  # where data stands, and data: no words
                continue
            changed = copy.deepcopy(document)
            put(changed, path, f"words <{len(found)}>")
            before = (folder / name).read_bytes()
            (folder / name).write_text(yaml.safe_dump(changed), encoding="utf-8")
            try:
                load(folder)
            except Refused:
                (folder / name).write_bytes(before)
            else:
                found.append((name, path))
                put(document, path, f"words <{len(found) - 1}>")
    return found


def pages(folder: Path, name: str) -> dict[str, str]:
    """Every page about a pack in every form."""
    made = {}
    for form in FORMS:
        for words in (("show", "corpus-1"), ("show", "corpus-1/1"), ("timeline", "--on", "2025-04-10")):
            made[f"{form} {' '.join(words)}"] = run(("rules", *words, "--rules", name, "--format", form), folder=folder)
        made[f"{form} diff"] = run(("rules", "diff", "before", name, "--format", form), folder=folder)
    for words in (("explain", "corpus-1/1"), ("rules", "readings"), ("rules", "check"), ("rules", "test")):
        made[" ".join(words)] = run((*words, "--rules", name), folder=folder)
    for form in ("terminal", "markdown", "json", "sarif", "junit"):
        made[f"report {form}"] = run(("check", "x.json", *DAY, "--rules", name, "--format", form), folder=folder)
    wrong = [
        f"{page}: exit status {ran.status}: {ran.err[:200]}" for page, ran in made.items() if ran.status not in (0, 10, 11, 12)
    ]
    assert wrong == []
    return {page: ran.out for page, ran in made.items()}


_LINK = re.compile("more of (<br>|<a href>|href=(https?://[a-z.]*example.org/?.*|mailto:.*|xmpp:.*|#[a-z0-9-]+))$")
"""What a page about rules may have more of: lines, links to addresses in the words of law, and to its own headings."""


def live_rules(folder: Path, at: list[Spot], shift: int) -> list[str]:
    """What is live in the pages about a pack with a payload at each of some places."""
    texts = list(NAMES.values())
    (folder / "x.json").write_bytes((CORPUS / "metal.json").read_bytes())
    for name in ("before", "plain"):
        written(folder / name, {spot: f"{name} {number}" for number, spot in enumerate(at)})
    written(folder / "live", {spot: f"{texts[(number + shift) % 50]} {number}"[-2000:] for number, spot in enumerate(at)})
    measure, made = pages(folder, "plain"), pages(folder, "live")
    assert len(made) == 21
    wrong = []
    for page, text in made.items():
        found = liveness.shown(text)
        if page.startswith(("html", "markdown")):
            sides = [one if page.startswith("html") else liveness.github_page(one) for one in (text, measure[page])]
            found += [one for one in liveness.html(*sides) if not _LINK.search(one)]
        wrong += [f"{page}: {one}" for one in found]
    return wrong


def test_no_rule_is_live(tmp_path: Path) -> None:
    """Each payload in the words of rules. A page about rules links the addresses in them, and nothing else."""
    assert live_rules(tmp_path, spots(), 0) == []
    assert len(spots()) >= 80


@pytest.mark.long
@pytest.mark.parametrize("shift", range(50))
def test_no_rule_is_live_wherever_text_is_taken(shift: int, free: list[Spot], tmp_path: Path) -> None:
    assert live_rules(tmp_path, free, shift) == []
    assert len(free) >= 140
    assert set(spots()) <= set(free)
