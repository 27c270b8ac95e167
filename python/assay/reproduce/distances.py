"""How far two distributions, or two samples, lie apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def divergence(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Return the Jensen-Shannon divergence in nats, with 0 log 0 = 0.

    >>> round(divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])), 6)
    0.693147
    """
    middle = (p + q) / 2

    def entropy(x: NDArray[np.float64]) -> float:
        return float(-(x * np.log(np.where(x > 0, x, 1.0))).sum())

    return max(entropy(middle) - (entropy(p) + entropy(q)) / 2, 0.0)


def area(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Return the chance that a positive exceeds a negative, ties counting half (the AUC).

    >>> area(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.875
    """
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left")
    through = np.searchsorted(ordered, positive, "right")
    return float((below + through).mean() / (2 * len(ordered)))
