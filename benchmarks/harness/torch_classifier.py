"""The attention classifier of Jain & Wallace 2019 in torch, trained and attacked with care."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

#: How the words of a batch reach the LSTM, and how the rows of their table are updated.
VARIANTS = ("padded", "packed", "sparse embedding")


class Classifier(nn.Module):
    """Embedding, one bidirectional LSTM layer, additive attention, one score."""

    def __init__(self, vocabulary: int, width: int, units: int, *, sparse: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=0, sparse=sparse)
        self.encoder = nn.LSTM(width, units, batch_first=True, bidirectional=True)
        self.hidden = nn.Linear(2 * units, units)
        self.score = nn.Linear(units, 1, bias=False)
        self.decoder = nn.Linear(2 * units, 1)

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor, *, packed: bool) -> torch.Tensor:
        """Scores [batch]; the first and the last token of a text get no attention."""
        x = self.embedding(ids)
        if packed:
            rows = nn.utils.rnn.pack_padded_sequence(
                x, lengths, batch_first=True, enforce_sorted=False
            )
            states = nn.utils.rnn.pad_packed_sequence(self.encoder(rows)[0], batch_first=True)[0]
        else:
            states = self.encoder(x)[0]
        places = torch.arange(ids.shape[1])
        hidden = (places < 1) | (places >= lengths[:, None] - 1)
        scores = self.score(torch.tanh(self.hidden(states))).squeeze(-1)
        attention = scores.masked_fill(hidden, -torch.inf).softmax(-1)
        return self.decoder((attention[:, :, None] * states).sum(1)).squeeze(-1)


class Training:
    """Steps of one variant on one batch after the other."""

    def __init__(self, variant: str, vocabulary: int, width: int, units: int) -> None:
        torch.manual_seed(0)
        self.packed = variant == "packed"
        sparse = variant == "sparse embedding"
        self.model = Classifier(vocabulary, width, units, sparse=sparse)
        table = [self.model.embedding.weight]
        attended = [*self.model.hidden.parameters(), *self.model.score.parameters()]
        known = {id(one) for one in (*table, *attended)}
        others = [one for one in self.model.parameters() if id(one) not in known]
        groups: list[dict[str, Any]] = [
            {"params": others if sparse else [*table, *others], "weight_decay": 1e-5},
            {"params": attended},
        ]
        self.optimizers: list[torch.optim.Optimizer] = [
            torch.optim.Adam(groups, lr=1e-3, amsgrad=True, fused=True)
        ]
        if sparse:
            self.optimizers.append(torch.optim.SparseAdam(table, lr=1e-3))

    def step(self, ids: torch.Tensor, lengths: torch.Tensor, labels: torch.Tensor) -> None:
        """One step of Adam."""
        scores = self.model(ids, lengths, packed=self.packed)
        loss = nn.functional.binary_cross_entropy_with_logits(scores, labels, reduction="sum")
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in self.optimizers:
            optimizer.step()


def search(
    states: torch.Tensor,
    attention: torch.Tensor,
    decide: nn.Linear,
    *,
    restarts: int = 5,
    steps: int = 500,
    epsilon: float = 0.01,
) -> torch.Tensor:
    """Adversarial attention over fixed states [batch, words, width] of equally long texts.

    The decision is affine, so each word's score is computed once. Returns the largest divergence
    of every text.
    """
    with torch.no_grad():
        word = decide(states).squeeze(-1)
        before = torch.sigmoid((attention * word).sum(-1))
    batch, count = attention.shape
    free = torch.full((batch, restarts, count), 1 / count).log()
    free = (free + 3 * torch.randn_like(free)).requires_grad_()
    optimizer = torch.optim.Adam([free], lr=0.01, amsgrad=True, fused=True)
    for _ in range(steps):
        found = free.softmax(-1)
        moved = (torch.sigmoid((found * word[:, None]).sum(-1)) - before[:, None]).abs()
        far = divergence(found, attention[:, None])
        among = divergence(found[:, :, None], found[:, None]).sum((1, 2))
        loss = (500 * torch.relu(moved - epsilon) - far).sum()
        loss = loss - (among / (2 * restarts * (restarts - 1))).sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return divergence(free.softmax(-1), attention[:, None]).amax(-1)


def divergence(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Jensen–Shannon divergence over the last axis."""
    middle = (0.5 * (a + b) + 1e-10).log()
    first = (a * ((a + 1e-10).log() - middle)).sum(-1)
    return 0.5 * (first + (b * ((b + 1e-10).log() - middle)).sum(-1))
