"""The command `assay explain`."""

from __future__ import annotations

import argparse
import sys

import assay
from assay.cli.arguments import DONE, Commands, add_input, answer, asked, options_of


def add_command(commands: Commands) -> None:
    """Register `assay explain` with the command line."""
    explain = commands.add_parser("explain", help="say how much each token matters")
    add_input(explain)
    explain.add_argument("--method", metavar="METHOD")
    explain.add_argument("--plot", metavar="FILE", help="draw it: .png, .svg, .pdf or .html")
    explain.set_defaults(run=_explain)


def _explain(chosen: argparse.Namespace) -> int:
    explanation = assay.explain(
        **asked(chosen),
        method=chosen.method,
        plot=chosen.plot,
        **options_of(chosen.option, "--option", assay.explain),
    )
    answer(explanation, chosen)
    if chosen.plot:
        print(f"The picture is in {chosen.plot}", file=sys.stderr)
    return DONE
