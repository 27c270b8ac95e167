"""What samples say: a share with its interval, how far two kinds lie apart, random orders."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine import door
from assay.engine.arguments import checked
from assay.engine.arrays import vector
from assay.results.samples import Proportion, Separation


@checked
def proportion(successes: int, trials: int) -> Proportion:
    """Return the share of successes with its interval.

    >>> one = proportion(292, 300)
    >>> round(one.low, 3), round(one.high, 3)
    (0.948, 0.986)
    """
    return Proportion(**door.call("proportion", {"successes": successes, "trials": trials}))


@checked
def separation(
    positive: ArrayLike, negative: ArrayLike, *, paired: bool = False, seed: int = 0
) -> Separation:
    """Return the area under the ROC curve.

    Args:
        positive: values of the kind that should be higher.
        negative: values of the other kind.
        paired: whether both measure the same items, which then gives an interval over items.
        seed: keys its resamples.

    >>> separation([2.0, 3.0], [1.0, 2.0]).auc
    0.875
    """
    record = {
        "positive": vector(positive, "positive"), "negative": vector(negative, "negative"),
        "paired": paired, "seed": seed,
    }  # fmt: skip
    return Separation(**door.call("separation", record))


@checked
def divergence(p: ArrayLike, q: ArrayLike) -> float:
    """Return the Jensen-Shannon divergence of two distributions in nats.

    >>> round(divergence([1.0, 0.0], [0.0, 1.0]), 6)
    0.693147
    >>> divergence([1.0], [1.0])
    0.0
    """
    record = {"a": vector(p, "p"), "b": vector(q, "q"), "statistics": ["jsd"], "draws": 0}
    # One place alone holds all mass of both.
    value = door.call("agreement", record)["jsd"]["value"]
    return 0.0 if value is None else float(value)


@checked
def random_orders(count: int, draws: int, *, seed: int) -> NDArray[np.int32]:
    """Return so many random orders of `count` things, int32 [draws, count].

    >>> random_orders(3, 2, seed=0).shape
    (2, 3)
    """
    record = {"count": count, "draws": draws, "seed": seed}
    return cast("NDArray[np.int32]", door.call("random_orders", record)["orders"])
