"""Starts the service, posts a product, prints the answer, stops the service. The standard library is enough for a client.

python examples/service/post_product.py examples/hard-disk/assumed.json 2026-11-23
"""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.parse import quote
from urllib.request import Request, urlopen

MAY_SHIP = (0, 12)


def main(file: str, day: str) -> int:
    command = [sys.executable, "-m", "rare_earth_compliance", "serve", "--port", "0", "--jobs", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as service:
        try:
            address = service.stderr.readline().split(" ")[0]
            with open(file, "rb") as product:
                request = Request(f"{address}/v1/determinations?on={day}&name={quote(file)}", data=product.read())
            request.add_header("Content-Type", "application/json")
            with urlopen(request, timeout=60) as answer:
                status, report = int(answer.headers["Rare-Earth-Status"]), json.load(answer)
        finally:
            service.terminate()
    one = report["determinations"][0]
    print(f"{one['product']}: {one['answer']} (status {status}), judged for {one['on']}")
    for question in one["asks_for"][:3]:
        print(f"  ask {question['of_whom']}: {question['question']}")
    return 0 if status in MAY_SHIP else status


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.stderr.write("usage: post_product.py FILE DAY, as in examples/hard-disk/assumed.json 2026-11-23\n")
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
