"""Looking at every head on one input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assay.engine.arguments import checked
from assay.engine.errors import InputError
from assay.inputs.text import TextLike
from assay.models.intervention import Interventions
from assay.models.model import Model
from assay.results.head_view import HeadRun, HeadView
from assay.results.prediction import Prediction


@checked
def head_view(
    model: Model,
    text: TextLike,
    *,
    interventions: Interventions = None,
    position: int | None = None,
    truncate: bool = False,
) -> HeadView:
    """Return the attention of every head, to be looked at: in a notebook or as a page.

    Args:
        model: from `assay.load`; it has to show its attention.
        text: one input.
        interventions: those of a second run, the counterfactual, which stands beside the original.
        position: where to read a head that scores every position.
        truncate: cut an input that is too long, with a warning.

    Raises:
        InputError: the input cannot be used, or the model has no attention.
        UnsupportedModelError: interventions on a model that cannot be edited.

    >>> import assay
    >>> view = assay.head_view(assay.load("demo"), "a fine film")
    >>> len(view.runs[0].attention), view.runs[0].attention[0].shape
    (2, (4, 5, 5))
    """
    tokens = model.placed([model.tokenize(text, truncate=truncate)], position)[0]
    maps = model.attention(tokens)
    if not maps:
        raise InputError.of("model", "one that shows its attention", "no layers")
    runs = [_run("original", model.predict(tokens), maps)]
    if interventions is not None:
        names = [f"blocks.{layer}.attention.pattern" for layer in range(len(maps))]
        changed = model.predict(tokens, interventions=interventions, keep=names)
        runs.append(_run("counterfactual", changed, [changed.kept[name][0] for name in names]))
    return HeadView(tokens=tokens, runs=tuple(runs))


def _run(name: str, said: Prediction, maps: Sequence[NDArray[np.float32]]) -> HeadRun:
    scores = said.probabilities[0]
    return HeadRun(
        name=name,
        attention=tuple(maps),
        label=said.labels[0] if scores.size else "",
        probability=float(scores.max()) if scores.size else None,
    )
