"""Large documents without most of their quiet lines, which are read a few at a time and forgotten.

Knows how a document comes apart: the product and the shared items with what they say, and the texts of the lines in their
lists. Lines that are quiet (``product.quiet``) by themselves are left out, and one stands for those of a list, as there. What
is left decides alike, and is vouched for by the same reading: whatever this module is not sure of stays as it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rare_earth_compliance.product import fitting
from rare_earth_compliance.product.allquiet import quiet_lines
from rare_earth_compliance.product.compact import BASE, LISTS, Shape, Shapes
from rare_earth_compliance.product.magnitude import MAX_BITS

LARGE = 128 * 1024
"""From so many bytes on a document is taken apart; so many are read at once."""
LINES = 256
"""No more lines than this are read at once."""
HUGE = 1024 * 1024
"""From so many bytes on a line is taken apart as well."""
LEVELS = 3
"""How deep; at each level all that is below is read over once more."""
_USE = b'"use"'


def thinned(data: bytes, shapes: Shapes, shape: Shape, standing: Any) -> bytes | None:
    """The document without lines that are quiet by themselves; None where it is not taken apart, or all would stay.

    ``shape``: one that takes quiet lines alone; ``standing``: the line that stands for them.
    """
    try:
        document = shapes.frames.document(data)
    except (shapes.broken, ValueError, RecursionError):
        return None
    if document.product is shapes.absent:
        return None
    thin = _Thin(shapes, shape, shapes.encode(standing))
    changed = thin.item(document.product, 0, 0)
    if document.shared is not shapes.absent:
        # What uses a shared item multiplies what is deeper in it: only what has no lines itself is left out.
        leaves = _Thin(shapes, shape, thin.standing, leaves=True)
        changed |= leaves.items(document.shared.values())
        thin.colons += leaves.colons
    if not changed:
        return None
    small = shapes.encode(document)
    # What was read is never written longer than it stood there: as many colons are the same keys, none of them twice.
    return small if small.count(b":") + thin.colons == data.count(b":") else None


class _Thin:
    """One way over the lines of a document."""

    def __init__(self, shapes: Shapes, shape: Shape, standing: bytes, *, leaves: bool = False) -> None:
        self.shapes = shapes
        self.shape = shape
        self.standing = standing
        self.leaves = leaves
        """Whether only lines without lines of their own are left out."""
        self.colons = 0
        """How many more stood in what was left out than stand in what stands for it."""

    def item(self, item: Any, longer: int, level: int) -> bool:
        """Leave out quiet lines below the product, a shared item or a line; whether anything was.

        ``longer``: the bits of the numbers that the quantities on the way to it make together.
        """
        changed = False
        if getattr(item, BASE) is self.shapes.absent:  # or quantities are divided as well
            for key in LISTS:
                lines = getattr(item, key)
                if lines is not self.shapes.absent and lines:
                    left = self._left(lines, longer, level)
                    changed |= left is not lines
                    setattr(item, key, left)
        return changed

    def items(self, items: Iterable[Any]) -> bool:
        """The same of shared items, which are many, and short: the lines of several are read at once."""
        changed = False
        held: list[tuple[Any, str, list[Any]]] = []
        count = 0
        for item in items:
            for key in LISTS if getattr(item, BASE) is self.shapes.absent else ():
                # What uses a shared item stands among the other lines: these are read together all the same.
                own = [line for line in getattr(item, key) or () if _USE not in bytes(line)]
                if own:
                    held.append((item, key, own))
                    count += len(own)
            if count >= LINES:
                changed |= self._together(held)
                held, count = [], 0
        return self._together(held) or changed

    def _together(self, held: list[tuple[Any, str, list[Any]]]) -> bool:
        """Leave out quiet ones of the lines of several lists."""
        if not held:
            return False
        all_of_them = self._quiet([line for *_, own in held for line in own], 0)
        changed = False
        for item, key, own in held:
            left = [self._stands()] if all_of_them else self._left(own, 0, LEVELS)
            if left is not own:
                gone = {id(line) for line in own} - {id(line) for line in left}
                setattr(item, key, [*(line for line in getattr(item, key) if id(line) not in gone), left[-1]])
                changed = True
        return changed

    def _stands(self) -> Any:
        self.colons -= self.standing.count(b":")
        return self.shapes.raw(self.standing)

    def _left(self, lines: list[Any], longer: int, level: int) -> list[Any]:
        """The lines of a list that are left, and one for the others; the list itself where all are."""
        left: list[Any] = []
        some = taken_apart = False
        work = _pieces([memoryview(line).nbytes for line in lines])[::-1]
        while work:
            start, end = work.pop()
            texts = lines[start:end]
            if end - start == 1 and level < LEVELS and memoryview(texts[0]).nbytes >= HUGE:
                texts = [self._taken_apart(texts[0], longer, level)]
            if self._quiet(texts, longer):
                some = True
            elif end - start == 1:
                left += texts
                taken_apart |= texts[0] is not lines[start]
            else:
                half = (start + end) // 2
                work += ((half, end), (start, half))
        if some:
            left.append(self._stands())
        return left if some or taken_apart else lines

    def _quiet(self, texts: list[Any], longer: int) -> bool:
        """Whether some lines are all quiet by themselves; they are forgotten then."""
        try:
            lines = (
                [self.shape.decode_line(texts[0])] if len(texts) == 1 else self.shape.decode_lines(b"[%b]" % b",".join(texts))
            )
        except (self.shapes.broken, ValueError, RecursionError):
            return False
        found = quiet_lines([lines], longer, self.shapes.absent)
        if found is None or (self.leaves and len(found) > len(lines)):
            return False
        self.colons += self._colons(found, nested=len(found) > len(lines))
        return True

    def _colons(self, lines: list[Any], *, nested: bool) -> int:
        """How many colons stand in lines, with what is below them, which is among them: a few at a time, without that."""
        found, absent = 0, self.shapes.absent
        for line in lines if nested else ():
            if line.parts is not absent:
                line.parts = absent
                found += 1
            if line.materials is not absent:
                line.materials = absent
                found += 1
        return found + sum(self.shapes.encode(lines[at : at + LINES]).count(b":") for at in range(0, len(lines), LINES))

    def _taken_apart(self, text: Any, longer: int, level: int) -> Any:
        """A long line without quiet lines below it; the same text where nothing is left out of it."""
        try:
            line = self.shapes.frames.line(text)
        except (self.shapes.broken, ValueError, RecursionError):
            return text
        quantity = self.shapes.written(line.quantity)
        longer += fitting.bits(quantity)
        if longer > MAX_BITS - fitting.LEAF or not fitting.amount(quantity) or not self.item(line, longer, level + 1):
            return text
        return self.shapes.raw(self.shapes.encode(line))


def _pieces(sizes: list[int]) -> list[tuple[int, int]]:
    """From where to where lines are read at once: not too many, and not too long together."""
    if max(sizes) * LINES <= LARGE:
        return [(at, min(at + LINES, len(sizes))) for at in range(0, len(sizes), LINES)]
    found: list[tuple[int, int]] = []
    start = size = 0
    for at, one in enumerate(sizes):
        if at > start and (size + one > LARGE or at - start >= LINES):
            found.append((start, at))
            start, size = at, 0
        size += one
    return [*found, (start, len(sizes))]
