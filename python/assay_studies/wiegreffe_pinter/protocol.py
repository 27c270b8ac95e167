"""Train, freeze, retrain and deceive.

Four tests on a BiLSTM with additive attention: uniform weights; other seeds; weights frozen into a
classifier that sees no context; and a model trained to predict the same from other attention.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import assay
from assay_studies.shared import corpora
from assay_studies.shared.models import classifier
from assay_studies.shared.study import Request, Result
from assay_studies.wiegreffe_pinter.readings import Findings, Reading, read
from assay_studies.wiegreffe_pinter.tables import figures, findings, tables

BASE, CONTEXTLESS, ATTENTION = "bilstm", "average", "additive"
#: The mean divergence from the base that the diagnostic asks of an adversary (their table 4).
DIVERGENCE = 0.4


def run(request: Request) -> Result:
    """Follow the protocol."""
    options, parts = request.options, corpora.parts(request, 400)
    strengths = numbers(options["strengths"])
    strengths = strengths[:: max(1, len(strengths) - 1)] if request.quick else strengths
    others = range(request.seed + 1, request.seed + 1 + options["retrainings"])
    test = parts["test"]

    def trained(encoder: str, seed: int, **how: Any) -> assay.AttentionClassifier:
        return classifier(request, parts, encoder, ATTENTION, seed, **how)

    def read_all(model: assay.AttentionClassifier) -> dict[str, Reading]:
        return {name: read(model, part.texts) for name, part in parts.items()}

    def own(encoder: str, seed: int) -> float:
        return read(trained(encoder, seed), test.texts).f1(test.labels)

    def uniform(encoder: str, seed: int) -> float:
        name = f"{encoder}-uniform-{seed}"
        model = trained(encoder, seed, name=name, uniform_attention=True)
        return read(model, test.texts, uniform=True).f1(test.labels)

    def guided(name: str, guide: Mapping[str, Reading], seed: int) -> float:
        model = trained(
            CONTEXTLESS, seed, name=f"{CONTEXTLESS}-{name}-{seed}",
            made={"guide": guide["train"].digest()},
            fixed_attention=(guide["train"].attention, guide["dev"].attention),
        )  # fmt: skip
        return read(model, test.texts, guide=guide["test"]).f1(test.labels)

    def adversary(strength: float, base: Reading) -> dict[str, Reading]:
        """Read with a model that learned to predict as the base does, attending elsewhere."""
        model = trained(
            BASE, request.seed, name=f"adversary-{strength}", made={"base": base.digest()},
            epochs=options["adversary_epochs"], select="training_loss", patience=10,
            strength=strength, imitate=(base.attention, base.probabilities),
        )  # fmt: skip
        return read_all(model)

    base = read_all(trained(BASE, request.seed))
    found = Findings(test.labels, base["test"])
    for seed in request.all_seeds:
        found.cells.add("uniform", "its own", value=own(BASE, seed))
        found.cells.add("uniform", "uniform", value=uniform(BASE, seed))
    found.retrained = [read(trained(BASE, seed), test.texts) for seed in others]
    adversaries = {strength: adversary(strength, base["train"]) for strength in strengths}
    found.adversaries = {strength: one["test"] for strength, one in adversaries.items()}
    on_dev = {
        strength: float(one["dev"].divergences(base["dev"]).mean())
        for strength, one in adversaries.items()
    }
    reached = (strength for strength in strengths if on_dev[strength] >= DIVERGENCE)
    found.chosen = next(reached, max(on_dev, key=lambda strength: on_dev[strength]))
    guides = {"base": base, "adversary": adversaries[found.chosen]}
    for seed in request.all_seeds:
        found.cells.add("diagnostic", "uniform", value=uniform(CONTEXTLESS, seed))
        found.cells.add("diagnostic", "its own", value=own(CONTEXTLESS, seed))
        for name, guide in guides.items():
            found.cells.add("diagnostic", name, value=guided(name, guide, seed))
    return Result(
        request=request,
        findings=findings(found),
        tables=tables(request.study, found),
        figures=figures(request.study, found),
        facts={
            "texts": {name: len(part) for name, part in parts.items()},
            "strengths": list(strengths),
            "the diagnostic's adversary": {"strength": found.chosen, "JSD asked for": DIVERGENCE},
        },
    )


def numbers(text: str) -> tuple[float, ...]:
    """Read the strengths, from the least up.

    Raises:
        OptionError: not numbers from 0, or none at all.
    """
    try:
        found = sorted({float(word) for word in text.split()})
    except ValueError:
        found = []
    if not found or not 0 <= found[0] <= found[-1] < math.inf:
        raise assay.OptionError(
            f"strengths: expected numbers from 0 with spaces between, found {text!r}",
            subject="strengths",
        )
    return tuple(found)
