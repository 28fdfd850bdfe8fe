"""The rule tools of the command line: pages kept as files, exit statuses, HTML, the calendar, the comparison.

Pages are compared whole, over a small pack that states no law; the rules of the product are walked through for
what must hold whatever they say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.comparison import Change, ChangedDecision, changes, compare
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Not, UnderEach
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.status import in_force
from rare_earth_compliance.reports import columns, html, rule_forms, rule_terminal
from rare_earth_compliance.reports.case_rows import case_blocks
from rare_earth_compliance.reports.instrument_page import lists_of, show_blocks
from rare_earth_compliance.reports.page import Banner, Grid, Heading, Items, Rows
from rare_earth_compliance.reports.rule_page import condition_lines, condition_text, folded
from rare_earth_compliance.reports.timeline_page import events, phases
from tests import every_change
from tests.rule_pages import CHANGES, CORPUS, PAGES, STATUS, made, pack
from tests.running import run

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def product_rules() -> RulePack:
    return load()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(tmp_path_factory.mktemp("packs"), "a")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(tmp_path_factory.mktemp("packs"), "b", CHANGES)


# ---- pages, whole


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return dict(made(tmp_path_factory.mktemp("pages")))


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.iterdir()))
def test_a_page_is_as_it_is_kept(name: str, pages: dict[str, str]) -> None:
    assert pages[name] == (PAGES / name).read_text(encoding="utf-8"), "made anew by: python -m tests.rule_pages"


def test_every_page_is_kept(pages: dict[str, str]) -> None:
    assert set(pages) == {path.name for path in PAGES.iterdir()}
    assert len(pages) >= 9


def test_explain_prints_the_page_of_a_rule(small: Path) -> None:
    explained = run(("explain", "corpus-1/1", "--rules", str(small)))
    assert explained.status == 0
    assert run(("rules", "show", "corpus-1/1", "--rules", str(small))).out.startswith(explained.out)


# ---- exit statuses


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (("show", "corpus-1"), 0, ""),
        (("show", "corpus-1/1"), 0, ""),
        (("show",), 2, ""),
        (("show", "corpus-2"), 2, "no instrument and no rule 'corpus-2'; known: corpus-1"),
        (("show", "corpus-1/9"), 2, "known: corpus-1/1"),
        (("show", "another"), 2, "another is known, but not judged here: something else (in force)"),
        (("show", "corpus-1", "--format", "pdf"), 2, "--format pdf: expected one of terminal, markdown, html"),
        (("show", "corpus-1", "--output", "/no/such/folder/page.html"), 3, "could not be written"),
        (("timeline",), 0, ""),
        (("timeline", "--on", "2025-03-31"), 0, ""),
        (("timeline", "--on", "2025-02-30"), 2, "expected a day"),
        (("timeline", "--on", "20250331"), 2, "expected a day"),
        (("timeline", "--format", "html"), 0, ""),
        (("timeline", "--format", "json"), 2, "expected one of"),
        (("timeline", "--reading", "scope=narrow"), 0, ""),
        (("timeline", "--reading", "scope"), 2, "expected ID=OPTION"),
        (("timeline", "--reading", "scope=far"), 3, "far"),
        (("timeline", "--reading", "size=far"), 3, "size"),
        (("timeline", "--confirm-status", str(CORPUS / STATUS)), 0, ""),
        (("timeline", "--confirm-status", "no-such-file.yaml"), 3, "no-such-file.yaml"),
        (("timeline", "--confirm-status", str(CORPUS / "terms.yaml")), 3, "terms.yaml"),
    ],
)
def test_exit_status(args: tuple[str, ...], status: int, words: str, small: Path) -> None:
    ran = run(("rules", *args, "--rules", str(small)))
    assert ran.status == status, ran.out[-500:] + ran.err
    assert words in ran.err


@pytest.mark.parametrize("command", [("show", "corpus-1"), ("timeline",), ("check",), ("test",), ("readings",)])
def test_a_pack_that_is_refused_is_refused_by_every_command(command: tuple[str, ...]) -> None:
    ran = run(("rules", *command, "--rules", "examples"))
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.splitlines()[-1] == "1 problem: the rule pack is refused as a whole"


def test_problems_are_counted(tmp_path: Path) -> None:
    changes_ = {
        "instrument.yaml": (("owes: tell the ministry", "owes: tell the ministry, working_days: 3"),),
        "terms.yaml": (("solid: [metal", "solid: [metall"),),
    }
    wrong = pack(tmp_path, "wrong", changes_)
    ran = run(("rules", "check", "--rules", str(wrong)))
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.splitlines()[-1] == "2 problems: the rule pack is refused as a whole"


def test_exit_status_of_a_comparison(small: Path, changed: Path, tmp_path: Path) -> None:
    reworded = pack(tmp_path, "reworded", {"instrument.yaml": (("title: listed metal leaves", "title: metal leaves"),)})
    assert run(("rules", "diff", str(small), str(small))).status == 0
    assert run(("rules", "diff", str(small), str(reworded))).status == 12
    assert run(("rules", "diff", str(small), str(changed))).status == 10
    assert run(("rules", "diff", str(small), "examples")).status == 3
    assert run(("rules", "diff", "no-such-folder", str(small))).status == 3
    assert run(("rules", "diff", str(small))).status == 2
    assert run(("rules", "diff", str(small), str(small), "--format", "pdf")).status == 2


def test_a_case_that_can_not_be_made_refuses_the_comparison_and_is_shown_on_the_page(small: Path, tmp_path: Path) -> None:
    broken = pack(tmp_path, "broken", {"instrument.yaml": (("{shipment.destination: CN}", "{shipment.destination: XX}"),)})
    ran = run(("rules", "diff", str(small), str(broken)))
    assert (ran.status, ran.out) == (3, "")
    assert "can not judge a case of its own" in ran.err
    shown = run(("rules", "show", "corpus-1", "--rules", str(broken)))
    assert shown.status == 0
    assert "1 NOT decided as expected" in shown.out
    assert "can not be judged" in shown.out


@pytest.mark.parametrize("kind", ["instrument", "list", "parties", "status"])
def test_schema(kind: str, tmp_path: Path) -> None:
    printed = run(("rules", "schema", kind))
    assert printed.status == 0
    assert run(("rules", "schema", "--all", str(tmp_path / "schemas"))).status == 0
    assert (tmp_path / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8") == printed.out


@pytest.mark.parametrize("args", [("schema",), ("schema", "law"), ("schema", "list", "--all", "x")])
def test_schema_of_no_kind(args: tuple[str, ...], tmp_path: Path) -> None:
    assert run(("rules", *args), folder=tmp_path).status == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["show", "timeline", "diff", "schema", "check", "test", "readings"])
def test_help_says_what_it_is_for_and_how_it_ends(command: str) -> None:
    ran = run(("rules", command, "--help"))
    words = " ".join(ran.out.replace("│", " ").split())
    assert ran.status == 0
    assert "Example: rare-earth rules" in words
    assert "Exit status: 0" in words
    if command == "schema":
        assert "# yaml-language-server: $schema=" in words


def test_output_goes_to_a_file_whole(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    ran = run(("rules", "show", "corpus-1", "--rules", str(small), "--format", "html", "--output", str(target)))
    assert (ran.status, ran.out) == (0, "")
    assert target.read_text(encoding="utf-8").endswith("</html>\n")
    assert list(tmp_path.iterdir()) == [target]


# ---- a failing case is seen


def test_a_case_that_fails_is_marked_on_the_page_and_by_the_test(tmp_path: Path) -> None:
    wrong = pack(tmp_path, "wrong", {"instrument.yaml": (("given: metal, expect: applies", "given: metal, expect: exempt"),)})
    ran = run(("rules", "test", "--rules", str(wrong)))
    assert ran.status == 3
    assert "the first day: expected 'exempt', found 'applies'" in ran.out
    for form in rule_forms.FORMS:
        page = run(("rules", "show", "corpus-1/1", "--rules", str(wrong), "--format", form)).out
        assert "1 NOT decided as expected" in page
        assert "NOT as expected: exempt" in page


# ---- HTML


class Tree(HTMLParser):
    """Reads HTML and keeps what must be closed, the languages, addresses, headings and whatever is loaded."""

    VOID = ("meta", "br")

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.chinese: list[str] = []
        self.links: list[str] = []
        self.names: list[str] = []
        self.headings: list[int] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given_ = dict(attrs)
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if given_.get("lang") == "zh-Hans":
            self.open[-1] = "zh"
        if tag == "a":
            self.links.append(given_["href"] or "")
        if "id" in given_:
            self.names.append(given_["id"] or "")
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        assert not {"src", "onclick", "onload"} & set(given_)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == (tag if tag != "span" else "zh"), f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "zh":
            self.chinese.append(data)


EVIL = '<script>alert("1")</script> & \u202e <img src=x onerror=y> \x1b[2J </td> ]]> 含<b>有'


def test_html_shows_every_text_as_it_is_and_runs_nothing() -> None:
    blocks = [
        Heading(EVIL),
        Banner(EVIL, EVIL),
        Heading(EVIL),
        Rows(EVIL, ((EVIL, EVIL), ("", EVIL))),
        Items((EVIL, f"  {EVIL}", f"    {EVIL}", EVIL)),
        Grid((EVIL, EVIL), ((EVIL, EVIL),)),
        Heading(EVIL),
    ]
    page = rule_forms.rendered("html", blocks, EVIL, EVIL)
    tree = Tree(page)
    assert not {"script", "img", "b", "link", "iframe"} & tree.tags
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert page.count("&lt;script&gt;") >= 16
    assert len(set(tree.names)) == len(tree.names) == 2
    assert [link for link in tree.links if not link.startswith("#")] == []


def test_html_of_the_small_pack(pages: dict[str, str]) -> None:
    tree = Tree(pages["show.html"])
    assert tree.open == []
    assert {"一号", "金属锑", "不予许可"} <= set(tree.chinese)
    assert [link for link in tree.links if not link.startswith("#")] == ["https://example.org/1"]
    assert {link.removeprefix("#") for link in tree.links if link.startswith("#")} == set(tree.names)
    assert tree.headings[0] == 1
    assert tree.headings.count(1) == 1
    steps = [after - before for before, after in pairwise(tree.headings)]
    assert max(steps) == 1, "no level of headings is left out"
    assert "@media print" in pages["show.html"]
    assert "prefers-color-scheme: dark" in pages["show.html"]


@given(st.lists(st.tuples(st.integers(0, 5), st.text("ab", min_size=1, max_size=3)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_lists_in_lists_are_always_closed(items: list[tuple[int, str]]) -> None:
    page = html.document([Heading("x"), Items(tuple("  " * depth + text for depth, text in items))], "x")
    Tree(page)
    assert page.count("<li>") == len(items)


# ---- the terminal


@given(
    st.lists(
        st.lists(st.text("ab 钬-", max_size=60).map(str.strip), min_size=4, max_size=4),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from((40, 80, 100, 120)),
)
@settings(max_examples=80, deadline=None)
def test_a_table_loses_no_sign_however_narrow_the_terminal(rows: list[list[str]], width: int) -> None:
    block = Grid(("one", "two", "three", "four"), tuple(map(tuple, rows)))
    shown = rule_terminal.plain([block], width)
    for sign in "ab钬":
        assert shown.count(sign) == sum(cell.count(sign) for row in rows for cell in row)
    assert sum(columns.widths(block, width - 10)) <= width - 10


def test_nothing_of_an_instrument_is_wider_than_the_terminal(product_rules: RulePack) -> None:
    blocks = rule_forms.safe(show_blocks(product_rules, "cn-mofcom-2025-70"))
    for width in (60, 80, 100, 120):
        lines = rule_terminal.plain(blocks, width).splitlines()
        assert len(lines) > 20
        assert [line for line in lines if len(line) > width] == []


# ---- pages over the rules of the product


def test_every_instrument_has_a_page_with_its_words(
    product_rules: RulePack, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """Without the cases, which the case book judges elsewhere."""
    monkeypatch.setattr("rare_earth_compliance.reports.rule_page.case_blocks", lambda *_: [])
    monkeypatch.setattr("rare_earth_compliance.reports.instrument_page.list_case_blocks", lambda *_: [])
    seen = 0
    for instrument in product_rules.instruments.values():
        blocks = list(show_blocks(product_rules, instrument.id))
        for form in rule_forms.FORMS:
            page = rule_forms.rendered(form, blocks, instrument.id)
            assert instrument.id in page
            if form == "html":
                Tree(page)
        flat = " ".join(text for block in blocks if isinstance(block, Rows) for _, text in block.rows)
        for rule in product_rules.rules.values():
            if rule.instrument == instrument.id:
                seen += 1
                assert rule.says.zh in flat
                assert rule.read_as in flat
        tables = [block for block in blocks if isinstance(block, Grid) and block.header[0] == "code"]
        listed = lists_of(product_rules, [one for one in product_rules.rules.values() if one.instrument == instrument.id])
        assert {row[0] for table in tables for row in table.rows} >= {entry.code for one in listed for entry in one.entries}
    record_property("rules seen", seen)
    assert seen == len(product_rules.rules) >= 10


def test_cases_on_a_page_are_those_of_the_rule(product_rules: RulePack) -> None:
    rule = product_rules.rules["cn-mofcom-2025-62/7"]
    title, grid = case_blocks(product_rules, rule)
    assert isinstance(title, Rows)
    assert isinstance(grid, Grid)
    assert title.title == f"Its {len(rule.cases)} cases: all decided as expected"
    assert [row[0] for row in grid.rows] == [case.name for case in rule.cases]
    assert [row[2].split("\n")[0] for row in grid.rows] == [case.expect for case in rule.cases]
    assert all(row[3] for row in grid.rows)


# ---- conditions in words


CONTAINS = [Ask("item.contains", "is", frozenset({"yes"}), written="yes", params=(("element", one),)) for one in ("La", "Ce")]


def test_questions_that_differ_in_one_thing_are_one_question(product_rules: RulePack) -> None:
    either = AnyOf(tuple(CONTAINS))
    assert list(condition_lines(product_rules, either)) == ["contains one of La, Ce: yes"]
    assert (
        condition_text(product_rules, All((either, Not(CONTAINS[0]))))
        == "contains one of La, Ce: yes and not (contains La: yes)"
    )
    assert folded(All(tuple(CONTAINS))) == All(tuple(CONTAINS))
    other = Ask("item.contains", "is", frozenset({"no"}), written="no", params=(("element", "Ce"),))
    assert folded(AnyOf((CONTAINS[0], other))) == AnyOf((CONTAINS[0], other))
    assert condition_text(product_rules, AnyOf(())) == "a declared control code that names it, and nothing else"


def test_a_question_under_each_option_of_a_reading_is_one_question() -> None:
    one, two = (Ask("x", "is", frozenset({"yes"}), params=(("counted", option), ("of", "up"))) for option in ("up", "down"))
    written = UnderEach("way", (("up", one), ("down", two)))
    assert folded(written) == Ask("x", "is", frozenset({"yes"}), params=(("counted", "reading way"), ("of", "up")))
    outer = UnderEach("size", (("up", written), ("down", written)))
    assert folded(outer) == folded(written)


# ---- the calendar


def test_phases_are_the_states_of_every_day(product_rules: RulePack, record_property: Callable[[str, object], None]) -> None:
    readings = chosen_readings(product_rules, {})
    seen = 0
    for rule in product_rules.rules.values():
        found = phases(rule, product_rules, readings)
        assert found[0].first == min(product_rules.instruments[rule.instrument].issued, rule.starts)
        assert found[-1].last is None
        for before, after in pairwise(found):
            assert before.last is not None
            assert before.last + DAY == after.first
            assert (before.state.state, before.state.because) != (after.state.state, after.state.because)
        for phase in found:
            last = phase.last or phase.first + 400 * DAY
            for day in {phase.first, last, phase.first + (last - phase.first) // 2}:
                seen += 1
                state = in_force(rule, product_rules, day, readings)
                assert (state.state, state.because) == (phase.state.state, phase.state.because)
    record_property("days seen", seen)
    assert seen > 60


def test_every_day_of_the_pack_is_in_the_calendar(product_rules: RulePack) -> None:
    days = {event.day for event in events(product_rules)}
    wanted = {one.issued for one in product_rules.instruments.values()} | {one.starts for one in product_rules.rules.values()}
    wanted |= {one.ends for one in product_rules.rules.values() if one.ends}
    for one in product_rules.suspensions.values():
        wanted |= {one.starts, one.last_day, one.last_day + DAY}
    wanted |= {day for one in product_rules.statuses.values() for day in one.watch}
    assert len(wanted) > 10
    assert wanted <= days
    assert list(events(product_rules)) == sorted(events(product_rules))


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2024-02-28", "not yet issued"),
        ("2025-01-01", "not yet"),
        ("2025-01-02", "in force"),
        ("2025-02-28", "in force"),
        ("2025-03-01", "suspended"),
        ("2025-03-30", "suspended"),
        ("2025-03-31", "unknown"),
        ("2025-04-01", "unknown"),
        ("2031-01-01", "unknown"),
    ],
)
def test_the_state_on_a_day(day: str, state: str, small: Path) -> None:
    page = run(("rules", "timeline", "--rules", str(small), "--on", day)).out
    assert f"limb 1: on {day} {state}\n" in page
    now = [line.split("NOW", 1)[0].split() for line in page.splitlines() if " NOW " in line]
    assert [day] in now
    assert len([days for days in now if len(days) > 1]) == (0 if state == "not yet issued" else 1)
    ahead = [line for line in page.splitlines() if " ahead " in line]
    assert all(line.split()[0] > day for line in ahead)
    assert bool(ahead) == (day < "2026-10-05")


# ---- the comparison


def test_a_comparison_whole(small: Path, changed: Path) -> None:
    before, after = load(small), load(changed)
    found = compare(before, after)
    first, half = date(2025, 1, 2), date(2025, 1, 3)
    refused = "application: refused in principle"
    assert found.judged == 11
    assert found.decisions == (
        _decided(
            "the first day", first, "both", "applies; application: cannot tell", "asleep (not yet); application: cannot tell"
        ),
        _decided("half held", first, "A", "applies; application: case by case", "asleep (not yet)"),
        _decided(
            "to nowhere known",
            first,
            "A",
            "cannot tell; application: cannot tell",
            "asleep (not yet); application: cannot tell",
        ),
        _decided("at home", first, "A", "does not apply", "does not apply (not yet)"),
        _decided("scrap", first, "A", f"exempt; {refused}", "does not apply (not yet)"),
        _decided("half held", half, "B", "applies; application: case by case", "applies"),
        _decided("scrap", half, "B", f"exempt; {refused}", "does not apply"),
    )
    words = [(one.kind, one.id, one.field, one.what) for one in found.words]
    assert words == [
        ("rules", "corpus-1/1", "starts", "changed"),
        *(("rules", "corpus-1/1", f"cases[{case.name}].on", "changed") for case in before.rules["corpus-1/1"].cases),
        ("policies", "corpus-1/by-case", "when", "changed"),
        ("lists", "metals", "entries[0A000].en", "changed"),
        ("lists", "metals", "entries[0A000].recognise", "changed"),
    ]
    assert found.words[0] == Change(kind="rules", id="corpus-1/1", field="starts", before="2025-01-02", after="2025-01-03")


def _decided(case: str, day: date, held_by: str, before: str, after: str) -> ChangedDecision:
    return ChangedDecision(of="corpus-1/1", case=case, day=day, held_by=held_by, before=before, after=after)


def test_a_comparison_the_other_way_round_is_its_mirror(small: Path, changed: Path) -> None:
    one, two = compare(load(small), load(changed)), compare(load(changed), load(small))
    turned = {"A": "B", "B": "A"}

    # A case that both hold, under a name of its own in each, is told by the name in A.
    def facts(found: ChangedDecision) -> tuple[object, ...]:
        return found.of, found.day, turned.get(found.held_by, found.held_by), found.after, found.before

    assert {facts(found) for found in one.decisions} == {
        (found.of, found.day, found.held_by, found.before, found.after) for found in two.decisions
    }
    assert {(found.kind, found.id, found.field, str(found.before), str(found.after)) for found in one.words} == {
        (found.kind, found.id, found.field, str(found.after), str(found.before)) for found in two.words
    }
    assert one.judged == two.judged


def test_a_rule_and_an_entry_that_one_pack_lacks(small: Path, tmp_path: Path) -> None:
    text = (CORPUS / "instrument.yaml").read_text(encoding="utf-8")
    start, end = text.index("  - id: corpus-1/1\n"), text.index("policies:\n")
    rule = text[start:end].replace("corpus-1/1", "corpus-1/8").replace("corpus-1/2", "corpus-1/9")
    entry = (CORPUS / "list.yaml").read_text(encoding="utf-8").partition("entries:\n")[2].replace("0A000", "0A001")
    changes_ = {
        "instrument.yaml": (
            ("count: 1\n", "count: 2\n"),
            ("case_count: 6\n", "case_count: 12\n"),
            ("condition_count: 7\n", "condition_count: 11\n"),
            ("policies:\n", f"{rule}policies:\n"),
        ),
        "list.yaml": (("count: 1\n", "count: 2\n"), ("condition_count: 3\n", "condition_count: 6\n")),
    }
    more = pack(tmp_path, "more", changes_)
    with (more / "list.yaml").open("a", encoding="utf-8") as file:
        file.write(entry)
    found = compare(load(small), load(more))
    assert {one.before for one in found.decisions} == {"not in A"}
    assert [one.case for one in found.decisions] == [case.name for case in load(more).rules["corpus-1/8"].cases]
    assert [(one.kind, one.id, one.field, one.what, one.before, one.after) for one in found.words] == [
        ("rules", "corpus-1/8", "", "added", None, "listed metal leaves"),
        ("lists", "metals", "entries[0A001]", "added", None, "antimony metal"),
    ]
    back = compare(load(more), load(small))
    assert {one.after for one in back.decisions} == {"not in B"}
    assert {one.what for one in back.words} == {"removed"}


def test_what_is_said_of_every_kind_of_change() -> None:
    assert every_change.text() == every_change.KEPT.read_text(encoding="utf-8"), "made anew by: python -m tests.every_change"


def test_a_term_that_changed_is_told_once(small: Path, tmp_path: Path) -> None:
    other = pack(
        tmp_path,
        "term",
        {"terms.yaml": (("not: {ask: shipment.destination, is: CN}", "not: {ask: shipment.destination, is: DE}"),)},
    )
    found = compare(load(small), load(other))
    assert [(one.kind, one.id, one.field) for one in found.words] == [("terms", "leaves", "part")]
    assert found.decisions


def test_the_same_pack_differs_in_nothing(product_rules: RulePack) -> None:
    assert list(changes(product_rules, product_rules)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("pack.yaml", "title: 'a pack that", "title: 'the pack that", ("pack", "corpus", "title")),
        ("pack.yaml", "through: 2026-10-05", "through: 2026-10-06", ("pack", "corpus", "verified_through")),
        ("pack.yaml", "subject: something else", "subject: something", ("not_modelled", "another", "subject")),
        ("pack.yaml", "elements: [Sb]", "elements: [Sb, Bi]", ("not_modelled", "another", "elements")),
        ("vocabulary.yaml", "en: goes to", "en: goes", ("questions", "shipment.destination", "en")),
        ("readings.yaml", "means: far", "means: very far", ("readings", "scope", "options[wide].means")),
        ("readings.yaml", "    official: wide\n", "", ("readings", "scope", "official")),
        ("terms.yaml", "says: it leaves", "says: it goes out of", ("terms", "leaves", "says")),
        ("list.yaml", "confidence: derived", "confidence: secondary", ("lists", "metals", "entries[0A000].confidence")),
        ("list.yaml", "hs_codes: ['811010']", "hs_codes: ['811011']", ("lists", "metals", "entries[0A000].hs_codes")),
        ("instrument.yaml", "issued: 2024-02-29", "issued: 2024-02-28", ("instruments", "corpus-1", "issued")),
        ("instrument.yaml", "zh: 金属, ", "zh: 金, ", ("rules", "corpus-1/1", "says.zh")),
        (
            "instrument.yaml",
            "read_as: scrap is free",
            "read_as: scrap is",
            ("rules", "corpus-1/1", "unless[corpus-1/2].read_as"),
        ),
        ("instrument.yaml", "owes: tell the ministry", "owes: tell", ("duties", "tell", "owes")),
        ("instrument.yaml", "text: look at it", "text: look", ("cautions", "look", "text")),
        ("instrument.yaml", "through: 2025-03-31", "through: 2025-04-01", ("suspensions", "sleep", "last_day")),
        ("instrument.yaml", "announced: nothing", "announced: little", ("statuses", "open", "announced")),
        ("parties.yaml", "entities: 2", "entities: 3", ("parties", "parties", "announcements[another-2].entities")),
        (
            "parties.yaml",
            "identifiers: ['0001']",
            "identifiers: ['0002']",
            ("parties", "parties", "parties[Nobody Ltd].identifiers"),
        ),
        ("metal.json", '"form": "metal"', '"form": "scrap"', ("subjects", "metal", "document")),
    ],
)
def test_every_kind_of_word_is_compared(
    file: str, old: str, new: str, where: tuple[str, str, str], small: Path, tmp_path: Path
) -> None:
    found = list(changes(load(small), load(pack(tmp_path, "other", {file: ((old, new),)}))))
    assert [(one.kind, one.id, one.field) for one in found] == [where]


def test_no_part_of_a_pack_is_left_out_of_the_comparison(small: Path) -> None:
    whole = load(small)
    kinds = {field.name for field in fields(RulePack)} - {"sha256", "files"}
    filled = {name for name in kinds if getattr(whole, name)}
    assert filled == kinds, "the small pack uses every part, and a case above changes each"


def test_another_pack_without_the_subject_of_a_case_is_compared_as_well(small: Path, tmp_path: Path) -> None:
    other = pack(tmp_path, "renamed")
    (other / "metal.json").rename(other / "antimony.json")
    for file, old, new in (
        ("pack.yaml", "metal.json", "antimony.json"),
        ("instrument.yaml", "given: metal", "given: antimony"),
    ):
        text = (other / file).read_text(encoding="utf-8")
        (other / file).write_text(text.replace(old, new), encoding="utf-8")
    found = compare(load(small), load(other))
    assert found.decisions == ()
    assert found.judged == 6
    assert {one.kind for one in found.words} == {"rules", "subjects"}


def test_a_pack_that_can_not_judge_its_own_case_is_refused(small: Path, tmp_path: Path) -> None:
    broken = load(
        pack(tmp_path, "broken", {"instrument.yaml": (("{shipment.destination: CN}", "{shipment.destination: XX}"),)})
    )
    for one, two in ((load(small), broken), (broken, load(small)), (broken, broken)):
        with pytest.raises(Refused, match="XX"):
            compare(one, two)


def test_the_small_pack_is_copied_whole(small: Path) -> None:
    names = {path.name for path in CORPUS.iterdir()} - {STATUS}
    assert {path.name for path in small.iterdir()} == names


def test_a_status_or_reading_that_one_pack_lacks_decides_nothing_there() -> None:
    whole = every_change.small()
    asleep = {name: replace(one, status=None) for name, one in whole.suspensions.items()}
    other = replace(whole, statuses={}, suspensions=asleep)
    for pair in ((whole, other), (other, whole)):
        found = compare(*pair)
        assert (found.judged, found.decisions) == (6, ())
    scope = whole.readings["scope"]
    options = tuple(replace(one, id={"wide": "broad"}.get(one.id, one.id)) for one in scope.options)
    renamed = replace(whole, readings={**whole.readings, "scope": replace(scope, official=None, options=options)})
    gone = replace(whole, readings={name: one for name, one in whole.readings.items() if name != "scope"})
    for other in (renamed, gone):
        found = compare(whole, other)
        assert [(one.case, one.before, one.after) for one in found.decisions] == [
            ("the first day", "applies; application: cannot tell", "cannot tell; application: cannot tell"),
            ("half held", "applies; application: case by case", "cannot tell; application: case by case"),
        ]
