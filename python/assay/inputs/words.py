"""Which token belongs to which word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from assay.inputs.scripts import is_unspaced


def words_of(
    encoding: Encoding, special: NDArray[np.bool_], texts: tuple[str, str]
) -> NDArray[np.int32]:
    """Number the words of an encoding: int32 [n], -1 for special tokens.

    A word ends where the tokenizer's own pre-tokenizer ends it, at white space (tokenizers
    without a pre-tokenizer see one word), between the two texts of a pair and, in scripts that are
    written without spaces, at every token that begins with a letter of its own.
    """
    result = np.full(len(special), -1, np.int32)
    number = -1
    before: tuple[int | None, int | None] | None = None
    end = 0
    for position, (word, sequence, (start, stop)) in enumerate(
        zip(encoding.word_ids, encoding.sequence_ids, encoding.offsets, strict=True)
    ):
        if special[position]:
            before = None
            continue
        text = texts[sequence or 0]
        gap = text[end : start + 1] if stop > start >= end else text[end:start]
        is_new = before != (word, sequence) or any(letter.isspace() for letter in gap)
        if is_new or (start >= end > 0 and _is_between_unspaced(text, start)):
            number += 1
        result[position] = number
        before, end = (word, sequence), stop
    return result


def _is_between_unspaced(text: str, place: int) -> bool:
    """Say whether a letter of a script without spaces stands on either side of a place."""
    return any(is_unspaced(letter) for letter in text[max(place - 1, 0) : place + 1])
