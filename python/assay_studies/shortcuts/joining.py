"""Longer texts: reviews of one opinion, joined until a text is as long as wanted."""

from __future__ import annotations

from collections.abc import Callable

import assay
from assay_studies.shared.corpora import Labelled

#: Room for the marks at both ends and for the planted words, in tokens.
ROOM = 8


def joined(split: Labelled, tokens: int, length: Callable[[str], int]) -> Labelled:
    """Return texts of at most so many tokens with room for what is added.

    Each is made of texts that follow one another and have the same label; what is left over at the
    end is in none.

    >>> some = Labelled(["a b c", "x y z", "d e f", "u v", "g h i", "w x y"], [1, 0, 1, 0, 1, 0])
    >>> joined(some, 14, lambda text: len(text.split())).texts
    ['a b c d e f', 'x y z u v']

    Raises:
        InputError: there are too few for one text of each label.
    """
    open_texts: dict[int, list[str]] = {}
    counts: dict[int, int] = {}
    texts: list[str] = []
    labels: list[int] = []
    for text, label in zip(split.texts, split.labels, strict=True):
        size = length(text)
        if counts.get(label, 0) + size > tokens - ROOM and open_texts.get(label):
            texts.append(" ".join(open_texts.pop(label)))
            labels.append(label)
            counts[label] = 0
        if size <= tokens - ROOM:
            open_texts.setdefault(label, []).append(text)
            counts[label] = counts.get(label, 0) + size
    if len(set(labels)) < 2:
        raise assay.InputError(
            f"data: expected enough texts of both labels for some of {tokens} tokens, found "
            f"{len(texts)} such texts",
            subject="tokens",
        )
    return Labelled(texts, labels)
