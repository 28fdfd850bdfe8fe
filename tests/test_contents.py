"""Which elements are in an item and how surely, what is fixed in what, and what contradicts itself.

Products are read from product data and opened for what they may hide, as a determination does it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.contents import Contents, consumed, enclosed, equipment
from rare_earth_compliance.engine.disclosure import disclosed
from rare_earth_compliance.product.model import ROOT, Product
from rare_earth_compliance.product.reader import read
from rare_earth_compliance.product.words import forms_marked, words

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
DY = {"element": "Dy"}
PURE_IRON = {"composition": [{"element": "Fe", "mass_fraction": "100 %"}]}
WITH_DY = {"composition": [DY, {"element": "Fe"}], "composition_complete": True}
NO_DY = {"composition": [{"element": "Nd"}, {"element": "Fe"}], "composition_complete": True}


def product(shared: dict[str, Any] | None = None, **fields: Any) -> Product:
    document = {"format": "rare-earth-bom/1", "product": fields, "shared": shared}
    made = read(json.dumps(document).encode(), "bom.json").product
    assert made is not None
    return made


def contents(shared: dict[str, Any] | None = None, **fields: Any) -> Contents:
    return Contents(disclosed(product(shared, **fields)))


def holds(fields: dict[str, Any], *symbols: str) -> dict[str, Truth]:
    """Whether the product holds each element."""
    found = contents(**fields)
    return {symbol: found.element(ROOT, symbol) for symbol in symbols}


def fraction(text: str | None, **more: Any) -> dict[str, Any]:
    return {"composition": [{"element": "Dy", "mass_fraction": text}], **more}


def with_part(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"parts": [{"quantity": 1, **part}], **more}


def index_of(made: Product, number: str) -> int:
    return next(item.index for item in made.items if item.part_number == number)


# ---- what an item says of itself


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        ({}, UNKNOWN),
        (fraction("3.1 %"), TRUE),
        (fraction("0.000001 ppb"), TRUE),
        (fraction("> 0 %"), TRUE),
        (fraction("1 .. 2 %"), TRUE),
        (fraction(None), TRUE),
        (fraction("unknown"), TRUE),
        (fraction("< 0.01 %"), UNKNOWN),
        (fraction("<= 0.01 %"), UNKNOWN),
        (fraction("0 .. 1 %"), UNKNOWN),
        (fraction("0 %"), FALSE),
        (fraction("0"), FALSE),
        (fraction("<= 0 %"), FALSE),
        (fraction("0 %", composition_complete=True), FALSE),
        (fraction("< 0.01 %", composition_complete=True), UNKNOWN),
        (fraction("< 0.01 %", rare_earths="none"), UNKNOWN),
        ({"composition": [DY | {"mass_fraction": "0 %"}, DY | {"mass_fraction": "3 %"}]}, TRUE),
        ({"composition": [DY | {"mass_fraction": "0 %"}, DY | {"mass_fraction": "< 1 %"}]}, UNKNOWN),
        ({"rare_earths": "none"}, FALSE),
        ({"rare_earths": "present"}, UNKNOWN),
        (NO_DY, FALSE),
        (NO_DY | {"composition_complete": False}, UNKNOWN),
        ({"composition": [], "composition_complete": True}, UNKNOWN),
        ({"composition_complete": True}, UNKNOWN),
        (PURE_IRON, FALSE),
        ({"composition": [{"element": "Fe", "mass_fraction": "99.99 %"}]}, UNKNOWN),
        ({"composition": [{"element": "Fe", "mass_fraction": "> 99.99 %"}]}, UNKNOWN),
        ({"composition": [{"element": "Fe", "mass_fraction": "70 .. 80 %"}, {"element": "C", "mass_fraction": "30 %"}]}, FALSE),
        (
            {"composition": [{"element": "Fe", "mass_fraction": "70 %"}, {"element": "C", "mass_fraction": "20 .. 30 %"}]},
            UNKNOWN,
        ),
        ({"composition": [{"cas": "7439-89-6", "mass_fraction": "100 %"}]}, UNKNOWN),
        ({"composition": [{"cas": "7439-89-6"}, {"element": "Fe"}], "composition_complete": True}, UNKNOWN),
        ({"alloy": ["Dy", "Fe"]}, TRUE),
        ({"alloy": ["Sm", "Co"]}, UNKNOWN),
        ({"family": "NdFeB"}, UNKNOWN),
        ({"family": "ferrite"}, UNKNOWN),
    ],
)
def test_dysprosium_in_an_item_without_parts(fields: dict[str, Any], truth: Truth) -> None:
    assert holds(fields, "Dy") == {"Dy": truth}


def test_a_magnet_family_names_its_elements_and_excludes_none() -> None:
    found = contents(family="NdFeB", form="permanent-magnet")
    assert found.named(ROOT) == ("B", "Fe", "Nd")
    assert holds({"family": "SmCo"}, "Sm", "Co", "Nd") == {"Sm": TRUE, "Co": TRUE, "Nd": UNKNOWN}
    assert holds({"family": "other"}, "Nd", "Fe") == {"Nd": UNKNOWN, "Fe": UNKNOWN}
    assert holds({"family": "AlNiCo", "alloy": ["Tb"]}, "Tb", "Nd") == {"Tb": TRUE, "Nd": UNKNOWN}


def test_a_declaration_without_rare_earths_says_nothing_of_other_elements() -> None:
    rare = ["Sc", "Y", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"]
    other = ["Fe", "Co", "Ga", "W", "Th"]
    found = holds({"rare_earths": "none"}, *rare, *other)
    assert found == dict.fromkeys(rare, FALSE) | dict.fromkeys(other, UNKNOWN)


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        ({}, UNKNOWN),
        ({"rare_earths": "none"}, FALSE),
        (WITH_DY, TRUE),
        (PURE_IRON, FALSE),
        (fraction("0 %"), UNKNOWN),
        (fraction("0 %", composition_complete=True), FALSE),
        (fraction("< 1 %", composition_complete=True), UNKNOWN),
        ({"family": "NdFeB"}, TRUE),
        ({"family": "ferrite"}, UNKNOWN),
        (with_part({"family": "SmCo"}), TRUE),
        (with_part(PURE_IRON, complete=True), FALSE),
        (with_part(PURE_IRON), UNKNOWN),
    ],
)
def test_any_rare_earth(fields: dict[str, Any], truth: Truth) -> None:
    assert contents(**fields).any_rare(ROOT) is truth


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        ({"alloy": ["Dy", "Fe"]}, TRUE),
        ({"alloy": ["Dy"]}, TRUE),
        ({"alloy": ["Dy", "Fe", "Co"]}, FALSE),
        ({"alloy": ["Dy", "Fe"], "composition": [{"element": "Co", "mass_fraction": "1 %"}]}, FALSE),
        (WITH_DY, TRUE),
        (WITH_DY | {"composition_complete": False}, UNKNOWN),
        ({"composition": [DY, {"element": "Co", "mass_fraction": "0 %"}], "composition_complete": True}, TRUE),
        ({"composition": [DY, {"element": "Co", "mass_fraction": "< 1 %"}], "composition_complete": True}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_consists_of_dysprosium_and_iron_alone(fields: dict[str, Any], truth: Truth) -> None:
    assert contents(**fields).only(ROOT, frozenset({"Dy", "Fe"})) is truth


# ---- what is inside it


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        (with_part(WITH_DY), TRUE),
        (with_part(WITH_DY, complete=True), TRUE),
        (with_part(NO_DY), UNKNOWN),
        (with_part(NO_DY, complete=True), FALSE),
        (with_part({}, complete=True), UNKNOWN),
        (with_part({"rare_earths": "none"}), UNKNOWN),
        (with_part({"rare_earths": "none"}, complete=True), FALSE),
        (with_part(fraction("< 1 %", composition_complete=True), complete=True), UNKNOWN),
        (with_part({}, rare_earths="none"), FALSE),
        (with_part(WITH_DY | {"quantity": None}), TRUE),
        (with_part(WITH_DY | {"quantity": "> 0"}), TRUE),
        (with_part(WITH_DY | {"quantity": "0 .. 2"}), UNKNOWN),
        (with_part(WITH_DY | {"quantity": "< 2"}, complete=True), UNKNOWN),
        (with_part(NO_DY | {"quantity": "< 2"}, complete=True), FALSE),
        ({"materials": [WITH_DY]}, TRUE),
        ({"materials": [NO_DY], "parts": [NO_DY], "complete": True}, FALSE),
        ({"materials": [NO_DY], "parts": [{}], "complete": True}, UNKNOWN),
        ({"materials": [NO_DY], "parts": [WITH_DY], "complete": True}, TRUE),
        (with_part(with_part(WITH_DY)), TRUE),
        (with_part(with_part(NO_DY, complete=True), complete=True), FALSE),
        (with_part(with_part(NO_DY), complete=True), UNKNOWN),
        (with_part(with_part(NO_DY, complete=True)), UNKNOWN),
        (with_part(with_part(NO_DY, complete=True), **PURE_IRON), FALSE),
        (with_part(NO_DY, **NO_DY), FALSE),
        (with_part({}, **NO_DY), FALSE),
    ],
)
def test_dysprosium_in_an_item_with_parts(fields: dict[str, Any], truth: Truth) -> None:
    assert holds(fields, "Dy") == {"Dy": truth}


@pytest.mark.parametrize(
    ("other", "truth"),
    [(WITH_DY, TRUE), (NO_DY, FALSE), ({}, UNKNOWN), ({"rare_earths": "none"}, FALSE)],
)
def test_a_shared_part_counts_wherever_it_is_used(other: dict[str, Any], truth: Truth) -> None:
    shared = {"ROTOR": {"parts": [{"use": "MAGNET"}], "complete": True}, "MAGNET": other}
    found = contents(shared, parts=[{"use": "ROTOR"}, {"use": "ROTOR"}, {"use": "MAGNET"}], complete=True)
    assert found.element(ROOT, "Dy") is truth


def test_an_unused_shared_item_is_no_part_of_the_product() -> None:
    found = contents({"SPARE": WITH_DY}, parts=[NO_DY], complete=True)
    assert found.element(ROOT, "Dy") is FALSE


def test_forgetting_a_fact_never_turns_unknown_or_present_into_absent() -> None:
    whole = with_part(with_part(NO_DY, complete=True), complete=True)
    inner = whole["parts"][0]["parts"][0]
    forgotten: list[dict[str, Any]] = [
        {key: value for key, value in whole.items() if key != "complete"},
        with_part(with_part(NO_DY), complete=True),
        with_part(
            with_part({key: value for key, value in NO_DY.items() if key != "composition"}, complete=True), complete=True
        ),
        with_part(with_part({"composition": inner["composition"]}, complete=True), complete=True),
    ]
    assert [holds(fields, "Dy")["Dy"] for fields in [whole, *forgotten]] == [FALSE, *[UNKNOWN] * len(forgotten)]


def test_inputs_named_in_a_composition_stay_in_the_item() -> None:
    fields = {"composition": [DY | {"input_form": "oxide", "origin": "CN"}, {"element": "Fe"}], "composition_complete": True}
    found = contents(**fields)
    derived = next(item for item in found.product.items if item.derived)
    assert found.named(ROOT) == ("Dy", "Fe")
    assert {symbol: found.element(derived.index, symbol) for symbol in ("Dy", "Nd", "O")} == {
        "Dy": TRUE,
        "Nd": FALSE,
        "O": FALSE,
    }


def test_an_input_that_is_an_alloy_may_hold_more_than_its_name() -> None:
    fields = {"composition": [DY | {"input_form": "alloy", "input_alloy": ["Dy", "Fe"]}]}
    found = contents(**fields)
    derived = next(item for item in found.product.items if item.derived)
    assert {symbol: found.element(derived.index, symbol) for symbol in ("Dy", "Fe", "Tb")} == {
        "Dy": TRUE,
        "Fe": TRUE,
        "Tb": UNKNOWN,
    }


# ---- what is not listed


@pytest.mark.parametrize(
    ("fields", "hidden"),
    [
        ({}, 1),
        ({"rare_earths": "none"}, 0),
        (PURE_IRON, 0),
        (NO_DY | {"composition": [{"element": "Fe"}]}, 0),
        (WITH_DY, 1),
        (fraction("0 %", composition_complete=True), 0),
        (fraction("< 1 %", composition_complete=True), 1),
        ({"composition": [DY | {"input_form": "oxide"}], "composition_complete": True}, 0),
        ({"family": "NdFeB", "rare_earths": "none"}, 1),
        ({"family": "ferrite", "rare_earths": "none"}, 0),
        ({"family": "NdFeB", "rare_earths": "none", "composition": [{"element": "Nd", "input_form": "metal"}]}, 0),
        (with_part(PURE_IRON), 1),
        (with_part(PURE_IRON, complete=True), 0),
        (with_part({}, complete=True), 1),
        (with_part({}), 2),
        (with_part({}, rare_earths="none"), 0),
        (with_part(with_part({})), 3),
    ],
)
def test_every_open_list_gets_one_nameless_content(fields: dict[str, Any], hidden: int) -> None:
    made = product(**fields)
    opened = disclosed(made)
    added = [item for item in opened.items if item.hidden]
    assert len(added) == hidden
    assert len(opened.items) == len(made.items) + hidden
    assert sorted(opened.order) == list(range(len(opened.items)))
    assert all(item.label == "contents not listed" for item in added)


@pytest.mark.parametrize(
    ("fields", "elements"),
    [
        ({}, {"Dy": UNKNOWN, "Nd": UNKNOWN, "Fe": UNKNOWN}),
        (WITH_DY, {"Dy": TRUE, "Nd": FALSE, "Fe": TRUE, "Co": FALSE}),
        (fraction("< 1 %", composition_complete=True), {"Dy": UNKNOWN, "Nd": FALSE, "Fe": FALSE}),
        (fraction("0 %"), {"Dy": FALSE, "Nd": UNKNOWN, "Fe": UNKNOWN}),
        ({"composition": [DY | {"input_form": "oxide"}]}, {"Dy": FALSE, "Nd": UNKNOWN, "Fe": UNKNOWN}),
        ({"composition": [DY | {"input_form": "oxide"}, DY]}, {"Dy": TRUE, "Nd": UNKNOWN, "Fe": UNKNOWN}),
        ({"family": "NdFeB"}, {"Dy": UNKNOWN, "Nd": TRUE, "Fe": TRUE}),
        ({"family": "NdFeB", "rare_earths": "none"}, {"Dy": FALSE, "Nd": TRUE, "Co": UNKNOWN}),
        ({"family": "NdFeB", "composition": [{"element": "Nd", "input_form": "metal"}]}, {"Nd": FALSE, "Fe": TRUE}),
        ({"alloy": ["Dy", "Fe"]}, {"Dy": TRUE, "Fe": TRUE, "Nd": UNKNOWN}),
    ],
)
def test_what_the_nameless_content_of_an_item_holds(fields: dict[str, Any], elements: dict[str, Truth]) -> None:
    """What the item says of itself, less what its named inputs explain."""
    found = contents(**fields)
    (hidden,) = [item for item in found.product.items if item.hidden]
    assert {symbol: found.element(hidden.index, symbol) for symbol in elements} == elements


def test_what_a_part_holds_may_be_all_that_the_family_of_the_item_names() -> None:
    found = contents(
        **with_part({"alloy": ["Nd"], "composition": [{"element": "Nd"}], "composition_complete": True}, family="NdFeB")
    )
    hidden = next(item for item in found.product.items if item.hidden and item.parent == ROOT)
    assert {symbol: found.element(hidden.index, symbol) for symbol in ("Nd", "Fe", "B")} == {
        "Nd": UNKNOWN,
        "Fe": TRUE,
        "B": TRUE,
    }


# ---- contradictions


CONTRADICTIONS: list[tuple[dict[str, Any], list[tuple[int, str]]]] = [
    ({}, []),
    (WITH_DY, []),
    (with_part(WITH_DY), []),
    (with_part(WITH_DY, **WITH_DY), []),
    (with_part(WITH_DY, **NO_DY), [(0, "is said to hold no Dy, but a line below it holds some")]),
    (
        with_part(WITH_DY, rare_earths="none"),
        [
            (0, "is said to hold no Dy, but a line below it holds some"),
            (1, "is declared free of rare earths, but is said to hold one"),
        ],
    ),
    (WITH_DY | {"rare_earths": "none"}, [(0, "is declared free of rare earths, but is said to hold one")]),
    ({"family": "NdFeB", "rare_earths": "none"}, [(0, "is declared free of rare earths, but is said to hold one")]),
    ({"family": "ferrite", "rare_earths": "none", "form": "permanent-magnet"}, []),
    (fraction("0 %", rare_earths="none"), []),
    (fraction("< 1 %", rare_earths="none"), []),
    (with_part(WITH_DY | {"quantity": "< 2"}, **NO_DY), []),
    (
        {"family": "NdFeB", "form": "component"},
        [(0, "has a magnet family, NdFeB, but is said to be a component")],
    ),
    (
        {"family": "ferrite", "form": "permanent-magnet", **WITH_DY},
        [(0, "is said to be of the magnet family ferrite, but holds Dy")],
    ),
    ({"family": "ferrite", "form": "permanent-magnet", "composition": [{"element": "La"}, {"element": "Co"}]}, []),
    ({"family": "AlNiCo", "form": "permanent-magnet", "composition": [{"element": "Dy", "mass_fraction": "< 1 %"}]}, []),
    (
        {"family": "CeFeB", "form": "permanent-magnet", "composition": [{"element": "Fe"}], "composition_complete": True},
        [(0, "is said to be of the magnet family CeFeB, but its whole composition names no Ce")],
    ),
    ({"family": "CeFeB", "form": "permanent-magnet", "composition": [{"element": "Fe"}]}, []),
    (
        {"family": "CeFeB", "form": "permanent-magnet", "composition": [{"element": "Ce"}], "composition_complete": True},
        [],
    ),
    ({"family": "NdFeB", "form": "magnet-assembly"}, []),
    ({"family": "NdFeB", "form": "material"}, []),
    (
        {"form": "ceramic", "composition": [{"element": "Dy"}, {"element": "Fe"}], "composition_complete": True},
        [(0, "is said to be a ceramic, but its whole composition is that of a metal or an alloy, with Dy")],
    ),
    ({"form": "ceramic", "composition": [{"element": "Dy"}, {"element": "Fe"}]}, []),
    ({"form": "ceramic", "composition": [{"element": "Dy"}, {"element": "O"}], "composition_complete": True}, []),
    (
        {
            "form": "ceramic",
            "composition": [{"element": "Dy"}, {"element": "O", "mass_fraction": "< 1 %"}],
            "composition_complete": True,
        },
        [],
    ),
    ({"form": "crystal", "composition": [{"element": "Cu"}], "composition_complete": True}, []),
    (
        {"form": "ceramic", "composition": [{"element": one} for one in ("Dy", "Fe", "B")], "composition_complete": True},
        [(0, "is said to be a ceramic, but its whole composition is that of a metal or an alloy, with Dy")],
    ),
    ({"form": "ceramic", "composition": [{"element": "Dy"}, {"element": "B"}], "composition_complete": True}, []),
    ({"form": "ceramic", "composition": [{"element": one} for one in ("Dy", "Fe", "B")]}, []),
    (
        {
            "form": "ceramic",
            "composition": [{"element": "Dy"}, {"element": "B"}, {"element": "Fe", "mass_fraction": "< 1 %"}],
            "composition_complete": True,
        },
        [],
    ),
    (
        {
            "form": "ceramic",
            "composition": [{"element": "Dy"}, {"element": "Fe"}, {"element": "B", "mass_fraction": "< 1 %"}],
            "composition_complete": True,
        },
        [(0, "is said to be a ceramic, but its whole composition is that of a metal or an alloy, with Dy")],
    ),
    ({"alloy": ["Dy", "Fe"], "form": "ceramic"}, [(0, "has an alloy system, but is said to be a ceramic")]),
    ({"alloy": ["Dy", "Fe"], "form": "target"}, []),
]
"""What a product says, and what of it can not be so together: the line, and the words."""


@pytest.mark.parametrize(("fields", "conflicts"), CONTRADICTIONS)
def test_what_contradicts_itself(fields: dict[str, Any], conflicts: list[tuple[int, str]]) -> None:
    assert sorted(contents(**fields).conflicts) == conflicts


def test_where_data_contradict_each_other_the_element_is_there() -> None:
    for fields in (with_part(WITH_DY, **NO_DY), with_part(WITH_DY, rare_earths="none"), WITH_DY | {"rare_earths": "none"}):
        assert holds(fields, "Dy") == {"Dy": TRUE}


# ---- what is fixed in what

FORMS, STATES, FREE = frozenset({"motor", "rotor"}), frozenset({"fixed-in-core"}), frozenset({"loose"})
TELLING, DOUBTFUL = frozenset({"loose", "fixed-in-core", "fitted"}), frozenset({"assembly"})


def fixed(fields: dict[str, Any], shared: dict[str, Any] | None = None, **how: frozenset[str]) -> Truth:
    """Whether the item M is fixed in a motor or rotor."""
    made = product(shared, **fields)
    return _enclosed(made, how)[index_of(made, "M")][0]


def _enclosed(made: Product, how: dict[str, frozenset[str]]) -> list[Any]:
    nothing: frozenset[str] = frozenset()
    sets = (how.get("forms", FORMS), how.get("states", STATES), how.get("unless", nothing), how.get("doubtful", nothing))
    return enclosed(made, *sets, how.get("telling", TELLING))


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        ({"part_number": "M"}, FALSE),
        ({"part_number": "M", "form": "motor"}, FALSE),
        ({"part_number": "M", "processing": ["fixed-in-core"]}, TRUE),
        ({"part_number": "M", "processing": ["loose"]}, FALSE),
        (with_part({"part_number": "M"}, form="motor"), TRUE),
        (with_part({"part_number": "M"}, form="assembly"), UNKNOWN),
        (with_part({"part_number": "M", "processing": ["fitted"]}, form="assembly"), FALSE),
        (with_part({"part_number": "M", "processing": ["coated"]}, form="assembly"), UNKNOWN),
        (with_part({"part_number": "M", "processing": ["coated"]}), UNKNOWN),
        (with_part({"part_number": "M", "processing": ["coated", "fixed-in-core"]}, form="assembly"), TRUE),
        (with_part(with_part({"part_number": "M", "processing": ["fitted"]}, form="assembly"), form="motor"), TRUE),
        (with_part(with_part({"part_number": "M", "processing": ["fitted"]}, form="rotor"), form="finished-product"), TRUE),
        (with_part(with_part({"part_number": "M", "processing": ["fitted"]}, form="assembly"), form="assembly"), FALSE),
        (with_part(with_part({"part_number": "M", "processing": ["fitted"]}), form="assembly"), UNKNOWN),
        (with_part(with_part({"part_number": "M", "processing": ["fitted"]}), form="motor"), TRUE),
    ],
)
def test_fixed_in_a_motor_or_rotor(fields: dict[str, Any], truth: Truth) -> None:
    assert fixed(fields) is truth


@pytest.mark.parametrize(
    ("first", "second", "truth"),
    [
        ("motor", "rotor", TRUE),
        ("motor", "assembly", FALSE),
        ("assembly", "assembly", FALSE),
        ("motor", None, UNKNOWN),
        ("assembly", None, FALSE),
    ],
)
def test_a_shared_item_is_fixed_only_where_every_use_is(first: str, second: str | None, truth: Truth) -> None:
    """A spare magnet beside the motor is not fixed because others are."""
    use = [{"use": "MAGNET", "quantity": 1}]
    fields = {"form": "assembly", "parts": [{"form": first, "parts": use}, {"form": second, "parts": use}]}
    assert fixed(fields, {"MAGNET": {"part_number": "M", "processing": ["fitted"]}}) is truth


def test_used_in_the_product_itself_as_well_is_not_fixed() -> None:
    fields = {"form": "assembly", "parts": [{"form": "motor", "parts": [{"use": "MAGNET"}]}, {"use": "MAGNET"}]}
    assert fixed(fields, {"MAGNET": {"part_number": "M", "processing": ["fitted"]}}) is FALSE


def test_without_states_only_what_is_above_counts() -> None:
    nothing: frozenset[str] = frozenset()
    assert fixed(with_part({"part_number": "M"}, form="assembly"), states=nothing) is FALSE
    assert fixed(with_part({"part_number": "M"}, form="motor"), states=nothing) is TRUE
    assert fixed(with_part({"part_number": "M"}), states=nothing) is UNKNOWN


@pytest.mark.parametrize(
    ("processing", "truth"),
    [
        (["loose"], FALSE),
        (["loose", "fixed-in-core"], FALSE),
        (["fitted"], TRUE),
        (["fitted", "coated"], TRUE),
        (["coated"], UNKNOWN),
        ([], UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_what_is_said_to_be_loose_is_not_fixed(processing: list[str] | None, truth: Truth) -> None:
    assert fixed(with_part({"part_number": "M", "processing": processing}, form="motor"), unless=FREE) is truth


STATED = {"part_number": "M", "processing": ["fixed-in-core"], "principal": False}

PRINCIPAL_OR_LOOSE = {("item.principal", 1), ("item.processing", 1)}


@pytest.mark.parametrize(
    ("fields", "truth", "asked"),
    [
        (STATED, UNKNOWN, {("item.processing", 0)}),
        (with_part(STATED, form="assembly"), UNKNOWN, {("item.form", 0)}),
        (with_part(STATED), UNKNOWN, {("item.form", 0)}),
        (with_part(STATED, form="finished-product"), TRUE, set()),
        (with_part(STATED, form="motor"), TRUE, set()),
        (with_part(with_part(STATED, form="assembly"), form="finished-product"), TRUE, set()),
        (with_part(with_part(STATED, form="assembly"), form="assembly"), UNKNOWN, {("item.form", 0), ("item.form", 1)}),
        (with_part(with_part(STATED, form="assembly")), UNKNOWN, {("item.form", 0), ("item.form", 1)}),
        (with_part({**STATED, "processing": ["fixed-in-core", "loose"]}, form="assembly"), FALSE, set()),
        (with_part({**STATED, "principal": True}, form="motor"), FALSE, set()),
        (with_part({**STATED, "principal": None}, form="motor"), UNKNOWN, {("item.principal", 1)}),
        (with_part({**STATED, "principal": None}, form="assembly"), UNKNOWN, {("item.principal", 1), ("item.form", 0)}),
        (with_part({**STATED, "processing": ["loose"], "principal": None}, form="motor"), FALSE, set()),
        (with_part({**STATED, "processing": None, "principal": None}, form="motor"), UNKNOWN, PRINCIPAL_OR_LOOSE),
    ],
)
def test_a_state_alone_fixes_nothing_in_doubtful_forms(
    fields: dict[str, Any], truth: Truth, asked: set[tuple[str, int]]
) -> None:
    """And the removable principal component is not fixed."""
    assert needs_of(fields, unless=FREE | {"principal"}, doubtful=DOUBTFUL) == (truth, asked)


def test_the_principal_component_is_free_only_where_that_is_named() -> None:
    assert fixed(with_part({**STATED, "principal": True}, form="motor"), unless=FREE) is TRUE


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        ({"processing": ["loose"]}, FALSE),
        ({"principal": True, "processing": None}, FALSE),
        ({"equipment": "jet-mill", "processing": None}, FALSE),
        ({"equipment": "none", "processing": None}, TRUE),
        ({"principal": False, "processing": ["fixed-in-core"]}, TRUE),
        ({"processing": ["coated"]}, TRUE),
    ],
)
def test_what_is_stated_frees_and_what_is_not_stated_is_not_asked_for(fields: dict[str, Any], truth: Truth) -> None:
    made = product(**with_part({"part_number": "M", **fields}, form="motor"))
    said = frozenset({"loose", "principal", "equipment"})
    assert enclosed(made, FORMS, frozenset(), telling=TELLING, said=said)[index_of(made, "M")] == (truth, ())


# ---- what was consumed in what

ALLOY, NOT_CONSUMED = frozenset({"alloy", "ceramic"}), frozenset({"loose", "principal"})


def used_up(fields: dict[str, Any]) -> tuple[Truth, set[tuple[str, int]]]:
    """Whether the item M was consumed in an alloy or a ceramic, and what would tell."""
    made = disclosed(product(**fields))
    outcome, needs = consumed(made, ALLOY, said=NOT_CONSUMED, telling=TELLING)[index_of(made, "M")]
    return outcome, {(need.about, need.item) for need in needs}


def made_of(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"materials": [{"quantity": 1, **part}], **more}


M: dict[str, Any] = {"part_number": "M"}


@pytest.mark.parametrize(
    ("fields", "truth", "asked"),
    [
        (made_of(M, form="alloy"), TRUE, set()),
        (made_of(M, form="motor"), FALSE, set()),
        (made_of(M), UNKNOWN, {("item.form", 0)}),
        (made_of({**M, "processing": ["loose"]}, form="alloy"), FALSE, set()),
        (made_of({**M, "principal": True}, form="alloy"), FALSE, set()),
        (made_of({**M, "principal": False, "processing": ["fitted"]}, form="alloy"), TRUE, set()),
        (with_part(M, form="alloy"), UNKNOWN, {("item.processing", 1)}),
        (with_part({**M, "processing": ["coated"]}, form="alloy"), UNKNOWN, {("item.processing", 1)}),
        (with_part({**M, "processing": ["fitted"]}, form="alloy"), FALSE, set()),
        (with_part({**M, "processing": ["fitted"]}), FALSE, set()),
        (with_part({**M, "principal": True}, form="alloy"), FALSE, set()),
        (with_part(M, form="assembly"), FALSE, set()),
        (with_part(M), UNKNOWN, {("item.form", 0)}),
        (made_of(with_part(M, form="packaging"), form="alloy"), TRUE, set()),
        (made_of(with_part(M, form="packaging", processing=["loose"]), form="alloy"), FALSE, set()),
        (with_part(with_part({**M, "processing": ["fitted"]}, form="rotor"), form="alloy"), UNKNOWN, {("item.processing", 1)}),
    ],
)
def test_what_was_consumed_in_making_something(fields: dict[str, Any], truth: Truth, asked: set[tuple[str, int]]) -> None:
    assert used_up(fields) == (truth, asked)


def test_a_state_may_say_that_something_was_consumed() -> None:
    made = product(**with_part(M, form="motor"))
    one = replace(made.items[1], processing=frozenset({"consumed"}))
    assert consumed(replace(made, items=(made.items[0], one)), ALLOY)[1] == (TRUE, ())


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        ({}, TRUE),
        ({"materials": [NO_DY]}, TRUE),
        ({"parts": [NO_DY]}, UNKNOWN),
        ({"parts": [NO_DY], "materials": [NO_DY]}, UNKNOWN),
        ({"parts": [NO_DY], "composition": [{"element": "Y"}, {"element": "O"}], "composition_complete": True}, TRUE),
    ],
)
def test_what_a_material_may_hold_beyond_its_lines(fields: dict[str, Any], truth: Truth) -> None:
    """Beside parts it may be one more of them, unless all that the material consists of is named."""
    made = disclosed(product(form="ceramic", **fields))
    outcomes = consumed(made, ALLOY, said=NOT_CONSUMED, telling=TELLING)
    assert [outcomes[item.index][0] for item in made.items if item.hidden and item.parent == ROOT] == [truth]


def test_a_shared_item_is_consumed_only_where_every_use_is() -> None:
    shared = {"X": M}
    fields: dict[str, Any] = {"form": "alloy", "materials": [{"use": "X"}]}
    for more, truth in (({}, TRUE), ({"parts": [{"use": "X"}]}, UNKNOWN)):
        made = product(shared, **fields, **more)
        assert consumed(made, ALLOY)[index_of(made, "M")][0] is truth


def test_depth_costs_no_recursion() -> None:
    fields: dict[str, Any] = {"part_number": "M", "processing": ["fitted"]} | NO_DY
    text, depth = json.dumps(fields), 3000
    data = '{"format": "rare-earth-bom/1", "product": ' + '{"complete": true, "parts": [' * depth + text + "]}" * depth + "}"
    made = read(data.encode(), "bom.json").product
    assert made is not None
    found = Contents(disclosed(made))
    assert (found.element(ROOT, "Dy"), found.element(ROOT, "Nd"), found.conflicts) == (FALSE, TRUE, [])
    outcome, needs = enclosed(made, FORMS, STATES, telling=TELLING)[depth]
    # Asked for are the forms nearest to it.
    assert (outcome, [need.item for need in needs]) == (UNKNOWN, [depth - above for above in range(1, 13)])


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ({"family": "NdFeB", "composition": [{"element": "Fe"}], "composition_complete": True}, UNKNOWN),
        ({"composition": [{"element": "Tb", "mass_fraction": "0 %"}]}, UNKNOWN),
        ({"family": "NdFeB", "rare_earths": "none"}, UNKNOWN),
        ({"family": "NdFeB", "composition": [{"element": "Tb", "input_form": "metal"}]}, FALSE),
        (
            {
                "family": "NdFeB",
                "composition": [{"element": "Tb", "input_form": "metal"}, {"element": "Fe"}],
                "composition_complete": True,
            },
            FALSE,
        ),
    ],
)
def test_what_an_item_denies_and_a_line_below_it_holds_may_be_hidden_in_it_as_well(said: dict[str, Any], hidden: Truth) -> None:
    """Where two statements exclude each other, neither tells what is in the rest."""
    raw = {"form": "metal", "composition": [{"element": "Tb", "mass_fraction": "3 %"}], "composition_complete": True}
    found = contents(materials=[{**raw, "quantity": 1}], **said)
    nameless = next(item for item in found.product.items if item.hidden and item.parent == ROOT)
    assert found.element(nameless.index, "Tb") is hidden
    assert any("a line below it holds some" in text for _, text in found.conflicts) is (hidden is UNKNOWN)


def test_an_element_that_the_name_says_and_the_composition_denies_is_a_contradiction_and_may_be_hidden() -> None:
    for denied, expected, hidden in (("0 %", 1, UNKNOWN), ("< 1 %", 0, UNKNOWN), ("2 %", 0, TRUE)):
        composition = [{"element": "Sm", "mass_fraction": denied}, {"element": "Co"}]
        found = contents(form="permanent-magnet", family="SmCo", composition=composition, composition_complete=True)
        said = "is said to hold Sm by its name, and none of it by its composition"
        assert found.conflicts == [(ROOT, said)] * expected
        assert found.element(ROOT, "Sm") is TRUE
        assert [found.element(item.index, "Sm") for item in found.product.items if item.hidden] == [hidden]


# ---- what a name and a declaration say where nothing is listed

OPEN_DY = {"composition": [DY | {"mass_fraction": "< 1 %"}]}


@pytest.mark.parametrize(
    ("fields", "elements"),
    [
        ({"alloy": ["Fe", "Co"], "rare_earths": "none"}, {"Fe": TRUE, "Co": TRUE, "Ni": UNKNOWN, "Dy": FALSE}),
        ({"family": "ferrite", "rare_earths": "none"}, {"Dy": FALSE}),
        ({"family": "SmCo", "rare_earths": "none"}, {"Sm": TRUE, "Co": TRUE, "Dy": FALSE}),
        (with_part(NO_DY, complete=True, **OPEN_DY), {"Dy": UNKNOWN, "Nd": TRUE, "Co": FALSE}),
        (with_part(WITH_DY, complete=True, **OPEN_DY), {"Dy": TRUE}),
        (with_part({}, **NO_DY), {"Dy": FALSE, "Nd": TRUE, "Co": FALSE}),
        (with_part(OPEN_DY, **NO_DY), {"Dy": FALSE}),
        (with_part(fraction("0 %", composition_complete=True), complete=True), {"Dy": FALSE}),
        (with_part(fraction("0 %", composition_complete=True)), {"Dy": UNKNOWN}),
        (with_part(fraction("< 1 %", composition_complete=True), complete=True), {"Dy": UNKNOWN}),
        (with_part(NO_DY, rare_earths="none", complete=True), {"Dy": FALSE, "Fe": TRUE}),
    ],
)
def test_what_follows_from_a_name_a_declaration_or_the_lines(fields: dict[str, Any], elements: dict[str, Truth]) -> None:
    assert holds(fields, *elements) == elements


def test_a_part_that_is_told_to_be_loose_leaves_nothing_untold_of_the_others() -> None:
    magnet = {"form": "permanent-magnet", "quantity": 1}
    parts = [
        {**magnet, "part_number": "L", "processing": ["loose"]},
        {"part_number": "R", "form": "motor", "quantity": 1, "parts": [{**magnet, "part_number": "M"}]},
        {**magnet, "part_number": "N", "processing": ["loose"]},
    ]
    made = product(part_number="A", form="sensor", parts=parts)
    found = enclosed(made, frozenset({"motor"}), frozenset(), said=frozenset({"loose"}))
    assert [found[index_of(made, number)][0] for number in "LMN"] == [FALSE, TRUE, FALSE]


SAID = "is said to hold Dy, but everything it is made of is said to hold none"


@pytest.mark.parametrize(
    ("fields", "conflicts"),
    [
        (with_part(NO_DY, complete=True, composition=[DY]), [SAID]),
        (with_part(NO_DY, composition=[DY]), []),
        (with_part({}, complete=True, composition=[DY]), []),
        (with_part(WITH_DY, complete=True, composition=[DY]), []),
        (with_part(NO_DY, complete=True, **OPEN_DY), []),
        (with_part(NO_DY, complete=True, composition=[{"element": "Co"}]), []),
        ({"composition": [DY], "composition_complete": True}, []),
        (PURE_IRON | {"rare_earths": "present"}, ["is declared to hold a rare earth, but everything said of it excludes one"]),
        (WITH_DY | {"rare_earths": "present"}, []),
        ({"rare_earths": "present"}, []),
        (PURE_IRON, []),
    ],
)
def test_what_an_item_says_and_its_lines_exclude(fields: dict[str, Any], conflicts: list[str]) -> None:
    assert [text for index, text in contents(**fields).conflicts if index == ROOT] == conflicts


KIND = next(word for word in words("equipment") if word != "none")
MACHINE = next(word for word in words("form") if word in forms_marked("machine"))


@pytest.mark.parametrize(
    ("form", "kind", "conflict"),
    [
        (MACHINE, KIND, False),
        ("ceramic", KIND, True),
        ("ceramic", "none", False),
        ("ceramic", None, False),
        (None, KIND, False),
        ("part", KIND, True),
        ("part", "none", False),
        ("packaging", KIND, False),
    ],
)
def test_equipment_of_a_form_that_is_none(form: str | None, kind: str | None, conflict: bool) -> None:
    said = f"is said to be {KIND}, equipment for rare-earth production, and a {form} as well"
    assert contents(form=form, equipment=kind, rare_earths="none").conflicts == ([(0, said)] if conflict else [])


@pytest.mark.parametrize(
    ("top", "middle", "inner", "wanted"),
    [
        (None, None, None, [None, None, None]),
        ("none", None, None, ["none", "none", "none"]),
        (None, "none", None, [None, "none", "none"]),
        (KIND, None, None, [KIND, None, None]),
        ("none", KIND, None, ["none", KIND, None]),
        ("none", None, KIND, ["none", "none", KIND]),
        (None, KIND, "none", [None, KIND, "none"]),
    ],
)
def test_equipment_is_none_below_what_is_none(
    top: str | None, middle: str | None, inner: str | None, wanted: list[str | None]
) -> None:
    assert equipment(product(**with_part(with_part({"equipment": inner}, equipment=middle), equipment=top))) == wanted


def test_equipment_in_two_places_is_none_where_both_say_so() -> None:
    for first, second, wanted in (("none", "none", "none"), ("none", None, None), (None, "none", None), ("none", KIND, None)):
        uses = [{"parts": [{"use": "X"}], "equipment": one} for one in (first, second)]
        made = product({"X": {"part_number": "X"}}, parts=uses)
        assert equipment(made)[index_of(made, "X")] == wanted


FITTED = {"part_number": "M", "processing": ["fitted"]}


def needs_of(fields: dict[str, Any], **how: frozenset[str]) -> tuple[Truth, set[tuple[str, int]]]:
    """Whether M is fixed in a motor or rotor, and which facts of which items would tell."""
    made = product(None, **fields)
    found = _enclosed(made, how)[index_of(made, "M")]
    return found[0], {(need.about, need.item) for need in found[1]}


@pytest.mark.parametrize(
    ("fields", "how", "outcome", "asked"),
    [
        (with_part({"part_number": "M"}, form="assembly"), {}, UNKNOWN, {("item.processing", 1)}),
        (with_part({"part_number": "M"}), {}, UNKNOWN, {("item.processing", 1), ("item.form", 0)}),
        (with_part(FITTED), {}, UNKNOWN, {("item.form", 0)}),
        (with_part({"part_number": "M", "processing": ["coated"]}), {}, UNKNOWN, {("item.processing", 1), ("item.form", 0)}),
        (with_part({"part_number": "M"}), {"states": frozenset()}, UNKNOWN, {("item.form", 0)}),
        (with_part({"part_number": "M"}, form="motor"), {"unless": FREE}, UNKNOWN, {("item.processing", 1)}),
        (with_part({"part_number": "M"}, form="motor"), {}, TRUE, set()),
        (with_part({"part_number": "M"}, form="assembly"), {"states": frozenset()}, FALSE, set()),
        (with_part(with_part(FITTED), form="assembly"), {}, UNKNOWN, {("item.form", 1)}),
        (with_part(with_part(FITTED)), {}, UNKNOWN, {("item.form", 1), ("item.form", 0)}),
        (with_part(with_part(FITTED, form="assembly")), {}, UNKNOWN, {("item.form", 0)}),
        (with_part(with_part(FITTED), form="motor"), {}, TRUE, set()),
    ],
)
def test_what_would_tell_whether_an_item_is_fixed(
    fields: dict[str, Any], how: dict[str, frozenset[str]], outcome: Truth, asked: set[tuple[str, int]]
) -> None:
    assert needs_of(fields, **how) == (outcome, asked)
