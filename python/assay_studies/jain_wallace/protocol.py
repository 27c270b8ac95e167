"""Train, measure, and set the figures beside the published ones.

Classifiers are trained on the labelled texts of a csv; on its test texts attention is compared with
gradient x input and with leave-one-out, shuffled, and searched for alternatives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from assay_studies.jain_wallace.measurements import (
    ATTENTION_GRADIENT,
    ATTENTION_REMOVAL,
    EPSILONS,
    GRADIENT_REMOVAL,
    PERMUTATIONS,
    Measured,
    measure,
)
from assay_studies.jain_wallace.tables import PAIRS, figures, shown, tables
from assay_studies.shared.corpora import parts
from assay_studies.shared.models import classifier
from assay_studies.shared.study import Request, Result

ENCODERS = ("bilstm", "cnn", "average")
#: The published order of tau: words alone, a window of neighbours, the whole text.
ORDER = ("average", "cnn", "bilstm")


def run(request: Request) -> Result:
    """Follow the protocol."""
    texts, asked = parts(request, 400), request.options
    chosen, attention = asked["encoder"], asked["attention"]
    encoders = ENCODERS if chosen == "all" else (chosen,)
    steps = 50 if request.quick else 500
    found = {}
    for encoder in encoders:
        trainings = []
        for seed in request.all_seeds:
            model = classifier(request, texts, encoder, attention, seed)
            with request.stage(f"measuring {encoder}"):
                trainings.append(measure(model, texts["test"], seed, steps=steps))
        found[encoder] = Measured.joined(trainings)
    return Result(
        request=request,
        findings=list(findings(found)),
        tables=tables(request.study, found, asked["dataset"], attention),
        figures=list(figures(request.study, found)),
        facts={
            "texts": {name: len(part) for name, part in texts.items()},
            "permutations": PERMUTATIONS,
            "adversary": {"restarts": 5, "steps": steps, "rate": 0.01, "epsilon": EPSILONS[0]},
        },
    )


def findings(found: Mapping[str, Measured]) -> Iterator[str]:
    """Say what every encoder gave, and whether the published orders return."""
    means = {
        encoder: {pair: float(np.nanmean(one.agreement[pair]["tau"])) for pair in PAIRS}
        for encoder, one in found.items()
    }
    for encoder, one in found.items():
        told = ", ".join(f"{shown(pair)} {tau:.2f}" for pair, tau in means[encoder].items())
        scores = one.performance["F1 of class 1"]
        yield (
            f"{encoder}: test F1 {np.mean(scores):.3f}; mean tau {told}; mean of the largest JSD "
            f"within {EPSILONS[1]} {one.eps_max(EPSILONS[1]).mean():.2f}; {len(scores)} "
            "training(s)."
        )
    for pair in (ATTENTION_GRADIENT, ATTENTION_REMOVAL) if set(ORDER) <= set(means) else ():
        falling = [means[encoder][pair] for encoder in ORDER]
        holds = "holds" if falling == sorted(falling, reverse=True) else "does not hold"
        told = ", ".join(f"{name} {tau:.2f}" for name, tau in zip(ORDER, falling, strict=True))
        yield f"The published order of {shown(pair)}, {' > '.join(ORDER)}, {holds}: {told}."
    for encoder, one in found.items():
        removal, attention = (one.means(pair) for pair in (GRADIENT_REMOVAL, ATTENTION_GRADIENT))
        above = sum(a > b for a, b in zip(removal, attention, strict=True))
        yield (
            f"{encoder}: gradients agree with leave-one-out more than with attention in {above} of "
            f"{len(removal)} training(s)."
        )
