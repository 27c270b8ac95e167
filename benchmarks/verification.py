"""A whole `verify` against the same checks composed from torch, numpy and scipy, batched.

The script computes what the default checks compute: rollout, three references and their ceiling,
removals under three operators, comprehensiveness and sufficiency against 199 random rankings,
knock-outs, pours and swaps of attention, 100 permutations and the uniform pattern, and their nulls.
Equal inputs are run once on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from scipy import stats
from transformers import AttentionInterface

import assay
from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result
from benchmarks.harness.torch_peer import TorchPeer, softmax, split

TITLE = "A whole verify, 32 tokens"
BATCH = 32
MASK = 4
Array = np.ndarray[Any, np.dtype[Any]]
Edit = Callable[[torch.Tensor], torch.Tensor]


def measure(bench: Bench) -> list[Result]:
    """BERT-tiny and BERT-base, two threads."""
    rows = []
    cases = (("bert-tiny", 10.0), ("minilm", None), ("bert-base", 2.0))
    for name, goal in cases[: 1 if bench.quick else None]:
        model, composed = bench.ours(name).model, Composed(name)
        text, ids = models.text(32), models.ids(32)
        rows.append(
            bench.compare(
                name,
                lambda: assay.verify(model, text),
                {"torch, composed": lambda: composed.verify(ids)},
                threads=2,
                seconds=20,
                rounds=2 if name == "bert-base" else 5,
                goal=goal,
                note=f"torch in batches of {BATCH}",
            )
        )
    return rows


class Composed:
    """The default checks on one BERT."""

    def __init__(self, name: str) -> None:
        self.peer = TorchPeer(name)
        self.edit: Edit | None = None
        AttentionInterface.register("edited", self._attention)
        self.known: dict[bytes, Array] = {}

    def verify(self, ids: Array) -> dict[str, Any]:
        """Every statistic, in the order of the report."""
        self.known.clear()
        rng = np.random.default_rng(0)
        players = np.arange(1, len(ids) - 1)
        base = self.predict([ids])[0]
        target = int(base.argmax())
        scores = self.peer.rollout(ids)[players]
        top = players[np.argsort(-scores)][: max(1, len(players) // 3)]
        found: dict[str, Any] = {"explanation": scores}
        references = self.references(ids, target, players)
        found["gradient_agreement"] = [
            (lift(scores, one), null(scores, one, rng)) for one in references
        ]
        found["ceiling"] = [lift(a, b) for a in references for b in references if a is not b]
        drops = {}
        for how in ("delete", "mask", "replace"):
            removals = [top, *(np.array([one]) for one in players)]
            away = self.without(ids, removals, how, rng)
            drops[how] = distance(away, base)
            found[f"removal, {how}"] = (
                drops[how][0],
                lift(scores, drops[how][1:]),
                null(scores, drops[how][1:], rng),
            )
        found["leave_one_out_agreement"] = stats.kendalltau(scores, drops["mask"][1:])
        found["spearman"] = stats.spearmanr(scores, drops["mask"][1:])
        rankings = [np.argsort(-scores), *(rng.permutation(len(players)) for _ in range(199))]
        rankings.append(np.argsort(-drops["mask"][1:]))
        for check in ("comprehensiveness", "sufficiency"):
            found[check] = self.curves(ids, players, rankings, base, target, check)
        found["redirect"] = self.redirect(ids, top, players, base, rng)
        found["permutation"] = self.permuted(ids, base, rng)
        return found

    def references(self, ids: Array, target: int, players: Array) -> list[Array]:
        """Saliency, |input x gradient| and |integrated gradients|."""
        gradient = self.peer.gradient(ids)
        embedded = self.peer.embedded(ids)[0].numpy()
        integrated = self.peer.integrated_gradients(ids, 10)
        every = [
            np.linalg.norm(gradient, axis=1),
            abs((gradient * embedded).sum(1)),
            abs(integrated),
        ]
        return [one[players] for one in every]

    def predict(self, rows: Sequence[Array]) -> Array:
        """Probabilities; inputs of equal length together, equal inputs once."""
        unknown = {row.tobytes(): row for row in rows if row.tobytes() not in self.known}
        for length in {len(row) for row in unknown.values()}:
            same = [(key, row) for key, row in unknown.items() if len(row) == length]
            for part in split(np.arange(len(same)), BATCH):
                answer = softmax(self.peer.forward([same[index][1] for index in part]))
                for index, one in zip(part, answer, strict=True):
                    self.known[same[index][0]] = one
        return np.array([self.known[row.tobytes()] for row in rows])

    def without(
        self, ids: Array, removals: Sequence[Array], how: str, rng: np.random.Generator
    ) -> Array:
        """Probabilities after each removal, averaged over four draws for replacements."""
        if how == "delete":
            return self.predict([np.delete(ids, positions) for positions in removals])
        draws = 4 if how == "replace" else 1
        rows = []
        for positions in removals:
            for _ in range(draws):
                row = ids.copy()
                fill = rng.integers(models.FIRST_WORD, models.VOCABULARY, len(positions))
                row[positions] = fill if how == "replace" else MASK
                rows.append(row)
        return self.predict(rows).reshape(len(removals), draws, -1).mean(1)

    def curves(
        self,
        ids: Array,
        players: Array,
        rankings: Sequence[Array],
        base: Array,
        target: int,
        check: str,
    ) -> Array:
        """The area over the curve of every ranking."""
        sizes = sorted(
            {max(1, int(np.ceil(share * len(players)))) for share in (0.05, 0.1, 0.2, 0.5)}
        )
        rows = []
        for ranking in rankings:
            for size in sizes:
                row = ids.copy()
                away = ranking[:size] if check == "comprehensiveness" else ranking[size:]
                row[players[away]] = MASK
                rows.append(row)
        return base[target] - self.predict(rows)[:, target].reshape(-1, len(sizes)).mean(1)

    def redirect(
        self, ids: Array, top: Array, players: Array, base: Array, rng: np.random.Generator
    ) -> Array:
        """TVD when attention on the top set is knocked out, poured elsewhere, or swapped."""
        count = len(ids)
        others = np.setdiff1d(players, top)
        moves = [np.diag(~np.isin(np.arange(count), top)).astype(np.float32)]
        for key in others:
            move = np.eye(count, dtype=np.float32)
            move[top] = 0
            move[top, key] = 1
            moves.append(move)
        for _ in range(100):
            order = np.arange(count)
            partners = rng.choice(others, len(top), replace=False)
            order[top], order[partners] = partners, top
            moves.append(np.eye(count, dtype=np.float32)[order])
        return self.edited(ids, np.stack(moves), base)

    def permuted(self, ids: Array, base: Array, rng: np.random.Generator) -> Array:
        """TVD under 100 permutations of the keys, and under the uniform pattern."""
        count = len(ids)
        moves = [np.eye(count, dtype=np.float32)[rng.permutation(count)] for _ in range(100)]
        moves.append(np.full((count, count), 1 / count, np.float32))
        return self.edited(ids, np.stack(moves), base)

    def edited(self, ids: Array, moves: Array, base: Array) -> Array:
        """TVD when every pattern of every layer is multiplied by each of the matrices."""
        module = self.peer.module("edited")
        tokens = torch.from_numpy(ids[None].astype(np.int64))
        answers = []
        for part in split(np.arange(len(moves)), BATCH):
            matrices = torch.from_numpy(moves[part])[:, None]
            self.edit = lambda pattern, matrices=matrices: pattern @ matrices
            with torch.inference_mode():
                logits = module(input_ids=tokens.expand(len(part), -1)).logits
            answers.append(softmax(logits.numpy()))
        return distance(np.concatenate(answers), base)

    def _attention(
        self,
        module: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        scaling: float | None = None,
        **_: Any,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        scale = scaling or query.shape[-1] ** -0.5
        pattern = (query @ key.transpose(2, 3) * scale).softmax(-1)
        if self.edit is not None:
            pattern = self.edit(pattern)
            pattern = pattern / pattern.sum(-1, keepdim=True)
        return (pattern @ value).transpose(1, 2).contiguous(), pattern


def distance(answers: Array, base: Array) -> Array:
    """Total variation distance of each row from the unedited prediction."""
    return np.asarray(abs(answers - base).sum(-1) / 2)


def lift(scores: Array, reference: Array) -> float:
    """Where between a random placement (0) and the best position (1) the scores put their mass."""
    shares = np.clip(scores, 0, None)
    shares = shares / shares.sum() if shares.sum() else np.full(len(scores), 1 / len(scores))
    spread = reference.max() - reference.mean()
    return float((shares @ reference - reference.mean()) / spread) if spread else 0.0


def null(scores: Array, reference: Array, rng: np.random.Generator) -> float:
    """The share of 999 permutations that agree as well."""
    shares = np.clip(scores, 0, None)
    drawn = rng.permuted(np.tile(shares, (999, 1)), axis=1) @ reference
    return float((1 + (drawn >= shares @ reference).sum()) / 1000)
