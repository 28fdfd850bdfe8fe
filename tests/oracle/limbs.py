"""The limbs: when a licence or a notice follows for one thing in a shipment, exemptions, and policies, in one world.

Knows Nos. 18, 57, 61 and 62 as far as they are compared. What a limb asks of the shipment and what it asks of the thing
stand apart, so that one product serves several shipments. Does not know the day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import amounts, facts, lists, shares
from tests.oracle.facts import CHINA, MOVES, NO_FIELD, PERHAPS_CHINA, Case
from tests.oracle.things import Thing, stated

Asked = Callable[[Case, Thing], bool]
"""What is asked of a thing."""
GOODS = ("goods", "goods-with-technology")
TECHNOLOGY = ("technology", "goods-with-technology")
SPECIAL = ("temporary-export", "return-or-repair", "sample", "hand-carried", "transit")
MOVEMENTS = ("export", "transfer", SPECIAL[0], "transit")
ABROAD = ("DE", "AU", "JP")
RELIEF = ("emergency-medical", "public-health-emergency", "disaster-relief")
REFUSED = ("military", "military-potential", "mass-destruction", "terrorism")
PRODUCTION = "overseas-rare-earth-production"
CHIPS = ("logic-chips", "memory-chips", "chip-equipment", "ai-military")
FURTHER = ("civil", "military", RELIEF[0], PRODUCTION, *CHIPS)
"""What an unstated purpose may be."""
ORDINARY_SERVICES = ("employment", "finance", "translation", "brokering", "logistics", "platform")
INTERMEDIARIES = ("brokering", "logistics", "platform", "finance")
ACTIVITIES = ("trade", "employment", "brokering", "publication")
HALF = Fraction(1, 2)
LISTS = ("none", "control-list", "watch-list")
NO_62_SINCE = date(2025, 10, 9)
LEFT_CHINA_BEFORE = date(2025, 10, 9)


# ---- the shipment


def goods(case: Case) -> bool:
    """Whether goods move."""
    return case.one_of("kind", GOODS, MOVES)


def country(case: Case, key: str, said: str | None) -> str:
    """A country of the shipment. "not DE, JP" stands for every other one; of each sort of place one is tried."""
    barred = said.removeprefix("not ").split(", ") if said and said.startswith("not ") else []
    if said is not None and not barred:
        return said
    sorts = (CHINA, PERHAPS_CHINA, ABROAD)
    options = tuple(places[0] for sort in sorts if (places := [one for one in sort if one not in barred]))
    chosen: str = case.world.choose(("shipment", key), options)
    return chosen


def destination(case: Case) -> str:
    """Where the goods go."""
    return country(case, "destination", case.says("destination"))


def exporter(case: Case) -> str:
    """Where the exporter stands."""
    return country(case, "exporter.located_in", case.party("exporter", "located_in"))


def purpose(case: Case, *words: str) -> bool:
    """Whether the goods serve one of these purposes. None stated excludes none, whatever "complete" says."""
    end_use = case.says("end_use")
    purposes = stated(end_use, "purposes")
    if set(purposes or ()) & set(words):
        return True
    if purposes is not None and stated(end_use, "complete") is True:
        return False
    options = FURTHER if purposes is None else ("none", *FURTHER)
    return case.world.choose(("shipment", "purpose"), options) in words


def movement_of(case: Case) -> str:
    """How it moves."""
    said = case.says("movement")
    chosen: str = case.world.choose(("shipment", "movement"), MOVEMENTS) if said is None else said
    return chosen


def an_export(case: Case) -> bool:
    """An export in the sense of article 1 of No. 61."""
    movement = movement_of(case)
    if movement == "transfer":
        return case.read("transfer-within-a-country", "an-export")
    return movement == "export" or case.read("special-movements", "exports")


def exported_abroad(case: Case) -> bool:
    """Article 1 of No. 61: an exporter outside China, a destination outside China, an export."""
    return (
        goods(case)
        and facts.outside_china(case, exporter(case), "exporter")
        and facts.outside_china(case, destination(case), "destination")
        and an_export(case)
    )


def handed_on_abroad(case: Case) -> bool:
    """Article 7 of No. 61: an exporter outside China hands goods on; if the notice goes with every annex 1 item."""
    return goods(case) and facts.outside_china(case, exporter(case), "exporter") and case.read("notice-scope", "any-annex-item")


def exported_from_china(case: Case) -> bool:
    """Article 7 of No. 61: an exporter in China sends goods out."""
    return goods(case) and exporter(case) in CHINA and destination(case) not in CHINA


def provided_from_china(case: Case) -> bool:
    """Nos. 18 and 57: goods leave China or pass through it, or someone in China or a Chinese person provides them to a place
    outside, or a Chinese person to a foreigner inside."""
    if not goods(case):
        return False
    if destination(case) in CHINA:
        return case.party_is("exporter", "chinese_person") and to_a_foreigner(case)
    if starts_from(case) in CHINA or exporter(case) in CHINA:
        return True
    return case.party_is("exporter", "chinese_person") or in_transit_through_china(case)


def starts_from(case: Case) -> str:
    """Which country it leaves."""
    return country(case, "ship_from", case.says("ship_from"))


def in_transit_through_china(case: Case) -> bool:
    """The Law, article 45: transit through China follows it."""
    if movement_of(case) != "transit":
        return False
    said = case.says("transit_through")
    return case.world.choose(("shipment", "transit_through"), (True, False)) if said is None else bool(set(said) & set(CHINA))


def to_a_foreigner(case: Case) -> bool:
    """To a foreign person; whether a company owned by foreigners is one is a reading."""
    if not case.party_is("consignee", "chinese_person"):
        return True
    return case.party_is("consignee", "foreign_owned") and case.read("deemed-export-recipient", "counts-as-foreign")


def export_operator(case: Case) -> bool:
    """No. 62: someone in China, or a Chinese person anywhere."""
    return exporter(case) in CHINA or case.party_is("exporter", "chinese_person")


def technology_provided(case: Case) -> bool:
    """No. 62, articles 1 and 2: out of China, or to a foreign person, wherever."""
    leaves = technology_leaves_china(case)
    operator = export_operator(case) or (leaves and case.read("foreign-operator-62", "reached"))
    return operator and (leaves or to_a_foreigner(case))


def technology_leaves_china(case: Case) -> bool:
    """It is in China, or with somebody there, and goes to a place outside."""
    if destination(case) in CHINA:
        return False
    places = (starts_from(case), exporter(case))
    if any(place in CHINA for place in places):
        return True
    return any(place in PERHAPS_CHINA for place in places) and case.read(facts.HONG_KONG, "inside", "technology in it")


def activity(case: Case) -> str:
    """By which activity technology is provided."""
    said = stated(case.says("transfer"), "activity")
    chosen: str = case.world.choose(("shipment", "transfer.activity"), ACTIVITIES) if said is None else said
    return chosen


def technology_published(case: Case) -> bool:
    """No. 62, article 6: technology that is not public is disclosed to nobody in particular."""
    if not export_operator(case) or activity(case) != "publication":
        return False
    said = stated(case.says("transfer"), "published")
    return not (case.world.choose(("shipment", "transfer.published"), (True, False)) if said is None else said)


def service_for_technology(case: Case) -> bool:
    """No. 62, article 5: a service for the export of technology."""
    if not case.one_of("kind", TECHNOLOGY, MOVES) or activity(case) not in INTERMEDIARIES:
        return False
    fields = case.says("technology_fields")
    return (
        bool(case.world.choose(("shipment", "technology_fields"), (True, False))) if fields is None else fields not in NO_FIELD
    )


def for_production_abroad(case: Case) -> bool:
    """No. 62, article 1, third paragraph: known to serve rare-earth production abroad."""
    if not export_operator(case) or not purpose(case, PRODUCTION):
        return False
    end_use = case.says("end_use")
    known = stated(end_use, "knowledge") or case.world.choose(("shipment", "knowledge"), ("knows", "should-know", "no"))
    if known == "no" or (known != "knows" and not case.read("knowledge-62", "should-know")):
        return False
    generic = stated(end_use, "generic_goods")
    if generic is None:
        generic = case.world.choose(("shipment", "generic_goods"), (True, False))
    return not generic or case.read("catch-all-reach", "generic-too")


def support_abroad(case: Case) -> bool:
    """No. 62, article 7: a Chinese person supports rare-earth production abroad."""
    if not case.party_is("exporter", "chinese_person") or not purpose(case, PRODUCTION):
        return False
    return goods(case) or activity(case) not in ORDINARY_SERVICES or case.read("support-reach", "all-help")


def anything(case: Case) -> bool:
    """The shipment is not asked."""
    return True


# ---- the thing


def exported_as_such(case: Case, thing: Thing) -> bool:
    """Whether it counts as what is exported under No. 61."""
    if facts.consumed(case, thing):
        return False
    return facts.is_product(thing) or facts.in_state(case, thing, "loose") or case.read("embedded-items", "every-level")


@dataclass(frozen=True)
class OneOf:
    """One of these must hold."""

    each: tuple[Asked, ...]

    def __call__(self, case: Case, thing: Thing) -> bool:
        """Whether one of them holds in this world."""
        return any(asked(case, thing) for asked in self.each)


ON_ANNEX_1 = OneOf((lists.in_part_1, lists.part_2_material, lists.part_2_assembly))
BY_CONTENT = (
    exported_as_such,
    facts.made_abroad,
    OneOf((lists.part_2_material, lists.part_2_assembly)),
    OneOf(shares.REACHES_THE_LINE),
)
"""Article 1 (1): a part 2 item made abroad with Chinese part 1 items worth 0.1 % or more."""
BY_TECHNOLOGY = (exported_as_such, facts.made_abroad, ON_ANNEX_1, facts.made_with_chinese_technology)
"""Article 1 (2): an annex 1 item made abroad with Chinese rare-earth technology."""
BY_ORIGIN = (exported_as_such, facts.of_chinese_origin, ON_ANNEX_1)
"""Article 1 (3): an annex 1 item of Chinese origin."""
ANNEX_1_ITEM = (exported_as_such, ON_ANNEX_1)
"""Article 7, abroad: an annex 1 item that counts as exported."""


def of_its_own(case: Case, thing: Thing) -> bool:
    """The product, or loose, or the removable principal component of what it is in."""
    if facts.consumed(case, thing):
        return False
    if facts.is_product(thing) or facts.in_state(case, thing, "loose"):
        return True
    return bool(case.of(thing, "principal", (True, False)))


def in_a_simple_assembly(case: Case, thing: Thing) -> bool:
    """A magnet that may be a simple magnet assembly with what it is fixed in, or a target on its plate."""
    if facts.consumed(case, thing) or facts.form(case, thing) not in facts.MAGNETS | {"target"}:
        return False
    return not facts.fixed(case, thing, "fixed-in-core", "moulded", "fitted")


PART_1_ITEM = (of_its_own, lists.in_part_1)
"""Article 7, from China: a part 1 item of its own."""


def stands_alone(case: Case, thing: Thing) -> bool:
    """Whether it is an item of its own, or part of a simple assembly that is."""
    return of_its_own(case, thing) or in_a_simple_assembly(case, thing)


def on_18(case: Case, thing: Thing) -> bool:
    """Whether it is on the list of No. 18."""
    return lists.on_annex(case, thing, "18")


def on_57(case: Case, thing: Thing) -> bool:
    """Whether it is on the list of No. 57."""
    return lists.on_annex(case, thing, "57")


def free_when_fixed(case: Case, thing: Thing, annex: str) -> bool:
    """Where answers 4 and 5 hold, a magnet fixed in deep-processed goods."""
    if not case.read(f"fixed-magnets-{annex}", "outside") or facts.form(case, thing) not in facts.MAGNETS:
        return False
    return facts.fixed(case, thing, "fixed-in-core", "moulded")


LISTED_18 = (stands_alone, on_18, lambda case, thing: not free_when_fixed(case, thing, "18"))
LISTED_57 = (stands_alone, on_57, lambda case, thing: not free_when_fixed(case, thing, "57"))
"""Nos. 18 and 57: a listed item of its own; where answers 4 and 5 hold, no magnet fixed in deep-processed goods."""


def the_product(case: Case, thing: Thing) -> bool:
    """The rule is asked once, of the product."""
    return facts.is_product(thing)


# ---- exemptions


def refused_user(case: Case, who: str) -> bool:
    """Whether article 2 of No. 61 refuses an importer or end user."""
    return case.party_is(who, "military") or on_a_list(case, who) or held_by_listed(case, who)


def on_a_list(case: Case, who: str) -> bool:
    """Whether a party is on the control list or the watch list."""
    return (case.party(who, "listed") or case.world.choose(("shipment", f"{who}.listed"), LISTS)) != "none"


def held_by_listed(case: Case, who: str) -> bool:
    """Whether listed parties hold 50 % or more of a party."""
    bounds = amounts.share(case.party(who, "listed_owners_share")) or amounts.Bounds(Fraction(0), Fraction(1))
    return shares.tried(case, ("shipment", f"{who}.owners"), bounds) >= HALF


def relief(case: Case, thing: Thing) -> bool:
    """Article 5 of No. 61: humanitarian relief and nothing else; whether for users that article 2 refuses is a reading."""
    others = ("civil", "medical", "research", *REFUSED, *CHIPS, PRODUCTION)
    if not purpose(case, *RELIEF) or purpose(case, *others):
        return False
    refused = any(refused_user(case, who) for who in ("importer", "end_user")) or listed_consignee(case)
    refused = refused or case.party_is("consignee", "military")
    return not refused or case.read("relief-to-refused-users", "exempt")


def licensed_before(case: Case, thing: Thing) -> bool:
    """An earlier exporter held a licence, if that follows the goods. Nobody is asked for it."""
    return case.says("licensed_before") is True and case.read("later-re-exports", "licence-follows")


def legacy_stock(case: Case, thing: Thing) -> bool:
    """It left China before No. 61 was published, if such goods are free. Nobody is asked for it."""
    said = thing.says("left_china")
    return said is not None and date.fromisoformat(said) < LEFT_CHINA_BEFORE and case.read("legacy-stock", "free")


def public_domain(case: Case, thing: Thing) -> bool:
    """No. 62, article 6: technology that is public, before No. 62 or with a licence, or at all by a reading.

    Whether it is public is asked for only where something is said of when or how it was published.
    """
    transfer = case.says("transfer")
    published = stated(transfer, "published")
    on, licensed = stated(transfer, "published_on"), stated(transfer, "published_with_licence")
    early = on is not None and date.fromisoformat(on) < NO_62_SINCE
    if published is None and (early or licensed):
        published = case.world.choose(("shipment", "transfer.published"), (True, False))
    if not published:
        return False
    if early or (on is None and case.world.choose(("shipment", "transfer.published_on"), (True, False))):
        return True
    if licensed is None:
        licensed = case.world.choose(("shipment", "transfer.published_with_licence"), (True, False))
    return licensed or case.read("public-domain-62", "any-publication")


def basic_research(case: Case, thing: Thing) -> bool:
    """No. 62, article 6: basic scientific research; whether it is enough to say so is a reading."""
    return stated(case.says("transfer"), "basic_research") is True and case.read("basic-research-62", "as-stated")


def patent(case: Case, thing: Thing) -> bool:
    """No. 62, article 6: what an ordinary patent application needs."""
    said = stated(case.says("transfer"), "patent")
    return said == "chinese" or (said == "foreign" and case.read("patent-filings-62", "any-country"))


# ---- policies of No. 61


def military_user(case: Case) -> bool:
    """Article 2: a military user abroad."""
    return case.party_is("end_user", "military") or case.party_is("importer", "military")


def listed_user(case: Case) -> bool:
    """Article 2: importer or end user on a list, or held to 50 %; a consignee by a reading."""
    if any(on_a_list(case, who) or held_by_listed(case, who) for who in ("importer", "end_user")):
        return True
    return listed_consignee(case)


def listed_consignee(case: Case) -> bool:
    """Article 2 on a consignee on a list: whether it is reached is a reading."""
    return case.read("listed-consignee", "any-party") and on_a_list(case, "consignee")


def refused_use(case: Case) -> bool:
    """Article 3: weapons of mass destruction, terrorism, military use."""
    return purpose(case, *REFUSED)


def case_by_case(case: Case) -> bool:
    """Article 4: chips of 14 nm and below or of 256 layers and above, what makes them, military artificial intelligence."""
    if purpose(case, "ai-military"):
        return True
    if purpose(case, "logic-chips", "chip-equipment"):
        node = case.readings.option(case.world, "process-node")
        if measured(case, {"name": "node", "physical": "physical_node"}[node]) <= 14:
            return True
    if purpose(case, "memory-chips", "chip-equipment"):
        # A chip of which one stack has them has them as a whole.
        if measured(case, "layers_per_stack") >= 256:
            return True
        return case.read("layer-count", "whole-chip") and measured(case, "layers") >= 256
    return False


def measured(case: Case, key: str) -> Fraction:
    """A number stated of the chips."""
    said: Any = stated(case.says("end_use"), key)
    bounds = amounts.SOME if said is None else amounts.above_nothing(amounts.read(said)[0])
    return shares.tried(case, ("shipment", f"end_use.{key}"), bounds)


# ---- all together


@dataclass(frozen=True)
class Limb:
    """A rule: what it asks of the shipment, what of the thing, what lifts it, and what is owed under it."""

    shipment: Callable[[Case], bool]
    thing: tuple[Asked, ...]
    """Each of these must hold of it."""
    duties: tuple[str, ...]
    lifted_by: dict[str, Asked]
    licence: bool = True

    def holds(self, case: Case, thing: Thing) -> bool:
        """Whether what it asks of the thing holds in this world."""
        return all(asked(case, thing) for asked in self.thing)


def _relief(number: str, name: str, **more: Asked) -> dict[str, Asked]:
    return {name: relief, f"later-re-export-{number}": licensed_before, **more}


_OWED_61 = ("compliance-notice-overseas", "application-61")
_OWED_18 = ("application", "customs-remark", "keep-records")
_OWED_57 = ("application", "customs-remark-57", "keep-records")
_OWED_62 = ("application-62", "application-62-inside-china", "show-licence", "diligence-62", "reports-of-the-licence-62")
LIMBS: dict[str, Limb] = {
    "cn-mofcom-2025-61/1.1": Limb(exported_abroad, BY_CONTENT, _OWED_61, _relief("1.1", "5")),
    "cn-mofcom-2025-61/1.2": Limb(exported_abroad, BY_TECHNOLOGY, _OWED_61, _relief("1.2", "5-for-1.2")),
    "cn-mofcom-2025-61/1.3": Limb(
        exported_abroad, BY_ORIGIN, _OWED_61, _relief("1.3", "5-for-1.3", **{"legacy-stock": legacy_stock})
    ),
    "cn-mofcom-2025-61/7-overseas": Limb(handed_on_abroad, ANNEX_1_ITEM, ("compliance-notice-overseas",), {}, False),
    "cn-mofcom-2025-61/7-domestic": Limb(exported_from_china, PART_1_ITEM, ("compliance-notice-domestic",), {}, False),
    "cn-mofcom-2025-18/1": Limb(provided_from_china, LISTED_18, _OWED_18, {}),
    "cn-mofcom-2025-57/1": Limb(provided_from_china, LISTED_57, _OWED_57, {}),
    "cn-mofcom-2025-62/1": Limb(
        technology_provided,
        (lists.on_annex_62,),
        _OWED_62,
        {"6-public-domain": public_domain, "6-basic-research": basic_research, "6-patent": patent},
    ),
    "cn-mofcom-2025-62/1-catch-all": Limb(for_production_abroad, (the_product,), ("application-62", "diligence-62"), {}),
    "cn-mofcom-2025-62/5": Limb(service_for_technology, (the_product,), ("ask-whether-caught",), {}, False),
    "cn-mofcom-2025-62/6-publication": Limb(technology_published, (lists.on_annex_62,), ("application-62",), {}),
    "cn-mofcom-2025-62/7": Limb(support_abroad, (the_product,), ("permission-62",), {}),
}
POLICIES: dict[str, Callable[[Case], bool]] = {
    "2-military": military_user,
    "2-lists": listed_user,
    "3": refused_use,
    "4": case_by_case,
}
"""They come with the limbs of article 1 of No. 61."""
WITH_POLICIES = ("cn-mofcom-2025-61/1.1", "cn-mofcom-2025-61/1.2", "cn-mofcom-2025-61/1.3")
DUTIES_OF_LIFTING = {relief: ("humanitarian-report",)}
