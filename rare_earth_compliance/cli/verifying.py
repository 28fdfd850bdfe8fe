"""The command ``verify``: a record checked against the files that it was made of, as they are handed in.

Knows its options, which file is handed in as what, and that only files are checked which the reader of product files takes:
what ``check`` would refuse holds nothing. What a record is stands in record, and judging in the engine, which is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rare_earth_compliance.cli.saying import complain, say

if TYPE_CHECKING:
    from rare_earth_compliance.core.problems import Problem
    from rare_earth_compliance.product.reader import Contents
    from rare_earth_compliance.product.tables import Table

REFUSED = 3
CODES = "Exit status: 0 the record holds · 2 wrong usage · 3 it does not hold, or something could not be read"
USES = {"product": "a product", "shipment": "a shipment", "prices": "a price table", "status": "a confirmation"}


def verify(
    record: Annotated[Path, typer.Argument(metavar="RECORD", help="A record that check --record wrote.")],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help="The products, as check was given them; a file without a product is what it says."
        ),
    ],
    shipment: Annotated[
        list[Path] | None, typer.Option("--shipment", metavar="FILE", help="A shipment in a file of its own; again for more.")
    ] = None,
    prices: Annotated[
        list[Path] | None, typer.Option("--prices", metavar="FILE", help="Market prices and rates; again for more.")
    ] = None,
    status: Annotated[
        list[Path] | None, typer.Option("--confirm-status", metavar="FILE", help="What happened to the law; again for more.")
    ] = None,
    rules: Annotated[Path | None, typer.Option("--rules", metavar="DIR", help="Folder of a rule pack.")] = None,
) -> None:
    """Check a record again, by other means than those it was made with.

    Takes the files as check took them. A small checker makes every step anew: facts from their places in the
    files, words and days from the rule files, outcomes from their parts, sums, and the answer from every rule at
    every line. What it takes as said, a second stage works out from the files; what is left is named, and so is
    what was asked beside the files: the day, facts, readings. replay judges anew.
    """
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.law.pack_files import rules_folder  # noqa: PLC0415
    from rare_earth_compliance.record import checking, opening  # noqa: PLC0415
    from rare_earth_compliance.record.replay import called  # noqa: PLC0415

    found = checking.Checked()
    try:
        said = opening.opened(record.read_bytes())
        ways = {"": files, "shipment": shipment or (), "prices": prices or (), "status": status or ()}
        documents = as_handed_in(said, ways, rules)
        found = checking.checked(said, documents, opening.Law(rules or rules_folder()))
    except Refused as refused:
        for problem in {str(one): one for one in refused.problems}.values():
            complain(problem)
        found.faults = ["check would not take these files as they are handed in"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        found.faults = [f"can not be checked: {error}"]
    for line in found.faults:
        complain(f"{record}: {line}")
    if found.faults:
        complain(f"{record}: does not hold")
        raise typer.Exit(REFUSED)
    answers = ", ".join(f"{called(one)}: {one['answer']} (on {one['on']})" for one in said["determinations"])
    say(f"{record}: holds for {len(documents)} files and rules {said['rules']['sha256'][:12]} – {answers}")
    left = [f"that {said['tool']} made it", *dict.fromkeys([*found.beside, *found.left])]
    derived = len(found.premises) - len(found.left)
    say(f"taken as said by the checker, and worked out anew from the files by the second stage: {derived} premises")
    say(f"taken as said: {len(left)}")
    for one in left:
        say(f"  {one}")


@dataclass(slots=True)
class _File:
    """A file as it is handed in: by which options, its bytes, and what the record uses it as."""

    path: Path
    data: bytes
    used: set[str]
    handed: set[str] = field(default_factory=set)


def as_handed_in(said: Any, ways: Mapping[str, Iterable[Path]], rules: Path | None) -> dict[str, bytes]:
    """The bytes of each file that a record names, once they are read as ``check`` reads them, and used as handed in.

    Raises Refused for what the reader does not take, ValueError where the record uses a file as something else.
    """
    every = [one["used"] for one in said["determinations"]]
    uses: dict[str, set[str]] = {str(one["name"]): set() for one in said["files"]}
    names = list(uses)
    for one in every:
        for use in USES:
            for at in one[use] if use in ("prices", "status") else [one[use]]:
                uses[names[at]].add(use)
    files = _matched(uses, ways)
    if missing := [name for name in names if name not in files]:
        raise ValueError(f"the file {missing[0]!r} was not handed in")
    read = _Read(files, said["determinations"][0], rules)
    for one in files.values():
        if one.used - {"shipment"} != one.handed - {"shipment"}:
            handed, used = (" and ".join(USES[use] for use in USES if use in side) for side in (one.handed, one.used))
            advice = "hand the files in as check was given them"
            raise ValueError(f"{one.path} is handed in as {handed}, the record uses it as {used or 'nothing'}: {advice}")
    if {(names[one["product"]], names[one["shipment"]]) for one in every} != {*read.pairs}:
        raise ValueError("the record does not judge every product in the shipments that are handed in, and in no others")
    return {name: one.data for name, one in files.items()}


class _Read:
    """Files read as ``check`` reads them, up to where it would judge. Raises Refused with all their problems."""

    def __init__(self, files: Mapping[str, _File], asked: Any, rules: Path | None) -> None:
        from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415

        self.files, self.rules = files, rules
        self.problems: list[Problem] = []
        self.products: dict[str, Contents] = {}
        self.shipments: dict[str, Contents] = {}
        self.tables: list[Table] = []
        for name in files:
            try:
                self._read(name)
            except Refused as refused:
                self.problems += refused.problems
        if not self.problems:
            self._shipped([(name, value) for name, value in asked["given"]])
            self._confirmed()
        if self.problems:
            raise Refused(self.problems)

    @property
    def pairs(self) -> Iterable[tuple[str, str]]:
        """Each product with its own shipment, or with every one that is handed in."""
        return [(one, two) for one in self.products for two in (self.shipments or [one])]

    def _read(self, name: str) -> None:
        """Read a file as what it is handed in as; one that is only named is what it holds, a table what the record says."""
        from rare_earth_compliance.product.pairing import as_shipment  # noqa: PLC0415
        from rare_earth_compliance.product.reader import read  # noqa: PLC0415
        from rare_earth_compliance.product.tables import read_table  # noqa: PLC0415

        one = self.files[name]
        if "" in one.handed and one.used in ({"prices"}, {"status"}):
            one.handed = one.handed - {""} | one.used
        if "prices" in one.handed:
            self.tables.append(read_table(one.data, str(one.path)))
        if one.handed & {"", "shipment"}:
            found = read(one.data, str(one.path))
            if "" in one.handed:
                one.handed = one.handed - {""} | {"product" if found.product is not None else "shipment"}
            if "product" in one.handed:
                self.products[name] = found
            if "shipment" in one.handed:
                self.shipments[name] = as_shipment(found, alone=False)

    def _shipped(self, given: Sequence[tuple[str, str]]) -> None:
        """Put products and shipments together, with the facts given beside the files."""
        from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
        from rare_earth_compliance.product.tables import shipment_facts, shipped  # noqa: PLC0415

        try:
            facts = shipment_facts(given)
            for one, two in self.pairs:
                product = self.products[one].product
                if product is not None:
                    shipped(product, self.shipments.get(two, self.products[one]), facts, tuple(given), self.tables)
        except Refused as refused:
            self.problems += refused.problems

    def _confirmed(self) -> None:
        from rare_earth_compliance.cli.inputs import confirmations  # noqa: PLC0415
        from rare_earth_compliance.cli.packs import load  # noqa: PLC0415
        from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415

        told = {str(one.path): one.data for one in self.files.values() if "status" in one.handed}
        try:
            confirmations(told, load(self.rules), told.__getitem__) if told else ()
        except Refused as refused:
            self.problems += refused.problems


def _matched(uses: Mapping[str, set[str]], ways: Mapping[str, Iterable[Path]]) -> dict[str, _File]:
    """Each file that a record names, as it is handed in; every file handed in must be one of them."""
    found: dict[str, _File] = {}
    longest = sorted(uses, key=len, reverse=True)
    for way, path in ((way, path) for way, paths in ways.items() for path in paths):
        same = next((one for one in found.values() if one.path == path), None)
        if same is None:
            whole = "/" + "/".join(path.absolute().parts[1:])
            name = next((one for one in longest if one not in found and whole.endswith(f"/{one}")), None)
            if name is None:
                raise ValueError(f"{path}: no file of this name was used; the record names {', '.join(longest)}")
            same = found[name] = _File(path, path.read_bytes(), uses[name])
        same.handed.add(way)
    return found
