"""The checker of records: every step from the facts to the answer, each by a small rule of its own.

Makes each part of a determination anew from the parts before it: facts from what stands at their places, words and days
from the rule files, outcomes from their parts, sums from what is added up, the answer from what every rule comes to at every
item. Shares no code with the engine. What no single place tells is a premise, taken as said and kept in ``taken``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rare_earth_compliance.record.opening import CONTENTS, COUNTRIES, FORMS, GONE, Law, lines_of, lookup, strict, written
from rare_earth_compliance.record.plain import NONE, SOME, Bounds, bounds, compared, number

NOT = {"yes": "no", "open": "open", "no": "yes"}  # as words stand in order, "all of" is the least, "any of" the most
NEGATIVE, SHOWN = ("is_not", "none_of"), 6


class Check:
    """One determination, made anew; ``said`` is what the record says of it."""

    def __init__(self, said: Any, texts: list[str], law: Law) -> None:
        self.said, self.law = said, law
        product, other = (strict(texts[said["used"][name]]) for name in ("product", "shipment"))
        self.tree = {**product, "shipment": other.get("shipment"), "given": dict(said["given"]), "consumed": GONE}
        self.root = next(f"/{name}" for name in ("transfer", "product") if name in product)
        self.chosen = {one["reading"]: one["option"] for one in said["readings"] if one["by"] == "chosen"}
        self.readings = {**law.fixed, **self.chosen}
        self.rules = law.rules(said["known_by"])
        self.on_list: dict[tuple[str, str], dict[str, Any]] = {}
        self.shown: dict[tuple[str, str], None] = {}
        self.sums: dict[tuple[str, ...], dict[str, Any]] = {}
        self.asked: dict[tuple[tuple[str, ...], str], None] = {}
        self.taken: dict[str, dict[str, Any]] = {}
        self.items: list[str] = self.take("product", "items")

    def take(self, about: str, what: str, *words: Any) -> Any:
        """A premise: what the record says of an item, or of the product, the shipment or the law."""
        known = self.taken.setdefault(about, {})
        if what not in known:
            known[what] = self.premise(about, what, *words)
        return known[what]

    def premise(self, about: str, what: str, *_: Any) -> Any:
        """Where premises come from: here the record; elsewhere the files, or the engine."""
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
        if "not" in raw:
            inner = self.node(raw["not"], item, brief=brief)
            return {"not": inner, "outcome": NOT[inner["outcome"]]}
        if "term" in raw:
            inner = self.node(self.law.terms[raw["term"]], item, brief=brief)
            return {"term": raw["term"], "of": inner, "outcome": inner["outcome"]}
        if "reading" in raw:
            return {**raw, "chosen": self.readings.get(raw["reading"]), "outcome": self.reads(raw)}
        question, op, asked, words = self.law.asked(raw)
        for name, word in words.items():  # a parameter that is a reading: the question under each option that is open
            if word.startswith("reading "):
                reading = word.removeprefix("reading ")
                options = [self.readings[reading]] if reading in self.readings else self.law.options(reading)
                each = {one: self.node(self.law.under(raw, name, one), item, brief=brief) for one in options}
                found = {one["outcome"] for one in each.values()}
                return {"under": reading, "options": each, "outcome": found.pop() if len(found) == 1 else "open"}
        return {"ask": raw["ask"], **words, op: asked, **self.found(question, op, asked, words, item, shown=not brief)}

    def reads(self, raw: Any) -> str:
        chosen = self.readings.get(raw["reading"])
        return "open" if chosen is None else "yes" if chosen == raw["is"] else "no"

    def found(self, question: Any, op: str, asked: Any, words: Any, item: str, *, shown: bool) -> dict[str, Any]:
        """What was found in answer to a question, its place, and the outcome."""
        how, whole, at = question.get("computed_by"), True, None
        if how == "value_share":
            return self.share(op, asked, words, item, shown=shown)
        if how == "listed_in":
            self.shown |= dict.fromkeys((name, item) for name in asked if shown)
            value: Any = {name: self.listed(name, item)["outcome"] for name in asked}
            return {"found": value, "outcome": NOT[max(value.values())] if op in NEGATIVE else max(value.values())}
        if how:
            told = [question["ask"], *words.values(), *([asked] if question["type"] == "share" else [])]
            value = self.take(item if question["ask"][:5] == "item." else "shipment", " ".join(told), question, words, asked)
        else:
            value, at = self.fact(question["found_at"], item)
            whole = "complete_at" not in question or self.fact(question["complete_at"], item)[0] is True
            whole = whole and ("settled_by" not in question or bool({*question["settled_by"]} & {*(value or ())}))
        outcome = self.compare(question["type"], op, asked, value, whole=whole, words=question.get("words"))
        return {"found": value, "at": at, "outcome": outcome}

    def fact(self, path: str, item: str) -> tuple[Any, str]:
        """What stands where the answer to a question is found, and where that is; an unusual place is a premise."""
        of_item = path.startswith("item.")
        at = f"{item if of_item else '/shipment'}/{path.partition('.')[2].replace('.', '/')}"
        if self.root == "/transfer" or "/composition/" in at or (self.tree["given"] and not of_item):
            at = self.take("places", at, path)
        value = "technology" if at == "/transfer" else lookup(self.tree, at)
        return ({"true": True, "false": False}.get(value, value) if at.startswith("/given/") else value), at

    @staticmethod
    def compare(kind: str, op: str, asked: Any, value: Any, *, whole: bool = True, words: Any = None) -> str:
        """The outcome of holding a value against the words, the number or the day of a rule."""
        if value is None or value == "open":
            return "open"
        if kind in ("share", "amount"):
            return compared(op, bounds(value) or number(value), number(asked))
        if kind == "day":
            return "yes" if (value < asked) == (op == "before") else "no"
        if not isinstance(value, list):
            value = [("no", "yes")[value]] if isinstance(value, bool) else [one.strip() for one in value.split(",")]
        known = COUNTRIES if {*(words or COUNTRIES)} <= COUNTRIES else {*words, "none"}
        whole = whole and {one.removeprefix("not ").strip() for one in value} <= known  # of what is no word nothing is sure
        hit, vague = set(asked) & {*value}, FORMS.get(value[0], {}) if kind == "word" else {}
        outcome = "yes" if hit else "no" if whole else "open"
        if kind == "country" and value[:1] and value[0].startswith("not "):
            outcome = "no" if {*asked} <= {value[0][4:].strip(), *value[1:]} else "open"
        elif not hit and "vague" in vague and not {*asked} <= {*vague.get("never", "").split()}:
            outcome = "open"
        return NOT[outcome] if op in NEGATIVE else outcome

    # ---- lists and sums

    def listed(self, name: str, item: str) -> dict[str, Any]:
        """Whether an item stands on a list, and the entries on which it surely or perhaps does."""
        if (name, item) not in self.on_list:
            found: dict[str, list[Any]] = {"yes": [], "open": [], "no": []}
            coded = not item.endswith(CONTENTS) and lookup(self.tree, f"{item}/control_codes")
            for one in self.law.lists[name]:
                declared = self.take(item, f"declared {name} {one['code']}", name, one) if coded else "no"
                described = self.node(one["recognise"], item, brief=True)["outcome"] if "recognise" in one else "no"
                found[max(described, declared)].append(one)
            self.on_list[name, item] = {**found, "outcome": "yes" if found["yes"] else "open" if found["open"] else "no"}
        return self.on_list[name, item]

    def list_row(self, name: str, item: str) -> dict[str, Any]:
        """A list and an item as a record shows them, with the first few entries that tell."""
        outcome, rows = self.listed(name, item)["outcome"], []
        told = [] if outcome == "no" else self.listed(name, item)[outcome]
        for one in told[:SHOWN]:
            trace = self.node(one.get("recognise", {"any": []}), item)
            says = {"zh": one["zh"], "confidence": one["confidence"], "note": " ".join(one.get("note", "").split())}
            rows.append({"code": one["code"], **says, "trace": trace})
        return {"list": name, "item": item, "outcome": outcome, "count": len(told), "entries": rows}

    def share(self, op: str, asked: str, words: Any, item: str, *, shown: bool) -> dict[str, Any]:
        """Listed content against a share of the value of an item, compared by multiplication and never by division."""
        key = (words["of"], words.get("whose", ""), words.get("priced", "as-stated"))
        codes = [one["code"] for one in self.law.lists[words["of"]]] if words.get("added") == "each-alone" else [""]
        rows = {code: self.sum(*key, code)[item] for code in ["", *codes]}
        self.asked |= dict.fromkeys(((*key, code), item) for code in rows if shown and (rows[code]["content"] or not code))
        held = {code: compared(op, row["total"], (row["worth"] or SOME) * number(asked)) for code, row in rows.items()}
        most = "no" if held[""] == "no" else "open" if words.get("counted") == "contained" else "yes"
        outcome = min(most, max(held[code] for code in codes))
        return {"found": {name: rows[""][name] for name in ("total", "worth", "currency")}, "outcome": outcome}

    def sum(self, *key: str) -> dict[str, Any]:
        """For every item the listed content in one unit of it: its own value where it counts, else what its lines hold."""
        if key not in self.sums:
            self.sums[key] = {}
            for item in self.items:
                self.sums[key][item] = self.sum_row(key, item, self.sums[key])
        return self.sums[key]

    def sum_row(self, key: tuple[str, ...], item: str, rows: Mapping[str, Any]) -> dict[str, Any]:
        """The content of one item, from that of the items below it."""
        of, whose, priced, code = key
        on = self.listed(of, item)
        alone = (one for one in ("yes", "open") if any(entry["code"] == code for entry in on[one]))
        counts = fits = next(alone, "no") if code else on["outcome"]
        if whose and fits != "no":
            counts = min(fits, self.node(self.law.terms[whose], item, brief=True)["outcome"])
        settled = on["outcome"] == "yes"  # then what is not listed below it is not asked again
        worth, currency, at = self.take(item, f"worth {priced}", priced)
        lines, content = [], dict[str, Bounds]()
        for child, used in self.take(item, "lines"):
            if rows[child]["content"] and not (settled and child.endswith(CONTENTS)):
                lines.append([child, used])
                for name, part in rows[child]["content"].items():
                    content[name] = content.get(name, NONE) + part * (bounds(used) or SOME)
        row = {"item": item, "counts": counts, "worth": bounds(worth), "currency": currency, "at": at, "lines": lines}
        if counts == "yes" and worth and not content:
            content = {currency: row["worth"]}
        elif counts != "no":
            told = self.take(item, " ".join(("content", *key)), key, row, content)
            content = {name: bounds(part) or SOME for name, part in told.items()}
        total = sum(content.values(), NONE) if {*content} <= {currency} else None if worth else SOME
        total = total or bounds(self.take(item, " ".join(("total", *key)), key, row, content))
        return {**row, "content": content, "total": total}

    # ---- what every rule comes to, and the answer

    def finding(self, name: str, item: str, *, brief: bool = False) -> dict[str, Any]:
        """A rule at an item, with its exemptions and how an application would be decided."""
        rule, law = self.rules[name], self.take("law", name)["in_force"]
        trace = self.node(rule["when"], item, brief=brief)
        would, lifted, policies = trace["outcome"], [], []
        if would != "no":
            lifted = [{"id": one["id"], "trace": self.node(one["when"], item)} for one in rule.get("unless", ())]
            named = [] if brief else [self.law.clauses[one][1] for one in rule["then"].get("policies", ())]
            policies = [{"id": one["id"], "policy": one["policy"], "trace": self.node(one["when"], item)} for one in named]
        status = "applies" if would == law == "yes" else "cannot tell"
        status = "exempt" if any(one["trace"]["outcome"] == "yes" for one in lifted) else status
        status = f"{'would' if would == 'yes' else 'might'} apply, but is not in force" if law == "no" else status
        status = "does not apply" if would == "no" else status
        codes = [one["code"] for on in self.law.lists_of(rule["when"]) for one in self.listed(on, item)["yes"]]
        made = {"rule": name, "item": item, "status": status, "would": would, "listed_as": codes}
        return {**made, "trace": trace, "exemptions": lifted, "policies": policies}

    def looked_at(self, name: str) -> list[str]:
        """The items that a rule looks at: all that are, or may be, on its lists, or the product as a whole."""
        lists = self.law.lists_of(self.rules[name]["when"])
        on = [item for item in self.items if any(self.listed(one, item)["outcome"] != "no" for one in lists)]
        return on if lists else [self.root]

    def determination(self) -> dict[str, Any]:
        """The whole determination; equal to what the record says where the record holds. Raises ValueError."""
        told, law, lines = self.said, self.law, lines_of(self.tree, self.root)
        findings = [self.finding(one["rule"], one["item"]) for one in told["findings"]]
        shown = {(one["rule"], one["item"]): one["status"] for one in findings}
        looked_at = [(rule, item) for rule in self.rules for item in self.looked_at(rule)]
        every = {key: shown.get(key) or self.finding(*key, brief=True)["status"] for key in looked_at}
        judged = {one for one in self.items if not one.endswith(CONTENTS) and "/composition/" not in one}
        if len(shown) < len(findings) or not shown.keys() <= every.keys() or lines != judged:
            raise ValueError("a line that was not judged, or a finding that is not to be made")
        others: dict[tuple[str, str], list[str]] = {}
        for (rule, item), status in every.items():
            others.setdefault((rule, status), []).extend([] if (rule, item) in shown else [item])
        standing = {status for (rule, _), status in every.items() if self.rules[rule]["then"]["licence"] != "none"}
        answer = "licence required" if "applies" in standing else "undetermined" if "cannot tell" in standing else ""
        answer = answer or ("licence not required", "undetermined")[self.take("product", "contradicts itself")]
        lists: list[Any] = []
        while len(lists) < len(self.shown):  # the conditions of a list may ask for another
            lists += [self.list_row(*one) for one in list(self.shown)[len(lists) :]]
        rows = {key: [self.sums[key][one] for one in self.items] for key in sorted(self.sums)}
        kept = {key: [one for one in rows[key] if one["content"] or (key, one["item"]) in self.asked] for key in rows}
        made = {name: told[name] for name in ("on", "known_by", "used", "given")}
        called = {name: lookup(self.tree, f"{self.root}/{name}") for name in ("part_number", "name")}
        made |= {"product": called, "answer": answer, "lines": len(lines)}
        made |= {"readings": [law.reading(name, self.chosen) for name in sorted(self.readings)]}
        made |= {"law": [{**law.force(name), **self.take("law", name)} for name in sorted(self.rules)]}
        made |= {"citations": law.cited({one["rule"] for one in findings}, self.taken["law"]), "findings": findings}
        made |= {"others": [{"rule": one[0], "status": one[1], "items": items} for one, items in others.items() if items]}
        made |= {"lists": lists, "sums": [{"key": key, "items": kept[key]} for key in kept if kept[key]]}
        return dict(written({**made, "expires": self.take("law", "expires"), "premises": self.taken}))
