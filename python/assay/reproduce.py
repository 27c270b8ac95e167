"""The door to the studies of founding papers, a package of its own that uses the public names."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from assay.engine.arguments import checked

if TYPE_CHECKING:
    from assay_studies import Result, Study


def studies() -> Mapping[str, Study]:
    """Return the registered studies by name, with what they reproduce, read and take."""
    found: Mapping[str, Study] = import_module("assay_studies").studies()
    return found


@checked
def reproduce(
    study: str,
    data: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Result:
    """Run a founding paper's study on texts and write its tables, its figures and its page.

    Options are `seed`, `seeds`, `quick`, `progress` and the study's own; see
    `assay_studies.reproduce`.

    Raises:
        OptionError: no such study or option, or a value out of range.
        InputError: the texts are not there or cannot be used.
    """
    result: Result = import_module("assay_studies").reproduce(study, data, output, **options)
    return result


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `assay reproduce` with the command line."""
    import_module("assay_studies").add_command(commands)
