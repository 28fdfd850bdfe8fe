"""What is said of the mistakes that people make most: what was found, what was expected, and what to do about it.

None of what is miswritten here is taken, however clear it is what was meant.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance import Refused, determine, load_rules, read_product, read_shipment
from rare_earth_compliance.core import codes
from rare_earth_compliance.core.miswritten import nearest, rewritten
from rare_earth_compliance.product.tables import read_table, shipment_facts
from tests.running import run

DAY = ("--on", "2026-11-23")
PRODUCT = b'{"format": "rare-earth-bom/1", "product": {"form": "motor"}}'


def said(data: bytes | dict[str, Any]) -> tuple[str, str, str]:
    """Path, message and advice of the one problem of a document."""
    with pytest.raises(Refused) as refused:
        read_product(data if isinstance(data, bytes) else json.dumps(data).encode(), "bom.json")
    (problem,) = refused.value.problems
    return problem.place.path, problem.message, problem.advice


def of_product(**fields: Any) -> tuple[str, str, str]:
    return said({"format": "rare-earth-bom/1", "product": fields})


def of_shipment(**fields: Any) -> tuple[str, str, str]:
    return said({"format": "rare-earth-bom/1", "product": {}, "shipment": fields})


def of_fraction(written: str) -> tuple[str, str, str]:
    return of_product(composition=[{"element": "Dy", "mass_fraction": written}])


# ---- codes


@pytest.mark.parametrize(
    ("country", "advice"),
    [
        ("USA", "correct it"),
        ("DEU", "correct it"),
        ("Germany", "write 'DE' where Germany is meant"),
        ("us", "write 'US' where United States is meant"),
    ],
)
def test_a_country_is_two_letters_and_nothing_else(country: str, advice: str) -> None:
    for path, message, do in (of_product(made_in=country), of_shipment(destination=country)):
        assert path in ("product.made_in", "shipment.destination")
        assert message.startswith(f"'{country}' is not a country known here; expected a two-letter code (ISO 3166-1 alpha-2)")
        assert "three letters and names are not read" in message
        assert do.startswith(advice)


@pytest.mark.parametrize("element", ["Dysprosium", "DY", "dysprosium"])
def test_an_element_is_a_chemical_symbol(element: str) -> None:
    path, message, advice = of_product(composition=[{"element": element}])
    assert path == "product.composition[0].element"
    assert message == f"'{element}' is not a chemical element known here; expected a chemical symbol such as Dy"
    assert advice == "write 'Dy' where dysprosium is meant"


def test_a_currency_is_three_letters() -> None:
    _, message, advice = of_product(unit_value={"amount": 1, "currency": "Euro"})
    assert message == "'Euro' is not a currency known here; expected a three-letter code (ISO 4217) such as EUR"
    assert advice == "write 'EUR' where Euro is meant"
    assert of_product(unit_value={"amount": 1, "currency": "Bitcoin"})[2].startswith("correct it")


def test_a_code_is_named_only_where_it_is_sure() -> None:
    for named in (codes.countries(), codes.currencies(), codes.elements()):
        for code, name in named.items():
            assert codes.meant(code.lower(), named) in (code, "")
            assert codes.meant(name, named) in (code, "")
    assert codes.meant("x", {"A": "x", "B": "X"}) == ""
    assert codes.meant("", codes.countries()) == ""


# ---- amounts


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("25%", "write '25 %', with a space before the unit"),
        ("<0.01%", "write '< 0.01 %', with a space before the unit"),
        ("500ppm", "write '500 ppm', with a space before the unit"),
        ("12,5 %", "write '12.5 %', with a decimal point"),
        ("0,125", "write '0.125', with a decimal point"),
        ("< 0,01%", "write '< 0.01 %', with a decimal point and a space before the unit"),
        ("29-32 %", "write '29 .. 32 %', with two points between the ends of a range"),
        ("29 – 32 %", "write '29 .. 32 %', with two points between the ends of a range"),
        ("29 to 32 %", "write '29 .. 32 %', with two points between the ends of a range"),
        ("29 % .. 32 %", "write '29 .. 32 %', with the unit once, at the end"),
        ("1,000", "write a decimal point, or leave the comma out where it marks thousands"),
        ("1.234,5", "write a decimal point and no marks for thousands"),
    ],
)  # fmt: skip
def test_a_slip_is_refused_with_how_it_is_written(written: str, advice: str) -> None:
    assert of_fraction(written)[2] == advice


@pytest.mark.parametrize(
    "written", ["6.3g", "32-29 %", "29 %-32 ppm", "< 3-4 %", "25 %%", "~3 %", "max. 3 %", "3 .. %", "1 000", "3.1 percent", "%"]
)
def test_where_it_is_not_sure_what_was_meant_nothing_is_made_of_it(written: str) -> None:
    _, message, advice = of_fraction(written)
    assert advice.startswith("correct it")
    assert "such as '3.1 %', " in message


def test_a_text_that_is_no_slip_is_not_searched_for_one() -> None:
    assert rewritten("2" * 60 + "%", {"%"}) == ""
    assert rewritten("3,1 " + "x" * 60, {""}) == "write a decimal point and no marks for thousands"


@pytest.mark.parametrize(
    ("fields", "such", "bound"),
    [
        ({"mass": "heavy"}, "'6.3 g', a range such as '5 .. 7 g'", "'< 10 g'"),
        ({"unit_value": {"amount": "free", "currency": "EUR"}}, "12.50, a range such as '12 .. 14'", "'< 15'"),
        ({"parts": [{"quantity": "eight"}]}, "8, a range such as '7 .. 9'", "'< 10'"),
        ({"composition": [{"element": "Dy", "mass_fraction": "x"}]}, "'3.1 %', a range such as '29 .. 32 %'", "'< 0.01 %'"),
        ({"parameters": [{"name": "volume", "value": "big"}]}, "'12 m3', a range such as '320 .. 650 °C'", "'< 10 kW'"),
    ],
)
def test_an_example_is_of_the_kind_that_is_wanted(fields: dict[str, Any], such: str, bound: str) -> None:
    assert of_product(**fields)[1].endswith(f" is not an amount such as {such} or a bound such as {bound}")


def test_another_unit_is_told_with_what_is_wanted() -> None:
    masses = "kg, g, mg, ug, t, lb, oz"
    assert of_product(mass="6.3 gram")[1] == f"found the unit 'gram', expected a mass such as '6.3 g', in one of {masses}"
    money = of_product(unit_value={"amount": "12.50 EUR", "currency": "EUR"})
    assert money[1] == "found the unit 'EUR', expected a number alone such as 12.50: the currency stands in 'currency'"
    pieces = of_product(parts=[{"quantity": "8 pcs"}])
    assert pieces[1] == "found the unit 'pcs', expected a number alone such as 8: the unit stands in 'unit'"
    assert of_product(parameters=[{"name": "volume", "value": "12m3"}])[2] == "write '12 m3', with a space before the unit"
    assert of_product(mass="6,3g")[2] == "write '6.3 g', with a decimal point and a space before the unit"


def test_a_day_is_told_as_it_was_found() -> None:
    assert of_shipment(day="24.11.2026")[1] == "found '24.11.2026', expected a day written 2026-11-23"
    assert of_shipment(day=20261124)[1] == "found 20261124, expected a day written 2026-11-23"
    assert of_shipment(day=["24.11.2026"])[1] == "found something else, expected a day written 2026-11-23"


# ---- what is not known


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What comes of an alloy by what its composition, which is said to be all, says of dysprosium."""
    person = {"located_in": "US", "military": False, "listed": "none", "listed_owners_share": "0 %", "chinese_person": False}
    entries: dict[str, list[dict[str, str]]] = {
        "no entry": [],
        "no amount": [{"element": "Dy"}],
        "a bound": [{"element": "Dy", "mass_fraction": "< 0.01 %"}],
    }
    found = {}
    for name, entry in entries.items():
        item = {"form": "alloy", "made_in": "CN", "origin": "CN", "technologies_complete": True, "equipment": "none"}
        composition = [{"element": "Fe", "mass_fraction": "50 .. 100 %"}, *entry]
        document = {
            "format": "rare-earth-bom/1",
            "product": {**item, "composition": composition, "composition_complete": True},
            "shipment": {
                "kind": "goods",
                "movement": "export",
                "exporter": {"located_in": "CN", "chinese_person": True, "military": False, "listed": "none"},
                "ship_from": "CN",
                "destination": "US",
                **dict.fromkeys(("importer", "consignee", "end_user"), person),
                "end_use": {"purposes": ["civil"], "complete": True},
            },
        }
        found[name] = determine(read_shipment(document), load_rules(), on=date(2026, 11, 23)).answer.value
    return found


@pytest.mark.parametrize("written", ["n.d.", "balance", "trace"])
def test_an_entry_without_an_amount_is_not_to_be_taken_out(written: str, answers: dict[str, str]) -> None:
    assert answers == {"no entry": "licence not required", "no amount": "licence required", "a bound": "undetermined"}
    _, message, advice = of_fraction(written)
    assert message.startswith(f"'{written}' is not an amount such as '3.1 %'")
    assert "leave 'mass_fraction' out and keep the entry: it is in it then, nobody knows how much" in advice
    assert "where there may be none, write a bound such as '< 0.01 %'" in advice
    assert advice.endswith("without the entry there is none of it where 'composition_complete' is true")


@pytest.mark.parametrize("entry", [{"element": "Didymium"}, {"cas": "7429916"}, {"name": "rest"}])
def test_an_entry_of_what_is_not_known_goes_with_the_word_that_it_is_all(entry: dict[str, str]) -> None:
    advice = of_product(composition=[entry])[2]
    assert "leave the entry out and 'composition_complete' too, which would say that nothing else is in it" in advice


@pytest.mark.parametrize("more", [{}, {"composition": [{"element": "Fe"}], "composition_complete": True}])
def test_a_composition_that_is_all_is_said_by_its_own_key(more: dict[str, Any]) -> None:
    path, message, advice = of_product(complete=True, **more)
    assert (path, message) == ("product.complete", "says that its list is complete, but lists nothing")
    assert "leave 'complete' out: that every element of it is in 'composition' is said by 'composition_complete'" in advice


# ---- keys


@pytest.mark.parametrize(
    ("fields", "path", "advice"),
    [
        ({"partnumber": "A"}, "product.partnumber", "write 'part_number' where that is meant"),
        ({"rare_earth": "none"}, "product.rare_earth", "write 'rare_earths' where that is meant"),
        ({"Made-In": "DE"}, "product.Made-In", "write 'made_in' where that is meant"),
        ({"part": []}, "product.part", "write 'parts' where that is meant"),
        (
            {"parts": [{"part": []}]},
            "product.parts[0].part",
            "write 'parts' where that is meant",
        ),
        (
            {"composition": [{"element": "Dy", "steps": [{"stepp": "x", "step": "mining", "country": "DE"}]}]},
            "product.composition[0].steps[0].stepp",
            "write 'step' where that is meant",
        ),
        (
            {"quantity": 3},
            "product.quantity",
            "'quantity' belongs into 'shipment' (how many units of the product), or into the line that uses the item",
        ),
        ({"destination": "DE"}, "product.destination", "'destination' belongs into 'shipment' (the country the goods go to)"),
        ({"colour": "red"}, "product.colour", "check the spelling against the format; remarks belong into 'note'"),
    ],
)
def test_a_key_that_is_none_is_told_with_the_one_that_is_meant(fields: dict[str, Any], path: str, advice: str) -> None:
    assert of_product(**fields) == (path, "is not a key of the format", advice)


def test_a_key_of_the_whole_file_and_of_a_reference() -> None:
    outermost = said({"format": "rare-earth-bom/1", "product": {}, "shipmant": {}})
    assert outermost[2] == "write 'shipment' where that is meant"
    assert said({"format": "rare-earth-bom/1", "product": {}, "made_in": "DE"})[2].startswith(
        "'made_in' belongs into 'product'"
    )
    used = {"format": "rare-earth-bom/1", "product": {"parts": [{"use": "A", "mass": "1 g"}]}, "shared": {"A": {}}}
    assert said(used)[2] == "write it into the item of 'shared' that the line uses"


def test_an_option_that_sets_a_fact_is_told_with_the_key_that_is_meant() -> None:
    with pytest.raises(Refused) as refused:
        shipment_facts((("enduser.military", "true"), ("end_user.militry", "true")))
    assert [(one.place.path, one.advice) for one in refused.value.problems] == [
        ("shipment.end_user.militry", "write 'military' where that is meant"),
        ("shipment.enduser", "write 'end_user' where that is meant"),
    ]


def test_a_long_word_is_near_to_none() -> None:
    assert nearest("part_numbr", ["part_number"]) == "part_number"
    assert nearest("part_number" * 9, ["part_number" * 9]) == ""


# ---- other kinds of files

TABLE = b"part_number;quantity\nA;3\n"
TABLES = {
    "semicolons": (TABLE, "separated by ';'"),
    "commas": (b"part_number,quantity\nA,3\n", "separated by ','"),
    "quoted": (b'"part_number","quantity"\n"A","3"\n', "separated by ','"),
    "tabs": (b"part_number\tquantity\nA\t3\n", "separated by tabs"),
    "with a byte-order mark": (b"\xef\xbb\xbf" + TABLE, "separated by ';'"),
    "in an old encoding": ("Stück;Preis\n3;4\n".encode("latin-1"), "separated by ';'"),
    "of two bytes a sign": ("\ufeffpart\tquantity\nA\t3\n".encode("utf-16-le"), "separated by tabs"),
    "workbook": (b"PK\x03\x04\x14\x00\x06\x00\x08\xff", "a workbook (.xlsx)"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook (.xls)"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_or_workbook_is_told_as_what_it_is(name: str) -> None:
    data, words = TABLES[name]
    _, message, advice = said(data)
    assert words in message
    assert message.endswith("; expected a JSON document")
    assert "Product.from_rows or read_rows" in advice
    with pytest.raises(Refused) as refused:
        read_table(data, "prices.csv")
    assert words in refused.value.problems[0].message
    assert "no prices are read from a table" in refused.value.problems[0].advice


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a": 1, b;c\n d;e', "found 'b', expected a key in double quotes"),
        (b"part_number\nA;B", "found 'part_number', which is not a JSON value"),
        (b"\xef\xbb\xbf" + PRODUCT, "starts with a byte-order mark"),
        (b"format: rare-earth-bom/1\n", "found 'format', which is not a JSON value"),
        (b"", "the file is empty"),
    ],
)
def test_what_is_no_table_is_told_as_before(data: bytes, words: str) -> None:
    assert words in said(data)[1]


def test_a_table_among_many_products_and_among_options(tmp_path: Path) -> None:
    (tmp_path / "bom.csv").write_bytes(TABLE)
    (tmp_path / "a.json").write_bytes(PRODUCT)
    words = "looks like a table with columns separated by ';' (CSV)"
    for args in (("bom.csv",), ("a.json", "--prices", "bom.csv"), ("a.json", "--shipment", "bom.csv"), ("--batch", "bom.csv")):
        ran = run(("check", *args, *DAY), folder=tmp_path)
        assert (ran.status, words in " ".join(ran.out.split())) == (3, True), args


# ---- the end of a run


@pytest.mark.parametrize("form", ["terminal", "markdown", "json", "sarif", "junit", "github-summary"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none", "none: a folder without a file of product data; name a file, or another folder"),
        ("none/*.json", "none/*.json: a glob that leads to no file; name a file, or correct the glob"),
    ],
)
def test_where_nothing_is_found_it_is_told_where(name: str, words: str, form: str, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    ran = run(("check", name, *DAY, "--format", form), folder=tmp_path)
    shown = " ".join(ran.out.replace("\\*", "*").split())
    assert (ran.status, words in shown) == (4, True), shown


def test_a_portfolio_in_which_nothing_is_found_is_named(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    ran = run(("check", "--batch", "none", *DAY, "--output", "results.jsonl"), folder=tmp_path)
    assert ran.status == 4
    assert "none: holds no document; name another portfolio, or see why it is empty" in " ".join((ran.out + ran.err).split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--reading", "embedded=x"), "there is no reading 'embedded'"),
        (("--reading", "part-2-reaches=x"), "the reading 'part-2-reaches' has no option 'x'"),
        (("--set", "enduser.military=true"), "is not a key of the format"),
    ],
)
def test_an_option_that_is_refused_is_no_file(options: tuple[str, ...], words: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(PRODUCT)
    ran = run(("check", "a.json", *DAY, *options), folder=tmp_path)
    assert (ran.status, words in ran.out) == (3, True)
    assert ran.out.splitlines()[-1] == "0 judged, 0 refused – exit status 3: what was asked for is refused"
    report = json.loads(run(("check", "a.json", *DAY, *options, "--format", "json"), folder=tmp_path).out)
    assert (report["status"], report["refused_files"], len(report["refused"])) == (3, [], 1)
