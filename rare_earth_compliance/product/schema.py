"""The published JSON Schema of BOM-JSON, generated from the models.

Knows how to say in JSON Schema that a value may be left out or declared unknown. The schema checks
shape; cycles, unknown references and unit conflicts are found by the reader alone.
"""

from __future__ import annotations

import json
from typing import Any

from rare_earth_compliance.core.quantities import AMOUNT_PATTERN
from rare_earth_compliance.product.document import FORMAT, UNKNOWN, File

_FEW = 45
"""A closed set with more words than this is named by its number only."""


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a file."""
    made = File.model_json_schema(by_alias=True)
    for model in [made, *made["$defs"].values()]:
        required = model.get("required", [])
        for name, field in model.get("properties", {}).items():
            field.pop("default", None)
            if name not in required and "anyOf" in field and {"type": "null"} in field["anyOf"]:
                field["anyOf"].append({"const": UNKNOWN})
            elif name not in required:
                text = {key: field.pop(key) for key in list(field) if key not in ("title", "description")}
                field["anyOf"] = [text, {"type": "null"}, {"const": UNKNOWN}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "rare-earth-bom-1.schema.json",
        **made,
    }


def schema_text() -> str:
    """The schema as the text that is published beside this module."""
    return json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def fields_text() -> str:
    """Every object of the format with its fields and their meaning, as Markdown."""
    made = schema()
    lines = [f"# {FORMAT}", "", str(made["description"]), ""]
    objects = {"the file": made, **made["$defs"]}
    for name, model in objects.items():
        lines += [
            f"## {name.removesuffix('Fields')}",
            "",
            str(model.get("description", "")),
            "",
            "| field | form | meaning |",
            "|---|---|---|",
        ]
        for field, form in sorted(model["properties"].items()):
            must = " (must be given)" if field in model.get("required", []) else ""
            meaning = str(form.get("description", "")).replace("|", "\\|")
            lines.append(f"| `{field}`{must} | {_form(form)} | {meaning} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _form(form: dict[str, Any]) -> str:
    """The form of a value in words."""
    if "$ref" in form:
        return str(form["$ref"]).rsplit("/", 1)[-1].removesuffix("Fields")
    if "anyOf" in form:
        parts = [_form(one) for one in form["anyOf"] if one not in ({"type": "null"}, {"const": UNKNOWN})]
        return " or ".join(dict.fromkeys(parts))
    if "enum" in form:
        words = form["enum"]
        return ", ".join(f"`{word}`" for word in words) if len(words) <= _FEW else f"one of {len(words)} codes"
    if "const" in form:
        return f"`{form['const']}`"
    if form.get("type") == "array":
        return f"list of {_form(form['items'])}"
    if form.get("type") == "string" and form.get("pattern") == AMOUNT_PATTERN:
        return "amount as text"
    return {"string": "text", "boolean": "true or false", "number": "number"}.get(str(form.get("type")), "object by key")
