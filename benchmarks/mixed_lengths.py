"""A batch of 64 texts of 5 to 120 tokens: padding against none."""

from __future__ import annotations

import numpy as np

from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result

TITLE = "A batch of mixed lengths"


def measure(bench: Bench) -> list[Result]:
    """The goal is against torch with padding; torch with sorted inputs stands beside it."""
    rows = []
    lengths = np.random.default_rng(0).integers(5, 121, 64)
    for name in ("bert-tiny",) if bench.quick else ("bert-tiny", "minilm"):
        inputs = [models.ids(int(length), seed) for seed, length in enumerate(lengths)]
        ours, torch = bench.ours(name), bench.torch(name)
        for label, goal, run in (
            ("torch with padding", 2.0, torch.forward),
            ("torch sorted by length, batches of 8", None, torch.forward_sorted),
        ):
            rows.append(
                bench.compare(
                    f"{name}, 64 texts of 5–120 tokens, {label}",
                    lambda: ours.forward(inputs),
                    {"torch": lambda run=run: run(inputs)},
                    threads=2,
                    seconds=6,
                    goal=goal,
                    operations=models.SHAPES[name].operations(lengths.tolist()),
                    difference=float(abs(ours.forward(inputs) - run(inputs)).max()),
                )
            )
    return rows
