"""Integrated gradients over 50 points, against a torch loop with its best batch size."""

from __future__ import annotations

from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result

TITLE = "Integrated gradients, 50 steps"
TASK = "integrated_gradients"
BATCHES = (5, 10, 2, 25, 50, 1)

CASES: list[tuple[str, int, float]] = [
    ("bert-tiny", 128, 3),
    ("minilm", 128, 1.7),
    ("bert-base", 128, 1.45),
]


def measure(bench: Bench) -> list[Result]:
    """Time and peak memory, two threads."""
    return [row for case in CASES[: 1 if bench.quick else None] for row in many(bench, TASK, *case)]


def many(bench: Bench, task: str, name: str, tokens: int, goal: float) -> list[Result]:
    """One task of many passes on both sides: its time and its memory."""
    ids = models.ids(tokens)
    ours, torch = getattr(bench.ours(name), task), getattr(bench.torch(name), task)
    batch = bench.best_batch(lambda size: torch(ids, size), BATCHES)
    found, expected = ours(ids), torch(ids, batch)
    comparable = task != "kernel_shap"  # where both sides draw their own coalitions
    label = f"{name}, {tokens} tokens"
    row = bench.compare(
        label,
        lambda: ours(ids),
        {"torch": lambda: torch(ids, batch)},
        threads=2,
        seconds=20,
        goal=goal,
        difference=float(abs(found - expected).max()) if comparable else None,
        note=f"torch in batches of {batch}",
    )
    return [row, *bench.memory(label, name, task, tokens, batch)]
