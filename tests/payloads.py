"""Texts that someone may write into a product file so that a report of it does something, and where they can be written.

Knows fifty payloads by name, in groups by what would read them, and every place of the format at which free text stands
– found in the published schema, so that a new field is tested without a word here. Does not know what makes an output
live: the judges in liveness do.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rare_earth_compliance.product.schema import schema_text

LAST = "1 judged, 0 refused – exit status 0: not required"
"""The last line of a report that clears, which nothing but the engine may end a report with."""

PAYLOADS: dict[str, dict[str, str]] = {
    "terminal": {
        "colour": "\x1b[31mred\x1b[0m",
        "clear the screen": "\x1b[2J\x1b[Hgone",
        "window title": "\x1b]0;title\x07",
        "hyperlink": "\x1b]8;;https://example.org/t\x1b\\here\x1b]8;;\x1b\\",
        "clipboard": "\x1b]52;c;ZXZpbA==\x07",
        "device control": "\x1bP$q\x1b\\",
        "control of eight bits": "\x9b31mred\x9d0;title\x9c",
        "overwrite by backspace": "no\b\byes",
        "overwrite the line": f"a\r{LAST}",
        "next line": f"a\x85{LAST}",
        "feeds": f"a\x0b\x0c{LAST}",
        "delete and bell": "a\x7f\x07",
        "collapsible section": "\x1b[0Ksection_start:1:a[collapsed=true]\r\x1b[0Khidden",
    },
    "bidirectional": {
        "override": "\u202edetelced ton\u202c",
        "isolate": "\u2067a\u2066b\u2069\u2069",
        "embedding": "\u202ba\u202c",
        "marks": "\u200fa\u200e\u061c",
        "line and paragraph": f"a\u2028{LAST}\u2029{LAST}",
    },
    "unseen": {
        "zero width": "a\u200bb\u200cc\u200d\u2060\ufeff",
        "soft hyphen": "a\u00adb",
        "tags": "a\U000e0001\U000e0041\U000e007f",
        "fillers": "a\u3164b\u115f\u1160\uffa0\u17b4\u034f",
        "variation": "a\ufe0fb\U000e0100\u180b",
    },
    "HTML": {
        "script": "<script>alert(1)</script>",
        "image": "<img src=x onerror=alert(1)>",
        "out of a cell": "</td></tr></table></pre></textarea></title><svg/onload=alert(1)>",
        "out of an attribute": "\" onmouseover=\"alert(1)\" ' onfocus='alert(1)'",
        "entities": "&lt;b&gt;&#60;b&#62;&amp;lt;i&amp;gt;",
        "comment": "<!-- --><iframe src=javascript:alert(1)></iframe><!--",
    },
    "Markdown": {
        "link": "[here](https://example.org/m)",
        "image that tells": "![x](https://example.org/i.png)",
        "address": "<https://example.org/a> https://example.org/b http://example.org www.example.org",
        "mail address": "someone@example.org <other@example.org> mailto:third@example.org xmpp:a@example.org",
        "definition": "[here]: https://example.org/d '[here]'",
        "code": "`a` ```\n```b\n~~~",
        "heading": "\n# LICENCE NOT REQUIRED\n\nno\n===\n---\n> a\n1. b",
        "table": "a | b |\n|---|---|\n| c | d || \\| \\",
        "emphasis": "*a* **b** _c_ __d__ ~~e~~ \\*f\\*",
        "mention": "@someone #1 :tada: [^1] - [x] $$a$$",
    },
    "workflow": {
        "command": "::error file=a,line=1::forged",
        "stop of commands": "a\n::stop-commands::token\n::add-mask::a",
        "command of the older kind": "##[error]forged ##[set-output name=a]b",
        "variable": "##vso[task.setvariable variable=a]b ##teamcity[buildStatus text='ok']",
        "escaped": "%0A::warning::forged%0D%25",
        "wrapped into a line": " ".join(["x" * 17 + " ::notice::forged"] * 11) + "::warning::forged" * 60,
    },
    "table cell": {
        "formula": "=HYPERLINK(\"https://example.org/c\",\"a\")",
        "other formulas": "@SUM(1+1)*cmd|' /C calc'!A0",
    },
    "XML": {
        "none of its characters": "a\x00\x01\x1f\ufffe\uffff",
        "out of character data": "]]><testsuite/><![CDATA[ <!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
    },
    "the last line": {
        "wrapped": (" " * 20 + LAST) * 25,
    },
}  # fmt: skip
NAMES = {name: text for group in PAYLOADS.values() for name, text in group.items()}
"""Every payload by its name."""


@dataclass(frozen=True)
class Field:
    """A place at which the format takes free text."""

    name: str
    """The object of the schema and its key."""
    number: int
    """The text that stands there in the skeleton says it."""


MAGNET = {"form": "permanent-magnet", "family": "NdFeB", "made_in": "CN", "origin": "CN"}
"""What a product must be for the report to have much to say."""
FACTS: dict[str, dict[str, Any]] = {
    "Item": MAGNET,
    "Line": {**MAGNET, "quantity": "1"},
    "ReferenceFields": {"quantity": "1"},
    "SubstanceFields": {"element": "Dy", "mass_fraction": "3 %", "input_form": "metal", "origin": "CN"},
    "HoldingFields": {"share": "60 %"},
    "PartyFields": {"located_in": "DE"},
    "ShipmentFields": {"kind": "goods", "ship_from": "CN", "destination": "US"},
    "TechnologyTransfer": {"activity": "licensing", "leaves": "CN", "provided_in": "US", "fields": ["recycling"]},
    "RateFields": {"from": "EUR", "to": "CNY"},
}
"""Facts beside the texts, by the object of the schema that holds them."""
READ = {"Money.per": "1"}
"""Places that the schema leaves free and the reader does not: what stands there in a file that is taken."""


@cache
def _schema() -> dict[str, Any]:
    return dict(json.loads(schema_text()))


class _Skeleton:
    """A document with a text of its own at every place that takes any text."""

    def __init__(self) -> None:
        self.schema = _schema()
        self.fields: list[Field] = []

    def text(self, name: str) -> str:
        self.fields.append(Field(name, len(self.fields)))
        return f"text-{len(self.fields) - 1:03d}"

    def made(self, form: dict[str, Any], name: str, above: tuple[str, ...], *, must: bool) -> Any:
        """A value of a form; None for one that holds no free text and need not be there."""
        if "$ref" in form:
            inner = form["$ref"].rsplit("/", 1)[-1]
            # A shared item is used by the product; lines of its own that use it would be a ring.
            ring = inner == "ReferenceFields" and "shared" in above
            return None if inner in above or ring else self.object(inner, (*above, inner))
        if "anyOf" in form:
            found = [self.made(one, name, above, must=must) for one in form["anyOf"]]
            return next((one for one in found if one is not None), None)
        if form.get("type") == "array":
            kinds = form["items"].get("anyOf", [form["items"]])
            found = [self.made(one, name, above, must=False) for one in kinds]
            return [one for one in found if one is not None] or None
        if form.get("type") == "object" and "additionalProperties" in form:
            value = self.made(form["additionalProperties"], name, (*above, "shared"), must=must)
            return {self.text(f"{name}, its keys"): value}
        if form.get("type") == "string" and not {"pattern", "format", "enum", "const"} & set(form):
            return self.text(name)
        if not must:
            return None
        if "enum" in form or "const" in form:
            return form.get("const") or form["enum"][0]
        return "2026-11-01" if form.get("format") == "date" else "1"

    def object(self, name: str, above: tuple[str, ...]) -> dict[str, Any] | None:
        model = self.schema if name == "" else self.schema["$defs"][name]
        before = len(self.fields)
        made: dict[str, Any] = {}
        for key, form in sorted(model["properties"].items(), key=lambda pair: "anyOf" not in pair[1]):
            must = key in model.get("required", [])
            value = self.made(form, f"{name.removesuffix('Fields') or 'file'}.{key}", above, must=must)
            if value is not None:
                made[key] = value
        return {**made, **FACTS.get(name, {})} if len(self.fields) > before else None


@cache
def _skeleton() -> tuple[str, tuple[Field, ...]]:
    made = _Skeleton()
    document = made.object("", ())
    assert document is not None
    # A line that uses a shared item names its key: both are one text.
    (key,) = document["shared"]
    text = json.dumps(document)
    used = {field.number for field in made.fields if field.name == "Reference.use"}
    for number in used:
        text = text.replace(f'"text-{number:03d}"', json.dumps(key))
    return text, tuple(field for field in made.fields if field.number not in used)


def fields() -> tuple[Field, ...]:
    """Every place of the format that takes free text, once for each way that leads there."""
    return _skeleton()[1]


def documents(texts: dict[int, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A file with goods and one with a transfer of technology, which together have every place, with texts at some of them.

    At the other places stands a text that does nothing.
    """

    names = {field.number: field.name for field in fields()}

    def walked(value: Any) -> Any:
        if isinstance(value, dict):
            return {walked(key): walked(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walked(inner) for inner in value]
        if isinstance(value, str) and value.startswith("text-"):
            number = int(value[5:])
            return texts.get(number, READ.get(names[number], value))
        return value

    whole = walked(json.loads(_skeleton()[0]))
    apart = {"format": whole["format"], "transfer": copy.deepcopy(whole.pop("transfer"))}
    return whole, apart


def spoilt(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Files in which a text stands where it may not: at every key that takes no free text, and as a key of every object."""
    schema = _schema()
    plain = documents({})

    def holders(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from holders(inner)

    keys = {key for model in (schema, *schema["$defs"].values()) for key in model["properties"]}
    for name, document in zip(("goods", "transfer"), plain, strict=True):
        changed = copy.deepcopy(document)
        for holder in list(holders(changed))[1:]:
            if not set(holder) <= keys:  # the keys of this one are free
                continue
            holder[text] = text
        yield f"{name}: as a key", changed
        changed = copy.deepcopy(document)
        for holder in list(holders(changed))[1:]:
            for key, value in list(holder.items()):
                if not (isinstance(value, dict | list) or str(value).startswith("text-")):
                    holder[key] = text
        yield f"{name}: as a value", changed
        for key in sorted(document.keys() - {"about"}):
            yield f"{name}: in place of {key}", {**document, key: text}
        yield f"{name}: as an amount", {**document, "rates": [{"from": "EUR", "to": "CNY", "rate": f"1 x{text}", "day": text}]}
        yield f"{name}: as a format", {**document, "format": text}
        yield f"{name}: as an outer key", {**document, text: text}
