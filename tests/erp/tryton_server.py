"""A Tryton of the tests' own: installed into a throw-away environment, on SQLite, on a free port of the loopback.

Knows how to set one up, keep the empty database for the next run, start it and end it. Tryton is under the GPL: it
runs as a process of its own and is spoken to over HTTP; nothing of it is imported here.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("trytond>=8.2,<8.3", "trytond-production>=8.2,<8.3", "trytond-customs>=8.2,<8.3")
PASSWORD = "only-for-the-tests"  # noqa: S105  # of a server that lives for the tests, on the loopback
DATABASE = "erp"


def installed(cache: Path) -> Path:
    """The folder with the environment and an empty database; made when it is not there, about 40 seconds."""
    home = cache / f"tryton-8.2-python-{sys.version_info.major}.{sys.version_info.minor}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        (home / "empty").mkdir(parents=True)
        _run([sys.executable, "-m", "venv", str(home / "venv")])
        _run([str(home / "venv/bin/pip"), "install", "--quiet", *PACKAGES])
        (home / "empty" / f"{DATABASE}.sqlite").touch()
        (home / "password").write_text(PASSWORD, encoding="utf-8")
        config = _config(home / "empty", 0)
        command = [str(home / "venv/bin/trytond-admin"), "-c", str(config), "-d", DATABASE, "-u", "production", "customs"]
        _run([*command, "--activate-dependencies", "--email", "tests@example.org"], TRYTONPASSFILE=str(home / "password"))
        (home / "complete").touch()
    return home


@contextmanager
def serving(home: Path, folder: Path) -> Iterator[str]:
    """Serve a copy of the empty database in ``folder``; gives the address, ends the server."""
    shutil.copy(home / "empty" / f"{DATABASE}.sqlite", folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "trytond.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [home / "venv/bin/trytond", "-c", _config(folder, port), "-d", DATABASE], stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _wait(f"http://127.0.0.1:{port}/", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _config(folder: Path, port: int) -> Path:
    config = folder / "trytond.conf"
    config.write_text(f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n", encoding="utf-8")
    return config


def _run(command: list[str], **more: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | more, check=False)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}"


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  # the loopback
                return
        except urllib.error.HTTPError as answered:
            answered.close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no answer within 30 seconds: " + log.read_text(encoding="utf-8")[-2000:])
