"""Rule files as they are written, for checking records: conditions, words, days and what was in force.

Knows the files of a pack and their hash. Shares no code with the loader. Does not evaluate conditions: verify does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rare_earth_compliance.record import plain_yaml

EFFECTS = {"required": "licence", "prohibited": "prohibition", "none": "duty"}
OPERATORS = ("is", "is_not", "any_of", "none_of", "at_least", "above", "at_most", "below", "before", "from")


def read(folder: Path) -> Law:
    """The pack in a folder. Raises OSError or ValueError for files that can not be read."""
    texts = {"pack.yaml": (folder / "pack.yaml").read_bytes()}
    pack = plain_yaml.read(texts["pack.yaml"].decode())
    single = [pack[key] for key in ("vocabulary", "readings", "terms", "parties") if key in pack]
    for name in (*single, *pack["lists"], *pack["instruments"], *pack["subjects"]):
        texts[name] = (folder / name).read_bytes()
    return Law(pack, texts)


class Law:
    """A pack, parsed but not interpreted."""

    def __init__(self, pack: Any, texts: Mapping[str, bytes]) -> None:
        self.id: str = pack["pack"]
        self.files = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(texts.items())}
        whole = "".join(f"{name}\n{digest}\n" for name, digest in self.files.items())
        self.sha256 = hashlib.sha256(whole.encode()).hexdigest()

        def parsed(name: str) -> Any:
            return plain_yaml.read(texts[name].decode())

        self.questions = {one["ask"]: one for one in parsed(pack["vocabulary"])["questions"]}
        self.readings = {one["id"]: one for one in parsed(pack["readings"])["readings"]}
        self.options = {name: [option["id"] for option in one["options"]] for name, one in self.readings.items()}
        terms = parsed(pack["terms"])
        self.groups: dict[str, list[str]] = terms["groups"]
        self.terms = {one["id"]: one["when"] for one in terms["terms"]}
        self.lists = {one["list"]: one["entries"] for one in map(parsed, pack["lists"])}
        self.instruments = [parsed(name) for name in pack["instruments"]]
        self.policies = {one["id"]: one for act in self.instruments for one in act.get("policies", ())}

    def asked(self, raw: Any) -> tuple[Any, str, dict[str, Any]]:
        """The question of a condition, its operator and its parameters."""
        question = self.questions[raw["ask"]]
        names = {name.partition(":")[0].rstrip("?") for name in question.get("params", ())}
        op = next(key for key in OPERATORS if key in raw and key not in names)
        return question, op, {key: value for key, value in raw.items() if key not in ("ask", op)}

    def expanded(self, words: Iterable[str]) -> list[str]:
        """Words with the groups among them written out."""
        found: list[str] = []
        for word in words:
            found += sorted(self.groups[word.removeprefix("group ")]) if word.startswith("group ") else [word]
        return found

    def words(self, value: Any) -> str:
        """A parameter as one text."""
        return " ".join(self.expanded(value if isinstance(value, list) else [value]))

    @staticmethod
    def effect(rule: Any) -> str:
        """What follows from a rule."""
        return EFFECTS[rule["then"]["licence"]]

    def readings_said(self, chosen: Mapping[str, str], by: Mapping[str, str]) -> list[dict[str, Any]]:
        """The readings in use as a record names them; those of the pack are in use unless another option is chosen."""
        made = []
        for name, option in chosen.items():
            reading = self.readings[name]
            default = "official" if "official" in reading else "assumed" if "assumed" in reading else "chosen"
            how = "chosen" if by[name] == "chosen" or reading.get(default) != option else default
            means = next(one["means"] for one in reading["options"] if one["id"] == option)
            made.append({"reading": name, "option": option, "by": how, "question": reading["question"], "means": means.strip()})
        wanted = [name for name, one in self.readings.items() if "official" in one or "assumed" in one]
        if missing := [name for name in wanted if name not in chosen]:
            raise ValueError(f"the reading {missing[0]} is in use and not named")
        return made

    def cited(self, rules: Iterable[str], states: States) -> list[dict[str, Any]]:
        """The words of the rules, of what lifts them, of how applications are decided, and of suspensions."""
        found: dict[str, Any] = {}
        for name in dict.fromkeys(rules):
            rule = states.rules[name]
            policies = [self.policies[one] for one in rule["then"].get("policies", ())]
            for one in (rule, *rule.get("unless", ()), *policies, *states.sleeping(name)):
                says = {key: one["says"][key].strip() for key in ("at", "zh", "confidence")}
                found[one["id"]] = {"id": one["id"], **says, "read_as": one.get("read_as", "").strip()}
        return [found[name] for name in sorted(found)]


def lists_of(when: Any) -> list[str]:
    """The lists on one of which the item of a rule must stand."""
    for part in when.get("all", [when]):
        if part.get("ask") == "item.listed_in" and ("is" in part or "any_of" in part):
            return sorted([part["is"]] if "is" in part else part["any_of"])
    return []


class States:
    """The rules that were published by a day, and which of them were in force on another."""

    def __init__(
        self, law: Law, on: date, known_by: date | None, readings: Mapping[str, str], confirmed: Iterable[Any]
    ) -> None:
        acts = [one for one in law.instruments if known_by is None or _day(one["instrument"]["issued"]) <= known_by]
        self.on, self.readings = on, readings
        self.rules = {rule["id"]: rule for act in acts for rule in act.get("rules", ())}
        self.act_of = {rule["id"]: act["instrument"]["id"] for act in acts for rule in act.get("rules", ())}
        self.suspensions = [one for act in acts for one in act.get("suspensions", ())]
        confirmed = [one for one in confirmed if known_by is None or _day(one.get("published", one["day"])) <= known_by]
        self.confirmed = {one["settles"]: one for one in confirmed}
        self.later = [day for name in self.rules for day in self._boundaries(name) if day > on]

    def sleeping(self, name: str) -> list[Any]:
        """The suspensions that reach a rule."""
        reached = {self.act_of[name], name, *self.rules[name]["in_force"].get("sleeps_with", ())}
        return [one for one in self.suspensions if reached & set(one["suspends"])]

    def _boundaries(self, name: str) -> list[date]:
        force, days = self.rules[name]["in_force"], []
        days.append(_day(force["from"]))
        if "until" in force:
            days.append(_day(force["until"]) + timedelta(1))
        for one in self.sleeping(name):
            days += [_day(one["from"]), _day(one["through"]), _day(one["through"]) + timedelta(1)]
            if "after" in one:
                days += map(_day, one["after"].get("watch", ()))
                through = self.confirmed.get(one["after"]["status"], {}).get("through")
                days += [_day(through), _day(through) + timedelta(1)] if through else []
        return days

    def of(self, name: str) -> tuple[str, str]:
        """Whether a rule is in force ("true", "false", "unknown"), and its state in a word."""
        force, on = self.rules[name]["in_force"], self.on
        if "until" in force and on > _day(force["until"]):
            return "false", "ended"
        if on < _day(force["from"]):
            return "false", "not yet"
        found = (self._under(one, _day(force["from"])) for one in self.sleeping(name) if on >= _day(one["from"]))
        return next((one for one in found if one), ("true", "in force"))

    def _under(self, one: Any, starts: date) -> tuple[str, str]:
        """What a suspension that has begun makes of a rule."""
        on, last = self.on, _day(one["through"])
        fell_in = starts >= _day(one["from"])
        asleep = ("false", "never operated" if fell_in else "suspended")
        if on < last:
            return asleep
        said = self.confirmed.get(one.get("after", {}).get("status", ""))
        late = said is not None and "published" in said and _day(said["published"]) > on
        through = _day(said["through"]) if said and "through" in said else None
        extended = None if late else through
        if extended and on < extended:
            return asleep
        if "last_day_suspended" in one and on == (extended or last):
            chosen = self.readings.get(one["last_day_suspended"]["reading"])
            if chosen in (None, one["last_day_suspended"]["is"]):
                return asleep if chosen else ("unknown", "unknown")
        if late and through and through >= on:
            return "unknown", "unknown"
        if "after" in one and not (said and not late and said["outcome"] == "lapsed"):
            return "unknown", "unknown"
        return self._revived(one) if fell_in and "revives_at_once" in one else ("true", "in force")

    def _revived(self, one: Any) -> tuple[str, str]:
        """What becomes of a rule whose start fell into a suspension that is over."""
        chosen = self.readings.get(one["revives_at_once"]["reading"])
        if chosen is None:
            return "unknown", "unknown"
        return ("true", "in force") if chosen == one["revives_at_once"]["is"] else ("false", "not yet")


def _day(text: str) -> date:
    if len(text) != len("2026-11-23"):
        raise ValueError(f"{text!r} is no day")
    return date.fromisoformat(text)
