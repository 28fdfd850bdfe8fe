"""The library's public names: they exist, they are lazy, their example runs."""

from __future__ import annotations

import doctest
import subprocess
import sys
import threading
from datetime import date

import pytest

import rare_earth_compliance as library
from rare_earth_compliance.reports.as_json import to_dict
from tests.running import ROOT


def test_every_public_name_is_there() -> None:
    assert sorted(library.__all__) == sorted(library._FOUND_IN) == dir(library)
    assert len(library.__all__) == sum(hasattr(library, name) for name in library.__all__) == 30


def test_the_example_of_the_docstring_runs() -> None:
    result = doctest.testmod(library)
    assert (result.attempted, result.failed) == (15, 0)


def test_importing_the_library_imports_nothing_else() -> None:
    program = "import sys, rare_earth_compliance; print([m for m in sys.modules if m.startswith('rare_earth_compliance.')])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_threads_share_a_pack_and_agree() -> None:
    pack = library.load_rules()
    data = (ROOT / "rules" / "subjects" / "german-magnet.json").read_bytes()
    found: list[str] = []

    def judge() -> None:
        contents = library.read_product(data, "x.json")
        assert contents.product is not None
        shipment = library.shipment_of(contents.product, contents.shipment, contents)
        for _ in range(3):
            found.append(str(to_dict(library.determine(shipment, pack, on=date(2026, 11, 23)))))

    threads = [threading.Thread(target=judge) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 24
    assert len(set(found)) == 1


def test_a_report_in_a_form_and_a_language() -> None:
    pack = library.load_rules()
    contents = library.read_product(b'{"format": "rare-earth-bom/1", "product": {"form": "motor"}}', "m.json")
    found = library.determine(library.shipment_of(contents.product, contents.shipment), pack, on=date(2026, 11, 23))
    assert library.report(found).startswith("UNDETERMINED – ")
    chinese = library.report(found, lang="zh", pack=pack)
    assert (chinese.startswith("无法判定——"), "UNDETERMINED" in chinese) == (True, False)
    assert library.report(found, form="json", lang="zh") == library.report(found, form="json")
    for wrong in ({"form": "pdf"}, {"lang": "fr"}, {"lang": "zh"}):
        with pytest.raises(ValueError, match=r"expected one of|needs the pack"):
            library.report(found, **wrong)
