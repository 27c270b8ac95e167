"""The lines of many passes with one thread, which other work on the machine disturbs least."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result

TITLE = "One thread on each side"

#: Task, model, tokens and torch's batch, which was its best of those tried with two threads.
TASKS = (
    ("gradient", "bert-tiny", 16, 0),
    ("gradient", "minilm", 128, 0),
    ("gradient", "bert-base", 128, 0),
    ("integrated_gradients", "bert-tiny", 128, 10),
    ("leave_one_out", "bert-tiny", 128, 16),
    ("kernel_shap", "bert-tiny", 32, 32),
    ("attention_gradients", "minilm", 128, 0),
)


def measure(bench: Bench) -> list[Result]:
    """Gradients and explanations, and a batch of mixed lengths."""
    rows = []
    for task, name, tokens, batch in TASKS[: 2 if bench.quick else None]:
        ids = models.ids(tokens)
        ours, torch = getattr(bench.ours(name), task), getattr(bench.torch(name), task)
        theirs: Callable[[], object] = (
            (lambda torch=torch, batch=batch, ids=ids: torch(ids, batch))
            if batch
            else (lambda torch=torch, ids=ids: torch(ids))
        )
        rows.append(
            bench.compare(
                f"{task.replace('_', ' ')}, {name}, {tokens} tokens",
                lambda ours=ours, ids=ids: ours(ids),
                {"torch": theirs},
                threads=1,
                seconds=5,
                note=f"torch in batches of {batch}" if batch else "",
            )
        )
    lengths = np.random.default_rng(0).integers(5, 121, 64)
    inputs = [models.ids(int(length), seed) for seed, length in enumerate(lengths)]
    ours, torch = bench.ours("bert-tiny"), bench.torch("bert-tiny")
    rows.append(
        bench.compare(
            "64 texts of 5–120 tokens, bert-tiny",
            lambda: ours.forward(inputs),
            {
                "torch with padding": lambda: torch.forward(inputs),
                "torch sorted": lambda: torch.forward_sorted(inputs),
            },
            threads=1,
            seconds=6,
        )
    )
    return rows
