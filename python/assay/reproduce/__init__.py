"""The founding papers' studies, run again: our figures beside the published ones.

`assay reproduce STUDY --data PATH --output DIR` on the command line, `assay.reproduce(…)` in
Python. A study is one file in this folder and one line in `registry.py`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from assay.engine.errors import InputError, OptionError
from assay.engine.progress import Progress

if TYPE_CHECKING:
    from assay.reproduce.study import Result, Study


def studies() -> Mapping[str, Study]:
    """Return the registered studies by name, with what they reproduce, read and take."""
    from assay.reproduce.registry import STUDIES

    return MappingProxyType({study.name: study for study in STUDIES})


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
        progress: True for a bar, or a function of (fraction, stage).
        **options: the study's own.

    Raises:
        OptionError: no such study or option, or a value out of range.
        InputError: the texts are not there or cannot be used.
    """
    from assay.reproduce.markdown import command
    from assay.reproduce.registry import named
    from assay.reproduce.study import Request, claim

    chosen = named(study)
    known = {option.name: option for option in chosen.options}
    for name in options:
        if name not in known:
            raise OptionError(
                f"{name}: {study} takes {', '.join(known) or 'no options'}", subject=name
            )
    if seeds < 1 or seed < 0:
        raise OptionError(
            f"seeds: expected a seed from 0 and at least one training, found seed {seed} and "
            f"{seeds} trainings",
            subject="seeds",
        )
    place = Path(data)
    if not place.exists():
        raise InputError(f"data: expected a folder or file, found none at {place}", subject="data")
    folder = Path(output) if output is not None else Path("runs") / study
    claim(folder, study)
    request = Request(
        data=place,
        output=folder,
        seed=seed,
        seeds=seeds,
        quick=quick,
        options={name: one.read(options.get(name, one.default)) for name, one in known.items()},
        progress=progress,
    )
    result = replace(chosen.load()(request), command=command(study, request))
    result.write(folder)
    return result
