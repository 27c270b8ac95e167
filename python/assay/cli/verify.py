"""The command `assay verify`."""

from __future__ import annotations

import argparse
import sys

import assay
from assay.cli.arguments import (
    DONE,
    FAILURE,
    Commands,
    add_input,
    answer,
    asked,
    checks_of,
    options_of,
)

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
    options = options_of(chosen.set, "--set", assay.verify)
    if chosen.granularity is not None:
        options["granularity"] = chosen.granularity
    report = assay.verify(
        **asked(chosen),
        explanation=chosen.explanation,
        checks=checks_of(chosen.checks),
        method_options=options_of(chosen.option),
        progress=sys.stderr.isatty(),
        **options,
    )
    answer(report, chosen, "report")
    found = {report.verdict}
    if report.verdict == "trustworthy" and report.exclusive is False:
        found.add(NOT_EXCLUSIVE)
    return FAILURE if found & set(chosen.fail_on) else DONE
