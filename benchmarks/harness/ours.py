"""The tasks of the benchmark done by Assay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import assay
from benchmarks.harness import models

Array = np.ndarray[Any, np.dtype[Any]]


class Ours:
    """Assay on one checkpoint; a method a task, named as in `TorchPeer`."""

    def __init__(
        self,
        name: str,
        layers: int | None = None,
        positions: int = 512,
        precision: str = "float32",
    ) -> None:
        folder = models.checkpoint(name, layers, positions)
        self.model = assay.load(folder, precision=precision)

    def forward(self, batch: Sequence[Array]) -> Array:
        """Logits [batch, labels]."""
        return self.model.predict(list(batch)).logits

    def gradient(self, ids: Array) -> Array:
        """The gradient of logit 0 with respect to the input embeddings, [tokens, width]."""
        return self.model.gradient(ids, target=0)

    def attention_gradients(self, ids: Array) -> Array:
        """The gradient of logit 0 with respect to every attention matrix."""
        sites = [f"blocks.{layer}.attention.pattern" for layer in range(self.model.layers)]
        return np.stack(self.model.gradient(ids, target=0, at=sites))

    def integrated_gradients(self, ids: Array, batch: int = 0, steps: int = 50) -> Array:
        """Integrated gradients over `steps` points, from zero embeddings."""
        return assay.explain(
            self.model, ids, method="integrated_gradients", target=0, n_steps=steps
        ).scores

    def leave_one_out(self, ids: Array, batch: int = 0) -> Array:
        """The fall of the first class's probability when each token is deleted."""
        return assay.explain(
            self.model, ids, method="leave_one_out", target=0, operator="delete"
        ).scores

    def kernel_shap(self, ids: Array, batch: int = 0) -> Array:
        """KernelSHAP from 500 coalitions, absent tokens masked."""
        tokens = self.model.tokenize(models.text(len(ids)))
        return assay.explain(
            self.model, tokens, method="kernel_shap", target=0, n_samples=500, operator="mask"
        ).scores

    def shapley_sampling(self, ids: Array, batch: int = 0) -> Array:
        """Shapley values from 18 random orders, absent tokens masked."""
        tokens = self.model.tokenize(models.text(len(ids)))
        return assay.explain(
            self.model, tokens, method="shapley_sampling", target=0, n_samples=18, operator="mask"
        ).scores

    def rollout(self, ids: Array) -> Array:
        """Attention rollout from the ids on."""
        return assay.explain(self.model, ids, method="attention_rollout", target=0).scores
