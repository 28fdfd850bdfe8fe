"""Bans and provision to foreign persons, as whole answers: what is prohibited, what is open, and what stays clear.

Whose military it is, technology, parties that announcements not seen here list, foreign persons in China, transit.
"""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from rare_earth_compliance import Answer, Determination
from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.engine.determine import determine
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.product.given import read_shipment
from tests.oracle.decided import subject

PACK = load()
AUGUST, OCTOBER = date(2026, 8, 1), date(2025, 10, 20)
REQUIRED, OPEN, CLEAR = Answer.REQUIRED, Answer.UNDETERMINED, Answer.NOT_REQUIRED
ROLES = ("importer", "consignee", "end_user")
US, JAPAN = "cn-mofcom-2024-46/1", "cn-mofcom-2026-1/1"


def judged(document: dict[str, Any], on: date = AUGUST, **readings: str) -> Determination:
    chosen = {"origin-by-steps": "declared-origin"} | {name.replace("_", "-"): option for name, option in readings.items()}
    return determine(read_shipment(document), PACK, on=on, readings=chosen)


def passed_on(place: str, *, kind: str = "reshipped-magnet", **said: Any) -> dict[str, Any]:
    """A listed magnet of Chinese origin sent on from Germany to a place where all its parties stand, but for what is said."""
    document = subject(kind)
    shipment = document["shipment"]
    shipment["destination"] = place
    for role in ROLES:
        shipment[role]["located_in"] = place
    for name, value in said.items():
        shipment[name] = shipment[name] | value if isinstance(value, dict) and name in shipment else value
    return document


def kinds_of_finding(found: Determination) -> dict[str, Status]:
    return {one.rule: one.status for one in found.findings if one.status in (Status.APPLIES, Status.CANNOT_TELL)}


MILITARY = {"military": True}


@pytest.mark.parametrize("place", ["AS", "GU", "MP", "PR", "UM", "VI", "KR", "DE", "FR"])
@pytest.mark.parametrize("role", ROLES)
def test_a_military_party_of_whom_it_is_not_said_whose_is_open_wherever_it_stands(role: str, place: str) -> None:
    found = judged(passed_on(place, **{role: MILITARY}))
    assert found.answer is OPEN
    assert f"shipment.{role}_military_of" in {one.about for one in found.asks_for}


@pytest.mark.parametrize("place", ["GU", "KR", "DE", "MX", "US", "JP"])
@pytest.mark.parametrize(("whose", "rule"), [("US", US), ("JP", JAPAN)])
@pytest.mark.parametrize("role", ROLES)
def test_forces_of_the_country_are_banned_wherever_they_stand(role: str, whose: str, rule: str, place: str) -> None:
    found = judged(passed_on(place, **{role: MILITARY | {"military_of": whose}}))
    assert found.answer is REQUIRED
    assert rule in found.prohibited


@pytest.mark.parametrize(("place", "rule"), [("US", US), ("JP", JAPAN)])
@pytest.mark.parametrize("role", ROLES)
def test_a_military_party_that_stands_in_the_country_is_banned(role: str, place: str, rule: str) -> None:
    assert judged(passed_on(place, **{role: MILITARY})).prohibited == (rule,)
    assert rule in judged(passed_on("KR", **{role: MILITARY | {"located_in": place}})).prohibited


@pytest.mark.parametrize("place", ["US", "JP"])
def test_the_military_of_another_country_elsewhere_is_not_banned(place: str) -> None:
    mexican = MILITARY | {"located_in": "MX"}
    assert judged(passed_on(place, end_user=mexican)).answer is OPEN
    assert judged(passed_on(place, end_user=mexican | {"military_of": "MX"})).answer is CLEAR
    assert judged(passed_on("MX", end_user=mexican | {"military_of": "MX"})).answer is CLEAR


@pytest.mark.parametrize("role", ROLES)
def test_a_party_not_said_to_be_military_or_not_is_open(role: str) -> None:
    document = passed_on("FR")
    assert judged(copy.deepcopy(document)).answer is CLEAR
    del document["shipment"][role]["military"]
    assert judged(document).answer is OPEN


@pytest.mark.parametrize(
    ("purpose", "place", "answer"),
    [
        ("military", "US", REQUIRED),
        ("military-potential", "US", OPEN),
        ("mass-destruction", "US", OPEN),
        ("ai-military", "US", OPEN),
        ("military", "GU", OPEN),
        ("military", "JP", REQUIRED),
        ("military-potential", "JP", REQUIRED),
        ("mass-destruction", "JP", OPEN),
        ("ai-military", "JP", OPEN),
        ("logic-chips", "US", CLEAR),
        ("civil", "US", CLEAR),
        ("civil", "JP", CLEAR),
        ("civil", "GU", CLEAR),
        *((purpose, "FR", CLEAR) for purpose in ("military", "military-potential", "mass-destruction", "ai-military", "civil")),
    ],
)
def test_a_use_is_asked_for_only_where_something_ties_it_to_the_country(purpose: str, place: str, answer: Answer) -> None:
    assert judged(passed_on(place, end_use={"purposes": [purpose], "complete": True})).answer is answer


@pytest.mark.parametrize("role", ["importer", "consignee"])
def test_a_military_use_elsewhere_by_way_of_a_buyer_there_is_a_reading(role: str) -> None:
    document = passed_on("FR", end_use={"purposes": ["military"]}, **{role: {"located_in": "US"}})
    assert judged(copy.deepcopy(document)).answer is OPEN
    assert judged(copy.deepcopy(document), supplied_for_military_use="any-party").prohibited == (US,)
    assert judged(document, supplied_for_military_use="destination-and-end-user").answer is CLEAR


def test_a_territory_is_open_until_it_is_read() -> None:
    document = passed_on("PR", end_user=MILITARY | {"military_of": "PR"})
    assert judged(copy.deepcopy(document)).answer is OPEN
    assert judged(copy.deepcopy(document), united_states_territories="included").prohibited == (US,)
    assert judged(document, united_states_territories="not-included").answer is CLEAR


@pytest.mark.parametrize(("whose", "answer"), [("US", REQUIRED), ("JP", REQUIRED), ("CN", CLEAR), ("FR", CLEAR), (None, OPEN)])
def test_a_ban_holds_inside_china_too(whose: str | None, answer: Answer) -> None:
    document = passed_on("CN", end_user=MILITARY | ({"military_of": whose} if whose else {}))
    assert judged(document).answer is answer


# ---- technology


def taught(place: str, **said: Any) -> dict[str, Any]:
    """Know-how that somebody in Germany who is no Chinese person provides to an American or another."""
    document = subject("chinese-transfer")
    document["transfer"] |= {
        "by": {"located_in": "DE", "chinese_person": False},
        "leaves": "DE",
        "provided_in": place,
        "to": {"located_in": place, "chinese_person": False, "military": False, "listed": "none"},
    }
    document["transfer"]["to"] |= said.pop("to", {})
    document["transfer"] |= said
    return document


def test_know_how_of_chinese_origin_to_a_military_recipient_is_banned_while_no_62_is_awake() -> None:
    assert judged(taught("US", origin="CN", to=MILITARY), OCTOBER).prohibited == (f"{US}-technology",)
    assert judged(taught("US", origin="CN", to=MILITARY), AUGUST).answer is CLEAR
    assert judged(taught("US", origin="DE", to=MILITARY), OCTOBER).answer is CLEAR
    unsaid = judged(taught("US", to=MILITARY), OCTOBER)
    assert unsaid.answer is OPEN
    assert "transfer.origin" in {one.about for one in unsaid.asks_for}
    assert judged(taught("US", origin="CN"), OCTOBER).answer is CLEAR
    assert judged(taught("US", origin="CN", to=MILITARY, fields=[]), OCTOBER).answer is CLEAR


def test_the_origin_of_goods_is_not_that_of_the_technology_beside_them() -> None:
    document = passed_on("US", end_user=MILITARY)
    document["product"] |= {"origin": "DE", "family": "ferrite", "composition": [{"element": "Fe"}], "technologies": []}
    document["shipment"] |= {
        "kind": "goods-with-technology",
        "technology_fields": ["mining"],
        "transfer": {"subjects": ["know-how"]},
    }
    assert judged(copy.deepcopy(document), OCTOBER).answer is OPEN
    document["shipment"]["transfer"]["origin"] = "CN"
    assert f"{US}-technology" in judged(document, OCTOBER).prohibited


# ---- parties that announcements not seen list


@pytest.mark.parametrize("by", ["2025-13", "2025-21", "2026-20", "2026-30"])
@pytest.mark.parametrize("role", ROLES)
def test_a_party_that_an_announcement_not_seen_lists_is_open(role: str, by: str) -> None:
    document = passed_on("FR", **{role: {"listed": "control-list", "listed_by": [f"cn-mofcom-{by}"]}})
    found = judged(copy.deepcopy(document))
    assert found.answer is OPEN
    assert {one.about for one in found.asks_for} == {"control-list-terms-not-seen"}
    assert judged(copy.deepcopy(document), control_list_terms_not_seen="barred").answer is REQUIRED
    assert judged(document, control_list_terms_not_seen="not-barred").answer is CLEAR


@pytest.mark.parametrize("by", ["2026-11", "2026-23", "2026-27"])
def test_a_party_of_an_announcement_that_is_a_rule_is_banned_by_that_rule(by: str) -> None:
    found = judged(passed_on("FR", end_user={"listed": "control-list", "listed_by": [f"cn-mofcom-{by}"]}))
    assert found.prohibited == (f"cn-mofcom-{by}/1",)


def test_a_party_on_the_watch_list_is_not_barred() -> None:
    document = passed_on("FR", end_user={"listed": "watch-list", "listed_by": ["cn-mofcom-2026-12"]})
    assert judged(document).answer is CLEAR


# ---- provision inside China, transit


def handed_over(consignee: dict[str, Any], exporter: dict[str, Any] | None = None) -> dict[str, Any]:
    """A listed magnet that stays in China."""
    document = subject("chinese-magnet")
    party = {"located_in": "CN", "military": False, "listed": "none"}
    document["shipment"] |= {
        "movement": "transfer",
        "destination": "CN",
        "importer": party,
        "end_user": party,
        "consignee": party | consignee,
    }
    document["shipment"]["exporter"] = exporter or {"located_in": "CN", "chinese_person": True}
    return document


CHINESE = {"chinese_person": True, "foreign_owned": False}
FOREIGN = {"chinese_person": False}


@pytest.mark.parametrize(
    ("consignee", "exporter", "answer"),
    [
        (FOREIGN, None, REQUIRED),
        (CHINESE, None, CLEAR),
        ({}, None, OPEN),
        ({"chinese_person": True}, None, OPEN),
        ({"chinese_person": True, "foreign_owned": True}, None, OPEN),
        (FOREIGN, {"located_in": "CN"}, OPEN),
        (CHINESE, {"located_in": "CN"}, CLEAR),
        (FOREIGN, {"located_in": "DE", "chinese_person": True}, REQUIRED),
        ({}, {"located_in": "DE", "chinese_person": False}, CLEAR),
        (FOREIGN, {"located_in": "DE", "chinese_person": False}, CLEAR),
    ],
)
def test_provision_inside_china(consignee: dict[str, Any], exporter: dict[str, Any] | None, answer: Answer) -> None:
    assert judged(handed_over(consignee, exporter)).answer is answer


@pytest.mark.parametrize(("through", "answer"), [(None, OPEN), (["SG"], CLEAR), (["CN"], REQUIRED), (["SG", "CN"], REQUIRED)])
def test_transit_through_china(through: list[str] | None, answer: Answer) -> None:
    document = passed_on("DE", movement="transit", ship_from="JP", exporter={"located_in": "JP", "chinese_person": False})
    document["product"]["origin"] = "JP"
    if through is not None:
        document["shipment"]["transit_through"] = through
    found = judged(document)
    assert found.answer is answer
    asked = {one.about for one in found.asks_for}
    assert ("shipment.transit_through" in asked) is (answer is OPEN)


# ---- No. 62


def between_chinese(**said: Any) -> dict[str, Any]:
    person = {"located_in": "DE", "chinese_person": True, "military": False, "listed": "none"}
    return taught("DE", by=person, to={"chinese_person": True, "foreign_owned": False}, **said)


def test_between_chinese_persons_abroad_no_62_asks_for_nothing() -> None:
    assert judged(between_chinese(), OCTOBER).answer is CLEAR
    assert judged(between_chinese(leaves="CN"), OCTOBER).answer is REQUIRED
    assert judged(between_chinese(leaves="HK"), OCTOBER).answer is OPEN
    assert judged(between_chinese(leaves=None), OCTOBER).answer is OPEN
    for missing in ("chinese_person", "foreign_owned"):
        document = between_chinese()
        del document["transfer"]["to"][missing]
        assert judged(document, OCTOBER).answer is OPEN


def test_basic_research_clears_by_a_reading_alone() -> None:
    document = taught("FR", by={"located_in": "CN", "chinese_person": True}, leaves="CN", basic_research=True)
    assert judged(copy.deepcopy(document), OCTOBER).answer is REQUIRED
    assert judged(copy.deepcopy(document), OCTOBER, basic_research_62="not-relied-on").answer is REQUIRED
    assert judged(document, OCTOBER, basic_research_62="as-stated").answer is CLEAR
