"""The limbs: when a licence is needed for one thing in a shipment, and the humanitarian exemption.

Knows Announcements 61, 18, 57 and 62 as far as they bring a licence. Does not know the day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.naive import amounts, facts, lists, shares
from tests.naive.facts import Readings, read
from tests.naive.logic import Truth, among, every, no, some
from tests.naive.tree import Node, stated

RELIEF = {"emergency-medical", "public-health-emergency", "disaster-relief"}


@dataclass(frozen=True)
class Case:
    """One shipment under one choice of readings."""

    shipment: dict[str, Any]
    rates: list[dict[str, Any]]
    readings: Readings

    def says(self, key: str) -> Any:
        """A field of the shipment."""
        return stated(self.shipment, key)

    def party(self, who: str, key: str) -> Any:
        """A field of a party."""
        return stated(self.says(who), key)

    def purpose(self, words: set[str]) -> Truth:
        """Whether the goods serve one of these purposes."""
        end_use = self.says("end_use")
        purposes = stated(end_use, "purposes")
        if purposes is None:
            return None
        if set(purposes) & words:
            return True
        return False if stated(end_use, "complete") is True else None


def goods(case: Case) -> Truth:
    """Whether goods move."""
    return among(case.says("kind"), {"goods", "goods-with-technology"})


def export_between_foreign_places(case: Case) -> Truth:
    """Article 1 of No. 61: an exporter outside China, a destination outside China, an export."""
    handed_over = every(
        among(case.says("movement"), {"transfer"}), read(case.readings, "transfer-within-a-country", "an-export")
    )
    return every(
        goods(case),
        facts.outside_china(case.party("exporter", "located_in"), case.readings),
        facts.outside_china(case.says("destination"), case.readings),
        some(among(case.says("movement"), {"export"}), handed_over),
    )


def is_product(node: Node) -> Truth:
    """Whether it is the product as shipped."""
    return node.above is None


def exported_as_such(node: Node, readings: Readings) -> Truth:
    """Whether it counts as what is exported under No. 61."""
    counts = some(is_product(node), facts.state(node, ["loose"]), read(readings, "embedded-items", "every-level"))
    return every(facts.not_consumed(node), counts)


def content_limb(node: Node, case: Case) -> Truth:
    """Article 1 (1): made abroad, with Chinese part 1 items worth 0.1 % or more."""
    readings = case.readings
    chinese, whoever = shares.chinese_part_1(readings), shares.any_part_1(readings)
    all_counted = every(
        read(readings, "numerator-origin", "all-part-1"),
        lists.holds(node, chinese),
        shares.reaches_threshold(node, whoever, case.rates, readings),
    )
    return every(
        export_between_foreign_places(case),
        lists.in_part_2(node, readings),
        exported_as_such(node, readings),
        facts.outside_china(node.says("made_in"), readings),
        some(shares.reaches_threshold(node, chinese, case.rates, readings), all_counted),
    )


def technology_limb(node: Node, case: Case) -> Truth:
    """Article 1 (2): made abroad with Chinese rare-earth technology."""
    readings = case.readings
    return every(
        export_between_foreign_places(case),
        lists.in_annex_1(node, readings),
        exported_as_such(node, readings),
        facts.outside_china(node.says("made_in"), readings),
        facts.chinese_technology(node, readings),
    )


def origin_limb(node: Node, case: Case) -> Truth:
    """Article 1 (3): an annex 1 item of Chinese origin, sent on from abroad."""
    readings = case.readings
    return every(
        export_between_foreign_places(case),
        lists.in_annex_1(node, readings),
        exported_as_such(node, readings),
        facts.chinese_origin(node, readings),
    )


def provided_from_china(case: Case) -> Truth:
    """Whether it leaves China, or someone in China or a Chinese person provides it to a place outside."""
    return every(
        no(among(case.says("destination"), facts.CHINA)),
        some(
            among(case.says("ship_from"), facts.CHINA),
            among(case.party("exporter", "located_in"), facts.CHINA),
            case.party("exporter", "chinese_person"),
        ),
    )


def from_china(node: Node, case: Case, listed: Truth, fixed_magnets: str) -> Truth:
    """Announcements 18 and 57: a listed item, of its own or removable principal component, leaves China."""
    answered = every(
        read(case.readings, fixed_magnets, "outside"),
        facts.form(node, lists.MAGNETS),
        facts.fixed(node),
    )
    of_its_own = some(is_product(node), facts.state(node, ["loose"]), node.says("principal"))
    return every(goods(case), provided_from_china(case), listed, facts.not_consumed(node), no(answered), of_its_own)


def limb_18(node: Node, case: Case) -> Truth:
    """Announcement 18."""
    return from_china(node, case, lists.in_annex_18(node, case.readings), "fixed-magnets-18")


def limb_57(node: Node, case: Case) -> Truth:
    """Announcement 57."""
    return from_china(node, case, lists.in_annex_57(node, case.readings), "fixed-magnets-57")


def _half_or_more(held: Any) -> Truth:
    """Whether listed parties hold 50 % or more."""
    share = amounts.read_share(held)
    return None if share is None else share.reaches(amounts.known(Fraction(1, 2)))


def relief(case: Case) -> Truth:
    """Article 5 of No. 61: humanitarian relief and nothing else; refused users by a reading."""
    others = {
        "civil",
        "medical",
        "research",
        "military",
        "military-potential",
        "mass-destruction",
        "terrorism",
        "logic-chips",
        "memory-chips",
        "chip-equipment",
        "ai-military",
        "overseas-rare-earth-production",
    }
    refusable = ("importer", "end_user")
    nobody_refused = every(
        *(no(case.party(who, "military")) for who in refusable),
        *(among(case.party(who, "listed"), {"none"}) for who in refusable),
        *(no(_half_or_more(case.party(who, "listed_owners_share"))) for who in refusable),
        some(
            among(case.party("consignee", "listed"), {"none"}),
            read(case.readings, "listed-consignee", "importer-and-end-user"),
        ),
    )
    return every(
        case.purpose(RELIEF),
        no(case.purpose(others)),
        some(nobody_refused, read(case.readings, "relief-to-refused-users", "exempt")),
    )


def exporter_of_technology(case: Case) -> Truth:
    """Announcement 62: someone inside China, or a Chinese person anywhere."""
    return some(among(case.party("exporter", "located_in"), facts.CHINA), case.party("exporter", "chinese_person"))


def technology_62(case: Case) -> Truth:
    """Announcement 62, articles 1 and 2: rare-earth technology leaves China or goes to foreign persons."""
    fields = case.says("technology_fields")
    return every(
        among(case.says("kind"), {"technology", "goods-with-technology"}),
        None if fields is None else bool(fields),
        exporter_of_technology(case),
        some(
            no(among(case.says("destination"), facts.CHINA)),
            no(case.party("consignee", "chinese_person")),
            every(
                case.party("consignee", "foreign_owned"), read(case.readings, "deemed-export-recipient", "counts-as-foreign")
            ),
        ),
    )


def catch_all_62(case: Case) -> Truth:
    """Announcement 62, article 1, third paragraph: for rare-earth production abroad."""
    knowledge = stated(case.says("end_use"), "knowledge")
    should = every(among(knowledge, {"should-know", "notified"}), read(case.readings, "knowledge-62", "should-know"))
    specific = no(stated(case.says("end_use"), "generic_goods"))
    return every(
        exporter_of_technology(case),
        case.purpose({"overseas-rare-earth-production"}),
        some(among(knowledge, {"knows"}), should),
        some(specific, read(case.readings, "catch-all-reach", "generic-too")),
    )


def support_62(case: Case) -> Truth:
    """Announcement 62, article 7: support by Chinese persons."""
    activity = stated(case.says("transfer"), "activity")
    return every(
        case.party("exporter", "chinese_person"),
        case.purpose({"overseas-rare-earth-production"}),
        some(
            goods(case),
            no(among(activity, {"employment", "finance", "translation", "brokering", "logistics", "platform"})),
            read(case.readings, "support-reach", "all-help"),
        ),
    )


ITEM_LIMBS: dict[str, Callable[[Node, Case], Truth]] = {
    "cn-mofcom-2025-61/1.1": content_limb,
    "cn-mofcom-2025-61/1.2": technology_limb,
    "cn-mofcom-2025-61/1.3": origin_limb,
    "cn-mofcom-2025-18/1": limb_18,
    "cn-mofcom-2025-57/1": limb_57,
}
SHIPMENT_LIMBS: dict[str, Callable[[Case], Truth]] = {
    "cn-mofcom-2025-62/1": technology_62,
    "cn-mofcom-2025-62/1-catch-all": catch_all_62,
    "cn-mofcom-2025-62/7": support_62,
}
EXEMPTIONS: dict[str, Callable[[Case], Truth]] = {rule: relief for rule in ITEM_LIMBS if rule.startswith("cn-mofcom-2025-61/")}
