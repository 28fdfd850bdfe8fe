"""The command ``rules prove``: what a rule pack claims of itself, proved for every product and every day.

Knows its options, what is missing without the extra, and the exit status. The proof stands in a room of its own, and its
solver is imported only when the command runs.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rare_earth_compliance.cli.rules import NOTHING_CHECKED, REFUSED, RulesOption, give, load_pack, refuse, usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rare_earth_compliance.law.claims import Claims
    from rare_earth_compliance.law.model import RulePack
    from rare_earth_compliance.proof.prove import Proof

FORMS = ("terminal", "json")


def add_proofs(rules_app: typer.Typer) -> None:
    """Add the command to those about rule packs."""
    rules_app.command(
        "prove",
        epilog="Example: rare-earth rules prove --output json=proof.json --witnesses witnesses   Exit status: 0 all proved or "
        "declared · 2 wrong usage, or the extra is missing · 3 refused, or a claim is not settled · 4 nothing was claimed",
    )(rules_prove)


def rules_prove(
    about: Annotated[
        list[str] | None, typer.Argument(metavar="NAME…", help="Instruments, rules, policies or lists; all without.")
    ] = None,
    rules: RulesOption = None,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            "--claim", metavar="KIND", help="Only claims of this kind; again for more. Without: all, which takes minutes."
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", metavar="FORM[=FILE]", help="terminal or json; json=FILE writes to a file.")
    ] = "terminal",
    witnesses: Annotated[
        Path | None, typer.Option("--witnesses", metavar="DIR", help="Write every witness there, as product data.")
    ] = None,
) -> None:
    """Prove the rule pack: what must hold of every product and every day, and not only of its cases.

    No gap and no overlap of days; each rule, alternative, exemption and list entry decides something; no rule follows from
    another; shares pull one way; the side on which a line falls; no exemption reaches a refused user silently. Everything
    that is shown is shown by a product and a shipment that the engine judges as well. Needs the extra [b]proof[/b].
    """
    form, _, file = output.partition("=")
    if form not in FORMS or ("=" in output and not file):
        usage(f"--output {output}: expected one of {', '.join(FORMS)}, with =FILE to write it to a file")
    try:
        from rare_earth_compliance.proof.claim import KINDS  # noqa: PLC0415
    except ImportError as missing:
        usage(f"prove needs the extra [proof] ({missing.name} is not installed): pip install 'rare-earth-compliance[proof]'")
    pack = load_pack(rules, anew=True)
    _known("--claim", claim, KINDS)
    _known("NAME", about, (*pack.instruments, *pack.rules, *pack.policies, *pack.lists))
    proof = _proved(pack, _claims(rules, pack), tuple(claim or KINDS), tuple(about or ()))
    try:
        _given(proof, form, file or None, witnesses)
    except OSError as error:
        typer.echo(f"the proof could not be written: {error}", err=True)
        raise typer.Exit(REFUSED) from None
    if not proof.claims:
        typer.echo("nothing was claimed", err=True)
        raise typer.Exit(NOTHING_CHECKED)
    if not proof.holds:
        raise typer.Exit(REFUSED)


def _known(option: str, given: Iterable[str] | None, known: Iterable[str]) -> None:
    """End with a wrong usage where something is named that there is not."""
    strange = next((one for one in given or () if one not in known), None)
    if strange is not None:
        usage(f"{option} {strange}: expected one of {', '.join(known)}")


def _given(proof: Proof, form: str, file: str | None, witnesses: Path | None) -> None:
    """Write the proof, and its witnesses where they are asked for. Raises OSError."""
    from rare_earth_compliance.cli.output import write  # noqa: PLC0415
    from rare_earth_compliance.proof.pages import proof_blocks, proof_json, write_witnesses  # noqa: PLC0415

    if witnesses is not None:
        write_witnesses(proof, witnesses)
    if form == "json":
        write(proof_json(proof), file)
    else:
        give(proof_blocks(proof), form="terminal", output=file, title="")


def _claims(rules: Path | None, pack: RulePack) -> Claims:
    from rare_earth_compliance.core.problems import Refused  # noqa: PLC0415
    from rare_earth_compliance.law.claims import load_claims  # noqa: PLC0415
    from rare_earth_compliance.law.pack_files import rules_folder  # noqa: PLC0415

    try:
        return load_claims(rules or rules_folder(), pack)
    except Refused as refused:
        from rare_earth_compliance.reports.outcome_words import counted  # noqa: PLC0415

        refuse(refused, f"{counted(len(refused.problems), 'problem')}: the claims of the pack are refused")


def _proved(pack: RulePack, claims: Claims, kinds: tuple[str, ...], about: tuple[str, ...]) -> Proof:
    """The proof, with what is being looked at on a terminal."""
    from rich.console import Console  # noqa: PLC0415

    from rare_earth_compliance.proof.claim import Claim  # noqa: PLC0415
    from rare_earth_compliance.proof.prove import prove  # noqa: PLC0415

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    status = console.status("proving") if console.is_terminal else None
    count = 0

    def seen(claim: Claim) -> None:
        nonlocal count
        count += 1
        if status is not None:
            status.update(f"{count} claims looked at: {claim.kind} – {claim.of}")

    with status or nullcontext():
        return prove(pack, claims, kinds, seen, about)
