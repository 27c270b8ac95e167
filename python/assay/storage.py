"""Results as JSON files that name their own kind and read back exactly."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from assay._arrays import frozen
from assay._engine import plain
from assay._errors import InputError
from assay._version import __version__
from assay.pictures import Patches
from assay.pictures import from_record as picture_from
from assay.pictures import record as picture_record
from assay.tokens import Tokens

_ARRAYS = {"ids": "i4", "special": "?", "words": "i4", "offsets": "i4", "types": "i4"}


def write(path: str | os.PathLike[str], kind: str, record: Mapping[str, Any]) -> None:
    """Write a result; numbers are written so that they read back to the same bits."""
    header = {"format": f"assay.{kind}/1", "written_by": __version__}
    text = json.dumps(header | plain(record), ensure_ascii=False, indent=1, allow_nan=False)
    Path(path).write_text(text + "\n", "utf-8")


def read(path: str | os.PathLike[str], kind: str) -> dict[str, Any]:
    """Read a result of one kind.

    Raises:
        InputError: the file holds something else.
        FileNotFoundError: there is no such file.
    """
    try:
        record = json.loads(Path(path).read_text("utf-8"))
    except ValueError as error:
        raise InputError(f"{path}: expected a saved {kind}, found {error}") from error
    found = record.get("format") if isinstance(record, dict) else type(record).__name__
    if found != f"assay.{kind}/1":
        raise InputError(f"{path}: expected the format assay.{kind}/1, found {found}")
    return dict(record)


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


def tokens_from(record: Mapping[str, Any]) -> Tokens:
    """Return the tokens of such a record."""
    if "pixels" in record:
        return picture_from(record)
    arrays = {
        name: frozen(np.array(record[name], dtype).reshape((-1, 2) if name == "offsets" else -1))
        for name, dtype in _ARRAYS.items()
    }
    return Tokens(
        **arrays,
        pieces=tuple(record["pieces"]),
        text=record["text"],
        pair=record["pair"],
        position=record.get("position"),
    )
