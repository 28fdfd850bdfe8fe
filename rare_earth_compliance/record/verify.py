"""A record checked again: from the documents, the rule files and the logic between them, and not from its digest.

Makes every part of a record anew and compares it whole; what differs is named with its place. Shares no code with the
engine: standard library, and two small readers beside it. Facts that stand in a file are read there; conditions are
combined from their leaves up to the answer; sums are added up from the prices and quantities of the file; words and
days are those of the rule files. What needs a computation over the product (contents at depth, enclosure, technology,
parties) is taken from the record where a plain look at the file does not settle it: ``replay`` computes it again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from rare_earth_compliance.record import plain_law
from rare_earth_compliance.record.plain_conditions import Conditions, all_of, any_of, no

UNSETTLED = ("applies", "cannot tell")
STATUSES = (*UNSETTLED, "exempt", "would apply, but is not in force", "might apply, but is not in force", "does not apply")


def opened(data: bytes) -> Any:
    """A record from its bytes. Raises ValueError for what is no strict JSON, or is nested too deeply."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(found)) < len(found):
            raise ValueError("a key stands twice")
        return dict(found)

    def refuse(text: str) -> Any:
        raise ValueError(f"{text} is no whole number")

    try:
        return json.loads(data.decode(), object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def faults(
    record: Any,
    documents: Mapping[str, bytes],
    law: plain_law.Law,
    *,
    most: int = 20,
    looked: dict[str, Any] | None = None,
    taken: list[str] | None = None,
) -> list[str]:
    """Where a record does not hold, in words; nothing when it holds. ``documents``: the files handed in, by name.

    ``looked`` keeps what was seen in documents under a law, for further records of the same. To ``taken`` is added
    what was taken as the record says it, for no plain look at the documents settles it.
    """
    try:
        expected = _document(record, documents, law, {} if looked is None else looked, [] if taken is None else taken)
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        StopIteration,
        ArithmeticError,
        RecursionError,
    ) as error:
        return [f"not of the form of a record: {type(error).__name__} {error}"]
    found: list[str] = []
    _differences(record, expected, "", found, most)
    return found


def _differences(one: Any, two: Any, path: str, found: list[str], most: int) -> None:
    if len(found) >= most or (one == two and type(one) is type(two)):
        if (
            type(one) is type(two)
            and isinstance(one, dict | list)
            and json.dumps(one, sort_keys=True) != json.dumps(two, sort_keys=True)
        ):
            found.append(f"{path}: of another kind")
        return
    if isinstance(one, dict) and isinstance(two, dict):
        for key in {**one, **two}:
            _differences(one.get(key, "nothing"), two.get(key, "nothing"), f"{path}/{key}", found, most)
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for position, pair in enumerate(zip(one, two, strict=True)):
            _differences(*pair, f"{path}/{position}", found, most)
    else:
        said, made = (json.dumps(side, ensure_ascii=False)[:90] for side in (one, two))
        found.append(f"{path or '/'}: the record says {said}, derived {made}")


def _document(
    record: Any, documents: Mapping[str, bytes], law: plain_law.Law, looked: dict[str, Any], taken: list[str]
) -> dict[str, Any]:
    files = []
    for one in record["files"]:
        data = documents.get(one["name"])
        if data is None:
            raise ValueError(f"the file {one['name']!r} was not handed in")
        files.append({"name": one["name"], "sha256": hashlib.sha256(data).hexdigest(), "text": data.decode()})
    uses = [one["used"] for one in record["determinations"]]
    used = {at for one in uses for at in (one["product"], one["shipment"], *one["prices"], *one["status"])}
    if len(files) != len(documents) or used != set(range(len(files))):
        raise ValueError("a file is named twice, or was handed in and is not used")
    checks = [_Check(one, [file["text"] for file in files], law, looked) for one in record["determinations"]]
    made = [one.determination() for one in checks]
    taken += [f"{ask} {detail} at {item}" for one in checks for ask, detail, item in one.taken]
    if not made or not re.fullmatch(r"rare-earth-compliance [0-9]+(\.[0-9a-z]+)+", record["tool"]):
        raise ValueError("no determination, or no tool")
    rest = {key: value for key, value in record.items() if key != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {
        "format": "rare-earth-record/1",
        "tool": record["tool"],
        "rules": {"id": law.id, "sha256": law.sha256, "files": law.files},
        "files": files,
        "count": len(record["determinations"]),
        "determinations": made,
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    }


class _Check(Conditions):
    """One determination made anew."""

    # ---- findings and the answer

    def finding(self, said: Any) -> dict[str, Any]:
        rule, item = self.state.rules[said["rule"]], said["item"]
        self.facts.known(item)
        trace = self.node(rule["when"], said["trace"], item)
        would, exemptions, policies = trace["outcome"], [], []
        if would != "false":
            hints = {one["id"]: one["trace"] for one in said["exemptions"]}
            for one in rule.get("unless", ()):
                if one["id"] in hints or one.get("only_if_stated") != "yes":
                    exemptions.append({"id": one["id"], "trace": self.node(one["when"], hints.get(one["id"]), item)})
                elif self.plain(one["when"], item) == "true":
                    raise ValueError(f"{said['rule']} at {item}: the exemption {one['id']} is not in the record")
            hints = {one["id"]: one["trace"] for one in said["policies"]}
            for one in (self.law.policies[name] for name in rule["then"].get("policies", ())):
                policies.append(
                    {"id": one["id"], "policy": one["policy"], "trace": self.node(one["when"], hints.get(one["id"]), item)}
                )
        lifted = any_of(one["trace"]["outcome"] for one in exemptions)
        names = plain_law.lists_of(rule["when"])
        codes = [
            one["code"] for name in names if self.on_list(name, item) == "true" for one in self.listed(name, item)["entries"]
        ]
        status = self.status(would, self.state.of(said["rule"])[0], lifted)
        return {
            "rule": said["rule"], "item": item, "status": status, "would": would, "listed_as": codes,
            "trace": trace, "exemptions": exemptions, "policies": policies,
        }  # fmt: skip

    @staticmethod
    def status(would: str, law: str, lifted: str) -> str:
        if would == "false":
            return STATUSES[5]
        if law == "false":
            return STATUSES[3 if would == "true" else 4]
        if lifted == "true":
            return STATUSES[2]
        return STATUSES[0 if would == law == "true" else 1]

    def determination(self) -> dict[str, Any]:
        said = self.said
        findings = [self.finding(one) for one in said["findings"]]
        more = [(one["rule"], one["status"], one["count"]) for one in said["more"]]
        shown = [(one["rule"], one["status"]) for one in findings]
        if any(count < 1 or isinstance(count, bool) or shown.count((rule, status)) != 12 for rule, status, count in more):
            raise ValueError("findings are counted beyond those shown, but fewer than twelve are shown")
        if len({(one["rule"], one["item"]) for one in findings}) < len(findings) or len(set(more)) < len(more):
            raise ValueError("a finding stands twice")
        law = [self.law_row(name, [one["item"] for one in findings if one["rule"] == name], more) for name in self.state.rules]
        answer, held_back, duties = self.answer(findings, bool(said["held_back"]))
        kept = sorted(set(said["duties_open"])) if any(status == "exempt" for _, status, _ in more) else duties
        expires = min((day for day in (*self.state.later, *self.facts.evidence_ends) if day > self.on), default=None)
        code = {"licence required": 10, "undetermined": 11}.get(answer, 12 if kept else 0)
        lists = [self.listed(one["list"], one["item"]) for one in said["lists"]]
        if len(self.claimed_lists) < len(lists):
            raise ValueError("a list is said twice of one item")
        return {
            "product": self.facts.label(said["product"]), "answer": answer, "on": self.on.isoformat(),
            "known_by": self.known_by.isoformat() if self.known_by else None,
            "expires": expires.isoformat() if expires else None, "days_left": (expires - self.on).days if expires else None,
            "used": self.used, "given": self.facts.given_pairs, "lines": self.facts.lines, "unused": self.facts.unused,
            "held_back": held_back, "readings": self.law.readings_said(self.readings, self.by), "law": law,
            "citations": self.law.cited([one["rule"] for one in findings], self.state), "count": len(findings),
            "findings": findings, "more": [dict(zip(("rule", "status", "count"), one, strict=True)) for one in more],
            "lists": lists, "sums": self.sums, "duties_open": sorted(kept), "exit_status": code,
        }  # fmt: skip

    def law_row(self, name: str, items: list[str], more: list[tuple[str, str, int]]) -> dict[str, Any]:
        rule, counted = self.state.rules[name], sum(count for rule, _, count in more if rule == name)
        names = plain_law.lists_of(rule["when"])
        if not names and items != [self.facts.root]:
            raise ValueError(f"{name}: the product as a whole was not looked at")
        for item in () if counted else self.facts.items():
            if item not in items and any(self.plain_list(one, item) == "true" for one in names):
                raise ValueError(f"{name}: {item} stands on its list and was not looked at")
        if any(all_of(no(self.on_list(one, item)) for one in names) == "true" for item in items if names):
            raise ValueError(f"{name}: an item was looked at that is on none of its lists")
        truth, state = self.state.of(name)
        return {
            "rule": name, "effect": self.law.effect(rule), "from": rule["in_force"]["from"],
            "until": rule["in_force"].get("until"), "suspended_by": [one["id"] for one in self.state.sleeping(name)],
            "in_force": truth, "state": state, "looked_at": len(items) + counted,
        }  # fmt: skip

    def answer(self, findings: list[Any], held_back: bool) -> tuple[str, str, list[str]]:
        standing = [one["status"] for one in findings if self.law.effect(self.state.rules[one["rule"]]) != "duty"]
        duties: set[str] = set()
        for one in findings:
            rule = self.state.rules[one["rule"]]
            if one["status"] == "exempt":
                shown = {lifted["id"] for lifted in one["exemptions"] if lifted["trace"]["outcome"] == "true"}
                duties.update(name for lifted in rule["unless"] if lifted["id"] in shown for name in lifted.get("duties", ()))
            elif self.law.effect(rule) == "duty" and one["status"] in UNSETTLED:
                duties.update(rule["then"].get("duties", ()))
        if "applies" in standing:
            return "licence required", "", []
        if "cannot tell" in standing:
            return "undetermined", "", sorted(duties)
        text = "the data contradicts itself"
        return ("undetermined", text, sorted(duties)) if held_back else ("licence not required", "", sorted(duties))
