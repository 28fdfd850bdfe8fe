"""Strict YAML: every scalar is text, every line is known, and what hides or shares values is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rare_earth_compliance.core.problems import Path, Problem, Refused
from rare_earth_compliance.core.yaml_text import MAX_BYTES, MAX_SCALAR, read

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail."""
TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=8)
WORDS = st.sampled_from(
    ["NO", "yes", "on", "null", "~", "1e902", "0x1F", "012", "12:30", "1_000", ".inf", "", "=", "<", "- a", "a: b"]
)
KEYS = st.one_of(TEXT, WORDS).filter(lambda key: key != "<<")
VALUES = st.recursive(
    st.one_of(TEXT, WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)


def paths(value: Any, path: Path = ()) -> set[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} | {found for step, part in inner for found in paths(part, (*path, step))}


def problems(text: str | bytes) -> list[tuple[int, str, str]]:
    """Line, path and message of each problem."""
    with pytest.raises(Refused) as refused:
        read(text if isinstance(text, bytes) else text.encode(), "rules.yaml")
    assert all(problem.advice and problem.place.file == "rules.yaml" for problem in refused.value.problems)
    return [(one.place.line, one.place.path, one.message) for one in refused.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        *("NO", "no", "on", "off", "yes", "True", "null", "~", "Null"),
        *("0123", "0o17", "0x1F", "0b1", "12:30", "190:20:30", "1_000", "1,000"),
        *("1e-3", "1.E+2", "1E902", "1e999999", ".5", "5.", "+5", "-5", ".inf", ".nan", "2846.90", "0101210000"),
        *("2026-11-10", "2026-11-10T12:00:00Z", "0.1 %", "=", "1C905.a.4", "中重稀土", "x y", "a#b"),
    ],
)
def test_a_plain_scalar_is_the_text_it_is_written_as(text: str) -> None:
    document = read(
        f"key: {text}\n{text}: value\nlist:\n  - {text}\nflow: {{a: {text if ',' not in text else 'x'}}}\n".encode(),
        "rules.yaml",
    )
    assert document.value["key"] == text
    assert document.value[text] == "value"
    assert document.value["list"] == [text]


def test_quotes_blocks_and_emptiness() -> None:
    text = "a: 'it''s'\nb: \"x\\ny\"\nc: |\n  one\n  two\nd: >\n  one\n  two\ne:\nf: ''\ng: []\nh: {}\n"
    assert read(text.encode(), "rules.yaml").value == {
        "a": "it's",
        "b": "x\ny",
        "c": "one\ntwo\n",
        "d": "one two\n",
        "e": "",
        "f": "",
        "g": [],
        "h": {},
    }


def test_every_path_has_its_line() -> None:
    text = (
        "# remark\nformat: x\nrules:\n  - id: a\n    when:\n      all:\n        - {ask: b, is: c}\n"
        "        - not: {ask: d}\n  - id: e\nlast: >\n  y\n  z\nend: 1\n"
    )
    document = read(text.encode(), "rules.yaml")
    assert document.lines == {
        ("format",): 2,
        ("rules",): 3,
        ("rules", 0): 4,
        ("rules", 0, "id"): 4,
        ("rules", 0, "when"): 5,
        ("rules", 0, "when", "all"): 6,
        ("rules", 0, "when", "all", 0): 7,
        ("rules", 0, "when", "all", 0, "ask"): 7,
        ("rules", 0, "when", "all", 0, "is"): 7,
        ("rules", 0, "when", "all", 1): 8,
        ("rules", 0, "when", "all", 1, "not"): 8,
        ("rules", 0, "when", "all", 1, "not", "ask"): 8,
        ("rules", 1): 9,
        ("rules", 1, "id"): 9,
        ("last",): 10,
        ("end",): 13,
    }


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("a", 0, "b"), "rules.yaml:2: a[0].b"),
        (("a", 0, "missing"), "rules.yaml:2: a[0].missing"),
        (("a", 5, "x"), "rules.yaml:1: a[5].x"),
        (("c",), "rules.yaml:3: c"),
        (("none", "of", "it"), "rules.yaml:1: none.of.it"),
        ((), "rules.yaml:1"),
    ],
)
def test_the_place_of_a_path_is_that_of_the_nearest_thing_around_it(path: Path, shown: str) -> None:
    document = read(b"a:\n  - b: 1\nc: 2\n", "rules.yaml")
    assert str(document.place(path)) == shown


@STEADY
@given(VALUES)
def test_what_is_written_is_read_as_text(value: Any) -> None:
    text = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10_000)
    document = read(text.encode(), "rules.yaml")
    assert document.value == value
    assert set(document.lines) == paths(value) - {()}
    assert all(1 <= line <= text.count("\n") + 1 for line in document.lines.values())


@STEADY
@given(VALUES)
def test_lines_are_those_of_the_standard_parser(value: Any) -> None:
    """Composed by the library into nodes with marks, walked here."""
    text = yaml.safe_dump(value, default_style='"', default_flow_style=False, width=10_000)
    wanted: dict[Path, int] = {}

    def walk(node: yaml.Node, path: Path) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, inner in node.value:
                wanted[(*path, key.value)] = key.start_mark.line + 1
                walk(inner, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for step, inner in enumerate(node.value):
                wanted[(*path, step)] = inner.start_mark.line + 1
                walk(inner, (*path, step))

    walk(yaml.compose(text, Loader=yaml.SafeLoader), ())
    assert read(text.encode(), "rules.yaml").lines == wanted


# ---- what is refused


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: &x 1\n", [(1, "", "an anchor (&x)")]),
        ("a: 1\nb: *x\n", [(2, "", "an alias (*x)")]),
        ("a:\n  <<: {b: 1}\n", [(2, "a", "a merge key (<<)")]),
        ("a: !!str 1\n", [(1, "", "a tag (tag:yaml.org,2002:str)")]),
        ("a:\n  - !rule\n    b: 1\n", [(2, "a", "a tag (!rule)")]),
        ("a: ! 1\n", [(1, "", "a tag (!)")]),
        ("a: !!python/object/apply:os.system [ls]\n", [(1, "", "a tag (tag:yaml.org,2002:python/object/apply:os.system)")]),
        ("a: 1\nb: 2\na: 3\n", [(3, "", "the key 'a' stands twice")]),
        ('a: 1\n"a": 3\n', [(2, "", "the key 'a' stands twice")]),
        ("a:\n  - {b: 1, b: 1}\n", [(2, "a[0]", "the key 'b' stands twice")]),
        ("? [1, 2]\n: 3\n", [(1, "", "a key that is not plain text")]),
        ("? {a: 1}\n: 3\n", [(1, "", "a key that is not plain text")]),
        ("", [(0, "", "0 documents in the file")]),
        ("# only a remark\n", [(0, "", "0 documents in the file")]),
        ("a: 1\n---\nb: 2\n", [(0, "", "2 documents in the file")]),
        ("a: 1\n--- {}\n--- {}\n", [(0, "", "3 documents in the file")]),
    ],
)
def test_what_hides_or_shares_values_is_refused(text: str, found: list[tuple[int, str, str]]) -> None:
    assert problems(text) == found


def test_all_of_them_come_back_together() -> None:
    text = "a: {b: 1}\n<<: 2\na: 3\nc: &d 4\ne: !f 5\ng:\n  - *d\n  - ? [h]\n    : i\n"
    assert problems(text) == [
        (2, "", "a merge key (<<)"),
        (3, "", "the key 'a' stands twice"),
        (4, "", "an anchor (&d)"),
        (5, "", "a tag (!f)"),
        (7, "g", "an alias (*d)"),
        (8, "g[1]", "a key that is not plain text"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n b: 2\n", 2),
        ("a: b: c\n", 1),
        ("a: 1\n\tb: 2\n", 2),
        ("a:\n  - b\n c: d\n", 3),
        ("a: @x\n", 1),
        ("a: [1, 2\nb: 3\n", 2),
        ("a: {b: 1\n", 2),
        ("a: 'x\n", 2),
        ("a: 1\nb\nc: 3\n", 3),
    ],
)
def test_broken_syntax_names_its_line(text: str, line: int) -> None:
    ((where, _, message),) = problems(text)
    assert (where, message.startswith("broken YAML: ")) == (line, True)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbfa: 1\n", "starts with a byte-order mark"),
        ("a: 1\n".encode("utf-16"), "starts with a byte-order mark"),
        (b"a: \xfc\n", "byte 4 (0xfc) is not UTF-8"),
        (b"a: 1\n" * (MAX_BYTES // 5 + 1), f"the file has {MAX_BYTES // 5 * 5 + 5:,} bytes; at most {MAX_BYTES:,} are read"),
        (b"a: " + b"x" * MAX_SCALAR, f"a line of {MAX_SCALAR + 3:,} characters; at most {MAX_SCALAR:,} are read"),
    ],
)
def test_bytes_that_are_not_read(data: bytes, message: str) -> None:
    assert [found for _, _, found in problems(data)] == [message]


@pytest.mark.parametrize("text", ["[" * 20_000, "- " * 20_000, "{a: " * 10_000, "? " * 20_000])
def test_depth_is_refused_and_does_not_crash(text: str) -> None:
    assert problems(text)[-1][2].startswith("broken YAML: ")


@STEADY
@given(st.one_of(st.binary(max_size=20), st.text(alphabet="ab:-[]{}&*!<>|?#'\"\n \t,%@`", max_size=20).map(str.encode)))
def test_any_bytes_are_a_document_or_a_refusal(data: bytes) -> None:
    found: tuple[Problem, ...] = ()
    try:
        document = read(data, "rules.yaml")
        assert paths(document.value) - {()} == set(document.lines)
    except Refused as refused:
        found = refused.problems
    assert all(problem.message and problem.advice for problem in found)


# ---- problems as a whole


NO_ANCHORS = "write the value out: rule files use no anchors"
INDENT = "correct the indentation or quoting at this line"
WHOLE: list[tuple[str, list[tuple[int | None, str, str, str]]]] = [
    ("a: &x 1\n", [(1, "", "an anchor (&x)", NO_ANCHORS)]),
    (
        "a: [&x 1, *x]\nb: *x\nc: d\n",
        [
            (1, "a", "an anchor (&x)", NO_ANCHORS),
            (1, "a", "an alias (*x)", NO_ANCHORS),
            (2, "", "an alias (*x)", NO_ANCHORS),
        ],
    ),
    (
        "a:\n  - b: !!int 1\n",
        [(2, "a[0]", "a tag (tag:yaml.org,2002:int)", "leave it out: the format gives every value its type")],
    ),
    ("a:\n  b: 1\n  b: 2\n", [(3, "a", "the key 'b' stands twice", "keep one of the two")]),
    ("<<: {a: 1}\n", [(1, "", "a merge key (<<)", "write the keys out")]),
    ("? [a]\n: 1\n", [(1, "", "a key that is not plain text", "use plain text keys")]),
    ("a: 1\n---\nb: 2\n", [(0, "", "2 documents in the file", "keep exactly one document in a file")]),
    ("# nothing\n", [(0, "", "0 documents in the file", "keep exactly one document in a file")]),
    ("", [(0, "", "0 documents in the file", "keep exactly one document in a file")]),
    ("a:\n  b: [1, 2\n", [(3, "a.b", "broken YAML: did not find expected ',' or ']'", INDENT)]),
    ("a:\n  - b: 'c\n", [(3, "a[0]", "broken YAML: found unexpected end of stream", INDENT)]),
    ("a\x00: 1\n", [(0, "", "broken YAML: it can not be read", INDENT)]),
]


@pytest.mark.parametrize(("text", "problems"), WHOLE)
def test_problems_are_whole(text: str, problems: list[tuple[int | None, str, str, str]]) -> None:
    with pytest.raises(Refused) as refused:
        read(text.encode(), "f.yaml")
    found = [(one.place.line, one.place.path, one.message, one.advice) for one in refused.value.problems]
    assert found == problems


def test_a_file_and_a_line_have_a_greatest_length() -> None:
    key = "a: "
    for data, message, advice in (
        (b"#" * (MAX_BYTES + 1), f"the file has {MAX_BYTES + 1:,} bytes; at most {MAX_BYTES:,} are read", "split it"),
        (
            b"b: 1\n" + b"#" * (MAX_SCALAR + 1),
            f"a line of {MAX_SCALAR + 1:,} characters; at most {MAX_SCALAR:,} are read",
            "break it",
        ),
    ):
        with pytest.raises(Refused) as refused:
            read(data, "f.yaml")
        assert [(str(one.place), one.message, one.advice) for one in refused.value.problems] == [("f.yaml", message, advice)]
    assert read(f"{key}{'x' * (MAX_SCALAR - len(key))}\n".encode(), "f.yaml").value == {"a": "x" * (MAX_SCALAR - len(key))}
    document = "a: 1\n"
    assert read((document + "#\n" * ((MAX_BYTES - len(document)) // 2)).encode(), "f.yaml").value == {"a": "1"}


def test_places_of_what_is_there_and_of_what_is_not() -> None:
    document = read(b"a:\n- b: 1\n  c: [x,\n    y]\n", "f.yaml")
    assert document.value == {"a": [{"b": "1", "c": ["x", "y"]}]}
    rows = {
        (): 1,
        ("a",): 1,
        ("a", 0): 2,
        ("a", 0, "b"): 2,
        ("a", 0, "c"): 3,
        ("a", 0, "c", 1): 4,
        ("a", 0, "d"): 2,
        ("z", 0): 1,
    }
    assert {path: document.place(path).line for path in rows} == rows
    assert document.place(("a", 0, "d")).path == "a[0].d"
