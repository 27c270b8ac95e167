"""Several methods on one input: how far they agree, beside what chance and repetition give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.extras import extra
from assay.inputs.tokens import Tokens
from assay.results.explanation import Explanation
from assay.results.shown import Shown


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison(Shown):
    """How far methods agree about one prediction; arrays are read-only, NaN where undefined.

    Attributes:
        methods: the names, in the order of the matrix.
        statistic: the measure of agreement.
        matrix: float64 [methods, methods], symmetric, 1 on the diagonal.
        noise_floor: float64 [methods, methods], the 95 % quantile that random rankings reach.
        ceiling: each method against itself under another seed; 1 where nothing is random.
        explanations: the compared explanations.
        skipped: methods that the model cannot do, and why.
        magnitudes: whether scores were compared by size (signed and unsigned methods together).
        verdicts: what the rule made of each map, by method, as plain values: `own` and `oracle`
            (the leave-one-out map within the same attention) with `verdict`, `outcomes` and
            `efficiencies` a condition; empty where nobody asked.
        differences: for every two maps, on the same sets and by the same operators, the difference
            of efficiency a condition, and a `sentence`. One text has no interval.
        note: what one text can say of a difference, and what it cannot.
    """

    methods: tuple[str, ...]
    statistic: str
    matrix: NDArray[np.float64]
    noise_floor: NDArray[np.float64]
    ceiling: Mapping[str, float]
    explanations: Mapping[str, Explanation]
    skipped: Mapping[str, str]
    magnitudes: bool
    verdicts: Mapping[str, Mapping[str, Any]]
    differences: tuple[Mapping[str, Any], ...]
    note: str | None
    tokens: Tokens

    def __repr__(self) -> str:
        return f"<Comparison of {len(self.methods)} methods by {self.statistic}>"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON; undefined numbers are `None`."""

        def numbers(matrix: NDArray[np.float64]) -> list[list[float | None]]:
            return [[None if np.isnan(x) else float(x) for x in row] for row in matrix]

        return {
            "methods": list(self.methods),
            "statistic": self.statistic,
            "matrix": numbers(self.matrix),
            "noise_floor": numbers(self.noise_floor),
            "ceiling": dict(self.ceiling),
            "skipped": dict(self.skipped),
            "magnitudes": self.magnitudes,
            "verdicts": dict(self.verdicts),
            "differences": list(self.differences),
            "note": self.note,
        }

    def to_frame(self) -> Any:
        """Return the matrix as a pandas DataFrame.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        pandas = extra("pandas", "a table")
        return pandas.DataFrame(self.matrix, index=self.methods, columns=self.methods)
