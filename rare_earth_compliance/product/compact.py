"""Documents of BOM-JSON in a compact form: how a compiled decoder reads them, with the extra ``fast``.

Knows which fields the lines of a document may fill in, taken from the models of the format, and in which forms a decoder
reads them: with the fields of quiet lines alone, or with all. Does not know what a line means, nor when a reading may be
vouched for (``product.quiet``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from threading import Lock
from types import GenericAlias
from typing import Annotated, Any, Literal, Union, get_args

from pydantic import BaseModel

from rare_earth_compliance.product import document as doc

NAMES = ("part_number", "name", "note")
SAID = ("unit", "form", "origin", "made_in", "rare_earths")
"""Fields of a closed set of words that a quiet line may fill in."""
LISTS = ("parts", "materials")
BASE = "base_quantity"
"""The number of an item that the quantities below it are said to make."""
OPEN = (None, doc.UNKNOWN)
"""What a field holds that says nothing."""
_OF_REFERENCES = frozenset(doc.ReferenceFields.model_fields)
_AS_WRITTEN = ("use", *NAMES[:2], "quantity", *doc.ItemFields.model_fields, *LISTS)
"""The fields of a line as most systems write them: one that follows the last in this order is found at once."""


class Shape:
    """How a document is read: with the fields of quiet lines alone, or with all fields of the format; with amounts that are
    whole numbers or texts, or with any, which are then kept as they are written: binary, they would not be the same; or with
    lines that fit only if they say themselves that they are of some forms and free of rare earths."""

    def __init__(
        self, msgspec: Any, names: str, *, others: bool = False, points: bool = False, forms: frozenset[str] = frozenset()
    ) -> None:
        absent = msgspec.UNSET
        self.quiet = bool(forms)
        number = msgspec.Raw if points else int | str
        self.written = _written(msgspec.Raw) if points else None
        self.one: Any = msgspec.Raw(b"1") if points else 1
        self.amount: Callable[[str], Any] = (lambda text: msgspec.Raw(f'"{text}"'.encode())) if points else str
        short = Annotated[str, msgspec.Meta(min_length=1, max_length=doc.MAX_TEXT)]
        fields = doc.ItemFields.model_fields

        def struct(name: str, types: dict[str, Any], needed: tuple[str, ...] = ()) -> Any:
            rows: list[Any] = [
                # A name in quotes, as that of a list of lines, can not be joined by a bar.
                (key, kind) if key in needed else (key, Union[kind, msgspec.UnsetType], absent)  # noqa: UP007
                for key, kind in types.items()
            ]
            return msgspec.defstruct(
                f"{names}{name}", rows, forbid_unknown_fields=True, gc=False, kw_only=True, module=__name__, eq=False
            )

        money: dict[str, Any] = {"amount": number, "currency": _words(doc.MoneyFields, "currency")}
        money |= {"basis": _words(doc.MoneyFields, "basis"), "source": short}
        money |= dict.fromkeys(("per", "day"), msgspec.Raw) if others else {}
        price = struct("Price", money, ("amount", "currency"))
        types: dict[str, Any] = dict.fromkeys(NAMES, short)
        types |= {key: Literal[(*get_args(_words(doc.ItemFields, key)), *OPEN)] for key in SAID}
        types |= {"mass": str, "unit_value": price, "complete": bool}
        types["hs_code"] = Annotated[str, msgspec.Meta(pattern=doc.HS_CODE)]
        self.others = tuple(key for key in fields if key not in types) if others else ()
        types |= dict.fromkeys(self.others, msgspec.Raw)
        globals()[f"{names}Line"] = None
        types |= dict.fromkeys(LISTS, f"list[{names}Line]")
        of_lines = {**types, "quantity": number, "use": short}
        if forms:
            del of_lines["use"]
            of_lines |= {"rare_earths": Literal["none"], "form": Literal[(*sorted(forms),)]}
        self.line = struct("Line", _in_order(of_lines), ("rare_earths", "form") if forms else ())
        globals()[f"{names}Line"] = self.line
        item = struct("Item", _in_order(types))
        said_once: dict[str, Any] = {"format": Literal[doc.FORMAT], "about": short, "product": item, "shipment": msgspec.Raw}
        said_once |= {} if forms else {"shared": GenericAlias(dict, (str, item))}
        document = struct("Document", said_once, ("format", "product"))
        self.decode: Callable[[bytes], Any] = msgspec.json.Decoder(document).decode
        self.decode_line: Callable[[Any], Any] = msgspec.json.Decoder(self.line).decode
        self.decode_lines: Callable[[bytes], list[Any]] = msgspec.json.Decoder(GenericAlias(list, (self.line,))).decode
        self._said_of = attrgetter(*self.others) if others else None
        self._nothing = (absent,) * len(self.others)
        beside = [key for key in of_lines if key not in _OF_REFERENCES]
        self._beside, self._nothing_beside = attrgetter(*beside), (absent,) * len(beside)
        self._absent = absent

    def says_more(self, line: Any) -> bool:
        """Whether a line fills in a field that no quiet line fills in."""
        if self._said_of is None:
            return False
        value = line.unit_value
        if value is not self._absent and not (value.per is self._absent and value.day is self._absent):
            return True
        return bool(self._said_of(line) != self._nothing)

    def is_reference(self, line: Any) -> bool:
        """Whether a line that uses a shared item says what such a line may say, and nothing else."""
        return bool(self._beside(line) == self._nothing_beside)


class Frames:
    """How a document, or a line of it, is taken apart: its fields, and the lines in its lists, as they are written."""

    def __init__(self, msgspec: Any) -> None:
        raw, absent = msgspec.Raw, msgspec.UNSET

        def struct(name: str, types: dict[str, Any]) -> Any:
            rows = [(key, Union[kind, msgspec.UnsetType], absent) for key, kind in types.items()]  # noqa: UP007
            return msgspec.defstruct(name, rows, forbid_unknown_fields=True, gc=False, kw_only=True, module=__name__, eq=False)

        line = struct("_FrameLine", dict.fromkeys(_AS_WRITTEN, raw) | dict.fromkeys(LISTS, GenericAlias(list, (raw,))))
        said = dict.fromkeys(("format", "about", "shipment"), raw)
        document = struct("_FrameDocument", {**said, "product": line, "shared": GenericAlias(dict, (str, line))})
        self.document: Callable[[bytes], Any] = msgspec.json.Decoder(document).decode
        self.line: Callable[[Any], Any] = msgspec.json.Decoder(line).decode


class Shapes:
    """Everything that is made once for the compiled decoder."""

    def __init__(self, msgspec: Any) -> None:
        self.absent = msgspec.UNSET
        self.wrong = msgspec.ValidationError
        self.broken = msgspec.MsgspecError
        self.raw: Callable[[bytes], Any] = msgspec.Raw
        self.written = _written(msgspec.Raw)
        self.encode: Callable[[Any], bytes] = msgspec.json.Encoder().encode
        self.frames = Frames(msgspec)
        self._msgspec = msgspec
        self._lock = Lock()
        self._of_forms: dict[frozenset[str], Shape] = {}
        self.of_documents = (
            Shape(msgspec, "_Quiet"),
            Shape(msgspec, "_Whole", others=True),
            Shape(msgspec, "_Pointed", others=True, points=True),
        )

    def quiet(self, forms: frozenset[str]) -> Shape:
        """The shape of documents all lines of which say that they are of these forms and free of rare earths."""
        with self._lock:  # a shape is known by its name while it is made
            found = self._of_forms.get(forms)
            if found is None:
                found = self._of_forms[forms] = Shape(self._msgspec, f"_Free{len(self._of_forms)}", forms=forms)
            return found

    def read(self, data: bytes, forms: frozenset[str]) -> tuple[Any, Shape] | None:
        """A document in the first shape that it has; ``forms`` are those of quiet lines. None where it has no shape."""
        more = False
        for shape in (self._of_forms.get(forms) or self.quiet(forms), *self.of_documents):
            if more and not shape.others:
                continue
            try:
                return shape.decode(data), shape
            except self.wrong as error:
                # A field that no quiet line fills in is none of the next shape either: a large document is not read for that.
                more = more or self._names_more(str(error))
            except (self.broken, ValueError, RecursionError):
                return None
        return None

    def _names_more(self, error: str) -> bool:
        """Whether an error names a field that no quiet line fills in; in other words than these, nothing is lost but time."""
        _, _, rest = error.partition("unknown field `")
        return rest.partition("`")[0] in self.of_documents[1].others


@cache
def shapes() -> Shapes | None:
    """None without the extra ``fast``."""
    try:
        import msgspec  # noqa: PLC0415  # an extra
    except ImportError:
        return None
    return Shapes(msgspec)


def _in_order(types: dict[str, Any]) -> dict[str, Any]:
    return {key: types[key] for key in dict.fromkeys(_AS_WRITTEN) if key in types}


def _words(model: type[BaseModel], key: str) -> Any:
    """The closed set of words of a field."""
    found = [part for one in (model.model_fields[key].annotation, *model.model_fields[key].metadata) for part in _known(one)]
    if len(found) != 1:
        raise ValueError(f"{key} is not a field of a closed set of words")
    return Literal[found[0]]


def _known(annotation: Any) -> list[tuple[str, ...]]:
    here = [annotation.known] if isinstance(annotation, doc.OneOf) else []
    return [*here, *(part for inner in get_args(annotation) for part in _known(inner))]


def _written(raw: Any) -> Callable[[Any], Any]:
    """Makes of a number or a text, kept raw, what is written there, without quotes; what is not there stays what it is."""

    def written(value: Any) -> Any:
        if value.__class__ is not raw:
            return value
        text = bytes(value).decode("ascii", "replace")
        return text[1:-1] if text[:1] == '"' else text

    return written
