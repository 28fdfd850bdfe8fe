"""Documents of one outline: whatever their names and amounts, they are decided as each would be by itself.

Searches: python -m pytest -m long tests/test_outlines.py, with as many documents as RARE_EARTH_DOCUMENTS says.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.core.quantities import exact, exactly
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine import outlines
from rare_earth_compliance.engine.determine import decided
from rare_earth_compliance.engine.documents import Documents, Known
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.outlines import Outlines, Slots
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.product import compact
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.product.outline import QUANTITY, VALUE, KeptOutline, Outline
from rare_earth_compliance.product.quiet import reduced
from tests.benchmarks import peers, products
from tests.benchmarks.ours import READINGS, lapsed
from tests.test_documents import HEAD, KNOWN, PACK, QUIET, compared, lines_of, made, under, whole

MANY = int(os.environ.get("RARE_EARTH_DOCUMENTS", "2000"))
AMOUNTS = (
    "0.001",
    "0.004",
    "0.01",
    "1",
    "1.0",
    1,
    4,
    "4.001",
    "12.5",
    "4000.00",
    "999999999999.999999999999",
    "0.000000000001",
)
QUANTITIES = (1, 1, 2, "0.5", 12, "1.25", "3")


def settled() -> Documents:
    """Under one reading each, where the smallest share decides."""
    return under(on=peers.DAY, readings=READINGS, confirmations=(lapsed(),))


def outline_of(data: bytes, way: Documents) -> Outline:
    small = reduced(data, way._ordinary)
    assert small is not None
    return small.outline


def by_outline(data: bytes, way: Documents) -> Known | None:
    assert way._outlines is not None
    return way._outlines.decided(outline_of(data, way))


def retold(rng: Random, data: bytes) -> bytes:
    """The same product with other names and amounts."""
    document = json.loads(data)
    for top in (document["product"], *document.get("shared", {}).values()):
        for line in lines_of(top):
            line |= {key: f"{key} {rng.randrange(10**6)}" for key in ("part_number", "name", "note") if line.get(key)}
            if isinstance(line.get("unit_value"), dict) and rng.random() < 0.8:
                line["unit_value"]["amount"] = rng.choice(AMOUNTS)
            if "quantity" in line and rng.random() < 0.5:
                line["quantity"] = rng.choice(QUANTITIES)
    return json.dumps(document, ensure_ascii=False).encode()


def many(count: int) -> Counter[tuple[str, str]]:
    """Judge so many products, each told in six ways, by their outlines and as each would be by itself."""
    rng, found = Random(6), Counter[tuple[str, str]]()  # noqa: S311
    ways = {"open": under(), "settled": settled()}
    for _ in range(count):
        data = made(rng)
        for told in (retold(rng, data) for _ in range(6)):
            for name, way in ways.items():
                assert way._outlines is not None
                before = dict(way.plan.outlines)
                answer = compared(told, way, read=rng.random() < 0.1)
                small = reduced(told, way._ordinary)
                known = small is not None and before.get((way._outlines, small.outline.text)) is not None
                found[name, f"{answer}, outline known" if known else "alone"] += 1
    return found


def test_documents_are_decided_alike_by_their_outline_and_by_themselves() -> None:
    found = many(60)
    assert found.total() == 720
    for name, answer, least in (
        ("open", "undetermined", 50),
        ("open", "licence not required", 20),
        ("settled", "undetermined", 15),
        ("settled", "licence required", 20),
        ("settled", "licence not required", 25),
    ):
        assert found[name, f"{answer}, outline known"] >= least, found


@pytest.mark.long
def test_many_documents_are_decided_alike() -> None:
    assert many(MANY).total() == 12 * MANY >= 12


# ---- one magnet, told with other amounts


ALLOY: dict[str, Any] = {
    "form": "alloy",
    "alloy": ["Dy", "Fe"],
    "composition": [{"element": "Dy", "mass_fraction": "80 %"}, {"element": "Fe", "mass_fraction": "20 %"}],
    "technologies_complete": True,
    "origin": "CN",
    "quantity": 1,
    "unit_value": {"amount": "1", "currency": "EUR"},
}
NEODYMIUM = deepcopy(ALLOY) | {
    "alloy": ["Nd", "Fe"],
    "composition": [{"element": "Nd", "mass_fraction": "80 %"}, {"element": "Fe", "mass_fraction": "20 %"}],
    "origin": "AU",
}
MAGNET: dict[str, Any] = {
    "name": "magnet",
    "form": "permanent-magnet",
    "family": "NdFeB",
    "processing": ["loose", "sintered"],
    "origin": "DE",
    "made_in": "DE",
    "quantity": 1,
    "unit_value": {"amount": "1000", "currency": "EUR"},
    "complete": True,
    "technologies_complete": True,
    "materials": [ALLOY, NEODYMIUM],
}


def magnet(content: str | int = "1", value: str = "1000", pieces: str | int = 1, name: str = "magnet", **more: Any) -> bytes:
    """A product with a magnet made in Germany, and a Chinese alloy in it."""
    line = deepcopy(MAGNET)
    line |= {"name": name, **more}
    line["unit_value"]["amount"] = value
    line["materials"][0]["unit_value"]["amount"] = content
    line["materials"][0]["quantity"] = pieces
    return HEAD % (b"%s, %s" % (json.dumps(line).encode(), QUIET), KNOWN)


def nested_alloys(content: str) -> bytes:
    """A Chinese alloy worth two, of a Chinese metal."""
    metal = {"form": "metal", "composition": [{"element": "Dy", "mass_fraction": "100 %"}], "origin": "CN", "quantity": 1}
    metal["unit_value"] = {"amount": content, "currency": "EUR"}
    line = {**ALLOY, "complete": True, "materials": [metal], "unit_value": {"amount": "2", "currency": "EUR"}}
    return magnet(materials=[line, NEODYMIUM]).replace(b'"amount": "1"', b'"amount": "2"', 1)


def test_on_the_line_below_and_above_it() -> None:
    way = settled()
    assert by_outline(magnet(), way) is None, "a document that stays alone is not decided by its outline"
    told = {
        "1": ("licence required", magnet()),
        "one piece, a little less": ("licence not required", magnet("0.999999999999")),
        "a little more": ("licence required", magnet("1.000000000001")),
        "a dearer magnet": ("licence not required", magnet(value="1000.000000000001")),
        "a cheaper magnet": ("licence required", magnet(value="999.999999999999")),
        "two of half": ("licence required", magnet("0.5", pieces=2)),
        "half of two": ("licence required", magnet(2, pieces="0.5")),
        "two of a little less than half": ("licence not required", magnet("0.499999999999", pieces=2)),
        "another name": ("licence required", magnet(name="N42SH")),
    }
    for name, (wanted, data) in told.items():
        assert compared(data, way) == wanted, name
        decided = by_outline(data, way)
        assert decided is not None, name
        assert decided.fields["answer"].value == wanted, name
    assert way._outlines is not None
    ((_, here),) = way.plan.outlines.items()
    assert here is not None
    assert len(here.known) == 2


def test_a_document_is_judged_only_where_its_shares_come_out_otherwise() -> None:
    way, judged = settled(), list[bytes]()
    assert way._outlines is not None
    judge = way._outlines._judge

    def counted(data: bytes) -> Any:
        judged.append(data)
        return judge(data)

    way._outlines._judge = counted
    counts = []
    for content in ("1", "1", "2", "0.5", "0.25", "3", "0.999999999999"):
        decided = by_outline(magnet(content), way)
        counts.append(len(judged))
        assert (decided is None) is (len(counts) == 1)
    assert counts == [0, 1, 1, 2, 2, 2, 2]


def test_one_measure_that_contradicts_itself_is_enough() -> None:
    """With no reading chosen shares are measured in several ways, and not all of them count the metal in an alloy."""
    way = under()
    told = [nested_alloys(amount) for amount in ("1", "2", "3", "1")]
    assert [compared(data, way) for data in told] == ["undetermined", "undetermined", "left to the reader", "undetermined"]
    assert way._outlines is not None
    ((_, here),) = way.plan.outlines.items()
    assert here is not None
    outline = outline_of(told[2], way)
    assert here.outcomes(outline.amounts) is None
    assert whole(told[2], way).conflicts


def test_amounts_that_contradict_each_other_are_judged_with_their_places() -> None:
    """A Chinese alloy counts whole; one that is worth less than the Chinese metal in it can not be."""
    way = settled()
    told = [nested_alloys(amount) for amount in ("1", "2", "3")]
    assert [compared(data, way) for data in told] == ["licence required", "licence required", "left to the reader"]
    assert by_outline(told[1], way) is not None
    assert by_outline(told[2], way) is None
    assert len(whole(told[2], way).conflicts) == 1


def test_entries_that_are_counted_each_alone_are_told_apart() -> None:
    """Two alloys below the line, and together above it: one of them crosses it by itself."""
    way = under(on=peers.DAY, readings={**READINGS, "aggregation": "each-alone"}, confirmations=(lapsed(),))
    terbium = deepcopy(ALLOY) | {
        "alloy": ["Tb", "Fe"],
        "composition": [{"element": "Tb", "mass_fraction": "80 %"}, {"element": "Fe", "mass_fraction": "20 %"}],
    }
    found = []
    for one, other in (("0.6", "0.6"), ("0.7", "0.7"), ("0.9", "0.9"), ("1", "0.1"), ("0.1", "1"), ("0.999999999999", "0.1")):
        alloys = deepcopy([ALLOY, terbium, NEODYMIUM])
        for line, amount in zip(alloys, (one, other, "1"), strict=True):
            line["unit_value"]["amount"] = amount
        line = {**MAGNET, "materials": alloys}
        data = HEAD % (b"%s, %s" % (json.dumps(line).encode(), QUIET), KNOWN)
        found.append(compared(data, way))
        assert (by_outline(data, way) is not None) is (len(found) > 0)
    not_required, required = "licence not required", "licence required"
    assert found == [not_required, not_required, not_required, required, required, not_required]


@pytest.mark.parametrize(
    "changed",
    [
        {"unit_value": {"amount": "1000", "currency": "EUR", "per": "2"}},
        {"base_quantity": 4},
        {"mass": "12 g", "composition": [{"element": "Nd", "mass_fraction": "29 %", "input_form": "metal", "origin": "CN"}]},
    ],
)
def test_amounts_that_make_others_are_left_alone_or_decided_alike(changed: dict[str, Any]) -> None:
    way = settled()
    for content in ("1", "0.4", "12", "900"):
        compared(magnet(content, **changed), way)
    assert by_outline(magnet("1", base_quantity=4), way) is None


def test_an_amount_stands_where_it_is_read_and_nowhere_else() -> None:
    """Where an amount becomes another one, is found twice or is of another kind, nothing is said of the outline."""
    way = settled()
    outline = outline_of(magnet(), way)
    assert outline.kinds == (VALUE, QUANTITY) * 3
    assert outline.amounts == ("1000", "1", "1", "1", "1", "1")
    judged = way._of_outline(outline.with_amounts(outline.amounts))
    assert judged is not None

    def places(change: Any) -> bool:
        reading = Outlines(Plan(PACK, way.plan.readings), way._of_outline, lambda data: change(read_shipment(data, "")))
        return reading._slots(outline, judged[0]) is not None

    def at(shipment: Any, index: int, **new: Any) -> Any:
        items = list(shipment.product.items)
        items[index] = replace(items[index], **new)
        return replace(shipment, product=replace(shipment.product, items=tuple(items)))

    def with_item(change: Any) -> Any:
        return lambda shipment: change(shipment, shipment.product.items[1])

    assert places(lambda shipment: shipment)
    assert not places(
        with_item(lambda shipment, item: at(shipment, 1, unit_value=replace(item.unit_value, amount=_half(item))))
    )
    assert not places(with_item(lambda shipment, item: at(shipment, 1, mass=item.unit_value.amount)))
    assert not places(with_item(lambda shipment, item: at(shipment, 0, unit_value=item.unit_value)))
    assert not places(with_item(lambda shipment, item: replace(shipment, quantity=item.unit_value.amount)))
    seen = iter(range(9))
    assert not places(lambda shipment: replace(shipment, destination="VN" if next(seen) else shipment.destination))
    again = iter(range(9))
    assert not places(lambda shipment: at(shipment, 1, unit_value=None) if next(again) else shipment)
    product = judged[0].shipment.product
    assert outlines._places(product, ["1000"], (QUANTITY,)) is None
    assert outlines._places(product, ["1000"], (VALUE,)) == Slots(((1, -1),))
    assert outlines._places(product, ["1"], (VALUE,)) is None, "found more than once"
    assert outlines._places(product, ["1000", "77"], (VALUE, VALUE)) is None, "not found"
    probed = read_shipment(outline.with_amounts(["2", "3", "4", "5", "6", "7"]), "").product
    numbers = ["2", "3", "4", "5", "6", "7"]
    assert outlines._places(probed, numbers, outline.kinds) is not None
    for at in range(6):
        other = QUANTITY if outline.kinds[at] == VALUE else VALUE
        assert outlines._places(probed, numbers, (*outline.kinds[:at], other, *outline.kinds[at + 1 :])) is None


def _half(item: Any) -> Any:
    return item.unit_value.amount.scaled(Fraction(1, 2))


def test_what_is_refused_or_contradicts_itself_is_decided_for_no_other() -> None:
    way = settled()
    outline = outline_of(magnet(), way)
    nothing: Outlines[Known] = Outlines(Plan(PACK, way.plan.readings), lambda _: None, lambda data: read_shipment(data, ""))
    assert [nothing.decided(outline) for _ in range(3)] == [None, None, None]
    assert way._of_outline(b'{"format": "rare-earth-bom/1"}') is None
    # A code that does not fit what it stands at.
    assert way._of_outline(magnet(control_codes=["1C902.a"], form="component", rare_earths="none")) is None
    told = [magnet(amount, control_codes=["1C905.a.4"]) for amount in ("1", "2", "3")]
    assert len({compared(data, way) for data in told}) == 1


def test_what_was_judged_of_others_or_not_at_all_says_nothing() -> None:
    """Judging and reading as they should not be: of other amounts, with what contradicts itself, or refused on the way."""
    way = settled()
    one, other, wrong = (outline_of(data, way) for data in (magnet("1"), magnet("7"), nested_alloys("3")))

    def read(data: bytes) -> Any:
        return read_shipment(data, "")

    def refused(_: bytes) -> Any:
        raise Refused([Problem(place=Place(file="x"), message="no", advice="none")])

    def twice(outlines_: Outlines[Any], outline: Outline) -> Any:
        assert outlines_.decided(outline) is None
        return outlines_.decided(outline)

    judged = way._of_outline(other.with_amounts(other.amounts))
    assert judged is not None
    assert twice(Outlines(Plan(PACK, way.plan.readings), lambda _: (judged[0], "of others"), read), one) is None
    assert twice(Outlines(Plan(PACK, way.plan.readings), way._of_outline, refused), one) is None
    found = decided(read(wrong.with_amounts(wrong.amounts)), PACK, on=peers.DAY, readings=READINGS, confirmations=(lapsed(),))
    careless: Outlines[Any] = Outlines(
        Plan(PACK, way.plan.readings), lambda _: (found.case.inquiry, "with a contradiction"), read
    )
    assert twice(careless, wrong) is None
    assert careless.decided(outline_of(nested_alloys("1"), way)) == "with a contradiction", "it is judged by itself"
    once = iter([way._of_outline(one.with_amounts(one.amounts)), None])
    short: Outlines[Any] = Outlines(Plan(PACK, way.plan.readings), lambda _: next(once), read)
    assert twice(short, one) is not None
    assert short.decided(outline_of(magnet("0.5"), way)) is None
    here = way._outlines._outlined(one) if way._outlines is not None else None
    assert here is not None
    for amounts in (one.amounts[:-1], (*one.amounts, "1")):
        with pytest.raises(ValueError, match="zip"):
            here.outcomes(amounts)


def test_a_document_with_a_long_outline_is_judged_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that state no amounts make a long outline too: neither it nor an inquiry into it is kept."""
    assert outlines.LONGEST == 20_000
    line = b'{"form": "permanent-magnet", "origin": "DE", "made_in": "DE", "family": "NdFeB"}'
    for count, known in ((40, 1), (400, 0)):
        way = settled()
        data = HEAD % (b", ".join([line] * count), KNOWN)
        for _ in range(3):
            compared(data, way, read=False)
        assert (len(way.plan.outlines), len(way.plan.outlines_seen)) == (known, known)
    length = len(outline_of(magnet("1"), settled()).text)
    for most, known in ((length - 1, 0), (length, 1)):
        monkeypatch.setattr(outlines, "LONGEST", most)
        way = settled()
        for content in ("1", "2", "0.5"):
            compared(magnet(content), way, read=False)
        assert len(way.plan.outlines) == known


def test_all_that_decide_by_one_plan_remember_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many shipments come beside products, so many outlines are kept and no more."""
    monkeypatch.setattr(outlines, "KEPT", 3)
    plan = settled().plan
    given: dict[str, Any] = {"on": peers.DAY, "readings": READINGS, "confirmations": (lapsed(),), "plan": plan}
    counts = []
    for _ in range(5):
        way = under(**given)
        for content in ("1", "0.5"):
            assert compared(magnet(content), way, read=False) in ("licence required", "licence not required")
        counts.append(len(plan.outlines))
    assert counts == [1, 2, 3, 1, 2]


def test_a_document_with_many_amounts_is_judged_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outlines.AMOUNTS == 60
    for most, known in ((5, False), (6, True)):
        monkeypatch.setattr(outlines, "AMOUNTS", most)
        way = settled()
        answers = [compared(magnet(content), way) for content in ("1", "2", "0.5")]
        assert answers == ["licence required", "licence required", "licence not required"]
        assert (by_outline(magnet("1"), way) is not None) is known


def test_so_much_is_remembered_and_then_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (outlines.KEPT, outlines.OUTCOMES) == (500, 200)
    monkeypatch.setattr(outlines, "KEPT", 2)
    monkeypatch.setattr(outlines, "OUTCOMES", 1)
    way = settled()
    counts = []
    for place in ("DE", "DE", "FR", "FR", "PL", "PL", "DE"):
        compared(magnet(made_in=place), way)
        assert way._outlines is not None
        counts.append(len(way.plan.outlines))
    assert counts == [0, 1, 1, 2, 2, 1, 2]
    for content, known in (("1", 1), ("0.5", 1), ("2", 1)):
        assert compared(magnet(content), way, read=False) == (
            "licence required" if content != "0.5" else "licence not required"
        )
        here = way.plan.outlines[way._outlines, outline_of(magnet(content), way).text]
        assert here is not None
        assert len(here.known) == known
    monkeypatch.setattr(outlines, "KEPT", 0)
    for place in ("IT", "AT"):
        assert by_outline(magnet(made_in=place), way) is None
        assert len(way.plan.outlines_seen) == 1


# ---- what an outline is


def test_a_document_is_its_outline_with_its_names_and_amounts() -> None:
    way, rng, seen, named, values = settled(), Random(9), 0, 0, 0  # noqa: S311
    for _ in range(120):
        data = made(rng)
        small = reduced(data, way._ordinary)
        if small is None:
            continue
        outline = small.outline
        assert outline.whole() == small.data
        names = [str(line.get("name")) for line in lines_of(json.loads(small.data)["product"])]
        assert all(json.dumps(name, ensure_ascii=False).encode() in data for name in names if name != "None")
        named += len(set(names) - {"None"})
        try:
            before = read_shipment(outline.whole(), "")
        except Refused:
            continue
        again = read_shipment(outline.with_amounts(outline.amounts), "")

        def unnamed(shipment: Any) -> Any:
            items = [replace(one, part_number=None, name=None) for one in shipment.product.items]
            product = replace(shipment.product, items=tuple(items), sha256="")
            return replace(shipment, product=product, sha256="")

        assert unnamed(before) == unnamed(again)
        stands = [str(exact(amount)) for amount in outline.amounts]
        found = [] if b'"per"' in data else [money.amount.low for item in again.product.items if (money := item.unit_value)]
        assert not {str(number) for number in found} - {*stands}, "every value is an amount of the outline"
        values += len(found)
        seen += 1
    assert seen >= 30
    assert named >= 60
    assert values >= 60


def test_every_shape_gives_the_same_outline() -> None:
    """A document with a number that is not whole is decoded in another shape."""
    way = settled()
    data = magnet()
    shapes = compact.shapes()
    assert shapes is not None
    texts = set()
    for shape in shapes.of_documents[1:]:
        small = json.loads(reduced(data, way._ordinary).data)  # type: ignore[union-attr]
        document = shape.decode(json.dumps(small).encode())
        outline = Outline(document, shapes, shape)
        texts.add((outline.text, outline.kinds, outline.amounts))
        assert (
            json.loads(outline.with_amounts(["7", "2", "0.5", "3", "1", "1"]))["product"]["parts"][0]["unit_value"]["amount"]
            == "7"
        )
        assert json.loads(outline.whole()) == small
    assert len(texts) == 1


# ---- the same sums


def test_measures_taken_again_are_those_of_the_product_itself() -> None:
    rng, seen, conflicting = Random(11), 0, 0  # noqa: S311
    way = settled()
    assert way._outlines is not None
    for number in range(300):
        small = reduced(made(rng) if number % 4 else nested_alloys("1"), way._ordinary)
        if small is None:
            continue
        outline = small.outline
        judged = way._of_outline(outline.with_amounts(outline.amounts))
        slots = None if judged is None else way._outlines._slots(outline, judged[0])
        if judged is None or slots is None:
            continue
        told = [str(rng.choice(QUANTITIES if kind == QUANTITY else AMOUNTS)) for kind in outline.kinds]
        amounts = {place: exactly(exact(amount)) for place, amount in zip(slots.at, told, strict=True)}
        figures = judged[0].figures.changed(
            {index: amount for (index, at), amount in amounts.items() if at < 0},
            {place: amount for place, amount in amounts.items() if place[1] >= 0},
        )
        again = judged[0].with_figures(figures)
        plan = way.plan
        fresh = Inquiry(read_shipment(outline.with_amounts(told), ""), PACK, plan.readings, way.on, plan)
        for measure in judged[0].measures():
            key = (measure.name, measure.term, measure.priced, measure.code)
            here, there = again.measure(*key), fresh.measure(*key)
            assert here.conflicts == there.conflicts
            assert (here.content, here.counts, here.estimate) == (there.content, there.counts, there.estimate)
            assert here.needs == there.needs
            everywhere = range(len(here.content))
            assert [here.amounts(at) for at in everywhere] == [there.amounts(at) for at in everywhere]
            conflicting += bool(here.conflicts)
            seen += 1
    assert seen >= 150
    assert conflicting >= 10


def test_an_outline_that_was_kept_as_text_is_the_same() -> None:
    way = settled()
    outline = outline_of(magnet("7"), way)
    kept = KeptOutline(outline.text, outline.amounts)
    assert (kept.kinds, kept.amounts) == (outline.kinds, outline.amounts)
    told = ["4", "5", "6", "7", "8", "9"]
    assert kept.with_amounts(told) == outline.with_amounts(told)
    for amounts in (told[:-1], [*told, "1"]):
        with pytest.raises(ValueError, match=r"zip"):
            outline.with_amounts(amounts)
    with pytest.raises(ValueError, match=r"^what was kept of the document is no outline$"):
        KeptOutline(b"{}", ()).with_amounts(())


def test_without_the_extra_no_text_is_an_outline(monkeypatch: pytest.MonkeyPatch) -> None:
    text = outline_of(magnet(), settled()).text
    monkeypatch.setattr(compact, "shapes", lambda: None)
    with pytest.raises(ValueError, match=r"^what was kept of the document is no outline$"):
        KeptOutline(text, ()).with_amounts(())


def test_other_figures_stand_only_where_they_are_put() -> None:
    inquiry = settled()._of_outline(magnet())
    assert inquiry is not None
    base = inquiry[0].figures
    five = exactly(Fraction(5))
    changed = base.changed({1: five}, {(1, 0): five})
    money = changed.worth(1).money
    assert money is not None
    assert (money.amount, money.currency) == (five, "EUR")
    assert changed.worth(1, "cost").money is None
    assert base.worth(2, "cost").money is changed.worth(2, "cost").money is None
    priced = settled()._of_outline(magnet(unit_value={"amount": "7", "currency": "EUR", "basis": "standard-cost"}))
    assert priced is not None
    dearer = priced[0].figures.changed({1: five}, {})
    for figures, amount in ((priced[0].figures, exactly(Fraction(1000))), (dearer, five)):
        known = [figures.worth(1, kind).money for kind in ("", "standard-cost", "list-price")]
        assert [money.amount if money else None for money in known] == [amount, amount, None]
    assert changed.worth(2) == base.worth(2)
    assert [use.quantity for use in changed.uses(1)] == [five, exactly(Fraction(1))]
    assert changed.uses(0) == base.uses(0)
    assert [use.quantity for use in base.uses(1)] == [exactly(Fraction(1))] * 2
    with pytest.raises(ValueError, match=r"^no value is stated for "):
        base.changed({0: five}, {})


# ---- where nothing but shares in rules may ask of amounts


def test_outlines_are_used_only_where_amounts_decide_through_shares_of_rules() -> None:
    assert Plan(PACK, {}).shares_in_rules_alone()
    share = next(
        ask
        for rule in PACK.rules.values()
        for ask in Plan(PACK, {}).of_rule(rule).shares
        if PACK.questions[ask.question].computed_by == "value_share"
    )
    name, term = next(iter(PACK.terms.items()))
    of_terms = replace(PACK, terms={**PACK.terms, name: replace(term, part=share)})
    entry = replace(PACK.lists["annex-62"].entries[0], recognise=share)
    of_lists = replace(PACK, lists={**PACK.lists, "more": replace(PACK.lists["annex-62"], id="more", entries=(entry,))})
    form = PACK.questions["item.form"]
    of_facts = replace(
        PACK, questions={**PACK.questions, "item.price": replace(form, id="item.price", found_at="item.unit_value")}
    )
    assert not any(Plan(changed, {}).shares_in_rules_alone() for changed in (of_terms, of_lists, of_facts))
    assert Documents(of_facts, on=peers.DAY)._outlines is None


def test_the_same_is_true_of_products_of_a_portfolio() -> None:
    """Products as they are measured with: all that hold a magnet have one outline, and it tells them apart by its line."""
    way = settled()
    portfolio = [one for at, one in enumerate(products.portfolio(400)) if at % products.LISTED_ONE_IN == 0]
    answers = Counter((one.reaches, compared(one.data, way, read=False)) for one in portfolio)
    assert set(answers) == {(True, "licence required"), (False, "licence not required")}
    assert answers.total() == 20
    assert way._outlines is not None
    ((_, here),) = way.plan.outlines.items()
    assert here is not None
    assert {outcomes[0] for outcomes in here.known} <= {Truth.TRUE, Truth.FALSE}
