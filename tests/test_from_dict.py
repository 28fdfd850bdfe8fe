"""A determination to its dictionary and back, its published schema, and everything that is not such a dictionary."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from rare_earth_compliance import Determination, Refused, from_dict, to_dict
from rare_earth_compliance.reports.schema import determination_schema, determination_schema_text
from tests.oracle import generator
from tests.oracle.compare import judged
from tests.running import ExampleCase, example_cases, run

PUBLISHED = "determination-1.schema.json"


def stored(args: tuple[str, ...]) -> list[dict[str, Any]]:
    """The determinations of one command of an example, as its JSON report holds them; a run over many writes lines instead."""
    if "--batch" in args:
        return []
    found: list[dict[str, Any]] = json.loads(run((*args, "--format", "json")).out)["determinations"]
    return found


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(determination_schema())


def trimmed(value: Any) -> Any:
    """A document with at most three entries in each list: findings are much alike, and a schema is slow."""
    if isinstance(value, list):
        return [trimmed(inner) for inner in value[:3]]
    return {key: trimmed(inner) for key, inner in value.items()} if isinstance(value, dict) else value


@cache
def one() -> dict[str, Any]:
    """A determination with findings, shares, questions and duties."""
    case = next(case for case in example_cases() if case.folder == "value-share-line" and case.status == 10)
    return dict(trimmed(stored(case.args)[0]))


def problems(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        from_dict(document)
    assert all(found.advice and found.place.file == "determination" for found in refused.value.problems)
    return [(found.place.path, found.message) for found in refused.value.problems]


def assert_reads_back(cases: list[ExampleCase]) -> int:
    """Each determination of these commands is the same after its way through JSON; how many there were."""
    seen = 0
    for case in cases:
        for document in stored(case.args):
            seen += 1
            found = from_dict(document)
            assert isinstance(found, Determination)
            assert to_dict(found) == document, f"{case.folder}: {case.name}"
            assert from_dict(to_dict(found)) == found
            assert list(validator().iter_errors(trimmed(document))) == [], f"{case.folder}: {case.name}"
    return seen


def test_determinations_of_examples_read_back_and_are_valid(record_property: Callable[[str, object], None]) -> None:
    """Of every third folder; all of them take minutes."""
    seen = assert_reads_back(list({case.folder: case for case in example_cases()}.values())[::3])
    record_property("determinations seen", seen)
    assert seen >= 6


@pytest.mark.long
def test_every_determination_of_the_examples_reads_back_and_is_valid() -> None:
    assert assert_reads_back(list(example_cases())) >= 60


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(5_000_000, 5_000_400))
def test_a_determination_is_the_same_after_its_way_through_json(seed: int) -> None:
    try:
        found = judged(generator.sample(seed))
    except Refused:
        return
    document = json.loads(json.dumps(to_dict(found)))
    assert from_dict(document) == found
    assert validator().is_valid(trimmed(document))


# ---- what is refused


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (None, "found a NoneType"),
        ([], "found a list"),
        ("{}", "found a str"),
        ({}, "found None, expected 'rare-earth-determination/1'"),
        ({"format": "rare-earth-determination/2"}, "found 'rare-earth-determination/2'"),
        ({"format": "rare-earth-bom/1"}, "found 'rare-earth-bom/1'"),
    ],
)
def test_another_format_or_version_is_refused(document: Any, words: str) -> None:
    ((_, message),) = problems(document)
    assert words in message


@pytest.mark.parametrize(
    ("path", "value", "where", "words"),
    [
        (("answer",), "not required", "answer", "expected licence required"),
        (("answer",), True, "answer", "found a bool, expected text"),
        (("on",), "20261123", "on", "expected a day"),
        (("on",), "2026-02-30", "on", "expected a day"),
        (("on",), None, "on", "found nothing"),
        (("tree_left_out",), "0", "tree_left_out", "expected a whole number"),
        (("tree_left_out",), True, "tree_left_out", "expected a whole number"),
        (("tree_left_out",), 0.0, "tree_left_out", "expected a whole number"),
        (("findings",), {}, "findings", "expected a list"),
        (("findings", 0), [], "findings[0]", "expected an object"),
        (("findings", 0, "status"), "APPLIES", "findings[0].status", "expected applies"),
        (("findings", 0, "step", "outcome"), "maybe", "findings[0].step.outcome", "expected true"),
        (("findings", 0, "place", "line"), "3", "findings[0].place.line", "expected a whole number"),
        (("rules_used", 0), ["a"], "rules_used[0]", "found a list of 1, expected 2"),
        (("rules_used", 0, 1), 5, "rules_used[0][1]", "expected text"),
        (("clearing",), "none", "clearing", "expected a list"),
        (("expires",), 5, "expires", "expected text"),
        (("coverage", "read"), None, "coverage.read", "found nothing"),
    ],
)
def test_a_value_of_another_type_is_refused_at_its_path(path: tuple[Any, ...], value: Any, where: str, words: str) -> None:
    document = deepcopy(one())
    put(document, path, value)
    ((at, message),) = problems(document)
    assert at == where
    assert words in message
    # To a schema 0.0 is a whole number, and "format" of a day is a remark.
    assert not validator().is_valid(document) or path == ("on",) or isinstance(value, float)


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


@pytest.mark.parametrize("number", ["0.10", "00", "1e3", "1/0", "2/4", "-1", "", "1.", "１", "9" * 9000, 5, "1/3 "])
def test_a_number_that_is_not_exactly_written_is_refused(number: Any) -> None:
    document = deepcopy(one())
    path = next(path for path, value in places(document) if path[-1] == "low" and path[-2] == "share")
    put(document, path, number)
    assert [message for _, message in problems(document)]


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ({"low": "1"}, "is missing"),
        ({"low": "2", "high": "1"}, "ends below its start"),
        ({"low": "1", "high": None, "low_open": False}, "only where it is true"),
        ({"low": "1", "high": None, "open": True}, "is not a key"),
        ([1, 2], "expected an object"),
    ],
)
def test_bounds_that_are_none_are_refused(interval: Any, words: str) -> None:
    document = deepcopy(one())
    path = next(path for path, value in places(document) if path[-1] == "share" and isinstance(value, dict) and "low" in value)
    put(document, path, interval)
    ((_, message),) = problems(document)
    assert words in message


def test_needs_that_stand_twice_are_refused() -> None:
    case = next(case for case in example_cases() if case.status == 11)
    document = trimmed(stored(case.args)[0])
    needs = next(value for path, value in places(document) if path[-1] == "needs" and value)
    needs.append(needs[0])
    assert problems(document)[0][1] == "holds the same entry twice"


def test_all_problems_come_together() -> None:
    document = deepcopy(one())
    document["extra"] = 1
    document["answer"] = 5
    del document["scope"]
    assert problems(document) == [
        ("extra", "is not a key of the format"),
        ("answer", "found a int, expected text"),
        ("scope", "is missing"),
    ]


def test_a_trace_without_end_is_refused() -> None:
    document = deepcopy(one())
    step = document["findings"][0]["step"]
    for _ in range(500):
        step = {**document["findings"][0]["step"], "steps": [step]}
    document["findings"][0]["step"] = step
    assert "nested too deep" in problems(document)[0][1]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a document with its path."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield (*path, key), inner
        yield from places(inner, (*path, key))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False))
def test_every_key_must_be_there_and_no_other(rng: Random) -> None:
    """A key taken out of any object, or added to it, is told at its path, by the reader and by the schema."""
    document = deepcopy(one())
    optional = ("low_open", "high_open")
    every = [path for path, _ in places(document) if isinstance(path[-1], str) and path[-1] not in optional]
    path = rng.choice(every)
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    if rng.random() < 0.5:
        del holder[path[-1]]
    else:
        holder["childern"] = holder[path[-1]]
    assert len(problems(document)) == 1
    assert not validator().is_valid(document)


# ---- the schema


def test_the_published_schema_is_what_the_dataclasses_say() -> None:
    published = files("rare_earth_compliance.reports").joinpath(PUBLISHED).read_text(encoding="utf-8")
    assert published == determination_schema_text()
    ran = run(["schema", "--determination"])
    assert (ran.status, ran.out, ran.err) == (0, published, "")
    assert run(["schema", "--determination", "--fields"]).status == 2


def test_every_object_of_it_is_closed_and_whole() -> None:
    made = determination_schema()
    Draft202012Validator.check_schema(made)
    objects = [part for part in (made, *made["$defs"].values()) if part.get("type") == "object"]
    assert len(objects) >= 20
    assert [part["title"] for part in objects if part["additionalProperties"] is not False] == []
    loose = {part["title"]: set(part["properties"]) - set(part["required"]) for part in objects}
    assert {name: keys for name, keys in loose.items() if keys} == {"Interval": {"low_open", "high_open"}}
    assert [part["title"] for part in objects if not part["description"]] == []


def test_a_stored_answer_keeps_its_day() -> None:
    assert from_dict(one()).on == date(2026, 11, 23)
