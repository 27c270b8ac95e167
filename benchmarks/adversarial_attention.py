"""The search for adversarial attention: five restarts, 500 steps, texts of 20 tokens."""

from __future__ import annotations

import numpy as np

import assay
from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result
from benchmarks.training_step import text, texts

TITLE = "Adversarial attention, five restarts, 500 steps, texts of 20 tokens"

#: Tokens of a text, of which the first and the last get no attention.
LENGTH = 20


def measure(bench: Bench) -> list[Result]:
    """Against torch with 32 texts at a time, and with one as in the published code."""
    import torch

    from benchmarks.harness import torch_classifier

    numbers = texts(LENGTH, steps=2)
    joined = [text(row) for row in numbers.tolist()]
    model = assay.AttentionClassifier(split="spaces")
    model.fit(joined, [place % 2 for place in range(len(joined))], epochs=1)
    items = model.tokenize_all(joined)
    pattern, states = "blocks.0.attention.pattern", "blocks.0.input"
    kept = model.predict(items, keep=[pattern, states]).kept
    attention = np.stack([one.reshape(-1)[1:-1] for one in kept[pattern]])
    hidden = np.stack([one.reshape(LENGTH, -1)[1:-1] for one in kept[states]])
    parameters = model.parameters()
    decide = torch.nn.Linear(hidden.shape[-1], 1).requires_grad_(False)
    decide.weight.copy_(torch.tensor(parameters["decoder.weight"]))
    decide.bias.copy_(torch.tensor(parameters["decoder.bias"]))

    def ours(count: int) -> np.ndarray:
        answer = model.call(
            "attention_study",
            items[:count],
            {"seed": 0, "permutations": 0, "measures": False, "adversary": {}},
        )
        return answer["adversary"]["divergences"].reshape(count, -1).max(axis=1)

    def theirs(count: int, batch: int) -> np.ndarray:
        parts = [
            torch_classifier.search(
                torch.tensor(hidden[place : place + batch]),
                torch.tensor(attention[place : place + batch]),
                decide,
            )
            for place in range(0, count, batch)
        ]
        return torch.cat(parts).numpy()

    cases = ((64, 32, 2.0), (4, 1, 30.0))
    return [
        bench.compare(
            f"{count} texts, torch {batch} at a time",
            lambda count=count: ours(count),
            {"torch": lambda count=count, batch=batch: theirs(count, batch)},
            threads=2,
            rounds=3,
            goal=goal,
            difference=float(abs(ours(count).mean() - theirs(count, batch).mean())),
            note="the difference is that of the mean largest divergence; random starts differ",
        )
        for count, batch, goal in cases
    ]
