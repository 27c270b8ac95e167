"""The command `assay beside`."""

from __future__ import annotations

import argparse

import assay
from assay.cli.arguments import DONE, Commands, answer


def add_command(commands: Commands) -> None:
    """Register `assay beside` with the command line."""
    command = commands.add_parser("beside", help="put two audits of the same rows side by side")
    command.add_argument("first", metavar="FOLDER", help="a run folder")
    command.add_argument("second", metavar="FOLDER", help="another one")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument("--html", metavar="FILE", help="write a page")
    command.set_defaults(run=_beside)


def _beside(chosen: argparse.Namespace) -> int:
    answer(assay.beside(chosen.first, chosen.second), chosen)
    return DONE
