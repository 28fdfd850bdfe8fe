"""From the bytes of a document to the determination of it: the way of who judges many.

Knows that lines which say of themselves that nothing is to be looked for in them decide nothing, so that a document may be
judged without them (``product.quiet``), and that documents which say the same are decided alike. What people read of a
determination is still worked out from the whole document, when somebody looks at it, and must then agree. Wherever the
quick way can not vouch for a document, the whole of it is read and judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.core.truth import Truth
from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.engine.determine import chosen_readings, decided, determine
from rare_earth_compliance.engine.inquiry import Inquiry
from rare_earth_compliance.engine.later import Brief, Later
from rare_earth_compliance.engine.outlines import Outlines
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.engine.wherever import on_list
from rare_earth_compliance.law.model import Confirmation, RulePack
from rare_earth_compliance.law.workdays import Calendar
from rare_earth_compliance.product.convert import TECHNOLOGY
from rare_earth_compliance.product.fitting import plain_number
from rare_earth_compliance.product.given import read_shipment
from rare_earth_compliance.product.model import ROOT, Item, Product, Shipment, Use
from rare_earth_compliance.product.outline import KeptOutline
from rare_earth_compliance.product.quiet import Reduced, reduced
from rare_earth_compliance.product.words import words

PLAIN = 2_000
"""How many decided documents without loud lines are remembered; with one more all are forgotten."""
_NONE = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is decided for a reduced document, and what works out what became of each rule."""

    fields: Mapping[str, Any]
    cleared: bool
    brief: Callable[[], Brief]
    kept: bool
    """Whether it is remembered for other documents, which are then decided by this very one."""


class Documents:
    """Judges documents of one pack on one day under the same readings and confirmations."""

    def __init__(
        self,
        pack: RulePack,
        *,
        on: date,
        readings: Mapping[str, str] | None = None,
        confirmations: tuple[Confirmation, ...] = (),
        known_by: date | None = None,
        weigh: bool = False,
        calendar: Calendar | None = None,
        plan: Plan | None = None,
        read: Callable[[bytes, str], Shipment] = read_shipment,
    ) -> None:
        """The keywords are those of ``determine``; ``read`` makes the shipment of a document and its name, and lays over it
        what is said beside all of them. Raises Refused for a reading that does not exist."""
        chosen = chosen_readings(pack, readings or {})
        if plan is None or plan.pack is not pack or plan.readings != chosen:
            plan = Plan(pack, chosen)
        self.pack = pack
        self.on = on
        self.plan = plan
        self._determine = partial(
            determine,
            pack=pack,
            on=on,
            readings=readings,
            confirmations=confirmations,
            known_by=known_by,
            weigh=weigh,
            calendar=calendar,
            plan=plan,
        )
        self._decide = partial(
            decided, pack=pack, on=on, readings=readings, confirmations=confirmations, calendar=calendar, plan=plan
        )
        # Under what was published up to a day it is another pack that is judged.
        self._as_published = known_by is not None
        self._passed_over: dict[frozenset[str], bool] = {}
        self._plain: dict[bytes, Known] = {}
        self._read = read
        self._outlines = Outlines(plan, self._of_outline, self._unnamed) if plan.shares_in_rules_alone() else None

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        return frozenset() if self._as_published else ordinary_forms(self.plan)

    def _may_pass_over(self, forms: frozenset[str]) -> bool:
        """Whether lines of some forms decide nothing when they are declared free of rare earths."""
        found = self._passed_over.get(forms)
        if found is None:
            found = not self._as_published and all(is_ordinary(self.plan, form) for form in forms)
            self._passed_over[forms] = found
        return found

    def determine(self, data: bytes, file: str) -> Determination:
        """What ``determine`` says of the shipment that a document of BOM-JSON holds; ``file`` names it.

        Raises Refused with all problems of the document.
        """
        found = self.quickly(data, file)
        return self._whole(data, file) if found is None else found

    def quickly(self, data: bytes, file: str) -> Determination | None:
        """The same where it is found without reading the whole; None says nothing of the document."""
        found = self.known(data)
        return None if found is None else self.determination(*found, lambda: data, file)

    def known(self, data: bytes) -> tuple[Known, str] | None:
        """What is decided for a document, and what a person calls its product; None says nothing of it."""
        small = reduced(data, self._ordinary) if self._ordinary else None
        known = self._known(small) if small is not None else None
        return None if small is None or known is None else (known, small.label)

    def recalled(self, text: bytes, amounts: tuple[str, ...], forms: frozenset[str], *, plain: bool) -> Known | None:
        """What is decided for a document of which its outline and its amounts were kept; None says nothing of it.

        ``forms``: those of the lines that were passed over; a law may list one of them. ``plain``: whether only the product
        itself says anything. Raises ValueError where this is no outline, or where the amounts are not those of it.
        """
        if not self._may_pass_over(forms) or not all(map(plain_number, amounts)):
            return None
        if plain:
            return self._of_plain(text)
        outline = KeptOutline(text, amounts)
        alike = self._outlines.decided(outline) if self._outlines is not None else None
        return self._judged(outline.with_amounts(amounts), plain=False) if alike is None else alike

    def determination(self, known: Known, label: str, data: Callable[[], bytes], file: str) -> Determination:
        """The determination of a document for which this was decided; ``data`` gives it when somebody looks."""
        said = known.fields
        rest = partial(self._rest, data, file, said)
        fields = {**said, "product": label, "file": file}
        return Determination.later(fields, Later(rest, known.brief, cleared=known.cleared))

    def _whole(self, data: bytes, file: str) -> Determination:
        return self._determine(self._read(data, file))

    def _unnamed(self, data: bytes) -> Shipment:
        return self._read(data, "")

    def _known(self, small: Reduced) -> Known | None:
        known = self._of_plain(small.outline.text) if small.plain else None
        if known is not None:
            return known
        alike = self._outlines.decided(small.outline) if self._outlines is not None else None
        return self._judged(small.data, plain=False) if alike is None else alike

    def _of_plain(self, text: bytes) -> Known | None:
        known = self._plain.get(text)
        if known is None:
            known = self._judged(text, plain=True)
            if known is not None:
                if len(self._plain) >= PLAIN:
                    self._plain.clear()
                self._plain[text] = known
        return known

    def _of_outline(self, data: bytes) -> tuple[Inquiry, Known] | None:
        """What is decided for a document without names; None where that holds for no other, or the reader refuses it."""
        try:
            found = self._decide(self._unnamed(data))
        except Refused:
            return None
        if found.fields["conflicts"]:
            return None
        brief = found.brief()
        return found.case.take(), Known(found.fields, found.cleared, lambda: brief, kept=True)

    def _judged(self, data: bytes, *, plain: bool) -> Known | None:
        """What is decided for a reduced document; None where places would be told, or where names and prices may count."""
        try:
            found = self._decide(self._unnamed(data))
        except Refused:
            return None  # the whole document is refused as well, at its own places
        if found.fields["conflicts"] or (plain and (not found.nothing_listed or found.two_prices)):
            return None
        if not plain:
            return Known(found.fields, found.cleared, found.brief, kept=False)
        brief = found.brief()  # worked out now, so that what is remembered does not hold a whole inquiry
        return Known(found.fields, found.cleared, lambda: brief, kept=True)

    def _rest(self, data: Callable[[], bytes], file: str, said: Mapping[str, Any]) -> dict[str, Any]:
        whole = self._whole(data(), file)
        for name, value in said.items():
            if getattr(whole, name) != value:
                raise RuntimeError(
                    f"{file}: without its quiet lines the document is decided otherwise, in {name}: please report it"
                )
        known = {*said, "product", "file"}
        return {name: getattr(whole, name) for name in type(whole).__dataclass_fields__ if name not in known}


# ---- what is ordinary


def ordinary_forms(plan: Plan) -> frozenset[str]:
    """The forms that stand on no list of a pack when they are declared free of rare earths and nothing more is said of them."""
    return frozenset(form for form in words("form") if is_ordinary(plan, form))


def is_ordinary(plan: Plan, form: str) -> bool:
    """Whether a form is one of these.

    It is only if that is so wherever the part stands, in whatever shipment: what depends on these is taken as not known, so
    that whatever it is, the outcome is the same.
    """
    found = plan.ordinary.get(form)
    if found is None:
        known = form in words("form") and form != TECHNOLOGY  # of technology it counts whether goods alone move
        every = tuple(plan.pack.lists)
        # Where it is said that there is no equipment, only lists that ask of it can come to another outcome.
        asking = tuple(filter(plan.asks_of_equipment, every))
        found = known and _is_off_lists(plan, form, None, every) and _is_off_lists(plan, form, _NONE, asking)
        plan.ordinary[form] = found
    return found


def _is_off_lists(plan: Plan, form: str, equipment: str | None, names: tuple[str, ...]) -> bool:
    """Whether a part of a form is on none of some lists, below a product of which no equipment is said, or that it is none."""
    part = Item(index=1, parent=ROOT, step=("parts", 0), line=0, form=form, rare_earths=_NONE)
    whole = Item(
        index=ROOT, parent=-1, step=("product",), line=0, equipment=equipment, uses=(Use(item=1, quantity=None, line=0),)
    )
    shipment = Shipment(product=Product(items=(whole, part), order=(1, ROOT), file="", sha256=""))
    with closing(Inquiry(shipment, plan.pack, plan.readings, None, plan)) as inquiry:
        # What a part holds, and how it was made, its declaration tells; where it is enclosed, only its place.
        return all(on_list(inquiry, name, 1, ("holds", "technology")) is Truth.FALSE for name in names)
