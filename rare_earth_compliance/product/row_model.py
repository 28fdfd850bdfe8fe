"""One flat row of a bill of materials, as ERP systems hand them out: every column and what it means.

Knows how values of such rows are written, and the ways in which they lie: floats, decimal commas, minus signs,
"/Date(…)/", a blank that means unset. Does not know other rows: what they make together stands in rows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from rare_earth_compliance.core.plain import FLOAT_ADVICE
from rare_earth_compliance.core.quantities import amount


def _wrong(message: str, advice: str) -> PydanticCustomError:
    return PydanticCustomError("row", "{message}", {"message": message, "advice": advice})


def _kind(value: Any) -> str:
    return type(value).__name__


def _blank(read: Callable[[Any], Any]) -> BeforeValidator:
    """None, and text that is empty or all blanks, say nothing; anything else is read."""

    def reading(value: Any) -> Any:
        if isinstance(value, float):
            raise _wrong(f"found the float {float.__repr__(value)}", FLOAT_ADVICE)
        value = value.strip() if isinstance(value, str) else value
        return None if value is None or value == "" else read(value)

    return BeforeValidator(reading)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        advice = "hand it over as text: as a number it has lost its leading zeros"
        raise _wrong(f"found {_kind(value)} {value!r:.40}, expected text", advice)
    return value


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise _wrong(f"found {_kind(value)}, expected a number", "hand it over as text, int or Decimal")
    if isinstance(value, Decimal) and not value.is_finite():
        raise _wrong(f"found {value}, expected a number", "leave it empty when it is not known")
    text = str(value)
    if "," in text:
        advice = "write it with a point and without marks for thousands: no program can tell which is meant"
        raise _wrong(f"found {text!r} with a comma", advice)
    if text.startswith("-") or text.endswith("-"):
        advice = "leave rows of by-products, scrap and credits out: they are no part of the product"
        raise _wrong(f"found {text}, which is below zero", advice)
    return text


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise _wrong(f"found {value!r:.40}, expected true or false", "turn the flags of your system into true and false first")


def _day(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and not value.startswith("/Date"):
        return value
    advice = "write it as 2026-11-23, the day in the place where it was booked: a moment has another day elsewhere"
    raise _wrong(f"found {value!r:.60}, expected a day", advice)


def _words(value: Any) -> list[str] | None:
    """Several words; a cell without any is blank."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(";") if word.strip()] or None
    if isinstance(value, list | tuple):
        return [_text(one) for one in value] or None
    raise _wrong(f"found {_kind(value)}, expected text or a list of texts", "separate several with ';'")


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _wrong(f"found {_kind(value)}, expected a list", "give it as in rare-earth-bom/1, or leave it out")
    return list(value)


Text = Annotated[str | None, _blank(_text)]
Number = Annotated[str | None, _blank(_number)]
Flag = Annotated[bool | None, _blank(_truth)]
Day = Annotated[str | None, _blank(_day)]
Words = Annotated[list[str] | None, _blank(_words)]
Entries = Annotated[list[Any] | None, _blank(_list)]


class Row(BaseModel):
    """One row: ``child`` goes into ``parent``. Facts are of one unit of the child; an empty value is not known.

    Other columns are refused, for a misspelt one would hide a fact. Deleted, expired and future rows are no rows of
    the product: leave them out before; there is no column for them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    parent: Text = Field(None, description="Key of the item above; empty in the row that describes the product itself.")
    child: Text = Field(None, description="Key of the item of this row, its part number.")
    position: Text = Field(None, description="Position in the list; tells two lines of one item in one list apart.")
    quantity: Number = Field(None, description="How much goes into 'base_quantity' of the parent. 0 without a unit: unset.")
    unit: Text = Field(None, description="Unit of the quantity. Pieces where no row has the column.")
    base_quantity: Number = Field(None, description="How many of the parent the quantities make; the same in its whole list.")
    item_unit: Text = Field(None, description="Unit in which the child is kept and priced; that of its quantities when empty.")
    price: Number = Field(None, description="Price; 0 is no price, and taken as not known.")
    price_unit: Number = Field(None, description="What the price is for, such as '1000' or '1000 pcs'; 1 when empty.")
    currency: Text = Field(None, description="ISO 4217 code of the price.")
    price_basis: Text = Field(None, description="What kind of price, such as standard-cost or purchase-price.")
    price_day: Day = Field(None, description="The day the price is of.")
    origin: Text = Field(None, description="Country of origin, two letters. Never the supplier's country.")
    made_in: Text = Field(None, description="Country of manufacture, two letters.")
    supplier_country: Text = Field(None, description="Where the supplier stands. Read by nobody: it is no origin.")
    name: Text = Field(None, description="What people call the child.")
    form: Text = Field(None, description="What kind of thing it is: a word of the format, such as motor.")
    family: Text = Field(None, description="Family of a permanent magnet.")
    mass: Number = Field(None, description="Mass of one unit, with its unit or beside 'mass_unit'; 0 is taken as not known.")
    mass_unit: Text = Field(None, description="Unit of the mass.")
    control_codes: Words = Field(None, description="Chinese control codes as declared; several separated by ';'.")
    hs_code: Text = Field(None, description="Tariff code, digits only.")
    processing: Words = Field(None, description="Processing states; several separated by ';'.")
    rare_earths: Text = Field(None, description="The supplier's declaration: none or present.")
    equipment: Text = Field(None, description="What rare-earth production equipment it is; none: neither it nor its parts.")
    composition: Entries = Field(None, description="What it consists of, as in rare-earth-bom/1.")
    composition_complete: Flag = Field(None, description="true: every element is in 'composition'.")
    technologies_complete: Flag = Field(None, description="true: no rare-earth technology was used to make it.")
    complete: Flag = Field(None, description="true: the rows under the child are all it is made of. An empty list never is.")
    phantom: Flag = Field(None, description="true: a kit that is never stocked. It stays a level; it must have rows below it.")
    note: Text = Field(None, description="A remark; read by people only.")


COUNTRIES = ("origin", "made_in")
PASSED = (
    *("name", "form", "family", "control_codes", "hs_code", "processing", "rare_earths", "equipment", "composition"),
    *("composition_complete", "technologies_complete", "complete", "note"),
)
"""Columns that stand in the format under the same name."""


def is_zero(text: str | None) -> bool:
    """Whether a number is written and is zero."""
    try:
        return text is not None and amount(text)[0].is_zero
    except ValueError:
        return False
