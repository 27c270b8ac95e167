"""How attention classifiers read the same texts, and how far two readings lie apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

import assay
from assay_studies.shared.models import f1
from assay_studies.shared.tables import Cells, bins

PATTERN = "blocks.0.attention.pattern"


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model makes of some texts.

    Attributes:
        attention: one row a text, a weight a token; the marks of start and end have none.
        probabilities: float32 [texts, labels].
    """

    attention: Sequence[NDArray[np.float32]]
    probabilities: NDArray[np.float32]

    @property
    def positive(self) -> NDArray[np.float64]:
        """The probability of the second class."""
        return self.probabilities[:, 1].astype(np.float64)

    def f1(self, labels: Sequence[int]) -> float:
        """Return the F1 score of the second class."""
        return f1(self.positive > 0.5, np.array(labels) == 1)

    def divergences(self, other: Reading) -> NDArray[np.float64]:
        """Return the Jensen-Shannon divergence between both attentions, text by text."""
        pairs = zip(self.attention, other.attention, strict=True)
        return np.array([assay.divergence(a, b) for a, b in pairs])

    def distances(self, other: Reading) -> NDArray[np.float64]:
        """Return the total variation between both predictions, text by text: |p - p'|."""
        return np.abs(self.positive - other.positive)

    def digest(self) -> str:
        """Return what tells this reading from others."""
        rows = np.concatenate(self.attention).tobytes()
        return hashlib.sha256(rows + self.probabilities.tobytes()).hexdigest()[:16]


@dataclass
class Findings:
    """What Wiegreffe & Pinter's tests gave on the test texts.

    Attributes:
        labels: the right ones.
        base: the model that all others are held against.
        cells: F1 of the same model by kind of attention (`uniform`), and of a classifier without
            context by what guides it (`diagnostic`), one value a training.
        retrained: it again, with other seeds.
        adversaries: models that were trained to attend elsewhere, by strength.
        chosen: the strength of the one that guides the diagnostic.
    """

    labels: Sequence[int]
    base: Reading
    cells: Cells = field(default_factory=Cells)
    retrained: list[Reading] = field(default_factory=list)
    adversaries: dict[float, Reading] = field(default_factory=dict)
    chosen: float = 0.0

    @property
    def over_seeds(self) -> dict[str, NDArray[np.float64]]:
        """Median divergence and mean distance over the other seeds, one value a text."""
        return {
            "JSD": np.median([one.divergences(self.base) for one in self.retrained], axis=0),
            "|Δp|": np.mean([one.distances(self.base) for one in self.retrained], axis=0),
        }

    def cell(self, group: int, place: int) -> NDArray[np.bool_]:
        """Return the texts of one predicted class and one bin of the base's largest weight."""
        largest = bins(np.array([row.max() for row in self.base.attention], np.float64))
        return np.asarray(((self.base.positive > 0.5) == bool(group)) & (largest == place))


def read(
    model: assay.AttentionClassifier,
    texts: Sequence[str],
    *,
    uniform: bool = False,
    guide: Reading | None = None,
) -> Reading:
    """Let a model read texts: with its own attention, a uniform one, or that of another reading."""
    items = model.tokenize_all(list(texts))
    edits: list[list[assay.Intervention]] = [[] for _ in items]
    if uniform:
        edits = [[assay.Intervention.uniform()] for _ in items]
    elif guide is not None:
        edits = [[assay.Intervention.replace(0, row[None])] for row in guide.attention]
    found = model.predict(items, interventions=edits, keep=[PATTERN])
    rows = [pattern.reshape(-1) for pattern in found.kept[PATTERN]]
    return Reading(rows, found.probabilities)
