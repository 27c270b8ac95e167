"""Decide with every set of tokens there is, and hold what sampling decides to it."""

from __future__ import annotations

from collections.abc import Sequence

from assay.engine.arguments import checked
from assay.engine.errors import InputError, one_of
from assay.engine.progress import Progress
from assay.engine.registry import methods as known
from assay.inputs.text import TextLike
from assay.models.model import Model
from assay.results import records
from assay.results.exhaustive import ExhaustiveTruth


@checked
def exhaustive_truth(
    model: Model,
    texts: Sequence[TextLike],
    *,
    methods: Sequence[str] = ("attention",),
    checks: Sequence[str] = ("comprehensiveness", "decision_flip"),
    seed: int = 0,
    progress: Progress = None,
) -> tuple[ExhaustiveTruth, ...]:
    """Judge short texts with random sets and with every set, and compute exact Shapley values.

    Args:
        model: one with a classification head, from `assay.load`.
        texts: of at most 14 explained tokens each.
        methods: whose maps are judged.
        checks: those beside the ones that decide.
        seed: keys the random sets.
        progress: True for a bar, or a function of (fraction, stage).

    Returns:
        One result a text: pairs of verdicts, and exact values beside estimated ones.

    Raises:
        OptionError: no such method or check.
        InputError: no texts, or one of more tokens.

    >>> import assay
    >>> found = assay.exhaustive_truth(assay.load("demo"), ["a fine film"], checks=())
    >>> found[0].decisions[0].agrees
    True
    """
    for method in methods:
        one_of("methods", method, known())
    if not texts:
        raise InputError.of("texts", "at least one text", "none")
    record = {
        "methods": list(methods),
        "checks": list(checks),
        "seed": seed,
    }
    items = [model.tokenize(text) for text in texts]
    answer = model.call("exhaustive_truth", items, record, progress=progress)
    return tuple(records.read(ExhaustiveTruth, one, "texts") for one in answer["texts"])
