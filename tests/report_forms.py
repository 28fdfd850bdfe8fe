"""The reports for build servers that are kept as files, and how they are made anew: python -m tests.report_forms

Knows three small runs over a pack that states no law – required, undetermined, refused – and how the runs behind
commands are caught, so that one run can be shown in every form.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

from rare_earth_compliance.cli import reporting
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.reports.run import Run
from tests.rule_pages import pack
from tests.running import ROOT, run

KEPT = Path(__file__).parent / "report_forms"
FORMS = {
    "sarif": "sarif.json",
    "junit": "junit.xml",
    "github": "github.txt",
    "github-summary": "summary.md",
    "gitlab": "gitlab.json",
}
"""Name of a form → the end of the names of its files."""
MAGNET = {
    "format": "rare-earth-bom/1",
    "product": {
        "part_number": "M-1",
        "name": "bar",
        "form": "metal",
        "made_in": "CN",
        "composition": [{"element": "Sb", "mass_fraction": "99 %"}],
    },
    "shipment": {"kind": "goods", "exporter": {"located_in": "CN"}, "ship_from": "CN", "destination": "DE"},
}


def inputs(folder: Path) -> None:
    """The pack and the three products of the kept reports."""
    pack(folder, "pack")
    (folder / "required.json").write_text(json.dumps(MAGNET, indent=1), encoding="utf-8")
    open_one = json.loads(json.dumps(MAGNET))
    del open_one["shipment"]["destination"]
    (folder / "undetermined.json").write_text(json.dumps(open_one, indent=1), encoding="utf-8")
    (folder / "refused.json").write_text('{"format": "rare-earth-bom/1",\n "product": {"part_numbre": "M"}}', encoding="utf-8")


def caught(args: Sequence[str], folder: Path = ROOT) -> tuple[int, Run]:
    """The exit status of a command, and the run that it showed."""
    found: list[Run] = []

    def keep(name: str, made: Run, speech: object = None) -> str:
        found.append(made)
        return ""

    with mock.patch.object(reporting, "render", keep):
        status = run(args, folder=folder).status
    (one,) = found
    return status, one


def made(folder: Path) -> Iterator[tuple[str, str]]:
    """Every report that is kept, with its name; the hashes of the pack and the version are left out."""
    inputs(folder)
    for name in ("required", "undetermined", "refused"):
        args = ("check", f"{name}.json", "--rules", "pack", "--on", "2025-01-10")
        for form, end in FORMS.items():
            ran = run((*args, "--format", form), folder=folder)
            assert ran.err == "", ran.err
            text = re.sub(r"sha256 [0-9a-f]{64}", "sha256 …", ran.out)
            yield f"{name}-{end}", text.replace(f'"{VERSION}"', '"…"').replace(f"compliance {VERSION}", "compliance …")


def main() -> None:
    """Write every report anew."""
    KEPT.mkdir(exist_ok=True)
    for old in KEPT.iterdir():
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in made(Path(folder)):
            (KEPT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
