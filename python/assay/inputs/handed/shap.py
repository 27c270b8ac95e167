"""SHAP: an `Explanation` of one text, for one label or for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from assay.engine.asking import attribute
from assay.engine.errors import ShapeError
from assay.inputs.handed.form import SUBJECT, Column, Handed, Kind, flat, named, spelled


def _fits(value: object) -> bool:
    return all(attribute(value, name) is not None for name in ("values", "data", "base_values"))


def _read(value: Any, column: Column) -> Handed:
    values, texts = value.values, value.data
    if not _are_texts(texts) and len(texts) == 1 and _are_texts(texts[0]):
        values, texts = values[0], texts[0]
    if not _are_texts(texts):
        remedy = "take one of them: explanation[i]"
        raise ShapeError.of(SUBJECT, "a SHAP explanation of one text", f"{len(texts)}; {remedy}")
    return named(spelled(texts), flat(values, column, count=len(texts)))


def _are_texts(value: Any) -> bool:
    listed = isinstance(value, list | tuple | np.ndarray)
    return listed and all(isinstance(one, str) for one in value)


KIND = Kind("shap.Explanation", _fits, _read)
