"""A rule pack made ready for proofs: its worlds, each built once, and how something is shown or shown to be impossible.

Knows how a goal becomes a witness – the smallest shape first, the usual facts kept where they can be – and replays each.
Does not know what is claimed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from rare_earth_compliance.engine.casebook import Plans
from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.engine.movement import GOODS
from rare_earth_compliance.law.conditions import Condition, asks_of
from rare_earth_compliance.law.model import Entry, Rule, RulePack
from rare_earth_compliance.product.words import vague_forms
from rare_earth_compliance.proof.force import Law, horizon, law
from rare_earth_compliance.proof.formulas import Formula, Model, Solver, both, either, negated
from rare_earth_compliance.proof.free import Free
from rare_earth_compliance.proof.items import NONE, Items
from rare_earth_compliance.proof.replay import Replayed, replay
from rare_earth_compliance.proof.tree import SHAPES, Shape, Tree
from rare_earth_compliance.proof.witness import Expected, Witness, document, part_name
from rare_earth_compliance.proof.world import NotTranslated, Vocabulary


@dataclass(frozen=True)
class InWorld:
    """A rule in a world: its condition, each exemption and policy, and its state."""

    when: Formula
    unless: dict[str, Formula]
    policies: dict[str, Formula]
    law: Law

    @property
    def lifted(self) -> Formula:
        """That an exemption is shown."""
        return either(self.unless.values())

    @property
    def applies(self) -> Formula:
        """That it applies: its conditions hold, it runs, and nothing lifts it."""
        return both((self.when, self.law.runs, negated(self.lifted)))


class Grown:
    """A world with the rules of a pack in it, each translated when it is first asked for."""

    def __init__(self, world: Items, node: int, pack: RulePack) -> None:
        self.world, self.node, self.pack = world, node, pack
        self.rules: dict[str, InWorld] = {}
        """The rules that were translated."""
        self._told = 0
        self.solver = Solver()
        first, last = horizon(pack.rules.values(), pack)
        self.solver.must(world.day >= first.toordinal(), world.day <= last.toordinal())

    @property
    def tree(self) -> Tree:
        """The world as a product that can be shown. Raises TypeError for the one that can not."""
        if not isinstance(self.world, Tree):
            raise TypeError("nothing can be shown of the world in which everything may be so")
        return self.world

    @property
    def free(self) -> Free:
        """The world in which everything may be so. Raises TypeError for another."""
        if not isinstance(self.world, Free):
            raise TypeError("a product of a fixed shape leaves nothing free")
        return self.world

    def rule(self, rule: Rule) -> InWorld:
        """A rule in this world. Raises NotTranslated."""
        if rule.id not in self.rules:
            self.rules[rule.id] = InWorld(
                when=self.formula(rule.when),
                unless={one.id: self.formula(one.when) for one in rule.unless},
                policies={name: self.formula(self.pack.policies[name].when) for name in rule.policies},
                law=law(rule, self.pack, self.world.day, self.world.reading, self.world.lapsed),
            )
        return self.rules[rule.id]

    def listed(self, name: str) -> Formula:
        """That the item that is looked at stands on a list."""
        return self.world.listed(name, self.node)

    def inside(self) -> list[int]:
        """The items in the item that is looked at."""
        return self.world.inside(self.node)

    def entry(self, entry: Entry, node: int) -> Formula:
        """That an item is an entry of a list."""
        return self.world.entry(entry, node)

    def formula(self, condition: Condition) -> Formula:
        """A condition at the item that is looked at."""
        return self.world.formula(condition, self.node)

    def model(self, goal: Formula) -> Model | None:
        """A model of a goal. Raises GaveUp."""
        self.solver.must(*self.world.must[self._told :])
        self._told = len(self.world.must)
        return self.solver.model(goal)


Goal = Callable[[Grown], Formula]
Shown = tuple[Grown, Model]
"""A world and a model in it."""


@dataclass
class Ground:
    """A pack, its worlds and the witnesses that were found."""

    pack: RulePack
    vocabulary: Vocabulary
    about: tuple[str, ...] = ()
    """Instruments, rules, policies and lists that are looked at; none named: all."""
    witnesses: list[tuple[Witness, Replayed]] = field(default_factory=list)
    beside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Witnesses that several claims share, by what they show."""
    _trees: dict[Shape, Grown] = field(default_factory=dict)

    @cached_property
    def plans(self) -> Plans:
        """What is known of the pack beforehand, for all witnesses."""
        return Plans(self.pack)

    @cached_property
    def free(self) -> Grown:
        """The world in which everything may be so."""
        return Grown(Free(self.vocabulary), 0, self.pack)

    def tree(self, shape: Shape) -> Grown:
        """The world of products of a shape."""
        if shape not in self._trees:
            grown = self._trees[shape] = Grown(Tree(self.vocabulary, shape), shape.judged, self.pack)
            # All rules, before anything is asked: what one of them needs of a product must hold of every witness.
            for rule in self.pack.rules.values():
                with contextlib.suppress(NotTranslated):
                    grown.rule(rule)
            grown.solver.usually(usual(grown))
        return self._trees[shape]

    def looks_at(self, *names: str) -> bool:
        """Whether something of a name is looked at; an instrument stands for all its rules."""
        return not self.about or any(name == one or name.startswith(f"{one}/") for name in names for one in self.about)

    def impossible(self, goal: Goal) -> bool:
        """Whether no product whatever makes a goal true. Raises GaveUp."""
        return self.free.model(goal(self.free)) is None

    def found(self, goal: Goal, shapes: Iterable[Shape] = SHAPES) -> Shown | None:
        """The smallest product that makes a goal true; None where no shape has one. Raises GaveUp."""
        for shape in shapes:
            grown = self.tree(shape)
            model = grown.model(goal(grown))
            if model is not None:
                return grown, model
        return None

    def show(self, found: Shown, shows: str, expected: Expected) -> Witness:
        """A witness of what was found, replayed at once.

        Where the engine can not tell what the solver says, the product is written once more with its inputs explained.
        """
        plain = self.witness(found, shows, expected)
        replayed = self.replayed(plain)
        if replayed.wrong:
            explained = self.witness(found, shows, expected, explained=True)
            again = self.replayed(explained)
            if not again.wrong:
                plain, replayed = explained, again
        return self.kept(plain, replayed)

    def kept(self, witness: Witness, replayed: Replayed | None = None) -> Witness:
        """A witness under a number of its own, with what the engine says of it."""
        named = replace(witness, name=f"{len(self.witnesses) + 1:04}")
        self.witnesses.append((named, replayed or self.replayed(named)))
        return named

    def wrong(self, name: str) -> tuple[str, ...]:
        """In which ways the engine says otherwise of a witness."""
        return self.witnesses[int(name) - 1][1].wrong

    def replayed(self, witness: Witness) -> Replayed:
        """What the engine says of a witness."""
        return replay(witness, self.pack, self.plans.under(self.pack, chosen_readings(self.pack, witness.readings)))

    def witness(self, found: Shown, shows: str, expected: Expected, *, explained: bool = False) -> Witness:
        """A model as a witness that is not replayed yet."""
        grown, model = found
        tree = grown.tree
        rule = self.pack.rules[expected.rule]
        return Witness(
            name="",
            shows=shows,
            document=document(tree, model, places(self.pack, rule), explained=explained),
            on=date.fromordinal(model.number(tree.day)),
            readings={name: model.word(choice) for name, choice in tree.readings.items()},
            lapsed=tuple(name for name, has in tree.lapsed.items() if model.holds(has)),
            expected=expected,
            also={name: status_in(model, grown.rules[name]) for name in grown.rules if name != rule.id},
        )


def part(found: Shown, node: int | None = None) -> str:
    """The part number of an item; that which is looked at where none is named."""
    return part_name(found[0].node if node is None else node)


def status_in(model: Model, made: InWorld) -> Status:
    """What becomes of a rule in a model, as the engine would put it."""
    if not model.holds(made.when):
        return Status.FAILS
    if model.holds(made.law.sleeps):
        return Status.ASLEEP
    if model.holds(made.lifted):
        return Status.EXEMPT
    return Status.APPLIES if model.holds(made.law.runs) else Status.CANNOT_TELL


def places(pack: RulePack, rule: Rule) -> set[str]:
    """The places of the facts that a rule asks for, with its exemptions, policies and lists."""
    conditions = [rule.when, *(one.when for one in rule.unless), *(pack.policies[name].when for name in rule.policies)]
    asks = {ask for condition in conditions for ask in asks_of(condition)}
    for name in rule.lists:
        asks |= {ask for entry in pack.lists[name].entries for ask in asks_of(entry.recognise)}
    found = {pack.questions[ask.question].found_at.partition(".")[2] for ask in asks}
    return found | {f"parameters {ask.param('name')}" for ask in asks if ask.param("name")}


def usual(grown: Grown) -> list[Formula]:
    """What is usual, the most important first: it is kept where it does not stand in the way."""
    world, pack = grown.tree, grown.pack
    found: list[Formula] = []
    # A vague form may turn out to be another: the engine can then not tell what it is not.
    found += [negated(world.form(node).is_any(vague_forms())) for node in world.shape.nodes]
    for name, reading in pack.readings.items():
        found.append(world.reading(name, reading.default or reading.conservative))
    for name, has in world.sets.items():
        if name.endswith((".control_codes", ".cas", ".listed_by")):
            found += [negated(one) for one in has.values()]
        elif name.endswith("purposes"):
            found += [one if word == "civil" else negated(one) for word, one in has.items()]
        else:
            found += [one if word == "loose" else negated(one) for word, one in has.items()]
    if (
        any(path.startswith("transfer.") for rule in grown.rules for path in places(pack, pack.rules[rule]))
        and "kind" in world.words
    ):
        found.append(negated(world.words["kind"].is_any((GOODS,))))
    for name, choice in world.words.items():
        wanted = (NONE, "no", "export", "goods", "domestic", world.vocabulary.plain[0])
        found += [is_it for word, is_it in choice.words.items() if word in wanted and not name.startswith("reading ")]
    for node in world.shape.nodes:
        found += [negated(world.used(node)[0]), negated(world.step(node)[0])]
        found += [negated(world.contains(node, symbol)) for symbol in world.vocabulary.elements]
    found += [number.term == 0 for name, number in world.numbers.items() if name.endswith("listed_owners_share")]
    found.append(world.value(0) == 1000 * world.vocabulary.scale)
    return found
