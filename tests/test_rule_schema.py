"""The schemas of rule files: published as generated, and at one with the loader on good and broken files.

The corpus is a small pack that uses every shape of the format, ways to change it that stay good, and ways to
break its shape; each goes through the loader and through the schema, as text and as an editor reads it.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rare_earth_compliance.core import yaml_text
from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.casebook import run
from rare_earth_compliance.law import files, parties
from rare_earth_compliance.law.confirmations import read_confirmations
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.pack_files import rules_folder
from rare_earth_compliance.law.rule_meanings import KEYS
from rare_earth_compliance.law.rule_schema import KINDS, file_name, schema, schema_text

CORPUS = Path(__file__).parent / "rule_schema_corpus"
GOOD = CORPUS / "good"
STATUS = "status.yaml"
KIND_OF = {f"{kind}.yaml": kind for kind in KINDS}
BAD: dict[str, dict[str, str]] = tomllib.loads((CORPUS / "bad.toml").read_text(encoding="utf-8"))
ALSO_GOOD: dict[str, dict[str, Any]] = tomllib.loads((CORPUS / "also_good.toml").read_text(encoding="utf-8"))
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(schema(kind))


VALIDATORS = {kind: validator(kind) for kind in KINDS}


def changed(change: dict[str, Any]) -> bytes:
    """A file of the good pack with one change, and with what that brings along."""
    text = (GOOD / change["file"]).read_text(encoding="utf-8")
    for find, put in {change["find"]: change["put"], **change.get("more", {})}.items():
        assert text.count(find) >= 1, f"{find!r} is not in {change['file']}"
        text = text.replace(find, put, 1)
    return text.encode()


def value(data: bytes) -> Any:
    """The file as the loader reads it: every scalar is text."""
    return yaml_text.read(data, "file").value


def as_an_editor_reads(read: Any) -> Any:
    """The same with the scalars of YAML 1.2, as language servers of editors read it (quotes are not told apart)."""
    if isinstance(read, dict):
        return {name: as_an_editor_reads(inner) for name, inner in read.items()}
    if isinstance(read, list):
        return [as_an_editor_reads(inner) for inner in read]
    if read in ("true", "false"):
        return read == "true"
    if read in ("", "~", "null"):
        return None
    if _NUMBER.fullmatch(read) and not re.match(r"[-+]?0[0-9]", read):
        return int(read) if read.lstrip("+-").isdigit() else float(read)
    return read


def loaded(folder: Path, name: str, data: bytes) -> list[str]:
    """What the loader says of the good pack with one file replaced: its problems."""
    pack = folder / "pack"
    shutil.copytree(GOOD, pack, ignore=shutil.ignore_patterns(STATUS))
    try:
        if name == STATUS:
            read_confirmations(data, name, load(pack))
        else:
            (pack / name).write_bytes(data)
            load(pack)
    except Refused as refused:
        return [str(problem) for problem in refused.problems]
    return []


# ---- the schemas themselves


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_file_is_what_the_shapes_say(kind: str) -> None:
    published = resources("rare_earth_compliance.law").joinpath("schemas", file_name(kind)).read_text(encoding="utf-8")
    assert published == schema_text(kind), "write them anew: rare-earth rules schema --all rare_earth_compliance/law/schemas"


def test_no_other_schema_is_published_and_every_kind_of_file_has_one() -> None:
    published = {one.name for one in resources("rare_earth_compliance.law").joinpath("schemas").iterdir()}
    assert published == {file_name(kind) for kind in KINDS}
    shapes = {
        shape
        for shape in (*vars(files).values(), *vars(parties).values())
        if isinstance(shape, type) and issubclass(shape, files.Strict) and "format" in shape.model_fields
    }
    assert shapes == set(KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_closed_schema_of_its_draft(kind: str) -> None:
    made = schema(kind)
    Draft202012Validator.check_schema(made)
    assert made["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert json.loads(schema_text(kind)) == made
    models = [made, *(one for name, one in made["$defs"].items() if name[0].isupper())]
    assert [one["title"] for one in models if one["additionalProperties"] is not False] == []


def test_every_key_is_explained_and_nothing_else_is() -> None:
    used = {
        name
        for kind in KINDS
        for model in (schema(kind), *schema(kind)["$defs"].values())
        if model.get("title")
        for name in model["properties"]
    }
    assert len(used) > 60
    assert used == set(KEYS), "explain each key, and no other, in law/rule_meanings.py"


# ---- at one with the loader


def test_the_corpus_is_a_good_pack_and_uses_every_kind(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "pack", ignore=shutil.ignore_patterns(STATUS))
    pack = load(tmp_path / "pack")
    assert {path.name for path in GOOD.glob("*.yaml")} == set(KIND_OF)
    assert len(pack.rules) == len(pack.suspensions) == len(pack.cautions) == len(pack.duties) == 1
    assert [one.passed for one in run(pack)] == [True] * 6


@pytest.mark.parametrize("name", sorted(KIND_OF))
def test_a_good_file_is_taken_by_both(name: str, tmp_path: Path) -> None:
    data = (GOOD / name).read_bytes()
    assert loaded(tmp_path, name, data) == []
    assert [error.message for error in VALIDATORS[KIND_OF[name]].iter_errors(value(data))] == []


@pytest.mark.parametrize("case", ALSO_GOOD)
def test_a_good_change_is_taken_by_both(case: str, tmp_path: Path) -> None:
    change = ALSO_GOOD[case]
    data = changed(change)
    assert loaded(tmp_path, change["file"], data) == []
    read = value(data)
    check = VALIDATORS[KIND_OF[change["file"]]]
    assert [error.message for error in check.iter_errors(read)] == []
    assert [error.message for error in check.iter_errors(as_an_editor_reads(read))] == []


@pytest.mark.parametrize("case", BAD)
def test_a_broken_shape_is_refused_by_both(case: str, tmp_path: Path) -> None:
    change = BAD[case]
    data = changed(change)
    assert any(change["file"] in problem for problem in loaded(tmp_path, change["file"], data))
    read = value(data)
    check = VALIDATORS[KIND_OF[change["file"]]]
    assert not check.is_valid(read)
    assert not check.is_valid(as_an_editor_reads(read))


def test_the_corpus_is_large_and_covers_every_kind() -> None:
    assert len(BAD) >= 80
    assert len(ALSO_GOOD) >= 10
    assert {KIND_OF[change["file"]] for change in BAD.values()} == set(KINDS)


def test_the_rule_files_of_the_product_are_valid(record_property: Callable[[str, object], None]) -> None:
    folder = rules_folder()
    pack = value((folder / "pack.yaml").read_bytes())
    named = {"pack.yaml": "pack", pack["vocabulary"]: "vocabulary", pack["readings"]: "readings", pack["terms"]: "terms"}
    named |= {pack["parties"]: "parties"} if "parties" in pack else {}
    named |= dict.fromkeys(pack["lists"], "list") | dict.fromkeys(pack["instruments"], "instrument")
    wrong: dict[str, list[str]] = {}
    for name, kind in named.items():
        read = value((folder / name).read_bytes())
        for form in (read, as_an_editor_reads(read)):
            wrong.setdefault(name, []).extend(error.message[:200] for error in VALIDATORS[kind].iter_errors(form))
    record_property("rule files seen", len(named))
    assert len(named) >= 14
    assert {name: errors for name, errors in wrong.items() if errors} == {}
