"""Conditions, lists and sums of a record made anew, from the rule files and what the product file says plainly.

Knows how a condition combines its parts, which entries of a list fit, and how a value share adds up. Asks the record
only for what can not be derived, and never takes from it what can. Shares no code with the engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rare_earth_compliance.record import plain_law, plain_yaml
from rare_earth_compliance.record import plain_numbers as n
from rare_earth_compliance.record.plain_facts import CONTENTS, Facts

NEGATIVE = ("is_not", "none_of")
WORDS = ("true", "false", "unknown")


def all_of(parts: Iterable[str]) -> str:
    seen = set(parts)
    return "false" if "false" in seen else "unknown" if "unknown" in seen else "true"


def any_of(parts: Iterable[str]) -> str:
    return no(all_of(no(part) for part in parts))


def no(part: str) -> str:
    return {"true": "false", "false": "true"}.get(part, "unknown")


class Conditions:
    """The conditions of one determination; ``said`` is what the record says of it."""

    def __init__(self, said: Any, texts: list[str], law: plain_law.Law, looked: dict[str, Any]) -> None:
        self.said, self.law = said, law
        self.on = date.fromisoformat(said["on"])
        self.known_by = date.fromisoformat(said["known_by"]) if said["known_by"] is not None else None
        used = said["used"]
        self.used = {name: used[name] for name in ("product", "shipment", "prices", "status")}
        if any(type(at) is not int or at < 0 for at in (used["product"], used["shipment"], *used["prices"], *used["status"])):
            raise ValueError("a file is named by its position")
        tables = [texts[at] for at in used["prices"]]
        self.readings = {one["reading"]: one["option"] for one in said["readings"]}
        read = (texts[used["product"]], texts[used["shipment"]], tables, said["given"])
        key = json.dumps([*read, self.readings])
        self.facts, self.memo = looked.get(key) or looked.setdefault(key, (Facts(*read), {}))
        self.by = {one["reading"]: one["by"] for one in said["readings"]}
        confirmed = [one for at in used["status"] for one in plain_yaml.read(texts[at])["confirmations"]]
        self.state = plain_law.States(law, self.on, self.known_by, self.readings, confirmed)
        self.claimed_lists = {(one["list"], one["item"]): one for one in said["lists"]}
        self.shown: dict[tuple[str, str], dict[str, Any]] = {}
        self.taken: dict[tuple[str, str, str], None] = {}
        """Facts that the record says and a plain look at the file does not settle: question, detail, item."""
        self.contents: dict[tuple[str, ...], dict[str, dict[str, n.Bounds]]] = {}
        self.worths: dict[tuple[str, ...], dict[str, Any]] = {}
        self.sums = [self.sum(one) for one in said["sums"]]

    # ---- conditions: the record's node is asked only for what can not be derived

    def node(self, raw: Any, said: Any, item: str) -> dict[str, Any]:
        said = said if isinstance(said, dict) else {}
        for kind in ("all", "any"):
            if kind in raw:
                parts, listed = raw[kind], said.get(kind)
                ended = [one for one in parts if "reading" in one and self.readings.get(one["reading"], one["is"]) != one["is"]]
                parts = ended[:1] or parts if kind == "all" else parts
                hints = listed if isinstance(listed, list) and len(listed) == len(parts) else [None] * len(parts)
                made = [self.node(part, hint, item) for part, hint in zip(parts, hints, strict=True)]
                return {kind: made, "outcome": (all_of if kind == "all" else any_of)(one["outcome"] for one in made)}
        if "not" in raw:
            inner = self.node(raw["not"], said.get("not"), item)
            return {"not": inner, "outcome": no(inner["outcome"])}
        if "term" in raw:
            inner = self.node(self.law.terms[raw["term"]], said.get("of"), item)
            return {"term": raw["term"], "of": inner, "outcome": inner["outcome"]}
        if "reading" in raw:
            chosen = self.readings.get(raw["reading"])
            outcome = "unknown" if chosen is None else WORDS[chosen != raw["is"]]
            return {"reading": raw["reading"], "is": raw["is"], "chosen": chosen, "outcome": outcome}
        return self.ask(raw, said, item)

    def ask(self, raw: Any, said: Any, item: str) -> dict[str, Any]:
        question, op, params = self.law.asked(raw)
        for key in sorted(params):
            if isinstance(params[key], str) and params[key].startswith("reading "):
                return self.under(raw, key, params[key].removeprefix("reading "), said, item)
        words = {key: self.law.words(value) for key, value in params.items()}
        asked: Any = raw[op]
        if question["type"] not in ("share", "amount", "day"):
            asked = sorted(set(self.law.expanded(asked if isinstance(asked, list) else [asked])))
        made = {"ask": raw["ask"], "op": op, "asked": asked, **({"with": words} if words else {})}
        if "found_at" in question:
            value, at = self.facts.at(question["found_at"], item, question["type"])
            complete = True
            if "complete_at" in question:
                complete = self.facts.at(question["complete_at"], item, "truth")[0] == "yes"
                made["complete"] = complete
            return {**made, "found": value, "at": at, "outcome": self.compare(question, op, asked, value, complete)}
        if question["computed_by"] == "value_share":
            return {**made, **self.share(words, op, asked, item)}
        return {**made, **self.computed(question, op, asked, words, said, item)}

    def computed(self, question: Any, op: str, asked: Any, words: Any, said: Any, item: str) -> dict[str, Any]:
        """What was found in answer to a computed question, and its outcome: plainly where the file tells, else as said."""
        how = question["computed_by"]
        if how == "listed_in":
            lists = {name: self.on_list(name, item) for name in asked}
            outcome = any_of(lists.values())
            return {"found": lists, "outcome": no(outcome) if op in NEGATIVE else outcome}
        found: Any = self.facts.own(how, words, item)
        if how == "stated_steps":
            outcome = WORDS[not set(asked) & set(found)]
            return {"found": found, "outcome": no(outcome) if op in NEGATIVE else outcome}
        if how in ("equipment", "parameter"):
            if how == "equipment" and found is None and said.get("found") == "none" and not self.facts.is_root(item):
                if "plain" not in said:
                    self.taken["item.equipment", "", item] = None
                found = "none"  # what stands above it may say so for all that is inside
            return {"found": found, "outcome": self.compare(question, op, asked, found, True)}
        if found is None:
            if "plain" not in said:
                self.taken[question["ask"], " ".join(words.values()), item] = None
            found = said.get("found")
        found = found if found in WORDS else "nothing"
        straight = op not in NEGATIVE and (not isinstance(asked, list) or "yes" in asked)
        return {"found": found, "outcome": found if straight else no(found)}

    def under(self, raw: Any, key: str, reading: str, said: Any, item: str) -> dict[str, Any]:
        chosen, hints = self.readings.get(reading), said.get("options")
        hints = hints if isinstance(hints, dict) else {}
        options = [name for name in self.law.options[reading] if chosen in (None, name)]
        made = {name: self.node({**raw, key: name}, hints.get(name), item) for name in options}
        seen = {one["outcome"] for one in made.values()}
        return {"under": reading, "options": made, "outcome": seen.pop() if len(seen) == 1 else "unknown"}

    def compare(self, question: Any, op: str, asked: Any, value: Any, complete: bool) -> str:
        kind = question["type"]
        if value is None:
            return "unknown"
        if kind in ("share", "amount"):
            bound, unit = n.amount(asked)
            line, held = n.scaled(bound, n.SHARES[unit]), self.facts.bounds(value)
            return self.reaches(op, held, line)
        if kind == "day":
            return WORDS[(value < asked) != (op == "before")]
        if kind == "words":
            outcome = "true" if set(value) & set(asked) else "false" if complete else "unknown"
        elif kind == "country" and value.startswith("not "):
            outcome = "false" if set(asked) <= set(value[4:].split(", ")) else "unknown"
        else:
            outcome = WORDS[value not in asked]
            if outcome == "false" and kind == "word" and self.facts.may_be(value, asked):
                outcome = "unknown"
        return no(outcome) if op in NEGATIVE else outcome

    @staticmethod
    def reaches(op: str, held: n.Bounds, line: n.Bounds) -> str:
        outcome = n.at_least(held, line) if op in ("at_least", "below") else n.at_least(line, held)
        return outcome if op in ("at_least", "at_most") else no(outcome)

    # ---- lists

    def on_list(self, name: str, item: str) -> str:
        """Whether an item is on a list: by the entries that the record shows, and never against a plain look."""
        return str(self.listed(name, item)["outcome"])

    def listed(self, name: str, item: str) -> dict[str, Any]:
        """The lines of a record about one list and one item."""
        if (name, item) not in self.shown:
            self.shown[name, item] = {"outcome": "unknown", "entries": []}
            self.shown[name, item] = self._listed(name, item)
        return self.shown[name, item]

    def _listed(self, name: str, item: str) -> dict[str, Any]:
        said = self.claimed_lists.get((name, item), {"entries": []})
        hints = {one["code"]: one for one in said["entries"]}
        made, outcomes = [], []
        for entry in self.law.lists[name]:
            plain, hint = self.plain_entry(name, entry, item), hints.get(entry["code"])
            if hint is not None or plain == "true":
                trace = self.node(entry.get("recognise", {"any": []}), (hint or {}).get("trace"), item)
                made.append({"code": entry["code"], "zh": entry["zh"], "trace": trace})
                outcomes.append(any_of((trace["outcome"], self.facts.declared(entry, self.law.lists[name], item))))
        if "false" in outcomes or len(set(outcomes)) > 1:
            raise ValueError(f"{item} on {name}: an entry is shown on which it does not stand, or sure ones beside others")
        outcome = outcomes[0] if outcomes else "false"
        if not outcomes and self.claimed_lists.get((name, item)) is None:
            raise ValueError(f"{item} on {name}: the record does not say whether")
        if outcome != "true" and self.plain_list(name, item) == "unknown":
            self.taken["item.listed_in", name, item] = None
        return {"list": name, "item": item, "outcome": outcome, "count": len(made), "entries": made}

    def plain_entry(self, name: str, entry: Any, item: str) -> str:
        """Whether an entry fits by what the file says plainly; "unknown" where more must be looked at."""
        key = (name, entry["code"], item)
        if key not in self.memo:
            plain = self.plain(entry.get("recognise", {"any": []}), item)
            self.memo[key] = any_of((plain, self.facts.declared(entry, self.law.lists[name], item)))
        return str(self.memo[key])

    def plain(self, raw: Any, item: str) -> str:
        """A condition by what the file says plainly."""
        if "all" in raw or "any" in raw:
            parts = [self.plain(part, item) for part in raw.get("all") or raw.get("any") or ()]
            return all_of(parts) if "all" in raw else any_of(parts)
        if "not" in raw:
            return no(self.plain(raw["not"], item))
        if "term" in raw:
            return self.plain(self.law.terms[raw["term"]], item)
        if "reading" in raw:
            return str(self.node(raw, {}, item)["outcome"])
        question, op, _ = self.law.asked(raw)
        if question.get("computed_by") == "listed_in":
            outcome = any_of(self.plain_list(name, item) for name in ([raw[op]] if isinstance(raw[op], str) else raw[op]))
            return no(outcome) if op in NEGATIVE else outcome
        if question.get("computed_by") == "value_share":
            return "unknown"
        return str(self.node(raw, {"found": "unknown", "plain": True}, item)["outcome"])

    def plain_list(self, name: str, item: str, code: str = "") -> str:
        return any_of(self.plain_entry(name, one, item) for one in self.law.lists[name] if code in ("", one["code"]))

    # ---- sums

    def sum(self, said: Any) -> dict[str, Any]:
        key = tuple(said[name] for name in ("of", "whose", "priced", "code"))
        contents, worths = self.contents.setdefault(key, {}), self.worths.setdefault(key, {})
        items = [self.sum_item(key, one, contents, worths) for one in said["items"]]
        if len(contents) < len(items):
            raise ValueError("an item stands twice in a sum")
        return {**dict(zip(("of", "whose", "priced", "code"), key, strict=True)), "count": len(items), "items": items}

    def sum_item(self, key: tuple[str, ...], said: Any, contents: Any, worths: Any) -> dict[str, Any]:
        of, whose, priced, code = key
        item = said["item"]
        plain = all_of((self.plain_list(of, item, code), self.plain(self.law.terms[whose], item) if whose else "true"))
        if plain == "unknown" or said["at"] == "estimate":
            self.taken["item.value_share", " ".join(key), item] = None
        counts = said["counts"] if plain == "unknown" and said["counts"] in WORDS else plain
        worth, currency, at = self.facts.worth(item, priced, said)
        below, lines = list(self.facts.below(item)), []
        inner: dict[str, n.Bounds] = {}
        for child, _ in said["lines"]:
            quantity = next(amount for name, amount in below if name == child)
            below.remove((child, quantity))
            lines.append([child, n.text(quantity)])
            for name, part in contents[child].items():
                piece = n.times(part, n.SOME if quantity is None else quantity)
                inner[name] = n.add(inner[name], piece) if name in inner else piece
        rates, own = self.facts.rates, {currency or "": n.SOME if worth is None else worth}
        disputed = counts == "true" and worth is not None and worth[1] is not None and bool(lines)
        disputed = disputed and n.in_one(inner, currency or "", rates)[0][0] > worth[1]
        if counts != "true" or worth is None:
            for child, _ in below:
                if contents.get(child) and not child.endswith(CONTENTS):
                    raise ValueError(f"{item}: the line {child} is not in the sum")
        if counts == "false":
            total = inner
        elif counts == "unknown" or disputed:
            total = self.facts.hull(own, inner)
        else:
            total = (
                {"": n.SOME, **{name: (part[0], None, False, False) for name, part in inner.items()}}
                if worth is None and inner
                else own
            )
        contents[item], worths[item] = total, (worth, currency)
        return {
            "item": item, "counts": counts, "worth": n.text(worth), "currency": currency, "at": at, "disputed": disputed,
            "lines": lines, "content": {name: n.text(part) for name, part in sorted(total.items())},
        }  # fmt: skip

    def amounts(self, key: tuple[str, ...], item: str) -> tuple[n.Bounds, n.Bounds | None, str]:
        content, (worth, currency) = self.contents[key][item], self.worths[key][item]
        named = currency or next((name for name in sorted(content) if name), "")
        return n.in_one(content, named, self.facts.rates)[0], worth, named

    def share(self, words: Mapping[str, str], op: str, asked: str, item: str) -> dict[str, Any]:
        priced = words.get("priced", "")
        key = (words["of"], words.get("whose", ""), "" if priced == "as-stated" else priced)
        bound, unit = n.amount(asked)

        def reached(content: n.Bounds, value: n.Bounds | None) -> str:
            return self.reaches(op, content, n.scaled(value or n.SOME, bound[0] * n.SHARES[unit]))

        content, value, currency = self.amounts((*key, ""), item)
        outcome = reached(content, value)
        made: dict[str, Any] = {"found": {"content": n.text(content), "value": n.text(value), "currency": currency}}
        if words.get("added") == "each-alone":
            codes = [one["code"] for one in self.law.lists[words["of"]] if item in self.contents.get((*key, one["code"]), ())]
            alone = {code: self.amounts((*key, code), item)[:2] for code in codes}
            made["alone"] = [code for code, (part, _) in alone.items() if part[1] != 0]
            outcome = all_of((outcome, any_of(reached(*one) for one in alone.values()))) if outcome != "false" else outcome
        if words.get("counted") == "contained" and outcome != "false":
            outcome = "unknown"
        return {**made, "outcome": outcome}
