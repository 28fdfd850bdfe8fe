"""What moves, from where to where and to whom, in worlds in which none of it contradicts itself.

Knows which statements of a shipment exclude each other, as the engine does, so that what is proved is proved of data that can
be judged. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rare_earth_compliance.engine.intentions import NOT_KNOWN, PRODUCTION
from rare_earth_compliance.engine.movement import GOODS, TRANSFER, TRANSIT
from rare_earth_compliance.law.conditions import Question
from rare_earth_compliance.product.convert import TECHNOLOGY
from rare_earth_compliance.proof.formulas import Choice, Formula, both, either, follows, negated

if TYPE_CHECKING:
    from rare_earth_compliance.proof.tree import Tree

RECIPIENTS = ("shipment.importer_location", "shipment.consignee_location", "shipment.end_user_location")


def moves(world: Tree) -> None:
    """What moves, and from where to where, contradicts itself nowhere; a technology is made of nothing."""
    asked = {world.pack.questions[ask.question].id: world.pack.questions[ask.question] for ask in world.vocabulary.asks}
    if (kind := asked.get("shipment.kind")) is None:
        return
    moves = world.choice(world.place(kind, 0), world.vocabulary.words(kind))
    forms = [world.form(node).is_any((TECHNOLOGY,)) for node in world.shape.nodes]
    world.must += [negated(form) for node, form in zip(world.shape.nodes, forms, strict=True) if world.below(node)]
    world.must += [follows(moves.is_any((GOODS,)), negated(either(forms)))]
    world.must += [follows(moves.is_any((TECHNOLOGY,)), forms[0])]
    if fields := asked.get("shipment.technology_fields"):
        several = world.several(world.place(fields, 0), world.vocabulary.words(fields))
        world.must.append(follows(moves.is_any((GOODS,)), negated(either(several.values()))))
    _ways(world, asked)
    purposes, knowledge = asked.get("end_use.purpose"), asked.get("end_use.knowledge")
    if purposes and knowledge:
        named = world.several(world.place(purposes, 0), world.vocabulary.words(purposes))[PRODUCTION]
        known = world.choice(world.place(knowledge, 0), world.vocabulary.words(knowledge))
        world.must.append(known.is_any((NOT_KNOWN,)) == negated(named))


def _ways(world: Tree, asked: Mapping[str, Question]) -> None:
    """A hand-over, and nothing else, stays in its country; transit alone passes through others, and ends in none."""
    movement, start, end, through = (
        asked.get(f"shipment.{name}") for name in ("movement", "ship_from", "destination", "transit_through")
    )
    if movement is None:
        return
    way = world.choice(world.place(movement, 0), world.vocabulary.words(movement))
    goes = world.choice(world.place(end, 0), world.vocabulary.words(end)) if end else None
    if start and goes:
        leaves = world.choice(world.place(start, 0), world.vocabulary.words(start))
        world.must.append(way.is_any((TRANSFER,)) == _same(world, leaves, goes))
    if through:
        several = world.several(world.place(through, 0), world.vocabulary.words(through))
        world.must.append(follows(negated(way.is_any((TRANSIT,))), negated(either(several.values()))))
        if goes:
            world.must += [negated(both((passed, goes.is_any((one,))))) for one, passed in several.items()]
    if goes:
        _recipients(world, asked, way.is_any((TRANSFER,)), goes)


def _same(world: Tree, one: Choice, other: Choice) -> Formula:
    """That two countries are one."""
    return either(both((one.is_any((place,)), other.is_any((place,)))) for place in world.vocabulary.countries)


def _recipients(world: Tree, asked: Mapping[str, Question], inside: Formula, goes: Choice) -> None:
    """Who gets it stands where it goes: all of them where it stays inside a country, one of them where it leaves one."""
    questions = [asked[name] for name in RECIPIENTS if name in asked]
    there = [_same(world, world.choice(world.place(one, 0), world.vocabulary.words(one)), goes) for one in questions]
    if there:
        world.must += [follows(inside, both(there)), either(there)]
