"""From the fields of the format to the facts of the model.

Knows how an input named in a composition becomes a material of its own. Does not know lines of lists
or references: the reader does.
"""

from __future__ import annotations

from fractions import Fraction

from pydantic import PrivateAttr

from rare_earth_compliance.core.problems import Path
from rare_earth_compliance.core.quantities import Interval
from rare_earth_compliance.core.units import UNITS
from rare_earth_compliance.product import document as doc
from rare_earth_compliance.product.model import (
    EndUse,
    Holding,
    Item,
    Money,
    Party,
    Price,
    Rate,
    Substance,
    Technology,
    Transfer,
    Use,
)
from rare_earth_compliance.product.pricing import money_of
from rare_earth_compliance.product.words import CONSUMED

_ONE = Fraction(1)
TECHNOLOGY = "technology"
"""The word by which product data says that technology alone moves."""

Input = tuple[Item, Interval | None, tuple[Path, str]]
"""An input, its quantity for one unit of the item, and where its value can not be read and why ("" when it can)."""


def item_facts(
    fields: doc.ItemFields, index: int, link: tuple[int, Path], line: int, value: Money | None, uses: tuple[Use, ...]
) -> Item:
    """An item with its value and its lines."""
    parent, step = link
    ends = [proof.valid_until for proof in fields.evidence or [] if proof.valid_until]
    return Item(
        index=index,
        parent=parent,
        step=step,
        line=line,
        part_number=fields.part_number,
        name=fields.name,
        unit=fields.unit,
        form=fields.form,
        family=fields.family,
        alloy=frozenset(fields.alloy) if fields.alloy else None,
        processing=frozenset(fields.processing) if fields.processing is not None else None,
        principal=fields.principal,
        mass=fields.mass,
        unit_value=value,
        origin=fields.origin,
        made_in=fields.made_in,
        steps=tuple((made.step, made.country) for made in fields.steps or []),
        steps_complete=fields.steps_complete,
        rare_earths=fields.rare_earths,
        composition=tuple(_substance(part) for part in fields.composition or []),
        composition_complete=fields.composition_complete,
        technologies=_technologies(fields.technologies),
        technologies_complete=bool(fields.technologies_complete),
        control_codes=tuple(fields.control_codes or []),
        hs_code=fields.hs_code,
        equipment=fields.equipment,
        parameters=tuple((one.name, one.interval) for one in fields.parameters or []),
        left_china=fields.left_china,
        complete=bool(fields.complete),
        evidence=tuple(proof.document for proof in fields.evidence or []),
        evidence_until=min(ends) if ends else None,
        uses=uses,
    )


def inputs_of(fields: doc.ItemFields) -> list[Input]:
    """The inputs that the composition of an item names.

    Each input comes with its quantity, one piece with the stated value where a value is given, else
    kilograms for one unit of the item, and with what stands in the way of reading its value. The mass that
    a composition tells is that of the element contained: what was bought weighs as much or more (oxygen of
    an oxide, other elements of an alloy, losses), so it is a lower bound; and never nothing.
    """
    if not fields.composition:
        return []
    return [_input(part, position, fields) for position, part in enumerate(fields.composition) if part.bought]


def _technologies(fields: list[doc.TechnologyFields] | None) -> tuple[Technology, ...]:
    return tuple(
        Technology(
            field=used.field, origin=used.origin, acquired=used.acquired, published=used.published, evidence=used.evidence
        )
        for used in fields or []
    )


def _substance(fields: doc.SubstanceFields) -> Substance:
    return Substance(
        element=fields.element,
        cas=fields.cas,
        share=fields.mass_fraction,
        has_input=fields.bought,
    )


def _input(fields: doc.SubstanceFields, position: int, above: doc.ItemFields) -> Input:
    value, unit, quantity, problem = None, "kg", None, ""
    if fields.value is not None:
        value, problem = money_of(fields.value, above.unit, above.mass)
        unit, quantity = "pcs", Interval(low=_ONE, high=_ONE)
    elif above.mass is not None and fields.mass_fraction is not None:
        contained_mass = above.mass * fields.mass_fraction
        # What was bought is something, also where it is said that nothing of it is left.
        quantity = Interval(contained_mass.low, None, contained_mass.low_open or contained_mass.low == 0)
    contained = Substance(element=fields.element, cas=fields.cas, share=None, has_input=False)
    name = fields.name or " ".join(part for part in (fields.element or fields.cas, fields.input_form) if part)
    # Only where it is said: what is called a component may be nothing but the metal that was bought for it.
    consumed = bool(fields.consumed) and fields.input_form is not None
    item = Item(
        index=-1,
        parent=-1,
        step=("composition", position),
        line=0,
        name=name,
        unit=unit,
        form=fields.input_form,
        alloy=frozenset(fields.input_alloy) if fields.input_alloy else None,
        processing=frozenset({CONSUMED}) if consumed else None,
        principal=False if consumed else None,
        unit_value=value,
        origin=fields.origin,
        steps=tuple((made.step, made.country) for made in fields.steps or []),
        steps_complete=fields.steps_complete,
        composition=(contained,),
        technologies=_technologies(fields.technologies),
        technologies_complete=fields.technologies_complete is True,
        composition_complete=_pure(fields),
        complete=_pure(fields),
        derived=True,
    )
    return item, quantity, (("composition", position), problem)


def _pure(fields: doc.SubstanceFields) -> bool:
    """Whether an input is the named element alone: a metal or oxide that is not said to be an alloy."""
    return fields.element is not None and fields.input_alloy is None and fields.input_form in ("metal", "oxide")


def party(fields: doc.PartyFields | None) -> Party:
    """A party; one of which nothing is known when there are no fields."""
    if fields is None:
        return Party()
    return Party(
        name=fields.name,
        identifier=fields.identifier,
        located_in=fields.located_in,
        chinese_person=fields.chinese_person,
        military=fields.military,
        military_of=fields.military_of,
        listed=fields.listed,
        listed_by=tuple(fields.listed_by or ()),
        listed_owners_share=fields.listed_owners_share,
        owners_complete=bool(fields.owners_complete),
        foreign_owned=fields.foreign_owned,
    )


def end_use(fields: doc.EndUseFields | None) -> EndUse:
    """An end use; one of which nothing is known when there are no fields."""
    if fields is None:
        return EndUse()
    return EndUse(
        purposes=tuple(fields.purposes) if fields.purposes else None,
        complete=bool(fields.complete),
        node=fields.node,
        physical_node=fields.physical_node,
        layers=fields.layers,
        layers_per_stack=fields.layers_per_stack,
        knowledge=fields.knowledge,
        generic_goods=fields.generic_goods,
        description=fields.description,
    )


def transfer(fields: doc.TransferFields | None) -> Transfer:
    """How technology is provided; nothing known when there are no fields."""
    if fields is None:
        return Transfer()
    return Transfer(
        activity=fields.activity,
        subjects=tuple(fields.subjects) if fields.subjects else None,
        origin=fields.origin,
        published=fields.published,
        published_on=fields.published_on,
        published_with_licence=fields.published_with_licence,
        basic_research=fields.basic_research,
        patent=fields.patent,
    )


def holdings(fields: list[doc.HoldingFields] | None) -> tuple[Holding, ...]:
    """Who holds how much of whom."""
    return tuple(Holding(owner=one.owner, owned=one.owned, share=one.share) for one in fields or ())


def technology_fields(told: list[str] | None) -> tuple[str, ...] | None:
    """Which fields of technology move; none at all where that is said."""
    return None if told is None else tuple(one for one in told if one != doc.NONE_OF_THEM)


class ActFields(doc.ShipmentFields):
    """The fields of the shipment that an act of providing technology is; they are for that act and no product."""

    _act: str = PrivateAttr("")

    @property
    def act(self) -> str:
        """The hash of the document that tells the act."""
        return self._act


def shipped(given: doc.TechnologyTransfer, sha256: str) -> ActFields:
    """An act of providing technology as the shipment it is: technology alone, to the place where it is received.

    ``sha256``: of the document that tells it.
    """
    detail = {name: getattr(given, name) for name in doc.TransferFields.model_fields}
    made = ActFields(
        kind=TECHNOLOGY,
        technology_fields=[doc.NONE_OF_THEM] if given.fields == [] else given.fields,
        transfer=doc.TransferFields.model_construct(**detail),
        exporter=given.by,
        ship_from=given.leaves,
        destination=given.provided_in,
        importer=given.to,
        consignee=given.to,
        end_user=given.end_user or given.to,
        end_use=given.end_use,
        ownership=given.ownership,
        day=given.day,
    )
    made._act = sha256
    return made


def rate_of(fields: doc.RateFields) -> Rate:
    """An exchange rate from its fields."""
    return Rate(source_currency=fields.from_, target_currency=fields.to, rate=fields.rate, day=fields.day, source=fields.source)


def price_of(fields: doc.PriceFields) -> Price:
    """A market price of an input, for one kilogram. Raises ValueError where the price is not for a mass."""
    kind, size = UNITS[fields.per]
    if kind != "mass":
        raise ValueError(f"the price is for {fields.per}, expected a mass such as kg")
    return Price(
        element=fields.element,
        alloy=frozenset(fields.alloy) if fields.alloy else None,
        family=fields.family,
        form=fields.form,
        amount=fields.amount.scaled(Fraction(1, size)),
        currency=fields.currency,
        day=fields.day,
        source=fields.source,
    )
