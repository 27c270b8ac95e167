"""What Jain & Wallace measure of a trained attention classifier, over several trainings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.ask.samples import separation
from assay.reproduce.classifiers import by_text, f1, study
from assay.reproduce.corpora.splits import Split
from assay.reproduce.published import jain_wallace
from assay.reproduce.tables import Measure, Row
from assay.training.classifier import AttentionClassifier

#: The bins of the largest attention weight.
BINS = ("[0,.25)", "[.25,.5)", "[.5,.75)", "[.75,1]")
#: How far an adversary may move the prediction: of the optimiser's penalty, of the code's report.
EPSILONS = (0.01, 0.05)
#: Our pairs of measures.
ATTENTION_GRADIENT = "attention-gradient_detached"
ATTENTION_REMOVAL = "attention-leave_one_out"
GRADIENT_REMOVAL = "gradient_detached-leave_one_out"

Array = NDArray[np.float64]


def bins(largest: Array) -> NDArray[np.int64]:
    """Return the place of each largest weight among `BINS`.

    >>> bins(np.array([0.1, 0.25, 1.0])).tolist()
    [0, 1, 3]
    """
    return np.minimum((largest * len(BINS)).astype(np.int64), len(BINS) - 1)


@dataclass(frozen=True)
class Trained:
    """One training's measurements on the test texts; arrays have one entry a text.

    Attributes:
        encoder: what reads the words.
        seed: of the training.
        f1: of the second class.
        accuracy: the share of right labels.
        area: under the ROC curve.
        positive: where the second class is predicted.
        largest: the largest attention weight.
        agreement: by pair of measures `tau`, `p_value` and `top_k`.
        permutation: the median change of the probability under shuffled attention.
        divergences: what each restart of the adversary reached, [texts, restarts].
        distances: how far it moved the prediction.
    """

    encoder: str
    seed: int
    f1: float
    accuracy: float
    area: float | None
    positive: NDArray[np.bool_]
    largest: Array
    agreement: Mapping[str, Mapping[str, Array]]
    permutation: Array
    divergences: Array
    distances: Array

    @property
    def bins(self) -> NDArray[np.int64]:
        """The bin of every text's largest weight."""
        return bins(self.largest)

    def eps_max(self, epsilon: float) -> Array:
        """Return the largest divergence within `epsilon` of every text; 0 where none is within."""
        inside = self.distances <= epsilon
        found: Array = np.where(inside, self.divergences, 0.0).max(axis=1)
        return found


@dataclass(frozen=True)
class Debate:
    """All trainings of a study, and what was published of the same kind."""

    found: Sequence[Trained]
    dataset: str
    attention: str

    @property
    def encoders(self) -> list[str]:
        """The encoders, each once."""
        return list(dict.fromkeys(one.encoder for one in self.found))

    def of(self, encoder: str) -> list[Trained]:
        """Return an encoder's trainings."""
        return [one for one in self.found if one.encoder == encoder]

    def statistic(
        self, encoder: str, pair: str, name: str = "tau", group: int | None = None
    ) -> Array:
        """Return `tau`, `p_value` or `top_k` of a pair of measures, all trainings together.

        With `group` only texts of that predicted class count.
        """
        return self._joined(encoder, lambda one: one.agreement[pair][name], group)

    def eps_max(self, encoder: str, epsilon: float, group: int | None = None) -> Array:
        """Return the largest divergence within `epsilon`, all trainings together."""
        return self._joined(encoder, lambda one: one.eps_max(epsilon), group)

    def permutation(self, encoder: str, group: int, largest: int) -> Array:
        """Return the change under shuffled attention of one class and bin of the largest weight."""
        return self._joined(encoder, lambda one: one.permutation, group, largest)

    def _joined(
        self,
        encoder: str,
        values: Callable[[Trained], Array],
        group: int | None = None,
        largest: int | None = None,
    ) -> Array:
        parts = []
        for one in self.of(encoder):
            chosen = np.ones(len(one.positive), bool)
            if group is not None:
                chosen &= one.positive == bool(group)
            if largest is not None:
                chosen &= one.bins == largest
            parts.append(values(one)[chosen])
        return np.concatenate(parts)

    def published(self, statistic: str, encoder: str, group: str = "") -> jain_wallace.Published:
        """Return a published figure of the same data set and attention."""
        return jain_wallace.published(statistic, self.dataset, encoder, self.attention, group)

    def row(
        self, key: tuple[str, ...], ours: Measure, statistic: str, encoder: str, group: str = ""
    ) -> Row:
        """Set a figure of ours beside the published one."""
        figure = self.published(statistic, encoder, group)
        return Row(key, ours, figure.measure, figure.rerun)


def measure(
    model: AttentionClassifier, test: Split, encoder: str, seed: int, *, steps: int = 500
) -> Trained:
    """Measure one classifier on the test texts, with `steps` steps of the adversary."""
    answer = study(
        model,
        test.texts,
        seed,
        permutations=100,
        k=10,
        adversary={"steps": steps, "epsilon": EPSILONS[0]},
    )
    scores = answer["probabilities"].reshape(len(test), -1)[:, 1]
    right = np.array(test.labels) == 1
    positive = scores > 0.5
    adversary = answer["adversary"]
    shape = (len(test), adversary["restarts"])
    rows = by_text(answer["attention"], answer["lengths"])
    return Trained(
        encoder=encoder,
        seed=seed,
        f1=f1(positive, right),
        accuracy=float((positive == right).mean()),
        area=separation(scores[right], scores[~right]).auc,
        positive=positive,
        largest=np.array([row.max() for row in rows]),
        agreement=answer["agreement"],
        permutation=answer["permutation"],
        divergences=adversary["divergences"].reshape(shape),
        distances=adversary["distances"].reshape(shape),
    )
