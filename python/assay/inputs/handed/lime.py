"""LIME: an explanation that lists words with their weights, the weightiest first."""

from __future__ import annotations

from typing import Any

from assay.engine.asking import attribute
from assay.inputs.handed import pairs
from assay.inputs.handed.form import Column, Handed, Kind


def _fits(value: object) -> bool:
    return callable(attribute(value, "as_list")) and attribute(value, "local_exp") is not None


def _read(value: Any, column: Column) -> Handed:
    known = list(value.local_exp)
    label = known[0] if len(known) == 1 else column()
    return pairs.read_pairs(value.as_list(label=label))._replace(by_name=True)


KIND = Kind("lime.explanation.Explanation", _fits, _read)
