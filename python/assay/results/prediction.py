"""What a model says about a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, kw_only=True)
class Prediction:
    """What a model says about a batch; arrays are read-only.

    Attributes:
        logits: float32 [batch, labels], before softmax or sigmoid.
        probabilities: float32 [batch, labels].
        labels: [batch], the name of the likeliest label.
        kept: site name to one array per input, for the sites that `keep` asked for.
    """

    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    labels: tuple[str, ...]
    kept: Mapping[str, list[NDArray[np.float32]]] = field(default_factory=dict)

    def __repr__(self) -> str:
        shown = (
            f"{label} {row.max():.3f}"
            for label, row in zip(self.labels[:4], self.probabilities, strict=False)
        )
        return f"<Prediction {', '.join(shown)}{', …' if len(self.labels) > 4 else ''}>"
