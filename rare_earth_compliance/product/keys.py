"""Keys that the format does not have where they stand: which one was meant, or where they belong.

Knows the models of the format and finds the one that a place leads to. It is for messages alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rare_earth_compliance.core.miswritten import nearest
from rare_earth_compliance.product import document as doc

_WITH_LISTS: Mapping[type[BaseModel], type[BaseModel]] = {
    doc.FileFields: doc.File,
    doc.ItemFields: doc.Item,
    doc.LineFields: doc.Line,
}
"""What the reader reads apart from what is nested in it → the same with that."""
_OBJECTS: Mapping[str, type[BaseModel]] = {
    "product": doc.Item,
    "shipment": doc.ShipmentFields,
    "transfer": doc.TechnologyTransfer,
    "unit_value": doc.MoneyFields,
    "composition": doc.SubstanceFields,
    "end_use": doc.EndUseFields,
    "end_user": doc.PartyFields,
}
"""Where else a key may belong, by the key that such an object stands under."""


def where_it_belongs(model: type[BaseModel], place: tuple[int | str, ...]) -> str:
    """What to do about a key at ``place`` in an object of ``model`` that has none of this name; "" where nothing is near."""
    key, holder = str(place[-1]), _holder(model, place[:-1])
    if holder is None:
        return ""
    near = nearest(key.lower().replace("-", "_"), _keys(holder))
    if near:
        return f"write '{near}' where that is meant"
    if holder is doc.ReferenceFields and key in _keys(doc.Line):
        return "write it into the item of 'shared' that the line uses"
    for name, other in _OBJECTS.items():
        info = _keys(other).get(key)
        if info is not None:
            meaning = (info.description or "").partition(";")[0].rstrip(".")
            line = ", or into the line that uses the item" if holder is doc.Item and key in _keys(doc.ReferenceFields) else ""
            return f"'{key}' belongs into '{name}'" + (f" ({meaning[0].lower()}{meaning[1:]})" if meaning else "") + line
    return ""


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _holder(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model of the object at a place; None where there is none, or more than one."""
    found = _WITH_LISTS.get(model, model)
    for step in place:
        if isinstance(step, int):
            continue
        info = _keys(found).get(step)
        inside = list(_models(info.annotation)) if info is not None else []
        if len(inside) != 1:
            return None
        found = inside[0]
    return found


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models(one)
