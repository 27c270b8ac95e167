"""The command `assay explain`."""

from __future__ import annotations

import argparse
import json
import sys

import assay
from assay.cli.arguments import DONE, Commands, add_input, options_of, target_of, text_of
from assay.show.as_text import wants_color


def add_command(commands: Commands) -> None:
    """Register `assay explain` with the command line."""
    explain = commands.add_parser("explain", help="say how much each token matters")
    add_input(explain)
    explain.add_argument("--method", metavar="METHOD")
    explain.add_argument("--plot", metavar="FILE", help="draw it: .png, .svg, .pdf or .html")
    explain.set_defaults(run=_explain)


def _explain(chosen: argparse.Namespace) -> int:
    explanation = assay.explain(
        assay.load(chosen.model, precision=chosen.precision),
        text_of(chosen),
        method=chosen.method,
        target=target_of(chosen.target),
        seed=chosen.seed,
        truncate=chosen.truncate,
        plot=chosen.plot,
        **options_of(chosen.option, "--option", assay.explain),
    )
    if chosen.json:
        print(json.dumps(explanation.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(explanation.to_text(color=wants_color(sys.stdout)))
    if chosen.html:
        explanation.to_html(chosen.html)
        print(f"The page is in {chosen.html}", file=sys.stderr)
    if chosen.plot:
        print(f"The picture is in {chosen.plot}", file=sys.stderr)
    return DONE
