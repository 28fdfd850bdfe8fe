"""A mock SAP of the tests' own: OData V2 from SAP's mock server, behind a gateway that pages as SAP does and can fail.

Knows how to install and start the mock server (Node, Apache-2.0), and how to cut its answers into pages with
``__next``. The faults are what happens to a long read on a bad day.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from tests.erp import sap_data

MOCK = "@sap-ux/fe-mockserver-core@1.7"
SERVICES = "/sap/opu/odata/sap"
PAGE = 25


@dataclass
class Faults:
    """What the gateway does wrong, none by default."""

    fails_after: int = -1
    """Answers 500 once it has served so many requests; below 0 never."""
    cuts_after: int = -1
    """The connection breaks in the middle of an answer once it has served so many requests."""
    halves_after: int = -1
    """Sends half an answer as if it were whole once it has served so many requests."""
    loses_next: bool = False
    """The first page says nothing of a second."""
    repeats_page: bool = False
    """The second page is the first again."""
    circles: bool = False
    """The second page points to itself."""
    leads_away: bool = False
    """The next page is said to be on another host."""
    no_count: bool = False
    """The count that was asked for is not given."""
    served: int = 0


def installed(cache: Path) -> Path:
    """The folder with the mock server and, in an environment of its own, the independent client pyodata."""
    home = cache / f"sap-mock-1.7-python-{sys.version_info.major}.{sys.version_info.minor}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        (home / "package.json").write_text("{}", encoding="utf-8")
        _run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home), MOCK])
        _run([sys.executable, "-m", "venv", str(home / "venv")])
        _run([str(home / "venv/bin/pip"), "install", "--quiet", "pyodata>=1.12,<2", "requests>=2.31,<3"])
        (home / "complete").touch()
    return home


@contextmanager
def serving(home: Path, folder: Path) -> Iterator[tuple[str, Faults]]:
    """The address of the services behind the gateway, and its faults to switch on."""
    here = Path(__file__).parent / "sap"
    shutil.copytree(here, folder, dirs_exist_ok=True)
    sap_data.write(folder)
    with (folder / "node.log").open("wb") as log:
        command = ["node", str(folder / "serve.mjs"), str(home), str(folder)]
        node = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        assert node.stdout is not None
        try:
            line = node.stdout.readline()
            assert line.strip().isdigit(), (folder / "node.log").read_text(encoding="utf-8")[-2000:]
            with _gateway(f"http://127.0.0.1:{int(line)}") as found:
                yield found
        finally:
            node.terminate()
            node.wait(20)
            node.stdout.close()


@contextmanager
def _gateway(behind: str) -> Iterator[tuple[str, Faults]]:
    faults = Faults()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            faults.served += 1
            if -1 < faults.fails_after < faults.served:
                self.send_error(500)
                return
            body = _answer(behind, self.path, faults)
            if -1 < faults.halves_after < faults.served:
                body = body[: len(body) // 2]
            self.send_response(200)
            self.send_header("Content-Type", "application/xml" if "$metadata" in self.path else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = -1 < faults.cuts_after < faults.served
            self.wfile.write(body[: len(body) // 2] if cut else body)

        def log_message(self, *arguments: Any) -> None:
            """Nothing: the tests' output is for the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{SERVICES}", faults
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(behind: str, path: str, faults: Faults) -> bytes:
    """What the mock server says, cut to one page with a link to the next."""
    asked = urlsplit(path)
    query = dict(parse_qsl(asked.query, keep_blank_values=True))
    if "$metadata" in asked.path or not query:
        return _get(behind + path)
    start = int(query.pop("$skiptoken", "0"))
    first = 0 if faults.repeats_page else start
    wanted = query | {"$top": str(PAGE), "$skip": str(first), "$inlinecount": "allpages"}
    whole = json.loads(_get(f"{behind}{asked.path}?{urlencode(wanted, quote_via=quote, safe='$')}"))
    page = whole["d"]
    count = page["__count"]
    page["__count"] = str(count)  # SAP writes the count as text
    if start + PAGE < count or (faults.circles and start):
        token = start if faults.circles and start else start + PAGE
        following = f"{asked.path}?{urlencode(query | {'$skiptoken': str(token)}, quote_via=quote, safe='$')}"
        page["__next"] = f"http://127.0.0.2{following}" if faults.leads_away else following
    if faults.loses_next:
        page.pop("__next", None)
    if faults.no_count:
        del page["__count"]
    return json.dumps(whole).encode()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310  # the loopback
        return bytes(response.read())


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
