"""Fields of the format validated once for each different value.

Knows that a country, a form or an amount that was taken once may be taken again without asking the model. What has not
been seen is put to the type of its field in the model; whatever that refuses, and every object that this module does
not know how to take apart, goes to the model whole, which alone says what is wrong. So it can only ever agree.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from rare_earth_compliance.core.json_text import Number, Object
from rare_earth_compliance.product.document import MAX_TEXT, UNKNOWN, Strict, Text

KEPT = 20_000
"""How many different values of one field are remembered; with one more all are forgotten."""
_COMMON = frozenset(Strict.__pydantic_decorators__.model_validators)


class Doubt(Exception):
    """Only the model can tell."""


class _Field:
    """One field of a model: its name, how it is validated, and what has been validated."""

    __slots__ = ("adapter", "free", "name", "numbers", "others", "texts", "type", "within")

    def __init__(self, name: str, info: FieldInfo) -> None:
        self.name = name
        self.within = _plain_model(info)
        """The model of an object in the field, where its fields can be taken one by one."""
        self.type: Any = info.annotation if not info.metadata else Annotated[(info.annotation, *info.metadata)]
        self.adapter: TypeAdapter[Any] | None = None
        self.free = Text in _alternatives(info) and not info.metadata
        self.texts: dict[str, Any] = {}
        self.numbers: dict[str, Any] = {}
        self.others: dict[Hashable, Any] = {}

    def taken(self, value: Any) -> Any:
        """A value as the model would hold it. Raises Doubt for one that it may refuse."""
        kind = value.__class__
        if kind is str:
            if self.free:
                # Names differ from item to item: their length is all that is asked of them.
                if 0 < len(value) <= MAX_TEXT:
                    return value
                raise Doubt
            return self._known(self.texts, value, value)
        if kind is Number:
            return self._known(self.numbers, value.text, value)
        if kind is bool:
            return self._known(self.others, value, value)
        if kind is Object and self.within is not None:
            return taken(self.within, value)
        return self._known(self.others, _written(value), value)

    def _known(self, known: dict[Any, Any], key: Hashable, value: Any) -> Any:
        try:
            return known[key]
        except KeyError:
            pass
        if self.adapter is None:
            self.adapter = TypeAdapter(self.type)
        try:
            found = self.adapter.validate_python(value)
        except ValidationError:
            raise Doubt from None
        if len(known) >= KEPT:
            known.clear()
        known[key] = found
        return found


class Taken:
    """The fields of an object by name, like an instance of its model; what was not given has the model's default."""


@cache
def _of(model: type[BaseModel]) -> tuple[Mapping[str, _Field], frozenset[str], type[Taken]]:
    fields = {info.alias or name: _Field(name, info) for name, info in model.model_fields.items()}
    needed = frozenset(name for name, info in model.model_fields.items() if info.is_required())
    defaults = {name: info.default for name, info in model.model_fields.items() if name not in needed}
    return fields, needed, type(f"Taken{model.__name__}", (Taken,), defaults)


def taken(model: type[BaseModel], raw: Mapping[str, Any], passed: frozenset[str] = frozenset()) -> Any:
    """The fields of an object as ``model`` would have them; keys in ``passed`` are passed over.

    Raises Doubt where the model may refuse it. The result has the attributes of the model and is read only.
    """
    fields, needed, make = _of(model)
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key in passed:
            continue
        field = fields.get(key)
        if field is None:
            raise Doubt
        if value is None or value == UNKNOWN:
            continue
        values[field.name] = field.taken(value)
    if needed and not needed <= values.keys():
        raise Doubt
    found = make()
    found.__dict__ = values
    return found


_WHOLES: dict[type[BaseModel], dict[Hashable, BaseModel]] = {}


def whole(model: type[BaseModel], raw: Any) -> Any:
    """An instance of ``model``, the same for objects that say the same. Raises Doubt where the model refuses it."""
    known, key = _WHOLES.setdefault(model, {}), _written(raw)
    found = known.get(key)
    if found is None:
        try:
            found = model.model_validate(raw)
        except ValidationError:
            raise Doubt from None
        if len(known) >= KEPT:
            known.clear()
        known[key] = found
    return found


def _written(value: Any) -> Hashable:
    """What tells one value from another: values of one key are validated alike. Raises Doubt for deep or odd values."""
    try:
        return _key(value)
    except RecursionError:
        raise Doubt from None


def _key(value: Any) -> Hashable:
    kind = value.__class__
    if kind is list:
        return (list, *map(_key, value))
    if kind is Object:
        return (dict, *((key, _key(inner)) for key, inner in value.items()))
    if kind in (str, bool, Number) or value is None:
        return kind, value
    raise Doubt


def _alternatives(info: FieldInfo) -> tuple[Any, ...]:
    annotation = info.annotation
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _plain_model(info: FieldInfo) -> type[BaseModel] | None:
    """The model of a field that takes one object and asks nothing of it as a whole."""
    models = [one for one in _alternatives(info) if isinstance(one, type) and issubclass(one, BaseModel)]
    if len(models) != 1 or info.metadata:
        return None
    decorators = models[0].__pydantic_decorators__
    odd = frozenset(decorators.model_validators) - _COMMON
    return None if odd or decorators.field_validators or decorators.root_validators else models[0]
