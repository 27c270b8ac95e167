"""Shares with bootstrap intervals, and distributions: what many rows say of one column."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
LEVEL = 0.95
#: Draws of rows for a median, each of which costs a sort.
MEDIAN_DRAWS = 400
BINS = 24


def shares(
    values: Sequence[Hashable], seed: int, order: Iterable[Hashable] = ()
) -> dict[str, dict[str, Any]]:
    """Return count, share and its interval for each value, those of `order` first.

    Resampling rows with replacement and counting values is a multinomial draw, so that is what is
    drawn. The interval is the middle 95 % of 2,000 draws, or the exact one where all or none have
    the value. `None` is not counted.

    >>> shares(["a", "a", "b"], seed=0)["a"]["count"]
    2
    """
    present = [value for value in values if value is not None]
    kinds = list(dict.fromkeys([*order, *sorted(set(present), key=str)]))
    if not present:
        return {str(kind): {"count": 0, "share": None, "low": None, "high": None} for kind in kinds}
    counts = np.array([present.count(kind) for kind in kinds])
    drawn = generator(seed).multinomial(len(present), counts / len(present), size=DRAWS)
    low, high = np.quantile(drawn / len(present), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    # Where all or none have a value, resampling cannot vary: the exact bound stands in
    # (Clopper & Pearson 1934).
    bound = ((1 - LEVEL) / 2) ** (1 / len(present))
    low = np.where(counts == len(present), bound, low)
    high = np.where(counts == 0, 1 - bound, high)
    return {
        str(kind): {
            "count": int(counts[i]),
            "share": float(counts[i] / len(present)),
            "low": float(low[i]),
            "high": float(high[i]),
        }
        for i, kind in enumerate(kinds)
    }


def mean(values: Sequence[float | bool | None], seed: int) -> dict[str, Any]:
    """Return the mean of what is defined, with a bootstrap interval.

    >>> mean([1.0, None, 3.0], seed=0)["mean"]
    2.0
    """
    array = numbers(values)
    if not array.size:
        return {"n": 0, "mean": None, "low": None, "high": None}
    random = generator(seed)
    draws = [array[random.integers(0, array.size, array.size)].mean() for _ in range(MEDIAN_DRAWS)]
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {
        "n": int(array.size),
        "mean": float(array.mean()),
        "low": float(low),
        "high": float(high),
    }


def distribution(values: Sequence[float | None], seed: int) -> dict[str, Any]:
    """Return quantiles, the median's bootstrap interval and a histogram of what is defined.

    >>> distribution([1.0, 2.0, 3.0, None], seed=0)["median"]
    2.0
    >>> sum(distribution([1.0, 1.0 + 1e-15], seed=0)["histogram"]["counts"])
    2
    """
    array = numbers(values)
    result: dict[str, Any] = {"n": int(array.size), "undefined": len(values) - int(array.size)}
    if not array.size:
        return result
    q05, q25, median, q75, q95 = np.quantile(array, [0.05, 0.25, 0.5, 0.75, 0.95])
    random = generator(seed)
    draws = [
        np.median(array[random.integers(0, array.size, array.size)]) for _ in range(MEDIAN_DRAWS)
    ]
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    least, most = float(array.min()), float(array.max())
    if not (np.diff(np.linspace(least, most, BINS + 1)) > 0).all():
        least, most = least - 0.5, most + 0.5  # equal, or too close for bins between them
    counts, edges = np.histogram(array, bins=BINS, range=(least, most))
    return result | {
        "mean": float(array.mean()),
        "median": float(median),
        "median_low": float(low),
        "median_high": float(high),
        "quantiles": {
            "0.05": float(q05), "0.25": float(q25), "0.75": float(q75), "0.95": float(q95)
        },
        "minimum": float(array.min()),
        "maximum": float(array.max()),
        "histogram": {"edges": edges.tolist(), "counts": counts.tolist()},
    }  # fmt: skip


def numbers(values: Iterable[float | bool | None]) -> NDArray[np.float64]:
    """Return what is defined as an array."""
    return np.array([value for value in values if value is not None], np.float64)


def generator(seed: int) -> np.random.Generator:
    """Return the source of the draws of one interval."""
    return np.random.Generator(np.random.Philox(key=seed))
