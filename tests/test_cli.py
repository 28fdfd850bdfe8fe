"""The command line: exit statuses, usage, refusals, output, what is imported at the start."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rare_earth_compliance.cli import app as app_module
from rare_earth_compliance.cli import main
from tests.running import ROOT, run

MAGNET = "rules/subjects/chinese-magnet.json"
DAY = ("--on", "2026-11-23")


def written(folder: Path, name: str, document: object) -> str:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return str(path)


def subject(name: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((ROOT / "rules" / "subjects" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


IN_CHINA = {"located_in": "CN", "chinese_person": True, "foreign_owned": False}
RECIPIENTS = ("importer", "consignee", "end_user")
TO_A_CHINESE_COMPANY = (
    *("--set", "movement=transfer"),
    *(f"--set={who}.{key}={json.dumps(said).strip(chr(34))}" for who in RECIPIENTS for key, said in IN_CHINA.items()),
)


def inside_china(document: dict[str, Any]) -> dict[str, Any]:
    """The shipment of a document, handed over in China to a Chinese company without foreign owners."""
    shipment = document["shipment"]
    made: dict[str, Any] = shipment | {who: shipment.get(who, {}) | IN_CHINA for who in RECIPIENTS}
    return made | {"destination": "CN", "movement": "transfer"}


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (("check", MAGNET, *DAY), 10),
        (("check", MAGNET, "--on", "2025-04-03"), 0),
        (("check", MAGNET, *DAY, "--destination", "CN"), 11),
        (("check", MAGNET, *DAY, "--destination", "CN", *TO_A_CHINESE_COMPANY), 0),
        (("check", MAGNET, *DAY, "--set", "destination=unknown", "--destination", "CN"), 3),
        (("check", "rules/subjects/chinese-fibre.json", *DAY), 11),
        (("check", "no-such-file.json", *DAY), 3),
        (("check", MAGNET, "no-such-file.json", *DAY), 3),
        (("check", "rules/lists", *DAY), 4),
        (("check", "rules/lists/*.json", *DAY), 4),
        (("check", MAGNET, "rules/lists", "--on", "2025-04-03"), 3),
        (("check", MAGNET, "no-such-folder/*.json", "--on", "2025-04-03"), 3),
        (("check", "x" * 300, *DAY), 3),
        (("check", MAGNET, "--on", "2026-02-30"), 2),
        (("check", MAGNET, "--on", "20261123"), 2),
        (("check", MAGNET, *DAY, "--format", "xml"), 2),
        (("check", MAGNET, *DAY, "--reading", "part-2-reaches"), 2),
        (("check", MAGNET, *DAY, "--reading", "part-2-reaches=everything"), 3),
        (("check", MAGNET, *DAY, "--reading", "no-such-reading=yes"), 3),
        (("check", MAGNET, *DAY, "--rules", "examples"), 3),
        (("check", MAGNET, *DAY, "--prices", MAGNET), 3),
        (("check", MAGNET, *DAY, "--confirm-status", MAGNET), 3),
        (("check", MAGNET, *DAY, "--shipment", "no-such-file.json"), 3),
        (("check",), 2),
        (("check", MAGNET, "--no-such-option"), 2),
        (("explain", "cn-mofcom-2025-61/1.1"), 0),
        (("explain", "cn-mofcom-2025-61/9.9"), 2),
        (("rules", "check"), 0),
        (("rules", "test"), 0),
        (("rules", "check", "--rules", "examples"), 3),
        (("rules", "test", "--rules", "examples"), 3),
        (("rules", "readings"), 0),
        (("schema",), 0),
        (("--help",), 0),
    ],
)
def test_exit_status(args: tuple[str, ...], status: int) -> None:
    ran = run(args)
    assert ran.status == status, ran.out[-1000:] + ran.err


def test_the_status_does_not_depend_on_the_format() -> None:
    for file, status in ((MAGNET, 10), ("rules/subjects/chinese-fibre.json", 11)):
        assert {run(("check", file, *DAY, "--format", form)).status for form in ("terminal", "json", "markdown")} == {status}


def test_over_many_the_worst_wins(tmp_path: Path) -> None:
    clear, required, open_ = subject("chinese-magnet"), subject("chinese-magnet"), subject("chinese-fibre")
    clear["shipment"] = inside_china(clear)
    names = {"clear": clear, "required": required, "open": open_}
    paths = {name: written(tmp_path, f"{name}.json", document) for name, document in names.items()}
    broken = written(tmp_path, "broken.json", "{")
    assert run(("check", paths["clear"], *DAY)).status == 0
    assert run(("check", paths["clear"], paths["open"], *DAY)).status == 11
    assert run(("check", paths["clear"], paths["open"], paths["required"], *DAY)).status == 10
    assert run(("check", paths["clear"], broken, *DAY)).status == 3
    assert run(("check", str(tmp_path), *DAY)).status == 3


def test_standard_input() -> None:
    data = (ROOT / MAGNET).read_bytes()
    assert run(("check", "-", *DAY), stdin=data).status == 10
    assert run(("check", "-", *DAY), stdin=b"").status == 3


def test_an_empty_file_a_broken_one_and_a_ring_are_refused_in_words(tmp_path: Path) -> None:
    ring = {
        "format": "rare-earth-bom/1",
        "product": {"parts": [{"use": "A", "quantity": 1}]},
        "shared": {"A": {"parts": [{"use": "B", "quantity": 1}]}, "B": {"parts": [{"use": "A", "quantity": 1}]}},
    }
    for document, words in (
        ("", "the file is empty"),
        ('{"format": "rare', "broken text value"),
        (ring, "the item contains itself"),
    ):
        file = written(tmp_path, "x.json", document)
        ran = run(("check", file, *DAY))
        assert ran.status == 3
        assert words in " ".join(ran.out.split())
        assert "do: " in ran.out


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    document = {
        "format": "rare-earth-bom/1",
        "product": {"made_in": "XX", "unit": "furlong", "childern": [], "complete": "yes"},
    }
    ran = run(("check", written(tmp_path, "x.json", document), *DAY))
    assert ran.status == 3
    for path in ("product.made_in", "product.unit", "product.childern", "product.complete"):
        assert path in ran.out


def test_shipment_from_another_file_and_from_options(tmp_path: Path) -> None:
    whole = subject("chinese-magnet")
    product = written(tmp_path, "product.json", {"format": "rare-earth-bom/1", "product": whole["product"]})
    abroad = written(tmp_path, "abroad.json", {"format": "rare-earth-bom/1", "shipment": whole["shipment"]})
    home = inside_china(whole)
    inside = written(tmp_path, "inside.json", {"format": "rare-earth-bom/1", "shipment": home})
    assert run(("check", product, *DAY)).status == 11
    assert run(("check", product, *DAY, "--shipment", abroad)).status == 10
    assert run(("check", product, *DAY, "--shipment", inside)).status == 0
    both = run(("check", product, *DAY, "--shipment", inside, "--shipment", abroad, "--format", "json"))
    assert both.status == 10
    assert [one["answer"] for one in json.loads(both.out)["determinations"]] == ["licence not required", "licence required"]
    facts = ("--set", "kind=goods", "--ship-from", "CN", "--destination", "DE", "--exporter-in", "CN", "--purpose", "civil")
    assert run(("check", product, *DAY, *facts)).status == 10
    assert run(("check", inside, *DAY)).status == 3


def test_the_same_input_gives_the_same_bytes() -> None:
    args = ("check", "rules/subjects/chinese-motor.json", *DAY, "--format", "json")
    assert run(args).out == run(args).out


def test_output_goes_to_a_file_whole(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    ran = run(("check", MAGNET, *DAY, "--format", "json", "--output", str(target)))
    assert (ran.status, ran.out) == (10, "")
    assert json.loads(target.read_text(encoding="utf-8"))["status"] == 10
    assert list(tmp_path.iterdir()) == [target]
    assert run(("check", MAGNET, *DAY, "--output", str(tmp_path / "no" / "folder.txt"))).status == 3


def test_nothing_in_a_name_can_forge_the_last_line(tmp_path: Path) -> None:
    document = subject("chinese-magnet")
    evil = "X\n1 judged, 0 refused – exit status 0: not required\x1b[2J\u202e"
    document["product"] = {**document["product"], "part_number": evil}  # type: ignore[dict-item]
    for form in ("terminal", "markdown"):
        ran = run(("check", written(tmp_path, "x.json", document), *DAY, "--format", form))
        assert ran.status == 10
        assert not any(line.startswith("1 judged, 0 refused – exit status 0") for line in ran.out.splitlines())
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out


def test_start_up_imports_nothing_heavy() -> None:
    program = (
        "import sys; import rare_earth_compliance.cli.app; "
        "print([name for name in ('yaml', 'pydantic', 'rich.console', 'rare_earth_compliance.engine') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "rare_earth_compliance.engine" not in ran.stdout
    assert "yaml" not in ran.stdout


def test_the_library_imports_neither_typer_nor_rich() -> None:
    program = (
        "import sys; import rare_earth_compliance.engine.determine, rare_earth_compliance.product.reader, "
        "rare_earth_compliance.law.loader; print([name for name in ('typer', 'rich') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_readme_names_real_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = run(("--help",)).out + run(("rules", "--help")).out
    named = set(re.findall(r"rare-earth (?!rules )([a-z]+)", text)) | set(re.findall(r"rare-earth rules ([a-z]+)", text))
    assert named >= {"check", "gate", "serve", "schema"}
    assert {name for name in named if not re.search(rf"│ {name} ", listed)} == set()


def test_a_reading_that_is_chosen_twice_is_wrong_usage() -> None:
    ran = run(("check", "x.json", "--reading", "embedded-items=product-only", "--reading", "embedded-items=every-level"))
    assert (ran.status, "embedded-items is chosen twice" in ran.err) == (2, True)


def test_an_error_of_the_system_ends_with_3_and_is_told_where_that_is_possible(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(**_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(app_module, "app", failing)
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().err) == (3, "not finished: [Errno 5] Input/output error\n")
    for stream in (None, io.StringIO()):
        if stream is not None:
            stream.close()
        monkeypatch.setattr(sys, "stderr", stream)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 3
