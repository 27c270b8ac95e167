"""The mean deletion curve: each example's is read off at the same shares of its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Where curves of different lengths are read off, as shares of the explained tokens.
GRID = tuple(round(0.05 * step, 2) for step in range(11))
PARTS = ("observed", "random_mean", "random_low", "random_high")


class Curves:
    """Sums the curves of reports as they come, so that none has to be kept."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, NDArray[np.float64]]] = {}
        self._counts: dict[str, int] = {}

    def add(self, report: Mapping[str, Any]) -> None:
        """Add the curves of a stored report, where its checks drew any."""
        for name, check in report["checks"].items():
            curves = check.get("details", {}).get("curves")
            if not curves or not curves.get("fractions"):
                continue
            sums = self._sums.setdefault(name, {part: np.zeros(len(GRID)) for part in PARTS})
            self._counts[name] = self._counts.get(name, 0) + 1
            for part in PARTS:
                # Removing nothing changes nothing; what keeping nothing does was not measured.
                start = 0.0 if name == "comprehensiveness" else curves[part][0]
                sums[part] += np.interp(GRID, [0.0, *curves["fractions"]], [start, *curves[part]])

    def means(self) -> dict[str, Any]:
        """Return the mean curves by check, with the shares they are read off at."""
        return {
            name: {"fractions": list(GRID), "n": self._counts[name]}
            | {part: (total / self._counts[name]).tolist() for part, total in parts.items()}
            for name, parts in self._sums.items()
        }
