"""Inputs of several lengths side by side: padded for torch, one behind the other for the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: More padding than this share of the tokens is not worth one pass less.
_WASTE = 0.25


@dataclass(frozen=True)
class Question:
    """One run that the engine asks for, as the C header writes it."""

    run: int
    ids: list[NDArray[np.int32]]
    types: list[NDArray[np.int32]]
    rows: NDArray[np.int32]
    keep: list[str]
    differentiate: frozenset[str]
    edited: frozenset[int]
    patches: list[Mapping[str, Any]]
    embeddings: list[NDArray[np.float32]] | None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Question:
        """Read the record of a question."""
        cuts = record["offsets"][1:-1]
        stand_in = record["embeddings"]
        return cls(
            run=record["run"],
            ids=np.split(record["ids"], cuts),
            types=np.split(record["types"], cuts),
            rows=record["rows"],
            keep=record["keep"],
            differentiate=frozenset(record["differentiate"]),
            edited=frozenset(record["edited"]),
            patches=record["patches"],
            embeddings=None if stand_in is None else np.split(stand_in, cuts),
        )


def groups(lengths: Sequence[int], most: int, *, pads: bool = True) -> list[list[int]]:
    """Return the items that are run together: of similar lengths, at most so many at once.

    Without `pads` the lengths are equal.

    >>> groups([5, 9, 5, 4], most=3)
    [[3, 0, 2], [1]]
    """
    order = sorted(range(len(lengths)), key=lambda item: (lengths[item], item))
    made: list[list[int]] = []
    tokens = 0
    for item in order:
        length = lengths[item]
        group = made[-1] if made else []
        wasted = length * (len(group) + 1) - (tokens + length)
        if not group or len(group) >= most or wasted > _WASTE * tokens * pads:
            made.append([item])
            tokens = length
        else:
            group.append(item)
            tokens += length
    return made


def unpadded(value: NDArray[np.float32], lengths: Sequence[int]) -> list[NDArray[np.float32]]:
    """Return every item's part of a padded array of token rows, or of patterns."""
    if value.ndim == 4:
        return [one[:, :n, :n] for one, n in zip(value, lengths, strict=True)]
    return [one[:n] for one, n in zip(value, lengths, strict=True)]


def flat(parts: Mapping[int, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Join the items' parts in the order of the items."""
    return np.concatenate([parts[item].reshape(-1) for item in sorted(parts)])
