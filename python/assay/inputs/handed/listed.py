"""Objects that hold a list of tokens and a list of scores, as ferret's explanations do."""

from __future__ import annotations

from typing import Any

from assay.engine.asking import attribute
from assay.inputs.handed.form import Column, Handed, Kind, flat, named, spelled


def _fits(value: object) -> bool:
    return attribute(value, "scores") is not None and isinstance(
        attribute(value, "tokens"), list | tuple
    )


def _read(value: Any, column: Column) -> Handed:
    return named(spelled(value.tokens), flat(value.scores, column))


KIND = Kind("an object with tokens and scores, such as ferret's Explanation", _fits, _read)
