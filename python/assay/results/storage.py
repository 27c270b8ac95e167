"""Results as JSON files that name their own kind and read back exactly."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from json import dumps
from typing import Any, TypeVar

import numpy as np

from assay._version import __version__
from assay.engine import disk
from assay.engine.door import plain
from assay.engine.errors import AssayError, InputError
from assay.inputs.pictures import Patches
from assay.inputs.pictures import from_record as picture_from
from assay.inputs.pictures import record as picture_record
from assay.inputs.tokens import Tokens
from assay.results.records import numbers, read

Saved = TypeVar("Saved")
_ARRAYS = {"ids": "i4", "special": "?", "words": "i4", "offsets": "i4", "types": "i4"}
#: What reading a record raises where it holds something else than it was written with.
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip


def save(path: str | os.PathLike[str], kind: str, record: Mapping[str, Any]) -> None:
    """Write a result; numbers are written so that they read back to the same bits."""
    header = {"format": f"assay.{kind}/1", "written_by": __version__}
    text = dumps(header | plain(record), ensure_ascii=False, indent=1, allow_nan=False)
    disk.write(path, text + "\n")


def load(
    path: str | os.PathLike[str], kind: str, make: Callable[[Mapping[str, Any]], Saved]
) -> Saved:
    """Read a result of one kind and make of its record what it is.

    Raises:
        InputError: the file holds something else, or something that nobody wrote.
        FileNotFoundError: there is no such file.
    """
    try:
        record = disk.json_of(disk.contents(path))
    except InputError:
        raise
    except ValueError as error:
        raise InputError.of(path, f"a saved {kind}", error) from error
    found = record.get("format") if isinstance(record, dict) else type(record).__name__
    if found != f"assay.{kind}/1":
        raise InputError.of(path, f"the format assay.{kind}/1", str(found)[:80])
    try:
        with np.errstate(over="raise", invalid="raise"):
            return make(record)
    except AssayError as error:
        raise InputError(f"{path}: {error}", subject=str(path)) from error
    except _BROKEN as error:
        raise InputError.of(
            path,
            f"a saved {kind}",
            f"a file that was changed since ({type(error).__name__}: {str(error)[:200]})",
        ) from error


def tokens_record(tokens: Tokens) -> dict[str, Any]:
    """Return tokens as a record of plain lists, or a picture as its pixels."""
    if isinstance(tokens, Patches):
        return picture_record(tokens)
    arrays = {name: getattr(tokens, name).tolist() for name in _ARRAYS}
    return {
        **arrays,
        "pieces": list(tokens.pieces),
        "text": tokens.text,
        "pair": tokens.pair,
        "position": tokens.position,
    }


def tokens_of(record: Mapping[str, Any]) -> Tokens:
    """Return the tokens of such a record.

    Raises:
        InputError: its parts do not fit each other.
    """
    if "pixels" in record:
        return picture_from(record)
    offsets = numbers(record["offsets"], np.dtype(_ARRAYS["offsets"]), "offsets").reshape(-1, 2)
    tokens = read(Tokens, record, "tokens", offsets=offsets)
    count = len(tokens)
    words = set(tokens.words[tokens.words >= 0].tolist())
    if (
        {len(getattr(tokens, name)) for name in _ARRAYS} != {count}
        or len(words) != int(tokens.words.max(initial=-1)) + 1
        or (tokens.ids < 0).any()
        or (tokens.position is not None and not 0 <= tokens.position < count)
    ):
        raise InputError.of("tokens", "one value for each token in every list", "others")
    return tokens
