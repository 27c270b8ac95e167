"""How far several methods agree about one prediction."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from assay.engine.arguments import checked
from assay.engine.errors import OptionError
from assay.engine.progress import Progress
from assay.inputs.text import TextLike
from assay.models.facts import Target
from assay.models.model import Model
from assay.results.comparison import Comparison
from assay.results.explanation import explanation_of


@checked
def compare(
    model: Model,
    text: TextLike,
    *,
    methods: Sequence[str] | None = None,
    statistic: str = "kendall",
    magnitudes: bool = True,
    verdicts: bool | None = None,
    target: Target = None,
    seed: int = 0,
    truncate: bool = False,
    progress: Progress = None,
    **options: Any,
) -> Comparison:
    """Explain one prediction by several methods, measure how far they agree, and judge each.

    All maps are judged on one body of evidence: random sets, removals, gradients and the
    leave-one-out map are computed once, however many methods there are.

    Args:
        model: from `assay.load`.
        text: one input.
        methods: names in `assay.methods()`; by default all that the model can do.
        statistic: a name that `assay.agreement` knows.
        magnitudes: compare the sizes of scores, so that signed and unsigned methods meet.
        verdicts: whether each map is judged by the checks that decide; by default where methods are
            named, since judging all of them takes long.
        target: a class index, a label, a pair to contrast; by default the predicted class, against
            the strongest other one where there are more than ten.
        seed: keys every random draw.
        truncate: cut an input that is too long, with a warning.
        progress: True for a bar, or a function of (fraction, stage).
        **options: of the verdict: `alpha`, `epsilon`, `scale` and what `assay.checks()` lists.

    Raises:
        OptionError: no such method or statistic, or none that the model can do.
        InputError: the input cannot be used.

    >>> import assay
    >>> c = assay.compare(assay.load("demo"), "a gripping film", methods=["attention", "saliency"])
    >>> c.matrix.shape, float(c.matrix[0, 0])
    ((2, 2), 1.0)
    """
    if methods is not None and not methods:
        raise OptionError.of("methods", "one or more", "none")
    tokens = model.tokenize(text, truncate=truncate)
    asked = {
        "methods": None if methods is None else list(dict.fromkeys(methods)),
        "statistic": statistic,
        "magnitudes": magnitudes,
        "target": model.target_index(target),
        "seed": seed,
        "verdicts": methods is not None if verdicts is None else verdicts,
        "options": options,
    }
    found = model.call("compare", [tokens], asked, progress=progress)
    explanations = [explanation_of(one, tokens) for one in found["explanations"]]
    names = tuple(one.method for one in explanations)
    return Comparison(
        methods=names,
        statistic=statistic,
        matrix=found["matrix"],
        noise_floor=found["noise_floor"],
        ceiling=MappingProxyType(dict(zip(names, found["ceiling"].tolist(), strict=True))),
        explanations=MappingProxyType(dict(zip(names, explanations, strict=True))),
        skipped=MappingProxyType(dict(found["skipped"])),
        magnitudes=magnitudes,
        verdicts=MappingProxyType({one["map"]: one for one in found["judged"]}),
        differences=tuple(found["pairs"]),
        note=found["note"],
        tokens=tokens,
    )
