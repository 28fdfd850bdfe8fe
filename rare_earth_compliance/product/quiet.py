"""Lines of a document that say of themselves that nothing is to be looked for in them, found without reading the rest.

Knows when the reading of a document of BOM-JSON in a compact form (``product.compact``) may be vouched for: every key of the
format, none twice, every value in its form. A line is quiet when it is a part of an ordinary form that is declared free of
rare earths, by itself or by what it stands in, and says nothing else that a rule could ask for. A shared item is quiet when it
says so itself and holds quiet lines alone; then the lines that use it are. The *reduced* document leaves quiet lines out; one
line stands for all of them below an item. Where it can not vouch, or where anything is wrong, this module says nothing at all,
and the reader that knows every place takes the document. Which forms are ordinary is for the law: the caller says.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from rare_earth_compliance.product import compact, fitting, thinning
from rare_earth_compliance.product import document as doc
from rare_earth_compliance.product.allquiet import all_quiet
from rare_earth_compliance.product.compact import BASE, LISTS, OPEN, Shape, Shapes
from rare_earth_compliance.product.fitting import AMOUNTS, LEAF, MASSES
from rare_earth_compliance.product.magnitude import MAX_BITS
from rare_earth_compliance.product.model import called
from rare_earth_compliance.product.outline import Outline

_PIECES = doc.ItemFields.model_fields["unit"].default
_NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """A document without its quiet lines."""

    outline: Outline
    """What is said in it apart from names and amounts, and these."""
    plain: bool
    """Whether nothing but the product itself says anything: then it is decided alike for all products of which the same is
    said, whatever they are called and cost, unless the product is listed itself."""
    label: str
    """What a person calls the product."""

    @property
    def data(self) -> bytes:
        """JSON that the reader takes or refuses as it would the whole document, and that decides alike."""
        return self.outline.whole()


def reduced(data: bytes, ordinary: frozenset[str]) -> Reduced | None:
    """The document without its quiet lines. None says nothing of it: then only the reader can tell.

    ``ordinary``: the forms that no list names where the line is declared free of rare earths.
    """
    shapes = compact.shapes()
    if shapes is None or not ordinary or b"\\" in data:
        return None
    if len(data) >= thinning.LARGE:
        free = shapes.quiet(ordinary)
        data = thinning.thinned(data, shapes, free, _standing_in(free, ordinary)) or data
    found = shapes.read(data, ordinary)
    if found is None or not _once(data, shapes.encode(found[0])):
        return None
    document, shape = found
    label = _label(document.product, shapes.absent)
    if not label:
        return None
    if not shape.quiet:
        return _Walk(document, ordinary, shapes, shape).reduced(label)
    return _alone(document, shapes, shape, ordinary, label) if all_quiet(document.product, shape, shapes.absent) else None


def _once(data: bytes, again: bytes) -> bool:
    """Whether no key stood twice in a document without escapes, of which ``again`` is what was read, written without spaces.

    What was read is never written longer than it stood there, and a key that was read over is not written: as many bytes
    are the same keys. Where there are spaces, a key too many shows as a colon too many, for none can be hidden.
    """
    return len(again) == len(data) or again.count(b":") == data.count(b":")


def _label(product: Any, absent: Any) -> str:
    said = (product.part_number, product.name)
    return called(*[None if one is absent or one == doc.UNKNOWN else one for one in said])


def _alone(document: Any, shapes: Shapes, shape: Shape, ordinary: frozenset[str], label: str) -> Reduced:
    """A document all lines of which are quiet: one stands for them, and what is left is the product itself."""
    product, absent = document.product, shapes.absent
    for key in LISTS:  # what stands under materials is told of apart from parts
        setattr(product, key, [_standing_in(shape, ordinary)] if getattr(product, key) else absent)
    plain = not shape.says_more(product)
    return Reduced(outline=Outline(document, shapes, shape), plain=plain, label=label)


def _standing_in(shape: Shape, ordinary: frozenset[str]) -> Any:
    return shape.line(form=min(ordinary), rare_earths=_NONE)


# ---- one document


class _Top:
    """The product, or a shared item: what was found on the way over its lines."""

    def __init__(self, item: Any) -> None:
        self.item = item
        self.loud = False
        """Whether anything in it, or it itself, must be kept."""
        self.bits = 0
        """How long the numbers may become that the quantities on one way down make together, in bits."""
        self.levels = 1
        self.uses: list[tuple[str, Any, int, int]] = []
        """The lines that use shared items: key, line, and the bits and levels on the way to it."""


class _Walk:
    """One way over all lines of a document."""

    def __init__(self, document: Any, ordinary: frozenset[str], shapes: Shapes, shape: Shape) -> None:
        self.document = document
        self.product = document.product
        self.ordinary = ordinary
        self.shapes = shapes
        self.shape = shape
        self.shared: dict[str, _Top] = {}
        if document.shared is not shapes.absent:
            self.shared = {key: _Top(item) for key, item in document.shared.items()}
        self.loud: list[Any] = []
        self.holders: dict[int, Any] = {}
        """What a loud line, or one that has lines itself, stands in; by its identity, for the document holds them all."""
        self.bases: set[str] = set()
        """The different numbers of an item that the quantities below it are said to make."""

    def reduced(self, label: str) -> Reduced | None:
        """The document with what is loud alone; None where a line is not in its form."""
        if not self._over_all():
            return None
        if self.loud or any(top.loud for top in self.shared.values()):
            self._prune()
            return Reduced(outline=Outline(self.document, self.shapes, self.shape), plain=False, label=label)
        self.document.shared = self.shapes.absent
        return _alone(self.document, self.shapes, self.shape, self.ordinary, label)

    def _over_all(self) -> bool:
        """Whether every line is in its form, and every use leads somewhere; finds the loud ones on the way."""
        whole = _Top(self.product)
        for top in (whole, *self.shared.values()):
            if not fitting.fits(top.item, self.shape, self.shapes.absent) or not self._over_lines(top):
                return False
        for top in self.shared.values():
            item = top.item
            top.loud |= item.rare_earths != _NONE or item.form not in self.ordinary or self.shape.says_more(item)
        return self._used(whole)

    def _over_lines(self, top: _Top) -> bool:
        """Whether every line below the product, or below a shared item, is in its form."""
        level = [(top.item, top.item.rare_earths == _NONE, 0)]
        found = len(self.loud)
        while level:
            below: list[tuple[Any, bool, int]] = []
            for holder, free, bits in level:
                if self.shape.others and not self._based(holder):
                    return False
                for lines in (holder.parts, holder.materials):
                    if lines and not self._over(lines, holder, free, bits, below, top):
                        return False
            top.levels += 1
            level = below
        top.loud = len(self.loud) > found
        return True

    def _based(self, holder: Any) -> bool:
        """Whether the number that the quantities below an item are said to make is an amount that is read here."""
        base = getattr(holder, BASE)
        if base is self.shapes.absent:
            return True
        text = self.shapes.written(base)
        self.bases.add(text)
        return fitting.plain_number(text)

    def _over(
        self, lines: list[Any], holder: Any, covered: bool, bits: int, below: list[tuple[Any, bool, int]], top: _Top
    ) -> bool:
        """The same for the lines of one list; adds those that have lines themselves to ``below``."""
        absent, ordinary, written, others = self.shapes.absent, self.ordinary, self.shape.written, self.shape.others
        amounts, masses, looked_at = AMOUNTS, MASSES, _LOOKED_AT
        for line in lines:
            quantity, value, mass, said, form, parts, materials, complete, use = looked_at(line)
            amount = absent if value is absent else value.amount
            if written is not None:
                quantity, amount = written(quantity), written(amount)
            if (
                (quantity not in amounts and not fitting.amount(quantity))
                or (amount not in amounts and not fitting.amount(amount))
                or (mass not in masses and not fitting.mass(mass))
                or (complete is True and not parts and not materials)
            ):
                return False
            if use is not absent:
                if use not in self.shared or not self.shape.is_reference(line) or self._converted(line, self.shared[use].item):
                    return False
                self.holders[id(line)] = holder
                top.uses.append((use, line, bits + fitting.bits(quantity), top.levels))
                continue
            free = said == _NONE or (covered and (said is absent or said in OPEN))
            if not free or form not in ordinary or (others and self.shape.says_more(line)):
                self.loud.append(line)
                self.holders[id(line)] = holder
            if (parts is not absent and parts) or (materials is not absent and materials):
                longer = bits + fitting.bits(quantity)
                top.bits = max(top.bits, longer)
                below.append((line, free, longer))
                self.holders[id(line)] = holder
        return True

    def _converted(self, use: Any, item: Any) -> bool:
        """Whether an amount of a shared item is said in another unit than its own: the reader converts it, or refuses it."""
        absent = self.shapes.absent
        own = _PIECES if item.unit is absent or item.unit in OPEN else item.unit
        return use.unit is not absent and use.unit not in OPEN and use.unit != own

    def _used(self, whole: _Top) -> bool:
        """Whether uses never lead back, nor on a way down to numbers too long; uses of what is loud are loud."""
        shared = self.shared
        if not shared and not self.bases:
            return whole.bits <= MAX_BITS - LEAF
        waiting = {key: len(top.uses) for key, top in shared.items()}
        users: dict[str, list[str]] = {key: [] for key in shared}
        for key, top in shared.items():
            for used, *_ in top.uses:
                users[used].append(key)
        ready = [key for key, count in waiting.items() if not count]
        for key in ready:
            self._lead_on(shared[key])
            for user in users[key]:
                waiting[user] -= 1
                if not waiting[user]:
                    ready.append(user)
        self._lead_on(whole)
        most = sum(fitting.bits(base) + 1 for base in self.bases)
        return len(ready) == len(shared) and all(
            top.bits + top.levels * most <= MAX_BITS - LEAF for top in (whole, *shared.values())
        )

    def _lead_on(self, top: _Top) -> None:
        """What follows for the product or a shared item from those that it uses."""
        for key, line, bits, levels in top.uses:
            used = self.shared[key]
            top.bits = max(top.bits, bits + used.bits)
            top.levels = max(top.levels, levels + used.levels)
            if used.loud:
                top.loud = True
                self.loud.append(line)

    def _prune(self) -> None:
        """Leave out the quiet lines; one stands for those of each list."""
        kept: dict[int, Any] = {id(self.product): self.product}
        for key, top in self.shared.items():
            if top.loud:
                kept[id(top.item)] = top.item
            else:
                del self.document.shared[key]
        for line in self.loud:
            while id(line) not in kept:
                kept[id(line)] = line
                line = self.holders[id(line)]  # noqa: PLW2901  # from the line up to what is kept already
        for line in kept.values():
            for key in LISTS:
                lines = getattr(line, key)
                if lines is not self.shapes.absent:
                    left = [one for one in lines if id(one) in kept]
                    setattr(line, key, left if len(left) == len(lines) else [*left, _standing_in(self.shape, self.ordinary)])


_LOOKED_AT = attrgetter("quantity", "unit_value", "mass", "rare_earths", "form", *LISTS, "complete", "use")
