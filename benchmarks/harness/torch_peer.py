"""The same tasks done by torch and transformers, as a careful engineer would write them.

Parameters are frozen, attention is torch's fused one except where its matrices are needed, and
whatever is many inputs goes through in batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
import transformers

from benchmarks.harness import models

Array = np.ndarray[Any, np.dtype[Any]]


class TorchPeer:
    """transformers on one checkpoint; a method a task, named as in `Ours`."""

    def __init__(self, name: str, layers: int | None = None, positions: int = 512) -> None:
        path = models.checkpoint(name, layers, positions)
        self.modules = {
            kind: transformers.AutoModelForSequenceClassification.from_pretrained(
                path, attn_implementation=kind
            )
            .eval()
            .requires_grad_(False)
            for kind in ("sdpa",)
        }
        self.path = path

    def module(self, kind: str = "sdpa") -> Any:
        """The model with one of torch's ways to compute attention."""
        if kind not in self.modules:
            module = transformers.AutoModelForSequenceClassification.from_pretrained(
                self.path, attn_implementation=kind
            )
            self.modules[kind] = module.eval().requires_grad_(False)
        return self.modules[kind]

    def forward(self, batch: Sequence[Array]) -> Array:
        """Logits [batch, labels]; inputs of different lengths are padded."""
        lengths = [len(ids) for ids in batch]
        with torch.inference_mode():
            if min(lengths) == max(lengths):
                ids = torch.from_numpy(np.stack(batch).astype(np.int64))
                return self.module()(input_ids=ids).logits.float().numpy()
            ids, mask = padded(batch)
            return self.module()(input_ids=ids, attention_mask=mask).logits.float().numpy()

    def forward_sorted(self, batch: Sequence[Array], size: int = 8) -> Array:
        """The same with inputs of similar length padded together."""
        order = np.argsort([len(ids) for ids in batch])
        logits = np.empty((len(batch), 2), np.float32)
        for part in split(order, size):
            logits[part] = self.forward([batch[index] for index in part])
        return logits

    def gradient(self, ids: Array) -> Array:
        """The gradient of logit 0 with respect to the input embeddings, [tokens, width]."""
        embedded = self.embedded(ids).requires_grad_()
        logits = self.module()(inputs_embeds=embedded).logits
        return torch.autograd.grad(logits[0, 0], embedded)[0][0].numpy()

    def attention_gradients(self, ids: Array) -> Array:
        """The gradient of logit 0 with respect to every attention matrix."""
        embedded = self.embedded(ids).requires_grad_()
        result = self.module("eager")(inputs_embeds=embedded, output_attentions=True)
        gradients = torch.autograd.grad(result.logits[0, 0], result.attentions)
        return torch.cat(gradients).numpy()

    def integrated_gradients(self, ids: Array, batch: int = 10, steps: int = 50) -> Array:
        """Integrated gradients over Gauss–Legendre points, from zero embeddings."""
        embedded = self.embedded(ids)
        nodes, weights = np.polynomial.legendre.leggauss(steps)
        points = torch.tensor((nodes + 1) / 2, dtype=torch.float32)
        weights = torch.tensor(weights / 2, dtype=torch.float32)
        total = torch.zeros_like(embedded[0])
        for part in split(np.arange(steps), batch):
            line = (embedded * points[part][:, None, None]).requires_grad_()
            logits = self.module()(inputs_embeds=line).logits
            gradients = torch.autograd.grad(logits[:, 0].sum(), line)[0]
            total += torch.einsum("b,bnd->nd", weights[part], gradients)
        return (total * embedded[0]).sum(-1).numpy()

    def leave_one_out(self, ids: Array, batch: int = 16) -> Array:
        """The fall of the first class's probability when each token is deleted."""
        shorter = np.stack([np.delete(ids, position) for position in range(len(ids))])
        whole = softmax(self.forward([ids]))[0, 0]
        return whole - self.probabilities(shorter, batch)

    def kernel_shap(self, ids: Array, batch: int = 16) -> Array:
        """KernelSHAP from 500 coalitions in pairs, absent tokens masked."""
        players = np.arange(1, len(ids) - 1)
        count = len(players)
        rng = np.random.default_rng(0)
        sizes = np.arange(1, count)
        kernel = 1 / (sizes * (count - sizes))
        drawn = rng.choice(sizes, 250, p=kernel / kernel.sum())
        present = np.zeros((502, count), bool)
        for row, size in enumerate(drawn):
            present[2 * row, rng.permutation(count)[:size]] = True
            present[2 * row + 1] = ~present[2 * row]
        present[501] = True
        rows = np.tile(ids, (502, 1))
        rows[:, players] = np.where(present, rows[:, players], 4)
        values = self.probabilities(rows, batch)
        empty, full = values[500], values[501]
        inside = present[:500].astype(float)
        reduced = inside[:, :-1] - inside[:, -1:]
        answer = values[:500] - empty - inside[:, -1] * (full - empty)
        shares = np.linalg.lstsq(reduced, answer, rcond=None)[0]
        return np.append(shares, full - empty - shares.sum())

    def shapley_sampling(self, ids: Array, batch: int = 16) -> Array:
        """Shapley values from 18 random orders in pairs, absent tokens masked."""
        players = np.arange(1, len(ids) - 1)
        count = len(players)
        rng = np.random.default_rng(0)
        drawn = [rng.permutation(count) for _ in range(9)]
        orders = [order for one in drawn for order in (one, one[::-1])]
        # What is between nobody and everybody, once each order; these two once for all.
        present = np.zeros((len(orders) * (count - 1) + 2, count), bool)
        for rank, order in enumerate(orders):
            for step in range(1, count):
                present[rank * (count - 1) + step - 1, order[:step]] = True
        present[-1] = True
        rows = np.tile(ids, (len(present), 1))
        rows[:, players] = np.where(present, rows[:, players], 4)
        values = self.probabilities(rows, batch)
        shares = np.zeros(count)
        for rank, order in enumerate(orders):
            inner = values[rank * (count - 1) : (rank + 1) * (count - 1)]
            shares[order] += np.diff([values[-2], *inner, values[-1]]) / len(orders)
        return shares

    def rollout(self, ids: Array) -> Array:
        """Attention rollout from the ids on."""
        with torch.inference_mode():
            batch = torch.from_numpy(ids[None].astype(np.int64))
            attentions = self.module("eager")(input_ids=batch, output_attentions=True).attentions
            product = torch.eye(len(ids))
            for attention in attentions:
                mixed = (attention[0].mean(0) + torch.eye(len(ids))) / 2
                product = mixed / mixed.sum(-1, keepdim=True) @ product
        return product[0].numpy()

    def probabilities(self, rows: Array, batch: int) -> Array:
        """The first class's probability of inputs of equal length."""
        parts = [self.forward(list(rows[part])) for part in split(np.arange(len(rows)), batch)]
        return softmax(np.concatenate(parts))[:, 0]

    def embedded(self, ids: Array) -> torch.Tensor:
        """The word embeddings of an input, [1, tokens, width]."""
        table = self.module().get_input_embeddings()
        return table(torch.from_numpy(ids[None].astype(np.int64))).detach()


def padded(batch: Sequence[Array]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids filled up with zeros to the longest input, and the mask that says so."""
    longest = max(len(ids) for ids in batch)
    ids = torch.zeros((len(batch), longest), dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for row, values in enumerate(batch):
        ids[row, : len(values)] = torch.from_numpy(values.astype(np.int64))
        mask[row, : len(values)] = 1
    return ids, mask


def split(indices: Array, size: int) -> Iterator[Array]:
    """Consecutive parts of at most `size`."""
    for start in range(0, len(indices), size):
        yield indices[start : start + size]


def softmax(logits: Array) -> Array:
    """Probabilities of rows of logits, in double precision."""
    shifted = np.exp(logits.astype(float) - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
