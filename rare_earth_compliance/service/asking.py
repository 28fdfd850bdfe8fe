"""What a request asks beside the product: the parameters of its query, strictly.

Knows their names, forms and meaning. Knows no HTTP framework, and not whether a reading or a fact exists: who
judges finds that out.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.law.workdays import LAST_YEAR
from rare_earth_compliance.service.judging import Job

QUERY = "query"
"""How problems name the query as the place where they stand."""
PAIR = r"^[^=]+=(?s:.+)$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("day", "is not a day of the calendar") from None
    if day.year > LAST_YEAR:
        raise PydanticCustomError("day", "lies too far ahead: deadlines can not be counted from there")
    return text


Day = Annotated[str, Field(pattern=_DAY, json_schema_extra={"format": "date"}), AfterValidator(_day)]
Pair = Annotated[str, Field(pattern=PAIR)]


class Asked(BaseModel):
    """The query of a request. A key that is not named here is refused: a slip must not change what is judged."""

    model_config = ConfigDict(extra="forbid")

    on: Day = Field(description="The day to judge for, as 2026-11-23. It must be given: the service reads no clock.")
    reading: list[Pair] = Field(
        default=[], description="ID=OPTION: choose a reading of the text, as --reading does; again for more."
    )
    set: list[Pair] = Field(
        default=[],
        description="FACT=VALUE: a fact of the shipment over that of the body, as --set does: end_user.military=false.",
    )
    known_by: Day | None = Field(default=None, description="Judge under the law as it was published on that day.")
    weigh: Literal["true", "false"] = Field(
        default="false", description="Also the answer under every option of every reading that is open; takes longer."
    )
    name: str = Field(
        default="request body",
        min_length=1,
        max_length=200,
        description="How the report names the body, where the command line names the file.",
    )

    def job(self, data: bytes) -> Job:
        """The work asked for, over the bytes of a product."""
        return Job(
            data=data,
            name=self.name,
            on=date.fromisoformat(self.on),
            known_by=date.fromisoformat(self.known_by) if self.known_by else None,
            weigh=self.weigh == "true",
            readings=tuple(_pair(text) for text in self.reading),
            facts=tuple(_pair(text) for text in self.set),
        )


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def slips(query: bytes) -> list[Problem]:
    """What a lenient reading of the query would let pass: broken encoding, a key or a reading given twice."""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        return [_problem("", "is not UTF-8 in percent encoding", "encode each value once, from UTF-8")]
    keys = Counter(key for key, _ in pairs)
    named = Counter(_pair(value)[0] for key, value in pairs if key == "reading")
    twice = [key for key, count in keys.items() if count > 1 and key not in ("reading", "set")]
    return [_problem(key, "is given twice", "give it once") for key in twice] + [
        _problem("reading", f"the reading {name!r} is chosen twice", "choose it once")
        for name, count in named.items()
        if count > 1
    ]


def _problem(path: str, message: str, advice: str) -> Problem:
    return Problem(place=Place(file=QUERY, path=path), message=message, advice=advice)
