"""The reports for build servers: each holds to its schema, tells every finding, and changes no status."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import junitparser
import pytest
import xmlschema

from rare_earth_compliance.core.problems import Place, Problem
from rare_earth_compliance.core.quantities import ANY_AMOUNT
from rare_earth_compliance.engine.determination import Answer, Determination, Finding, More, Piece, Share, Status
from rare_earth_compliance.engine.fingerprint import fingerprint
from rare_earth_compliance.reports import FORMATS, github, github_summary, render, sarif
from rare_earth_compliance.reports.addresses import address, relative
from rare_earth_compliance.reports.outcomes import PROBLEMS, Outcome, entries
from rare_earth_compliance.reports.run import Decided, Run, status, status_of
from tests.report_forms import FORMS, KEPT, MAGNET, caught, inputs, made
from tests.running import example_cases, run

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "sarif-2.1.0.schema.json").read_text(encoding="utf-8")))
GITLAB = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "gitlab-code-quality.schema.json").read_text(encoding="utf-8")))
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit.xsd")
COMMAND = re.compile(r"::(error|warning|notice) ((?:(?:file|line|title)=[^,:\r\n]*,?)+)::([^\r\n]*)")
CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
HOSTILE = (
    "\u001b[31mred\u001b[0m",
    "a\n::error file=x::forged",
    "a\r\n::set-output name=x::y",
    "##[error]older",
    "]]><x/>",
    "<script>alert(1)</script>",
    "\ufffe\uffff",
    "\u202eevil\u2066",
    "[click](https://example.org) {0} ](x",
    "| a | b `c` **d** @someone",
    "100%0A::error::x, y: z",
    "\u2028line\u0085next",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forms")
    inputs(path)
    scrap = json.loads(json.dumps(MAGNET))
    scrap["product"] |= {"form": "scrap", "composition_complete": True}
    (path / "scrap.json").write_text(json.dumps(scrap), encoding="utf-8")
    return path


# ---- every form of a run holds to its schema


def parsed(text: str) -> Xml.Element:
    """XML that was made here."""
    return Xml.fromstring(text)  # noqa: S314


def in_sarif(text: str, made_of: Run) -> dict[str, Any]:
    """The run of a SARIF report, after all that can be said of any."""
    log = json.loads(text, parse_float=pytest.fail)
    (one,) = log["runs"]
    told = one["results"]
    # The schema takes milliseconds for a result: of very many, those at both ends are held against it.
    one["results"] = told if len(told) <= 1_000 else [*told[:200], *told[-200:]]
    SARIF.validate(log)
    one["results"] = told
    ids = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    assert len(one["results"]) <= sarif.MOST_RESULTS
    for rule in one["tool"]["driver"]["rules"]:
        assert len(rule["properties"]["tags"]) <= 20
        assert rule["help"]["text"]
        assert re.fullmatch(r"https?://[!-~]+", rule.get("helpUri", "http://none"))
    for result in one["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert (result["level"] == "none") == (result["kind"] != "fail")
        assert len(result["locations"]) == 1
        places = [*result["locations"], *result.get("relatedLocations", ())]
        assert len(places) <= 1000
        for place in places:
            where = place["physicalLocation"]
            artifact = one["artifacts"][where["artifactLocation"]["index"]]
            assert artifact["location"]["uri"] == where["artifactLocation"]["uri"]
            assert re.fullmatch(r"(?!/)[\w.~/%-]+", where["artifactLocation"]["uri"])
            assert where["region"]["startLine"] >= 1
    (invocation,) = one["invocations"]
    assert invocation["exitCode"] == status(made_of)
    assert invocation["executionSuccessful"] == (status(made_of) not in (3, 4))
    problems = [result for result in one["results"] if result["kind"] in ("fail", "open")]
    assert bool(problems) == (status(made_of) != 0 or bool(made_of.cover))
    return dict(one)


def in_junit(text: str) -> list[Any]:
    """The test cases of a JUnit report, after all that can be said of any."""
    JUNIT.validate(text)
    root = parsed(text)
    for above in (root, *root):
        cases = list(above.iter("testcase"))
        assert above.get("tests") == str(len(cases))
        assert above.get("failures") == str(sum(case.find("failure") is not None for case in cases))
        assert above.get("errors") == str(sum(case.find("error") is not None for case in cases))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)
    read = junitparser.JUnitXml.fromstring(text.encode())
    assert sum(len(list(suite)) for suite in read) == len(names)
    return list(root.iter("testcase"))


def in_github(text: str, first: str = "Checked: ") -> list[tuple[str, str]]:
    """The kind and text of every annotation, after all that can be said of any report; ``first``: how that begins."""
    lines = text.split("\n")
    assert lines.pop() == ""
    assert lines[0].startswith(first)
    assert "Checked: " in lines[0]
    found = []
    for line in lines[1:]:
        matched = COMMAND.fullmatch(line)
        assert matched, line
        found.append((matched[1], matched[3]))
    assert "##[" not in text
    for kind in ("error", "warning", "notice"):
        assert sum(one == kind for one, _ in found) <= github.MOST
    return found


def in_gitlab(text: str) -> list[Any]:
    """The entries of a code quality report, after all that can be said of any."""
    found = json.loads(text)
    GITLAB.validate(found)
    assert len({one["fingerprint"] for one in found}) == len(found)
    return list(found)


def held(one: Run) -> dict[str, str]:
    """A run in every form; what must hold of any run is asserted."""
    texts = {form: render(form, one) for form in FORMS}
    told = entries(one)
    problems = [entry for entry in told if entry.outcome in PROBLEMS]
    soon = [entry for entry in told if entry.outcome is Outcome.SOON]
    for position, determination in enumerate(one.determinations):
        mine = [entry for entry in told if entry.determination == position]
        every = len(determination.findings) + sum(more.count for more in determination.more)
        assert sum(entry.count for entry in mine) == every
        assert {entry.check for entry in mine} >= {limb.rule for limb in determination.limbs}
        assert any(entry.outcome in PROBLEMS for entry in mine) == (status_of(determination) != 0)
    log = in_sarif(texts["sarif"], one)
    assert len(log["results"]) + log["properties"]["resultsLeftOut"] >= len(told)
    assert sum(result["properties"]["items"] for result in log["results"]) == sum(entry.count for entry in told)
    cases = in_junit(texts["junit"])
    text = "".join(parsed(texts["junit"]).itertext())
    for entry in told:
        assert re.sub("[\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", entry.headline) in text
    loud = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    assert bool(loud) == bool(problems)
    issues = in_gitlab(texts["gitlab"])
    assert len(issues) == (len(problems) + len(soon) + 1 if problems or soon else 0)
    notes = in_github(texts["github"], f"{one.checked[0][0]}: " if one.checked else "Checked: ")
    counted = [re.match(r"([\d,]+) more of this kind", note) for _, note in notes]
    left = sum(int(found[1].replace(",", "")) for found in counted if found)
    shown = len(notes) - 1 - sum(found is not None for found in counted)
    assert shown + left >= len(problems) + len(soon)
    summary = texts["github-summary"]
    assert len(summary.encode()) <= github_summary.LIMIT
    if "**Cut here" not in summary:
        assert summary.count("\n### ") == len(problems) + len(soon)
    assert "Checked: " in summary.split("\n\n")[1]
    assert not any(CONTROL.search(one) for one in texts.values())
    return texts


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.long)])
def test_every_example_in_every_form(every: int) -> None:
    seen, statuses = 0, set()
    cases = [case for case in example_cases() if "--batch" not in case.args]  # of many products there is a line each
    for case in cases[::every]:
        code, one = caught(case.args)
        assert code == case.status == status(one), case.name
        held(one)
        seen += 1
        statuses.add(code)
    assert seen == len(cases[::every]) >= 14
    assert statuses >= ({0, 10, 11, 12} if every == 1 else {0, 11})


def test_the_status_depends_on_no_form(folder: Path) -> None:
    (folder / "empty").mkdir()
    expected = {"required": 10, "undetermined": 11, "scrap": 12, "refused": 3, "empty": 4}
    seen = 0
    for form in FORMATS:
        for name, code in expected.items():
            args = ("check", name if name == "empty" else f"{name}.json", "--rules", "pack", "--on", "2025-01-10")
            assert run((*args, "--format", form), folder=folder).status == code, (form, name)
            seen += 1
        args = ("check", "required.json", "--rules", "pack", "--on", "2024-12-31")
        assert run((*args, "--format", form), folder=folder).status == 0, form
        seen += 1
    assert seen == 6 * len(FORMATS) >= 48


# ---- kept reports


def test_kept_reports(tmp_path: Path) -> None:
    found = dict(made(tmp_path))
    assert sorted(found) == sorted(path.name for path in KEPT.iterdir())
    assert len(found) == 15
    for name, text in found.items():
        assert text == (KEPT / name).read_text(encoding="utf-8"), f"{name}: made anew by: python -m tests.report_forms"


# ---- small runs


def small(folder: Path, *names: str, on: str = "2025-01-10") -> Run:
    return caught(("check", *names, "--rules", "pack", "--on", on), folder)[1]


def the_one(one: Run) -> Determination:
    (determination,) = one.determinations
    return determination


def results(one: Run, form: str = "sarif") -> list[Any]:
    return list(json.loads(held(one)[form])["runs"][0]["results"])


def test_kinds_and_levels(folder: Path) -> None:
    def kinds(one: Run) -> set[tuple[str, str, str]]:
        return {(result["ruleId"], result["kind"], result["level"]) for result in results(one)}

    assert kinds(small(folder, "required.json")) == {("corpus-1/1", "fail", "error"), ("corpus-1/1", "open", "none")}
    assert kinds(small(folder, "undetermined.json")) == {("corpus-1/1", "open", "none")}
    assert kinds(small(folder, "required.json", on="2024-12-31")) == {("corpus-1/1", "notApplicable", "none")}
    assert kinds(small(folder, "refused.json")) == {("refused", "fail", "error"), ("nothing-checked", "fail", "error")}
    assert kinds(Run()) == {("nothing-checked", "fail", "error")}


def test_a_limb_that_sleeps_passes_and_says_so(folder: Path) -> None:
    one = small(folder, "required.json", on="2024-12-31")
    assert status(one) == 0
    texts = held(one)
    (_, case) = in_junit(texts["junit"])
    assert [part.tag for part in case] == ["system-out"]
    assert case[0].text.startswith("NOT IN FORCE: M-1 (bar): listed metal leaves [corpus-1/1] (article 1)\nwhy: not in force")
    assert "skipped" not in texts["junit"]
    assert texts["gitlab"] == "[]\n"
    assert len(in_github(texts["github"])) == 1


def test_a_duty_certainly_owed_is_a_failure(folder: Path) -> None:
    one = small(folder, "scrap.json")
    determination = the_one(one)
    sure = replace(
        determination,
        findings=tuple(finding for finding in determination.findings if finding.status is Status.EXEMPT),
        answer=Answer.NOT_REQUIRED,
        clearing=("exempt",),
    )
    assert [finding.duties[0].id for finding in sure.findings] == ["tell"]
    made_of = replace(one, determinations=(sure,))
    assert status(made_of) == 12
    (result,) = results(made_of)
    assert (result["kind"], result["level"], result["properties"]["outcome"]) == ("fail", "warning", "duty owed")
    (issue, _) = in_gitlab(held(made_of)["gitlab"])
    assert issue["severity"] == "major"


def test_an_answer_that_no_finding_shows_is_told(folder: Path) -> None:
    one = small(folder, "required.json", on="2024-12-31")
    for answer, clearing, code in ((Answer.UNDETERMINED, (), 11), (Answer.REQUIRED, (), 10), (Answer.NOT_REQUIRED, (), 11)):
        changed = replace(one, determinations=(replace(the_one(one), answer=answer, clearing=clearing),))
        assert status(changed) == code
        assert results(changed)[0]["ruleId"] == "answer"
    conflict = replace(the_one(one), answer=Answer.UNDETERMINED, conflicts=("required.json:3: M-1 says two things",))
    (first, *_) = results(replace(one, determinations=(conflict,)))
    assert (first["ruleId"], first["kind"]) == ("contradictory-data", "open")
    assert "M-1 says two things" in first["message"]["text"]


def test_findings_beyond_those_shown_are_counted(folder: Path) -> None:
    one = small(folder, "required.json")
    more = replace(the_one(one), more=(More(rule="corpus-1/1", status=Status.APPLIES, count=4_321),))
    texts = held(replace(one, determinations=(more,)))
    for form, text in texts.items():
        assert "the same at 4,321 more items, counted and not shown one by one" in text, form
    (found,) = (one for one in json.loads(texts["sarif"])["runs"][0]["results"] if one.get("occurrenceCount"))
    assert (found["occurrenceCount"], found["kind"], found["level"]) == (4_321, "fail", "error")


def test_decisions_stand_beside_the_answer(folder: Path) -> None:
    one = small(folder, "required.json")
    determination = the_one(one)
    name = fingerprint(determination, determination.findings[0])

    def decided(*, holds: bool) -> Decided:
        return Decided(
            of=0,
            kind="waiver",
            fingerprint=name,
            product="M-1",
            rule="corpus-1/1",
            label="M-1",
            holds=holds,
            because="waiver 7",
            reason="a licence is\nin hand",
            by="the office",
            until=date(2025, 2, 1),
            place=Place(file="waivers.yaml", line=3),
        )

    for holds, state in ((True, "accepted"), (False, "rejected")):
        made_of = replace(one, decided=(decided(holds=holds),))
        assert status(made_of) == status(one) == 10
        said = "covered by waiver: waiver 7, until 2025-02-01 (a licence is\\u000ain hand, by the office)"
        said = said if holds else f"not {said}"
        texts = held(made_of)
        (result, _) = results(made_of)
        (suppression,) = result["suppressions"]
        assert (suppression["kind"], suppression["status"], suppression["justification"]) == ("external", state, said)
        assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 3
        assert (result["kind"], result["level"]) == ("fail", "error")
        properties = {one.get("name"): one.get("value") for one in parsed(texts["junit"]).iter("property")}
        assert properties[f"{'' if holds else 'not '}covered: corpus-1/1"] == f"M-1: {said}"
        assert in_junit(texts["junit"])[1].find("failure") is not None
        assert all("waiver 7" in text for text in texts.values())


def test_lapsed_decisions_and_warnings(folder: Path) -> None:
    lapsed = Problem(place=Place(file="waivers.yaml", line=9), message="ended on 2025-01-01", advice="decide again")
    soon = Problem(place=Place(file="waivers.yaml", line=12), message="ends on 2025-01-20")
    one = replace(small(folder, "required.json"), lapsed=(lapsed,), warnings=(soon,))
    texts = held(one)
    kinds = {result["ruleId"]: (result["kind"], result["level"]) for result in results(one)}
    assert kinds["lapsed-decision"] == ("fail", "warning")
    assert kinds["look-soon"] == ("review", "none")
    for text in texts.values():
        assert "ended on 2025-01-01" in text
        assert "ends on 2025-01-20" in text


# ---- names that are meant to do harm


def test_hostile_names(folder: Path) -> None:
    seen = 0
    for number, name in enumerate(HOSTILE):
        product = json.loads(json.dumps(MAGNET))
        product["product"] |= {"part_number": f"P{name}", "name": f"N{name}"}
        for shipment in (product["shipment"], {}):
            (folder / f"hostile-{number}.json").write_text(json.dumps(product | {"shipment": shipment}), encoding="utf-8")
            one = small(folder, f"hostile-{number}.json")
            bad = Problem(place=Place(file=f"x{name}.json", line=2, path=name), message=name, advice=name)
            for made_of in (one, replace(one, refused=(bad,), refused_files=(f"x{name}.json",), skipped=(f"{name}: nothing",))):
                texts = held(made_of)
                assert texts["github"].count("\n") == texts["github"].count("\n::") + 1
                assert "<script" not in texts["github-summary"]
                assert "](" not in "".join(
                    result["message"]["text"] for result in json.loads(texts["sarif"])["runs"][0]["results"]
                )
                seen += 1
    assert seen == 4 * len(HOSTILE) >= 48


def test_commands_can_not_be_forged() -> None:
    said = github.command("error", "a\r\n::error::b %0A", title="t,file=x::y%\n")
    assert said == "::error title=t%2Cfile=x%3A%3Ay%25%0A::a%0D%0A::error::b %250A"


def test_files_are_named_without_the_machine() -> None:
    assert relative("boms/a.json", "/repo") == "boms/a.json"
    assert relative("/repo/boms/a.json", "/repo") == "boms/a.json"
    assert relative("/home/me/a.json", "/repo") == "a.json"
    assert relative("/home/me/a.json") == "a.json"
    assert relative("C:\\boms\\a.json") == "a.json"
    assert relative("-") == "standard input"
    assert address("boms/ä b:100%.json") == "boms/%C3%A4%20b%3A100%25.json"
    assert address("x\udcff.json") == "x%ED%B3%BF.json"


def test_no_report_names_a_folder_of_the_machine(folder: Path) -> None:
    for name in ("required.json", "undetermined.json", "refused.json"):
        one = small(folder, str(folder / name))
        for given in ("", str(folder)):
            texts = held(replace(one, folder=given))
            assert not [form for form, text in texts.items() if str(folder) in text], name


# ---- limits


def many(one: Run, number: int) -> Run:
    """A run with ``number`` findings of one product."""
    determination = the_one(one)
    first = determination.findings[0]
    found = tuple(
        replace(first, label=f"part {at}", place=replace(first.place, line=at + 1, path=f"product.parts[{at}]"))
        for at in range(number)
    )
    return replace(one, determinations=(replace(determination, findings=found),))


@pytest.mark.long
def test_more_results_than_are_taken_in(folder: Path) -> None:
    one = many(small(folder, "required.json"), 26_000)
    texts = {form: render(form, one) for form in FORMS}
    log = in_sarif(texts["sarif"], one)
    assert log["properties"]["resultsLeftOut"] == 2_000
    assert len(log["results"]) == 24_001
    assert log["results"][-1]["occurrenceCount"] == 2_000
    assert "2,000 more of" in log["results"][-1]["message"]["text"]
    assert (log["results"][-1]["kind"], log["results"][-1]["level"]) == ("fail", "error")
    assert len(gzip.compress(texts["sarif"].encode(), 6)) <= sarif.MOST_BYTES
    notes = in_github(texts["github"])
    assert len(notes) == 11
    assert notes[-1][1].startswith("25,991 more of this kind are not shown here")
    summary = texts["github-summary"]
    assert github_summary.LIMIT - 2_000 < len(summary.encode()) <= github_summary.LIMIT
    assert re.search(r"\n\n\*\*Cut here: [\d,]+ more lines do not fit into a step summary", summary)
    assert len(in_gitlab(texts["gitlab"])) == 26_001


@pytest.mark.long
def test_a_file_that_packs_too_large_is_made_smaller(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = many(small(folder, "required.json"), 3_000)
    monkeypatch.setattr(sarif, "MOST_BYTES", 40_000)
    text = render("sarif", one)
    log = in_sarif(text, one)
    assert len(gzip.compress(text.encode(), 6)) <= 40_000
    left = log["properties"]["resultsLeftOut"]
    assert 0 < left < 3_000
    assert sum(result["properties"]["items"] for result in log["results"]) == 3_000
    assert log["results"][-1]["occurrenceCount"] == left


def share_of(finding: Finding, pieces: int, left: int) -> Share:
    piece = Piece(
        item=1, label="", place=finding.place, worth=ANY_AMOUNT, currency="EUR", origin="", certain=True, estimate=False
    )
    return Share(
        item=0,
        label="M-1",
        place=finding.place,
        of="list",
        with_origin="",
        content=ANY_AMOUNT,
        value=None,
        currency="EUR",
        share=ANY_AMOUNT,
        estimate=False,
        pieces=tuple(replace(piece, label=f"p{at}", place=replace(finding.place, line=at + 1)) for at in range(pieces)),
        pieces_left_out=left,
    )


def test_lines_that_make_up_a_share(folder: Path) -> None:
    one = small(folder, "required.json")
    first = the_one(one).findings[0]
    for pieces, left, shown, beyond in ((3, 0, 3, None), (1_500, 7, 100, 1_407)):
        finding = replace(first, shares=(share_of(first, pieces, left),))
        made_of = replace(one, determinations=(replace(the_one(one), findings=(finding,)),))
        (result,) = results(made_of)
        assert len(result["relatedLocations"]) == shown
        assert result["relatedLocations"][1]["physicalLocation"]["region"]["startLine"] == 2
        assert result["properties"].get("relatedLocationsLeftOut") == beyond
        (share,) = result["properties"]["shares"]
        assert (share["share"], share["value"], share["pieces_left_out"]) == ({"low": "0", "high": None}, None, left)


def test_shares_are_exact_text() -> None:
    case = next(case for case in example_cases() if case.folder == "value-share-line")
    _, one = caught(case.args)
    shares = [share for result in results(one) for share in result["properties"].get("shares", ())]
    assert shares
    assert all(isinstance(share["share"]["low"], str) for share in shares)


# ---- the checks of these tests can fail


def test_schemas_refuse() -> None:
    seen = 0
    for name, change in (
        ("required-sarif.json", lambda log: log["runs"][0]["results"][0].pop("message")),
        ("required-sarif.json", lambda log: log["runs"][0]["results"][0].update(kind="wrong")),
        ("required-sarif.json", lambda log: log["runs"][0].update(extra=1)),
        ("required-gitlab.json", lambda found: found[0].pop("severity")),
        ("required-gitlab.json", lambda found: found[0]["location"].update(path="/abs")),
    ):
        document = json.loads((KEPT / name).read_text(encoding="utf-8"))
        change(document)
        assert not (SARIF if "sarif" in name else GITLAB).is_valid(document)
        seen += 1
    text = (KEPT / "required-junit.xml").read_text(encoding="utf-8")
    assert JUNIT.is_valid(text)
    for old, new in (("<failure type", "<skipped/><failure type"), (' tests="1"', ""), ('name="corpus-1/1', 'nme="corpus-1/1')):
        assert old in text
        assert not JUNIT.is_valid(text.replace(old, new))
        seen += 1
    assert seen == 8
