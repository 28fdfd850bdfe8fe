"""What one thing is, in one world: what kind, what is in it, where it comes from, how it was made, how it is held.

Knows the fields of an item and what they mean; what is not stated is chosen by the world. Does not know lists, prices or
limbs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.oracle.amounts import NOTHING
from tests.oracle.readings import Readings
from tests.oracle.things import RARE_EARTHS as RARE
from tests.oracle.things import Thing, stated
from tests.oracle.worlds import World

CHINA, PERHAPS_CHINA = ("CN",), ("HK", "MO", "TW")
HONG_KONG = "hong-kong-macao-taiwan"
PLACES = ("CN", "HK", "DE")
"""A place in China, a place of which it is open, and a place elsewhere: what an unstated country may be."""

VAGUE = ("part", "material", "packaging", "reagent")
"""Words that exclude little: a "material" may turn out to be an oxide."""
KINDS = (
    *("metal", "alloy", "oxide", "compound", "mixture", "target", "magnet-alloy-flake", "ore", "scrap", "catalyst"),
    *("permanent-magnet", "magnet-powder", "magnet-assembly"),
    *("crystal", "phosphor", "optical-fibre", "ceramic", "coating-material", "hydrogen-storage-material"),
    *("magnetic-refrigeration-material", "magnetostrictive-material", "motor", "finished-product"),
)
"""Of the words for a kind of thing, one for each that the law compared here tells apart."""
BEHIND = {word: tuple(kind for kind in KINDS if kind != "ore" or word not in ("part", "material")) for word in VAGUE}
"""What may stand behind a vague word: an ore is never called a plain part or an ordinary material."""
MATERIALS = {
    *("ore", "concentrate", "metal", "alloy", "oxide", "compound", "target", "permanent-magnet", "magnet-powder"),
    *("magnet-alloy-flake", "crystal", "phosphor", "optical-fibre", "ceramic", "coating-material", "catalyst", "medicine"),
    *("hydrogen-storage-material", "magnetic-refrigeration-material", "magnetostrictive-material"),
    *("ceramic-spray-powder", "gadobutrol-hydrate", "gadoterate-meglumine"),
}
"""What these are made from is consumed: it is no longer an item of its own."""
DEEP_PROCESSED = {"motor", "rotor", "stator", "sensor", "loudspeaker", "magnetic-accessory", "component"}
"""Official answers 4 and 5 name these."""
NEODYMIUM, SAMARIUM = ("Nd", "Fe"), ("Sm", "Co")
NOT_IN = {"SmFeN": (NEODYMIUM, SAMARIUM), "other": (NEODYMIUM, SAMARIUM), "CeFeB": (SAMARIUM,)}
MAKES = {"NdFeB": NEODYMIUM, "SmCo": SAMARIUM}
LISTED = ("Sc", "Y", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu")
NOT_IN |= dict.fromkeys(("ferrite", "AlNiCo"), (NEODYMIUM, *((element,) for element in LISTED)))
"""What is in no magnet of a family: it would be one of another. Boron is light, and few tests of a material see it."""
NO_METALS = ("H", "C", "N", "O", "F", "P", "S", "Cl", "Se", "Br", "I")
HALF_METALS, MADE_WITH_THEM = ("B", "Si", "Ge", "As", "Sb", "Te"), ("Fe", "Co", "Ni", "Cu")
"""What is alloyed with these metals, and makes a ceramic without them."""
TELLING = {"loose", "fixed-in-core", "moulded", "fitted", "consumed"}
"""States that say whether it is loose."""
DOUBTFUL = {"assembly", "magnet-assembly", "part", "material", "packaging", "mixture", "scrap", "reagent"} | MATERIALS
"""Of these it is not told whether they are more than a simple magnet assembly."""
MAGNETS = {"permanent-magnet", "magnet-powder", "magnet-assembly"}
ALLOYED = {"alloy", "target"}
"""Of these an alloy system can be named."""
OF_A_FAMILY = MAGNETS | {"magnet-alloy-flake"}
"""Of these a magnet family can be named."""
FAMILIES = ("NdFeB", "SmCo", "other")
MOVES = ("goods", "technology", "goods-with-technology")
NO_FIELD = (["none"], [])
"""How product data say that none of the five fields of technology moves; an empty list says so in a case of a rule file."""
SINCE = date(2025, 10, 9)
"""Technology that a maker had before the publication of No. 61 is early."""
ORIGIN_STEPS = ("mining", "separation", "metal-making", "alloying", "magnet-making")


@dataclass
class Case:
    """A document under a choice of readings, in one world."""

    world: World
    readings: Readings
    shipment: dict[str, Any] = field(default_factory=dict)
    rates: list[dict[str, Any]] = field(default_factory=list)

    def read(self, question: str, option: str, of: str = "") -> bool:
        """Whether an open question of the text is read so."""
        return self.readings.says(self.world, question, option, of)

    def of(self, thing: Thing, key: str, options: tuple[Any, ...]) -> Any:
        """A field of a thing; unstated it is one of the options."""
        said = thing.says(key)
        return self.world.choose((thing.path, key), options) if said is None else said

    def says(self, key: str) -> Any:
        """A field of the shipment, as stated."""
        return stated(self.shipment, key)

    def party(self, who: str, key: str) -> Any:
        """A field of a party, as stated."""
        return stated(self.says(who), key)

    def one_of(self, key: str, wanted: tuple[str, ...], possible: tuple[str, ...]) -> bool:
        """Whether a field of the shipment says one of these words; unstated it may be any possible one."""
        said = self.says(key)
        return (self.world.choose(("shipment", key), possible) if said is None else said) in wanted

    def party_is(self, who: str, key: str) -> bool:
        """Whether a party is such a one."""
        said = self.party(who, key)
        chosen: bool = self.world.choose(("shipment", f"{who}.{key}"), (True, False)) if said is None else said
        return chosen


def form(case: Case, thing: Thing) -> str:
    """What kind of thing it is."""
    said = thing.says("form")
    if said is not None and said not in VAGUE:
        return str(said)
    chosen: str = case.world.choose((thing.path, "form"), KINDS if said is None else BEHIND[said])
    return chosen


def of_family(case: Case, thing: Thing, name: str) -> bool:
    """Whether a magnet is of a family; one of cerium with neodymium may be read as NdFeB, and "other" excludes none."""
    said: str = case.of(thing, "family", FAMILIES)
    if said == "CeFeB" and name == "NdFeB":
        return contains(case, thing, "Nd") and case.read("cerium-magnets", "ndfeb")
    if said == "other":
        return all(contains(case, thing, element) for element in MAKES[name])
    return said == name


def of_no_named_family(case: Case, thing: Thing) -> bool:
    """Whether it is a magnet of a family that neither No. 18 nor No. 57 names, and that may hold what they list."""
    if form(case, thing) not in ("permanent-magnet", "magnet-assembly"):
        return False
    return case.of(thing, "family", FAMILIES) in ("SmFeN", "CeFeB", "other")


def around_is(case: Case, thing: Thing, forms: set[str]) -> bool:
    """Whether something it is in is, by its stated word, of one of these kinds."""
    return any((one.says("form") or form(case, one)) in forms for one in thing.around)


def contains(case: Case, thing: Thing, element: str) -> bool:
    """Whether an element is in it."""
    found: bool = case.world.once((id(thing), element), lambda: _contains(case, thing, element))
    return found


def _contains(case: Case, thing: Thing, element: str) -> bool:
    told = thing.tells(element)
    if told is not None:
        return told
    if thing.nameless:
        assert thing.above is not None
        return contains(case, thing.above, element)  # what of it is there is chosen where it is asked what the thing is
    if any(contains(case, line, element) and is_there(case, line) for line in thing.lines):
        return True
    return not (thing.list_is_all and not thing.fractions(element)) and bool(
        case.world.choose((thing.path, "contains", element), (True, False))
    )


def is_there(case: Case, thing: Thing) -> bool:
    """Whether there is any of it: a line may name nothing or some."""
    return not thing.may_be_missing or case.world.choose((thing.line, "quantity"), thing.amount.ends) > 0


def consists_of(case: Case, thing: Thing, system: tuple[str, ...]) -> bool:
    """Whether it is an alloy of these elements and no others."""
    if any(contains(case, thing, other) for other in sorted(thing.elements_named - set(system))):
        return False
    if thing.says("alloy") or (thing.composition_is_all and thing.composition):
        return True
    return bool(case.world.choose((thing.path, "others than", system), (False, True)))


def outside_china(case: Case, country: str, of: str) -> bool:
    """Whether a place lies outside China, as the place ``of`` something: until one answer is chosen for all, each is open."""
    return case.read(HONG_KONG, "outside", of) if country in PERHAPS_CHINA else country not in CHINA


def made_abroad(case: Case, thing: Thing) -> bool:
    """Whether it was made outside China."""
    return outside_china(case, case.of(thing, "made_in", PLACES), "making")


def of_chinese_origin(case: Case, thing: Thing) -> bool:
    """Whether it originates in China: by declared origin, or by a step of production there, stated or not, or made there."""
    steps = thing.says("steps") or []
    there = any(step["step"] in ORIGIN_STEPS and step["country"] in CHINA for step in steps) or thing.says("made_in") in CHINA
    if case.read("origin-by-steps", "any-step-in-china"):
        if there:
            return True
        if not thing.says("steps_complete") and case.world.choose((thing.path, "further step in China"), (False, True)):
            return True
    origin = case.of(thing, "origin", PLACES)
    return origin in CHINA or (origin in PERHAPS_CHINA and case.read(HONG_KONG, "inside", "origin"))


def technology_from(case: Case, thing: Thing, places: tuple[str, ...]) -> bool:
    """Whether rare-earth technology from one of these places was used to make it."""
    for number, used in enumerate(thing.says("technologies") or []):
        origin = stated(used, "origin") or case.world.choose((thing.path, "technology", number), PLACES)
        if origin in places and _counts(case, thing, number, used):
            return True
    if thing.says("technologies_complete") is True or surely_free(thing):
        return False
    return case.world.choose((thing.path, "further technology"), ("none", *PLACES)) in places


def surely_free(thing: Thing) -> bool:
    """Whether surely no rare earth is in it: nobody asks by which rare-earth technology it was made."""
    return all(thing.tells(element) is False for element in RARE)


def _counts(case: Case, thing: Thing, number: int, used: dict[str, Any]) -> bool:
    """Whether a technology counts that was had early, or is published."""
    if case.read("early-technology", "does-not-count"):
        said = stated(used, "acquired")
        early = date.fromisoformat(said) < SINCE if said else case.world.choose((thing.path, "early", number), (True, False))
        if early:
            return False
    if case.read("published-technology", "does-not-count"):
        said = stated(used, "published")
        return not (case.world.choose((thing.path, "published", number), (True, False)) if said is None else said)
    return True


def made_with_chinese_technology(case: Case, thing: Thing) -> bool:
    """Whether Chinese technology of one of the five fields was used to make it."""
    if technology_from(case, thing, CHINA):
        return True
    if case.read("upstream-technology", "taints") and any(technology_from(case, one, CHINA) for one in thing.below):
        return True
    return technology_from(case, thing, PERHAPS_CHINA) and case.read(HONG_KONG, "inside", "technology")


def in_state(case: Case, thing: Thing, *words: str) -> bool:
    """Whether a state of processing applies."""
    states = thing.says("processing")
    if states is None or not set(states) & TELLING:
        # What is sintered or coated may be either: nothing is said of that.
        states = case.world.choose((thing.path, "processing"), (("loose",), ("fixed-in-core",), ()))
    return bool(set(states) & set(words))


def fixed(case: Case, thing: Thing, *states: str) -> bool:
    """Whether it is fixed in something deep-processed, or itself in one of some states. What is loose is fixed in nothing."""
    if thing.above is None and not set(thing.says("processing") or ()) & TELLING:
        return False
    if in_state(case, thing, "loose") or case.of(thing, "principal", (True, False)):
        return False
    if around_is(case, thing, DEEP_PROCESSED):
        return True
    if not in_state(case, thing, *states):
        return False
    # A magnet that is fixed in something may be a simple magnet assembly together with it.
    told = any((one.says("form") or form(case, one)) not in DOUBTFUL for one in thing.around)
    return told or bool(case.world.choose((thing.path, "what it is fixed in"), (True, False)))


def consumed(case: Case, thing: Thing) -> bool:
    """Whether it is an input consumed in a material, no longer a thing of its own.

    What a material was made from is, unless it is said to be loose, or a principal component; a part of one may be, where it
    is not said how it is held.
    """
    if thing.above is None:
        return False
    states = set(thing.says("processing") or ())
    if "loose" in states or thing.says("principal") is True:
        return False
    if "consumed" in states:
        return True
    if (thing.above.says("form") or form(case, thing.above)) in MATERIALS:
        if not thing.part:
            return True
        if not states & TELLING and case.world.choose((thing.path, "consumed"), (True, False)):
            return True
    return consumed(case, thing.above)


def is_product(thing: Thing) -> bool:
    """Whether it is the product as shipped."""
    return thing.above is None


# ---- contradictions


def contradicts_itself(thing: Thing) -> bool:
    """Whether the data say of something in it that it is there, and that it is not."""
    sure = [one for one in thing.lines if not one.may_be_missing]
    below = any(thing.denied(element) and one.shown(element) for one in sure for element in one.elements_named)
    held_inside = thing.declared_free and any(one.says("rare_earths") == "present" for one in thing.lines)
    declared_free = held_inside or (thing.declared_free and any(thing.shown(element) for element in RARE))
    empty = thing.says("rare_earths") == "present" and all(thing.tells(element) is False for element in RARE)
    said = thing.says("form")
    known = said is not None and said not in VAGUE
    no_alloy = bool(thing.says("alloy")) and known and said not in ALLOYED
    no_magnet = thing.says("family") is not None and known and said not in OF_A_FAMILY
    other_family = any(all(thing.shown(one) for one in group) for group in NOT_IN.get(thing.says("family"), ()))
    states = set(thing.says("processing") or ())
    there = "loose" in states or thing.says("principal") is True or said in OF_A_FAMILY
    lacks_its_own = thing.says("family") == "CeFeB" and thing.composition_is_all and not thing.fractions("Ce")
    of_words = no_alloy or no_magnet or other_family or lacks_its_own or metals_alone(thing) or (there and "consumed" in states)
    return below or declared_free or empty or of_words or none_of_its_name(thing) or list_falls_short(thing)


def metals_alone(thing: Thing) -> bool:
    """Whether what is called a crystal, phosphor, ceramic or catalyst is, with a rare earth, a metal or an alloy."""
    if (
        thing.says("form") not in ("crystal", "phosphor", "ceramic", "ceramic-spray-powder", "catalyst")
        or not thing.composition_is_all
    ):
        return False
    if not any(thing.tells(one) is True for one in RARE) or any(thing.tells(one) is not False for one in NO_METALS):
        return False
    with_metal = any(thing.tells(one) is True for one in MADE_WITH_THEM)
    return with_metal or all(thing.tells(one) is False for one in HALF_METALS)


def none_of_its_name(thing: Thing) -> bool:
    """Whether its composition says that there is none of an element that its alloy system or magnet family names."""
    stated = [thing.fractions(element) for element in sorted(thing.by_name)]
    return any(fractions and all(one == NOTHING for one in fractions) for fractions in stated)


def list_falls_short(thing: Thing) -> bool:
    """Whether its list is said to be all, and a rare earth that it is said to hold is in none of the lines."""
    named = [element for element in RARE if thing.in_composition(element) or element in thing.by_name]
    return thing.list_is_all and any(all(one.tells(element) is False for one in thing.lines) for element in named)
