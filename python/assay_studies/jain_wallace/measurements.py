"""What Jain & Wallace measure of trained attention classifiers, all trainings together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import assay
from assay_studies.shared.corpora import Labelled
from assay_studies.shared.models import f1
from assay_studies.shared.tables import bins

#: How far an adversary may move the prediction: of the optimiser's penalty, of the code's report.
EPSILONS = (0.01, 0.05)
#: Shuffles of a text's attention, and how many of the top tokens are compared.
PERMUTATIONS, TOP = 100, 10
#: Our pairs of measures.
ATTENTION_GRADIENT = "attention-gradient_detached"
ATTENTION_REMOVAL = "attention-leave_one_out"
GRADIENT_REMOVAL = "gradient_detached-leave_one_out"

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """One training's measurements on the test texts, or those of several; one entry a text.

    Attributes:
        performance: F1 of the second class, accuracy and the area under the ROC curve, a value a
            training.
        training: which one a text was measured of.
        positive: where the second class is predicted.
        bins: the bin of the largest attention weight.
        agreement: by pair of measures `tau`, `p_value` and `top_k`.
        permutation: the median change of the probability under shuffled attention.
        divergences: what each restart of the adversary reached, [texts, restarts].
        distances: how far it moved the prediction.
    """

    performance: Mapping[str, Sequence[float]]
    training: NDArray[np.int64]
    positive: NDArray[np.bool_]
    bins: NDArray[np.int64]
    agreement: Mapping[str, Mapping[str, Array]]
    permutation: Array
    divergences: Array
    distances: Array

    @staticmethod
    def joined(parts: Sequence[Measured]) -> Measured:
        """Put several trainings together."""

        def together(*values: Any) -> Any:
            if isinstance(values[0], Mapping):
                return {key: together(*(one[key] for one in values)) for key in values[0]}
            return np.concatenate(values)

        numbered = [replace(one, training=one.training + i) for i, one in enumerate(parts)]
        names = [one.name for one in fields(Measured)]
        return Measured(
            **{name: together(*(getattr(one, name) for one in numbered)) for name in names}
        )

    def cell(self, group: int, place: int) -> NDArray[np.bool_]:
        """Return the texts of one predicted class and one bin of the largest weight."""
        return np.asarray((self.positive == bool(group)) & (self.bins == place))

    def means(self, pair: str) -> list[float]:
        """Return every training's mean tau of a pair of measures."""
        taus = self.agreement[pair]["tau"]
        return [float(np.nanmean(taus[self.training == one])) for one in np.unique(self.training)]

    def eps_max(self, epsilon: float) -> Array:
        """Return the largest divergence within `epsilon` of every text; 0 where none is within."""
        inside = self.distances <= epsilon
        found: Array = np.where(inside, self.divergences, 0.0).max(axis=1)
        return found


def measure(
    model: assay.AttentionClassifier, test: Labelled, seed: int, *, steps: int = 500
) -> Measured:
    """Measure one classifier on the test texts, with `steps` steps of the adversary."""
    adversary = {"steps": steps, "epsilon": EPSILONS[0]}
    record = {"seed": seed, "permutations": PERMUTATIONS, "k": TOP, "adversary": adversary}
    answer = model.call("attention_study", model.tokenize_all(list(test.texts)), record)
    scores = answer["probabilities"].reshape(len(test), -1)[:, 1]
    right, positive = np.array(test.labels) == 1, scores > 0.5
    reached = {
        name: answer["adversary"][name].reshape(len(test), -1)
        for name in ("divergences", "distances")
    }
    rows = np.split(answer["attention"], np.cumsum(answer["lengths"])[:-1])
    area = assay.separation(scores[right], scores[~right]).auc
    return Measured(
        performance={
            "F1 of class 1": [f1(positive, right)],
            "accuracy": [float((positive == right).mean())],
            "area under ROC": [float("nan") if area is None else area],
        },
        training=np.zeros(len(test), np.int64),
        positive=positive,
        bins=bins(np.array([row.max() for row in rows])),
        agreement=answer["agreement"],
        permutation=answer["permutation"],
        **reached,
    )
