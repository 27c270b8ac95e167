"""Wiegreffe & Pinter 2019: is attention needed, how far does it vary, and can it be elsewhere?

Four tests on a BiLSTM with additive attention: uniform weights; other seeds; weights frozen into a
classifier that sees no context; and a model trained to predict the same from other attention.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from assay.engine.errors import OptionError
from assay.reproduce import classifiers
from assay.reproduce.corpora.splits import Split
from assay.reproduce.readings import Findings, Reading, read
from assay.reproduce.study import Request, Result
from assay.reproduce.wiegreffe_pinter_tables import figures, findings, tables
from assay.training.classifier import AttentionClassifier

ENCODER, ATTENTION = "bilstm", "additive"
#: The mean divergence from the base that the diagnostic asks of an adversary (their table 4).
DIVERGENCE = 0.4


def run(request: Request) -> Result:
    """Train, freeze, retrain and deceive."""
    study = _Study(request)
    base = study.read_all(study.trained(ENCODER, request.seed))
    found = Findings(study.parts["test"].labels, base["test"])
    for seed in request.all_seeds:
        found.weights.setdefault("its own", []).append(study.own(ENCODER, seed))
        found.weights.setdefault("uniform", []).append(study.uniform(ENCODER, seed))
    for seed in study.others:
        model = study.trained(ENCODER, seed)
        found.retrained.append(read(model, study.parts["test"].texts))
    adversaries = {strength: study.adversary(strength, base) for strength in study.strengths}
    found.adversaries = {strength: one["test"] for strength, one in adversaries.items()}
    on_dev = {s: one["dev"].divergences(base["dev"]).mean() for s, one in adversaries.items()}
    found.chosen = next(
        (strength for strength in study.strengths if on_dev[strength] >= DIVERGENCE),
        max(on_dev, key=lambda strength: float(on_dev[strength])),
    )
    guides = {"base": base, "adversary": adversaries[found.chosen]}
    for seed in request.all_seeds:
        found.diagnostic.setdefault("uniform", []).append(study.uniform("average", seed))
        found.diagnostic.setdefault("its own", []).append(study.own("average", seed))
        for name, guide in guides.items():
            found.diagnostic.setdefault(name, []).append(study.guided(name, guide, seed))
    return Result(
        study="wiegreffe-pinter",
        title="Attention is not not explanation, run again",
        source="Wiegreffe & Pinter 2019, Attention is not not Explanation",
        findings=findings(found),
        differences=_DIFFERENCES,
        tables=tables(found),
        figures=figures(found),
        settings={
            "texts": {name: len(part) for name, part in study.parts.items()},
            "epochs": {"models": classifiers.epochs(request), "adversaries": study.epochs},
            "vectors": float(request.options["vectors"]),
            "seeds": list(request.all_seeds),
            "other seeds": list(study.others),
            "strengths": list(study.strengths),
            "the diagnostic's adversary": {"strength": found.chosen, "JSD asked for": DIVERGENCE},
        },
        seconds=request.seconds,
    )


class _Study:
    """The trainings of one request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.parts: Mapping[str, Split] = classifiers.parts(request)
        quick = request.quick
        strengths = _numbers(str(request.options["strengths"]))
        self.strengths = strengths[:: max(1, len(strengths) - 1)] if quick else strengths
        self.epochs = 2 if quick else int(request.options["adversary_epochs"])
        first = request.seed + 1
        self.others = range(first, first + (1 if quick else int(request.options["retrainings"])))

    def trained(self, encoder: str, seed: int) -> AttentionClassifier:
        """A classifier with its own attention."""
        return classifiers.classifier(self._request, self.parts, encoder, ATTENTION, seed)

    def read_all(self, model: AttentionClassifier) -> dict[str, Reading]:
        """Let a model read every part."""
        return {name: read(model, part.texts) for name, part in self.parts.items()}

    def own(self, encoder: str, seed: int) -> float:
        """F1 with attention of its own."""
        test = self.parts["test"]
        return read(self.trained(encoder, seed), test.texts).f1(test.labels)

    def uniform(self, encoder: str, seed: int) -> float:
        """F1 of a classifier that was trained and is read with uniform weights."""
        model = classifiers.classifier(
            self._request, self.parts, encoder, ATTENTION, seed,
            name=f"{encoder}-uniform-{seed}", uniform_attention=True,
        )  # fmt: skip
        test = self.parts["test"]
        return read(model, test.texts, uniform=True).f1(test.labels)

    def guided(self, name: str, guide: Mapping[str, Reading], seed: int) -> float:
        """F1 of a classifier without context whose weights are another model's."""
        model = classifiers.classifier(
            self._request, self.parts, "average", ATTENTION, seed,
            name=f"average-{name}-{seed}", made={"guide": guide["train"].digest()},
            fixed_attention=(guide["train"].attention, guide["dev"].attention),
        )  # fmt: skip
        test = self.parts["test"]
        return read(model, test.texts, guide=guide["test"]).f1(test.labels)

    def adversary(self, strength: float, base: Mapping[str, Reading]) -> dict[str, Reading]:
        """Readings of a model that learned to predict as the base does, attending elsewhere."""
        model = classifiers.classifier(
            self._request, self.parts, ENCODER, ATTENTION, self._request.seed,
            name=f"adversary-{strength}", made={"base": base["train"].digest()},
            epochs=self.epochs, select="training_loss", patience=10, strength=strength,
            imitate=(base["train"].attention, base["train"].probabilities),
        )  # fmt: skip
        return self.read_all(model)


def _numbers(text: str) -> tuple[float, ...]:
    """Read the strengths, from the least up.

    Raises:
        OptionError: not numbers from 0, or none at all.
    """
    try:
        found = sorted({float(word) for word in text.split()})
    except ValueError:
        found = []
    if not found or not 0 <= found[0] <= found[-1] < math.inf:
        raise OptionError(
            f"strengths: expected numbers from 0 with spaces between, found {text!r}",
            subject="strengths",
        )
    return tuple(found)


_DIFFERENCES = (
    "Divergences and distances are true means over test texts; the published code prints sums over "
    "the set.",
    "The distance of two predictions is their total variation, |p - p'|; the published code takes "
    "half of that for one sigmoid, so a strength here is twice one there. Their strengths are not "
    "in their repository; the sweep here is ours.",
    "Every text keeps its own class weight; the published code multiplies a batch's loss by the "
    "mean of its weights.",
    "Models are selected on the development texts, theirs on the test texts; adversaries on the "
    "training loss, as theirs.",
    "Frozen weights are handed over with every text's length; the published code finds the words "
    "by looking for weights that are not zero.",
    "KL has no upper bound, so a large strength makes distances not count: the table shows both.",
    "No published figures stand beside: no readable source of them was at hand.",
)
