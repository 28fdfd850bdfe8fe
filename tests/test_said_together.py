"""What is said of a shipment and can not be so together, each with its words: and what resembles it and is honest.

The engine, the quick way, the second stage of checking a record and, where it knows the fields, the second implementation see
the same.
"""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

from rare_earth_compliance import Answer
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.engine.documents import Documents
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.record.checking import checked
from tests.oracle import judge, things
from tests.recording import documents, law, of_files

PACK = load()
OCTOBER, AUGUST = date(2025, 10, 20), date(2026, 8, 1)
FREE = {"part_number": "BOX", "form": "finished-product", "rare_earths": "none", "equipment": "none"}
PAPER = {"part_number": "PAPER", "form": "technology", "rare_earths": "none", "equipment": "none"}
NAMELESS = {"part_number": "PAPER", "rare_earths": "none", "equipment": "none"}
MAGNET = {
    "part_number": "MAGNET",
    "form": "permanent-magnet",
    "family": "NdFeB",
    "equipment": "none",
    "composition": [{"element": "Nd"}, {"element": "Fe"}, {"element": "B"}, {"element": "Dy"}],
    "composition_complete": True,
    "origin": "CN",
}
RECIPIENTS = ("importer", "consignee", "end_user")
PRODUCTION = "overseas-rare-earth-production"


def party(place: str, *, chinese: bool | None = None, **said: Any) -> dict[str, Any]:
    chinese = place == "CN" if chinese is None else chinese
    owned = {"foreign_owned": False} if chinese else {}
    return {"located_in": place, "chinese_person": chinese, "military": False, "listed": "none", **owned, **said}


def moved(start: str, end: str, product: dict[str, Any] = FREE, **said: Any) -> dict[str, Any]:
    """A product from one country to another, or inside one, among parties that stand there; None takes something out."""
    shipment: dict[str, Any] = {
        "kind": "goods",
        "movement": "transfer" if start == end else "export",
        "technology_fields": ["none"],
        "exporter": party(start),
        "ship_from": start,
        "destination": end,
        "importer": party(end),
        "consignee": party(end),
        "end_user": party(end),
        "end_use": {"purposes": ["civil"], "complete": True, "knowledge": "no", "generic_goods": True},
    }
    shipment |= said
    kept = {name: value for name, value in shipment.items() if value is not None}
    return copy.deepcopy({"format": "rare-earth-bom/1", "product": product, "shipment": kept})


def told(product: dict[str, Any] = PAPER, **said: Any) -> dict[str, Any]:
    """Technology, from China to Germany."""
    return moved("CN", "DE", product, kind="technology", **said)


def taught(**said: Any) -> dict[str, Any]:
    """Magnet making, taught in China to a Chinese person by one; nothing but that leaves no licence."""
    act = {
        "by": party("CN"),
        "to": party("CN"),
        "leaves": "CN",
        "provided_in": "CN",
        "origin": "CN",
        "fields": ["magnet-manufacturing"],
        "activity": "teaching",
        "subjects": ["know-how"],
        "published": False,
        "basic_research": False,
        "patent": "none",
        "end_use": {"purposes": ["civil"], "complete": True, "knowledge": "no", "generic_goods": True},
    }
    return copy.deepcopy({"format": "rare-earth-bom/1", "transfer": act | said})


def use(*purposes: str, **said: Any) -> dict[str, Any]:
    return {"end_use": {"purposes": list(purposes), "complete": True, "generic_goods": False} | said}


def provided(**said: Any) -> dict[str, Any]:
    return {"transfer": said}


NO_HAND_OVER = "the shipment is said to be no hand-over inside one country ({}), but goes from CN to CN"
ELSEWHERE = "the shipment is said to stay inside one country and to go to {}, but the {} stands in {}"
NOBODY = "the shipment is said to go to {}, but nobody who is to get it stands there, only in {}"
TO_WHOM = (
    "the shipment stays inside one country, its consignee is said to be a Chinese person and its {} to be none: "
    "it is not told to which of them it is provided"
)
TELLS = "the shipment is said to be of goods alone, and 'transfer' tells how technology is provided"
KNOWS = (
    "the exporter is said to know, or to have to know, of rare-earth production outside China ({}), and the purposes to be {} "
    "and no other"
)
KNOWS_NOT = "the purpose is said to be rare-earth production outside China, and the exporter to know of no such use"
LATER = "the technology is said to be public before the act, and to become so on {}, after the act on {}"
A_THING = "x.json:1: product: PAPER is a thing, but the shipment is said to be of technology alone"
AS_A_THING = "x.json:1: product: PAPER is said to be technology, but has {}, as things have"
STRANGE = "is declared to be listed by {}, which these rules do not know: they know " + ", ".join(PACK.parties.announcements)
OWNERS = "owners are named for {}, which is neither called so as a party nor an owner of one"
IMPORTER = {"importer": party("FR", name="Imp", listed_owners_share="0 %")}


def held(*links: tuple[str, str]) -> dict[str, Any]:
    return {"ownership": [{"owner": owner, "owned": owned, "share": "10 %"} for owner, owned in links]}


TOGETHER: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    # ways
    **{
        f"{way} inside one country": (moved("CN", "CN", MAGNET, movement=way), (NO_HAND_OVER.format(way),))
        for way in ("export", "temporary-export", "return-or-repair", "sample", "hand-carried", "transit")
    },
    "export inside the exporter's country": (
        moved("CN", "CN", MAGNET, movement="export", ship_from=None),
        (NO_HAND_OVER.format("export"),),
    ),
    "out of a country and back": (
        moved("CN", "CN", MAGNET, movement="transit", transit_through=["VN"]),
        (NO_HAND_OVER.format("transit"),),
    ),
    "transit through where it ends": (
        moved("DE", "CN", MAGNET, movement="transit", transit_through=["VN", "CN"]),
        ("the shipment is said to pass in transit through CN, and to end there",),
    ),
    # recipients
    "inside a country for an importer and a user elsewhere": (
        moved("CN", "CN", MAGNET, importer=party("DE"), end_user=party("US")),
        (
            ELSEWHERE.format("CN", "importer", "DE"),
            ELSEWHERE.format("CN", "end user", "US"),
            TO_WHOM.format("importer"),
            TO_WHOM.format("end user"),
        ),
    ),
    "inside a country to a consignee elsewhere": (
        moved("CN", "CN", MAGNET, consignee=party("DE", chinese=True)),
        (ELSEWHERE.format("CN", "consignee", "DE"),),
    ),
    "inside a country, from where is not said": (
        moved(
            "CN", "CN", MAGNET, consignee=party("DE", chinese=True), ship_from=None, exporter=party("CN") | {"located_in": None}
        ),
        (ELSEWHERE.format("CN", "consignee", "DE"),),
    ),
    "inside a country, by no way that is said": (
        moved("CN", "CN", MAGNET, end_user=party("US", chinese=True), movement=None),
        (ELSEWHERE.format("CN", "end user", "US"),),
    ),
    "inside a country that is not the recipient's": (
        moved("DE", "not FR, CN", movement="transfer", consignee=party("FR"), importer=None, end_user=None),
        (ELSEWHERE.format("not FR, CN", "consignee", "FR"),),
    ),
    "inside China for a foreigner in China": (
        moved("CN", "CN", MAGNET, end_user=party("CN", chinese=False)),
        (TO_WHOM.format("end user"),),
    ),
    "inside China for a foreign importer in China": (
        moved("CN", "CN", MAGNET, importer=party("CN", chinese=False)),
        (TO_WHOM.format("importer"),),
    ),
    "to where nobody stands": (
        moved("DE", "CN", MAGNET, importer=party("US"), consignee=party("US"), end_user=party("US")),
        (NOBODY.format("CN", "US"),),
    ),
    "to where no importer stands": (
        moved("DE", "CN", MAGNET, importer=party("US"), consignee=None, end_user=None),
        (NOBODY.format("CN", "US"),),
    ),
    "to where no consignee stands": (
        moved("DE", "not CN", MAGNET, importer=None, consignee=party("CN"), end_user=None),
        (NOBODY.format("not CN", "CN"),),
    ),
    "taught inside China to a Chinese person elsewhere": (
        taught(to=party("US", chinese=True)),
        tuple(ELSEWHERE.format("CN", role, "US") for role in ("importer", "consignee", "end user")),
    ),
    "taught inside China for a foreigner elsewhere": (
        taught(end_user=party("US")),
        (ELSEWHERE.format("CN", "end user", "US"), TO_WHOM.format("end user")),
    ),
    "taught inside China for a foreigner there, by a foreigner": (
        taught(by=party("CN", chinese=False), end_user=party("CN", chinese=False)),
        (TO_WHOM.format("end user"),),
    ),
    # technology and things
    **{
        f"technology with {words}": (told(NAMELESS | {key: value}), (A_THING,))
        for words, key, value in (
            ("a tariff code", "hs_code", "2805301200"),
            ("equipment", "equipment", "jet-mill"),
            ("parameters", "parameters", [{"name": "cooling-time", "value": "5 min"}]),
            ("a mass", "mass", "6 g"),
            ("a unit of mass", "unit", "kg"),
            ("a state of processing", "processing", ["loose"]),
            ("steps of production", "steps", [{"step": "mining", "country": "AU"}]),
            ("an alloy", "alloy", ["Al", "Fe"]),
            ("a family", "family", "ferrite"),
        )
    },
    "technology with the code of a material": (
        told({"part_number": "PAPER", "equipment": "none", "control_codes": ["1C905.a.1"]}),
        (A_THING,),
    ),
    "technology with the code of a machine": (
        told({"part_number": "PAPER", "rare_earths": "none", "control_codes": ["2B902.a"]}),
        (A_THING,),
    ),
    "technology with a rare earth": (told({**NAMELESS, "rare_earths": "present"}), (A_THING,)),
    "technology with a composition": (
        told(PAPER | {"composition": [{"element": "Fe"}], "composition_complete": True}),
        (AS_A_THING.format("a composition"),),
    ),
    "technology with a tariff code beside goods": (
        moved("CN", "DE", PAPER | {"hs_code": "4906000000", "unit": "kg"}, kind="goods-with-technology"),
        (AS_A_THING.format("a tariff code"),),
    ),
    "technology inside goods, of which there is a mass": (
        moved(
            "CN",
            "DE",
            {**FREE, "complete": True, "parts": [{**PAPER, "mass": "1 g", "quantity": 1}]},
            kind="goods-with-technology",
        ),
        ("x.json:1: product.parts[0]: PAPER is said to be technology, but has a mass, as things have",),
    ),
    # goods, and how technology is provided
    **{
        f"goods alone, and {', '.join(said)} of technology": (moved("CN", "DE", **provided(**said)), (TELLS,))
        for said in (
            {"activity": "licensing"},
            {"subjects": ["process-parameters"]},
            {"subjects": ["other-help", "know-how"]},
            {"origin": "CN"},
            {"published": True},
            {"published_on": "2024-01-01"},
            {"published_with_licence": True},
            {"basic_research": True},
            {"patent": "chinese"},
            {"activity": "licensing", "subjects": ["process-parameters"], "origin": "CN", "published": False},
        )
    },
    # knowledge
    "production abroad of which nothing is known": (moved("CN", "DE", **use(PRODUCTION, knowledge="no")), (KNOWS_NOT,)),
    "production abroad among other purposes": (
        moved("CN", "DE", **use("civil", PRODUCTION, knowledge="no", complete=None)),
        (KNOWS_NOT,),
    ),
    **{
        f"{word} of no purpose": (
            moved("CN", "DE", **use("civil", "medical", knowledge=word)),
            (KNOWS.format(word, "civil, medical"),),
        )
        for word in ("knows", "should-know", "notified")
    },
    # publication
    "public later": (
        told(technology_fields=["mining"], transfer={"published": True, "published_on": "2025-10-21"}),
        (LATER.format("2025-10-21", "2025-10-20"),),
    ),
    "public later than the day of the act": (
        told(technology_fields=["mining"], transfer={"published": True, "published_on": "2025-10-08"}, day="2025-10-07"),
        (LATER.format("2025-10-08", "2025-10-07"),),
    ),
    "an act before what it tells is public": (
        taught(published=True, published_with_licence=True, published_on="2027-01-01"),
        (LATER.format("2027-01-01", "2025-10-20"),),
    ),
    # lists of persons
    **{
        f"listed by {name!r}": (
            moved("DE", "FR", end_user=party("FR", listed="watch-list", listed_by=[name])),
            (f"the end user {STRANGE.format(name)}",),
        )
        for name in ("MOFCOM Announcement No. 23 of 2026", "CN-MOFCOM-2026-23", "cn-mofcom-2026-99")
    },
    "on no list, and listed": (
        moved("DE", "FR", end_user=party("FR", listed_by=["cn-mofcom-2026-12"])),
        ("the end user is declared to be on neither list, but to be listed by cn-mofcom-2026-12",),
    ),
    "on no list, and listed by nothing known": (
        moved("DE", "FR", end_user=party("FR", listed_by=["No. 23"])),
        (
            "the end user is declared to be on neither list, but to be listed by No. 23",
            f"the end user {STRANGE.format('No. 23')}",
        ),
    ),
    # owners
    "owners of a party by another name": (
        moved("DE", "FR", **IMPORTER, **held(("MP Materials Corp.", "Imp GmbH"))),
        (OWNERS.format("Imp GmbH"),),
    ),
    "owners of nobody, and their owners": (
        moved("DE", "FR", **IMPORTER, **held(("A", "Imp"), ("B", "C"), ("D", "B"), ("E", "C"))),
        (OWNERS.format("C"), OWNERS.format("B")),
    ),
    "owners where no party has a name": (moved("DE", "FR", **held(("A", "Imp"))), (OWNERS.format("Imp"),)),
}
HONEST = {
    "inside China, among Chinese persons": moved("CN", "CN", MAGNET),
    "inside a country, for persons of whom nothing is said": moved("CN", "CN", MAGNET, importer=None, end_user=None),
    "inside Germany, among foreigners": moved("DE", "DE"),
    "inside Germany, to a Chinese person, by a foreigner for a foreigner": moved(
        "DE", "DE", consignee=party("DE", chinese=True)
    ),
    "to China": moved("DE", "CN"),
    "for a user elsewhere": moved("DE", "FR", end_user=party("US")),
    "for a user elsewhere, and nothing else is said": moved("DE", "FR", importer=None, consignee=None, end_user=party("US")),
    "by an importer elsewhere": moved("DE", "FR", importer=party("US")),
    "for a user abroad of a Chinese recipient abroad": moved("CN", "DE", consignee=party("DE", chinese=True)),
    "what is on no list, to the warehouse of somebody elsewhere": moved("DE", "CN", **dict.fromkeys(RECIPIENTS, party("US"))),
    "through another country": moved("DE", "FR", movement="transit", transit_through=["CH"]),
    "anywhere but there": moved("DE", "not CN", importer=None, consignee=None, end_user=party("FR")),
    "technology of nothing of the kind": told(),
    "technology in pairs, with a value": told(PAPER | {"unit": "pair", "unit_value": {"amount": "1", "currency": "EUR"}}),
    "technology with codes of technology": told(NAMELESS | {"control_codes": ["1E902"]}, technology_fields=["none"]),
    "goods, and nothing of technology": moved(
        "CN", "DE", **provided(subjects=["other-help"], published=False, basic_research=False, patent="none")
    ),
    "goods with technology of no field": moved(
        "CN", "DE", kind="goods-with-technology", **provided(activity="licensing", subjects=["process-parameters"])
    ),
    "nothing said of whence and whither": moved("DE", "FR", ship_from=None, exporter=None, destination=None),
    "through another country, and no movement is said": moved("DE", "FR", movement=None, transit_through=["CH"]),
    "something known, and no purpose is said": moved("CN", "DE", end_use={"knowledge": "knows"}),
    "nothing known of a use": moved("CN", "DE", **use("civil", knowledge="no")),
    "public on the day of the act": told(
        technology_fields=["mining"],
        transfer={"published": True, "published_with_licence": True, "published_on": "2025-10-20"},
        day="2025-10-20",
    ),
    "not public, and to become so": told(transfer={"published": False, "published_on": "2027-01-01"}),
    "taught to Chinese persons in China": taught(),
    "taught in China to a foreigner, of no field": taught(to=party("US"), fields=["none"]),
    "on the watch list by its announcement": moved(
        "DE", "FR", end_user=party("FR", listed="watch-list", listed_by=["cn-mofcom-2026-12"])
    ),
    "owners of parties, and theirs": moved("DE", "FR", **IMPORTER, **held(("A", "IMP"), ("B", "A"), ("Imp", "B"))),
}
NOT_CLEAR_BY_RULE = {
    "technology with codes of technology",
    "inside a country, for persons of whom nothing is said",
    "something known, and no purpose is said",
}
NO_WORD_IN_THE_ORACLE = ("listed", "owners", "on no list", "taught", "an act")
"""What the second implementation does not read."""


def determined(document: dict[str, Any], on: date = OCTOBER) -> Any:
    return determine(read_shipment(json.dumps(document).encode(), "x.json"), PACK, on=on)


@pytest.mark.parametrize("name", TOGETHER)
def test_what_can_not_be_so_together_clears_nothing(name: str) -> None:
    document, said = TOGETHER[name]
    found = determined(document)
    assert found.conflicts == said
    assert found.answer is not Answer.NOT_REQUIRED


@pytest.mark.parametrize("name", HONEST)
def test_what_is_honest_is_no_contradiction(name: str) -> None:
    found = determined(HONEST[name])
    assert found.conflicts == ()
    assert (found.answer is Answer.NOT_REQUIRED) is (name not in NOT_CLEAR_BY_RULE)


@pytest.mark.parametrize("name", [*TOGETHER, *HONEST])
def test_the_quick_way_sees_the_same(name: str) -> None:
    document = TOGETHER[name][0] if name in TOGETHER else HONEST[name]
    data = json.dumps(document).encode()
    quick = Documents(PACK, on=OCTOBER)
    whole = determined(document)
    for _ in range(3):  # the second and third time from what is remembered
        found = quick.determine(data, "x.json")
        assert (found.answer, found.conflicts) == (whole.answer, whole.conflicts)


@pytest.mark.parametrize("name", [*TOGETHER, *HONEST])
def test_the_second_stage_sees_the_same(name: str) -> None:
    document = TOGETHER[name][0] if name in TOGETHER else HONEST[name]
    record = of_files({"x.json": json.dumps(document).encode()}, OCTOBER)
    assert record is not None
    premises = record["determinations"][0]["premises"]["product"]
    # Where a rule leaves it open or applies, it is not asked.
    assert premises.get("contradicts itself", name in TOGETHER) is (name in TOGETHER)
    assert checked(record, documents(record), law()).faults == []


@pytest.mark.parametrize("name", [one for one in (*TOGETHER, *HONEST) if not one.startswith(NO_WORD_IN_THE_ORACLE)])
def test_the_second_implementation_sees_the_same(name: str) -> None:
    document = TOGETHER[name][0] if name in TOGETHER else HONEST[name]
    if "on no list, to" in name or "family" in name or "an alloy" in name or "equipment" in name or "codes of" in name:
        pytest.skip("reads no such field")
    found = judge.evaluate(things.load(json.dumps(document)), OCTOBER, {}, None)
    assert found.contradictory is (name in TOGETHER)


# ---- a composition that is said not to be all


WHOLE = [{"element": "Nd", "mass_fraction": "31 %"}, {"element": "Fe", "mass_fraction": "68 %"}]
WHOLE += [{"element": "B", "mass_fraction": "1 %"}]


@pytest.mark.parametrize(
    ("complete", "answer"), [(True, Answer.NOT_REQUIRED), (None, Answer.NOT_REQUIRED), (False, Answer.UNDETERMINED)]
)
def test_a_composition_that_is_said_not_to_be_all_leaves_room_whatever_its_fractions_make(
    complete: bool | None, answer: Answer
) -> None:
    product = MAGNET | {"rare_earths": "present", "composition": WHOLE, "composition_complete": complete, "origin": "DE"}
    document = moved("CN", "DE", product)
    found = determined(document, AUGUST)
    assert (found.answer, found.conflicts) == (answer, ())
    quick = Documents(PACK, on=AUGUST).determine(json.dumps(document).encode(), "x.json")
    assert quick.answer is answer
    second = judge.evaluate(things.load(json.dumps(document)), AUGUST, {}, None)
    assert second.answer == {Answer.NOT_REQUIRED: judge.NOT_REQUIRED}.get(answer, judge.UNDETERMINED)
    record = of_files({"x.json": json.dumps(document).encode()}, AUGUST)
    assert record is not None
    assert checked(record, documents(record), law()).faults == []


# ---- another day than the data states; evidence that has run out


@pytest.mark.parametrize(("day", "said"), [("2026-11-23", True), ("2025-10-20", False), (None, False)])
def test_a_day_judged_in_place_of_the_stated_one_is_named_and_decides(day: str | None, said: bool) -> None:
    """Days are tried on purpose, one by one or all of them: it is told on what the answer rests, and changes nothing."""
    found = determined(moved("CN", "DE", day=day))
    told_so = "the day judged, 2025-10-20, in place of the day of export that the data states, 2026-11-23"
    assert (found.answer, found.conflicts, told_so in found.rests_on) == (Answer.NOT_REQUIRED, (), said)


def test_a_statement_whose_evidence_has_run_out_stands_and_is_named() -> None:
    """Facts are taken as they are written, with a document or without: evidence is named and not read."""
    evidence = {"evidence": [{"document": "declaration", "valid_until": "2020-01-01"}]}
    found = determined(moved("CN", "DE", FREE | evidence))
    named = "evidence for BOX that was valid until 2020-01-01, before the day judged: ask for a new document"
    assert (found.answer, found.conflicts, named in found.rests_on) == (Answer.NOT_REQUIRED, (), True)
