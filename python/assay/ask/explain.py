"""How much each token matters to one prediction, or to each of many."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from assay.engine.arguments import checked
from assay.engine.errors import OptionError
from assay.engine.progress import Progress
from assay.inputs.text import TextLike, TextsLike
from assay.inputs.tokens import Tokens
from assay.models.facts import Positions, Target
from assay.models.model import Model
from assay.results.explanation import Explanation, explanation_of
from assay.results.shown import show


@checked
def explain(
    model: Model,
    text: TextLike,
    *,
    method: str | None = None,
    target: Target = None,
    position: int | None = None,
    seed: int = 0,
    truncate: bool = False,
    progress: Progress = None,
    plot: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Explanation:
    """Explain one prediction: how much each token matters, by one method.

    Args:
        model: from `assay.load`.
        text: one input.
        method: a name in `assay.methods()`; by default `attention_rollout`, or `attention` for an
            attention classifier, whose attention cannot be traced (`model.default_method`).
        target: a class index, a label, a token of a language model, a pair to contrast; by default
            the predicted class.
        position: where to read a head that scores every position; by default the first mask token,
            or the last position of a causal model.
        seed: keys every random draw.
        truncate: cut an input that is too long, with a warning.
        progress: True for a bar, or a function of (fraction, stage).
        plot: where to save a heat map of the text: .png, .svg, .pdf or .html.
        **options: the method's own, listed with defaults in `assay.methods()`.

    Raises:
        OptionError: no such method, option or target.
        InputError: the input cannot be used or has no position to explain.
        UnsupportedModelError: the model lacks what the method needs.
        MissingExtraError: `plot` needs matplotlib, except for .html.

    >>> import assay
    >>> e = assay.explain(assay.load("demo"), "a gripping film", method="attention", layer=-1)
    >>> e.options["layer"], len(e.scores) == len(e.positions)
    (-1, True)
    """
    record = _question(method, target, seed, options, model)
    items = model.placed([model.tokenize(text, truncate=truncate)], position)
    explanation = _explain(model, items, record, progress)[0]
    if plot is not None:
        show().save_plot(explanation, plot)
    return explanation


@checked
def explain_batch(
    model: Model,
    texts: TextsLike,
    *,
    method: str | None = None,
    target: Target = None,
    positions: Positions = None,
    seed: int = 0,
    truncate: bool = False,
    progress: Progress = None,
    **options: Any,
) -> list[Explanation]:
    """Explain many predictions; each result equals what `explain` gives for its input alone.

    >>> import assay
    >>> model = assay.load("demo")
    >>> [len(e) > 0 for e in assay.explain_batch(model, ["fine", "dull"], method="saliency")]
    [True, True]
    """
    record = _question(method, target, seed, options, model)
    items = model.placed(model.tokenize_all(texts, truncate=truncate), positions)
    return _explain(model, items, record, progress)


def _question(
    method: str | None, target: Target, seed: int, options: Mapping[str, Any], model: Model
) -> dict[str, Any]:
    method = model.default_method if method is None else method
    if not isinstance(method, str):
        raise OptionError.of("method", "a name", type(method).__name__)
    return {
        "method": method,
        "target": model.target_index(target),
        "options": dict(options),
        "seed": seed,
    }


def _explain(
    model: Model, items: Sequence[Tokens], record: Mapping[str, Any], progress: Progress
) -> list[Explanation]:
    answer = model.call("explain", items, record, progress=progress)
    return [
        explanation_of(one, tokens)
        for one, tokens in zip(answer["explanations"], items, strict=True)
    ]
