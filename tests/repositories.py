"""How tests make a git repository with product data, and who they are in it.

Knows git and one small product. Used by the tests of what a change touches, and of the recipes.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a test",
    "GIT_AUTHOR_EMAIL": "test@example.invalid",
    "GIT_COMMITTER_NAME": "a test",
    "GIT_COMMITTER_EMAIL": "test@example.invalid",
}
"""The environment of the tests without anything that a surrounding git says, and with an identity."""


def git(folder: Path, *args: str) -> str:
    """What git prints; an error of git is an error of the test."""
    command = ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-C", str(folder), *args]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert run.returncode == 0, f"{args}: {run.stdout}{run.stderr}"
    return run.stdout


def repository(folder: Path) -> Path:
    """An empty repository."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--template=")
    return folder


def commit(folder: Path, message: str = "as it is") -> str:
    """Everything in the folder committed; the name of the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD").strip()


def bom(number: str | None, parts: Iterable[str] = (), **facts: Any) -> bytes:
    """A steel product without rare earths that leaves Germany for the United States: no licence is required."""
    plain = {"form": "component", "made_in": "DE", "rare_earths": "none", "equipment": "none", **facts}
    product = {**({"part_number": number} if number is not None else {}), "name": "bracket", **plain}
    inside = [{"part_number": part, "quantity": 1, **plain} for part in parts]
    if inside:
        product |= {"parts": inside}
    return json.dumps({"format": "rare-earth-bom/1", "product": product}, ensure_ascii=False).encode()
