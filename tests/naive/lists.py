"""The control lists as plain tables, and whether a thing stands on them.

Knows annex 18 (1C902 to 1C908), annex 57 (1C909 to 1C913) and annex 1 of No. 61 in its two parts as
secondary sources give them. Does not know when a licence follows.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.naive import facts
from tests.naive.facts import Readings, read
from tests.naive.logic import Truth, every, every_one, no, some, some_one
from tests.naive.tree import RARE_EARTHS, Node

MAGNETS = {"permanent-magnet", "magnet-powder", "magnet-assembly"}

ANNEX_18 = """
1C902.a.1 metal Sm
1C902.a.2.a alloy Sm Co
1C902.a.2.b alloy Sm Fe
1C902.a.2.c alloy Sm Ni
1C902.a.2.d alloy Sm Al
1C902.a.2.e alloy Sm Mg
1C902.a.3.a target Sm
1C902.a.3.b target Sm Co
1C902.a.3.c target Sm Fe
1C902.a.4 SmCo-magnet Sm
1C902.b oxide Sm
1C902.c compound Sm
1C903.a.1 metal Gd
1C903.a.2.a alloy Gd Mg
1C903.a.2.b alloy Gd Al
1C903.a.3.a target Gd
1C903.a.3.b target Gd Fe
1C903.a.3.c target Gd Co
1C903.b oxide Gd
1C903.c compound Gd
1C904.a.1 metal Tb
1C904.a.2.a alloy Tb Co
1C904.a.2.b alloy Tb Co Fe
1C904.a.3.a target Tb
1C904.a.3.b target Tb Co
1C904.a.4 NdFeB-magnet Tb
1C904.b oxide Tb
1C904.c compound Tb
1C905.a.1 metal Dy
1C905.a.2.a alloy Dy Fe
1C905.a.2.b alloy Tb Dy Fe
1C905.a.3.a target Dy
1C905.a.3.b target Tb Dy Fe
1C905.a.4 NdFeB-magnet Dy
1C905.b oxide Dy
1C905.c compound Dy
1C906.a.1 metal Lu
1C906.a.2 alloy Yb Lu
1C906.a.3 target Lu
1C906.b oxide Lu
1C906.c compound Lu
1C907.a.1 metal Sc
1C907.a.2.a alloy Sc Al
1C907.a.2.b alloy Sc Mg
1C907.a.2.c alloy Sc Cu
1C907.a.3 target Sc
1C907.b oxide Sc
1C907.c compound Sc
1C908.a.1 metal Y
1C908.a.2.a alloy Y Al
1C908.a.2.b alloy Y Mg
1C908.a.2.c alloy Y Ni
1C908.a.2.d alloy Y Cu
1C908.a.2.e alloy Y Fe
1C908.a.3.a target Y
1C908.a.3.b target Y Al
1C908.a.3.c target Y Zr
1C908.b oxide Y
1C908.c compound Y
"""

ANNEX_57 = """
1C909.a.1 metal Ho
1C909.a.2.a alloy Ho Cu
1C909.a.2.b alloy Mg Ho
1C909.a.2.c alloy Ho Fe
1C909.a.3.a target Ho
1C909.a.3.b target Ho Cu
1C909.a.4 any-magnet Ho
1C909.a.5 crystal Ho
1C909.a.6 magnetic-refrigeration-material Ho
1C909.a.7 magnetostrictive-material Ho
1C909.b oxide Ho
1C909.c compound Ho
1C910.a.1 metal Er
1C910.a.2.a alloy Er Al
1C910.a.3.a target Er
1C910.a.4 crystal Er
1C910.a.5 optical-fibre Er
1C910.a.6 hydrogen-storage-material Er
1C910.a.7 ceramic Er
1C910.b oxide Er
1C910.c compound Er
1C911.a.1 metal Tm
1C911.a.2.a target Tm
1C911.a.3 crystal Tm
1C911.a.4 phosphor Tm
1C911.b oxide Tm
1C911.c compound Tm
1C912.a.1 metal Eu
1C912.a.2.a alloy Mg Eu
1C912.a.3.a target Eu
1C912.a.4.a phosphor Eu
1C912.a.5 crystal Eu
1C912.a.6 hydrogen-storage-material Eu
1C912.b oxide Eu
1C912.c compound Eu
1C913.a.1 metal Yb
1C913.a.2.a target Yb
1C913.a.3 crystal Yb
1C913.a.4 optical-fibre Yb
1C913.a.5 coating-material Yb
1C913.b oxide Yb
1C913.c compound Yb
"""

SEVEN = ["Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y"]
ALLOYS_61 = [["Sm", "Co"], ["Tb", "Fe"], ["Dy", "Fe"], ["Tb", "Dy", "Fe"]]
NAMED_TARGETS_61 = ["Sm", "Gd"]


def holds_one_of(node: Node, elements: list[str]) -> Truth:
    """Whether one of these elements is in it."""
    return some_one(facts.contains(node, element) for element in elements)


def holds_all_of(node: Node, elements: list[str]) -> Truth:
    """Whether each of these elements is in it."""
    return every_one(facts.contains(node, element) for element in elements)


def kind(node: Node, word: str, readings: Readings) -> Truth:
    """Whether it is the kind of thing of which an entry of annex 18 or 57 speaks."""
    return facts.once(node, f"kind {word}", lambda: _kind(node, word, readings))


def _kind(node: Node, word: str, readings: Readings) -> Truth:
    mineral = every(facts.form(node, {"ore", "concentrate", "scrap"}), read(readings, "minerals-and-scrap", "mixture"))
    flake = every(facts.form(node, {"magnet-alloy-flake"}), read(readings, "magnet-alloy", "alloy-line"))
    if word in ("oxide", "compound"):
        return some(facts.form(node, {word, "mixture"}), mineral)
    if word == "alloy":
        return some(facts.form(node, {"alloy"}), flake)
    if word.endswith("-magnet"):
        family = word.removesuffix("-magnet")
        return every(facts.form(node, MAGNETS), True if family == "any" else facts.family(node, family))
    return facts.form(node, {word})


def listed_magnet(node: Node) -> Truth:
    """Samarium-cobalt magnets, and NdFeB magnets with terbium or dysprosium."""
    samarium_cobalt = every(facts.family(node, "SmCo"), facts.contains(node, "Sm"))
    heavy = every(facts.family(node, "NdFeB"), holds_one_of(node, ["Tb", "Dy"]))
    return every(facts.form(node, MAGNETS), some(samarium_cobalt, heavy))


def fits(node: Node, entry: str, readings: Readings) -> Truth:
    """Whether it is the thing that one entry describes."""
    _, word, *elements = entry.split()
    is_kind = kind(node, word, readings)
    return False if is_kind is False else every(is_kind, holds_all_of(node, elements))


def on_the_list(node: Node, table: str, readings: Readings) -> Truth:
    """Whether it is on annex 18 or 57: by description, or by a declared code."""
    entries = table.strip().splitlines()
    codes = [entry.split()[0] for entry in entries]
    by_code = some_one(_is_code_of(code, codes) for code in node.says("control_codes") or [])
    return some(by_code, some_one(fits(node, entry, readings) for entry in entries))


def _is_code_of(declared: str, codes: list[str]) -> Truth:
    """A code of the list or finer; one that is not in full leaves it open."""
    if any(_names(declared, code) for code in codes):
        return True
    return None if declared.split(".", maxsplit=1)[0] in {code.split(".")[0] for code in codes} else False


def _names(declared: str, code: str) -> bool:
    return declared == code or declared.startswith(f"{code}.")


def declared_in_vain(node: Node, readings: Readings) -> bool:
    """Whether a declared control code names a thing that this surely is not."""
    entries = [*ANNEX_18.strip().splitlines(), *ANNEX_57.strip().splitlines()]
    codes = node.says("control_codes") or []
    return any(_names(code, entry.split()[0]) and fits(node, entry, readings) is False for code in codes for entry in entries)


def in_annex_18(node: Node, readings: Readings) -> Truth:
    """Announcement 18, controlled items 1C902 to 1C908."""
    return facts.once(node, "annex 18", lambda: on_the_list(node, ANNEX_18, readings))


def in_annex_57(node: Node, readings: Readings) -> Truth:
    """Announcement 57, controlled items 1C909 to 1C913."""
    return facts.once(node, "annex 57", lambda: on_the_list(node, ANNEX_57, readings))


def in_part_1(node: Node, readings: Readings) -> Truth:
    """Announcement 61, annex 1 part 1: seven metals, four alloys, two oxides."""
    return facts.once(node, "part 1", lambda: _part_1(node, readings))


def _part_1(node: Node, readings: Readings) -> Truth:
    covered = read(readings, "alloys-with-others-61", "covered")
    systems = [every(holds_all_of(node, system), some(facts.consists_of(node, system), covered)) for system in ALLOYS_61]
    return some(
        every(facts.form(node, {"metal"}), holds_one_of(node, SEVEN)),
        every(facts.form(node, {"alloy"}), some_one(systems)),
        every(facts.form(node, {"oxide"}), holds_one_of(node, ["Dy", "Tb"])),
    )


def in_part_2_materials(node: Node, readings: Readings) -> Truth:
    """Announcement 61, annex 1 part 2: magnets and targets."""
    return facts.once(node, "part 2", lambda: _part_2_materials(node, readings))


def _part_2_materials(node: Node, readings: Readings) -> Truth:
    others = sorted(RARE_EARTHS - set(NAMED_TARGETS_61))
    other = every(holds_one_of(node, others), read(readings, "part-2-targets", "all-rare-earth-targets"))
    return some(listed_magnet(node), every(facts.form(node, {"target"}), some(holds_one_of(node, NAMED_TARGETS_61), other)))


def holds(node: Node, listed: Callable[[Node], Truth], *, directly: bool = False) -> Truth:
    """Whether a listed thing is in it. What is in a nameless content is as nameless as that."""
    if node.kind == "nameless":
        return False if listed(node) is False else None
    return some_one(listed(child) for child in (node.inside if directly else node.below))


def in_part_2_assemblies(node: Node, readings: Readings) -> Truth:
    """Announcement 61, annex 1 part 2: parts, components and assemblies that hold such materials."""

    def material(inner: Node) -> Truth:
        return every(in_part_2_materials(inner, readings), facts.not_consumed(inner))

    return every(
        no(facts.form(node, facts.MATERIAL_FORMS)),
        some(
            every(read(readings, "part-2-reaches", "any-depth"), holds(node, material)),
            every(read(readings, "part-2-reaches", "first-assembly"), holds(node, material, directly=True)),
        ),
    )


def in_part_2(node: Node, readings: Readings) -> Truth:
    """Announcement 61, annex 1 part 2."""
    return some(in_part_2_materials(node, readings), in_part_2_assemblies(node, readings))


def in_annex_1(node: Node, readings: Readings) -> Truth:
    """Announcement 61, annex 1, either part."""
    return some(in_part_1(node, readings), in_part_2(node, readings))
