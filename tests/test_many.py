"""Many inputs: one outcome for each, in order, made when it is asked for, and nothing lost or cleared by an accident."""

from __future__ import annotations

import gc
import itertools
import threading
import weakref
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rare_earth_compliance import (
    BomFile,
    Outcome,
    Place,
    Problem,
    Refused,
    RulePack,
    determine,
    determine_many,
    load_rules,
    product_of,
    read_shipment,
    shipment_of,
    status_of,
    to_dict,
    worst_status,
)
from rare_earth_compliance.engine.documents import Documents
from tests.running import EXAMPLES

DAY = date(2026, 11, 23)
MOTOR: dict[str, Any] = {"format": "rare-earth-bom/1", "product": {"form": "motor"}}
CLEAR = (EXAMPLES / "yag-laser-rod" / "assumed.json").read_bytes()
MISTAKE = Refused([Problem(place=Place(file="erp"), message="could not be fetched", advice="fetch it again")])


@pytest.fixture(scope="module")
def pack() -> RulePack:
    return load_rules()


class Vicious(dict[str, Any]):
    """A dictionary that raises when it is read."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(MOTOR)
        self.error = error

    def items(self) -> Any:
        raise self.error


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


def test_each_input_has_its_outcome_in_order_whatever_it_is(pack: RulePack) -> None:
    shipment = shipment_of(product_of(MOTOR))
    inputs: list[Any] = [
        MOTOR,
        b'{"format": "rare-earth-bom/1", "product": {"form": "motor"}}',
        '{"format": "rare-earth-bom/1", "product": {"form": "motor"}}',
        BomFile.model_validate(MOTOR),
        shipment,
        b"",
        "{",
        b"\xff\xfe",
        None,
        True,
        0,
        1.5,
        object(),
        [],
        {},
        {"format": "rare-earth-bom/1", "shipment": {}},
        {"format": "rare-earth-bom/1", "product": {"mass": 1.5}},
        MISTAKE,
        ValueError("no connection"),
        Vicious(RuntimeError("torn")),
        Vicious(MemoryError()),
        Vicious(RecursionError("too deep")),
        Vicious(Unspeakable()),
        Exception,
    ]
    outcomes = list(determine_many(inputs, pack, on=DAY))
    assert [one.index for one in outcomes] == list(range(len(inputs)))
    assert [one.status for one in outcomes] == [11] * 5 + [3] * (len(inputs) - 5)
    assert [one.determination is None for one in outcomes] == [False] * 5 + [True] * (len(inputs) - 5)
    assert all(problem.message and problem.advice for one in outcomes for problem in one.problems)
    assert outcomes[4].determination == determine(shipment, pack, on=DAY)
    assert [one.problems[0].message for one in outcomes[15:23]] == [
        "holds a shipment and no product",
        "found the float 1.5",
        "could not be fetched",
        "could not be judged, ValueError: no connection",
        "could not be judged, RuntimeError: torn",
        "could not be judged, MemoryError",
        "could not be judged, RecursionError: too deep",
        "could not be judged, Unspeakable",
    ]
    assert [one.problems[0].place.file for one in outcomes[18:20]] == ["input 18", "input 19"]
    assert worst_status(outcomes) == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_interrupts_pass_through(pack: RulePack, error: type[BaseException]) -> None:
    with pytest.raises(error):
        list(determine_many([Vicious(error())], pack, on=DAY))


@pytest.mark.parametrize("error", [MemoryError, RecursionError, KeyError, AssertionError, ZeroDivisionError, TypeError])
def test_a_failure_of_the_engine_is_refused_and_the_next_input_is_judged(
    pack: RulePack, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    first = True

    def broken(*arguments: Any, **named: Any) -> Any:
        nonlocal first
        if first:
            first = False
            raise error
        return judged(*arguments, **named)

    judged = Documents.determine
    monkeypatch.setattr(Documents, "determine", broken)
    outcomes = list(determine_many([CLEAR, CLEAR], pack, on=DAY))
    assert outcomes[0].status == 3
    assert error.__name__ in outcomes[0].problems[0].message
    assert outcomes[1].determination is not None


def test_what_the_inputs_raise_themselves_is_not_swallowed(pack: RulePack) -> None:
    def broken() -> Iterator[Any]:
        yield MOTOR
        raise OSError("the connection is gone")

    found = determine_many(broken(), pack, on=DAY)
    assert next(found).status == 11
    with pytest.raises(OSError, match="gone"):
        next(found)


def test_nothing_is_read_ahead_and_nothing_is_kept(pack: RulePack) -> None:
    class Document(dict[str, Any]):
        """A dictionary that can be watched."""

    taken: list[int] = []
    alive: list[weakref.ref[Document]] = []

    def endless() -> Iterator[Document]:
        for number in itertools.count():
            taken.append(number)
            document = Document(MOTOR)
            alive.append(weakref.ref(document))
            yield document
            del document

    found = determine_many(endless(), pack, on=DAY)
    assert taken == []
    for number, outcome in enumerate(itertools.islice(found, 5)):
        assert outcome.index == number
        assert len(taken) == number + 1
    del outcome
    gc.collect()
    assert sum(one() is not None for one in alive) <= 1


def test_wrong_arguments_are_told_at_once_and_not_once_an_input(pack: RulePack) -> None:
    with pytest.raises(Refused, match="no reading 'x'"):
        determine_many([MOTOR], pack, on=DAY, readings={"x": "y"})
    days: tuple[Any, ...] = ("2026-11-23", None, datetime(2026, 11, 23, tzinfo=UTC), 20261123)
    for day in days:
        with pytest.raises(TypeError):
            determine_many([MOTOR], pack, on=day)


def test_the_keywords_are_those_of_determine(pack: RulePack) -> None:
    options: Any = {"on": date(2025, 10, 20), "known_by": date(2025, 10, 9), "readings": {"numerator-origin": "chinese-only"}}
    (outcome,) = determine_many([CLEAR], pack, **options)
    assert outcome.determination == determine(read_shipment(CLEAR, "input 0"), pack, **options)


def test_an_outcome_is_no_bool_and_can_not_be_bent(pack: RulePack) -> None:
    (good,) = determine_many([MOTOR], pack, on=DAY)
    with pytest.raises(TypeError, match="not a bool"):
        bool(good)
    with pytest.raises(FrozenInstanceError):
        good.status = 0  # type: ignore[misc]
    for wrong in ({"status": 0}, {"determination": None}, {"problems": MISTAKE.problems}, {"determination": None, "status": 3}):
        with pytest.raises(ValueError, match="outcome"):
            replace(good, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not the status"):
        Outcome(index=0, determination=None, problems=MISTAKE.problems, status=0)


def test_the_worst_status_wins_and_nothing_is_never_clear(pack: RulePack) -> None:
    assert worst_status([]) == 4
    outcomes = list(determine_many([MOTOR, None], pack, on=DAY))
    assert (worst_status(outcomes[:1]), worst_status(outcomes), worst_status(outcomes[1:])) == (11, 3, 3)
    assert outcomes[0].determination is not None
    assert status_of(outcomes[0].determination) == 11


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([MOTOR, None, b"{", CLEAR, ValueError("x"), {"format": "x"}]), max_size=5))
def test_an_outcome_does_not_depend_on_its_neighbours(inputs: list[Any]) -> None:
    pack = load_rules() if not _PACK else _PACK[0]
    _PACK[:] = [pack]
    together = list(determine_many(inputs, pack, on=DAY))
    alone = [next(determine_many([one], pack, on=DAY)) for one in inputs]
    assert [one.status for one in together] == [one.status for one in alone]
    assert len(together) == len(inputs)


_PACK: list[RulePack] = []


def test_threads_share_a_pack_and_agree(pack: RulePack) -> None:
    inputs = [MOTOR, CLEAR, None]
    found: list[list[str]] = []

    def judge() -> None:
        outcomes = determine_many(inputs, pack, on=DAY)
        found.append([str(one.problems if one.determination is None else to_dict(one.determination)) for one in outcomes])

    threads = [threading.Thread(target=judge) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(one == found[0] for one in found)
