"""The recipes of the gate, run from their own files: pre-commit, GitHub, GitLab, Jenkins, a hook of git.

Each recipe is led through a clean project and six that must stop it. What only the servers themselves can do – upload,
keep reports, mark a build – is not run here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.repositories import ENVIRONMENT, bom, commit, git, repository
from tests.running import EXAMPLES, ROOT

ACTION = ROOT / ".github" / "actions" / "gate" / "action.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
GITLAB, JENKINS, HOOK = (EXAMPLES / "gate" / name for name in ("gitlab-ci.yml", "Jenkinsfile", "pre-commit"))
SETTINGS = 'products = ["boms/*.json"]\nshipments = ["shipment.json"]\n'
ALONE = SETTINGS.splitlines(keepends=True)[0]
SHIPMENT = (EXAMPLES / "ebike-motor" / "shipment.json").read_bytes()
DAY = b'"shipment": {\n  "day": "2026-11-23",'
MISSING = 127


@dataclass(frozen=True)
class Case:
    """A project, the status of the gate in it, and words that must be said."""

    files: dict[str, bytes]
    status: int
    says: str


def _dated(data: bytes) -> bytes:
    """Judged for one day, whenever the test runs."""
    dated = data.replace(b'"shipment": {', DAY)
    assert dated != data
    return dated


CLEAN = {
    "rare-earth.toml": SETTINGS.encode(),
    "shipment.json": _dated(SHIPMENT),
    **{f"boms/part-{number}.json": bom(f"P-{number}") for number in range(3)},
}
OWN = {"rare-earth.toml": ALONE.encode()}
CASES = {
    "clean": Case(CLEAN, 0, "not required"),
    "required": Case(
        OWN | {"boms/magnet.json": _dated((EXAMPLES / "loose-or-fixed" / "loose.json").read_bytes())}, 10, "required"
    ),
    "undetermined": Case(
        OWN | {"boms/magnet.json": _dated((EXAMPLES / "one-magnet-five-days" / "assumed.json").read_bytes())},
        11,
        "undetermined",
    ),
    "one bad file among many": Case(CLEAN | {"boms/bad.json": b'{"format": "rare-earth-bom/1", "product": {'}, 3, "bad.json"),
    "wrong version": Case(
        CLEAN | {"rare-earth.toml": (SETTINGS + 'required-version = "0.0.9"\n').encode()}, 3, "asks for version 0.0.9"
    ),
    "no files": Case({"rare-earth.toml": SETTINGS.encode(), "shipment.json": SHIPMENT}, 3, "leads to no file"),
    "no tool": Case(CLEAN, MISSING, "rare-earth"),
}


@dataclass(frozen=True)
class Ended:
    """How a recipe ended, and all that it printed."""

    status: int
    said: str


def bash(script: str, folder: Path, **more: str) -> Ended:
    """A script as a build server runs it: from a file, in a shell of its own that stops at the first error."""
    file = folder.parent / "script.sh"
    file.write_text(script, encoding="utf-8")
    return ended(["bash", "--noprofile", "--norc", "-eo", "pipefail", str(file)], folder, **more)


def ended(command: list[str], folder: Path, **more: str) -> Ended:
    run = subprocess.run(
        command, cwd=folder, env={**ENVIRONMENT, **more}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return Ended(run.returncode, run.stdout.decode())


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the action's own first step installs from the repository it stands in, without a registry.

    Everything that the tool needs is taken from where the tests run.
    """
    folder = tmp_path_factory.mktemp("runner")
    step = steps()["Install"]
    ran = bash(
        step["run"], folder, **filled(step, {}), **offline(), RUNNER_TEMP=str(folder), GITHUB_ACTION_PATH=str(ACTION.parent)
    )
    assert ran.status == 0, ran.said
    return folder / "rare-earth"


def offline() -> dict[str, str]:
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path.endswith("site-packages")),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_BUILD_ISOLATION": "0",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), ENVIRONMENT["PATH"])),
    }


# ---- the recipes, each as a way from a project to how it ended


def steps() -> dict[str, Any]:
    return {step["name"]: step for step in yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]}


def filled(step: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """The environment of a step, with the inputs of the action in it."""
    inputs = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["inputs"]
    found = {}
    for name, text in step["env"].items():
        match = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)
        assert match, text
        found[name] = given.get(match[1], inputs[match[1]]["default"])
    return found


def github(folder: Path, tool: Path | None, **given: str) -> Ended:
    temporary = folder.parent / "runner"
    temporary.mkdir(exist_ok=True)
    if tool and not (temporary / "rare-earth").exists():
        (temporary / "rare-earth").symlink_to(tool)
    (temporary / "rare-earth.sarif").write_text("of an earlier run")
    step = steps()["Gate"]
    summary = str(temporary / "summary.md")
    inputs = {name.replace("_", "-"): value for name, value in given.items()}
    more = {**filled(step, inputs), "RUNNER_TEMP": str(temporary), "GITHUB_STEP_SUMMARY": summary, **on_path(None)}
    ran = bash(step["run"], folder, **more)
    sarif, summed = temporary / "rare-earth.sarif", Path(summary)
    # A run that has judged, or was refused in judging, leaves its reports; one that could not start leaves none.
    assert sarif.exists() == summed.exists() == (ran.status != MISSING)
    return ran


def gitlab(folder: Path, tool: Path | None, **given: str) -> Ended:
    job = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))["rare-earth-gate"]
    _, gate = job["script"]
    ran = bash(gate, folder, **on_path(tool), **given)
    reports = [folder / path for path in job["artifacts"]["reports"].values()]
    assert [path.exists() for path in reports] == [ran.status != MISSING] * 2
    return ran


def jenkins(folder: Path, tool: Path | None, **given: str) -> Ended:
    if tool and not (folder / ".rare-earth").exists():
        (folder / ".rare-earth").symlink_to(tool)
    _, gate = shells()
    written(folder, {"rare-earth-reports/junit.xml": b"of an earlier run"})
    ran = bash(gate, folder, **on_path(None), **given)
    report = folder / "rare-earth-reports" / "junit.xml"
    assert report.exists() == (ran.status != MISSING)
    if report.exists():
        assert list(ElementTree.fromstring(report.read_bytes()).iter("testcase"))  # noqa: S314
    return ran


def shells() -> list[str]:
    return re.findall(r"sh\(?(?:returnStatus: true, script: )?\s*'''(.*?)'''", JENKINS.read_text(encoding="utf-8"), re.DOTALL)


def hook(folder: Path, tool: Path | None, **given: str) -> Ended:
    return ended([str(HOOK)], folder, **on_path(tool), **given)


def on_path(tool: Path | None) -> dict[str, str]:
    """The search path with git and bash, with or without the tool; where what the tool needs is found."""
    plain = [path for path in ENVIRONMENT["PATH"].split(os.pathsep) if not shutil.which("rare-earth", path=path)]
    path = os.pathsep.join([*([str(tool / "bin")] if tool else []), *plain])
    return {"PATH": path, "PYTHONPATH": offline()["PYTHONPATH"]}


RECIPES: dict[str, Callable[..., Ended]] = {"github": github, "gitlab": gitlab, "jenkins": jenkins, "hook": hook}


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("name", CASES)
def test_red_in_all_but_the_clean_project(recipe: str, name: str, installed: Path, tmp_path: Path) -> None:
    case = CASES[name]
    folder = written(repository(tmp_path / "project"), case.files)
    git(folder, "add", "--all")
    ran = RECIPES[recipe](folder, None if name == "no tool" else installed)
    assert ran.status == case.status, ran.said
    assert case.says in ran.said


@pytest.mark.parametrize("recipe", ["github", "gitlab"])
def test_inputs_reach_the_gate_and_no_shell(recipe: str, installed: Path, tmp_path: Path) -> None:
    odd = "a $(touch made) \"b\" 'c'; touch made.toml"
    folder = written(repository(tmp_path / "project"), {f"in/{name}": data for name, data in CLEAN.items()})
    (folder / "in/rare-earth.toml").rename(folder / odd)
    text = (folder / odd).read_text().replace('"boms', '"in/boms').replace('"shipment', '"in/shipment')
    (folder / odd).write_text(text + "pass-when-nothing-changed = true\n")
    commit(folder)
    names = ("config", "changed_since") if recipe == "github" else ("RARE_EARTH_CONFIG", "RARE_EARTH_CHANGED_SINCE")
    ran = RECIPES[recipe](folder, installed, **dict(zip(names, (odd, "HEAD"), strict=True)))
    assert ran.status == 0, ran.said
    ran = RECIPES[recipe](folder, installed, **dict(zip(names, (odd, "$(touch made)"), strict=True)))
    assert ran.status == 3
    assert not (folder / "made").exists()
    assert not (folder / "made.toml").exists()


# ---- installing


@pytest.mark.parametrize("given", [{"source": "no-such-file.whl"}, {"source": "--help"}, {"python": "no-such-python"}])
def test_an_install_that_fails_stops_the_action(given: dict[str, str], installed: Path, tmp_path: Path) -> None:
    step = steps()["Install"]
    # In place of a new environment, which takes long, the one that is there already; pip in it is real.
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nln -s "{installed}" "$4"\n')
    python.chmod(0o755)
    more = filled(step, {"python": str(python)} | given) | offline()
    ran = bash(step["run"], tmp_path, **more, RUNNER_TEMP=str(tmp_path), GITHUB_ACTION_PATH="/nowhere/a/b/c")
    assert ran.status == (MISSING if "python" in given else 1), ran.said
    assert next(iter(given.values())) in ran.said


@pytest.mark.parametrize("script", ["gitlab", "jenkins"])
def test_gitlab_and_jenkins_install_what_they_are_told_and_nothing_by_themselves(script: str, tmp_path: Path) -> None:
    install = (
        yaml.safe_load(GITLAB.read_text(encoding="utf-8"))["rare-earth-gate"]["script"][0]
        if script == "gitlab"
        else shells()[0]
    )
    stub = tmp_path / "bin"
    # pip that says what it was asked for; the folder that a venv would be made in is given a copy of it
    pip = '#!/bin/sh\nprintf "pip:%s\\n" "$@"\nexit "${PIP_ENDS:-0}"\n'
    python = '#!/bin/sh\nmkdir -p .rare-earth/bin && cp "$(dirname "$0")/pip" .rare-earth/bin/pip\n'
    written(stub, {"pip": pip.encode(), "python3": python.encode()})
    for file in stub.iterdir():
        file.chmod(0o755)
    folder = tmp_path / "project"
    folder.mkdir()
    path = os.pathsep.join((str(stub), ENVIRONMENT["PATH"]))
    ran = bash(install, folder, PATH=path, RARE_EARTH_SOURCE="NAME==1 ; x")
    assert (ran.status, ran.said.splitlines()[-2:]) == (0, ["pip:--", "pip:NAME==1 ; x"])
    ran = bash(install, folder, PATH=path, RARE_EARTH_SOURCE="NAME==1", PIP_ENDS="7")
    assert ran.status == 7
    for more in ({}, {"RARE_EARTH_SOURCE": ""}):
        ran = bash(install, folder, PATH=path, **more)
        assert ran.status != 0
        assert "name what is to be installed" in ran.said
        assert "pip:" not in ran.said


# ---- what the files themselves say


def test_every_recipe_of_the_example_is_run_here() -> None:
    said = tomllib.loads((EXAMPLES / "gate" / "cases.toml").read_text(encoding="utf-8"))["recipes"]
    assert sorted(said) == sorted(file.name for file in (GITLAB, JENKINS, HOOK))


def test_nothing_softens_the_status() -> None:
    seen = 0
    for file in (ACTION, GITLAB, JENKINS, HOOK, HOOKS):
        seen += 1
        text = file.read_text(encoding="utf-8")
        code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("#", "//")))
        for soft in (
            "continue-on-error",
            "|| true",
            "|| :",
            "|| exit 0",
            "; true",
            "set +e",
            "allow_failure: true",
            "catchError",
            "exit 0",
        ):
            assert soft not in code, f"{soft!r} in {file}"
    assert seen == 5


def test_the_action_hands_inputs_over_in_the_environment_only() -> None:
    found = steps()
    assert list(found) == ["Install", "Gate", "Findings to code scanning"]
    runs = [step["run"] for step in found.values() if "run" in step]
    assert len(runs) == 2
    for run in runs:
        assert "${{" not in run
        assert run.startswith("set -euo pipefail\n")
    upload = found["Findings to code scanning"]
    assert upload["if"] == "${{ always() && inputs.upload != 'false' }}"
    assert upload["with"]["sarif_file"] == "${{ runner.temp }}/rare-earth.sarif"
    assert all("if" not in found[name] for name in ("Install", "Gate"))


def test_gitlab_keeps_its_reports_whatever_happens() -> None:
    job = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))["rare-earth-gate"]
    assert (job["artifacts"]["when"], job["allow_failure"]) == ("always", False)
    assert set(job["artifacts"]["reports"]) == {"junit", "codequality"}
    assert {path.split("/")[0] + "/" for path in job["artifacts"]["reports"].values()} == set(job["artifacts"]["paths"])
    assert all(set(rule) == {"if"} for rule in job["rules"])


def test_jenkins_fails_on_every_status_but_0_and_on_a_missing_report() -> None:
    text = JENKINS.read_text(encoding="utf-8")
    assert len(shells()) == text.count("sh(") + text.count("sh '''") == 2
    assert re.findall(r"if \((.*?)\) \{\s*error\(", text) == ["status != 0"]
    assert "allowEmptyResults: false" in text
    for shell in shells():
        assert shell.startswith("#!/usr/bin/env bash\nset -euo pipefail\n")
        assert "\\" not in shell  # Groovy would take it away


# ---- real commits


def test_a_commit_is_stopped_for_what_is_committed(installed: Path, tmp_path: Path) -> None:
    folder = written(repository(tmp_path / "project"), CLEAN)
    (folder / ".git" / "hooks").mkdir()
    shutil.copy(HOOK, folder / ".git" / "hooks" / "pre-commit")
    git(folder, "add", "--all")
    save = ["git", "commit", "--message", "x"]
    ran = ended(save, folder, **on_path(installed))
    assert ran.status == 0, ran.said
    bad = written(folder, {"boms/part-1.json": b"{"}) / "boms/part-1.json"
    git(folder, "add", "--all")
    bad.write_bytes(CLEAN["boms/part-1.json"])
    ran = ended(save, folder, **on_path(installed))  # the file that lies there is good, the one to be committed is not
    assert ran.status == 1
    assert "part-1.json" in ran.said
    git(folder, "add", "--all")
    bad.write_bytes(b"{")
    assert ended([*save, "--allow-empty"], folder, **on_path(installed)).status == 0
    assert git(folder, "rev-list", "--count", "HEAD").strip() == "2"
    ran = ended([*save, "--all"], folder, **on_path(installed))
    assert (ran.status, "part-1.json" in ran.said) == (1, True)
    assert ended([*save, "--allow-empty"], folder, **on_path(None)).status == 1
    git(folder, "rm", "--quiet", "--cached", "rare-earth.toml")
    ran = ended(save, folder, **on_path(installed))
    assert (ran.status, "rare-earth.toml" in ran.said) == (1, True)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as pre-commit gets it, with the files as they are now."""
    folder = repository(tmp_path_factory.mktemp("hooks") / "repository")
    for name in ("rare_earth_compliance", "rules"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".pre-commit-hooks.yaml", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder / name)
    commit(folder)
    return folder


def configured(hooks: Path, name: str, **more: str) -> dict[str, bytes]:
    revision = git(hooks, "rev-parse", "HEAD").strip()
    chosen = {"repo": str(hooks), "rev": revision, "hooks": [{"id": name, **more}]}
    return {".pre-commit-config.yaml": yaml.safe_dump({"repos": [chosen]}).encode()}


def framework(folder: Path, home: Path) -> dict[str, str]:
    """pre-commit set up in a project; the environment that commits are made in."""
    environment = {"PRE_COMMIT_HOME": str(home), "PYTHONPATH": ""}
    ran = ended([sys.executable, "-m", "pre_commit", "install"], folder, **environment)
    assert ran.status == 0, ran.said
    return environment


@pytest.mark.parametrize(
    ("name", "settings", "bad"),
    [
        ("rare-earth-gate", "", {"boms/part-1.json": b"{", "rare-earth.toml": b"prodcts = []\n"}),
        ("rare-earth-changed", "pass-when-nothing-changed = true\n", {"shipment.json": b"{"}),
    ],
)
def test_pre_commit_stops_a_commit(
    name: str, settings: str, bad: dict[str, bytes], hooks: Path, installed: Path, tmp_path: Path
) -> None:
    """The hook of this repository in the framework, with the tool from the search path in place of one that it installs."""
    folder = written(repository(tmp_path / "project"), CLEAN | {"rare-earth.toml": (SETTINGS + settings).encode()})
    commit(folder)
    written(folder, configured(hooks, name, language="system"))
    more = framework(folder, tmp_path / "home") | on_path(installed)
    save = ["git", "commit", "--message", "x"]
    git(folder, "add", "--all")
    ran = ended(save, folder, **more)
    assert (ran.status, "Passed" in ran.said) == (0, True), ran.said
    for file, data in bad.items():
        written(folder, {file: data})
        git(folder, "add", "--all")
        ran = ended(save, folder, **more)
        assert (ran.status, "Failed" in ran.said, file in ran.said) == (1, True, True), ran.said
        git(folder, "reset", "--quiet", "--hard")
    assert git(folder, "rev-list", "--count", "HEAD").strip() == "2"


@pytest.mark.long
def test_pre_commit_builds_the_tool_itself(hooks: Path, tmp_path: Path) -> None:
    """The same with the environment that the framework makes; needs a package registry."""
    folder = written(repository(tmp_path / "project"), CLEAN | configured(hooks, "rare-earth-gate"))
    more = framework(folder, tmp_path / "home") | {"PATH": on_path(None)["PATH"]}
    git(folder, "add", "--all")
    ran = ended(["git", "commit", "--message", "x"], folder, **more)
    assert (ran.status, "Passed" in ran.said) == (0, True), ran.said
    written(folder, {"boms/part-1.json": b"{"})
    git(folder, "add", "--all")
    ran = ended(["git", "commit", "--message", "x"], folder, **more)
    assert (ran.status, "part-1.json" in ran.said) == (1, True), ran.said
