"""How far several methods agree about one prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assay.ask.explain import explain
from assay.ask.statistics import agreement
from assay.engine.errors import OptionError, UnsupportedModelError
from assay.engine.progress import Progress, polling
from assay.engine.registry import methods as registered
from assay.inputs.text import TextLike
from assay.inputs.tokens import Tokens
from assay.models.model import Model, Target
from assay.results.comparison import Comparison
from assay.results.explanation import Explanation


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
