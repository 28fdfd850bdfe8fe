"""The published JSON Schema of BOM-JSON, generated from the models.

Knows how to say in JSON Schema that a value may be left out or declared unknown. The schema checks
shape; cycles, unknown references and unit conflicts are found by the reader alone.
"""

from __future__ import annotations

import json
from typing import Any

from rare_earth_compliance.product.document import UNKNOWN, File


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
