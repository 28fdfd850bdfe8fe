"""What is checked and against what: a record, the documents and the rule files, read and held against their hashes.

Knows strict JSON, the files of a pack as they are written, tables of words, and digests. Checks no step of a record: verify
does. Shares no code with the loader of rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

FORMAT = "rare-earth-record/2"
CONTENTS = "#contents"
"""After the place of an item: what it may hold beyond its lines."""
GONE = {"processing": ["consumed"], "principal": False}
"""What is known of an input that is said to be consumed: it is no thing of its own any more."""
EFFECTS = {"required": "licence", "prohibited": "prohibition", "none": "duty"}
_HERE = Path(__file__).parents[1]
FORMS = json.loads((_HERE / "product" / "words.json").read_bytes())["form"]
_CODES = (_HERE / "core" / "codes" / "countries.txt").read_text(encoding="utf-8")
COUNTRIES = {row.partition("\t")[0] for row in _CODES.splitlines() if row[:1] not in ("", "#")}

OPERATORS = ("is", "is_not", "any_of", "none_of", "at_least", "above", "at_most", "below", "before", "from")


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces; what JSON does not have, such as an amount, as its text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def written(value: Any) -> Any:
    """A value as a record holds it."""
    return json.loads(canonical(value))


def sha256(data: Any) -> str:
    """Over bytes, the UTF-8 of a text, or the canonical JSON of anything else."""
    text = data if isinstance(data, bytes | str) else canonical(data)
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")).hexdigest()


def strict(text: str | bytes) -> Any:
    """JSON with its numbers as text, without what is null or "unknown". Raises ValueError for a key that stands twice."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(found)) < len(found):
            raise ValueError("a key stands twice")
        return {key: value for key, value in found if value not in (None, "unknown")}

    return json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=pairs)


def plain_yaml(data: str | bytes) -> Any:
    """YAML with every scalar as text. Raises ValueError."""
    try:
        return yaml.load(data, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506  # makes text of everything
    except yaml.YAMLError as error:
        raise ValueError(f"no YAML: {error}") from None


def lookup(tree: Any, place: str) -> Any:
    """What stands at a JSON pointer; None where nothing does."""
    for step in place.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        inside = isinstance(tree, list) and name.isdigit() and int(name) < len(tree)
        tree = tree.get(name) if isinstance(tree, dict) else tree[int(name)] if inside else None
    return tree


def lines_below(one: Any, place: str) -> list[tuple[str, Any]]:
    """The lines of an item of a product file: the place of what each of them names, and the line itself."""
    lines = [(f"{place}/{key}/{at}", line) for key in ("materials", "parts") for at, line in enumerate(one.get(key, ()))]
    shared = "/shared/{}".format
    return [(shared(escaped(line["use"])) if "use" in line else child, line) for child, line in lines]


def lines_of(tree: Any, root: str) -> set[str]:
    """Every item of a product file that is part of the product, by its place."""
    found, work = {root}, [root]
    while work:
        place = work.pop()
        below = {child for child, _ in lines_below(lookup(tree, place), place)} - found
        found |= below
        work += below
    return found


def escaped(name: str) -> str:
    """A key as a JSON pointer writes it."""
    return name.replace("~", "~0").replace("/", "~1")


def digest(record: Any) -> str:
    """Over everything in a record but the digest itself."""
    return sha256({name: value for name, value in record.items() if name != "sha256"})


def opened(data: bytes) -> Any:
    """A record from its bytes. Raises ValueError for what is no strict JSON, is nested too deeply, or is no record."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(found)) < len(found):
            raise ValueError("a key stands twice")
        return dict(found)

    def refuse(text: str) -> Any:
        raise ValueError(f"{text} is no whole number")

    try:
        record = json.loads(data.decode(), object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError(f"is no record of the format {FORMAT}")
    if not isinstance(record.get("determinations"), list) or not record["determinations"]:
        raise ValueError("holds no determination")
    return record


class Law:
    """The files of a pack as they are written. Raises OSError or ValueError for what can not be read."""

    def __init__(self, folder: Path) -> None:
        texts = {"pack.yaml": (folder / "pack.yaml").read_bytes()}
        pack = plain_yaml(texts["pack.yaml"])
        single = [pack[key] for key in ("vocabulary", "readings", "terms", "parties") if key in pack]
        for name in (*single, *pack["lists"], *pack["instruments"], *pack["subjects"]):
            texts[name] = (folder / name).read_bytes()
        files = {name: sha256(texts[name]) for name in sorted(texts)}
        whole = sha256("".join(f"{name}\n{one}\n" for name, one in files.items()))
        self.said = {"id": pack["pack"], "sha256": whole, "files": files}
        read = {name: plain_yaml(text) for name, text in texts.items() if name not in pack["subjects"]}
        terms = read[pack["terms"]]
        self.questions = {one["ask"]: one for one in read[pack["vocabulary"]]["questions"]}
        self.readings = {one["id"]: one for one in read[pack["readings"]]["readings"]}
        fixed = {name: one.get("official", one.get("assumed")) for name, one in self.readings.items()}
        self.fixed = {name: option for name, option in fixed.items() if option}
        """The readings in use unless others are chosen."""
        self.terms, self.groups = {one["id"]: one["when"] for one in terms["terms"]}, terms["groups"]
        nobody: dict[str, Any] = {"announcements": [], "parties": [], "legal_forms": []}
        self.parties = read[pack["parties"]] if "parties" in pack else nobody
        self.lists = {read[name]["list"]: read[name]["entries"] for name in pack["lists"]}
        self.acts = {name: read[name] for name in pack["instruments"]}
        self.clauses = {one["id"]: (place, one) for name in self.acts for place, one in self._clauses(name)}
        """Rules, policies, suspensions and exemptions by their ids, each with its place."""
        self._asked: dict[int, tuple[Any, tuple[Any, str, Any, dict[str, str]]]] = {}
        self._under: dict[tuple[int, str, str], Any] = {}

    def _clauses(self, name: str) -> Iterator[tuple[str, Any]]:
        for kind in ("rules", "policies", "suspensions"):
            for at, one in enumerate(self.acts[name].get(kind, ())):
                yield f"{name}#/{kind}/{at}", one
                for number, lifted in enumerate(one.get("unless", ())):
                    yield f"{name}#/{kind}/{at}/unless/{number}", lifted

    def rules(self, known_by: str | None) -> dict[str, Any]:
        """The rules of the instruments that were published by a day."""
        rules = {name: one for name, (_, one) in self.clauses.items() if "in_force" in one}
        return {name: one for name, one in rules.items() if self.act_of(name)["issued"] <= (known_by or "9999")}

    def asked(self, raw: Any) -> tuple[Any, str, Any, dict[str, str]]:
        """The question of a condition of this pack, its operator, what is asked for, and the parameters."""
        kept = self._asked.get(id(raw))
        if kept is None:  # the condition is kept beside the answer, so that its identity is not given to another one
            question = self.questions[raw["ask"]]
            names = sorted(name.partition(":")[0].rstrip("?") for name in question.get("params", ()))
            op = next(key for key in OPERATORS if key in raw and key not in names)
            exact = question["type"] in ("share", "amount", "day")
            words = {name: " ".join(self.words(raw[name])) for name in names if name in raw}
            asked = raw[op] if exact else sorted(set(self.words(raw[op])))
            kept = self._asked[id(raw)] = (raw, (question, op, asked, words))
        return kept[1]

    def under(self, raw: Any, name: str, option: str) -> Any:
        """A condition with a parameter that is a reading read in one way; the same object each time."""
        return self._under.setdefault((id(raw), name, option), {**raw, name: option})

    def options(self, reading: str) -> list[str]:
        """The options of a reading."""
        return [one["id"] for one in self.readings[reading]["options"]]

    def act_of(self, clause: str) -> Any:
        """The instrument in which a clause stands."""
        return self.acts[self.clauses[clause][0].partition("#")[0]]["instrument"]

    def quoted(self, clause: str) -> dict[str, Any]:
        """The words of a clause, where they stand, and how they are read."""
        place, one = self.clauses[clause]
        says = {key: one["says"][key].strip() for key in ("at", "zh", "confidence")}
        return {"id": clause, "in": place, **says, "read_as": one.get("read_as", "").strip()}

    def cited(self, rules: set[str], states: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The words of rules, of what lifts them, of how applications are decided, and of what suspends them."""
        names = {*rules}
        for rule, one in ((name, self.clauses[name][1]) for name in rules):
            names |= {lifted["id"] for lifted in one.get("unless", ())} | {*one["then"].get("policies", ())}
            names |= {*states[rule]["suspended_by"]}
        return [self.quoted(name) for name in sorted(names)]

    def force(self, rule: str) -> dict[str, Any]:
        """What follows from a rule, and the days between which it is law."""
        place, one = self.clauses[rule]
        until, effect = one["in_force"].get("until"), EFFECTS[one["then"]["licence"]]
        return {"rule": rule, "in": place, "effect": effect, "from": one["in_force"]["from"], "until": until}

    def reading(self, name: str, chosen: Mapping[str, str]) -> dict[str, Any]:
        """A reading in use as a record names it: chosen, or else given officially or assumed."""
        one = self.readings[name]
        by = "chosen" if name in chosen else "official" if "official" in one else "assumed"
        option = chosen.get(name, one.get("official", one.get("assumed")))
        means = next(each["means"].strip() for each in one["options"] if each["id"] == option)
        return {"reading": name, "option": option, "by": by, "question": one["question"].strip(), "means": means}

    def lists_of(self, when: Any) -> list[str]:
        """The lists on one of which the item of a rule must stand."""
        asks = [one for one in when.get("all", [when]) if one.get("ask") == "item.listed_in" and {"is", "any_of"} & {*one}]
        return sorted(self.words(asks[0].get("is", asks[0].get("any_of")))) if asks else []

    def words(self, value: Any) -> list[str]:
        """Words, with the groups among them written out."""
        listed = value if isinstance(value, list) else [value]
        return [one for word in listed for one in (sorted(self.groups[word[6:]]) if word.startswith("group ") else [word])]


def differences(said: Any, made: Any, path: str = "", most: int = 20) -> list[str]:
    """Where what a record says is not what was made anew, each with its place."""
    if isinstance(said, dict) and isinstance(made, dict):
        odd = [f"{path}/{key}: the record says {_short(said[key])}, nothing is derived" for key in said if key not in made]
        odd += [f"{path}/{key}: the record says nothing, derived {_short(made[key])}" for key in made if key not in said]
        pairs = [(f"{path}/{key}", said[key], made[key]) for key in said if key in made]
    elif isinstance(said, list) and isinstance(made, list) and len(said) == len(made):
        odd, pairs = [], [(f"{path}/{at}", *pair) for at, pair in enumerate(zip(said, made, strict=True))]
    else:
        same = canonical(said) == canonical(made)
        return [] if same else [f"{path or '/'}: the record says {_short(said)}, derived {_short(made)}"]
    unlike = [pair for pair in pairs if pair[1] != pair[2]]
    if not unlike:  # to Python 1 and true are the same, in a record they are not
        unlike = [pair for pair in pairs if canonical(pair[1]) != canonical(pair[2])]
    for where, one, two in unlike:
        odd += differences(one, two, where, most - len(odd)) if len(odd) < most else []
    return odd[:most]


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:90]
