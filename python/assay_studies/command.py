"""The command `assay reproduce`: one subcommand a study."""

from __future__ import annotations

import argparse
import sys

from assay_studies import reproduce, studies


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `assay reproduce` with the command line."""
    parser = commands.add_parser("reproduce", help="run a founding paper's study again")
    chosen = parser.add_subparsers(required=True, metavar="STUDY")
    for study in studies().values():
        command = chosen.add_parser(
            study.name, help=study.summary, description=f"{study.summary} ({study.source})."
        )
        take = command.add_argument
        take("--data", required=True, metavar="PATH", help=study.data)
        take("--output", metavar="DIR", default=f"runs/{study.name}",
             help="receives csv, page and models (runs/STUDY)")  # fmt: skip
        take("--seed", type=int, default=0)
        take("--seeds", type=int, default=1, help="trainings to average over")
        take("--quick", action="store_true", help="a small part of the data and of the training")
        for option in study.options:
            take(
                f"--{option.name.replace('_', '-')}",
                default=option.default,
                type=type(option.default),
                choices=option.choices or None,
                help=option.help,
            )
        command.set_defaults(run=_run, study=study)


def _run(chosen: argparse.Namespace) -> int:
    study = chosen.study
    result = reproduce(
        study.name,
        chosen.data,
        chosen.output,
        seed=chosen.seed,
        seeds=chosen.seeds,
        quick=chosen.quick,
        progress=sys.stderr.isatty(),
        **{option.name: getattr(chosen, option.name) for option in study.options},
    )
    print(result)
    print(f"The tables and the page are in {chosen.output}", file=sys.stderr)
    return 0
