"""The command ``rare-earth``: the only printing, the only clock, the only exit codes.

Knows options, files and exit statuses. Imports what a command needs when it runs, so that help comes at
once.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line; an interrupt at any moment ends it with 130, never as clear."""
    try:
        from rare_earth_compliance.cli.app import app  # noqa: PLC0415  # imported late: a script needs nothing else

        app(prog_name="rare-earth")
    except KeyboardInterrupt:
        raise SystemExit(130) from None
