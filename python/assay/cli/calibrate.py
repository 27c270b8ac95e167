"""The command `assay calibrate`."""

from __future__ import annotations

import argparse
import json
import sys

import assay
from assay.cli.arguments import DONE, Commands
from assay.engine import disk


def add_command(commands: Commands) -> None:
    """Register `assay calibrate` with the command line."""
    command = commands.add_parser("calibrate", help="measure the verdict on models of known truth")
    command.add_argument("--draws", type=int, default=200, help="models per family")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--purpose", default="evaluation", choices=["evaluation", "calibration"])
    command.add_argument("--families", nargs="+", metavar="NAME", help="these families alone")
    command.add_argument("--kinds", nargs="+", metavar="NAME", help="these kinds of models alone")
    page = command.add_mutually_exclusive_group()
    page.add_argument("--markdown", metavar="FILE", help="write the page there")
    page.add_argument("--json", action="store_true", help="print JSON")
    page.add_argument(
        "--report", metavar="FILE", help="write the whole page there: thresholds and nulls as well"
    )
    command.set_defaults(run=_calibrate)


def _calibrate(chosen: argparse.Namespace) -> int:
    watched = sys.stderr.isatty()
    result = assay.calibrate(
        chosen.draws,
        chosen.seed,
        purpose=chosen.purpose,
        families=chosen.families,
        kinds=chosen.kinds,
        report=chosen.report is not None,
        progress=watched,
    )
    if chosen.json:
        print(json.dumps(result.to_dict(), ensure_ascii=False, indent=2))
        return DONE
    path = chosen.report or chosen.markdown
    if path:
        disk.write(path, result.markdown)
    else:
        print(result.markdown, end="")
    return DONE
