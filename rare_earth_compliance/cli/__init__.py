"""The command ``rare-earth``: the only printing, the only clock, the only exit codes.

Knows options, files and exit statuses. Imports what a command needs when it runs, so that help comes at
once.
"""

from __future__ import annotations

import contextlib
import sys


def main() -> None:
    """Run the command line; an interrupt at any moment ends it with 130, and an error of the system with 3, never as clear."""
    try:
        from rare_earth_compliance.cli.app import app  # noqa: PLC0415  # imported late: a script needs nothing else

        app(prog_name="rare-earth")
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:
        # Where it is standard error that takes nothing, nobody can be told; the exit status still tells.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(f"not finished: {error}\n")
        raise SystemExit(3) from None
