"""The control lists as plain tables, and whether a thing stands on them.

Knows the lists of No. 18 (1C902 to 1C908), No. 57 (1C909 to 1C913), No. 62 (1E902) and annex 1 of No. 61 in its two parts,
as secondary sources give them. Does not know when a licence follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.oracle import facts
from tests.oracle.facts import MAGNETS, Case
from tests.oracle.things import RARE_EARTHS, Thing

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


ANNEX_62 = """
1E902.a technology
1E902.b line-technology
"""

SEVEN = ("Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y")
METALS_61 = SEVEN
ALLOYS_61 = (("Sm", "Co"), ("Tb", "Fe"), ("Dy", "Fe"), ("Tb", "Dy", "Fe"))
OXIDES_61 = ("Dy", "Tb")
NAMED_TARGETS_61 = ("Sm", "Gd")
PRECURSORS = {"magnet-alloy-flake", "magnet-powder", "alloy", "oxide", "compound", "mixture", "scrap"}

FUNCTIONAL_NAMED = {"phosphor", "catalyst", "crystal", "ceramic"}
"""Official answer 4 speaks of these."""
SPRAYED = "ceramic-spray-powder"
"""The answer names it among the ceramics, with yttria-stabilised zirconia; No. 57 may name it as ceramic or as coating."""
AGENTS = {"gadobutrol-hydrate", "gadoterate-meglumine"}
"""The two medicines of the answer: organic compounds of gadolinium."""
FUNCTIONAL_OTHERS = {"optical-fibre", "coating-material", "hydrogen-storage-material", "magnetic-refrigeration-material"}
FUNCTIONAL_OTHERS |= {"magnetostrictive-material", "medicine"}

Listed = Callable[[Case, Thing], bool]


def table(text: str) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """The entries of a list by the kind of thing they name: code, and the elements that must be in it."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for code, word, *elements in map(str.split, text.strip().splitlines()):
        found.setdefault(word, []).append((code, tuple(elements)))
    return found


TABLES = {"18": table(ANNEX_18), "57": table(ANNEX_57)}
CODES = {
    name: [line.split()[0] for line in text.strip().splitlines()]
    for name, text in (("18", ANNEX_18), ("57", ANNEX_57), ("62", ANNEX_62))
}
HEADINGS = {"1C914", "2B902", *(code.split(".")[0] for codes in CODES.values() for code in codes)}
"""Of No. 18, 57, 62 and 56; those of the neighbouring announcements are declared in none of the products here."""
ELEMENTS = {name: tuple(elements[0] for _, elements in kinds["metal"]) for name, kinds in TABLES.items()}
"""The rare earths of a list: each has a line for its metal."""


def any_of(case: Case, thing: Thing, elements: Iterable[str]) -> bool:
    """Whether one of these elements is in it."""
    return any(facts.contains(case, thing, element) for element in elements)


def all_of(case: Case, thing: Thing, elements: Iterable[str]) -> bool:
    """Whether each of these elements is in it."""
    return all(facts.contains(case, thing, element) for element in elements)


def described(case: Case, thing: Thing, name: str, word: str, elements: tuple[str, ...]) -> bool:
    """Whether it is the kind of thing of which an entry of No. 18 or 57 (``name``) speaks."""
    form = facts.form(case, thing)
    if word in ("oxide", "compound"):
        mineral = form in ("ore", "concentrate", "scrap") and case.read("minerals-and-scrap", "mixture")
        return form in (word, "mixture") or mineral or as_it_consists(case, thing, name)
    if word == "alloy":
        return form == "alloy" or read_as_alloy(case, thing) or as_it_consists(case, thing, name)
    if word == "metal":
        return form == "metal" or metal_by_another_name(case, thing, name, elements)
    if word.endswith("-magnet"):
        return form in MAGNETS and (word == "any-magnet" or facts.of_family(case, thing, word.removesuffix("-magnet")))
    return form == word or (form == SPRAYED and word in ("ceramic", "coating-material"))


def read_as_alloy(case: Case, thing: Thing) -> bool:
    """Whether magnet alloy before pressing, or a magnet of no named family, is read as an alloy of the lists."""
    if facts.form(case, thing) in ("magnet-alloy-flake", "magnet-powder"):
        return case.read("magnet-alloy", "alloy-line")
    return facts.of_no_named_family(case, thing) and case.read("unnamed-magnets", "by-composition")


def called_otherwise(case: Case, thing: Thing, *forms: str) -> bool:
    """Whether what it is called, an alloy or a magnet of no named family, may be a metal or an alloy by another name."""
    return facts.form(case, thing) in forms or facts.of_no_named_family(case, thing)


def as_it_consists(case: Case, thing: Thing, name: str) -> bool:
    """Whether a functional material is what it consists of, for a list."""
    form = facts.form(case, thing)
    if form not in FUNCTIONAL_NAMED | FUNCTIONAL_OTHERS | AGENTS | {SPRAYED}:
        return False
    if name == "57":
        return case.read("functional-materials-57", "by-composition")
    if form not in FUNCTIONAL_OTHERS and case.read("functional-materials-18", "inside"):
        return True
    return not named_by_answer_4(case, thing, form) and case.read("functional-materials-unnamed-18", "by-composition")


def named_by_answer_4(case: Case, thing: Thing, form: str) -> bool:
    """Whether answer 4 names a functional material: spray powder of zirconia, and an agent that is what its name says."""
    if form == SPRAYED:
        return facts.contains(case, thing, "Zr")
    if form in AGENTS:
        return facts.contains(case, thing, "C") and not any_of(case, thing, [one for one in SEVEN if one != "Gd"])
    return form in FUNCTIONAL_NAMED


def metal_by_another_name(case: Case, thing: Thing, name: str, elements: tuple[str, ...]) -> bool:
    """Whether it is a metal that is called otherwise: alone in it, or in an alloy with none of its partners in the list."""
    form = facts.form(case, thing)
    otherwise = called_otherwise(case, thing, "alloy", "magnet-alloy-flake", "magnet-powder")
    if not (otherwise or as_it_consists(case, thing, name) or read_as_alloy(case, thing)) or not all_of(case, thing, elements):
        return False
    if (otherwise or as_it_consists(case, thing, name)) and facts.consists_of(case, thing, elements):
        return True
    if not (form == "alloy" or read_as_alloy(case, thing)) or not case.read("alloys-without-partner", "metal-line"):
        return False
    systems = [system for _, system in TABLES[name].get("alloy", ()) if elements[0] in system]
    return not any(all_of(case, thing, system) for system in systems)


def on_annex(case: Case, thing: Thing, name: str) -> bool:
    """Whether it is on the list of No. 18 or 57: by a declared code, or by description."""
    found: bool = case.world.once((id(thing), "annex", name), lambda: _on_annex(case, thing, name))
    return found


def _on_annex(case: Case, thing: Thing, name: str) -> bool:
    if by_code(thing, name) is True:
        return True
    if thing.nameless:
        return nameless_is(case, thing, f"on annex {name}", ELEMENTS[name])
    for word, entries in TABLES[name].items():
        if any(described(case, thing, name, word, elements) and all_of(case, thing, elements) for _, elements in entries):
            return True
    return open_code(case, thing, name)


def nameless_is(case: Case, thing: Thing, what: str, elements: Iterable[str]) -> bool:
    """Whether something nameless is listed: it may be whatever the elements that it may hold allow."""
    return any_of(case, thing, elements) and bool(case.world.choose((thing.path, what), (True, False)))


def by_code(thing: Thing, name: str) -> bool | None:
    """Whether a declared code is one of a list or finer; None where it is only of the same heading."""
    declared, codes = thing.says("control_codes") or [], CODES[name]
    if any(names(one, code) for one in declared for code in codes):
        return True
    headings = {code.split(".")[0] for code in codes}
    return None if any(one.split(".")[0] in headings for one in declared) else False


def names(declared: str, code: str) -> bool:
    """Whether a declared code is that code or below it."""
    return declared == code or declared.startswith(f"{code}.")


def open_code(case: Case, thing: Thing, name: str) -> bool:
    """Whether a code that is not given in full is one of the list after all."""
    return by_code(thing, name) is None and bool(case.world.choose((thing.path, "control_codes", name), (True, False)))


def of_no_list(thing: Thing) -> bool:
    """Whether it declares a code under a heading that stands on no list at hand."""
    return any(code.split(".")[0] not in HEADINGS for code in thing.says("control_codes") or [])


def declared_in_vain(case: Case, thing: Thing) -> bool:
    """Whether a declared control code names a thing that this is not."""
    for declared in thing.says("control_codes") or []:
        for name, kinds in TABLES.items():
            for word, entries in kinds.items():
                for code, elements in entries:
                    if names(declared, code) and not (
                        described(case, thing, name, word, elements) and all_of(case, thing, elements)
                    ):
                        return True
    return False


# ---- No. 61


def entries_of_part_1(case: Case, thing: Thing) -> tuple[str, ...]:
    """The entries of annex 1 part 1 under which it falls."""
    found: tuple[str, ...] = case.world.once((id(thing), "part 1"), lambda: _entries_of_part_1(case, thing))
    return found


def _entries_of_part_1(case: Case, thing: Thing) -> tuple[str, ...]:
    if thing.nameless:
        return ("nameless",) if nameless_is(case, thing, "in part 1", SEVEN) else ()
    form = facts.form(case, thing)
    if form == "metal":
        return tuple(one for one in METALS_61 if facts.contains(case, thing, one))
    if form == "oxide":
        return tuple(f"{one} oxide" for one in OXIDES_61 if facts.contains(case, thing, one))
    if called_otherwise(case, thing, "alloy", "magnet-alloy-flake", "magnet-powder"):
        alone = [one for one in METALS_61 if facts.contains(case, thing, one) and facts.consists_of(case, thing, (one,))]
        if alone:
            return tuple(alone)
    return tuple("-".join(system) for system in ALLOYS_61 if _of_system(case, thing, system))


def _of_system(case: Case, thing: Thing, system: tuple[str, ...]) -> bool:
    """Whether an alloy is of a named system; whether it may hold others beside is a reading."""
    if not called_otherwise(case, thing, "alloy", "magnet-alloy-flake") or not all_of(case, thing, system):
        return False
    if facts.consists_of(case, thing, system):
        return True
    return facts.form(case, thing) == "alloy" and case.read("alloys-with-others-61", "covered")


def in_part_1(case: Case, thing: Thing) -> bool:
    """Annex 1 part 1: seven metals, four alloys, two oxides."""
    return bool(entries_of_part_1(case, thing))


def is_precursor(case: Case, thing: Thing) -> bool:
    """What holds an element of part 1 in another form than part 1 names."""
    if thing.nameless:
        return nameless_is(case, thing, "a precursor", SEVEN)
    return facts.form(case, thing) in PRECURSORS and any_of(case, thing, SEVEN)


def part_2_material(case: Case, thing: Thing) -> bool:
    """Annex 1 part 2: permanent-magnet materials and targets."""
    found: bool = case.world.once((id(thing), "part 2"), lambda: _part_2_material(case, thing))
    return found


def _part_2_material(case: Case, thing: Thing) -> bool:
    others = [one for one in RARE_EARTHS if one not in NAMED_TARGETS_61]
    if thing.nameless:
        return nameless_part_2(case, thing, "a material of part 2")
    form = facts.form(case, thing)
    if form in MAGNETS:
        kinds = (("SmCo", ("Sm",)), ("NdFeB", ("Tb", "Dy")))
        return any(facts.of_family(case, thing, name) and any_of(case, thing, elements) for name, elements in kinds)
    if form != "target":
        return False
    if any_of(case, thing, NAMED_TARGETS_61):
        return True
    return any_of(case, thing, others) and case.read("part-2-targets", "all-rare-earth-targets")


def nameless_part_2(case: Case, thing: Thing, what: str) -> bool:
    """Whether something nameless is, or holds, a material of part 2: the elements of magnets and named targets, or any."""
    if nameless_is(case, thing, what, ("Sm", "Gd", "Tb", "Dy")):
        return True
    others = nameless_is(case, thing, f"{what}, another target", RARE_EARTHS)
    return others and case.read("part-2-targets", "all-rare-earth-targets")


def holds(case: Case, thing: Thing, listed: Listed, *, directly: bool = False) -> bool:
    """Whether a listed thing is in it, thing by thing."""
    for one in thing.inside:
        if listed(case, one) and facts.is_there(case, one):
            return True
        if not directly and holds(case, one, listed) and facts.is_there(case, one):
            return True
    return False


def whole_part_2_material(case: Case, thing: Thing) -> bool:
    """A material of part 2 that is not consumed in another material."""
    return part_2_material(case, thing) and not facts.consumed(case, thing)


def part_2_assembly(case: Case, thing: Thing) -> bool:
    """Annex 1 part 2: parts, components and assemblies that hold such materials."""
    reach = case.readings.option(case.world, "part-2-reaches")
    if reach == "magnet-only":
        return False
    if thing.nameless:
        return nameless_part_2(case, thing, "holds a material of part 2")
    return holds(case, thing, whole_part_2_material, directly=reach == "first-assembly")


def in_part_2(case: Case, thing: Thing) -> bool:
    """Annex 1 part 2."""
    return part_2_material(case, thing) or part_2_assembly(case, thing)


def in_annex_1(case: Case, thing: Thing) -> bool:
    """Annex 1, either part."""
    return in_part_1(case, thing) or in_part_2(case, thing)


# ---- No. 62


def on_annex_62(case: Case, thing: Thing) -> bool:
    """Rare-earth technology: what the shipment says of itself, or a declared code."""
    if by_code(thing, "62") is True:
        return True
    if facts.is_product(thing) and case.one_of("kind", ("technology", "goods-with-technology"), facts.MOVES):
        fields = case.says("technology_fields")
        if (
            fields not in facts.NO_FIELD
            if fields is not None
            else case.world.choose(("shipment", "technology_fields"), (True, False))
        ):
            return True
    return open_code(case, thing, "62")
