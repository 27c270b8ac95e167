"""Pairs (word, score), and mappings from words to scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assay.engine.arrays import to_numpy
from assay.engine.asking import attribute
from assay.inputs.handed.form import SUBJECT, Column, Handed, Kind, named, spelled


def _are_pairs(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) > 0
        and all(
            isinstance(one, list | tuple) and len(one) == 2 and isinstance(one[0], str)
            for one in value
        )
    )


def read_pairs(value: Sequence[Any], column: Column | None = None) -> Handed:
    """Return pairs as texts and scores, in their order."""
    scores = to_numpy([score for _, score in value], SUBJECT)
    return named(spelled([text for text, _ in value]), scores)


def _are_words(value: object) -> bool:
    return isinstance(value, Mapping) and len(value) > 0 and all(isinstance(k, str) for k in value)


def _read_mapping(value: Mapping[str, Any], column: Column) -> Handed:
    lists = {name: one for name, one in value.items() if isinstance(one, list | tuple | np.ndarray)}
    texts = next((lists[name] for name in ("tokens", "words", "texts") if name in lists), None)
    scores = next((lists[name] for name in ("scores", "attributions") if name in lists), None)
    if texts is not None and scores is not None:
        return named(spelled(texts), to_numpy(scores, SUBJECT))
    return read_pairs(list(value.items()))._replace(by_name=True)


def _is_series(value: object) -> bool:
    """Tell a pandas Series over words; its index is asked for its length alone."""
    index = attribute(value, "index")
    return (
        attribute(value, "to_dict") is not None
        and attribute(value, "iloc") is not None
        and attribute(value, "ndim") == 1
        and len(index) > 0
        and all(isinstance(one, str) for one in index)
    )


def _read_series(value: Any, column: Column) -> Handed:
    return named(spelled(list(value.index)), to_numpy(value.to_numpy(), SUBJECT))


PAIRS = Kind("pairs (word, score)", _are_pairs, read_pairs)
MAPPING = Kind("a mapping from words to scores", _are_words, _read_mapping)
SERIES = Kind("a pandas Series over words", _is_series, _read_series)
