"""JSON Schemas of rule files, generated from the shapes that the loader uses.

Knows how to say in JSON Schema what a rule file may hold, conditions with all their parts included. Every scalar of a
rule file is text; editors that read ``count: 12`` as a number are not told off for it. A schema knows shape alone:
whether names lead somewhere and counts agree is found by the loader.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

from rare_earth_compliance.core.quantities import AMOUNT_PATTERN
from rare_earth_compliance.law import files, parties
from rare_earth_compliance.law.conditions import AMOUNTS, DAYS, LISTED, OPERATORS
from rare_earth_compliance.law.rule_meanings import FILES, KEYS

KINDS: dict[str, type[BaseModel]] = {
    "pack": files.PackFile,
    "vocabulary": files.VocabularyFile,
    "readings": files.ReadingsFile,
    "terms": files.TermsFile,
    "list": files.ListFile,
    "instrument": files.InstrumentFile,
    "parties": parties.PartiesFile,
    "status": files.ConfirmationFile,
}
"""Kind of rule file → its shape."""
DRAFT = "https://json-schema.org/draft/2020-12/schema"
DAY_PATTERN = (
    r"^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)$"
)
"""A day of the calendar, leap days included."""
_CONDITIONS = ("when", "recognise")
_REF = "#/$defs/"


def file_name(kind: str) -> str:
    """The name under which the schema of a kind is published."""
    return f"{kind}.schema.json"


def schema_text(kind: str) -> str:
    """The schema of a kind of file as the text that is published. Raises KeyError for an unknown kind."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def schema(kind: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a kind of rule file. Raises KeyError for an unknown kind."""
    made = KINDS[kind].model_json_schema(by_alias=True)
    definitions = {name: _model(model) for name, model in made.pop("$defs", {}).items()}
    top = _model(made)
    top.pop("title", None)
    return {
        "$schema": DRAFT,
        "$id": f"rare-earth-rules-1-{file_name(kind)}",
        "title": f"rare-earth rules: {kind}",
        "description": FILES[kind],
        **top,
        "$defs": _used(top, {**definitions, **_shared()}),
    }


def _used(top: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The definitions that a schema refers to, also through others."""
    found: dict[str, Any] = {}
    work = [top]
    while work:
        for name in re.findall(rf'"{re.escape(_REF)}([A-Za-z]+)"', json.dumps(work.pop())):
            if name not in found:
                found[name] = definitions[name]
                work.append(definitions[name])
    return found


def _model(model: dict[str, Any]) -> dict[str, Any]:
    """A model as the loader takes it: closed, with its scalars as text and each key explained."""
    properties = {}
    for name, form in model["properties"].items():
        properties[name] = {"description": KEYS[name], **_key(name, form)} if name in KEYS else _key(name, form)
    made = {"type": "object", "additionalProperties": False, "properties": properties}
    if model.get("required"):
        made["required"] = model["required"]
    return {"title": model["title"].removesuffix("Fields"), **made}


def _key(name: str, form: dict[str, Any]) -> dict[str, Any]:
    made = _form(form)
    if made == {"$ref": f"{_REF}values"} and name in _CONDITIONS:
        return {"$ref": f"{_REF}condition"}
    return made


def _form(form: dict[str, Any]) -> dict[str, Any]:
    """The form of one value. The walk is as deep as the models nest, which is little."""
    for key in ("$ref", "const", "enum"):
        if key in form:
            return {key: form[key]}
    if "anyOf" in form:
        # No text of a rule file is null: what is left out is left out.
        parts = [_form(one) for one in form["anyOf"] if one != {"type": "null"}]
        return parts[0] if len(parts) == 1 else {"anyOf": parts}
    if form.get("type") == "array":
        made = {"type": "array", "items": _form(form.get("items", {}))}
        return made | {key: form[key] for key in ("minItems", "maxItems") if key in form}
    if form.get("type") == "object":
        return _table(form)
    return _scalar(form)


def _table(form: dict[str, Any]) -> dict[str, Any]:
    inner = form.get("additionalProperties", True)
    if inner is True:
        return {"$ref": f"{_REF}values"}
    names = {"propertyNames": {"pattern": r"\S"}} if "propertyNames" in form else {}
    return {"type": "object", "additionalProperties": _form(inner), **names}


def _scalar(form: dict[str, Any]) -> dict[str, Any]:
    if form.get("type") == "integer":
        return {"$ref": f"{_REF}count"}
    if form.get("type") == "string" and form.get("format") == "date":
        return {"$ref": f"{_REF}day"}
    if form.get("type") == "string" and "pattern" in form:
        return {"type": "string", "pattern": form["pattern"]}
    if form.get("type") == "string":
        return {"$ref": f"{_REF}text"}
    raise ValueError(f"a shape of rule files that has no form here: {form}")


# ---- what all kinds share


def _shared() -> dict[str, Any]:
    """Text, counts, days, free values and conditions."""
    return {
        "text": {"description": "Text.", "type": ["string", "number", "boolean"], "pattern": r"\S"},
        "count": {
            "description": "A whole number.",
            "type": ["string", "integer"],
            "pattern": "^[0-9]{1,6}$",
            "minimum": 0,
            "maximum": 999_999,
        },
        "day": {"description": "A day, written 2026-11-23.", "type": "string", "pattern": DAY_PATTERN},
        "value": {
            "description": "A value of product data.",
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                {"type": "array", "items": {"$ref": f"{_REF}value"}},
                {"$ref": f"{_REF}values"},
            ],
        },
        "values": {
            "description": "Values of product data by their path.",
            "type": "object",
            "additionalProperties": {"$ref": f"{_REF}value"},
        },
        "condition": _condition(),
        "ask": _ask(),
    }


def _condition() -> dict[str, Any]:
    """The closed set of ways in which a rule file may ask; each kind has keys of its own, so one alone can fit."""
    condition, text = {"$ref": f"{_REF}condition"}, {"$ref": f"{_REF}text"}
    several = {"type": "array", "minItems": 1, "items": condition}
    return {
        "description": "Exactly one of all, any, not, term, reading, ask.",
        "type": "object",
        "oneOf": [
            _closed("True when every part is.", all=several),
            _closed("True when at least one part is.", any=several),
            _closed("True when the part is false.", **{"not": condition}),
            _closed("A named condition of the terms.", term=text),
            _closed("True when the reading is set to the option; unknown while it is not set.", reading=text, **{"is": text}),
            {"$ref": f"{_REF}ask"},
        ],
    }


def _closed(description: str, **properties: Any) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ask() -> dict[str, Any]:
    """A question of the vocabulary with one operator and the parameters that the question takes."""
    text, words = {"$ref": f"{_REF}text"}, {"type": "array", "minItems": 1, "items": {"$ref": f"{_REF}text"}}
    number = {"type": ["string", "number"], "pattern": rf"^\s*{AMOUNT_PATTERN.removeprefix('^').removesuffix('$')}\s*$"}
    properties: dict[str, Any] = {"ask": {**text, "description": "A question of the vocabulary."}}
    for operator in OPERATORS:
        if operator in LISTED:
            properties[operator] = {**words, "description": f"Compares the answer: {operator.replace('_', ' ')} these words."}
        elif operator in AMOUNTS:
            properties[operator] = {**number, "description": f"Compares the answer: {operator.replace('_', ' ')} this number."}
        elif operator not in DAYS:
            properties[operator] = {**text, "description": f"Compares the answer: {operator.replace('_', ' ')} this word."}
    properties["before"] = {"$ref": f"{_REF}day", "description": "Compares the answer: before this day."}
    # One question takes "from" as a parameter; beside another operator it is that.
    alone = [one for one in OPERATORS if one != "from"]
    others = {"anyOf": [{"required": [one]} for one in alone]}
    on_or_after = {"required": ["from"], "not": others, "properties": {"from": {"$ref": f"{_REF}day"}}}
    kinds = ("all", "any", "not", "term", "reading")
    return {
        "description": "A question of the vocabulary, one operator, and what the question takes beside it.",
        "type": "object",
        "required": ["ask"],
        "properties": properties,
        "propertyNames": {"not": {"enum": list(kinds)}},
        "additionalProperties": {"anyOf": [text, words], "description": "A parameter of the question."},
        "oneOf": [*({"required": [one]} for one in alone), on_or_after],
    }
