"""Rule packs proved: every claim of the product's rules, faults that must be found, and a solver that must not be believed.

A short run proves the claims that take seconds, finds one fault of every kind at once, and walks through a small pack that
states no law. All claims, and all faults one by one, are tried by ``python -m pytest tests/test_proof.py -m long``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.law.claims import CLAIMS, Claims, Meant, load_claims
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.pack_files import rules_folder
from rare_earth_compliance.proof import force, formulas
from rare_earth_compliance.proof.claim import KINDS, Standing
from rare_earth_compliance.proof.formulas import Formula, negated
from rare_earth_compliance.proof.ground import Ground
from rare_earth_compliance.proof.prove import Proof, prove
from rare_earth_compliance.proof.tree import Tree
from rare_earth_compliance.proof.world import Vocabulary
from tests.pack_faults import FAULTS, Fault
from tests.running import ROOT, run

PACK = load()
OWN = load_claims(rules_folder(), PACK)
CORPUS = ROOT / "tests" / "rule_schema_corpus" / "good"
LOOKED_AT = {"days": 116, "lists": 56, "reached": 944, "apart": 56, "share": 2, "line": 65, "refused": 23, "words": 157}
"""How many claims of each kind the product's rules have."""
MEANT = {"lists": 6, "reached": 34, "refused": 20}
"""How many of them are declared to be meant as they are, each with its reason."""
QUICK = ("lists", "share", "refused", "words")
Record = Callable[[str, object], None]


def unsettled(proof: Proof) -> list[tuple[str, str, str]]:
    return [(one.kind, one.of, one.because) for one in proof.claims if not one.settled]


def check_counts(proof: Proof, record: Record) -> None:
    """Nothing is left to do, as many claims were looked at as there are, and each is shown by something."""
    assert unsettled(proof) == []
    assert [(witness.name, one.wrong) for witness, one in proof.disagreements] == []
    assert {kind: proof.count(kind).total() for kind in proof.kinds} == {kind: LOOKED_AT[kind] for kind in proof.kinds}
    meant = {kind: proof.count(kind)[Standing.MEANT] for kind in proof.kinds}
    assert meant == {kind: MEANT.get(kind, 0) for kind in proof.kinds}
    record("claims", len(proof.claims))
    record("witnesses replayed", len(proof.witnesses))
    assert proof.holds


def test_the_rules_hold_what_takes_seconds(record_property: Record) -> None:
    proof = prove(PACK, OWN, QUICK)
    check_counts(proof, record_property)
    bare = [one.of for one in proof.claims if not one.witnesses]
    # That a rule does not name a policy of other items is declared, and shown by nothing.
    assert bare == ["cn-mofcom-2024-46/1-technology names cn-mofcom-2024-46/2-refusal"]
    assert len(proof.witnesses) == 126


def test_the_rules_hold_everything(record_property: Record) -> None:
    proof = prove(PACK, OWN)
    check_counts(proof, record_property)
    bare = Counter(one.kind for one in proof.claims if not one.witnesses)
    # The days of a limb are shown at the edges of its rules, and two suspensions start as they were issued; what is kept
    # and not judged, or idle by intent, is shown by nothing; nor are two limits of machines that are nothing.
    assert bare == {"days": 40, "reached": 34, "line": 2, "refused": 1}
    assert len(proof.witnesses) > 1200


def test_nothing_that_can_be_is_ruled_out_for_every_product() -> None:
    """The world in which claims are ruled out holds at least what small products show."""
    ground = Ground(PACK, Vocabulary(PACK))
    seen = 0
    for rule in PACK.rules.values():
        assert not ground.impossible(lambda world, rule=rule: world.rule(rule).applies), rule.id
        for one in rule.unless:
            seen += 1
            assert not ground.impossible(lambda world, rule=rule, one=one: world.rule(rule).unless[one.id]), one.id
    assert seen == 16


# ---- faults


AT_ONCE = (
    "a start before the announcement was issued",
    "a list of a sleeping announcement in a rule that is awake",
    "a limb that nothing meets",
    "a rule that another one swallows",
    "a share the wrong way round",
    "14 nm and below read as below 14 nm",
    "an exemption widened to everyone",
    "a condition lost",
)
"""One fault of each kind of claim, in parts of the pack that have nothing to do with each other."""


def found(fault: Fault, proof: Proof) -> bool:
    """Whether the claim that must find a fault is refuted."""
    return [one.standing for one in proof.claims if (one.kind, one.of) == (fault.kind, fault.of)] == [Standing.REFUTED]


def test_there_are_thirty_faults_of_every_kind() -> None:
    assert len(FAULTS) == len({fault.name for fault in FAULTS}) >= 30
    assert {fault.kind for fault in FAULTS} == set(KINDS)
    assert {fault.kind for fault in FAULTS if fault.name in AT_ONCE} == set(KINDS)


def test_one_fault_of_every_kind_is_found(tmp_path: Path) -> None:
    faults = [fault for fault in FAULTS if fault.name in AT_ONCE]
    folder = replace(faults[0], edits=tuple(edit for fault in faults for edit in fault.edits)).seed(tmp_path)
    pack = load(folder)
    claims = load_claims(folder, pack)
    missed = []
    for fault in faults:
        proof = prove(pack, claims, (fault.kind,), about=fault.about)
        if not found(fault, proof) or proof.holds:
            missed.append(fault.name)
        assert proof.disagreements == ()
    assert missed == []


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_is_found(fault: Fault, tmp_path: Path) -> None:
    folder = fault.seed(tmp_path)
    pack = load(folder)
    proof = prove(pack, load_claims(folder, pack), (fault.kind,), about=fault.about)
    assert found(fault, proof), [(one.of, one.standing.value) for one in proof.claims if not one.settled]
    assert not proof.holds
    assert [(witness.name, one.wrong) for witness, one in proof.disagreements] == []
    without = prove(PACK, OWN, (fault.kind,), about=fault.about)
    assert unsettled(without) == []


# ---- a small pack, whole


DAYS = """format: rare-earth-claims/1
count: 1
limbs:
  - rules: [corpus-1/1]
    days:
      - {from: 2025-01-02, through: 2025-02-28, law: in force}
      - {from: 2025-03-01, through: 2025-03-30, law: asleep}
      - {from: 2025-03-31, law: open}
    always:
      - {ask: shipment.destination, is_not: CN}
      - {ask: item.listed_in, any_of: [metals]}
"""
ALL_MEANT = """meant:
  - {claim: reached, of: corpus-1/refused, because: no entry of its list is anything but metal and scrap}
  - {claim: refused, of: corpus-1/2 to corpus-1/refused, because: scrap is free whoever takes it}
"""
SMALL = {
    ("days", "corpus-1/1"): "proved",
    ("days", "corpus-1/1 edges"): "proved",
    ("days", "corpus-1/1 issued"): "proved",
    ("days", "sleep issued"): "proved",
    ("reached", "corpus-1/1"): "proved",
    ("reached", "corpus-1/1 when.all[0] leaves.all[2].any[0]"): "proved",
    ("reached", "corpus-1/1 when.all[0] leaves.all[2].any[1]"): "proved",
    ("reached", "corpus-1/2"): "proved",
    ("reached", "corpus-1/refused"): "refuted",
    ("reached", "corpus-1/by-case"): "proved",
    ("reached", "metals 0A000"): "proved",
    ("line", "corpus-1/by-case: shipment.owners at least 50 %"): "proved",
    ("refused", "corpus-1/2 to corpus-1/refused"): "refuted",
    ("words", "corpus-1/1 always[0]"): "proved",
    ("words", "corpus-1/1 always[1]"): "proved",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small pack with claims about it."""
    made = tmp_path / "pack"
    shutil.copytree(CORPUS, made, ignore=shutil.ignore_patterns("status.yaml"))
    (made / CLAIMS).write_text(DAYS, encoding="utf-8")
    return made


def command(folder: Path, *args: str) -> tuple[int, str, str]:
    ran = run(("rules", "prove", "--rules", str(folder), *args))
    return ran.status, ran.out, ran.err


def test_a_small_pack_as_json(small: Path) -> None:
    status, out, err = command(small, "--output", "json")
    made = json.loads(out)
    assert (status, err, made["proved"]) == (3, "", False)
    assert {(one["claim"], one["of"]): one["standing"] for one in made["claims"]} == SMALL
    assert made["counts"]["reached"] == {
        "looked_at": 7,
        "proved": 6,
        "declared": 0,
        "refuted": 1,
        "not claimed": 0,
        "engine says otherwise": 0,
    }
    assert [one["wrong"] for one in made["witnesses"] if one["wrong"]] == []
    assert len(made["witnesses"]) == 33


def test_a_small_pack_of_which_all_is_declared_is_proved(small: Path) -> None:
    (small / CLAIMS).write_text(DAYS + ALL_MEANT, encoding="utf-8")
    status, out, err = command(small)
    assert (status, err) == (0, "")
    assert out.startswith("PROVED – a pack that states no law\n")
    assert "scrap is free whoever takes it" in out
    # What is declared and not needed any more is no excuse, but a fault of the claims.
    (small / CLAIMS).write_text(DAYS + ALL_MEANT.replace("of: corpus-1/refused,", "of: corpus-1/by-case,"), encoding="utf-8")
    status, out, _ = command(small, "--claim", "reached")
    assert status == 3
    assert "nothing needs the declaration" in " ".join(out.split())


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (("--output", "xml"), 2, "--output xml: expected one of terminal, json"),
        (("--output", "json="), 2, "expected one of terminal, json"),
        (("--claim", "everything"), 2, "--claim everything: expected one of days, lists"),
        (("corpus-1/9",), 2, "NAME corpus-1/9: expected one of corpus-1"),
        (("--claim", "share"), 4, "nothing was claimed"),
        (("--claim", "days"), 0, ""),
        (("--claim", "line", "corpus-1/by-case"), 0, ""),
        (("--claim", "days", "--output", "json=/no/such/folder/proof.json"), 3, "the proof could not be written"),
        (("--claim", "days", "--witnesses", "/dev/null/folder"), 3, "the proof could not be written"),
    ],
)
def test_exit_status(args: tuple[str, ...], status: int, words: str, small: Path) -> None:
    ran = command(small, *args)
    assert (ran[0], words in ran[2]) == (status, True), ran


def test_a_pack_without_claims_is_not_proved(small: Path) -> None:
    (small / CLAIMS).unlink()
    status, out, _ = command(small, "--claim", "days")
    assert status == 3
    assert "days – corpus-1/1: claims.yaml names no days for it" in out


def test_a_gap_of_days_is_shown_by_the_day_on_which_it_begins(small: Path) -> None:
    text = (small / "instrument.yaml").read_text(encoding="utf-8")
    ended = text.replace("{from: 2025-01-02}", "{from: 2025-01-02, until: 2025-02-01}")
    ended = ended.replace("half held, on: 2025-01-02", "half held, on: 2025-02-01")
    ended = ended.replace("to nowhere known, on: 2025-01-02", "to nowhere known, on: 2025-02-02")
    ended = ended.replace("days, on: 2025-01-02", "days, on: 2025-01-02")
    (small / "instrument.yaml").write_text(ended, encoding="utf-8")
    pack = load(small)
    claims = load_claims(small, pack)
    (limb,) = [one for one in prove(pack, claims, ("days",)).claims if one.of == "corpus-1/1"]
    assert limb.standing is Standing.REFUTED
    assert limb.because == "on 2025-02-02 the claim says in force, the rules: corpus-1/1 is not there"
    assert len(limb.witnesses) == 1


def test_witnesses_are_product_data_that_check_judges_alike(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "witnesses"
    assert command(small, "--witnesses", str(folder))[0] == 3
    listed = json.loads((folder / "witnesses.json").read_text(encoding="utf-8"))
    named = {one[key] for one in listed for key in ("file", "status") if one[key]}
    assert named == {path.name for path in folder.iterdir()} - {"witnesses.json"}
    statuses: Counter[str] = Counter()
    for one in listed:
        chosen = [word for name, option in one["readings"].items() for word in ("--reading", f"{name}={option}")]
        chosen += ["--confirm-status", str(folder / one["status"])] if one["status"] else []
        args = ("check", str(folder / one["file"]), "--rules", str(small), "--on", one["on"], *chosen, "--format", "json")
        (judged,) = json.loads(run(args).out)["determinations"]
        (finding,) = [row for row in judged["findings"] if row["rule"] == one["rule"]]
        assert finding["status"] == one["expected"] == one["found"]
        statuses[one["found"]] += 1
    assert statuses == {"applies": 16, "cannot tell": 7, "exempt": 2, "would apply, but is not in force": 8}


# ---- nothing is believed that was not shown


def test_a_solver_that_gives_up_proves_nothing(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulas, "STEPS", 1)
    proof = prove(load(small), load_claims(small, load(small)))
    # That nothing starts before it was issued needs no solver.
    asked = [one for one in proof.claims if not one.of.endswith(" issued")]
    assert {one.standing for one in asked} == {Standing.OPEN}
    assert {one.because for one in asked} == {"the solver gave up"}
    assert len(asked) == len(SMALL) - 2
    assert not proof.holds


def test_a_question_without_a_formula_stays_open(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Tree.computations
    monkeypatch.setattr(
        Tree, "computations", lambda self: {name: one for name, one in whole(self).items() if name != "listed_in"}
    )
    proof = prove(load(small), load_claims(small, load(small)), ("reached",), about=("corpus-1/1",))
    assert {one.because for one in proof.claims} == {"no formula stands for the computation listed_in"}
    assert {one.standing for one in proof.claims} == {Standing.OPEN}


def _a_day_late(one: object, day: Formula, chosen: object) -> Formula:
    return day > getattr(one, "last_day").toordinal() + 1  # noqa: B009


def _any_item(tree: Tree, _entry: object, node: int) -> Formula:
    return negated(tree.code(node, ""))


WRONG = {
    "the end of a suspension": (force, "_after", _a_day_late, "days", "corpus-1/1 edges"),
    "which item is listed": (Tree, "entry", _any_item, "reached", "corpus-1/1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_formula_is_noticed_by_the_engine(name: str, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, attribute, wrong, kind, of = WRONG[name]
    monkeypatch.setattr(place, attribute, wrong)
    proof = prove(load(small), load_claims(small, load(small)), (kind,))
    standing = {one.of: one.standing for one in proof.claims}
    assert standing[of] is Standing.BROKEN
    assert proof.disagreements != ()
    assert not proof.holds


def test_what_is_not_there_is_no_witness() -> None:
    assert not prove(PACK, Claims(), (), about=()).holds


def test_a_declaration_of_no_kind_is_refuted(small: Path) -> None:
    pack = load(small)
    claims = load_claims(small, pack)
    strange = Meant(claim="everything", of="x", under=(), because="", place=claims.limbs[0].place)
    proof = prove(pack, replace(claims, meant=(strange,)), ("days",))
    assert [(one.of, one.standing) for one in proof.claims if not one.settled] == [("x", Standing.REFUTED)]


# ---- the file of claims


BAD = {
    "not the format": ("rare-earth-claims/1", "rare-earth-claims/2", "claims.yaml:1: format"),
    "a limb lost": ("count: 1", "count: 2", "says 2 limbs, but 1 are in the file"),
    "an unknown rule": ("[corpus-1/1]", "[corpus-1/9]", "names the rule 'corpus-1/9', which the pack does not know"),
    "a rule twice": ("[corpus-1/1]", "[corpus-1/1, corpus-1/1]", "names the rule 'corpus-1/1' more than once"),
    "a gap": ("from: 2025-03-01", "from: 2025-03-02", "does not end on the day before the next days start"),
    "no end": ("through: 2025-03-30, ", "", "does not end on the day before the next days start"),
    "an end of all": ("{from: 2025-03-31,", "{from: 2025-03-31, through: 2025-04-30,", "unless the limb says: ends: yes"),
    "days backwards": ("through: 2025-02-28", "through: 2024-02-28", "ends before it starts"),
    "an unknown state": ("law: open", "law: perhaps", "claims.yaml:8"),
    "an unknown question": ("ask: shipment.destination", "ask: shipment.goal", "no question 'shipment.goal'"),
    "a term of the pack": (
        "{ask: item.listed_in, any_of: [metals]}",
        "{term: leaves}",
        "no term 'leaves'",
    ),
    "an unknown key": ("count: 1", "count: 1\nlaw: x", "is not a key of the format"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_file_of_claims_is_refused(name: str, small: Path) -> None:
    old, new, words = BAD[name]
    assert old in DAYS
    (small / CLAIMS).write_text(DAYS.replace(old, new, 1), encoding="utf-8")
    status, out, err = command(small)
    assert (status, out, words in err) == (3, "", True), err
    assert "the claims of the pack are refused" in err


def test_a_declaration_twice_or_under_no_reading_is_refused(small: Path) -> None:
    twice = DAYS + ALL_MEANT + "  - {claim: reached, of: corpus-1/refused, under: {scope: nowhere}, because: again}\n"
    (small / CLAIMS).write_text(twice, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_claims(small, load(small))
    assert [one.message for one in refused.value.problems] == [
        "scope = nowhere is not known",
        "reached of corpus-1/refused stands 2 times",
    ]


def test_the_claims_are_no_law(small: Path) -> None:
    """They decide nothing: the digest of the law does not cover them, and the pack does not name them."""
    before = load(small)
    (small / CLAIMS).unlink()
    assert load(small) == before
    assert CLAIMS not in before.files


# ---- without the extra


def without_solver(*args: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own in which z3 can not be imported."""
    code = "import sys; sys.modules['z3'] = None; from rare_earth_compliance.cli import main; main()"
    ran = [sys.executable, "-c", code, *args]
    return subprocess.run(ran, capture_output=True, text=True, cwd=ROOT, check=False)


def test_without_the_extra_it_says_what_to_install() -> None:
    ran = without_solver("rules", "prove")
    said = "prove needs the extra [proof] (z3 is not installed): pip install 'rare-earth-compliance[proof]'\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", said)


def test_without_the_extra_everything_else_works() -> None:
    ran = without_solver("rules", "readings", "--rules", str(CORPUS.parent / "nowhere"))
    assert ran.returncode == 3
    assert without_solver("rules", "prove", "--help").returncode == 0
