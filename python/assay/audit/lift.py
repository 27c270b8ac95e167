"""Lift: how far a map's mass lies where a reference has its own, and how much luck would do.

lift(e, g) = (sum e_t g_t - mean g) / (max g - mean g), with e positive and normalised: 0 is what a
random placement expects, 1 puts all mass on g's top position. Under a random placement its
variance is sum (e - mean e)^2 sum (g - mean g)^2 / (n - 1), divided by (max g - mean g)^2
(METHODS section 6: the data-set test).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from assay.report import Report


def lift(
    scores: NDArray[np.float64], reference: NDArray[np.float64]
) -> tuple[float | None, float | None]:
    """Return lift and its variance over random placements; `None` where it is undefined.

    Undefined: fewer than two positions, no positive score, or a constant reference.

    >>> lift(np.array([1.0, 0, 0]), np.array([5.0, 1, 0]))[0]
    1.0
    >>> lift(np.array([1.0, 1, 1]), np.array([5.0, 1, 0]))
    (0.0, 0.0)
    """
    count = len(scores)
    positive = np.maximum(scores, 0.0)
    total = math.fsum(positive)
    if count < 2 or total <= 0:
        return None, None
    weights = [float(score) / total for score in positive]
    mean = math.fsum(reference) / count
    span = float(reference.max()) - mean
    if span <= 0:
        return None, None
    products = (weight * float(g) for weight, g in zip(weights, reference, strict=True))
    observed = (math.fsum(products) - mean) / span
    spread = math.fsum((weight - 1 / count) ** 2 for weight in weights)
    around = math.fsum((float(g) - mean) ** 2 for g in reference)
    return _settled(observed), _settled(spread * around / (count - 1) / span**2)


def references(report: Report) -> dict[str, NDArray[np.float64]]:
    """Return what a report's checks compared with: gradient magnitudes and leave-one-out effects.

    A reference that its check dropped as numerically unsound is left out.
    """
    found: dict[str, NDArray[np.float64]] = {}
    gradients = report.checks.get("gradient_agreement")
    for one in (gradients.details.get("references") or ()) if gradients else ():
        if not one.get("dropped"):
            # A method from several baselines stands for itself by the first of them.
            name = str(one["name"]).partition(" from ")[0]
            found.setdefault(name, np.asarray(one["scores"], np.float64))
    removal = report.checks.get("removal")
    for one in ((removal.details.get("operators") or ()) if removal else ())[:1]:
        found["leave_one_out"] = np.asarray(one["leave_one_out"], np.float64)
    return found


def _settled(value: float) -> float:
    """Return 0 for what rounding leaves of it."""
    return 0.0 if abs(value) < 1e-15 else value
