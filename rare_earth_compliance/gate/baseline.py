"""Known findings: those that were there when a project took up the gate (``rare-earth-baseline/1``).

Knows how findings are written down and counted again. A finding that got worse, or that there are more of, is new.
Does not know why they were accepted: nobody decided on them, they are only known.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from rare_earth_compliance.core import json_text
from rare_earth_compliance.core.inert import harmless_json
from rare_earth_compliance.core.problems import Place, Problem, Refused, path_text
from rare_earth_compliance.engine.determination import Determination, Finding, Status
from rare_earth_compliance.engine.fingerprint import fingerprint

FORMAT = "rare-earth-baseline/1"
OPEN = (Status.APPLIES, Status.CANNOT_TELL)
Known = Counter[tuple[str, str]]
"""How many findings of a fingerprint and status are known."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    fingerprint: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{32}$")]
    product: str
    rule: str
    item: str
    status: Literal["applies", "cannot tell"]
    times: Annotated[str, StringConstraints(strict=True, pattern=r"^[1-9][0-9]{0,8}$")]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal["rare-earth-baseline/1"]
    count: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{1,9}$")]
    findings: list[_Entry]


def open_findings(determination: Determination) -> list[Finding]:
    """The findings that stand in the way: those that apply, or of which it can not be told."""
    return [one for one in determination.findings if one.status in OPEN]


def written(determinations: Iterable[Determination]) -> str:
    """A baseline of every open finding, as text. Findings that are only counted are not in it: they stay new."""
    counted: Counter[tuple[str, str, str, str, str]] = Counter(
        (one.product, finding.rule, finding.label, finding.status.value, fingerprint(one, finding))
        for one in determinations
        for finding in open_findings(one)
    )
    entries = [
        {"fingerprint": name, "product": product, "rule": rule, "item": label, "status": status, "times": str(times)}
        for (product, rule, label, status, name), times in sorted(counted.items())
    ]
    document = {"format": FORMAT, "count": str(len(entries)), "findings": entries}
    return harmless_json(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def read(data: bytes, file: str) -> Known:
    """The known findings of a file. Raises Refused with all its problems."""
    raw = json_text.read(json_text.decode(data, file), file)
    try:
        fields = _File.model_validate(raw)
    except ValidationError as error:
        raise Refused(
            Problem(place=Place(file=file, path=path_text(found["loc"])), message=found["msg"].lower(), advice="write it again")
            for found in error.errors()
        ) from None
    if int(fields.count) != len(fields.findings):
        message = f"count says {fields.count}, but {len(fields.findings)} findings stand in the file"
        raise Refused([Problem(place=Place(file=file, path="count"), message=message, advice="write it again")])
    known: Known = Counter()
    for one in fields.findings:
        known[one.fingerprint, one.status] += int(one.times)
    return known


def known_keys(determinations: Iterable[Determination], known: Known) -> frozenset[tuple[str, str]]:
    """Fingerprints and statuses of which a whole run has no more open findings than were known."""
    found = Counter(
        (fingerprint(one, finding), finding.status.value) for one in determinations for finding in open_findings(one)
    )
    return frozenset(key for key, times in found.items() if times <= known[key])
