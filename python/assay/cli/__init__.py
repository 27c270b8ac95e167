"""The command line: `assay verify`, `explain`, `compare`, `audit`, `beside`, `calibrate` and more.

Exit status: 0 done, 1 failure (or the verdict that `--fail-on` names), 2 unusable input.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from assay.cli import audit, beside, calibrate, compare, explain, listing, verify
from assay.cli.arguments import FAILURE, UNUSABLE
from assay.engine import disk
from assay.engine.errors import AssayError, CancelledError, InternalError, MemoryBudgetError
from assay.reproduce import add_command as add_studies


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; reads `sys.argv` by default."""
    _open_streams()
    parser = _parser()
    chosen = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal of another encoding still gets its text
            stream.reconfigure(errors="replace")
    warnings.showwarning = _warn  # type: ignore[assignment]
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except (CancelledError, KeyboardInterrupt):
        print("assay: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of the output has gone; nothing is left to say
        return FAILURE
    except AssayError as error:
        print(f"assay: {error}", file=sys.stderr)
        return FAILURE if isinstance(error, InternalError | MemoryBudgetError) else UNUSABLE
    except OSError as error:
        print(f"assay: {error}", file=sys.stderr)
        return FAILURE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assay", description="Is this attention explanation real? Evidence and a verdict."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    for command in (verify, explain, compare, audit, beside, calibrate):
        command.add_command(commands)
    add_studies(commands)
    listing.add_command(commands)
    return parser


def _open_streams() -> None:
    """Put nothing in the place of standard streams that whoever started the process has closed.

    Otherwise the next file that is opened would have their number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, disk.nowhere(mode))


def _warn(message: Warning | str, *_: Any) -> None:
    print(f"assay: {message}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
