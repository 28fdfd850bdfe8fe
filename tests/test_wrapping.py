"""Lines break where a reader can bear it: names and digests stay whole, parts hang at their level."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from rare_earth_compliance.reports.blocks import Block, Grid, Items, Rows
from rare_earth_compliance.reports.columns import widths
from rare_earth_compliance.reports.terminal import show_blocks
from rare_earth_compliance.reports.wrapping import breaks
from tests.running import run

DIGEST = "0123456789abcdef" * 4
CLOSES = "，。；：、）】”"
OPENS = "（【“"


def lines(text: str, width: int, widest: int = 0) -> list[str]:
    """A text in its lines."""
    return [text[start:end] for start, end in pairwise((0, *breaks(text, width, widest), len(text)))]


def shown(block: Block, width: int) -> list[str]:
    target = io.StringIO()
    show_blocks([block], Console(file=target, width=width, color_system=None, legacy_windows=False))
    return [line.rstrip() for line in target.getvalue().splitlines()]


@given(st.text(f"{CLOSES}{OPENS}ab-/ 稀土", max_size=80), st.integers(2, 40))
@settings(max_examples=300, deadline=None)
def test_no_sign_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    found = lines(text, width)
    assert "".join(found) == text
    assert all(cell_len(line.rstrip()) <= width for line in found if line.strip())


@given(
    st.lists(st.sampled_from(("稀土", "出口，", "（许可）", "“US”。", "DE：", "cn-mofcom-2025-61/1.1", "、不")), max_size=60)
)
@settings(max_examples=300, deadline=None)
def test_no_line_begins_with_what_closes_or_ends_with_what_opens(pieces: list[str]) -> None:
    text = "稀" + "".join(pieces)
    for width in (24, 33, 66):
        found = lines(text, width)
        assert [line for line in found if line[0] in CLOSES] == []
        assert [line for line in found if line[-1] in OPENS] == []


def test_chinese_goes_on_to_the_end_of_the_line() -> None:
    """A Latin name in it begins no line of its own where there is room."""
    text = "启运国（地区）：DE（条件：属于 CN），且出口经营者所在地：DE（条件：属于 CN），且移动方式：出口"
    assert lines(text, 40) == [
        "启运国（地区）：DE（条件：属于 CN），且",
        "出口经营者所在地：DE（条件：属于 CN），",
        "且移动方式：出口",
    ]


def test_a_name_is_whole_where_a_line_holds_it_and_else_broken_at_its_joints() -> None:
    name = "part-2/dysprosium-ndfeb-magnet"
    assert lines(f"listed as {name}, 1C905.a.4", 31) == ["listed as ", f"{name}, ", "1C905.a.4"]
    assert lines(f"{name}, 1C905.a.4", 16) == ["part-2/", "dysprosium-", "ndfeb-magnet, ", "1C905.a.4"]
    assert lines("https://www.mofcom.gov.cn/zwgk/art-1", 20) == ["https://", "www.mofcom.gov.cn/", "zwgk/art-1"]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_digest_stands_on_one_line(width: int) -> None:
    for label in ("rules", "to be asked again"):
        found = shown(Rows("", ((label, f"cn-rare-earth sha256 {DIGEST} of a pack"),)), width)
        assert sum(DIGEST in line for line in found) == 1
        assert max(map(len, found)) <= width
        assert all(line.startswith("    ") for line in found[1:])
    assert DIGEST in "".join(shown(Items((f"a.json sha256 {DIGEST}",)), width))


# ---- the tree


TREE = Grid(
    ("item", "line", "form", "listed as"),
    (
        ("motor", "4", "motor", "–"),
        ("    magnet N35H", "25", "permanent-magnet", "part-2/dysprosium-ndfeb-magnet, 1C905.a.4, 1C905.a.2.a"),
        ("      contents not listed", "25", "?", "perhaps"),
    ),
    below=(2,),
)


@pytest.mark.parametrize("width", [40, 48, 60, 80])
def test_what_hangs_in_a_part_never_reaches_the_margin(width: int) -> None:
    found = shown(TREE, width)
    at = next(number for number, line in enumerate(found) if "contents" in line)
    depth = len(found[at]) - len(found[at].lstrip(" "))
    assert depth > 2
    left = [line for line in found[at + 1 :] if line.strip()]
    assert left
    assert all(len(line) - len(line.lstrip(" ")) == depth for line in left)


@pytest.mark.parametrize("width", [48, 60, 80, 95, 96, 200])
def test_no_cell_is_lost_however_narrow_the_terminal(width: int) -> None:
    text = re.sub(r"\s+", "", "".join(shown(TREE, width)))
    assert text.count("25") == 2
    for cell in ("motor", "permanent-magnet", "contents", "perhaps"):
        assert cell in text
    assert ("form:?" in text) == (width < 96)


def test_a_column_is_as_wide_as_the_joints_of_its_words_need() -> None:
    block = Grid(("item", "listed"), (("magnet", "part-2/dysprosium-ndfeb-magnet"),) * 3)
    assert widths(block, 24)[1] >= len("dysprosium-")


@pytest.mark.parametrize("options", [(), ("--lang", "zh")])
def test_the_line_of_each_part_stands_in_a_narrow_report(options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rare_earth_compliance.reports.terminal.WIDTH", 80)
    args = ("check", "examples/ebike-motor/assumed.json", "--on", "2026-11-23")
    tree = json.loads(run((*args, "--format", "json")).out)["determinations"][0]["tree"]
    text = run((*args, *options)).out
    table = text[text.index("产品及各层级" if options else "The product, with") :].split("\n\n")[0]
    for row in (one for one in tree if one["label"] != "contents not listed"):
        assert re.search(rf"^ +{re.escape(row['label'])} +{row['line']} ", table, re.MULTILINE), row["label"]
    assert [line for line in text.splitlines() if line.lstrip(" ")[:1] in CLOSES and line.strip()] == []
    assert not re.search(r"^  (listed|内容|的内容)", table, re.MULTILINE)
