"""A generated text: one explanation for each token that a language model wrote."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.arguments import checked
from assay.engine.arrays import frozen
from assay.engine.door import plain
from assay.inputs.tokens import Tokens
from assay.results import storage
from assay.results.explanation import Explanation
from assay.results.shown import Shown, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, kw_only=True)
class Generation(Shown):
    """What a language model wrote after a prompt, and why, token by token.

    Attributes:
        tokens: the prompt and what was written behind it.
        start: how many of them are the prompt.
        explanations: one for each written token, over everything before it.
        probabilities: float64 [written], that of each written token where it was written.
        labels: how each written token is spelt.
        method: the registered name that all explanations have.
    """

    tokens: Tokens
    start: int
    explanations: tuple[Explanation, ...]
    probabilities: NDArray[np.float64]
    labels: tuple[str, ...]
    method: str

    def __len__(self) -> int:
        return len(self.explanations)

    def __iter__(self) -> Iterator[Explanation]:
        return iter(self.explanations)

    def __getitem__(self, at: int) -> Explanation:
        return self.explanations[at]

    def __repr__(self) -> str:
        return f"<Generation {self.method} after {self.start} tokens: {' '.join(self.labels)}>"

    @property
    def matrix(self) -> NDArray[np.float32]:
        """The scores, float32 [written, all tokens]; NaN where a token was not there or special."""
        matrix = np.full((len(self), len(self.tokens)), np.nan, np.float32)
        for row, explanation in zip(matrix, self.explanations, strict=True):
            row[explanation.positions] = explanation.scores
        return frozen(matrix)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "method": self.method,
            "start": self.start,
            "labels": list(self.labels),
            "probabilities": plain(self.probabilities),
            "tokens": storage.tokens_record(self.tokens),
            "explanations": [one.to_dict() for one in self.explanations],
        }

    @checked
    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw the matrix, a row for each written token, and save it if asked to.

        Raises:
            OptionError: the name's ending says no known format.
            MissingExtraError: matplotlib is not installed.
        """
        figure: Figure = show().plot_of(self)
        if path is not None:
            show().save_figure(figure, path)
        return figure
