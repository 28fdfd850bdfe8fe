"""What the data tell of one thing: what it is, what is in it, where it comes from, how it was made.

Knows the fields of a line and what they imply; an open question of reading is asked by name. Does not
know lists, limbs or prices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tests.naive import amounts
from tests.naive.amounts import NOTHING, Span
from tests.naive.logic import Truth, among, every, no, some, some_one
from tests.naive.tree import BY_NAME, RARE_EARTHS, Node, stated

Readings = Mapping[str, str]

OFFICIAL = {"fixed-magnets-18": "outside"}
"""Readings that an official answer settles until someone chooses otherwise."""

VAGUE = {"part", "material", "packaging", "reagent"}
"""Words that exclude nothing: a "material" may turn out to be an oxide."""

ALLOYED = {"alloy", "target"}
"""Forms of which an alloy system can be named."""
OF_A_FAMILY = {"permanent-magnet", "magnet-powder", "magnet-assembly", "magnet-alloy-flake"}
"""Forms of which a magnet family can be named."""

CHINA = {"CN"}
PERHAPS_CHINA = {"HK", "MO", "TW"}

MATERIAL_FORMS = {"ore", "concentrate", "metal", "alloy", "oxide", "compound", "target", "crystal", "phosphor", "optical-fibre"}
MATERIAL_FORMS |= {
    "permanent-magnet",
    "magnet-powder",
    "magnet-alloy-flake",
    "ceramic",
    "coating-material",
    "catalyst",
    "medicine",
}
MATERIAL_FORMS |= {"hydrogen-storage-material", "magnetic-refrigeration-material", "magnetostrictive-material"}
DEEP_PROCESSED = {"motor", "rotor", "stator", "sensor", "loudspeaker", "magnetic-accessory", "component"}


def read(readings: Readings, question: str, option: str) -> Truth:
    """Whether the text is read so; None when nobody has said."""
    chosen = readings.get(question, OFFICIAL.get(question))
    return None if chosen is None else chosen == option


def form(node: Node, wanted: set[str]) -> Truth:
    """Whether it is a thing of one of these kinds."""
    word = node.says("form")
    if word is None or (word in VAGUE and word not in wanted):
        return None
    return word in wanted


def family(node: Node, wanted: str) -> Truth:
    """Whether it is a magnet of this family."""
    return among(node.says("family"), {wanted})


def contains(node: Node, element: str) -> Truth:
    """Whether the element is in it; asked once."""
    return once(node, element, lambda: _contains(node, element))


def once(node: Node, question: str, answer: Callable[[], Truth]) -> Truth:
    """The answer to a question about a thing, worked out the first time it is asked."""
    if question not in node.told:
        node.told[question] = answer()
    return node.told[question]


def _contains(node: Node, element: str) -> Truth:
    """What is shown to be there outweighs a statement that it is not."""
    if node.kind == "nameless" and node.above is not None:
        return False if element in node.above.bought or contains(node.above, element) is False else None
    if shown(node, element):
        return True
    if denied(node, element):
        return False
    listed = node.says("complete") is True and bool(node.lines) and not _fractions(node, element)
    return False if listed and all(contains(child, element) is False for child in node.lines) else None


def shown(node: Node, element: str) -> bool:
    """Whether family, alloy name, composition or a line below say that the element is in it."""
    if element in _by_name(node):
        return True
    if _in_composition(node, element):
        return True
    return any(contains(child, element) for child in node.lines)


def denied(node: Node, element: str) -> bool:
    """Whether a declaration, a fraction of zero, or a composition that is all say that the element is not in it."""
    if node.free_of_rare_earths and element in RARE_EARTHS:
        return True
    if element in _by_name(node):
        return False
    fractions = _fractions(node, element)
    return all(part == NOTHING for part in fractions) if fractions else node.composition_is_all


def contradictory(node: Node) -> bool:
    """Whether the data say of something in it that it is there, and that it is not."""
    below = any(denied(node, element) and contains(child, element) for child in node.lines for element in elements_named(child))
    declared_free = node.free_of_rare_earths and any(shown(node, element) for element in RARE_EARTHS)
    empty = node.says("rare_earths") == "present" and all(contains(node, element) is False for element in RARE_EARTHS)
    no_alloy = bool(node.says("alloy")) and among(node.says("form"), ALLOYED | VAGUE) is False
    no_magnet = node.says("family") is not None and among(node.says("form"), OF_A_FAMILY | VAGUE) is False
    return below or declared_free or empty or no_alloy or no_magnet or lines_fall_short(node)


def lines_fall_short(node: Node) -> bool:
    """Whether its list is said to be all, and a rare earth that it is said to hold is in none of the lines."""
    listed = node.says("complete") is True and bool(node.lines)
    named = [element for element in RARE_EARTHS if _in_composition(node, element) or element in _by_name(node)]
    return listed and any(all(contains(child, element) is False for child in node.lines) for element in named)


def _in_composition(node: Node, element: str) -> bool:
    return any(part is None or part.low > 0 or part.low_open for part in _fractions(node, element))


def _by_name(node: Node) -> set[str]:
    """The elements that the magnet family or the named alloy brings with it."""
    return {*BY_NAME.get(str(node.says("family")), []), *(node.says("alloy") or [])}


def _fractions(node: Node, element: str) -> list[Span | None]:
    entries = [entry for entry in node.says("composition") or [] if stated(entry, "element") == element]
    return [amounts.read_share(stated(entry, "mass_fraction")) for entry in entries]


def consists_of(node: Node, system: list[str]) -> Truth:
    """Whether it is an alloy of these elements and no others: so it is named, or so its composition says."""
    others = elements_named(node) - set(system)
    if any(contains(node, element) is True for element in others):
        return False
    if node.says("alloy"):
        return True
    if any(contains(node, element) is None for element in others):
        return None
    return True if node.composition_is_all and node.says("composition") else None


def elements_named(node: Node) -> set[str]:
    """Every element of which the thing, or something in it, speaks."""
    own = {str(stated(entry, "element")) for entry in node.says("composition") or []} | _by_name(node)
    return own.union(*(elements_named(child) for child in node.lines))


def outside_china(country: str | None, readings: Readings) -> Truth:
    """Whether a place lies outside China."""
    elsewhere = None if country is None else country not in CHINA | PERHAPS_CHINA
    return some(elsewhere, every(among(country, PERHAPS_CHINA), read(readings, "hong-kong-macao-taiwan", "outside")))


def chinese_origin(node: Node, readings: Readings) -> Truth:
    """Whether it originates in China."""
    origin = node.says("origin")
    steps = node.says("steps") or []
    step_there = any(step["step"] in ("mining", "separation", "metal-making") and step["country"] in CHINA for step in steps)
    return some(
        among(origin, CHINA),
        every(among(origin, PERHAPS_CHINA), read(readings, "hong-kong-macao-taiwan", "inside")),
        every(step_there, read(readings, "origin-by-steps", "any-step-in-china")),
    )


def technology_from(node: Node, countries: set[str]) -> Truth:
    """Whether rare-earth technology from there was used to make it."""
    entries = node.says("technologies") or []
    used = [among(stated(entry, "origin"), countries) for entry in entries]
    return some_one([*used, False if node.says("technologies_complete") is True else None])


def chinese_technology(node: Node, readings: Readings) -> Truth:
    """Whether technology of Chinese origin in one of the five fields was used to make it."""
    inside = some_one(technology_from(child, CHINA) for child in node.below) if node.kind != "nameless" else None
    return some(
        technology_from(node, CHINA),
        every(read(readings, "upstream-technology", "taints"), inside),
        every(read(readings, "hong-kong-macao-taiwan", "inside"), technology_from(node, PERHAPS_CHINA)),
    )


def in_one_of(node: Node, forms: set[str]) -> Truth:
    """Whether something it is in is stated to be a thing of one of these kinds."""
    return some_one(among(above.says("form"), forms) for above in node.ancestors)


def state(node: Node, words: Iterable[str]) -> Truth:
    """Whether a processing state applies."""
    states = node.says("processing")
    return None if states is None else bool(set(states) & set(words))


def fixed(node: Node) -> Truth:
    """Whether it is fixed in a deep-processed product, or fixed or moulded itself. What is loose is fixed in nothing."""
    if node.above is None and node.says("processing") is None:
        return False
    if state(node, ["fixed-in-core", "moulded"]) is True and state(node, ["loose"]) is False:
        return True
    held = some(state(node, ["fixed-in-core", "moulded"]), in_one_of(node, DEEP_PROCESSED))
    return every(held, no(state(node, ["loose"])))


def not_consumed(node: Node) -> Truth:
    """Whether it is still a thing of its own, and not an input consumed in a material."""
    consumed = in_one_of(node, MATERIAL_FORMS)
    return None if consumed is None else not consumed
