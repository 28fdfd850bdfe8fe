"""Writes the reports of all examples anew: ``python -m tests.regenerate_examples``. Read the difference before keeping it.

Refuses to write a report whose exit status is not the expected one.
"""

from __future__ import annotations

import sys

from tests.running import example_cases, run


def main() -> int:
    """Write every report; 1 when a status was not the expected one."""
    wrong = count = 0
    for case in example_cases():
        ran = run(case.args)
        count += 1
        if ran.status != case.status:
            wrong += 1
            sys.stderr.write(f"{case.folder}: {case.name}: expected {case.status}, found {ran.status}\n")
            continue
        case.report.write_text(ran.out, encoding="utf-8")
    sys.stdout.write(f"{count} reports, {wrong} with another status\n")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    raise SystemExit(main())
