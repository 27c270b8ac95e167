"""Several methods on one input: how far they agree, beside what chance and repetition give."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import _files
from assay._errors import OptionError, UnsupportedModelError
from assay._extras import extra
from assay._progress import Progress, polling
from assay.explanation import Explanation, explain
from assay.model import Model, Target
from assay.registry import methods as registered
from assay.statistics import agreement
from assay.text import TextLike
from assay.tokens import Tokens


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison:
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
    """

    methods: tuple[str, ...]
    statistic: str
    matrix: NDArray[np.float64]
    noise_floor: NDArray[np.float64]
    ceiling: Mapping[str, float]
    explanations: Mapping[str, Explanation]
    skipped: Mapping[str, str]
    magnitudes: bool
    tokens: Tokens

    def __repr__(self) -> str:
        return f"<Comparison of {len(self.methods)} methods by {self.statistic}>"

    def __str__(self) -> str:
        from assay.comparison_document import document
        from assay.render_text import render

        return render(document(self))

    def _repr_html_(self) -> str:
        from assay.comparison_document import document
        from assay.render_html import fragment

        return fragment(document(self))

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write a self-contained page."""
        from assay.comparison_document import document
        from assay.render_html import page

        _files.write(path, page(document(self), title="Assay comparison"))

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
        }

    def to_frame(self) -> Any:
        """Return the matrix as a pandas DataFrame.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        pandas = extra("pandas", "a table")
        return pandas.DataFrame(self.matrix, index=self.methods, columns=self.methods)


def compare(
    model: Model,
    text: TextLike,
    *,
    methods: Sequence[str] | None = None,
    statistic: str = "kendall",
    magnitudes: bool = True,
    target: Target = None,
    seed: int = 0,
    truncate: bool = False,
    progress: Progress = None,
) -> Comparison:
    """Explain one prediction by several methods and measure how far they agree.

    Args:
        model: from `assay.load`.
        text: one input.
        methods: names in `assay.methods()`; by default all that the model can do.
        statistic: a name that `assay.agreement` knows.
        magnitudes: compare the sizes of scores, so that signed and unsigned methods meet.
        target: a class index, a label, a pair to contrast; by default the predicted class.
        seed: keys every random draw.
        truncate: cut an input that is too long, with a warning.
        progress: True for a bar, or a function of (fraction, stage).

    Raises:
        OptionError: no such method or statistic, or none that the model can do.
        InputError: the input cannot be used.

    >>> import assay
    >>> c = assay.compare(assay.load("demo"), "a gripping film", methods=["attention", "saliency"])
    >>> c.matrix.shape, float(c.matrix[0, 0])
    ((2, 2), 1.0)
    """
    names = list(registered()) if methods is None else list(dict.fromkeys(methods))
    if not names:
        raise OptionError("methods: expected one or more, found none", subject="methods")
    tokens = model.tokenize(text, truncate=truncate)
    made: dict[str, Explanation] = {}
    again: dict[str, Explanation] = {}
    skipped: dict[str, str] = {}
    with polling(progress, "compare") as report:
        for index, name in enumerate(names):
            if report is not None:
                report(index / len(names), name)
            try:
                made[name] = explain(model, tokens, method=name, target=target, seed=seed)
            except UnsupportedModelError as error:
                if methods is not None:
                    raise
                skipped[name] = str(error)
                continue
            repeated = explain(model, tokens, method=name, target=target, seed=seed + 1)
            if not np.array_equal(repeated.scores, made[name].scores):
                again[name] = repeated
    if not made:
        raise OptionError("methods: the model can do none of them", subject="methods")
    return _measured(made, again, skipped, statistic, magnitudes, seed, tokens)


def _measured(
    made: Mapping[str, Explanation],
    again: Mapping[str, Explanation],
    skipped: Mapping[str, str],
    statistic: str,
    magnitudes: bool,
    seed: int,
    tokens: Tokens,
) -> Comparison:
    names = tuple(made)

    def scores(explanation: Explanation) -> NDArray[np.float64]:
        values = explanation.scores.astype(np.float64)
        return np.abs(values) if magnitudes else values

    def measure(a: Explanation, b: Explanation) -> tuple[float, float]:
        result = agreement(scores(a), scores(b), statistics=(statistic,), seed=seed)
        value, floor = result[statistic].value, result.noise_floor.get(statistic)
        return (
            float("nan") if value is None else value,
            float("nan") if floor is None else float(floor["quantile"]),
        )

    matrix, floors = np.eye(len(names)), np.full((len(names), len(names)), np.nan)
    for i, a in enumerate(names):
        for j, b in enumerate(names[:i]):
            value, floor = measure(made[a], made[b])
            matrix[i, j] = matrix[j, i] = value
            floors[i, j] = floors[j, i] = floor
    matrix.flags.writeable = floors.flags.writeable = False
    ceiling = {n: measure(made[n], again[n])[0] if n in again else 1.0 for n in names}
    return Comparison(
        methods=names,
        statistic=statistic,
        matrix=matrix,
        noise_floor=floors,
        ceiling=MappingProxyType(ceiling),
        explanations=MappingProxyType(dict(made)),
        skipped=MappingProxyType(dict(skipped)),
        magnitudes=magnitudes,
        tokens=tokens,
    )
