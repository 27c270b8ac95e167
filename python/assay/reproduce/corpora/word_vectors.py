"""Word vectors as word2vec, GloVe and fastText write them: a word and its numbers a line."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.engine.errors import InputError
from assay.reproduce.corpora import reader


@reader
def read(path: Path, words: Collection[str]) -> dict[str, NDArray[np.float32]]:
    """Return the vectors of some words, as far as the file has them.

    A first line of two numbers, how many words and how many numbers each, is passed over.

    Raises:
        InputError: the file cannot be read, has none of the words, or lines of different lengths.
    """
    found: dict[str, NDArray[np.float32]] = {}
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                word, *numbers = line.split()
                if word in words and len(numbers) > 1:
                    found.setdefault(word, np.array(numbers, np.float32))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: expected word vectors, found {error}", subject=str(path)
        ) from error
    if len({len(vector) for vector in found.values()}) != 1:
        raise InputError(
            f"{path}: expected vectors of one length for words of the texts, found "
            f"{len(found)} words",
            subject=str(path),
        )
    return found


def digest(table: Mapping[str, NDArray[np.float32]]) -> str:
    """Return what tells these vectors from others."""
    state = hashlib.sha256()
    for word in sorted(table):
        state.update(word.encode() + table[word].tobytes())
    return state.hexdigest()[:16]
