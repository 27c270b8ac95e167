"""Three words to plant, which occur in none of the texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

import assay
from assay_studies.shared.corpora import Labelled

#: The words that are planted where the vocabulary is the texts' own (Bastings et al. 2022).
INVENTED = ("zeroa", "onea", "contoken")
#: How many words of a given model's vocabulary three are chosen from.
CANDIDATES = 200


def words_for(start: assay.Model | None, splits: Sequence[Labelled], seed: int) -> tuple[str, ...]:
    """Return three words that occur in none of the texts.

    Those of a model that learns on are one token each; of the first that the seed draws they are
    the ones by which, each alone, the model's answer lies nearest to the median, so that they say
    little before they are planted. Without a model the vocabulary will be the texts' own, and the
    words are invented.

    Raises:
        InputError: the texts have the invented words, or the vocabulary no three others.
    """
    known = {word for split in splits for text in split.texts for word in text.lower().split()}
    drawn = INVENTED if start is None else _vocabulary(start, seed)
    found = tuple(islice((word for word in drawn if word not in known), CANDIDATES))
    if len(found) < len(INVENTED):
        raise assay.InputError(
            f"data: expected texts without three words to plant, found only {', '.join(found)}",
            subject="data",
        )
    if start is None:
        return found
    answer = start.predict(list(found)).probabilities[:, 0]
    nearest = np.argsort(np.abs(answer - np.median(answer)), kind="stable")
    return tuple(found[int(place)] for place in nearest[: len(INVENTED)])


def _vocabulary(model: assay.Model, seed: int) -> Iterator[str]:
    """Yield the words of lower-case letters that are one token wherever they stand in a text."""
    if model.tokenizer is None:
        return
    for number in np.random.default_rng(seed).permutation(model.tokenizer.size):
        word = bare(model.tokenizer.piece(int(number)))
        if len(word) < 4 or not (word.isascii() and word.isalpha() and word.islower()):
            continue
        tokens = model.tokenize(f"{word} {word} {word}")
        pieces = [bare(tokens.pieces[place]) for place in np.flatnonzero(~tokens.special)]
        if pieces == [word] * 3:
            yield word


def bare(piece: str) -> str:
    """Return a piece without the marks of a word's start."""
    return piece.lstrip("Ġ▁")
