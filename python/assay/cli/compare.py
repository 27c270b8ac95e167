"""The command `assay compare`."""

from __future__ import annotations

import argparse

import assay
from assay.cli.arguments import DONE, Commands, add_input, answer, asked


def add_command(commands: Commands) -> None:
    """Register `assay compare` with the command line."""
    compare = commands.add_parser("compare", help="say how far several methods agree")
    add_input(compare, options=False)
    compare.add_argument("--methods", metavar="NAMES", help="with commas; by default all")
    compare.add_argument("--statistic", default="kendall", metavar="NAME")
    compare.add_argument(
        "--verdicts",
        action=argparse.BooleanOptionalAction,
        help="judge each map; by default where methods are named",
    )
    compare.set_defaults(run=_compare)


def _compare(chosen: argparse.Namespace) -> int:
    methods = chosen.methods.split(",") if chosen.methods else None
    measured = {"statistic": chosen.statistic, "verdicts": chosen.verdicts}
    comparison = assay.compare(**asked(chosen), methods=methods, **measured)
    answer(comparison, chosen)
    return DONE
