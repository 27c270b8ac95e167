"""The command `assay compare`."""

from __future__ import annotations

import argparse
import json
import sys

import assay
from assay.cli.arguments import DONE, Commands, add_input, target_of, text_of


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
    comparison = assay.compare(
        assay.load(chosen.model, precision=chosen.precision),
        text_of(chosen),
        methods=chosen.methods.split(",") if chosen.methods else None,
        statistic=chosen.statistic,
        verdicts=chosen.verdicts,
        target=target_of(chosen.target),
        seed=chosen.seed,
        truncate=chosen.truncate,
    )
    if chosen.json:
        print(json.dumps(comparison.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(comparison)
    if chosen.html:
        comparison.to_html(chosen.html)
        print(f"The page is in {chosen.html}", file=sys.stderr)
    return DONE
