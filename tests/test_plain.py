"""Values that a program hands over: taken as the reader of JSON would give them, or refused whole; at every limit."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from rare_earth_compliance.core import plain
from rare_earth_compliance.core.inert import harmless, harmless_json, harmless_lines
from rare_earth_compliance.core.json_text import Number, Object
from rare_earth_compliance.core.plain import FLOAT_ADVICE, parsed
from rare_earth_compliance.core.problems import Place, Problem, Refused, path_text
from rare_earth_compliance.core.quantities import ANY_AMOUNT, SOME_AMOUNT, ZERO, Interval, amount, exact
from rare_earth_compliance.core.truth import Truth

KINDS = "text, int, Decimal, true or false, None, a day, a list or a dictionary"


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def said(value: Any, line: int = 0) -> list[tuple[str, str, str]]:
    """Path, message and advice of every problem of a value."""
    with pytest.raises(Refused) as refused:
        parsed(value, "f")
    assert {(one.place.file, one.place.line) for one in refused.value.problems} == {("f", line)}
    return [(one.place.path, one.message, one.advice) for one in refused.value.problems]


def test_values_become_what_the_reader_gives_and_are_hashed_as_json() -> None:
    given = {
        "a": [1, Decimal("1.50"), True, None, "中"],
        "b": {},
        "c": (),
        "d": date(2026, 11, 23),
        "e": [[2], {"f": Number("1E5")}],
    }
    value, digest = parsed(given, "f")
    assert value == {
        "a": [Number("1"), Number("1.50"), True, None, "中"],
        "b": {},
        "c": [],
        "d": "2026-11-23",
        "e": [[Number("2")], {"f": Number("1E5")}],
    }
    assert digest == hashed('{"a":[1,1.50,true,null,"中"],"b":{},"c":[],"d":"2026-11-23","e":[[2],{"f":1E5}]}')
    assert (type(value), value.at, value["b"].at) == (Object, 0, 0)
    assert parsed(MappingProxyType({"a": False}), "f") == ({"a": False}, hashed('{"a":false}'))
    assert parsed({"中": "é"}, "f")[1] == hashed('{"中":"é"}')
    assert parsed("x", "f") == ("x", hashed('"x"'))


class Text(str):
    """A text of its own kind."""

    def __str__(self) -> str:
        return "something else"


class Whole(int):
    """A number of its own kind."""

    def __repr__(self) -> str:
        return "0"


def test_kinds_of_their_own_are_taken_as_what_they_are() -> None:
    value, digest = parsed({Text("k"): [Text("v"), Whole(7)]}, "f")
    assert value == {"k": ["v", Number("7")]}
    assert [type(key) for key in value] == [str] == [type(value["k"][0])]
    assert digest == hashed('{"k":["v",7]}')


def test_every_problem_stands_at_its_path() -> None:
    value = {
        "a": [1.5, {1: 2, "x": {3}}],
        "b\ud800": "c",
        "d": ["\udfff"],
        "e": Decimal("NaN"),
        "f": Decimal("Infinity"),
        "g": datetime(2026, 11, 23, tzinfo=UTC),
        "h": 1 << 2_000,
        None: 1,
    }
    wrong = f"expected {KINDS}"
    turn = "turn it into one of these, or leave it out"
    assert said(value) == [
        ("a[0]", "found the float 1.5", FLOAT_ADVICE),
        ("a[1]", "the key 1 is int, expected text", "write keys as text"),
        ("a[1].x", f"found set, {wrong}", turn),
        ("b\ud800", "a key holds half of a surrogate pair", "write the whole character"),
        ("d[0]", "a text holds half of a surrogate pair", "write the whole character"),
        ("e", "found a number that is too long, or none", "leave an unknown value out"),
        ("f", "found a number that is too long, or none", "leave an unknown value out"),
        ("g", f"found datetime, {wrong}", turn),
        ("h", "found a number that is too long, or none", "leave an unknown value out"),
        ("", "the key None is NoneType, expected text", "write keys as text"),
    ]
    assert FLOAT_ADVICE == "hand it over as text or Decimal: a float is no longer the number that was written"


def test_where_a_problem_is_after_a_key_that_is_no_text() -> None:
    assert [path for path, _, _ in said({"a": {1: 2}, "b": {"c": {2: 3, "d": 1.5}}, "e": 2.5})] == ["a", "b.c", "b.c.d", "e"]


def test_a_long_key_that_is_no_text_is_cut() -> None:
    ((_, message, _),) = said({(1,) * 100: 1})
    assert message == f"the key {repr((1,) * 100)[:80]} is tuple, expected text"


def test_a_number_may_have_so_many_bits() -> None:
    longest = (1 << 2_000) - 1
    assert parsed([longest, -longest], "f")[0] == [Number(str(longest)), Number(str(-longest))]
    assert [path for path, _, _ in said([longest, longest + 1])] == ["[1]"]


def test_a_value_that_holds_itself_is_refused_and_one_that_stands_twice_is_not() -> None:
    inner = {"a": [1]}
    assert parsed([inner, inner, [inner]], "f")[0] == [{"a": [Number("1")]}] * 2 + [[{"a": [Number("1")]}]]
    ring: list[Any] = [1]
    ring.append({"x": ring})
    tree = "hand over a tree; items used twice stand under 'shared'"
    assert said(ring) == [("[1].x", "a dictionary or list contains itself", tree)]


def test_so_many_values_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert plain.MOST == 5_000_000
    monkeypatch.setattr(plain, "MOST", 4)
    assert parsed([1, 2, 3], "f")[0] == [Number("1"), Number("2"), Number("3")]
    advice = "hand over one product at a time; is a list in itself?"
    assert said([1, 2, 3, 4, 1.5]) == [("[3]", "more than 4 values", advice)]


def test_a_problem_names_the_line_of_the_row_it_came_from() -> None:
    outer, row, plain_one = Object(), Object({"a": 1.5}), Object({"b": 2.5})
    outer.at, row.at, plain_one.at = 3, 9, 0
    outer["rows"] = [row, plain_one]
    with pytest.raises(Refused) as refused:
        parsed(outer, "f")
    assert [(one.place.line, one.place.path) for one in refused.value.problems] == [(9, "rows[0].a"), (3, "rows[1].b")]
    assert parsed({"x": _at(5)}, "f")[0]["x"].at == 5


def _at(line: int) -> Object:
    made = Object()
    made.at = line
    return made


# ---- small things that everything is made of


def test_problems_and_places_in_words() -> None:
    assert str(Place(file="f")) == "f"
    assert (Place(file="f").line, Place(file="f").path) == (0, "")
    assert str(Place(file="f", line=3, path="a.b[1]")) == "f:3: a.b[1]"
    one, two = Problem(place=Place(file="f"), message="m"), Problem(place=Place(file="g", line=1), message="n", advice="d")
    assert (str(one), str(two)) == ("f: m", "g:1: n\n  do: d")
    assert str(Refused([one, two])) == "f: m\ng:1: n\n  do: d"
    assert Refused([one, two]).args == ("f: m\ng:1: n\n  do: d",)
    assert path_text(("a", 0, "b", "c")) == "a[0].b.c"
    assert path_text(("Xa", "X")) == "Xa.X"
    assert path_text(range(14)) == "[0][1][2][3][4][5]…(2 steps)…[8][9][10][11][12][13]"


def test_characters_beyond_the_first_plane_are_written_as_one() -> None:
    assert harmless("\uffff\U000e0001") == "\\uffff\\U000e0001"
    assert harmless_json('"\U000e0001\u202e"') == '"\\udb40\\udc01\\u202e"'
    assert harmless_json("\ud800") == "\\ud800"
    assert harmless("中X") == harmless_lines("中X") == "中X"


def test_the_words_of_truth_and_the_bounds_of_amounts() -> None:
    assert [one.value for one in Truth] == ["true", "false", "unknown"]
    assert (
        Interval(exact("0"), exact("0")),
        Interval(exact("0"), None),
        Interval(exact("0"), None, True),
    ) == (ZERO, ANY_AMOUNT, SOME_AMOUNT)
    for text, message in (
        ("x", "'x' is not an amount such as '3.1 %', '29 .. 32 %' or '< 0.01 %'"),
        ("< 1 .. 2", "'< 1 .. 2' mixes a sign and a range: write '< 5' or '1 .. 5'"),
        ("2 .. 1", "'2 .. 1' ends below its start"),
        ("< 0", "'< 0': no amount is below zero"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            amount(text)
    with pytest.raises(ValueError, match=r"^'x' is not a number such as 12, 0\.35 or 1\.2e-3$"):
        exact("x")
