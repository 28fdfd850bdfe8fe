"""Hostile inputs, made from a seed: products, rule packs, configurations and side files that someone got wrong on purpose.

Knows how to spoil a clean input and what may then be answered. A case fails open when the command clears (exit 0 or 12)
and the change is not provably harmless. Run ``python -m tests.hostile [--group G] [--seed N]`` for a table by group.
"""

from __future__ import annotations

import argparse
import copy
import json
import tempfile
import typing
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel

from rare_earth_compliance.product import document as doc
from tests.running import EXAMPLES, ROOT, Ran, run

DAY = ("--on", "2026-11-23")
CLEARED = (0, 12)
REFUSED, REQUIRED, UNDETERMINED = 3, 10, 11
SEED = 20261123
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One hostile input: files to lie in a folder of its own, the command, and what may come of it."""

    group: str
    name: str
    files: dict[str, bytes]
    args: tuple[str, ...] = ("check", "x.json", *DAY)
    allowed: frozenset[int] = frozenset({REFUSED})
    """Exit statuses that are lawful here."""
    words: str = ""
    """Words that a refusal must hold."""


@dataclass
class Tally:
    """What came of the cases of a group."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


OPEN = frozenset({REFUSED, REQUIRED, UNDETERMINED})
"""Anything but a clearing."""
HARMLESS = OPEN | {0, 12}
"""A change that takes no fact away may leave the clearing as it is."""


# ---- the clean products


@cache
def bases() -> dict[str, Document]:
    """Clean inputs, each with another answer; two of them clear by one fact."""
    magnet = json.loads((ROOT / "rules/subjects/chinese-magnet.json").read_text(encoding="utf-8"))
    inside = copy.deepcopy(magnet)
    inside["shipment"].update(destination="CN", movement="transfer")
    for who in ("importer", "consignee", "end_user"):
        inside["shipment"][who].update(located_in="CN", chinese_person=True, foreign_owned=False)
    drive = json.loads((EXAMPLES / "hard-disk/assumed.json").read_text(encoding="utf-8"))
    drive["shipment"] = json.loads((EXAMPLES / "hard-disk/shipment.json").read_text(encoding="utf-8"))["shipment"]
    screw = copy.deepcopy(magnet)
    screw["product"] = {
        "part_number": "SCREW",
        "form": "metal",
        "origin": "DE",
        "made_in": "DE",
        "rare_earths": "none",
        "equipment": "none",
        "technologies_complete": True,
    }
    bare = {"format": "rare-earth-bom/1", "product": {"form": "motor"}, "shipment": {"kind": "goods"}}
    return {"required": magnet, "inside": inside, "clear": drive, "screw": screw, "undetermined": bare}


EXPECTED = {"required": REQUIRED, "inside": 0, "clear": 0, "screw": 0, "undetermined": UNDETERMINED}
"""The answer of every clean product."""


def text_of(document: Document) -> bytes:
    """A document as the bytes of a file."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def a_case(group: str, name: str, data: bytes, **more: Any) -> Case:
    """A case that is one product file."""
    return Case(group=group, name=name, files={"x.json": data}, **more)


# ---- the text


def json_cases(random: Random) -> Iterator[Case]:
    """Texts that are not the JSON they look like. Every one is put into each clean product, at a random key of it."""
    values = {
        "NaN": b"NaN",
        "Infinity": b"Infinity",
        "minus Infinity": b"-Infinity",
        "a code as number": b"1E902",
        "a million digits": b"9" * 1_000_000,
        "a huge exponent": b"1e999999999",
        "a tiny exponent": b"1e-999999999",
        "half a surrogate pair": b'"\\ud800"',
        "half a pair reversed": b'"\\udc00\\ud800"',
        "invalid UTF-8": b'"\xff\xfe"',
        "overlong UTF-8": b'"\xc0\xaf"',
        "a surrogate in UTF-8": b'"\xed\xa0\x80"',
        "NUL": b'"\x00"',
        "a bare NUL": b"\x00",
        "single quotes": b"'CN'",
        "hexadecimal": b"0x10",
        "underscores": b"1_000",
        "leading zero": b"01",
        "plus": b"+1",
        "a trailing dot": b"1.",
        "True": b"True",
        "undefined": b"undefined",
        "a comment": b"1 /* */",
        "a hundred thousand lists": b"[" * 100_000 + b"]" * 100_000,
        "a hundred thousand objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "lists never closed": b"[" * 100_000,
        "a byte-order mark": b"\xef\xbb\xbf1",
        "an escape cut short": b'"\\u12"',
        "an unknown escape": b'"\\q"',
        "nothing": b"",
    }
    for base, document in bases().items():
        text = text_of(document)
        spots = [at for at in range(len(text)) if text.startswith(b'": ', at)]
        for name, value in values.items():
            at = random.choice(spots) + 3
            end = len(text[at:]) - len(text[at:].lstrip(b'"{[')) + at
            yield a_case("json", f"{base}: {name}", text[:at] + value + b"," + text[end:])
        for name, spoilt in {
            "BOM": b"\xef\xbb\xbf" + text,
            "UTF-16": text.decode().encode("utf-16"),
            "UTF-16 without mark": text.decode().encode("utf-16-le"),
            "twice": text + text,
            "in a list": b"[" + text + b"]",
            "a comma at the end": text.rstrip()[:-1] + b",}",
            "NUL at the end": text + b"\x00",
            "nothing but space": b" \n" * 1000,
        }.items():
            yield a_case("json", f"{base}: the file: {name}", spoilt)
        for key in (*document["product"], *document["shipment"]):
            repeated = text.replace(f'"{key}":'.encode(), f'"{key}": null, "{key}":'.encode(), 1)
            yield a_case("json", f"{base}: {key} twice", repeated, words="stands twice")


def cut_cases(random: Random) -> Iterator[Case]:
    """A product cut off after every byte of it."""
    document = {"format": "rare-earth-bom/1", **{key: bases()["screw"][key] for key in ("product", "shipment")}}
    text = json.dumps(document).encode()
    for length in range(len(text)):
        yield a_case("cut", f"after byte {length}", text[:length], allowed=frozenset({3, 4}))


# ---- the schema


def holders(value: Any) -> Iterator[Document]:
    """Every object of a document, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from holders(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from holders(inner)


def misspelt(key: str, random: Random) -> str:
    """A key with two letters swapped, one lost or one doubled."""
    at = random.randrange(len(key) - 1)
    kinds = [key[:at] + key[at + 1] + key[at] + key[at + 2 :], key[:at] + key[at + 1 :], key[:at] + key[at] + key[at:]]
    return next((one for one in random.sample(kinds, 3) if one != key), key + "s")


def typo_cases(random: Random) -> Iterator[Case]:
    """Every key of every clean product misspelt, once in its place and once beside it."""
    for base, document in bases().items():
        for number, (_, key) in enumerate([(one, key) for one in holders(document) for key in one]):
            for beside in (False, True):
                changed = copy.deepcopy(document)
                holder = [(one, key) for one in holders(changed) for key in one][number][0]
                value = holder[key] if beside else holder.pop(key)
                holder[misspelt(key, random)] = value
                yield a_case("typo", f"{base}: {key} #{number}{' beside' if beside else ''}", text_of(changed))


WRONG_TYPES: dict[str, Any] = {
    "a number": 7,
    "an object": {"x": 1},
    "nested lists": [[[]]],
    "a list of null": [None],
    "false as text": "false",
    "an empty text": "",
    "foreign digits": "١٢",
    "full-width digits": "１２",
    "a very long text": "x" * 3_000,
}


def type_cases(random: Random) -> Iterator[Case]:
    """Every key of the format with values that are none of it, in a product that would clear."""
    places: dict[str, tuple[type[BaseModel], Callable[[Document], Document]]] = {
        "item": (doc.ItemFields, lambda one: one["product"]),
        "substance": (doc.SubstanceFields, lambda one: _first(one["product"], "composition", {"element": "Fe"})),
        "technology": (doc.TechnologyFields, lambda one: _first(one["product"], "technologies", {})),
        "evidence": (doc.EvidenceFields, lambda one: _first(one["product"], "evidence", {"document": "x"})),
        "line": (doc.LineFields, lambda one: _first(one["product"], "parts", {"rare_earths": "none"})),
        "money": (doc.MoneyFields, lambda one: _inner(one["product"], "unit_value", {"amount": "1", "currency": "EUR"})),
        "shipment": (doc.ShipmentFields, lambda one: one["shipment"]),
        "party": (doc.PartyFields, lambda one: one["shipment"]["end_user"]),
        "end use": (doc.EndUseFields, lambda one: one["shipment"]["end_use"]),
        "holding": (doc.HoldingFields, lambda one: _first(one["shipment"], "ownership", {"owner": "a", "owned": "b"})),
        "file": (doc.FileFields, lambda one: one),
    }
    for where, (model, into) in places.items():
        for key in (one.alias or name for name, one in model.model_fields.items()):
            for kind, value in WRONG_TYPES.items():
                document = copy.deepcopy(bases()["screw"])
                into(document)[key] = value
                yield a_case("types", f"{where}.{key}: {kind}", text_of(document), allowed=OPEN | _valid(key, value))


def _valid(key: str, value: Any) -> frozenset[int]:
    """0 is lawful only where the value is text or a number that people alone read, or that decides nothing in a screw."""
    inert = {"part_number", "name", "note", "about", "description", "identifier", "source", "document", "evidence", "issued_by"}
    inert |= {"per", "amount", "quantity", "base_quantity", "layers", "layers_per_stack", "owner", "owned"}
    known = key in inert and isinstance(value, str | int)
    return frozenset({0, 12}) if known else frozenset()


def _first(holder: Document, key: str, value: Document) -> Document:
    holder[key] = [dict(value)]
    return typing.cast("Document", holder[key][0])


def _inner(holder: Document, key: str, value: Document) -> Document:
    holder[key] = dict(value)
    return typing.cast("Document", holder[key])


# ---- the meaning


def lost_cases(random: Random) -> Iterator[Case]:
    """Every fact of a product taken away, nulled or said to be unknown: what decided must not be lost silently."""
    for base, document in bases().items():
        keys = [(at, key) for at, one in enumerate(holders(document)) for key in one]
        for at, key in keys:
            for how in ("gone", None, "unknown"):
                changed = copy.deepcopy(document)
                holder = list(holders(changed))[at]
                if how == "gone":
                    del holder[key]
                else:
                    holder[key] = how
                yield a_case("lost", f"{base}: {key} #{at} {how}", text_of(changed), allowed=_when_lost(base, key))


def _when_lost(base: str, key: str) -> frozenset[int]:
    """What may be answered: no loss clears what was not clear, and the facts that a clearing rests on may not be lost.

    The drive clears by 0 % of Dy and Tb, the screw by its declaration, the magnet by staying in the country.
    """
    if EXPECTED[base] != 0:
        return OPEN
    decisive = {
        "screw": {"rare_earths", "product", "format"},
        "inside": {"destination", "product", "shipment", "format"},
        "clear": {"format", "product", "composition", "element"},
    }[base]
    return OPEN if key in decisive else HARMLESS


def meaning_cases(random: Random) -> Iterator[Case]:
    """Products that say what can not be, or too much."""
    magnet = {"form": "permanent-magnet", "family": "NdFeB", "origin": "CN", "composition": [{"element": "Dy"}], "quantity": 1}

    def euros(amount: str) -> Document:
        return {"amount": amount, "currency": "EUR"}

    def made(name: str, product: Document, allowed: frozenset[int] = OPEN, **more: Any) -> Case:
        document = copy.deepcopy(bases()["screw"])
        document["product"].update(product)
        document.update(more)
        return a_case("meaning", name, text_of(document), allowed=allowed)

    refused = frozenset({REFUSED})
    for length in (1, 2, 3, 50, 2_000):
        shared = {f"S{at}": {"parts": [{"use": f"S{(at + 1) % length}", "quantity": 1}]} for at in range(length)}
        yield made(f"a ring of {length}", {"parts": [{"use": "S0", "quantity": 1}]}, refused, shared=shared)
    levels = {f"S{at}": {"parts": [{"use": f"S{at + 1}", "quantity": q} for q in (1, 2)]} for at in range(60)}
    bottom = {**magnet}
    bottom.pop("quantity")
    yield made("2^60 paths to a magnet", {"parts": [{"use": "S0", "quantity": 1}]}, shared={**levels, "S60": bottom})
    for number in (
        "-1",
        -1,
        "0",
        0,
        "-0",
        "1e999",
        "1e-999",
        "١",
        "１",
        "1,5",
        "1 000",
        "∞",
        "½",
        "1/2",
        "0x1",
        "1_0",
        "½ pcs",
    ):
        where = ("quantity", "mass", "amount", "mass_fraction", "base_quantity")
        for key in where:
            document: Document = {"parts": [{"rare_earths": "none", "quantity": 1}]}
            if key == "quantity":
                document["parts"][0][key] = number
            elif key == "mass":
                document[key] = f"{number} kg" if isinstance(number, str) else number
            elif key == "amount":
                document["unit_value"] = {"amount": number, "currency": "EUR"}
            elif key == "mass_fraction":
                document["composition"] = [{"element": "Dy", "mass_fraction": number}]
            else:
                document[key] = number
            zero = key == "mass_fraction" and str(number) in ("0", "0.0")
            yield made(f"{key} {number!r}", document, HARMLESS if zero else OPEN)
    for share in ("100.1 %", "101 %", "1.01", "90 .. 110 %", "1000001 ppm", "> 100 %", "-0.1 %", "5 .. 4 %", "3,1 %", "3.1%%"):
        yield made(f"a fraction of {share}", {"composition": [{"element": "Fe", "mass_fraction": share}]}, refused)
    for count in (2, 3, 30):
        parts = [{"element": "Fe", "mass_fraction": f"{100 // count + 2} %"} for _ in range(count)]
        yield made(f"{count} fractions above the whole", {"composition": parts}, refused)
    for key, value in {
        "none but holds": {"composition": [{"element": "Dy", "mass_fraction": "3 %"}]},
        "none but a magnet inside": {"parts": [magnet]},
        "none but an alloy": {"alloy": ["Dy", "Fe"]},
        "none but a magnet family": {"family": "NdFeB"},
        "none but a control code": {"control_codes": ["1C905.a.4"]},
        "codes of two lists": {"control_codes": ["1C905.a.4", "1C902"]},
        "codes that contradict": {"control_codes": ["1C905.a.4"], "form": "metal"},
        "equipment none above equipment": {"parts": [{"equipment": "machine", "quantity": 1}]},
        "complete without a line": {"complete": True},
        "a line of unknown": {"rare_earths": None, "parts": [{"quantity": 1}]},
        "present declared": {"rare_earths": "present"},
        "a part worth more": {"unit_value": euros("1"), "parts": [{**magnet, "unit_value": euros("9")}]},
        "a part in another currency": {"parts": [{**magnet, "unit_value": {"amount": "9", "currency": "JPY"}}]},
        "origin against material": {"origin": "DE", "materials": [magnet], "composition": [{"element": "Dy", "origin": "JP"}]},
        "a magnet used none times": {"parts": [{**magnet, "quantity": "< 0.000001"}]},
    }.items():  # fmt: skip
        yield made(key, value)
    words = {"CN": ["China", "cn", "PRC", "CHN", "中国", " CN", "CN ", "ＣＮ", "C N", "XX", "EU", "UK", "", "CN\u200b", "СN"]}
    for spelled in words["CN"]:
        for key in ("ship_from", "destination"):
            document = copy.deepcopy(bases()["inside"])
            document["shipment"][key] = spelled
            yield a_case("meaning", f"{key} {spelled!r}", text_of(document))
    flags = ["military", "chinese_person"]
    for said in ("false", "no", "0", 0, "False", [], {}, "none"):
        for key in flags:
            document = copy.deepcopy(bases()["screw"])
            document["shipment"]["end_user"][key] = said
            yield a_case("meaning", f"{key} {said!r}", text_of(document))
    for _ in range(40):
        # A required magnet buried at a random depth under lines that say nothing of it can not clear.
        inner: Document = dict(magnet)
        for _ in range(random.randrange(1, 40)):
            inner = {"quantity": random.choice([1, "0.001", "1 .. 2"]), "form": "part", "rare_earths": "none", "parts": [inner]}
        yield made(f"a magnet under lines free of rare earths {random.random()}", {"parts": [inner]})


# ---- files beside the product


def side_cases(random: Random) -> Iterator[Case]:
    """Configurations, decisions, known findings, price tables and confirmations that are not what they should be."""
    from tests import hostile_sides  # noqa: PLC0415

    yield from hostile_sides.cases(random)


GROUPS: dict[str, Callable[[Random], Iterator[Case]]] = {
    "json": json_cases,
    "cut": cut_cases,
    "typo": typo_cases,
    "types": type_cases,
    "lost": lost_cases,
    "meaning": meaning_cases,
    "sides": side_cases,
}


def cases(group: str, seed: int = SEED) -> list[Case]:
    """The cases of a group."""
    return list(GROUPS[group](Random(f"{group} {seed}")))  # noqa: S311


def ran(case: Case, folder: Path) -> Ran:
    """What the command does with a case, in a folder that holds its files and no others."""
    for old in folder.iterdir():
        old.unlink()
    for name, data in case.files.items():
        (folder / name).write_bytes(data)
    return run(case.args, folder=folder)


def tally(group: str, folder: Path, seed: int = SEED, *, stride: int = 1) -> Tally:
    """Run the cases of a group, or every ``stride``-th of them."""
    found = Tally()
    for case in cases(group, seed)[::stride]:
        try:
            result = ran(case, folder)
        except Exception as error:  # noqa: BLE001  a crash is a finding, not the end
            found.wrong.append(f"{case.name}: {type(error).__name__}: {str(error)[:200]}")
            found.statuses[1] += 1
            continue
        found.statuses[result.status] += 1
        if result.status in CLEARED and result.status not in case.allowed:
            found.open.append(case.name)
        elif result.status not in case.allowed:
            found.wrong.append(f"{case.name}: exit {result.status}")
        said = result.out + result.err
        if result.status == REFUSED and ("do:" not in said or (case.words and case.words not in " ".join(said.split()))):
            found.wrong.append(f"{case.name}: a refusal without words: {said[:200]!r}")
    return found


def row(group: str, found: Tally) -> str:
    """A line of the table."""
    at = found.statuses
    others = sum(count for code, count in at.items() if code not in (0, 12, 3, 10, 11))
    cleared = at[0] + at[12] - len(found.open)
    numbers = (sum(at.values()), at[3], at[11], at[10], cleared, others, len(found.open), len(found.wrong))
    return f"{group:10}" + "".join(f"{number:>13,}" for number in numbers)


HEAD = f"{'group':10}" + "".join(
    f"{name:>13}" for name in ("cases", "refused", "undetermined", "required", "cleared", "other", "FAIL-OPEN", "wrong")
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--group", choices=sorted(GROUPS))
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for group in [asked.group] if asked.group else GROUPS:
            found = tally(group, Path(folder), asked.seed)
            print(row(group, found), flush=True)
            for text in (*(f"  FAIL-OPEN {name}" for name in found.open), *(f"  wrong {name}" for name in found.wrong)):
                print(text)


if __name__ == "__main__":
    main()
