"""The service described for other programs: OpenAPI with the schemas of product and report.

Knows what stands in the description beside what the routes declare themselves. The schema of a product is the
published one, that of the report is made from its types.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.product.schema import schema as product_schema
from rare_earth_compliance.reports.report_schema import definitions
from rare_earth_compliance.service.answers import HEADER, MEANS
from rare_earth_compliance.service.bodies import LINES

AT = "#/components/schemas/"
PRODUCT, REPORT, LINE = "Bom", "Report", "BatchLine"
ABOUT = f"""Does this product need a licence from China's Ministry of Commerce before it ships?

The body is a document of the format rare-earth-bom/1 as it would stand in a file; it is read strictly, byte by byte: repeated
keys, NaN, other encodings and unknown keys are refused with line and path. The answer is the JSON report of the command
`rare-earth check`, with its exit status under "status" and in the header {HEADER}: 0 not required · 10 required ·
11 undetermined · 12 no licence, but a duty is open · 2 wrong usage · 3 refused · 4 nothing was judged. Anything but 0
stops a shipment, 12 until what is owed was done. There is no authentication: bind it to this machine, or put something in
front of it. The report is no legal advice."""

_STATUS = {
    HEADER: {
        "description": "The status in the body, said again.",
        "required": True,
        "schema": {"type": "integer", "enum": [0, 2, 3, 4, 10, 11, 12]},
    }
}
_TEXT = {"type": "string"}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _turned(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    form = {"application/json": {"schema": {"$ref": AT + REPORT}}}
    common = (HTTPStatus.BAD_REQUEST, HTTPStatus.MISDIRECTED_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR)
    return {int(one): {"description": MEANS[one][1], "headers": _STATUS, "content": form} for one in (*common, *statuses)}


_WORK = _turned(
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


def _route(about: str, good: dict[str, Any], body: dict[str, Any] | None, others: dict[int | str, Any]) -> dict[str, Any]:
    extra = {"requestBody": {"required": True, "content": body}} if body else {}
    return {"summary": about, "responses": {200: good, **others}, "openapi_extra": extra, "response_model": None}


def _found(about: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": about, "content": {"application/json": {"schema": schema}}}


DETERMINATION = _route(
    "Judge one product in its shipment",
    {**_found("The report: one determination.", {"$ref": AT + REPORT}), "headers": _STATUS},
    {"application/json": {"schema": {"$ref": AT + PRODUCT}}},
    _WORK,
)
BATCH = _route(
    "Judge many products, one document a line (NDJSON)",
    {
        "description": "One line for each line of the body, in its order: a report with its own status and its line number. "
        "A line that is refused, or runs out of time, says so in its place. Where lines are missing, they were not judged.",
        "content": {LINES[0]: {"schema": {"type": "string", "description": f"lines, each of the form {AT}{LINE}"}}},
    },
    {kind: {"schema": {"type": "string", "description": f"lines, each of the form {AT}{PRODUCT}"}} for kind in LINES},
    _WORK,
)
HEALTH = _route(
    "Whether workers are ready",
    _found(
        "Counts of workers and of open requests; the hash of the rules.",
        _object(tool=_TEXT, rules=_TEXT, workers={"type": "integer"}, ready={"type": "integer"}, open={"type": "integer"}),
    ),
    None,
    _turned(),
)
RULES = _route(
    "The law that is judged under",
    _found(
        "The rule pack, how current it is, its instruments; what was confirmed and priced when the service was started.",
        _object(
            id=_TEXT,
            title=_TEXT,
            sha256=_TEXT,
            verified_through={"type": "string", "format": "date"},
            verified_how=_TEXT,
            instruments=_list(
                _object(
                    id=_TEXT,
                    title_zh=_TEXT,
                    title_en=_TEXT,
                    issued={"type": "string", "format": "date"},
                    url=_TEXT,
                    confidence=_TEXT,
                )
            ),
            confirmations=_list(_object(settles=_TEXT, outcome=_TEXT, by=_TEXT, day={"type": "string", "format": "date"})),
            price_tables=_list(_object(name=_TEXT, sha256=_TEXT)),
        ),
    ),
    None,
    _turned(),
)


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description of the service."""
    made = get_openapi(title="rare-earth", version=VERSION, description=ABOUT, routes=app.routes)
    product = _moved(product_schema())
    named = {**product.pop("$defs"), PRODUCT: product}
    reports = definitions(AT)
    reports[LINE] = {
        **reports[REPORT],
        "properties": {"line": {"type": "integer", "minimum": 1}, **reports[REPORT]["properties"]},
    }
    reports[LINE]["required"] = ["line", *reports[REPORT]["required"]]
    twice = named.keys() & reports.keys()
    if twice:
        raise ValueError(f"schemas of product and report share names: {sorted(twice)}")
    made["components"] = {"schemas": {**named, **reports}}
    return made


def _moved(value: Any) -> Any:
    """A schema with its references pointing to where OpenAPI keeps schemas."""
    if isinstance(value, dict):
        return {key: _moved(one) for key, one in value.items() if key not in ("$schema", "$id")}
    if isinstance(value, list):
        return [_moved(one) for one in value]
    return value.replace("#/$defs/", AT) if isinstance(value, str) and value.startswith("#/$defs/") else value
