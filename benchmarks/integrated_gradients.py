"""Integrated gradients over 50 points, against a torch loop with its best batch size.

On BERT-base 10 of the points are timed: the cost is the same for each.
"""

from __future__ import annotations

from functools import partial

from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result

TITLE = "Integrated gradients, 50 steps"
TASK = "integrated_gradients"
BATCHES = (5, 10, 2, 25, 50, 1)
#: For models whose every trial takes long.
FEW_BATCHES = (5, 10)

CASES: list[tuple[str, int, float]] = [
    ("bert-tiny", 128, 3),
    ("minilm", 128, 1.7),
    ("bert-base", 128, 1.45),
]


def measure(bench: Bench) -> list[Result]:
    """Time and peak memory, two threads."""
    rows = []
    for name, tokens, goal in CASES[: 1 if bench.quick else None]:
        steps = 10 if name == "bert-base" else 50
        rows += many(bench, TASK, name, tokens, goal, steps=steps)
    return rows


def many(
    bench: Bench,
    task: str,
    name: str,
    tokens: int,
    goal: float,
    *,
    names_task: bool = False,
    **options: int,
) -> list[Result]:
    """One task of many passes on both sides: its time and its memory."""
    ids = models.ids(tokens)
    ours = partial(getattr(bench.ours(name), task), ids, **options)
    torch = partial(getattr(bench.torch(name), task), ids, **options)
    is_long = name == "bert-base"
    batch = bench.best_batch(lambda size: torch(size), FEW_BATCHES if is_long else BATCHES)
    found, expected = ours(), torch(batch)
    # Of sampled values both sides draw their own coalitions.
    comparable = task not in ("kernel_shap", "shapley_sampling")
    label = (f"{task.replace('_', ' ')}, " if names_task else "") + f"{name}, {tokens} tokens"
    noted = "".join(f", {value} {option}" for option, value in options.items() if value != 50)
    row = bench.compare(
        label,
        ours,
        {"torch": lambda: torch(batch)},
        threads=2,
        seconds=10,
        rounds=2 if is_long else 5,
        goal=goal,
        difference=float(abs(found - expected).max()) if comparable else None,
        note=f"torch in batches of {batch}{noted}",
    )
    return [row, *bench.memory(label, name, task, tokens, batch)]
