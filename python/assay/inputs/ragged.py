"""A batch as the engine takes it: no padding, one text behind the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.inputs.tokens import Tokens


def ragged(items: Sequence[Tokens], vocabulary: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a batch as the engine takes it: all tokens one text behind the other.

    Args:
        items: the inputs.
        vocabulary: what their ids mean, where it is not the vocabulary of the model's tokenizer.
    """
    record: dict[str, Any] = {
        "ids": _joined([tokens.ids for tokens in items]),
        "types": _joined([tokens.types for tokens in items]),
        "special": _joined([tokens.special for tokens in items]).astype(np.int32),
        "words": _joined([tokens.words for tokens in items]),
    }
    if len(items) > 1:
        offsets = [0, *accumulate(len(tokens) for tokens in items)]
        record["offsets"] = np.array(offsets, np.int64)
    places = [-1 if tokens.position is None else tokens.position for tokens in items]
    if max(places, default=-1) >= 0:
        record["positions"] = np.array(places, np.int32)
    if vocabulary is not None:
        record["vocabulary"] = vocabulary
    return record


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
