"""Inseq: what an attribution model returns, for an input and one generated token."""

from __future__ import annotations

from typing import Any

from assay.engine.arrays import to_numpy
from assay.engine.asking import attribute
from assay.engine.errors import ShapeError
from assay.inputs.handed.form import SUBJECT, Column, Handed, Kind, named, spelled


def _fits(value: object) -> bool:
    return any(attribute(value, name) for name in ("sequence_attributions",)) or (
        attribute(value, "source_attributions") is not None
        or (
            attribute(value, "target_attributions") is not None
            and attribute(value, "attr_pos_start") is not None
        )
    )


def _read(value: Any, column: Column) -> Handed:
    sequences = attribute(value, "sequence_attributions")
    if sequences:
        if len(sequences) > 1:
            found = f"those of {len(sequences)}; take one: .sequence_attributions[i]"
            raise ShapeError.of(SUBJECT, "the scores of one input", found)
        value = sequences[0]
    side = "source" if attribute(value, "source_attributions") is not None else "target"
    array = to_numpy(getattr(value, f"{side}_attributions"), SUBJECT)
    texts = spelled([attribute(one, "token", one) for one in getattr(value, side)])
    if array.ndim == 3:
        found = f"shape {array.shape}; call .aggregate() first"
        raise ShapeError.of(SUBJECT, "one score per token and generated token", found)
    if array.ndim == 2 and array.shape[1] > 1:
        found = f"{array.shape[1]} of them; pair .{side} with .{side}_attributions[:, k]"
        raise ShapeError.of(SUBJECT, "the scores for one generated token", found)
    scores = array.reshape(-1)
    return named(texts[: len(scores)], scores)


KIND = Kind("inseq.FeatureAttributionOutput", _fits, _read)
