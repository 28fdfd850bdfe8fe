"""A model as a product with its shipment: a document as a user would write it, with day, readings and confirmations.

Knows where each fact stands in product data and how an amount is written there. Everything that the solver decided is
stated, so that nothing is left for the engine to wonder about. Does not judge: the replay does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from rare_earth_compliance.core.codes import countries, rare_earths
from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.core.quantities import written
from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.engine.movement import GOODS
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.product.convert import TECHNOLOGY
from rare_earth_compliance.product.document import FORMAT, NONE_OF_THEM
from rare_earth_compliance.product.steps import first_steps, needed_steps
from rare_earth_compliance.product.words import unit_of
from rare_earth_compliance.proof.formulas import Model, Number
from rare_earth_compliance.proof.items import NONE
from rare_earth_compliance.proof.tree import NOT_SAID, Tree

CURRENCY = "EUR"
LISTS = ("parts", "materials")
PURE = "oxide"
"""The form of an input that is nothing but the element it names."""
OPTIONAL = ("transfer", "end_use.node", "end_use.physical_node", "end_use.layers", "licensed_before", "left_china")
"""Facts that are written only where the rule that is shown asks for them: few shipments have them."""
TRANSIT = "transit"
FIELDS, THROUGH = "shipment.technology_fields", "shipment.transit_through"
"""Questions that no empty list answers: of the first nothing is said by a word, of the second by a country not asked for."""
UNITS = {"node": " nm", "physical_node": " nm", "mass": " kg"}
"""The unit in which an amount is written at a place of product data that asks for one."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a rule must say at an item, with a policy, an exemption or a list entry where one is named."""

    rule: str
    part: str
    status: Status
    policy: str = ""
    exemption: str = ""
    no_policy: str = ""
    list: str = ""
    entry: str = ""
    entry_part: str = ""


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A product, a shipment and a day that show something; ``also`` is what other rules say at the same item."""

    name: str
    shows: str
    document: Mapping[str, Any]
    on: date
    readings: Mapping[str, str]
    lapsed: tuple[str, ...]
    extended: tuple[tuple[str, date], ...] = ()
    expected: Expected
    also: Mapping[str, Status] = field(default_factory=dict)

    def confirmations(self, pack: RulePack) -> tuple[Confirmation, ...]:
        """What is taken to have happened to the law."""
        found = []
        for status in pack.statuses:
            through = dict(self.extended).get(status)
            if through is not None or status in self.lapsed:
                found.append(
                    Confirmation(
                        settles=status,
                        outcome="extended" if through else "lapsed",
                        through=through,
                        instrument="assumed in a proof" if through else None,
                        published=self.on if through else None,
                        source="assumed in a proof",
                        by="the proof",
                        day=self.on,
                        place=Place(file=self.name),
                    )
                )
        return tuple(found)


def part_name(node: int) -> str:
    """The part number of an item of a tree."""
    return f"ITEM-{node}"


def document(tree: Tree, model: Model, asked: Iterable[str], *, explained: bool = False) -> dict[str, Any]:
    """The product and the shipment of a model; ``asked`` are the places of facts that the rule shown asks for.

    ``explained``: it is also said from which oxide, of no country that a rule names, each rare earth in a material came.
    Without that the engine leaves open what else such a material may hold.
    """
    wanted = set(asked)
    shipment: dict[str, Any] = {}
    facts = list(_facts(tree, model))
    for path, value in facts:
        root = path.split(".", maxsplit=1)[0]
        if not root.isdigit() and _is_written(path, wanted, shipment):
            _put(shipment, path, value)
    product = _item(tree, model, facts, 0, wanted)
    if explained:
        _explain(product, tree)
    return {"format": FORMAT, "product": product, "shipment": _with_parties(tree, model, shipment)}


def _explain(item: dict[str, Any], tree: Tree) -> None:
    below = [one for key in LISTS for one in item.get(key, ())]
    for one in below:
        _explain(one, tree)
    if not below and "composition" in item:  # of technology there is none
        least = {
            "amount": written(Fraction(1, tree.vocabulary.scale)),
            "currency": CURRENCY,
            "basis": item["unit_value"]["basis"],
        }
        for part in item["composition"]:
            if part.get("element") in rare_earths():
                part |= {
                    "input_form": PURE,
                    "origin": tree.vocabulary.plain[0],
                    "steps": _all_steps(tree, PURE),
                    "steps_complete": True,
                    "value": least,
                }


def _all_steps(tree: Tree, form: str) -> list[dict[str, str]]:
    """The steps without which there is nothing of a form, in a country that no rule names."""
    return [{"step": step, "country": tree.vocabulary.plain[0]} for step in (min(first_steps()), *needed_steps(form))]


def _is_written(path: str, wanted: set[str], shipment: dict[str, Any]) -> bool:
    if path.startswith("transfer"):
        # Of goods alone nothing is told of how technology is provided.
        return shipment.get("kind") not in (None, GOODS)
    if path in wanted or not path.startswith(OPTIONAL):
        return path != "basis" and not path.startswith("reading ")
    return False


def _facts(tree: Tree, model: Model) -> Iterable[tuple[str, Any]]:
    """Every fact that stands at a place of the data, with its value; the kind of shipment first."""
    questions = {
        tree.place(question, node): question
        for question in tree.pack.questions.values()
        if question.found_at
        for node in (tree.shape.nodes if question.found_at.startswith("item.") else (0,))
    }
    for path in sorted(questions, key=lambda path: (path != "kind", path)):
        question = questions[path]
        if path in tree.words:
            word = model.word(tree.words[path])
            if word != NOT_SAID:
                yield path, word == "yes" if question.type == "truth" else word
        elif path in tree.sets:
            said = [word for word, has in tree.sets[path].items() if model.holds(has)]
            if question.id == THROUGH and not said:
                if "movement" in tree.words and model.word(tree.words["movement"]) == TRANSIT:
                    yield path, [next(one for one in sorted(countries()) if one not in question.words)]
                continue
            yield path, said or ([NONE_OF_THEM] if question.id == FIELDS else [])
            complete = question.complete_at.partition(".")[2]
            if complete and complete != path:
                yield complete, True
        elif path in tree.days:
            yield path, date.fromordinal(model.number(tree.days[path])).isoformat()
        elif path in tree.numbers:
            yield path, _amount(model, tree.numbers[path], UNITS.get(path.rsplit(".", maxsplit=1)[-1], ""))


def _amount(model: Model, number: Number, unit: str = "") -> str:
    return f"{written(Fraction(model.number(number.term), number.scale))}{unit}"


def _put(holder: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        holder = holder.setdefault(step, {})
    holder[last] = value


def _with_parties(tree: Tree, model: Model, shipment: dict[str, Any]) -> dict[str, Any]:
    """Screening and owners, which computed questions ask for."""
    for role in ("exporter", "importer", "consignee", "end_user"):
        if f"{role}.listed" in tree.words:
            _put(shipment, f"{role}.listed", model.word(tree.screened(role)))
            by = [one for one, lists in tree.listed_by(role).items() if model.holds(lists)]
            if by and model.word(tree.screened(role)) != NONE:
                _put(shipment, f"{role}.listed_by", by)
        if f"{role}.listed_owners_share" in tree.numbers:
            _put(shipment, f"{role}.listed_owners_share", _amount(model, tree.owners(role)))
    return shipment


# ---- items


def _item(tree: Tree, model: Model, facts: list[tuple[str, Any]], node: int, wanted: set[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"part_number": part_name(node), "technologies_complete": True}
    if node:
        made["quantity"] = 1
    for path, value in facts:
        root, _, name = path.partition(".")
        if root == str(node) and (not name.startswith(OPTIONAL) or name in wanted):
            _put(made, name, value)
    family = model.word(tree.words[f"{node}.family"])
    if family != NOT_SAID:
        made["family"] = family
    made["form"] = model.word(tree.form(node))
    if made["form"] == TECHNOLOGY:
        # It consists of nothing, and was not made step by step.
        declared = {key: codes for key, codes in _declared(tree, model, node, wanted).items() if key == "control_codes"}
        kept = ("part_number", "form", "technologies_complete", "quantity")
        return {key: made[key] for key in kept if key in made} | declared | {"rare_earths": NONE}
    made["composition"] = _composition(tree, model, node)
    made["composition_complete"] = True
    if any("cas" in one for one in made["composition"]):
        # What a number stands for is not looked up: that it holds no rare earth is said.
        made["rare_earths"] = NONE
    value = Fraction(model.number(tree.value(node)), tree.vocabulary.scale)
    made["unit_value"] = {"amount": written(value), "currency": CURRENCY, "basis": model.word(tree.basis)}
    made |= _declared(tree, model, node, wanted)
    made |= _history(tree, model, node)
    if made.get("steps_complete"):
        made.setdefault("made_in", tree.vocabulary.plain[0])
        made["steps"] = [*made.get("steps", []), *_all_steps(tree, made["form"])]
    for one in tree.below(node):
        key = LISTS[model.holds(tree.material(one))]
        made.setdefault(key, []).append(_item(tree, model, facts, one, wanted))
    return made | ({"complete": True} if tree.below(node) else {})


def _composition(tree: Tree, model: Model, node: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"element": one} for one in tree.vocabulary.elements if model.holds(tree.contains(node, one))
    ]
    named = tree.sets.get(f"{node}.cas", {})
    return [*found, *({"cas": one} for one, is_named in named.items() if model.holds(is_named))]


def _declared(tree: Tree, model: Model, node: int, wanted: set[str]) -> dict[str, Any]:
    """Control codes, and what kind of machine it is with its parameters."""
    made: dict[str, Any] = {}
    codes = [one for one, is_declared in tree.sets.get(f"{node}.control_codes", {}).items() if model.holds(is_declared)]
    if codes:
        made["control_codes"] = codes
    if f"{node}.equipment" in tree.words:
        made["equipment"] = model.word(tree.machine(node))
    start = f"{node}.parameters "
    given = [(name.removeprefix(start), number) for name, number in tree.numbers.items() if name.startswith(start)]
    if made.get("equipment", NONE) != NONE:
        given = [(name, number) for name, number in given if f"parameters {name}" in wanted]
        made["parameters"] = [{"name": name, "value": _amount(model, one, f" {unit_of(name)}").strip()} for name, one in given]
    return made


def _history(tree: Tree, model: Model, node: int) -> dict[str, Any]:
    """Technologies and production steps."""
    made: dict[str, Any] = {}
    if f"{node}.technology field" in tree.words:
        there, which, origin, acquired, published = tree.used(node)
        used = {
            "field": model.word(which),
            "origin": model.word(origin),
            "acquired": date.fromordinal(model.number(acquired)).isoformat(),
            "published": model.holds(published),
        }
        made["technologies"] = [used] if model.holds(there) else []
    if f"{node}.step which" in tree.words:
        there, step, country = tree.step(node)
        made["steps"] = [{"step": model.word(step), "country": model.word(country)}] if model.holds(there) else []
    return made
