"""One product of many as one line of JSON: what the answer is, by which limbs, and what is asked.

Knows the form ``rare-earth-batch/1``. Numbers, findings and traces are left out unless the whole determination is asked
for. Holds no time of day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from rare_earth_compliance.core.inert import harmless
from rare_earth_compliance.core.problems import Problem
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.reports.as_json import to_dict
from rare_earth_compliance.reports.run import CLEAR, DUTY_OPEN, REFUSED, REQUIRED, UNDETERMINED, WORST_FIRST, status_of

FORMAT = "rare-earth-batch/1"
DECIDE = ("applies", "open")
"""The standings of a limb by which a licence is required or may be."""
TOLD = 8
"""How many reasons are told in words; the others are counted."""


def judged(
    head: dict[str, Any], determinations: Sequence[Determination], pack: RulePack, *, whole: bool = False
) -> dict[str, Any]:
    """The line of a product that was judged, on one day or on several in their order.

    ``head`` is position, name and hash. On several days the status is the worst of them, each day stands under "days", and
    "changes" says between which days the answer becomes another one, and by which limbs.
    """
    codes = [status_of(one) for one in determinations]
    worst = next(code for code in WORST_FIRST if code in codes)
    line = {**head, "product": determinations[0].product, "status": worst}
    days = [
        _day(one, code, pack, whole=whole, product=line["product"]) for one, code in zip(determinations, codes, strict=True)
    ]
    if len(days) == 1:
        return {**line, **{key: value for key, value in days[0].items() if key != "status"}, "refused": []}
    return {**line, "days": days, "changes": list(_changes(determinations, pack)), "refused": []}


def _day(one: Determination, code: int, pack: RulePack, *, whole: bool, product: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "on": one.on.isoformat(),
        "status": code,
        "answer": one.answer.value,
        "limbs": [{"rule": rule, "standing": how} for rule, how in _licence(one, pack) if how in DECIDE],
        "asks": [{"kind": kind, "about": about} for kind, about in one.brief.asks_for],
    }
    if one.product != product:
        found["product"] = one.product
    if one.duties_open:
        found["duties"] = [duty.id for duty in one.duties_open]
    if one.conflicts:
        found["conflicts"] = list(one.conflicts)
    if whole:
        found["determination"] = to_dict(one)
    return found


def _licence(one: Determination, pack: RulePack) -> list[tuple[str, str]]:
    """Standing of the limbs that lead to a licence or a prohibition; a duty alone decides no answer."""
    return [(rule, standing) for rule, standing in one.brief.standings if pack.rules[rule].licence]


def _changes(determinations: Sequence[Determination], pack: RulePack) -> Iterable[dict[str, Any]]:
    for before, after in pairwise(determinations):
        if status_of(before) == status_of(after):
            continue
        was = dict(_licence(before, pack))
        moved = [
            {"rule": rule, "was": was[rule], "becomes": now}
            for rule, now in _licence(after, pack)
            if was[rule] != now and {was[rule], now} & set(DECIDE)
        ]
        yield {
            "from": before.on.isoformat(),
            "to": after.on.isoformat(),
            "was": status_of(before),
            "becomes": status_of(after),
            "limbs": moved,
        }


def refused(head: dict[str, Any], problems: Iterable[Problem]) -> dict[str, Any]:
    """The line of an input that could not be judged."""
    told = [{"place": str(one.place), "message": one.message, "advice": one.advice} for one in problems]
    return {**head, "status": REFUSED, "answer": None, "refused": told}


def why(line: dict[str, Any]) -> str:
    """What a line of one day rests on, in words on one line: the problems, or limbs, duties and what is asked. Never empty."""
    if line["refused"]:
        told = [f"{one['place']}: {one['message']}" for one in line["refused"]]
    else:
        told = [f"{one['rule']} {'applies' if one['standing'] == 'applies' else 'is open'}" for one in line["limbs"]]
        told += [f"duty {one} is open" for one in line.get("duties", ())]
        told += [f"contradiction: {one}" for one in line.get("conflicts", ())]
        told += [f"ask: {one['kind']} {one['about']}" for one in line["asks"]]
    if not told:
        told = [f"{line['answer']} under the rules named, on {line['on']}"]
    left = f"; and {len(told) - TOLD} more" if len(told) > TOLD else ""
    return harmless("; ".join(told[:TOLD]) + left)


def skipped(head: dict[str, Any], what: str) -> dict[str, Any]:
    """The line of a file that was found and is no product: a price table, or a shipment alone."""
    return {**head, "status": None, "answer": None, "skipped": what, "refused": []}


def holds_together(line: dict[str, Any]) -> bool:
    """Whether the status of a line that was read back is that of what else it says."""
    try:
        status = line["status"]
        if status is None:
            return line["answer"] is None and isinstance(line["skipped"], str) and not line["refused"]
        if status == REFUSED:
            return line["answer"] is None and isinstance(line["refused"][0]["message"], str)
        days = line.get("days", [line])
        worst = next(code for code in WORST_FIRST if code in [_status(one) for one in days])
        return not line["refused"] and status == worst and all(one["status"] == _status(one) for one in days)
    except (LookupError, TypeError, AttributeError, StopIteration):
        return False


def _status(day: dict[str, Any]) -> int | None:
    """The status that a day has by its answer, its limbs and its duties; None where these do not go together."""
    limbs = [(one["rule"], one["standing"]) for one in day["limbs"]]
    _ = [(one["kind"], one["about"]) for one in day["asks"]]
    if day["answer"] == Answer.REQUIRED.value:
        return REQUIRED
    if day["status"] == UNDETERMINED or day["answer"] == Answer.UNDETERMINED.value:
        return UNDETERMINED
    if day["answer"] != Answer.NOT_REQUIRED.value or limbs:
        return None
    return DUTY_OPEN if day.get("duties") else CLEAR


def after_product(line: dict[str, Any], head: dict[str, Any]) -> bytes:
    """What stands in a line that was judged after head and product, as it is written; b"" where only the line can tell."""
    text = written({key: value for key, value in line.items() if key not in head and key != "product"})
    return text[1:] if text.isascii() else b""


def joined(head: dict[str, Any], product: str, after: bytes) -> bytes:
    """The line of another product of which the same is to be said."""
    said = {**head, "product": product}
    # Text by text: for an object the library makes itself ready anew, which takes longer than all else of such a line.
    before = ",".join([f'"{key}":{_WRITTEN(one) if isinstance(one, str) else one}' for key, one in said.items()])
    try:
        return f"{{{before},".encode() + after
    except UnicodeEncodeError:
        return written(said).removesuffix(b"}\n") + b"," + after


_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def written(line: dict[str, Any]) -> bytes:
    """A line as bytes, with its line feed."""
    try:
        text = _WRITTEN(line).encode()
    except UnicodeEncodeError:  # half a character, as in a file name that is not UTF-8
        text = json.dumps(line, separators=(",", ":")).encode()
    return text + b"\n"
