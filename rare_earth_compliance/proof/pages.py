"""A proof as a page for people and as JSON, and its witnesses as files that ``check`` reads.

Knows what is said of claims and how a witness is written down. Does not settle claims.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rare_earth_compliance.proof.claim import KINDS, Claim, Standing
from rare_earth_compliance.proof.prove import Proof
from rare_earth_compliance.proof.replay import Replayed, text_of
from rare_earth_compliance.proof.witness import Witness
from rare_earth_compliance.reports.blocks import Block, Grid, Heading, Items

FORMAT = "rare-earth-proof/1"
INDEX = "witnesses.json"
"""The file that says of every witness what it shows, for which day, and under which readings."""
_ORDER = (Standing.REFUTED, Standing.BROKEN, Standing.OPEN, Standing.MEANT)


def proof_blocks(proof: Proof) -> Iterator[Block]:
    """The blocks of the page: a table of all claims, then each that is not simply proved."""
    open_ = sum(not one.settled for one in proof.claims)
    answer = "PROVED" if proof.holds else "NOT PROVED"
    said = f"{len(proof.claims)} claims, {open_} of them not settled; {len(proof.witnesses)} witnesses replayed in the engine"
    yield Heading(f"{answer} – {proof.pack.title}")
    yield Items((f"{said}, {len(proof.disagreements)} of them with another outcome", *_left_out(proof)))
    rows = []
    for kind in proof.kinds:
        count = proof.count(kind)
        rows.append((kind, KINDS[kind], str(count.total()), *(str(count[standing]) for standing in Standing)))
    yield Grid(("claim", "what is claimed", "looked at", *(standing.value for standing in Standing)), tuple(rows))
    for standing in _ORDER:
        found = [one for one in proof.claims if one.standing is standing]
        if found:
            yield Heading(f"{standing.value.capitalize()}: {len(found)}")
            yield Items(tuple(map(_line, found)))
    if proof.disagreements:
        yield Heading("Witnesses of which the engine says something else than the solver")
        yield Items(tuple(f"{witness.name}: {witness.shows}: {'; '.join(one.wrong)}" for witness, one in proof.disagreements))


def _left_out(proof: Proof) -> Iterator[str]:
    """What was not looked at because it was not asked for."""
    left = [kind for kind in KINDS if kind not in proof.kinds]
    if left:
        yield f"not looked at: claims of the kind {', '.join(left)}"
    if proof.about:
        yield f"looked at: {', '.join(proof.about)} alone"


def _line(claim: Claim) -> str:
    shown = f" [{', '.join(claim.witnesses)}]" if claim.witnesses else ""
    said = f"{claim.kind} – {claim.of}"
    return f"{said}: {claim.because}{shown}" if claim.because else f"{said}{shown}"


def proof_json(proof: Proof) -> str:
    """Every claim, every count and every witness as JSON text."""
    made = {
        "format": FORMAT,
        "pack": proof.pack.id,
        "sha256": proof.pack.sha256,
        "proved": proof.holds,
        "kinds": list(proof.kinds),
        "about": list(proof.about),
        "counts": {
            kind: {"looked_at": proof.count(kind).total(), **{one.value: proof.count(kind)[one] for one in Standing}}
            for kind in proof.kinds
        },
        "claims": [_claim(one) for one in proof.claims],
        "witnesses": [_witness(witness, replayed) for witness, replayed in proof.witnesses],
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.kind,
        "of": claim.of,
        "says": claim.says,
        "standing": claim.standing.value,
        "because": claim.because,
        "witnesses": list(claim.witnesses),
    }


def _witness(witness: Witness, replayed: Replayed) -> dict[str, Any]:
    expected = witness.expected
    return {
        "name": witness.name,
        "shows": witness.shows,
        "file": file_of(witness),
        "status": status_file_of(witness),
        "on": witness.on.isoformat(),
        "readings": dict(witness.readings),
        "lapsed": list(witness.lapsed),
        "extended": {name: day.isoformat() for name, day in witness.extended},
        "rule": expected.rule,
        "item": expected.part,
        "expected": expected.status.value,
        "found": replayed.found,
        "rules_compared": replayed.compared,
        "wrong": list(replayed.wrong),
    }


def file_of(witness: Witness) -> str:
    """The name of the file of a witness: the same for the same product and shipment."""
    return f"{hashlib.sha256(text_of(witness).encode()).hexdigest()[:16]}.json"


def status_file_of(witness: Witness) -> str:
    """The name of the file that says what happened to the law; "" where nothing is confirmed."""
    text = status_text(witness)
    return f"status-{hashlib.sha256(text.encode()).hexdigest()[:16]}.yaml" if text else ""


def status_text(witness: Witness) -> str:
    """What is taken to have happened to the law, as a file for ``--confirm-status``; "" where it is nothing."""
    lines = []
    for name in witness.lapsed:
        lines += [f"  - settles: {name}", "    outcome: lapsed"]
        lines += ["    source: assumed in a proof", "    by: the proof", f"    day: {witness.on}"]
    for name, through in witness.extended:
        lines += [f"  - settles: {name}", "    outcome: extended", f"    through: {through}"]
        lines += ["    instrument: assumed in a proof", f"    published: {witness.on}"]
        lines += ["    source: assumed in a proof", "    by: the proof", f"    day: {witness.on}"]
    return "\n".join(["format: rare-earth-status/1", "confirmations:", *lines, ""]) if lines else ""


def write_witnesses(proof: Proof, folder: Path) -> int:
    """Write every witness as a file of product data, with what it takes to have happened to the law, and an index.

    How many files of product data there are. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    products = {file_of(witness): text_of(witness) for witness, _ in proof.witnesses}
    statuses = {status_file_of(witness): status_text(witness) for witness, _ in proof.witnesses if status_text(witness)}
    rows = [_witness(witness, replayed) for witness, replayed in proof.witnesses]
    index = {INDEX: json.dumps(rows, ensure_ascii=False, indent=1) + "\n"}
    for name, text in {**products, **statuses, **index}.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    return len(products)
