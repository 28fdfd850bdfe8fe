"""The checker of records: every step from the facts to the answer, each by a small rule of its own.

Makes each part of a determination anew from the parts before it: facts from what stands at their places, words and days
from the rule files, outcomes from what they are combined from, sums from what they are added up from, the answer from what
every rule comes to at every item. Shares no code with the engine. What no single place tells is a premise: taken as the
record says it, and kept in ``taken``. ``premises`` works them out from the files, and ``make`` takes them from the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from rare_earth_compliance.record.opening import Law, lines_of, lookup, strict
from rare_earth_compliance.record.plain import NONE, SHARES, SOME, Bounds, amount, bounds, compared, exactly, written

NOT = {"yes": "no", "open": "open", "no": "yes"}
"""Truths. As words stand in order, "all of" is the least of them and "any of" the most."""
OPERATORS = ("is", "is_not", "any_of", "none_of", "at_least", "above", "at_most", "below", "before", "from")
NEGATIVE, SHOWN = ("is_not", "none_of"), 6
FORMS = json.loads(Path(__file__).parents[1].joinpath("product", "words.json").read_bytes())["form"]


class Check:
    """One determination, made anew; ``said`` is what the record says of it."""

    def __init__(self, said: Any, texts: list[str], law: Law) -> None:
        self.said, self.law = said, law
        product, other = (strict(texts[said["used"][name]]) for name in ("product", "shipment"))
        self.tree = {**product, "shipment": other.get("shipment"), "given": dict(said["given"])}
        self.root = next(f"/{name}" for name in ("transfer", "product") if name in product)
        fixed = {name: one.get("official", one.get("assumed")) for name, one in law.readings.items()}
        self.chosen = {one["reading"]: one["option"] for one in said["readings"] if one["by"] == "chosen"}
        self.readings = {name: option for name, option in {**fixed, **self.chosen}.items() if option}
        rules = {name: one for name, (_, one) in law.clauses.items() if "in_force" in one}
        self.rules = {name: rules[name] for name in rules if law.act_of(name)["issued"] <= (said["known_by"] or "9")}
        self.on_list: dict[tuple[str, str], dict[str, Any]] = {}
        self.shown: dict[tuple[str, str], None] = {}
        self.sums: dict[tuple[str, ...], dict[str, Any]] = {}
        self.asked: dict[tuple[tuple[str, ...], str], None] = {}
        self.taken: dict[str, dict[str, Any]] = {}
        self.items: list[str] = self.take("product", "items")

    def take(self, about: str, what: str, *words: Any) -> Any:
        """A premise: what the record says of an item, or of the product, the shipment or the law."""
        return self.taken.setdefault(about, {}).setdefault(what, self.premise(about, what, *words))

    def premise(self, about: str, what: str, *_: Any) -> Any:
        """Where premises come from: here the record, in other classes the files or the engine."""
        return self.said["premises"][about][what]

    # ---- conditions

    def node(self, raw: Any, item: str, *, brief: bool = False) -> dict[str, Any]:
        """A condition at an item as a record shows it; ``brief`` leaves out what comes after a part that decides."""
        for kind, join, ends in (("all", min, "no"), ("any", max, "yes")):
            if kind in raw:  # of "all of", a reading that is settled the other way ends the matter
                parts: list[Any] = []
                ended = [one for one in raw[kind] if "reading" in one and self.reads(one) == "no" and kind == "all"]
                for one in ended[:1] or raw[kind]:
                    parts.append(self.node(one, item, brief=brief))
                    if brief and parts[-1]["outcome"] == ends:
                        break
                return {kind: parts, "outcome": join((one["outcome"] for one in parts), default=NOT[ends])}
        if "not" in raw or "term" in raw:
            inner = self.node(raw["not"] if "not" in raw else self.law.terms[raw["term"]], item, brief=brief)
            same = {"term": raw["term"], "of": inner, "outcome": inner["outcome"]} if "term" in raw else {}
            return same or {"not": inner, "outcome": NOT[inner["outcome"]]}
        if "reading" in raw:
            return {**raw, "chosen": self.readings.get(raw["reading"]), "outcome": self.reads(raw)}
        question = self.law.questions[raw["ask"]]
        names = sorted(name.partition(":")[0].rstrip("?") for name in question.get("params", ()))
        for name in names:  # a parameter that is a reading: the question under the option chosen, or under each of them
            if str(raw.get(name)).startswith("reading "):
                options = [one["id"] for one in self.law.readings[raw[name][8:]]["options"]]
                chosen = [self.readings[raw[name][8:]]] if raw[name][8:] in self.readings else options
                each = {one: self.node({**raw, name: one}, item, brief=brief) for one in chosen}
                found = {one["outcome"] for one in each.values()}
                return {"under": raw[name][8:], "options": each, "outcome": found.pop() if len(found) == 1 else "open"}
        op = next(key for key in OPERATORS if key in raw and key not in names)
        exact = question["type"] in ("share", "amount", "day")
        made = {name: " ".join(self.law.words(raw[name])) for name in names if name in raw}
        asked = raw[op] if exact else sorted(set(self.law.words(raw[op])))
        return {"ask": raw["ask"], **made, op: asked, **self.found(question, op, asked, made, item)}

    def reads(self, raw: Any) -> str:
        chosen = self.readings.get(raw["reading"])
        return "open" if chosen is None else ("no", "yes")[chosen == raw["is"]]

    def found(self, question: Any, op: str, asked: Any, words: Mapping[str, str], item: str) -> dict[str, Any]:
        """What was found in answer to a question, its place, and the outcome."""
        how, whole, at = question.get("computed_by"), True, None
        if how == "value_share":
            return self.share(op, asked, words, item)
        if how == "listed_in":
            value: Any = {name: self.listed(name, item)["outcome"] for name in asked}
            self.shown |= dict.fromkeys((name, item) for name in asked)
            return {"found": value, "outcome": NOT[max(value.values())] if op in NEGATIVE else max(value.values())}
        if how:
            about = item if question["ask"].startswith("item.") else "shipment"
            lines = [asked] if question["type"] == "share" else []
            value = self.take(about, " ".join((question["ask"], *words.values(), *lines)), question, words, asked)
        else:
            value, at = self.fact(question["found_at"], item)
            whole = "complete_at" not in question or self.fact(question["complete_at"], item)[0] is True
        return {"found": value, "at": at, "outcome": self.compare(question["type"], op, asked, value, whole=whole)}

    def fact(self, path: str, item: str) -> tuple[Any, str]:
        """What stands where the answer to a question is found, and where that is; an unusual place is a premise."""
        of_item = path.startswith("item.")
        at = f"{item if of_item else '/shipment'}/{path.partition('.')[2].replace('.', '/')}"
        if self.root == "/transfer" or "/composition/" in at or (self.tree["given"] and not of_item):
            at = self.take("places", at, path)
        value = "technology" if at == "/transfer" else lookup(self.tree, at)
        return ({"true": True, "false": False}.get(value, value) if at.startswith("/given/") else value), at

    @staticmethod
    def compare(kind: str, op: str, asked: Any, value: Any, *, whole: bool = True) -> str:
        """The outcome of holding a value against the words, the number or the day of a rule."""
        value = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
        if value is None:
            return "open"
        if kind in ("share", "amount"):
            (line, unit), held = amount(asked), bounds(value) or amount(value)[0]
            return compared(op, held, line * exactly(Fraction(1, SHARES[unit])))
        if kind == "day":
            return "yes" if (value < asked) == (op == "before") else "no"
        hit = set(asked) & set(value if isinstance(value, list) else re.split(r",\s*", value.removeprefix("not ")))
        outcome = "yes" if hit else "no" if whole and value != "open" else "open"
        vague = FORMS.get(value, {}) if kind == "word" else {}
        if kind == "country" and isinstance(value, str) and value.startswith("not "):
            outcome = "no" if len(hit) == len(asked) else "open"
        elif not hit and "vague" in vague and not set(asked) <= set(vague.get("never", "").split()):
            outcome = "open"
        return NOT[outcome] if op in NEGATIVE else outcome

    # ---- lists and sums

    def listed(self, name: str, item: str) -> dict[str, Any]:
        """Whether an item stands on a list, and the entries on which it surely or perhaps does."""
        if (name, item) not in self.on_list:
            found: dict[str, list[Any]] = {"yes": [], "open": [], "no": []}
            coded = "#" not in item and lookup(self.tree, f"{item}/control_codes")
            for one in self.law.lists[name]:
                declared = self.take(item, f"declared {name} {one['code']}", name, one) if coded else "no"
                described = self.node(one["recognise"], item, brief=True)["outcome"] if "recognise" in one else "no"
                found[max(described, declared)].append(one)
            self.on_list[name, item] = {**found, "outcome": "yes" if found["yes"] else "open" if found["open"] else "no"}
        return self.on_list[name, item]

    def list_row(self, name: str, item: str) -> dict[str, Any]:
        """A list and an item as a record shows them, with the first few entries that tell."""
        outcome = self.listed(name, item)["outcome"]
        told = [] if outcome == "no" else self.listed(name, item)[outcome]
        entries = [(one["code"], one["zh"], self.node(one.get("recognise", {"any": []}), item)) for one in told[:SHOWN]]
        rows = [dict(zip(("code", "zh", "trace"), one, strict=True)) for one in entries]
        return {"list": name, "item": item, "outcome": outcome, "count": len(told), "entries": rows}

    def share(self, op: str, asked: str, words: Mapping[str, str], item: str) -> dict[str, Any]:
        """Listed content against a share of the value of an item, compared by multiplication and never by division."""
        line, unit = amount(asked)
        key = (words["of"], words.get("whose", ""), words.get("priced", "as-stated"))
        codes = [one["code"] for one in self.law.lists[words["of"]]] if words.get("added") == "each-alone" else [""]
        found = {code: self.sum(*key, code)[item] for code in ["", *codes]}
        self.asked |= dict.fromkeys(((*key, code), item) for code, row in found.items() if row["content"] or not code)
        limit = line * exactly(Fraction(1, SHARES[unit]))
        held = {code: compared(op, row["total"], limit * (row["worth"] or SOME)) for code, row in found.items()}
        outcome = min(held[""], max(held[code] for code in codes), "open" if words.get("counted") == "contained" else "yes")
        return {"found": written({name: found[""][name] for name in ("total", "worth", "currency")}), "outcome": outcome}

    def sum(self, *key: str) -> dict[str, Any]:
        """For every item the listed content in one unit of it: its own value where it counts, else what its lines hold."""
        if key not in self.sums:
            self.sums[key] = rows = {}
            for item in self.items:
                rows[item] = self.sum_row(key, item, rows)
        return self.sums[key]

    def sum_row(self, key: tuple[str, ...], item: str, rows: Mapping[str, Any]) -> dict[str, Any]:
        of, whose, priced, code = key
        on = self.listed(of, item)
        fits = next((one for one in ("yes", "open") if any(entry["code"] == code for entry in on[one])), "no")
        counts = fits = fits if code else on["outcome"]
        if whose and fits != "no":
            counts = min(fits, self.node(self.law.terms[whose], item, brief=True)["outcome"])
        worth, currency, at = self.take(item, f"worth {priced}", priced)
        settled = fits == "yes" and counts == "no"  # then what is not listed below it is not asked again
        lines = [line for line in self.take(item, "lines") if rows[line[0]]["content"] and not (settled and "#" in line[0])]
        content: dict[str, Bounds] = {}
        for child, used in lines:
            for name, part in rows[child]["content"].items():
                content[name] = content.get(name, NONE) + part * (bounds(used) or SOME)
        row = {"item": item, "counts": counts, "worth": bounds(worth), "currency": currency, "at": at, "lines": lines}
        if counts == "yes" and worth and not content:
            content = {currency: row["worth"]}
        elif counts != "no":
            told = self.take(item, " ".join(("content", *key)), key, row, content)
            content = {name: bounds(part) for name, part in told.items()}
        total = sum(content.values(), NONE) if {*content} <= {currency} else SOME if worth is None else None
        return {**row, "content": content, "total": total or bounds(self.take(item, " ".join(("total", *key)), key, row, content))}

    # ---- what every rule comes to, and the answer

    def finding(self, name: str, item: str, *, brief: bool = False) -> dict[str, Any]:
        """A rule at an item, with its exemptions and how an application would be decided."""
        rule, state = self.rules[name], self.state[name]["in_force"]
        trace = self.node(rule["when"], item, brief=brief)
        would, lifted, policies = trace["outcome"], [], []
        if would != "no":
            lifted = [{"id": one["id"], "trace": self.node(one["when"], item)} for one in rule.get("unless", ())]
            named = [] if brief else [self.law.clauses[one][1] for one in rule["then"].get("policies", ())]
            policies = [{"id": one["id"], "policy": one["policy"], "trace": self.node(one["when"], item)} for one in named]
        status = "applies" if would == state == "yes" else "cannot tell"
        status = "exempt" if any(one["trace"]["outcome"] == "yes" for one in lifted) else status
        if state == "no":
            status = f"{'would' if would == 'yes' else 'might'} apply, but is not in force"
        status = "does not apply" if would == "no" else status
        codes = [one["code"] for on in self.lists_of(rule) for one in self.listed(on, item)["yes"]]
        made = {"rule": name, "item": item, "status": status, "would": would, "listed_as": codes}
        return {**made, "trace": trace, "exemptions": lifted, "policies": policies}

    def lists_of(self, rule: Any) -> list[str]:
        """The lists on one of which the item of a rule must stand."""
        parts = rule["when"].get("all", [rule["when"]])
        asks = [one for one in parts if one.get("ask") == "item.listed_in" and {"is", "any_of"} & {*one}]
        return sorted(self.law.words(asks[0].get("is", asks[0].get("any_of")))) if asks else []

    def looked_at(self, name: str) -> list[str]:
        """The items that a rule looks at: all that are, or may be, on its lists, or the product as a whole."""
        lists = self.lists_of(self.rules[name])
        on = [item for item in self.items if any(self.listed(one, item)["outcome"] != "no" for one in lists)]
        return on if lists else [self.root]

    def determination(self) -> dict[str, Any]:
        """The whole determination; equal to what the record says where the record holds."""
        told, law = self.said, self.law
        lines = lines_of(self.tree, self.root)
        self.state = {name: self.take("law", name) for name in self.rules}
        findings = [self.finding(one["rule"], one["item"]) for one in told["findings"]]
        shown = {(one["rule"], one["item"]): one["status"] for one in findings}
        at_all = [(rule, item) for rule in self.rules for item in self.looked_at(rule)]
        every = {key: shown.get(key) or self.finding(*key, brief=True)["status"] for key in at_all}
        if len(shown) < len(findings) or not shown.keys() <= every.keys() or lines != {one for one in self.items if "#" not in one and "/composition/" not in one}:
            raise ValueError("a line that was not judged, or a finding at an item that was not to be looked at")
        others: dict[tuple[str, str], list[str]] = {}
        for (rule, item), status in every.items():
            others.setdefault((rule, status), []).extend([] if (rule, item) in shown else [item])
        standing = {status for (rule, _), status in every.items() if self.rules[rule]["then"]["licence"] != "none"}
        answer = "licence required" if "applies" in standing else "undetermined" if "cannot tell" in standing else ""
        answer = answer or ("undetermined" if self.take("product", "contradicts itself") == "yes" else "licence not required")
        named = [self.rules[one["rule"]] for one in findings]
        cited = {one["id"] for rule in named for one in (rule, *rule.get("unless", ()))}
        cited |= {one for rule in named for one in (*rule["then"].get("policies", ()), *self.state[rule["id"]]["suspended_by"])}
        lists: list[Any] = []
        while len(lists) < len(self.shown):  # the conditions of a list may ask for another
            lists.append(self.list_row(*list(self.shown)[len(lists)]))
        sums = {key: [row for item, row in rows.items() if row["content"] or (key, item) in self.asked] for key, rows in self.sums.items()}
        top = lookup(self.tree, self.root)
        return {
            "product": {name: top.get(name) for name in ("part_number", "name")},
            "answer": answer,
            **{name: told[name] for name in ("on", "known_by", "used", "given")},
            "expires": self.take("law", "expires"),
            "lines": len(lines),
            "readings": [law.reading(name, self.chosen) for name in sorted(self.readings)],
            "law": [{**law.force(name), **self.state[name]} for name in sorted(self.rules)],
            "citations": [law.quoted(name) for name in sorted(cited)],
            "findings": findings,
            "others": [{"rule": rule, "status": status, "items": items} for (rule, status), items in others.items() if items],
            "lists": lists,
            "sums": written([{"key": key, "items": rows} for key, rows in sorted(sums.items())]),
            "premises": self.taken,
        }
