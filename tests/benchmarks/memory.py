"""Memory that reading and judging one product takes, in a process of its own: nothing that ran before lends it any.

    python -m tests.benchmarks.memory FILE

Prints the bytes that were added at most, those of the text among them.
"""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import products
from tests.benchmarks.ours import Ours

ROOT = Path(__file__).parents[2]


def added(data: bytes) -> float:
    """What a product adds, in times of its bytes."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "product.json")
        file.write_bytes(data)
        command = [sys.executable, "-m", "tests.benchmarks.memory", str(file)]
        return int(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout) / len(data)


def _most() -> int:
    """The most memory that was held so far; what a process is told of its use counts that of the one it was started by."""
    kilobytes = re.search(r"VmHWM:\s*([0-9]+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert kilobytes is not None
    return int(kilobytes[1]) * 1024


def main() -> None:
    """Judge, and print."""
    ours = Ours()
    ours.judged(products.large("mixed", 100))  # what every product needs is no part of this one
    gc.collect()
    gc.disable()  # as the command does
    before = _most()
    ours.judged(Path(sys.argv[1]).read_bytes())
    print(_most() - before)


if __name__ == "__main__":
    main()
