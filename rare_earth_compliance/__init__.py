"""Chinese export controls on rare earths as a rule engine: the library's public names.

>>> from datetime import date
>>> from rare_earth_compliance import determine, load_rules, read_product, shipment_of
>>> pack = load_rules()
>>> contents = read_product(b'''{"format": "rare-earth-bom/1", "product": {"form": "motor"}}''', "motor.json")
>>> determination = determine(shipment_of(contents.product, contents.shipment), pack, on=date(2026, 11, 23))
>>> determination.answer.value
'undetermined'

Load the pack once, then judge many: one ``Outcome`` for each input, in order, whatever the input is. Release
on status 0 and on nothing else; 12 says that a duty is open.

>>> from rare_earth_compliance import Product, determine_many, read_shipment, worst_status
>>> arm = {"format": "rare-earth-bom/1", "product": {"part_number": "ARM", "form": "finished-product"}}
>>> outcomes = list(determine_many([arm, b"{", None], pack, on=date(2026, 11, 23)))
>>> [outcome.status for outcome in outcomes], worst_status(outcomes)
([11, 3, 3], 3)
>>> print(outcomes[2].problems[0].message)
found NoneType, expected bytes, text, a dictionary or a BomFile

Flat rows of a bill of materials, numbers as text or Decimal:

>>> rows = [{"parent": "ARM", "child": "SERVO", "quantity": "6", "unit": "pcs", "price": "0.00", "form": "motor"}]
>>> Product.from_rows(rows).items[1].unit_value is None  # zero is no price
True

The report that a person reads, in English or in Chinese:

>>> from rare_earth_compliance import report
>>> print(report(determination, form="markdown", lang="zh", pack=pack).split("——")[0])
# 无法判定

Pure and thread-safe: no printing, no global state, no clock, no network; the day is required. Names are
loaded when they are first used. What is refused comes as ``Refused`` with every ``Problem``: place, what was found,
what to do. Numbers are text, int or Decimal; a float is refused. Nothing that decides is a bool.

**What is stable.** The names in ``__all__``, their parameters, and the fields that the types have, from version
1.0 on: within a major version none is removed, renamed or given another meaning; parameters and fields are
added, new ones are keyword-only or come last, so build these types by keyword. Before 1.0, a minor version may
change them. The forms of data carry their own version and are read as long as this says so:
``rare-earth-bom/1`` in, ``rare-earth-prices/1`` in, ``rare-earth-determination/1`` out and in (``to_dict``,
``from_dict``; ``rare-earth schema --determination`` prints its JSON Schema). A form that changes gets a new number.
A new rule pack may change any answer: a determination names the pack, its hash and the tool. The wording of messages
and reports is not stable, nor is any module below this one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rare_earth_compliance.batch.many import Outcome, determine_many, worst_status
    from rare_earth_compliance.core.problems import Place, Problem, Refused
    from rare_earth_compliance.core.version import VERSION as __version__  # noqa: N811  # the name that tools look for
    from rare_earth_compliance.engine.determination import Answer, Determination, Status
    from rare_earth_compliance.engine.determine import determine
    from rare_earth_compliance.law.confirmations import read_confirmations
    from rare_earth_compliance.law.loader import load as load_rules
    from rare_earth_compliance.law.model import Confirmation, RulePack
    from rare_earth_compliance.product.document import File as BomFile
    from rare_earth_compliance.product.given import product_of, read_product, read_shipment, shipment_of
    from rare_earth_compliance.product.model import Product, Shipment
    from rare_earth_compliance.product.reader import Contents
    from rare_earth_compliance.product.rows import Rows, read_rows
    from rare_earth_compliance.product.tables import read_table
    from rare_earth_compliance.reports.as_json import to_dict
    from rare_earth_compliance.reports.for_one import report
    from rare_earth_compliance.reports.from_json import from_dict
    from rare_earth_compliance.reports.run import status_of

__all__ = [
    "Answer",
    "BomFile",
    "Confirmation",
    "Contents",
    "Determination",
    "Outcome",
    "Place",
    "Problem",
    "Product",
    "Refused",
    "Rows",
    "RulePack",
    "Shipment",
    "Status",
    "__version__",
    "determine",
    "determine_many",
    "from_dict",
    "load_rules",
    "product_of",
    "read_confirmations",
    "read_product",
    "read_rows",
    "read_shipment",
    "read_table",
    "report",
    "shipment_of",
    "status_of",
    "to_dict",
    "worst_status",
]

_FOUND_IN = {
    "Answer": ("engine.determination", "Answer"),
    "BomFile": ("product.document", "File"),
    "Confirmation": ("law.model", "Confirmation"),
    "Contents": ("product.reader", "Contents"),
    "Determination": ("engine.determination", "Determination"),
    "Outcome": ("batch.many", "Outcome"),
    "Place": ("core.problems", "Place"),
    "Problem": ("core.problems", "Problem"),
    "Product": ("product.model", "Product"),
    "Refused": ("core.problems", "Refused"),
    "Rows": ("product.rows", "Rows"),
    "RulePack": ("law.model", "RulePack"),
    "Shipment": ("product.model", "Shipment"),
    "Status": ("engine.determination", "Status"),
    "__version__": ("core.version", "VERSION"),
    "determine": ("engine.determine", "determine"),
    "determine_many": ("batch.many", "determine_many"),
    "from_dict": ("reports.from_json", "from_dict"),
    "load_rules": ("law.loader", "load"),
    "product_of": ("product.given", "product_of"),
    "read_confirmations": ("law.confirmations", "read_confirmations"),
    "read_product": ("product.given", "read_product"),
    "read_rows": ("product.rows", "read_rows"),
    "read_shipment": ("product.given", "read_shipment"),
    "report": ("reports.for_one", "report"),
    "read_table": ("product.tables", "read_table"),
    "shipment_of": ("product.given", "shipment_of"),
    "status_of": ("reports.run", "status_of"),
    "to_dict": ("reports.as_json", "to_dict"),
    "worst_status": ("batch.many", "worst_status"),
}


def __getattr__(name: str) -> Any:
    """A public name, loaded when it is first used."""
    if name not in _FOUND_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, inside = _FOUND_IN[name]
    value = getattr(import_module(f"{__name__}.{module}"), inside)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
