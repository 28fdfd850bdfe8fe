"""What is kept of a loaded pack: the same pack, or the files; never anything else, and never code."""

from __future__ import annotations

import copy
import hashlib
import json
import pickle
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.cli import check, own_key, packs
from rare_earth_compliance.core import maker
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.law import kept, loader
from rare_earth_compliance.law.kept import Unkept, pack_of, text_of
from rare_earth_compliance.law.model import RulePack
from tests.rule_pages import pack as small_pack
from tests.running import ROOT, run

LAW = loader.load()
TEXT = text_of(LAW)


def values(pack: RulePack) -> Iterator[Any]:
    """Every value in a pack, with its class, in order."""
    work: list[Any] = [pack]
    while work:
        value = work.pop()
        yield value.__class__
        if is_dataclass(value):
            work += [getattr(value, one.name) for one in fields(value)]
        elif isinstance(value, dict):
            yield getattr(value, "at", None)
            work += [*value, *value.values()]
        elif isinstance(value, list | tuple):
            work += value
        elif isinstance(value, frozenset):
            work += sorted(value)
        else:
            yield value


def test_what_comes_back_is_the_same_pack() -> None:
    back = pack_of(TEXT)
    assert back == LAW
    seen = list(values(back))
    assert seen == list(values(LAW))
    assert len(seen) > 30_000
    assert text_of(back) == TEXT
    assert hash(next(iter(back.rules.values())).when) == hash(next(iter(LAW.rules.values())).when)


def test_the_text_names_nothing_that_could_be_run() -> None:
    """Whole numbers and plain values only; which class is meant is a place in a closed list."""
    pack, cases = map(json.loads, TEXT.split("\n"))
    assert set(pack) == {"format", "cases", "plain", "made"}
    assert re.fullmatch("[0-9a-f]{64}", pack["cases"])
    assert set(cases) == {"plain", "made"}
    assert {value.__class__ for one in (pack, cases) for value in one["plain"]} == {str, int, bool, type(None)}
    for document in (pack, cases):
        kinds = {kind for kind, _ in document["made"]}
        assert kinds <= set(range(len(kept._makers(kept._Cases("")))))
        assert all(part.__class__ is int for _, parts in document["made"] for part in parts)


def test_cases_are_made_when_they_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """By then as tuples, whatever is done with the pack before."""
    made: list[str] = []
    whole = kept._made
    monkeypatch.setattr(kept, "_made", lambda document, cases: made.append("made") or whole(document, cases))
    back = pack_of(TEXT)
    first, second = list(back.rules.values())[:2]
    assert made == ["made"]
    assert [hasattr(first, name) for name in ("title", "cases_", "_cases")] == [True, False, False]
    assert made == ["made"]
    assert first.cases == LAW.rules[first.id].cases
    assert first.cases.__class__ is tuple
    assert made == ["made", "made"]
    assert first.cases is first.cases
    assert second.cases == LAW.rules[second.id].cases
    assert made == ["made", "made"]
    for copied in (copy.deepcopy(pack_of(TEXT)), replace(pack_of(TEXT))):  # the first as a worker is handed it
        assert list(values(copied)) == list(values(LAW))


def test_what_is_handed_to_workers_has_no_cases_and_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    back = pack_of(TEXT)
    monkeypatch.setattr(kept, "_made", None)
    bare = back.without_cases
    assert [one.cases for one in (*bare.rules.values(), *bare.lists.values())] == [()] * (len(bare.rules) + len(bare.lists))
    assert bare == replace(
        LAW,
        rules={name: replace(one, cases=()) for name, one in LAW.rules.items()},
        lists={name: replace(one, cases=()) for name, one in LAW.lists.items()},
    )
    assert len(pickle.dumps(bare)) < len(pickle.dumps(LAW)) / 2


def test_only_the_cases_of_its_own_text_belong_to_a_pack() -> None:
    """A case that was changed, and cases of which there are too few, which only who made the pack can have done."""
    pack, cases = TEXT.split("\n")
    with pytest.raises(Unkept, match="other cases"):
        pack_of(f"{pack}\n{cases.replace('case', 'cast', 1)}")
    with pytest.raises(Unkept, match="other cases"):
        pack_of(TEXT + "\n")
    few = '{"plain":[],"made":[[1,[]]]}'
    back = pack_of(f"{pack.replace(kept._digest(cases), kept._digest(few))}\n{few}")
    with pytest.raises(Unkept, match="cases: "):
        len(next(iter(back.rules.values())).cases)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"x"',
        "{}",
        TEXT.replace(kept.FORMAT, "rare-earth-pack/0"),
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": [], "made": []}',
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": ["x"], "made": [[0, [-1]]]}',
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": ["x"], "made": [[999, [-1]]]}',
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": ["x"], "made": [[8, [-1]]]}',
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": ["x"], "made": [[6, [-1]]]}',
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": [1, 0], "made": [[6, [-1, -2]]]}',
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": ["x"], "made": [[3, [-1]]]}',
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": ["x"], "made": [[4, []]]}',
        '{"format": "rare-earth-pack/2", "cases": "NONE", "plain": [], "made": [[0, [5]]]}',
        "[" * 200_000,
        *(TEXT[: len(TEXT) * part // 7] for part in range(1, 7)),
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(Unkept):
        pack_of(text.replace("NONE", kept._digest("")))


def test_a_pack_of_anything_else_is_not_kept() -> None:
    strange = pack_of(TEXT)
    strange.rules["x"] = object()  # type: ignore[assignment]
    with pytest.raises(Unkept, match="object"):
        text_of(strange)


# ---- the folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what is kept, of this test alone."""
    monkeypatch.setenv(packs.WHERE, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A small pack of this test alone."""
    small_pack(tmp_path, "pack")
    return tmp_path / "pack"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """The folders of which the files were read."""
    seen: list[Path | None] = []
    whole = loader.load

    def load(folder: Path | None = None) -> RulePack:
        seen.append(folder)
        return whole(folder)

    monkeypatch.setattr(loader, "load", load)
    return seen


def only(place: Path) -> Path:
    (name,) = place.glob("*.json")
    return name


def test_files_are_read_once(place: Path, rules: Path, readings: list[Path | None]) -> None:
    first = packs.load(rules)
    assert packs.load(rules) == first
    assert readings == [rules]
    assert only(place).stat().st_mode & 0o022 == 0
    assert (place / own_key.NAME).stat().st_mode & 0o077 == 0


def spoil_bytes(name: Path, rules: Path) -> None:
    data = name.read_bytes()
    name.write_bytes(data[:-40] + b"0" + data[-39:])


def cut(name: Path, rules: Path) -> None:
    name.write_bytes(name.read_bytes()[:-1])


def empty(name: Path, rules: Path) -> None:
    name.write_bytes(b"")


def no_text(name: Path, rules: Path) -> None:
    name.write_bytes(b"\xff" * 100)


def writable(name: Path, rules: Path) -> None:
    name.chmod(0o666)


def folder_writable(name: Path, rules: Path) -> None:
    name.parent.chmod(0o777)


def of_another(name: Path, rules: Path) -> None:
    """A text that is whole and marked as our own, and of other files."""
    marked(name, TEXT)


def marked(name: Path, text: str) -> None:
    """Write a text as this program would."""
    key = own_key.key_of(name.parent)
    assert key is not None
    name.write_text(f"{own_key.mark(text.encode(), key)}\n{text}", encoding="utf-8")


def a_rule_less(name: Path, rules: Path) -> None:
    """Written by somebody who can do without the key: with a digest of what it now says."""
    pack = pack_of(name.read_text(encoding="utf-8").partition("\n")[2])
    pack.rules.popitem()
    text = text_of(pack)
    name.write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")


def brought_back(name: Path, rules: Path) -> None:
    """The folder as it stood, with its key, in another place: as a build server restores it."""
    shutil.copytree(name.parent, name.parent.with_name("other"))
    shutil.rmtree(name.parent)
    shutil.copytree(name.parent.with_name("other"), name.parent)


def no_key(name: Path, rules: Path) -> None:
    (name.parent / own_key.NAME).unlink()


def half_a_key(name: Path, rules: Path) -> None:
    (name.parent / own_key.NAME).write_bytes(b"x" * 16)


def another_key(name: Path, rules: Path) -> None:
    (name.parent / own_key.NAME).write_bytes(b"x" * 32)


def changed_rule(name: Path, rules: Path) -> None:
    file = rules / "instrument.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# one more remark\n", encoding="utf-8")


SPOILT = [
    *(spoil_bytes, cut, empty, no_text, writable, folder_writable, of_another, changed_rule),
    *(a_rule_less, brought_back, no_key, half_a_key, another_key),
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_where_anything_is_wrong_the_files_are_read(spoil: Any, place: Path, rules: Path, readings: list[Path | None]) -> None:
    packs.load(rules)
    spoil(only(place), rules)
    found = packs.load(rules)
    assert readings == [rules, rules]
    assert found == loader.load(rules)
    if spoil not in (writable, folder_writable, changed_rule):
        assert packs.load(rules) == found
        assert readings == [rules, rules, rules]  # the third by this test: it was kept anew


def test_a_file_that_is_broken_later_is_refused(place: Path, rules: Path) -> None:
    packs.load(rules)
    (rules / "instrument.yaml").write_text("x: [", encoding="utf-8")
    with pytest.raises(Refused):
        packs.load(rules)


def test_a_rule_file_more_or_less_is_noticed(place: Path, rules: Path) -> None:
    packs.load(rules)
    (rules / "stray.yaml").write_text("x: 1\n", encoding="utf-8")
    with pytest.raises(Refused, match="stray"):
        packs.load(rules)
    (rules / "stray.yaml").unlink()
    (rules / "instrument.yaml").unlink()
    with pytest.raises(Refused):
        packs.load(rules)


def test_nothing_is_used_where_something_can_not_be_looked_at(place: Path, rules: Path, readings: list[Path | None]) -> None:
    """A rule file may hide there that the pack does not name."""
    packs.load(rules)
    (rules / "hidden.yaml").symlink_to(rules / "nowhere")
    with pytest.raises(Refused, match="hidden"):
        packs.load(rules)
    assert readings == [rules, rules]


def test_other_code_does_not_use_it(
    place: Path, rules: Path, readings: list[Path | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    packs.load(rules)
    monkeypatch.setattr(maker, "VERSION", "0.0.0")
    packs.load(rules)
    assert readings == [rules, rules]


@pytest.mark.parametrize("name", ["core/codes/elements.txt", "law/loader.py", "law/conditions.py"])
def test_the_name_hangs_on_the_code_and_its_tables(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By content: two texts of one size and time are two texts."""
    whole = Path.read_bytes
    before = packs._name({"pack.yaml": b""})
    assert packs._name({"pack.yaml": b""}) == before
    monkeypatch.setattr(Path, "read_bytes", lambda one: whole(one)[::-1] if one.as_posix().endswith(name) else whole(one))
    assert packs._name({"pack.yaml": b""}) != before


def test_files_that_change_while_they_are_read_are_not_kept(
    place: Path, rules: Path, readings: list[Path | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = packs.contents(rules)
    changed_rule(place, rules)
    monkeypatch.setattr(packs, "contents", lambda _: before)
    assert packs.load(rules) == packs.load(rules)
    assert readings == [rules, rules]
    assert not place.exists()


def test_nothing_is_kept_where_it_is_off_or_can_not_be(
    tmp_path: Path, rules: Path, readings: list[Path | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(packs.WHERE, packs.OFF)
    first = packs.load(rules)
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(packs.WHERE, str(tmp_path / "file" / "below"))
    assert packs.load(rules) == first
    assert readings == [rules, rules]
    assert {one.name for one in tmp_path.iterdir()} == {"pack", "file"}


def test_few_are_kept_and_nothing_else_is_removed(place: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder may be one in which somebody has product data."""
    place.mkdir(mode=0o700)
    others = {place / f"product-{number}.json" for number in range(packs.MOST + 3)}
    for other in others:
        other.write_text("{}", encoding="utf-8")
    for number in range(packs.MOST + 3):
        monkeypatch.setattr(maker, "VERSION", str(number))
        packs.load(rules)
    assert set(place.iterdir()) >= others
    assert len(set(place.iterdir()) - others - {place / own_key.NAME}) == packs.MOST


def test_a_command_says_the_same_with_and_without(
    place: Path, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readings: list[Path | None]
) -> None:
    monkeypatch.setattr(check, "load", packs.load)
    shutil.copy(ROOT / "rules/subjects/german-magnet.json", tmp_path / "x.json")
    asked = ("check", "x.json", "--on", "2026-11-23", "--rules", "pack", "--format", "json")
    monkeypatch.setenv(packs.WHERE, packs.OFF)
    without = run(asked, folder=tmp_path)
    monkeypatch.setenv(packs.WHERE, str(place))
    assert [run(asked, folder=tmp_path) for _ in range(2)] == [without] * 2
    assert len(readings) == 2
    assert without.out.startswith("{")
