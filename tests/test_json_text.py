"""Strict JSON: the same values as the standard library where that is strict enough, numbers kept as text, places right."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rare_earth_compliance.core.json_text import Lines, Number, Object, decode, offset_of, read, read_quick
from rare_earth_compliance.core.problems import Path, Problem, Refused

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail."""
DEEP = 100_000
SPACE = st.text(alphabet=" \t\n\r", max_size=2)
NUMBER = st.from_regex(r"-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,9})?([eE][+-]?[0-9]{1,4})?", fullmatch=True)
TEXT = st.one_of(st.text(max_size=8), st.text(alphabet='"\\/\n\t{}[],:é中😀\x7f', max_size=8))


def spelled(text: str) -> st.SearchStrategy[str]:
    """A text as JSON writes it, with and without escapes."""
    return st.sampled_from([json.dumps(text), json.dumps(text, ensure_ascii=False)])


def a_list(parts: list[str], space: str) -> str:
    return f"[{space}" + f"{space},".join(parts) + f"{space}]"


def an_object(parts: dict[str, str], space: str) -> str:
    return f"{{{space}" + f",{space}".join(f"{json.dumps(key)}{space}:{space}{part}" for key, part in parts.items()) + "}"


def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.builds(a_list, st.lists(inner, max_size=4), SPACE)
    return st.one_of(lists, st.builds(an_object, st.dictionaries(TEXT, inner, max_size=4), SPACE))


SCALARS = st.one_of(NUMBER, TEXT.flatmap(spelled), st.sampled_from(["true", "false", "null"]))
DOCUMENTS = st.recursive(SCALARS, containers, max_leaves=20)
PIECES = st.sampled_from(
    [*'{}[],:" \n\\', "1", "0", "-", ".", "e", "true", "null", "NaN", '"a"', '"b"', '{"a":', "\ufeff", "\\ud800"]
)


def standard(text: str) -> Any:
    """What the standard library reads, with numbers kept as text; raises ValueError where it or we would refuse."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("repeated key")
        return dict(pairs)

    def refuse(word: str) -> None:
        raise ValueError(word)

    value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse, object_pairs_hook=unique)
    json.dumps(value, ensure_ascii=False, default=lambda number: number.text).encode()  # raises for half a pair
    return value


def values(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every value of a document with its path."""
    found = [(path, value)]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        found += values(part, (*path, step))
    return found


def problems(text: str) -> list[tuple[int, str, str]]:
    """Line, path and message of each problem."""
    with pytest.raises(Refused) as refused:
        read(text, "bom.json")
    assert all(problem.advice and problem.place.file == "bom.json" for problem in refused.value.problems)
    return [(one.place.line, one.place.path, one.message) for one in refused.value.problems]


# ---- against the standard library


@STEADY
@given(DOCUMENTS, SPACE, SPACE)
def test_reads_what_the_standard_library_reads(document: str, before: str, after: str) -> None:
    text = before + document + after
    assert read(text, "bom.json") == standard(text)


@STEADY
@given(st.lists(PIECES, max_size=12).map("".join))
def test_takes_and_refuses_what_a_strict_standard_reader_does(text: str) -> None:
    try:
        wanted = standard(text)
    except ValueError:
        with pytest.raises(Refused):
            read(text, "bom.json")
        return
    assert read(text, "bom.json") == wanted


@STEADY
@given(DOCUMENTS, st.data())
def test_no_beginning_of_an_object_or_list_is_taken(document: str, data: st.DataObject) -> None:
    if document[0] not in "{[":
        return
    with pytest.raises(Refused):
        read(document[: data.draw(st.integers(0, len(document) - 1))], "bom.json")


@pytest.mark.parametrize(
    "text", ["0", "-0", "12", "1E902", "1e999999", "0101210000"[1:], "2846.90", "0." + "0" * 500 + "1", "9" * 5000]
)
def test_a_number_stays_as_it_is_written(text: str) -> None:
    assert read(text, "bom.json") == Number(text)
    assert read(f'{{"a": [{text} , {text}]}}', "bom.json") == {"a": [Number(text), Number(text)]}


def test_an_object_knows_where_it_stands() -> None:
    text = '\n {"a": [{}, {"b": {"c": 1}}]}'
    document = read(text, "bom.json")
    objects = [value for _, value in values(document) if isinstance(value, Object)]
    assert [(one.at, text[one.at]) for one in objects] == [(2, "{"), (9, "{"), (13, "{"), (19, "{")]


# ---- what is refused, and where


CORRECT = "correct the JSON at this place, or export it again"
ADVICE = {
    "the file is empty": "export the file again, complete",
    "the text ends too early": "export the file again, complete",
    "found 'NaN'": "leave an unknown value out",
    "found 'Infinity'": "leave an unknown value out",
    "found 'True'": "leave an unknown value out",
    "found 'undefined'": "leave an unknown value out",
    "a number is broken off": "write numbers as 12, 0.35 or 1.2e-3",
    "found '{' after": "keep one document in a file",
    "found 'part'": "give a JSON document: it begins with { and ends with }",
    "found '<'": "give a JSON document: it begins with { and ends with }",
    "found a comma before": "take the comma out; where something was cut off there, export it again",
    "broken text value: unterminated": "close it with a double quote; where the file was cut off, export it again, complete",
    "broken text value: the line": "close it with a double quote; a new line in a text is written \\n",
    "broken text value: a control": "take it out, or write it as \\u0009",
    "broken text value: '": "write a backslash that belongs to the text as two",
    "found 'x' after": "keep one document in a file",
    "found ']' after": "keep one document in a file",
    "a byte-order mark": "remove it: join files as JSON, not as bytes",
}


@pytest.mark.parametrize(
    ("text", "line", "path", "message"),
    [
        ("", 1, "", "the file is empty"),
        (" \n\t\n", 3, "", "the file is empty"),
        ("{", 1, "", "found 'the end of the text', expected a key in double quotes"),
        ('{"a"', 1, "a", "expected ':' after the key 'a'"),
        ('{"a":', 1, "a", "the text ends too early"),
        ('{"a":\n1', 2, "a", "found the end of the text, expected ',' or '}'"),
        ("[1,\n2", 2, "[1]", "found the end of the text, expected ',' or ']'"),
        ('{"a": {"b": [1,\n NaN]}}', 2, "a.b[1]", "found 'NaN', which is not a JSON value"),
        ('{"a":\nInfinity}', 2, "a", "found 'Infinity', which is not a JSON value"),
        ('{"a": True}', 1, "a", "found 'True', which is not a JSON value"),
        ('{"a": undefined}', 1, "a", "found 'undefined', which is not a JSON value"),
        ('{"a": 01}', 1, "a", "a number is broken off after '0'"),
        ('{"a": 1.}', 1, "a", "a number is broken off after '1'"),
        ('{"a": 1e}', 1, "a", "a number is broken off after '1'"),
        ('{"a": 1_000}', 1, "a", "a number is broken off after '1'"),
        ('{"a": 0x10}', 1, "a", "a number is broken off after '0'"),
        ('{"a": .5}', 1, "a", "found '.', expected a JSON value or mark"),
        ('{"a": +1}', 1, "a", "found '+', expected a JSON value or mark"),
        ('{"a": １}', 1, "a", "found '１', expected a JSON value or mark"),
        ('{"a": 1 "b": 2}', 1, "a", "found '\"', expected ',' or '}'"),
        ('{"a" 1}', 1, "a", "expected ':' after the key 'a'"),
        ('{"a": }', 1, "a", "found '}', expected a value"),
        ("[1,]", 1, "", "found a comma before ']' in column 3, expected a value after it"),
        ('{"a": {"b": 1,\n\n}}', 1, "a", "found a comma before '}' in column 14, expected a key after it"),
        ('{"a": [{"b": 1 ,\n}]}', 1, "a[0]", "found a comma before '}' in column 16, expected a key after it"),
        ('{"a": {"b": 1, 2}}', 1, "a", "found '2', expected a key in double quotes"),
        ('{"a": {5}}', 1, "a", "found '5', expected a key in double quotes"),
        (
            '{"a": {"b": 1, "c',
            1,
            "a",
            "broken text value: unterminated, the text that begins in column 16 has no closing quote",
        ),
        ("[1}", 1, "[0]", "found '}', expected ',' or ']'"),
        ('{"a": [@]}', 1, "a[0]", "found '@', expected a JSON value or mark"),
        ('{"a": [', 1, "a[0]", "the text ends too early"),
        ("[,1]", 1, "[0]", "found ',', expected a value"),
        ('{"a" 1}\n\n', 1, "a", "expected ':' after the key 'a'"),
        ('{"a": }\n\n', 1, "a", "found '}', expected a value"),
        ("{}\n{}", 2, "", "found '{' after the end of the document"),
        ("{} x", 1, "", "found 'x' after the end of the document"),
        ("[]\n]", 2, "", "found ']' after the end of the document"),
        ("{}\n\ufeff{}", 2, "", "a byte-order mark stands inside the text"),
        ('["a\tb"]', 1, "[0]", "broken text value: a control character (U+0009) stands in the text that begins in column 2"),
        ('["b",\n "a\n"]', 2, "[1]", "broken text value: the line ends inside the text that begins in column 2"),
        ('["a\\x"]', 1, "[0]", "broken text value: '\\x' in the text that begins in column 2 is no escape of JSON"),
        ('["a\\u12"]', 1, "[0]", "broken text value: '\\u12\"]' in the text that begins in column 2 is no escape of JSON"),
        ('{"a": "b', 1, "a", "broken text value: unterminated, the text that begins in column 7 has no closing quote before"),
        (
            '{\n "a": "b',
            2,
            "a",
            "broken text value: unterminated, the text that begins in column 7 has no closing quote before",
        ),
        ("part", 1, "", "found 'part', which is not a JSON value"),
        ("<x/>", 1, "", "found '<', expected a JSON value or mark"),
    ],
)
def test_broken_text_names_its_first_break(text: str, line: int, path: str, message: str) -> None:
    assert [(where, at, said[: len(message)]) for where, at, said in problems(text)] == [(line, path, message)]
    with pytest.raises(Refused) as refused:
        read(text, "bom.json")
    advice = next((said for start, said in ADVICE.items() if message.startswith(start)), CORRECT)
    assert [one.advice for one in refused.value.problems] == [advice]


def test_what_to_do_about_what_is_noted() -> None:
    with pytest.raises(Refused) as refused:
        read('{"a": "x\\ud83d", "a": 2}', "bom.json")
    assert [one.advice for one in refused.value.problems] == ["write the whole character", "keep one of the two"]


def test_the_quick_reader_takes_characters_of_all_kinds() -> None:
    text = '["中😀", "\\u4e2d", {"a": [1, {"b": null}]}]'
    assert read_quick(text) == read(text, "bom.json") == ["中😀", "中", {"a": [Number("1"), {"b": None}]}]
    placed = read_quick(text.replace(" ", "\n"))
    assert [(one.at, text[one.at]) for _, one in values(placed) if isinstance(one, Object)] == [(17, "{"), (27, "{")]
    first = read_quick('{\n"a": {}}')
    assert [one.at for _, one in values(first) if isinstance(one, Object)] == [0, 7]
    assert read_quick('{\n"a": "{"}') is None, "which brace is whose is not sure"


def test_every_repeated_key_and_half_character_is_named() -> None:
    text = '{\n"a": 1,\n"b": {"c": "x\\ud83d",\n "c": 2},\n"a": {\n"d": 1, "d": 1},\n "\\u0061": 3}'
    assert problems(text) == [
        (3, "b.c", "a text holds half of a surrogate pair"),
        (4, "b.c", "the key 'c' stands twice in one object"),
        (5, "a", "the key 'a' stands twice in one object"),
        (6, "a.d", "the key 'd' stands twice in one object"),
        (7, "a", "the key 'a' stands twice in one object"),
    ]


def test_what_was_noted_before_a_break_is_not_lost() -> None:
    assert problems('{"a": 1,\n"a": 2,\n"b": NaN}') == [
        (2, "a", "the key 'a' stands twice in one object"),
        (3, "b", "found 'NaN', which is not a JSON value"),
    ]


def test_the_same_key_in_different_objects_is_fine() -> None:
    assert read('{"a": {"a": [{"a": 1}, {"a": 2}]}}', "bom.json") == {"a": {"a": [{"a": Number("1")}, {"a": Number("2")}]}}


def test_a_whole_character_outside_the_first_plane_is_fine() -> None:
    assert read('["\\ud83d\\ude00", "😀"]', "bom.json") == ["😀", "😀"]


# ---- bytes


def refusal(data: bytes) -> Problem:
    with pytest.raises(Refused) as refused:
        decode(data, "bom.json")
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"\xef\xbb\xbf{}", 1, "starts with a byte-order mark"),
        ("{}".encode("utf-16"), 1, "starts with a byte-order mark"),
        (b"\xfe\xff\x00{\x00}", 1, "starts with a byte-order mark"),
        (b"\xff", 1, "byte 1 (0xff) is not UTF-8"),
        (b'{\n"a": "M\xfcller"}', 2, "byte 10 (0xfc) is not UTF-8"),
        (b'{\n\n"a": "\xed\xa0\x80"}', 3, "byte 10 (0xed) is not UTF-8"),
        (b'["\xc0\x80"]', 1, "byte 3 (0xc0) is not UTF-8"),
        (b'["\xe4\xb8', 1, "byte 3 (0xe4) is not UTF-8"),
    ],
)
def test_bytes_that_are_not_plain_utf_8(data: bytes, line: int, message: str) -> None:
    problem = refusal(data)
    assert (problem.place.line, problem.message) == (line, message)
    assert problem.advice == "save the file as UTF-8 without a byte-order mark"


@STEADY
@given(st.binary(max_size=30))
def test_any_bytes_are_a_value_or_a_refusal(data: bytes) -> None:
    found: tuple[Problem, ...] = ()
    try:
        read(decode(data, "bom.json"), "bom.json")
    except Refused as refused:
        found = refused.problems
    assert all(problem.place.line > 0 and problem.message and problem.advice for problem in found)


# ---- lines and offsets


@STEADY
@given(st.text(alphabet="ab\n\r\u2028", max_size=30))
def test_the_line_of_an_offset(text: str) -> None:
    lines = Lines(text)
    assert [lines.line(offset) for offset in range(len(text) + 1)] == [
        text[:offset].count("\n") + 1 for offset in range(len(text) + 1)
    ]


@STEADY
@given(DOCUMENTS, SPACE)
def test_every_value_is_found_at_its_path(document: str, before: str) -> None:
    text = before + document
    decoder = json.JSONDecoder(parse_int=Number, parse_float=Number)
    for path, value in values(standard(text)):
        at = offset_of(text, len(before), path)
        assert decoder.raw_decode(text, at)[0] == value


@STEADY
@given(DOCUMENTS)
def test_every_value_inside_is_found_from_the_object_around_it(document: str) -> None:
    decoder = json.JSONDecoder(parse_int=Number, parse_float=Number)
    for _, around in values(read(document, "bom.json")):
        if isinstance(around, Object):
            for path, value in values(around):
                assert decoder.raw_decode(document, offset_of(document, around.at, path))[0] == value


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("a",), 2),
        (("a", 0), 3),
        (("a", 1), 4),
        (("a", 1, "c"), 5),
        (("b",), 7),
        (("z",), 1),
        (("a", 7), 2),
        (("a", "b"), 2),
        (("a", 0, "deeper"), 3),
        (("a", 1, "z", "y"), 4),
    ],
)
def test_a_step_that_does_not_exist_ends_at_what_is_around_it(path: Path, line: int) -> None:
    text = '{\n"a": [\n1,\n{"b": 2,\n"c": 3}\n],\n"b": "a"}'
    assert Lines(text).line(offset_of(text, 0, path)) == line


# ---- depth and size


def lists(depth: int) -> str:
    return "[" * depth + "1" + "]" * depth


def objects(depth: int) -> str:
    return '{"a":\n' * depth + "1" + "}" * depth


def innermost(value: Any) -> tuple[Any, int]:
    """What is inside everything, and how deep."""
    depth = 0
    while isinstance(value, dict | list):
        value = value["a"] if isinstance(value, dict) else value[0]
        depth += 1
    return value, depth


@pytest.mark.parametrize("nested", [lists, objects])
def test_depth_costs_no_recursion(nested: Callable[[int], str]) -> None:
    assert innermost(read(nested(DEEP), "bom.json")) == (Number("1"), DEEP)


def test_a_break_deep_inside_is_named_with_a_short_path() -> None:
    message = "found 'NaN', which is not a JSON value"
    path = "a.a.a.a.a.a…(99,988 steps)….a.a.a.a.a.a"
    assert problems(objects(DEEP).replace("1", "NaN")) == [(DEEP + 1, path, message)]
    assert problems("[" * DEEP)[0][2] == "the text ends too early"


def seconds(work: Callable[[], Any]) -> float:
    """The processor time of some work, the best of three."""
    found = []
    for _ in range(3):
        before = time.process_time()
        work()
        found.append(time.process_time() - before)
    return min(found)


@pytest.mark.parametrize(
    "text",
    [
        lists,
        objects,
        lambda size: "[" + "1,\n" * size + "1]",
        lambda size: "{" + ",\n".join(f'"{number}": "x"' for number in range(size)) + "}",
        lambda size: '"' + "x\\n" * size + '"',
        lambda size: " \n" * size + "1",
    ],
    ids=["lists", "objects", "elements", "members", "text", "space"],
)
def test_time_grows_with_the_text_and_not_faster(text: Callable[[int], str]) -> None:
    """Four times the text: about four times the time; sixteen would be the square of it."""
    small, large = text(DEEP // 20), text(DEEP // 5)
    once = seconds(lambda: read(small, "bom.json"))
    assert seconds(lambda: read(large, "bom.json")) < 10 * once + 0.05
