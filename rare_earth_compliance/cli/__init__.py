"""The command ``rare-earth``: the only printing, the only clock, the only exit codes.

Knows options, files and exit statuses. Imports what a command needs when it runs, so that help comes at
once.
"""

from __future__ import annotations

import contextlib
import sys


def main() -> None:
    """Run the command line; an interrupt at any moment ends it with 130, a reader that went away with 141, and an error of the
    system with 3, never as clear."""
    try:
        from rare_earth_compliance.cli.app import app  # noqa: PLC0415  # imported late: a script needs nothing else

        app(prog_name="rare-earth")
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except SystemExit as end:
        # What prints for the commands answers a reader that went away with 1, which is what a crash gives.
        if end.code == 1 and isinstance(end.__context__, BrokenPipeError):
            raise _nobody_reads() from None
        raise
    except BrokenPipeError:
        raise _nobody_reads() from None
    except OSError as error:
        # Where it is standard error that takes nothing, nobody can be told; the exit status still tells.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(f"not finished: {error}\n")
        raise SystemExit(3) from None


def _nobody_reads() -> SystemExit:
    """The end of a command when who read what it says went away: quietly, as a program ended by SIGPIPE."""
    from rare_earth_compliance.cli.output import BROKEN_PIPE, forget_the_rest  # noqa: PLC0415

    forget_the_rest()
    return SystemExit(BROKEN_PIPE)
