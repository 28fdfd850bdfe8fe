"""Chinese export controls on rare earths as a rule engine: the library's public names.

>>> from datetime import date
>>> from rare_earth_compliance import determine, load_rules, read_product, shipment_of
>>> pack = load_rules()
>>> contents = read_product(b'''{"format": "rare-earth-bom/1", "product": {"form": "motor"}}''', "motor.json")
>>> determination = determine(shipment_of(contents.product, contents.shipment), pack, on=date(2026, 11, 23))
>>> determination.answer.value
'undetermined'

Pure and thread-safe: no printing, no global state, no clock, no network; the day is required. Names are
loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rare_earth_compliance.core.problems import Place, Problem, Refused
    from rare_earth_compliance.core.version import VERSION as __version__  # noqa: N811  # the name that tools look for
    from rare_earth_compliance.engine.determination import Answer, Determination, Status
    from rare_earth_compliance.engine.determine import determine
    from rare_earth_compliance.law.confirmations import read_confirmations
    from rare_earth_compliance.law.loader import load as load_rules
    from rare_earth_compliance.law.model import Confirmation, RulePack
    from rare_earth_compliance.product.model import Product, Shipment
    from rare_earth_compliance.product.reader import read as read_product
    from rare_earth_compliance.product.reader import shipment_of
    from rare_earth_compliance.product.tables import read_table
    from rare_earth_compliance.reports.as_json import to_dict

__all__ = [
    "Answer",
    "Confirmation",
    "Determination",
    "Place",
    "Problem",
    "Product",
    "Refused",
    "RulePack",
    "Shipment",
    "Status",
    "__version__",
    "determine",
    "load_rules",
    "read_confirmations",
    "read_product",
    "read_table",
    "shipment_of",
    "to_dict",
]

_FOUND_IN = {
    "Answer": ("engine.determination", "Answer"),
    "Confirmation": ("law.model", "Confirmation"),
    "Determination": ("engine.determination", "Determination"),
    "Place": ("core.problems", "Place"),
    "Problem": ("core.problems", "Problem"),
    "Product": ("product.model", "Product"),
    "Refused": ("core.problems", "Refused"),
    "RulePack": ("law.model", "RulePack"),
    "Shipment": ("product.model", "Shipment"),
    "Status": ("engine.determination", "Status"),
    "__version__": ("core.version", "VERSION"),
    "determine": ("engine.determine", "determine"),
    "load_rules": ("law.loader", "load"),
    "read_confirmations": ("law.confirmations", "read_confirmations"),
    "read_product": ("product.reader", "read"),
    "read_table": ("product.tables", "read_table"),
    "shipment_of": ("product.reader", "shipment_of"),
    "to_dict": ("reports.as_json", "to_dict"),
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
