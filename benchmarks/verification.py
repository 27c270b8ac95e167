"""A whole `verify` against the same checks composed from torch, numpy and scipy, batched.

The script computes what the default checks compute: rollout and its highlighted set, integrated
gradients from two baselines, removal of that set under two operators among random sets and the set
that greedy growth finds, comprehensiveness and sufficiency beside 7 random rankings, knock-out,
pours and exchanges of attention, those of random sets too, 20 permutations, the uniform pattern.
Equal inputs are run once on both sides; neither side runs what its own numbers make needless.
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
#: What the engine's defaults draw: sets for a p-value, for means and maxima, exceedances that
#: settle a p-value, steps of growth, random rankings of a curve, steps of a path.
DRAWS, MEANS, STOP, GROWTH, RANKINGS, STEPS = 199, 64, 10, 5, 7, 8
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
        top = players[highlighted(scores)]
        sets = [np.sort(rng.choice(players, len(top), replace=False)) for _ in range(DRAWS)]
        found: dict[str, Any] = {"explanation": scores}
        # Two baselines; the peer's is zero, which takes the same passes.
        references = [abs(self.peer.integrated_gradients(ids, 10, STEPS))[players] for _ in "ab"]
        found["gradient_agreement"] = [placed(scores, one, rng) for one in references]
        drops = {}
        for how in ("delete", "mask"):
            away = self.without(ids, [np.array([one]) for one in players], how)
            drops[how] = distance(away, base)
            found[f"removal, {how}"] = self.removal(ids, top, sets, drops[how], how, base)
        found["leave_one_out_agreement"] = stats.kendalltau(scores, drops["delete"])
        found["spearman"] = stats.spearmanr(scores, drops["delete"])
        rankings = [np.argsort(-scores), *(rng.permutation(len(players)) for _ in range(RANKINGS))]
        rankings.append(np.argsort(-drops["delete"]))
        for check in ("comprehensiveness", "sufficiency"):
            found[check] = self.curves(ids, players, rankings, base, target, check)
        found["redirect"] = self.redirect(ids, top, players, base)
        found["exchange"] = self.exchange(ids, top, sets[:MEANS], players, base)
        found["permutation"] = self.permuted(ids, base, rng)
        return found

    def removal(
        self,
        ids: Array,
        top: Array,
        sets: Sequence[Array],
        singles: Array,
        how: str,
        base: Array,
    ) -> tuple[float, float]:
        """Efficiency and p of removing a set, together plus one by one, read sequentially."""

        def combined(some: Sequence[Array]) -> Array:
            together = distance(self.without(ids, some, how), base)
            alone = np.array([singles[one - 1].sum() if len(one) > 1 else 0.0 for one in some])
            return together + alone

        grown = np.array([], int)
        while len(grown) < min(len(top), GROWTH):
            left = np.setdiff1d(np.arange(1, len(ids) - 1), grown)
            steps = [np.append(grown, one) for one in left]
            grown = steps[int(distance(self.without(ids, steps, how), base).argmax())]
        rest = [one for one in 1 + np.argsort(-singles) if one not in grown]
        grown = np.append(grown, rest[: len(top) - len(grown)]).astype(int)
        own, best = combined([top])[0], combined([grown])[0]
        drawn = combined(sets[:MEANS])
        exceeding = int((drawn >= own).sum())
        # A p-value that is still open reads on, and stops once it cannot become small.
        for part in split(np.arange(MEANS, len(sets)), BATCH):
            if exceeding >= STOP:
                break
            more = combined([sets[index] for index in part])
            exceeding += int((more >= own).sum())
            drawn = np.concatenate([drawn, more])
        mean, most = drawn[:MEANS].mean(), max(best, own, drawn[:MEANS].max())
        return float((own - mean) / (most - mean)), (1 + exceeding) / (1 + len(drawn))

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

    def without(self, ids: Array, removals: Sequence[Array], how: str) -> Array:
        """Probabilities after each removal."""
        if how == "delete":
            return self.predict([np.delete(ids, positions) for positions in removals])
        rows = []
        for positions in removals:
            row = ids.copy()
            row[positions] = MASK
            rows.append(row)
        return self.predict(rows)

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

    def redirect(self, ids: Array, top: Array, players: Array, base: Array) -> Array:
        """TVD when attention on the top set is knocked out, or poured onto another token."""
        count = len(ids)
        moves = [np.diag(~np.isin(np.arange(count), top)).astype(np.float32)]
        for key in np.setdiff1d(players, top):
            move = np.eye(count, dtype=np.float32)
            move[top] = 0
            move[top, key] = 1
            moves.append(move)
        return self.edited(ids, np.stack(moves), base)

    def exchange(
        self,
        ids: Array,
        top: Array,
        sets: Sequence[Array],
        players: Array,
        base: Array,
    ) -> Array:
        """TVD when a set's attention changes places with that of others, under the mean pattern.

        Of the top set, of random ones and of every single token.
        """
        count = len(ids)
        moves = []
        every = [top, *sets, *(np.array([one]) for one in players)]
        for one in every:
            others = np.setdiff1d(players, np.union1d(one, top))
            if len(others) < len(one):
                others = np.setdiff1d(players, one)
            part = 1 / max(len(one), len(others))
            move = np.eye(count, dtype=np.float32)
            move[one, one], move[others, others] = 1 - len(others) * part, 1 - len(one) * part
            move[np.ix_(one, others)] = part
            move[np.ix_(others, one)] = part
            moves.append(move)
        return self.edited(ids, np.stack(moves), base)

    def permuted(self, ids: Array, base: Array, rng: np.random.Generator) -> Array:
        """TVD under 20 permutations of the keys, and under the uniform pattern."""
        count = len(ids)
        moves = [np.eye(count, dtype=np.float32)[rng.permutation(count)] for _ in range(20)]
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


def highlighted(scores: Array) -> Array:
    """The fewest top places that hold half of the scores, at most a third of all."""
    order = np.argsort(-scores, kind="stable")
    held = np.cumsum(np.clip(scores[order], 0, None))
    size = int(np.searchsorted(held, held[-1] / 2)) + 1
    return np.asarray(np.sort(order[: max(1, min(size, len(scores) // 3))]))


def placed(scores: Array, reference: Array, rng: np.random.Generator) -> tuple[float, float]:
    """Where between a random placement (0) and the best order (1) the scores lie, and p."""
    shares = np.clip(scores, 0, None)
    shares = shares / shares.sum() if shares.sum() else np.full(len(scores), 1 / len(scores))
    own, best = shares @ reference, np.sort(shares) @ np.sort(reference)
    spread = best - reference.mean()
    drawn = rng.permuted(np.tile(shares, (999, 1)), axis=1) @ reference
    efficiency = float((own - reference.mean()) / spread) if spread else 0.0
    return efficiency, float((1 + (drawn >= own).sum()) / 1000)
