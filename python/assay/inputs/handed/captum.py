"""Captum: the record that its text visualisation is made of."""

from __future__ import annotations

from typing import Any

from assay.engine.asking import attribute
from assay.inputs.handed.form import Column, Handed, Kind, flat, named, spelled


def _fits(value: object) -> bool:
    return attribute(value, "word_attributions") is not None


def _read(value: Any, column: Column) -> Handed:
    texts = attribute(value, "raw_input_ids")
    if texts is None:  # what it was called before Captum 0.6
        texts = attribute(value, "raw_input")
    scores = flat(value.word_attributions, column)
    return Handed(scores) if texts is None else named(spelled(texts), scores)


KIND = Kind("captum.attr.visualization.VisualizationDataRecord", _fits, _read)
