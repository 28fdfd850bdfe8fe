"""Products and shipments as the engine sees them: frozen, compact, with every fact's place.

Knows what is said of an item and how items are nested; a shared item is held once and used many
times. Every value that may be missing is None when it is not known. Knows no law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rare_earth_compliance.core.problems import Place, path_text
from rare_earth_compliance.core.quantities import Interval

ROOT = 0
"""The position of the product itself among the items."""
TRANSFER = ("transfer",)
"""Where the technology of an act of providing it stands in its document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of one currency for one unit of what it is the price of."""

    amount: Interval
    currency: str
    basis: str | None = None
    day: date | None = None
    source: str | None = None
    estimate: bool = False
    """Whether it was computed from a price table and not stated for this item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """What an item consists of, in one element or CAS number; ``share`` of the item's mass, 0 … 1."""

    element: str | None
    cas: str | None
    share: Interval | None
    has_input: bool
    """Whether it is said in what form it was bought, so that a material line was made from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology:
    """A rare-earth technology used in making an item."""

    field: str | None
    origin: str | None
    acquired: date | None = None
    published: bool | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A line of a list: an item goes into the item above, ``quantity`` units of it for one unit above."""

    item: int
    quantity: Interval | None
    line: int
    material: bool = False
    """Whether the item above was made from it: a line of its materials, or an input of its composition, and no part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A product, a part or a material. All amounts are for one unit of it; mass in kilograms."""

    index: int
    parent: int
    step: tuple[str | int, ...]
    line: int
    part_number: str | None = None
    name: str | None = None
    unit: str = "pcs"
    form: str | None = None
    family: str | None = None
    alloy: frozenset[str] | None = None
    processing: frozenset[str] | None = None
    principal: bool | None = None
    """Whether it is the principal component of what it is in, and can be removed and put to other use."""
    mass: Interval | None = None
    unit_value: Money | None = None
    origin: str | None = None
    made_in: str | None = None
    steps: tuple[tuple[str, str], ...] = ()
    steps_complete: bool | None = None
    """True when ``steps`` are all; never false, for of some that are missing nothing follows."""
    rare_earths: str | None = None
    composition: tuple[Substance, ...] = ()
    composition_complete: bool | None = None
    """False outweighs fractions that leave no room for more."""
    technologies: tuple[Technology, ...] = ()
    technologies_complete: bool = False
    control_codes: tuple[str, ...] = ()
    hs_code: str | None = None
    equipment: str | None = None
    """What rare-earth production equipment it is; "none" covers everything inside it too."""
    parameters: tuple[tuple[str, Interval], ...] = ()
    left_china: date | None = None
    complete: bool = False
    evidence: tuple[str, ...] = ()
    evidence_until: date | None = None
    """The last day on which every dated document that supports this item is valid."""
    uses: tuple[Use, ...] = ()
    derived: bool = False
    """Whether it is an input named in the composition of the item above, not a line of its own."""
    hidden: bool = False
    """Whether it stands for what the item above may hold beyond its lines; nothing is known of it."""

    @property
    def label(self) -> str:
        """What a person calls it."""
        if self.hidden:
            return "contents not listed"
        shared = str(self.step[1]) if self.step[0] == "shared" else ""
        by_name = called(self.part_number, self.name)
        return by_name or shared or (f"line {self.line}" if self.line else path_text(self.step))


def called(part_number: str | None, name: str | None) -> str:
    """What a person calls an item that has a part number or a name; "" where it has neither."""
    return f"{part_number} ({name})" if part_number and name else part_number or name or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One ``source_currency`` is ``rate`` ``target_currency`` on ``day``."""

    source_currency: str
    target_currency: str
    rate: Interval
    day: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A market price of an input: ``amount`` of ``currency`` for one kilogram."""

    element: str | None
    alloy: frozenset[str] | None
    family: str | None
    form: str
    amount: Interval
    currency: str
    day: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product with all its items. ``items[0]`` is the product; ``order`` names items below before items above."""

    items: tuple[Item, ...]
    order: tuple[int, ...]
    file: str
    sha256: str
    rates: tuple[Rate, ...] = ()
    unused: tuple[int, ...] = ()
    """Shared items that no line uses: they are not part of the product."""

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], **options: Any) -> Product:
        """A product from flat rows of a bill of materials; the options are those of ``read_rows``.

        Raises Refused with problems that name row and column.
        """
        from rare_earth_compliance.product.rows import product_from_rows  # noqa: PLC0415  # stands above this module

        return product_from_rows(rows, **options)

    @property
    def root(self) -> Item:
        """The product itself."""
        return self.items[ROOT]

    @property
    def is_transfer(self) -> bool:
        """Whether it is no goods, but the technology of an act of providing it."""
        return self.root.step == TRANSFER

    def place(self, index: int) -> Place:
        """Where an item stands; the way of its first mention where it is used more than once."""
        item = self.items[index]
        return Place(file=self.file, line=item.line, path=path_text(self.steps(index)))

    def steps(self, index: int) -> list[str | int]:
        """The keys and positions that lead to an item in the file."""
        pieces: list[tuple[str | int, ...]] = []
        while index >= 0:
            item = self.items[index]
            pieces.append(item.step)
            index = item.parent
        return [step for piece in reversed(pieces) for step in piece]

    def uses(self) -> Iterator[tuple[int, Use]]:
        """Every line of the product with the item it belongs to, items above before items below."""
        for index in reversed(self.order):
            for use in self.items[index].uses:
                yield index, use


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or organisation in a shipment."""

    name: str | None = None
    identifier: str | None = None
    located_in: str | None = None
    chinese_person: bool | None = None
    """Whether it is a Chinese citizen, legal person or organisation, wherever it stands."""
    military: bool | None = None
    military_of: str | None = None
    """To whose forces or defence a military user belongs, wherever it stands."""
    listed: str | None = None
    listed_by: tuple[str, ...] = ()
    listed_owners_share: Interval | None = None
    owners_complete: bool = False
    foreign_owned: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """``owner`` holds ``share`` (0 … 1) of ``owned``; parties by name."""

    owner: str
    owned: str
    share: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """How technology is provided, what of it, and whether it is public."""

    activity: str | None = None
    subjects: tuple[str, ...] | None = None
    origin: str | None = None
    """Where the technology originates; not the same as where it is before the act."""
    published: bool | None = None
    published_on: date | None = None
    published_with_licence: bool | None = None
    basic_research: bool | None = None
    patent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndUse:
    """What the goods are for; ``complete`` says that no other purpose exists. None stated is not none at all."""

    purposes: tuple[str, ...] | None = None
    complete: bool = False
    node: Interval | None = None
    physical_node: Interval | None = None
    layers: Interval | None = None
    layers_per_stack: Interval | None = None
    knowledge: str | None = None
    generic_goods: bool | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Who ships a product from where to where, when, to whom and what for."""

    product: Product
    file: str = ""
    line: int = 0
    sha256: str = ""
    kind: str | None = None
    movement: str | None = None
    technology_fields: tuple[str, ...] | None = None
    transfer: Transfer = Transfer()
    is_transfer: bool = False
    """Whether it is an act of providing technology without goods."""
    exporter: Party = Party()
    ship_from: str | None = None
    destination: str | None = None
    transit_through: tuple[str, ...] | None = None
    """The countries through which goods in transit pass; none named is not none at all."""
    importer: Party = Party()
    consignee: Party = Party()
    end_user: Party = Party()
    end_use: EndUse = EndUse()
    ownership: tuple[Holding, ...] = ()
    licensed_before: bool | None = None
    day: date | None = None
    quantity: Interval | None = None
    unit_price: Money | None = None
    rates: tuple[Rate, ...] = ()
    prices: tuple[Price, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()
    """Name and hash of every price or rate table that was handed in."""
    given: tuple[tuple[str, str], ...] = ()
    """Facts that were given one by one, over those of the files."""
