"""Maps whose truth is known: the shortcut's words, softened, wrong, half of them, and damaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

import assay
from assay_studies.shortcuts.planting import Planted, bare

#: The shares of the mass that a damaged map has moved to other words.
DAMAGES = (0.0, 0.25, 0.5, 0.75, 1.0)
#: The share of a softened map that stays on the shortcut.
KEPT = 0.8


Array = NDArray[np.float64]
Places = NDArray[np.intp]


def known_maps(
    count: int, deciding: Places, others: Places, rest: Array, half: int
) -> Mapping[str, Array]:
    """Return every map by name, one weight an explained token; each sums to 1.

    Args:
        count: how many tokens are explained.
        deciding: which of them are the shortcut.
        others: as many known words that are not, which a wrong map names in their place.
        rest: how a softened map spreads what is not on the shortcut; sums to 1.
        half: the one of several deciding tokens that half of the shortcut is.
    """

    def even(places: Places) -> Array:
        weights = np.zeros(count)
        weights[places] = 1 / len(places)
        return weights

    whole, wrong = even(deciding), even(others)
    result = {"oracle": whole, "softened": KEPT * whole + (1 - KEPT) * rest}
    if len(deciding) > 1:
        result["half"] = even(np.array([half]))
    result["wrong"] = wrong
    between = DAMAGES[1:-1]
    return result | {damaged(one): (1 - one) * whole + one * wrong for one in between}


def damaged(damage: float) -> str:
    """Return the name of the map with that damage: without any it is the oracle, with all wrong.

    >>> [damaged(damage) for damage in (0.0, 0.25, 1.0)]
    ['oracle', 'damaged 25 %', 'wrong']
    """
    return {0.0: "oracle", 1.0: "wrong"}.get(damage, f"damaged {100 * damage:.0f} %")


def target(
    tokens: assay.Tokens, planted: Planted, pieces: Sequence[str], unknown: int | None, seed: int
) -> tuple[Places, Mapping[str, Array]] | None:
    """Return which explained tokens decide, and the maps; `None` if too few others are there.

    The id `unknown` is no word that a map could name: which one it is cannot be read.
    """
    explained = np.flatnonzero(~tokens.special)
    words = {planted.words[place] for place in planted.places} & set(pieces)
    marked = np.array([bare(tokens.pieces[int(place)]) in words for place in explained])
    deciding, free = np.flatnonzero(marked), np.flatnonzero(~marked)
    known = free[tokens.ids[explained[free]] != (-1 if unknown is None else unknown)]
    if len(deciding) != len(planted.places) or len(known) < len(deciding):
        return None
    random = np.random.Generator(np.random.Philox(key=seed))
    rest = np.zeros(len(explained))
    # An exponential number each, over their sum, is any distribution with the same chance.
    rest[free] = random.exponential(size=len(free))
    others = random.choice(known, size=len(deciding), replace=False)
    half = int(random.choice(deciding))
    return deciding, known_maps(len(explained), deciding, others, rest / rest.sum(), half)


def precision(scores: Array, deciding: Places) -> float:
    """Return the share of the top k that decides, k the number that does; ties at their chance.

    >>> precision(np.array([0.0, 2.0, 2.0, 1.0]), np.array([1]))
    0.5
    """
    count = len(deciding)
    least = np.sort(scores)[-count]
    above = np.count_nonzero(scores > least)
    chance = (count - above) / np.count_nonzero(scores == least)
    certain = np.count_nonzero(scores[deciding] > least)
    return float((certain + chance * np.count_nonzero(scores[deciding] == least)) / count)


def mean_rank(scores: Array, deciding: Places) -> float:
    """Return the mean place of the deciding tokens, 1 the highest score, ties at their middle.

    >>> mean_rank(np.array([0.0, 2.0, 2.0, 1.0]), np.array([1]))
    1.5
    """
    higher = (scores > scores[deciding, None]).sum(axis=1)
    equal = (scores == scores[deciding, None]).sum(axis=1)
    return float(np.mean(higher + (equal + 1) / 2))
