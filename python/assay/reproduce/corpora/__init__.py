"""Readers of the studies' texts, which are read where the caller has them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from assay.engine.errors import AssayError, InputError

Rest = ParamSpec("Rest")
Found = TypeVar("Found")


def reader(
    read: Callable[Concatenate[Path, Rest], Found],
) -> Callable[Concatenate[Path, Rest], Found]:
    """Let a function that reads a file say which file it is that cannot be read.

    A reader speaks of what its corpus may lack; a line that is nothing of the kind raises what
    taking it apart raises.
    """

    @wraps(read)
    def reading(path: Path, /, *rest: Rest.args, **named: Rest.kwargs) -> Found:
        try:
            return read(path, *rest, **named)
        except AssayError:
            raise
        except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError,
                csv.Error) as error:  # fmt: skip
            raise InputError(
                f"{path}: expected texts of this study ({type(error).__name__}: {error})",
                subject="data",
            ) from error

    return reading
