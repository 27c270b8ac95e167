"""The command `assay audit`: its arguments, and how they become a call."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

import assay
from assay.cli.arguments import DONE, FAILURE, Commands, answer, checks_of, options_of, target_of
from assay.engine.errors import CancelledError
from assay.engine.extras import extra

#: What a data set can say of a map.
ANSWERS = ("trustworthy", "not trustworthy", "open", "no ceiling")
ERRORS = "errors"


def add_command(commands: Commands) -> None:
    """Register `assay audit` with the command line."""
    parser = commands.add_parser("audit", help="verify an explanation over a data set")
    take = parser.add_argument
    take("data", metavar="FILE", help="csv, tsv, jsonl or Parquet")
    take("--text-column", default="text", metavar="NAME")
    take("--pair-column", metavar="NAME", help="where the second text of a pair is")
    take("--label-column", metavar="NAME", help="where the gold label is")
    take("--rationale-column", metavar="NAME", help="where a person's marks are")
    take("--out", required=True, metavar="FOLDER", help="the run folder; an unfinished run goes on")
    take("--fresh", action="store_true", help="start over and remove the files of an earlier run")
    take("--model", default="demo", metavar="MODEL", help="a folder, demo, or a cached org/name")
    take("--precision", default="float32", metavar="NAME", help="float32 or bfloat16")
    take("--explanation", metavar="METHOD")
    take("--explanation-column", metavar="NAME", help="where scores from elsewhere are")
    take("--versus", action="append", default=[], metavar="METHOD", help="judge it too, compare")
    take("--option", action="append", default=[], metavar="NAME=VALUE", help="of the method")
    take("--target", metavar="CLASS", help="an index or a label; by default the predicted class")
    take("--checks", default="default", help="default, all, or names with commas")
    take("--seed", type=int, default=0)
    take("--truncate", action="store_true", help="cut texts that are too long")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, metavar="N", help="threads; by default one a core")
    where.add_argument("--dask", metavar="ADDRESS", help="the scheduler of a Dask cluster")
    take(
        "--fail-on",
        action="append",
        default=[],
        choices=[*ANSWERS, ERRORS],
        metavar="ANSWER",
        help="exit with status 1 on this answer; may be repeated; `errors` is any row that could "
        "not be used",
    )
    take("--beside", metavar="FOLDER", help="a run of the same rows, which the page shows as well")
    take("--html", metavar="FILE", help="write the page to another place, too")
    take("--json", action="store_true", help="print JSON")
    take("--quiet", action="store_true", help="draw no progress bar")
    parser.set_defaults(run=_audit)


def _audit(chosen: argparse.Namespace) -> int:
    with ExitStack() as stack:
        executor = None
        if chosen.dask:
            distributed = extra("distributed", "--dask")
            executor = stack.enter_context(distributed.Client(chosen.dask))
        try:
            result = assay.audit(
                assay.load(chosen.model, precision=chosen.precision),
                chosen.data,
                chosen.label_column,
                explanation=chosen.explanation,
                explanation_column=chosen.explanation_column,
                out=chosen.out,
                workers=chosen.workers,
                executor=executor,
                resume=not chosen.fresh,
                rationales=chosen.rationale_column,
                text_column=chosen.text_column,
                pair_column=chosen.pair_column,
                target=target_of(chosen.target),
                checks=checks_of(chosen.checks),
                seed=chosen.seed,
                versus=chosen.versus,
                method_options=options_of(chosen.option),
                truncate=chosen.truncate,
                progress=not chosen.quiet,
                compare_to=chosen.beside,
            )
        except (KeyboardInterrupt, CancelledError):
            print(
                f"assay: stopped; what is done is in {chosen.out}, and the same command goes on",
                file=sys.stderr,
            )
            raise
    answer(result, chosen)
    print(f"The report is in {chosen.out}/report.html", file=sys.stderr)
    found = {str(result.answer["answer"])} | ({ERRORS} if result.errors else set())
    return FAILURE if found & set(chosen.fail_on) else DONE
