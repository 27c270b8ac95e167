"""What sampling decides and estimates, beside what all sets say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One verdict: its reason, its strength, the passes it took, and what each check found."""

    verdict: str
    reason: str
    strength: float | None
    passes: int
    statistics: Mapping[str, float | None]
    p: Mapping[str, float | None]


@dataclass(frozen=True, kw_only=True)
class DecisionPair:
    """The verdict on one map with random sets and with every set.

    Attributes:
        method: whose map.
        tokens: how many are explained, `highlighted` of them by the map.
        sets: how many sets of `highlighted` tokens there are.
        agrees: whether both decide the same, for the same reason.
    """

    method: str
    tokens: int
    highlighted: int
    sets: float
    agrees: bool
    sampled: Decision
    exhaustive: Decision


@dataclass(frozen=True, eq=False, kw_only=True)
class ExhaustiveTruth:
    """One text: verdicts a method, and Shapley values over every coalition of tokens.

    Attributes:
        decisions: one pair a method, in the order asked for.
        exact: float64 [explained tokens], the values that `shapley_sampling` and `kernel_shap`
            (theirs beside it) estimate.
    """

    decisions: tuple[DecisionPair, ...]
    exact: NDArray[np.float64]
    shapley_sampling: NDArray[np.float64]
    kernel_shap: NDArray[np.float64]
