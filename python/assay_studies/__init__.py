"""The founding papers' studies, run again: our figures beside the published ones.

`assay reproduce STUDY --data PATH --output DIR` on the command line, `assay.reproduce(…)` in
Python. A study is one folder here and one line in `FOLDERS`; it uses what `import assay` offers.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import assay
from assay_studies.shared.folder import claim
from assay_studies.shared.study import SETTINGS, Progress, Request, Result, Study, require

__all__ = ["Result", "Study", "add_command", "reproduce", "studies"]

#: The registered studies; each folder has `study.toml` and `protocol.py`.
FOLDERS = (
    "abnar_zuidema",
    "deception",
    "exhaustive",
    "geco",
    "jain_wallace",
    "serrano_smith",
    "shortcuts",
    "wiegreffe_pinter",
)


@cache
def studies() -> Mapping[str, Study]:
    """Return the registered studies by name, with what they reproduce, read and take."""
    found = (Study.read(Path(__file__).parent / folder) for folder in FOLDERS)
    return MappingProxyType({study.name: study for study in found})


def reproduce(
    study: str,
    data: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    seed: int = 0,
    seeds: int = 1,
    quick: bool = False,
    progress: Progress = None,
    **options: Any,
) -> Result:
    """Run a study on texts and write its tables, its figures and its page.

    Args:
        study: a name in `studies()`.
        data: the folder or file of the texts; nothing is downloaded.
        output: the folder that receives csv tables, `settings.json`, the page and the trained
            models; by default `runs/STUDY`. A model that an earlier run finished there is used
            again.
        seed: the first seed.
        seeds: trainings to average over, with the seeds `seed`, `seed + 1`, …
        quick: a small part of the data and of the training.
        progress: True for a line on the terminal, or a function of (share, stage).
        **options: the study's own.

    Raises:
        OptionError: no such study or option, or a value out of range.
        InputError: the texts are not there or cannot be used.
    """
    require("study", study, list(studies()))
    chosen = studies()[study]
    known = {option.name: option for option in chosen.options}
    for name in options:
        if name not in known:
            raise assay.OptionError(
                f"{name}: {study} takes {', '.join(known) or 'no options'}", subject=name
            )
    if seeds < 1 or seed < 0:
        raise assay.OptionError(
            f"seeds: expected a seed from 0 and at least one training, found seed {seed} and "
            f"{seeds} trainings",
            subject="seeds",
        )
    place = Path(data)
    if not place.exists():
        raise assay.InputError(
            f"data: expected a folder or file, found none at {place}", subject="data"
        )
    folder = Path(output) if output is not None else Path("runs") / study
    claim(folder, SETTINGS, {"study": study})
    request = Request(
        study=chosen,
        data=place,
        output=folder,
        asked={name: one.read(options.get(name, one.default)) for name, one in known.items()},
        seed=seed,
        seeds=seeds,
        quick=quick,
        progress=progress,
    )
    result = chosen.run(request)
    result.write()
    return result


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
