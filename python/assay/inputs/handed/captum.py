"""Captum: the record that its text visualisation is made of, and attributions with their delta."""

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


def _has_delta(value: object) -> bool:
    """Tell what `attribute(…, return_convergence_delta=True)` gives: one delta for each input."""
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    shapes = [attribute(one, "shape") for one in value]
    return None not in shapes and len(shapes[0]) >= 2 and tuple(shapes[1]) in ((shapes[0][0],), ())


def _without_delta(value: Any, column: Column) -> Handed:
    return Handed(flat(value[0], column))


DELTA = Kind("Captum's attributions with their convergence delta", _has_delta, _without_delta)
KIND = Kind("captum.attr.visualization.VisualizationDataRecord", _fits, _read)
