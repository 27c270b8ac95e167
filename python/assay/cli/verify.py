"""The command `assay verify`."""

from __future__ import annotations

import argparse
import sys

import assay
from assay.cli.arguments import DONE, FAILURE, Commands, add_input, options_of, target_of, text_of
from assay.show.as_text import wants_color

NOT_EXCLUSIVE = "not exclusive"


def add_command(commands: Commands) -> None:
    """Register `assay verify` with the command line."""
    verify = commands.add_parser("verify", help="weigh the evidence for an explanation")
    add_input(verify)
    verify.add_argument("--explanation", metavar="METHOD")
    verify.add_argument("--checks", default="default", help="default, all, or names with commas")
    verify.add_argument(
        "--granularity",
        choices=["token", "word", "span"],
        help="what is removed and redirected as a whole",
    )
    verify.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the verdict or of a check, as `assay checks` lists them",
    )
    verify.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=["trustworthy", "not trustworthy", "inconclusive", NOT_EXCLUSIVE],
        metavar="VERDICT",
        help="exit with status 1 on this verdict; may be repeated; `not exclusive` is a "
        "trustworthy map beside which other attention would have done as well",
    )
    verify.set_defaults(run=_verify)


def _verify(chosen: argparse.Namespace) -> int:
    checks = chosen.checks if chosen.checks in ("default", "all") else chosen.checks.split(",")
    asked = options_of(chosen.set, "--set", assay.verify)
    if chosen.granularity is not None:
        asked["granularity"] = chosen.granularity
    report = assay.verify(
        assay.load(chosen.model, precision=chosen.precision),
        text_of(chosen),
        explanation=chosen.explanation,
        target=target_of(chosen.target),
        checks=checks,
        seed=chosen.seed,
        method_options=options_of(chosen.option),
        truncate=chosen.truncate,
        progress=sys.stderr.isatty(),
        **asked,
    )
    print(report.to_json() if chosen.json else report.to_text(color=wants_color(sys.stdout)))
    if chosen.html:
        report.to_html(chosen.html)
        print(f"The report is in {chosen.html}", file=sys.stderr)
    found = {report.verdict}
    if report.verdict == "trustworthy" and report.exclusive is False:
        found.add(NOT_EXCLUSIVE)
    return FAILURE if found & set(chosen.fail_on) else DONE
