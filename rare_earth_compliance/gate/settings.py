"""What a project asks of the gate: ``[tool.rare-earth]`` of ``pyproject.toml``, or ``rare-earth.toml``.

Knows every key, its form and where its value came from; the nearest file upwards wins, unknown keys are refused.
Does not know what a key does: the command does.
"""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

from rare_earth_compliance.core.problems import Place, Problem, Refused, path_text

OWN, SHARED, TABLE = "rare-earth.toml", "pyproject.toml", "rare-earth"
Covered = Literal["licensed", "waived", "known"]


def _key(name: str) -> str:
    return name.replace("_", "-")


class Settings(BaseModel):
    """Every key of the configuration, with its meaning. Paths are seen from the folder of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_key)

    products: list[StrictStr] = Field([], description="Files, folders and globs of product data.")
    exclude: list[StrictStr] = Field(
        [], description="Globs of files that are no product data, by every name that links give them; the report counts them."
    )
    shipments: list[StrictStr] = Field([], description="Shipments that every product is judged for.")
    shipment: dict[StrictStr, StrictStr | StrictBool | list[StrictStr]] = Field(
        {}, description='Facts of the shipment over those of the files: destination = "not CN" asks for every export.'
    )
    readings: dict[StrictStr, StrictStr] = Field({}, description="Readings of the text that counsel chose: id = option.")
    confirm_status: list[StrictStr] = Field([], description="Files that say what happened to the law.")
    prices: list[StrictStr] = Field([], description="Price and rate tables.")
    rules: StrictStr | None = Field(None, description="A rule pack other than the one that comes along.")
    decisions: list[StrictStr] = Field([], description="Waivers and licences in hand.")
    baseline: StrictStr | None = Field(None, description="Findings that were there when the gate was set up.")
    pass_when_all_findings_are: list[Covered] = Field(
        [], description='Which findings let the gate pass although the answer stands: "licensed", "waived", "known".'
    )
    pass_when_nothing_changed: StrictBool = Field(
        False, description="Whether a run with --changed-since passes when no product changed."
    )
    strict_freshness: StrictBool | StrictInt = Field(
        False, description="Refuse rules that were last checked before the day; a number allows so many days."
    )
    required_version: StrictStr | None = Field(None, description="The version of this tool that the project was set up with.")
    form: StrictStr = Field("terminal", alias="format", description="The form of the report that is printed.")
    output: dict[StrictStr, StrictStr] = Field({}, description="Reports written to files: form = path.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Settings with the folder they are seen from, and the place of every key that was given."""

    settings: Settings
    folder: Path
    file: str
    """The configuration file; empty where there is none."""
    places: dict[str, Place]


def find(start: Path) -> Path | None:
    """The configuration of the nearest folder at or above ``start``.

    Raises Refused where one folder holds two, or a file can not be read to tell.
    """
    for folder in (start, *start.parents):
        own, shared = folder / OWN, folder / SHARED
        stands = _stands(own)
        inside = _stands(shared) and TABLE in _table(_content(shared), str(shared)).get("tool", {})
        if stands and inside:
            message = f"{OWN} stands beside {SHARED} with [tool.{TABLE}]"
            raise Refused([Problem(place=Place(file=str(own)), message=message, advice="keep one of the two")])
        if stands or inside:
            return own if stands else shared
    return None


def _stands(file: Path) -> bool:
    """Is there a file? What can not be looked at may be one, and so is a link that leads nowhere: without it, less is asked."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except FileNotFoundError as error:
        if file.is_symlink():
            raise _unread(file, error) from None
        return False
    except OSError as error:
        raise _unread(file, error) from None


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unread(file, error) from None


def _unread(file: Path, error: OSError) -> Refused:
    why = f"it may hold the configuration, and can not be read: {(error.strerror or 'no reason is given').lower()}"
    advice = "restore it or the right to read it, remove it, or name another configuration"
    return Refused([Problem(place=Place(file=str(file)), message=why, advice=advice)])


def read(data: bytes, file: Path) -> Project:
    """The settings of a file. Raises Refused with all its problems."""
    name = str(file)
    table: Any = _table(data, name)
    if file.name == SHARED:
        table = table.get("tool", {}).get(TABLE, {})
    lines = _lines(data.decode("utf-8", "replace"), within=f"tool.{TABLE}" if file.name == SHARED else "")
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        problems = {}
        for found in error.errors():
            key = str(found["loc"][0]) if found["loc"] else ""
            path = path_text(_steps(table, found["loc"]))
            problems[path] = Problem(place=Place(file=name, line=lines.get(key, 0), path=path), **_said(found))
        raise Refused(problems.values()) from None
    places = {key: Place(file=name, line=lines.get(key, 0), path=key) for key in table}
    return Project(settings=settings, folder=file.parent, file=name, places=places)


def _steps(table: Any, loc: tuple[str | int, ...]) -> list[str | int]:
    """The steps of a place that exist in the table; the first always, for it may be missing or misspelt."""
    steps: list[str | int] = []
    for step in loc:
        inside = step in table if isinstance(table, dict) else isinstance(step, int) and isinstance(table, list)
        if steps and not inside:
            break
        steps.append(step)
        table = table[step] if inside else None
    return steps


def _said(found: Any) -> dict[str, str]:
    known = ", ".join(sorted(field.alias or _key(name) for name, field in Settings.model_fields.items()))
    if found["type"] == "extra_forbidden":
        return {"message": "is not a key of the configuration", "advice": f"use one of {known}"}
    if found["loc"][0] in ("shipment", "strict-freshness") and len(found["loc"]) > 1:
        kinds = "text, true or false, or a list of text" if found["loc"][0] == "shipment" else "true, false or a number of days"
        return {"message": f"expected {kinds}", "advice": "see: rare-earth config"}
    return {"message": found["msg"].lower(), "advice": "see: rare-earth config"}


def _table(data: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem(place=Place(file=name), message=f"is not TOML: {error}", advice="correct it at this place")
        raise Refused([problem]) from None


def _lines(text: str, within: str) -> dict[str, int]:
    """The line of every key that stands in the table ``within``, or heads a table inside it."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = head[1].replace('"', "").strip()
            key = table.removeprefix(within).lstrip(".").split(".")[0] if table.startswith(within) else ""
        else:
            match = re.match(r"\s*\"?([A-Za-z-]+)\"?\s*[.=]", line) if table == within else None
            key = match[1] if match else ""
        if key:
            found.setdefault(key, number)
    return found
