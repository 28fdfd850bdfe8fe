"""BOM-JSON ``rare-earth-bom/1`` as models: every field, its form, and what it means.

Knows the shape of the file; the published JSON Schema is generated from here. A field that is absent,
null or "unknown" is not known, never zero and never "no". Does not know lines or references: the
reader does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from rare_earth_compliance.core import codes
from rare_earth_compliance.core.json_text import Number
from rare_earth_compliance.core.quantities import AMOUNT_PATTERN, Interval, as_amount
from rare_earth_compliance.core.units import UNITS
from rare_earth_compliance.product import amounts
from rare_earth_compliance.product.amounts import positive, wrong
from rare_earth_compliance.product.words import OTHER_THAN, unit_of, words

FORMAT = "rare-earth-bom/1"
UNKNOWN = "unknown"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        found = value.text if isinstance(value, Number) else repr(value) if isinstance(value, str) else "something else"
        raise wrong(f"found {found}, expected a day written 2026-11-23")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise wrong(f"{value} is not a day of the calendar ({error})") from None


@dataclass(frozen=True)
class OneOf:
    """A closed set of words as a type: read strictly, published as an enumeration."""

    known: tuple[str, ...]
    what: str
    such: str = ""
    """How one of them looks, where there are too many to name them all."""
    named: Callable[[], Mapping[str, str]] | None = None
    """Where such words are codes: each with its name."""

    def check(self, value: str) -> str:
        if value not in self.known:
            meant = codes.meant(value, self.named()) if self.named else ""
            advice = f"write '{meant}' where {self.named()[meant]} is meant" if self.named and meant else ""
            raise wrong(f"{value!r} is not a {self.what} known here; expected {self.such or ', '.join(self.known)}", advice)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, core_schema.str_schema(strict=True))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.known)}


def _one_of(known: Iterable[str], what: str) -> OneOf:
    return OneOf(tuple(known), what)


def _code(named: Callable[[], Mapping[str, str]], what: str, such: str) -> OneOf:
    return OneOf(tuple(named()), what, such, named)


_COUNTRY = _code(
    codes.countries, "country", "a two-letter code (ISO 3166-1 alpha-2) such as DE; three letters and names are not read"
)


def _destination(value: Any) -> str:
    """A country, or "not CC, CC": any country but those named."""
    if not isinstance(value, str):
        raise wrong("expected a country such as DE, or 'not XX, YY' for any country but those")
    named = [one.strip() for one in value.removeprefix(OTHER_THAN).split(",")]
    if len(set(named)) < len(named) or (len(named) > 1 and not value.startswith(OTHER_THAN)):
        raise wrong(f"{value!r} names several countries; expected one, or 'not XX, YY' for any country but those")
    check = _COUNTRY.check
    return OTHER_THAN + ", ".join(map(check, named)) if value.startswith(OTHER_THAN) else check(value)


_AMOUNT_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": AMOUNT_PATTERN}]}
_TEXT_AMOUNT: dict[str, Any] = {"type": "string", "pattern": AMOUNT_PATTERN}


def _said_in(unit: str) -> PlainSerializer:
    """An amount as text that reads back as the same bounds."""
    return PlainSerializer(lambda value: f"{as_amount(value)}{unit}", return_type=str, when_used="unless-none")


def _told(value: Any) -> Any:
    """A list in which something stands: programs write an empty one where they have no data."""
    if value == []:
        raise wrong(f"found an empty list, which tells nothing; write ['{NONE_OF_THEM}'] where it is none of the five fields")
    return value


def _none_alone(value: Any) -> Any:
    """Fields of technology, or the word that it is none of them."""
    if isinstance(value, list) and NONE_OF_THEM in value and len(value) > 1:
        raise wrong(f"says '{NONE_OF_THEM}' and names a field beside it")
    return value


MAX_TEXT = 2000
"""Longest name or remark, in characters."""
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_TEXT)]
Amount = Annotated[Interval, PlainValidator(positive(amounts.NUMBER)), _said_in(""), WithJsonSchema(_AMOUNT_SCHEMA)]
Price = Annotated[Interval, PlainValidator(positive(amounts.PRICE)), _said_in(""), WithJsonSchema(_AMOUNT_SCHEMA)]
Quantity = Annotated[Interval, PlainValidator(positive(amounts.QUANTITY)), _said_in(""), WithJsonSchema(_AMOUNT_SCHEMA)]
Mass = Annotated[Interval, PlainValidator(amounts.mass), _said_in(" kg"), WithJsonSchema(_TEXT_AMOUNT)]
Share = Annotated[Interval, PlainValidator(amounts.share), _said_in(""), WithJsonSchema(_AMOUNT_SCHEMA)]
Nanometres = Annotated[Interval, PlainValidator(amounts.nanometres), _said_in(" nm"), WithJsonSchema(_TEXT_AMOUNT)]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Country = Annotated[str, _COUNTRY]
Destination = Annotated[
    str,
    PlainValidator(_destination),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(codes.countries())},
                {"type": "string", "pattern": "^not ({0})(, ({0}))*$".format("|".join(codes.countries()))},
            ]
        }
    ),
]
Currency = Annotated[str, _code(codes.currencies, "currency", "a three-letter code (ISO 4217) such as EUR")]
Element = Annotated[str, _code(codes.elements, "chemical element", "a chemical symbol such as Dy")]
Unit = Annotated[str, _one_of(tuple(UNITS), "unit")]
Form = Annotated[str, _one_of(words("form"), "form")]
Family = Annotated[str, _one_of(words("family"), "magnet family")]
Processing = Annotated[str, _one_of(words("processing"), "processing state")]
TechnologyField = Annotated[str, _one_of(words("field"), "technology field")]
NONE_OF_THEM = "none"
"""The word that none of the five fields of technology moves: an empty list is no data."""
MovingField = Annotated[str, _one_of((*words("field"), NONE_OF_THEM), "technology field")]
MovingFields = Annotated[list[MovingField], BeforeValidator(_none_alone)]
StepWord = Annotated[str, _one_of(words("step"), "production step")]
Purpose = Annotated[str, _one_of(words("purpose"), "purpose")]
Listed = Annotated[str, _one_of(words("listed"), "list status")]
Basis = Annotated[str, _one_of(words("basis"), "price basis")]
RareEarths = Annotated[str, _one_of(words("rare_earths"), "declaration")]
Kind = Annotated[str, _one_of(words("kind"), "kind of shipment")]
Movement = Annotated[str, _one_of(words("movement"), "kind of movement")]
Equipment = Annotated[str, _one_of(words("equipment"), "kind of production equipment")]
ParameterName = Annotated[str, _one_of(words("parameter"), "technical parameter")]
Activity = Annotated[str, _one_of(words("activity"), "activity")]
TransferSubject = Annotated[str, _one_of(words("subject"), "subject of a transfer")]
Patent = Annotated[str, _one_of(words("patent"), "kind of patent application")]
Knowledge = Annotated[str, _one_of(words("knowledge"), "state of knowledge")]
ControlCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9][A-E][0-9]{3}(\.[a-z0-9]{1,3})*$")]
HS_CODE = r"^[0-9]{4,12}$"
HsCode = Annotated[str, StringConstraints(strict=True, pattern=HS_CODE)]
Cas = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{2,7}-[0-9]{2}-[0-9]$")]


@cache
def _keys(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in model.model_fields.items())


class Strict(BaseModel):
    """Unknown keys are refused; absent, null and "unknown" are the same: not known."""

    # Built when first used: most runs need only some of the models.
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_the_unknown(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        fields = _keys(cls)
        return {
            key: inner
            for key, inner in value.items()
            if key not in fields or (inner is not None and not (isinstance(inner, str) and inner == UNKNOWN))
        }


class MoneyFields(Strict):
    """A price: an amount of a currency for ``per`` units."""

    amount: Price = Field(description="Price, a number or a range such as '12 .. 14'; above 0.")
    currency: Currency = Field(description="ISO 4217 code.")
    per: Annotated[Text, BeforeValidator(lambda value: value.text if isinstance(value, Number) else value)] | None = Field(
        None, description="What the price is for, such as '1000' or '1 kg'; one unit of the item when absent."
    )
    basis: Basis | None = Field(None, description="What kind of price it is.")
    day: Day | None = Field(None, description="The day the price is of.")
    source: Text | None = Field(None, description="Where the price was taken from.")


class StepFields(Strict):
    """A step of production and the country in which it was done."""

    step: StepWord = Field(description="Which step.")
    country: Country = Field(description="Where it was done.")


class SubstanceFields(Strict):
    """An element or substance in an item, by mass fraction of the item.

    Where a form, an alloy system, an origin, a step, a technology or a value is told, it was bought as an input; one without
    a form is an input of a form that is not known.
    """

    element: Element | None = Field(None, description="Chemical symbol.")
    cas: Cas | None = Field(None, description="CAS number, where the substance is not named by element.")
    name: Text | None = None
    mass_fraction: Share | None = Field(None, description="'3.1 %', '29 .. 32 %', '< 0.01 %' or '0 %'.")
    input_form: Form | None = Field(None, description="In what form it was bought for making the item: metal, oxide, …")
    input_alloy: list[Element] | None = Field(
        None, min_length=1, description="The alloy system it was bought as, such as ['Dy', 'Fe']."
    )
    origin: Country | None = Field(None, description="Where that input originates.")
    steps: list[StepFields] | None = Field(None, description="Production steps of that input and where they were done.")
    steps_complete: Literal[True] | None = Field(
        None, description="true: the steps are all, from the mine on to the making of its 'input_form'."
    )
    technologies: list[TechnologyFields] | None = Field(None, description="Rare-earth technologies used to make that input.")
    technologies_complete: StrictBool | None = Field(
        None, description="true: no rare-earth technology but the named was used to make that input."
    )
    consumed: Literal[True] | None = Field(
        None, description="true: it was consumed in making the item, and is no thing of its own in it."
    )
    value: MoneyFields | None = Field(None, description="What that input cost for one unit of the item.")

    @property
    def bought(self) -> bool:
        """Whether anything is told of the input that it was bought as."""
        told = (self.input_form, self.input_alloy, self.origin, self.steps, self.steps_complete, self.value)
        return any((*told, self.technologies, self.technologies_complete))

    @model_validator(mode="after")
    def _named(self) -> SubstanceFields:
        if (self.element is None) == (self.cas is None):
            raise wrong("a substance is named by 'element' or by 'cas', by one of the two")
        return self


class TechnologyFields(Strict):
    """A production technology that was used to make the item."""

    field: TechnologyField | None = Field(None, description="Which of the five rare-earth fields.")
    origin: Country | None = Field(None, description="Where the technology originates.")
    acquired: Day | None = Field(None, description="The day on which the maker came into its possession.")
    published: StrictBool | None = Field(None, description="Whether it was in the public domain when it was used.")
    evidence: Text | None = Field(None, description="What supports it.")


class ParameterFields(Strict):
    """A technical parameter of a machine or part, in the unit that belongs to its name."""

    name: ParameterName = Field(description="Which parameter.")
    value: Annotated[str, StringConstraints(strict=True, pattern=AMOUNT_PATTERN)] = Field(
        description="Its value with the unit, such as '12 m3' or '320 .. 650 °C'."
    )

    @model_validator(mode="after")
    def _in_its_unit(self) -> ParameterFields:
        interval, unit = amounts.bounds(self.value, amounts.PARAMETER)
        wanted = unit_of(self.name)
        if unit != wanted:
            raise wrong(f"{self.name} is given in {unit!r}, expected {wanted!r}")
        if interval.high is not None and interval.high < interval.low:
            raise wrong(f"{self.value} ends before it begins")
        return self

    @property
    def interval(self) -> Interval:
        """The value as bounds, in the unit of the parameter."""
        return amounts.bounds(self.value, amounts.PARAMETER)[0]


class EvidenceFields(Strict):
    """A document that supports what is said of the item."""

    document: Text = Field(description="Its name or address.")
    about: list[Text] | None = Field(None, description="The fields it supports.")
    issued_by: Text | None = Field(None, description="Who issued it.")
    day: Day | None = Field(None, description="The day it is of.")
    valid_until: Day | None = Field(None, description="The last day on which it is valid.")


class ItemFields(Strict):
    """One item: a product, a part or a material. All it says is of one unit of the item."""

    part_number: Text | None = Field(None, description="What the item is called in your systems.")
    name: Text | None = Field(None, description="What people call it.")
    unit: Unit = Field("pcs", description="The unit in which the item is counted.")
    form: Form | None = Field(None, description="What kind of thing it is.")
    family: Family | None = Field(None, description="The family of a permanent magnet.")
    alloy: list[Element] | None = Field(
        None, min_length=1, description="The named system of an alloy or target, as ['Dy', 'Fe']."
    )
    processing: list[Processing] | None = Field(None, description="Processing states that apply.")
    principal: StrictBool | None = Field(
        None, description="true: the principal component of what it is in, removable and usable elsewhere."
    )
    mass: Mass | None = Field(None, description="Mass of one unit, such as '6.3 g'.")
    unit_value: MoneyFields | None = Field(None, description="Value of one unit.")
    origin: Country | None = Field(None, description="Where it originates; not the same as where it was made.")
    made_in: Country | None = Field(None, description="Where it was manufactured.")
    steps: list[StepFields] | None = Field(None, description="Production steps and where they were done.")
    steps_complete: Literal[True] | None = Field(
        None,
        description="true: the steps are all, from the mine on; 'made_in' or a step says where it was made itself.",
    )
    rare_earths: RareEarths | None = Field(None, description="The supplier's declaration for the item and all inside it.")
    composition: list[SubstanceFields] | None = Field(None, description="What it consists of.")
    composition_complete: StrictBool | None = Field(
        None,
        description="true: every element of the item is in 'composition'; false: not all, whatever their fractions come to.",
    )
    technologies: list[TechnologyFields] | None = Field(None, description="Rare-earth technologies used to make it.")
    technologies_complete: StrictBool | None = Field(None, description="true: no rare-earth technology but the named was used.")
    control_codes: list[ControlCode] | None = Field(None, description="Chinese dual-use control codes as declared.")
    hs_code: HsCode | None = Field(None, description="Tariff code as declared; a hint, never the test of control.")
    equipment: Equipment | None = Field(
        None,
        description="What rare-earth production equipment, part or auxiliary it is; none: neither it nor anything in it is.",
    )
    parameters: list[ParameterFields] | None = Field(None, description="Technical parameters, where a list asks for them.")
    left_china: Day | None = Field(None, description="The day on which it left China, where it once did.")
    complete: StrictBool | None = Field(None, description="true: 'parts' and 'materials' are all the item is made of.")
    base_quantity: Quantity | None = Field(None, description="How many of the item the quantities below make; 1 when absent.")
    evidence: list[EvidenceFields] | None = Field(None, description="Documents that support what is said.")
    note: Text | None = Field(None, description="A remark; read by people only.")


class LineFields(ItemFields):
    """An item as a line of a list: with how much of it goes into the item above."""

    quantity: Quantity | None = Field(None, description="How many units, a number or a range.")


class ReferenceFields(Strict):
    """A line that uses an item of 'shared'."""

    use: Text = Field(description="The key of the item under 'shared'.")
    quantity: Quantity | None = Field(None, description="How many units, a number or a range.")
    unit: Unit | None = Field(None, description="The unit of the quantity; the item's own when absent.")
    note: Text | None = Field(None, description="A remark; read by people only.")


_ALL_OWNERS = (
    "true: 'ownership' names all its owners, who hold the whole of it together; "
    "name small holders as one, such as 'free float'."
)


class PartyFields(Strict):
    """A person or organisation in a shipment."""

    name: Text | None = Field(None, description="Its name.")
    identifier: Text | None = Field(None, description="A register number.")
    located_in: Country | None = Field(None, description="Where it stands.")
    chinese_person: StrictBool | None = Field(
        None, description="Whether it is a Chinese citizen, legal person or organisation."
    )
    military: StrictBool | None = Field(None, description="Whether it is a military user.")
    military_of: Country | None = Field(
        None, description="Whose: the country to whose forces or defence a military user belongs, wherever it stands."
    )
    listed: Listed | None = Field(None, description="The result of screening it against the Chinese lists.")
    listed_by: list[Text] | None = Field(None, description="Announcements that list it, such as cn-mofcom-2026-23.")
    listed_owners_share: Share | None = Field(None, description="What listed parties hold of it together.")
    owners_complete: StrictBool | None = Field(None, description=_ALL_OWNERS)
    foreign_owned: StrictBool | None = Field(
        None, description="Whether a company of Chinese law belongs to foreign owners, in whole or in part."
    )


class HoldingFields(Strict):
    """Who holds how much of whom, by name."""

    owner: Text = Field(description="Who holds.")
    owned: Text = Field(description="Who is held.")
    share: Share | None = Field(None, description="How much of it, such as '50 %' or '< 5 %'.")


class TransferFields(Strict):
    """What is particular to providing technology: how, what, and whether it is public."""

    activity: Activity | None = Field(None, description="By which activity it is provided.")
    subjects: list[TransferSubject] | None = Field(None, min_length=1, description="What is provided.")
    origin: Country | None = Field(None, description="Where the technology originates; not the same as where it is.")
    published: StrictBool | None = Field(None, description="Whether the technology was in the public domain before the act.")
    published_on: Day | None = Field(None, description="The day on which it entered the public domain.")
    published_with_licence: StrictBool | None = Field(None, description="Whether a licence allowed its publication.")
    basic_research: StrictBool | None = Field(None, description="Whether it is technology in basic scientific research.")
    patent: Patent | None = Field(None, description="For which patent application it is necessary.")


class EndUseFields(Strict):
    """What the goods are for."""

    purposes: list[Purpose] | None = Field(None, min_length=1)
    complete: StrictBool | None = Field(None, description="true: no purpose but the named.")
    node: Nanometres | None = Field(None, description="Chip process node, such as '14 nm'.")
    physical_node: Nanometres | None = Field(None, description="Smallest physical dimension of the process, such as '18 nm'.")
    layers: Amount | None = Field(None, description="Number of layers of a memory chip, all stacks together.")
    layers_per_stack: Amount | None = Field(None, description="Number of layers of the highest stack of a memory chip.")
    knowledge: Knowledge | None = Field(
        None, description="What the exporter knows of a use in rare-earth production outside China."
    )
    generic_goods: StrictBool | None = Field(
        None, description="Whether they are general-purpose goods, not made for rare-earth production."
    )
    description: Text | None = Field(None, description="The use in words; read by people only.")


_SOLD_FOR = (
    "Price of one unit of the product in this shipment. Beside its unit_value: the same amount, or a price of another kind "
    "('basis'), and then both are held against the line."
)


class ShipmentFields(Strict):
    """Who ships from where to where, when, to whom and what for."""

    kind: Kind | None = Field(None, description="What moves: goods, technology, or both.")
    movement: Movement | None = Field(None, description="Out of a country, or inside one.")
    technology_fields: Annotated[MovingFields, BeforeValidator(_told)] | None = Field(
        None, min_length=1, description="Which technology moves, where any does; ['none'] when none of the five fields."
    )
    transfer: TransferFields | None = Field(None, description="How technology is provided, where any is.")
    exporter: PartyFields | None = Field(None, description="Who exports.")
    ship_from: Country | None = Field(None, description="The country the goods leave.")
    destination: Destination | None = Field(
        None,
        description="The country the goods go to; 'not CN' asks for any country but that one, where it is not settled yet.",
    )
    transit_through: list[Country] | None = Field(
        None, min_length=1, description="The countries through which goods in transit pass on the way. For movement transit."
    )
    importer: PartyFields | None = Field(None, description="Who imports.")
    consignee: PartyFields | None = Field(None, description="Who receives.")
    end_user: PartyFields | None = Field(None, description="Who uses the goods in the end.")
    end_use: EndUseFields | None = Field(None, description="What for.")
    ownership: list[HoldingFields] | None = Field(None, description="Who owns the parties, link by link.")
    licensed_before: StrictBool | None = Field(
        None, description="Whether an earlier exporter held a licence of No. 61 for these goods."
    )
    day: Day | None = Field(None, description="The day of export.")
    quantity: Quantity | None = Field(None, description="How many units of the product.")
    unit_price: MoneyFields | None = Field(None, description=_SOLD_FOR)
    note: Text | None = Field(None, description="A remark; read by people only.")


class TechnologyTransfer(Strict):
    """The whole input for one act of providing technology: a shipment without goods."""

    name: Text | None = Field(None, description="What people call it.")
    by: PartyFields | None = Field(None, description="Who provides.")
    to: PartyFields | None = Field(None, description="Who receives.")
    leaves: Country | None = Field(None, description="The country in which the technology is before the act.")
    provided_in: Country | None = Field(None, description="The country in which it is received.")
    origin: Country | None = Field(None, description="Where the technology originates; not the same as where it is.")
    fields: MovingFields | None = Field(None, description="Which of the five rare-earth fields; ['none'] or [] when none.")
    activity: Activity | None = Field(None, description="By which activity it is provided.")
    subjects: list[TransferSubject] | None = Field(None, min_length=1, description="What is provided.")
    published: StrictBool | None = Field(None, description="Whether the technology was in the public domain before the act.")
    published_on: Day | None = Field(None, description="The day on which it entered the public domain.")
    published_with_licence: StrictBool | None = Field(None, description="Whether a licence allowed its publication.")
    basic_research: StrictBool | None = Field(None, description="Whether it is technology in basic scientific research.")
    patent: Patent | None = Field(None, description="For which patent application it is necessary.")
    end_use: EndUseFields | None = Field(None, description="What for.")
    end_user: PartyFields | None = Field(None, description="Who uses it in the end, when that is not the recipient.")
    ownership: list[HoldingFields] | None = Field(None, description="Who owns the parties, link by link.")
    day: Day | None = Field(None, description="The day of the act.")
    note: Text | None = Field(None, description="A remark; read by people only.")


class RateFields(Strict):
    """An exchange rate: one unit of ``from`` is ``rate`` units of ``to``."""

    from_: Currency = Field(alias="from", description="The currency that is changed.")
    to: Currency = Field(description="The currency it is changed into.")
    rate: Amount = Field(description="How many of 'to' one of 'from' is.")
    day: Day = Field(description="The day the rate is of.")
    source: Text = Field(description="Where it was taken from.")

    @model_validator(mode="after")
    def _of_two(self) -> RateFields:
        if self.from_ == self.to:
            raise wrong(f"a rate of {self.to} to itself; a rate joins two currencies")
        return self


class PriceFields(Strict):
    """A market price of an input, for estimating a value that is not given."""

    element: Element | None = None
    alloy: list[Element] | None = Field(None, min_length=1)
    family: Family | None = None
    form: Form
    amount: Price
    currency: Currency
    per: Unit
    day: Day
    source: Text

    @model_validator(mode="after")
    def _of_something(self) -> PriceFields:
        if sum(one is not None for one in (self.element, self.alloy, self.family)) != 1:
            raise wrong("a price is of one of 'element', 'alloy' and 'family'")
        return self


class PriceFile(Strict):
    """A file of dated market prices and exchange rates, handed in beside product data."""

    format: Literal["rare-earth-prices/1"]
    about: Text | None = None
    prices: list[PriceFields] | None = None
    rates: list[RateFields] | None = None


class FileFields(Strict):
    """The outermost object of a file."""

    format: Literal["rare-earth-bom/1"] = Field(description="Name and version of the format.")
    about: Text | None = Field(None, description="A remark on the file.")
    rates: list[RateFields] | None = Field(None, description="Exchange rates for this file.")


class Line(LineFields):
    """A line with what is below it."""

    parts: list[Line | ReferenceFields] | None = Field(None, description="Parts that are still there as such.")
    materials: list[Line | ReferenceFields] | None = Field(None, description="Materials it is made of.")


class Item(ItemFields):
    """An item with what is below it."""

    parts: list[Line | ReferenceFields] | None = Field(None, description="Parts that are still there as such.")
    materials: list[Line | ReferenceFields] | None = Field(None, description="Materials it is made of.")


class File(FileFields):
    """A file of product data: a product, a shipment, or both."""

    product: Item | None = Field(None, description="What is shipped, with everything in it.")
    shared: dict[str, Item] | None = Field(None, description="Items that several lines use, by a key of their own.")
    shipment: ShipmentFields | None = Field(None, description="Who ships it, where, to whom, what for.")
    transfer: TechnologyTransfer | None = Field(None, description="Technology that is provided, in a file without goods.")
